//! How each source was laid out when it last came: by source (kind, unit, path and sheet with their digits folded) the columns
//! of a run are remembered, and held against those of the next. A column that is gone, one that is new and unknown, a file or
//! sheet that did not come is told; for a column that is gone, the one it was probably renamed to.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::runs::damaged;
use crate::domain::text;
use crate::ingest::inputs::{FileStatus, Inputs};
use crate::link::Casebook;
use crate::normalize::{Cells, Notice, NoticeKind, Tables};
use crate::place::SheetId;
use crate::schema::{Field, Layout};

/// Cells of a column that are looked at to tell what it holds.
const SAMPLE: usize = 60;
/// A column is taken for a renamed one from this likeness on (of titles 0–1, same place 0.3, same look 0.3).
const LIKELY: f64 = 0.5;

/// A source as a run saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetLayout {
    pub kind: String,
    /// "" where it is nobody's in particular.
    pub unit: String,
    /// Path, and sheet where there is one, digits folded: `inbox/发放_#年#月.xlsx › 明细`.
    pub pattern: String,
    pub rows: usize,
    /// By field id.
    pub columns: BTreeMap<String, Column>,
    /// Titles that are no field's.
    pub unknown: BTreeSet<String>,
}

/// A column that is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub title: String,
    pub col: u16,
    pub look: Look,
}

/// What the cells of a column look like, most of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    Blank,
    Number,
    /// Fifteen digits and more.
    LongNumber,
    Date,
    /// Up to four characters.
    ShortWord,
    Text,
}

/// What became of the columns of one sheet.
#[derive(Debug)]
pub struct Columns {
    pub sheet: SheetId,
    /// Titles that are gone.
    pub lost: Vec<String>,
    /// `旧列名 → 新列名`.
    pub renamed: Vec<String>,
    /// Titles that are new and no field's.
    pub added: Vec<String>,
}

/// What became of the sources since the last run.
#[derive(Debug, Default)]
pub struct Changes {
    /// Of today, and those that did not come: they are waited for.
    pub layouts: Vec<SheetLayout>,
    pub notices: Vec<Notice>,
    pub sheets: Vec<Columns>,
    pub not_come: Vec<String>,
    /// Directories from which something came last time and nothing today, digits folded.
    pub silent: Vec<String>,
}

impl Changes {
    /// Puts what is to be told of the sheets where every output finds it.
    pub fn tell(&mut self, tables: &mut Tables<'_>) {
        tables.notices.append(&mut self.notices);
        tables.notices.sort_by_key(|n| n.sheet);
        for columns in self.sheets.drain(..) {
            let account = &mut tables.accounts[columns.sheet.0 as usize];
            account.lost.extend(columns.lost);
            account.renamed.extend(columns.renamed);
            account.added.extend(columns.added);
        }
    }
}

/// Holds the sources of today against those of the last run. `former`: those of the run of the same day that this one takes
/// the place of. `gone`: kinds of which nothing came, told already. `complete`: a person says that what came is all.
pub fn compare(
    book: &Casebook<'_>,
    inputs: &Inputs,
    past: &[SheetLayout],
    former: Option<&[SheetLayout]>,
    gone: &BTreeSet<String>,
    complete: bool,
) -> Changes {
    let today = sheets(book, inputs);
    let mut changes = Changes::default();
    for (sheet, layout) in &today {
        if let Some(before) = counterpart(layout, past, &today) {
            changes.columns(book, inputs, *sheet, layout, before);
        }
    }
    changes.layouts = merged(today.into_iter().map(|(_, layout)| layout));
    if !complete {
        changes.missing(inputs, former.unwrap_or(past), gone);
    }
    changes
}

