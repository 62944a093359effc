//! The dibao standard of a region in a month, and limits of per-capita income that papers set by it. All exact: fen, and
//! multiples in thousandths.

use std::cmp::Ordering;
use std::fmt;

use super::DibaoStandard;
use super::income::rounded;
use crate::domain::date::Month;
use crate::domain::money::Fen;
use crate::profile::{Bound, Thousandths};

/// The standard in force, fen per person and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dibao {
    pub fen: i64,
    /// The file's region is not given, or no standard covers it: this is that of the configuration's first standard.
    pub assumed: bool,
}

/// Of the standards in force in a month that cover the region the most particular, then the latest. A standard that begins
/// within the month holds for it. None where all that cover the region begin later, and where there is no standard at all.
pub fn dibao(standards: &[DibaoStandard], region: &str, month: Month) -> Option<Dibao> {
    let covers = |s: &DibaoStandard| !region.is_empty() && region.starts_with(prefix(&s.region));
    let assumed = !standards.iter().any(covers);
    let first = &standards.first()?.region;
    standards
        .iter()
        .filter(|s| if assumed { s.region == *first } else { covers(s) })
        .filter(|s| Month::of(s.from) <= month)
        .max_by_key(|s| (prefix(&s.region).len(), s.from))
        .map(|s| Dibao { fen: s.fen, assumed })
}

/// A region code without its trailing zeros. They come in pairs, one for each level: 500000 is 50, not the 5 of its neighbours.
fn prefix(code: &str) -> &str {
    let mut code = code;
    while let Some(shorter) = code.strip_suffix("00") {
        code = shorter;
    }
    code
}

/// A limit of per-capita income a month. Displays with what it is made of: `低保标准650.00元的1.5倍，即975.00元`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    made_of: MadeOf,
    bound: Bound,
    /// Rigid expenses a head and month, fen: gross income that exceeds the limit by more than these is above it net of them.
    costs: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MadeOf {
    /// An amount of its own, fen.
    Amount(i64),
    Multiple {
        of: Dibao,
        multiple: Thousandths,
    },
}

impl Limit {
    /// An amount of its own, fen.
    pub fn amount(fen: i64) -> Self {
        Self { made_of: MadeOf::Amount(fen), bound: Bound::Le, costs: 0 }
    }

    pub fn multiple(of: Dibao, multiple: Thousandths) -> Self {
        Self { made_of: MadeOf::Multiple { of, multiple }, bound: Bound::Le, costs: 0 }
    }

    pub fn with_bound(self, bound: Bound) -> Self {
        Self { bound, ..self }
    }

    /// The limit for gross income of a household that bears these expenses, fen a head and month.
    pub fn beside_costs(self, costs: i64) -> Self {
        Self { costs, ..self }
    }

    pub fn is_exceeded_by(self, fen: i64) -> bool {
        match (i128::from(fen) * 1000).cmp(&self.thousandths()) {
            Ordering::Greater => true,
            Ordering::Equal => self.bound == Bound::Lt,
            Ordering::Less => false,
        }
    }

    pub fn is_above(self, fen: i64) -> bool {
        i128::from(fen) * 1000 < self.thousandths()
    }

    /// The higher of two.
    pub fn max(self, other: Self) -> Self {
        if other.thousandths() > self.thousandths() { other } else { self }
    }

    /// The dibao standard it is made of is assumed.
    pub fn is_assumed(self) -> bool {
        matches!(self.made_of, MadeOf::Multiple { of: Dibao { assumed: true, .. }, .. })
    }

    /// Thousandths of a fen.
    fn thousandths(self) -> i128 {
        let line = match self.made_of {
            MadeOf::Amount(fen) => i128::from(fen) * 1000,
            MadeOf::Multiple { of, multiple } => multiple.times(of.fen),
        };
        line + i128::from(self.costs) * 1000
    }
}

