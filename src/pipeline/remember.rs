//! What a run tells of earlier ones, and what it leaves for later ones.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::audit::{Audit, Finding};
use crate::derive::Facts;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Severity, Status};
use crate::history::answers::Standing;
use crate::history::ends::End;
use crate::history::review::GivenState;
use crate::history::roster::{Roster, file_key};
use crate::history::runs::{Listing, Own, Shown};
use crate::history::subject;
use crate::history::{Compared, History, Known, RunRecord, sealed};
use crate::report::corrections::{
    Burden, Closing, Corrections, Delivery, ReturnState, RulePrecision, RunPoint, UnitReturns,
};
use crate::report::manifest::{Ended, Ledger, Yuan};
use crate::report::model::{FindingRow, Report};
use crate::report::publish;
use crate::report::unit_workbook;
use crate::rules::What;

/// Proves that the memory has not been lost: a key and published results without their database mean that it was.
///
/// # Errors
/// It was.
pub(super) fn database_is_there(state: &Path, out: &Path) -> Result<()> {
    let is_there = std::fs::metadata(state).is_ok_and(|found| found.len() > 0);
    // The key of a first start that died is no trace of a database.
    if is_there || !state.with_extension("key").exists() || !publish::has_results(out) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Output, "状态数据库不见了：以往的疑点记录和收回的答复都在里面")
        .at(state.display().to_string())
        .found("它的密钥和已发布的结果还在")
        .remedy("从备份恢复这个数据库")
        .remedy("没有备份、要重新开始的，把旁边的hecha.key移走后再运行：疑点都将按新增列出")
        .meanwhile("没有发布本次结果，上一次的结果没有改动"))
}

/// What a run keeps of its counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Summary {
    point: RunPoint,
    /// Findings each unit was asked for the first time, and again after an answer.
    asked: BTreeMap<String, usize>,
    asked_again: BTreeMap<String, usize>,
}

/// What could not be checked, in words, for the manifest.
pub(super) fn unchecked(roster: &Roster, compared: Option<&Compared>) -> Vec<String> {
    let mut out = roster.warnings.clone();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for carried in compared.iter().flat_map(|c| &c.carried) {
        *reasons.entry(carried.why.as_str()).or_default() += 1;
    }
    out.extend(reasons.into_iter().map(|(why, n)| format!("{n}条疑点未核对：{why}")));
    out
}

/// How the findings of the last run ended, for the manifest.
pub(super) fn ended(compared: Option<&Compared>) -> Ended {
    let Some(compared) = compared else { return Ended::default() };
    let count = |end: End| compared.ended.iter().filter(|e| e.end == end).count();
    Ended {
        verified: count(End::Verified),
        cleared: count(End::Cleared),
        left_population: count(End::LeftPopulation),
        unchecked: compared.carried.len(),
    }
}

/// Payments and aid records that earlier runs read and that are gone or changed, though their source came whole: the money
/// is that of the payments, for an aid record is the same money.
pub(super) fn vanished(facts: &Facts<'_>) -> Ledger {
    let told = || facts.past.vanished.iter().filter(|v| v.told);
    let paid = told().filter(|v| v.kind == "payment").filter_map(|v| v.amount);
    Ledger { vanished_count: told().count(), vanished_amount: Yuan(paid.sum()) }
}

