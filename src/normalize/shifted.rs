//! Rows whose values stand in other columns than their headings: an unquoted comma, a cell inserted by hand. Nothing in such
//! a row can be trusted; it is set aside with its number.

use super::header::Bound;
use super::value::{Context, Value};
use crate::domain::id_number::ResidentId;
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::sheet::{RawRow, RawSheet};
use crate::schema::{FieldType, Schema};

/// Fields of names of units, programs and funds: no number of a person stands there.
const NO_PERSONS: [&str; 3] = ["program", "fund_source", "parent_unit"];

/// The columns of one table.
#[derive(Debug)]
pub struct Fit<'a> {
    pub raw: &'a RawSheet,
    pub context: &'a Context<'a>,
    pub schema: &'a Schema,
    pub columns: &'a [Bound],
    /// Column of the last heading.
    pub last: u16,
}

impl Fit<'_> {
    /// Why the row's values do not stand under their headings, if they do not.
    pub fn fault(&self, row: &RawRow) -> Option<String> {
        for b in self.columns {
            let field = &self.schema.fields[b.field];
            if matches!(field.ty, FieldType::IdNumber | FieldType::IdNumbers | FieldType::Account) {
                continue;
            }
            let named = field.ty == FieldType::Unit || NO_PERSONS.contains(&field.id.as_str());
            if is_number(self.text(row, b.col), self.context) && (named || !self.has_number(row)) {
                return Some(format!("“{}”列里是身份证号", b.title));
            }
        }
        if self.name_for_number(row) {
            return Some("身份证号一列里是姓名".into());
        }
        None
    }

    /// Why a row with more cells than the header has headings cannot be trusted, if it cannot. A signature line may have
    /// them too: asked of rows that are no remark.
    pub fn overflow(&self, row: &RawRow) -> Option<String> {
        let more = self.is_wide(row) || self.raw.is_overlong(row.number);
        (more && self.misfits(row)).then(|| "格数比表头的列数多，各列的值与列名不合".into())
    }

    /// Something stands right behind the last heading.
    pub fn is_wide(&self, row: &RawRow) -> bool {
        self.last.checked_add(1).is_some_and(|col| !text::is_blank(self.text(row, col)))
    }

    /// The row has a valid number where numbers stand.
    fn has_number(&self, row: &RawRow) -> bool {
        let is_id = |b: &&Bound| self.schema.fields[b.field].ty == FieldType::IdNumber;
        self.columns.iter().filter(is_id).any(|b| is_number(self.text(row, b.col), self.context))
    }

    fn text(&self, row: &RawRow, col: u16) -> &str {
        self.raw.cell_in(row, col).map_or("", |c| self.raw.text(c))
    }

    /// A person's name stands where his number should, and no name where his name should.
    fn name_for_number(&self, row: &RawRow) -> bool {
        let column = |id: &str| self.schema.index(id).and_then(|f| self.columns.iter().find(|b| b.field == f));
        let (Some(number), Some(name)) = (column("id_number"), column("name")) else { return false };
        let written = text::fold(self.text(row, number.col));
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || c == '·';
        let is_name =
            (2..=4).contains(&written.chars().count()) && written.chars().all(han) && !text::is_none_mark(&written);
        let in_name = text::fold(self.text(row, name.col));
        is_name && !in_name.is_empty() && in_name.chars().filter(|c| c.is_ascii_digit()).count() >= 6
    }

    /// A column of numbers, days or sums holds something else.
    fn misfits(&self, row: &RawRow) -> bool {
        self.columns.iter().any(|b| {
            let field = &self.schema.fields[b.field];
            let typed = [FieldType::IdNumber, FieldType::Date, FieldType::Money, FieldType::Int, FieldType::Account];
            let Some(cell) = self.raw.cell_in(row, b.col).filter(|_| typed.contains(&field.ty)) else { return false };
            match self.context.read(field, Written { text: self.raw.text(cell), kind: cell.kind }, b.unit) {
                Value::Bad(_) => true,
                Value::Id(id) => id.valid().is_none(),
                _ => false,
            }
        })
    }
}

/// The text is a resident's number and nothing else.
fn is_number(written: &str, context: &Context<'_>) -> bool {
    if written.len() < 15 {
        return false;
    }
    let bare = text::fold(written).to_uppercase();
    ResidentId::parse(&bare, context.as_of).is_ok() || ResidentId::parse_old(&bare, context.as_of).is_ok()
}
