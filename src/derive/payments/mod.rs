//! Payments against the aid records they carry out: who was paid for what, and what is left over on either side.
//!
//! The matching ([`steps`]) works within one person, then within one household. Before it ([`netting`]) a row that failed or
//! came back is put aside, it never arrived, and a negative row takes back the row it reverses. Aid records are netted by the
//! same rule, so that one that was entered and cancelled asks for no payment.
//!
//! Where the written rules are silent:
//! * A program or source that a side does not say is no difference, in every step.
//! * A row whose amount or date cannot be read is in no group, it may agree with anything; what is left over and may be its
//!   counterpart is in doubt ([`doubt`]), and rules call both 无法判定. A date after as-of or before 1990 is no date.
//! * A result that is no word for success or failure (处理中) takes part like a success; a rule finds nothing on it.
//! * A payment without any number is matched where its account tells the payee, or name, union, amount and date an open aid
//!   record ([`unnamed`]); it is FF408 all the same. One whose number cannot be trusted (damaged, masked) and that fits
//!   nobody has no person; an invalid number or another document is equal as text.
//! * When amounts differ, further instalments in the window join the group as long as that lessens the difference.

mod assign;
mod bundle;
pub mod conservation;
pub mod doubt;
mod item;
mod netting;
mod steps;
#[cfg(test)]
mod tests;
mod unnamed;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use doubt::Doubt;
pub use item::{Item, agree, days_between};
pub use steps::{Group, Step, Windows};

use crate::domain::date::PartialDate;
use crate::domain::id_number::{IdNumber, ResidentId};
use crate::link::{Casebook, UnitId, text_of};
use crate::normalize::{RecordId, Value};

/// Pairs of records up to which a household is matched at one go. Beyond, one number stands for a crowd, and it is taken in
/// portions by date.
const MOST_PAIRS: usize = 1_000_000;

/// Where a row ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In a group, by index.
    Grouped(usize),
    /// Nothing on the other side.
    LeftOver,
    /// Its amount or date cannot be read: in no group.
    Unreadable,
    /// Reversed by another row of its side.
    TakenBack,
    /// Reverses another row of its side.
    TakesBack,
    /// Takes no part: it never arrived, names nobody, or is of nothing.
    NoPart,
}

/// What became of a payment, by its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// 成功, or nothing said.
    Arrived,
    /// 失败 or 退回
    Failed,
    /// A word that says neither.
    Unclear,
}

/// An aid record.
#[derive(Debug, Clone)]
pub struct AidRow<'a> {
    pub record: RecordId,
    /// The unit of its file, else its own.
    pub unit: UnitId,
    pub item: Item<'a>,
    pub standing: Standing,
    /// Of a record that is left over: the failed payment that would have carried it out.
    pub failed: Option<usize>,
    /// Of a record that is left over: what may be its payment after all.
    pub doubt: Option<Doubt>,
}

/// A payment.
#[derive(Debug, Clone)]
pub struct PaymentRow<'a> {
    pub record: RecordId,
    pub unit: UnitId,
    pub item: Item<'a>,
    pub arrival: Arrival,
    /// No number stands in the row, and nothing else told whose it is.
    pub nobody: bool,
    pub standing: Standing,
    /// Of a failed payment: the aid record left over that it would have carried out.
    pub aid: Option<usize>,
    /// Of a payment that is left over: what may be its aid record after all.
    pub doubt: Option<Doubt>,
}

impl PaymentRow<'_> {
    /// Money that went out and was not taken back, with all that a rule needs to judge it.
    pub fn counts(&self) -> bool {
        matches!(self.standing, Standing::Grouped(_) | Standing::LeftOver) && self.item.fen.is_some_and(|fen| fen > 0)
    }
}

/// All aid records and payments with their groups. Indexes into `aids` and `payments`.
#[derive(Debug)]
pub struct Payments<'a> {
    pub aids: Vec<AidRow<'a>>,
    pub payments: Vec<PaymentRow<'a>>,
    pub groups: Vec<Group>,
    /// Payments by person and amount, by date and serial.
    alike: FxHashMap<(u64, i64), Vec<usize>>,
    /// By unit: the last day on which a payment, an aid record, of a row that covers the unit is dated.
    last_paid: FxHashMap<UnitId, NaiveDate>,
    last_aided: FxHashMap<UnitId, NaiveDate>,
}

