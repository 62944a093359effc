//! How far two numbers or words are apart: insertions, deletions, substitutions and swaps of neighbours, named one by one.

use std::borrow::Cow;

use crate::domain::id_number::ResidentId;

use super::person::Number;

/// What makes one text of the other. Places count from 0 in the first text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    None,
    /// One character differs.
    One(usize),
    /// Two neighbours are swapped.
    AdjacentSwap(usize),
    /// One character of the other is missing in the first.
    Missing(usize),
    /// The first has one character more.
    Extra(usize),
    /// Two characters that do not stand side by side are swapped.
    Swap(usize, usize),
    /// Two of the above.
    Two,
    /// More than two.
    Far,
}

impl Edit {
    /// 0, 1, 2, or 3 for more.
    pub fn cost(self) -> usize {
        match self {
            Self::None => 0,
            Self::One(_) | Self::AdjacentSwap(_) | Self::Missing(_) | Self::Extra(_) => 1,
            Self::Swap(..) | Self::Two => 2,
            Self::Far => 3,
        }
    }
}

/// Compares two ASCII texts.
pub fn edit(a: &[u8], b: &[u8]) -> Edit {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[head..], &b[head..]);
    let tail = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (x, y) = (&rest_a[..rest_a.len() - tail], &rest_b[..rest_b.len() - tail]);
    match (x, y) {
        ([], []) => Edit::None,
        ([_], [_]) => Edit::One(head),
        ([], [_]) => Edit::Missing(head),
        ([_], []) => Edit::Extra(head),
        ([p, q], [r, s]) if p == s && q == r => Edit::AdjacentSwap(head),
        ([p, inner_a @ .., q], [r, inner_b @ .., s]) if p == s && q == r && inner_a == inner_b => {
            Edit::Swap(head, head + x.len() - 1)
        }
        _ if x.len().abs_diff(y.len()) > 2 || (kinds(x) ^ kinds(y)).count_ones() > 4 => Edit::Far,
        _ => match (str::from_utf8(x), str::from_utf8(y)) {
            (Ok(x), Ok(y)) if strsim::osa_distance(x, y) <= 2 => Edit::Two,
            _ => Edit::Far,
        },
    }
}

/// The kinds of characters of a text. One edit brings at most one kind and takes at most one away.
fn kinds(text: &[u8]) -> u64 {
    text.iter().fold(0, |set, c| set | 1 << (c & 63))
}

/// A number as it may be written: 18 characters, or 15 before the year 2000.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    bytes: [u8; Form::LONGEST],
    len: u8,
}

impl Form {
    /// Longer texts are compared as a whole only.
    pub const LONGEST: usize = 20;

    fn of(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; Self::LONGEST];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Self { bytes, len: text.len() as u8 })
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The 18 characters of a valid number, without a heap.
    pub fn full(id: ResidentId) -> Self {
        let mut bytes = [0; Self::LONGEST];
        let (mut rest, mut sum, mut weight) = (id.key(), 0u32, 2u32);
        for place in (0..17).rev() {
            let digit = (rest % 10) as u8;
            rest /= 10;
            bytes[place] = b'0' + digit;
            sum += u32::from(digit) * weight;
            weight = weight * 2 % 11;
        }
        bytes[17] = b"10X98765432"[(sum % 11) as usize];
        Self { bytes, len: 18 }
    }

    /// The 15 digits of before 1999; `None` where the year has no such form.
    fn old(full: &Self) -> Option<Self> {
        let text = full.as_bytes();
        (text.get(6..8) == Some(b"19")).then(|| [&text[..6], &text[8..17]].concat()).and_then(|old| Self::of(&old))
    }

    /// Sequence and check character, or the sequence of an old form: what tells persons of one place and day apart.
    pub fn tail(&self) -> &[u8] {
        let text = self.as_bytes();
        &text[text.len().saturating_sub(if text.len() <= 16 { 3 } else { 4 })..]
    }
}

/// The forms a number may be compared in: as written first.
pub fn forms(number: &Number) -> [Option<Form>; 2] {
    match number {
        Number::Valid(id) => {
            let full = Form::full(*id);
            let old = Form::old(&full);
            if id.is_old_form() { [old, Some(full)] } else { [Some(full), old] }
        }
        Number::Text(text) if text.is_ascii() => [Form::of(text.as_bytes()), None],
        _ => [None, None],
    }
}

/// Two words are the same but for slips of the pen: blanks apart, one slip, or two in a word of eight letters or more.
pub fn same_word(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    if a.len().abs_diff(b.len()) > 4 {
        return false;
    }
    let (a, b) = (without_blanks(a), without_blanks(b));
    let slips = match a.len().min(b.len()) {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    };
    a.len().abs_diff(b.len()) <= slips && edit(&a, &b).cost() <= slips
}

fn without_blanks(text: &str) -> Cow<'_, [u8]> {
    if text.contains(' ') {
        Cow::Owned(text.bytes().filter(|c| *c != b' ').collect())
    } else {
        Cow::Borrowed(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    #[test]
    fn edits_have_names() {
        for (a, b, expected) in [
            ("12345", "12345", Edit::None),
            ("12345", "12845", Edit::One(2)),
            ("12345", "13245", Edit::AdjacentSwap(1)),
            ("1234", "12345", Edit::Missing(4)),
            ("112345", "12345", Edit::Extra(1)),
            ("12345", "42315", Edit::Swap(0, 3)),
            ("12345", "92348", Edit::Two),
            ("12345", "2134", Edit::Two),
            ("12345", "54321", Edit::Far),
            ("12345", "12", Edit::Far),
        ] {
            assert_eq!(edit(a.as_bytes(), b.as_bytes()), expected, "{a} {b}");
        }
    }

    #[test]
    fn words() {
        for (a, b) in [("st james", "stjames"), ("neumann", "neuman"), ("pridham street", "pridhamp strete")] {
            assert!(same_word(a, b) && same_word(b, a), "{a} {b}");
        }
        for (a, b) in [("ab", "ac"), ("miller", "mueler"), ("green", "browne")] {
            assert!(!same_word(a, b), "{a} {b}");
        }
    }

    #[test]
    fn forms_of_a_number() {
        let as_of = NaiveDate::from_ymd_opt(2019, 9, 30).expect("a date");
        let id = ResidentId::parse("11010519491231002X", as_of).expect("valid");
        let [full, old] = forms(&Number::Valid(id)).map(|f| f.map(|f| f.as_bytes().to_vec()));
        assert_eq!(full.as_deref(), Some(&b"11010519491231002X"[..]));
        assert_eq!(old.as_deref(), Some(&b"110105491231002"[..]));
    }

    proptest! {
        #[test]
        fn cost_is_the_same_both_ways(a in "[0-3]{0,8}", b in "[0-3]{0,8}") {
            prop_assert_eq!(edit(a.as_bytes(), b.as_bytes()).cost(), edit(b.as_bytes(), a.as_bytes()).cost());
        }
    }
}
