//! Why a rule cannot tell, worked out from the facts it asked: the same question has the same answer in every rule.

use chrono::Datelike;

use super::judge::Judge;
use super::reason::{Column, Reason};
use crate::derive::exits::LedgerRow;
use crate::derive::months::{ExitTest, exit_test};
use crate::derive::payments::{Doubt, PaymentRow};
use crate::derive::{Facts, Paid, income};
use crate::domain::date::Month;
use crate::link::FileId;
use crate::normalize::{RecordId, Value};
use crate::profile::{Edge, Line};

/// The materials of a paper form, as fields.
const MATERIALS: [&str; 15] =
    ["m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10", "m11", "m12", "m13", "m14", "m15"];

/// None of the materials asked for is marked.
pub fn not_filled_in(facts: &Facts<'_>, paper: RecordId, asked: &[&str]) -> Reason {
    let fields: Vec<&'static str> = MATERIALS.into_iter().filter(|m| asked.contains(m)).collect();
    Reason::of_cells(facts, paper, &fields)
}

/// The level's line is missing: not known which level, not configured, or no dibao standard it is a multiple of. None where
/// it is there.
pub fn lacking_line(judge: &Judge<'_>, file: FileId, line: Edge) -> Option<Reason> {
    let facts = judge.facts;
    let efile = facts.book.file(file).record;
    if let Some(why) = Reason::of_cell(facts, efile, "level") {
        return Some(why);
    }
    let level = match facts.book.tables.value(efile, "level") {
        Value::Code(level) => level.word()?,
        _ => return None,
    };
    lacking(judge, efile, level, line, facts.category(efile))
}

fn lacking(judge: &Judge<'_>, efile: RecordId, level: &str, line: Edge, category: Option<&str>) -> Option<Reason> {
    match judge.profile.line(line, level, category) {
        Some(Line::Amount(_)) => None,
        Some(Line::Multiple(_)) => no_standard(judge, efile),
        None => Some(Reason::NoLine { level: level.to_string(), line }),
    }
}

/// No dibao standard holds for the file's region in the month of as-of.
pub fn no_standard(judge: &Judge<'_>, efile: RecordId) -> Option<Reason> {
    let month = Month::of(judge.facts.setting.as_of);
    judge.facts.dibao_limit(judge.profile, efile, month).is_none().then_some(Reason::NoStandard)
}

/// The electronic file does not say the household's income.
pub fn no_income(facts: &Facts<'_>, efile: RecordId) -> Reason {
    match Reason::of_cell(facts, efile, "income_per_capita") {
        Some(why @ Reason::Unreadable(_)) => why,
        Some(why) => match ["income_annual", "household_size"].iter().find_map(|f| Reason::of_cell(facts, efile, f)) {
            Some(other @ Reason::Unreadable(_)) => other,
            _ => why,
        },
        None => Reason::Contradictory,
    }
}

/// Why income cannot be held against the level's filing line.
pub fn income_or_line(judge: &Judge<'_>, file: FileId, line: Edge) -> Reason {
    let efile = judge.facts.book.file(file).record;
    if let Some(why) = lacking_line(judge, file, line) {
        return why;
    }
    match income::of_file(judge.facts.book, efile) {
        None => no_income(judge.facts, efile),
        Some(_) => Reason::of_cells(judge.facts, efile, &["category"]),
    }
}

/// Why income cannot be held against the filing line of the category, or of the level alone.
pub fn income_or_filing(judge: &Judge<'_>, file: FileId, by_category: bool) -> Reason {
    let facts = judge.facts;
    let efile = facts.book.file(file).record;
    let of_level = |level| lacking(judge, efile, level, Edge::Filing, None);
    match facts.level(efile).and_then(of_level) {
        Some(why) if !by_category => why,
        _ => income_or_line(judge, file, Edge::Filing),
    }
}

/// Why months of income do not tell whether a household can leave.
pub fn income_months(judge: &Judge<'_>, file: FileId) -> Reason {
    if let Some(why) = lacking_line(judge, file, Edge::Exit) {
        return why;
    }
    let facts = judge.facts;
    let rows = facts.months.of(file);
    if rows.is_empty() {
        let unit = facts.book.file(file).unit;
        let none = Reason::of_source(facts, "income", unit);
        return if facts.coverage.complete("income", unit) { Reason::MonthsMissing } else { none };
    }
    let efile = facts.book.file(file).record;
    let limit = |month: Month| facts.exit_limit(judge.profile, efile, month);
    let last = Month::of(facts.setting.as_of);
    match exit_test(rows, 6, last.plus(-3), limit) {
        ExitTest::Untold if rows.iter().any(|r| limit(r.month).is_none()) => Reason::NoStandard,
        ExitTest::Untold => Reason::Contradictory,
        _ => Reason::MonthsMissing,
    }
}

