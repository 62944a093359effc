//! Material lists (资料目录) of a paper against what stands in the paper file.

use crate::link::Casebook;
use crate::normalize::{RecordId, Value};

/// Illness, schooling …: the one item that only some causes call for.
const PROOF: &str = "m10";

/// Causes for which proof of illness or schooling belongs to the file.
const PROOF_CAUSES: [&str; 6] = ["子女上学", "患重特大疾病", "本人大病", "供养直系亲属大病", "无劳动能力", "残疾"];

/// What a paper row says of a list of materials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Materials<'l> {
    /// Marked absent, in schema order. Never empty.
    Lacking(Vec<&'l str>),
    /// Some are marked, none of them absent.
    InPlace,
    /// Columns are there, nothing is marked.
    NotFilledIn,
    /// The sheet has none of the columns.
    NotAsked,
}

/// `list`: field ids of the paper's list. What is not filled in is unknown; m10 counts where cause or health call for it.
pub fn materials<'l>(book: &Casebook<'_>, efile: RecordId, paper: RecordId, list: &[&'l str]) -> Materials<'l> {
    let value = |field: &str| book.tables.value(paper, field);
    let absent = |field: &&&str| matches!(value(field), Value::Bool(false));
    let mut lacking: Vec<&str> = list.iter().filter(absent).copied().filter(|&m| is_needed(book, efile, m)).collect();
    if !lacking.is_empty() {
        let schema = book.tables.schema(paper);
        lacking.sort_by_key(|m| schema.index(m));
        return Materials::Lacking(lacking);
    }
    if list.iter().any(|m| matches!(value(m), Value::Bool(_))) {
        Materials::InPlace
    } else if list.iter().all(|m| matches!(value(m), Value::Absent)) {
        Materials::NotAsked
    } else {
        Materials::NotFilledIn
    }
}

/// Proof of illness or schooling belongs to the files whose cause or health calls for it, everything else to all.
pub fn is_needed(book: &Casebook<'_>, efile: RecordId, material: &str) -> bool {
    material != PROOF || needs_proof(book, efile)
}

fn needs_proof(book: &Casebook<'_>, efile: RecordId) -> bool {
    let word = |field: &str| match book.tables.value(efile, field) {
        Value::Code(code) => Some(code.shown()),
        _ => None,
    };
    word("cause_main").is_some_and(|c| PROOF_CAUSES.contains(&c)) || word("health").is_some_and(|h| h != "良好")
}
