//! 疑似应建未建（支出型）: members of the union who bore high medical costs themselves and are in no file. A list for the
//! helper to look at, no finding against anyone: what the household earns is not known here.

use std::collections::BTreeMap;

use crate::derive::Facts;
use crate::derive::households::{PersonKey, number_of, person_key};
use crate::domain::date::{Month, after};
use crate::domain::money::Fen;
use crate::link::{FileStatus, UnitId, name_of};
use crate::normalize::{RecordId, Value};
use crate::report::table_book::{Cell, Table};

/// From which own share on a member is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnShare {
    /// Fen in twelve months.
    Fen(i64),
    /// Twelve months of the dibao standard of the first region configured: what one person would live on for a year.
    YearOfDibao,
}

/// Months looked back, the as-of's among them.
const MONTHS: i32 = 12;

struct Costs {
    fen: i64,
    settlements: i64,
    /// Some settlement of his has no legible date or amount.
    unsure: bool,
}

/// By unit and name. With neither a roster nor medical settlements, or no line to hold them against, the note says so.
pub fn unfiled(facts: &Facts<'_>, line: OwnShare, keep: &dyn Fn(UnitId) -> bool, masked: bool) -> Table {
    let book = facts.book;
    let t = &book.tables;
    let month = Month::of(facts.setting.as_of);
    let fen = match line {
        OwnShare::Fen(fen) => Some(fen),
        OwnShare::YearOfDibao => {
            crate::derive::standard::dibao(&facts.setting.standards, "", month).map(|d| d.fen * 12)
        }
    };
    let lacking: Vec<&str> = [("roster", "会员名册"), ("medical", "医疗费用结算")]
        .into_iter()
        .filter(|(kind, _)| t.of_kind(kind).is_empty())
        .map(|(_, title)| title)
        .collect();
    let note = match (fen, &lacking[..]) {
        (_, [_, ..]) => format!("没有来源：{}，列不出来。", lacking.join("、")),
        (None, _) => "没有配置低保标准，不知道从多少起算；用 --own-share 元 写明。".to_string(),
        (Some(fen), []) => format!(
            "名册里的会员，近12个月个人负担的医疗费在{}元（{}）以上，本人不在任何在档档案里。只供帮扶联系人了解情况，家庭收入不明，不是疑点。",
            Fen(fen).brief(),
            match line {
                OwnShare::Fen(_) => "所写的线".to_string(),
                OwnShare::YearOfDibao => "12个月低保标准".to_string(),
            }
        ),
    };
    let mut table = Table {
        frozen: 2,
        ..Table::new(
            "疑似应建未建（支出型）",
            note,
            &[
                ("单位", 180),
                ("姓名", 80),
                ("身份证号", 150),
                ("个人负担（元）", 104),
                ("结算笔数", 70),
                ("原有档案", 150),
                ("说明", 170),
                ("了解情况", 130),
            ],
        )
    };
    let Some(fen) = fen.filter(|_| lacking.is_empty()) else { return table };
    let costs = costs(facts, month);
    let mut seen: BTreeMap<PersonKey, ()> = BTreeMap::new();
    for &record in t.of_kind("roster") {
        let unit = book.unit_of_row(record);
        let Some(number) = number_of(book, record).filter(|_| keep(unit)) else { continue };
        let Some(person) = person_key(number) else { continue };
        let Some(own) = costs.get(&person).filter(|c| c.fen >= fen) else { continue };
        let files = facts.households.files_of(book, number);
        let on_file = |status: FileStatus| files.iter().find(|&&f| book.file(f).status == status);
        if on_file(FileStatus::Active).is_some() || on_file(FileStatus::Unknown).is_some() {
            continue;
        }
        if seen.insert(person, ()).is_some() {
            continue;
        }
        let former = files.first().map_or(String::new(), |&f| {
            let what = if book.file(f).status == FileStatus::Exited { "已脱困" } else { "已注销" };
            format!("{}（{what}）", book.file(f).file_no)
        });
        let shown = number.shown();
        table.rows.push(vec![
            Cell::text(book.units.name(unit)),
            Cell::text(name_of(t, record, "name").map_or(String::new(), |n| n.shown().to_string())),
            Cell::text(if masked { crate::report::privacy::masked_digits(&shown) } else { shown }),
            Cell::Money(own.fen),
            Cell::Count(own.settlements),
            Cell::text(former),
            Cell::text(if own.unsure { "另有结算的日期或金额读不出" } else { "" }),
            Cell::Nothing,
        ]);
    }
    table.rows.sort();
    table
}

/// Own shares by person, of the months that count.
fn costs(facts: &Facts<'_>, month: Month) -> BTreeMap<PersonKey, Costs> {
    let t = &facts.book.tables;
    let first = month.plus(1 - MONTHS);
    let mut all: BTreeMap<PersonKey, Costs> = BTreeMap::new();
    for &record in t.of_kind("medical") {
        let Some(person) = number_of(facts.book, record).and_then(person_key) else { continue };
        if matches!(t.value(record, "state"), Value::Code(c) if c.word() == Some("已撤销")) {
            continue;
        }
        let own = all.entry(person).or_insert(Costs { fen: 0, settlements: 0, unsure: false });
        match (settled_on(facts, record), t.value(record, "out_of_pocket")) {
            (Some(on), Value::Money(fen)) => {
                if (first..=month).contains(&on.month()) && !after(on, facts.setting.as_of) {
                    own.fen += fen;
                    own.settlements += 1;
                }
            }
            _ => own.unsure = true,
        }
    }
    all
}

fn settled_on(facts: &Facts<'_>, record: RecordId) -> Option<crate::domain::date::PartialDate> {
    facts.date_of(record, "settled_on")
}
