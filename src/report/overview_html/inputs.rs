//! What was read, with the account of its rows.

use super::html::Html;
use crate::report::overview::Overview;

pub fn table(page: &mut Html, overview: &Overview<'_>) {
    let totals = &overview.input_totals;
    page.raw("<p>读到 ").count(totals.read).raw(" 行 = 采用 ").count(totals.used).raw(" + 跳过 ");
    page.count(totals.skipped).raw(" + 隔离 ").count(totals.quarantined).raw("；采用的行里读不出的格 ");
    page.count(totals.cells).raw(" 个。</p>\n");
    if !totals.balance() {
        page.raw("<p class=\"note\">行数对不平，请把本页和manifest.json交给维护者。</p>\n");
    }
    if !overview.not_come.is_empty() {
        page.raw("<p class=\"note\">没有到：").text(&overview.not_come.join("；")).raw("</p>\n");
    }
    if overview.inputs.is_empty() {
        page.raw("<p>没有来源文件。</p>\n");
        return;
    }
    page.raw("<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"输入台账\">");
    page.raw("<table class=\"sortable\" data-search=\"查找文件\">");
    let titles = ["t:文件", "t:工作表", "t:类别", "t:状态", "读到", "采用", "跳过", "隔离", "读不出的格", "t:说明"];
    page.head(&titles).raw("<tbody>\n");
    for line in &overview.inputs {
        let rows = &line.totals;
        page.raw("<tr><th scope=\"row\">").text(&line.input.path).raw("</th>");
        page.said(line.sheet.map_or("", |sheet| sheet.name.as_str()));
        page.said(line.kind.unwrap_or_default()).said(line.state());
        page.cell(rows.read).cell(rows.used).cell(rows.skipped).cell(rows.quarantined).cell(rows.cells);
        let lacks =
            line.sheet.filter(|sheet| !sheet.missing.is_empty()).map(|s| format!("缺列：{}", s.missing.join("、")));
        let reasons = [line.skipped_why(), line.quarantined_why(), line.cells_why()];
        let why = line.remarks().into_iter().chain(lacks).chain(reasons);
        let why: Vec<String> = why.filter(|text| !text.is_empty()).collect();
        page.said(&why.join("；")).raw("</tr>\n");
    }
    page.raw("</tbody><tfoot><tr><th scope=\"row\">合计</th><td></td><td></td><td></td>").cell(totals.read);
    page.cell(totals.used).cell(totals.skipped).cell(totals.quarantined).cell(totals.cells);
    page.raw("<td></td></tr></tfoot></table></div>\n");
}
