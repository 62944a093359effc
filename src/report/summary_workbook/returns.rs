//! 回收情况: who has answered, in part, not at all or too late, and how much each unit is asked.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::table::{Cell, Column, Table};
use super::units::weight;
use super::{Page, charts};
use crate::report::overview::{ReturnLine, UnitLine};

/// Name of the sheet.
pub const NAME: &str = "回收情况";

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let mut columns = vec![Column::new("单位", 200), Column::new("上级工会", 130), Column::new("回收情况", 84)];
    columns.extend(Column::group(
        "交办的疑点",
        &[("交办", 60), ("已答复", 60), ("待答复", 60), ("最早待答复的交办日", 96), ("最近收回", 92)],
    ));
    columns.extend(Column::group("需要跟进", &[("答复不一", 66), ("承诺逾期", 66), ("已报整改仍存在", 76)]));
    columns.extend(Column::group("下级单位数", &[("全部答复", 60), ("部分答复", 60), ("未答复", 60), ("逾期", 60)]));
    columns.extend(Column::group("历次负担（条）", &[("问过", 60), ("重问", 60), ("答过", 60)]));
    let note =
        "各行都含下级单位。逾期：交办超过一个月没有答复。承诺逾期：答复“待更正”“需入户核实”，过了自己写的完成日期。";
    let mut table = Table::begin(book, page, (NAME, "回收情况", note), &columns, 1)?;
    for unit in &page.overview.units {
        if let Some(returns) = &unit.returns {
            table.add(weight(unit), &cells(unit, returns))?;
        }
    }
    if let Some(last) = table.end("本期无（还没有交办或收回）")? {
        let rows = (table.first_row(), last);
        for column in [5, 8, 9, 10, 14] {
            charts::colour_lacking(table.sheet, column, rows)?;
        }
    }
    Ok(())
}

fn cells<'a>(unit: &UnitLine<'a>, returns: &ReturnLine) -> Vec<Cell<'a>> {
    let mut cells = vec![
        Cell::Name(unit.name, unit.depth),
        unit.parent.map_or(Cell::None, Cell::text),
        Cell::word(returns.state.chinese()),
        Cell::Count(returns.asked),
        Cell::Count(returns.answered),
        Cell::Count(returns.asked.saturating_sub(returns.answered)),
        Cell::day(returns.waiting_since),
        Cell::day(returns.last_return),
    ];
    cells.extend([returns.disputed, returns.promises_overdue, returns.still_there].map(Cell::Count));
    cells.extend(returns.units.map(Cell::Count));
    let burden = &returns.burden;
    cells.extend([burden.asked, burden.asked_again, burden.answered].map(Cell::Count));
    cells
}
