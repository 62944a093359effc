//! One record against several of the other side that add up exactly: instalments, or several aids paid together.

use std::collections::BTreeMap;

use super::item::{Item, agree};
use crate::link::union_find::UnionFind;

/// Most parts of a bundle.
pub const MOST_PARTS: usize = 6;

/// Work spent on one record and on one choice, far above what a household needs; only a crowd behind one number meets them.
const MOST_TRIED: usize = 100_000;
const MOST_KEPT: usize = 64;

/// A record of one side and the parts of the other, by index; one of the two lists holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    pub aids: Vec<usize>,
    pub payments: Vec<usize>,
    days: i64,
}

/// Bundles that share no record: most bundles, then fewest days in total, then fewest parts, then order. `fits` gives the
/// days between an aid record and a payment that may stand in one bundle, whatever their amounts.
pub fn bundles(
    aids: &[&Item<'_>],
    payments: &[&Item<'_>],
    fits: impl Fn(&Item<'_>, &Item<'_>) -> Option<i64>,
) -> Vec<Bundle> {
    let mut found: Vec<Bundle> = Vec::new();
    for (i, aid) in aids.iter().enumerate() {
        found.extend(sums(aid, payments, &|p| fits(aid, p)).into_iter().map(|(parts, days)| Bundle {
            aids: vec![i],
            payments: parts,
            days,
        }));
    }
    for (j, payment) in payments.iter().enumerate() {
        found.extend(sums(payment, aids, &|a| fits(a, payment)).into_iter().map(|(parts, days)| Bundle {
            aids: parts,
            payments: vec![j],
            days,
        }));
    }
    let mut sets = UnionFind::new(aids.len() + payments.len());
    for bundle in &found {
        let first = bundle.aids[0];
        bundle.aids.iter().for_each(|&i| sets.join(first, i));
        bundle.payments.iter().for_each(|&j| sets.join(first, aids.len() + j));
    }
    let mut groups: BTreeMap<usize, Vec<Bundle>> = BTreeMap::new();
    for bundle in found {
        groups.entry(sets.find(bundle.aids[0])).or_default().push(bundle);
    }
    let mut chosen: Vec<Bundle> = groups.into_values().flat_map(best_choice).collect();
    chosen.sort_by(|a, b| (&a.aids, &a.payments).cmp(&(&b.aids, &b.payments)));
    chosen
}

/// Two to six parts of `pool` that add up to `whole` and agree on program and source; parts by index, with days in total.
fn sums(whole: &Item<'_>, pool: &[&Item<'_>], fits: &dyn Fn(&Item<'_>) -> Option<i64>) -> Vec<(Vec<usize>, i64)> {
    let Some(sum) = whole.fen.filter(|&fen| fen > 0) else { return Vec::new() };
    let smaller = |item: &Item<'_>| item.fen.filter(|&fen| fen > 0 && fen < sum);
    let mut parts: Vec<Part<'_>> = (pool.iter().enumerate())
        .filter_map(|(index, item)| Some(Part { index, item, fen: smaller(item)?, days: fits(item)? }))
        .collect();
    // The nearest first, so that what the limits leave out is the least likely.
    parts.sort_by_key(|p| (p.days, p.index));
    let mut search = Search { parts: &parts, tried: 0, picked: Vec::new(), found: Vec::new() };
    search.go(0, sum, whole.program, whole.source);
    search.found
}

struct Part<'a> {
    index: usize,
    item: &'a Item<'a>,
    fen: i64,
    days: i64,
}

struct Search<'a> {
    parts: &'a [Part<'a>],
    tried: usize,
    picked: Vec<usize>,
    found: Vec<(Vec<usize>, i64)>,
}

impl<'a> Search<'a> {
    fn go(&mut self, from: usize, left: i64, program: Option<&'a str>, source: Option<&'a str>) {
        if left == 0 {
            let mut parts: Vec<usize> = self.picked.iter().map(|&p| self.parts[p].index).collect();
            parts.sort_unstable();
            self.found.push((parts, self.picked.iter().map(|&p| self.parts[p].days).sum()));
            return;
        }
        if self.picked.len() == MOST_PARTS {
            return;
        }
        for at in from..self.parts.len() {
            self.tried += 1;
            if self.tried > MOST_TRIED || self.found.len() >= MOST_KEPT {
                return;
            }
            let part = &self.parts[at];
            if part.fen > left || !agree(program, part.item.program) || !agree(source, part.item.source) {
                continue;
            }
            self.picked.push(at);
            self.go(at + 1, left - part.fen, program.or(part.item.program), source.or(part.item.source));
            self.picked.pop();
        }
    }
}

