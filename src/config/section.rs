//! Typed reading of a TOML table that collects every mistake instead of stopping at the first.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, ErrorKind, nearest};
use crate::profile::{Thousandths, Yuan};
use crate::schema::toml_error::line_at;

/// Mistakes found so far, with the text they are in.
pub(super) struct Mistakes<'t> {
    pub shown: &'t str,
    pub text: &'t str,
    found: Vec<(usize, Error)>,
}

impl<'t> Mistakes<'t> {
    pub fn new(shown: &'t str, text: &'t str) -> Self {
        Self { shown, text, found: Vec::new() }
    }

    /// A mistake at a span of a table.
    pub fn add(
        &mut self,
        what: String,
        span: &Range<usize>,
        section: &str,
        remedies: impl IntoIterator<Item = String>,
    ) {
        let (number, line) = line_at(self.text, span.start);
        let section = if section.is_empty() { String::new() } else { format!(" › {section}") };
        let error = Error::new(ErrorKind::Config, what)
            .at(format!("{} › 第 {number} 行{section}", self.shown))
            .excerpt(line.trim());
        self.found.push((span.start, remedies.into_iter().fold(error, Error::remedy)));
    }

    /// All mistakes as one error, in the order of the file.
    pub fn finish(mut self) -> Result<(), Error> {
        self.found.sort_by_key(|(at, _)| *at);
        Error::several(self.found.into_iter().map(|(_, e)| e).collect()).map_or(Ok(()), Err)
    }
}

/// One table of the file.
pub(super) struct Section<'t> {
    /// As the file heads it: `[run]`, `[level."全国级"]`; empty for the file itself.
    pub name: String,
    table: &'t DeTable<'t>,
    span: Range<usize>,
    /// Keys asked for so far: these are the keys there are.
    asked: Vec<&'static str>,
}

pub(super) type Value<'t> = Spanned<DeValue<'t>>;

impl<'t> Section<'t> {
    pub fn new(name: impl Into<String>, table: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { name: name.into(), table, span, asked: Vec::new() }
    }

