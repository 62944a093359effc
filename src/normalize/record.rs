//! Records: rows whose cells have been read as the types of their schema, each value with its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::header::Bound;
use super::notice::{Doubt, Notice};
use super::registers::Stopped;
use super::value::Value;
use super::wording::Skip;
use crate::place::{Place, SheetId};
use crate::schema::{Layout, Schema, Schemas};

/// Index into [`Tables::records`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u32);

/// Index into [`Tables::tables`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// Where the values of a record stand.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Column of each field in the record's row; None where the sheet has no such column.
    Columns(Arc<[Option<u16>]>),
    /// Place of each field of its own: forms, and cells merged downward.
    Each(Box<[Option<(u32, u16)>]>),
}

/// One row (or form) of a source kind.
#[derive(Debug, Clone)]
pub struct Record {
    pub table: TableId,
    /// Excel row number; of a form, its first row.
    pub row: u32,
    /// One per field of the schema.
    pub values: Box<[Value]>,
    pub cells: Cells,
    /// The record this one is nested in: a member in an efile sheet or in a form.
    pub parent: Option<RecordId>,
    /// Rows of the sheet this record accounts for: 1 in a table, the field lines of a form, 0 for a member who stands in
    /// his head's row.
    pub lines: u32,
}

/// The records of one kind in one sheet.
#[derive(Debug, Clone)]
pub struct Table {
    /// Index of the schema.
    pub kind: usize,
    pub sheet: SheetId,
    pub layout: Layout,
    /// Title of each field as headed; "" where the sheet has no such column.
    pub titles: Vec<Arc<str>>,
    /// Unit that holds for all rows: from the configuration or the title rows, as written.
    pub unit: Option<String>,
    /// Sheet, folder and file names in which a known unit may stand, nearest first.
    pub places: Vec<String>,
}

/// A row that was read but not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUsed {
    pub sheet: SheetId,
    pub row: u32,
    pub why: Unused,
    /// For old versions and duplicates: what was used instead. For quarantined rows: what is written.
    pub note: String,
    /// Unit of the row, where one is known (as written).
    pub unit: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unused {
    Skipped(Skip),
    /// Cannot be used: why, in the manifest's word (无证号档案号姓名, 错位 …).
    Quarantined(&'static str),
}

/// What became of a sheet.
#[derive(Debug, Clone, Default)]
pub struct SheetAccount {
    pub kind: Option<usize>,
    pub layout: Option<Layout>,
    pub header_row: Option<u32>,
    /// Nearest kind, where none was recognised.
    pub nearest: Option<usize>,
    /// Titles of columns it lacks (of the nearest kind, or starred ones of its own kind).
    pub missing: Vec<String>,
    /// Columns that are missing and read as a default: title and word.
    pub defaulted: Vec<(String, String)>,
    /// Titles no field was found for.
    pub unknown: Vec<String>,
    /// Titles that the last run knew in this source and this one does not have.
    pub lost: Vec<String>,
    /// `旧列名 → 新列名`.
    pub renamed: Vec<String>,
    /// Titles that are new in this source and no field's.
    pub added: Vec<String>,
    pub confidence: f64,
    pub rival: Option<usize>,
    /// Rows from the first to the last with any character.
    pub read: usize,
    pub used: usize,
    pub skipped: BTreeMap<&'static str, usize>,
    pub quarantined: BTreeMap<&'static str, usize>,
    pub hidden_rows: usize,
    /// Cells that could not be read as their type, by field id.
    pub cells_quarantined: BTreeMap<String, usize>,
}

impl SheetAccount {
    /// Takes in the account of a further table of the same sheet, but for its rows.
    pub fn join(&mut self, other: Self) {
        let add = |mine: &mut Vec<String>, more: Vec<String>| {
            for title in more {
                if !mine.contains(&title) {
                    mine.push(title);
                }
            }
        };
        // What nothing recognises is said apart; the sheet is of the kind of its first table.
        if self.kind.is_none() {
            if other.kind.is_some() {
                self.missing.clear();
            }
            self.kind = other.kind;
            self.layout = other.layout;
            self.header_row = other.header_row;
            self.nearest = other.nearest.filter(|_| other.kind.is_none());
            self.confidence = other.confidence;
            self.rival = other.rival;
        }
        if other.kind.is_some() || self.kind.is_none() {
            add(&mut self.missing, other.missing);
        }
        for (title, word) in other.defaulted {
            if !self.defaulted.iter().any(|(t, _)| *t == title) {
                self.defaulted.push((title, word));
            }
        }
        add(&mut self.unknown, other.unknown);
        for (field, cells) in other.cells_quarantined {
            *self.cells_quarantined.entry(field).or_default() += cells;
        }
    }
}

/// A control total: what a 合计 row says, and what the rows above add up to.
#[derive(Debug, Clone)]
pub struct ControlTotal {
    pub table: TableId,
    pub place: Place,
    /// 合计, 小计 …
    pub label: &'static str,
    /// Field id, or `count`.
    pub column: String,
    pub title: Arc<str>,
    /// Fen for money, a plain number for a count.
    pub said: i64,
    pub sum: i64,
    pub money: bool,
    /// A row above has an amount that cannot be read: the sum cannot be told.
    pub unreadable: bool,
}

/// All records of a run, normalised.
#[derive(Debug)]
pub struct Tables<'s> {
    pub schemas: &'s Schemas,
    pub tables: Vec<Table>,
    pub records: Vec<Record>,
    /// By schema index.
    by_kind: Vec<Vec<RecordId>>,
    /// A version that is used → those it replaced. What they say happened has happened all the same.
    older: FxHashMap<RecordId, Vec<RecordId>>,
    /// By sheet index.
    pub accounts: Vec<SheetAccount>,
    pub not_used: Vec<NotUsed>,
    pub totals: Vec<ControlTotal>,
    /// What is said of the sheets, in sheet order.
    pub notices: Vec<Notice>,
    /// Sources of which rows may not have been read.
    pub doubts: Vec<Doubt>,
    /// Civil rows whose household a newer list no longer has: read as 停保.
    pub stopped: FxHashMap<RecordId, Stopped>,
}

