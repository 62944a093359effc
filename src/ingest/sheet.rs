//! A sheet as it was read: sparse rows of written cells, nothing interpreted.
//!
//! What a person does not see as said is kept apart from the cells: text struck through or hidden by its style is
//! [`LeftOut`], a row of nothing else is [`UnseenRow`]. Who reads cells need not know of either.

use super::numfmt::NumberFormat;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What the file says a cell holds. The text of a cell is always kept as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A number; the text is the literal of the file (`510105198001019971`, `1.2E+3`) where the format
    /// keeps one (xlsx, ods, SpreadsheetML), else the shortest decimal print of the double (xls, xlsb).
    Number,
    /// A number that the file formats as a date; the text is `2019-08-25`, or `2019-08-25 12:30:00` when it
    /// has a time of day, by the workbook's 1900 or 1904 system.
    Date,
    /// `TRUE` or `FALSE`.
    Bool,
    /// An error value such as `#N/A`; the text is that value.
    Error,
    /// A formula that nobody computed: the file keeps no value of it. The text is the formula (`=A1*2`), `=` where the
    /// format does not spell it.
    Uncomputed,
}

/// One written cell. Empty cells are not kept.
#[derive(Debug, Clone, Copy)]
pub struct RawCell {
    /// Column from 0.
    pub col: u16,
    pub kind: CellKind,
    /// Index in [`RawSheet::formats`] plus one; 0 where the number is shown as it is stored.
    format: u8,
    start: u32,
    len: u32,
}

/// One row that has at least one written cell.
#[derive(Debug, Clone, Copy)]
pub struct RawRow {
    /// Row number as seen in Excel, from 1. For text files: the number of the record, from 1.
    pub number: u32,
    /// Hidden by hand or by a filter.
    pub hidden: bool,
    first: u32,
    count: u32,
}

/// A merged range, all ends included; rows from 1, columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    pub first_row: u32,
    pub last_row: u32,
    pub first_col: u16,
    pub last_col: u16,
}

/// Why text of a cell is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unseen {
    /// Struck through.
    Struck,
    /// Hidden by its style (HTML).
    Hidden,
}

/// Text that stands in a cell and is not said.
#[derive(Debug, Clone, Copy)]
pub struct LeftOut {
    /// Row from 1.
    pub row: u32,
    /// Column from 0.
    pub col: u16,
    pub why: Unseen,
    /// The whole of the cell; else the rest of it is the cell's text.
    pub whole: bool,
    start: u32,
    len: u32,
}

/// A row in which nothing is said: all its text is left out for this reason. It is none of [`RawSheet::rows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnseenRow {
    /// Row number from 1.
    pub number: u32,
    pub why: Unseen,
}

/// A cell that could not be read though its sheet could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    pub row: u32,
    pub col: Option<u16>,
    /// What is wrong, in Chinese.
    pub what: String,
}

/// A sheet as read. Rows ascend by number, the cells of a row ascend by column.
#[derive(Debug, Default)]
pub struct RawSheet {
    /// Name of the sheet; empty for text files.
    pub name: String,
    /// The sheet itself is hidden, by hand or so that no menu shows it.
    pub hidden: bool,
    pub merges: Vec<Merge>,
    pub faults: Vec<CellFault>,
    /// Columns from 0 that are hidden or have no width, ascending; all columns that are read may be among them.
    pub hidden_columns: Vec<u16>,
    /// Cells (row, column) with bytes that are no character; they hold `U+FFFD` there.
    broken: Vec<(u32, u16)>,
    /// Rows below the last that is read: how many with anything written in them, and the numbers of the first and the last.
    beyond: Option<(usize, u32, u32)>,
    /// Rows of a text with more fields than most, ascending.
    overlong: Vec<u32>,
    rows: Vec<RawRow>,
    cells: Vec<RawCell>,
    left_out: Vec<LeftOut>,
    unseen_rows: Vec<UnseenRow>,
    formats: Vec<Arc<NumberFormat>>,
    /// Shared with the parts that were cut out of the sheet.
    text: Arc<String>,
}

impl RawSheet {
    /// Cells (row from 1, column from 0) with bytes that are no character in the file's encoding.
    pub fn broken(&self) -> &[(u32, u16)] {
        &self.broken
    }

