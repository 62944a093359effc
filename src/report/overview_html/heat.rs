//! Units by rules: where what piles up. A table whose cells are coloured, so that it reads without the colours too.

use super::html::Html;
use crate::report::model::RuleNote;
use crate::report::overview::{Overview, UnitLine};

/// Classes of the cells' colours, from pale to strong.
const SHADES: [&str; 6] = [
    "<td class=\"h1\">",
    "<td class=\"h2\">",
    "<td class=\"h3\">",
    "<td class=\"h4\">",
    "<td class=\"h5\">",
    "<td class=\"h6\">",
];

/// Each unit's own open findings by rule; units and rules without any are left out.
pub fn map(page: &mut Html, overview: &Overview<'_>, rules: &[RuleNote]) {
    let found: Vec<usize> = (0..rules.len()).filter(|&rule| count(&overview.total().all.by_rule, rule) > 0).collect();
    let units: Vec<&UnitLine<'_>> = overview.units.iter().filter(|unit| unit.own.all_open() > 0).collect();
    if found.is_empty() {
        page.raw("<p>没有待核实的疑点。</p>\n");
        return;
    }
    let most = units.iter().flat_map(|unit| &unit.own.by_rule).copied().max().unwrap_or(1);
    page.raw("<p>每个单位自己的待核实疑点，颜色越深越多；没有疑点的单位和规则不列。点代码看规则。</p>\n");
    page.raw("<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"单位与规则对照\">");
    page.raw("<table class=\"heat\"><thead><tr><th scope=\"col\" class=\"t\">单位</th><th scope=\"col\">合计</th>");
    for &rule in &found {
        let note = &rules[rule];
        page.raw("<th scope=\"col\" title=\"").text(&note.title).raw("\"><a href=\"#").text(&note.code).raw("\">");
        page.text(&note.code).raw("</a></th>");
    }
    page.raw("</tr></thead><tbody>\n");
    let all = &overview.total().all;
    page.raw("<tr class=\"d0\"><th scope=\"row\">合计</th>").cell(all.all_open());
    for &rule in &found {
        page.cell(count(&all.by_rule, rule));
    }
    page.raw("</tr>\n");
    for unit in units {
        page.raw("<tr><th scope=\"row\">").text(unit.name).raw("</th>").cell(unit.own.all_open());
        for &rule in &found {
            match count(&unit.own.by_rule, rule) {
                0 => page.raw("<td></td>"),
                // Without commas: there are many columns.
                n => page.raw(shade(n, most)).text(&n.to_string()).raw("</td>"),
            };
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
}

fn count(by_rule: &[usize], rule: usize) -> usize {
    by_rule.get(rule).copied().unwrap_or(0)
}

/// By powers, not by shares: one rule with thousands must not bleach the others.
fn shade(count: usize, most: usize) -> &'static str {
    let steps = (SHADES.len() - 1) as f64;
    let place = (count.max(1) as f64).ln() / (most.max(2) as f64).ln() * steps;
    SHADES[(place.round() as usize).min(SHADES.len() - 1)]
}