impl Changes {
    fn columns(
        &mut self,
        book: &Casebook<'_>,
        inputs: &Inputs,
        sheet: SheetId,
        layout: &SheetLayout,
        before: &SheetLayout,
    ) {
        let Some(schema) = book.tables.schemas.get(&layout.kind) else { return };
        let (mut lost, mut renamed, mut added) = (Vec::new(), Vec::new(), Vec::new());
        let mut fresh: Vec<Fresh> =
            layout.unknown.difference(&before.unknown).map(|title| Fresh::new(book, inputs, sheet, title)).collect();
        for (field, column) in before.columns.iter().filter(|(field, _)| !layout.columns.contains_key(*field)) {
            let Some(at) = schema.index(field) else { continue };
            let likely = successor(&schema.fields[at], column, &fresh).map(|i| fresh.remove(i).title);
            let notice = |what: String| Notice::new(NoticeKind::ColumnsChanged, sheet, what);
            self.notices.push(match &likely {
                Some(new) => {
                    renamed.push(format!("{} → {new}", column.title));
                    notice(format!("上次有的列“{}”这次没有，可能改名为“{new}”；先按没有这一列处理", column.title))
                        .remedy(format!("确是改名的，在配置的 [[source]] 写 columns = {{ {field} = \"{new}\" }}"))
                }
                None => notice(format!("上次有的列“{}”这次没有，按没有这一列处理", column.title))
                    .remedy("请报送单位补上这一列；以前据它列出的疑点这次列为未核对"),
            });
            lost.push(column.title.clone());
        }
        for new in fresh {
            let what = format!("新出现的列“{}”不认识，没有读", new.title);
            self.notices.push(
                Notice::new(NoticeKind::ColumnsChanged, sheet, what)
                    .remedy("需要用到它的，在配置的 [[source]] columns 里写明它是哪一项"),
            );
            added.push(new.title);
        }
        if !lost.is_empty() || !added.is_empty() {
            self.sheets.push(Columns { sheet, lost, renamed, added });
        }
    }

    /// Sources of the last run of which nothing is there today.
    fn missing(&mut self, inputs: &Inputs, past: &[SheetLayout], gone: &BTreeSet<String>) {
        let there: BTreeSet<(&str, &str)> =
            self.layouts.iter().map(|l| (l.kind.as_str(), l.pattern.as_str())).collect();
        let known: BTreeSet<(&str, &str)> = past.iter().map(|l| (l.kind.as_str(), l.pattern.as_str())).collect();
        let mut absent = Vec::new();
        for layout in past.iter().filter(|l| l.rows > 0 && !there.contains(&(l.kind.as_str(), l.pattern.as_str()))) {
            // Renamed: the unit's rows come from elsewhere, or a list that is nobody's came under a new name.
            let moved = |l: &&SheetLayout| {
                l.kind == layout.kind
                    && if layout.unit.is_empty() {
                        !known.contains(&(l.kind.as_str(), l.pattern.as_str()))
                    } else {
                        l.unit == layout.unit
                    }
            };
            if self.layouts.iter().any(|l| moved(&l)) || is_here_otherwise(inputs, layout) {
                continue;
            }
            // What is named for a month or a year is not written anew when that is over.
            if is_of_period(&layout.pattern) && !gone.contains(&layout.kind) {
                continue;
            }
            absent.push(layout.clone());
        }
        for layout in &absent {
            if !gone.contains(&layout.kind) {
                let whose = if layout.unit.is_empty() { String::new() } else { format!("（{}）", layout.unit) };
                self.not_come.push(format!("{}{whose}上次有{}行，这次没有收到", layout.pattern, layout.rows));
            }
        }
        self.silent = silent(inputs, &absent);
        self.layouts.extend(absent);
        self.layouts.sort_by(|a, b| (&a.kind, &a.unit, &a.pattern).cmp(&(&b.kind, &b.unit, &b.pattern)));
    }
}

/// Directories of absent sources below which no file is there: a share that is not mounted, more likely than a list that
/// nobody made.
fn silent(inputs: &Inputs, absent: &[SheetLayout]) -> Vec<String> {
    let there: Vec<String> = inputs.files.iter().map(|f| folded(&f.path)).collect();
    let of = |layout: &SheetLayout| {
        let path = layout.pattern.split(" › ").next().unwrap_or_default();
        path.rsplit_once('/').map(|(dir, _)| format!("{dir}/"))
    };
    let dirs: BTreeSet<String> = absent.iter().filter_map(of).collect();
    dirs.into_iter().filter(|dir| !there.iter().any(|path| path.starts_with(dir))).collect()
}

