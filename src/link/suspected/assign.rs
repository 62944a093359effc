//! Decides which suspected pairs are linked, over the whole set.
//!
//! Rules are taken tier by tier. Of the pairs whose first rule is of the tier, those are linked that are each other's only
//! choice, or that speak for more and against no more than every other choice of either side. What is left undecided is a
//! [`Tie`]: shown, and shut to weaker rules, which would decide by accident.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::block::Blocking;
use super::cascade::{Cascade, Rule, Test};
use super::compare::{Comparison, NumberMatch, Shared};
use super::evidence::{Evidence, evidence};
use super::person::{Number, Person};
use crate::link::verdicts::{Settled, Verdicts};

/// How many left records may mean one right person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    OneToOne,
    /// Rows of events: each means one person, and several may mean the same.
    ManyToOne,
}

/// A person has answered 是同一人.
pub static VERIFIED: Rule =
    Rule { name: "核实为同一人", confidence: 1.0, tier: 0, doc: "Somebody has looked and answered.", tests: &[] };

/// A left and a right record that speak of one person.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub left: u32,
    pub right: u32,
    pub rule: &'static Rule,
}

/// A left record with several choices between which nothing decides.
#[derive(Debug, Clone)]
pub struct Tie {
    pub left: u32,
    /// Right records, or one that another left record claims as well.
    pub candidates: Vec<u32>,
    pub rule: &'static Rule,
}

/// What [`link`] found. Lists are in the order of left records.
#[derive(Debug, Default)]
pub struct Outcome {
    pub links: Vec<Link>,
    pub ties: Vec<Tie>,
    /// Pairs a rule accepts whose right record is linked already by a stronger rule, or better: perhaps a second row
    /// of one person.
    pub taken: Vec<Link>,
    /// Pairs that were compared besides those of equal number.
    pub candidates: usize,
    /// Blocks that were passed over because too many records share them.
    pub crowded: usize,
    /// Answers that contradict each other: void here.
    pub settled: Settled,
    shared: Shared,
}

impl Outcome {
    /// What speaks for and against a link.
    pub fn evidence(&self, link: &Link, left: &[Person], right: &[Person]) -> Vec<Evidence> {
        evidence(&left[link.left as usize], &right[link.right as usize], &self.shared)
    }

    /// Numbers that too many persons share to be evidence.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }
}

/// A pair with the first rule that accepts it.
#[derive(Debug, Clone, Copy)]
struct Judged {
    rule: &'static Rule,
    left: u32,
    right: u32,
    weight: (u32, u32),
}

impl Judged {
    /// Speaks for more, and against no more.
    fn beats(&self, other: &Self) -> bool {
        !self.rule.needs_one_fit() && self.weight.0 > other.weight.0 && self.weight.1 <= other.weight.1
    }
}

/// Links left persons to right persons.
pub fn link(left: &[Person], right: &[Person], cascade: &Cascade, mode: Mode, verdicts: &Verdicts) -> Outcome {
    let shared = Shared::of(&[left, right]);
    let settled = verdicts.settle();
    let mut deciding = Deciding {
        left,
        right,
        mode,
        left_state: vec![State::Open; left.len()],
        right_state: vec![State::Open; right.len()],
        out: Outcome::default(),
    };
    let pairs = verified_pairs(left, right, &settled);
    deciding.decide(pairs.into_iter().map(|(l, r)| deciding.verified(l, r, &shared)).collect());

    let open = deciding.open_lefts();
    let exact = exact_pairs(left, &open, right);
    deciding.decide(judged(left, right, &exact, cascade, &shared, &settled, |rule| rule < cascade.exact.len()));

    let open = deciding.open_lefts();
    let all: Vec<u32> = (0..right.len() as u32).collect();
    let people = open.iter().map(|&l| &left[l as usize]).chain(right);
    let candidates = Blocking::new(cascade.keys, &shared, people).between(left, &open, right, &all);
    deciding.out.candidates = candidates.pairs.len();
    deciding.out.crowded = candidates.crowded;
    let judged = judged(left, right, &candidates.pairs, cascade, &shared, &settled, |_| true);
    deciding.decide(judged);

    let mut out = deciding.out;
    out.links.sort_unstable_by_key(|l| (l.left, l.right));
    out.ties.sort_unstable_by_key(|t| t.left);
    out.taken.sort_unstable_by_key(|l| (l.left, l.right));
    out.settled = settled;
    out.shared = shared;
    out
}

