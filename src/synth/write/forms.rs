//! The files of forms: a folder with a file a household, some of them together as the sheets of one file.

use std::io;

use super::dice::Dice;
use super::file::{self, Finished, archive};
use super::format::Format;
use super::grid::Book;
use super::spell::Speller;
use super::tables::Plan;
use super::{Outbox, capable, layout};
use crate::synth::export::Export;

/// Writes an export of forms; most files are in `format`, some in others.
pub(super) fn write(export: &Export, format: Format, plan: &Plan<'_>, outbox: &mut Outbox<'_>) -> io::Result<()> {
    let mut dice = Dice::new(plan.seed, &export.stem);
    let others = capable(plan.formats, export);
    let folder = match format {
        // The folder itself stands in the zip.
        Format::Zip => export.stem.rsplit('/').next().unwrap_or(&export.stem),
        _ => &export.stem,
    };
    let digits = export.rows.len().to_string().len().max(3);
    let mut packed = Vec::new();
    let mut next = 0;
    while next < export.rows.len() {
        let own = match format {
            Format::Zip => dice.pick(&others),
            _ if plan.mess >= 1 && dice.chance(30) => dice.pick(&others),
            _ => format,
        };
        let together = if plan.mess >= 1 && !own.one_sheet() && dice.chance(6) { dice.between(2, 12) } else { 1 };
        let records = &export.rows[next..export.rows.len().min(next + together)];
        let mut book = Book { date1904: plan.mess >= 3 && own.knows_1904() && dice.chance(8), ..Book::default() };
        for (i, record) in records.iter().enumerate() {
            let name = if records.len() == 1 { "Sheet1".to_owned() } else { (next + i + 1).to_string() };
            let mut speller = Speller { level: plan.mess, format: own, date1904: book.date1904, dice: &mut dice };
            book.sheets.push(layout::form(&name, export, record, &mut speller));
        }
        let path = format!("{folder}/{:0digits$}.{}", next + 1, own.extension());
        let bytes = file::bytes(&book, own, &mut dice)?;
        if format == Format::Zip {
            packed.push(Finished { path, bytes });
        } else {
            outbox.put(&path, &bytes)?;
        }
        next += records.len();
    }
    if !packed.is_empty() {
        outbox.put(&format!("{}.zip", export.stem), &archive(&packed, dice.chance(50))?)?;
    }
    Ok(())
}
