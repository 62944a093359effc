//! What is said of the columns of one table as a whole: two that may mean the same field, one that is needed and empty.

use super::grid::Grid;
use super::header::{Bound, Doubled, Headed};
use super::notice::{Doubt, Notice, NoticeKind};
use super::outcome::SheetOutcome;
use super::sections;
use super::wording;
use crate::domain::text;
use crate::ingest::sheet::RawRow;
use crate::place::{SheetId, column_letters};
use crate::schema::Schema;

/// Fields without which a row says nothing of whom it is about, or of what he got.
const WEIGHTY: [&str; 5] = ["id_number", "file_no", "amount", "name", "head_id_number"];
/// Rows of a table in which a needed column must be empty to be told.
const FEWEST_ROWS: usize = 3;

/// The columns to read. Where two columns may mean one field, the one is read with which the other agrees; where they
/// disagree neither is, for whichever were taken would accuse somebody by a guess.
pub fn settled(
    grid: &Grid<'_>,
    headed: &Headed,
    schema: &Schema,
    sheet: SheetId,
    unit: Option<&String>,
    out: &mut SheetOutcome,
) -> Vec<Bound> {
    let mut columns = headed.columns.clone();
    for doubled in &headed.doubled {
        let field = &schema.fields[doubled.field];
        if let Some(kept) = agreed(grid, headed, doubled) {
            for b in columns.iter_mut().filter(|b| b.field == doubled.field) {
                *b = doubled.columns[kept].clone();
            }
            continue;
        }
        columns.retain(|b| b.field != doubled.field);
        let letters: Vec<String> = doubled.columns.iter().map(|b| column_letters(b.col)).collect();
        let title = &doubled.columns[0].title;
        let what = format!(
            "列名重复：“{title}”有{}列（{}列），内容不同，不知以哪一列为准，都没有采用；“{}”按没有读到处理",
            letters.len(),
            letters.join("、"),
            field.title
        );
        let remedy = "只留一列，或把不用的列改名（如“申请金额”）后重新报送";
        let first = &doubled.columns[0];
        out.notice(
            Notice::new(NoticeKind::DuplicateHeading, sheet, what).column(first.col, title.clone()).remedy(remedy),
        );
        if !out.account.missing.contains(&field.title) {
            out.account.missing.push(field.title.clone());
        }
        doubt(schema, &field.id, headed.kind, sheet, unit, &format!("“{}”有两列而内容不同", field.title), out);
    }
    unheaded_unit(grid, headed, schema, &mut columns);
    columns
}

/// Which of the columns to read: they say the same in every row, or all but one are empty.
fn agreed(grid: &Grid<'_>, headed: &Headed, doubled: &Doubled) -> Option<usize> {
    let mut filled = vec![0usize; doubled.columns.len()];
    let mut same = true;
    for row in grid.raw.rows().iter().filter(|r| r.number > headed.last) {
        if wording::is_repeated_header(grid, row, &headed.printed) {
            continue;
        }
        let texts: Vec<String> =
            doubled.columns.iter().map(|b| text::fold(grid.seen_text(row.number, b.col))).collect();
        for (n, t) in filled.iter_mut().zip(&texts) {
            *n += usize::from(!t.is_empty());
        }
        same &= texts.windows(2).all(|pair| pair[0] == pair[1]);
    }
    let used: Vec<usize> = (0..filled.len()).filter(|&i| filled[i] > 0).collect();
    match used.as_slice() {
        [] => Some(0),
        [only] => Some(*only),
        _ => same.then_some(0),
    }
}

/// A unit's name merged downward over its rows, in a column that nobody headed.
fn unheaded_unit(grid: &Grid<'_>, headed: &Headed, schema: &Schema, columns: &mut Vec<Bound>) {
    let Some(field) = schema.unit_field.as_deref().and_then(|f| schema.index(f)) else { return };
    if columns.iter().any(|b| b.field == field) {
        return;
    }
    let is_headed = |col: u16| headed.printed.iter().any(|(c, _)| *c == col);
    let found = grid.raw.merges.iter().find(|m| {
        m.first_row > headed.last
            && m.last_row > m.first_row
            && m.first_col == m.last_col
            && !is_headed(m.first_col)
            && sections::is_unit(&text::fold(grid.raw.text_at(m.first_row, m.first_col)))
    });
    if let Some(m) = found {
        columns.push(Bound { col: m.first_col, field, title: String::new(), unit: None });
        columns.sort_by_key(|b| b.col);
    }
}

/// Needed columns in which nothing is written. `records`: index of the table's first record.
pub fn empty(
    schema: &Schema,
    columns: &[Bound],
    headed: &Headed,
    sheet: SheetId,
    unit: Option<&String>,
    records: usize,
    out: &mut SheetOutcome,
) {
    let kind = |out: &SheetOutcome, i: usize| out.tables[out.records[i].table.0 as usize].kind;
    let own: Vec<usize> = (records..out.records.len()).filter(|&i| kind(out, i) == headed.kind).collect();
    if own.len() < FEWEST_ROWS {
        return;
    }
    for b in columns.iter().filter(|b| schema.fields[b.field].required) {
        if own.iter().any(|&i| !out.records[i].values[b.field].says_nothing()) {
            continue;
        }
        let field = &schema.fields[b.field];
        let what = format!("{}行都没有填，整列空白；依据“{}”的规则无从核查", own.len(), field.title);
        let remedy = "确认导出时没有漏掉这一列的内容，补齐后重新报送";
        out.notice(Notice::new(NoticeKind::EmptyColumn, sheet, what).column(b.col, b.title.clone()).remedy(remedy));
        doubt(schema, &field.id, headed.kind, sheet, unit, &format!("“{}”整列空白", field.title), out);
    }
}

/// Without these fields nobody can be told to be absent.
fn doubt(
    schema: &Schema,
    field: &str,
    kind: usize,
    sheet: SheetId,
    unit: Option<&String>,
    why: &str,
    out: &mut SheetOutcome,
) {
    if WEIGHTY.contains(&field) && schema.index(field).is_some() {
        out.doubt(Doubt { sheet, kind: Some(kind), unit: unit.cloned(), why: why.to_string() });
    }
}

/// The column of the last heading.
pub fn last_heading(headed: &Headed) -> u16 {
    headed.printed.iter().map(|(col, _)| *col).max().unwrap_or(u16::MAX)
}

/// Rows wider than the header, told once.
pub fn wide(rows: &[&RawRow], last: u16, sheet: SheetId, out: &mut SheetOutcome) {
    let Some(first) = rows.first() else { return };
    let what = format!("{}行在最后一个列名右边还有内容，没有读入", rows.len());
    out.notice(
        Notice::new(NoticeKind::Wide, sheet, what)
            .row(first.number)
            .column(last.saturating_add(1), "")
            .remedy("是多出的一列的，给它加上列名；是分隔符错位的，改正后重新报送"),
    );
}
