//! 说明: one or two printed pages that a tired cadre understands in a minute.
//!
//! Facts of the run, what to do in five lines, how much there is, which rules with which clause, and where to sign.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartPoint, ChartSolidFill, Color,
    Format, Url, Workbook, Worksheet, XlsxError,
};

use super::style::{self, LINE_PX, cell_text, lines_in};
use super::{Page, children, findings, long_date};
use crate::finding::Severity;
use crate::report::model::{FindingRow, RuleNote, RunInfo, UnitReport};

/// Name of the sheet.
pub const NAME: &str = "说明";

/// The sheet is a grid of equal columns; blocks are merged from them.
pub const GRID: u16 = 12;
pub const GRID_PX: u32 = 84;
const LAST: u16 = GRID - 1;
/// Columns of facts and counts on the left; the chart stands on the right.
const LEFT_LAST: u16 = 6;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(NAME)?.set_tab_color(style::DARK).set_screen_gridlines(false);
    for column in 0..GRID {
        sheet.set_column_width_pixels(column, GRID_PX)?;
    }
    let mut block = Block { sheet, page, row: 0 };
    block.title()?;
    block.facts()?;
    block.counts()?;
    block.steps()?;
    children::write(&mut block)?;
    block.rules()?;
    block.signatures()?;
    style::protect(block.sheet);
    style::page(block.sheet, &page.unit.name, &page.report.run.as_of.to_string(), 0)?;
    block.sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The sheet while it is written from the top.
pub struct Block<'a, 'b> {
    sheet: &'a mut Worksheet,
    pub page: &'a Page<'b>,
    /// Next free row.
    row: u32,
}

impl Block<'_, '_> {
    /// Text over the columns `first..=last` of the current row.
    pub fn text(&mut self, first: u16, last: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let text = cell_text(text);
        if first == last {
            self.sheet.write_string_with_format(self.row, first, text, format)?;
        } else {
            self.sheet.merge_range(self.row, first, self.row, last, &text, format)?;
        }
        Ok(())
    }

    pub fn number(&mut self, column: u16, number: usize, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(self.row, column, number as f64, format)?;
        Ok(())
    }

    /// Closes the current row with a height.
    pub fn end_row(&mut self, height_px: u32) -> Result<(), XlsxError> {
        self.sheet.set_row_height_pixels(self.row, height_px)?;
        self.row += 1;
        Ok(())
    }

    /// A heading over the whole width, with air above.
    pub fn section(&mut self, heading: &str) -> Result<(), XlsxError> {
        self.end_row(10)?;
        self.text(0, LAST, heading, &self.page.styles.section)?;
        self.end_row(28)
    }

    fn title(&mut self) -> Result<(), XlsxError> {
        let (run, styles) = (&self.page.report.run, &self.page.styles);
        let part = match self.page.parts {
            1 => String::new(),
            parts => format!("（共{parts}份，本份为第{}份）", self.page.part),
        };
        self.text(0, LAST, &format!("{} 信息核查比对说明{part}", self.page.unit.name), &styles.title)?;
        self.end_row(44)?;
        self.text(0, LAST, &format!("{} · 依据 {}", run.federation, run.profile_title), &styles.subtitle)?;
        self.end_row(22)?;
        self.end_row(8)
    }

    fn facts(&mut self) -> Result<(), XlsxError> {
        let (run, unit, styles) = (&self.page.report.run, self.page.unit, &self.page.styles);
        let mut facts = vec![
            ("单位", unit.name.clone()),
            ("上级工会", unit.parent.clone().unwrap_or_else(|| run.federation.clone())),
            ("数据截至", long_date(run.as_of)),
            (
                "完成期限",
                run.due.map_or_else(
                    || "未规定".to_owned(),
                    |due| format!("{}，{}", long_date(due), days_left(run.as_of, due)),
                ),
            ),
            ("工作阶段", phase(run)),
            ("档案", format!("共 {} 份，其中在档 {} 份", unit.files, unit.active)),
        ];
        if let Some(contact) = &run.contact {
            facts.push(("联系人", contact.clone()));
        }
        let width = GRID_PX * u32::from(LEFT_LAST);
        for (label, fact) in facts {
            self.text(0, 0, label, &styles.label)?;
            self.text(1, LEFT_LAST, &fact, &styles.fact)?;
            self.end_row(LINE_PX * lines_in(&fact, width) + 6)?;
        }
        Ok(())
    }

