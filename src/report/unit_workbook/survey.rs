//! 入户调查表: the form of 附件3 (成工办〔2019〕43号), a printed page per household with a finding that calls for a visit, filled
//! in with what the electronic file says; behind each value a blank for what was found, items to look at marked by colour and
//! by ▲, and a line a finding for what was found and who was asked.
//!
//! Our own reader takes a form back as a row of paper files (`normalize::form`): labels, 电子档案登记 and 实际情况 are its words.
//! A household is laid out on nine columns, three items in a row, so that hardly a cell is merged: a merged cell costs memory
//! until the workbook is saved.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::style::{self, LINE_PX, cell_text, lines_in};
use super::{Page, big_sheet, nothing};
use crate::report::model::{FindingRow, Survey, SurveyItem};
use crate::report::survey::{ITEMS, MEMBER_COLUMNS};

/// Name of the sheet; further ones are numbered from 2.
pub const NAME: &str = "入户调查表";
/// A sheet takes 1,023 page breaks.
const FORMS_PER_SHEET: usize = 1_000;
/// Label, electronic value, what was found; three times. Narrower than the page is wide: a program that lacks the font by
/// which columns are measured makes them wider by a third, and no column may fall onto a page of its own.
const WIDTHS: [u32; 9] = [74, 122, 122, 74, 130, 122, 74, 140, 122];
const LAST: u16 = WIDTHS.len() as u16 - 1;
const ITEMS_PER_ROW: usize = 3;
/// The last item has a row of its own.
const NARRATIVE: usize = ITEMS.len() - 1;
/// What fits on the page, in per cent of its natural size, and how high that page then is. Programs measure rows by the font
/// they have, so a little is spared.
const SCALE: u16 = 80;
const PAGE_PX: u32 = 800;
const TITLE_PX: [u32; 3] = [40, 22, 24];
/// Room for a hand to write in; beyond three lines a value is cut by its cell.
const ITEM_PX: (u32, u32) = (40, 3 * LINE_PX + 5);
const MEMBER_HEADING_PX: u32 = 2 * LINE_PX + 5;
const MEMBER_PX: u32 = 30;
const SIGNATURE_PX: u32 = 52;
/// The findings: their heading, the width of their texts, and the room kept for the first of them.
const FINDINGS_HEADING_PX: u32 = 2 * LINE_PX + 5;
const FINDING_PX: u32 = WIDTHS[1] + WIDTHS[2] + WIDTHS[3] + WIDTHS[4];
const FEWEST_FINDINGS_PX: u32 = FINDINGS_HEADING_PX + 4 * LINE_PX + 5;
/// Lines for members: those in the file, and at least one empty one for those who are not.
const FEWEST_MEMBER_LINES: usize = 4;
/// Signs an item to look at, in black and white too.
const MARK: &str = "▲";
const HINT: &str = "“电子档案登记”是系统里的内容：不符的填“实际情况”，相符的不填；标▲的重点核实，疑点逐条写核实情况和询问了谁。填电子表的，签字栏写“是”。";
/// Rows of a form, about, for the choice of how a sheet is held.
const ROWS_PER_FORM: usize = 24;

/// Cells of the fullest sheet, about.
pub fn cells(page: &Page) -> usize {
    page.surveys.len().min(FORMS_PER_SHEET) * ROWS_PER_FORM * WIDTHS.len()
}

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    if page.surveys.is_empty() {
        let sheet = set_up(book, page, 0, 0)?;
        sheet.write_string_with_format(0, 0, nothing(page), &page.styles.nothing)?;
        return Ok(());
    }
    for (number, surveys) in page.surveys.chunks(FORMS_PER_SHEET).enumerate() {
        let sheet = set_up(book, page, number, surveys.len())?;
        let mut form = Form { sheet, page, row: 0 };
        let mut breaks = Vec::with_capacity(surveys.len());
        for (at, survey) in surveys.iter().enumerate() {
            if at > 0 {
                breaks.push(form.row);
            }
            form.household(survey, number * FORMS_PER_SHEET + at + 1)?;
        }
        form.sheet.set_page_breaks(&breaks)?;
    }
    Ok(())
}

