//! Word documents (`.docx`): every table a sheet, with the paragraphs around it as rows of one cell.
//!
//! Source: ECMA-376 part 1, §17.4 (tables), §17.3 (paragraphs). A form that was filled in in Word names its unit
//! and date in the lines above the table; they become rows above it.

use super::grid::Grid;
use super::xml::{self, Xml, push_text};
use super::zip_parts::{Budget, Parts};
use super::{CellKind, RawSheet, ReadError};
use quick_xml::events::{BytesStart, Event};

/// Reads the tables of the main document part.
///
/// # Errors
/// Damaged, or a document without a table.
pub(super) fn read(mut parts: Parts, part: &str, budget: &Budget) -> Result<Vec<RawSheet>, ReadError> {
    let bytes = parts.require(part, budget)?;
    tables(&xml::decode(&bytes)?)
}

fn tables(text: &str) -> Result<Vec<RawSheet>, ReadError> {
    let mut document = Document { reader: Xml::new(text), sheets: Vec::new() };
    let mut before: Vec<String> = Vec::new();
    loop {
        match document.reader.next()? {
            Event::Start(e) => match xml::name(&e) {
                "tbl" => {
                    let lines = std::mem::take(&mut before);
                    document.table(lines)?;
                }
                "p" => {
                    let line = document.paragraph()?;
                    before.extend((!line.trim().is_empty()).then_some(line));
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if document.sheets.is_empty() {
        return Err(ReadError::new("Word 文档里没有表格", "请把内容填进表格后另存为 .xlsx"));
    }
    // Lines behind the last table (signature, date) stand below it.
    document.sheets.sort_by_key(|s| s.order);
    let last = document.sheets.len() - 1;
    let mut sheets = Vec::new();
    for (i, mut sheet) in document.sheets.into_iter().enumerate() {
        if i == last {
            for line in std::mem::take(&mut before) {
                sheet.line(&line)?;
            }
        }
        sheets.push(sheet.grid.finish());
    }
    if sheets.len() > 1 {
        for (i, sheet) in sheets.iter_mut().enumerate() {
            sheet.name = format!("表{}", i + 1);
        }
    }
    Ok(sheets)
}

struct Document<'a> {
    reader: Xml<'a>,
    sheets: Vec<Sheet>,
}

struct Sheet {
    order: usize,
    grid: Grid,
    row: u32,
    /// By column, the row in which a downward merge began and the last it covers.
    down: Vec<Option<(u32, u32, u32)>>,
}

impl Sheet {
    fn line(&mut self, text: &str) -> Result<(), ReadError> {
        self.row += 1;
        self.grid.row(self.row, false)?;
        self.grid.put(0, CellKind::Text, text.trim())
    }

    /// Ends the downward merge at a column.
    fn end_down(&mut self, col: u32) {
        if let Some((first, last, width)) = self.down.get_mut(col as usize).and_then(Option::take)
            && last > first
        {
            self.grid.merge((first, last), (col, col + width - 1));
        }
    }
}

/// What stands in the properties of a cell.
struct Shape {
    width: u32,
    /// `Some(true)` begins a downward merge, `Some(false)` goes on with one.
    down: Option<bool>,
}

impl Document<'_> {
    /// The table just opened. Tables inside its cells become sheets of their own.
    fn table(&mut self, before: Vec<String>) -> Result<(), ReadError> {
        let order = self.sheets.len();
        // Its place is taken now, so that inner tables come after it.
        let mut sheet = Sheet { order, grid: Grid::new(""), row: 0, down: Vec::new() };
        self.sheets.push(Sheet { order: usize::MAX, grid: Grid::new(""), row: 0, down: Vec::new() });
        for line in before {
            sheet.line(&line)?;
        }
        let inside = self.reader.depth();
        let mut col = 0u32;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            match xml::name(e) {
                "tr" => {
                    sheet.row += 1;
                    sheet.grid.row(sheet.row, false)?;
                    col = 0;
                }
                "gridBefore" => col = number(e).min(1024),
                "tc" if matches!(event, Event::Start(_)) => {
                    let (shape, text) = self.cell()?;
                    sheet.grid.row(sheet.row.max(1), false)?;
                    match shape.down {
                        Some(false) => {
                            if let Some(Some((_, last, _))) = sheet.down.get_mut(col as usize) {
                                *last = sheet.row;
                            }
                        }
                        begins => {
                            sheet.end_down(col);
                            if begins == Some(true) && col < 1024 {
                                sheet.down.resize(sheet.down.len().max(col as usize + 1), None);
                                sheet.down[col as usize] = Some((sheet.row, sheet.row, shape.width));
                            } else {
                                sheet.grid.merge((sheet.row, sheet.row), (col, col + shape.width - 1));
                            }
                        }
                    }
                    sheet.grid.put(col, CellKind::Text, text.trim())?;
                    col = col.saturating_add(shape.width).min(1 << 20);
                }
                _ => {}
            }
        }
        for col in 0..sheet.down.len() {
            // A merge that covers one row only may still be wide.
            if let Some((first, last, width)) = sheet.down[col]
                && first == last
            {
                sheet.grid.merge((first, last), (col as u32, col as u32 + width - 1));
            }
            sheet.end_down(col as u32);
        }
        self.sheets[order] = sheet;
        Ok(())
    }

    /// The cell just opened: its shape and its paragraphs.
    fn cell(&mut self) -> Result<(Shape, String), ReadError> {
        let inside = self.reader.depth();
        let mut shape = Shape { width: 1, down: None };
        let mut text = String::new();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            let opened = matches!(event, Event::Start(_));
            match xml::name(e) {
                "gridSpan" => shape.width = number(e).clamp(1, 1024),
                "vMerge" => shape.down = Some(xml::attr(e, "val").is_some_and(|v| v == "restart")),
                "p" if opened => {
                    let line = self.paragraph()?;
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(&line);
                }
                "tbl" if opened => self.table(Vec::new())?,
                _ => {}
            }
        }
        Ok((shape, text))
    }

    /// The text of the paragraph just opened. Deleted text (`delText`) and field codes are not read.
    fn paragraph(&mut self) -> Result<String, ReadError> {
        let inside = self.reader.depth();
        let mut text = String::new();
        let mut run = false;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            match &event {
                Event::Start(e) | Event::Empty(e) => {
                    let opened = matches!(event, Event::Start(_));
                    match xml::name(e) {
                        "t" => run = opened,
                        "tab" if self.reader.depth() > inside + 1 || !opened => text.push(' '),
                        "br" | "cr" => text.push('\n'),
                        "sym" => text.extend(symbol(e)),
                        // The same text once more for old programs; text boxes have paragraphs of their own.
                        "Fallback" | "rt" | "pPr" if opened => self.reader.skip()?,
                        _ => {}
                    }
                }
                Event::End(e) if xml::local(e.name().0) == "t" => run = false,
                _ if run => push_text(&event, &mut text),
                _ => {}
            }
        }
        Ok(text)
    }
}

