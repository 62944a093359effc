//! Payments that count: those that arrived and were not taken back.
//!
//! A row counts with result 成功, or where none is given, and an amount above zero. A negative or bracketed one takes back the
//! latest row of the same person, program and amount that is earlier or of the same day; neither counts then.

use rustc_hash::FxHashMap;

use super::households::{Households, PersonKey, number_of, person_key};
use crate::domain::account::Account;
use crate::domain::date::{PartialDate, on_or_before};
use crate::domain::id_number::IdNumber;
use crate::domain::name::Name;
use crate::link::{Casebook, FileId, UnitId, name_of, text_of};
use crate::normalize::{RecordId, Value};

/// A payment that reached somebody. What is `None` is not said or cannot be read.
#[derive(Debug, Clone)]
pub struct Paid<'a> {
    pub record: RecordId,
    /// "" where there is none.
    pub serial: &'a str,
    pub name: Option<&'a Name>,
    /// Of the payee; may be invalid.
    pub number: Option<&'a IdNumber>,
    /// The sheet has a column for the number: without one its absence says nothing.
    pub asks_number: bool,
    /// None too for a number that is no key: invalid, damaged, masked.
    pub person: Option<PersonKey>,
    /// Above zero, if it can be read.
    pub fen: Option<i64>,
    pub paid_on: Option<PartialDate>,
    /// Canonical word, else as written.
    pub program: Option<&'a str>,
    pub fund_source: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub account: Option<&'a Account>,
    pub account_name: Option<&'a Name>,
    /// The payee's file on that day.
    pub file: Option<FileId>,
    /// Of the file, else of the row.
    pub unit: UnitId,
}

/// The payments that count, in reading order.
pub fn paid<'a>(book: &'a Casebook<'a>, households: &Households) -> Vec<Paid<'a>> {
    let t = &book.tables;
    let arrived = |&record: &RecordId| match t.value(record, "result") {
        Value::Code(result) => result.word() == Some("成功"),
        Value::Bad(_) => false,
        _ => true,
    };
    let rows: Vec<RecordId> = t.of_kind("payment").iter().copied().filter(arrived).collect();
    let movements: Vec<Movement<'_>> = rows.iter().map(|&r| Movement::read(book, r)).collect();
    let undone = taken_back(&movements);
    let counts = |i: &usize| !undone[*i] && movements[*i].fen.is_none_or(|fen| fen > 0);
    (0..rows.len()).filter(counts).map(|i| read(book, households, rows[i], &movements[i])).collect()
}

fn read<'a>(book: &'a Casebook<'a>, households: &Households, record: RecordId, movement: &Movement<'a>) -> Paid<'a> {
    let t = &book.tables;
    let number = number_of(book, record);
    let file = number.and_then(|n| households.file_on(book, n, movement.day));
    Paid {
        record,
        serial: text_of(t, record, "serial"),
        name: name_of(t, record, "name"),
        number,
        asks_number: !matches!(t.value(record, "id_number"), Value::Absent),
        person: number.and_then(person_key),
        fen: movement.fen,
        paid_on: movement.day,
        program: movement.program,
        fund_source: word(book, record, "fund_source"),
        channel: word(book, record, "channel"),
        account: match t.value(record, "account") {
            Value::Account(account) => Some(account),
            _ => None,
        },
        account_name: name_of(t, record, "account_name"),
        file,
        unit: file.map_or_else(|| book.unit_of_row(record), |f| book.file(f).unit),
    }
}

fn word<'a>(book: &'a Casebook<'a>, record: RecordId, field: &str) -> Option<&'a str> {
    match book.tables.value(record, field) {
        Value::Code(word) => Some(word.shown()),
        _ => None,
    }
}

/// As much of a row as taking back looks at.
#[derive(Debug, Clone)]
struct Movement<'a> {
    /// Number as text, else name: who it was paid to, for this purpose.
    payee: String,
    program: Option<&'a str>,
    fen: Option<i64>,
    day: Option<PartialDate>,
    serial: &'a str,
}

