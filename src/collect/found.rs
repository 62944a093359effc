//! The files to take back: found, and read with the password that opens each.

use std::path::{Path, PathBuf};

use crate::domain::text;
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::{FileRead, ReadOptions, Reading, read_path};
use crate::report::passwords::Passwords;

/// A file on the disk.
#[derive(Debug)]
pub struct Found {
    pub path: PathBuf,
    /// As named on the command line, with `/`.
    pub shown: String,
    /// Named itself, not found in a directory.
    pub named: bool,
}

/// Files named, and those in directories named, each once.
///
/// # Errors
/// A path that does not exist.
pub fn find(paths: &[PathBuf], cwd: &Path) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    let mut missing = Vec::new();
    for given in paths {
        let path = cwd.join(given);
        let shown = given.to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            walk(&path, shown.trim_end_matches('/'), &mut found);
        } else if path.is_file() {
            found.push(Found { path, shown, named: true });
        } else {
            missing.push(
                Error::new(ErrorKind::Usage, "没有这个文件或目录")
                    .at(text::mask_numbers(&shown))
                    .remedy("写交回的工作簿、调查表，或放它们的目录、压缩包"),
            );
        }
    }
    if let Some(error) = Error::several(missing) {
        return Err(error);
    }
    // A file named twice is one; it counts as named if it was once.
    found.sort_by(|a, b| a.path.cmp(&b.path).then(b.named.cmp(&a.named)));
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

fn walk(dir: &Path, shown: &str, out: &mut Vec<Found>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.filter_map(std::result::Result::ok) {
        let path = entry.path();
        let shown = format!("{shown}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            if !path.is_symlink() {
                walk(&path, &shown, out);
            }
        } else if path.is_file() {
            out.push(Found { path, shown, named: false });
        }
    }
}

/// A file, or a member of an archive, and the password that opened it.
#[derive(Debug)]
pub struct Read {
    pub file: FileRead,
    pub password: Option<String>,
}

/// Reads a file: one entry, or one for each member of an archive.
pub fn read(found: &Found, passwords: Option<&Passwords>, limit: u64) -> Vec<Read> {
    let options = |password: Option<&str>| ReadOptions {
        password: password.map(str::to_string),
        unpacked_limit: limit,
        ..ReadOptions::default()
    };
    let plain = read_path(&found.path, &found.shown, &options(None));
    let mut files: Vec<Read> = plain.into_iter().map(|file| Read { file, password: None }).collect();
    if let Some(passwords) = passwords.filter(|_| files.iter().any(|f| is_locked(&f.file))) {
        for password in passwords.to_try(&found.shown) {
            let opened = read_path(&found.path, &found.shown, &options(Some(password)));
            for (read, again) in files.iter_mut().zip(opened) {
                if is_locked(&read.file) && !is_locked(&again) && read.file.path == again.path {
                    *read = Read { file: again, password: Some(password.to_string()) };
                }
            }
            if !files.iter().any(|f| is_locked(&f.file)) {
                break;
            }
        }
    }
    files
}

/// Only a password is wanting.
fn is_locked(file: &FileRead) -> bool {
    matches!(&file.reading, Reading::Unreadable(error) if error.needs_password())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_once_and_missing_ones_are_said() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir_all(dir.path().join("回收/青羊")).expect("a directory");
        for file in ["回收/b.xlsx", "回收/青羊/a.xlsx"] {
            std::fs::write(dir.path().join(file), "x").expect("a file");
        }
        let paths = ["回收", "回收/b.xlsx"].map(PathBuf::from);
        let found = find(&paths, dir.path()).expect("they are found");
        let shown: Vec<_> = found.iter().map(|f| (f.shown.as_str(), f.named)).collect();
        assert_eq!(shown, [("回收/b.xlsx", true), ("回收/青羊/a.xlsx", false)]);
        let error = find(&[PathBuf::from("没有.xlsx")], dir.path()).expect_err("it is missing");
        assert_eq!(error.exit_code(), 2);
    }
}
