//! BD 部门比对: the rules that register schemas declare. No Rust names a register; the four shipped ones are schema files like
//! a user's own.
//!
//! What is examined: each person of an active household (`at_least` above 1: the household), by ID number. A person of several
//! files belongs to the one that counts ([`Casebook::main_file_of`]), so that a grown child's flat is not his parents'.
//! A row counts where all conditions of the schema hold. A condition on an empty cell is 无法判定; where the whole column is
//! missing, the schema's `absent` says what it is read as, and without that it is 无法判定 too.

mod declared;
mod message;

use rustc_hash::FxHashMap;

pub(super) use self::declared::rule;
use super::prelude::*;
use crate::domain::address;
use crate::domain::id_number::ResidentId;
use crate::link::{Casebook, File};
use crate::schema::{Condition, FieldType, RegisterFinding, Schema};

/// A register at work.
struct Register<'a> {
    facts: &'a Facts<'a>,
    schema: &'a Schema,
    finding: &'a RegisterFinding,
    /// Person → rows.
    rows: FxHashMap<u64, Vec<RecordId>>,
}

/// One person of a file: the row that names him there, and his number where it is valid.
type Person = (RecordId, Option<ResidentId>);

/// What the register says of a person or household.
struct Holding {
    /// Rows that meet all conditions, with what tells their things apart ("" where that is not written), in its order.
    rows: Vec<(String, RecordId)>,
    /// Things that are surely different ones.
    count: usize,
    /// As many they may be: rows without a key may be further things, rows without a state may count.
    at_most: usize,
}

/// The judging function of every register's rule.
fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let of_rule = |s: &&Schema| s.finding.as_ref().is_some_and(|f| f.code == judge.rule.code);
    let Some((schema, finding)) = book.tables.schemas.iter().find(of_rule).and_then(|s| Some((s, s.finding.as_ref()?)))
    else {
        return;
    };
    let mut rows: FxHashMap<u64, Vec<RecordId>> = FxHashMap::default();
    for &row in book.tables.of_kind(&schema.kind) {
        if let Some(person) = book.person_of(row, "id_number") {
            rows.entry(person.key()).or_default().push(row);
        }
    }
    let register = Register { facts, schema, finding, rows };
    for id in book.file_ids() {
        let file = book.file(id);
        match file.status {
            FileStatus::Active => {}
            FileStatus::Unknown => {
                judge.undetermined(id, Reason::StatusUnclear);
                continue;
            }
            FileStatus::Exited | FileStatus::Cancelled => {
                judge.not_applicable(id);
                continue;
            }
        }
        let persons = persons(book, id, file);
        if finding.per_household() {
            register.examine(judge, id, &persons);
        } else {
            persons.iter().for_each(|person| register.examine(judge, id, std::slice::from_ref(person)));
        }
    }
}

/// Head and members of a file, but for those who belong to another file.
fn persons(book: &Casebook<'_>, id: FileId, file: &File) -> Vec<Person> {
    let all = std::iter::once((file.record, file.head)).chain(file.members.iter().map(|m| (m.record, m.id)));
    all.filter(|(_, person)| person.is_none_or(|p| book.files_of(p).len() < 2 || book.main_file_of(p) == Some(id)))
        .collect()
}

