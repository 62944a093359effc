//! Bank accounts and social-security card numbers: two different numbers that stand on one card.
//!
//! Implements the row `account`: digits; Luhn is checked only for 16–19 digits beginning 62 (passbooks and other
//! accounts have no check digit), and a 9-character card number in an account column is told.

use std::fmt;

use super::literal::{Literal, stands_in_file};
use super::text::{clean, compatible, is_none_mark, mask};
use super::written::Written;
use crate::ingest::sheet::CellKind;

/// An account as digits. `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Account {
    digits: Box<str>,
    fault: Option<AccountFault>,
}

/// What is wrong with an account (ID107). Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountFault {
    /// The check digit of a card number beginning 62 is wrong.
    Luhn,
    /// Nine characters: the number of the social-security card, not of the account on it.
    SocialCard,
    /// A numeric cell or scientific text of more than 15 digits.
    LostDigits,
    /// Partly hidden.
    Masked,
    NotAccount,
}

impl fmt::Display for AccountFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Luhn => "银行卡号校验位不对",
            Self::SocialCard => "是9位社会保障卡号，不是银行账号",
            Self::LostDigits => "15位以后的数字已丢失（曾以数值存放）",
            Self::Masked => "账号被遮盖",
            Self::NotAccount => "不是账号",
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({}, {:?})", mask(&self.digits), self.fault)
    }
}

impl Account {
    /// Reads a cell; `None` where nothing is written. A faulty account is kept with its fault.
    pub fn parse(written: Written<'_>) -> Option<Self> {
        let text = clean(written.text);
        if is_none_mark(&text) {
            return None;
        }
        let kept = |digits: &str, fault| Some(Self { digits: digits.into(), fault });
        let literal = Literal::parse(&text).filter(|l| !l.negative);
        let whole = match (written.kind, literal) {
            (CellKind::Number, Some(literal)) => Some(literal),
            (CellKind::Text, Some(literal)) if literal.scientific => Some(literal),
            (CellKind::Number | CellKind::Text, _) => None,
            _ => return kept(&text, Some(AccountFault::NotAccount)),
        };
        if let Some(literal) = whole {
            return match literal.whole() {
                // A double keeps 15 digits; the file itself may still have them all.
                Some(digits) if digits.len() > 15 && stands_in_file(&literal, &digits) => {
                    kept(&digits, fault_of(&digits))
                }
                Some(digits) if digits.len() > 15 => kept(&digits[..15], Some(AccountFault::LostDigits)),
                // A text of few digits with an exponent shows fewer than it has.
                Some(digits) if literal.shown_digits().len() < digits.len() && written.kind == CellKind::Text => {
                    kept(&literal.shown_digits(), Some(AccountFault::LostDigits))
                }
                Some(digits) => kept(&digits, fault_of(&digits)),
                None => kept(&text, Some(AccountFault::NotAccount)),
            };
        }
        let compact = compact(&text);
        if says_no_account(&compact) {
            return None;
        }
        // 6222600260001072444.0 of a program that took it for a number.
        let compact = match compact.split_once('.') {
            Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole.to_owned(),
            _ => compact,
        };
        if compact.contains('*') {
            return kept(&compact, Some(AccountFault::Masked));
        }
        if SocialCard::is_one(&compact) {
            return kept(&compact, Some(AccountFault::SocialCard));
        }
        // A bank's name before the number: 工行6222….
        let digits: String = compact.chars().filter(char::is_ascii_digit).collect();
        let letters = compact.chars().any(|c| c.is_ascii_alphabetic());
        if digits.len() < 8 || letters {
            return kept(&compact, Some(AccountFault::NotAccount));
        }
        kept(&digits, fault_of(&digits))
    }

    /// An account of a column whose long numbers have lost their last digits: 15 of it are real.
    pub fn lost(digits: &str) -> Self {
        Self { digits: digits.get(..15).unwrap_or(digits).into(), fault: Some(AccountFault::LostDigits) }
    }

    /// Digits; of a faulty account what is left of it.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    pub fn fault(&self) -> Option<AccountFault> {
        self.fault
    }

    /// The digits can be compared: nothing is lost, hidden or of another kind.
    pub fn is_complete(&self) -> bool {
        matches!(self.fault, None | Some(AccountFault::Luhn))
    }
}

/// The digits of a text that is one long number (16 digits and more), for judging its column; an X at the end stays.
pub fn long_digits(text: &str) -> Option<String> {
    let text = compact(&clean(text)).replace(',', "");
    let whole = text.split_once('.').filter(|(_, z)| z.bytes().all(|b| b == b'0')).map_or(&*text, |(w, _)| w);
    let body = whole.strip_suffix('X').unwrap_or(whole);
    (whole.len() >= 16 && body.bytes().all(|b| b.is_ascii_digit())).then(|| whole.to_owned())
}

/// A double has kept 15 digits of it: the others are zeros.
pub fn ends_in_zeros(digits: &str) -> bool {
    digits.get(15..).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b == b'0'))
}

/// The column of accounts says how the money went, or that there is no card: 现金, 无卡, 本人签领; or 0.
fn says_no_account(compact: &str) -> bool {
    const WORDS: [&str; 22] = [
        "现金",
        "现款",
        "无",
        "未",
        "没",
        "实物",
        "物资",
        "物品",
        "慰问品",
        "待",
        "不详",
        "代领",
        "签领",
        "自领",
        "领取",
        "暂缺",
        "缺",
        "遗失",
        "挂失",
        "注销",
        "办理中",
        "支票",
    ];
    let digits = compact.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        compact.chars().count() <= 12 && WORDS.iter().any(|w| compact.contains(w))
    } else {
        compact.bytes().all(|b| b == b'0')
    }
}

