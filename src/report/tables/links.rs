//! `links.parquet`: a row for each row of a source that belongs to a household, and how it was found.
//!
//! Rows stand by kind (in the order of the schemas), then as read: nothing is sorted, however many there are. A row of a
//! civil household that names nobody of a file stands once for each household it reaches by its other persons.

use super::order::Households;
use super::record;
use super::table::{Cell, Column, Kind, Table};
use crate::derive::Facts;
use crate::link::how::{How, PaperRows};
use crate::link::{Casebook, FileId, UnitId};
use crate::normalize::RecordId;

/// A row of a source and the file it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    record: RecordId,
    file: FileId,
    how: How,
}

/// Finds the links.
#[derive(Debug)]
pub struct Ways<'f> {
    book: &'f Casebook<'f>,
    papers: PaperRows,
}

impl<'f> Ways<'f> {
    pub fn new(book: &'f Casebook<'f>) -> Self {
        Self { book, papers: PaperRows::new(book) }
    }

    /// All links to files of the units that take part.
    pub fn links(&self, keep: &dyn Fn(UnitId) -> bool) -> impl Iterator<Item = Link> {
        let tables = &self.book.tables;
        let records = tables.schemas.iter().flat_map(|schema| tables.of_kind(&schema.kind).iter().copied());
        records.flat_map(|record| self.of(record)).filter(move |link| keep(self.book.file(link.file).unit))
    }

    fn of(&self, record: RecordId) -> Vec<Link> {
        let book = self.book;
        if let Some((file, how)) = book.how(record, &self.papers) {
            return vec![Link { record, file, how }];
        }
        let Some(civil) = book.civil.household_of(record) else { return Vec::new() };
        let mut files: Vec<FileId> = book.civil.files_of(civil, &book.files_of).collect();
        files.sort_by_key(|file| (book.cluster[file.0 as usize], *file));
        files.dedup_by_key(|file| book.cluster[file.0 as usize]);
        files.into_iter().map(|file| Link { record, file, how: How::CivilHousehold }).collect()
    }
}

pub fn table<'f>(facts: &'f Facts<'_>, households: &'f Households) -> Table<'f, Link> {
    let book = facts.book;
    let suspect = move |link: Link| book.rests_on(link.record).and_then(|at| book.who.suspects.get(at as usize));
    let columns = vec![
        Column::new("kind", Kind::Text, "来源类别（schema）", move |link: Link| {
            Cell::text(book.tables.schema(link.record).kind.as_str())
        }),
        record::origin(facts, |link: Link| link.record),
        Column::new("household", Kind::Whole, "户，与households的household相同", move |link: Link| {
            Cell::Whole(households.number(book, link.file).into())
        }),
        Column::new("unit", Kind::Text, "其档案的单位", move |link: Link| {
            Cell::text(book.units.name(book.file(link.file).unit))
        }),
        Column::new("file_no", Kind::Key, "对应档案的档案号", move |link: Link| {
            Cell::text(book.file(link.file).file_no.as_str())
        }),
        Column::new(
            "person",
            Kind::Key,
            "这一行所说的人的身份证号；疑似匹配的为认定的号码",
            move |link: Link| {
                let fields = ["id_number", "head_id_number"].into_iter();
                let number = fields.filter_map(|field| book.number_of(link.record, field)).map(|n| n.shown()).next();
                Cell::text(number.unwrap_or_default())
            },
        ),
        Column::new("how", Kind::Text, how_doc(), move |link: Link| Cell::text(link.how.id())),
        Column::new("rule", Kind::Text, "疑似匹配所凭的规则；确切的为空", move |link| {
            Cell::text(suspect(link).map_or("", |s| s.rule))
        }),
        Column::new("confidence", Kind::Share, "疑似匹配的可靠程度，0至1；确切的为空", move |link| {
            suspect(link).map_or(Cell::Null, |s| Cell::Thousandths(s.confidence))
        }),
    ];
    Table { name: "links", columns }
}

fn how_doc() -> String {
    let ways: Vec<String> = How::ALL.iter().map(|how| format!("{} {}", how.id(), how.chinese())).collect();
    format!("怎样对应到档案：{}", ways.join("；"))
}
