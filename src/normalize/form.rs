//! Form layout: one 附件3 入户调查表 per household, label cells with their value cells, and the members' block.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::grid::Grid;
use super::header::says_member;
use super::labels::Labels;
use super::outcome::SheetOutcome;
use super::record::{Cells, Record, RecordId, Table};
use super::value::{Context, Value};
use super::wording::Skip;
use crate::domain::money::MoneyUnit;
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::sheet::CellKind;
use crate::place::SheetId;
use crate::schema::{Field, Header, Layout, fold_header, read_header};

/// A form has at least this many labelled fields …
const FEWEST_FIELDS: usize = 7;
/// … on at least this many rows (a table has its labels on three rows at most).
const FEWEST_ROWS: usize = 4;
/// Sheets longer than this are no forms, nor files of forms one below the other.
const LONGEST_SHEET: usize = 60_000;

/// A label cell and where its value stands.
#[derive(Debug, Clone)]
struct Label {
    row: u32,
    col: u16,
    field: usize,
    title: String,
    unit: Option<MoneyUnit>,
    /// Place of the value cell.
    value: (u32, u16),
    /// The value stands behind a colon in the label's own cell.
    inline: bool,
}

/// The members' block: heading row and the columns below it.
#[derive(Debug, Clone)]
struct MemberRows {
    heading: u32,
    last: u32,
    columns: Vec<(u16, usize, String)>,
}

/// One form found in a sheet.
#[derive(Debug)]
struct Form {
    labels: Vec<Label>,
    members: Option<MemberRows>,
}

/// The forms of a sheet.
#[derive(Debug)]
pub struct Forms {
    pub kind: usize,
    forms: Vec<Form>,
    /// Distinct fields found in the fullest form.
    pub fields: usize,
}

/// Looks for forms of any kind that has a form layout.
pub fn find(grid: &Grid<'_>, labels: &Labels<'_>, context: &Context<'_>) -> Option<Forms> {
    if grid.raw.rows().len() > LONGEST_SHEET {
        return None;
    }
    let kinds = labels.schemas.all().iter().enumerate().filter(|(_, s)| s.layouts.contains(&Layout::Form));
    kinds.filter_map(|(kind, _)| find_kind(grid, labels, context, kind)).max_by_key(|f| f.fields)
}

fn find_kind(grid: &Grid<'_>, labels: &Labels<'_>, context: &Context<'_>, kind: usize) -> Option<Forms> {
    let schema = labels.schema(kind);
    let name = schema.index("name")?;
    let members = member_blocks(grid, labels, kind);
    let in_members = |row: u32| members.iter().any(|m| row >= m.heading && row <= m.last);
    let mut hits: Vec<Label> = Vec::new();
    for row in grid.raw.rows() {
        if in_members(row.number) {
            continue;
        }
        for cell in grid.raw.cells(row) {
            // 健康 beside 健康状况 is its value, though it could head a column elsewhere.
            let value_of = hits.last().filter(|l| !l.inline && l.value == (row.number, cell.col));
            if value_of.is_some_and(|l| is_word_of(context, &schema.fields[l.field], grid.raw.text(cell))) {
                continue;
            }
            if let Some(label) = read_label(grid, labels, kind, row.number, cell.col) {
                hits.push(label);
            }
        }
    }
    // A new form begins with each 姓名.
    let starts: Vec<u32> = hits.iter().filter(|h| h.field == name).map(|h| h.row).collect();
    let mut forms: Vec<Form> = Vec::new();
    for (i, &start) in starts.iter().enumerate() {
        let from = if i == 0 { 0 } else { start };
        let to = starts.get(i + 1).copied().unwrap_or(u32::MAX);
        let mut seen = FxHashSet::default();
        let own: Vec<Label> =
            hits.iter().filter(|h| h.row >= from && h.row < to).filter(|h| seen.insert(h.field)).cloned().collect();
        let block = members.iter().find(|m| m.heading >= from && m.heading < to).cloned();
        forms.push(Form { labels: own, members: block });
    }
    let keys = ["id_number", "file_no"].map(|id| schema.index(id));
    let is_form = |f: &Form| {
        let rows: FxHashSet<u32> = f.labels.iter().map(|l| l.row).collect();
        f.labels.len() >= FEWEST_FIELDS
            && rows.len() >= FEWEST_ROWS
            && f.labels.iter().any(|l| keys.contains(&Some(l.field)))
    };
    if forms.is_empty() || !forms.iter().all(is_form) {
        return None;
    }
    let fields = forms.iter().map(|f| f.labels.len()).max().unwrap_or(0);
    Some(Forms { kind, forms, fields })
}

