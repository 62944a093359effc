//! `hecha history`: the trend over the published runs; `hecha history prune --keep 10y`: forgets what is older.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::Printer;
use crate::cli::{HistoryArgs, HistoryCommand};
use crate::config;
use crate::domain::date::add_months;
use crate::error::{Error, ErrorKind, Result};
use crate::history::{History, Lock};
use crate::pipeline;
use crate::report::corrections::RunPoint;
use crate::report::publish;

/// Units and rules shown on the screen when none is asked for.
const SHOWN: usize = 12;

pub fn run(args: &HistoryArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let loaded = crate::plan::load(&config::locate(args.config.as_deref(), cwd)?)?;
    let state = loaded.config.resolve(&loaded.config.run.state);
    if let Some(HistoryCommand::Prune(prune)) = &args.command {
        let limit = limit(&prune.keep, today)?;
        let _lock = Lock::take(&state, "清理以往记录")?;
        let out = loaded.config.resolve(&loaded.config.run.out);
        let _out_lock = Lock::take_out(&out, "清理以往结果")?;
        let removed = match History::open_existing(&state)? {
            Some(mut history) => history.prune(limit)?,
            None => 0,
        };
        let results = publish::clear(&out, limit.min(add_months(today, -3)), false)?;
        if printer.json {
            printer.print_json(&json!({ "before": limit, "runs_removed": removed, "results_removed": results }))?;
        } else {
            let results = results.len();
            printer.print(&format!("已清理基准日早于{limit}的{removed}次运行、{results}个结果目录\n"))?;
        }
        return Ok(0);
    }
    if let Some(HistoryCommand::Forget(forget)) = &args.command {
        return forget_run(&forget.run, &state, printer);
    }
    let points = match History::open_existing(&state)? {
        Some(history) => pipeline::trend(&history)?,
        None => Vec::new(),
    };
    if printer.json {
        printer.print_json(&json!({ "runs": points }))?;
    } else {
        printer.print(&text(&points, args))?;
    }
    Ok(0)
}

/// Takes a run out of the memory that should not have been: the next is compared with the one before it.
fn forget_run(named: &str, state: &Path, printer: &mut Printer<'_>) -> Result<u8> {
    let _lock = Lock::take(state, "删去一次运行")?;
    let history = History::open_existing(state)?;
    let mut runs = history.as_ref().map(History::runs).transpose()?.unwrap_or_default();
    runs.retain(|run| run.run_id == named || run.as_of.to_string() == named);
    let (Some(mut history), Some(run)) = (history, runs.pop()) else {
        return Err(Error::new(ErrorKind::Usage, format!("没有“{named}”这次运行"))
            .remedy("用 hecha history 看有哪些；写基准日（2019-08-20）或 run_id"));
    };
    history.forget(run.seq)?;
    if printer.json {
        printer.print_json(&json!({ "run_id": run.run_id, "as_of": run.as_of }))?;
    } else {
        printer.print(&format!("已删去基准日{}的运行记录；它的结果目录没有动\n", run.as_of))?;
    }
    Ok(0)
}

/// `10y` `6m` `90d`, also 10年 6个月 90天: the day before which runs are forgotten.
fn limit(keep: &str, today: NaiveDate) -> Result<NaiveDate> {
    let wrong = || {
        Error::new(ErrorKind::Usage, "保留期限看不懂")
            .excerpt(keep.to_string())
            .remedy("写成 10y（年）、18m（月）或 90d（天）")
    };
    let digits = keep.find(|c: char| !c.is_ascii_digit()).unwrap_or(keep.len());
    let count: i32 = keep[..digits].parse().map_err(|_| wrong())?;
    let limit = match keep[digits..].trim() {
        "y" | "年" => count.checked_mul(12).map(|months| add_months(today, -months)),
        "m" | "月" | "个月" => Some(add_months(today, -count)),
        "d" | "天" | "日" => today.checked_sub_days(chrono::Days::new(u64::try_from(count).unwrap_or(0))),
        _ => None,
    };
    limit.filter(|l| *l < today).ok_or_else(wrong)
}

