//! Names of provinces and prefectures at the head of an organisation's or address's text.
//!
//! Serves "leading province/city dropped where the other has none" of the row `org, address`. The table holds every
//! edition of GB/T 2260, so a renamed prefecture (襄樊, 襄阳) is one place.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Name (full or short) → codes that bore it: two digits a province, four a prefecture.
struct Places {
    full: FxHashMap<Cow<'static, str>, Vec<&'static str>>,
    short: FxHashMap<&'static str, Vec<&'static str>>,
    /// Characters of the longest name.
    longest: usize,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let mut places = Places { full: FxHashMap::default(), short: FxHashMap::default(), longest: 0 };
    for line in include_str!("data/places.tsv").lines().filter(|l| !l.starts_with('#')) {
        let mut columns = line.split('\t');
        if let (Some(code), Some(full), Some(short)) = (columns.next(), columns.next(), columns.next()) {
            places.full.entry(full.into()).or_default().push(code);
            // 延边州 is how people write 延边朝鲜族自治州.
            if full.ends_with("自治州") {
                places.full.entry(format!("{}州", short.trim_end_matches('州')).into()).or_default().push(code);
            }
            if full.ends_with("自治区") {
                places.full.entry(format!("{short}自治区").into()).or_default().push(code);
            }
            places.short.entry(short).or_default().push(code);
            places.longest = places.longest.max(full.chars().count());
        }
    }
    places
});

/// A text with the province and the prefecture at its head taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located<'a> {
    province: Option<&'static [&'static str]>,
    prefecture: Option<&'static [&'static str]>,
    pub rest: &'a str,
}

impl<'a> Located<'a> {
    /// Takes the places off as long as `enough` says that what is left can stand alone. Short names (四川, 成都) come
    /// off only where no suffix of a place or road follows (四川路, 成都市).
    pub fn of(text: &'a str, enough: impl Fn(&str) -> bool) -> Self {
        let mut located = Self { province: None, prefecture: None, rest: text };
        for level in [2, 4] {
            if let Some((codes, rest)) = leading(located.rest, level)
                && (enough(rest) || (level == 2 && leading(rest, 4).is_some()))
            {
                let slot = if level == 2 { &mut located.province } else { &mut located.prefecture };
                *slot = Some(codes);
                located.rest = rest;
            }
        }
        located
    }

    /// The places do not contradict each other: where both name a level it is the same place, and a prefecture lies
    /// in the province of the other side.
    pub fn agrees(&self, other: &Self) -> bool {
        let shared = |a: Option<&[&str]>, b: Option<&[&str]>, digits: usize| match (a, b) {
            (Some(a), Some(b)) => a.iter().any(|x| b.iter().any(|y| head(x, digits) == head(y, digits))),
            _ => true,
        };
        shared(self.province, other.province, 2)
            && shared(self.prefecture, other.prefecture, 4)
            && shared(self.province.or(self.prefecture), other.province.or(other.prefecture), 2)
    }
}

fn head(code: &str, digits: usize) -> &str {
    code.get(..digits).unwrap_or(code)
}

/// The longest place name of a level (2 or 4 digits) at the head of a text, with something behind it.
fn leading(text: &str, level: usize) -> Option<(&'static [&'static str], &str)> {
    let places = &*PLACES;
    let ends: Vec<usize> = text.char_indices().map(|(i, _)| i).skip(2).take(places.longest).collect();
    let of_level =
        |codes: &'static Vec<&'static str>| codes.iter().any(|c| c.len() == level).then_some(codes.as_slice());
    ends.iter().rev().find_map(|end| {
        let (name, rest) = (&text[..*end], &text[*end..]);
        let full = places.full.get(name).and_then(of_level);
        let short = || places.short.get(name).and_then(of_level).filter(|_| !has_suffix(rest) || names_county(rest));
        full.or_else(short).map(|codes| (codes, rest))
    })
}

/// What follows a short place name is a county's name of its own: 江岸区 of 武汉江岸区, 新城区 of 西安新城区.
fn names_county(rest: &str) -> bool {
    let stem = |c: char| {
        !matches!(
            c,
            '区' | '县'
                | '旗'
                | '市'
                | '省'
                | '州'
                | '盟'
                | '路'
                | '街'
                | '道'
                | '巷'
                | '号'
                | '村'
                | '镇'
                | '乡'
                | '社'
                | '小'
        )
    };
    let length = rest.chars().take_while(|c| stem(*c)).count();
    // 高新区 and 经开区 stand in every city; 北京路区 in none.
    (2..=5).contains(&length) && rest.chars().nth(length).is_some_and(|c| matches!(c, '区' | '县' | '旗' | '市'))
        || length == 1
            && rest.chars().nth(1).is_some_and(|c| matches!(c, '区' | '县'))
            && !rest.starts_with(['大', '中', '小', '园', '新', '老', '开', '社'])
}

/// What follows makes another name of a short place name.
fn has_suffix(rest: &str) -> bool {
    rest.starts_with([
        '省', '市', '区', '县', '州', '盟', '旗', '路', '街', '道', '巷', '里', '村', '镇', '乡', '大', '中', '东',
        '西', '南', '北', '江', '河', '湖', '山', '海', '桥', '门', '口', '花', '新', '小', '弄', '港', '湾', '站',
        '广', '商',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str) -> &str {
        Located::of(text, |r| r.chars().count() >= 3).rest
    }

    #[test]
    fn leading_places() {
        for (text, left) in [
            ("四川省成都市锦江区", "锦江区"),
            ("成都市锦江区", "锦江区"),
            ("四川成都锦江区", "锦江区"),
            ("内蒙古自治区鄂尔多斯市东胜区", "东胜区"),
            ("凉山彝族自治州西昌市", "西昌市"),
            ("吉林省吉林市船营区", "船营区"),
            ("吉林市船营区", "船营区"),
            ("武汉江岸区沿江大道", "江岸区沿江大道"),
            ("西安新城区解放路", "新城区解放路"),
            ("南京江宁区秣陵街道", "江宁区秣陵街道"),
            ("深圳南山区桃园路", "南山区桃园路"),
            ("成都新都区", "新都区"),
            ("鄂尔多斯东胜区", "东胜区"),
            ("延边州延吉市光明街", "延吉市光明街"),
            ("恩施州利川市清江大道", "利川市清江大道"),
            ("凉山州西昌市", "西昌市"),
            ("甘孜州康定市", "康定市"),
            ("新疆自治区乌鲁木齐市天山区", "天山区"),
            ("重庆江北区", "江北区"),
            ("南京江东门", "南京江东门"),
            ("四川路十二号", "四川路十二号"),
            ("锦江区春熙路", "锦江区春熙路"),
            ("成都市", "成都市"),
            ("四川", "四川"),
            ("", ""),
        ] {
            assert_eq!(rest(text), left, "{text}");
        }
    }

    #[test]
    fn agreement() {
        let of = |t| Located::of(t, |_| true);
        for (a, b, agree) in [
            ("四川省成都市锦江区", "锦江区", true),
            ("四川省锦江区", "成都市锦江区", true),
            ("湖北省锦江区", "成都市锦江区", false),
            ("成都市锦江区", "绵阳市锦江区", false),
            ("襄樊市某某区", "襄阳市某某区", true),
        ] {
            assert_eq!(of(a).agrees(&of(b)), agree, "{a} {b}");
        }
        for odd in super::super::text::tests::ODD {
            Located::of(odd, |_| true);
        }
    }
}
