//! Values of the electronic file that cannot be right: ID105–ID107, ID111–ID113.
//!
//! - ID105 silences YZ301 of the missing field: the paper still has the value, only ID105 is expected.
//! - ID106 is planted in columns that no other rule reads (婚姻状况, a member's 健康状况).
//! - ID107 is planted where nothing is compared (an account, a member's income) or where the comparison then cannot be made
//!   (参加工作时间 on paper).
//! - ID111 silences ID112, YZ301[household_size] and YZ305: the electronic 家庭人口 is wrong, the member list is right.
//! - ID112: the per-capita figure is off by 37 yuan, too little for YZ305 and for any income limit.
//! - ID113: the 合计 of the first table of a kind; ref is kind, label and column in this order.

use super::{Class, Planter, active, class, text, verbatim};
use crate::synth::expected::finding;
use crate::synth::export::Val;
use crate::synth::household::yuan;

pub(super) const CLASSES: &[Class] = &[
    class("ID105", missing),
    class("ID106", unknown_word_of_head),
    class("ID106", unknown_word_of_member),
    class("ID107", unreadable_account),
    class("ID107", unreadable_date),
    class("ID107", unreadable_income),
    class("ID111", wrong_size),
    class("ID112", wrong_per_capita),
    class("ID113", wrong_total),
];

fn missing(p: &mut Planter<'_>) -> bool {
    // In the order of the schema.
    let all = ["employer", "phone", "address", "housing", "hukou", "marital", "insurance"];
    let Some(h) = p.take(|_, h| active(h) && h.employed()) else { return false };
    let first = p.rng.below(all.len());
    let mut fields = vec![all[first]];
    if p.rng.chance(40) {
        fields.extend(all[first + 1..].iter().take(1));
    }
    for &field in &fields {
        p.world.edits.set(("efile", h, 0), field, Val::Empty);
    }
    p.expect_file("ID105", h, &fields.join("+"), "");
    true
}

fn unknown_word_of_head(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let word = p.rng.pick(&["分居中", "情况不明", "待核实"]);
    p.world.edits.set(("efile", h, 0), "marital", text(word));
    p.expect_file("ID106", h, "marital", "efile");
    true
}

fn unknown_word_of_member(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| !h.members.is_empty()) else { return false };
    p.world.edits.set(("emember", h, 1), "health", text(p.rng.pick(&["体弱", "时好时坏"])));
    p.expect_member("ID106", h, 0, "health", "emember");
    true
}

/// A digit of the account mistyped: the Luhn digit no longer fits.
pub(super) fn unreadable_account(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let account = &p.home(h).account;
    let (head, last) = account.split_at(account.len() - 1);
    let wrong = if last == "9" { "0".to_owned() } else { (last.parse::<u32>().unwrap_or(0) + 1).to_string() };
    let mistyped = format!("{head}{wrong}");
    p.world.edits.set(("efile", h, 0), "account", verbatim(mistyped));
    p.expect_file("ID107", h, "account", "efile");
    true
}

pub(super) fn unreadable_date(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.known.paper) else { return false };
    let said = p.rng.pick(&["九十年代", "改制以前", "记不清"]);
    p.world.edits.set(("paper", h, 0), "work_start", verbatim(said));
    p.expect_file("ID107", h, "work_start", "paper");
    true
}

fn unreadable_income(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| !h.members.is_empty()) else { return false };
    p.world.edits.set(("emember", h, 1), "income_monthly", verbatim("打零工不固定"));
    p.expect_member("ID107", h, 0, "income_monthly", "emember");
    true
}

fn wrong_size(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !h.members.is_empty()) else { return false };
    let size = p.home(h).size();
    p.world.edits.set(("efile", h, 0), "household_size", Val::Int(size + 1));
    p.expect_file("ID111", h, "household_size", "");
    true
}

fn wrong_per_capita(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let right = p.home(h).per_capita();
    p.world.edits.set(("efile", h, 0), "income_per_capita", Val::Money(right + yuan(37)));
    p.expect_file("ID112", h, "income_per_capita", "");
    true
}

fn wrong_total(p: &mut Planter<'_>) -> bool {
    // A wrong total needs no household, only a table that is not empty.
    let some_aid = p.world.households.iter().any(|h| h.known.events && !h.aids.is_empty());
    let next = [("medical", "out_of_pocket"), ("aid", "amount"), ("payment", "amount")]
        .into_iter()
        .find(|(kind, _)| p.world.edits.total(kind).is_none() && (some_aid || *kind == "medical"));
    let Some((kind, field)) = next else { return false };
    p.world.edits.wrong_total(kind, field, yuan(100));
    p.expect(finding("ID113", "", "", field, &format!("{kind}+合计+{field}")));
    true
}
