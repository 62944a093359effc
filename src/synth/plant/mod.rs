//! Planted mistakes, each with the exact findings it must give.
//!
//! A plant takes households that no other plant touches, changes what the exports say about them (or, where the mistake is
//! one of the world itself, the household), and writes down the findings that stand after one cause has silenced the
//! others. Every module says which consequences it reckons with.

mod agreement;
mod civil;
mod deaths;
mod eligibility;
mod exits;
mod filing;
mod helpers;
mod identity;
mod mess;
mod numbers;
mod payments;
mod people;
mod procedure;
mod registers;
mod spending;

use super::calendar::days_before;
use super::events::{Aid, Payment, own_source};
use super::export::{Expected, Val};
use super::household::{Builder, Household, Status};
use super::people::{People, Person, check_char};
use super::rng::Rng;
use super::rows;
use super::world::{OWN_STANDARD, Plant, Request, World};
use chrono::NaiveDate;

/// One kind of mistake: the rule it is planted for, and what plants it. False: no household fits (any more).
pub(super) struct Class {
    pub code: &'static str,
    pub plant: fn(&mut Planter<'_>) -> bool,
}

const fn class(code: &'static str, plant: fn(&mut Planter<'_>) -> bool) -> Class {
    Class { code, plant }
}

/// All classes. Those that need households of a rare kind come first.
fn classes() -> impl Iterator<Item = &'static Class> {
    [
        exits::CLASSES,
        deaths::CLASSES,
        spending::CLASSES,
        eligibility::CLASSES,
        helpers::CLASSES,
        registers::CLASSES,
        payments::CLASSES,
        numbers::CLASSES,
        people::CLASSES,
        identity::CLASSES,
        procedure::CLASSES,
        filing::CLASSES,
        agreement::CLASSES,
        civil::CLASSES,
    ]
    .into_iter()
    .flatten()
}

/// Rules that run, or have anything to say, only where a paper binds them, and the papers that do.
const BOUND: [(&str, &[&str]); 9] = [
    ("BF606", &["chengdu-2019", "ordos-2020", "shantou-2017"]),
    ("BF607", &["ordos-2020"]),
    ("JD210", &["shantou-2017"]),
    ("JD214", &["ordos-2020", "shantou-2017"]),
    ("JD216", &["national-2022"]),
    ("JD217", &["national-2022"]),
    ("JD218", &["national-2022"]),
    ("TK508", &["guangming-2020", "ordos-2020"]),
    ("TK511", &["guangming-2020", "ordos-2020"]),
];

/// The mistake is one under this profile.
fn applies(code: &str, profile: &str) -> bool {
    BOUND.iter().all(|(rule, papers)| *rule != code || papers.contains(&profile))
}

/// Codes that have plants, sorted.
pub fn all_codes() -> Vec<&'static str> {
    let mut codes: Vec<_> = classes().map(|c| c.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Codes of the mistakes that are some under a profile, sorted.
pub fn codes(profile: &str) -> Vec<&'static str> {
    let mut codes = all_codes();
    codes.retain(|code| applies(code, profile));
    codes
}

/// Plants what the request asks for, and the unreadable and outdated values that mess brings with it.
pub fn plant(world: &mut World, people: &mut People, request: &Request) {
    let mut rng = Rng::topic(request.seed, "plants");
    let mut order: Vec<usize> = (0..world.households.len()).collect();
    rng.shuffle(&mut order);
    let mut civil_of = vec![None; world.households.len()];
    for (c, household) in world.civil.iter().enumerate() {
        if let Some(h) = household.household {
            civil_of[h] = Some(c);
        }
    }
    let left_for_mess = if request.mess == 0 { 0 } else { order.len() / 12 };
    let (taken, free) = (vec![false; order.len()], order.len());
    let mut planter = Planter { world, people, rng, order, taken, free, civil_of, paperless: Vec::new() };
    let codes = match &request.plant {
        Plant::None => Vec::new(),
        Plant::All => codes(&planter.world.profile),
        Plant::Codes(only) => all_codes().into_iter().filter(|code| only.iter().any(|o| o == code)).collect(),
    };
    let wanted: Vec<&Class> = classes().filter(|c| codes.contains(&c.code)).collect();
    // One of each first, so that in a small world every kind has its chance.
    for _ in 0..3 + request.households / 2500 {
        for class in &wanted {
            if planter.free > left_for_mess {
                (class.plant)(&mut planter);
            }
        }
    }
    mess::sow(&mut planter, request.mess);
}

