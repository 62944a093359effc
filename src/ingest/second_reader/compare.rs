//! Two readings of one workbook, held against each other by meaning: what calamine is known to lose is no difference.

use super::SecondHand;
use crate::ingest::error_value::is_error_text;
use crate::ingest::{CellKind, RawCell, RawRow, RawSheet};
use chrono::{NaiveDate, NaiveDateTime};
use encoding_rs::{GB18030, WINDOWS_1252};
use std::collections::{BTreeMap, HashSet};

/// Differences of one file that are named; the others are counted.
const NAMED: usize = 100;
/// Days between the two date systems of Excel: who misses that a number is a date misses its system too.
const DAYS_1904: f64 = 1462.0;
/// Two seconds, in days.
const SECONDS: f64 = 2.0 / 86_400.0;

/// What the comparison of a file gave.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Cells that both readers were asked for.
    pub cells: usize,
    pub differing: usize,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// A place that the two readers read differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub sheet: String,
    /// Row from 1 and column from 0; None where it is the sheet itself.
    pub place: Option<(u32, u16)>,
    /// As the own reader has it; "" for nothing.
    pub own: String,
    /// As the second reader has it.
    pub second: String,
}

/// Compares sheet by sheet, by name.
pub(super) fn compare(own: &[RawSheet], second: &SecondHand) -> Comparison {
    let mut found = Comparison::default();
    let same = |a: &str, b: &str| a == b || is_garbled(a, b);
    for sheet in own {
        match second.sheets.iter().find(|other| same(&sheet.name, &other.name)) {
            // A sheet that calamine cannot read is compared as far as it goes: with nothing.
            _ if second.lost.contains(&sheet.name) => {}
            Some(other) => found.sheet(sheet, other),
            None if sheet.is_empty() => {}
            None => found.differs(&sheet.name, None, &format!("{}格", sheet.cell_count()), "没有这张表"),
        }
    }
    for other in second.sheets.iter().filter(|s| !s.is_empty() && !own.iter().any(|o| same(&o.name, &s.name))) {
        found.differs(&other.name, None, "没有这张表", &format!("{}格", other.cell_count()));
    }
    found
}

impl Comparison {
    fn differs(&mut self, sheet: &str, place: Option<(u32, u16)>, own: &str, second: &str) {
        self.differing += 1;
        if self.differences.len() < NAMED {
            let (sheet, own, second) = (sheet.to_owned(), own.to_owned(), second.to_owned());
            self.differences.push(Difference { sheet, place, own, second });
        }
    }

    fn sheet(&mut self, own: &RawSheet, other: &RawSheet) {
        let silent = Silent::of(own, other);
        let mut rows: BTreeMap<u32, (Option<&RawRow>, Option<&RawRow>)> = BTreeMap::new();
        for row in own.rows() {
            rows.entry(row.number).or_default().0 = Some(row);
        }
        for row in other.rows() {
            rows.entry(row.number).or_default().1 = Some(row);
        }
        for (number, (mine, theirs)) in rows {
            let mut cells: BTreeMap<u16, (Option<&RawCell>, Option<&RawCell>)> = BTreeMap::new();
            for cell in mine.map_or(&[][..], |row| own.cells(row)) {
                cells.entry(cell.col).or_default().0 = Some(cell);
            }
            for cell in theirs.map_or(&[][..], |row| other.cells(row)) {
                cells.entry(cell.col).or_default().1 = Some(cell);
            }
            for (col, (a, b)) in cells {
                // Hidden rows that only one reader has are a weakness of the other, not of the file.
                let unseen = b.is_none() && mine.is_some_and(|row| row.hidden);
                if unseen || silent.covers(number, col) {
                    continue;
                }
                self.cells += 1;
                let (x, y) = (Meaning::of(own, a), Meaning::of(other, b));
                if !x.agrees(&y) {
                    let text = |sheet: &RawSheet, cell: Option<&RawCell>| {
                        cell.map_or(String::new(), |c| sheet.text(c).trim().to_owned())
                    };
                    self.differs(&own.name, Some((number, col)), &text(own, a), &text(other, b));
                }
            }
        }
    }
}

