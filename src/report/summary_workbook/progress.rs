//! 进度: what is on file, how many are covered and how many are lacking, and which source came from whom and since when.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::table::{Cell, Column, Table};
use super::units::weight;
use super::{Page, charts};
use crate::report::overview::{RateCell, UnitLine};

/// Name of the sheet.
pub const NAME: &str = "进度";

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let overview = page.overview;
    // Of the rates those that count work done, not mistakes.
    let rates: Vec<usize> = (0..overview.rates.len()).filter(|&r| overview.rates[r].target.is_some()).collect();
    // Only with a memory, and only of sources that units send, is it known since when.
    let dated: Vec<bool> = (0..overview.sources.len())
        .map(|source| overview.units.iter().filter_map(|u| u.sources[source]).any(|cell| cell.since.is_some()))
        .collect();

    let mut columns: Vec<Column> = vec![Column::new("单位", 200), Column::new("上级工会", 130)];
    columns.extend(Column::group("电子档案", &[("在档", 60), ("已脱困", 60), ("已注销", 60), ("状态不明", 60)]));
    columns.extend(Column::group("在档户的纸质档案", &[("已有", 60), ("尚缺", 60)]));
    for &rate in &rates {
        let note = &overview.rates[rate];
        columns.extend(Column::group(&note.name, &[("已完成", 66), ("尚差", 60)]));
    }
    let ends: &[(&str, u32)] = &[("已核实整改", 66), ("已消除", 60), ("不再适用", 60), ("未核对", 60)];
    columns.extend(Column::group("上次的疑点", ends));
    columns.extend(Column::group(
        "以往读到、本次消失或改变的",
        &[("发放笔数", 60), ("发放金额（元）", 96), ("帮扶条数", 60), ("帮扶金额（元）", 96)],
    ));
    for (source, &dated) in overview.sources.iter().zip(&dated) {
        let dates: &[(&str, u32)] = if dated { &[("行数", 70), ("起自", 92)] } else { &[("行数", 84)] };
        columns.extend(Column::group(&source.title, dates));
    }
    let note = if dated.contains(&true) {
        "各行都含下级单位。未核对：来源、列或记录本次没有，没有查到，不算整改。数据报送：写明或指向本单位的行数；“起自”是这批内容最早出现的截至日期，红色为比上次少一成以上或有文件读不了。"
    } else {
        "各行都含下级单位。未核对：来源、列或记录本次没有，没有查到，不算整改。数据报送：写明或指向本单位的行数，“—”是没有一行。"
    };
    let mut table = Table::begin(book, page, (NAME, "工作进度和数据报送", note), &columns, 1)?;
    for unit in &overview.units {
        table.add(weight(unit), &cells(unit, &rates, &dated))?;
    }
    if let Some(last) = table.end("本期无")? {
        let rows = (table.first_row() + 1, last.max(table.first_row() + 1));
        for lacking in (0..=rates.len() as u16).map(|pair| 7 + 2 * pair) {
            charts::colour_lacking(table.sheet, lacking, rows)?;
        }
        let ends = 8 + 2 * rates.len() as u16;
        for column in [ends + 3, ends + 4, ends + 6] {
            charts::colour_lacking(table.sheet, column, rows)?;
        }
    }
    Ok(())
}

fn cells<'a>(unit: &UnitLine<'a>, rates: &[usize], dated: &[bool]) -> Vec<Cell<'a>> {
    let files = unit.files;
    let mut cells = vec![
        Cell::Name(unit.name, unit.depth),
        unit.parent.map_or(Cell::None, Cell::text),
        Cell::Count(files.active),
        Cell::Count(files.exited),
        Cell::Count(files.cancelled),
        Cell::Count(files.unclear),
        Cell::Count(files.on_paper),
        Cell::Count(files.active.saturating_sub(files.on_paper)),
    ];
    for rate in rates.iter().map(|&rate| unit.rates[rate]) {
        cells.push(rate.map_or(Cell::None, done));
        cells.push(rate.and_then(|rate| rate.lacking).map_or(Cell::None, |lacking| Cell::Count(lacking as usize)));
    }
    cells.extend(unit.ends.map(Cell::Count));
    cells.push(Cell::Count(unit.all.unchecked));
    let gone = unit.vanished;
    cells.extend([Cell::Count(gone.payments), Cell::Money(gone.paid)]);
    cells.extend([Cell::Count(gone.aids), Cell::Money(gone.aided)]);
    for (source, &dated) in unit.sources.iter().zip(dated) {
        cells.push(match source {
            Some(source) if source.partial => Cell::Doubtful(source.rows),
            Some(source) => Cell::Count(source.rows),
            None => Cell::None,
        });
        if dated {
            cells.push(Cell::day(source.and_then(|source| source.since)));
        }
    }
    cells
}

fn done<'a>(rate: RateCell) -> Cell<'a> {
    Cell::word(format!("{}/{}", rate.numerator, rate.denominator))
}
