//! The unit workbook: what is wrong, where it stands, what each source says, why it matters, what to do, and cells to
//! fill in and send back.
//!
//! A sheet is one file here with a function that takes the workbook and a [`Page`]; [`SHEETS`] lists them in order.

mod children;
pub mod columns;
mod comparison;
mod cover;
pub mod findings;
pub mod hidden;
mod marks;
mod materials;
mod payments;
mod quality;
mod survey;

use std::io::{self, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chrono::{Datelike, NaiveDate, Weekday};
use rayon::prelude::*;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::report::model::{Comparison, FindingRow, MaterialList, QualityLine, Reconciled, Report, Survey, UnitReport};
use crate::report::names;
use crate::report::passwords::{self, Passwords};
use crate::report::publish::{Staging, failed};
use crate::report::style::{self, Styles};

/// Rows of a sheet before the workbook goes on in a second part; Excel ends at 1,048,576.
pub const ROWS_PER_PART: usize = 1_000_000;
/// Forms before the workbook goes on in a second part: heights and merged cells of a sheet are held until it is saved.
const FORMS_PER_PART: usize = 10_000;
/// Cells above which a sheet goes to disk row by row instead of being held in memory.
const BIG_SHEET_CELLS: usize = 120_000;

/// What one sheet of one part of a unit's workbook is made from.
struct Page<'a> {
    report: &'a Report,
    unit: &'a UnitReport,
    /// Rows of this part.
    findings: Vec<&'a FindingRow>,
    comparisons: &'a [Comparison],
    payments: &'a [Reconciled],
    /// Households to be visited, in the order of the list.
    surveys: Vec<&'a Survey>,
    materials: &'a [MaterialList],
    quality: &'a [QualityLine],
    /// This part, from 1, and how many there are.
    part: usize,
    parts: usize,
    styles: Styles,
}

impl Page<'_> {
    /// Carries its own findings and counts of its children only.
    fn is_parent(&self) -> bool {
        !self.unit.children.is_empty()
    }
}

type WriteSheet = fn(&mut Workbook, &Page) -> std::result::Result<(), XlsxError>;

/// Sheets in the order a person finds them, and whether a parent's workbook has them too.
const SHEETS: [(WriteSheet, bool); 8] = [
    (cover::write, true),
    (findings::write, true),
    (comparison::write, false),
    (payments::write, false),
    (survey::write, false),
    (materials::write, false),
    (quality::write, false),
    (hidden::write, true),
];

/// Checksum of a finding's row as its unit's workbook prints it.
pub fn checksum(finding: &FindingRow) -> String {
    hidden::row_checksum(&findings::system_cells(finding))
}

/// Writes the workbooks of all units of a report, several at a time; where passwords are used, of those that have one.
///
/// # Errors
/// The first, in the order of the units, that could not be written.
pub fn write_all(report: &Report, staging: &Staging, passwords: Option<&Passwords>) -> Result<()> {
    let places = names::unit_places(report);
    let units: Vec<_> = report.units.iter().zip(&places).collect();
    let results: Vec<_> = units
        .into_par_iter()
        .map(|(unit, place)| {
            let Some(place) = place else { return Ok(()) };
            let password = passwords.and_then(|p| p.of(&unit.name));
            if passwords.is_some() && password.is_none() {
                // Nothing is written in clear; [`Passwords::held_back`] has named the unit.
                return Ok(());
            }
            (pages(report, unit, ROWS_PER_PART).into_iter())
                .try_for_each(|page| save(&page, &place.workbook(report.run.as_of, page.part), staging, password))
        })
        .collect();
    results.into_iter().collect()
}

/// The parts of a unit's workbook.
fn pages<'a>(report: &'a Report, unit: &'a UnitReport, rows: usize) -> Vec<Page<'a>> {
    let lists = [unit.findings.len(), unit.comparisons.len(), unit.payments.rows.len(), unit.quality.len()];
    let surveys = to_visit(report, unit);
    let parts = lists.into_iter().max().unwrap_or(0).div_ceil(rows).max(surveys.len().div_ceil(FORMS_PER_PART)).max(1);
    let page = |part: usize| Page {
        report,
        unit,
        findings: chunk(&unit.findings, part, rows).iter().map(|&row| &report.findings[row]).collect(),
        comparisons: chunk(&unit.comparisons, part, rows),
        payments: chunk(&unit.payments.rows, part, rows),
        surveys: chunk(&surveys, part, FORMS_PER_PART).to_vec(),
        materials: chunk(&unit.materials, part, rows),
        quality: chunk(&unit.quality, part, rows),
        part: part + 1,
        parts,
        styles: Styles::new(),
    };
    (0..parts).map(page).collect()
}

/// Forms of households with a finding that waits for an answer and calls for a visit, in the order in which the list names
/// them first.
fn to_visit<'a>(report: &'a Report, unit: &'a UnitReport) -> Vec<&'a Survey> {
    let places: FxHashMap<usize, usize> = unit.findings.iter().enumerate().map(|(place, &row)| (row, place)).collect();
    let waiting = unit.surveys.iter().filter_map(|survey| {
        let calls = |&&row: &&usize| report.findings[row].needs_visit && !report.findings[row].is_settled();
        survey.findings.iter().filter(calls).filter_map(|row| places.get(row)).min().map(|&place| (place, survey))
    });
    let mut surveys: Vec<_> = waiting.collect();
    surveys.sort_by_key(|&(place, _)| place);
    surveys.into_iter().map(|(_, survey)| survey).collect()
}

