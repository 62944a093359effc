//! File and directory names that every system can store, and where each unit's files lie.
//!
//! Unit names come from spreadsheets, so they may hold anything: a name made here never leaves its directory, is never a
//! name Windows reserves, and fits the 255 bytes a file system allows with room for the words around it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::report::model::{Report, UnitReport};

/// Name of the unit of rows and findings that have none.
pub const NO_UNIT: &str = "未归属单位";

/// Longest name, in characters, before it is cut.
const MAX_CHARS: usize = 80;
/// Longest name in bytes: 255 less `核查比对_`, `_20190820_99` and `_批注.xlsx`.
const MAX_BYTES: usize = 210;

/// `name` as a file name: what no system stores becomes `_`, too long a name is cut and gets four hex digits of its own.
pub fn safe(name: &str) -> String {
    let mut clean: String = name.chars().map(|c| if is_storable(c) { c } else { '_' }).collect();
    let edge = |c: char| c == '.' || c.is_whitespace();
    let inner = clean.trim_matches(edge);
    let leading = clean.chars().take_while(|&c| edge(c)).count();
    let trailing = if inner.is_empty() { 0 } else { clean.chars().rev().take_while(|&c| edge(c)).count() };
    clean = format!("{}{inner}{}", "_".repeat(leading), "_".repeat(trailing));
    if clean.is_empty() || is_reserved(&clean) {
        clean.insert(0, '_');
    }
    if clean.chars().count() > MAX_CHARS || clean.len() > MAX_BYTES {
        clean = with_digits(&clean, name, 0);
    }
    clean
}

/// [`safe`] names for all of `names`, no two alike even where case is ignored. Names that would collide all get digits
/// of their own, so that a name does not depend on the order.
pub fn distinct<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let mut result: BTreeMap<&str, String> = names.into_iter().map(|name| (name, safe(name))).collect();
    for attempt in 0.. {
        let mut users: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (&name, file) in &result {
            users.entry(file.to_lowercase()).or_default().push(name);
        }
        let colliding: Vec<_> = users.into_values().filter(|group| group.len() > 1).flatten().collect();
        if colliding.is_empty() {
            break;
        }
        for name in colliding {
            result.insert(name, with_digits(&safe(name), name, attempt));
        }
    }
    result
}

fn is_storable(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        // Characters that cannot be seen, and those that turn the direction of writing.
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'))
}

/// Device names of Windows, with or without an extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|n: &str| {
            let mut chars = n.chars();
            matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

/// `clean` cut so that `_` and four hex digits of the original name fit.
fn with_digits(clean: &str, original: &str, attempt: u32) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(original.as_bytes());
    if attempt > 0 {
        hasher.update(&attempt.to_le_bytes());
    }
    let hash = hasher.finalize();
    let digits = format!("_{:02x}{:02x}", hash.as_bytes()[0], hash.as_bytes()[1]);
    let mut bytes = 0;
    let kept: String = clean
        .chars()
        .take(MAX_CHARS - digits.len())
        .take_while(|c| {
            bytes += c.len_utf8();
            bytes <= MAX_BYTES - digits.len()
        })
        .collect();
    kept + &digits
}

/// Where one unit's workbook lies, below the run's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPlace {
    dir: PathBuf,
    file: String,
}

impl UnitPlace {
    /// Path of the workbook's part, from 1.
    pub fn workbook(&self, as_of: NaiveDate, part: usize) -> PathBuf {
        let date = as_of.format("%Y%m%d");
        let part = if part > 1 { format!("_{part}") } else { String::new() };
        self.dir.join(format!("核查比对_{}_{date}{part}.xlsx", self.file))
    }
}

