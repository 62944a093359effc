//! 汇总: one workbook for the federation. How much there is and where, how far the work has come, which rules find it,
//! what was read, what could not be judged.
//!
//! A sheet is one file here with a function that prints a part of the [`Overview`]; [`SHEETS`] lists them in order. Nothing
//! is counted here.

mod cases;
mod charts;
mod closings;
mod idle;
mod inputs;
mod looks;
mod problems;
mod progress;
mod rates;
mod returns;
mod rules;
mod table;
mod trend;
mod units;

use std::path::PathBuf;

use chrono::Datelike;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::overview::Overview;
use super::publish::{Staging, failed};
use super::style::cell_text;
use crate::error::{Error, ErrorKind, Result};
use looks::Looks;

/// What every sheet is made from.
struct Page<'a> {
    overview: &'a Overview<'a>,
    looks: Looks,
}

impl Page<'_> {
    /// `成都市总工会 信息核查比对汇总（截至2019年8月20日）`, and what the sheet is about.
    fn heading(&self, what: &str) -> String {
        let run = self.overview.run;
        let day = run.as_of;
        let part = if run.partial { "，局部核查，只含所选单位或规则" } else { "" };
        format!("{} {what}（截至{}年{}月{}日{part}）", run.federation, day.year(), day.month(), day.day())
    }
}

type WriteSheet = fn(&mut Workbook, &Page) -> std::result::Result<(), XlsxError>;

/// Sheets and how they are called, in the order a person finds them.
const SHEETS: [(&str, WriteSheet); 11] = [
    (units::NAME, units::write),
    (progress::NAME, progress::write),
    (rates::NAME, rates::write),
    (rules::NAME, rules::write),
    (cases::NAME, cases::write),
    (trend::NAME, trend::write),
    (returns::NAME, returns::write),
    (closings::NAME, closings::write),
    (problems::NAME, problems::write),
    (inputs::NAME, inputs::write),
    (idle::NAME, idle::write),
];

/// Writes `汇总_20190820.xlsx`.
///
/// # Errors
/// The file cannot be written.
pub fn write(overview: &Overview<'_>, staging: &Staging) -> Result<()> {
    const WHAT: &str = "写入汇总工作簿";
    let name = PathBuf::from(format!("汇总_{}.xlsx", overview.run.as_of.format("%Y%m%d")));
    let place = staging.place(&name);
    // In memory first: the library then meets no full disk half-way.
    let bytes = assemble(overview).and_then(|mut book| book.save_to_buffer()).map_err(|error| match error {
        XlsxError::IoError(source) => failed(WHAT, &place, &source),
        other => Error::new(ErrorKind::Defect, format!("{WHAT}失败"))
            .at(place.display().to_string())
            .found(other.to_string())
            .remedy("这是程序的问题，请把本条信息告诉开发者。")
            .meanwhile("上一次的结果没有改动。"),
    })?;
    staging.write(&name, &bytes)
}

fn assemble(overview: &Overview<'_>) -> std::result::Result<Workbook, XlsxError> {
    let run = overview.run;
    let mut book = Workbook::new();
    let year = u16::try_from(run.as_of.year()).unwrap_or(1970);
    // The day the result speaks of; the hour of printing would make equal runs differ.
    let created = ExcelDateTime::from_ymd(year, run.as_of.month() as u8, run.as_of.day() as u8)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(format!("{} 信息核查比对汇总", cell_text(&run.federation)))
            .set_author(cell_text(&run.federation))
            .set_creation_datetime(&created)
            .set_custom_property("run_id", run.run_id.as_str()),
    );
    let page = Page { overview, looks: Looks::new() };
    for (_, write) in SHEETS {
        write(&mut book, &page)?;
    }
    book.worksheet_from_index(0)?.set_active(true);
    Ok(book)
}

#[cfg(test)]
mod tests;
