//! Home addresses.
//!
//! Implements the row `address`: NFKC, brackets and blanks folded, leading province/city dropped where the other has
//! none; a floor or room number missing on one side is equal, as is a county's, street's, village's or estate's name. `3栋2单元501号`, `3幢2单元501室` and `3-2-501` are one.

use super::hanzi_number;
use super::name::simplified;
use super::place_name::Located;
use super::text::{fold, is_none_mark};

/// The numbers of an address and the text between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Parsed {
    text: String,
    house: Option<String>,
    /// 附3号.
    sub: Option<String>,
    building: Option<String>,
    unit: Option<String>,
    floor: Option<String>,
    room: Option<String>,
}

/// Two addresses are one. Empty ones are not.
pub fn same(a: &str, b: &str) -> bool {
    if is_none_mark(a) || is_none_mark(b) {
        return false;
    }
    let (a, b) = (plain(a), plain(b));
    if a == b {
        return true;
    }
    // A short place name is one only before a district: 成都锦江区, not 成都十二号.
    let county = |rest: &str| rest.chars().take(9).any(|c| matches!(c, '区' | '县' | '市' | '旗' | '镇' | '乡'));
    let stands_alone = |rest: &str| county(rest) || rest.contains(['路', '街', '村', '巷', '道', '号', '园', '苑']);
    let (x, y) = (Located::of(&a, stands_alone), Located::of(&b, stands_alone));
    if !x.agrees(&y) {
        return false;
    }
    let (p, q) = (parse(x.rest), parse(y.rest));
    let or_missing = |a: &Option<String>, b: &Option<String>| a == b || a.is_none() || b.is_none();
    let (s, t) = Streets::both(&p.text, &q.text);
    s.agrees(&t)
        // The number of a house belongs to its road: where a side leaves out the road, it leaves out the number.
        && (p.house == q.house || s.road.is_empty() != t.road.is_empty() && or_missing(&p.house, &q.house))
        && p.sub == q.sub
        && p.building == q.building
        && p.unit == q.unit
        && or_missing(&p.floor, &q.floor)
        && or_missing(&p.room, &q.room)
}

/// Folded, traditional characters simplified, without brackets and marks that do not part numbers. A bracket without a
/// number in it is a remark (（租住）, （现住）) or a name by the way.
fn plain(text: &str) -> String {
    let mut text: String = fold(text).chars().map(simplified).collect();
    for (open, close) in [('(', ')'), ('[', ']'), ('【', '】')] {
        while let Some(at) = text.find(open)
            && let Some(end) = text[at..].find(close)
            && !text[at..at + end].contains(|c: char| c.is_ascii_digit() || hanzi_number::digit(c).is_some())
        {
            text.replace_range(at..at + end + close.len_utf8(), "");
        }
    }
    let marks = ['(', ')', '[', ']', '【', '】', ',', '、', '。', '.', ';', ':', '"', '“', '”'];
    let text: String = text.chars().filter(|c| !marks.contains(c)).collect();
    let mut text = text.replace(['—', '–', '－', '―', '_', '/'], "-").replace("市辖区", "");
    for remark in ["租住", "现住", "暂住", "自有", "借住"] {
        text = text.strip_suffix(remark).or(text.strip_prefix(remark)).map(str::to_owned).unwrap_or(text);
    }
    text
}

fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let Some((number, end)) = number_at(&chars, at) else {
            parsed.text.push(chars[at]);
            at += 1;
            continue;
        };
        // 245-3号 is 245号附3号.
        if parsed.house.is_none()
            && parsed.building.is_none()
            && chars.get(end) == Some(&'-')
            && let Some((sub, after)) = number_at(&chars, end + 1)
            && chars.get(after) == Some(&'号')
            && chars.get(after + 1) != Some(&'楼')
        {
            (parsed.house, parsed.sub) = (Some(number), Some(sub));
            at = after + 1;
            continue;
        }
        let rest: String = chars[end..].iter().take(3).collect();
        if rest.starts_with('号') && parsed.sub.is_none() && parsed.text.ends_with('附') {
            parsed.text.pop();
            parsed.sub = Some(number);
            at = end + 1;
            continue;
        }
        at = end + parsed.take(number, &rest);
    }
    parsed.text = parsed.text.replace('-', "");
    parsed
}

