//! 输入台账: every sheet that came, and what became of every row of it.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::looks::Weight;
use super::table::{Cell, Column, Table};
use super::{Page, charts};
use crate::report::overview::{InputLine, RowTotals};

/// Name of the sheet.
pub const NAME: &str = "输入台账";

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let mut columns = vec![
        Column::new("文件", 260),
        Column::new("工作表", 110),
        Column::new("结果", 60),
        Column::new("识别为", 130),
        Column::new("表头在第几行", 58),
    ];
    columns.extend(Column::group(
        "行数：读到＝采用＋跳过＋隔离",
        &[("读到", 64), ("采用", 64), ("跳过", 58), ("隔离", 58), ("相符", 46)],
    ));
    columns.extend([
        Column::new("跳过的原因", 150),
        Column::new("隔离的原因", 150),
        Column::new("隐藏行", 54),
        Column::new("认不出的单元格", 62),
        Column::new("在哪些列", 130),
        Column::new("缺少的列", 130),
        Column::new("说明", 220),
    ]);
    let note =
        "每一行都有去向。隔离：没有证号、档案号和姓名，认不出是谁；认不出的单元格不参加比对，同一行的其余各格照常。";
    let mut table = Table::begin(book, page, (NAME, "输入台账", note), &columns, 1)?;
    let overview = page.overview;
    if !overview.inputs.is_empty() {
        table.add(Weight::Total, &total(&overview.input_totals))?;
    }
    for source in overview.not_come {
        table.add(Weight::Plain, &not_come(source))?;
    }
    for input in &overview.inputs {
        table.add(Weight::Plain, &cells(input))?;
    }
    if let Some(last) = table.end("本期无")? {
        let rows = (table.first_row() + 1, last);
        for column in [8, 13] {
            charts::colour_lacking(table.sheet, column, rows)?;
        }
    }
    Ok(())
}

fn rows<'a>(totals: &RowTotals) -> [Cell<'a>; 5] {
    [
        Cell::Count(totals.read),
        Cell::Count(totals.used),
        Cell::Count(totals.skipped),
        Cell::Count(totals.quarantined),
        Cell::word(if totals.balance() { "相符" } else { "不符" }),
    ]
}

fn total<'a>(totals: &RowTotals) -> Vec<Cell<'a>> {
    let mut cells = vec![Cell::Name("合计", 0), Cell::None, Cell::None, Cell::None, Cell::None];
    cells.extend(rows(totals));
    cells.extend([Cell::None, Cell::None, Cell::Count(totals.hidden), Cell::Count(totals.cells)]);
    cells.extend([Cell::None, Cell::None, Cell::None]);
    cells
}

/// A source of the last run that did not come.
fn not_come(source: &str) -> Vec<Cell<'_>> {
    let mut cells = vec![Cell::text("（没有收到的来源）"), Cell::None, Cell::word("没有到")];
    cells.extend([const { Cell::None }; 13]);
    cells.push(Cell::text(source));
    cells
}

fn cells<'a>(line: &InputLine<'a>) -> Vec<Cell<'a>> {
    let sheet = line.sheet;
    let mut cells = vec![
        Cell::text(line.input.path.as_str()),
        sheet.filter(|s| !s.name.is_empty()).map_or(Cell::None, |s| Cell::text(s.name.as_str())),
        Cell::word(line.state()),
        line.kind.map_or(Cell::None, Cell::text),
        sheet.and_then(|s| s.header_row).map_or(Cell::None, |row| Cell::Count(row as usize)),
    ];
    if sheet.is_some() {
        cells.extend(rows(&line.totals));
    } else {
        cells.extend([const { Cell::None }; 5]);
    }
    let said = |text: String| if text.is_empty() { Cell::None } else { Cell::text(text) };
    cells.extend([
        said(line.skipped_why()),
        said(line.quarantined_why()),
        Cell::Count(line.totals.hidden),
        Cell::Count(line.totals.cells),
        said(line.cells_why()),
        said(sheet.map_or_else(String::new, |s| s.missing.join("、"))),
        said(line.remarks().join("；")),
    ]);
    cells
}
