//! The ledger of payments and aid records that were read: what an earlier run saw and this one does not.
//!
//! A row is known by whose it is, its day and its amount (of several alike by their count): not by serial or program, which a
//! list may drop or rename. A number that was invalid, damaged, masked or missing and is the valid one of the same name now,
//! or the other way round, is the same row. The state keeps a keyed digest of that, the masked number, amount, day and unit;
//! a line is written when a row is first seen, when it is missed, and when it is back, never every night.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::runs::{damaged, parse};
use super::{History, Key, sealed};
use crate::derive::past::{Seen, Vanished};
use crate::domain::date::PartialDate;
use crate::domain::id_number::IdNumber;
use crate::domain::money::Fen;
use crate::error::Result;
use crate::link::{Casebook, UnitId, name_of, text_of};
use crate::normalize::{RecordId, Value};

/// Kinds that are kept, with the fields of their own number and day.
const KINDS: [(&str, &str, &str); 2] = [("payment", "serial", "paid_on"), ("aid", "record_no", "aided_on")];

/// A tenth and three rows: more missing than that is a list that did not come whole.
const SHORT_SHARE: usize = 10;
const SHORT_ROWS: usize = 3;

/// A row as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
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
}

/// An entry with what is known of it.
#[derive(Debug, Clone)]
struct Line {
    kind: String,
    entry: Entry,
    unit: String,
    first_seen: NaiveDate,
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
}

/// A row of today.
struct Row {
    record: RecordId,
    entry: Entry,
    unit: UnitId,
}

/// What a run leaves to the ledger.
#[derive(Debug, Default)]
pub struct Changes {
    /// Key, kind, entry as JSON, unit.
    fresh: Vec<(String, String, String, String)>,
    /// Missed for the first time.
    gone: Vec<String>,
    /// There again.
    back: Vec<String>,
    /// Another row is what became of it.
    retired: Vec<String>,
    /// As-of of the run before, for those missed for the first time.
    last: Option<NaiveDate>,
}

/// What the ledger says of today.
#[derive(Debug, Default)]
pub struct Compared {
    pub vanished: Vec<Vanished>,
    /// Missed before, and there again or explained.
    pub back: Vec<Seen>,
    pub changes: Changes,
}

/// Holds today's rows against the ledger. `corrected`: values that accepted answers 疑点属实，已更正 name, folded.
///
/// # Errors
/// The ledger cannot be read.
pub fn compare(history: &History, book: &Casebook<'_>, as_of: NaiveDate, last: Option<NaiveDate>) -> Result<Compared> {
    let lines = history.ledger_lines()?;
    let corrected = history.corrected_values()?;
    let key = history.key();
    let mut out = Compared { changes: Changes { last, ..Changes::default() }, ..Compared::default() };
    for (kind, number, date) in KINDS {
        let today = rows(book, key, kind, number, date);
        one_kind(&mut out, kind, &lines, &today, book, key, as_of, last, &corrected);
    }
    Ok(out)
}

