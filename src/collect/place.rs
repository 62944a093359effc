//! Where the annotated copies lie: `out/回收/<day>/<unit>/`, each file put there whole, none ever over another.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::error::Result;
use crate::private;
use crate::report::publish::{self, failed};
use crate::report::{names, passwords};

/// What is removed at the next start where a program died.
const TEMPORARY: &str = ".hecha-tmp-";
const WHAT: &str = "写入收回结果";
/// Ending of an annotated copy's name.
pub const ANNOTATED: &str = "_批注";
pub const PATCHES: &str = "更正清单_";

/// The place, with scratch space on the same disk. Dropped, it leaves nothing but what was put.
#[derive(Debug)]
pub struct Shelf {
    out: PathBuf,
    scratch: PathBuf,
    staged: usize,
}

/// A file that is written and not yet in its place.
#[derive(Debug)]
pub struct Staged(PathBuf);

impl Shelf {
    /// # Errors
    /// `out` cannot be made or written to.
    pub fn open(out: &Path) -> Result<Self> {
        private::create_dir_all(out).map_err(|e| failed(WHAT, out, &e))?;
        publish::recover(out)?;
        let scratch = out.join(format!("{TEMPORARY}collect-{}", std::process::id()));
        private::create_dir_all(&scratch).map_err(|e| failed(WHAT, &scratch, &e))?;
        Ok(Self { out: out.to_owned(), scratch, staged: 0 })
    }

    /// Writes a file aside, on the disk when this returns.
    ///
    /// # Errors
    /// As the system says.
    pub fn stage(&mut self, bytes: &[u8]) -> Result<Staged> {
        self.staged += 1;
        let path = self.scratch.join(self.staged.to_string());
        private::write(&path, bytes).map_err(|e| failed(WHAT, &path, &e))?;
        Ok(Staged(path))
    }

    /// Writes a file aside, encrypted.
    ///
    /// # Errors
    /// As the system says.
    pub fn stage_sealed(&mut self, bytes: &[u8], password: &str) -> Result<Staged> {
        let seal = |mut plain: &[u8]| {
            let mut sealed = Vec::new();
            passwords::sealed(&mut plain, password, &self.scratch)?.read_to_end(&mut sealed)?;
            Ok(sealed)
        };
        let sealed = seal(bytes).map_err(|e| failed(WHAT, &self.scratch, &e))?;
        self.stage(&sealed)
    }

    /// Puts a file in its place; where one of that name lies there, it becomes `…_2`.
    ///
    /// # Errors
    /// As the system says.
    pub fn put(&self, staged: Staged, day: NaiveDate, unit: &str, stem: &str) -> Result<PathBuf> {
        let dir = self.dir(day, unit);
        private::create_dir_all(&dir).map_err(|e| failed(WHAT, &dir, &e))?;
        let mut path = dir.join(format!("{stem}.xlsx"));
        let mut n = 1;
        while fs::symlink_metadata(&path).is_ok() {
            n += 1;
            path = dir.join(format!("{stem}_{n}.xlsx"));
        }
        fs::rename(&staged.0, &path).map_err(|e| failed(WHAT, &path, &e))?;
        Ok(path)
    }

    /// A file of that name (or `…_2`) with these very bytes lies there; encrypted ones are looked into.
    pub fn has(&self, bytes: &[u8], password: Option<&str>, day: NaiveDate, unit: &str, stem: &str) -> bool {
        let Ok(entries) = fs::read_dir(self.dir(day, unit)) else { return false };
        entries.filter_map(std::result::Result::ok).any(|entry| {
            let name = entry.file_name();
            name.to_str().is_some_and(|n| n.starts_with(stem))
                && fs::read(entry.path()).is_ok_and(|there| {
                    password.and_then(|p| crate::ingest::decrypted(&there, p)).unwrap_or(there) == bytes
                })
        })
    }

    fn dir(&self, day: NaiveDate, unit: &str) -> PathBuf {
        dir(&self.out, day, unit)
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        // What cannot be removed now goes at the next start.
        let _ = fs::remove_dir_all(&self.scratch);
    }
}

fn dir(out: &Path, day: NaiveDate, unit: &str) -> PathBuf {
    out.join("回收").join(day.to_string()).join(names::safe(unit))
}

/// An annotated copy of a file of this name was put there on that day.
pub fn has_annotated(out: &Path, day: NaiveDate, unit: &str, file: &str) -> bool {
    dir(out, day, unit).join(format!("{}.xlsx", annotated(file))).exists()
}

/// Name of the annotated copy of a file, without its ending. A copy that comes back is named as its original.
pub fn annotated(file: &str) -> String {
    let file = file.rsplit('/').next().unwrap_or(file);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let numbered = stem.rsplit_once('_').filter(|(_, n)| n.len() <= 3 && n.bytes().all(|b| b.is_ascii_digit()));
    let plain = [Some(stem), numbered.map(|(stem, _)| stem)].into_iter().flatten();
    let original = plain.filter_map(|s| s.strip_suffix(ANNOTATED)).next().unwrap_or(stem);
    format!("{}{ANNOTATED}", names::safe(original))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_put_over_anything() {
        let out = tempfile::tempdir().expect("a directory");
        let day = NaiveDate::from_ymd_opt(2019, 8, 22).expect("a date");
        let mut shelf = Shelf::open(out.path()).expect("it opens");
        let mut put = |bytes: &[u8]| {
            let staged = shelf.stage(bytes).expect("it is staged");
            shelf.put(staged, day, "../青羊", "甲_批注").expect("it is put")
        };
        let (first, second) = (put(b"1"), put(b"2"));
        assert!(first.ends_with("回收/2019-08-22/___青羊/甲_批注.xlsx"), "{}", first.display());
        assert!(second.ends_with("甲_批注_2.xlsx"));
        assert_eq!(fs::read(&first).expect("it is there"), b"1");
        assert!(has_annotated(out.path(), day, "../青羊", "回收.zip/甲.xlsx"));
        drop(shelf);
        let left: Vec<_> =
            fs::read_dir(out.path()).expect("the directory").filter_map(std::result::Result::ok).collect();
        assert_eq!(left.len(), 1, "no scratch space is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |p: &Path| fs::metadata(p).expect("it is there").permissions().mode() & 0o777;
            assert_eq!((mode(&first), mode(first.parent().expect("a directory"))), (0o600, 0o700));
        }
    }

    #[test]
    fn a_copy_of_a_copy_keeps_its_name() {
        for (file, name) in [
            ("核查比对_甲_20190820.xlsx", "核查比对_甲_20190820_批注"),
            ("a.zip/核查比对_甲_20190820_2.xls", "核查比对_甲_20190820_2_批注"),
            ("核查比对_甲_20190820_批注.xlsx", "核查比对_甲_20190820_批注"),
            ("核查比对_甲_20190820_批注_2.xlsx", "核查比对_甲_20190820_批注"),
            ("没有扩展名", "没有扩展名_批注"),
        ] {
            assert_eq!(annotated(file), name);
        }
    }
}
