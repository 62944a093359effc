use super::super::prelude::*;
use super::groups::{judge_groups, records, serials};
use crate::derive::payments::Step;
use crate::domain::date;

rule! {
    /// 发放日期相差过大
    ///
    /// ## 查什么
    /// 同一人（或同一户）的帮扶记录和发放，金额、项目、资金来源都相同，日期相差31天到180天。
    ///
    /// ## 为什么
    /// 相差太久，可能是发放拖延、事后补记，也可能本来不是同一笔。
    ///
    /// ## 怎么核实
    /// 查审批日期和银行回单，日期写错的改正；确属拖延的说明原因。
    pub static RULE = {
        code: "FF405",
        title: "发放日期相差过大",
        severity: Low,
        class: Funds,
        norm: Funds,
        subject: "每组对上的帮扶记录与发放",
        clause: "aid.recorded",
        general_basis: "业务规则：帮扶记录与发放日期相近",
        sources: &[&["aid"], &["payment"]],
        absence: ["aid", "payment"],
        params: &[],
        advice: "查审批日期和银行回单，日期写错的改正，确属拖延的说明原因。",
        cases: [
            Finding "payment.paid_on=2019-06-01",
            Finding "aid.aided_on=2018-11-15",
            Compliant "",
            Compliant "payment.paid_on=2019-05-31",
            Compliant "payment.paid_on=2019-06；aid.aided_on=2019-05-01",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    judge_groups(judge, Step::Far, |facts, group, mut draft| {
        let payments = &facts.payments;
        let aid = group.aids.first().map(|&i| &payments.aids[i].item);
        let payment = group.payments.first().map(|&j| &payments.payments[j]);
        if let (Some(aid), Some(payment)) = (aid, payment) {
            let day = |d: Option<date::PartialDate>| d.map(|d| d.to_string()).unwrap_or_default();
            draft = draft.field(facts, payment.record, "paid_on").message(format!(
                "帮扶日期{}，发放日期{}，相差{}天",
                day(aid.date),
                day(payment.item.date),
                aid.days_to(&payment.item).unwrap_or(0)
            ));
        }
        for record in records(facts, group) {
            draft = draft
                .evidence(facts.evidence(record, "aided_on"))
                .evidence(facts.evidence(record, "paid_on"))
                .context(facts.evidence(record, "amount"));
        }
        draft.reference(serials(facts, group))
    });
}
