//! The order of day, month and year where a date is written in two-digit groups (`02-09-19`) or with the year last
//! (`8/5/2019`): what a column proves, and how its cells are read then.
//!
//! Implements "A value and its column": one cell that can only be month-first, day-first or year-first settles the
//! column, if none contradicts it; where none does, the cells are ambiguous and never read.

use chrono::{Datelike, Days, NaiveDate};

use super::date::{DateFault, PartialDate};
use super::text::clean;

/// What stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    YearFirst,
    MonthFirst,
    DayFirst,
}

/// How the dates of one column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateReading {
    /// Order of three groups of two digits.
    pub short: Option<DateOrder>,
    /// Order where a year of four digits stands last.
    pub long: Option<DateOrder>,
    /// The cell stands in a column: what that has not settled is not read. A form's cell stands alone.
    pub in_column: bool,
    pub range: YearRange,
}

impl DateReading {
    /// The order of a cell like this one is known.
    pub fn settles(&self, text: &str) -> bool {
        Groups::of(text).is_none_or(|g| if g.long { self.long } else { self.short }.is_some())
    }
}

/// Days that a record of this field can be of: decides the century, and which order a cell can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearRange {
    /// First year that two digits can mean.
    pub first: i32,
    /// Last day; None where a date may lie in the future.
    pub last: Option<NaiveDate>,
}

impl Default for YearRange {
    fn default() -> Self {
        Self { first: 1900, last: None }
    }
}

impl YearRange {
    /// The date, with a year of two digits written out.
    fn date(self, year: u32, month: u32, day: u32, short: bool) -> Option<PartialDate> {
        let within = |year: i32| {
            let date = PartialDate::new(year, month, Some(day))?;
            let late = self.last.and_then(|l| l.checked_add_days(Days::new(366))).is_some_and(|l| date.first_day() > l);
            (year >= self.first && !late).then_some(date)
        };
        let year = i32::try_from(year).ok()?;
        match (short, self.last) {
            (false, _) => within(year),
            (true, Some(_)) => within(2000 + year).or_else(|| within(1900 + year)),
            (true, None) => within(if year < 50 { 2000 + year } else { 1900 + year }),
        }
    }
}

/// Three groups of digits, none of which says that it is the year by standing first with four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groups {
    parts: [u32; 3],
    /// The last is a year of four digits.
    long: bool,
}

impl Groups {
    pub fn new(parts: [&str; 3]) -> Option<Self> {
        let long = parts[2].len() == 4;
        let short = |p: &str| (1..=2).contains(&p.len());
        let fits = short(parts[0]) && short(parts[1]) && (long || short(parts[2]));
        let number = |p: &str| p.parse::<u32>().ok();
        fits.then_some(())?;
        Some(Self { parts: [number(parts[0])?, number(parts[1])?, number(parts[2])?], long })
    }

    /// Of a cell that has nothing but the groups and a time of day behind them.
    fn of(text: &str) -> Option<Self> {
        let text = clean(text);
        let date = text.split_once(':').map_or(&*text, |(head, _)| head.rsplit_once([' ', 'T']).map_or("", |(d, _)| d));
        let mut groups = date.split(['-', '/', '.', ' ', '\\']).filter(|p| !p.is_empty());
        let parts = [groups.next()?, groups.next()?, groups.next()?];
        (groups.next().is_none() && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))).then_some(())?;
        Self::new(parts)
    }

    /// Every order in which it is a day that can be meant.
    fn readings(self, range: YearRange) -> impl Iterator<Item = (DateOrder, PartialDate)> {
        let [a, b, c] = self.parts;
        let year_first = (!self.long).then(|| (DateOrder::YearFirst, range.date(a, b, c, true)));
        [
            year_first,
            Some((DateOrder::MonthFirst, range.date(c, a, b, !self.long))),
            Some((DateOrder::DayFirst, range.date(c, b, a, !self.long))),
        ]
        .into_iter()
        .flatten()
        .filter_map(|(order, date)| Some((order, date?)))
    }

    /// The day, as the column is read.
    pub fn read(self, how: DateReading) -> Result<PartialDate, DateFault> {
        let readings: Vec<_> = self.readings(how.range).collect();
        let (_, first) = *readings.first().ok_or(DateFault::NotInCalendar)?;
        let of = |order: DateOrder| readings.iter().find(|(o, _)| *o == order).map(|(_, date)| *date);
        if let Some(order) = if self.long { how.long } else { how.short } {
            return of(order).ok_or(DateFault::NotInCalendar);
        }
        let other = readings.iter().map(|(_, date)| *date).find(|date| *date != first);
        match other {
            // 10/10/2019 is one day in any order; 25/8/2019 can only be one.
            None if self.long || readings.len() == 3 => Ok(first),
            None if how.in_column => Err(DateFault::Order),
            // A clerk's single date begins with the year.
            _ if !self.long && !how.in_column => alone(of(DateOrder::YearFirst).unwrap_or(first), how.range),
            None => Ok(first),
            Some(second) => Err(DateFault::Ambiguous { first, second }),
        }
    }
}