/// The same account; `None` where one of the two does not show all its digits.
pub fn same(a: &Account, b: &Account) -> Option<bool> {
    (a.is_complete() && b.is_complete()).then(|| a.digits == b.digits)
}

fn compact(text: &str) -> String {
    compatible(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–' | '\'' | '’'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn fault_of(digits: &str) -> Option<AccountFault> {
    let card = digits.starts_with("62") && (16..=19).contains(&digits.len());
    if digits.len() == 9 {
        Some(AccountFault::SocialCard)
    } else if card && !luhn(digits) {
        Some(AccountFault::Luhn)
    } else {
        None
    }
}

/// ISO/IEC 7812-1 annex B.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { d }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The 9-character number of a social-security card: nine characters of `0-9A-Z`, a letter at most in the first place.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SocialCard(Box<str>);

impl SocialCard {
    /// Reads a cell: `Ok(None)` where nothing is written, `Err` with the text where it is no such number.
    pub fn parse(written: Written<'_>) -> Result<Option<Self>, NotSocialCard> {
        let text = clean(written.text);
        if is_none_mark(&text) {
            return Ok(None);
        }
        let compact = match written.kind {
            CellKind::Number => Literal::parse(&text).and_then(|l| l.whole()).ok_or(NotSocialCard)?,
            CellKind::Text => compact(&text),
            _ => return Err(NotSocialCard),
        };
        if Self::is_one(&compact) { Ok(Some(Self(compact.into()))) } else { Err(NotSocialCard) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_one(text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.len() == 9
            && bytes[0].is_ascii_alphanumeric()
            && bytes[1..8].iter().all(u8::is_ascii_digit)
            && (bytes[8].is_ascii_digit() || bytes[8] == b'X')
    }
}

impl fmt::Debug for SocialCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SocialCard({})", mask(&self.0))
    }
}

/// Not a 9-character social-security card number. Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotSocialCard;

impl fmt::Display for NotSocialCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是9位社会保障卡号")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(t: &str) -> Account {
        Account::parse(Written::text(t)).expect("written")
    }

    #[test]
    fn equal_and_unequal() {
        for (a, b) in [
            ("6222600260001072444", "6222 6002 6000 1072 444"),
            ("6222600260001072444", "６２２２６００２６０００１０７２４４４"),
            ("6222600260001072444", "'6222600260001072444"),
            ("6222600260001072444", "工行6222600260001072444"),
        ] {
            assert_eq!(same(&read(a), &read(b)), Some(true), "{a} {b}");
        }
        assert_eq!(same(&read("6222600260001072444"), &read("601234567890123456")), Some(false));
        assert_eq!(same(&read("6222600260001072444"), &read("6222****2444")), None);
    }

    #[test]
    fn faults() {
        for (text, fault) in [
            ("6222600260001072444", None),
            ("6222600260001072445", Some(AccountFault::Luhn)),
            ("601234567890123456", None),
            ("62123456", None),
            ("A12345678", Some(AccountFault::SocialCard)),
            ("123456789", Some(AccountFault::SocialCard)),
            ("6.2226E+18", Some(AccountFault::LostDigits)),
            ("6222****2444", Some(AccountFault::Masked)),
            ("张三", Some(AccountFault::NotAccount)),
            ("123", Some(AccountFault::NotAccount)),
        ] {
            assert_eq!(read(text).fault(), fault, "{text}");
        }
        let number = |t| Account::parse(Written::number(t)).expect("written");
        assert_eq!(number("6222600260001072000").fault(), Some(AccountFault::LostDigits));
        assert_eq!(number("622260026000107").fault(), None);
        // All 19 digits stand in the file: its print as a double would be another.
        assert_eq!(number("6217003100000000009").digits(), "6217003100000000009");
        assert_eq!(number("62170031000000001").fault(), Some(AccountFault::Luhn));
        assert_eq!(number("6.217003100000001E+18").fault(), Some(AccountFault::LostDigits));
        assert_eq!(read("6222600260001072444.0").digits(), "6222600260001072444");
        for none in
            ["", "无", "-", "现金", "无卡", "现金发放", "未办卡", "0", "000000", "实物", "本人签领", "\\N", "（空）"]
        {
            assert_eq!(Account::parse(Written::text(none)), None);
        }
        assert!(!format!("{:?}", read("6222600260001072444")).contains("0026"));
        for odd in super::super::text::tests::ODD {
            Account::parse(Written::text(odd));
            Account::parse(Written::number(odd));
            let _ = SocialCard::parse(Written::text(odd));
        }
    }

    #[test]
    fn social_cards() {
        for good in ["A12345678", "a1234 5678", "123456789", "A1234567X"] {
            assert!(matches!(SocialCard::parse(Written::text(good)), Ok(Some(_))), "{good}");
        }
        for bad in ["6222600260001072444", "12345678", "AB1234567"] {
            assert_eq!(SocialCard::parse(Written::text(bad)), Err(NotSocialCard), "{bad}");
        }
        assert_eq!(SocialCard::parse(Written::text("")), Ok(None));
    }
}
