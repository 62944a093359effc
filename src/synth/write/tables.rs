//! The files of a table: one as a rule; at level 3 also several, with several sheets, copies, and rows that come twice.

use std::io;

use super::dice::Dice;
use super::file::{self, Finished, archive};
use super::format::Format;
use super::grid::{Book, Grid};
use super::spell::Speller;
use super::{Outbox, capable, layout};
use crate::synth::export::{Export, Row, Shape, Val};

/// How the tables of a run are written.
pub(super) struct Plan<'a> {
    pub mess: u8,
    pub seed: u64,
    /// What parts of an export may be written in.
    pub formats: &'a [Format],
}

/// Writes an export in a format.
pub(super) fn write(export: &Export, format: Format, plan: &Plan<'_>, outbox: &mut Outbox<'_>) -> io::Result<()> {
    let mut dice = Dice::new(plan.seed, &export.stem);
    let others = capable(plan.formats, export);
    let splits = export.may_split && export.totals.is_empty() && export.rows.len() >= 4;
    let wanted = match plan.mess {
        3.. if splits && (format == Format::Zip || dice.chance(35)) => dice.between(2, 3),
        _ => 1,
    };
    let mut files = Vec::new();
    for (i, rows) in portions(&export.rows, wanted).enumerate() {
        let format = match format {
            Format::Zip => dice.pick(&others),
            _ if i > 0 => dice.pick(&others),
            _ => format,
        };
        let stem = if wanted == 1 { export.stem.clone() } else { format!("{}_{}", export.stem, i + 1) };
        files.push(one_file(export, rows, stem, format, plan.mess, splits, &mut dice)?);
    }
    if plan.mess >= 3 && dice.chance(25) {
        let again = repeatable(export, &mut dice);
        if !again.is_empty() {
            let format = dice.pick(&others);
            let stem = format!("{}_补报", export.stem);
            // A control total would not cover the few rows.
            let few = Export { totals: Vec::new(), rows: again, ..header_of(export) };
            files.push(one_file(&few, &few.rows, stem, format, plan.mess, false, &mut dice)?);
        }
    }
    if format == Format::Zip {
        return zip(export, files, outbox, &mut dice);
    }
    for file in files {
        let path = outbox.put(&file.path, &file.bytes)?;
        if plan.mess >= 3 && dice.chance(12) {
            let (stem, extension) = path.rsplit_once('.').unwrap_or((&path, ""));
            let mark = dice.pick(&["(1)", " - 副本"]);
            outbox.put(&format!("{stem}{mark}.{extension}"), &file.bytes)?;
        }
    }
    Ok(())
}

fn one_file(
    export: &Export,
    rows: &[Row],
    stem: String,
    format: Format,
    mess: u8,
    splits: bool,
    dice: &mut Dice,
) -> io::Result<Finished> {
    let mut book = Book {
        date1904: mess >= 3 && format.knows_1904() && dice.chance(15) && all_after_1904(rows),
        ..Book::default()
    };
    let wanted = match mess {
        3.. if splits && !format.one_sheet() && dice.chance(35) => dice.between(2, 4),
        _ => 1,
    };
    for (i, rows) in portions(rows, wanted).enumerate() {
        let name = match (&export.unit, wanted) {
            (_, 2..) => format!("第{}片区", i + 1),
            // Nothing stands above the header, so the sheet says whose table it is.
            (Some(unit), _) if mess == 0 => unit.clone(),
            _ if mess >= 1 && dice.chance(40) => export.title.clone(),
            _ => "Sheet1".to_owned(),
        };
        let mut speller = Speller { level: mess, format, date1904: book.date1904, dice };
        book.sheets.push(layout::table(&name, export, rows, &mut speller));
    }
    if mess >= 2 && !format.one_sheet() {
        if dice.chance(25) {
            let at = dice.below(book.sheets.len() + 1);
            book.sheets.insert(at, layout::notes());
        }
        if dice.chance(30) {
            book.sheets.extend(["Sheet2", "Sheet3"].map(Grid::new));
        }
    }
    let bytes = file::bytes(&book, format, dice)?;
    Ok(Finished { path: format!("{stem}.{}", format.extension()), bytes })
}

/// A zip in place of the files, named in GBK by older programs.
fn zip(export: &Export, mut files: Vec<Finished>, outbox: &mut Outbox<'_>, dice: &mut Dice) -> io::Result<()> {
    let folder = export.stem.rfind('/').map_or(0, |slash| slash + 1);
    for file in &mut files {
        file.path.drain(..folder);
    }
    let bytes = archive(&files, dice.chance(50))?;
    outbox.put(&format!("{}.zip", export.stem), &bytes)?;
    Ok(())
}

/// Up to so many portions of the rows, in their order, none empty; one portion if there are no rows.
fn portions(rows: &[Row], wanted: usize) -> impl Iterator<Item = &[Row]> {
    let size = rows.len().div_ceil(wanted).max(1);
    let none: Option<&[Row]> = rows.is_empty().then_some(&[]);
    rows.chunks(size).chain(none)
}

/// A few rows that can come again in another file and are then equal in every field: nothing in them that formats write
/// differently, and no payments that only their place tells apart.
fn repeatable(export: &Export, dice: &mut Dice) -> Vec<Row> {
    let unnumbered = export.kind == "payment" && !export.columns.iter().any(|c| c.field == "serial");
    if export.shape != Shape::Table || unnumbered || export.rows.is_empty() {
        return Vec::new();
    }
    let start = dice.below(export.rows.len());
    let plain = |row: &&Row| !row.values.iter().any(|v| matches!(v, Val::DamagedId(_) | Val::Verbatim(_)));
    export.rows[start..].iter().take(dice.between(1, 3)).filter(plain).cloned().collect()
}

/// An export without its rows, which may be many.
fn header_of(export: &Export) -> Export {
    Export {
        kind: export.kind,
        stem: export.stem.clone(),
        title: export.title.clone(),
        unit: export.unit.clone(),
        columns: export.columns.clone(),
        member_columns: export.member_columns.clone(),
        rows: Vec::new(),
        shape: export.shape,
        totals: export.totals.clone(),
        may_split: export.may_split,
    }
}

fn all_after_1904(rows: &[Row]) -> bool {
    use chrono::Datelike;
    let values = |row: &Row| {
        row.values.iter().chain(row.members.iter().flatten()).all(|v| match v {
            Val::Date(day) => day.year() > 1904,
            _ => true,
        })
    };
    rows.iter().all(values)
}