/// Where a date may lie ahead, 30 to 49 may be a birth in the last century or an end in this one.
fn alone(date: PartialDate, range: YearRange) -> Result<PartialDate, DateFault> {
    if range.last.is_some() || !(2030..=2049).contains(&date.year()) {
        return Ok(date);
    }
    let first =
        PartialDate::new(date.year() - 100, date.month().month(), date.day()).ok_or(DateFault::NotInCalendar)?;
    Err(DateFault::Ambiguous { first, second: date })
}

/// What the cells of a column prove about its order.
#[derive(Debug, Clone, Default)]
pub struct OrderProof {
    range: YearRange,
    proven: Vec<DateOrder>,
    /// Orders in which some cell is no day.
    excluded: [bool; 3],
    /// A year of four digits stands first in some cell.
    full_years: bool,
    /// A cell that can be read in two ways.
    open: Option<String>,
}

impl OrderProof {
    pub fn new(range: YearRange) -> Self {
        Self { range, ..Self::default() }
    }

    /// Takes a cell into account.
    pub fn see(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if bytes.len() >= 8 && bytes[..4].iter().all(u8::is_ascii_digit) {
            self.full_years = true;
            return;
        }
        let Some(groups) = Groups::of(text) else { return };
        let readings: Vec<_> = groups.readings(self.range).collect();
        let Some(&(first, date)) = readings.first() else { return };
        for order in [DateOrder::YearFirst, DateOrder::MonthFirst, DateOrder::DayFirst] {
            self.excluded[order as usize] |= readings.iter().all(|(o, _)| *o != order);
        }
        if readings.iter().any(|(_, other)| *other != date) {
            self.open.get_or_insert_with(|| text.to_string());
        } else if readings.len() == 1 && !self.proven.contains(&first) {
            self.proven.push(first);
        }
    }

    /// The one order that cells prove.
    pub fn settled(&self) -> Option<DateOrder> {
        match self.proven[..] {
            [order] if !self.excluded[order as usize] => Some(order),
            _ => None,
        }
    }

    /// Cells prove different orders, or one is no day in the order that another proves.
    pub fn is_contradictory(&self) -> bool {
        !self.proven.is_empty() && self.settled().is_none()
    }

    /// A cell that stays open where nothing settles the order.
    pub fn open(&self) -> Option<&str> {
        self.open.as_deref()
    }

    /// How the column is read; `of_sheet` is the order of the sheet's other columns where they agree.
    pub fn reading(&self, of_sheet: Option<DateOrder>) -> DateReading {
        let order = match self.is_contradictory() {
            true => None,
            false => self.settled().or(of_sheet),
        };
        let full = (self.full_years && self.proven.is_empty()).then_some(DateOrder::YearFirst);
        DateReading {
            short: order.or(full),
            long: order.filter(|o| *o != DateOrder::YearFirst),
            in_column: true,
            range: self.range,
        }
    }
}

