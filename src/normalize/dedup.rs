//! Delivered twice: equal rows, and older versions of one file.
//!
//! * Rows equal in every mapped field to a row of the same kind are skipped (重复行), except payments without a serial
//!   inside one file (two equal instalments are two payments).
//! * Of two rows of one file_no and one head that differ, the later updated_on (paper: surveyed_on) is used, else the
//!   one whose path sorts last; the other is skipped (旧版本).
//! * What two lists share though they have other columns, and payments of two files: [`repeats`].
//! * What a newer civil list says replaces the older one: [`registers`].
//! * A form that a unit returned counts from its survey date (without one, from the day it came): it stands in for the
//!   paper rows of its household that are not dated later, whatever their paths.

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::SourceHints;
use super::record::{NotUsed, RecordId, Tables, Unused};
use super::value::{Context, Value};
use super::wording::Skip;
use super::{registers, repeats};
use crate::ingest::inputs::Inputs;

/// Kinds of which one row per file and head is used, with the field that dates a version.
const VERSIONED: [(&str, &str); 2] = [("efile", "updated_on"), ("paper", "surveyed_on")];

/// Kinds whose rows are told apart across files by serial, person, amount and day.
const MONEY: [&str; 2] = ["payment", "aid"];

pub fn drop_repeats(tables: &mut Tables<'_>, inputs: &Inputs, sources: &[SourceHints], context: &Context<'_>) {
    let mut kept_for: FxHashMap<RecordId, RecordId> = FxHashMap::default();
    let lists = registers::superseded(tables, inputs, context.as_of);
    retire(tables, inputs, &lists.replaced, Skip::OldVersion);
    registers::stop(tables, context, lists.stopped);
    let kinds: Vec<String> = tables.schemas.all().iter().map(|s| s.kind.clone()).collect();
    // Heads before the members nested in them: a member's key holds its head's.
    let (nested, flat): (Vec<_>, Vec<_>) =
        kinds.into_iter().partition(|k| tables.of_kind(k).iter().any(|&id| tables.get(id).parent.is_some()));
    for kind in flat.iter().chain(&nested) {
        let gone = equal_rows(tables, inputs, kind);
        retire(tables, inputs, &gone, Skip::DuplicateRow);
        kept_for.extend(gone.iter().map(|(&g, &k)| (g, k)));
        let repeats = repeats::across_files(tables, inputs, kind, context.as_of);
        retire(tables, inputs, &repeats.equal, Skip::DuplicateRow);
        retire(tables, inputs, &repeats.older, Skip::OldVersion);
        tables.notices.extend(repeats.notices);
        if !MONEY.contains(&kind.as_str()) {
            let gone = repeats::equal_in_shared(tables, kind);
            retire(tables, inputs, &gone, Skip::DuplicateRow);
            kept_for.extend(gone.iter().map(|(&g, &k)| (g, k)));
        }
        if let Some((_, dated)) = VERSIONED.iter().find(|(k, _)| k == kind) {
            let received = |tables: &Tables<'_>, id: RecordId| {
                sources.get(inputs.file_of(tables.table(id).sheet).source).and_then(|s| s.received)
            };
            for old in [before_returned, old_versions] {
                let gone = old(tables, inputs, kind, dated, &received);
                retire(tables, inputs, &gone, Skip::OldVersion);
                let members = members_of_old(tables, &gone);
                retire(tables, inputs, &members, Skip::OldVersion);
                kept_for.extend(gone.iter().map(|(&g, &k)| (g, k)));
            }
        }
    }
    tables.notices.sort_by_key(|n| n.sheet);
    // Members whose head was a repeat belong to the head that was kept.
    for record in &mut tables.records {
        let mut hops = 0;
        while let Some(kept) = record.parent.and_then(|p| kept_for.get(&p)) {
            record.parent = Some(*kept);
            hops += 1;
            if hops > 4 {
                break;
            }
        }
    }
}

/// Canonical text of all values of a record, with its head's for nested ones.
fn canon(tables: &Tables<'_>, id: RecordId) -> String {
    let record = tables.get(id);
    let mut key = String::with_capacity(160);
    for value in &record.values {
        // A column that is missing says as little as an empty cell.
        value.write_canon(&mut key);
        key.push('\u{1f}');
    }
    if let Some(parent) = record.parent {
        let head = tables.get(parent);
        let schema = tables.schema(parent);
        for field in ["file_no", "id_number"] {
            if let Some(i) = schema.index(field) {
                head.values[i].write_canon(&mut key);
                key.push('\u{1e}');
            }
        }
    }
    key
}

/// Dropped record → the equal one that is kept (the first in reading order).
fn equal_rows(tables: &Tables<'_>, inputs: &Inputs, kind: &str) -> FxHashMap<RecordId, RecordId> {
    let ids = tables.of_kind(kind);
    let serial = (kind == "payment").then(|| tables.schemas.position(kind)).flatten();
    let serial = serial.and_then(|k| tables.schemas.all()[k].index("serial"));
    let mut seen: FxHashMap<String, RecordId> = FxHashMap::default();
    let mut gone = FxHashMap::default();
    let keys: Vec<String> = ids.par_iter().map(|&id| canon(tables, id)).collect();
    for (&id, key) in ids.iter().zip(keys) {
        match seen.entry(key) {
            std::collections::hash_map::Entry::Vacant(v) => {
                v.insert(id);
            }
            std::collections::hash_map::Entry::Occupied(o) => {
                let first = *o.get();
                let unnumbered = serial.is_some_and(|s| tables.get(id).values[s].says_nothing());
                let file = |r: RecordId| inputs.sheets[tables.table(r).sheet.0 as usize].file;
                if !(unnumbered && file(first) == file(id)) {
                    gone.insert(id, first);
                }
            }
        }
    }
    gone
}

