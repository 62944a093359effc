//! Paper rows to electronic files.
//!
//! In this order: (1) same valid ID number, and of several files of one head the one with the row's file_no, then the
//! active one, then the latest; but a number that is another head's gives way to file number and name; (2) same file_no
//! and same name: linked, and the ID number itself is a difference; (3) same file_no, and the row is of a member of that
//! file, or of its address and telephone: the head has changed on one side; (4) suspected ([`super::identity`]); (5) none.

use rustc_hash::FxHashMap;

use super::files::{File, FileId, FileStatus, id_of, name_of, same_name, text_of};
use super::identity::{Identities, Told};
use super::units::{UnitId, Units};
use crate::domain::id_number::ResidentId;
use crate::domain::name::{self, NameMatch};
use crate::domain::{address, phone};
use crate::normalize::{RecordId, Tables, Value};

/// Index into [`Casebook::papers`](super::Casebook::papers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaperId(pub u32);

/// How a paper row found its electronic file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperMatch {
    /// The ID numbers are equal.
    IdNumber,
    /// File number and name are equal, the ID number is not (or is missing or unreadable on one side).
    FileNoAndName,
    /// The file is the same, its head is another person on paper.
    HeadChanged,
    /// Taken for it (ID109): the number is not compared again.
    Suspected,
    /// What the number's mask shows is the head's.
    Masked,
    /// Taken for it by what else it says: it has no number to compare (ID105).
    NoNumber,
    /// A person has answered 是同一人: the number is a difference.
    Verified,
}

impl PaperMatch {
    fn of(told: Told) -> Self {
        match told {
            Told::Verified => Self::Verified,
            Told::Suspected | Told::Damaged => Self::Suspected,
            Told::Masked => Self::Masked,
            Told::NoNumber => Self::NoNumber,
        }
    }

    pub fn chinese(self) -> &'static str {
        match self {
            Self::IdNumber => "身份证号一致",
            Self::FileNoAndName => "档案号和姓名一致",
            Self::HeadChanged => "档案号一致，户主不同",
            Self::Suspected => "疑似错号，按其他各项认定",
            Self::Masked => "遮盖号码吻合",
            Self::NoNumber => "没有身份证号，按其他各项认定",
            Self::Verified => "核实为同一人",
        }
    }
}

/// A row of the paper register, or a form.
#[derive(Debug, Clone)]
pub struct Paper {
    pub record: RecordId,
    pub file_no: String,
    pub id: Option<ResidentId>,
    pub file: Option<(FileId, PaperMatch)>,
    pub unit: UnitId,
    /// Members as read off the household booklet.
    pub members: Vec<RecordId>,
    /// A member list came with this row (its own block, or a list that names its file).
    pub lists_members: bool,
}

/// Links every paper row; `files` is only read. `who`: rows taken for somebody.
pub fn papers(tables: &Tables<'_>, row_units: &[Option<UnitId>], files: &[File], who: &Identities) -> Vec<Paper> {
    let index = FileIndex::new(files);
    let mut papers: Vec<Paper> = tables
        .of_kind("paper")
        .iter()
        .map(|&record| {
            let file = match who.suspect(record) {
                Some(suspect) => Some((suspect.file, PaperMatch::of(suspect.told))),
                None => index.find(tables, files, record).or(who.home(record).map(|f| (f, PaperMatch::IdNumber))),
            };
            let unit = row_units[record.0 as usize].or_else(|| file.map(|(f, _)| files[f.0 as usize].unit));
            Paper {
                record,
                file_no: text_of(tables, record, "file_no").to_string(),
                id: who.of(tables, record, "id_number"),
                file,
                unit: unit.unwrap_or(Units::NONE),
                members: Vec::new(),
                lists_members: false,
            }
        })
        .collect();
    attach_members(tables, who, &mut papers);
    papers
}

struct FileIndex<'a> {
    by_head: FxHashMap<u64, Vec<u32>>,
    by_file_no: FxHashMap<&'a str, Vec<u32>>,
}

impl<'a> FileIndex<'a> {
    fn new(files: &'a [File]) -> Self {
        let mut by_head: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        let mut by_file_no: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (i, f) in files.iter().enumerate() {
            if let Some(head) = f.head {
                by_head.entry(head.key()).or_default().push(i as u32);
            }
            if !f.file_no.is_empty() {
                by_file_no.entry(&f.file_no).or_default().push(i as u32);
            }
        }
        Self { by_head, by_file_no }
    }

    fn find(&self, tables: &Tables<'_>, files: &[File], paper: RecordId) -> Option<(FileId, PaperMatch)> {
        let file_no = text_of(tables, paper, "file_no");
        if let Some(id) = id_of(tables, paper, "id_number")
            && let Some(found) = self.by_head.get(&id.key())
        {
            let named =
                |i: u32| same_name(name_of(tables, paper, "name"), name_of(tables, files[i as usize].record, "name"));
            let some_named = found.iter().any(|&i| named(i));
            let best = found.iter().filter(|&&i| !some_named || named(i)).max_by_key(|&&i| {
                let f = &files[i as usize];
                let filed_on = match tables.value(f.record, "filed_on") {
                    Value::Date(d) => Some(d.first_day()),
                    _ => None,
                };
                (
                    !file_no.is_empty() && f.file_no == file_no,
                    f.status == FileStatus::Active,
                    filed_on,
                    f.file_no.clone(),
                )
            })?;
            let of_another = || !of_one_name(tables, paper, files[*best as usize].record);
            if files[*best as usize].file_no == file_no || !of_another() {
                return Some((FileId(*best), PaperMatch::IdNumber));
            }
            // Another head's number in this head's row: the file number and the name say whose row it is.
            let named = self.by_number_and_name(tables, files, paper);
            return named.or(Some((FileId(*best), PaperMatch::IdNumber)));
        }
        self.by_number_and_name(tables, files, paper).or_else(|| self.head_changed(tables, files, paper))
    }