/// Cells of which something else is told already: they could not be read whole by one of the two.
struct Silent {
    rows: HashSet<u32>,
    cells: HashSet<(u32, u16)>,
}

impl Silent {
    fn of(own: &RawSheet, other: &RawSheet) -> Self {
        let mut silent = Self { rows: HashSet::new(), cells: HashSet::new() };
        for fault in own.faults.iter().chain(&other.faults) {
            match fault.col {
                Some(col) => drop(silent.cells.insert((fault.row, col))),
                // calamine does not say which cell it lost: it is in this row or the next.
                None => silent.rows.extend([fault.row, fault.row.saturating_add(1)]),
            }
        }
        silent.cells.extend(own.left_out().iter().map(|l| (l.row, l.col)));
        silent.cells.extend(own.broken());
        silent
    }

    fn covers(&self, row: u32, col: u16) -> bool {
        self.rows.contains(&row) || self.cells.contains(&(row, col))
    }
}

/// What a cell comes to, however it is represented.
#[derive(Debug, PartialEq)]
enum Meaning {
    Nothing,
    Number(f64),
    /// Days, as a spreadsheet counts them.
    Day(f64),
    /// Without blanks, which readers keep or drop.
    Text(String),
    Bool(bool),
    Error,
    /// A formula without a value: readers give it any.
    Uncomputed,
}

impl Meaning {
    fn of(sheet: &RawSheet, cell: Option<&RawCell>) -> Self {
        let Some(cell) = cell else { return Self::Nothing };
        let text = sheet.text(cell);
        let plain = || {
            let plain: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            if plain.is_empty() { Self::Nothing } else { Self::Text(plain) }
        };
        match cell.kind {
            CellKind::Text => plain(),
            CellKind::Number => text.parse().map_or_else(|_| plain(), Self::Number),
            CellKind::Date => days(text).map_or_else(plain, Self::Day),
            CellKind::Bool => Self::Bool(text == "TRUE"),
            CellKind::Error => Self::Error,
            CellKind::Uncomputed => Self::Uncomputed,
        }
    }

    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Uncomputed, _) | (_, Self::Uncomputed) => true,
            // calamine does not know every error value, and none of an xlsb.
            (Self::Error, Self::Error | Self::Nothing) => true,
            (Self::Error, Self::Text(text)) | (Self::Text(text), Self::Error) => is_error_text(text),
            (Self::Number(a), Self::Number(b)) => a == b || (a - b).abs() <= a.abs() * 1e-12,
            (Self::Day(a), Self::Day(b)) => (a - b).abs() <= SECONDS,
            (Self::Day(a), Self::Number(b)) | (Self::Number(b), Self::Day(a)) => {
                (a - b).abs() <= SECONDS || (a - b - DAYS_1904).abs() <= SECONDS
            }
            (Self::Bool(set), Self::Number(n)) | (Self::Number(n), Self::Bool(set)) => *n == f64::from(u8::from(*set)),
            (Self::Bool(set), Self::Text(text)) | (Self::Text(text), Self::Bool(set)) => {
                text.eq_ignore_ascii_case(if *set { "true" } else { "false" })
            }
            (Self::Text(text), Self::Number(n)) | (Self::Number(n), Self::Text(text)) => {
                text.parse::<f64>().is_ok_and(|t| t == *n)
            }
            (Self::Text(a), Self::Text(b)) => a == b || is_same_time(a, b) || is_same_time(b, a) || is_garbled(a, b),
            (a, b) => a == b,
        }
    }
}

/// Days since the day before 1900, as Excel counts from 1900-03-01 on.
fn days(iso: &str) -> Option<f64> {
    let origin = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    let moment = NaiveDateTime::parse_from_str(iso, "%Y-%m-%d %H:%M:%S")
        .ok()
        .or_else(|| NaiveDate::parse_from_str(iso, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))?;
    Some((moment - origin).num_seconds() as f64 / 86_400.0)
}