/// Aid to be given, in one payment.
struct Gift {
    program: &'static str,
    /// None: the file's own level pays.
    fund_source: Option<&'static str>,
    fen: i64,
    paid_on: NaiveDate,
    /// Days from the aid record to the payment.
    after: i64,
}

/// What a plant works with.
pub(super) struct Planter<'a> {
    pub world: &'a mut World,
    pub people: &'a mut People,
    pub rng: Rng,
    /// Original households in random order.
    order: Vec<usize>,
    taken: Vec<bool>,
    /// How many are not taken.
    free: usize,
    /// Civil household of each original household.
    civil_of: Vec<Option<usize>>,
    /// Units that already have a file without paper.
    paperless: Vec<usize>,
}

impl Planter<'_> {
    /// A household that no plant has touched and that fits; touched from now on.
    fn take(&mut self, fits: impl Fn(&World, &Household) -> bool) -> Option<usize> {
        self.take_at(|world, i| fits(world, &world.households[i]))
    }

    fn take_at(&mut self, fits: impl Fn(&World, usize) -> bool) -> Option<usize> {
        let found = self.order.iter().copied().find(|&i| !self.taken[i] && fits(self.world, i))?;
        self.mark(found);
        Some(found)
    }

    /// Two households that fit each other. Neither is touched where there is no pair.
    fn take_two(
        &mut self,
        first: impl Fn(&World, &Household) -> bool,
        second: impl Fn(&World, &Household, &Household) -> bool,
    ) -> Option<(usize, usize)> {
        let free = || self.order.iter().copied().filter(|&i| !self.taken[i]);
        let pair = free().filter(|&a| first(self.world, &self.world.households[a])).take(40).find_map(|a| {
            let one = &self.world.households[a];
            free().find(|&b| b != a && second(self.world, one, &self.world.households[b])).map(|b| (a, b))
        })?;
        self.mark(pair.0);
        self.mark(pair.1);
        Some(pair)
    }

    fn mark(&mut self, household: usize) {
        self.taken[household] = true;
        self.free -= 1;
    }

    fn home(&self, index: usize) -> &Household {
        &self.world.households[index]
    }

    fn expect(&mut self, finding: Expected) {
        self.world.expected.push(finding);
    }

    /// Expects a finding on a file: its number and its head.
    fn expect_file(&mut self, rule: &str, household: usize, field: &str, reference: &str) {
        let h = self.home(household);
        let finding = super::expected::finding(rule, &h.file_no, &h.head.id, field, reference);
        self.expect(finding);
    }

    /// Expects a finding on a member (counted from 0).
    fn expect_member(&mut self, rule: &str, household: usize, member: usize, field: &str, reference: &str) {
        let h = self.home(household);
        let finding = super::expected::finding(rule, &h.file_no, &h.members[member].id, field, reference);
        self.expect(finding);
    }

    /// Expects a finding that concerns two files and the persons given: one row per unit, so that two files of one unit
    /// have one row, on the first by number. `ref` names both files.
    fn expect_per_unit(&mut self, rule: &str, concerned: [(usize, String); 2]) {
        let [(a, _), (b, _)] = concerned;
        let files = super::expected::joined(&[&self.home(a).file_no, &self.home(b).file_no]);
        self.expect_per_unit_on(rule, concerned, &files);
    }

    /// The same with another `ref`.
    fn expect_per_unit_on(&mut self, rule: &str, concerned: [(usize, String); 2], reference: &str) {
        let [(a, _), (b, _)] = concerned;
        let one_unit = self.home(a).unit == self.home(b).unit;
        let first = if self.home(a).file_no <= self.home(b).file_no { a } else { b };
        for (h, person) in concerned.iter().filter(|(h, _)| !one_unit || *h == first) {
            let finding = super::expected::finding(rule, &self.home(*h).file_no, person, "", reference);
            self.expect(finding);
        }
    }

    /// Expects a finding on a household's n-th payment, to its head.
    fn expect_payment(&mut self, rule: &str, household: usize, n: usize) {
        self.expect_file(rule, household, "", &rows::serial(household, n));
    }

    /// Another aid of the household, paid out on one day. Returns its number and that of the payment.
    fn give(&mut self, household: usize, aid: Gift) -> (usize, usize) {
        let h = &mut self.world.households[household];
        let n = h.aids.iter().map(|a| a.payments.len()).sum();
        h.aids.push(Aid {
            program: aid.program,
            fund_source: aid.fund_source.unwrap_or(own_source(h.level)),
            amount: aid.fen,
            aided_on: days_before(aid.paid_on, aid.after),
            payments: vec![Payment::new(aid.paid_on, aid.fen)],
        });
        (h.aids.len() - 1, n)
    }

    /// A sum below 500 yuan that no other aid of the household has: those are hundreds of yuan.
    fn odd_sum(&mut self) -> i64 {
        (self.rng.between(1, 4) * 100 + self.rng.between(1, 99)) * 100
    }

    /// Income a month and head above which a household of this level should leave, in yuan.
    fn exit_threshold(&self, level: &str, month: NaiveDate) -> i64 {
        match level {
            "全国级" | "省级" | "地市级" => self.world.dibao(month) * 3 / 2,
            _ => OWN_STANDARD,
        }
    }

    /// Households of each unit that are in a register of civil affairs now.
    fn civil_in_units(&self) -> Vec<usize> {
        let mut in_unit = vec![0; self.world.tree.units.len()];
        for c in self.world.civil.iter().filter(|c| c.to.is_none() && !c.hidden) {
            if let Some(h) = c.household {
                in_unit[self.world.households[h].unit] += 1;
            }
        }
        in_unit
    }

    /// Files of each unit.
    fn homes_in_units(&self) -> Vec<usize> {
        let mut homes = vec![0; self.world.tree.units.len()];
        for h in &self.world.households {
            homes[h.unit] += 1;
        }
        homes
    }

    /// Another household, of which only some registers know.
    fn newcomer(&mut self, unit: usize) -> Household {
        let n = self.world.households.len();
        let rng = self.rng.fork();
        let as_of = self.world.as_of;
        Builder { tree: &self.world.tree, people: self.people, as_of, rng }.household(n, unit)
    }

    /// The number of the next file of a unit.
    fn next_file_no(&self, unit: usize) -> String {
        format!("KN{}{:07}", self.world.tree.district_of(unit).code, self.world.households.len())
    }

    /// A unit other than this one, where there is one.
    fn other_unit(&mut self, unit: usize) -> usize {
        let units = self.world.tree.units.len();
        if units < 2 { unit } else { (unit + 1 + self.rng.below(units - 1)) % units }
    }
}

