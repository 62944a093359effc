//! Drawings: the trend over the runs and a bar for each unit, as SVG with the figures in a table beside them.

use super::html::Html;
use super::severities;
use crate::finding::Severity;
use crate::report::corrections::RunPoint;
use crate::report::overview::{Overview, UnitLine};

/// Runs drawn, bars drawn.
const MOST_POINTS: usize = 60;
const MOST_BARS: usize = 30;

/// Open findings over the published runs.
pub fn trend(page: &mut Html, overview: &Overview<'_>) {
    let all = overview.trend;
    let shown = &all[all.len().saturating_sub(MOST_POINTS)..];
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        page.raw("<p>没有往期记录。</p>\n");
        return;
    };
    if shown.len() > 1 {
        line_chart(page, shown, first, last);
    } else {
        page.raw("<p>这是第一次发布的运行，下次起有趋势图。</p>\n");
    }
    page.raw("<details><summary>趋势数据表</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" ");
    page.raw("aria-label=\"趋势数据\"><table>");
    let titles = [
        "t:基准日",
        "在档户",
        "待核实",
        "严重",
        "一般",
        "提示",
        "新增",
        "重现",
        "已核实整改",
        "已消除",
        "不再适用",
        "未核对",
        "已说明",
    ];
    page.head(&titles).raw("<tbody>\n");
    for point in shown.iter().rev() {
        page.raw("<tr><th scope=\"row\">").text(&point.as_of.to_string()).raw("</th>").cell(point.active);
        page.cell(point.open.iter().sum());
        point.open.iter().for_each(|&n| {
            page.cell(n);
        });
        page.cell(point.new).cell(point.reopened);
        match point.known_ends() {
            Some([verified, cleared, left]) => page.cell(verified).cell(cleared).cell(left),
            None => page.raw("<td></td>").cell(point.resolved).raw("<td></td>"),
        };
        page.cell(point.unchecked).cell(point.answered);
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div></details>\n");
    if shown.len() < all.len() {
        page.raw("<p>只列最近 ").count(shown.len()).raw(" 次，共 ").count(all.len()).raw(" 次。</p>\n");
    }
}

fn line_chart(page: &mut Html, points: &[RunPoint], first: &RunPoint, last: &RunPoint) {
    const LEFT: f64 = 48.0;
    const RIGHT: f64 = 468.0;
    const TOP: f64 = 16.0;
    const BOTTOM: f64 = 196.0;
    let total = |point: &RunPoint| point.open.iter().sum::<usize>();
    let top = round_up(points.iter().map(total).max().unwrap_or(0));
    let days = (last.as_of - first.as_of).num_days().max(1) as f64;
    let x = |point: &RunPoint| LEFT + (RIGHT - LEFT) * (point.as_of - first.as_of).num_days() as f64 / days;
    let y = |count: usize| BOTTOM - (BOTTOM - TOP) * count as f64 / top as f64;

    page.raw("<div class=\"scroll\"><svg class=\"chart\" viewBox=\"0 0 480 220\" role=\"img\" ");
    page.raw("aria-labelledby=\"trend-t trend-d\"><title id=\"trend-t\">待核实疑点的趋势</title><desc id=\"trend-d\">");
    page.text(&first.as_of.to_string()).raw(" 待核实 ").count(total(first)).raw(" 条，");
    page.text(&last.as_of.to_string()).raw(" 待核实 ").count(total(last)).raw(" 条；逐次数字见趋势数据表。</desc>\n");
    for part in 0..=4 {
        let count = top * part / 4;
        page.raw("<line class=\"grid\" x1=\"").at(LEFT).raw("\" x2=\"").at(RIGHT).raw("\" y1=\"").at(y(count));
        page.raw("\" y2=\"").at(y(count)).raw("\"/><text class=\"axis end\" x=\"").at(LEFT - 6.0).raw("\" y=\"");
        page.at(y(count) + 4.0).raw("\">").count(count).raw("</text>\n");
    }
    for (point, class) in [(first, "axis"), (last, "axis end")] {
        page.raw("<text class=\"").raw(class).raw("\" x=\"").at(x(point)).raw("\" y=\"").at(BOTTOM + 18.0);
        page.raw("\">").text(&point.as_of.to_string()).raw("</text>\n");
    }
    let mut line = |class: &'static str, name: &str, count: &dyn Fn(&RunPoint) -> usize| {
        page.raw("<polyline class=\"line ").raw(class).raw("\" points=\"");
        for point in points {
            page.at(x(point)).raw(",").at(y(count(point))).raw(" ");
        }
        page.raw("\"/>");
        for point in points {
            page.raw("<circle class=\"dot ").raw(class).raw("\" cx=\"").at(x(point)).raw("\" cy=\"");
            page.at(y(count(point))).raw("\" r=\"2.5\"><title>").text(&point.as_of.to_string()).raw(" ");
            page.text(name).raw(" ").count(count(point)).raw("</title></circle>");
        }
        page.raw("\n");
    };
    line("all", "待核实", &total);
    for (severity, n) in Severity::ALL.into_iter().zip(0..) {
        line(severity.id(), &severity.to_string(), &move |point: &RunPoint| point.open[n]);
    }
    page.raw("</svg></div>\n<p class=\"legend\"><span class=\"s all\">合计 ").count(total(last)).raw("</span>　");
    severities(page, last.open);
    page.raw("</p>\n");
}

