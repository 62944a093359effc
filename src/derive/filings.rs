//! The ledger of filing (建档程序台账), the consents (授权书) and the reports of the means test (核对报告) of each file.

use super::exits::Step;
use super::{Facts, rows};
use crate::domain::date::{self, PartialDate};
use crate::link::{Casebook, FileId, FileStatus};
use crate::normalize::{RecordId, Tables};

/// Columns of the ledger's steps, as they stand in it.
pub const STEPS: [&str; 9] = [
    "applied_on",
    "consent_on",
    "visited_on",
    "discussed_on",
    "checked_on",
    "notice_from",
    "notice_to",
    "approved_on",
    "filed_on",
];

/// Steps as a person names them in `steps` and `order`, by their places in [`STEPS`]: from the first to the last.
pub const NAMES: [(&str, usize, usize); 8] = [
    ("申请", 0, 0),
    ("授权", 1, 1),
    ("入户", 2, 2),
    ("评议", 3, 3),
    ("核对", 4, 4),
    ("公示", 5, 6),
    ("审批", 7, 7),
    ("建档", 8, 8),
];

/// Holds everywhere: applied ≤ visited, consent ≤ means test, notice from ≤ to < approved ≤ filed. The last: the second may not
/// fall on the same day.
const ORDER: [(usize, usize, bool); 5] = [(0, 2, false), (1, 4, false), (5, 6, false), (6, 7, true), (7, 8, false)];

/// A row of the ledger: one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingRow {
    pub record: RecordId,
    pub steps: [Step; 9],
}

/// Two steps that stand in the wrong order, or may.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Places in [`STEPS`]; the flag: on one day is wrong too.
    pub wrong: Vec<(usize, usize, bool)>,
    /// Only a month is written where the day would tell.
    pub unsure: bool,
}

impl FilingRow {
    fn read(t: &Tables<'_>, record: RecordId) -> Self {
        Self { record, steps: STEPS.map(|field| Step::of(t, record, field)) }
    }

    pub fn date(&self, at: usize) -> Option<PartialDate> {
        match self.steps[at] {
            Step::On(date) => Some(date),
            _ => None,
        }
    }

    /// The step's date by its column; None for what is no step.
    pub fn on(&self, field: &str) -> Option<PartialDate> {
        self.date(STEPS.iter().position(|s| *s == field)?)
    }

    /// Approved, or entered in the system.
    pub fn is_finished(&self) -> bool {
        self.date(7).or(self.date(8)).is_some()
    }

    /// The last day of any step.
    fn last_day(&self) -> Option<chrono::NaiveDate> {
        (0..STEPS.len()).filter_map(|i| self.date(i)).map(PartialDate::last_day).max()
    }

    /// What holds everywhere, and what `places` (of the steps that a paper puts in an order, as [`NAMES`] has them) adds.
    pub fn order(&self, places: &[(usize, usize)]) -> Order {
        let asked = places.windows(2).map(|pair| (pair[0].1, pair[1].0, false));
        let mut pairs: Vec<(usize, usize, bool)> = ORDER.to_vec();
        pairs.extend(asked.filter(|(a, b, _)| !ORDER.iter().any(|(c, d, _)| (a, b) == (c, d))));
        let mut order = Order::default();
        for (i, k, strict) in pairs {
            let (Some(first), Some(then)) = (self.date(i), self.date(k)) else { continue };
            if date::before(then, first) {
                order.wrong.push((i, k, strict));
            } else if strict && date::same(first, then) {
                match (first.exact(), then.exact()) {
                    (Some(_), Some(_)) => order.wrong.push((i, k, strict)),
                    _ => order.unsure = true,
                }
            }
        }
        order
    }
}

/// A row with one date that matters: a consent, a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedRow {
    pub record: RecordId,
    pub on: Step,
}

impl DatedRow {
    pub fn date(&self) -> Option<PartialDate> {
        match self.on {
            Step::On(date) => Some(date),
            _ => None,
        }
    }
}

/// By file.
#[derive(Debug, Default)]
pub struct Filings {
    ledger: Vec<Vec<FilingRow>>,
    consents: Vec<Vec<DatedRow>>,
    reports: Vec<Vec<DatedRow>>,
}

impl Filings {
    pub fn new(book: &Casebook<'_>) -> Self {
        let t = &book.tables;
        let mut ledger = vec![Vec::new(); book.files.len()];
        for &record in t.of_kind("filing") {
            if let Some(file) = rows::file_of(book, record, FileStatus::Active) {
                ledger[file.0 as usize].push(FilingRow::read(t, record));
            }
        }
        for rows in &mut ledger {
            rows.sort_by_key(|row: &FilingRow| (row.last_day(), row.record));
        }
        // A means test and a consent are a person's: they count for every file that he heads or is a member of.
        let dated = |kind: &str, field: &str| {
            let mut rows = vec![Vec::new(); book.files.len()];
            for &record in t.of_kind(kind) {
                let mut files: Vec<FileId> = book.file_of_row(record).into_iter().collect();
                files.extend(book.person_of(record, "id_number").into_iter().flat_map(|person| book.files_of(person)));
                files.sort_unstable();
                files.dedup();
                for file in files {
                    rows[file.0 as usize].push(DatedRow { record, on: Step::of(t, record, field) });
                }
            }
            rows
        };
        let (consents, reports) = (dated("consent", "signed_on"), dated("check_report", "checked_on"));
        Self { ledger, consents, reports }
    }

