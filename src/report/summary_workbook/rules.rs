//! 规则排行: which rules find most, where, how many they really examined, and how often they were right.

use rust_xlsxwriter::{ChartType, Workbook, XlsxError};

use super::Page;
use super::charts::{self, Source};
use super::looks::Weight;
use super::table::{Cell, Column, Table};
use crate::finding::Severity;
use crate::report::overview::RuleLine;

/// Name of the sheet.
pub const NAME: &str = "规则排行";

/// Rules in the chart.
const MOST: usize = 20;
const TITLE: u16 = 1;
const OPEN: u16 = 4;

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let overview = page.overview;
    let mut columns: Vec<Column> =
        vec![Column::new("编码", 62), Column::new("疑点", 180), Column::new("类别", 52), Column::new("严重程度", 52)];
    columns.extend(Column::group(
        "未结疑点",
        &[("合计", 58), ("严重", 52), ("一般", 52), ("提示", 52), ("新增", 52), ("重现", 52)],
    ));
    columns.extend(Column::group("其他", &[("已说明", 58), ("未核对", 58), ("已消除", 58)]));
    columns.extend(Column::group("未结疑点涉及", &[("单位", 52), ("户数", 58), ("金额（元）", 100)]));
    columns.extend(Column::group(
        "实际查了多少（每条规则按自己的对象计）",
        &[("查得清", 64), ("合规", 64), ("疑点", 58), ("无法判定", 58), ("不适用", 64)],
    ));
    columns.extend(Column::group(
        "各单位答复",
        &[("已答复", 58), ("属实", 52), ("不属实", 58), ("情况特殊", 58), ("属实率", 64)],
    ));
    columns.extend([Column::new("政策依据", 320), Column::new("处理建议", 240)]);
    let note = "按未结疑点从多到少；0条的也列出，看“实际查了多少”。查得清＝合规＋疑点；属实率＝属实÷已答复。没有运行的规则见“未运行规则”。";
    let mut table = Table::begin(book, page, (NAME, "规则排行", note), &columns, 2)?;
    for rule in &overview.rules {
        table.add(Weight::Plain, &cells(rule))?;
    }
    let Some(last) = table.end("本期没有运行任何规则")? else { return Ok(()) };
    let rows = (table.first_row(), last);
    charts::bars(table.sheet, OPEN, rows)?;
    for (column, severity) in (OPEN + 1..).zip(Severity::ALL) {
        charts::colour_severity(table.sheet, column, rows, severity)?;
    }
    let shown = overview.rules.iter().take(MOST).take_while(|rule| rule.figures.all_open() > 0).count() as u32;
    if shown > 0 {
        table.section_below(NAME, "未结疑点最多的规则")?;
        let source =
            Source { sheet: NAME, first_row: rows.0, last_row: rows.0 + shown - 1, names: TITLE, severities: OPEN + 1 };
        let mut chart =
            charts::severities(ChartType::BarStacked, &source, "各规则未结疑点（条）", "未结疑点最多的规则和条数");
        chart.set_width(1_000).set_height(140 + 26 * shown);
        table.sheet.insert_chart(table.row, 0, &chart)?;
    }
    Ok(())
}

fn cells<'a>(rule: &RuleLine<'a>) -> Vec<Cell<'a>> {
    let (note, figures, verdicts) = (rule.note, &rule.figures, &rule.verdicts);
    let mut cells = vec![
        Cell::word(note.code.as_str()),
        Cell::text(note.title.as_str()),
        Cell::word(note.class),
        Cell::word(note.severity.chinese()),
        Cell::Count(figures.all_open()),
        Cell::Count(figures.open[0]),
        Cell::Count(figures.open[1]),
        Cell::Count(figures.open[2]),
        Cell::Count(figures.new),
        Cell::Count(figures.reopened),
        Cell::Count(figures.answered),
        Cell::Count(figures.unchecked),
        Cell::Count(rule.resolved),
        Cell::Count(rule.units),
        Cell::Count(figures.households),
        Cell::Money(figures.fen),
        Cell::Count(rule.examined()),
        Cell::Count(verdicts.compliant),
        Cell::Count(verdicts.finding),
        Cell::Count(verdicts.undetermined),
        Cell::Count(verdicts.not_applicable),
    ];
    match rule.precision.filter(|precision| precision.answered > 0) {
        Some(p) => {
            cells.extend([p.answered, p.confirmed, p.refuted, p.special].map(Cell::Count));
            cells.push(Cell::Share((p.confirmed * 1000 / p.answered) as u64));
        }
        None => cells.extend([const { Cell::None }; 5]),
    }
    cells.extend([Cell::text(note.basis.as_str()), Cell::text(note.advice.as_str())]);
    cells
}
