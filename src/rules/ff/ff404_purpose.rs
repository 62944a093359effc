use super::super::prelude::*;
use super::groups::{judge_groups, listed, records, serials};
use crate::derive::payments::{Step, agree};

rule! {
    /// 项目或资金来源不一致
    ///
    /// ## 查什么
    /// 同一人（或同一户）、金额相同、日期相差不超过30天的帮扶记录和发放，项目或资金来源不同。一边没有写的不算不同。
    ///
    /// ## 为什么
    /// 帮扶资金分项目、分来源使用，写错项目或来源，专项资金的账就对不上。
    ///
    /// ## 怎么核实
    /// 查审批表上的项目和资金来源，改正有误的一边。
    pub static RULE = {
        code: "FF404",
        title: "项目或资金来源不一致",
        severity: Medium,
        class: Funds,
        norm: Funds,
        subject: "每组对上的帮扶记录与发放",
        clause: "funds.by_project",
        general_basis: "业务规则：发放的项目和资金来源与帮扶记录一致",
        sources: &[&["aid"], &["payment"]],
        params: &[],
        advice: "查审批表上的项目和资金来源，改正有误的一边。",
        cases: [
            Finding "payment.fund_source=省总",
            Finding "payment.program=送温暖；payment.fund_source=省总",
            Compliant "",
            Compliant "payment.fund_source=",
            Compliant "payment.program=大病救助",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    judge_groups(judge, Step::OtherPurpose, |facts, group, mut draft| {
        let payments = &facts.payments;
        let pairs = || {
            let aids = group.aids.iter().map(|&i| &payments.aids[i].item);
            aids.flat_map(|a| group.payments.iter().map(move |&j| (a, &payments.payments[j].item)))
        };
        let mut fields = Vec::new();
        if pairs().any(|(a, p)| !agree(a.program, p.program)) {
            fields.push("program");
        }
        if pairs().any(|(a, p)| !agree(a.source, p.source)) {
            fields.push("fund_source");
        }
        for field in fields {
            if let Some(&j) = group.payments.first() {
                draft.add_field(facts, payments.payments[j].record, field);
            }
            for record in records(facts, group) {
                draft = draft.evidence(facts.evidence(record, field));
            }
        }
        for record in records(facts, group) {
            draft = draft.context(facts.evidence(record, "amount"));
        }
        let titles = draft.field_title.clone();
        let paid = listed(group.payments.iter().map(|&j| &payments.payments[j].item));
        draft.reference(serials(facts, group)).message(format!("发放{paid}与帮扶记录的{titles}不同"))
    });
}
