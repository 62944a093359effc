//! Leaving hardship: TK501–TK511.

use super::cage::{Cage, Home};
use super::standing::draw;
use super::{Bird, Planted};
use crate::domain::date::{Month, add_days, add_months};
use crate::normalize::{RecordId, Value};
use crate::profile::Edge;

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "TK501", plant: should_leave },
    Bird { code: "TK502", plant: left_too_early },
    Bird { code: "TK503", plant: short_notice },
    Bird { code: "TK504", plant: step_missing },
    Bird { code: "TK505", plant: material },
    Bird { code: "TK506", plant: never_visited_again },
    Bird { code: "TK507", plant: in_civil_again },
    Bird { code: "TK508", plant: past_the_deadline },
    Bird { code: "TK509", plant: not_caught },
    Bird { code: "TK510", plant: approved_and_active },
    Bird { code: "TK511", plant: no_reason_given },
];

/// Income rows of a file in these months.
fn incomes(cage: &Cage<'_>, home: Home, meant: impl Fn(Month) -> bool) -> Vec<RecordId> {
    let month = |row: &RecordId| match cage.value(*row, "month") {
        Value::Month(month) => Some(*month),
        _ => None,
    };
    cage.rows("income", home.file).into_iter().filter(|row| month(row).is_some_and(&meant)).collect()
}

/// Another income, yuan a month and head, in these rows.
fn live_on(cage: &mut Cage<'_>, rows: Vec<RecordId>, each: i64) {
    for row in rows {
        let persons = match cage.value(row, "persons") {
            Value::Int(n) => *n,
            _ => 1,
        };
        if cage.said(row, "per_capita") {
            cage.set(row, "per_capita", each.to_string());
        }
        if cage.said(row, "income") {
            cage.set(row, "income", (each * persons).to_string());
        }
    }
}

/// A household that only income can tell to leave, once its category no longer excuses it; its level has an exit line.
fn held_to_income(cage: &Cage<'_>, home: Home) -> bool {
    cage.word(home.efile, "category") == "意外致困户"
        && cage.rows("civil", home.file).is_empty()
        && cage.profile.level_line(Edge::Exit, cage.word(home.efile, "level")).is_some()
}

fn should_leave(cage: &mut Cage<'_>) -> Planted {
    let now = Month::of(cage.as_of());
    let late = move |cage: &Cage<'_>, home: Home| incomes(cage, home, |m| m < now && m >= now.plus(-9));
    let fits = |cage: &Cage<'_>, home: Home| {
        held_to_income(cage, home)
            && late(cage, home).len() >= 6
            && !incomes(cage, home, |m| m < now && m >= now.plus(-3)).is_empty()
    };
    let home = cage.take(fits).ok_or("没有连续六个月收入、不在民政名单的无疑点在档户")?;
    cage.set_both(home, "category", "未享受低保");
    let rows = incomes(cage, home, |_| true);
    live_on(cage, rows, 98_000);
    cage.beside(&["TK508"]);
    Ok(())
}

/// The day the file was left.
fn left(cage: &Cage<'_>, home: Home) -> Option<chrono::NaiveDate> {
    cage.day(home.efile, "exited_on")
}

fn left_too_early(cage: &mut Cage<'_>) -> Planted {
    let before = |cage: &Cage<'_>, home: Home| {
        let Some(month) = left(cage, home).map(Month::of) else { return Vec::new() };
        incomes(cage, home, |m| m < month && m >= month.plus(-6))
    };
    let home = cage.take_left(|cage, home| before(cage, home).len() == 6).ok_or("没有脱困前收入齐全的无疑点户")?;
    let rows = before(cage, home);
    live_on(cage, rows, 1);
    Ok(())
}

/// The one ledger row of a file, with these steps filled in.
fn ledger(cage: &Cage<'_>, home: Home, steps: &[&str]) -> Option<RecordId> {
    match cage.rows("exit", home.file).as_slice() {
        [row] if steps.iter().all(|step| cage.said(*row, step)) => Some(*row),
        _ => None,
    }
}

const NO_LEDGER: &str = "没有台账齐全的无疑点脱困户";

fn short_notice(cage: &mut Cage<'_>) -> Planted {
    let row = |cage: &Cage<'_>, home: Home| ledger(cage, home, &["notice_from", "notice_to"]);
    let home = cage.take_left(|cage, home| row(cage, home).is_some()).ok_or(NO_LEDGER)?;
    let row = row(cage, home).ok_or(NO_LEDGER)?;
    let last = cage.day(row, "notice_to").ok_or(NO_LEDGER)?;
    cage.set(row, "notice_from", last.to_string());
    Ok(())
}

fn step_missing(cage: &mut Cage<'_>) -> Planted {
    let row = |cage: &Cage<'_>, home: Home| ledger(cage, home, &["reviewed_on", "notice_from", "notice_to"]);
    let home = cage.take_left(|cage, home| row(cage, home).is_some()).ok_or(NO_LEDGER)?;
    let row = row(cage, home).ok_or(NO_LEDGER)?;
    cage.set(row, "reviewed_on", "");
    Ok(())
}

