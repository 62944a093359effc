//! Binary workbooks of Excel 5 to 2003 (`.xls`, and `.et` of WPS): BIFF5 and BIFF8 records in a compound file.
//!
//! Source: [MS-XLS]. An own reader: hidden rows are needed, one bad record must not lose the workbook, and
//! what a record declares (`DIMENSIONS`, string counts) must never decide how much memory is taken.

use super::biff::{Bytes, bool_text, error_text, rk};
use super::grid::Grid;
use super::serial::{self, Epoch};
use super::style::{CellStyle, Formats, style_of};
use super::xls_text::{Rich, Text, codepage, strings_of};
use super::{CellKind, RawSheet, ReadError, Unseen};
use encoding_rs::Encoding;
use std::collections::HashSet;

// Record types ([MS-XLS] §2.3).
const FORMULA: u16 = 0x0006;
/// As BIFF3 and BIFF4 number it; some writers put it into newer files, with the fields of [`FORMULA`].
const FORMULA_3: u16 = 0x0206;
const FORMULA_4: u16 = 0x0406;
const EOF: u16 = 0x000A;
const DATE_MODE: u16 = 0x0022;
const FILE_PASS: u16 = 0x002F;
const FONT: u16 = 0x0031;
const CONTINUE: u16 = 0x003C;
const CODE_PAGE: u16 = 0x0042;
const COL_INFO: u16 = 0x007D;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const XF: u16 = 0x00E0;
const MERGE_CELLS: u16 = 0x00E5;
const SST: u16 = 0x00FC;
const LABEL_SST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOL_ERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;

/// Reads all worksheets of a `Workbook` (or `Book`) stream. `encoding`: of the texts of BIFF5, where the code page
/// that the file names is not to be believed.
///
/// # Errors
/// Encrypted, older than Excel 5, or damaged. A damaged cell is a fault of its sheet.
pub(super) fn read(stream: &[u8], encoding: Option<&'static Encoding>) -> Result<Vec<RawSheet>, ReadError> {
    let book = Book::read(stream, encoding)?;
    book.sheets.iter().map(|entry| book.sheet(stream, entry)).collect()
}

/// One record; `rest` are the records from it on, for reading its continuations.
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Record<'a> {
    /// Its data and that of the `CONTINUE` records behind it.
    fn parts(&self) -> Vec<&'a [u8]> {
        let mut parts = vec![self.data];
        for next in (Records { rest: self.rest }).map_while(Result::ok).take_while(|r| r.kind == CONTINUE) {
            parts.push(next.data);
        }
        parts
    }
}

/// The records of a substream, up to its `EOF`; a stream that ends before is damaged.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Bytes(self.rest);
        let mut record = || -> Result<(u16, &'a [u8]), ReadError> {
            let kind = bytes.u16()?;
            let length = bytes.u16()?;
            Ok((kind, bytes.take(usize::from(length))?))
        };
        match record() {
            Ok((EOF, _)) => None,
            Ok((kind, data)) => {
                self.rest = bytes.0;
                Some(Ok(Record { kind, data, rest: bytes.0 }))
            }
            Err(_) => Some(Err(ReadError::damaged("文件不完整，中途被截断"))),
        }
    }
}

struct Entry {
    at: usize,
    name: String,
    hidden: bool,
}

/// The globals of a workbook.
#[derive(Default)]
struct Book {
    sheets: Vec<Entry>,
    strings: Vec<Rich>,
    /// By cell format (XF).
    styles: Vec<CellStyle>,
    /// By font, whether it is struck through.
    fonts: Vec<bool>,
    epoch: Epoch,
    text: Text,
}

