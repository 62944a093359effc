//! `总览.html`: the picture of a run on one page, for whoever opens it from a USB stick.
//!
//! One file without network, fonts or pictures of its own; whole without script (search and sorting are added where there
//! is one); light, dark and printed. It shows units, rules and inputs, never a person: no number, no name, no finding_id.
//! Every figure is [`Overview`]'s; here it is only laid out. The page forbids itself everything but its own style and
//! script, named by their digests.

mod charts;
mod heat;
mod html;
mod inputs;
mod rules;
mod units;

#[cfg(test)]
mod tests;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use self::html::Html;
use super::model::RuleNote;
use super::overview::{Overview, percent};
use crate::finding::Severity;
use crate::ingest::own::GENERATOR;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Titles of the sections, with their anchors.
const SECTIONS: [(&str, &str); 8] = [
    ("trend", "趋势"),
    ("bars", "各单位疑点"),
    ("heat", "单位×规则"),
    ("units", "单位表"),
    ("rates", "评价指标"),
    ("rules", "规则排行"),
    ("inputs", "输入台账"),
    ("unchecked", "没有查的"),
];

/// The whole page; the same run gives the same bytes. `rules`: all of the report, in catalogue order.
pub fn page(overview: &Overview<'_>, rules: &[RuleNote]) -> String {
    let mut page = Html::default();
    head(&mut page, overview);
    page.raw("<body>\n");
    title(&mut page, overview);
    page.raw("<main>\n");
    cards(&mut page, overview);
    for (anchor, title) in SECTIONS {
        page.raw("<section id=\"").raw(anchor).raw("\"><h2>").raw(title).raw("</h2>\n");
        match anchor {
            "trend" => charts::trend(&mut page, overview),
            "bars" => charts::units(&mut page, overview),
            "heat" => heat::map(&mut page, overview, rules),
            "units" => units::table(&mut page, overview),
            "rates" => rates(&mut page, overview),
            "rules" => rules::ranking(&mut page, overview),
            "inputs" => inputs::table(&mut page, overview),
            _ => rules::unchecked(&mut page, overview),
        }
        page.raw("</section>\n");
    }
    page.raw("</main>\n<footer><p>");
    page.text(&format!("hecha {}　运行号 {}", overview.run.version, overview.run.run_id));
    page.raw("　疑点未经核实，先入户核实再处理；本页不含个人信息，个人明细在各单位工作簿。</p></footer>\n<script>");
    page.raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    page.into_string()
}

fn head(page: &mut Html, overview: &Overview<'_>) {
    let digest = |text: &str| BASE64.encode(&Sha256::digest(text));
    page.raw("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw(GENERATOR)
        .raw("\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    page.text(&digest(STYLE)).raw("'; script-src 'sha256-").text(&digest(SCRIPT));
    page.raw("'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    page.text(&format!("{} 核查总览 {}", overview.run.federation, overview.run.as_of));
    page.raw("</title>\n<style>").raw(STYLE).raw("</style>\n</head>\n");
}

fn title(page: &mut Html, overview: &Overview<'_>) {
    let run = overview.run;
    page.raw("<header><h1>").text(&run.federation).raw("　困难职工数据核查总览</h1>\n<p>基准日 ");
    page.text(&run.as_of.to_string()).raw("　").text(&run.profile_title);
    if let Some(due) = run.due {
        page.raw("　核实期限 ").text(&due.to_string());
    }
    if let Some(contact) = &run.contact {
        page.raw("　联系 ").text(contact);
    }
    page.raw("</p>\n");
    if run.partial {
        page.raw("<p class=\"note\">局部运行：只查了指定的单位或规则，下面的数字不是全部。</p>\n");
    }
    page.raw("<nav aria-label=\"本页内容\">");
    for (anchor, title) in SECTIONS {
        page.raw("<a href=\"#").raw(anchor).raw("\">").raw(title).raw("</a> ");
    }
    page.raw("</nav></header>\n");
}

fn cards(page: &mut Html, overview: &Overview<'_>) {
    let total = overview.total();
    let (all, files) = (&total.all, &total.files);
    page.raw("<div class=\"cards\">\n<div class=\"card\"><h2>困难职工档案</h2><p class=\"big\">");
    page.count(files.all()).raw("<small> 户</small></p><p>在档 ").count(files.active).raw("　已脱困 ");
    page.count(files.exited).raw("　已注销 ").count(files.cancelled);
    if files.unclear > 0 {
        page.raw("　状态不明 ").count(files.unclear);
    }
    page.raw("</p><p>在档户中有纸质档案 ").count(files.on_paper).raw("</p></div>\n");

    page.raw("<div class=\"card\"><h2>待核实疑点</h2><p class=\"big\">").count(all.all_open());
    page.raw("<small> 条</small></p><p>");
    severities(page, all.open);
    page.raw("</p><p>涉及 ").count(all.households).raw(" 户；其中新增 ").count(all.new);
    page.raw("　再现 ").count(all.reopened).raw("</p></div>\n");

    page.raw("<div class=\"card\"><h2>涉及金额</h2><p class=\"big\">").yuan(all.fen);
    page.raw("<small> 元</small></p><p>待核实疑点所涉，同一笔只计一次</p></div>\n");

    page.raw("<div class=\"card\"><h2>已答复</h2><p class=\"big\">");
    match &total.returns {
        Some(returns) => {
            page.count(returns.answered).raw("<small> / ").count(returns.asked).raw(" 条已交办</small></p><p>");
            page.text(returns.state.chinese()).raw("；意见不一致 ").count(returns.disputed);
            page.raw("　报已改仍在 ").count(returns.still_there).raw("</p>");
        }
        None => {
            page.count(all.answered).raw("<small> 条</small></p><p>尚未交办，或没有往期记录</p>");
        }
    }
    page.raw("</div>\n</div>\n<p>全部疑点 ").count(all.total).raw(" 条 = 待核实 ").count(all.all_open());
    page.raw(" + 已答复了结 ").count(all.answered).raw(" + 本次未核对 ").count(all.unchecked);
    page.raw("；与上次相比：").text(&overview.corrections.ends_said()).raw("。</p>\n");
}

/// `严重 1　一般 2　提示 3`
fn severities(page: &mut Html, counts: [usize; 3]) {
    for (severity, count) in Severity::ALL.into_iter().zip(counts) {
        page.raw("<span class=\"s ").raw(severity.id()).raw("\">").text(&severity.to_string()).raw(" ");
        page.count(count).raw("</span>　");
    }
}

/// The federation's 评价指标, never a bare percentage.
fn rates(page: &mut Html, overview: &Overview<'_>) {
    let cells = &overview.total().rates;
    if cells.iter().all(Option::is_none) {
        page.raw("<p>本期无。</p>\n");
        return;
    }
    page.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"评价指标\"><table>");
    page.head(&["t:指标", "数值", "目标", "还差（户）", "t:怎样计算", "t:依据"]).raw("<tbody>\n");
    for (note, cell) in overview.rates.iter().zip(cells) {
        let Some(cell) = cell else { continue };
        page.raw("<tr><th scope=\"row\">").text(&note.name).raw("</th><td>").text(&cell.text(note.of_mistakes));
        page.raw("</td><td>");
        if let Some(target) = note.target {
            page.text(&percent(target.0.unsigned_abs(), 1000, false));
        }
        if let Some(due) = note.due {
            page.raw(" ").text(&due.to_string());
        }
        page.raw("</td><td>");
        if let Some(lacking) = cell.lacking {
            page.text(&lacking.to_string());
        }
        page.raw("</td>").said(note.counts).said(&note.basis).raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
}