    /// Rows with anything written in them below the last row that is read: how many, number of the first, of the last.
    pub fn beyond(&self) -> Option<(usize, u32, u32)> {
        self.beyond
    }

    /// The row of a text has more fields than most: something in it may be a delimiter that was meant as text.
    pub fn is_overlong(&self, row: u32) -> bool {
        self.overlong.binary_search(&row).is_ok()
    }

    pub fn rows(&self) -> &[RawRow] {
        &self.rows
    }

    /// The written cells of a row, by column.
    pub fn cells(&self, row: &RawRow) -> &[RawCell] {
        &self.cells[row.first as usize..(row.first + row.count) as usize]
    }

    pub fn text(&self, cell: &RawCell) -> &str {
        &self.text[cell.start as usize..(cell.start + cell.len) as usize]
    }

    /// The row with this Excel row number, if anything is written in it.
    pub fn row(&self, number: u32) -> Option<&RawRow> {
        self.rows.binary_search_by_key(&number, |r| r.number).ok().map(|i| &self.rows[i])
    }

    /// The cell at (row from 1, column from 0).
    pub fn cell(&self, row: u32, col: u16) -> Option<&RawCell> {
        self.cell_in(self.row(row)?, col)
    }

    /// The cell of a row at a column.
    pub fn cell_in(&self, row: &RawRow, col: u16) -> Option<&RawCell> {
        let cells = self.cells(row);
        // Rows are mostly dense: the cell is at its own index, or before it.
        match cells.get(usize::from(col)) {
            Some(c) if c.col == col => Some(c),
            _ => cells.binary_search_by_key(&col, |c| c.col).ok().map(|i| &cells[i]),
        }
    }

    /// Text at (row, column), or "" where nothing is written.
    pub fn text_at(&self, row: u32, col: u16) -> &str {
        self.cell(row, col).map_or("", |c| self.text(c))
    }

    /// The format in which a number is shown, where it shows more than the number itself (a prefix, leading zeros).
    pub fn format(&self, cell: &RawCell) -> Option<&NumberFormat> {
        let index = usize::from(cell.format).checked_sub(1)?;
        self.formats.get(index).map(|f| &**f)
    }

    /// Text that is not said, in the order of rows.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    pub fn left_out_text(&self, left: &LeftOut) -> &str {
        &self.text[left.start as usize..(left.start + left.len) as usize]
    }

    /// Rows in which nothing is said, ascending.
    pub fn unseen_rows(&self) -> &[UnseenRow] {
        &self.unseen_rows
    }

    /// Numbers of the first and the last row with any text, said or not.
    pub fn extent(&self) -> Option<(u32, u32)> {
        let ends = |first: Option<u32>, last: Option<u32>| first.zip(last);
        let said = ends(self.rows.first().map(|r| r.number), self.rows.last().map(|r| r.number));
        let unseen = ends(self.unseen_rows.first().map(|r| r.number), self.unseen_rows.last().map(|r| r.number));
        said.into_iter().chain(unseen).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// No cell says anything; rows may still be struck through or hidden.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What stands within these rows and columns, each cell at its own place: one table of several on the sheet.
    #[must_use]
    pub fn part(&self, rows: RangeInclusive<u32>, cols: RangeInclusive<u16>) -> Self {
        let mut part = Self {
            name: self.name.clone(),
            hidden: self.hidden,
            merges: Vec::new(),
            faults: Vec::new(),
            hidden_columns: self.hidden_columns.iter().copied().filter(|c| cols.contains(c)).collect(),
            broken: self.broken.iter().copied().filter(|(r, c)| rows.contains(r) && cols.contains(c)).collect(),
            beyond: self.beyond,
            overlong: self.overlong.clone(),
            rows: Vec::new(),
            cells: Vec::new(),
            left_out: Vec::new(),
            unseen_rows: Vec::new(),
            formats: self.formats.clone(),
            text: Arc::clone(&self.text),
        };
        part.left_out.extend(self.left_out.iter().filter(|l| rows.contains(&l.row) && cols.contains(&l.col)));
        part.unseen_rows.extend(self.unseen_rows.iter().filter(|r| rows.contains(&r.number)));
        let within = self.rows.partition_point(|r| r.number < *rows.start())
            ..self.rows.partition_point(|r| r.number <= *rows.end());
        for row in &self.rows[within] {
            let first = part.cells.len();
            part.cells.extend(self.cells(row).iter().filter(|c| cols.contains(&c.col)));
            if part.cells.len() > first {
                part.rows.push(RawRow { first: first as u32, count: (part.cells.len() - first) as u32, ..*row });
            }
        }
        for m in &self.merges {
            if rows.contains(&m.first_row) && cols.contains(&m.first_col) {
                let (last_row, last_col) = (m.last_row.min(*rows.end()), m.last_col.min(*cols.end()));
                if (m.first_row, m.first_col) != (last_row, last_col) {
                    part.merges.push(Merge { last_row, last_col, ..*m });
                }
            }
        }
        part
    }

    pub fn hidden_rows(&self) -> usize {
        self.rows.iter().filter(|r| r.hidden).count()
    }

    pub fn cell_count(&self) -> usize {
        self.cells.len()
    }
}