/// The file is there and something else is told of it: it cannot be read, or is another's copy.
fn is_here_otherwise(inputs: &Inputs, layout: &SheetLayout) -> bool {
    let path = layout.pattern.split(" › ").next().unwrap_or_default();
    inputs.files.iter().any(|f| {
        matches!(f.status, FileStatus::Unreadable(_) | FileStatus::Duplicate(_)) && {
            let at = folded(&f.path);
            path == at || path.starts_with(&format!("{at}/"))
        }
    })
}

/// The layouts of today's sheets, tables of one kind in one sheet together.
fn sheets(book: &Casebook<'_>, inputs: &Inputs) -> Vec<(SheetId, SheetLayout)> {
    let tables = &book.tables;
    let mut rows = vec![0usize; tables.tables.len()];
    let mut columns: Vec<Option<&[Option<u16>]>> = vec![None; tables.tables.len()];
    for record in &tables.records {
        rows[record.table.0 as usize] += 1;
        if let Cells::Columns(at) = &record.cells {
            columns[record.table.0 as usize].get_or_insert(at);
        }
    }
    let mut out: BTreeMap<(SheetId, usize), SheetLayout> = BTreeMap::new();
    for (at, table) in tables.tables.iter().enumerate().filter(|(_, t)| t.layout == Layout::Table) {
        let schema = &tables.schemas.all()[table.kind];
        let (path, raw) = (&inputs.file_of(table.sheet).path, inputs.sheet(table.sheet));
        let unit = table.unit.iter().chain(&table.places).find_map(|name| book.units.find(name));
        let pattern = match raw.name.is_empty() {
            true => folded(path),
            false => format!("{} › {}", folded(path), folded(&raw.name)),
        };
        let layout = out.entry((table.sheet, table.kind)).or_insert_with(|| SheetLayout {
            kind: schema.kind.clone(),
            unit: unit.map_or_else(String::new, |u| book.units.name(u).to_string()),
            pattern,
            rows: 0,
            columns: BTreeMap::new(),
            unknown: BTreeSet::new(),
        });
        layout.rows += rows[at];
        for (field, title) in schema.fields.iter().zip(&table.titles).filter(|(_, title)| !title.is_empty()) {
            let col = columns[at].and_then(|c| c[schema.index(&field.id)?]);
            let look = col.map_or(Look::Blank, |col| look(inputs, table.sheet, col, u32::MAX));
            layout.columns.entry(field.id.clone()).or_insert_with(|| Column {
                title: text::mask_numbers(title),
                col: col.unwrap_or(u16::MAX),
                look,
            });
        }
        let account = &tables.accounts[table.sheet.0 as usize];
        if account.kind == Some(table.kind) {
            layout.unknown.extend(account.unknown.iter().map(|title| text::mask_numbers(title)));
        }
    }
    out.into_iter().map(|((sheet, _), layout)| (sheet, layout)).collect()
}

/// One layout a source: where several files fold to one (twelve months of one list), the columns that all have.
fn merged(sheets: impl Iterator<Item = SheetLayout>) -> Vec<SheetLayout> {
    let mut out: BTreeMap<(String, String, String), SheetLayout> = BTreeMap::new();
    for layout in sheets {
        let key = (layout.kind.clone(), layout.unit.clone(), layout.pattern.clone());
        match out.get_mut(&key) {
            None => {
                out.insert(key, layout);
            }
            Some(all) => {
                all.rows += layout.rows;
                all.columns.retain(|field, _| layout.columns.contains_key(field));
                all.unknown.extend(layout.unknown);
            }
        }
    }
    out.into_values().collect()
}

/// The source of the last run that a sheet of today is: of the same place, else the only one of the kind and unit, which then
/// has been renamed.
fn counterpart<'a>(
    layout: &SheetLayout,
    past: &'a [SheetLayout],
    today: &[(SheetId, SheetLayout)],
) -> Option<&'a SheetLayout> {
    let kind = || past.iter().filter(|p| p.kind == layout.kind);
    let here = || kind().filter(|p| p.pattern == layout.pattern);
    if let Some(found) = here().find(|p| p.unit == layout.unit).or_else(|| here().next()) {
        return Some(found);
    }
    let came = |p: &&SheetLayout| today.iter().any(|(_, l)| l.kind == p.kind && l.pattern == p.pattern);
    let mut renamed = kind().filter(|p| p.unit == layout.unit && !came(p));
    renamed.next().filter(|_| renamed.next().is_none())
}

