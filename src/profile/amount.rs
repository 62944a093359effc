//! Exact decimals of profiles and config: multiples and rates in thousandths, money in fen.
//!
//! TOML has no decimals, only floats; these types take a float's shortest print digit by digit, so that 0.6 is 600
//! thousandths and 650.5 is 65050 fen, and refuse digits they cannot keep.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A multiple or rate, in thousandths: 1.5 is 1500, 60 % is 600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thousandths(pub i64);

/// An amount of money in fen; written in yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Yuan {
    pub fen: i64,
}

impl Thousandths {
    /// Reads `1.5`; `None` for more than three decimals or what is no number.
    pub fn parse(text: &str) -> Option<Self> {
        scaled(text, 3).map(Self)
    }

    /// This many times an amount in fen, exact, in thousandths of a fen.
    pub fn times(self, fen: i64) -> i128 {
        i128::from(self.0) * i128::from(fen)
    }
}

impl Yuan {
    /// Reads `650` or `650.50`; `None` for more than two decimals or what is no number.
    pub fn parse(text: &str) -> Option<Self> {
        scaled(text, 2).map(|fen| Self { fen })
    }
}

/// A decimal times 10^`digits`, if that is whole and fits.
fn scaled(text: &str, digits: usize) -> Option<i64> {
    let text: String = text.chars().filter(|&c| c != '_').collect();
    let (sign, text) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (if text.starts_with('-') { -1 } else { 1 }, rest),
        None => (1, text.as_str()),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty() || fraction.len() > digits || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    format!("{whole}{fraction:0<digits$}").parse::<i64>().ok().map(|n| sign * n)
}

/// A scaled number as its shortest decimal.
fn decimal(scaled: i64, digits: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let scale = 10_u64.pow(u32::try_from(digits).unwrap_or(0));
    let (whole, fraction) = (scaled.unsigned_abs() / scale, scaled.unsigned_abs() % scale);
    let sign = if scaled < 0 { "-" } else { "" };
    let fraction = format!("{fraction:0digits$}");
    match fraction.trim_end_matches('0') {
        "" => write!(f, "{sign}{whole}"),
        fraction => write!(f, "{sign}{whole}.{fraction}"),
    }
}

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal(self.0, 3, f)
    }
}

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal(self.fen, 2, f)
    }
}

/// Takes integers and floats through their decimal text.
struct Decimal<T> {
    parse: fn(&str) -> Option<T>,
    expected: &'static str,
}

impl<T> Visitor<'_> for Decimal<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_i64<E: de::Error>(self, n: i64) -> Result<T, E> {
        (self.parse)(&n.to_string()).ok_or_else(|| E::custom(self.expected))
    }

    fn visit_f64<E: de::Error>(self, n: f64) -> Result<T, E> {
        (self.parse)(&n.to_string()).ok_or_else(|| E::custom(self.expected))
    }
}

impl<'de> Deserialize<'de> for Thousandths {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Decimal { parse: Self::parse, expected: "应为最多三位小数的数" })
    }
}

impl<'de> Deserialize<'de> for Yuan {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Decimal { parse: Self::parse, expected: "应为以元计、最多两位小数的金额" })
    }
}

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl Serialize for Yuan {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, n) in [
            ("1.5", Some(1500)),
            ("0.6", Some(600)),
            ("1", Some(1000)),
            ("1.0", Some(1000)),
            ("1.2345", None),
            ("-0.5", Some(-500)),
            ("", None),
            ("1e3", None),
            ("1_000", Some(1_000_000)),
        ] {
            assert_eq!(Thousandths::parse(text).map(|t| t.0), n, "{text}");
        }
        for (text, n) in [
            ("650", Some(65_000)),
            ("650.50", Some(65_050)),
            ("0.01", Some(1)),
            ("0.001", None),
            ("nan", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(Yuan::parse(text).map(|y| y.fen), n, "{text}");
        }
        assert_eq!((Thousandths(1500).to_string(), Yuan { fen: -5 }.to_string()), ("1.5".into(), "-0.05".into()));
    }
}
