//! OpenDocument spreadsheets (`.ods`, and `.fods` in one XML file).
//!
//! Source: OpenDocument 1.3 part 3, §9 and §19. An own reader: the literal of a number, hidden rows and merged
//! ranges are needed, and what a file repeats a million times must cost nothing.

use super::grid::Grid;
use super::serial::{Epoch, iso_of_literal};
use super::xml::{self, Xml, push_text};
use super::zip_parts::{Budget, Parts};
use super::{CellKind, RawSheet, ReadError};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;

/// Bytes that repeated cells and rows may grow to beyond what stands in the file.
const REPEAT_LIMIT: usize = 64 << 20;

/// Reads all tables of a package.
///
/// # Errors
/// Encrypted or damaged.
pub(super) fn read(mut parts: Parts, budget: &Budget) -> Result<Vec<RawSheet>, ReadError> {
    if let Some(manifest) = parts.read("META-INF/manifest.xml", budget)?
        && memchr::memmem::find(&manifest, b"encryption-data").is_some()
    {
        return Err(ReadError::encrypted_old());
    }
    read_content(&parts.require("content.xml", budget)?)
}

/// Reads all tables of a content document.
///
/// # Errors
/// Damaged XML, or repetitions that would grow beyond reason.
pub(super) fn read_content(bytes: &[u8]) -> Result<Vec<RawSheet>, ReadError> {
    let text = xml::decode(bytes)?;
    let mut content = Content { reader: Xml::new(&text), row: RowCells::default(), repeated: 0 };
    let mut hidden_styles: HashSet<String> = HashSet::new();
    let mut style = String::new();
    let mut sheets = Vec::new();
    loop {
        let event = content.reader.next()?;
        match &event {
            Event::Eof => return Ok(sheets),
            Event::Start(e) | Event::Empty(e) => match xml::name(e) {
                "style" => style = xml::attr(e, "name").unwrap_or_default().into_owned(),
                "table-properties" if xml::attr(e, "display").is_some_and(|v| v == "false") => {
                    hidden_styles.insert(style.clone());
                }
                // Deleted cells live on among the tracked changes.
                "tracked-changes" if matches!(event, Event::Start(_)) => content.reader.skip()?,
                "table" if matches!(event, Event::Start(_)) => {
                    let mut grid = Grid::new(xml::attr(e, "name").unwrap_or_default());
                    if xml::attr(e, "style-name").is_some_and(|s| hidden_styles.contains(&*s)) {
                        grid.hide();
                    }
                    content.table(&mut grid)?;
                    sheets.push(grid.finish());
                }
                _ => {}
            },
            _ => {}
        }
    }
}

struct Content<'a> {
    reader: Xml<'a>,
    row: RowCells,
    /// Bytes written for repetitions so far.
    repeated: usize,
}

/// The cells of a row until it is known how often it is repeated.
#[derive(Default)]
struct RowCells {
    text: String,
    cells: Vec<RowCell>,
}

struct RowCell {
    col: u32,
    repeat: u32,
    kind: CellKind,
    /// A number as it stands, to be checked.
    number: bool,
    start: usize,
    end: usize,
}

