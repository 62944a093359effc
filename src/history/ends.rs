//! How a finding ends that is not among today's: 已核实整改, 已消除, 不再适用; or not at all (未核对).
//!
//! Gone is not mended. A finding is closed only where its rule gives 合规 today for the same subject, and the cells it rested
//! on can still be read; it leaves the population by an event that is on record; everything else stays open as 未核对: the
//! row, the column, the source or the reading is gone, and nobody has looked.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Key;
use super::answers::Standing as Answer;
use super::roster::Roster;
use super::runs::{Listed, Past};
use super::subject;
use crate::audit::{Audit, Tally};
use crate::derive::Facts;
use crate::derive::payments::{Arrival, Standing};
use crate::link::{FileId, FileStatus};
use crate::normalize::{RecordId, Value};
use crate::rules::{Told, Verdict, What};

/// How a finding of the last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Reported as corrected, and its rule gives 合规 today.
    Verified,
    /// Its rule gives 合规 today; nobody had reported it.
    Cleared,
    /// Its subject left what the rule is about by an event on record.
    LeftPopulation,
}

impl End {
    pub const ALL: [Self; 3] = [Self::Verified, Self::Cleared, Self::LeftPopulation];

    /// The word of the manifest and of the state.
    pub fn id(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Cleared => "cleared",
            Self::LeftPopulation => "left_population",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::Verified => "已核实整改",
            Self::Cleared => "已消除",
            Self::LeftPopulation => "不再适用",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.id() == word)
    }
}

/// What became of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Ended(End, String),
    /// Why nobody can say.
    Unchecked(String),
    /// Today's finding on the same subject says more or less than yesterday's: it goes on under that id.
    GoesOn(String),
}

/// Rules whose correction is the exit or cancellation itself.
const EXIT_IS_THE_CORRECTION: [&str; 7] = ["TK501", "TK508", "TK510", "JD201", "JD202", "JD207", "JD210"];

/// Rules that look at files that have left, too (besides the families ID and FF).
const OF_ANY_STATUS: [&str; 10] =
    ["JD205", "JD213", "YZ301", "YZ302", "TK502", "TK503", "TK504", "TK505", "TK506", "TK507"];

/// Rules whose 合规 is a row that is there: what they missed before need not be shown again.
const BY_PRESENCE: [&str; 5] = ["BF602", "BF604", "BF605", "TK506", "JD204"];

/// Sources whose rows are struck off as the correction itself: members of a household.
const MEMBERS: [&str; 2] = ["emember", "paper_member"];

/// Today, for the findings of the last run.
#[derive(Debug)]
pub struct Ends<'a> {
    facts: &'a Facts<'a>,
    audit: &'a Audit,
    roster: &'a Roster,
    past: &'a Past,
    key: &'a Key,
    /// Files that are gone (JD215), of which somebody has said that this is right.
    explained: HashSet<&'a str>,
    /// By rule, made when first asked for.
    verdicts: HashMap<&'a str, Verdicts<'a>>,
    /// Rows of today by what names them, by kind; made when first asked for.
    rows: HashMap<String, HashMap<String, RecordId>>,
}

/// Today's verdicts of one rule by what names their subjects; of several the gravest.
#[derive(Debug, Default)]
struct Verdicts<'a> {
    exact: HashMap<String, &'a Told>,
    /// By subject without its detail, and by file of someone of it.
    whole: HashMap<String, &'a Told>,
    /// Finding ids by what names their subjects.
    findings: HashMap<String, &'a str>,
}

impl<'a> Ends<'a> {
    pub fn new(
        facts: &'a Facts<'a>,
        audit: &'a Audit,
        roster: &'a Roster,
        past: &'a Past,
        key: &'a Key,
        explained: HashSet<&'a str>,
    ) -> Self {
        Self { facts, audit, roster, past, key, explained, verdicts: HashMap::new(), rows: HashMap::new() }
    }

    /// What became of a finding of the last run that is not among today's. `answer`: what was said of it.
    pub fn fate(&mut self, listed: &Listed, answer: Option<&Answer>) -> Fate {
        let Some(tally) = self.audit.tallies.iter().find(|t| t.rule.code == listed.rule) else {
            return Fate::Unchecked("本次没有这条规则".to_string());
        };
        if let Some(why) = &tally.why_not {
            return Fate::Unchecked(format!("规则本次没有运行：{why}"));
        }
        let claimed = matches!(answer, Some(Answer::Claimed { .. }));
        let closed = if claimed { End::Verified } else { End::Cleared };
        let file = self.file_of(listed);
        if let Some(fate) = self.file_event(listed, file, closed) {
            return fate;
        }
        if let Some(why) = self.source_lacks(listed, tally) {
            return Fate::Unchecked(why);
        }
        if listed.rule.starts_with("JZ") {
            // About a unit's own count: not reached again is reached.
            return Fate::Ended(closed, String::new());
        }
        self.by_verdict(listed, file, closed, claimed)
    }