    /// The applications of a file, the latest last.
    pub fn ledger(&self, file: FileId) -> &[FilingRow] {
        self.ledger.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The application that is judged: the last that was finished, else the last.
    pub fn application(&self, file: FileId) -> Option<&FilingRow> {
        let rows = self.ledger(file);
        rows.iter().rev().find(|row| row.is_finished()).or(rows.last())
    }

    pub fn consents(&self, file: FileId) -> &[DatedRow] {
        self.consents.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    pub fn reports(&self, file: FileId) -> &[DatedRow] {
        self.reports.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// What all sources say of a file's means tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checks {
    /// The latest up to as-of, and the cell that says so.
    pub last: Option<(PartialDate, RecordId)>,
    /// A cell that may say a later one: it cannot be read, or its date lies after as-of.
    pub unclear: Option<(RecordId, bool)>,
}

impl Facts<'_> {
    /// The ledger of a file and of the household's others: a household applies and is tested once, not once a file.
    fn ledger_of_household(&self, file: FileId) -> impl Iterator<Item = &FilingRow> {
        let others = self.households.household(self.book, file).iter().copied().filter(move |&other| other != file);
        std::iter::once(file).chain(others).flat_map(|file| self.filings.ledger(file))
    }

    /// The means tests of a file by its ledger and the reports.
    pub fn checks(&self, file: FileId) -> Checks {
        let ledger = self.ledger_of_household(file).map(|row| (row.record, row.steps[4]));
        let reports = self.filings.reports(file).iter().map(|row| (row.record, row.on));
        let mut checks = Checks::default();
        for (record, step) in ledger.chain(reports) {
            match step {
                Step::On(on) if date::after(on, self.setting.as_of) => checks.unclear = Some((record, true)),
                Step::On(on) => {
                    if checks.last.is_none_or(|(last, _)| last.last_day() < on.last_day()) {
                        checks.last = Some((on, record));
                    }
                }
                Step::Unreadable => checks.unclear = Some((record, false)),
                Step::NotWritten if self.book.tables.schema(record).kind == "check_report" => {
                    checks.unclear = Some((record, false));
                }
                Step::NotWritten | Step::NoColumn => {}
            }
        }
        checks
    }

    /// The latest day of application in the ledger up to as-of, under whichever of its files the household applied.
    pub fn last_application(&self, file: FileId) -> Option<(PartialDate, RecordId)> {
        let rows = self.ledger_of_household(file);
        let dated = rows.filter_map(|row| Some((row.date(0)?, row.record)));
        dated.filter(|(on, _)| !date::after(*on, self.setting.as_of)).max_by_key(|(on, _)| on.last_day())
    }

    /// A ledger row whose day of application is missing or cannot be read.
    pub fn unclear_application(&self, file: FileId) -> Option<RecordId> {
        let rows = self.filings.ledger(file).iter();
        rows.filter(|row| !matches!(row.steps[0], Step::On(_))).map(|row| row.record).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: (usize, usize) = (4, 4);
    const NOTICE: (usize, usize) = (5, 6);

    fn row(dates: [&str; 9]) -> FilingRow {
        let step = |text: &str| match text {
            "" => Step::NotWritten,
            month if month.len() == 7 => {
                let first: chrono::NaiveDate = format!("{month}-01").parse().expect("a month");
                Step::On(PartialDate::from(crate::domain::date::Month::of(first)))
            }
            day => Step::On(day.parse::<chrono::NaiveDate>().expect("a day").into()),
        };
        FilingRow { record: RecordId(0), steps: dates.map(step) }
    }

    #[test]
    fn order_of_the_steps() {
        let good = [
            "2023-03-01",
            "2023-03-02",
            "2023-03-05",
            "2023-03-06",
            "2023-03-10",
            "2023-03-10",
            "2023-03-17",
            "2023-03-18",
            "2023-03-18",
        ];
        let with = |changes: &[(usize, &'static str)], order: &[(usize, usize)]| {
            let mut dates = good;
            changes.iter().for_each(|&(i, text)| dates[i] = text);
            row(dates).order(order)
        };
        let wrong = |pairs: &[(usize, usize, bool)]| Order { wrong: pairs.to_vec(), unsure: false };
        assert_eq!(with(&[], &[]), Order::default());
        assert_eq!(with(&[(2, "2023-02-28")], &[]), wrong(&[(0, 2, false)]));
        assert_eq!(with(&[(4, "2023-03-01")], &[]), wrong(&[(1, 4, false)]));
        // Approved on the last day of the notice, and the day after.
        assert_eq!(with(&[(7, "2023-03-17")], &[]), wrong(&[(6, 7, true)]));
        assert_eq!(with(&[(8, "2023-03-17")], &[]), wrong(&[(7, 8, false)]));
        assert_eq!(with(&[(7, "2023-03"), (8, "2023-04-01")], &[]), Order { wrong: vec![], unsure: true });
        // Means test and notice: free, unless a paper says.
        assert_eq!(with(&[], &[CHECK, NOTICE]), Order::default(), "on one day");
        assert_eq!(with(&[], &[NOTICE, CHECK]), wrong(&[(6, 4, false)]));
        assert_eq!(with(&[(4, "2023-03-12")], &[CHECK, NOTICE]), wrong(&[(4, 5, false)]));
        assert_eq!(with(&[(4, "2023-03-17")], &[NOTICE, CHECK]), Order::default());
        assert_eq!(with(&[(4, "")], &[NOTICE, CHECK]), Order::default());
    }
}
