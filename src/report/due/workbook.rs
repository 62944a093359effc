//! The workbook of `hecha due`: one sheet, a row a thing that is due.

use std::path::Path;

use super::Calendar;
use crate::error::Result;
use crate::report::table_book::{Cell, Table, TableBook};

/// Writes it to `path`, for its owner only.
///
/// # Errors
/// The file is there already or cannot be written.
pub fn write(calendar: &Calendar, federation: &str, as_of: chrono::NaiveDate, path: &Path) -> Result<()> {
    let tables = [table(calendar, as_of)];
    TableBook { title: "到期提醒", federation, as_of, tables: &tables }.write_new(path)
}

fn table(calendar: &Calendar, as_of: chrono::NaiveDate) -> Table {
    let note = match calendar.untold {
        0 => "按到期日排列；已逾期的在前。".to_string(),
        n => format!("按到期日排列；已逾期的在前。另有{n}户没有可读的走访、建档日期，推算不出下次走访。"),
    };
    let mut table = Table {
        frozen: 2,
        ..Table::new(
            "到期提醒",
            note,
            &[
                ("到期日", 90),
                ("事项", 96),
                ("单位", 180),
                ("帮扶联系人", 90),
                ("档案号", 130),
                ("姓名", 84),
                ("情况", 66),
                ("为什么", 320),
            ],
        )
    };
    table.rows = (calendar.rows.iter())
        .map(|due| {
            let state = if due.on < as_of { "已逾期" } else { "" };
            let on = due.on.to_string();
            [&on, due.what.text(), &due.unit, &due.helper, &due.file_no, &due.name, state, &due.why]
                .map(Cell::text)
                .to_vec()
        })
        .collect();
    table
}
