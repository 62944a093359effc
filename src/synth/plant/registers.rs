//! Registers of other departments: BD801–BD804.
//!
//! Owners are heads and members of active households that no such register knows yet. `ref` is the key of the row, of several
//! rows of one person all of theirs; BD803 is one finding per household, on the head, its `ref` the owners.

use std::collections::HashSet;

use super::{Class, Planter, active, class, text};
use crate::synth::expected::joined;
use crate::synth::export::Val;
use crate::synth::people::Person;
use crate::synth::rows;

pub(super) const CLASSES: &[Class] =
    &[class("BD801", firm), class("BD802", cars), class("BD803", flats), class("BD804", payroll)];

/// An active household of at least so many persons, of whom nobody stands in the register.
fn unknown_to(p: &mut Planter<'_>, kind: &str, persons: usize) -> Option<usize> {
    let known: HashSet<String> = p.world.strangers.register(kind)?.iter().map(|person| person.id.clone()).collect();
    p.take(|_, h| active(h) && h.members.len() + 1 >= persons && h.persons().all(|person| !known.contains(&person.id)))
}

/// Adds a row of a person; its number.
fn enter(p: &mut Planter<'_>, kind: &'static str, person: Person, field: &'static str, word: &str) -> usize {
    let Some(list) = p.world.strangers.register(kind) else { return 0 };
    list.push(person);
    let n = list.len() - 1;
    p.world.edits.set((kind, n, 0), field, text(word));
    n
}

/// What a row of a register says in a field of text.
fn said(p: &Planter<'_>, kind: &str, person: &Person, n: usize, field: &str) -> String {
    match rows::register(kind, person, n, p.world.as_of, field) {
        Val::Text(text) => text,
        _ => String::new(),
    }
}

/// Somebody of the household: 0 is the head.
fn owner(p: &mut Planter<'_>, h: usize) -> Person {
    let nth = p.rng.below(p.home(h).members.len() + 1);
    let home = p.home(h);
    home.persons().nth(nth).unwrap_or(&home.head).clone()
}

fn expect_owner(p: &mut Planter<'_>, rule: &str, h: usize, owner: &Person, reference: &str) {
    let found = super::super::expected::finding(rule, &p.home(h).file_no, &owner.id, "", reference);
    p.expect(found);
}

fn firm(p: &mut Planter<'_>) -> bool {
    let Some(h) = unknown_to(p, "business", 1) else { return false };
    let owner = owner(p, h);
    let word = p.rng.pick(&["存续", "在营", "开业"]);
    let n = enter(p, "business", owner.clone(), "state", word);
    let key = said(p, "business", &owner, n, "uscc");
    expect_owner(p, "BD801", h, &owner, &key);
    true
}

fn cars(p: &mut Planter<'_>) -> bool {
    let Some(h) = unknown_to(p, "vehicle", 1) else { return false };
    let owner = owner(p, h);
    let plates: Vec<String> = (0..p.rng.between(1, 2))
        .map(|_| {
            let n = enter(p, "vehicle", owner.clone(), "state", "正常");
            said(p, "vehicle", &owner, n, "plate")
        })
        .collect();
    enter(p, "vehicle", owner.clone(), "state", "报废");
    let plates: Vec<&str> = plates.iter().map(String::as_str).collect();
    expect_owner(p, "BD802", h, &owner, &joined(&plates));
    true
}

fn flats(p: &mut Planter<'_>) -> bool {
    let Some(h) = unknown_to(p, "real_estate", 1) else { return false };
    let owners = [p.home(h).head.clone(), owner(p, h)];
    for owner in owners.clone() {
        enter(p, "real_estate", owner, "usage", "住宅");
    }
    p.expect_file("BD803", h, "", &joined(&[&owners[0].id, &owners[1].id]));
    true
}

fn payroll(p: &mut Planter<'_>) -> bool {
    let Some(h) = unknown_to(p, "fiscal_payroll", 1) else { return false };
    let owner = owner(p, h);
    let n = enter(p, "fiscal_payroll", owner.clone(), "kind", "事业编制");
    let employer = said(p, "fiscal_payroll", &owner, n, "employer");
    expect_owner(p, "BD804", h, &owner, &employer);
    true
}
