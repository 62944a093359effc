//! The federation's tree: 成都市总工会, its district federations, and below each the 街道, 产业 and 基层 unions that own files.

use super::rng::Rng;

/// Districts and counties with their region codes (GB/T 2260 of 2017).
const DISTRICTS: [(&str, &str); 20] = [
    ("锦江区", "510104"),
    ("青羊区", "510105"),
    ("金牛区", "510106"),
    ("武侯区", "510107"),
    ("成华区", "510108"),
    ("龙泉驿区", "510112"),
    ("青白江区", "510113"),
    ("新都区", "510114"),
    ("温江区", "510115"),
    ("双流区", "510116"),
    ("郫都区", "510117"),
    ("金堂县", "510121"),
    ("大邑县", "510129"),
    ("蒲江县", "510131"),
    ("新津县", "510132"),
    ("都江堰市", "510181"),
    ("彭州市", "510182"),
    ("邛崃市", "510183"),
    ("崇州市", "510184"),
    ("简阳市", "510185"),
];

/// Syllables of invented places and firms.
const SYLLABLES: [&str; 24] = [
    "试", "例", "样", "测", "拟", "虚", "仿", "演", "练", "构", "甲", "乙", "丙", "丁", "戊", "庚", "辛", "壬", "癸",
    "子", "丑", "寅", "卯", "辰",
];

/// Name of the federation.
pub const FEDERATION: &str = "成都市总工会";

/// A district federation.
#[derive(Debug, Clone)]
pub struct District {
    /// 锦江区
    pub place: &'static str,
    /// 510104
    pub code: &'static str,
    /// 锦江区总工会
    pub name: String,
}

/// A union that owns files.
#[derive(Debug, Clone)]
pub struct Unit {
    pub name: String,
    /// Index of the district.
    pub district: usize,
    /// 街道工会, 产业工会 or 基层工会.
    pub kind: &'static str,
    pub employers: Vec<String>,
    /// It sends a form per household instead of a register.
    pub forms: bool,
    /// Its paper register has a column for the union; else the union stands in the title and the folder.
    pub names_itself: bool,
}

/// The tree.
#[derive(Debug, Clone)]
pub struct Tree {
    pub districts: Vec<District>,
    pub units: Vec<Unit>,
}

impl Tree {
    /// A tree with `count` unions that own files (at least one).
    pub fn new(count: usize, rng: &mut Rng) -> Self {
        let count = count.max(1);
        let districts: Vec<District> = DISTRICTS
            .iter()
            .take(count.div_ceil(6).min(DISTRICTS.len()))
            .map(|&(place, code)| District { place, code, name: format!("{place}总工会") })
            .collect();
        let units = (0..count)
            .map(|i| {
                let district = i % districts.len();
                let (place, coined) = (districts[district].place, coined(i));
                let kind = ["街道工会", "基层工会", "街道工会", "产业工会"][i / districts.len() % 4];
                let name = match kind {
                    "街道工会" => format!("{place}{coined}街道总工会"),
                    "产业工会" => format!("{place}{coined}产业工会"),
                    _ => format!("成都{coined}厂工会委员会"),
                };
                let employers = (0..8).map(|_| employer(rng)).collect();
                Unit { name, district, kind, employers, forms: i % 8 == 1, names_itself: i % 3 == 0 }
            })
            .collect();
        Self { districts, units }
    }

    pub fn district_of(&self, unit: usize) -> &District {
        &self.districts[self.units[unit].district]
    }
}

/// Two or more syllables, another word for every index.
fn coined(index: usize) -> String {
    let n = SYLLABLES.len();
    // 157 is prime to the number of words of two syllables: every word once, neighbours unlike.
    let (round, at) = (index / (n * n), index % (n * n) * 157 % (n * n));
    let mut word = format!("{}{}", SYLLABLES[at / n], SYLLABLES[at % n]);
    let mut rest = round;
    while rest > 0 {
        word.push_str(SYLLABLES[rest % n]);
        rest /= n;
    }
    word
}

/// An invented firm, none of which names a union.
fn employer(rng: &mut Rng) -> String {
    let trade = rng.pick(&["机械制造", "纺织", "物业服务", "建材", "食品", "商贸", "运输", "印务"]);
    let form = rng.pick(&["有限公司", "有限责任公司", "厂"]);
    format!("成都市{}{}{trade}{form}", rng.pick(&SYLLABLES), rng.pick(&SYLLABLES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_apart() {
        for count in [1, 7, 120, 1500] {
            let tree = Tree::new(count, &mut Rng::new(1));
            let names: HashSet<&str> = tree.units.iter().map(|u| u.name.as_str()).collect();
            assert_eq!(names.len(), count);
            assert!(tree.units.iter().all(|u| u.district < tree.districts.len()));
        }
    }
}
