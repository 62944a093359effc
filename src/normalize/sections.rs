//! Section rows: a unit's name (or another group's) alone on a row, the rows of that group below it.

use super::grid::Grid;
use crate::domain::text;
use crate::ingest::sheet::{RawCell, RawRow};

/// Endings of the names of units that deliver lists.
const UNITS: [&str; 20] = [
    "工会",
    "总会",
    "联合会",
    "委员会",
    "街道",
    "街道办",
    "办事处",
    "社区",
    "公司",
    "集团",
    "工厂",
    "厂",
    "局",
    "学校",
    "医院",
    "乡",
    "镇",
    "区",
    "县",
    "园区",
];

/// What a section row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section {
    /// The rows below belong to this unit.
    Unit(String),
    /// Some other group (低保户, 第二批).
    Other,
}

/// The section that a row begins: it fills one cell, and that is no name of a person.
pub fn section(grid: &Grid<'_>, row: &RawRow, names: Option<u16>) -> Option<Section> {
    let mut filled = grid.raw.cells(row).iter().filter(|c| !text::is_blank(grid.raw.text(c)));
    let (cell, None) = (filled.next()?, filled.next()) else { return None };
    let written = grid.raw.text(cell);
    let name = bare(written);
    let wide = grid.merge_at(row.number, cell.col).is_some_and(|m| m.last_col > m.first_col + 1);
    let numbered = name.len() < text::clean(written).len();
    if name.chars().count() < 2 || name.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if is_unit(&name) {
        return Some(Section::Unit(name));
    }
    // A lone name in the column of names may be a person of whom nothing else is known.
    let may_be_name = names == Some(cell.col) && (2..=4).contains(&name.chars().count());
    ((wide || numbered) && !may_be_name && name.chars().count() <= 25 && is_words(cell, written))
        .then_some(Section::Other)
}

fn is_words(_: &RawCell, written: &str) -> bool {
    !written.contains(['：', ':', '。'])
}

/// The name ends as a unit's does.
pub fn is_unit(name: &str) -> bool {
    name.chars().count() >= 4 && UNITS.iter().any(|w| name.ends_with(w)) || name.ends_with("总工会")
}

/// Without the number before (`一、`, `（二）`, `3.`) and the count behind (`（12户）`, `共3人`, `：`).
fn bare(written: &str) -> String {
    let folded: String = text::clean(written).chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let open = folded.strip_prefix(['（', '(', '第']).unwrap_or(&folded);
    let after = open.trim_start_matches(is_number);
    let name = match after.strip_prefix(['、', '.', '．', '）', ')', '部']) {
        Some(rest) if after.len() < open.len() => rest,
        _ => &folded,
    };
    let name = name.trim_end_matches(['：', ':']);
    let counted = name.find(['（', '(']).filter(|&at| {
        let inside = &name[at..];
        inside.ends_with(['）', ')'])
            && inside.chars().any(|c| c.is_ascii_digit() || c == '户' || c == '人' || c == '章')
    });
    counted.map_or(name, |at| &name[..at]).trim_start_matches(['、', '.']).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_numbers_and_counts() {
        for (written, name) in [
            ("一、锦江区总工会", "锦江区总工会"),
            ("（二）锦江区总工会（12户）", "锦江区总工会"),
            ("3.锦江区总工会：", "锦江区总工会"),
            ("锦江区总工会(盖章)", "锦江区总工会"),
            ("三圣街道", "三圣街道"),
        ] {
            assert_eq!(bare(written), name);
            assert!(is_unit(name));
        }
        assert!(!is_unit("低保户") && !is_unit("张三"));
    }
}
