//! The table of shared strings that xlsx, xlsb and BIFF8 all have.

use std::collections::HashMap;

use crate::synth::write::grid::{Book, Cell};

/// Every text of a book once, in the order of its first use.
pub(super) struct Strings<'a> {
    index: HashMap<&'a str, u32>,
    pub unique: Vec<&'a str>,
    /// Cells that use the table.
    pub uses: u32,
}

impl<'a> Strings<'a> {
    pub fn of(book: &'a Book) -> Self {
        let mut strings = Self { index: HashMap::new(), unique: Vec::new(), uses: 0 };
        for line in book.sheets.iter().flat_map(|s| &s.lines) {
            for cell in &line.cells {
                if let Cell::Text(text) = cell {
                    strings.uses += 1;
                    strings.index.entry(text).or_insert_with(|| {
                        strings.unique.push(text);
                        strings.unique.len() as u32 - 1
                    });
                }
            }
        }
        strings
    }

    /// Number of a text of the book.
    pub fn number(&self, text: &str) -> u32 {
        self.index.get(text).copied().unwrap_or(0)
    }
}