/// Matches all aid records and payments of a run.
pub fn payments<'a>(book: &'a Casebook<'a>, windows: Windows) -> Payments<'a> {
    let mut people = People::default();
    let mut aids: Vec<AidRow<'a>> = (book.tables.of_kind("aid").iter())
        .map(|&record| AidRow {
            record,
            unit: unit_of(book, record),
            item: item(book, &mut people, record, "record_no", "aided_on"),
            standing: Standing::LeftOver,
            failed: None,
            doubt: None,
        })
        .collect();
    let mut payments: Vec<PaymentRow<'a>> = (book.tables.of_kind("payment").iter())
        .map(|&record| PaymentRow {
            record,
            unit: unit_of(book, record),
            item: item(book, &mut people, record, "serial", "paid_on"),
            arrival: arrival(book.tables.value(record, "result")),
            nobody: false,
            standing: Standing::LeftOver,
            aid: None,
            doubt: None,
        })
        .collect();
    for aid in &mut aids {
        aid.standing = standing(&aid.item, aid.item.fen == Some(0));
    }
    for p in &mut payments {
        p.nobody = p.item.person.is_none() && book.tables.value(p.record, "id_number").says_nothing();
        p.standing = standing(&p.item, p.arrival == Arrival::Failed || p.item.fen == Some(0));
    }
    let households = households(book, &aids, &payments);
    let settled: Vec<Settled> = households.par_iter().map(|h| settle(h, &aids, &payments, windows)).collect();
    let mut groups: Vec<Group> = Vec::new();
    for one in settled {
        one.aids.into_iter().for_each(|(i, standing)| aids[i].standing = standing);
        one.payments.into_iter().for_each(|(j, standing)| payments[j].standing = standing);
        for group in one.groups {
            group.aids.iter().for_each(|&i| aids[i].standing = Standing::Grouped(groups.len()));
            group.payments.iter().for_each(|&j| payments[j].standing = Standing::Grouped(groups.len()));
            groups.push(group);
        }
        for (i, j) in one.failed {
            aids[i].failed = Some(j);
            payments[j].aid = Some(i);
        }
    }
    for group in unnamed::groups(book, &aids, &payments, windows) {
        group.aids.iter().for_each(|&i| aids[i].standing = Standing::Grouped(groups.len()));
        group.payments.iter().for_each(|&j| payments[j].standing = Standing::Grouped(groups.len()));
        groups.push(group);
    }
    doubt::mark(book, &households, &mut aids, &mut payments, windows);
    let mut alike: FxHashMap<(u64, i64), Vec<usize>> = FxHashMap::default();
    for (j, p) in payments.iter().enumerate().filter(|(_, p)| p.counts()) {
        if let Some(key) = p.item.person.zip(p.item.fen) {
            alike.entry(key).or_default().push(j);
        }
    }
    for list in alike.values_mut() {
        list.sort_by(|&a, &b| by_date(&payments[a].item, &payments[b].item));
    }
    let last_paid = last_dates(book, payments.iter().map(|p| (p.record, &p.item)));
    let last_aided = last_dates(book, aids.iter().map(|a| (a.record, &a.item)));
    Payments { aids, payments, groups, alike, last_paid, last_aided }
}

impl<'a> Payments<'a> {
    /// Payments that went out to the person of this one, of its amount, itself among them, by date and serial.
    pub fn alike(&self, payment: usize) -> impl Iterator<Item = (usize, &PaymentRow<'a>)> {
        let item = &self.payments[payment].item;
        let list = item.person.zip(item.fen).and_then(|key| self.alike.get(&key));
        list.into_iter().flatten().map(|&j| (j, &self.payments[j]))
    }

