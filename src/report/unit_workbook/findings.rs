//! 疑点清单: a finding a row, what the sources say side by side, and five columns to fill in.
//!
//! The sheet is not protected, for rows must sort; system cells refuse input by a validation that is always false, and
//! whatever is changed all the same shows in the row's checksum. No cell is merged.

use std::borrow::Cow;
use std::ops::Range;

use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime,
    Format, FormatBorder, Formula, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::style::{self, Styles, cell_text, text_px};
use super::{Page, big_sheet, marks, nothing};
use crate::finding::{Severity, Status};
use crate::history::Word;
use crate::place::column_letters;
use crate::report::findings_csv::yuan;
use crate::report::model::{EvidenceRow, FindingRow};

/// Name of the sheet.
pub const NAME: &str = "疑点清单";

/// Row 1, exactly.
pub const COLUMNS: [&str; 24] = [
    "编号",
    "严重程度",
    "状态",
    "疑点",
    "档案号",
    "姓名",
    "身份证号",
    "字段",
    "电子档案",
    "纸质档案",
    "民政数据",
    "发放数据",
    "其他数据",
    "比对结论",
    "涉及金额",
    "说明",
    "处理建议",
    "政策依据",
    "数据出处",
    "核实结果",
    "更正后的值",
    "核实说明",
    "完成日期",
    "核查人",
];

/// The first columns are the system's, the others the cadre's.
pub const SYSTEM_COLUMNS: usize = 19;

/// What 核实结果 may say.
pub const ANSWERS: [&str; 7] = {
    let mut texts = [""; 7];
    let mut at = 0;
    while at < texts.len() {
        texts[at] = Word::ALL[at].text();
        at += 1;
    }
    texts
};

const FILE_NO: u16 = 4;
const NAME_COLUMN: u16 = 5;
const ID_NUMBER: u16 = 6;
const ELECTRONIC: usize = 8;
const CIVIL: usize = 10;
const AMOUNT: usize = 14;
const ANSWER: u16 = 19;
const CORRECTED: u16 = 20;
const NOTE: u16 = 21;
const DONE_ON: u16 = 22;
const CHECKED_BY: u16 = 23;

/// Narrowest and widest column in pixels; between them a column follows its content.
const WIDTHS: [(u32, u32); 24] = [
    (94, 94),
    (54, 54),
    (54, 54),
    (110, 140),
    (88, 124),
    (58, 92),
    (140, 140),
    (66, 96),
    (84, 150),
    (84, 150),
    (84, 150),
    (62, 130),
    (62, 130),
    (66, 66),
    (72, 100),
    (200, 250),
    (170, 210),
    (230, 300),
    (270, 360),
    (128, 128),
    (110, 130),
    (120, 140),
    (86, 86),
    (66, 66),
];
/// Rows looked at for the widths.
const SAMPLE: usize = 2_000;
/// Places shown in one cell; the rest stand in findings.csv.
const MAX_PLACES: usize = 20;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let rows = page.findings.len();
    let sheet = big_sheet(book, rows * COLUMNS.len())?;
    sheet.set_name(NAME)?.set_tab_color(style::RED);
    let widths = widths(&page.findings);
    for (column, &width) in (0..).zip(&widths) {
        sheet.set_column_width_pixels(column, width)?;
    }
    sheet.set_row_height_pixels(0, 36)?;
    for (column, title) in (0..).zip(COLUMNS) {
        let header = if usize::from(column) < SYSTEM_COLUMNS { &styles.header } else { &styles.answer_header };
        sheet.write_string_with_format(0, column, title, header)?;
    }
    for (row, finding) in (1..).zip(&page.findings) {
        write_row(sheet, row, finding, &widths, styles)?;
    }
    if page.findings.is_empty() {
        sheet.write_string_with_format(1, 0, nothing(page), &styles.nothing)?;
    } else {
        let last = rows as u32;
        add_validations(sheet, page, last)?;
        add_colours(sheet, last)?;
        sheet.ignore_error_range(1, 0, last, CHECKED_BY, IgnoreError::NumberStoredAsText)?;
    }
    sheet.autofilter(0, 0, rows as u32, CHECKED_BY)?;
    sheet.set_freeze_panes(1, NAME_COLUMN + 1)?;
    style::page(sheet, &page.unit.name, &page.report.run.as_of.to_string(), 1)?;
    style::print_columns(sheet, &widths, (3, NAME_COLUMN))
}

