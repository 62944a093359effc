//! `households.parquet`: a row per electronic file, with the fields of `efile`.

use super::order::Households;
use super::record;
use super::table::{Cell, Column, Kind, Table};
use crate::derive::Facts;
use crate::link::FileId;

pub fn table<'f>(facts: &'f Facts<'_>, households: &'f Households) -> Table<'f, FileId> {
    let book = facts.book;
    let record = move |file: FileId| book.file(file).record;
    let mut columns = vec![
        Column::new(
            "household",
            Kind::Whole,
            "户：有同一人的档案为一户，只在本次结果内有效",
            move |file| Cell::Whole(households.number(book, file).into()),
        ),
        Column::new("unit", Kind::Text, "所属单位，按名册归一", move |file: FileId| {
            Cell::text(book.units.name(book.file(file).unit))
        }),
    ];
    columns.extend(record::columns(facts, "efile", record));
    columns.push(record::origin(facts, record));
    Table { name: "households", columns }
}
