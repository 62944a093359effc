//! Cleaning of written text: what every type strips before it looks at a cell.
//!
//! Implements "strip blanks, invisible characters (U+200B, U+FEFF, U+00A0, U+3000 …), apostrophes" and the forms
//! that programs use to force text (`'…`, `="…"`, a tab behind).

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Words by which a clerk says that there is nothing to write, after [`fold`].
const NONE_MARKS: [&str; 25] = [
    "无",
    "-",
    "--",
    "---",
    "/",
    "//",
    "\\",
    "—",
    "——",
    "–",
    "―",
    "_",
    "__",
    "暂无",
    "没有",
    "空",
    "未填",
    "未填写",
    "不详",
    "未知",
    "n/a",
    "na",
    "none",
    "null",
    "×",
];

/// How programs write that there is no value, after [`fold`]: in no field a value, 0 and × apart.
const MACHINE_NULLS: [&str; 23] = [
    "\\n",
    "(null)",
    "[null]",
    "null",
    "nan",
    "nat",
    "none",
    "nil",
    "n.a.",
    "n/a",
    "undefined",
    "<null>",
    "<na>",
    "<nan>",
    "#n/a",
    "blank",
    "(blank)",
    "(空)",
    "(无)",
    "?",
    "...",
    "**",
    "--",
];

const DITTO_MARKS: [&str; 13] = ["同上", "同前", "如上", "〃", "″", "\"", "''", "“", "”", "々", "同左上", "上同", "′′"];

/// The text of a cell without what a person does not see and without the wrappers that force text.
///
/// Control and format characters and variation selectors are dropped, every blank becomes a plain space, blanks at
/// the ends go, and so do a leading apostrophe, a `="…"` wrapper and Excel's `_x000D_`. Inner blanks stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    let seen = if text.chars().all(is_plain) && !text.contains("_x00") {
        Cow::Borrowed(text)
    } else {
        let shown = text.replace("_x000D_", "").replace("_x000A_", " ");
        Cow::Owned(shown.chars().filter_map(visible).collect())
    };
    match seen {
        Cow::Borrowed(s) => Cow::Borrowed(unwrap_text(s)),
        Cow::Owned(s) => Cow::Owned(unwrap_text(&s).to_owned()),
    }
}

/// Characters that cleaning and NFKC surely leave as they are.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FFF}')
}

/// The character as it counts: a blank as a space, an invisible one not at all.
fn visible(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' => Some(' '),
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => None,
        _ if is_plain(c) => Some(c),
        _ => match c.general_category() {
            GeneralCategory::Control | GeneralCategory::Format => None,
            GeneralCategory::SpaceSeparator | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => {
                Some(' ')
            }
            _ => Some(c),
        },
    }
}

fn unwrap_text(s: &str) -> &str {
    let s = s.trim();
    let s = s.strip_prefix("=\"").and_then(|s| s.strip_suffix('"')).unwrap_or(s).trim();
    // Excel's mark for text; only a leading one, and not the ditto mark `''`.
    match s.strip_prefix(['\'', '’', '‘', '＇', '`']) {
        Some(rest) if !rest.is_empty() && !rest.starts_with('\'') => rest.trim(),
        _ => s,
    }
}

