//! Published runs and what each listed.
//!
//! A run is written before its result is put in place (`published = 0`) and confirmed after it: whenever the program dies,
//! the next start sees by the result that stands whether the run was published ([`History::settle_interrupted`]). A second
//! run of a day replaces the first when it is confirmed. Runs are told apart by their as-of; what a run is compared with
//! is always the last run of an *earlier* as-of.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::ends::End;
use super::layouts::{self, SheetLayout};
use super::ledger_log;
use super::subject::Cell;
use super::{History, sealed};
use crate::error::Result;
use crate::finding::{Severity, Status};

/// Lists of electronic files and sources are kept for this many of the newest runs: only the last is compared with.
const ROSTERS_KEPT: i64 = 8;

/// For how many days what a superseded run listed is kept: so long a workbook of it may still come back.
const SUPERSEDED_KEPT: i64 = 90;

/// A finding as a run prints it, every long number sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    pub title: String,
    pub unit: String,
    pub parent_unit: String,
    pub file_no: String,
    pub name: String,
    pub id_number: String,
    pub field: String,
    pub field_title: String,
    pub reference: String,
    pub case: String,
    pub electronic: String,
    pub paper: String,
    pub civil: String,
    pub payment: String,
    pub other: String,
    pub conclusion: String,
    /// Fen.
    pub amount: Option<i64>,
    pub confidence: Option<u16>,
    pub message: String,
    pub basis: String,
    pub advice: String,
    /// Source kinds of the rows it rests on.
    pub kinds: Vec<String>,
    /// The file it is about, as [`KnownFile::key`]; "" for none.
    pub file: String,
    /// It speaks of a person of another unit too.
    pub reaches_out: bool,
    /// Then: the texts as its own unit read them.
    pub own: Option<Own>,
    /// The values as the unit's workbook prints them, by side, where that is not as written.
    pub printed: Option<[String; 5]>,
    /// The two persons of a suspected match, by digest and masked.
    pub persons: Option<[String; 2]>,
    pub persons_shown: Option<[String; 2]>,
    /// What names the subject its verdict is about, and the whole that is part of ([`super::subject`]).
    pub subject: Vec<String>,
    pub whole: Vec<String>,
    /// The subject is someone of a file.
    pub is_member: bool,
    /// The cells it rests on.
    pub cells: Vec<Cell>,
}

/// The texts of a finding with another unit's person masked; numbers sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Own {
    pub file_no: String,
    pub name: String,
    pub id_number: String,
    /// Electronic, paper, civil, payment, other.
    pub values: [String; 5],
    pub message: String,
}

/// A finding as a run lists it.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The finding id itself; kept enciphered.
    pub id: String,
    pub rule: String,
    pub severity: Severity,
    pub status: Status,
    pub unit: String,
    pub first_seen: NaiveDate,
    /// Before this run's as-of where it could not be checked.
    pub last_seen: NaiveDate,
    pub handed_out: Option<NaiveDate>,
    /// What was answered and what became of it, as printed.
    pub mark: String,
    pub meaning: String,
    /// Of the row in the unit's workbook.
    pub checksum: String,
    pub shown: Shown,
}

/// Rows of a kind from a unit ("" for all units together).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCount {
    pub kind: String,
    pub unit: String,
    /// Rows that are expected of it: of this run, or, while it is partly missing, of the last run in which it was whole.
    pub rows: usize,
    /// Rows of this run; not kept.
    pub today: usize,
    /// Digest of the files it came from.
    pub content: String,
    /// First as-of with that content.
    pub since: NaiveDate,
    pub partial: bool,
}

/// An electronic file a run saw, or one that was reported as gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Digest of the file number, else of the head's number.
    pub key: String,
    /// Short digest of the head's number; "" where it is not valid.
    pub person: String,
    /// 在档, or its status is not told.
    pub active: bool,
    pub unit: String,
    /// A paper row was matched to it.
    pub paper: bool,
    /// `file_no`, `name`, `id_number`, place; sealed.
    pub shown: [String; 4],
}

