//! What stops a run, in the one form in which every error is shown.
//!
//! An [`Error`] says what is wrong, where, what stood there, what was found instead, what to do, and what the
//! program did meanwhile. Data that is merely wrong is never an `Error`: it is a finding and the run goes on.
//! Errors carry no personal data; whoever builds one masks ID numbers first.

use std::fmt;
use std::io;
use std::path::Path;

use crate::domain::text::printable;

pub type Result<T> = std::result::Result<T, Error>;

/// Decides the exit code of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line is wrong.
    Usage,
    /// `hecha.toml` is wrong.
    Config,
    /// A source schema or a code table is wrong.
    Schema,
    /// A policy profile is wrong.
    Profile,
    /// A source could not be read.
    Input,
    /// No source gave a row: there is nothing to judge.
    NothingRead,
    /// The result could not be written.
    Output,
    /// Another run holds the lock.
    Locked,
    /// The program itself is at fault.
    Defect,
}

impl ErrorKind {
    /// Exit code of the command line (see `hecha --help`).
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::Config | Self::Schema | Self::Profile => 2,
            Self::Input => 3,
            Self::Locked => 4,
            Self::NothingRead | Self::Output | Self::Defect => 5,
        }
    }

    /// English word for machines (`--format json`, JSON log).
    pub fn id(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Schema => "schema",
            Self::Profile => "profile",
            Self::Input => "input",
            Self::NothingRead => "nothing_read",
            Self::Output => "output",
            Self::Locked => "locked",
            Self::Defect => "defect",
        }
    }
}

/// An error, one word wide. Built up with the `with`-less setters: `Error::new(kind, what).at(place).remedy(line)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    what: String,
    place: Option<String>,
    excerpt: Option<String>,
    found: Option<String>,
    remedy: Vec<String>,
    meanwhile: Option<String>,
    /// Further errors of the same step, so that a person can mend all of them at once.
    further: Vec<Error>,
}

impl Error {
    pub fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: what.into(),
            place: None,
            excerpt: None,
            found: None,
            remedy: Vec::new(),
            meanwhile: None,
            further: Vec::new(),
        }))
    }

    /// Several errors of one step as one; `None` if there are none.
    pub fn several(errors: Vec<Self>) -> Option<Self> {
        let mut errors = errors.into_iter();
        let mut first = errors.next()?;
        first.0.further.extend(errors);
        Some(first)
    }

    /// A file that cannot be read or written, with the system's reason in Chinese.
    pub fn io(kind: ErrorKind, what: impl Into<String>, path: &Path, error: &io::Error) -> Self {
        Self::new(kind, what).at(path.display().to_string()).found(io_reason(error)).remedy(io_remedy(error))
    }

    /// Where, from large to small: `文件 › 工作表“…” › 第 3 行`.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// What stands there, as written.
    #[must_use]
    pub fn excerpt(mut self, text: impl Into<String>) -> Self {
        self.0.excerpt = Some(text.into());
        self
    }

    /// What was found instead of what was needed.
    #[must_use]
    pub fn found(mut self, text: impl Into<String>) -> Self {
        self.0.found = Some(text.into());
        self
    }

    /// What to do; each call adds a line.
    #[must_use]
    pub fn remedy(mut self, line: impl Into<String>) -> Self {
        self.0.remedy.push(line.into());
        self
    }

    /// What the program did meanwhile.
    #[must_use]
    pub fn meanwhile(mut self, text: impl Into<String>) -> Self {
        self.0.meanwhile = Some(text.into());
        self
    }

    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    pub fn exit_code(&self) -> u8 {
        self.0.kind.exit_code()
    }

    pub fn what(&self) -> &str {
        &self.0.what
    }

    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    pub fn remedies(&self) -> &[String] {
        &self.0.remedy
    }

    /// This error and those that came with it.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.0.further)
    }

    fn fmt_one(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(f, "错误 {}", lines_visible(&inner.what))?;
        let parts = [("位置", &inner.place), ("原文", &inner.excerpt), ("找到", &inner.found)];
        for (label, text) in parts {
            if let Some(text) = text {
                // A name with a line break in it does not begin a line of its own.
                let text = if label == "位置" { printable(text).into_owned() } else { lines_visible(text) };
                write!(f, "\n  {label}  {text}")?;
            }
        }
        let actions = inner.remedy.iter().chain(&inner.meanwhile);
        for (i, line) in actions.enumerate() {
            // Further lines stand under the first: a label is two wide characters and four blanks.
            f.write_str(if i == 0 { "\n  处理  " } else { "\n        " })?;
            f.write_str(line)?;
        }
        Ok(())
    }
}

