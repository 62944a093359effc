//! Aid and payments that do not belong together: FF401–FF405, FF410, FF417.
//!
//! - Every plant leaves the household's other aid as it is, so that somebody's last payment and last aid record of the unit
//!   lie late enough for FF401 and FF402 to be judged.
//! - What is added has a program and an amount that nothing else of the household has: no other step takes it up.
//! - FF410: the repeated payment is the later one, since the first lies nearer to its aid record. FF410 silences its FF402.
//! - FF417: the aid record stays without payment; its FF401 is silenced.
//! - Payments are changed in their dates only where the household is on file today, so that none comes after an exit, and in
//!   their amounts only downwards, so that medical aid stays below the household's own costs.

use super::{Class, Planter, active, class, text};
use crate::synth::calendar::{days_after, days_before};
use crate::synth::events::{Aid, Payment};
use crate::synth::export::Val;
use crate::synth::household::{Household, yuan};
use crate::synth::rows::{record_no, serial};

pub(super) const CLASSES: &[Class] = &[
    class("FF401", recorded_only),
    class("FF401", one_of_two),
    class("FF402", paid_only),
    class("FF403", other_amount),
    class("FF403", other_part),
    class("FF404", other_source),
    class("FF404", other_program),
    class("FF404", other_both),
    class("FF405", far),
    class("FF410", repeated),
    class("FF417", came_back),
    class("FF417", failed),
];

/// A program that no household of the world has by itself.
const PROGRAM: &str = "临时救助";

/// The number of an aid whose program and amount stand alone in the household, paid once, and of its payment.
fn plain_aid(h: &Household) -> Option<(usize, usize)> {
    let alone = |k: usize| {
        let aid = &h.aids[k];
        let others = h.aids.iter().enumerate().filter(|(other, _)| *other != k);
        let differs = |a: &Aid| a.program != aid.program && a.payments.iter().all(|p| p.amount != aid.amount);
        matches!(aid.payments[..], [p] if p.amount == aid.amount && p.result == "成功")
            && others.into_iter().all(|(_, a)| differs(a))
    };
    let k = (0..h.aids.len()).filter(|_| h.known.events).find(|&k| alone(k))?;
    Some((k, first_payment(h, k)))
}

/// Number of the first payment of an aid.
fn first_payment(h: &Household, k: usize) -> usize {
    h.aids[..k].iter().map(|a| a.payments.len()).sum()
}

/// Takes a household with a plain aid that fits besides.
fn take(p: &mut Planter<'_>, fits: impl Fn(&Household, &Aid) -> bool) -> Option<(usize, usize, usize)> {
    let h = p.take(|_, h| plain_aid(h).is_some_and(|(k, _)| fits(h, &h.aids[k])))?;
    let (k, n) = plain_aid(p.home(h))?;
    Some((h, k, n))
}

/// Paid with time to spare in the window.
fn soon(aid: &Aid) -> bool {
    aid.payments[0].paid_on <= days_after(aid.aided_on, 23)
}

/// An aid that nobody paid, long enough before the household's other payment.
fn recorded_only(p: &mut Planter<'_>) -> bool {
    let Some((h, k, _)) = take(p, |h, a| days_before(a.payments[0].paid_on, 45) > h.filed_on) else { return false };
    let first = p.home(h).aids[k].clone();
    let aided_on = days_before(first.payments[0].paid_on, p.rng.between(30, 40));
    let amount = yuan(p.rng.between(310, 390)) + 50;
    p.world.households[h].aids.push(Aid { program: PROGRAM, amount, aided_on, payments: Vec::new(), ..first });
    let number = record_no(h, p.home(h).aids.len() - 1);
    p.expect_file("FF401", h, "", &number);
    true
}

/// Two equal months of which only the second was paid: the payment goes to the nearer.
fn one_of_two(p: &mut Planter<'_>) -> bool {
    let Some((h, k, _)) = take(p, |h, a| a.program != "医疗救助" && days_before(a.aided_on, 50) > h.filed_on)
    else {
        return false;
    };
    let second = p.home(h).aids[k].clone();
    let aided_on = days_before(second.aided_on, 31);
    p.world.households[h].aids.push(Aid { aided_on, payments: Vec::new(), ..second });
    let number = record_no(h, p.home(h).aids.len() - 1);
    p.expect_file("FF401", h, "", &number);
    true
}

