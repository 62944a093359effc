//! Headings of columns: the form in which they are compared, and the unit that stands in them.
//!
//! Folded away: width and case (NFKC), blanks, line breaks and invisible characters, leading marks (`*`, `★`) and
//! numbers (`1.`, `（一）`), a colon or mark at the end, 帐 for 账, and brackets that hold a unit or a hint
//! (`（元）`, `（必填）`, `(18位)`). Other brackets change what a column means and are kept, without the brackets:
//! `身份证号（户主）` is not `身份证号`.

use unicode_normalization::UnicodeNormalization;

/// Time a sum of money covers, where the heading says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    Month,
    Year,
}

/// A heading taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Compared form.
    pub key: String,
    /// The heading says that money is in 万元 (`Some(true)`) or 元 (`Some(false)`).
    pub ten_thousands: Option<bool>,
    /// The bracketed unit says per month or per year (`元/月`).
    pub period: Option<Period>,
}

/// The compared form of a heading.
pub fn fold_header(text: &str) -> String {
    read_header(text).key
}

/// The compared form of a code word: width, case and blanks folded, everything else kept.
pub fn fold_word(text: &str) -> String {
    text.nfkc().filter(|&c| !is_blank(c)).flat_map(char::to_lowercase).collect()
}

/// Takes a heading apart.
pub fn read_header(text: &str) -> Header {
    let text = text.trim_start_matches(|c: char| is_blank(c) || is_enclosed_number(c));
    let folded: String = text
        .nfkc()
        .filter(|&c| !is_blank(c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '帐' => '账',
            '[' | '【' | '〔' | '〈' | '{' => '(',
            ']' | '】' | '〕' | '〉' | '}' => ')',
            _ => c,
        })
        .collect();
    let mut header = Header::default();
    let mut rest = strip_lead(&folded);
    let mut key = String::with_capacity(rest.len());
    while let Some(open) = rest.find('(') {
        key.extend(rest[..open].chars().filter(|&c| c != ')'));
        let inside = &rest[open + 1..];
        let (content, after) = inside.split_once(')').unwrap_or((inside, ""));
        if !(header.read_unit(content) || is_hint(content)) {
            // A second opening bracket closes nothing.
            key.extend(content.chars().filter(|&c| c != '('));
        }
        rest = after;
    }
    key.extend(rest.chars().filter(|&c| c != ')'));
    // 金额:万元
    if let Some((title, unit)) = key.rsplit_once(':')
        && !title.is_empty()
        && header.read_unit(unit)
    {
        key.truncate(title.len());
    }
    key.truncate(key.trim_end_matches(is_mark).len());
    header.key = key;
    header
}

impl Header {
    /// Reads 元, 万元, 元/月, 单位:元 …; false if the text is no unit.
    fn read_unit(&mut self, text: &str) -> bool {
        let text = text.strip_prefix("单位").unwrap_or(text).trim_start_matches(':');
        let (money, per) = text.split_once(['/', '每']).unwrap_or((text, ""));
        // 元/人.月: the person does not matter to the number
        let period = match per.trim_start_matches(['人', '户', '.', '·', '/', '、', '每']) {
            "" => None,
            "月" => Some(Period::Month),
            "年" => Some(Period::Year),
            _ => return false,
        };
        let ten_thousands = match money {
            "元" | "人民币" | "人民币元" | "¥" | "rmb" | "元人民币" => Some(false),
            "万元" | "万" | "人民币万元" => Some(true),
            // （月）、（年） after 收入
            "月" | "每月" if per.is_empty() => {
                self.period = Some(Period::Month);
                return true;
            }
            "年" | "每年" if per.is_empty() => {
                self.period = Some(Period::Year);
                return true;
            }
            _ => return false,
        };
        self.ten_thousands = ten_thousands;
        self.period = period.or(self.period);
        true
    }
}

/// Blanks of every width, control and format characters.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{3164}' | '\u{180e}')
}

/// ① ⑴ ⒈ and the like: NFKC would turn them into bare digits.
fn is_enclosed_number(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}')
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '*' | '★'
            | '☆'
            | '▲'
            | '△'
            | '●'
            | '○'
            | '◆'
            | '◇'
            | '■'
            | '□'
            | '※'
            | '#'
            | '﹡'
            | '⁎'
            | '∗'
            | '✱'
            | ':'
            | '：'
            | '"'
            | '\''
            | '‘'
            | '’'
            | '“'
            | '”'
            | '、'
            | ','
            | ';'
    )
}

