//! How an ID-number cell is read: numbers stored as numbers, scientific text, remarks, several numbers, masks.

use chrono::NaiveDate;

use super::id_number::{IdFault, IdNumber, ResidentId};
use super::literal::{Literal, stands_in_file};
use super::text::{clean, compatible, is_ditto, is_none_mark};
use super::written::Written;
use crate::ingest::sheet::CellKind;

/// Kinds of other documents, by which a cell can name its own kind.
const DOCUMENT_WORDS: [&str; 22] = [
    "护照",
    "通行证",
    "台胞",
    "回乡证",
    "军官",
    "士兵",
    "士官",
    "文职",
    "警官",
    "军人",
    "字第",
    "永居",
    "永久居留",
    "外国人",
    "香港",
    "澳门",
    "台湾",
    "港澳",
    "港胞",
    "澳胞",
    "台籍",
    "PASSPORT",
];

impl IdNumber {
    /// Reads one cell. `None` is unknown: blank, 无, 办理中, 未办 …, and what is too short to be anybody's number (the
    /// region alone). Ditto marks are the caller's to fill; here they are unknown too. A birth date after `as_of` makes
    /// a number invalid.
    pub fn parse(written: Written<'_>, as_of: NaiveDate) -> Option<Self> {
        // Most cells hold nothing but a right number.
        if written.kind == CellKind::Text
            && written.text.len() == 18
            && written.text.bytes().all(|b| b.is_ascii_digit() || b == b'X')
            && let Ok(id) = ResidentId::parse(written.text, as_of)
        {
            return Some(Self::Valid(id));
        }
        // A token stands for a number that only who has the salt can tell.
        if let Some(token) = super::token::of_text(written.text) {
            return Some(Self::Invalid { fault: IdFault::Length(token.len()), text: token.into() });
        }
        let text = clean(written.text);
        if is_none_mark(&text) || is_ditto(&text) {
            return None;
        }
        match written.kind {
            CellKind::Text => parse_text(&text, as_of),
            CellKind::Number => match Literal::parse(&text) {
                Some(literal) => parse_number(&literal, &text, as_of),
                None => parse_text(&text, as_of),
            },
            CellKind::Date | CellKind::Bool | CellKind::Error | CellKind::Uncomputed => {
                Some(Self::Invalid { text: text.into(), fault: IdFault::NotText })
            }
        }
    }

    /// Reads a cell that lists several persons' numbers, one entry for each in the order written; `None` for a person
    /// whose number is said to be unknown (`…、无、…`), so that the list still runs beside the list of names.
    pub fn parse_list(written: Written<'_>, as_of: NaiveDate) -> Vec<Option<Self>> {
        if written.kind != CellKind::Text {
            return Self::parse(written, as_of).into_iter().map(Some).collect();
        }
        let mut all = Vec::new();
        for part in written.text.split(is_separator).map(str::trim).filter(|p| !p.is_empty()) {
            // Blanks part whole numbers, but not the groups of one: `510107 19800101 0024`.
            let digits = |w: &str| w.chars().filter(|c| c.is_numeric() || *c == '*').count();
            let words: Vec<&str> = part.split_whitespace().collect();
            let apart = words.len() > 1 && words.iter().all(|w| digits(w) >= 14);
            for number in if apart { words } else { vec![part] } {
                match Self::parse(Written::text(number), as_of) {
                    Some(Self::Several(several)) => all.extend(several.into_iter().map(Some)),
                    one => all.push(one),
                }
            }
        }
        if all.iter().all(Option::is_none) { Vec::new() } else { all }
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '/' | '、' | ',' | ';' | '|' | '，' | '；' | '／' | '\\' | '\n' | '\r')
}

/// The document's number as text: blanks and dashes out, upper case. `None` where nothing is written.
pub(super) fn document(text: &str) -> Option<IdNumber> {
    let text = compact(&clean(text));
    if is_none_mark(&text) || !text.bytes().any(|b| b.is_ascii_digit()) && is_pending(&text) {
        return None;
    }
    // 军字第1234567号, 12345678(01): equal without brackets and words.
    let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    Some(IdNumber::Document(if number.len() >= 5 { number } else { text }.into()))
}

