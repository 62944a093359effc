//! One judging of payments and of aid records that earlier runs read: FF418, BF608.

use super::prelude::*;
use crate::derive::past::Vanished;
use crate::domain::id_number::ResidentId;
use crate::domain::money::Fen;
use crate::link::Units;

/// Each row of today that an earlier run could have known is there; each that is missed is told, unless its source is short.
pub fn check(judge: &mut Judge<'_>, kind: &'static str) {
    let facts = judge.facts;
    let book = facts.book;
    let has_past = facts.past.as_of.is_some();
    for &record in book.tables.of_kind(kind) {
        match has_past {
            true => judge.compliant(record),
            false => judge.not_applicable(record),
        }
    }
    for back in facts.past.back.iter().filter(|b| b.kind == kind) {
        let unit = book.units.find(&back.unit).unwrap_or(Units::NONE);
        judge.compliant(About::key(unit, &back.key));
    }
    for gone in facts.past.vanished.iter().filter(|v| v.kind == kind) {
        let unit = book.units.find(&gone.unit).unwrap_or(Units::NONE);
        if !gone.told || facts.coverage.is_in_doubt(unit) {
            judge.undetermined(About::key(unit, &gone.key), Reason::Incomplete(kind));
            continue;
        }
        let draft = draft(facts, gone, unit, kind);
        judge.finding(About::key(unit, &gone.key), draft);
    }
}

fn draft(facts: &Facts<'_>, gone: &Vanished, unit: crate::link::UnitId, kind: &str) -> Draft {
    let book = facts.book;
    let mut draft = Draft::of_unit(unit).reference(gone.reference.clone());
    // Whose it is, where the number is known to someone of today.
    let id = ResidentId::parse(&gone.id_number, facts.setting.as_of).ok();
    if let Some(id) = id {
        draft = draft.number(id);
        if let Some(file) = book.main_file_of(id) {
            let f = book.file(file);
            draft.file_no.clone_from(&f.file_no);
            let rows = std::iter::once(f.record).chain(f.members.iter().map(|m| m.record));
            let own = rows.into_iter().find(|&row| book.person_of(row, "id_number") == Some(id));
            draft.name =
                own.and_then(|r| name_of(&book.tables, r, "name")).map(|n| n.shown().to_string()).unwrap_or_default();
        }
    } else {
        draft.id_number.clone_from(&gone.id_number);
    }
    draft.row_key = format!("{kind}\u{1f}{}", gone.key);
    draft.amount = gone.amount;
    let (what, list, date) = match kind {
        "payment" => ("发放", "发放明细", "paid_on"),
        _ => ("帮扶记录", "帮扶记录", "aided_on"),
    };
    let amount = gone.amount.map_or_else(|| "金额不明".to_string(), |fen| format!("{}元", Fen(fen)));
    let day = if gone.date.is_empty() { "日期不明" } else { gone.date.as_str() };
    let now = match gone.now {
        Some(row) => {
            draft = draft
                .context(facts.evidence(row, "name"))
                .context(facts.evidence(row, date))
                .context(facts.evidence(row, "amount"));
            let [now_day, now_amount] = [date, "amount"].map(|field| facts.written(row, field));
            format!("本次这一笔变成了{now_day}、{now_amount}")
        }
        None => format!("本次{list}里没有了"),
    };
    draft.message(format!(
        "{}核查时读到过的{what}（{day}，{amount}），{now}；该单位这个月的{list}本次已报送",
        gone.last_seen
    ))
}
