//! `hecha run`: the whole job.

use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::progress::Shown;
use super::{Printer, notify, say, screen};
use crate::cli::{Only, Run};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::history::History;
use crate::pipeline::{self, Outcome, Progress};
use crate::plan::{Asked, Plan};
use crate::report::manifest::InputStatus;

/// 0 done, 1 open high findings, 3 a source could not be read.
pub fn run(args: &Run, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let plan = plan(args, cwd, today, printer)?;
    if let Some(threads) = plan.config().run.threads {
        // `--threads` came first and stays.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let command = &plan.config().notify.command;
    let mut told = None;
    let ended = night(args, &plan, today, printer, &mut told);
    if !command.is_empty() && !args.dry_run {
        let code = ended.as_ref().map_or_else(Error::exit_code, |code| *code);
        let summary = notify::summary(&plan, code, told, ended.as_ref().err());
        if let Err(why) = notify::tell(command, &plan.config().base, &summary) {
            say::say(say::Level::Warning, &format!("注意：没能通知：{why}；结果不受影响，请核对 [notify] command"));
        }
    }
    ended
}

fn plan(args: &Run, cwd: &Path, today: NaiveDate, printer: &Printer<'_>) -> Result<Plan> {
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
        backdate: args.backdate,
        second_reader: printer.program.clone(),
        verify: false,
    };
    Plan::new(asked, cwd, today)
}

/// The run itself. `told`: what whoever is notified gets of it, once it is published.
fn night(
    args: &Run,
    plan: &Plan,
    today: NaiveDate,
    printer: &mut Printer<'_>,
    told: &mut Option<serde_json::Value>,
) -> Result<u8> {
    if !args.backdate && !args.dry_run {
        clock_is_right(plan, today)?;
    }
    for code in &args.rule {
        super::rules::named(&plan.loaded.schemas, code)?;
    }
    let progress = Shown::new(printer);
    if args.canary {
        let song = super::canary::trial(plan, &progress)?;
        let code = super::canary::exit_code(&song);
        if code != 0 || !(printer.json || printer.quiet) {
            say::say(say::Level::Info, &super::canary::text(&song, true));
        }
        if code != 0 {
            return Ok(code);
        }
    }
    let (outcome, place) = if args.dry_run {
        let outcome = pipeline::judge(plan, &progress)?;
        progress.finish();
        (outcome, None)
    } else {
        let (outcome, published) = pipeline::run(plan, &progress)?;
        (outcome, Some(published.dir))
    };
    let code = exit_code(&outcome, args.exit_zero, plan.config().run.findings_exit);
    if place.is_some() {
        *told = Some(notify::outcome(&outcome));
    }
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
            "warnings": warnings(plan, &outcome).collect::<Vec<_>>(),
            "exit_code": code,
        });
        printed(printer.print_json(&value), place.is_some())?;
    } else if !printer.quiet {
        printed(printer.print(&screen::summary(&outcome, place.as_deref(), printer.verbose > 0)), place.is_some())?;
    }
    if !printer.json {
        for warning in warnings(plan, &outcome) {
            say::say(say::Level::Warning, &format!("注意：{warning}"));
        }
    }
    Ok(code)
}

/// A clock without battery, or a mistyped date, must not put a run before its time or behind later ones.
fn clock_is_right(plan: &Plan, today: NaiveDate) -> Result<()> {
    let wrong = |what: String| {
        Err(Error::new(ErrorKind::Usage, what)
            .remedy("核对电脑的日期、--as-of 和配置里的 as_of")
            .remedy("确实要按这个日期核查的，加 --backdate：结果不改动 latest，也不排在以后的答复之前")
            .meanwhile("没有发布本次结果，上一次的结果没有改动"))
    };
    if plan.as_of > today {
        return wrong(format!("基准日{}在今天（{today}）之后", plan.as_of));
    }
    if plan.asked.no_history || plan.is_partial() {
        return Ok(());
    }
    let runs = History::open_existing(&plan.state())?.map(|h| h.runs()).transpose()?.unwrap_or_default();
    match runs.last() {
        Some(last) if plan.as_of < last.as_of => {
            wrong(format!("基准日{}在最近一次运行（{}）之前", plan.as_of, last.as_of))
        }
        _ => Ok(()),
    }
}

/// What was published stays published, though it cannot be printed.
fn printed(result: Result<()>, published: bool) -> Result<()> {
    match result {
        Err(error) if published => {
            say::say(say::Level::Warning, &format!("{error}\n结果已经发布，只是没能显示出来"));
            Ok(())
        }
        other => other,
    }
}

/// What is said besides the findings: of the configuration, of the run, of the sheets.
fn warnings<'a>(plan: &'a Plan, outcome: &'a Outcome) -> impl Iterator<Item = &'a String> {
    plan.warnings.iter().chain(&outcome.warnings).chain(&outcome.report.manifest.warnings)
}

fn exit_code(outcome: &Outcome, exit_zero: bool, findings_exit: bool) -> u8 {
    let open_high = outcome.report.findings.iter().any(|f| f.severity == Severity::High && f.status.is_open());
    let not_come = !outcome.report.manifest.not_come.is_empty();
    match (outcome.unreadable, not_come, open_high) {
        (true, ..) => 3,
        // What is said and may be as it should be is no failure for a scheduler that asked to hear of failures only.
        _ if exit_zero => 0,
        (false, true, _) => 3,
        (false, false, true) if findings_exit => 1,
        (false, false, _) => 0,
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
