//! The workbook of `hecha due`: one sheet, a row a thing that is due.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::Calendar;
use crate::error::{Error, ErrorKind, Result};
use crate::report::style::{self, Styles, cell_text};

/// Columns and their widths in pixels.
const COLUMNS: [(&str, u32); 8] = [
    ("到期日", 90),
    ("事项", 96),
    ("单位", 180),
    ("帮扶联系人", 90),
    ("档案号", 130),
    ("姓名", 84),
    ("情况", 66),
    ("为什么", 320),
];

/// Writes it to `path`, for its owner only.
///
/// # Errors
/// The file is there already or cannot be written.
pub fn write(calendar: &Calendar, federation: &str, as_of: chrono::NaiveDate, path: &Path) -> Result<()> {
    let defect = |e: XlsxError| {
        Error::new(ErrorKind::Defect, "到期提醒工作簿写不成")
            .found(e.to_string())
            .remedy("这是程序的问题，请把本条信息告诉开发者。")
    };
    let bytes = book(calendar, federation, as_of).and_then(|mut book| book.save_to_buffer()).map_err(defect)?;
    crate::private::write(path, &bytes).map_err(|e| {
        let error = Error::io(ErrorKind::Output, "写不了到期提醒工作簿", path, &e);
        if e.kind() == std::io::ErrorKind::AlreadyExists {
            error.remedy("已有同名文件：换一个文件名，或先移走它")
        } else {
            error
        }
    })
}

fn book(calendar: &Calendar, federation: &str, as_of: chrono::NaiveDate) -> std::result::Result<Workbook, XlsxError> {
    let styles = Styles::new();
    let mut book = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&as_of.to_string())?;
    book.set_properties(
        &DocProperties::new()
            .set_title(format!("{} 到期提醒", cell_text(federation)))
            .set_author(cell_text(federation))
            .set_creation_datetime(&created),
    );
    let sheet = book.add_worksheet();
    sheet.set_name("到期提醒")?;
    let last = COLUMNS.len() as u16 - 1;
    let title = format!("{federation} 到期提醒　基准日{as_of}");
    sheet.merge_range(0, 0, 0, last, &cell_text(&title), &styles.title)?;
    sheet.set_row_height_pixels(0, 44)?;
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width_pixels(column, width)?;
        sheet.write_string_with_format(1, column, title, &styles.header)?;
    }
    for (row, due) in (2..).zip(&calendar.rows) {
        let on = due.on.to_string();
        let state = if due.on < as_of { "已逾期" } else { "" };
        let cells = [&on, due.what.text(), &due.unit, &due.helper, &due.file_no, &due.name, state, &due.why];
        let measured = cells.iter().copied().zip(COLUMNS.iter().map(|c| c.1));
        sheet.set_row_height_pixels(row, style::row_px(measured))?;
        for (column, text) in (0..).zip(cells) {
            sheet.write_string_with_format(row, column, cell_text(text), &styles.cell)?;
        }
    }
    if !calendar.rows.is_empty() {
        sheet.autofilter(1, 0, calendar.rows.len() as u32 + 1, last)?;
    }
    sheet.set_freeze_panes(2, 2)?;
    style::page(sheet, federation, &as_of.to_string(), 2)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    Ok(book)
}
