//! Payments without a number and without a known account: name, union, amount and an open aid record of the window may
//! still say whose they are, one to one. Never the name alone.

use rustc_hash::FxHashMap;

use super::item::agree;
use super::steps::{Group, Step};
use super::{AidRow, Arrival, PaymentRow, Standing, Windows};
use crate::link::{Casebook, UnitId, Units, name_of, same_name};

/// Groups of one aid record and one payment, where each is the only one that fits the other.
pub(super) fn groups(
    book: &Casebook<'_>,
    aids: &[AidRow<'_>],
    payments: &[PaymentRow<'_>],
    windows: Windows,
) -> Vec<Group> {
    let mut open_aids: FxHashMap<i64, Vec<usize>> = FxHashMap::default();
    for (i, aid) in aids.iter().enumerate().filter(|(_, a)| a.standing == Standing::LeftOver) {
        if let Some(fen) = aid.item.fen.filter(|&fen| fen > 0) {
            open_aids.entry(fen).or_default().push(i);
        }
    }
    let fits = |i: usize, j: usize| {
        let (aid, payment) = (&aids[i], &payments[j]);
        let name = |record| name_of(&book.tables, record, "name");
        aid.item.days_to(&payment.item).is_some_and(|days| days <= windows.near)
            && agree(aid.item.program, payment.item.program)
            && same_name(name(aid.record), name(payment.record))
            && related(book, aid.unit, payment.unit)
    };
    let mut of_payment: Vec<(usize, usize)> = Vec::new();
    let mut times: FxHashMap<usize, usize> = FxHashMap::default();
    let nameless = |p: &PaymentRow<'_>| p.nobody && p.standing == Standing::LeftOver && p.arrival == Arrival::Arrived;
    for (j, payment) in payments.iter().enumerate().filter(|(_, p)| nameless(p)) {
        let same = payment.item.fen.and_then(|fen| open_aids.get(&fen)).into_iter().flatten();
        let found: Vec<usize> = same.copied().filter(|&i| fits(i, j)).collect();
        found.iter().for_each(|&i| *times.entry(i).or_default() += 1);
        if let [only] = found[..] {
            of_payment.push((only, j));
        }
    }
    let alone = of_payment.into_iter().filter(|(i, _)| times.get(i) == Some(&1));
    alone.map(|(i, j)| Group { step: Step::Exact, aids: vec![i], payments: vec![j] }).collect()
}

/// One union is the other, or above it: who pays is often the district.
fn related(book: &Casebook<'_>, a: UnitId, b: UnitId) -> bool {
    a != Units::NONE && b != Units::NONE && (book.units.is_within(a, b) || book.units.is_within(b, a))
}
