//! Parts of a zip package (xlsx, xlsb, ods, docx), inflated under a limit that no header can lift.

use super::{ReadError, xml};
use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use zip::ZipArchive;
use zip::result::ZipError;

/// More entries than any delivery has; opening more would only cost memory.
const MAX_ENTRIES: usize = 100_000;
/// A file that unpacks to more than this much and by more than [`BOMB_RATIO`] is a zip bomb.
const BOMB_BYTES: u64 = 256 << 20;
/// Sheets of real data shrink 5 to 50 times; deflate's own bound is 1032.
const BOMB_RATIO: u64 = 250;

/// How many bytes may still be unpacked, over all parts of a file and all threads.
pub(super) struct Budget {
    left: AtomicU64,
    limit: u64,
}

impl Budget {
    pub fn new(limit: u64) -> Self {
        Self { left: AtomicU64::new(limit), limit }
    }

    pub fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    /// Takes `bytes` from the budget.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn take(&self, bytes: u64) -> Result<(), ReadError> {
        let taken = |left: u64| left.checked_sub(bytes);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken) {
            Ok(_) => Ok(()),
            Err(_) => Err(ReadError::too_large(self.limit)),
        }
    }
}

/// An opened zip file whose entries are read by number.
#[derive(Clone)]
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    /// # Errors
    /// No whole zip file, or too many entries.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| ReadError::damaged("文件不完整或已损坏（压缩结构打不开）"))?;
        if zip.len() > MAX_ENTRIES {
            return Err(ReadError::new("压缩包里的文件超过 10 万个", "请分成几个压缩包"));
        }
        let mut package = Self { zip };
        package.refuse_overlaps()?;
        Ok(package)
    }

    /// Entries that share their packed bytes unpack to any size from a small file; no program writes such.
    fn refuse_overlaps(&mut self) -> Result<(), ReadError> {
        let mut places = Vec::with_capacity(self.zip.len());
        for index in 0..self.zip.len() {
            // One that cannot be found costs itself, when it is read.
            let Ok(entry) = self.zip.by_index_raw(index) else { continue };
            let Some(data) = entry.data_start() else { continue };
            places.push((entry.header_start(), data.saturating_add(entry.compressed_size())));
        }
        places.sort_unstable();
        if places.windows(2).any(|pair| pair[1].0 < pair[0].1) {
            return Err(ReadError::new(
                "压缩结构异常：几个内部文件占用同一段数据，疑似压缩炸弹，没有解压",
                "请核实文件来源，请报送单位用 WPS 或 Excel 重新保存后提供",
            ));
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.zip.len()
    }

    /// What the entries say they unpack to, together; nothing bears it out.
    pub fn declared(&mut self) -> u64 {
        let indices = 0..self.zip.len();
        let size = |index| self.zip.by_index_raw(index).map_or(0, |entry| entry.size());
        indices.map(size).fold(0, u64::saturating_add)
    }

    /// The name of an entry as its bytes stand in the file, and whether it is a directory.
    pub fn entry_name(&mut self, index: usize) -> Result<(Vec<u8>, bool), ReadError> {
        let entry = self.zip.by_index_raw(index).map_err(|_| damaged_entry())?;
        Ok((entry.name_raw().to_vec(), entry.is_dir()))
    }

    /// The unpacked bytes of an entry.
    ///
    /// # Errors
    /// Damaged or encrypted data, an unknown compression, or more bytes than the budget has.
    pub fn read(&mut self, index: usize, budget: &Budget) -> Result<Vec<u8>, ReadError> {
        let entry = self.zip.by_index(index).map_err(|e| match e {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
                ReadError::new("压缩包有密码", "请解压后把里面的文件直接放进来")
            }
            ZipError::UnsupportedArchive(_) => {
                ReadError::new("压缩方式不支持", "请解压后把里面的文件直接放进来，或重新压缩为普通 zip")
            }
            _ => damaged_entry(),
        })?;
        let packed = entry.compressed_size();
        // The header's size is only a hint for the buffer, kept within what deflate can reach.
        let hint = entry.size().min(packed.saturating_mul(BOMB_RATIO)).min(budget.left());
        let mut bytes = Vec::with_capacity(usize::try_from(hint).unwrap_or(0) + 1);
        // A bomb is told where it passes the bound, not when all of it lies in memory.
        let bound = packed.max(1).saturating_mul(BOMB_RATIO).max(BOMB_BYTES);
        let cap = budget.left().min(bound).saturating_add(1);
        entry.take(cap).read_to_end(&mut bytes).map_err(|_| damaged_entry())?;
        let unpacked = bytes.len() as u64;
        if unpacked > bound {
            // What was done in vain counts: many bombs in one file are one.
            budget.take(unpacked)?;
            return Err(ReadError::new("文件解压后大得异常，疑似压缩炸弹", "请核实文件来源；确实需要时请另存为 .csv"));
        }
        budget.take(unpacked)?;
        Ok(bytes)
    }
}

