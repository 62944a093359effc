//! One at a time: a run, or the taking back of workbooks, holds the lock beside the state database.
//!
//! The system lets go of the lock when the program that holds it ends, however it ends: a crashed run's lock is free at
//! once, and nobody need judge whether a process of that number is still the same.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// Held while it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a state database. `what`: what the holder does, in Chinese, for whoever is turned away.
    ///
    /// # Errors
    /// Another run holds it; the directory cannot be written.
    pub fn take(state: &Path, what: &str) -> Result<Self> {
        Self::take_file(&state.with_extension("lock"), what)
    }

    /// Takes the lock of an output directory, a file beside it: two states may write to one.
    ///
    /// # Errors
    /// As [`Lock::take`].
    pub fn take_out(out: &Path, what: &str) -> Result<Self> {
        Self::take_file(&out_lock(out), what)
    }

    fn take_file(path: &Path, what: &str) -> Result<Self> {
        let cannot = |e: &std::io::Error| Error::io(ErrorKind::Output, "建不了运行锁", path, e);
        if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
            crate::private::create_dir_all(dir).map_err(|e| cannot(&e))?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|e| cannot(&e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // On Windows a locked file cannot be read; then the message says less.
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                return Err(Error::new(ErrorKind::Locked, "另一次运行还没有结束")
                    .at(path.display().to_string())
                    .found(if holder.is_empty() { "锁被占用".to_string() } else { holder.to_string() })
                    .remedy("等它结束后再运行；确认没有hecha在运行的，重新启动电脑后再试")
                    .meanwhile("本次没有读取任何文件，也没有改动结果。"));
            }
            Err(TryLockError::Error(e)) => return Err(cannot(&e)),
        }
        let note = format!("{what}，进程号 {}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(note.as_bytes()))
            .map_err(|e| cannot(&e))?;
        Ok(Self { _file: file })
    }
}

/// The lock of an output directory.
pub fn out_lock(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_turned_away_until_the_first_ends() {
        let dir = tempfile::tempdir().expect("a directory");
        let state = dir.path().join("state/hecha.sqlite");
        let first = Lock::take(&state, "核查").expect("it is free");
        let error = Lock::take(&state, "收回").expect_err("it is held");
        assert_eq!(error.kind().exit_code(), 4);
        assert!(error.to_string().contains("核查"), "{error}");
        drop(first);
        drop(Lock::take(&state, "收回").expect("it is free again"));
        // What a crashed run left: a file, and nobody who holds it.
        assert!(state.with_extension("lock").exists());
        drop(Lock::take(&state, "核查").expect("a left-over file locks nobody out"));
    }
}