    /// Why its sources did not come whole, if they did not.
    pub fn lacks_source(&self, listed: &Listed) -> Option<String> {
        let tally = self.audit.tallies.iter().find(|t| t.rule.code == listed.rule)?;
        self.source_lacks(listed, tally)
    }

    fn by_verdict(&mut self, listed: &Listed, file: Option<FileId>, closed: End, claimed: bool) -> Fate {
        let book = self.facts.book;
        let Some((told, is_exact)) = self.told(listed, file) else {
            // Struck off the list, as was answered.
            if claimed
                && listed.shown.is_member
                && file.is_some_and(|f| self.facts.coverage.complete("emember", book.file(f).unit))
                && self.lost_cell(listed).is_none()
            {
                return Fate::Ended(closed, String::new());
            }
            if let Some(event) = self.came_back(listed) {
                return Fate::Ended(End::LeftPopulation, event);
            }
            return Fate::Unchecked(match self.lost_cell(listed) {
                Some(why) => why,
                None => "所涉的记录本次没有，没有核对到".to_string(),
            });
        };
        let (verdict, reason, silenced) = (told.verdict, told.reason.clone(), told.silenced);
        match verdict {
            Verdict::Finding if is_exact => match self.finding_of(listed) {
                Some(id) => Fate::GoesOn(id.to_string()),
                None => Fate::Unchecked("本次仍有同一对象的疑点".to_string()),
            },
            // The rule looked at this file and found others, not this one.
            Verdict::Finding | Verdict::Compliant => match self.lost_cell(listed) {
                Some(why) => Fate::Unchecked(why),
                None => Fate::Ended(closed, String::new()),
            },
            Verdict::Undetermined => {
                let why = reason.as_ref().map_or_else(String::new, |r| format!("：{}", r.text(book.tables.schemas)));
                Fate::Unchecked(format!("本次无法判定{why}"))
            }
            Verdict::NotApplicable if silenced => {
                Fate::Ended(End::LeftPopulation, "同一原因已由另一条疑点说明".to_string())
            }
            Verdict::NotApplicable => match (self.came_back(listed), self.lost_cell(listed)) {
                (Some(event), _) => Fate::Ended(End::LeftPopulation, event),
                (None, Some(why)) => Fate::Unchecked(why),
                (None, None) if self.has_changed(listed) => {
                    Fate::Ended(End::LeftPopulation, "所依据的登记内容已更改，不再属于这条规则的对象".to_string())
                }
                (None, None) => Fate::Unchecked("本次这条规则不适用于此对象，登记内容没有变化".to_string()),
            },
        }
    }

    /// The file of today: by its number or head, else the one in which its head stands now.
    pub fn file_of(&self, listed: &Listed) -> Option<FileId> {
        let key = listed.shown.file.as_str();
        self.roster.file(key).or_else(|| self.roster.file_of_person(&self.past.files.get(key)?.person))
    }

    /// What is on record of the whole file: that it left, or that it cannot be found.
    fn file_event(&self, listed: &Listed, file: Option<FileId>, closed: End) -> Option<Fate> {
        let key = listed.shown.file.as_str();
        if key.is_empty() {
            return None;
        }
        let book = self.facts.book;
        let Some(file) = file else {
            if self.roster.has_exited(key) {
                return Some(left(listed, closed, "退档台账已审核退出".to_string()));
            }
            if self.explained.contains(key) {
                return Some(Fate::Ended(End::LeftPopulation, "档案去向已有答复说明".to_string()));
            }
            let known = self.past.files.contains_key(key);
            return known.then(|| Fate::Unchecked("这份档案本次不在电子档案中".to_string()));
        };
        if listed.rule == "JD215" {
            return Some(Fate::Ended(closed, String::new()));
        }
        let was_active = self.past.files.get(key).is_none_or(|f| f.active);
        let event = match book.file(file).status {
            FileStatus::Exited => "已脱困",
            FileStatus::Cancelled => "已注销",
            _ => return None,
        };
        let of_any_status = listed.rule.starts_with("ID") || listed.rule.starts_with("FF");
        let looks_on = of_any_status || OF_ANY_STATUS.contains(&listed.rule.as_str());
        (was_active && !looks_on).then(|| left(listed, closed, event.to_string()))
    }

