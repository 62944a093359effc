//! Tables for programs: what DuckDB, Polars, Spark or a script reads, typed and whole.
//!
//! | file | a row is |
//! | --- | --- |
//! | `findings.jsonl`, `findings.parquet` | a finding, the rows and columns of `findings.csv` |
//! | `households.parquet` | an electronic file with the fields of `efile` |
//! | `links.parquet` | a row of any source that belongs to a household, and how it was found |
//! | `payments.parquet` | a payment with the fields of `payment`, and the aid records it carries out |
//!
//! Money is yuan as decimal(18,2), areas square metres as decimal(18,2), days date32, confidence a double, numbers of
//! persons, files and accounts text. What is not said is null. Cells are never cut. `household` is one number for all
//! electronic files that share a person, the same in every table of a run; it means nothing beyond the run. With
//! `privacy.mask_exports` long numbers are masked as in `findings.csv`.
//!
//! Rows are written as they come, a column of a row group at a time: no table is ever held as a whole. Every file is
//! written by one thread in a fixed order, so that its bytes do not depend on their number.

mod findings;
mod households;
mod jsonl;
mod links;
mod order;
mod parquet;
mod payments;
mod record;
mod table;

use std::io;
use std::path::Path;

use self::order::Households;
use self::table::Table;
use crate::derive::Facts;
use crate::error::Result;
use crate::link::UnitId;
use crate::report::model::{FindingRow, RunInfo};
use crate::report::publish::{Staging, failed};

/// Writes `findings.jsonl` and `findings.parquet`.
///
/// # Errors
/// As the system says.
pub fn write_findings(run: &RunInfo, findings: &[FindingRow], staging: &Staging, mask: bool) -> Result<()> {
    let table = findings::table(mask);
    into(staging, "findings.jsonl", |file| jsonl::write(file, &table, findings, mask))?;
    put(staging, run, &table, findings.iter(), mask)
}

/// Writes the tables of the records themselves. `keep` says which units take part (`--unit`).
///
/// # Errors
/// As the system says.
pub fn write_records(
    run: &RunInfo,
    facts: &Facts<'_>,
    keep: &(dyn Fn(UnitId) -> bool + Sync),
    staging: &Staging,
    mask: bool,
) -> Result<()> {
    let households = Households::new(facts.book);
    let files = || {
        let kept = households.files().filter(|&file| keep(facts.book.file(file).unit));
        put(staging, run, &households::table(facts, &households), kept, mask)
    };
    let others = || {
        let ways = links::Ways::new(facts.book);
        put(staging, run, &links::table(facts, &households), ways.links(keep), mask)?;
        let order = payments::Order::new(facts, &households);
        put(staging, run, &payments::table(facts, &households, &order), order.payments(facts, keep), mask)
    };
    let (first, second) = rayon::join(files, others);
    first.and(second)
}

fn put<R: Copy>(
    staging: &Staging,
    run: &RunInfo,
    table: &Table<'_, R>,
    rows: impl Iterator<Item = R>,
    mask: bool,
) -> Result<()> {
    into(staging, &format!("{}.parquet", table.name), |file| parquet::write(file, run, table, rows, mask))
}

/// A new file of the result, filled by `write`.
fn into(staging: &Staging, name: &str, write: impl FnOnce(std::fs::File) -> io::Result<()>) -> Result<()> {
    let file = staging.create(name)?;
    write(file).map_err(|source| failed("写入结果", &staging.place(Path::new(name)), &source))
}
