//! The nearest persons where no rule held, and why not: for a reader who asks.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::cascade::{Cascade, Rule, Test};
use super::compare::{Comparison, Shared};
use super::evidence::{Evidence, Stance, evidence_of};
use super::person::Person;

/// A person near another.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Place in the list.
    pub right: u32,
    /// The rule that holds; then the pair was not linked because of a tie, or because the person is somebody else's.
    pub rule: Option<&'static Rule>,
    pub evidence: Vec<Evidence>,
    /// In Chinese: which rule came nearest and what it lacks, or that one holds.
    pub reason: String,
}

/// The nearest of a list, best first, at most `count`. Looks at everybody: for one question, not for a run.
/// Persons with whom nothing at all agrees are left out.
pub fn nearest(person: &Person, right: &[Person], cascade: &Cascade, shared: &Shared, count: usize) -> Vec<Candidate> {
    let mut all: Vec<_> = right
        .par_iter()
        .enumerate()
        .filter_map(|(i, other)| {
            let comparison = Comparison::of(person, other, shared);
            let (pro, contra) = comparison.weight();
            // The sex or the unit alone makes nobody near.
            (pro >= 2).then_some((comparison, 3 * pro as i32 - contra as i32, i))
        })
        .collect();
    all.par_sort_by_key(|(c, score, i)| (cascade.judge(c).unwrap_or(usize::MAX), Reverse(*score), *i));
    all.truncate(count);
    let candidates = all.into_iter().map(|(comparison, _, i)| {
        let rule = cascade.judge(&comparison).and_then(|rule| cascade.all().nth(rule));
        let evidence = evidence_of(&comparison, person, &right[i]);
        let reason = match rule {
            Some(rule) => format!("符合规则“{}”，但不唯一，或对方已与别的记录相符", rule.name),
            None => why_not(&comparison, cascade, &evidence),
        };
        Candidate { right: i as u32, rule, evidence, reason }
    });
    candidates.collect()
}

/// The rule that lacks least, and what it lacks.
fn why_not(comparison: &Comparison, cascade: &Cascade, evidence: &[Evidence]) -> String {
    let lacking = |rule: &Rule| rule.tests.iter().filter(|t| !t.holds(comparison)).copied().collect::<Vec<Test>>();
    let nearest = cascade.all().map(|rule| (rule, lacking(rule))).min_by_key(|(_, lacking)| lacking.len());
    let Some((rule, lacking)) = nearest else { return String::new() };
    let wanted = lacking.iter().map(|t| t.text()).collect::<Vec<_>>().join("；");
    let against = evidence.iter().filter(|e| e.stance == Stance::Against).map(|e| e.text.as_str()).collect::<Vec<_>>();
    let against = if against.is_empty() { String::new() } else { format!("。不利的有：{}", against.join("、")) };
    format!("最接近的规则是“{}”，还须：{wanted}{against}", rule.name)
}
