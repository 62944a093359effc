//! The one door through which every reader writes its cells: bounds are kept here.

use super::serial::{self, Epoch};
use super::style::CellStyle;
use super::{CellKind, Merge, RawSheet, ReadError, SheetBuilder, SheetOverflow, Unseen};

/// Rows of a sheet (ECMA-376 part 1, annex on application limits: 1,048,576).
pub(super) const MAX_ROW: u32 = 1_048_576;
/// Columns that are read. A sheet may have 16,384; no list of households has a thousand.
pub(super) const MAX_COL: u32 = 1024;

/// A sheet under construction.
pub(super) struct Grid {
    builder: SheetBuilder,
    row: u32,
    /// Whether cells of the present row are taken.
    inside: bool,
}

impl From<SheetOverflow> for ReadError {
    fn from(_: SheetOverflow) -> Self {
        ReadError::new("一个工作表的文字超过 4 GB", "请把它拆成几个文件")
    }
}

impl Grid {
    pub fn new(name: impl Into<String>) -> Self {
        Self { builder: SheetBuilder::new(name), row: 0, inside: true }
    }

    /// Starts row `number` (from 1). The same number again goes on with the row.
    ///
    /// # Errors
    /// A number below the last one: what belongs to which row is not sure any more.
    pub fn row(&mut self, number: u32, hidden: bool) -> Result<(), ReadError> {
        if number < self.row {
            return Err(ReadError::damaged("工作表里的行号次序错乱"));
        }
        self.row = number;
        self.inside = (1..=MAX_ROW).contains(&number);
        if self.inside {
            self.builder.row(number, hidden);
        }
        Ok(())
    }

    /// The present row, from 1; 0 before the first.
    pub fn row_number(&self) -> u32 {
        self.row
    }

    /// Writes a cell at a column (from 0) of the present row. Beyond the bounds it becomes a fault.
    pub fn put(&mut self, col: u32, kind: CellKind, text: &str) -> Result<(), ReadError> {
        if let Some(col) = self.column(col, text) {
            self.builder.cell(col, kind, text)?;
        }
        Ok(())
    }

    /// Writes entry `index` of the shared strings.
    pub fn put_shared(&mut self, col: u32, index: usize, text: &str) -> Result<(), ReadError> {
        if let Some(col) = self.column(col, text) {
            self.builder.shared_cell(col, index, text)?;
        }
        Ok(())
    }

    /// Keeps text of a cell that is not said. `whole`: nothing else stands in the cell.
    pub fn leave_out(&mut self, col: u32, why: Unseen, whole: bool, text: &str) -> Result<(), ReadError> {
        if self.inside && col < MAX_COL {
            self.builder.leave_out(col as u16, why, whole, text)?;
        }
        Ok(())
    }

    /// Writes a text from which the struck runs are taken out: `said` is what is left.
    pub fn put_cut(&mut self, col: u32, said: &str, struck: &str) -> Result<(), ReadError> {
        if !struck.trim().is_empty() {
            self.leave_out(col, Unseen::Struck, said.trim().is_empty(), struck)?;
        }
        if said.trim().is_empty() && !struck.is_empty() {
            return Ok(());
        }
        self.put(col, CellKind::Text, said)
    }

