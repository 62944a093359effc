//! Who belongs on file: JD207–JD212, JD214.

use super::cage::{Cage, Home};
use super::{Bird, Planted};
use crate::domain::date::{add_days, add_months};
use crate::domain::id_number::check_char;
use crate::link::name_of;
use crate::normalize::Value;

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "JD207", plant: head_died },
    Bird { code: "JD208", plant: member_died },
    Bird { code: "JD209", plant: too_rich },
    Bird { code: "JD210", plant: retired },
    Bird { code: "JD211", plant: not_filed },
    Bird { code: "JD212", plant: not_updated },
    Bird { code: "JD214", plant: owed_dibao },
];

/// A valid number of nobody; `nth` tells several apart.
pub(super) fn stranger(nth: u32) -> String {
    let body = format!("110101191101{:02}{:03}", nth % 28 + 1, 10 + nth);
    let check = check_char(&body).unwrap_or('0');
    format!("{body}{check}")
}

fn head_died(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|_, _| true).ok_or("没有无疑点的在档户")?;
    let died_on = add_days(cage.as_of(), -1).to_string();
    cage.beside(&["FF413"]);
    let name = cage.name(home);
    cage.row("death", &[("name", name), ("id_number", home.head.full()), ("died_on", died_on)])
}

fn member_died(cage: &mut Cage<'_>) -> Planted {
    let member = |cage: &Cage<'_>, home: Home| {
        let members = &cage.facts.book.file(home.file).members;
        members.iter().find_map(|m| {
            let name = name_of(&cage.facts.book.tables, m.record, "name")?.shown().to_string();
            Some((m.id?, name))
        })
    };
    let home = cage.take(|cage, home| member(cage, home).is_some()).ok_or("没有列了成员的无疑点在档户")?;
    let (id, name) = member(cage, home).ok_or("没有成员")?;
    let died_on = add_days(cage.as_of(), -1).to_string();
    cage.beside(&["FF413"]);
    cage.row("death", &[("name", name), ("id_number", id.full()), ("died_on", died_on)])
}

/// Another yearly income, the same on all sides; yuan a month and head.
fn live_on(cage: &mut Cage<'_>, home: Home, each: i64) -> Planted {
    let Value::Int(size) = cage.value(home.efile, "household_size") else { return Err("没有家庭人口") };
    // A register that tells yearly figures reads the monthly one otherwise.
    cage.beside(&["YZ305"]);
    cage.set_both(home, "income_annual", &(each * 12 * size).to_string());
    cage.set_both(home, "income_per_capita", &each.to_string());
    for row in cage.rows("civil", home.file) {
        if cage.said(row, "income_per_capita") {
            cage.set(row, "income_per_capita", each.to_string());
        }
    }
    Ok(())
}

fn has_income(cage: &Cage<'_>, home: Home) -> bool {
    matches!(cage.value(home.efile, "household_size"), Value::Int(_)) && cage.said(home.efile, "income_annual")
}

fn too_rich(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        has_income(cage, home) && matches!(cage.word(home.efile, "category"), "低保户" | "低保边缘户")
    };
    let home = cage.take(fits).ok_or("没有写了收入和人口的无疑点低保户")?;
    live_on(cage, home, 98_000)
}

fn retired(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|cage, home| cage.said(home.efile, "work_status")).ok_or("没有写了工作状态的无疑点在档户")?;
    cage.set_both(home, "work_status", "退休");
    Ok(())
}

fn not_filed(cage: &mut Cage<'_>) -> Planted {
    let book = cage.facts.book;
    let complete = |unit| ["efile", "civil"].iter().all(|kind| cage.facts.coverage.complete(kind, unit));
    let unit = book
        .units
        .ids()
        .find(|&unit| cage.judges(unit) && complete(unit))
        .ok_or("没有会员名册、民政名单和电子档案都来了的单位")?;
    let unit = book.units.name(unit).to_string();
    let (id, name) = (stranger(1), "自检会员".to_string());
    cage.concerns([id.clone()]);
    cage.row("roster", &[("name", name.clone()), ("id_number", id.clone()), ("unit", unit)])?;
    draw(cage, &name, &id, add_months(cage.as_of(), -12))
}

/// Enters a person alone in civil affairs' list, in 低保 since a day.
pub(super) fn draw(cage: &mut Cage<'_>, name: &str, id: &str, since: chrono::NaiveDate) -> Planted {
    let text = str::to_string;
    cage.row(
        "civil",
        &[
            ("cert_no", format!("自检{}", &id[14..])),
            ("head_name", text(name)),
            ("head_id_number", text(id)),
            ("name", text(name)),
            ("id_number", text(id)),
            ("relation", text("户主")),
            ("scheme", text("低保")),
            ("state", text("在保")),
            ("from", since.to_string()),
        ],
    )
}

fn not_updated(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        let long_ago = add_months(cage.as_of(), -9);
        cage.said(home.efile, "updated_on") && cage.day(home.efile, "filed_on").is_some_and(|day| day < long_ago)
    };
    let home = cage.take(fits).ok_or("没有写了更新日期的无疑点在档户")?;
    cage.set(home.efile, "updated_on", add_months(cage.as_of(), -8).to_string());
    Ok(())
}

fn owed_dibao(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        has_income(cage, home)
            && cage.word(home.efile, "category") != "低保户"
            && cage.rows("civil", home.file).is_empty()
    };
    let home = cage.take(fits).ok_or("没有不在低保的无疑点在档户")?;
    cage.beside(&["TK509"]);
    live_on(cage, home, 1)
}
