//! Where a value stood: file › sheet › row › column.
//!
//! A value keeps its place from the cell it was read from to the workbook it is reported in. A place is
//! small (12 bytes); names of files and sheets are looked up when something is printed.

/// Index of a sheet in the run's list of sheets (files in path order, sheets in file order).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SheetId(pub u32);

/// One cell of one sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub sheet: SheetId,
    /// Row number as a person sees it in Excel, from 1.
    pub row: u32,
    /// Column, from 0 (A = 0).
    pub col: u16,
}

/// Letters of a column as Excel shows them: 0 → `A`, 26 → `AA`.
pub fn column_letters(col: u16) -> String {
    let mut n = u32::from(col) + 1;
    let mut letters = Vec::new();
    while n > 0 {
        n -= 1;
        letters.push(b'A' + (n % 26) as u8);
        n /= 26;
    }
    letters.iter().rev().map(|&b| char::from(b)).collect()
}
