//! The tables of the config that override the profile: thresholds, caps, deadlines, targets, fund sources.

use std::collections::BTreeMap;

use super::model::IncomeSetting;
use super::read::Known;
use super::section::{Mistakes, Section, words};
use super::vocabulary::{canonical, choice, coded, unknown};
use crate::profile::income::{EXPENSE_PARTS, EXPENSE_TOTAL};
use crate::profile::{
    Audience, Bound, Cap, Counting, Deadline, FundSource, Region, Target, Thousandths, Threshold, Who,
};

/// Dates and years the program is meant for; keeps slips such as 20190 out.
const YEARS: std::ops::RangeInclusive<i64> = 2000..=2100;

pub(super) fn thresholds(
    root: &mut Section<'_>,
    known: &Known<'_>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, Threshold> {
    let mut thresholds = BTreeMap::new();
    let Some(levels) = root.table(m, "level") else { return thresholds };
    for (name, span, value) in levels.entries() {
        let Some(mut section) = levels.sub(m, format!("[level.\"{name}\"]"), name, value) else { continue };
        let level = coded(m, known, "level", "级别", name, &span, &section.name);
        let mut lines = threshold(&mut section, m);
        for (category, span, value) in section.table(m, "category").iter().flat_map(Section::entries) {
            let table = format!("[level.\"{name}\".category.\"{category}\"]");
            let Some(mut section) = section.sub(m, table, category, value) else { continue };
            let category = coded(m, known, "category", "困难类别", category, &span, &section.name);
            let own = threshold(&mut section, m);
            section.finish(m);
            lines.category.extend(category.map(|category| (category, own)));
        }
        section.finish(m);
        thresholds.extend(level.map(|level| (level, lines)));
    }
    thresholds
}

/// The lines of one table; its categories are read by the caller.
fn threshold(section: &mut Section<'_>, m: &mut Mistakes<'_>) -> Threshold {
    let threshold = Threshold {
        exit_multiple: section.decimal(m, "exit_multiple", "低保标准的倍数", "1.5"),
        exit_amount: section.yuan(m, "exit_amount"),
        filing_multiple: section.decimal(m, "filing_multiple", "低保标准的倍数", "1.5"),
        filing_amount: section.yuan(m, "filing_amount"),
        ..Threshold::default()
    };
    for (multiple, amount, what) in [
        (threshold.exit_multiple, threshold.exit_amount, "exit_multiple 与 exit_amount"),
        (threshold.filing_multiple, threshold.filing_amount, "filing_multiple 与 filing_amount"),
    ] {
        if multiple.is_some() && amount.is_some() {
            section.mistake(m, format!("{what} 只能写一个"), "用低保标准的倍数，或用固定金额，留一个");
        }
    }
    threshold
}

/// `[income]`: over the profile's terms of the same names.
pub(super) fn income(root: &mut Section<'_>, m: &mut Mistakes<'_>) -> IncomeSetting {
    let mut income = IncomeSetting::default();
    let Some(mut section) = root.table(m, "income") else { return income };
    income.bound = choice(&mut section, m, "bound", &[("le", Bound::Le), ("lt", Bound::Lt)]);
    income.region = choice(&mut section, m, "region", &[("home", Region::Home), ("work", Region::Work)]);
    income.medical = section.flag(m, "medical");
    income.accident_beside_dibao = section.flag(m, "accident_beside_dibao");
    if let Some(fields) = list(&mut section, m, "expenses", "[\"expense_medical\"]") {
        let value = section.value("expenses");
        let fields_known = || std::iter::once(EXPENSE_TOTAL).chain(EXPENSE_PARTS);
        for field in fields.iter().filter(|f| !fields_known().any(|known| known == f.as_str())) {
            if let Some(value) = value {
                unknown(m, "刚性支出字段", field, value, &section.name, fields_known());
            }
        }
        income.expenses = Some(fields);
    }
    section.finish(m);
    income
}

/// `[[audience]]`: before the profile's.
pub(super) fn audiences(root: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Vec<Audience> {
    let sections = root.tables(m, "audience");
    let read = |mut section: Section<'_>| {
        let whom = [("anyone", Who::Anyone), ("member", Who::Member), ("filed", Who::Filed)];
        let who = choice(&mut section, m, "who", &whom);
        let who = section.needs(m, "who", "\"member\"", who);
        let words = |list: Option<Vec<String>>, table: &str| {
            list.unwrap_or_default().iter().map(|word| canonical(known, table, word)).collect()
        };
        let programs = words(list(&mut section, m, "programs", "[\"送温暖\"]"), "program");
        let fund_sources = words(list(&mut section, m, "fund_sources", "[\"中央财政\"]"), "fund_source");
        let (from, to) = (section.date(m, "from"), section.date(m, "to"));
        section.finish(m);
        Some(Audience { who: who?, programs, fund_sources, from, to })
    };
    sections.into_iter().filter_map(read).collect()
}

