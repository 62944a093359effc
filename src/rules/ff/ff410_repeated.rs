use super::super::prelude::*;
use super::groups::{key, payment_cells, said};
use crate::derive::payments::{Arrival, PaymentRow, Standing, by_date, days_between};

rule! {
    /// 疑似重复发放
    ///
    /// ## 查什么
    /// 一笔成功的发放，没有帮扶记录与它对应，而7天之内同一人、同一项目、同样金额还有另一笔：那一笔已经对上帮扶记录，或者也没有对上而日期（再看流水号）在先。一条帮扶记录分几笔发放的不算重复。没有帮扶记录可对照的单位，7天之内同一人、同一项目、同样金额、流水号不同的两笔也提示（一般）。
    ///
    /// ## 为什么
    /// 同一笔钱发了两次。
    ///
    /// ## 怎么核实
    /// 查银行回单和审批表；确属重复的追回，确有两次帮扶的补录帮扶记录。
    pub static RULE = {
        code: "FF410",
        title: "疑似重复发放",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每笔成功的发放",
        clause: "funds.supervised",
        general_basis: "业务规则：同一笔帮扶不重复发放",
        sources: &[&["payment"]],
        absence: ["aid", "payment"],
        params: &[Param { name: "days", unit: "天", default: Preset::Number(7.0) }],
        advice: "先入户核实收到几次，再查银行回单：重复的追回，确有两次帮扶的补录帮扶记录。",
        cases: [
            Finding "+payment serial=FF-2,paid_on=2019-05-17",
            Finding "+payment serial=FF-2,amount=800,paid_on=2019-03-10；+payment serial=FF-3,amount=800,paid_on=2019-03-11",
            Finding "-aid；+payment serial=FF-2,paid_on=2019-05-12",
            Compliant "",
            Compliant "-aid；+payment serial=FF-2,paid_on=2019-06-10",
            Compliant "+payment serial=FF-2,paid_on=2019-05-18",
            Compliant "payment.amount=300；+payment serial=FF-2,amount=300,paid_on=2019-05-12",
            Compliant "+payment serial=FF-2,paid_on=2019-05-12；+payment serial=FF-3,amount=-600,paid_on=2019-05-12",
            NotApplicable "+payment serial=FF-2,paid_on=2019-05-12,result=失败",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let days = judge.whole("days");
    for (at, payment) in facts.payments.payments.iter().enumerate() {
        let takes_part = matches!(payment.standing, Standing::Grouped(_) | Standing::LeftOver | Standing::Unreadable);
        if !takes_part || payment.item.fen.is_some_and(|fen| fen < 0) {
            judge.not_applicable(payment);
        } else if payment.nobody {
            // FF408 says that nobody is named.
            judge.not_applicable(payment);
        } else if let Some(doubt) = payment.doubt {
            judge.undetermined(payment, why::doubt(facts, doubt));
        } else if payment.standing == Standing::Unreadable {
            judge.undetermined(payment, why::unreadable(facts, payment.record, "paid_on"));
        } else if payment.standing != Standing::LeftOver {
            judge.compliant(payment);
        } else if !payment.counts() || payment.item.date.is_none() || payment.arrival != Arrival::Arrived {
            judge.undetermined(payment, why::repetition(facts, payment));
        } else if let Some(first) = repeated(facts, at, days) {
            let alone = !facts.coverage.covers("aid", payment.unit);
            let lacking = if alone { "没有帮扶记录可以对照" } else { "没有对应的帮扶记录" };
            let draft = Draft::of_row(facts, payment.record, "name", "id_number")
                .reference(key(&payment.item))
                .message(format!(
                    "{}{lacking}，{}天之内已有同样的一笔（{}），疑似重复发放",
                    said(&payment.item),
                    days,
                    said(&first.item)
                ));
            let mut draft = payment_cells(facts, payment_cells(facts, draft, payment), first);
            draft.amount = payment.item.fen;
            if alone {
                draft = draft.severity(Severity::Medium);
            }
            judge.finding(payment, draft);
        } else {
            judge.compliant(payment);
        }
    }
}

/// The payment that this one repeats: taken by an aid record, or left over too and earlier.
fn repeated<'f>(facts: &'f Facts<'_>, at: usize, days: i64) -> Option<&'f PaymentRow<'f>> {
    let own = &facts.payments.payments[at];
    let near = |other: &PaymentRow<'_>| {
        other.item.program == own.item.program
            // One serial in two rows is one payment in two lists.
            && (own.item.number.is_empty() || other.item.number != own.item.number)
            && own.item.date.zip(other.item.date).is_some_and(|(a, b)| days_between(a, b) <= days)
    };
    let earlier = |j: usize, other: &PaymentRow<'_>| by_date(&other.item, &own.item).then(j.cmp(&at)).is_lt();
    let mut alike = facts.payments.alike(at).filter(|(j, other)| *j != at && near(other));
    let taken = |p: &PaymentRow<'_>| matches!(p.standing, Standing::Grouped(_));
    alike.find(|(j, other)| taken(other) || earlier(*j, other)).map(|(_, other)| other)
}
