//! An HTML table named `.xls`, as web systems export it: GB2312 or UTF-8, cells that span, and Office's own hints at types.

use std::fmt::Write;

use encoding_rs::GBK;

use crate::synth::write::dice::Dice;
use crate::synth::write::grid::{Book, Cell, Grid, span_at};

/// The bytes of a page with one table a sheet.
pub(super) fn write(book: &Book, dice: &mut Dice) -> Vec<u8> {
    let gb2312 = dice.chance(50);
    let charset = if gb2312 { "gb2312" } else { "utf-8" };
    let mut page = format!(
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\r\n\
         <head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset={charset}\">\r\n\
         <style>td {{ white-space: nowrap; }} br {{ mso-data-placement: same-cell; }}</style>\r\n</head>\r\n<body>\r\n"
    );
    for grid in &book.sheets {
        table(&mut page, grid);
    }
    page.push_str("</body>\r\n</html>\r\n");
    if gb2312 {
        // What GBK lacks becomes a character reference, as the standard asks of forms.
        GBK.encode(&page).0.into_owned()
    } else {
        page.into_bytes()
    }
}

fn table(page: &mut String, grid: &Grid) {
    let spans = grid.spans_by_row();
    let width = grid.width();
    page.push_str("<table border=\"1\" cellspacing=\"0\">\r\n");
    for (r, line) in grid.lines.iter().enumerate() {
        page.push_str(if line.hidden { "<tr style=\"display:none\">" } else { "<tr>" });
        for c in 0..width {
            let mut attributes = String::new();
            if let Some(m) = span_at(&spans[r], c) {
                if !m.starts_at(r, c) {
                    continue;
                }
                if m.width() > 1 {
                    attributes.push_str(&format!(" colspan=\"{}\"", m.width()));
                }
                if m.height() > 1 {
                    attributes.push_str(&format!(" rowspan=\"{}\"", m.height()));
                }
            }
            let (hint, content) = match line.cells.get(c).unwrap_or(&Cell::Blank) {
                Cell::Blank => ("", "&nbsp;".to_owned()),
                Cell::Text(text) if text.chars().any(|c| c.is_ascii_digit()) => {
                    (" style=\"mso-number-format:'\\@'\"", markup(text))
                }
                Cell::Text(text) => ("", markup(text)),
                Cell::Number(literal, _) => (" x:num", literal.clone()),
                Cell::Date(date, style) => ("", style.print(*date)),
            };
            // Writing to a string cannot fail.
            let _ = write!(page, "<td{attributes}{hint}>{content}</td>");
        }
        page.push_str("</tr>\r\n");
    }
    page.push_str("</table>\r\n");
}

fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_blank = true;
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br>"),
            // A browser folds blanks in a row and at the edges.
            ' ' if after_blank => out.push_str("&nbsp;"),
            c => out.push(c),
        }
        after_blank = c == ' ';
    }
    out
}