    /// Counts by severity and the chart of them.
    fn counts(&mut self) -> Result<(), XlsxError> {
        let (unit, styles) = (self.page.unit, &self.page.styles);
        let findings: Vec<_> = unit.findings.iter().map(|&row| &self.page.report.findings[row]).collect();
        let below = children::totals(unit);
        self.end_row(8)?;
        let top = self.row;
        self.text(0, 0, "严重程度", &styles.header)?;
        self.text(1, 1, "疑点", &styles.header)?;
        self.text(2, 2, "涉及户数", &styles.header)?;
        self.text(3, 4, "涉及金额（元）", &styles.header)?;
        self.text(5, LEFT_LAST, if unit.children.is_empty() { "占比" } else { "下级单位疑点" }, &styles.header)?;
        self.end_row(24)?;
        let mut tallest = 0;
        for severity in Severity::ALL {
            let these: Vec<_> = findings.iter().copied().filter(|f| f.severity == severity).collect();
            tallest = tallest.max(these.len()).max(below[severity as usize]);
            let word = styles.count.clone().set_bold().set_font_color(style::severity_color(severity));
            self.count_row(severity.chinese(), &these, &findings, below[severity as usize], &word, &styles.count)?;
        }
        self.count_row("合计", &findings, &findings, below.iter().sum(), &styles.count_bold, &styles.count_bold)?;
        self.chart(top, tallest)
    }

    fn count_row(
        &mut self,
        word: &str,
        these: &[&FindingRow],
        all: &[&FindingRow],
        below: usize,
        word_format: &Format,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let styles = &self.page.styles;
        self.text(0, 0, word, word_format)?;
        self.number(1, these.len(), format)?;
        self.number(2, households(these), format)?;
        let money = if word == "合计" { &styles.money_bold } else { &styles.money };
        self.text(3, 4, "", money)?;
        let fen: i64 = these.iter().filter_map(|f| f.amount).sum();
        self.sheet.write_number_with_format(self.row, 3, fen as f64 / 100.0, money)?;
        if self.page.unit.children.is_empty() {
            let share = (100 * these.len() + all.len() / 2).checked_div(all.len());
            self.text(5, LEFT_LAST, &share.map_or_else(|| "—".to_owned(), |share| format!("{share}%")), format)?;
        } else {
            self.text(5, LEFT_LAST, "", format)?;
            self.number(5, below, format)?;
        }
        self.end_row(24)
    }

