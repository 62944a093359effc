//! Leaving hardship: TK501–TK511.
//!
//! - TK501: six months in a row above every threshold, the last of them up to three months back; the file itself still says
//!   the lower income, so no JD209. One month at the threshold is no finding.
//! - TK502: one month at or below the threshold before the exit; or some of those months missing (依据不足). The months
//!   after the exit stay high, so no TK507.
//! - TK503, TK504: the steps stand in the ledger only. A missing date of the notice leaves TK503 without an answer.
//! - TK505: in registers only, forms have no list of materials. 回访记录 counts from six months after the exit.
//! - TK506: no 回访 in the seven months after the exit, or one in the first three only. Earlier visits stay, so that the source
//!   covers the unit.
//! - TK507: in 保 again, or three poor months; files without an earlier civil household. The head may stand in the roster:
//!   TK507 silences JD211.
//! - TK508: only under papers with a deadline that has passed: no months of income, the file itself says a high one.
//! - TK509: severely ill or disabled, with low incomes, 意外致困 (a 低保户 outside civil affairs is YZ303); in a unit of which civil
//!   affairs know others.
//! - TK510: an exit approved more than 15 days ago of a file still active (incomes low, so no TK501); or no ledger row of a
//!   file whose unit has an earlier one.
//! - TK511: as TK508 only after a deadline; the file gives no reason for staying.

use chrono::NaiveDate;

use super::{Class, Planter, active, class, exited, in_register, outside_civil};
use crate::profile;
use crate::synth::calendar::{days_after, days_before, month_of, months_after, months_before};
use crate::synth::civil::of_household;
use crate::synth::events::Visit;
use crate::synth::export::Val;
use crate::synth::household::{Exit, Household, set_income_each, yuan};

pub(super) const CLASSES: &[Class] = &[
    class("TK501", should_leave),
    class("TK501", one_month_at_the_threshold),
    class("TK502", left_too_early),
    class("TK502", months_unknown),
    class("TK503", short_notice),
    class("TK504", step_missing),
    class("TK504", steps_out_of_order),
    class("TK505", materials),
    class("TK506", never_visited_again),
    class("TK506", visited_too_early),
    class("TK507", in_civil_again),
    class("TK507", poor_again),
    class("TK508", overdue),
    class("TK509", not_caught),
    class("TK510", approved_and_active),
    class("TK510", not_in_the_ledger),
    class("TK511", no_reason_given),
];

/// The last day on file.
fn left(h: &Household, as_of: NaiveDate) -> NaiveDate {
    h.left_on.unwrap_or(as_of)
}

/// Incomes of the six months up to `late` months before the last full one, so many yuan a month and head.
fn six_months(as_of: NaiveDate, size: i64, late: u32, each: impl Fn(NaiveDate) -> i64) -> Vec<(NaiveDate, i64)> {
    let months = (1..=6).rev().map(|k| months_before(month_of(as_of), k + late));
    months.map(|m| (m, yuan(each(m)) * size)).collect()
}

/// A household that neither civil affairs keep nor an event excuses: only income tells whether it may stay.
fn held_to_income(home: &mut Household) {
    home.category = "未享受低保";
}

/// The deadline of the household's level has passed, and it was filed when the deadline was set.
fn past_deadline(p: &Planter<'_>, h: &Household) -> bool {
    let Ok(profile) = profile::load(&p.world.profile, None) else { return false };
    let early = NaiveDate::from_ymd_opt(2020, 6, 1).is_some_and(|day| h.filed_on < day);
    early && profile.deadline(h.level).is_some_and(|d| d.date < p.world.as_of)
}

fn should_leave(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && outside_civil(h)) else { return false };
    let (as_of, size) = (p.world.as_of, p.home(h).size());
    let (each, late) = (p.rng.between(1200, 1900), p.rng.below(3) as u32);
    held_to_income(&mut p.world.households[h]);
    p.world.households[h].incomes = six_months(as_of, size, late, |_| each);
    let code = if past_deadline(p, p.home(h)) { "TK508" } else { "TK501" };
    p.expect_file(code, h, "", "");
    true
}

fn one_month_at_the_threshold(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let (as_of, size, level) = (p.world.as_of, p.home(h).size(), p.home(h).level);
    let at = months_before(month_of(as_of), p.rng.between(1, 6) as u32);
    let incomes = six_months(as_of, size, 0, |m| p.exit_threshold(level, m) + if m == at { 0 } else { 500 });
    p.world.households[h].incomes = incomes;
    true
}

/// The places, among the incomes, of the six months before the exit.
fn before_exit(h: &Household, as_of: NaiveDate) -> Vec<usize> {
    let month = month_of(left(h, as_of));
    let first = months_before(month, 6);
    (0..h.incomes.len()).filter(|&i| (first..month).contains(&h.incomes[i].0)).collect()
}

