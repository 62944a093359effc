//! Table layout: the rows below a header become records.

use std::sync::Arc;

use super::boxes;
use super::column_reading::{ColumnReading, Survey};
use super::columns;
use super::grid::Grid;
use super::guard::UnreadColumn;
use super::header::{Bound, Headed, MemberBlock};
use super::merged::MergedEvents;
use super::notice::{Doubt, Notice, NoticeKind};
use super::outcome::SheetOutcome;
use super::record::{Cells, NotUsed, Record, RecordId, Table, TableId, Unused, columns_by_field, titles_by_field};
use super::remarks::{self, Remarks};
use super::sections::{self, Section};
use super::shifted::Fit;
use super::totals::{MaybeTotal, Role, TableRows, TotalRows};
use super::unseen;
use super::value::{Context, Value};
use super::wording::{self, Skip};
use crate::domain::money::MoneyUnit;
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::sheet::{CellKind, RawCell, RawRow, Unseen};
use crate::place::SheetId;
use crate::schema::{FieldType, Layout, Schema};

/// Why a row in which nobody can be recognised is not used.
const UNKNOWN_PERSON: &str = "无证号档案号姓名";
/// Why a row whose values stand in the wrong columns is not used.
pub const SHIFTED: &str = "错位";

/// Reads the rows of one recognised sheet.
#[derive(Debug)]
pub struct TableReader<'a> {
    pub grid: &'a Grid<'a>,
    pub context: &'a Context<'a>,
    pub sheet: SheetId,
    pub headed: &'a Headed,
    /// Money unit named in the title rows (`单位：万元`).
    pub sheet_unit: Option<MoneyUnit>,
    /// Unit that holds for the sheet, as written.
    pub unit: Option<String>,
    pub places: Vec<String>,
    /// Path, sheet name and title rows: words in them may stand for a missing column.
    pub names: String,
}

/// Columns of one kind in this sheet, ready to read.
struct Reading<'a> {
    schema: &'a Schema,
    table: TableId,
    columns: Vec<Bound>,
    by_field: Arc<[Option<u16>]>,
    /// Fields by which a row is known: id_number, file_no, name and the like.
    keys: Vec<usize>,
    /// Values of fields whose column is missing, supplied by names or by default.
    supplied: Vec<(usize, Value)>,
    /// How the cells of each column are read, beside `columns`.
    how: Vec<ColumnReading>,
}

/// Filled cells besides the unit's from which on a row without number and name is somebody's record.
const SAYS_SOMETHING: usize = 2;

/// Fields by which a row is known.
pub fn key_fields(schema: &Schema) -> Vec<usize> {
    const KEYS: [&str; 6] = ["id_number", "file_no", "name", "head_id_number", "head_name", "code"];
    KEYS.iter().filter_map(|k| schema.index(k)).collect()
}