/// The names in an address, by what they name; without their mark where one place has several (乡 and 街道).
#[derive(Debug, Default, PartialEq, Eq)]
struct Streets {
    county: Vec<String>,
    town: Vec<String>,
    village: Vec<String>,
    group: Vec<String>,
    road: Vec<String>,
    section: Vec<String>,
    /// Estates, and whatever has no mark.
    estate: Vec<String>,
}

impl Streets {
    /// The names of two addresses. 锦江 before a road is 锦江区 where the other side says so.
    fn both(a: &str, b: &str) -> (Self, Self) {
        let (mut s, mut t) = (Self::of(a), Self::of(b));
        let short = |with: &Self, without: &str| {
            let county = with.county.last().filter(|c| c.chars().count() >= 2)?;
            without.strip_prefix(county.as_str()).filter(|rest| rest.chars().count() >= 2).map(Self::of)
        };
        if t.county.is_empty()
            && let Some(shorter) = short(&s, b)
        {
            t = shorter;
        } else if s.county.is_empty()
            && let Some(shorter) = short(&t, a)
        {
            s = shorter;
        }
        (s, t)
    }

    fn of(text: &str) -> Self {
        let mut out = Self::default();
        let mut stem = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let numbered = !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit());
            let fits = |level: &Level| !stem.is_empty() && (numbered || !matches!(level, Level::Group));
            let Some((mark, level)) = MARKS.iter().find(|(m, level)| rest.starts_with(m) && fits(level)) else {
                stem.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            };
            rest = &rest[mark.len()..];
            let whole = || format!("{stem}{mark}");
            match level {
                Level::County => out.county.push(stem.clone()),
                Level::Town => out.town.push(stem.clone()),
                Level::Village => out.village.push(stem.clone()),
                Level::Group => out.group.push(stem.clone()),
                Level::Road => out.road.push(whole()),
                Level::Section => out.section.push(whole()),
                Level::Estate => out.estate.push(stem.clone()),
            }
            stem.clear();
        }
        if !stem.is_empty() {
            out.estate.push(stem);
        }
        out
    }

    /// No level names two things, and at least one that is narrower than a county is named by both.
    fn agrees(&self, other: &Self) -> bool {
        let levels = [
            (&self.county, &other.county),
            (&self.town, &other.town),
            (&self.village, &other.village),
            (&self.road, &other.road),
            (&self.estate, &other.estate),
        ];
        let shared = levels[1..].iter().any(|(a, b)| !a.is_empty() && a == b);
        levels.iter().all(|(a, b)| a == b || a.is_empty() || b.is_empty())
            && shared
            && self.section == other.section
            && (self.group == other.group || self.village.is_empty() != other.village.is_empty())
    }
}

#[derive(Debug, Clone, Copy)]
enum Level {
    County,
    Town,
    Village,
    Group,
    Road,
    Section,
    Estate,
}

/// What names end in; longer ones first where one begins another.
const MARKS: [(&str, Level); 50] = [
    ("街道办事处", Level::Town),
    ("街道办", Level::Town),
    ("街道", Level::Town),
    ("办事处", Level::Town),
    ("苏木", Level::Town),
    ("社区居委会", Level::Village),
    ("社区居民委员会", Level::Village),
    ("村民委员会", Level::Village),
    ("居民委员会", Level::Village),
    ("村委会", Level::Village),
    ("居委会", Level::Village),
    ("社区", Level::Village),
    ("小区", Level::Estate),
    ("园区", Level::Estate),
    ("校区", Level::Estate),
    ("片区", Level::Estate),
    ("家属区", Level::Estate),
    ("生活区", Level::Estate),
    ("宿舍区", Level::Estate),
    ("别墅区", Level::Estate),
    ("花园", Level::Estate),
    ("家园", Level::Estate),
    ("公寓", Level::Estate),
    ("家属院", Level::Estate),
    ("宿舍", Level::Estate),
    ("大厦", Level::Estate),
    ("广场", Level::Estate),
    ("市场", Level::Estate),
    ("苑", Level::Estate),
    ("大道", Level::Road),
    ("大街", Level::Road),
    ("胡同", Level::Road),
    ("路", Level::Road),
    ("街", Level::Road),
    ("巷", Level::Road),
    ("弄", Level::Road),
    ("段", Level::Section),
    ("自治县", Level::County),
    ("自治旗", Level::County),
    ("区", Level::County),
    ("县", Level::County),
    ("旗", Level::County),
    ("市", Level::County),
    ("镇", Level::Town),
    ("乡", Level::Town),
    ("村", Level::Village),
    ("组", Level::Group),
    ("社", Level::Group),
    ("队", Level::Group),
    ("期", Level::Group),
];