impl Limit {
    /// In few words, where many months stand side by side: `标准590×1.5=885元`.
    pub fn brief(self) -> String {
        let line = match self.made_of {
            MadeOf::Amount(fen) => format!("标准{}元", Fen(fen).brief()),
            MadeOf::Multiple { of, multiple: Thousandths(1000) } => format!("低保标准{}元", Fen(of.fen).brief()),
            MadeOf::Multiple { of, multiple } => {
                let whole = i64::try_from(multiple.times(of.fen)).map_or(i64::MAX, |t| rounded(t, 1000));
                format!("标准{}×{multiple}={}元", Fen(of.fen).brief(), Fen(whole).brief())
            }
        };
        match self.costs {
            0 => line,
            costs => format!("{line}，另加支出{}元", Fen(costs).brief()),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.made_of {
            MadeOf::Amount(fen) => write!(f, "{}元", Fen(fen))?,
            MadeOf::Multiple { of, multiple: Thousandths(1000) } => write!(f, "低保标准{}元", Fen(of.fen))?,
            MadeOf::Multiple { of, multiple } => {
                let whole = i64::try_from(multiple.times(of.fen)).map_or(i64::MAX, |t| rounded(t, 1000));
                write!(f, "低保标准{}元的{multiple}倍，即{}元", Fen(of.fen), Fen(whole))?;
            }
        }
        match self.costs {
            0 => Ok(()),
            costs => write!(f, "，另加人均月刚性支出{}元", Fen(costs)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::of(format!("{text}-01").parse().expect("a day"))
    }

    fn standards(list: &[(&str, &str, i64)]) -> Vec<DibaoStandard> {
        let one = |&(region, from, yuan): &(&str, &str, i64)| DibaoStandard {
            region: region.into(),
            from: from.parse().expect("a day"),
            fen: yuan * 100,
        };
        list.iter().map(one).collect()
    }

    #[test]
    fn of_a_region_in_a_month() {
        let list = standards(&[
            ("510100", "2018-07-01", 650),
            ("510100", "2019-07-01", 700),
            ("510105", "2019-01-01", 680),
            ("500000", "2017-01-01", 500),
        ]);
        for (region, at, expected) in [
            ("510104", "2019-06", Some((650, false))),
            ("510104", "2019-07", Some((700, false))),
            ("510104000000", "2018-07", Some((650, false))),
            ("510104", "2018-06", None),
            // The more particular wins from its first month on, also over a later one.
            ("510105", "2019-08", Some((680, false))),
            ("510105", "2018-12", Some((650, false))),
            // Not of Chongqing, whose code is 50.
            ("510700", "2019-06", Some((650, true))),
            ("500101", "2019-06", Some((500, false))),
            ("", "2019-08", Some((700, true))),
            ("四川省成都市", "2018-08", Some((650, true))),
            ("", "2018-01", None),
        ] {
            let found = dibao(&list, region, month(at)).map(|d| (d.fen / 100, d.assumed));
            assert_eq!(found, expected, "{region} {at}");
        }
        assert_eq!(dibao(&[], "510104", month("2019-08")), None);
        // Within its first month a standard holds.
        assert!(dibao(&standards(&[("510100", "2019-07-15", 1)]), "510104", month("2019-07")).is_some());
    }

    #[test]
    fn limits_are_exact() {
        let of = Dibao { fen: 65_001, assumed: false };
        let limit = Limit::multiple(of, Thousandths(1500));
        // 975.015 yuan
        assert!(!limit.is_exceeded_by(97_501) && limit.is_exceeded_by(97_502) && limit.is_above(97_501));
        assert_eq!(limit.to_string(), "低保标准650.01元的1.5倍，即975.02元");
        assert_eq!(limit.brief(), "标准650.01×1.5=975.02元");
        let even = Limit::multiple(of, Thousandths(1000));
        assert!(!even.is_exceeded_by(65_001) && !even.is_above(65_001) && even.is_exceeded_by(65_002));
        assert_eq!(even.to_string(), "低保标准650.01元");
        assert_eq!(Limit::amount(110_000).to_string(), "1100.00元");
        assert!(Limit::amount(110_000).is_exceeded_by(110_001));
        // 1100 yuan with 250 of expenses: 1350 gross is on the line.
        let net = Limit::amount(110_000).beside_costs(25_000);
        assert!(!net.is_exceeded_by(135_000) && net.is_exceeded_by(135_001));
        assert_eq!(net.to_string(), "1100.00元，另加人均月刚性支出250.00元");
        // Where the paper says "less than", the line itself is not poor.
        let less = Limit::amount(110_000).with_bound(Bound::Lt);
        assert!(less.is_exceeded_by(110_000) && !less.is_exceeded_by(109_999));
    }
}