/// The value of a cell until its row is written.
enum Value {
    Shared(u32),
    Text(Rich),
    Double(f64),
    Fixed(CellKind, &'static str),
    /// The empty text of a formula: a value, unless the file has no computed formula at all.
    EmptyFormula,
    Uncomputed,
}

struct Found {
    row: u16,
    col: u16,
    style: u16,
    value: Value,
}

impl Book {
    fn read(stream: &[u8], encoding: Option<&'static Encoding>) -> Result<Self, ReadError> {
        let mut book = Self::default();
        let mut formats = Formats::default();
        // Font and format of each XF.
        let mut entries: Vec<(u16, u16)> = Vec::new();
        let mut names: Vec<(usize, u8, &[u8])> = Vec::new();
        for record in (Records { rest: stream }) {
            let record = record?;
            let mut data = Bytes(record.data);
            match record.kind {
                BOF => book.text.wide = version(record.data)?,
                FILE_PASS => return Err(ReadError::encrypted_old()),
                CODE_PAGE => book.text.encoding = encoding.unwrap_or(codepage(data.u16()?)),
                FONT => {
                    data.u16()?;
                    // fStrikeOut ([MS-XLS] §2.4.122).
                    book.fonts.push(data.u16()? & 0x0008 != 0);
                }
                DATE_MODE if data.u16()? == 1 => book.epoch = Epoch::Y1904,
                FORMAT => {
                    let id = data.u16()?;
                    // A format that cannot be read shows no date.
                    let code = if book.text.wide { book.text.long(&[data.0]) } else { book.text.short(data.0) };
                    if let Ok(code) = code {
                        formats.declare(id, &code);
                    }
                }
                XF => entries.push((data.u16()?, data.u16()?)),
                BOUND_SHEET => {
                    let at = data.u32()? as usize;
                    let (state, kind) = (data.u8()?, data.u8()?);
                    // 0 is a worksheet; the others are charts and macros.
                    if kind == 0 {
                        names.push((at, state, data.0));
                    }
                }
                SST => book.strings = strings_of(&record.parts())?,
                _ => {}
            }
        }
        // Names come after the code page is known.
        for (at, state, name) in names {
            let name = book.text.short(name)?;
            book.sheets.push(Entry { at, name, hidden: state & 3 != 0 });
        }
        book.styles = entries.iter().map(|(font, id)| formats.style(*id, book.struck(*font))).collect();
        Ok(book)
    }

    /// Whether a font is struck through. There is no font number 4 ([MS-XLS] §2.5.129).
    fn struck(&self, font: u16) -> bool {
        let index = if font > 4 { font - 1 } else { font };
        self.fonts.get(usize::from(index)).copied().unwrap_or(false)
    }

    fn sheet(&self, stream: &[u8], entry: &Entry) -> Result<RawSheet, ReadError> {
        let start = stream.get(entry.at..).ok_or_else(|| ReadError::damaged("文件内部的工作表位置有错"))?;
        let mut grid = Grid::new(entry.name.as_str());
        if entry.hidden {
            grid.hide();
        }
        let mut cells = Cells { book: self, found: Vec::new(), hidden: HashSet::new(), formula: None, computed: false };
        let mut bad = Vec::new();
        // The sheet's own BOF opens level 1; charts embedded in it have theirs.
        let mut rest = start;
        let mut level = 0usize;
        loop {
            let mut records = Records { rest };
            match records.next() {
                None => {
                    level = level.saturating_sub(1);
                    if level == 0 {
                        break;
                    }
                    // Steps over the EOF of the embedded part: a header and no data.
                    rest = rest.get(4..).unwrap_or_default();
                    continue;
                }
                Some(record) => {
                    let record = record?;
                    rest = record.rest;
                    match record.kind {
                        BOF => level += 1,
                        _ if level > 1 => {}
                        MERGE_CELLS => merges(record.data, &mut grid)?,
                        COL_INFO => hidden_columns(record.data, &mut grid)?,
                        _ => {
                            if cells.take(&record).is_err() {
                                let mut place = Bytes(record.data);
                                bad.push((place.u16().unwrap_or(0), place.u16().ok()));
                            }
                        }
                    }
                }
            }
        }
        cells.write(&mut grid, bad)?;
        Ok(grid.finish())
    }
}

/// The cells of a sheet as they come; writers do not all keep the order of rows.
struct Cells<'a> {
    book: &'a Book,
    found: Vec<Found>,
    hidden: HashSet<u16>,
    /// The formula cell whose text comes in the next `STRING`: row, column, style.
    formula: Option<(u16, u16, u16)>,
    /// A formula has a value that says something.
    computed: bool,
}

