//! From a spelled book to the bytes of a file, one module a format.

mod biff;
mod html;
mod ods;
mod ole;
mod package;
mod spreadsheetml;
mod strings;
mod text;
mod xlsb;
mod xlsx;

use std::io;

use super::dice::Dice;
use super::format::Format;
use super::grid::Book;

pub(super) use package::archive;

/// A finished file, with its path below the output directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finished {
    /// `/` between folders.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// The bytes of a book in a format. The dice choose what a format leaves open: byte order mark, charset, line ends.
/// [`Format::Zip`] is no format of a single book; it gives an `.xlsx`.
pub(super) fn bytes(book: &Book, format: Format, dice: &mut Dice) -> io::Result<Vec<u8>> {
    match format {
        Format::Xlsx | Format::XlsxAsXls | Format::Zip => xlsx::write(book, false),
        Format::Xlsm => xlsx::write(book, true),
        Format::Xls | Format::Et => ole::write(&biff::workbook(book)?),
        Format::Xlsb => xlsb::write(book),
        Format::Ods => ods::write(book),
        Format::Html => Ok(html::write(book, dice)),
        Format::SpreadsheetMl => Ok(spreadsheetml::write(book)),
        Format::Csv | Format::CsvGbk | Format::CsvUtf16 | Format::Tsv | Format::TextXls => {
            text::write(book, format, dice)
        }
    }
}

/// An error for what a format cannot hold.
fn cannot(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what.into())
}
