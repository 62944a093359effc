//! Who a row speaks of where its number does not say so itself.
//!
//! Runs before anything is linked. A row whose number is valid and stands in an electronic file speaks of that person. The
//! others (invalid, damaged, masked, or unknown to the files) go through the engine of suspected matches
//! ([`crate::link::suspected`]), and what it finds holds for every later step: the row is compared as that person's, and
//! each finding that rests on it says so. Nothing is merged for good: that takes a person's answer.
//!
//! Three steps, each on what the former left open:
//! 1. electronic files whose own number cannot be read, against the numbers of all other sources;
//! 2. paper rows that neither number nor file number and name brought to a file;
//! 3. all other rows. Of other departments' lists only numbers that cannot be read, and persons of a civil household that
//!    another of its persons links to a file: a valid number in a list of strangers is a stranger's.

mod explain;
mod known;
mod papers;
mod payees;
mod phases;
mod row;

use rustc_hash::FxHashMap;

use super::files::{File, FileId, id_of};
use super::suspected::Evidence;
use super::units::UnitId;
use super::verdicts::{Contradiction, Verdicts};
use crate::domain::id_number::{IdNumber, ResidentId};
use crate::normalize::{RecordId, Tables, Value};

pub use row::{person_key, row_as_person};

/// What persons have answered, and how a person is called there.
pub struct Answers<'a> {
    pub verdicts: Verdicts,
    /// The name of a [`person_key`] in the verdicts (its digest).
    pub called: &'a (dyn Fn(&str) -> String + Sync),
}

impl std::fmt::Debug for Answers<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").field("verdicts", &self.verdicts).finish_non_exhaustive()
    }
}

impl Answers<'_> {
    /// Nobody has answered anything.
    pub fn none() -> Self {
        Answers { verdicts: Verdicts::default(), called: &|key| key.to_string() }
    }
}

/// How a suspected match is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// ID109.
    Suspected,
    /// ID102: the digits that were lost are told there.
    Damaged,
    /// By a person's answer 是同一人: not asked again.
    Verified,
    /// The number is hidden in part, and one person alone fits what is shown: nothing is wrong with it.
    Masked,
    /// The row has no number that could be used: the lack is told (ID105, FF408), nothing is suspected.
    NoNumber,
}

impl Told {
    /// The row's number is neither wrong nor another one: it is not compared, and nothing is said of it as a number.
    pub fn says_no_number(self) -> bool {
        matches!(self, Self::Masked | Self::NoNumber)
    }
}

/// A row that several persons fit equally well. Shown, not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// Rows of the electronic files' persons who fit, with their files, in file order.
    pub candidates: Vec<(RecordId, FileId)>,
    /// Name of the rule that they all satisfy.
    pub rule: &'static str,
}