fn chunk<T>(all: &[T], part: usize, rows: usize) -> &[T] {
    let start = (part * rows).min(all.len());
    &all[start..(start + rows).min(all.len())]
}

fn save(page: &Page, relative: &Path, staging: &Staging, password: Option<&str>) -> Result<()> {
    const WHAT: &str = "写入单位工作簿";
    let place = staging.place(relative);
    let not_stored = |source: io::Error| failed(WHAT, &place, &source);
    let not_written = |error: XlsxError| match error {
        XlsxError::IoError(source) | XlsxError::TempFileError(_, source) => not_stored(source),
        other => Error::new(ErrorKind::Defect, format!("{WHAT}失败"))
            .at(place.display().to_string())
            .found(other.to_string())
            .remedy("这是程序的问题，请把本条信息告诉开发者。")
            .meanwhile("上一次的结果没有改动。"),
    };
    let store = |plain: &mut dyn io::Read| match password {
        None => io::copy(plain, &mut staging.create(relative)?).map(|_| ()).map_err(not_stored),
        Some(password) => {
            let mut sealed = passwords::sealed(plain, password, staging.scratch()).map_err(not_stored)?;
            io::copy(&mut sealed, &mut staging.create(relative)?).map(|_| ()).map_err(not_stored)
        }
    };
    if !is_big(page) {
        // In memory first: the library then meets no full disk half-way.
        let bytes =
            assemble(page, staging.scratch()).and_then(|mut book| book.save_to_buffer()).map_err(not_written)?;
        return store(&mut bytes.as_slice());
    }
    let mut file = tempfile::tempfile_in(staging.scratch()).map_err(not_stored)?;
    // The library panics where its own temporary file cannot be written, which a full disk can bring about.
    let saved = catch_unwind(AssertUnwindSafe(|| {
        assemble(page, staging.scratch()).and_then(|mut book| book.save_to_writer(io::BufWriter::new(&mut file)))
    }));
    match saved {
        Ok(result) => result.map_err(not_written)?,
        Err(_) => return Err(not_stored(io::ErrorKind::StorageFull.into())),
    }
    file.rewind().map_err(not_stored)?;
    store(&mut file)
}

fn is_big(page: &Page) -> bool {
    page.findings.len() * columns::Column::ALL.len() > BIG_SHEET_CELLS
        || comparison::cells(page) > BIG_SHEET_CELLS
        || payments::cells(page) > BIG_SHEET_CELLS
        || survey::cells(page) > BIG_SHEET_CELLS
        || materials::cells(page) > BIG_SHEET_CELLS
        || page.quality.len() * quality::COLUMNS.len() > BIG_SHEET_CELLS
}

/// The whole workbook of one part; sheets too big for memory lie in `scratch` meanwhile.
fn assemble(page: &Page, scratch: &Path) -> std::result::Result<Workbook, XlsxError> {
    let run = &page.report.run;
    let mut book = Workbook::new();
    if is_big(page) {
        book.set_tempdir(scratch)?;
    }
    let year = u16::try_from(run.as_of.year()).unwrap_or(1970);
    let created = ExcelDateTime::from_ymd(year, run.as_of.month() as u8, run.as_of.day() as u8)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(format!("{} 信息核查比对", style::cell_text(&page.unit.name)))
            .set_author(style::cell_text(&run.federation))
            .set_creation_datetime(&created)
            .set_custom_property("run_id", run.run_id.as_str()),
    );
    for (write, in_parents) in SHEETS {
        if in_parents || !page.is_parent() {
            write(&mut book, page)?;
        }
    }
    book.worksheet_from_index(0)?.set_active(true);
    Ok(book)
}

/// A new sheet, on disk if it will hold many cells; such a sheet is written row by row from the top.
fn big_sheet(book: &mut Workbook, cells: usize) -> std::result::Result<&mut Worksheet, XlsxError> {
    if cells > BIG_SHEET_CELLS { book.add_worksheet_with_constant_memory() } else { Ok(book.add_worksheet()) }
}

/// What an empty sheet says.
fn nothing(page: &Page) -> String {
    if page.part > 1 { "本期内容见第1份工作簿".to_owned() } else { "本期无".to_owned() }
}

/// 2019年8月25日（星期日）
fn long_date(date: NaiveDate) -> String {
    format!("{}年{}月{}日（{}）", date.year(), date.month(), date.day(), weekday(date))
}

fn weekday(date: NaiveDate) -> &'static str {
    match date.weekday() {
        Weekday::Mon => "星期一",
        Weekday::Tue => "星期二",
        Weekday::Wed => "星期三",
        Weekday::Thu => "星期四",
        Weekday::Fri => "星期五",
        Weekday::Sat => "星期六",
        Weekday::Sun => "星期日",
    }
}

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod size_tests;
#[cfg(test)]
mod tests;