impl Parsed {
    /// Files a number by the mark behind it; says how many characters the mark has.
    fn take(&mut self, number: String, rest: &str) -> usize {
        let started = self.building.is_some() || self.unit.is_some();
        let mark = ["号楼", "#楼", "单元", "栋", "幢", "座", "#", "楼", "层", "室", "户", "房", "号", "f", "-"]
            .into_iter()
            .find(|m| rest.starts_with(m));
        let slot = match mark {
            Some("号楼" | "#楼" | "栋" | "幢" | "座" | "#") => &mut self.building,
            Some("单元") => &mut self.unit,
            Some("楼" | "层" | "f") => &mut self.floor,
            Some("室" | "户" | "房") => &mut self.room,
            Some("号") if started => &mut self.room,
            Some("号") if self.house.is_none() => &mut self.house,
            // 12号附3号, 5号院.
            Some("号") => &mut self.building,
            // 3-2-501: building, unit, room.
            Some("-") if self.building.is_none() => &mut self.building,
            Some("-") if self.unit.is_none() => &mut self.unit,
            None if rest.is_empty() && started => &mut self.room,
            None if rest.is_empty() && self.house.is_some() => &mut self.room,
            _ => {
                self.text.push_str(&number);
                return 0;
            }
        };
        if slot.is_some() {
            self.text.push_str(&number);
            return 0;
        }
        *slot = Some(number);
        mark.map_or(0, |m| m.chars().count())
    }
}

