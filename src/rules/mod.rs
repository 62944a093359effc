//! The rule catalogue: one file a rule, declared in one place, judged four ways.
//!
//! Adding a rule: one new file in its family's folder and two lines in the family's `mod.rs`. The reference page,
//! `hecha rules`, the workbook's legend and the validation of the configuration all come from the declaration.

pub mod ability;
pub mod about;
pub mod bd;
pub mod bf;
pub mod catalogue;
pub mod draft;
pub mod example;
pub mod ff;
pub mod id;
pub mod jd;
pub mod judge;
pub mod jz;
pub mod precedence;
pub mod prelude;
pub mod reason;
pub mod terms;
pub mod tk;
pub mod vanished;
pub mod why;
pub mod words;
pub mod yz;

pub use about::{About, What};
pub use catalogue::{Case, Class, Norm, Param, Preset, Rule, Verdict};
pub use draft::{Draft, Subject};
pub use judge::{Counts, Judge, Told, Undetermined};
pub use reason::Reason;
pub use terms::check_profile;

use crate::schema::Schemas;

/// Rules about what became of other rules' findings: they run when all others are done.
pub const LAST: [&str; 1] = ["JZ703"];

/// The rules written in Rust, family by family.
pub fn catalogue() -> impl Iterator<Item = &'static Rule> {
    let families: [&'static [&'static Rule]; 7] =
        [id::RULES, jd::RULES, yz::RULES, ff::RULES, tk::RULES, bf::RULES, jz::RULES];
    families.into_iter().flatten().copied()
}

/// All rules of a run: those written in Rust, and behind them those the schemas declare for registers.
pub fn all(schemas: &Schemas) -> Vec<&'static Rule> {
    let mut registers: Vec<_> = schemas.iter().filter_map(bd::rule).collect();
    registers.sort_by_key(|rule| rule.code);
    catalogue().chain(registers).collect()
}

/// A rule written in Rust.
pub fn find(code: &str) -> Option<&'static Rule> {
    catalogue().find(|r| r.code.eq_ignore_ascii_case(code))
}
