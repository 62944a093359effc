//! `hecha due`: what has to be done by when. The sources are read again at the as-of of the last published run.

use std::fmt::Write;
use std::path::Path;

use chrono::{Days, NaiveDate};
use serde_json::json;

use super::Printer;
use super::again::Again;
use crate::cli::DueArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::history::History;
use crate::history::answers::Standing;
use crate::history::compare::Known;
use crate::plan::Plan;
use crate::report::due::{self, Calendar, Due, Promise, What};

/// Rows shown on the screen; JSON and the workbook have all.
const SHOWN: usize = 40;

/// 0 done, 1 a source is not what it was in the last run, 3 one is gone or cannot be read.
pub fn run(args: &DueArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let again = Again::read(&args.again, cwd, today, printer)?;
    let (plan, history) = (&again.plan, again.history.as_ref());
    let to = plan.as_of.checked_add_days(Days::new(days(&args.within)?)).ok_or_else(|| unreadable(&args.within))?;
    let promises = history.map(|h| promises(h, plan.as_of)).transpose()?.unwrap_or_default();
    let mut calendar = again.audited(|facts, _| {
        let rules: Vec<_> = crate::rules::all(facts.book.tables.schemas);
        due::calendar(facts, &plan.loaded.terms, &rules, &promises, to)
    })?;
    calendar.rows.retain(|due| {
        (args.unit.is_empty() || args.unit.contains(&due.unit))
            && (args.helper.is_empty() || args.helper.contains(&due.helper))
    });
    let workbook = args.workbook.as_ref().map(|p| cwd.join(p));
    if let Some(path) = &workbook {
        due::workbook::write(&calendar, &plan.config().run.federation, plan.as_of, path)?;
    }
    if printer.json {
        printer.print_json(&as_json(&calendar, plan, to))?;
    } else {
        let mut text = text(&calendar, plan, to);
        if let Some(path) = &workbook {
            let _ = writeln!(text, "工作簿：{}", path.display());
        }
        printer.print(&text)?;
    }
    Ok(again.tell_changes("日期"))
}

fn unreadable(written: &str) -> Error {
    Error::new(ErrorKind::Usage, "--within 看不懂")
        .excerpt(written.to_string())
        .remedy("写成 30d（天）或 6m（月，按31天算）")
}

fn days(text: &str) -> Result<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let each = match text[digits..].trim() {
        "d" | "天" | "日" | "" => Some(1),
        "m" | "月" | "个月" => Some(31),
        _ => None,
    };
    let days = each.and_then(|each: u64| text[..digits].parse::<u64>().ok()?.checked_mul(each));
    days.filter(|d| *d <= 36_600).ok_or_else(|| unreadable(text))
}

/// Open findings answered with a day.
fn promises(history: &History, as_of: NaiveDate) -> Result<Vec<Promise>> {
    let known = Known::load(history, as_of + Days::new(1))?;
    let listed = known.past.iter().flat_map(|past| past.listed.values()).filter(|l| l.status.is_open());
    let of = |l: &crate::history::runs::Listed| {
        let id = l.id.clone()?;
        let Some(Standing::Pending { due: Some(on), .. }) = known.answer_of(&id) else { return None };
        // The file number is kept sealed where it holds a person's number; then the finding's own says enough.
        let shown = l.shown.opened(&std::collections::HashMap::new());
        Some(Promise { on: *on, unit: l.unit.clone(), file_no: shown.file_no, name: shown.name, finding: id })
    };
    Ok(listed.filter_map(of).collect())
}

fn as_json(calendar: &Calendar, plan: &Plan, to: NaiveDate) -> serde_json::Value {
    let row = |due: &Due| {
        json!({
            "on": due.on, "what": due.what.id(), "unit": due.unit, "helper": due.helper, "file_no": due.file_no,
            "name": due.name, "why": due.why, "overdue": due.on < plan.as_of,
        })
    };
    json!({
        "federation": plan.config().run.federation,
        "as_of": plan.as_of,
        "to": to,
        "due": calendar.rows.iter().map(row).collect::<Vec<_>>(),
        "untold": calendar.untold,
    })
}

fn text(calendar: &Calendar, plan: &Plan, to: NaiveDate) -> String {
    let mut out = String::new();
    let as_of = plan.as_of;
    let _ = writeln!(out, "{}　到期提醒　{as_of}至{to}", plan.config().run.federation);
    let (past, ahead): (Vec<&Due>, Vec<&Due>) = calendar.rows.iter().partition(|due| due.on < as_of);
    let counted = |rows: &[&Due]| {
        let of = |what: What| rows.iter().filter(|d| d.what == what).count();
        let parts = What::ALL.into_iter().filter(|&w| of(w) > 0).map(|w| format!("{}{}", w.text(), of(w)));
        let said = parts.collect::<Vec<_>>().join("、");
        if said.is_empty() { "没有".to_string() } else { said }
    };
    let _ = writeln!(out, "已逾期：{}", counted(&past));
    let _ = writeln!(out, "将到期：{}", counted(&ahead));
    if calendar.untold > 0 {
        let _ = writeln!(out, "另有{}户没有可读的走访、建档日期，推算不出下次走访", calendar.untold);
    }
    for due in ahead.iter().take(SHOWN) {
        let parts = [due.what.text(), &due.unit, &due.helper, &due.file_no, &due.name, &due.why];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let _ = writeln!(out, "  {}　{}", due.on, said.join("　"));
    }
    if ahead.len() > SHOWN || !past.is_empty() {
        let more = ahead.len().saturating_sub(SHOWN) + past.len();
        let _ = writeln!(out, "另有{more}条（含已逾期的），用 --workbook 文件.xlsx 或 --format json 看全部");
    }
    out
}
