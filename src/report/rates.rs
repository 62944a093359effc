//! Evaluation rates (评价指标) of every unit: numerator and denominator, never divided. Printed as 疑似: nothing is verified.
//!
//! A unit that owns files is counted by its own, one above others by all that lies at and below it. The denominators are
//! what the electronic files say; a numerator counts only what the data show, so a source that did not come lowers the
//! coverage rates, as it should. A rate whose rules did not run says nothing: 0/0, as does one of nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use super::manifest::Rate;
use crate::audit::{Audit, Finding, Tally};
use crate::derive::{Facts, Progress};
use crate::finding::Severity;
use crate::link::{FileId, FileStatus, UnitId};
use crate::normalize::Value;
use crate::profile::{Counting, Profile};
use crate::rules::bf::bf605_survey;
use crate::rules::yz::CIVIL_KINDS;
use crate::rules::{Class, Reason};

/// Rules that hold a household against what it was filed for.
const WRONGFUL_ENTRIES: [&str; 2] = ["JD209", "YZ303"];
/// Rules whose findings are households that should be on file and are not.
const MISSED_ENTRIES: [&str; 2] = ["JD205", "JD211"];
/// Rules whose findings are files that should have left.
const MISSED_EXITS: [&str; 3] = ["TK501", "TK508", "JD207"];
/// The rule whose high findings are files that left too early.
const WRONGFUL_EXIT: &str = "TK502";

/// Households of a unit by what is counted of them.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    active: u64,
    exited: u64,
    wrongful_entries: u64,
    missed_entries: u64,
    wrongful_exits: u64,
    missed_exits: u64,
    /// In any of the four.
    faulty: u64,
    with_helper: u64,
    demanded: u64,
    surveyed: u64,
    comparable: u64,
}

impl AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        self.active += other.active;
        self.exited += other.exited;
        self.wrongful_entries += other.wrongful_entries;
        self.missed_entries += other.missed_entries;
        self.wrongful_exits += other.wrongful_exits;
        self.missed_exits += other.missed_exits;
        self.faulty += other.faulty;
        self.with_helper += other.with_helper;
        self.demanded += other.demanded;
        self.surveyed += other.surveyed;
        self.comparable += other.comparable;
    }
}

/// Files and households that open findings accuse.
#[derive(Debug, Default)]
struct Accused {
    wrongful_entries: BTreeSet<FileId>,
    wrongful_exits: BTreeSet<FileId>,
    missed_exits: BTreeSet<FileId>,
    /// Person (else the finding itself) and the units that tell of him: one household, though paper and roster both do.
    missed_entries: BTreeMap<String, BTreeSet<UnitId>>,
}

