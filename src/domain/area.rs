//! Floor areas in square metres.
//!
//! Implements the row `area`: 平方米 or ㎡ allowed behind the number; the banded areas of the national form
//! (`50(不含)至70(含)`) compare with a number by containment.

use std::fmt;

use super::literal::Literal;
use super::text::{compatible, fold, is_none_mark};
use super::written::Written;
use crate::ingest::sheet::CellKind;

/// What an area cell says; areas in 1/100 ㎡.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    Exact(i64),
    /// A band of the form; an end that is absent is open.
    Band {
        from: Option<Bound>,
        to: Option<Bound>,
    },
}

/// An end of a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bound {
    /// 1/100 ㎡.
    pub at: i64,
    /// The end itself belongs to the band (含).
    pub included: bool,
}

/// A cell is no area. Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotArea;

impl fmt::Display for NotArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是面积")
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = |b: &Bound| format!("{}({})", metres(b.at), if b.included { "含" } else { "不含" });
        match self {
            Self::Exact(area) => f.write_str(&metres(*area)),
            Self::Band { from: Some(from), to: Some(to) } => write!(f, "{}至{}", bound(from), bound(to)),
            Self::Band { from: None, to: Some(to) } => write!(f, "{}以下", bound(to)),
            Self::Band { from: Some(from), to: None } => write!(f, "{}以上", bound(from)),
            Self::Band { from: None, to: None } => f.write_str("不限"),
        }
    }
}

fn metres(area: i64) -> String {
    match area % 100 {
        0 => (area / 100).to_string(),
        rest => format!("{}.{rest:02}", area / 100).trim_end_matches('0').to_owned(),
    }
}

/// Equal: two numbers at most `tolerance` (1/100 ㎡) apart, a number inside a band, or the same band.
pub fn same(a: Area, b: Area, tolerance: i64) -> bool {
    match (a, b) {
        (Area::Exact(a), Area::Exact(b)) => (a - b).abs() <= tolerance,
        (Area::Exact(n), Area::Band { from, to }) | (Area::Band { from, to }, Area::Exact(n)) => {
            from.is_none_or(|b| n > b.at || b.included && n == b.at)
                && to.is_none_or(|b| n < b.at || b.included && n == b.at)
        }
        // Editions of the form differ in which end is 含: the ends say which band it is.
        (Area::Band { from: f, to: t }, Area::Band { from: g, to: u }) => {
            f.map(|b| b.at) == g.map(|b| b.at) && t.map(|b| b.at) == u.map(|b| b.at)
        }
    }
}

/// Reads an area. `Ok(None)` where nothing is written.
pub fn parse(written: Written<'_>) -> Result<Option<Area>, NotArea> {
    if is_none_mark(written.text) {
        return Ok(None);
    }
    match written.kind {
        CellKind::Number | CellKind::Text => {}
        CellKind::Date | CellKind::Bool | CellKind::Error | CellKind::Uncomputed => return Err(NotArea),
    }
    // NFKC makes m2 of ㎡ and of m²; 含 marks are read before the brackets go.
    let mut text = fold(&compatible(written.text)).replace([',', '约', '近'], "").replace("左右", "");
    for unit in ["平方米", "平米", "平方", "m2", "m^2"] {
        text = text.replace(unit, "");
    }
    let text = text.trim_end_matches('平');
    if let Some(n) = number(text) {
        return Ok(Some(Area::Exact(n)));
    }
    let is_join = |c: char| matches!(c, '至' | '-' | '~' | '—' | '到' | '–');
    let band = if let Some((a, b)) = text.split_once(is_join) {
        let (from, to) = (bound(a, false), bound(b.trim_start_matches(is_join), true));
        match (from, to) {
            (Some(from), Some(to)) if from.at < to.at => Some((Some(from), Some(to))),
            _ => None,
        }
    } else if ["以下", "以内", "及以下"].iter().any(|w| text.contains(w)) {
        bound(text, true).map(|to| (None, Some(to)))
    } else if text.contains("以上") {
        bound(text, false).map(|from| (Some(from), None))
    } else {
        None
    };
    band.map(|(from, to)| Some(Area::Band { from, to })).ok_or(NotArea)
}

/// `50(不含)`, `20以下(含)`; without a mark the end belongs to the band below it.
fn bound(text: &str, included: bool) -> Option<Bound> {
    let included = if text.contains("不含") {
        false
    } else if text.contains('含') || text.contains("及以") {
        true
    } else {
        included
    };
    let digits: String = text.chars().filter(|c| !"()不含以下上内及".contains(*c)).collect();
    number(&digits).map(|at| Bound { at, included })
}

fn number(text: &str) -> Option<i64> {
    let literal = Literal::parse(text).filter(|l| !l.negative)?;
    // Areas are rounded to 1/100 ㎡; more digits than that say nothing.
    let area = match literal.scaled(2)? {
        Ok(area) | Err((area, _)) => area,
    };
    (area < 1_000_000_000).then_some(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(t: &str) -> Area {
        match parse(Written::text(t)) {
            Ok(Some(area)) => area,
            other => panic!("{t}: {other:?}"),
        }
    }

    #[test]
    fn equal() {
        for (a, b) in [
            ("63.5", "63.5平方米"),
            ("63.5", "６３．５㎡"),
            ("63.5", "63.5m²"),
            ("63.5", "约63.5平米"),
            ("63.5", "64.5"),
            ("63.5", "50(不含)至70(含)"),
            ("70", "50（不含）至70（含）"),
            ("20", "20以下(含)"),
            ("70.01", "70以上(不含)"),
            ("50(不含)至70(含)", "50-70"),
            ("50平方米(不含)至70平方米(含)", "50～70"),
            ("1200", "1,200"),
        ] {
            assert!(same(read(a), read(b), 100) && same(read(b), read(a), 100), "{a} {b}");
        }
    }

    #[test]
    fn different() {
        for (a, b) in [
            ("63.5", "64.51"),
            ("50", "50(不含)至70(含)"),
            ("70", "70以上(不含)"),
            ("20.5", "20以下(含)"),
            ("20以下(含)", "70以上(不含)"),
        ] {
            assert!(!same(read(a), read(b), 100), "{a} {b}");
        }
    }

    #[test]
    fn others() {
        for none in ["", "-", "无"] {
            assert_eq!(parse(Written::text(none)), Ok(None));
        }
        for bad in ["张三", "-5", "三室一厅", "70-50", "以下"] {
            assert_eq!(parse(Written::text(bad)), Err(NotArea), "{bad}");
        }
        for (text, shown) in [
            ("63.50", "63.5"),
            ("20以下(含)", "20(含)以下"),
            ("50(不含)至70(含)", "50(不含)至70(含)"),
            ("70以上(不含)", "70(不含)以上"),
        ] {
            assert_eq!(read(text).to_string(), shown);
        }
        assert_eq!(parse(Written::number("63.333333333")), Ok(Some(Area::Exact(6333))));
        for odd in super::super::text::tests::ODD {
            let _ = parse(Written::text(odd));
            let _ = parse(Written::number(odd));
        }
    }
}
