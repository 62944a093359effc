//! Several tables on one sheet: one below the other, each with its own header; side by side, with or without an empty column
//! between them; and any mixture of the two. Each is cut out of the sheet with the titles above it and then read as a sheet
//! of its own; its cells keep their places.
//!
//! Every row is looked at once: the work grows with the sheet, not with its square.

use super::grid::Grid;
use super::header::{self, Headed, Heading, SheetHints};
use super::labels::Labels;
use super::wording;
use crate::domain::text;
use crate::ingest::sheet::{RawRow, RawSheet};
use crate::schema::fold_header;

/// Cuts within cuts: nobody stacks side-by-side lists deeper.
const DEEPEST: usize = 6;
/// Rows below a header that are shown to the finder: its lines, and some data.
const SHOWN: u32 = 24;
/// Columns that are looked at.
const COLUMNS: usize = 1024;
/// A heading of a second table may stand this many columns left of the first one that is repeated.
const BEFORE_REPEAT: usize = 3;

/// Finds the tables of a sheet.
#[derive(Debug)]
pub struct Layouts<'a> {
    pub labels: &'a Labels<'a>,
    pub hints: &'a SheetHints<'a>,
}

impl Layouts<'_> {
    /// The tables of a sheet in reading order, each with its titles; none where the sheet is one table.
    pub fn tables(&self, raw: &RawSheet) -> Vec<RawSheet> {
        let mut out = Vec::new();
        self.cut(raw, 0, &mut out);
        if out.len() < 2 {
            out.clear();
        }
        out
    }

    /// Puts the tables of a part into `out`; false where it is one table, which is then not put there.
    fn cut(&self, part: &RawSheet, depth: usize, out: &mut Vec<RawSheet>) -> bool {
        if depth >= DEEPEST {
            return false;
        }
        let grid = Grid::new(part);
        let mut pieces = self.apart(&grid);
        if pieces.is_empty()
            && let Ok(headed) = header::find(&grid, self.labels, self.hints)
        {
            pieces = self.stacked(&grid, &headed);
            if pieces.is_empty() {
                pieces = self.repeated(&grid, &headed);
            }
        }
        let cut = !pieces.is_empty();
        for piece in pieces {
            if !self.cut(&piece, depth + 1, out) {
                out.push(piece);
            }
        }
        cut
    }

    /// The part is a table in its own right: it has all that its kind is known by.
    fn own_table(&self, part: &RawSheet) -> Option<Headed> {
        let headed = header::find(&Grid::new(part), self.labels, self.hints).ok()?;
        header::stands_alone(&headed, self.labels).then_some(headed)
    }

    /// Tables side by side with an empty column between them.
    fn apart(&self, grid: &Grid<'_>) -> Vec<RawSheet> {
        let mut filled = [false; COLUMNS];
        for row in grid.raw.rows() {
            let cells = grid.raw.cells(row);
            // Titles and remarks run across.
            if cells.len() > 2 {
                for cell in cells {
                    if let Some(f) = filled.get_mut(usize::from(cell.col)) {
                        *f = true;
                    }
                }
            }
        }
        let mut groups: Vec<(usize, usize)> = Vec::new();
        for col in (0..COLUMNS).filter(|&c| filled[c]) {
            match groups.last_mut() {
                Some((_, last)) if *last + 1 == col => *last = col,
                _ => groups.push((col, col)),
            }
        }
        if groups.len() < 2 {
            return Vec::new();
        }
        // Where a table begins; columns that are none of their own belong to the table left of them.
        let own: Vec<usize> = groups
            .iter()
            .filter(|(first, last)| last > first)
            .filter(|&&(first, last)| {
                self.own_table(&grid.raw.part(0..=u32::MAX, first as u16..=last as u16)).is_some()
            })
            .map(|&(first, _)| first)
            .collect();
        let cuts = own.get(1..).unwrap_or_default();
        if cuts.is_empty() || self.is_one(grid, cuts) {
            return Vec::new();
        }
        split_at(grid.raw, cuts)
    }

    /// An empty column runs through one table: read as a whole it has columns on both sides of every cut, and no field twice.
    fn is_one(&self, grid: &Grid<'_>, cuts: &[usize]) -> bool {
        let Ok(whole) = header::find(grid, self.labels, self.hints) else { return false };
        let bound = |from: usize, to: usize| whole.columns.iter().any(|b| (from..to).contains(&usize::from(b.col)));
        let starts = std::iter::once(0).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([usize::MAX]);
        whole.doubled.is_empty() && whole.blocks.is_empty() && starts.zip(ends).all(|(from, to)| bound(from, to))
    }

    /// The same titles again to the right, without an empty column between: a second table where both halves are tables in
    /// their own right. (A title that occurs twice in one table is another matter.)
    fn repeated(&self, grid: &Grid<'_>, headed: &Headed) -> Vec<RawSheet> {
        let headings = header::headings(grid, self.labels, headed.first, headed.last);
        let same = |a: &Heading, b: &Heading| a.keys.first() == b.keys.first();
        let Some(repeat) = (1..headings.len()).find(|&j| headings[..j].iter().any(|h| same(h, &headings[j]))) else {
            return Vec::new();
        };
        let mut best: Option<(usize, usize)> = None;
        for cut in (repeat.saturating_sub(BEFORE_REPEAT).max(1)..=repeat).rev() {
            let at = headings[cut - 1].col + 1;
            let left = self.own_table(&grid.raw.part(0..=u32::MAX, 0..=at - 1));
            let Some(left) = left else { continue };
            let Some(right) = self.own_table(&grid.raw.part(0..=u32::MAX, at..=u16::MAX)) else { continue };
            // Members of a household beside their heads are no table of their own.
            if header::is_members_of(&right, &left, self.labels) {
                continue;
            }
            let bound = left.columns.len() + right.columns.len();
            if best.is_none_or(|(_, most)| bound > most) {
                best = Some((usize::from(at), bound));
            }
        }
        best.map_or_else(Vec::new, |(at, _)| split_at(grid.raw, &[at]))
    }

    /// Tables one below the other: a row that holds titles and is no repetition of the header above it begins another.
    fn stacked(&self, grid: &Grid<'_>, headed: &Headed) -> Vec<RawSheet> {
        // Rows on which the tables begin, titles included, but for the first.
        let mut starts: Vec<u32> = Vec::new();
        let rows = grid.raw.rows();
        let first = self.first_table(grid, headed, &mut starts);
        let mut above = headed;
        let mut found: Headed;
        let mut done = first;
        for (i, row) in rows.iter().enumerate() {
            if row.number <= done || !self.may_head(grid, row) || is_reprinted(grid, row, above) {
                continue;
            }
            let start = title_start(grid, &rows[..i], row.number, done);
            let window = grid.raw.part(start..=row.number.saturating_add(SHOWN), 0..=u16::MAX);
            let hints = SheetHints { header_row: Some(row.number), ..self.hints.clone() };
            match header::find(&Grid::new(&window), self.labels, &hints) {
                Ok(next) if wording::is_repeated_header(grid, row, &above.printed) && binds_alike(&next, above) => {
                    done = next.last;
                }
                Ok(next) if header::stands_alone(&next, self.labels) => {
                    starts.push(start);
                    done = next.last;
                    found = next;
                    above = &found;
                }
                _ if !wording::is_repeated_header(grid, row, &above.printed) && self.is_title_row(grid, row) => {
                    starts.push(start);
                    done = row.number;
                }
                _ => {}
            }
        }
        starts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for start in starts.iter().copied().filter(|&s| s > 0) {
            pieces.push(grid.raw.part(from..=start - 1, 0..=u16::MAX));
            from = start;
        }
        if !pieces.is_empty() {
            pieces.push(grid.raw.part(from..=u32::MAX, 0..=u16::MAX));
        }
        pieces
    }

    /// The header that was found may be that of a later table, its titles being the most. Notes where the tables above it end
    /// and gives the last row of its header.
    fn first_table(&self, grid: &Grid<'_>, headed: &Headed, starts: &mut Vec<u32>) -> u32 {
        let rows = grid.raw.rows();
        let mut below = headed.first;
        while let Some(end) = below.checked_sub(1).filter(|&end| end > 0) {
            let upper = grid.raw.part(0..=end, 0..=u16::MAX);
            let Ok(earlier) = header::find(&Grid::new(&upper), self.labels, self.hints) else { break };
            let has_rows = upper.rows().iter().any(|r| {
                r.number > earlier.last && upper.cells(r).iter().any(|c| header::has_long_number(upper.text(c)))
            });
            if !has_rows || !header::stands_alone(&earlier, self.labels) {
                break;
            }
            let i = rows.partition_point(|r| r.number < below);
            starts.push(title_start(grid, &rows[..i], below, earlier.last));
            below = earlier.first;
        }
        headed.last
    }

    /// At least half of the row's cells are titles that some schema knows, and none holds a long number.
    fn may_head(&self, grid: &Grid<'_>, row: &RawRow) -> bool {
        self.known_titles(grid, row).is_some_and(|(known, of)| known >= 2 && known * 2 >= of)
    }

    /// The row can only be a header, though of no kind that is known.
    fn is_title_row(&self, grid: &Grid<'_>, row: &RawRow) -> bool {
        self.known_titles(grid, row).is_some_and(|(known, of)| known >= 3 && known * 10 >= of * 6)
    }

    /// How many cells of the row are known titles, and of how many; None where one holds a long number or too few can be.
    fn known_titles(&self, grid: &Grid<'_>, row: &RawRow) -> Option<(usize, usize)> {
        let cells = grid.raw.cells(row);
        if cells.len() < 2 || cells.iter().any(|c| header::has_long_number(grid.raw.text(c))) {
            return None;
        }
        let (mut known, mut of) = (0, 0);
        for (i, cell) in cells.iter().enumerate() {
            let written = grid.raw.text(cell);
            if !text::is_blank(written) {
                of += 1;
                known += usize::from(written.len() <= 60 && !self.labels.get(&fold_header(written)).is_empty());
            }
            // Rows of data are the most: a few of their cells tell that they are no titles.
            if 2 * known + (cells.len() - 1 - i) < of || (known == 0 && of > 5) {
                return None;
            }
        }
        Some((known, of))
    }
}

