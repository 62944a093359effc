//! One file's format is one finding: cells of one column that all fail for one cause are told once, on the column.

use std::collections::BTreeMap;

use super::super::prelude::*;
use crate::link::{UnitId, Units};

/// Cells of one word that make one finding.
const OF_ONE_WORD: usize = 5;
/// Unreadable cells that make one finding, where they are also more than [`SHARE`] of the filled ones.
const UNREADABLE: usize = 3;
/// One in so many.
const SHARE: usize = 5;

/// A cell that fails.
#[derive(Debug, Clone)]
pub struct Cell {
    pub record: RecordId,
    pub word: String,
}

/// How the failing cells of a column are told.
#[derive(Debug)]
pub enum Told {
    /// Each on its row.
    Cell(Cell),
    /// Together, with the word they share, if they do.
    Column { cells: Vec<Cell>, word: Option<String> },
}

/// `filled`: cells of the column in which anything is written, the failing ones among them.
pub fn fold(cells: Vec<Cell>, filled: usize) -> Vec<Told> {
    let mut by_word: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for cell in cells {
        by_word.entry(cell.word.clone()).or_default().push(cell);
    }
    let (common, rest): (Vec<_>, Vec<_>) = by_word.into_iter().partition(|(_, cells)| cells.len() >= OF_ONE_WORD);
    let mut out: Vec<Told> = common.into_iter().map(|(word, cells)| Told::Column { cells, word: Some(word) }).collect();
    let words = rest.len();
    let mut rest: Vec<Cell> = rest.into_iter().flat_map(|(_, cells)| cells).collect();
    rest.sort_by_key(|cell| cell.record);
    if rest.len() >= UNREADABLE && rest.len() * SHARE > filled {
        let word = (words == 1).then(|| rest[0].word.clone());
        out.push(Told::Column { cells: rest, word });
    } else {
        out.extend(rest.into_iter().map(Told::Cell));
    }
    out
}

/// A finding on the column: in the unit that delivers it, else in the lowest one above all of its rows.
pub fn of_column(facts: &Facts<'_>, kind: &str, field: &str, cells: &[Cell], word: Option<&str>) -> Draft {
    let mut reference = format!("{kind}+{field}");
    if let Some(word) = word {
        reference.push('+');
        reference.push_str(word);
    }
    let mut draft = Draft::of_unit(unit_of(facts, cells));
    draft.row_key = reference.clone();
    let draft = draft.field(facts, cells[0].record, field).reference(reference);
    // A few cells show what is meant; all of them stand in 数据质量.
    cells.iter().take(3).fold(draft, |draft, cell| draft.evidence(facts.evidence(cell.record, field)))
}

pub fn unit_of(facts: &Facts<'_>, cells: &[Cell]) -> UnitId {
    let book = facts.book;
    let mut above: Option<Vec<UnitId>> = None;
    for cell in cells {
        let lineage: Vec<UnitId> = book.units.lineage(book.unit_of_row(cell.record)).collect();
        above = Some(match above {
            None => lineage,
            Some(common) => common.into_iter().filter(|unit| lineage.contains(unit)).collect(),
        });
    }
    above.and_then(|units| units.first().copied()).unwrap_or(Units::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &[(&str, usize)], filled: usize) -> String {
        let mut cells = Vec::new();
        for &(word, count) in words {
            for _ in 0..count {
                cells.push(Cell { record: RecordId(cells.len() as u32), word: word.to_string() });
            }
        }
        let show = |told: &Told| match told {
            Told::Cell(cell) => cell.word.clone(),
            Told::Column { cells, word } => format!("{}×{}", word.as_deref().unwrap_or("*"), cells.len()),
        };
        fold(cells, filled).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_cause_is_told_once() {
        for (words, filled, expected) in [
            (&[("较弱", 5)][..], 1000, "较弱×5"),
            (&[("较弱", 4)], 1000, "较弱 较弱 较弱 较弱"),
            (&[("较弱", 4)], 19, "较弱×4"),
            (&[("a", 1), ("b", 1), ("c", 1)], 14, "*×3"),
            // Exactly a fifth is not more than a fifth.
            (&[("a", 1), ("b", 1), ("c", 1)], 15, "a b c"),
            (&[("a", 1), ("b", 1)], 2, "a b"),
            (&[("较弱", 20), ("好", 1)], 24, "较弱×20 好"),
        ] {
            assert_eq!(told(words, filled), expected);
        }
    }
}
