//! What an earlier run read and this one misses: JD215, FF418, BF608. Only where earlier runs are remembered.

use super::cage::{Cage, Home};
use super::edits::Edit;
use super::{Bird, Planted};
use crate::link::UnitId;
use crate::normalize::{RecordId, Value};

/// Before the mistakes of single payments take the households that were paid.
pub(super) const ROWS: &[Bird] =
    &[Bird { code: "FF418", plant: payment_gone }, Bird { code: "BF608", plant: aid_gone }];

/// Last: which other mistakes take a file away must be known.
pub(super) const FILES: &[Bird] = &[Bird { code: "JD215", plant: file_gone }];

/// Rules that find whatever another mistake takes away or changes, too.
pub(super) const OF_CHANGES: [&str; 3] = ["JD215", "FF418", "BF608"];

/// Electronic files from which on a few that are gone are no list cut short.
const ENOUGH_FILES: usize = 60;
/// Files of a unit of which one may be gone.
const ENOUGH_OF_A_UNIT: usize = 3;

const NO_PAST: &str = "还没有以往的核查可比";

fn file_gone(cage: &mut Cage<'_>) -> Planted {
    if cage.facts.past.as_of.is_none() {
        return Err(NO_PAST);
    }
    let book = cage.facts.book;
    if book.files.len() < ENOUGH_FILES {
        return Err("档案太少，删去一份就像没有到齐");
    }
    let of_unit = |unit: UnitId| book.files.iter().filter(|f| f.unit == unit).count();
    let fits = |cage: &Cage<'_>, home: Home| {
        let unit = book.file(home.file).unit;
        cage.facts.past.known_files.contains(&home.file)
            && of_unit(unit) >= ENOUGH_OF_A_UNIT
            && !cage.loses_a_file(unit)
    };
    let home = cage.take(fits).ok_or("没有上次也在档的无疑点户")?;
    cage.remove(home.efile);
    for kind in ["emember", "paper", "paper_member", "payment", "aid", "income", "visit", "exit", "roster", "civil"] {
        cage.rows(kind, home.file).into_iter().for_each(|row| cage.remove(row));
    }
    Ok(())
}

fn payment_gone(cage: &mut Cage<'_>) -> Planted {
    row_gone(cage, "payment", "paid_on", "没有以往也读到过、当月还有别的发放的无疑点户")
}

fn aid_gone(cage: &mut Cage<'_>) -> Planted {
    row_gone(cage, "aid", "aided_on", "没有以往也读到过、当月还有别的帮扶记录的无疑点户")
}

fn row_gone(cage: &mut Cage<'_>, kind: &'static str, date: &'static str, lack: &'static str) -> Planted {
    if cage.facts.past.as_of.is_none() {
        return Err(NO_PAST);
    }
    let row = |cage: &Cage<'_>, home: Home| {
        let rows = cage.rows(kind, home.file);
        rows.into_iter().find(|&row| cage.facts.past.known.contains(&row) && has_company(cage, kind, row, date))
    };
    let home = cage.take(|cage, home| row(cage, home).is_some()).ok_or(lack)?;
    let row = row(cage, home).ok_or(lack)?;
    cage.remove(row);
    cage.beside(&["FF401", "FF402", "FF403", "FF404", "FF405", "FF410", "FF411", "FF417", "BF604", "BF606"]);
    Ok(())
}

/// Another row of its unit and month, so that its list is seen to have come.
fn has_company(cage: &Cage<'_>, kind: &str, row: RecordId, date: &str) -> bool {
    let book = cage.facts.book;
    let month = |row: RecordId| match book.tables.value(row, date) {
        Value::Date(day) => Some(day.month()),
        _ => None,
    };
    let (own, unit) = (month(row), book.unit_of_row(row));
    let others = book.tables.of_kind(kind).iter().filter(|&&other| other != row);
    own.is_some() && others.filter(|&&other| month(other) == own && book.unit_of_row(other) == unit).count() >= 2
}

impl Cage<'_> {
    /// Another mistake takes an electronic file of this unit away.
    fn loses_a_file(&self, unit: UnitId) -> bool {
        let book = self.facts.book;
        let is_file = |row: &RecordId| book.tables.schema(*row).kind == "efile" && book.unit_of_row(*row) == unit;
        self.edits().iter().any(|edit| matches!(edit, Edit::Remove(row) if is_file(row)))
    }
}
