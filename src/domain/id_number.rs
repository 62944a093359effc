//! Citizen identity numbers: GB 11643-1999, check character by ISO 7064 MOD 11-2.
//!
//! Implements the rows `id_number` and `(lost precision)` of "Values: when two cells are equal". How a cell is
//! taken apart is in `id_text.rs`; this file says what a number is.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU64;

use chrono::{Datelike, NaiveDate};

use super::text::mask;

/// Sex, by the parity of an ID number's sequence (odd is male).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    /// 男 or 女.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

/// A valid 18-character number of a resident: citizens, holders of a residence permit of Hong Kong, Macau and
/// Taiwan (81…, 82…, 83…) and of the foreigners' permanent residence card (9…).
///
/// Equal by number alone, so that a 15-digit form equals its 18-character form. `Debug` and `Display` are masked.
#[derive(Clone, Copy)]
pub struct ResidentId {
    /// The first 17 digits as a number; the check character follows from them.
    base: NonZeroU64,
    old_form: bool,
}

impl ResidentId {
    /// Checks an 18-character number (`X` in upper case). The birth date must be real and from 1900 to `as_of`.
    pub fn parse(text: &str, as_of: NaiveDate) -> Result<Self, IdFault> {
        let bytes = text.as_bytes();
        if bytes.len() != 18 {
            return Err(IdFault::Length(text.chars().count()));
        }
        let (body, check) = (&bytes[..17], bytes[17]);
        if !body.iter().all(u8::is_ascii_digit) || !(check.is_ascii_digit() || check == b'X') {
            return Err(IdFault::Characters);
        }
        let base = body.iter().fold(0u64, |n, b| n * 10 + u64::from(b - b'0'));
        let id = Self { base: NonZeroU64::new(base).ok_or(IdFault::BirthDate)?, old_form: false };
        let birth = id.birth_checked().ok_or(IdFault::BirthDate)?;
        if birth.year() < 1900 || birth > as_of {
            return Err(IdFault::BirthRange);
        }
        let expected = check_of(base);
        if expected == char::from(check) {
            Ok(id)
        } else if base % 100 == 0 && check == b'0' {
            Err(IdFault::LostDigits { expected })
        } else {
            Err(IdFault::Check { expected })
        }
    }

    /// Upgrades a 15-digit number: `19` before the year, and the check character.
    pub fn parse_old(text: &str, as_of: NaiveDate) -> Result<Self, IdFault> {
        if text.len() != 15 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(if text.len() == 15 { IdFault::Characters } else { IdFault::Length(text.chars().count()) });
        }
        let body = format!("{}19{}", &text[..6], &text[6..]);
        let check = check_char(&body).ok_or(IdFault::Characters)?;
        Ok(Self { old_form: true, ..Self::parse(&format!("{body}{check}"), as_of)? })
    }

    /// The key that joins use: the first 17 digits.
    pub fn key(self) -> u64 {
        self.base.get()
    }

    /// It was written with 15 digits (ID108).
    pub fn is_old_form(self) -> bool {
        self.old_form
    }

    /// All 18 characters. For outputs that are meant to show it; logs use `Display`, which is masked.
    pub fn full(self) -> String {
        format!("{:017}{}", self.base, check_of(self.base.get()))
    }

    /// `510105********9971`.
    pub fn masked(self) -> String {
        mask(&self.full())
    }

    pub fn birth(self) -> NaiveDate {
        // Proven by `parse`; the fallback is never reached.
        self.birth_checked().unwrap_or(NaiveDate::MIN)
    }

    fn birth_checked(self) -> Option<NaiveDate> {
        let ymd = (self.base.get() / 1000 % 100_000_000) as u32;
        NaiveDate::from_ymd_opt((ymd / 10_000) as i32, ymd / 100 % 100, ymd % 100)
    }

    pub fn sex(self) -> Sex {
        if self.base.get() % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// The first six digits: county of first registration, never a reason to doubt the number.
    pub fn region(self) -> u32 {
        (self.base.get() / 100_000_000_000) as u32
    }

    /// Completed years of age on a day; 0 before birth.
    pub fn age_on(self, day: NaiveDate) -> u32 {
        day.years_since(self.birth()).unwrap_or(0)
    }
}

impl PartialEq for ResidentId {
    fn eq(&self, other: &Self) -> bool {
        self.base == other.base
    }
}

impl Eq for ResidentId {}

impl Hash for ResidentId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.base.hash(state);
    }
}

impl Ord for ResidentId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.base.cmp(&other.base)
    }
}

