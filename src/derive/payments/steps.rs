//! The steps that bring the aid records and payments of one household together, the surest first. What a step has matched
//! is gone for the next.

use super::assign::assign;
use super::bundle::{MOST_PARTS, bundles};
use super::item::{Item, agree};

/// How a group was found; in the order of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Same amount, program and fund source, within the window.
    Exact,
    /// One record against several of the other side that add up exactly.
    Split,
    /// Same amount within the window, other program or fund source (FF404).
    OtherPurpose,
    /// Same amount, program and fund source, farther apart (FF405).
    Far,
    /// Same program within the window, other amount (FF403).
    OtherAmount,
}

/// Aid records and payments that belong together, by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub step: Step,
    pub aids: Vec<usize>,
    pub payments: Vec<usize>,
}

/// Days between an aid record and its payment: up to `near` they belong together, up to `far` they still may.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    pub near: i64,
    pub far: i64,
}

/// Which failed payment would have carried out which aid record: same amount, program and source within the window, one to
/// one, first of one person. Pairs of indexes.
pub fn exact(aids: &[&Item<'_>], payments: &[&Item<'_>], windows: Windows) -> Vec<(usize, usize)> {
    let mut table = Table::new(aids, payments);
    table.one_to_one(Step::Exact, |a, p| {
        a.days_to(p).filter(|&days| days <= windows.near && same_amount(a, p) && a.same_purpose(p))
    });
    table.groups.iter().map(|g| (g.aids[0], g.payments[0])).collect()
}

fn same_amount(a: &Item<'_>, p: &Item<'_>) -> bool {
    a.fen.is_some() && a.fen == p.fen
}

/// Matches the aid records and payments of one household. The result does not depend on their order.
pub fn groups(aids: &[&Item<'_>], payments: &[&Item<'_>], windows: Windows) -> Vec<Group> {
    let mut table = Table::new(aids, payments);
    let near = |a: &Item<'_>, p: &Item<'_>| a.days_to(p).filter(|&days| days <= windows.near);
    table.one_to_one(Step::Exact, |a, p| if same_amount(a, p) && a.same_purpose(p) { near(a, p) } else { None });
    table.bundled(|a, p| if a.same_purpose(p) { near(a, p) } else { None });
    table.one_to_one(Step::OtherPurpose, |a, p| if same_amount(a, p) { near(a, p) } else { None });
    table.one_to_one(Step::Far, |a, p| {
        a.days_to(p).filter(|&days| days <= windows.far && same_amount(a, p) && a.same_purpose(p))
    });
    let same_program = |a: &Item<'_>, p: &Item<'_>| agree(a.program, p.program);
    table.one_to_one(Step::OtherAmount, |a, p| {
        near(a, p).filter(|_| a.fen.is_some() && p.fen.is_some() && same_program(a, p))
    });
    table.complete(|a, p| near(a, p).filter(|_| same_program(a, p)));
    table.groups
}

/// Who may be matched: first rows of one person, then of one household.
#[derive(Clone, Copy)]
enum Scope {
    Person,
    Household,
}

impl Scope {
    const ALL: [Self; 2] = [Self::Person, Self::Household];

    fn holds(self, a: &Item<'_>, b: &Item<'_>) -> bool {
        match self {
            Self::Person => a.person.is_some() && a.person == b.person,
            Self::Household => true,
        }
    }
}

struct Table<'a> {
    aids: &'a [&'a Item<'a>],
    payments: &'a [&'a Item<'a>],
    /// Not matched yet, in the order that breaks ties.
    open_aids: Vec<usize>,
    open_payments: Vec<usize>,
    groups: Vec<Group>,
}

impl<'a> Table<'a> {
    fn new(aids: &'a [&'a Item<'a>], payments: &'a [&'a Item<'a>]) -> Self {
        let sorted = |items: &[&Item<'_>]| {
            let mut at: Vec<usize> = (0..items.len()).collect();
            at.sort_by(|&a, &b| items[a].order(items[b]));
            at
        };
        Self { aids, payments, open_aids: sorted(aids), open_payments: sorted(payments), groups: Vec::new() }
    }

