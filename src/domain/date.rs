//! Dates and months.
//!
//! Implements the row `date, month` ("a date field that only has a month compares by month") and the clerks' ways to
//! write a date listed under "Files as they really are". Reading a cell is in `date_text.rs`.

use std::cmp::Ordering;
use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

pub use super::date_order::{DateOrder, DateReading, OrderProof, YearRange, is_epoch, is_unset};
pub use super::date_text::{parse, parse_in};

/// Years that a cell may name; anything else is a slip of the pen.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// A calendar month, counted from year 0. Displays `2019-08`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(pub i32);

impl Month {
    /// `month` from 1 to 12, and a year from 1900 to 2199.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then(|| Self(year * 12 + month as i32 - 1))
    }

    pub fn of(date: NaiveDate) -> Self {
        Self(date.year() * 12 + date.month0() as i32)
    }

    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 to 12.
    pub fn month(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// The month `n` months later, or earlier if negative.
    pub fn plus(self, n: i32) -> Self {
        Self(self.0.saturating_add(n))
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year(), self.month(), 1).unwrap_or(NaiveDate::MAX)
    }

    pub fn last_day(self) -> NaiveDate {
        self.plus(1).first_day().pred_opt().unwrap_or(NaiveDate::MAX)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

/// How much of a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    Month,
    Day,
}

/// A day, or a month where only that was written. Always a real one. Displays `2019-08-25` or `2019-08`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    month: Month,
    day: Option<u8>,
}

impl PartialDate {
    /// `None` if there is no such day or month, or the year is not from 1900 to 2199.
    pub fn new(year: i32, month: u32, day: Option<u32>) -> Option<Self> {
        let whole = Month::new(year, month)?;
        let day = match day {
            Some(day) => {
                NaiveDate::from_ymd_opt(year, month, day)?;
                Some(u8::try_from(day).ok()?)
            }
            None => None,
        };
        Some(Self { month: whole, day })
    }

    pub fn year(self) -> i32 {
        self.month.year()
    }

    pub fn month(self) -> Month {
        self.month
    }

    /// Day of the month, if it was written.
    pub fn day(self) -> Option<u32> {
        self.day.map(u32::from)
    }

    pub fn precision(self) -> Precision {
        if self.day.is_some() { Precision::Day } else { Precision::Month }
    }

    /// The calendar day, if it was written.
    pub fn exact(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year(), self.month.month(), self.day()?)
    }

    /// The earliest day it can mean.
    pub fn first_day(self) -> NaiveDate {
        self.exact().unwrap_or_else(|| self.month.first_day())
    }

    /// The latest day it can mean.
    pub fn last_day(self) -> NaiveDate {
        self.exact().unwrap_or_else(|| self.month.last_day())
    }

    /// This date in `n` months: keeps the day or takes the month's last; a month stays a month.
    pub fn add_months(self, n: i32) -> Self {
        match self.exact() {
            Some(date) => add_months(date, n).into(),
            None => Self { month: self.month.plus(n), day: None },
        }
    }
}

impl From<NaiveDate> for PartialDate {
    fn from(date: NaiveDate) -> Self {
        Self { month: Month::of(date), day: u8::try_from(date.day()).ok() }
    }
}

impl From<Month> for PartialDate {
    fn from(month: Month) -> Self {
        Self { month, day: None }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Some(day) => write!(f, "{}-{day:02}", self.month),
            None => self.month.fmt(f),
        }
    }
}

/// Compares two dates at the coarser precision of the two ("every date test uses the coarser precision of its two
/// sides"): 2019-08-25 equals 2019-08. Not an order for sorting, as it is not transitive.
pub fn compare_coarse(a: impl Into<PartialDate>, b: impl Into<PartialDate>) -> Ordering {
    let (a, b) = (a.into(), b.into());
    let days = match (a.day, b.day) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => Ordering::Equal,
    };
    a.month.cmp(&b.month).then(days)
}

/// Surely before, at the coarser precision.
pub fn before(a: impl Into<PartialDate>, b: impl Into<PartialDate>) -> bool {
    compare_coarse(a, b).is_lt()
}

/// Surely after, at the coarser precision.
pub fn after(a: impl Into<PartialDate>, b: impl Into<PartialDate>) -> bool {
    compare_coarse(a, b).is_gt()
}

/// Not after, at the coarser precision.
pub fn on_or_before(a: impl Into<PartialDate>, b: impl Into<PartialDate>) -> bool {
    compare_coarse(a, b).is_le()
}

/// Not before, at the coarser precision.
pub fn on_or_after(a: impl Into<PartialDate>, b: impl Into<PartialDate>) -> bool {
    compare_coarse(a, b).is_ge()
}

