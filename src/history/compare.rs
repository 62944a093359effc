//! Today's findings against those of the last earlier run: what is new, what persists, what came back, what is settled, what
//! could not be checked, what is gone.
//!
//! How a finding ends that is not listed any more is told in [`super::ends`].

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::answers::Standing;
use super::ends::{End, Ends, Fate};
use super::roster::{Roster, numbers};
use super::runs::{Ended, Listed, Own, Past, Shown};
use super::{History, Key, sealed};
use crate::audit::Audit;
use crate::derive::Facts;
use crate::derive::past::{Unanswered, Watch};
use crate::error::Result;
use crate::finding::{Severity, Status};
use crate::rules::precedence;

/// Rules about rows and files that an earlier run saw and that are gone.
const VANISHED: [&str; 3] = ["FF418", "BF608", "JD215"];

/// What the state knows when a run begins.
#[derive(Debug)]
pub struct Known {
    pub key: Key,
    /// None before the first run.
    pub past: Option<Past>,
    /// The run of the same day that this one takes the place of: what it listed was handed out.
    pub former: Option<Past>,
    standings: HashMap<String, Standing>,
    /// As-of of the workbook of each effective answer.
    answered: HashMap<String, NaiveDate>,
    /// Last as-of on which a finding was found to be gone.
    resolved_on: HashMap<String, NaiveDate>,
}

/// Where one finding of today stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    pub status: Status,
    pub first_seen: NaiveDate,
    /// None while nobody was asked yet.
    pub handed_out: Option<NaiveDate>,
    /// What was answered and what became of it; "" where nothing was.
    pub mark: String,
}

/// A finding of the last run that could not be checked today.
#[derive(Debug, Clone)]
pub struct Carried {
    pub id: String,
    pub rule: String,
    pub severity: Severity,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    pub handed_out: Option<NaiveDate>,
    pub meaning: String,
    /// Why it could not be checked, in Chinese.
    pub why: String,
    /// As it is kept, and as it is printed.
    pub kept: Shown,
    pub shown: Shown,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Compared {
    by_id: HashMap<String, Stand>,
    pub carried: Vec<Carried>,
    /// Ids of today's findings that are new only because the one that tells their cause could not be checked.
    pub spoken_for: HashSet<String>,
    /// Findings of the last run that ended.
    pub ended: Vec<Ended>,
}

impl Compared {
    /// None where a run keeps no memory.
    pub fn of(&self, finding: &str) -> Option<&Stand> {
        self.by_id.get(finding)
    }

    /// How many ended in each way ([`End::ALL`]), by rule.
    pub fn ended_by_rule(&self) -> BTreeMap<String, [usize; 3]> {
        let mut out: BTreeMap<String, [usize; 3]> = BTreeMap::new();
        for e in &self.ended {
            let at = End::ALL.iter().position(|end| *end == e.end).unwrap_or(0);
            out.entry(e.rule.clone()).or_default()[at] += 1;
        }
        out
    }

    /// As [`Compared::ended_by_rule`], by unit.
    pub fn ended_by_unit(&self) -> BTreeMap<String, [usize; 3]> {
        let mut out: BTreeMap<String, [usize; 3]> = BTreeMap::new();
        for e in &self.ended {
            let at = End::ALL.iter().position(|end| *end == e.end).unwrap_or(0);
            out.entry(e.unit.clone()).or_default()[at] += 1;
        }
        out
    }

    /// The events on record by which findings ended, and how many.
    pub fn events(&self) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for e in self.ended.iter().filter(|e| !e.event.is_empty()) {
            *out.entry(e.event.clone()).or_default() += 1;
        }
        out
    }
}

impl Stand {
    /// The same subject had a finding of this rule before, which said more or less of it.
    fn goes_on_from(&mut self, listed: &Listed) {
        if self.status == Status::New {
            self.status = Status::Persisting;
            self.handed_out = listed.handed_out.or(self.handed_out);
        }
        self.first_seen = self.first_seen.min(listed.first_seen);
    }
}

