//! The dibao standard of a region in a month, and the limits of per-capita income that papers set by it: the exit
//! threshold and the filing ceiling of a file's level. All exact: fen, and multiples in thousandths.

use std::fmt;

use super::income::rounded;
use super::{DibaoStandard, Facts};
use crate::domain::date::Month;
use crate::domain::money::Fen;
use crate::link::text_of;
use crate::normalize::{RecordId, Value};
use crate::profile::{Profile, Thousandths, Threshold, Yuan};

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
pub enum Limit {
    /// An amount of its own, fen.
    Amount(i64),
    Multiple {
        of: Dibao,
        multiple: Thousandths,
    },
}

impl Limit {
    pub fn is_exceeded_by(self, fen: i64) -> bool {
        i128::from(fen) * 1000 > self.thousandths()
    }

    pub fn is_above(self, fen: i64) -> bool {
        i128::from(fen) * 1000 < self.thousandths()
    }

    /// The dibao standard it is made of is assumed.
    pub fn is_assumed(self) -> bool {
        matches!(self, Self::Multiple { of: Dibao { assumed: true, .. }, .. })
    }

    /// Thousandths of a fen.
    fn thousandths(self) -> i128 {
        match self {
            Self::Amount(fen) => i128::from(fen) * 1000,
            Self::Multiple { of, multiple } => multiple.times(of.fen),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(fen) => write!(f, "{}元", Fen(*fen)),
            Self::Multiple { of, multiple: Thousandths(1000) } => write!(f, "低保标准{}元", Fen(of.fen)),
            Self::Multiple { of, multiple } => {
                let whole = i64::try_from(self.thousandths()).map_or(i64::MAX, |t| rounded(t, 1000));
                write!(f, "低保标准{}元的{multiple}倍，即{}元", Fen(of.fen), Fen(whole))
            }
        }
    }
}

impl Facts<'_> {
    /// The dibao standard itself as a limit.
    pub fn dibao_limit(&self, efile: RecordId, month: Month) -> Option<Limit> {
        let of = dibao(&self.setting.standards, text_of(&self.book.tables, efile, "region"), month)?;
        Some(Limit::Multiple { of, multiple: Thousandths(1000) })
    }

    /// Income above this for months means that a household can leave (脱困标准). None for a level without one.
    pub fn exit_limit(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        let threshold = self.threshold(profile, efile)?;
        self.limit(threshold.exit_multiple, threshold.exit_amount, efile, month)
    }

    /// Income above this keeps a household off the files of its level (建档标准). None for a level without one.
    pub fn filing_limit(&self, profile: &Profile, efile: RecordId, month: Month) -> Option<Limit> {
        let threshold = self.threshold(profile, efile)?;
        self.limit(threshold.filing_multiple, threshold.filing_amount, efile, month)
    }

    fn threshold<'p>(&self, profile: &'p Profile, efile: RecordId) -> Option<&'p Threshold> {
        match self.book.tables.value(efile, "level") {
            Value::Code(level) => profile.threshold(level.word()?),
            _ => None,
        }
    }

    fn limit(
        &self,
        multiple: Option<Thousandths>,
        amount: Option<Yuan>,
        efile: RecordId,
        month: Month,
    ) -> Option<Limit> {
        match (amount, multiple) {
            (Some(amount), _) => Some(Limit::Amount(amount.fen)),
            (None, Some(multiple)) => match self.dibao_limit(efile, month)? {
                Limit::Multiple { of, .. } => Some(Limit::Multiple { of, multiple }),
                amount @ Limit::Amount(_) => Some(amount),
            },
            (None, None) => None,
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
        let limit = Limit::Multiple { of, multiple: Thousandths(1500) };
        // 975.015 yuan
        assert!(!limit.is_exceeded_by(97_501) && limit.is_exceeded_by(97_502) && limit.is_above(97_501));
        assert_eq!(limit.to_string(), "低保标准650.01元的1.5倍，即975.02元");
        let even = Limit::Multiple { of, multiple: Thousandths(1000) };
        assert!(!even.is_exceeded_by(65_001) && !even.is_above(65_001) && even.is_exceeded_by(65_002));
        assert_eq!(even.to_string(), "低保标准650.01元");
        assert_eq!(Limit::Amount(110_000).to_string(), "1100.00元");
        assert!(Limit::Amount(110_000).is_exceeded_by(110_001));
    }
}
