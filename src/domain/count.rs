//! Whole numbers: persons, households, dwellings.
//!
//! Implements the row `int`: 人, 户, 口 allowed behind the number.

use std::fmt;

use super::hanzi_number;
use super::literal::Literal;
use super::text::{clean, fold, is_none_mark};
use super::written::Written;
use crate::ingest::sheet::CellKind;

/// A cell is no whole number from 0 on. Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotCount;

impl fmt::Display for NotCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是整数")
    }
}

/// Reads a count. `Ok(None)` where nothing is written.
pub fn parse(written: Written<'_>) -> Result<Option<u32>, NotCount> {
    if is_none_mark(written.text) {
        return Ok(None);
    }
    if matches!(written.kind, CellKind::Date | CellKind::Bool | CellKind::Error | CellKind::Uncomputed) {
        return Err(NotCount);
    }
    if let Some(literal) = Literal::parse(&clean(written.text)) {
        return whole(&literal).map(Some);
    }
    let text = fold(written.text);
    let number = text
        .trim_start_matches(['共', '计', '约', '近'])
        .trim_end_matches("左右")
        .trim_end_matches(|c| "人户口名个套次辆处间份位条笔".contains(c));
    match Literal::parse(&number.replace(',', "")) {
        Some(literal) => whole(&literal).map(Some),
        None => hanzi_number::parse(number).and_then(|n| u32::try_from(n).ok()).map(Some).ok_or(NotCount),
    }
}

fn whole(literal: &Literal) -> Result<u32, NotCount> {
    let digits = literal.whole().filter(|_| !literal.negative || literal.is_zero());
    digits.and_then(|d| d.parse().ok()).ok_or(NotCount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads() {
        for (text, n) in [
            ("3", 3),
            ("3人", 3),
            ("３ 口", 3),
            ("三人", 3),
            ("3.0", 3),
            ("0", 0),
            ("12户", 12),
            ("共3人", 3),
            ("十二", 12),
        ] {
            assert_eq!(parse(Written::text(text)), Ok(Some(n)), "{text}");
        }
        assert_eq!(parse(Written::number("3")), Ok(Some(3)));
        for none in ["", "-", "无"] {
            assert_eq!(parse(Written::text(none)), Ok(None));
        }
        for bad in ["3.5", "-3", "三四口人家", "3-4", "99999999999"] {
            assert_eq!(parse(Written::text(bad)), Err(NotCount), "{bad}");
        }
        for odd in super::super::text::tests::ODD {
            let _ = parse(Written::text(odd));
            let _ = parse(Written::number(odd));
        }
    }
}
