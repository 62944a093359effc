//! Findings counted.

use std::collections::HashMap;

use crate::finding::Status;
use crate::report::model::{FindingRow, RuleNote};
use crate::report::stake;

/// How many findings, and what is at stake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// All rows, whatever their status.
    pub total: usize,
    /// Open findings by [`crate::finding::Severity::ALL`].
    pub open: [usize; 3],
    /// Of the open ones: new, and come back after they were gone.
    pub new: usize,
    pub reopened: usize,
    /// Of the open ones: answers that do not agree with each other.
    pub disputed: usize,
    pub answered: usize,
    pub unchecked: usize,
    /// Open findings by rule, in catalogue order.
    pub by_rule: Vec<usize>,
    /// Households and money (fen) that open findings speak of, each counted once.
    pub households: usize,
    pub fen: i64,
}

impl Figures {
    /// Counts rows; `places` from [`places`].
    pub fn of(rows: &[&FindingRow], places: &HashMap<&str, usize>) -> Self {
        let open = || rows.iter().copied().filter(|f| f.status.is_open());
        let mut figures = Self {
            total: rows.len(),
            by_rule: vec![0; places.len()],
            households: stake::households(open()),
            fen: stake::fen(open()),
            ..Self::default()
        };
        for finding in rows {
            match finding.status {
                Status::New => figures.new += 1,
                Status::Reopened => figures.reopened += 1,
                Status::Disputed => figures.disputed += 1,
                Status::Answered => figures.answered += 1,
                Status::Unchecked => figures.unchecked += 1,
                Status::Persisting => {}
            }
            if finding.status.is_open() {
                figures.open[finding.severity as usize] += 1;
                if let Some(&rule) = places.get(finding.rule.as_str()) {
                    figures.by_rule[rule] += 1;
                }
            }
        }
        figures
    }

    /// Open findings of all severities.
    pub fn all_open(&self) -> usize {
        self.open.iter().sum()
    }
}

/// Where each rule stands in the catalogue.
pub fn places(rules: &[RuleNote]) -> HashMap<&str, usize> {
    rules.iter().enumerate().map(|(place, note)| (note.code.as_str(), place)).collect()
}
