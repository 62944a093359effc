//! Telephone numbers.
//!
//! Implements the row `phone`: digits; +86 and the leading 0 of an area code folded; several numbers in one cell are
//! equal if any is shared.

use std::fmt;

use super::literal::Literal;
use super::text::{clean, compatible, is_none_mark, mask};
use super::written::Written;
use crate::ingest::sheet::CellKind;

/// The numbers of one cell in normal form (digits only), in the order written, each once. `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phones(Vec<Box<str>>);

/// Why a cell holds no telephone number. Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneFault {
    NotPhone,
    /// Scientific text: digits are gone.
    LostDigits,
}

impl fmt::Display for PhoneFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPhone => "不是电话号码",
            Self::LostDigits => "科学计数法，电话号码已丢失尾数",
        })
    }
}

impl fmt::Debug for Phones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|n| mask(n))).finish()
    }
}

impl Phones {
    /// Reads a cell. `Ok(None)` where nothing is written.
    pub fn parse(written: Written<'_>) -> Result<Option<Self>, PhoneFault> {
        let text = clean(written.text);
        if is_none_mark(&text) || matches!(&*text, "无电话" | "没电话" | "无手机") {
            return Ok(None);
        }
        let numbers = match written.kind {
            CellKind::Number => {
                let whole = Literal::parse(&text).and_then(|l| l.whole()).ok_or(PhoneFault::NotPhone)?;
                vec![whole]
            }
            CellKind::Text => {
                if Literal::parse(&text.replace(' ', "")).is_some_and(|l| l.scientific) {
                    return Err(PhoneFault::LostDigits);
                }
                tokens(&text)
            }
            CellKind::Date | CellKind::Bool | CellKind::Error | CellKind::Uncomputed => {
                return Err(PhoneFault::NotPhone);
            }
        };
        let mut all: Vec<Box<str>> = Vec::new();
        for number in numbers {
            let number = normal(&number).into();
            if !all.contains(&number) {
                all.push(number);
            }
        }
        if all.is_empty() { Err(PhoneFault::NotPhone) } else { Ok(Some(Self(all))) }
    }

    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|n| &**n)
    }
}

/// Equal if any number is shared; a local number without area code equals the same one with it.
pub fn same(a: &Phones, b: &Phones) -> bool {
    a.numbers().any(|x| b.numbers().any(|y| x == y || is_local_of(x, y) || is_local_of(y, x)))
}

fn is_local_of(local: &str, full: &str) -> bool {
    matches!(local.len(), 7 | 8) && matches!(full.len() - local.len().min(full.len()), 2 | 3) && full.ends_with(local)
}

/// The numbers of a text as digits: separators and words part them, blanks and dashes inside one do not.
fn tokens(text: &str) -> Vec<String> {
    let text = without_extensions(&compatible(text));
    let is_inner = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ' | '－' | '—' | '–');
    text.split(|c: char| !is_inner(c))
        .flat_map(|piece| {
            let joined = digits(piece);
            if joined.len() <= 13 {
                return vec![joined];
            }
            let words: Vec<String> = piece.split(' ').map(digits).filter(|d| !d.is_empty()).collect();
            if words.len() > 1 && words.iter().all(|w| w.len() >= 7) { words } else { glued_mobiles(joined) }
        })
        .filter(|d| d.len() >= 5)
        .collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Two mobile numbers without a separator.
fn glued_mobiles(joined: String) -> Vec<String> {
    match joined.split_at_checked(11) {
        Some((a, b)) if b.len() == 11 && a.starts_with('1') && b.starts_with('1') => {
            vec![a.to_owned(), b.to_owned()]
        }
        _ => vec![joined],
    }
}

/// `84441234转801`, `028-84441234-801`: the extension is not part of the number.
fn without_extensions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, mark)) = ["转", "分机", "ext", "EXT"].iter().filter_map(|m| Some((rest.find(m)?, *m))).min()
    {
        out.push_str(&rest[..at]);
        rest = rest[at + mark.len()..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | ' '));
        out.push('/');
    }
    out.push_str(rest);
    match out.rsplit_once('-') {
        Some((head, tail))
            if matches!(tail.len(), 1..=5)
                && tail.bytes().all(|b| b.is_ascii_digit())
                && matches!(digits(head).len(), 10..=12)
                && head.starts_with('0') =>
        {
            head.to_owned()
        }
        _ => out,
    }
}

/// Country code and leading zeros off.
fn normal(digits: &str) -> String {
    let national = digits.strip_prefix("00").unwrap_or(digits);
    let national = match national.strip_prefix("86") {
        Some(rest) if rest.trim_start_matches('0').len() >= 10 => rest,
        _ => national,
    };
    match national.trim_start_matches('0') {
        "" => digits.to_owned(),
        number => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(t: &str) -> Phones {
        match Phones::parse(Written::text(t)) {
            Ok(Some(p)) => p,
            other => panic!("{t}: {other:?}"),
        }
    }

    #[test]
    fn equal() {
        for (a, b) in [
            ("13800138000", "138-0013-8000"),
            ("13800138000", "138 0013 8000"),
            ("13800138000", "+86 13800138000"),
            ("13800138000", "+86-138-0013-8000"),
            ("13800138000", "8613800138000"),
            ("13800138000", "008613800138000"),
            ("13800138000", "013800138000"),
            ("13800138000", "１３８００１３８０００"),
            ("13800138000", "'13800138000"),
            ("13800138000", "13900139000/13800138000"),
            ("13800138000", "13900139000、13800138000"),
            ("13800138000", "13900139000 13800138000"),
            ("13800138000", "1390013900013800138000"),
            ("13800138000", "13800138000（儿子）"),
            ("13800138000", "妻13900139000，夫13800138000"),
            ("028-84441234", "02884441234"),
            ("028-84441234", "(028)84441234"),
            ("028-84441234", "2884441234"),
            ("028-84441234", "84441234"),
            ("028-84441234", "028-84441234转801"),
            ("028-84441234", "028-84441234-801"),
            ("0827-5261234", "5261234"),
        ] {
            assert!(same(&read(a), &read(b)) && same(&read(b), &read(a)), "{a} {b} {:?} {:?}", read(a), read(b));
        }
        for literal in ["13800138000", "13800138000.0", "1.3800138E+10"] {
            let number = Phones::parse(Written::number(literal)).ok().flatten().expect("a number");
            assert!(same(&number, &read("13800138000")), "{literal}");
        }
    }

    #[test]
    fn different() {
        for (a, b) in [
            ("13800138000", "13800138001"),
            ("028-84441234", "0816-84441235"),
            ("13800138000", "0138000"),
            ("13900139000/13700137000", "13800138000"),
            ("13884441234", "84441230"),
        ] {
            assert!(!same(&read(a), &read(b)), "{a} {b}");
        }
        assert!(!same(&read("13884441234"), &read("4441234")), "a mobile number has no area code");
    }

    #[test]
    fn others() {
        for none in ["", "-", "无", "/"] {
            assert_eq!(Phones::parse(Written::text(none)), Ok(None));
        }
        assert_eq!(Phones::parse(Written::text("1.38E+10")), Err(PhoneFault::LostDigits));
        assert_eq!(Phones::parse(Written::text("见附件")), Err(PhoneFault::NotPhone));
        assert!(!format!("{:?}", read("13800138000")).contains("0013"));
        for odd in super::super::text::tests::ODD {
            let _ = Phones::parse(Written::text(odd));
            let _ = Phones::parse(Written::number(odd));
        }
    }
}
