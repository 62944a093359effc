//! The columns of `findings.csv`, typed.

use std::borrow::Cow;

use super::table::{Cell, Column, Kind, Table};
use crate::report::findings_csv::{COLUMNS, evidence, single_line};
use crate::report::json_schemas;
use crate::report::model::FindingRow;

/// The table; with `mask` without finding_id, which is a hash of few possible numbers.
pub fn table<'a>(mask: bool) -> Table<'a, &'a FindingRow> {
    // What a column means is said once, in the JSON Schema of a line.
    let schema: serde_json::Value = serde_json::from_str(json_schemas::FINDINGS).unwrap_or_default();
    let doc = |name: &str| schema["properties"][name]["description"].as_str().unwrap_or_default().to_string();
    let column = |name: &'static str| {
        Column::new(name, kind_of(name), doc(name), move |row: &'a FindingRow| cell(row, name, mask))
    };
    Table { name: "findings", columns: COLUMNS.into_iter().map(column).collect() }
}

fn kind_of(column: &str) -> Kind {
    match column {
        "amount" => Kind::Yuan,
        "confidence" => Kind::Share,
        "first_seen" | "last_seen" => Kind::Day,
        "finding_id" | "id_number" | "message" | "evidence" => Kind::Key,
        _ => Kind::Text,
    }
}

/// A cell as in `findings.csv`, but for the mark that keeps spreadsheet programs from computing.
fn cell<'a>(row: &'a FindingRow, column: &str, mask: bool) -> Cell<'a> {
    let [electronic, paper, civil, payment, other] = &row.values;
    let text: &str = match column {
        "finding_id" if mask => "",
        "finding_id" => &row.id,
        "rule" => &row.rule,
        "severity" => row.severity.id(),
        "status" => row.status.id(),
        "unit" => &row.unit,
        "parent_unit" => &row.parent_unit,
        "file_no" => &row.file_no,
        "name" => &row.name,
        "id_number" => &row.id_number,
        "field" => &row.field,
        "ref" => &row.reference,
        "case" => &row.case,
        "electronic" => electronic,
        "paper" => paper,
        "civil" => civil,
        "payment" => payment,
        "other" => other,
        "message" => &row.message,
        "basis" => &row.basis,
        "advice" => &row.advice,
        "amount" => return row.amount.map_or(Cell::Null, Cell::Hundredths),
        "confidence" => return row.confidence.map_or(Cell::Null, Cell::Thousandths),
        "first_seen" => return Cell::Day(row.first_seen),
        "last_seen" => return Cell::Day(row.last_seen),
        "evidence" => return Cell::text(Cow::Owned(single_line(&evidence(&row.evidence)).into_owned())),
        _ => return Cell::Null,
    };
    Cell::text(single_line(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_column_of_the_contract_is_filled() {
        let mut row = sample::finding(3);
        (row.reference, row.case, row.values) = ("2019".into(), "C1".into(), std::array::from_fn(|n| n.to_string()));
        (row.confidence, row.amount) = (Some(987), Some(-5));
        for name in COLUMNS {
            assert_ne!(cell(&row, name, false), Cell::Null, "{name}");
        }
        assert_eq!(cell(&row, "finding_id", true), Cell::Null);
    }

    #[test]
    fn the_json_schema_has_the_same_columns_and_types() {
        let schema: serde_json::Value = serde_json::from_str(json_schemas::FINDINGS).unwrap();
        assert_eq!(schema["required"], serde_json::json!(COLUMNS));
        assert_eq!(schema["properties"].as_object().unwrap().len(), COLUMNS.len());
        for column in table(false).columns {
            assert!(!column.doc.is_empty(), "{}", column.name);
            let property = &schema["properties"][&*column.name];
            let number = property["type"] == serde_json::json!(["number", "null"]);
            assert_eq!(number, matches!(column.kind, Kind::Yuan | Kind::Share), "{}", column.name);
            let day = property["pattern"].as_str().is_some_and(|p| p.ends_with("{2}$"));
            assert_eq!(day, column.kind == Kind::Day, "{}", column.name);
        }
    }
}
