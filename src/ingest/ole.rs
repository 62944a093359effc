//! Compound files (OLE): which document lies in one, and its streams.

use super::zip_parts::Budget;
use super::{Format, ReadError, ReadOptions, Reading, encrypted, read_package, text, xls};
use std::io::{Cursor, Read};

type Compound<'a> = cfb::CompoundFile<Cursor<&'a [u8]>>;

/// The package inside an encrypted file; None for anything else.
pub(super) fn decrypted(bytes: &[u8], password: &str, budget: &Budget) -> Option<Vec<u8>> {
    let mut compound = Compound::open(Cursor::new(bytes)).ok()?;
    let names: Vec<String> =
        compound.read_root_storage().filter(|e| e.is_stream()).map(|e| e.name().to_owned()).collect();
    let find = |wanted: &str| names.iter().find(|n| n.eq_ignore_ascii_case(wanted));
    let (info, package) = (find("EncryptionInfo")?, find("EncryptedPackage")?);
    let info = stream(&mut compound, info, bytes.len(), budget).ok()?;
    let package = stream(&mut compound, package, bytes.len(), budget).ok()?;
    encrypted::decrypt(&info, package, Some(password)).ok()
}

/// Reads a compound file: a binary workbook, or an encrypted Office package.
///
/// # Errors
/// Damaged, encrypted without a password, or a document that is no workbook.
pub(super) fn read(bytes: &[u8], options: &ReadOptions, budget: &Budget) -> Result<Reading, ReadError> {
    let mut compound = Compound::open(Cursor::new(bytes)).map_err(|_| damaged())?;
    let names: Vec<String> =
        compound.read_root_storage().filter(|e| e.is_stream()).map(|e| e.name().to_owned()).collect();
    let find = |wanted: &str| names.iter().find(|n| n.eq_ignore_ascii_case(wanted));
    if let (Some(info), Some(package)) = (find("EncryptionInfo"), find("EncryptedPackage")) {
        let info = stream(&mut compound, info, bytes.len(), budget)?;
        let package = stream(&mut compound, package, bytes.len(), budget)?;
        let plain = encrypted::decrypt(&info, package, options.password.as_deref())?;
        return read_package(&plain, budget);
    }
    if let Some(name) = find("Workbook").or_else(|| find("Book")) {
        let workbook = stream(&mut compound, name, bytes.len(), budget)?;
        let encoding = options.encoding.as_ref().and_then(|label| text::encoding(label));
        return Ok(Reading::Sheets { format: Format::Xls, sheets: xls::read(&workbook, encoding)? });
    }
    if find("WordDocument").is_some() {
        return Err(ReadError::new(
            "这是旧版 Word 文档，不是表格",
            "请用 WPS 或 Word 打开后另存为 .docx，或把表格另存为 .xlsx",
        ));
    }
    Ok(Reading::Ignored { why: "不是表格文件（Office 的其他文档）".into() })
}

fn stream(compound: &mut Compound, name: &str, size: usize, budget: &Budget) -> Result<Vec<u8>, ReadError> {
    let stream = compound.open_stream(format!("/{name}")).map_err(|_| damaged())?;
    // A length in the directory is only a number: no stream is longer than the file around it.
    if stream.len() > size as u64 {
        return Err(damaged());
    }
    let mut bytes = Vec::new();
    stream.take(budget.left().saturating_add(1)).read_to_end(&mut bytes).map_err(|_| damaged())?;
    budget.take(bytes.len() as u64)?;
    Ok(bytes)
}

fn damaged() -> ReadError {
    ReadError::damaged("文件不完整或已损坏（复合文档结构打不开）")
}
