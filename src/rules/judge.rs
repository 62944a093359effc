//! What a rule is handed, and where it puts its verdicts.

use std::collections::BTreeMap;

use super::catalogue::{Rule, Verdict};
use super::draft::Draft;
use crate::derive::Facts;
use crate::link::{Casebook, UnitId};

/// Parameters in force, by rule code and name.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    values: BTreeMap<(String, String), f64>,
}

impl Terms {
    pub fn set(&mut self, code: &str, name: &str, value: f64) {
        self.values.insert((code.to_string(), name.to_string()), value);
    }

    /// The value in force, else the declared default.
    pub fn get(&self, rule: &Rule, name: &str) -> f64 {
        let set = self.values.get(&(rule.code.to_string(), name.to_string())).copied();
        set.or_else(|| rule.params.iter().find(|p| p.name == name).map(|p| p.default)).unwrap_or(f64::NAN)
    }
}

/// Counts by verdict, in the order of [`Verdict::ALL`].
pub type Counts = [usize; 4];

/// One rule at work: facts in, verdicts out.
#[derive(Debug)]
pub struct Judge<'a> {
    pub rule: &'static Rule,
    pub facts: &'a Facts<'a>,
    pub terms: &'a Terms,
    pub counts: BTreeMap<UnitId, Counts>,
    pub drafts: Vec<Draft>,
}

impl<'a> Judge<'a> {
    pub fn new(rule: &'static Rule, facts: &'a Facts<'a>, terms: &'a Terms) -> Self {
        Self { rule, facts, terms, counts: BTreeMap::new(), drafts: Vec::new() }
    }

    pub fn book(&self) -> &'a Casebook<'a> {
        self.facts.book
    }

    /// A parameter in force.
    pub fn param(&self, name: &str) -> f64 {
        self.terms.get(self.rule, name)
    }

    fn count(&mut self, unit: UnitId, verdict: Verdict) {
        let at = Verdict::ALL.iter().position(|v| *v == verdict).unwrap_or(0);
        self.counts.entry(unit).or_default()[at] += 1;
    }

    pub fn not_applicable(&mut self, unit: UnitId) {
        self.count(unit, Verdict::NotApplicable);
    }

    pub fn compliant(&mut self, unit: UnitId) {
        self.count(unit, Verdict::Compliant);
    }

    pub fn undetermined(&mut self, unit: UnitId) {
        self.count(unit, Verdict::Undetermined);
    }

    pub fn finding(&mut self, draft: Draft) {
        self.count(draft.unit, Verdict::Finding);
        self.drafts.push(draft);
    }
}
