//! One aid record or one payment, as much of it as the matching looks at.

use std::cmp::Ordering;

use crate::domain::date::{PartialDate, Precision};

/// A row of a side. Amounts in fen. What is `None` is not said or cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// Key of the person; see [`super::person_of_row`].
    pub person: Option<u64>,
    pub program: Option<&'a str>,
    pub source: Option<&'a str>,
    pub fen: Option<i64>,
    pub date: Option<PartialDate>,
    /// record_no or serial; "" where there is none.
    pub number: &'a str,
}

impl Item<'_> {
    /// The order in which ties are broken: record_no or serial first, then what the row says. Rows that are equal in all of
    /// this are interchangeable, so nothing depends on the order of the rows.
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |i: &Self| (i.date.map(PartialDate::first_day), i.fen, i.person);
        (self.number.cmp(other.number))
            .then_with(|| key(self).cmp(&key(other)))
            .then_with(|| (self.program, self.source).cmp(&(other.program, other.source)))
    }

    /// Same program and fund source, as far as both rows say them.
    pub fn same_purpose(&self, other: &Self) -> bool {
        agree(self.program, other.program) && agree(self.source, other.source)
    }

    /// Days between the two, if both have a date.
    pub fn days_to(&self, other: &Self) -> Option<i64> {
        Some(days_between(self.date?, other.date?))
    }
}

/// Equal; what one side does not say is no difference.
pub fn agree(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// Days between two dates, at the coarser precision of the two: between months, from the end of the earlier to the
/// beginning of the later, and none within one.
pub fn days_between(a: PartialDate, b: PartialDate) -> i64 {
    if a.precision() == Precision::Day && b.precision() == Precision::Day {
        return (a.first_day() - b.first_day()).num_days().abs();
    }
    let (early, late) = (a.month().min(b.month()), a.month().max(b.month()));
    (late.first_day() - early.last_day()).num_days().max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i32, m: u32, d: Option<u32>) -> PartialDate {
        PartialDate::new(y, m, d).unwrap()
    }

    #[test]
    fn days_at_the_coarser_precision() {
        let (day, month) = (date(2019, 8, Some(25)), date(2019, 9, None));
        assert_eq!(days_between(day, date(2019, 8, Some(1))), 24);
        assert_eq!(days_between(day, month), 1);
        assert_eq!(days_between(month, day), 1);
        assert_eq!(days_between(day, date(2019, 8, None)), 0);
        assert_eq!(days_between(date(2019, 10, None), day), 31);
    }

    #[test]
    fn what_is_not_said_is_no_difference() {
        assert!(agree(None, Some("市总")) && agree(Some("市总"), Some("市总")) && agree(None, None));
        assert!(!agree(Some("市总"), Some("省总")));
    }
}
