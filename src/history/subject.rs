//! How the state knows a subject again: by the digests of what names it, the surest first.
//!
//! A file is known by its number and by its head; someone of it by his number and by his name in that file; a row by its own
//! number or date and whose it is. Numbers are corrected, names are corrected, rarely both at once: one name that holds is
//! enough.

use serde::{Deserialize, Serialize};

use super::{Key, sealed};
use crate::finding::Evidence;
use crate::link::{Casebook, FileId, name_of};
use crate::normalize::{RecordId, Value};
use crate::rules::What;

/// A cell a finding rests on, as the state keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cell {
    /// Source kind.
    pub kind: String,
    /// What names its row.
    pub row: Vec<String>,
    /// Field id.
    pub field: String,
    /// Something was written there.
    pub said: bool,
    /// Digest of what it meant.
    pub meaning: String,
    /// The month a row of income speaks of.
    pub month: String,
}

/// The digests that name a subject, the surest first.
pub fn names(book: &Casebook<'_>, key: &Key, what: What, detail: &str) -> Vec<String> {
    let mut texts = match what {
        What::File(file) => file_names(book, file),
        What::Person(file, row) => {
            let persons = persons(book, row);
            file_names(book, file)
                .iter()
                .flat_map(|f| persons.iter().map(move |p| format!("成员\u{1f}{f}\u{1f}{p}")))
                .collect()
        }
        What::Row(row) => row_texts(book, row),
        What::Unit(unit) => vec![format!("单位\u{1f}{}", book.units.name(unit))],
        What::Key => vec!["键".to_string()],
    };
    texts.retain(|t| !t.is_empty());
    texts.iter().map(|t| sealed::short(key, &format!("{t}\u{1e}{detail}"))).collect()
}

/// Names of the whole a subject is part of: the row of a cell, the file of a person; none for what stands alone.
pub fn whole(book: &Casebook<'_>, key: &Key, what: What) -> Vec<String> {
    match what {
        What::Person(file, _) => names(book, key, What::File(file), ""),
        What::Key => Vec::new(),
        what => names(book, key, what, ""),
    }
}

/// The digests that name a row, the surest first.
pub fn row_names(book: &Casebook<'_>, key: &Key, row: RecordId) -> Vec<String> {
    names(book, key, What::Row(row), "")
}

/// The cells a finding rests on: those of the fields concerned, and the rows that say whose they are.
pub fn cells(book: &Casebook<'_>, key: &Key, evidence: &[Evidence]) -> Vec<Cell> {
    let mut out: Vec<Cell> = Vec::new();
    for e in evidence.iter().filter(|e| !e.context) {
        let Some(row) = e.record.map(RecordId) else { continue };
        let schema = book.tables.schema(row);
        let Some(field) = (0..schema.fields.len()).find(|&i| book.tables.place_at(row, i) == Some(e.place)) else {
            continue;
        };
        let cell = Cell {
            kind: schema.kind.clone(),
            row: row_names(book, key, row),
            field: schema.fields[field].id.clone(),
            said: !e.shown.trim().is_empty(),
            meaning: sealed::short(key, &e.meaning),
            month: match book.tables.value(row, "month") {
                Value::Month(month) => month.to_string(),
                _ => String::new(),
            },
        };
        if !out.contains(&cell) {
            out.push(cell);
        }
    }
    out
}

fn file_names(book: &Casebook<'_>, file: FileId) -> Vec<String> {
    let f = book.file(file);
    let mut out = Vec::new();
    if !f.file_no.is_empty() {
        out.push(format!("档案\u{1f}{}", f.file_no));
    }
    match f.head {
        Some(head) => out.push(format!("户主\u{1f}{}", head.full())),
        None if f.file_no.is_empty() => {
            out.extend(persons(book, f.record).into_iter().map(|p| format!("户主\u{1f}{p}")))
        }
        None => {}
    }
    out
}

/// Number and name of the person a row is about.
fn persons(book: &Casebook<'_>, row: RecordId) -> Vec<String> {
    let tables = &book.tables;
    let mut out = Vec::new();
    for field in ["id_number", "head_id_number"] {
        if let Value::Id(id) = tables.value(row, field) {
            out.push(id.shown());
            break;
        }
    }
    for field in ["name", "head_name"] {
        if let Some(name) = name_of(tables, row, field) {
            out.push(format!("姓名\u{1f}{}", name.key()));
            break;
        }
    }
    out
}

/// What a row says of itself besides whose it is.
const OWN: [&str; 5] = ["month", "visited_on", "settled_on", "record_no", "serial"];
/// In place of a serial or record number.
const INSTEAD: [&str; 4] = ["program", "aided_on", "paid_on", "amount"];

fn row_texts(book: &Casebook<'_>, row: RecordId) -> Vec<String> {
    let tables = &book.tables;
    let kind = &tables.schema(row).kind;
    let canon = |fields: &[&str]| {
        let mut own = String::new();
        for field in fields {
            let value = tables.value(row, field);
            if value.is_said() {
                own.push('\u{1f}');
                value.write_canon(&mut own);
            }
        }
        own
    };
    let mut own = canon(&OWN);
    if let Some(finding) = &tables.schema(row).finding {
        let keys: Vec<&str> = finding.key.iter().map(String::as_str).collect();
        own.push_str(&canon(&keys));
    }
    if own.is_empty() && matches!(kind.as_str(), "payment" | "aid") {
        own = canon(&INSTEAD);
    }
    let mut out: Vec<String> = persons(book, row).into_iter().map(|p| format!("{kind}{own}\u{1f}{p}")).collect();
    let file_no = canon(&["file_no"]);
    if !file_no.is_empty() {
        out.push(format!("{kind}{own}\u{1f}档案{file_no}"));
    }
    if out.is_empty() {
        out.push(format!("{kind}{own}"));
    }
    out
}
