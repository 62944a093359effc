//! The steps of electronic files and of all rows but paper, each: who is asked about, who may be meant, what the engine says.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::civil;
use super::super::files::{File, FileId, name_of, same_name, text_of};
use super::super::paper::{self, PaperMatch};
use super::super::suspected::chinese::CHINESE;
use super::super::suspected::{Evidence, Link, Mode, Outcome, Person, Rule, Tie, link};
use super::super::units::{UnitId, Units};
use super::known::{Known, KnownPersons, is_open, is_settled};
use super::row::person_of_row;
use super::{Answers, Identities, Suspect, Told, Undecided, lacks_number, name_field, number_field, number_of};
use crate::domain::id_number::{IdNumber, ResidentId, mask_fits};
use crate::normalize::{RecordId, Tables};

/// The union's own sources: whom they speak of should be in a file.
const UNION_KINDS: [&str; 8] = ["paper", "paper_member", "aid", "payment", "income", "exit", "visit", "filing"];
/// Civil registers, in whose households the other persons tell who is meant.
const CIVIL_KINDS: [&str; 3] = ["civil", "civil_household", "civil_person"];
/// Sources in which a file's own number may stand rightly.
const WITNESSES: [&str; 10] =
    ["paper", "paper_member", "aid", "payment", "exit", "visit", "filing", "civil", "civil_person", "roster"];

/// What all steps need.
#[derive(Debug)]
pub struct Resolve<'a, 's> {
    pub tables: &'a Tables<'s>,
    pub row_units: &'a [Option<UnitId>],
    pub as_of: chrono::NaiveDate,
    pub answers: &'a Answers<'a>,
}

impl Resolve<'_, '_> {
    /// Step 1: heads and members whose own number is no valid one.
    pub fn electronic(&self, files: &[File], found: &mut Identities) {
        let t = self.tables;
        let unread: Vec<Known> = files
            .iter()
            .enumerate()
            .flat_map(|(i, f)| {
                let head = (f.head.is_none()).then_some(f.record);
                let members = f.members.iter().filter(|m| m.id.is_none()).map(|m| m.record);
                head.into_iter().chain(members).map(move |record| Known { file: FileId(i as u32), record, id: None })
            })
            .filter(|k| self.may_be_asked(k.record))
            .collect();
        if unread.is_empty() {
            return;
        }
        let known = KnownPersons::new(files, true);
        // Paper with the same file number and name already says the number, and YZ301 tells the difference.
        for p in &paper::papers(t, self.row_units, files, &Identities::default()) {
            if let (Some((file, PaperMatch::FileNoAndName)), Some(id)) = (p.file, p.id)
                && files[file.0 as usize].head.is_none()
                && !known.knows(id)
                && self.may_be_asked(files[file.0 as usize].record)
            {
                found.same(files[file.0 as usize].record, "id_number", id);
            }
        }
        let lefts: Vec<Known> = unread.into_iter().filter(|k| !is_settled(found, k.record)).collect();
        let witnesses = self.witnesses(files, &known);
        if lefts.is_empty() || witnesses.is_empty() {
            return;
        }
        let left: Vec<Person> = lefts
            .iter()
            .map(|k| person_of_row(t, k.record, Some(k.file), Some(files[k.file.0 as usize].unit), self.answers))
            .collect();
        let right: Vec<Person> = witnesses.iter().map(|(_, p)| p.clone()).collect();
        let outcome = link(&left, &right, &CHINESE, Mode::OneToOne, &self.answers.verdicts);
        for l in &outcome.links {
            let (known, (id, _)) = (lefts[l.left as usize], &witnesses[l.right as usize]);
            self.keep(known.record, Some(*id), id.full(), known.file, l, &outcome, (&left, &right), found);
        }
        // Whom of several witnesses a file's person is, is no question of files: the row says its own lack.
    }

    /// Valid numbers of other sources that no file knows, with all that their rows say of the person.
    fn witnesses(&self, files: &[File], known: &KnownPersons) -> Vec<(ResidentId, Person)> {
        let t = self.tables;
        let by_file_no = by_file_no(files);
        let mut out: Vec<(ResidentId, Person)> = Vec::new();
        let mut at: FxHashMap<u64, usize> = FxHashMap::default();
        for kind in WITNESSES {
            for &record in t.of_kind(kind) {
                let Some(id) = number_of(t, record).and_then(|(_, n)| n.valid()).filter(|&id| !known.knows(id)) else {
                    continue;
                };
                let household = self.household_by_text(record, &by_file_no);
                let own = person_of_row(t, record, household, self.unit_of(record), self.answers);
                match at.get(&id.key()) {
                    // The first row counts; what it lacks the others say.
                    Some(&i) => fill(&mut out[i].1, own),
                    None => {
                        at.insert(id.key(), out.len());
                        out.push((id, own));
                    }
                }
            }
        }
        out
    }