/// The rates of all units that take part, by unit and name. `open`: the findings that are not settled by an answer.
pub fn rates<'f>(
    facts: &Facts<'_>,
    audit: &Audit,
    open: impl Iterator<Item = &'f Finding>,
    profile: &Profile,
    keep: &dyn Fn(UnitId) -> bool,
) -> Vec<Rate> {
    let book = facts.book;
    let accused = accused(facts, open);
    let mut by_unit: BTreeMap<UnitId, Counted> = BTreeMap::new();
    for file in book.file_ids() {
        let counted = count(facts, profile, &accused, file);
        for unit in book.units.lineage(book.file(file).unit) {
            *by_unit.entry(unit).or_default() += counted;
        }
    }
    for units in accused.missed_entries.values() {
        let concerned: BTreeSet<UnitId> = units.iter().flat_map(|&unit| book.units.lineage(unit)).collect();
        for unit in concerned {
            *by_unit.entry(unit).or_default() += Counted { missed_entries: 1, faulty: 1, ..Counted::default() };
        }
    }
    let ran = Ran::of(audit);
    let listed = |codes: &'static [&'static str]| move |t: &Tally| codes.contains(&t.rule.code);
    let of_rules = [
        unjudged(audit, facts, listed(&WRONGFUL_ENTRIES)),
        unjudged(audit, facts, listed(&MISSED_ENTRIES)),
        unjudged(audit, facts, listed(&[WRONGFUL_EXIT])),
        unjudged(audit, facts, listed(&MISSED_EXITS)),
    ];
    let unsurveyed = unjudged(audit, facts, listed(&["BF605"]));
    let mut out: Vec<Rate> = Vec::new();
    for (&unit, counted) in by_unit.iter().filter(|(unit, _)| keep(**unit)) {
        let name = book.units.name(unit);
        let of_rules = of_rules.each_ref().map(|units| units.get(&unit).copied().unwrap_or(0));
        let worst = of_rules.into_iter().max().unwrap_or(0);
        let [wrongful_entries, missed_entries, wrongful_exits, missed_exits] = of_rules;
        for (rate, n, d) in ran.rates(counted) {
            let unjudged = match rate {
                "错评率" => wrongful_entries,
                "漏评率" => missed_entries,
                "错退率" => wrongful_exits,
                "漏退率" => missed_exits,
                "综合精准率" => worst,
                "入户核查覆盖率" => unsurveyed.get(&unit).copied().unwrap_or(0),
                _ => 0,
            };
            out.push(one(name, rate, n, d, d.saturating_sub(unjudged).max(n.min(d))));
        }
    }
    for target in profile.targets.iter().filter(|t| t.binds_on(facts.setting.as_of)) {
        let mut by_unit: BTreeMap<UnitId, Progress> = BTreeMap::new();
        for file in book.file_ids() {
            let progress = facts.progress(target, file);
            for unit in book.units.lineage(book.file(file).unit) {
                *by_unit.entry(unit).or_default() += progress;
            }
        }
        let name = format!("解困脱困率·{}", target.id());
        for (unit, progress) in by_unit.into_iter().filter(|(unit, _)| keep(*unit)) {
            let unit = book.units.name(unit);
            let cohort = progress.cohort();
            out.push(one(unit, &name, progress.numerator(target.counting), cohort, cohort));
            // A yearly share can be read both ways; both are shown.
            if target.counting == Counting::Yearly {
                let cumulative = progress.numerator(Counting::Cumulative);
                out.push(one(unit, &format!("{name}·累计"), cumulative, cohort, cohort));
            }
        }
    }
    out.sort_by(|a, b| (&a.unit, &a.name).cmp(&(&b.unit, &b.name)));
    out
}

fn one(unit: &str, name: &str, numerator: u64, denominator: u64, judged: u64) -> Rate {
    Rate { unit: unit.to_string(), name: name.to_string(), numerator, denominator, judged }
}

/// Households that the rules behind a rate could not judge, by unit: of several rules the one that could tell least. Files of
/// unknown status belong to no denominator.
fn unjudged(audit: &Audit, facts: &Facts<'_>, rules: impl Fn(&Tally) -> bool) -> BTreeMap<UnitId, u64> {
    let mut own: BTreeMap<UnitId, u64> = BTreeMap::new();
    for tally in audit.tallies.iter().filter(|t| t.why_not.is_none() && rules(t)) {
        let mut of_rule: BTreeMap<UnitId, u64> = BTreeMap::new();
        for ((unit, reason), count) in &tally.undetermined {
            if *reason != Reason::StatusUnclear {
                *of_rule.entry(*unit).or_default() += *count as u64;
            }
        }
        for (unit, count) in of_rule {
            let most = own.entry(unit).or_default();
            *most = count.max(*most);
        }
    }
    let mut out: BTreeMap<UnitId, u64> = BTreeMap::new();
    for (unit, count) in own {
        for above in facts.book.units.lineage(unit) {
            *out.entry(above).or_default() += count;
        }
    }
    out
}