/// Text put into a sheet once and used by many cells (an entry of the shared-string table).
#[derive(Debug, Clone, Copy, Default)]
pub struct Shared {
    start: u32,
    len: u32,
}

/// How many faults of one sheet are listed one by one.
pub const MAX_FAULTS: usize = 1000;

/// Builds a [`RawSheet`] row by row. Rows must come in ascending order, cells of a row in any order;
/// a second cell at the same column of a row is dropped.
#[derive(Debug, Default)]
pub struct SheetBuilder {
    sheet: RawSheet,
    /// By index in the table; `len == 0` where the entry has not been put yet.
    shared: Vec<Shared>,
    open: Option<Open>,
}

/// The row that is being written.
#[derive(Debug, Clone, Copy)]
struct Open {
    number: u32,
    hidden: bool,
    /// Its first cell, and the first text left out of it.
    first: u32,
    first_left: usize,
}

/// The text of one sheet reached 4 GiB, or its rows went backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetOverflow;

impl SheetBuilder {
    pub fn new(name: impl Into<String>) -> Self {
        let mut b = Self::default();
        b.sheet.name = name.into();
        b
    }

    /// Starts a row. Rows without cells leave no trace. A number not above the last one is ignored as a
    /// repeat of a broken writer: its cells join the open row.
    pub fn row(&mut self, number: u32, hidden: bool) {
        if let Some(open) = self.open
            && number <= open.number
        {
            return;
        }
        self.close_row();
        let (first, first_left) = (self.sheet.cells.len() as u32, self.sheet.left_out.len());
        self.open = Some(Open { number, hidden, first, first_left });
    }

    fn close_row(&mut self) {
        let Some(Open { number, hidden, first, first_left }) = self.open.take() else { return };
        let cells = &mut self.sheet.cells;
        let from = first as usize;
        if cells.len() == from {
            if let Some(left) = self.sheet.left_out[first_left..].iter().find(|l| l.whole) {
                self.sheet.unseen_rows.push(UnseenRow { number, why: left.why });
            }
            return;
        }
        if !cells[from..].is_sorted_by_key(|c| c.col) {
            cells[from..].sort_by_key(|c| c.col);
        }
        let mut kept = from;
        let mut twice = None;
        for i in from..cells.len() {
            if i == from || cells[i].col != cells[kept - 1].col {
                cells[kept] = cells[i];
                kept += 1;
            } else {
                twice = Some(cells[i].col);
            }
        }
        cells.truncate(kept);
        self.sheet.rows.push(RawRow { number, hidden, first, count: (kept - from) as u32 });
        if let Some(col) = twice {
            self.fault(number, Some(col), "同一单元格在文件里写了两次，只用第一次的内容");
        }
    }

    /// Writes a cell into the open row; blank text is no cell.
    pub fn cell(&mut self, col: u16, kind: CellKind, text: &str) -> Result<(), SheetOverflow> {
        if text.is_empty() {
            return Ok(());
        }
        let at = self.put(text)?;
        self.sheet.cells.push(RawCell { col, kind, format: 0, start: at.start, len: at.len });
        Ok(())
    }

