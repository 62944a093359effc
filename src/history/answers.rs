//! What units have answered: each accepted row of a returned workbook is an answer, and none is ever overwritten.
//!
//! An answer that was not superseded is effective. A new one that says something else supersedes the effective ones only
//! if its workbook was made knowing them: its as-of lies after the newest run that was published when they were taken.
//! Otherwise all stay, and the finding is disputed until a later workbook settles it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};

use super::History;
use super::runs::date as day;
use super::verdicts::{self, Persons};
use super::word::Word;
use crate::domain::text;
use crate::error::Result;

/// One answer to one finding. Texts are sealed: no number stands in them in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// `finding.key`.
    pub finding: String,
    pub unit: String,
    /// The run whose workbook was returned.
    pub run_id: String,
    pub as_of: NaiveDate,
    /// [`crate::report::model::FindingRow::meaning`] as it was handed out.
    pub meaning: String,
    pub word: Word,
    pub corrected: String,
    pub note: String,
    pub done_on: Option<NaiveDate>,
    pub checked_by: String,
    /// Of a suspected match: whom 是同一人 and 不是同一人 speak of.
    pub persons: Option<Persons>,
}

/// A returned workbook that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub sha256: String,
    pub unit: String,
    pub run_id: String,
    pub as_of: NaiveDate,
    pub given_on: NaiveDate,
    pub accepted: usize,
    pub refused: usize,
    pub conflicts: usize,
}

/// How a new answer stands to those that are effective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    First,
    /// The same as an effective one: nothing is kept. `other_date`: only 完成日期 differs, the first one's holds.
    Same {
        other_date: bool,
    },
    /// The same as one that was superseded by an answer made knowing it: nothing is kept.
    Outdated,
    /// Made knowing the former, which it replaces.
    Supersedes,
    /// Differs from an effective one and was not made knowing it.
    Conflict,
}

impl Relation {
    /// The answer is kept.
    pub fn is_kept(self) -> bool {
        !matches!(self, Self::Same { .. } | Self::Outdated)
    }
}

/// An effective answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub word: Word,
    pub corrected: String,
    pub note: String,
    pub done_on: Option<NaiveDate>,
    pub given_on: NaiveDate,
    /// As-of of its workbook.
    pub as_of: NaiveDate,
    /// As-of of the newest published run when it was taken.
    pub known_as_of: NaiveDate,
}

/// The effective answers of all findings, and how further ones would stand to them. Changes nothing in the database.
#[derive(Debug, Clone)]
pub struct Ledger {
    newest: NaiveDate,
    effective: HashMap<String, Vec<Held>>,
    superseded: HashMap<String, Vec<Held>>,
}

impl Ledger {
    /// Takes a reply in, after those before it.
    pub fn take(&mut self, reply: &Reply, given_on: NaiveDate) -> Relation {
        let held = self.effective.entry(reply.finding.clone()).or_default();
        let new = || Held {
            word: reply.word,
            corrected: reply.corrected.clone(),
            note: reply.note.clone(),
            done_on: reply.done_on,
            given_on,
            as_of: reply.as_of,
            known_as_of: self.newest,
        };
        if held.is_empty() {
            held.push(new());
            return Relation::First;
        }
        if held.iter().all(|h| reply.as_of > h.known_as_of) {
            let former = std::mem::replace(held, vec![new()]);
            self.superseded.entry(reply.finding.clone()).or_default().extend(former);
            return Relation::Supersedes;
        }
        if let Some(same) = held.iter().find(|h| says_the_same(h, reply)) {
            return Relation::Same { other_date: reply.done_on.is_some() && reply.done_on != same.done_on };
        }
        let superseded = self.superseded.get(&reply.finding).map_or(&[][..], Vec::as_slice);
        if superseded.iter().any(|h| h.as_of >= reply.as_of && says_the_same(h, reply)) {
            return Relation::Outdated;
        }
        held.push(new());
        Relation::Conflict
    }

    /// The effective answers to a finding; more than one: it is disputed.
    pub fn held(&self, finding: &str) -> &[Held] {
        self.effective.get(finding).map_or(&[], Vec::as_slice)
    }
}

/// Who checked and when is no other answer.
fn says_the_same(held: &Held, reply: &Reply) -> bool {
    held.word == reply.word
        && text::fold(&held.corrected) == text::fold(&reply.corrected)
        && text::fold(&held.note) == text::fold(&reply.note)
}

