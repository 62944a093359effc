//! Working days by the State Council's yearly notices on holidays and make-up days.
//!
//! Serves 公示不少于5个工作日 and the 30 working days of 总工办〔2016〕36号. A year without its notice has no answer: nothing
//! is guessed. Users add a year in the form of the embedded table (`日期<TAB>W|R`, more columns are ignored).

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};

/// Agreed by two independent packages for 2010–2026; the provenance stands in the file.
const EMBEDDED: &str = include_str!("data/workday_exceptions.tsv");

/// The days on which the week's rule does not hold, and the years for which they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    exceptions: HashMap<NaiveDate, bool>,
    years: BTreeSet<i32>,
}

/// A line of a holiday table that cannot be read. Displays in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFault {
    /// From 1.
    pub line: usize,
    pub text: String,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第{}行不是“日期 W（上班）或R（放假）”：{}", self.line, self.text)
    }
}

impl std::error::Error for CalendarFault {}

impl WorkCalendar {
    /// The calendar that the program carries.
    pub fn embedded() -> &'static Self {
        static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(|| {
            let mut calendar = WorkCalendar::default();
            // A constant of the program; a test reads it, so a bad line cannot be shipped.
            if let Err(fault) = calendar.extend(EMBEDDED) {
                unreachable!("{fault}");
            }
            calendar
        });
        &CALENDAR
    }

    /// Adds the lines of a table: `2027-01-01<TAB>R`, W for a worked weekend day. `#` begins a remark. A year named by
    /// any line counts as covered. A later line for a day wins.
    pub fn extend(&mut self, table: &str) -> Result<(), CalendarFault> {
        for (i, line) in table.trim_start_matches('\u{FEFF}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = || CalendarFault { line: i + 1, text: line.to_owned() };
            let mut columns = line.split(['\t', ',', ' ']).filter(|c| !c.is_empty());
            let date: NaiveDate = columns.next().and_then(|d| d.parse().ok()).ok_or_else(fault)?;
            let working = match columns.next() {
                Some("W" | "w" | "班" | "上班") => true,
                Some("R" | "r" | "休" | "放假") => false,
                _ => return Err(fault()),
            };
            self.exceptions.insert(date, working);
            self.years.insert(date.year());
        }
        Ok(())
    }

    pub fn covers(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// The years whose notice is known.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// `None` where the year is not covered.
    pub fn is_working_day(&self, date: NaiveDate) -> Option<bool> {
        self.covers(date.year()).then(|| {
            let weekday = !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
            self.exceptions.get(&date).copied().unwrap_or(weekday)
        })
    }

    /// Working days from `from` to `to`, both counted; 0 if `to` is earlier. `None` where a year between is not covered.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Option<u32> {
        if to < from {
            return Some(0);
        }
        // Asked first, so that a slip of the pen in a year does not cost a walk through centuries.
        (from.year()..=to.year()).all(|y| self.covers(y)).then_some(())?;
        from.iter_days()
            .take_while(|d| *d <= to)
            .try_fold(0, |n, day| self.is_working_day(day).map(|working| n + u32::from(working)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn days() {
        let calendar = WorkCalendar::embedded();
        for (date, working) in [
            ("2019-09-30", Some(true)),
            ("2019-10-01", Some(false)),
            ("2019-10-07", Some(false)),
            ("2019-10-12", Some(true)),
            ("2019-10-13", Some(false)),
            ("2016-10-09", Some(true)),
            ("2016-12-30", Some(true)),
            ("2020-01-31", Some(false)),
            ("2009-12-31", None),
            ("2027-01-01", None),
        ] {
            assert_eq!(calendar.is_working_day(day(date)), working, "{date}");
        }
        assert_eq!(calendar.years().collect::<Vec<_>>(), (2010..=2026).collect::<Vec<_>>());
    }

    #[test]
    fn spans() {
        let calendar = WorkCalendar::embedded();
        for (from, to, n) in [
            ("2019-09-02", "2019-09-06", Some(5)),
            ("2019-09-30", "2019-10-08", Some(2)),
            ("2019-09-28", "2019-10-12", Some(7)),
            ("2019-09-06", "2019-09-02", Some(0)),
            ("2019-09-02", "2019-09-02", Some(1)),
            ("2026-12-31", "2027-01-04", None),
            ("0001-01-01", "9999-12-31", None),
        ] {
            assert_eq!(calendar.working_days_between(day(from), day(to)), n, "{from} {to}");
        }
    }

    #[test]
    fn extends() {
        let mut calendar = WorkCalendar::embedded().clone();
        assert_eq!(calendar.extend("# 2027\n2027-01-01\tR\t五\t元旦\n2027-01-03,W"), Ok(()));
        assert_eq!(calendar.working_days_between(day("2026-12-31"), day("2027-01-04")), Some(3));
        let fault = calendar.extend("\n2027/1/1 R").expect_err("a bad line");
        assert_eq!(fault.to_string(), "第2行不是“日期 W（上班）或R（放假）”：2027/1/1 R");
    }
}
