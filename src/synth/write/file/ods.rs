//! `.ods` (ODF 1.2): one `content.xml`, with the repeated rows and covered cells that LibreOffice writes.

use std::io::{self, Write};

use super::package::{Package, xml};
use crate::synth::write::grid::{Book, Cell, Grid, Line, Span, Style, span_at};

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
/// Rows of a sheet in LibreOffice; it writes the unused ones as one row repeated.
const MOST_ROWS: usize = 1_048_576;

/// The bytes of a document.
pub(super) fn write(book: &Book) -> io::Result<Vec<u8>> {
    let mut package = Package::new();
    package.stored_part("mimetype", MIMETYPE.as_bytes())?;
    package.part("META-INF/manifest.xml", manifest)?;
    package.part("content.xml", |out| content(out, book))?;
    package.finish()
}

fn manifest(out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{MIMETYPE}\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    )
}

fn content(out: &mut dyn Write, book: &Book) -> io::Result<()> {
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" office:version=\"1.2\">\
         <office:automatic-styles>\
         <number:date-style style:name=\"N1\"><number:year number:style=\"long\"/><number:text>-</number:text>\
         <number:month number:style=\"long\"/><number:text>-</number:text><number:day number:style=\"long\"/></number:date-style>\
         <number:date-style style:name=\"N2\"><number:year number:style=\"long\"/><number:text>年</number:text>\
         <number:month/><number:text>月</number:text><number:day/><number:text>日</number:text></number:date-style>\
         <style:style style:name=\"d1\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>\
         <style:style style:name=\"d2\" style:family=\"table-cell\" style:data-style-name=\"N2\"/>\
         </office:automatic-styles><office:body><office:spreadsheet>"
    )?;
    for grid in &book.sheets {
        table(out, grid)?;
    }
    write!(out, "</office:spreadsheet></office:body></office:document-content>")
}

fn table(out: &mut dyn Write, grid: &Grid) -> io::Result<()> {
    let width = grid.width().max(1);
    write!(
        out,
        "<table:table table:name=\"{}\"><table:table-column table:number-columns-repeated=\"{width}\"/>",
        xml(&grid.name)
    )?;
    let spans = grid.spans_by_row();
    let mut row = 0;
    while row < grid.lines.len() {
        let line = &grid.lines[row];
        // Like rows are written once, with their number; a merged range must stay row by row.
        let same = 1 + if !spans[row].is_empty() {
            0
        } else {
            let alike = |r: &usize| grid.lines[*r] == *line && spans[*r].is_empty();
            (row + 1..grid.lines.len()).take_while(alike).count()
        };
        write!(out, "<table:table-row")?;
        if same > 1 {
            write!(out, " table:number-rows-repeated=\"{same}\"")?;
        }
        write!(out, "{}>", if line.hidden { " table:visibility=\"collapse\"" } else { "" })?;
        cells(out, line, row, &spans[row], width)?;
        write!(out, "</table:table-row>")?;
        row += same;
    }
    let unused = MOST_ROWS.saturating_sub(grid.lines.len());
    write!(
        out,
        "<table:table-row table:number-rows-repeated=\"{unused}\">\
         <table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row></table:table>"
    )
}

fn cells(out: &mut dyn Write, line: &Line, row: usize, spans: &[Span], width: usize) -> io::Result<()> {
    let at = |col: usize| line.cells.get(col).unwrap_or(&Cell::Blank);
    let mut col = 0;
    while col < width {
        let merge = span_at(spans, col);
        let (element, extent) = match merge {
            Some(m) if m.starts_at(row, col) => (
                "table-cell",
                format!(" table:number-columns-spanned=\"{}\" table:number-rows-spanned=\"{}\"", m.width(), m.height()),
            ),
            Some(_) => ("covered-table-cell", String::new()),
            None => ("table-cell", String::new()),
        };
        // A run of like cells outside merges is one element; so are blanks and equal values in LibreOffice.
        let same = 1 + if merge.is_some() {
            0
        } else {
            let alike = |c: &usize| at(*c) == at(col) && span_at(spans, *c).is_none();
            (col + 1..width).take_while(alike).count()
        };
        write!(out, "<table:{element}{extent}")?;
        if same > 1 {
            write!(out, " table:number-columns-repeated=\"{same}\"")?;
        }
        match at(col) {
            Cell::Blank => write!(out, "/>")?,
            Cell::Text(text) => {
                write!(out, " office:value-type=\"string\">{}</table:{element}>", paragraphs(text))?;
            }
            Cell::Number(literal, _) => write!(
                out,
                " office:value-type=\"float\" office:value=\"{literal}\"><text:p>{literal}</text:p></table:{element}>"
            )?,
            Cell::Date(date, style) => {
                let name = if matches!(style, Style::DateHan | Style::DateHanBuiltin) { "d2" } else { "d1" };
                write!(
                    out,
                    " table:style-name=\"{name}\" office:value-type=\"date\" office:date-value=\"{}\">\
                     <text:p>{}</text:p></table:{element}>",
                    Style::DateDash.print(*date),
                    style.print(*date)
                )?;
            }
        }
        col += same;
    }
    Ok(())
}

/// A paragraph a line. Blanks that XML would fold (at an edge or in a row) and tabs are elements of their own.
fn paragraphs(text: &str) -> String {
    text.split('\n')
        .map(|line| {
            let mut out = String::from("<text:p>");
            let mut after_blank = true;
            let last = line.chars().count().saturating_sub(1);
            for (i, c) in line.chars().enumerate() {
                match c {
                    ' ' if after_blank || i == last => out.push_str("<text:s/>"),
                    '\t' => out.push_str("<text:tab/>"),
                    c => out.push_str(&xml(c.encode_utf8(&mut [0; 4]))),
                }
                after_blank = c == ' ';
            }
            out.push_str("</text:p>");
            out
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_survive() {
        for (text, expected) in [
            ("张 三", "<text:p>张 三</text:p>"),
            (" 张  三 ", "<text:p><text:s/>张 <text:s/>三<text:s/></text:p>"),
            ("身份\n证号\t", "<text:p>身份</text:p><text:p>证号<text:tab/></text:p>"),
        ] {
            assert_eq!(paragraphs(text), expected);
        }
    }
}
