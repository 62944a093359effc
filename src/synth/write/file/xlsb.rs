//! `.xlsb`: the parts of an xlsx as binary records, after [MS-XLSB]. A record is its number and its length, each in groups of
//! seven bits, and its body.

use std::io::{self, Write};

use super::biff::double;
use super::package::Package;
use super::strings::Strings;
use super::xlsx::relations;
use crate::synth::write::grid::{Book, Cell, Grid, Style, serial};

const ROW_HEADER: u16 = 0;
const CELL_REAL: u16 = 5;
const CELL_SHARED: u16 = 7;
const SST_ITEM: u16 = 19;
const FONT: u16 = 43;
const FORMAT: u16 = 44;
const FILL: u16 = 45;
const BORDER: u16 = 46;
const XF: u16 = 47;
const STYLE: u16 = 48;
const BEGIN_SHEET: u16 = 129;
const END_SHEET: u16 = 130;
const BEGIN_BOOK: u16 = 131;
const END_BOOK: u16 = 132;
const BEGIN_SHEETS: u16 = 143;
const END_SHEETS: u16 = 144;
const BEGIN_SHEET_DATA: u16 = 145;
const END_SHEET_DATA: u16 = 146;
const DIMENSION: u16 = 148;
const BOOK_PROPERTIES: u16 = 153;
const SHEET: u16 = 156;
const BEGIN_SST: u16 = 159;
const END_SST: u16 = 160;
const MERGE: u16 = 176;
const BEGIN_MERGES: u16 = 177;
const END_MERGES: u16 = 178;
const BEGIN_STYLE_SHEET: u16 = 278;
const END_STYLE_SHEET: u16 = 279;
const BEGIN_FORMATS: u16 = 615;
const END_FORMATS: u16 = 616;

