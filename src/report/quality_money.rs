//! 数据质量, the part about persons and money: rows without a number, rows that may be of several persons, amounts and dates
//! that are not there. Each names its row and what waits for it.

use std::collections::BTreeMap;

use super::model::QualityLine;
use crate::derive::Facts;
use crate::derive::payments::{Doubt, Standing, is_impossible};
use crate::domain::id_number::IdNumber;
use crate::link::{UnitId, name_of};
use crate::normalize::{RecordId, Value};
use crate::place::{SheetId, column_letters};

/// Rows of one sheet with one lack that are told one by one; more are told together.
const ONE_BY_ONE: usize = 10;
/// Candidates that a line names.
const NAMED: usize = 6;

/// What is to be said of one row.
struct Said {
    record: RecordId,
    /// Field that lacks its value.
    field: &'static str,
    what: &'static str,
    reason: String,
    remedy: &'static str,
    /// Units whose rows wait for it, besides its own.
    also: Vec<UnitId>,
}

/// Lines with the units they are for.
pub fn lines(facts: &Facts<'_>) -> Vec<(UnitId, QualityLine)> {
    let mut said = unreadable(facts);
    said.extend(unassigned(facts));
    said.extend(without_number(facts));
    said.extend(masked(facts));
    let mut by_sheet: BTreeMap<(SheetId, &str, &str), Vec<Said>> = BTreeMap::new();
    for one in said {
        let sheet = facts.book.tables.table(one.record).sheet;
        by_sheet.entry((sheet, one.what, one.field)).or_default().push(one);
    }
    let mut out = Vec::new();
    for ((sheet, ..), list) in by_sheet {
        if list.len() <= ONE_BY_ONE && list[0].what != MASKED {
            for one in &list {
                let line = line(facts, sheet, one, facts.book.tables.get(one.record).row, one.reason.clone());
                let mut units = one.also.clone();
                units.push(facts.book.unit_of_row(one.record));
                units.sort_unstable();
                units.dedup();
                out.extend(units.into_iter().map(|unit| (unit, line.clone())));
            }
            continue;
        }
        let mut of_unit: BTreeMap<UnitId, Vec<&Said>> = BTreeMap::new();
        for one in &list {
            of_unit.entry(facts.book.unit_of_row(one.record)).or_default().push(one);
        }
        for (unit, own) in of_unit {
            let rows: Vec<String> =
                own.iter().take(ONE_BY_ONE).map(|o| facts.book.tables.get(o.record).row.to_string()).collect();
            let more = if own.len() > ONE_BY_ONE { "等" } else { "" };
            let reason = format!("{}：共{}行（第{}行{more}）", own[0].reason, own.len(), rows.join("、"));
            out.push((unit, line(facts, sheet, own[0], 0, reason)));
        }
    }
    out
}

fn line(facts: &Facts<'_>, sheet: SheetId, one: &Said, row: u32, reason: String) -> QualityLine {
    let tables = &facts.book.tables;
    let index = tables.schema(one.record).index(one.field);
    let column = index.and_then(|i| {
        let place = tables.place_at(one.record, i)?;
        Some(format!("{} {}", column_letters(place.col), tables.title(one.record, i)))
    });
    QualityLine {
        path: facts.inputs.file_of(sheet).path.clone(),
        sheet: facts.inputs.sheet(sheet).name.clone(),
        row,
        column: column.unwrap_or_default(),
        what: one.what.into(),
        reason,
        written: String::new(),
        remedy: one.remedy.into(),
    }
}

/// Aid records and payments without a readable amount or date: in no group, and what may be their counterpart waits.
fn unreadable(facts: &Facts<'_>) -> Vec<Said> {
    let t = &facts.book.tables;
    let run = &facts.payments;
    let aids = run.aids.iter().map(|a| (a.record, a.standing, "aided_on"));
    let payments = run.payments.iter().map(|p| (p.record, p.standing, "paid_on"));
    let mut out = Vec::new();
    for (record, _, date) in aids.chain(payments).filter(|(_, standing, _)| *standing == Standing::Unreadable) {
        for (field, name) in [("amount", "金额"), (date, "日期")] {
            let reason = match t.value(record, field) {
                Value::Money(_) => continue,
                Value::Date(day) if !is_impossible(*day, facts.setting.as_of) => continue,
                Value::Date(day) if day.first_day() > facts.setting.as_of => format!("{name}晚于基准日，疑似写错"),
                Value::Date(_) => format!("{name}早于1990年，疑似写错"),
                Value::Absent => format!("没有{name}列，列入不可读"),
                Value::Blank => format!("{name}空着，没有{name}，列入不可读"),
                _ => format!("{name}读不出，列入不可读"),
            };
            let remedy = "补上后重新报送；本行未与对方对账，对方的记录也不判有无";
            out.push(Said { record, field, what: "未对账", reason, remedy, also: waiting(facts, record) });
        }
    }
    out
}

