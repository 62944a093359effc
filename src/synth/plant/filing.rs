//! Filing: JD201–JD206, JD213.
//!
//! - JD201: the whole household a second time under another number in another unit (with paper, incomes and visits of its
//!   own). JD201 silences JD202 and JD203 of the members. One row per file, `ref` names both.
//! - JD202: the spouse heads a file of his or her own, alone; no civil register knows the household, so no YZ304.
//! - JD203: a relative stands in two files, electronic and paper alike, neither known to civil affairs.
//! - JD204: no paper at all, in a unit that has other paper; silences JD206 and whatever reads the paper.
//! - JD205: a paper row whose household is in no other source.
//! - JD206: materials marked 否; a material 10 that nothing calls for gives nothing, and is planted with the others.
//! - JD213: two people living alone in one unit under one number, alike on both sides; silences JD204, JD205, YZ301, YZ302.
//!   One finding without a number of its own, `ref` names both.

use super::{Class, Planter, active, class, in_register, outside_civil, quiet_member};
use crate::synth::calendar::{day_between, days_before};
use crate::synth::expected::{finding, joined};
use crate::synth::export::Val;
use crate::synth::household::{Household, Known, income_months, set_income};

pub(super) const CLASSES: &[Class] = &[
    class("JD201", two_files_of_a_head),
    class("JD202", two_files_of_a_household),
    class("JD203", member_of_two_files),
    class("JD204", no_paper),
    class("JD205", paper_only),
    class("JD206", materials),
    class("JD213", one_number_for_two),
];

/// A file of lately: what happened before it was filed is not in it.
fn made_recent(p: &mut Planter<'_>, h: &mut Household) {
    let as_of = p.world.as_of;
    h.filed_on = days_before(as_of, p.rng.between(80, 150));
    h.updated_on = day_between(&mut p.rng, h.filed_on, as_of);
    h.known = Known { events: false, ..Known::EVERYWHERE };
    h.aids.clear();
    h.medical.clear();
    let filed_on = h.filed_on;
    h.visits.retain(|v| v.visited_on > filed_on);
    h.incomes = income_months(h, as_of);
}

fn two_files_of_a_head(p: &mut Planter<'_>) -> bool {
    let Some(a) = p.take(|_, h| active(h)) else { return false };
    let mut second = p.home(a).clone();
    second.unit = p.other_unit(second.unit);
    second.file_no = p.next_file_no(second.unit);
    made_recent(p, &mut second);
    p.world.households.push(second);
    let b = p.world.households.len() - 1;
    let head = p.home(a).head.id.clone();
    p.expect_per_unit("JD201", [(a, head.clone()), (b, head)]);
    true
}

fn two_files_of_a_household(p: &mut Planter<'_>) -> bool {
    let spouse = |h: &Household| {
        h.members.iter().position(|m| matches!(m.relation, "妻子" | "丈夫") && m.health == "良好" && !m.name.is_empty())
    };
    let Some(a) = p.take(|_, h| active(h) && outside_civil(h) && spouse(h).is_some()) else { return false };
    let Some(s) = spouse(p.home(a)) else { return false };
    let unit = p.other_unit(p.home(a).unit);
    // A file of the spouse alone, on the pattern of a newcomer's.
    let mut own = p.newcomer(unit);
    own.file_no = p.next_file_no(unit);
    let place = std::mem::take(&mut own.head.place);
    own.head = p.home(a).members[s].clone();
    own.head.relation = "本人";
    own.head.place = place;
    own.work_start = days_before(own.head.birth, -7200).min(days_before(p.world.as_of, 400));
    own.members.clear();
    own.status = crate::synth::household::Status::Active;
    own.left_on = None;
    own.exit = None;
    own.category = "意外致困户";
    own.cause = "收入低无法维持基本生活";
    own.narrative = "工资收入低，难以维持家用。".to_owned();
    own.disability = "";
    own.marital = "已婚";
    own.address.clone_from(&p.home(a).address);
    set_income(&mut own, &mut p.rng);
    made_recent(p, &mut own);
    p.world.households.push(own);
    let b = p.world.households.len() - 1;
    let heads = [a, b].map(|h| (h, p.home(h).head.id.clone()));
    p.expect_per_unit("JD202", heads);
    true
}

fn member_of_two_files(p: &mut Planter<'_>) -> bool {
    let fits = |h: &Household| active(h) && outside_civil(h);
    let pair = p.take_two(
        |_, h| fits(h) && quiet_member(h).is_some(),
        |w, a, b| fits(b) && (a.unit != b.unit || w.tree.units.len() == 1) && !b.members.is_empty(),
    );
    let Some((a, b)) = pair else { return false };
    let Some(m) = quiet_member(p.home(a)) else { return false };
    let mut shared = p.home(a).members[m].clone();
    shared.relation = "其他";
    shared.income = 0;
    let person = shared.id.clone();
    // The head earns for one more, or the household would be owed dibao (JD214).
    let each = p.home(b).per_capita();
    p.world.households[b].head.income += each;
    p.world.households[b].members.push(shared);
    p.expect_per_unit("JD203", [(a, person.clone()), (b, person)]);
    true
}

fn no_paper(p: &mut Planter<'_>) -> bool {
    // The unit must have other paper, or nothing could be concluded from its absence.
    let homes = p.homes_in_units();
    let without = p.paperless.clone();
    let Some(h) = p.take(|_, h| homes[h.unit] >= 3 && !without.contains(&h.unit) && active(h)) else { return false };
    p.world.households[h].known.paper = false;
    p.paperless.push(p.world.households[h].unit);
    p.expect_file("JD204", h, "", "");
    true
}

fn paper_only(p: &mut Planter<'_>) -> bool {
    if p.world.households.is_empty() {
        return false;
    }
    let at = p.rng.below(p.world.households.len());
    let unit = p.home(at).unit;
    let mut stranger = p.newcomer(unit);
    stranger.known = Known { electronic: false, paper: true, events: false };
    stranger.status = crate::synth::household::Status::Active;
    stranger.left_on = None;
    stranger.exit = None;
    p.world.households.push(stranger);
    p.expect_file("JD205", p.world.households.len() - 1, "", "");
    true
}

fn materials(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|w, h| active(h) && in_register(w, h)) else { return false };
    let all = ["m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09"];
    let first = p.rng.below(all.len());
    let mut missing = vec![all[first]];
    if p.rng.chance(40) {
        missing.extend(all[first + 1..].iter().take(1));
    }
    for &field in missing.iter().chain(&["m10"]) {
        p.world.edits.set(("paper", h, 0), field, Val::Flag(false));
    }
    if p.home(h).needs_m10() {
        missing.push("m10");
    }
    p.expect_file("JD206", h, &missing.join("+"), "");
    true
}

fn one_number_for_two(p: &mut Planter<'_>) -> bool {
    let alone = |h: &Household| active(h) && h.members.is_empty();
    let Some((a, b)) = p.take_two(|_, h| alone(h), |_, a, b| alone(b) && a.unit == b.unit) else { return false };
    let number = p.home(a).file_no.clone();
    p.world.households[b].file_no.clone_from(&number);
    let heads = joined(&[&p.home(a).head.id, &p.home(b).head.id]);
    p.expect(finding("JD213", &number, "", "", &heads));
    true
}
