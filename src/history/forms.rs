//! Returned 附件3 forms: kept beside the state database, enciphered under its key, read by every later run.
//!
//! AES-256 in counter mode by RustCrypto; the key is derived from the state's, the counter's start from the form's SHA-256, so
//! that no two forms share a stream.

use std::path::{Path, PathBuf};

use aes::cipher::{KeyIvInit, StreamCipher};
use chrono::NaiveDate;
use rusqlite::params;

use super::History;
use crate::error::{Error, ErrorKind, Result};
use crate::private;

/// Ending of an enciphered copy.
const SEALED: &str = ".sealed";

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
        let stored = format!("{sha256}{SEALED}");
        let dir = directory(&self.path);
        let target = dir.join(&stored);
        let failed = |e: &std::io::Error| Error::io(ErrorKind::Output, "存不下交回的调查表", &target, e);
        private::create_dir_all(&dir).map_err(|e| failed(&e))?;
        let aside = dir.join(format!(".{stored}.tmp"));
        // Left by a program that died.
        let _ = std::fs::remove_file(&aside);
        private::write(&aside, &self.enciphered(sha256, bytes))
            .and_then(|()| std::fs::rename(&aside, &target))
            .map_err(|e| failed(&e))?;
        let sql = "INSERT INTO form (sha256, name, stored, given_on) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (sha256) DO UPDATE SET withdrawn_on = NULL, given_on = excluded.given_on";
        let kept = self.db.execute(sql, params![sha256, name, stored, given_on.to_string()]);
        kept.map(|n| n > 0).map_err(|e| self.failed("记不下交回的调查表", &e))
    }

    /// The bytes of a form that is kept enciphered; None where it lies there as it came (by an earlier release), or is gone.
    ///
    /// # Errors
    /// The copy cannot be read.
    pub fn form_bytes(&self, form: &Form) -> Result<Option<Vec<u8>>> {
        let name = form.path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let Some(sha256) = name.strip_suffix(SEALED) else { return Ok(None) };
        match std::fs::read(&form.path) {
            Ok(bytes) => Ok(Some(self.enciphered(sha256, &bytes))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io(ErrorKind::Output, "读不了交回的调查表", &form.path, &e)),
        }
    }

    /// Forms that an earlier release kept in clear are enciphered; done when the state is opened for writing.
    ///
    /// # Errors
    /// A copy cannot be read or written.
    pub fn seal_forms(&mut self) -> Result<()> {
        for form in self.forms()? {
            let Some(name) = form.path.file_name().and_then(|n| n.to_str()) else { continue };
            let (clear, Some((sha256, _))) = (name.to_string(), name.split_once('.')) else { continue };
            if clear.ends_with(SEALED) || !form.path.exists() {
                continue;
            }
            let failed = |e: &std::io::Error| Error::io(ErrorKind::Output, "存不下交回的调查表", &form.path, e);
            let bytes = std::fs::read(&form.path).map_err(|e| failed(&e))?;
            let stored = format!("{sha256}{SEALED}");
            let target = form.path.with_file_name(&stored);
            let _ = std::fs::remove_file(&target);
            private::write(&target, &self.enciphered(sha256, &bytes)).map_err(|e| failed(&e))?;
            let sql = "UPDATE form SET stored = ?1 WHERE stored = ?2";
            self.db.execute(sql, params![stored, clear]).map_err(|e| self.failed("记不下交回的调查表", &e))?;
            std::fs::remove_file(&form.path).map_err(|e| failed(&e))?;
        }
        Ok(())
    }

    /// Enciphers or deciphers: the stream is the same.
    fn enciphered(&self, sha256: &str, bytes: &[u8]) -> Vec<u8> {
        let (key, start) = (self.key().mac("form-key"), self.key().mac(&format!("form-start\u{1f}{sha256}")));
        let mut start_block = [0u8; 16];
        start_block.copy_from_slice(&start[..16]);
        let mut out = bytes.to_vec();
        ctr::Ctr128BE::<aes::Aes256>::new(&key.into(), &start_block.into()).apply_keystream(&mut out);
        out
    }

    /// A file with these bytes was kept before.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn has_form(&self, sha256: &str) -> Result<bool> {
        let sql = "SELECT count(*) FROM form WHERE sha256 = ?1 AND withdrawn_on IS NULL";
        let count = self.db.query_row(sql, [sha256], |row| row.get::<_, i64>(0));
        count.map(|n| n > 0).map_err(|e| self.failed("读不了交回的调查表", &e))
    }

    /// All that were kept, by day and name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn forms(&self) -> Result<Vec<Form>> {
        let read = || -> rusqlite::Result<Vec<Form>> {
            let mut found = self.db.prepare(
                "SELECT name, stored, given_on FROM form
                 WHERE withdrawn_on IS NULL ORDER BY given_on, name, sha256",
            )?;
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
        assert!(forms[1].path.ends_with("forms/aa.sealed"));
        assert_ne!(std::fs::read(&forms[1].path).expect("the copy"), b"bytes", "nothing lies there in clear");
        assert_eq!(history.form_bytes(&forms[1]).expect("it is read").as_deref(), Some(&b"bytes"[..]));
        // As an earlier release left one.
        let clear = forms[0].path.with_file_name("bb.bin");
        std::fs::write(&clear, b"more").expect("a file");
        history.db.execute("UPDATE form SET stored = 'bb.bin' WHERE sha256 = 'bb'", []).expect("it is written");
        history.seal_forms().expect("it is sealed");
        assert!(!clear.exists());
        let forms = history.forms().expect("they are read");
        assert_eq!(history.form_bytes(&forms[0]).expect("it is read").as_deref(), Some(&b"more"[..]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&forms[0].path).expect("the copy").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
