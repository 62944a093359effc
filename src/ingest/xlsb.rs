//! Binary Open XML workbooks (`.xlsb`).
//!
//! Source: [MS-XLSB]. An own reader: merged ranges and hidden rows are needed, and parts must be inflated
//! under a limit.

use super::biff::{Bytes, bool_text, error_text, push_utf16, rk};
use super::grid::Grid;
use super::numfmt::{builtin_is_date, code_is_date};
use super::serial::Epoch;
use super::zip_parts::{Budget, Parts, relations};
use super::{CellKind, RawSheet, ReadError};
use std::collections::HashMap;

// Record types ([MS-XLSB] §2.3.1). Cells are 1-11 and 62; 12-18 are their short forms without a column.
const ROW_HEADER: u16 = 0;
const SST_ITEM: u16 = 19;
const FORMAT: u16 = 44;
const XF: u16 = 47;
const RICH_TEXT_CELL: u16 = 62;
const SHEET_DATA: u16 = 145;
const SHEET_DATA_END: u16 = 146;
const BOOK_PROPERTIES: u16 = 153;
const BUNDLE_SHEET: u16 = 156;
const MERGE_CELL: u16 = 176;
const CELL_XFS: u16 = 617;
const CELL_XFS_END: u16 = 618;

/// Reads all worksheets of a package whose workbook part is `workbook`.
///
/// # Errors
/// A damaged package. A damaged cell is a fault of its sheet.
pub(super) fn read(mut parts: Parts, workbook: &str, budget: &Budget) -> Result<Vec<RawSheet>, ReadError> {
    let related = relations(&mut parts, workbook, budget)?;
    let mut part_of = |kind: &str| match related.iter().find(|r| r.kind == kind) {
        Some(r) => parts.read(&r.target, budget),
        None => Ok(None),
    };
    let (strings, styles) = (part_of("sharedStrings")?, part_of("styles")?);
    let mut book = Book {
        strings: strings.map_or_else(|| Ok(Vec::new()), |bytes| shared_strings(&bytes))?,
        dates: styles.map_or_else(|| Ok(Vec::new()), |bytes| dates(&bytes))?,
        epoch: Epoch::Y1900,
    };
    let outline = parts.require(workbook, budget)?;
    let mut sheets = Vec::new();
    for record in Records(Bytes(&outline)) {
        let (kind, mut data) = record?;
        match kind {
            BOOK_PROPERTIES if data.u32()? & 1 != 0 => book.epoch = Epoch::Y1904,
            BUNDLE_SHEET => {
                let hidden = data.u32()? != 0;
                data.u32()?;
                let (id, name) = (wide_string(&mut data)?, wide_string(&mut data)?);
                let sheet = related.iter().find(|r| r.id == id && r.kind == "worksheet");
                if let Some(relation) = sheet {
                    sheets.push((name, hidden, relation.target.as_str()));
                }
            }
            _ => {}
        }
    }
    let read_sheet = |(name, hidden, part): (String, bool, &str)| {
        let bytes = parts.require(part, budget)?;
        worksheet(&bytes, name, hidden, &book)
    };
    sheets.into_iter().map(read_sheet).collect()
}

struct Book {
    strings: Vec<String>,
    /// By cell style: whether it shows a date.
    dates: Vec<bool>,
    epoch: Epoch,
}

/// Records of a part: a type of one or two bytes, a length of one to four, seven bits in each.
struct Records<'a>(Bytes<'a>);

impl<'a> Iterator for Records<'a> {
    type Item = Result<(u16, Bytes<'a>), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.0.is_empty()).then(|| {
            let kind = self.number(2)?;
            let length = self.number(4)?;
            let data = self.0.take(length as usize)?;
            Ok((kind as u16, Bytes(data)))
        })
    }
}

impl Records<'_> {
    fn number(&mut self, most: u32) -> Result<u32, ReadError> {
        let mut value = 0;
        for i in 0..most {
            let byte = self.0.u8()?;
            value |= u32::from(byte & 0x7F) << (7 * i);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }
}

/// XLWideString; the null string has length 0xFFFFFFFF.
fn wide_string(data: &mut Bytes) -> Result<String, ReadError> {
    let length = data.u32()?;
    let mut text = String::new();
    if length != u32::MAX {
        let bytes = data.take(2 * length as usize)?;
        push_utf16(bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])), &mut text);
    }
    Ok(text)
}

fn shared_strings(part: &[u8]) -> Result<Vec<String>, ReadError> {
    let mut strings = Vec::new();
    for record in Records(Bytes(part)) {
        let (kind, mut data) = record?;
        if kind == SST_ITEM {
            // A flag byte says which runs follow; only the text is wanted.
            data.u8()?;
            strings.push(wide_string(&mut data)?);
        }
    }
    Ok(strings)
}

fn dates(part: &[u8]) -> Result<Vec<bool>, ReadError> {
    let mut codes: HashMap<u16, bool> = HashMap::new();
    let mut dates = Vec::new();
    let mut in_cells = false;
    for record in Records(Bytes(part)) {
        let (kind, mut data) = record?;
        match kind {
            FORMAT => {
                let id = data.u16()?;
                codes.insert(id, code_is_date(&wide_string(&mut data)?));
            }
            CELL_XFS => in_cells = true,
            CELL_XFS_END => in_cells = false,
            XF if in_cells => {
                data.u16()?;
                let id = data.u16()?;
                dates.push(codes.get(&id).copied().unwrap_or_else(|| builtin_is_date(id)));
            }
            _ => {}
        }
    }
    Ok(dates)
}

