//! What else lies in the folders that people send: lock files of open workbooks, scans, notes, copies.

use std::io;

use super::dice::Dice;
use super::file;
use super::format::Format;
use super::grid::Book;
use super::{Outbox, layout};

/// A PDF without pages.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n100\n%%EOF\n";

/// A picture of one white dot.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0x0F, 0, 1, 1,
    1, 0, 0x1B, 0xB6, 0xEE, 0x56, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

/// Puts a few such files beside the written ones.
pub(super) fn scatter(outbox: &mut Outbox<'_>, seed: u64) -> io::Result<()> {
    let mut dice = Dice::new(seed, "clutter");
    let workbooks: Vec<String> = outbox
        .written()
        .filter(|p| [".xlsx", ".xls", ".et"].iter().any(|e| p.ends_with(e)))
        .map(str::to_owned)
        .collect();
    if workbooks.is_empty() {
        return Ok(());
    }
    let workbook = workbooks[dice.below(workbooks.len())].as_str();
    let (folder, name) = workbook.rsplit_once('/').map_or(("", workbook), |(f, n)| (f, n));
    let beside = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    outbox.put(&beside(&format!("~${name}")), &owner_file())?;
    outbox.put(&beside("扫描件.pdf"), PDF)?;
    outbox.put(&beside("盖章页.png"), PNG)?;
    let notes = Book { sheets: vec![layout::notes()], date1904: false };
    outbox.put(&beside("填表说明.xlsx"), &file::bytes(&notes, Format::Xlsx, &mut dice)?)?;
    Ok(())
}

/// The 165 bytes Excel writes while a workbook is open: the user's name with its length, in bytes and in UTF-16.
fn owner_file() -> Vec<u8> {
    let user = "user";
    let mut bytes = vec![user.len() as u8];
    bytes.extend(format!("{user: <54}").bytes());
    bytes.extend((user.len() as u16).to_le_bytes());
    bytes.extend(format!("{user: <54}").encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn owner_files_have_excels_size() {
        assert_eq!(super::owner_file().len(), 165);
    }
}
