//! The header of a table: which columns stand where, under how many rows of headings.

use crate::synth::export::{Export, Row, Shape};
use crate::synth::write::grid::{Cell, Span};
use crate::synth::write::spell::{ColumnStyle, Kind, Speller, heading};

/// What stands in one column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Column of [`Export::columns`].
    Field(usize),
    /// Column of [`Export::member_columns`].
    Member(usize),
    /// 序号, counting records.
    Count,
    /// A column of the sender's own, with this heading.
    Own(&'static str),
    /// No heading and nothing below it.
    Empty,
}

/// Headings of columns that mean nothing to anybody else.
const OWN: [&str; 3] = ["备注2", "打印批次", "排序码"];

/// A header, and the columns below it.
#[derive(Debug)]
pub(super) struct Head {
    pub slots: Vec<Slot>,
    pub styles: Vec<ColumnStyle>,
    pub member_styles: Vec<ColumnStyle>,
    /// One to three rows.
    pub rows: Vec<Vec<Cell>>,
    /// Counted from the first row of the header.
    pub merges: Vec<Span>,
}

impl Head {
    pub fn plan(export: &Export, rows: &[Row], speller: &mut Speller<'_>) -> Self {
        let members = export.shape == Shape::MemberBlock;
        let member_columns = if members { export.member_columns.as_slice() } else { &[] };
        let titles = heading::choose(&export.columns, speller.level, speller.dice);
        let member_titles = heading::choose(member_columns, speller.level, speller.dice);
        // Two columns headed 姓名 are told apart only by what stands above them.
        let ambiguous = member_titles.iter().any(|t| titles.contains(t));
        let depth = match speller.level {
            3.. if speller.dice.chance(20) => 3,
            2.. if speller.dice.chance(40) => 2,
            _ if ambiguous => 2,
            _ => 1,
        };
        let styles = speller.columns(&export.columns, rows, &export.totals);
        let member_styles = speller.member_columns(member_columns, rows);
        let slots = slots(export, member_columns.len(), &styles, depth, speller);

        let (level, dice) = (speller.level, &mut *speller.dice);
        let headings: Vec<Cell> = slots
            .iter()
            .map(|slot| match *slot {
                Slot::Field(i) => Cell::text(heading::dress(titles[i], &styles[i], level, dice)),
                Slot::Member(i) => Cell::text(heading::dress(member_titles[i], &member_styles[i], level, dice)),
                Slot::Count => Cell::text("序号"),
                Slot::Own(title) => Cell::text(title),
                Slot::Empty => Cell::Blank,
            })
            .collect();
        let groups: Vec<Option<&str>> = slots.iter().map(|s| group(*s, export, &styles)).collect();
        let (rows, merges) = stack(headings, &groups, depth, speller.format.is_text());
        Self { slots, styles, member_styles, rows, merges }
    }

    pub fn style(&self, slot: Slot) -> Option<&ColumnStyle> {
        match slot {
            Slot::Field(i) => self.styles.get(i),
            Slot::Member(i) => self.member_styles.get(i),
            _ => None,
        }
    }
}

fn slots(
    export: &Export,
    members: usize,
    styles: &[ColumnStyle],
    depth: usize,
    speller: &mut Speller<'_>,
) -> Vec<Slot> {
    let (level, dice) = (speller.level, &mut *speller.dice);
    let mut slots: Vec<Slot> = (0..export.columns.len()).map(Slot::Field).collect();
    if level >= 1 && dice.chance(60) {
        dice.shuffle(&mut slots);
    }
    if depth > 1 {
        // Groups must hang together.
        slots.sort_by_key(|s| group(*s, export, styles));
    }
    let mut members: Vec<Slot> = (0..members).map(Slot::Member).collect();
    if level >= 1 && dice.chance(30) {
        dice.shuffle(&mut members);
    }
    slots.extend(members);
    if level >= 1 {
        for (slot, percent) in [(Slot::Own(dice.pick(&OWN)), 25), (Slot::Empty, 20)] {
            if dice.chance(percent) {
                // Anywhere, but not inside a group.
                let at = if depth > 1 || export.shape == Shape::MemberBlock { 0 } else { dice.below(slots.len() + 1) };
                slots.insert(at, slot);
            }
        }
        if dice.chance(50) {
            slots.insert(0, Slot::Count);
        }
    }
    slots
}

