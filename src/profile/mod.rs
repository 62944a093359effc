//! Policy profiles: what one paper says, as data. One TOML file a paper in `schemas/profiles/`.
//!
//! A rule names a clause *key* (`exit.public_notice`); the profile binds the key to document, article and quotation
//! and gives the thresholds, deadlines, targets, document lists and parameters. What a paper does not say is not
//! bound: a finding then cites its rule's general basis, never another locality's paper.

pub mod amount;
pub mod audience;
pub mod income;
pub mod line;
pub mod load;
pub mod model;

pub use amount::{Thousandths, Yuan};
pub use audience::{Audience, Who};
pub use income::{Bound, IncomeTerms, Region};
pub use line::{Edge, Line, overlaps};
pub use load::{DEFAULT, load, names, national_on};
pub use model::*;