impl Content<'_> {
    fn table(&mut self, grid: &mut Grid) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        let mut next_row = 1u32;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            let opened = matches!(event, Event::Start(_));
            match xml::name(e) {
                "table-row" => {
                    let repeat = repeat(e, "number-rows-repeated");
                    let hidden = xml::attr(e, "visibility").is_some_and(|v| v != "visible");
                    self.row.cells.clear();
                    self.row.text.clear();
                    if opened {
                        self.cells(next_row, grid)?;
                    }
                    self.write(next_row, repeat, hidden, grid)?;
                    next_row = next_row.saturating_add(repeat);
                }
                // Drawings, forms and the rows of a linked source.
                "shapes" | "forms" | "table-source" if opened => self.reader.skip()?,
                _ => {}
            }
        }
        Ok(())
    }

    fn cells(&mut self, row: u32, grid: &mut Grid) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        let mut col = 0u32;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            if !matches!(xml::name(e), "table-cell" | "covered-table-cell") {
                continue;
            }
            let repeat = repeat(e, "number-columns-repeated");
            let span = |name| xml::attr_number::<u32>(e, name).unwrap_or(1).max(1) - 1;
            let (across, down) = (span("number-columns-spanned"), span("number-rows-spanned"));
            grid.merge((row, row.saturating_add(down)), (col, col.saturating_add(across)));
            self.cell(e, matches!(event, Event::Start(_)), col, repeat)?;
            col = col.saturating_add(repeat);
        }
        Ok(())
    }

    /// Takes one cell into the row.
    fn cell(&mut self, e: &BytesStart, opened: bool, col: u32, repeat: u32) -> Result<(), ReadError> {
        let start = self.row.text.len();
        if opened {
            self.paragraphs()?;
        }
        let mut kind = CellKind::Text;
        let mut number = false;
        // The value, where it says more than the shown text.
        let mut value = None;
        // `calcext:value-type` tells errors, which are strings to the standard.
        let is_error = e
            .attributes()
            .with_checks(false)
            .flatten()
            .any(|a| a.key.0 == "calcext:value-type" && &*a.value == "error");
        match xml::attr(e, "value-type").as_deref() {
            _ if is_error => kind = CellKind::Error,
            Some("float" | "currency" | "percentage") => {
                value = xml::attr(e, "value").map(|v| v.trim().to_owned());
                (kind, number) = (CellKind::Number, true);
            }
            Some("date") => {
                let literal = xml::attr(e, "date-value").unwrap_or_default();
                if let Some(date) = iso_of_literal(&literal) {
                    value = Some(date);
                    kind = CellKind::Date;
                }
            }
            Some("boolean") => {
                let set = xml::attr(e, "boolean-value").is_some_and(|v| v == "true");
                value = Some(if set { "TRUE" } else { "FALSE" }.to_owned());
                kind = CellKind::Bool;
            }
            Some("string") => value = xml::attr(e, "string-value").map(|v| v.into_owned()),
            // Times of day and what has no type: as shown.
            _ => {}
        }
        if let Some(value) = value {
            self.row.text.truncate(start);
            self.row.text.push_str(&value);
        }
        let end = self.row.text.len();
        if end > start {
            self.row.cells.push(RowCell { col, repeat, kind, number, start, end });
        }
        Ok(())
    }

    /// Appends the paragraphs of the cell just opened, up to its end.
    fn paragraphs(&mut self) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        let out = &mut self.row.text;
        let (mut paragraphs, mut within) = (0, 0);
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            match &event {
                Event::Start(e) | Event::Empty(e) => {
                    let opened = matches!(event, Event::Start(_));
                    match xml::name(e) {
                        // Remarks, phonetic hints, drawings and tables inside the cell are not its text.
                        "annotation" | "ruby-text" | "shapes" | "frame" | "table" if opened => self.reader.skip()?,
                        "p" | "h" => {
                            if paragraphs > 0 {
                                out.push('\n');
                            }
                            paragraphs += 1;
                            within = if opened { self.reader.depth() } else { 0 };
                        }
                        "s" => {
                            let count = xml::attr_number::<usize>(e, "c").unwrap_or(1).min(1024);
                            out.extend(std::iter::repeat_n(' ', count));
                        }
                        "tab" => out.push('\t'),
                        "line-break" => out.push('\n'),
                        _ => {}
                    }
                }
                // Blanks between paragraphs are layout of the file.
                _ if within > 0 && self.reader.depth() >= within => push_text(&event, out),
                _ => {}
            }
        }
        Ok(())
    }

    fn write(&mut self, first: u32, repeat: u32, hidden: bool, grid: &mut Grid) -> Result<(), ReadError> {
        let Self { row, repeated, .. } = self;
        if row.cells.is_empty() {
            return Ok(());
        }
        for number in first..first.saturating_add(repeat) {
            grid.row(number, hidden)?;
            for cell in &row.cells {
                let text = &row.text[cell.start..cell.end];
                for col in cell.col..cell.col.saturating_add(cell.repeat) {
                    if number > first || col > cell.col {
                        *repeated += text.len() + 32;
                        if *repeated > REPEAT_LIMIT {
                            return Err(ReadError::damaged("文件声明了过多的重复单元格"));
                        }
                    }
                    if cell.number {
                        grid.put_number(col, text, false, Epoch::Y1900)?;
                    } else {
                        grid.put(col, cell.kind, text)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn repeat(e: &BytesStart, name: &str) -> u32 {
    xml::attr_number::<u32>(e, name).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Merge;

    fn content(rows: &str) -> Result<Vec<RawSheet>, ReadError> {
        let xml = format!(
            r#"<office:document-content><office:automatic-styles><style:style style:name="ta2" style:family="table">
            <style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body>
            <office:spreadsheet><table:tracked-changes><table:table-cell><text:p>旧</text:p></table:table-cell></table:tracked-changes>
            <table:table table:name="表" table:style-name="ta2"><table:table-column table:number-columns-repeated="1024"/>
            {rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
        );
        read_content(xml.as_bytes())
    }

    #[test]
    fn cells_of_every_kind() {
        let sheets = content(
            r#"<table:table-header-rows><table:table-row>
              <table:table-cell office:value-type="string" table:number-columns-spanned="2" table:number-rows-spanned="1"><text:p>标<text:span>题</text:span></text:p>
                <text:p>二<text:s text:c="2"/>行</text:p><office:annotation><text:p>批注</text:p></office:annotation></table:table-cell>
              <table:covered-table-cell/></table:table-row></table:table-header-rows>
            <table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
            <table:table-row table:visibility="filter">
              <table:table-cell office:value-type="float" office:value="510105198001019971"><text:p>5.1E+17</text:p></table:table-cell>
              <table:table-cell office:value-type="date" office:date-value="2019-08-25T00:00:00"><text:p>8月</text:p></table:table-cell>
              <table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>真</text:p></table:table-cell>
              <table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
              <table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>重</text:p></table:table-cell>
              <table:table-cell office:value-type="time" office:time-value="PT12H30M00S"><text:p>12:30</text:p></table:table-cell></table:table-row>
            <table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>
            <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
        )
        .unwrap();
        let sheet = &sheets[0];
        assert!(sheet.hidden);
        let all: Vec<_> = sheet
            .rows()
            .iter()
            .flat_map(|r| sheet.cells(r).iter().map(|c| (r.number, c.col, c.kind, sheet.text(c))))
            .collect();
        let want = [
            (1, 0, CellKind::Text, "标题\n二  行"),
            (5, 0, CellKind::Number, "510105198001019971"),
            (5, 1, CellKind::Date, "2019-08-25"),
            (5, 2, CellKind::Bool, "TRUE"),
            (5, 3, CellKind::Error, "#N/A"),
            (5, 4, CellKind::Text, "重"),
            (5, 5, CellKind::Text, "重"),
            (5, 6, CellKind::Text, "12:30"),
            (6, 0, CellKind::Text, "x"),
            (7, 0, CellKind::Text, "x"),
        ];
        assert_eq!(all, want);
        assert_eq!(sheet.hidden_rows(), 1);
        assert_eq!(sheet.merges, [Merge { first_row: 1, last_row: 1, first_col: 0, last_col: 1 }]);
    }

    #[test]
    fn absurd_repetition_is_refused() {
        let rows = r#"<table:table-row table:number-rows-repeated="4294967295"><table:table-cell
            table:number-columns-repeated="4294967295"><text:p>x</text:p></table:table-cell></table:table-row>"#;
        assert!(content(rows).is_err());
    }
}