/// A column that is new and unknown.
struct Fresh {
    title: String,
    col: Option<u16>,
    look: Look,
}

impl Fresh {
    fn new(book: &Casebook<'_>, inputs: &Inputs, sheet: SheetId, title: &str) -> Self {
        let head = book.tables.accounts[sheet.0 as usize].header_row.unwrap_or(1);
        let raw = inputs.sheet(sheet);
        let wanted = text::fold(title);
        // The lines of a header are joined in its title: the last of them stands lowest.
        let at = (head..head + 4).rev().find_map(|row| {
            let row = raw.row(row)?;
            raw.cells(row).iter().find(|c| !raw.text(c).trim().is_empty() && wanted.ends_with(&text::fold(raw.text(c))))
        });
        let col = at.map(|cell| cell.col);
        Self { title: title.to_string(), col, look: col.map_or(Look::Blank, |c| look(inputs, sheet, c, head + 1)) }
    }
}

/// Which of the new columns a column that is gone was probably renamed to.
fn successor(field: &Field, column: &Column, fresh: &[Fresh]) -> Option<usize> {
    let titles: Vec<String> =
        [&column.title, &field.title].into_iter().chain(&field.aliases).map(|title| text::fold(title)).collect();
    let score = |new: &Fresh| {
        let wanted = text::fold(&new.title);
        let alike = titles.iter().map(|t| strsim::normalized_damerau_levenshtein(t, &wanted)).fold(0.0, f64::max);
        let same_place = f64::from(u8::from(new.col == Some(column.col))) * 0.3;
        let same_look = f64::from(u8::from(new.look == column.look && new.look != Look::Blank)) * 0.3;
        alike + same_place + same_look
    };
    let scored = fresh.iter().enumerate().map(|(i, new)| (i, score(new))).filter(|(_, score)| *score >= LIKELY);
    scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(i, _)| i)
}

/// What most cells of a column look like, from a row on; `u32::MAX`: below the first third of the sheet's head.
fn look(inputs: &Inputs, sheet: SheetId, col: u16, from: u32) -> Look {
    let raw = inputs.sheet(sheet);
    let rows = raw.rows();
    // Headings stand above; without them known, the lower rows are asked.
    let skip = if from == u32::MAX { (rows.len() / 2).min(4) } else { rows.partition_point(|r| r.number < from) };
    let mut counts: BTreeMap<Look, usize> = BTreeMap::new();
    let cells = rows.iter().skip(skip).filter_map(|row| raw.cell_in(row, col)).map(|cell| raw.text(cell).trim());
    for text in cells.filter(|text| !text.is_empty()).take(SAMPLE) {
        *counts.entry(look_of(text)).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, n)| *n).map_or(Look::Blank, |(look, _)| look)
}

fn look_of(text: &str) -> Look {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text.chars().count() - digits;
    let dated = text.contains(['-', '/', '.', '年']) && digits >= 4 && others <= 3 && !text.contains(',');
    if digits >= 15 {
        Look::LongNumber
    } else if dated && (text.contains(['年', '/']) || text.matches(['-', '.']).count() == 2) {
        Look::Date
    } else if digits > 0 && others <= 3 {
        Look::Number
    } else if text.chars().count() <= 4 {
        Look::ShortWord
    } else {
        Look::Text
    }
}

/// A path or name without what counts or dates it.
pub(super) fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let chars: Vec<char> = name.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let run = chars[at..].iter().take_while(|c| is_numeral(**c)).count();
        let counted = run > 0 && chars.get(at + run).is_some_and(|c| "年月日季期批次号周旬".contains(*c));
        if c.is_numeric() && !is_chinese_numeral(c) || counted {
            out.push('#');
            at += chars[at..].iter().take_while(|c| c.is_numeric() || counted && is_numeral(**c)).count().max(1);
        } else {
            out.push(c);
            at += 1;
        }
    }
    out.replace("上半年", "#半年").replace("下半年", "#半年")
}

fn is_chinese_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十".contains(c)
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || is_chinese_numeral(c)
}