impl Known {
    /// Whose verdicts of today the findings of the last run will ask for, by rule.
    pub fn watched(&self, roster: &Roster) -> HashMap<String, Watch> {
        let mut watched: HashMap<String, Watch> = HashMap::new();
        let runs = self.past.iter().chain(&self.former);
        for (past, listed) in runs.flat_map(|p| p.listed.values().map(move |l| (p, l))) {
            let watch = watched.entry(listed.rule.clone()).or_default();
            let key = &listed.shown.file;
            let file = roster.file(key).or_else(|| roster.file_of_person(&past.files.get(key)?.person));
            match file {
                Some(file) => {
                    watch.files.insert(file);
                }
                None => watch.all = true,
            }
        }
        watched
    }

    /// Reads what a run with this as-of builds on.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn load(history: &History, as_of: NaiveDate) -> Result<Self> {
        Ok(Self {
            key: history.key().clone(),
            past: history.last_before(as_of)?,
            former: history.former_of_day(as_of)?,
            standings: history.standings()?,
            answered: history.answered_as_of()?,
            resolved_on: history.resolved_on(as_of)?,
        })
    }

    /// The answer that holds: what was promised or reported before a finding was last gone speaks of that time only.
    fn standing(&self, key: &str) -> Option<&Standing> {
        let standing = self.standings.get(key)?;
        let of_former_time = match (self.resolved_on.get(key), self.answered.get(key)) {
            (Some(gone), Some(answered)) => gone > answered,
            _ => false,
        };
        match standing {
            Standing::Settled { .. } => Some(standing),
            _ if of_former_time => None,
            _ => Some(standing),
        }
    }

    /// The answer that holds for a finding.
    pub fn answer_of(&self, finding: &str) -> Option<&Standing> {
        self.standing(&self.key.digest(finding)).filter(|s| !s.is_asked_anew())
    }

    /// Open findings of the last run that were handed out and have no answer.
    pub fn unanswered(&self) -> Vec<Unanswered> {
        let Some(past) = &self.past else { return Vec::new() };
        let mut out: Vec<Unanswered> = (past.listed.iter())
            .filter(|(key, l)| {
                matches!(l.status, Status::New | Status::Persisting | Status::Reopened)
                    && self.standing(key).is_none_or(Standing::is_asked_anew)
            })
            .filter_map(|(_, l)| {
                Some(Unanswered { finding: l.id.clone()?, unit: l.unit.clone(), handed_out: l.handed_out? })
            })
            .collect();
        out.sort_by(|a, b| a.finding.cmp(&b.finding));
        out
    }

    /// Holds today's findings against the past. `hand_out`: what is listed from now on counts as handed out.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn compare(
        &self,
        history: &History,
        facts: &Facts<'_>,
        audit: &Audit,
        roster: &Roster,
        hand_out: bool,
    ) -> Result<Compared> {
        let as_of = facts.setting.as_of;
        let keys: Vec<String> = audit.findings.iter().map(|f| self.key.digest(&f.id)).collect();
        let fresh: Vec<&str> = match &self.past {
            Some(past) => keys.iter().filter(|k| !past.listed.contains_key(*k)).map(String::as_str).collect(),
            None => Vec::new(),
        };
        let earlier = history.first_seen(&fresh, as_of)?;
        let mut compared = Compared::default();
        for (finding, key) in audit.findings.iter().zip(&keys) {
            let last = self.past.as_ref().and_then(|p| p.listed.get(key));
            let stand = self.stand(key, last, earlier.get(key).copied(), &finding.meaning, as_of, hand_out);
            compared.by_id.insert(finding.id.clone(), stand);
        }
        let mut seen: HashSet<&str> = keys.iter().map(String::as_str).collect();
        if let Some(past) = &self.past {
            self.gone(facts, audit, roster, past, &seen, &mut compared);
            seen.extend(past.listed.keys().map(String::as_str));
        }
        if let Some(former) = &self.former {
            let ended = compared.ended.len();
            self.gone(facts, audit, roster, former, &seen, &mut compared);
            // What came up and went within a day is nothing that a night ended.
            compared.ended.truncate(ended);
        }
        self.speak_for(audit, roster, &keys, &mut compared);
        Ok(compared)
    }

    /// Marks what carried findings still tell the cause of.
    fn speak_for(&self, audit: &Audit, roster: &Roster, keys: &[String], compared: &mut Compared) {
        let earlier: HashSet<&String> =
            self.past.iter().chain(&self.former).flat_map(|past| past.listed.keys()).collect();
        let mut by_file: HashMap<&str, Vec<&Carried>> = HashMap::new();
        for carried in compared.carried.iter().filter(|c| !c.kept.file.is_empty()) {
            by_file.entry(&carried.kept.file).or_default().push(carried);
        }
        let mut spoken_for = HashSet::new();
        for (finding, _) in audit.findings.iter().zip(keys).filter(|(_, key)| !earlier.contains(key)) {
            let Some(file) = finding.draft.file.and_then(|f| roster.key_of(f)) else { continue };
            let today = (finding.rule.code, finding.draft.field.as_str());
            let tells = |c: &&Carried| precedence::still_silences((&c.rule, &c.kept.field), today);
            if by_file.get(file).is_some_and(|carried| carried.iter().any(tells)) {
                spoken_for.insert(finding.id.clone());
            }
        }
        compared.by_id.retain(|id, _| !spoken_for.contains(id));
        compared.spoken_for = spoken_for;
    }

    fn stand(
        &self,
        key: &str,
        last: Option<&Listed>,
        earlier: Option<NaiveDate>,
        meaning: &str,
        as_of: NaiveDate,
        hand_out: bool,
    ) -> Stand {
        let first_seen = last.map(|l| l.first_seen).or(earlier).unwrap_or(as_of);
        let mut status = match (last, earlier) {
            (Some(_), _) => Status::Persisting,
            (None, Some(_)) => Status::Reopened,
            (None, None) => Status::New,
        };
        let mut mark = String::new();
        match self.standing(key) {
            None if status == Status::Reopened => mark = "曾经消失，又出现".to_string(),
            None => {}
            Some(Standing::Settled { meaning: then, word, .. }) if then == meaning => {
                status = Status::Answered;
                mark = format!("已答复：{}", word.text());
            }
            Some(Standing::Settled { word, .. }) => {
                // Listed again yesterday for the same reason: it goes on.
                status = match last.map(|l| l.status) {
                    Some(Status::Reopened | Status::Persisting) => Status::Persisting,
                    _ => Status::Reopened,
                };
                mark = format!("曾答复“{}”，所依据的内容已变化，请重新核实", word.text());
            }
            Some(Standing::Claimed { given_on, corrected, .. }) => {
                let value = value_given(corrected);
                mark = format!("已报整改但仍存在（{given_on}收到答复“疑点属实，已更正”{value}）");
            }
            Some(Standing::Pending { word, given_on, due, corrected }) => {
                let due = match due {
                    Some(due) if *due < as_of => format!("，计划{due}完成，已逾期"),
                    Some(due) => format!("，计划{due}完成"),
                    None => String::new(),
                };
                mark = format!("{given_on}答复“{}”{}{due}", word.text(), value_given(corrected));
            }
            Some(Standing::Reopened { on, why }) => {
                status = match last.map(|l| l.status) {
                    Some(Status::Reopened | Status::Persisting) => Status::Persisting,
                    _ => Status::Reopened,
                };
                let why = if why.is_empty() { String::new() } else { format!("：{why}") };
                mark = format!("{on}上级退回，请重新核实{why}");
            }
            Some(Standing::Disputed) => {
                status = Status::Disputed;
                mark = "收到两种不同的答复，请核实后重新填写".to_string();
            }
        }
        let handed_out = match last {
            // Asked anew: the month begins again.
            Some(l) if status != Status::Reopened => l.handed_out,
            _ => None,
        };
        Stand { status, first_seen, handed_out: handed_out.or(hand_out.then_some(as_of)), mark }
    }

    /// Findings of an earlier run that are not among today's. `seen`: keys of those that are, or that are dealt with.
    fn gone(
        &self,
        facts: &Facts<'_>,
        audit: &Audit,
        roster: &Roster,
        past: &Past,
        seen: &HashSet<&str>,
        compared: &mut Compared,
    ) {
        let mut gone: Vec<(&String, &Listed)> =
            past.listed.iter().filter(|(key, _)| !seen.contains(key.as_str())).collect();
        gone.sort_by(|a, b| a.0.cmp(b.0));
        let mut known: Option<HashMap<String, String>> = None;
        let explained = (past.listed.iter())
            .filter(|(key, l)| l.rule == "JD215" && matches!(self.standing(key), Some(Standing::Settled { .. })))
            .map(|(_, l)| l.shown.file.as_str())
            .collect();
        let mut ends = Ends::new(facts, audit, roster, past, &self.key, explained);
        for (key, listed) in gone {
            let why = match ends.fate(listed, self.standing(key)) {
                Fate::Ended(end, event) => {
                    let (unit, rule) = (listed.unit.clone(), listed.rule.clone());
                    compared.ended.push(Ended { key: key.clone(), unit, rule, end, event });
                    continue;
                }
                Fate::GoesOn(id) => {
                    if let Some(stand) = compared.by_id.get_mut(&id).filter(|_| past.run.as_of < facts.setting.as_of) {
                        stand.goes_on_from(listed);
                    }
                    continue;
                }
                Fate::Unchecked(why) => why,
            };
            // Of the same day: a row that is still missed would be told again.
            let same_day = past.run.as_of == facts.setting.as_of;
            if same_day && VANISHED.contains(&listed.rule.as_str()) && ends.lacks_source(listed).is_none() {
                continue;
            }
            // Under another key it cannot be printed; nor could it be checked.
            let Some(id) = listed.id.clone() else { continue };
            let known = known.get_or_insert_with(|| numbers(facts.book, &self.key));
            // A file that moved takes what is open of it along: the former unit has nothing to do with it any more.
            let mut kept = listed.shown.clone();
            if let Some(file) = ends.file_of(listed) {
                let unit = facts.book.file(file).unit;
                kept.unit = facts.book.units.name(unit).to_string();
                kept.parent_unit = facts.book.units.parent_name(unit).to_string();
            }
            compared.carried.push(Carried {
                id,
                rule: listed.rule.clone(),
                severity: listed.severity,
                first_seen: listed.first_seen,
                last_seen: listed.last_seen,
                handed_out: listed.handed_out,
                meaning: listed.meaning.clone(),
                why,
                shown: kept.opened(known),
                kept,
            });
        }
    }
}

