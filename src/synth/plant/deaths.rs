//! The dead: JD207, JD208, FF413.
//!
//! - JD207: the head died after the last payment, so no FF413. It silences what is to be said of the file's care and
//!   standing; the household itself stays as it was.
//! - FF413: the head of a household that had left died before its last payments; nothing is said of files that were left.

use super::{Class, Planter, active, class, plainly_paid};
use crate::synth::calendar::{day_between, days_after, days_before};

pub(super) const CLASSES: &[Class] =
    &[class("JD207", head_died), class("JD208", member_died), class("FF413", paid_after_death)];

fn head_died(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let as_of = p.world.as_of;
    let home = p.home(h);
    let paid = home.aids.iter().flat_map(|a| &a.payments).map(|p| p.paid_on).max();
    let alive = paid.unwrap_or(home.filed_on).max(home.filed_on);
    let head = home.head.clone();
    let died_on = day_between(&mut p.rng, days_after(alive, 1).min(as_of), as_of);
    p.world.strangers.dead.push((head, died_on));
    p.expect_file("JD207", h, "", "");
    true
}

fn member_died(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !h.members.is_empty()) else { return false };
    let m = p.rng.below(p.home(h).members.len());
    let as_of = p.world.as_of;
    let member = p.home(h).members[m].clone();
    let died_on = day_between(&mut p.rng, member.birth.max(days_before(as_of, 900)), as_of);
    p.world.strangers.dead.push((member, died_on));
    p.expect_member("JD208", h, m, "", "");
    true
}

fn paid_after_death(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| !active(h) && plainly_paid(h)) else { return false };
    let paid: Vec<_> = p.home(h).aids.iter().flat_map(|a| &a.payments).map(|p| p.paid_on).collect();
    let Some(last) = paid.iter().copied().max() else { return false };
    let died_on = days_before(last, p.rng.between(1, 9));
    let head = p.home(h).head.clone();
    p.world.strangers.dead.push((head, died_on));
    for (n, _) in paid.iter().enumerate().filter(|(_, day)| **day > died_on) {
        p.expect_payment("FF413", h, n);
    }
    true
}