/// Units whose aid records or payments wait for this row.
fn waiting(facts: &Facts<'_>, record: RecordId) -> Vec<UnitId> {
    let is_this = |doubt: Option<Doubt>| doubt.is_some_and(|d| d.row() == record);
    let aids = facts.payments.aids.iter().filter(|a| is_this(a.doubt)).map(|a| a.unit);
    aids.chain(facts.payments.payments.iter().filter(|p| is_this(p.doubt)).map(|p| p.unit)).collect()
}

/// Rows that several persons fit, and rows that may be somebody's though nobody can say so.
fn unassigned(facts: &Facts<'_>) -> Vec<Said> {
    let book = facts.book;
    let mut out = Vec::new();
    let mut tied: Vec<_> = book.who.undecided.iter().collect();
    tied.sort_unstable_by_key(|(record, _)| **record);
    for (&record, tie) in tied {
        let named: Vec<String> = (tie.candidates.iter().take(NAMED))
            .map(|&(row, file)| {
                let name = name_of(&book.tables, row, "name").map_or("", |n| n.shown());
                format!("档案{}（{name}）", book.file(file).file_no)
            })
            .collect();
        let more = if tie.candidates.len() > NAMED { format!("等{}人", tie.candidates.len()) } else { String::new() };
        let reason = format!("按“{}”，{}{more}都可能，不能确定是谁", tie.rule, named.join("、"));
        let mut also: Vec<UnitId> = tie.files().into_iter().map(|f| book.file(f).unit).collect();
        also.extend(waiting(facts, record));
        out.push(said_unassigned(record, reason, also));
    }
    let aids = facts.payments.aids.iter().map(|a| (a.record, a.doubt));
    let payments = facts.payments.payments.iter().map(|p| (p.record, p.doubt));
    let mut of_row: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for (own, doubt) in aids.chain(payments) {
        if let Some(Doubt::Unassigned(row)) = doubt {
            of_row.entry(row).or_default().push(own);
        }
    }
    for (row, waits) in of_row.into_iter().filter(|(row, _)| !book.who.undecided.contains_key(row)) {
        let named: Vec<String> = (waits.iter().take(NAMED))
            .map(|&r| {
                let name = name_of(&book.tables, r, "name").map_or("", |n| n.shown());
                let file = book.file_of_row(r).map_or("", |f| book.file(f).file_no.as_str());
                if file.is_empty() { name.to_string() } else { format!("档案{file}（{name}）") }
            })
            .collect();
        let reason = format!("号码缺失、残缺或有遮盖，可能是{}，不能确定是谁", named.join("、"));
        out.push(said_unassigned(row, reason, waiting(facts, row)));
    }
    out
}

fn said_unassigned(record: RecordId, reason: String, also: Vec<UnitId>) -> Said {
    let remedy = "补全身份证号后重新报送；补全前，候选各户有没有这一笔（这一份）不作判定";
    Said { record, field: "id_number", what: "归属未定", reason, remedy, also }
}

/// Members whose number nothing tells.
fn without_number(facts: &Facts<'_>) -> Vec<Said> {
    let book = facts.book;
    let t = &book.tables;
    let rows = ["emember", "paper_member"].iter().flat_map(|kind| t.of_kind(kind));
    rows.filter(|&&r| matches!(t.value(r, "id_number"), Value::Blank) && book.who.suspect(r).is_none())
        .map(|&record| Said {
            record,
            field: "id_number",
            what: "没有身份证号",
            reason: "家庭成员没有身份证号，按姓名和档案号比对".into(),
            remedy: "补上身份证号后重新报送",
            also: Vec::new(),
        })
        .collect()
}

const MASKED: &str = "号码有遮盖";

/// Numbers hidden in part: told once a sheet.
fn masked(facts: &Facts<'_>) -> Vec<Said> {
    let t = &facts.book.tables;
    let mut out = Vec::new();
    for schema in t.schemas.all() {
        for &record in t.of_kind(&schema.kind) {
            if matches!(t.value(record, "id_number"), Value::Id(n) if matches!(&**n, IdNumber::Masked(_))) {
                out.push(Said {
                    record,
                    field: "id_number",
                    what: MASKED,
                    reason: "身份证号有遮盖，显示的部分只与一人相符的已对上".into(),
                    remedy: "请要不遮盖号码的原表；对不上的行不作判定",
                    also: Vec::new(),
                });
            }
        }
    }
    out
}
