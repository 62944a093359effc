//! Casebook → facts: what the rules judge, computed once and tested by itself.
//!
//! Row code computes facts here; a rule is a line or two that judges them.

pub mod aids;
pub mod civil_side;
pub mod costs;
pub mod coverage;
pub mod departments;
pub mod equality;
pub mod evidence;
pub mod exits;
pub mod filings;
pub mod households;
pub mod income;
pub mod lines;
pub mod loose;
pub mod materials;
pub mod members;
pub mod months;
pub mod paid;
pub mod paper_side;
pub mod past;
pub mod payments;
pub mod progress;
pub mod rows;
pub mod spans;
pub mod standard;
pub mod visits;

use chrono::NaiveDate;
use rayon::prelude::*;

pub use aids::{AidFact, Aids};
pub use civil_side::CivilFacts;
pub use coverage::Coverage;
pub use departments::{Deaths, Settlements};
pub use exits::Exits;
pub use filings::Filings;
pub use households::Households;
pub use loose::Loose;
pub use members::MemberGap;
pub use months::Months;
pub use paid::Paid;
pub use paper_side::{FieldComparison, Outcome, PaperFacts};
pub use past::Past;
pub use payments::Payments;
pub use progress::Progress;
pub use spans::Span;
pub use visits::{VisitFact, Visits};

use crate::domain::calendar::WorkCalendar;
use crate::ingest::inputs::Inputs;
use crate::link::{Casebook, FileId};

/// What a run is judged by, besides the data.
#[derive(Debug)]
pub struct Setting {
    pub as_of: NaiveDate,
    /// The window of the campaign in which every file is surveyed.
    pub campaign: Option<(NaiveDate, NaiveDate)>,
    pub calendar: WorkCalendar,
    /// Differences of money and area up to this are none: fen, hundredths of a square metre.
    pub money_tolerance: i64,
    pub area_tolerance: i64,
    /// Dibao standards, in the configuration's order.
    pub standards: Vec<DibaoStandard>,
    /// A payment this many days from its aid record still belongs to it; up to the second it is told as far (FF405).
    pub payment_window_days: i64,
    pub payment_far_days: i64,
    /// By `[[source]]`: the unit its files are from, where the configuration says so.
    pub source_units: Vec<Option<String>>,
}

/// The dibao standard of a region from a day on: fen per person and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DibaoStandard {
    /// Region code; covers every region of which it, trailing zeros apart, is a prefix.
    pub region: String,
    pub from: NaiveDate,
    pub fen: i64,
}

/// All facts of a run.
#[derive(Debug)]
pub struct Facts<'a> {
    pub book: &'a Casebook<'a>,
    pub inputs: &'a Inputs,
    pub setting: &'a Setting,
    pub coverage: Coverage,
    /// Rows that may be somebody's.
    pub loose: Loose,
    /// By file: the comparison with its paper row, if it has one.
    pub paper: Vec<Option<PaperFacts>>,
    /// By file: what civil affairs say of its household.
    pub civil: Vec<CivilFacts>,
    /// Aid records against payments.
    pub payments: Payments<'a>,
    pub aids: Aids,
    pub months: Months,
    pub exits: Exits,
    pub filings: Filings,
    pub visits: Visits,
    pub households: Households,
    /// Payments that count.
    pub paid: Vec<Paid<'a>>,
    pub deaths: Deaths,
    pub settlements: Settlements,
    /// What earlier runs left.
    pub past: Past,
}

pub fn facts<'a>(book: &'a Casebook<'a>, inputs: &'a Inputs, setting: &'a Setting, past: Past) -> Facts<'a> {
    let coverage = Coverage::new(book, inputs, &setting.source_units, &past.short);
    let ids: Vec<FileId> = book.file_ids().collect();
    let paper = ids.par_iter().map(|&f| paper_side::compare(book, &coverage, setting, f)).collect();
    let civil = ids.par_iter().map(|&f| civil_side::compare(book, f)).collect();
    let windows = payments::Windows { near: setting.payment_window_days, far: setting.payment_far_days };
    let payments = payments::payments(book, windows);
    let (months, exits, visits, aids) = (Months::new(book), Exits::new(book), Visits::new(book), Aids::new(book));
    let filings = Filings::new(book);
    let (households, loose) = (Households::new(book), Loose::new(book));
    let paid = paid::paid(book, &households, &payments);
    let (deaths, settlements) = (Deaths::new(book), Settlements::new(book, &households));
    Facts {
        book,
        inputs,
        setting,
        coverage,
        loose,
        paper,
        civil,
        payments,
        aids,
        months,
        exits,
        filings,
        visits,
        households,
        paid,
        deaths,
        settlements,
        past,
    }
}

impl Facts<'_> {
    pub fn paper_of(&self, file: FileId) -> Option<&PaperFacts> {
        self.paper[file.0 as usize].as_ref()
    }

    pub fn civil_of(&self, file: FileId) -> &CivilFacts {
        &self.civil[file.0 as usize]
    }
}