fn read_label(grid: &Grid<'_>, labels: &Labels<'_>, kind: usize, row: u32, col: u16) -> Option<Label> {
    let cell = grid.raw.cell(row, col)?;
    if cell.kind != CellKind::Text {
        return None;
    }
    let written = grid.raw.text(cell);
    if written.len() > 96 || written.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let folded = read_header(written);
    let title = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    if let Some(field) = labels.field(kind, &folded.key) {
        let end = grid.merge_at(row, col).map_or(col, |m| m.last_col);
        let value = grid.origin(row, end.saturating_add(1));
        return Some(Label { row, col, field, title: title(written), unit: unit_of(&folded), value, inline: false });
    }
    let (label, value) = written.split_once(['：', ':'])?;
    let folded = read_header(label);
    let field = labels.field(kind, &folded.key)?;
    (!value.trim().is_empty()).then(|| Label {
        row,
        col,
        field,
        title: title(label),
        unit: unit_of(&folded),
        value: (row, col),
        inline: true,
    })
}

/// The text is a word of the field's own code table.
fn is_word_of(context: &Context<'_>, field: &Field, text: &str) -> bool {
    field.codes.as_deref().and_then(|id| context.codes(id)).is_some_and(|c| c.get(text).is_some())
}

fn unit_of(header: &Header) -> Option<MoneyUnit> {
    header.ten_thousands.map(|w| if w { MoneyUnit::WanYuan } else { MoneyUnit::Yuan })
}

/// Blocks headed 家庭主要成员情况: a row of member headings beside or below that label.
fn member_blocks(grid: &Grid<'_>, labels: &Labels<'_>, kind: usize) -> Vec<MemberRows> {
    let Some(members) = member_kind(labels, kind) else { return Vec::new() };
    let Some(name) = labels.schema(members).index("name") else { return Vec::new() };
    let mut out: Vec<MemberRows> = Vec::new();
    for row in grid.raw.rows() {
        for cell in grid.raw.cells(row) {
            let written = grid.raw.text(cell);
            if written.len() > 120 || !written.contains('员') || !says_member(&fold_header(written)) {
                continue;
            }
            let label_end = grid.merge_at(row.number, cell.col).map_or(row.number, |m| m.last_row);
            for heading in [row.number, row.number + 1] {
                let Some(heading_row) = grid.raw.row(heading) else { continue };
                let columns: Vec<(u16, usize, String)> = grid
                    .raw
                    .cells(heading_row)
                    .iter()
                    .filter(|c| (c.col, heading) != (cell.col, row.number))
                    .filter_map(|c| {
                        let key = fold_header(grid.raw.text(c));
                        let field = labels.field(members, &key)?;
                        Some((c.col, field, grid.raw.text(c).split_whitespace().collect()))
                    })
                    .collect();
                if columns.len() >= 2 && columns.iter().any(|(_, f, _)| *f == name) {
                    let last = block_end(grid, labels, kind, heading, label_end.max(heading), &columns);
                    out.push(MemberRows { heading, last, columns });
                    break;
                }
            }
        }
    }
    out.dedup_by_key(|m| m.heading);
    out
}

/// The block ends with the merged label, else before the next row that begins with a label of the form.
fn block_end(
    grid: &Grid<'_>,
    labels: &Labels<'_>,
    kind: usize,
    heading: u32,
    merged_end: u32,
    columns: &[(u16, usize, String)],
) -> u32 {
    if merged_end > heading {
        return merged_end;
    }
    let first_col = columns.iter().map(|c| c.0).min().unwrap_or(0);
    let mut last = heading;
    for row in grid.raw.rows().iter().filter(|r| r.number > heading) {
        let begins = grid.raw.cells(row).iter().filter(|c| c.col <= first_col).any(|c| {
            let written = grid.raw.text(c);
            let head = written.split(['：', ':']).next().unwrap_or(written);
            labels.field(kind, &fold_header(head)).is_some()
        });
        if begins {
            break;
        }
        last = row.number;
    }
    last
}

fn member_kind(labels: &Labels<'_>, kind: usize) -> Option<usize> {
    labels.schemas.position(labels.schema(kind).members.as_ref()?)
}

/// What else is known of the sheet the forms stand in.
#[derive(Debug)]
pub struct FormReader<'a> {
    pub grid: &'a Grid<'a>,
    pub labels: &'a Labels<'a>,
    pub context: &'a Context<'a>,
    pub sheet: SheetId,
    pub unit: Option<String>,
    pub places: Vec<String>,
}

