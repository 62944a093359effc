//! What the memory between runs adds to a report: the trend, who has answered, how often a rule was right, how much each
//! unit is asked. Empty where a run keeps no memory; filled by the line, printed by 汇总 and 总览.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Everything below speaks of this run and the published runs with an earlier as-of.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    /// By as-of; the last is this run.
    pub trend: Vec<RunPoint>,
    /// By unit name; units that were never asked anything are left out.
    pub returns: Vec<UnitReturns>,
    /// By rule; rules without an answer are left out.
    pub precision: Vec<RulePrecision>,
    /// By unit name, then kind.
    pub deliveries: Vec<Delivery>,
    /// Findings of the last run that ended, by rule: 已核实整改, 已消除, 不再适用.
    pub ended: BTreeMap<String, [usize; 3]>,
    /// The same by unit name.
    pub ended_by_unit: BTreeMap<String, [usize; 3]>,
    /// The events on record by which findings ended, and how many.
    pub events: BTreeMap<String, usize>,
    /// Findings that a unit closed without correcting anything, for the level above: by unit, then rule, then file.
    pub closings: Vec<Closing>,
}

/// Who closed a finding, and why. Numbers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub unit: String,
    pub rule: String,
    pub title: String,
    pub severity: crate::finding::Severity,
    pub file_no: String,
    pub name: String,
    /// 情况特殊，不需更正 / 疑点不属实，数据源有误 / 不是同一人.
    pub answer: &'static str,
    /// 核实说明.
    pub why: String,
    pub checked_by: String,
    pub given_on: NaiveDate,
    /// Money at stake, fen.
    pub amount: Option<i64>,
    pub finding: String,
}

impl Corrections {
    /// Findings of the last run that ended: 已核实整改, 已消除, 不再适用.
    pub fn ends(&self) -> [usize; 3] {
        self.ended.values().fold([0; 3], |mut sum, ends| {
            sum.iter_mut().zip(ends).for_each(|(s, n)| *s += n);
            sum
        })
    }

    /// `已核实整改2条、已消除3条、不再适用1条（已注销1）`
    pub fn ends_said(&self) -> String {
        let [verified, cleared, left] = self.ends();
        let events: Vec<String> = self.events.iter().map(|(event, n)| format!("{event}{n}")).collect();
        let events = if events.is_empty() { String::new() } else { format!("（{}）", events.join("、")) };
        format!("已核实整改{verified}条、已消除{cleared}条、不再适用{left}条{events}")
    }
}

/// One published run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPoint {
    pub as_of: NaiveDate,
    pub run_id: String,
    /// Electronic files in 在档.
    pub active: usize,
    /// Open findings (new, persisting, reopened, disputed) by [`crate::finding::Severity::ALL`].
    pub open: [usize; 3],
    pub new: usize,
    pub reopened: usize,
    pub answered: usize,
    pub unchecked: usize,
    /// Ended since the run before, one way or another.
    pub resolved: usize,
    /// Of these: 已核实整改, 已消除, 不再适用. An older version of the program kept only their sum: then all 0.
    #[serde(default)]
    pub ends: [usize; 3],
    /// Open findings by unit, and by rule.
    pub by_unit: BTreeMap<String, usize>,
    pub by_rule: BTreeMap<String, usize>,
}

impl RunPoint {
    /// The three ends, where they are known.
    pub fn known_ends(&self) -> Option<[usize; 3]> {
        (self.ends.iter().sum::<usize>() == self.resolved).then_some(self.ends)
    }
}

/// How far a unit has come with what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitReturns {
    pub unit: String,
    /// When the oldest finding that still waits for an answer was handed out; None where nothing waits.
    pub waiting_since: Option<NaiveDate>,
    /// Findings handed out and not resolved without an answer.
    pub asked: usize,
    /// Of these, with an answer.
    pub answered: usize,
    /// Answers that do not agree with each other.
    pub disputed: usize,
    /// Promised corrections (待更正, 需入户核实) whose day has passed.
    pub promises_overdue: usize,
    /// Reported as corrected, and still there.
    pub still_there: usize,
    /// The last day a workbook of this unit was taken back.
    pub last_return: Option<NaiveDate>,
    pub state: ReturnState,
    /// Findings asked over all runs (each once), asked again after an answer, and answered.
    pub burden: Burden,
}

/// 回收情况 of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReturnState {
    /// Every finding has an answer.
    Complete,
    /// Some have.
    Partial,
    /// None has, and the month is not over.
    None,
    /// Something waits for more than a month after it was handed out.
    Overdue,
}

impl ReturnState {
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Complete => "已全部答复",
            Self::Partial => "部分答复",
            Self::None => "未答复",
            Self::Overdue => "逾期未答复",
        }
    }
}

/// What a unit is asked for: one finding is one cell to answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Burden {
    pub asked: usize,
    pub asked_again: usize,
    pub answered: usize,
}

/// How often a rule was right, by the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePrecision {
    pub rule: String,
    pub answered: usize,
    /// 属实, and 是同一人.
    pub confirmed: usize,
    /// 不属实, and 不是同一人.
    pub refuted: usize,
    /// 情况特殊.
    pub special: usize,
}

/// Which unit has delivered which source, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub unit: String,
    /// Source kind (schema id) and its Chinese title.
    pub kind: String,
    pub title: String,
    pub rows: usize,
    /// The first as-of at which the content of today was there.
    pub since: NaiveDate,
    /// More than a tenth fewer rows than in the run before, or an input that could not be read.
    pub partial: bool,
}
