//! The directory the files go into.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Writes files below a directory, no two of one name, and remembers their paths.
pub(super) struct Outbox<'a> {
    dir: &'a Path,
    /// By lower-case path, for file systems that do not tell `A` from `a`.
    written: BTreeMap<String, String>,
}

impl<'a> Outbox<'a> {
    pub fn new(dir: &'a Path) -> Self {
        Self { dir, written: BTreeMap::new() }
    }

    /// Writes a file at a path with `/` between folders; if that is taken, with a number behind its name. Gives the path it
    /// got.
    pub fn put(&mut self, path: &str, bytes: &[u8]) -> io::Result<String> {
        let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
        let free = (1..)
            .map(|n| if n == 1 { path.to_owned() } else { format!("{stem}_{n}.{extension}") })
            .find(|p| !self.written.contains_key(&p.to_lowercase()))
            .unwrap_or_else(|| path.to_owned());
        let target = self.dir.join(&free);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, bytes)?;
        self.written.insert(free.to_lowercase(), free.clone());
        Ok(free)
    }

    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.written.values().map(String::as_str)
    }

    /// All paths, sorted.
    pub fn into_paths(self) -> Vec<String> {
        let mut paths: Vec<String> = self.written.into_values().collect();
        paths.sort();
        paths
    }
}
