//! Monthly per-capita incomes of each file (月度收入核查), fen, and how they stand to a limit.

use super::income::rounded;
use super::rows;
use super::standard::Limit;
use crate::domain::date::Month;
use crate::link::{Casebook, FileId, FileStatus};
use crate::normalize::{RecordId, Tables, Value};

/// A month's income as one row of the source says it. A row without a legible figure is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthRow {
    pub month: Month,
    /// 人均月收入 as given, else 家庭月收入 / 家庭人口.
    pub fen: i64,
    pub record: RecordId,
    /// The fields the figure came from.
    pub fields: &'static [&'static str],
}

/// By file, in the order of months. Months after the one of as-of are left out: a run of that day knows nothing of them.
#[derive(Debug, Default)]
pub struct Months {
    by_file: Vec<Vec<MonthRow>>,
}

impl Months {
    pub fn new(book: &Casebook<'_>) -> Self {
        let last = Month::of(book.as_of);
        let mut by_file = vec![Vec::new(); book.files.len()];
        for &record in book.tables.of_kind("income") {
            let Some(row) = read(&book.tables, record).filter(|row| row.month <= last) else { continue };
            if let Some(file) = rows::file_of(book, record, FileStatus::Active) {
                by_file[file.0 as usize].push(row);
            }
        }
        for months in &mut by_file {
            months.sort_by_key(|row: &MonthRow| (row.month, row.record));
        }
        Self { by_file }
    }

    pub fn of(&self, file: FileId) -> &[MonthRow] {
        self.by_file.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }
}

fn read(t: &Tables<'_>, record: RecordId) -> Option<MonthRow> {
    let Value::Month(month) = *t.value(record, "month") else { return None };
    if let Value::Money(fen) = *t.value(record, "per_capita") {
        return Some(MonthRow { month, fen, record, fields: &["per_capita"] });
    }
    match (t.value(record, "income"), t.value(record, "persons")) {
        (Value::Money(income), Value::Int(persons)) if *persons > 0 => {
            Some(MonthRow { month, fen: rounded(*income, *persons), record, fields: &["income", "persons"] })
        }
        _ => None,
    }
}

/// How a month stands to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Above,
    NotAbove,
    /// No figure.
    Missing,
    /// Several rows, some above and some not; or there is no limit.
    Untold,
}

/// A month against its limit.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    pub month: Month,
    /// Usually one; empty where the month is missing.
    pub rows: &'a [MonthRow],
    pub limit: Option<Limit>,
    pub standing: Standing,
}

pub fn compare(rows: &[MonthRow], month: Month, limit: Option<Limit>) -> Compared<'_> {
    let from = rows.partition_point(|r| r.month < month);
    let to = rows.partition_point(|r| r.month <= month);
    let rows = &rows[from..to];
    let exceeded = limit.map(|l| rows.iter().filter(|r| l.is_exceeded_by(r.fen)).count());
    let standing = match exceeded {
        _ if rows.is_empty() => Standing::Missing,
        Some(0) => Standing::NotAbove,
        Some(n) if n == rows.len() => Standing::Above,
        _ => Standing::Untold,
    };
    Compared { month, rows, limit, standing }
}

/// `count` months from `first` on, each against its own limit.
pub fn compare_span(
    rows: &[MonthRow],
    first: Month,
    count: i32,
    limit: impl Fn(Month) -> Option<Limit>,
) -> Vec<Compared<'_>> {
    (0..count).map(|n| first.plus(n)).map(|month| compare(rows, month, limit(month))).collect()
}

/// Whether a household's income says that it can leave: the months up to the last one with a figure, all above the limit.
#[derive(Debug)]
pub enum ExitTest<'a> {
    Able(Vec<Compared<'a>>),
    /// A month is not above its limit.
    NotAble,
    /// No figure, a gap among the months, or the last figure is too old; no known month speaks against leaving.
    Missing,
    /// No limit for the level or the month, contradicting rows, or old figures that speak against leaving.
    Untold,
}

/// `months` on end up to the last with a figure, which must not be before `oldest`.
pub fn exit_test<'a>(
    rows: &'a [MonthRow],
    months: i32,
    oldest: Month,
    limit: impl Fn(Month) -> Option<Limit>,
) -> ExitTest<'a> {
    let Some(last) = rows.last().map(|r| r.month) else { return ExitTest::Missing };
    let span = compare_span(rows, last.plus(1 - months), months, limit);
    let any = |standing| span.iter().any(|c| c.standing == standing);
    match (any(Standing::NotAbove), last < oldest) {
        (true, false) => ExitTest::NotAble,
        (true, true) => ExitTest::Untold,
        (false, old) if old || any(Standing::Missing) => ExitTest::Missing,
        _ if any(Standing::Untold) => ExitTest::Untold,
        _ => ExitTest::Able(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: i32 = 2019 * 12;

    /// (month of 2019, fen)
    fn rows(list: &[(i32, i64)]) -> Vec<MonthRow> {
        let row = |(i, &(month, fen)): (usize, &(i32, i64))| MonthRow {
            month: Month(FIRST + month - 1),
            fen,
            record: RecordId(i as u32),
            fields: &["per_capita"],
        };
        list.iter().enumerate().map(row).collect()
    }

    fn test(list: &[(i32, i64)], limit: impl Fn(Month) -> Option<Limit>) -> &'static str {
        // As of August the last figure must be of May or later.
        match exit_test(&rows(list), 6, Month(FIRST + 4), limit) {
            ExitTest::Able(span) => {
                assert_eq!(span.len(), 6);
                "able"
            }
            ExitTest::NotAble => "not able",
            ExitTest::Missing => "missing",
            ExitTest::Untold => "untold",
        }
    }

    #[test]
    fn six_months_on_end() {
        let even = |_| Some(Limit::amount(650));
        let above = |from: i32, to: i32| (from..=to).map(|m| (m, 651)).collect::<Vec<_>>();
        let with = |mut list: Vec<(i32, i64)>, more: &[(i32, i64)]| {
            list.extend(more);
            list.sort_unstable();
            list
        };
        for (list, expected) in [
            (above(2, 7), "able"),
            // Only the last six count.
            (with(above(2, 7), &[(1, 1)]), "able"),
            // Equal to the limit is not above it.
            (with(above(3, 7), &[(2, 650)]), "not able"),
            (above(3, 7), "missing"),
            (with(above(5, 7), &[(2, 651), (3, 651)]), "missing"),
            (with(above(5, 7), &[(2, 651), (3, 650)]), "not able"),
            // The last month three before as-of is not too old, four is.
            (with(above(1, 5), &[(0, 651)]), "able"),
            (with(above(1, 4), &[(0, 651), (-1, 651)]), "missing"),
            (with(above(1, 3), &[(4, 650)]), "untold"),
            (vec![], "missing"),
            // Twice the same, twice different.
            (with(above(2, 7), &[(7, 700)]), "able"),
            (with(above(2, 7), &[(7, 600)]), "untold"),
        ] {
            assert_eq!(test(&list, even), expected, "{list:?}");
        }
        assert_eq!(test(&above(2, 7), |_| None), "untold");
        assert_eq!(test(&above(3, 7), |_| None), "missing");
        // The standard rises in July.
        let rising = |m: Month| Some(Limit::amount(if m.month() >= 7 { 700 } else { 650 }));
        assert_eq!(test(&above(2, 7), rising), "not able");
        assert_eq!(test(&with(above(2, 6), &[(7, 701)]), rising), "able");
    }
}
