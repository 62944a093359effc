//! The file that a row of incomes, visits or the exit ledger speaks of: by file number, else by its head.

use crate::link::{Casebook, FileId, FileStatus, text_of};
use crate::normalize::{RecordId, Value};

/// Of several files under one number the one of the row's head; of several files of one head the latest of `preferred`
/// status, else the latest. A member's number does not make a row the household's.
pub fn file_of(book: &Casebook<'_>, record: RecordId, preferred: FileStatus) -> Option<FileId> {
    let head = book.person_of(record, "id_number");
    match book.by_file_no.get(text_of(&book.tables, record, "file_no")).map(Vec::as_slice) {
        Some([only]) => return Some(*only),
        Some(several) => return several.iter().copied().find(|&f| head.is_some() && book.file(f).head == head),
        None => {}
    }
    let head = head?;
    let headed = book.files_of(head).iter().copied().filter(|&f| book.file(f).head == Some(head));
    headed.max_by_key(|&id| {
        let f = book.file(id);
        let filed_on = match book.tables.value(f.record, "filed_on") {
            Value::Date(d) => Some(d.first_day()),
            _ => None,
        };
        (f.status == preferred, filed_on, std::cmp::Reverse(f.file_no.as_str()))
    })
}
