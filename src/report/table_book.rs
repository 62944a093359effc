//! One printer for workbooks that are plain tables: a sheet a table, with title, note, header, rows and a line of totals.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::{Value as Json, json};

use super::style::{self, Styles, cell_text};
use crate::domain::money::Fen;
use crate::error::{Error, ErrorKind, Result};

/// Rows of data a sheet takes; the rest goes to further sheets of the same name with a number.
const ROWS_A_SHEET: usize = 1_000_000;
/// Marks a workbook as this program's own, so that it is never read as a source.
pub const MARK: &str = "_hecha_tables";

/// What one cell says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    Nothing,
    Text(String),
    /// Households, persons, records.
    Count(i64),
    /// Fen; printed in yuan.
    Money(i64),
    /// Numerator and denominator; printed in per cent with one decimal, nothing of nothing is blank.
    Rate(i64, i64),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }

    fn printed(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Count(n) => n.to_string(),
            Self::Money(fen) => Fen(*fen).to_string(),
            Self::Rate(_, 0) => String::new(),
            Self::Rate(some, all) => {
                let tenths = (i128::from(*some) * 1000 + i128::from(*all) / 2) / i128::from(*all);
                format!("{}.{}%", tenths / 10, tenths % 10)
            }
        }
    }

    fn as_json(&self) -> Json {
        match self {
            Self::Nothing => Json::Null,
            Self::Count(n) => json!(n),
            Self::Text(_) | Self::Money(_) => json!(self.printed()),
            Self::Rate(some, all) => json!({ "numerator": some, "denominator": all }),
        }
    }
}

/// A heading and its width in pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    pub px: u32,
}

/// A table as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Also the name of its sheet: at most 28 characters.
    pub name: &'static str,
    /// Whom or what it counts, in a sentence; printed above it.
    pub note: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Printed last, in bold.
    pub total: Option<Vec<Cell>>,
    /// Columns that stay in sight.
    pub frozen: u16,
}

impl Table {
    pub fn new(name: &'static str, note: impl Into<String>, columns: &[(&str, u32)]) -> Self {
        let column = |&(title, px): &(&str, u32)| Column { title: title.to_string(), px };
        Self {
            name,
            note: note.into(),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
            total: None,
            frozen: 0,
        }
    }

    /// Adds up every column of numbers; the first cell says 合计.
    #[must_use]
    pub fn with_total(mut self) -> Self {
        let mut total = vec![Cell::Nothing; self.columns.len()];
        for row in &self.rows {
            for (sum, cell) in total.iter_mut().zip(row) {
                *sum = match (&sum, cell) {
                    (Cell::Nothing, Cell::Count(n)) => Cell::Count(*n),
                    (Cell::Count(m), Cell::Count(n)) => Cell::Count(m + n),
                    (Cell::Nothing, Cell::Money(n)) => Cell::Money(*n),
                    (Cell::Money(m), Cell::Money(n)) => Cell::Money(m + n),
                    (Cell::Nothing, Cell::Rate(a, b)) => Cell::Rate(*a, *b),
                    (Cell::Rate(a, b), Cell::Rate(c, d)) => Cell::Rate(a + c, b + d),
                    _ => continue,
                };
            }
        }
        if let Some(first) = total.first_mut() {
            *first = Cell::text("合计");
        }
        self.total = (!self.rows.is_empty()).then_some(total);
        self
    }

    /// `{name, note, columns, rows, total}`; money as text in yuan, rates as numerator and denominator.
    pub fn as_json(&self) -> Json {
        let row = |row: &Vec<Cell>| row.iter().map(Cell::as_json).collect::<Vec<_>>();
        json!({
            "name": self.name,
            "note": self.note,
            "columns": self.columns.iter().map(|c| &c.title).collect::<Vec<_>>(),
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "total": self.total.as_ref().map(row),
        })
    }
}

/// A workbook of tables.
#[derive(Debug)]
pub struct TableBook<'a> {
    /// Such as 名册统计.
    pub title: &'a str,
    pub federation: &'a str,
    pub as_of: chrono::NaiveDate,
    pub tables: &'a [Table],
}

