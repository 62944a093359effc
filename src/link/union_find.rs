//! Disjoint sets over small integers, for households that share a key and files that share a person.

#[derive(Debug)]
pub struct UnionFind {
    parent: Vec<u32>,
}

impl UnionFind {
    pub fn new(size: usize) -> Self {
        Self { parent: (0..size as u32).collect() }
    }

    /// The smallest member of the set: the same whatever the order of joins.
    pub fn find(&mut self, x: usize) -> usize {
        let mut at = x as u32;
        while self.parent[at as usize] != at {
            let above = self.parent[at as usize];
            self.parent[at as usize] = self.parent[above as usize];
            at = self.parent[at as usize];
        }
        at as usize
    }

    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high] = low as u32;
    }
}
