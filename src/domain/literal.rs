//! A decimal literal as it stands in a file, taken apart without going through a binary floating point number.
//!
//! Needed wherever digits matter: the 15 real digits of an ID number "are taken from the decimal text of the cell, not
//! from an integer cast of the double", and money is "exact decimal, never binary floating point".

/// `-12.50E+3`: sign, significant digits as written, and how many of them stand before the decimal point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub negative: bool,
    /// All digits of the mantissa, leading zeros dropped. Never empty: zero is `0`.
    digits: Vec<u8>,
    /// Power of ten of the first digit plus one: `12.5` has 2, `0.05` has -1.
    point: i32,
    /// An exponent was written.
    pub scientific: bool,
}

impl Literal {
    /// Reads a plain or scientific decimal: optional sign, digits with at most one point, optional exponent of at
    /// most three digits. Blanks, separators and anything else make it no literal.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((m, e)) => (m, Some(parse_exponent(e)?)),
            None => (rest, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        if whole.len() + fraction.len() == 0 || mantissa.len() > 400 || !all().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let zeros = all().take_while(|b| *b == b'0').count();
        let mut digits: Vec<u8> = all().skip(zeros).map(|b| b - b'0').collect();
        let mut point = whole.len() as i32 - zeros as i32 + exponent.unwrap_or(0);
        if digits.is_empty() {
            digits.push(0);
            point = 1;
        }
        Some(Self { negative, digits, point, scientific: exponent.is_some() })
    }

    pub fn is_zero(&self) -> bool {
        self.digits == [0]
    }

    /// Significant digits as written, trailing zeros of the mantissa included.
    pub fn shown_digits(&self) -> String {
        self.digits.iter().map(|d| char::from(b'0' + d)).collect()
    }

    /// The digits of a whole number without sign (`1.5E+3` is `1500`), or `None` if there is a fraction or the
    /// number has more than 40 digits.
    pub fn whole(&self) -> Option<String> {
        let point = usize::try_from(self.point).ok().filter(|p| (1..=40).contains(p))?;
        if self.digits.iter().skip(point).any(|d| *d != 0) {
            return None;
        }
        let digit = |i| self.digits.get(i).copied().unwrap_or(0);
        Some((0..point).map(|i| char::from(b'0' + digit(i))).collect())
    }

    /// The number without sign times 10^`shift`, exact, as digits before and behind the point; `None` if it has more
    /// than 400 digits. At least one digit stands before the point, and no zero at the end behind it.
    pub fn parts(&self, shift: i32) -> Option<(String, String)> {
        let point = if self.is_zero() { 1 } else { self.point.checked_add(shift)? };
        if !(-400..=400).contains(&point) {
            return None;
        }
        let digits = self.shown_digits();
        let (mut whole, mut fraction) = (String::new(), String::new());
        match usize::try_from(point).ok().filter(|p| *p > 0) {
            None => fraction = "0".repeat(point.unsigned_abs() as usize) + &digits,
            Some(p) if p >= digits.len() => whole = digits.clone() + &"0".repeat(p - digits.len()),
            Some(p) => {
                whole.push_str(&digits[..p]);
                fraction.push_str(&digits[p..]);
            }
        }
        if whole.is_empty() {
            whole.push('0');
        }
        fraction.truncate(fraction.trim_end_matches('0').len());
        Some((whole, fraction))
    }

    /// The value times 10^`scale`, exact. `Err` carries the nearest integer (half away from zero) and the distance
    /// to it, in units of 10^-`scale`, when there is a rest; `None` if it does not fit.
    pub fn scaled(&self, scale: u32) -> Option<Result<i64, (i64, f64)>> {
        let end = i64::from(self.point) + i64::from(scale);
        if end > 18 && !self.is_zero() {
            return None;
        }
        let kept = usize::try_from(end).unwrap_or(0);
        let digit = |i: usize| i64::from(self.digits.get(i).copied().unwrap_or(0));
        let whole = (0..kept).map(digit).fold(0i64, |n, d| n * 10 + d);
        // The rest, as a fraction of one unit: its first digits say enough.
        let shift = usize::try_from(-end).unwrap_or(0);
        let rest = (0..17)
            .filter_map(|i: usize| Some((i, digit(kept + i.checked_sub(shift)?))))
            .map(|(i, d)| d as f64 * 10f64.powi(-(i as i32) - 1))
            .sum::<f64>();
        let sign = if self.negative { -1 } else { 1 };
        Some(if self.digits.iter().skip(kept).all(|d| *d == 0) {
            Ok(sign * whole)
        } else if rest >= 0.5 {
            Err((sign * (whole + 1), 1.0 - rest))
        } else {
            Err((sign * whole, rest))
        })
    }
}

/// A literal of more than 15 digits has them all, and they are not what printing its double would have given: the file
/// still holds what was typed. Never believed where it ends in 000.
pub fn stands_in_file(literal: &Literal, digits: &str) -> bool {
    let printed = digits.parse::<f64>().map(|d| format!("{d}"));
    !literal.scientific && !digits.ends_with("000") && printed.is_ok_and(|p| p != digits)
}

fn parse_exponent(text: &str) -> Option<i32> {
    let digits = text.trim_start_matches(['+', '-']);
    (text.len() - digits.len() <= 1 && (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_exactly() {
        for (text, whole) in [
            ("510105198001019971", Some("510105198001019971")),
            ("1.38E+10", Some("13800000000")),
            ("13800138000.0", Some("13800138000")),
            ("1.5", None),
            ("0", Some("0")),
            ("1E-3", None),
            ("007", Some("7")),
        ] {
            assert_eq!(Literal::parse(text).and_then(|l| l.whole()).as_deref(), whole, "{text}");
        }
        for text in ["", "-", ".", "1.2.3", "1E", "E5", "1E+-3", "1E9999", "１", "1 2", "0x10", "inf", "NaN"] {
            assert_eq!(Literal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn moves_the_point() {
        for (text, shift, want) in [
            ("12345", -4, ("1", "2345")),
            ("12345", 0, ("12345", "")),
            ("-1.50", 2, ("150", "")),
            ("5", -3, ("0", "005")),
            ("0", -3, ("0", "")),
            ("1E+3", 0, ("1000", "")),
        ] {
            let parts = Literal::parse(text).and_then(|l| l.parts(shift)).expect("a number");
            assert_eq!((parts.0.as_str(), parts.1.as_str()), want, "{text}");
        }
    }

    #[test]
    fn scales() {
        let scaled = |t: &str| Literal::parse(t).and_then(|l| l.scaled(2));
        assert_eq!(scaled("1200.5"), Some(Ok(120_050)));
        assert_eq!(scaled("-0.01"), Some(Ok(-1)));
        assert_eq!(scaled("1.2E+3"), Some(Ok(120_000)));
        assert_eq!(scaled("0"), Some(Ok(0)));
        assert_eq!(scaled("1E+30"), None);
        for (text, near, rest) in [
            ("1200.0000000000002", 120_000, 2e-11),
            ("1199.9999999999998", 120_000, 2e-11),
            ("0.005", 1, 0.5),
            ("0.0004", 0, 0.04),
            ("-1.234", -123, 0.4),
        ] {
            match scaled(text) {
                Some(Err((n, r))) => assert!(n == near && (r - rest).abs() < 1e-9, "{text}: {n} {r}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        for odd in crate::domain::text::tests::ODD {
            if let Some(l) = Literal::parse(odd) {
                let _ = (l.whole(), l.scaled(2), l.shown_digits(), l.is_zero());
            }
        }
    }
}
