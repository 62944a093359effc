//! 发放对账: aid records against payments, one matched group after the other, the totals of both sides at the bottom.

use rust_xlsxwriter::{Format, IgnoreError, Workbook, Worksheet, XlsxError};

use super::style::{self, cell_text};
use super::{Page, big_sheet, nothing};
use crate::report::model::{Reconciled, ReconciledSide, ReconciledTotal};

/// Name of the sheet.
pub const NAME: &str = "发放对账";

/// Header and width in pixels.
pub const COLUMNS: [(&str, u32); 17] = [
    ("组", 44),
    ("对账结果", 120),
    ("档案号", 120),
    ("帮扶：记录号", 110),
    ("姓名", 70),
    ("项目", 80),
    ("资金来源", 80),
    ("帮扶日期", 86),
    ("金额（元）", 92),
    ("发放：流水号", 116),
    ("收款人", 70),
    ("项目", 80),
    ("资金来源", 80),
    ("发放日期", 86),
    ("金额（元）", 92),
    ("交易结果", 66),
    ("差额（元）", 92),
];
/// Payments with this result never arrived.
const FAILED: &str = "失败或退回";
/// No row of the other side came for the unit.
const NOT_COMPARED: &str = "未对账";
/// The same with the name of what did not come.
const NO_PAYMENTS: &str = "未对账：没有收到资金发放明细";
const NO_AIDS: &str = "未对账：没有收到帮扶记录";
const AID: u16 = 3;
const PAYMENT: u16 = 9;
const DIFFERENCE: u16 = 16;

/// Cells the sheet will hold.
pub fn cells(page: &Page) -> usize {
    page.payments.len() * COLUMNS.len()
}

pub(super) fn write(book: &mut Workbook, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let sheet = big_sheet(book, cells(page))?;
    sheet.set_name(NAME)?.set_tab_color(style::BLUE);
    sheet.set_row_height_pixels(0, 36)?;
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width_pixels(column, width)?;
        let header = if (AID..PAYMENT).contains(&column) { &styles.group_header } else { &styles.header };
        sheet.write_string_with_format(0, column, title, header)?;
    }
    for (row, line) in (1..).zip(page.payments) {
        write_line(sheet, row, line, page)?;
    }
    let last = page.payments.len() as u32;
    if page.payments.is_empty() {
        sheet.write_string_with_format(1, 0, nothing(page), &styles.nothing)?;
    } else {
        sheet.autofilter(0, 0, last, COLUMNS.len() as u16 - 1)?;
        sheet.ignore_error_range(1, 0, last, COLUMNS.len() as u16 - 1, IgnoreError::NumberStoredAsText)?;
        if page.part == page.parts || page.payments.len() == page.unit.payments.rows.len() {
            write_totals(sheet, last + 2, page)?;
        }
    }
    sheet.set_freeze_panes(1, 3)?;
    style::protect(sheet);
    style::page(sheet, &page.unit.name, &page.report.run.as_of.to_string(), 1)?;
    style::print_columns(sheet, &COLUMNS.map(|(_, width)| width), (0, 2))
}

fn write_line(sheet: &mut Worksheet, row: u32, line: &Reconciled, page: &Page) -> Result<(), XlsxError> {
    let styles = &page.styles;
    let side = |side: &Option<ReconciledSide>| -> [String; 5] {
        side.as_ref()
            .map_or_else(Default::default, |s| [&s.number, &s.name, &s.program, &s.source, &s.date].map(String::clone))
    };
    let (aid, payment) = (side(&line.aid), side(&line.payment));
    let result = line.payment.as_ref().map_or("", |p| p.result.as_str());
    let texts = ["", result_of(line), &line.file_no].into_iter().chain(aid.iter().map(String::as_str)).chain([""]);
    let texts = texts.chain(payment.iter().map(String::as_str)).chain(["", result, ""]);
    sheet.set_row_height_pixels(row, style::row_px(texts.zip(COLUMNS.map(|(_, width)| width))))?;
    let right = matches!(line.result, "一致" | "拆分合计一致" | "已冲回") || line.result == FAILED;
    sheet.write_number_with_format(row, 0, line.group, &styles.cell_center)?;
    // Nothing was there to compare with: neither right nor wrong.
    let open = line.result == NOT_COMPARED;
    let format = match (right, open) {
        (true, _) => &styles.cell,
        (_, true) => &styles.absent,
        _ => &styles.differs,
    };
    sheet.write_string_with_format(row, 1, result_of(line), format)?;
    sheet.write_string_with_format(row, 2, cell_text(&line.file_no), &styles.cell_text)?;
    for (first, texts, side) in [(AID, &aid, &line.aid), (PAYMENT, &payment, &line.payment)] {
        let format = if side.is_some() { &styles.cell_text } else { &styles.absent };
        for (column, text) in (first..).zip(texts) {
            sheet.write_string_with_format(row, column, cell_text(text), format)?;
        }
        write_money(sheet, row, first + 5, side.as_ref().and_then(|s| s.fen), format, &styles.money_small)?;
    }
    let format = if line.payment.is_some() { &styles.cell_center } else { &styles.absent };
    sheet.write_string_with_format(row, PAYMENT + 6, cell_text(result), format)?;
    let marked = if line.difference.is_some_and(|fen| fen != 0) { &styles.money_differs } else { &styles.money_small };
    write_money(sheet, row, DIFFERENCE, line.difference, &styles.cell, marked)
}

