//! The memory between runs: `state/hecha.sqlite`, with the key of its digests beside it in `hecha.key`.
//!
//! A stored value that is an ID number is kept as HMAC-SHA-256 under that key plus its masked form, never in full: the
//! database alone tells nobody's number. Both files are for their owner only (0600). Tables are brought up to date by
//! version when the database is opened; every change is one transaction, so a run that dies leaves the former state.

pub mod answers;
pub mod compare;
pub mod diff;
pub mod ends;
pub mod forms;
pub mod key;
pub mod layouts;
pub mod ledger;
pub mod ledger_log;
pub mod lock;
mod migrations;
pub mod review;
pub mod roster;
pub mod runs;
pub mod sealed;
pub mod subject;
pub mod verdicts;
pub mod word;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

pub use compare::{Compared, Known};
pub use key::Key;
pub use lock::Lock;
pub use runs::{Listed, Past, RunHead, RunRecord};
pub use verdicts::Answer;
pub use word::Word;

use crate::error::{Error, ErrorKind, Result};

/// The state database, opened.
#[derive(Debug)]
pub struct History {
    db: Connection,
    key: Key,
    path: PathBuf,
}

impl History {
    /// Opens the database, making it and its key where there is none.
    ///
    /// # Errors
    /// A database or key that cannot be read or written, is damaged, or was made by a later version.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
            crate::private::create_dir_all(dir).map_err(|e| Error::io(ErrorKind::Output, "建不了状态目录", dir, &e))?;
        }
        // An empty database is one whose first start died before anything was kept.
        let is_new = std::fs::metadata(path).map_or(true, |found| found.len() == 0);
        let key = Key::load_or_create(&path.with_extension("key"), is_new)?;
        tighten(path);
        if !path.exists() {
            // Made before SQLite opens it, so that it is never readable for others.
            crate::private::create(path).map_err(|e| Error::io(ErrorKind::Output, "建不了状态数据库", path, &e))?;
        }
        Self::connect(path, key)
    }

    /// The database of earlier runs; None where there is none.
    ///
    /// # Errors
    /// As [`History::open`].
    pub fn open_existing(path: &Path) -> Result<Option<Self>> {
        if path.exists() { Self::open(path).map(Some) } else { Ok(None) }
    }

    fn connect(path: &Path, key: Key) -> Result<Self> {
        let db = Connection::open(path).map_err(|e| failed(path, "打不开状态数据库", &e))?;
        let mut history = Self { db, key, path: path.to_path_buf() };
        history.prepare().map_err(|e| history.failed("状态数据库读不了", &e))?;
        let version = migrations::migrate(&mut history.db).map_err(|e| failed(path, "状态数据库升级不了", &e))?;
        if version <= migrations::LATEST {
            history.prove_key()?;
        } else {
            return Err(Error::new(ErrorKind::Output, "状态数据库由更新版本的hecha建立")
                .at(path.display().to_string())
                .found(format!("数据库版本{version}，本程序只认到{}", migrations::LATEST))
                .remedy("用当初的（或更新的）hecha运行；或在hecha.toml的 [run] state 另指一个文件"));
        }
        Ok(history)
    }

    /// The key is the one under which the database was made: else nothing in it could be known again.
    fn prove_key(&self) -> Result<()> {
        let check = self.key.digest("hecha.key/1");
        let kept = || -> rusqlite::Result<Option<String>> {
            self.db.query_row("SELECT value FROM fact WHERE name = 'key'", [], |r| r.get(0)).optional()
        };
        let of_a_finding = || -> rusqlite::Result<Option<(String, String)>> {
            let sql = "SELECT key, id_sealed FROM finding LIMIT 1";
            self.db.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).optional()
        };
        let right = match kept().map_err(|e| self.failed("状态数据库读不了", &e))? {
            Some(kept) => kept == check,
            None => {
                // Made before the check was kept: a finding proves it.
                let known = of_a_finding().map_err(|e| self.failed("状态数据库读不了", &e))?;
                let right = known.is_none_or(|(key, id)| sealed::opened_id(&self.key, &key, &id).is_some());
                if right {
                    let note = "INSERT INTO fact (name, value) VALUES ('key', ?1)";
                    self.db.execute(note, [&check]).map_err(|e| self.failed("状态数据库写不了", &e))?;
                }
                right
            }
        };
        if right {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Output, "状态密钥不是这个数据库的")
            .at(self.path.with_extension("key").display().to_string())
            .remedy("把原来的hecha.key放回来（随数据库一起备份的那一份）")
            .remedy("找不到原密钥的，把hecha.key和状态数据库一起移走后重新开始（以往记录和答复不再可用）")
            .meanwhile("没有改动任何结果和记录"))
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.db.pragma_update(None, "journal_mode", "DELETE")?;
        self.db.pragma_update(None, "synchronous", "FULL")?;
        self.db.pragma_update(None, "foreign_keys", true)?;
        self.db.busy_timeout(std::time::Duration::from_secs(10))
    }

    /// Digest of a text that must not be stored itself.
    pub fn digest(&self, text: &str) -> String {
        self.key.digest(text)
    }

    /// The key of its digests.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Closes the database and keeps the key, for digests on several threads.
    pub fn into_key(self) -> Key {
        self.key
    }

    fn failed(&self, what: &str, error: &rusqlite::Error) -> Error {
        failed(&self.path, what, error)
    }
}

