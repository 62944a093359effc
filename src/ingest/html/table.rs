//! One table of a page: where its cells stand, and what they say.

use super::attribute;
use crate::ingest::error_value::is_error_text;
use crate::ingest::grid::{Grid, MAX_COL};
use crate::ingest::serial::Epoch;
use crate::ingest::style::CellStyle;
use crate::ingest::{CellKind, RawSheet, ReadError, SheetBuilder, Unseen};
use html5ever::tokenizer::Tag;

pub(super) struct Table {
    pub order: usize,
    pub grid: Grid,
    row: u32,
    col: u32,
    /// Columns that `<col>` elements have spoken of.
    declared: u32,
    /// By column, how many further rows a cell from above covers.
    covered: Vec<u32>,
    pub cell: Option<Cell>,
}

#[derive(Default)]
pub(super) struct Cell {
    text: String,
    struck: String,
    hidden: String,
    columns: u32,
    rows: u32,
    /// Its style takes it out of the row: it has no column.
    gone: bool,
    /// `x:num` (Excel) or `sdval` (LibreOffice), with its value if it has one.
    number: Option<String>,
    /// `x:fmla`.
    formula: Option<String>,
    as_text: bool,
}

impl Table {
    pub fn new(order: usize, hidden: bool) -> Self {
        let mut grid = Grid::new("");
        if hidden {
            grid.hide();
        }
        Self { order, grid, row: 0, col: 0, declared: 0, covered: Vec::new(), cell: None }
    }

    /// A `<col>`, which may stand for several columns.
    pub fn column(&mut self, tag: &Tag, hidden: bool) {
        let span: u32 = attribute(tag, "span").and_then(|v| v.trim().parse().ok()).unwrap_or(1).clamp(1, 1000);
        let first = self.declared;
        self.declared = first.saturating_add(span);
        if hidden {
            self.grid.hide_columns(first, self.declared - 1);
        }
    }

    pub fn open_row(&mut self, hidden: bool) -> Result<(), ReadError> {
        self.close_cell()?;
        if self.row > 0 {
            self.covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        }
        self.row += 1;
        self.col = 0;
        self.grid.row(self.row, hidden)
    }

    pub fn open_cell(&mut self, tag: &Tag, gone: bool) -> Result<(), ReadError> {
        self.close_cell()?;
        if self.row == 0 {
            // Cells without a row: browsers make one.
            self.row = 1;
            self.grid.row(1, false)?;
        }
        let span = |name, most| attribute(tag, name).and_then(|v| v.trim().parse().ok()).unwrap_or(1).clamp(1, most);
        let style = attribute(tag, "style").map(squeezed).unwrap_or_default();
        self.cell = Some(Cell {
            columns: span("colspan", 1000),
            rows: span("rowspan", 65_534),
            gone,
            number: attribute(tag, "x:num").or_else(|| attribute(tag, "sdval")).map(str::to_owned),
            formula: attribute(tag, "x:fmla").map(str::to_owned),
            as_text: style.contains("mso-number-format:\\@") || style.contains("mso-number-format:'\\@'"),
            ..Cell::default()
        });
        Ok(())
    }

    pub fn close_cell(&mut self) -> Result<(), ReadError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        while self.covered.get(self.col as usize).is_some_and(|rows| *rows > 0) {
            self.col += 1;
        }
        if cell.gone {
            return self.grid.leave_out(self.col, Unseen::Hidden, true, &cell.hidden);
        }
        let (first, last) = (self.col, self.col + cell.columns - 1);
        self.col = last + 1;
        let kept = (last + 1).min(MAX_COL) as usize;
        if cell.rows > 1 && first < MAX_COL {
            if self.covered.len() < kept {
                self.covered.resize(kept, 0);
            }
            // The present row counts too: it is taken off when the next one opens.
            self.covered[first as usize..kept].fill(cell.rows);
        }
        self.grid.merge((self.row, self.row + cell.rows - 1), (first, last));
        cell.write(first, &mut self.grid)
    }
}

