//! YZ 一致性: paper = electronic = actual (纸质 = 电子 = 实际).

use super::catalogue::Rule;

mod yz301_fields;
mod yz302_members;
mod yz303_civil_state;
mod yz304_civil_persons;
mod yz305_civil_income;

pub static RULES: &[&Rule] = &[
    &yz301_fields::RULE,
    &yz302_members::RULE,
    &yz303_civil_state::RULE,
    &yz304_civil_persons::RULE,
    &yz305_civil_income::RULE,
];

pub use crate::derive::lines::CIVIL_KINDS;
