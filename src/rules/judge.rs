//! What a rule is handed, and where it puts its verdicts.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::about::{About, What};
use super::catalogue::{Preset, Rule, Verdict};
use super::draft::Draft;
use super::reason::Reason;
use crate::derive::Facts;
use crate::link::{Casebook, FileId, FileStatus, UnitId};
use crate::profile::{Parameter, Profile};

/// Counts by verdict, in the order of [`Verdict::ALL`].
pub type Counts = [usize; 4];

/// How many could not be judged, by unit and reason.
pub type Undetermined = BTreeMap<(UnitId, Reason), usize>;

/// A verdict whose subject is kept, because an earlier run's finding may ask after it.
#[derive(Debug, Clone)]
pub struct Told {
    pub what: What,
    pub detail: String,
    pub verdict: Verdict,
    /// Of 无法判定.
    pub reason: Option<Reason>,
    /// A finding that another finding tells: its verdict counts as 不适用.
    pub silenced: bool,
}

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
    pub undetermined: Undetermined,
    pub told: Vec<Told>,
    /// Place in `told` of the verdict of each draft, if it is kept.
    pub drafts: Vec<(Draft, Option<usize>)>,
}

impl<'a> Judge<'a> {
    pub fn new(rule: &'static Rule, facts: &'a Facts<'a>, profile: &'a Profile) -> Self {
        Self {
            rule,
            facts,
            profile,
            listed: HashSet::new(),
            counts: BTreeMap::new(),
            undetermined: BTreeMap::new(),
            told: Vec::new(),
            drafts: Vec::new(),
        }
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
            (_, Preset::List(words) | Preset::Choice(words, _)) => words.to_vec(),
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
                FileStatus::Unknown => self.undetermined(file, Reason::StatusUnclear),
                _ => self.not_applicable(file),
            }
        }
        files
    }

    /// Why a row of one of these kinds may be there all the same.
    fn unproven(&self, about: &About<'_>, draft: &Draft, kinds: &[&'static str]) -> Option<Reason> {
        let facts = self.facts;
        if let Some(kind) = kinds.iter().find(|kind| facts.coverage.may_lack(kind, draft.unit)) {
            return Some(Reason::Incomplete(kind));
        }
        let file = draft.file.or_else(|| about.file_in(facts.book))?;
        kinds.iter().any(|kind| facts.loose.may_have(kind, file)).then_some(Reason::Unassigned)
    }

    fn count(&mut self, unit: UnitId, verdict: Verdict) {
        let at = Verdict::ALL.iter().position(|v| *v == verdict).unwrap_or(0);
        self.counts.entry(unit).or_default()[at] += 1;
    }

    /// Keeps the verdict if an earlier run's finding may ask after it.
    fn tell(&mut self, about: &About<'_>, verdict: Verdict, reason: Option<Reason>) -> Option<usize> {
        let watch = self.facts.past.watched.get(self.rule.code)?;
        let is_watched = watch.all || about.file_in(self.facts.book).is_none_or(|file| watch.files.contains(&file));
        is_watched.then(|| {
            self.told.push(Told {
                what: about.what,
                detail: about.detail.to_string(),
                verdict,
                reason,
                silenced: false,
            });
            self.told.len() - 1
        })
    }

    pub fn not_applicable<'s>(&mut self, about: impl Into<About<'s>>) {
        let about = about.into();
        self.count(about.unit(self.facts.book), Verdict::NotApplicable);
        self.tell(&about, Verdict::NotApplicable, None);
    }

    pub fn compliant<'s>(&mut self, about: impl Into<About<'s>>) {
        let about = about.into();
        self.count(about.unit(self.facts.book), Verdict::Compliant);
        self.tell(&about, Verdict::Compliant, None);
    }

    pub fn undetermined<'s>(&mut self, about: impl Into<About<'s>>, reason: Reason) {
        let about = about.into();
        let unit = about.unit(self.facts.book);
        self.count(unit, Verdict::Undetermined);
        *self.undetermined.entry((unit, reason.clone())).or_default() += 1;
        self.tell(&about, Verdict::Undetermined, Some(reason));
    }

    /// A finding, on the unit of its draft; `about` is what an absence of it would be told of. Where a row may be there that
    /// the rule concludes is not ([`Rule::absence`]), nobody can tell.
    pub fn finding<'s>(&mut self, about: impl Into<About<'s>>, draft: Draft) {
        self.finding_without(about, draft, self.rule.absence);
    }

    /// As [`Judge::finding`], for one that concludes from the absence of rows of these kinds only.
    pub fn finding_without<'s>(&mut self, about: impl Into<About<'s>>, mut draft: Draft, kinds: &[&'static str]) {
        let about = about.into();
        if let Some(why) = self.unproven(&about, &draft, kinds) {
            self.undetermined(about, why);
            return;
        }
        self.count(draft.unit, Verdict::Finding);
        draft.told_of = Some((about.what, about.detail.to_string()));
        let told = self.tell(&about, Verdict::Finding, None);
        self.drafts.push((draft, told));
    }
}