/// The best bundles without a common record, of some that hang together.
fn best_choice(mut bundles: Vec<Bundle>) -> Vec<Bundle> {
    bundles.sort_by(|a, b| {
        let parts = |x: &Bundle| x.aids.len() + x.payments.len();
        (a.days, parts(a), &a.aids, &a.payments).cmp(&(b.days, parts(b), &b.aids, &b.payments))
    });
    let mut choice = Choice { bundles: &bundles, tried: 0, picked: Vec::new(), best: Vec::new(), best_worth: None };
    choice.go(0);
    let best = choice.best;
    best.into_iter().map(|at| bundles[at].clone()).collect()
}

struct Choice<'a> {
    bundles: &'a [Bundle],
    tried: usize,
    picked: Vec<usize>,
    best: Vec<usize>,
    /// Bundles, minus days, minus parts.
    best_worth: Option<(usize, i64, i64)>,
}

impl Choice<'_> {
    fn go(&mut self, from: usize) {
        let picked = || self.picked.iter().map(|&at| &self.bundles[at]);
        let parts: usize = picked().map(|b| b.aids.len() + b.payments.len()).sum();
        let worth = (self.picked.len(), -picked().map(|b| b.days).sum::<i64>(), -(parts as i64));
        if self.best_worth.is_none_or(|best| worth > best) {
            self.best_worth = Some(worth);
            self.best.clone_from(&self.picked);
        }
        for at in from..self.bundles.len() {
            self.tried += 1;
            // No more can be reached than one for each that is left.
            let reach = self.picked.len() + self.bundles.len() - at;
            if self.tried > MOST_TRIED || self.best_worth.is_some_and(|(most, ..)| reach < most) {
                return;
            }
            let new = &self.bundles[at];
            let clash = |b: &Bundle| {
                b.aids.iter().any(|i| new.aids.contains(i)) || b.payments.iter().any(|j| new.payments.contains(j))
            };
            if self.picked.iter().any(|&p| clash(&self.bundles[p])) {
                continue;
            }
            self.picked.push(at);
            self.go(at + 1);
            self.picked.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;

    fn item(day: u32, fen: i64) -> Item<'static> {
        Item {
            person: Some(1),
            program: None,
            source: None,
            fen: Some(fen),
            date: PartialDate::new(2019, 5, Some(day)),
            number: "",
        }
    }

    fn found(aids: &[Item<'_>], payments: &[Item<'_>]) -> Vec<(Vec<usize>, Vec<usize>)> {
        let (aids, payments): (Vec<_>, Vec<_>) = (aids.iter().collect(), payments.iter().collect());
        bundles(&aids, &payments, |a, p| a.days_to(p)).into_iter().map(|b| (b.aids, b.payments)).collect()
    }

    #[test]
    fn instalments_and_collected_payments() {
        assert_eq!(found(&[item(1, 900)], &[item(3, 500), item(5, 400)]), [(vec![0], vec![0, 1])]);
        assert_eq!(found(&[item(1, 500), item(1, 400)], &[item(5, 900)]), [(vec![0, 1], vec![0])]);
        assert!(found(&[item(1, 900)], &[item(3, 500), item(5, 399)]).is_empty());
        assert!(found(&[item(1, 700)], &[item(1, 100); 7]).is_empty(), "six parts at most");
    }

    #[test]
    fn the_first_found_gives_way_to_the_best() {
        // The nearest parts of the first would leave the second without.
        let aids = [item(1, 600), item(20, 700)];
        let payments = [item(2, 300), item(3, 300), item(8, 200), item(9, 400), item(21, 400)];
        assert_eq!(found(&aids, &payments), [(vec![0], vec![2, 3]), (vec![1], vec![1, 4])]);
    }

    #[test]
    fn a_crowd_ends() {
        let payments: Vec<_> = (0..200).map(|i| item(1 + i % 28, 100 + i64::from(i % 7))).collect();
        let aids: Vec<_> = (0..100).map(|i| item(1 + i % 28, 300 + i64::from(i))).collect();
        assert!(!found(&aids, &payments).is_empty());
    }
}
