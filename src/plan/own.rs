//! Where the program's own bookkeeping lies: configuration, state, results. None of it is a source.

use std::path::{Path, PathBuf};

use crate::config::Config;

/// The places, as the system resolves them.
#[derive(Debug)]
pub struct Own {
    files: Vec<PathBuf>,
    directories: Vec<PathBuf>,
}

impl Own {
    /// `path`: the configuration's file. `out`: where this run writes, which the command line may have changed.
    pub fn new(config: &Config, path: &Path, out: &Path) -> Self {
        let state = config.resolve(&config.run.state);
        let beside = |extension: &str| state.with_extension(extension);
        let mut files = vec![path.to_owned(), state.clone(), beside("key"), beside("lock"), beside("key.new")];
        files.extend(["-journal", "-wal", "-shm"].map(|end| {
            let mut name = state.clone().into_os_string();
            name.push(end);
            PathBuf::from(name)
        }));
        files.extend(config.run.calendar.iter().map(|path| config.resolve(path)));
        files.extend(config.privacy.passwords.iter().map(|path| config.resolve(path)));
        files.extend(config.sources.iter().filter_map(|s| s.password_file.as_ref()).map(|path| config.resolve(path)));
        let outs = [config.resolve(&config.run.out), out.to_owned()];
        files.extend(outs.iter().map(|out| crate::history::lock::out_lock(out)));
        let mut directories = outs.to_vec();
        directories.extend(config.run.schemas.iter().map(|path| config.resolve(path)));
        // Returned forms are kept beside the database and read from there by name.
        directories.push(crate::history::forms::directory(&state));
        let real = |paths: Vec<PathBuf>| paths.into_iter().map(|p| p.canonicalize().unwrap_or(p)).collect();
        Self { files: real(files), directories: real(directories) }
    }

    /// Whether a path is one of these, or lies below one.
    pub fn is_bookkeeping(&self, path: &Path) -> bool {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.files.contains(&path) || self.directories.iter().any(|dir| path.starts_with(dir))
    }
}
