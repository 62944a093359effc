//! Texts as the state keeps them: every long number masked, with a digest under the key beside it, so that the database alone
//! tells nobody's number and yet the same number is known again.
//!
//! `号码510105198001019971有误` is kept as `号码510105********9971#1f0c…有误`. A finding id is a hash of few possible
//! inputs, so it is enciphered: with the key it can be read again, for it must be printed again.

use std::collections::HashMap;

use super::Key;
use crate::domain::text::mask;

/// Contiguous digits from which a number is personal (the shortest bank account).
const SHORTEST: usize = 12;
/// Digits from which it is one although blanks or hyphens stand between them.
const SHORTEST_SPACED: usize = 15;
/// Hex digits of a digest inside a text.
const DIGEST: usize = 16;

/// `text` with every long number masked and named by its digest.
pub fn text(key: &Key, text: &str) -> String {
    sealed(key, text, SHORTEST)
}

/// As [`text`], for texts in which file numbers stand: they are long, are nobody's number, and must be printed again. Only
/// what has the length of an ID number is masked.
pub fn reference(key: &Key, text: &str) -> String {
    sealed(key, text, SHORTEST_SPACED)
}

fn sealed(key: &Key, text: &str, shortest: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_digit) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let (length, digits) = number_at(from, shortest);
        let (written, after) = from.split_at(length);
        if digits.is_empty() {
            out.push_str(written);
        } else {
            out.push_str(&number(key, &digits));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// One number, sealed whatever its length; "" stays "".
pub fn number(key: &Key, number: &str) -> String {
    if number.is_empty() {
        return String::new();
    }
    format!("{}#{}", mask(number), short(key, number))
}

/// The digest by which a number is known inside sealed texts.
pub fn short(key: &Key, number: &str) -> String {
    let mut digest = key.digest(number);
    digest.truncate(DIGEST);
    digest
}

/// A sealed text for people: in full where `known` has the number, else masked.
pub fn opened(text: &str, known: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        let digest = rest[at + 1..].get(..DIGEST).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digest) = digest else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        let before = &rest[..at];
        // The masked form: what of digits, asterisks and X stands right before.
        let masked = before
            .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '*' | 'X' | 'x')))
            .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
        match known.get(digest) {
            Some(number) => {
                out.push_str(&before[..masked]);
                out.push_str(number);
            }
            None => out.push_str(before),
        }
        rest = &rest[at + 1 + DIGEST..];
    }
    out.push_str(rest);
    out
}

/// The long numbers in texts, by the digest that stands for them in sealed ones.
pub fn numbers<'t>(key: &Key, texts: impl IntoIterator<Item = &'t str>) -> HashMap<String, String> {
    let mut numbers = HashMap::new();
    for text in texts {
        let mut rest = text;
        while let Some(start) = rest.find(is_digit) {
            let (length, digits) = number_at(&rest[start..], SHORTEST);
            if !digits.is_empty() {
                numbers.insert(short(key, &digits), digits);
            }
            rest = &rest[start + length..];
        }
    }
    numbers
}

/// Enciphers a finding id; applied to the result, it gives the id back.
pub fn id(key: &Key, finding: &str) -> String {
    let name = key.digest(finding);
    data_encoding::HEXLOWER.encode(&stream(key, &name, finding.as_bytes()))
}

/// The finding id kept under `name` (its digest); None where it was not kept under this key.
pub fn opened_id(key: &Key, name: &str, kept: &str) -> Option<String> {
    let bytes = data_encoding::HEXLOWER.decode(kept.as_bytes()).ok()?;
    let id = String::from_utf8(stream(key, name, &bytes)).ok()?;
    (key.digest(&id) == name).then_some(id)
}

/// Each name has a stream of its own, so none is used twice.
fn stream(key: &Key, name: &str, bytes: &[u8]) -> Vec<u8> {
    let pad = key.mac(&format!("id\u{1f}{name}"));
    bytes.iter().zip(pad.iter().cycle()).map(|(b, p)| b ^ p).collect()
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// Length in bytes of the run of digits at the start of `from`, and its digits if it is a long number.
fn number_at(from: &str, shortest: usize) -> (usize, String) {
    let mut digits = String::new();
    let (mut contiguous, mut longest, mut length) = (0usize, 0usize, 0usize);
    for (at, c) in from.char_indices() {
        if is_digit(c) {
            digits.push(char::from_u32(if c.is_ascii() { c as u32 } else { c as u32 - 0xFEE0 }).unwrap_or(c));
            contiguous += 1;
            longest = longest.max(contiguous);
            length = at + c.len_utf8();
        } else if matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ') && contiguous > 0 {
            digits.push('X');
            length = at + c.len_utf8();
            break;
        } else if matches!(c, ' ' | '-' | '\u{a0}' | '\u{3000}') && contiguous > 0 {
            contiguous = 0;
        } else {
            break;
        }
    }
    if longest >= shortest || digits.len() >= SHORTEST_SPACED {
        return (length, digits);
    }
    // No long number: step over the first digits only.
    let first = from.find(|c| !is_digit(c)).unwrap_or(from.len());
    (first, String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> (tempfile::TempDir, Key) {
        let dir = tempfile::tempdir().expect("a directory");
        let key = Key::load_or_create(&dir.path().join("k.key"), true).expect("a key");
        (dir, key)
    }

    #[test]
    fn long_numbers_are_masked_and_known_again() {
        let (_dir, key) = key();
        for written in
            ["号码510105198001019971有误", "５１０１０５１９８００１０１９９７１", "510105 19800101 9971；2019-08-20"]
        {
            let kept = text(&key, written);
            assert!(!kept.contains("198001019971") && !kept.contains("19800101 9971"), "{kept}");
            assert!(kept.contains("510105********9971#"), "{kept}");
            let known = HashMap::from([(short(&key, "510105198001019971"), "510105198001019971".to_string())]);
            assert!(opened(&kept, &known).contains("510105198001019971"));
            assert!(opened(&kept, &HashMap::new()).contains("510105********9971"));
            assert!(!opened(&kept, &HashMap::new()).contains('#'));
        }
        for plain in ["2019-08-20", "13800000000", "1200.00元#1", "2019-09-02 2019-9", "档案5101#"] {
            assert_eq!(text(&key, plain), plain);
            assert_eq!(reference(&key, "KN51010500000001+KN51010500000002"), "KN51010500000001+KN51010500000002");
            assert_eq!(opened(plain, &HashMap::new()), plain);
        }
    }

    #[test]
    fn ids_are_read_again_with_the_key_alone() {
        let (_dir, key) = key();
        let (_other_dir, other) = self::key();
        let kept = id(&key, "YZ301-ABCDEFGHIJ");
        let name = key.digest("YZ301-ABCDEFGHIJ");
        assert!(!kept.contains("YZ301"));
        assert_eq!(opened_id(&key, &name, &kept).as_deref(), Some("YZ301-ABCDEFGHIJ"));
        assert_eq!(opened_id(&other, &name, &kept), None);
    }
}
