//! The annotated copy: what came back, row by row, with what became of it. It can be corrected and returned once more.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, IgnoreError, Note, Workbook, Worksheet, XlsxError,
};

use super::check::Grade;
use super::list::{REASON, RESULT, Sheet};
use super::merge::{Fate, Judged};
use super::recognise::Marked;
use crate::report::style::{self, Styles, cell_text, text_px};
use crate::report::unit_workbook::columns::Column;
use crate::report::unit_workbook::findings::{ANSWERS, NAME};
use crate::report::unit_workbook::hidden;

/// Behind a cell that was not accepted, and behind one with something lacking.
const REFUSED: Color = Color::RGB(0xF8_C9_C4);
const REMINDED: Color = Color::RGB(0xFF_F0_B8);
const ACCEPTED: Color = Color::RGB(0xDD_F0_DC);
/// Behind the answer: what became of it, and why.
const RESULT_AT: u16 = Column::PRINTED as u16;
const REASON_AT: u16 = RESULT_AT + 1;
const RESULT_PX: u32 = 72;
const REASON_PX: u32 = 260;
/// Behind all columns of the list: those the unit has put in, narrowest and widest in pixels.
const FIRST_EXTRA: u16 = Column::ALL.len() as u16 + 2;
const EXTRA_PX: (u32, u32) = (62, 190);
/// Excel takes this much in a note; more helps nobody.
const NOTE_CHARS: usize = 500;

/// One returned workbook, judged.
#[derive(Debug)]
pub struct Copy<'a> {
    pub marked: &'a Marked,
    pub sheets: &'a [Sheet],
    pub rows: &'a [Judged<'a>],
    pub today: NaiveDate,
}

