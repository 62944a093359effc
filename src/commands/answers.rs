//! `hecha answers`: what was answered, and by whom; taking answers and returned forms back, asking anew.

use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::Printer;
use crate::cli::{AnswersArgs, AnswersCommand, Undone};
use crate::config;
use crate::domain::text::mask_numbers;
use crate::error::Result;
use crate::history::review::{Given, GivenState, Undo, not_found};
use crate::history::{History, Lock, sealed};

/// 0 done; 2 where what is named is not there.
pub fn run(args: &AnswersArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let loaded = crate::plan::load(&config::locate(args.config.as_deref(), cwd)?)?;
    let state = loaded.config.resolve(&loaded.config.run.state);
    match &args.command {
        None => list(args, &state, printer)?,
        Some(AnswersCommand::Withdraw(undone)) => undo(undone, Undo::Withdraw, &state, today, printer)?,
        Some(AnswersCommand::Reopen(undone)) => undo(undone, Undo::Reopen, &state, today, printer)?,
    }
    Ok(0)
}

fn list(args: &AnswersArgs, state: &Path, printer: &mut Printer<'_>) -> Result<()> {
    let (given, forms) = match History::open_existing(state)? {
        Some(history) => (history.given()?, history.forms()?),
        None => (Vec::new(), Vec::new()),
    };
    let wanted = |g: &&Given| {
        (args.all || g.state == GivenState::Effective)
            && args.unit.as_ref().is_none_or(|unit| g.unit == *unit)
            && args.rule.as_ref().is_none_or(|rule| g.rule.eq_ignore_ascii_case(rule))
    };
    let given: Vec<&Given> = given.iter().filter(wanted).collect();
    if printer.json {
        let answers: Vec<_> = given.iter().map(|g| answer_json(g)).collect();
        let forms: Vec<_> = forms.iter().map(|f| json!({ "name": f.name, "given_on": f.given_on })).collect();
        return printer.print_json(&json!({ "answers": answers, "forms": forms }));
    }
    let mut out = String::new();
    for answer in &given {
        let _ = writeln!(out, "{}", line(answer));
    }
    let _ = writeln!(out, "答复{}条，交回的调查表文件{}个", given.len(), forms.len());
    for form in &forms {
        let _ = writeln!(out, "  调查表 {}　{}收", form.name, form.given_on);
    }
    printer.print(&out)
}

fn opened(text: &str) -> String {
    sealed::opened(text, &std::collections::HashMap::new())
}

fn answer_json(answer: &Given) -> serde_json::Value {
    json!({
        "finding_id": answer.finding, "rule": answer.rule, "unit": answer.unit, "answer": answer.word.text(),
        "corrected": opened(&answer.corrected), "note": opened(&answer.note), "checked_by": opened(&answer.checked_by),
        "done_on": answer.done_on, "given_on": answer.given_on, "state": answer.state.id(),
    })
}

/// `YZ301-ABCDEFGHIJ　青羊区总工会　疑点属实，已更正（更正为…；说明…）　2019-08-22收`
fn line(answer: &Given) -> String {
    let mut more: Vec<String> = Vec::new();
    for (label, text) in [("更正为", &answer.corrected), ("说明：", &answer.note), ("核查人", &answer.checked_by)]
    {
        if !text.is_empty() {
            more.push(format!("{label}{}", opened(text)));
        }
    }
    let more = if more.is_empty() { String::new() } else { format!("（{}）", more.join("；")) };
    let state = match answer.state {
        GivenState::Effective => String::new(),
        state => format!("　{}", state.chinese()),
    };
    let finding = answer.finding.as_deref().unwrap_or("（密钥已换，编号不可见）");
    format!("{finding}　{}　{}{more}　{}收{state}", answer.unit, answer.word.text(), answer.given_on)
}

fn undo(undone: &Undone, how: Undo, state: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<()> {
    let _lock = Lock::take(state, "处理答复")?;
    let mut history = History::open_existing(state)?;
    let mut done = Vec::new();
    for named in &undone.named {
        let Some(history) = &mut history else { return Err(not_found("答复", named)) };
        let key = history.key().digest(&named.trim().to_ascii_uppercase());
        let answers = history.take_answers_back(&key, how, &undone.why, today)?;
        let form = answers == 0 && how == Undo::Withdraw && history.withdraw_form(named.trim(), today)?;
        if answers == 0 && !form {
            return Err(not_found("答复", named));
        }
        let what = match (form, how) {
            (true, _) => "调查表已撤回，下次核查不再采用",
            (false, Undo::Withdraw) => "答复已撤回，当作没有收到过；原文件可以再交",
            (false, Undo::Reopen) => "已退回重核，下次核查重新交办",
        };
        done.push((mask_numbers(named), what));
    }
    if printer.json {
        let done: Vec<_> = done.iter().map(|(named, what)| json!({ "named": named, "done": what })).collect();
        return printer.print_json(&json!({ "done": done }));
    }
    let text: String = done.iter().map(|(named, what)| format!("{named}　{what}\n")).collect();
    printer.print(&text)
}
