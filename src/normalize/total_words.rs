//! The words of total rows: 合计, 共计7笔, 合计人民币（大写）, 实发合计, TOTAL, Σ, 平均, 大写金额 …
//!
//! A word alone never makes a total: the row must lack what a record has (see [`super::totals`]). So the words may be many,
//! and a person called 合占梅 or 计小红 is none of them.

use crate::domain::text;

/// What a total row says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotalWord {
    /// A sum of rows, by the word under which it is reported.
    Sum(&'static str),
    /// An average, a sum in capitals, a number of heads: held against nothing.
    Loose,
}

/// Words that say "sum" wherever they end or begin a text.
const SUMS: [(&str, &str); 9] = [
    ("小计", "小计"),
    ("总合计", "总计"),
    ("合计", "合计"),
    ("总计", "总计"),
    ("共计", "共计"),
    ("累计", "累计"),
    ("总金额", "合计"),
    ("金额总数", "合计"),
    ("总额", "合计"),
];
/// Words that are a sum only if nothing else stands there.
const ALONE: [(&str, &str); 14] = [
    ("计", "合计"),
    ("共", "共计"),
    ("总", "总计"),
    ("总数", "总计"),
    ("共有", "共计"),
    ("total", "合计"),
    ("totals", "合计"),
    ("totalamount", "合计"),
    ("grandtotal", "总计"),
    ("sum", "合计"),
    ("subtotal", "小计"),
    ("小結", "小计"),
    ("合計", "合计"),
    ("總計", "总计"),
];
/// Sums carried from page to page in ledgers.
const CARRIED: [(&str, &str); 10] = [
    ("过次页", "过次页"),
    ("转次页", "过次页"),
    ("过下页", "过次页"),
    ("转下页", "过次页"),
    ("接下页", "过次页"),
    ("承前页", "承前页"),
    ("承上页", "承前页"),
    ("接上页", "承前页"),
    ("上页结转", "承前页"),
    ("上页合计", "承前页"),
];
const AVERAGES: [&str; 9] = ["平均", "均值", "人均", "户均", "average", "avg", "mean", "最大值", "最小值"];
const CAPITALS: &str = "零〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億元圆圓角分整正";
const COUNTED: [&str; 8] = ["人次", "户次", "人", "户", "笔", "条", "份", "名"];
/// Words for how many there are; a row of them alone counts heads.
const HEADS: [&str; 8] = ["人数", "户数", "笔数", "总人数", "总户数", "总笔数", "份数", "条数"];
/// Surnames of two characters before 合计 or 小计 would be a person's name.
const SURNAMES: [&str; 6] = ["欧阳", "司马", "诸葛", "上官", "皇甫", "尉迟"];

/// What a cell's text says of sums, if it says so.
pub fn total_word(written: &str) -> Option<TotalWord> {
    if written.len() > 120 {
        return None;
    }
    let folded = text::fold(written);
    if matches!(folded.trim_matches([':', '：', '=']), "σ" | "∑" | "ς") {
        return Some(TotalWord::Sum("合计"));
    }
    let head = folded.split([':', '：']).next().unwrap_or("");
    let digits = folded.chars().any(|c| c.is_ascii_digit());
    // 合计（7笔）, 7人合计, 合 计 金 额: letters only, without what stands in brackets.
    let letters: String = outside_brackets(head).chars().filter(|c| c.is_alphabetic()).collect();
    let core =
        COUNTED.iter().fold(letters.as_str(), |s, unit| if digits { s.strip_prefix(unit).unwrap_or(s) } else { s });
    if AVERAGES.iter().any(|w| core.starts_with(w)) && core.chars().count() <= 8 {
        return Some(TotalWord::Loose);
    }
    sum_word(core, digits)
        .map(TotalWord::Sum)
        .or_else(|| is_loose(&folded, head, &letters, digits).then_some(TotalWord::Loose))
}

