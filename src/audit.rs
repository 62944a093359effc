//! Facts + rules → findings, and a count of every verdict.
//!
//! Rules run independently of each other; then one table decides which finding silences which
//! ([`crate::rules::precedence`]); then ids, basis and order are settled.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use crate::derive::Facts;
use crate::finding::{Severity, fingerprint};
use crate::link::{Told, UnitId};
use crate::profile::Profile;
use crate::rules::{Counts, Draft, Judge, LAST, Reason, Rule, Undetermined, Verdict, precedence};
use crate::schema::Schemas;

/// Why a rule that the configuration switches off did not run.
pub const SWITCHED_OFF: &str = "配置中停用";

/// What decides which rules run, and how.
#[derive(Debug)]
pub struct Policy<'a> {
    /// The profile in force, with the configuration's values put over it.
    pub profile: &'a Profile,
    /// Rules switched off by the configuration.
    pub disabled: Vec<String>,
    /// Rules asked for (`--rule`); empty for all.
    pub only: Vec<String>,
    /// Severities set by the configuration.
    pub severities: BTreeMap<String, Severity>,
}

/// A finding with all that is settled about it.
#[derive(Debug)]
pub struct Finding {
    pub id: String,
    pub rule: &'static Rule,
    pub severity: Severity,
    pub basis: String,
    /// Digest of the values it rests on, by their meaning.
    pub meaning: String,
    pub draft: Draft,
}

/// What became of one rule.
#[derive(Debug)]
pub struct Tally {
    pub rule: &'static Rule,
    /// Why it did not run, in Chinese; None if it ran.
    pub why_not: Option<String>,
    /// Source kinds it lacks: of each group the alternatives.
    pub missing_sources: Vec<String>,
    /// By unit, in the order of [`Verdict::ALL`].
    pub by_unit: BTreeMap<UnitId, Counts>,
    /// How many could not be judged, by unit and reason.
    pub undetermined: Undetermined,
    /// Verdicts that findings of earlier runs may ask after.
    pub told: Vec<crate::rules::Told>,
}

impl Tally {
    /// Why subjects could not be judged, and how many, over all units.
    pub fn reasons(&self, schemas: &Schemas) -> BTreeMap<String, usize> {
        let mut by_reason: BTreeMap<&Reason, usize> = BTreeMap::new();
        for ((_, reason), count) in &self.undetermined {
            *by_reason.entry(reason).or_default() += count;
        }
        let mut reasons = BTreeMap::new();
        for (reason, count) in by_reason {
            *reasons.entry(reason.text(schemas)).or_default() += count;
        }
        reasons
    }

    /// Counts over all units.
    pub fn total(&self) -> Counts {
        self.by_unit.values().fold([0; 4], |mut sum, c| {
            sum.iter_mut().zip(c).for_each(|(s, n)| *s += n);
            sum
        })
    }
}

/// All findings (unsorted by unit; see the report for order) and the tally of every rule, in catalogue order.
#[derive(Debug)]
pub struct Audit {
    pub findings: Vec<Finding>,
    pub tallies: Vec<Tally>,
}

