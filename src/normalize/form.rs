//! Form layout: one 附件3 入户调查表 per household, label cells with their value cells, and the members' block.
//!
//! A form handed out by this program is filled in with what the electronic file says; behind each value stands a cell below
//! 实际情况. What a person writes there is what was found, and goes before the value; left empty it says the value is right. A
//! form with no such entry, no day and no signature was never filled in: nobody has found anything, and it is no record.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::boxes;
use super::grid::Grid;
use super::header::says_member;
use super::labels::Labels;
use super::outcome::SheetOutcome;
use super::record::{Cells, Record, RecordId, Table};
use super::ticks;
use super::value::{Context, Value};
use super::wording::Skip;
use crate::domain::money::MoneyUnit;
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::sheet::{CellKind, RawSheet};
use crate::place::SheetId;
use crate::schema::{Field, FieldType, Header, Layout, Schema, fold_header, read_header};

/// A form has at least this many labelled fields …
const FEWEST_FIELDS: usize = 7;
/// … on at least this many rows (a table has its labels on three rows at most).
const FEWEST_ROWS: usize = 4;
/// Headings of the values printed beforehand, and of the cells behind them for what was found.
const PRINTED: &str = "电子档案登记";
const FOUND: &str = "实际情况";
/// Entries there that say: as printed.
const AGREES: [&str; 10] = ["√", "✓", "✔", "是", "一致", "相符", "属实", "无误", "无变化", "同左"];
/// Fields nobody prints beforehand: one of them shows that somebody was there.
const FILLED_IN: [&str; 4] = ["surveyed_on", "surveyor", "worker_signed", "surveyor_signed"];
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
    /// Place of the cell for what was found.
    found: Option<(u32, u16)>,
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
    /// Filled in beforehand, and by nobody since.
    unfilled: bool,
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

/// 姓名 stands in several rows: a long sheet may hold forms one below the other.
pub fn may_hold_many(raw: &RawSheet) -> bool {
    let is_name =
        |text: &str| text.len() <= 24 && text.contains('姓') && text::fold(text).trim_end_matches(':') == "姓名";
    let rows = raw.rows().iter().filter(|r| raw.cells(r).iter().any(|c| is_name(raw.text(c))));
    rows.take(2).count() > 1
}

fn find_kind(grid: &Grid<'_>, labels: &Labels<'_>, context: &Context<'_>, kind: usize) -> Option<Forms> {
    let schema = labels.schema(kind);
    let found = found_headings(grid);
    let whole = 0..u16::MAX;
    let bands = bands(grid, labels, kind)
        .filter(|bands| bands.iter().all(|band| !forms_in(grid, labels, context, kind, band, &found).is_empty()));
    let mut forms: Vec<Form> = Vec::new();
    for band in bands.unwrap_or_else(|| vec![whole]) {
        forms.extend(forms_in(grid, labels, context, kind, &band, &found));
    }
    for form in &mut forms {
        form.unfilled = !found.is_empty() && !is_filled_in(grid, schema, &form.labels);
    }
    // Forms side by side are read from left to right, as a person does.
    forms.sort_by_key(|f| f.labels.iter().map(|l| (l.row, l.col)).min());
    let fields = forms.iter().map(|f| f.labels.len()).max()?;
    Some(Forms { kind, forms, fields })
}

/// Columns of forms that stand side by side: a row that labels a name twice begins with the same label again where the
/// next form begins.
fn bands(grid: &Grid<'_>, labels: &Labels<'_>, kind: usize) -> Option<Vec<Range<u16>>> {
    let name = labels.schema(kind).index("name")?;
    let members = member_blocks(grid, labels, kind, &(0..u16::MAX));
    let is_member = |row: u32| members.iter().any(|m| row >= m.heading && row <= m.last);
    for row in grid.raw.rows().iter().filter(|r| !is_member(r.number)) {
        let hits: Vec<(u16, usize)> = (grid.raw.cells(row).iter())
            .filter_map(|c| read_label(grid, labels, kind, row.number, c.col).map(|l| (c.col, l.field)))
            .collect();
        if hits.iter().filter(|(_, field)| *field == name).count() < 2 {
            continue;
        }
        let first = hits[0].1;
        let starts: Vec<u16> = hits.iter().filter(|(_, field)| *field == first).map(|(col, _)| *col).collect();
        if starts.len() < 2 {
            return None;
        }
        let ends = starts[1..].iter().copied().chain([u16::MAX]);
        let from = [0].into_iter().chain(starts[1..].iter().copied());
        return Some(from.zip(ends).map(|(from, to)| from..to).collect());
    }
    None
}