/// The trend, the answers, the deliveries.
pub(super) fn corrections(
    history: &History,
    known: &Known,
    facts: &Facts<'_>,
    report: &Report,
    today: Summary,
    compared: &Compared,
    roster: &Roster,
) -> Result<Corrections> {
    let as_of = report.run.as_of;
    let summaries: Vec<Summary> = (history.runs()?.iter())
        .filter(|r| r.as_of < as_of)
        // A summary of another version of the program is left out of the trend.
        .filter_map(|r| serde_json::from_str(&r.summary).ok())
        .collect();
    let mut burden: BTreeMap<String, Burden> = BTreeMap::new();
    for s in summaries.iter().chain([&today]) {
        for (unit, n) in &s.asked {
            burden.entry(unit.clone()).or_default().asked += n;
        }
        for (unit, n) in &s.asked_again {
            burden.entry(unit.clone()).or_default().asked_again += n;
        }
    }
    for (unit, tally) in history.answers_by_unit()? {
        burden.entry(unit).or_default().answered = tally.answered;
    }
    let trend = summaries.into_iter().map(|s| s.point).chain([today.point]).collect();
    let precision = history.answers_by_rule()?.into_iter().map(|(rule, t)| RulePrecision {
        rule,
        answered: t.answered,
        confirmed: t.confirmed,
        refuted: t.refuted,
        special: t.special,
    });
    let schemas = facts.book.tables.schemas;
    let mut deliveries: Vec<Delivery> = (roster.sources.iter())
        .filter(|s| !s.unit.is_empty())
        .map(|s| Delivery {
            unit: s.unit.clone(),
            kind: s.kind.clone(),
            title: schemas.get(&s.kind).map_or(s.kind.as_str(), |k| k.title.as_str()).to_string(),
            rows: s.today,
            since: s.since,
            partial: s.partial,
        })
        .collect();
    deliveries.sort_by(|a, b| (&a.unit, &a.kind).cmp(&(&b.unit, &b.kind)));
    Ok(Corrections {
        trend,
        returns: returns(history, known, report, compared, &burden)?,
        precision: precision.collect(),
        deliveries,
        ended: compared.ended_by_rule(),
        ended_by_unit: compared.ended_by_unit(),
        events: compared.events(),
        closings: closings(history, known, report)?,
    })
}

/// The published runs as the trend shows them.
pub(super) fn points(history: &History) -> Result<Vec<RunPoint>> {
    Ok(history
        .runs()?
        .iter()
        .filter_map(|r| serde_json::from_str::<Summary>(&r.summary).ok())
        .map(|s| s.point)
        .collect())
}

/// The counts of today.
pub(super) fn summary(known: &Known, report: &Report, compared: &Compared) -> Summary {
    let mut point = RunPoint {
        as_of: report.run.as_of,
        run_id: report.run.run_id.clone(),
        active: report.units.iter().map(|u| u.active).sum(),
        open: [0; 3],
        new: 0,
        reopened: 0,
        answered: 0,
        unchecked: 0,
        resolved: compared.ended.len(),
        ends: End::ALL.map(|end| compared.ended.iter().filter(|e| e.end == end).count()),
        by_unit: BTreeMap::new(),
        by_rule: BTreeMap::new(),
    };
    let (mut asked, mut asked_again) = (BTreeMap::new(), BTreeMap::new());
    for row in &report.findings {
        match row.status {
            Status::New => {
                point.new += 1;
                *asked.entry(row.unit.clone()).or_default() += 1;
            }
            Status::Reopened => {
                point.reopened += 1;
                if matches!(known.answer_of(&row.id), Some(Standing::Settled { .. })) {
                    *asked_again.entry(row.unit.clone()).or_default() += 1;
                }
            }
            Status::Answered => point.answered += 1,
            Status::Unchecked => point.unchecked += 1,
            Status::Persisting | Status::Disputed => {}
        }
        if row.status.is_open() {
            let at = Severity::ALL.iter().position(|s| *s == row.severity).unwrap_or(0);
            point.open[at] += 1;
            *point.by_unit.entry(row.unit.clone()).or_default() += 1;
            *point.by_rule.entry(row.rule.clone()).or_default() += 1;
        }
    }
    Summary { point, asked, asked_again }
}

