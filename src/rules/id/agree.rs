//! A value of a row against what the row's own ID number says.

use super::super::prelude::*;
use crate::domain::id_number::ResidentId;

/// Kinds of ID103 and ID104.
pub const OWN_KINDS: [&str; 3] = ["efile", "emember", "paper"];

/// Judges each row: `agrees` gives whether the value agrees and what the number says; None where it cannot be told.
pub fn check_rows(
    judge: &mut Judge<'_>,
    kinds: &[&'static str],
    field: &'static str,
    agrees: fn(&Value, ResidentId) -> Option<(bool, String)>,
) {
    let facts = judge.facts;
    let tables = &facts.book.tables;
    for &kind in kinds {
        for &record in tables.of_kind(kind) {
            let value = tables.value(record, field);
            if matches!(value, Value::Absent) {
                judge.not_applicable(record);
                continue;
            }
            let Some(id) = id_of(tables, record, "id_number") else {
                judge.undetermined(record, Reason::NumberUnclear);
                continue;
            };
            if facts.book.is_of_two(id) {
                // Whose number it is, is ID110's question.
                judge.not_applicable(record);
                continue;
            }
            let Some((same, says)) = agrees(value, id) else {
                judge.undetermined(record, Reason::of_cells(facts, record, &[field]));
                continue;
            };
            if same {
                judge.compliant(record);
                continue;
            }
            let title = facts.evidence(record, field).map(|e| e.title).unwrap_or_default();
            let written = facts.written(record, field);
            let draft = Draft::of_row(facts, record, "name", "id_number")
                .field(facts, record, field)
                .reference(kind)
                .message(format!(
                    "{}的“{title}”写的是{}，身份证号显示为{says}",
                    kind_title(facts, record),
                    quoted(&written)
                ))
                .evidence(facts.evidence(record, field))
                .evidence(facts.evidence(record, "id_number"));
            judge.finding(record, draft);
        }
    }
}
