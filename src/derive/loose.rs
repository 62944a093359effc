//! Rows that were taken for nobody and may be somebody's: their number is missing, hidden, cut or mistyped, and what they
//! show fits a person of a file. Of him nobody can say that such a row is not there.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::id_number::{IdNumber, ResidentId};
use crate::link::{Casebook, FileId, name_of};
use crate::normalize::{RecordId, Value};

/// Kinds whose rows are looked at.
const KINDS: [&str; 14] = [
    "efile",
    "civil",
    "civil_household",
    "civil_person",
    "visit",
    "income",
    "exit",
    "medical",
    "aid",
    "payment",
    "paper_member",
    "filing",
    "check_report",
    "consent",
];

/// Of money a name without a number says nothing: what fits by amount and day is looked for apart
/// ([`super::payments::doubt`]).
const MONEY: [&str; 2] = ["aid", "payment"];

/// Characters by which a mistyped number may differ: beside a name that fits, and alone.
const OFF_BESIDE_NAME: usize = 4;
const OFF_ALONE: usize = 2;

#[derive(Debug)]
pub struct Loose {
    /// By schema index.
    by_kind: Vec<FxHashSet<FileId>>,
    /// Aid records that bear a name of the file and no number.
    aid_by_name: FxHashSet<FileId>,
    kinds: Vec<String>,
}

/// A person of a file.
struct Known<'a> {
    file: FileId,
    id: Option<ResidentId>,
    name: &'a str,
}

/// Persons of files by what a spoilt row may still show.
struct Persons<'a> {
    all: Vec<Known<'a>>,
    by_name: FxHashMap<&'a str, Vec<usize>>,
    by_birth: FxHashMap<String, Vec<usize>>,
    by_tail: FxHashMap<String, Vec<usize>>,
}

impl<'a> Persons<'a> {
    fn new(book: &'a Casebook<'_>) -> Self {
        let name = |row: RecordId| name_of(&book.tables, row, "name").map_or("", |n| n.key());
        let mut all = Vec::new();
        for file in book.file_ids() {
            let f = book.file(file);
            all.push(Known { file, id: f.head, name: name(f.record) });
            all.extend(f.members.iter().map(|m| Known { file, id: m.id, name: name(m.record) }));
        }
        let mut out = Self {
            all: Vec::new(),
            by_name: FxHashMap::default(),
            by_birth: FxHashMap::default(),
            by_tail: FxHashMap::default(),
        };
        for (at, known) in all.iter().enumerate() {
            if !known.name.is_empty() {
                out.by_name.entry(known.name).or_default().push(at);
            }
            if let Some(id) = known.id {
                let full = id.full();
                out.by_birth.entry(full[6..14].to_string()).or_default().push(at);
                out.by_tail.entry(full[14..].to_string()).or_default().push(at);
            }
        }
        out.all = all;
        out
    }

    /// Persons whose number may be the one of which this is left.
    fn near(&self, written: &str) -> impl Iterator<Item = &Known<'a>> {
        let birth = written.get(6..14).and_then(|b| self.by_birth.get(b));
        let tail = written.len().checked_sub(4).and_then(|at| written.get(at..)).and_then(|t| self.by_tail.get(t));
        birth.into_iter().chain(tail).flatten().map(|&at| &self.all[at])
    }
}

impl Loose {
    pub fn new(book: &Casebook<'_>) -> Self {
        let schemas = book.tables.schemas.all();
        let kinds: Vec<String> = schemas.iter().map(|s| s.kind.clone()).collect();
        let mut by_kind = vec![FxHashSet::default(); kinds.len()];
        let mut aid_by_name = FxHashSet::default();
        let mut persons: Option<Persons<'_>> = None;
        for (at, kind) in kinds.iter().enumerate().filter(|(_, kind)| KINDS.contains(&kind.as_str())) {
            for &record in book.tables.of_kind(kind) {
                // An electronic file is one by itself; whose other file it may be is asked.
                let own = book.file_of_row(record);
                let is_somebodys = own.is_some() && kind != "efile"
                    || ["id_number", "head_id_number"].iter().any(|f| book.person_of(record, f).is_some());
                if is_somebodys {
                    continue;
                }
                if let Some(tie) = book.who.undecided.get(&record) {
                    by_kind[at].extend(tie.files());
                    continue;
                }
                let persons = persons.get_or_insert_with(|| Persons::new(book));
                let files = may_be_of(book, record, persons, MONEY.contains(&kind.as_str()));
                by_kind[at].extend(files.into_iter().filter(|file| Some(*file) != own));
                if kind == "aid" {
                    aid_by_name.extend(may_be_of(book, record, persons, false));
                }
            }
        }
        Self { by_kind, aid_by_name, kinds }
    }

    /// A row of this kind may be this household's, and nobody can tell.
    pub fn may_have(&self, kind: &str, file: FileId) -> bool {
        self.kinds.iter().position(|k| k == kind).is_some_and(|i| self.by_kind[i].contains(&file))
    }

    /// An aid record may be this household's, as far as its name says.
    pub fn may_have_aid(&self, file: FileId) -> bool {
        self.may_have("aid", file) || self.aid_by_name.contains(&file)
    }
}

/// The files whose row this may be.
fn may_be_of(book: &Casebook<'_>, record: RecordId, persons: &Persons<'_>, money: bool) -> Vec<FileId> {
    let t = &book.tables;
    let mut out = Vec::new();
    for (number, name) in [("id_number", "name"), ("head_id_number", "head_name")] {
        let written = match t.value(record, number) {
            Value::Id(number) => Some(&**number),
            value if value.says_nothing() => None,
            _ => continue,
        };
        let name = name_of(t, record, name).filter(|n| n.is_complete()).map(|n| n.key());
        match (written, name) {
            // A document of another kind is another person's.
            (Some(IdNumber::Document(_)), _) => {}
            (Some(number), Some(name)) => {
                let own = persons.by_name.get(name).into_iter().flatten().map(|&at| &persons.all[at]);
                out.extend(own.filter(|p| fits(number, p.id, OFF_BESIDE_NAME)).map(|p| p.file));
            }
            (Some(number), None) => {
                let text = number.shown();
                out.extend(persons.near(&text).filter(|p| fits(number, p.id, OFF_ALONE)).map(|p| p.file));
            }
            (None, Some(name)) if !money => {
                out.extend(persons.by_name.get(name).into_iter().flatten().map(|&at| persons.all[at].file));
            }
            (None, _) => {}
        }
    }
    out
}

/// What is left of a number does not speak against the person.
fn fits(written: &IdNumber, person: Option<ResidentId>, off: usize) -> bool {
    let Some(person) = person else { return true };
    written.may_be(person)
        || matches!(written, IdNumber::Invalid { .. }) && strsim::osa_distance(&written.shown(), &person.full()) <= off
}