impl Undecided {
    /// The files of the candidates, each once.
    pub fn files(&self) -> Vec<FileId> {
        let mut files: Vec<FileId> = self.candidates.iter().map(|(_, file)| *file).collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

/// A row that is taken for a person.
#[derive(Debug, Clone)]
pub struct Suspect {
    pub record: RecordId,
    pub field: &'static str,
    /// None where the electronic file's own number cannot be read either.
    pub person: Option<ResidentId>,
    /// The number it is taken for, as shown.
    pub taken_for: String,
    /// File in which the person stands.
    pub file: FileId,
    /// Name of the rule that holds.
    pub rule: &'static str,
    /// Share of the rule's links that are right on planted truth, thousandths.
    pub confidence: u16,
    pub told: Told,
    pub evidence: Vec<Evidence>,
}

/// Who a cell's number is taken for.
#[derive(Debug, Clone)]
struct Taken {
    /// None where that person's own number cannot be read either.
    number: Option<IdNumber>,
    /// Place in [`Identities::suspects`].
    suspect: Option<u32>,
}

/// Rows taken for a person other than the one their number names.
#[derive(Debug, Default)]
pub struct Identities {
    /// (row, field of the number) → person; the number's difference is told elsewhere (YZ301) where no suspect is named.
    by_cell: FxHashMap<(RecordId, &'static str), Taken>,
    pub suspects: Vec<Suspect>,
    /// Rows whose number is no valid one, but the very one that stands in a file: nothing is suspected there.
    homes: FxHashMap<RecordId, FileId>,
    /// Rows for which several persons are equally likely.
    pub undecided: FxHashMap<RecordId, Undecided>,
    /// Answers that contradict each other.
    pub contradictions: Vec<Contradiction>,
}

impl Identities {
    /// The person a row's number stands for: the one it is taken for, else its own valid number.
    pub fn of(&self, tables: &Tables<'_>, record: RecordId, field: &'static str) -> Option<ResidentId> {
        match self.by_cell.get(&(record, field)) {
            Some(taken) => taken.number.as_ref().and_then(IdNumber::valid),
            None => id_of(tables, record, field),
        }
    }

    /// The number of the person a row's number stands for; None where the row's own counts.
    pub fn number(&self, record: RecordId, field: &'static str) -> Option<&IdNumber> {
        self.by_cell.get(&(record, field))?.number.as_ref()
    }

    /// The suspected match a row rests on.
    pub fn suspect(&self, record: RecordId) -> Option<&Suspect> {
        self.suspects.get(self.suspect_at(record)? as usize)
    }

    /// Its place in [`Identities::suspects`].
    pub fn suspect_at(&self, record: RecordId) -> Option<u32> {
        ["id_number", "head_id_number"]
            .iter()
            .find_map(|&f| self.by_cell.get(&(record, f)).and_then(|taken| taken.suspect))
    }

    /// The file in which a row's invalid number stands as it is.
    pub fn home(&self, record: RecordId) -> Option<FileId> {
        self.homes.get(&record).copied()
    }

    fn same(&mut self, record: RecordId, field: &'static str, person: ResidentId) {
        let taken = Taken { number: Some(IdNumber::Valid(person)), suspect: None };
        self.by_cell.insert((record, field), taken);
    }

    fn suspected(&mut self, suspect: Suspect) {
        let at = self.suspects.len() as u32;
        let taken = Taken { number: suspect.person.map(IdNumber::Valid), suspect: Some(at) };
        self.by_cell.insert((suspect.record, suspect.field), taken);
        self.suspects.push(suspect);
    }
}

/// Finds out who every row speaks of. `files` still hold the numbers as their own rows give them.
pub fn identities(
    tables: &Tables<'_>,
    files: &[File],
    row_units: &[Option<UnitId>],
    as_of: chrono::NaiveDate,
    answers: &Answers<'_>,
) -> Identities {
    let mut found = Identities::default();
    let resolve = phases::Resolve { tables, row_units, as_of, answers };
    resolve.electronic(files, &mut found);
    let files = super::files::files(tables, row_units, &found);
    resolve.papers(&files, &mut found);
    resolve.others(&files, &mut found);
    resolve.payees(&files, &mut found);
    found.contradictions = answers.verdicts.settle().contradictions;
    found
}

/// The field in which the number of a row's person stands.
fn number_field(tables: &Tables<'_>, record: RecordId) -> &'static str {
    if tables.schema(record).index("id_number").is_some() { "id_number" } else { "head_id_number" }
}

/// The number of a row, in the field where its person's number stands.
fn number_of<'t>(tables: &'t Tables<'_>, record: RecordId) -> Option<(&'static str, &'t IdNumber)> {
    let field = number_field(tables, record);
    match tables.value(record, field) {
        Value::Id(number) => Some((field, number)),
        _ => None,
    }
}

/// The row has no number that could be used: its column is empty or says so, or the sheet has none.
fn lacks_number(tables: &Tables<'_>, record: RecordId) -> bool {
    tables.value(record, number_field(tables, record)).says_nothing()
}

/// The name beside a number.
fn name_field(field: &str) -> &'static str {
    if field == "head_id_number" { "head_name" } else { "name" }
}
