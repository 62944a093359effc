//! Why a subject could not be judged (无法判定): a closed list, so that a person can be told once and grouped what is missing
//! and where to put it right.

use crate::derive::Facts;
use crate::normalize::{RecordId, Value};
use crate::profile::Edge;
use crate::schema::Schemas;

/// A column of a source, by the place of its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column {
    pub kind: usize,
    pub field: &'static str,
}

/// Why nobody can tell. Details are names of sources, columns and levels, never of persons.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No row of this source speaks of the unit.
    NoSource(&'static str),
    /// Rows of this source are missing or could not be read.
    Incomplete(&'static str),
    /// The sheet has no such column.
    NoColumn(Column),
    /// The cell is empty.
    Blank(Column),
    /// What stands there is no value of its kind, or no word anyone knows.
    Unreadable(Column),
    /// No dibao standard for the region and month.
    NoStandard,
    /// The level has no such line, in the profile or the configuration.
    NoLine {
        level: String,
        line: Edge,
    },
    /// 家庭刚性支出: income less expenses is what the category is held to.
    NoExpenses,
    /// Whose row it is.
    Unassigned,
    /// The number names nobody for sure: invalid, damaged or masked.
    NumberUnclear,
    AfterAsOf(Column),
    /// No working days of that year.
    NoCalendar(i32),
    /// 在档 or not.
    StatusUnclear,
    /// Whether the household is 在保.
    CivilUnclear,
    /// Months of income are missing.
    MonthsMissing,
    /// Rows contradict each other.
    Contradictory,
    /// The time in which it may still come has not passed, or the lists do not reach so far yet.
    TooEarly,
    /// Another rule's finding stands in the way, or too much else is open.
    RestsOnOthers,
}

impl Reason {
    /// What the cell lacks: `None` where it has a value.
    pub fn of_cell(facts: &Facts<'_>, record: RecordId, field: &'static str) -> Option<Self> {
        let tables = &facts.book.tables;
        let column = Column { kind: tables.table(record).kind, field };
        match tables.value(record, field) {
            Value::Absent => Some(Self::NoColumn(column)),
            Value::Bad(_) => Some(Self::Unreadable(column)),
            Value::Code(code) if code.word().is_none() && is_closed(facts, record, field) => {
                Some(Self::Unreadable(column))
            }
            value if value.says_nothing() => Some(Self::Blank(column)),
            _ => None,
        }
    }

    /// The first of these cells without a usable value says why; where each has one, what stands there is of no use.
    pub fn of_cells(facts: &Facts<'_>, record: RecordId, fields: &[&'static str]) -> Self {
        let kind = facts.book.tables.table(record).kind;
        fields.iter().find_map(|field| Self::of_cell(facts, record, field)).unwrap_or_else(|| match fields.first() {
            Some(field) => Self::Unreadable(Column { kind, field }),
            None => Self::Contradictory,
        })
    }

    /// Why a source says nothing by the absence of a row.
    pub fn of_source(facts: &Facts<'_>, kind: &'static str, unit: crate::link::UnitId) -> Self {
        if facts.coverage.covers(kind, unit) { Self::Incomplete(kind) } else { Self::NoSource(kind) }
    }

    /// As [`Reason::of_source`], for a source that comes in several kinds; the first names it.
    pub fn of_sources(facts: &Facts<'_>, kinds: &[&'static str], unit: crate::link::UnitId) -> Self {
        match kinds.iter().find(|kind| facts.coverage.covers(kind, unit)).or(kinds.first()) {
            Some(kind) => Self::of_source(facts, kind, unit),
            None => Self::RestsOnOthers,
        }
    }

    /// The word of the closed list.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NoSource(_) => "缺来源",
            Self::Incomplete(_) => "来源不全",
            Self::NoColumn(_) => "缺列",
            Self::Blank(_) => "未填写",
            Self::Unreadable(_) => "值读不出",
            Self::NoStandard => "未配置标准",
            Self::NoLine { .. } => "未配置级别",
            Self::NoExpenses => "缺刚性支出",
            Self::Unassigned => "归属未定",
            Self::NumberUnclear => "号码不明",
            Self::AfterAsOf(_) => "日期晚于基准日",
            Self::NoCalendar(_) => "缺日历",
            Self::StatusUnclear => "状态不明",
            Self::CivilUnclear => "救助状态不明",
            Self::MonthsMissing => "缺收入月份",
            Self::Contradictory => "前后不一",
            Self::TooEarly => "期限未到",
            Self::RestsOnOthers => "待其他疑点核实",
        }
    }

    /// The lines of the configuration that would help, ready to paste but for the figures; None where none does.
    pub fn setting(&self) -> Option<String> {
        match self {
            Self::NoStandard => Some("[[standard]]\nregion = \"…\"\nfrom = \"…-07-01\"\ndibao = …".to_string()),
            Self::NoLine { level, line: Edge::Filing } => Some(format!("[level.\"{level}\"]\nfiling_amount = …")),
            Self::NoLine { level, line: Edge::Exit } => Some(format!("[level.\"{level}\"]\nexit_amount = …")),
            Self::NoCalendar(_) => Some("[run]\ncalendar = \"日历.tsv\"".to_string()),
            _ => None,
        }
    }

    /// The word with its detail and, where a line of the configuration would help, that line ready to paste.
    pub fn text(&self, schemas: &Schemas) -> String {
        let title = |kind: &str| schemas.get(kind).map_or_else(|| kind.to_string(), |s| s.title.clone());
        let column = |c: &Column| {
            let schema = &schemas.all()[c.kind];
            let field = schema.index(c.field).map_or(c.field, |i| schema.fields[i].title.as_str());
            format!("{}“{field}”", schema.title)
        };
        let word = self.word();
        match self {
            Self::NoSource(kind) | Self::Incomplete(kind) => format!("{word}：{}", title(kind)),
            Self::NoColumn(c) | Self::Blank(c) | Self::Unreadable(c) | Self::AfterAsOf(c) => {
                format!("{word}：{}", column(c))
            }
            Self::NoStandard => "没有低保标准（写 [[standard]] region、from、dibao）".to_string(),
            Self::NoLine { level, line: Edge::Filing } => {
                format!("没有{level}建档标准（写 [level.\"{level}\"] filing_amount）")
            }
            Self::NoLine { level, line: Edge::Exit } => {
                format!("没有{level}脱困标准（写 [level.\"{level}\"] exit_amount）")
            }
            Self::NoCalendar(year) => format!("{word}：没有{year}年的节假日安排（写 [run] calendar）"),
            _ => word.to_string(),
        }
    }
}

fn is_closed(facts: &Facts<'_>, record: RecordId, field: &str) -> bool {
    let schema = facts.book.tables.schema(record);
    schema.index(field).is_some_and(|i| schema.fields[i].closed)
}
