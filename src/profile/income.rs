//! How the income of a household is held against the lines of a paper: whether a household that stands on a line is still
//! poor, whose dibao counts, and which categories of hardship are told by income less rigid expenses (刚性支出).

use serde::{Deserialize, Serialize};

/// What an income equal to the line means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// On the line is still poor (≤): to leave, income must exceed it.
    #[default]
    Le,
    /// On the line is no longer poor (<).
    Lt,
}

/// Whose dibao standard the multiples are of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Of the place where the household is registered (户口所在地).
    #[default]
    Home,
    /// Of the place of work: the federation's own, which is the config's first `[[standard]]`.
    Work,
}

/// The terms; the defaults are the common wording of the whole country.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct IncomeTerms {
    pub bound: Bound,
    pub region: Region,
    /// Categories that are told by income less rigid expenses: their gross income above a line proves nothing.
    pub net: Vec<String>,
    /// Categories without an income line: an event, not income, made them.
    pub no_line: Vec<String>,
    /// Fields of the electronic file whose amounts count as rigid expenses, yuan a year.
    pub expenses: Vec<String>,
    /// Own shares of medical settlements stand for expenses where the file tells none.
    pub medical: bool,
    /// A household in dibao may be one of accident or rigid costs at the same time (YZ303 民政有).
    pub accident_beside_dibao: bool,
}

/// 家庭刚性支出, the whole year's; the others are its parts.
pub const EXPENSE_TOTAL: &str = "expense_annual";

/// The parts of a household's rigid expenses.
pub const EXPENSE_PARTS: [&str; 7] = [
    "expense_medical",
    "expense_disability",
    "expense_care",
    "expense_school",
    "expense_housing",
    "expense_job",
    "expense_other",
];

impl Default for IncomeTerms {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Self {
            bound: Bound::Le,
            region: Region::Home,
            net: words(&["深度困难", "相对困难"]),
            no_line: words(&["意外致困户"]),
            expenses: std::iter::once(EXPENSE_TOTAL).chain(EXPENSE_PARTS).map(String::from).collect(),
            medical: true,
            accident_beside_dibao: false,
        }
    }
}

impl IncomeTerms {
    pub fn is_net(&self, category: &str) -> bool {
        self.net.iter().any(|c| c == category)
    }

    pub fn has_no_line(&self, category: &str) -> bool {
        self.no_line.iter().any(|c| c == category)
    }
}
