//! Findings, links and accounts → the typed report: texts, places as people read them, and the order of everything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::accounts::totals;
use super::comparisons;
use super::corrections::Corrections;
use super::manifest::Manifest;
use super::materials;
use super::measures;
use super::model::{ChildCount, EvidenceRow, FindingRow, OwnView, Report, RuleNote, RunInfo, UnitReport};
use super::printed::{self, Printed};
use super::privacy;
use super::progress;
use super::quality;
use super::reconciliation;
use super::survey;
use crate::audit::{Audit, Finding, Policy};
use crate::derive::Facts;
use crate::finding::{Evidence, Severity, Side, Status};
use crate::history::compare::{Carried, Compared, Stand};
use crate::history::runs::Shown;
use crate::link::{FileStatus, UnitId, Units};
use crate::normalize::{RecordId, Value};
use crate::place::{SheetId, column_letters};

/// Everything printed, in its final order. `keep` says which units take part (`--unit`).
pub fn report(
    facts: &Facts<'_>,
    audit: &Audit,
    policy: &Policy<'_>,
    run: RunInfo,
    manifest: Manifest,
    compared: Option<&Compared>,
    keep: &dyn Fn(UnitId) -> bool,
) -> Report {
    let book = facts.book;
    let households = households(facts, audit);
    let mut rows: Vec<(UnitId, FindingRow)> = (audit.findings.iter().zip(households))
        .filter(|(f, _)| keep(f.draft.unit))
        .map(|(f, household)| {
            let stand = compared.and_then(|c| c.of(&f.id));
            (f.draft.unit, finding_row(facts, f, household, run.as_of, stand))
        })
        .collect();
    let carried = compared.iter().flat_map(|c| &c.carried);
    rows.extend(carried.map(|c| (book.units.find(&c.shown.unit).unwrap_or(Units::NONE), carried_row(facts, c))));
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
    let mut findings: Vec<FindingRow> = rows.into_iter().map(|(_, row)| row).collect();
    printed::fill(&mut findings, &files_with_sheets(facts));
    let manifest = Manifest { findings: totals(&findings), ..manifest };
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
            class: rule.class.chinese(),
            basis: policy.profile.citation(rule.clause).unwrap_or_else(|| rule.general_basis.to_string()),
            advice: rule.advice.to_string(),
            manual: rule.manual,
        })
        .collect();
    Report {
        run,
        findings,
        units,
        rules,
        compared_titles: comparisons::titles(facts),
        progress: progress::of_units(facts, keep),
        sources: progress::sources(book.tables.schemas),
        rates: measures::notes(policy.profile, facts.setting.campaign, facts.setting.as_of),
        material_titles: materials::titles(policy.profile),
        source_problems: super::source_problems::lines(facts, audit),
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

/// The household of each finding: files that share a person are one; without a file, each number is one of its own, else
/// each row, in the order of their rows.
fn households(facts: &Facts<'_>, audit: &Audit) -> Vec<u32> {
    let first_place = |f: &Finding| f.draft.evidence.first().map(|e| (e.place.sheet.0, e.place.row));
    let key = |f: &Finding| match f.draft.id_number.as_str() {
        "" => first_place(f).map_or_else(|| f.id.clone(), |(sheet, row)| format!("{sheet}!{row}")),
        number => number.to_string(),
    };
    let mut alone: Vec<&Finding> = audit.findings.iter().filter(|f| f.draft.file.is_none()).collect();
    alone.sort_by_key(|f| (first_place(f), &f.id));
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    for finding in alone {
        let next = (facts.book.files.len() + numbers.len()) as u32;
        numbers.entry(key(finding)).or_insert(next);
    }
    let of = |f: &Finding| match f.draft.file {
        Some(file) => facts.book.cluster[file.0 as usize],
        None => numbers.get(&key(f)).copied().unwrap_or(u32::MAX),
    };
    audit.findings.iter().map(of).collect()
}

fn finding_row(
    facts: &Facts<'_>,
    finding: &Finding,
    household: u32,
    as_of: NaiveDate,
    stand: Option<&Stand>,
) -> FindingRow {
    let book = facts.book;
    let draft = &finding.draft;
    let unit = book.units.name(draft.unit).to_string();
    let evidence: Vec<EvidenceRow> = draft.evidence.iter().map(|e| evidence_row(facts, e, &draft.field)).collect();
    let values = Side::ALL.map(|side| {
        let used = draft.evidence.iter().filter(|e| e.side == side && !e.context);
        privacy::distinct(used.map(|e| e.shown.as_str()))
    });
    let mut row = FindingRow {
        id: finding.id.clone(),
        rule: finding.rule.code.to_string(),
        title: draft.title.unwrap_or(finding.rule.title).to_string(),
        severity: finding.severity,
        status: stand.map_or(Status::New, |s| s.status),
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
        first_seen: stand.map_or(as_of, |s| s.first_seen),
        last_seen: as_of,
        mark: stand.map(|s| s.mark.clone()).unwrap_or_default(),
        meaning: finding.meaning.clone(),
        persons: draft.persons.clone(),
        conclusion: draft.conclusion,
        household,
        own_view: None,
        needs_visit: finding.rule.needs_visit(),
        printed: Printed::default(),
    };
    row.own_view = privacy::own_view(facts, finding, &row);
    row
}

/// A cell with the field it holds; a cell that holds several is the one the finding is about.
fn evidence_row(facts: &Facts<'_>, cell: &Evidence, wanted: &str) -> EvidenceRow {
    let tables = &facts.book.tables;
    let held = cell.record.map(RecordId).and_then(|record| {
        let fields = tables.schema(record).fields.iter().enumerate();
        let here = fields.filter(|(i, _)| tables.place_at(record, *i) == Some(cell.place)).map(|(_, field)| field);
        let field = here.max_by_key(|field| wanted.split('+').any(|id| id == field.id))?;
        Some((record, field))
    });
    let fen = held.and_then(|(record, field)| match tables.value(record, &field.id) {
        Value::Money(fen) => Some(*fen),
        _ => None,
    });
    EvidenceRow {
        side: cell.side,
        path: facts.inputs.file_of(cell.place.sheet).path.clone(),
        sheet: facts.inputs.sheet(cell.place.sheet).name.clone(),
        row: cell.place.row,
        column: column_letters(cell.place.col),
        title: cell.title.clone(),
        shown: cell.shown.clone(),
        field: held.map(|(_, field)| field.id.clone()).unwrap_or_default(),
        label: held.map(|(_, field)| field.title.clone()).unwrap_or_default(),
        fen,
        context: cell.context,
    }
}

/// Paths of files of which more than one sheet is a source: there a row number alone does not tell the place.
fn files_with_sheets(facts: &Facts<'_>) -> BTreeSet<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (sheet, account) in (0..).zip(&facts.book.tables.accounts) {
        if account.kind.is_some() {
            *counts.entry(&facts.inputs.file_of(SheetId(sheet)).path).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, sheets)| *sheets > 1).map(|(path, _)| path.to_string()).collect()
}