/// Everything a run leaves behind.
#[derive(Debug)]
pub struct RunRecord {
    pub run_id: String,
    pub as_of: NaiveDate,
    /// SHA-256 of its `findings.csv`: by it a result that stands is known.
    pub output: String,
    /// The output directory it is published below.
    pub place: PathBuf,
    pub version: String,
    pub profile: String,
    pub federation: String,
    /// Counts for the trend, as JSON of the report's choosing.
    pub summary: String,
    pub listed: Vec<Listing>,
    /// What ended.
    pub ended: Vec<Ended>,
    pub sources: Vec<SourceCount>,
    pub files: Vec<KnownFile>,
    pub layouts: Vec<SheetLayout>,
    /// Payments and aid records that are new, missed or back; None where a run keeps none.
    pub ledger: Option<super::ledger_log::Changes>,
}

/// A finding that ended with a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Digest of its id ([`Past::listed`]'s key).
    pub key: String,
    pub unit: String,
    pub rule: String,
    pub end: End,
    /// The event on record that ended it, in Chinese; "" for none.
    pub event: String,
}

/// A published run, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHead {
    pub seq: i64,
    pub run_id: String,
    pub as_of: NaiveDate,
    pub version: String,
    pub profile: String,
    pub federation: String,
    pub summary: String,
}

/// A finding as an earlier run listed it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// None where the key is not the one it was kept under.
    pub id: Option<String>,
    pub rule: String,
    pub severity: Severity,
    pub status: Status,
    pub unit: String,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    pub handed_out: Option<NaiveDate>,
    pub mark: String,
    pub meaning: String,
    pub checksum: String,
    pub shown: Shown,
}

/// The last run before a date.
#[derive(Debug)]
pub struct Past {
    pub run: RunHead,
    /// By the digest of the finding id.
    pub listed: HashMap<String, Listed>,
    pub sources: Vec<SourceCount>,
    /// By key; empty where the list of that run is no longer kept.
    pub files: HashMap<String, KnownFile>,
    /// As `files`.
    pub layouts: Vec<SheetLayout>,
}

