//! A cell as a parser of values sees it.

use crate::ingest::sheet::CellKind;

/// Text of a cell as written, and what the file says it is.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    pub text: &'a str,
    pub kind: CellKind,
}

impl<'a> Written<'a> {
    pub fn text(text: &'a str) -> Self {
        Self { text, kind: CellKind::Text }
    }

    pub fn number(text: &'a str) -> Self {
        Self { text, kind: CellKind::Number }
    }
}
