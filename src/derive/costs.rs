//! Rigid expenses of a household (家庭刚性支出): what the electronic file says of the year, else the own shares of medical
//! settlements where the profile lets them stand for it.

use super::Facts;
use super::income::rounded;
use crate::domain::date::{self, Month};
use crate::link::FileId;
use crate::normalize::{RecordId, Value};
use crate::profile::income::EXPENSE_TOTAL;
use crate::profile::{IncomeTerms, Profile};

/// Expenses of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costs {
    /// Fen a year.
    pub fen: i64,
    /// Persons of the household.
    pub persons: i64,
    /// The cells they came from.
    pub cells: Vec<(RecordId, &'static str)>,
}

impl Costs {
    /// Fen a head and month.
    pub fn per_head(&self) -> i64 {
        rounded(self.fen, 12 * self.persons)
    }
}

impl Facts<'_> {
    /// None where nobody tells them: no field that counts is filled in, one of them cannot be read, or the number of persons is
    /// not known. `month`: the month judged; medical costs of the year up to its end count.
    pub fn costs(&self, profile: &Profile, file: FileId, month: Month) -> Option<Costs> {
        let record = self.book.file(file).record;
        let persons = match self.book.tables.value(record, "household_size") {
            Value::Int(size) if *size > 0 => *size,
            _ => return None,
        };
        let (fen, cells) = match self.told_expenses(&profile.income, record) {
            Told::Sum(fen, cells) => (fen, cells),
            Told::Unreadable => return None,
            Told::Nothing if profile.income.medical => self.medical_shares(file, month)?,
            Told::Nothing => return None,
        };
        Some(Costs { fen, persons, cells })
    }

    fn told_expenses(&self, terms: &IncomeTerms, record: RecordId) -> Told {
        let value = |field: &str| self.book.tables.value(record, field);
        let counts = |field: &&'static str| terms.expenses.iter().any(|f| f == *field);
        // The whole year's sum says more than its parts.
        if counts(&EXPENSE_TOTAL)
            && let Value::Money(fen) = value(EXPENSE_TOTAL)
        {
            return Told::Sum(*fen, vec![(record, EXPENSE_TOTAL)]);
        }
        let fields = std::iter::once(EXPENSE_TOTAL).chain(crate::profile::income::EXPENSE_PARTS).filter(counts);
        let mut told = Told::Nothing;
        for field in fields {
            match (value(field), &mut told) {
                (Value::Money(fen), Told::Sum(sum, cells)) => {
                    *sum += fen;
                    cells.push((record, field));
                }
                (Value::Money(fen), told) => *told = Told::Sum(*fen, vec![(record, field)]),
                (Value::Absent | Value::Blank, _) => {}
                _ => return Told::Unreadable,
            }
        }
        told
    }

    /// Own shares settled in the twelve months that end with `month`.
    fn medical_shares(&self, file: FileId, month: Month) -> Option<(i64, Vec<(RecordId, &'static str)>)> {
        let (first, last) = (month.plus(-11), month);
        let settled = self.settlements.of(self.book.cluster[file.0 as usize]);
        let of_year = settled.iter().filter(|s| {
            s.settled_on.is_some_and(|on| (first..=last).contains(&on.month()) && !date::after(on, self.setting.as_of))
        });
        let mut sum = None;
        let mut cells = Vec::new();
        for settlement in of_year {
            *sum.get_or_insert(0) += settlement.out_of_pocket?;
            cells.push((settlement.record, "out_of_pocket"));
        }
        sum.map(|sum| (sum, cells))
    }
}

enum Told {
    Sum(i64, Vec<(RecordId, &'static str)>),
    Unreadable,
    Nothing,
}
