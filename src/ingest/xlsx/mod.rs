//! Office Open XML workbooks (`.xlsx`, `.xlsm`, and what WPS saves): the package, its sheets in order.
//!
//! Source: ECMA-376 part 1, transitional and strict. An own reader, because the literal of a number (18 digits
//! of an ID number), hidden rows and faults cell by cell are needed and no library keeps them.

mod scan;
mod strings;
mod styles;
mod worksheet;

use super::serial::Epoch;
use super::style::CellStyle;
use super::xml::{self, Xml};
use super::zip_parts::{Budget, Parts, Relation, relations};
use super::{RawSheet, ReadError};
use quick_xml::events::Event;
use rayon::prelude::*;
use strings::Strings;

/// What all sheets of a workbook share.
struct Book {
    strings: Strings,
    styles: Vec<CellStyle>,
    epoch: Epoch,
    /// The program that wrote it left the computing to the next one: its zeros behind formulas are no values.
    uncomputed: bool,
}

struct Entry {
    name: String,
    hidden: bool,
    part: String,
}

/// Reads all worksheets of a package whose workbook part is `workbook`.
///
/// # Errors
/// A damaged package. A damaged cell is a fault of its sheet.
pub(super) fn read(mut parts: Parts, workbook: &str, budget: &Budget) -> Result<Vec<RawSheet>, ReadError> {
    let related = relations(&mut parts, workbook, budget)?;
    let outline = outline(&mut parts, workbook, &related, budget)?;
    let mut part_of = |kind: &str| match related.iter().find(|r| r.kind == kind) {
        Some(r) => parts.read(&r.target, budget),
        None => Ok(None),
    };
    let (strings, styles) = (part_of("sharedStrings")?, part_of("styles")?);
    let strings = strings.map_or_else(|| Ok(Strings::default()), |bytes| Strings::read(&bytes))?;
    let styles = styles.map_or_else(|| Ok(Vec::new()), |bytes| styles::read(&bytes))?;
    let book = Book { strings, styles, epoch: outline.epoch, uncomputed: outline.uncomputed };
    outline
        .entries
        .into_par_iter()
        .map_with(parts, |parts, entry| {
            let bytes = parts.require(&entry.part, budget)?;
            let text = xml::decode(&bytes)?;
            worksheet::read(&text, &entry.name, entry.hidden, &book)
        })
        .collect()
}

/// What the workbook part says.
#[derive(Default)]
struct Outline {
    entries: Vec<Entry>,
    epoch: Epoch,
    uncomputed: bool,
}

/// The worksheets named by the workbook part, and its date system. Sheets that are charts are left out.
fn outline(parts: &mut Parts, workbook: &str, related: &[Relation], budget: &Budget) -> Result<Outline, ReadError> {
    let bytes = parts.require(workbook, budget)?;
    let text = xml::decode(&bytes)?;
    let mut reader = Xml::new(&text);
    let mut outline = Outline::default();
    loop {
        match reader.next()? {
            Event::Eof => return Ok(outline),
            Event::Start(e) | Event::Empty(e) => match xml::name(&e) {
                "workbookPr" if xml::attr_flag(&e, "date1904") => outline.epoch = Epoch::Y1904,
                "calcPr" if xml::attr_flag(&e, "fullCalcOnLoad") => outline.uncomputed = true,
                "sheet" => {
                    let id = xml::attr(&e, "id").unwrap_or_default();
                    let relation = related.iter().find(|r| r.id == id);
                    if relation.is_some_and(|r| r.kind != "worksheet") {
                        continue;
                    }
                    // Some writers leave the relationships out and count on the customary names.
                    let part = relation.map_or_else(
                        || format!("xl/worksheets/sheet{}.xml", outline.entries.len() + 1),
                        |r| r.target.clone(),
                    );
                    outline.entries.push(Entry {
                        name: xml::attr(&e, "name").unwrap_or_default().into_owned(),
                        hidden: xml::attr(&e, "state").is_some_and(|s| s != "visible"),
                        part,
                    });
                }
                _ => {}
            },
            _ => {}
        }
    }
}
