//! The child's work: bytes in, calamine, cells out.

use super::bounds;
use super::wire::Speaker;
use crate::ingest::grid::MAX_ROW;
use crate::ingest::serial::{self, Epoch};
use crate::ingest::sniff::{self, Kind};
use crate::ingest::{CellKind, Format};
use calamine::{Data, DataRef, Dimensions, Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};
use std::io::{self, Cursor, Read, Write};

/// Cells of one sheet that may be unreadable before the rest of it is given up.
const MOST_FAULTS: usize = 1000;
/// Faults one after another behind which nothing comes any more: calamine repeats the end of a broken part for ever.
const STUCK: usize = 50;
/// Set in tests to have the child misbehave as hostile files make it.
const MISBEHAVE: &str = "HECHA_SECOND_READER_TEST";

/// Reads a workbook from `input` within `memory` bytes and says its cells to `output`. This is the whole of a process that
/// may be ended at any time.
///
/// # Errors
/// The pipes break, calamine cannot read the file, or the system does not bound the process: nothing is read then.
pub fn serve(memory: u64, mut input: impl Read, output: impl Write) -> io::Result<()> {
    bounds::bound_self(memory)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let mut output = output;
    misbehave(&mut output)?;
    let open = |bytes: &[u8]| Cursor::new(bytes.to_vec());
    if sniff::sniff(&bytes) == Kind::Ole {
        let mut book = Xls::new(Cursor::new(bytes)).map_err(refused)?;
        let epoch = epoch(book.has_1904_epoch());
        let mut out = Speaker::begin(output, Format::Xls)?;
        for sheet in sheets(&book) {
            let found = whole(book.worksheet_range(&sheet.name), epoch);
            let merges = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
            say(&mut out, &sheet, found, &merges)?;
        }
        return out.end();
    }
    // What a package holds is told by who can open it.
    if let Ok(mut book) = Xlsx::new(open(&bytes)) {
        let epoch = epoch(book.has_1904_epoch());
        let mut out = Speaker::begin(output, Format::Xlsx)?;
        for sheet in sheets(&book) {
            let found = match book.worksheet_cells_reader(&sheet.name) {
                Ok(mut cells) => stream(epoch, || match cells.next_cell() {
                    Ok(cell) => Ok(cell.map(|c| (c.get_position(), c.get_value().clone()))),
                    Err(_) => Err(()),
                }),
                Err(_) => Found { lost: true, ..Found::default() },
            };
            let merges = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
            say(&mut out, &sheet, found, &merges)?;
        }
        return out.end();
    }
    if let Ok(mut book) = Xlsb::new(open(&bytes)) {
        let epoch = epoch(book.has_1904_epoch());
        let mut out = Speaker::begin(output, Format::Xlsb)?;
        for sheet in sheets(&book) {
            let found = match book.worksheet_cells_reader(&sheet.name) {
                Ok(mut cells) => stream(epoch, || match cells.next_cell() {
                    Ok(cell) => Ok(cell.map(|c| (c.get_position(), c.get_value().clone()))),
                    Err(_) => Err(()),
                }),
                Err(_) => Found { lost: true, ..Found::default() },
            };
            say(&mut out, &sheet, found, &[])?;
        }
        return out.end();
    }
    let mut book = Ods::new(Cursor::new(bytes)).map_err(refused)?;
    let mut out = Speaker::begin(output, Format::Ods)?;
    for sheet in sheets(&book) {
        let found = whole(book.worksheet_range(&sheet.name), Epoch::Y1900);
        say(&mut out, &sheet, found, &[])?;
    }
    out.end()
}

/// Nothing of what calamine says about a file is printed: it may quote it.
fn refused<E>(_: E) -> io::Error {
    io::ErrorKind::InvalidData.into()
}

fn misbehave(output: &mut impl Write) -> io::Result<()> {
    match std::env::var(MISBEHAVE).as_deref() {
        Ok("hang") => loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        },
        Ok("abort") => std::process::abort(),
        // As much as no file of a test unpacks to; who gets it goes on and reads the file.
        Ok("greedy") => {
            let hoard: Vec<Vec<u8>> = (0..16).map(|_| vec![1; 64 << 20]).collect();
            drop(std::hint::black_box(hoard));
            Ok(())
        }
        Ok("garbage") => output.write_all(&[b'x'; 4096]),
        _ => Ok(()),
    }
}

