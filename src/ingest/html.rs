//! Web pages that call themselves `.xls`: what the export buttons of most systems write.
//!
//! Tokenised by the HTML standard (html5ever), without a tree: every `<table>` with text of its own becomes a
//! sheet, whether or not its cells and rows are closed.

use super::grid::{Grid, MAX_COL};
use super::serial::Epoch;
use super::{CellKind, Format, RawSheet, ReadError, ReadOptions, Reading, text};
use encoding_rs::Encoding;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use std::cell::RefCell;

/// Tables inside tables inside tables: layouts have a few levels.
const MAX_TABLES: usize = 64;

/// Reads the tables of a page.
///
/// # Errors
/// Text in no known encoding, or a page of frames whose tables lie in other files.
pub(super) fn read(bytes: Vec<u8>, options: &ReadOptions) -> Result<Reading, ReadError> {
    let declared = charset(&bytes);
    let (page, _) = text::decode(bytes, options.encoding.as_deref(), declared)?;
    if asks_for_password(&page) {
        let what = "这是系统的登录页面，不是数据（导出时登录已失效）";
        return Err(ReadError::new(what, "请重新登录系统后再导出"));
    }
    reading(Format::Html, tables(&page)?, &page)
}

/// A page that was delivered in place of the export: somebody was no longer logged in.
fn asks_for_password(page: &str) -> bool {
    let page = page.to_ascii_lowercase();
    page.match_indices("<input").any(|(at, _)| {
        let tag = page[at..].split('>').next().unwrap_or_default();
        tag.replace(['"', '\'', ' '], "").contains("type=password")
    })
}

/// What the tables of a page come to.
pub(super) fn reading(format: Format, sheets: Vec<RawSheet>, page: &str) -> Result<Reading, ReadError> {
    if sheets.is_empty() {
        if page.to_ascii_lowercase().contains("<frame") {
            return Err(ReadError::new("网页只有框架，表格在它旁边的文件夹里", "请用 WPS 或 Excel 打开后另存为 .xlsx"));
        }
        return Ok(Reading::Ignored { why: "网页里没有表格".into() });
    }
    Ok(Reading::Sheets { format, sheets })
}

/// The tables of a decoded page, in the order in which they begin.
pub(super) fn tables(page: &str) -> Result<Vec<RawSheet>, ReadError> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    // Fed piece by piece: the tokenizer holds what it is fed.
    let input = BufferQueue::default();
    let mut rest = page;
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(rest.floor_char_boundary(1 << 20));
        input.push_back(StrTendril::from_slice(piece));
        let _ = tokenizer.feed(&input);
        rest = later;
    }
    tokenizer.end();
    tokenizer.sink.page.into_inner().finish()
}

/// The encoding named by a `<meta>` (or the XML declaration of XHTML) near the beginning.
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let after = ["charset=", "encoding="].iter().find_map(|key| head.split_once(key))?.1;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
        .collect();
    Encoding::for_label(label.as_bytes())
}