    /// Step 3: every other row whose number no file knows.
    pub fn others(&self, files: &[File], found: &mut Identities) {
        let t = self.tables;
        let known = KnownPersons::new(files, true);
        let papers = paper::papers(t, self.row_units, files, found);
        let aliases = self.aliases(files, &papers, found);
        let by_file_no = by_file_no(files);
        let mut household: FxHashMap<RecordId, FileId> = FxHashMap::default();
        let mut told: FxHashMap<RecordId, u32> = FxHashMap::default();
        // Persons who stand in a paper form or civil household under their own number already.
        let mut present: FxHashSet<(u32, u64)> = FxHashSet::default();
        for (i, p) in papers.iter().enumerate() {
            let Some((file, _)) = p.file else { continue };
            for &m in &p.members {
                household.insert(m, file);
                told.insert(m, i as u32);
                present.extend(found.of(t, m, "id_number").map(|id| (i as u32, id.key())));
            }
        }
        let civil = civil::civil(t, found, self.as_of);
        for (i, c) in civil.households.iter().enumerate() {
            let group = (papers.len() + i) as u32;
            let mut of: Vec<FileId> = c
                .persons
                .iter()
                .filter_map(|p| p.id.and_then(|id| known.by_number.get(&id.key())))
                .flatten()
                .map(|&k| known.list[k as usize].file)
                .collect();
            of.sort_unstable();
            of.dedup();
            for p in &c.persons {
                if let [only] = of[..] {
                    household.insert(p.record, only);
                }
                told.insert(p.record, group);
                present.extend(p.id.map(|id| (group, id.key())));
            }
        }
        let mut lefts: Vec<(RecordId, &'static str, Person)> = Vec::new();
        for schema in t.schemas.all() {
            let kind = schema.kind.as_str();
            if matches!(kind, "efile" | "emember" | "paper" | "unit") {
                continue;
            }
            for &record in t.of_kind(kind) {
                let number = number_of(t, record).map(|(_, n)| n);
                let field = number_field(t, record);
                match number {
                    Some(number) if is_open(number) => {}
                    // Of an aid record file and name may tell; what a payment needs is in `payees`.
                    None if kind == "aid" && lacks_number(t, record) => {}
                    _ => continue,
                }
                if let Some(id) = number.and_then(IdNumber::valid) {
                    if known.knows(id) {
                        continue;
                    }
                    let name = name_of(t, record, name_field(field));
                    if let Some((person, head)) = aliases.get(&id.key())
                        && (name.is_none() || same_name(name, name_of(t, *head, "name")))
                    {
                        found.same(record, field, *person);
                        continue;
                    }
                    let in_household = CIVIL_KINDS.contains(&kind) && household.contains_key(&record);
                    if !UNION_KINDS.contains(&kind) && !in_household {
                        continue;
                    }
                }
                let file = household.get(&record).copied().or_else(|| self.household_by_text(record, &by_file_no));
                // Who pays says nothing about whose union a person is in.
                let unit = if kind == "payment" { None } else { self.unit_of(record) };
                lefts.push((record, field, person_of_row(t, record, file, unit, self.answers)));
            }
        }
        if lefts.is_empty() {
            return;
        }
        let left: Vec<Person> = lefts.iter().map(|(_, _, p)| p.clone()).collect();
        let persons = known.persons(t, files, self.answers);
        let outcome = link(&left, &persons, &CHINESE, Mode::ManyToOne, &self.answers.verdicts);
        let person_of = |right: u32| known.list[right as usize].id;
        let free = |record: RecordId, id: Option<ResidentId>| match (told.get(&record), id) {
            (Some(&group), Some(id)) => !present.contains(&(group, id.key())),
            _ => true,
        };
        let keep = |l: &Link, found: &mut Identities| {
            let (record, _, _) = lefts[l.left as usize];
            let known_person = &known.list[l.right as usize];
            if free(record, known_person.id) {
                let shown = shown(t, known_person);
                let pair = (&left[..], &persons[..]);
                self.keep(record, known_person.id, shown, known_person.file, l, &outcome, pair, found);
            }
        };
        for l in &outcome.links {
            keep(l, found);
        }
        for tie in &outcome.ties {
            // One person in several files is one person.
            let first = tie.candidates.first().copied();
            let one = first
                .filter(|&f| person_of(f).is_some() && tie.candidates.iter().all(|&c| person_of(c) == person_of(f)));
            match one {
                Some(right) => keep(&Link { left: tie.left, right, rule: tie.rule }, found),
                None => undecided(found, lefts[tie.left as usize].0, tie, |c| {
                    let known = &known.list[c as usize];
                    (known.record, known.file)
                }),
            }
        }
    }

    /// Valid numbers that paper gives for a file's head instead of the file's own: who has such a number elsewhere is he.
    fn aliases(
        &self,
        files: &[File],
        papers: &[paper::Paper],
        found: &Identities,
    ) -> FxHashMap<u64, (ResidentId, RecordId)> {
        let mut out = FxHashMap::default();
        for p in papers {
            let Some((file, _)) = p.file else { continue };
            let (own, head) = (super::super::files::id_of(self.tables, p.record, "id_number"), &files[file.0 as usize]);
            if let (Some(own), Some(person)) = (own, head.head)
                && own != person
                && found.suspect(p.record).is_none()
            {
                out.insert(own.key(), (person, head.record));
            }
        }
        out
    }

    /// The only file of the row's file number.
    pub(super) fn household_by_text(
        &self,
        record: RecordId,
        by_file_no: &FxHashMap<&str, Vec<FileId>>,
    ) -> Option<FileId> {
        match by_file_no.get(text_of(self.tables, record, "file_no")).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        }
    }

