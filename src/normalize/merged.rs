//! One payment over several rows: an amount merged downward is paid once, whoever else is named beside it.
//!
//! What says who is meant (file_no, name and number of head or payee, unit), and what holds for a group of rows (program, date),
//! is filled down through merged cells. An amount is not: the payment stands in the first row, the names in the rows below
//! share it, and those rows are booked 合并续行.

use super::grid::Grid;
use super::header::Bound;
use crate::domain::text;
use crate::ingest::sheet::RawRow;
use crate::schema::{FieldType, Schema};

/// Fields that make rows events of money: where a schema has one, its money columns are counted once.
const EVENTS: [&str; 2] = ["amount", "out_of_pocket"];
/// Fields by which one event is known.
const EVENT_KEYS: [&str; 2] = ["serial", "record_no"];

/// Columns of one table whose merged cells are one event.
#[derive(Debug, Default)]
pub struct MergedEvents {
    money: Vec<u16>,
    keys: Vec<u16>,
}

impl MergedEvents {
    pub fn new(grid: &Grid<'_>, schema: &Schema, columns: &[Bound]) -> Self {
        if !grid.has_merges() || !EVENTS.iter().any(|id| schema.index(id).is_some()) {
            return Self::default();
        }
        let cols = |wanted: &dyn Fn(&Bound) -> bool| columns.iter().filter(|b| wanted(b)).map(|b| b.col).collect();
        Self {
            money: cols(&|b| schema.fields[b.field].ty == FieldType::Money),
            keys: cols(&|b| EVENT_KEYS.contains(&schema.fields[b.field].id.as_str())),
        }
    }

    /// The first row of the event that this row goes on with; `header` is the last row of the header.
    pub fn first_row(&self, grid: &Grid<'_>, row: &RawRow, header: u32) -> Option<u32> {
        let from_above = |col: u16| {
            let merge = grid.merge_at(row.number, col)?;
            let above = merge.first_row < row.number && merge.first_row > header;
            (above && merge.first_col <= col && !text::is_blank(grid.seen_text(row.number, col)))
                .then_some(merge.first_row)
        };
        let own = |col: u16| grid.raw.cell_in(row, col).is_some_and(|c| !text::is_blank(grid.raw.text(c)));
        // An amount of its own is a payment of its own: a voucher may pay many.
        if self.money.iter().any(|&col| own(col)) {
            return None;
        }
        self.money.iter().chain(&self.keys).find_map(|&col| from_above(col))
    }

    /// Amounts are never filled down.
    pub fn is_amount(&self, col: u16) -> bool {
        self.money.contains(&col)
    }
}
