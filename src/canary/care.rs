//! Households that nobody looks after: BF601–BF607; the progress and the answers of units (JZ) are nothing one household can show.

use super::cage::{Cage, Home};
use super::{Bird, Planted};
use crate::domain::date::{add_days, add_months};
use crate::normalize::{RecordId, Value};

pub(super) const BIRDS: &[Bird] = &[
    Bird { code: "BF601", plant: no_helper },
    Bird { code: "BF602", plant: not_visited },
    Bird { code: "BF603", plant: not_signed },
    Bird { code: "BF604", plant: no_aid },
    Bird { code: "BF605", plant: not_surveyed },
    Bird { code: "BF606", plant: aid_beside_the_cause },
    Bird { code: "BF607", plant: not_insured },
    Bird { code: "JZ701", plant: of_a_unit },
    Bird { code: "JZ702", plant: of_a_unit },
    Bird { code: "JZ703", plant: of_answers },
];

fn no_helper(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|cage, home| cage.said(home.efile, "helper")).ok_or("没有写了帮扶联系人的无疑点在档户")?;
    cage.set(home.efile, "helper", "");
    Ok(())
}

/// On file for longer than so many months.
fn filed_before(cage: &Cage<'_>, home: Home, months: i32) -> bool {
    cage.day(home.efile, "filed_on").is_some_and(|day| day < add_months(cage.as_of(), -months))
}

fn surveyed(cage: &Cage<'_>, home: Home) -> Option<RecordId> {
    cage.paper(home).filter(|&paper| cage.said(paper, "surveyed_on"))
}

fn not_visited(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| surveyed(cage, home).is_some() && filed_before(cage, home, 8);
    let home = cage.take(fits).ok_or("没有入户核查过的无疑点在档户")?;
    let paper = surveyed(cage, home).ok_or("没有核查日期")?;
    cage.set(paper, "surveyed_on", add_months(cage.as_of(), -7).to_string());
    cage.rows("visit", home.file).into_iter().for_each(|row| cage.remove(row));
    cage.beside(&["BF605"]);
    Ok(())
}

fn not_signed(cage: &mut Cage<'_>) -> Planted {
    let signed = |cage: &Cage<'_>, home: Home| {
        cage.paper(home).filter(|&paper| matches!(cage.value(paper, "surveyor_signed"), Value::Bool(true)))
    };
    let home = cage.take(|cage, home| signed(cage, home).is_some()).ok_or("没有核查人员签过名的无疑点在档户")?;
    let paper = signed(cage, home).ok_or("没有签名")?;
    cage.set(paper, "surveyor_signed", "否");
    Ok(())
}

fn no_aid(cage: &mut Cage<'_>) -> Planted {
    let fits = |cage: &Cage<'_>, home: Home| filed_before(cage, home, 13) && !cage.rows("aid", home.file).is_empty();
    let home = cage.take(fits).ok_or("没有建档一年以上、帮扶过的无疑点在档户")?;
    for kind in ["aid", "payment"] {
        cage.rows(kind, home.file).into_iter().for_each(|row| cage.remove(row));
    }
    Ok(())
}

fn not_surveyed(cage: &mut Cage<'_>) -> Planted {
    let (from, _) = cage.facts.setting.campaign.ok_or("没有核查期")?;
    let home = cage.take(|cage, home| surveyed(cage, home).is_some()).ok_or("没有入户核查过的无疑点在档户")?;
    let paper = surveyed(cage, home).ok_or("没有核查日期")?;
    cage.set(paper, "surveyed_on", add_days(from, -30).to_string());
    cage.beside(&["BF602"]);
    Ok(())
}

fn aid_beside_the_cause(cage: &mut Cage<'_>) -> Planted {
    let needs = ["子女上学", "本人大病", "供养直系亲属大病", "患重特大疾病"];
    let fits = |cage: &Cage<'_>, home: Home| {
        needs.contains(&cage.word(home.efile, "cause_main")) && !cage.rows("aid", home.file).is_empty()
    };
    let home = cage.take(fits).ok_or("没有因病因学致困、帮扶过的无疑点在档户")?;
    for kind in ["aid", "payment"] {
        cage.rows(kind, home.file).into_iter().for_each(|row| cage.set(row, "program", "临时救助"));
    }
    cage.beside(&["FF415"]);
    Ok(())
}

fn not_insured(cage: &mut Cage<'_>) -> Planted {
    let home = cage.take(|cage, home| cage.said(home.efile, "insurance")).ok_or("没有写了医保的无疑点在档户")?;
    cage.set_both(home, "insurance", "未参保");
    Ok(())
}

fn of_answers(_: &mut Cage<'_>) -> Planted {
    Err("说的是一个单位逾期未答复，不是一户的错误")
}

fn of_a_unit(_: &mut Cage<'_>) -> Planted {
    Err("说的是一个单位的进度，不是一户的错误")
}
