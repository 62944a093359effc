//! On a parent's 说明: how much each unit below it has to correct.

use rust_xlsxwriter::XlsxError;

use super::cover::{Block, GRID};
use super::style::{LINE_PX, lines_in};
use crate::report::model::UnitReport;

/// Findings of the units below, by severity.
pub fn totals(unit: &UnitReport) -> [usize; 3] {
    let mut totals = [0; 3];
    for child in &unit.children {
        for (total, count) in totals.iter_mut().zip(child.counts) {
            *total += count;
        }
    }
    totals
}

/// The table of children; nothing for a unit without.
pub fn write(block: &mut Block) -> Result<(), XlsxError> {
    const TITLES: [&str; 5] = ["档案", "疑点合计", "严重", "一般", "提示"];
    const NAME_LAST: u16 = GRID - 1 - TITLES.len() as u16;
    let (unit, styles) = (block.page.unit, &block.page.styles);
    if unit.children.is_empty() {
        return Ok(());
    }
    block.section("下级单位情况（各单位的疑点见各自的工作簿）")?;
    block.text(0, NAME_LAST, "单位", &styles.header)?;
    for (column, title) in (NAME_LAST + 1..).zip(TITLES) {
        block.text(column, column, title, &styles.header)?;
    }
    block.end_row(24)?;
    for child in &unit.children {
        block.text(0, NAME_LAST, &child.unit, &styles.cell)?;
        numbers(block, NAME_LAST + 1, child.files, child.counts, false)?;
        block.end_row(LINE_PX * lines_in(&child.unit, super::cover::GRID_PX * u32::from(NAME_LAST + 1)) + 5)?;
    }
    block.text(0, NAME_LAST, "合计", &styles.count_bold)?;
    numbers(block, NAME_LAST + 1, unit.children.iter().map(|child| child.files).sum(), totals(unit), true)?;
    block.end_row(24)
}

fn numbers(block: &mut Block, first: u16, files: usize, counts: [usize; 3], bold: bool) -> Result<(), XlsxError> {
    let styles = &block.page.styles;
    let format = if bold { &styles.count_bold } else { &styles.count };
    let all = counts.iter().sum();
    for (column, number) in (first..).zip([files, all].into_iter().chain(counts)) {
        block.number(column, number, format)?;
    }
    Ok(())
}
