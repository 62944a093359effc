//! Where the cells of an export stand: title rows, headers, data, totals and what is written below.

mod form;
mod head;
mod table;

pub(super) use form::form;
pub(super) use table::table;

use super::grid::{Cell, Grid, Span};

/// Merges part of the last row.
fn merge_row(grid: &mut Grid, left: usize, right: usize) {
    let row = grid.lines.len() - 1;
    grid.merge(Span { top: row, left, bottom: row, right });
}

/// A sheet of explanations, in which no table is to be found.
pub(super) fn notes() -> Grid {
    let mut grid = Grid::new("填表说明");
    for line in [
        "填表说明",
        "一、本表由基层工会如实填写，经审核后逐级上报。",
        "二、各项内容应当与档案一致，不得漏填、错填。",
        "三、如有疑问，请与上级工会权益保障部门联系。",
    ] {
        grid.push(vec![Cell::text(line)]);
    }
    grid
}
