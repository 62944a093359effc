//! Words of a code table.
//!
//! Implements the row `code`: the code table's canonical word; tables with synonyms stand in the schema
//! (男/男性/1/M, 全国级/国家级, 恶性肿瘤/癌症).

use std::collections::HashMap;

use super::text::fold;
use crate::schema::model::CodeTable;

/// A code table made ready for look-ups.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    words: Vec<String>,
    /// Folded word or synonym → index of the canonical word.
    by_folded: HashMap<String, usize>,
    /// Synonyms of two characters and more for free text, longest first.
    phrases: Vec<(String, usize)>,
    /// A phrase inside a longer text counts for [`Codes::get`].
    contained: bool,
}

impl Codes {
    /// Builds the look-up. Where two canonical words claim one synonym, the first in the table's order has it; a
    /// canonical word always means itself.
    pub fn new(table: &CodeTable) -> Self {
        let words: Vec<String> = table.words.keys().cloned().collect();
        let mut by_folded: HashMap<String, usize> = words.iter().enumerate().map(|(i, w)| (fold(w), i)).collect();
        for (i, synonyms) in table.words.values().enumerate() {
            for synonym in synonyms {
                by_folded.entry(fold(synonym)).or_insert(i);
            }
        }
        by_folded.remove("");
        let mut phrases: Vec<(String, usize)> = by_folded
            .iter()
            .filter(|(w, _)| w.chars().count() >= 2 && !w.is_ascii())
            .map(|(w, i)| (w.clone(), *i))
            .collect();
        phrases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Self { words, by_folded, phrases, contained: table.phrases }
    }

    /// The canonical words, in the table's order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// The canonical word that a cell means, or `None` if the table does not know it. Takes the word, a synonym, a
    /// number (`1`, `01`, `1.0`), and forms with both (`1男`, `1-男`, `男(1)`, `☑男`).
    pub fn get(&self, text: &str) -> Option<&str> {
        let folded = fold(text);
        let folded = folded.trim_matches(|c: char| matches!(c, '☑' | '√' | '✓' | '■' | '。' | ';' | '、' | '，' | ','));
        self.find(folded).or_else(|| {
            let number = folded.strip_suffix(".0").unwrap_or(folded);
            let plain = number.trim_start_matches('0');
            let word = behind_number(folded);
            let before_bracket = folded.split('(').next().filter(|w| w.len() < folded.len());
            let forms = [Some(number), Some(plain), word, before_bracket];
            forms.into_iter().flatten().find_map(|w| self.find(w)).or_else(|| self.longest_within(folded))
        })
    }

    /// The word of the longest phrase inside a text, where the table allows it and nothing denies the phrase. Two
    /// phrases of one length for two words say neither.
    fn longest_within(&self, folded: &str) -> Option<&str> {
        if !self.contained || folded.chars().count() > 24 {
            return None;
        }
        let mut hits = self.phrases.iter().filter(|(phrase, _)| folded.contains(phrase.as_str()));
        let (longest, word) = hits.next()?;
        let rival = hits.take_while(|(p, _)| p.chars().count() == longest.chars().count()).any(|(_, w)| w != word);
        let (before, behind) = folded.split_once(longest.as_str())?;
        (!rival && !is_denied(before, behind)).then(|| self.words[*word].as_str())
    }

    /// Two cells mean the same word; `None` if the table knows one of them not.
    pub fn same(&self, a: &str, b: &str) -> Option<bool> {
        Some(self.get(a)? == self.get(b)?)
    }

    fn find(&self, folded: &str) -> Option<&str> {
        self.by_folded.get(folded).map(|i| self.words[*i].as_str())
    }

    /// The canonical words that stand in a free text (致困原因 on 附件3), in order of appearance, each once. The longest
    /// synonym wins at each place, and one behind a denial (无残疾, 未患大病) does not count.
    pub fn find_in_narrative(&self, text: &str) -> Vec<&str> {
        let folded = fold(text);
        let mut found: Vec<&str> = Vec::new();
        let mut rest = folded.as_str();
        let mut denied = false;
        while let Some(c) = rest.chars().next() {
            let hit = self.phrases.iter().find(|(phrase, _)| rest.starts_with(phrase.as_str()));
            let step = match hit {
                Some((phrase, i)) => {
                    let word = self.words[*i].as_str();
                    if !denied && !found.contains(&word) {
                        found.push(word);
                    }
                    phrase.len()
                }
                None => c.len_utf8(),
            };
            denied = match c {
                _ if hit.is_some() => false,
                '无' | '未' | '非' | '没' | '不' => true,
                // 没有残疾, 未患大病: the denial reaches over the verb.
                '有' | '患' | '得' | '是' | '属' => denied,
                _ => false,
            };
            rest = &rest[step..];
        }
        found
    }
}

