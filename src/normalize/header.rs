//! Finding the header row by content: which rows head the columns, and of which source kind the sheet is.
//!
//! Real sheets have titles above the header, headers of two or three rows with merged group titles, and columns in any
//! order. Every window of one to three rows near the top is read as a header and scored for every schema; the best wins.

use rustc_hash::{FxHashMap, FxHashSet};

use super::grid::Grid;
use super::labels::{FieldRef, Labels};
use super::wording::is_wide_title;
use crate::domain::money::MoneyUnit;
use crate::domain::text;
use crate::ingest::sheet::{CellKind, Merge, RawCell, RawRow};
use crate::schema::{FieldType, Header, Layout, Schema, fold_header, read_header};

/// A header stands within this many written rows from the top.
const SEARCH_ROWS: usize = 40;
/// A header has at most this many rows.
const MAX_HEIGHT: u32 = 3;
/// Columns beyond this are not looked at as headings.
const MAX_COLUMNS: u16 = 512;
/// Bytes of the longest title that is looked up.
const LONGEST_TITLE: usize = 120;
/// What a word in a file's name, a sheet's name or a title weighs against columns (a column weighs 0.5 to 3).
const HINT: f64 = 3.0;

/// One headed column.
#[derive(Debug, Clone)]
pub struct Heading {
    pub col: u16,
    /// Header lines joined, without blanks: how the column is named in evidence.
    pub title: String,
    /// Folded headings to look up, best first: all lines joined, group and leaf, leaf.
    pub keys: Vec<String>,
    /// Upper lines only (group titles), folded.
    pub group: String,
    /// Unit written in brackets behind the title.
    pub unit: Option<MoneyUnit>,
}

/// A column bound to a field.
#[derive(Debug, Clone)]
pub struct Bound {
    pub col: u16,
    pub field: usize,
    pub title: String,
    pub unit: Option<MoneyUnit>,
}

/// A headed column that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbound {
    pub col: u16,
    pub title: String,
}

/// Several columns that one field may mean, their titles equally good: no title says which one counts. From the left; the
/// first stands in [`Headed::columns`] too.
#[derive(Debug, Clone)]
pub struct Doubled {
    pub field: usize,
    pub columns: Vec<Bound>,
}

/// A second block of columns that holds household members (schema `members`).
#[derive(Debug, Clone, Default)]
pub struct MemberBlock {
    pub columns: Vec<Bound>,
}

/// A column that says how the person of a row is related to the head, in a sheet that lists heads and members in the
/// same columns; and the columns of such a member row.
#[derive(Debug, Clone)]
pub struct RelationColumn {
    pub col: u16,
    pub columns: Vec<Bound>,
}

/// A recognised header.
#[derive(Debug, Clone)]
pub struct Headed {
    /// Index of the schema.
    pub kind: usize,
    /// First and last row of the header, as Excel numbers.
    pub first: u32,
    pub last: u32,
    pub columns: Vec<Bound>,
    pub blocks: Vec<MemberBlock>,
    pub relation: Option<RelationColumn>,
    /// Columns no field was found for, with their titles.
    pub unknown: Vec<Unbound>,
    /// Columns whose field another column has already: see [`Doubled`].
    pub doubled: Vec<Doubled>,
    /// Number of headed columns.
    pub width: usize,
    /// What stands in the header's rows (column, folded text), for recognising repeats of them.
    pub printed: FxHashSet<(u16, String)>,
    /// 0 to 1: how clearly this kind won.
    pub confidence: f64,
    /// The kind that came second, if it was near.
    pub rival: Option<usize>,
}

/// Why no schema fits: the nearest one and what it lacks.
#[derive(Debug, Clone)]
pub struct Unrecognised {
    pub nearest: Option<usize>,
    /// Chinese titles of the columns it lacks.
    pub missing: Vec<String>,
}

