use super::super::prelude::*;
use crate::domain::date::{add_months, before};

rule! {
    /// 档案半年未更新
    ///
    /// ## 查什么
    /// 在档电子档案的更新日期在基准日往前数6个月（参数 months）以前。刚好6个月的不算；没有更新日期的无法判定。
    ///
    /// ## 为什么
    /// 每半年至少集中清理核对一次档案，及时更新。
    ///
    /// ## 怎么核实
    /// 入户了解近况，更新电子档案；没有变化的也应核对确认。
    pub static RULE = {
        code: "JD212",
        title: "档案半年未更新",
        severity: Low,
        class: Filing,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.updated",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：定期集中清理，动态管理",
        sources: &[&["efile"]],
        params: &[Param { name: "months", unit: "月", default: Preset::Number(6.0) }],
        advice: "先入户核实近况，更新电子档案并写明更新日期。",
        cases: [
            Finding "efile.updated_on=2019-02-19",
            Finding "efile.updated_on=2019-01",
            Compliant "",
            Compliant "efile.updated_on=2019-02-20",
            Compliant "efile.updated_on=2019-02",
            Compliant "efile.updated_on=2019-02-28；@as_of=2019-08-31",
            Compliant "efile.updated_on=2018-09-01；@[rule.JD212] months=12",
            Undetermined "efile.updated_on=",
            Undetermined "efile.status=待定；efile.updated_on=2018-01-01",
            NotApplicable "efile.status=已注销；efile.updated_on=2018-01-01",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let months = judge.whole("months") as i32;
    let limit = add_months(facts.setting.as_of, -months);
    for id in facts.book.file_ids() {
        let file = facts.book.file(id);
        match (file.status, facts.book.tables.value(file.record, "updated_on")) {
            (FileStatus::Exited | FileStatus::Cancelled, _) => judge.not_applicable(id),
            (FileStatus::Active, Value::Date(updated)) if before(*updated, limit) => {
                let draft = Draft::of_file(facts, id)
                    .message(format!("档案最后更新于{updated}，至{}已超过{months}个月", facts.setting.as_of))
                    .evidence(facts.evidence(file.record, "updated_on"));
                judge.finding(id, draft);
            }
            (FileStatus::Active, Value::Date(_)) => judge.compliant(id),
            (FileStatus::Unknown, _) => judge.undetermined(id, Reason::StatusUnclear),
            _ => judge.undetermined(id, Reason::of_cells(facts, file.record, &["updated_on"])),
        }
    }
}
