//! `hecha run`: the whole job.

use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::progress::Shown;
use super::{Printer, say};
use crate::cli::{Only, Run};
use crate::error::Result;
use crate::finding::{Severity, Status};
use crate::pipeline::{self, Outcome, Progress};
use crate::plan::{Asked, Plan};
use crate::report::manifest::InputStatus;
use crate::report::model::Report;

/// 0 done, 1 open high findings, 3 a source could not be read.
pub fn run(args: &Run, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let asked = Asked {
        config: args.config.as_ref().map(|p| cwd.join(p)),
        as_of: args.as_of,
        out: args.out.as_ref().map(|p| cwd.join(p)),
        units: args.unit.clone(),
        rules: args.rule.clone(),
        tables_only: args.only == Some(Only::Tables),
        no_history: args.no_history,
        hand_out: args.hand_out,
        complete: args.complete,
        allow_empty: args.allow_empty,
    };
    let plan = Plan::new(asked, cwd, today)?;
    for code in &args.rule {
        super::rules::named(&plan.loaded.schemas, code)?;
    }
    let progress = Shown::new(printer.quiet || printer.json);
    if args.canary {
        let song = super::canary::trial(&plan, &progress)?;
        let code = super::canary::exit_code(&song);
        if code != 0 || !(printer.json || printer.quiet) {
            say::lines(&super::canary::text(&song, true));
        }
        if code != 0 {
            return Ok(code);
        }
    }
    let (outcome, place) = if args.dry_run {
        let outcome = pipeline::judge(&plan, &progress)?;
        progress.finish();
        (outcome, None)
    } else {
        let (outcome, published) = pipeline::run(&plan, &progress)?;
        (outcome, Some(published.dir))
    };
    let code = exit_code(&outcome, args.exit_zero);
    if printer.json {
        let manifest = &outcome.report.manifest;
        let value = json!({
            "run_id": manifest.run_id,
            "as_of": manifest.as_of,
            "out": place.as_ref().map(|p| p.display().to_string()),
            "findings": manifest.findings,
            "inputs": inputs_json(&outcome),
            "rules_not_run": manifest.rules.iter().filter(|r| !r.run).map(|r| json!({"code": r.code, "why_not": r.why_not})).collect::<Vec<_>>(),
            "undetermined": manifest.rules.iter().filter(|r| !r.undetermined.is_empty()).map(|r| json!({"code": r.code, "reasons": r.undetermined})).collect::<Vec<_>>(),
            "timings": outcome.timings.iter().map(|(n, s)| json!({"stage": n, "seconds": s})).collect::<Vec<_>>(),
            "warnings": warnings(&plan, &outcome).collect::<Vec<_>>(),
            "exit_code": code,
        });
        told(printer.print_json(&value), place.is_some())?;
    } else if !printer.quiet {
        told(printer.print(&summary(&outcome, place.as_deref())), place.is_some())?;
    }
    if !printer.json {
        say::lines(&warnings(&plan, &outcome).map(|w| format!("注意：{w}\n")).collect::<String>());
    }
    Ok(code)
}

/// What was published stays published, though it cannot be printed.
fn told(printed: Result<()>, published: bool) -> Result<()> {
    match printed {
        Err(error) if published => {
            say::lines(&format!("{error}\n结果已经发布，只是没能显示出来\n"));
            Ok(())
        }
        other => other,
    }
}

/// What is said besides the findings: of the configuration, of the run, of the sheets.
fn warnings<'a>(plan: &'a Plan, outcome: &'a Outcome) -> impl Iterator<Item = &'a String> {
    plan.warnings.iter().chain(&outcome.warnings).chain(&outcome.report.manifest.warnings)
}

fn exit_code(outcome: &Outcome, exit_zero: bool) -> u8 {
    let open_high = outcome.report.findings.iter().any(|f| f.severity == Severity::High && f.status.is_open());
    match (outcome.unreadable || !outcome.report.manifest.not_come.is_empty(), open_high) {
        (true, _) => 3,
        (false, true) if !exit_zero => 1,
        _ => 0,
    }
}