fn number(e: &BytesStart) -> u32 {
    xml::attr_number(e, "val").unwrap_or(0)
}

/// The ticks and boxes that forms take from Wingdings; other symbols stay a replacement character.
fn symbol(e: &BytesStart) -> Option<char> {
    let font = xml::attr(e, "font").unwrap_or_default();
    let code = u32::from_str_radix(&xml::attr(e, "char")?, 16).ok()? & 0xFF;
    Some(match (font.as_ref(), code) {
        ("Wingdings", 0xFE) | ("Wingdings 2", 0x52) => '☑',
        ("Wingdings", 0xFD) | ("Wingdings 2", 0x53 | 0x54) => '☒',
        ("Wingdings", 0xFC) | ("Wingdings 2", 0x50) => '√',
        ("Wingdings", 0xFB) | ("Wingdings 2", 0x4F) => '×',
        ("Wingdings", 0xA8 | 0x6F) | ("Wingdings 2", 0xA3) => '□',
        _ => char::REPLACEMENT_CHARACTER,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Merge;

    #[test]
    fn a_form() {
        let cell = |shape: &str, text: &str| {
            format!("<w:tc><w:tcPr>{shape}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
        };
        let restart = r#"<w:vMerge w:val="restart"/>"#;
        let rows = [
            cell("", "姓名") + &cell("", "张三") + &cell(restart, "照片"),
            cell(r#"<w:gridSpan w:val="2"/>"#, "住址") + &cell("<w:vMerge/>", ""),
            cell("", "子女")
                + "<w:tc><w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>内</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:tc>",
        ]
        .map(|cells| format!("<w:tr>{cells}</w:tr>"))
        .concat();
        let xml = format!(
            r#"<w:document><w:body><w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>入户</w:t></w:r><w:r><w:t xml:space="preserve">调查表</w:t></w:r></w:p>
            <w:p/><w:tbl>{rows}</w:tbl>
            <w:p><w:r><w:t>签字：</w:t></w:r><w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p></w:body></w:document>"#
        );
        let sheets = tables(&xml).unwrap();
        let all: Vec<_> = sheets[0]
            .rows()
            .iter()
            .flat_map(|r| sheets[0].cells(r).iter().map(|c| (r.number, c.col, sheets[0].text(c))))
            .collect();
        let want =
            [(1, 0, "入户调查表"), (2, 0, "姓名"), (2, 1, "张三"), (2, 2, "照片"), (3, 0, "住址"), (4, 0, "子女")];
        assert_eq!(all, want);
        let merges = [
            Merge { first_row: 3, last_row: 3, first_col: 0, last_col: 1 },
            Merge { first_row: 2, last_row: 3, first_col: 2, last_col: 2 },
        ];
        assert_eq!(sheets[0].merges, merges);
        assert_eq!((sheets[1].text_at(1, 0), sheets[1].text_at(2, 0)), ("内", "签字：☑"));
        assert!(tables("<w:document><w:body/></w:document>").is_err());
    }
}
