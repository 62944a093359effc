//! Dates and months in the spellings of 2-sources.md. A date never loses its day and a month never gains one.

use chrono::{Datelike, NaiveDate};

use super::Speller;
use crate::synth::write::grid::{Cell, Style, serial};

/// A way to write a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// A date cell; in a text file what the cell would show.
    Real(Style),
    /// `2019-08-25` as text.
    Iso,
    /// `2019/8/25` as text.
    Slash,
    /// `2019.8.25`
    Dot,
    /// `2019.08.25`
    DotPadded,
    /// `2019年8月25日`
    Han,
    /// `20190825`
    Compact,
    /// 20190825 as a number.
    CompactNumber,
    /// The serial number of the day, unformatted.
    Serial,
}

use Spelling::*;

const SPELLINGS: [Spelling; 14] = [
    Real(Style::DateDash),
    Real(Style::DateDash),
    Real(Style::DateSlash),
    Real(Style::DateHan),
    Real(Style::DateHanBuiltin),
    Iso,
    Slash,
    // From level 2 on.
    Dot,
    Dot,
    DotPadded,
    Han,
    Compact,
    CompactNumber,
    Serial,
];

impl Spelling {
    pub fn choose(speller: &mut Speller<'_>) -> Self {
        let choices = match speller.level {
            0 => 1,
            1 => 7,
            _ => SPELLINGS.len(),
        };
        SPELLINGS[speller.dice.below(choices)]
    }
}

pub(super) fn write(speller: &mut Speller<'_>, day: NaiveDate, usual: Spelling) -> Cell {
    let spelling = if speller.departs() { Spelling::choose(speller) } else { usual };
    let (y, m, d) = (day.year(), day.month(), day.day());
    match spelling {
        Real(style) => Cell::Date(day, style),
        Slash => Cell::text(format!("{y}/{m}/{d}")),
        Dot => Cell::text(format!("{y}.{m}.{d}")),
        DotPadded => Cell::text(format!("{y}.{m:02}.{d:02}")),
        Han => Cell::text(format!("{y}年{m}月{d}日")),
        Compact => Cell::text(format!("{y}{m:02}{d:02}")),
        CompactNumber => Cell::number(format!("{y}{m:02}{d:02}")),
        // Bare day numbers are read by the 1900 system, as numbers only, and taken for dates from 1955 on.
        Serial if speller.has_numbers() && !speller.date1904 && y >= 1955 => Cell::number(serial(day, false)),
        Iso | Serial => Cell::text(Style::DateDash.print(day)),
    }
}

pub(super) fn write_month(speller: &mut Speller<'_>, year: i32, month: u32) -> Cell {
    let plain = format!("{year}-{month:02}");
    Cell::text(match speller.dice.below(8) {
        0 if speller.level >= 1 => format!("{year}年{month}月"),
        1 if speller.level >= 1 => format!("{year}.{month:02}"),
        2 if speller.level >= 1 => format!("{year}{month:02}"),
        3 if speller.level >= 2 => return Cell::number(format!("{year}{month:02}")),
        4 if speller.level >= 2 => han_month(year, month),
        _ => plain,
    })
}

/// `二〇一九年八月`
fn han_month(year: i32, month: u32) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |d: char| d.to_digit(10).map_or(d, |d| DIGITS[d as usize]);
    let year: String = year.to_string().chars().map(digit).collect();
    let month = match month {
        10 => "十".to_owned(),
        11 | 12 => format!("十{}", DIGITS[month as usize - 10]),
        m => DIGITS[m as usize % 10].to_string(),
    };
    format!("{year}年{month}月")
}

#[cfg(test)]
mod tests {
    use super::super::tests::spellings;
    use super::*;
    use crate::synth::export::Val;
    use crate::synth::write::format::Format;

    #[test]
    fn dates() {
        let day = Val::Date(NaiveDate::from_ymd_opt(2019, 8, 5).unwrap());
        let seen: Vec<String> = spellings(2, Format::Xlsx, &day).into_iter().collect();
        assert_eq!(
            seen,
            [
                "d 2019-08-05",
                "n 20190805",
                "n 43682",
                "t 2019-08-05",
                "t 2019.08.05",
                "t 2019.8.5",
                "t 2019/8/5",
                "t 20190805",
                "t 2019年8月5日"
            ]
        );
        assert!(!spellings(2, Format::Csv, &day).contains("n 43682"));
    }

    #[test]
    fn months() {
        let seen = spellings(2, Format::Xlsx, &Val::Month(2019, 10));
        for spelling in ["t 2019-10", "t 2019年10月", "t 2019.10", "t 201910", "n 201910", "t 二〇一九年十月"]
        {
            assert!(seen.contains(spelling), "{spelling}");
        }
        assert_eq!(seen.len(), 6, "never 2019.10 as a number: {seen:?}");
        assert_eq!(han_month(2021, 12), "二〇二一年十二月");
    }
}