fn material(cage: &mut Cage<'_>) -> Planted {
    let paper = |cage: &Cage<'_>, home: Home| {
        cage.paper(home).filter(|&paper| matches!(cage.value(paper, "m11"), Value::Bool(true)))
    };
    let home = cage.take_left(|cage, home| paper(cage, home).is_some()).ok_or("没有登记了脱困材料的无疑点户")?;
    let paper = paper(cage, home).ok_or("没有纸质档案")?;
    cage.set(paper, "m11", "无");
    Ok(())
}

fn never_visited_again(cage: &mut Cage<'_>) -> Planted {
    let again = |cage: &Cage<'_>, home: Home| {
        let rows = cage.rows("visit", home.file);
        rows.into_iter().filter(|&row| cage.word(row, "kind") == "回访").collect::<Vec<_>>()
    };
    let fits = |cage: &Cage<'_>, home: Home| {
        !again(cage, home).is_empty() && left(cage, home).is_some_and(|day| add_months(day, 8) <= cage.as_of())
    };
    let home = cage.take_left(fits).ok_or("没有脱困八个月以上、回访过的无疑点户")?;
    again(cage, home).into_iter().for_each(|row| cage.remove(row));
    Ok(())
}

fn in_civil_again(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        cage.rows("civil", home.file).is_empty()
            && left(cage, home).is_some_and(|day| add_months(day, 4) <= cage.as_of())
    };
    let home = cage.take_left(fits).ok_or("没有脱困四个月以上、民政没有的无疑点户")?;
    let name = cage.name(home);
    cage.beside(&["JD211"]);
    draw(cage, &name, &home.head.full(), add_months(cage.as_of(), -1))
}

fn past_the_deadline(cage: &mut Cage<'_>) -> Planted {
    // Only files of before the middle of 2020 have the deadline.
    let before = chrono::NaiveDate::from_ymd_opt(2020, 6, 1).ok_or("没有日期")?;
    let well = |cage: &Cage<'_>, home: Home| {
        let deadline = cage.profile.deadline(cage.word(home.efile, "level"));
        deadline.is_some_and(|d| d.date < cage.as_of())
            && held_to_income(cage, home)
            && cage.word(home.efile, "health") == "良好"
            && matches!(cage.word(home.efile, "cause_main"), "下岗失业" | "收入低无法维持基本生活" | "遭受自然灾害")
            && cage.day(home.efile, "filed_on").is_some_and(|day| day < before)
    };
    let home = cage.take(well).ok_or("没有过了脱困期限、健康、非因病残致困的无疑点在档户")?;
    cage.set_both(home, "category", "未享受低保");
    cage.set_both(home, "income_per_capita", "98000");
    cage.beside(&["ID112"]);
    cage.rows("income", home.file).into_iter().for_each(|row| cage.remove(row));
    Ok(())
}

fn not_caught(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        cage.word(home.efile, "category") == "意外致困户"
            && cage.rows("civil", home.file).is_empty()
            && !cage.rows("income", home.file).is_empty()
            && cage.facts.coverage.complete("civil", cage.facts.book.file(home.file).unit)
    };
    let home = cage.take(fits).ok_or("没有不在民政名单、有收入记录的无疑点意外致困户")?;
    cage.set_both(home, "health", "恶性肿瘤");
    let rows = incomes(cage, home, |_| true);
    live_on(cage, rows, 1);
    cage.beside(&["JD206"]);
    Ok(())
}

fn approved_and_active(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        cage.rows("exit", home.file).is_empty()
            && cage.day(home.efile, "filed_on").is_some_and(|day| day < add_days(cage.as_of(), -120))
    };
    let home = cage.take(fits).ok_or("没有不在退档台账的无疑点在档户")?;
    let ago = |days: i32| add_days(cage.as_of(), -days).to_string();
    let row = [
        ("file_no", cage.facts.book.file(home.file).file_no.clone()),
        ("id_number", home.head.full()),
        ("applied_on", ago(80)),
        ("reviewed_on", ago(70)),
        ("notice_from", ago(60)),
        ("notice_to", ago(40)),
        ("approved_on", ago(20)),
        ("notified_on", ago(18)),
    ];
    cage.row("exit", &row)
}

fn no_reason_given(cage: &mut Cage<'_>) -> Planted {
    let as_of = cage.as_of();
    if !cage.profile.deadlines.iter().any(|deadline| deadline.date < as_of) {
        return Err("没有一个级别过了脱困期限");
    }
    let fits = |cage: &Cage<'_>, home: Home| {
        let deadline = cage.profile.deadline(cage.word(home.efile, "level"));
        deadline.is_some_and(|d| d.date < cage.as_of())
            && matches!(cage.value(home.efile, "stay_reason"), Value::Text(reason) if !reason.contains("返困"))
    };
    let home = cage.take(fits).ok_or("没有过了脱困期限、写了仍在档原因的无疑点在档户")?;
    cage.set(home.efile, "stay_reason", "");
    Ok(())
}
