use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::prelude::*;
use super::of_unit;
use crate::domain::date::add_months;
use crate::link::{UnitId, Units};

rule! {
    /// 整改逾期
    ///
    /// ## 查什么
    /// 各单位和各上级工会（含下级合计）：下发超过一个月（参数 months）、现在仍然存在、还没有收到任何答复的疑点。下发日期是首次列出该疑点的核查的基准日，或 --hand-out 的日期。收到的答复不论哪一种都算答复。
    ///
    /// ## 为什么
    /// 疑点下发以后要在期限内核实、更正并答复。
    ///
    /// ## 怎么核实
    /// 打开本单位的疑点清单，把没有答复的逐条核实、填写，交回上级工会。
    pub static RULE = {
        code: "JZ703",
        title: "整改逾期",
        severity: Medium,
        class: Procedure,
        norm: Filing,
        subject: "每个收到过疑点的单位及其上级工会",
        clause: "correction.deadline",
        general_basis: "业务规则：疑点下发后一个月内核实答复",
        sources: &[&["efile"]],
        params: &[Param { name: "months", unit: "月", default: Preset::Number(1.0) }],
        advice: "逐条核实并填写疑点清单，尽快交回。",
        cases: [
            Finding "efile.updated_on=2019-02-01；@handed_out=2019-07-19",
            Compliant "efile.updated_on=2019-02-01；@handed_out=2019-07-20",
            Compliant "@handed_out=2019-07-01",
            Compliant "efile.updated_on=2019-02-01；@handed_out=2019-07-19；@[rule.JZ703] months=2",
            NotApplicable "efile.updated_on=2019-02-01",
        ],
        since: "0.3.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let months = judge.whole("months") as i32;
    let limit = add_months(facts.setting.as_of, -months);
    // Per unit: how many are overdue, and the oldest hand-out among them; a unit that was asked in time has none.
    let mut overdue: BTreeMap<UnitId, (usize, Option<NaiveDate>)> = BTreeMap::new();
    for open in &facts.past.unanswered {
        if open.finding.starts_with(judge.rule.code) {
            continue;
        }
        let unit = book.units.find(&open.unit).unwrap_or(Units::NONE);
        for unit in book.units.lineage(unit) {
            let (count, oldest) = overdue.entry(unit).or_default();
            if open.handed_out < limit && judge.listed.contains(&open.finding) {
                *count += 1;
                *oldest = Some(oldest.map_or(open.handed_out, |o| o.min(open.handed_out)));
            }
        }
    }
    if facts.past.unanswered.is_empty() {
        for file in book.file_ids() {
            judge.not_applicable(book.file(file).unit);
        }
    }
    for (unit, (count, oldest)) in overdue {
        match oldest {
            None => judge.compliant(unit),
            Some(oldest) => {
                let message = format!("下发超过{months}个月仍未答复的疑点{count}条，最早的{oldest}下发");
                judge.finding(unit, of_unit(facts, unit).message(message));
            }
        }
    }
}
