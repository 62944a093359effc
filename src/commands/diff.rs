//! `hecha diff RUN RUN` (回头看): what is new, gone, came back or changed between two runs, per unit and rule.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::Printer;
use super::history::table;
use crate::cli::DiffArgs;
use crate::config;
use crate::error::{Error, ErrorKind, Result};
use crate::history::History;
use crate::history::diff::{Change, Diff};
use crate::report::diff_workbook;

/// Findings shown on the screen; JSON and the workbook have all.
const SHOWN: usize = 40;

pub fn run(args: &DiffArgs, cwd: &Path, printer: &mut Printer<'_>) -> Result<u8> {
    let loaded = crate::plan::load(&config::locate(args.config.as_deref(), cwd)?)?;
    let state = loaded.config.resolve(&loaded.config.run.state);
    let Some(history) = History::open_existing(&state)? else {
        return Err(Error::new(ErrorKind::Usage, "还没有状态数据库，没有可以比较的运行")
            .at(state.display().to_string())
            .remedy("先用 hecha run 发布至少两个基准日的结果"));
    };
    let (a, b) = (history.run_named(&args.from)?, history.run_named(&args.to)?);
    let mut diff = history.diff(&a, &b)?;
    if !args.unit.is_empty() || !args.rule.is_empty() {
        diff.retain(
            |unit| args.unit.is_empty() || args.unit.iter().any(|u| u == unit),
            |rule| args.rule.is_empty() || args.rule.iter().any(|r| r.eq_ignore_ascii_case(rule)),
        );
    }
    let workbook = args.workbook.as_ref().map(|p| cwd.join(p));
    if let Some(path) = &workbook {
        diff_workbook::write(&diff, &loaded.config.run.federation, path)?;
    }
    if printer.json {
        printer.print_json(&as_json(&diff))?;
    } else {
        let mut text = text(&diff);
        if let Some(path) = &workbook {
            let _ = writeln!(text, "工作簿：{}", path.display());
        }
        printer.print(&text)?;
    }
    Ok(0)
}

fn counts(counts: &[usize; 6]) -> Value {
    Change::ALL
        .iter()
        .zip(counts)
        .map(|(c, n)| (c.id().to_string(), json!(n)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn as_json(diff: &Diff) -> Value {
    let run = |r: &crate::history::RunHead| json!({ "run_id": r.run_id, "as_of": r.as_of });
    let groups = |map: &std::collections::BTreeMap<String, [usize; 6]>| -> Value {
        map.iter().map(|(name, n)| (name.clone(), counts(n))).collect::<serde_json::Map<_, _>>().into()
    };
    let lines: Vec<Value> = (diff.lines.iter())
        .map(|l| {
            let (f, s) = (&l.finding, &l.finding.shown);
            json!({
                "change": l.change.id(), "what": l.what, "rule": f.rule, "title": s.title, "severity": f.severity.id(),
                "status": f.status.id(), "unit": f.unit, "file_no": s.file_no, "name": s.name, "id_number": s.id_number,
                "field": s.field, "message": s.message, "first_seen": f.first_seen, "last_seen": f.last_seen,
            })
        })
        .collect();
    json!({
        "from": run(&diff.from), "to": run(&diff.to), "totals": counts(&diff.totals()),
        "by_unit": groups(&diff.by_unit), "by_rule": groups(&diff.by_rule), "findings": lines,
    })
}

fn text(diff: &Diff) -> String {
    let mut out = String::new();
    let _ =
        writeln!(out, "回头看：{}（{}）→ {}（{}）", diff.from.as_of, diff.from.run_id, diff.to.as_of, diff.to.run_id);
    let totals = diff.totals();
    let said: Vec<String> = Change::ALL.iter().zip(totals).map(|(c, n)| format!("{}{n}", c.chinese())).collect();
    let _ = writeln!(out, "  {}", said.join("　"));
    for (title, groups) in [("单位", &diff.by_unit), ("规则", &diff.by_rule)] {
        let head: Vec<&str> = std::iter::once(title).chain(Change::ALL.map(Change::chinese)).collect();
        let rows = groups
            .iter()
            .map(|(name, n)| std::iter::once(name.clone()).chain(n.iter().map(ToString::to_string)).collect());
        out.push('\n');
        table(&mut out, &head, rows);
    }
    if !diff.lines.is_empty() {
        let _ = writeln!(out, "\n逐条（号码已遮盖）：");
    }
    for line in diff.lines.iter().take(SHOWN) {
        let (f, s) = (&line.finding, &line.finding.shown);
        let what = if line.what.is_empty() { String::new() } else { format!("（{}）", line.what) };
        let field = if s.field_title.is_empty() { String::new() } else { format!("[{}]", s.field_title) };
        let _ = writeln!(
            out,
            "  {}　{}　{} {}{field}　{} {}{what}",
            line.change.chinese(),
            f.unit,
            f.rule,
            s.title,
            s.file_no,
            s.name
        );
    }
    if diff.lines.len() > SHOWN {
        let _ =
            writeln!(out, "  ……另有{}条，用 --format json 或 --workbook 文件.xlsx 看全部", diff.lines.len() - SHOWN);
    }
    out
}
