//! Source schemas: what a spreadsheet of each kind looks like. One TOML file a kind in `schemas/`, one a code
//! table in `schemas/codes/`; embedded in the binary, extended or overridden by the user's own directory.

pub mod embedded;
mod folded;
pub mod header;
pub mod json_schema;
pub mod lint;
pub mod load;
pub mod model;
pub mod template;
pub mod toml_error;

pub use folded::{FieldRef, Headings};
pub use header::{Header, Period, fold_header, read_header};
pub use load::Schemas;
pub use model::*;
