//! Paper rows that found no file: whose they may be, and which file is nearest.
//!
//! Where a row's number is missing, cut or hidden, or several files fit it equally well, the files it may be of are its
//! candidates: nobody can say that they have no paper. Of other rows, and of files without paper, the nearest of the other
//! side is named with what speaks for it.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{File, FileId, name_of};
use super::identity::{self, Identities};
use super::paper::{Paper, PaperId};
use super::suspected::block::{Blocking, Key};
use super::suspected::{Comparison, Shared, Stance, evidence};
use super::units::UnitId;
use crate::domain::name::{self, NameMatch};
use crate::normalize::{RecordId, Tables, Value};

/// What is near on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    pub paper: PaperId,
    pub file: FileId,
    /// What speaks for it, in Chinese: 电话一致、住址一致.
    pub speaks_for: String,
}

#[derive(Debug, Default)]
pub struct LoosePapers {
    /// Files that a paper row may be of, in file order.
    candidates: FxHashMap<PaperId, Vec<FileId>>,
    /// Files of which nobody can say that they have no paper.
    pub maybe_on_paper: FxHashSet<FileId>,
    near: FxHashMap<PaperId, Near>,
    near_of_file: FxHashMap<FileId, Near>,
}

impl LoosePapers {
    pub fn candidates(&self, paper: PaperId) -> &[FileId] {
        self.candidates.get(&paper).map_or(&[], Vec::as_slice)
    }

    /// The file nearest to a paper row.
    pub fn near(&self, paper: PaperId) -> Option<&Near> {
        self.near.get(&paper)
    }

    /// The loose paper row nearest to a file.
    pub fn near_of_file(&self, file: FileId) -> Option<&Near> {
        self.near_of_file.get(&file)
    }

    pub fn new(
        tables: &Tables<'_>,
        files: &[File],
        papers: &[Paper],
        who: &Identities,
        row_units: &[Option<UnitId>],
    ) -> Self {
        let mut all = Self::default();
        let loose: Vec<PaperId> =
            (0..).map(PaperId).zip(papers).filter(|(_, p)| p.file.is_none()).map(|(i, _)| i).collect();
        if loose.is_empty() {
            return all;
        }
        let has_paper: FxHashSet<FileId> = papers.iter().filter_map(|p| p.file.map(|(f, _)| f)).collect();
        let bare: Vec<FileId> = (0..files.len() as u32).map(FileId).filter(|f| !has_paper.contains(f)).collect();
        let mut by_name: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
        for &file in &bare {
            if let Some(name) = name_of(tables, files[file.0 as usize].record, "name") {
                by_name.entry(name.key()).or_default().push(file);
            }
        }
        for &id in &loose {
            let paper = &papers[id.0 as usize];
            let mut fits: Vec<FileId> = match who.undecided.get(&paper.record) {
                Some(tie) => tie.files(),
                None => match name_of(tables, paper.record, "name") {
                    _ if !is_open(tables, paper.record) => Vec::new(),
                    Some(name) if name.is_complete() => by_name.get(name.key()).cloned().unwrap_or_default(),
                    Some(_) => bare.clone(),
                    None => Vec::new(),
                },
            };
            if !who.undecided.contains_key(&paper.record) {
                fits.retain(|f| may_be(tables, paper.record, &files[f.0 as usize]));
            }
            if !fits.is_empty() {
                fits.sort_unstable();
                all.maybe_on_paper.extend(fits.iter().copied());
                all.candidates.insert(id, fits);
            }
        }
        all.find_near(tables, files, papers, &loose, &has_paper, row_units);
        all
    }

    fn find_near(
        &mut self,
        tables: &Tables<'_>,
        files: &[File],
        papers: &[Paper],
        loose: &[PaperId],
        has_paper: &FxHashSet<FileId>,
        row_units: &[Option<UnitId>],
    ) {
        const KEYS: &[Key] = &[Key::NearNumber, Key::First15, Key::Name, Key::Phone];
        let left: Vec<_> =
            loose.iter().map(|p| identity::row_as_person(tables, papers[p.0 as usize].record, row_units)).collect();
        let right: Vec<_> = files.iter().map(|f| identity::row_as_person(tables, f.record, row_units)).collect();
        let shared = Shared::of(&[&left, &right]);
        let all = |n: usize| (0..n as u32).collect::<Vec<u32>>();
        let pairs = Blocking::new(KEYS, &shared, left.iter().chain(&right))
            .between(&left, &all(left.len()), &right, &all(right.len()))
            .pairs;
        let mut best: BTreeMap<PaperId, (i64, FileId, u32)> = BTreeMap::new();
        let mut best_of_file: BTreeMap<FileId, (i64, PaperId, u32)> = BTreeMap::new();
        for (l, r) in pairs {
            let (paper, file) = (loose[l as usize], FileId(r));
            let (pro, contra) = Comparison::of(&left[l as usize], &right[r as usize], &shared).weight();
            // The unit alone, or the sex, makes nobody near.
            if pro < 2 {
                continue;
            }
            let score = 3 * i64::from(pro) - i64::from(contra);
            let better = |known: Option<i64>| known.is_none_or(|k| score > k);
            if better(best.get(&paper).map(|b| b.0)) {
                best.insert(paper, (score, file, l));
            }
            if !has_paper.contains(&file) && better(best_of_file.get(&file).map(|b| b.0)) {
                best_of_file.insert(file, (score, paper, l));
            }
        }
        let near = |paper: PaperId, file: FileId, l: u32| {
            let said = evidence(&left[l as usize], &right[file.0 as usize], &shared);
            let texts: Vec<String> = said.into_iter().filter(|e| e.stance == Stance::For).map(|e| e.text).collect();
            Near { paper, file, speaks_for: texts.join("、") }
        };
        for (paper, (_, file, l)) in best {
            self.near.insert(paper, near(paper, file, l));
        }
        for (file, (_, paper, l)) in best_of_file {
            self.near_of_file.insert(file, near(paper, file, l));
        }
    }
}

/// The row's number does not say whose it is: missing, cut or hidden.
fn is_open(tables: &Tables<'_>, record: RecordId) -> bool {
    match tables.value(record, "id_number") {
        Value::Id(number) => number.is_partial(),
        value => value.says_nothing(),
    }
}

/// Nothing of the row speaks against being the file's head, and the name fits as far as it is shown.
fn may_be(tables: &Tables<'_>, row: RecordId, file: &File) -> bool {
    let fits = |a: &name::Name, b: &name::Name| name::same(a, b) != NameMatch::Different;
    let named = name_of(tables, row, "name").zip(name_of(tables, file.record, "name")).is_some_and(|(a, b)| fits(a, b));
    let number = match (tables.value(row, "id_number"), file.head) {
        (Value::Id(number), Some(head)) => number.may_be(head),
        _ => true,
    };
    let sex = match (tables.value(row, "sex"), tables.value(file.record, "sex")) {
        (Value::Code(a), Value::Code(b)) => a.word().is_none() || b.word().is_none() || a.word() == b.word(),
        _ => true,
    };
    named && number && sex
}
