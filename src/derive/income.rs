//! Per-capita income of a household, fen a month.

use crate::link::Casebook;
use crate::normalize::{RecordId, Value};

/// Of an electronic file: 家庭月人均收入, else 家庭年度总收入 / 12 / 家庭人口. With the fields it came from.
pub fn of_file(book: &Casebook<'_>, efile: RecordId) -> Option<(i64, &'static [&'static str])> {
    let t = &book.tables;
    if let Value::Money(fen) = t.value(efile, "income_per_capita") {
        return Some((*fen, &["income_per_capita"]));
    }
    match (t.value(efile, "income_annual"), t.value(efile, "household_size")) {
        (Value::Money(annual), Value::Int(size)) if *size > 0 => {
            Some((rounded(*annual, 12 * size), &["income_annual", "household_size"]))
        }
        _ => None,
    }
}

/// Of a civil row: the monthly figure, else a yearly one / 12. With the field it came from.
pub fn of_civil(book: &Casebook<'_>, record: RecordId) -> Option<(i64, &'static str)> {
    let t = &book.tables;
    if let Value::Money(fen) = t.value(record, "income_per_capita") {
        return Some((*fen, "income_per_capita"));
    }
    match t.value(record, "income_per_capita_annual") {
        Value::Money(fen) => Some((rounded(*fen, 12), "income_per_capita_annual")),
        _ => None,
    }
}

/// Division to the nearest fen, halves away from zero.
pub fn rounded(amount: i64, by: i64) -> i64 {
    let half = by / 2 * amount.signum();
    (amount + half) / by
}
