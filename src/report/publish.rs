//! Complete or not at all: a run's directory is built aside and put in place last.
//!
//! Everything is written below `out/.hecha-tmp-…`. [`Staging::publish`] then exchanges the new directory with the former
//! one in a single step where the system can (Linux, `renameat2`), else by two renames with a journal that the next
//! start completes ([`recover`]). A run that dies leaves the former result untouched; what it left behind is removed at
//! the next start. Callers hold the run's lock, so no other run works below `out`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::{Error, ErrorKind, Result};
use crate::private;
use crate::report::Published;

const TEMPORARY: &str = ".hecha-tmp-";
const JOURNAL: &str = ".hecha-journal";
/// Where the former result lies, below the staging directory, between the two renames.
const FORMER: &str = "former";

/// An output that could not be written, as every error is shown. Nothing has been published.
pub fn failed(what: &str, path: &Path, source: &io::Error) -> Error {
    Error::io(ErrorKind::Output, format!("{what}失败"), path, source).meanwhile("上一次的结果没有改动。")
}

/// A result under construction. Dropped without [`publish`](Self::publish), it leaves nothing behind.
#[derive(Debug)]
pub struct Staging {
    out: PathBuf,
    /// `out/.hecha-tmp-…`, holds the new result and, for a moment, the former one.
    root: PathBuf,
    /// Name of the result below `out`.
    name: String,
    moves_latest: bool,
    files: Mutex<Vec<String>>,
}

impl Staging {
    /// Starts a result `out/<name>`; completes or clears what an earlier run left there. `out` is made if missing.
    ///
    /// # Errors
    /// `out` cannot be made or written to.
    pub fn begin(out: &Path, name: &str, moves_latest: bool) -> Result<Self> {
        make_dirs(out)?;
        recover(out)?;
        let root = out.join(format!("{TEMPORARY}{name}-{}", std::process::id()));
        let staging =
            Self { out: out.to_owned(), root, name: name.to_owned(), moves_latest, files: Mutex::new(Vec::new()) };
        make_dirs(&staging.dir())?;
        Ok(staging)
    }

    /// The directory being built.
    pub fn dir(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    /// Scratch space on the same disk, for the owner only, gone after publishing.
    pub fn scratch(&self) -> &Path {
        &self.root
    }

    /// Writes one file, `relative` to the result.
    ///
    /// # Errors
    /// As the system says.
    pub fn write(&self, relative: impl AsRef<Path>, bytes: &[u8]) -> Result<()> {
        let relative = relative.as_ref();
        let mut file = self.create(relative)?;
        file.write_all(bytes).map_err(|source| failed("写入结果", &self.place(relative), &source))
    }

    /// Opens one new file, `relative` to the result, for the owner only; its directories are made.
    ///
    /// # Errors
    /// As the system says; a file of that name is there already.
    pub fn create(&self, relative: impl AsRef<Path>) -> Result<File> {
        let relative = relative.as_ref();
        let path = self.dir().join(relative);
        if let Some(parent) = path.parent() {
            make_dirs(parent)?;
        }
        let file = private::create(&path);
        let file = file.map_err(|source| failed("写入结果", &self.place(relative), &source))?;
        let shown = relative.to_string_lossy().replace('\\', "/");
        self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(shown);
        Ok(file)
    }

    /// SHA-256 of a file of the result, in hex.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn digest_of(&self, relative: &str) -> Result<String> {
        let path = self.dir().join(relative);
        digest(&path).map_err(|source| failed("读回结果", &path, &source))
    }

    /// Where a file will lie, as errors name it.
    pub fn place(&self, relative: &Path) -> PathBuf {
        self.out.join(&self.name).join(relative)
    }