impl TableBook<'_> {
    /// Its bytes; the same tables give the same.
    ///
    /// # Errors
    /// A defect of the program.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        self.book().and_then(|mut book| book.save_to_buffer()).map_err(|e| {
            Error::new(ErrorKind::Defect, format!("{}工作簿写不成", self.title))
                .found(e.to_string())
                .remedy("这是程序的问题，请把本条信息告诉开发者。")
        })
    }

    /// Writes it to `path`, for its owner only; a file of that name is not touched.
    ///
    /// # Errors
    /// The file is there already or cannot be written.
    pub fn write_new(&self, path: &Path) -> Result<()> {
        let bytes = self.bytes()?;
        crate::private::write(path, &bytes).map_err(|e| {
            let error = Error::io(ErrorKind::Output, format!("写不了{}工作簿", self.title), path, &e);
            if e.kind() == std::io::ErrorKind::AlreadyExists {
                error.remedy("已有同名文件：换一个文件名，或先移走它")
            } else {
                error
            }
        })
    }

    /// Writes it to `path`, over an earlier one: aside first, then renamed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_over(&self, path: &Path) -> Result<()> {
        let bytes = self.bytes()?;
        let aside = path.with_extension(format!("xlsx.{}.tmp", std::process::id()));
        let written = crate::private::write(&aside, &bytes).and_then(|()| std::fs::rename(&aside, path));
        written.map_err(|e| {
            let _ = std::fs::remove_file(&aside);
            Error::io(ErrorKind::Output, format!("写不了{}工作簿", self.title), path, &e)
        })
    }

    fn book(&self) -> std::result::Result<Workbook, XlsxError> {
        let styles = Styles::new();
        let mut book = Workbook::new();
        let created = ExcelDateTime::parse_from_str(&self.as_of.to_string())?;
        book.set_properties(
            &DocProperties::new()
                .set_title(format!("{} {}", cell_text(self.federation), self.title))
                .set_author(cell_text(self.federation))
                .set_creation_datetime(&created),
        );
        for table in self.tables {
            let mut parts: Vec<&[Vec<Cell>]> = table.rows.chunks(ROWS_A_SHEET).collect();
            if parts.is_empty() {
                parts.push(&[]);
            }
            let last = parts.len();
            for (part, rows) in (1..).zip(parts) {
                let sheet = book.add_worksheet();
                sheet.set_name(if part == 1 { table.name.to_string() } else { format!("{}{part}", table.name) })?;
                self.sheet(sheet, &styles, table, rows, part == last)?;
            }
        }
        let mark = book.add_worksheet();
        mark.set_name(MARK)?.set_very_hidden(true);
        mark.write_string(0, 0, "schema")?.write_string(0, 1, "hecha.tables/1")?;
        Ok(book)
    }

    fn sheet(
        &self,
        sheet: &mut Worksheet,
        styles: &Styles,
        table: &Table,
        rows: &[Vec<Cell>],
        with_total: bool,
    ) -> std::result::Result<(), XlsxError> {
        let last = table.columns.len().saturating_sub(1) as u16;
        let widths: Vec<u32> = table.columns.iter().map(|c| c.px).collect();
        let title = format!("{} {}　基准日{}", self.federation, table.name, self.as_of);
        merged(sheet, 0, last, &title, &styles.subtitle.clone().set_font_size(14).set_bold())?;
        sheet.set_row_height_pixels(0, 40)?;
        merged(sheet, 1, last, &table.note, &styles.body.clone().set_font_size(10))?;
        sheet.set_row_height_pixels(1, style::row_px([(table.note.as_str(), widths.iter().sum())]).max(24))?;
        for (at, column) in (0..).zip(&table.columns) {
            sheet.set_column_width_pixels(at, column.px)?;
            sheet.write_string_with_format(2, at, cell_text(&column.title), &styles.header)?;
        }
        let titles = table.columns.iter().map(|c| (c.title.as_str(), c.px));
        sheet.set_row_height_pixels(2, style::row_px(titles))?;
        let bold = styles.cell.clone().set_bold().set_background_color(style::PALE);
        let total = table.total.as_ref().filter(|_| with_total);
        let printed = rows.iter().map(|r| (r, false)).chain(total.map(|t| (t, true)));
        for (at, (row, is_total)) in (3..).zip(printed) {
            for (column, cell) in (0..).zip(row) {
                let format = match (cell, is_total) {
                    (Cell::Money(_), false) => &styles.money_small,
                    (Cell::Money(_), true) => &styles.money_bold,
                    (Cell::Count(_), false) => &styles.count,
                    (Cell::Count(_), true) => &styles.count_bold,
                    (_, true) => &bold,
                    (Cell::Rate(..), _) => &styles.cell_center,
                    _ => &styles.cell_text,
                };
                write(sheet, at, column, cell, format)?;
            }
            let printed: Vec<String> = row.iter().map(Cell::printed).collect();
            let measured = printed.iter().map(String::as_str).zip(widths.iter().copied());
            sheet.set_row_height_pixels(at, style::row_px(measured))?;
        }
        if rows.is_empty() {
            sheet.write_string_with_format(3, 0, "本期无", &styles.nothing)?;
        } else {
            sheet.autofilter(2, 0, 2 + rows.len() as u32, last)?;
        }
        sheet.set_freeze_panes(3, table.frozen)?;
        style::page(sheet, self.federation, &self.as_of.to_string(), 3)?;
        if widths.iter().sum::<u32>() > style::PAGE_WIDTH_PX * 7 / 10 {
            sheet.set_landscape();
        }
        sheet.set_print_fit_to_pages(1, 0);
        Ok(())
    }
}

