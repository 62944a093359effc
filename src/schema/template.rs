//! An empty workbook of a kind to fill in: headings with required marks, text format where digits must survive,
//! drop-down lists for codes, and a sheet that explains every column.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

/// Name of the sheet that explains a template; a sheet of this name is no data.
pub const NOTES: &str = "填写说明";

use super::load::Schemas;
use super::model::{Field, FieldType, Schema};
use crate::error::{Error, ErrorKind, Result};

/// Rows prepared for input below the heading.
const ROWS: u32 = 2000;
/// Excel takes a list of at most 255 characters in the validation itself.
const LIST_LIMIT: usize = 255;
const FONT: &str = "微软雅黑";

/// Bytes of the template workbook; the same for every call.
///
/// # Errors
/// [`ErrorKind::Defect`] where the workbook cannot be built.
pub fn of_kind(schemas: &Schemas, schema: &Schema) -> Result<Vec<u8>> {
    build(schemas, schema)
        .map_err(|e| Error::new(ErrorKind::Defect, format!("“{}”的模板未能生成", schema.title)).found(e.to_string()))
}

fn build(schemas: &Schemas, schema: &Schema) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed date keeps the bytes equal from day to day.
    let created = ExcelDateTime::from_ymd(2019, 8, 1)?;
    book.set_properties(
        &DocProperties::new().set_title(format!("{}（空白模板）", schema.title)).set_creation_datetime(&created),
    );
    let sheet_name = safe_sheet_name(&schema.title);
    let mut lists = Lists::default();

    let sheet = book.add_worksheet().set_name(&sheet_name)?;
    input_sheet(sheet, schemas, schema, &mut lists)?;
    let notes = book.add_worksheet().set_name(NOTES)?;
    notes_sheet(notes, schemas, schema)?;
    lists.write(&mut book)?;
    book.save_to_buffer()
}

fn input_sheet(
    sheet: &mut Worksheet,
    schemas: &Schemas,
    schema: &Schema,
    lists: &mut Lists,
) -> std::result::Result<(), XlsxError> {
    let heading = |required: bool| {
        let fill = if required { Color::RGB(0x1F_4E_79) } else { Color::RGB(0x5B_7F_A6) };
        base()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(fill)
            .set_align(FormatAlign::Center)
            .set_text_wrap()
    };
    sheet.set_row_height(0, 30)?;
    for (col, field) in (0u16..).zip(&schema.fields) {
        let title = if field.required { format!("*{}", field.title) } else { field.title.clone() };
        sheet.write_string_with_format(0, col, &title, &heading(field.required))?;
        sheet.set_column_width(col, width(field, &title))?;
        sheet.set_column_format(col, &cell_format(field))?;
        if let Some(validation) = validation(schemas, field, lists)? {
            sheet.add_data_validation(1, col, ROWS, col, &validation)?;
        }
    }
    let last = u16::try_from(schema.fields.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, 0, last)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet.set_footer("&L&A&R第 &P 页 共 &N 页");
    Ok(())
}

fn notes_sheet(sheet: &mut Worksheet, schemas: &Schemas, schema: &Schema) -> std::result::Result<(), XlsxError> {
    let title = base().set_bold().set_font_size(14);
    let head = base()
        .set_bold()
        .set_background_color(Color::RGB(0xDD_E6_F0))
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center);
    let cell = base().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, format!("{}填写说明", schema.title), &title)?;
    sheet.write_string_with_format(
        1,
        0,
        "带 * 的列必填。列的先后可以调整，列名请勿改动；不用的列可以删去。",
        &base(),
    )?;
    for (col, (text, width)) in
        (0u16..).zip([("列名", 24.0), ("必填", 8.0), ("填写要求", 48.0), ("可填的内容", 60.0), ("也认得的列名", 60.0)])
    {
        sheet.write_string_with_format(3, col, text, &head)?;
        sheet.set_column_width(col, width)?;
    }
    for (row, field) in (4u32..).zip(&schema.fields) {
        let words = schemas.codes_of(field).map(|t| t.words.keys().cloned().collect::<Vec<_>>().join("、"));
        let required = if field.required { "是" } else { "" };
        let texts = [
            field.title.clone(),
            required.into(),
            demand(field).into(),
            words.unwrap_or_default(),
            field.aliases.join("、"),
        ];
        // Rows do not grow with wrapped text by themselves everywhere; 56 is what fits a column of width 60.
        let lines = texts.iter().map(|t| t.width().div_ceil(56).max(1)).max().unwrap_or(1);
        sheet.set_row_height(row, 16.0 * u32::try_from(lines).map_or(1.0, f64::from))?;
        for (col, text) in (0u16..).zip(texts) {
            sheet.write_string_with_format(row, col, text, &cell)?;
        }
    }
    sheet.set_freeze_panes(4, 1)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(3, 3)?;
    Ok(())
}

