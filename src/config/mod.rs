//! `hecha.toml`: what a user decides. Found upward from the working directory or given with `--config`.
//!
//! Every mistake in the file is reported at once, each with its line, the line itself and what to write instead.

pub mod model;
mod overlay;
mod policy;
mod read;
mod section;
mod sections;
pub mod terms;
mod vocabulary;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::profile::{self, Profile, RuleSpec};
use crate::schema::Schemas;

pub use model::*;
pub use overlay::Change;
pub use terms::effective_digest;

/// Name of the file looked for.
pub const FILE_NAME: &str = "hecha.toml";

/// A config with what it rests on.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub config: Config,
    /// Embedded and user's schemas, with the synonyms of `[codes.…]`.
    pub schemas: Schemas,
    /// The profile with the config's values put over it.
    pub terms: Profile,
}

/// The nearest `hecha.toml` at or above a directory.
pub fn find(start: &Path) -> Option<PathBuf> {
    start.ancestors().map(|dir| dir.join(FILE_NAME)).find(|path| path.is_file())
}

/// The config file a command was given (relative to the working directory), else the nearest.
///
/// # Errors
/// There is none.
pub fn locate(given: Option<&Path>, cwd: &Path) -> Result<PathBuf> {
    given.map(|path| cwd.join(path)).or_else(|| find(cwd)).ok_or_else(|| {
        Error::new(ErrorKind::Usage, "没有找到配置文件hecha.toml")
            .at(format!("{}及其上级目录", cwd.display()))
            .remedy("在放表格的目录运行：hecha init 目录")
            .remedy("或用 --config 指明配置文件")
    })
}

/// Reads a config file, and the schemas and profile it names. `rules`: the catalogue, against which `[rule.…]` is
/// checked.
///
/// # Errors
/// Everything that is wrong with the file, or with the schemas or the profile it names.
pub fn load(path: &Path, rules: &[RuleSpec<'_>]) -> Result<Loaded> {
    parse(&text_of(path)?, &path.display().to_string(), base_of(path), rules)
}

/// As [`load`], with changes put over the file's text. The file stays as it is.
///
/// # Errors
/// As [`load`], and a change that names nothing the file can hold.
pub fn load_changed(path: &Path, changes: &[Change], rules: &[RuleSpec<'_>]) -> Result<Loaded> {
    let text = overlay::changed(&text_of(path)?, changes)?;
    parse(&text, &format!("{}（加上 --set）", path.display()), base_of(path), rules)
}

fn text_of(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| Error::io(ErrorKind::Config, "读不了配置文件", path, &e))
}

fn base_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// As [`load`], from text. `base`: the directory to which the file's relative paths relate.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str, shown: &str, base: &Path, rules: &[RuleSpec<'_>]) -> Result<Loaded> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = read::Document::parse(text, shown)?;
    // The schemas decide which kinds and fields there are, so they come first.
    let user = document.schemas_directory().map(|dir| base.join(dir));
    let mut schemas = Schemas::load(user.as_deref())?;
    registers_apart(&schemas, rules)?;
    let profiles = profile::names(user.as_deref())?;
    let config = document.config(base, &read::Known { schemas: &schemas, profiles: &profiles, rules })?;
    schemas.add_synonyms(&config.codes);
    let terms = config.terms(profile::load(&config.run.profile, user.as_deref())?);
    Ok(Loaded { config, schemas, terms })
}

/// A register must not take the code of a rule of the program.
fn registers_apart(schemas: &Schemas, rules: &[RuleSpec<'_>]) -> Result<()> {
    let clash = |schema: &crate::schema::Schema| {
        let code = &schema.finding.as_ref()?.code;
        rules.iter().find(|rule| rule.code == code)?;
        let what = format!("类别“{}”的疑点编号 {code} 已是本程序的一条规则", schema.kind);
        let error = Error::new(ErrorKind::Schema, what).at(format!("{}.toml", schema.kind));
        Some(
            error
                .excerpt(format!("code = \"{code}\""))
                .remedy("改用未用过的编号，例如 BD8xx；已有的编号见 hecha rules。"),
        )
    };
    Error::several(schemas.iter().filter_map(clash).collect()).map_or(Ok(()), Err)
}

/// The documented config that `hecha init` writes; `sources` takes the place of the `[[source]]` tables.
pub fn template(sources: &str) -> String {
    include_str!("template.toml").replace("# {sources}\n", sources)
}

#[cfg(test)]
mod tests;