/// What the configuration or the file's name says about a sheet.
#[derive(Debug, Clone, Default)]
pub struct SheetHints<'a> {
    /// Kind given by the configuration.
    pub kind: Option<usize>,
    /// Header row given by the configuration (Excel number of its first row).
    pub header_row: Option<u32>,
    /// Heading → field id given by the configuration.
    pub columns: &'a [(String, String)],
    /// File name and sheet name, in which a schema's hints are looked for.
    pub names: String,
}

/// Headings folded before: the same cells are read in every window they stand in.
#[derive(Default)]
struct Folds(FxHashMap<String, Header>);

impl Folds {
    fn read(&mut self, text: &str) -> Header {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let header = read_header(text);
        self.0.insert(text.to_string(), header.clone());
        header
    }
}

struct Candidate {
    kind: usize,
    /// Taken only where nothing else fits.
    fallback: bool,
    first: u32,
    last: u32,
    score: f64,
    coverage: f64,
    bound: usize,
}

/// Finds the header of a sheet, or says what is nearest.
pub fn find(grid: &Grid<'_>, labels: &Labels<'_>, hints: &SheetHints<'_>) -> Result<Headed, Unrecognised> {
    let rows: Vec<u32> = grid.raw.rows().iter().take(SEARCH_ROWS).map(|r| r.number).collect();
    let last_written = grid.raw.rows().last().map_or(0, |r| r.number);
    let mut best: Option<Candidate> = None;
    let mut second: Option<(usize, f64)> = None;
    let mut near: Option<(f64, usize, Vec<String>)> = None;
    let titles = title_text(grid, &rows);
    let mut folds = Folds::default();
    // What names and titles say of each kind holds for every window.
    let kinds = 0..labels.schemas.all().len();
    let said: Vec<(bool, f64)> =
        kinds.map(|k| (hinted(labels, k, hints, &titles), hint_score(labels, k, hints, &titles))).collect();
    for &first in &rows {
        if hints.header_row.is_some_and(|wanted| wanted != first) {
            continue;
        }
        for height in 1..=MAX_HEIGHT {
            let last = first + height - 1;
            if last > last_written {
                break;
            }
            let headings = read_headings(grid, labels, first, last, &mut folds);
            if headings.len() < 2 || (height < MAX_HEIGHT && goes_on(grid, labels, first, last, &mut folds)) {
                continue;
            }
            let per_kind = count_fields(&headings, labels, hints);
            for (kind, fields) in per_kind {
                let schema = labels.schema(kind);
                if hints.kind.is_some_and(|k| k != kind) || !schema.layouts.contains(&Layout::Table) {
                    continue;
                }
                if hints.kind.is_none() && schema.recognise.fallback && says_more(&headings, labels) && !said[kind].0 {
                    continue;
                }
                if hints.kind.is_none() && ruled_out(&headings, labels.never(kind)) {
                    continue;
                }
                let mut score: f64 = fields.iter().map(|&field| labels.weight(FieldRef { kind, field })).sum();
                score += said[kind].1;
                if hints.kind.is_none() && !is_whole(&fields, labels, kind, said[kind].0) {
                    if near.as_ref().is_none_or(|(s, ..)| score > *s) {
                        near = Some((score, kind, lacking(&fields, labels, kind, said[kind].0)));
                    }
                    continue;
                }
                let coverage = fields.len() as f64 / headings.len() as f64;
                let fallback = schema.recognise.fallback;
                let candidate = Candidate { kind, fallback, first, last, score, coverage, bound: fields.len() };
                match &best {
                    Some(b) if !better(&candidate, b) => {
                        if b.kind != kind && second.is_none_or(|(_, s)| score > s) {
                            second = Some((kind, score));
                        }
                    }
                    _ => {
                        if let Some(b) = &best
                            && b.kind != kind
                        {
                            second = Some((b.kind, b.score));
                        }
                        best = Some(candidate);
                    }
                }
            }
        }
    }
    let Some(best) = best else {
        let (nearest, missing) = near.map_or((None, Vec::new()), |(_, kind, missing)| (Some(kind), missing));
        return Err(Unrecognised { nearest, missing });
    };
    let first = with_group_rows(grid, best.first, best.last);
    let headings = read_headings(grid, labels, first, best.last, &mut folds);
    let second = second.filter(|(kind, _)| *kind != best.kind);
    let margin = second.map_or(1.0, |(_, s)| ((best.score - s) / best.score).clamp(0.0, 1.0));
    let Binding { columns, blocks, unknown, doubled } = bind(&headings, labels, best.kind, hints);
    let relation = if blocks.is_empty() { relation_column(&headings, labels, best.kind) } else { None };
    let confidence = (0.5 + 0.3 * best.coverage + 0.4 * margin).min(1.0);
    Ok(Headed {
        kind: best.kind,
        first,
        last: best.last,
        columns,
        blocks,
        relation,
        unknown,
        doubled,
        width: headings.len(),
        printed: printed(grid, first, best.last),
        confidence,
        rival: second.filter(|_| margin < 0.15).map(|(kind, _)| kind),
    })
}

