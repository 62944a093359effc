//! 趋势: run by run, and the lines over the days.

use rust_xlsxwriter::{ChartType, Workbook, XlsxError};

use super::Page;
use super::charts::{self, Source};
use super::looks::Weight;
use super::table::{Cell, Column, Table};

/// Name of the sheet.
pub const NAME: &str = "趋势";

const SEVERITIES: u16 = 3;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let mut columns = vec![Column::new("截至日期", 120), Column::new("在档", 76)];
    columns.extend(Column::group("未结疑点", &[("合计", 76), ("严重", 76), ("一般", 76), ("提示", 76)]));
    columns.extend(Column::group("比上次", &[("新增", 76), ("重现", 76)]));
    let ends: &[(&str, u32)] = &[("已核实整改", 76), ("已消除", 76), ("不再适用", 76), ("未核对", 76)];
    columns.extend(Column::group("上次的疑点", ends));
    columns.extend(Column::group("不计未结", &[("已说明", 76)]));
    let note = "每次正式运行一行。已核实整改：报已更正，这次查过合规；已消除：没有报，这次查过合规；不再适用：因注销、脱困、死亡等不再属于核查对象；未核对：这次没有查到，不算整改。";
    let mut table = Table::begin(book, page, (NAME, "历次核查趋势", note), &columns, 1)?;
    for run in page.overview.trend {
        let mut cells = vec![Cell::Day(run.as_of), Cell::Count(run.active), Cell::Count(run.open.iter().sum())];
        cells.extend(run.open.map(Cell::Count));
        cells.extend([run.new, run.reopened].map(Cell::Count));
        match run.known_ends() {
            Some(ends) => cells.extend(ends.map(Cell::Count)),
            None => cells.extend([Cell::None, Cell::Count(run.resolved), Cell::None]),
        }
        cells.extend([run.unchecked, run.answered].map(Cell::Count));
        table.add(Weight::Plain, &cells)?;
    }
    let last = table.end("本期无（没有历次记录）")?;
    if page.overview.trend.len() > 1 {
        table.note_below(&format!("本次：{}", page.overview.corrections.ends_said()))?;
    }
    // One day makes no line.
    if let Some(last_row) = last.filter(|_| table.rows() > 1) {
        let source = Source { sheet: NAME, first_row: table.first_row(), last_row, names: 0, severities: SEVERITIES };
        let mut chart = charts::severities(
            ChartType::Line,
            &source,
            page.overview.trend.iter().flat_map(|run| run.open).max().unwrap_or(0),
            "未结疑点（条）",
            "历次核查按严重程度统计的未结疑点条数",
        );
        chart.set_width(900).set_height(360);
        table.sheet.insert_chart(table.row + 1, 1, &chart)?;
    }
    Ok(())
}
