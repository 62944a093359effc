//! The canary: known mistakes planted into a copy of today's inputs in memory, to see that every rule still finds its own.
//!
//! For each rule one household of the user's own data is taken that fits the mistake and has no finding that has to do with
//! it; one without any finding if there is one. All mistakes
//! are planted at once, each in a household of its own, as changes of records after normalising; then the rest of the line
//! runs as on any day. What must be found is the planted (rule, household); whatever else is new there, or anywhere, is a
//! false alarm, but for what a plant says stands beside it. Where no household fits, the rule is 无法试, with the reason.

mod agreement;
mod cage;
mod care;
mod edits;
mod exits;
mod filing;
mod identity;
mod payments;
mod procedure;
mod registers;
mod standing;
mod vanished;

use std::collections::{BTreeMap, BTreeSet};

pub use self::cage::Cage;
use self::cage::Want;
pub use self::edits::Edit;
use crate::audit::Audit;
use crate::derive::Facts;
use crate::error::Result;
use crate::ingest::inputs::Inputs;
use crate::pipeline;
use crate::plan::Plan;
use crate::profile::Profile;
use crate::rules::{self, Rule};

/// One kind of mistake: the rule it is planted for, and what plants it; an error says what it would need.
pub(crate) struct Bird {
    pub code: &'static str,
    pub plant: fn(&mut Cage<'_>) -> Planted,
}

/// Done, or what no household of the data offers, in Chinese.
pub(crate) type Planted = std::result::Result<(), &'static str>;

/// In the order of planting: what asks most of a household first, what any will do for last.
fn birds() -> impl Iterator<Item = &'static Bird> {
    [
        agreement::BIRDS,
        exits::BIRDS,
        standing::BIRDS,
        vanished::ROWS,
        payments::BIRDS,
        procedure::BIRDS,
        filing::BIRDS,
        care::BIRDS,
        identity::BIRDS,
        vanished::FILES,
    ]
    .into_iter()
    .flatten()
}

/// What became of a planted mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// 查出
    Found,
    /// 未查出
    Missed,
    /// 无法试, and why.
    Untried(String),
}

/// One rule's trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    pub code: String,
    pub title: String,
    pub fate: Fate,
    /// Findings of this rule that nothing planted explains, each with the mistake in whose household it stands, if in any.
    pub false_alarms: Vec<Option<&'static str>>,
}

/// All trials, by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Song {
    pub trials: Vec<Trial>,
}

impl Song {
    pub fn count(&self, fate: impl Fn(&Fate) -> bool) -> usize {
        self.trials.iter().filter(|t| fate(&t.fate)).count()
    }

    pub fn found(&self) -> usize {
        self.count(|f| *f == Fate::Found)
    }

    pub fn missed(&self) -> usize {
        self.count(|f| *f == Fate::Missed)
    }

    pub fn false_alarms(&self) -> usize {
        self.trials.iter().map(|t| t.false_alarms.len()).sum()
    }
}

/// Plants, judges and compares. The inputs stay as they are.
///
/// # Errors
/// A state database that cannot be read.
pub fn sing(plan: &Plan, inputs: &Inputs) -> Result<Song> {
    let sown = pipeline::audited(plan, inputs, |facts, audit| sow(facts, audit, &plan.loaded.terms))?;
    let (edits, wants) = (&sown.edits, &sown.wants);
    let fresh = pipeline::audited_with(
        plan,
        inputs,
        |tables, context| edits::apply(edits, tables, context),
        |_, audit| heard(audit),
    )?;
    let new: Vec<&Heard> = fresh.iter().filter(|h| !sown.known.contains(&h.id)).collect();
    let mut alarms: BTreeMap<&str, Vec<Option<&'static str>>> = BTreeMap::new();
    for heard in &new {
        let own = wants.iter().filter(|w| w.concerns(&heard.keys)).collect::<Vec<_>>();
        // Shares of a unit move with what is planted in it.
        let of_unit = heard.keys.is_empty() && heard.code.starts_with("JZ");
        // What a mistake takes away or changes has vanished, too.
        let of_change = vanished::OF_CHANGES.contains(&heard.code.as_str()) && !own.is_empty();
        if !of_unit
            && !of_change
            && !own.iter().any(|w| w.code == heard.code || w.beside.contains(&heard.code.as_str()))
        {
            alarms.entry(&heard.code).or_default().push(own.first().map(|w| w.code));
        }
    }
    let trials = rules::all(&plan.loaded.schemas).into_iter().map(|rule| {
        let want = wants.iter().find(|w| w.code == rule.code);
        let found = want.map(|w| new.iter().any(|h| h.code == rule.code && w.concerns(&h.keys)));
        let fate = match (found, sown.untried.get(rule.code)) {
            (Some(true), _) => Fate::Found,
            (Some(false), _) => Fate::Missed,
            (None, why) => Fate::Untried(why.cloned().unwrap_or_else(|| "还没有为这条规则准备错误".to_string())),
        };
        let false_alarms = alarms.get(rule.code).cloned().unwrap_or_default();
        Trial { code: rule.code.to_string(), title: rule.title.to_string(), fate, false_alarms }
    });
    let mut trials: Vec<Trial> = trials.collect();
    trials.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(Song { trials })
}

/// What is to be planted, and what was found before.
struct Sown {
    edits: Vec<Edit>,
    wants: Vec<Want>,
    untried: BTreeMap<&'static str, String>,
    known: BTreeSet<String>,
}

fn sow(facts: &Facts<'_>, audit: &Audit, profile: &Profile) -> Sown {
    let mut cage = Cage::new(facts, audit, profile);
    let mut untried = BTreeMap::new();
    let mut plant = |rule: &'static Rule, plant: &dyn Fn(&mut Cage<'_>) -> Planted| {
        let tally = audit.tallies.iter().find(|t| t.rule.code == rule.code);
        // A rule switched off is tried all the same: what it would find stays unfound.
        let silent = tally.and_then(|t| t.why_not.clone()).filter(|why| why != crate::audit::SWITCHED_OFF);
        if let Some(why) = silent {
            untried.insert(rule.code, why);
        } else if let Err(lack) = cage.plant(rule.code, plant) {
            untried.insert(rule.code, lack.to_string());
        }
    };
    let rules = rules::all(facts.book.tables.schemas);
    for bird in birds() {
        if let Some(rule) = rules.iter().find(|r| r.code == bird.code) {
            plant(rule, &bird.plant);
        }
    }
    for rule in &rules {
        if let Some(schema) = registers::of(facts, rule) {
            plant(rule, &|cage: &mut Cage<'_>| registers::plant(cage, schema));
        }
    }
    let known = audit.findings.iter().map(|f| f.id.clone()).collect();
    let (edits, wants) = cage.open();
    Sown { edits, wants, untried, known }
}

/// A finding as the canary sees it.
struct Heard {
    id: String,
    code: String,
    /// File number and ID number, as far as it has them.
    keys: Vec<String>,
}

fn heard(audit: &Audit) -> Vec<Heard> {
    let of = |f: &crate::audit::Finding| Heard {
        id: f.id.clone(),
        code: f.rule.code.to_string(),
        keys: [&f.draft.file_no, &f.draft.id_number].into_iter().filter(|k| !k.is_empty()).cloned().collect(),
    };
    audit.findings.iter().map(of).collect()
}
