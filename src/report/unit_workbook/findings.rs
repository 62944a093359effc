//! 疑点清单: a finding a row, question and answer side by side, what the sources say behind them.
//!
//! The sheet is not protected, for rows must sort; system cells refuse input by a validation that is always false, and
//! whatever is changed all the same shows in the row's checksum. No cell is merged.

use std::borrow::Cow;
use std::ops::Range;

use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime,
    Format, FormatBorder, Formula, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::columns::Column;
use super::style::{self, Styles, cell_text};
use super::{Page, big_sheet, marks, nothing};
use crate::finding::{Severity, Status};
use crate::history::Word;
use crate::place::column_letters;
use crate::report::findings_csv::yuan;
use crate::report::model::FindingRow;
use crate::report::printed;

/// Name of the sheet.
pub const NAME: &str = "疑点清单";

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

/// Lines of text a row shows, and at least has room for: a file number takes two.
const MOST_LINES: u32 = 6;
const FEWEST_LINES: u32 = 2;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let rows = page.findings.len();
    let last = rows as u32;
    let sheet = big_sheet(book, rows * Column::ALL.len())?;
    sheet.set_name(NAME)?.set_tab_color(style::RED);
    for column in Column::ALL {
        sheet.set_column_width_pixels(column.at(), column.width_px())?;
    }
    sheet.group_columns_collapsed(Column::FOLDED.at(), LAST)?;
    sheet.set_row_height_pixels(0, 2 * style::LINE_PX + 5)?;
    for column in Column::ALL {
        let header = if column.is_answer() { &styles.answer_header } else { &styles.header };
        sheet.write_string_with_format(0, column.at(), column.title(), header)?;
    }
    for (row, finding) in (1..).zip(&page.findings) {
        write_row(sheet, row, finding, styles)?;
    }
    if page.findings.is_empty() {
        sheet.write_string_with_format(1, 0, nothing(page), &styles.nothing)?;
    } else {
        add_validations(sheet, page, last)?;
        add_colours(sheet, last)?;
        sheet.ignore_error_range(1, 0, last, LAST, IgnoreError::NumberStoredAsText)?;
    }
    sheet.autofilter(0, 0, last, LAST)?;
    sheet.set_freeze_panes(1, Column::FROZEN as u16)?;
    style::page(sheet, &page.unit.name, &page.report.run.as_of.to_string(), 1)?;
    // Ten millimetres all round, the footer within.
    sheet.set_margins(0.394, 0.394, 0.394, 0.394, 0.2, 0.2);
    sheet.set_print_area(0, 0, last.max(1), Column::PRINTED as u16 - 1)?;
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

const LAST: u16 = Column::ALL.len() as u16 - 1;

/// What the checksum of a row is taken of: its system cells as text, by [`Column::SYSTEM`].
pub fn system_cells(finding: &FindingRow) -> [Cow<'_, str>; Column::SYSTEM.len()] {
    Column::SYSTEM.map(|column| text(finding, column))
}

/// What a finding's row says in a column; "" for those to be filled in.
fn text(finding: &FindingRow, column: Column) -> Cow<'_, str> {
    let own = finding.own_view.as_deref();
    let side = |at: usize| cell_text(&finding.printed.sides[at]);
    match column {
        Column::Id => cell_text(&finding.id),
        Column::Severity => Cow::Borrowed(finding.severity.chinese()),
        Column::Status => Cow::Borrowed(finding.status.chinese()),
        Column::Title => cell_text(&finding.title),
        Column::FileNo => cell_text(own.map_or(&finding.file_no, |view| &view.file_no)),
        Column::Name => cell_text(own.map_or(&finding.name, |view| &view.name)),
        Column::IdNumber => cell_text(own.map_or(&finding.id_number, |view| &view.id_number)),
        Column::Field => cell_text(&finding.field_title),
        Column::Electronic => side(0),
        Column::Paper => side(1),
        Column::Civil => side(2),
        Column::Payment => side(3),
        Column::Other => side(4),
        Column::Conclusion => Cow::Borrowed(finding.conclusion),
        Column::Amount => Cow::Owned(finding.amount.map(yuan).unwrap_or_default()),
        Column::Message => Cow::Owned(cell_text(&said(finding)).into_owned()),
        Column::Advice => cell_text(&finding.advice),
        Column::Basis => Cow::Owned(cell_text(&printed::clause(&finding.basis)).into_owned()),
        Column::Places => cell_text(&finding.printed.places),
        Column::Answer | Column::Corrected | Column::Note | Column::DoneOn | Column::CheckedBy => Cow::Borrowed(""),
    }
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

fn write_row(sheet: &mut Worksheet, row: u32, finding: &FindingRow, styles: &Styles) -> Result<(), XlsxError> {
    let lines = |column: Column| style::lines_in(&text(finding, column), column.width_px());
    let lines = [Column::Title, Column::Message, Column::Advice].map(lines).into_iter().max().unwrap_or(1);
    sheet.set_row_height_pixels(row, style::LINE_PX * lines.clamp(FEWEST_LINES, MOST_LINES) + 5)?;
    for column in Column::ALL {
        let text = text(finding, column);
        // Old Excel shows #### for a text-formatted cell with more than 255 characters.
        let short = text.len() <= 255;
        let format = match column {
            Column::Id => &styles.system_small,
            Column::Severity | Column::Status | Column::Conclusion => &styles.system_center,
            Column::FileNo | Column::IdNumber => &styles.system_text,
            side if short && Column::SIDES.contains(&side) => &styles.system_text,
            Column::Amount => &styles.system_money,
            Column::DoneOn => &styles.answer_date,
            answer if answer.is_answer() => &styles.answer,
            _ => &styles.system,
        };
        match (column, finding.amount) {
            (answer, _) if answer.is_answer() => sheet.write_blank(row, answer.at(), format)?,
            (Column::Amount, Some(fen)) => {
                sheet.write_number_with_format(row, column.at(), fen as f64 / 100.0, format)?
            }
            (Column::Electronic | Column::Paper | Column::Civil, _) => {
                write_marked(sheet, row, column.at(), &text, &differing(finding, column), format, styles)?
            }
            _ => sheet.write_string_with_format(row, column.at(), text.as_ref(), format)?,
        };
    }
    Ok(())
}

