//! A cell as a person sees it: what is stored and what is shown differ, and here it is decided once which of them counts.
//!
//! | stands in the cell | counts |
//! | --- | --- |
//! | formula that nobody computed | nothing; the field is unreadable ([`UNCOMPUTED`]) |
//! | error value (`#REF!`) | nothing; the field is unreadable ([`ERROR_VALUE`]) |
//! | number with a prefix, leading zeros, words | in texts, codes, phones, accounts: as shown |
//! | number shown in 万元, or with a drawn point | in money: the exact number behind the shown one |
//! | date where a number of a file belongs | nothing; a spreadsheet rewrote it ([`REWRITTEN`]) |

use super::column_reading::ColumnReading;
use super::value::{Context, Value};
use crate::domain::literal::Literal;
use crate::domain::money::MoneyUnit;
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::error_value::is_error_text;
use crate::ingest::sheet::{CellKind, RawCell, RawSheet};
use crate::schema::{Field, FieldType};

/// Why a cell with a formula that nobody computed has no value.
pub const UNCOMPUTED: &str = "是没有算过的公式，文件里没有它的值";
/// Why a cell with an error value has no value.
pub const ERROR_VALUE: &str = "是公式错误值，没有值";
/// Why a number of a file that reads as a date is not believed.
pub const REWRITTEN: &str = "成了日期，像是表格软件改写的，原来写的是什么已看不出";

/// Digits that a double keeps.
const EXACT_DIGITS: usize = 15;

impl Value {
    /// The cell holds a formula without value or an error value: told once a column, and no mistake of who filled it in.
    pub fn is_uncalculated(&self) -> bool {
        matches!(self, Self::Bad(why) if **why == *UNCOMPUTED || **why == *ERROR_VALUE)
    }

    /// A spreadsheet made a date of what was written.
    pub fn is_rewritten(&self) -> bool {
        matches!(self, Self::Bad(why) if **why == *REWRITTEN)
    }
}

impl Context<'_> {
    /// Reads one cell of a sheet as a field. `unit` is the money unit of the column's heading or the sheet's title.
    pub fn read_cell(&self, field: &Field, raw: &RawSheet, cell: &RawCell, unit: Option<MoneyUnit>) -> Value {
        self.read_cell_in(field, raw, cell, unit, ColumnReading::default())
    }

    /// As [`Context::read_cell`], of a cell whose column has been looked at as a whole.
    pub fn read_cell_in(
        &self,
        field: &Field,
        raw: &RawSheet,
        cell: &RawCell,
        unit: Option<MoneyUnit>,
        how: ColumnReading,
    ) -> Value {
        let text = raw.text(cell);
        let stored = Written { text, kind: cell.kind };
        match cell.kind {
            CellKind::Uncomputed => Value::Bad(UNCOMPUTED.into()),
            CellKind::Error => Value::Bad(ERROR_VALUE.into()),
            CellKind::Text => self.read_text_in(field, text, unit, how),
            CellKind::Date if is_rewritable(field) => Value::Bad(REWRITTEN.into()),
            CellKind::Number => match shown(field, raw, cell, unit) {
                Some((shown, unit)) => self.read_in(field, Written::text(&shown), unit, how),
                None => self.read_in(field, stored, unit, how),
            },
            CellKind::Date | CellKind::Bool => self.read_in(field, stored, unit, how),
        }
    }

    /// Reads a text: of a cell, or of a part of one.
    pub fn read_text(&self, field: &Field, text: &str, unit: Option<MoneyUnit>) -> Value {
        self.read_text_in(field, text, unit, ColumnReading::default())
    }

    fn read_text_in(&self, field: &Field, text: &str, unit: Option<MoneyUnit>, how: ColumnReading) -> Value {
        if is_formula(text) {
            return Value::Bad(UNCOMPUTED.into());
        }
        // `#N/A` as text is what machines write for nothing; the readers know where it is an error.
        if is_error_text(text) && !text.trim().eq_ignore_ascii_case("#N/A") {
            return Value::Bad(ERROR_VALUE.into());
        }
        if is_rewritable(field) && is_rewritten(text) {
            return Value::Bad(REWRITTEN.into());
        }
        self.read_in(field, Written::text(text), unit, how)
    }
}

