//! JZ 进展: targets, coverage and answers of a unit as a whole.
//!
//! A unit that owns files is judged by them, a unit above others by all that lies at and below it. These findings have no
//! file and no person; the unit's name tells them apart.

use super::catalogue::Rule;
use super::prelude::*;
use crate::link::UnitId;

mod jz701_exit_rate;
mod jz702_survey_coverage;
mod jz703_overdue;

pub static RULES: &[&Rule] = &[&jz701_exit_rate::RULE, &jz702_survey_coverage::RULE, &jz703_overdue::RULE];

/// A draft about a unit.
fn of_unit(facts: &Facts<'_>, unit: UnitId) -> Draft {
    let mut draft = Draft::of_unit(unit);
    draft.row_key = facts.book.units.name(unit).to_string();
    draft
}

/// `12/30（40.0%）`
fn share(part: u64, whole: u64) -> String {
    // Rounded down, so that a share short of the target never prints as reaching it.
    let permille = part * 1000 / whole.max(1);
    format!("{part}/{whole}（{}.{}%）", permille / 10, permille % 10)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_short_of_all_is_not_all() {
        assert_eq!((share(12, 30), share(2999, 3000)), ("12/30（40.0%）".into(), "2999/3000（99.9%）".into()));
        assert_eq!(share(0, 0), "0/0（0.0%）");
    }
}
