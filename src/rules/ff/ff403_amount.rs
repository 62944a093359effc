use super::super::prelude::*;
use super::groups::{judge_groups, key, listed, records};
use crate::derive::payments::Step;

rule! {
    /// 金额不一致
    ///
    /// ## 查什么
    /// 同一人（或同一户）、同一项目、日期相差不超过30天的帮扶记录和发放，金额对不上，也不能由几笔合计对上。分几笔发放而其中一笔金额不对的，几笔放在一起说。涉及金额是两边的差额。
    ///
    /// ## 为什么
    /// 多发、少发、截留，或者记录写错，都会在这里露出来。
    ///
    /// ## 怎么核实
    /// 查审批表上的金额和银行回单，以批准的金额为准改正另一边；少发的补发，多发的追回。
    pub static RULE = {
        code: "FF403",
        title: "金额不一致",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每组对上的帮扶记录与发放",
        clause: "aid.recorded",
        general_basis: "业务规则：发放金额与帮扶记录一致",
        sources: &[&["aid"], &["payment"]],
        absence: ["aid", "payment"],
        params: &[],
        advice: "先入户核实实际收到多少，再查审批表和银行回单，改正有误的一边；少发补发，多发追回。",
        cases: [
            Finding "payment.amount=500",
            Finding "payment.amount=300；+payment serial=FF-2,amount=200,paid_on=2019-05-20",
            Compliant "",
            Compliant "payment.amount=300；+payment serial=FF-2,amount=300,paid_on=2019-05-20",
            Undetermined "payment.amount=另行核定",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    judge_groups(judge, Step::OtherAmount, |facts, group, mut draft| {
        let payments = &facts.payments;
        let aids = || group.aids.iter().map(|&i| &payments.aids[i].item);
        let paid = || group.payments.iter().map(|&j| &payments.payments[j].item);
        draft = draft.reference(joined_sorted(aids().chain(paid()).map(key)));
        let (recorded, sent) = (payments.aid_sum(group).unwrap_or(0), payments.payment_sum(group).unwrap_or(0));
        draft.amount = Some((sent - recorded).abs());
        let more = if sent > recorded { "多" } else { "少" };
        draft = draft.message(format!(
            "帮扶记录{}，发放{}，{more}发{}",
            listed(aids()),
            listed(paid()),
            yuan((sent - recorded).abs())
        ));
        if let Some(&j) = group.payments.first() {
            draft = draft.field(facts, payments.payments[j].record, "amount");
        }
        for record in records(facts, group) {
            draft = draft.evidence(facts.evidence(record, "amount"));
        }
        draft
    });
}
