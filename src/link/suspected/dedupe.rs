//! Finds the records of one list that speak of the same person.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::assign::{Link, VERIFIED};
use super::block::Blocking;
use super::cascade::Cascade;
use super::compare::{Comparison, Shared};
use super::person::Person;
use crate::link::union_find::UnionFind;
use crate::link::verdicts::Verdicts;

/// Records of one person, several of them.
#[derive(Debug, Default)]
pub struct Clusters {
    /// Pairs that a rule accepts, by the smaller and the larger record.
    pub links: Vec<Link>,
    /// Each sorted, in the order of their smallest records. Links are followed through, but for clusters that would
    /// put together what somebody has said are two persons: those stay in pieces, one for each record.
    pub clusters: Vec<Vec<u32>>,
}

/// Links the records of one list among each other.
pub fn dedupe(persons: &[Person], cascade: &Cascade, verdicts: &Verdicts) -> Clusters {
    let shared = Shared::of(&[persons]);
    let settled = verdicts.settle();
    let candidates = Blocking::new(cascade.keys, &shared, persons.iter()).within(persons);
    let judge = |&(a, b): &(u32, u32)| {
        let (x, y) = (&persons[a as usize], &persons[b as usize]);
        if !settled.is_empty() {
            match settled.verdict(&x.key, &y.key) {
                Some(true) => return Some(Link { left: a, right: b, rule: &VERIFIED }),
                Some(false) => return None,
                None => {}
            }
        }
        let rule = cascade.judge(&Comparison::of(x, y, &shared))?;
        Some(Link { left: a, right: b, rule: cascade.all().nth(rule)? })
    };
    let links: Vec<Link> = candidates.pairs.par_iter().with_min_len(256).filter_map(judge).collect();

    let mut sets = UnionFind::new(persons.len());
    for link in &links {
        sets.join(link.left as usize, link.right as usize);
    }
    if !settled.is_empty() {
        let mut first_of_class = rustc_hash::FxHashMap::default();
        for (i, person) in persons.iter().enumerate() {
            if let Some(class) = settled.class(&person.key) {
                sets.join(*first_of_class.entry(class).or_insert(i), i);
            }
        }
    }
    let mut by_root: Vec<(u32, u32)> = (0..persons.len()).map(|i| (sets.find(i) as u32, i as u32)).collect();
    by_root.sort_unstable();
    let contradicted = |members: &[(u32, u32)]| {
        !settled.is_empty() && {
            let classes: FxHashSet<&str> = members.iter().map(|(_, i)| &*persons[*i as usize].key).collect();
            classes.iter().any(|a| classes.iter().any(|b| settled.verdict(a, b) == Some(false)))
        }
    };
    let clusters = by_root
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|members| members.len() > 1 && !contradicted(members))
        .map(|members| members.iter().map(|(_, i)| *i).collect())
        .collect();
    Clusters { links, clusters }
}