    /// Puts the result in place, whole, and points `latest` at it.
    ///
    /// # Errors
    /// As the system says; the former result stands.
    pub fn publish(self) -> Result<Published> {
        let target = self.out.join(&self.name);
        let not_published = |source| failed("发布结果", &target, &source);
        let latest = self.out.join("latest");
        if self.moves_latest && fs::symlink_metadata(&latest).is_ok_and(|found| found.is_dir()) {
            return Err(failed("更新 latest", &latest, &io::ErrorKind::IsADirectory.into()));
        }
        self.is_whole().map_err(not_published)?;
        flush(&self.root).map_err(not_published)?;
        if fs::symlink_metadata(&target).is_err() {
            fs::rename(self.dir(), &target).map_err(not_published)?;
        } else if !exchange(&self.dir(), &target).map_err(not_published)? {
            self.replace_by_journal(&target).map_err(not_published)?;
        }
        if self.moves_latest {
            point_latest(&self.out, &self.root, &self.name)
                .map_err(|source| failed("更新 latest", &latest, &source))?;
        }
        flush_dir(&self.out).map_err(not_published)?;
        let mut files = std::mem::take(&mut *self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        files.sort();
        Ok(Published { dir: target, files })
    }

    /// Everything that was written is still there: nobody tidied up below this run.
    fn is_whole(&self) -> io::Result<()> {
        let files = self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match files.iter().find(|file| !self.dir().join(file).is_file()) {
            None => Ok(()),
            Some(_) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Two renames; the journal says to the next start which of them were meant.
    fn replace_by_journal(&self, target: &Path) -> io::Result<()> {
        let journal = self.out.join(JOURNAL);
        let staged = self.root.join("journal");
        let root = self.root.file_name().unwrap_or_default().to_string_lossy();
        let mut file = private::create(&staged)?;
        writeln!(file, "{root}\n{}", self.name)?;
        file.sync_all()?;
        fs::rename(&staged, &journal)?;
        flush_dir(&self.out)?;
        let former = self.root.join(FORMER);
        let result = fs::rename(target, &former).and_then(|()| {
            fs::rename(self.dir(), target).inspect_err(|_| {
                // The former result goes back; should even that fail, the journal lets the next start mend it.
                let _ = fs::rename(&former, target);
            })
        });
        if result.is_ok() || target.exists() {
            fs::remove_file(&journal)?;
        }
        result
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // While a journal stands, this directory may hold the only whole result.
        if !self.out.join(JOURNAL).exists() {
            // What cannot be removed now (a file open on Windows) goes at the next start.
            let _ = fs::remove_dir_all(&self.root);
        }
    }
}

/// SHA-256 of the `findings.csv` that stands for an as-of; None where there is none. `place`: the output directory the run was
/// to be published in, which may be another than today's `out`; empty where that was not kept.
pub fn output_of(out: &Path, place: &Path, as_of: chrono::NaiveDate) -> Option<String> {
    let place = if place.as_os_str().is_empty() { out } else { place };
    // A move that was interrupted there is completed before it is asked what stands.
    if place != out && recover(place).is_err() {
        return None;
    }
    digest(&place.join(as_of.to_string()).join("findings.csv")).ok()
}

/// Removes results of an as-of before `limit`, never the newest, nor with `keep_monthly` the last of a month; gives their
/// names. What came back (`回收`) stays.
///
/// # Errors
/// `out` cannot be read, or a result cannot be removed.
pub fn clear(out: &Path, limit: chrono::NaiveDate, keep_monthly: bool) -> Result<Vec<String>> {
    if !out.exists() {
        return Ok(Vec::new());
    }
    let not_cleared = |path: &Path, e: io::Error| Error::io(ErrorKind::Output, "清理不了以往的结果", path, &e);
    let mut results = Vec::new();
    for entry in fs::read_dir(out).map_err(|e| not_cleared(out, e))? {
        let name = entry.map_err(|e| not_cleared(out, e))?.file_name().to_string_lossy().into_owned();
        let day: Option<chrono::NaiveDate> = name.split('_').next().and_then(|day| day.parse().ok());
        let is_result = fs::symlink_metadata(out.join(&name)).is_ok_and(|found| found.is_dir())
            && out.join(&name).join("manifest.json").is_file();
        if let Some(day) = day.filter(|_| is_result) {
            results.push((day, name));
        }
    }
    results.sort();
    let newest = results.iter().rev().find(|(_, name)| !name.contains('_')).map(|(day, _)| *day);
    let latest = fs::read_link(out.join("latest")).ok().map(|target| target.to_string_lossy().into_owned());
    let all = results.clone();
    results.retain(|(day, name)| *day < limit && newest.is_some_and(|n| *day < n) && latest.as_ref() != Some(name));
    if keep_monthly {
        let month = |day: &chrono::NaiveDate| crate::domain::date::Month::of(*day);
        let mut last = BTreeMap::new();
        for (day, _) in all.iter().filter(|(_, name)| !name.contains('_')) {
            last.insert(month(day), *day);
        }
        results.retain(|(day, name)| name.contains('_') || last.get(&month(day)) != Some(day));
    }
    for (_, name) in &results {
        let path = out.join(name);
        fs::remove_dir_all(&path).map_err(|e| not_cleared(&path, e))?;
    }
    Ok(results.into_iter().map(|(_, name)| name).collect())
}

/// A result of an earlier run stands below `out`.
pub fn has_results(out: &Path) -> bool {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    entries.map(|e| e.path()).any(|dir| dir.join("manifest.json").is_file() && dir.join("findings.csv").is_file())
}

fn digest(path: &Path) -> io::Result<String> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

/// Completes the two renames of a run that died between them and removes what died runs left below `out`.
///
/// # Errors
/// `out` cannot be read, or the interrupted move cannot be completed.
pub fn recover(out: &Path) -> Result<()> {
    if !out.exists() {
        return Ok(());
    }
    let not_mended = |path: &Path, source| failed("整理上次中断的结果", path, &source);
    let journal = out.join(JOURNAL);
    match fs::read_to_string(&journal) {
        Ok(text) => {
            let mut lines = text.lines();
            if let (Some(root), Some(name)) = (lines.next(), lines.next())
                && root.starts_with(TEMPORARY)
                && [root, name].into_iter().all(is_plain_name)
            {
                let target = out.join(name);
                let complete = [name, FORMER].map(|result| out.join(root).join(result));
                if !target.exists()
                    && let Some(result) = complete.iter().find(|result| result.exists())
                {
                    fs::rename(result, &target).map_err(|source| not_mended(&target, source))?;
                }
            }
            fs::remove_file(&journal).map_err(|source| not_mended(&journal, source))?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(not_mended(&journal, source)),
    }
    for entry in fs::read_dir(out).map_err(|source| not_mended(out, source))? {
        let entry = entry.map_err(|source| not_mended(out, source))?;
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            let path = entry.path();
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            // On Windows a file of it may be open; it harms nobody and is tried again next time.
            let _ = if is_dir { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
    Ok(())
}

fn is_plain_name(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|last| last == name)
}

/// `latest` → `name`, replaced in one step: a relative link, or `latest.txt` where the system has no links.
fn point_latest(out: &Path, scratch: &Path, name: &str) -> io::Result<()> {
    #[cfg(unix)]
    {
        let link = scratch.join("latest");
        match std::os::unix::fs::symlink(name, &link) {
            Ok(()) => return fs::rename(&link, out.join("latest")),
            // FAT and some network shares know no links.
            Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) => {}
            Err(error) => return Err(error),
        }
    }
    let text = scratch.join("latest.txt");
    let mut file = private::create(&text)?;
    writeln!(file, "{name}")?;
    file.sync_all()?;
    drop(file);
    fs::rename(&text, out.join("latest.txt"))
}

/// Makes `dir` and what lacks above it, for the owner only.
fn make_dirs(dir: &Path) -> Result<()> {
    private::create_dir_all(dir).map_err(|source| failed("建立目录", dir, &source))
}

/// Swaps two paths in one step; false where the system or the file system cannot.
#[cfg(target_os = "linux")]
fn exchange(new: &Path, former: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, new, CWD, former, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(_new: &Path, _former: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Everything written so far reaches the disk before it takes the place of the former result: one call for all files.
#[cfg(target_os = "linux")]
fn flush(dir: &Path) -> io::Result<()> {
    rustix::fs::syncfs(File::open(dir)?).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn flush(dir: &Path) -> io::Result<()> {
    flush_dir(dir)
}

/// The names in `dir` reach the disk.
fn flush_dir(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(out: &Path, text: &str) -> Published {
        let staging = Staging::begin(out, "2019-08-20", true).unwrap();
        staging.write("单位/甲/a.txt", text.as_bytes()).unwrap();
        staging.write("b.txt", b"b").unwrap();
        staging.publish().unwrap()
    }

    fn names(out: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(out).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn content(out: &Path) -> String {
        fs::read_to_string(out.join("2019-08-20/单位/甲/a.txt")).unwrap()
    }

    #[test]
    fn a_second_run_of_the_day_replaces_the_first_whole() {
        let temporary = tempfile::tempdir().unwrap();
        let out = temporary.path().join("还没有/out");
        let published = publish(&out, "一");
        assert_eq!(published.files, ["b.txt", "单位/甲/a.txt"]);
        fs::write(out.join("2019-08-20/旧.txt"), "旧").unwrap();
        publish(&out, "二");
        assert_eq!(content(&out), "二");
        assert!(!out.join("2019-08-20/旧.txt").exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(names(&out), ["2019-08-20", "latest"]);
            assert_eq!(fs::read_link(out.join("latest")).unwrap(), Path::new("2019-08-20"));
            let mode = |path: &str| fs::metadata(out.join(path)).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode("2019-08-20/单位/甲"), 0o700);
            assert_eq!(mode("2019-08-20/单位/甲/a.txt"), 0o600);
        }
    }

    #[test]
    fn an_abandoned_result_leaves_nothing() {
        let out = tempfile::tempdir().unwrap();
        publish(out.path(), "一");
        let staging = Staging::begin(out.path(), "2019-08-20", true).unwrap();
        staging.write("b.txt", b"x").unwrap();
        drop(staging);
        assert_eq!(content(out.path()), "一");
        assert!(!names(out.path()).iter().any(|n| n.starts_with(".hecha")));
    }

    #[test]
    fn a_partial_result_leaves_latest_alone() {
        let out = tempfile::tempdir().unwrap();
        publish(out.path(), "一");
        Staging::begin(out.path(), "2019-08-20_局部", false).unwrap().publish().unwrap();
        assert!(out.path().join("2019-08-20_局部").is_dir());
        assert_eq!(fs::canonicalize(out.path().join("latest")).unwrap().file_name().unwrap(), "2019-08-20");
    }

    /// The journal's states, one per point at which a run may die, and what must stand afterwards.
    #[test]
    fn every_interrupted_move_is_mended() {
        for (target, new, former, expected) in [
            (Some("旧"), Some("新"), None, "旧"),
            (None, Some("新"), Some("旧"), "新"),
            (Some("新"), None, Some("旧"), "新"),
            (None, None, Some("旧"), "旧"),
        ] {
            let out = tempfile::tempdir().unwrap();
            let root = out.path().join(".hecha-tmp-2019-08-20-1");
            fs::create_dir(&root).unwrap();
            for (path, text) in
                [(out.path().join("2019-08-20"), target), (root.join("2019-08-20"), new), (root.join(FORMER), former)]
            {
                if let Some(text) = text {
                    fs::create_dir_all(path.join("单位/甲")).unwrap();
                    fs::write(path.join("单位/甲/a.txt"), text).unwrap();
                }
            }
            fs::write(out.path().join(JOURNAL), ".hecha-tmp-2019-08-20-1\n2019-08-20\n").unwrap();
            recover(out.path()).unwrap();
            assert_eq!(content(out.path()), expected);
            assert_eq!(names(out.path()), ["2019-08-20"]);
        }
    }

    #[test]
    fn two_renames_do_what_the_exchange_does() {
        let out = tempfile::tempdir().unwrap();
        publish(out.path(), "一");
        let staging = Staging::begin(out.path(), "2019-08-20", true).unwrap();
        staging.write("单位/甲/a.txt", "二".as_bytes()).unwrap();
        staging.replace_by_journal(&out.path().join("2019-08-20")).unwrap();
        drop(staging);
        assert_eq!(content(out.path()), "二");
        assert!(!names(out.path()).iter().any(|n| n.starts_with(".hecha")));
    }

    #[test]
    fn a_forged_journal_moves_nothing_outside() {
        let out = tempfile::tempdir().unwrap();
        for journal in ["", "\n", "../x\ny\n", ".hecha-tmp-1\n../y\n", ".hecha-tmp-1/..\ny\n"] {
            fs::write(out.path().join(JOURNAL), journal).unwrap();
            recover(out.path()).unwrap();
            assert!(names(out.path()).is_empty());
        }
    }

    #[test]
    fn errors_say_what_where_and_what_to_do() {
        let shown = failed("写入结果", Path::new("out/x"), &io::ErrorKind::StorageFull.into()).to_string();
        assert!(shown.starts_with("错误 写入结果失败\n  位置  out/x\n  找到  磁盘已满\n  处理  "), "{shown}");
        let temporary = tempfile::tempdir().unwrap();
        let blocked = temporary.path().join("文件");
        fs::write(&blocked, "").unwrap();
        let error = Staging::begin(&blocked.join("out"), "2019-08-20", true).unwrap_err();
        assert_eq!(error.exit_code(), 5);
        fs::create_dir_all(temporary.path().join("out/latest")).unwrap();
        let staging = Staging::begin(&temporary.path().join("out"), "2019-08-20", true).unwrap();
        assert!(staging.publish().unwrap_err().to_string().contains("latest"));
        assert_eq!(names(&temporary.path().join("out")), ["latest"]);
    }
}
