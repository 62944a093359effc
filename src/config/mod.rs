//! `hecha.toml`: what a user decides. Found upward from the working directory or given with `--config`.
//!
//! Every mistake in the file is reported at once, each with its line, the line itself and what to write instead.

pub mod model;
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

/// Reads a config file, and the schemas and profile it names. `rules`: the catalogue, against which `[rule.…]` is
/// checked.
///
/// # Errors
/// Everything that is wrong with the file, or with the schemas or the profile it names.
pub fn load(path: &Path, rules: &[RuleSpec<'_>]) -> Result<Loaded> {
    let text = fs::read_to_string(path).map_err(|e| Error::io(ErrorKind::Config, "读不了配置文件", path, &e))?;
    let base = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    parse(&text, &path.display().to_string(), base, rules)
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
    let profiles = profile::names(user.as_deref())?;
    let config = document.config(base, &read::Known { schemas: &schemas, profiles: &profiles, rules })?;
    schemas.add_synonyms(&config.codes);
    let terms = config.terms(profile::load(&config.run.profile, user.as_deref())?);
    Ok(Loaded { config, schemas, terms })
}

/// The documented config that `hecha init` writes; `sources` takes the place of the `[[source]]` tables.
pub fn template(sources: &str) -> String {
    include_str!("template.toml").replace("# {sources}\n", sources)
}

#[cfg(test)]
mod tests;
