//! Typed data to files: the last step of the line.
//!
//! [`model`] says what is printed; every other file here turns it into bytes. Nothing is judged or counted anew that
//! the model already holds. Outputs go through [`publish::Staging`], so a run's directory appears complete or not at
//! all.
//!
//! | file | output |
//! | --- | --- |
//! | [`findings_csv`] | `findings.csv`, the contract for machines |
//! | [`tables`] | `findings.jsonl`, `*.parquet`: findings, households, links and payments, typed |
//! | [`manifest`] | `manifest.json`, what was read, what was judged, what was counted |
//! | [`json_schemas`] | what `manifest.json` and a line of `findings.jsonl` look like, for `hecha schema` |
//! | [`unit_workbook`] | `单位/…/核查比对_….xlsx`, what a cadre opens, corrects and sends back |
//! | [`overview`] | the picture of a whole run, computed once for 汇总 and 总览 |
//! | [`overview_html`] | `总览.html`, the run on one page |
//! | [`passwords`] | sealed delivery: which password opens which unit's workbook |
//! | [`printed`] | a finding's values and places as its unit's workbook prints them |
//! | [`privacy`] | what a unit's own workbook may show of a finding that reaches into another unit |
//! | [`summary_workbook`] | `汇总_….xlsx`, what the federation looks at |
//! | [`names`] | where a unit's files lie, under names every system can store |
//! | [`explain`] | one finding from end to end, for `hecha explain` |
//! | [`corrections`] | what the memory between runs adds: trend, answers, precision |
//! | [`publish`] | building aside, putting in place, tidying up after a run that died |

pub mod accounts;
pub mod assemble;
pub mod comparisons;
pub mod corrections;
pub mod diff_workbook;
pub mod documents;
pub mod due;
pub mod exchange;
pub mod explain;
pub mod findings_csv;
pub mod inspection;
pub mod json_schemas;
pub mod lists;
pub mod manifest;
pub mod materials;
pub mod measures;
pub mod model;
pub mod names;
pub mod notices;
pub mod overview;
pub mod overview_html;
pub mod passwords;
pub mod printed;
pub mod privacy;
pub mod progress;
pub mod publish;
pub mod quality;
mod quality_money;
pub mod rates;
pub mod reading;
pub mod reconciliation;
#[cfg(test)]
pub(crate) mod sample;
pub mod source_problems;
pub mod stake;
pub(crate) mod style;
pub mod summary_workbook;
pub mod survey;
pub mod table_book;
pub mod tables;
pub mod undetermined;
pub mod unit_workbook;
pub mod verified;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::error::Result;
use model::Report;
use overview::Overview;
use passwords::Passwords;
use publish::Staging;

/// What is written, and under which name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The run saw only some units or rules: the directory is `<as-of>_局部` and `latest` stays.
    pub partial: bool,
    /// Of another day than it is: `latest` stays where it is.
    pub backdate: bool,
    /// Machine-readable tables only, no workbooks (`--only tables`).
    pub tables_only: bool,
    /// Mask ID and account numbers in the tables for programs (`privacy.mask_exports`).
    pub mask_exports: bool,
    /// Unit workbooks are encrypted.
    pub passwords: Option<Passwords>,
}

/// A result that stands in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The run's directory, below `--out`.
    pub dir: PathBuf,
    /// Files in it, relative, with `/`, sorted.
    pub files: Vec<String>,
}

/// Writes every output of a run below `out` and puts it in place.
///
/// # Errors
/// Whatever stops a file from being written; then nothing in `out` has changed.
pub fn write(report: &Report, out: &Path, options: Options) -> Result<Published> {
    prepare(report, out, options)?.publish()
}

/// Builds every output aside; the caller may add files and then [`Staging::publish`]es.
///
/// # Errors
/// As [`write`]; a unit without a password where workbooks are encrypted.
pub fn prepare(report: &Report, out: &Path, options: Options) -> Result<Staging> {
    let staging = begin(out, report.run.as_of, &options)?;
    fill(report, &staging, &options)?;
    Ok(staging)
}

/// The directory of a run, empty, built aside.
///
/// # Errors
/// As [`write`].
pub fn begin(out: &Path, as_of: NaiveDate, options: &Options) -> Result<Staging> {
    let suffix = if options.partial { "_局部" } else { "" };
    Staging::begin(out, &format!("{as_of}{suffix}"), !options.partial && !options.backdate)
}

/// Writes every output of a report.
///
/// # Errors
/// As [`prepare`].
pub fn fill(report: &Report, staging: &Staging, options: &Options) -> Result<()> {
    let mask = options.mask_exports;
    findings_csv::write(staging.create("findings.csv")?, &report.findings, mask)
        .map_err(|source| publish::failed("写入结果", &staging.place(Path::new("findings.csv")), &source))?;
    tables::write_findings(&report.run, &report.findings, staging, mask)?;
    staging.write("manifest.json", report.manifest.to_json().as_bytes())?;
    let overview = Overview::of(report);
    staging.write("总览.html", overview_html::page(&overview, &report.rules).as_bytes())?;
    if !options.tables_only {
        unit_workbook::write_all(report, staging, options.passwords.as_ref())?;
        summary_workbook::write(&overview, staging)?;
    }
    Ok(())
}
