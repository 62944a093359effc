//! A register's `[finding]` → a rule of the catalogue.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::super::catalogue::{Case, Class, Norm, Rule, Verdict};
use crate::finding::Severity;
use crate::schema::{Condition, RegisterFinding, Schema};

/// Rules made so far, by the declaration they were made from. A rule lives as long as the process, like those written in
/// Rust; the same declaration gives the same rule, so that loading schemas again costs nothing.
static MADE: LazyLock<Mutex<BTreeMap<String, &'static Rule>>> = LazyLock::new(Mutex::default);

/// The rule a schema declares, if it is a register.
pub fn rule(schema: &Schema) -> Option<&'static Rule> {
    let finding = schema.finding.as_ref()?;
    let titles: Vec<_> = schema.fields.iter().map(|f| (&f.id, &f.title)).collect();
    let declaration = serde_json::json!([schema.kind, schema.title, titles, schema.absent, finding]).to_string();
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    Some(made.entry(declaration).or_insert_with(|| Box::leak(Box::new(make(schema, finding)))))
}

fn make(schema: &Schema, finding: &RegisterFinding) -> Rule {
    let kind: &'static [&'static str] = Box::leak(Box::new([kept(&schema.kind)]));
    let cases: Vec<Case> = finding
        .cases
        .iter()
        .filter_map(|c| Some(Case { verdict: Verdict::parse(&c.verdict)?, given: kept(&c.given) }))
        .collect();
    Rule {
        code: kept(&finding.code),
        title: kept(&finding.title),
        severity: Severity::parse(&finding.severity).unwrap_or(Severity::Medium),
        class: Class::WrongfulEntry,
        norm: Norm::Filing,
        subject: if finding.per_household() { "每个在档户" } else { "每位在档户成员（含户主）" },
        clause: "",
        general_basis: kept(&finding.basis),
        sources: Box::leak(Box::new([&["efile"], kind])),
        absence: &[],
        params: &[],
        advice: kept(&finding.advice),
        manual: kept(&manual(schema, finding)),
        cases: Box::leak(cases.into_boxed_slice()),
        only_where_bound: false,
        since: kept(&finding.since),
        check: super::check,
    }
}

fn kept(text: &str) -> &'static str {
    Box::leak(text.to_string().into_boxed_str())
}

/// The manual page, put together from the declaration.
fn manual(schema: &Schema, finding: &RegisterFinding) -> String {
    let title = |id: &str| schema.index(id).map_or_else(|| id.to_string(), |i| schema.fields[i].title.clone());
    let conditions: Vec<String> = finding.when.iter().map(|c| condition(&title(&c.field), c)).collect();
    let such = if conditions.is_empty() { String::new() } else { format!("，只算{}的", conditions.join("、")) };
    let looked_at = if finding.per_household() {
        let key = finding.key.first().map_or(String::new(), |k| format!("（{}相同的算一）", title(k)));
        format!("一户在“{}”中的登记{key}合计有没有{}项以上{such}。", schema.title, finding.at_least)
    } else {
        format!("在档户的户主和成员，按身份证号有没有出现在“{}”中{such}。", schema.title)
    };
    let unsaid: Vec<String> = finding
        .when
        .iter()
        .map(|c| match schema.absent.get(&c.field) {
            Some(word) => format!("{}空着的无法判定，整列没有时按“{word}”", title(&c.field)),
            None => format!("{}没有写的无法判定", title(&c.field)),
        })
        .collect();
    let unsaid = if unsaid.is_empty() { String::new() } else { format!("{}。", unsaid.join("；")) };
    format!(
        "{}\n## 查什么\n{looked_at}{unsaid}一人有几份档案的，算在起作用的那一份（在档优先，户主优先）。\n## 为什么\n{}。\n## 怎么核实\n{}\n",
        finding.title,
        finding.basis.trim_end_matches('。'),
        finding.advice
    )
}

fn condition(title: &str, condition: &Condition) -> String {
    let words = |words: &[String]| words.iter().map(|w| format!("“{w}”")).collect::<Vec<_>>().join("或");
    match (condition.any_of.as_slice(), condition.none_of.as_slice()) {
        (any, []) => format!("{title}含{}", words(any)),
        ([], none) => format!("{title}不含{}", words(none)),
        (any, none) => format!("{title}含{}而不含{}", words(any), words(none)),
    }
}
