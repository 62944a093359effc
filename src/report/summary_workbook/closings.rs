//! 答复复核: what units closed without correcting anything, who and why, for the level above to read again.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::Page;
use super::looks::Weight;
use super::table::{Cell, Column, Table};

/// Name of the sheet.
pub const NAME: &str = "答复复核";

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let columns = [
        Column::new("单位", 150),
        Column::new("疑点", 130),
        Column::new("严重程度", 52),
        Column::new("档案号", 126),
        Column::new("姓名", 84),
        Column::new("核实结果", 150),
        Column::new("核实说明", 300),
        Column::new("核查人", 72),
        Column::new("收到日期", 84),
        Column::new("涉及金额（元）", 96),
        Column::new("疑点编号", 136),
    ];
    let note =
        "没有更正而了结的疑点，由上级复核。不认可的：hecha answers reopen 疑点编号 --why 理由，下次核查重新交办。";
    let mut table = Table::begin(book, page, (NAME, "答复复核", note), &columns, 1)?;
    for closing in &page.overview.corrections.closings {
        let cells = [
            Cell::text(closing.unit.as_str()),
            Cell::text(closing.title.as_str()),
            Cell::word(closing.severity.chinese()),
            Cell::word(closing.file_no.as_str()),
            Cell::text(closing.name.as_str()),
            Cell::text(closing.answer),
            Cell::text(closing.why.as_str()),
            Cell::text(closing.checked_by.as_str()),
            Cell::day(Some(closing.given_on)),
            closing.amount.map_or(Cell::None, Cell::Money),
            Cell::word(closing.finding.as_str()),
        ];
        table.add(Weight::Plain, &cells)?;
    }
    table.end("本期无").map(|_| ())
}
