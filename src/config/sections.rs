//! One function per table of the config, but for those that override the profile ([`super::policy`]).

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::model::{
    Exchange, HandOut, History, Limits, Matching, Notify, Privacy, Retention, RuleSetting, Source, Standard,
};
use super::read::Known;
use super::section::{Mistakes, Section, date, integer, number, word_table, words};
use super::vocabulary::{choice, unknown};
use std::path::PathBuf;

use crate::error::nearest;
use crate::finding::Severity;
use crate::profile::{Campaign, Parameter, ParameterType, Thousandths};
use crate::schema::header::fold_word;

pub(super) fn campaign(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Option<Campaign> {
    let mut section = root.table(m, "campaign")?;
    let (from, to) = (section.date(m, "from"), section.date(m, "to"));
    let from = section.needs(m, "from", "\"2019-07-01\"", from);
    let to = section.needs(m, "to", "\"2019-08-25\"", to);
    let campaign = Campaign { from: from?, to: to?, clause: None };
    if campaign.from > campaign.to {
        section.mistake(m, "核查期的起日 from 晚于止日 to".into(), "对调两个日期，或改正写错的一个");
    }
    section.finish(m);
    Some(campaign)
}

pub(super) fn sources(root: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Vec<Source> {
    root.tables(m, "source").into_iter().filter_map(|section| source(section, known, m)).collect()
}

fn source(mut section: Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Option<Source> {
    let line = section.line(m);
    let path = section.text(m, "path");
    let path = section.needs(m, "path", "\"inbox/**/*\"", path);
    if let (Some(text), Some(value)) = (&path, section.value("path"))
        && let Err(error) = glob::Pattern::new(text)
    {
        let remedy = if error.msg.contains("range") {
            "方括号要成对；文件名本来就有方括号的，写成 [[] 和 []]"
        } else {
            "** 只能单独占一级目录：inbox/**/*"
        };
        m.add(format!("“{text}”不是正确的文件通配式"), &value.span(), &section.name, [remedy.to_owned()]);
    }
    let kind = section.text(m, "kind");
    if let (Some(kind), Some(value)) = (&kind, section.value("kind"))
        && known.schemas.get(kind).is_none()
    {
        unknown(m, "类别", kind, value, &section.name, known.schemas.kinds());
    }
    let columns = columns(&mut section, kind.as_deref(), known, m);
    let encoding = section.text(m, "encoding");
    if let (Some(label), Some(value)) = (&encoding, section.value("encoding"))
        && encoding_rs::Encoding::for_label(label.as_bytes()).is_none()
    {
        unknown(
            m,
            "编码",
            label,
            value,
            &section.name,
            ["utf-8", "gb18030", "gbk", "utf-16le", "utf-16be", "big5"].into_iter(),
        );
    }
    let ignore_columns = match section.value("ignore_columns") {
        None => Vec::new(),
        Some(value) => words(value.get_ref()).unwrap_or_else(|| {
            section.mistake(m, "ignore_columns 的值应为列名的列表".into(), "写成 ignore_columns = [\"列名\"]");
            Vec::new()
        }),
    };
    let source = Source {
        path: path.unwrap_or_default(),
        kind,
        unit: section.text(m, "unit"),
        columns,
        sheet: section.text(m, "sheet"),
        header_row: section.integer(m, "header_row", 1..=1_048_576).and_then(|n| u32::try_from(n).ok()),
        ignore_columns,
        encoding,
        password_env: section.text(m, "password_env"),
        password_file: section.path(m, "password_file"),
        required: section.flag(m, "required").unwrap_or(false),
        line,
    };
    section.finish(m);
    (!source.path.is_empty()).then_some(source)
}

fn columns(
    section: &mut Section<'_>,
    kind: Option<&str>,
    known: &Known<'_>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, String> {
    let Some(table) = section.table(m, "columns") else { return BTreeMap::new() };
    // Without a kind the columns may be of any.
    let schemas = || known.schemas.iter().filter(|s| kind.is_none_or(|k| k == s.kind));
    let fields = || schemas().flat_map(|s| s.fields.iter().map(|f| f.id.as_str()));
    let mut columns = BTreeMap::new();
    for (field, span, value) in table.entries() {
        if schemas().next().is_some() && !fields().any(|f| f == field) {
            let near = nearest(field, fields()).map(|near| format!("是否想写“{near}”？"));
            let all = kind.map_or("字段见 hecha schema".into(), |k| format!("字段见 hecha schema {k}"));
            m.add(format!("没有字段“{field}”"), &span, &table.name, near.into_iter().chain([all]));
        }
        match value.get_ref().as_str() {
            Some(heading) => {
                columns.insert(field.to_owned(), heading.to_owned());
            }
            None => m.add(
                format!("“{field}”的值应为列名"),
                &value.span(),
                &table.name,
                [format!("写成 {field} = \"表中的列名\"")],
            ),
        }
    }
    columns
}

pub(super) fn unit_aliases(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Vec<String>> {
    let mut aliases = BTreeMap::new();
    let Some(mut section) = root.table(m, "units") else { return aliases };
    if let Some(table) = section.table(m, "aliases") {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for (unit, _, value) in table.entries() {
            let Some(names) = words(value.get_ref()) else {
                m.add(
                    format!("“{unit}”的别名应为文字的列表"),
                    &value.span(),
                    &table.name,
                    [format!("写成 \"{unit}\" = [\"别名\"]")],
                );
                continue;
            };
            for name in &names {
                if let Some(other) = owners.insert(fold_word(name), unit)
                    && other != unit
                {
                    let what = format!("别名“{name}”既属“{other}”又属“{unit}”");
                    m.add(what, &value.span(), &table.name, ["只留一处".to_owned()]);
                }
            }
            aliases.insert(unit.to_owned(), names);
        }
    }
    section.finish(m);
    aliases
}

pub(super) fn standards(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Vec<Standard> {
    let sections = root.tables(m, "standard");
    let read = |mut section: Section<'_>| {
        let (region, from, dibao) = (section.text(m, "region"), section.date(m, "from"), section.yuan(m, "dibao"));
        let region = section.needs(m, "region", "\"510100\"", region);
        let from = section.needs(m, "from", "\"2018-07-01\"", from);
        let dibao = section.needs(m, "dibao", "650", dibao);
        if let (Some(code), Some(value)) = (&region, section.value("region"))
            && !(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()))
        {
            m.add(
                "“region”的值应为六位行政区划代码".into(),
                &value.span(),
                &section.name,
                ["写成 region = \"510100\"".to_owned()],
            );
        }
        section.finish(m);
        Some(Standard { region: region?, from: from?, dibao: dibao? })
    };
    sections.into_iter().filter_map(read).collect()
}

pub(super) fn matching(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Matching {
    let mut matching = Matching::default();
    let Some(mut section) = root.table(m, "matching") else { return matching };
    let mut days = |m: &mut Mistakes<'_>, key, default| {
        section.integer(m, key, 0..=3660).and_then(|n| u32::try_from(n).ok()).unwrap_or(default)
    };
    matching.payment_window_days = days(m, "payment_window_days", matching.payment_window_days);
    matching.payment_far_days = days(m, "payment_far_days", matching.payment_far_days);
    if matching.payment_far_days < matching.payment_window_days {
        section.mistake(
            m,
            "payment_far_days 小于 payment_window_days".into(),
            "payment_far_days 应不小于 payment_window_days",
        );
    }
    section.finish(m);
    matching
}

pub(super) fn rules(root: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, RuleSetting> {
    let mut settings = BTreeMap::new();
    let Some(table) = root.table(m, "rule") else { return settings };
    // Registers bring rules of their own.
    let registers = || known.schemas.iter().filter_map(|s| s.finding.as_ref()).map(|f| f.code.as_str());
    for (code, span, value) in table.entries() {
        let Some(mut section) = table.sub(m, format!("[rule.{code}]"), code, value) else { continue };
        let spec = known.rules.iter().find(|r| r.code == code);
        if spec.is_none() && !registers().any(|c| c == code) {
            let codes = known.rules.iter().map(|r| r.code).chain(registers());
            let near = nearest(code, codes).map(|near| format!("是否想写“{near}”？"));
            m.add(format!("没有规则“{code}”"), &span, "", near.into_iter().chain(["规则见 hecha rules".to_owned()]));
            continue;
        }
        let mut setting = RuleSetting {
            enabled: section.flag(m, "enabled"),
            severity: choice(&mut section, m, "severity", &severities()),
            parameters: BTreeMap::new(),
        };
        let declared = spec.map_or(&[][..], |s| s.parameters);
        for (name, span, value) in
            section.entries().into_iter().filter(|(name, ..)| !["enabled", "severity"].contains(name))
        {
            let Some((_, ty)) = declared.iter().find(|(n, _)| *n == name) else {
                let names = || ["enabled", "severity"].into_iter().chain(declared.iter().map(|(n, _)| *n));
                let near = nearest(name, names()).map(|near| format!("是否想写“{near}”？"));
                let all = format!("可用的键：{}", names().collect::<Vec<_>>().join("、"));
                m.add(format!("不认识的键“{name}”"), &span, &section.name, near.into_iter().chain([all]));
                continue;
            };
            match parameter(value.get_ref(), *ty) {
                Some(parameter) => {
                    setting.parameters.insert(name.to_owned(), parameter);
                }
                None => m.add(format!("“{name}”的值应为{}", ty.chinese()), &value.span(), &section.name, []),
            }
        }
        settings.insert(code.to_owned(), setting);
    }
    settings
}

fn parameter(value: &DeValue<'_>, ty: ParameterType) -> Option<Parameter> {
    Some(match ty {
        ParameterType::Flag => Parameter::Flag(value.as_bool()?),
        ParameterType::Integer => Parameter::Integer(integer(value)?),
        ParameterType::Decimal => Parameter::Decimal(number(value).and_then(Thousandths::parse)?),
        ParameterType::Date => Parameter::Date(date(value)?),
        ParameterType::Text => Parameter::Text(value.as_str()?.to_owned()),
        ParameterType::List => Parameter::List(words(value)?),
        ParameterType::Table => Parameter::Table(word_table(value)?),
    })
}

pub(super) fn codes(
    root: &mut Section<'_>,
    known: &Known<'_>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut additions = BTreeMap::new();
    let Some(table) = root.table(m, "codes") else { return additions };
    for (id, span, value) in table.entries() {
        let Some(section) = table.sub(m, format!("[codes.{id}]"), id, value) else { continue };
        let Some(codes) = known.schemas.codes(id) else {
            let ids = || known.schemas.code_tables().keys().map(String::as_str);
            let near = nearest(id, ids()).map(|near| format!("是否想写“{near}”？"));
            let all = format!("可用：{}", ids().collect::<Vec<_>>().join("、"));
            m.add(format!("没有代码表“{id}”"), &span, "", near.into_iter().chain([all]));
            continue;
        };
        let mut synonyms = BTreeMap::new();
        for (synonym, _, value) in section.entries() {
            match value.get_ref().as_str() {
                Some(word) if codes.words.contains_key(word) => {
                    synonyms.insert(synonym.to_owned(), word.to_owned());
                }
                Some(word) => unknown(m, "规范词", word, value, &section.name, codes.words.keys().map(String::as_str)),
                None => m.add(
                    format!("“{synonym}”的值应为规范词"),
                    &value.span(),
                    &section.name,
                    [format!("写成 \"{synonym}\" = \"规范词\"")],
                ),
            }
        }
        additions.insert(id.to_owned(), synonyms);
    }
    additions
}

pub(super) fn limits(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Limits {
    let mut limits = Limits::default();
    if let Some(mut section) = root.table(m, "limits") {
        let mib = section.integer(m, "unpacked_mib", 1..=1_048_576).and_then(|n| u64::try_from(n).ok());
        limits.unpacked_mib = mib.unwrap_or(limits.unpacked_mib);
        section.finish(m);
    }
    limits
}

pub(super) fn privacy(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Privacy {
    let mut privacy = Privacy::default();
    if let Some(mut section) = root.table(m, "privacy") {
        privacy.mask_exports = section.flag(m, "mask_exports").unwrap_or(false);
        privacy.passwords = section.path(m, "passwords");
        privacy.workbook_password_env = section.text(m, "workbook_password_env");
        section.finish(m);
    }
    privacy
}

pub(super) fn history(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> History {
    let mut history = History::default();
    if let Some(mut section) = root.table(m, "history") {
        let hand_out =
            choice(&mut section, m, "hand_out", &[("publish", HandOut::Publish), ("explicit", HandOut::Explicit)]);
        history.hand_out = hand_out.unwrap_or_default();
        section.finish(m);
    }
    history
}

pub(super) fn notify(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Notify {
    let mut notify = Notify::default();
    if let Some(mut section) = root.table(m, "notify") {
        if let Some(value) = section.value("command") {
            notify.command = words(value.get_ref()).filter(|words| !words.is_empty()).unwrap_or_else(|| {
                section.mistake(
                    m,
                    "command 的值应为文字的列表：程序和它的各个参数".into(),
                    "写成 command = [\"/usr/local/bin/通知\", \"参数\"]",
                );
                Vec::new()
            });
        }
        section.finish(m);
    }
    notify
}

pub(super) fn retention(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Retention {
    let mut retention = Retention { keep_monthly: true, ..Retention::default() };
    if let Some(mut section) = root.table(m, "retention") {
        retention.results = span(&mut section, m, "results", "400d").map(|hours| hours / 24);
        retention.keep_monthly = section.flag(m, "keep_monthly").unwrap_or(true);
        section.finish(m);
    }
    retention
}

pub(super) fn exchange(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Exchange {
    let mut exchange = Exchange::default();
    if let Some(mut section) = root.table(m, "exchange") {
        exchange.salt_env = section.text(m, "salt_env");
        section.finish(m);
    }
    exchange
}

/// `[forms]`: the folder of the user's own templates.
pub(super) fn forms(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> Option<PathBuf> {
    let mut section = root.table(m, "forms")?;
    let dir = section.path(m, "dir");
    section.finish(m);
    dir
}

/// A stretch of time in hours: `36h`, `400d`, `13m`, `2y` (a month counts 31 days, a year 366: nothing goes too early).
pub(super) fn span(section: &mut Section<'_>, m: &mut Mistakes<'_>, key: &'static str, example: &str) -> Option<u32> {
    let text = section.text(m, key)?;
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let hours = match text[digits..].trim() {
        "h" | "小时" => Some(1),
        "d" | "天" | "日" => Some(24),
        "m" | "月" | "个月" => Some(31 * 24),
        "y" | "年" => Some(366 * 24),
        _ => None,
    };
    let span = hours.and_then(|h: u32| text[..digits].parse::<u32>().ok()?.checked_mul(h)).filter(|h| *h > 0);
    if span.is_none() {
        section.mistake(
            m,
            format!("{key} 的值“{text}”不是一段时间"),
            &format!("写成 {key} = \"{example}\"：h 小时、d 天、m 月、y 年"),
        );
    }
    span
}

fn severities() -> Vec<(&'static str, Severity)> {
    Severity::ALL.iter().flat_map(|&s| [(s.id(), s), (s.chinese(), s)]).collect()
}