    /// The group a payment or aid record is in.
    pub fn group(&self, standing: Standing) -> Option<&Group> {
        match standing {
            Standing::Grouped(group) => self.groups.get(group),
            _ => None,
        }
    }

    pub fn last_paid(&self, unit: UnitId) -> Option<NaiveDate> {
        self.last_paid.get(&unit).copied()
    }

    pub fn last_aided(&self, unit: UnitId) -> Option<NaiveDate> {
        self.last_aided.get(&unit).copied()
    }

    /// Sum of a side of a group; None where an amount cannot be read.
    pub fn aid_sum(&self, group: &Group) -> Option<i64> {
        group.aids.iter().map(|&i| self.aids[i].item.fen).sum()
    }

    pub fn payment_sum(&self, group: &Group) -> Option<i64> {
        group.payments.iter().map(|&j| self.payments[j].item.fen).sum()
    }
}

/// Where a row begins: out of it, unreadable, or open.
fn standing(item: &Item<'_>, no_part: bool) -> Standing {
    match (item.fen, item.date) {
        _ if no_part => Standing::NoPart,
        (Some(_), Some(_)) => Standing::LeftOver,
        _ => Standing::Unreadable,
    }
}

/// Money of before this year is none of these programs: such a date is mistyped.
const FIRST_YEAR: i32 = 1990;

/// A date of aid or payment that cannot be right: after as-of, or from before there were such programs.
pub fn is_impossible(date: PartialDate, as_of: NaiveDate) -> bool {
    date.first_day() > as_of || date.year() < FIRST_YEAR
}

/// Date, then serial, then what else a row says.
pub fn by_date(a: &Item<'_>, b: &Item<'_>) -> std::cmp::Ordering {
    let day = |i: &Item<'_>| i.date.map(|d| d.first_day());
    day(a).cmp(&day(b)).then_with(|| a.order(b))
}

/// The person a row speaks of.
pub fn person_of_row(book: &Casebook<'_>, record: RecordId) -> Option<ResidentId> {
    book.person_of(record, "id_number")
}

/// The unit of a row's file, else its own.
fn unit_of(book: &Casebook<'_>, record: RecordId) -> UnitId {
    book.file_of_row(record).map_or_else(|| book.unit_of_row(record), |f| book.file(f).unit)
}

fn arrival(result: &Value) -> Arrival {
    match result {
        Value::Absent | Value::Blank => Arrival::Arrived,
        Value::Code(code) => match code.word() {
            Some("成功") => Arrival::Arrived,
            Some("失败" | "退回") => Arrival::Failed,
            _ => Arrival::Unclear,
        },
        _ => Arrival::Unclear,
    }
}

/// Keys of persons. Valid numbers have their own; what is equal as text only is numbered here.
#[derive(Default)]
struct People {
    texts: FxHashMap<String, u64>,
}

impl People {
    /// Above all keys of valid numbers.
    const TEXT: u64 = 1 << 63;

    fn key(&mut self, book: &Casebook<'_>, record: RecordId) -> Option<u64> {
        if let Some(id) = person_of_row(book, record) {
            return Some(id.key());
        }
        let Value::Id(number) = book.tables.value(record, "id_number") else { return None };
        let text = match &**number {
            IdNumber::Document(text) => text,
            IdNumber::Invalid { text, .. } if names_somebody(text) => text,
            _ => return None,
        };
        let next = Self::TEXT + self.texts.len() as u64;
        Some(*self.texts.entry(text.to_string()).or_insert(next))
    }
}

/// 待补, 无证 and 111111111111111111 stand for many.
fn names_somebody(text: &str) -> bool {
    let mut signs: Vec<char> = text.chars().collect();
    let long = signs.len() >= 8;
    signs.sort_unstable();
    signs.dedup();
    long && signs.len() > 3
}

