//! A row as the engine of suspected matches sees it.

use super::super::files::{FileId, name_of, text_of};
use super::super::suspected::{Number, Person, PersonName, Place, PlaceKind};
use super::super::units::{UnitId, Units};
use super::{Answers, name_field, number_field, number_of};
use crate::domain::id_number::{IdNumber, ResidentId, Sex};
use crate::domain::name::Name;
use crate::normalize::{RecordId, Tables, Value};

/// How verdicts call a person: the number as shown, and the name where the number is no valid one (two people may have the
/// same invalid number).
pub fn person_key(number: &str, valid: bool, name: Option<&Name>) -> String {
    let name = if valid { "" } else { name.map_or("", Name::key) };
    format!("{number}\u{1f}{name}")
}

/// The household a row is known to be of, as the engine compares it.
pub fn household_of(file: FileId) -> Box<str> {
    format!("#{}", file.0).into()
}

/// What one row says of its person. `household`: the file it is known to be of, by something else than the number.
pub fn person(
    tables: &Tables<'_>,
    record: RecordId,
    number: Number,
    household: Option<FileId>,
    unit: Option<UnitId>,
) -> Person {
    let field = number_field(tables, record);
    let phones = match tables.value(record, "phone") {
        Value::Phone(phones) => Person::phones_of(phones),
        _ => Vec::new(),
    };
    let birth = match tables.value(record, "birth_date") {
        Value::Date(date) => date.exact(),
        _ => None,
    };
    let sex = match tables.value(record, "sex") {
        Value::Code(code) => match code.word() {
            Some("男") => Some(Sex::Male),
            Some("女") => Some(Sex::Female),
            _ => None,
        },
        _ => None,
    };
    let place = |field, kind| Place { kind, text: text_of(tables, record, field).into() };
    Person {
        key: Box::default(),
        number,
        name: PersonName::from(name_of(tables, record, name_field(field)).cloned()),
        birth,
        sex,
        phones,
        file_no: household.map(household_of).unwrap_or_default(),
        unit: unit.filter(|u| *u != Units::NONE).map(|u| u.0),
        places: vec![place("employer", PlaceKind::Employer), place("address", PlaceKind::Address)],
    }
}

/// One row by itself, for a reader who asks what is near.
pub fn row_as_person(tables: &Tables<'_>, record: RecordId, row_units: &[Option<UnitId>]) -> Person {
    let number = number_of(tables, record).map_or(Number::None, |(_, n)| Number::from(n));
    let own = person(tables, record, number, None, row_units[record.0 as usize]);
    Person { file_no: text_of(tables, record, "file_no").into(), ..own }
}

/// As [`person`], with the row's own number, called as the answers call it.
pub fn person_of_row(
    tables: &Tables<'_>,
    record: RecordId,
    household: Option<FileId>,
    unit: Option<UnitId>,
    answers: &Answers<'_>,
) -> Person {
    let Some((field, number)) = number_of(tables, record) else {
        return person(tables, record, Number::None, household, unit);
    };
    let mut out = person(tables, record, Number::from(number), household, unit);
    out.key = called(answers, number, name_of(tables, record, name_field(field)));
    out
}

/// What the answers call a number.
pub fn called(answers: &Answers<'_>, number: &IdNumber, name: Option<&Name>) -> Box<str> {
    if answers.verdicts.is_empty() {
        return Box::default();
    }
    (answers.called)(&person_key(&number.shown(), number.valid().is_some(), name)).into()
}

/// What the answers call a valid number.
pub fn called_person(answers: &Answers<'_>, id: ResidentId) -> Box<str> {
    if answers.verdicts.is_empty() {
        return Box::default();
    }
    (answers.called)(&person_key(&id.full(), true, None)).into()
}