/// What is shown of a number, and the unit in which it is then meant; `None` where what is stored counts.
fn shown(
    field: &Field,
    raw: &RawSheet,
    cell: &RawCell,
    unit: Option<MoneyUnit>,
) -> Option<(String, Option<MoneyUnit>)> {
    let format = raw.format(cell)?;
    let stored = raw.text(cell);
    match field.ty {
        FieldType::Money => {
            let words = format.words(stored)?;
            let exact = format.exact(stored)?;
            if words.contains('万') {
                Some((format!("{exact}万元"), unit))
            } else if words.contains('元') && exact == stored {
                Some((format!("{exact}元"), unit))
            } else {
                // A drawn point shows 万元 in a column that is headed so.
                (unit == Some(MoneyUnit::WanYuan) && exact != stored).then_some((exact, unit))
            }
        }
        FieldType::Area | FieldType::Int => None,
        // More digits than a double keeps: the shown ones are not those that were meant.
        _ if Literal::parse(stored)?.shown_digits().len() > EXACT_DIGITS => None,
        _ => Some((format.show(stored)?, unit)),
    }
}

/// A field that holds a number of a file or a house, of which a spreadsheet makes a date when it is typed (`3-1`).
fn is_rewritable(field: &Field) -> bool {
    let numbered = field.id.ends_with("_no") || matches!(field.id.as_str(), "serial" | "code" | "plate" | "ss_card");
    (field.ty == FieldType::Text && numbered) || field.ty == FieldType::Address
}

/// The whole text is a month with a day or year, as spreadsheets show what they took for a date: `3月1日`, `1-Mar`, `Mar-01`.
fn is_rewritten(written: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let folded = text::fold(written).to_lowercase();
    let small = |t: &str| (1..=4).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = folded.strip_suffix('日') {
        // With or without a year before it.
        let rest = rest.rsplit_once('年').map_or(rest, |(year, rest)| if small(year) { rest } else { "" });
        return rest.split_once('月').is_some_and(|(m, d)| small(m) && small(d) && m.len() <= 2 && d.len() <= 2);
    }
    let parts: Vec<&str> = folded.split(['-', ' ', '/']).collect();
    let month = |t: &&str| MONTHS.contains(t);
    match parts.as_slice() {
        [a, b] => (month(a) && small(b)) || (small(a) && month(b)),
        [a, b, c] => small(a) && month(b) && small(c),
        _ => false,
    }
}

/// A formula that stands as text where its value belongs: `=SUM(A1:A3)`, `=A1*2`. `="0012"` is a text in quotes, and `=` before
/// digits alone a way to write a number.
pub fn is_formula(written: &str) -> bool {
    let Some(body) = written.trim().strip_prefix(['=', '＝']) else { return false };
    let body = body.trim();
    if body.starts_with('"') && body.ends_with('"') && body.matches('"').count() == 2 {
        return false;
    }
    let constant = body.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let begins =
        body.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | '$' | '+' | '-' | '"' | '\''));
    let computes = body.contains(['(', '*', '/', '+', '-', '&', '$', '!']) || is_reference(body);
    !constant && begins && computes
}

