//! The ledger of payments and aid records that were read: what an earlier run saw and this one does not.
//!
//! A row is known by whose it is, its day and its amount (of several alike by their count): not by serial or program, which a
//! list may drop or rename. A number that was invalid, damaged, masked or missing and is the valid one of the same name now,
//! or the other way round, is the same row. The state keeps a keyed digest of that, the masked number, amount, day and unit;
//! a line is written when a row is first seen, when it is missed, and when it is back, never every night.
//!
//! What a run changes is kept with the run and put into the ledger only when its result stands ([`super::ledger_log`]): a
//! run that dies changes nothing, and of two runs of a day the later one alone counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ledger_log::{Changes, Fresh, Mark, Marks};
use super::runs::{Shown, damaged, parse};
use super::{History, Key, layouts, sealed};
use crate::derive::past::{Seen, Vanished};
use crate::domain::date::PartialDate;
use crate::domain::id_number::IdNumber;
use crate::domain::money::Fen;
use crate::error::Result;
use crate::ingest::inputs::Inputs;
use crate::link::{Casebook, UnitId, name_of, text_of};
use crate::normalize::{RecordId, Value};

/// Kinds that are kept, with the fields of their own number and day.
const KINDS: [(&str, &str, &str); 2] = [("payment", "serial", "paid_on"), ("aid", "record_no", "aided_on")];

/// A tenth and three rows: more missing than that is a list that did not come whole.
const SHORT_SHARE: usize = 10;
const SHORT_ROWS: usize = 3;

/// A row as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Fen; None where it could not be read.
    amount: Option<i64>,
    /// As normalised, "" where it could not be read.
    date: String,
    month: String,
    /// Masked, with its digest behind.
    number: String,
    /// Digest of the name.
    name: String,
    /// The number was a valid one.
    valid: bool,
    /// Serial or record_no, else program@date@amount; sealed.
    reference: String,
    /// Digest of the list it stood in, digits folded, if that is not one of a month or a year; "" else.
    #[serde(default)]
    list: String,
}

/// An entry with what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    kind: String,
    entry: Entry,
    unit: String,
    pub first_seen: NaiveDate,
    /// As-of of the run that first missed it, and of the one before.
    gone_on: Option<NaiveDate>,
    last_seen: Option<NaiveDate>,
    /// As-of of the run in which another row took its place.
    retired_on: Option<NaiveDate>,
}

impl Line {
    /// No other row has taken its place before this day.
    fn is_live(&self, as_of: NaiveDate) -> bool {
        self.retired_on.is_none_or(|retired| retired >= as_of)
    }

    fn marks(&self) -> Marks {
        let text = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        Marks { gone_on: text(self.gone_on), last_seen: text(self.last_seen), retired_on: text(self.retired_on) }
    }

    /// As another run left it.
    pub fn set(&mut self, marks: &Marks) {
        let day = |text: &str| text.parse().ok();
        self.gone_on = day(&marks.gone_on);
        self.last_seen = day(&marks.last_seen);
        self.retired_on = day(&marks.retired_on);
    }
}

/// A row of today.
struct Row {
    record: RecordId,
    entry: Entry,
    unit: UnitId,
}

/// A new value that an accepted answer 疑点属实，已更正 names, and whose it is.
struct Correction {
    /// Folded ([`plain`]).
    value: String,
    /// Of the finding, sealed: number of the person concerned, and its `ref`.
    number: String,
    reference: String,
}

/// What the ledger says of today.
#[derive(Debug, Default)]
pub struct Compared {
    pub vanished: Vec<Vanished>,
    /// Missed before, and there again or explained.
    pub back: Vec<Seen>,
    /// Rows of today that an earlier run read.
    pub known: Vec<RecordId>,
    pub changes: Changes,
}

/// Holds today's rows against the ledger. `last`: as-of of the run before.
///
/// # Errors
/// The ledger cannot be read.
pub fn compare(
    history: &History,
    book: &Casebook<'_>,
    inputs: &Inputs,
    as_of: NaiveDate,
    last: Option<NaiveDate>,
) -> Result<Compared> {
    let lines = history.ledger_before(as_of)?;
    let corrections = history.corrections()?;
    let mut out = Compared::default();
    for (kind, number, date) in KINDS {
        let today = rows(book, inputs, history.key(), kind, number, date);
        let list =
            List { kind, lines: &lines, today, book, key: history.key(), as_of, last, corrections: &corrections };
        list.compare(&mut out);
    }
    Ok(out)
}

