//! What this program itself wrote is never a source, wherever it lies and however it was saved anew.
//!
//! Workbooks are known by the hidden sheet `_hecha`, else by the headings of their lists (a program that saves a workbook anew
//! may drop properties, a person may copy one sheet out), text files by their first lines. What is known here is set aside
//! with a word on what to do with it instead.

use super::sheet::RawSheet;
use super::{FileRead, Reading};
use crate::domain::text;

const HAND_BACK: &str = "这是下发的工作簿，请用 hecha collect 收回";
const PATCHES: &str = "这是hecha的更正清单，请照它在原系统里改正，不作来源";
const RESULT: &str = "这是hecha的结果文件，不作来源";
const TEMPLATE: &str = "这是没有填写的空白模板，填好再放进来";

const ASKED: &str = "这是发出去的核对名单，还没有答复：请对方加上核对日期、核对结论等列交回，再放进来";

/// Headings of 核对名单 as it goes out; with any other column it is an answer, and a source.
const ASKING: [&[&str]; 2] =
    [&["核对序号", "姓名", "身份证号", "档案号", "所属工会", "授权日期"], &["核对序号", "令牌", "授权日期"]];

/// Rows in which a heading is looked for.
const HEAD_ROWS: usize = 30;

/// Headings that only this program's lists have together, and what such a list is.
const HEADINGS: [(&[&str], &str); 11] = [
    (&["核实结果", "更正后的值", "核实说明"], HAND_BACK),
    (&["核实结果", "比对结论", "处理建议"], HAND_BACK),
    (&["档案状态", "纸质档案匹配", "民政匹配"], HAND_BACK),
    (&["帮扶：记录号", "发放：流水号", "对账结果"], HAND_BACK),
    (&["档案状态", "纸质档案", "缺项数"], HAND_BACK),
    (&["原因", "原文", "系统怎样处理，请怎样办"], HAND_BACK),
    (&["疑点编号", "更正为", "原值"], PATCHES),
    (&["变化", "规则", "疑点", "变化情况"], RESULT),
    (&["finding_id", "rule", "severity", "status"], RESULT),
    (&["rule", "file_no", "id_number", "field", "ref"], RESULT),
    (&["疑点编号", "规则", "严重程度", "状态"], RESULT),
];

/// Sheets of 汇总; three of them make one.
const SUMMARY_SHEETS: [&str; 7] = ["汇总表", "进度", "规则排行", "跨单位", "输入台账", "未运行规则", "回收情况"];

/// The explanation that a template carries.
const TEMPLATE_NOTES: &str = "填写说明";

/// Sets a file aside where it is the program's own.
pub(super) fn set_aside(file: &mut FileRead) {
    let why = match &file.reading {
        Reading::Sheets { sheets, .. } => of_sheets(sheets),
        // Sealed: the name tells.
        Reading::Unreadable(error) if error.needs_password() && is_named_as_ours(&file.path) => Some(HAND_BACK),
        _ => None,
    };
    if let Some(why) = why {
        file.reading = Reading::Ignored { why: why.into() };
    }
}

fn is_named_as_ours(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with("核查比对_") && name.to_lowercase().ends_with(".xlsx"))
}

/// What a workbook of the program's own is; None for anybody else's.
fn of_sheets(sheets: &[RawSheet]) -> Option<&'static str> {
    if sheets.iter().any(is_mark) {
        return Some(HAND_BACK);
    }
    if sheets.iter().any(|s| s.name == "_hecha_tables") {
        return Some(RESULT);
    }
    if SUMMARY_SHEETS.iter().filter(|name| sheets.iter().any(|s| s.name == **name)).count() >= 3 {
        return Some(RESULT);
    }
    if is_blank_template(sheets) {
        return Some(TEMPLATE);
    }
    // A list that somebody pasted beside data of his own takes only itself out: see `normalize`.
    let mut written = sheets.iter().filter(|s| !s.is_empty()).map(list);
    let first = written.next()??;
    written.all(|list| list.is_some()).then_some(first)
}

/// The list of this program that a sheet holds.
pub fn list(sheet: &RawSheet) -> Option<&'static str> {
    sheet.rows().iter().take(HEAD_ROWS).find_map(|row| {
        let titles: Vec<String> = sheet.cells(row).iter().map(|c| text::fold(sheet.text(c))).collect();
        let has = |word: &&str| titles.contains(&text::fold(word));
        let written = titles.iter().filter(|title| !title.is_empty()).count();
        if ASKING.iter().any(|words| written == words.len() && words.iter().all(has)) {
            return Some(ASKED);
        }
        HEADINGS.iter().find(|(words, _)| titles.len() >= words.len() && words.iter().all(has)).map(|(_, what)| *what)
    })
}

/// The hidden sheet, by its name or, where it was renamed, by what it says.
fn is_mark(sheet: &RawSheet) -> bool {
    let first = sheet.rows().first().map_or(0, |row| row.number);
    sheet.name == "_hecha"
        || first > 0
            && sheet.text_at(first, 0).trim() == "schema"
            && sheet.text_at(first, 1).trim().starts_with("hecha.unit/")
}

