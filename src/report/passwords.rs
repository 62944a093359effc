//! Sealed delivery: which password opens which unit's workbook, and the encryption itself (ECMA-376 agile, [MS-OFFCRYPTO]
//! §2.3.4.10, AES-256 and SHA-512), which Excel, WPS and LibreOffice open.
//!
//! The list stands apart from the results and is never printed. Encrypted workbooks are the one output whose bytes differ
//! between equal runs: salts and keys are random.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use ms_offcrypto_writer::Ecma376AgileWriter;

use super::model::Report;
use super::names;
use crate::config::Config;
use crate::domain::org::unit_key;
use crate::domain::text::fold;
use crate::error::{Error, ErrorKind, Result};

/// Excel asks for no longer one.
const LONGEST: usize = 255;
/// Words of a heading above the list.
const HEADINGS: [&str; 3] = ["单位", "单位名称", "unit"];

/// Passwords of unit workbooks.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Passwords {
    /// By folded unit name.
    by_unit: BTreeMap<String, String>,
    /// Of all units that are not listed.
    of_all: Option<String>,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passwords({})", self.by_unit.len() + usize::from(self.of_all.is_some()))
    }
}

impl Passwords {
    /// What `[privacy]` says: the list of `passwords` (unit, password), the variable `workbook_password_env`, or both, the
    /// list first. None where it says nothing.
    ///
    /// # Errors
    /// A list that cannot be read, is wrong or lies among the results; a variable that is not set.
    pub fn load(config: &Config, out: &Path) -> Result<Option<Self>> {
        let privacy = &config.privacy;
        let of_all = privacy.workbook_password_env.as_deref().map(from_environment).transpose()?;
        let Some(path) = &privacy.passwords else {
            return Ok(of_all.map(|password| Self { of_all: Some(password), ..Self::default() }));
        };
        let path = config.resolve(path);
        let wrong = |what: &str| Error::new(ErrorKind::Config, what.to_owned()).at(path.display().to_string());
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if real(&path).starts_with(real(out)) {
            return Err(wrong("密码表放在结果目录里").remedy("把它移到结果目录以外，并改正 [privacy] passwords"));
        }
        let bytes = fs::read(&path).map_err(|e| Error::io(ErrorKind::Config, "读不了密码表", &path, &e))?;
        let mut by_unit = read(&bytes).map_err(|line| {
            wrong("密码表的写法不对")
                .at(format!("{} › 第{line}行", path.display()))
                .remedy("每行写：单位,密码；密码不超过255个字符，一个单位只写一个密码")
        })?;
        for (name, others) in &config.unit_aliases {
            let keys: Vec<String> = std::iter::once(name).chain(others).map(|n| unit_key(n)).collect();
            if let Some(password) = keys.iter().find_map(|key| by_unit.get(key)).cloned() {
                for key in keys {
                    by_unit.entry(key).or_insert_with(|| password.clone());
                }
            }
        }
        Ok(Some(Self { by_unit, of_all }))
    }

    /// The password of a unit's workbook.
    pub fn of(&self, unit: &str) -> Option<&str> {
        self.by_unit.get(&unit_key(unit)).or(self.of_all.as_ref()).map(String::as_str)
    }

    /// All of them, those of units that `text` names first: for a file whose unit is known only when it is open.
    pub fn to_try(&self, text: &str) -> Vec<&str> {
        let text = fold(text);
        let (named, others): (Vec<_>, Vec<_>) = self.by_unit.iter().partition(|(unit, _)| text.contains(unit.as_str()));
        let in_order = named.into_iter().map(|(_, p)| p).chain(&self.of_all).chain(others.into_iter().map(|(_, p)| p));
        let mut passwords: Vec<&str> = Vec::new();
        for password in in_order {
            if !passwords.contains(&password.as_str()) {
                passwords.push(password);
            }
        }
        passwords
    }

    /// Units whose workbooks are held back because they have no password, in a sentence that names them; None where all have
    /// one. A mistyped name in one cell is such a unit: the others are not to wait for it.
    ///
    /// # Errors
    /// No unit at all has one: it is the wrong list.
    pub fn held_back(&self, report: &Report) -> Result<Option<String>> {
        const MOST: usize = 20;
        let units = report.units.iter().zip(names::unit_places(report));
        let names = units.filter(|(_, place)| place.is_some()).map(|(unit, _)| unit.name.as_str());
        let (with, without): (Vec<&str>, Vec<&str>) = names.partition(|name| self.of(name).is_some());
        if without.is_empty() {
            return Ok(None);
        }
        let more = if without.len() > MOST { format!("等{}个单位", without.len()) } else { String::new() };
        let named = without.iter().take(MOST).copied().collect::<Vec<_>>().join("、");
        let remedy = "在 [privacy] passwords 的表里补上，或用 workbook_password_env 给其余单位一个密码";
        if with.is_empty() {
            return Err(Error::new(ErrorKind::Config, "密码表里没有这些单位的密码，没有写出任何结果")
                .found(format!("{named}{more}"))
                .remedy(remedy));
        }
        Ok(Some(format!(
            "密码表里没有{named}{more}的密码，没有写出它们的工作簿，其他单位的已写出；{remedy}；单位名称写错的，改正来源里的名称"
        )))
    }
}