/// Words around a phrase that make it another: 非低保户, 原低保户, 拟脱困, 已退低保, 低保已取消.
fn is_denied(before: &str, behind: &str) -> bool {
    let near: String = before.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    near.contains(['非', '不', '未', '曾', '拟', '无', '没'])
        || before.ends_with('原')
        || before == "原"
        || before.starts_with("原") && before.chars().count() <= 3
        || ["已退", "退出", "取消", "停发", "停止", "终止", "前"].iter().any(|w| near.ends_with(w))
        || ["取消", "停", "退", "终止", "申请中", "除外", "未"].iter().any(|w| behind.contains(w))
}

/// What stands behind a leading number: `1-男`, `01.男`, `1男`.
fn behind_number(folded: &str) -> Option<&str> {
    let rest = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    let word = rest.trim_start_matches(['-', '.', '_', '、', ':', ')', '，', ',', '—', ' ']);
    (rest.len() < folded.len() && !word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(words: &[(&str, &[&str])]) -> Codes {
        let words = words.iter().map(|(w, s)| (w.to_string(), s.iter().map(|s| s.to_string()).collect()));
        Codes::new(&CodeTable { words: words.collect(), ..CodeTable::default() })
    }

    fn sex() -> Codes {
        codes(&[("男", &["男性", "1", "M"]), ("女", &["女性", "2", "F"])])
    }

    #[test]
    fn words() {
        let sex = sex();
        for man in [
            "男",
            "男性",
            "1",
            "01",
            "1.0",
            "M",
            "m",
            "Ｍ",
            " 男 ",
            "1男",
            "1-男",
            "01.男",
            "男(1)",
            "男（1）",
            "☑男",
            "男性。",
        ] {
            assert_eq!(sex.get(man), Some("男"), "{man}");
        }
        for other in ["", "3", "男女", "不详", "-", "11"] {
            assert_eq!(sex.get(other), None, "{other}");
        }
        assert_eq!(sex.same("男", "1"), Some(true));
        assert_eq!(sex.same("男", "女性"), Some(false));
        assert_eq!(sex.same("男", "?"), None);
        for odd in super::super::text::tests::ODD {
            sex.get(odd);
            sex.find_in_narrative(odd);
        }
    }

    #[test]
    fn phrases_inside_a_text() {
        let words = [
            ("生活救助", vec!["困难补助"]),
            ("医疗救助", vec!["大病救助"]),
            ("送温暖", vec!["慰问金"]),
            ("低保户", vec!["低保", "享受低保"]),
            ("低保边缘户", vec!["低保边缘"]),
        ];
        let words = words.map(|(w, s)| (w.to_string(), s.into_iter().map(str::to_string).collect()));
        let table = CodeTable { words: words.into(), phrases: true, ..CodeTable::default() };
        let codes = Codes::new(&table);
        for (text, word) in [
            ("春节送温暖", Some("送温暖")),
            ("2019年送温暖", Some("送温暖")),
            ("困难职工生活救助", Some("生活救助")),
            ("城镇困难职工生活救助金", Some("生活救助")),
            ("送温暖医疗救助", Some("医疗救助")),
            ("农村低保户", Some("低保户")),
            ("城市低保边缘家庭", Some("低保边缘户")),
            ("太原市低保户", Some("低保户")),
            ("非低保户", None),
            ("不享受低保", None),
            ("未享受低保", None),
            ("未纳入低保", None),
            ("原低保户", None),
            ("曾享受低保", None),
            ("拟纳入低保", None),
            ("已退低保", None),
            ("低保已取消", None),
            ("生活救助、医疗救助", None),
            ("其他", None),
        ] {
            assert_eq!(codes.get(text), word, "{text}");
        }
        assert_eq!(Codes::new(&CodeTable { phrases: false, ..table }).get("春节送温暖"), None);
    }

    #[test]
    fn a_synonym_claimed_twice_goes_to_the_word_itself() {
        let codes = codes(&[("甲", &["乙", "丙"]), ("乙", &["丙"])]);
        assert_eq!((codes.get("乙"), codes.get("丙")), (Some("乙"), codes.get("丙")));
        assert_eq!(codes.words().count(), 2);
    }

    #[test]
    fn narratives() {
        let causes = codes(&[
            ("患重特大疾病", &["重病", "大病", "癌症"]),
            ("供养直系亲属大病", &["亲属大病"]),
            ("残疾", &["肢体残疾"]),
            ("无劳动能力", &["丧失劳动能力"]),
            ("子女上学", &["孩子上学", "子女就学"]),
        ]);
        for (text, words) in [
            ("本人患癌症，子女上学", vec!["患重特大疾病", "子女上学"]),
            ("供养亲属大病，无残疾", vec!["供养直系亲属大病"]),
            ("没有患大病；丧失劳动能力", vec!["无劳动能力"]),
            ("无劳动能力", vec!["无劳动能力"]),
            ("大病、重病", vec!["患重特大疾病"]),
            ("收入低", vec![]),
        ] {
            assert_eq!(causes.find_in_narrative(text), words, "{text}");
        }
    }
}
