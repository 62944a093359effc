//! BF 帮扶责任: helpers, visits, surveys, aid that fits the cause.

use super::catalogue::Rule;
use super::prelude::*;

mod bf601_helper;
mod bf602_visits;
mod bf603_signatures;
mod bf604_aid;
pub mod bf605_survey;
mod bf606_fitting_aid;
mod bf607_insurance;
mod bf608_vanished;

pub static RULES: &[&Rule] = &[
    &bf601_helper::RULE,
    &bf602_visits::RULE,
    &bf603_signatures::RULE,
    &bf604_aid::RULE,
    &bf605_survey::RULE,
    &bf606_fitting_aid::RULE,
    &bf607_insurance::RULE,
    &bf608_vanished::RULE,
];

/// Judges every active file. A file that has left gives 不适用, one whose status nobody understands 无法判定.
fn each_active<'a>(judge: &mut Judge<'a>, mut look: impl FnMut(&mut Judge<'a>, FileId)) {
    let book = judge.book();
    for file in book.file_ids() {
        let f = book.file(file);
        match f.status {
            FileStatus::Active => look(judge, file),
            FileStatus::Unknown => judge.undetermined(file, Reason::StatusUnclear),
            FileStatus::Exited | FileStatus::Cancelled => judge.not_applicable(file),
        }
    }
}

/// The canonical word of a file's code field, or what is written; None where nothing legible is.
fn word_of<'a>(facts: &Facts<'a>, record: RecordId, field: &str) -> Option<&'a str> {
    match facts.book.tables.value(record, field) {
        Value::Code(code) => Some(code.shown()),
        _ => None,
    }
}
