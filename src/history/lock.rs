//! One at a time: a run, or the taking back of workbooks, holds the lock beside the state database.
//!
//! The system lets go of the lock when the program that holds it ends, however it ends: a crashed run's lock is free at
//! once, and nobody need judge whether a process of that number is still the same. The lock of an output directory stands
//! beside it while it is held, and is taken away with it: nothing is to lie about where people look for results.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// Held while it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    /// What is removed when it is let go of.
    remove: Option<PathBuf>,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held: whoever opened the file before this finds that its name is gone, and tries anew. A file that
        // stays locks nobody out.
        if let Some(path) = &self.remove {
            let _ = std::fs::remove_file(path);
        }
    }
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
        let path = out_lock(out);
        let mut lock = Self::take_file(&path, what)?;
        // Windows does not let a name be taken anew while a removed file is still open somewhere.
        lock.remove = cfg!(unix).then_some(path);
        Ok(lock)
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
        let (mut file, locked) = loop {
            let file = options.open(path).map_err(|e| cannot(&e))?;
            let locked = file.try_lock();
            if locked.is_ok() && !is_at(&file, path) {
                continue;
            }
            break (file, locked);
        };
        match locked {
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
        Ok(Self { _file: file, remove: None })
    }
}

/// The name still leads to this file: its last holder may have removed it between the opening and the locking.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
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

    #[test]
    #[cfg(unix)]
    fn the_lock_of_results_goes_with_its_holder() {
        let dir = tempfile::tempdir().expect("a directory");
        let out = dir.path().join("out");
        let first = Lock::take_out(&out, "核查").expect("it is free");
        assert_eq!(Lock::take_out(&out, "核查").expect_err("it is held").kind().exit_code(), 4);
        assert!(out_lock(&out).exists());
        drop(first);
        assert!(!out_lock(&out).exists());
        drop(Lock::take_out(&out, "核查").expect("it is free again"));
    }

    /// Many at once: never two holders, whatever is removed meanwhile.
    #[test]
    fn never_two_holders() {
        let dir = tempfile::tempdir().expect("a directory");
        let out = dir.path().join("out");
        let holders = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let Ok(lock) = Lock::take_out(&out, "核查") else { continue };
                        assert_eq!(holders.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        holders.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
    }
}
