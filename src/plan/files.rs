//! The files of a source: what its pattern leads to, and what could not be reached on the way.
//!
//! A directory that cannot be listed, an entry that cannot be looked at, a link that leads nowhere or out of the source's own
//! directory is told with its path: it counts as a source that could not be read. Links to directories are never followed; what
//! lies below one that stays inside is read at its own place.

use std::path::{Path, PathBuf};

use glob::MatchOptions;

use crate::config::{Config, Source};
use crate::error::{Error, ErrorKind, Result, io_reason};
use crate::ingest::ReadError;
use crate::ingest::inputs::SetAside;

const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// What a source's pattern led to, by path.
#[derive(Debug, Default)]
pub struct Found {
    pub files: Vec<PathBuf>,
    pub set_aside: Vec<(PathBuf, SetAside)>,
    /// The directory from which the pattern looks, where it is not there.
    pub no_directory: Option<PathBuf>,
}

impl Found {
    /// Nothing is there that could be the source.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.set_aside.is_empty()
    }
}

/// Looks for the files of a source.
///
/// # Errors
/// A pattern that cannot be read.
pub fn find(config: &Config, source: &Source) -> Result<Found> {
    let wrong = |why: &str| {
        Error::new(ErrorKind::Config, "path的写法不对")
            .at(format!("配置第{}行 [[source]]", source.line))
            .excerpt(source.path.clone())
            .found(why.to_string())
            .remedy("用 * 代表一层里的任意文件名，** 代表任意层目录")
    };
    let written = source.path.replace('\\', "/");
    let parts: Vec<&str> = written.split('/').collect();
    let fixed = parts.iter().take_while(|p| !p.contains(['*', '?', '['])).count().min(parts.len() - 1);
    let start = config.base.join(parts[..fixed].join("/"));
    let start =
        if written.starts_with('/') { PathBuf::from(format!("/{}", parts[1..fixed.max(1)].join("/"))) } else { start };
    // Only the pattern's own text may hold wildcards; the directory it starts from is taken as it is.
    let pattern = parts[fixed..].iter().map(|part| glob::Pattern::new(part).map(|p| (*part, p)));
    let steps = pattern.collect::<std::result::Result<Vec<_>, _>>().map_err(|e| wrong(e.msg))?;
    let whole = glob::Pattern::new(&parts[fixed..].join("/")).map_err(|e| wrong(e.msg))?;
    let mut walk = Walk { start: &start, steps, whole, found: Found::default() };
    match std::fs::metadata(&start) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && start.symlink_metadata().is_err() => {
            walk.found.no_directory = Some(start.clone());
        }
        Err(e) => walk.unreachable(&start, "目录", &e),
        Ok(_) => walk.directory(&start, &mut Vec::new()),
    }
    let mut found = walk.found;
    found.files.sort();
    found.set_aside.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

struct Walk<'a> {
    start: &'a Path,
    /// The pattern step by step.
    steps: Vec<(&'a str, glob::Pattern)>,
    whole: glob::Pattern,
    found: Found,
}

impl Walk<'_> {
    /// `names`: the steps from the start to `dir`, as they can be shown. A name that is no UTF-8 (GBK of an old archive) is
    /// matched by what can be shown of it.
    fn directory(&mut self, dir: &Path, names: &mut Vec<String>) {
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(e) => return self.unreachable(dir, "目录", &e),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    self.unreachable(dir, "目录", &e);
                    continue;
                }
            };
            names.push(entry.file_name().to_string_lossy().into_owned());
            self.entry(&entry.path(), names);
            names.pop();
        }
    }

    fn entry(&mut self, path: &Path, names: &mut Vec<String>) {
        let matches = self.whole.matches_with(&names.join("/"), OPTIONS);
        let may_hold = self.may_hold(names);
        if !matches && !may_hold {
            return;
        }
        let kind = match path.symlink_metadata() {
            Ok(found) => found.file_type(),
            Err(e) => return self.unreachable(path, "文件", &e),
        };
        if kind.is_symlink() {
            return self.link(path, matches, may_hold);
        }
        if kind.is_dir() {
            if may_hold {
                self.directory(path, names);
            }
        } else if matches {
            self.file(path, kind.is_file());
        }
    }

    fn link(&mut self, path: &Path, matches: bool, may_hold: bool) {
        let target = match path.metadata() {
            Ok(target) => target,
            Err(e) => {
                let nowhere = e.kind() == std::io::ErrorKind::NotFound;
                let what = if nowhere {
                    "链接指向的文件或目录不存在".into()
                } else {
                    format!("链接打不开（{}）", io_reason(&e))
                };
                let remedy = "请检查共享目录是否已连接，或改正、删除这个链接";
                return self.set_aside(path, SetAside::Unreachable(ReadError::new(what, remedy)));
            }
        };
        if !target.is_dir() {
            if matches {
                self.file(path, target.is_file());
            }
        } else if may_hold {
            let real = |p: &Path| p.canonicalize().ok();
            let inside = real(path).zip(real(self.start)).is_some_and(|(target, start)| target.starts_with(start));
            self.set_aside(
                path,
                if inside {
                    SetAside::Ignored("指向来源目录之内的链接，内容按原处读取".into())
                } else {
                    let remedy = "请在配置 [[source]] path 里直接写链接所指的目录，或把文件放到来源目录里";
                    SetAside::Unreachable(ReadError::new("这是指向别处的目录链接，没有跟着读", remedy))
                },
            );
        }
    }

    fn file(&mut self, path: &Path, regular: bool) {
        if regular {
            self.found.files.push(path.to_owned());
        } else {
            self.set_aside(path, SetAside::Ignored("管道、套接字或设备，不是文件".into()));
        }
    }

    /// Whether files below the directory of these names can match.
    fn may_hold(&self, names: &[String]) -> bool {
        for (at, name) in names.iter().enumerate() {
            match self.steps.get(at) {
                Some(("**", _)) => return true,
                // The last step names files.
                Some((_, step)) if at + 1 < self.steps.len() && step.matches_with(name, OPTIONS) => {}
                _ => return false,
            }
        }
        true
    }

    fn unreachable(&mut self, path: &Path, what: &str, error: &std::io::Error) {
        let error = ReadError::new(
            format!("{what}打不开（{}）", io_reason(error)),
            "请检查共享目录是否已连接、路径是否写对、有没有权限",
        );
        self.set_aside(path, SetAside::Unreachable(error));
    }

    fn set_aside(&mut self, path: &Path, why: SetAside) {
        self.found.set_aside.push((path.to_owned(), why));
    }
}
