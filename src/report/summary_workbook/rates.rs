//! 评价指标: numerator, denominator and share of every rate beside its target.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::table::{Cell, Column, Table};
use super::units::weight;
use super::{Page, charts};
use crate::report::model::RateNote;
use crate::report::overview::UnitLine;

/// Name of the sheet.
pub const NAME: &str = "评价指标";

/// Columns before the rates.
const LEADING: u16 = 2;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let overview = page.overview;
    let mut columns: Vec<Column> = vec![Column::new("单位", 200), Column::new("上级工会", 130)];
    for note in overview.rates {
        let mut own = Column::group(&note.name, &[("分子", 60), ("分母", 60), ("其中判了", 60), ("疑似比率", 70)]);
        if !note.of_mistakes {
            own[3].title = "比率".into();
        }
        if let Some(target) = target(note) {
            own[3] = Column { group: own[3].group.clone(), ..Column::new(format!("比率\n{target}"), 106) };
            own.extend(Column::group(&note.name, &[("尚差", 60)]));
        }
        columns.extend(own);
    }
    let note = "各行都含下级单位。错评、漏评、错退、漏退按未结疑点计算，越低越好，均为疑似，未经核实；“—”是没有可算的户或有关规则没有运行；“其中判了”是分母中有依据判断的户，不到一半的不算比率，写“依据不足”。";
    let mut table = Table::begin(book, page, (NAME, "评价指标", note), &columns, 1)?;
    for unit in &overview.units {
        table.add(weight(unit), &cells(unit, overview.rates))?;
    }
    if let Some(last) = table.end("本期无")? {
        let rows = (table.first_row(), last);
        let mut column = LEADING;
        for note in overview.rates {
            if note.target.is_some() {
                charts::colour_lacking(table.sheet, column + 4, rows)?;
            }
            column += width(note);
        }
    }
    table.section_below(NAME, "口径和目标")?;
    for note in overview.rates {
        let target =
            target(note).map_or_else(|| "文件未定目标".to_string(), |target| format!("{target}；依据：{}", note.basis));
        table.note_below(&format!("{}：{}。{target}", note.name, note.counts))?;
    }
    Ok(())
}

fn width(note: &RateNote) -> u16 {
    if note.target.is_some() { 5 } else { 4 }
}

/// `目标60%，2019-12-31前`
fn target(note: &RateNote) -> Option<String> {
    let rate = note.target?.0;
    let percent = if rate % 10 == 0 { format!("{}%", rate / 10) } else { format!("{}.{}%", rate / 10, rate % 10) };
    Some(note.due.map_or_else(|| format!("目标{percent}"), |due| format!("目标{percent}，{due}前")))
}

fn cells<'a>(unit: &UnitLine<'a>, notes: &[RateNote]) -> Vec<Cell<'a>> {
    let mut cells = vec![Cell::Name(unit.name, unit.depth), unit.parent.map_or(Cell::None, Cell::text)];
    for (note, cell) in notes.iter().zip(&unit.rates) {
        match cell {
            Some(rate) => {
                cells.push(Cell::Count(rate.numerator as usize));
                cells.push(Cell::Count(rate.denominator as usize));
                cells.push(Cell::Count(rate.judged as usize));
                cells.push(match rate.is_grounded() {
                    true => Cell::Share(rate.permille(note.of_mistakes)),
                    false => Cell::word("依据不足"),
                });
            }
            None => cells.extend([const { Cell::None }; 4]),
        }
        if note.target.is_some() {
            cells.push(cell.and_then(|rate| rate.lacking).map_or(Cell::None, |lacking| Cell::Count(lacking as usize)));
        }
    }
    cells
}
