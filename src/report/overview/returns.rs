//! What came back of what was handed out.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::report::corrections::{Burden, ReturnState, UnitReturns};
use crate::report::model::Report;

/// How far a unit and all below it have come with what they were asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnLine {
    pub state: ReturnState,
    pub asked: usize,
    pub answered: usize,
    pub disputed: usize,
    pub promises_overdue: usize,
    pub still_there: usize,
    /// When the oldest finding that waits for an answer was handed out.
    pub waiting_since: Option<NaiveDate>,
    pub last_return: Option<NaiveDate>,
    pub burden: Burden,
    /// Units that were asked, by [`ReturnState`]: complete, partial, none, overdue.
    pub units: [usize; 4],
}

/// Units that were asked something, or sent something back.
pub fn by_unit(report: &Report) -> BTreeMap<&str, &UnitReturns> {
    let returns = report.corrections.returns.iter();
    returns.filter(|r| r.asked > 0 || r.last_return.is_some()).map(|r| (r.unit.as_str(), r)).collect()
}

/// Several units as one; None where none of them was asked.
pub fn rolled<'a>(units: impl Iterator<Item = &'a UnitReturns>) -> Option<ReturnLine> {
    let mut line: Option<ReturnLine> = None;
    for unit in units {
        let line = line.get_or_insert(ReturnLine {
            state: ReturnState::Complete,
            asked: 0,
            answered: 0,
            disputed: 0,
            promises_overdue: 0,
            still_there: 0,
            waiting_since: None,
            last_return: None,
            burden: Burden::default(),
            units: [0; 4],
        });
        line.asked += unit.asked;
        line.answered += unit.answered;
        line.disputed += unit.disputed;
        line.promises_overdue += unit.promises_overdue;
        line.still_there += unit.still_there;
        line.waiting_since = [line.waiting_since, unit.waiting_since].into_iter().flatten().min();
        line.last_return = line.last_return.max(unit.last_return);
        line.burden.asked += unit.burden.asked;
        line.burden.asked_again += unit.burden.asked_again;
        line.burden.answered += unit.burden.answered;
        line.units[unit.state as usize] += 1;
    }
    if let Some(line) = &mut line {
        line.state = state(line);
    }
    line
}

/// Overdue if any is; complete if all are; none if nobody has answered anything.
fn state(line: &ReturnLine) -> ReturnState {
    let [complete, partial, none, overdue] = line.units;
    match () {
        () if overdue > 0 => ReturnState::Overdue,
        () if partial + none == 0 => ReturnState::Complete,
        () if complete + partial == 0 => ReturnState::None,
        () => ReturnState::Partial,
    }
}
