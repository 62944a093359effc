//! XML Spreadsheet 2003 (`Workbook`/`Worksheet`/`Table`/`Row`/`Cell`/`Data`), mostly named `.xls`.
//!
//! Source: Microsoft, *XML Spreadsheet Reference* (Office XP). Numbers keep all their digits.

use super::grid::Grid;
use super::serial::{Epoch, iso_of_literal};
use super::style::{self, CellStyle};
use super::xml::{self, Xml, push_text};
use super::{CellKind, RawSheet, ReadError, Unseen};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// Reads all worksheets.
///
/// # Errors
/// Damaged XML or text in a wrong encoding.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<RawSheet>, ReadError> {
    let text = xml::decode(bytes)?;
    // Exporters that join strings put blank lines before the declaration.
    let mut book = Book { reader: Xml::new(text.trim_start()), styles: HashMap::new() };
    let mut sheets = Vec::new();
    loop {
        match book.reader.next()? {
            Event::Eof => return Ok(sheets),
            Event::Start(e) if xml::name(&e) == "Style" => {
                let id = xml::attr(&e, "ID").unwrap_or_default().into_owned();
                let parent = xml::attr(&e, "Parent").and_then(|p| book.styles.get(&*p).cloned());
                let style = book.style(parent.unwrap_or_default())?;
                book.styles.insert(id, style);
            }
            Event::Start(e) if xml::name(&e) == "Worksheet" => {
                let name = xml::attr(&e, "Name").unwrap_or_default().into_owned();
                sheets.push(book.worksheet(name)?);
            }
            _ => {}
        }
    }
}

struct Book<'a> {
    reader: Xml<'a>,
    styles: HashMap<String, CellStyle>,
}

/// What stands in the start tag of a cell, or of the row or column it takes its style from.
struct CellTag {
    col: u32,
    style: CellStyle,
    formula: Option<String>,
}

