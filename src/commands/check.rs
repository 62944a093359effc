//! `hecha check`: reads the inputs only, and says what became of every row.

use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::Printer;
use super::progress::Shown;
use crate::cli::Check;
use crate::error::Result;
use crate::pipeline;
use crate::plan::{Asked, Plan};
use crate::report::manifest::{Input, InputStatus, RuleAccount};
use crate::report::{accounts, notices};

/// 0 all recognised and read, 1 something quarantined, unrecognised or lacking columns, 3 unreadable.
pub fn run(args: &Check, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let asked = Asked { config: args.config.as_ref().map(|p| cwd.join(p)), as_of: args.as_of, ..Asked::default() };
    let plan = Plan::new(asked, cwd, today)?;
    let (inputs, tables) = pipeline::read(&plan, &Shown::new(printer));
    let accounts = accounts::inputs_of(&inputs, &tables);
    let lacking: Vec<(&str, String)> = crate::rules::all(&plan.loaded.schemas)
        .into_iter()
        .filter_map(|rule| {
            let missing: Vec<&str> = rule
                .sources
                .iter()
                .filter(|group| group.iter().all(|k| tables.of_kind(k).is_empty()))
                .flat_map(|group| group.first().copied())
                .collect();
            let titles: Vec<&str> =
                missing.iter().map(|k| tables.schemas.get(k).map_or(*k, |s| s.title.as_str())).collect();
            (!missing.is_empty()).then(|| (rule.code, titles.join("、")))
        })
        .collect();
    let undetermined = pipeline::audited(&plan, &inputs, |facts, audit| {
        let schemas = facts.book.tables.schemas;
        let accounts: Vec<RuleAccount> = audit.tallies.iter().map(|t| accounts::rule(t, facts.book)).collect();
        let title =
            |code: &str| crate::rules::all(schemas).into_iter().find(|r| r.code == code).map_or("", |r| r.title);
        crate::report::undetermined::lines(&accounts, &title)
    })?;
    let notices = notices::lines(&inputs, &tables);
    let code = exit_code(&accounts, notices::alarm(&tables));
    if printer.json {
        let rules: Vec<_> = lacking.iter().map(|(code, missing)| json!({"code": code, "missing": missing})).collect();
        printer.print_json(&json!({ "inputs": accounts, "rules_lacking_sources": rules, "undetermined": undetermined, "warnings": plan.warnings.iter().chain(&notices).collect::<Vec<_>>(), "exit_code": code }))?;
    } else if !printer.quiet {
        let warnings: String = plan.warnings.iter().chain(&notices).map(|w| format!("注意：{w}\n")).collect();
        printer.print(&(warnings + &text(&accounts, &lacking, &undetermined)))?;
    }
    Ok(code)
}

fn exit_code(accounts: &[Input], alarm: bool) -> u8 {
    if accounts.iter().any(|i| i.status == InputStatus::Unreadable) {
        return 3;
    }
    let blemished = accounts.iter().flat_map(|i| &i.sheets).any(|s| {
        !s.rows.quarantined.is_empty() || !s.cells_quarantined.is_empty() || (s.kind.is_some() && !s.missing.is_empty())
    });
    u8::from(blemished || alarm)
}

fn text(accounts: &[Input], lacking: &[(&str, String)], undetermined: &[String]) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for input in accounts {
        let state = match input.status {
            InputStatus::Read => "已读",
            InputStatus::Unreadable => "读不出",
            InputStatus::Duplicate => "重复",
            InputStatus::Ignored => "忽略",
        };
        let _ =
            writeln!(out, "{} {state}{}", input.path, input.error.as_ref().map_or(String::new(), |e| format!("：{e}")));
        for sheet in input.sheets.iter().filter(|s| s.rows.read > 0) {
            let reasons = |map: &std::collections::BTreeMap<String, usize>| {
                map.iter().map(|(k, n)| format!("{k}{n}")).collect::<Vec<_>>().join("、")
            };
            let kind = match (&sheet.kind, &sheet.nearest) {
                (Some(kind), _) => kind.clone(),
                (None, Some(near)) => format!("未识别（最接近{near}，缺{}）", sheet.missing.join("、")),
                (None, None) => "未识别".to_string(),
            };
            let name = if sheet.name.is_empty() { "（文本）" } else { &sheet.name };
            let header = sheet.header_row.map_or(String::new(), |r| format!("，表头第{r}行"));
            let _ = write!(out, "  {name} › {kind}{header}：读{}行，用{}行", sheet.rows.read, sheet.rows.used);
            if !sheet.rows.skipped.is_empty() {
                let _ = write!(out, "，跳过 {}", reasons(&sheet.rows.skipped));
            }
            if !sheet.rows.quarantined.is_empty() {
                let _ = write!(out, "，隔离 {}", reasons(&sheet.rows.quarantined));
            }
            if !sheet.cells_quarantined.is_empty() {
                let _ = write!(out, "，读不出的格 {}", reasons(&sheet.cells_quarantined));
            }
            if sheet.hidden_rows > 0 {
                let _ = write!(out, "，其中隐藏{}行", sheet.hidden_rows);
            }
            if sheet.kind.is_some() && !sheet.missing.is_empty() {
                let _ = write!(out, "，没有必填列 {}", sheet.missing.join("、"));
            }
            out.push('\n');
        }
    }
    if lacking.is_empty() {
        out.push_str("各规则所需的来源都有。\n");
    } else {
        out.push_str("因缺来源不能运行的规则：\n");
        for (code, missing) in lacking {
            let _ = writeln!(out, "  {code} 缺{missing}");
        }
    }
    if !undetermined.is_empty() {
        out.push_str("无法判定：\n");
        for line in undetermined {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}
