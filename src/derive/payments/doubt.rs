//! What may belong to a row that is left over, though nobody can say so: then neither 有记录无发放 nor 有发放无记录 is
//! proven.
//!
//! Two kinds: a row of the other side whose number is missing, cut or hidden and that fits by name, number, amount and
//! date; and a row of the same household whose own amount or date cannot be read.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::item::{Item, agree};
use super::{AidRow, Arrival, Household, PaymentRow, Standing, Windows};
use crate::domain::name::{self, NameMatch};
use crate::link::{Casebook, name_of};
use crate::normalize::{RecordId, Value};

/// Why nobody can say that a row has nothing on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// That row may be its counterpart; whose it is, is not known (归属未定).
    Unassigned(RecordId),
    /// Amount or date of that row of the same household cannot be read.
    Unreadable(RecordId),
}

impl Doubt {
    /// The row of the other side.
    pub fn row(self) -> RecordId {
        match self {
            Self::Unassigned(row) | Self::Unreadable(row) => row,
        }
    }
}

/// The row names nobody for sure: its number is missing, cut or hidden, and it was taken for nobody.
pub fn names_nobody(book: &Casebook<'_>, record: RecordId, item: &Item<'_>) -> bool {
    item.person.is_none()
        && match book.tables.value(record, "id_number") {
            Value::Id(number) => number.is_partial(),
            value => value.says_nothing(),
        }
}

/// Rows of a side that name nobody, by amount; those without a readable amount apart.
struct Loose<'r> {
    by_fen: FxHashMap<i64, Vec<Row<'r>>>,
    unread: Vec<Row<'r>>,
}

#[derive(Clone, Copy)]
struct Row<'r> {
    record: RecordId,
    item: &'r Item<'r>,
}

impl<'r> Loose<'r> {
    fn new(rows: impl Iterator<Item = Row<'r>>) -> Self {
        let mut all = Self { by_fen: FxHashMap::default(), unread: Vec::new() };
        for row in rows {
            match row.item.fen {
                Some(fen) => all.by_fen.entry(fen).or_default().push(row),
                None => all.unread.push(row),
            }
        }
        all
    }

    /// The first row that may be the counterpart of this one.
    fn fitting(&self, book: &Casebook<'_>, own: Row<'_>, far: i64) -> Option<RecordId> {
        let same = own.item.fen.and_then(|fen| self.by_fen.get(&fen)).into_iter().flatten();
        same.chain(&self.unread)
            .filter(|other| own.item.days_to(other.item).is_none_or(|days| days <= far))
            .find(|other| may_be_one(book, own.record, other.record))
            .map(|other| other.record)
    }
}

/// Names fit as far as they are shown, and neither number speaks against the other.
fn may_be_one(book: &Casebook<'_>, a: RecordId, b: RecordId) -> bool {
    let t = &book.tables;
    let (x, y) = (name_of(t, a, "name"), name_of(t, b, "name"));
    let named = x.zip(y).is_some_and(|(x, y)| name::same(x, y) != NameMatch::Different);
    let number = match (book.person_of(a, "id_number"), book.person_of(b, "id_number")) {
        (Some(x), Some(y)) => x == y,
        (Some(person), None) | (None, Some(person)) => {
            let open = if book.person_of(a, "id_number").is_some() { b } else { a };
            match t.value(open, "id_number") {
                Value::Id(number) => number.may_be(person),
                _ => true,
            }
        }
        (None, None) => true,
    };
    named && number
}

/// Marks what is left over with what may belong to it.
pub(super) fn mark(
    book: &Casebook<'_>,
    households: &[Household],
    aids: &mut [AidRow<'_>],
    payments: &mut [PaymentRow<'_>],
    windows: Windows,
) {
    let mut of_aids: BTreeMap<usize, Doubt> = BTreeMap::new();
    let mut of_payments: BTreeMap<usize, Doubt> = BTreeMap::new();
    for household in households {
        // The other side's row may be this one's, as far as it can be read.
        let may_carry = |a: &Item<'_>, p: &Item<'_>| {
            agree(a.program, p.program)
                && a.fen.zip(p.fen).is_none_or(|(x, y)| x == y.abs())
                && a.days_to(p).is_none_or(|days| days <= windows.far)
        };
        let left = |standing| standing == Standing::LeftOver;
        let unread = |standing| standing == Standing::Unreadable;
        for &i in household.aids.iter().filter(|&&i| left(aids[i].standing)) {
            let row = household
                .payments
                .iter()
                .find(|&&j| unread(payments[j].standing) && may_carry(&aids[i].item, &payments[j].item));
            of_aids.extend(row.map(|&j| (i, Doubt::Unreadable(payments[j].record))));
        }
        for &j in household.payments.iter().filter(|&&j| left(payments[j].standing)) {
            let row = household
                .aids
                .iter()
                .find(|&&i| unread(aids[i].standing) && may_carry(&aids[i].item, &payments[j].item));
            of_payments.extend(row.map(|&i| (j, Doubt::Unreadable(aids[i].record))));
        }
    }
    let open = |standing| matches!(standing, Standing::LeftOver | Standing::Unreadable);
    {
        let rows = (payments.iter())
            .filter(|p| open(p.standing) && p.arrival != Arrival::Failed && names_nobody(book, p.record, &p.item))
            .map(|p| Row { record: p.record, item: &p.item });
        let loose = Loose::new(rows);
        for (i, aid) in aids.iter().enumerate().filter(|(_, a)| a.standing == Standing::LeftOver) {
            let own = Row { record: aid.record, item: &aid.item };
            if let Some(row) = loose.fitting(book, own, windows.far) {
                of_aids.entry(i).or_insert(Doubt::Unassigned(row));
            }
        }
        let rows = (aids.iter())
            .filter(|a| open(a.standing) && names_nobody(book, a.record, &a.item))
            .map(|a| Row { record: a.record, item: &a.item });
        let loose = Loose::new(rows);
        for (j, payment) in payments.iter().enumerate().filter(|(_, p)| p.standing == Standing::LeftOver) {
            let own = Row { record: payment.record, item: &payment.item };
            if let Some(row) = loose.fitting(book, own, windows.far) {
                of_payments.entry(j).or_insert(Doubt::Unassigned(row));
            }
        }
    }
    of_aids.into_iter().for_each(|(i, doubt)| aids[i].doubt = Some(doubt));
    of_payments.into_iter().for_each(|(j, doubt)| payments[j].doubt = Some(doubt));
}
