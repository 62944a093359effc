//! For whom a payment is meant, and whether its payee is among them.

use rustc_hash::FxHashSet;

use super::super::prelude::*;
use crate::derive::Paid;
use crate::derive::households::{PersonKey, number_of, person_key};
use crate::profile::{Profile, Who};

pub fn audience(profile: &Profile, paid: &Paid<'_>) -> Who {
    profile.audience(paid.program.unwrap_or_default(), paid.fund_source.unwrap_or_default(), paid.paid_on)
}

/// Persons of the rosters.
#[derive(Debug)]
pub struct Roster(FxHashSet<PersonKey>);

impl Roster {
    pub fn new(facts: &Facts<'_>) -> Self {
        let rows = facts.book.tables.of_kind("roster").iter();
        Self(rows.filter_map(|&row| number_of(facts.book, row).and_then(person_key)).collect())
    }

    /// Is the payee a member?
    ///
    /// # Errors
    /// No roster of the unit is there to tell, or the number names nobody for sure.
    pub fn has(&self, facts: &Facts<'_>, paid: &Paid<'_>) -> Result<bool, Reason> {
        match &paid.person {
            Some(person) if self.0.contains(person) => Ok(true),
            None => Err(Reason::NumberUnclear),
            Some(_) if facts.coverage.complete("roster", paid.unit) => Ok(false),
            Some(_) => Err(Reason::of_source(facts, "roster", paid.unit)),
        }
    }
}

/// Judges a payment for members: whoever is on the roster may have it, with a file or without.
pub fn judge_member(judge: &mut Judge<'_>, roster: &Roster, paid: &Paid<'_>, draft: Draft) {
    match roster.has(judge.facts, paid) {
        Ok(true) => judge.compliant(paid),
        Ok(false) => judge.finding(paid, draft.severity(Severity::Medium)),
        Err(why) => judge.undetermined(paid, why),
    }
}

/// Money handed to a union, which hands it on under real names: an organisation's name and no number.
pub fn is_to_union(paid: &Paid<'_>) -> bool {
    const ENDINGS: [&str; 8] = ["工会", "工会委员会", "公司", "工会联合会", "服务中心", "街道办事处", "工厂", "学校"];
    let name = paid.name.map(|name| name.shown()).unwrap_or_default();
    paid.number.is_none() && name.chars().count() > 4 && ENDINGS.iter().any(|end| name.ends_with(end))
}
