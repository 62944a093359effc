//! Payments that count: with result 成功, or where none is given, an amount above zero, and not taken back
//! ([`super::payments`] says which are).

use super::households::{Households, PersonKey, number_of, person_key};
use super::payments::{Arrival, PaymentRow, Payments, Standing};
use crate::domain::account::Account;
use crate::domain::date::PartialDate;
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
    /// Nothing usable stands in that column; `number` is then that of the person the row is taken for, if any.
    pub lacks_number: bool,
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
pub fn paid<'a>(book: &'a Casebook<'a>, households: &Households, payments: &Payments<'a>) -> Vec<Paid<'a>> {
    let counts = |row: &&PaymentRow<'a>| {
        row.arrival == Arrival::Arrived
            && !matches!(row.standing, Standing::TakenBack | Standing::TakesBack)
            && row.item.fen.is_none_or(|fen| fen > 0)
    };
    payments.payments.iter().filter(counts).map(|row| read(book, households, row)).collect()
}

fn read<'a>(book: &'a Casebook<'a>, households: &Households, row: &PaymentRow<'a>) -> Paid<'a> {
    let (t, record) = (&book.tables, row.record);
    let number = number_of(book, record);
    let file = number.and_then(|n| households.file_on(book, n, name_of(&book.tables, record, "name"), row.item.date));
    Paid {
        record,
        serial: text_of(t, record, "serial"),
        name: name_of(t, record, "name"),
        number,
        lacks_number: matches!(t.value(record, "id_number"), Value::Blank),
        asks_number: !matches!(t.value(record, "id_number"), Value::Absent),
        person: number.and_then(person_key),
        fen: row.item.fen,
        paid_on: row.item.date,
        program: word(book, record, "program"),
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