fn left_too_early(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| exited(h)) else { return false };
    let months = before_exit(p.home(h), p.world.as_of);
    if months.len() != 6 {
        return false;
    }
    let at = months[p.rng.below(6)];
    let (month, _) = p.home(h).incomes[at];
    let most = p.exit_threshold(p.home(h).level, month);
    // Dibao households of the two upper levels have a line of their own: once dibao, where the level has one and a half.
    let own_line = p.home(h).category == "低保户" && ["全国级", "省级"].contains(&p.home(h).level);
    let most = if own_line { most * 2 / 3 } else { most };
    // Where a household on the line is no longer poor, a yuan below it still is.
    let most = most - i64::from(p.world.is_free_on_the_line());
    let each = if p.rng.chance(50) { most } else { p.rng.between(300, most) };
    p.world.households[h].incomes[at].1 = yuan(each) * p.home(h).size();
    p.expect_file("TK502", h, "", "");
    true
}

fn months_unknown(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| exited(h)) else { return false };
    let months = before_exit(p.home(h), p.world.as_of);
    let gone = months.len().min(p.rng.pick(&[1, 2, 6]));
    let dropped: Vec<usize> = months[..gone].to_vec();
    let mut at = 0;
    p.world.households[h].incomes.retain(|_| {
        at += 1;
        !dropped.contains(&(at - 1))
    });
    p.expect_file("TK502", h, "", "");
    true
}

fn short_notice(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| exited(h)) else { return false };
    let days = p.rng.between(0, 3);
    if let Some(e) = &mut p.world.households[h].exit {
        e.notice_from = days_before(e.notice_to, days);
    }
    p.expect_file("TK503", h, "", "");
    true
}

fn step_missing(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| exited(h)) else { return false };
    let all = ["applied_on", "reviewed_on", "notice_from", "notice_to", "approved_on", "notified_on"];
    let first = p.rng.below(all.len());
    let mut missing = vec![all[first]];
    if p.rng.chance(30) {
        missing.extend(all[first + 1..].last());
    }
    for &field in &missing {
        p.world.edits.set(("exit", h, 0), field, Val::Empty);
    }
    p.expect_file("TK504", h, &missing.join("+"), "");
    true
}

fn steps_out_of_order(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| exited(h)) else { return false };
    let which = p.rng.below(3);
    let Some(e) = &mut p.world.households[h].exit else { return false };
    let pair = match which {
        0 => {
            e.reviewed_on = days_before(e.applied_on, 1);
            "applied_on+reviewed_on"
        }
        // On the last day of the notice, which must be over.
        1 => {
            e.approved_on = e.notice_to;
            "notice_to+approved_on"
        }
        _ => {
            e.notified_on = days_before(e.approved_on, 1);
            "approved_on+notified_on"
        }
    };
    p.expect_file("TK504", h, pair, "");
    true
}

fn materials(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|w, h| exited(h) && in_register(w, h)) else { return false };
    let all = ["m01", "m03", "m05", "m07", "m09", "m11", "m12", "m13", "m14"];
    let mut missing = vec![all[p.rng.below(all.len())]];
    let as_of = p.world.as_of;
    if p.home(h).needs_m10() {
        missing.push("m10");
    }
    if months_after(left(p.home(h), as_of), 6) <= as_of {
        missing.push("m15");
    }
    missing.sort_unstable();
    for &field in missing.iter().chain(&["m10", "m15"]) {
        p.world.edits.set(("paper", h, 0), field, Val::Flag(false));
    }
    p.expect_file("TK505", h, &missing.join("+"), "");
    true
}

/// Left seven months ago, so that the time for 回访 is over.
fn to_be_visited(p: &mut Planter<'_>) -> Option<usize> {
    let as_of = p.world.as_of;
    p.take(|_, h| exited(h) && months_after(left(h, as_of), 7) <= as_of && h.visits.iter().any(|v| v.kind != "回访"))
}

fn never_visited_again(p: &mut Planter<'_>) -> bool {
    let Some(h) = to_be_visited(p) else { return false };
    let (as_of, late) = (p.world.as_of, p.rng.chance(50));
    let home = &mut p.world.households[h];
    home.visits.retain(|v| v.kind != "回访");
    let too_late = days_after(months_after(left(home, as_of), 7), 1);
    if late && too_late <= as_of {
        home.visits.push(Visit { visited_on: too_late, kind: "回访", visitor: home.helper.clone() });
    }
    p.expect_file("TK506", h, "", "");
    true
}

fn visited_too_early(p: &mut Planter<'_>) -> bool {
    let Some(h) = to_be_visited(p) else { return false };
    let as_of = p.world.as_of;
    let home = &mut p.world.households[h];
    let early = months_after(left(home, as_of), 3);
    home.visits.retain(|v| v.kind != "回访" || v.visited_on <= early);
    p.expect_file("TK506", h, "", "");
    true
}

