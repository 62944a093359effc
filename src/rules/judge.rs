//! What a rule is handed, and where it puts its verdicts.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::catalogue::{Preset, Rule, Verdict};
use super::draft::Draft;
use crate::derive::Facts;
use crate::link::{Casebook, FileId, FileStatus, UnitId};
use crate::profile::{Parameter, Profile};

/// Counts by verdict, in the order of [`Verdict::ALL`].
pub type Counts = [usize; 4];

/// One rule at work: facts in, verdicts out.
#[derive(Debug)]
pub struct Judge<'a> {
    pub rule: &'static Rule,
    pub facts: &'a Facts<'a>,
    /// The policy in force: the paper's values with the configuration's over them.
    pub profile: &'a Profile,
    /// Ids of the findings of all other rules; empty but for the rules of [`super::LAST`].
    pub listed: HashSet<String>,
    pub counts: BTreeMap<UnitId, Counts>,
    pub drafts: Vec<Draft>,
}

impl<'a> Judge<'a> {
    pub fn new(rule: &'static Rule, facts: &'a Facts<'a>, profile: &'a Profile) -> Self {
        Self { rule, facts, profile, listed: HashSet::new(), counts: BTreeMap::new(), drafts: Vec::new() }
    }

    pub fn book(&self) -> &'a Casebook<'a> {
        self.facts.book
    }

    /// A number in force: what the profile or the configuration says, else the declared preset.
    pub fn param(&self, name: &str) -> f64 {
        self.rule.number(self.profile, name)
    }

    /// As [`Judge::param`], for what is counted in wholes (days, months).
    pub fn whole(&self, name: &str) -> i64 {
        self.param(name) as i64
    }

    pub fn flag(&self, name: &str) -> bool {
        match (self.profile.parameter(self.rule.code, name), self.rule.preset(name)) {
            (Some(Parameter::Flag(set)), _) => *set,
            (_, Preset::Flag(preset)) => preset,
            _ => false,
        }
    }

    /// None: neither the paper nor the configuration names a date.
    pub fn date(&self, name: &str) -> Option<NaiveDate> {
        match self.profile.parameter(self.rule.code, name) {
            Some(Parameter::Date(date)) => Some(*date),
            _ => None,
        }
    }

    pub fn list(&self, name: &str) -> Vec<&str> {
        match (self.profile.parameter(self.rule.code, name), self.rule.preset(name)) {
            (Some(Parameter::List(words)), _) => words.iter().map(String::as_str).collect(),
            (_, Preset::List(words)) => words.to_vec(),
            _ => Vec::new(),
        }
    }

    pub fn table(&self, name: &str) -> BTreeMap<&str, Vec<&str>> {
        match (self.profile.parameter(self.rule.code, name), self.rule.preset(name)) {
            (Some(Parameter::Table(rows)), _) => {
                rows.iter().map(|(k, v)| (k.as_str(), v.iter().map(String::as_str).collect())).collect()
            }
            (_, Preset::Table(rows)) => rows.iter().map(|(k, v)| (*k, v.to_vec())).collect(),
            _ => BTreeMap::new(),
        }
    }

    /// The files of one status, to be judged; the others are counted: 不适用, or 无法判定 where their status is not known.
    pub fn files(&mut self, wanted: FileStatus) -> Vec<FileId> {
        let book = self.book();
        let mut files = Vec::new();
        for file in book.file_ids() {
            let f = book.file(file);
            match f.status {
                status if status == wanted => files.push(file),
                FileStatus::Unknown => self.undetermined(f.unit),
                _ => self.not_applicable(f.unit),
            }
        }
        files
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
