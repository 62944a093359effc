//! `_hecha`: the very hidden sheet by which a returned workbook is recognised, whatever became of its name, order or
//! filters, and by which changed system cells are found.
//!
//! A1:B8 names and values; from row 10 one finding a row: finding_id and the checksum of its system cells.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::{Page, big_sheet, findings};

/// Name of the sheet.
pub const NAME: &str = "_hecha";
/// Value of `schema`.
pub const SCHEMA: &str = "hecha.unit/1";
/// First row of the list, from 0.
pub const FIRST_ROW: u32 = 9;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let run = &page.report.run;
    let as_of = run.as_of.to_string();
    let checksum = ids_checksum(page.findings.iter().map(|f| f.id.as_str()));
    let sheet = big_sheet(book, page.findings.len() * 2)?;
    sheet.set_name(NAME)?.set_very_hidden(true);
    let facts = [
        ("schema", SCHEMA),
        ("run_id", &run.run_id),
        ("as_of", &as_of),
        ("federation", &run.federation),
        ("unit", &page.unit.name),
        ("profile", &run.profile),
        // The day the result speaks of; the hour of printing would make equal runs differ.
        ("created", &as_of),
        ("checksum", &checksum),
    ];
    for (row, (name, value)) in (0..).zip(facts) {
        sheet.write_string(row, 0, name)?.write_string(row, 1, super::style::cell_text(value))?;
    }
    for (row, finding) in (FIRST_ROW..).zip(&page.findings) {
        sheet.write_string(row, 0, &finding.id)?;
        sheet.write_string(row, 1, row_checksum(&findings::system_cells(finding)))?;
    }
    Ok(())
}

/// Ten base32 characters of BLAKE3 over the system cells of one row, as text, in column order. Blanks and control
/// characters are left out: programs that save the workbook anew trim them and rewrite line ends.
pub fn row_checksum<S: AsRef<str>>(cells: &[S]) -> String {
    let mut hasher = blake3::Hasher::new();
    for cell in cells {
        let words = || cell.as_ref().split(|c: char| c.is_whitespace() || c.is_control());
        hasher.update(&(words().map(str::len).sum::<usize>() as u64).to_le_bytes());
        for word in words() {
            hasher.update(word.as_bytes());
        }
    }
    short(&hasher)
}

/// Checksum over the ids of a workbook, in their order.
pub fn ids_checksum<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for id in ids {
        hasher.update(id.as_bytes());
        hasher.update(b"\n");
    }
    short(&hasher)
}

fn short(hasher: &blake3::Hasher) -> String {
    let mut code = data_encoding::BASE32_NOPAD.encode(&hasher.finalize().as_bytes()[..7]);
    code.truncate(10);
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_see_content_not_layout() {
        let row = row_checksum(&["甲 乙", "1\r\n2"]);
        assert_eq!(row.len(), 10);
        assert_eq!(row, row_checksum(&["甲乙 ", "1\n2"]));
        assert_ne!(row, row_checksum(&["甲", "乙12"]));
        assert_ne!(row_checksum(&["甲", ""]), row_checksum(&["", "甲"]));
    }
}
