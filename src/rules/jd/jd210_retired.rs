use super::super::prelude::*;

rule! {
    /// 退休人员在档（核实是否已社会化管理）
    ///
    /// ## 查什么
    /// 在档困难职工的工作状态为退休。只在本地政策有这项要求（汕头）或配置启用时检查。
    ///
    /// ## 为什么
    /// 已实行社会化管理的退休人员原则上不纳入建档范围。
    ///
    /// ## 怎么核实
    /// 查退休手续，问清是否已移交社会化管理。
    pub static RULE = {
        code: "JD210",
        title: "退休人员在档（核实是否已社会化管理）",
        severity: Low,
        class: WrongfulEntry,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.retired",
        general_basis: "业务规则：已实行社会化管理的退休人员原则上不纳入建档范围",
        sources: &[&["efile"]],
        params: &[],
        only_where_bound: true,
        advice: "先入户核实是否已移交社会化管理；已移交的按程序注销，未移交的在“核实说明”写明。",
        cases: [
            Finding "efile.work_status=退休；@profile=shantou-2017",
            Finding "efile.work_status=离退休；@profile=shantou-2017",
            Compliant "@profile=shantou-2017",
            NotApplicable "efile.work_status=退休",
            NotApplicable "efile.work_status=退休；efile.status=已注销；@profile=shantou-2017",
            Undetermined "efile.work_status=；@profile=shantou-2017",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for id in facts.book.file_ids() {
        let file = facts.book.file(id);
        let status = match facts.book.tables.value(file.record, "work_status") {
            Value::Code(word) => word.word(),
            _ => None,
        };
        match (file.status, status) {
            (FileStatus::Exited | FileStatus::Cancelled, _) => judge.not_applicable(id),
            (FileStatus::Unknown, _) => judge.undetermined(id, Reason::StatusUnclear),
            (_, None) => judge.undetermined(id, Reason::of_cells(facts, file.record, &["work_status"])),
            (FileStatus::Active, Some("退休" | "离退休")) => {
                let draft = Draft::of_file(facts, id)
                    .message("户主已退休，档案仍为在档，请核实是否已实行社会化管理")
                    .evidence(facts.evidence(file.record, "work_status"));
                judge.finding(id, draft);
            }
            (FileStatus::Active, Some(_)) => judge.compliant(id),
        }
    }
}
