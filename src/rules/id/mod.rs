//! ID 证件与基础信息: numbers, required values, code words, names, totals.

use super::catalogue::Rule;

mod agree;
pub mod folding;
mod id101_invalid_number;
mod id102_lost_digits;
mod id103_sex;
mod id104_birth_date;
mod id105_required;
pub mod id106_code;
pub mod id107_unreadable;
mod id108_old_number;
mod id109_suspected_number;
mod id110_two_names;
mod id111_household_size;
mod id112_per_capita;
mod id113_control_total;

pub static RULES: &[&Rule] = &[
    &id101_invalid_number::RULE,
    &id102_lost_digits::RULE,
    &id103_sex::RULE,
    &id104_birth_date::RULE,
    &id105_required::RULE,
    &id106_code::RULE,
    &id107_unreadable::RULE,
    &id108_old_number::RULE,
    &id109_suspected_number::RULE,
    &id110_two_names::RULE,
    &id111_household_size::RULE,
    &id112_per_capita::RULE,
    &id113_control_total::RULE,
];

use super::prelude::*;
use crate::domain::id_number::IdNumber;

/// Every row with a number of a person, and that number: all kinds, the columns `id_number` (of a household's own row in
/// civil registers: `head_id_number`), in reading order.
fn numbered_rows<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = (RecordId, &'static str, &'a IdNumber)> + 'a {
    let tables = &facts.book.tables;
    tables.schemas.all().iter().flat_map(move |schema| {
        let field = if schema.index("id_number").is_some() { "id_number" } else { "head_id_number" };
        tables.of_kind(&schema.kind).iter().filter_map(move |&record| match tables.value(record, field) {
            Value::Id(id) => Some((record, field, &**id)),
            _ => None,
        })
    })
}

/// The name column beside a number column.
fn name_beside(field: &str) -> &'static str {
    if field == "head_id_number" { "head_name" } else { "name" }
}

/// Rows of other departments give ID findings only where they link to a household, except a bad number in the death list
/// and the roster.
fn counts_here(facts: &Facts<'_>, record: RecordId, also: &[&str]) -> bool {
    let kind = facts.book.tables.schema(record).kind.as_str();
    !is_foreign(kind) || also.contains(&kind) || links(facts, record)
}

/// The row speaks of a household of the union: by its person, or by the civil household it is part of.
fn links(facts: &Facts<'_>, record: RecordId) -> bool {
    facts.book.file_of_row(record).is_some() || linked_civil_file(facts, record).is_some()
}

/// The file whose household a civil row belongs to, where the row's own number does not tell.
fn linked_civil_file(facts: &Facts<'_>, record: RecordId) -> Option<FileId> {
    let book = facts.book;
    let household = book.civil.household_of(record)?;
    book.civil.files_of(household, &book.files_of).min()
}

/// A draft about a row; a civil row whose own number cannot be read takes its household's file.
fn draft_of_row(facts: &Facts<'_>, record: RecordId, field: &'static str) -> Draft {
    let mut draft = Draft::of_row(facts, record, name_beside(field), field);
    if draft.file.is_none()
        && let Some(file) = linked_civil_file(facts, record)
    {
        draft.file = Some(file);
        draft.file_no = facts.book.file(file).file_no.clone();
        draft.unit = facts.book.file(file).unit;
    }
    draft
}
