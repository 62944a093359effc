//! What a profile holds. Dates are inclusive.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::amount::{Thousandths, Yuan};
use super::audience::Audience;
use super::income::IncomeTerms;

/// One paper, after loading; the config's values of the same keys have been put over it by `Config::terms`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The file's name.
    pub id: String,
    /// Short name of the place and time.
    pub title: String,
    /// No place's paper but the common practice of the whole country: to be used where a place's own is out of date.
    #[serde(default)]
    pub national: bool,
    pub document: Document,
    /// File levels, highest first.
    pub levels: Vec<String>,
    /// Rules that run only where a profile asks for them, and this one does.
    #[serde(default)]
    pub enable: Vec<String>,
    /// Rules this paper excludes.
    #[serde(default)]
    pub disable: Vec<String>,
    #[serde(default)]
    pub campaign: Option<Campaign>,
    #[serde(default, rename = "phase")]
    pub phases: Vec<Phase>,
    /// Thresholds by level.
    #[serde(default, rename = "level")]
    pub thresholds: BTreeMap<String, Threshold>,
    #[serde(default, rename = "deadline")]
    pub deadlines: Vec<Deadline>,
    #[serde(default, rename = "target")]
    pub targets: Vec<Target>,
    #[serde(default, rename = "cap")]
    pub caps: Vec<Cap>,
    /// How the income of a household is held against the lines.
    #[serde(default)]
    pub income: IncomeTerms,
    /// For whom money is meant; the first that fits wins, then [`super::audience::NATIONAL`].
    #[serde(default, rename = "audience")]
    pub audiences: Vec<Audience>,
    /// Fund source → levels it may be spent on.
    #[serde(default, rename = "fund_source")]
    pub fund_sources: BTreeMap<String, FundSource>,
    pub materials: Materials,
    /// Parameters by rule code.
    #[serde(default, rename = "rule")]
    pub rules: BTreeMap<String, RuleTerms>,
    #[serde(default, rename = "clause")]
    pub clauses: BTreeMap<String, Clause>,
}

/// The paper itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub title: String,
    /// 文号; some papers have none.
    #[serde(default)]
    pub number: Option<String>,
    pub issuer: String,
    #[serde(default)]
    pub issued: Option<NaiveDate>,
    pub valid_from: NaiveDate,
    /// Absent: not limited by the paper.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
}

/// Where a paper says something, verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    pub article: String,
    pub quote: String,
}

/// The window in which every file must be surveyed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    pub from: NaiveDate,
    pub to: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
}

impl Campaign {
    pub fn contains(&self, date: NaiveDate) -> bool {
        (self.from..=self.to).contains(&date)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    pub name: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    #[serde(default)]
    pub clause: Option<String>,
}

/// Income thresholds of a level: multiples of the dibao standard, or amounts of its own, per person and month. Those of a
/// category of hardship are narrower than the level's and win over them ([`Profile::line`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Threshold {
    pub exit_multiple: Option<Thousandths>,
    pub exit_amount: Option<Yuan>,
    pub filing_multiple: Option<Thousandths>,
    pub filing_amount: Option<Yuan>,
    pub clause: Option<String>,
    /// The exit line is the paper's own words: it stands also below a filing line that the config gives.
    pub exit_stands: bool,
    /// By the category's word: `[level."全国级".category."低保户"]`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub category: BTreeMap<String, Threshold>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    pub level: String,
    pub date: NaiveDate,
    #[serde(default)]
    pub clause: Option<String>,
}

/// How a yearly rate counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// All exits of the cohort up to the target's date.
    #[default]
    Cumulative,
    /// Exits within the target's year only.
    Yearly,
}

/// A share of a cohort that must have left hardship.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub year: i32,
    /// Absent: files of all levels.
    #[serde(default)]
    pub level: Option<String>,
    /// The cohort: files of this day or before. Absent: all.
    #[serde(default)]
    pub filed_before: Option<NaiveDate>,
    pub rate: Thousandths,
    /// Absent: the last day of the year.
    #[serde(default)]
    pub date: Option<NaiveDate>,
    #[serde(default)]
    pub counting: Counting,
    #[serde(default)]
    pub clause: Option<String>,
    /// Last day on which it is asked for: a paper's targets end with the paper. None: one of the configuration's own.
    #[serde(skip)]
    pub ends: Option<NaiveDate>,
}

impl Target {
    /// The paper that sets it is in force, or the configuration sets it.
    pub fn binds_on(&self, day: NaiveDate) -> bool {
        self.ends.is_none_or(|ends| day <= ends)
    }

    /// Name of the target in findings: `2019全国级`, with the cohort where it has one: `2018全部≤2016-10-31`.
    pub fn id(&self) -> String {
        let level = self.level.as_deref().unwrap_or("全部");
        let cohort = self.filed_before.map(|d| format!("≤{d}")).unwrap_or_default();
        format!("{}{level}{cohort}", self.year)
    }