/// What the answers say of a finding, for the next run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// 情况特殊, 数据源有误, 不是同一人: not asked again while the finding means what it meant then.
    Settled { meaning: String, word: Word, given_on: NaiveDate },
    /// 已更正: must be gone.
    Claimed { given_on: NaiveDate, meaning: String, corrected: String },
    /// 待更正, 需入户核实 (and 是同一人, which the wrong side must follow): open until it is done.
    Pending { word: Word, given_on: NaiveDate, due: Option<NaiveDate>, corrected: String },
    /// Two different answers.
    Disputed,
    /// It was closed, and the level above asked anew.
    Reopened { on: NaiveDate, why: String },
}

impl Standing {
    /// No answer holds: the level above wants another one.
    pub fn is_asked_anew(&self) -> bool {
        matches!(self, Self::Reopened { .. })
    }
}

/// Answers to the findings of one rule, a finding once. Disputed ones are only answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub answered: usize,
    /// 属实, 是同一人.
    pub confirmed: usize,
    /// 不属实, 不是同一人.
    pub refuted: usize,
    /// 情况特殊.
    pub special: usize,
}

impl Tally {
    fn add(&mut self, words: &[Word]) {
        self.answered += 1;
        if let [word] = words {
            self.confirmed += usize::from(word.confirms());
            self.refuted += usize::from(word.refutes());
            self.special += usize::from(*word == Word::Special);
        }
    }
}