    /// A source it rests on did not come whole.
    fn source_lacks(&self, listed: &Listed, tally: &Tally) -> Option<String> {
        let book = self.facts.book;
        let shown = &listed.shown;
        let unit = book.units.find(&listed.unit);
        let sources = tally.rule.sources.iter().flat_map(|group| group.iter().copied());
        let kinds = shown.kinds.iter().map(String::as_str).chain(sources);
        let there = self.compared_by_itself(listed);
        for kind in kinds {
            if self.roster.is_partial(kind, &listed.unit) && !there.contains(&kind) {
                let title = book.tables.schemas.get(kind).map_or(kind, |s| s.title.as_str());
                return Some(format!("{title}本次没有到齐"));
            }
        }
        if unit.is_some_and(|u| self.facts.coverage.is_in_doubt(u)) {
            return Some("本次有来源读不出".to_string());
        }
        let file = self.roster.file(&shown.file)?;
        let had_paper = self.past.files.get(&shown.file).is_some_and(|f| f.paper);
        let rests_on_paper = shown.kinds.iter().any(|k| k == "paper");
        (rests_on_paper && had_paper && book.paper_of(file).is_none())
            .then(|| "本次没有这一户的纸质档案核查登记".to_string())
    }

    /// Kinds whose rows of this very household are there today. Only a comparison of one household's own rows can be judged by
    /// them: of two files of one person, the other may be what is missing.
    fn compared_by_itself(&self, listed: &Listed) -> Vec<&'static str> {
        let Some(file) = self.roster.file(&listed.shown.file).filter(|_| listed.rule == "YZ301") else {
            return Vec::new();
        };
        let paper = self.facts.book.paper_of(file).map(|_| "paper");
        std::iter::once("efile").chain(paper).collect()
    }

    /// Today's verdict on the finding's subject, and whether it is of exactly that subject.
    fn told(&mut self, listed: &Listed, file: Option<FileId>) -> Option<(&'a Told, bool)> {
        let shown = &listed.shown;
        let of_file = match (shown.subject.is_empty(), file) {
            // Kept by an older version, which knew of files only.
            (true, Some(file)) => subject::names(self.facts.book, self.key, What::File(file), ""),
            _ => Vec::new(),
        };
        let verdicts = self.verdicts_of(listed)?;
        if let Some(told) = shown.subject.iter().find_map(|name| verdicts.exact.get(name)) {
            return Some((told, true));
        }
        // A cell of a row, a person of a file: the rule looked at the row or the file and does not name it.
        shown.whole.iter().chain(&of_file).find_map(|name| verdicts.whole.get(name)).map(|told| (*told, false))
    }

    /// The finding of today on the same subject.
    fn finding_of(&mut self, listed: &Listed) -> Option<&'a str> {
        let verdicts = self.verdicts_of(listed)?;
        listed.shown.subject.iter().find_map(|name| verdicts.findings.get(name).copied())
    }

    fn verdicts_of(&mut self, listed: &Listed) -> Option<&Verdicts<'a>> {
        let tally = self.audit.tallies.iter().find(|t| t.rule.code == listed.rule)?;
        let (facts, key, audit) = (self.facts, self.key, self.audit);
        Some(self.verdicts.entry(tally.rule.code).or_insert_with(|| {
            let book = facts.book;
            let mut verdicts = Verdicts::default();
            for told in &tally.told {
                for name in subject::names(book, key, told.what, &told.detail) {
                    gravest(&mut verdicts.exact, name, told);
                }
                for name in whole(facts, key, told) {
                    gravest(&mut verdicts.whole, name, told);
                }
            }
            for finding in audit.findings.iter().filter(|f| f.rule.code == tally.rule.code) {
                let Some((what, detail)) = &finding.draft.told_of else { continue };
                for name in subject::names(book, key, *what, detail) {
                    verdicts.findings.insert(name, finding.id.as_str());
                }
            }
            verdicts
        }))
    }

    /// A cell the finding rested on that is not there any more, or cannot be read; in words.
    fn lost_cell(&mut self, listed: &Listed) -> Option<String> {
        let facts = self.facts;
        let tables = &facts.book.tables;
        let newest = listed.shown.cells.iter().map(|c| c.month.as_str()).max().unwrap_or_default().to_string();
        let mut newest_lost: Option<String> = None;
        let mut newer_there = false;
        for cell in &listed.shown.cells {
            let Some(schema) = tables.schemas.get(&cell.kind) else { continue };
            let Some(row) = self.row(&cell.kind, &cell.row) else {
                let why = format!("{}本次没有这一行", schema.title);
                if cell.kind == "income" {
                    if cell.month == newest {
                        newest_lost = Some(why);
                    }
                    continue;
                }
                if MEMBERS.contains(&cell.kind.as_str()) || BY_PRESENCE.contains(&listed.rule.as_str()) {
                    continue;
                }
                return Some(why);
            };
            if cell.kind == "income" && cell.month == newest {
                newer_there = true;
            }
            let title = schema.index(&cell.field).map_or(cell.field.as_str(), |i| schema.fields[i].title.as_str());
            let what = format!("{}的“{title}”", schema.title);
            match tables.value(row, &cell.field) {
                Value::Absent => return Some(format!("{what}本次没有这一列")),
                Value::Blank if cell.said => return Some(format!("{what}本次没有填写")),
                Value::Bad(_) => return Some(format!("{what}本次读不出")),
                _ => {}
            }
        }
        if newer_there { None } else { newest_lost.filter(|_| !self.has_newer_income(listed, &newest)) }
    }

    /// Months of income later than the newest the finding rested on have come.
    fn has_newer_income(&self, listed: &Listed, newest: &str) -> bool {
        let months = self.file_of(listed).map(|file| self.facts.months.of(file));
        months.is_some_and(|rows| rows.last().is_some_and(|last| last.month.to_string().as_str() > newest))
    }

    /// Some cell it rested on says something else today.
    fn has_changed(&mut self, listed: &Listed) -> bool {
        let facts = self.facts;
        listed.shown.cells.iter().any(|cell| {
            let Some(row) = self.row(&cell.kind, &cell.row) else { return false };
            let meaning = facts.evidence(row, &cell.field).map(|e| e.meaning);
            meaning.is_some_and(|m| !m.is_empty() && super::sealed::short(self.key, &m) != cell.meaning)
        })
    }

    /// The payment the finding was about came back or was taken back since.
    fn came_back(&mut self, listed: &Listed) -> Option<String> {
        if !listed.rule.starts_with("FF") {
            return None;
        }
        let facts = self.facts;
        let cells: Vec<_> = listed.shown.cells.iter().filter(|c| c.kind == "payment").collect();
        for cell in cells {
            let Some(row) = self.row("payment", &cell.row) else { continue };
            let payment = facts.payments.payments.iter().find(|p| p.record == row);
            if payment.is_some_and(|p| {
                p.arrival == Arrival::Failed || matches!(p.standing, Standing::TakenBack | Standing::TakesBack)
            }) {
                return Some("该笔发放已退回或冲销".to_string());
            }
        }
        None
    }

    /// The row of today by one of its names.
    fn row(&mut self, kind: &str, names: &[String]) -> Option<RecordId> {
        let (facts, key) = (self.facts, self.key);
        let rows = self.rows.entry(kind.to_string()).or_insert_with(|| {
            let mut rows = HashMap::new();
            for &record in facts.book.tables.of_kind(kind) {
                for name in subject::row_names(facts.book, key, record) {
                    rows.entry(name).or_insert(record);
                }
            }
            rows
        });
        names.iter().find_map(|name| rows.get(name).copied())
    }
}