/// One spelling for comparing words, headings and organisations: [`clean`], NFKC, no blanks, lower case.
pub fn fold(text: &str) -> String {
    let text = clean(text);
    if text.chars().all(is_plain) {
        return text.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_lowercase()).collect();
    }
    compatible(&text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// NFKC of a text; costs nothing where the text is in that form.
pub fn compatible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// The cell says that there is nothing: blank, 无, `-`, `/`, 暂无, N/A …
pub fn is_none_mark(text: &str) -> bool {
    let text = clean(text);
    // Nearly every cell says something: no mark is longer, and none begins with a digit.
    if text.len() > 12 || text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    if text.is_empty() || NONE_MARKS.contains(&text.as_ref()) {
        return true;
    }
    let folded = fold(&text);
    NONE_MARKS.contains(&folded.as_str()) || MACHINE_NULLS.contains(&folded.as_str())
}

/// What a program writes for no value (`\N`, `NaN`, `<NA>`, `(blank)` …): nothing in any field, whatever its type knows.
pub fn is_machine_null(text: &str) -> bool {
    let text = clean(text);
    text.len() <= 12 && !text.starts_with(|c: char| c.is_ascii_digit()) && MACHINE_NULLS.contains(&fold(&text).as_str())
}

/// Nothing that a person sees is written.
pub fn is_blank(text: &str) -> bool {
    let seen = |c: char| matches!(c, '!'..='~' | '\u{4E00}'..='\u{9FFF}');
    !text.starts_with(seen) && clean(text).is_empty()
}

/// The cell says "as above": 同上, 〃, 同前 …
pub fn is_ditto(text: &str) -> bool {
    // NFKC takes `″` apart, so the mark is looked for before folding.
    const BEGIN: &str = "同如上〃″\"'“”々′＂＇ \u{3000}\u{a0}\u{feff}\u{200b}";
    text.len() <= 32 && text.starts_with(|c| BEGIN.contains(c)) && DITTO_MARKS.contains(&clean(text).as_ref())
}

/// Text that a terminal or log shows and does not obey: control characters and those that turn the writing direction stand as
/// `\u{1b}`.
pub fn printable(text: &str) -> Cow<'_, str> {
    fn obeyed(c: char) -> bool {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
    }
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    text.chars()
        .map(|c| if obeyed(c) { c.escape_unicode().to_string() } else { c.to_string() })
        .collect::<String>()
        .into()
}

/// Names of files, sheets and columns as they may be shown: whatever may be somebody's number has its middle hidden. That is
/// fifteen digits and more in a row (an ID number beside other digits too, a bank account), in either width; and digits parted
/// by single blanks, hyphens or dots in which an ID number stands.
pub fn mask_numbers(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len());
    let mut at = 0;
    while at < chars.len() {
        let chain = digit_chain(&chars[at..]);
        if chain == 0 {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        push_masked(&chars[at..at + chain], &mut out);
        at += chain;
    }
    out
}

/// An ASCII digit for one of either width.
fn plain_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
        _ => None,
    }
}

/// How many characters from the start are digits, parted by single separators at most; X counts behind seventeen of them.
fn digit_chain(chars: &[char]) -> usize {
    let (mut len, mut digits) = (0, 0);
    loop {
        match chars.get(len) {
            Some(&c) if plain_digit(c).is_some() => digits += 1,
            Some('x' | 'X' | 'ｘ' | 'Ｘ') if digits >= 17 => digits += 1,
            Some(' ' | '\u{a0}' | '\u{3000}' | '-' | '－' | '_' | '.' | '·')
                if len > 0 && chars.get(len + 1).is_some_and(|&c| plain_digit(c).is_some()) => {}
            _ => return len,
        }
        len += 1;
    }
}

fn push_masked(chain: &[char], out: &mut String) {
    let is_part = |c: &char| plain_digit(*c).is_some() || matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ');
    let digits: Vec<char> = chain.iter().filter(|c| is_part(c)).map(|&c| plain_digit(c).unwrap_or('X')).collect();
    let in_a_row = chain.split(|c| !is_part(c)).map(<[char]>::len).max().unwrap_or(0);
    let edges: Vec<usize> = chain
        .split(|c| !is_part(c))
        .scan(0, |sum, group| {
            *sum += group.len();
            Some(*sum)
        })
        .collect();
    let is_edge = |at: usize| at == 0 || edges.contains(&at);
    let parted = |at: usize| is_edge(at) && is_edge(at + 18) && may_be_id_number(&digits[at..at + 18]);
    if in_a_row < 15 && !(18..=digits.len()).any(|end| parted(end - 18)) {
        out.extend(chain);
        return;
    }
    let mut nth = 0;
    for c in chain {
        if !is_part(c) {
            out.push(*c);
            continue;
        }
        let shown = nth < 6 || nth + 4 >= digits.len();
        out.push(if shown { *c } else { '*' });
        nth += 1;
    }
}

/// A region, a day of birth and a serial: the check digit is not asked, for a mistyped number is a person's too.
fn may_be_id_number(digits: &[char]) -> bool {
    let number = |range: std::ops::Range<usize>| digits[range].iter().collect::<String>().parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(6..10), number(10..12), number(12..14));
    matches!(digits[0], '1'..='8')
        && (1900..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
}