    fn one_to_one(&mut self, step: Step, days: impl Fn(&Item<'_>, &Item<'_>) -> Option<i64>) {
        for scope in Scope::ALL {
            let pairs = assign(self.open_aids.len(), self.open_payments.len(), |i, j| {
                let (a, p) = (self.aids[self.open_aids[i]], self.payments[self.open_payments[j]]);
                if scope.holds(a, p) { days(a, p) } else { None }
            });
            let groups: Vec<Group> = (pairs.into_iter())
                .map(|(i, j)| Group { step, aids: vec![self.open_aids[i]], payments: vec![self.open_payments[j]] })
                .collect();
            self.close(groups);
        }
    }

    fn bundled(&mut self, days: impl Fn(&Item<'_>, &Item<'_>) -> Option<i64>) {
        for scope in Scope::ALL {
            let aids: Vec<&Item<'_>> = self.open_aids.iter().map(|&i| self.aids[i]).collect();
            let payments: Vec<&Item<'_>> = self.open_payments.iter().map(|&j| self.payments[j]).collect();
            let found = bundles(&aids, &payments, |a, p| if scope.holds(a, p) { days(a, p) } else { None });
            let groups: Vec<Group> = (found.into_iter())
                .map(|b| Group {
                    step: Step::Split,
                    aids: b.aids.iter().map(|&i| self.open_aids[i]).collect(),
                    payments: b.payments.iter().map(|&j| self.open_payments[j]).collect(),
                })
                .collect();
            self.close(groups);
        }
    }

    /// Brings further instalments into the groups whose amounts differ, as long as that lessens the difference: of an aid
    /// paid in two parts, one of them wrong, both are told in one finding. Where nothing is left of the difference, it is the
    /// purpose of a part that differs.
    fn complete(&mut self, days: impl Fn(&Item<'_>, &Item<'_>) -> Option<i64>) {
        let mut groups = std::mem::take(&mut self.groups);
        for group in groups.iter_mut().filter(|g| g.step == Step::OtherAmount) {
            let (aid, payment) = (self.aids[group.aids[0]], self.payments[group.payments[0]]);
            let whole = (aid.fen.unwrap_or(0), payment.fen.unwrap_or(0));
            let more = nearer(&self.open_payments, self.payments, whole, |p| days(aid, p));
            if more.is_empty() {
                let more = nearer(&self.open_aids, self.aids, (whole.1, whole.0), |a| days(a, payment));
                self.open_aids.retain(|i| !more.contains(i));
                group.aids.extend(more);
            } else {
                self.open_payments.retain(|j| !more.contains(j));
                group.payments.extend(more);
            }
            let aids = || group.aids.iter().map(|&i| self.aids[i]);
            let payments = || group.payments.iter().map(|&j| self.payments[j]);
            if aids().filter_map(|a| a.fen).sum::<i64>() == payments().filter_map(|p| p.fen).sum::<i64>() {
                let same = aids().all(|a| payments().all(|p| a.same_purpose(p)));
                group.step = if same { Step::Split } else { Step::OtherPurpose };
            }
        }
        self.groups = groups;
    }

    fn close(&mut self, groups: Vec<Group>) {
        self.open_aids.retain(|i| !groups.iter().any(|g| g.aids.contains(i)));
        self.open_payments.retain(|j| !groups.iter().any(|g| g.payments.contains(j)));
        self.groups.extend(groups);
    }
}

/// Open records, the nearest first, that bring the second of two amounts nearer to the first.
fn nearer(
    open: &[usize],
    items: &[&Item<'_>],
    (whole, mut sum): (i64, i64),
    days: impl Fn(&Item<'_>) -> Option<i64>,
) -> Vec<usize> {
    let mut near: Vec<(i64, usize, i64)> =
        open.iter().enumerate().filter_map(|(rank, &at)| Some((days(items[at])?, rank, items[at].fen?))).collect();
    near.sort_unstable();
    let mut more = Vec::new();
    for (_, rank, fen) in near {
        if more.len() + 1 < MOST_PARTS && (whole - sum - fen).abs() < (whole - sum).abs() {
            sum += fen;
            more.push(open[rank]);
        }
    }
    more
}
