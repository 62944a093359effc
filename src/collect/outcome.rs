//! What came of taking files back, for the screen and for machines. Nothing here shows a number in full.

use std::collections::HashSet;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::check::Grade;
use super::list::Sheet;
use super::merge::{Fate, Judged};
use crate::domain::text;
use crate::report::unit_workbook::columns::Column;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Answers were kept.
    Taken,
    /// Everything it says was known, or nothing could be accepted.
    Unchanged,
    /// A workbook without an answer: not a return.
    Unfilled,
    /// The same bytes were taken before.
    Repeated,
    /// A returned form, kept.
    Form,
    /// The same form as one that was kept before.
    FormRepeated,
    NotOurs,
    Unreadable,
    /// No table, met on the way.
    Ignored,
}

impl State {
    pub fn id(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Unchanged => "unchanged",
            Self::Unfilled => "unfilled",
            Self::Repeated => "repeated",
            Self::Form => "form",
            Self::FormRepeated => "form_repeated",
            Self::NotOurs => "not_ours",
            Self::Unreadable => "unreadable",
            Self::Ignored => "ignored",
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::Taken => "已收回",
            Self::Unchanged => "没有新的答复",
            Self::Unfilled => "未填写",
            Self::Repeated => "已收过，没有变化",
            Self::Form => "调查表已收",
            Self::FormRepeated => "调查表已收过，没有变化",
            Self::NotOurs => "未收",
            Self::Unreadable => "读不出",
            Self::Ignored => "忽略",
        }
    }
}

/// More rows than these with another row's number are no slips: a column was moved by itself (错行).
const MOST_DISPLACED: usize = 3;

/// Rows by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Findings with an answer that counts, reminded ones among them.
    pub accepted: usize,
    pub reminded: usize,
    pub refused: usize,
    pub conflicts: usize,
    pub untouched: usize,
    /// With a system cell that was changed, whatever became of the answer.
    pub changed: usize,
    /// With a number that is another finding's: known by content, or refused.
    pub displaced: usize,
}

impl Counts {
    pub fn of(rows: &[Judged<'_>]) -> Self {
        // A row that was pasted many times is one answer.
        let findings = |is: &dyn Fn(&Judged<'_>) -> bool| {
            let answered = rows.iter().filter(|r| is(r)).filter_map(|r| Some(r.reply.as_ref()?.0.finding.as_str()));
            answered.collect::<HashSet<_>>().len()
        };
        let count = |is: &dyn Fn(&Judged<'_>) -> bool| rows.iter().filter(|r| is(r)).count();
        Self {
            accepted: findings(&|r| r.fate != Fate::Conflict),
            reminded: findings(&|r| r.has(Grade::Reminder)),
            refused: count(&|r| r.fate == Fate::Refused),
            conflicts: count(&|r| r.fate == Fate::Conflict),
            untouched: count(&|r| r.reply.is_none() && r.fate != Fate::Refused),
            changed: count(&|r| r.has(Grade::Changed)),
            displaced: count(&|r| r.displaced),
        }
    }

    pub fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.reminded += other.reminded;
        self.refused += other.refused;
        self.conflicts += other.conflicts;
        self.untouched += other.untouched;
        self.changed += other.changed;
        self.displaced += other.displaced;
    }
}

/// A remark with its place.
#[derive(Debug, Clone)]
pub struct Line {
    pub sheet: String,
    pub row: u32,
    /// Title of the column; "" for the whole row.
    pub column: &'static str,
    pub grade: Grade,
    pub text: String,
}

/// One file, or one member of an archive.
#[derive(Debug)]
pub struct FileOutcome {
    /// As named, long numbers masked.
    pub path: String,
    pub state: State,
    pub unit: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub run_id: Option<String>,
    /// Why it was not taken, what to do, and what else is to be said of the file.
    pub notes: Vec<String>,
    pub counts: Counts,
    /// Households whose 入户调查表 was filled in.
    pub forms: usize,
    pub lines: Vec<Line>,
    pub written: Vec<PathBuf>,
}

impl FileOutcome {
    pub fn new(path: &str, state: State) -> Self {
        Self {
            path: text::mask_numbers(path),
            state,
            unit: None,
            as_of: None,
            run_id: None,
            notes: Vec::new(),
            counts: Counts::default(),
            forms: 0,
            lines: Vec::new(),
            written: Vec::new(),
        }
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(text::mask_numbers(&note.into()));
        self
    }

    /// So many numbers stand in other rows that one column was sorted, or pasted, by itself.
    pub fn is_shuffled(&self) -> bool {
        self.counts.displaced > MOST_DISPLACED
    }

    /// Counts the rows and keeps what is to be said of them.
    pub fn tell(&mut self, sheets: &[Sheet], rows: &[Judged<'_>]) {
        self.counts = Counts::of(rows);
        self.lines = rows
            .iter()
            .flat_map(|r| r.remarks.iter().map(move |m| (r, m)))
            .filter(|(_, m)| m.grade > Grade::Note)
            .map(|(r, m)| Line {
                sheet: text::mask_numbers(&sheets[r.row.sheet].name),
                row: r.row.number,
                column: m.column.map_or("", Column::title),
                grade: m.grade,
                text: text::mask_numbers(&m.text),
            })
            .collect();
        if self.is_shuffled() {
            self.notes.push(format!(
                "错行：{}行的编号是别的疑点的，多半是只排了一列（排序时要选“扩展选定区域”）；能按内容认出的已按内容收下，认不出的没有收，请核对批注",
                self.counts.displaced
            ));
        }
    }
}

/// Everything that was looked at, in order.
#[derive(Debug, Default)]
pub struct Outcome {
    pub files: Vec<FileOutcome>,
    pub dry_run: bool,
}

impl Outcome {
    /// 3 a file unreadable or not ours, 1 some refused or in conflict, 0 all accepted.
    pub fn exit_code(&self) -> u8 {
        let any = |is: &dyn Fn(&FileOutcome) -> bool| self.files.iter().any(is);
        if any(&|f| matches!(f.state, State::NotOurs | State::Unreadable)) {
            3
        } else {
            u8::from(any(&|f| f.counts.refused > 0 || f.counts.conflicts > 0 || f.is_shuffled()))
        }
    }

    pub fn totals(&self) -> Counts {
        let mut totals = Counts::default();
        self.files.iter().for_each(|f| totals.add(f.counts));
        totals
    }
}