/// All payments, or all aid records: those of today beside those of the ledger.
struct List<'a> {
    kind: &'a str,
    lines: &'a BTreeMap<String, Line>,
    today: BTreeMap<String, Row>,
    book: &'a Casebook<'a>,
    key: &'a Key,
    as_of: NaiveDate,
    /// As-of of the run before.
    last: Option<NaiveDate>,
    corrections: &'a [Correction],
}

impl<'a> List<'a> {
    fn compare(&self, out: &mut Compared) {
        self.take_up(out);
        let live = |l: &Line| l.kind == self.kind && l.first_seen < self.as_of && l.is_live(self.as_of);
        let earlier: Vec<(&String, &Line)> = self.lines.iter().filter(|(_, l)| live(l)).collect();
        let came = Came::of(self);
        let mut of_unit: HashMap<&str, (usize, usize)> = HashMap::new();
        for (name, line) in earlier.iter().filter(|(_, line)| came.again(line)) {
            let counts = of_unit.entry(line.unit.as_str()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(!self.today.contains_key(*name));
        }
        let missing: Vec<_> = earlier.into_iter().filter(|(name, _)| !self.today.contains_key(*name)).collect();
        if missing.is_empty() {
            return;
        }
        // Rows of today that came after one was missed may be what became of it.
        let since = |name: &String| self.lines.get(name).map_or(self.as_of, |line| line.first_seen);
        let mut fresh: Vec<(&Row, NaiveDate)> = self.today.iter().map(|(name, row)| (row, since(name))).collect();
        let numbers = super::roster::numbers(self.book, self.key);
        for (name, line) in missing {
            let entry = &line.entry;
            let missed = line.gone_on.unwrap_or(self.as_of);
            let mut later = |fits: &dyn Fn(&Entry) -> bool| {
                let at = fresh.iter().position(|(row, since)| *since >= missed && fits(&row.entry))?;
                Some(fresh.remove(at).0)
            };
            if later(&|now| is_same_row(entry, now)).is_some() {
                out.changes.marks.push(self.mark(
                    name,
                    line,
                    Marks { retired_on: self.as_of.to_string(), ..line.marks() },
                ));
                out.back.push(self.seen(name, line));
                continue;
            }
            if missed >= self.as_of {
                let last = self.last.map(|d| d.to_string()).unwrap_or_default();
                let gone = Marks { gone_on: self.as_of.to_string(), last_seen: last, retired_on: String::new() };
                out.changes.marks.push(self.mark(name, line, gone));
            }
            let changed = later(&|now| is_changed_row(entry, now));
            // Asked every night anew: the answer may be withdrawn.
            if changed.is_some_and(|row| self.is_corrected(entry, row)) {
                out.back.push(self.seen(name, line));
                continue;
            }
            if !came.again(line) {
                // Its list did not come again: nothing is known.
                continue;
            }
            let (before, fewer) = of_unit.get(line.unit.as_str()).copied().unwrap_or_default();
            out.vanished.push(Vanished {
                kind: self.kind.to_string(),
                key: name.clone(),
                unit: line.unit.clone(),
                id_number: sealed::opened(&entry.number, &numbers),
                amount: entry.amount,
                date: entry.date.clone(),
                reference: sealed::opened(&entry.reference, &numbers),
                last_seen: line.last_seen.filter(|_| missed < self.as_of).or(self.last).unwrap_or(line.first_seen),
                now: changed.map(|row| row.record),
                told: !(fewer * SHORT_SHARE > before && fewer > SHORT_ROWS),
            });
        }
    }

    /// Rows of today: new ones, and those that were missed and are back.
    fn take_up(&self, out: &mut Compared) {
        for (name, row) in &self.today {
            let Some(line) = self.lines.get(name) else {
                out.changes.fresh.push(Fresh {
                    key: name.clone(),
                    kind: self.kind.to_string(),
                    entry: serde_json::to_string(&row.entry).unwrap_or_default(),
                    unit: self.book.units.name(row.unit).to_string(),
                });
                continue;
            };
            if line.first_seen < self.as_of {
                out.known.push(row.record);
            }
            if line.gone_on.is_some() || line.retired_on.is_some() {
                out.changes.marks.push(self.mark(name, line, Marks::default()));
                out.back.push(self.seen(name, line));
            }
        }
    }

    fn mark(&self, name: &str, line: &Line, after: Marks) -> Mark {
        Mark { key: name.to_string(), before: line.marks(), after }
    }

    fn seen(&self, name: &str, line: &Line) -> Seen {
        Seen { kind: self.kind.to_string(), unit: line.unit.clone(), key: name.to_string() }
    }

    /// Accepted answers 已更正 on this very person or row name all that stands there now.
    fn is_corrected(&self, then: &Entry, row: &Row) -> bool {
        let (now, book) = (&row.entry, self.book);
        let mut values: Vec<String> = Vec::new();
        if now.amount != then.amount {
            values.extend(now.amount.map(|fen| Fen(fen).to_string()));
        }
        if now.date != then.date {
            values.push(now.date.clone());
        }
        if now.name != then.name {
            values.extend(name_of(&book.tables, row.record, "name").map(|n| n.shown().to_string()));
        }
        if now.number != then.number
            && let Value::Id(id) = book.tables.value(row.record, "id_number")
        {
            values.push(id.shown());
        }
        let is_named = |value: &String| {
            let forms = [plain(value), plain(&sealed::text(self.key, value))];
            self.corrections.iter().any(|c| forms.contains(&c.value) && (c.speaks_of(then) || c.speaks_of(now)))
        };
        !values.is_empty() && values.iter().all(is_named)
    }
}

impl Correction {
    fn speaks_of(&self, entry: &Entry) -> bool {
        let same_row = || self.reference.split('+').any(|part| part == entry.reference);
        (!self.number.is_empty() && self.number == entry.number) || same_row()
    }
}

/// What came today: of each unit the months and the lists.
struct Came<'a> {
    months: BTreeSet<(&'a str, &'a str)>,
    lists: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Came<'a> {
    fn of(list: &'a List<'_>) -> Self {
        let rows = || list.today.values().map(|row| (list.book.units.name(row.unit), &row.entry));
        Self {
            months: rows().map(|(unit, entry)| (unit, entry.month.as_str())).collect(),
            lists: rows().filter(|(_, e)| !e.list.is_empty()).map(|(unit, e)| (unit, e.list.as_str())).collect(),
        }
    }

