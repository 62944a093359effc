//! The picture of a whole run that 汇总 and 总览.html both print: every number computed here, nothing in the printers.
//!
//! Units stand in the order of their tree, the federation first. `own` is what a unit itself has, `all` that and
//! everything below it, so that a parent's line never counts twice; what stands outside the tree (未归属单位) counts for
//! the federation. Severities, households and money speak of open findings; `total` of every row of `findings.csv`.

mod cases;
mod figures;
mod inputs;
mod rates;
mod returns;
mod rules;
mod tree;
mod units;

pub use cases::CaseLine;
pub use figures::Figures;
pub use inputs::{InputLine, RowTotals};
pub use rates::{RateCell, percent};
pub use returns::ReturnLine;
pub use rules::{IdleRule, RuleLine};
pub use units::{Files, SourceCell, UnitLine, Vanished};

use std::cmp::Reverse;

use super::corrections::RunPoint;
use super::model::{RateNote, Report, RuleNote, RunInfo, SourceNote, SourceProblem};
use super::{corrections::Corrections, manifest::Conservation};

/// A run as it is overlooked.
#[derive(Debug)]
pub struct Overview<'a> {
    pub run: &'a RunInfo,
    /// The federation with everything, then the units in the order of their tree. Never empty.
    pub units: Vec<UnitLine<'a>>,
    /// All rules, as the catalogue has them: [`Figures::by_rule`] is in their order.
    pub catalogue: &'a [RuleNote],
    /// Rules that ran, most frequent first, of equal ones the most severe.
    pub rules: Vec<RuleLine<'a>>,
    pub not_run: Vec<IdleRule<'a>>,
    /// Of these, each unit has a [`RateCell`] or none.
    pub rates: &'a [RateNote],
    /// Sources of which any row came; of these, each unit has a [`SourceCell`] or none.
    pub sources: Vec<&'a SourceNote>,
    /// What concerns more than one unit.
    pub cases: Vec<CaseLine<'a>>,
    /// One line a sheet, files that could not be read among them.
    pub inputs: Vec<InputLine<'a>>,
    pub input_totals: RowTotals,
    /// Sources of the last run that did not come, in words.
    pub not_come: &'a [String],
    /// The published runs with an earlier as-of, and this one; empty without a memory.
    pub trend: &'a [RunPoint],
    /// Answers of earlier runs: precision by rule, what is resolved.
    pub corrections: &'a Corrections,
    pub conservation: &'a [Conservation],
    /// What the data officer must put right, the most pressing first.
    pub source_problems: &'a [SourceProblem],
    /// What could not be checked this time, in words.
    pub unchecked: &'a [String],
}

impl<'a> Overview<'a> {
    pub fn of(report: &'a Report) -> Self {
        let sources = units::sources(report);
        let units = units::lines(report, &sources);
        let (rules, not_run) = rules::lines(report);
        let (inputs, input_totals) = inputs::lines(report);
        Self {
            run: &report.run,
            units,
            catalogue: &report.rules,
            rules,
            not_run,
            rates: &report.rates,
            sources: sources.into_iter().map(|kind| &report.sources[kind]).collect(),
            cases: cases::lines(report),
            inputs,
            input_totals,
            not_come: &report.manifest.not_come,
            trend: &report.corrections.trend,
            corrections: &report.corrections,
            conservation: &report.manifest.conservation,
            source_problems: &report.source_problems,
            unchecked: &report.manifest.unchecked,
        }
    }

    /// The federation with all below it.
    pub fn total(&self) -> &UnitLine<'a> {
        &self.units[0]
    }

    /// Units with open findings that stand beside each other, most findings first, `most` of them: of the highest level that
    /// has several, else of the level that has most.
    pub fn ranking(&self, most: usize) -> Vec<&UnitLine<'a>> {
        const SEVERAL: usize = 5;
        let concerned = |depth: usize| {
            self.units.iter().filter(move |u| u.depth == depth && u.all.all_open() > 0).collect::<Vec<_>>()
        };
        let deepest = self.units.iter().map(|u| u.depth).max().unwrap_or(0);
        let mut units: Vec<&UnitLine<'a>> = Vec::new();
        for depth in 1..=deepest {
            let level = concerned(depth);
            if level.len() > units.len() {
                units = level;
            }
            if units.len() >= SEVERAL {
                break;
            }
        }
        units.sort_by_key(|u| Reverse(u.all.all_open()));
        units.truncate(most);
        units
    }
}

#[cfg(test)]
mod tests;
