//! Home addresses.
//!
//! Implements the row `address`: NFKC, brackets and blanks folded, leading province/city dropped where the other has
//! none; a floor or room number missing on one side is equal. `3栋2单元501号`, `3幢2单元501室` and `3-2-501` are one.

use super::hanzi_number;
use super::place_name::Located;
use super::text::{fold, is_none_mark};

/// The numbers of an address and the text between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Parsed {
    text: String,
    house: Option<String>,
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
    let stands_alone = |rest: &str| county(rest) || rest.contains(['路', '街', '村', '巷', '道', '号']);
    let (x, y) = (Located::of(&a, stands_alone), Located::of(&b, stands_alone));
    if !x.agrees(&y) {
        return false;
    }
    let (p, q) = (parse(x.rest), parse(y.rest));
    let or_missing = |a: &Option<String>, b: &Option<String>| a == b || a.is_none() || b.is_none();
    p.text == q.text
        && p.house == q.house
        && p.building == q.building
        && p.unit == q.unit
        && or_missing(&p.floor, &q.floor)
        && or_missing(&p.room, &q.room)
}

/// Folded, without brackets and marks that do not part numbers.
fn plain(text: &str) -> String {
    let marks = ['(', ')', '[', ']', '【', '】', ',', '、', '。', '.', ';', ':', '"', '“', '”'];
    let text: String = fold(text).chars().filter(|c| !marks.contains(c)).collect();
    text.replace(['—', '–', '－', '―', '_', '/'], "-")
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
        let rest: String = chars[end..].iter().take(3).collect();
        at = end + parsed.take(number, &rest);
    }
    parsed.text = parsed.text.replace('-', "");
    parsed
}

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
    let run = |ok: fn(char) -> bool| at + chars[at..].iter().take_while(|c| ok(**c)).count();
    let end = run(|c| c.is_ascii_digit());
    if end > at {
        let digits: String = chars[at..end].iter().collect();
        let trimmed = digits.trim_start_matches('0');
        return Some((if trimmed.is_empty() { "0".into() } else { trimmed.to_owned() }, end));
    }
    let end = run(|c| hanzi_number::digit(c).is_some() || matches!(c, '十' | '百'));
    if end == at || !chars.get(end).is_some_and(|c| "号栋幢座单楼层室户组社队期弄".contains(*c)) {
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