impl History {
    /// When a file with these bytes was taken back.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn taken_back(&self, sha256: &str) -> Result<Option<NaiveDate>> {
        let sql = "SELECT given_on FROM taken_back WHERE sha256 = ?1";
        let found = self.db.query_row(sql, [sha256], |row| day(row, 0)).optional();
        found.map_err(|e| self.failed("读不了收回记录", &e))
    }

    /// Findings (`finding.key`) of which a returned file brought the answer that was kept; None where that is not known.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn answered_by(&self, sha256: &str) -> Result<Option<HashSet<String>>> {
        let read = || -> rusqlite::Result<Option<HashSet<String>>> {
            let sql = "SELECT first_answer, last_answer FROM taken_back WHERE sha256 = ?1";
            let range: Option<(Option<i64>, Option<i64>)> =
                self.db.query_row(sql, [sha256], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((Some(first), Some(last))) = range else { return Ok(None) };
            let sql = "SELECT f.key FROM answer a JOIN finding f ON f.id = a.finding WHERE a.id BETWEEN ?1 AND ?2";
            self.db.prepare(sql)?.query_map([first, last], |row| row.get(0))?.collect::<rusqlite::Result<_>>().map(Some)
        };
        read().map_err(|e| self.failed("读不了收回记录", &e))
    }

    /// The last day a workbook of each unit was taken back.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn last_returns(&self) -> Result<BTreeMap<String, NaiveDate>> {
        let read = || -> rusqlite::Result<BTreeMap<String, NaiveDate>> {
            let mut found = self.db.prepare("SELECT unit, max(given_on) FROM taken_back GROUP BY unit")?;
            found.query_map([], |row| Ok((row.get(0)?, day(row, 1)?)))?.collect()
        };
        read().map_err(|e| self.failed("读不了收回记录", &e))
    }

    /// The effective answers; `newest` is the as-of of the newest published run.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn ledger(&self, newest: NaiveDate) -> Result<Ledger> {
        let read = || -> rusqlite::Result<Ledger> {
            let mut effective: HashMap<String, Vec<Held>> = HashMap::new();
            let mut superseded: HashMap<String, Vec<Held>> = HashMap::new();
            let mut found = self.db.prepare(
                "SELECT f.key, a.word, a.corrected, a.note, a.done_on, a.given_on, a.as_of, a.known_as_of,
                 a.superseded_by IS NULL FROM answer a JOIN finding f ON f.id = a.finding
                 WHERE a.withdrawn_on IS NULL ORDER BY a.id",
            )?;
            let mut rows = found.query([])?;
            while let Some(row) = rows.next()? {
                let held = Held {
                    word: word(row, 1)?,
                    corrected: row.get(2)?,
                    note: row.get(3)?,
                    done_on: row.get::<_, Option<String>>(4)?.map(|_| day(row, 4)).transpose()?,
                    given_on: day(row, 5)?,
                    as_of: day(row, 6)?,
                    known_as_of: day(row, 7)?,
                };
                let of = if row.get(8)? { &mut effective } else { &mut superseded };
                of.entry(row.get(0)?).or_default().push(held);
            }
            Ok(Ledger { newest, effective, superseded })
        };
        read().map_err(|e| self.failed("读不了以往答复", &e))
    }

    /// Keeps the answers of one returned workbook with the note that it was taken back: all or nothing.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn take_back(&mut self, receipt: &Receipt, replies: &[(Reply, Relation)], ledger: &Ledger) -> Result<()> {
        let write = |db: &mut rusqlite::Connection| -> rusqlite::Result<()> {
            let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let (mut first, mut last) = (None, None);
            for (reply, relation) in replies.iter().filter(|(_, relation)| relation.is_kept()) {
                last = Some(keep(&step, reply, *relation, receipt.given_on, ledger.newest)?);
                first = first.or(last);
            }
            step.execute(
                "INSERT INTO taken_back (sha256, unit, run_id, as_of, given_on, accepted, refused, conflicts, first_answer,
                 last_answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
                params![
                    receipt.sha256,
                    receipt.unit,
                    receipt.run_id,
                    receipt.as_of.to_string(),
                    receipt.given_on.to_string(),
                    count(receipt.accepted),
                    count(receipt.refused),
                    count(receipt.conflicts),
                    first,
                    last,
                ],
            )?;
            step.commit()
        };
        write(&mut self.db).map_err(|e| self.failed("记不下收回的答复", &e))
    }

    /// What the answers say, by `finding.key`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn standings(&self) -> Result<HashMap<String, Standing>> {
        let read = || -> rusqlite::Result<HashMap<String, Standing>> {
            let mut standings: HashMap<String, Standing> = HashMap::new();
            let mut found = self.db.prepare(
                "SELECT f.key, a.word, a.meaning, a.given_on, a.done_on, a.corrected
                 FROM answer a JOIN finding f ON f.id = a.finding WHERE a.superseded_by IS NULL ORDER BY a.id",
            )?;
            let mut rows = found.query([])?;
            while let Some(row) = rows.next()? {
                let (word, given_on) = (word(row, 1)?, day(row, 3)?);
                let due = row.get::<_, Option<String>>(4)?.map(|_| day(row, 4)).transpose()?;
                let standing = match word {
                    Word::Special | Word::SourceWrong | Word::OtherPerson => {
                        Standing::Settled { meaning: row.get(2)?, word, given_on }
                    }
                    Word::Corrected => Standing::Claimed { given_on, meaning: row.get(2)?, corrected: row.get(5)? },
                    Word::ToCorrect | Word::ToVisit | Word::SamePerson => {
                        Standing::Pending { word, given_on, due, corrected: row.get(5)? }
                    }
                };
                standings.entry(row.get(0)?).and_modify(|s| *s = Standing::Disputed).or_insert(standing);
            }
            let mut reopened = self.db.prepare(
                "SELECT f.key, a.withdrawn_on, a.withdrawn_why
                 FROM answer a JOIN finding f ON f.id = a.finding WHERE a.reopened = 1 ORDER BY a.id",
            )?;
            let mut rows = reopened.query([])?;
            while let Some(row) = rows.next()? {
                let asked_anew = Standing::Reopened { on: day(row, 1)?, why: row.get(2)? };
                match standings.entry(row.get(0)?) {
                    std::collections::hash_map::Entry::Occupied(mut known) => {
                        // The last time counts; an answer given since counts more.
                        if matches!(known.get(), Standing::Reopened { .. }) {
                            known.insert(asked_anew);
                        }
                    }
                    std::collections::hash_map::Entry::Vacant(free) => {
                        free.insert(asked_anew);
                    }
                }
            }
            Ok(standings)
        };
        read().map_err(|e| self.failed("读不了以往答复", &e))
    }

    /// How the findings of each rule were answered.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn answers_by_rule(&self) -> Result<BTreeMap<String, Tally>> {
        self.tallies("f.rule")
    }

    /// How each unit answered what it was asked.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn answers_by_unit(&self) -> Result<BTreeMap<String, Tally>> {
        self.tallies("a.unit")
    }

    fn tallies(&self, column: &'static str) -> Result<BTreeMap<String, Tally>> {
        let read = || -> rusqlite::Result<BTreeMap<String, Tally>> {
            let mut words: BTreeMap<(String, i64), Vec<Word>> = BTreeMap::new();
            let sql = format!(
                "SELECT {column}, a.finding, a.word FROM answer a JOIN finding f ON f.id = a.finding
                 WHERE a.superseded_by IS NULL"
            );
            let mut found = self.db.prepare(&sql)?;
            let mut rows = found.query([])?;
            while let Some(row) = rows.next()? {
                words.entry((row.get(0)?, row.get(1)?)).or_default().push(word(row, 2)?);
            }
            let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
            for ((name, _), words) in words {
                tallies.entry(name).or_default().add(&words);
            }
            Ok(tallies)
        };
        read().map_err(|e| self.failed("读不了以往答复", &e))
    }
}