fn judged(
    left: &[Person],
    right: &[Person],
    pairs: &[(u32, u32)],
    cascade: &Cascade,
    shared: &Shared,
    settled: &Settled,
    wanted: impl Fn(usize) -> bool + Sync,
) -> Vec<Judged> {
    let judge = |&(l, r): &(u32, u32)| {
        let (a, b) = (&left[l as usize], &right[r as usize]);
        if !settled.is_empty() && settled.verdict(&a.key, &b.key) == Some(false) {
            return None;
        }
        let comparison = Comparison::of(a, b, shared);
        let rule = cascade.judge(&comparison).filter(|rule| wanted(*rule))?;
        let rule = cascade.all().nth(rule)?;
        Some(Judged { rule, left: l, right: r, weight: comparison.weight() })
    };
    pairs.par_iter().with_min_len(1024).filter_map(judge).collect()
}

/// Pairs that somebody has answered 是同一人 for.
fn verified_pairs(left: &[Person], right: &[Person], settled: &Settled) -> Vec<(u32, u32)> {
    if settled.is_empty() {
        return Vec::new();
    }
    let mut of_class: FxHashMap<usize, Vec<u32>> = FxHashMap::default();
    for (r, person) in right.iter().enumerate() {
        if let Some(class) = settled.class(&person.key) {
            of_class.entry(class).or_default().push(r as u32);
        }
    }
    let rights = |person: &Person| settled.class(&person.key).and_then(|c| of_class.get(&c)).into_iter().flatten();
    left.iter().enumerate().flat_map(|(l, person)| rights(person).map(move |&r| (l as u32, r))).collect()
}

/// Pairs of equal numbers.
fn exact_pairs(left: &[Person], lefts: &[u32], right: &[Person]) -> Vec<(u32, u32)> {
    let mut valid: FxHashMap<u64, u32> = FxHashMap::default();
    let mut text: FxHashMap<&str, u32> = FxHashMap::default();
    // The next right record of the same number, as a list through the records.
    let mut next = vec![u32::MAX; right.len()];
    valid.reserve(right.len());
    for (r, person) in right.iter().enumerate() {
        let before = match &person.number {
            Number::Valid(id) => valid.insert(id.key(), r as u32),
            Number::Text(t) => text.insert(t, r as u32),
            _ => None,
        };
        next[r] = before.unwrap_or(u32::MAX);
    }
    let mut pairs = Vec::new();
    for &l in lefts {
        let mut at = match &left[l as usize].number {
            Number::Valid(id) => valid.get(&id.key()).copied(),
            Number::Text(t) => text.get(&**t).copied(),
            _ => None,
        };
        while let Some(r) = at {
            pairs.push((l, r));
            at = Some(next[r as usize]).filter(|r| *r != u32::MAX);
        }
    }
    pairs
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Linked,
    Tied,
}

struct Deciding<'a> {
    left: &'a [Person],
    right: &'a [Person],
    mode: Mode,
    left_state: Vec<State>,
    right_state: Vec<State>,
    out: Outcome,
}