    /// Writes a number by its literal: a date where its format says so and it is one.
    pub fn put_number(&mut self, col: u32, literal: &str, style: &CellStyle, epoch: Epoch) -> Result<(), ReadError> {
        let literal = literal.trim();
        // What is no number, though the file says so, is kept as written.
        if !literal.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')) {
            return self.put(col, CellKind::Text, literal);
        }
        if style.date
            && let Ok(serial) = literal.parse()
            && let Some(text) = serial::iso(serial, epoch)
        {
            return self.put(col, CellKind::Date, &text);
        }
        match &style.format {
            Some(format) => {
                if let Some(col) = self.column(col, literal) {
                    self.builder.formatted_cell(col, literal, format)?;
                }
                Ok(())
            }
            None => self.put(col, CellKind::Number, literal),
        }
    }

    /// Writes a double of a binary format, printed as its shortest decimal.
    pub fn put_double(&mut self, col: u32, value: f64, style: &CellStyle, epoch: Epoch) -> Result<(), ReadError> {
        if !value.is_finite() {
            self.fault(Some(col), "数值无效");
            return Ok(());
        }
        self.put_number(col, &value.to_string(), style, epoch)
    }

    fn column(&mut self, col: u32, text: &str) -> Option<u16> {
        if self.inside && col < MAX_COL {
            return u16::try_from(col).ok();
        }
        if !text.is_empty() {
            if self.row > MAX_ROW {
                // Counted by the row: a text of two million lines would have a fault for every cell.
                self.builder.row_beyond(self.row);
            } else {
                let what = if self.inside { "超出可读的 1024 列，未读入" } else { "行号是0，未读入" };
                self.fault(Some(col), what);
            }
        }
        None
    }

    /// Notes a fault of a cell (or of the whole row) in the present row.
    pub fn fault(&mut self, col: Option<u32>, what: &str) {
        let col = col.and_then(|c| u16::try_from(c).ok());
        self.builder.fault(self.row, col, what);
    }

    /// Notes a fault at another place.
    pub fn fault_at(&mut self, row: u32, col: Option<u16>, what: &str) {
        self.builder.fault(row, col, what);
    }

    /// Notes a merged range: rows from 1, columns from 0, corners in any order. What lies outside the bounds
    /// is cut off; a single cell is no range.
    pub fn merge(&mut self, rows: (u32, u32), cols: (u32, u32)) {
        let (first_row, last_row) = (rows.0.min(rows.1).max(1), rows.0.max(rows.1).min(MAX_ROW));
        let (first_col, last_col) = (cols.0.min(cols.1), cols.0.max(cols.1).min(MAX_COL - 1));
        if first_row > last_row || first_col > last_col || (first_row, first_col) == (last_row, last_col) {
            return;
        }
        // Both columns are below 1024 here.
        if let (Ok(first_col), Ok(last_col)) = (u16::try_from(first_col), u16::try_from(last_col)) {
            self.builder.merge(Merge { first_row, last_row, first_col, last_col });
        }
    }

    /// Bytes of a cell of the present row are no character.
    pub fn broken(&mut self, col: u32) {
        if let Some(col) = u16::try_from(col).ok().filter(|_| self.inside && col < MAX_COL) {
            self.builder.broken(self.row, col);
        }
    }

    /// Rows of a text with more fields than most of its rows.
    pub fn overlong(&mut self, rows: Vec<u32>) {
        self.builder.overlong(rows);
    }

    pub fn hide(&mut self) {
        self.builder.hide();
    }

    /// Columns `first..=last` (from 0) are hidden. A range to the end of the sheet hides no data.
    pub fn hide_columns(&mut self, first: u32, last: u32) {
        let last = last.min(MAX_COL - 1);
        if let (Ok(first), Ok(last)) = (u16::try_from(first), u16::try_from(last))
            && first <= last
        {
            self.builder.hide_columns(first, last);
        }
    }

    pub fn finish(self) -> RawSheet {
        self.builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_become_faults() {
        let mut grid = Grid::new("s");
        grid.row(1, false).unwrap();
        grid.put(0, CellKind::Text, "a").unwrap();
        grid.put(0, CellKind::Text, "b").unwrap();
        grid.put(1024, CellKind::Text, "x").unwrap();
        grid.put(16384, CellKind::Text, "").unwrap();
        grid.row(1_048_577, false).unwrap();
        grid.put(0, CellKind::Text, "y").unwrap();
        assert!(grid.row(3, false).is_err());
        grid.merge((3, 1), (2, 0));
        grid.merge((1, 1), (0, 0));
        let sheet = grid.finish();
        assert_eq!(sheet.cell_count(), 1);
        assert_eq!(sheet.text_at(1, 0), "a");
        assert_eq!(sheet.faults.len(), 2);
        assert_eq!(sheet.beyond(), Some((1, 1_048_577, 1_048_577)));
        assert_eq!(sheet.merges, [Merge { first_row: 1, last_row: 3, first_col: 0, last_col: 2 }]);
    }

    #[test]
    fn numbers_keep_their_literal() {
        let mut grid = Grid::new("");
        grid.row(1, false).unwrap();
        for (col, (literal, date)) in
            [("510105198001019971", false), ("43702", true), ("20190825", true), ("1,234", false)].iter().enumerate()
        {
            let style = CellStyle { date: *date, ..CellStyle::default() };
            grid.put_number(col as u32, literal, &style, Epoch::Y1900).unwrap();
        }
        let sheet = grid.finish();
        let kinds: Vec<_> = sheet.cells(&sheet.rows()[0]).iter().map(|c| (c.kind, sheet.text(c))).collect();
        let want = [
            (CellKind::Number, "510105198001019971"),
            (CellKind::Date, "2019-08-25"),
            (CellKind::Number, "20190825"),
            (CellKind::Text, "1,234"),
        ];
        assert_eq!(kinds, want);
    }
}