impl PartialOrd for ResidentId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// What stands in an ID-number cell. `None` in place of it means that nothing is written or known.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum IdNumber {
    Valid(ResidentId),
    /// Another document (travel permit, passport, officer's card …): equal as text, blanks out, upper case.
    Document(Box<str>),
    Invalid {
        /// In normal form: label, remark, blanks, dashes and invisible characters out, NFKC, upper case. Equal texts
        /// are one number, whatever the spelling.
        text: Box<str>,
        fault: IdFault,
    },
    /// Digits were lost in a numeric cell or in scientific text (ID102). Never an exact key.
    Damaged {
        /// The real digits: 15 of a numeric cell; of scientific text those that are shown, the last of which may
        /// be rounded up.
        prefix: Box<str>,
        text: Box<str>,
    },
    /// Partly hidden (`510105********9971`): a candidate only. Hidden places are `*`.
    Masked(Box<str>),
    /// Several different numbers in one cell, in the order written.
    Several(Vec<IdNumber>),
}

impl IdNumber {
    /// A document that its 证件类型 names as something else than an ID card: passes without check.
    pub fn document(text: &str) -> Option<Self> {
        super::id_text::document(text)
    }

    /// The valid number, if it is one.
    pub fn valid(&self) -> Option<ResidentId> {
        match self {
            Self::Valid(id) => Some(*id),
            _ => None,
        }
    }

    /// It does not speak against being this number: the same, or hidden or cut so that it fits. A number that is wrong is
    /// another one, however near.
    pub fn may_be(&self, id: ResidentId) -> bool {
        let begins = |prefix: &str| {
            // Of scientific text the last digit is rounded.
            let sure = if prefix.len() >= 15 { 15 } else { prefix.len().saturating_sub(1) };
            prefix.get(..sure).is_some_and(|p| id.full().starts_with(p))
        };
        match self {
            Self::Valid(own) => *own == id,
            Self::Masked(mask) => mask_fits(mask, id),
            Self::Damaged { prefix, .. } => begins(prefix),
            Self::Invalid { text, fault: IdFault::LostDigits { .. } } => begins(text),
            Self::Invalid { .. } | Self::Document(_) => false,
            Self::Several(all) => all.iter().any(|n| n.may_be(id)),
        }
    }

    /// Digits of it are lost or hidden: whose it is cannot be read off it.
    pub fn is_partial(&self) -> bool {
        matches!(self, Self::Masked(_) | Self::Damaged { .. } | Self::Invalid { fault: IdFault::LostDigits { .. }, .. })
    }

    /// The number in its normal form, valid or not: equal for equal numbers, whatever the spelling.
    pub fn shown(&self) -> String {
        match self {
            Self::Valid(id) => id.full(),
            Self::Document(t) | Self::Masked(t) => t.to_string(),
            Self::Invalid { text, .. } | Self::Damaged { text, .. } => text.to_string(),
            Self::Several(all) => all.iter().map(Self::shown).collect::<Vec<_>>().join("、"),
        }
    }
}

/// Masked: for logs.
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid(id) => write!(f, "Valid({id})"),
            Self::Document(t) => write!(f, "Document({})", mask(t)),
            Self::Invalid { text, fault } => write!(f, "Invalid({}, {fault:?})", mask(text)),
            Self::Damaged { prefix, .. } => write!(f, "Damaged({})", mask(prefix)),
            Self::Masked(t) => write!(f, "Masked({})", mask(t)),
            Self::Several(all) => f.debug_tuple("Several").field(all).finish(),
        }
    }
}

/// Why a number is invalid (ID101). Displays in Chinese, without any digit of the number but its check character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdFault {
    /// Neither 15 nor 18 characters.
    Length(usize),
    Characters,
    /// No such day in the calendar.
    BirthDate,
    /// Before 1900 or after the as-of date.
    BirthRange,
    Check {
        expected: char,
    },
    /// The check fails and the last three digits are 000, as where a program has cut a number.
    LostDigits {
        expected: char,
    },
    /// 20 or 22 characters whose first 18 are an ID number: a disability certificate.
    DisabilityCertificate,
    /// The cell is no text and no number (a date, a truth value, an error value).
    NotText,
}

impl fmt::Display for IdFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(n) => write!(f, "长度不对（{n}位）"),
            Self::Characters => f.write_str("含非法字符"),
            Self::BirthDate => f.write_str("出生日期不存在"),
            Self::BirthRange => f.write_str("出生日期早于1900年或晚于核查日期"),
            Self::Check { expected } => write!(f, "校验码应为{expected}"),
            Self::LostDigits { expected } => write!(f, "校验码应为{expected}，末三位为000，疑似精度丢失"),
            Self::DisabilityCertificate => f.write_str("是残疾人证号，前18位为身份证号"),
            Self::NotText => f.write_str("单元格不是文本"),
        }
    }
}

/// The check character of 17 digits by ISO 7064 MOD 11-2; `None` for anything but 17 digits.
pub fn check_char(body: &str) -> Option<char> {
    let digits = body.len() == 17 && body.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| body.parse().ok().map(check_of)).flatten()
}

