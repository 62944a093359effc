//! What a household received of a program in a calendar year.

use std::collections::BTreeMap;

use super::super::prelude::*;
use super::payment::file_of;
use crate::derive::Paid;

/// Payments of one household (all files that share a person), year and program.
#[derive(Debug)]
pub struct HouseholdYear<'a> {
    /// The file the last of the payments belongs to.
    pub file: FileId,
    /// Number of the household, see [`crate::link::Casebook::cluster`].
    pub cluster: u32,
    pub year: i32,
    pub program: &'a str,
    /// By date and serial.
    pub payments: Vec<&'a Paid<'a>>,
    /// Fen, as far as amounts can be read.
    pub sum: i64,
    /// Some amount cannot be read: the sum is larger.
    pub is_more: bool,
}

/// All household years of the programs asked for, in the order of household, year, program. Payments to nobody's file, or
/// without a date, get their verdict here.
pub fn household_years<'a>(judge: &mut Judge<'a>, wanted: impl Fn(&str) -> bool) -> Vec<HouseholdYear<'a>> {
    let facts = judge.facts;
    let mut groups: BTreeMap<(u32, i32, &str), Vec<&Paid<'_>>> = BTreeMap::new();
    for paid in &facts.paid {
        let Some(program) = paid.program else {
            judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["program"]));
            continue;
        };
        if !wanted(program) {
            judge.not_applicable(paid);
            continue;
        }
        let Some(file) = file_of(judge, paid) else { continue };
        let Some(day) = paid.paid_on else {
            judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["paid_on"]));
            continue;
        };
        groups.entry((facts.book.cluster[file.0 as usize], day.year(), program)).or_default().push(paid);
    }
    let mut years = Vec::new();
    for ((cluster, year, program), mut payments) in groups {
        payments.sort_by_key(|p| (p.paid_on.map(|d| d.last_day()), p.serial, p.record));
        let Some(file) = payments.last().and_then(|p| p.file) else { continue };
        let sum = payments.iter().filter_map(|p| p.fen).sum();
        let is_more = payments.iter().any(|p| p.fen.is_none());
        years.push(HouseholdYear { file, cluster, year, program, payments, sum, is_more });
    }
    years
}

impl HouseholdYear<'_> {
    /// What tells it from the household's other years and programs.
    pub fn key(&self) -> String {
        format!("{}+{}", self.year, self.program)
    }

    /// A payment whose amount cannot be read.
    pub fn unclear(&self) -> Option<RecordId> {
        self.payments.iter().find(|p| p.fen.is_none()).map(|p| p.record)
    }

    /// A finding on the household's file, with every payment.
    pub fn draft(&self, facts: &Facts<'_>) -> Draft {
        let cells = self.payments.iter().flat_map(|p| [(p.record, "paid_on"), (p.record, "amount")]);
        cells.fold(Draft::of_file(facts, self.file), |d, (record, field)| d.evidence(facts.evidence(record, field)))
    }

    /// `2019年“医疗救助”3笔共发放600.00元`, and the files where the household has several.
    pub fn told(&self, facts: &Facts<'_>) -> String {
        let (n, sum) = (self.payments.len(), yuan(self.sum));
        let files = self.payments.iter().filter_map(|p| p.file).map(|f| facts.book.file(f).file_no.clone());
        let files = joined_sorted(files);
        let several = if files.contains('+') {
            format!("（档案{}属同一家庭）", files.replace('+', "、"))
        } else {
            String::new()
        };
        format!("{}年“{}”{n}笔共发放{sum}{several}", self.year, self.program)
    }
}
