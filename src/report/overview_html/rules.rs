//! Rules by how often they found something, each with what it examines and the clause; and what was not examined.

use super::html::Html;
use crate::report::overview::{Overview, RuleLine, percent};

pub fn ranking(page: &mut Html, overview: &Overview<'_>) {
    let (found, silent): (Vec<_>, Vec<_>) = overview.rules.iter().partition(|line| line.figures.all_open() > 0);
    let (unsure, silent): (Vec<_>, Vec<_>) = silent.into_iter().partition(|line| line.says_little());
    if found.is_empty() {
        page.raw("<p>没有待核实的疑点。</p>\n");
    }
    page.raw("<p>先看严重的，再看条数；点开看查什么、依据和处理。</p>\n<ol class=\"ranking\">\n");
    for line in &found {
        page.raw("<li id=\"").text(&line.note.code).raw("\"><details><summary>");
        page.raw("<span class=\"s ").raw(line.note.severity.id()).raw("\">").text(&line.note.severity.to_string());
        page.raw("</span> <b>")
            .text(&line.note.code)
            .raw("</b> ")
            .text(&line.note.title)
            .raw("<span class=\"figures\">");
        page.count(line.figures.all_open()).raw(" 条　").count(line.units).raw(" 个单位　");
        page.count(line.figures.households).raw(" 户");
        if line.figures.fen != 0 {
            page.raw("　").yuan(line.figures.fen).raw(" 元");
        }
        page.raw("</span></summary>\n");
        explained(page, line);
        page.raw("</details></li>\n");
    }
    page.raw("</ol>\n");
    if !unsure.is_empty() {
        page.raw("<p>依据不足、不能说没有问题的规则（").count(unsure.len());
        page.raw(" 条）：一半以上无法判定，原因见“没有核对的”。</p>\n");
    }
    if silent.is_empty() {
        return;
    }
    page.raw("<details><summary>查了、没有待核实疑点的规则（").count(silent.len()).raw(" 条）</summary>\n");
    page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"没有疑点的规则\"><table>");
    page.head(&["t:代码", "t:规则", "查验", "合规", "无法判定", "不适用", "t:依据"]).raw("<tbody>\n");
    for line in silent {
        let verdicts = &line.verdicts;
        page.raw("<tr><th scope=\"row\">").text(&line.note.code).raw("</th>").said(&line.note.title);
        page.cell(line.examined()).cell(verdicts.compliant).cell(verdicts.undetermined).cell(verdicts.not_applicable);
        page.said(&line.note.basis).raw("</tr>\n");
    }
    page.raw("</tbody></table></div></details>\n");
}

fn explained(page: &mut Html, line: &RuleLine<'_>) {
    let verdicts = &line.verdicts;
    page.raw("<dl>");
    if let Some(what) = section(line.note.manual, "查什么") {
        page.raw("<dt>查什么</dt><dd>").text(what).raw("</dd>");
    }
    page.raw("<dt>依据</dt><dd>").text(&line.note.basis).raw("</dd><dt>处理</dt><dd>").text(&line.note.advice);
    page.raw("</dd><dt>类别</dt><dd>").text(line.note.class).raw("</dd><dt>查验</dt><dd>疑点 ");
    page.count(verdicts.finding).raw("　合规 ").count(verdicts.compliant).raw("　无法判定 ");
    page.count(verdicts.undetermined).raw("　不适用 ").count(verdicts.not_applicable).raw("</dd>");
    let figures = &line.figures;
    page.raw("<dt>状态</dt><dd>新增 ").count(figures.new).raw("　再现 ").count(figures.reopened).raw("　意见不一致 ");
    page.count(figures.disputed).raw("　已答复 ").count(figures.answered).raw("　未核对 ").count(figures.unchecked);
    page.raw("　上次以来了结 ").count(line.resolved).raw("</dd>");
    if let Some(precision) = line.precision {
        let (confirmed, answered) = (precision.confirmed as u64, precision.answered as u64);
        page.raw("<dt>属实率</dt><dd>").text(&format!("{confirmed}/{answered}"));
        page.text(&format!("（{}）", percent(confirmed, answered, false))).raw("　不属实 ").count(precision.refuted);
        page.raw("　情况特殊 ").count(precision.special).raw("</dd>");
    }
    page.raw("</dl>");
}

/// The text below a heading of a rule's manual.
fn section<'m>(manual: &'m str, heading: &str) -> Option<&'m str> {
    let after = manual.split("## ").find_map(|part| part.strip_prefix(heading))?;
    Some(after.trim()).filter(|text| !text.is_empty())
}

/// What could not be examined, and why.
pub fn unchecked(page: &mut Html, overview: &Overview<'_>) {
    let undetermined: Vec<&RuleLine<'_>> = overview.rules.iter().filter(|line| !line.undetermined.is_empty()).collect();
    if overview.unchecked.is_empty() && overview.not_run.is_empty() && undetermined.is_empty() {
        page.raw("<p>本期无。</p>\n");
        return;
    }
    if !overview.unchecked.is_empty() {
        page.raw("<ul>\n");
        for what in overview.unchecked {
            page.raw("<li>").text(what).raw("</li>\n");
        }
        page.raw("</ul>\n");
    }
    if !undetermined.is_empty() {
        page.raw("<h3>无法判定</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"无法判定\">");
        page.raw("<table>").head(&["t:代码", "t:规则", "合规", "疑点", "无法判定", "t:为什么"]).raw("<tbody>\n");
        for line in undetermined {
            let verdicts = &line.verdicts;
            page.raw("<tr><th scope=\"row\">").text(&line.note.code).raw("</th>").said(&line.note.title);
            page.cell(verdicts.compliant).cell(verdicts.finding).cell(verdicts.undetermined);
            page.said(&line.undetermined).raw("</tr>\n");
        }
        page.raw("</tbody></table></div>\n");
    }
    if overview.not_run.is_empty() {
        return;
    }
    page.raw(
        "<h3>没有运行的规则</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"没有运行的规则\">",
    );
    page.raw("<table>").head(&["t:代码", "t:规则", "t:为什么", "t:缺的来源", "沿用上次未核对"]).raw("<tbody>\n");
    for idle in &overview.not_run {
        page.raw("<tr><th scope=\"row\">").text(&idle.note.code).raw("</th>").said(&idle.note.title);
        page.said(idle.why).said(&idle.missing.join("；")).cell(idle.unchecked).raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn the_manual_says_what_is_examined() {
        let manual = "题目\n\n ## 查什么\n 看甲和乙。\n\n ## 为什么\n 有用。\n";
        assert_eq!(section(manual, "查什么"), Some("看甲和乙。"));
        assert_eq!(section(manual, "怎么核实"), None);
        for rule in crate::rules::catalogue() {
            assert!(section(rule.manual, "查什么").is_some(), "{}", rule.code);
        }
    }
}
