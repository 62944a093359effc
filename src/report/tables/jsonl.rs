//! A table as JSON lines: one object a row, every column in order, null where nothing is said.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::table::{Cell, Table};
use crate::report::findings_csv::{masked, yuan};

/// Writes the rows.
///
/// # Errors
/// As the system says.
pub fn write<'r, R>(file: File, table: &Table<'_, &'r R>, rows: &'r [R], mask: bool) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    for row in rows {
        for (n, column) in table.columns.iter().enumerate() {
            write!(out, "{}\"{}\":", if n == 0 { '{' } else { ',' }, column.name)?;
            match column.cell(row) {
                Cell::Null => out.write_all(b"null")?,
                Cell::Text(text) if mask => serde_json::to_writer(&mut out, &masked(&text))?,
                Cell::Text(text) => serde_json::to_writer(&mut out, &text)?,
                Cell::Hundredths(n) => out.write_all(yuan(n).as_bytes())?,
                Cell::Day(day) => write!(out, "\"{day}\"")?,
                Cell::Whole(n) => write!(out, "{n}")?,
                Cell::Thousandths(n) => write!(out, "{}.{:03}", n / 1000, n % 1000)?,
                Cell::YesNo(yes) => write!(out, "{yes}")?,
            }
        }
        out.write_all(b"}\n")?;
    }
    out.flush()
}
