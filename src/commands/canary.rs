//! `hecha canary`: plants known mistakes into a copy of the inputs in memory and says which rules found theirs.

use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::Printer;
use super::progress::Shown;
use crate::canary::{self, Fate, Song};
use crate::cli::Canary;
use crate::error::Result;
use crate::ingest::inputs::Inputs;
use crate::pipeline::Progress;
use crate::plan::{Asked, Plan};

/// 0 every planted mistake was found, 5 one was missed.
pub fn run(args: &Canary, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let asked = Asked {
        config: args.config.as_ref().map(|p| cwd.join(p)),
        as_of: args.as_of,
        second_reader: printer.program.clone(),
        ..Asked::default()
    };
    let plan = Plan::new(asked, cwd, today)?;
    let song = trial(&plan, &Shown::new(printer))?;
    if printer.json {
        printer.print_json(&as_json(&song))?;
    } else {
        printer.print(&text(&song, printer.quiet))?;
    }
    Ok(exit_code(&song))
}

/// Reads the inputs and tries every rule on them.
///
/// # Errors
/// A state database that cannot be read.
pub fn trial(plan: &Plan, progress: &Shown) -> Result<Song> {
    progress.stage("自检：读取文件", Some(plan.wanted.len()));
    let inputs = Inputs::read(&plan.wanted, &|path| progress.step(path));
    progress.stage("自检：埋入已知错误并核查", None);
    let song = canary::sing(plan, &inputs)?;
    progress.finish();
    Ok(song)
}

pub fn exit_code(song: &Song) -> u8 {
    if song.missed() > 0 { 5 } else { 0 }
}

fn as_json(song: &Song) -> serde_json::Value {
    let trials: Vec<_> = song
        .trials
        .iter()
        .map(|t| {
            let (fate, why) = match &t.fate {
                Fate::Found => ("found", None),
                Fate::Missed => ("missed", None),
                Fate::Untried(why) => ("untried", Some(why)),
            };
            json!({ "code": t.code, "title": t.title, "fate": fate, "why": why, "false_alarms": t.false_alarms.len() })
        })
        .collect();
    json!({
        "found": song.found(),
        "tried": song.found() + song.missed(),
        "rules_in_all": song.trials.len(),
        "false_alarms": song.false_alarms(),
        "rules": trials,
        "exit_code": exit_code(song),
    })
}

/// `自检 66/74`, of all rules there are, and each rule; `brief`: only what is not as it should be.
pub fn text(song: &Song, brief: bool) -> String {
    let mut out = String::new();
    let (found, tried, alarms) = (song.found(), song.found() + song.missed(), song.false_alarms());
    let untried = song.trials.len() - tried;
    let _ = writeln!(out, "自检 {found}/{}　未查出{}　误报{alarms}　无法试{untried}", song.trials.len(), song.missed());
    for trial in &song.trials {
        let told = match &trial.fate {
            Fate::Found if brief && trial.false_alarms.is_empty() => continue,
            Fate::Untried(_) if brief && trial.false_alarms.is_empty() => continue,
            Fate::Found => "查出".to_string(),
            Fate::Missed => "未查出".to_string(),
            Fate::Untried(why) => format!("无法试：{why}"),
        };
        let alarms: String = trial
            .false_alarms
            .iter()
            .map(|own| match own {
                Some(code) => format!("，误报（在埋入{code}的户）"),
                None => "，误报（在没有埋入错误的户）".to_string(),
            })
            .collect();
        let _ = writeln!(out, "  {} {}　{told}{alarms}", trial.code, trial.title);
    }
    out
}
