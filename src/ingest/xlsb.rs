//! Binary Open XML workbooks (`.xlsb`).
//!
//! Source: [MS-XLSB]. An own reader: merged ranges and hidden rows are needed, and parts must be inflated
//! under a limit.

use super::biff::{Bytes, bool_text, error_text, push_utf16, rk};
use super::grid::Grid;
use super::serial::{self, Epoch};
use super::style::{CellStyle, Formats, style_of};
use super::xls_text::Rich;
use super::zip_parts::{Budget, Parts, relations};
use super::{CellKind, RawSheet, ReadError, Unseen};

// Record types ([MS-XLSB] §2.3.1). Cells are 1-11 and 62; 12-18 are their short forms without a column.
const ROW_HEADER: u16 = 0;
const SST_ITEM: u16 = 19;
const FONT: u16 = 43;
const FORMAT: u16 = 44;
const XF: u16 = 47;
const COL_INFO: u16 = 60;
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
        ..styles.map_or_else(|| Ok(Book::default()), |bytes| looks(&bytes))?
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

#[derive(Default)]
struct Book {
    strings: Vec<Rich>,
    /// By cell style.
    styles: Vec<CellStyle>,
    /// By font, whether it is struck through.
    fonts: Vec<bool>,
    epoch: Epoch,
}

impl Book {
    fn struck(&self, font: u16) -> bool {
        self.fonts.get(usize::from(font)).copied().unwrap_or(false)
    }
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

/// RichStr (§2.5.122): flags, the text, and the fonts of its runs where the first flag is set.
fn rich_string(data: &mut Bytes) -> Result<Rich, ReadError> {
    let flags = data.u8()?;
    let text = wide_string(data)?;
    let mut runs = Vec::new();
    if flags & 1 != 0
        && let Ok(count) = data.u32()
    {
        // The count is not trusted: the runs end with the data.
        for _ in 0..count {
            let (Ok(at), Ok(font)) = (data.u16(), data.u16()) else { break };
            runs.push((at, font));
        }
    }
    Ok(Rich { text, runs })
}

fn shared_strings(part: &[u8]) -> Result<Vec<Rich>, ReadError> {
    let mut strings = Vec::new();
    for record in Records(Bytes(part)) {
        let (kind, mut data) = record?;
        if kind == SST_ITEM {
            strings.push(rich_string(&mut data)?);
        }
    }
    Ok(strings)
}

/// What the styles part says of the looks of cells.
fn looks(part: &[u8]) -> Result<Book, ReadError> {
    let mut formats = Formats::default();
    let mut book = Book::default();
    let mut in_cells = false;
    for record in Records(Bytes(part)) {
        let (kind, mut data) = record?;
        match kind {
            FORMAT => {
                let id = data.u16()?;
                formats.declare(id, &wide_string(&mut data)?);
            }
            // Height, then flags with fStrikeout (§2.4.150).
            FONT => {
                data.u16()?;
                book.fonts.push(data.u16()? & 0x0008 != 0);
            }
            CELL_XFS => in_cells = true,
            CELL_XFS_END => in_cells = false,
            XF if in_cells => {
                data.u16()?;
                let (id, font) = (data.u16()?, data.u16().unwrap_or(0));
                book.styles.push(formats.style(id, book.struck(font)));
            }
            _ => {}
        }
    }
    Ok(book)
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
            // First and last column, width, style, flags with fHidden (§2.4.323).
            COL_INFO => {
                let (first, last, width, _) = (data.u32()?, data.u32()?, data.u32()?, data.u32()?);
                if data.u16()? & 1 != 0 || width == 0 {
                    grid.hide_columns(first, last);
                }
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
    let style = style_of(&book.styles, style);
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
    let rich = |text: &Rich, grid: &mut Grid| {
        let (said, cut) = text.parted(style.struck, |font| book.struck(font));
        grid.put_cut(col, &said, &cut)
    };
    let fixed = |cell: CellKind, text: &str, grid: &mut Grid| match style.struck {
        true => grid.leave_out(col, Unseen::Struck, true, text),
        false => grid.put(col, cell, text),
    };
    match kind {
        2 | 5 | 9 if style.struck => {
            let date = style.date.then(|| serial::iso(double, book.epoch)).flatten();
            grid.leave_out(col, Unseen::Struck, true, &date.unwrap_or_else(|| double.to_string()))
        }
        2 | 5 | 9 => grid.put_double(col, double, style, book.epoch),
        3 | 11 => fixed(CellKind::Error, error_text(code), grid),
        4 | 10 => fixed(CellKind::Bool, bool_text(code), grid),
        6 | 8 | RICH_TEXT_CELL => {
            let text = match kind {
                RICH_TEXT_CELL => rich_string(&mut data),
                _ => wide_string(&mut data).map(Rich::plain),
            };
            match text {
                Ok(text) => rich(&text, grid),
                Err(_) => {
                    grid.fault(Some(col), BAD_RECORD);
                    Ok(())
                }
            }
        }
        7 => {
            let entry = data.u32().ok().and_then(|i| Some((i as usize, book.strings.get(i as usize)?)));
            match entry {
                Some((_, text)) if style.struck || !text.runs.is_empty() => rich(text, grid),
                Some((index, text)) => grid.put_shared(col, index, &text.text),
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
        let book = Book {
            strings: vec![Rich::plain("张三".into()), Rich { text: "旧新".into(), runs: vec![(0, 1), (1, 0)] }],
            styles: vec![
                CellStyle::default(),
                CellStyle { date: true, ..CellStyle::default() },
                CellStyle { struck: true, ..CellStyle::default() },
            ],
            fonts: vec![false, true],
            epoch: Epoch::Y1900,
        };
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
            row(2, 0),
            record(7, &[head(0, 0), vec![1, 0, 0, 0]].concat()),
            record(5, &[head(1, 2), 5f64.to_le_bytes().to_vec()].concat()),
            row(3, 0),
            record(6, &[head(0, 2), wide("废")].concat()),
            record(SHEET_DATA_END, &[]),
            record(MERGE_CELL, &[1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ];
        let bytes = part.concat();
        let sheet = worksheet(&bytes, "s".into(), false, &book).unwrap();
        let texts: Vec<_> = sheet.cells(&sheet.rows()[0]).iter().map(|c| (c.col, sheet.text(c))).collect();
        assert_eq!(texts, [(0, "张三"), (1, "2019-08-25"), (2, "男"), (3, "1")]);
        assert!(sheet.rows()[0].hidden && sheet.rows()[0].number == 2);
        assert_eq!((sheet.faults.len(), sheet.merges.len()), (2, 1));
        assert_eq!((sheet.text_at(3, 0), sheet.text_at(3, 1)), ("新", ""));
        assert_eq!((sheet.left_out().len(), sheet.unseen_rows().len()), (3, 1));
        assert!(worksheet(&bytes[..40], "s".into(), false, &book).is_err());
    }
}