impl Cell {
    /// Appends text, runs of blanks as one.
    pub fn push(&mut self, text: &str, unseen: Option<Unseen>) {
        let out = match unseen {
            None => &mut self.text,
            Some(Unseen::Struck) => &mut self.struck,
            Some(Unseen::Hidden) => &mut self.hidden,
        };
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                if !out.ends_with([' ', '\n']) && !out.is_empty() {
                    out.push(' ');
                }
            } else {
                out.push(c);
            }
        }
    }

    pub fn line_break(&mut self) {
        if self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn write(self, col: u32, grid: &mut Grid) -> Result<(), ReadError> {
        let blank = |c: char| c.is_ascii_whitespace() || c == '\u{a0}';
        let shown = self.text.trim_matches(blank);
        for (why, text) in [(Unseen::Struck, &self.struck), (Unseen::Hidden, &self.hidden)] {
            grid.leave_out(col, why, shown.is_empty(), text.trim_matches(blank))?;
        }
        // A value beside the text is that of all of it, the unseen part too.
        let whole = self.struck.is_empty() && self.hidden.is_empty();
        match self.number {
            // The exact value, unless what is shown is no number: then the value is that of a date.
            Some(value) if whole && !self.as_text && looks_numeric(shown) => {
                let value = if value.trim().is_empty() { shown } else { &value };
                grid.put_number(col, value, &CellStyle::default(), Epoch::Y1900)
            }
            _ if is_error_text(shown) => grid.put(col, CellKind::Error, shown),
            _ => match self.formula {
                Some(formula) if shown.is_empty() && whole => grid.put(col, CellKind::Uncomputed, &formula),
                _ => grid.put(col, CellKind::Text, shown),
            },
        }
    }
}

/// Whether a shown text is a number with the usual trimmings.
fn looks_numeric(shown: &str) -> bool {
    let trimmings = |c: char| matches!(c, ',' | ' ' | '￥' | '¥' | '$' | '%' | '(' | ')' | '\u{a0}');
    shown.replace(trimmings, "").parse::<f64>().is_ok()
}

fn squeezed(style: &str) -> String {
    style.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '"' { '\'' } else { c.to_ascii_lowercase() }).collect()
}

/// Rows of a header that stands in a table of its own.
const HEADER_ROWS: usize = 3;

/// Joins a table that is only a header with the table of data behind it, as pages with a frozen header have them.
pub(super) fn join_headers(sheets: Vec<RawSheet>) -> Result<Vec<RawSheet>, ReadError> {
    let mut out: Vec<RawSheet> = Vec::new();
    for sheet in sheets {
        match out.last() {
            Some(head) if is_header_of(head, &sheet) => {
                let joined = below(head, &sheet)?;
                out.pop();
                out.push(joined);
            }
            _ => out.push(sheet),
        }
    }
    Ok(out)
}

fn width(sheet: &RawSheet) -> u16 {
    sheet.rows().iter().filter_map(|r| sheet.cells(r).last()).map(|c| c.col + 1).max().unwrap_or(0)
}

/// The first table has only words, three at least and none twice, and the second as many columns and numbers in them.
fn is_header_of(head: &RawSheet, data: &RawSheet) -> bool {
    let has_number = |sheet: &RawSheet, row| {
        let digits = |c| sheet.text(c).chars().filter(char::is_ascii_digit).count();
        sheet.cells(row).iter().any(|c| c.kind != CellKind::Text || digits(c) > 3)
    };
    let words: Vec<&str> =
        head.rows().last().map_or_else(Vec::new, |row| head.cells(row).iter().map(|c| head.text(c)).collect());
    let distinct = words.iter().collect::<std::collections::HashSet<_>>().len() == words.len();
    let first = data.rows().first();
    head.hidden == data.hidden
        && head.rows().len() <= HEADER_ROWS
        && head.unseen_rows().is_empty()
        && words.len() >= 3
        && distinct
        && words.len() == usize::from(width(head))
        && width(head) == width(data)
        && !head.rows().iter().any(|row| has_number(head, row))
        && first.is_some_and(|row| has_number(data, row))
}

/// Both as one sheet, the rows of the second behind those of the first.
fn below(head: &RawSheet, data: &RawSheet) -> Result<RawSheet, ReadError> {
    let mut builder = SheetBuilder::new("");
    if head.hidden {
        builder.hide();
    }
    let shift = head.rows().last().map_or(0, |r| r.number);
    for (sheet, shift) in [(head, 0), (data, shift)] {
        let mut left = sheet.left_out().iter().peekable();
        let said = sheet.rows().iter().map(|r| (r.number, Some(r)));
        let mut rows: Vec<_> = said.chain(sheet.unseen_rows().iter().map(|r| (r.number, None))).collect();
        rows.sort_by_key(|(number, _)| *number);
        for (number, row) in rows {
            builder.row(number + shift, row.is_some_and(|r| r.hidden));
            for cell in row.map_or(&[][..], |r| sheet.cells(r)) {
                builder.cell(cell.col, cell.kind, sheet.text(cell))?;
            }
            while let Some(l) = left.next_if(|l| l.row <= number) {
                builder.leave_out(l.col, l.why, l.whole, sheet.left_out_text(l))?;
            }
        }
        for merge in &sheet.merges {
            let (first_row, last_row) = (merge.first_row + shift, merge.last_row + shift);
            builder.merge(crate::ingest::Merge { first_row, last_row, ..*merge });
        }
        for fault in &sheet.faults {
            builder.fault(fault.row + shift, fault.col, fault.what.clone());
        }
        for &col in &sheet.hidden_columns {
            builder.hide_columns(col, col);
        }
    }
    Ok(builder.finish())
}
