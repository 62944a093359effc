//! One cell read as the type of its column.

use std::sync::{Arc, RwLock};

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::column_reading::{self, ColumnReading};
use super::ticks;
use crate::domain::account::{self, Account, AccountFault};
use crate::domain::area::{self, Area};
use crate::domain::code::Codes;
use crate::domain::date::{DateReading, DateValue, Month, PartialDate, YearRange};
use crate::domain::id_number::IdNumber;
use crate::domain::literal::Literal;
use crate::domain::money::{self, Fen, MoneyFault, MoneyUnit, Period};
use crate::domain::name::Name;
use crate::domain::phone::Phones;
use crate::domain::written::Written;
use crate::domain::{count, date, flag, text};
use crate::ingest::sheet::CellKind;
use crate::schema::{Field, FieldType, Schema, Schemas};

/// What a cell means. The text as written is looked up again through its place.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The sheet has no such column (or the form no such line).
    Absent,
    /// The column is there; nothing is written, or 无, 办理中 …
    Blank,
    /// Written, but not readable as its type (ID107): why, in Chinese.
    Bad(Box<str>),
    Id(Box<IdNumber>),
    /// One per person listed; None where a person's number is said to be missing.
    Ids(Box<[Option<IdNumber>]>),
    Name(Box<Name>),
    Names(Box<[Name]>),
    /// Text, organisation, address: cleaned, full-width forms folded, blanks inside kept apart only in addresses.
    Text(Box<str>),
    /// Name of a union organisation, cleaned.
    Unit(Box<str>),
    /// Fen.
    Money(i64),
    Date(PartialDate),
    Month(Month),
    Code(CodeWord),
    Phone(Box<Phones>),
    Account(Box<Account>),
    Bool(bool),
    Int(i64),
    Area(Area),
}

/// A word of a code table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeWord {
    text: Arc<str>,
    known: bool,
    closed: bool,
}

impl CodeWord {
    /// The canonical word; None for a word the table does not know.
    pub fn word(&self) -> Option<&str> {
        self.known.then_some(&*self.text)
    }

    /// The canonical word, or what is written.
    pub fn shown(&self) -> &str {
        &self.text
    }

    /// The table is closed: an unknown word is a finding (ID106).
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

impl Value {
    /// Nothing is written (or there is no such column).
    pub fn says_nothing(&self) -> bool {
        matches!(self, Self::Absent | Self::Blank)
    }

    pub fn is_said(&self) -> bool {
        !self.says_nothing()
    }

    /// Canonical text: equal for equal values, whatever the spelling. For telling rows delivered twice.
    pub fn write_canon(&self, out: &mut String) {
        use std::fmt::Write;
        let _ = match self {
            Self::Absent | Self::Blank => Ok(()),
            Self::Bad(why) => write!(out, "!{why}"),
            Self::Id(id) => out.write_str(&id.shown()),
            Self::Ids(ids) => ids.iter().flatten().try_for_each(|id| write!(out, "{};", id.shown())),
            Self::Name(name) => out.write_str(name.key()),
            Self::Names(names) => names.iter().try_for_each(|n| write!(out, "{};", n.key())),
            Self::Text(t) | Self::Unit(t) => out.write_str(t),
            Self::Money(fen) => write!(out, "{fen}"),
            Self::Date(d) => write!(out, "{d}"),
            Self::Month(m) => write!(out, "{}", m.0),
            Self::Code(c) => out.write_str(c.shown()),
            Self::Phone(p) => p.numbers().try_for_each(|n| write!(out, "{n};")),
            Self::Account(a) => out.write_str(a.digits()),
            Self::Bool(b) => write!(out, "{b}"),
            Self::Int(n) => write!(out, "{n}"),
            Self::Area(a) => write!(out, "{a}"),
        };
    }
}

/// What reading a cell needs besides the cell.
#[derive(Debug)]
pub struct Context<'s> {
    pub schemas: &'s Schemas,
    pub as_of: NaiveDate,
    codes: FxHashMap<&'s str, Table<'s>>,
}

