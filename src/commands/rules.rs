//! `hecha rules [CODE]`: the catalogue, or one rule with basis, parameters and examples.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::{Printer, reference};
use crate::cli::Rules;
use crate::config;
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::plan;
use crate::profile::{self, Parameter, Profile};
use crate::rules::{self, Param, Preset, Rule};
use crate::schema::Schemas;

/// The policy the rules are shown under: the configuration's, or the default profile's.
struct Shown {
    profile: Profile,
    schemas: Schemas,
    disabled: Vec<String>,
}

pub fn run(args: &Rules, cwd: &Path, printer: &mut Printer<'_>) -> Result<u8> {
    let shown = policy(args, cwd)?;
    if args.markdown {
        let names = profile::names(None)?;
        let papers: Vec<Profile> = names.iter().map(|id| profile::load(id, None)).collect::<Result<_>>()?;
        printer.print(&reference::markdown(&rules::all(&shown.schemas), &papers, &shown.schemas))?;
        return Ok(0);
    }
    let mut chosen: Vec<&'static Rule> = match &args.code {
        None => rules::all(&shown.schemas),
        Some(code) => vec![named(&shown.schemas, code)?],
    };
    chosen.sort_by_key(|r| r.code);
    if printer.json {
        let all: Vec<Value> = chosen.iter().map(|r| as_json(r, &shown)).collect();
        printer.print_json(&Value::Array(all))?;
    } else if args.code.is_some() {
        let pages: Vec<String> = chosen.iter().map(|r| page(r, &shown)).collect();
        printer.print(&pages.concat())?;
    } else {
        let mut out = String::new();
        for rule in chosen {
            let off = if enabled(rule, &shown) { "" } else { "（未启用）" };
            let _ = writeln!(out, "{} {} {} {}{off}", rule.code, rule.severity, rule.class.chinese(), rule.title);
        }
        out.push_str("一条规则的依据、参数和示例：hecha rules 代码\n");
        printer.print(&out)?;
    }
    Ok(0)
}

/// The rule of a code as a user wrote it.
///
/// # Errors
/// No such rule: the near one is named.
pub fn named(schemas: &Schemas, code: &str) -> Result<&'static Rule> {
    let all = rules::all(schemas);
    all.iter().find(|r| r.code.eq_ignore_ascii_case(code)).copied().ok_or_else(|| {
        let mut error = Error::new(ErrorKind::Usage, format!("没有规则“{code}”"));
        if let Some(near) = nearest(&code.to_uppercase(), all.iter().map(|r| r.code)) {
            error = error.remedy(format!("是不是“{near}”？"));
        }
        error.remedy("规则目录见：hecha rules")
    })
}

fn policy(args: &Rules, cwd: &Path) -> Result<Shown> {
    let found = args.config.as_ref().map(|p| cwd.join(p)).or_else(|| config::find(cwd));
    let Some(path) = found else {
        let (profile, schemas) = (profile::load(profile::DEFAULT, None)?, Schemas::load(None)?);
        return Ok(Shown { profile, schemas, disabled: Vec::new() });
    };
    let loaded = plan::load(&path)?;
    let disabled =
        loaded.config.rules.iter().filter(|(_, r)| r.enabled == Some(false)).map(|(c, _)| c.clone()).collect();
    Ok(Shown { profile: loaded.terms, schemas: loaded.schemas, disabled })
}

fn enabled(rule: &Rule, shown: &Shown) -> bool {
    shown.profile.runs(rule.code, rule.only_where_bound) && !shown.disabled.iter().any(|c| c == rule.code)
}

/// A parameter's value in force.
fn value_of(rule: &Rule, shown: &Shown, param: &Param) -> Value {
    shown.profile.parameter(rule.code, param.name).map_or_else(|| preset(param), parameter)
}

pub(super) fn parameter(set: &Parameter) -> Value {
    match set {
        Parameter::Decimal(_) => json!(set.number()),
        Parameter::Date(date) => json!(date.to_string()),
        other => json!(other),
    }
}

