//! Web pages that call themselves `.xls`: what the export buttons of most systems write.
//!
//! Tokenised by the HTML standard (html5ever), without a tree: every `<table>` with text of its own becomes a
//! sheet, whether or not its cells and rows are closed. Only what a person sees is said: text hidden or struck through
//! by its style is kept apart.

mod css;
mod page;
mod table;

use super::{Format, RawSheet, ReadError, ReadOptions, Reading, text};
use css::Sheet;
use encoding_rs::Encoding;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use page::Page;
use std::cell::RefCell;

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
    let tokenizer = Tokenizer::new(
        Sink { page: RefCell::new(Page::new(Sheet::of_page(page), is_office(page))) },
        TokenizerOpts::default(),
    );
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

/// Whether the page is the picture of a workbook (of Excel, WPS, or meant for them): what it hides there are hidden rows and
/// columns of the workbook.
fn is_office(page: &str) -> bool {
    page[..page.floor_char_boundary(4096)].contains("urn:schemas-microsoft-com:office:excel")
}

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
                (StartTag, name @ ("script" | "style" | "noscript" | "template" | "iframe" | "noframes")) => {
                    page.raw(name);
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

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{CellKind, Merge, Unseen};

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
        let page = "<style>td{x:'<table>'}</style><table><tr>
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

    #[test]
    fn only_what_is_seen_is_said() {
        let cases = [
            "<span class=k>000001100</span>1100",
            "<span hidden>000001100</span>1100",
            "<span style='display: none;'>000001100</span>1100",
            "<span style='visibility:hidden'>000001100</span>1100",
            "<b style='font-size:0'>000001100</b>1100",
            "<span class=k>a<i>b</i></span>1100",
            "<p class=k>0<p>1100",
            "<select><option>000001100</option><option selected>1100</option></select>",
            "<select><option>1100<option>900</select>",
            "<template>000001100</template>1100",
            "<noscript>5</noscript>1100<script>document.write('<b>7</b>')</script>",
            "<input type=hidden value=5>1100",
            "<input type=text value=1100>",
            "1100<input type=submit value=改>",
            "<!-- 000 -->1100",
            "<s>1500</s>1100",
            "<del>1500</del><ins>1100</ins>",
            "<span style='text-decoration:line-through'>1500</span> 1100",
            "<span class=old>1500</span>1100",
        ];
        for cell in cases {
            let page = format!(
                "<style>.k{{display:none}} .old{{text-decoration-line:line-through}}</style><table><tr><th>金额<tr><td>{cell}</td></tr></table>"
            );
            assert_eq!(tables(&page).unwrap()[0].text_at(2, 0), "1100", "{cell}");
        }
        let left = tables("<table><tr><td>a<tr><td><s>1500</s>1100").unwrap();
        let left: Vec<_> = left[0].left_out().iter().map(|l| (l.why, l.whole, left[0].left_out_text(l))).collect();
        assert_eq!(left, [(Unseen::Struck, false, "1500")]);
    }

    #[test]
    fn hidden_rows_cells_and_tables() {
        let page = "<table><tr><th>甲<th style='display:none'>键<th>乙
            <tr><td>1<td style='display:none'>k<td>2<tr style='DISPLAY:none'><td>3<td>4
            <tr><td>5<td style='visibility:hidden'>x<td>6<tr style='text-decoration:line-through'><td>7<td>8</table>
            <div style='display:none'><table><tr><td>旧</table></div>";
        let sheets = tables(page).unwrap();
        let want = [(1, vec![(0, "甲"), (1, "乙")]), (2, vec![(0, "1"), (1, "2")]), (4, vec![(0, "5"), (2, "6")])];
        assert_eq!(texts(&sheets[0]), want);
        let unseen: Vec<_> = sheets[0].unseen_rows().iter().map(|r| (r.number, r.why)).collect();
        assert_eq!(unseen, [(3, Unseen::Hidden), (5, Unseen::Struck)]);
        assert!(sheets[1].hidden && !sheets[0].hidden && sheets[1].text_at(1, 0) == "旧");
        // A page of Excel: a filter hides the row, and the column is one of the sheet.
        let office = "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">
            <table><col><col style='display:none'><tr><td>a<td>b<tr style='display:none'><td>c<td>d</table>";
        let sheet = &tables(office).unwrap()[0];
        assert_eq!((sheet.hidden_rows(), sheet.text_at(2, 1), sheet.hidden_columns.as_slice()), (1, "d", &[1][..]));
    }

    #[test]
    fn a_header_in_a_table_of_its_own() {
        let head = "<table><tr><th>姓名<th>身份证号<th>金额</table>";
        let data = "<table><tr><td>张三<td>510105198001019971<td>5<tr><td>李四<td>1<td>6</table>";
        let sheets = tables(&format!("{head}{data}")).unwrap();
        assert_eq!((sheets.len(), sheets[0].text_at(1, 0), sheets[0].text_at(3, 2)), (1, "姓名", "6"));
        // Another number of columns, or a first table with data: nothing belongs together.
        assert_eq!(tables(&format!("<table><tr><td>开始<td>2018-01-01</table>{data}")).unwrap().len(), 2);
        assert_eq!(tables(&format!("{data}{data}")).unwrap().len(), 2);
        assert_eq!(tables(&format!("{head}{head}")).unwrap().len(), 2);
    }

    #[test]
    fn error_values_and_formulas() {
        let page = "<table><tr><td>#N/A<td>Err:502<td x:fmla='=A1*2'></td><td x:fmla='=1'>1</td><td>#1</table>";
        let sheet = &tables(page).unwrap()[0];
        let kinds: Vec<_> = sheet.cells(&sheet.rows()[0]).iter().map(|c| (c.kind, sheet.text(c))).collect();
        let want = [
            (CellKind::Error, "#N/A"),
            (CellKind::Error, "Err:502"),
            (CellKind::Uncomputed, "=A1*2"),
            (CellKind::Text, "1"),
            (CellKind::Text, "#1"),
        ];
        assert_eq!(kinds, want);
    }
}