/// State files are their owner's only, also after a copy or a restore.
fn tighten(path: &Path) {
    let forms = forms::directory(path);
    for file in [path.to_path_buf(), path.with_extension("key"), path.with_extension("lock")] {
        crate::private::tighten(&file);
    }
    for entry in std::fs::read_dir(&forms).into_iter().flatten().flatten() {
        crate::private::tighten(&entry.path());
    }
    crate::private::tighten(&forms);
}

fn failed(path: &Path, what: &str, error: &rusqlite::Error) -> Error {
    Error::new(ErrorKind::Output, what.to_string()).at(path.display().to_string()).found(error.to_string()).remedy(
        "确认没有别的程序占用它，磁盘有空间且可写；文件损坏的，从备份恢复，或移走后重新开始（以往记录不再可用）",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_made_once_and_read_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("state/hecha.sqlite");
        assert!(History::open_existing(&path).expect("it can be asked").is_none());
        let first = History::open(&path).expect("it is made").digest("510105198001019971");
        let again = History::open_existing(&path).expect("it opens").expect("it is there").digest("510105198001019971");
        assert_eq!(first, again, "the key stays");
        assert!(!first.contains("510105"));
        let other = dir.path().join("other/hecha.sqlite");
        assert_ne!(
            first,
            History::open(&other).expect("it is made").digest("510105198001019971"),
            "each has its own key"
        );
        #[cfg(unix)]
        for file in ["hecha.sqlite", "hecha.key"] {
            use std::os::unix::fs::PermissionsExt;
            let mode =
                std::fs::metadata(dir.path().join("state").join(file)).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }

    #[test]
    fn a_lost_key_a_later_version_and_a_broken_file_are_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("hecha.sqlite");
        drop(History::open(&path).expect("it is made"));
        std::fs::remove_file(dir.path().join("hecha.key")).expect("it is removed");
        assert!(History::open(&path).is_err_and(|e| e.to_string().contains("密钥")));

        let path = dir.path().join("later.sqlite");
        let later = History::open(&path).expect("it is made");
        later.db.pragma_update(None, "user_version", 999).expect("it is set");
        drop(later);
        assert!(History::open(&path).is_err_and(|e| e.to_string().contains("更新版本")));

        let path = dir.path().join("broken.sqlite");
        drop(History::open(&path).expect("it is made"));
        std::fs::write(&path, "no database at all, but long enough to be looked at as one").expect("it is written");
        assert!(History::open(&path).is_err_and(|e| e.to_string().contains("状态数据库")));
    }
}