fn sum_word(core: &str, digits: bool) -> Option<&'static str> {
    let counted = COUNTED.iter().find_map(|unit| core.strip_suffix(unit)).filter(|_| digits).unwrap_or(core);
    if let Some((_, word)) = ALONE.iter().find(|(w, _)| *w == core || *w == counted) {
        return Some(word);
    }
    if let Some((_, word)) = CARRIED.iter().find(|(w, _)| core.starts_with(w)) {
        return Some(word);
    }
    if core.chars().count() > 16 {
        return None;
    }
    for page in ["本页小计", "本页合计"] {
        if core.starts_with(page) {
            return Some(page);
        }
    }
    if let Some((_, word)) = SUMS.iter().find(|(w, _)| core.starts_with(w)) {
        return Some(word);
    }
    // 春熙路街道小计, 以上合计, 实发合计, 合计金额; not 李小计.
    SUMS.iter().find_map(|(w, word)| {
        let before = [core, core.trim_end_matches("金额"), core.trim_end_matches("人民币"), counted]
            .into_iter()
            .find_map(|s| s.strip_suffix(w))?;
        let long = before.chars().count() >= 2 && !SURNAMES.contains(&before);
        (long || ["本", "总", "全", "共"].contains(&before)).then_some(*word)
    })
}

fn is_loose(folded: &str, head: &str, letters: &str, digits: bool) -> bool {
    let capitals = |s: &str| {
        s.chars().count() >= 3 && s.contains(['元', '圆', '圓', '整', '正']) && s.chars().all(|c| CAPITALS.contains(c))
    };
    let behind = folded.split_once([':', '：']).map_or("", |(_, behind)| behind);
    let counts = HEADS.iter().any(|w| letters == *w || (letters.ends_with(w) && letters.chars().count() <= 8));
    let only_count = digits && COUNTED.contains(&letters);
    folded.contains("大写")
        || (folded.contains("小写") && folded.contains("金额"))
        || capitals(folded.strip_prefix("人民币").unwrap_or(folded))
        || (head.starts_with("人民币") && capitals(behind))
        || counts
        || only_count
}

fn outside_brackets(text: &str) -> String {
    let mut depth = 0usize;
    text.chars()
        .filter(|c| match c {
            '(' | '（' | '[' | '【' => {
                depth += 1;
                false
            }
            ')' | '）' | ']' | '】' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_all_their_spellings() {
        for (text, word) in [
            ("合计", "合计"),
            ("合 计 金 额", "合计"),
            ("小　计：", "小计"),
            ("合计（12户）", "合计"),
            ("共计7笔", "共计"),
            ("共7人", "共计"),
            ("7人合计", "合计"),
            ("合计人民币（大写）", "合计"),
            ("以上合计", "合计"),
            ("实发合计", "合计"),
            ("本页小计", "本页小计"),
            ("春熙路街道小计", "小计"),
            ("TOTAL", "合计"),
            ("Grand Total:", "总计"),
            ("Σ", "合计"),
            ("∑", "合计"),
            ("计", "合计"),
            ("本年累计", "累计"),
            ("过次页", "过次页"),
            ("承前页", "承前页"),
            ("发放总额", "合计"),
        ] {
            assert_eq!(total_word(text), Some(TotalWord::Sum(word)), "{text}");
        }
    }

    #[test]
    fn held_against_nothing() {
        for text in [
            "平均",
            "人均金额",
            "人民币（大写）：壹万柒仟元整",
            "大写金额：壹万柒仟元整",
            "壹万柒仟元整",
            "人数",
            "发放人数：7",
            "7户",
        ] {
            assert_eq!(total_word(text), Some(TotalWord::Loose), "{text}");
        }
    }

    #[test]
    fn persons_and_remarks_are_no_sums() {
        for text in [
            "合占梅",
            "计小红",
            "李小计",
            "欧阳小计",
            "共青",
            "总小明",
            "平安",
            "元正",
            "备注：以上合计",
            "生活救助",
            "7",
        ] {
            assert_eq!(total_word(text), None, "{text}");
        }
    }
}
