//! `hecha due`: what has to be done by when. The sources are read again at the as-of of the last published run.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::{Days, NaiveDate};
use serde_json::json;

use super::Printer;
use super::progress::Shown;
use crate::cli::DueArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::history::History;
use crate::history::answers::Standing;
use crate::history::compare::Known;
use crate::ingest::inputs::Inputs;
use crate::pipeline;
use crate::plan::{Asked, Plan};
use crate::report::due::{self, Calendar, Due, Promise, What};
use crate::report::manifest::{InputStatus, Manifest};

/// Rows shown on the screen; JSON and the workbook have all.
const SHOWN: usize = 40;

/// 0 done, 1 a source is not what it was in the last run, 3 one is gone or cannot be read.
pub fn run(args: &DueArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let asked = Asked {
        config: args.config.as_ref().map(|p| cwd.join(p)),
        second_reader: printer.program.clone(),
        ..Asked::default()
    };
    let mut plan = Plan::new(asked, cwd, today)?;
    let history = History::open_existing(&plan.state())?;
    let last = history.as_ref().map(History::runs).transpose()?.unwrap_or_default().pop();
    if let Some(on) = args.as_of.or(last.as_ref().map(|run| run.as_of)) {
        let asked = Asked { as_of: Some(on), ..plan.asked.clone() };
        plan = Plan::new(asked, cwd, today)?;
    }
    let to = plan.as_of.checked_add_days(Days::new(days(&args.within)?)).ok_or_else(|| unreadable(&args.within))?;
    let promises = history.as_ref().map(|h| promises(h, plan.as_of)).transpose()?.unwrap_or_default();
    let inputs = pipeline::inputs(&plan, &Shown::new(printer));
    let mut calendar = pipeline::audited(&plan, &inputs, |facts, _| {
        let rules: Vec<_> = crate::rules::all(facts.book.tables.schemas);
        due::calendar(facts, &plan.loaded.terms, &rules, &promises, to)
    })?;
    calendar.rows.retain(|due| {
        (args.unit.is_empty() || args.unit.contains(&due.unit))
            && (args.helper.is_empty() || args.helper.contains(&due.helper))
    });
    let changed = last.as_ref().map(|run| changes(&plan, &inputs, &run.run_id, run.as_of)).unwrap_or_default();
    let workbook = args.workbook.as_ref().map(|p| cwd.join(p));
    if let Some(path) = &workbook {
        due::workbook::write(&calendar, &plan.config().run.federation, plan.as_of, path)?;
    }
    if printer.json {
        printer.print_json(&as_json(&calendar, &plan, to))?;
    } else {
        let mut text = text(&calendar, &plan, to);
        if let Some(path) = &workbook {
            let _ = writeln!(text, "工作簿：{}", path.display());
        }
        printer.print(&text)?;
    }
    for warning in changed.told {
        super::say::say(super::say::Level::Warning, &format!("注意：{warning}"));
    }
    Ok(changed.code)
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

/// How today's sources differ from those of the last run.
#[derive(Debug, Default)]
struct Changes {
    code: u8,
    told: Vec<String>,
}

fn changes(plan: &Plan, inputs: &Inputs, run_id: &str, as_of: NaiveDate) -> Changes {
    let mut changes = Changes::default();
    let path = plan.out.join(as_of.to_string()).join("manifest.json");
    let manifest: Option<Manifest> = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(manifest) = manifest.filter(|m| m.run_id == run_id) else {
        changes.told.push("上次运行的结果不在，不知道来源有没有变".to_string());
        return changes;
    };
    let now: BTreeMap<&str, String> =
        inputs.files.iter().map(|f| (f.path.as_str(), data_encoding::HEXLOWER.encode(&f.sha256))).collect();
    let read = |i: &&crate::report::manifest::Input| i.status == InputStatus::Read;
    let gone = manifest.inputs.iter().filter(read).filter(|i| !now.contains_key(i.path.as_str())).count();
    let other = (manifest.inputs.iter().filter(read))
        .filter(|i| now.get(i.path.as_str()).is_some_and(|sha| i.sha256.as_ref() != Some(sha)))
        .count();
    if other > 0 {
        changes.told.push(format!("有{other}个来源与上次运行（{as_of}）时不同，日期按现在的内容推算"));
        changes.code = 1;
    }
    let unread = inputs.files.iter().filter(|f| f.is_unread()).count();
    if gone + unread > 0 {
        changes.told.push(format!("上次运行（{as_of}）用过的来源有{gone}个不在了，{unread}个读不出，日期可能不全"));
        changes.code = 3;
    }
    changes
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
