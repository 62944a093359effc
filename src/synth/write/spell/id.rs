//! ID numbers as people and systems write them.

use super::{Speller, full_width};
use crate::synth::write::format::Format;
use crate::synth::write::grid::{Cell, Style};

/// Writes a number that is right. Only numbers of 18 or 15 digits are taken apart; other documents stay as they are.
pub(super) fn write(speller: &mut Speller<'_>, number: &str) -> Cell {
    let resident = matches!(number.len(), 15 | 18)
        && number.bytes().enumerate().all(|(i, b)| b.is_ascii_digit() || (i == 17 && matches!(b, b'X' | b'x')));
    if speller.level < 2 || !resident {
        return Cell::text(number);
    }
    if speller.level >= 3 && speller.format.keeps_literals() && survives_as_number(number) && speller.dice.chance(8) {
        return Cell::Number(number.to_owned(), Style::General);
    }
    Cell::text(match speller.dice.below(60) {
        0 => in_pieces(number, " "),
        1 => in_pieces(number, "-"),
        2 => full_width(number),
        3 | 4 => number.to_lowercase(),
        5 => format!("=\"{number}\""),
        6 => format!("'{number}"),
        7 => format!("{number}\t"),
        8 => format!(" {number}"),
        9 => format!("{number}\u{a0}"),
        10 => format!("\u{200b}{number}"),
        11 => format!("{number}\u{3000}"),
        _ => number.to_owned(),
    })
}

/// Region, date of birth and rest, apart.
fn in_pieces(number: &str, between: &str) -> String {
    let date = if number.len() == 18 { 6..14 } else { 6..12 };
    [&number[..6], &number[date.clone()], &number[date.end..]].join(between)
}

/// A literal of 18 digits is read without loss only if a double would have printed another one, and if it does not look
/// like what Excel leaves of a typed number (2-sources.md).
fn survives_as_number(number: &str) -> bool {
    number.len() == 18
        && !number.ends_with("000")
        && number.bytes().all(|b| b.is_ascii_digit())
        && number.parse::<f64>().is_ok_and(|double| format!("{double}") != number)
}

/// A number as Excel keeps it when typed into a cell: 15 digits. Text formats have what Excel shows of it, 6 digits.
pub(super) fn damaged(number: &str, format: Format) -> Cell {
    let real = number.get(..15).filter(|d| number.len() == 18 && d.bytes().all(|b| b.is_ascii_digit()));
    let Some(real) = real else { return Cell::text(number) };
    if !format.is_text() && format != Format::Html {
        return Cell::Number(format!("{real}000"), Style::General);
    }
    // A mantissa of six digits, the last one rounded, without trailing zeros. Region codes begin with 1 to 9 and the
    // seventh digit is that of the year of birth, so nothing carries over into a seventh place.
    let shown = real[..7].parse::<u32>().map_or(0, |n| (n + 5) / 10).to_string();
    let mantissa = format!("{}.{}", &shown[..1], &shown[1..]);
    Cell::text(format!("{}E+17", mantissa.trim_end_matches('0').trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::super::tests::spellings;
    use super::*;
    use crate::synth::export::Val;

    #[test]
    fn a_number_in_its_dresses() {
        let bare = |s: &str| -> String {
            s[2..]
                .chars()
                .map(|c| match c {
                    '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap(),
                    c => c.to_ascii_uppercase(),
                })
                .filter(char::is_ascii_alphanumeric)
                .collect()
        };
        let id = "51010519800101997X";
        let seen = spellings(2, Format::Csv, &Val::Id(id.into()));
        assert_eq!(seen.len(), 13 - 1, "{seen:?}");
        for spelling in &seen {
            assert_eq!(bare(spelling), id, "{spelling}");
        }
        assert!(seen.contains("t 510105 19800101 997X") && seen.contains("t =\"51010519800101997X\""));
        assert_eq!(in_pieces("510105800101997", "-"), "510105-800101-997");
        assert_eq!(spellings(3, Format::Xlsx, &Val::Id("H12345678".into())).len(), 1);
    }

    #[test]
    fn numbers_only_where_they_are_read_back() {
        let number = "510105198001019971";
        assert!(spellings(3, Format::Xlsx, &Val::Id(number.into())).contains(&format!("n {number}")));
        for format in [Format::Xls, Format::Ods, Format::Csv] {
            assert!(spellings(3, format, &Val::Id(number.into())).iter().all(|s| s.starts_with('t')));
        }
        // What a double prints is no proof that the digits were typed; the next looks like a damaged number.
        assert!(!survives_as_number("510105198001019970"));
        assert!(!survives_as_number("510105198001019000"));
        assert!(!survives_as_number("51010519800101997X"));
    }

    #[test]
    fn damaged_numbers() {
        for (number, format, expected) in [
            ("510105198001019971", Format::Xlsx, Cell::number("510105198001019000")),
            ("51010519800101997X", Format::Ods, Cell::number("510105198001019000")),
            ("510105198001019971", Format::Csv, Cell::text("5.10105E+17")),
            ("510106198001019971", Format::Html, Cell::text("5.10106E+17")),
            ("510100198001019971", Format::TextXls, Cell::text("5.101E+17")),
            ("510105980101997", Format::Xlsx, Cell::text("510105980101997")),
        ] {
            assert_eq!(damaged(number, format), expected, "{number} {format}");
        }
    }
}
