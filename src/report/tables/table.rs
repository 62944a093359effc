//! What a table is, whoever writes it: named and typed columns over rows of any type.

use std::borrow::Cow;

use chrono::NaiveDate;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text of which many rows say the same.
    Text,
    /// Text that differs from row to row.
    Key,
    /// Yuan, decimal(18,2).
    Yuan,
    /// Square metres, decimal(18,2).
    SquareMetres,
    /// Calendar day.
    Day,
    /// Whole number.
    Whole,
    /// 0 to 1, in thousandths.
    Share,
    YesNo,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    Null,
    /// For [`Kind::Text`] and [`Kind::Key`].
    Text(Cow<'a, str>),
    /// Fen, or 1/100 ㎡: for [`Kind::Yuan`] and [`Kind::SquareMetres`].
    Hundredths(i64),
    Day(NaiveDate),
    Whole(i64),
    Thousandths(u16),
    YesNo(bool),
}

impl<'a> Cell<'a> {
    /// A text; null where nothing is said.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    pub fn whole(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Null, |n| Self::Whole(n.into()))
    }
}

/// A column: what it is called and means, and how a row fills it.
pub struct Column<'a, R> {
    pub name: Cow<'a, str>,
    pub kind: Kind,
    /// What stands in it, for the file's own notes.
    pub doc: Cow<'a, str>,
    cell: Box<dyn Fn(R) -> Cell<'a> + Send + Sync + 'a>,
}

impl<R> std::fmt::Debug for Column<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Column").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl<'a, R> Column<'a, R> {
    pub fn new(
        name: impl Into<Cow<'a, str>>,
        kind: Kind,
        doc: impl Into<Cow<'a, str>>,
        cell: impl Fn(R) -> Cell<'a> + Send + Sync + 'a,
    ) -> Self {
        Self { name: name.into(), kind, doc: doc.into(), cell: Box::new(cell) }
    }

    pub fn cell(&self, row: R) -> Cell<'a> {
        (self.cell)(row)
    }
}

/// A table and its columns, in order.
#[derive(Debug)]
pub struct Table<'a, R> {
    /// File name without extension.
    pub name: &'static str,
    pub columns: Vec<Column<'a, R>>,
}