/// What units closed by an answer alone, of today's findings.
fn closings(history: &History, known: &Known, report: &Report) -> Result<Vec<Closing>> {
    let closed: HashMap<String, &FindingRow> = (report.findings.iter())
        .filter(|f| f.status == Status::Answered)
        .map(|f| (known.key.digest(&f.id), f))
        .collect();
    let open = |text: &str| sealed::opened(text, &HashMap::new());
    let mut out: Vec<Closing> = (history.given()?.iter())
        .filter(|g| g.state == GivenState::Effective)
        .filter_map(|g| Some((g, closed.get(&g.key)?)))
        .map(|(g, row)| Closing {
            unit: row.unit.clone(),
            rule: row.rule.clone(),
            title: row.title.clone(),
            severity: row.severity,
            file_no: row.file_no.clone(),
            name: row.name.clone(),
            answer: g.word.text(),
            why: open(&g.note),
            checked_by: open(&g.checked_by),
            given_on: g.given_on,
            amount: row.amount,
            finding: row.id.clone(),
        })
        .collect();
    out.sort_by(|a, b| (&a.unit, &a.rule, &a.file_no, &a.finding).cmp(&(&b.unit, &b.rule, &b.file_no, &b.finding)));
    Ok(out)
}

/// How far each unit has come with what it was asked.
fn returns(
    history: &History,
    known: &Known,
    report: &Report,
    compared: &Compared,
    burden: &BTreeMap<String, Burden>,
) -> Result<Vec<UnitReturns>> {
    let as_of = report.run.as_of;
    let month_ago = crate::domain::date::add_months(as_of, -1);
    let last_returns = history.last_returns()?;
    let mut by_unit: BTreeMap<&str, Vec<&FindingRow>> = BTreeMap::new();
    for row in report.findings.iter().filter(|f| f.status != Status::Unchecked) {
        by_unit.entry(&row.unit).or_default().push(row);
    }
    for unit in burden.keys().chain(last_returns.keys()) {
        by_unit.entry(unit).or_default();
    }
    let one = |(unit, rows): (&str, Vec<&FindingRow>)| {
        let mut line = UnitReturns {
            unit: unit.to_string(),
            waiting_since: None,
            asked: 0,
            answered: 0,
            disputed: 0,
            promises_overdue: 0,
            still_there: 0,
            last_return: last_returns.get(unit).copied(),
            state: ReturnState::Complete,
            burden: burden.get(unit).copied().unwrap_or_default(),
        };
        for row in rows {
            let Some(handed_out) = compared.of(&row.id).and_then(|s| s.handed_out) else { continue };
            line.asked += 1;
            let answer = known.answer_of(&row.id);
            line.answered += usize::from(answer.is_some());
            match answer {
                None => line.waiting_since = Some(line.waiting_since.map_or(handed_out, |w| w.min(handed_out))),
                Some(Standing::Disputed) => line.disputed += 1,
                Some(Standing::Claimed { .. }) => line.still_there += 1,
                Some(Standing::Pending { due: Some(due), .. }) if *due < as_of => line.promises_overdue += 1,
                Some(_) => {}
            }
        }
        line.state = match line.waiting_since {
            None => ReturnState::Complete,
            Some(since) if since < month_ago => ReturnState::Overdue,
            Some(_) if line.answered > 0 => ReturnState::Partial,
            Some(_) => ReturnState::None,
        };
        line
    };
    Ok(by_unit.into_iter().map(one).collect())
}

