//! What civil affairs say of a file's household.

use crate::domain::date::PartialDate;
use crate::domain::id_number::ResidentId;
use crate::link::{Casebook, CivilId, CivilMatch, Drawing, FileId, name_of, same_name};
use crate::normalize::{RecordId, Value};

/// A file against the civil registers.
#[derive(Debug, Clone, Default)]
pub struct CivilFacts {
    /// Civil households that share a person with the file, nearest first.
    pub links: Vec<(CivilId, CivilMatch)>,
    /// Those of them linked through the head or the spouse, not through grown children only.
    pub close: Vec<CivilId>,
    /// Persons (row, field) of the file's household who are 在保, with their scheme.
    pub drawing: Vec<(RecordId, &'static str, String)>,
    /// 在保 in a household linked through head or spouse.
    pub close_drawing: Vec<(RecordId, &'static str, String)>,
    /// Some row of the household has a state, or draws a scheme, that nobody knows.
    pub unknown_state: bool,
    /// Persons compared (YZ304); None where nothing is to compare.
    pub persons: Option<PersonGap>,
}

/// Who stands in one household only.
#[derive(Debug, Clone, Default)]
pub struct PersonGap {
    /// Certificate numbers of the civil households compared, joined by `+`.
    pub cert_no: String,
    /// Rows (head: the efile row) of persons civil affairs do not list as 在保 (民政缺).
    pub not_civil: Vec<RecordId>,
    /// Civil rows of persons the file does not have (电子缺).
    pub not_electronic: Vec<(RecordId, &'static str, Option<ResidentId>)>,
    /// A civil row that shows the household, for the other side of the evidence.
    pub civil_row: Option<(RecordId, &'static str)>,
}

pub fn compare(book: &Casebook<'_>, file: FileId) -> CivilFacts {
    let f = book.file(file);
    let links: Vec<(CivilId, CivilMatch)> =
        book.civil.links(f).into_iter().filter(|&(id, _)| is_the_same_household(book, file, id)).collect();
    let spouses = f
        .members
        .iter()
        .filter(|m| matches!(book.tables.value(m.record, "relation"), Value::Code(c) if c.word() == Some("配偶")));
    let near: Vec<ResidentId> = f.head.into_iter().chain(spouses.filter_map(|m| m.id)).collect();
    let mut facts = CivilFacts { links, ..CivilFacts::default() };
    let persons: Vec<ResidentId> = f.persons().collect();
    for &(id, _) in &facts.links {
        let household = book.civil.get(id);
        let is_close = household.persons.iter().any(|p| p.id.is_some_and(|p| near.contains(&p)));
        if is_close {
            facts.close.push(id);
        }
        for person in &household.persons {
            if person.drawing == Drawing::Unknown {
                facts.unknown_state = true;
            }
            if person.drawing != Drawing::On {
                continue;
            }
            // Drawing something, but nobody knows what.
            facts.unknown_state |= !household.scheme_known;
            let entry = (person.record, person.field, household.scheme.clone());
            if is_close && household.scheme_known {
                facts.close_drawing.push(entry.clone());
            }
            if person.id.is_some_and(|p| persons.contains(&p)) {
                facts.drawing.push(entry);
            }
        }
    }
    facts.persons = persons_gap(book, file, &facts.close);
    facts
}

/// The person that file and civil household share is one person: under a number of two persons (ID110) the name has to say
/// so.
fn is_the_same_household(book: &Casebook<'_>, file: FileId, civil: CivilId) -> bool {
    let f = book.file(file);
    let own = std::iter::once((f.record, f.head)).chain(f.members.iter().map(|m| (m.record, m.id)));
    let own: Vec<(RecordId, ResidentId)> = own.filter_map(|(r, id)| Some((r, id?))).collect();
    book.civil.get(civil).persons.iter().any(|p| {
        own.iter().any(|&(row, id)| {
            p.id == Some(id) && (!book.is_of_two(id) || same_name(name_of(&book.tables, row, "name"), p.name.as_ref()))
        })
    })
}

/// The persons now 在保 of all closely linked civil households against the file's. 单人保 (one person of a larger household)
/// is not compared.
fn persons_gap(book: &Casebook<'_>, file: FileId, close: &[CivilId]) -> Option<PersonGap> {
    let t = &book.tables;
    let f = book.file(file);
    let on: Vec<_> =
        close.iter().flat_map(|&id| book.civil.get(id).persons.iter()).filter(|p| p.drawing == Drawing::On).collect();
    let (first, size) = (on.first()?, 1 + f.members.len());
    let mut distinct: Vec<Option<ResidentId>> = on.iter().map(|p| p.id).collect();
    distinct.sort_by_key(|id| id.map(ResidentId::key));
    distinct.dedup_by(|a, b| a.is_some() && a == b);
    if distinct.len() < 2 && size > 1 {
        return None;
    }
    // Electronic persons: the head's own row, and the members'.
    let electronic: Vec<(RecordId, Option<ResidentId>)> =
        std::iter::once((f.record, f.head)).chain(f.members.iter().map(|m| (m.record, m.id))).collect();
    let fits = |row: RecordId, id: Option<ResidentId>, p: &crate::link::CivilPerson| match (id, p.id) {
        (Some(a), Some(b)) => a == b,
        // A number that cannot be read on a side: the name within one household tells.
        _ => same_name(name_of(t, row, "name"), p.name.as_ref()),
    };
    let mut gap = PersonGap { civil_row: Some((first.record, first.field)), ..PersonGap::default() };
    // Whom a number of two persons means is asked elsewhere.
    let of_two = |id: Option<ResidentId>| id.is_some_and(|id| book.is_of_two(id));
    for &(row, id) in electronic.iter().filter(|(_, id)| !of_two(*id)) {
        if !on.iter().any(|p| fits(row, id, p)) {
            gap.not_civil.push(row);
        }
    }
    let mut told: Vec<ResidentId> = Vec::new();
    for p in on.iter().filter(|p| !of_two(p.id)) {
        if electronic.iter().any(|&(row, id)| fits(row, id, p)) || p.id.is_some_and(|id| told.contains(&id)) {
            continue;
        }
        told.extend(p.id);
        gap.not_electronic.push((p.record, p.field, p.id));
    }
    let on_now = |id: &&CivilId| book.civil.get(**id).on_now;
    let mut certs: Vec<&str> = close.iter().filter(on_now).map(|&id| book.civil.get(id).cert_no.as_str()).collect();
    certs.sort_unstable();
    certs.dedup();
    gap.cert_no = certs.join("+");
    Some(gap)
}

/// Since when a person of a civil register draws: what his row says, else his household's row.
pub fn since(book: &Casebook<'_>, record: RecordId) -> Option<PartialDate> {
    let said = |row: RecordId| match book.tables.value(row, "from") {
        Value::Date(date) => Some(*date),
        _ => None,
    };
    let household = || {
        let rows = &book.civil.get(book.civil.household_of(record)?).records;
        rows.iter().filter(|&&r| book.tables.schema(r).kind == "civil_household").find_map(|&r| said(r))
    };
    said(record).or_else(household)
}

/// The number of a member or head row.
pub fn id_of_row(book: &Casebook<'_>, record: RecordId) -> Option<ResidentId> {
    book.person_of(record, "id_number")
}