#[derive(Debug)]
struct Table<'s> {
    codes: &'s Codes,
    /// Canonical words, shared by all cells that hold them.
    words: FxHashMap<String, Arc<str>>,
    /// What written words were found to mean: a register repeats a few words in every row.
    seen: RwLock<FxHashMap<Box<str>, Option<Arc<str>>>>,
}

impl Table<'_> {
    /// Most spellings kept; more are looked up anew.
    const MOST_SEEN: usize = 4096;

    fn meaning(&self, written: &str) -> Option<Arc<str>> {
        if let Ok(seen) = self.seen.read()
            && let Some(known) = seen.get(written)
        {
            return known.clone();
        }
        let word = self.codes.get(written).and_then(|w| self.words.get(w)).cloned();
        if let Ok(mut seen) = self.seen.write()
            && seen.len() < Self::MOST_SEEN
        {
            seen.insert(written.into(), word.clone());
        }
        word
    }
}

impl<'s> Context<'s> {
    pub fn new(schemas: &'s Schemas, as_of: NaiveDate) -> Self {
        let table = |codes: &'s Codes| {
            let words = codes.words().map(|w| (w.to_string(), Arc::from(w))).collect();
            Table { codes, words, seen: RwLock::default() }
        };
        let codes = schemas.lookups().iter().map(|(id, codes)| (id.as_str(), table(codes))).collect();
        Self { schemas, as_of, codes }
    }

    /// The look-up of a code table.
    pub fn codes(&self, id: &str) -> Option<&Codes> {
        self.codes.get(id).map(|t| t.codes)
    }

    /// Reads one cell as a field. `unit` is the money unit of the column's heading or the sheet's title.
    pub fn read(&self, field: &Field, written: Written<'_>, unit: Option<MoneyUnit>) -> Value {
        let dates = DateReading { range: self.years(field), ..DateReading::default() };
        self.read_in(field, written, unit, ColumnReading { dates, ..ColumnReading::default() })
    }

    /// Years that a date of a field can be of.
    pub(super) fn years(&self, field: &Field) -> YearRange {
        YearRange {
            first: if field.id == "birth_date" { 1900 } else { 1930 },
            last: (!is_end(&field.id)).then_some(self.as_of),
        }
    }

    /// Reads one cell as its column is read.
    pub fn read_in(&self, field: &Field, written: Written<'_>, unit: Option<MoneyUnit>, how: ColumnReading) -> Value {
        if written.text.is_empty() {
            return Value::Blank;
        }
        if let Some(option) = chosen(field, written) {
            return self.read(field, Written::text(&option), unit);
        }
        match field.ty {
            // Whole numbers that a program printed as 12.0, all the column long.
            FieldType::Text if how.decimals => {
                plain(Written::text(column_reading::whole_part(written.text).unwrap_or(written.text)), true)
            }
            FieldType::IdNumber | FieldType::Account if how.lost_digits && is_lost(written) => lost(field.ty, written),
            // 1970-01-01 of a birth date is weighed against the number, when the whole row is read.
            FieldType::Date | FieldType::Month
                if !field.required
                    && date::is_unset(written.text)
                    && !(field.id == "birth_date" && written.text.contains("1970")) =>
            {
                Value::Blank
            }
            FieldType::IdNumber => {
                IdNumber::parse(written, self.as_of).map_or(Value::Blank, |id| Value::Id(Box::new(id)))
            }
            FieldType::IdNumbers => match IdNumber::parse_list(written, self.as_of) {
                ids if ids.is_empty() => Value::Blank,
                ids => Value::Ids(ids.into()),
            },
            FieldType::Name => Name::parse(written.text).map_or(Value::Blank, |n| Value::Name(Box::new(n))),
            FieldType::Names => match Name::parse_list(written.text) {
                names if names.is_empty() => Value::Blank,
                names => Value::Names(names.into()),
            },
            FieldType::Text | FieldType::Narrative => plain(written, true),
            FieldType::Org | FieldType::Address => plain(written, false),
            FieldType::Unit => match plain(written, true) {
                Value::Text(t) => Value::Unit(t),
                other => other,
            },
            FieldType::Money => self.money(field, written, unit.unwrap_or_default()),
            // 9999-12-31 and the like: systems write it for an end that is not set.
            FieldType::Date
                if is_end(&field.id) && ["9999", "2999", "2099"].iter().any(|y| written.text.trim().starts_with(y)) =>
            {
                Value::Blank
            }
            FieldType::Date => {
                match plain_date(written)
                    .map_or_else(|| date::parse_in(written, how.dates), |d| Ok(Some(DateValue::One(d))))
                {
                    // The end of a period given in one cell with its start.
                    Ok(Some(d)) if is_end(&field.id) => d.end().map_or(Value::Blank, Value::Date),
                    Ok(Some(d)) => d.start().map_or(Value::Blank, Value::Date),
                    Ok(None) => Value::Blank,
                    Err(fault) => bad(fault),
                }
            }
            FieldType::Month => match date::parse_in(written, how.dates) {
                Ok(Some(d)) => d.start().map_or(Value::Blank, |d| Value::Month(d.month())),
                Ok(None) => Value::Blank,
                Err(fault) => bad(fault),
            },
            FieldType::Code => self.code(field, written),
            FieldType::Phone => match Phones::parse(written) {
                Ok(Some(p)) => Value::Phone(Box::new(p)),
                Ok(None) => Value::Blank,
                Err(fault) => bad(fault),
            },
            FieldType::Account => account_of(field, written),
            FieldType::Bool => match flag::parse(written) {
                Ok(Some(b)) => Value::Bool(b),
                Ok(None) => Value::Blank,
                // A signature is a name as a rule: whatever is written there is signed.
                Err(_) if field.id.ends_with("_signed") => Value::Bool(true),
                Err(fault) => bad(fault),
            },
            FieldType::Int => match count::parse(written) {
                Ok(Some(n)) => Value::Int(i64::from(n)),
                Ok(None) => Value::Blank,
                Err(fault) => bad(fault),
            },
            FieldType::Area => match area::parse(written) {
                Ok(Some(a)) => Value::Area(a),
                Ok(None) => Value::Blank,
                Err(fault) => bad(fault),
            },
        }
    }

    /// A value of a closed or open code table.
    fn code(&self, field: &Field, written: Written<'_>) -> Value {
        let closed = field.closed;
        let table = field.codes.as_deref().and_then(|id| self.codes.get(id));
        if let Some(word) = table.filter(|_| !text::is_machine_null(written.text)).and_then(|t| t.meaning(written.text))
        {
            return Value::Code(CodeWord { text: word, known: true, closed });
        }
        match plain(written, true) {
            Value::Text(t) => Value::Code(CodeWord { text: Arc::from(&*t), known: false, closed }),
            other => other,
        }
    }

    /// A word that is supplied for a column that is missing (from a name, or by default).
    pub fn supplied(&self, field: &Field, word: &str) -> Value {
        self.read(field, Written::text(word), None)
    }

    fn money(&self, field: &Field, written: Written<'_>, unit: MoneyUnit) -> Value {
        match money::parse(written, unit) {
            Ok(Some(Fen(fen))) => Value::Money(fen),
            Ok(None) => Value::Blank,
            // Formulas give parts of a fen, and who is asked says a round sum; amounts that were really paid are neither.
            Err(MoneyFault::BelowFen { nearest: Fen(fen) } | MoneyFault::About { amount: Fen(fen) })
                if is_estimate(field) =>
            {
                Value::Money(fen)
            }
            Err(MoneyFault::PerPeriod { amount: Fen(fen), period }) if period == period_of(field) => Value::Money(fen),
            Err(fault) => bad(fault),
        }
    }

    /// A birth date of 1970-01-01 that the person's own number does not have is a clock's zero: nothing was written.
    pub fn unset_birth(&self, schema: &Schema, values: &mut [Value]) {
        let Some(field) = schema.index("birth_date").filter(|&f| !schema.fields[f].required) else { return };
        let Value::Date(date) = values[field] else { return };
        if !date::is_epoch(date) {
            return;
        }
        let born = schema.index("id_number").and_then(|f| match &values[f] {
            Value::Id(id) => id.valid().map(|id| id.birth()),
            _ => None,
        });
        if born != date.exact() {
            values[field] = Value::Blank;
        }
    }

    /// Corrects an ID number by the document type beside it: what is no ID card passes without check.
    pub fn apply_document_type(&self, schema: &Schema, values: &mut [Value], number_as_written: &str) {
        let (Some(kind), Some(number)) = (schema.index("id_type"), schema.index("id_number")) else { return };
        let Value::Text(said) = &values[kind] else { return };
        if said.contains("身份证") || said.contains("户口") || said.is_empty() || said.contains("居住证") {
            return;
        }
        if let Some(document) = IdNumber::document(number_as_written) {
            values[number] = Value::Id(Box::new(document));
        }
    }
}

