//! SpreadsheetML 2003, the single XML file that Excel 2002 and 2003 (and many web systems) save as `.xls`.

use std::fmt::Write;

use super::package::xml;
use crate::synth::write::grid::{Book, Cell, Grid, Style, span_at};

/// The bytes of a workbook.
pub(super) fn write(book: &Book) -> Vec<u8> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<?mso-application progid=\"Excel.Sheet\"?>\r\n\
         <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\r\n<Styles>\r\n",
    );
    for style in Style::ALL {
        let code = match style {
            Style::General => "General",
            Style::Text => "@",
            Style::Money => "#,##0.00",
            Style::DateSlash => "Short Date",
            Style::DateHanBuiltin => "yyyy\"年\"m\"月\"d\"日\"",
            Style::DateDash | Style::DateHan => style.custom_code().unwrap_or("General"),
        };
        // Writing to a string cannot fail, here and below.
        let _ =
            write!(out, "<Style ss:ID=\"s{}\"><NumberFormat ss:Format=\"{}\"/></Style>\r\n", style.index(), xml(code));
    }
    out.push_str("</Styles>\r\n");
    for grid in &book.sheets {
        worksheet(&mut out, grid);
    }
    out.push_str("</Workbook>\r\n");
    out.into_bytes()
}

fn worksheet(out: &mut String, grid: &Grid) {
    let _ = write!(out, "<Worksheet ss:Name=\"{}\">\r\n<Table>\r\n", xml(&grid.name));
    let (width, spans) = (grid.width(), grid.spans_by_row());
    let mut expected_row = 0;
    for (r, line) in grid.lines.iter().enumerate() {
        if line.cells.iter().all(|c| *c == Cell::Blank) && !line.hidden && spans[r].is_empty() {
            continue;
        }
        let index = if r == expected_row { String::new() } else { format!(" ss:Index=\"{}\"", r + 1) };
        expected_row = r + 1;
        let _ = write!(out, "<Row{index}{}>", if line.hidden { " ss:Hidden=\"1\"" } else { "" });
        let mut expected_col = 0;
        for c in 0..width {
            let cell = line.cells.get(c).unwrap_or(&Cell::Blank);
            let merge = span_at(&spans[r], c);
            let head = merge.filter(|m| m.starts_at(r, c));
            if merge.is_some() != head.is_some() || (*cell == Cell::Blank && head.is_none()) {
                continue;
            }
            let index = if c == expected_col { String::new() } else { format!(" ss:Index=\"{}\"", c + 1) };
            expected_col = c + head.map_or(1, |m| m.width());
            let mut spans = String::new();
            if let Some(m) = head {
                if m.width() > 1 {
                    let _ = write!(spans, " ss:MergeAcross=\"{}\"", m.width() - 1);
                }
                if m.height() > 1 {
                    let _ = write!(spans, " ss:MergeDown=\"{}\"", m.height() - 1);
                }
            }
            let (style, data) = match cell {
                Cell::Blank => (Style::General, String::new()),
                Cell::Text(text) => (Style::Text, format!("<Data ss:Type=\"String\">{}</Data>", xml(text))),
                Cell::Number(literal, style) => (*style, format!("<Data ss:Type=\"Number\">{literal}</Data>")),
                Cell::Date(date, style) => {
                    let day = Style::DateDash.print(*date);
                    (*style, format!("<Data ss:Type=\"DateTime\">{day}T00:00:00.000</Data>"))
                }
            };
            let _ = write!(out, "<Cell{index}{spans} ss:StyleID=\"s{}\">{data}</Cell>", style.index());
        }
        out.push_str("</Row>\r\n");
    }
    out.push_str("</Table>\r\n</Worksheet>\r\n");
}
