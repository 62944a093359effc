//! The cells a finding rests on, as written.

use super::Facts;
use crate::finding::{Evidence, Side};
use crate::ingest::sheet::RawSheet;
use crate::normalize::{RecordId, Value};
use crate::place::Place;

impl Facts<'_> {
    /// The cell of a field of a record; None where its sheet has no such column.
    pub fn evidence(&self, record: RecordId, field: &str) -> Option<Evidence> {
        let tables = &self.book.tables;
        let index = tables.schema(record).index(field)?;
        let place = tables.place_at(record, index)?;
        Some(Evidence {
            side: self.side(record),
            place,
            title: tables.title(record, index).to_string(),
            shown: shown(self.inputs.sheet(place.sheet), place),
            meaning: meaning(tables.value(record, field)),
            context: false,
            rests_on: self.book.rests_on(record),
            record: Some(record.0),
        })
    }

    /// The cell of a field, or, where the sheet has no such column, of the nearest cell that says whose row it is.
    pub fn evidence_or_row(&self, record: RecordId, field: &str) -> Option<Evidence> {
        [field, "name", "id_number", "head_id_number", "file_no", "head_name"]
            .iter()
            .find_map(|f| self.evidence(record, f))
    }

    pub fn side(&self, record: RecordId) -> Side {
        Side::parse(&self.book.tables.schema(record).side).unwrap_or(Side::Other)
    }

    /// A field's value as written, "" where nothing is.
    pub fn written(&self, record: RecordId, field: &str) -> String {
        self.evidence(record, field).map(|e| e.shown).unwrap_or_default()
    }
}

/// Equal for equal values, whatever the spelling.
fn meaning(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Code(code) => out.push_str(code.word().unwrap_or(code.shown())),
        other => other.write_canon(&mut out),
    }
    out
}

/// A cell as a person sees it: line breaks as blanks.
fn shown(sheet: &RawSheet, place: Place) -> String {
    let text = sheet.text_at(place.row, place.col);
    if text.contains(['\n', '\r']) {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.trim().to_string()
    }
}
