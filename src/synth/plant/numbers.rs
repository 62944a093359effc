//! Wrong numbers that can be seen through: ID109.
//!
//! One row of one source has a digit wrong, two neighbours swapped, a digit too few or too many, and the right name; nothing
//! else in it is exact. What the row would otherwise be reported for (ID101, JD204, JD205, YZ302, YZ304, FF407, JD211) is
//! silenced, and for the rest it is taken for the person meant.

use super::{Class, Planter, World, active, class, in_register, outside_civil, plain_name, quiet_member, verbatim};
use crate::synth::expected::finding;
use crate::synth::export::Val;
use crate::synth::exports::in_roster;
use crate::synth::household::Household;
use crate::synth::rng::Rng;
use crate::synth::rows;

pub(super) const CLASSES: &[Class] = &[
    class("ID109", on_paper),
    class("ID109", of_paper_member),
    class("ID109", in_aid),
    class("ID109", in_payment),
    class("ID109", in_civil),
    class("ID109", in_roster_row),
];

/// The number mistyped once. Never a valid number: the check character tells every such slip.
fn mistyped(rng: &mut Rng, id: &str) -> String {
    let digits: Vec<char> = id.chars().collect();
    // Within the sequence and birth date, where clerks slip; not the last place, which may be an X.
    let at = 6 + rng.below(10);
    let mut wrong = digits.clone();
    match rng.below(4) {
        0 => wrong[at] = next(digits[at]),
        1 => match (6..16).find(|i| digits[*i] != digits[i + 1] && *i >= at).or_else(|| unlike(&digits)) {
            Some(i) => wrong.swap(i, i + 1),
            None => wrong[at] = next(digits[at]),
        },
        2 => {
            wrong.remove(at);
        }
        _ => wrong.insert(at, digits[at]),
    }
    wrong.into_iter().collect()
}

fn unlike(digits: &[char]) -> Option<usize> {
    (6..16).find(|&i| digits[i] != digits[i + 1])
}

fn next(digit: char) -> char {
    if digit == '9' { '0' } else { char::from_u32(digit as u32 + 1).unwrap_or('0') }
}

/// The wrong number on a row, and the finding it gives.
fn write_on(p: &mut Planter<'_>, row: (&'static str, usize, usize), right: &str) {
    let wrong = mistyped(&mut p.rng, right);
    p.world.edits.set(row, "id_number", verbatim(wrong.clone()));
    let found = finding("ID109", &p.home(row.1).file_no, &wrong, "id_number", right);
    p.expect(found);
}

/// In a form, or a long register: in a short list a blank file number could mean "as above".
fn on_paper(p: &mut Planter<'_>) -> bool {
    let homes = p.homes_in_units();
    let fits = |w: &World, h: &Household| active(h) && h.known.paper && (!in_register(w, h) || homes[h.unit] >= 20);
    let Some(h) = p.take(|w, h| fits(w, h) && plain_name(&h.head)) else { return false };
    let right = p.home(h).head.id.clone();
    p.world.edits.set(("paper", h, 0), "file_no", Val::Empty);
    write_on(p, ("paper", h, 0), &right);
    true
}

fn of_paper_member(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && quiet_member(h).is_some()) else { return false };
    let Some(m) = quiet_member(p.home(h)) else { return false };
    let right = p.home(h).members[m].id.clone();
    write_on(p, ("paper_member", h, m + 1), &right);
    true
}

fn in_aid(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !h.aids.is_empty() && plain_name(&h.head)) else { return false };
    let right = p.home(h).head.id.clone();
    write_on(p, ("aid", h, 0), &right);
    true
}

fn in_payment(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !h.aids.is_empty() && plain_name(&h.head)) else { return false };
    let right = p.home(h).head.id.clone();
    write_on(p, ("payment", h, 0), &right);
    true
}

fn in_civil(p: &mut Planter<'_>) -> bool {
    let fits = |h: &Household| active(h) && !outside_civil(h) && h.members.len() >= 2;
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    let Some(c) = p.civil_of[h] else { return false };
    // The last is a child or a parent, not the head or spouse by whom the household is linked.
    let Some(last) = p.world.civil[c].persons.last_mut() else { return false };
    let right = last.id.clone();
    let wrong = mistyped(&mut p.rng, &right);
    last.id.clone_from(&wrong);
    let found = finding("ID109", &p.home(h).file_no, &wrong, "id_number", &right);
    p.expect(found);
    true
}

fn in_roster_row(p: &mut Planter<'_>) -> bool {
    let found = p.take_at(|w, i| {
        let h = &w.households[i];
        in_roster(i) && active(h) && h.known.events && plain_name(&h.head)
    });
    let Some(h) = found else { return false };
    let right = p.home(h).head.id.clone();
    write_on(p, ("roster", h, 0), &right);
    true
}

/// Eight of the eighteen digits hidden, as public lists print them: one person of that name fits, and nothing is wrong.
pub(super) fn masked(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !h.aids.is_empty() && plain_name(&h.head)) else { return false };
    let right = p.home(h).head.id.clone();
    let shown = format!("{}********{}", &right[..6], &right[14..]);
    for k in 0..p.home(h).aids.len() {
        p.world.edits.set(("aid", h, k), "id_number", verbatim(shown.clone()));
    }
    debug_assert!(matches!(rows::id(&right), Val::Id(_)));
    true
}
