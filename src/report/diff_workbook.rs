//! The workbook of `hecha diff` (回头看): counts per unit and rule, and every finding that is not the same. Numbers are masked.

use std::collections::BTreeMap;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::style::{self, Styles, cell_text};
use crate::error::{Error, ErrorKind, Result};
use crate::history::diff::{Change, Diff};

/// Columns of 明细 and their widths in pixels.
const COLUMNS: [(&str, u32); 12] = [
    ("变化", 70),
    ("单位", 170),
    ("规则", 64),
    ("疑点", 130),
    ("严重程度", 66),
    ("状态", 66),
    ("档案号", 130),
    ("姓名", 84),
    ("身份证号", 144),
    ("字段", 90),
    ("变化情况", 200),
    ("说明", 320),
];

/// Writes it to `path`, for its owner only.
///
/// # Errors
/// The file is there already or cannot be written.
pub fn write(diff: &Diff, federation: &str, path: &Path) -> Result<()> {
    let defect = |e: XlsxError| {
        Error::new(ErrorKind::Defect, "回头看工作簿写不成")
            .found(e.to_string())
            .remedy("这是程序的问题，请把本条信息告诉开发者。")
    };
    let bytes = book(diff, federation).and_then(|mut book| book.save_to_buffer()).map_err(defect)?;
    crate::private::write(path, &bytes).map_err(|e| {
        let error = Error::io(ErrorKind::Output, "写不了回头看工作簿", path, &e);
        if e.kind() == std::io::ErrorKind::AlreadyExists {
            error.remedy("已有同名文件：换一个文件名，或先移走它")
        } else {
            error
        }
    })
}

fn book(diff: &Diff, federation: &str) -> std::result::Result<Workbook, XlsxError> {
    let styles = Styles::new();
    let mut book = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&diff.to.as_of.to_string())?;
    book.set_properties(
        &DocProperties::new()
            .set_title(format!("{} 回头看", cell_text(federation)))
            .set_author(cell_text(federation))
            .set_creation_datetime(&created),
    );
    let title = format!("{federation} 回头看　{} → {}", diff.from.as_of, diff.to.as_of);
    for (name, first, groups) in [("各单位", "单位", &diff.by_unit), ("各规则", "规则", &diff.by_rule)] {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        counts(sheet, &title, first, groups, &styles)?;
        style::page(sheet, federation, &diff.to.as_of.to_string(), 2)?;
        sheet.set_print_fit_to_pages(1, 0);
        style::protect(sheet);
    }
    let sheet = book.add_worksheet();
    sheet.set_name("明细")?;
    lines(sheet, diff, &styles)?;
    style::page(sheet, federation, &diff.to.as_of.to_string(), 1)?;
    let widths: Vec<u32> = COLUMNS.iter().map(|c| c.1).collect();
    style::print_columns(sheet, &widths, (0, 1))?;
    style::protect(sheet);
    Ok(book)
}

fn counts(
    sheet: &mut Worksheet,
    title: &str,
    first: &str,
    groups: &BTreeMap<String, [usize; 6]>,
    styles: &Styles,
) -> std::result::Result<(), XlsxError> {
    sheet.set_column_width_pixels(0, 260)?;
    let last = Change::ALL.len() as u16;
    for column in 1..=last {
        sheet.set_column_width_pixels(column, 90)?;
    }
    sheet.merge_range(0, 0, 0, last, &cell_text(title), &styles.title)?;
    sheet.set_row_height_pixels(0, 44)?;
    sheet.write_string_with_format(1, 0, first, &styles.header)?;
    for (column, change) in (1..).zip(Change::ALL) {
        sheet.write_string_with_format(1, column, change.chinese(), &styles.header)?;
    }
    let mut totals = [0usize; 6];
    let mut row = 2;
    for (name, numbers) in groups {
        sheet.write_string_with_format(row, 0, cell_text(name), &styles.cell)?;
        for ((column, n), total) in (1..).zip(numbers).zip(&mut totals) {
            sheet.write_number_with_format(row, column, *n as f64, &styles.count)?;
            *total += n;
        }
        row += 1;
    }
    sheet.write_string_with_format(row, 0, "合计", &styles.count_bold)?;
    for (column, total) in (1..).zip(totals) {
        sheet.write_number_with_format(row, column, total as f64, &styles.count_bold)?;
    }
    if row > 2 {
        sheet.autofilter(1, 0, row - 1, last)?;
    }
    sheet.set_freeze_panes(2, 1)?;
    Ok(())
}

fn lines(sheet: &mut Worksheet, diff: &Diff, styles: &Styles) -> std::result::Result<(), XlsxError> {
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width_pixels(column, width)?;
        sheet.write_string_with_format(0, column, title, &styles.header)?;
    }
    for (row, line) in (1..).zip(&diff.lines) {
        let (f, s) = (&line.finding, &line.finding.shown);
        let cells = [
            line.change.chinese(),
            f.unit.as_str(),
            f.rule.as_str(),
            &s.title,
            f.severity.chinese(),
            f.status.chinese(),
            &s.file_no,
            &s.name,
            &s.id_number,
            &s.field_title,
            &line.what,
            &s.message,
        ];
        let measured = cells.iter().copied().zip(COLUMNS.iter().map(|c| c.1));
        sheet.set_row_height_pixels(row, style::row_px(measured))?;
        for (column, text) in (0..).zip(cells) {
            sheet.write_string_with_format(row, column, cell_text(text), &styles.cell_text)?;
        }
    }
    if diff.lines.is_empty() {
        sheet.write_string_with_format(1, 0, "本期无", &styles.nothing)?;
    } else {
        sheet.autofilter(0, 0, diff.lines.len() as u32, COLUMNS.len() as u16 - 1)?;
    }
    sheet.set_freeze_panes(1, 2)?;
    Ok(())
}