/// Places of the units of a report, in its order; None for the root, which gets no unit workbook.
pub fn unit_places(report: &Report) -> Vec<Option<UnitPlace>> {
    let units = &report.units;
    let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for unit in units {
        if let Some(parent) = &unit.parent {
            below.entry(parent).or_default().push(&unit.name);
        }
    }
    let stands_on_top = |unit: &&UnitReport| unit.parent.is_none() || !unit.children.is_empty();
    let top = distinct(
        (below.keys().copied())
            .chain(units.iter().filter(stands_on_top).map(|unit| unit.name.as_str()))
            .chain([NO_UNIT]),
    );
    let below: BTreeMap<_, _> = below.into_iter().map(|(parent, names)| (parent, distinct(names))).collect();

    let place = |unit: &UnitReport| {
        let is_root = unit.parent.is_none()
            && unit.name != NO_UNIT
            && (unit.name == report.run.federation || !unit.children.is_empty());
        if is_root {
            return None;
        }
        let root = PathBuf::from("单位");
        let (dir, file) = match &unit.parent {
            Some(parent) if unit.children.is_empty() => {
                let file = &below[parent.as_str()][unit.name.as_str()];
                (root.join(&top[parent.as_str()]).join(file), file)
            }
            _ => {
                let file = &top[unit.name.as_str()];
                (root.join(file), file)
            }
        };
        Some(UnitPlace { dir, file: file.clone() })
    };
    units.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn names_every_system_can_store() {
        for (name, expected) in [
            ("青羊区总工会", "青羊区总工会"),
            ("../../etc/passwd", "___.._etc_passwd"),
            ("..", "__"),
            (".", "_"),
            ("", "_"),
            ("  ", "__"),
            ("a\\b:c*d?e\"f<g>h|i", "a_b_c_d_e_f_g_h_i"),
            (".隐藏", "_隐藏"),
            ("末尾. ", "末尾__"),
            ("CON", "_CON"),
            ("com1.txt", "_com1.txt"),
            ("LPT²", "_LPT²"),
            ("Console", "Console"),
            ("行\n内\0换\u{202E}行", "行_内_换_行"),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_with_digits_of_their_own() {
        for name in ["长".repeat(300), "𠮷".repeat(79), "a".repeat(81), "é".repeat(200)] {
            let short = safe(&name);
            assert!(short.chars().count() <= MAX_CHARS && short.len() <= MAX_BYTES, "{short}");
            assert!(short.as_bytes()[short.len() - 5] == b'_', "{short}");
        }
        assert_ne!(safe(&"长".repeat(300)), safe(&"长".repeat(301)));
        assert_eq!(safe(&"a".repeat(80)), "a".repeat(80));
    }

    #[test]
    fn names_that_collide_are_told_apart() {
        let names = distinct(["甲/乙", "甲:乙", "Abc", "aBC", "丙"]);
        let mut files: Vec<_> = names.values().map(|n| n.to_lowercase()).collect();
        files.sort();
        files.dedup();
        assert_eq!(files.len(), 5, "{names:?}");
        assert_eq!(names["丙"], "丙");
        assert_ne!(names["甲/乙"], "甲_乙");
        let many: Vec<String> = (0..500)
            .map(|n| format!("甲{}乙{}", "/".repeat(n % 2), if n % 2 == 0 { "_" } else { "" }.repeat(n)))
            .collect();
        let files = distinct(many.iter().map(String::as_str));
        assert_eq!(
            files.values().map(|n| n.to_lowercase()).collect::<std::collections::BTreeSet<_>>().len(),
            files.len()
        );
    }

    #[test]
    fn units_lie_below_their_parents() {
        let report = sample::report(8);
        let shown: Vec<String> = unit_places(&report)
            .into_iter()
            .map(|place| match place {
                Some(place) => place.workbook(report.run.as_of, 1).to_string_lossy().replace('\\', "/"),
                None => "-".into(),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "-",
                "单位/青羊区总工会/核查比对_青羊区总工会_20190820.xlsx",
                "单位/青羊区总工会/___.._坏_名_/核查比对____.._坏_名__20190820.xlsx",
                "单位/青羊区总工会/草市街街道总工会/核查比对_草市街街道总工会_20190820.xlsx",
                "单位/未归属单位/核查比对_未归属单位_20190820.xlsx",
            ]
        );
    }

    #[test]
    fn parts_are_numbered_from_the_second() {
        let place = UnitPlace { dir: "单位".into(), file: "甲".into() };
        let day = NaiveDate::from_ymd_opt(2019, 8, 20).unwrap();
        assert_eq!(place.workbook(day, 1), PathBuf::from("单位/核查比对_甲_20190820.xlsx"));
        assert_eq!(place.workbook(day, 2), PathBuf::from("单位/核查比对_甲_20190820_2.xlsx"));
    }
}
