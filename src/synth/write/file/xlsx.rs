//! `.xlsx` and `.xlsm` (ECMA-376 transitional), written part by part.
//!
//! A general writer of workbooks turns every number into a double, always counts days from 1900 and has no hidden clock to
//! stop. Files that test a reader need the opposite: 18 digits standing in `<v>`, the 1904 system, and equal bytes.

use std::io::{self, Write};

use super::package::{Package, xml};
use super::strings::Strings;
use crate::synth::write::grid::{Book, Cell, Grid, Style, serial};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE_RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The bytes of a workbook. `macros` gives it the content type of an `.xlsm` (which need not contain any).
pub(super) fn write(book: &Book, macros: bool) -> io::Result<Vec<u8>> {
    let strings = Strings::of(book);
    let mut package = Package::new();
    package.part("[Content_Types].xml", |out| content_types(out, book, macros))?;
    package.part("_rels/.rels", |out| relations(out, &[("officeDocument", "xl/workbook.xml")]))?;
    package.part("xl/workbook.xml", |out| workbook(out, book))?;
    let sheets: Vec<String> = (1..=book.sheets.len()).map(|n| format!("worksheets/sheet{n}.xml")).collect();
    let mut parts: Vec<(&str, &str)> = sheets.iter().map(|s| ("worksheet", s.as_str())).collect();
    parts.extend([("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]);
    package.part("xl/_rels/workbook.xml.rels", |out| relations(out, &parts))?;
    package.part("xl/styles.xml", styles)?;
    for (path, grid) in sheets.iter().zip(&book.sheets) {
        package.part(&format!("xl/{path}"), |out| sheet(out, grid, &strings, book.date1904))?;
    }
    package.part("xl/sharedStrings.xml", |out| shared_strings(out, &strings))?;
    package.finish()
}

fn content_types(out: &mut dyn Write, book: &Book, macros: bool) -> io::Result<()> {
    let main = if macros {
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    } else {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    };
    write!(
        out,
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{main}\"/>"
    )?;
    let sheets = (1..=book.sheets.len()).map(|n| (format!("worksheets/sheet{n}"), "worksheet"));
    let others = ["styles", "sharedStrings"].map(|part| (part.to_owned(), part));
    for (part, kind) in sheets.chain(others) {
        write!(
            out,
            "<Override PartName=\"/xl/{part}.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml\"/>"
        )?;
    }
    write!(out, "</Types>")
}

/// A part of relationships, numbered `rId1` … in the order given.
pub(super) fn relations(out: &mut dyn Write, targets: &[(&str, &str)]) -> io::Result<()> {
    write!(out, "{HEAD}<Relationships xmlns=\"{PACKAGE_RELS}\">")?;
    for (i, (kind, target)) in targets.iter().enumerate() {
        write!(out, "<Relationship Id=\"rId{}\" Type=\"{RELS}/{kind}\" Target=\"{target}\"/>", i + 1)?;
    }
    write!(out, "</Relationships>")
}

fn workbook(out: &mut dyn Write, book: &Book) -> io::Result<()> {
    write!(out, "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELS}\">")?;
    let date1904 = if book.date1904 { " date1904=\"1\"" } else { "" };
    write!(out, "<workbookPr{date1904}/><bookViews><workbookView/></bookViews><sheets>")?;
    for (i, grid) in book.sheets.iter().enumerate() {
        write!(out, "<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", xml(&grid.name), n = i + 1)?;
    }
    write!(out, "</sheets></workbook>")
}

fn styles(out: &mut dyn Write) -> io::Result<()> {
    let custom: Vec<(u16, &str)> =
        Style::ALL.iter().filter_map(|s| Some((s.number_format(), s.custom_code()?))).collect();
    write!(out, "{HEAD}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"{}\">", custom.len())?;
    for (id, code) in custom {
        write!(out, "<numFmt numFmtId=\"{id}\" formatCode=\"{}\"/>", xml(code))?;
    }
    write!(
        out,
        "</numFmts><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"宋体\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"{}\">",
        Style::ALL.len()
    )?;
    for style in Style::ALL {
        write!(
            out,
            "<xf numFmtId=\"{}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>",
            style.number_format()
        )?;
    }
    write!(
        out,
        "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"常规\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

fn sheet(out: &mut dyn Write, grid: &Grid, strings: &Strings<'_>, date1904: bool) -> io::Result<()> {
    let letters: Vec<String> = (0..grid.width()).map(letters).collect();
    write!(out, "{HEAD}<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{RELS}\"><sheetData>")?;
    for (i, line) in grid.lines.iter().enumerate() {
        if line.cells.iter().all(|c| *c == Cell::Blank) && !line.hidden {
            continue;
        }
        let r = i + 1;
        write!(out, "<row r=\"{r}\"{}>", if line.hidden { " hidden=\"1\"" } else { "" })?;
        for (cell, col) in line.cells.iter().zip(&letters) {
            match cell {
                Cell::Blank => {}
                Cell::Text(text) => {
                    let style = Style::Text.index();
                    write!(out, "<c r=\"{col}{r}\" s=\"{style}\" t=\"s\"><v>{}</v></c>", strings.number(text))?;
                }
                Cell::Number(literal, style) => {
                    write!(out, "<c r=\"{col}{r}\"{}><v>{literal}</v></c>", style_attribute(*style))?;
                }
                Cell::Date(date, style) => {
                    let days = serial(*date, date1904);
                    write!(out, "<c r=\"{col}{r}\"{}><v>{days}</v></c>", style_attribute(*style))?;
                }
            }
        }
        write!(out, "</row>")?;
    }
    write!(out, "</sheetData>")?;
    if !grid.merges.is_empty() {
        write!(out, "<mergeCells count=\"{}\">", grid.merges.len())?;
        for m in &grid.merges {
            let (left, right) = (&letters[m.left], &letters[m.right]);
            write!(out, "<mergeCell ref=\"{left}{}:{right}{}\"/>", m.top + 1, m.bottom + 1)?;
        }
        write!(out, "</mergeCells>")?;
    }
    write!(out, "</worksheet>")
}

fn style_attribute(style: Style) -> String {
    if style == Style::General { String::new() } else { format!(" s=\"{}\"", style.index()) }
}

fn shared_strings(out: &mut dyn Write, strings: &Strings<'_>) -> io::Result<()> {
    let (uses, unique) = (strings.uses, strings.unique.len());
    write!(out, "{HEAD}<sst xmlns=\"{MAIN}\" count=\"{uses}\" uniqueCount=\"{unique}\">")?;
    for text in &strings.unique {
        write!(out, "<si><t xml:space=\"preserve\">{}</t></si>", xml(text))?;
    }
    write!(out, "</sst>")
}

/// Letters of a column: 0 → `A`, 26 → `AA`.
fn letters(col: usize) -> String {
    let (mut n, mut letters) = (col + 1, String::new());
    while n > 0 {
        letters.insert(0, char::from(b'A' + ((n - 1) % 26) as u8));
        n = (n - 1) / 26;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::write::file::package::tests_support::unzip;

    #[test]
    fn letters_of_columns() {
        for (col, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(col), expected);
        }
    }

    #[test]
    fn digits_stand_in_the_xml() {
        let mut grid = Grid::new("一");
        grid.push(vec![Cell::number("510105198001019971")]);
        let bytes = write(&Book { sheets: vec![grid], date1904: true }, true).unwrap();
        assert!(unzip(&bytes, "xl/worksheets/sheet1.xml").contains("<v>510105198001019971</v>"));
        assert!(unzip(&bytes, "xl/workbook.xml").contains("date1904=\"1\""));
        assert!(unzip(&bytes, "[Content_Types].xml").contains("macroEnabled"));
    }
}