fn exited(h: &Household) -> bool {
    h.status == Status::Exited
}

fn active(h: &Household) -> bool {
    h.status == Status::Active
}

/// No register of civil affairs knows the household.
fn outside_civil(h: &Household) -> bool {
    h.category == "意外致困户"
}

/// Every payment arrived and none was taken back.
fn plainly_paid(h: &Household) -> bool {
    h.known.events && !h.aids.is_empty() && h.aids.iter().flat_map(|a| &a.payments).all(Payment::is_plain)
}

/// The unit sends a register with materials, not forms.
fn in_register(world: &World, h: &Household) -> bool {
    !world.tree.units[h.unit].forms
}

/// A member whom no other register names: neither ill (medical) nor the spouse.
fn quiet_member(h: &Household) -> Option<usize> {
    h.members.iter().position(|m| {
        !matches!(m.relation, "妻子" | "丈夫")
            && h.medical.iter().all(|s| h.persons().nth(s.person).is_none_or(|p| p.id != m.id))
    })
}

/// A Chinese name of two or three characters, in which one can be mistaken.
fn plain_name(person: &Person) -> bool {
    !person.name.contains('·')
}

/// A number that is no number: a wrong check character, a month 13, or a digit too few. As written.
fn broken(rng: &mut Rng, id: &str) -> String {
    let body = &id[..17.min(id.len())];
    match rng.below(3) {
        0 => {
            let right = check_char(body);
            let wrong = ['1', '2', '3', '4', '5', '6', '7'].into_iter().find(|c| Some(*c) != right).unwrap_or('8');
            format!("{body}{wrong}")
        }
        1 => {
            let body = format!("{}13{}", &body[..10], &body[12..]);
            let check = check_char(&body).unwrap_or('0');
            format!("{body}{check}")
        }
        _ => format!("{}{}", &body[..14], &id[15.min(id.len())..]),
    }
}

fn verbatim(value: impl Into<String>) -> Val {
    Val::Verbatim(value.into())
}

fn text(value: &str) -> Val {
    rows::text(value)
}
