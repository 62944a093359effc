//! Where an export departs from the truth: cells that say something else, rows that are missing.
//!
//! A row is named by source kind, household and item: 0 for the head's or household's row, the member's number from 1, the
//! number of the event. Of a department's register: the row, and 0. The households themselves stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use super::export::Val;

/// Source kind, household, item.
pub type RowKey = (&'static str, usize, usize);

/// All departures of a world.
#[derive(Debug, Clone, Default)]
pub struct Edits {
    cells: BTreeMap<RowKey, Vec<(&'static str, Val)>>,
    dropped: BTreeSet<RowKey>,
    /// What is added to the control total of a kind's first export: kind → (field, fen).
    totals: BTreeMap<&'static str, (&'static str, i64)>,
}

impl Edits {
    pub fn set(&mut self, row: RowKey, field: &'static str, value: Val) {
        self.cells.entry(row).or_default().push((field, value));
    }

    pub fn drop_row(&mut self, row: RowKey) {
        self.dropped.insert(row);
    }

    pub fn wrong_total(&mut self, kind: &'static str, field: &'static str, by: i64) {
        self.totals.insert(kind, (field, by));
    }

    pub fn is_dropped(&self, row: RowKey) -> bool {
        self.dropped.contains(&row)
    }

    /// What stands in the row's field instead of the truth.
    pub fn cells(&self, row: RowKey) -> &[(&'static str, Val)] {
        self.cells.get(&row).map_or(&[], Vec::as_slice)
    }

    pub fn total(&self, kind: &'static str) -> Option<(&'static str, i64)> {
        self.totals.get(kind).copied()
    }
}