/// The headings of a header that was found.
pub(super) fn headings(grid: &Grid<'_>, labels: &Labels<'_>, first: u32, last: u32) -> Vec<Heading> {
    read_headings(grid, labels, first, last, &mut Folds::default())
}

/// The table has the columns by which its kind is known, whatever the configuration or a name says of it; a list that is
/// taken only where nothing else fits is no table beside another.
pub(super) fn stands_alone(headed: &Headed, labels: &Labels<'_>) -> bool {
    let schema = labels.schema(headed.kind);
    let has = |id: &String| schema.index(id).is_some_and(|i| headed.columns.iter().any(|b| b.field == i));
    !schema.recognise.fallback && schema.recognise.need.iter().all(|group| group.iter().any(has))
}

/// One table holds the household members of the other's heads.
pub(super) fn is_members_of(members: &Headed, heads: &Headed, labels: &Labels<'_>) -> bool {
    labels.schema(heads.kind).members.as_deref() == Some(labels.schema(members.kind).kind.as_str())
}

fn printed(grid: &Grid<'_>, first: u32, last: u32) -> FxHashSet<(u16, String)> {
    let rows = (first..=last).filter_map(|n| grid.raw.row(n));
    rows.flat_map(|r| grid.raw.cells(r))
        .map(|c| (c.col, text::fold(grid.raw.text(c))))
        .filter(|(_, t)| !t.is_empty())
        .collect()
}

/// The header begins with the rows of group titles above it, though the leaf row alone told the kind: a row that is merged
/// down into the header, or merges several groups of columns.
fn with_group_rows(grid: &Grid<'_>, first: u32, last: u32) -> u32 {
    let mut first = first;
    while first > 1 && last + 1 - first < MAX_HEIGHT {
        let above = first - 1;
        let merges = grid.raw.merges.iter().filter(|m| m.first_row == above);
        let reaches_down = merges.clone().any(|m| m.last_row >= first && m.last_row <= last);
        let groups = merges.filter(|m| m.last_row == above && m.last_col > m.first_col);
        let cells = grid.raw.row(above).map_or(&[][..], |r| grid.raw.cells(r));
        // 填报单位：… and 日期：… stand merged side by side, too.
        let titles = cells.iter().any(|c| grid.raw.text(c).contains([':', '：']));
        if titles || !(reaches_down || (groups.count() >= 2 && cells.len() >= 2)) {
            break;
        }
        first = above;
    }
    first
}

/// More fields win; then a lower header; then the earlier row.
fn better(a: &Candidate, b: &Candidate) -> bool {
    if a.fallback != b.fallback {
        return b.fallback;
    }
    if (a.score - b.score).abs() > 1e-9 {
        return a.score > b.score;
    }
    if a.bound != b.bound {
        return a.bound > b.bound;
    }
    (a.last - a.first, a.first) < (b.last - b.first, b.first)
}

