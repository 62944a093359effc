//! Findings, links and accounts → the typed report: texts, places as people read them, and the order of everything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::comparisons;
use super::corrections::Corrections;
use super::manifest::Manifest;
use super::materials;
use super::model::{ChildCount, EvidenceRow, FindingRow, Report, RuleNote, RunInfo, UnitReport};
use super::privacy;
use super::quality;
use super::reconciliation;
use super::survey;
use crate::audit::{Audit, Finding, Policy};
use crate::derive::Facts;
use crate::finding::{Severity, Side, Status};
use crate::link::{FileStatus, UnitId, Units};
use crate::place::column_letters;

/// Everything printed, in its final order. `keep` says which units take part (`--unit`).
pub fn report(
    facts: &Facts<'_>,
    audit: &Audit,
    policy: &Policy<'_>,
    run: RunInfo,
    manifest: Manifest,
    keep: &dyn Fn(UnitId) -> bool,
) -> Report {
    let book = facts.book;
    let mut rows: Vec<(UnitId, FindingRow)> = audit
        .findings
        .iter()
        .filter(|f| keep(f.draft.unit))
        .map(|f| (f.draft.unit, finding_row(facts, f, run.as_of)))
        .collect();
    rows.sort_by(|(_, a), (_, b)| {
        let key = |f: &FindingRow| {
            [&f.unit, &f.file_no, &f.rule, &f.field, &f.reference, &f.id_number, &f.id].map(|s| s.as_str().to_string())
        };
        key(a).cmp(&key(b))
    });
    let mut by_unit: BTreeMap<UnitId, Vec<usize>> = BTreeMap::new();
    for (i, (unit, _)) in rows.iter().enumerate() {
        by_unit.entry(*unit).or_default().push(i);
    }
    let findings: Vec<FindingRow> = rows.into_iter().map(|(_, row)| row).collect();
    let mut quality = quality::lines(facts);
    let mut comparisons = comparisons::by_unit(facts, audit);
    let mut payments = reconciliation::by_unit(facts);
    let mut surveys = survey::by_unit(facts, audit, &findings);
    let mut lists = materials::by_unit(facts, policy.profile);

    let mut with_something: BTreeSet<UnitId> = book.files.iter().map(|f| f.unit).collect();
    with_something.extend(book.papers.iter().map(|p| p.unit));
    with_something.extend(by_unit.keys().copied());
    with_something.extend(quality.keys().copied());
    with_something.extend(payments.keys().copied());
    let parents: Vec<UnitId> = with_something.iter().flat_map(|&u| ancestors(&book.units, u)).collect();
    with_something.extend(parents);
    with_something.remove(&book.units.root);

    let mut units: Vec<UnitReport> = with_something
        .into_iter()
        .filter(|&u| keep(u))
        .map(|unit| {
            let mut own = by_unit.remove(&unit).unwrap_or_default();
            sort_for_reading(&findings, &mut own);
            let files: Vec<_> = book.files.iter().filter(|f| f.unit == unit).collect();
            UnitReport {
                name: book.units.name(unit).to_string(),
                parent: book.units.get(unit).parent.map(|p| book.units.name(p).to_string()),
                children: children(facts, &findings, unit),
                findings: own,
                comparisons: comparisons.remove(&unit).unwrap_or_default(),
                payments: payments.remove(&unit).unwrap_or_default(),
                quality: quality.remove(&unit).unwrap_or_default(),
                surveys: surveys.remove(&unit).unwrap_or_default(),
                materials: lists.remove(&unit).unwrap_or_default(),
                active: files.iter().filter(|f| f.status == FileStatus::Active).count(),
                files: files.len(),
            }
        })
        .collect();
    units.sort_by(|a, b| a.name.cmp(&b.name));
    let rules = crate::rules::all(book.tables.schemas)
        .into_iter()
        .map(|rule| RuleNote {
            code: rule.code.to_string(),
            title: rule.title.to_string(),
            severity: policy.severities.get(rule.code).copied().unwrap_or(rule.severity),
            basis: policy.profile.citation(rule.clause).unwrap_or_else(|| rule.general_basis.to_string()),
            advice: rule.advice.to_string(),
        })
        .collect();
    Report {
        run,
        findings,
        units,
        rules,
        compared_titles: comparisons::titles(facts),
        material_titles: materials::titles(policy.profile),
        manifest,
        corrections: Corrections::default(),
    }
}

fn ancestors(units: &Units, unit: UnitId) -> Vec<UnitId> {
    let mut out = Vec::new();
    let mut at = units.get(unit).parent;
    while let Some(u) = at.filter(|u| !out.contains(u)) {
        out.push(u);
        at = units.get(u).parent;
    }
    out
}

