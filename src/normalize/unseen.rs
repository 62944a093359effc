//! What of a sheet is not said or not seen, told once with its place: struck and hidden text, hidden columns and sheets,
//! formulas without a value.

use std::collections::BTreeMap;

use super::grid::Grid;
use super::notice::{Doubt, Notice, NoticeKind};
use super::outcome::SheetOutcome;
use super::seen::{ERROR_VALUE, UNCOMPUTED};
use super::value::Value;
use super::wording::Skip;
use crate::ingest::sheet::{LeftOut, RawSheet, Unseen};
use crate::place::SheetId;
use crate::schema::{FieldType, Schemas};

/// Cells of a struck or hidden row that are shown.
const SHOWN_CELLS: usize = 4;

impl Unseen {
    /// Why rows of it are skipped.
    pub fn skip(self) -> Skip {
        match self {
            Self::Struck => Skip::Struck,
            Self::Hidden => Skip::HiddenText,
        }
    }

    fn notice(self) -> NoticeKind {
        match self {
            Self::Struck => NoticeKind::Struck,
            Self::Hidden => NoticeKind::HiddenText,
        }
    }
}

/// Books the rows in which nothing is said, and tells of everything in the sheet that a person would not see, or would see and
/// the file does not hold.
pub fn tell(raw: &RawSheet, sheet: SheetId, schemas: &Schemas, out: &mut SheetOutcome) {
    for row in raw.unseen_rows() {
        out.skip(row.number, row.why.skip());
        tell_row(raw, sheet, row.number, row.why, out);
    }
    left_out_cells(raw, sheet, out);
    hidden_columns(raw, sheet, out);
    if !out.account.cells_quarantined.is_empty() {
        uncalculated(sheet, schemas, out);
    }
}

/// Tells of one row that is struck through or hidden as a whole (or as good as).
pub fn tell_row(raw: &RawSheet, sheet: SheetId, number: u32, why: Unseen, out: &mut SheetOutcome) {
    let cells: Vec<&str> = of_row(raw, number).iter().map(|l| raw.left_out_text(l).trim()).collect();
    let what = match why {
        Unseen::Struck => "整行画了删除线，按作废处理，没有读",
        Unseen::Hidden => "整行隐藏，没有读",
    };
    let shown = cells.iter().take(SHOWN_CELLS).copied().collect::<Vec<_>>().join(" | ");
    let remedy = match why {
        Unseen::Struck => "作废的请删去，有效的请去掉删除线后重新报送",
        Unseen::Hidden => "有效的请显示出来后重新导出",
    };
    out.notice(Notice::new(why.notice(), sheet, what).row(number).written(shown).remedy(remedy));
    // A lone word is no record that could be missed.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    if let Some(kind) = out.account.kind
        && (cells.len() >= 3 || cells.iter().any(|c| digits(c) >= 6))
    {
        let why = match why {
            Unseen::Struck => format!("第{number}行画了删除线，没有读"),
            Unseen::Hidden => format!("第{number}行隐藏，没有读"),
        };
        let unit = unit_of(raw, number, out);
        out.doubt(Doubt { sheet, kind: Some(kind), unit, why });
    }
}

/// What is left out of a row.
fn of_row(raw: &RawSheet, number: u32) -> &[LeftOut] {
    let left = raw.left_out();
    let from = left.partition_point(|l| l.row < number);
    let to = left.partition_point(|l| l.row <= number);
    &left[from..to]
}

/// The unit that a row which is not said names: by the unit column of the records around it.
fn unit_of(raw: &RawSheet, number: u32, out: &SheetOutcome) -> Option<String> {
    let column = out.records.iter().find_map(|record| {
        let unit = record.values.iter().position(|v| matches!(v, Value::Unit(_)))?;
        match &record.cells {
            super::Cells::Columns(columns) => columns[unit],
            super::Cells::Each(places) => places[unit].map(|(_, col)| col),
        }
    })?;
    let left = of_row(raw, number).iter().find(|l| l.col == column)?;
    Some(raw.left_out_text(left).trim().to_string())
}

/// Struck and hidden text in rows that are read, once a column.
fn left_out_cells(raw: &RawSheet, sheet: SheetId, out: &mut SheetOutcome) {
    let mut columns: BTreeMap<(Unseen, u16), Vec<&LeftOut>> = BTreeMap::new();
    for left in raw.left_out().iter().filter(|l| raw.row(l.row).is_some()) {
        columns.entry((left.why, left.col)).or_default().push(left);
    }
    for ((why, col), left) in columns {
        let first = left[0];
        let count = if left.len() > 1 { format!("等{}格", left.len()) } else { String::new() };
        let what = match why {
            Unseen::Struck => format!("{count}有画了删除线的文字，没有读，只读其余的"),
            Unseen::Hidden => format!("{count}有隐藏的文字，没有读，只读看得见的"),
        };
        let written = if why == Unseen::Struck { raw.left_out_text(first) } else { "" };
        let title = title_of(raw, out, col);
        out.notice(Notice::new(why.notice(), sheet, what).row(first.row).column(col, title).written(written));
    }
}

