//! What one row says of a person, in a form that is cheap to compare.

use std::fmt;

use chrono::NaiveDate;

use crate::domain::id_number::{IdFault, IdNumber, ResidentId, Sex};
use crate::domain::name::Name;
use crate::domain::phone::Phones;

/// One row's person. Every field may be unknown. `Debug` shows nothing personal.
#[derive(Clone, Default)]
pub struct Person {
    /// What verdicts call this record; empty where no verdict can concern it.
    pub key: Box<str>,
    pub number: Number,
    pub name: PersonName,
    /// The birth date of its own column; the one in the number is looked at besides.
    pub birth: Option<NaiveDate>,
    /// The sex of its own column.
    pub sex: Option<Sex>,
    /// Digits of telephone numbers in normal form.
    pub phones: Vec<u64>,
    pub file_no: Box<str>,
    /// The union organisation, by a number of the caller's choice.
    pub unit: Option<u32>,
    /// Fields that are compared slot by slot: the n-th with the n-th.
    pub places: Vec<Place>,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("number", &self.number).finish_non_exhaustive()
    }
}

/// What stands in the number's field.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Number {
    /// Nothing, or nothing that tells one person from another.
    #[default]
    None,
    Valid(ResidentId),
    /// Invalid, or of another document: as written, cleaned.
    Text(Box<str>),
    /// Digits were lost: the real ones at the front.
    Damaged(Box<str>),
    /// Hidden places are `*`.
    Masked(Box<str>),
}

/// Fewer characters than this are no number of a person.
const SHORTEST: usize = 5;

impl Number {
    /// A text that is no valid number. Dummies (`000000000000000000`, `1234`) tell nothing.
    pub fn text(text: &str) -> Self {
        let mut kinds: Vec<u8> = text.bytes().collect();
        kinds.sort_unstable();
        kinds.dedup();
        if text.len() < SHORTEST || kinds.len() < 3 { Self::None } else { Self::Text(text.into()) }
    }

    /// The number if it is valid.
    pub fn valid(&self) -> Option<ResidentId> {
        match self {
            Self::Valid(id) => Some(*id),
            _ => None,
        }
    }

    /// A number of 18 characters that passed its check: it cannot be a slip of one digit or two swapped ones.
    pub fn is_checked(&self) -> bool {
        self.valid().is_some_and(|id| !id.is_old_form())
    }
}

impl From<&IdNumber> for Number {
    fn from(id: &IdNumber) -> Self {
        match id {
            IdNumber::Valid(id) => Self::Valid(*id),
            IdNumber::Invalid { text, fault: IdFault::LostDigits { .. } } => {
                text.get(..15).map_or(Self::None, |prefix| Self::Damaged(prefix.into()))
            }
            IdNumber::Invalid { text, .. } | IdNumber::Document(text) => Self::text(text),
            IdNumber::Damaged { prefix, .. } => Self::Damaged(prefix.clone()),
            IdNumber::Masked(text) => Self::Masked(text.clone()),
            // Which of them is meant is not ours to guess.
            IdNumber::Several(_) => Self::None,
        }
    }
}

/// Masked: for logs.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Valid(id) => return write!(f, "Valid({id})"),
            Self::Text(_) => "Text",
            Self::Damaged(_) => "Damaged",
            Self::Masked(_) => "Masked",
        })
    }
}

/// A name in one piece, as in Chinese, or in two.
#[derive(Clone, Default)]
pub enum PersonName {
    #[default]
    None,
    Whole(Name),
    /// Empty parts are unknown.
    Parts {
        given: Box<str>,
        surname: Box<str>,
    },
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Whole(_) => "Whole",
            Self::Parts { .. } => "Parts",
        })
    }
}

impl From<Option<Name>> for PersonName {
    fn from(name: Option<Name>) -> Self {
        name.map_or(Self::None, Self::Whole)
    }
}

/// A field about where a person lives or works. An empty text is unknown.
#[derive(Clone)]
pub struct Place {
    pub kind: PlaceKind,
    pub text: Box<str>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

/// How a place is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    Employer,
    Address,
    /// Words with slips of the pen, as in the public test sets.
    Words,
    /// Equal or not: a postcode, a house number.
    Code,
}

impl Person {
    /// Telephone numbers of a cell.
    pub fn phones_of(phones: &Phones) -> Vec<u64> {
        phones.numbers().filter_map(|n| n.parse().ok()).collect()
    }

    /// Birth dates the row gives for sure: its column's, and that of a valid or damaged number.
    pub fn births(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let number = match &self.number {
            Number::Valid(id) => Some(id.birth()),
            Number::Damaged(prefix) if prefix.len() == 15 => {
                prefix.get(6..14).and_then(|d| NaiveDate::parse_from_str(d, "%Y%m%d").ok())
            }
            _ => None,
        };
        self.birth.into_iter().chain(number.filter(|n| Some(*n) != self.birth))
    }

    /// The sex of its column, else of its valid number.
    pub fn known_sex(&self) -> Option<Sex> {
        self.sex.or_else(|| self.number.valid().map(ResidentId::sex))
    }

    /// The name in one piece, if every character of it is known: fit for a key.
    pub fn whole_name(&self) -> Option<&str> {
        match &self.name {
            PersonName::Whole(name) if name.is_complete() => Some(name.key()),
            _ => None,
        }
    }
}
