//! 三方对照: a household per row, electronic, paper and civil side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{ComparedField, Comparison};
use super::privacy;
use crate::audit::Audit;
use crate::derive::paper_side::COMPARED;
use crate::derive::{Facts, Outcome, income};
use crate::link::{CivilMatch, Drawing, FileId, UnitId};
use crate::normalize::RecordId;

/// Fields shown: the compared ones, and two that are told without being compared on paper.
fn fields() -> impl Iterator<Item = &'static str> {
    COMPARED.iter().copied().filter(|f| *f != "file_no").chain(["cause_main", "income_per_capita"])
}

/// Titles of the columns, from the schema of the electronic file.
pub fn titles(facts: &Facts<'_>) -> Vec<String> {
    let schema = facts.book.tables.schemas.get("efile");
    let title = |id: &str| {
        schema.and_then(|s| s.index(id).map(|i| s.fields[i].title.clone())).unwrap_or_else(|| id.to_string())
    };
    fields().map(title).collect()
}

/// One comparison per electronic file, by unit, in order of file number.
pub fn by_unit(facts: &Facts<'_>, audit: &Audit) -> BTreeMap<UnitId, Vec<Comparison>> {
    let mut told: BTreeMap<FileId, BTreeSet<&str>> = BTreeMap::new();
    for finding in &audit.findings {
        if let Some(file) = finding.draft.file {
            told.entry(file).or_default().insert(finding.rule.code);
        }
    }
    let none = BTreeSet::new();
    let mut out: BTreeMap<UnitId, Vec<Comparison>> = BTreeMap::new();
    for file in facts.book.file_ids() {
        let unit = facts.book.file(file).unit;
        out.entry(unit).or_default().push(comparison(facts, file, told.get(&file).unwrap_or(&none)));
    }
    for list in out.values_mut() {
        list.sort_by(|a, b| (&a.file_no, &a.id_number).cmp(&(&b.file_no, &b.id_number)));
    }
    out
}

fn comparison(facts: &Facts<'_>, file: FileId, told: &BTreeSet<&str>) -> Comparison {
    let book = facts.book;
    let f = book.file(file);
    let paper = facts.paper_of(file);
    let civil = civil_row(facts, file);
    let written = |record: RecordId, field: &str| facts.evidence(record, field).map(|e| e.shown);
    let compared = fields().enumerate().map(|(column, field)| {
        let outcome = paper.map_or(Outcome::NotCompared, |p| p.outcome(field));
        let civil_value = civil.as_ref().and_then(|c| c.value(facts, field));
        let civil_differs = match field {
            "category" => told.contains("YZ303"),
            "household_size" => told.contains("YZ304"),
            "income_per_capita" => told.contains("YZ305"),
            "name" => told.contains("ID110"),
            _ => false,
        };
        ComparedField {
            column,
            electronic: written(f.record, field),
            paper: paper.and_then(|p| written(p.paper, field)),
            civil_differs: civil_differs && (civil_value.is_some() || field == "category"),
            civil: civil_value,
            paper_differs: matches!(outcome, Outcome::Differs | Outcome::MissingOnPaper | Outcome::MissingElectronic),
        }
    });
    let links = &facts.civil_of(file).links;
    let civil_match = match links.as_slice() {
        [] => "未见".to_string(),
        [(_, how)] => how.chinese().to_string(),
        [(_, first), ..] => {
            format!(
                "{}（共{}个民政户）",
                if *first == CivilMatch::MembersOnly { "仅成员相同" } else { first.chinese() },
                links.len()
            )
        }
    };
    let t = &book.tables;
    Comparison {
        file_no: f.file_no.clone(),
        name: crate::link::name_of(t, f.record, "name").map(|n| n.shown().to_string()).unwrap_or_default(),
        id_number: f.head.map_or_else(|| facts.written(f.record, "id_number"), |id| id.full()),
        status: facts.written(f.record, "status"),
        paper_match: paper.map_or("无纸质档案", |p| p.how.chinese()).to_string(),
        civil_match,
        fields: compared.collect(),
    }
}

/// The civil row of a file's head (else of the household it is linked to).
struct CivilRow {
    record: RecordId,
    id_field: &'static str,
    persons: usize,
    scheme: String,
    on: bool,
    /// The person is the file's unit's, or in no file at all.
    is_own: bool,
}

fn civil_row(facts: &Facts<'_>, file: FileId) -> Option<CivilRow> {
    let civil = facts.civil_of(file);
    let book = facts.book;
    let &(id, _) = civil.links.first()?;
    let household = book.civil.get(id);
    let head = book.file(file).head;
    let person =
        household.persons.iter().find(|p| p.id.is_some() && p.id == head).or_else(|| household.persons.first())?;
    Some(CivilRow {
        record: person.record,
        id_field: person.field,
        persons: household.persons.iter().filter(|p| p.drawing == Drawing::On).count(),
        scheme: household.scheme.clone(),
        on: household.on_now,
        is_own: privacy::is_seen_by(facts, person.record, book.file(file).unit),
    })
}

impl CivilRow {
    fn value(&self, facts: &Facts<'_>, field: &str) -> Option<String> {
        match field {
            "name" => {
                let field = if self.id_field == "head_id_number" { "head_name" } else { "name" };
                let name = facts.evidence(self.record, field)?.shown;
                Some(if self.is_own { name } else { privacy::masked_name(&name) })
            }
            "id_number" => {
                let number = facts.evidence(self.record, self.id_field)?.shown;
                Some(if self.is_own { number } else { privacy::masked_digits(&number) })
            }
            "category" => {
                Some(if self.on { format!("{}在保", self.scheme) } else { format!("{}未在保", self.scheme) })
            }
            "household_size" => Some(format!("{}人在保", self.persons)),
            "income_per_capita" => {
                let (_, field) = income::of_civil(facts.book, self.record)?;
                facts.evidence(self.record, field).map(|e| e.shown)
            }
            _ => None,
        }
    }
}
