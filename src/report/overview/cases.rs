//! What concerns several units at once: each case with its findings side by side.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Severity;
use crate::report::model::{FindingRow, Report};

/// One cause found in more than one unit.
#[derive(Debug)]
pub struct CaseLine<'a> {
    /// Number of the case, the same in every unit's finding.
    pub case: &'a str,
    pub title: &'a str,
    pub severity: Severity,
    /// One finding for each unit concerned, by unit.
    pub rows: Vec<&'a FindingRow>,
}

/// Most severe first, then by rule and number.
pub fn lines(report: &Report) -> Vec<CaseLine<'_>> {
    let mut cases: BTreeMap<&str, Vec<&FindingRow>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| !f.case.is_empty()) {
        cases.entry(&finding.case).or_default().push(finding);
    }
    let several = |rows: &Vec<&FindingRow>| rows.iter().map(|f| &f.unit).collect::<BTreeSet<_>>().len() > 1;
    let mut lines: Vec<CaseLine> = cases
        .into_iter()
        .filter(|(_, rows)| several(rows))
        .filter_map(|(case, rows)| {
            let severity = rows.iter().map(|f| f.severity).min()?;
            Some(CaseLine { case, title: &rows.first()?.title, severity, rows })
        })
        .collect();
    lines.sort_by(|a, b| (a.severity, a.case).cmp(&(b.severity, b.case)));
    lines
}