/// The same date, at the coarser precision.
pub fn same(a: impl Into<PartialDate>, b: impl Into<PartialDate>) -> bool {
    compare_coarse(a, b).is_eq()
}

/// `n` months later (earlier if negative): keeps the day or takes the month's last.
pub fn add_months(date: NaiveDate, n: i32) -> NaiveDate {
    let months = Months::new(n.unsigned_abs());
    let moved = if n < 0 { date.checked_sub_months(months) } else { date.checked_add_months(months) };
    moved.unwrap_or(if n < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

/// `n` days later (earlier if negative).
pub fn add_days(date: NaiveDate, n: i32) -> NaiveDate {
    let days = Days::new(u64::from(n.unsigned_abs()));
    let moved = if n < 0 { date.checked_sub_days(days) } else { date.checked_add_days(days) };
    moved.unwrap_or(if n < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

/// What a date cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateValue {
    One(PartialDate),
    /// `2019.9.2-9.6`; without an end `2019.9至今`.
    Range(PartialDate, Option<PartialDate>),
    /// 至今, 长期: for an end, none.
    Open,
}

impl DateValue {
    /// The date where a field has one: a range gives its first day.
    pub fn start(self) -> Option<PartialDate> {
        match self {
            Self::One(date) | Self::Range(date, _) => Some(date),
            Self::Open => None,
        }
    }

    /// The end of a range, or the date itself.
    pub fn end(self) -> Option<PartialDate> {
        match self {
            Self::One(date) => Some(date),
            Self::Range(_, end) => end,
            Self::Open => None,
        }
    }
}

/// Why a cell is no date (ID107). Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateFault {
    YearOnly(i32),
    NoYear,
    /// No such day or month.
    NotInCalendar,
    /// Year or serial number outside what a record can mean.
    OutOfRange,
    /// `2019.1` stored as a number is January or October.
    Ambiguous {
        first: PartialDate,
        second: PartialDate,
    },
    /// The column it stands in contradicts itself about what stands first.
    Order,
    NotDate,
}

impl fmt::Display for DateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::YearOnly(year) => write!(f, "只有年份（{year}年），缺月份"),
            Self::NoYear => f.write_str("缺年份"),
            Self::NotInCalendar => f.write_str("日期不存在"),
            Self::OutOfRange => f.write_str("日期超出合理范围"),
            Self::Ambiguous { first, second } => write!(f, "日期有两种读法：{first}或{second}"),
            Self::Order => f.write_str("看不出年、月、日的次序"),
            Self::NotDate => f.write_str("不是日期"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i32, m: u32, d: Option<u32>) -> PartialDate {
        PartialDate::new(y, m, d).expect("a date")
    }

    #[test]
    fn compares_by_the_coarser() {
        let (day, later, month, next) =
            (date(2019, 8, Some(25)), date(2019, 8, Some(26)), date(2019, 8, None), date(2019, 9, None));
        assert!(same(day, month) && same(month, later) && !same(day, later));
        assert!(before(day, later) && before(day, next) && !before(day, month) && !after(day, month));
        assert!(on_or_before(day, month) && on_or_after(day, month) && after(next, day));
        assert_eq!(day.to_string(), "2019-08-25");
        assert_eq!(month.to_string(), "2019-08");
        assert_eq!(month.first_day().to_string(), "2019-08-01");
        assert_eq!(month.last_day().to_string(), "2019-08-31");
        assert_eq!((day.precision(), month.precision()), (Precision::Day, Precision::Month));
        assert!(Precision::Month < Precision::Day);
    }

    #[test]
    fn months() {
        for (from, n, to) in [
            ("2019-08-31", 6, "2020-02-29"),
            ("2020-02-29", 12, "2021-02-28"),
            ("2019-03-31", -1, "2019-02-28"),
            ("2019-08-25", 0, "2019-08-25"),
        ] {
            assert_eq!(add_months(from.parse().expect("a date"), n).to_string(), to);
        }
        let month = Month::new(2019, 12).expect("a month");
        assert_eq!(month.plus(1).to_string(), "2020-01");
        assert_eq!(month.plus(-12).to_string(), "2018-12");
        assert_eq!(month.last_day().to_string(), "2019-12-31");
        assert_eq!(date(2019, 12, None).add_months(2).to_string(), "2020-02");
        assert_eq!(Month(i32::MAX).plus(5).first_day(), NaiveDate::MAX);
        assert_eq!(PartialDate::new(2019, 2, Some(29)), None);
        assert_eq!(PartialDate::new(2019, 13, None), None);
        assert_eq!(PartialDate::new(1899, 1, None), None);
        assert_eq!(add_days("2019-03-01".parse().expect("a date"), -1).to_string(), "2019-02-28");
    }
}
