//! Aid and payments: FF401–FF417.
//!
//! A mistake that changes a payment takes one that answers its aid record exactly; the others give the household one more
//! aid, recorded and paid as it should be but for the mistake.

use chrono::{Datelike, NaiveDate};

use super::cage::{Cage, Home};
use super::standing::stranger;
use super::{Bird, Planted};
use crate::derive::payments::{AidRow, PaymentRow, Step};
use crate::domain::date::{add_days, add_months};
use crate::domain::money::Fen;
use crate::profile::Who;

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "FF401", plant: not_paid },
    Bird { code: "FF402", plant: not_recorded },
    Bird { code: "FF403", plant: other_amount },
    Bird { code: "FF404", plant: other_source },
    Bird { code: "FF405", plant: far },
    Bird { code: "FF406", plant: before_filing },
    Bird { code: "FF407", plant: to_nobody },
    Bird { code: "FF408", plant: other_name },
    Bird { code: "FF409", plant: in_cash },
    Bird { code: "FF410", plant: repeated },
    Bird { code: "FF411", plant: above_the_bill },
    Bird { code: "FF412", plant: after_exit },
    Bird { code: "FF413", plant: after_death },
    Bird { code: "FF414", plant: one_account },
    Bird { code: "FF415", plant: above_the_cap },
    Bird { code: "FF416", plant: wrong_fund },
    Bird { code: "FF417", plant: came_back },
];

/// One aid record of a home and the one payment that carried it out, alone with its amount in the household.
fn pair<'a>(cage: &Cage<'a>, home: Home) -> Option<(&'a AidRow<'a>, &'a PaymentRow<'a>, NaiveDate, NaiveDate)> {
    let facts = cage.facts;
    let (aids, paid) = (cage.rows("aid", home.file), cage.rows("payment", home.file));
    facts.payments.groups.iter().filter(|g| g.step == Step::Exact).find_map(|group| {
        let ([a], [p]) = (group.aids.as_slice(), group.payments.as_slice()) else { return None };
        let (aid, payment) = (&facts.payments.aids[*a], &facts.payments.payments[*p]);
        if !aids.contains(&aid.record) || !paid.contains(&payment.record) {
            return None;
        }
        let own = facts.payments.aids.iter().filter(|other| aids.contains(&other.record));
        let alone = own.filter(|other| other.item.program == aid.item.program).count() == 1;
        let days = (aid.item.date?.exact()?, payment.item.date?.exact()?);
        alone.then_some((aid, payment, days.0, days.1))
    })
}

const NO_PAIR: &str = "没有帮扶记录与发放一一对上的无疑点在档户";

fn not_paid(cage: &mut Cage<'_>) -> Planted {
    let window = cage.facts.setting.payment_window_days as i32;
    let fits = |cage: &Cage<'_>, home: Home| {
        pair(cage, home).is_some_and(|(aid, _, aided_on, _)| {
            // The last payment of the unit may be the one that goes.
            let last = cage.facts.payments.last_paid(aid.unit);
            last.is_some_and(|last| add_days(aided_on, window + 1) <= last)
        })
    };
    let home = cage.take(fits).ok_or(NO_PAIR)?;
    let (_, payment, ..) = pair(cage, home).ok_or(NO_PAIR)?;
    cage.remove(payment.record);
    Ok(())
}

fn not_recorded(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        pair(cage, home).is_some_and(|(_, payment, _, paid_on)| {
            cage.facts.payments.last_aided(payment.unit).is_some_and(|last| paid_on <= last)
        })
    };
    let home = cage.take(fits).ok_or(NO_PAIR)?;
    let (aid, ..) = pair(cage, home).ok_or(NO_PAIR)?;
    cage.remove(aid.record);
    cage.beside(&["BF604", "BF606"]);
    Ok(())
}

fn other_amount(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|cage, home| pair(cage, home).is_some()).ok_or(NO_PAIR)?;
    let (_, payment, ..) = pair(cage, home).ok_or(NO_PAIR)?;
    let less = payment.item.fen.unwrap_or(0) * 7 / 10;
    cage.set(payment.record, "amount", Fen(less).to_string());
    Ok(())
}

fn other_source(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        let sources = |(aid, payment): (&AidRow<'_>, &PaymentRow<'_>)| {
            aid.item.source.is_some_and(|s| s != "社会捐助") && payment.item.source.is_some()
        };
        pair(cage, home).is_some_and(|(aid, payment, ..)| sources((aid, payment)))
    };
    let home = cage.take(fits).ok_or("没有两边都写了资金来源的无疑点在档户")?;
    let (_, payment, ..) = pair(cage, home).ok_or(NO_PAIR)?;
    cage.set(payment.record, "fund_source", "社会捐助");
    cage.beside(&["FF416"]);
    Ok(())
}

