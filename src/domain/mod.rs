//! The typed values of the trade: how one cell is read, what it means, and when two cells are equal.
//!
//! One file per type of `Values: when two cells are equal`. Nothing here reads a file, a clock or a setting:
//! the as-of date, the unit of money and the code tables are arguments. A parser answers one of three things:
//! a value, nothing (`None`: the cell says nothing, which is unknown and never "no"), or a fault in Chinese.

pub mod account;
pub mod address;
pub mod area;
pub mod calendar;
pub mod code;
pub mod count;
pub mod date;
mod date_foreign;
pub mod date_order;
mod date_text;
pub mod flag;
pub mod hanzi_number;
pub mod id_number;
mod id_text;
pub mod literal;
pub mod money;
pub mod name;
pub mod org;
pub mod phone;
pub mod place_name;
pub mod text;
pub mod token;
pub mod written;
