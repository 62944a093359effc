//! 跨单位: what concerns several units at once, the findings of one case one below the other.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::Page;
use super::looks::Weight;
use super::table::{Cell, Column, Table};

/// Name of the sheet.
pub const NAME: &str = "跨单位";

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let columns = [
        Column::new("案号", 130),
        Column::new("疑点", 120),
        Column::new("严重程度", 52),
        Column::new("单位", 150),
        Column::new("上级工会", 120),
        Column::new("档案号", 126),
        Column::new("姓名", 84),
        Column::new("身份证号", 150),
        Column::new("状态", 60),
        Column::new("涉及金额（元）", 96),
        Column::new("说明", 340),
        Column::new("疑点编号", 136),
    ];
    let note = "同一个案号是同一件事，每个有关单位一行，请上级工会协调。单位工作簿里只写本单位的人，对方的证号遮住。";
    let mut table = Table::begin(book, page, (NAME, "跨单位疑点", note), &columns, 1)?;
    for (number, case) in page.overview.cases.iter().enumerate() {
        let weight = if number % 2 == 0 { Weight::Plain } else { Weight::Banded };
        for row in &case.rows {
            let cells = [
                Cell::word(case.case),
                Cell::text(case.title),
                Cell::word(case.severity.chinese()),
                Cell::text(row.unit.as_str()),
                Cell::text(row.parent_unit.as_str()),
                Cell::word(row.file_no.as_str()),
                Cell::text(row.name.as_str()),
                Cell::word(row.id_number.as_str()),
                Cell::word(row.status.chinese()),
                row.amount.map_or(Cell::None, Cell::Money),
                Cell::text(row.message.as_str()),
                Cell::word(row.id.as_str()),
            ];
            table.add(weight, &cells)?;
        }
    }
    table.end("本期无").map(|_| ())
}