impl Book<'_> {
    /// The style just opened, on top of the one it builds on.
    fn style(&mut self, mut style: CellStyle) -> Result<CellStyle, ReadError> {
        let inside = self.reader.depth();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            match xml::name(e) {
                "Font" => {
                    if let Some(struck) = xml::attr(e, "StrikeThrough") {
                        style.struck = xml::flag(&struck);
                    }
                }
                "NumberFormat" => {
                    if let Some(code) = xml::attr(e, "Format") {
                        style = CellStyle { struck: style.struck, ..of_name(&code) };
                    }
                }
                _ => {}
            }
        }
        Ok(style)
    }

    fn style_of(&self, e: &BytesStart) -> Option<CellStyle> {
        self.styles.get(&*xml::attr(e, "StyleID")?).cloned()
    }

    fn worksheet(&mut self, name: String) -> Result<RawSheet, ReadError> {
        let mut grid = Grid::new(name);
        let inside = self.reader.depth();
        let (mut next_row, mut next_col) = (1, 0u32);
        // Styles of columns, for cells that have none.
        let mut columns: HashMap<u32, CellStyle> = HashMap::new();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            match xml::name(e) {
                "Column" => {
                    let first = xml::attr_number::<u32>(e, "Index").map_or(next_col, |i| i.saturating_sub(1));
                    let last = first.saturating_add(xml::attr_number::<u32>(e, "Span").unwrap_or(0));
                    next_col = last.saturating_add(1);
                    let narrow = xml::attr(e, "Width").is_some_and(|w| w.trim().parse() == Ok(0.0));
                    if xml::attr_flag(e, "Hidden") || narrow {
                        grid.hide_columns(first, last);
                    }
                    if let Some(style) = self.style_of(e) {
                        columns.extend((first..=last.min(1024)).map(|col| (col, style.clone())));
                    }
                }
                "Row" => {
                    let row: u32 = xml::attr_number(e, "Index").unwrap_or(next_row);
                    let span: u32 = xml::attr_number(e, "Span").unwrap_or(0);
                    next_row = row.saturating_add(1).saturating_add(span);
                    let narrow = xml::attr(e, "Height").is_some_and(|h| h.trim().parse() == Ok(0.0));
                    grid.row(row, xml::attr_flag(e, "Hidden") || narrow)?;
                    let style = self.style_of(e);
                    if matches!(event, Event::Start(_)) {
                        self.cells(row, style.as_ref(), &columns, &mut grid)?;
                    }
                }
                "Visible" if matches!(event, Event::Start(_)) => {
                    let mut state = String::new();
                    self.reader.text_into(&mut state)?;
                    if state.contains("Hidden") {
                        grid.hide();
                    }
                }
                _ => {}
            }
        }
        Ok(grid.finish())
    }

    fn cells(
        &mut self,
        row: u32,
        row_style: Option<&CellStyle>,
        columns: &HashMap<u32, CellStyle>,
        grid: &mut Grid,
    ) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        let mut next_col = 0u32;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            if xml::name(e) != "Cell" {
                continue;
            }
            // Columns count from 1 here.
            let col = xml::attr_number::<u32>(e, "Index").map_or(next_col, |i| i.saturating_sub(1));
            let span = |name| xml::attr_number::<u32>(e, name).unwrap_or(0);
            let (across, down) = (span("MergeAcross"), span("MergeDown"));
            grid.merge((row, row.saturating_add(down)), (col, col.saturating_add(across)));
            next_col = col.saturating_add(across).saturating_add(1);
            let style = self.style_of(e).or_else(|| row_style.cloned()).or_else(|| columns.get(&col).cloned());
            let formula = xml::attr(e, "Formula").map(std::borrow::Cow::into_owned);
            let tag = CellTag { col, style: style.unwrap_or_default(), formula };
            self.cell(&tag, matches!(event, Event::Start(_)), grid)?;
        }
        Ok(())
    }

    fn cell(&mut self, tag: &CellTag, opened: bool, grid: &mut Grid) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        let mut valued = false;
        while opened && self.reader.depth() >= inside {
            let Event::Start(e) = self.reader.next()? else { continue };
            if xml::name(&e) != "Data" {
                // Comments have a Data of their own.
                self.reader.skip()?;
                continue;
            }
            valued |= self.data(&e, tag, grid)?;
        }
        if let (false, Some(formula)) = (valued, &tag.formula) {
            if tag.style.struck {
                return grid.leave_out(tag.col, Unseen::Struck, true, formula);
            }
            return grid.put(tag.col, CellKind::Uncomputed, formula);
        }
        Ok(())
    }

    /// Writes the value just opened, and tells whether there is one.
    fn data(&mut self, e: &BytesStart, tag: &CellTag, grid: &mut Grid) -> Result<bool, ReadError> {
        let kind = xml::attr(e, "Type").unwrap_or_default();
        let col = tag.col;
        let (text, cut) = self.runs(tag.style.struck)?;
        if !cut.is_empty() {
            grid.put_cut(col, &text, &cut)?;
            return Ok(true);
        }
        let trimmed = text.trim();
        match &*kind {
            "Number" => grid.put_number(col, trimmed, &tag.style, Epoch::Y1900)?,
            "Boolean" => grid.put(col, CellKind::Bool, if xml::flag(&text) { "TRUE" } else { "FALSE" })?,
            "Error" => grid.put(col, CellKind::Error, trimmed)?,
            "DateTime" => match iso_of_literal(&text) {
                Some(date) => grid.put(col, CellKind::Date, &date)?,
                None => grid.put(col, CellKind::Text, &text)?,
            },
            // An empty text is a value too.
            _ => {
                grid.put(col, CellKind::Text, &text)?;
                return Ok(true);
            }
        }
        Ok(!trimmed.is_empty())
    }

    /// The text of the element just opened, and what of it is struck through: by its cell, or by `<S>` around it.
    fn runs(&mut self, cell_struck: bool) -> Result<(String, String), ReadError> {
        let outside = self.reader.depth() - 1;
        let (mut said, mut cut) = (String::new(), String::new());
        let mut struck_from: Option<usize> = None;
        while self.reader.depth() > outside {
            let event = self.reader.next()?;
            if struck_from.is_some_and(|depth| self.reader.depth() < depth) {
                struck_from = None;
            }
            if let Event::Start(e) = &event
                && matches!(xml::name(e), "S" | "s" | "Strike" | "strike" | "Del" | "del")
            {
                struck_from.get_or_insert(self.reader.depth());
            }
            push_text(&event, if cell_struck || struck_from.is_some() { &mut cut } else { &mut said });
        }
        Ok((said, cut))
    }
}

