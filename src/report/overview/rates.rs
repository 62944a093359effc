//! The 评价指标 of each unit beside what they should come to.

use std::collections::{BTreeMap, HashMap};

use crate::profile::Thousandths;
use crate::report::model::Report;

/// A rate of one unit, and what is lacking for its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateCell {
    pub numerator: u64,
    /// Above 0: a rate of nobody is no rate.
    pub denominator: u64,
    /// How many of them could be judged.
    pub judged: u64,
    /// Households that must still be counted for the target, 0 where it is reached; None without a target.
    pub lacking: Option<u64>,
}

impl RateCell {
    /// `12/30（40.0%）`; a rate of mistakes is rounded up.
    pub fn text(&self, of_mistakes: bool) -> String {
        if !self.is_grounded() {
            return format!("依据不足（{}户中只判了{}户）", self.denominator, self.judged);
        }
        if self.judged < self.denominator {
            let share = percent(self.numerator, self.denominator, of_mistakes);
            return format!("{}/{}（{share}，判了{}户）", self.numerator, self.denominator, self.judged);
        }
        format!("{}/{}（{}）", self.numerator, self.denominator, percent(self.numerator, self.denominator, of_mistakes))
    }

    /// Half or more could be judged: below that a rate says nothing.
    pub fn is_grounded(&self) -> bool {
        self.judged * 2 >= self.denominator
    }

    /// As [`permille`].
    pub fn permille(&self, of_mistakes: bool) -> u64 {
        permille(self.numerator, self.denominator, of_mistakes)
    }
}

/// A share in thousandths, rounded so that it looks no better than it is: down, a rate of mistakes up.
fn permille(part: u64, whole: u64, of_mistakes: bool) -> u64 {
    let (part, whole) = (u128::from(part) * 1000, u128::from(whole.max(1)));
    let permille = if of_mistakes { part.div_ceil(whole) } else { part / whole };
    u64::try_from(permille).unwrap_or(u64::MAX)
}

/// A share in percent with one decimal, rounded as [`RateCell::permille`].
pub fn percent(part: u64, whole: u64, of_mistakes: bool) -> String {
    let permille = permille(part, whole, of_mistakes);
    format!("{}.{}%", permille / 10, permille % 10)
}

/// By unit, parallel to [`Report::rates`].
pub fn by_unit(report: &Report) -> BTreeMap<&str, Vec<Option<RateCell>>> {
    let places: HashMap<&str, usize> = report.rates.iter().enumerate().map(|(i, n)| (n.name.as_str(), i)).collect();
    let mut out: BTreeMap<&str, Vec<Option<RateCell>>> = BTreeMap::new();
    for rate in report.manifest.rates.iter().filter(|r| r.denominator > 0) {
        let cells = out.entry(&rate.unit).or_insert_with(|| vec![None; report.rates.len()]);
        if let Some(&place) = places.get(rate.name.as_str()) {
            let (numerator, denominator) = (rate.numerator, rate.denominator);
            cells[place] = Some(RateCell { numerator, denominator, judged: rate.judged, lacking: None });
        }
    }
    for cells in out.values_mut() {
        for (place, note) in report.rates.iter().enumerate() {
            let (Some(target), Some(cell)) = (note.target, cells[place]) else { continue };
            // Of a share counted by the year, those out in earlier years cannot leave once more.
            let cumulative = places.get(format!("{}·累计", note.name).as_str());
            let done = cumulative.and_then(|&i| cells[i]).map_or(cell.numerator, |c| c.numerator);
            cells[place] = Some(RateCell { lacking: Some(lacking(cell, target, done)), ..cell });
        }
    }
    out
}

fn lacking(cell: RateCell, target: Thousandths, done: u64) -> u64 {
    let wanted = (u128::from(target.0.unsigned_abs()) * u128::from(cell.denominator)).div_ceil(1000);
    let short = wanted.saturating_sub(u128::from(cell.numerator));
    u64::try_from(short).unwrap_or(u64::MAX).min(cell.denominator.saturating_sub(done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_looks_no_better_than_it_is() {
        let cell = RateCell { numerator: 2_999, denominator: 3_000, judged: 3_000, lacking: None };
        assert_eq!((cell.text(false), cell.text(true)), ("2999/3000（99.9%）".into(), "2999/3000（100.0%）".into()));
        assert_eq!(
            RateCell { numerator: 1, denominator: 3_000, judged: 3_000, lacking: None }.text(true),
            "1/3000（0.1%）"
        );
        let few = |judged| RateCell { numerator: 1, denominator: 10, judged, lacking: None }.text(true);
        assert_eq!((few(5), few(4)), ("1/10（10.0%，判了5户）".into(), "依据不足（10户中只判了4户）".into()));
    }

    #[test]
    fn what_is_lacking_is_whole_households_still_there() {
        let cell = |numerator, denominator| RateCell { numerator, denominator, judged: denominator, lacking: None };
        assert_eq!(lacking(cell(3, 7), Thousandths(600), 3), 2);
        assert_eq!(lacking(cell(3, 5), Thousandths(600), 3), 0);
        assert_eq!(lacking(cell(1, 10), Thousandths(400), 8), 2, "two are left, though three are short");
    }
}