/// Hidden columns in which something is written: read like the others, and named.
fn hidden_columns(raw: &RawSheet, sheet: SheetId, out: &mut SheetOutcome) {
    let written = |col: u16| raw.rows().iter().any(|r| raw.cell_in(r, col).is_some());
    for &col in raw.hidden_columns.iter().filter(|c| written(**c)) {
        let title = title_of(raw, out, col);
        out.notice(Notice::new(NoticeKind::HiddenColumn, sheet, "这一列是隐藏的，照常读取").column(col, title));
    }
}

/// The heading of a column, as written in the last row of the header that fills it.
fn title_of(raw: &RawSheet, out: &SheetOutcome, col: u16) -> String {
    let header = out.account.header_row.unwrap_or(0);
    (header..header + 3).find_map(|row| raw.cell(row, col).map(|c| raw.text(c).trim().to_string())).unwrap_or_default()
}

/// Fields with formulas that nobody computed or with error values: once a column, since it is one cause.
fn uncalculated(sheet: SheetId, schemas: &Schemas, out: &mut SheetOutcome) {
    struct Column {
        cells: usize,
        first: (u32, u16),
        title: String,
        uncomputed: bool,
        kind: usize,
        names_the_row: bool,
    }
    let mut columns: BTreeMap<(u32, usize, bool), Column> = BTreeMap::new();
    for record in &out.records {
        for (field, value) in record.values.iter().enumerate().filter(|(_, v)| v.is_uncalculated()) {
            let uncomputed = matches!(value, Value::Bad(why) if **why == *UNCOMPUTED);
            let place = match &record.cells {
                super::Cells::Columns(columns) => columns[field].map(|col| (record.row, col)),
                super::Cells::Each(places) => places[field],
            };
            let table = &out.tables[record.table.0 as usize];
            let schema = &schemas.all()[table.kind];
            let entry = columns.entry((record.table.0, field, uncomputed)).or_insert_with(|| Column {
                cells: 0,
                first: place.unwrap_or((record.row, 0)),
                title: match &*table.titles[field] {
                    "" => schema.fields[field].title.clone(),
                    title => title.to_string(),
                },
                uncomputed,
                kind: table.kind,
                names_the_row: schema.fields[field].ty == FieldType::IdNumber,
            });
            entry.cells += 1;
        }
    }
    for column in columns.into_values() {
        let (row, col) = column.first;
        let count = if column.cells > 1 { format!("等{}格", column.cells) } else { String::new() };
        let notice = if column.uncomputed {
            Notice::new(NoticeKind::Uncomputed, sheet, format!("{count}{UNCOMPUTED}；要用到它的核查按无法判定处理"))
                .remedy("用 WPS 或 Excel 打开、保存一次后重新报送")
        } else {
            Notice::new(NoticeKind::ErrorCells, sheet, format!("{count}{ERROR_VALUE}；要用到它的核查按无法判定处理"))
                .remedy("改正公式，或填上数值后重新报送")
        };
        let doubt = if column.uncomputed { UNCOMPUTED } else { ERROR_VALUE };
        if column.names_the_row {
            let why = format!("“{}”{doubt}", column.title);
            out.doubt(Doubt { sheet, kind: Some(column.kind), unit: None, why });
        }
        out.notice(notice.row(row).column(col, column.title));
    }
}

/// A hidden sheet that the configuration does not name: its rows are skipped, and if it holds a table of a kind that is read, the
/// source may be there in part.
pub fn hidden_sheet(
    grid: &Grid<'_>,
    sheet: SheetId,
    rows: usize,
    kind: Option<usize>,
    schemas: &Schemas,
    out: &mut SheetOutcome,
) {
    out.skip_many(Skip::HiddenSheet, rows);
    let Some(kind) = kind else { return };
    let title = &schemas.all()[kind].title;
    let what = format!("隐藏的工作表，像是“{title}”，{rows}行没有读");
    let remedy =
        format!("要读，请取消隐藏，或在配置的 [[source]] 写 sheet = \"{}\"；没有用的旧表请删去", grid.raw.name);
    out.notice(Notice::new(NoticeKind::HiddenSheet, sheet, what).remedy(remedy));
    let why = format!("隐藏的工作表“{}”没有读", grid.raw.name);
    out.doubt(Doubt { sheet, kind: Some(kind), unit: None, why });
}
