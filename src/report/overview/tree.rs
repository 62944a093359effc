//! The units of a report in the order of their tree: depth first, by name, the federation first, 未归属单位 last.

use std::collections::{BTreeMap, BTreeSet};

use crate::link::UNASSIGNED;
use crate::report::model::{Report, UnitProgress};

/// A unit and where it stands.
#[derive(Debug)]
pub struct Node<'a> {
    pub name: &'a str,
    /// As printed: the federation for what hangs in the air.
    pub parent: Option<&'a str>,
    /// 0 for the federation.
    pub depth: usize,
    /// One past the last unit below it: units stand before those below them, without a gap.
    pub end: usize,
    pub progress: Option<&'a UnitProgress>,
}

/// Every unit that takes part or has a finding. A unit whose parent does not take part (`--unit`) hangs on the federation.
pub fn nodes(report: &Report) -> Vec<Node<'_>> {
    let root = report.run.federation.as_str();
    let progress: BTreeMap<&str, &UnitProgress> = report.progress.iter().map(|p| (p.unit.as_str(), p)).collect();
    let mut parents: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for unit in &report.progress {
        // Nobody's rows make no unit.
        if unit.unit != UNASSIGNED || files(unit) > 0 {
            parents.insert(&unit.unit, unit.parent.as_deref());
        }
    }
    for unit in &report.units {
        parents.entry(&unit.name).or_insert(unit.parent.as_deref());
    }
    // A finding carried over from the last run may be of a unit that is gone.
    for finding in &report.findings {
        parents.entry(&finding.unit).or_insert((!finding.parent_unit.is_empty()).then_some(&finding.parent_unit));
    }
    parents.remove(root);

    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (&name, &parent) in &parents {
        let parent = parent.filter(|p| *p != name && parents.contains_key(p)).unwrap_or(root);
        children.entry(parent).or_default().push(name);
    }
    if let Some(top) = children.get_mut(root) {
        top.sort_by_key(|&name| (name == UNASSIGNED, name));
    }
    let node = |name, parent, depth| Node { name, parent, depth, end: 0, progress: progress.get(name).copied() };
    let mut out: Vec<Node> = Vec::with_capacity(parents.len() + 1);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    // Behind the tree come units that name each other as parents: data may hold such a ring.
    let starts = [root].into_iter().chain(parents.keys().copied());
    for start in starts {
        let (parent, depth) = if start == root { (None, 0) } else { (Some(root), 1) };
        let mut waiting = vec![(start, parent, depth)];
        while let Some((name, parent, depth)) = waiting.pop() {
            if seen.insert(name) {
                out.push(node(name, parent, depth));
                let below = children.get(name).into_iter().flatten().rev();
                waiting.extend(below.map(|&child| (child, Some(name), depth + 1)));
            }
        }
    }
    for i in 0..out.len() {
        let depth = out[i].depth;
        let below = out[i + 1..].iter().take_while(|other| other.depth > depth).count();
        out[i].end = i + 1 + below;
    }
    out
}

fn files(unit: &UnitProgress) -> usize {
    unit.active + unit.exited + unit.cancelled + unit.unclear
}
