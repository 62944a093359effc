//! Every fen is accounted for: per unit, program, fund source and year, what the sources say is what was matched, left over
//! or taken back.
//!
//! The sources' side is added up from the rows alone, whatever became of them; the other side from the groups. A program or
//! source that is not said is "", a date that cannot be read the year 0. Rows that failed or came back never arrived: they
//! are in no total. A negative row that took another back is told by the row it took back (`reversed`); one that found
//! nothing to take back is negative and unmatched. Rows whose amount cannot be read are no sum at all (they are ID107).

use std::collections::BTreeMap;

use super::{Arrival, Item, Payments, Standing};
use crate::error::{Error, ErrorKind, Result};
use crate::link::{Casebook, UnitId};
use crate::normalize::{RecordId, Value};

/// Unit, program, fund source, year.
pub type Key = (UnitId, String, String, i32);

/// Sums of one key, fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Line {
    pub aid_total: i64,
    pub aid_matched: i64,
    pub aid_unmatched: i64,
    pub payment_total: i64,
    pub payment_matched: i64,
    pub payment_unmatched: i64,
    pub reversed: i64,
}

impl Line {
    fn balances(&self) -> bool {
        self.aid_total == self.aid_matched + self.aid_unmatched
            && self.payment_total == self.payment_matched + self.payment_unmatched + self.reversed
    }
}

/// The account of a run.
///
/// # Errors
/// [`ErrorKind::Defect`] where the groups do not add up to the sources, line by line.
pub fn account(book: &Casebook<'_>, payments: &Payments<'_>) -> Result<BTreeMap<Key, Line>> {
    let mut lines: BTreeMap<Key, Line> = BTreeMap::new();
    from_sources(book, &mut lines);
    from_groups(book, payments, &mut lines);
    let wrong = lines.values().filter(|line| !line.balances()).count();
    if wrong > 0 {
        return Err(Error::new(
            ErrorKind::Defect,
            format!("发放对账不平：{wrong}个项目的帮扶或发放合计与分项之和不符"),
        )
        .remedy("这是程序的问题，请把本条信息告诉开发者。")
        .meanwhile("没有写出任何结果，上一次的结果没有改动。"));
    }
    Ok(lines)
}

/// What the rows say: all aid, all payments that arrived. Reversals are told below the row they reverse.
fn from_sources(book: &Casebook<'_>, lines: &mut BTreeMap<Key, Line>) {
    let t = &book.tables;
    let word = |record: RecordId, field: &str| match t.value(record, field) {
        Value::Code(code) => code.shown().to_string(),
        _ => String::new(),
    };
    let year = |record: RecordId, field: &str| match t.value(record, field) {
        Value::Date(date) => date.year(),
        _ => 0,
    };
    for (kind, date) in [("aid", "aided_on"), ("payment", "paid_on")] {
        for &record in t.of_kind(kind) {
            let Value::Money(fen) = t.value(record, "amount") else { continue };
            let failed =
                matches!(t.value(record, "result"), Value::Code(c) if matches!(c.word(), Some("失败" | "退回")));
            let key = (
                super::unit_of(book, record),
                word(record, "program"),
                word(record, "fund_source"),
                year(record, date),
            );
            let line = lines.entry(key).or_default();
            match kind {
                "aid" => line.aid_total += fen,
                _ if !failed => line.payment_total += fen,
                _ => {}
            }
        }
    }
}

fn from_groups(book: &Casebook<'_>, payments: &Payments<'_>, lines: &mut BTreeMap<Key, Line>) {
    debug_assert_eq!(payments.aids.len(), book.tables.of_kind("aid").len());
    let key = |unit: UnitId, item: &Item<'_>| {
        let word = |w: Option<&str>| w.unwrap_or_default().to_string();
        (unit, word(item.program), word(item.source), item.date.map_or(0, |d| d.year()))
    };
    for group in &payments.groups {
        for aid in group.aids.iter().map(|&i| &payments.aids[i]) {
            lines.entry(key(aid.unit, &aid.item)).or_default().aid_matched += aid.item.fen.unwrap_or(0);
        }
        for payment in group.payments.iter().map(|&j| &payments.payments[j]) {
            lines.entry(key(payment.unit, &payment.item)).or_default().payment_matched += payment.item.fen.unwrap_or(0);
        }
    }
    for aid in payments.aids.iter().filter(|a| !matches!(a.standing, Standing::Grouped(_))) {
        lines.entry(key(aid.unit, &aid.item)).or_default().aid_unmatched += aid.item.fen.unwrap_or(0);
    }
    for payment in payments.payments.iter().filter(|p| p.arrival != Arrival::Failed) {
        let line = lines.entry(key(payment.unit, &payment.item)).or_default();
        let fen = payment.item.fen.unwrap_or(0);
        match payment.standing {
            Standing::Grouped(_) => {}
            Standing::TakenBack => line.reversed += fen,
            // The row it took back may lie in another year: there the money stands as reversed, here it is left out.
            Standing::TakesBack => line.payment_total -= fen,
            Standing::LeftOver | Standing::NoPart => line.payment_unmatched += fen,
        }
    }
}
