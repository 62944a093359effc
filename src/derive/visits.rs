//! Visits at home and follow-ups (走访、回访) of each file.

use super::rows;
use crate::domain::date::PartialDate;
use crate::link::{Casebook, FileId, FileStatus};
use crate::normalize::{RecordId, Value};

/// One row of the visit records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitFact {
    pub record: RecordId,
    /// None where nothing legible is written.
    pub visited_on: Option<PartialDate>,
    /// 入户走访 or 回访, else as written; None where nothing is.
    pub kind: Option<String>,
    /// None where the row does not say.
    pub signed: Option<bool>,
}

/// Visits by file, in the order of their days.
#[derive(Debug, Default)]
pub struct Visits {
    by_file: Vec<Vec<VisitFact>>,
}

impl Visits {
    pub fn new(book: &Casebook<'_>) -> Self {
        let t = &book.tables;
        let mut by_file = vec![Vec::new(); book.files.len()];
        for &record in t.of_kind("visit") {
            let Some(file) = rows::file_of(book, record, FileStatus::Active) else { continue };
            by_file[file.0 as usize].push(VisitFact {
                record,
                visited_on: match t.value(record, "visited_on") {
                    Value::Date(date) => Some(*date),
                    _ => None,
                },
                kind: match t.value(record, "kind") {
                    Value::Code(code) => Some(code.shown().to_string()),
                    _ => None,
                },
                signed: match t.value(record, "signed") {
                    Value::Bool(signed) => Some(*signed),
                    _ => None,
                },
            });
        }
        for visits in &mut by_file {
            visits.sort_by_key(|v: &VisitFact| (v.visited_on.map(PartialDate::first_day), v.record));
        }
        Self { by_file }
    }

    pub fn of(&self, file: FileId) -> &[VisitFact] {
        self.by_file.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }
}