/// Text with its middle hidden, for logs and `Debug`: the first six and last four of a long number stay.
pub fn mask(text: &str) -> String {
    let count = text.chars().count();
    let (head, tail) = match count {
        15.. => (6, 4),
        8..15 => (3, 2),
        _ => (0, 0),
    };
    text.chars().enumerate().map(|(i, c)| if i < head || i >= count - tail { c } else { '*' }).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Strings that no parser may stumble over.
    pub(crate) const ODD: [&str; 44] = [
        "",
        " ",
        "\u{3000}",
        "\u{FEFF}",
        "'",
        "''",
        "=\"\"",
        "=\"",
        "\"",
        "(",
        ")",
        "()",
        "（）",
        "）（",
        "-",
        "--",
        ".",
        "..",
        "e",
        "E+",
        "1E",
        "1E+999999999999",
        "9E9",
        "-0",
        "0",
        "00000000000000000000000000000000000000000",
        "99999999999999999999999999999",
        "\u{10FFFF}",
        "\u{0}",
        "é\u{301}",
        "身份证",
        "身份证：",
        "一二三四五六",
        "十十十",
        "万万亿",
        "亿",
        "2019.",
        ".2019",
        "2019-",
        "年月日",
        "0000-00-00",
        "9999.99.99",
        "123456X89012345X78",
        "𠮷𠮷𠮷𠮷𠮷𠮷",
    ];

    #[test]
    fn cleans() {
        for (written, seen) in [
            ("张三", "张三"),
            (" 张三\t", "张三"),
            ("'510105", "510105"),
            ("=\"510105\"", "510105"),
            ("\u{FEFF}51\u{200B}01\u{A0}05\u{3000}", "5101 05"),
            ("甲_x000D_\n乙", "甲 乙"),
            ("''", "''"),
            ("葛\u{E0100}城", "葛城"),
            ("O'Neil", "O'Neil"),
        ] {
            assert_eq!(clean(written), seen, "{written:?}");
        }
    }

    #[test]
    fn folds() {
        for (a, b) in [("ＡＢｃ １２", "abc12"), ("有限公司（成都）", "有限公司(成都)"), ("档 案\n号", "档案号")]
        {
            assert_eq!(fold(a), b);
        }
    }

    #[test]
    fn marks() {
        for none in [
            "",
            " ",
            "无",
            "－",
            "—",
            "/",
            "／",
            "暂无",
            "N/A",
            "\u{3000}",
            "\\N",
            "(null)",
            "[NULL]",
            "NULL",
            "nan",
            "NaN",
            "NaT",
            "None",
            "NIL",
            "N.A.",
            "undefined",
            "<null>",
            "<NA>",
            "#N/A",
            "blank",
            "(blank)",
            "（空）",
            "?",
            "？",
            "…",
            "**",
            "--",
            "空",
            "×",
            "（null）",
        ] {
            assert!(is_none_mark(none), "{none:?}");
        }
        for some in ["0", "无业", "同上", "否", "NA12345", "王?", "张**", "nanning", "Nil Shah"] {
            assert!(!is_none_mark(some), "{some:?}");
        }
        for ditto in ["同上", " 〃", "″", "同前", "\""] {
            assert!(is_ditto(ditto), "{ditto:?}");
        }
        assert!(!is_ditto("上"));
        for odd in ODD {
            clean(odd);
            fold(odd);
            is_none_mark(odd);
            is_ditto(odd);
            mask(odd);
        }
    }

    #[test]
    fn masks() {
        assert_eq!(mask("510105198001019971"), "510105********9971");
        assert_eq!(mask("13800138000"), "138******00");
        assert_eq!(mask("张三"), "**");
    }

    #[test]
    fn numbers_in_names_are_masked() {
        for (name, shown) in [
            ("510105198001019971", "510105********9971"),
            ("张三51010519800101997X.xlsx", "张三510105********997X.xlsx"),
            ("510105800101997", "510105*****1997"),
            ("５１０１０５１９８００１０１９９７１", "５１０１０５********９９７１"),
            ("张三51010519800101997199", "张三510105**********7199"),
            ("510105 19800101 9971", "510105 ******** 9971"),
            ("510105-19800101-9971 甲", "510105-********-9971 甲"),
            ("发放_20190820_001.csv", "发放_20190820_001.csv"),
            ("2019-08-20 2019-09-30 2019.csv", "2019-08-20 2019-09-30 2019.csv"),
            ("2019年8月/12.xlsx", "2019年8月/12.xlsx"),
            ("x", "x"),
            ("", ""),
        ] {
            assert_eq!(mask_numbers(name), shown);
        }
    }
}
