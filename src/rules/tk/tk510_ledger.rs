use super::super::prelude::*;
use crate::domain::date;

rule! {
    /// 电子状态与退档台账不一致
    ///
    /// ## 查什么
    /// 台账上审核通过超过15天，电子档案仍是在档；或电子档案已脱困，脱困日期不早于台账的第一个日期，台账却没有这一户。审核通过之后才建的档案不算仍在档。
    ///
    /// ## 为什么
    /// 退档办完要及时更新系统，系统里脱困的要有退档程序可查。
    ///
    /// ## 怎么核实
    /// 先入户核实并翻看退档材料，更正电子档案状态，或补记台账。
    pub static RULE = {
        code: "TK510",
        title: "电子状态与退档台账不一致",
        severity: Medium,
        class: Procedure,
        norm: Exit,
        subject: "每份在档或已脱困电子档案",
        clause: "exit.recorded",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：纸质档案与电子档案同步变更",
        sources: &[&["efile"], &["exit"]],
        absence: ["exit"],
        params: &[Param { name: "days", unit: "天", default: Preset::Number(15.0) }],
        advice: "先入户核实并翻看退档材料，更正电子档案状态或补记退档台账。",
        cases: [
            Finding "+exit file_no=CS-1,approved_on=2019-08-04",
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-9,applied_on=2019-03-20,approved_on=2019-05-10；+efile file_no=CS-9,id_number=510105197202029965,name=测乙,exited_on=2019-05-12",
            Compliant "+exit file_no=CS-1,approved_on=2019-08-05",
            Compliant "+exit file_no=CS-1,reviewed_on=2019-03-05,approved_on=",
            Compliant "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,approved_on=2019-03-20",
            Compliant "efile.filed_on=2019-08-01；+exit file_no=CS-1,approved_on=2019-07-01",
            NotApplicable "efile.status=已脱困；efile.exited_on=2019-03-19；+exit file_no=CS-9,applied_on=2019-03-20,approved_on=2019-05-10",
            Undetermined "efile.status=已脱困；efile.exited_on=；+exit file_no=CS-9,applied_on=2019-03-20,approved_on=2019-05-10",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-9,approved_on=2019-03-10",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let days = judge.whole("days");
    for file in facts.book.file_ids() {
        match facts.book.file(file).status {
            FileStatus::Active => still_active(judge, file, days),
            FileStatus::Exited => not_in_ledger(judge, file),
            FileStatus::Cancelled => judge.not_applicable(file),
            FileStatus::Unknown => judge.undetermined(file, Reason::StatusUnclear),
        }
    }
}

fn still_active(judge: &mut Judge<'_>, file: FileId, days: i64) {
    let facts = judge.facts;
    let f = facts.book.file(file);
    let row = facts.exits.of(file);
    let Some((row, approved)) = row.and_then(|r| Some((r, r.date("approved_on")?))) else {
        judge.compliant(file);
        return;
    };
    let since = (facts.setting.as_of - approved.last_day()).num_days();
    // Filed anew after that exit.
    let filed_later = match facts.book.tables.value(f.record, "filed_on") {
        Value::Date(filed_on) => date::after(*filed_on, approved),
        _ => false,
    };
    if since <= days || filed_later {
        judge.compliant(file);
        return;
    }
    judge.finding_without(
        file,
        Draft::of_file(facts, file)
            .message(format!("退档台账{approved}审核通过，已过{since}天，电子档案仍为在档"))
            .evidence(facts.evidence(f.record, "status"))
            .evidence(facts.evidence(row.record, "approved_on")),
        &[],
    );
}

fn not_in_ledger(judge: &mut Judge<'_>, file: FileId) {
    let facts = judge.facts;
    let f = facts.book.file(file);
    if facts.exits.of(file).is_some() {
        judge.compliant(file);
        return;
    }
    let (Some(left), Some(first)) = (facts.left(file), facts.exits.first) else {
        let why = if facts.left(file).is_none() { why::not_left(facts, file) } else { Reason::NoSource("exit") };
        judge.undetermined(file, why);
        return;
    };
    if date::before(left.on, first) {
        judge.not_applicable(file);
        return;
    }
    if !facts.coverage.complete("exit", f.unit) {
        judge.undetermined(file, Reason::of_source(facts, "exit", f.unit));
        return;
    }
    judge.finding(
        file,
        Draft::of_file(facts, file)
            .message(format!("电子档案{}脱困，退档台账（自{first}起）没有这一户", left.on))
            .evidence(facts.evidence(f.record, "status"))
            .evidence(facts.evidence(left.record, left.field)),
    );
}