/// The least 4·10ⁿ, 8·10ⁿ, 12·10ⁿ or 20·10ⁿ that is not below: a quarter of it is a round number.
fn round_up(count: usize) -> usize {
    let mut unit: usize = 1;
    loop {
        for times in [4, 8, 12, 20] {
            let top = unit.saturating_mul(times);
            if top >= count {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// Units of one depth that are worth comparing: the shallowest at which two have open findings.
fn compared<'o, 'a>(overview: &'o Overview<'a>) -> Vec<&'o UnitLine<'a>> {
    let deepest = overview.units.iter().map(|u| u.depth).max().unwrap_or(0);
    let at = |depth: usize| overview.units.iter().filter(move |u| u.depth == depth && u.all.all_open() > 0);
    let depth = (1..=deepest).find(|&depth| at(depth).count() > 1).unwrap_or(1);
    let mut units: Vec<_> = at(depth).collect();
    units.sort_by_key(|unit| std::cmp::Reverse((unit.all.all_open(), unit.all.open)));
    units
}

/// A bar for each unit, with those below it.
pub fn units(page: &mut Html, overview: &Overview<'_>) {
    const LEFT: f64 = 176.0;
    const RIGHT: f64 = 432.0;
    const STEP: f64 = 26.0;
    let all = compared(overview);
    if all.is_empty() {
        page.raw("<p>没有待核实的疑点。</p>\n");
        return;
    }
    let shown = &all[..all.len().min(MOST_BARS)];
    let most = shown.iter().map(|u| u.all.all_open()).max().unwrap_or(0).max(1);
    let height = STEP * shown.len() as f64 + 8.0;
    page.raw("<div class=\"scroll\"><svg class=\"chart\" viewBox=\"0 0 480 ").at(height);
    page.raw(
        "\" role=\"img\" aria-labelledby=\"bars-t bars-d\"><title id=\"bars-t\">各单位待核实疑点（含下级）</title>",
    );
    page.raw("<desc id=\"bars-d\">");
    for unit in shown.iter().take(3) {
        page.text(unit.name).raw(" ").count(unit.all.all_open()).raw(" 条；");
    }
    page.raw("其余见单位表。</desc>\n");
    for (n, unit) in shown.iter().enumerate() {
        let y = STEP * n as f64 + 4.0;
        page.raw("<text class=\"axis end\" x=\"").at(LEFT - 8.0).raw("\" y=\"").at(y + 15.0).raw("\">");
        page.text(&shortened(unit.name)).raw("<title>").text(unit.name).raw("</title></text>");
        let mut x = LEFT;
        for (severity, count) in Severity::ALL.into_iter().zip(unit.all.open) {
            let width = (RIGHT - LEFT) * count as f64 / most as f64;
            if count > 0 {
                page.raw("<rect class=\"bar ").raw(severity.id()).raw("\" x=\"").at(x).raw("\" y=\"").at(y);
                page.raw("\" width=\"").at(width).raw("\" height=\"20\"><title>").text(unit.name).raw(" ");
                page.text(&severity.to_string()).raw(" ").count(count).raw("</title></rect>");
            }
            x += width;
        }
        page.raw("<text class=\"axis\" x=\"").at(x + 5.0).raw("\" y=\"").at(y + 15.0).raw("\">");
        page.count(unit.all.all_open()).raw("</text>\n");
    }
    page.raw("</svg></div>\n<p class=\"legend\">");
    severities(page, overview.total().all.open);
    if shown.len() < all.len() {
        page.raw("只画最多的 ").count(shown.len()).raw(" 个单位，共 ").count(all.len()).raw(" 个；");
    }
    page.raw("含下级，数字见<a href=\"#units\">单位表</a>。</p>\n");
    page.raw("<details><summary>图中数据</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" ");
    page.raw("aria-label=\"各单位疑点数据\"><table>").head(&["t:单位（含下级）", "待核实", "严重", "一般", "提示"]);
    page.raw("<tbody>\n");
    for unit in shown {
        page.raw("<tr><th scope=\"row\">").text(unit.name).raw("</th>").cell(unit.all.all_open());
        unit.all.open.iter().for_each(|&n| {
            page.cell(n);
        });
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div></details>\n");
}

/// A name that fits beside a bar.
fn shortened(name: &str) -> String {
    const FITS: usize = 12;
    if name.chars().count() <= FITS {
        return name.to_string();
    }
    name.chars().take(FITS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn the_axis_ends_on_a_round_number() {
        for (count, top) in [(0, 4), (4, 4), (5, 8), (9, 12), (13, 20), (21, 40), (100, 120), (1_234, 2_000)] {
            assert_eq!(round_up(count), top);
        }
    }
}