/// Whether a folded name speaks of a month, a quarter, a year or a day.
pub(super) fn is_of_period(pattern: &str) -> bool {
    const PERIODS: [&str; 7] = ["#年", "#月", "#季", "#期", "#批", "#旬", "#半年"];
    PERIODS.iter().any(|word| pattern.contains(word))
}

/// Writes the layouts of a run.
pub(super) fn write(change: &Transaction<'_>, run: i64, layouts: &[SheetLayout]) -> rusqlite::Result<()> {
    let mut add = change.prepare(
        "INSERT OR REPLACE INTO layout (run, kind, unit, pattern, rows, columns, unknown) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let json = |e: serde_json::Error| damaged(0, &e.to_string());
    for l in layouts {
        let rows = i64::try_from(l.rows).unwrap_or(i64::MAX);
        let columns = serde_json::to_string(&l.columns).map_err(json)?;
        let unknown = serde_json::to_string(&l.unknown).map_err(json)?;
        add.execute(params![run, l.kind, l.unit, l.pattern, rows, columns, unknown])?;
    }
    Ok(())
}

/// The layouts of a run.
pub(super) fn read(db: &rusqlite::Connection, run: i64) -> rusqlite::Result<Vec<SheetLayout>> {
    let sql =
        "SELECT kind, unit, pattern, rows, columns, unknown FROM layout WHERE run = ?1 ORDER BY kind, unit, pattern";
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([run], |r| {
        let (columns, unknown): (String, String) = (r.get(4)?, r.get(5)?);
        Ok(SheetLayout {
            kind: r.get(0)?,
            unit: r.get(1)?,
            pattern: r.get(2)?,
            rows: usize::try_from(r.get::<_, i64>(3)?).map_err(|_| damaged(3, "rows"))?,
            columns: serde_json::from_str(&columns).map_err(|e| damaged(4, &e.to_string()))?,
            unknown: serde_json::from_str(&unknown).map_err(|e| damaged(5, &e.to_string()))?,
        })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_what_counts_or_dates_them() {
        for (name, pattern) in [
            ("inbox/发放_2019年8月.xlsx", "inbox/发放_#年#月.xlsx"),
            ("inbox/发放_2019年十二月.xlsx", "inbox/发放_#年#月.xlsx"),
            ("inbox/发放20190820.xlsx", "inbox/发放#.xlsx"),
            ("三环/十陵街道/一季度.csv", "三环/十陵街道/#季度.csv"),
            ("上半年", "#半年"),
            ("下半年", "#半年"),
        ] {
            assert_eq!(folded(name), pattern);
        }
        assert!(is_of_period(&folded("2019年8月发放")) && is_of_period(&folded("二季度")));
        assert!(!is_of_period(&folded("低保20190820.csv")));
    }

    #[test]
    fn what_cells_look_like() {
        for (text, look) in [
            ("510105198001019971", Look::LongNumber),
            ("2019-08-20", Look::Date),
            ("2019.8.1", Look::Date),
            ("2019年8月", Look::Date),
            ("1200.00", Look::Number),
            ("￥1,200", Look::Number),
            ("张三", Look::ShortWord),
            ("锦江区某街道1号", Look::Text),
        ] {
            assert_eq!(look_of(text), look, "{text}");
        }
    }

    #[test]
    fn the_likely_successor() {
        let schemas = crate::schema::Schemas::load(None).expect("schemas");
        let schema = schemas.get("efile").expect("it is there");
        let field = &schema.fields[schema.index("helper").expect("a field")];
        let column = Column { title: "帮扶联系人".into(), col: 20, look: Look::ShortWord };
        let new = |title: &str, col: u16, look: Look| Fresh { title: title.into(), col: Some(col), look };
        let of = |fresh: &[Fresh]| successor(field, &column, fresh);
        assert_eq!(of(&[new("序号", 0, Look::Number), new("结亲干部", 20, Look::ShortWord)]), Some(1));
        assert_eq!(of(&[new("帮扶联系人姓名", 3, Look::ShortWord), new("备用", 20, Look::Blank)]), Some(0));
        assert_eq!(of(&[new("备用", 20, Look::Blank)]), None);
        assert_eq!(of(&[]), None);
    }
}