fn merged(
    sheet: &mut Worksheet,
    row: u32,
    last: u16,
    text: &str,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    if last == 0 {
        sheet.write_string_with_format(row, 0, cell_text(text), format)?;
    } else {
        sheet.merge_range(row, 0, row, last, &cell_text(text), format)?;
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    match cell {
        Cell::Count(n) => sheet.write_number_with_format(row, column, *n as f64, format)?,
        // Cents are exact in a double up to 90 trillion yuan.
        Cell::Money(fen) => sheet.write_number_with_format(row, column, *fen as f64 / 100.0, format)?,
        other => sheet.write_string_with_format(row, column, cell_text(&other.printed()), format)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new("试表", "说明。", &[("单位", 100), ("户数", 60), ("金额（元）", 80), ("比率", 60)]);
        table.rows = vec![
            vec![Cell::text("甲"), Cell::Count(2), Cell::Money(12345), Cell::Rate(1, 3)],
            vec![Cell::text("=乙"), Cell::Count(3), Cell::Money(-5), Cell::Rate(2, 3)],
        ];
        table.with_total()
    }

    #[test]
    fn totals_add_up() {
        assert_eq!(table().total, Some(vec![Cell::text("合计"), Cell::Count(5), Cell::Money(12340), Cell::Rate(3, 6)]));
        assert_eq!(Table::new("空", "", &[("甲", 9)]).with_total().total, None);
    }

    #[test]
    fn rates_are_rounded_and_nothing_of_nothing_is_blank() {
        assert_eq!(Cell::Rate(2, 3).printed(), "66.7%");
        assert_eq!(Cell::Rate(1, 1).printed(), "100.0%");
        assert_eq!(Cell::Rate(0, 0).printed(), "");
    }

    #[test]
    fn the_same_tables_give_the_same_bytes_and_are_known_as_ours() {
        let tables = [table()];
        let day = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).unwrap();
        let book = TableBook { title: "名册统计", federation: "成都市总工会", as_of: day, tables: &tables };
        let bytes = book.bytes().unwrap();
        assert_eq!(bytes, book.bytes().unwrap());
        let mut read: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let names = calamine::Reader::sheet_names(&read);
        assert_eq!(names, ["试表", MARK]);
        let range = calamine::Reader::worksheet_range(&mut read, "试表").unwrap();
        assert_eq!(range.get_value((4, 0)).unwrap().to_string(), "=乙");
        assert_eq!(range.get_value((5, 1)).unwrap().to_string(), "5");
        assert_eq!(range.get_value((5, 2)).unwrap().to_string(), "123.4");
    }
}