fn from_environment(name: &str) -> Result<String> {
    let password = std::env::var(name).ok().filter(|p| !p.is_empty() && p.chars().count() <= LONGEST);
    password.ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("环境变量{name}没有设置，或密码超过{LONGEST}个字符"))
            .remedy("设置好再运行；不加密的，去掉 [privacy] workbook_password_env")
    })
}

/// The list, as a text editor or Excel saves it; Err is the number of a line that is wrong.
fn read(bytes: &[u8]) -> std::result::Result<BTreeMap<String, String>, usize> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut by_unit = BTreeMap::new();
    for (number, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|_| number)?;
        let cell = |i: usize| record.get(i).unwrap_or("").trim();
        let (unit, password) = (cell(0), cell(1));
        let is_heading = number == 1 && HEADINGS.contains(&unit);
        if is_heading || record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if unit.is_empty() || password.is_empty() || password.chars().count() > LONGEST {
            return Err(number);
        }
        let known = by_unit.insert(unit_key(unit), password.to_owned());
        if known.is_some_and(|known| known != password) {
            return Err(number);
        }
    }
    Ok(by_unit)
}

/// An encrypted copy of a workbook, in a nameless file below `scratch`.
pub fn sealed(plain: &mut dyn Read, password: &str, scratch: &Path) -> io::Result<File> {
    let mut writer = Ecma376AgileWriter::create(&mut rand::rng(), password, tempfile::tempfile_in(scratch)?)?;
    let mut piece = [0; 8192];
    loop {
        match plain.read(&mut piece)? {
            0 => break,
            read => writer.write_all(&piece[..read])?,
        }
    }
    let mut file = writer.into_inner()?;
    file.rewind()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Options, sample, write};

    fn passwords(text: &str) -> Passwords {
        Passwords { by_unit: read(text.as_bytes()).unwrap(), of_all: None }
    }

    #[test]
    fn lists_as_people_save_them() {
        for text in ["单位,密码\n甲区总工会,a1\n", "\u{FEFF}甲区总工会,a1\r\n\r\n", "甲区总工会（盖章）, a1 ,备注"]
        {
            assert_eq!(passwords(text).of("甲区总工会"), Some("a1"), "{text:?}");
            assert_eq!(passwords(text).of("乙区总工会"), None);
        }
        let (gbk, _, _) = encoding_rs::GB18030.encode("单位,密码\n甲区总工会,密1\n");
        assert_eq!(read(&gbk).unwrap().values().collect::<Vec<_>>(), ["密1"]);
        for (text, line) in [("甲区总工会\n", 1), ("单位,密码\n,a\n", 2), ("甲区总工会,a\n甲区总工会,b\n", 2)]
        {
            assert_eq!(read(text.as_bytes()), Err(line), "{text:?}");
        }
    }

    #[test]
    fn the_unit_in_a_name_says_which_password_comes_first() {
        let all = passwords("青羊区总工会,a\n锦江区总工会,b\n武侯区总工会,a\n");
        assert_eq!(all.to_try("回收/核查比对_锦江区总工会_20190820.xlsx"), ["b", "a"]);
        assert_eq!(all.to_try("回收.zip"), ["b", "a"].into_iter().rev().collect::<Vec<_>>());
    }

    #[test]
    fn passwords_are_not_printed() {
        assert_eq!(format!("{:?}", passwords("甲区总工会,secret\n")), "Passwords(1)");
    }

    #[test]
    fn a_unit_without_a_password_holds_back_its_own_workbook_only() {
        let out = tempfile::tempdir().unwrap();
        let some = passwords("青羊区总工会,a1\n");
        let told = some.held_back(&sample::report(6)).unwrap().expect("others have none");
        assert!(told.contains("草市街街道总工会") && !told.contains("成都市总工会、"), "{told}");
        let options = Options { passwords: Some(some), ..Options::default() };
        let published = write(&sample::report(6), out.path(), options).unwrap();
        let books: Vec<&String> = published.files.iter().filter(|f| f.starts_with("单位")).collect();
        assert!(!books.is_empty() && books.iter().all(|b| b.contains("核查比对_青羊区总工会_")), "{books:?}");
        for book in books {
            assert!(fs::read(published.dir.join(book)).unwrap().starts_with(&[0xD0, 0xCF]), "{book} is sealed");
        }
    }

    #[test]
    fn a_list_of_other_units_is_the_wrong_list() {
        let error = passwords("某某县总工会,a1\n").held_back(&sample::report(6)).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("草市街街道总工会"), "{error}");
    }
}