#[derive(Default)]
struct Sink {
    page: RefCell<Page>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.page.borrow_mut();
        match token {
            CharacterTokens(text) => page.text(&text),
            TagToken(tag) => match (tag.kind, &*tag.name) {
                (StartTag, "script" | "style" | "noscript" | "template") => {
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                }
                (StartTag, "title" | "textarea") => return TokenSinkResult::RawData(RawKind::Rcdata),
                (StartTag, name) => page.open(name, &tag),
                (EndTag, name) => page.close(name),
            },
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The tables of a page as they are read.
#[derive(Default)]
struct Page {
    /// Open tables, the innermost last.
    open: Vec<Table>,
    done: Vec<(usize, RawSheet)>,
    begun: usize,
    /// Tables nested too deep, which are read as text of the cell around them.
    too_deep: usize,
    error: Option<ReadError>,
}

struct Table {
    order: usize,
    grid: Grid,
    row: u32,
    hidden: bool,
    col: u32,
    /// By column, how many further rows a cell from above covers.
    covered: Vec<u32>,
    cell: Option<Cell>,
}

#[derive(Default)]
struct Cell {
    text: String,
    columns: u32,
    rows: u32,
    /// `x:num` (Excel) or `sdval` (LibreOffice), with its value if it has one.
    number: Option<String>,
    as_text: bool,
}

impl Page {
    fn finish(mut self) -> Result<Vec<RawSheet>, ReadError> {
        while !self.open.is_empty() {
            self.close("table");
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        self.done.retain(|(_, sheet)| !sheet.is_empty() || !sheet.faults.is_empty());
        self.done.sort_by_key(|(order, _)| *order);
        let mut sheets: Vec<RawSheet> = self.done.into_iter().map(|(_, sheet)| sheet).collect();
        if sheets.len() > 1 {
            for (i, sheet) in sheets.iter_mut().enumerate() {
                sheet.name = format!("表{}", i + 1);
            }
        }
        Ok(sheets)
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.open.last_mut().and_then(|t| t.cell.as_mut()) {
            cell.push(text);
        }
    }

    fn open(&mut self, name: &str, tag: &Tag) {
        match name {
            "table" if self.open.len() >= MAX_TABLES => self.too_deep += 1,
            "table" => {
                self.open.push(Table::new(self.begun));
                self.begun += 1;
            }
            "tr" | "td" | "th" if self.too_deep == 0 => {
                if let Some(table) = self.open.last_mut() {
                    let done = if name == "tr" { table.open_row(tag) } else { table.open_cell(tag) };
                    self.keep(done);
                }
            }
            "br" | "p" | "div" | "li" => self.line_break(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "table" if self.too_deep > 0 => self.too_deep -= 1,
            "table" => {
                if let Some(mut table) = self.open.pop() {
                    let done = table.close_cell();
                    self.keep(done);
                    self.done.push((table.order, table.grid.finish()));
                }
            }
            "td" | "th" | "tr" if self.too_deep == 0 => {
                if let Some(table) = self.open.last_mut() {
                    let done = table.close_cell();
                    self.keep(done);
                }
            }
            "p" | "div" | "li" => self.line_break(),
            _ => {}
        }
    }

    fn line_break(&mut self) {
        if let Some(cell) = self.open.last_mut().and_then(|t| t.cell.as_mut()) {
            cell.line_break();
        }
    }

    fn keep(&mut self, done: Result<(), ReadError>) {
        if let Err(error) = done {
            self.error.get_or_insert(error);
        }
    }
}

impl Table {
    fn new(order: usize) -> Self {
        let grid = Grid::new("");
        Self { order, grid, row: 0, hidden: false, col: 0, covered: Vec::new(), cell: None }
    }

    fn open_row(&mut self, tag: &Tag) -> Result<(), ReadError> {
        self.close_cell()?;
        if self.row > 0 {
            self.covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        }
        self.row += 1;
        self.col = 0;
        self.hidden = attribute(tag, "style").is_some_and(|s| squeezed(s).contains("display:none"));
        self.grid.row(self.row, self.hidden)
    }

    fn open_cell(&mut self, tag: &Tag) -> Result<(), ReadError> {
        self.close_cell()?;
        if self.row == 0 {
            // Cells without a row: browsers make one.
            self.row = 1;
            self.grid.row(1, false)?;
        }
        let span = |name, most| attribute(tag, name).and_then(|v| v.trim().parse().ok()).unwrap_or(1).clamp(1, most);
        let style = attribute(tag, "style").map(squeezed).unwrap_or_default();
        self.cell = Some(Cell {
            columns: span("colspan", 1000),
            rows: span("rowspan", 65_534),
            number: attribute(tag, "x:num").or_else(|| attribute(tag, "sdval")).map(str::to_owned),
            as_text: style.contains("mso-number-format:\\@") || style.contains("mso-number-format:'\\@'"),
            ..Cell::default()
        });
        Ok(())
    }

    fn close_cell(&mut self) -> Result<(), ReadError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        while self.covered.get(self.col as usize).is_some_and(|rows| *rows > 0) {
            self.col += 1;
        }
        let (first, last) = (self.col, self.col + cell.columns - 1);
        self.col = last + 1;
        let kept = (last + 1).min(MAX_COL) as usize;
        if cell.rows > 1 && first < MAX_COL {
            if self.covered.len() < kept {
                self.covered.resize(kept, 0);
            }
            // The present row counts too: it is taken off when the next one opens.
            self.covered[first as usize..kept].fill(cell.rows);
        }
        self.grid.merge((self.row, self.row + cell.rows - 1), (first, last));
        cell.write(first, &mut self.grid)
    }
}

impl Cell {
    /// Appends text, runs of blanks as one.
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                if !self.text.ends_with([' ', '\n']) && !self.text.is_empty() {
                    self.text.push(' ');
                }
            } else {
                self.text.push(c);
            }
        }
    }