fn base() -> Format {
    Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::VerticalCenter)
}

/// Text for whatever is made of digits and is no number: Excel keeps only fifteen digits of a number.
fn cell_format(field: &Field) -> Format {
    match field.ty {
        FieldType::Money => base().set_num_format("#,##0.00"),
        FieldType::Area => base().set_num_format("0.00"),
        FieldType::Int => base().set_num_format("0"),
        FieldType::Date => base().set_num_format("yyyy-mm-dd"),
        _ => base().set_num_format("@"),
    }
}

fn width(field: &Field, title: &str) -> f64 {
    let least = match field.ty {
        FieldType::IdNumber | FieldType::Account => 22,
        FieldType::IdNumbers | FieldType::Address | FieldType::Narrative => 36,
        FieldType::Org | FieldType::Unit | FieldType::Names => 24,
        FieldType::Phone => 16,
        _ => 12,
    };
    // Headings wrap, hence no column needs more than 40 for its heading.
    u32::try_from((title.width() + 3).clamp(least, least.max(40))).map_or(40.0, f64::from)
}

fn demand(field: &Field) -> &'static str {
    match field.ty {
        FieldType::IdNumber => "18 位，文本格式；末位 X 大写",
        FieldType::IdNumbers => "可填多个，用顿号隔开",
        FieldType::Name => "与身份证一致；少数民族姓名中的点用“·”",
        FieldType::Names => "可填多人，用顿号隔开",
        FieldType::Money => "单位：元，只填数字",
        FieldType::Date => "如 2019-08-25；只知月份填 2019-08",
        FieldType::Month => "如 2019-08",
        FieldType::Code if field.closed => "从下拉列表中选",
        FieldType::Code => "从下拉列表中选；没有合适的可以另写",
        FieldType::Phone => "手机号码，或带区号的固定电话",
        FieldType::Unit => "工会全称，与组织名册一致",
        FieldType::Org => "单位全称",
        FieldType::Address => "省市区、街道、门牌号",
        FieldType::Account => "文本格式，只填号码",
        FieldType::Bool => "是 或 否；不清楚的留空",
        FieldType::Int => "整数",
        FieldType::Area => "单位：平方米，只填数字",
        FieldType::Text | FieldType::Narrative => "文字",
    }
}

fn validation(
    schemas: &Schemas,
    field: &Field,
    lists: &mut Lists,
) -> std::result::Result<Option<DataValidation>, XlsxError> {
    let words: Vec<&str> = match schemas.codes_of(field) {
        Some(table) if field.ty == FieldType::Code => table.words.keys().map(String::as_str).collect(),
        _ if field.ty == FieldType::Bool => vec!["是", "否"],
        _ => return Ok(None),
    };
    let short = words.iter().map(|w| w.chars().count() + 1).sum::<usize>() <= LIST_LIMIT
        && !words.iter().any(|w| w.contains(','));
    let list = DataValidation::new();
    let list = if short { list.allow_list_strings(&words)? } else { list.allow_list_formula(lists.range(&words)) };
    // An open table takes other words after a warning.
    let style = if field.closed || field.ty == FieldType::Bool {
        DataValidationErrorStyle::Stop
    } else {
        DataValidationErrorStyle::Warning
    };
    Ok(Some(list.set_error_style(style).set_error_title("不在列表中")?.set_error_message("请从下拉列表中选。")?))
}

/// Lists too long for a validation stand in the columns of a hidden sheet.
#[derive(Default)]
struct Lists(Vec<Vec<String>>);

impl Lists {
    const SHEET: &'static str = "列表";

    fn range(&mut self, words: &[&str]) -> Formula {
        let col = u16::try_from(self.0.len()).unwrap_or(u16::MAX);
        self.0.push(words.iter().map(|w| (*w).to_owned()).collect());
        let letters = crate::place::column_letters(col);
        Formula::new(format!("={}!${letters}$1:${letters}${}", Self::SHEET, words.len()))
    }

    fn write(&self, book: &mut Workbook) -> std::result::Result<(), XlsxError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let sheet = book.add_worksheet().set_name(Self::SHEET)?;
        for (col, words) in (0u16..).zip(&self.0) {
            for (row, word) in (0u32..).zip(words) {
                sheet.write_string(row, col, word)?;
            }
        }
        sheet.set_hidden(true);
        Ok(())
    }
}

/// At most 31 characters, none of those Excel forbids.
fn safe_sheet_name(title: &str) -> String {
    let name: String = title.chars().map(|c| if r"[]:*?/\'".contains(c) { '_' } else { c }).take(31).collect();
    if name.is_empty() { "数据".into() } else { name }
}