impl Register<'_> {
    fn examine(&self, judge: &mut Judge<'_>, file: FileId, persons: &[Person]) {
        let about = match persons.first() {
            Some((row, _)) if !self.finding.per_household() => About::person(file, *row),
            _ => About::from(file),
        };
        let holding = self.holding(persons);
        let needed = self.finding.at_least as usize;
        if holding.count >= needed {
            judge.finding(about, self.draft(file, persons, &holding));
        } else if holding.at_most >= needed || persons.iter().any(|(_, number)| number.is_none()) {
            // A number that names nobody, else a row whose state or key cannot be told.
            let unclear = persons.iter().any(|(_, number)| number.is_none());
            judge.undetermined(about, if unclear { Reason::NumberUnclear } else { Reason::Contradictory });
        } else {
            judge.compliant(about);
        }
    }

    fn rows_of(&self, person: ResidentId) -> &[RecordId] {
        self.rows.get(&person.key()).map_or(&[], Vec::as_slice)
    }

    fn holding(&self, persons: &[Person]) -> Holding {
        let mut rows = Vec::new();
        let mut stateless = 0;
        for &row in persons.iter().filter_map(|(_, number)| *number).flat_map(|p| self.rows_of(p)) {
            match self.meets(row) {
                Some(true) => rows.push((self.key(row).unwrap_or_default(), row)),
                Some(false) => {}
                None => stateless += 1,
            }
        }
        rows.sort();
        let mut things: Vec<&str> = Vec::new();
        for (key, _) in rows.iter().filter(|(key, _)| !key.is_empty()) {
            if !things.iter().any(|known| self.same_thing(known, key)) {
                things.push(key);
            }
        }
        let nameless = rows.iter().filter(|(key, _)| key.is_empty()).count();
        let count = if things.is_empty() { nameless.min(1) } else { things.len() };
        let at_most = things.len() + nameless + stateless;
        Holding { count, at_most, rows }
    }

    /// Whether a row counts; None where a condition's field says nothing.
    fn meets(&self, row: RecordId) -> Option<bool> {
        let verdicts: Vec<Option<bool>> = self.finding.when.iter().map(|c| self.holds(c, row)).collect();
        if verdicts.contains(&Some(false)) {
            return Some(false);
        }
        (!verdicts.contains(&None)).then_some(true)
    }

    fn holds(&self, condition: &Condition, row: RecordId) -> Option<bool> {
        let text = self.canon(row, &condition.field)?;
        let says = |word: &String| text.contains(word.as_str());
        let wanted = condition.any_of.is_empty() || condition.any_of.iter().any(says);
        Some(wanted && !condition.none_of.iter().any(says))
    }

    /// A value without its spelling; None where nothing is said.
    fn canon(&self, row: RecordId, field: &str) -> Option<String> {
        let value = self.facts.book.tables.value(row, field);
        let mut text = String::new();
        value.write_canon(&mut text);
        (value.is_said() && !text.is_empty()).then_some(text)
    }

    /// What tells a row's thing from another: the first key field it fills. A schema without a key: all the row says.
    fn key(&self, row: RecordId) -> Option<String> {
        if !self.finding.key.is_empty() {
            return self.finding.key.iter().find_map(|field| self.canon(row, field));
        }
        let own = self.schema.fields.iter().filter(|f| !["name", "id_number"].contains(&f.id.as_str()));
        let said: Vec<String> = own.filter_map(|f| self.canon(row, &f.id)).collect();
        (!said.is_empty()).then(|| said.join("@"))
    }

    /// Keys that are addresses are one where the addresses are.
    fn same_thing(&self, a: &str, b: &str) -> bool {
        let is_address =
            |f: &String| self.schema.index(f).is_some_and(|i| self.schema.fields[i].ty == FieldType::Address);
        a == b || (self.finding.key.first().is_some_and(is_address) && address::same(a, b))
    }

    fn draft(&self, file: FileId, persons: &[Person], holding: &Holding) -> Draft {
        let facts = self.facts;
        let mut draft = Draft::of_file(facts, file);
        let owners = || persons.iter().filter(|(_, number)| number.is_some_and(|p| self.owns(p, holding)));
        if self.finding.per_household() {
            draft = draft.reference(joined_sorted(owners().filter_map(|(_, number)| number.map(|p| p.full()))));
        } else {
            if let Some((record, _)) = persons.first() {
                draft.person(facts, *record, "name", "id_number");
            }
            draft = draft.reference(joined_sorted(holding.rows.iter().map(|(key, _)| key.clone())));
        }
        for (record, _) in owners() {
            draft = draft.context(facts.evidence_or_row(*record, "id_number"));
        }
        let shown = self.shown_fields();
        for &(_, row) in &holding.rows {
            draft = draft.about(Subject::Row(row)).context(facts.evidence(row, "name"));
            draft = draft.context(facts.evidence(row, "id_number"));
            for field in &shown {
                draft = draft.evidence(facts.evidence(row, field).filter(|e| !e.shown.is_empty()));
            }
        }
        let name = draft.name.clone();
        draft.message(message::filled(&self.finding.message, &|hole| match hole {
            "count" => holding.count.to_string(),
            "name" if !self.finding.per_household() && !name.is_empty() => name.clone(),
            field => self.written(holding, field),
        }))
    }

    fn owns(&self, person: ResidentId, holding: &Holding) -> bool {
        self.rows_of(person).iter().any(|row| holding.rows.iter().any(|(_, held)| held == row))
    }

    /// Values of a field as written, each once.
    fn written(&self, holding: &Holding, field: &str) -> String {
        let mut values: Vec<String> = Vec::new();
        for value in holding.rows.iter().map(|&(_, row)| self.facts.written(row, field)) {
            if !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
        }
        values.join("、")
    }

    /// Fields the finding rests on: those of key, conditions and message, in schema order.
    fn shown_fields(&self) -> Vec<&str> {
        let used = |id: &str| {
            self.finding.key.iter().any(|f| f == id)
                || self.finding.when.iter().any(|c| c.field == id)
                || message::holes(&self.finding.message).any(|hole| hole == id)
        };
        let ids = self.schema.fields.iter().map(|f| f.id.as_str());
        ids.filter(|id| !["name", "id_number"].contains(id) && used(id)).collect()
    }
}
