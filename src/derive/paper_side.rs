//! An electronic file against its paper row, field by field.

use super::Setting;
use super::coverage::Coverage;
use super::equality::{Tolerance, equal};
use super::members::{self, MemberGap};
use crate::domain::date;
use crate::link::{Casebook, FileId, Paper, PaperMatch, Told};
use crate::normalize::{RecordId, Value};
use crate::schema::Layout;

/// Fields compared between paper and electronic file (YZ301), in schema order.
pub const COMPARED: [&str; 19] = [
    "file_no",
    "category",
    "name",
    "sex",
    "id_number",
    "health",
    "work_status",
    "employer",
    "employer_state",
    "phone",
    "address",
    "housing",
    "floor_area",
    "hukou",
    "work_start",
    "insurance",
    "income_monthly",
    "income_annual",
    "household_size",
];

/// How one field compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Equal,
    Differs,
    /// A required value stands on the electronic side only / on paper only: 缺失.
    MissingOnPaper,
    MissingElectronic,
    /// A side has no such column, says nothing of an optional field, or cannot be read.
    NotCompared,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldComparison {
    pub field: &'static str,
    pub outcome: Outcome,
}

/// A file and its paper row.
#[derive(Debug, Clone)]
pub struct PaperFacts {
    pub paper: RecordId,
    pub how: PaperMatch,
    pub fields: Vec<FieldComparison>,
    /// None where one side has no member list.
    pub members: Option<MemberGap>,
    /// The electronic side was updated after the survey, not more than 30 working days before as-of, outside the campaign:
    /// paper may still follow (总工办〔2016〕36号).
    pub in_sync_period: bool,
}

impl PaperFacts {
    pub fn outcome(&self, field: &str) -> Outcome {
        self.fields.iter().find(|f| f.field == field).map_or(Outcome::NotCompared, |f| f.outcome)
    }
}

pub fn compare(book: &Casebook<'_>, coverage: &Coverage, setting: &Setting, file: FileId) -> Option<PaperFacts> {
    let paper = book.paper_of(file)?;
    let (_, how) = paper.file?;
    let efile = book.file(file).record;
    let fields = COMPARED.iter().map(|&field| {
        let told = match field {
            "id_number" => number_is_told(book, efile, how),
            _ => how == PaperMatch::HeadChanged && OF_THE_HEAD.contains(&field),
        };
        let outcome = if told { Outcome::NotCompared } else { outcome(book, setting, efile, paper.record, field) };
        FieldComparison { field, outcome }
    });
    let listed = paper_lists_members(book, coverage, paper) && coverage.covers("emember", book.file(file).unit);
    Some(PaperFacts {
        paper: paper.record,
        how,
        fields: fields.collect(),
        members: listed.then(|| members::gap(book, file, paper)),
        in_sync_period: in_sync_period(book, setting, efile, paper.record),
    })
}

/// Something else tells what is to be said of the number: ID109 of either row, the change of heads; or the paper row has
/// none (ID105) or hides it in part.
fn number_is_told(book: &Casebook<'_>, efile: RecordId, how: PaperMatch) -> bool {
    let of_file = book.who.suspect(efile).is_some_and(|s| s.told != Told::Verified);
    of_file
        || matches!(how, PaperMatch::HeadChanged | PaperMatch::Suspected | PaperMatch::Masked | PaperMatch::NoNumber)
}

/// What is one person's own: of two different heads it differs, and that is told once.
const OF_THE_HEAD: [&str; 10] = [
    "name",
    "sex",
    "phone",
    "employer",
    "employer_state",
    "work_status",
    "work_start",
    "health",
    "insurance",
    "income_monthly",
];

fn outcome(book: &Casebook<'_>, setting: &Setting, efile: RecordId, paper: RecordId, field: &str) -> Outcome {
    let t = &book.tables;
    let (e, p) = (t.value(efile, field), t.value(paper, field));
    if matches!(e, Value::Absent) || matches!(p, Value::Absent) {
        return Outcome::NotCompared;
    }
    let schema = t.schema(efile);
    let Some(declared) = schema.index(field).map(|i| &schema.fields[i]) else { return Outcome::NotCompared };
    match (e.says_nothing(), p.says_nothing()) {
        (true, true) => return Outcome::NotCompared,
        (false, true) if is_required(book, efile, field, declared.required) => return Outcome::MissingOnPaper,
        (true, false) if is_required(book, efile, field, declared.required) => return Outcome::MissingElectronic,
        (false, false) => {}
        _ => return Outcome::NotCompared,
    }
    let tolerance = Tolerance { money: setting.money_tolerance, area: setting.area_tolerance };
    match equal(declared.ty, e, p, tolerance) {
        None => Outcome::NotCompared,
        Some(true) => Outcome::Equal,
        Some(false) => Outcome::Differs,
    }
}

/// A file number missing on paper is not told; an employer is required only of those who have one (在岗 病休 内退).
pub fn is_required(book: &Casebook<'_>, efile: RecordId, field: &str, declared: bool) -> bool {
    match field {
        "file_no" => false,
        "employer" => {
            matches!(book.tables.value(efile, "work_status"), Value::Code(c) if matches!(c.word(), Some("在岗" | "病休" | "内退")))
        }
        _ => declared,
    }
}

/// A form has a member list when it has the block; a table when a list of paper members speaks of the unit.
fn paper_lists_members(book: &Casebook<'_>, coverage: &Coverage, paper: &Paper) -> bool {
    let t = &book.tables;
    let table = t.table(paper.record);
    match table.layout {
        Layout::Form => {
            let members = t.schemas.position("paper_member");
            t.tables.iter().any(|other| other.sheet == table.sheet && Some(other.kind) == members)
        }
        Layout::Table => paper.lists_members || coverage.covers("paper_member", paper.unit),
    }
}

fn in_sync_period(book: &Casebook<'_>, setting: &Setting, efile: RecordId, paper: RecordId) -> bool {
    const WORKING_DAYS: u32 = 30;
    if setting.campaign.is_some_and(|(from, to)| (from..=to).contains(&setting.as_of)) {
        return false;
    }
    let (Value::Date(updated), Value::Date(surveyed)) =
        (book.tables.value(efile, "updated_on"), book.tables.value(paper, "surveyed_on"))
    else {
        return false;
    };
    let (Some(day), true) = (updated.exact(), date::after(*updated, *surveyed)) else { return false };
    day <= setting.as_of
        && day.succ_opt().is_some_and(|next| {
            setting.calendar.working_days_between(next, setting.as_of).is_some_and(|n| n <= WORKING_DAYS)
        })
}
