//! 回头看: what is new, gone, came back or changed between two runs.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::History;
use super::ends::End;
use super::runs::{Listed, RunHead};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Status;

/// What became of a finding between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    New,
    /// Listed before the first run, not in it, and again in the second.
    CameBack,
    /// Another status, severity, unit, or other values.
    Changed,
    /// Not in the second run, which could check it.
    Gone,
    /// In the second run only as 未核对.
    Unchecked,
    Same,
}

impl Change {
    pub const ALL: [Self; 6] = [Self::New, Self::CameBack, Self::Changed, Self::Gone, Self::Unchecked, Self::Same];

    pub fn id(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::CameBack => "came_back",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::Unchecked => "unchecked",
            Self::Same => "same",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::New => "新增",
            Self::CameBack => "重现",
            Self::Changed => "有变化",
            Self::Gone => "消失",
            Self::Unchecked => "未核对",
            Self::Same => "没有变化",
        }
    }
}

/// A finding that is not the same in both runs.
#[derive(Debug, Clone)]
pub struct DiffLine {
    pub change: Change,
    /// As the second run has it, else the first; numbers masked.
    pub finding: Listed,
    /// What changed, or how it went, in Chinese.
    pub what: String,
}

#[derive(Debug)]
pub struct Diff {
    pub from: RunHead,
    pub to: RunHead,
    /// By unit, rule, file.
    pub lines: Vec<DiffLine>,
    /// Counts by [`Change::ALL`], for each unit and each rule.
    pub by_unit: BTreeMap<String, [usize; 6]>,
    pub by_rule: BTreeMap<String, [usize; 6]>,
    /// Unit, rule and change of every finding.
    all: Vec<(String, String, Change)>,
}

impl Diff {
    pub fn totals(&self) -> [usize; 6] {
        self.by_rule.values().fold([0; 6], |mut sum, counts| {
            sum.iter_mut().zip(counts).for_each(|(s, n)| *s += n);
            sum
        })
    }
}

impl History {
    /// The run a person means: an as-of (2019-08-20), the beginning of a run_id, or 最近 / latest.
    ///
    /// # Errors
    /// No such run, or several.
    pub fn run_named(&self, name: &str) -> Result<RunHead> {
        let runs = self.runs()?;
        let name = name.trim();
        let date = name.replace(['/', '.'], "-").parse::<NaiveDate>().ok();
        let latest = matches!(name, "latest" | "最近");
        let fits = |r: &&RunHead| match date {
            Some(date) => r.as_of == date,
            None => name.len() >= 4 && r.run_id.starts_with(&name.to_lowercase()),
        };
        let mut found: Vec<&RunHead> =
            if latest { runs.last().into_iter().collect() } else { runs.iter().filter(fits).collect() };
        match (found.pop(), found.is_empty()) {
            (Some(run), true) => Ok(run.clone()),
            (Some(run), false) => {
                let days: Vec<_> = found.iter().map(|r| r.as_of).chain([run.as_of]).map(|d| d.to_string()).collect();
                Err(Error::new(ErrorKind::Usage, format!("有好几次运行叫“{name}”"))
                    .remedy(format!("用基准日指明：{}", days.join("、"))))
            }
            (None, _) => {
                let last: Vec<String> =
                    runs.iter().rev().take(5).map(|r| format!("{}（{}）", r.as_of, r.run_id)).collect();
                let near = if last.is_empty() {
                    "还没有任何一次发布的运行".to_string()
                } else {
                    format!("最近的运行：{}", last.join("、"))
                };
                Err(Error::new(ErrorKind::Usage, format!("没有“{name}”这次运行"))
                    .remedy(near)
                    .remedy("写基准日（如 2019-08-20）或run_id；全部运行见 hecha history"))
            }
        }
    }

    /// What changed from one run to a later one (put in that order whichever is named first).
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn diff(&self, a: &RunHead, b: &RunHead) -> Result<Diff> {
        let (from, to) = if a.as_of <= b.as_of { (a, b) } else { (b, a) };
        let (before, after) = (self.listed(from.seq)?, self.listed(to.seq)?);
        let ended = self.ended_between(from.as_of, to.as_of)?;
        let mut diff = Diff {
            from: from.clone(),
            to: to.clone(),
            lines: Vec::new(),
            by_unit: BTreeMap::new(),
            by_rule: BTreeMap::new(),
            all: Vec::new(),
        };
        for (key, now) in &after {
            let (change, what) = change(before.get(key), now, from.as_of);
            diff.count(now, change);
            if change != Change::Same {
                diff.lines.push(DiffLine { change, finding: masked(now), what });
            }
        }
        for (key, then) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
            diff.count(then, Change::Gone);
            // One that goes on under another id, or was closed by an older version.
            let what = ended.get(key).cloned().unwrap_or_else(|| "已由另一条疑点接续".to_string());
            diff.lines.push(DiffLine { change: Change::Gone, finding: masked(then), what });
        }
        diff.lines.sort_by(|a, b| {
            let key = |l: &DiffLine| {
                let f = &l.finding;
                (f.unit.clone(), l.change, f.rule.clone(), f.shown.file_no.clone(), f.id.clone())
            };
            key(a).cmp(&key(b))
        });
        Ok(diff)
    }
}

