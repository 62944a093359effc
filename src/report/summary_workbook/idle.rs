//! 未运行规则: what could not be judged this time, and why; below it what could not be checked.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::Page;
use super::looks::Weight;
use super::table::{Cell, Column, Table};

/// Name of the sheet.
pub const NAME: &str = "未运行规则";

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let columns = [
        Column::new("编码", 70),
        Column::new("疑点", 200),
        Column::new("类别", 60),
        Column::new("严重程度", 60),
        Column::new("为什么没有运行", 260),
        Column::new("缺少的来源", 260),
        Column::new("上次的疑点未核对", 76),
    ];
    let note = "没有运行不等于没有问题。补齐缺少的来源，下次自动运行。";
    let mut table = Table::begin(book, page, (NAME, "未运行的规则", note), &columns, 2)?;
    for rule in &page.overview.not_run {
        let missing = rule.missing.join("、");
        let cells = [
            Cell::word(rule.note.code.as_str()),
            Cell::text(rule.note.title.as_str()),
            Cell::word(rule.note.class),
            Cell::word(rule.note.severity.chinese()),
            Cell::text(rule.why),
            if missing.is_empty() { Cell::None } else { Cell::text(missing) },
            Cell::Count(rule.unchecked),
        ];
        table.add(Weight::Plain, &cells)?;
    }
    table.end("本期无，全部规则都已运行")?;
    let undetermined: Vec<_> = page.overview.rules.iter().filter(|line| !line.undetermined.is_empty()).collect();
    if !undetermined.is_empty() {
        table.section_below(NAME, "无法判定的")?;
        for line in undetermined {
            let little = if line.says_little() {
                "（一半以上无法判定，没有疑点不等于没有问题）"
            } else {
                ""
            };
            table.note_below(&format!("{} {}：{}{little}", line.note.code, line.note.title, line.undetermined))?;
        }
    }
    if !page.overview.unchecked.is_empty() {
        table.section_below(NAME, "本期未能核对的")?;
        for what in page.overview.unchecked {
            table.note_below(what)?;
        }
    }
    Ok(())
}
