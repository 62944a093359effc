//! Returned 附件3 forms: kept beside the state database, read by every later run.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rusqlite::params;

use super::History;
use crate::error::{Error, ErrorKind, Result};
use crate::private;

/// A form that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Name of the returned file, long numbers masked.
    pub name: String,
    /// Where its copy lies.
    pub path: PathBuf,
    pub given_on: NaiveDate,
}

impl History {
    /// Keeps a returned form; false where it was kept before. The copy is there before it is noted.
    ///
    /// # Errors
    /// The copy or the note cannot be written.
    pub fn keep_form(&mut self, sha256: &str, name: &str, bytes: &[u8], given_on: NaiveDate) -> Result<bool> {
        if self.has_form(sha256)? {
            return Ok(false);
        }
        let extension: String = match name.rsplit_once('.') {
            Some((_, e)) if (1..=5).contains(&e.len()) && e.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                e.to_lowercase()
            }
            _ => "bin".into(),
        };
        let stored = format!("{sha256}.{extension}");
        let dir = directory(&self.path);
        let target = dir.join(&stored);
        let failed = |e: &std::io::Error| Error::io(ErrorKind::Output, "存不下交回的调查表", &target, e);
        private::create_dir_all(&dir).map_err(|e| failed(&e))?;
        let aside = dir.join(format!(".{stored}.tmp"));
        // Left by a program that died.
        let _ = std::fs::remove_file(&aside);
        private::write(&aside, bytes).and_then(|()| std::fs::rename(&aside, &target)).map_err(|e| failed(&e))?;
        let sql = "INSERT INTO form (sha256, name, stored, given_on) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        let kept = self.db.execute(sql, params![sha256, name, stored, given_on.to_string()]);
        kept.map(|n| n > 0).map_err(|e| self.failed("记不下交回的调查表", &e))
    }

    /// A file with these bytes was kept before.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_form(&self, sha256: &str) -> Result<bool> {
        let sql = "SELECT count(*) FROM form WHERE sha256 = ?1";
        let count = self.db.query_row(sql, [sha256], |row| row.get::<_, i64>(0));
        count.map(|n| n > 0).map_err(|e| self.failed("读不了交回的调查表", &e))
    }

    /// All that were kept, by day and name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn forms(&self) -> Result<Vec<Form>> {
        let read = || -> rusqlite::Result<Vec<Form>> {
            let mut found =
                self.db.prepare("SELECT name, stored, given_on FROM form ORDER BY given_on, name, sha256")?;
            let dir = directory(&self.path);
            let forms = found.query_map([], |row| {
                let given_on: String = row.get(2)?;
                Ok(Form {
                    name: row.get(0)?,
                    path: dir.join(row.get::<_, String>(1)?),
                    given_on: super::runs::parse(2, &given_on)?,
                })
            })?;
            forms.collect()
        };
        read().map_err(|e| self.failed("读不了交回的调查表", &e))
    }
}

/// Where the copies of a state's returned forms lie.
pub fn directory(state: &Path) -> PathBuf {
    state.parent().unwrap_or(Path::new("")).join("forms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_kept_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut history = History::open(&dir.path().join("hecha.sqlite")).expect("it opens");
        let day = NaiveDate::from_ymd_opt(2019, 8, 22).expect("a date");
        assert!(history.keep_form("aa", "甲户.XLSX", b"bytes", day).expect("it is kept"));
        assert!(!history.keep_form("aa", "又一次.xlsx", b"bytes", day).expect("it is asked"));
        assert!(history.keep_form("bb", "没有扩展名", b"more", day).expect("it is kept"));
        let forms = history.forms().expect("they are read");
        let names: Vec<_> = forms.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["没有扩展名", "甲户.XLSX"]);
        assert!(forms[1].path.ends_with("forms/aa.xlsx"));
        assert_eq!(std::fs::read(&forms[1].path).expect("the copy"), b"bytes");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&forms[0].path).expect("the copy").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