fn item<'a>(book: &'a Casebook<'a>, people: &mut People, record: RecordId, number: &str, date: &str) -> Item<'a> {
    let t = &book.tables;
    let word = |field: &str| match t.value(record, field) {
        Value::Code(code) => Some(code.shown()),
        _ => None,
    };
    Item {
        person: people.key(book, record),
        program: word("program"),
        source: word("fund_source"),
        fen: match t.value(record, "amount") {
            Value::Money(fen) => Some(*fen),
            _ => None,
        },
        date: match t.value(record, date) {
            Value::Date(date) if !is_impossible(*date, book.as_of) => Some(*date),
            _ => None,
        },
        number: text_of(t, record, number),
    }
}

/// Rows of one household, by index.
#[derive(Debug, Default)]
struct Household {
    aids: Vec<usize>,
    payments: Vec<usize>,
}

/// Rows by household: files that share a person are one; a person without a file belongs to the file his aid record names,
/// else stands alone, as does a row without a person and without a file.
fn households(book: &Casebook<'_>, aids: &[AidRow<'_>], payments: &[PaymentRow<'_>]) -> Vec<Household> {
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    enum Key {
        Cluster(u32),
        Person(u64),
        Row(RecordId),
    }
    let cluster = |record| book.file_of_row(record).map(|f| book.cluster[f.0 as usize]);
    let mut of_person: FxHashMap<u64, u32> = FxHashMap::default();
    for (person, files) in &book.files_of {
        of_person.extend(files.first().map(|f| (*person, book.cluster[f.0 as usize])));
    }
    let mut named: FxHashMap<u64, u32> = FxHashMap::default();
    for aid in aids {
        if let (Some(person), Some(cluster)) = (aid.item.person, cluster(aid.record)) {
            let least = named.entry(person).or_insert(cluster);
            *least = (*least).min(cluster);
        }
    }
    let key = |record: RecordId, item: &Item<'_>| match item.person {
        Some(person) => {
            of_person.get(&person).or_else(|| named.get(&person)).map_or(Key::Person(person), |&c| Key::Cluster(c))
        }
        None => cluster(record).map_or(Key::Row(record), Key::Cluster),
    };
    let mut out: BTreeMap<Key, Household> = BTreeMap::new();
    for (i, aid) in aids.iter().enumerate() {
        out.entry(key(aid.record, &aid.item)).or_default().aids.push(i);
    }
    for (j, payment) in payments.iter().enumerate() {
        out.entry(key(payment.record, &payment.item)).or_default().payments.push(j);
    }
    out.into_values().collect()
}

/// What was found in one household, by index of the whole run.
#[derive(Debug, Default)]
struct Settled {
    aids: Vec<(usize, Standing)>,
    payments: Vec<(usize, Standing)>,
    groups: Vec<Group>,
    /// Aid record left over, failed payment.
    failed: Vec<(usize, usize)>,
}

fn settle(household: &Household, aids: &[AidRow<'_>], payments: &[PaymentRow<'_>], windows: Windows) -> Settled {
    let mut out = Settled::default();
    let part = |standing: Standing| standing == Standing::LeftOver;
    let mut open_aids: Vec<usize> = household.aids.iter().copied().filter(|&i| part(aids[i].standing)).collect();
    let mut open: Vec<usize> = household.payments.iter().copied().filter(|&j| part(payments[j].standing)).collect();
    let aid = |&i: &usize| &aids[i].item;
    let payment = |&j: &usize| &payments[j].item;
    out.aids = net(&mut open_aids, aid);
    out.payments = net(&mut open, payment);
    // A reversal that found nothing to take back stays, but can carry out nothing.
    open_aids.retain(|i| aid(i).fen.is_none_or(|fen| fen > 0));
    open.retain(|j| payment(j).fen.is_none_or(|fen| fen > 0));

    for (some_aids, some_payments) in portions(&open_aids, aid, &open, payment) {
        let (a, p): (Vec<&Item<'_>>, Vec<&Item<'_>>) =
            (some_aids.iter().map(aid).collect(), some_payments.iter().map(payment).collect());
        out.groups.extend(steps::groups(&a, &p, windows).into_iter().map(|g| Group {
            step: g.step,
            aids: g.aids.iter().map(|&i| some_aids[i]).collect(),
            payments: g.payments.iter().map(|&j| some_payments[j]).collect(),
        }));
    }
    for group in &out.groups {
        open_aids.retain(|i| !group.aids.contains(i));
    }
    let failed: Vec<usize> = household.payments.iter().copied().filter(|&j| payments[j].never_arrived()).collect();
    if !failed.is_empty() && !open_aids.is_empty() {
        let (a, p): (Vec<&Item<'_>>, Vec<&Item<'_>>) =
            (open_aids.iter().map(aid).collect(), failed.iter().map(payment).collect());
        let pairs = steps::exact(&a, &p, windows);
        out.failed = pairs.into_iter().map(|(i, j)| (open_aids[i], failed[j])).collect();
    }
    out
}