/// The row's system cells as text, in column order: what is printed, and what the checksum is taken of.
pub fn system_cells(finding: &FindingRow) -> [Cow<'_, str>; SYSTEM_COLUMNS] {
    let own = finding.own_view.as_deref();
    let values = own.map_or(&finding.values, |view| &view.values);
    let [electronic, paper, civil, payment, other] = values;
    let evidence = own.map_or(&finding.evidence, |view| &view.evidence);
    [
        cell_text(&finding.id),
        Cow::Borrowed(finding.severity.chinese()),
        Cow::Borrowed(finding.status.chinese()),
        cell_text(&finding.title),
        cell_text(own.map_or(&finding.file_no, |view| &view.file_no)),
        cell_text(own.map_or(&finding.name, |view| &view.name)),
        cell_text(own.map_or(&finding.id_number, |view| &view.id_number)),
        cell_text(&finding.field_title),
        cell_text(electronic),
        cell_text(paper),
        cell_text(civil),
        cell_text(payment),
        cell_text(other),
        Cow::Borrowed(finding.conclusion),
        Cow::Owned(finding.amount.map(yuan).unwrap_or_default()),
        Cow::Owned(cell_text(&said(finding)).into_owned()),
        cell_text(&finding.advice),
        cell_text(&finding.basis),
        Cow::Owned(cell_text(&places(evidence)).into_owned()),
    ]
}

/// What became of an answer, the finding itself, and the case that units share.
fn said(finding: &FindingRow) -> String {
    let mut text = String::new();
    if !finding.mark.is_empty() {
        text += &format!("【{}】", finding.mark);
    }
    text += finding.own_view.as_ref().map_or(&finding.message, |view| &view.message);
    if !finding.case.is_empty() {
        text += &format!("（案件号{}）", finding.case);
    }
    text
}

/// `file › sheet › 第n行 › 列（标题）`, a place a line.
fn places(evidence: &[EvidenceRow]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for cell in evidence {
        let mut line = cell.path.clone();
        if !cell.sheet.is_empty() {
            line += &format!(" › {}", cell.sheet);
        }
        line += &format!(" › 第{}行", cell.row);
        match (cell.column.is_empty(), cell.title.is_empty()) {
            (true, true) => {}
            (true, false) => line += &format!(" › {}", cell.title),
            (false, true) => line += &format!(" › {}列", cell.column),
            (false, false) => line += &format!(" › {}列（{}）", cell.column, cell.title),
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.len() > MAX_PLACES {
        let more = lines.len() - MAX_PLACES;
        lines.truncate(MAX_PLACES);
        lines.push(format!("……另有{more}处，见 findings.csv"));
    }
    lines.join("\n")
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    finding: &FindingRow,
    widths: &[u32],
    styles: &Styles,
) -> Result<(), XlsxError> {
    let cells = system_cells(finding);
    // The number is small print and always fits.
    let measured = cells.iter().map(AsRef::as_ref).zip(widths.iter().copied()).skip(1);
    sheet.set_row_height_pixels(row, style::row_px(measured))?;
    for (column, text) in cells.iter().enumerate() {
        let at = column as u16;
        // Old Excel shows #### for a text-formatted cell with more than 255 characters.
        let short = text.len() <= 255;
        let format = match column {
            0 => &styles.system_small,
            1 | 2 | 13 => &styles.system_center,
            4 | 6 | 8..=12 if short => &styles.system_text,
            AMOUNT => &styles.system_money,
            _ => &styles.system,
        };
        match (column, finding.amount) {
            (AMOUNT, Some(fen)) => sheet.write_number_with_format(row, at, fen as f64 / 100.0, format)?,
            (ELECTRONIC..=CIVIL, _) => write_marked(sheet, row, at, text, &differing(&cells, column), format, styles)?,
            _ => sheet.write_string_with_format(row, at, text.as_ref(), format)?,
        };
    }
    for column in ANSWER..=CHECKED_BY {
        let format = if column == DONE_ON { &styles.answer_date } else { &styles.answer };
        sheet.write_blank(row, column, format)?;
    }
    Ok(())
}

/// What differs in the electronic, paper or civil value: the electronic one is held against the paper one, or where
/// these agree against the civil one; the others against the electronic one.
fn differing(cells: &[Cow<str>; SYSTEM_COLUMNS], column: usize) -> Vec<Range<usize>> {
    let others = (ELECTRONIC..=CIVIL).filter(|&other| other != column);
    let ranges = others.map(|other| marks::differing(&cells[column], &cells[other]));
    ranges.into_iter().find(|ranges| !ranges.is_empty()).unwrap_or_default()
}

fn write_marked<'s>(
    sheet: &'s mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    marked: &[Range<usize>],
    format: &Format,
    styles: &Styles,
) -> Result<&'s mut Worksheet, XlsxError> {
    if marked.is_empty() {
        return sheet.write_string_with_format(row, column, text, format);
    }
    let mut runs = Vec::with_capacity(2 * marked.len() + 1);
    let mut at = 0;
    for range in marked {
        runs.push((&styles.run, &text[at..range.start]));
        runs.push((&styles.marked_run, &text[range.clone()]));
        at = range.end;
    }
    runs.push((&styles.run, &text[at..]));
    runs.retain(|(_, run)| !run.is_empty());
    sheet.write_rich_string_with_format(row, column, &runs, format)
}

