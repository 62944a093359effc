//! JD 建档: not missed, not wrong, not twice (不漏不错不重复).

use std::collections::BTreeMap;

use super::catalogue::Rule;
use super::prelude::*;
use crate::link::UnitId;

mod died;
mod jd201_person_twice;
mod jd202_household_twice;
mod jd203_member_twice;
mod jd204_no_paper;
mod jd205_no_electronic;
mod jd206_materials;
mod jd207_head_died;
mod jd208_member_died;
mod jd209_above_standard;
mod jd210_retired;
mod jd211_not_filed;
mod jd212_not_updated;
mod jd213_number_twice;
mod jd214_not_provided;
mod jd215_gone;
mod jd216_procedure;
mod jd217_not_checked;
mod jd218_not_reapplied;

pub static RULES: &[&Rule] = &[
    &jd201_person_twice::RULE,
    &jd202_household_twice::RULE,
    &jd203_member_twice::RULE,
    &jd204_no_paper::RULE,
    &jd205_no_electronic::RULE,
    &jd206_materials::RULE,
    &jd207_head_died::RULE,
    &jd208_member_died::RULE,
    &jd209_above_standard::RULE,
    &jd210_retired::RULE,
    &jd211_not_filed::RULE,
    &jd212_not_updated::RULE,
    &jd213_number_twice::RULE,
    &jd214_not_provided::RULE,
    &jd215_gone::RULE,
    &jd216_procedure::RULE,
    &jd217_not_checked::RULE,
    &jd218_not_reapplied::RULE,
];

/// One cause that concerns several files: one draft for each unit concerned, with that unit's own file (of several, the
/// first by number), all files in `ref`, and one shared case. `shape` finishes each draft.
fn one_per_unit(
    judge: &mut Judge<'_>,
    files: &[FileId],
    person: &str,
    shape: impl Fn(&Facts<'_>, FileId, Draft) -> Draft,
) {
    let facts = judge.facts;
    let book = facts.book;
    let numbers = joined_sorted(files.iter().map(|&f| book.file(f).file_no.clone()));
    let case = crate::finding::fingerprint(judge.rule.code, person, "case", &numbers);
    let mut own: BTreeMap<UnitId, FileId> = BTreeMap::new();
    let mut ordered = files.to_vec();
    ordered.sort_by(|a, b| book.file(*a).file_no.cmp(&book.file(*b).file_no).then(a.cmp(b)));
    for &file in &ordered {
        own.entry(book.file(file).unit).or_insert(file);
    }
    for &file in own.values() {
        let mut draft = Draft::of_file(facts, file).reference(numbers.clone());
        draft.case.clone_from(&case);
        for (i, &a) in files.iter().enumerate() {
            for &b in &files[i + 1..] {
                draft.subjects.push(Subject::pair(a, b));
            }
        }
        let draft = shape(facts, file, draft);
        judge.finding(file, draft);
    }
}

/// `甲区总工会（档案号 A1）、乙区总工会（档案号 B2）`
fn named_files(facts: &Facts<'_>, files: &[FileId]) -> String {
    let book = facts.book;
    let mut out: Vec<String> = files
        .iter()
        .map(|&f| format!("{}（档案号{}）", book.units.name(book.file(f).unit), book.file(f).file_no))
        .collect();
    out.sort_unstable();
    out.join("、")
}

/// Active files of a list.
fn active(facts: &Facts<'_>, files: &[FileId]) -> Vec<FileId> {
    files.iter().copied().filter(|&f| facts.book.file(f).status == FileStatus::Active).collect()
}
