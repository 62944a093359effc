//! What other departments know of a person: the death list, and settlements of medical costs.

use rustc_hash::FxHashMap;

use super::households::{Households, PersonKey, number_of, person_key};
use crate::domain::date::PartialDate;
use crate::domain::id_number::IdNumber;
use crate::domain::name::{self, Name, NameMatch};
use crate::link::{Casebook, name_of};
use crate::normalize::{RecordId, Value};

/// A person of the death list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Death {
    pub record: RecordId,
    /// Of several rows of one person the latest date, so that nobody is called dead too early. None: not said, or not to be
    /// read, in one of them.
    pub died_on: Option<PartialDate>,
}

impl Death {
    /// A hint to a reader, where the list gives the number to another name: the number itself may be wrong.
    pub fn name_note(&self, book: &Casebook<'_>, name: Option<&Name>) -> String {
        match (name_of(&book.tables, self.record, "name"), name) {
            (Some(listed), Some(own)) if name::same(listed, own) == NameMatch::Different => {
                format!("（名单上的姓名为“{}”，请先核对号码）", listed.shown())
            }
            _ => String::new(),
        }
    }
}

/// The death list, by person.
#[derive(Debug, Default)]
pub struct Deaths(FxHashMap<PersonKey, Death>);

impl Deaths {
    pub fn new(book: &Casebook<'_>) -> Self {
        let mut all: FxHashMap<PersonKey, Death> = FxHashMap::default();
        for &record in book.tables.of_kind("death") {
            let Some(person) = number_of(book, record).and_then(person_key) else { continue };
            let died_on = match book.tables.value(record, "died_on") {
                Value::Date(date) => Some(*date),
                _ => None,
            };
            let death = all.entry(person).or_insert(Death { record, died_on });
            let later = died_on.zip(death.died_on).is_some_and(|(own, other)| own.last_day() > other.last_day());
            if died_on.is_none() || later {
                *death = Death { record, died_on };
            }
        }
        Self(all)
    }

    pub fn of(&self, number: &IdNumber) -> Option<&Death> {
        self.0.get(&person_key(number)?)
    }
}

/// A settlement of medical costs that counts: not 已撤销.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    pub record: RecordId,
    pub settled_on: Option<PartialDate>,
    /// Fen that the household bore itself.
    pub out_of_pocket: Option<i64>,
}

/// Settlements by household.
#[derive(Debug, Default)]
pub struct Settlements(FxHashMap<u32, Vec<Settlement>>);

impl Settlements {
    pub fn new(book: &Casebook<'_>, households: &Households) -> Self {
        let t = &book.tables;
        let mut all: FxHashMap<u32, Vec<Settlement>> = FxHashMap::default();
        for &record in t.of_kind("medical") {
            let revoked = matches!(t.value(record, "state"), Value::Code(c) if c.word() == Some("已撤销"));
            let files = number_of(book, record).map_or(&[][..], |n| households.files_of(book, n));
            if revoked || files.is_empty() {
                continue;
            }
            let settlement = Settlement {
                record,
                settled_on: match t.value(record, "settled_on") {
                    Value::Date(date) => Some(*date),
                    _ => None,
                },
                out_of_pocket: match t.value(record, "out_of_pocket") {
                    Value::Money(fen) => Some(*fen),
                    _ => None,
                },
            };
            // All files of one person are of one household.
            all.entry(book.cluster[files[0].0 as usize]).or_default().push(settlement);
        }
        Self(all)
    }

    /// Of the household (see [`Casebook::cluster`]).
    pub fn of(&self, cluster: u32) -> &[Settlement] {
        self.0.get(&cluster).map_or(&[], Vec::as_slice)
    }
}
