//! Aid given to the household of each file: by the record's file number, and to anyone who is head or member of the file.

use super::payments::is_impossible;
use crate::domain::date::PartialDate;
use crate::link::{Casebook, FileId};
use crate::normalize::{RecordId, Value};

/// One aid record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AidFact {
    pub record: RecordId,
    /// None where nothing legible is written.
    pub aided_on: Option<PartialDate>,
    /// The program's word, else as written; None where nothing is.
    pub program: Option<String>,
}

/// Aid records by file, in the order of their days. A record of a person in several files counts for each of them.
#[derive(Debug, Default)]
pub struct Aids {
    by_file: Vec<Vec<AidFact>>,
}

impl Aids {
    pub fn new(book: &Casebook<'_>) -> Self {
        let t = &book.tables;
        let mut by_file = vec![Vec::new(); book.files.len()];
        for &record in t.of_kind("aid") {
            // A record taken back is no aid.
            if matches!(t.value(record, "amount"), Value::Money(fen) if *fen <= 0) {
                continue;
            }
            let aid = AidFact {
                record,
                aided_on: match t.value(record, "aided_on") {
                    Value::Date(date) if !is_impossible(*date, book.as_of) => Some(*date),
                    _ => None,
                },
                program: match t.value(record, "program") {
                    Value::Code(code) => Some(code.shown().to_string()),
                    _ => None,
                },
            };
            let mut files: Vec<FileId> = book.file_of_row(record).into_iter().collect();
            files.extend(book.person_of(record, "id_number").into_iter().flat_map(|person| book.files_of(person)));
            files.sort_unstable();
            files.dedup();
            for file in files {
                by_file[file.0 as usize].push(aid.clone());
            }
        }
        for aids in &mut by_file {
            aids.sort_by_key(|a: &AidFact| (a.aided_on.map(PartialDate::first_day), a.record));
        }
        Self { by_file }
    }

    pub fn of(&self, file: FileId) -> &[AidFact] {
        self.by_file.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }
}