fn text(points: &[RunPoint], args: &HistoryArgs) -> String {
    if points.is_empty() {
        return "还没有发布过的运行\n".to_string();
    }
    let mut out = String::new();
    let head = [
        "基准日",
        "在档",
        "未办结",
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
    let rows = points.iter().map(|p| {
        let n = |n: usize| n.to_string();
        let open: usize = p.open.iter().sum();
        let [high, medium, low] = p.open;
        let ends = match p.known_ends() {
            Some(ends) => ends.map(n),
            None => [String::new(), n(p.resolved), String::new()],
        };
        let [verified, cleared, left] = ends;
        vec![
            p.as_of.to_string(),
            n(p.active),
            n(open),
            n(high),
            n(medium),
            n(low),
            n(p.new),
            n(p.reopened),
            verified,
            cleared,
            left,
            n(p.unchecked),
            n(p.answered),
        ]
    });
    table(&mut out, &head, rows);
    series(&mut out, "单位", points, |p| &p.by_unit, args.unit.as_deref());
    series(&mut out, "规则", points, |p| &p.by_rule, args.rule.as_deref());
    out
}

/// Open findings of the last runs, a line a unit or rule.
fn series(
    out: &mut String,
    title: &str,
    points: &[RunPoint],
    of: impl Fn(&RunPoint) -> &BTreeMap<String, usize>,
    asked: Option<&str>,
) {
    let last = &points[points.len().saturating_sub(8)..];
    let mut names: Vec<&String> = last.iter().flat_map(|p| of(p).keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|n| asked.is_none_or(|a| n.eq_ignore_ascii_case(a)));
    let now = |name: &str| last.last().and_then(|p| of(p).get(name)).copied().unwrap_or(0);
    names.sort_by_key(|n| std::cmp::Reverse(now(n)));
    let all = names.len();
    if asked.is_none() {
        names.truncate(SHOWN);
    }
    let days: Vec<String> = last.iter().map(|p| p.as_of.format("%m-%d").to_string()).collect();
    let mut head = vec![title];
    head.extend(days.iter().map(String::as_str));
    let rows = names.iter().map(|name| {
        let counts = last.iter().map(|p| of(p).get(*name).copied().unwrap_or(0).to_string());
        std::iter::once((*name).clone()).chain(counts).collect()
    });
    let _ = writeln!(out, "\n各{title}未办结疑点：");
    table(out, &head, rows);
    if names.len() < all {
        let _ = writeln!(out, "  ……另有{}个{title}，用 --format json 看全部", all - names.len());
    }
}

/// Columns as wide as their content; the first to the left, numbers to the right.
pub(super) fn table(out: &mut String, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let rows: Vec<Vec<String>> = std::iter::once(head.iter().map(ToString::to_string).collect()).chain(rows).collect();
    let width = |at: usize| rows.iter().filter_map(|r| r.get(at)).map(|c| c.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in &rows {
        for (at, cell) in row.iter().enumerate() {
            let blank = " ".repeat(widths[at].saturating_sub(cell.width()));
            let _ = if at == 0 { write!(out, "  {cell}{blank}") } else { write!(out, "  {blank}{cell}") };
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_years_months_and_days() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day");
        let of = |keep: &str| limit(keep, today).map(|d| d.to_string()).map_err(|e| e.kind().exit_code());
        assert_eq!(of("10y"), Ok("2016-03-31".into()));
        assert_eq!(of("1个月"), Ok("2026-02-28".into()));
        assert_eq!(of("90d"), Ok("2025-12-31".into()));
        for wrong in ["", "y", "10", "10w", "-1y", "0d", "99999999999y"] {
            assert_eq!(of(wrong), Err(2), "{wrong}");
        }
    }
}
