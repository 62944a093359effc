//! One screen after a run: what did not come first, then what was read, found, gone and not judged. The rest is in the files.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::finding::{Severity, Status};
use crate::pipeline::Outcome;
use crate::report::manifest::{InputStatus, Manifest};
use crate::report::model::Report;
use crate::report::undetermined;

/// Lines of one sort (sources, files, sheets); the others are counted.
const NAMED: usize = 4;
/// Rules named with their number of findings.
const RULES: usize = 8;

/// The screen; with `whole` every rule and file, a line each.
pub fn summary(outcome: &Outcome, place: Option<&Path>, whole: bool) -> String {
    let report = &outcome.report;
    let manifest = &report.manifest;
    let mut out = String::new();
    let _ = writeln!(out, "{}　基准日{}　{}", report.run.federation, report.run.as_of, report.run.profile_title);
    some(&mut out, whole, manifest.not_come.iter().map(|source| format!("没有到：{source}")));
    out.push_str(&read(manifest));
    let unreadable = manifest.inputs.iter().filter(|i| i.status == InputStatus::Unreadable);
    some(
        &mut out,
        whole,
        unreadable.map(|i| format!("  读不出 {}：{}", i.path, i.error.as_deref().unwrap_or_default())),
    );
    some(&mut out, whole, unrecognised(manifest).into_iter());
    out.push_str(&found(report));
    out.push_str(&since_last(report));
    out.push_str(&rules(report, whole));
    out.push_str(&not_run(manifest, whole));
    out.push_str(&not_judged(report, whole));
    match place {
        Some(dir) => {
            let _ = writeln!(out, "结果在：{}", dir.display());
            let _ = writeln!(out, "  各单位工作簿在“单位”里，先看 总览.html；全部疑点 findings.csv");
        }
        None => {
            let _ = writeln!(out, "试运行，没有写文件");
        }
    }
    out
}

/// The first lines of a sort, and how many more there are.
fn some(out: &mut String, whole: bool, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    let shown = if whole || lines.len() <= NAMED + 1 { lines.len() } else { NAMED };
    for line in &lines[..shown] {
        let _ = writeln!(out, "{line}");
    }
    if shown < lines.len() {
        let _ = writeln!(out, "  另有{}条，见 manifest.json 或 hecha check", lines.len() - shown);
    }
}

fn read(manifest: &Manifest) -> String {
    let count = |status| manifest.inputs.iter().filter(|i| i.status == status).count();
    let sheets = || manifest.inputs.iter().flat_map(|i| &i.sheets);
    let rows: usize = sheets().map(|s| s.rows.read).sum();
    let used: usize = sheets().map(|s| s.rows.used).sum();
    let changed = sheets().filter(|s| !s.lost.is_empty() || !s.added.is_empty()).count();
    let changed = if changed > 0 { format!("；{changed}张表的列与上次不同") } else { String::new() };
    format!(
        "来源：读取{}个文件，重复{}个，读不出{}个，忽略{}个；共{rows}行，用{used}行{changed}\n",
        count(InputStatus::Read),
        count(InputStatus::Duplicate),
        count(InputStatus::Unreadable),
        count(InputStatus::Ignored)
    )
}

fn unrecognised(manifest: &Manifest) -> Vec<String> {
    let sheets = manifest.inputs.iter().flat_map(|input| input.sheets.iter().map(move |sheet| (input, sheet)));
    let unknown = sheets.filter(|(_, s)| s.kind.is_none() && s.rows.quarantined.contains_key("未识别工作表"));
    unknown
        .map(|(input, sheet)| {
            let why = match &sheet.nearest {
                Some(near) => format!("最接近{near}，缺{}", sheet.missing.join("、")),
                None => "没有数据表的列名".to_string(),
            };
            let name = if sheet.name.is_empty() { "（文本）" } else { &sheet.name };
            format!("  未识别 {} › {name}：{why}", input.path)
        })
        .collect()
}

fn found(report: &Report) -> String {
    let by = |s: Severity| report.findings.iter().filter(|f| f.severity == s).count();
    format!(
        "疑点：{}条（严重{}、一般{}、提示{}），涉及{}个单位\n",
        report.findings.len(),
        by(Severity::High),
        by(Severity::Medium),
        by(Severity::Low),
        report.manifest.findings.by_unit.len()
    )
}

/// What became of the findings since the last run; nothing on the first.
fn since_last(report: &Report) -> String {
    let [.., last, _] = &report.corrections.trend[..] else { return String::new() };
    let counts = Status::ALL.map(|s| (s, report.findings.iter().filter(|f| f.status == s).count()));
    let said: Vec<String> = counts.iter().filter(|(_, n)| *n > 0).map(|(s, n)| format!("{}{n}", s.chinese())).collect();
    format!(
        "对照{}：{}；{}\n",
        last.as_of,
        if said.is_empty() { "没有疑点".to_string() } else { said.join("、") },
        report.corrections.ends_said()
    )
}

/// Rules by number of findings: the most frequent in one line, or all of them.
fn rules(report: &Report, whole: bool) -> String {
    let title = |code: &str| report.rules.iter().find(|r| r.code == code).map_or("", |r| r.title.as_str()).to_string();
    let by_rule = &report.manifest.findings.by_rule;
    if whole {
        return by_rule.iter().map(|(code, n)| format!("  {code} {} {n}\n", title(code))).collect();
    }
    let mut most: Vec<(&String, &usize)> = by_rule.iter().collect();
    most.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut out = String::new();
    for (code, n) in most.iter().take(RULES) {
        let _ = writeln!(out, "  {code} {} {n}", title(code));
    }
    let (others, n) = most.iter().skip(RULES).fold((0, 0), |(rules, sum), (_, n)| (rules + 1, sum + **n));
    if others > 0 {
        let _ = writeln!(out, "  其余{others}条规则 {n}（全部列出用 -v）");
    }
    out
}

/// Rules that did not run: in one line by what they lack, or all of them.
fn not_run(manifest: &Manifest, whole: bool) -> String {
    let idle = || manifest.rules.iter().filter(|r| !r.run);
    let why = |r: &crate::report::manifest::RuleAccount| r.why_not.clone().unwrap_or_default();
    if idle().next().is_none() {
        return String::new();
    }
    if whole {
        let lines: String = idle().map(|r| format!("  {} {}\n", r.code, why(r))).collect();
        return format!("未运行的规则：\n{lines}");
    }
    let mut by_reason: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for rule in idle() {
        by_reason.entry(why(rule)).or_default().push(&rule.code);
    }
    let mut reasons: Vec<_> = by_reason.into_iter().collect();
    reasons.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    let named: Vec<String> =
        reasons.iter().take(NAMED).map(|(why, codes)| format!("{why}（{}）", codes.join("、"))).collect();
    let more = if reasons.len() > NAMED { format!("；等{}种原因", reasons.len()) } else { String::new() };
    format!("未运行的规则{}条：{}{more}\n", idle().count(), named.join("；"))
}

/// What rules could not judge, by reason: the most telling first, or all.
fn not_judged(report: &Report, whole: bool) -> String {
    let title = |code: &str| report.rules.iter().find(|r| r.code == code).map_or("", |r| r.title.as_str());
    let lines = undetermined::lines(&report.manifest.rules, &title);
    if lines.is_empty() {
        return String::new();
    }
    let mut out = String::from("无法判定（没有疑点不等于没有问题）：\n");
    some(&mut out, whole, lines.into_iter().map(|line| format!("  {line}")));
    out
}