fn far(cage: &mut Cage<'_>) -> Planted {
    let days = cage.facts.setting.payment_window_days as i32 + 5;
    let fits = |cage: &Cage<'_>, home: Home| {
        pair(cage, home).is_some_and(|(_, _, aided_on, _)| add_days(aided_on, days) <= cage.as_of())
    };
    let home = cage.take(fits).ok_or(NO_PAIR)?;
    let (_, payment, aided_on, _) = pair(cage, home).ok_or(NO_PAIR)?;
    cage.set(payment.record, "paid_on", add_days(aided_on, days).to_string());
    cage.beside(&["FF409"]);
    Ok(())
}

fn came_back(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        pair(cage, home).is_some_and(|(_, payment, _, paid_on)| {
            cage.has(payment.record, "result") && paid_on < add_days(cage.as_of(), -90)
        })
    };
    let home = cage.take(fits).ok_or("没有发放结果一列，或没有够早的发放")?;
    let (_, payment, ..) = pair(cage, home).ok_or(NO_PAIR)?;
    cage.set(payment.record, "result", "退回");
    Ok(())
}

fn repeated(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| {
        pair(cage, home).is_some_and(|(_, _, _, paid_on)| add_days(paid_on, 2) <= cage.as_of())
    };
    let home = cage.take(fits).ok_or(NO_PAIR)?;
    let (_, payment, _, paid_on) = pair(cage, home).ok_or(NO_PAIR)?;
    let again = add_days(paid_on, 2).to_string();
    cage.copy(payment.record, &[("serial", "自检FF410"), ("paid_on", again.as_str())]);
    cage.beside(&["FF411", "FF415"]);
    Ok(())
}

/// One more aid, recorded and paid on one day.
struct Gift<'t> {
    program: &'t str,
    fen: i64,
    day: NaiveDate,
    /// What the payment says otherwise.
    but: &'t [(&'t str, &'t str)],
}

/// A sum no payment is likely to have.
const ODD: i64 = 12_345;

fn give(cage: &mut Cage<'_>, home: Home, gift: &Gift<'_>) -> Planted {
    let code = cage.code();
    let file_no = cage.facts.book.file(home.file).file_no.clone();
    let (name, id) = (cage.name(home), home.head.full());
    let (day, sum) = (gift.day.to_string(), Fen(gift.fen).to_string());
    let unit = cage.facts.book.units.name(cage.facts.book.file(home.file).unit).to_string();
    let text = str::to_string;
    let number = format!("自检{code}{}", &id[10..]);
    let aid = [
        ("record_no", number.clone()),
        ("file_no", file_no),
        ("name", name.clone()),
        ("id_number", id.clone()),
        ("program", text(gift.program)),
        ("amount", sum.clone()),
        ("aided_on", day.clone()),
        ("unit", unit.clone()),
    ];
    cage.row("aid", &aid)?;
    let mut payment = vec![
        ("serial", number),
        ("name", name),
        ("id_number", id),
        ("program", text(gift.program)),
        ("amount", sum),
        ("paid_on", day),
        ("channel", text("社会保障卡")),
        ("result", text("成功")),
        ("unit", unit),
    ];
    payment.extend(gift.but.iter().map(|(field, value)| (*field, text(value))));
    cage.row("payment", &payment)?;
    cage.beside(&["BF606"]);
    Ok(())
}

fn yesterday(cage: &Cage<'_>) -> NaiveDate {
    add_days(cage.as_of(), -1)
}

fn plain<'t>(cage: &Cage<'_>, but: &'t [(&'t str, &'t str)]) -> Gift<'t> {
    Gift { program: "生活救助", fen: ODD, day: yesterday(cage), but }
}

/// On file for more than two months.
fn settled(cage: &Cage<'_>, home: Home) -> bool {
    cage.day(home.efile, "filed_on").is_some_and(|day| day < add_months(cage.as_of(), -2))
}

const NOBODY: &str = "没有无疑点的在档户";

fn before_filing(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(settled).ok_or(NOBODY)?;
    let day = cage.day(home.efile, "filed_on").map(|day| add_days(day, -10)).ok_or(NOBODY)?;
    let gift = Gift { day, ..plain(cage, &[]) };
    give(cage, home, &gift)
}

fn to_nobody(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(settled).ok_or(NOBODY)?;
    let id = stranger(2);
    cage.concerns([id.clone()]);
    cage.beside(&["FF401", "FF402"]);
    let gift = plain(cage, &[]);
    give(cage, home, &Gift { but: &[("name", "自检外人"), ("id_number", id.as_str())], ..gift })
}

