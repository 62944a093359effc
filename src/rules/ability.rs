//! Whether a household on file is able to leave by its income, and what stands beside gross income above a line: questions
//! of several rules, asked once.

use super::prelude::*;
use super::tk::{self, tk501_overdue_exit};
use crate::derive::costs::Costs;
use crate::derive::lines::{Basis, InForce};
use crate::derive::months::{Compared, ExitTest, exit_test};
use crate::domain::date::Month;

/// What the months of income say of a file.
#[derive(Debug)]
pub enum Ability<'a> {
    /// No line is for it: an event made the hardship, or civil affairs keep the household now.
    Exempt,
    Able(Proof<'a>),
    NotAble,
    /// No months, a gap among them, or old ones; none of them speaks against leaving.
    NoMonths,
    Untold(Reason),
}

/// Months all above the limit.
#[derive(Debug)]
pub struct Proof<'a> {
    pub months: Vec<Compared<'a>>,
    /// Where the category is told by income less expenses.
    pub costs: Option<Costs>,
    /// Nobody has compared the household with civil affairs.
    pub uncompared: bool,
}

/// Behind a sentence about a household that no civil row could keep from being told to leave.
pub const UNCOMPARED: &str = "；未与民政比对，请先核对是否在保";

/// A file to which the exit lines speak at all; else why not.
pub fn held_to_lines(judge: &Judge<'_>, file: FileId) -> Result<(), Ability<'static>> {
    let record = judge.facts.book.file(file).record;
    let no_line = judge.facts.basis(judge.profile, record) == Basis::NoLine;
    if no_line || judge.facts.in_force(file) == InForce::Yes { Err(Ability::Exempt) } else { Ok(()) }
}

pub fn ability<'a>(judge: &Judge<'a>, file: FileId) -> Ability<'a> {
    if let Err(exempt) = held_to_lines(judge, file) {
        return exempt;
    }
    let facts = judge.facts;
    let efile = facts.book.file(file).record;
    let number = |name: &str| tk501_overdue_exit::RULE.number(judge.profile, name) as i32;
    let oldest = Month::of(facts.setting.as_of).plus(-number("max_age"));
    let test = |costs: i64| {
        let limit = |month: Month| Some(facts.stay_limit(judge.profile, efile, month)?.beside_costs(costs));
        exit_test(facts.months.of(file), number("months"), oldest, limit)
    };
    let months = match test(0) {
        ExitTest::Able(months) => months,
        ExitTest::NotAble => return Ability::NotAble,
        ExitTest::Missing => return Ability::NoMonths,
        ExitTest::Untold => return Ability::Untold(why::income_months(judge, file)),
    };
    let month = months.last().map_or(oldest, |c| c.month);
    match above_costs(judge, file, month) {
        Err(why) => Ability::Untold(why),
        Ok(None) => Ability::Able(Proof { months, costs: None, uncompared: is_uncompared(facts, file) }),
        Ok(Some(costs)) => match test(costs.per_head()) {
            ExitTest::Able(months) => {
                Ability::Able(Proof { months, costs: Some(costs), uncompared: is_uncompared(facts, file) })
            }
            _ => Ability::NotAble,
        },
    }
}

/// What stands beside gross income above a line, whether or not civil affairs keep the household: nothing, or the expenses of a
/// category that is told net of them.
///
/// # Errors
/// The category or its expenses are not known.
pub fn beside_gross(judge: &Judge<'_>, file: FileId, month: Month) -> Result<Option<Costs>, Reason> {
    let facts = judge.facts;
    let efile = facts.book.file(file).record;
    match facts.basis(judge.profile, efile) {
        Basis::Unknown => Err(Reason::of_cells(facts, efile, &["category"])),
        Basis::Net => facts.costs(judge.profile, file, month).map(Some).ok_or(Reason::NoExpenses),
        Basis::Gross | Basis::NoLine => Ok(None),
    }
}

/// As [`beside_gross`], for a household that stays on file: nothing, or the expenses of a category that is told net of them.
///
/// # Errors
/// The category is not known, its expenses are not, or a civil row does not tell whether the household is kept.
pub fn above_costs(judge: &Judge<'_>, file: FileId, month: Month) -> Result<Option<Costs>, Reason> {
    if judge.facts.in_force(file) == InForce::Unreadable {
        return Err(Reason::CivilUnclear);
    }
    beside_gross(judge, file, month)
}

pub fn is_uncompared(facts: &Facts<'_>, file: FileId) -> bool {
    facts.in_force(file) == InForce::NotCompared
}

impl Proof<'_> {
    /// The figures month by month, with what they rest on.
    pub fn figures(&self) -> String {
        let uncompared = if self.uncompared { UNCOMPARED } else { "" };
        format!("{}{}{uncompared}", tk::month_by_month(&self.months), tk::assumed_note(&self.months))
    }

    pub fn evidence(&self, facts: &Facts<'_>, draft: Draft, file: FileId) -> Draft {
        let draft = tk::income_evidence(facts, draft, file, &self.months);
        costs_evidence(facts, draft.evidence(facts.evidence(facts.book.file(file).record, "category")), &self.costs)
    }
}

/// The cells of expenses.
pub fn costs_evidence(facts: &Facts<'_>, draft: Draft, costs: &Option<Costs>) -> Draft {
    let cells = costs.iter().flat_map(|c| &c.cells);
    cells.fold(draft, |draft, &(record, field)| draft.evidence(facts.evidence(record, field)))
}