/// The style of a number format: a code, or one of the names that the format has for some.
fn of_name(format: &str) -> CellStyle {
    match format {
        "General" | "General Number" | "Currency" | "Euro Currency" | "Fixed" | "Standard" | "Percent"
        | "Scientific" | "Yes/No" | "True/False" | "On/Off" | "Long Time" | "Medium Time" | "Short Time" => {
            CellStyle::default()
        }
        "General Date" | "Long Date" | "Medium Date" | "Short Date" => CellStyle { date: true, ..CellStyle::default() },
        code => style::of_code(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Merge;

    #[test]
    fn a_workbook() {
        let xml = r#"
<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="困难职工"><Table>
  <Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">标题</Data></Cell><Cell><Data ss:Type="String">c</Data></Cell></Row>
  <Row ss:Index="5" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="Number">510105198001019971</Data></Cell>
   <Cell><Data ss:Type="DateTime">2019-08-25T00:00:00.000</Data><Comment><ss:Data>批注</ss:Data></Comment></Cell>
   <Cell><ss:Data ss:Type="String"><B>张</B>三&#10;x</ss:Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
  <Row><Cell/><Cell><Data ss:Type="Number">1</Data></Cell></Row>
 </Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
 <Worksheet ss:Name="空"/></Workbook>"#;
        let sheets = read(xml.as_bytes()).unwrap();
        let sheet = &sheets[0];
        assert!(sheet.hidden && sheet.row(5).unwrap().hidden);
        let all: Vec<_> =
            sheet.rows().iter().flat_map(|r| sheet.cells(r).iter().map(|c| (r.number, c.col, sheet.text(c)))).collect();
        let want = [
            (1, 0, "标题"),
            (1, 2, "c"),
            (5, 1, "510105198001019971"),
            (5, 2, "2019-08-25"),
            (5, 3, "张三\nx"),
            (5, 4, "TRUE"),
            (6, 1, "1"),
        ];
        assert_eq!(all, want);
        assert_eq!(sheet.merges, [Merge { first_row: 1, last_row: 2, first_col: 0, last_col: 1 }]);
        assert!(read(&xml.as_bytes()[..600]).is_err());
    }

    #[test]
    fn styles_formulas_and_struck_text() {
        let xml = r#"<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Styles><Style ss:ID="Default"/><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style>
  <Style ss:ID="s2" ss:Parent="s1"><NumberFormat ss:Format="&quot;KN&quot;000"/><Font ss:StrikeThrough="0"/></Style>
  <Style ss:ID="s3"><NumberFormat ss:Format="Fixed"/></Style></Styles>
 <Worksheet ss:Name="表"><Table><Column ss:Index="2" ss:Hidden="1" ss:Span="1"/>
  <Row><Cell ss:StyleID="s2"><Data ss:Type="Number">7</Data></Cell><Cell ss:Formula="=RC[-1]*2"/>
   <Cell ss:Formula="=1"><Data ss:Type="Number"></Data></Cell><Cell ss:Formula="=2"><Data ss:Type="Number">2</Data></Cell>
   <Cell ss:StyleID="s3"><Data ss:Type="Number">43702</Data></Cell>
   <Cell><ss:Data ss:Type="String"><S>1500</S>1800</ss:Data></Cell></Row>
  <Row ss:StyleID="s1"><Cell><Data ss:Type="String">废</Data></Cell><Cell><Data ss:Type="Number">5</Data></Cell></Row>
 </Table></Worksheet></Workbook>"#;
        let sheet = &read(xml.as_bytes()).unwrap()[0];
        let cells: Vec<_> = sheet.cells(&sheet.rows()[0]).iter().map(|c| (c.col, c.kind, sheet.text(c))).collect();
        let want = [
            (0, CellKind::Number, "7"),
            (1, CellKind::Uncomputed, "=RC[-1]*2"),
            (2, CellKind::Uncomputed, "=1"),
            (3, CellKind::Number, "2"),
            (4, CellKind::Number, "43702"),
            (5, CellKind::Text, "1800"),
        ];
        assert_eq!(cells, want);
        let first = sheet.cell(1, 0).unwrap();
        assert_eq!(sheet.format(first).and_then(|f| f.show("7")).as_deref(), Some("KN007"));
        assert_eq!((sheet.unseen_rows().len(), sheet.hidden_columns.as_slice()), (1, &[1, 2][..]));
    }
}