    /// The list of that unit and month is there again: rows of the month, or the very list, if it is not one of months.
    fn again(&self, line: &Line) -> bool {
        let unit = line.unit.as_str();
        self.months.contains(&(unit, &line.entry.month)) || self.lists.contains(&(unit, &line.entry.list))
    }
}

/// The same row, whose number was or is no valid one.
fn is_same_row(then: &Entry, now: &Entry) -> bool {
    (!then.valid || !now.valid)
        && !then.name.is_empty()
        && (&then.name, then.amount, &then.date) == (&now.name, now.amount, &now.date)
}

/// The row with the same serial, or of the same person in the same month, with another amount, payee or day.
fn is_changed_row(then: &Entry, now: &Entry) -> bool {
    let same_reference = !then.reference.contains('@') && then.reference == now.reference;
    let same_person = (then.valid && then.number == now.number) || (!then.name.is_empty() && then.name == now.name);
    (same_reference && then.month == now.month) || (same_person && (then.date == now.date || then.amount == now.amount))
}

/// Amounts, names, days and numbers as they are compared: `1,200.00元` and `1200` are one.
fn plain(text: &str) -> String {
    let folded: String = crate::domain::text::fold(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '，' | '元'))
        .collect();
    match folded.split_once('.') {
        Some((whole, cents)) if whole.bytes().all(|b| b.is_ascii_digit()) => {
            let cents = cents.trim_end_matches('0');
            if cents.is_empty() { whole.to_string() } else { format!("{whole}.{cents}") }
        }
        _ => folded,
    }
}