fn set_up<'b>(
    book: &'b mut Workbook,
    page: &Page,
    number: usize,
    surveys: usize,
) -> Result<&'b mut Worksheet, XlsxError> {
    let sheet = big_sheet(book, surveys * ROWS_PER_FORM * WIDTHS.len())?;
    let name = if number == 0 { NAME.to_owned() } else { format!("{NAME}{}", number + 1) };
    sheet.set_name(name)?.set_tab_color(style::GREEN).set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width_pixels(column, width)?;
    }
    style::protect(sheet);
    style::page(sheet, &page.unit.name, &page.report.run.as_of.to_string(), 0)?;
    // A fit to pages would make Excel forget the breaks between households.
    sheet.set_print_scale(SCALE);
    Ok(sheet)
}

/// The sheet while its forms are written from the top, row by row.
struct Form<'a, 'b> {
    sheet: &'a mut Worksheet,
    page: &'a Page<'b>,
    /// Next free row.
    row: u32,
}

impl Form<'_, '_> {
    fn household(&mut self, survey: &Survey, number: usize) -> Result<(), XlsxError> {
        let items = item_heights(survey);
        let narrative = survey.items.get(NARRATIVE).map_or(ITEM_PX.0, |item| height_of([item]));
        let taken = TITLE_PX.iter().chain(&items).sum::<u32>() + narrative + MEMBER_HEADING_PX + SIGNATURE_PX;
        let free = PAGE_PX.saturating_sub(taken);
        let wanted = FEWEST_MEMBER_LINES.max(survey.members.len() + 1);
        let most = free.saturating_sub(FEWEST_FINDINGS_PX) / MEMBER_PX;
        let lines = wanted.min(most as usize).max(1);
        self.title(number)?;
        self.items(survey, &items)?;
        self.members(survey, lines)?;
        self.narrative(survey, narrative)?;
        self.findings(survey, free.saturating_sub(MEMBER_PX * lines as u32))?;
        self.signatures()
    }

    fn end_row(&mut self, height_px: u32) -> Result<(), XlsxError> {
        self.sheet.set_row_height_pixels(self.row, height_px)?;
        self.row += 1;
        Ok(())
    }

    fn title(&mut self, number: usize) -> Result<(), XlsxError> {
        let styles = &self.page.styles;
        let title = format!("{}建档困难职工入户调查表", self.page.report.run.federation);
        // Centred across the columns without being merged.
        let across = styles.title.clone().set_align(FormatAlign::CenterAcross);
        self.sheet.write_string_with_format(self.row, 0, cell_text(&title), &across)?;
        for column in 1..=LAST {
            self.sheet.write_blank(self.row, column, &across)?;
        }
        self.end_row(TITLE_PX[0])?;
        self.sheet.write_string_with_format(self.row, 0, HINT, &styles.form_hint)?;
        self.sheet.write_string_with_format(self.row, LAST, format!("第 {number} 户"), &styles.page_number)?;
        self.end_row(TITLE_PX[1])?;
        for group in 0..ITEMS_PER_ROW as u16 {
            for (column, heading) in (3 * group..).zip(["项目", "电子档案登记", "实际情况"]) {
                self.sheet.write_string_with_format(self.row, column, heading, &styles.group_header)?;
            }
        }
        self.end_row(TITLE_PX[2])
    }

    fn items(&mut self, survey: &Survey, heights: &[u32]) -> Result<(), XlsxError> {
        let labels = ITEMS[..NARRATIVE].chunks(ITEMS_PER_ROW);
        for ((labels, items), &height) in labels.zip(item_rows(survey)).zip(heights) {
            for ((first, (label, _)), item) in (0..).step_by(3).zip(labels).zip(items) {
                self.item(first, label, item)?;
            }
            self.end_row(height)?;
        }
        Ok(())
    }

