//! The config after reading. Paths are as written; [`Config::resolve`] makes them relative to the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::finding::Severity;
use crate::profile::{
    Audience, Bound, Campaign, Cap, Deadline, FundSource, Parameter, Region, Target, Threshold, Yuan,
};

/// The whole file. Serialised for the digest only, hence without paths and places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Config {
    /// Directory of the file.
    #[serde(skip)]
    pub base: PathBuf,
    pub run: Run,
    pub campaign: Option<Campaign>,
    pub sources: Vec<Source>,
    /// Unit → further names.
    pub unit_aliases: BTreeMap<String, Vec<String>>,
    pub standards: Vec<Standard>,
    pub thresholds: BTreeMap<String, Threshold>,
    pub income: IncomeSetting,
    pub audiences: Vec<Audience>,
    pub matching: Matching,
    pub caps: Vec<Cap>,
    pub deadlines: Vec<Deadline>,
    pub targets: Vec<Target>,
    pub fund_sources: BTreeMap<String, FundSource>,
    pub rules: BTreeMap<String, RuleSetting>,
    /// Code table → synonym → word.
    pub codes: BTreeMap<String, BTreeMap<String, String>>,
    pub limits: Limits,
    pub privacy: Privacy,
    pub history: History,
    #[serde(skip)]
    pub notify: Notify,
    #[serde(skip)]
    pub retention: Retention,
    /// `[exchange]`: lists to and from other departments.
    #[serde(skip)]
    pub exchange: Exchange,
    /// `[forms] dir`: the user's own templates of documents.
    #[serde(skip)]
    pub forms: Option<PathBuf>,
}

impl Config {
    /// Where the user's own templates lie.
    pub fn forms_dir(&self) -> Option<PathBuf> {
        self.forms.as_deref().map(|dir| self.resolve(dir))
    }

    /// A path of the file, relative to the file's directory.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// Severity the config gives a rule.
    pub fn severity(&self, code: &str) -> Option<Severity> {
        self.rules.get(code).and_then(|r| r.severity)
    }
}

/// `[run]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    pub federation: String,
    pub profile: String,
    /// Absent: the local date at start. Not part of the digest: it stands beside it in the run id.
    #[serde(skip)]
    pub as_of: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
    #[serde(skip)]
    pub out: PathBuf,
    #[serde(skip)]
    pub state: PathBuf,
    pub contact: Option<String>,
    #[serde(skip)]
    pub schemas: Option<PathBuf>,
    #[serde(skip)]
    pub calendar: Option<PathBuf>,
    /// Open severe findings end a run with 1; false: with 0, for schedulers that take 1 for a failure.
    #[serde(skip)]
    pub findings_exit: bool,
    /// Threads of a run; None for one a processor.
    #[serde(skip)]
    pub threads: Option<usize>,
    /// Hours after which `hecha status` calls the last run too old.
    #[serde(skip)]
    pub max_age: u32,
}

/// `[[source]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Glob, `/` on every system.
    #[serde(skip)]
    pub path: String,
    /// Absent: recognised by content.
    pub kind: Option<String>,
    pub unit: Option<String>,
    /// Field id → heading as written in the file.
    pub columns: BTreeMap<String, String>,
    pub sheet: Option<String>,
    /// As Excel counts, from 1.
    pub header_row: Option<u32>,
    /// Titles of columns in which numbers and sums need not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore_columns: Vec<String>,
    pub encoding: Option<String>,
    /// Name of the environment variable that holds the password.
    pub password_env: Option<String>,
    #[serde(skip)]
    pub password_file: Option<PathBuf>,
    pub required: bool,
    /// Line of the table in the file, for errors.
    #[serde(skip)]
    pub line: usize,
}

/// `[[standard]]`: the dibao standard of a region from a day on, per person and month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standard {
    /// Region code; covers every region of which it is a prefix, trailing zeros apart.
    pub region: String,
    pub from: NaiveDate,
    pub dibao: Yuan,
}

/// `[income]`: what the config says of the profile's [`crate::profile::IncomeTerms`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IncomeSetting {
    pub bound: Option<Bound>,
    pub region: Option<Region>,
    pub expenses: Option<Vec<String>>,
    pub medical: Option<bool>,
    pub accident_beside_dibao: Option<bool>,
}

/// `[matching]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matching {
    pub payment_window_days: u32,
    pub payment_far_days: u32,
}

impl Default for Matching {
    fn default() -> Self {
        Self { payment_window_days: 30, payment_far_days: 180 }
    }
}

/// `[rule.CODE]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RuleSetting {
    pub enabled: Option<bool>,
    #[serde(serialize_with = "severity_id")]
    pub severity: Option<Severity>,
    pub parameters: BTreeMap<String, Parameter>,
}

fn severity_id<S: Serializer>(severity: &Option<Severity>, s: S) -> Result<S::Ok, S::Error> {
    severity.map(Severity::id).serialize(s)
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Most that a file may unpack to, in MiB.
    pub unpacked_mib: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked_mib: 2048 }
    }
}

impl Limits {
    pub fn unpacked_bytes(&self) -> u64 {
        self.unpacked_mib.saturating_mul(1024 * 1024)
    }
}

/// `[privacy]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Privacy {
    pub mask_exports: bool,
    /// Table of unit and password: unit workbooks are encrypted.
    #[serde(skip)]
    pub passwords: Option<PathBuf>,
    /// Environment variable with one password for every workbook.
    pub workbook_password_env: Option<String>,
}

/// When a finding counts as handed out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOut {
    /// With the first published run that lists it.
    #[default]
    Publish,
    /// With `hecha run --hand-out`.
    Explicit,
}

/// `[notify]`: who is told how a run went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notify {
    /// A program and its arguments, no shell; it gets the summary as JSON on its standard input. Empty for nobody.
    pub command: Vec<String>,
}

/// `[exchange]`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// Environment variable with the salt that two departments share.
    pub salt_env: Option<String>,
}

/// `[retention]`: how long results stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Days; None for ever.
    pub results: Option<u32>,
    /// The last result of every month stays.
    pub keep_monthly: bool,
}

/// `[history]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct History {
    pub hand_out: HandOut,
}