fn epoch(is_1904: bool) -> Epoch {
    if is_1904 { Epoch::Y1904 } else { Epoch::Y1900 }
}

/// The worksheets of a workbook; charts and macros are none.
fn sheets<RS: Read + io::Seek>(book: &impl Reader<RS>) -> Vec<Sheet> {
    book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet).cloned().collect()
}

/// The cells of a sheet: row and column from 0, what stands there.
#[derive(Default)]
struct Found {
    cells: Vec<(u32, u32, CellKind, String)>,
    /// Rows (from 0) near which a cell could not be read.
    faults: Vec<u32>,
    lost: bool,
}

/// The cells of a sheet that is read as a whole.
fn whole<E>(range: Result<calamine::Range<Data>, E>, epoch: Epoch) -> Found {
    let Ok(range) = range else { return Found { lost: true, ..Found::default() } };
    let (top, left) = range.start().unwrap_or_default();
    let mut found = Found::default();
    for (row, col, value) in range.used_cells() {
        let (row, col) = (top.saturating_add(row as u32), left.saturating_add(col as u32));
        found.take(row, col, value, epoch);
    }
    found
}

type Next<'a> = Result<Option<((u32, u32), DataRef<'a>)>, ()>;

/// The cells of a sheet that is read cell by cell: one that cannot be read costs itself.
fn stream<'a>(epoch: Epoch, mut next: impl FnMut() -> Next<'a>) -> Found {
    let mut found = Found::default();
    let mut stuck = 0;
    loop {
        match next() {
            Ok(None) => return found,
            Ok(Some(((row, col), value))) => {
                stuck = 0;
                found.take(row, col, &Data::from(value), epoch);
            }
            Err(()) => {
                stuck += 1;
                found.faults.push(found.cells.last().map_or(0, |(row, ..)| *row));
                if stuck >= STUCK {
                    // One cause, told once.
                    found.faults.truncate(found.faults.len() + 1 - stuck);
                }
                if stuck >= STUCK || found.faults.len() >= MOST_FAULTS {
                    found.lost = true;
                    return found;
                }
            }
        }
    }
}

impl Found {
    fn take(&mut self, row: u32, col: u32, value: &Data, epoch: Epoch) {
        let (kind, text) = match value {
            Data::Empty => return,
            Data::Int(n) => (CellKind::Number, n.to_string()),
            Data::Float(n) => (CellKind::Number, n.to_string()),
            Data::String(text) | Data::DurationIso(text) => (CellKind::Text, text.clone()),
            Data::Bool(set) => (CellKind::Bool, if *set { "TRUE" } else { "FALSE" }.to_owned()),
            Data::Error(error) => (CellKind::Error, error.to_string()),
            Data::DateTime(serial) => match serial::iso(serial.as_f64(), epoch) {
                Some(date) => (CellKind::Date, date),
                None => (CellKind::Number, serial.as_f64().to_string()),
            },
            Data::DateTimeIso(literal) => match serial::iso_of_literal(literal) {
                Some(date) => (CellKind::Date, date),
                None => (CellKind::Text, literal.clone()),
            },
        };
        self.cells.push((row, col, kind, text));
    }
}

/// Says one sheet, rows ascending whatever their order in the file.
fn say(out: &mut Speaker<impl Write>, sheet: &Sheet, mut found: Found, merges: &[Dimensions]) -> io::Result<()> {
    out.sheet(&sheet.name, sheet.visible != SheetVisible::Visible)?;
    if !found.cells.is_sorted_by_key(|(row, ..)| *row) {
        found.cells.sort_by_key(|(row, ..)| *row);
    }
    if std::env::var(MISBEHAVE).as_deref() == Ok("twist")
        && let Some((.., text)) = found.cells.last_mut()
    {
        text.push('×');
    }
    let mut open = None;
    for (row, col, kind, text) in &found.cells {
        // Rows from 0 that are in no sheet.
        if *row >= MAX_ROW {
            continue;
        }
        if open != Some(*row) {
            out.row(row + 1)?;
            open = Some(*row);
        }
        out.cell(*col, *kind, text)?;
    }
    for row in &found.faults {
        out.fault(row.saturating_add(1).min(MAX_ROW))?;
    }
    for merge in merges.iter().filter(|m| m.end.0 < MAX_ROW) {
        out.merge((merge.start.0 + 1, merge.end.0 + 1), (merge.start.1, merge.end.1))?;
    }
    if found.lost {
        out.lost()?;
    }
    Ok(())
}
