//! Typed data to files: the last step of the line.
//!
//! [`model`] says what is printed; every other file here turns it into bytes. Nothing is judged or counted anew that
//! the model already holds. Outputs go through [`publish::Staging`], so a run's directory appears complete or not at
//! all.
//!
//! | file | output |
//! | --- | --- |
//! | [`findings_csv`] | `findings.csv`, the contract for machines |
//! | [`manifest`] | `manifest.json`, what was read, what was judged, what was counted |
//! | [`unit_workbook`] | `单位/…/核查比对_….xlsx`, what a cadre opens, corrects and sends back |
//! | [`overview`] | the picture of a whole run, computed once for 汇总 and 总览 |
//! | [`summary_workbook`] | `汇总_….xlsx`, what the federation looks at |
//! | [`names`] | where a unit's files lie, under names every system can store |
//! | [`explain`] | one finding from end to end, for `hecha explain` |
//! | [`corrections`] | what the memory between runs adds: trend, answers, precision |
//! | [`publish`] | building aside, putting in place, tidying up after a run that died |

pub mod accounts;
pub mod assemble;
pub mod comparisons;
pub mod corrections;
pub mod explain;
pub mod findings_csv;
pub mod manifest;
pub mod measures;
pub mod model;
pub mod names;
pub mod overview;
pub mod progress;
pub mod publish;
pub mod quality;
pub mod rates;
pub mod reading;
pub mod reconciliation;
#[cfg(test)]
pub(crate) mod sample;
pub mod stake;
mod style;
pub mod summary_workbook;
pub mod unit_workbook;

use std::path::{Path, PathBuf};

use crate::error::Result;
use model::Report;
use overview::Overview;
use publish::Staging;

/// What is written, and under which name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// The run saw only some units or rules: the directory is `<as-of>_局部` and `latest` stays.
    pub partial: bool,
    /// Machine-readable tables only, no workbooks (`--only tables`).
    pub tables_only: bool,
    /// Mask ID and account numbers in `findings.csv` (`privacy.mask_exports`).
    pub mask_exports: bool,
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
/// As [`write`].
pub fn prepare(report: &Report, out: &Path, options: Options) -> Result<Staging> {
    let suffix = if options.partial { "_局部" } else { "" };
    let staging = Staging::begin(out, &format!("{}{suffix}", report.run.as_of), !options.partial)?;
    staging.write("findings.csv", &findings_csv::bytes(&report.findings, options.mask_exports))?;
    staging.write("manifest.json", report.manifest.to_json().as_bytes())?;
    if !options.tables_only {
        unit_workbook::write_all(report, &staging)?;
        summary_workbook::write(&Overview::of(report), &staging)?;
    }
    Ok(staging)
}