/// The ticked one of several options; texts that are no code must have a tick.
fn chosen(field: &Field, written: Written<'_>) -> Option<String> {
    let words = matches!(field.ty, FieldType::Code | FieldType::Narrative);
    let texts = matches!(field.ty, FieldType::Text | FieldType::Org | FieldType::Unit);
    if written.kind != CellKind::Text || !(words || texts) {
        return None;
    }
    ticks::chosen(written.text).filter(|option| words || !option.is_empty())
}

/// The cell is one of the numbers that the column has lost the end of.
fn is_lost(written: Written<'_>) -> bool {
    written.kind == CellKind::Text
        && account::long_digits(written.text).is_some_and(|digits| account::ends_in_zeros(&digits))
}

fn lost(ty: FieldType, written: Written<'_>) -> Value {
    let digits = account::long_digits(written.text).unwrap_or_default();
    match ty {
        FieldType::IdNumber => {
            let prefix = digits.get(..15).unwrap_or(&digits).into();
            Value::Id(Box::new(IdNumber::Damaged { prefix, text: digits.into() }))
        }
        _ => Account::lost(&digits).fault().map_or(Value::Blank, bad),
    }
}

/// `2019-08-25` as the readers write date cells: no other reading is possible.
fn plain_date(written: Written<'_>) -> Option<PartialDate> {
    if written.kind != CellKind::Date || written.text.len() != 10 {
        return None;
    }
    let part = |range: std::ops::Range<usize>| written.text.get(range)?.parse::<u32>().ok();
    let year = i32::try_from(part(0..4)?).ok().filter(|y| (1900..2100).contains(y))?;
    PartialDate::new(year, part(5..7)?, Some(part(8..10)?))
}