fn keep(
    step: &Transaction<'_>,
    reply: &Reply,
    relation: Relation,
    given_on: NaiveDate,
    newest: NaiveDate,
) -> rusqlite::Result<i64> {
    let finding: i64 = step.query_row("SELECT id FROM finding WHERE key = ?1", [&reply.finding], |row| row.get(0))?;
    // A verdict holds only while its answer is the only one; the contrary verdict of a dispute voids both by itself.
    let effective: Vec<Word> = {
        let mut found = step.prepare("SELECT word FROM answer WHERE finding = ?1 AND superseded_by IS NULL")?;
        found.query_map([finding], |row| word(row, 0))?.collect::<rusqlite::Result<_>>()?
    };
    if let Some(persons) = &reply.persons {
        let gone = effective.iter().filter(|&&w| w != reply.word).filter(|_| {
            relation == Relation::Supersedes || (relation == Relation::Conflict && reply.word.verdict().is_none())
        });
        for same in gone.filter_map(|w| w.verdict()) {
            verdicts::delete(step, persons, same)?;
        }
        if let Some(same) = reply.word.verdict() {
            verdicts::insert(step, persons, same, given_on, &reply.unit)?;
        }
    }
    step.execute(
        "INSERT INTO answer (finding, unit, run_id, as_of, meaning, word, corrected, note, done_on, checked_by, given_on,
         known_as_of) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            finding,
            reply.unit,
            reply.run_id,
            reply.as_of.to_string(),
            reply.meaning,
            reply.word.id(),
            reply.corrected,
            reply.note,
            reply.done_on.map(|d| d.to_string()),
            reply.checked_by,
            given_on.to_string(),
            newest.to_string(),
        ],
    )?;
    let id = step.last_insert_rowid();
    if relation == Relation::Supersedes {
        let sql = "UPDATE answer SET superseded_by = ?1 WHERE finding = ?2 AND superseded_by IS NULL AND id <> ?1";
        step.execute(sql, params![id, finding])?;
    }
    Ok(id)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) fn word(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Word> {
    let id: String = row.get(column)?;
    Word::from_id(&id).ok_or(rusqlite::Error::InvalidColumnType(column, "word".into(), Type::Text))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    pub(in crate::history) fn reply(finding: &str, as_of: &str, word: Word) -> Reply {
        Reply {
            finding: finding.into(),
            unit: "青羊区总工会".into(),
            run_id: "r".into(),
            as_of: date(as_of),
            meaning: "m".into(),
            word,
            corrected: String::new(),
            note: String::new(),
            done_on: None,
            checked_by: String::new(),
            persons: None,
        }
    }

    fn receipt(sha256: &str) -> Receipt {
        Receipt {
            sha256: sha256.into(),
            unit: "青羊区总工会".into(),
            run_id: "r".into(),
            as_of: date("2019-08-20"),
            given_on: date("2019-08-22"),
            accepted: 1,
            refused: 0,
            conflicts: 0,
        }
    }

    /// A state that knows these findings.
    pub(in crate::history) fn history(dir: &std::path::Path) -> History {
        let history = History::open(&dir.join("hecha.sqlite")).expect("it opens");
        for (key, rule) in [("f1", "YZ301"), ("f2", "ID109"), ("f3", "YZ301")] {
            let sql = "INSERT INTO finding (key, id_sealed, rule) VALUES (?1, '', ?2)";
            history.db.execute(sql, [key, rule]).expect("a finding");
        }
        history
    }

    /// Takes one file of replies back; `newest` is the newest published run.
    pub(in crate::history) fn take(
        history: &mut History,
        newest: &str,
        sha256: &str,
        replies: Vec<Reply>,
    ) -> Vec<Relation> {
        let mut ledger = history.ledger(date(newest)).expect("a ledger");
        let given_on = date("2019-08-22");
        let taken: Vec<_> = replies
            .into_iter()
            .map(|reply| {
                let relation = ledger.take(&reply, given_on);
                (reply, relation)
            })
            .collect();
        history.take_back(&receipt(sha256), &taken, &ledger).expect("they are kept");
        taken.into_iter().map(|(_, relation)| relation).collect()
    }

    #[test]
    fn nothing_is_overwritten_unless_it_was_known() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = history(dir.path());
        let aug20 = "2019-08-20";
        let first = take(&mut history, aug20, "a", vec![reply("f1", aug20, Word::Special)]);
        assert_eq!(first, [Relation::First]);
        let given_on = date("2019-08-22");
        let settled = Standing::Settled { meaning: "m".into(), word: Word::Special, given_on };
        assert_eq!(history.standings().expect("standings")["f1"], settled);

        let mut later_day = reply("f1", aug20, Word::Special);
        later_day.checked_by = "另一人".into();
        assert_eq!(
            take(&mut history, aug20, "b", vec![later_day.clone()]),
            [Relation::Same { other_date: false }],
            "who checked is no other answer"
        );
        later_day.done_on = Some(date("2019-09-01"));
        assert_eq!(take(&mut history, aug20, "b", vec![later_day]), [Relation::Same { other_date: true }]);

        assert_eq!(take(&mut history, aug20, "c", vec![reply("f1", aug20, Word::Corrected)]), [Relation::Conflict]);
        assert_eq!(history.standings().expect("standings")["f1"], Standing::Disputed);

        // The next run's workbook was made knowing both.
        let sep = "2019-09-20";
        assert_eq!(take(&mut history, sep, "d", vec![reply("f1", sep, Word::Corrected)]), [Relation::Supersedes]);
        assert!(matches!(history.standings().expect("standings")["f1"], Standing::Claimed { .. }));
        assert_eq!(
            take(&mut history, sep, "e", vec![reply("f1", sep, Word::Corrected)]),
            [Relation::Same { other_date: false }]
        );
        // The first round's file once more, saved anew; and a straggler of it that says something else.
        assert_eq!(take(&mut history, sep, "g", vec![reply("f1", aug20, Word::Special)]), [Relation::Outdated]);
        assert_eq!(take(&mut history, sep, "f", vec![reply("f1", aug20, Word::ToVisit)]), [Relation::Conflict]);
        let all: i64 = history.db.query_row("SELECT count(*) FROM answer", [], |r| r.get(0)).expect("a count");
        assert_eq!(all, 4, "every answer is kept");
        assert_eq!(history.taken_back("d").expect("it can be asked"), Some(given_on));
        assert_eq!(history.taken_back("z").expect("it can be asked"), None);
        assert_eq!(history.last_returns().expect("returns")["青羊区总工会"], given_on);
    }

    #[test]
    fn two_answers_in_one_file_are_a_conflict() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = history(dir.path());
        let replies = [Word::Special, Word::Special, Word::ToVisit].map(|w| reply("f1", "2019-08-20", w)).to_vec();
        assert_eq!(
            take(&mut history, "2019-08-20", "a", replies),
            [Relation::First, Relation::Same { other_date: false }, Relation::Conflict]
        );
    }

    #[test]
    fn verdicts_follow_their_answers() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = history(dir.path());
        let persons = Persons { digests: ["b".into(), "a".into()], shown: ["1".into(), "2".into()] };
        let of = |as_of: &str, word| Reply { persons: Some(persons.clone()), ..reply("f2", as_of, word) };
        let verdict = |history: &History| history.verdicts().expect("verdicts").settle().verdict("a", "b");
        take(&mut history, "2019-08-20", "a", vec![of("2019-08-20", Word::SamePerson)]);
        assert_eq!(verdict(&history), Some(true));
        take(&mut history, "2019-08-20", "b", vec![of("2019-08-20", Word::OtherPerson)]);
        assert_eq!(verdict(&history), None, "two contrary answers decide nothing");
        take(&mut history, "2019-09-20", "c", vec![of("2019-09-20", Word::OtherPerson)]);
        assert_eq!(verdict(&history), Some(false));
        take(&mut history, "2019-09-20", "d", vec![of("2019-09-20", Word::ToVisit)]);
        assert_eq!(verdict(&history), None, "a dispute decides nothing");
    }

    #[test]
    fn a_finding_counts_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = history(dir.path());
        let day = "2019-08-20";
        let replies = vec![
            reply("f1", day, Word::Corrected),
            reply("f3", day, Word::SourceWrong),
            reply("f2", day, Word::Special),
            reply("f2", day, Word::SamePerson),
        ];
        take(&mut history, day, "a", replies);
        let rules = history.answers_by_rule().expect("tallies");
        assert_eq!(rules["YZ301"], Tally { answered: 2, confirmed: 1, refuted: 1, special: 0 });
        assert_eq!(rules["ID109"], Tally { answered: 1, ..Tally::default() }, "a disputed one decides nothing");
        assert_eq!(history.answers_by_unit().expect("tallies")["青羊区总工会"].answered, 3);
    }
}
