//! Numbers written one character a box, as printed forms ask: the boxes are one value.
//!
//! Also in a few groups (`510107 | 19660103 | 997X`, `2019 | 年 | 8 | 月 | 12 | 日`).

use super::grid::Grid;
use crate::domain::text;
use crate::schema::FieldType;

/// Fewer boxes than this are no boxes.
const FEWEST: usize = 4;
/// Most boxes that belong to one value.
const MOST: usize = 40;

/// The value whose first box is at (row, column), and the last column it fills; None if what stands there is no box.
/// `end`: first column that surely belongs to something else.
pub fn joined(grid: &Grid<'_>, row: u32, col: u16, end: Option<u16>, ty: FieldType) -> Option<(String, u16)> {
    let first = box_text(grid, row, col)?;
    let most = match ty {
        FieldType::IdNumber | FieldType::Account | FieldType::Phone | FieldType::Text | FieldType::Month => 17,
        FieldType::Date => 4,
        FieldType::Money => 1,
        _ => return None,
    };
    // Nearly every cell holds its value whole.
    if first.chars().count() > most || !fits(&first, ty) {
        return None;
    }
    let mut parts = vec![first];
    let mut last = end_of(grid, row, col);
    while parts.len() < MOST {
        let next = last.saturating_add(1);
        if next == last || end.is_some_and(|end| next >= end) {
            break;
        }
        let Some(part) = box_text(grid, row, next).filter(|p| p.chars().count() <= most && fits(p, ty)) else { break };
        parts.push(part);
        last = end_of(grid, row, next);
    }
    let whole: String = parts.concat();
    let single = parts.len() >= FEWEST && parts.iter().all(|p| p.chars().count() == 1);
    let length = whole.chars().count();
    let grouped = parts.len() > 1
        && match ty {
            FieldType::IdNumber => length == 18,
            FieldType::Phone => length == 11,
            FieldType::Date | FieldType::Month => {
                whole.contains('年') || (length == 8 && !whole.contains(['-', '.', '/']))
            }
            _ => false,
        };
    (single || grouped).then_some((whole, last))
}

fn end_of(grid: &Grid<'_>, row: u32, col: u16) -> u16 {
    grid.merge_at(row, col).map_or(col, |m| m.last_col)
}

/// What stands in one box; None for an empty one.
fn box_text(grid: &Grid<'_>, row: u32, col: u16) -> Option<String> {
    let written = grid.seen_text(row, col);
    if written.is_empty() || written.len() > 60 {
        return None;
    }
    let folded = text::compatible(&text::clean(written)).trim().to_string();
    let folded = folded.strip_suffix(".0").map_or(folded.clone(), str::to_string);
    (!folded.is_empty()).then_some(folded)
}

fn fits(part: &str, ty: FieldType) -> bool {
    part.chars().all(|c| match ty {
        FieldType::IdNumber => c.is_ascii_digit() || matches!(c, 'X' | 'x'),
        FieldType::Date | FieldType::Month => c.is_ascii_digit() || "年月日-./".contains(c),
        FieldType::Phone | FieldType::Account => c.is_ascii_digit() || c == '-',
        FieldType::Money => c.is_ascii_digit() || c == '.',
        _ => c.is_ascii_alphanumeric() || c == '-',
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sheet::{CellKind, Merge, RawSheet, SheetBuilder};

    fn sheet(cells: &[&str]) -> RawSheet {
        let mut b = SheetBuilder::new("");
        b.row(1, false);
        for (col, text) in cells.iter().enumerate() {
            b.cell(col as u16, CellKind::Text, text).unwrap();
        }
        b.finish()
    }

    fn read(cells: &[&str], ty: FieldType) -> Option<String> {
        let raw = sheet(cells);
        joined(&Grid::new(&raw), 1, 0, None, ty).map(|(text, _)| text)
    }

    #[test]
    fn boxes_are_one_value() {
        let number: Vec<String> = "51010719660103997X".chars().map(String::from).collect();
        let number: Vec<&str> = number.iter().map(String::as_str).collect();
        assert_eq!(read(&number, FieldType::IdNumber).as_deref(), Some("51010719660103997X"));
        assert_eq!(read(&["510107", "19660103", "997X"], FieldType::IdNumber).as_deref(), Some("51010719660103997X"));
        let date = ["2", "0", "1", "9", "年", "0", "8", "月", "1", "2", "日"];
        assert_eq!(read(&date, FieldType::Date).as_deref(), Some("2019年08月12日"));
        assert_eq!(read(&["2019", "年", "8", "月", "12", "日"], FieldType::Date).as_deref(), Some("2019年8月12日"));
        assert_eq!(read(&["138", "1000", "7919", "工作单位"], FieldType::Phone).as_deref(), Some("13810007919"));
        assert_eq!(read(&["１", "3", "8", "1.0", "电话"], FieldType::Phone).as_deref(), Some("1381"));
    }

    #[test]
    fn whole_values_are_no_boxes() {
        assert_eq!(read(&["510107196601039970", "1"], FieldType::IdNumber), None);
        assert_eq!(read(&["13810007919", "5"], FieldType::Phone), None);
        assert_eq!(read(&["2019-08-12", "5"], FieldType::Date), None);
        assert_eq!(read(&["8400", "2"], FieldType::Money), None);
        assert_eq!(read(&["5", "", "1"], FieldType::IdNumber), None);
    }

    #[test]
    fn boxes_over_merged_cells_end_where_they_are_told() {
        let mut b = SheetBuilder::new("");
        b.row(1, false);
        for (i, c) in "138".chars().cycle().take(11).enumerate() {
            b.cell(i as u16 * 2, CellKind::Text, &c.to_string()).unwrap();
            b.merge(Merge { first_row: 1, last_row: 1, first_col: i as u16 * 2, last_col: i as u16 * 2 + 1 });
        }
        let raw = b.finish();
        let grid = Grid::new(&raw);
        assert_eq!(joined(&grid, 1, 0, None, FieldType::Phone), Some(("13813813813".into(), 21)));
        assert_eq!(joined(&grid, 1, 0, Some(8), FieldType::Phone), Some(("1381".into(), 7)));
    }
}
