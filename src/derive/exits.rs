//! The exit ledger (退档办理台账): the steps of each file's exit, their order, and the working days of its public notice.

use super::{Facts, rows};
use crate::domain::calendar::WorkCalendar;
use crate::domain::date::{self, PartialDate};
use crate::link::{Casebook, FileId, FileStatus};
use crate::normalize::{RecordId, Tables, Value};

/// The steps in their order: 本人申请或联系人建议, 集体研究, 公示 from and to, 审核通过, 书面通知.
pub const STEPS: [&str; 6] = ["applied_on", "reviewed_on", "notice_from", "notice_to", "approved_on", "notified_on"];

/// Up to here steps may fall on one day; the approval (审核通过) comes after the end of the notice.
const NOTICE_TO: usize = 3;

/// What the ledger says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    On(PartialDate),
    NotWritten,
    /// The ledger has no such column.
    NoColumn,
    Unreadable,
}

impl Step {
    pub fn of(t: &Tables<'_>, record: RecordId, field: &str) -> Self {
        match t.value(record, field) {
            Value::Date(date) => Self::On(*date),
            Value::Absent => Self::NoColumn,
            Value::Blank => Self::NotWritten,
            _ => Self::Unreadable,
        }
    }
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    pub record: RecordId,
    pub steps: [Step; 6],
}

/// What the order of the steps shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Two steps each (indices into [`STEPS`]) of which the second should have come later.
    pub wrong: Vec<(usize, usize)>,
    /// Only a month is written where the day would tell.
    pub unsure: bool,
}

/// Length of a public notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    Days {
        /// Working days, first and last day counted.
        working: u32,
        /// Enough, but a day short without its first day (临界).
        borderline: bool,
    },
    /// A day is missing, unreadable or only a month, the end lies before the beginning, or a year has no calendar.
    Untold,
}

impl LedgerRow {
    fn read(t: &Tables<'_>, record: RecordId) -> Self {
        Self { record, steps: STEPS.map(|field| Step::of(t, record, field)) }
    }

    /// The date of a step; None for what is no step.
    pub fn date(&self, field: &str) -> Option<PartialDate> {
        let at = STEPS.iter().position(|s| *s == field)?;
        self.dates().find(|(i, _)| *i == at).map(|(_, date)| date)
    }

    fn dates(&self) -> impl Iterator<Item = (usize, PartialDate)> + '_ {
        self.steps.iter().enumerate().filter_map(|(i, step)| match step {
            Step::On(date) => Some((i, *date)),
            _ => None,
        })
    }

    /// Steps whose cell is empty.
    pub fn not_written(&self) -> impl Iterator<Item = usize> + '_ {
        (0..STEPS.len()).filter(|&i| self.steps[i] == Step::NotWritten)
    }

    /// Applied ≤ reviewed ≤ notice from ≤ notice to < approved ≤ notified, over the steps that have a date. Of a month alone
    /// nothing is concluded that a day could refute.
    pub fn order(&self) -> Order {
        let dated: Vec<(usize, PartialDate)> = self.dates().collect();
        let mut order = Order::default();
        for pair in dated.windows(2) {
            let [(i, first), (k, then)] = [pair[0], pair[1]];
            let strict = i <= NOTICE_TO && k > NOTICE_TO;
            if date::before(then, first) {
                order.wrong.push((i, k));
            } else if strict && date::same(first, then) {
                match (first.exact(), then.exact()) {
                    (Some(_), Some(_)) => order.wrong.push((i, k)),
                    _ => order.unsure = true,
                }
            }
        }
        order
    }

    /// `least`: working days a notice must last.
    pub fn notice(&self, calendar: &WorkCalendar, least: u32) -> Notice {
        let day = |field: &str| self.date(field).and_then(PartialDate::exact);
        let (Some(from), Some(to)) = (day("notice_from"), day("notice_to")) else { return Notice::Untold };
        if to < from {
            // The order of the steps tells that.
            return Notice::Untold;
        }
        match (calendar.working_days_between(from, to), calendar.is_working_day(from)) {
            (Some(working), Some(counts)) => Notice::Days { working, borderline: working == least && counts },
            _ => Notice::Untold,
        }
    }
}

/// The ledger by file.
#[derive(Debug, Default)]
pub struct Exits {
    by_file: Vec<Option<LedgerRow>>,
    /// The earliest date in any of the ledger's columns.
    pub first: Option<PartialDate>,
}

impl Exits {
    /// Of several rows of one file the one approved last, else the one that goes on longest.
    pub fn new(book: &Casebook<'_>) -> Self {
        let mut exits = Self { by_file: vec![None; book.files.len()], first: None };
        let rank = |row: &LedgerRow| {
            (
                row.date("approved_on").map(PartialDate::last_day),
                row.dates().map(|(_, d)| d.last_day()).max(),
                row.record,
            )
        };
        for &record in book.tables.of_kind("exit") {
            let row = LedgerRow::read(&book.tables, record);
            let earliest = row.dates().map(|(_, date)| date).min_by_key(|d| d.first_day());
            exits.first = exits.first.into_iter().chain(earliest).min_by_key(|d| d.first_day());
            let Some(file) = rows::file_of(book, record, FileStatus::Exited) else { continue };
            let known = &mut exits.by_file[file.0 as usize];
            if known.as_ref().is_none_or(|other| rank(other) < rank(&row)) {
                *known = Some(row);
            }
        }
        exits
    }

