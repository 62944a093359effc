//! A table with a heading, a note and one or two header rows: what all sheets of 汇总 are.
//!
//! Every text goes through [`cell_text`] and is written as a string: nothing from an input becomes a formula or a link.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, IgnoreError, Url, Workbook, Worksheet, XlsxError};

use super::Page;
use super::looks::Weight;
use crate::report::style::{self, LINE_PX, cell_text, lines_in};

/// Rows of a table; Excel ends at 1,048,576.
const MOST_ROWS: usize = 1_000_000;
const TALLEST_PX: u32 = 545;

/// One column.
pub struct Column<'a> {
    /// What stands above several columns; "" where nothing does.
    pub group: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub px: u32,
}

impl<'a> Column<'a> {
    pub fn new(title: impl Into<Cow<'a, str>>, px: u32) -> Self {
        Self { group: Cow::Borrowed(""), title: title.into(), px }
    }

    /// Columns below a common heading.
    pub fn group(group: &str, columns: &[(&'a str, u32)]) -> Vec<Self> {
        let column = |&(title, px)| Self { group: Cow::Owned(group.to_string()), title: Cow::Borrowed(title), px };
        columns.iter().map(column).collect()
    }
}

/// What a cell shows.
#[derive(Debug, Clone)]
pub enum Cell<'a> {
    /// A name set in by its depth.
    Name(&'a str, usize),
    Text(Cow<'a, str>),
    /// A short word in the middle.
    Word(Cow<'a, str>),
    Count(usize),
    /// Fen.
    Money(i64),
    Day(NaiveDate),
    /// Thousandths.
    Share(u64),
    /// Nothing is known or nothing applies.
    None,
}

impl<'a> Cell<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub fn word(word: impl Into<Cow<'a, str>>) -> Self {
        Self::Word(word.into())
    }

    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::None, Self::Day)
    }
}

/// A sheet while it is written from the top.
pub struct Table<'w, 'p> {
    pub sheet: &'w mut Worksheet,
    page: &'p Page<'p>,
    widths: Vec<u32>,
    header_row: u32,
    /// Next free row.
    pub row: u32,
    left_out: usize,
}

impl<'w, 'p> Table<'w, 'p> {
    /// A new sheet with everything above the first row. `fixed`: columns that stay in sight.
    pub fn begin(
        book: &'w mut Workbook,
        page: &'p Page<'p>,
        (name, heading, note): (&str, &str, &str),
        columns: &[Column<'_>],
        fixed: u16,
    ) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?.set_tab_color(style::BLUE);
        for (at, column) in (0..).zip(columns) {
            sheet.set_column_width_pixels(at, column.px)?;
        }
        let looks = &page.looks;
        sheet.write_string_with_format(0, 0, cell_text(&page.heading(heading)), &looks.heading)?;
        sheet.set_row_height_pixels(0, 32)?;
        sheet.write_string_with_format(1, 0, cell_text(note), &looks.note)?;
        sheet.set_row_height_pixels(1, 20)?;
        let grouped = columns.iter().any(|c| !c.group.is_empty());
        let header_row = if grouped { 3 } else { 2 };
        if grouped {
            groups(sheet, page, columns)?;
        }
        for (at, column) in (0..).zip(columns) {
            sheet.write_string_with_format(header_row, at, cell_text(&column.title), &looks.header)?;
        }
        // The button of the filter takes its place.
        let lines = columns.iter().map(|c| lines_in(&c.title, c.px.saturating_sub(8))).max().unwrap_or(1);
        sheet.set_row_height_pixels(header_row, LINE_PX * lines + 14)?;
        sheet.set_freeze_panes(header_row + 1, fixed)?;
        style::page(sheet, &page.overview.run.federation, &page.overview.run.as_of.to_string(), header_row + 1)?;
        let widths = columns.iter().map(|c| c.px).collect();
        Ok(Self { sheet, page, widths, header_row, row: header_row + 1, left_out: 0 })
    }

    /// First row below the header.
    pub fn first_row(&self) -> u32 {
        self.header_row + 1
    }

    /// Rows written so far.
    pub fn rows(&self) -> usize {
        (self.row - self.first_row()) as usize
    }

    /// One row, high enough for its texts.
    pub fn add(&mut self, weight: Weight, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        if self.rows() >= MOST_ROWS {
            self.left_out += 1;
            return Ok(());
        }
        let mut lines = 1;
        for (column, cell) in (0..).zip(cells) {
            let width = self.widths[usize::from(column)];
            lines = lines.max(match cell {
                Cell::Name(text, depth) => lines_in(text, width.saturating_sub(12 * *depth as u32)),
                Cell::Text(text) | Cell::Word(text) => lines_in(text, width),
                _ => 1,
            });
            self.put(column, weight, cell)?;
        }
        self.sheet.set_row_height_pixels(self.row, (LINE_PX * lines + 5).min(TALLEST_PX))?;
        self.row += 1;
        Ok(())
    }