/// Today's rows by key.
fn rows(
    book: &Casebook<'_>,
    inputs: &Inputs,
    key: &Key,
    kind: &str,
    number: &str,
    date: &str,
) -> BTreeMap<String, Row> {
    let tables = &book.tables;
    let mut alike: HashMap<String, usize> = HashMap::new();
    let mut out = BTreeMap::new();
    for &record in tables.of_kind(kind) {
        let id: Option<&IdNumber> = match tables.value(record, "id_number") {
            Value::Id(id) => Some(id),
            _ => None,
        };
        let name = name_of(tables, record, "name").map_or("", |n| n.key());
        let amount = match tables.value(record, "amount") {
            Value::Money(fen) => Some(*fen),
            _ => None,
        };
        let day: Option<PartialDate> = match tables.value(record, date) {
            Value::Date(day) => Some(*day),
            _ => None,
        };
        let valid = id.and_then(|id| id.valid()).is_some();
        let payee = match id {
            Some(id) if valid => id.shown(),
            Some(id) if name.is_empty() => id.shown(),
            _ => name.to_string(),
        };
        let day_text = day.map(|d| d.to_string()).unwrap_or_default();
        let base = format!("{kind}\u{1f}{payee}\u{1f}{day_text}\u{1f}{}", amount.unwrap_or(-1));
        let count = alike.entry(base.clone()).or_default();
        *count += 1;
        let own = text_of(tables, record, number);
        let reference = match own.is_empty() {
            false => own.to_string(),
            true => {
                let program = match tables.value(record, "program") {
                    Value::Code(word) => word.shown(),
                    _ => "",
                };
                format!("{program}@{day_text}@{}", amount.map(|fen| Fen(fen).to_string()).unwrap_or_default())
            }
        };
        let entry = Entry {
            amount,
            month: day.map(|d| d.month().to_string()).unwrap_or_default(),
            date: day_text,
            number: id.map(|id| sealed::number(key, &id.shown())).unwrap_or_default(),
            name: if name.is_empty() { String::new() } else { sealed::short(key, name) },
            valid,
            reference: sealed::reference(key, &reference),
            list: match layouts::folded(&inputs.file_of(tables.table(record).sheet).path) {
                list if layouts::is_of_period(&list) => String::new(),
                list => sealed::short(key, &list),
            },
        };
        let digest = sealed::short(key, &format!("{base}\u{1f}{count}"));
        out.insert(digest, Row { record, entry, unit: book.unit_of_row(record) });
    }
    out
}

impl History {
    pub(super) fn ledger_lines(&self) -> Result<BTreeMap<String, Line>> {
        let read = || -> rusqlite::Result<BTreeMap<String, Line>> {
            let mut statement = self
                .db
                .prepare("SELECT key, kind, entry, unit, first_seen, gone_on, last_seen, retired_on FROM ledger")?;
            let mut rows = statement.query([])?;
            let mut out = BTreeMap::new();
            while let Some(r) = rows.next()? {
                let (entry, first): (String, String) = (r.get(2)?, r.get(4)?);
                let day = |at: usize| -> rusqlite::Result<Option<NaiveDate>> {
                    let text: String = r.get(at)?;
                    if text.is_empty() { Ok(None) } else { parse(at, &text).map(Some) }
                };
                let line = Line {
                    kind: r.get(1)?,
                    entry: serde_json::from_str(&entry).map_err(|e| damaged(2, &e.to_string()))?,
                    unit: r.get(3)?,
                    first_seen: parse(4, &first)?,
                    gone_on: day(5)?,
                    last_seen: day(6)?,
                    retired_on: day(7)?,
                };
                out.insert(r.get(0)?, line);
            }
            Ok(out)
        };
        read().map_err(|e| self.failed("读不了以往读到的发放和帮扶记录", &e))
    }

    /// What accepted answers 疑点属实，已更正 name as the new value, with the person and row they speak of. An answer that
    /// was withdrawn or replaced names nothing.
    fn corrections(&self) -> Result<Vec<Correction>> {
        let read = || -> rusqlite::Result<Vec<Correction>> {
            let sql = "SELECT a.corrected, v.shown FROM answer a
                       JOIN listed l ON l.finding = a.finding
                       JOIN version v ON v.id = l.version
                       WHERE a.superseded_by IS NULL AND a.withdrawn_on IS NULL AND a.word = ?1 AND a.corrected <> ''
                       AND l.run = (SELECT max(run) FROM listed WHERE finding = a.finding)";
            let mut statement = self.db.prepare(sql)?;
            let mut rows = statement.query([super::Word::Corrected.id()])?;
            let mut out = Vec::new();
            while let Some(r) = rows.next()? {
                let (value, shown): (String, String) = (r.get(0)?, r.get(1)?);
                let shown: Shown = serde_json::from_str(&shown).map_err(|e| damaged(1, &e.to_string()))?;
                out.push(Correction { value: plain(&value), number: shown.id_number, reference: shown.reference });
            }
            Ok(out)
        };
        read().map_err(|e| self.failed("读不了以往答复", &e))
    }
}
