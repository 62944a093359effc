//! Every fen is accounted for: per unit, program, fund source and year, what the sources say is what was matched, left over
//! or taken back.
//!
//! A matched group stands on both sides under the aid record's unit, program, source and year, so that the two sides agree
//! but for the differences that are told (FF403); all else stands under its own. A program or source that is not said is "",
//! a date that cannot be read the year 0. Rows that failed or came back never arrived: they are in no total. A negative row
//! that took another back is told by the row it took back (`reversed`); one that found nothing to take back is negative and
//! unmatched. A row without a readable date is in a bucket of its own (不可读); one whose amount cannot be read is no sum at
//! all. The totals of each side are added up once more from the rows alone.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Arrival, Item, Payments, Standing, Step};
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
    /// Of rows without a readable date.
    pub aid_unreadable: i64,
    pub payment_total: i64,
    pub payment_matched: i64,
    pub payment_unmatched: i64,
    pub payment_unreadable: i64,
    pub reversed: i64,
    /// Paid more (less: negative) than recorded, as FF403 tells it.
    pub difference: i64,
}

impl Line {
    fn balances(&self) -> bool {
        self.aid_total == self.aid_matched + self.aid_unmatched + self.aid_unreadable
            && self.payment_total
                == self.payment_matched + self.payment_unmatched + self.payment_unreadable + self.reversed
            && self.payment_matched - self.aid_matched == self.difference
    }
}

/// The account of a run.
///
/// # Errors
/// [`ErrorKind::Defect`] where the groups do not add up to the sources, line by line.
pub fn account(book: &Casebook<'_>, payments: &Payments<'_>) -> Result<BTreeMap<Key, Line>> {
    let mut lines: BTreeMap<Key, Line> = BTreeMap::new();
    let booked = booked(payments, &mut lines);
    totals(book, payments, &booked, &mut lines);
    what_became_of_the_rest(payments, &mut lines);
    let wrong = lines.values().filter(|line| !line.balances()).count() + usize::from(!adds_up(book, payments, &lines));
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

/// Where the money of a matched row stands: parts of it, by key.
type Booked = FxHashMap<RecordId, Vec<(Key, i64)>>;

fn key(unit: UnitId, item: &Item<'_>) -> Key {
    let word = |w: Option<&str>| w.unwrap_or_default().to_string();
    (unit, word(item.program), word(item.source), item.date.map_or(0, |d| d.year()))
}

/// Books every group under its aid records: each aid record by itself, and of the payments as much as the aid records take;
/// what is paid more or less stands with the first.
fn booked(payments: &Payments<'_>, lines: &mut BTreeMap<Key, Line>) -> Booked {
    let mut booked = Booked::default();
    for group in &payments.groups {
        let mut open: Vec<(Key, i64)> = Vec::new();
        for aid in group.aids.iter().map(|&i| &payments.aids[i]) {
            let (key, fen) = (key(aid.unit, &aid.item), aid.item.fen.unwrap_or(0));
            lines.entry(key.clone()).or_default().aid_matched += fen;
            booked.entry(aid.record).or_default().push((key.clone(), fen));
            open.push((key, fen));
        }
        let recorded: i64 = open.iter().map(|(_, fen)| fen).sum();
        let paid: i64 = group.payments.iter().filter_map(|&j| payments.payments[j].item.fen).sum();
        let Some((first, _)) = open.first().cloned() else { continue };
        if group.step == Step::OtherAmount {
            lines.entry(first.clone()).or_default().difference += paid - recorded;
        }
        // The first takes what is over or short.
        if let Some(own) = open.first_mut() {
            own.1 += paid - recorded;
        }
        let mut open = open.into_iter();
        let mut at = open.next();
        for payment in group.payments.iter().map(|&j| &payments.payments[j]) {
            let mut left = payment.item.fen.unwrap_or(0);
            let parts = booked.entry(payment.record).or_default();
            while let Some((key, room)) = at.as_mut() {
                let part = left.min(*room);
                lines.entry(key.clone()).or_default().payment_matched += part;
                parts.push((key.clone(), part));
                (left, *room) = (left - part, *room - part);
                if *room <= 0 {
                    at = open.next();
                }
                if left <= 0 {
                    break;
                }
            }
        }
    }
    booked
}

/// All aid, all payments that arrived: matched rows where their group is booked, others under what they say themselves.
/// Reversals are told below the row they reverse.
fn totals(book: &Casebook<'_>, payments: &Payments<'_>, booked: &Booked, lines: &mut BTreeMap<Key, Line>) {
    debug_assert_eq!(payments.aids.len(), book.tables.of_kind("aid").len());
    for aid in &payments.aids {
        match booked.get(&aid.record) {
            Some(parts) => parts.iter().for_each(|(key, fen)| lines.entry(key.clone()).or_default().aid_total += fen),
            None => lines.entry(key(aid.unit, &aid.item)).or_default().aid_total += aid.item.fen.unwrap_or(0),
        }
    }
    for payment in payments.payments.iter().filter(|p| p.arrival != Arrival::Failed) {
        match booked.get(&payment.record) {
            Some(parts) => {
                parts.iter().for_each(|(key, fen)| lines.entry(key.clone()).or_default().payment_total += fen);
            }
            None => {
                lines.entry(key(payment.unit, &payment.item)).or_default().payment_total +=
                    payment.item.fen.unwrap_or(0);
            }
        }
    }
}

fn what_became_of_the_rest(payments: &Payments<'_>, lines: &mut BTreeMap<Key, Line>) {
    for aid in payments.aids.iter().filter(|a| !matches!(a.standing, Standing::Grouped(_))) {
        let line = lines.entry(key(aid.unit, &aid.item)).or_default();
        let fen = aid.item.fen.unwrap_or(0);
        match aid.standing {
            Standing::Unreadable => line.aid_unreadable += fen,
            _ => line.aid_unmatched += fen,
        }
    }
    for payment in payments.payments.iter().filter(|p| p.arrival != Arrival::Failed) {
        let line = lines.entry(key(payment.unit, &payment.item)).or_default();
        let fen = payment.item.fen.unwrap_or(0);
        match payment.standing {
            Standing::Grouped(_) => {}
            Standing::TakenBack => line.reversed += fen,
            // The row it took back may lie in another year: there the money stands as reversed, here it is left out.
            Standing::TakesBack => line.payment_total -= fen,
            Standing::Unreadable => line.payment_unreadable += fen,
            Standing::LeftOver | Standing::NoPart => line.payment_unmatched += fen,
        }
    }
}

/// The totals of all lines are the sums of the sources' rows, added up from the cells alone.
fn adds_up(book: &Casebook<'_>, payments: &Payments<'_>, lines: &BTreeMap<Key, Line>) -> bool {
    let t = &book.tables;
    let failed =
        |record| matches!(t.value(record, "result"), Value::Code(c) if matches!(c.word(), Some("失败" | "退回")));
    let sum = |kind: &str| -> i64 {
        let rows = t.of_kind(kind).iter().filter(|&&r| kind == "aid" || !failed(r));
        rows.filter_map(|&r| if let Value::Money(fen) = t.value(r, "amount") { Some(*fen) } else { None }).sum()
    };
    let back: i64 =
        (payments.payments.iter()).filter(|p| p.standing == Standing::TakesBack).filter_map(|p| p.item.fen).sum();
    let (aid, paid) = lines.values().fold((0, 0), |(a, p), line| (a + line.aid_total, p + line.payment_total));
    aid == sum("aid") && paid == sum("payment") - back
}
