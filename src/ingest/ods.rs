//! OpenDocument spreadsheets (`.ods`, and `.fods` in one XML file).
//!
//! Source: OpenDocument 1.3 part 3, §9 and §19. An own reader: the literal of a number, hidden rows and merged
//! ranges are needed, and what a file repeats a million times must cost nothing.

use super::grid::Grid;
use super::ods_styles::Styles;
use super::serial::{Epoch, iso_of_literal};
use super::style::CellStyle;
use super::xml::{self, Xml, push_text};
use super::zip_parts::{Budget, Parts};
use super::{CellKind, RawSheet, ReadError, Unseen};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::rc::Rc;

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
    let mut styles = Styles::default();
    if let Some(bytes) = parts.read("styles.xml", budget)? {
        let text = xml::decode(&bytes)?;
        let mut reader = Xml::new(&text);
        loop {
            let event = reader.next()?;
            match &event {
                Event::Eof => break,
                Event::Start(e) | Event::Empty(e) => styles.take(e, matches!(event, Event::Start(_)), &mut reader)?,
                _ => {}
            }
        }
    }
    tables(&parts.require("content.xml", budget)?, styles)
}

/// Reads all tables of a content document.
///
/// # Errors
/// Damaged XML, or repetitions that would grow beyond reason.
pub(super) fn read_content(bytes: &[u8]) -> Result<Vec<RawSheet>, ReadError> {
    tables(bytes, Styles::default())
}

fn tables(bytes: &[u8], styles: Styles) -> Result<Vec<RawSheet>, ReadError> {
    let text = xml::decode(bytes)?;
    let mut content = Content {
        reader: Xml::new(&text),
        styles,
        looks: HashMap::new(),
        columns: Vec::new(),
        row: RowCells::default(),
        repeated: 0,
    };
    let mut sheets = Vec::new();
    loop {
        let event = content.reader.next()?;
        match &event {
            Event::Eof => return Ok(sheets),
            Event::Start(e) | Event::Empty(e) => match xml::name(e) {
                // Deleted cells live on among the tracked changes.
                "tracked-changes" if matches!(event, Event::Start(_)) => content.reader.skip()?,
                "table" if matches!(event, Event::Start(_)) => {
                    let mut grid = Grid::new(xml::attr(e, "name").unwrap_or_default());
                    if content.styles.hides(xml::attr(e, "style-name").as_deref()) {
                        grid.hide();
                    }
                    content.table(&mut grid)?;
                    sheets.push(grid.finish());
                }
                _ => content.styles.take(e, matches!(event, Event::Start(_)), &mut content.reader)?,
            },
            _ => {}
        }
    }
}

struct Content<'a> {
    reader: Xml<'a>,
    styles: Styles,
    /// What the styles of cells come to, by name.
    looks: HashMap<String, Rc<CellStyle>>,
    /// Styles of the columns of the present table, for cells that have none: first column behind them, style.
    columns: Vec<(u32, Rc<CellStyle>)>,
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
    style: Rc<CellStyle>,
    start: usize,
    end: usize,
    /// Where the text ends that is struck through; it stands behind the cell's.
    cut: usize,
}