/// Text of the rows above, in which hints are looked for (titles stand in the first rows).
fn title_text(grid: &Grid<'_>, rows: &[u32]) -> String {
    let mut text = String::new();
    for &number in rows.iter().take(4) {
        if let Some(row) = grid.raw.row(number)
            && grid.raw.cells(row).len() <= 2
        {
            for cell in grid.raw.cells(row) {
                text.push_str(grid.raw.text(cell));
                text.push(' ');
            }
        }
    }
    text
}

/// The headings that rows `first..=last` give, by column. Empty when a cell there looks like data.
fn read_headings(grid: &Grid<'_>, labels: &Labels<'_>, first: u32, last: u32, folds: &mut Folds) -> Vec<Heading> {
    let mut columns: Vec<u16> = Vec::new();
    for number in first..=last {
        let Some(row) = grid.raw.row(number) else { continue };
        let cells = grid.raw.cells(row);
        if !may_head(grid, labels, cells, folds) {
            return Vec::new();
        }
        columns.extend(cells.iter().map(|c| c.col).filter(|&col| col < MAX_COLUMNS));
    }
    // Merged titles cover columns in which nothing is written.
    if grid.has_merges() {
        for m in &grid.raw.merges {
            if m.first_row <= last && m.last_row >= first && grid.raw.cell(m.first_row, m.first_col).is_some() {
                let ends = m.last_row >= last && m.last_col > m.first_col;
                // Nothing stands below it within the header: the title of one column that was drawn wide, or of a group
                // whose columns have no titles of their own. Neither makes a column of each cell it covers.
                let to = if ends { m.first_col } else { m.last_col };
                if !(ends && has_many_below(grid, m, last)) {
                    columns.extend(m.first_col..=to.min(MAX_COLUMNS));
                } else {
                    columns.retain(|c| *c != m.first_col);
                }
            }
        }
    }
    columns.sort_unstable();
    columns.dedup();
    let width = columns.len();
    let mut out = Vec::with_capacity(width);
    for &col in &columns {
        let mut lines: Vec<&str> = Vec::new();
        let mut seen: Vec<(u32, u16)> = Vec::new();
        for number in first..=last {
            let at = grid.origin(number, col);
            if seen.contains(&at) || is_wide_title(grid, at, width) {
                continue;
            }
            seen.push(at);
            let text = grid.raw.text_at(at.0, at.1);
            if !text.trim().is_empty() {
                lines.push(text);
            }
        }
        let Some((leaf, upper)) = lines.split_last() else { continue };
        let joined = folds.read(&lines.concat());
        let leaf_read = folds.read(leaf);
        let mut keys = vec![joined.key];
        if let Some(parent) = upper.last() {
            keys.push(folds.read(&format!("{parent}{leaf}")).key);
            if leaf_read.key.is_empty() {
                keys.push(folds.read(parent).key);
            } else {
                keys.push(leaf_read.key.clone());
            }
        }
        keys.extend(looser(leaf, folds));
        keys.retain(|k| !k.is_empty());
        keys.dedup();
        if keys.is_empty() || ["序号", "序", "行号", "no", "no."].contains(&keys[0].as_str()) {
            continue;
        }
        let title: String = lines.concat().chars().filter(|c| !c.is_whitespace()).collect();
        let ten_thousands = leaf_read.ten_thousands.or(joined.ten_thousands);
        let unit = ten_thousands.map(|w| if w { MoneyUnit::WanYuan } else { MoneyUnit::Yuan });
        out.push(Heading { col, title, keys, group: folds.read(&upper.concat()).key, unit });
    }
    out
}

