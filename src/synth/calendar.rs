//! Days and months around the as-of date. Dates beyond the calendar stay where they are: nothing here can fail.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::rng::Rng;

/// `n` days before (after, where negative).
pub fn days_before(day: NaiveDate, n: i64) -> NaiveDate {
    let by = Days::new(n.unsigned_abs());
    let moved = if n >= 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) };
    moved.unwrap_or(day)
}

/// `n` days after.
pub fn days_after(day: NaiveDate, n: i64) -> NaiveDate {
    days_before(day, -n)
}

/// `n` months before, the month's last day where it has no such day.
pub fn months_before(day: NaiveDate, n: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(n)).unwrap_or(day)
}

/// `n` months after.
pub fn months_after(day: NaiveDate, n: u32) -> NaiveDate {
    day.checked_add_months(Months::new(n)).unwrap_or(day)
}

/// The first day of the month.
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// A day from `first` to `last`; `first` where there is none.
pub fn day_between(rng: &mut Rng, first: NaiveDate, last: NaiveDate) -> NaiveDate {
    days_after(first, rng.between(0, (last - first).num_days()))
}

/// The window in which every file must be surveyed: from the first of the month before the as-of date to five days after
/// the as-of date.
pub fn campaign(as_of: NaiveDate) -> (NaiveDate, NaiveDate) {
    (month_of(months_before(month_of(as_of), 1)), days_after(as_of, 5))
}