fn in_civil_again(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    let stopped: Vec<bool> = p.civil_of.iter().map(Option::is_some).collect();
    let found = p.take_at(|w, i| {
        let h = &w.households[i];
        exited(h) && !stopped[i] && month_of(left(h, as_of)) < months_before(month_of(as_of), 1)
    });
    let Some(h) = found else { return false };
    let code = p.world.tree.district_of(p.home(h).unit).code;
    let mut civil = of_household(p.home(h), h, "低保", code);
    // The register tells the month.
    civil.from = months_before(month_of(as_of), 1);
    civil.per_capita = yuan(600);
    civil.monthly_amount = yuan(100);
    let cert_no = civil.cert_no.clone();
    p.world.civil.push(civil);
    p.expect_file("TK507", h, "", &cert_no);
    true
}

fn poor_again(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    let fits = |h: &Household| exited(h) && month_of(left(h, as_of)) < months_before(month_of(as_of), 4);
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    let last = months_before(month_of(as_of), 3);
    let each = p.rng.between(200, p.world.dibao(last));
    let home = &mut p.world.households[h];
    let size = home.size();
    for (_, fen) in home.incomes.iter_mut().filter(|(m, _)| *m >= last) {
        *fen = yuan(each) * size;
    }
    p.expect_file("TK507", h, "", "");
    true
}

fn overdue(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    let Ok(profile) = profile::load(&p.world.profile, None) else { return false };
    let passed = |h: &Household| profile.deadline(h.level).is_some_and(|d| d.date < as_of);
    let early = NaiveDate::from_ymd_opt(2020, 6, 1);
    let fits = |h: &Household| active(h) && outside_civil(h) && passed(h) && early.is_some_and(|day| h.filed_on < day);
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    let each = p.rng.between(2000, 2600);
    let home = &mut p.world.households[h];
    held_to_income(home);
    home.incomes.clear();
    set_income_each(home, &mut p.rng, each);
    p.expect_file("TK508", h, "", "");
    true
}

fn not_caught(p: &mut Planter<'_>) -> bool {
    let in_unit = p.civil_in_units();
    let Some(h) = p.take(|_, h| active(h) && outside_civil(h) && in_unit[h.unit] >= 2) else { return false };
    let (as_of, size) = (p.world.as_of, p.home(h).size());
    let each = p.rng.between(300, 580);
    let (health, cause, story) = p.rng.pick(&[
        ("恶性肿瘤", None, ""),
        ("终末期肾病", None, ""),
        ("残疾", None, ""),
        ("一般疾病", Some("残疾"), "因残致困，行动不便，无法正常工作。"),
        ("一般疾病", Some("无劳动能力"), "丧失劳动能力，无稳定收入来源。"),
    ]);
    let home = &mut p.world.households[h];
    home.incomes = six_months(as_of, size, 0, |_| each);
    home.head.health = health;
    if let Some(cause) = cause {
        home.cause = cause;
        home.narrative = story.to_owned();
    }
    p.expect_file("TK509", h, "", "");
    true
}

fn approved_and_active(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    let approved_on = days_before(as_of, p.rng.between(16, 60));
    let Some(h) = p.take(|_, h| active(h) && h.filed_on < days_before(approved_on, 40)) else { return false };
    p.world.households[h].exit = Some(Exit {
        applied_on: days_before(approved_on, 30),
        reviewed_on: days_before(approved_on, 22),
        notice_from: days_before(approved_on, 20),
        notice_to: days_before(approved_on, 4),
        approved_on,
        notified_on: days_after(approved_on, 2),
    });
    p.expect_file("TK510", h, "", "");
    true
}

fn not_in_the_ledger(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    let mut first: Vec<Option<(NaiveDate, usize)>> = vec![None; p.world.tree.units.len()];
    for (i, h) in p.world.households.iter().enumerate() {
        if let Some(e) = &h.exit {
            let own = (e.applied_on, i);
            first[h.unit] = Some(first[h.unit].map_or(own, |old| old.min(own)));
        }
    }
    let earlier = |w: &super::World, i: usize| {
        let h = &w.households[i];
        first[h.unit].is_some_and(|(day, other)| other != i && day < left(h, as_of))
    };
    // The one that makes the ledger cover the unit must keep its row.
    let Some(h) = p.take_at(|w, i| exited(&w.households[i]) && earlier(w, i)) else { return false };
    p.world.households[h].exit = None;
    p.expect_file("TK510", h, "", "");
    true
}

fn no_reason_given(p: &mut Planter<'_>) -> bool {
    let Ok(profile) = profile::load(&p.world.profile, None) else { return false };
    let as_of = p.world.as_of;
    let early = NaiveDate::from_ymd_opt(2020, 6, 1);
    let passed = |h: &Household| profile.deadline(h.level).is_some_and(|d| d.date < as_of);
    let fits = |h: &Household| active(h) && passed(h) && early.is_some_and(|day| h.filed_on < day);
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    p.world.edits.set(("efile", h, 0), "stay_reason", Val::Empty);
    p.expect_file("TK511", h, "stay_reason", "");
    true
}