impl Copy<'_> {
    /// The workbook's bytes.
    ///
    /// # Errors
    /// A defect of this program.
    pub fn bytes(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let year = u16::try_from(self.today.year()).unwrap_or(1970);
        let created = ExcelDateTime::from_ymd(year, self.today.month() as u8, self.today.day() as u8)?;
        book.set_properties(
            &DocProperties::new()
                .set_title(format!("{} 收回批注", cell_text(&self.marked.unit)))
                .set_author(cell_text(&self.marked.federation))
                .set_creation_datetime(&created)
                .set_custom_property("run_id", self.marked.run_id.as_str()),
        );
        let styles = Styles::new();
        self.list(book.add_worksheet(), &styles)?;
        self.how(book.add_worksheet(), &styles)?;
        self.hidden(book.add_worksheet())?;
        book.save_to_buffer()
    }

    /// Titles the unit has put in, over all sheets.
    fn extras(&self) -> Vec<&str> {
        let mut titles: Vec<&str> = Vec::new();
        for (_, title) in self.sheets.iter().flat_map(|s| &s.extras) {
            if !titles.contains(&title.as_str()) {
                titles.push(title);
            }
        }
        titles
    }

    fn list(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
        sheet.set_name(NAME)?.set_tab_color(style::RED);
        let extras = self.extras();
        for (place, column) in Self::places() {
            let header = if column.is_answer() { &styles.answer_header } else { &styles.header };
            sheet.set_column_width_pixels(place, column.width_px())?;
            sheet.write_string_with_format(0, place, column.title(), header)?;
        }
        for (place, title, width) in [(RESULT_AT, RESULT, RESULT_PX), (REASON_AT, REASON, REASON_PX)] {
            sheet.set_column_width_pixels(place, width)?;
            sheet.write_string_with_format(0, place, title, &styles.answer_header)?;
        }
        for (place, title) in (FIRST_EXTRA..).zip(&extras) {
            sheet.set_column_width_pixels(place, text_px(title).clamp(EXTRA_PX.0, EXTRA_PX.1))?;
            sheet.write_string_with_format(0, place, cell_text(title), &styles.answer_header)?;
        }
        sheet.group_columns_collapsed(place(Column::FOLDED), FIRST_EXTRA - 1)?;
        sheet.set_row_height_pixels(0, 2 * style::LINE_PX + 5)?;
        for (at, judged) in (1..).zip(self.rows) {
            let why = judged.remarks.iter().map(|r| r.text.as_str()).collect::<Vec<_>>().join("；");
            self.row(sheet, at, judged, &extras, styles)?;
            let fate = styles.cell_center.clone().set_background_color(fill(judged.fate)).set_bold();
            sheet.write_string_with_format(at, RESULT_AT, judged.fate.chinese(), &fate)?;
            sheet.write_string_with_format(at, REASON_AT, cell_text(&why), &styles.cell)?;
            let answered = Column::ALL[..Column::PRINTED].iter();
            let cells = answered.map(|c| (judged.row.cells[*c].text.as_str(), c.width_px()));
            sheet.set_row_height_pixels(at, style::row_px(cells.chain([(why.as_str(), REASON_PX)])))?;
        }
        let last = self.rows.len() as u32;
        let last_column = FIRST_EXTRA + extras.len() as u16 - 1;
        if last > 0 {
            let answers = DataValidation::new()
                .allow_list_strings(&ANSWERS)?
                .set_error_title("请从列表中选择")?
                .set_error_message("核实结果只能从下拉列表中选择一项。")?;
            let word = place(Column::Answer);
            sheet.add_data_validation(1, word, last, word, &answers)?;
            sheet.ignore_error_range(1, 0, last, last_column, IgnoreError::NumberStoredAsText)?;
        }
        sheet.autofilter(0, 0, last, last_column)?;
        sheet.set_freeze_panes(1, Column::FROZEN as u16)?;
        style::page(sheet, &self.marked.unit, &self.marked.as_of.to_string(), 1)?;
        sheet.set_print_area(0, 0, last.max(1), REASON_AT)?;
        sheet.set_print_fit_to_pages(1, 0);
        Ok(())
    }

    /// Columns of the list with their places here: what became of an answer stands right behind it.
    fn places() -> impl Iterator<Item = (u16, Column)> {
        Column::ALL.into_iter().map(|column| (place(column), column))
    }

    fn row(
        &self,
        sheet: &mut Worksheet,
        at: u32,
        judged: &Judged<'_>,
        extras: &[&str],
        styles: &Styles,
    ) -> Result<(), XlsxError> {
        for (place, column) in Self::places() {
            let cell = &judged.row.cells[column];
            let remarks = || judged.remarks.iter().filter(|r| r.column == Some(column));
            let worst = remarks().map(|r| r.grade).max();
            let plain = match column {
                Column::Id => &styles.system_small,
                Column::Amount => &styles.system_money,
                Column::DoneOn => &styles.answer_date,
                answer if answer.is_answer() => &styles.answer,
                _ => &styles.system_text,
            };
            let format = match worst {
                Some(Grade::Refused | Grade::Conflict) => plain.clone().set_background_color(REFUSED),
                Some(Grade::Reminder | Grade::Changed) => plain.clone().set_background_color(REMINDED),
                _ => plain.clone(),
            };
            write(sheet, (at, place), column, cell, &format)?;
            if worst.is_some_and(|grade| grade > Grade::Reminder) {
                let text: String = remarks().map(|r| r.text.as_str()).collect::<Vec<_>>().join("；");
                let text: String = cell_text(&text).chars().take(NOTE_CHARS).collect();
                sheet.insert_note(at, place, &Note::new(text).add_author_prefix(false))?;
            }
        }
        for (title, cell) in self.sheets[judged.row.sheet].extras.iter().zip(&judged.row.extras) {
            if let Some(extra) = extras.iter().position(|t| *t == title.1) {
                let place = FIRST_EXTRA + extra as u16;
                sheet.write_string_with_format(at, place, cell_text(&cell.text), &styles.cell_text)?;
            }
        }
        Ok(())
    }

    /// What to do with this file.
    fn how(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
        sheet.set_name("批注说明")?;
        sheet.set_column_width_pixels(0, 130)?.set_column_width_pixels(1, 560)?;
        let line = |sheet: &mut Worksheet, row: u32, name: &str, value: &str| -> Result<(), XlsxError> {
            sheet.write_string_with_format(row, 0, name, &styles.label)?;
            sheet.write_string_with_format(row, 1, cell_text(value), &styles.cell)?;
            sheet.set_row_height_pixels(row, style::row_px([(value, 560)]))?;
            Ok(())
        };
        line(sheet, 0, "单位", &self.marked.unit)?;
        line(sheet, 1, "基准日", &self.marked.as_of.to_string())?;
        line(sheet, 2, "收回日期", &self.today.to_string())?;
        let meaning = [
            (Fate::Refused, "没有采用。看红格的批注和“原因”列，改正后把本文件交回。"),
            (Fate::Conflict, "与以前的答复不同，两份都留着。下次下发的工作簿里请填一个统一的答复。"),
            (Fate::Changed, "系统生成的格被改动；有答复的照收，其余按下发时的内容处理。"),
            (Fate::Reminded, "已采用；黄格缺内容或需留意，能补的请补齐后交回。"),
            (Fate::Accepted, "已采用，不用再填。"),
            (Fate::Untouched, "没有填写核实结果。"),
        ];
        for (row, (fate, text)) in (4..).zip(meaning) {
            let count = self.rows.iter().filter(|r| r.fate == fate).count();
            line(sheet, row, fate.chinese(), &format!("{count}行。{text}"))?;
        }
        line(sheet, 11, "交回", "改正后原样交回本文件即可：已采用的行不会重复计算。")?;
        style::page(sheet, &self.marked.unit, &self.marked.as_of.to_string(), 0)
    }

    fn hidden(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(hidden::NAME)?.set_very_hidden(true);
        for (row, (name, value)) in (0..hidden::FIRST_ROW).zip(&self.marked.facts) {
            sheet.write_string(row, 0, cell_text(name))?.write_string(row, 1, cell_text(value))?;
        }
        for (row, (id, checksum)) in (hidden::FIRST_ROW..).zip(&self.marked.rows) {
            sheet.write_string(row, 0, cell_text(id))?.write_string(row, 1, cell_text(checksum))?;
        }
        Ok(())
    }
}

/// Place of a column in the copy.
const fn place(column: Column) -> u16 {
    if column.at() < RESULT_AT { column.at() } else { column.at() + 2 }
}

/// Writes a cell as it came back: money as a number, a day as a date, all else as text.
fn write(
    sheet: &mut Worksheet,
    (row, col): (u32, u16),
    column: Column,
    cell: &super::list::Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match column {
        Column::Amount if !cell.is_blank() => {
            if let Ok(yuan) = cell.text.parse::<f64>() {
                sheet.write_number_with_format(row, col, yuan, format)?;
                return Ok(());
            }
        }
        Column::DoneOn => {
            if let Ok(day) = cell.text.parse::<NaiveDate>() {
                sheet.write_datetime_with_format(row, col, ExcelDateTime::parse_from_str(&day.to_string())?, format)?;
                return Ok(());
            }
        }
        _ => {}
    }
    if cell.text.is_empty() {
        sheet.write_blank(row, col, format)?;
    } else {
        sheet.write_string_with_format(row, col, cell_text(&cell.text), format)?;
    }
    Ok(())
}

fn fill(fate: Fate) -> Color {
    match fate {
        Fate::Refused | Fate::Conflict => REFUSED,
        Fate::Changed | Fate::Reminded => REMINDED,
        Fate::Accepted => ACCEPTED,
        Fate::Untouched => Color::White,
    }
}
