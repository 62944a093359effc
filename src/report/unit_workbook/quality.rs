//! 数据质量: rows skipped or set aside and cells not understood in this unit's inputs, with reason and place; a file by its
//! name, with its folder only where two share it.

use std::collections::BTreeSet;

use rust_xlsxwriter::{IgnoreError, Workbook, XlsxError};

use super::style::{self, cell_text};
use super::{Page, big_sheet, nothing};
use crate::report::printed;

/// Name of the sheet.
pub const NAME: &str = "数据质量";

/// Header and width in pixels.
pub const COLUMNS: [(&str, u32); 8] = [
    ("文件", 190),
    ("工作表", 100),
    ("行", 56),
    ("列", 130),
    ("处理", 64),
    ("原因", 150),
    ("原文", 220),
    ("系统怎样处理，请怎样办", 330),
];

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let sheet = big_sheet(book, page.quality.len() * COLUMNS.len())?;
    sheet.set_name(NAME)?.set_tab_color(style::AMBER);
    sheet.set_row_height_pixels(0, 28)?;
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width_pixels(column, width)?;
        sheet.write_string_with_format(0, column, title, &styles.header)?;
    }
    let paths: BTreeSet<String> = page.unit.quality.iter().map(|line| line.path.clone()).collect();
    let names = printed::short_names(&paths);
    for (row, line) in (1..).zip(page.quality) {
        let file = &names[&line.path];
        let texts = [file, &line.sheet, "", &line.column, &line.what, &line.reason, &line.written, &line.remedy];
        let measured = texts.into_iter().zip(COLUMNS.map(|(_, width)| width));
        sheet.set_row_height_pixels(row, style::row_px(measured))?;
        sheet.write_string_with_format(row, 0, cell_text(file), &styles.cell)?;
        sheet.write_string_with_format(row, 1, cell_text(&line.sheet), &styles.cell)?;
        match line.row {
            0 => sheet.write_blank(row, 2, &styles.cell_center)?,
            number => sheet.write_number_with_format(row, 2, number, &styles.cell_center)?,
        };
        sheet.write_string_with_format(row, 3, cell_text(&line.column), &styles.cell)?;
        sheet.write_string_with_format(row, 4, cell_text(&line.what), &styles.cell_center)?;
        sheet.write_string_with_format(row, 5, cell_text(&line.reason), &styles.cell)?;
        let written = if line.written.len() <= 255 { &styles.cell_text } else { &styles.cell };
        sheet.write_string_with_format(row, 6, cell_text(&line.written), written)?;
        sheet.write_string_with_format(row, 7, cell_text(&line.remedy), &styles.cell)?;
    }
    let last = page.quality.len() as u32;
    if page.quality.is_empty() {
        sheet.write_string_with_format(1, 0, nothing(page), &styles.nothing)?;
    } else {
        sheet.autofilter(0, 0, last, COLUMNS.len() as u16 - 1)?;
        sheet.ignore_error_range(1, 0, last, COLUMNS.len() as u16 - 1, IgnoreError::NumberStoredAsText)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    style::protect(sheet);
    style::page(sheet, &page.unit.name, &page.report.run.as_of.to_string(), 1)?;
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}