    pub fn of(&self, file: FileId) -> Option<&LedgerRow> {
        self.by_file.get(file.0 as usize)?.as_ref()
    }
}

/// When a household left, and the cell that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    pub on: PartialDate,
    pub record: RecordId,
    pub field: &'static str,
}

impl Facts<'_> {
    /// 脱困日期 of the electronic file, else 审核通过日期 of the ledger.
    pub fn left(&self, file: FileId) -> Option<Left> {
        let record = self.book.file(file).record;
        if let Value::Date(on) = *self.book.tables.value(record, "exited_on") {
            return Some(Left { on, record, field: "exited_on" });
        }
        let row = self.exits.of(file)?;
        Some(Left { on: row.date("approved_on")?, record: row.record, field: "approved_on" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dates in the order of [`STEPS`]; "" not written, "-" no column, "?" unreadable.
    fn row(dates: [&str; 6]) -> LedgerRow {
        let step = |text: &str| match text {
            "" => Step::NotWritten,
            "-" => Step::NoColumn,
            "?" => Step::Unreadable,
            month if month.len() == 7 => {
                let first: chrono::NaiveDate = format!("{month}-01").parse().expect("a month");
                Step::On(PartialDate::from(crate::domain::date::Month::of(first)))
            }
            day => Step::On(day.parse::<chrono::NaiveDate>().expect("a day").into()),
        };
        LedgerRow { record: RecordId(0), steps: dates.map(step) }
    }

    #[test]
    fn order_of_steps() {
        let good = ["2019-03-01", "2019-03-05", "2019-03-05", "2019-03-12", "2019-03-13", "2019-03-13"];
        let with = |changes: &[(usize, &'static str)]| {
            let mut dates = good;
            changes.iter().for_each(|&(i, text)| dates[i] = text);
            row(dates).order()
        };
        let wrong = |pairs: &[(usize, usize)]| Order { wrong: pairs.to_vec(), unsure: false };
        assert_eq!(with(&[]), Order::default());
        // Approved on the last day of the notice, or before.
        assert_eq!(with(&[(4, "2019-03-12")]), wrong(&[(3, 4)]));
        assert_eq!(with(&[(5, "2019-03-12")]), wrong(&[(4, 5)]));
        assert_eq!(with(&[(0, "2019-03-06")]), wrong(&[(0, 1)]));
        // A missing step in between does not hide the order of its neighbours.
        assert_eq!(with(&[(3, ""), (4, "2019-03-04")]), wrong(&[(2, 4)]));
        assert_eq!(with(&[(3, ""), (4, "2019-03-05")]), wrong(&[(2, 4)]));
        // By the month: the same month may be right; an earlier one is not.
        assert_eq!(with(&[(4, "2019-03")]), Order { wrong: vec![], unsure: true });
        assert_eq!(with(&[(5, "2019-03")]), Order::default());
        assert_eq!(with(&[(5, "2019-02")]), wrong(&[(4, 5)]));
        let gaps = row(["2019-03-01", "-", "?", "", "", "2019-03-13"]);
        assert_eq!(gaps.not_written().collect::<Vec<_>>(), [3, 4]);
        assert_eq!((gaps.date("applied_on").is_some(), gaps.date("reviewed_on")), (true, None));
    }

    #[test]
    fn working_days_of_a_notice() {
        let calendar = WorkCalendar::embedded();
        let days = |working, borderline| Notice::Days { working, borderline };
        for (from, to, expected) in [
            // Monday to Friday: five, four without the first day.
            ("2019-03-04", "2019-03-08", days(5, true)),
            // From Sunday on the first day does not count anyway.
            ("2019-03-03", "2019-03-08", days(5, false)),
            ("2019-03-04", "2019-03-11", days(6, false)),
            ("2019-03-04", "2019-03-07", days(4, false)),
            // Spring Festival: 2 and 3 February are worked, 4 to 10 are free.
            ("2019-02-02", "2019-02-12", days(4, false)),
            ("2019-02-01", "2019-02-12", days(5, true)),
            ("2019-02-03", "2019-02-14", days(5, true)),
            ("2019-02-04", "2019-02-15", days(5, false)),
            // May Day: 1 to 4 May free, Sunday 28 April and Sunday 5 May worked.
            ("2019-04-28", "2019-05-05", days(4, false)),
            ("2019-04-28", "2019-05-06", days(5, true)),
            ("2019-05-01", "2019-05-09", days(5, false)),
            ("2019-03-08", "2019-03-04", Notice::Untold),
            ("2019-03", "2019-03-20", Notice::Untold),
            ("", "2019-03-20", Notice::Untold),
            ("2030-03-04", "2030-03-15", Notice::Untold),
        ] {
            assert_eq!(row(["", "", from, to, "", ""]).notice(calendar, 5), expected, "{from} {to}");
        }
    }
}
