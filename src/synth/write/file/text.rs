//! Text files: commas or tabs, in UTF-8, UTF-16LE or GBK.

use std::io;

use encoding_rs::GB18030;

use crate::synth::write::dice::Dice;
use crate::synth::write::format::Format;
use crate::synth::write::grid::{Book, Cell};

/// The bytes of the first sheet. Every row has the same number of fields, as Excel saves it; numbers are digits, dates
/// stand as their style prints them.
pub(super) fn write(book: &Book, format: Format, dice: &mut Dice) -> io::Result<Vec<u8>> {
    let delimiter = if matches!(format, Format::Csv | Format::CsvGbk) { b',' } else { b'\t' };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    if let Some(grid) = book.sheets.first() {
        let width = grid.width();
        for line in &grid.lines {
            let fields = (0..width).map(|c| match line.cells.get(c) {
                None | Some(Cell::Blank) => String::new(),
                Some(Cell::Text(text)) => text.clone(),
                Some(Cell::Number(literal, _)) => literal.clone(),
                Some(Cell::Date(date, style)) => style.print(*date),
            });
            writer.write_record(fields)?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| e.into_error())?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(match format {
        Format::CsvGbk => GB18030.encode(&text).0.into_owned(),
        Format::CsvUtf16 => std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        // Systems that name a text file .xls are old ones, and write GBK.
        Format::TextXls if dice.chance(50) => GB18030.encode(&text).0.into_owned(),
        _ if dice.chance(60) => format!("\u{feff}{text}").into_bytes(),
        _ => text.into_bytes(),
    })
}
