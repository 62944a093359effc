//! What a rule is, and how it is declared: one file a rule, everything said in one place.

use super::judge::Judge;
use crate::finding::Severity;
use crate::profile::{Parameter, ParameterType, Profile};

/// The class of a finding, for the evaluation rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// 漏评
    MissedEntry,
    /// 错评
    WrongfulEntry,
    /// 错退
    WrongfulExit,
    /// 漏退
    MissedExit,
    /// 建档
    Filing,
    /// 资金
    Funds,
    /// 程序
    Procedure,
    /// 质量
    Quality,
}

impl Class {
    pub fn chinese(self) -> &'static str {
        match self {
            Self::MissedEntry => "漏评",
            Self::WrongfulEntry => "错评",
            Self::WrongfulExit => "错退",
            Self::MissedExit => "漏退",
            Self::Filing => "建档",
            Self::Funds => "资金",
            Self::Procedure => "程序",
            Self::Quality => "质量",
        }
    }
}

/// The four norms (四规范) of 深光工〔2020〕25号 三(五).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Norm {
    /// 建档立卡
    Filing,
    /// 帮扶流程
    Aid,
    /// 资金使用
    Funds,
    /// 退出程序
    Exit,
}

impl Norm {
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Filing => "建档立卡",
            Self::Aid => "帮扶流程",
            Self::Funds => "资金使用",
            Self::Exit => "退出程序",
        }
    }
}

/// Four verdicts, not two: "0 findings" must show how many were really examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    NotApplicable,
    Compliant,
    Finding,
    Undetermined,
}

impl Verdict {
    pub const ALL: [Self; 4] = [Self::NotApplicable, Self::Compliant, Self::Finding, Self::Undetermined];

    pub fn chinese(self) -> &'static str {
        match self {
            Self::NotApplicable => "不适用",
            Self::Compliant => "合规",
            Self::Finding => "疑点",
            Self::Undetermined => "无法判定",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.chinese() == word)
    }
}

/// A parameter that a profile or the configuration may set.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    /// What it counts in: 元, 天, 月, 比例 …; what a list or table holds.
    pub unit: &'static str,
    pub default: Preset,
}

/// The value of a parameter where neither profile nor configuration gives one. Its variant is the parameter's type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preset {
    Number(f64),
    Flag(bool),
    /// No date of its own: the paper or the configuration names one, or there is none.
    NoDate,
    List(&'static [&'static str]),
    /// A list in which only the words of the second list may stand.
    Choice(&'static [&'static str], &'static [&'static str]),
    /// Word → words.
    Table(&'static [(&'static str, &'static [&'static str])]),
}

impl Preset {
    pub fn parameter_type(self) -> ParameterType {
        match self {
            Self::Number(_) => ParameterType::Decimal,
            Self::Flag(_) => ParameterType::Flag,
            Self::NoDate => ParameterType::Date,
            Self::List(_) | Self::Choice(..) => ParameterType::List,
            Self::Table(_) => ParameterType::Table,
        }
    }
}

/// An example case: what is changed in the example household (`rules::example`), and the verdict the rule must give. Manual
/// and test at once.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub verdict: Verdict,
    pub given: &'static str,
}

/// A rule of the catalogue.
#[derive(Debug)]
pub struct Rule {
    /// Letters of the family's pinyin and a number; never re-used.
    pub code: &'static str,
    pub title: &'static str,
    pub severity: Severity,
    pub class: Class,
    pub norm: Norm,
    /// What is examined, one verdict each.
    pub subject: &'static str,
    /// Key that a profile binds to a clause of its paper.
    pub clause: &'static str,
    /// Basis that holds everywhere, cited where the profile binds no clause.
    pub general_basis: &'static str,
    /// Source kinds it needs: of each group one.
    pub sources: &'static [&'static [&'static str]],
    /// Kinds in which a row that is not there is what the rule concludes from: it says nothing where such a row may be there
    /// and was not read.
    pub absence: &'static [&'static str],
    pub params: &'static [Param],
    /// What the cadre should do; begins 先入户核实 where a household is concerned.
    pub advice: &'static str,
    /// The doc comment of the declaration.
    pub manual: &'static str,
    pub cases: &'static [Case],
    /// Silent unless the profile or the configuration asks for it.
    pub only_where_bound: bool,
    /// Version of the program that brought the rule.
    pub since: &'static str,
    pub check: fn(&mut Judge<'_>),
}

impl Rule {
    /// Its findings are settled at the household's door: the advice says so, and is what the cadre reads.
    pub fn needs_visit(&self) -> bool {
        self.advice.contains("入户")
    }

    /// The preset of a declared parameter. Asking for one that is not declared is a defect that every case of the rule shows.
    pub fn preset(&self, name: &str) -> Preset {
        let declared = self.params.iter().find(|p| p.name == name);
        declared.map_or_else(|| unreachable!("{} declares no parameter {name}", self.code), |p| p.default)
    }

    /// A number in force: the profile's (with the configuration over it), else the preset.
    pub fn number(&self, profile: &Profile, name: &str) -> f64 {
        let set = profile.parameter(self.code, name).and_then(Parameter::number);
        set.unwrap_or(match self.preset(name) {
            Preset::Number(preset) => preset,
            _ => f64::NAN,
        })
    }
}

/// Declares a rule as a `static`; the doc comment is its manual.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        pub static $name:ident = {
            code: $code:literal,
            title: $title:literal,
            severity: $severity:ident,
            class: $class:ident,
            norm: $norm:ident,
            subject: $subject:literal,
            clause: $clause:literal,
            general_basis: $basis:literal,
            sources: $sources:expr,
            $(absence: [$($absent:literal),*],)?
            params: $params:expr,
            $(only_where_bound: $bound:literal,)?
            advice: $advice:literal,
            cases: [$($verdict:ident $given:literal),* $(,)?],
            since: $since:literal,
            check: $check:path $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        pub static $name: $crate::rules::catalogue::Rule = $crate::rules::catalogue::Rule {
            code: $code,
            title: $title,
            severity: $crate::finding::Severity::$severity,
            class: $crate::rules::catalogue::Class::$class,
            norm: $crate::rules::catalogue::Norm::$norm,
            subject: $subject,
            clause: $clause,
            general_basis: $basis,
            sources: $sources,
            absence: &[$($($absent),*)?],
            params: $params,
            advice: $advice,
            manual: concat!($($doc, "\n"),+),
            cases: &[$($crate::rules::catalogue::Case {
                verdict: $crate::rules::catalogue::Verdict::$verdict,
                given: $given,
            }),*],
            only_where_bound: false $(|| $bound)?,
            since: $since,
            check: $check,
        };
    };
}
pub(crate) use rule;