pub(super) fn is_end(field: &str) -> bool {
    field == "to" || field.ends_with("_to")
}

/// The period a field's amount is for.
fn period_of(field: &Field) -> Period {
    let yearly = field.id.ends_with("annual") || field.title.contains('年');
    if yearly { Period::Year } else { Period::Month }
}

/// Whether the amount is told or worked out (an income, a household's costs), not one that changed hands.
fn is_estimate(field: &Field) -> bool {
    ["income", "expense"].iter().any(|told| field.id.starts_with(told)) || field.id.contains("capita")
}

fn bad(why: impl std::fmt::Display) -> Value {
    Value::Bad(why.to_string().into())
}

/// Text as compared: cleaned, full-width ASCII folded; blanks out if `compact`.
fn plain(written: Written<'_>, compact: bool) -> Value {
    let cleaned = text::clean(written.text);
    // 0 is no name of anything; where a code table knows it, it was asked before.
    if text::is_none_mark(&cleaned) || text::is_ditto(&cleaned) || cleaned == "0" {
        return Value::Blank;
    }
    if written.kind == CellKind::Number
        && let Some(whole) = Literal::parse(&cleaned).and_then(|l| l.whole())
    {
        return Value::Text(whole.into());
    }
    let folded = text::compatible(&cleaned);
    let out: String = if compact {
        folded.chars().filter(|c| !c.is_whitespace()).collect()
    } else {
        folded.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    if out.is_empty() { Value::Blank } else { Value::Text(out.into()) }
}

/// An account; the nine-character number of the card itself is right in its own column only.
fn account_of(field: &Field, written: Written<'_>) -> Value {
    let Some(account) = Account::parse(written) else { return Value::Blank };
    match account.fault() {
        None => Value::Account(Box::new(account)),
        Some(AccountFault::SocialCard) if field.id == "ss_card" => Value::Account(Box::new(account)),
        // The number of a card is text of nine characters, or the holder's own ID number.
        Some(_) if field.id == "ss_card" => plain(written, true),
        Some(fault) => bad(fault),
    }
}
