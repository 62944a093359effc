use super::super::prelude::*;
use crate::derive::exits::{LedgerRow, STEPS, Step};

rule! {
    /// 退档程序缺失或倒序
    ///
    /// ## 查什么
    /// 已脱困的，或台账上已审核通过的户，退档台账的各步是否都有日期，先后是否为：申请（或建议）、集体研究、公示开始、公示结束、审核通过、书面通知。前几步可在同一天，审核通过应在公示结束之后。整个台账没有某一列的，无法判定；只写到月份的，同月不算倒序。
    ///
    /// ## 为什么
    /// 缺步骤、先批后公示，退档程序不合规。
    ///
    /// ## 怎么核实
    /// 翻看退档材料上的日期，台账漏填、错填的更正，缺的程序补办。
    pub static RULE = {
        code: "TK504",
        title: "退档程序缺失或倒序",
        severity: Medium,
        class: Procedure,
        norm: Exit,
        subject: "每份已脱困或已审核通过、台账有记录的电子档案",
        clause: "exit.procedure",
        general_basis: "业务规则：退档先由本人申请或联系人建议，经集体研究、公示，公示期满后审核审批，再书面通知",
        sources: &[&["efile"], &["exit"]],
        params: &[],
        advice: "先入户核实并翻看退档材料，漏填、错填的更正，缺的程序补办。",
        cases: [
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,applied_on=2019-02-20,reviewed_on=2019-03-01,notice_from=2019-03-04,notice_to=2019-03-11,approved_on=2019-03-11,notified_on=2019-03-20",
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,applied_on=2019-02-20,reviewed_on=2019-03-05,notice_from=2019-03-04,notice_to=2019-03-11,approved_on=2019-03-12,notified_on=2019-03-20",
            Finding "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,applied_on=2019-02-20,reviewed_on=2019-03-01,notice_from=2019-03-04,notice_to=2019-03-11,approved_on=2019-03-12,notified_on=",
            Finding "+exit file_no=CS-1,applied_on=,reviewed_on=2019-08-01,notice_from=2019-08-05,notice_to=2019-08-13,approved_on=2019-08-14,notified_on=2019-08-15",
            Compliant "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,applied_on=2019-03-04,reviewed_on=2019-03-04,notice_from=2019-03-04,notice_to=2019-03-11,approved_on=2019-03-12,notified_on=2019-03-12",
            Compliant "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,applied_on=2019年3月,reviewed_on=2019-03-04,notice_from=2019-03-04,notice_to=2019-03-11,approved_on=2019-03-12,notified_on=2019-03",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,reviewed_on=2019-03-01,notice_from=2019-03-04,notice_to=2019-03-11,approved_on=2019-03-12,notified_on=2019-03-20",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-03-20；+exit file_no=CS-1,applied_on=2019-02-20,reviewed_on=2019-03-01,notice_from=2019-03-04,notice_to=2019-03-11,approved_on=2019-03,notified_on=2019-03-20",
            NotApplicable "+exit file_no=CS-1,applied_on=2019-08-01,reviewed_on=2019-08-05,notice_from=2019-08-19,notice_to=,approved_on=,notified_on=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in book.file_ids() {
        let f = book.file(file);
        let row = facts.exits.of(file);
        let Some(row) = row.filter(|r| f.status == FileStatus::Exited || r.date("approved_on").is_some()) else {
            match f.status {
                FileStatus::Unknown => judge.undetermined(file, Reason::StatusUnclear),
                // A file that left without a ledger row is TK510.
                _ => judge.not_applicable(file),
            }
            continue;
        };
        let order = row.order();
        let mut concerned: Vec<usize> = row.not_written().collect();
        let missing = concerned.len();
        concerned.extend(order.wrong.iter().flat_map(|&(first, then)| [first, then]));
        concerned.sort_unstable();
        concerned.dedup();
        if concerned.is_empty() {
            let open = |s: &Step| matches!(s, Step::NoColumn | Step::Unreadable);
            if order.unsure || row.steps.iter().any(open) {
                judge.undetermined(file, Reason::of_cells(facts, row.record, &STEPS));
            } else {
                judge.compliant(file);
            }
            continue;
        }
        let mut draft = Draft::of_file(facts, file);
        for &step in &concerned {
            draft.add_field(facts, row.record, STEPS[step]);
            draft = draft.evidence(facts.evidence(row.record, STEPS[step]));
        }
        let mut parts = Vec::new();
        if missing > 0 {
            let titles: Vec<&str> = row.not_written().map(|i| field_title(facts, row.record, STEPS[i])).collect();
            parts.push(format!("缺{}", titles.join("、")));
        }
        parts.extend(order.wrong.iter().map(|&pair| reversed(facts, row, pair)));
        judge.finding(file, draft.message(format!("退档程序：{}", parts.join("；"))));
    }
}

/// `公示结束（2019-03-11）应早于审核通过日期（2019-03-11）`
fn reversed(facts: &Facts<'_>, row: &LedgerRow, (first, then): (usize, usize)) -> String {
    let step = |i: usize| {
        let date = row.date(STEPS[i]).map(|d| d.to_string()).unwrap_or_default();
        format!("{}（{date}）", field_title(facts, row.record, STEPS[i]))
    };
    let relation = if STEPS[then] == "approved_on" { "应早于" } else { "不应晚于" };
    format!("{}{relation}{}", step(first), step(then))
}