fn other_name(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(settled).ok_or(NOBODY)?;
    let gift = plain(cage, &[("name", "自检外人")]);
    give(cage, home, &gift)
}

fn in_cash(cage: &mut Cage<'_>) -> Planted {
    let channel = |cage: &Cage<'_>| {
        let payments = cage.facts.book.tables.of_kind("payment");
        payments.first().is_some_and(|&p| cage.has(p, "channel"))
    };
    if !channel(cage) {
        return Err("发放表里没有发放方式");
    }
    let home = cage.take(settled).ok_or(NOBODY)?;
    let gift = plain(cage, &[("channel", "现金")]);
    give(cage, home, &gift)
}

fn above_the_bill(cage: &mut Cage<'_>) -> Planted {
    let year = yesterday(cage).year();
    let treated = |cage: &Cage<'_>, home: Home| {
        let rows = cage.rows("medical", home.file);
        rows.iter().any(|&r| cage.day(r, "settled_on").is_some_and(|day| day.year() == year)) && settled(cage, home)
    };
    let home = cage.take(treated).ok_or("没有本年有医疗结算的无疑点在档户")?;
    let gift = Gift { program: "医疗救助", fen: 99_999_900, ..plain(cage, &[]) };
    cage.beside(&["FF415"]);
    give(cage, home, &gift)
}

fn after_exit(cage: &mut Cage<'_>) -> Planted {
    let exited = |cage: &Cage<'_>, home: Home| cage.day(home.efile, "exited_on");
    let fits = |cage: &Cage<'_>, home: Home| exited(cage, home).is_some_and(|day| add_days(day, 90) <= cage.as_of());
    let home = cage.take_left(fits).ok_or("没有脱困三个月以上的无疑点户")?;
    let day = exited(cage, home).map(|day| add_days(day, 80)).ok_or("没有脱困日期")?;
    let gift = Gift { day, ..plain(cage, &[]) };
    give(cage, home, &gift)
}

fn after_death(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(settled).ok_or(NOBODY)?;
    let died_on = add_days(cage.as_of(), -5).to_string();
    let name = cage.name(home);
    cage.row("death", &[("name", name), ("id_number", home.head.full()), ("died_on", died_on)])?;
    cage.beside(&["JD207"]);
    let gift = plain(cage, &[]);
    give(cage, home, &gift)
}

fn one_account(cage: &mut Cage<'_>) -> Planted {
    let payments = cage.facts.book.tables.of_kind("payment");
    if !payments.first().is_some_and(|&p| cage.has(p, "account")) {
        return Err("发放表里没有收款账号");
    }
    for _ in 0..2 {
        let home = cage.take(settled).ok_or("没有两户无疑点的在档户")?;
        let gift = plain(cage, &[("account", "900100200300456")]);
        give(cage, home, &gift)?;
    }
    Ok(())
}

fn above_the_cap(cage: &mut Cage<'_>) -> Planted {
    let day = yesterday(cage);
    let cap = cage.profile.caps.iter().find(|c| c.year.is_none_or(|year| year == day.year()));
    let cap = cap.ok_or("没有规定项目标准")?;
    let home = cage.take(settled).ok_or(NOBODY)?;
    let gift = Gift { program: &cap.program, fen: cap.amount.fen + ODD, ..plain(cage, &[]) };
    cage.beside(&["FF411"]);
    give(cage, home, &gift)
}

fn wrong_fund(cage: &mut Cage<'_>) -> Planted {
    let own = cage.profile.fund_sources.iter().map(|(source, allowed)| (source.clone(), allowed.levels.clone()));
    let mut sources: Vec<(String, Vec<String>)> = own.collect();
    sources.push(("中央财政".to_string(), vec!["全国级".to_string()]));
    // Money that is for all members asks for no level.
    let on = Some(cage.as_of().into());
    sources.retain(|(source, _)| cage.profile.audience(plain(cage, &[]).program, source, on) == Who::Filed);
    for (source, levels) in sources {
        let fits = |cage: &Cage<'_>, home: Home| {
            let level = cage.word(home.efile, "level");
            settled(cage, home) && !level.is_empty() && !levels.iter().any(|l| l == level)
        };
        if let Some(home) = cage.take(fits) {
            let gift = plain(cage, &[]);
            return give(cage, home, &Gift { but: &[("fund_source", source.as_str())], ..gift });
        }
    }
    Err("没有资金来源不能用的级别的无疑点在档户")
}