impl Content<'_> {
    fn table(&mut self, grid: &mut Grid) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        let (mut next_row, mut next_col) = (1u32, 0u32);
        self.columns.clear();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            let opened = matches!(event, Event::Start(_));
            match xml::name(e) {
                "table-column" => {
                    let last = next_col.saturating_add(repeat(e, "number-columns-repeated"));
                    if xml::attr(e, "visibility").is_some_and(|v| v != "visible") {
                        grid.hide_columns(next_col, last - 1);
                    }
                    let style = xml::attr(e, "default-cell-style-name").map(|v| v.into_owned());
                    let look = self.look(style.as_deref().unwrap_or_default());
                    self.columns.push((last, look));
                    next_col = last;
                }
                "table-row" => {
                    let repeat = repeat(e, "number-rows-repeated");
                    let hidden = xml::attr(e, "visibility").is_some_and(|v| v != "visible");
                    self.row.cells.clear();
                    self.row.text.clear();
                    if opened {
                        let style = xml::attr(e, "default-cell-style-name").map(|v| self.look(&v));
                        self.cells(next_row, style, grid)?;
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

    /// What a style of cells comes to.
    fn look(&mut self, name: &str) -> Rc<CellStyle> {
        if let Some(known) = self.looks.get(name) {
            return known.clone();
        }
        let look = Rc::new(self.styles.cell(name));
        self.looks.insert(name.to_owned(), look.clone());
        look
    }

    fn cells(&mut self, row: u32, row_style: Option<Rc<CellStyle>>, grid: &mut Grid) -> Result<(), ReadError> {
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
            let own = xml::attr(e, "style-name").map(|name| self.look(&name));
            let column = || self.columns.iter().find(|(end, _)| col < *end).map(|(_, style)| style.clone());
            let style = own.or_else(|| row_style.clone()).or_else(column).unwrap_or_default();
            self.cell(e, matches!(event, Event::Start(_)), (col, repeat), style)?;
            col = col.saturating_add(repeat);
        }
        Ok(())
    }

    /// Takes one cell into the row.
    fn cell(
        &mut self,
        e: &BytesStart,
        opened: bool,
        (col, repeat): (u32, u32),
        style: Rc<CellStyle>,
    ) -> Result<(), ReadError> {
        let start = self.row.text.len();
        let (mut paragraphs, mut cut) = (0, String::new());
        if opened {
            paragraphs = self.paragraphs(style.struck, &mut cut)?;
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
        if let (None, 0, Some(formula)) = (&value, paragraphs, xml::attr(e, "formula")) {
            // The namespace of the formula language (`of:=A1`) is no part of it.
            let formula = formula.find('=').map_or("=", |at| &formula[at..]);
            (kind, number) = (CellKind::Uncomputed, false);
            value = Some(formula.to_owned());
        }
        // Where some of the text is struck through, the rest of it counts, not the value of the whole.
        let untouched = cut.is_empty();
        if let Some(value) = value.filter(|_| untouched || style.struck) {
            self.row.text.truncate(start);
            if style.struck { cut = value } else { self.row.text.push_str(&value) }
        } else if !untouched {
            (kind, number) = (CellKind::Text, false);
        }
        let end = self.row.text.len();
        self.row.text.push_str(&cut);
        let cut = self.row.text.len();
        if cut > start {
            self.row.cells.push(RowCell { col, repeat, kind, number, style, start, end, cut });
        }
        Ok(())
    }

    /// Appends the paragraphs of the cell just opened, up to its end; what is struck through goes to `cut`. Gives how
    /// many there are.
    fn paragraphs(&mut self, cell_struck: bool, cut: &mut String) -> Result<usize, ReadError> {
        let inside = self.reader.depth();
        let said = &mut self.row.text;
        let (mut paragraphs, mut within) = (0, 0);
        // Open elements whose style says how their text looks: depth, struck.
        let mut looks: Vec<(usize, bool)> = Vec::new();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let depth = self.reader.depth();
            looks.retain(|(at, _)| *at <= depth);
            if let Event::Start(e) = &event
                && matches!(xml::name(e), "p" | "h" | "span" | "a")
                && let Some(struck) = self.styles.strikes(xml::attr(e, "style-name").as_deref())
            {
                looks.push((depth, struck));
            }
            let struck = looks.last().map_or(cell_struck, |(_, struck)| *struck);
            let out = if struck { &mut *cut } else { &mut *said };
            match &event {
                Event::Start(e) | Event::Empty(e) => {
                    let opened = matches!(event, Event::Start(_));
                    match xml::name(e) {
                        // Remarks, phonetic hints, drawings and tables inside the cell are not its text.
                        "annotation" | "ruby-text" | "shapes" | "frame" | "table" if opened => self.reader.skip()?,
                        "p" | "h" => {
                            if paragraphs > 0 && !out.is_empty() {
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
                _ if within > 0 && depth >= within => push_text(&event, out),
                _ => {}
            }
        }
        Ok(paragraphs)
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
                        *repeated += cell.cut - cell.start + 32;
                        if *repeated > REPEAT_LIMIT {
                            return Err(ReadError::damaged("文件声明了过多的重复单元格"));
                        }
                    }
                    if cell.cut > cell.end {
                        let cut = &row.text[cell.end..cell.cut];
                        grid.leave_out(col, Unseen::Struck, text.trim().is_empty(), cut)?;
                        if text.trim().is_empty() {
                            continue;
                        }
                    }
                    if cell.number {
                        grid.put_number(col, text, &cell.style, Epoch::Y1900)?;
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

    #[test]
    fn struck_text_formulas_and_formats() {
        let xml = r#"<office:document-content><office:automatic-styles>
            <number:number-style style:name="N1"><number:text>KN</number:text><number:number number:min-integer-digits="5" number:decimal-places="0"/></number:number-style>
            <number:number-style style:name="N2"><number:number number:min-integer-digits="7" number:decimal-places="0"><number:embedded-text number:position="4">-</number:embedded-text></number:number></number:number-style>
            <style:style style:name="ce1" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style>
            <style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1" style:data-style-name="N1"><style:text-properties style:text-line-through-style="none"/></style:style>
            <style:style style:name="ce3" style:family="table-cell" style:data-style-name="N2"/>
            <style:style style:name="T1" style:family="text"><style:text-properties style:text-line-through-type="single"/></style:style>
            </office:automatic-styles><office:body><office:spreadsheet><table:table table:name="表">
            <table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>
            <table:table-row>
              <table:table-cell table:style-name="ce2" office:value-type="float" office:value="42"><text:p>KN00042</text:p></table:table-cell>
              <table:table-cell table:style-name="ce3" office:value-type="float" office:value="81234"><text:p>008-1234</text:p></table:table-cell>
              <table:table-cell table:formula="of:=1100*1"/>
              <table:table-cell table:formula="of:=A1" office:value-type="string" office:string-value=""><text:p/></table:table-cell>
              <table:table-cell office:value-type="string"><text:p><text:span text:style-name="T1">1500</text:span>1800</text:p></table:table-cell>
              <table:table-cell table:style-name="ce1" office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>
            </table:table-row>
            <table:table-row><table:table-cell table:style-name="ce1" office:value-type="string"><text:p>废</text:p></table:table-cell></table:table-row>
            </table:table></office:spreadsheet></office:body></office:document-content>"#;
        let sheet = &read_content(xml.as_bytes()).unwrap()[0];
        let row = &sheet.rows()[0];
        let cells: Vec<_> = sheet.cells(row).iter().map(|c| (c.col, c.kind, sheet.text(c))).collect();
        let want = [
            (0, CellKind::Number, "42"),
            (1, CellKind::Number, "81234"),
            (2, CellKind::Uncomputed, "=1100*1"),
            (4, CellKind::Text, "1800"),
        ];
        assert_eq!(cells, want);
        let shown = |col: usize| {
            let cell = &sheet.cells(row)[col];
            sheet.format(cell).and_then(|f| f.show(sheet.text(cell)))
        };
        assert_eq!((shown(0).as_deref(), shown(1).as_deref()), (Some("KN00042"), Some("008-1234")));
        let left: Vec<_> = sheet.left_out().iter().map(|l| (l.row, l.col, l.whole, sheet.left_out_text(l))).collect();
        assert_eq!(left, [(1, 4, false, "1500"), (1, 5, true, "5"), (2, 0, true, "废")]);
        assert_eq!((sheet.unseen_rows().len(), sheet.hidden_columns.as_slice()), (1, &[1, 2][..]));
    }
}