impl<'a> Movement<'a> {
    fn read(book: &'a Casebook<'a>, record: RecordId) -> Self {
        let t = &book.tables;
        let by_name = || name_of(t, record, "name").map(|n| n.key().to_string());
        Self {
            payee: number_of(book, record).map(IdNumber::shown).or_else(by_name).unwrap_or_default(),
            program: word(book, record, "program"),
            fen: match t.value(record, "amount") {
                Value::Money(fen) => Some(*fen),
                _ => None,
            },
            day: match t.value(record, "paid_on") {
                Value::Date(date) => Some(*date),
                _ => None,
            },
            serial: text_of(t, record, "serial"),
        }
    }
}

/// Which rows were taken back. Going through the negative rows by date leaves the older rows to those that come later.
fn taken_back(rows: &[Movement<'_>]) -> Vec<bool> {
    let mut undone = vec![false; rows.len()];
    let mut negative: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].fen.is_some_and(|fen| fen < 0)).collect();
    if negative.is_empty() {
        return undone;
    }
    let by_date = |&i: &usize| (rows[i].day.map(PartialDate::first_day), rows[i].serial, i);
    negative.sort_by_key(by_date);
    let mut positive: FxHashMap<(&str, i64), Vec<usize>> = FxHashMap::default();
    for (i, row) in rows.iter().enumerate() {
        if let Some(fen) = row.fen.filter(|&fen| fen > 0) {
            positive.entry((&row.payee, fen)).or_default().push(i);
        }
    }
    positive.values_mut().for_each(|list| list.sort_by_key(by_date));
    for n in negative {
        let back = &rows[n];
        let Some(amount) = back.fen.and_then(i64::checked_neg) else { continue };
        let same_program = |i: usize| rows[i].program.zip(back.program).is_none_or(|(a, b)| a == b);
        let not_later = |i: usize| rows[i].day.zip(back.day).is_none_or(|(paid, taken)| on_or_before(paid, taken));
        let list = positive.get(&(back.payee.as_str(), amount)).map_or(&[][..], Vec::as_slice);
        if let Some(&p) = list.iter().rev().find(|&&p| !undone[p] && same_program(p) && not_later(p)) {
            undone[p] = true;
        }
    }
    undone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: u32, fen: i64, program: &'static str) -> Movement<'static> {
        Movement {
            payee: "甲".to_string(),
            program: Some(program),
            fen: Some(fen),
            day: PartialDate::new(2019, 5, Some(day)),
            serial: "",
        }
    }

    #[test]
    fn the_latest_earlier_row_is_taken_back() {
        let undone = |rows: &[Movement<'_>]| -> Vec<usize> {
            let all = taken_back(rows);
            (0..rows.len()).filter(|&i| all[i]).collect()
        };
        let (a, b) = ("生活救助", "医疗救助");
        assert_eq!(undone(&[row(1, 600, a), row(5, 600, a), row(9, 600, a), row(7, -600, a)]), [1]);
        assert_eq!(undone(&[row(7, 600, a), row(7, -600, a)]), [0], "of the same day too");
        assert!(undone(&[row(8, 600, a), row(7, -600, a)]).is_empty(), "not a later one");
        assert!(undone(&[row(1, 500, a), row(7, -600, a)]).is_empty(), "not another amount");
        assert!(undone(&[row(1, 600, b), row(7, -600, a)]).is_empty(), "not another program");
        let other = Movement { payee: "乙".to_string(), ..row(1, 600, a) };
        assert!(undone(&[other, row(7, -600, a)]).is_empty(), "not another person");
        let twice = [row(1, 600, a), row(4, 600, a), row(5, -600, a), row(6, -600, a), row(7, -600, a)];
        assert_eq!(undone(&twice), [0, 1], "each once");
    }
}