fn damaged_entry() -> ReadError {
    ReadError::damaged("文件已损坏（压缩数据有错）")
}

/// An Office package: parts by name. Names are compared as Office does, without regard to case, `\` or a
/// leading `/`.
#[derive(Clone)]
pub(super) struct Parts<'a> {
    package: Package<'a>,
    names: HashMap<String, usize>,
}

impl<'a> Parts<'a> {
    /// # Errors
    /// As [`Package::open`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let mut package = Package::open(bytes)?;
        let mut names = HashMap::with_capacity(package.len());
        for index in 0..package.len() {
            let (name, _) = package.entry_name(index)?;
            names.entry(key(&String::from_utf8_lossy(&name))).or_insert(index);
        }
        Ok(Self { package, names })
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(&key(name))
    }

    /// The unpacked bytes of a part, `None` where there is none of that name.
    pub fn read(&mut self, name: &str, budget: &Budget) -> Result<Option<Vec<u8>>, ReadError> {
        match self.names.get(&key(name)) {
            Some(&index) => self.package.read(index, budget).map(Some),
            None => Ok(None),
        }
    }

    /// The bytes of a part that must be there.
    pub fn require(&mut self, name: &str, budget: &Budget) -> Result<Vec<u8>, ReadError> {
        self.read(name, budget)?.ok_or_else(|| ReadError::damaged("文件不完整，缺少内部组成部分"))
    }
}

fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// A relationship of a part (ECMA-376 part 2, §9.3): its id, the last word of its type, its target.
pub(super) struct Relation {
    pub id: String,
    /// `worksheet`, `sharedStrings`, `styles` …, whether transitional or strict.
    pub kind: String,
    /// Full part name.
    pub target: String,
}

/// The relationships of a part, or none where it has no relationship part.
pub(super) fn relations(parts: &mut Parts, part: &str, budget: &Budget) -> Result<Vec<Relation>, ReadError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let Some(bytes) = parts.read(&format!("{folder}/_rels/{file}.rels"), budget)? else {
        return Ok(Vec::new());
    };
    let text = xml::decode(&bytes)?;
    let mut reader = xml::Xml::new(&text);
    let mut relations = Vec::new();
    loop {
        match reader.next()? {
            quick_xml::events::Event::Eof => return Ok(relations),
            quick_xml::events::Event::Start(e) | quick_xml::events::Event::Empty(e)
                if xml::name(&e) == "Relationship" =>
            {
                let value = |name| xml::attr(&e, name).unwrap_or_default();
                let kind = value("Type");
                relations.push(Relation {
                    id: value("Id").into_owned(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: resolve(folder, &value("Target")),
                });
            }
            _ => {}
        }
    }
}

/// A target relative to a folder as a part name.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let cases = [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/styles.xml", "xl/styles.xml"),
            ("xl", "../custom/a.xml", "custom/a.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "../../../a.xml", "a.xml"),
        ];
        for (folder, target, want) in cases {
            assert_eq!(resolve(folder, target), want);
        }
    }

    #[test]
    fn a_budget_ends() {
        let budget = Budget::new(10);
        assert!(budget.take(6).is_ok() && budget.take(5).is_err() && budget.take(4).is_ok());
    }
}