    /// Label, value and blank, from column `first`.
    fn item(&mut self, first: u16, label: &str, item: &SurveyItem) -> Result<(), XlsxError> {
        let styles = &self.page.styles;
        let (marked, value, blank) = if item.differs {
            (format!("{MARK}{label}"), &styles.form_value_marked, &styles.form_blank_marked)
        } else {
            (label.to_owned(), &styles.form_value, &styles.form_blank)
        };
        let name = if item.differs { &styles.form_label_marked } else { &styles.form_label };
        self.sheet.write_string_with_format(self.row, first, marked, name)?;
        self.sheet.write_string_with_format(self.row, first + 1, cell_text(&item.electronic), value)?;
        self.sheet.write_blank(self.row, first + 2, blank)?;
        Ok(())
    }

    /// 家庭主要成员情况: the label stands in its own column and is not merged.
    fn members(&mut self, survey: &Survey, lines: usize) -> Result<(), XlsxError> {
        let styles = &self.page.styles;
        self.sheet.write_string_with_format(self.row, 0, "家庭主要成员情况", &styles.form_label)?;
        for (column, (heading, _)) in (1..).zip(MEMBER_COLUMNS) {
            self.sheet.write_string_with_format(self.row, column, heading, &styles.form_label)?;
        }
        self.sheet.write_string_with_format(self.row, LAST, "核实情况", &styles.form_label)?;
        self.end_row(MEMBER_HEADING_PX)?;
        let shown = survey.members.len().min(lines - 1);
        for line in 0..lines {
            let member = survey.members[..shown].get(line);
            let note = match member {
                Some(member) if member.differs => MARK.to_owned(),
                None if line == shown && shown < survey.members.len() => {
                    format!("另有{}人，见电子档案", survey.members.len() - shown)
                }
                _ => String::new(),
            };
            self.sheet.write_blank(self.row, 0, &styles.form_label)?;
            for column in 1..LAST {
                let text = member.map_or("", |m| m.values[usize::from(column) - 1].as_str());
                self.sheet.write_string_with_format(self.row, column, cell_text(text), &styles.form_member)?;
            }
            self.sheet.write_string_with_format(self.row, LAST, note, &styles.form_blank)?;
            self.end_row(MEMBER_PX)?;
        }
        Ok(())
    }

    fn narrative(&mut self, survey: &Survey, height: u32) -> Result<(), XlsxError> {
        let (label, item) = (ITEMS[NARRATIVE].0, survey.items.get(NARRATIVE).cloned().unwrap_or_default());
        self.item(0, label, &item)?;
        let blank = if item.differs { &self.page.styles.form_blank_marked } else { &self.page.styles.form_blank };
        self.sheet.merge_range(self.row, 2, self.row, LAST, "", blank)?;
        self.end_row(height)
    }

    /// A line a finding, as many as the page has room for: what it is, what was found, who was asked.
    fn findings(&mut self, survey: &Survey, room_px: u32) -> Result<(), XlsxError> {
        let open = open_findings(self.page, survey);
        let room = room_px.saturating_sub(FINDINGS_HEADING_PX);
        let texts = |with_advice: bool| open.iter().map(|f| in_short(f, with_advice)).collect::<Vec<_>>();
        let height = |text: &String| (LINE_PX * lines_in(text, FINDING_PX) + 5).clamp(ITEM_PX.0, 120);
        // What to do is read in the list too: it gives way before a finding does.
        let mut texts =
            Some(texts(true)).filter(|t| t.iter().map(height).sum::<u32>() <= room).unwrap_or_else(|| texts(false));
        let mut taken = 0;
        let fits = texts.iter().take_while(|text| {
            taken += height(text);
            taken <= room
        });
        let fitting = fits.count();
        if fitting < texts.len() {
            // The last line is kept for what does not fit.
            texts.truncate(fitting.saturating_sub(1).max(1));
        }
        let styles = &self.page.styles;
        let heading = ["请核实的疑点", "是什么，怎样处理", "核实情况", "询问了谁"];
        self.finding(heading, [&styles.form_label; 4], FINDINGS_HEADING_PX)?;
        for (finding, text) in open.iter().zip(&texts) {
            let looks = [&styles.form_label, &styles.form_text, &styles.form_blank, &styles.form_blank];
            self.finding([finding.severity.chinese(), text, "", ""], looks, height(text))?;
        }
        if texts.len() < open.len() {
            let more = format!("另有{}条，见“疑点清单”。", open.len() - texts.len());
            let looks = [&styles.form_label, &styles.form_text, &styles.form_blank, &styles.form_blank];
            self.finding(["", &more, "", ""], looks, FINDINGS_HEADING_PX)?;
        }
        Ok(())
    }