    fn by_number_and_name(&self, tables: &Tables<'_>, files: &[File], paper: RecordId) -> Option<(FileId, PaperMatch)> {
        let file_no = text_of(tables, paper, "file_no");
        let name = name_of(tables, paper, "name");
        let of_number = self.by_file_no.get(file_no)?;
        let named: Vec<u32> = of_number
            .iter()
            .copied()
            .filter(|&i| same_name(name, name_of(tables, files[i as usize].record, "name")))
            .collect();
        // Two files of one number whose heads have one name cannot be told apart here.
        (named.len() == 1).then(|| (FileId(named[0]), PaperMatch::FileNoAndName))
    }

    /// The only file of the row's number, where the row is of one of its members, or of its home and telephone.
    fn head_changed(&self, tables: &Tables<'_>, files: &[File], paper: RecordId) -> Option<(FileId, PaperMatch)> {
        let [only] = self.by_file_no.get(text_of(tables, paper, "file_no"))?[..] else { return None };
        let file = &files[only as usize];
        let (id, name) = (id_of(tables, paper, "id_number"), name_of(tables, paper, "name")?);
        let is_member = file.members.iter().any(|m| match (id, m.id) {
            (Some(own), Some(member)) => own == member,
            _ => same_name(Some(name), name_of(tables, m.record, "name")),
        });
        let same = |field: &str, equal: fn(&Value, &Value) -> bool| {
            equal(tables.value(paper, field), tables.value(file.record, field))
        };
        let at_home = || {
            same("address", |a, b| matches!((a, b), (Value::Text(a), Value::Text(b)) if address::same(a, b)))
                && same("phone", |a, b| matches!((a, b), (Value::Phone(a), Value::Phone(b)) if phone::same(a, b)))
        };
        (is_member || at_home()).then_some((FileId(only), PaperMatch::HeadChanged))
    }
}

/// The names of two rows do not say that they are of two persons.
fn of_one_name(tables: &Tables<'_>, a: RecordId, b: RecordId) -> bool {
    name_of(tables, a, "name")
        .zip(name_of(tables, b, "name"))
        .is_none_or(|(a, b)| name::same(a, b) != NameMatch::Different)
}

fn attach_members(tables: &Tables<'_>, who: &Identities, papers: &mut [Paper]) {
    let by_record: FxHashMap<RecordId, usize> = papers.iter().enumerate().map(|(i, p)| (p.record, i)).collect();
    let mut by_file_no: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let mut by_head: FxHashMap<u64, usize> = FxHashMap::default();
    // A head's number that cannot be read stands in his members' rows as it stands in his own.
    let mut by_text: FxHashMap<String, usize> = FxHashMap::default();
    for (i, p) in papers.iter().enumerate() {
        if !p.file_no.is_empty() {
            by_file_no.entry(p.file_no.clone()).or_default().push(i);
        }
        if let Some(id) = p.id {
            by_head.entry(id.key()).or_insert(i);
        }
        if let Value::Id(number) = tables.value(p.record, "id_number") {
            by_text.entry(number.shown()).or_insert(i);
        }
    }
    for &record in tables.of_kind("paper_member") {
        let at = match tables.get(record).parent {
            Some(parent) => by_record.get(&parent).copied(),
            None => {
                let head = id_of(tables, record, "head_id_number");
                let of_number = by_file_no.get(text_of(tables, record, "file_no"));
                of_number
                    .and_then(|list| {
                        list.iter().find(|&&i| head.is_some() && papers[i].id == head).or_else(|| list.first()).copied()
                    })
                    .or_else(|| head.and_then(|h| by_head.get(&h.key()).copied()))
                    .or_else(|| match tables.value(record, "head_id_number") {
                        Value::Id(number) => by_text.get(&number.shown()).copied(),
                        _ => None,
                    })
            }
        };
        let Some(at) = at else { continue };
        let paper = &mut papers[at];
        paper.lists_members = true;
        let id = who.of(tables, record, "id_number");
        let is_self = matches!(tables.value(record, "relation"), Value::Code(c) if c.word() == Some("本人"));
        // The head again; but a member whose number stands in the head's row is still a member.
        let is_head = id.is_some() && id == paper.id && of_one_name(tables, record, paper.record);
        if is_head || (is_self && id.is_none()) {
            continue;
        }
        let known = paper.members.iter().any(|&m| id.is_some() && who.of(tables, m, "id_number") == id);
        if !known {
            paper.members.push(record);
        }
    }
}