impl Cells<'_> {
    fn take(&mut self, record: &Record) -> Result<(), ReadError> {
        let mut data = Bytes(record.data);
        let text = &self.book.text;
        match record.kind {
            ROW => {
                let row = data.u16()?;
                data.take(10)?;
                // fDyZero ([MS-XLS] §2.4.221).
                if data.u8()? & 0x20 != 0 {
                    self.hidden.insert(row);
                }
            }
            STRING => {
                let value = text.long(&record.parts())?;
                if let Some((row, col, style)) = self.formula.take() {
                    self.computed = true;
                    self.found.push(Found { row, col, style, value: Value::Text(Rich::plain(value)) });
                }
            }
            MUL_RK => {
                let (row, mut col) = (data.u16()?, data.u16()?);
                // Pairs of format and number, then the last column.
                while data.0.len() >= 8 {
                    let (style, value) = (data.u16()?, Value::Double(rk(data.u32()?)));
                    self.found.push(Found { row, col, style, value });
                    col = col.saturating_add(1);
                }
            }
            FORMULA | FORMULA_3 | FORMULA_4 | NUMBER | RK | LABEL | RSTRING | LABEL_SST | BOOL_ERR => {
                self.text_never_came();
                let (row, col, style) = (data.u16()?, data.u16()?, data.u16()?);
                let value = match record.kind {
                    NUMBER => Value::Double(data.f64()?),
                    RK => Value::Double(rk(data.u32()?)),
                    LABEL_SST => Value::Shared(data.u32()?),
                    BOOL_ERR => {
                        let (code, is_error) = (data.u8()?, data.u8()?);
                        if is_error == 0 {
                            Value::Fixed(CellKind::Bool, bool_text(code))
                        } else {
                            Value::Fixed(CellKind::Error, error_text(code))
                        }
                    }
                    FORMULA | FORMULA_3 | FORMULA_4 => match formula_value(&mut data)? {
                        Some(value) => {
                            self.computed |= !matches!(value, Value::EmptyFormula | Value::Uncomputed);
                            value
                        }
                        None => {
                            self.formula = Some((row, col, style));
                            return Ok(());
                        }
                    },
                    _ => {
                        let mut parts = record.parts();
                        parts[0] = data.0;
                        Value::Text(match record.kind {
                            RSTRING => text.rich(&parts)?,
                            _ => Rich::plain(text.long(&parts)?),
                        })
                    }
                };
                self.found.push(Found { row, col, style, value });
            }
            _ => {}
        }
        Ok(())
    }

    /// The text of a formula that was announced and is not there.
    fn text_never_came(&mut self) {
        if let Some((row, col, style)) = self.formula.take() {
            self.found.push(Found { row, col, style, value: Value::Uncomputed });
        }
    }

    fn write(mut self, grid: &mut Grid, bad: Vec<(u16, Option<u16>)>) -> Result<(), ReadError> {
        self.text_never_came();
        if !self.found.is_sorted_by_key(|f| f.row) {
            self.found.sort_by_key(|f| f.row);
        }
        let mut bad = bad.into_iter().peekable();
        for found in std::mem::take(&mut self.found) {
            while let Some((at, col)) = bad.next_if(|(at, _)| *at <= found.row) {
                grid.fault_at(u32::from(at) + 1, col, BAD_RECORD);
            }
            grid.row(u32::from(found.row) + 1, self.hidden.contains(&found.row))?;
            self.write_cell(&found, grid)?;
        }
        for (at, col) in bad {
            grid.fault_at(u32::from(at) + 1, col, BAD_RECORD);
        }
        Ok(())
    }

    fn write_cell(&self, found: &Found, grid: &mut Grid) -> Result<(), ReadError> {
        let (col, style) = (u32::from(found.col), style_of(&self.book.styles, usize::from(found.style)));
        let rich = |rich: &Rich, grid: &mut Grid| {
            let (said, cut) = rich.parted(style.struck, |font| self.book.struck(font));
            grid.put_cut(col, &said, &cut)
        };
        let fixed = |kind: CellKind, text: &str, grid: &mut Grid| match style.struck {
            true => grid.leave_out(col, Unseen::Struck, true, text),
            false => grid.put(col, kind, text),
        };
        match &found.value {
            Value::Shared(index) => match self.book.strings.get(*index as usize) {
                Some(text) if style.struck || !text.runs.is_empty() => rich(text, grid),
                Some(text) => grid.put_shared(col, *index as usize, &text.text),
                None => {
                    grid.fault(Some(col), "单元格引用的文字在文件里不存在，读不出内容");
                    Ok(())
                }
            },
            Value::Text(text) => rich(text, grid),
            Value::Double(value) if style.struck => {
                let date = style.date.then(|| serial::iso(*value, self.book.epoch)).flatten();
                grid.leave_out(col, Unseen::Struck, true, &date.unwrap_or_else(|| value.to_string()))
            }
            Value::Double(value) => grid.put_double(col, *value, style, self.book.epoch),
            Value::Fixed(kind, text) => fixed(*kind, text, grid),
            Value::EmptyFormula if self.computed => Ok(()),
            Value::EmptyFormula | Value::Uncomputed => fixed(CellKind::Uncomputed, "=", grid),
        }
    }
}

const BAD_RECORD: &str = "单元格记录不完整，读不出内容";

/// The cached value of a formula; `None` where it is text that follows in a record of its own.
fn formula_value(data: &mut Bytes) -> Result<Option<Value>, ReadError> {
    let raw = data.take(8)?;
    if raw[6..] != [0xFF, 0xFF] {
        let value = Bytes(raw).f64()?;
        // Writers that compute nothing put a zero there and ask for it on opening (fCalcOnLoad, bit 1).
        let asked = data.u16().is_ok_and(|flags| flags & 2 != 0);
        return Ok(Some(if asked && value == 0.0 { Value::Uncomputed } else { Value::Double(value) }));
    }
    Ok(match raw[0] {
        0 => None,
        1 => Some(Value::Fixed(CellKind::Bool, bool_text(raw[2]))),
        2 => Some(Value::Fixed(CellKind::Error, error_text(raw[2]))),
        _ => Some(Value::EmptyFormula),
    })
}