/// Upper case NFKC without blanks, dashes and apostrophes; look-alikes of `X` become `X`.
fn compact(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    compatible(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !is_dash(*c) && !matches!(c, '\'' | '’' | '‘' | '"' | '“' | '”' | '`' | '_'))
        .map(|c| match c {
            'Х' | 'х' | 'Χ' | 'χ' => 'X',
            '×' | '✕' | '＊' | '✱' | '●' | '•' => '*',
            c => c.to_ascii_uppercase(),
        })
        .collect()
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// A number stored as a number keeps 15 significant digits; more are only believed if the file itself still has them.
fn parse_number(literal: &Literal, text: &str, as_of: NaiveDate) -> Option<IdNumber> {
    let invalid = |text: &str, fault| IdNumber::Invalid { text: text.into(), fault };
    let Some(digits) = literal.whole().filter(|_| !literal.negative) else {
        return is_usable(text).then(|| invalid(text, IdFault::Characters));
    };
    Some(match digits.len() {
        15 => ResidentId::parse_old(&digits, as_of).map_or_else(|fault| invalid(&digits, fault), IdNumber::Valid),
        ..SHORTEST => return None,
        SHORTEST..15 => invalid(&digits, IdFault::Length(digits.len())),
        16.. => match ResidentId::parse(&digits, as_of) {
            Ok(id) if stands_in_file(literal, &digits) => IdNumber::Valid(id),
            _ => IdNumber::Damaged { prefix: digits[..15].into(), text: text.into() },
        },
    })
}

/// Fewer digits than this are nobody's number: a region, a running number, a slip.
const SHORTEST: usize = 8;

/// There is enough of it to be somebody's number, right or wrong.
fn is_usable(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= SHORTEST
}

fn parse_text(written: &str, as_of: NaiveDate) -> Option<IdNumber> {
    let text = compact(written);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 && is_pending(&text) {
        return None;
    }
    if text.bytes().all(|b| b == b'0') {
        return None;
    }
    if let Some(digits) = grouped(&text) {
        return Some(of_grouped(&digits, as_of));
    }
    if let Some(document) = bracketed_document(&text) {
        return Some(document);
    }
    if let Some(number) = whole_text(&text, written, as_of) {
        let is_short = matches!(&number, IdNumber::Invalid { text, .. } if !is_usable(text));
        return (!is_short).then_some(number);
    }
    // A remark around a number, or several numbers.
    let runs = runs(&text, written);
    let mut found: Vec<IdNumber> = Vec::new();
    for run in runs.iter().filter(|r| matches!(r.len(), 15 | 18)) {
        let number = whole_text(run, run, as_of)?;
        if !found.contains(&number) {
            found.push(number);
        }
    }
    if !found.iter().any(|n| n.valid().is_some())
        && let Some(document) = named_document(&text)
    {
        return Some(document);
    }
    match found.len() {
        0 if !is_usable(&text) => None,
        0 => {
            // The dress around a number is no part of it.
            let bare = match &runs[..] {
                [only] => only,
                _ => &text,
            };
            let invalid = |fault| Some(IdNumber::Invalid { text: bare.as_str().into(), fault });
            let longest = runs.iter().map(|r| r.len()).max().unwrap_or(0);
            invalid(if text.chars().any(|c| !c.is_ascii_alphanumeric()) && longest < 11 {
                IdFault::Characters
            } else {
                IdFault::Length(longest.max(1))
            })
        }
        1 => Some(found.remove(0)),
        _ => Some(IdNumber::Several(found)),
    }
}

/// A text that is one number of some kind from end to end.
fn whole_text(text: &str, written: &str, as_of: NaiveDate) -> Option<IdNumber> {
    let invalid = |fault| IdNumber::Invalid { text: text.into(), fault };
    if let Some(damaged) = scientific(text, written, as_of) {
        return Some(damaged);
    }
    let (head, last) = text.split_at_checked(17).unwrap_or((text, ""));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if text.contains('*') || is_masked_by_x(text) {
        // A star typed for X in the last place.
        if let Ok(id) = ResidentId::parse(&format!("{head}X"), as_of)
            && last == "*"
        {
            return Some(IdNumber::Valid(id));
        }
        let masked: String = if text.contains('*') { text.to_owned() } else { text.replace('X', "*") };
        let shown = masked.bytes().filter(u8::is_ascii_digit).count();
        let only = masked.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'X'));
        return (only && shown > 0).then(|| IdNumber::Masked(masked.into()));
    }
    if all_digits(head) && (all_digits(last) || last == "X") && text.len() == 18 {
        return Some(ResidentId::parse(text, as_of).map_or_else(invalid, IdNumber::Valid));
    }
    if all_digits(text) && text.len() == 15 {
        return Some(ResidentId::parse_old(text, as_of).map_or_else(invalid, IdNumber::Valid));
    }
    if is_document(text) {
        return Some(IdNumber::Document(text.into()));
    }
    if matches!(text.len(), 20 | 22) && text.is_ascii() && ResidentId::parse(&text[..18], as_of).is_ok() {
        return Some(invalid(IdFault::DisabilityCertificate));
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'X') && text.len() < 30 && !text.is_empty() {
        return Some(invalid(match text.len() {
            15 | 18 => IdFault::Characters,
            n => IdFault::Length(n),
        }));
    }
    None
}