fn list(section: &mut Section<'_>, m: &mut Mistakes<'_>, key: &'static str, example: &str) -> Option<Vec<String>> {
    let value = section.value(key)?;
    let found = words(value.get_ref());
    if found.is_none() {
        let how = format!("写成 {key} = {example}");
        m.add(format!("“{key}”的值应为文字的列表"), &value.span(), &section.name, [how]);
    }
    found
}

pub(super) fn caps(root: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Vec<Cap> {
    let sections = root.tables(m, "cap");
    let read = |mut section: Section<'_>| {
        let (program, amount) = (section.text(m, "program"), section.yuan(m, "amount"));
        let year = year(&mut section, m);
        let program = section.needs(m, "program", "\"生活救助\"", program);
        let amount = section.needs(m, "amount", "12000", amount);
        section.finish(m);
        Some(Cap { program: canonical(known, "program", &program?), year, amount: amount?, clause: None })
    };
    sections.into_iter().filter_map(read).collect()
}

pub(super) fn deadlines(root: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Vec<Deadline> {
    let sections = root.tables(m, "deadline");
    let read = |mut section: Section<'_>| {
        let (level, date) = (level(&mut section, known, m), section.date(m, "date"));
        let level = section.needs(m, "level", "\"全国级\"", level);
        let date = section.needs(m, "date", "\"2020-06-30\"", date);
        section.finish(m);
        Some(Deadline { level: level?, date: date?, clause: None })
    };
    sections.into_iter().filter_map(read).collect()
}

pub(super) fn targets(root: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Vec<Target> {
    let sections = root.tables(m, "target");
    let read = |mut section: Section<'_>| {
        let (year, rate) = (year(&mut section, m), section.decimal(m, "rate", "0 到 1 的比率", "0.6"));
        let year = section.needs(m, "year", "2019", year);
        let rate = section.needs(m, "rate", "0.6", rate);
        if let (Some(Thousandths(1001..)), Some(value)) = (rate, section.value("rate")) {
            m.add(
                "“rate”的值应为 0 到 1 的比率".into(),
                &value.span(),
                &section.name,
                ["百分之六十写成 rate = 0.6".to_owned()],
            );
        }
        let level = level(&mut section, known, m);
        let filed_before = section.date(m, "filed_before");
        let date = section.date(m, "date");
        let counting =
            choice(&mut section, m, "counting", &[("cumulative", Counting::Cumulative), ("yearly", Counting::Yearly)]);
        section.finish(m);
        Some(Target {
            year: year?,
            level,
            filed_before,
            rate: rate?,
            date,
            counting: counting.unwrap_or_default(),
            clause: None,
            ends: None,
        })
    };
    sections.into_iter().filter_map(read).collect()
}

pub(super) fn fund_sources(
    root: &mut Section<'_>,
    known: &Known<'_>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, FundSource> {
    let mut sources = BTreeMap::new();
    let Some(table) = root.table(m, "fund_source") else { return sources };
    for (name, _, value) in table.entries() {
        let Some(mut section) = table.sub(m, format!("[fund_source.\"{name}\"]"), name, value) else { continue };
        let mut levels = Vec::new();
        match section.value("levels").map(|v| (v, words(v.get_ref()))) {
            Some((v, Some(words))) => {
                levels.extend(
                    words.iter().filter_map(|word| coded(m, known, "level", "级别", word, &v.span(), &section.name)),
                );
            }
            Some((v, None)) => m.add(
                "“levels”的值应为级别的列表".into(),
                &v.span(),
                &section.name,
                ["写成 levels = [\"全国级\"]".to_owned()],
            ),
            None => section.mistake(m, format!("{} 缺少“levels”", section.name), "补上 levels = [\"全国级\"]"),
        }
        section.finish(m);
        sources.insert(canonical(known, "fund_source", name), FundSource { levels, clause: None });
    }
    sources
}

fn year(section: &mut Section<'_>, m: &mut Mistakes<'_>) -> Option<i32> {
    section.integer(m, "year", YEARS).and_then(|n| i32::try_from(n).ok())
}

fn level(section: &mut Section<'_>, known: &Known<'_>, m: &mut Mistakes<'_>) -> Option<String> {
    let word = section.text(m, "level")?;
    let span = section.value("level").map(toml::Spanned::span).unwrap_or_default();
    coded(m, known, "level", "级别", &word, &span, &section.name)
}