/// The sheet cut before each of these columns.
fn split_at(raw: &RawSheet, cuts: &[usize]) -> Vec<RawSheet> {
    if cuts.is_empty() {
        return Vec::new();
    }
    let mut from = 0u16;
    let mut out = Vec::new();
    for &at in cuts {
        out.push(raw.part(0..=u32::MAX, from..=(at - 1) as u16));
        from = at as u16;
    }
    out.push(raw.part(0..=u32::MAX, from..=u16::MAX));
    out
}

/// Each cell of the row stands in the header above, in the same column.
fn is_reprinted(grid: &Grid<'_>, row: &RawRow, above: &Headed) -> bool {
    let cells = grid.raw.cells(row).iter().filter(|c| !text::is_blank(grid.raw.text(c)));
    cells.into_iter().all(|c| above.printed.contains(&(c.col, text::fold(grid.raw.text(c)))))
}

fn binds_alike(a: &Headed, b: &Headed) -> bool {
    let bound = |h: &Headed| h.columns.iter().map(|c| (c.col, c.field)).collect::<Vec<_>>();
    a.kind == b.kind && bound(a) == bound(b)
}

/// The first of the title rows right above a header: rows of one or two cells that are neither totals nor signatures, below
/// `floor`.
fn title_start(grid: &Grid<'_>, before: &[RawRow], header: u32, floor: u32) -> u32 {
    let mut start = header;
    for row in before.iter().rev().take_while(|r| r.number > floor) {
        let cells = grid.raw.cells(row);
        let title = cells.len() <= 2
            && cells.iter().all(|c| {
                let written = grid.raw.text(c);
                !header::has_long_number(written) && !wording::is_signature(written) && !is_total(written)
            });
        let group = grid.raw.merges.iter().filter(|m| m.first_row == row.number && m.last_col > m.first_col).count()
            >= 2
            && cells.iter().all(|c| !header::has_long_number(grid.raw.text(c)));
        // 填报单位：… is a signature by its words, and a title by its place.
        let unit = cells.iter().any(|c| wording::unit_in_title(grid.raw.text(c)).is_some());
        if !(title || group || (unit && cells.len() <= 4)) {
            break;
        }
        start = row.number;
    }
    start
}

fn is_total(written: &str) -> bool {
    let folded = text::fold(written);
    ["合计", "总计", "小计", "共计", "累计"].iter().any(|w| folded.starts_with(w))
}