/// What is left of a heading without a remark in brackets behind it (`联系电话（手机）`) or a word before it that says no
/// more than whose file it is (`本人手机`). Brackets that name another person are no remark.
fn looser(leaf: &str, folds: &mut Folds) -> Vec<String> {
    const OTHERS: [&str; 8] = ["户主", "监护", "代领", "配偶", "家长", "子女", "成员", "负责"];
    const WHOSE: [&str; 5] = ["困难职工", "职工", "本人", "目前", "现"];
    let mut out = Vec::new();
    if let Some((title, remark)) = leaf.split_once(['（', '('])
        && !OTHERS.iter().any(|w| remark.contains(w))
    {
        out.push(folds.read(title).key);
    }
    let key = folds.read(leaf).key;
    // 职工姓名 in a list of members is the head's name, not the member's.
    let person = ["姓名", "身份证", "证件", "号码"];
    let rest = WHOSE.iter().find_map(|w| key.strip_prefix(w)).filter(|rest| rest.chars().count() >= 2);
    out.extend(rest.filter(|rest| !person.iter().any(|w| rest.contains(w))).map(str::to_string));
    out
}

/// The cells of one row could be headings. A heading may hold a date or a number (`2019-08`, 43647) where enough of its
/// neighbours are known ones.
fn may_head(grid: &Grid<'_>, labels: &Labels<'_>, cells: &[RawCell], folds: &mut Folds) -> bool {
    let mut values = 0;
    for cell in cells {
        let text = grid.raw.text(cell);
        if has_long_number(text) {
            return false;
        }
        values += usize::from(is_value(text, cell.kind));
    }
    if values == 0 {
        return true;
    }
    let mut known = 0;
    for cell in cells.iter().filter(|c| !is_value(grid.raw.text(c), c.kind)) {
        known += usize::from(is_label(labels, grid.raw.text(cell), folds));
        if known >= 3 || (known >= 2 && values <= 1) {
            return true;
        }
    }
    false
}

fn is_label(labels: &Labels<'_>, text: &str, folds: &mut Folds) -> bool {
    // No title that a schema knows is longer.
    text.len() <= LONGEST_TITLE && !labels.get(&folds.read(text).key).is_empty()
}

/// A run of digits that no heading has.
pub(super) fn has_long_number(text: &str) -> bool {
    let mut run = 0;
    for b in text.bytes() {
        run = if b.is_ascii_digit() { run + 1 } else { 0 };
        if run >= 10 {
            return true;
        }
    }
    false
}

/// A cell that is a value by its kind: a date, an error, a bare number of five digits and more.
fn is_value(text: &str, kind: CellKind) -> bool {
    match kind {
        CellKind::Date | CellKind::Bool | CellKind::Error | CellKind::Uncomputed => true,
        CellKind::Number => text.bytes().rev().take_while(u8::is_ascii_digit).count() >= 5,
        CellKind::Text => false,
    }
}

/// The rows below a title that is merged over several columns fill several of them.
fn has_many_below(grid: &Grid<'_>, m: &Merge, last: u32) -> bool {
    const LOOKED_AT: usize = 20;
    let from = grid.raw.rows().partition_point(|r| r.number <= last);
    let rows = &grid.raw.rows()[from..];
    let filled = |row: &RawRow| {
        let cells = grid.raw.cells(row).iter().filter(|c| (m.first_col..=m.last_col).contains(&c.col));
        cells.filter(|c| !text::is_blank(grid.raw.text(c))).count()
    };
    rows.iter().take(LOOKED_AT).any(|row| filled(row) >= 2)
}

/// The header goes on below `last`: titles of single columns stand under a title that was drawn (or left blank) over
/// several, or titles are merged downward past `last`. A group title is never a column.
fn goes_on(grid: &Grid<'_>, labels: &Labels<'_>, first: u32, last: u32, folds: &mut Folds) -> bool {
    let Some(next) = grid.raw.row(last + 1) else { return false };
    let cells: Vec<&RawCell> = grid.raw.cells(next).iter().filter(|c| !text::is_blank(grid.raw.text(c))).collect();
    if cells.is_empty() || cells.iter().any(|c| has_long_number(grid.raw.text(c)) || is_value(grid.raw.text(c), c.kind))
    {
        return false;
    }
    for m in grid.raw.merges.iter().filter(|m| m.first_row >= first && m.first_row <= last && m.last_row > last) {
        if is_label(labels, grid.raw.text_at(m.first_row, m.first_col), folds) {
            return true;
        }
    }
    let written = |col: u16| (first..=last).any(|row| !text::is_blank(grid.raw.text_at(row, col)));
    let under_group = |c: &&RawCell| !written(c.col) || (c.col < MAX_COLUMNS && !written(c.col + 1));
    let known = cells.iter().filter(|c| is_label(labels, grid.raw.text(c), folds)).count();
    known * 2 >= cells.len() && cells.iter().any(|c| !written(c.col)) && cells.iter().all(under_group)
}