/// Runs the catalogue.
pub fn findings(facts: &Facts<'_>, policy: &Policy<'_>) -> Audit {
    let all = crate::rules::all(facts.book.tables.schemas);
    let (last, rules): (Vec<&'static Rule>, Vec<_>) = all.iter().partition(|r| LAST.contains(&r.code));
    let none = HashSet::new();
    let mut judged: Vec<(Tally, Drafts)> = rules.par_iter().map(|rule| run(rule, facts, policy, &none)).collect();
    let mut drafts: Vec<(&'static str, Draft)> = Vec::new();
    let mut kept_as: Vec<Option<usize>> = Vec::new();
    for (tally, own) in &mut judged {
        for (draft, told) in std::mem::take(own) {
            drafts.push((tally.rule.code, draft));
            kept_as.push(told);
        }
    }
    let silenced = precedence::silenced(&drafts);
    let mut tallies: Vec<Tally> = judged.into_iter().map(|(t, _)| t).collect();
    let mut kept: BTreeMap<String, Finding> = BTreeMap::new();
    for (((code, draft), silenced), told) in drafts.into_iter().zip(silenced).zip(kept_as) {
        let Some(tally) = tallies.iter_mut().find(|t| t.rule.code == code) else { continue };
        let unit = draft.unit;
        if silenced {
            // Another finding tells this cause.
            recount(tally, unit, Verdict::NotApplicable);
            if let Some(told) = told {
                tally.told[told].verdict = Verdict::NotApplicable;
                tally.told[told].silenced = true;
            }
            continue;
        }
        let finding = settle(facts, policy, tally.rule, draft);
        match kept.entry(finding.id.clone()) {
            std::collections::btree_map::Entry::Vacant(v) => {
                v.insert(finding);
            }
            // The same thing said by two rows: one finding that shows both.
            std::collections::btree_map::Entry::Occupied(mut o) => {
                let first = &mut o.get_mut().draft;
                for evidence in finding.draft.evidence {
                    if !first.evidence.contains(&evidence) {
                        first.evidence.push(evidence);
                    }
                }
                recount(tally, unit, Verdict::NotApplicable);
            }
        }
    }
    let listed: HashSet<String> = kept.keys().cloned().collect();
    for rule in last {
        let (tally, drafts) = run(rule, facts, policy, &listed);
        let own = drafts.into_iter().map(|(draft, _)| settle(facts, policy, rule, draft));
        kept.extend(own.map(|finding| (finding.id.clone(), finding)));
        let at = |code: &str| all.iter().position(|r| r.code == code);
        tallies.insert(tallies.partition_point(|t| at(t.rule.code) < at(rule.code)), tally);
    }
    Audit { findings: kept.into_values().collect(), tallies }
}

impl Audit {
    /// Takes out findings whose cause an earlier finding tells that is carried on unchecked.
    pub fn silence(&mut self, ids: &HashSet<String>) {
        let (out, kept) = std::mem::take(&mut self.findings).into_iter().partition(|f| ids.contains(&f.id));
        self.findings = kept;
        for finding in out {
            let Some(tally) = self.tallies.iter_mut().find(|t| t.rule.code == finding.rule.code) else { continue };
            recount(tally, finding.draft.unit, Verdict::NotApplicable);
            let Some((what, detail)) = &finding.draft.told_of else { continue };
            for told in tally.told.iter_mut().filter(|t| t.what == *what && t.detail == *detail) {
                (told.verdict, told.silenced) = (Verdict::NotApplicable, true);
            }
        }
    }
}

/// A rule's drafts, each with the place of its verdict among those that are kept.
type Drafts = Vec<(Draft, Option<usize>)>;

/// Moves one verdict from 疑点 to another.
fn recount(tally: &mut Tally, unit: UnitId, to: Verdict) {
    let at = |v: Verdict| Verdict::ALL.iter().position(|o| *o == v).unwrap_or(0);
    if let Some(counts) = tally.by_unit.get_mut(&unit) {
        counts[at(Verdict::Finding)] -= 1;
        counts[at(to)] += 1;
    }
}

fn run(rule: &'static Rule, facts: &Facts<'_>, policy: &Policy<'_>, listed: &HashSet<String>) -> (Tally, Drafts) {
    let tables = &facts.book.tables;
    let missing_sources: Vec<String> = rule
        .sources
        .iter()
        .filter(|group| group.iter().all(|kind| tables.of_kind(kind).is_empty()))
        .map(|group| group.join("|"))
        .collect();
    let titles = |group: &String| {
        let titles = group.split('|').map(|k| tables.schemas.get(k).map_or(k, |s| s.title.as_str()));
        titles.collect::<Vec<_>>().join("或")
    };
    let asked = policy.only.is_empty() || policy.only.iter().any(|c| c.eq_ignore_ascii_case(rule.code));
    let why_not = if policy.disabled.iter().any(|c| c == rule.code) {
        Some(SWITCHED_OFF.to_string())
    } else if !asked {
        Some("本次未要求".to_string())
    } else if !policy.profile.runs(rule.code, rule.only_where_bound) {
        Some("未启用（本地政策文件没有这项要求）".to_string())
    } else if missing_sources.is_empty() {
        None
    } else {
        Some(format!("缺来源：{}", missing_sources.iter().map(titles).collect::<Vec<_>>().join("、")))
    };
    if why_not.is_some() {
        let (by_unit, undetermined) = (BTreeMap::new(), BTreeMap::new());
        return (Tally { rule, why_not, missing_sources, by_unit, undetermined, told: Vec::new() }, Vec::new());
    }
    let mut judge = Judge::new(rule, facts, policy.profile);
    judge.listed.clone_from(listed);
    (rule.check)(&mut judge);
    let Judge { counts, undetermined, told, drafts, .. } = judge;
    (Tally { rule, why_not: None, missing_sources, by_unit: counts, undetermined, told }, drafts)
}

/// Gives a draft its id, severity and basis.
fn settle(facts: &Facts<'_>, policy: &Policy<'_>, rule: &'static Rule, draft: Draft) -> Finding {
    let severity = policy.severities.get(rule.code).copied();
    let severity = severity.or(draft.severity).unwrap_or(rule.severity);
    let bound = policy.profile.rule_clause(rule.code).is_some();
    let cited = bound.then(|| policy.profile.rules.get(rule.code).and_then(|r| r.clause.clone())).flatten();
    let basis = cited
        .and_then(|key| policy.profile.citation(&key))
        .or_else(|| policy.profile.citation(rule.clause))
        .unwrap_or_else(|| rule.general_basis.to_string());
    let id = fingerprint(rule.code, &subject_key(facts, &draft), &draft.field, &draft.reference);
    let mut draft = draft;
    draft.evidence.sort_by_key(|e| e.side);
    let meaning = meaning(&draft);
    say_what_it_rests_on(facts, rule, &mut draft);
    debug_assert!(draft.evidence.iter().all(|e| (e.place.sheet.0 as usize) < facts.inputs.sheets.len()));
    Finding { id, rule, severity, basis, meaning, draft }
}

/// Twelve base32 characters over the values a finding rests on, each once, in no order: rows move, files are renamed and
/// values are spelt anew without changing it.
fn meaning(draft: &Draft) -> String {
    let values = draft.evidence.iter().filter(|e| !e.context).map(|e| (e.side, e.meaning.as_str()));
    let mut hasher = blake3::Hasher::new();
    for (side, value) in values.collect::<BTreeSet<_>>() {
        hasher.update(&[side as u8]);
        hasher.update(&(value.len() as u64).to_le_bytes());
        hasher.update(value.as_bytes());
    }
    let mut digest = data_encoding::BASE32_NOPAD.encode(&hasher.finalize().as_bytes()[..8]);
    digest.truncate(12);
    digest
}

/// A finding on a row that is somebody's only by a suspected match says so. The ID family judges the row's own cells, which
/// stand whoever is meant.
fn say_what_it_rests_on(facts: &Facts<'_>, rule: &Rule, draft: &mut Draft) {
    if rule.code.starts_with("ID") {
        return;
    }
    let mut rests_on: Vec<u32> = draft.evidence.iter().filter_map(|e| e.rests_on).collect();
    rests_on.sort_unstable();
    rests_on.dedup();
    for at in rests_on {
        let suspect = &facts.book.who.suspects[at as usize];
        if suspect.told == Told::Verified {
            continue;
        }
        let title = &facts.book.tables.schema(suspect.record).title;
        let number = match suspect.told {
            Told::Masked => "的身份证号有遮盖",
            Told::NoNumber => "没有身份证号",
            Told::Suspected | Told::Damaged | Told::Verified => "的身份证号有误或不全",
        };
        draft.message.push_str(&format!("（其中{title}一行{number}，按“{}”疑为此人）", suspect.rule));
        draft.confidence = Some(draft.confidence.map_or(suspect.confidence, |c| c.min(suspect.confidence)));
    }
}

/// The file number, else the row's own key, else name and number. Of several persons in a file each has his own, the head's
/// is the file's: it holds nothing that moves when rows, files, units or the head's number do.
fn subject_key(facts: &Facts<'_>, draft: &Draft) -> String {
    let person = if draft.id_number.is_empty() { &draft.name } else { &draft.id_number };
    if draft.file_no.is_empty() {
        return if draft.row_key.is_empty() {
            format!("{}\u{1f}{}", draft.name, draft.id_number)
        } else {
            draft.row_key.clone()
        };
    }
    let tables = &facts.book.tables;
    let is_head = draft.file.is_none_or(|f| {
        let head = facts.book.file(f);
        let own_name = crate::link::name_of(tables, head.record, "name").map(|n| n.shown());
        head.head.is_some_and(|id| id.full() == draft.id_number) || own_name == Some(draft.name.as_str())
    });
    if is_head { draft.file_no.clone() } else { format!("{}\u{1f}{person}", draft.file_no) }
}
