use super::super::prelude::*;
use super::super::reason::Column;
use crate::domain::date::{add_days, add_months, before};

rule! {
    /// 未核对家庭经济状况
    ///
    /// ## 查什么
    /// 在档户最近一次家庭经济状况核对（核对报告，或建档程序台账的核对日期）在基准日往前数12个月（参数 months）以内没有。刚好12个月的不算。建档不满30天（参数 grace_days）还没有核对的，再等；核对报告没有报来的单位，台账上也没有写的，无法判定。
    ///
    /// ## 为什么
    /// 建档和每年复核都要以核对的收入、财产为准。
    ///
    /// ## 怎么核实
    /// 核对过的补报核对报告或在台账写上核对日期；没有核对的，请全家签署授权书，委托民政部门核对。
    pub static RULE = {
        code: "JD217",
        title: "未核对家庭经济状况",
        severity: Medium,
        class: Procedure,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.checked",
        general_basis: "业务规则：困难职工家庭经济状况由家庭授权、委托民政部门核对，每年复核",
        sources: &[&["efile"], &["check_report", "filing"]],
        absence: ["check_report", "filing"],
        params: &[
            Param { name: "months", unit: "月", default: Preset::Number(12.0) },
            Param { name: "grace_days", unit: "天", default: Preset::Number(30.0) },
        ],
        only_where_bound: true,
        advice: "先入户核实近况并请家庭成员签署授权书，委托民政部门核对；已核对的补报核对报告。",
        cases: [
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-08-19",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-07",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=2022-01-05",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-08-19；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-08-20",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-08",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测配偶,id_number=510104198203059983,checked_on=2023-03-08",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2021-03-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-08-19；@[rule.JD217] months=24",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=例乙,id_number=510106197502029993,checked_on=2023-05-01",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=若干",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-01-01；+check_report name=测甲,id_number=510105198001019971,checked_on=若干",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=510105198001019971,checked_on=2023-09-01",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+check_report name=测甲,id_number=,checked_on=2023-03-08；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；efile.status=待定；+check_report name=测甲,id_number=510105198001019971,checked_on=2022-01-05",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-07-21；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=",
            NotApplicable "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；efile.status=已注销；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=",
            NotApplicable "+check_report name=测甲,id_number=510105198001019971,checked_on=2017-01-01",
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
    let young = add_days(as_of, -(judge.whole("grace_days") as i32));
    for file in judge.files(FileStatus::Active) {
        let checks = facts.checks(file);
        if checks.last.is_some_and(|(on, _)| !before(on, limit)) {
            judge.compliant(file);
            continue;
        }
        if let Some(why) = untold(facts, file).or_else(|| waits(facts, file, young).filter(|_| checks.last.is_none())) {
            judge.undetermined(file, why);
            continue;
        }
        let mut draft = Draft::of_file(facts, file);
        draft = match checks.last {
            Some((on, record)) => draft
                .field(facts, record, "checked_on")
                .evidence(facts.evidence(record, "checked_on"))
                .message(format!("最近一次家庭经济状况核对在{on}，至{as_of}已超过{months}个月")),
            None => {
                let row = facts.filings.application(file).map(|row| row.record);
                let cell = row.and_then(|record| facts.evidence_or_row(record, "checked_on"));
                let own = facts.evidence(facts.book.file(file).record, "file_no");
                draft.evidence(cell.or(own)).message("没有家庭经济状况核对的记录".to_string())
            }
        };
        judge.finding(file, draft);
    }
}

/// A cell may say a later test, or nobody can tell that there is none.
fn untold(facts: &Facts<'_>, file: FileId) -> Option<Reason> {
    if let Some((record, is_late)) = facts.checks(file).unclear {
        let column = Column { kind: facts.book.tables.table(record).kind, field: "checked_on" };
        return Some(if is_late {
            Reason::AfterAsOf(column)
        } else {
            Reason::of_cells(facts, record, &["checked_on"])
        });
    }
    let unit = facts.book.file(file).unit;
    if facts.coverage.complete("check_report", unit) {
        return None;
    }
    // Where no reports come, the ledger tells, if it has the household and the column.
    let rows = facts.filings.ledger(file);
    let lacking = || rows.iter().find_map(|row| Reason::of_cell(facts, row.record, "checked_on"));
    match lacking() {
        Some(why @ Reason::NoColumn(_)) => Some(why),
        _ if rows.is_empty() => Some(Reason::of_sources(facts, &["check_report", "filing"], unit)),
        _ => None,
    }
}

/// Filed a short while ago.
fn waits(facts: &Facts<'_>, file: FileId, young: chrono::NaiveDate) -> Option<Reason> {
    let efile = facts.book.file(file).record;
    match facts.book.tables.value(efile, "filed_on") {
        Value::Date(on) if before(*on, young) => None,
        Value::Date(_) => Some(Reason::TooEarly),
        _ => Some(Reason::of_cells(facts, efile, &["filed_on"])),
    }
}