/// A template of which nothing but the heading is written.
fn is_blank_template(sheets: &[RawSheet]) -> bool {
    sheets.iter().any(|s| s.name == TEMPLATE_NOTES)
        && sheets.iter().filter(|s| s.name != TEMPLATE_NOTES && !s.hidden).all(|s| s.rows().len() <= 1)
}

/// What a text of the program's own is, or one that is data but no table; None for anybody else's.
pub(super) fn of_text(bytes: &[u8]) -> Option<&'static str> {
    /// Configurations and keys are short.
    const SHORT: usize = 1 << 20;
    // The lines of a long table are not looked through: its first tells.
    if bytes.len() > SHORT && !bytes.starts_with(b"{") && !bytes.starts_with(b"[") {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim();
    let lines = || text.lines().map(str::trim);
    if text.starts_with(['{', '[']) && text.ends_with(['}', ']']) && is_json(text) {
        let ours = ["hecha.manifest/", "\"finding_id\"", "\"stages\""].iter().any(|word| text.contains(word));
        return Some(if ours { RESULT } else { "JSON 数据，不是表格" });
    }
    let is_config = lines().any(|l| l == "[run]") && lines().any(|l| l.starts_with("federation"));
    if is_config {
        return Some("这是hecha的配置文件，不作来源");
    }
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some("这是密钥文件，不作来源；请移出来源目录");
    }
    let is_lock = lines().count() == 1 && text.contains("，进程号 ");
    is_lock.then_some("这是hecha的运行锁，不作来源")
}

/// One JSON value, or one in each line.
fn is_json(text: &str) -> bool {
    let is_value = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    is_value(text.lines().next().unwrap_or_default()) || is_value(text)
}

/// 总览: the generator it names.
pub(super) fn is_overview(page: &[u8]) -> bool {
    let head = &page[..page.len().min(8192)];
    memchr::memmem::find(head, GENERATOR.as_bytes()).is_some()
}

/// Said in the head of every page the program writes.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"hecha\">";

/// What stands for an overview.
pub(super) fn overview() -> Reading {
    Reading::Ignored { why: RESULT.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sheet::{CellKind, SheetBuilder};

    fn sheet(name: &str, rows: &[&[&str]]) -> RawSheet {
        let mut builder = SheetBuilder::new(name);
        for (number, row) in (1..).zip(rows) {
            builder.row(number, false);
            for (col, text) in (0..).zip(*row) {
                builder.cell(col, CellKind::Text, text).expect("a cell");
            }
        }
        builder.finish()
    }

    #[test]
    fn workbooks_are_known_however_they_were_saved() {
        let data = sheet("在档", &[&["姓名", "身份证号"], &["张三", "510105198001019971"]]);
        let list = sheet("Sheet1", &[&["某区疑点"], &["姓 名", "核实结果", "更正后的值", "核实说明"], &["张三"]]);
        let mark = sheet("换了名", &[&["schema", "hecha.unit/1"]]);
        let of = |sheets: &[RawSheet]| of_sheets(sheets);
        assert_eq!(of(&[sheet("a", &[&["姓名"]]), mark]), Some(HAND_BACK));
        assert_eq!(of(&[sheet("_hecha", &[])]), Some(HAND_BACK));
        assert_eq!(of(&[list]), Some(HAND_BACK));
        assert_eq!(of(&[sheet("", &[&["finding_id", "rule", "severity", "status", "unit"]])]), Some(RESULT));
        let parts = ["汇总表", "规则排行", "输入台账"].map(|name| sheet(name, &[&["单位", "姓名"]]));
        assert_eq!(of(&parts), Some(RESULT));
        assert_eq!(of(&[data]), None);
    }

    #[test]
    fn a_pasted_list_does_not_take_the_data_beside_it_out() {
        let data = || sheet("在档", &[&["姓名", "身份证号"], &["张三", "510105198001019971"]]);
        let pasted = || sheet("贴来的", &[&["核实结果", "更正后的值", "核实说明"]]);
        assert_eq!(of_sheets(&[data(), pasted()]), None);
        assert!(list(&pasted()).is_some() && list(&data()).is_none());
    }

    #[test]
    fn templates_without_data_and_with() {
        let notes = || sheet("填写说明", &[&["列", "说明"], &["姓名", "必填"]]);
        assert_eq!(of_sheets(&[sheet("发放", &[&["*姓名"]]), notes()]), Some(TEMPLATE));
        assert_eq!(of_sheets(&[sheet("发放", &[&["*姓名"], &["张三"]]), notes()]), None);
    }

    #[test]
    fn texts() {
        for (text, ours) in [
            ("{\"schema\": \"hecha.manifest/1\"}", true),
            ("{\"finding_id\":\"a\"}\n{\"finding_id\":\"b\"}\n", true),
            ("# 注\n[run]\nfederation = \"甲\"\n", true),
            (&"0a".repeat(32), true),
            ("核查，进程号 12\n", true),
            ("姓名,身份证号\n张三,510105198001019971\n", false),
            ("[NULL],1\n[NULL],2]", false),
        ] {
            assert_eq!(of_text(text.as_bytes()).is_some(), ours, "{text}");
        }
    }
}