/// Leading marks, and a leading number with its dot: `*1.`, `(一)`, `3、`.
fn strip_lead(text: &str) -> &str {
    let text = text.trim_start_matches(is_mark);
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let bare = text.strip_prefix('(').unwrap_or(text);
    let after = bare.trim_start_matches(is_number);
    let numbered = after.len() < bare.len();
    let closed = if bare.len() < text.len() { after.strip_prefix(')') } else { after.strip_prefix(['.', '、', ')']) };
    match closed {
        Some(rest) if numbered && !rest.is_empty() => strip_lead(rest),
        _ => text,
    }
}

/// Bracketed words that tell how to fill in a column and nothing of what it is.
fn is_hint(text: &str) -> bool {
    const WORDS: [&str; 24] = [
        "",
        "必填",
        "选填",
        "必填项",
        "必录",
        "必选",
        "可空",
        "非必填",
        "单选",
        "多选",
        "可多选",
        "限选一项",
        "最多三项",
        "下拉选择",
        "文本",
        "文本格式",
        "数字",
        "盖章",
        "公章",
        "㎡",
        "m2",
        "平方米",
        "平方",
        "岁",
    ];
    const STARTS: [&str; 12] =
        ["如:", "如：", "例:", "例如", "格式", "请", "注:", "限选", "最多", "精确到", "√", "yyyy"];
    let digits_and = |unit: &str| {
        text.strip_suffix(unit).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == '-'))
    };
    WORDS.contains(&text)
        || STARTS.iter().any(|start| text.starts_with(start))
        || ["位", "位数", "位数字", "位号码", "字以内"].iter().any(|unit| digits_and(unit))
        || matches!(
            text,
            "是/否"
                | "是否"
                | "有/无"
                | "是、否"
                | "有、无"
                | "男/女"
                | "公历"
                | "阳历"
                | "年月日"
                | "年/月/日"
                | "年-月-日"
                | "人"
                | "口"
                | "户"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_are_the_same_column() {
        let cases = [
            ("身份证号", "身份证号"),
            ("*身份证号", "身份证号"),
            ("﹡身份证号", "身份证号"),
            ("＊ 身份证号", "身份证号"),
            ("★身份证号：", "身份证号"),
            ("身 份\n证 号", "身份证号"),
            ("身份证号\r\n(18位)", "身份证号"),
            ("身份证号（必填）", "身份证号"),
            ("身份证号*", "身份证号"),
            ("姓　　名", "姓名"),
            ("姓\u{200b}名\u{feff}", "姓名"),
            ("1.身份证复印件;", "身份证复印件"),
            ("(一)姓名", "姓名"),
            ("三、姓名", "姓名"),
            ("①姓名", "姓名"),
            ("银行帐号", "银行账号"),
            ("金额（元）", "金额"),
            ("金额(万元)", "金额"),
            ("金额【元】", "金额"),
            ("金额：元", "金额"),
            ("建筑面积（㎡）", "建筑面积"),
            ("低保（特困）证号", "低保特困证号"),
            ("身份证号（户主）", "身份证号户主"),
            ("SFZH", "sfzh"),
            ("出生日期(yyyy-mm-dd)", "出生日期"),
            ("2019年", "2019年"),
            ("(元)", ""),
            ("", ""),
            ("（", ""),
            ("十九", "十九"),
        ];
        for (written, key) in cases {
            assert_eq!(fold_header(written), key, "{written:?}");
        }
    }

    #[test]
    fn units_in_brackets() {
        let cases = [
            ("金额", None, None),
            ("金额（元）", Some(false), None),
            ("金额（万元）", Some(true), None),
            ("金额(单位：万元)", Some(true), None),
            ("本人月收入（元/月）", Some(false), Some(Period::Month)),
            ("家庭收入（万元/年）", Some(true), Some(Period::Year)),
            ("人均收入（元/人·月）", Some(false), Some(Period::Month)),
            ("家庭收入（年）", None, Some(Period::Year)),
            ("金额(张)", None, None),
        ];
        for (written, ten_thousands, period) in cases {
            let header = read_header(written);
            assert_eq!((header.ten_thousands, header.period), (ten_thousands, period), "{written}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["*身份证号（18位）：", "低保（特困）证号", "((元)", "a:b:元", "①②", "※1、2.姓名"]
        {
            let once = fold_header(text);
            assert_eq!(fold_header(&once), once, "{text}");
        }
    }
}
