//! A line for each rule: how often, where, how much, how many were really examined, how often it was right.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figures, places};
use crate::report::corrections::RulePrecision;
use crate::report::manifest::{RuleAccount, VerdictCounts};
use crate::report::model::{FindingRow, Report, RuleNote};
use crate::report::undetermined;

/// A rule that ran.
#[derive(Debug)]
pub struct RuleLine<'a> {
    pub note: &'a RuleNote,
    pub figures: Figures,
    /// Units with an open finding of it.
    pub units: usize,
    /// Verdicts over the units that take part.
    pub verdicts: VerdictCounts,
    /// None where nobody has answered a finding of it.
    pub precision: Option<&'a RulePrecision>,
    /// Findings of the run before that ended.
    pub resolved: usize,
    /// Why subjects could not be judged, grouped; "" where all were.
    pub undetermined: String,
}

impl RuleLine<'_> {
    /// Subjects of which the rule could tell.
    pub fn examined(&self) -> usize {
        self.verdicts.compliant + self.verdicts.finding
    }

    /// So much could not be judged that "no finding" says nothing.
    pub fn says_little(&self) -> bool {
        let v = &self.verdicts;
        undetermined::says_little(v.compliant, v.finding, v.undetermined)
    }
}

/// A rule that did not run.
#[derive(Debug)]
pub struct IdleRule<'a> {
    pub note: &'a RuleNote,
    pub why: &'a str,
    /// Chinese titles of the sources it lacks.
    pub missing: Vec<String>,
    /// Findings carried over from the last run.
    pub unchecked: usize,
}

/// Every rule, either as run or as idle.
pub fn lines(report: &Report) -> (Vec<RuleLine<'_>>, Vec<IdleRule<'_>>) {
    let accounts: BTreeMap<&str, &RuleAccount> =
        report.manifest.rules.iter().map(|account| (account.code.as_str(), account)).collect();
    let precision: BTreeMap<&str, &RulePrecision> =
        report.corrections.precision.iter().map(|p| (p.rule.as_str(), p)).collect();
    let part: BTreeSet<&str> = report.progress.iter().map(|unit| unit.unit.as_str()).collect();
    let places = places(&report.rules);
    let mut by_rule: BTreeMap<&str, Vec<&FindingRow>> = BTreeMap::new();
    for finding in &report.findings {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let (mut ran, mut idle) = (Vec::new(), Vec::new());
    for note in &report.rules {
        let rows = by_rule.remove(note.code.as_str()).unwrap_or_default();
        let account = accounts.get(note.code.as_str());
        if let Some(account) = account.filter(|account| !account.run) {
            idle.push(IdleRule {
                note,
                why: account.why_not.as_deref().unwrap_or_default(),
                missing: account.missing_sources.iter().map(|group| titles(report, group)).collect(),
                unchecked: rows.len(),
            });
            continue;
        }
        let open = rows.iter().filter(|f| f.status.is_open());
        ran.push(RuleLine {
            note,
            units: open.map(|f| f.unit.as_str()).collect::<BTreeSet<_>>().len(),
            figures: Figures::of(&rows, &places),
            verdicts: account.map_or_else(VerdictCounts::default, |account| verdicts(account, &part)),
            precision: precision.get(note.code.as_str()).copied(),
            resolved: report.corrections.ended.get(&note.code).map_or(0, |ends| ends.iter().sum()),
            undetermined: account.map(|a| undetermined::grouped(&a.code, &a.undetermined)).unwrap_or_default(),
        });
    }
    // Stable: rules that are equal stay as the catalogue has them.
    ran.sort_by_key(|line| (Reverse(line.figures.all_open()), line.note.severity));
    (ran, idle)
}

fn verdicts(account: &RuleAccount, part: &BTreeSet<&str>) -> VerdictCounts {
    let mut sum = VerdictCounts::default();
    for (_, counts) in account.by_unit.iter().filter(|(unit, _)| part.contains(unit.as_str())) {
        sum.not_applicable += counts.not_applicable;
        sum.compliant += counts.compliant;
        sum.finding += counts.finding;
        sum.undetermined += counts.undetermined;
    }
    sum
}

/// `efile|paper` → 帮扶系统电子档案或纸质档案核查登记.
fn titles(report: &Report, group: &str) -> String {
    let title = |kind: &str| {
        report.sources.iter().find(|s| s.kind == kind).map_or_else(|| kind.to_string(), |s| s.title.clone())
    };
    group.split('|').map(title).collect::<Vec<_>>().join("或")
}