impl History {
    /// Published runs by as-of.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn runs(&self) -> Result<Vec<RunHead>> {
        self.runs_that("superseded = 0")
    }

    /// Published runs of the last [`SUPERSEDED_KEPT`] days that a later one of their day took the place of: what they listed
    /// was handed out.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn superseded(&self) -> Result<Vec<RunHead>> {
        self.runs_that("superseded = 1")
    }

    fn runs_that(&self, which: &str) -> Result<Vec<RunHead>> {
        let read = || -> rusqlite::Result<Vec<RunHead>> {
            let sql = format!(
                "SELECT seq, run_id, as_of, version, profile, federation, summary FROM run
                 WHERE published = 1 AND {which} ORDER BY as_of, seq"
            );
            let mut statement = self.db.prepare(&sql)?;
            let rows = statement.query_map([], |r| {
                Ok(RunHead {
                    seq: r.get(0)?,
                    run_id: r.get(1)?,
                    as_of: date(r, 2)?,
                    version: r.get(3)?,
                    profile: r.get(4)?,
                    federation: r.get(5)?,
                    summary: r.get(6)?,
                })
            })?;
            rows.collect()
        };
        read().map_err(|e| self.failed("读不了运行记录", &e))
    }

    /// The last published run with an earlier as-of, with all it listed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_before(&self, as_of: NaiveDate) -> Result<Option<Past>> {
        let run = self.runs()?.into_iter().rev().find(|r| r.as_of < as_of);
        run.map(|run| self.past(run)).transpose()
    }

    /// The published run of the same as-of that a run of today will take the place of, with all it listed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn former_of_day(&self, as_of: NaiveDate) -> Result<Option<Past>> {
        let run = self.runs()?.into_iter().rev().find(|r| r.as_of == as_of);
        run.map(|run| self.past(run)).transpose()
    }

    fn past(&self, run: RunHead) -> Result<Past> {
        let listed = self.listed(run.seq)?;
        let (sources, files) = self.rosters(run.seq).map_err(|e| self.failed("读不了上次运行的来源记录", &e))?;
        let layouts = layouts::read(&self.db, run.seq).map_err(|e| self.failed("读不了上次运行的列名记录", &e))?;
        Ok(Past { run, listed, sources, files, layouts })
    }

    /// What a run listed, by the digest of the finding id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn listed(&self, run: i64) -> Result<HashMap<String, Listed>> {
        let read = || -> rusqlite::Result<HashMap<String, Listed>> {
            let sql =
                "SELECT f.key, f.id_sealed, f.rule, l.severity, l.status, l.unit, l.first_seen, l.handed_out, l.mark,
                              v.meaning, l.checksum, v.shown, l.last_seen
                       FROM listed l JOIN finding f ON f.id = l.finding JOIN version v ON v.id = l.version
                       WHERE l.run = ?1";
            let mut statement = self.db.prepare(sql)?;
            let mut rows = statement.query([run])?;
            let mut out = HashMap::new();
            while let Some(r) = rows.next()? {
                let key: String = r.get(0)?;
                let sealed_id: String = r.get(1)?;
                let (severity, status): (String, String) = (r.get(3)?, r.get(4)?);
                let shown: String = r.get(11)?;
                let listed = Listed {
                    id: sealed::opened_id(&self.key, &key, &sealed_id),
                    rule: r.get(2)?,
                    severity: Severity::parse(&severity).ok_or_else(|| damaged(3, &severity))?,
                    status: Status::parse(&status).ok_or_else(|| damaged(4, &status))?,
                    unit: r.get(5)?,
                    first_seen: date(r, 6)?,
                    last_seen: date(r, 12)?,
                    handed_out: r.get::<_, Option<String>>(7)?.map(|t| parse(7, &t)).transpose()?,
                    mark: r.get(8)?,
                    meaning: r.get(9)?,
                    checksum: r.get(10)?,
                    shown: serde_json::from_str(&shown).map_err(|e| damaged(11, &e.to_string()))?,
                };
                out.insert(key, listed);
            }
            Ok(out)
        };
        read().map_err(|e| self.failed("读不了以往的疑点", &e))
    }

    /// The run that handed out a workbook: its run_id and as-of; None for one that was never published here.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn run_of(&self, run_id: &str, as_of: NaiveDate) -> Result<Option<RunHead>> {
        Ok(self.runs()?.into_iter().find(|r| r.run_id == run_id && r.as_of == as_of))
    }

    /// When a finding was first listed before a date; None for one that never was.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn first_seen(&self, keys: &[&str], before: NaiveDate) -> Result<HashMap<String, NaiveDate>> {
        let read = || -> rusqlite::Result<HashMap<String, NaiveDate>> {
            let sql = "SELECT min(l.first_seen) FROM finding f JOIN listed l ON l.finding = f.id
                       JOIN run r ON r.seq = l.run WHERE f.key = ?1 AND r.published = 1 AND r.superseded = 0 AND r.as_of < ?2";
            let mut statement = self.db.prepare(sql)?;
            let mut out = HashMap::new();
            for key in keys {
                let first: Option<String> = statement.query_row(params![key, before.to_string()], |r| r.get(0))?;
                if let Some(first) = first {
                    out.insert((*key).to_string(), parse(0, &first)?);
                }
            }
            Ok(out)
        };
        read().map_err(|e| self.failed("读不了以往的疑点", &e))
    }

    /// As-of of the workbook of each effective answer (the latest of several), by the digest of the finding id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn answered_as_of(&self) -> Result<HashMap<String, NaiveDate>> {
        let read = || -> rusqlite::Result<HashMap<String, NaiveDate>> {
            let sql = "SELECT f.key, max(a.as_of) FROM answer a JOIN finding f ON f.id = a.finding
                       WHERE a.superseded_by IS NULL GROUP BY a.finding";
            let mut statement = self.db.prepare(sql)?;
            let rows = statement.query_map([], |r| Ok((r.get(0)?, date(r, 1)?)))?;
            rows.collect()
        };
        read().map_err(|e| self.failed("读不了以往答复", &e))
    }

    /// The last as-of before a date on which each finding was found to be gone.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn resolved_on(&self, before: NaiveDate) -> Result<HashMap<String, NaiveDate>> {
        let read = || -> rusqlite::Result<HashMap<String, NaiveDate>> {
            let sql = "SELECT f.key, max(r.as_of) FROM resolved x JOIN run r ON r.seq = x.run
                       JOIN finding f ON f.id = x.finding WHERE r.published = 1 AND r.superseded = 0 AND r.as_of < ?1 GROUP BY x.finding";
            let mut statement = self.db.prepare(sql)?;
            let rows = statement.query_map([before.to_string()], |r| Ok((r.get(0)?, date(r, 1)?)))?;
            rows.collect()
        };
        read().map_err(|e| self.failed("读不了以往的疑点", &e))
    }

    fn rosters(&self, run: i64) -> rusqlite::Result<(Vec<SourceCount>, HashMap<String, KnownFile>)> {
        let sql = "SELECT kind, unit, rows, content, since, partial FROM source WHERE run = ?1 ORDER BY kind, unit";
        let mut statement = self.db.prepare(sql)?;
        let sources = statement.query_map([run], |r| {
            Ok(SourceCount {
                kind: r.get(0)?,
                unit: r.get(1)?,
                rows: usize::try_from(r.get::<_, i64>(2)?).map_err(|_| damaged(2, "rows"))?,
                today: 0,
                content: r.get(3)?,
                since: date(r, 4)?,
                partial: r.get(5)?,
            })
        })?;
        let sources = sources.collect::<rusqlite::Result<_>>()?;
        let mut statement =
            self.db.prepare("SELECT file, person, active, unit, paper, shown FROM file WHERE run = ?1")?;
        let files = statement.query_map([run], |r| {
            let shown: String = r.get(5)?;
            let file = KnownFile {
                key: r.get(0)?,
                person: r.get(1)?,
                active: r.get(2)?,
                unit: r.get(3)?,
                paper: r.get(4)?,
                shown: serde_json::from_str(&shown).map_err(|e| damaged(5, &e.to_string()))?,
            };
            Ok((file.key.clone(), file))
        })?;
        Ok((sources, files.collect::<rusqlite::Result<_>>()?))
    }

    /// Writes a run that is about to be published; gives its number for [`History::confirm`].
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn begin_run(&mut self, record: &RunRecord) -> Result<i64> {
        let written = write(&mut self.db, &self.key, record);
        written.map_err(|e| self.failed("记不下本次运行", &e))
    }

    /// The run's result stands: it takes the place of every earlier run of the day.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn confirm(&mut self, seq: i64) -> Result<()> {
        let confirm = |db: &mut Connection| -> rusqlite::Result<()> {
            let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            confirmed(&change, seq)?;
            change.commit()
        };
        confirm(&mut self.db).map_err(|e| self.failed("记不下本次运行", &e))
    }

    /// Runs that died between writing themselves down and being confirmed: `output` says which result stands for an as-of
    /// (SHA-256 of its `findings.csv`) below the directory the run was to be published in; "" where that was not kept.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn settle_interrupted(&mut self, output: impl Fn(&Path, NaiveDate) -> Option<String>) -> Result<()> {
        let settle = |db: &mut Connection| -> rusqlite::Result<()> {
            let open: Vec<(i64, NaiveDate, String, String)> = {
                let mut statement =
                    db.prepare("SELECT seq, as_of, output, place FROM run WHERE published = 0 ORDER BY seq")?;
                let rows = statement.query_map([], |r| Ok((r.get(0)?, date(r, 1)?, r.get(2)?, r.get(3)?)))?;
                rows.collect::<rusqlite::Result<_>>()?
            };
            if open.is_empty() {
                return Ok(());
            }
            let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (seq, as_of, written, place) in open {
                if output(Path::new(&place), as_of).is_some_and(|stands| stands == written) {
                    confirmed(&change, seq)?;
                } else {
                    change.execute("DELETE FROM run WHERE seq = ?1", [seq])?;
                }
            }
            change.commit()
        };
        settle(&mut self.db).map_err(|e| self.failed("整理不了上次中断的运行记录", &e))
    }

    /// Takes one run out of the memory.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn forget(&mut self, seq: i64) -> Result<()> {
        let forget = |db: &mut Connection| -> rusqlite::Result<()> {
            let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            ledger_log::take_back(&change, seq)?;
            change.execute("DELETE FROM run WHERE seq = ?1", [seq])?;
            change.commit()
        };
        forget(&mut self.db).map_err(|e| self.failed("删不了这次运行的记录", &e))
    }

    /// Removes runs with an as-of before `limit`, and findings that no run lists any longer with their answers; verdicts stay.
    /// Gives the number of runs removed.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn prune(&mut self, limit: NaiveDate) -> Result<usize> {
        let prune = |db: &mut Connection| -> rusqlite::Result<usize> {
            let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // The newest run is what the next is compared with, however old it is.
            let runs = change.execute(
                "DELETE FROM run WHERE as_of < ?1 AND as_of < (SELECT max(as_of) FROM run WHERE published = 1)",
                [limit.to_string()],
            )?;
            change.execute_batch(
                "CREATE TEMP TABLE unlisted AS SELECT id FROM finding WHERE id NOT IN (SELECT finding FROM listed);
                 DELETE FROM resolved WHERE finding IN (SELECT id FROM unlisted);
                 DELETE FROM answer WHERE finding IN (SELECT id FROM unlisted);
                 DELETE FROM version WHERE finding IN (SELECT id FROM unlisted)
                     OR id NOT IN (SELECT version FROM listed);
                 DELETE FROM finding WHERE id IN (SELECT id FROM unlisted);
                 DROP TABLE unlisted;",
            )?;
            change.execute("DELETE FROM taken_back WHERE as_of < ?1", [limit.to_string()])?;
            change.commit()?;
            db.execute_batch("VACUUM")?;
            Ok(runs)
        };
        prune(&mut self.db).map_err(|e| self.failed("清理不了以往记录", &e))
    }
}