    /// One cell of the current row.
    pub fn put(&mut self, column: u16, weight: Weight, cell: &Cell<'_>) -> Result<(), XlsxError> {
        let (row, looks) = (self.row, self.page.looks.row(weight));
        let sheet = &mut *self.sheet;
        match cell {
            Cell::Name(name, depth) => {
                sheet.write_string_with_format(row, column, cell_text(name), looks.name(*depth))?
            }
            Cell::Text(text) => sheet.write_string_with_format(row, column, cell_text(text), &looks.text)?,
            Cell::Word(word) => sheet.write_string_with_format(row, column, cell_text(word), &looks.word)?,
            Cell::Count(count) => sheet.write_number_with_format(row, column, *count as f64, &looks.count)?,
            Cell::Money(fen) => sheet.write_number_with_format(row, column, *fen as f64 / 100.0, &looks.money)?,
            Cell::Day(day) => match excel_day(*day) {
                Some(number) => sheet.write_datetime_with_format(row, column, &number, &looks.day)?,
                None => sheet.write_string_with_format(row, column, day.to_string(), &looks.day)?,
            },
            Cell::Share(permille) => {
                sheet.write_number_with_format(row, column, *permille as f64 / 1000.0, &looks.share)?
            }
            Cell::None => sheet.write_string_with_format(row, column, "—", &looks.none)?,
        };
        Ok(())
    }

    /// Filter and page breaks; `nothing` where there is no row. Returns the last row, if any.
    pub fn end(&mut self, nothing: &str) -> Result<Option<u32>, XlsxError> {
        let columns = self.widths.len() as u16;
        let last = self.row.checked_sub(1).filter(|&last| last > self.header_row);
        if let Some(last) = last {
            self.sheet.autofilter(self.header_row, 0, last, columns - 1)?;
            self.sheet.ignore_error_range(
                self.header_row + 1,
                0,
                last,
                columns - 1,
                IgnoreError::NumberStoredAsText,
            )?;
        } else {
            self.note_below(nothing)?;
        }
        if self.left_out > 0 {
            self.note_below(&format!("另有{}行没有列出，见 findings.csv 和 manifest.json", self.left_out))?;
        }
        style::print_columns(self.sheet, &self.widths, (0, 0))?;
        Ok(last)
    }

    /// A line of text below the table.
    pub fn note_below(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, cell_text(text), &self.page.looks.nothing)?;
        self.sheet.set_row_height_pixels(self.row, 24)?;
        self.row += 1;
        Ok(())
    }

    /// A heading below the table, with air above; the top of the sheet leads to it.
    pub fn section_below(&mut self, name: &str, heading: &str) -> Result<(), XlsxError> {
        self.row += 1;
        let looks = &self.page.looks;
        self.sheet.write_string_with_format(self.row, 0, cell_text(heading), &looks.section)?;
        self.sheet.set_row_height_pixels(self.row, 28)?;
        if let Some(column) = self.link_column() {
            let target = Url::new(format!("internal:'{name}'!A{}", self.row + 1)).set_text("图在表后，点这里看");
            self.sheet.write_url_with_format(0, column, target, &looks.link)?;
        }
        self.row += 1;
        Ok(())
    }

    /// The first column behind the heading; None in a narrow table, whose end is in sight.
    fn link_column(&self) -> Option<u16> {
        const HEADING_PX: u32 = 640;
        let mut right = 0;
        let behind = self.widths.iter().position(|width| {
            right += width;
            right >= HEADING_PX
        })?;
        (behind + 1 < self.widths.len()).then_some(behind as u16 + 1)
    }
}

/// The row above the header: one merged cell over the columns of a group.
fn groups(sheet: &mut Worksheet, page: &Page, columns: &[Column<'_>]) -> Result<(), XlsxError> {
    const ROW: u32 = 2;
    let looks = &page.looks;
    sheet.set_row_height_pixels(ROW, 26)?;
    let mut first = 0;
    while first < columns.len() {
        let group = &columns[first].group;
        let count = columns[first..].iter().take_while(|c| c.group == *group).count();
        let format = if group.is_empty() { &looks.header } else { &looks.group };
        let (left, right) = (first as u16, (first + count - 1) as u16);
        if count == 1 || group.is_empty() {
            for column in left..=right {
                sheet.write_string_with_format(ROW, column, cell_text(group), format)?;
            }
        } else {
            sheet.merge_range(ROW, left, ROW, right, &cell_text(group), format)?;
        }
        first += count;
    }
    Ok(())
}

/// None for days before 1900, which Excel does not know.
fn excel_day(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok()?;
    ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8).ok()
}
