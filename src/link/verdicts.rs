//! What persons have answered: these two are the same person (是同一人), those two are not (不是同一人).
//!
//! A record is known by a stable string that the caller chooses. Answers are transitive: `a = b` and `b = c` say `a = c`,
//! and with `c ≠ d` also `a ≠ d`. Where answers contradict each other both are void for the records concerned, and the
//! contradiction is reported: it takes a person to settle it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::union_find::UnionFind;

/// Answers as they came in, in any order.
#[derive(Debug, Clone, Default)]
pub struct Verdicts {
    names: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, usize>,
    same: Vec<(usize, usize)>,
    different: Vec<(usize, usize)>,
}

/// Two records that were said to be different persons and that other answers make the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contradiction {
    pub a: Box<str>,
    pub b: Box<str>,
}

/// Answers with all that follows from them.
#[derive(Debug, Default)]
pub struct Settled {
    class_of: FxHashMap<Box<str>, usize>,
    apart: FxHashSet<(usize, usize)>,
    /// Sorted; empty where the answers agree.
    pub contradictions: Vec<Contradiction>,
}

impl Verdicts {
    /// The two records speak of one person.
    pub fn same(&mut self, a: &str, b: &str) {
        let pair = (self.id(a), self.id(b));
        self.same.push(pair);
    }

    /// The two records speak of two persons.
    pub fn different(&mut self, a: &str, b: &str) {
        let pair = (self.id(a), self.id(b));
        self.different.push(pair);
    }

    pub fn is_empty(&self) -> bool {
        self.same.is_empty() && self.different.is_empty()
    }

    fn id(&mut self, name: &str) -> usize {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = self.names.len();
        self.names.push(name.into());
        self.ids.insert(name.into(), id);
        id
    }

    /// Draws the conclusions.
    pub fn settle(&self) -> Settled {
        let mut sets = UnionFind::new(self.names.len());
        for &(a, b) in &self.same {
            sets.join(a, b);
        }
        let mut contradictions = Vec::new();
        let mut void = FxHashSet::default();
        for &(a, b) in &self.different {
            if sets.find(a) == sets.find(b) {
                let (a_name, b_name) = (&self.names[a], &self.names[b]);
                contradictions.push(Contradiction { a: a_name.min(b_name).clone(), b: a_name.max(b_name).clone() });
                void.insert(sets.find(a));
            }
        }
        contradictions.sort();
        contradictions.dedup();
        let apart = self.different.iter().map(|&(a, b)| ordered(sets.find(a), sets.find(b))).collect::<Vec<_>>();
        let apart = apart.into_iter().filter(|(a, b)| a != b && !void.contains(a) && !void.contains(b)).collect();
        let classes = self.names.iter().enumerate().map(|(i, name)| (name.clone(), sets.find(i)));
        let class_of = classes.filter(|(_, class)| !void.contains(class)).collect();
        Settled { class_of, apart, contradictions }
    }
}

impl Settled {
    /// Nobody has answered anything.
    pub fn is_empty(&self) -> bool {
        self.class_of.is_empty()
    }

    /// Records of one class are one person. `None` where nobody has said anything.
    pub fn class(&self, record: &str) -> Option<usize> {
        self.class_of.get(record).copied()
    }

    /// `Some(true)`: one person; `Some(false)`: two; `None`: nobody has said.
    pub fn verdict(&self, a: &str, b: &str) -> Option<bool> {
        let (a, b) = (self.class(a)?, self.class(b)?);
        if a == b { Some(true) } else { self.apart.contains(&ordered(a, b)).then_some(false) }
    }
}

fn ordered(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_transitive() {
        let mut v = Verdicts::default();
        assert!(v.is_empty() && v.settle().is_empty());
        v.same("a", "b");
        v.different("d", "c");
        v.same("c", "b");
        v.same("d", "e");
        let s = v.settle();
        assert_eq!(s.verdict("a", "c"), Some(true));
        assert_eq!(s.verdict("a", "d"), Some(false));
        assert_eq!(s.verdict("e", "a"), Some(false));
        assert_eq!(s.verdict("a", "x"), None);
        assert_eq!(s.contradictions, []);
    }

    #[test]
    fn a_contradiction_is_reported_and_decides_nothing() {
        let mut v = Verdicts::default();
        v.same("a", "b");
        v.same("b", "c");
        v.different("c", "a");
        v.different("a", "c");
        v.same("x", "y");
        v.different("a", "x");
        let s = v.settle();
        assert_eq!(s.contradictions, [Contradiction { a: "a".into(), b: "c".into() }]);
        assert_eq!(s.verdict("a", "b"), None);
        assert_eq!(s.verdict("a", "x"), None);
        assert_eq!(s.verdict("x", "y"), Some(true));
    }

    #[test]
    fn the_order_of_answers_does_not_matter() {
        let answers = [("a", "b", true), ("b", "c", true), ("c", "d", false), ("e", "d", true)];
        let settle = |order: [usize; 4]| {
            let mut v = Verdicts::default();
            for (a, b, same) in order.map(|i| answers[i]) {
                if same { v.same(a, b) } else { v.different(b, a) }
            }
            let s = v.settle();
            let names = ["a", "b", "c", "d", "e"];
            names.map(|a| names.map(|b| s.verdict(a, b)))
        };
        assert_eq!(settle([0, 1, 2, 3]), settle([3, 2, 1, 0]));
        assert_eq!(settle([0, 1, 2, 3]), settle([2, 0, 3, 1]));
    }
}