fn confirmed(change: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    let same_day = "published = 1 AND seq < ?1 AND as_of = (SELECT as_of FROM run WHERE seq = ?1)";
    change.execute(&format!("UPDATE run SET superseded = 1 WHERE {same_day}"), [seq])?;
    ledger_log::apply(change, seq)?;
    change.execute("UPDATE run SET published = 1 WHERE seq = ?1", [seq])?;
    // What was handed out in the morning comes back for weeks; only what it listed is needed then.
    for table in ["file", "source", "layout"] {
        change.execute(&format!("DELETE FROM {table} WHERE run IN (SELECT seq FROM run WHERE superseded = 1)"), [])?;
    }
    change.execute(
        "DELETE FROM run WHERE superseded = 1
         AND julianday(as_of) < (SELECT julianday(as_of) FROM run WHERE seq = ?1) - ?2",
        [seq, SUPERSEDED_KEPT],
    )?;
    let old = "SELECT seq FROM run WHERE published = 1 AND superseded = 0 ORDER BY as_of DESC LIMIT -1 OFFSET ?1";
    change.execute(&format!("DELETE FROM file WHERE run IN ({old})"), [ROSTERS_KEPT])?;
    change.execute(&format!("DELETE FROM source WHERE run IN ({old})"), [ROSTERS_KEPT])?;
    change.execute(&format!("DELETE FROM layout WHERE run IN ({old})"), [ROSTERS_KEPT])?;
    Ok(())
}