    /// The counts as columns; `counts` is the row of their header, `tallest` the greatest of them.
    fn chart(&mut self, counts: u32, tallest: usize) -> Result<(), XlsxError> {
        const BELOW: Color = Color::RGB(0x9A_A5_B1);
        let font = |size: u32| {
            let mut font = ChartFont::new();
            font.set_name(style::FONT).set_size(size);
            font
        };
        let (first, last) = (counts + 1, counts + Severity::ALL.len() as u32);
        let fill = |color| ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(color)).clone();
        let points: Vec<_> = (Severity::ALL.iter())
            .map(|&severity| ChartPoint::new().set_format(&mut fill(style::severity_color(severity))))
            .collect();
        let mut label = ChartDataLabel::new();
        label.show_value().set_font(font(11).set_bold());
        let mut chart = Chart::new_column();
        let own = chart.add_series().set_name("本单位").set_categories((NAME, first, 0, last, 0));
        own.set_values((NAME, first, 1, last, 1)).set_points(&points).set_gap(60).set_data_label(&label);
        if self.page.unit.children.is_empty() {
            chart.legend().set_hidden();
        } else {
            let below = chart.add_series().set_name("下级单位").set_categories((NAME, first, 0, last, 0));
            below.set_values((NAME, first, 5, last, 5)).set_format(&mut fill(BELOW)).set_data_label(&label);
            chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9));
        }
        chart.title().set_name("疑点（条）").set_font(font(11).set_bold());
        chart.x_axis().set_font(&font(10));
        chart.y_axis().set_font(&font(9)).set_num_format("0").set_min(0);
        if tallest < 5 {
            // Left alone, a program marks halves of findings.
            chart.y_axis().set_max(5).set_major_unit(1);
        }
        let mut grid = ChartLine::new();
        grid.set_color(Color::RGB(0xE2_E5_E9));
        chart.y_axis().set_major_gridlines_line(&grid);
        chart.set_alt_text("按严重程度统计的疑点条数");
        // Beside facts and counts: from the first fact to the last count.
        let top = 3;
        let height = (top..self.row).map(|row| if row == counts - 1 { 8 } else { 25 }).sum::<u32>();
        chart.set_width(GRID_PX * u32::from(LAST - LEFT_LAST) - 24).set_height(height);
        self.sheet.insert_chart_with_offset(top, LEFT_LAST + 1, &chart, 12, 0)?;
        Ok(())
    }

    fn steps(&mut self) -> Result<(), XlsxError> {
        let styles = &self.page.styles;
        self.section("请您这样做")?;
        let width = GRID_PX * u32::from(LAST) - 10;
        for (number, step) in (1..).zip(steps(&self.page.report.run, self.page.unit)) {
            self.text(0, 0, &number.to_string(), &styles.step)?;
            self.text(1, LAST, &step, &styles.body)?;
            self.end_row(21 * lines_in(&step, width * 20 / 21) + 4)?;
        }
        Ok(())
    }

    /// Findings by rule with the clause, linked to the first row of each.
    fn rules(&mut self) -> Result<(), XlsxError> {
        let (page, styles) = (self.page, &self.page.styles);
        self.section("疑点分类（点名称，转到疑点清单中的第一条）")?;
        let accounts = by_rule(page);
        if accounts.is_empty() {
            self.text(0, LAST, "本期无", &styles.nothing)?;
            return self.end_row(24);
        }
        self.text(0, 0, "严重程度", &styles.header)?;
        self.text(1, 3, "疑点", &styles.header)?;
        self.text(4, 4, "条数", &styles.header)?;
        self.text(5, 5, "户数", &styles.header)?;
        self.text(6, LAST, "政策依据", &styles.header)?;
        self.end_row(24)?;
        for (rule, account) in accounts {
            let severity = account.findings[0].severity;
            let word = styles.count.clone().set_bold().set_font_color(style::severity_color(severity));
            let basis = account.note.map_or(account.findings[0].basis.as_str(), |note| note.basis.as_str());
            let title = format!("{}（{rule}）", account.note.map_or(&account.findings[0].title, |note| &note.title));
            self.text(0, 0, severity.chinese(), &word)?;
            self.text(1, 3, if account.first_row.is_some() { "" } else { &title }, &styles.cell)?;
            if let Some(row) = account.first_row {
                let target =
                    Url::new(format!("internal:'{}'!A{}", findings::NAME, row + 1)).set_text(cell_text(&title));
                self.sheet.write_url_with_format(self.row, 1, target, &styles.link)?;
            }
            self.number(4, account.findings.len(), &styles.count)?;
            self.number(5, households(&account.findings), &styles.count)?;
            self.text(6, LAST, basis, &styles.cell)?;
            let lines = lines_in(basis, GRID_PX * 6 - 10).max(lines_in(&title, GRID_PX * 3 - 10));
            self.end_row((LINE_PX * lines + 6).min(540))?;
        }
        Ok(())
    }

    fn signatures(&mut self) -> Result<(), XlsxError> {
        let styles = &self.page.styles;
        self.section("核查人员亲笔签名")?;
        self.end_row(6)?;
        let cells: [(u16, u16, &str); 3] = [(0, 0, "核查人"), (4, 4, "审核人"), (8, 8, "日期")];
        for (first, last, label) in cells {
            self.text(first, last, label, &styles.label)?;
            let blank = if label == "日期" { "        年      月      日" } else { "" };
            self.text(last + 1, last + 3, blank, &styles.cell)?;
        }
        self.end_row(44)
    }
}

/// The findings of one rule in this unit.
struct RuleAccount<'a> {
    note: Option<&'a RuleNote>,
    findings: Vec<&'a FindingRow>,
    /// Row of the first in this part's 疑点清单, from 0.
    first_row: Option<u32>,
}

