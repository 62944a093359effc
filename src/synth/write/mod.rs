//! The writers of synthetic files: how an [`Export`] looks when somebody sends it.
//!
//! Two steps: an export is *spelled* into a grid of cells (headings, spellings of values, titles, merged cells, signatures),
//! and the grid is *formatted* into the bytes of a file. Everything is decided by the seed; equal arguments give equal bytes.
//!
//! | mess | what is done |
//! | --- | --- |
//! | 0 | one clean file an export, header in row 1, real dates, ID numbers as text |
//! | 1 | title rows, other headings, columns in any order, unknown and empty ones, other spellings of numbers and dates |
//! | 2 | headers of two rows and once a page, blank and hidden rows, signatures, notes sheets, merged cells, ID numbers in pieces, dates and amounts in every spelling |
//! | 3 | headers of three rows, several sheets and files, zips, copies, rows that come twice, lock files and scans, the 1904 system, 18 digits as numbers |
//!
//! All mess keeps the meaning (2-sources.md, 3-values-and-matching.md): a consistent world stays consistent.

mod clutter;
mod dice;
mod file;
mod format;
mod forms;
mod grid;
mod layout;
mod outbox;
mod spell;
mod tables;

pub use format::{Format, UnknownFormat};

use std::io;
use std::path::Path;

use self::dice::Dice;
use self::outbox::Outbox;
use self::tables::Plan;
use super::export::{Export, Row, Shape};

/// Writes exports below `dir` and gives the paths of all files written, relative to it, with `/`, sorted.
///
/// `mess` is 0 to 3; more counts as 3. `formats` are used in turn, each of them if there are enough exports that it can hold;
/// none means those usual for the level. Forms and member blocks are never written as lines of text as long as another
/// format is allowed.
///
/// # Errors
/// The directory or a file cannot be written.
pub fn write_all(exports: &[Export], dir: &Path, mess: u8, seed: u64, formats: &[Format]) -> io::Result<Vec<String>> {
    let mess = mess.min(3);
    let formats = if formats.is_empty() { Format::usual(mess) } else { formats };
    let plan = Plan { mess, seed, formats };
    let mut outbox = Outbox::new(dir);
    for (export, format) in exports.iter().zip(assign(exports, formats, seed)) {
        match export.shape {
            Shape::Form => forms::write(export, format, &plan, &mut outbox)?,
            Shape::Table | Shape::MemberBlock => tables::write(export, format, &plan, &mut outbox)?,
        }
    }
    if mess >= 3 {
        clutter::scatter(&mut outbox, seed)?;
    }
    Ok(outbox.into_paths())
}

/// A format for each export: dealt like cards from a pack that holds each format once.
fn assign(exports: &[Export], formats: &[Format], seed: u64) -> Vec<Format> {
    let mut dice = Dice::new(seed, "formats");
    let mut order: Vec<usize> = (0..exports.len()).collect();
    dice.shuffle(&mut order);
    let mut chosen = vec![Format::Xlsx; exports.len()];
    let mut pack: Vec<Format> = Vec::new();
    for i in order {
        let export = &exports[i];
        let fits = |f: &Format| (*f == Format::Zip && formats.len() > 1) || holds(*f, export);
        if !pack.iter().any(fits) {
            pack = formats.to_vec();
            dice.shuffle(&mut pack);
        }
        chosen[i] = match pack.iter().position(fits) {
            Some(at) => pack.remove(at),
            None => capable(formats, export)[0],
        };
    }
    chosen
}

/// The formats, zips aside, in which an export can be written as it is; if none of them can hold it, the least bad one.
fn capable(formats: &[Format], export: &Export) -> Vec<Format> {
    let files: Vec<Format> = formats.iter().copied().filter(|f| *f != Format::Zip).collect();
    let able: Vec<Format> = files.iter().copied().filter(|f| holds(*f, export)).collect();
    if !able.is_empty() {
        return able;
    }
    let roomy = files.into_iter().find(|f| lines(export) <= f.row_limit());
    vec![roomy.unwrap_or(Format::Xlsx)]
}

fn holds(format: Format, export: &Export) -> bool {
    format != Format::Zip && (export.shape == Shape::Table || !format.is_text()) && lines(export) <= format.row_limit()
}

/// Rows of a sheet an export needs for its records.
fn lines(export: &Export) -> usize {
    let height = |row: &Row| match export.shape {
        Shape::MemberBlock => row.members.len().max(1),
        _ => 1,
    };
    export.rows.iter().map(height).sum()
}

#[cfg(test)]
mod tests;