fn write(db: &mut Connection, key: &super::Key, record: &RunRecord) -> rusqlite::Result<i64> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute(
        "INSERT INTO run (run_id, as_of, published, output, version, profile, federation, summary, place)
         VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            record.run_id,
            record.as_of.to_string(),
            record.output,
            record.version,
            record.profile,
            record.federation,
            record.summary,
            record.place.to_string_lossy()
        ],
    )?;
    let seq = change.last_insert_rowid();
    {
        let mut find = change.prepare("SELECT id FROM finding WHERE key = ?1")?;
        let mut add = change.prepare("INSERT INTO finding (key, id_sealed, rule) VALUES (?1, ?2, ?3)")?;
        let mut find_version = change.prepare("SELECT id FROM version WHERE finding = ?1 AND digest = ?2")?;
        let mut add_version =
            change.prepare("INSERT INTO version (finding, digest, meaning, shown) VALUES (?1, ?2, ?3, ?4)")?;
        let mut list = change.prepare(
            "INSERT INTO listed (run, finding, version, status, severity, unit, first_seen, last_seen, handed_out, mark,
             checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        for listing in &record.listed {
            let name = key.digest(&listing.id);
            let known: Option<i64> = find.query_row([&name], |r| r.get(0)).optional()?;
            let finding = match known {
                Some(id) => id,
                None => add.insert(params![name, sealed::id(key, &listing.id), listing.rule])?,
            };
            let shown = serde_json::to_string(&listing.shown).map_err(|e| damaged(0, &e.to_string()))?;
            let digest = &blake3::hash(format!("{}\u{1f}{shown}", listing.meaning).as_bytes()).to_hex()[..24];
            let version: Option<i64> = find_version.query_row(params![finding, digest], |r| r.get(0)).optional()?;
            let version = match version {
                Some(id) => id,
                None => add_version.insert(params![finding, digest, listing.meaning, shown])?,
            };
            list.execute(params![
                seq,
                finding,
                version,
                listing.status.id(),
                listing.severity.id(),
                listing.unit,
                listing.first_seen.to_string(),
                listing.last_seen.to_string(),
                listing.handed_out.map(|d| d.to_string()),
                listing.mark,
                listing.checksum
            ])?;
        }
        let mut close = change.prepare(
            "INSERT INTO resolved (run, finding, unit, verified, ending, event)
             SELECT ?1, id, ?3, ?4, ?5, ?6 FROM finding WHERE key = ?2",
        )?;
        for e in &record.ended {
            close.execute(params![seq, e.key, e.unit, e.end == End::Verified, e.end.id(), e.event])?;
        }
        let mut source = change.prepare(
            "INSERT INTO source (run, kind, unit, rows, content, since, partial) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for s in &record.sources {
            let rows = i64::try_from(s.rows).unwrap_or(i64::MAX);
            source.execute(params![seq, s.kind, s.unit, rows, s.content, s.since.to_string(), s.partial])?;
        }
        let mut file = change.prepare(
            "INSERT OR IGNORE INTO file (run, file, person, active, unit, paper, shown) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for f in &record.files {
            let shown = serde_json::to_string(&f.shown).map_err(|e| damaged(0, &e.to_string()))?;
            file.execute(params![seq, f.key, f.person, f.active, f.unit, f.paper, shown])?;
        }
        layouts::write(&change, seq, &record.layouts)?;
    }
    if let Some(changes) = &record.ledger {
        ledger_log::keep(&change, seq, changes)?;
    }
    change.commit()?;
    Ok(seq)
}

/// A column that does not hold what this program writes into it.
pub(super) fn damaged(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.to_string().into())
}

pub(super) fn date(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<NaiveDate> {
    parse(column, &row.get::<_, String>(column)?)
}

pub(super) fn parse(column: usize, text: &str) -> rusqlite::Result<NaiveDate> {
    text.parse().map_err(|_| damaged(column, text))
}