    /// Writes a number that is shown in a format of its own.
    pub fn formatted_cell(&mut self, col: u16, text: &str, format: &Arc<NumberFormat>) -> Result<(), SheetOverflow> {
        let before = self.sheet.cells.len();
        self.cell(col, CellKind::Number, text)?;
        let formats = &mut self.sheet.formats;
        let known = formats.iter().position(|f| Arc::ptr_eq(f, format));
        let index = known.unwrap_or_else(|| {
            // More formats than anybody uses in one sheet are shown as stored.
            if formats.len() < usize::from(u8::MAX) {
                formats.push(format.clone());
            }
            formats.len() - 1
        });
        if let Some(cell) = self.sheet.cells.get_mut(before) {
            cell.format = if Arc::ptr_eq(&self.sheet.formats[index], format) { index as u8 + 1 } else { 0 };
        }
        Ok(())
    }

    /// Keeps text of the open row that is not said. `whole`: nothing else stands in the cell.
    pub fn leave_out(&mut self, col: u16, why: Unseen, whole: bool, text: &str) -> Result<(), SheetOverflow> {
        let Some(open) = self.open else { return Ok(()) };
        if text.trim().is_empty() {
            return Ok(());
        }
        let at = self.put(text)?;
        self.sheet.left_out.push(LeftOut { row: open.number, col, why, whole, start: at.start, len: at.len });
        Ok(())
    }

    /// Writes a text cell whose text is entry `index` of a table; the text is stored once.
    pub fn shared_cell(&mut self, col: u16, index: usize, text: &str) -> Result<(), SheetOverflow> {
        if text.is_empty() {
            return Ok(());
        }
        let at = match self.shared.get(index) {
            Some(&at) if at.len > 0 => at,
            _ => {
                let at = self.put(text)?;
                if self.shared.len() <= index {
                    self.shared.resize(index + 1, Shared::default());
                }
                self.shared[index] = at;
                at
            }
        };
        self.sheet.cells.push(RawCell { col, kind: CellKind::Text, format: 0, start: at.start, len: at.len });
        Ok(())
    }

    fn put(&mut self, text: &str) -> Result<Shared, SheetOverflow> {
        let start = u32::try_from(self.sheet.text.len()).map_err(|_| SheetOverflow)?;
        let len = u32::try_from(text.len()).map_err(|_| SheetOverflow)?;
        start.checked_add(len).ok_or(SheetOverflow)?;
        // Nobody shares the text while the sheet is built.
        Arc::make_mut(&mut self.sheet.text).push_str(text);
        Ok(Shared { start, len })
    }

    /// Notes a fault; after [`MAX_FAULTS`] of them one last note says that there are more.
    pub fn fault(&mut self, row: u32, col: Option<u16>, what: impl Into<String>) {
        let faults = &mut self.sheet.faults;
        match faults.len() {
            0..MAX_FAULTS => faults.push(CellFault { row, col, what: what.into() }),
            MAX_FAULTS => {
                faults.push(CellFault { row, col, what: "此后的单元格问题太多，不再逐个列出".into() })
            }
            _ => {}
        }
    }

    pub fn merge(&mut self, merge: Merge) {
        self.sheet.merges.push(merge);
    }

    /// Bytes of a cell are no character.
    pub fn broken(&mut self, row: u32, col: u16) {
        self.sheet.broken.push((row, col));
    }

    /// Something is written in this row, which lies below the last that is read. The same row may come again.
    pub fn row_beyond(&mut self, number: u32) {
        self.sheet.beyond = Some(match self.sheet.beyond {
            None => (1, number, number),
            Some((rows, first, last)) => (rows + usize::from(number != last), first, number),
        });
    }

    /// Rows with more fields than most.
    pub fn overlong(&mut self, rows: Vec<u32>) {
        self.sheet.overlong = rows;
    }

    pub fn hide(&mut self) {
        self.sheet.hidden = true;
    }

    /// Columns `first..=last` are hidden.
    pub fn hide_columns(&mut self, first: u16, last: u16) {
        self.sheet.hidden_columns.extend(first..=last);
    }

    pub fn finish(mut self) -> RawSheet {
        self.close_row();
        self.sheet.hidden_columns.sort_unstable();
        self.sheet.hidden_columns.dedup();
        self.sheet
    }
}
