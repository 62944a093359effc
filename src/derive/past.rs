//! What earlier runs left for the rules: files that are gone, findings nobody answered.
//!
//! Filled from the state by the line; empty where a run keeps no memory.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::link::FileId;
use crate::normalize::RecordId;

#[derive(Debug, Default)]
pub struct Past {
    /// As-of of the run compared with; None without one.
    pub as_of: Option<NaiveDate>,
    /// Active files of earlier runs that are in no file of today, neither as a file nor through their head.
    pub gone: Vec<GoneFile>,
    /// Open findings that were handed out and have no answer, as the last run listed them.
    pub unanswered: Vec<Unanswered>,
    /// Payments and aid records that earlier runs read and this one does not.
    pub vanished: Vec<Vanished>,
    /// Those that were missed before, and are there again or explained.
    pub back: Vec<Seen>,
    /// Files of today that the last run knew as 在档.
    pub known_files: HashSet<FileId>,
    /// Payments and aid records of today that earlier runs read.
    pub known: HashSet<RecordId>,
    /// (kind, unit name; "" for all) of which fewer rows came than before: what is not there may only be missing.
    pub short: Vec<(String, String)>,
    /// By rule: whose verdicts of today are asked for.
    pub watched: HashMap<String, Watch>,
}

/// Whose verdicts are kept, per rule: those of the files that standing findings of earlier runs are about, and of what
/// belongs to no file where such a finding stands.
#[derive(Debug, Default)]
pub struct Watch {
    pub files: HashSet<FileId>,
    /// Findings without a file stand, or their file cannot be found: the verdicts of all rows are kept.
    pub all: bool,
}

/// A payment or aid record that an earlier run read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// payment or aid.
    pub kind: String,
    pub unit: String,
    /// Its name in the ledger.
    pub key: String,
}

/// One that is gone, or changed in amount, payee or day, though rows of its unit and month came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vanished {
    /// payment or aid.
    pub kind: String,
    /// Its name in the ledger.
    pub key: String,
    /// Name of the unit whose list it stood in.
    pub unit: String,
    /// In full where a row of today bears it, else masked.
    pub id_number: String,
    /// Fen, if it could be read.
    pub amount: Option<i64>,
    /// As normalised; "" where it could not be read.
    pub date: String,
    /// Serial or record_no, else program@date@amount.
    pub reference: String,
    /// As-of of the last run that read it.
    pub last_seen: NaiveDate,
    /// What seems to stand in its place today.
    pub now: Option<RecordId>,
    /// The source came whole, so that its absence says something.
    pub told: bool,
}

/// An electronic file that is no longer exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneFile {
    /// Name of its unit in the run that last had it.
    pub unit: String,
    pub file_no: String,
    pub name: String,
    /// In full where a row of today bears it, else masked: the state keeps no number.
    pub id_number: String,
    /// `path › sheet › row` in the run that last had it.
    pub place: String,
    /// The export is whole, so that its absence says something.
    pub told: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    pub finding: String,
    pub unit: String,
    pub handed_out: NaiveDate,
}