    /// Day by which the rate must be reached.
    pub fn due(&self) -> Option<NaiveDate> {
        self.date.or_else(|| NaiveDate::from_ymd_opt(self.year, 12, 31))
    }
}

/// Most that a household may receive of a program in a calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    pub program: String,
    /// Absent: every year.
    #[serde(default)]
    pub year: Option<i32>,
    pub amount: Yuan,
    #[serde(default)]
    pub clause: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct FundSource {
    pub levels: Vec<String>,
    pub clause: Option<String>,
}

/// Documents a file must hold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Materials {
    #[serde(default)]
    pub clause: Option<String>,
    /// Field ids of an active file's list.
    pub filing: Vec<String>,
    /// Field ids of an exited file's list.
    pub exit: Vec<String>,
    /// Field id → name.
    pub titles: BTreeMap<String, String>,
}

/// A rule's clause and parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct RuleTerms {
    pub clause: Option<String>,
    #[serde(flatten)]
    pub parameters: BTreeMap<String, Parameter>,
}

/// A parameter's value. Dates are written as text: `"2019-07-30"`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Parameter {
    Flag(bool),
    Integer(i64),
    Decimal(Thousandths),
    Date(NaiveDate),
    Text(String),
    List(Vec<String>),
    /// Word → words (cause → programs).
    Table(BTreeMap<String, Vec<String>>),
}

impl Parameter {
    /// Whole or decimal; None for what is no number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(n) => Some(*n as f64),
            Self::Decimal(d) => Some(d.0 as f64 / 1000.0),
            _ => None,
        }
    }
}

/// What a rule declares of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    Flag,
    Integer,
    /// Integers too.
    Decimal,
    Date,
    Text,
    List,
    Table,
}

impl ParameterType {
    pub fn takes(self, value: &Parameter) -> bool {
        matches!(
            (self, value),
            (Self::Flag, Parameter::Flag(_))
                | (Self::Integer, Parameter::Integer(_))
                | (Self::Decimal, Parameter::Integer(_) | Parameter::Decimal(_))
                | (Self::Date, Parameter::Date(_))
                | (Self::Text, Parameter::Text(_))
                | (Self::List, Parameter::List(_))
                | (Self::Table, Parameter::Table(_))
        )
    }

    /// What to write, for a person.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Flag => "true 或 false",
            Self::Integer => "整数",
            Self::Decimal => "数",
            Self::Date => "日期，如 \"2019-08-25\"",
            Self::Text => "文字，加英文引号",
            Self::List => "文字的列表，如 [\"全国级\"]",
            Self::Table => "对照表，如 { \"子女上学\" = [\"助学救助\"] }",
        }
    }
}

/// What the config may say of a rule: its code and parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSpec<'a> {
    pub code: &'a str,
    pub parameters: &'a [(&'a str, ParameterType)],
}

impl Profile {
    /// Document, article and quotation of a clause key; `None` where the paper says nothing of it.
    pub fn clause(&self, key: &str) -> Option<&Clause> {
        self.clauses.get(key)
    }

    /// How a finding cites a clause: `成工办〔2019〕43号 一（三）：“公示时间不少于5个工作日”`.
    pub fn citation(&self, key: &str) -> Option<String> {
        let clause = self.clause(key)?;
        let document =
            self.document.number.as_ref().map_or_else(|| format!("《{}》", self.document.title), Clone::clone);
        Some(format!("{document} {}：“{}”", clause.article, clause.quote))
    }

    /// Does a rule run under this paper? `only_where_bound`: the rule is silent unless a profile asks for it.
    pub fn runs(&self, code: &str, only_where_bound: bool) -> bool {
        let named = |list: &[String]| list.iter().any(|c| c == code);
        !named(&self.disable) && (!only_where_bound || named(&self.enable))
    }

    /// A parameter of a rule, if the paper or the config gives it.
    pub fn parameter(&self, code: &str, name: &str) -> Option<&Parameter> {
        self.rules.get(code)?.parameters.get(name)
    }

    /// The paper's own words for a rule, if it has a clause key other than the rule's default.
    pub fn rule_clause(&self, code: &str) -> Option<&Clause> {
        self.clause(self.rules.get(code)?.clause.as_deref()?)
    }

    pub fn deadline(&self, level: &str) -> Option<&Deadline> {
        self.deadlines.iter().find(|d| d.level == level)
    }

    /// Cap of a program in a year; one of that very year wins over one of every year.
    pub fn cap(&self, program: &str, year: i32) -> Option<&Cap> {
        let of_program = || self.caps.iter().filter(|c| c.program == program);
        of_program().find(|c| c.year == Some(year)).or_else(|| of_program().find(|c| c.year.is_none()))
    }

    /// The phase a day lies in.
    pub fn phase(&self, date: NaiveDate) -> Option<&Phase> {
        self.phases.iter().find(|p| (p.from..=p.to).contains(&date))
    }

    pub fn is_valid_on(&self, date: NaiveDate) -> bool {
        self.document.valid_from <= date && self.document.valid_to.is_none_or(|to| date <= to)
    }
}
