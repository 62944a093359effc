//! Who looks after a household, and how: BF601–BF607.
//!
//! - BF602: neither visit nor survey in half a year; the survey then lies before the campaign as well, so BF605 stands beside
//!   it. Earlier visits stay, so that the source covers the unit.
//! - BF603: surveyor, worker or visitor did not sign.
//! - BF604: the last aid was more than a year ago, or there was none.
//! - BF605: no survey date, or one before the campaign; somebody visited all the same.
//! - BF606: all aid of the year is of a program that does not fit the cause, and was paid like that.

use super::{Class, Planter, active, class};
use crate::synth::calendar::{campaign, days_after, days_before, months_before};
use crate::synth::events::{Aid, Payment, own_source};
use crate::synth::export::Val;
use crate::synth::household::{Household, yuan};

pub(super) const CLASSES: &[Class] = &[
    class("BF601", no_helper),
    class("BF602", not_visited),
    class("BF603", not_signed),
    class("BF604", no_aid),
    class("BF605", not_surveyed),
    class("BF606", aid_beside_the_cause),
    class("BF607", not_insured),
];

fn no_helper(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let two_levels = p.world.profile == "ordos-2020";
    let missing = match p.rng.below(3) {
        0 if two_levels => "helper2",
        1 if two_levels => "helper+helper2",
        _ => "helper",
    };
    for field in ["helper", "helper2"].into_iter().filter(|f| missing.split('+').any(|m| m == *f)) {
        p.world.edits.set(("efile", h, 0), field, Val::Empty);
    }
    p.expect_file("BF601", h, missing, "");
    true
}

fn not_visited(p: &mut Planter<'_>) -> bool {
    let limit = months_before(p.world.as_of, 6);
    let fits = |h: &Household| {
        active(h)
            && h.known.paper
            && h.filed_on < days_before(limit, 60)
            && h.visits.iter().any(|v| v.visited_on < limit)
    };
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    let ago = p.rng.between(1, 40);
    let home = &mut p.world.households[h];
    home.visits.retain(|v| v.visited_on < limit);
    home.surveyed_on = days_before(limit, ago);
    p.expect_file("BF602", h, "", "");
    p.expect_file("BF605", h, "", "");
    true
}

fn not_signed(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && h.known.paper && !h.visits.is_empty()) else { return false };
    let missing: &[&'static str] = p.rng.pick(&[
        &["surveyor_signed"][..],
        &["worker_signed"][..],
        &["surveyor_signed", "worker_signed"][..],
        &["worker_signed", "signed"][..],
        &["signed"][..],
    ]);
    for &field in missing {
        let kind = if field == "signed" { "visit" } else { "paper" };
        p.world.edits.set((kind, h, 0), field, Val::Flag(false));
    }
    p.expect_file("BF603", h, &missing.join("+"), "");
    true
}

fn no_aid(p: &mut Planter<'_>) -> bool {
    let year_ago = months_before(p.world.as_of, 12);
    let Some(h) = p.take(|_, h| active(h) && h.filed_on < days_before(year_ago, 60)) else { return false };
    let old = days_before(year_ago, p.rng.between(1, 30));
    let home = &mut p.world.households[h];
    home.aids = vec![Aid {
        program: "生活救助",
        fund_source: own_source(home.level),
        amount: yuan(900),
        aided_on: old,
        payments: vec![Payment::new(days_after(old, 3), yuan(900))],
    }];
    p.expect_file("BF604", h, "", "");
    true
}

fn not_surveyed(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && h.known.paper) else { return false };
    let (from, _) = campaign(p.world.as_of);
    let said = if p.rng.chance(50) { Val::Empty } else { Val::Date(days_before(from, p.rng.between(1, 300))) };
    p.world.edits.set(("paper", h, 0), "surveyed_on", said);
    p.expect_file("BF605", h, "", "");
    true
}

fn aid_beside_the_cause(p: &mut Planter<'_>) -> bool {
    let needs = |h: &Household| matches!(h.cause, "子女上学" | "本人大病" | "供养直系亲属大病" | "患重特大疾病");
    let Some(h) = p.take(|_, h| active(h) && needs(h) && !h.aids.is_empty()) else { return false };
    for aid in &mut p.world.households[h].aids {
        if aid.program != "送温暖" {
            aid.program = "生活救助";
        }
    }
    p.expect_file("BF606", h, "", "");
    true
}

fn not_insured(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    p.world.households[h].head.insurance = "未参保";
    p.expect_file("BF607", h, "", "");
    true
}