/// The bytes of a workbook.
pub(super) fn write(book: &Book) -> io::Result<Vec<u8>> {
    let strings = Strings::of(book);
    let mut package = Package::new();
    package.part("[Content_Types].xml", |out| content_types(out, book))?;
    package.part("_rels/.rels", |out| relations(out, &[("officeDocument", "xl/workbook.bin")]))?;
    let sheets: Vec<String> = (1..=book.sheets.len()).map(|n| format!("worksheets/sheet{n}.bin")).collect();
    let mut parts: Vec<(&str, &str)> = sheets.iter().map(|s| ("worksheet", s.as_str())).collect();
    parts.extend([("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]);
    package.part("xl/_rels/workbook.bin.rels", |out| relations(out, &parts))?;
    package.part("xl/workbook.bin", |out| out.write_all(&workbook(book)))?;
    package.part("xl/styles.bin", |out| out.write_all(&styles()))?;
    for (path, grid) in sheets.iter().zip(&book.sheets) {
        let records = worksheet(grid, &strings, book.date1904)?;
        package.part(&format!("xl/{path}"), |out| out.write_all(&records))?;
    }
    package.part("xl/sharedStrings.bin", |out| out.write_all(&shared_strings(&strings)))?;
    package.finish()
}

fn content_types(out: &mut dyn Write, book: &Book) -> io::Result<()> {
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"bin\" ContentType=\"application/vnd.ms-excel.sheet.binary.macroEnabled.main\"/>"
    )?;
    let sheets = (1..=book.sheets.len()).map(|n| (format!("worksheets/sheet{n}"), "worksheet"));
    let others = ["styles", "sharedStrings"].map(|part| (part.to_owned(), part));
    for (part, kind) in sheets.chain(others) {
        write!(out, "<Override PartName=\"/xl/{part}.bin\" ContentType=\"application/vnd.ms-excel.{kind}\"/>")?;
    }
    write!(out, "</Types>")
}

#[derive(Default)]
struct Records(Vec<u8>);

impl Records {
    fn add(&mut self, number: u16, body: &[u8]) {
        // The number takes two bytes from 128 on; the high bit of the first says so.
        if number < 128 {
            self.0.push(number as u8);
        } else {
            self.0.extend([(number & 0x7F) as u8 | 0x80, (number >> 7) as u8]);
        }
        let mut length = body.len();
        loop {
            let low = (length & 0x7F) as u8;
            length >>= 7;
            self.0.push(if length > 0 { low | 0x80 } else { low });
            if length == 0 {
                break;
            }
        }
        self.0.extend(body);
    }

    /// A record that says how many follow it.
    fn count(&mut self, number: u16, count: usize) {
        self.add(number, &(count as u32).to_le_bytes());
    }
}

fn dwords(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// XLWideString: length in UTF-16 units, then the units.
fn wide_string(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut body = dwords(&[units.len() as u32]);
    body.extend(units.iter().flat_map(|u| u.to_le_bytes()));
    body
}

fn workbook(book: &Book) -> Vec<u8> {
    let mut out = Records::default();
    out.add(BEGIN_BOOK, &[]);
    out.add(BOOK_PROPERTIES, &dwords(&[u32::from(book.date1904), 0, 0]));
    out.add(BEGIN_SHEETS, &[]);
    for (i, grid) in book.sheets.iter().enumerate() {
        let mut body = dwords(&[0, i as u32 + 1]);
        body.extend(wide_string(&format!("rId{}", i + 1)));
        body.extend(wide_string(&grid.name));
        out.add(SHEET, &body);
    }
    out.add(END_SHEETS, &[]);
    out.add(END_BOOK, &[]);
    out.0
}

fn styles() -> Vec<u8> {
    let mut out = Records::default();
    out.add(BEGIN_STYLE_SHEET, &[]);
    let custom: Vec<(u16, &str)> =
        Style::ALL.iter().filter_map(|s| Some((s.number_format(), s.custom_code()?))).collect();
    out.count(BEGIN_FORMATS, custom.len());
    for (id, code) in custom {
        let mut body = id.to_le_bytes().to_vec();
        body.extend(wide_string(code));
        out.add(FORMAT, &body);
    }
    out.add(END_FORMATS, &[]);
    // Font: 11 points, no attributes, weight 400, GB2312 character set, automatic colour.
    let mut font = vec![220, 0, 0, 0, 0x90, 0x01, 0, 0, 0, 0, 134, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    font.extend(wide_string("宋体"));
    let fill = [0; 68];
    let border = [0; 51];
    for (begin, end, number, body) in
        [(611, 612, FONT, &font[..]), (603, 604, FILL, &fill), (613, 614, BORDER, &border)]
    {
        out.count(begin, 1);
        out.add(number, body);
        out.add(end, &[]);
    }
    out.count(626, 1);
    out.add(XF, &xf(0xFFFF, 0));
    out.add(627, &[]);
    out.count(617, Style::ALL.len());
    for style in Style::ALL {
        out.add(XF, &xf(0, style.number_format()));
    }
    out.add(618, &[]);
    out.count(619, 1);
    // The style 常规: built in, of the first style format.
    let mut normal = dwords(&[0]);
    normal.extend([1, 0, 0, 0xFF]);
    normal.extend(wide_string("常规"));
    out.add(STYLE, &normal);
    out.add(620, &[]);
    out.add(END_STYLE_SHEET, &[]);
    out.0
}

fn xf(parent: u16, number_format: u16) -> Vec<u8> {
    let mut body: Vec<u8> = [parent, number_format, 0, 0, 0].iter().flat_map(|v| v.to_le_bytes()).collect();
    // Rotation and indent, alignment (bottom, locked), and which attributes differ: the number format.
    body.extend([0, 0, 0x10, 0x10, 0x01, 0]);
    body
}

fn shared_strings(strings: &Strings<'_>) -> Vec<u8> {
    let mut out = Records::default();
    out.add(BEGIN_SST, &dwords(&[strings.uses, strings.unique.len() as u32]));
    for text in &strings.unique {
        let mut body = vec![0];
        body.extend(wide_string(text));
        out.add(SST_ITEM, &body);
    }
    out.add(END_SST, &[]);
    out.0
}

fn worksheet(grid: &Grid, strings: &Strings<'_>, date1904: bool) -> io::Result<Vec<u8>> {
    let last_row = grid.lines.len().saturating_sub(1) as u32;
    let last_col = grid.width().saturating_sub(1) as u32;
    let mut out = Records::default();
    out.add(BEGIN_SHEET, &[]);
    out.add(DIMENSION, &dwords(&[0, last_row, 0, last_col]));
    out.add(BEGIN_SHEET_DATA, &[]);
    for (r, line) in grid.lines.iter().enumerate() {
        if line.cells.iter().all(|c| *c == Cell::Blank) && !line.hidden {
            continue;
        }
        let mut header = dwords(&[r as u32, 0]);
        // Height 15 points; the fifth flag of the second byte hides the row; no spans.
        header.extend([0x2C, 0x01, 0, if line.hidden { 0x10 } else { 0 }, 0]);
        header.extend(dwords(&[0]));
        out.add(ROW_HEADER, &header);
        for (c, cell) in line.cells.iter().enumerate() {
            let head = |style: Style| dwords(&[c as u32, style.index() as u32]);
            let real = |style, value: f64| [head(style), value.to_le_bytes().to_vec()].concat();
            match cell {
                Cell::Blank => {}
                Cell::Text(text) => {
                    let body = [head(Style::Text), dwords(&[strings.number(text)])].concat();
                    out.add(CELL_SHARED, &body);
                }
                Cell::Number(literal, style) => out.add(CELL_REAL, &real(*style, double(literal)?)),
                Cell::Date(date, style) => {
                    out.add(CELL_REAL, &real(*style, serial(*date, date1904) as f64));
                }
            }
        }
    }
    out.add(END_SHEET_DATA, &[]);
    if !grid.merges.is_empty() {
        out.count(BEGIN_MERGES, grid.merges.len());
        for m in &grid.merges {
            out.add(MERGE, &dwords(&[m.top as u32, m.bottom as u32, m.left as u32, m.right as u32]));
        }
        out.add(END_MERGES, &[]);
    }
    out.add(END_SHEET, &[]);
    Ok(out.0)
}
