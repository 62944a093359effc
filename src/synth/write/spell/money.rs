//! Amounts of money, exact to the fen in every spelling.

use super::{ColumnStyle, Speller, decimal, fixed, full_width};
use crate::synth::export::Val;
use crate::synth::write::grid::{Cell, Style};

/// Fen in a 万元 as a power of ten.
const WAN: usize = 6;

/// A way to write an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// A number with the format `#,##0.00`.
    Formatted,
    /// A number.
    Number,
    /// `1200.00` as text.
    Fixed,
    /// `￥1,200.00`
    Yen,
    /// `1,200.00元`
    Grouped,
    /// `1200元`
    Yuan,
    /// `１２００`
    FullWidth,
    /// `0.12万元`, where that is short; else like [`Spelling::Yuan`].
    Wan,
}

use Spelling::*;

const SPELLINGS: [Spelling; 10] = [Formatted, Number, Number, Fixed, Formatted, Yen, Grouped, Yuan, FullWidth, Wan];

impl Spelling {
    pub fn choose(speller: &mut Speller<'_>) -> Self {
        let choices = match speller.level {
            0 => 1,
            1 => 4,
            _ => SPELLINGS.len(),
        };
        SPELLINGS[speller.dice.below(choices)]
    }
}

/// Amounts of whole yuan have at most four places in 万元.
pub(super) fn is_fit_for_wan(value: &Val) -> bool {
    matches!(value, Val::Money(fen) if fen % 100 == 0)
}

pub(super) fn write(speller: &mut Speller<'_>, fen: i64, style: &ColumnStyle) -> Cell {
    if style.wan {
        return Cell::Number(decimal(fen, WAN), Style::General);
    }
    let spelling = if speller.departs() { Spelling::choose(speller) } else { style.money };
    let plain = decimal(fen, 2);
    // Signs before and behind an amount below zero could be read in more than one way.
    if fen < 0 {
        return match spelling {
            Formatted | Number => Cell::Number(plain, Style::Money),
            _ => Cell::text(fixed(fen, 2)),
        };
    }
    match spelling {
        Formatted => Cell::Number(plain, Style::Money),
        Number => Cell::Number(plain, Style::General),
        Fixed => Cell::text(fixed(fen, 2)),
        Yen => Cell::text(format!("￥{}", grouped(fen))),
        Grouped => Cell::text(format!("{}元", grouped(fen))),
        FullWidth => Cell::text(full_width(&plain)),
        Wan if fen > 0 && fen % 10_000 == 0 => {
            let unit = if speller.dice.chance(50) { "万元" } else { "万" };
            Cell::text(format!("{}{unit}", decimal(fen, WAN)))
        }
        Yuan | Wan => Cell::text(format!("{plain}元")),
    }
}

/// `1,200.00`
fn grouped(fen: i64) -> String {
    let text = fixed(fen, 2);
    let whole = text.len() - 3;
    text.char_indices()
        .flat_map(|(i, c)| {
            let comma = i > 0 && i < whole && (whole - i).is_multiple_of(3);
            comma.then_some(',').into_iter().chain([c])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::spellings;
    use super::*;
    use crate::synth::write::format::Format;

    #[test]
    fn amounts() {
        let seen: Vec<String> = spellings(2, Format::Xlsx, &Val::Money(120_000)).into_iter().collect();
        assert_eq!(
            seen,
            [
                "n 0.12 万元",
                "n 1200",
                "t 0.12万",
                "t 0.12万元",
                "t 1,200.00元",
                "t 1200.00",
                "t 1200元",
                "t １２００",
                "t ￥1,200.00"
            ]
        );
        let odd = spellings(2, Format::Xlsx, &Val::Money(120_001));
        assert!(odd.iter().all(|s| !s.contains('万') && (s.contains("01") || s.contains("０１"))), "{odd:?}");
        let below: Vec<String> = spellings(2, Format::Xlsx, &Val::Money(-50_000)).into_iter().collect();
        assert_eq!(below, ["n -0.05 万元", "n -500", "t -500.00"]);
        for (fen, expected) in [(5, "0.05"), (99_900, "999.00"), (123_456_789, "1,234,567.89")] {
            assert_eq!(grouped(fen), expected);
        }
    }
}