/// The forms in a band of columns, one below the other.
fn forms_in(
    grid: &Grid<'_>,
    labels: &Labels<'_>,
    context: &Context<'_>,
    kind: usize,
    band: &Range<u16>,
    found: &[(u32, u16)],
) -> Vec<Form> {
    let schema = labels.schema(kind);
    let Some(name) = schema.index("name") else { return Vec::new() };
    let members = member_blocks(grid, labels, kind, band);
    let in_members = |row: u32| members.iter().any(|m| row >= m.heading && row <= m.last);
    let is_found = |row: u32, col: u16| found.iter().any(|&(heading, c)| c == col && heading < row);
    let mut hits: Vec<Label> = Vec::new();
    for row in grid.raw.rows() {
        if in_members(row.number) {
            continue;
        }
        for cell in grid.raw.cells(row).iter().filter(|c| band.contains(&c.col)) {
            if is_found(row.number, cell.col) {
                continue;
            }
            // 健康 beside 健康状况 is its value, though it could head a column elsewhere.
            let value_of = hits.last().filter(|l| !l.inline && l.value == (row.number, cell.col));
            if value_of.is_some_and(|l| is_word_of(context, &schema.fields[l.field], grid.raw.text(cell))) {
                continue;
            }
            if let Some(mut label) = read_label(grid, labels, kind, row.number, cell.col) {
                label.found = found_cell(grid, &label).filter(|&(row, col)| is_found(row, col));
                hits.push(label);
            }
        }
    }
    let mut forms: Vec<Form> = Vec::new();
    let starts = starts(&hits, name);
    for (i, &from) in starts.iter().enumerate() {
        let to = starts.get(i + 1).copied().unwrap_or(u32::MAX);
        let mut seen = FxHashSet::default();
        let own: Vec<Label> =
            hits.iter().filter(|h| h.row >= from && h.row < to).filter(|h| seen.insert(h.field)).cloned().collect();
        let block = members.iter().find(|m| m.heading >= from && m.heading < to).cloned();
        forms.push(Form { labels: own, members: block, unfilled: false });
    }
    let keys = ["id_number", "file_no"].map(|id| schema.index(id));
    let is_form = |f: &Form| {
        let rows: FxHashSet<u32> = f.labels.iter().map(|l| l.row).collect();
        f.labels.len() >= FEWEST_FIELDS
            && rows.len() >= FEWEST_ROWS
            && f.labels.iter().any(|l| keys.contains(&Some(l.field)))
    };
    if forms.iter().all(is_form) { forms } else { Vec::new() }
}

/// First rows of the forms: a new one begins with each 姓名, or above it, where lines between the two name only what the
/// form before has named already (a file number above the name).
fn starts(hits: &[Label], name: usize) -> Vec<u32> {
    let names: Vec<u32> = hits.iter().filter(|h| h.field == name).map(|h| h.row).collect();
    let mut out: Vec<u32> = Vec::new();
    for (i, &row) in names.iter().enumerate() {
        if i == 0 {
            out.push(0);
            continue;
        }
        let before = out[i - 1];
        let mut from = row;
        let mut rows: Vec<u32> = hits.iter().map(|h| h.row).filter(|r| *r > names[i - 1] && *r < row).collect();
        rows.sort_unstable();
        rows.dedup();
        for r in rows.into_iter().rev() {
            let known = |field: usize| hits.iter().any(|h| h.row >= before && h.row < r && h.field == field);
            if !hits.iter().filter(|h| h.row == r).all(|h| known(h.field)) {
                break;
            }
            from = r;
        }
        out.push(from);
    }
    out
}

/// Cells headed 实际情况: row and column. On a sheet of many forms only the first of each column.
fn found_headings(grid: &Grid<'_>) -> Vec<(u32, u16)> {
    let mut out: Vec<(u32, u16)> = Vec::new();
    for row in grid.raw.rows() {
        for cell in grid.raw.cells(row) {
            let is_heading = grid.raw.text(cell).trim_start().starts_with(FOUND);
            // In Word's tables a heading is as wide as it likes: the cell before may be a merged one.
            let before = cell.col.checked_sub(1).map(|col| grid.origin(row.number, col));
            let before = before.map_or("", |(row, col)| grid.raw.text_at(row, col));
            if is_heading && before.trim() == PRINTED && !out.iter().any(|&(_, col)| col == cell.col) {
                out.push((row.number, cell.col));
            }
        }
    }
    out
}

/// The cell behind a label's value.
fn found_cell(grid: &Grid<'_>, label: &Label) -> Option<(u32, u16)> {
    let (row, col) = label.value;
    let end = grid.merge_at(row, col).map_or(col, |m| m.last_col);
    (!label.inline).then(|| grid.origin(row, end.saturating_add(1)))
}

/// What somebody wrote behind a value.
fn entry<'g>(grid: &Grid<'g>, label: &Label) -> Option<&'g str> {
    let (row, col) = label.found?;
    let text = grid.raw.text_at(row, col);
    (!text::is_blank(text)).then_some(text)
}