/// The corrected value of an earlier answer, so that nobody types it twice; numbers masked.
fn value_given(corrected: &str) -> String {
    match sealed::opened(corrected, &HashMap::new()) {
        value if value.is_empty() => value,
        value => format!("，更正后的值“{value}”"),
    }
}

impl Shown {
    /// For people: numbers in full where today's rows bear them, else masked.
    pub fn opened(&self, known: &HashMap<String, String>) -> Self {
        let open = |text: &String| sealed::opened(text, known);
        Self {
            file_no: open(&self.file_no),
            name: open(&self.name),
            id_number: open(&self.id_number),
            reference: open(&self.reference),
            electronic: open(&self.electronic),
            paper: open(&self.paper),
            civil: open(&self.civil),
            payment: open(&self.payment),
            other: open(&self.other),
            message: open(&self.message),
            own: self.own.as_ref().map(|own| Own {
                file_no: open(&own.file_no),
                name: open(&own.name),
                id_number: open(&own.id_number),
                values: own.values.each_ref().map(open),
                message: open(&own.message),
            }),
            printed: self.printed.as_ref().map(|sides| sides.each_ref().map(open)),
            ..self.clone()
        }
    }

    /// As the state keeps it: every long number sealed.
    pub fn sealed(self, key: &Key) -> Self {
        let seal = |text: &String| sealed::text(key, text);
        let refer = |text: &String| sealed::reference(key, text);
        Self {
            file_no: refer(&self.file_no),
            name: seal(&self.name),
            id_number: if self.id_number.chars().any(|c| c.is_ascii_digit()) {
                sealed::number(key, &self.id_number)
            } else {
                self.id_number.clone()
            },
            reference: refer(&self.reference),
            electronic: seal(&self.electronic),
            paper: seal(&self.paper),
            civil: seal(&self.civil),
            payment: seal(&self.payment),
            other: seal(&self.other),
            message: refer(&self.message),
            own: self.own.map(|own| Own {
                file_no: refer(&own.file_no),
                name: seal(&own.name),
                id_number: seal(&own.id_number),
                values: own.values.each_ref().map(seal),
                message: refer(&own.message),
            }),
            printed: self.printed.map(|sides| sides.each_ref().map(seal)),
            ..self
        }
    }
}
