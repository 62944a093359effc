//! XML Spreadsheet 2003 (`Workbook`/`Worksheet`/`Table`/`Row`/`Cell`/`Data`), mostly named `.xls`.
//!
//! Source: Microsoft, *XML Spreadsheet Reference* (Office XP). Numbers keep all their digits.

use super::grid::Grid;
use super::serial::{Epoch, iso_of_literal};
use super::xml::{self, Xml};
use super::{CellKind, RawSheet, ReadError};
use quick_xml::events::{BytesStart, Event};

/// Reads all worksheets.
///
/// # Errors
/// Damaged XML or text in a wrong encoding.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<RawSheet>, ReadError> {
    let text = xml::decode(bytes)?;
    // Exporters that join strings put blank lines before the declaration.
    let mut book = Book { reader: Xml::new(text.trim_start()), scratch: String::new() };
    let mut sheets = Vec::new();
    loop {
        match book.reader.next()? {
            Event::Eof => return Ok(sheets),
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
    scratch: String,
}

impl Book<'_> {
    fn worksheet(&mut self, name: String) -> Result<RawSheet, ReadError> {
        let mut grid = Grid::new(name);
        let inside = self.reader.depth();
        let mut next_row = 1;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            match xml::name(e) {
                "Row" => {
                    let row: u32 = xml::attr_number(e, "Index").unwrap_or(next_row);
                    let span: u32 = xml::attr_number(e, "Span").unwrap_or(0);
                    next_row = row.saturating_add(1).saturating_add(span);
                    grid.row(row, xml::attr_flag(e, "Hidden"))?;
                    if matches!(event, Event::Start(_)) {
                        self.cells(row, &mut grid)?;
                    }
                }
                "Visible" if matches!(event, Event::Start(_)) => {
                    self.scratch.clear();
                    self.reader.text_into(&mut self.scratch)?;
                    if self.scratch.contains("Hidden") {
                        grid.hide();
                    }
                }
                _ => {}
            }
        }
        Ok(grid.finish())
    }

    fn cells(&mut self, row: u32, grid: &mut Grid) -> Result<(), ReadError> {
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
            if matches!(event, Event::Start(_)) {
                self.cell(col, grid)?;
            }
        }
        Ok(())
    }

    fn cell(&mut self, col: u32, grid: &mut Grid) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        while self.reader.depth() >= inside {
            let Event::Start(e) = self.reader.next()? else { continue };
            if xml::name(&e) != "Data" {
                // Comments have a Data of their own.
                self.reader.skip()?;
                continue;
            }
            self.data(&e, col, grid)?;
        }
        Ok(())
    }

    fn data(&mut self, e: &BytesStart, col: u32, grid: &mut Grid) -> Result<(), ReadError> {
        let kind = xml::attr(e, "Type").unwrap_or_default();
        self.scratch.clear();
        self.reader.text_into(&mut self.scratch)?;
        let text = self.scratch.as_str();
        match &*kind {
            "Number" => grid.put_number(col, text, false, Epoch::Y1900),
            "Boolean" => grid.put(col, CellKind::Bool, if xml::flag(text) { "TRUE" } else { "FALSE" }),
            "Error" => grid.put(col, CellKind::Error, text.trim()),
            "DateTime" => match iso_of_literal(text) {
                Some(date) => grid.put(col, CellKind::Date, &date),
                None => grid.put(col, CellKind::Text, text),
            },
            _ => grid.put(col, CellKind::Text, text),
        }
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
}