impl Diff {
    /// Keeps what concerns these units and rules.
    pub fn retain(&mut self, unit: impl Fn(&str) -> bool, rule: impl Fn(&str) -> bool) {
        // Counted anew: a group of the one kind holds what the other kind leaves out.
        self.all.retain(|(u, r, _)| unit(u) && rule(r));
        self.lines.retain(|l| unit(&l.finding.unit) && rule(&l.finding.rule));
        self.by_unit.clear();
        self.by_rule.clear();
        for (unit, rule, change) in std::mem::take(&mut self.all) {
            self.tell(unit, rule, change);
        }
    }

    fn tell(&mut self, unit: String, rule: String, change: Change) {
        let at = Change::ALL.iter().position(|c| *c == change).unwrap_or(0);
        self.by_unit.entry(unit.clone()).or_default()[at] += 1;
        self.by_rule.entry(rule.clone()).or_default()[at] += 1;
        self.all.push((unit, rule, change));
    }

    fn count(&mut self, finding: &Listed, change: Change) {
        self.tell(finding.unit.clone(), finding.rule.clone(), change);
    }
}

fn change(then: Option<&Listed>, now: &Listed, from: NaiveDate) -> (Change, String) {
    let Some(then) = then else {
        return if now.status == Status::Unchecked {
            (Change::Unchecked, now.mark.clone())
        } else if now.first_seen <= from {
            (Change::CameBack, format!("首次见于{}", now.first_seen))
        } else {
            (Change::New, String::new())
        };
    };
    if now.status == Status::Unchecked {
        return if then.status == Status::Unchecked {
            (Change::Same, String::new())
        } else {
            (Change::Unchecked, now.mark.clone())
        };
    }
    let mut what = Vec::new();
    if then.meaning != now.meaning {
        what.push("数值变了".to_string());
    }
    // 新增 of one day is 持续 of the next; that is no change.
    let stands = |l: &Listed| match l.status {
        Status::New | Status::Persisting | Status::Reopened => Status::Persisting,
        other => other,
    };
    if stands(then) != stands(now) {
        what.push(format!("{}→{}", then.status.chinese(), now.status.chinese()));
    }
    if then.severity != now.severity {
        what.push(format!("{}→{}", then.severity, now.severity));
    }
    if then.unit != now.unit {
        what.push(format!("单位由{}变为{}", then.unit, now.unit));
    }
    if what.is_empty() { (Change::Same, String::new()) } else { (Change::Changed, what.join("；")) }
}

fn masked(listed: &Listed) -> Listed {
    let shown = listed.shown.opened(&HashMap::new());
    Listed { shown, ..listed.clone() }
}

impl History {
    /// How findings ended after one as-of and up to another, the last end of each, with its event.
    fn ended_between(&self, after: NaiveDate, until: NaiveDate) -> Result<HashMap<String, String>> {
        let read = || -> rusqlite::Result<HashMap<String, String>> {
            let sql = "SELECT f.key, x.verified, x.ending, x.event FROM resolved x JOIN run r ON r.seq = x.run
                       JOIN finding f ON f.id = x.finding
                       WHERE r.published = 1 AND r.as_of > ?1 AND r.as_of <= ?2 ORDER BY r.as_of";
            let mut statement = self.db.prepare(sql)?;
            let rows = statement.query_map([after.to_string(), until.to_string()], |r| {
                let (verified, ending, event): (bool, String, String) = (r.get(1)?, r.get(2)?, r.get(3)?);
                let end = End::parse(&ending).unwrap_or(if verified { End::Verified } else { End::Cleared });
                let said = match event.is_empty() {
                    true => end.chinese().to_string(),
                    false => format!("{}（{event}）", end.chinese()),
                };
                Ok((r.get(0)?, said))
            })?;
            rows.collect()
        };
        read().map_err(|e| self.failed("读不了以往的疑点", &e))
    }
}