/// A payment without a record, not later than what the unit's aid records speak of.
fn paid_only(p: &mut Planter<'_>) -> bool {
    let Some((h, k, _)) = take(p, |_, _| true) else { return false };
    let first = p.home(h).aids[k].clone();
    let paid_on = days_after(first.aided_on, p.rng.between(1, 30));
    let amount = yuan(p.rng.between(410, 490)) + 50;
    let payments = vec![Payment::new(paid_on, amount)];
    p.world.households[h].aids.push(Aid { program: PROGRAM, amount, payments, ..first });
    let last = p.home(h).aids.len() - 1;
    p.world.edits.drop_row(("aid", h, last));
    let number = serial(h, first_payment(p.home(h), last));
    p.expect_file("FF402", h, "", &number);
    true
}

fn other_amount(p: &mut Planter<'_>) -> bool {
    let Some((h, k, n)) = take(p, |_, _| true) else { return false };
    let less = p.home(h).aids[k].amount - yuan(p.rng.between(10, 300)) - 50;
    p.world.edits.set(("payment", h, n), "amount", Val::Money(less));
    let reference = super::super::expected::joined(&[&record_no(h, k), &serial(h, n)]);
    p.expect_file("FF403", h, "amount", &reference);
    true
}

/// Paid in two parts, the second too small.
fn other_part(p: &mut Planter<'_>) -> bool {
    let Some((h, k, n)) = take(p, |h, a| h.aids.len() == 1 && soon(a)) else {
        return false;
    };
    let aid = &mut p.world.households[h].aids[k];
    let (first, paid_on) = (aid.amount * 6 / 10, aid.payments[0].paid_on);
    let rest = aid.amount - first - yuan(50);
    aid.payments = vec![Payment::new(paid_on, first), Payment::new(days_after(paid_on, 5), rest)];
    let reference = super::super::expected::joined(&[&record_no(h, k), &serial(h, n), &serial(h, n + 1)]);
    p.expect_file("FF403", h, "amount", &reference);
    true
}

fn purpose(p: &mut Planter<'_>, fields: &[&'static str]) -> bool {
    let Some((h, _, n)) = take(p, |_, _| true) else { return false };
    for &field in fields {
        let said = if field == "program" { PROGRAM } else { "社会捐助" };
        p.world.edits.set(("payment", h, n), field, text(said));
    }
    p.expect_file("FF404", h, &fields.join("+"), &serial(h, n));
    true
}

fn other_source(p: &mut Planter<'_>) -> bool {
    purpose(p, &["fund_source"])
}

fn other_program(p: &mut Planter<'_>) -> bool {
    purpose(p, &["program"])
}

fn other_both(p: &mut Planter<'_>) -> bool {
    purpose(p, &["program", "fund_source"])
}

fn far(p: &mut Planter<'_>) -> bool {
    let Some((h, k, n)) = take(p, |h, _| active(h)) else { return false };
    let as_of = p.world.as_of;
    let aid = &p.world.households[h].aids[k];
    let most = (as_of - aid.aided_on).num_days().min(180);
    let days = if p.rng.chance(30) { p.rng.pick(&[31, most]) } else { p.rng.between(31, most) };
    let paid_on = days_after(aid.aided_on, days);
    p.world.edits.set(("payment", h, n), "paid_on", Val::Date(paid_on));
    p.expect_file("FF405", h, "paid_on", &serial(h, n));
    true
}

fn repeated(p: &mut Planter<'_>) -> bool {
    let fits = |a: &Aid| a.program != "医疗救助" && soon(a);
    let Some((h, k, n)) = take(p, |_, a| fits(a)) else { return false };
    let days = p.rng.between(1, 7);
    let aid = &mut p.world.households[h].aids[k];
    let paid_on = days_after(aid.payments[0].paid_on, days);
    aid.payments.push(Payment::new(paid_on, aid.amount));
    p.expect_file("FF410", h, "", &serial(h, n + 1));
    true
}

fn came_back(p: &mut Planter<'_>) -> bool {
    never_arrived(p, "退回")
}

fn failed(p: &mut Planter<'_>) -> bool {
    never_arrived(p, "失败")
}

fn never_arrived(p: &mut Planter<'_>, result: &'static str) -> bool {
    let latest = days_before(p.world.as_of, 61);
    let Some((h, k, n)) = take(p, |_, a| a.payments[0].paid_on <= latest) else { return false };
    p.world.households[h].aids[k].payments[0].result = result;
    p.expect_file("FF417", h, "", &serial(h, n));
    true
}