/// As [`printable`], line by line: what is quoted may have several.
fn lines_visible(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.all().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            error.fmt_one(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The system's reason in Chinese; the wording of the operating system is not shown because it is not Chinese.
pub fn io_reason(error: &io::Error) -> String {
    use io::ErrorKind as K;
    match error.kind() {
        K::NotFound => "文件或目录不存在".into(),
        K::PermissionDenied => "没有权限".into(),
        K::AlreadyExists => "已经存在".into(),
        K::StorageFull | K::QuotaExceeded => "磁盘已满".into(),
        K::ReadOnlyFilesystem => "磁盘只读".into(),
        K::IsADirectory => "是目录，不是文件".into(),
        K::NotADirectory => "不是目录".into(),
        K::InvalidData => "内容不是 UTF-8 文本".into(),
        K::BrokenPipe => "输出已被对方关闭".into(),
        K::ResourceBusy | K::ExecutableFileBusy | K::WouldBlock => "文件正被别的程序使用".into(),
        _ => match error.raw_os_error() {
            // 32 and 33: sharing and lock violation on Windows, a workbook open in Excel or WPS.
            Some(32 | 33) if cfg!(windows) => "文件正被别的程序使用".into(),
            Some(code) => format!("系统错误 {code}"),
            None => "读写失败".into(),
        },
    }
}

fn io_remedy(error: &io::Error) -> &'static str {
    use io::ErrorKind as K;
    match error.kind() {
        K::NotFound | K::IsADirectory | K::NotADirectory => "检查路径是否写对。",
        K::PermissionDenied | K::ReadOnlyFilesystem => "检查文件与目录的权限；若文件在 Excel 或 WPS 中打开，请先关闭。",
        K::StorageFull | K::QuotaExceeded => "清理磁盘后重试。",
        K::InvalidData => "用记事本打开，另存为 UTF-8 编码。",
        _ => "若文件在 Excel 或 WPS 中打开，请先关闭，然后重试。",
    }
}

/// The name nearest to a mistyped one, if near enough to suggest.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A suggestion that shares less than a good half with what was written confuses more than it helps.
    names
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(wrong, name), name))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_every_error() {
        let error = Error::new(ErrorKind::Input, "来源文件缺少必需的列“身份证号”")
            .at("青羊区/困难职工台账.xls › 工作表“在档” › 第 3 行（表头）")
            .found("姓名、身份证号（18位）")
            .remedy("补上该列。")
            .meanwhile("其余文件照常处理。");
        assert_eq!(
            error.to_string(),
            "错误 来源文件缺少必需的列“身份证号”\n  位置  青羊区/困难职工台账.xls › 工作表“在档” › 第 3 行（表头）\n  \
             找到  姓名、身份证号（18位）\n  处理  补上该列。\n        其余文件照常处理。"
        );
    }

    #[test]
    fn several_errors_are_shown_together() {
        let errors = ["甲", "乙"].map(|what| Error::new(ErrorKind::Config, what)).to_vec();
        let error = Error::several(errors).expect("two");
        assert_eq!(error.to_string(), "错误 甲\n错误 乙");
        assert_eq!(error.all().count(), 2);
        assert!(Error::several(Vec::new()).is_none());
    }

    #[test]
    fn exit_codes() {
        let cases = [
            (ErrorKind::Usage, 2),
            (ErrorKind::Config, 2),
            (ErrorKind::Schema, 2),
            (ErrorKind::Profile, 2),
            (ErrorKind::Input, 3),
            (ErrorKind::Locked, 4),
            (ErrorKind::NothingRead, 5),
            (ErrorKind::Output, 5),
            (ErrorKind::Defect, 5),
        ];
        for (kind, code) in cases {
            assert_eq!(kind.exit_code(), code, "{kind:?}");
        }
    }

    #[test]
    fn near_names() {
        let names = ["federation", "profile", "due"];
        for (wrong, near) in
            [("federaton", Some("federation")), ("dew", None), ("profil", Some("profile")), ("xyz", None)]
        {
            assert_eq!(nearest(wrong, names), near, "{wrong}");
        }
    }
}
