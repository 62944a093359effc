//! Files over time: which one was active on a day, and since when a household has had one.
//!
//! "Several files of one person: the file active on that day, as head before as member, else the latest." Files that share a
//! person are one household ([`Casebook::cluster`]); for people with other documents than an identity card, who make no
//! clusters, the document's text is the key.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::domain::date::{PartialDate, after, before};
use crate::domain::id_number::IdNumber;
use crate::domain::name::Name;
use crate::link::{Casebook, FileId, FileStatus};
use crate::normalize::{RecordId, Value};

/// A person by the number of a row: the same key, the same person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonKey {
    Resident(u64),
    /// Text of another document.
    Document(Box<str>),
}

/// None for a number that is invalid, damaged, masked, or one of several.
pub fn person_key(number: &IdNumber) -> Option<PersonKey> {
    match number {
        IdNumber::Valid(id) => Some(PersonKey::Resident(id.key())),
        IdNumber::Document(text) => Some(PersonKey::Document(text.clone())),
        _ => None,
    }
}

/// The number of the person a row is about, whatever it is worth; None where none is written.
pub fn number_of<'t>(book: &'t Casebook<'_>, record: RecordId) -> Option<&'t IdNumber> {
    book.number_of(record, "id_number")
}

/// How a file stood on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    NotYetFiled,
    /// 已脱困 or 已注销 before that day.
    Left,
    /// It has left, nobody knows when; or its status is not known.
    Unknown,
    Active,
}

/// The days of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Unknown: from ever.
    pub filed_on: Option<PartialDate>,
    /// The earlier of 脱困日期 and 注销日期; None of an active file, whatever dates are left over in it.
    pub left_on: Option<PartialDate>,
    pub status: FileStatus,
}

impl Life {
    pub fn on(&self, day: PartialDate) -> Standing {
        if self.filed_on.is_some_and(|filed| after(filed, day)) {
            return Standing::NotYetFiled;
        }
        match (self.status, self.left_on) {
            (FileStatus::Active, _) => Standing::Active,
            (_, Some(left)) if before(left, day) => Standing::Left,
            (_, Some(_)) => Standing::Active,
            (_, None) => Standing::Unknown,
        }
    }
}

/// All files over time.
#[derive(Debug, Default)]
pub struct Households {
    /// By file.
    lives: Vec<Life>,
    /// Text of another document → files its holder heads or is a member of.
    documents: FxHashMap<Box<str>, Vec<FileId>>,
    /// Cluster → files.
    clusters: FxHashMap<u32, Vec<FileId>>,
}

impl Households {
    pub fn new(book: &Casebook<'_>) -> Self {
        let mut all = Self::default();
        for id in book.file_ids() {
            let file = book.file(id);
            let date = |field: &str| match book.tables.value(file.record, field) {
                Value::Date(date) => Some(*date),
                _ => None,
            };
            let left = [date("exited_on"), date("cancelled_on")].into_iter().flatten();
            let left_on = left.min_by_key(|d| d.first_day()).filter(|_| file.status != FileStatus::Active);
            all.lives.push(Life { filed_on: date("filed_on"), left_on, status: file.status });
            all.clusters.entry(book.cluster[id.0 as usize]).or_default().push(id);
            for record in std::iter::once(file.record).chain(file.members.iter().map(|m| m.record)) {
                if let Some(IdNumber::Document(text)) = number_of(book, record) {
                    let files = all.documents.entry(text.clone()).or_default();
                    if files.last() != Some(&id) {
                        files.push(id);
                    }
                }
            }
        }
        all
    }

    pub fn life(&self, file: FileId) -> &Life {
        &self.lives[file.0 as usize]
    }

    /// Files of any status in which a person is head or member.
    pub fn files_of<'a>(&'a self, book: &'a Casebook<'_>, number: &IdNumber) -> &'a [FileId] {
        match number {
            IdNumber::Valid(id) => book.files_of(*id),
            IdNumber::Document(text) => self.documents.get(text).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// As [`files_of`](Self::files_of), for a row that names the person.
    fn files_of_named<'a>(&'a self, book: &'a Casebook<'_>, number: &IdNumber, name: Option<&Name>) -> Vec<FileId> {
        match number {
            IdNumber::Valid(id) => book.files_of_named(*id, name),
            _ => self.files_of(book, number).to_vec(),
        }
    }

    /// All files of the household that a file belongs to, itself among them.
    pub fn household(&self, book: &Casebook<'_>, file: FileId) -> &[FileId] {
        self.clusters.get(&book.cluster[file.0 as usize]).map_or(&[], Vec::as_slice)
    }

    /// Of the files of a person the one that counts on a day: the one active then, as head before as member, else the
    /// latest. Without a day, today's. `name`: tells whose it is where two persons bear the number.
    pub fn file_on(
        &self,
        book: &Casebook<'_>,
        number: &IdNumber,
        name: Option<&Name>,
        day: Option<PartialDate>,
    ) -> Option<FileId> {
        let day = day.unwrap_or_else(|| book.as_of.into());
        self.files_of_named(book, number, name).into_iter().max_by_key(|&id| {
            let (file, life) = (book.file(id), self.life(id));
            let standing = life.on(day);
            let active = standing == Standing::Active;
            let as_head = number_of(book, file.record).and_then(person_key) == person_key(number);
            let filed_on = life.filed_on.map(PartialDate::first_day);
            (active, active && as_head, standing == Standing::Unknown, filed_on, as_head, Reverse(file.file_no.clone()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<PartialDate> {
        let mut parts = text.split('-').map(|p| p.parse::<u32>().expect("a number"));
        let year = parts.next()?;
        PartialDate::new(year as i32, parts.next()?, parts.next())
    }

    #[test]
    fn standing_on_a_day() {
        use FileStatus::{Active, Cancelled, Exited, Unknown as Odd};
        for (filed, left, status, day, standing) in [
            ("2019-03-01", "", Active, "2019-03-01", Standing::Active),
            ("2019-03-01", "", Active, "2019-02-28", Standing::NotYetFiled),
            ("2019-03", "", Active, "2019-03-01", Standing::Active),
            ("2019-03-02", "", Active, "2019-03", Standing::Active),
            ("", "", Active, "1999-01-01", Standing::Active),
            ("2017-01-01", "2019-03-01", Exited, "2019-03-01", Standing::Active),
            ("2017-01-01", "2019-03-01", Exited, "2019-03-02", Standing::Left),
            ("2017-01-01", "2019-03", Cancelled, "2019-03-31", Standing::Active),
            ("2017-01-01", "2019-03", Cancelled, "2019-04-01", Standing::Left),
            ("2017-01-01", "", Exited, "2019-04-01", Standing::Unknown),
            ("2019-05-01", "", Exited, "2019-04-01", Standing::NotYetFiled),
            ("2017-01-01", "", Odd, "2019-04-01", Standing::Unknown),
        ] {
            let life = Life { filed_on: date(filed_or(filed)), left_on: date(filed_or(left)), status };
            assert_eq!(life.on(date(day).expect("a day")), standing, "{filed}..{left} {status:?} on {day}");
        }
    }

    /// "" has no month: no date.
    fn filed_or(text: &str) -> &str {
        if text.is_empty() { "0" } else { text }
    }
}
