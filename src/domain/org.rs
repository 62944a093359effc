//! Organisations: employers and unions.
//!
//! Implements the row `org` (NFKC, brackets and blanks folded, leading province/city dropped where the other has none;
//! 有限公司 and 有限责任公司 are equal) and the folding of union names of "Sources: what comes in"
//! (锦江区总工会 = 成都市锦江区总工会 = `锦江区总工会（盖章）`). Addresses are in `address.rs`.

use super::place_name::Located;
use super::text::{fold, is_none_mark};

/// Words in which nothing particular is left: a place in front of them belongs to the name.
const GENERAL: [&str; 10] =
    ["总工会", "工会", "公司", "有限公司", "大学", "学院", "医院", "银行", "市总工会", "工会委员会"];

/// Two names of employers are of one organisation.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    if a == b {
        return !a.is_empty();
    }
    let (x, y) = (located(&a), located(&b));
    x.rest == y.rest && x.agrees(&y)
}

/// One key for the spellings of an employer: brackets, company form and a leading place folded. Two employers that are
/// [`same`] share it; in different cities two may share it that are not.
pub fn key(text: &str) -> String {
    let plain = plain(text);
    located(&plain).rest.to_owned()
}

fn located(plain: &str) -> Located<'_> {
    Located::of(plain, |rest| rest.chars().count() >= 3 && !GENERAL.contains(&rest))
}

/// Folded, without brackets and marks, and with one form of 有限公司.
fn plain(text: &str) -> String {
    if is_none_mark(text) {
        return String::new();
    }
    let kept: String = fold(text).chars().filter(|c| !is_mark(*c)).collect();
    let kept = kept.replace("有限责任公司", "有限公司").replace("股份公司", "股份有限公司");
    if kept.contains("工会") || kept.ends_with("工联会") { one_union(&kept) } else { kept }
}

/// 工联会, 联合工会 and 工会联合会 are one word; a union and its committee are one body.
fn one_union(text: &str) -> String {
    let text = text.replace("工会联合会", "联合工会").replace("工联会", "联合工会");
    text.replace("工会工作委员会", "工会").replace("工会委员会", "工会")
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        '(' | ')'
            | '['
            | ']'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '《'
            | '》'
            | '"'
            | '“'
            | '”'
            | '\''
            | '·'
            | '.'
            | '。'
            | ','
            | '、'
            | '-'
            | '—'
            | '*'
    )
}

/// One key for the spellings of a union's name: seal marks and brackets off, 区总 written out, province and city
/// dropped where a county, street or company follows. Names of a city's own unions keep the city (成都市总工会).
///
/// In a run over several cities two counties of one name share a key; [`same_unit`] tells them apart where both name
/// their city.
pub fn unit_key(text: &str) -> String {
    let plain = unit_plain(text);
    unit_located(&plain).rest.to_owned()
}

/// Two names of unions are of one union.
pub fn same_unit(a: &str, b: &str) -> bool {
    let (a, b) = (unit_plain(a), unit_plain(b));
    let (x, y) = (unit_located(&a), unit_located(&b));
    !x.rest.is_empty() && x.rest == y.rest && x.agrees(&y)
}

/// What people call a union for short (锦江 of 锦江区总工会): for suggestions, never for folding by itself.
pub fn unit_stem(text: &str) -> String {
    let key = unit_key(text);
    let mut stem = key.as_str();
    for mark in ["委员会", "联合会", "总工会", "工会", "总"] {
        stem = stem.strip_suffix(mark).filter(|s| !s.is_empty()).unwrap_or(stem);
    }
    let shorter = ["街道办事处", "街道办", "街道", "社区", "区", "县", "市", "旗", "镇", "乡"]
        .iter()
        .find_map(|mark| stem.strip_suffix(mark));
    match shorter {
        Some(short) if short.chars().count() >= 2 => short.to_owned(),
        _ => stem.to_owned(),
    }
}

fn unit_plain(text: &str) -> String {
    let mut text = fold(text);
    for seal in ["盖章", "公章", "印章", "签章", "(章)", "填报单位:", "单位:", "填报单位", "(公)"] {
        text = text.replace(seal, "");
    }
    let mut plain: String = text.chars().filter(|c| !is_mark(*c) && *c != ':').collect();
    if plain.ends_with(['区', '县', '市', '旗', '州', '省']) {
        return plain;
    }
    // 锦江区总.
    if let Some(head) = plain.strip_suffix('总')
        && head.ends_with(['区', '县', '市', '旗', '州', '省'])
    {
        plain.push_str("工会");
    }
    one_union(&plain).replace("有限责任公司", "有限公司")
}

