//! What JD207 and JD208 share.

use super::super::prelude::*;
use crate::derive::departments::Death;
use crate::derive::households::person_key;
use crate::domain::date::{PartialDate, on_or_before};
use crate::domain::id_number::IdNumber;

/// The row of the death list that says a person died on or before as-of. Where there is none, the verdict is given here.
pub fn death_on_record<'a>(
    judge: &mut Judge<'a>,
    about: About<'_>,
    number: Option<&IdNumber>,
) -> Option<(&'a Death, PartialDate)> {
    let facts = judge.facts;
    let Some(number) = number.filter(|n| person_key(n).is_some()) else {
        judge.undetermined(about, Reason::NumberUnclear);
        return None;
    };
    let Some(death) = facts.deaths.of(number) else {
        judge.compliant(about);
        return None;
    };
    match death.died_on {
        Some(died_on) if on_or_before(died_on, facts.setting.as_of) => Some((death, died_on)),
        Some(_) => {
            judge.compliant(about);
            None
        }
        None => {
            judge.undetermined(about, Reason::of_cells(facts, death.record, &["died_on"]));
            None
        }
    }
}
