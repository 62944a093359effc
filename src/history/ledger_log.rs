//! What runs change in the ledger ([`super::ledger`]), kept with the run until its result stands.
//!
//! Written with the run, put into the ledger when the run is confirmed, taken out again when another run of the day is: so a
//! run that was killed, failed or was forgotten leaves no trace.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::History;
use super::ledger::Line;
use super::runs::damaged;
use crate::error::Result;

/// What a run leaves to the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    pub fresh: Vec<Fresh>,
    pub marks: Vec<Mark>,
}

/// A row read for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fresh {
    pub key: String,
    /// payment or aid.
    pub kind: String,
    /// JSON of the entry.
    pub entry: String,
    pub unit: String,
}

/// A line of the ledger that says something else from this run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub key: String,
    pub before: Marks,
    pub after: Marks,
}

/// ISO dates; "" for none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    pub gone_on: String,
    pub last_seen: String,
    pub retired_on: String,
}

impl History {
    /// The ledger as the runs of earlier days left it: what another run of this day changed is as if it had not been.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub(super) fn ledger_before(&self, as_of: NaiveDate) -> Result<BTreeMap<String, Line>> {
        let mut lines = self.ledger_lines()?;
        let read = || -> rusqlite::Result<Option<Changes>> {
            let sql = "SELECT c.changes FROM ledger_change c JOIN run r ON r.seq = c.run
                       WHERE r.published = 1 AND r.as_of = ?1 ORDER BY r.seq DESC LIMIT 1";
            let kept: Option<String> = self.db.query_row(sql, [as_of.to_string()], |r| r.get(0)).optional()?;
            kept.map(|text| parse(&text)).transpose()
        };
        if let Some(changes) = read().map_err(|e| self.failed("读不了以往读到的发放和帮扶记录", &e))? {
            lines.retain(|_, line| line.first_seen != as_of);
            for mark in &changes.marks {
                if let Some(line) = lines.get_mut(&mark.key) {
                    line.set(&mark.before);
                }
            }
        }
        Ok(lines)
    }
}

fn parse(text: &str) -> rusqlite::Result<Changes> {
    serde_json::from_str(text).map_err(|e| damaged(0, &e.to_string()))
}

/// Writes down what a run changes, if its result comes to stand.
pub(super) fn keep(change: &Transaction<'_>, run: i64, changes: &Changes) -> rusqlite::Result<()> {
    let text = serde_json::to_string(changes).map_err(|e| damaged(0, &e.to_string()))?;
    change.execute("INSERT INTO ledger_change (run, changes) VALUES (?1, ?2)", params![run, text])?;
    Ok(())
}

/// The run's result stands: another run of its day is taken back, what this one changes is put in. Runs of earlier days can
/// no longer be taken back.
pub(super) fn apply(change: &Transaction<'_>, run: i64) -> rusqlite::Result<()> {
    let own = "SELECT changes FROM ledger_change WHERE run = ?1";
    let Some(text) = change.query_row(own, [run], |r| r.get::<_, String>(0)).optional()? else { return Ok(()) };
    let day: String = change.query_row("SELECT as_of FROM run WHERE seq = ?1", [run], |r| r.get(0))?;
    let others: Vec<i64> = {
        let sql = "SELECT c.run FROM ledger_change c JOIN run r ON r.seq = c.run WHERE r.as_of = ?1 AND c.run <> ?2";
        let mut statement = change.prepare(sql)?;
        statement.query_map(params![day, run], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    for other in others {
        take_back(change, other)?;
    }
    let changes = parse(&text)?;
    let mut add = change
        .prepare("INSERT OR IGNORE INTO ledger (key, kind, entry, unit, first_seen) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for fresh in &changes.fresh {
        add.execute(params![fresh.key, fresh.kind, fresh.entry, fresh.unit, day])?;
    }
    for mark in &changes.marks {
        set(change, &mark.key, &mark.after)?;
    }
    // What is new is told by its day; only the marks must be known to be taken back.
    let marks = Changes { fresh: Vec::new(), marks: changes.marks };
    let text = serde_json::to_string(&marks).map_err(|e| damaged(0, &e.to_string()))?;
    change.execute("UPDATE ledger_change SET changes = ?2 WHERE run = ?1", params![run, text])?;
    change.execute("DELETE FROM ledger_change WHERE run IN (SELECT seq FROM run WHERE as_of < ?1)", [day])?;
    Ok(())
}

/// A run that was put in is as if it had not been; of one whose changes are no longer kept, what no other run saw goes.
pub(super) fn take_back(change: &Transaction<'_>, run: i64) -> rusqlite::Result<()> {
    let sql = "SELECT as_of, published FROM run WHERE seq = ?1";
    let Some((day, published)) =
        change.query_row(sql, [run], |r| Ok((r.get::<_, String>(0)?, r.get::<_, bool>(1)?))).optional()?
    else {
        return Ok(());
    };
    let own = "SELECT changes FROM ledger_change WHERE run = ?1";
    let kept: Option<String> = change.query_row(own, [run], |r| r.get(0)).optional()?;
    match kept {
        Some(text) if published => {
            change.execute("DELETE FROM ledger WHERE first_seen = ?1", [&day])?;
            for mark in &parse(&text)?.marks {
                set(change, &mark.key, &mark.before)?;
            }
        }
        Some(_) => {}
        None if published => {
            change.execute("DELETE FROM ledger WHERE first_seen = ?1 AND last_seen = ?1", [&day])?;
        }
        None => {}
    }
    change.execute("DELETE FROM ledger_change WHERE run = ?1", [run])?;
    Ok(())
}

fn set(change: &Transaction<'_>, key: &str, marks: &Marks) -> rusqlite::Result<()> {
    let sql = "UPDATE ledger SET gone_on = ?2, last_seen = ?3, retired_on = ?4 WHERE key = ?1";
    change.execute(sql, params![key, marks.gone_on, marks.last_seen, marks.retired_on])?;
    Ok(())
}