/// What systems write for a date that is not set: 1970-01-01, 1900-01-00, 0000-00-00, 9999-12-31 …, whatever the spelling.
pub fn is_unset(text: &str) -> bool {
    let text = text.trim();
    if text == "0" {
        return true;
    }
    const YEARS: [&str; 6] = ["1970", "1900", "1899", "0000", "0001", "9999"];
    let date = text.split([' ', 'T']).next().unwrap_or("");
    if !YEARS.iter().any(|y| date.starts_with(y) || date.ends_with(y)) {
        return false;
    }
    let number = |p: &str| p.parse::<u32>().ok();
    let packed = || Some((number(date.get(..4)?)?, number(date.get(4..6)?)?, number(date.get(6..)?)?));
    let groups = || {
        let mut parts = date.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty());
        let all = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
        parts.next().is_none().then_some(all)
    };
    let of = if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) { packed() } else { groups() };
    let Some((y, m, d)) = of else { return false };
    let (y, m, d) = if y < 32 && d > 31 { (d, m.min(y), m.max(y)) } else { (y, m, d) };
    matches!(
        (y, m, d),
        (1970, 1, 1)
            | (1900, 1, 0 | 1)
            | (1900, 0, 0 | 1)
            | (1899, 12, 30 | 31)
            | (0, 0, 0)
            | (1, 1, 1)
            | (9999, 12, 31)
    )
}

/// The first of January 1970, the zero of many clocks; a real birthday of some.
pub fn is_epoch(date: PartialDate) -> bool {
    date.year() == 1970 && date.exact().is_some_and(|d| d.ordinal() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of() -> NaiveDate {
        NaiveDate::from_ymd_opt(2019, 9, 30).expect("a date")
    }

    /// A column's cells, read; `-` for a cell that is not.
    fn column(cells: &[&str]) -> Vec<String> {
        let mut proof = OrderProof::new(YearRange { first: 1930, last: Some(as_of()) });
        cells.iter().for_each(|c| proof.see(c));
        let how = proof.reading(None);
        let read = |c: &&str| Groups::of(c).and_then(|g| g.read(how).ok()).map_or("-".into(), |d| d.to_string());
        cells.iter().map(read).collect()
    }

    #[test]
    fn one_cell_settles_the_column() {
        for (cells, read) in [
            (vec!["02-09-19", "04-14-19", "05-27-19"], vec!["2019-02-09", "2019-04-14", "2019-05-27"]),
            (vec!["18-10-10", "19-02-09", "19-05-27"], vec!["2018-10-10", "2019-02-09", "2019-05-27"]),
            (vec!["8/5/2019", "3/17/2019"], vec!["2019-08-05", "2019-03-17"]),
            (vec!["8/5/2019", "17/3/2019"], vec!["2019-05-08", "2019-03-17"]),
            (vec!["08/05/19 0:00", "27/03/19 0:00"], vec!["2019-05-08", "2019-03-27"]),
            (vec!["58.3.12", "8.3.12"], vec!["1958-03-12", "2008-03-12"]),
            (vec!["10-10-10", "05-06-07"], vec!["2010-10-10", "-"]),
            (vec!["02-09-19", "01-08-19"], vec!["-", "-"]),
            (vec!["8/5/2019", "3/4/2019"], vec!["-", "-"]),
            // One proves month first, another can only be day or year first.
            (vec!["04-14-19", "14-04-19", "02-09-19"], vec!["-", "-", "-"]),
            (vec!["3/17/2019", "17/3/2019", "8/5/2019"], vec!["2019-03-17", "2019-03-17", "-"]),
        ] {
            assert_eq!(column(&cells), read, "{cells:?}");
        }
        // A date of four-digit year in the column says year first, where nothing says another.
        let mut proof = OrderProof::new(YearRange { first: 1930, last: Some(as_of()) });
        ["2019-03-04", "18-10-10"].into_iter().for_each(|c| proof.see(c));
        assert_eq!(proof.reading(None).short, Some(DateOrder::YearFirst));
        assert_eq!((proof.settled(), proof.open()), (None, Some("18-10-10")));
    }

    #[test]
    fn dates_that_are_not_set() {
        for unset in [
            "1970-01-01",
            "1970/1/1 8:00",
            "1970-01-01T00:00:00Z",
            "1900-01-00",
            "1900/1/0",
            "1900-01-01",
            "0000-00-00",
            "0000-00-00 00:00:00",
            "0001-01-01",
            "9999-12-31",
            "99991231",
            "19700101",
            "01/01/1970",
            "1899-12-30",
            "0",
            "1900年1月0日",
        ] {
            assert!(is_unset(unset), "{unset}");
        }
        for set in ["1970-01-02", "1971-01-01", "2019-01-01", "1970", "1970-01", "19700102", "", "无", "00", "1.9999"]
        {
            assert!(!is_unset(set), "{set}");
        }
        for odd in super::super::text::tests::ODD {
            is_unset(odd);
            column(&[odd]);
        }
    }
}
