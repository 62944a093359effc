//! The workbook stream of `.xls` and `.et`: BIFF8, after [MS-XLS].
//!
//! A record is its number, its length and at most 8224 bytes. The stream is a block of globals, whose BOUNDSHEET records
//! point to the block of each sheet.

use std::io;

use super::cannot;
use super::strings::Strings;
use crate::synth::write::grid::{Book, Cell, Grid, Style, serial};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CODEPAGE: u16 = 0x0042;
const WINDOW1: u16 = 0x003D;
const DATEMODE: u16 = 0x0022;
const FONT: u16 = 0x0031;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const STYLE: u16 = 0x0293;
const BOUNDSHEET: u16 = 0x0085;
const SST: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const DIMENSIONS: u16 = 0x0200;
const ROW: u16 = 0x0208;
const LABELSST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const MERGEDCELLS: u16 = 0x00E5;
const WINDOW2: u16 = 0x023E;

/// Bytes that one record may hold.
const LONGEST: usize = 8224;
/// Fifteen formats of styles and the default cell format come before the cell formats of [`Style::ALL`].
const FIRST_CELL_XF: usize = 16;
/// Rows of a sheet in this format.
const MOST_ROWS: usize = 65_536;

/// The stream. Errors where the book does not fit into the format: more than 65,536 rows or 256 columns in a sheet.
pub(super) fn workbook(book: &Book) -> io::Result<Vec<u8>> {
    let strings = Strings::of(book);
    let mut out = Stream::default();
    out.record(BOF, &bof(0x0005));
    out.record(CODEPAGE, &1200_u16.to_le_bytes());
    out.record(WINDOW1, &words(&[0, 0, 0x4000, 0x2000, 0x0038, 0, 0, 1, 600]));
    out.record(DATEMODE, &u16::from(book.date1904).to_le_bytes());
    // Fonts 0 to 3 must be there; number 4 does not exist in this format.
    for _ in 0..4 {
        let mut font = words(&[220, 0, 0x7FFF, 400, 0, 0x8600, 0]);
        font.extend(short_string("宋体"));
        out.record(FONT, &font);
    }
    for style in Style::ALL {
        if let Some(code) = style.custom_code() {
            let mut format = style.number_format().to_le_bytes().to_vec();
            format.extend(long_string(code)?);
            out.record(FORMAT, &format);
        }
    }
    for i in 0..FIRST_CELL_XF {
        out.record(XF, &xf(0, i + 1 < FIRST_CELL_XF));
    }
    for style in Style::ALL {
        out.record(XF, &xf(style.number_format(), false));
    }
    out.record(STYLE, &[0x00, 0x80, 0x00, 0xFF]);
    let mut pointers = Vec::new();
    for sheet in &book.sheets {
        // The sheet's place is known only when the globals are complete.
        pointers.push(out.bytes.len() + 4);
        let mut entry = vec![0; 6];
        entry.extend(short_string(&sheet.name));
        out.record(BOUNDSHEET, &entry);
    }
    shared_strings(&mut out, &strings);
    out.record(EOF, &[]);
    for (i, (sheet, pointer)) in book.sheets.iter().zip(pointers).enumerate() {
        let start = u32::try_from(out.bytes.len()).map_err(|_| cannot("xls 文件超过 4 GiB"))?;
        out.bytes[pointer..pointer + 4].copy_from_slice(&start.to_le_bytes());
        worksheet(&mut out, sheet, &strings, book.date1904, i == 0)?;
    }
    Ok(out.bytes)
}

#[derive(Default)]
struct Stream {
    bytes: Vec<u8>,
}

impl Stream {
    /// Appends a record; `body` is at most [`LONGEST`] bytes.
    fn record(&mut self, number: u16, body: &[u8]) {
        self.bytes.extend(number.to_le_bytes());
        self.bytes.extend((body.len() as u16).to_le_bytes());
        self.bytes.extend(body);
    }
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

fn bof(kind: u16) -> Vec<u8> {
    // Version 0x0600, build and year of Excel 97, no history flags, lowest version 6.
    let mut body = words(&[0x0600, kind, 0x0DBB, 0x07CC]);
    body.extend(words(&[0, 0, 6, 0]));
    body
}

/// An extended format: 20 bytes, of which only the number format differs.
fn xf(number_format: u16, style: bool) -> Vec<u8> {
    let kind: u16 = if style { 0xFFF5 } else { 0x0001 };
    let mut body = words(&[0, number_format, kind, 0x0020]);
    // Attributes used: the number format only.
    body.extend(if style { [0, 0xF4] } else { [0, 0x04] });
    body.extend([0; 8]);
    body.extend(words(&[0x20C0]));
    body
}

/// A string of at most 255 UTF-16 units with a one-byte length.
fn short_string(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().take(255).collect();
    let mut body = vec![units.len() as u8, 1];
    body.extend(words(&units));
    body
}

fn long_string(text: &str) -> io::Result<Vec<u8>> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u16::try_from(units.len()).map_err(|_| cannot("文字超过 65535 个字符"))?;
    let mut body = length.to_le_bytes().to_vec();
    body.push(1);
    body.extend(words(&units));
    Ok(body)
}