/// A finding of the last run that could not be checked today. Its cells are where they were then; today's rows are not known
/// to be the same.
fn carried_row(facts: &Facts<'_>, carried: &Carried) -> FindingRow {
    let shown = &carried.shown;
    let book = facts.book;
    let same_file = |f: &&crate::link::File| !shown.file_no.is_empty() && f.file_no == shown.file_no;
    let household = book.files.iter().position(|f| same_file(&f)).map_or(u32::MAX / 2, |i| book.cluster[i]);
    let rule = crate::rules::all(book.tables.schemas).into_iter().find(|r| r.code == carried.rule);
    let conclusions = ["一致", "电子异", "纸质异", "民政异", "三不同", "缺电子", "缺纸质", "缺民政"];
    let conclusion = conclusions.into_iter().find(|c| *c == shown.conclusion).unwrap_or("");
    let side = |text: &String| text.clone();
    let mut row = FindingRow {
        id: carried.id.clone(),
        rule: carried.rule.clone(),
        title: shown.title.clone(),
        severity: carried.severity,
        status: Status::Unchecked,
        unit: shown.unit.clone(),
        parent_unit: shown.parent_unit.clone(),
        file_no: shown.file_no.clone(),
        name: shown.name.clone(),
        id_number: shown.id_number.clone(),
        field: shown.field.clone(),
        field_title: shown.field_title.clone(),
        reference: shown.reference.clone(),
        case: shown.case.clone(),
        values: [&shown.electronic, &shown.paper, &shown.civil, &shown.payment, &shown.other].map(side),
        amount: shown.amount,
        message: shown.message.clone(),
        evidence: Vec::new(),
        basis: shown.basis.clone(),
        advice: rule.map_or_else(|| shown.advice.clone(), |r| r.advice.to_string()),
        confidence: shown.confidence,
        first_seen: carried.first_seen,
        last_seen: carried.last_seen,
        mark: format!("未核对：{}；上次见于{}", carried.why, carried.last_seen),
        meaning: carried.meaning.clone(),
        persons: None,
        conclusion,
        household,
        own_view: None,
        needs_visit: rule.is_some_and(|rule| rule.needs_visit()),
        printed: Printed::default(),
    };
    row.own_view = privacy::carried_view(facts, &row, shown.reaches_out.then(|| as_read(shown)));
    row
}

/// What the unit read of a carried finding that speaks of a person of another unit too. A state of an older version did not
/// keep whose is what.
fn as_read(shown: &Shown) -> OwnView {
    match &shown.own {
        Some(own) => OwnView {
            file_no: own.file_no.clone(),
            name: own.name.clone(),
            id_number: own.id_number.clone(),
            values: own.values.clone(),
            message: own.message.clone(),
            evidence: Vec::new(),
        },
        None => OwnView {
            file_no: shown.file_no.clone(),
            name: privacy::masked_name(&shown.name),
            id_number: crate::domain::text::mask(&shown.id_number),
            values: Default::default(),
            message: "涉及其他单位的人员，具体内容见上次的工作簿".to_string(),
            evidence: Vec::new(),
        },
    }
}