impl<'s> Tables<'s> {
    pub fn new(schemas: &'s Schemas, sheets: usize) -> Self {
        Self {
            schemas,
            tables: Vec::new(),
            records: Vec::new(),
            by_kind: vec![Vec::new(); schemas.all().len()],
            older: FxHashMap::default(),
            accounts: vec![SheetAccount::default(); sheets],
            not_used: Vec::new(),
            totals: Vec::new(),
            notices: Vec::new(),
            doubts: Vec::new(),
            stopped: FxHashMap::default(),
        }
    }

    pub fn push(&mut self, record: Record) -> RecordId {
        let id = RecordId(self.records.len() as u32);
        self.by_kind[self.tables[record.table.0 as usize].kind].push(id);
        self.records.push(record);
        id
    }

    pub fn get(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    pub fn table(&self, id: RecordId) -> &Table {
        &self.tables[self.get(id).table.0 as usize]
    }

    pub fn schema(&self, id: RecordId) -> &'s Schema {
        &self.schemas.all()[self.table(id).kind]
    }

    /// Live records of a kind, in reading order.
    pub fn of_kind(&self, kind: &str) -> &[RecordId] {
        self.schemas.position(kind).map_or(&[], |k| &self.by_kind[k])
    }

    /// Takes records out of the run (duplicates, old versions): gone → kept.
    pub fn drop_records(&mut self, gone: &FxHashMap<RecordId, RecordId>) {
        for ids in &mut self.by_kind {
            ids.retain(|id| !gone.contains_key(id));
        }
    }

    /// Takes older versions out of the run, as [`Tables::drop_records`], and remembers which version stands for them.
    pub fn replace_versions(&mut self, gone: &FxHashMap<RecordId, RecordId>) {
        let mut replaced: Vec<(RecordId, RecordId)> = gone.iter().map(|(&old, &kept)| (kept, old)).collect();
        replaced.sort_unstable();
        for (kept, old) in replaced {
            self.older.entry(kept).or_default().push(old);
        }
        self.drop_records(gone);
    }

    /// A record and all older versions of it, the one that is used first.
    pub fn versions(&self, id: RecordId) -> Vec<RecordId> {
        let mut all = vec![id];
        let mut next = 0;
        while let Some(version) = all.get(next) {
            all.extend(self.older.get(version).into_iter().flatten());
            next += 1;
        }
        all
    }

    /// The value of a field; [`Value::Absent`] where the schema or the sheet has no such column.
    pub fn value(&self, id: RecordId, field: &str) -> &Value {
        const ABSENT: &Value = &Value::Absent;
        self.schema(id).index(field).map_or(ABSENT, |i| &self.get(id).values[i])
    }

    /// The place of a field's cell, where the sheet has the column.
    pub fn place(&self, id: RecordId, field: &str) -> Option<Place> {
        self.place_at(id, self.schema(id).index(field)?)
    }

    pub fn place_at(&self, id: RecordId, field: usize) -> Option<Place> {
        let record = self.get(id);
        let sheet = self.tables[record.table.0 as usize].sheet;
        let (row, col) = match &record.cells {
            Cells::Columns(cols) => (record.row, cols[field]?),
            Cells::Each(places) => places[field]?,
        };
        Some(Place { sheet, row, col })
    }

    /// Title of a field as headed in the record's sheet; the schema's title where it has none.
    pub fn title(&self, id: RecordId, field: usize) -> &str {
        let titles = &self.table(id).titles;
        let headed = titles.get(field).map_or("", |t| &**t);
        if headed.is_empty() { &self.schema(id).fields[field].title } else { headed }
    }
}

/// Columns by field index.
pub fn columns_by_field(fields: usize, bound: &[Bound]) -> Arc<[Option<u16>]> {
    let mut out = vec![None; fields];
    for b in bound {
        out[b.field] = Some(b.col);
    }
    out.into()
}

/// Titles by field index.
pub fn titles_by_field(fields: usize, bound: &[Bound]) -> Vec<Arc<str>> {
    let mut out: Vec<Arc<str>> = vec![Arc::from(""); fields];
    for b in bound {
        out[b.field] = Arc::from(b.title.as_str());
    }
    out
}