/// What each open finding accuses. A file counts where its status is the one the rate is of.
fn accused<'f>(facts: &Facts<'_>, open: impl Iterator<Item = &'f Finding>) -> Accused {
    let mut accused = Accused::default();
    for finding in open {
        let (code, draft) = (finding.rule.code, &finding.draft);
        if MISSED_ENTRIES.contains(&code) {
            let who = if draft.id_number.is_empty() { &finding.id } else { &draft.id_number };
            accused.missed_entries.entry(who.clone()).or_default().insert(draft.unit);
            continue;
        }
        let Some(file) = draft.file else { continue };
        let active = facts.book.file(file).status == FileStatus::Active;
        let exited = facts.book.file(file).status == FileStatus::Exited;
        if finding.rule.class == Class::WrongfulEntry && active {
            accused.wrongful_entries.insert(file);
        }
        if MISSED_EXITS.contains(&code) && active {
            accused.missed_exits.insert(file);
        }
        // As the rule itself found it: a severity set in the configuration is taste, not doubt.
        let severity = draft.severity.unwrap_or(finding.rule.severity);
        if code == WRONGFUL_EXIT && severity == Severity::High && exited {
            accused.wrongful_exits.insert(file);
        }
    }
    accused
}

fn count(facts: &Facts<'_>, profile: &Profile, accused: &Accused, file: FileId) -> Counted {
    let f = facts.book.file(file);
    let in_list = |list: &BTreeSet<FileId>| u64::from(list.contains(&file));
    match f.status {
        FileStatus::Active => {
            let (wrongful, missed) = (in_list(&accused.wrongful_entries), in_list(&accused.missed_exits));
            let survey = bf605_survey::demanded(profile, facts.level_of(file))
                .then(|| bf605_survey::surveyed(facts, file))
                .flatten();
            let covered = CIVIL_KINDS.iter().any(|kind| facts.coverage.covers(kind, f.unit));
            let helper = facts.book.tables.value(f.record, "helper");
            Counted {
                active: 1,
                wrongful_entries: wrongful,
                missed_exits: missed,
                faulty: wrongful | missed,
                with_helper: u64::from(matches!(helper, Value::Name(_))),
                demanded: u64::from(survey.is_some()),
                surveyed: u64::from(survey == Some(Some(true))),
                comparable: u64::from(f.head.is_some() && covered),
                ..Counted::default()
            }
        }
        FileStatus::Exited => {
            let wrongful = in_list(&accused.wrongful_exits);
            Counted { exited: 1, wrongful_exits: wrongful, faulty: wrongful, ..Counted::default() }
        }
        FileStatus::Cancelled | FileStatus::Unknown => Counted::default(),
    }
}

/// Whether any rule of a rate ran.
#[derive(Debug, Clone, Copy)]
struct Ran {
    wrongful_entries: bool,
    missed_entries: bool,
    wrongful_exits: bool,
    missed_exits: bool,
}

impl Ran {
    fn of(audit: &Audit) -> Self {
        let ran = |code: &str| audit.tallies.iter().any(|t| t.rule.code == code && t.why_not.is_none());
        let of_class = |t: &&Tally| t.rule.class == Class::WrongfulEntry;
        Self {
            wrongful_entries: audit.tallies.iter().filter(of_class).any(|t| t.why_not.is_none()),
            missed_entries: MISSED_ENTRIES.into_iter().any(ran),
            wrongful_exits: ran(WRONGFUL_EXIT),
            missed_exits: MISSED_EXITS.into_iter().any(ran),
        }
    }

    fn rates(self, c: &Counted) -> Vec<(&'static str, u64, u64)> {
        let all = c.active + c.exited + c.missed_entries;
        let any = self.wrongful_entries || self.missed_entries || self.wrongful_exits || self.missed_exits;
        let if_ran = |ran: bool, n: u64, d: u64| if ran { (n, d) } else { (0, 0) };
        let of_rules = [
            ("错评率", if_ran(self.wrongful_entries, c.wrongful_entries, c.active)),
            ("漏评率", if_ran(self.missed_entries, c.missed_entries, c.active + c.missed_entries)),
            ("错退率", if_ran(self.wrongful_exits, c.wrongful_exits, c.exited)),
            ("漏退率", if_ran(self.missed_exits, c.missed_exits, c.active)),
            ("综合精准率", if_ran(any, all - c.faulty, all)),
            ("结对帮扶覆盖率", (c.with_helper, c.active)),
            ("入户核查覆盖率", (c.surveyed, c.demanded)),
            ("信息比对率", (c.comparable, c.active)),
            ("解困脱困率", (c.exited, c.active + c.exited)),
        ];
        of_rules.into_iter().map(|(name, (n, d))| (name, n, d)).collect()
    }
}
