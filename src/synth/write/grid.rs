//! What is written on a sheet, before it becomes bytes: rows of spelled cells, merged ranges, hidden rows.

use chrono::{Datelike, NaiveDate};

/// A workbook of spelled sheets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Book {
    pub sheets: Vec<Grid>,
    /// Days are counted from 1904 (where the format knows that).
    pub date1904: bool,
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Grid {
    /// At most 31 characters, none of `[ ] : * ? / \`; see [`sheet_name`].
    pub name: String,
    pub lines: Vec<Line>,
    pub merges: Vec<Span>,
}

/// One row of a sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Line {
    pub cells: Vec<Cell>,
    pub hidden: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Cell {
    #[default]
    Blank,
    Text(String),
    /// The decimal literal, which a format that keeps literals writes digit by digit.
    Number(String, Style),
    Date(NaiveDate, Style),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }

    pub fn number(value: impl ToString) -> Self {
        Self::Number(value.to_string(), Style::General)
    }
}

/// How a cell shows its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    General,
    /// `@`
    Text,
    /// `#,##0.00`
    Money,
    /// `yyyy-mm-dd`
    DateDash,
    /// Built-in 14, `2019/8/25` in a Chinese Excel.
    DateSlash,
    /// `yyyy"年"m"月"d"日"`
    DateHan,
    /// Built-in 31, which only East Asian versions define: `2019年8月25日`.
    DateHanBuiltin,
}

impl Style {
    pub const ALL: [Style; 7] =
        [Self::General, Self::Text, Self::Money, Self::DateDash, Self::DateSlash, Self::DateHan, Self::DateHanBuiltin];

    /// Place in [`Style::ALL`], the order in which every workbook lists its cell formats.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Number of the format in the numbering that all of Excel's file formats share; from 164 on it is a custom one.
    pub fn number_format(self) -> u16 {
        match self {
            Self::General => 0,
            Self::Text => 49,
            Self::Money => 4,
            Self::DateDash => 164,
            Self::DateSlash => 14,
            Self::DateHan => 165,
            Self::DateHanBuiltin => 31,
        }
    }

    /// The code of a custom format.
    pub fn custom_code(self) -> Option<&'static str> {
        match self {
            Self::DateDash => Some("yyyy\\-mm\\-dd"),
            Self::DateHan => Some("yyyy\"年\"m\"月\"d\"日\""),
            _ => None,
        }
    }

    /// A date as the style prints it, which is what remains of it in a text file.
    pub fn print(self, date: NaiveDate) -> String {
        let (y, m, d) = (date.year(), date.month(), date.day());
        match self {
            Self::DateSlash => format!("{y}/{m}/{d}"),
            Self::DateHan | Self::DateHanBuiltin => format!("{y}年{m}月{d}日"),
            _ => format!("{y:04}-{m:02}-{d:02}"),
        }
    }
}

/// A merged range, counted from 0, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub top: usize,
    pub left: usize,
    pub bottom: usize,
    pub right: usize,
}

impl Span {
    pub fn height(&self) -> usize {
        self.bottom - self.top + 1
    }

    pub fn width(&self) -> usize {
        self.right - self.left + 1
    }

    /// Whether the cell is the one that holds the range's value.
    pub fn starts_at(&self, row: usize, col: usize) -> bool {
        (self.top, self.left) == (row, col)
    }
}

impl Grid {
    pub fn new(name: &str) -> Self {
        Self { name: sheet_name(name), ..Self::default() }
    }

    pub fn push(&mut self, cells: Vec<Cell>) {
        self.lines.push(Line { cells, hidden: false });
    }

    /// Merges a range, unless it is a single cell.
    pub fn merge(&mut self, span: Span) {
        if span.height() > 1 || span.width() > 1 {
            self.merges.push(span);
        }
    }

    /// Columns of the widest row.
    pub fn width(&self) -> usize {
        self.lines.iter().map(|l| l.cells.len()).max().unwrap_or(0)
    }

    /// The merged ranges that reach into each row, from left to right.
    pub fn spans_by_row(&self) -> Vec<Vec<Span>> {
        let mut rows = vec![Vec::new(); self.lines.len()];
        for span in &self.merges {
            for row in rows.iter_mut().take(span.bottom + 1).skip(span.top) {
                row.push(*span);
            }
        }
        rows.iter_mut().for_each(|spans| spans.sort_by_key(|s| s.left));
        rows
    }
}

/// The span of a row (see [`Grid::spans_by_row`]) that a column lies in.
pub(super) fn span_at(spans: &[Span], col: usize) -> Option<&Span> {
    spans.iter().find(|s| (s.left..=s.right).contains(&col))
}

/// Days since 1899-12-30, or since 1904-01-01 in the other system. The 1900 system's days before 1900-03-01, which Excel
/// counts one too low for Lotus's sake, do not occur here.
pub(super) fn serial(date: NaiveDate, date1904: bool) -> i64 {
    const CE_OF_1899_12_30: i64 = 693_594;
    let days = i64::from(date.num_days_from_ce()) - CE_OF_1899_12_30;
    if date1904 { days - 1462 } else { days }
}

/// A name Excel takes for a sheet: at most 31 UTF-16 units, without `[ ] : * ? / \`.
pub(super) fn sheet_name(name: &str) -> String {
    let mut units = 0;
    let kept: String = name
        .trim()
        .chars()
        .map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c })
        .take_while(|c| {
            units += c.len_utf16();
            units <= 31
        })
        .collect();
    if kept.is_empty() { "Sheet1".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_of_both_systems() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        for (date, in_1900, in_1904) in
            [(day(1900, 3, 1), 61, -1401), (day(1904, 1, 1), 1462, 0), (day(2019, 8, 25), 43_702, 42_240)]
        {
            assert_eq!((serial(date, false), serial(date, true)), (in_1900, in_1904), "{date}");
        }
    }

    #[test]
    fn sheet_names_that_excel_takes() {
        assert_eq!(sheet_name("a/b:c"), "a_b_c");
        assert_eq!(sheet_name(" "), "Sheet1");
        assert_eq!(sheet_name(&"工".repeat(40)).chars().count(), 31);
        for (i, style) in Style::ALL.into_iter().enumerate() {
            assert_eq!(style.index(), i);
        }
    }
}