/// `510,182,198,408,199,000`: a number shown with thousands separators. Its digits.
fn grouped(text: &str) -> Option<String> {
    let whole = text.split_once('.').filter(|(_, z)| z.bytes().all(|b| b == b'0')).map_or(text, |(w, _)| w);
    let groups: Vec<&str> = whole.split(',').collect();
    let digits = |g: &&str| g.bytes().all(|b| b.is_ascii_digit());
    let shaped = matches!(groups.len(), 5 | 6) && groups.iter().all(digits) && groups.iter().all(|g| g.len() == 3);
    shaped.then(|| groups.concat())
}

/// Digits that went through a number: 18 of them are only believed if they check and do not end in zeros.
fn of_grouped(digits: &str, as_of: NaiveDate) -> IdNumber {
    let invalid = |fault| IdNumber::Invalid { text: digits.into(), fault };
    if digits.len() == 15 {
        return ResidentId::parse_old(digits, as_of).map_or_else(invalid, IdNumber::Valid);
    }
    match ResidentId::parse(digits, as_of) {
        Ok(id) if !digits.ends_with("000") => IdNumber::Valid(id),
        _ => IdNumber::Damaged { prefix: digits[..15].into(), text: digits.into() },
    }
}

/// `Z683365(5)` of Hong Kong and `1234567(8)` of Macau, with or without words around: equal without bracket and words.
fn bracketed_document(text: &str) -> Option<IdNumber> {
    let number = text.trim_matches(|c: char| !c.is_ascii() || matches!(c, ':' | ','));
    let (body, check) = number.strip_suffix(')')?.split_once('(')?;
    let letters = body.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &body[letters..];
    let shape = digits.bytes().all(|b| b.is_ascii_digit())
        && match letters {
            1 | 2 => digits.len() == 6 && check.len() == 1 && check.bytes().all(|b| b.is_ascii_digit() || b == b'A'),
            0 => digits.len() == 7 && check.len() == 1 && check.bytes().all(|b| b.is_ascii_digit()),
            _ => false,
        };
    shape.then(|| IdNumber::Document(format!("{body}{check}").into()))
}

/// `5.10106E+17`: only the digits that are shown are real.
fn scientific(text: &str, written: &str, as_of: NaiveDate) -> Option<IdNumber> {
    // Dashes are gone, so 5E-3 would read as 5E3: the sign is looked for in the text as written.
    let literal = Literal::parse(text).filter(|l| (l.scientific || text.contains('.')) && !written.contains('-'))?;
    // 510105198001019968.0 is a double that a program has printed.
    let whole = literal.whole().filter(|w| literal.scientific || w.len() > 15)?;
    let shown = literal.shown_digits();
    if whole.len() == 15 && shown.len() >= 15 {
        return Some(match ResidentId::parse_old(&whole, as_of) {
            Ok(id) => IdNumber::Valid(id),
            Err(fault) => IdNumber::Invalid { text: whole.into(), fault },
        });
    }
    let real = shown.len().min(15);
    Some(IdNumber::Damaged { prefix: shown[..real].into(), text: text.into() })
}

