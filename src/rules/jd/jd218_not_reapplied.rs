use super::super::prelude::*;
use crate::domain::date::{add_months, before};

rule! {
    /// 满一年未重新申请
    ///
    /// ## 查什么
    /// 在档户建档或最近一次申请（建档程序台账的申请日期）已超过12个月（参数 months），台账上没有新的申请。刚好12个月的不算。台账没有报来的单位、申请日期读不出的，无法判定。
    ///
    /// ## 为什么
    /// 档案满一年仍需帮扶的，重新申请、重新核对，有进有出。
    ///
    /// ## 怎么核实
    /// 入户了解近况：仍困难的重新申请并登记台账，身份证件等没有变化的不必重复提交；不再困难的按程序退出。
    pub static RULE = {
        code: "JD218",
        title: "满一年未重新申请",
        severity: Low,
        class: Filing,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.reapplied",
        general_basis: "业务规则：建档满一年仍需帮扶的，重新申请",
        sources: &[&["efile"], &["filing"]],
        absence: ["filing"],
        params: &[Param { name: "months", unit: "月", default: Preset::Number(12.0) }],
        only_where_bound: true,
        advice: "先入户核实近况，仍困难的重新申请并登记台账，不再困难的按程序退出。",
        cases: [
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2022-08-19；+filing file_no=CS-9,name=例乙,id_number=510106197502029993,unit=测试区总工会,visited_on=2022-03-03,applied_on=2022-03-01",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2022-08-19",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2022-07",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2021-03-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2022-03-01",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2022-08-20；+filing file_no=CS-9,name=例乙,id_number=510106197502029993,unit=测试区总工会,visited_on=2022-03-03,applied_on=2022-03-01",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2022-08-20",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2021-03-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2023-03-01",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2022-08-19；@[rule.JD218] months=24",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-9,name=例乙,id_number=510106197502029993,unit=例外区总工会,visited_on=2022-03-03,applied_on=2022-03-01",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=若干",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2022-01-01；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=；+filing file_no=CS-9,name=例乙,id_number=510106197502029993,unit=测试区总工会,visited_on=2022-03-03,applied_on=2022-03-01",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；efile.status=待定；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2021-03-01",
            NotApplicable "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2021-04-01；efile.status=已脱困；+filing file_no=CS-1,id_number=510105198001019971,visited_on=2022-03-03,checked_on=2022-03-05,applied_on=2021-03-01",
            NotApplicable "efile.filed_on=2017-01-01；+filing file_no=CS-9,name=例乙,id_number=510106197502029993,unit=测试区总工会,visited_on=2022-03-03,applied_on=2022-03-01",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let months = judge.whole("months") as i32;
    let as_of = facts.setting.as_of;
    let limit = add_months(as_of, -months);
    for file in judge.files(FileStatus::Active) {
        let f = facts.book.file(file);
        let filed = match facts.book.tables.value(f.record, "filed_on") {
            Value::Date(on) => Some(*on),
            _ => None,
        };
        let applied = facts.last_application(file);
        if applied.map(|(on, _)| on).into_iter().chain(filed).any(|on| !before(on, limit)) {
            judge.compliant(file);
            continue;
        }
        let why = if let Some(record) = facts.unclear_application(file) {
            Some(Reason::of_cells(facts, record, &["applied_on"]))
        } else if filed.is_none() && applied.is_none() {
            Some(Reason::of_cells(facts, f.record, &["filed_on"]))
        } else if !facts.coverage.complete("filing", f.unit) {
            Some(Reason::of_source(facts, "filing", f.unit))
        } else {
            None
        };
        if let Some(why) = why {
            judge.undetermined(file, why);
            continue;
        }
        let mut draft = Draft::of_file(facts, file).evidence(facts.evidence(f.record, "filed_on"));
        let mut last = filed.map(|on| format!("建档于{on}")).into_iter().collect::<Vec<_>>();
        if let Some((on, record)) = applied {
            draft = draft.evidence(facts.evidence(record, "applied_on"));
            last.push(format!("最近一次申请在{on}"));
        }
        let message = format!("{}，至{as_of}已超过{months}个月，没有重新申请的记录", last.join("，"));
        judge.finding(file, draft.message(message));
    }
}
