//! Numbers, names and dates of persons: ID101–ID104, ID108, ID110.
//!
//! - ID101: a member whose number is wrong on both sides alike is one finding, on the electronic row; the household is in no
//!   civil register, and no other source names the member. The dead and the roster are reported even where they link to no
//!   household. A wrong number on one side only is never ID101: see YZ301[id_number] in `agreement`.
//! - ID102: a damaged number on a paper row with the right file number and name is resolved to the file's number, which
//!   silences YZ301[id_number].
//! - ID103 of a head stands on both sides alike, which gives two rows and no difference; a paper sex that differs is planted
//!   as YZ301[sex].
//! - ID104 stands in 出生日期, which the paper form does not have.
//! - ID110: the name differs in a source that no rule compares by name (roster, aid, civil affairs).

use std::collections::HashSet;

use super::{Class, Planter, active, broken, class, outside_civil, plain_name, quiet_member, verbatim};
use crate::synth::calendar::days_after;
use crate::synth::expected::{finding, joined};
use crate::synth::export::Val;
use crate::synth::exports::{has_member_table, in_roster};
use crate::synth::people::{Person, misnamed};

pub(super) const CLASSES: &[Class] = &[
    class("ID101", broken_member),
    class("ID101", broken_dead),
    class("ID101", broken_roster),
    class("ID102", damaged),
    class("ID103", sex_of_member),
    class("ID103", sex_of_head),
    class("ID104", birth_of_head),
    class("ID104", birth_of_member),
    class("ID108", old_number),
    class("ID110", name_in_roster),
    class("ID110", name_in_aid),
    class("ID110", name_in_civil),
];

fn broken_member(p: &mut Planter<'_>) -> bool {
    let fits = |h: &_| outside_civil(h) && quiet_member(h).is_some();
    let Some(h) = p.take(|_, h| fits(h)) else { return false };
    let Some(m) = quiet_member(p.home(h)) else { return false };
    let wrong = broken(&mut p.rng, &p.world.households[h].members[m].id);
    p.world.households[h].members[m].id = wrong;
    p.expect_member("ID101", h, m, "id_number", "emember");
    true
}

fn broken_dead(p: &mut Planter<'_>) -> bool {
    let list = &mut p.world.strangers.dead;
    let Some((person, _)) = list.iter_mut().find(|(s, _)| is_right(&s.id)) else { return false };
    person.id = broken(&mut p.rng, &person.id);
    let found = finding("ID101", "", &person.id, "id_number", "death");
    p.expect(found);
    true
}

fn broken_roster(p: &mut Planter<'_>) -> bool {
    // Where civil affairs know the number, the wrong one is a suspected one.
    let known: HashSet<&str> = p.world.civil.iter().flat_map(|c| &c.persons).map(|c| c.id.as_str()).collect();
    let list = &mut p.world.strangers.roster;
    let fits = |s: &Person| is_right(&s.id) && !known.contains(s.id.as_str());
    let Some((person, _)) = list.iter_mut().find(|(s, _)| fits(s)) else { return false };
    person.id = broken(&mut p.rng, &person.id);
    let found = finding("ID101", "", &person.id, "id_number", "roster");
    p.expect(found);
    true
}

fn is_right(id: &str) -> bool {
    matches!(crate::synth::rows::id(id), Val::Id(_))
}

pub(super) fn damaged(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.known.paper) else { return false };
    let id = p.home(h).head.id.clone();
    p.world.edits.set(("paper", h, 0), "id_number", Val::DamagedId(id.clone()));
    // The product prints the number as written, which the file's format decides: the list leaves it blank.
    let file_no = p.home(h).file_no.clone();
    p.expect(super::super::expected::finding("ID102", &file_no, "", "id_number", &id));
    true
}

fn sex_of_member(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| !h.members.is_empty()) else { return false };
    let wrong = p.home(h).members[0].sex.other().word();
    p.world.edits.set(("emember", h, 1), "sex", super::text(wrong));
    p.expect_member("ID103", h, 0, "sex", "emember");
    true
}

fn sex_of_head(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let wrong = p.home(h).head.sex.other().word();
    for kind in ["efile", "paper"] {
        p.world.edits.set((kind, h, 0), "sex", super::text(wrong));
        p.expect_file("ID103", h, "sex", kind);
    }
    true
}

fn birth_of_head(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h)) else { return false };
    let wrong = days_after(p.home(h).head.birth, p.rng.pick(&[1, 9, 31]));
    p.world.edits.set(("efile", h, 0), "birth_date", Val::Date(wrong));
    p.expect_file("ID104", h, "birth_date", "efile");
    true
}

fn birth_of_member(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|w, h| has_member_table(w, h) && !h.members.is_empty()) else { return false };
    let wrong = crate::synth::calendar::days_before(p.home(h).members[0].birth, p.rng.pick(&[1, 9, 31]));
    p.world.edits.set(("emember", h, 1), "birth_date", Val::Date(wrong));
    p.expect_member("ID104", h, 0, "birth_date", "emember");
    true
}

pub(super) fn old_number(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| h.head.id[6..].starts_with("19")) else { return false };
    let id = &p.home(h).head.id;
    let old = format!("{}{}", &id[..6], &id[8..17]);
    p.world.edits.set(("paper", h, 0), "id_number", verbatim(old));
    p.expect_file("ID108", h, "id_number", "paper");
    true
}

fn name_in_roster(p: &mut Planter<'_>) -> bool {
    let fits = |i: usize, h: &crate::synth::household::Household| in_roster(i) && plain_name(&h.head);
    let Some(h) = p.take_at(|w, i| fits(i, &w.households[i])) else { return false };
    let name = p.home(h).head.name.clone();
    let wrong = misnamed(&mut p.rng, &name);
    p.world.edits.set(("roster", h, 0), "name", Val::Name(wrong.clone()));
    p.expect_file("ID110", h, "name", &joined(&[&name, &wrong]));
    true
}

fn name_in_aid(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| !h.aids.is_empty() && plain_name(&h.head)) else { return false };
    let name = p.home(h).head.name.clone();
    let wrong = misnamed(&mut p.rng, &name);
    for k in 0..p.home(h).aids.len() {
        p.world.edits.set(("aid", h, k), "name", Val::Name(wrong.clone()));
    }
    p.expect_file("ID110", h, "name", &joined(&[&name, &wrong]));
    true
}

fn name_in_civil(p: &mut Planter<'_>) -> bool {
    let Some(h) = p.take(|_, h| active(h) && !outside_civil(h) && plain_name(&h.head)) else { return false };
    let Some(c) = p.civil_of[h] else { return false };
    let name = p.home(h).head.name.clone();
    let wrong = misnamed(&mut p.rng, &name);
    p.world.civil[c].persons[0].name.clone_from(&wrong);
    p.expect_file("ID110", h, "name", &joined(&[&name, &wrong]));
    true
}