/// Counts of each direct child with all that lies below it.
fn children(facts: &Facts<'_>, findings: &[FindingRow], unit: UnitId) -> Vec<ChildCount> {
    let book = facts.book;
    let mut out: Vec<ChildCount> = book
        .units
        .children(unit)
        .map(|child| {
            let below: BTreeSet<&str> =
                book.units.ids().filter(|&u| book.units.is_within(u, child)).map(|u| book.units.name(u)).collect();
            let mut counts = [0; 3];
            for f in findings.iter().filter(|f| below.contains(f.unit.as_str())) {
                let at = Severity::ALL.iter().position(|s| *s == f.severity).unwrap_or(0);
                counts[at] += 1;
            }
            let files = book.files.iter().filter(|f| below.contains(book.units.name(f.unit))).count();
            ChildCount { unit: book.units.name(child).to_string(), files, counts }
        })
        .filter(|c| c.files > 0 || c.counts.iter().any(|&n| n > 0))
        .collect();
    out.sort_by(|a, b| a.unit.cmp(&b.unit));
    out
}

/// The findings of each unit in the order they are read in. Called again when answers and statuses have been added.
pub fn sort_all_for_reading(report: &mut Report) {
    for unit in &mut report.units {
        sort_for_reading(&report.findings, &mut unit.findings);
    }
}

/// What was reported as corrected and is still there first, what waits for nobody last; between them most severe, certain
/// and costly first, the findings of one household together.
fn sort_for_reading(findings: &[FindingRow], own: &mut [usize]) {
    // Settled last, marked first; severity, suspected after certain, the most costly first.
    type Rank = (bool, bool, Severity, bool, i64);
    let rank = |f: &FindingRow| -> Rank {
        let amount = -f.amount.unwrap_or(0).saturating_abs();
        (f.is_settled(), f.mark.is_empty(), f.severity, f.confidence.is_some(), amount)
    };
    let mut best: BTreeMap<u32, Rank> = BTreeMap::new();
    for &i in own.iter() {
        let f = &findings[i];
        let entry = best.entry(f.household).or_insert_with(|| rank(f));
        *entry = (*entry).min(rank(f));
    }
    own.sort_by(|&a, &b| {
        let (a, b) = (&findings[a], &findings[b]);
        let settled = a.is_settled().cmp(&b.is_settled());
        let household = |f: &FindingRow| (best.get(&f.household).copied(), f.household);
        settled
            .then_with(|| household(a).cmp(&household(b)))
            .then_with(|| rank(a).cmp(&rank(b)))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.file_no.cmp(&b.file_no))
            .then_with(|| a.id.cmp(&b.id))
    });
}

fn finding_row(facts: &Facts<'_>, finding: &Finding, as_of: NaiveDate) -> FindingRow {
    let book = facts.book;
    let draft = &finding.draft;
    let unit = book.units.name(draft.unit).to_string();
    let evidence: Vec<EvidenceRow> = draft
        .evidence
        .iter()
        .map(|e| EvidenceRow {
            side: e.side,
            path: facts.inputs.file_of(e.place.sheet).path.clone(),
            sheet: facts.inputs.sheet(e.place.sheet).name.clone(),
            row: e.place.row,
            column: column_letters(e.place.col),
            title: e.title.clone(),
            shown: e.shown.clone(),
        })
        .collect();
    let values = Side::ALL.map(|side| {
        let used = draft.evidence.iter().filter(|e| e.side == side && !e.context);
        privacy::distinct(used.map(|e| e.shown.as_str()))
    });
    // Files that share a person are one household to read; rows without a file each stand alone.
    let household = match draft.file {
        Some(file) => book.cluster[file.0 as usize],
        None => u32::MAX / 2 + draft.evidence.first().map_or(0, |e| e.place.row % 100_000),
    };
    let mut row = FindingRow {
        id: finding.id.clone(),
        rule: finding.rule.code.to_string(),
        title: draft.title.unwrap_or(finding.rule.title).to_string(),
        severity: finding.severity,
        status: Status::New,
        parent_unit: book.units.parent_name(draft.unit).to_string(),
        unit,
        file_no: draft.file_no.clone(),
        name: draft.name.clone(),
        id_number: draft.id_number.clone(),
        field: draft.field.clone(),
        field_title: draft.field_title.clone(),
        reference: draft.reference.clone(),
        case: draft.case.clone(),
        values,
        amount: draft.amount,
        message: draft.message.clone(),
        evidence,
        basis: finding.basis.clone(),
        advice: finding.rule.advice.to_string(),
        confidence: draft.confidence,
        first_seen: as_of,
        last_seen: as_of,
        mark: String::new(),
        meaning: finding.meaning.clone(),
        persons: draft.persons.clone(),
        conclusion: draft.conclusion,
        household,
        own_view: None,
    };
    row.own_view = privacy::own_view(facts, finding, &row);
    row
}
