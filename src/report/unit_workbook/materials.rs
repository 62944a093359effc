//! 资料清单: households by materials, each 有, 缺, 不适用 or 未登记; how many of each at the bottom.

use rust_xlsxwriter::{ConditionalFormatFormula, Format, IgnoreError, Workbook, Worksheet, XlsxError};

use super::style::{self, cell_text};
use super::{Page, big_sheet, nothing};
use crate::report::model::{MaterialList, MaterialMark};

/// Name of the sheet.
pub const NAME: &str = "资料清单";

/// Columns before the materials, with their widths in pixels.
const LEADING: [(&str, u32); 5] = [("档案号", 140), ("姓名", 66), ("档案状态", 54), ("纸质档案", 98), ("缺项数", 44)];
const MARK_WIDTH: u32 = 62;
const FIRST_MARK: u16 = LEADING.len() as u16;

/// Cells the sheet will hold.
pub fn cells(page: &Page) -> usize {
    page.materials.len() * (LEADING.len() + page.report.material_titles.len())
}

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let titles = &page.report.material_titles;
    let columns = FIRST_MARK + titles.len() as u16;
    let sheet = big_sheet(book, cells(page))?;
    sheet.set_name(NAME)?.set_tab_color(style::GREEN);
    let widths: Vec<u32> = LEADING.iter().map(|(_, width)| *width).chain(titles.iter().map(|_| MARK_WIDTH)).collect();
    let names = LEADING.iter().map(|(title, _)| *title).chain(titles.iter().map(String::as_str));
    sheet.set_row_height_pixels(0, style::row_px(names.clone().zip(widths.iter().copied())))?;
    for (column, (name, &width)) in (0..).zip(names.zip(&widths)) {
        sheet.set_column_width_pixels(column, width)?;
        let header = if column < FIRST_MARK { &styles.header } else { &styles.group_header };
        sheet.write_string_with_format(0, column, cell_text(name), header)?;
    }
    for (row, list) in (1..).zip(page.materials) {
        write_household(sheet, row, list, page)?;
    }
    let last = page.materials.len() as u32;
    if page.materials.is_empty() {
        sheet.write_string_with_format(1, 0, nothing(page), &styles.nothing)?;
    } else {
        if page.part == page.parts || page.materials.len() == page.unit.materials.len() {
            write_counts(sheet, last + 2, page)?;
        }
        sheet.autofilter(0, 0, last, columns - 1)?;
        sheet.ignore_error_range(1, 0, last, columns - 1, IgnoreError::NumberStoredAsText)?;
        if !titles.is_empty() {
            add_colours(sheet, last, columns - 1)?;
        }
    }
    sheet.set_freeze_panes(1, 2)?;
    style::protect(sheet);
    style::page(sheet, &page.unit.name, &page.report.run.as_of.to_string(), 1)?;
    style::print_columns(sheet, &widths, (0, 1))
}

fn write_household(sheet: &mut Worksheet, row: u32, list: &MaterialList, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let texts = [list.file_no.as_str(), &list.name, &list.status, list.paper_match];
    sheet.set_row_height_pixels(row, style::row_px(texts.into_iter().zip(LEADING.map(|(_, width)| width))))?;
    for (column, text) in (0..).zip(texts) {
        let format = if column == 0 { &styles.cell_text } else { &styles.cell };
        sheet.write_string_with_format(row, column, cell_text(text), format)?;
    }
    let missing = list.marks.iter().filter(|mark| **mark == MaterialMark::Missing).count();
    sheet.write_number_with_format(row, FIRST_MARK - 1, missing as f64, &styles.cell_center)?;
    for (column, mark) in (FIRST_MARK..).zip(&list.marks) {
        sheet.write_string_with_format(row, column, mark.chinese(), &styles.cell_center)?;
    }
    Ok(())
}

/// Below the rows: how many households of the unit have each mark.
fn write_counts(sheet: &mut Worksheet, first: u32, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    for (row, mark) in (first..).zip(MaterialMark::ALL) {
        sheet.set_row_height_pixels(row, 24)?;
        for column in 0..FIRST_MARK {
            sheet.write_blank(row, column, &styles.count_bold)?;
        }
        sheet.write_string_with_format(row, 0, format!("合计：{}（户）", mark.chinese()), &styles.count_bold)?;
        for column in 0..page.report.material_titles.len() {
            let count = page.unit.materials.iter().filter(|list| list.marks.get(column) == Some(&mark)).count();
            sheet.write_number_with_format(row, FIRST_MARK + column as u16, count as f64, &styles.count_bold)?;
        }
    }
    Ok(())
}

/// Colours that follow the content; the word itself survives a print in black and white.
fn add_colours(sheet: &mut Worksheet, last: u32, last_column: u16) -> Result<(), XlsxError> {
    let first = crate::place::column_letters(FIRST_MARK);
    let missing = Format::new().set_background_color(style::DIFFERS_FILL).set_font_color(style::RED).set_bold();
    let unknown = Format::new().set_background_color(style::severity_fill(crate::finding::Severity::Medium));
    let idle = Format::new().set_font_color(style::DIM);
    for (mark, format) in
        [(MaterialMark::Missing, missing), (MaterialMark::Unknown, unknown), (MaterialMark::NotNeeded, idle)]
    {
        let rule = format!("={first}2=\"{}\"", mark.chinese());
        let colour = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(format);
        sheet.add_conditional_format(1, FIRST_MARK, last, last_column, &colour)?;
    }
    Ok(())
}