/// When a file left is not known.
pub fn not_left(facts: &Facts<'_>, file: FileId) -> Reason {
    Reason::of_cells(facts, facts.book.file(file).record, &["exited_on"])
}

/// Why the working days of a notice cannot be counted.
pub fn notice(facts: &Facts<'_>, row: &LedgerRow) -> Reason {
    let ends = ["notice_from", "notice_to"];
    if let Some(why) = ends.iter().find_map(|field| Reason::of_cell(facts, row.record, field)) {
        return why;
    }
    let years =
        ends.iter().filter_map(|field| row.date(field)).flat_map(|d| [d.first_day().year(), d.last_day().year()]);
    match years.into_iter().find(|year| !facts.setting.calendar.covers(*year)) {
        Some(year) => Reason::NoCalendar(year),
        None => Reason::Contradictory,
    }
}

/// Why nobody can say that the household draws nothing.
pub fn civil(facts: &Facts<'_>, file: FileId) -> Reason {
    let f = facts.book.file(file);
    if facts.civil_of(file).unknown_state {
        Reason::CivilUnclear
    } else if f.persons().next().is_none() {
        Reason::NumberUnclear
    } else if facts.coverage.any_complete(&super::yz::CIVIL_KINDS, f.unit) {
        Reason::CivilUnclear
    } else {
        Reason::of_sources(facts, &super::yz::CIVIL_KINDS, f.unit)
    }
}

/// Why nobody can say that the household was not surveyed.
pub fn survey(facts: &Facts<'_>, file: FileId) -> Reason {
    let papers = facts.book.papers_of.get(&file).map_or(&[][..], Vec::as_slice);
    let mut rows = papers.iter().map(|&paper| facts.book.paper(paper).record);
    let unreadable = rows.find_map(|row| match Reason::of_cell(facts, row, "surveyed_on") {
        None | Some(Reason::Blank(_)) => None,
        why => why,
    });
    unreadable.unwrap_or_else(|| Reason::of_source(facts, "paper", facts.book.file(file).unit))
}

/// Why nobody can say that the household was not visited.
pub fn visits(facts: &Facts<'_>, file: FileId) -> Reason {
    let unit = facts.book.file(file).unit;
    let undated = facts.visits.of(file).iter().find(|v| v.visited_on.is_none());
    match undated {
        Some(visit) => Reason::of_cells(facts, visit.record, &["visited_on"]),
        None if !facts.coverage.complete("visit", unit) => Reason::of_source(facts, "visit", unit),
        None => survey(facts, file),
    }
}

/// Amount or date of an aid record or payment cannot be read, or is none that can be right.
pub fn unreadable(facts: &Facts<'_>, record: RecordId, date: &'static str) -> Reason {
    if let Some(why) = ["amount", date].iter().find_map(|field| Reason::of_cell(facts, record, field)) {
        return why;
    }
    let column = Column { kind: facts.book.tables.table(record).kind, field: date };
    match facts.book.tables.value(record, date) {
        Value::Date(day) if day.first_day() > facts.setting.as_of => Reason::AfterAsOf(column),
        _ => Reason::Unreadable(column),
    }
}

/// What may belong to a row that is left over, so that nobody can say it has nothing on the other side.
pub fn doubt(facts: &Facts<'_>, doubt: Doubt) -> Reason {
    match doubt {
        Doubt::Unassigned(_) => Reason::Unassigned,
        Doubt::Unreadable(row) => {
            let is_aid = facts.book.tables.schema(row).kind == "aid";
            unreadable(facts, row, if is_aid { "aided_on" } else { "paid_on" })
        }
    }
}

/// Why a payment cannot be told from a repetition.
pub fn repetition(facts: &Facts<'_>, payment: &PaymentRow<'_>) -> Reason {
    Reason::of_cells(facts, payment.record, &["amount", "paid_on", "result"])
}

/// Why the payee's name cannot be held against others.
pub fn payee_name(facts: &Facts<'_>, paid: &Paid<'_>) -> Reason {
    match paid.name {
        None => Reason::of_cells(facts, paid.record, &["name"]),
        Some(_) if paid.person.is_none() => Reason::NumberUnclear,
        Some(name) if name.shown().contains('*') => {
            Reason::Unreadable(Column { kind: facts.book.tables.table(paid.record).kind, field: "name" })
        }
        Some(_) => Reason::Unassigned,
    }
}

/// One side has no list of members.
pub fn member_lists(facts: &Facts<'_>, file: FileId) -> Reason {
    let unit = facts.book.file(file).unit;
    match facts.coverage.complete("emember", unit) {
        true => Reason::of_source(facts, "paper_member", unit),
        false => Reason::of_source(facts, "emember", unit),
    }
}