/// `510105XXXXXXXX9971`.
fn is_masked_by_x(text: &str) -> bool {
    text.contains("XXX") && text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// `[A-Z]{1,2}\d{7,9}`, `[HM]\d{8,10}`, `[A-Z]{3}\d{12}`.
fn is_document(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &text.as_bytes()[letters..];
    rest.iter().all(u8::is_ascii_digit)
        && match letters {
            1 => matches!(rest.len(), 7..=9) || matches!(text.as_bytes()[0], b'H' | b'M') && rest.len() == 10,
            2 => matches!(rest.len(), 7..=9),
            3 => rest.len() == 12,
            _ => false,
        }
}

/// A cell that says which other document its number is of: 护照E12345678.
fn named_document(text: &str) -> Option<IdNumber> {
    DOCUMENT_WORDS.iter().any(|w| text.contains(w)).then_some(())?;
    let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    (number.len() >= 6).then(|| IdNumber::Document(number.into()))
}

/// Words for a number that is not there yet or not known.
fn is_pending(text: &str) -> bool {
    const WORDS: [&str; 16] =
        ["无", "未", "办", "不详", "不清", "不知", "暂", "待", "缺", "丢", "遗失", "没有", "补", "新生", "略", "见附"];
    text.chars().count() <= 12 && WORDS.iter().any(|w| text.contains(w))
}

/// Runs of digits (with `X` or `*` behind the first) that can be numbers: by blanks and separators first, so that two
/// numbers side by side stay two; else over blanks, so that one number in groups is one.
fn runs(compact_text: &str, written: &str) -> Vec<String> {
    let split = |s: &str| -> Vec<String> {
        s.split(|c: char| !(c.is_ascii_digit() || c == 'X' || c == '*'))
            .map(|r| r.trim_start_matches('X').to_owned())
            .filter(|r| r.bytes().filter(u8::is_ascii_digit).count() >= 6)
            .collect()
    };
    let apart: Vec<String> = compatible(written).split_whitespace().flat_map(|p| split(&compact(p))).collect();
    let runs = if apart.iter().any(|r| matches!(r.len(), 15 | 18)) { apart } else { split(compact_text) };
    runs.into_iter().flat_map(unglued).collect()
}

/// Two numbers without anything between them.
fn unglued(run: String) -> Vec<String> {
    let at = match run.len() {
        36 => 18,
        33 if run.as_bytes()[17] == b'X' => 18,
        30 | 33 => 15,
        _ => return vec![run],
    };
    let (a, b) = run.split_at(at);
    vec![a.to_owned(), b.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of() -> NaiveDate {
        NaiveDate::from_ymd_opt(2019, 9, 30).expect("a date")
    }

    fn read(text: &str) -> Option<IdNumber> {
        IdNumber::parse(Written::text(text), as_of())
    }

    fn number(text: &str) -> Option<IdNumber> {
        IdNumber::parse(Written::number(text), as_of())
    }

    /// A valid number with this body.
    fn with_check(body: &str) -> String {
        format!("{body}{}", super::super::id_number::check_char(body).expect("17 digits"))
    }

    #[test]
    fn equal_forms() {
        let x = "11010519491231002X";
        for text in [
            "11010519491231002X",
            "11010519491231002x",
            "'11010519491231002X",
            "=\"11010519491231002X\"",
            "11010519491231002X\t",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105 19491231 002X",
            "110105-19491231-002X",
            "110105\u{A0}1949\u{200B}1231\u{3000}002X\u{FEFF}",
            "11010519491231002×",
            "11010519491231002*",
            "11010519491231002Х",
            "11010519491231002Ⅹ",
            "身份证：11010519491231002X",
            "身份证号码:11010519491231002X（已过期）",
            "11010519491231002X 电话13800138000",
            "11010519491231002X/11010519491231002X",
            "11010519491231002X（原110105491231002）",
            "110105491231002",
            "11010519491231002X；护照E1234567",
        ] {
            assert_eq!(read(text).and_then(|n| n.valid()).map(ResidentId::full).as_deref(), Some(x), "{text:?}");
        }
        assert_eq!(number("110105491231002").and_then(|n| n.valid()).map(ResidentId::full).as_deref(), Some(x));
        assert_eq!(number("1.10105491231002E+14"), number("110105491231002"));
        assert_eq!(number("110105491231002.0"), number("110105491231002"));
        for region in ["810000", "820000", "830000", "911156", "321119", "000001"] {
            let id = with_check(&format!("{region}19800101001"));
            assert!(matches!(read(&id), Some(IdNumber::Valid(_))), "{id}");
        }
    }

    #[test]
    fn unknown() {
        for text in [
            "",
            " ",
            "无",
            "-",
            "/",
            "办理中",
            "未办",
            "未办理",
            "同上",
            "〃",
            "暂无",
            "无身份证",
            "补办中",
            "不详",
            "待补",
            "新生儿",
            "510107",
            "５１０１０７",
            "户籍510107",
            "张三",
            "0",
            "1234567",
            "？？？",
            "000000000000000000",
            "未提供",
            "未办理身份证",
            "\\N",
            "NaN",
            "(blank)",
            "（空）",
            "?",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!((number("510107"), number("-1"), number("0")), (None, None, None));
    }

    #[test]
    fn an_invalid_number_is_one_however_it_is_dressed() {
        let bare = read("110105194912310021");
        assert!(matches!(&bare, Some(IdNumber::Invalid { text, .. }) if &**text == "110105194912310021"));
        for text in [
            "110105 19491231 0021",
            "１１０１０５１９４９１２３１００２１",
            "110105-19491231-0021",
            "身份证：110105194912310021",
            "身份证号码: 110105 19491231 0021",
            "110105194912310021（待核）",
            "'110105194912310021",
            "110105\u{200B}194912310021\u{3000}",
        ] {
            assert_eq!(read(text), bare, "{text:?}");
        }
        let short = read("11010519491231002");
        for text in [
            "身份证：11010519491231002",
            "110105 19491231 002",
            "１１０１０５１９４９１２３１００２",
            "11010519491231002（少一位）",
        ] {
            assert_eq!(read(text), short, "{text:?}");
        }
        assert_eq!(number("12345678"), read("1234 5678"));
    }

    #[test]
    fn numbers_that_lost_digits() {
        let damaged = |prefix: &str, text: &str| Some(IdNumber::Damaged { prefix: prefix.into(), text: text.into() });
        for (text, prefix) in [
            ("510105198001019000", "510105198001019"),
            ("5.10105198001019E+17", "510105198001019"),
            ("5.1010519800101997e+17", "510105198001019"),
            ("510105198001019970", "510105198001019"),
            ("51010519800101997", "510105198001019"),
            ("5101051980010199712", "510105198001019"),
        ] {
            assert_eq!(number(text), damaged(prefix, text), "{text}");
        }
        assert_eq!(read("5.10106E+17"), damaged("510106", "5.10106E+17"));
        assert_eq!(read("5.10106e17"), damaged("510106", "5.10106E17"));
        assert_eq!(read("510105198001019968.0"), damaged("510105198001019", "510105198001019968.0"));

        // All 18 digits still stand in the file's XML.
        for base in 51_010_519_800_101_990u64..51_010_519_800_102_000 {
            let id = with_check(&base.to_string());
            if id.ends_with('X') {
                continue;
            }
            let printed = id.parse::<f64>().expect("digits").to_string();
            match number(&id) {
                Some(IdNumber::Valid(v)) => assert!(v.full() == id && printed != id && !id.ends_with("000")),
                Some(IdNumber::Damaged { .. }) => assert!(printed == id || id.ends_with("000"), "{id}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn other_documents() {
        for text in ["H12345678", "M1234567890", "E12345678", "EA1234567", "CHN123456789012", "g 1234 5678"] {
            assert!(matches!(read(text), Some(IdNumber::Document(_))), "{text}");
        }
        assert_eq!(read("g 1234 5678"), read("G12345678"));
        assert_eq!(read("护照：E1234567890"), IdNumber::document("E1234567890"));
        assert_eq!(IdNumber::document("无"), None);
        for (a, b) in [
            ("Z683365（5）", "z683365(5)"),
            ("香港身份证Z683365(5)", "Z683365(5)"),
            ("1234567(8)", "澳门身份证：1234567（8）"),
            ("军字第1234567号", "军官证 军字第1234567号"),
            ("台湾12345678", "台胞证:12345678"),
            ("护照E12345678", "E12345678"),
            ("AB123456(A)", "ab 123456 (a)"),
        ] {
            assert!(matches!(read(a), Some(IdNumber::Document(_))), "{a} {:?}", read(a));
            assert_eq!(read(a), read(b), "{a} {b}");
        }
        assert_eq!(IdNumber::document("军字第1234567号"), IdNumber::document("1234567"));
    }

    #[test]
    fn invalid_ones() {
        let disability = format!("{}43", with_check("51010519800101001"));
        for (text, fault) in [
            ("1101051949123100", IdFault::Length(16)),
            ("12345678", IdFault::Length(8)),
            ("1234567890", IdFault::Length(10)),
            ("110105194913310021", IdFault::BirthDate),
            ("110105194912310021", IdFault::Check { expected: 'X' }),
            ("110105194912310021（错）", IdFault::Check { expected: 'X' }),
            ("11010519X91231002X", IdFault::Characters),
            ("110105202001010019", IdFault::BirthRange),
            (&disability, IdFault::DisabilityCertificate),
            ("A1234567890123456789", IdFault::Length(19)),
        ] {
            match read(text) {
                Some(IdNumber::Invalid { fault: got, .. }) => assert_eq!(got, fault, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        for (grouped, prefix) in
            [("510,105,198,001,019,000", "510105198001019"), ("510,105,198,001,019,000.00", "510105198001019")]
        {
            assert!(matches!(read(grouped), Some(IdNumber::Damaged { prefix: p, .. }) if *p == *prefix), "{grouped}");
        }
        assert_eq!(
            read("110,105,491,231,002").and_then(|n| n.valid()),
            read("110105491231002").and_then(|n| n.valid())
        );
        assert!(matches!(number("12345678"), Some(IdNumber::Invalid { fault: IdFault::Length(8), .. })));
        let zeros = read("510105198001012000");
        assert!(matches!(zeros, Some(IdNumber::Invalid { fault: IdFault::LostDigits { .. }, .. })), "{zeros:?}");
        let date = Written { text: "1980-01-01", kind: CellKind::Date };
        assert!(matches!(IdNumber::parse(date, as_of()), Some(IdNumber::Invalid { fault: IdFault::NotText, .. })));
    }

    #[test]
    fn masked_and_several() {
        assert_eq!(read("510105********9971"), Some(IdNumber::Masked("510105********9971".into())));
        assert_eq!(read("510105XXXXXXXX9971"), Some(IdNumber::Masked("510105********9971".into())));
        assert_eq!(read("510105＊＊＊＊9971"), Some(IdNumber::Masked("510105****9971".into())));
        let (a, b) = ("11010519491231002X".to_owned(), with_check("51010519800101001"));
        for text in
            [format!("{a}/{b}"), format!("{a} {b}"), format!("{a}{b}"), format!("{a}\n{b}"), format!("夫{a}、妻{b}")]
        {
            match read(&text) {
                Some(IdNumber::Several(all)) => {
                    let full: Vec<String> = all.iter().map(IdNumber::shown).collect();
                    assert_eq!(full, [a.clone(), b.clone()], "{text}");
                    assert_eq!(IdNumber::parse_list(Written::text(&text), as_of()).len(), 2);
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        for (text, shape) in [
            ("110105 19491231 002X", "v"),
            ("11010519491231002X、无、11010519491231002X", "v-v"),
            ("11010519491231002X 1101051949123100", "vi"),
            ("11010519491231002X，\n11010519491231002X，", "vv"),
            ("无", ""),
            ("", ""),
        ] {
            let read = IdNumber::parse_list(Written::text(text), as_of());
            let read: String = read
                .iter()
                .map(|n| match n {
                    Some(IdNumber::Valid(_)) => 'v',
                    Some(_) => 'i',
                    None => '-',
                })
                .collect();
            assert_eq!(read, shape, "{text}");
        }
        assert!(!format!("{:?}", read("110105194912310021")).contains("19491231"));
    }

    #[test]
    fn odd_texts() {
        for odd in super::super::text::tests::ODD {
            read(odd);
            number(odd);
            IdNumber::parse_list(Written::text(odd), as_of());
            IdNumber::document(odd);
        }
    }
}
