//! Electronic files with their heads and members.

use rustc_hash::FxHashMap;

use super::identity::Identities;
use super::units::{UnitId, Units};
use crate::domain::id_number::ResidentId;
use crate::domain::name::{self, Name, NameMatch};
use crate::normalize::{RecordId, Tables, Value};

/// Index into [`Casebook::files`](super::Casebook::files).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Where a file stands; the words of the status code table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    /// 在档
    Active,
    /// 已脱困
    Exited,
    /// 已注销
    Cancelled,
    /// Not given, or a word outside the table: rules on active files cannot tell.
    Unknown,
}

/// A person other than the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub record: RecordId,
    pub id: Option<ResidentId>,
}

/// One electronic file.
#[derive(Debug, Clone)]
pub struct File {
    pub record: RecordId,
    /// Folded; "" where missing.
    pub file_no: String,
    pub head: Option<ResidentId>,
    pub unit: UnitId,
    pub status: FileStatus,
    /// Members by their rows, the head himself left out, one per number.
    pub members: Vec<Member>,
    /// A member list was delivered for this file's unit or file: absence of members means something.
    pub lists_members: bool,
}

impl File {
    /// Head and members with a valid number.
    pub fn persons(&self) -> impl Iterator<Item = ResidentId> + '_ {
        self.head.into_iter().chain(self.members.iter().filter_map(|m| m.id))
    }
}

/// Folded text of a field, "" where nothing is said.
pub fn text_of<'t>(tables: &'t Tables<'_>, id: RecordId, field: &str) -> &'t str {
    match tables.value(id, field) {
        Value::Text(t) => t,
        _ => "",
    }
}

pub fn name_of<'t>(tables: &'t Tables<'_>, id: RecordId, field: &str) -> Option<&'t Name> {
    match tables.value(id, field) {
        Value::Name(n) => Some(n),
        _ => None,
    }
}

pub fn id_of(tables: &Tables<'_>, id: RecordId, field: &str) -> Option<ResidentId> {
    match tables.value(id, field) {
        Value::Id(n) => n.valid(),
        _ => None,
    }
}

/// Equal, or equal but for characters one side could not write.
pub fn same_name(a: Option<&Name>, b: Option<&Name>) -> bool {
    a.zip(b).is_some_and(|(a, b)| matches!(name::same(a, b), NameMatch::Same | NameMatch::RareChar))
}

fn status_of(tables: &Tables<'_>, id: RecordId) -> FileStatus {
    match tables.value(id, "status") {
        Value::Code(code) => match code.word() {
            Some("在档") => FileStatus::Active,
            Some("已脱困") => FileStatus::Exited,
            Some("已注销") => FileStatus::Cancelled,
            _ => FileStatus::Unknown,
        },
        Value::Absent => FileStatus::Active,
        _ => FileStatus::Unknown,
    }
}

/// All electronic files in reading order, members attached. `who`: rows taken for somebody else than their number says.
pub fn files(tables: &Tables<'_>, row_units: &[Option<UnitId>], who: &Identities) -> Vec<File> {
    let mut files: Vec<File> = tables
        .of_kind("efile")
        .iter()
        .map(|&record| File {
            record,
            file_no: text_of(tables, record, "file_no").to_string(),
            head: who.of(tables, record, "id_number"),
            unit: row_units[record.0 as usize].unwrap_or(Units::NONE),
            status: status_of(tables, record),
            members: Vec::new(),
            lists_members: false,
        })
        .collect();
    attach_members(tables, who, &mut files);
    files
}

fn attach_members(tables: &Tables<'_>, who: &Identities, files: &mut [File]) {
    let by_record: FxHashMap<RecordId, usize> = files.iter().enumerate().map(|(i, f)| (f.record, i)).collect();
    let mut by_file_no: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let mut by_head: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    let numbers: Vec<String> = files.iter().map(|f| f.file_no.clone()).collect();
    for (i, f) in files.iter().enumerate() {
        if !numbers[i].is_empty() {
            by_file_no.entry(&numbers[i]).or_default().push(i);
        }
        if let Some(head) = f.head {
            by_head.entry(head.key()).or_default().push(i);
        }
    }
    let members = tables.of_kind("emember");
    for &record in members {
        let file = match tables.get(record).parent {
            Some(parent) => by_record.get(&parent).copied(),
            None => {
                let head = id_of(tables, record, "head_id_number");
                let same_head = |&&i: &&usize| head.is_some() && files[i].head == head;
                let of_number = by_file_no.get(text_of(tables, record, "file_no"));
                let of_head = head.and_then(|h| by_head.get(&h.key()));
                of_number
                    .and_then(|list| list.iter().find(same_head).or_else(|| (list.len() == 1).then(|| &list[0])))
                    .or_else(|| of_head.and_then(|list| list.first()))
                    .or_else(|| of_number.and_then(|list| list.first()))
                    .copied()
            }
        };
        let Some(file) = file else { continue };
        let mut id = who.of(tables, record, "id_number");
        let own_name = name_of(tables, record, "name");
        let head_name = name_of(tables, files[file].record, "name");
        // The head's number in a row of somebody else of the household says nothing of him.
        if id.is_some()
            && id == files[file].head
            && !is_self(tables, record)
            && own_name.zip(head_name).is_some_and(|(a, b)| name::same(a, b) == NameMatch::Different)
        {
            id = None;
        }
        let is_head = match (id, files[file].head) {
            (Some(a), Some(b)) => a == b,
            // A row that names the head again, where a number is missing or cannot be read on a side.
            _ => same_name(own_name, head_name) && is_self(tables, record),
        };
        let f = &mut files[file];
        if !is_head && !f.members.iter().any(|m| id.is_some() && m.id == id) {
            f.members.push(Member { record, id });
        }
    }
    // A file's member list is known when a list of its own or any list of the run was delivered.
    let any_list = !members.is_empty();
    for f in files {
        f.lists_members = any_list;
        f.members.sort_by_key(|m| m.record);
    }
}

fn is_self(tables: &Tables<'_>, record: RecordId) -> bool {
    match tables.value(record, "relation") {
        Value::Code(code) => matches!(code.word(), Some("本人" | "户主")),
        _ => false,
    }
}
