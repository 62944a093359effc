//! The persons of the electronic files, whom rows may be taken for.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::files::{File, FileId, name_of};
use super::super::suspected::{Number, Person};
use super::row::{called_person, person};
use super::{Answers, Identities, number_of};
use crate::domain::id_number::{IdNumber, ResidentId};
use crate::normalize::{RecordId, Tables};

/// One person in one file.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub file: FileId,
    pub record: RecordId,
    pub id: Option<ResidentId>,
}

/// All of them, and the numbers by which they are known.
#[derive(Debug)]
pub struct KnownPersons {
    pub list: Vec<Known>,
    /// Number → places in the list.
    pub by_number: FxHashMap<u64, Vec<u32>>,
}

impl KnownPersons {
    pub fn new(files: &[File], members_too: bool) -> Self {
        let mut list = Vec::new();
        for (i, f) in files.iter().enumerate() {
            let file = FileId(i as u32);
            list.push(Known { file, record: f.record, id: f.head });
            if members_too {
                list.extend(f.members.iter().map(|m| Known { file, record: m.record, id: m.id }));
            }
        }
        let mut by_number: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (i, known) in list.iter().enumerate() {
            if let Some(id) = known.id {
                by_number.entry(id.key()).or_default().push(i as u32);
            }
        }
        Self { list, by_number }
    }

    /// The list as the engine sees it. Asked for only when there is somebody to compare with.
    pub fn persons(&self, tables: &Tables<'_>, files: &[File], answers: &Answers<'_>) -> Vec<Person> {
        self.list.par_iter().map(|k| known_person(tables, files, k, answers)).collect()
    }

    pub fn knows(&self, id: ResidentId) -> bool {
        self.by_number.contains_key(&id.key())
    }
}

fn known_person(tables: &Tables<'_>, files: &[File], known: &Known, answers: &Answers<'_>) -> Person {
    let number = match known.id {
        Some(id) => Number::Valid(id),
        None => number_of(tables, known.record).map_or(Number::None, |(_, n)| Number::from(n)),
    };
    let mut out = person(tables, known.record, number, Some(known.file), Some(files[known.file.0 as usize].unit));
    out.key = match known.id {
        Some(id) => called_person(answers, id),
        None => number_of(tables, known.record)
            .map(|(_, n)| super::row::called(answers, n, name_of(tables, known.record, "name")))
            .unwrap_or_default(),
    };
    out
}

/// Whether a number may be asked about at all: not empty, not another document.
pub fn is_open(number: &IdNumber) -> bool {
    !matches!(number, IdNumber::Document(_) | IdNumber::Several(_))
}

/// A row that some step has already settled.
pub fn is_settled(found: &Identities, record: RecordId) -> bool {
    ["id_number", "head_id_number"].iter().any(|&f| found.by_cell.contains_key(&(record, f)))
}
