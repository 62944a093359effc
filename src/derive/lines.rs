//! The income lines that hold for a file: by its level and category of hardship, gross or net of rigid expenses, and whether
//! civil affairs keep the household anyway.

use super::Facts;
use super::standard::{Dibao, Limit, dibao};
use crate::domain::date::Month;
use crate::link::{FileId, text_of};
use crate::normalize::{RecordId, Value};
use crate::profile::{Edge, Line, Profile, Region, Thousandths};

/// Kinds in which civil registers come.
pub const CIVIL_KINDS: [&str; 3] = ["civil", "civil_household", "civil_person"];

/// Schemes that keep a household's living: whoever draws one of them now is poor by the state's own word.
pub const KEEPING_SCHEMES: [&str; 3] = ["低保", "特困", "低保边缘"];

/// What income says of a category of hardship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Gross income is held against the line.
    Gross,
    /// Income less rigid expenses is: gross income above the line proves nothing.
    Net,
    /// An event made the hardship: there is no line.
    NoLine,
    /// The category is not written, or in a word nobody knows.
    Unknown,
}

/// Whether someone of a household draws dibao, tekun or marginal dibao at as-of, linked through head or spouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InForce {
    Yes,
    No,
    /// No civil row covers the unit, or rows of it may be missing.
    NotCompared,
    /// A linked row does not tell its state or scheme.
    Unreadable,
}

impl Facts<'_> {
    /// The category's word; None where it is not written or not known.
    pub fn category(&self, efile: RecordId) -> Option<&str> {
        match self.book.tables.value(efile, "category") {
            Value::Code(code) => code.word(),
            _ => None,
        }
    }

    /// The level's word; None where it is not written or not known.
    pub fn level(&self, efile: RecordId) -> Option<&str> {
        match self.book.tables.value(efile, "level") {
            Value::Code(code) => code.word(),
            _ => None,
        }
    }

    pub fn basis(&self, profile: &Profile, efile: RecordId) -> Basis {
        match self.category(efile) {
            None => Basis::Unknown,
            Some(category) if profile.income.has_no_line(category) => Basis::NoLine,
            Some(category) if profile.income.is_net(category) => Basis::Net,
            Some(_) => Basis::Gross,
        }
    }

    pub fn in_force(&self, file: FileId) -> InForce {
        let civil = self.civil_of(file);
        if civil.close_drawing.iter().any(|(_, _, scheme)| KEEPING_SCHEMES.contains(&scheme.as_str())) {
            InForce::Yes
        } else if civil.unknown_state {
            InForce::Unreadable
        } else if self.coverage.any_complete(&CIVIL_KINDS, self.book.file(file).unit)
            && !CIVIL_KINDS.iter().any(|kind| self.loose.may_have(kind, file))
        {
            InForce::No
        } else {
            InForce::NotCompared
        }
    }

    /// The dibao standard itself as a limit.
    pub fn dibao_limit(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        Some(Limit::multiple(self.dibao_of(profile, efile, month)?, Thousandths(1000)))
    }

    /// Income above this for months means that a household can leave (脱困标准): its category's, else its level's. None for a
    /// level without one.
    pub fn exit_limit(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        self.limit(profile, profile.line(Edge::Exit, self.level(efile)?, self.category(efile))?, efile, month)
    }

    /// The exit limit of the level alone.
    pub fn exit_limit_of_level(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        self.limit(profile, profile.level_line(Edge::Exit, self.level(efile)?)?, efile, month)
    }

    /// Income above this keeps a household off the files (建档标准): its category's, else its level's. None for a level without
    /// one.
    pub fn filing_limit(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        self.limit(profile, profile.line(Edge::Filing, self.level(efile)?, self.category(efile))?, efile, month)
    }

    /// The filing limit of the level alone.
    pub fn filing_limit_of_level(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        self.limit(profile, profile.level_line(Edge::Filing, self.level(efile)?)?, efile, month)
    }

    /// Income above this makes a household that stays on file suspicious. As [`Facts::exit_limit`]; where that lies below the
    /// filing limit the household between the two is lawfully on file, unless the paper orders its exit line in so many words.
    pub fn stay_limit(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        let exit = self.exit_limit(profile, efile, month)?;
        if profile.exit_stands(self.level(efile)?, self.category(efile)) {
            return Some(exit);
        }
        Some(self.filing_limit(profile, efile, month).map_or(exit, |filing| exit.max(filing)))
    }

    fn limit(&self, profile: &Profile, line: Line, efile: RecordId, month: Month) -> Option<Limit> {
        let limit = match line {
            Line::Amount(amount) => Limit::amount(amount.fen),
            Line::Multiple(multiple) => Limit::multiple(self.dibao_of(profile, efile, month)?, multiple),
        };
        Some(limit.with_bound(profile.income.bound))
    }

    fn dibao_of(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Dibao> {
        let standards = &self.setting.standards;
        match profile.income.region {
            Region::Home => dibao(standards, text_of(&self.book.tables, efile, "region"), month),
            Region::Work => dibao(standards, &standards.first()?.region, month),
        }
    }
}
