//! Archives: zip files that are no document themselves. Their members are read as files.

use super::zip_parts::{Budget, Package};
use super::{FileRead, ReadError, ReadOptions, Reading, document, read_file, sniff};
use crate::ingest::zip_parts::Parts;
use encoding_rs::GB18030;

/// Archives inside archives inside archives are not opened.
const MAX_DEPTH: u8 = 2;

/// The members of an archive, each read; one entry for the archive itself where it cannot be opened.
///
/// # Errors
/// The zip file is a document, or none that can be told from one: it is to be read as a file.
pub(super) fn members(
    bytes: &[u8],
    shown: &str,
    options: &ReadOptions,
    budget: &Budget,
    depth: u8,
) -> Result<Vec<FileRead>, ReadError> {
    if document(&mut Parts::open(bytes)?, budget)?.is_some() {
        return Err(ReadError::damaged("这是一个文档"));
    }
    let whole = |reading| Ok(vec![FileRead::without_bytes(shown, bytes.len() as u64, reading)]);
    if depth >= MAX_DEPTH {
        let error = ReadError::new("压缩包套压缩包，层数太多", "请解压后把里面的文件直接放进来");
        return whole(Reading::Unreadable(error));
    }
    let mut package = Package::open(bytes)?;
    let mut files = Vec::new();
    for index in 0..package.len() {
        let (raw, is_folder) = package.entry_name(index)?;
        if is_folder {
            continue;
        }
        let path = format!("{shown}/{}", clean(&decode_name(&raw)));
        if sniff::is_clutter(&path) {
            let why = "系统或办公软件的临时文件".into();
            files.push(FileRead::without_bytes(&path, 0, Reading::Ignored { why }));
            continue;
        }
        match package.read(index, budget) {
            Ok(member) => files.extend(read_file(member, &path, options, budget, depth + 1)),
            Err(error) => files.push(FileRead::without_bytes(&path, 0, Reading::Unreadable(error))),
        }
    }
    if files.is_empty() {
        return whole(Reading::Ignored { why: "空的压缩包".into() });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The bytes of one member, by the path that [`members`] gives it.
pub(super) fn member(
    bytes: &[u8],
    shown: &str,
    wanted: &str,
    budget: &Budget,
    depth: u8,
) -> Result<Option<Vec<u8>>, ReadError> {
    let mut package = Package::open(bytes)?;
    for index in 0..package.len() {
        let (raw, is_folder) = package.entry_name(index)?;
        let path = format!("{shown}/{}", clean(&decode_name(&raw)));
        if is_folder {
            continue;
        }
        if path == wanted {
            return package.read(index, budget).map(Some);
        }
        if depth < MAX_DEPTH && wanted.starts_with(&format!("{path}/")) {
            let inner = package.read(index, budget)?;
            return member(&inner, &path, wanted, budget, depth + 1);
        }
    }
    Ok(None)
}

/// The name of a member. Windows writes it in the system's code page without saying so: what is no UTF-8 is
/// Chinese.
fn decode_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// A name that stays inside the archive: no roots, no `..`, always `/`.
fn clean(name: &str) -> String {
    let steps = name.split(['/', '\\']).filter(|s| !matches!(*s, "" | "." | ".."));
    let steps: Vec<String> = steps.map(|s| s.replace(char::is_control, "�")).collect();
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(decode_name(&GB18030.encode("困难职工.xlsx").0), "困难职工.xlsx");
        assert_eq!(decode_name("困难职工.xlsx".as_bytes()), "困难职工.xlsx");
        assert_eq!(clean("..\\..\\a/./b//c.csv"), "a/b/c.csv");
        assert_eq!(clean("/etc/passwd"), "etc/passwd");
    }
}
