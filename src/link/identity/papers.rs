//! Step 2: paper rows that neither number nor file number and name brought to a file.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::files::{File, FileId, name_of, same_name};
use super::super::paper;
use super::super::suspected::chinese::CHINESE;
use super::super::suspected::{Evidence, Field, Mode, Number, Person, Rule, Stance, link};
use super::known::{KnownPersons, is_open, is_settled};
use super::phases::{Resolve, by_file_no, shown, undecided};
use super::row::person_of_row;
use super::{Identities, lacks_number, number_of};
use crate::domain::id_number::IdNumber;
use crate::domain::name::{self, NameMatch};
use crate::normalize::RecordId;

/// The head's name beside the number of a member of his household.
static MEMBERS_NUMBER: Rule = Rule {
    name: "姓名+家庭成员的号码",
    confidence: 0.999,
    tier: 0,
    doc: "The head's row bears the number of a member of his own household: the line above or below was copied.",
    tests: &[],
};

impl Resolve<'_, '_> {
    pub fn papers(&self, files: &[File], found: &mut Identities) {
        let t = self.tables;
        let papers = paper::papers(t, self.row_units, files, found);
        let mut has_paper: FxHashSet<FileId> = papers.iter().filter_map(|p| p.file.map(|(f, _)| f)).collect();
        let mut open: Vec<RecordId> = papers
            .iter()
            .filter(|p| p.file.is_none())
            .map(|p| p.record)
            .filter(|&r| number_of(t, r).map_or_else(|| lacks_number(t, r), |(_, n)| is_open(n)))
            .collect();
        if open.is_empty() {
            return;
        }
        let heads = KnownPersons::new(files, false);
        let persons = heads.persons(t, files, self.answers);
        let by_file_no = by_file_no(files);
        let members = members_by_number(files);
        let of_member: FxHashSet<RecordId> =
            open.iter().copied().filter(|&r| self.bears_a_members_number(files, &members, r)).collect();
        for &record in &open {
            if let Some(file) = self.head_of_the_number(files, &members, record) {
                let head = heads.list[file.0 as usize];
                let evidence = vec![
                    says(Field::Number, Stance::Against, "号码是该户家庭成员的"),
                    says(Field::Name, Stance::For, "姓名一致"),
                ];
                self.keep_as(record, head.id, shown(t, &head), file, &MEMBERS_NUMBER, evidence, found);
                has_paper.insert(file);
            }
        }
        open.retain(|&r| !is_settled(found, r));
        // What a mask hides may be anybody's: masked rows are held against all heads. Of the others first against those who
        // lack a paper row; then a second paper of one who has.
        let is_masked = |r: RecordId| matches!(number_of(t, r), Some((_, IdNumber::Masked(_))));
        let passes: [(bool, Option<bool>); 3] = [(true, None), (false, Some(true)), (false, Some(false))];
        for (masked, wants_paper) in passes {
            let lefts: Vec<RecordId> = open.iter().copied().filter(|&r| is_masked(r) == masked).collect();
            if lefts.is_empty() {
                continue;
            }
            let rights: Vec<usize> = (0..heads.list.len())
                .filter(|&i| wants_paper.is_none_or(|wants| has_paper.contains(&heads.list[i].file) != wants))
                .collect();
            let right: Vec<Person> = rights.iter().map(|&i| persons[i].clone()).collect();
            let left: Vec<Person> = lefts
                .iter()
                .map(|&r| {
                    let own =
                        person_of_row(t, r, self.household_by_text(r, &by_file_no), self.unit_of(r), self.answers);
                    // A number that is somebody else's says nothing of this person.
                    if of_member.contains(&r) { Person { number: Number::None, ..own } } else { own }
                })
                .collect();
            let mode = if masked { Mode::ManyToOne } else { Mode::OneToOne };
            let outcome = link(&left, &right, &CHINESE, mode, &self.answers.verdicts);
            for l in &outcome.links {
                let known = &heads.list[rights[l.right as usize]];
                let shown = shown(t, known);
                self.keep(lefts[l.left as usize], known.id, shown, known.file, l, &outcome, (&left, &right), found);
                has_paper.insert(known.file);
            }
            for tie in &outcome.ties {
                undecided(found, lefts[tie.left as usize], tie, |c| {
                    let known = &heads.list[rights[c as usize]];
                    (known.record, known.file)
                });
            }
            open.retain(|r| !is_settled(found, *r) && !found.undecided.contains_key(r));
        }
    }

    /// The row's number is that of a member of some household who has another name.
    fn bears_a_members_number(
        &self,
        files: &[File],
        members: &FxHashMap<u64, Vec<(FileId, RecordId)>>,
        row: RecordId,
    ) -> bool {
        let t = self.tables;
        let Some(id) = number_of(t, row).and_then(|(_, n)| n.valid()) else { return false };
        let own = name_of(t, row, "name");
        members.get(&id.key()).is_some_and(|list| {
            list.iter().all(|&(file, member)| {
                files[file.0 as usize].head != Some(id)
                    && own
                        .zip(name_of(t, member, "name"))
                        .is_some_and(|(a, b)| name::same(a, b) == NameMatch::Different)
            })
        })
    }

    /// The file whose head bears the row's name and one of whose members bears its number, if there is one such file.
    fn head_of_the_number(
        &self,
        files: &[File],
        members: &FxHashMap<u64, Vec<(FileId, RecordId)>>,
        row: RecordId,
    ) -> Option<FileId> {
        if !self.bears_a_members_number(files, members, row) {
            return None;
        }
        let t = self.tables;
        let id = number_of(t, row).and_then(|(_, n)| n.valid())?;
        let own = name_of(t, row, "name");
        let mut fits: Vec<FileId> = members.get(&id.key())?.iter().map(|(file, _)| *file).collect();
        fits.retain(|f| same_name(own, name_of(t, files[f.0 as usize].record, "name")));
        fits.dedup();
        match fits[..] {
            [only] => Some(only),
            _ => None,
        }
    }
}

fn says(field: Field, stance: Stance, text: &str) -> Evidence {
    Evidence { field, stance, text: text.to_string() }
}

/// Members of the electronic files by their valid numbers, in file order.
fn members_by_number(files: &[File]) -> FxHashMap<u64, Vec<(FileId, RecordId)>> {
    let mut out: FxHashMap<u64, Vec<(FileId, RecordId)>> = FxHashMap::default();
    for (i, f) in files.iter().enumerate() {
        for member in &f.members {
            if let Some(id) = member.id {
                out.entry(id.key()).or_default().push((FileId(i as u32), member.record));
            }
        }
    }
    out
}
