//! `hecha check`: reads the inputs only, and says what became of every row.

use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::Printer;
use super::progress::Shown;
use crate::audit::Audit;
use crate::cli::Check;
use crate::derive::Facts;
use crate::error::Result;
use crate::ingest::inputs::{InputFile, Inputs};
use crate::pipeline;
use crate::plan::{Asked, Plan};
use crate::report::manifest::{Input, InputStatus, RuleAccount, SheetAccount};
use crate::report::verified::Verified;
use crate::report::{accounts, notices};

/// 0 all recognised and read, 1 something quarantined, unrecognised, lacking columns or laid out otherwise than last time, 3
/// unreadable or not come.
pub fn run(args: &Check, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let asked = Asked {
        config: args.config.as_ref().map(|p| cwd.join(p)),
        as_of: args.as_of,
        second_reader: printer.program.clone(),
        verify: args.verify,
        ..Asked::default()
    };
    let plan = Plan::new(asked, cwd, today)?;
    let inputs = pipeline::inputs(&plan, &Shown::new(printer));
    let seen = pipeline::checked(&plan, &inputs, |facts, audit, not_come| Seen::of(&inputs, facts, audit, not_come))?;
    let verified = Verified::of(&inputs);
    let mut warnings: Vec<&String> = plan.warnings.iter().chain(&seen.notices).collect();
    let differences = if args.verify { verified.warnings() } else { Vec::new() };
    warnings.extend(&differences);
    let code = match (inputs.files.iter().any(InputFile::is_unread) || !seen.not_come.is_empty(), &seen) {
        (true, _) => 3,
        (false, seen) => u8::from(seen.is_blemished() || (args.verify && verified.alarms())),
    };
    if printer.json {
        let rules: Vec<_> =
            seen.lacking.iter().map(|(code, missing)| json!({"code": code, "missing": missing})).collect();
        let mut value = json!({
            "inputs": seen.accounts,
            "not_come": seen.not_come,
            "rules_lacking_sources": rules,
            "undetermined": seen.undetermined,
            "warnings": warnings,
            "exit_code": code,
        });
        if args.verify {
            value["verified"] = verified.json();
        }
        printer.print_json(&value)?;
    } else if !printer.quiet {
        let mut said: String = seen.not_come.iter().map(|source| format!("没有到：{source}\n")).collect();
        said.extend(warnings.iter().map(|w| format!("注意：{w}\n")));
        if args.verify {
            said.push_str(&format!("{}\n", verified.count()));
        }
        printer.print(&(said + &text(&seen.accounts, &seen.lacking, &seen.undetermined)))?;
    }
    Ok(code)
}

/// What the line makes of the inputs.
struct Seen {
    accounts: Vec<Input>,
    /// Rules, and the sources they lack.
    lacking: Vec<(String, String)>,
    undetermined: Vec<String>,
    notices: Vec<String>,
    /// Something was said after which the command is not 0.
    alarm: bool,
    /// Sources of the last run that did not come.
    not_come: Vec<String>,
}

impl Seen {
    fn of(inputs: &Inputs, facts: &Facts<'_>, audit: &Audit, not_come: &[String]) -> Self {
        let tables = &facts.book.tables;
        let all = crate::rules::all(tables.schemas);
        let lacking = all.iter().filter_map(|rule| {
            let groups = rule.sources.iter().filter(|group| group.iter().all(|k| tables.of_kind(k).is_empty()));
            let missing = groups.flat_map(|group| group.first().copied());
            let titles: Vec<&str> = missing.map(|k| tables.schemas.get(k).map_or(k, |s| s.title.as_str())).collect();
            (!titles.is_empty()).then(|| (rule.code.to_string(), titles.join("、")))
        });
        let rules: Vec<RuleAccount> = audit.tallies.iter().map(|t| accounts::rule(t, facts.book)).collect();
        let title = |code: &str| all.iter().find(|r| r.code == code).map_or("", |r| r.title);
        Self {
            accounts: accounts::inputs_of(inputs, tables),
            lacking: lacking.collect(),
            undetermined: crate::report::undetermined::lines(&rules, &title),
            notices: notices::lines(inputs, tables),
            alarm: notices::alarm(tables),
            not_come: not_come.to_vec(),
        }
    }

    fn is_blemished(&self) -> bool {
        let blemished = |s: &SheetAccount| {
            let lacks = s.kind.is_some() && !s.missing.is_empty();
            !s.rows.quarantined.is_empty() || !s.cells_quarantined.is_empty() || lacks
        };
        self.alarm || self.accounts.iter().flat_map(|i| &i.sheets).any(blemished)
    }
}

fn text(accounts: &[Input], lacking: &[(String, String)], undetermined: &[String]) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for input in accounts {
        let state = match input.status {
            InputStatus::Read => "已读",
            InputStatus::Unreadable => "读不出",
            InputStatus::Duplicate => "重复",
            InputStatus::Ignored => "忽略",
        };
        let second = if input.second_reader.is_some() { "（备用读法）" } else { "" };
        let _ = writeln!(
            out,
            "{} {state}{second}{}",
            input.path,
            input.error.as_ref().map_or(String::new(), |e| format!("：{e}"))
        );
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
            let changed = [&sheet.lost, &sheet.added].iter().any(|titles| !titles.is_empty());
            if changed {
                out.push_str("，列名有变化");
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
