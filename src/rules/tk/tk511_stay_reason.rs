use super::super::prelude::*;
use super::tk508_past_deadline::{Due, due};

rule! {
    /// 仍在档未写明原因
    ///
    /// ## 查什么
    /// 过了本级别的脱困期限仍在档、期限规定之前建档、不是返困的户，“仍在档原因”是否写明。没有规定期限的级别不适用；表中没有这一列的，无法判定。
    ///
    /// ## 为什么
    /// 期限已过还在档的，要逐户说清原因，才能分类管理、落实帮扶或兜底。
    ///
    /// ## 怎么核实
    /// 先入户核实为什么还不能脱困，把原因填入系统；能脱困的按程序退档。
    pub static RULE = {
        code: "TK511",
        title: "仍在档未写明原因",
        severity: Medium,
        class: Procedure,
        norm: Exit,
        subject: "每份有脱困期限的在档电子档案",
        clause: "exit.stay_reason",
        general_basis: "业务规则：脱困期限已过仍在档的，逐户写明仍在档原因",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实仍在档的具体原因，填入系统；能脱困的按程序退档。",
        cases: [
            Finding "@profile=guangming-2020；@as_of=2020-07-01；efile.stay_reason=",
            Finding "@profile=guangming-2020；@as_of=2020-10-01；efile.level=区县级；efile.stay_reason=无",
            Finding "@[[deadline]] level=\"全国级\" & date=\"2019-06-30\"；efile.stay_reason=",
            Compliant "@profile=guangming-2020；@as_of=2020-07-01；efile.stay_reason=重病",
            NotApplicable "@profile=guangming-2020；@as_of=2020-06-30；efile.stay_reason=",
            NotApplicable "@profile=ordos-2020；@as_of=2020-12-01；efile.level=地市级；efile.stay_reason=",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；efile.filed_on=2020-06-01；efile.stay_reason=",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；efile.stay_reason=返困",
            NotApplicable "efile.stay_reason=",
            Undetermined "@profile=guangming-2020；@as_of=2020-07-01",
            Undetermined "@profile=guangming-2020；@as_of=2020-07-01；efile.filed_on=；efile.stay_reason=",
        ],
        since: "0.2.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for file in judge.files(FileStatus::Active) {
        let record = facts.book.file(file).record;
        let deadline = match due(judge, file) {
            Due::Past(deadline) => deadline,
            Due::NotYet => {
                judge.not_applicable(file);
                continue;
            }
            Due::Untold(why) => {
                judge.undetermined(file, why);
                continue;
            }
        };
        match facts.book.tables.value(record, "stay_reason") {
            Value::Blank => {}
            Value::Absent => {
                judge.undetermined(file, Reason::of_cells(facts, record, &["stay_reason"]));
                continue;
            }
            _ => {
                judge.compliant(file);
                continue;
            }
        }
        let draft = Draft::of_file(facts, file)
            .field(facts, record, "stay_reason")
            .message(format!("脱困期限{deadline}已过仍在档，没有写明仍在档原因"))
            .evidence(facts.evidence(record, "stay_reason"))
            .evidence(facts.evidence(record, "level"))
            .context(facts.evidence(record, "filed_on"));
        judge.finding(file, draft);
    }
}
