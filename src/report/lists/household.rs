//! What the lists say of one household, read once from the facts.

use std::collections::BTreeSet;

use crate::audit::Audit;
use crate::derive::Facts;
use crate::derive::lines::{InForce, KEEPING_SCHEMES};
use crate::domain::date::{Month, PartialDate, after};
use crate::link::{FileId, FileStatus, UnitId, name_of, text_of};
use crate::normalize::{RecordId, Value};
use crate::profile::Profile;
use crate::rules::Judge;

/// One electronic file as the lists print it. Words are the code tables', else as written; "" where nothing is.
#[derive(Debug, Clone)]
pub struct Household {
    pub file: FileId,
    pub unit: UnitId,
    pub unit_name: String,
    pub file_no: String,
    pub name: String,
    /// The head's number, masked where the configuration wants exports masked.
    pub number: String,
    pub level: String,
    pub category: String,
    pub cause: String,
    pub status: FileStatus,
    /// 家庭人口 as written, else head and members of the list.
    pub persons: i64,
    pub filed_on: Option<PartialDate>,
    pub exited_on: Option<PartialDate>,
    pub cancelled_on: Option<PartialDate>,
    /// An earlier file of the household had left when this one was opened.
    pub left_before: Option<PartialDate>,
    pub helper: String,
    pub stay_reason: String,
    pub in_force: InForce,
    /// Schemes that somebody of the household draws, joined by 、.
    pub schemes: String,
    /// Latest visit, survey counted.
    pub last_visit: Option<PartialDate>,
    /// Its head's health or its main cause is one of those that TK509 calls hard to leave hardship with.
    pub sick: bool,
    /// Rules with an open finding on this file.
    pub findings: BTreeSet<&'static str>,
    pub open_findings: i64,
}

impl Household {
    pub fn is_active(&self) -> bool {
        self.status == FileStatus::Active
    }

    pub fn status_text(&self) -> &'static str {
        match self.status {
            FileStatus::Active => "在档",
            FileStatus::Exited => "已脱困",
            FileStatus::Cancelled => "已注销",
            FileStatus::Unknown => "状态不明",
        }
    }

    /// Of a household that has left: when.
    pub fn left_on(&self) -> Option<PartialDate> {
        match self.status {
            FileStatus::Exited => self.exited_on,
            FileStatus::Cancelled => self.cancelled_on,
            _ => None,
        }
    }

    pub fn filed_month(&self) -> Option<Month> {
        self.filed_on.map(PartialDate::month)
    }
}

/// Every file of the units kept, in file order.
pub fn households(
    facts: &Facts<'_>,
    audit: &Audit,
    profile: &Profile,
    keep: &dyn Fn(UnitId) -> bool,
    masked: bool,
) -> Vec<Household> {
    let rules = crate::rules::all(facts.book.tables.schemas);
    let judge = rules.iter().find(|r| r.code == "TK509").map(|rule| Judge::new(rule, facts, profile));
    let hard = ["severe", "causes"].map(|list| judge.as_ref().map(|j| j.list(list)).unwrap_or_default());
    let mut all: Vec<Household> = Vec::new();
    let mut at = vec![None; facts.book.files.len()];
    for id in facts.book.file_ids().filter(|&id| keep(facts.book.file(id).unit)) {
        at[id.0 as usize] = Some(all.len());
        all.push(household(facts, id, &hard, masked));
    }
    for finding in &audit.findings {
        let Some(file) = finding.draft.file else { continue };
        if let Some(own) = at[file.0 as usize].map(|i| &mut all[i]) {
            own.findings.insert(finding.rule.code);
            own.open_findings += 1;
        }
    }
    all
}

fn household(facts: &Facts<'_>, id: FileId, [severe, causes]: &[Vec<&str>; 2], masked: bool) -> Household {
    let book = facts.book;
    let file = book.file(id);
    let t = &book.tables;
    let record = file.record;
    let date = |field: &str| facts.date_of(record, field);
    let name = |field: &str| name_of(t, record, field).map_or(String::new(), |n| n.shown().to_string());
    let number = book.number_of(record, "id_number").map_or(String::new(), |n| n.shown());
    let filed_on = date("filed_on");
    let (health, cause) = (word(facts, record, "health"), word(facts, record, "cause_main"));
    Household {
        file: id,
        unit: file.unit,
        unit_name: book.units.name(file.unit).to_string(),
        file_no: file.file_no.clone(),
        name: name("name"),
        number: if masked { crate::report::privacy::masked_digits(&number) } else { number },
        level: word(facts, record, "level"),
        category: word(facts, record, "category"),
        status: file.status,
        persons: match t.value(record, "household_size") {
            Value::Int(n) if *n > 0 => *n,
            _ => 1 + file.members.len() as i64,
        },
        filed_on,
        exited_on: date("exited_on"),
        cancelled_on: date("cancelled_on"),
        left_before: left_before(facts, id, filed_on),
        helper: name("helper"),
        stay_reason: text_of(t, record, "stay_reason").to_string(),
        in_force: facts.in_force(id),
        schemes: schemes(facts, id),
        last_visit: last_visit(facts, id),
        sick: severe.contains(&health.as_str()) || causes.contains(&cause.as_str()),
        cause,
        findings: BTreeSet::new(),
        open_findings: 0,
    }
}

/// The canonical word of a code, else as written.
pub fn word(facts: &Facts<'_>, record: RecordId, field: &str) -> String {
    match facts.book.tables.value(record, field) {
        Value::Code(code) => code.shown().to_string(),
        _ => String::new(),
    }
}

/// When the household left, if it did before this file was opened.
fn left_before(facts: &Facts<'_>, id: FileId, filed_on: Option<PartialDate>) -> Option<PartialDate> {
    let filed = filed_on?;
    let others = facts.households.household(facts.book, id).iter().filter(|&&other| other != id);
    let left = others.filter(|&&other| facts.book.file(other).status == FileStatus::Exited);
    let days = left.filter_map(|&other| facts.households.life(other).left_on);
    days.filter(|&day| !after(day, filed)).max_by_key(|d| d.last_day())
}

fn schemes(facts: &Facts<'_>, id: FileId) -> String {
    let drawn: BTreeSet<&str> = (facts.civil_of(id).close_drawing.iter())
        .map(|(_, _, scheme)| scheme.as_str())
        .filter(|scheme| KEEPING_SCHEMES.contains(scheme))
        .collect();
    drawn.into_iter().collect::<Vec<_>>().join("、")
}

fn last_visit(facts: &Facts<'_>, id: FileId) -> Option<PartialDate> {
    let visits = facts.visits.of(id).iter().filter_map(|v| v.visited_on);
    let survey = facts.book.paper_of(id).and_then(|p| facts.date_of(p.record, "surveyed_on"));
    let days = visits.chain(survey).filter(|d| d.first_day() <= facts.setting.as_of);
    days.max_by_key(|d| d.last_day())
}
