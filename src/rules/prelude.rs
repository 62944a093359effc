//! What a rule file needs.

pub use super::about::About;
pub(crate) use super::catalogue::rule;
pub use super::catalogue::{Param, Preset};
pub use super::draft::{Draft, Subject};
pub use super::judge::Judge;
pub use super::reason::Reason;
pub use super::why;
pub use super::words::*;
pub use crate::derive::{Facts, Outcome};
pub use crate::finding::Severity;
pub use crate::link::{FileId, FileStatus, id_of, name_of, text_of};
pub use crate::normalize::{RecordId, Value};
pub use crate::profile::Edge;