/// Heading of the group a column belongs to.
fn group(slot: Slot, export: &Export, styles: &[ColumnStyle]) -> Option<&'static str> {
    let i = match slot {
        Slot::Field(i) => i,
        Slot::Member(_) => return Some("家庭成员"),
        _ => return None,
    };
    let field = export.columns[i].field;
    Some(match styles[i].kind {
        Kind::Money => "收支情况",
        Kind::Time => "时间信息",
        _ if matches!(field, "file_no" | "unit" | "parent_unit" | "level" | "status") => "管理信息",
        _ if field.len() == 3 && field.starts_with('m') && field[1..].bytes().all(|b| b.is_ascii_digit()) => "建档材料",
        _ => "基本信息",
    })
}

/// Stacks headings below their groups. In a text file there is nothing to merge: there the headings stand in one row, and
/// above them each group's name over its first column.
fn stack(headings: Vec<Cell>, groups: &[Option<&str>], depth: usize, text: bool) -> (Vec<Vec<Cell>>, Vec<Span>) {
    let width = headings.len();
    let bottom = depth - 1;
    let mut rows = vec![vec![Cell::Blank; width]; depth];
    let mut merges = Vec::new();
    if depth == 1 {
        return (vec![headings], merges);
    }
    let mut left = 0;
    for run in groups.chunk_by(|a, b| a.is_some() && a == b) {
        let right = left + run.len() - 1;
        if let Some(name) = run[0] {
            // With three rows the members' group is two rows high, the others stand below a common heading.
            let top = if name == "家庭成员" { 0 } else { bottom - 1 };
            rows[top][left] = Cell::text(name);
            merges.push(Span { top, left, bottom: bottom - 1, right });
        }
        left = right + 1;
    }
    if depth == 3 {
        let common = |g: &Option<&str>| g.is_some_and(|g| g != "家庭成员");
        if let (Some(left), Some(right)) = (groups.iter().position(common), groups.iter().rposition(common)) {
            rows[0][left] = Cell::text("登记内容");
            merges.push(Span { top: 0, left, bottom: 0, right });
        }
    }
    for (col, (heading, group)) in headings.into_iter().zip(groups).enumerate() {
        let row = if group.is_some() || text { bottom } else { 0 };
        if heading != Cell::Blank {
            if row == 0 {
                merges.push(Span { top: 0, left: col, bottom, right: col });
            }
            rows[row][col] = heading;
        }
    }
    if text {
        merges.clear();
    }
    merges.retain(|m| m.height() > 1 || m.width() > 1);
    (rows, merges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(row: &[Cell]) -> Vec<&str> {
        row.iter().map(|c| if let Cell::Text(t) = c { t.as_str() } else { "" }).collect()
    }

    #[test]
    fn headings_below_groups() {
        let headings = || ["序号", "姓名", "性别", "收入", "关系"].map(Cell::text).to_vec();
        let groups = [None, Some("基本信息"), Some("基本信息"), Some("收支情况"), Some("家庭成员")];
        let (rows, merges) = stack(headings(), &groups, 3, false);
        assert_eq!(words(&rows[0]), ["序号", "登记内容", "", "", "家庭成员"]);
        assert_eq!(words(&rows[1]), ["", "基本信息", "", "收支情况", ""]);
        assert_eq!(words(&rows[2]), ["", "姓名", "性别", "收入", "关系"]);
        assert!(merges.contains(&Span { top: 0, left: 0, bottom: 2, right: 0 }));
        assert!(merges.contains(&Span { top: 0, left: 1, bottom: 0, right: 3 }));
        assert!(merges.contains(&Span { top: 0, left: 4, bottom: 1, right: 4 }));
        let (rows, merges) = stack(headings(), &groups, 2, true);
        assert_eq!(words(&rows[1]), ["序号", "姓名", "性别", "收入", "关系"]);
        assert!(merges.is_empty());
    }
}
