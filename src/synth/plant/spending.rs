//! Money: FF406–FF409, FF411, FF412, FF414–FF416.
//!
//! Every payment is carried by an aid record of the same sum, but for those of nobody on file (FF407) and of nobody's number
//! (FF408), which take no part in the matching. Sums are odd, so that no two payments are taken for each other.
//!
//! - FF406: aid and payment before the filing; on the day itself it is none.
//! - FF408: the payee's name, the account's name, or no number. A child's aid on a parent's card is none.
//! - FF409: since the profile's day; earlier payments, and things given, are none.
//! - FF411: the household's own costs are more than the aid only with what does not count: older, or revoked.
//! - FF412: 31 days or more after the exit; 30 days and 送温暖 are none.
//! - FF414: one row per unit.

use chrono::{Datelike, NaiveDate};

use super::{Class, Gift, Planter, active, class, plain_name, plainly_paid, text};
use crate::synth::calendar::{days_after, days_before};
use crate::synth::events::Medical;
use crate::synth::expected::finding;
use crate::synth::export::Val;
use crate::synth::household::{Household, yuan};
use crate::synth::people::{misnamed, name};
use crate::synth::rows;
use crate::synth::world::{CAP, World};

pub(super) const CLASSES: &[Class] = &[
    class("FF406", paid_before_filing),
    class("FF407", paid_to_nobody),
    class("FF408", other_name),
    class("FF408", other_account_name),
    class("FF408", no_number),
    class("FF409", not_by_card),
    class("FF411", more_than_the_bill),
    class("FF412", paid_after_exit),
    class("FF414", one_account),
    class("FF415", above_the_cap),
    class("FF416", wrong_fund),
];

/// A household on file for a while, to whom one more aid can be paid.
fn payable(h: &Household, as_of: NaiveDate) -> bool {
    active(h) && h.known.events && h.filed_on < days_before(as_of, 40)
}

fn gift(fen: i64, paid_on: NaiveDate) -> Gift {
    Gift { program: "生活救助", fund_source: None, fen, paid_on, after: 4 }
}

/// One more aid of lately to a household that fits.
fn one_more(p: &mut Planter<'_>, fits: impl Fn(&Household) -> bool) -> Option<(usize, usize, usize)> {
    let as_of = p.world.as_of;
    let h = p.take(|_, h| payable(h, as_of) && fits(h))?;
    let (fen, day) = (p.odd_sum(), days_before(as_of, p.rng.between(1, 25)));
    let (aid, n) = p.give(h, gift(fen, day));
    Some((h, aid, n))
}

fn paid_before_filing(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.known.events) else { return false };
    let filed_on = p.home(h).filed_on;
    let (early, same_day) = (p.odd_sum(), p.odd_sum() + yuan(500));
    let day = days_before(filed_on, p.rng.between(1, 25));
    let (_, n) = p.give(h, gift(early, day));
    p.give(h, gift(same_day, filed_on));
    p.expect_payment("FF406", h, n);
    true
}

fn paid_to_nobody(p: &mut Planter<'_>) -> bool {
    let Some((h, aid, n)) = one_more(p, |_| true) else { return false };
    let stranger = p.people.stranger(&mut p.rng);
    let account = p.people.account();
    p.world.edits.drop_row(("aid", h, aid));
    let row = ("payment", h, n);
    for field in ["name", "account_name"] {
        p.world.edits.set(row, field, Val::Name(stranger.name.clone()));
    }
    p.world.edits.set(row, "id_number", rows::id(&stranger.id));
    p.world.edits.set(row, "account", text(&account));
    p.expect(finding("FF407", "", &stranger.id, "", &rows::serial(h, n)));
    true
}

fn other_name(p: &mut Planter<'_>) -> bool {
    let Some((h, _, n)) = one_more(p, |h| plain_name(&h.head)) else { return false };
    let wrong = misnamed(&mut p.rng, &p.world.households[h].head.name);
    for field in ["name", "account_name"] {
        p.world.edits.set(("payment", h, n), field, Val::Name(wrong.clone()));
    }
    p.expect_payment("FF408", h, n);
    true
}

fn other_account_name(p: &mut Planter<'_>) -> bool {
    let Some((h, _, n)) = one_more(p, |_| true) else { return false };
    let wrong = name(&mut p.rng, true);
    p.world.edits.set(("payment", h, n), "account_name", Val::Name(wrong));
    p.expect_payment("FF408", h, n);
    // Aid of a child, paid on the parent's card.
    let as_of = p.world.as_of;
    let child = p.home(h).members.iter().find(|m| m.age(as_of) < 17).cloned();
    if let Some(child) = child {
        let fen = p.odd_sum() + yuan(500);
        let (aid, n) = p.give(h, gift(fen, days_before(as_of, 2)));
        for row in [("aid", h, aid), ("payment", h, n)] {
            p.world.edits.set(row, "name", Val::Name(child.name.clone()));
            p.world.edits.set(row, "id_number", rows::id(&child.id));
        }
    }
    true
}