pub(super) fn preset(param: &Param) -> Value {
    match param.default {
        Preset::Number(n) => json!(n),
        Preset::Flag(b) => json!(b),
        Preset::NoDate => Value::Null,
        Preset::List(words) | Preset::Choice(words, _) => json!(words),
        Preset::Table(rows) => Value::Object(rows.iter().map(|(k, v)| ((*k).to_string(), json!(v))).collect()),
    }
}

/// A value of a parameter as a person reads it.
pub(super) fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "（未定）".to_string(),
        Value::String(text) => text.clone(),
        Value::Array(words) => words.iter().map(in_words).collect::<Vec<_>>().join("、"),
        Value::Object(rows) => {
            let row = |(k, v): (&String, &Value)| match v.as_array() {
                Some(words) => format!("{k} → {}", words.iter().map(in_words).collect::<Vec<_>>().join("或")),
                None => format!("{k} → {v}"),
            };
            rows.iter().map(row).collect::<Vec<_>>().join("；")
        }
        Value::Number(n) if n.as_f64().is_some_and(|n| n.fract() == 0.0) => format!("{:.0}", n.as_f64().unwrap_or(0.0)),
        other => other.to_string(),
    }
}

fn as_json(rule: &Rule, shown: &Shown) -> Value {
    let basis = shown.profile.clause(rule.clause).map(|c| {
        let document = shown.profile.document.number.clone().unwrap_or_else(|| shown.profile.document.title.clone());
        json!({ "document": document, "clause": c.article, "quote": c.quote })
    });
    let parameters: Vec<_> = rule
        .params
        .iter()
        .map(|p| json!({ "name": p.name, "type": p.unit, "default": preset(p), "value": value_of(rule, shown, p) }))
        .collect();
    let cases: Vec<_> =
        rule.cases.iter().map(|c| json!({ "verdict": c.verdict.chinese(), "given": c.given })).collect();
    json!({
        "code": rule.code,
        "title": rule.title,
        "severity": rule.severity.id(),
        "class": rule.class.chinese(),
        "norm": rule.norm.chinese(),
        "subject": rule.subject,
        "sources": rule.sources,
        "basis": basis,
        "general_basis": rule.general_basis,
        "parameters": parameters,
        "advice": rule.advice,
        "cases": cases,
        "enabled": enabled(rule, shown),
        "since": rule.since,
    })
}

/// The manual of one rule.
fn page(rule: &Rule, shown: &Shown) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} {}（{}，{}，{}）",
        rule.code,
        rule.title,
        rule.severity,
        rule.class.chinese(),
        rule.norm.chinese()
    );
    for line in rule.manual.lines().skip(1).map(str::trim) {
        let line = line.strip_prefix("## ").map_or_else(|| line.to_string(), |h| format!("【{h}】"));
        if !line.is_empty() {
            let _ = writeln!(out, "{line}");
        }
    }
    let _ = writeln!(out, "【看什么】\n{}", rule.subject);
    match shown.profile.citation(rule.clause) {
        Some(citation) => {
            let _ = writeln!(out, "【依据】\n{citation}\n{}", rule.general_basis);
        }
        None => {
            let _ = writeln!(out, "【依据】\n{}", rule.general_basis);
        }
    }
    let sources: Vec<String> = rule.sources.iter().map(|g| g.join("或")).collect();
    let _ = writeln!(out, "【来源】\n{}", if sources.is_empty() { "任何来源".to_string() } else { sources.join("、") });
    for (i, p) in rule.params.iter().enumerate() {
        let heading = if i == 0 { "【参数】\n" } else { "" };
        let (value, preset) = (in_words(&value_of(rule, shown, p)), in_words(&preset(p)));
        let _ = writeln!(out, "{heading}{} = {value} {}（默认{preset}）", p.name, p.unit);
    }
    let _ = writeln!(out, "【处理】\n{}\n【示例】在示例户上改动，应得结论", rule.advice);
    for case in rule.cases {
        let given = if case.given.is_empty() { "（不改动）" } else { case.given };
        let _ = writeln!(out, "  {} ← {given}", case.verdict.chinese());
    }
    if !enabled(rule, shown) {
        out.push_str("本规则未启用。\n");
    }
    out
}