fn worksheet(part: &[u8], name: String, hidden: bool, book: &Book) -> Result<RawSheet, ReadError> {
    let mut grid = Grid::new(name);
    if hidden {
        grid.hide();
    }
    let (mut inside, mut whole) = (false, false);
    let mut next_col = 0;
    for record in Records(Bytes(part)) {
        let (kind, mut data) = record?;
        match kind {
            SHEET_DATA => inside = true,
            SHEET_DATA_END => (inside, whole) = (false, true),
            ROW_HEADER if inside => {
                let row = data.u32()?;
                // Style and height, then flags; fDyZero is bit 4 of the second byte of them (§2.4.741).
                data.take(7)?;
                let row_hidden = data.u8()? & 0x10 != 0;
                grid.row(row.saturating_add(1), row_hidden)?;
                next_col = 0;
            }
            1..=18 | RICH_TEXT_CELL if inside => {
                let short = matches!(kind, 12..=18);
                let column = if short { Ok(next_col) } else { data.u32() };
                let (Ok(col), Ok(style)) = (column, data.u32()) else {
                    grid.fault(None, BAD_RECORD);
                    continue;
                };
                next_col = col.saturating_add(1);
                let style = (style & 0x00FF_FFFF) as usize;
                cell(&mut grid, if short { kind - 11 } else { kind }, col, style, data, book)?;
            }
            MERGE_CELL => {
                let (r1, r2, c1, c2) = (data.u32()?, data.u32()?, data.u32()?, data.u32()?);
                grid.merge((r1.saturating_add(1), r2.saturating_add(1)), (c1, c2));
            }
            _ => {}
        }
    }
    if whole { Ok(grid.finish()) } else { Err(ReadError::damaged("文件不完整，中途被截断")) }
}

const BAD_RECORD: &str = "单元格记录不完整，读不出内容";

/// Writes one cell; a record that is too short becomes a fault.
fn cell(grid: &mut Grid, kind: u16, col: u32, style: usize, mut data: Bytes, book: &Book) -> Result<(), ReadError> {
    let date = book.dates.get(style).copied().unwrap_or(false);
    let double = match kind {
        2 => data.u32().map(rk),
        5 | 9 => data.f64(),
        _ => Ok(0.0),
    };
    let code = match kind {
        3 | 4 | 10 | 11 => data.u8(),
        _ => Ok(0),
    };
    let (Ok(double), Ok(code)) = (double, code) else {
        grid.fault(Some(col), BAD_RECORD);
        return Ok(());
    };
    match kind {
        2 | 5 | 9 => grid.put_double(col, double, date, book.epoch),
        3 | 11 => grid.put(col, CellKind::Error, error_text(code)),
        4 | 10 => grid.put(col, CellKind::Bool, bool_text(code)),
        6 | 8 | RICH_TEXT_CELL => {
            if kind == RICH_TEXT_CELL && data.u8().is_err() {
                grid.fault(Some(col), BAD_RECORD);
                return Ok(());
            }
            match wide_string(&mut data) {
                Ok(text) => grid.put(col, CellKind::Text, &text),
                Err(_) => {
                    grid.fault(Some(col), BAD_RECORD);
                    Ok(())
                }
            }
        }
        7 => {
            let entry = data.u32().ok().and_then(|i| Some((i as usize, book.strings.get(i as usize)?)));
            match entry {
                Some((index, text)) => grid.put_shared(col, index, text),
                None => {
                    grid.fault(Some(col), "单元格引用的文字在文件里不存在，读不出内容");
                    Ok(())
                }
            }
        }
        // 1: a blank.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = match kind {
            0..128 => vec![kind as u8],
            _ => vec![kind as u8 & 0x7F | 0x80, (kind >> 7) as u8],
        };
        bytes.push(data.len() as u8);
        bytes.extend(data);
        bytes
    }

    fn wide(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut bytes = (units.len() as u32).to_le_bytes().to_vec();
        bytes.extend(units.iter().flat_map(|u| u.to_le_bytes()));
        bytes
    }

    #[test]
    fn cells_rows_and_merges() {
        let book = Book { strings: vec!["张三".into()], dates: vec![false, true], epoch: Epoch::Y1900 };
        let row = |n: u8, flags: u8| record(ROW_HEADER, &[n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, flags, 0]);
        let head = |col: u8, style: u8| vec![col, 0, 0, 0, style, 0, 0, 0];
        let part = [
            record(SHEET_DATA, &[]),
            row(1, 0x10),
            record(7, &[head(0, 0), vec![0, 0, 0, 0]].concat()),
            record(5, &[head(1, 1), 43702f64.to_le_bytes().to_vec()].concat()),
            record(6, &[head(2, 0), wide("男")].concat()),
            record(13, &[0, 0, 0, 0, 6, 0, 0, 0]),
            record(7, &[head(5, 0), vec![9, 0, 0, 0]].concat()),
            record(5, &[head(6, 0), vec![1]].concat()),
            record(SHEET_DATA_END, &[]),
            record(MERGE_CELL, &[1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ];
        let bytes = part.concat();
        let sheet = worksheet(&bytes, "s".into(), false, &book).unwrap();
        let texts: Vec<_> = sheet.cells(&sheet.rows()[0]).iter().map(|c| (c.col, sheet.text(c))).collect();
        assert_eq!(texts, [(0, "张三"), (1, "2019-08-25"), (2, "男"), (3, "1")]);
        assert!(sheet.rows()[0].hidden && sheet.rows()[0].number == 2);
        assert_eq!((sheet.faults.len(), sheet.merges.len()), (2, 1));
        assert!(worksheet(&bytes[..40], "s".into(), false, &book).is_err());
    }
}