impl FormReader<'_> {
    /// One record per form, its members nested in it; every written row is accounted for.
    pub fn read(&self, forms: &Forms, out: &mut SheetOutcome) {
        let mut rows_used: FxHashSet<u32> = FxHashSet::default();
        let mut headings: FxHashSet<u32> = FxHashSet::default();
        for form in &forms.forms {
            let head = self.read_form(forms.kind, form, &mut rows_used, out);
            if let Some(block) = &form.members {
                headings.insert(block.heading);
                self.read_members(forms.kind, block, head, &mut rows_used, out);
            }
        }
        let first_label = forms.forms.iter().flat_map(|f| &f.labels).map(|l| l.row).min().unwrap_or(0);
        for row in self.grid.raw.rows() {
            if rows_used.contains(&row.number) {
                continue;
            }
            let written = self.grid.raw.cells(row).iter().any(|c| !text::is_blank(self.grid.raw.text(c)));
            out.skip(if !written {
                Skip::Blank
            } else if headings.contains(&row.number) {
                Skip::Header
            } else if row.number < first_label || self.grid.raw.cells(row).len() == 1 {
                Skip::Title
            } else {
                Skip::Signature
            });
        }
    }

    fn read_form(&self, kind: usize, form: &Form, rows_used: &mut FxHashSet<u32>, out: &mut SheetOutcome) -> RecordId {
        let schema = &self.context.schemas.all()[kind];
        let mut titles: Vec<Arc<str>> = vec![Arc::from(""); schema.fields.len()];
        let mut values = vec![Value::Absent; schema.fields.len()];
        let mut places = vec![None; schema.fields.len()];
        let label_places: FxHashSet<(u32, u16)> =
            form.labels.iter().filter(|l| !l.inline).map(|l| (l.row, l.col)).collect();
        let mut rows: FxHashSet<u32> = FxHashSet::default();
        for label in &form.labels {
            let field = &schema.fields[label.field];
            rows.insert(label.row);
            titles[label.field] = Arc::from(label.title.as_str());
            places[label.field] = Some(label.value);
            let cell =
                self.grid.raw.cell(label.value.0, label.value.1).filter(|_| !label_places.contains(&label.value));
            let value = match cell {
                None => Value::Blank,
                Some(cell) => {
                    let written = self.grid.raw.text(cell);
                    let (written, kind) = match (label.inline, written.split_once(['：', ':'])) {
                        (true, Some((_, behind))) => (behind, CellKind::Text),
                        _ => (written, cell.kind),
                    };
                    self.context.read(field, Written { text: written, kind }, label.unit)
                }
            };
            out.count_bad(field, &value);
            values[label.field] = value;
        }
        let lines = rows.iter().filter(|r| rows_used.insert(**r)).count() as u32;
        let table = out.push_table(Table {
            kind,
            sheet: self.sheet,
            layout: Layout::Form,
            titles,
            unit: self.unit.clone(),
            places: self.places.clone(),
        });
        let row = rows.iter().min().copied().unwrap_or(1);
        out.push(Record { table, row, values: values.into(), cells: Cells::Each(places.into()), parent: None, lines })
    }

    fn read_members(
        &self,
        kind: usize,
        block: &MemberRows,
        head: RecordId,
        rows_used: &mut FxHashSet<u32>,
        out: &mut SheetOutcome,
    ) {
        let Some(member_kind) = member_kind(self.labels, kind) else { return };
        let schema = &self.context.schemas.all()[member_kind];
        let mut titles: Vec<Arc<str>> = vec![Arc::from(""); schema.fields.len()];
        for (_, field, title) in &block.columns {
            titles[*field] = Arc::from(title.as_str());
        }
        let table = out.push_table(Table {
            kind: member_kind,
            sheet: self.sheet,
            layout: Layout::Form,
            titles,
            unit: self.unit.clone(),
            places: self.places.clone(),
        });
        let keys = super::rows::key_fields(schema);
        for row in self.grid.raw.rows().iter().filter(|r| r.number > block.heading && r.number <= block.last) {
            let mut values = vec![Value::Absent; schema.fields.len()];
            let mut places = vec![None; schema.fields.len()];
            for (col, field, _) in &block.columns {
                places[*field] = Some((row.number, *col));
                values[*field] = match self.grid.raw.cell_in(row, *col) {
                    None => Value::Blank,
                    Some(cell) => {
                        let written = Written { text: self.grid.raw.text(cell), kind: cell.kind };
                        self.context.read(&schema.fields[*field], written, None)
                    }
                };
            }
            if keys.iter().all(|&k| values[k].says_nothing()) {
                continue;
            }
            for (_, field, _) in &block.columns {
                out.count_bad(&schema.fields[*field], &values[*field]);
            }
            let lines = u32::from(rows_used.insert(row.number));
            out.push(Record {
                table,
                row: row.number,
                values: values.into(),
                cells: Cells::Each(places.into()),
                parent: Some(head),
                lines,
            });
        }
    }
}