impl TableReader<'_> {
    pub fn read(&self, out: &mut SheetOutcome) {
        let kind = &self.context.schemas.all()[self.headed.kind];
        let columns = columns::settled(self.grid, self.headed, kind, self.sheet, self.unit.as_ref(), out);
        let mut main = self.reading(self.headed.kind, &columns, out);
        let records = out.records.len();
        let unread = self.headed.unknown.iter();
        out.unread_columns.extend(unread.map(|u| UnreadColumn {
            header: self.headed.last,
            col: u.col,
            title: u.title.clone(),
        }));
        let member_kind = main.schema.members.as_ref().and_then(|m| self.context.schemas.position(m));
        let blocks: Vec<Reading<'_>> = match member_kind {
            Some(kind) => {
                self.headed.blocks.iter().map(|b: &MemberBlock| self.reading(kind, &b.columns, out)).collect()
            }
            None => Vec::new(),
        };
        let inline = member_kind
            .zip(self.headed.relation.as_ref())
            .map(|(kind, r)| (r.col, self.reading(kind, &r.columns, out)));
        let titles = self.titles_above(out);
        let group_columns = self.group_printed_columns(&main);
        // Place of the last written cell per column, for 同上 and groups printed once.
        let mut above: Vec<Option<(u32, u16)>> = vec![None; main.columns.len()];
        let mut head: Option<RecordId> = None;
        let no_blocks = blocks.is_empty();
        let below = self.grid.raw.rows().partition_point(|r| r.number <= self.headed.last);
        let rows = &self.grid.raw.rows()[below..];
        let role = |row: &RawRow| {
            if wording::is_repeated_header(self.grid, row, &self.headed.printed) {
                Role::Header
            } else if inline.as_ref().is_some_and(|(relation, _)| self.is_member_row(row, *relation)) {
                Role::Other
            } else {
                Role::Row
            }
        };
        let totals = TotalRows::find(&TableRows {
            grid: self.grid,
            context: self.context,
            schema: main.schema,
            table: main.table,
            sheet: self.sheet,
            columns: &main.columns,
            rows,
            role: &role,
        });
        let starred = main.schema.index("id_number").is_some_and(|f| main.schema.fields[f].required);
        let remarks = Remarks::find(rows, starred, |row| {
            self.has_number(row, &main) || blocks.iter().any(|b| self.has_number(row, b)) || self.is_keyed(row, &main)
        });
        let merged = MergedEvents::new(self.grid, main.schema, &main.columns);
        let last = columns::last_heading(self.headed);
        let fit = Fit { raw: self.grid.raw, context: self.context, schema: kind, columns: &columns, last };
        let mut wide: Vec<&RawRow> = Vec::new();
        let names = kind.index("name").and_then(|f| main.by_field[f]);

        for row in rows {
            if self.is_blank(row) {
                continue;
            }
            if self.is_struck(row, &main) {
                out.skip(row.number, Skip::Struck);
                unseen::tell_row(self.grid.raw, self.sheet, row.number, Unseen::Struck, out);
                continue;
            }
            if self.is_uncalculated(row, &main) {
                self.quarantine(row, "未计算", out);
                let why = format!("第{}行的证号、姓名没有算出的值", row.number);
                out.doubt(Doubt { sheet: self.sheet, kind: Some(self.headed.kind), unit: None, why });
                continue;
            }
            let total = totals.get(row.number);
            if let Some(total) = total.filter(|t| !t.may_be_person) {
                out.total(row.number, total);
                continue;
            }
            if remarks.has_rows_below(row)
                && !self.is_title(row, &titles)
                && let Some(section) = sections::section(self.grid, row, names)
            {
                if let Section::Unit(unit) = section {
                    main.table = self.section_table(&main, unit, out);
                }
                out.skip(row.number, Skip::Group);
                continue;
            }
            if let Some(why) = fit.fault(row) {
                self.shifted(row, &why, out);
                continue;
            }
            if !self.has_number(row, &main)
                && let Some(skip) = self.no_record(row, &main, &titles)
            {
                out.skip(row.number, skip);
                continue;
            }
            if total.is_none() && remarks.is_remark(self.grid.raw, row) {
                self.warn_of_amount(row, &main, out);
                out.skip(row.number, Skip::Signature);
                continue;
            }
            // Signatures may stand further right than the last heading; only what could be a record is too wide.
            if let Some(why) = fit.overflow(row) {
                self.shifted(row, &why, out);
                continue;
            }
            if fit.is_wide(row) {
                wide.push(row);
            }
            if let Some(first) = merged.first_row(self.grid, row, self.headed.last) {
                self.continued(row, first, &main, out);
                continue;
            }
            if let Some((relation, members)) = &inline
                && self.is_member_row(row, *relation)
            {
                match head {
                    Some(h) => {
                        self.push_member(row, members, h, 1, out);
                    }
                    None => self.quarantine(row, UNKNOWN_PERSON, out),
                }
                continue;
            }
            let own_key = main.keys.iter().any(|&f| self.own_text(row, main.by_field[f]).is_some());
            let any_key = own_key || main.keys.iter().any(|&f| self.seen_text(row, main.by_field[f]).is_some());
            let adds = own_key || (any_key && no_blocks && self.has_own_value(row, &main));
            let mut used = false;
            if adds {
                let id = self.push_main(row, &main, &mut above, &group_columns, &merged, out);
                if let Some(total) = total {
                    out.maybe_totals.push(MaybeTotal { record: id, promises: total.promises.clone() });
                }
                head = Some(id);
                used = true;
            }
            for block in &blocks {
                let named = block.keys.iter().any(|&f| self.own_text(row, block.by_field[f]).is_some());
                if let (true, Some(h)) = (named, head) {
                    self.push_member(row, block, h, u32::from(!used), out);
                    used = true;
                }
            }
            if !used {
                self.quarantine(row, UNKNOWN_PERSON, out);
                self.doubt_nameless(row, &main, out);
            }
        }
        columns::wide(&wide, last, self.sheet, out);
        columns::empty(kind, &columns, self.headed, self.sheet, self.unit.as_ref(), records, out);
    }

    /// A row that says a good deal of somebody and not of whom: it may be the one that is missed elsewhere.
    fn doubt_nameless(&self, row: &RawRow, main: &Reading<'_>, out: &mut SheetOutcome) {
        let unit = main.schema.unit_field.as_deref().and_then(|f| main.schema.index(f));
        let said = main.columns.iter().filter(|b| Some(b.field) != unit && self.own_text(row, Some(b.col)).is_some());
        if said.count() < SAYS_SOMETHING {
            return;
        }
        let own = unit.and_then(|f| self.seen_text(row, main.by_field[f])).map(|t| t.trim().to_string());
        out.doubt(Doubt {
            sheet: self.sheet,
            kind: Some(self.headed.kind),
            unit: own.or_else(|| self.unit.clone()),
            why: "有没写证号、档案号和姓名的行没有采用".into(),
        });
    }

    /// A table like the main one, whose rows belong to another unit.
    fn section_table(&self, main: &Reading<'_>, unit: String, out: &mut SheetOutcome) -> TableId {
        let table = Table { unit: Some(unit), ..out.tables[main.table.0 as usize].clone() };
        out.push_table(table)
    }

    /// A row whose values do not stand under their headings.
    fn shifted(&self, row: &RawRow, why: &str, out: &mut SheetOutcome) {
        self.quarantine(row, SHIFTED, out);
        out.notice(
            Notice::new(NoticeKind::Shifted, self.sheet, format!("{why}；整行没有采用"))
                .row(row.number)
                .remedy("对照原件改正这一行（文本文件里内容含逗号的，用引号括起）后重新报送"),
        );
        out.doubt(Doubt {
            sheet: self.sheet,
            kind: Some(self.headed.kind),
            unit: self.unit.clone(),
            why: "有错位的行没有采用".into(),
        });
    }

    fn is_title(&self, row: &RawRow, titles: &[String]) -> bool {
        self.grid.raw.cells(row).iter().all(|c| titles.contains(&text::fold(self.grid.raw.text(c))))
    }

    fn reading(&self, kind: usize, columns: &[Bound], out: &mut SheetOutcome) -> Reading<'_> {
        let schema = &self.context.schemas.all()[kind];
        let table = out.push_table(Table {
            kind,
            sheet: self.sheet,
            layout: Layout::Table,
            titles: titles_by_field(schema.fields.len(), columns),
            unit: self.unit.clone(),
            places: self.places.clone(),
        });
        let columns =
            columns.iter().map(|b| Bound { unit: b.unit.or(self.sheet_unit), ..b.clone() }).collect::<Vec<_>>();
        let by_field = columns_by_field(schema.fields.len(), &columns);
        let supplied = self.supplied(schema, &by_field);
        let below = self.grid.raw.rows().partition_point(|r| r.number <= self.headed.last);
        let rows = &self.grid.raw.rows()[below..];
        let survey = Survey { raw: self.grid.raw, rows, schema, sheet: self.sheet, context: self.context };
        let how = survey.columns(&columns, out);
        Reading { schema, table, columns, by_field, keys: key_fields(schema), supplied, how }
    }

    /// What the sheet's names and titles (低保边缘人员查询_2019.xlsx), or the schema's default, say for missing columns.
    fn supplied(&self, schema: &Schema, by_field: &[Option<u16>]) -> Vec<(usize, Value)> {
        let mut out = Vec::new();
        for (id, words) in &schema.from_name {
            if let Some(field) = schema.index(id).filter(|&f| by_field[f].is_none())
                && let Some((_, word)) = words.iter().find(|(part, _)| self.names.contains(part.as_str()))
            {
                out.push((field, self.context.supplied(&schema.fields[field], word)));
            }
        }
        for (id, word) in &schema.absent {
            if let Some(field) = schema.index(id).filter(|&f| by_field[f].is_none())
                && out.iter().all(|(f, _)| *f != field)
            {
                out.push((field, self.context.supplied(&schema.fields[field], word)));
            }
        }
        out
    }

    /// Titles stand above the header; they may be printed again on each page. Counts these rows too.
    fn titles_above(&self, out: &mut SheetOutcome) -> Vec<String> {
        let mut titles = Vec::new();
        for row in self.grid.raw.rows() {
            if row.number > self.headed.last {
                break;
            }
            if self.is_blank(row) {
                continue;
            }
            if row.number < self.headed.first {
                out.skip(row.number, Skip::Title);
                for cell in self.grid.raw.cells(row) {
                    titles.push(text::fold(self.grid.raw.text(cell)));
                }
            } else {
                out.skip(row.number, Skip::Header);
            }
        }
        titles.retain(|t| !t.is_empty());
        titles
    }

    fn is_blank(&self, row: &RawRow) -> bool {
        self.grid.raw.cells(row).iter().all(|c| text::is_blank(self.grid.raw.text(c)))
    }

    /// A cell of the row that holds an ID number (or anything with as many digits): the row is a record.
    fn has_number(&self, row: &RawRow, main: &Reading<'_>) -> bool {
        main.columns.iter().filter(|b| main.schema.fields[b.field].ty == FieldType::IdNumber).any(|b| {
            let written = self.own_text(row, Some(b.col)).unwrap_or("");
            written.chars().filter(char::is_ascii_digit).count() >= 6 || self.boxed(row, b, main).is_some()
        })
    }

    /// A number written one character a box, below a heading that is merged over the boxes.
    fn boxed(&self, row: &RawRow, column: &Bound, main: &Reading<'_>) -> Option<String> {
        let written = self.own_text(row, Some(column.col))?;
        let heading = self.grid.merge_at(self.headed.last, column.col)?;
        if written.len() > 3 || heading.last_col <= heading.first_col {
            return None;
        }
        let ty = main.schema.fields[column.field].ty;
        let end = heading.last_col.saturating_add(1);
        boxes::joined(self.grid, row.number, column.col, Some(end), ty).map(|(text, _)| text)
    }

    /// The row has a file number, serial or record number of its own, or through a merged cell.
    fn is_keyed(&self, row: &RawRow, main: &Reading<'_>) -> bool {
        ["file_no", "serial", "record_no"]
            .iter()
            .filter_map(|id| main.schema.index(id))
            .any(|f| self.seen_text(row, main.by_field[f]).is_some_and(remarks::is_key))
    }

    /// A remark that fills an amount might be a payment after all.
    fn warn_of_amount(&self, row: &RawRow, main: &Reading<'_>, out: &mut SheetOutcome) {
        let money = main.columns.iter().filter(|b| main.schema.fields[b.field].ty == FieldType::Money);
        let Some(b) = money.into_iter().find(|b| {
            self.own_text(row, Some(b.col))
                .is_some_and(|t| t.chars().all(|c| c.is_ascii_digit() || ".,，￥¥元".contains(c)))
        }) else {
            return;
        };
        let what = "数据下面的一行没有证号和流水号，按落款跳过，但写着金额";
        let notice = Notice::new(NoticeKind::Guard, self.sheet, what).row(row.number).column(b.col, b.title.clone());
        let written = self.own_text(row, Some(b.col)).unwrap_or("");
        out.notice(notice.written(written).remedy("如果是一笔记录，请补上身份证号或流水号"));
    }

    /// A further row of one payment: its payee shares what the first row says.
    fn continued(&self, row: &RawRow, first: u32, main: &Reading<'_>, out: &mut SheetOutcome) {
        let name = main.schema.index("name").and_then(|f| self.own_text(row, main.by_field[f])).unwrap_or("");
        let shared = if name.is_empty() { String::new() } else { format!("，并列收款人：{}", name.trim()) };
        out.skip(row.number, Skip::Continued);
        out.not_used.push(NotUsed {
            sheet: self.sheet,
            row: row.number,
            why: Unused::Skipped(Skip::Continued),
            note: format!("金额合并，与第{first}行是一笔{shared}"),
            unit: self.unit.clone(),
        });
    }

    /// What says who is meant is struck through, and nothing of it is written anew.
    fn is_struck(&self, row: &RawRow, main: &Reading<'_>) -> bool {
        let left = self.grid.raw.left_out();
        let from = left.partition_point(|l| l.row < row.number);
        let struck =
            || left[from..].iter().take_while(|l| l.row == row.number).filter(|l| l.whole && l.why == Unseen::Struck);
        let key = |col: u16| main.keys.iter().any(|&f| main.by_field[f] == Some(col));
        struck().any(|l| key(l.col)) && !main.keys.iter().any(|&f| self.own_text(row, main.by_field[f]).is_some())
    }

    /// All that says who is meant is a formula without a value, or an error value.
    fn is_uncalculated(&self, row: &RawRow, main: &Reading<'_>) -> bool {
        let keys = main.keys.iter().filter_map(|&f| main.by_field[f]);
        let mut cells =
            keys.filter_map(|col| self.grid.raw.cell_in(row, col)).filter(|c| !text::is_blank(self.grid.raw.text(c)));
        let lost = |c: &RawCell| matches!(c.kind, CellKind::Uncomputed | CellKind::Error);
        cells.next().is_some_and(lost) && cells.all(lost)
    }

    /// Why the row is no record, if it is none.
    fn no_record(&self, row: &RawRow, main: &Reading<'_>, titles: &[String]) -> Option<Skip> {
        let cells = self.grid.raw.cells(row);
        let first_texts = || cells.iter().take(4).map(|c| self.grid.raw.text(c));
        if wording::is_repeated_header(self.grid, row, &self.headed.printed) {
            return Some(Skip::Header);
        }
        let texts: Vec<String> = cells.iter().map(|c| text::fold(self.grid.raw.text(c))).collect();
        if texts.iter().all(|t| titles.contains(t)) {
            return Some(Skip::Title);
        }
        // A register whose rows have a number or a file number at least: a lone remark is no person.
        let identified = main.keys.iter().any(|&f| {
            main.schema.fields[f].id != "name"
                && self.seen_text(row, main.by_field[f]).is_some_and(|t| !wording::is_signature(t))
        });
        if !identified && first_texts().any(wording::is_signature) {
            return Some(Skip::Signature);
        }
        // One long text alone in the row, merged across or not: a title of a second part, or a remark.
        if !identified && cells.len() == 1 {
            let alone = &cells[0];
            let wide = wording::is_wide_title(self.grid, (row.number, alone.col), self.headed.width);
            if wide || texts[0].chars().count() > 25 {
                return Some(if texts[0].contains('表') || texts[0].contains("名单") {
                    Skip::Title
                } else {
                    Skip::Signature
                });
            }
        }
        None
    }

    /// The relation column says that this is not the head himself.
    fn is_member_row(&self, row: &RawRow, relation: u16) -> bool {
        let Some(cell) = self.grid.raw.cell_in(row, relation) else { return false };
        let said = self.grid.raw.text(cell);
        !text::is_none_mark(said) && self.context.codes("relation").and_then(|c| c.get(said)) != Some("本人")
    }

    fn own_text(&self, row: &RawRow, col: Option<u16>) -> Option<&str> {
        let cell = self.grid.raw.cell_in(row, col?)?;
        let written = self.grid.raw.text(cell);
        (!text::is_blank(written)).then_some(written)
    }

    /// Own text, or that of a cell merged downward over this row.
    fn seen_text(&self, row: &RawRow, col: Option<u16>) -> Option<&str> {
        let col = col?;
        let (_, c, cell) = self.grid.cell_of(row, col)?;
        let written = self.grid.raw.text(cell);
        (c == col && !text::is_blank(written)).then_some(written)
    }

    fn has_own_value(&self, row: &RawRow, main: &Reading<'_>) -> bool {
        main.columns.iter().any(|b| self.own_text(row, Some(b.col)).is_some())
    }

    /// Columns in which a group's value is printed once, by formats that keep no merged cells: blanks occur, and no
    /// two neighbouring written cells are equal (a column filled in every row would repeat itself).
    fn group_printed_columns(&self, main: &Reading<'_>) -> Vec<bool> {
        let candidates: Vec<bool> = main.columns.iter().map(|b| main.schema.fields[b.field].fill_down).collect();
        if self.grid.has_merges() || !candidates.contains(&true) {
            return vec![false; main.columns.len()];
        }
        let mut out = candidates;
        for (i, b) in main.columns.iter().enumerate() {
            if !out[i] {
                continue;
            }
            let (mut last, mut blanks, mut written) = (None, 0usize, 0usize);
            for row in self.grid.raw.rows().iter().filter(|r| r.number > self.headed.last) {
                match self.own_text(row, Some(b.col)) {
                    None => blanks += usize::from(self.has_number(row, main)),
                    Some(t) if last == Some(t) => {
                        out[i] = false;
                        break;
                    }
                    Some(t) => {
                        last = Some(t);
                        written += 1;
                    }
                }
            }
            out[i] &= blanks > 0 && written > 0 && blanks >= written;
        }
        out
    }

    fn push_main(
        &self,
        row: &RawRow,
        main: &Reading<'_>,
        above: &mut [Option<(u32, u16)>],
        groups: &[bool],
        merged: &MergedEvents,
        out: &mut SheetOutcome,
    ) -> RecordId {
        let mut values: Vec<Value> = vec![Value::Absent; main.schema.fields.len()];
        let mut moved: Option<Vec<Option<(u32, u16)>>> = None;
        for (i, b) in main.columns.iter().enumerate() {
            let field = &main.schema.fields[b.field];
            let mut at = self
                .grid
                .cell_of(row, b.col)
                .filter(|(r, c, _)| *c == b.col && (*r == row.number || !merged.is_amount(b.col)));
            let blank = at.is_none_or(|(_, _, c)| text::is_blank(self.grid.raw.text(c)));
            // 同上 below a number is no number: two persons never share one.
            let ditto = !blank
                && field.ty != FieldType::IdNumber
                && at.is_some_and(|(_, _, c)| text::is_ditto(self.grid.raw.text(c)));
            if ditto || (blank && groups[i]) {
                at = above[i].and_then(|(r, c)| self.grid.raw.cell(r, c).map(|cell| (r, c, cell)));
            } else if !blank {
                above[i] = at.map(|(r, c, _)| (r, c));
            }
            values[b.field] = match at {
                None => Value::Blank,
                Some((r, c, cell)) => {
                    if r != row.number {
                        let places = moved.get_or_insert_with(|| {
                            main.by_field.iter().map(|col| col.map(|c| (row.number, c))).collect()
                        });
                        places[b.field] = Some((r, c));
                    }
                    match self.boxed(row, b, main).filter(|_| r == row.number) {
                        Some(boxes) => self.context.read(field, Written::text(&boxes), b.unit),
                        None => self.context.read_cell_in(field, self.grid.raw, cell, b.unit, main.how[i]),
                    }
                }
            };
            out.count_bad(field, &values[b.field]);
        }
        for (field, value) in &main.supplied {
            values[*field] = value.clone();
        }
        if let Some(number) = main.schema.index("id_number").and_then(|f| self.own_text(row, main.by_field[f])) {
            self.context.apply_document_type(main.schema, &mut values, number);
        }
        self.context.unset_birth(main.schema, &mut values);
        let cells = match moved {
            Some(places) => Cells::Each(places.into()),
            None => Cells::Columns(main.by_field.clone()),
        };
        out.push(Record { table: main.table, row: row.number, values: values.into(), cells, parent: None, lines: 1 })
    }

    /// A member nested in a head's rows: his own columns, and file_no and head_id_number of the head.
    fn push_member(&self, row: &RawRow, block: &Reading<'_>, head: RecordId, lines: u32, out: &mut SheetOutcome) {
        let mut values: Vec<Value> = vec![Value::Absent; block.schema.fields.len()];
        let mut places: Vec<Option<(u32, u16)>> = vec![None; block.schema.fields.len()];
        for (b, how) in block.columns.iter().zip(&block.how) {
            let field = &block.schema.fields[b.field];
            places[b.field] = Some((row.number, b.col));
            values[b.field] = match self.grid.raw.cell_in(row, b.col) {
                None => Value::Blank,
                Some(cell) => self.context.read_cell_in(field, self.grid.raw, cell, b.unit, *how),
            };
            out.count_bad(field, &values[b.field]);
        }
        self.context.unset_birth(block.schema, &mut values);
        out.push(Record {
            table: block.table,
            row: row.number,
            values: values.into(),
            cells: Cells::Each(places.into()),
            parent: Some(head),
            lines,
        });
    }

    fn quarantine(&self, row: &RawRow, why: &'static str, out: &mut SheetOutcome) {
        let written: Vec<&str> = self
            .grid
            .raw
            .cells(row)
            .iter()
            .take(6)
            .map(|c| self.grid.raw.text(c))
            .filter(|t| !t.trim().is_empty())
            .collect();
        out.quarantine(self.sheet, row.number, why, written.join(" | "), self.unit.clone());
    }
}
