//! How far a cohort of files has left hardship (解困脱困率): 已脱困 of 在档 and 已脱困, 已注销 apart.

use std::ops::AddAssign;

use chrono::NaiveDate;

use super::Facts;
use crate::domain::date;
use crate::link::{FileId, FileStatus};
use crate::normalize::Value;
use crate::profile::{Counting, Target, Thousandths};

/// Households of a cohort by where they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Still on file, or out only after the day counted to.
    pub open: u64,
    /// Out by the day counted to.
    pub done: u64,
    /// Of these, out in the target's own year.
    pub done_in_year: u64,
    /// Of `done`, those whose exit has no legible date.
    pub undated: u64,
    /// Level, filing date or status do not tell whether they belong here.
    pub unplaced: u64,
    /// 已注销: in neither count.
    pub cancelled: u64,
}

impl AddAssign for Progress {
    fn add_assign(&mut self, other: Self) {
        self.open += other.open;
        self.done += other.done;
        self.done_in_year += other.done_in_year;
        self.undated += other.undated;
        self.unplaced += other.unplaced;
        self.cancelled += other.cancelled;
    }
}

impl Progress {
    /// 在档 + 已脱困
    pub fn cohort(&self) -> u64 {
        self.open + self.done
    }

    pub fn numerator(&self, counting: Counting) -> u64 {
        match counting {
            Counting::Cumulative => self.done,
            Counting::Yearly => self.done_in_year,
        }
    }

    /// Is the rate reached? None where that depends on files that cannot be placed or exits without a date. Where nobody of
    /// the cohort is left on file there is nothing more to reach.
    pub fn reaches(&self, rate: Thousandths, counting: Counting) -> Option<bool> {
        if self.open + self.unplaced == 0 {
            return Some(true);
        }
        let (least, most) = match counting {
            Counting::Cumulative => (self.done - self.undated, self.done),
            Counting::Yearly => (self.done_in_year, self.done_in_year + self.undated),
        };
        let all = self.cohort() + self.unplaced;
        let reached = |done: u64| i128::from(done) * 1000 >= i128::from(rate.0) * i128::from(all);
        match (reached(least), reached(most + self.unplaced)) {
            (true, _) => Some(true),
            (_, false) => Some(false),
            _ => None,
        }
    }

    /// How many more households must leave for the rate.
    pub fn lacking(&self, rate: Thousandths, counting: Counting) -> u64 {
        let wanted = (i128::from(rate.0) * i128::from(self.cohort()) + 999) / 1000;
        u64::try_from(wanted - i128::from(self.numerator(counting))).unwrap_or(0)
    }
}

impl Facts<'_> {
    /// What one file adds to a target's cohort, counted to the target's day or to as-of, whichever is earlier. Files of
    /// other levels, and those filed after the cohort's or that day, add nothing.
    pub fn progress(&self, target: &Target, file: FileId) -> Progress {
        let until = target.due().map_or(self.setting.as_of, |due| due.min(self.setting.as_of));
        self.progress_until(target, file, until)
    }

    /// As [`Facts::progress`], counted to a day of the caller's choice.
    pub fn progress_until(&self, target: &Target, file: FileId, until: NaiveDate) -> Progress {
        let place = self.place_in(target, file, until);
        let one = |place: Place| Progress {
            open: u64::from(place == Place::Open),
            done: u64::from(matches!(place, Place::Done(_))),
            done_in_year: u64::from(place == Place::Done(Some(target.year))),
            undated: u64::from(place == Place::Done(None)),
            unplaced: u64::from(place == Place::Unknown),
            cancelled: u64::from(place == Place::Cancelled),
        };
        place.map_or_else(Progress::default, one)
    }

    fn place_in(&self, target: &Target, file: FileId, until: NaiveDate) -> Option<Place> {
        let f = self.book.file(file);
        let mut known = true;
        if let Some(wanted) = &target.level {
            match self.level_of(file) {
                Some(level) if level == wanted => {}
                Some(_) => return None,
                None => known = false,
            }
        }
        match self.date_of(f.record, "filed_on") {
            Some(filed) if date::after(filed, target.filed_before.unwrap_or(until).min(until)) => return None,
            Some(_) => {}
            None => known &= target.filed_before.is_none(),
        }
        Some(match f.status {
            _ if !known => Place::Unknown,
            FileStatus::Unknown => Place::Unknown,
            FileStatus::Cancelled => Place::Cancelled,
            FileStatus::Active => Place::Open,
            FileStatus::Exited => match self.date_of(f.record, "exited_on") {
                Some(exited) if date::after(exited, until) => Place::Open,
                exited => Place::Done(exited.map(|d| d.year())),
            },
        })
    }

    /// The file's level; None for a word outside the table, or none.
    pub fn level_of(&self, file: FileId) -> Option<&str> {
        match self.book.tables.value(self.book.file(file).record, "level") {
            Value::Code(code) => code.word(),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Unknown,
    Open,
    /// Year of the exit.
    Done(Option<i32>),
    Cancelled,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIXTY: Thousandths = Thousandths(600);

    #[test]
    fn the_rate_itself_is_reached() {
        let at = |open, done| Progress { open, done, ..Progress::default() };
        assert_eq!(at(2, 3).reaches(SIXTY, Counting::Cumulative), Some(true));
        assert_eq!(at(3, 4).reaches(SIXTY, Counting::Cumulative), Some(false));
        assert_eq!(
            (at(3, 4).lacking(SIXTY, Counting::Cumulative), at(2, 3).lacking(SIXTY, Counting::Cumulative)),
            (1, 0)
        );
        assert_eq!(at(1, 0).reaches(Thousandths(1000), Counting::Cumulative), Some(false));
    }

    #[test]
    fn what_cannot_be_placed_decides_only_where_it_matters() {
        let p = Progress { open: 4, done: 5, unplaced: 1, ..Progress::default() };
        assert_eq!(p.reaches(SIXTY, Counting::Cumulative), None);
        assert_eq!(Progress { unplaced: 0, ..p }.reaches(SIXTY, Counting::Cumulative), Some(false));
        assert_eq!(Progress { open: 9, ..p }.reaches(SIXTY, Counting::Cumulative), Some(false));
        assert_eq!(Progress { done: 20, ..p }.reaches(SIXTY, Counting::Cumulative), Some(true));
        let undated = Progress { open: 2, done: 3, undated: 1, ..Progress::default() };
        assert_eq!(undated.reaches(SIXTY, Counting::Cumulative), None);
    }

    #[test]
    fn two_readings_of_forty_percent_a_year() {
        let p = Progress { open: 2, done: 8, done_in_year: 3, ..Progress::default() };
        let forty = Thousandths(400);
        assert_eq!(
            (p.reaches(forty, Counting::Yearly), p.reaches(forty, Counting::Cumulative)),
            (Some(false), Some(true))
        );
        let all_out = Progress { open: 0, done: 10, done_in_year: 1, ..Progress::default() };
        assert_eq!(all_out.reaches(forty, Counting::Yearly), Some(true), "nobody is left");
    }
}
