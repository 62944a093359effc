//! Typed records → who is who: persons, households, clusters, and which rows of the sources speak of the same ones.
//!
//! Exact matches: equal valid ID numbers, or equal file number and name. What they leave over goes through the suspected
//! matches ([`identity`]), each of which is told with its rule and never merged for good.

pub mod civil;
pub mod files;
pub mod how;
pub mod identity;
pub mod loose_papers;
pub mod paper;
pub mod shared_numbers;
pub mod suspected;
pub mod union_find;
pub mod units;
pub mod verdicts;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

pub use civil::{Civil, CivilHousehold, CivilId, CivilMatch, CivilPerson, Drawing};
pub use files::{File, FileId, FileStatus, Member, id_of, name_of, same_name, text_of};
pub use identity::{Answers, Identities, Suspect, Told};
pub use loose_papers::{LoosePapers, Near};
pub use paper::{Paper, PaperId, PaperMatch};
pub use units::{UNASSIGNED, Unit, UnitId, Units};

use self::union_find::UnionFind;
use crate::domain::id_number::{IdNumber, ResidentId};
use crate::domain::name::Name;
use crate::normalize::{RecordId, Tables, Value};

/// All records with their links.
#[derive(Debug)]
pub struct Casebook<'s> {
    pub tables: Tables<'s>,
    pub as_of: NaiveDate,
    pub units: Units,
    pub files: Vec<File>,
    pub papers: Vec<Paper>,
    pub loose: LoosePapers,
    pub civil: Civil,
    /// Rows taken for somebody else than their number says.
    pub who: Identities,
    /// Keys of numbers that two persons bear: there only the name tells whom a row means.
    pub of_two: FxHashSet<u64>,
    /// Person → files he heads or is a member of, in file order.
    pub files_of: FxHashMap<u64, Vec<FileId>>,
    /// File number → files.
    pub by_file_no: FxHashMap<String, Vec<FileId>>,
    /// Paper rows of a file, best first.
    pub papers_of: FxHashMap<FileId, Vec<PaperId>>,
    /// Cluster of each file: files that share a person have one number (the smallest file of the cluster).
    pub cluster: Vec<u32>,
    /// By record: the file it belongs to, and the unit its own sheet says.
    row_files: Vec<Option<FileId>>,
    row_units: Vec<Option<UnitId>>,
}

/// Links the records of a run. `aliases`: unit name → other names of it; `answers`: what persons have said of suspected
/// matches.
pub fn casebook<'s>(
    tables: Tables<'s>,
    federation: &str,
    aliases: &BTreeMap<String, Vec<String>>,
    as_of: NaiveDate,
    answers: &Answers<'_>,
) -> Casebook<'s> {
    let units = Units::new(&tables, federation, aliases);
    let row_units = units.of_all_records(&tables);
    let raw = files::files(&tables, &row_units, &Identities::default());
    let who = identity::identities(&tables, &raw, &row_units, as_of, answers);
    let files = files::files(&tables, &row_units, &who);
    let papers = paper::papers(&tables, &row_units, &files, &who);
    let civil = civil::civil(&tables, &who, as_of);
    let loose = LoosePapers::new(&tables, &files, &papers, &who, &row_units);
    let of_two = shared_numbers::of_two_persons(&tables, &files, &papers, &who);

    let mut files_of: FxHashMap<u64, Vec<FileId>> = FxHashMap::default();
    let mut by_file_no: FxHashMap<String, Vec<FileId>> = FxHashMap::default();
    let mut file_of_record = FxHashMap::default();
    let mut sets = UnionFind::new(files.len());
    for (i, file) in files.iter().enumerate() {
        let id = FileId(i as u32);
        for person in file.persons() {
            let list = files_of.entry(person.key()).or_default();
            // A number of two persons makes no household of their two files.
            if let Some(first) = list.first().filter(|_| !of_two.contains(&person.key())) {
                sets.join(first.0 as usize, i);
            }
            if list.last() != Some(&id) {
                list.push(id);
            }
        }
        if !file.file_no.is_empty() {
            by_file_no.entry(file.file_no.clone()).or_default().push(id);
        }
        file_of_record.insert(file.record, id);
        file_of_record.extend(file.members.iter().map(|m| (m.record, id)));
    }
    let cluster = (0..files.len()).map(|i| sets.find(i) as u32).collect();

    let mut papers_of: FxHashMap<FileId, Vec<PaperId>> = FxHashMap::default();
    for (i, paper) in papers.iter().enumerate() {
        if let Some((file, _)) = paper.file {
            papers_of.entry(file).or_default().push(PaperId(i as u32));
            file_of_record.insert(paper.record, file);
            file_of_record.extend(paper.members.iter().map(|&m| (m, file)));
        }
    }
    for (file, list) in &mut papers_of {
        let own = &files[file.0 as usize];
        list.sort_by_cached_key(|&p| {
            let paper = &papers[p.0 as usize];
            (
                paper.file_no != own.file_no,
                !matches!(paper.file, Some((_, PaperMatch::IdNumber))),
                paper.file_no.clone(),
                p,
            )
        });
    }
    let mut book = Casebook {
        tables,
        as_of,
        units,
        files,
        papers,
        loose,
        civil,
        who,
        of_two,
        files_of,
        by_file_no,
        papers_of,
        cluster,
        row_files: Vec::new(),
        row_units,
    };
    let records: Vec<RecordId> = (0..book.tables.records.len() as u32).map(RecordId).collect();
    book.row_files = records.par_iter().map(|&r| book.find_file_of_row(r, &file_of_record)).collect();
    book
}