    fn line_break(&mut self) {
        if self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn write(self, col: u32, grid: &mut Grid) -> Result<(), ReadError> {
        let shown = self.text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{a0}');
        match self.number {
            // The exact value, unless what is shown is no number: then the value is that of a date.
            Some(value) if !self.as_text && looks_numeric(shown) => {
                let value = if value.trim().is_empty() { shown } else { &value };
                grid.put_number(col, value, false, Epoch::Y1900)
            }
            _ => grid.put(col, CellKind::Text, shown),
        }
    }
}

/// Whether a shown text is a number with the usual trimmings.
fn looks_numeric(shown: &str) -> bool {
    let trimmings = |c: char| matches!(c, ',' | ' ' | '￥' | '¥' | '$' | '%' | '(' | ')' | '\u{a0}');
    shown.replace(trimmings, "").parse::<f64>().is_ok()
}

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
}

fn squeezed(style: &str) -> String {
    style.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '"' { '\'' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Merge;

    fn texts(sheet: &RawSheet) -> Vec<(u32, Vec<(u16, &str)>)> {
        let cells = |r| sheet.cells(r).iter().map(|c| (c.col, sheet.text(c))).collect();
        sheet.rows().iter().map(|r| (r.number, cells(r))).collect()
    }

    #[test]
    fn spans_and_unclosed_cells() {
        let page = "<table><tr><th rowspan=2>姓名<th colspan=2>收入</th><tr><td>月<td>年
            <tr><td>张三<td>1<td>2</table>";
        let sheets = tables(page).unwrap();
        let want = [
            (1, vec![(0, "姓名"), (1, "收入")]),
            (2, vec![(1, "月"), (2, "年")]),
            (3, vec![(0, "张三"), (1, "1"), (2, "2")]),
        ];
        assert_eq!(texts(&sheets[0]), want);
        let merges = [
            Merge { first_row: 1, last_row: 2, first_col: 0, last_col: 0 },
            Merge { first_row: 1, last_row: 1, first_col: 1, last_col: 2 },
        ];
        assert_eq!(sheets[0].merges, merges);
    }

    #[test]
    fn numbers_texts_and_blanks() {
        let page = "<style>td{x:'<table>'}</style><table><tr style='DISPLAY: none'>
            <td x:num='510105198001019971'>5.1E+17</td><td x:num>12</td><td x:num='43702'>2019/8/25</td>
            <td style='mso-number-format:\"\\@\"' x:num='1'>0012</td><td>&nbsp;</td><td> a <br> b&amp;c <p>d</p></td>
            <td x:num='1234.5'>￥1,234.50</td></tr></table>";
        let sheet = &tables(page).unwrap()[0];
        let row = &sheet.rows()[0];
        let cells: Vec<_> = sheet.cells(row).iter().map(|c| (c.col, c.kind, sheet.text(c))).collect();
        let want = [
            (0, CellKind::Number, "510105198001019971"),
            (1, CellKind::Number, "12"),
            (2, CellKind::Text, "2019/8/25"),
            (3, CellKind::Text, "0012"),
            (5, CellKind::Text, "a\nb&c\nd"),
            (6, CellKind::Number, "1234.5"),
        ];
        assert_eq!(cells, want);
        assert!(row.hidden);
    }

    #[test]
    fn layout_tables_fall_away() {
        let page = "<table><tr><td><table><tr><td>甲</table></td><td><table><tr><td>乙</table></table>";
        let sheets = tables(page).unwrap();
        let names: Vec<_> = sheets.iter().map(|s| (s.name.as_str(), s.text_at(1, 0))).collect();
        assert_eq!(names, [("表1", "甲"), ("表2", "乙")]);
        let deep = "<table><tr><td>".repeat(3000) + "x";
        assert_eq!(tables(&deep).unwrap().len(), 1);
        assert!(tables("<p>x").unwrap().is_empty());
        assert_eq!(tables("<table><td rowspan=99999 colspan=99999999>x<tr><td>y").unwrap()[0].text_at(2, 0), "");
    }

    #[test]
    fn charsets() {
        let page =
            "<html><meta http-equiv=Content-Type content='text/html; charset=gb2312'><table><tr><td>张㛃</table>";
        let options = ReadOptions::default();
        for bytes in [encoding_rs::GB18030.encode(page).0.into_owned(), page.as_bytes().to_vec()] {
            let Ok(Reading::Sheets { sheets, .. }) = read(bytes, &options) else { panic!("no sheets") };
            assert_eq!(sheets[0].text_at(1, 0), "张㛃");
        }
    }
}