    /// The value of a key, which is thereby known.
    pub fn value(&mut self, key: &'static str) -> Option<&'t Value<'t>> {
        self.asked.push(key);
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    /// All keys with their spans and values, in the order of the file; for tables whose keys are free.
    pub fn entries(&self) -> Vec<(&'t str, Range<usize>, &'t Value<'t>)> {
        let mut entries: Vec<_> = self.table.iter().map(|(k, v)| (k.get_ref().as_ref(), k.span(), v)).collect();
        entries.sort_by_key(|(_, span, _)| span.start);
        entries
    }

    pub fn line(&self, mistakes: &Mistakes<'_>) -> usize {
        line_at(mistakes.text, self.span.start).0
    }

    /// A mistake of the section as a whole.
    pub fn mistake(&self, mistakes: &mut Mistakes<'_>, what: String, remedy: &str) {
        mistakes.add(what, &self.span, &self.name, [remedy.to_owned()]);
    }

    fn typed<T>(
        &mut self,
        mistakes: &mut Mistakes<'_>,
        key: &'static str,
        what: &str,
        example: &str,
        read: impl Fn(&DeValue<'t>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let read = read(value.get_ref());
        if read.is_none() {
            mistakes.add(
                format!("“{key}”的值应为{what}"),
                &value.span(),
                &self.name,
                [format!("写成 {key} = {example}")],
            );
        }
        read
    }

    pub fn text(&mut self, mistakes: &mut Mistakes<'_>, key: &'static str) -> Option<String> {
        let text = |v: &DeValue<'_>| v.as_str().filter(|s| !s.trim().is_empty()).map(str::to_owned);
        self.typed(mistakes, key, "文字", "\"…\"，用英文引号，不能为空", text)
    }

    pub fn path(&mut self, mistakes: &mut Mistakes<'_>, key: &'static str) -> Option<PathBuf> {
        self.text(mistakes, key).map(PathBuf::from)
    }

    pub fn flag(&mut self, mistakes: &mut Mistakes<'_>, key: &'static str) -> Option<bool> {
        self.typed(mistakes, key, " true 或 false", "true", DeValue::as_bool)
    }

    pub fn date(&mut self, mistakes: &mut Mistakes<'_>, key: &'static str) -> Option<NaiveDate> {
        self.typed(mistakes, key, "日期", "\"2019-08-25\"", date)
    }

    pub fn integer(
        &mut self,
        mistakes: &mut Mistakes<'_>,
        key: &'static str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let what = format!(" {} 到 {} 的整数", range.start(), range.end());
        let example = range.start().max(&1).to_string();
        self.typed(mistakes, key, &what, &example, |v| integer(v).filter(|n| range.contains(n)))
    }

    pub fn decimal(
        &mut self,
        mistakes: &mut Mistakes<'_>,
        key: &'static str,
        what: &str,
        example: &str,
    ) -> Option<Thousandths> {
        self.typed(mistakes, key, what, example, |v| number(v).and_then(Thousandths::parse).filter(|n| n.0 >= 0))
    }

    pub fn yuan(&mut self, mistakes: &mut Mistakes<'_>, key: &'static str) -> Option<Yuan> {
        self.typed(mistakes, key, "以元计的金额", "650", |v| {
            number(v).and_then(Yuan::parse).filter(|y| y.fen >= 0)
        })
    }

    /// A table under a key: `[key]` below this one.
    pub fn table(&mut self, mistakes: &mut Mistakes<'_>, key: &'static str) -> Option<Self> {
        let value = self.value(key)?;
        let name = if self.name.is_empty() { format!("[{key}]") } else { format!("{} {key}", self.name) };
        self.sub(mistakes, name, key, value)
    }

    /// A table as a value under a free key.
    pub fn sub(&self, mistakes: &mut Mistakes<'_>, name: String, key: &str, value: &'t Value<'t>) -> Option<Self> {
        match value.get_ref().as_table() {
            Some(table) => Some(Self::new(name, table, value.span())),
            None => {
                let what = format!("“{key}”应为一节（表）");
                mistakes.add(what, &value.span(), &self.name, [format!("单起一行写 {name}，其下每行一个键")]);
                None
            }
        }
    }

    /// The tables of `[[key]]`.
    pub fn tables(&mut self, mistakes: &mut Mistakes<'_>, key: &'static str) -> Vec<Self> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let name = format!("[[{key}]]");
        let tables = value.get_ref().as_array().and_then(|array| {
            array
                .iter()
                .map(|v| v.get_ref().as_table().map(|t| Self::new(name.clone(), t, v.span())))
                .collect::<Option<Vec<_>>>()
        });
        tables.unwrap_or_else(|| {
            mistakes.add(
                format!("“{key}”可以有多个，应写成 {name}"),
                &value.span(),
                "",
                [format!("把 [{key}] 改成 {name}")],
            );
            Vec::new()
        })
    }

    /// A missing key.
    pub fn needs<T>(&self, mistakes: &mut Mistakes<'_>, key: &str, example: &str, value: Option<T>) -> Option<T> {
        // A value that is there but wrong has been reported already.
        if value.is_none() && !self.table.keys().any(|k| k.get_ref() == key) {
            self.mistake(
                mistakes,
                format!("{} 缺少“{key}”", self.name).trim_start().to_owned(),
                &format!("补上 {key} = {example}"),
            );
        }
        value
    }

    /// Reports keys that nobody asked for.
    pub fn finish(self, mistakes: &mut Mistakes<'_>) {
        for (key, span, _) in self.entries() {
            if !self.asked.contains(&key) {
                let (what, kind) = if self.name.is_empty() { ("节", "各节") } else { ("键", "可用的键") };
                let near = nearest(key, self.asked.iter().copied()).map(|near| format!("是否想写“{near}”？"));
                let all = format!("{kind}：{}", self.asked.join("、"));
                mistakes.add(format!("不认识的{what}“{key}”"), &span, &self.name, near.into_iter().chain([all]));
            }
        }
    }
}

pub(super) fn date(value: &DeValue<'_>) -> Option<NaiveDate> {
    match value {
        DeValue::String(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        // due = 2019-08-25, TOML's own date
        DeValue::Datetime(at) if at.time.is_none() => {
            let day = at.date?;
            NaiveDate::from_ymd_opt(i32::from(day.year), u32::from(day.month), u32::from(day.day))
        }
        _ => None,
    }
}

pub(super) fn integer(value: &DeValue<'_>) -> Option<i64> {
    let n = value.as_integer()?;
    i64::from_str_radix(&n.as_str().replace('_', ""), n.radix()).ok()
}

/// The digits of a number as written.
pub(super) fn number<'v>(value: &'v DeValue<'_>) -> Option<&'v str> {
    match value {
        DeValue::Integer(n) if n.radix() == 10 => Some(n.as_str()),
        DeValue::Float(n) => Some(n.as_str()),
        _ => None,
    }
}

/// A list of texts, or one text.
pub(super) fn words(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(word) => Some(vec![word.to_string()]),
        DeValue::Array(list) => list.iter().map(|v| v.get_ref().as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// Word → words.
pub(super) fn word_table(value: &DeValue<'_>) -> Option<BTreeMap<String, Vec<String>>> {
    value.as_table()?.iter().map(|(k, v)| words(v.get_ref()).map(|list| (k.get_ref().to_string(), list))).collect()
}