fn write_money(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    fen: Option<i64>,
    blank: &Format,
    money: &Format,
) -> Result<(), XlsxError> {
    match fen {
        Some(fen) => sheet.write_number_with_format(row, column, fen as f64 / 100.0, money)?,
        None => sheet.write_blank(row, column, blank)?,
    };
    Ok(())
}

/// What became of a line; of one that could not be compared, what was not delivered.
fn result_of(line: &Reconciled) -> &'static str {
    match (line.result, &line.aid) {
        (NOT_COMPARED, Some(_)) => NO_PAYMENTS,
        (NOT_COMPARED, None) => NO_AIDS,
        (result, _) => result,
    }
}

/// The totals with those that could not be compared by what was not delivered.
fn by_result(page: &Page) -> Vec<ReconciledTotal> {
    let apart = |total: &ReconciledTotal| match total.result {
        NOT_COMPARED => {
            let (aids, payments) = (ReconciledTotal::of(NO_PAYMENTS), ReconciledTotal::of(NO_AIDS));
            let aids = ReconciledTotal { aids: total.aids, aid_fen: total.aid_fen, ..aids };
            let payments = ReconciledTotal { payments: total.payments, payment_fen: total.payment_fen, ..payments };
            [aids, payments].into_iter().filter(|t| t.aids + t.payments > 0).collect()
        }
        _ => vec![total.clone()],
    };
    page.unit.payments.totals.iter().flat_map(apart).collect()
}

/// Below the rows: both sides by result; all records, as the sources' own totals have them; and what really arrived, where
/// the difference of the two sides means something.
fn write_totals(sheet: &mut Worksheet, first: u32, page: &Page) -> Result<(), XlsxError> {
    let by_result = by_result(page);
    let sum = |name, counts: &dyn Fn(&ReconciledTotal) -> bool| {
        by_result.iter().filter(|t| counts(t)).fold(ReconciledTotal::of(name), |sum, t| ReconciledTotal {
            result: name,
            aids: sum.aids + t.aids,
            aid_fen: sum.aid_fen + t.aid_fen,
            payments: sum.payments + t.payments,
            payment_fen: sum.payment_fen + t.payment_fen,
        })
    };
    let arrived = sum("合计（不含失败或退回）", &|t| t.result != FAILED);
    let all = sum("合计（全部记录）", &|_| true);
    let lines = by_result.iter().map(|t| (t, false)).chain([(&arrived, true), (&all, true)]);
    for (row, (total, bold)) in (first..).zip(lines) {
        let styles = &page.styles;
        let (text, money) =
            if bold { (&styles.count_bold, &styles.money_bold) } else { (&styles.cell, &styles.money_small) };
        sheet.set_row_height_pixels(row, if bold { 40 } else { 24 })?;
        for column in 0..COLUMNS.len() as u16 {
            sheet.write_blank(row, column, text)?;
        }
        sheet.write_string_with_format(row, 1, total.result, text)?;
        sheet.write_string_with_format(row, AID + 4, format!("{}笔", total.aids), text)?;
        write_money(sheet, row, AID + 5, Some(total.aid_fen), text, money)?;
        sheet.write_string_with_format(row, PAYMENT + 4, format!("{}笔", total.payments), text)?;
        write_money(sheet, row, PAYMENT + 5, Some(total.payment_fen), text, money)?;
        let compared = ![FAILED, NO_PAYMENTS, NO_AIDS, all.result].contains(&total.result);
        write_money(sheet, row, DIFFERENCE, compared.then(|| total.payment_fen - total.aid_fen), text, money)?;
    }
    Ok(())
}
