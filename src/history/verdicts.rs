//! What persons have answered about suspected matches: 是同一人, 不是同一人.
//!
//! A verdict is about two numbers as they stand in the sources (a wrong one and the one it is taken for), each with the
//! name beside it: rows move and files are renamed, the verdict holds. It is transitive and never asked again
//! ([`crate::link::verdicts`]); answers that contradict each other are told and decide nothing.

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::History;
use crate::domain::text::mask;
use crate::error::Result;
use crate::link::verdicts::Verdicts;

/// One person's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The two persons, as `link::identity` calls them.
    pub a: String,
    pub b: String,
    /// 是同一人, or 不是同一人.
    pub same: bool,
    pub given_on: NaiveDate,
    /// Where the answer came from (the returned workbook's unit).
    pub source: String,
}

/// Two persons as the database knows them: digests of their keys, and their numbers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persons {
    pub digests: [String; 2],
    pub shown: [String; 2],
}

impl Persons {
    /// One order, so that "a and b" is "b and a".
    fn in_order(&self) -> (usize, usize) {
        if self.digests[0] <= self.digests[1] { (0, 1) } else { (1, 0) }
    }
}

/// Keeps a verdict; the same one twice changes nothing.
pub(super) fn insert(
    db: &Connection,
    persons: &Persons,
    same: bool,
    given_on: NaiveDate,
    source: &str,
) -> rusqlite::Result<()> {
    let (a, b) = persons.in_order();
    let (digests, shown) = (&persons.digests, &persons.shown);
    db.execute(
        "INSERT INTO verdict (a, b, same, a_shown, b_shown, given_on, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO NOTHING",
        params![digests[a], digests[b], i64::from(same), shown[a], shown[b], given_on.to_string(), source],
    )?;
    Ok(())
}

/// Withdraws a verdict; gives how many there were.
pub(super) fn delete(db: &Connection, persons: &Persons, same: bool) -> rusqlite::Result<usize> {
    let (a, b) = persons.in_order();
    let sql = "DELETE FROM verdict WHERE a = ?1 AND b = ?2 AND same = ?3";
    db.execute(sql, params![persons.digests[a], persons.digests[b], i64::from(same)])
}

impl History {
    /// Keeps an answer. The same answer twice changes nothing; an answer and its contrary are both kept, and void each
    /// other until one is withdrawn.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn keep_verdict(&mut self, answer: &Answer) -> Result<()> {
        let persons = self.persons(&answer.a, &answer.b);
        insert(&self.db, &persons, answer.same, answer.given_on, &answer.source)
            .map_err(|e| self.failed("记不下核实结论", &e))
    }

    /// Withdraws an answer; false where it was never given.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn withdraw_verdict(&mut self, a: &str, b: &str, same: bool) -> Result<bool> {
        delete(&self.db, &self.persons(a, b), same).map(|n| n > 0).map_err(|e| self.failed("撤不了核实结论", &e))
    }

    /// All answers, by digest.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn verdicts(&self) -> Result<Verdicts> {
        let read = || -> rusqlite::Result<Verdicts> {
            let mut verdicts = Verdicts::default();
            let mut rows = self.db.prepare("SELECT a, b, same FROM verdict ORDER BY a, b, same")?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let (a, b): (String, String) = (row.get(0)?, row.get(1)?);
                if row.get::<_, i64>(2)? == 1 { verdicts.same(&a, &b) } else { verdicts.different(&a, &b) }
            }
            Ok(verdicts)
        };
        read().map_err(|e| self.failed("读不了核实结论", &e))
    }

    fn persons(&self, a: &str, b: &str) -> Persons {
        Persons { digests: [a, b].map(|key| self.digest(key)), shown: [a, b].map(|key| mask(number_of(key))) }
    }

    /// The masked number a digest of a verdict stands for; "" for one that no verdict names.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn shown(&self, digest: &str) -> Result<String> {
        let sql = "SELECT a_shown FROM verdict WHERE a = ?1 UNION SELECT b_shown FROM verdict WHERE b = ?1";
        let shown = self.db.query_row(sql, [digest], |row| row.get(0));
        match shown {
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(String::new()),
            other => other.map_err(|e| self.failed("读不了核实结论", &e)),
        }
    }
}

/// The number in a person's key.
fn number_of(key: &str) -> &str {
    key.split('\u{1f}').next().unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(a: &str, b: &str, same: bool) -> Answer {
        let given_on = NaiveDate::from_ymd_opt(2019, 8, 20).expect("a date");
        Answer { a: a.into(), b: b.into(), same, given_on, source: "锦江区总工会".into() }
    }

    #[test]
    fn answers_are_kept_once_and_hold_for_later_runs() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("hecha.sqlite");
        let (wrong, right, other) =
            ("510105198001019972\u{1f}测甲", "510105198001019971\u{1f}", "510105198001019998\u{1f}");
        let mut history = History::open(&path).expect("it opens");
        for (a, b, same) in [(wrong, right, true), (right, wrong, true), (wrong, other, false)] {
            history.keep_verdict(&answer(a, b, same)).expect("it is kept");
        }
        drop(history);
        let mut history = History::open(&path).expect("it opens again");
        let count: i64 = history.db.query_row("SELECT count(*) FROM verdict", [], |r| r.get(0)).expect("it counts");
        assert_eq!(count, 2, "the same answer in the other order is no new one");
        let settled = history.verdicts().expect("they are read").settle();
        let digest = |key: &str| history.digest(key);
        assert_eq!(settled.verdict(&digest(wrong), &digest(right)), Some(true));
        assert_eq!(settled.verdict(&digest(right), &digest(other)), Some(false), "it follows");
        assert_eq!(history.shown(&digest(wrong)).expect("it is shown"), "510105********9972");
        assert!(history.withdraw_verdict(other, wrong, false).expect("it is withdrawn"));
        assert!(!history.withdraw_verdict(other, wrong, false).expect("it is gone"));
        let bytes = std::fs::read(&path).expect("the database is read");
        assert!(!bytes.windows(18).any(|w| w == b"510105198001019972"), "no number stands in it in full");
    }

    #[test]
    fn a_contradiction_is_reported_and_decides_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = History::open(&dir.path().join("hecha.sqlite")).expect("it opens");
        for (a, b, same) in [("a", "b", true), ("b", "c", true), ("a", "c", false)] {
            history.keep_verdict(&answer(a, b, same)).expect("it is kept");
        }
        let settled = history.verdicts().expect("they are read").settle();
        assert_eq!(settled.contradictions.len(), 1);
        assert_eq!(settled.verdict(&history.digest("a"), &history.digest("b")), None);
    }
}
