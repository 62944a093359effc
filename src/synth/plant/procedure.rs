//! The way to a file under the rules after 2020: JD216–JD218.
//!
//! - JD216: a step without a date, or one before its time; the other applications stay right.
//! - JD217: no means test in the ledger and no report, in a unit that has other reports.
//! - JD218: an old file whose second application is not in the ledger; its reports stay, so no JD217.

use super::{Class, Planter, active, class};
use crate::synth::calendar::days_before;
use crate::synth::export::Val;

pub(super) const CLASSES: &[Class] =
    &[class("JD216", step_wrong), class("JD217", not_checked), class("JD218", not_reapplied)];

fn step_wrong(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let b = p.home(h).applications(h, p.world.as_of)[0];
    let (field, value, concerned) = match p.rng.below(4) {
        0 => ("visited_on", Val::Empty, "visited_on"),
        1 => ("visited_on", Val::Date(days_before(b, 41)), "applied_on+visited_on"),
        2 => ("approved_on", Val::Date(days_before(b, 3)), "notice_to+approved_on"),
        _ => ("consent_on", Val::Date(days_before(b, 0)), "consent_on+checked_on"),
    };
    p.world.edits.set(("filing", h, 0), field, value);
    p.expect_file("JD216", h, concerned, "");
    true
}

fn not_checked(p: &mut Planter<'_>) -> bool {
    let homes = p.homes_in_units();
    // A young file may still wait for its test.
    let month_ago = days_before(p.world.as_of, 40);
    let Some(h) = p.take(|_, h| homes[h.unit] >= 3 && active(h) && h.filed_on < month_ago) else { return false };
    for n in 0..2 {
        p.world.edits.set(("filing", h, n), "checked_on", Val::Empty);
    }
    for n in 0..p.home(h).size() as usize {
        p.world.edits.drop_row(("check_report", h, n));
    }
    p.expect_file("JD217", h, "", "");
    true
}

fn not_reapplied(p: &mut Planter<'_>) -> bool {
    let (homes, long_ago) = (p.homes_in_units(), days_before(p.world.as_of, 420));
    let Some(h) = p.take(|_, h| homes[h.unit] >= 3 && active(h) && h.filed_on < long_ago) else { return false };
    p.world.edits.drop_row(("filing", h, 0));
    p.expect_file("JD218", h, "", "");
    true
}