fn is_filled_in(grid: &Grid<'_>, schema: &Schema, labels: &[Label]) -> bool {
    labels.iter().any(|label| {
        let (row, col) = label.value;
        let by_hand = FILLED_IN.contains(&schema.fields[label.field].id.as_str());
        entry(grid, label).is_some() || (by_hand && !text::is_blank(grid.raw.text_at(row, col)))
    })
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
        return Some(Label {
            row,
            col,
            field,
            title: title(written),
            unit: unit_of(&folded),
            value,
            inline: false,
            found: None,
        });
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
        found: None,
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
fn member_blocks(grid: &Grid<'_>, labels: &Labels<'_>, kind: usize, band: &Range<u16>) -> Vec<MemberRows> {
    let Some(members) = member_kind(labels, kind) else { return Vec::new() };
    let Some(name) = labels.schema(members).index("name") else { return Vec::new() };
    let mut out: Vec<MemberRows> = Vec::new();
    for row in grid.raw.rows() {
        for cell in grid.raw.cells(row).iter().filter(|c| band.contains(&c.col)) {
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
                    .filter(|c| band.contains(&c.col) && (c.col, heading) != (cell.col, row.number))
                    .filter_map(|c| {
                        let key = fold_header(grid.raw.text(c));
                        let field = labels.field(members, &key)?;
                        Some((c.col, field, grid.raw.text(c).split_whitespace().collect()))
                    })
                    .collect();
                if columns.len() >= 2 && columns.iter().any(|(_, f, _)| *f == name) {
                    let last = block_end(grid, labels, kind, heading, label_end.max(heading), &columns, band);
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
    band: &Range<u16>,
) -> u32 {
    if merged_end > heading {
        return merged_end;
    }
    let first_col = columns.iter().map(|c| c.0).min().unwrap_or(0);
    let mut last = heading;
    for row in grid.raw.rows().iter().filter(|r| r.number > heading) {
        let begins = grid.raw.cells(row).iter().filter(|c| band.contains(&c.col) && c.col <= first_col).any(|c| {
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
        headings.extend(found_headings(self.grid).into_iter().map(|(row, _)| row));
        for form in &forms.forms {
            if form.unfilled {
                self.skip_form(form, &mut rows_used, out);
                continue;
            }
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
            let why = if !written {
                Skip::Blank
            } else if headings.contains(&row.number) {
                Skip::Header
            } else if row.number < first_label || self.grid.raw.cells(row).len() == 1 {
                Skip::Title
            } else {
                Skip::Signature
            };
            out.skip(row.number, why);
        }
    }

    /// The lines of a form that nobody filled in are blank lines.
    fn skip_form(&self, form: &Form, rows_used: &mut FxHashSet<u32>, out: &mut SheetOutcome) {
        let members = form.members.iter().flat_map(|m| m.heading..=m.last);
        let written = |row: &u32| self.grid.raw.row(*row).is_some();
        for row in form.labels.iter().map(|l| l.row).chain(members).filter(written) {
            if rows_used.insert(row) {
                out.skip(row, Skip::Unfilled);
            }
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
            let corrected = entry(self.grid, label).filter(|text| !AGREES.contains(&text.trim()));
            let at = label.found.filter(|_| corrected.is_some()).unwrap_or(label.value);
            places[label.field] = Some(at);
            let cell = self.grid.raw.cell(at.0, at.1).filter(|_| !label_places.contains(&at));
            let printed = label.inline || corrected.is_some();
            let spread = (!printed).then(|| self.spread(at, field.ty, &label_places)).flatten();
            let value = match cell {
                None => Value::Blank,
                Some(_) if let Some(text) = &spread => self.context.read(field, Written::text(text), label.unit),
                Some(cell) => {
                    let written = self.grid.raw.text(cell);
                    match (label.inline, written.split_once(['：', ':'])) {
                        (true, Some((_, behind))) => self.context.read_text(field, behind, label.unit),
                        _ => self.context.read_cell(field, self.grid.raw, cell, label.unit),
                    }
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

    /// A value that fills several cells: one character a box, or an option a cell.
    fn spread(&self, at: (u32, u16), ty: FieldType, labels: &FxHashSet<(u32, u16)>) -> Option<String> {
        let (row, col) = at;
        let end = labels.iter().filter(|(r, c)| *r == row && *c > col).map(|(_, c)| *c).min();
        if let Some((text, _)) = boxes::joined(self.grid, row, col, end, ty) {
            return Some(text);
        }
        if !matches!(ty, FieldType::Code | FieldType::Bool | FieldType::Narrative | FieldType::Text) {
            return None;
        }
        let mut cells: Vec<&str> = Vec::new();
        let options = self.grid.raw.row(row).map_or(&[][..], |r| self.grid.raw.cells(r));
        for cell in options.iter().filter(|c| c.col >= col && end.is_none_or(|end| c.col < end)) {
            let text = self.grid.raw.text(cell);
            if !text::is_blank(text) {
                if !ticks::has_mark(text) {
                    break;
                }
                cells.push(text);
            }
        }
        (cells.len() > 1).then(|| cells.join(" "))
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
                        let field = &schema.fields[*field];
                        let end = block.columns.iter().map(|(c, ..)| *c).filter(|c| c > col).min();
                        match boxes::joined(self.grid, row.number, *col, end, field.ty) {
                            Some((text, _)) => self.context.read(field, Written::text(&text), None),
                            None => self.context.read_cell(field, self.grid.raw, cell, None),
                        }
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
