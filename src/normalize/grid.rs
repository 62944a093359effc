//! A sheet with its merged ranges resolved: what a person sees at a place.

use rustc_hash::FxHashMap;

use crate::ingest::sheet::{Merge, RawCell, RawRow, RawSheet};

/// Merged ranges larger than this many cells are not expanded: nothing real is, and a hostile file would cost memory.
const LARGEST_MERGE: u64 = 200_000;

/// A raw sheet and its merges by cell.
#[derive(Debug)]
pub struct Grid<'a> {
    pub raw: &'a RawSheet,
    merges: FxHashMap<(u32, u16), u32>,
}

impl<'a> Grid<'a> {
    pub fn new(raw: &'a RawSheet) -> Self {
        let mut merges = FxHashMap::default();
        let mut budget = LARGEST_MERGE * 4;
        for (index, m) in raw.merges.iter().enumerate() {
            let area = (u64::from(m.last_row.saturating_sub(m.first_row)) + 1)
                * (u64::from(m.last_col.saturating_sub(m.first_col)) + 1);
            if area > LARGEST_MERGE || area > budget {
                continue;
            }
            budget -= area;
            for row in m.first_row..=m.last_row {
                for col in m.first_col..=m.last_col {
                    merges.insert((row, col), index as u32);
                }
            }
        }
        Self { raw, merges }
    }

    /// The merged range a cell lies in.
    pub fn merge_at(&self, row: u32, col: u16) -> Option<&'a Merge> {
        self.merges.get(&(row, col)).map(|&i| &self.raw.merges[i as usize])
    }

    /// Place of the cell that holds what is seen at (row, column): the top-left one of a merged range.
    pub fn origin(&self, row: u32, col: u16) -> (u32, u16) {
        self.merge_at(row, col).map_or((row, col), |m| (m.first_row, m.first_col))
    }

    /// The cell seen at (row, column), through merges.
    pub fn seen(&self, row: u32, col: u16) -> Option<&'a RawCell> {
        let (r, c) = self.origin(row, col);
        self.raw.cell(r, c)
    }

    /// The text seen at (row, column), through merges; "" where nothing is written.
    pub fn seen_text(&self, row: u32, col: u16) -> &'a str {
        self.seen(row, col).map_or("", |c| self.raw.text(c))
    }

    /// The cell of `row` at `col`: its own, else through a merged range.
    pub fn cell_of(&self, row: &RawRow, col: u16) -> Option<(u32, u16, &'a RawCell)> {
        if let Some(cell) = self.raw.cell_in(row, col) {
            return Some((row.number, col, cell));
        }
        if self.merges.is_empty() {
            return None;
        }
        let (r, c) = self.origin(row.number, col);
        if (r, c) == (row.number, col) {
            return None;
        }
        self.raw.cell(r, c).map(|cell| (r, c, cell))
    }

    pub fn has_merges(&self) -> bool {
        !self.merges.is_empty()
    }
}
