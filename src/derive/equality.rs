//! When two values of one field are equal: by what they mean, not by how they are written.

use crate::domain::id_number::{IdNumber, ResidentId, mask_fits};
use crate::domain::{account, address, area, date, name, org};
use crate::normalize::Value;
use crate::schema::FieldType;

/// Tolerances below which numbers are equal.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// Fen.
    pub money: i64,
    /// Hundredths of a square metre.
    pub area: i64,
}

fn masked_fits(x: &IdNumber, y: &IdNumber, id: ResidentId) -> bool {
    [x, y].into_iter().any(|n| matches!(n, IdNumber::Masked(mask) if mask_fits(mask, id)))
}

/// Whether two values are equal; None where that cannot be told (a side says nothing, or cannot be read).
pub fn equal(ty: FieldType, a: &Value, b: &Value, tolerance: Tolerance) -> Option<bool> {
    Some(match (a, b) {
        (Value::Id(x), Value::Id(y)) => match (x.valid(), y.valid()) {
            // A masked number that fits says neither yes nor no.
            (Some(id), None) | (None, Some(id)) if masked_fits(x, y, id) => return None,
            (Some(x), Some(y)) => x == y,
            (None, None) => x.shown() == y.shown(),
            _ => false,
        },
        (Value::Name(x), Value::Name(y)) => name::same(x, y) != name::NameMatch::Different,
        (Value::Money(x), Value::Money(y)) => (x - y).abs() <= tolerance.money,
        (Value::Date(x), Value::Date(y)) => date::same(*x, *y),
        (Value::Month(x), Value::Month(y)) => x == y,
        (Value::Code(x), Value::Code(y)) => match (x.word(), y.word()) {
            (Some(x), Some(y)) => x == y,
            _ if x.shown() == y.shown() => true,
            // A word outside a closed table is a finding of its own (ID106): what it means is not known.
            _ if x.is_closed() || y.is_closed() => return None,
            _ => false,
        },
        (Value::Phone(x), Value::Phone(y)) => crate::domain::phone::same(x, y),
        (Value::Account(x), Value::Account(y)) => return account::same(x, y),
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::Int(x), Value::Int(y)) => x == y,
        (Value::Area(x), Value::Area(y)) => area::same(*x, *y, tolerance.area),
        (Value::Text(x), Value::Text(y)) => match ty {
            FieldType::Org => org::same(x, y),
            FieldType::Address => address::same(x, y),
            _ => x == y,
        },
        (Value::Unit(x), Value::Unit(y)) => org::unit_key(x) == org::unit_key(y),
        _ => return None,
    })
}
