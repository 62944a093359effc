//! What one verdict is about: the subject by which today's verdict on yesterday's finding is found again.

use crate::derive::Paid;
use crate::derive::payments::{AidRow, PaymentRow};
use crate::link::{Casebook, FileId, UnitId, Units};
use crate::normalize::RecordId;

/// The subject itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    File(FileId),
    /// Someone of a file, by the row that names him.
    Person(FileId, RecordId),
    Row(RecordId),
    Unit(UnitId),
    /// What only `detail` tells: an account, a number.
    Key,
}

/// A subject as a rule names it with each verdict.
#[derive(Debug, Clone, Copy)]
pub struct About<'s> {
    pub what: What,
    /// A field of it, or the key of what is no row; "" for the whole.
    pub detail: &'s str,
    /// The file it belongs to, if any.
    pub file: Option<FileId>,
    /// The unit under which it counts; None for that of its file or row.
    unit: Option<UnitId>,
}

impl<'s> About<'s> {
    /// Someone of a file.
    pub fn person(file: FileId, row: RecordId) -> Self {
        Self { what: What::Person(file, row), detail: "", file: Some(file), unit: None }
    }

    /// What neither row nor file tells: an account, a number.
    pub fn key(unit: UnitId, key: &'s str) -> Self {
        Self { what: What::Key, detail: key, file: None, unit: Some(unit) }
    }

    /// A field of the subject.
    pub fn field(self, field: &'s str) -> Self {
        Self { detail: field, ..self }
    }

    /// The file it belongs to.
    pub fn file_in(&self, book: &Casebook<'_>) -> Option<FileId> {
        match self.what {
            What::Row(record) => self.file.or_else(|| book.file_of_row(record)),
            _ => self.file,
        }
    }

    /// The unit under which it counts.
    pub fn unit(&self, book: &Casebook<'_>) -> UnitId {
        match (self.unit, self.what) {
            (Some(unit), _) | (None, What::Unit(unit)) => unit,
            (None, What::Key) => Units::NONE,
            (None, What::File(file) | What::Person(file, _)) => book.file(file).unit,
            (None, What::Row(record)) => book.unit_of_row(record),
        }
    }
}

impl From<FileId> for About<'_> {
    fn from(file: FileId) -> Self {
        Self { what: What::File(file), detail: "", file: Some(file), unit: None }
    }
}

impl From<RecordId> for About<'_> {
    fn from(record: RecordId) -> Self {
        Self { what: What::Row(record), detail: "", file: None, unit: None }
    }
}

impl From<UnitId> for About<'_> {
    fn from(unit: UnitId) -> Self {
        Self { what: What::Unit(unit), detail: "", file: None, unit: Some(unit) }
    }
}

impl From<&Paid<'_>> for About<'_> {
    fn from(paid: &Paid<'_>) -> Self {
        Self { what: What::Row(paid.record), detail: "", file: paid.file, unit: Some(paid.unit) }
    }
}

impl From<&PaymentRow<'_>> for About<'_> {
    fn from(payment: &PaymentRow<'_>) -> Self {
        Self { what: What::Row(payment.record), detail: "", file: None, unit: Some(payment.unit) }
    }
}

impl From<&AidRow<'_>> for About<'_> {
    fn from(aid: &AidRow<'_>) -> Self {
        Self { what: What::Row(aid.record), detail: "", file: None, unit: Some(aid.unit) }
    }
}
