//! Numbers that stand beside the names of two persons: whom they mean, only the name tells.
//!
//! Two names beside one number are of two persons where nothing of the names agrees (the surname differs, or no character
//! of the given name is shared) or the rows' own sex or birth date contradict each other, and neither telephone, address
//! nor a member of the household is shared. Within one file it is a slip of that file's row.

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{File, FileId, id_of, name_of};
use super::identity::Identities;
use super::paper::Paper;
use crate::domain::name::{self, Name, NameMatch};
use crate::domain::{address, date, phone};
use crate::normalize::{RecordId, Tables, Value};

/// A number with a name beside it.
struct Mention<'t> {
    record: RecordId,
    name: &'t Name,
    file: Option<FileId>,
}

/// Keys of the numbers that two persons bear.
pub fn of_two_persons(tables: &Tables<'_>, files: &[File], papers: &[Paper], who: &Identities) -> FxHashSet<u64> {
    let mut file_of: FxHashMap<RecordId, FileId> = FxHashMap::default();
    for (i, f) in files.iter().enumerate() {
        file_of.insert(f.record, FileId(i as u32));
        file_of.extend(f.members.iter().map(|m| (m.record, FileId(i as u32))));
    }
    for p in papers {
        if let Some((file, _)) = p.file {
            file_of.insert(p.record, file);
            file_of.extend(p.members.iter().map(|&m| (m, file)));
        }
    }
    let mut mentions: FxHashMap<u64, Vec<Mention<'_>>> = FxHashMap::default();
    for kind in ["efile", "emember", "paper", "paper_member"] {
        for &record in tables.of_kind(kind) {
            // A row that is taken for somebody else does not bear the number it is written with.
            if who.suspect(record).is_some() {
                continue;
            }
            if let (Some(id), Some(name)) = (id_of(tables, record, "id_number"), name_of(tables, record, "name")) {
                let file = file_of.get(&record).copied();
                mentions.entry(id.key()).or_default().push(Mention { record, name, file });
            }
        }
    }
    let apart = |a: &Mention<'_>, b: &Mention<'_>| are_two(tables, files, a, b);
    let shared = |list: &Vec<Mention<'_>>| {
        let first = &list[0];
        // Nearly every number has one name.
        list.iter().any(|m| name::same(first.name, m.name) == NameMatch::Different)
            && list.iter().enumerate().any(|(i, a)| list[i + 1..].iter().any(|b| apart(a, b)))
    };
    mentions.iter().filter(|(_, list)| shared(list)).map(|(key, _)| *key).collect()
}

fn are_two(tables: &Tables<'_>, files: &[File], a: &Mention<'_>, b: &Mention<'_>) -> bool {
    if name::same(a.name, b.name) != NameMatch::Different || a.file.is_some() && a.file == b.file {
        return false;
    }
    let value = |m: &Mention<'_>, field: &str| tables.value(m.record, field).clone();
    let pair = |field: &str| (value(a, field), value(b, field));
    let contradict = matches!(pair("sex"), (Value::Code(x), Value::Code(y))
            if x.word().is_some() && y.word().is_some() && x.word() != y.word())
        || matches!(pair("birth_date"), (Value::Date(x), Value::Date(y)) if !date::same(x, y));
    if !contradict && !nothing_agrees(a.name, b.name) {
        return false;
    }
    let home = |m: &Mention<'_>| m.file.map_or(m.record, |f| files[f.0 as usize].record);
    let shares = |field: &str, equal: fn(&Value, &Value) -> bool| {
        equal(tables.value(home(a), field), tables.value(home(b), field))
    };
    let phone = shares("phone", |x, y| matches!((x, y), (Value::Phone(x), Value::Phone(y)) if phone::same(x, y)));
    let address = shares("address", |x, y| matches!((x, y), (Value::Text(x), Value::Text(y)) if address::same(x, y)));
    !phone && !address && !share_a_member(tables, files, a, b)
}

/// The surname differs, or no character of the given name is shared.
fn nothing_agrees(a: &Name, b: &Name) -> bool {
    let (mut x, mut y) = (a.key().chars(), b.key().chars());
    if x.next() != y.next() {
        return true;
    }
    let rest: Vec<char> = x.collect();
    !y.any(|c| rest.contains(&c))
}

/// Somebody besides the two stands in the files of both.
fn share_a_member(tables: &Tables<'_>, files: &[File], a: &Mention<'_>, b: &Mention<'_>) -> bool {
    let (Some(x), Some(y)) = (a.file, b.file) else { return false };
    let number = id_of(tables, a.record, "id_number");
    let others = |f: FileId| {
        let f = &files[f.0 as usize];
        f.persons().filter(move |p| Some(*p) != number)
    };
    others(x).any(|p| others(y).any(|q| p == q))
}