    /// Nothing is written, or what is written is neither another document nor several numbers.
    fn may_be_asked(&self, record: RecordId) -> bool {
        number_of(self.tables, record).map_or_else(|| lacks_number(self.tables, record), |(_, n)| is_open(n))
    }

    pub(super) fn unit_of(&self, record: RecordId) -> Option<UnitId> {
        self.row_units[record.0 as usize].filter(|u| *u != Units::NONE)
    }

    #[expect(clippy::too_many_arguments, reason = "one link with both sides of it")]
    pub(super) fn keep(
        &self,
        record: RecordId,
        person: Option<ResidentId>,
        taken_for: String,
        file: FileId,
        l: &Link,
        outcome: &Outcome,
        (left, right): (&[Person], &[Person]),
        found: &mut Identities,
    ) {
        self.keep_as(record, person, taken_for, file, l.rule, outcome.evidence(l, left, right), found);
    }

    #[expect(clippy::too_many_arguments, reason = "one link with both sides of it")]
    pub(super) fn keep_as(
        &self,
        record: RecordId,
        person: Option<ResidentId>,
        taken_for: String,
        file: FileId,
        rule: &'static Rule,
        evidence: Vec<Evidence>,
        found: &mut Identities,
    ) {
        let (field, number) = (number_field(self.tables, record), number_of(self.tables, record).map(|(_, n)| n));
        if person.is_none() && number.is_some_and(|n| n.shown() == taken_for) {
            found.homes.insert(record, file);
            return;
        }
        let told = match number {
            _ if std::ptr::eq(rule, &super::super::suspected::assign::VERIFIED) => Told::Verified,
            None => Told::NoNumber,
            Some(IdNumber::Damaged { .. }) => Told::Damaged,
            Some(IdNumber::Masked(mask)) if person.is_none_or(|id| mask_fits(mask, id)) => Told::Masked,
            Some(_) => Told::Suspected,
        };
        let confidence = (rule.confidence * 1000.0).round() as u16;
        found.suspected(Suspect {
            record,
            field,
            person,
            taken_for,
            file,
            rule: rule.name,
            confidence,
            told,
            evidence,
        });
    }
}

/// Several persons fit: who, for the finding that stays open.
pub(super) fn undecided(
    found: &mut Identities,
    record: RecordId,
    tie: &Tie,
    candidate: impl Fn(u32) -> (RecordId, FileId),
) {
    let candidates = tie.candidates.iter().map(|&c| candidate(c)).collect();
    undecided_among(found, record, candidates, tie.rule);
}

pub(super) fn undecided_among(
    found: &mut Identities,
    record: RecordId,
    mut candidates: Vec<(RecordId, FileId)>,
    rule: &Rule,
) {
    candidates.sort_unstable_by_key(|&(record, file)| (file, record));
    candidates.dedup();
    found.undecided.insert(record, Undecided { candidates, rule: rule.name });
}

pub(super) fn shown(tables: &Tables<'_>, known: &Known) -> String {
    match known.id {
        Some(id) => id.full(),
        None => number_of(tables, known.record).map(|(_, n)| n.shown()).unwrap_or_default(),
    }
}

pub(super) fn by_file_no(files: &[File]) -> FxHashMap<&str, Vec<FileId>> {
    let mut out: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
    for (i, f) in files.iter().enumerate().filter(|(_, f)| !f.file_no.is_empty()) {
        out.entry(&f.file_no).or_default().push(FileId(i as u32));
    }
    out
}

/// What a person's other rows say where the first is silent.
fn fill(person: &mut Person, other: Person) {
    if person.file_no.is_empty() {
        person.file_no = other.file_no;
    }
    person.phones.extend(other.phones);
    person.unit = person.unit.or(other.unit);
    person.birth = person.birth.or(other.birth);
}