impl Deciding<'_> {
    fn verified(&self, left: u32, right: u32, shared: &Shared) -> Judged {
        let comparison = Comparison::of(&self.left[left as usize], &self.right[right as usize], shared);
        // A person's answer counts, not what the records look like.
        let weight = if comparison.number == NumberMatch::Equal { (1, 0) } else { (0, 0) };
        Judged { rule: &VERIFIED, left, right, weight }
    }

    fn open_lefts(&self) -> Vec<u32> {
        (0..self.left.len() as u32).filter(|&l| self.left_state[l as usize] == State::Open).collect()
    }

    /// Decides tier by tier.
    fn decide(&mut self, mut pairs: Vec<Judged>) {
        pairs.par_sort_unstable_by_key(|p| (p.rule.tier, p.left, p.right));
        for group in pairs.chunk_by(|a, b| a.rule.tier == b.rule.tier) {
            self.decide_tier(group);
        }
    }

    fn decide_tier(&mut self, group: &[Judged]) {
        let mut pairs: Vec<Judged> =
            group.iter().copied().filter(|p| self.left_state[p.left as usize] == State::Open).collect();
        loop {
            let best = self.best(&pairs);
            if best.is_empty() {
                break;
            }
            let mut linked = FxHashSet::default();
            for pair in &best {
                linked.insert(pair.left);
                if self.mode == Mode::OneToOne && self.right_state[pair.right as usize] == State::Linked {
                    // Its best choice is somebody else's: no weaker rule may give it another.
                    self.out.taken.push(Link { left: pair.left, right: pair.right, rule: pair.rule });
                    self.left_state[pair.left as usize] = State::Tied;
                    continue;
                }
                self.out.links.push(Link { left: pair.left, right: pair.right, rule: pair.rule });
                self.left_state[pair.left as usize] = State::Linked;
                self.right_state[pair.right as usize] = State::Linked;
            }
            pairs.retain(|p| !linked.contains(&p.left));
        }
        for of_left in pairs.chunk_by(|a, b| a.left == b.left) {
            let left = of_left[0].left;
            self.left_state[left as usize] = State::Tied;
            for pair in of_left {
                let state = &mut self.right_state[pair.right as usize];
                if *state == State::Open {
                    *state = State::Tied;
                }
            }
            self.out.ties.push(Tie {
                left,
                candidates: of_left.iter().map(|p| p.right).collect(),
                rule: of_left[0].rule,
            });
        }
    }

    /// Pairs that are the only or the best choice of both sides. Right records that stronger rules have left undecided
    /// are nobody's.
    fn best(&self, pairs: &[Judged]) -> Vec<Judged> {
        let mut by_right: FxHashMap<u32, Vec<&Judged>> = FxHashMap::default();
        if self.mode == Mode::OneToOne {
            for pair in pairs {
                by_right.entry(pair.right).or_default().push(pair);
            }
        }
        let mut best = Vec::new();
        for of_left in pairs.chunk_by(|a, b| a.left == b.left) {
            let wins = |p: &Judged| of_left.iter().all(|o| o.right == p.right || p.beats(o));
            let Some(pair) = of_left.iter().find(|p| wins(p)) else { continue };
            let taken = self.right_state[pair.right as usize];
            let fair = match (self.mode, taken) {
                (Mode::ManyToOne, _) | (Mode::OneToOne, State::Linked) => true,
                (Mode::OneToOne, State::Tied) => false,
                (Mode::OneToOne, State::Open) => {
                    by_right[&pair.right].iter().all(|o| o.left == pair.left || pair.beats(o))
                }
            };
            if fair {
                best.push(*pair);
            }
        }
        best
    }
}

/// Rules that need equal numbers come first, and only they do; tiers never go back, and start anew behind the exact
/// rules: what [`link`] relies on.
pub fn is_well_formed(cascade: &Cascade) -> bool {
    let needs_equal = |rule: &Rule| rule.tests.iter().any(|t| matches!(t, Test::NumberEqual));
    let apart = cascade.exact.iter().all(|e| cascade.rules.iter().all(|r| e.tier < r.tier));
    let in_order = cascade.all().is_sorted_by_key(|r| r.tier);
    cascade.exact.iter().all(needs_equal) && !cascade.rules.iter().any(needs_equal) && apart && in_order
}