#[allow(clippy::too_many_arguments)]
fn one_kind(
    out: &mut Compared,
    kind: &str,
    lines: &BTreeMap<String, Line>,
    today: &BTreeMap<String, Row>,
    book: &Casebook<'_>,
    key: &Key,
    as_of: NaiveDate,
    last: Option<NaiveDate>,
    corrected: &HashSet<String>,
) {
    let earlier: Vec<(&String, &Line)> =
        lines.iter().filter(|(_, l)| l.kind == kind && l.first_seen < as_of && l.is_live(as_of)).collect();
    for (name, row) in today {
        match lines.get(name) {
            None => {
                let entry = serde_json::to_string(&row.entry).unwrap_or_default();
                let unit = book.units.name(row.unit).to_string();
                out.changes.fresh.push((name.clone(), kind.to_string(), entry, unit));
            }
            Some(line) if line.gone_on.is_some() || line.retired_on.is_some() => {
                out.changes.back.push(name.clone());
                out.back.push(Seen { kind: kind.to_string(), unit: line.unit.clone(), key: name.clone() });
            }
            Some(_) => {}
        }
    }
    // Rows of today that the ledger does not know may be what became of one it misses.
    let mut fresh: Vec<(&Row, NaiveDate)> = Vec::new();
    for (name, row) in today {
        fresh.push((row, lines.get(name).map_or(as_of, |line| line.first_seen)));
    }
    let came: BTreeSet<(&str, &str)> =
        today.values().map(|row| (book.units.name(row.unit), row.entry.month.as_str())).collect();
    let missing: Vec<(&String, &Line)> =
        earlier.iter().copied().filter(|(name, _)| !today.contains_key(*name)).collect();
    let mut of_unit: HashMap<&str, (usize, usize)> = HashMap::new();
    for (name, line) in &earlier {
        if came.contains(&(line.unit.as_str(), line.entry.month.as_str())) {
            let counts = of_unit.entry(line.unit.as_str()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(!today.contains_key(*name));
        }
    }
    let numbers = if missing.is_empty() { HashMap::new() } else { super::roster::numbers(book, key) };
    for (name, line) in missing {
        let entry = &line.entry;
        let missed = line.gone_on.unwrap_or(as_of);
        let later = |since: &NaiveDate| *since >= missed;
        let back = || Seen { kind: kind.to_string(), unit: line.unit.clone(), key: name.clone() };
        if let Some(at) = fresh.iter().position(|(row, since)| later(since) && is_same_row(entry, &row.entry)) {
            fresh.remove(at);
            out.changes.retired.push(name.clone());
            out.back.push(back());
            continue;
        }
        if missed >= as_of {
            out.changes.gone.push(name.clone());
        }
        let at = fresh.iter().position(|(row, since)| later(since) && is_changed_row(entry, &row.entry));
        let changed = at.map(|at| fresh.remove(at).0);
        if changed.is_some_and(|row| is_named(&row.entry, entry, book, key, row.record, corrected)) {
            out.changes.retired.push(name.clone());
            out.back.push(back());
            continue;
        }
        if !came.contains(&(line.unit.as_str(), entry.month.as_str())) {
            // Its month did not come again: nothing is known.
            continue;
        }
        let (before, fewer) = of_unit.get(line.unit.as_str()).copied().unwrap_or_default();
        let id_number = sealed::opened(&entry.number, &numbers);
        out.vanished.push(Vanished {
            kind: kind.to_string(),
            key: name.clone(),
            unit: line.unit.clone(),
            id_number,
            amount: entry.amount,
            date: entry.date.clone(),
            reference: sealed::opened(&entry.reference, &numbers),
            last_seen: line.last_seen.filter(|_| missed < as_of).or(last).unwrap_or(line.first_seen),
            now: changed.map(|row| row.record),
            told: !(fewer * SHORT_SHARE > before && fewer > SHORT_ROWS),
        });
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

/// An accepted 已更正 names what stands there now.
fn is_named(
    now: &Entry,
    then: &Entry,
    book: &Casebook<'_>,
    key: &Key,
    row: RecordId,
    corrected: &HashSet<String>,
) -> bool {
    let mut values: Vec<String> = Vec::new();
    if now.amount != then.amount {
        values.extend(now.amount.map(|fen| Fen(fen).to_string()));
    }
    if now.date != then.date {
        values.push(now.date.clone());
    }
    if now.name != then.name {
        values.extend(name_of(&book.tables, row, "name").map(|n| n.shown().to_string()));
    }
    if now.number != then.number
        && let Value::Id(id) = book.tables.value(row, "id_number")
    {
        values.push(id.shown());
    }
    !values.is_empty()
        && values.iter().all(|v| corrected.contains(&plain(v)) || corrected.contains(&plain(&sealed::text(key, v))))
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
fn rows(book: &Casebook<'_>, key: &Key, kind: &str, number: &str, date: &str) -> BTreeMap<String, Row> {
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
        };
        let digest = sealed::short(key, &format!("{base}\u{1f}{count}"));
        out.insert(digest, Row { record, entry, unit: book.unit_of_row(record) });
    }
    out
}

impl History {
    fn ledger_lines(&self) -> Result<BTreeMap<String, Line>> {
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

    /// What accepted answers 疑点属实，已更正 name as the new value.
    fn corrected_values(&self) -> Result<HashSet<String>> {
        let read = || -> rusqlite::Result<HashSet<String>> {
            let sql = "SELECT corrected FROM answer WHERE superseded_by IS NULL AND word = ?1 AND corrected <> ''";
            let mut statement = self.db.prepare(sql)?;
            let word = super::Word::Corrected;
            let rows = statement.query_map([word.id()], |r| r.get::<_, String>(0))?;
            rows.map(|text| text.map(|t| plain(&t))).collect()
        };
        read().map_err(|e| self.failed("读不了以往答复", &e))
    }
}

/// Writes what a run leaves to the ledger; a second run of a day takes back what the first wrote.
pub(super) fn write(change: &Transaction<'_>, as_of: NaiveDate, changes: &Changes) -> rusqlite::Result<()> {
    let day = as_of.to_string();
    let mut add = change
        .prepare("INSERT OR IGNORE INTO ledger (key, kind, entry, unit, first_seen) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (key, kind, entry, unit) in &changes.fresh {
        add.execute(params![key, kind, entry, unit, day])?;
    }
    let last = changes.last.map(|d| d.to_string()).unwrap_or_default();
    let mut mark = change.prepare("UPDATE ledger SET gone_on = ?2, last_seen = ?3, retired_on = '' WHERE key = ?1")?;
    for key in &changes.gone {
        mark.execute(params![key, day, last])?;
    }
    for key in &changes.back {
        mark.execute(params![key, "", ""])?;
    }
    let mut retire = change.prepare("UPDATE ledger SET retired_on = ?2 WHERE key = ?1")?;
    for key in &changes.retired {
        retire.execute(params![key, day])?;
    }
    Ok(())
}