fn count_fields(headings: &[Heading], labels: &Labels<'_>, hints: &SheetHints<'_>) -> Vec<(usize, FxHashSet<usize>)> {
    let mut per_kind: FxHashMap<usize, FxHashSet<usize>> = FxHashMap::default();
    for h in headings {
        let mut done: FxHashSet<usize> = FxHashSet::default();
        for key in &h.keys {
            for at in labels.get(key) {
                if done.insert(at.kind) {
                    per_kind.entry(at.kind).or_default().insert(at.field);
                }
            }
        }
        for (field_id, heading) in hints.columns {
            if fold_header(heading) == h.keys[0]
                && let Some(kind) = hints.kind
                && let Some(field) = labels.schema(kind).index(field_id)
            {
                per_kind.entry(kind).or_default().insert(field);
            }
        }
    }
    let mut out: Vec<_> = per_kind.into_iter().collect();
    out.sort_by_key(|(kind, _)| *kind);
    out
}

/// Names and titles speak for a kind or against it; columns say more than they do.
fn hint_score(labels: &Labels<'_>, kind: usize, hints: &SheetHints<'_>, titles: &str) -> f64 {
    let r = &labels.schema(kind).recognise;
    let said = |words: &[String]| words.iter().any(|w| hints.names.contains(w.as_str()) || titles.contains(w.as_str()));
    f64::from(u8::from(said(&r.hints))) * HINT - f64::from(u8::from(said(&r.against))) * HINT
}

fn hinted(labels: &Labels<'_>, kind: usize, hints: &SheetHints<'_>, titles: &str) -> bool {
    let r = &labels.schema(kind).recognise;
    r.hints.iter().any(|w| hints.names.contains(w.as_str()) || titles.contains(w.as_str()))
}

/// Headings of somebody's file, money or family: such a sheet is no mere list of persons.
fn says_more(headings: &[Heading], labels: &Labels<'_>) -> bool {
    const MORE: [&str; 7] =
        ["file_no", "category", "cause_main", "relation", "head_id_number", "amount", "income_monthly"];
    let id = |at: &FieldRef| labels.schema(at.kind).fields[at.field].id.as_str();
    headings.iter().any(|h| h.keys.iter().any(|k| labels.get(k).iter().any(|at| MORE.contains(&id(at)))))
}

/// A heading that this kind never has.
fn ruled_out(headings: &[Heading], never: &FxHashSet<String>) -> bool {
    headings.iter().any(|h| h.keys.iter().any(|k| never.contains(k)))
}

/// Titles of what a kind still needs to be recognised; empty when it is.
fn lacking(fields: &FxHashSet<usize>, labels: &Labels<'_>, kind: usize, hinted: bool) -> Vec<String> {
    let schema = labels.schema(kind);
    let has = |id: &String| schema.index(id).is_some_and(|i| fields.contains(&i));
    let title = |id: &String| schema.index(id).map_or(id.clone(), |i| schema.fields[i].title.clone());
    let r = &schema.recognise;
    let mut out = Vec::new();
    for group in &r.need {
        if !group.iter().any(has) {
            out.push(group.iter().map(title).collect::<Vec<_>>().join("或"));
        }
    }
    let told_apart = r.distinct.is_empty() || r.distinct.iter().any(has) || (r.hint_suffices && hinted);
    if !told_apart {
        let shown: Vec<_> = r.distinct.iter().take(4).map(title).collect();
        out.push(format!("{}等任一列", shown.join("、")));
    }
    if r.hint_required && !hinted {
        out.push(format!("名称或标题中的“{}”字样", r.hints.first().map_or("", String::as_str)));
    }
    out
}