/// What differs in the electronic, paper or civil value: the electronic one is held against the paper one, or where
/// these agree against the civil one; the others against the electronic one.
fn differing(finding: &FindingRow, column: Column) -> Vec<Range<usize>> {
    let own = text(finding, column);
    let others = [Column::Electronic, Column::Paper, Column::Civil].into_iter().filter(|&other| other != column);
    let ranges = others.map(|other| marks::differing(&own, &text(finding, other)));
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

fn add_validations(sheet: &mut Worksheet, page: &Page, last: u32) -> Result<(), XlsxError> {
    let untouchable = DataValidation::new()
        .allow_custom(Formula::new("=FALSE"))
        .ignore_blank(false)
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("请勿改动")?
        .set_error_message("此格由系统生成，请在相邻的填写栏填写")?;
    let [first_answer, .., last_answer] = Column::ANSWERS.map(Column::at);
    sheet.add_data_validation(1, 0, last, first_answer - 1, &untouchable)?;
    sheet.add_data_validation(1, last_answer + 1, last, LAST, &untouchable)?;

    let answers = DataValidation::new()
        .allow_list_strings(&ANSWERS)?
        .set_input_title("核实结果")?
        .set_input_message("点右边的小箭头，从列表中选一项。")?
        .set_error_title("请从列表中选择")?
        .set_error_message("核实结果只能从下拉列表中选择一项。")?;
    let answer = Column::Answer.at();
    sheet.add_data_validation(1, answer, last, answer, &answers)?;

    for (column, message) in [
        (Column::Corrected, "疑点属实的，填核实后正确的内容。身份证号、卡号照原样填，不会变成科学计数。"),
        (Column::Note, "情况特殊、数据源有误、需入户核实的，写清原因和依据。"),
        (Column::CheckedBy, "填核查人姓名；打印后由本人亲笔签名。"),
    ] {
        let hint =
            DataValidation::new().allow_any_value().set_input_title(column.title())?.set_input_message(message)?;
        sheet.add_data_validation(1, column.at(), last, column.at(), &hint)?;
    }

    let as_of = page.report.run.as_of;
    let bound = |days| ExcelDateTime::parse_from_str(&(as_of + chrono::TimeDelta::days(days)).to_string());
    let example = super::cover::example_day(&page.report.run).format("%Y-%-m-%-d");
    let date = DataValidation::new()
        .allow_date(DataValidationRule::Between(bound(-366)?, bound(731)?))
        .set_input_title("完成日期")?
        .set_input_message(format!("填日期，如 {example}。待更正的，填计划完成的日期。"))?
        .set_error_title("日期不对")?
        .set_error_message(format!("请填写日期，如 {example}（年-月-日，用短横线）。"))?;
    let done_on = Column::DoneOn.at();
    sheet.add_data_validation(1, done_on, last, done_on, &date)?;
    Ok(())
}

/// Colours that follow the content, so that they survive sorting.
fn add_colours(sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
    let mut colour = |first: Column, until: Column, rule: String, format: Format| {
        let colour = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(format);
        sheet.add_conditional_format(1, first.at(), last, until.at(), &colour).map(|_| ())
    };
    // `$B2`: the column of the row that is looked at.
    let at = |column: Column, row: u32| format!("${}{row}", column_letters(column.at()));
    let of = |column: Column| at(column, 2);
    for severity in Severity::ALL {
        let format = Format::new()
            .set_background_color(style::severity_fill(severity))
            .set_font_color(style::severity_color(severity))
            .set_bold();
        colour(Column::Severity, Column::Severity, format!("={}=\"{severity}\"", of(Column::Severity)), format)?;
    }
    let worse = Format::new().set_font_color(style::RED).set_bold();
    for status in [Status::Reopened, Status::Disputed] {
        let rule = format!("={}=\"{}\"", of(Column::Status), status.chinese());
        colour(Column::Status, Column::Status, rule, worse.clone())?;
    }
    let wanted = Format::new().set_background_color(Color::RGB(0xFF_F0_C2));
    let answer = of(Column::Answer);
    let is_any_of =
        |answers: &[&str]| answers.iter().map(|a| format!("{answer}=\"{a}\"")).collect::<Vec<_>>().join(",");
    let blank = |column: Column, when: &str| format!("=AND({}=\"\",OR({when}))", of(column));
    let (corrected, explained) = (is_any_of(&ANSWERS[..2]), is_any_of(&ANSWERS[2..4]));
    let unanswered = format!("=AND({}<>\"\",{answer}=\"\")", of(Column::Severity));
    colour(Column::Answer, Column::Answer, unanswered, wanted.clone())?;
    colour(Column::Corrected, Column::Corrected, blank(Column::Corrected, &corrected), wanted.clone())?;
    colour(Column::Note, Column::Note, blank(Column::Note, &explained), wanted)?;
    // A line above every household, wherever its rows are sorted to. All four borders: LibreOffice drops the others.
    let line =
        Format::new().set_border(FormatBorder::Thin).set_border_color(style::LINE).set_border_top_color(style::DARK);
    let household = |row: u32| [Column::FileNo, Column::Name, Column::IdNumber].map(|c| at(c, row)).join("&");
    colour(Column::Severity, Column::Id, format!("={}<>{}", household(2), household(1)), line)
}
