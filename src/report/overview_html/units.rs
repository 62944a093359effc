//! The table of units, to be searched and sorted where the browser runs the page's script.

use super::html::Html;
use crate::report::overview::{Overview, UnitLine};

const DEPTHS: [&str; 5] =
    ["<tr class=\"d0\">", "<tr class=\"d1\">", "<tr class=\"d2\">", "<tr class=\"d3\">", "<tr class=\"d4\">"];

pub fn table(page: &mut Html, overview: &Overview<'_>) {
    page.raw("<p>每行含其下级，上级的数字不再与下级相加。</p>\n");
    page.raw("<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"单位表\">");
    page.raw("<table class=\"sortable\" data-search=\"查找单位\">");
    let titles = [
        "t:单位",
        "t:上级",
        "档案",
        "在档",
        "待核实",
        "严重",
        "一般",
        "提示",
        "新增",
        "涉及户",
        "涉及金额（元）",
        "已答复",
        "未核对",
        "t:回收情况",
    ];
    page.head(&titles).raw("<tbody>\n");
    for unit in &overview.units {
        line(page, unit);
    }
    page.raw("</tbody></table></div>\n");
}

fn line(page: &mut Html, unit: &UnitLine<'_>) {
    let all = &unit.all;
    page.raw(DEPTHS[unit.depth.min(DEPTHS.len() - 1)]).raw("<th scope=\"row\">").text(unit.name).raw("</th>");
    page.said(unit.parent.unwrap_or_default());
    page.cell(unit.files.all()).cell(unit.files.active).cell(all.all_open());
    all.open.iter().for_each(|&n| {
        page.cell(n);
    });
    page.cell(all.new).cell(all.households).raw("<td>").yuan(all.fen).raw("</td>");
    page.cell(all.answered).cell(all.unchecked).raw("<td class=\"t\">");
    if let Some(returns) = &unit.returns {
        page.text(returns.state.chinese()).raw(" ").count(returns.answered).raw("/").count(returns.asked);
    }
    page.raw("</td></tr>\n");
}
