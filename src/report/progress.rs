//! What is on file in each unit and which sources speak of it, for 进度 and 总览.

use super::model::{SourceNote, UnitProgress};
use crate::derive::Facts;
use crate::link::{FileStatus, UnitId, Units};
use crate::schema::Schemas;

/// Every kind of source, as the schemas order them.
pub fn sources(schemas: &Schemas) -> Vec<SourceNote> {
    schemas.iter().map(|s| SourceNote { kind: s.kind.clone(), title: s.title.clone() }).collect()
}

/// Every unit that takes part. Rows are counted by the unit they speak of: the one their sheet names, else that of their
/// file. Strangers in a department's list are nobody's rows.
pub fn of_units(facts: &Facts<'_>, keep: &dyn Fn(UnitId) -> bool) -> Vec<UnitProgress> {
    let book = facts.book;
    let kinds = book.tables.schemas.all();
    let mut all: Vec<UnitProgress> = book
        .units
        .ids()
        .map(|unit| UnitProgress {
            unit: book.units.name(unit).to_string(),
            parent: book.units.get(unit).parent.map(|parent| book.units.name(parent).to_string()),
            rows: vec![0; kinds.len()],
            ..UnitProgress::default()
        })
        .collect();
    for id in book.file_ids() {
        let file = book.file(id);
        let unit = &mut all[file.unit.0 as usize];
        match file.status {
            FileStatus::Active => {
                unit.active += 1;
                unit.on_paper += usize::from(book.paper_of(id).is_some());
            }
            FileStatus::Exited => unit.exited += 1,
            FileStatus::Cancelled => unit.cancelled += 1,
            FileStatus::Unknown => unit.unclear += 1,
        }
    }
    for (kind, schema) in kinds.iter().enumerate() {
        for &record in book.tables.of_kind(&schema.kind) {
            let unit = book.unit_of_row(record);
            if unit != Units::NONE {
                all[unit.0 as usize].rows[kind] += 1;
            }
        }
    }
    book.units.ids().zip(all).filter(|(unit, _)| keep(*unit)).map(|(_, progress)| progress).collect()
}
