//! What the second reader says over its pipe: a mark with the version, then words of one byte and their numbers (little
//! endian), texts with their length before them. The end is a word of its own: what ends without it was cut off.
//!
//! Whoever listens believes nothing: every number is bounded, every text, and the whole.

use super::SecondHand;
use crate::ingest::grid::{Grid, MAX_COL, MAX_ROW};
use crate::ingest::{CellKind, Format};
use std::io::{self, BufReader, BufWriter, Read, Write};

/// First bytes: the name, and the version.
const MARK: &[u8; 8] = b"hecha2\x00\x01";
/// Sheets of one workbook.
const MOST_SHEETS: usize = 4096;
/// Bytes of one text; Excel allows 32,767 characters.
const LONGEST_TEXT: u32 = 1 << 20;

const SHEET: u8 = b'S';
const ROW: u8 = b'R';
const CELL: u8 = b'C';
const MERGE: u8 = b'M';
const FAULT: u8 = b'F';
const LOST: u8 = b'L';
const END: u8 = b'E';

const KINDS: [CellKind; 5] = [CellKind::Text, CellKind::Number, CellKind::Date, CellKind::Bool, CellKind::Error];
const FORMATS: [Format; 4] = [Format::Xlsx, Format::Xlsb, Format::Xls, Format::Ods];

/// The child's side.
pub(super) struct Speaker<W: Write> {
    out: BufWriter<W>,
}

impl<W: Write> Speaker<W> {
    pub fn begin(out: W, format: Format) -> io::Result<Self> {
        let mut speaker = Self { out: BufWriter::new(out) };
        speaker.out.write_all(MARK)?;
        let at = FORMATS.iter().position(|f| *f == format).unwrap_or_default();
        speaker.out.write_all(&[at as u8])?;
        Ok(speaker)
    }

    pub fn sheet(&mut self, name: &str, hidden: bool) -> io::Result<()> {
        self.out.write_all(&[SHEET, u8::from(hidden)])?;
        self.text(name)
    }

    /// Rows ascend, from 1.
    pub fn row(&mut self, number: u32) -> io::Result<()> {
        self.out.write_all(&[ROW])?;
        self.numbers(&[number])
    }

    /// A cell of the row, column from 0.
    pub fn cell(&mut self, col: u32, kind: CellKind, text: &str) -> io::Result<()> {
        let at = KINDS.iter().position(|k| *k == kind).unwrap_or_default();
        self.out.write_all(&[CELL, at as u8])?;
        self.numbers(&[col])?;
        self.text(text)
    }

    /// First and last row from 1, first and last column from 0.
    pub fn merge(&mut self, rows: (u32, u32), cols: (u32, u32)) -> io::Result<()> {
        self.out.write_all(&[MERGE])?;
        self.numbers(&[rows.0, rows.1, cols.0, cols.1])
    }

    /// A cell near this row could not be read.
    pub fn fault(&mut self, row: u32) -> io::Result<()> {
        self.out.write_all(&[FAULT])?;
        self.numbers(&[row])
    }

    /// The sheet is not there, or not to its end.
    pub fn lost(&mut self) -> io::Result<()> {
        self.out.write_all(&[LOST])
    }

    pub fn end(mut self) -> io::Result<()> {
        self.out.write_all(&[END])?;
        self.out.flush()
    }

    fn numbers(&mut self, numbers: &[u32]) -> io::Result<()> {
        numbers.iter().try_for_each(|n| self.out.write_all(&n.to_le_bytes()))
    }

    /// A text longer than a cell can have is cut.
    fn text(&mut self, text: &str) -> io::Result<()> {
        let text = &text[..text.floor_char_boundary(LONGEST_TEXT as usize)];
        self.numbers(&[text.len() as u32])?;
        self.out.write_all(text.as_bytes())
    }
}

/// What was said makes no sense, or ends before its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Senseless;