/// A number in digits, or in Chinese before a mark of a number (三栋, 十二号); leading zeros off.
fn number_at(chars: &[char], at: usize) -> Option<(String, usize)> {
    let run = |ok: fn(char) -> bool| at + chars.iter().skip(at).take_while(|c| ok(**c)).count();
    let end = run(|c| c.is_ascii_digit());
    if end > at {
        let digits: String = chars[at..end].iter().collect();
        let trimmed = digits.trim_start_matches('0');
        return Some((if trimmed.is_empty() { "0".into() } else { trimmed.to_owned() }, end));
    }
    if at >= chars.len() {
        return None;
    }
    // A座, b栋.
    if chars[at].is_ascii_alphabetic() && chars.get(at + 1).is_some_and(|c| "座栋幢".contains(*c)) {
        return Some((chars[at].to_string(), at + 1));
    }
    let end = run(|c| hanzi_number::digit(c).is_some() || matches!(c, '十' | '百'));
    if end == at || !chars.get(end).is_some_and(|c| "号栋幢座单楼层室户组社队期弄段路环街村".contains(*c))
    {
        return None;
    }
    let value = hanzi_number::parse(&chars[at..end].iter().collect::<String>())?;
    Some((value.to_string(), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal() {
        for (a, b) in [
            ("成都市锦江区春熙路12号3栋2单元501号", "锦江区春熙路12号3栋2单元501室"),
            ("四川省成都市锦江区春熙路12号", "成都锦江区春熙路12号"),
            ("锦江区春熙路12号3栋2单元501", "锦江区春熙路12号3栋2单元"),
            ("锦江区春熙路12号3栋2单元5楼501", "锦江区春熙路12号3栋2单元501室"),
            ("锦江区春熙路12号3栋2单元501", "锦江区春熙路12号3-2-501"),
            ("锦江区春熙路12号3栋2单元501", "锦江区春熙路12号3幢2单元501"),
            ("锦江区春熙路12号3栋", "锦江区春熙路12号3号楼"),
            ("锦江区春熙路12号", "锦江区春熙路十二号"),
            ("锦江区春熙路12号", "锦江区 春熙路（12号）"),
            ("锦江区春熙路１２号", "锦江区春熙路12号"),
            ("三圣乡红砂村3组", "三圣乡红砂村三组"),
            ("锦江区春熙路12号5楼", "锦江区春熙路12号"),
            ("成都市锦江区示范大道245号18栋204号", "四川成都锦江示范大道245号18-204"),
            ("成都市锦江区红砂村3组12号", "成都市锦江区三圣街道红砂村三组12号"),
            ("锦江区示范大道245号附3号", "锦江区示范大道245-3号"),
            ("锦江区示范大道245号附3号", "锦江区示范大道245号附三号"),
            ("锦江区示范大道245号18栋204号（租住）", "（现住）锦江区示范大道245号18栋204号"),
            ("峨眉山市绥山镇西河街8号", "绥山镇西河街8号"),
            ("四川省成都市简阳市石板凳镇12号", "石板凳镇12号"),
            ("金牛区一环路北三段88号", "金牛区一环路北3段88号"),
            ("成华区双林路二段20号", "成华区双林路2段20号"),
            ("武汉市江岸区沿江大道6号", "武汉江岸区沿江大道6号"),
            ("西安市新城区解放路9号", "西安新城区解放路9号"),
            ("南京市江宁区秣陵街道3号", "南京江宁区秣陵街道3号"),
            ("延边朝鲜族自治州延吉市光明街3号", "延边州延吉市光明街3号"),
            ("恩施土家族苗族自治州利川市清江大道8号", "恩施州利川市清江大道8号"),
            ("锦江区春熙路12号A座501", "锦江区春熙路12号a栋501"),
            ("成都市市辖区锦江区春熙路12号", "锦江区春熙路12号"),
            ("錦江區春熙路12號", "锦江区春熙路12号"),
            ("锦江区春熙路12号望江小区3栋2单元501", "锦江区春熙路12号3栋2单元501"),
            ("锦江区三圣乡红砂村3组", "锦江区三圣街道红砂村3组"),
            ("凉山州西昌市航天大道5号", "西昌市航天大道5号"),
            ("深圳南山区桃园路7号", "广东省深圳市南山区桃园路7号"),
            ("锦江区解放二路7号", "锦江区解放2路7号"),
        ] {
            assert!(same(a, b) && same(b, a), "{a} {b} {:?} {:?}", parse(&plain(a)), parse(&plain(b)));
        }
    }

    #[test]
    fn different() {
        for (a, b) in [
            ("锦江区春熙路12号", "锦江区春熙路13号"),
            ("锦江区春熙路12号3栋2单元501", "锦江区春熙路12号3栋2单元502"),
            ("锦江区春熙路12号3栋", "锦江区春熙路12号4栋"),
            ("锦江区春熙路12号3栋", "锦江区春熙路12号"),
            ("成都市高新区天府路1号", "绵阳市高新区天府路1号"),
            ("锦江区春熙路12号", "锦江区总府路12号"),
            ("三圣乡红砂村3组", "三圣乡红砂村4组"),
            ("金牛区一环路北三段88号", "金牛区一环路北二段88号"),
            ("成都市双流区航空路12号", "眉山市双流区航空路12号"),
            ("金牛区沙湾路12号3栋501室", "金牛区沙湾路12号3栋601室"),
            ("锦江区示范大道245号附3号", "锦江区示范大道245号附5号"),
            ("锦江区示范大道245号附3号", "锦江区示范大道245号"),
            ("锦江区示范大道12号", "青羊区示范大道12号"),
            ("锦江区示范大道12号", "锦江区示范路12号"),
            ("锦江区三圣街道红砂村3组", "锦江区柳江街道红砂村3组"),
            ("锦江区", "锦江区春熙路12号"),
            ("锦江区春熙路12号A座501", "锦江区春熙路12号B座501"),
            ("", ""),
            ("无", "无"),
        ] {
            assert!(!same(a, b) && !same(b, a), "{a} {b}");
        }
        for odd in super::super::text::tests::ODD {
            same(odd, "锦江区春熙路12号");
        }
    }
}
