//! The cells a finding rests on, as written.

use super::Facts;
use crate::domain::money::Fen;
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
            shown: legible(shown(self.inputs.sheet(place.sheet), place), tables.value(record, field)),
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

/// As written, with what it means behind it where nobody can read it off: `43680（2019-08-03）`, `1.2E+3（1200.00元）`, `1（男）`.
fn legible(written: String, value: &Value) -> String {
    let is_number = !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let whole = written.split('.').next().unwrap_or_default();
    let meaning = match value {
        // A serial number of a day has five digits; 20190803 and 2019.8 are dates to a reader.
        Value::Date(date) if is_number && whole.len() == 5 => date.to_string(),
        Value::Month(month) if is_number && whole.len() == 5 => month.to_string(),
        Value::Money(fen) if is_machine_number(&written) => format!("{}元", Fen(*fen)),
        Value::Code(code) if is_number && code.word().is_some_and(|word| word != written) => code.shown().to_string(),
        _ => return written,
    };
    format!("{written}（{meaning}）")
}

/// With an exponent, or more decimals than a person writes.
fn is_machine_number(written: &str) -> bool {
    let plain = written.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let decimals = written.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    plain && (written.contains(['e', 'E']) || decimals > 4)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::{Month, PartialDate};

    #[test]
    fn what_nobody_reads_off_is_explained() {
        let day = |text: &str| Value::Date(PartialDate::from(text.parse::<chrono::NaiveDate>().expect("a day")));
        let month = Value::Month(Month::of("2019-08-01".parse().expect("a day")));
        for (written, value, expected) in [
            ("43680", day("2019-08-03"), "43680（2019-08-03）"),
            ("43680.4375", day("2019-08-03"), "43680.4375（2019-08-03）"),
            ("20190803", day("2019-08-03"), "20190803"),
            ("2019.8.3", day("2019-08-03"), "2019.8.3"),
            ("43678", month, "43678（2019-08）"),
            ("1.2E+3", Value::Money(120_000), "1.2E+3（1200.00元）"),
            ("1046.4999999999998", Value::Money(104_650), "1046.4999999999998（1046.50元）"),
            ("1046.5", Value::Money(104_650), "1046.5"),
            ("12558", Value::Money(1_255_800), "12558"),
            ("43680", Value::Money(4_368_000), "43680"),
            ("", Value::Blank, ""),
        ] {
            assert_eq!(legible(written.to_string(), &value), expected, "{written}");
        }
    }
}