/// A kind is recognised: nothing is lacking. As [`lacking`], without the words.
fn is_whole(fields: &FxHashSet<usize>, labels: &Labels<'_>, kind: usize, hinted: bool) -> bool {
    let schema = labels.schema(kind);
    let has = |id: &String| schema.index(id).is_some_and(|i| fields.contains(&i));
    let r = &schema.recognise;
    r.need.iter().all(|group| group.iter().any(has))
        && (r.distinct.is_empty() || r.distinct.iter().any(has) || (r.hint_suffices && hinted))
        && (!r.hint_required || hinted)
}

#[derive(Default)]
struct Binding {
    columns: Vec<Bound>,
    blocks: Vec<MemberBlock>,
    unknown: Vec<Unbound>,
    doubled: Vec<Doubled>,
}

/// How well a heading names a field: less is better. A title of all its lines before a leaf under a group's title or a part
/// of it, then the order in which the schema lists the field's names.
type Rank = (bool, usize);

fn rank(h: &Heading, labels: &Labels<'_>, kind: usize, field: usize) -> Rank {
    let names = labels.names(FieldRef { kind, field });
    let found = h.keys.iter().enumerate().find_map(|(i, k)| names.iter().position(|n| n == k).map(|at| (i > 0, at)));
    found.unwrap_or((true, usize::MAX))
}

/// Columns of one field, as they are found from the left.
struct Claim {
    field: usize,
    columns: Vec<(Rank, Bound)>,
    /// The configuration names the column: no other can mean the field.
    configured: bool,
}

/// Binds columns to fields, left to right; columns of members go to blocks of their own. Of several columns that may mean
/// one field the best named one is bound; where two are named equally well both are kept in `doubled`.
fn bind(headings: &[Heading], labels: &Labels<'_>, kind: usize, hints: &SheetHints<'_>) -> Binding {
    let schema = labels.schema(kind);
    let member_kind = schema.members.as_ref().and_then(|m| labels.schemas.position(m));
    let mut claims: Vec<Claim> = Vec::new();
    let mut out = Binding::default();
    let mut in_block = false;
    for h in headings {
        let bound = |field| Bound { col: h.col, field, title: h.title.clone(), unit: h.unit };
        let configured = hints
            .columns
            .iter()
            .find(|(_, heading)| fold_header(heading) == h.keys[0])
            .and_then(|(id, _)| schema.index(id));
        if let Some(field) = configured {
            claims.retain(|c| c.field != field);
            claims.push(Claim { field, columns: vec![((false, 0), bound(field))], configured: true });
            continue;
        }
        let own = h.keys.iter().find_map(|k| labels.field(kind, k));
        let taken = |field: usize| claims.iter().any(|c| c.field == field);
        if let Some(mk) = member_kind {
            let says_member = says_member(&h.group) || h.keys.first().is_some_and(|k| says_member(k));
            let stripped = h.keys.iter().find_map(|k| labels.field(mk, strip_member_words(k)));
            let member = h.keys.iter().find_map(|k| labels.field(mk, k)).or(stripped);
            let starts = says_member && member.is_some() && own.is_none_or(|_| says_member);
            let repeats = own.is_some_and(taken) && labels.schema(mk).fields[member.unwrap_or(0)].id == "name";
            if let Some(field) = member
                && (starts || (repeats && member.is_some()) || (in_block && own.is_none_or(taken)))
            {
                in_block = true;
                let fits = out.blocks.last().is_some_and(|b: &MemberBlock| b.columns.iter().all(|c| c.field != field));
                if !fits {
                    out.blocks.push(MemberBlock::default());
                }
                if let Some(block) = out.blocks.last_mut() {
                    block.columns.push(bound(field));
                }
                continue;
            }
        }
        match own {
            Some(field) => {
                let this = (rank(h, labels, kind, field), bound(field));
                match claims.iter_mut().find(|c| c.field == field) {
                    Some(claim) => claim.columns.push(this),
                    None => claims.push(Claim { field, columns: vec![this], configured: false }),
                }
            }
            None => out.unknown.push(Unbound { col: h.col, title: h.title.clone() }),
        }
    }
    for claim in claims {
        settle(claim, schema, &mut out);
    }
    out.columns.sort_by_key(|b| b.col);
    // A block without a name column holds nothing that can be told apart: give its columns back.
    let is_name = |b: &Bound| member_kind.is_some_and(|mk| labels.schema(mk).fields[b.field].id == "name");
    let unknown = &mut out.unknown;
    out.blocks.retain(|block| {
        let named = block.columns.iter().any(is_name);
        if !named {
            unknown.extend(block.columns.iter().map(|c| Unbound { col: c.col, title: c.title.clone() }));
        }
        named
    });
    out.unknown.sort_by_key(|u| u.col);
    out
}