fn widths(findings: &[&FindingRow]) -> Vec<u32> {
    let mut widths = WIDTHS.map(|(narrowest, _)| narrowest);
    for finding in findings.iter().take(SAMPLE) {
        for (column, text) in system_cells(finding).iter().enumerate() {
            let (narrowest, widest) = WIDTHS[column];
            widths[column] = text_px(text).clamp(narrowest, widest).max(widths[column]);
        }
    }
    widths.to_vec()
}

fn add_validations(sheet: &mut Worksheet, page: &Page, last: u32) -> Result<(), XlsxError> {
    let untouchable = DataValidation::new()
        .allow_custom(Formula::new("=FALSE"))
        .ignore_blank(false)
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("请勿改动")?
        .set_error_message("此格由系统生成，请在右侧填写")?;
    sheet.add_data_validation(1, 0, last, ANSWER - 1, &untouchable)?;

    let answers = DataValidation::new()
        .allow_list_strings(&ANSWERS)?
        .set_input_title("核实结果")?
        .set_input_message("点右边的小箭头，从列表中选一项。")?
        .set_error_title("请从列表中选择")?
        .set_error_message("核实结果只能从下拉列表中选择一项。")?;
    sheet.add_data_validation(1, ANSWER, last, ANSWER, &answers)?;

    for (column, title, message) in [
        (CORRECTED, "更正后的值", "疑点属实的，填核实后正确的内容。身份证号、卡号照原样填，不会变成科学计数。"),
        (NOTE, "核实说明", "情况特殊、数据源有误、需入户核实的，写清原因和依据。"),
        (CHECKED_BY, "核查人", "填核查人姓名；打印后由本人亲笔签名。"),
    ] {
        let hint = DataValidation::new().allow_any_value().set_input_title(title)?.set_input_message(message)?;
        sheet.add_data_validation(1, column, last, column, &hint)?;
    }

    let as_of = page.report.run.as_of;
    let bound = |days| ExcelDateTime::parse_from_str(&(as_of + chrono::TimeDelta::days(days)).to_string());
    let example = page.report.run.due.unwrap_or(as_of).format("%Y-%-m-%-d");
    let date = DataValidation::new()
        .allow_date(DataValidationRule::Between(bound(-366)?, bound(731)?))
        .set_input_title("完成日期")?
        .set_input_message(format!("填日期，如 {example}。待更正的，填计划完成的日期。"))?
        .set_error_title("日期不对")?
        .set_error_message(format!("请填写日期，如 {example}（年-月-日，用短横线）。"))?;
    sheet.add_data_validation(1, DONE_ON, last, DONE_ON, &date)?;
    Ok(())
}

/// Colours that follow the content, so that they survive sorting.
fn add_colours(sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
    let mut colour = |first: u16, until: u16, rule: String, format: Format| {
        let colour = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(format);
        sheet.add_conditional_format(1, first, last, until, &colour).map(|_| ())
    };
    for severity in Severity::ALL {
        let format = Format::new()
            .set_background_color(style::severity_fill(severity))
            .set_font_color(style::severity_color(severity))
            .set_bold();
        colour(1, 1, format!("=$B2=\"{severity}\""), format)?;
    }
    let worse = Format::new().set_font_color(style::RED).set_bold();
    for status in [Status::Reopened, Status::Disputed] {
        colour(2, 2, format!("=$C2=\"{}\"", status.chinese()), worse.clone())?;
    }
    let wanted = Format::new().set_background_color(Color::RGB(0xFF_F0_C2));
    let corrected = [ANSWERS[0], ANSWERS[1]].map(|answer| format!("$T2=\"{answer}\"")).join(",");
    let explained = [ANSWERS[2], ANSWERS[3]].map(|answer| format!("$T2=\"{answer}\"")).join(",");
    colour(ANSWER, ANSWER, "=AND($A2<>\"\",$T2=\"\")".to_owned(), wanted.clone())?;
    colour(CORRECTED, CORRECTED, format!("=AND($U2=\"\",OR({corrected}))"), wanted.clone())?;
    colour(NOTE, NOTE, format!("=AND($V2=\"\",OR({explained}))"), wanted)?;
    // A line above every household, wherever its rows are sorted to. All four borders: LibreOffice drops the others.
    let line =
        Format::new().set_border(FormatBorder::Thin).set_border_color(style::LINE).set_border_top_color(style::DARK);
    let household = |row| {
        format!(
            "${}{row}&${}{row}&${}{row}",
            column_letters(FILE_NO),
            column_letters(NAME_COLUMN),
            column_letters(ID_NUMBER)
        )
    };
    colour(0, CHECKED_BY, format!("={}<>{}", household(2), household(1)), line)
}
