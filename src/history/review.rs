//! Answers looked at again by the level above: listed, withdrawn (as if never given), or reopened (the unit is asked anew),
//! and returned forms likewise. Nothing is erased: who was answered what, and when it was taken back, stays in the state.

use chrono::NaiveDate;
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::runs::{Shown, date as day};
use super::verdicts::{self, Persons};
use super::word::Word;
use super::{History, sealed};
use crate::error::{Error, ErrorKind, Result};

/// An answer as it was kept. Texts are sealed: numbers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Number of the answer in the state, for naming it.
    pub number: i64,
    /// None where the finding was kept under another key.
    pub finding: Option<String>,
    /// `finding.key`.
    pub key: String,
    pub rule: String,
    pub unit: String,
    pub word: Word,
    pub corrected: String,
    pub note: String,
    pub checked_by: String,
    pub done_on: Option<NaiveDate>,
    pub given_on: NaiveDate,
    pub state: GivenState,
}

/// Whether an answer still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenState {
    Effective,
    /// A later answer took its place.
    Superseded,
    Withdrawn(NaiveDate),
    /// The level above asked anew.
    Reopened(NaiveDate),
}

impl GivenState {
    pub fn chinese(self) -> String {
        match self {
            Self::Effective => "有效".into(),
            Self::Superseded => "已由后来的答复代替".into(),
            Self::Withdrawn(day) => format!("{day}已撤回"),
            Self::Reopened(day) => format!("{day}已退回重核"),
        }
    }

    pub fn id(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Superseded => "superseded",
            Self::Withdrawn(_) => "withdrawn",
            Self::Reopened(_) => "reopened",
        }
    }
}

/// What is done to an answer that no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    Withdraw,
    Reopen,
}

impl History {
    /// All answers, in the order in which they were taken.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn given(&self) -> Result<Vec<Given>> {
        let read = || -> rusqlite::Result<Vec<Given>> {
            let mut found = self.db.prepare(
                "SELECT a.id, f.key, f.id_sealed, f.rule, a.unit, a.word, a.corrected, a.note, a.checked_by, a.done_on,
                        a.given_on, a.superseded_by IS NOT NULL, a.withdrawn_on, a.reopened
                 FROM answer a JOIN finding f ON f.id = a.finding ORDER BY a.id",
            )?;
            let rows = found.query_map([], |row| {
                let (key, id): (String, String) = (row.get(1)?, row.get(2)?);
                let date_at = |column| row.get::<_, Option<String>>(column)?.map(|_| day(row, column)).transpose();
                let state = match (date_at(12)?, row.get::<_, bool>(13)?, row.get::<_, bool>(11)?) {
                    (Some(day), true, _) => GivenState::Reopened(day),
                    (Some(day), false, _) => GivenState::Withdrawn(day),
                    (None, _, true) => GivenState::Superseded,
                    (None, _, false) => GivenState::Effective,
                };
                Ok(Given {
                    number: row.get(0)?,
                    finding: sealed::opened_id(&self.key, &key, &id),
                    key,
                    rule: row.get(3)?,
                    unit: row.get(4)?,
                    word: super::answers::word(row, 5)?,
                    corrected: row.get(6)?,
                    note: row.get(7)?,
                    checked_by: row.get(8)?,
                    done_on: date_at(9)?,
                    given_on: day(row, 10)?,
                    state,
                })
            })?;
            rows.collect()
        };
        read().map_err(|e| self.failed("读不了以往答复", &e))
    }

    /// Takes effective answers to a finding back; gives how many there were. What they decided (是同一人) goes with them, and
    /// the files they came in count as not taken, so that they can be returned again.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn take_answers_back(&mut self, key: &str, undo: Undo, why: &str, today: NaiveDate) -> Result<usize> {
        let write = |db: &mut rusqlite::Connection| -> rusqlite::Result<usize> {
            let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let finding = step.query_row("SELECT id FROM finding WHERE key = ?1", [key], |r| r.get::<_, i64>(0));
            let Some(finding) = finding.optional()? else { return Ok(0) };
            let effective: Vec<(i64, Word)> = {
                let sql = "SELECT id, word FROM answer WHERE finding = ?1 AND superseded_by IS NULL";
                let mut found = step.prepare(sql)?;
                found
                    .query_map([finding], |row| Ok((row.get(0)?, super::answers::word(row, 1)?)))?
                    .collect::<rusqlite::Result<_>>()?
            };
            if let Some(persons) = persons_of(&step, finding)? {
                for same in effective.iter().filter_map(|(_, word)| word.verdict()) {
                    verdicts::delete(&step, &persons, same)?;
                }
            }
            for (answer, _) in &effective {
                let sql = "UPDATE answer SET superseded_by = id, withdrawn_on = ?2, withdrawn_why = ?3, reopened = ?4
                           WHERE id = ?1";
                step.execute(sql, params![answer, today.to_string(), why, undo == Undo::Reopen])?;
                let sql = "DELETE FROM taken_back WHERE first_answer <= ?1 AND last_answer >= ?1";
                step.execute(sql, [answer])?;
            }
            step.commit()?;
            Ok(effective.len())
        };
        write(&mut self.db).map_err(|e| self.failed("撤不了答复", &e))
    }

    /// A returned form no longer counts; false where there is none of that name.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn withdraw_form(&mut self, name: &str, today: NaiveDate) -> Result<bool> {
        let sql = "UPDATE form SET withdrawn_on = ?2 WHERE withdrawn_on IS NULL AND (name = ?1 OR sha256 = ?1)";
        let done = self.db.execute(sql, params![name, today.to_string()]);
        done.map(|n| n > 0).map_err(|e| self.failed("撤不了调查表", &e))
    }
}