fn no_number(p: &mut Planter<'_>) -> bool {
    let Some((h, aid, n)) = one_more(p, |_| true) else { return false };
    p.world.edits.drop_row(("aid", h, aid));
    p.world.edits.set(("payment", h, n), "id_number", Val::Empty);
    // His account says whose money it is.
    p.expect(finding("FF408", &p.home(h).file_no.clone(), "", "", &rows::serial(h, n)));
    true
}

fn not_by_card(p: &mut Planter<'_>) -> bool {
    let (as_of, since) = (p.world.as_of, NaiveDate::from_ymd_opt(2019, 7, 30));
    let Some(since) = since.filter(|since| *since <= as_of && p.world.profile == "chengdu-2019") else { return false };
    let Some(h) = p.take(|_, h| payable(h, since)) else { return false };
    let day = since.max(days_before(as_of, p.rng.between(0, 20)));
    let (fen, earlier, thing) = (p.odd_sum(), p.odd_sum() + yuan(500), p.odd_sum() + yuan(1000));
    let (_, n) = p.give(h, gift(fen, day));
    let word = p.rng.pick(&["银行卡", "现金"]);
    p.world.edits.set(("payment", h, n), "channel", text(word));
    p.expect_payment("FF409", h, n);
    for (fen, day, word) in [(earlier, days_before(since, 1), word), (thing, day, "实物")] {
        let (_, n) = p.give(h, gift(fen, day));
        p.world.edits.set(("payment", h, n), "channel", text(word));
    }
    true
}

fn more_than_the_bill(p: &mut Planter<'_>) -> bool {
    let treated = |h: &Household| h.aids.iter().any(|a| a.program == "医疗救助");
    let Some(h) = p.take(|_, h| plainly_paid(h) && treated(h)) else { return false };
    let treatments = p.home(h).aids.iter().filter(|a| a.program == "医疗救助");
    let paid: Vec<(i32, i64)> = treatments.flat_map(|a| &a.payments).map(|p| (p.paid_on.year(), p.amount)).collect();
    let Some(year) = paid.iter().map(|(year, _)| *year).max() else { return false };
    if paid.iter().any(|(y, _)| *y != year) {
        return false;
    }
    let sum: i64 = paid.iter().map(|(_, fen)| fen).sum();
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 2).unwrap_or(p.world.as_of);
    let bill = |settled_on, own, revoked| Medical {
        person: 0,
        settled_on,
        total: own * 2,
        insured: own,
        out_of_pocket: own,
        revoked,
    };
    let half = sum / 200 * 100;
    p.world.households[h].medical = vec![
        bill(day(year), half, false),
        bill(day(year - 1), sum - half - 100, false),
        bill(day(year - 2), sum, false),
        bill(day(year), sum + 300, true),
    ];
    p.expect_file("FF411", h, "", &year.to_string());
    true
}

fn paid_after_exit(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    let fits = |h: &Household| h.known.events && h.left_on.is_some_and(|left| left < days_before(as_of, 60));
    // What a 全国级 file gets is central money.
    let asks = |w: &World, h: &Household| h.level != "全国级" || !w.is_central_for_members(as_of);
    let Some(h) = p.take(|w, h| fits(h) && asks(w, h)) else { return false };
    let Some(left) = p.home(h).left_on else { return false };
    let (fen, warm, in_time) = (p.odd_sum(), p.odd_sum() + yuan(500), p.odd_sum() + yuan(1000));
    let late = days_after(left, p.rng.between(31, 50));
    let (_, n) = p.give(h, gift(fen, late));
    p.expect_payment("FF412", h, n);
    p.give(h, Gift { program: "送温暖", ..gift(warm, late) });
    p.give(h, gift(in_time, days_after(left, 30)));
    true
}

fn one_account(p: &mut Planter<'_>) -> bool {
    let pair =
        p.take_two(|_, h| plainly_paid(h), |w, a, b| plainly_paid(b) && (a.unit != b.unit || w.tree.units.len() == 1));
    let Some((a, b)) = pair else { return false };
    let account = p.home(a).account.clone();
    p.world.edits.set(("payment", b, 0), "account", text(&account));
    let heads = [a, b].map(|h| (h, p.home(h).head.id.clone()));
    p.expect_per_unit_on("FF414", heads, &account);
    true
}

fn above_the_cap(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    let Some(h) = p.take(|_, h| payable(h, as_of)) else { return false };
    let day = days_before(as_of, p.rng.between(1, 25));
    let half = yuan(CAP) / 2 + p.odd_sum();
    p.give(h, gift(half, day));
    // The year of both, even in January.
    p.give(h, gift(half + yuan(1), day));
    p.expect_file("FF415", h, "", &format!("{}+生活救助", day.year()));
    true
}

fn wrong_fund(p: &mut Planter<'_>) -> bool {
    let as_of = p.world.as_of;
    if p.world.is_central_for_members(as_of) {
        return false;
    }
    let Some(h) = p.take(|_, h| payable(h, as_of) && h.level != "全国级") else { return false };
    let (fen, day) = (p.odd_sum(), days_before(as_of, p.rng.between(1, 25)));
    let (_, n) = p.give(h, Gift { fund_source: Some("中央财政"), ..gift(fen, day) });
    p.expect_payment("FF416", h, n);
    true
}