fn check_of(base: u64) -> char {
    // MOD 11-2 from the left: doubling the running sum per place, so the weights are powers of two.
    let sum = (0..17).rev().fold(0, |sum, i| (sum + base / 10u64.pow(i) % 10) * 2 % 11);
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// All valid numbers that begin with these 15 digits and can have stood in a numeric cell (so none ends in `X`):
/// about 90, or 45 where the sex is known. Empty if the prefix is not 15 digits with a real birth date.
pub fn damaged_candidates(prefix: &str, sex: Option<Sex>) -> Vec<ResidentId> {
    let base = match prefix.parse::<u64>() {
        Ok(n) if prefix.len() == 15 && prefix.bytes().all(|b| b.is_ascii_digit()) => n * 100,
        _ => return Vec::new(),
    };
    (0..100)
        .filter(|last| check_of(base + last) != 'X')
        .filter_map(|last| Some(ResidentId { base: NonZeroU64::new(base + last)?, old_form: false }))
        .filter(|id| id.birth_checked().is_some_and(|b| b.year() >= 1900))
        .filter(|id| sex.is_none_or(|s| s == id.sex()))
        .collect()
}

/// A masked number (hidden places `*`) can be this one: shown places agree where the length is 18, else head and tail.
pub fn mask_fits(masked: &str, id: ResidentId) -> bool {
    let full = id.full();
    if masked.chars().count() == full.len() {
        return masked.chars().zip(full.chars()).all(|(m, c)| m == '*' || m == c);
    }
    let head = masked.split('*').next().unwrap_or("");
    let tail = masked.rsplit('*').next().unwrap_or("");
    masked.contains('*') && full.starts_with(head) && full.ends_with(tail) && head.len() + tail.len() <= full.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of() -> NaiveDate {
        NaiveDate::from_ymd_opt(2019, 9, 30).expect("a date")
    }

    #[test]
    fn the_standards_samples_are_valid() {
        for (text, sex, birth, region) in [
            ("11010519491231002X", Sex::Female, "1949-12-31", 110_105),
            ("440524188001010014", Sex::Male, "1880-01-01", 440_524),
        ] {
            assert_eq!(check_char(&text[..17]), text.chars().last(), "{text}");
            match ResidentId::parse(text, as_of()) {
                Ok(id) => {
                    assert_eq!((id.sex(), id.birth().to_string().as_str(), id.region()), (sex, birth, region));
                    assert_eq!(id.full(), text);
                }
                Err(fault) => assert_eq!((fault, &text[6..10]), (IdFault::BirthRange, "1880")),
            }
        }
    }

    #[test]
    fn one_wrong_digit_or_two_swapped_are_caught() {
        let good = b"11010519491231002X".to_vec();
        for i in 0..17 {
            for d in b'0'..=b'9' {
                let mut bad = good.clone();
                bad[i] = d;
                let text = String::from_utf8(bad).expect("ascii");
                assert_eq!(ResidentId::parse(&text, as_of()).is_ok(), d == good[i], "{text}");
            }
            let mut bad = good.clone();
            bad.swap(i, i + 1);
            let text = String::from_utf8(bad.clone()).expect("ascii");
            assert_eq!(ResidentId::parse(&text, as_of()).is_ok(), bad == good, "{text}");
        }
    }

    #[test]
    fn old_form_equals_new_and_faults_are_said() {
        let new = ResidentId::parse("11010519491231002X", as_of()).expect("valid");
        let old = ResidentId::parse_old("110105491231002", as_of()).expect("valid");
        assert_eq!(new, old);
        assert!(old.is_old_form() && !new.is_old_form());
        assert_eq!(format!("{new} {new:?}"), "110105********002X 110105********002X");
        for (text, fault, said) in [
            ("1101051949123100", IdFault::Length(16), "长度不对（16位）"),
            ("1101051949123100XX", IdFault::Characters, "含非法字符"),
            ("110105194913310021", IdFault::BirthDate, "出生日期不存在"),
            ("11010520491231002X", IdFault::BirthRange, "出生日期早于1900年或晚于核查日期"),
            ("110105194912310021", IdFault::Check { expected: 'X' }, "校验码应为X"),
        ] {
            assert_eq!(ResidentId::parse(text, as_of()), Err(fault), "{text}");
            assert_eq!(fault.to_string(), said);
        }
    }

    #[test]
    fn candidates_of_fifteen_digits() {
        let all = damaged_candidates("110105194912310", None);
        assert!((85..=95).contains(&all.len()), "{}", all.len());
        let men = damaged_candidates("110105194912310", Some(Sex::Male));
        assert!(men.len() < all.len() && men.iter().all(|id| id.sex() == Sex::Male));
        assert!(all.iter().all(|id| ResidentId::parse(&id.full(), as_of()) == Ok(*id)));
        for prefix in ["", "11010519491231", "11010519491331x", "110105194913310", "+10105194912310"] {
            assert_eq!(damaged_candidates(prefix, None), []);
        }
    }

    #[test]
    fn masks() {
        let id = ResidentId::parse("11010519491231002X", as_of()).expect("valid");
        for (mask, fits) in [
            ("110105********002X", true),
            ("110105********0021", false),
            ("1101**02X", true),
            ("1102**02X", false),
            ("11010519491231002X", true),
            ("110105", false),
        ] {
            assert_eq!(mask_fits(mask, id), fits, "{mask}");
        }
    }
}
