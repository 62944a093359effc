//! Questions about a stretch of time: was the household surveyed in it, has the file been active throughout it.

use chrono::NaiveDate;

use super::Facts;
use crate::domain::date::{self, PartialDate};
use crate::link::FileId;
use crate::normalize::{RecordId, Value};

/// From the first to the last day, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Span {
    /// The `months` before a day; the day `months` earlier is within.
    pub fn months_before(day: NaiveDate, months: i64) -> Self {
        let months = i32::try_from(months).unwrap_or(i32::MAX);
        Self { from: date::add_months(day, months.saturating_neg()), to: day }
    }

    /// At the coarser precision: 2019-07 lies in a span that begins on 2019-07-10.
    pub fn contains(self, day: PartialDate) -> bool {
        date::on_or_after(day, self.from) && date::on_or_before(day, self.to)
    }
}

impl Facts<'_> {
    /// A date of a record; None where nothing legible is written.
    pub fn date_of(&self, record: RecordId, field: &str) -> Option<PartialDate> {
        match self.book.tables.value(record, field) {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// Was the file on record all through a span? None where its filing date is not known.
    pub fn filed_before(&self, file: FileId, span: Span) -> Option<bool> {
        self.date_of(self.book.file(file).record, "filed_on").map(|filed| date::on_or_before(filed, span.from))
    }

    /// Does a paper row of the file, or an older version of it, say that the household was surveyed in a span? A later survey
    /// never unmakes an earlier one. None where that cannot be told: paper of the unit is lacking, has no such column, or the
    /// date cannot be read.
    pub fn surveyed_within(&self, file: FileId, span: Span) -> Option<bool> {
        let papers = self.book.papers_of.get(&file).map_or(&[][..], Vec::as_slice);
        let mut known = self.coverage.complete("paper", self.book.file(file).unit);
        for version in papers.iter().flat_map(|&paper| self.book.tables.versions(self.book.paper(paper).record)) {
            match self.book.tables.value(version, "surveyed_on") {
                Value::Date(day) if span.contains(*day) => return Some(true),
                Value::Date(_) | Value::Blank => {}
                _ => known = false,
            }
        }
        known.then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_limits_are_within() {
        let half = Span::months_before(day("2019-08-31"), 6);
        assert_eq!(half.from, day("2019-02-28"));
        for (date, within) in [("2019-02-28", true), ("2019-02-27", false), ("2019-08-31", true), ("2019-09-01", false)]
        {
            assert_eq!(half.contains(day(date).into()), within, "{date}");
        }
    }

    #[test]
    fn a_month_lies_in_a_span_that_it_touches() {
        let span = Span { from: day("2019-07-10"), to: day("2019-08-25") };
        for (month, within) in [(6, false), (7, true), (8, true), (9, false)] {
            let month = PartialDate::new(2019, month, None).expect("a month");
            assert_eq!(span.contains(month), within, "{month}");
        }
    }
}