/// Rules that occur: most severe first, then as the catalogue has them.
fn by_rule<'a>(page: &Page<'a>) -> Vec<(&'a str, RuleAccount<'a>)> {
    let report = page.report;
    let mut accounts: BTreeMap<&str, RuleAccount> = BTreeMap::new();
    for &row in &page.unit.findings {
        let finding = &report.findings[row];
        let account = accounts.entry(&finding.rule).or_insert_with(|| RuleAccount {
            note: report.rules.iter().find(|note| note.code == finding.rule),
            findings: Vec::new(),
            first_row: None,
        });
        account.findings.push(finding);
    }
    for (row, finding) in (1..).zip(&page.findings) {
        if let Some(account) = accounts.get_mut(finding.rule.as_str()) {
            account.first_row.get_or_insert(row);
        }
    }
    let place = |rule: &str| report.rules.iter().position(|note| note.code == rule).unwrap_or(usize::MAX);
    let mut accounts: Vec<_> = accounts.into_iter().collect();
    accounts.sort_by_key(|(rule, account)| (account.findings[0].severity, place(rule)));
    accounts
}

fn households(findings: &[&FindingRow]) -> usize {
    findings.iter().map(|f| f.household).collect::<BTreeSet<_>>().len()
}

/// Where the day stands in the campaign.
fn phase(run: &RunInfo) -> String {
    let Some((from, to)) = run.campaign else { return "日常核查".to_owned() };
    let short = |date: NaiveDate| date.format("%-m月%-d日").to_string();
    let window = format!("{}至{}", short(from), short(to));
    if run.as_of < from {
        format!("集中核查比对尚未开始（{window}）")
    } else if run.as_of <= to {
        format!("集中核查期（{window}）")
    } else {
        format!("日常核查（集中核查期{window}已结束）")
    }
}

fn days_left(as_of: NaiveDate, due: NaiveDate) -> String {
    match (due - as_of).num_days() {
        0 => "今天到期".to_owned(),
        days @ 1.. => format!("还有 {days} 天"),
        days => format!("已过期 {} 天", -days),
    }
}

/// A day as it may be filled in: the due date, after it the day of the run.
pub fn example_day(run: &RunInfo) -> NaiveDate {
    run.due.map_or(run.as_of, |due| due.max(run.as_of))
}

/// What to do, in five lines.
fn steps(run: &RunInfo, unit: &UnitReport) -> Vec<String> {
    let contact = run.contact.as_ref().map(|contact| format!("（{contact}）")).unwrap_or_default();
    let until = match run.due {
        None => String::new(),
        Some(due) if due < run.as_of => format!("尽快（完成期限{}已过）", long_date(due)),
        Some(due) => format!("于{}前", long_date(due)),
    };
    let none = format!("本期没有发现疑点。请核对本页信息，有出入的{until}告知{}{contact}。", run.federation);
    match (unit.findings.is_empty(), unit.children.is_empty()) {
        (true, true) => return vec![none],
        (true, false) => {
            return vec![
                "本单位本期没有发现疑点；下级单位的疑点数见下表，逐条内容见各单位自己的工作簿。".to_owned(),
                "请把各工作簿转发给下级单位，先督促有“严重”疑点的单位逐户核实。".to_owned(),
                format!("请督促下级单位{until}填好发回{}{contact}。", run.federation),
            ];
        }
        (false, _) => {}
    }
    let example = example_day(run).format("%Y-%-m-%-d");
    vec![
        "打开“疑点清单”，从上往下逐条核对：严重的排在最前，同一户的排在一起。疑点只是提示，以核实结果为准。".to_owned(),
        "每条的右边是电子档案、纸质档案、民政、发放各写的什么，红字就是不一致的地方；点表头上方的“+”展开“数据出处”，按它找到原表的那一行。拿不准的，打印“入户调查表”（每户一页）入户核实。".to_owned(),
        format!("只填中间浅黄表头的五列：“核实结果”从下拉列表选，“更正后的值”填正确内容，“完成日期”如 {example}。灰色格请勿改动。"),
        "属实的，按“处理建议”更正帮扶系统电子档案或纸质档案，补齐证明材料，核查人亲笔签名。".to_owned(),
        format!("可以排序、筛选，请不要删行、删列或另建新表。填好后保存，{until}把本文件发回{}{contact}。", run.federation),
    ]
}
