//! 汇总表: a unit a row in the order of their tree, findings by severity and by rule, a line to paste into a message.

use rust_xlsxwriter::{ChartType, Workbook, XlsxError};

use super::Page;
use super::charts::{self, Source};
use super::looks::Weight;
use super::table::{Cell, Column, Table};
use crate::finding::Severity;
use crate::report::overview::UnitLine;

/// Name of the sheet.
pub const NAME: &str = "汇总表";

/// Units in the chart.
const MOST: usize = 24;
/// Where 未结疑点 stands, then its severities.
const OPEN: u16 = 7;
const SEVERITIES: u16 = OPEN + 1;
const CHART_PX: (u32, u32) = (1_000, 380);

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let overview = page.overview;
    // Rules without an open finding stand in 规则排行 alone.
    let rules: Vec<usize> = (0..overview.catalogue.len()).filter(|&r| overview.total().all.by_rule[r] > 0).collect();
    let mut columns: Vec<Column> =
        vec![Column::new("单位", 200), Column::new("上级工会", 130), Column::new("层级", 44)];
    columns.extend(Column::group("档案", &[("份数", 58), ("在档", 58)]));
    columns.extend(Column::group("全部疑点", &[("含下级", 62), ("本级", 58)]));
    columns
        .extend(Column::group("未结疑点", &[("合计", 62), ("严重", 52), ("一般", 52), ("提示", 52), ("其中新增", 52)]));
    columns.extend(Column::group("不计未结", &[("已说明", 58), ("未核对", 58)]));
    columns.extend(Column::group("未结疑点涉及", &[("户数", 58), ("金额（元）", 104)]));
    columns.push(Column::new("回收情况", 84));
    columns.push(Column::new("通知文字（可直接粘贴发送）", 300));
    let group = "未结疑点（按规则）";
    columns.extend(rules.iter().map(|&rule| {
        let note = &overview.catalogue[rule];
        Column { group: group.into(), ..Column::new(format!("{}\n{}", note.code, note.title), 72) }
    }));
    let note = "均为疑似，未经核实。除“本级”一列外，各行都含下级单位，请勿把上级和下级相加；同一笔发放被几条疑点提到的，金额只计一次。";
    let mut table = Table::begin(book, page, (NAME, "信息核查比对汇总", note), &columns, 1)?;
    for unit in &overview.units {
        table.add(weight(unit), &cells(unit, &rules))?;
    }
    if let Some(last) = table.end("本期无")? {
        // The first row is the sum of all.
        let rows = (table.first_row() + 1, last.max(table.first_row() + 1));
        charts::bars(table.sheet, OPEN, rows)?;
        for (column, severity) in (SEVERITIES..).zip(Severity::ALL) {
            charts::colour_severity(table.sheet, column, rows, severity)?;
        }
        if !rules.is_empty() {
            let first = (columns.len() - rules.len()) as u16;
            charts::colour_heat(table.sheet, (first, columns.len() as u16 - 1), rows)?;
        }
    }
    ranking(&mut table, page)
}

/// Heavier the more lies below.
pub(super) fn weight(unit: &UnitLine<'_>) -> Weight {
    match (unit.depth, unit.below) {
        (0, _) => Weight::Total,
        (_, 0) => Weight::Plain,
        _ => Weight::Parent,
    }
}

fn cells<'a>(unit: &'a UnitLine<'_>, rules: &[usize]) -> Vec<Cell<'a>> {
    let all = &unit.all;
    let mut cells = vec![
        Cell::Name(unit.name, unit.depth),
        unit.parent.map_or(Cell::None, Cell::text),
        Cell::Count(unit.depth),
        Cell::Count(unit.files.all()),
        Cell::Count(unit.files.active),
        Cell::Count(all.total),
        Cell::Count(unit.own.total),
        Cell::Count(all.all_open()),
        Cell::Count(all.open[0]),
        Cell::Count(all.open[1]),
        Cell::Count(all.open[2]),
        Cell::Count(all.new),
        Cell::Count(all.answered),
        Cell::Count(all.unchecked),
        Cell::Count(all.households),
        Cell::Money(all.fen),
        unit.returns.as_ref().map_or(Cell::None, |r| Cell::word(r.state.chinese())),
        if unit.message.is_empty() { Cell::None } else { Cell::text(unit.message.as_str()) },
    ];
    cells.extend(rules.iter().map(|&rule| Cell::Count(all.by_rule[rule])));
    cells
}

/// Below the table: the units with most findings, and the chart of them.
fn ranking(table: &mut Table<'_, '_>, page: &Page) -> Result<(), XlsxError> {
    let units = page.overview.ranking(MOST);
    if units.is_empty() {
        return Ok(());
    }
    table.section_below(NAME, "各单位未结疑点（含下级，从多到少）")?;
    let first_row = table.row;
    for unit in &units {
        let all = &unit.all;
        table.put(0, Weight::Plain, &Cell::Name(unit.name, 0))?;
        table.put(OPEN, Weight::Plain, &Cell::Count(all.all_open()))?;
        for (column, open) in (SEVERITIES..).zip(all.open) {
            table.put(column, Weight::Plain, &Cell::Count(open))?;
        }
        table.row += 1;
    }
    let source = Source { sheet: NAME, first_row, last_row: table.row - 1, names: 0, severities: SEVERITIES };
    let mut chart = charts::severities(
        ChartType::ColumnStacked,
        &source,
        "各单位未结疑点（条）",
        "各单位按严重程度统计的未结疑点条数",
    );
    chart.set_width(CHART_PX.0).set_height(CHART_PX.1);
    table.sheet.insert_chart(table.row + 1, 0, &chart)?;
    Ok(())
}