/// Chinese of an old workbook whose code page says that it is Western: calamine believes it.
fn is_garbled(chinese: &str, garbled: &str) -> bool {
    if chinese.is_ascii() || garbled.is_ascii() {
        return false;
    }
    let (bytes, _, _) = GB18030.encode(chinese);
    let western = WINDOWS_1252.decode_without_bom_handling(&bytes).0;
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>();
    plain(&western) == plain(garbled)
}

/// A time of day as it is shown (`8:30`), and as OpenDocument stores it (`PT08H30M00S`).
fn is_same_time(shown: &str, stored: &str) -> bool {
    let Some(stored) = stored.strip_prefix("PT") else { return false };
    let groups = |text: &str| -> Vec<u32> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
    };
    let (a, b) = (groups(shown), groups(stored));
    !a.is_empty() && b.starts_with(&a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Format, SheetBuilder, Unseen};

    fn sheet(cells: &[(u32, u16, CellKind, &str)]) -> RawSheet {
        let mut builder = SheetBuilder::new("一月");
        for (row, col, kind, text) in cells {
            builder.row(*row, false);
            builder.cell(*col, *kind, text).expect("it fits");
        }
        builder.finish()
    }

    fn compared(own: RawSheet, second: RawSheet) -> Comparison {
        compare(&[own], &SecondHand { format: Format::Xlsx, sheets: vec![second], lost: Vec::new() })
    }

    #[test]
    fn what_calamine_is_known_to_lose_is_no_difference() {
        use CellKind::{Bool, Date, Error, Number, Text, Uncomputed};
        let pairs = [
            ((Number, "510105198001019971"), (Number, "510105198001019970")),
            ((Number, "1200.50"), (Number, "1200.5")),
            ((Date, "2019-08-25"), (Number, "43702")),
            ((Date, "2019-08-25"), (Number, "42240")),
            ((Date, "2019-08-25 12:30:00"), (Date, "2019-08-25 12:30:01")),
            ((Text, " 前后\n有 空 "), (Text, "前后有空")),
            ((Text, "8:30"), (Text, "PT08H30M00S")),
            ((Text, "数据"), (Text, "Êý¾Ý")),
            ((Error, "#N/A"), (Text, "#N/A")),
            ((Bool, "TRUE"), (Number, "1")),
            ((Error, "#SPILL!"), (Text, " ")),
            ((Uncomputed, "=A1*2"), (Number, "0")),
        ];
        for ((a, x), (b, y)) in pairs {
            let found = compared(sheet(&[(1, 0, a, x)]), sheet(&[(1, 0, b, y)]));
            assert_eq!((found.cells, found.differing), (1, 0), "{x} {y}");
        }
    }

    #[test]
    fn real_differences_are_told_with_their_place() {
        use CellKind::{Number, Text};
        let own = sheet(&[(1, 0, Text, "张三"), (2, 1, Number, "100"), (3, 0, Text, "只有一边")]);
        let other = sheet(&[(1, 0, Text, "李四"), (2, 1, Number, "101"), (4, 2, Number, "7")]);
        let found = compared(own, other);
        let places: Vec<_> = found.differences.iter().map(|d| (d.place, d.own.as_str(), d.second.as_str())).collect();
        let want = [
            (Some((1, 0)), "张三", "李四"),
            (Some((2, 1)), "100", "101"),
            (Some((3, 0)), "只有一边", ""),
            (Some((4, 2)), "", "7"),
        ];
        assert_eq!(places, want);
        let alone = compare(
            &[sheet(&[(1, 0, Text, "张三")])],
            &SecondHand { format: Format::Ods, sheets: vec![], lost: vec![] },
        );
        assert_eq!((alone.differing, alone.differences[0].place), (1, None));
    }

    #[test]
    fn struck_cells_and_hidden_rows_are_left_out() {
        let mut own = SheetBuilder::new("一月");
        own.row(1, false);
        own.leave_out(0, Unseen::Struck, true, "作废").expect("it fits");
        own.row(2, true);
        own.cell(0, CellKind::Text, "藏着").expect("it fits");
        let found = compared(own.finish(), sheet(&[(1, 0, CellKind::Text, "作废")]));
        assert_eq!((found.cells, found.differing), (0, 0));
    }
}