/// SST and its CONTINUE records. A string may be cut between two characters; the next record then begins with the flag
/// byte again. Text of Latin letters and digits only is written with one byte a character, as Excel does.
fn shared_strings(out: &mut Stream, strings: &Strings<'_>) {
    let mut number = SST;
    let mut body = strings.uses.to_le_bytes().to_vec();
    body.extend((strings.unique.len() as u32).to_le_bytes());
    let mut flush = |body: &mut Vec<u8>| {
        out.record(number, body);
        body.clear();
        number = CONTINUE;
    };
    for text in &strings.unique {
        let units: Vec<u16> = text.encode_utf16().take(32_767).collect();
        let wide = u8::from(!text.is_ascii());
        if body.len() + 3 > LONGEST {
            flush(&mut body);
        }
        body.extend((units.len() as u16).to_le_bytes());
        body.push(wide);
        for (i, &unit) in units.iter().enumerate() {
            let is_pair = (0xD800..0xDC00).contains(&unit) && i + 1 < units.len();
            let needed = if wide == 0 { 1 } else { 2 + 2 * usize::from(is_pair) };
            if body.len() + needed > LONGEST {
                flush(&mut body);
                body.push(wide);
            }
            let bytes = unit.to_le_bytes();
            body.extend(&bytes[..if wide == 0 { 1 } else { 2 }]);
        }
    }
    flush(&mut body);
}

fn worksheet(out: &mut Stream, grid: &Grid, strings: &Strings<'_>, date1904: bool, first: bool) -> io::Result<()> {
    let (height, width) = (grid.lines.len(), grid.width());
    if height > MOST_ROWS || width > 256 {
        return Err(cannot("xls 格式每个工作表最多 65536 行、256 列"));
    }
    out.record(BOF, &bof(0x0010));
    let mut dimensions = words(&[0, 0]);
    dimensions.extend((height as u32).to_le_bytes());
    dimensions.extend(words(&[0, width as u16, 0]));
    out.record(DIMENSIONS, &dimensions);
    for (r, line) in grid.lines.iter().enumerate() {
        if line.cells.iter().all(|c| *c == Cell::Blank) && !line.hidden {
            continue;
        }
        let hidden = if line.hidden { 0x0020 } else { 0 };
        out.record(ROW, &words(&[r as u16, 0, line.cells.len() as u16, 0x00FF, 0, 0, 0x0100 | hidden, 15]));
        for (c, cell) in line.cells.iter().enumerate() {
            let head = |style: Style| words(&[r as u16, c as u16, (FIRST_CELL_XF + style.index()) as u16]);
            match cell {
                Cell::Blank => {}
                Cell::Text(text) => {
                    let mut body = head(Style::Text);
                    body.extend(strings.number(text).to_le_bytes());
                    out.record(LABELSST, &body);
                }
                Cell::Number(literal, style) => number(out, head(*style), double(literal)?),
                Cell::Date(date, style) => number(out, head(*style), serial(*date, date1904) as f64),
            }
        }
    }
    // 1026 ranges of 8 bytes fit into a record.
    for merges in grid.merges.chunks(1026) {
        let mut body = words(&[merges.len() as u16]);
        for m in merges {
            body.extend(words(&[m.top as u16, m.bottom as u16, m.left as u16, m.right as u16]));
        }
        out.record(MERGEDCELLS, &body);
    }
    let options = if first { 0x06B6 } else { 0x00B6 };
    out.record(WINDOW2, &words(&[options, 0, 0, 64, 0, 0, 0, 0, 0]));
    out.record(EOF, &[]);
    Ok(())
}

fn number(out: &mut Stream, mut head: Vec<u8>, value: f64) {
    head.extend(value.to_le_bytes());
    out.record(NUMBER, &head);
}

/// The double of a literal, for formats that keep nothing else.
pub(super) fn double(literal: &str) -> io::Result<f64> {
    literal.parse().map_err(|_| cannot(format!("不是数字：{literal}")))
}