/// The best named column of a field is bound; its equals ride along as doubled, the others are not read.
fn settle(claim: Claim, schema: &Schema, out: &mut Binding) {
    let Some(best) = claim.columns.iter().map(|(rank, _)| *rank).min() else { return };
    let (equal, rest): (Vec<_>, Vec<_>) = claim.columns.into_iter().partition(|(rank, _)| *rank == best);
    out.unknown.extend(rest.into_iter().map(|(_, b)| Unbound { col: b.col, title: b.title }));
    let equal: Vec<Bound> = equal.into_iter().map(|(_, b)| b).collect();
    out.columns.extend(equal.first().cloned());
    if equal.len() < 2 {
        return;
    }
    // Two remarks are two remarks: nothing rests on them.
    let field = &schema.fields[claim.field];
    if claim.configured
        || (field.ty == FieldType::Text && !["file_no", "serial", "record_no"].contains(&field.id.as_str()))
    {
        out.unknown.extend(equal.into_iter().skip(1).map(|b| Unbound { col: b.col, title: b.title }));
    } else {
        out.doubled.push(Doubled { field: claim.field, columns: equal });
    }
}

/// Heads and members listed in the same columns: a relation column that the head's own kind does not have.
fn relation_column(headings: &[Heading], labels: &Labels<'_>, kind: usize) -> Option<RelationColumn> {
    let members = labels.schemas.position(labels.schema(kind).members.as_ref()?)?;
    let relation = labels.schema(members).index("relation")?;
    let heads = |h: &Heading, field| h.keys.iter().any(|k| labels.field(members, k) == Some(field));
    let own = |h: &Heading| h.keys.iter().any(|k| labels.field(kind, k).is_some());
    let col = headings.iter().find(|h| heads(h, relation) && !own(h))?.col;
    let mut columns: Vec<Bound> = Vec::new();
    for h in headings {
        let field = h.keys.iter().find_map(|k| labels.field(members, k));
        if let Some(field) = field.filter(|f| columns.iter().all(|b| b.field != *f)) {
            columns.push(Bound { col: h.col, field, title: h.title.clone(), unit: h.unit });
        }
    }
    Some(RelationColumn { col, columns })
}

pub(super) fn says_member(key: &str) -> bool {
    key.contains("家庭成员") || key.starts_with("成员") || key.contains("主要成员")
}

/// `家庭成员1姓名` → `姓名`.
fn strip_member_words(key: &str) -> &str {
    let mut rest = key;
    for word in ["家庭主要成员情况", "家庭成员情况", "家庭主要成员", "家庭成员信息", "家庭成员", "成员情况", "成员"]
    {
        if let Some(after) = rest.strip_prefix(word) {
            rest = after;
            break;
        }
    }
    rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
}