/// By an exit or cancellation: for some rules that is the correction.
fn left(listed: &Listed, closed: End, event: String) -> Fate {
    match EXIT_IS_THE_CORRECTION.contains(&listed.rule.as_str()) {
        true => Fate::Ended(closed, event),
        false => Fate::Ended(End::LeftPopulation, event),
    }
}

/// Names under which a verdict speaks for the whole its subject is part of: the row of a cell, the file of a person.
fn whole(facts: &Facts<'_>, key: &Key, told: &Told) -> Vec<String> {
    subject::whole(facts.book, key, told.what)
}

fn gravest<'a>(verdicts: &mut HashMap<String, &'a Told>, name: String, told: &'a Told) {
    let rank = |t: &Told| match t.verdict {
        Verdict::Finding => 3,
        Verdict::Undetermined => 2,
        Verdict::NotApplicable => 0,
        Verdict::Compliant => 1,
    };
    let kept = verdicts.entry(name).or_insert(told);
    if rank(told) > rank(kept) {
        *kept = told;
    }
}

/// How many ended in which way.
pub fn counts<'e>(ends: impl Iterator<Item = &'e End>) -> BTreeMap<&'static str, usize> {
    let mut out: BTreeMap<&'static str, usize> = End::ALL.iter().map(|end| (end.id(), 0)).collect();
    for end in ends {
        *out.entry(end.id()).or_default() += 1;
    }
    out
}