/// The day a record's form was returned; None for what came with the sources.
type Received<'a> = &'a dyn Fn(&Tables<'_>, RecordId) -> Option<NaiveDate>;

/// The day from which a record counts, and where that is equal the day it was returned.
fn counts_from(
    tables: &Tables<'_>,
    id: RecordId,
    dated: &str,
    received: Received<'_>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let returned = received(tables, id);
    let date = match tables.value(id, dated) {
        Value::Date(d) => Some(d.first_day()),
        _ => returned,
    };
    (date, returned)
}

/// Records of a household of which a form was returned later.
fn before_returned(
    tables: &Tables<'_>,
    _inputs: &Inputs,
    kind: &str,
    dated: &str,
    received: Received<'_>,
) -> FxHashMap<RecordId, RecordId> {
    let ids = tables.of_kind(kind);
    let forms: Vec<RecordId> = ids.iter().copied().filter(|&id| received(tables, id).is_some()).collect();
    let mut gone = FxHashMap::default();
    if forms.is_empty() {
        return gone;
    }
    let text = |id: RecordId, field: &str| {
        let mut out = String::new();
        tables.value(id, field).write_canon(&mut out);
        out
    };
    let mut by_key: FxHashMap<(&str, String), Vec<RecordId>> = FxHashMap::default();
    for &form in &forms {
        for field in ["file_no", "id_number"] {
            by_key.entry((field, text(form, field))).or_default().push(form);
        }
    }
    for &id in ids {
        let (file_no, number, name) = (text(id, "file_no"), text(id, "id_number"), text(id, "name"));
        let by_file_no =
            by_key.get(&("file_no", file_no.clone())).into_iter().flatten().filter(|&&form| {
                !file_no.is_empty() && (text(form, "id_number") == number || text(form, "name") == name)
            });
        let by_number = by_key
            .get(&("id_number", number.clone()))
            .into_iter()
            .flatten()
            .filter(|&&form| !number.is_empty() && (file_no.is_empty() || text(form, "file_no").is_empty()));
        let rank = |id: RecordId| counts_from(tables, id, dated, received);
        let later = by_file_no.chain(by_number).filter(|&&form| rank(form) > rank(id));
        if let Some(&form) = later.max_by_key(|&&form| (rank(form), form)) {
            gone.insert(id, form);
        }
    }
    gone
}

fn old_versions(
    tables: &Tables<'_>,
    inputs: &Inputs,
    kind: &str,
    dated: &str,
    received: Received<'_>,
) -> FxHashMap<RecordId, RecordId> {
    let mut groups: FxHashMap<String, Vec<RecordId>> = FxHashMap::default();
    for &id in tables.of_kind(kind) {
        let (Value::Text(file_no), Value::Id(number)) = (tables.value(id, "file_no"), tables.value(id, "id_number"))
        else {
            continue;
        };
        groups.entry(format!("{file_no}\u{1f}{}", number.shown())).or_default().push(id);
    }
    let mut gone = FxHashMap::default();
    for (_, mut ids) in groups.into_iter().filter(|(_, ids)| ids.len() > 1) {
        ids.sort_by_cached_key(|&id| {
            let path = inputs.file_of(tables.table(id).sheet).path.clone();
            (counts_from(tables, id, dated, received), path, canon(tables, id))
        });
        if let Some((&newest, older)) = ids.split_last() {
            gone.extend(older.iter().map(|&id| (id, newest)));
        }
    }
    gone
}

/// Members nested in an older version, where the newer one has members of its own.
fn members_of_old(tables: &Tables<'_>, gone: &FxHashMap<RecordId, RecordId>) -> FxHashMap<RecordId, RecordId> {
    let parents: FxHashSet<RecordId> = tables.records.iter().filter_map(|r| r.parent).collect();
    let ids = (0..tables.records.len() as u32).map(RecordId);
    ids.filter_map(|id| {
        let kept = gone.get(&tables.get(id).parent?)?;
        parents.contains(kept).then_some((id, *kept))
    })
    .collect()
}

/// Takes records out and moves their rows from used to skipped.
fn retire(tables: &mut Tables<'_>, inputs: &Inputs, gone: &FxHashMap<RecordId, RecordId>, why: Skip) {
    if gone.is_empty() {
        return;
    }
    let mut ids: Vec<_> = gone.iter().map(|(&g, &k)| (g, k)).collect();
    ids.sort_unstable();
    for (id, kept) in ids {
        let sheet = tables.table(id).sheet;
        let lines = tables.get(id).lines as usize;
        let kept_sheet = tables.table(kept).sheet;
        let note = format!(
            "{} › {} › 第{}行",
            inputs.file_of(kept_sheet).path,
            inputs.sheet(kept_sheet).name,
            tables.get(kept).row
        );
        let account = &mut tables.accounts[sheet.0 as usize];
        account.used -= lines;
        if lines > 0 {
            *account.skipped.entry(why.word()).or_default() += lines;
        }
        let unit = tables.table(id).unit.clone();
        let row = tables.get(id).row;
        tables.not_used.push(NotUsed { sheet, row, why: Unused::Skipped(why), note, unit });
    }
    match why {
        Skip::OldVersion => tables.replace_versions(gone),
        _ => tables.drop_records(gone),
    }
}