fn inputs_json(outcome: &Outcome) -> serde_json::Value {
    let count = |status| outcome.report.manifest.inputs.iter().filter(|i| i.status == status).count();
    json!({
        "read": count(InputStatus::Read),
        "unreadable": count(InputStatus::Unreadable),
        "duplicate": count(InputStatus::Duplicate),
        "ignored": count(InputStatus::Ignored),
    })
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

/// One screen: what was read, what was found, where to look.
fn summary(outcome: &Outcome, place: Option<&Path>) -> String {
    use std::fmt::Write;
    let report = &outcome.report;
    let manifest = &report.manifest;
    let mut out = String::new();
    let count = |status| manifest.inputs.iter().filter(|i| i.status == status).count();
    let rows: usize = manifest.inputs.iter().flat_map(|i| &i.sheets).map(|s| s.rows.read).sum();
    let used: usize = manifest.inputs.iter().flat_map(|i| &i.sheets).map(|s| s.rows.used).sum();
    let _ = writeln!(out, "{}　基准日{}　{}", report.run.federation, report.run.as_of, report.run.profile_title);
    for source in &manifest.not_come {
        let _ = writeln!(out, "没有到：{source}");
    }
    let _ = writeln!(
        out,
        "来源：读取{}个文件，重复{}个，读不出{}个，忽略{}个；共{rows}行，用{used}行",
        count(InputStatus::Read),
        count(InputStatus::Duplicate),
        count(InputStatus::Unreadable),
        count(InputStatus::Ignored)
    );
    for input in manifest.inputs.iter().filter(|i| i.status == InputStatus::Unreadable) {
        let _ = writeln!(out, "  读不出 {}：{}", input.path, input.error.as_deref().unwrap_or_default());
    }
    for input in &manifest.inputs {
        for sheet in input.sheets.iter().filter(|s| s.kind.is_none() && s.rows.quarantined.contains_key("未识别工作表"))
        {
            let why = match &sheet.nearest {
                Some(near) => format!("最接近{near}，缺{}", sheet.missing.join("、")),
                None => "没有数据表的列名".to_string(),
            };
            let name = if sheet.name.is_empty() { "（文本）" } else { &sheet.name };
            let _ = writeln!(out, "  未识别 {} › {name}：{why}", input.path);
        }
    }
    let by = |s: Severity| report.findings.iter().filter(|f| f.severity == s).count();
    let _ = writeln!(
        out,
        "疑点：{}条（严重{}、一般{}、提示{}），涉及{}个单位",
        report.findings.len(),
        by(Severity::High),
        by(Severity::Medium),
        by(Severity::Low),
        manifest.findings.by_unit.len()
    );
    out.push_str(&since_last(report));
    for (code, n) in &manifest.findings.by_rule {
        let title = report.rules.iter().find(|r| r.code == *code).map_or("", |r| r.title.as_str());
        let _ = writeln!(out, "  {code} {title} {n}");
    }
    let not_run: Vec<_> = manifest.rules.iter().filter(|r| !r.run).collect();
    if !not_run.is_empty() {
        let _ = writeln!(out, "未运行的规则：");
        for rule in not_run {
            let _ = writeln!(out, "  {} {}", rule.code, rule.why_not.as_deref().unwrap_or_default());
        }
    }
    let title = |code: &str| report.rules.iter().find(|r| r.code == code).map_or("", |r| r.title.as_str());
    let undetermined = crate::report::undetermined::lines(&manifest.rules, &title);
    if !undetermined.is_empty() {
        let _ = writeln!(out, "无法判定（没有疑点不等于没有问题）：");
        for line in undetermined {
            let _ = writeln!(out, "  {line}");
        }
    }
    match place {
        Some(dir) => {
            let _ = writeln!(out, "结果在：{}", dir.display());
            let _ = writeln!(out, "  各单位工作簿：{}", dir.join("单位").display());
            let _ = writeln!(out, "  总览：{}", dir.join("总览.html").display());
            let _ = writeln!(out, "  全部疑点：{}", dir.join("findings.csv").display());
        }
        None => {
            let _ = writeln!(out, "试运行，没有写文件");
        }
    }
    out
}