impl From<io::Error> for Senseless {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl From<crate::ingest::ReadError> for Senseless {
    fn from(_: crate::ingest::ReadError) -> Self {
        Self
    }
}

/// The parent's side: listens to the end, to at most `most` bytes.
pub(super) fn read(input: impl Read, most: u64) -> Result<SecondHand, Senseless> {
    let mut ear = Ear { input: BufReader::new(input.take(most)), text: Vec::new() };
    let mut mark = [0; 8];
    ear.input.read_exact(&mut mark)?;
    if mark != *MARK {
        return Err(Senseless);
    }
    let format = *FORMATS.get(usize::from(ear.byte()?)).ok_or(Senseless)?;
    let mut second = SecondHand { format, sheets: Vec::new(), lost: Vec::new() };
    let mut open: Option<(String, Grid)> = None;
    loop {
        let word = ear.byte()?;
        if matches!(word, SHEET | END) {
            second.sheets.extend(open.take().map(|(_, grid)| grid.finish()));
        }
        if word == END {
            return Ok(second);
        }
        if word == SHEET {
            let hidden = ear.byte()? != 0;
            let name = ear.text()?.to_owned();
            if second.sheets.len() >= MOST_SHEETS {
                return Err(Senseless);
            }
            let mut grid = Grid::new(name.as_str());
            if hidden {
                grid.hide();
            }
            open = Some((name, grid));
            continue;
        }
        let Some((name, grid)) = &mut open else { return Err(Senseless) };
        match word {
            ROW => grid.row(ear.below(MAX_ROW)?, false)?,
            CELL => {
                let kind = *KINDS.get(usize::from(ear.byte()?)).ok_or(Senseless)?;
                let col = ear.number()?;
                grid.put(col, kind, ear.text()?)?;
            }
            MERGE => {
                let rows = (ear.below(MAX_ROW)?, ear.below(MAX_ROW)?);
                let cols = (ear.below(u32::MAX)?, ear.below(u32::MAX)?);
                if cols.0 < MAX_COL {
                    grid.merge(rows, cols);
                }
            }
            FAULT => grid.fault_at(ear.below(MAX_ROW)?, None, "备用读法读不出这一行的一格"),
            LOST => second.lost.push(name.clone()),
            _ => return Err(Senseless),
        }
    }
}

struct Ear<R: Read> {
    input: BufReader<R>,
    /// The last text.
    text: Vec<u8>,
}

impl<R: Read> Ear<R> {
    fn byte(&mut self) -> Result<u8, Senseless> {
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn number(&mut self) -> Result<u32, Senseless> {
        let mut bytes = [0; 4];
        self.input.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// A number of at most `most`.
    fn below(&mut self, most: u32) -> Result<u32, Senseless> {
        self.number().and_then(|n| if n <= most { Ok(n) } else { Err(Senseless) })
    }

    fn text(&mut self) -> Result<&str, Senseless> {
        let len = self.below(LONGEST_TEXT)?;
        self.text.clear();
        // What is declared takes no memory before it comes.
        let read = (&mut self.input).take(u64::from(len)).read_to_end(&mut self.text)?;
        if read < len as usize {
            return Err(Senseless);
        }
        std::str::from_utf8(&self.text).map_err(|_| Senseless)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut speaker = Speaker::begin(&mut bytes, Format::Ods).expect("memory");
        speaker.sheet("一月", true).expect("memory");
        speaker.row(2).expect("memory");
        speaker.cell(0, CellKind::Text, "张三").expect("memory");
        speaker.cell(3, CellKind::Number, "12.5").expect("memory");
        speaker.fault(2).expect("memory");
        speaker.merge((2, 3), (0, 0)).expect("memory");
        speaker.sheet("二月", false).expect("memory");
        speaker.lost().expect("memory");
        speaker.end().expect("memory");
        bytes
    }

    #[test]
    fn what_is_said_is_heard() {
        let heard = read(spoken().as_slice(), 1 << 20).expect("a workbook");
        assert_eq!(heard.format, Format::Ods);
        assert_eq!(heard.lost, ["二月"]);
        let [first, second] = &heard.sheets[..] else { panic!() };
        assert!(first.hidden && second.is_empty());
        assert_eq!((first.text_at(2, 0), first.text_at(2, 3)), ("张三", "12.5"));
        assert_eq!((first.faults.len(), first.merges.len()), (1, 1));
    }

    #[test]
    fn nothing_but_the_whole_is_believed() {
        let whole = spoken();
        for end in 0..whole.len() {
            assert!(read(&whole[..end], 1 << 20).is_err(), "{end}");
        }
        assert!(read(whole.as_slice(), whole.len() as u64 - 1).is_err());
        // Any other byte ends in an error or in a workbook, never in a panic or in memory that the bytes do not have.
        for at in 0..whole.len() {
            for byte in [0, 0x7F, 0xFF] {
                let mut changed = whole.clone();
                changed[at] = byte;
                let _ = read(changed.as_slice(), 1 << 20);
            }
        }
        let mut huge = whole[..9].to_vec();
        huge.extend([SHEET, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert_eq!(read(huge.as_slice(), 1 << 20).map(|_| ()), Err(Senseless));
    }
}
