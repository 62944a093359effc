//! How cells look, as far as it changes what they say: dates, number formats, strike-through.

use super::numfmt::{NumberFormat, builtin_is_date, code_is_date};
use std::collections::HashMap;
use std::sync::Arc;

/// What a style says of the cells that have it.
#[derive(Debug, Clone, Default)]
pub(super) struct CellStyle {
    /// Its number format shows a date.
    pub date: bool,
    /// Its font is struck through.
    pub struck: bool,
    /// Its number format, where it shows more than the number.
    pub format: Option<Arc<NumberFormat>>,
}

/// The number formats of a workbook, by id.
#[derive(Debug, Default)]
pub(super) struct Formats {
    codes: HashMap<u16, CellStyle>,
}

impl Formats {
    /// A code of the workbook's own.
    pub fn declare(&mut self, id: u16, code: &str) {
        self.codes.insert(id, of_code(code));
    }

    /// The style of cells with this format id.
    pub fn style(&self, id: u16, struck: bool) -> CellStyle {
        let known = self.codes.get(&id).cloned();
        let style = known.unwrap_or_else(|| CellStyle { date: builtin_is_date(id), ..CellStyle::default() });
        CellStyle { struck, ..style }
    }
}

/// The style that a format code alone gives.
pub(super) fn of_code(code: &str) -> CellStyle {
    let date = code_is_date(code);
    let format = if date { None } else { NumberFormat::parse(code).filter(NumberFormat::decorates).map(Arc::new) };
    CellStyle { date, struck: false, format }
}

/// The style by its number; an unknown one is that of no cell.
pub(super) fn style_of(styles: &[CellStyle], index: usize) -> &CellStyle {
    static PLAIN: CellStyle = CellStyle { date: false, struck: false, format: None };
    styles.get(index).unwrap_or(&PLAIN)
}