/// The key of a union without the district at its head (簇桥街道总工会 of 武侯区簇桥街道总工会), where what is left names
/// a body of its own. A district's own unions (锦江区教育工会) keep it.
pub fn without_district(key: &str) -> Option<&str> {
    const OWN: [&str; 14] =
        ["街道", "镇", "乡", "社区", "村", "公司", "集团", "厂", "学校", "小学", "中学", "医院", "园区", "企业"];
    let at = key.char_indices().skip(1).take(5).find(|(_, c)| matches!(c, '区' | '县' | '市' | '旗'))?;
    let rest = &key[at.0 + at.1.len_utf8()..];
    (rest.chars().count() >= 4 && OWN.iter().any(|w| rest.contains(w) && !rest.starts_with(w))).then_some(rest)
}

fn unit_located(plain: &str) -> Located<'_> {
    Located::of(plain, |rest| {
        let near: String = rest.chars().skip(1).take(8).collect();
        near.contains(['区', '县', '旗', '镇', '乡', '市'])
            || ["街道", "公司", "集团", "工厂", "合作社"].iter().any(|w| rest.contains(w)) && !GENERAL.contains(&rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn employers() {
        for (a, b) in [
            ("成都建工集团有限公司", "成都建工集团有限责任公司"),
            ("成都建工（集团）有限公司", "成都建工集团有限公司"),
            ("成都建工集团有限公司", "建工集团有限公司"),
            ("四川省成都市建工集团有限公司", "成都建工集团有限公司"),
            ("ＡＢＣ 有限公司", "abc有限公司"),
            ("四川省人民医院", "四川省 人民医院"),
        ] {
            assert!(same(a, b) && same(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("成都建工集团有限公司", "成都建工集团股份有限公司"),
            ("成都建工集团有限公司", "绵阳建工集团有限公司"),
            ("四川大学", "成都大学"),
            ("四川大学", "大学"),
            ("甲公司", "乙公司"),
            ("", ""),
            ("无", "无"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn unions() {
        for (a, b) in [
            ("成都市锦江区总工会（盖章）", "锦江区总工会"),
            ("锦江区总工会(公章)", "锦江区总工会"),
            ("四川省成都市锦江区总工会", "成都市锦江区总工会"),
            ("锦江区总", "锦江区总工会"),
            ("锦江 区总工会", "锦江区总工会"),
            ("成都高新区总工会", "成都市高新区总工会"),
            ("成都市锦江区春熙路街道工会", "锦江区春熙路街道工会"),
            ("四川省成都市总工会", "成都市总工会"),
            ("成都市甲乙有限责任公司工会委员会", "甲乙有限公司工会"),
            ("单位：锦江区总工会", "锦江区总工会"),
            ("望江化工集团工会联合会", "望江化工集团工联会"),
            ("望江化工集团联合工会", "望江化工集团工联会"),
            ("成都市望江化工集团工会联合会", "望江化工集团联合工会委员会"),
            ("锦江区春熙路街道工会工作委员会", "锦江区春熙路街道工会"),
            ("甲乙（成都）有限责任公司工会", "甲乙成都有限公司工会委员会"),
        ] {
            assert_eq!(unit_key(a), unit_key(b), "{a} {b}");
            assert!(same_unit(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("锦江区总工会", "青羊区总工会"),
            ("成都市总工会", "绵阳市总工会"),
            ("成都市总工会", "四川省总工会"),
            ("成都市教育工会", "四川省教育工会"),
            ("成都市总工会", "总工会"),
            ("锦江区总工会", "锦江区教育工会"),
        ] {
            assert_ne!(unit_key(a), unit_key(b), "{a} {b}");
            assert!(!same_unit(a, b));
        }
        assert!(!same_unit("成都市高新区总工会", "绵阳市高新区总工会"));
        for (key, rest) in [
            ("武侯区簇桥街道总工会", Some("簇桥街道总工会")),
            ("简阳市石板凳镇工会", Some("石板凳镇工会")),
            ("锦江区总工会", None),
            ("锦江区教育工会", None),
            ("簇桥街道总工会", None),
            ("武侯区街道总工会", None),
        ] {
            assert_eq!(without_district(key), rest, "{key}");
        }
        for (name, stem) in
            [("成都市锦江区总工会", "锦江"), ("锦江区总", "锦江"), ("锦江", "锦江"), ("春熙路街道工会", "春熙路")]
        {
            assert_eq!(unit_stem(name), stem);
        }
        for odd in super::super::text::tests::ODD {
            unit_key(odd);
            unit_stem(odd);
            same(odd, "成都建工集团有限公司");
        }
    }
}
