//! Rows of the sources as columns: a field of the schema, a column.

use std::borrow::Cow;

use super::table::{Cell, Column, Kind};
use crate::derive::Facts;
use crate::domain::area::Area;
use crate::normalize::{RecordId, Value};
use crate::schema::{Field, FieldType};

/// Columns of the tables themselves, which no field may take.
const OWN: [&str; 7] = ["unit", "household", "origin", "as_written", "match_group", "match_result", "aid_records"];

/// A column for each field of a kind, and `as_written` for what their types cannot hold. `record` says a row's record.
pub fn columns<'f, R: Copy + 'f>(
    facts: &'f Facts<'_>,
    kind: &str,
    record: impl Fn(R) -> RecordId + Copy + Send + Sync + 'f,
) -> Vec<Column<'f, R>> {
    let Some(schema) = facts.book.tables.schemas.get(kind) else { return Vec::new() };
    let fields = || schema.fields.iter().enumerate().filter(|(_, field)| !OWN.contains(&field.id.as_str()));
    let mut columns: Vec<Column<'f, R>> = fields()
        .map(|(index, field)| {
            let unit = match kind_of(field) {
                Kind::Yuan => "，元",
                Kind::SquareMetres => "，平方米",
                _ => "",
            };
            let cell = move |row| cell(&facts.book.tables.get(record(row)).values[index]);
            Column::new(field.id.as_str(), kind_of(field), format!("{}{unit}", field.title), cell)
        })
        .collect();
    let doc = "类型列放不下的值（读不出的、只到月的日期、一段面积），原样：字段=原文，以; 相连";
    columns.push(Column::new("as_written", Kind::Text, doc, move |row| {
        let values = &facts.book.tables.get(record(row)).values;
        let odd = fields().filter(|(index, _)| is_odd(&values[*index]));
        let odd: Vec<String> = odd.map(|(_, f)| format!("{}={}", f.id, facts.written(record(row), &f.id))).collect();
        Cell::text(odd.join("; "))
    }));
    columns
}

/// The place of a row: `path!sheet!row`, path as in the manifest.
pub fn origin<'f, R: Copy + 'f>(
    facts: &'f Facts<'_>,
    record: impl Fn(R) -> RecordId + Send + Sync + 'f,
) -> Column<'f, R> {
    Column::new("origin", Kind::Key, "出处：路径!工作表!行", move |row| {
        let record = record(row);
        let sheet = facts.book.tables.table(record).sheet;
        let (path, name) = (&facts.inputs.file_of(sheet).path, &facts.inputs.sheet(sheet).name);
        Cell::text(format!("{path}!{name}!{}", facts.book.tables.get(record).row))
    })
}

fn kind_of(field: &Field) -> Kind {
    match field.ty {
        FieldType::Money => Kind::Yuan,
        FieldType::Area => Kind::SquareMetres,
        FieldType::Date => Kind::Day,
        FieldType::Int => Kind::Whole,
        FieldType::Bool => Kind::YesNo,
        _ if ["file_no", "id_number", "account", "serial", "phone", "address"].contains(&field.id.as_str()) => {
            Kind::Key
        }
        _ => Kind::Text,
    }
}

/// Said, but not in a way the type of its column can hold.
fn is_odd(value: &Value) -> bool {
    match value {
        Value::Bad(_) | Value::Area(Area::Band { .. }) => true,
        Value::Date(date) => date.exact().is_none(),
        _ => false,
    }
}

fn cell(value: &Value) -> Cell<'_> {
    let listed = |items: &mut dyn Iterator<Item = Cow<'_, str>>| Cell::text(items.collect::<Vec<_>>().join("、"));
    match value {
        Value::Absent | Value::Blank | Value::Bad(_) | Value::Area(Area::Band { .. }) => Cell::Null,
        Value::Id(number) => Cell::text(number.shown()),
        Value::Ids(list) => listed(&mut list.iter().map(|n| n.as_ref().map_or("".into(), |n| n.shown().into()))),
        Value::Name(name) => Cell::text(name.shown()),
        Value::Names(names) => listed(&mut names.iter().map(|n| n.shown().into())),
        Value::Text(text) | Value::Unit(text) => Cell::text(&**text),
        Value::Money(fen) => Cell::Hundredths(*fen),
        Value::Date(date) => date.exact().map_or(Cell::Null, Cell::Day),
        Value::Month(month) => Cell::text(month.to_string()),
        Value::Code(code) => Cell::text(code.shown()),
        Value::Phone(phones) => listed(&mut phones.numbers().map(Cow::from)),
        Value::Account(account) => Cell::text(account.digits()),
        Value::Bool(yes) => Cell::YesNo(*yes),
        Value::Int(n) => Cell::Whole(*n),
        Value::Area(Area::Exact(hundredths)) => Cell::Hundredths(*hundredths),
    }
}