/// `A1`, `RC`.
fn is_reference(body: &str) -> bool {
    let letters = body.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &body[letters..];
    (1..=3).contains(&letters) && !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{NumberFormat, SheetBuilder};
    use crate::schema::Schemas;
    use std::sync::Arc;

    #[test]
    fn formulas_as_text() {
        for formula in [
            "=SUM(A1:A3)",
            "=A1*2",
            "=1100*1",
            "=B7",
            " =VLOOKUP(A2,名册!A:B,2,0)",
            "=Sheet1!A1",
            "=-A1+3",
            "=\"a\"&B1",
        ] {
            assert!(is_formula(formula), "{formula}");
        }
        for text in ["=\"510105198001019971\"", "=510105198001019971", "=", "=张三", "张三=李四", "==", "=1200.5", ""]
        {
            assert!(!is_formula(text), "{text}");
        }
    }

    #[test]
    fn dates_that_a_spreadsheet_made() {
        for text in ["3月1日", "1-Mar", "Mar-01", "mar-1", "12月31日", "1-Mar-19", "2019年3月1日", "３月１日"]
        {
            assert!(is_rewritten(text), "{text}");
        }
        for text in
            ["3-1", "2019-03-01", "3号楼1单元", "MAR01", "A-Mar-01", "3月", "2019-1", "5101040000001", "三月一日"]
        {
            assert!(!is_rewritten(text), "{text}");
        }
    }

    /// A number in a format, read as a field.
    fn read(kind: &str, field: &str, code: &str, literal: &str, unit: Option<MoneyUnit>) -> Value {
        let schemas = Schemas::load(None).unwrap_or_else(|e| panic!("{e}"));
        let as_of = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).expect("a date");
        let context = Context::new(&schemas, as_of);
        let schema = schemas.get(kind).expect("a kind");
        let mut builder = SheetBuilder::new("");
        builder.row(1, false);
        let format = Arc::new(NumberFormat::parse(code).expect("a format"));
        builder.formatted_cell(0, literal, &format).expect("a cell");
        let sheet = builder.finish();
        let cell = sheet.cell(1, 0).expect("a cell");
        context.read_cell(&schema.fields[schema.index(field).expect("a field")], &sheet, cell, unit)
    }

    #[test]
    fn numbers_are_read_as_they_are_shown() {
        let text = |t: &str| Value::Text(t.into());
        assert_eq!(read("efile", "file_no", "\"KN\"0000000000000", "5101040000000", None), text("KN5101040000000"));
        assert_eq!(read("efile", "file_no", "0000000", "3", None), text("0000003"));
        assert_eq!(read("payment", "serial", "\"LS\"000-000", "12345", None), text("LS012-345"));
        let Value::Phone(phone) = read("efile", "phone", "000-0000-0000", "13800138000", None) else { panic!() };
        assert_eq!(phone.numbers().count(), 1);
        let Value::Code(sex) = read("efile", "sex", "[=1]\"男\";\"女\"", "2", None) else { panic!() };
        assert_eq!(sex.word(), Some("女"));
        // Money: the words of the format are its unit, and no digit is lost to rounding.
        assert_eq!(read("payment", "amount", "0.00\"万元\"", "1.2345", None), Value::Money(1_234_500));
        assert_eq!(read("payment", "amount", "0!.0,\"万元\"", "12345", None), Value::Money(1_234_500));
        assert_eq!(read("payment", "amount", "0!.0,", "12345", Some(MoneyUnit::WanYuan)), Value::Money(1_234_500));
        assert_eq!(read("payment", "amount", "0!.0,", "12345", None), Value::Money(1_234_500));
        // A long number has lost its digits, whatever its format shows.
        let Value::Id(id) = read("efile", "id_number", "\"No.\"0", "510105198001019970", None) else { panic!() };
        assert!(!id.shown().contains("No"));
    }

    #[test]
    fn what_has_no_value_is_unreadable() {
        let schemas = Schemas::load(None).unwrap_or_else(|e| panic!("{e}"));
        let as_of = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).expect("a date");
        let context = Context::new(&schemas, as_of);
        let schema = schemas.get("payment").expect("a kind");
        let mut builder = SheetBuilder::new("");
        builder.row(1, false);
        let cells = [
            (CellKind::Uncomputed, "=A1*2"),
            (CellKind::Error, "#N/A"),
            (CellKind::Text, "#REF!"),
            (CellKind::Text, "=A1*2"),
        ];
        for (col, (kind, text)) in cells.into_iter().enumerate() {
            builder.cell(col as u16, kind, text).expect("a cell");
        }
        let sheet = builder.finish();
        for cell in sheet.cells(&sheet.rows()[0]) {
            for field in &schema.fields {
                assert!(context.read_cell(field, &sheet, cell, None).is_uncalculated(), "{}", field.id);
            }
        }
    }
}