/// Whether the workbook is BIFF8 (else BIFF5).
fn version(bof: &[u8]) -> Result<bool, ReadError> {
    match Bytes(bof).u16()? {
        0x0600 => Ok(true),
        0x0500 => Ok(false),
        _ => Err(ReadError::old_biff()),
    }
}

/// COLINFO ([MS-XLS] §2.4.53): first and last column, width, format, flags with fHidden.
fn hidden_columns(data: &[u8], grid: &mut Grid) -> Result<(), ReadError> {
    let mut data = Bytes(data);
    let (first, last, width, _, flags) = (data.u16()?, data.u16()?, data.u16()?, data.u16()?, data.u16()?);
    if flags & 1 != 0 || width == 0 {
        grid.hide_columns(u32::from(first), u32::from(last));
    }
    Ok(())
}

fn merges(data: &[u8], grid: &mut Grid) -> Result<(), ReadError> {
    let mut data = Bytes(data);
    for _ in 0..data.u16()? {
        let mut edge = || data.u16().map(u32::from);
        let (r1, r2, c1, c2) = (edge()?, edge()?, edge()?, edge()?);
        grid.merge((r1 + 1, r2 + 1), (c1, c2));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn label(row: u16, text: &[u8]) -> Vec<u8> {
        let head = [row, 0, 0, text.len() as u16].map(u16::to_le_bytes).concat();
        record(LABEL, &[&head, text].concat())
    }

    /// A BIFF5 workbook in code page 936 with one sheet of these records.
    fn book(sheet: &[u8], before: &[u8]) -> Vec<u8> {
        let bof = record(BOF, &[0, 5, 5, 0, 0, 0, 0, 0]);
        let mut name = vec![0; 6];
        name.extend([4, 0xC3, 0xFB, 0xB2, 0xE1]);
        let at = bof.len() + before.len() + name.len() + 4 + 4;
        name[..4].copy_from_slice(&(at as u32).to_le_bytes());
        [&bof, before, &record(BOUND_SHEET, &name), &record(EOF, &[]), &bof, sheet].concat()
    }

    #[test]
    fn biff5_in_gbk_rows_out_of_order_hidden_and_damaged() {
        let hidden = record(ROW, &[4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0]);
        let dimensions = record(0x0200, &[0xFF, 0xFF, 0xFF, 0xF0, 0, 0, 0, 0, 0xFF, 0xFF]);
        let cut = record(NUMBER, &[2, 0, 1, 0, 0, 0, 1]);
        let chart = [record(BOF, &[0, 5, 0x20, 0]), label(9, b"no"), record(EOF, &[])].concat();
        let cells =
            [dimensions, hidden, label(4, &[0xC0, 0xEE]), chart, cut, label(0, &[0xD5, 0xC5]), record(EOF, &[])];
        let sheets = read(&book(&cells.concat(), &record(CODE_PAGE, &[0x18, 0x27])), None).unwrap();
        let sheet = &sheets[0];
        assert_eq!((sheet.name.as_str(), sheet.text_at(1, 0), sheet.text_at(5, 0)), ("名册", "张", "李"));
        assert!(sheet.rows()[1].hidden && !sheet.rows()[0].hidden);
        assert_eq!(sheet.rows().len(), 2);
        assert_eq!((sheet.faults[0].row, sheet.faults[0].col), (3, Some(1)));
    }

    #[test]
    fn formulas_under_the_numbers_of_older_versions() {
        let formula = |kind: u16, row: u16, value: f64| {
            let head = [row, 0, 0].map(u16::to_le_bytes).concat();
            record(kind, &[&head[..], &value.to_le_bytes(), &[0; 8]].concat())
        };
        let cells = [formula(FORMULA, 0, 1100.0), formula(FORMULA_3, 1, 1200.0), formula(FORMULA_4, 2, 1300.5)];
        let sheets = read(&book(&[cells.concat(), record(EOF, &[])].concat(), &[]), None).unwrap();
        let texts: Vec<_> = (1..=3).map(|row| sheets[0].text_at(row, 0)).collect();
        assert_eq!(texts, ["1100", "1200", "1300.5"]);
    }

    #[test]
    fn encrypted_old_or_cut_off() {
        let whole = book(&[label(0, b"a"), record(EOF, &[])].concat(), &[]);
        assert!(read(&whole, None).is_ok());
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut], None).is_err(), "{cut}");
        }
        let error = read(&book(&record(EOF, &[]), &record(FILE_PASS, &[0, 0])), None).unwrap_err();
        assert!(error.what.contains("密码"));
        assert!(read(&record(BOF, &[0, 4, 0, 0]), None).is_err());
    }
}