/// Whom 是同一人 and 不是同一人 of a finding speak of, as it was last listed.
fn persons_of(db: &rusqlite::Connection, finding: i64) -> rusqlite::Result<Option<Persons>> {
    let sql = "SELECT v.shown FROM listed l JOIN version v ON v.id = l.version
               WHERE l.finding = ?1 ORDER BY l.run DESC LIMIT 1";
    let shown: Option<String> = db.query_row(sql, [finding], |row| row.get(0)).optional()?;
    let shown = shown.and_then(|text| serde_json::from_str::<Shown>(&text).ok());
    Ok(shown.and_then(|s| Some(Persons { digests: s.persons?, shown: s.persons_shown? })))
}

/// The answer or the form somebody names is not there.
pub fn not_found(what: &str, named: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("没有这个{what}"))
        .found(crate::domain::text::mask_numbers(named))
        .remedy("hecha answers 列出全部答复和交回的调查表")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::answers::tests::{history, reply, take};

    #[test]
    fn a_withdrawn_answer_is_as_if_never_given_and_can_be_given_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = history(dir.path());
        let today = NaiveDate::from_ymd_opt(2019, 8, 25).expect("a date");
        take(&mut history, "2019-08-20", "a", vec![reply("f1", "2019-08-20", Word::Special)]);
        assert!(history.taken_back("a").expect("it is asked").is_some());
        assert_eq!(history.take_answers_back("f1", Undo::Withdraw, "", today).expect("it is taken back"), 1);
        assert!(history.standings().expect("they are read").is_empty());
        assert!(history.taken_back("a").expect("it is asked").is_none(), "the same file counts again");
        assert_eq!(history.take_answers_back("f1", Undo::Withdraw, "", today).expect("it is asked"), 0);
        let again = take(&mut history, "2019-08-20", "a", vec![reply("f1", "2019-08-20", Word::Special)]);
        assert_eq!(again, [crate::history::answers::Relation::First]);
        let given = history.given().expect("they are read");
        assert_eq!(
            given.iter().map(|g| g.state).collect::<Vec<_>>(),
            [GivenState::Withdrawn(today), GivenState::Effective]
        );
    }

    #[test]
    fn a_reopened_finding_says_so_until_it_is_answered_again() {
        use crate::history::answers::Standing;
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = history(dir.path());
        let today = NaiveDate::from_ymd_opt(2019, 8, 25).expect("a date");
        take(&mut history, "2019-08-20", "a", vec![reply("f1", "2019-08-20", Word::Special)]);
        assert_eq!(history.take_answers_back("f1", Undo::Reopen, "理由不足", today).expect("it is asked"), 1);
        let reopened = history.standings().expect("they are read");
        assert_eq!(reopened["f1"], Standing::Reopened { on: today, why: "理由不足".into() });
        take(&mut history, "2019-08-26", "b", vec![reply("f1", "2019-08-26", Word::ToVisit)]);
        assert!(matches!(history.standings().expect("they are read")["f1"], Standing::Pending { .. }));
    }
}
