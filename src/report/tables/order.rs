//! The order of rows, and the number by which the tables call a household.

use rayon::prelude::*;

use crate::link::{Casebook, FileId, UnitId};

/// Electronic files in the order of their table, and the number of each one's household.
#[derive(Debug)]
pub struct Households {
    files: Vec<FileId>,
    /// By cluster.
    numbers: Vec<u32>,
    /// By unit: its place among the names.
    units: Vec<u32>,
}

impl Households {
    /// Files by unit, file_no, number of the head, then as read; households are numbered from 1 as they first appear.
    pub fn new(book: &Casebook<'_>) -> Self {
        let mut names: Vec<UnitId> = book.units.ids().chain([crate::link::Units::NONE]).collect();
        names.sort_by(|&a, &b| book.units.name(a).cmp(book.units.name(b)).then(a.cmp(&b)));
        let mut units = vec![0; names.iter().map(|u| u.0 as usize + 1).max().unwrap_or(0)];
        for (rank, unit) in (0..).zip(names) {
            units[unit.0 as usize] = rank;
        }
        let mut files: Vec<FileId> = book.file_ids().collect();
        files.par_sort_unstable_by(|&a, &b| {
            let key = |id: FileId| {
                let file = book.file(id);
                (units[file.unit.0 as usize], &file.file_no, file.head, id)
            };
            key(a).cmp(&key(b))
        });
        let mut numbers = vec![0; files.len()];
        let mut last = 0;
        for file in &files {
            let number = &mut numbers[book.cluster[file.0 as usize] as usize];
            if *number == 0 {
                last += 1;
                *number = last;
            }
        }
        Self { files, numbers, units }
    }

    /// All files, in order.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.files.iter().copied()
    }

    /// The number of a file's household.
    pub fn number(&self, book: &Casebook<'_>, file: FileId) -> u32 {
        self.numbers[book.cluster[file.0 as usize] as usize]
    }

    /// A unit's place among the names.
    pub fn rank(&self, unit: UnitId) -> u32 {
        self.units.get(unit.0 as usize).copied().unwrap_or(u32::MAX)
    }
}