impl Casebook<'_> {
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    pub fn paper(&self, id: PaperId) -> &Paper {
        &self.papers[id.0 as usize]
    }

    pub fn file_ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// The paper row a file is compared with.
    pub fn paper_of(&self, file: FileId) -> Option<&Paper> {
        self.papers_of.get(&file).and_then(|list| list.first()).map(|&p| self.paper(p))
    }

    /// Files in which a person is head or member.
    pub fn files_of(&self, person: ResidentId) -> &[FileId] {
        self.files_of.get(&person.key()).map_or(&[], Vec::as_slice)
    }

    /// Two persons bear this number.
    pub fn is_of_two(&self, person: ResidentId) -> bool {
        self.of_two.contains(&person.key())
    }

    /// Files in which a person is head or member; of a number of two persons those where it stands beside this name.
    pub fn files_of_named(&self, person: ResidentId, name: Option<&Name>) -> Vec<FileId> {
        let all = self.files_of(person);
        if name.is_none() || !self.is_of_two(person) {
            return all.to_vec();
        }
        let bears = |f: &FileId| {
            let f = self.file(*f);
            let members = f.members.iter().filter(|m| m.id == Some(person)).map(|m| m.record);
            let head = (f.head == Some(person)).then_some(f.record);
            head.into_iter().chain(members).any(|r| same_name(name, name_of(&self.tables, r, "name")))
        };
        let named: Vec<FileId> = all.iter().copied().filter(bears).collect();
        if named.is_empty() { all.to_vec() } else { named }
    }

    /// Of several files of one person the one that counts: active, as head before as member, else the latest.
    pub fn main_file_of(&self, person: ResidentId) -> Option<FileId> {
        self.main_file_of_named(person, None)
    }

    /// As [`main_file_of`](Self::main_file_of), for a row that names the person.
    pub fn main_file_of_named(&self, person: ResidentId, name: Option<&Name>) -> Option<FileId> {
        self.files_of_named(person, name).into_iter().max_by_key(|&id| {
            let f = self.file(id);
            let filed_on = match self.tables.value(f.record, "filed_on") {
                Value::Date(d) => Some(d.first_day()),
                _ => None,
            };
            (f.status == FileStatus::Active, f.head == Some(person), filed_on, std::cmp::Reverse(f.file_no.clone()))
        })
    }

    /// The person a row's number stands for: the one it is taken for, else its own valid number.
    pub fn person_of(&self, record: RecordId, field: &'static str) -> Option<ResidentId> {
        self.who.of(&self.tables, record, field)
    }

    /// The number of the person a row is about: the one it is taken for, else the row's own, whatever it is worth. None where
    /// none is written.
    pub fn number_of(&self, record: RecordId, field: &'static str) -> Option<&IdNumber> {
        self.who.number(record, field).or(match self.tables.value(record, field) {
            Value::Id(number) => Some(number),
            _ => None,
        })
    }

    /// The suspected match a row rests on, as a place in [`Identities::suspects`]: its own, or that of the paper or head's
    /// row it is nested in.
    pub fn rests_on(&self, record: RecordId) -> Option<u32> {
        self.who.suspect_at(record).or_else(|| self.who.suspect_at(self.tables.get(record).parent?))
    }

    /// The file a row belongs to: its own, its head's, the one of its number, the one of its person.
    pub fn file_of_row(&self, record: RecordId) -> Option<FileId> {
        self.row_files[record.0 as usize]
    }

    /// What the sheet of a row says of its unit: its unit column, 填报单位, the configuration, a name in its path.
    pub fn said_unit_of_row(&self, record: RecordId) -> Option<UnitId> {
        self.row_units[record.0 as usize]
    }

    fn find_file_of_row(&self, record: RecordId, attached: &FxHashMap<RecordId, FileId>) -> Option<FileId> {
        if let Some(&file) = attached.get(&record) {
            return Some(file);
        }
        if let Some(parent) = self.tables.get(record).parent
            && let Some(&file) = attached.get(&parent)
        {
            return Some(file);
        }
        let file_no = text_of(&self.tables, record, "file_no");
        if let Some([file]) = self.by_file_no.get(file_no).map(Vec::as_slice) {
            return Some(*file);
        }
        if let Some(suspect) = self.who.suspect(record) {
            return Some(suspect.file);
        }
        if let Some(home) = self.who.home(record) {
            return Some(home);
        }
        [("id_number", "name"), ("head_id_number", "head_name")].into_iter().find_map(|(number, name)| {
            self.main_file_of_named(self.person_of(record, number)?, name_of(&self.tables, record, name))
        })
    }

    /// The unit of a row: what its sheet says, else the unit of its file, else 未归属单位.
    pub fn unit_of_row(&self, record: RecordId) -> UnitId {
        self.said_unit_of_row(record)
            .or_else(|| self.file_of_row(record).map(|f| self.file(f).unit))
            .unwrap_or(Units::NONE)
    }
}