    /// One line of the findings: its texts over the columns 0, 1–4, 5–7 and 8.
    fn finding(&mut self, texts: [&str; 4], looks: [&Format; 4], height: u32) -> Result<(), XlsxError> {
        let [label, text, found, asked] = texts.map(cell_text);
        self.sheet.write_string_with_format(self.row, 0, label, looks[0])?;
        self.sheet.merge_range(self.row, 1, self.row, 4, &text, looks[1])?;
        self.sheet.merge_range(self.row, 5, self.row, 7, &found, looks[2])?;
        match asked.is_empty() {
            true => self.sheet.write_blank(self.row, LAST, looks[3])?,
            false => self.sheet.write_string_with_format(self.row, LAST, asked, looks[3])?,
        };
        self.end_row(height)
    }

    fn signatures(&mut self) -> Result<(), XlsxError> {
        let styles = &self.page.styles;
        for (first, label) in [(0, "入户调查时间"), (3, "职工本人签字"), (6, "入户调查人员签字")] {
            self.sheet.write_string_with_format(self.row, first, label, &styles.form_label)?;
            self.sheet.merge_range(self.row, first + 1, self.row, first + 2, "", &styles.form_blank)?;
        }
        self.end_row(SIGNATURE_PX)
    }
}

/// The items three by three, the narrative left out.
fn item_rows(survey: &Survey) -> impl Iterator<Item = &[SurveyItem]> {
    survey.items[..NARRATIVE.min(survey.items.len())].chunks(ITEMS_PER_ROW)
}

fn item_heights(survey: &Survey) -> Vec<u32> {
    item_rows(survey).map(height_of).collect()
}

fn height_of<'a>(items: impl IntoIterator<Item = &'a SurveyItem>) -> u32 {
    let widths = WIDTHS.into_iter().skip(1).step_by(ITEMS_PER_ROW);
    let lines = items.into_iter().zip(widths).map(|(item, width)| lines_in(&item.electronic, width)).max().unwrap_or(1);
    (LINE_PX * lines + 5).clamp(ITEM_PX.0, ITEM_PX.1)
}

/// A household's findings that wait for an answer, as the list has them.
fn open_findings<'a>(page: &Page<'a>, survey: &Survey) -> Vec<&'a FindingRow> {
    let mut findings: Vec<&FindingRow> = survey.findings.iter().map(|&i| &page.report.findings[i]).collect();
    findings.retain(|f| !f.is_settled());
    findings.sort_by_key(|f| (f.mark.is_empty(), f.severity));
    findings
}

/// `一人多档：……。先入户核实……`
fn in_short(finding: &FindingRow, with_advice: bool) -> String {
    let message = finding.own_view.as_ref().map_or(&finding.message, |view| &view.message);
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = if finding.mark.is_empty() { String::new() } else { format!("（{}）", finding.mark) };
    let said = format!("{}{mark}：{}", finding.title, one_line(message).trim_end_matches('。'));
    if with_advice { format!("{said}。{}", one_line(&finding.advice)) } else { said }
}