/// What the state is to keep of a run; the digest of its output is put in when that is written.
pub(super) fn record(
    known: &Known,
    facts: &Facts<'_>,
    audit: &Audit,
    report: &Report,
    summary: &Summary,
    compared: &Compared,
    roster: &Roster,
) -> Result<RunRecord> {
    let found: HashMap<&str, &Finding> = audit.findings.iter().map(|f| (f.id.as_str(), f)).collect();
    let carried: HashMap<&str, _> = compared.carried.iter().map(|c| (c.id.as_str(), c)).collect();
    let listed = report.findings.iter().map(|row| {
        let checksum = unit_workbook::checksum(row);
        let (shown, handed_out) = match (found.get(row.id.as_str()), carried.get(row.id.as_str())) {
            (Some(finding), _) => {
                let stand = compared.of(&row.id);
                (shown(known, facts, finding, row, roster), stand.and_then(|s| s.handed_out))
            }
            (None, Some(carried)) => (carried.kept.clone(), carried.handed_out),
            (None, None) => (Shown::default(), None),
        };
        Listing {
            id: row.id.clone(),
            rule: row.rule.clone(),
            severity: row.severity,
            status: row.status,
            unit: row.unit.clone(),
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            handed_out,
            mark: row.mark.clone(),
            meaning: row.meaning.clone(),
            checksum,
            shown,
        }
    });
    let run = &report.run;
    Ok(RunRecord {
        run_id: run.run_id.clone(),
        as_of: run.as_of,
        output: String::new(),
        place: PathBuf::new(),
        version: run.version.clone(),
        profile: run.profile.clone(),
        federation: run.federation.clone(),
        summary: serde_json::to_string(summary).map_err(|e| {
            crate::error::Error::new(crate::error::ErrorKind::Defect, "本次运行的统计写不成JSON").found(e.to_string())
        })?,
        listed: listed.collect(),
        ended: compared.ended.clone(),
        sources: roster.sources.clone(),
        files: roster.files.clone(),
        ledger: None,
        layouts: roster.layouts.clone(),
    })
}

/// A finding as the state keeps it.
fn shown(known: &Known, facts: &Facts<'_>, finding: &Finding, row: &FindingRow, roster: &Roster) -> Shown {
    let book = facts.book;
    let draft = &finding.draft;
    let mut kinds: Vec<String> = (draft.evidence.iter())
        .filter_map(|e| book.tables.accounts.get(e.place.sheet.0 as usize)?.kind)
        .map(|kind| book.tables.schemas.all()[kind].kind.clone())
        .collect();
    kinds.sort();
    kinds.dedup();
    let file = match draft.file {
        Some(file) => roster.key_of(file).map(str::to_string),
        None => file_key(&known.key, &draft.file_no, None),
    };
    let told_of = draft.told_of.as_ref();
    let [electronic, paper, civil, payment, other] = row.values.clone();
    let shown = Shown {
        title: row.title.clone(),
        unit: row.unit.clone(),
        parent_unit: row.parent_unit.clone(),
        file_no: row.file_no.clone(),
        name: row.name.clone(),
        id_number: row.id_number.clone(),
        field: row.field.clone(),
        field_title: row.field_title.clone(),
        reference: row.reference.clone(),
        case: row.case.clone(),
        electronic,
        paper,
        civil,
        payment,
        other,
        conclusion: row.conclusion.to_string(),
        amount: row.amount,
        confidence: row.confidence,
        message: row.message.clone(),
        basis: row.basis.clone(),
        advice: row.advice.clone(),
        kinds,
        own: row.own_view.as_deref().map(|view| Own {
            file_no: view.file_no.clone(),
            name: view.name.clone(),
            id_number: view.id_number.clone(),
            values: view.values.clone(),
            message: view.message.clone(),
        }),
        reaches_out: row.own_view.is_some(),
        printed: (row.printed.sides != row.values).then(|| row.printed.sides.clone()),
        file: file.unwrap_or_default(),
        persons: row.persons.clone().map(|persons| persons.map(|p| known.key.digest(&p))),
        persons_shown: row.persons.clone().map(|persons| persons.map(|p| masked(&p))),
        subject: told_of.map(|(what, detail)| subject::names(book, &known.key, *what, detail)).unwrap_or_default(),
        whole: told_of.map(|(what, _)| subject::whole(book, &known.key, *what)).unwrap_or_default(),
        is_member: matches!(told_of, Some((What::Person(..), _))),
        cells: subject::cells(book, &known.key, &draft.evidence),
    };
    shown.sealed(&known.key)
}

/// The number in a person's key, masked.
fn masked(person: &str) -> String {
    crate::domain::text::mask(person.split('\u{1f}').next().unwrap_or(person))
}