impl PaymentRow<'_> {
    /// Failed, with a person and an amount: it would have carried something out.
    pub fn never_arrived(&self) -> bool {
        self.arrival == Arrival::Failed && !self.nobody && self.item.fen.is_none_or(|fen| fen > 0)
    }
}

/// Takes reversals and what they reverse out of the open rows of a side.
fn net<'a>(open: &mut Vec<usize>, item: impl Fn(&usize) -> &'a Item<'a>) -> Vec<(usize, Standing)> {
    let items: Vec<&Item<'_>> = open.iter().map(&item).collect();
    if items.iter().all(|i| i.fen.is_none_or(|fen| fen >= 0)) {
        return Vec::new();
    }
    let pairs = netting::taken_back(&items);
    let gone: Vec<(usize, Standing)> = (pairs.into_iter())
        .flat_map(|(back, paid)| [(open[back], Standing::TakesBack), (open[paid], Standing::TakenBack)])
        .collect();
    open.retain(|at| !gone.iter().any(|(g, _)| g == at));
    gone
}

/// The rows to be matched together: all of a household, or, of a crowd, as many of each side at a time as can be.
fn portions<'a>(
    aids: &[usize],
    aid: impl Fn(&usize) -> &'a Item<'a>,
    payments: &[usize],
    payment: impl Fn(&usize) -> &'a Item<'a>,
) -> Vec<(Vec<usize>, Vec<usize>)> {
    if aids.is_empty() || payments.is_empty() {
        return Vec::new();
    }
    if aids.len().saturating_mul(payments.len()) <= MOST_PAIRS {
        return vec![(aids.to_vec(), payments.to_vec())];
    }
    let (mut aids, mut payments) = (aids.to_vec(), payments.to_vec());
    aids.sort_by(|a, b| by_date(aid(a), aid(b)));
    payments.sort_by(|a, b| by_date(payment(a), payment(b)));
    let portion = MOST_PAIRS.isqrt();
    aids.chunks(portion).zip(payments.chunks(portion)).map(|(a, p)| (a.to_vec(), p.to_vec())).collect()
}

/// By unit: the latest date among the rows that carry the unit or one above or below it, or belong to a file of it.
fn last_dates<'a>(
    book: &Casebook<'_>,
    rows: impl Iterator<Item = (RecordId, &'a Item<'a>)>,
) -> FxHashMap<UnitId, NaiveDate> {
    let mut carried: FxHashMap<UnitId, NaiveDate> = FxHashMap::default();
    let mut last: FxHashMap<UnitId, NaiveDate> = FxHashMap::default();
    let later = |map: &mut FxHashMap<UnitId, NaiveDate>, unit: UnitId, day: NaiveDate| {
        let known = map.entry(unit).or_insert(day);
        *known = (*known).max(day);
    };
    for (record, item) in rows {
        let Some(day) = item.date.map(|d| d.last_day()) else { continue };
        if let Some(unit) = book.said_unit_of_row(record) {
            later(&mut carried, unit, day);
        }
        if let Some(file) = book.file_of_row(record) {
            later(&mut last, book.file(file).unit, day);
        }
    }
    carried.remove(&crate::link::Units::NONE);
    for unit in book.units.ids() {
        for (&other, &day) in &carried {
            if book.units.is_within(unit, other) || book.units.is_within(other, unit) {
                later(&mut last, unit, day);
            }
        }
    }
    last
}
