use super::super::prelude::*;
use super::groups::{key, said};
use crate::derive::payments::{Arrival, agree};
use crate::domain::date;

rule! {
    /// 退回后未补发
    ///
    /// ## 查什么
    /// 交易失败或被退回的一笔发放，60天之内没有给同一人补发同样金额。60天还没有过的，无法判定。
    ///
    /// ## 为什么
    /// 账户有误、社保卡没有激活，钱退回来了没有再发，职工没有得到帮扶。
    ///
    /// ## 怎么核实
    /// 查银行回单上的退回原因，改正账号后补发；已经以别的方式发放的，补报发放明细。
    pub static RULE = {
        code: "FF417",
        title: "退回后未补发",
        severity: Medium,
        class: Funds,
        norm: Funds,
        subject: "每笔失败或退回的发放",
        clause: "funds.supervised",
        general_basis: "业务规则：退回的帮扶资金应及时补发",
        sources: &[&["payment"]],
        absence: ["payment"],
        params: &[Param { name: "wait_days", unit: "天", default: Preset::Number(60.0) }],
        advice: "先入户核实，查退回原因，改正账号后补发；已用别的方式发放的补报发放明细。",
        cases: [
            Finding "payment.result=退回",
            Finding "payment.result=交易失败；+payment serial=FF-2,result=成功,paid_on=2019-07-10",
            Compliant "payment.result=退回；+payment serial=FF-2,result=成功,paid_on=2019-05-25",
            Compliant "payment.result=失败；+payment serial=FF-2,result=成功",
            Undetermined "payment.result=退回；payment.paid_on=2019-06-21；aid.aided_on=2019-06-20",
            NotApplicable "",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// What came after a failed payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It was paid again in time.
    Paid,
    /// There is still time.
    Waiting,
    Never,
    /// A date, an amount or a number cannot be read.
    Unknown,
}

/// What came of failed payment number `at` within `wait` days: a success on the same day or later, for the same person, of
/// the same amount and, as far as both say it, the same program.
pub fn again(facts: &Facts<'_>, at: usize, wait: i64) -> Again {
    let failed = &facts.payments.payments[at];
    let (Some(failed_on), Some(_), Some(_)) = (failed.item.date, failed.item.fen, failed.item.person) else {
        return Again::Unknown;
    };
    let last = date::add_days(failed_on.last_day(), wait as i32);
    let in_time =
        |paid_on: date::PartialDate| date::on_or_after(paid_on, failed_on) && date::on_or_before(paid_on, last);
    let paid = facts
        .payments
        .alike(at)
        .any(|(_, later)| agree(later.item.program, failed.item.program) && later.item.date.is_none_or(in_time));
    match paid || in_parts(facts, at, &in_time) {
        true => Again::Paid,
        false if facts.setting.as_of > last => Again::Never,
        false => Again::Waiting,
    }
}

/// Later payments of less to the same person and program that add up to the amount.
fn in_parts(facts: &Facts<'_>, at: usize, in_time: &dyn Fn(date::PartialDate) -> bool) -> bool {
    /// More parts than a person would pay one sum in.
    const MOST: usize = 12;
    let failed = &facts.payments.payments[at].item;
    let Some(whole) = failed.fen else { return false };
    let parts: Vec<i64> = facts
        .payments
        .payments
        .iter()
        .filter(|p| p.counts() && p.arrival == Arrival::Arrived && p.item.person == failed.person)
        .filter(|p| agree(p.item.program, failed.program) && p.item.date.is_some_and(in_time))
        .filter_map(|p| p.item.fen.filter(|fen| (1..whole).contains(fen)))
        .take(MOST)
        .collect();
    // Bit by bit every choice of parts.
    (1_u32..1 << parts.len()).any(|choice| {
        parts.iter().enumerate().filter(|(i, _)| choice >> i & 1 == 1).map(|(_, fen)| fen).sum::<i64>() == whole
    })
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let wait = judge.whole("wait_days");
    for (at, failed) in facts.payments.payments.iter().enumerate() {
        if failed.arrival != Arrival::Failed || !failed.never_arrived() {
            judge.not_applicable(failed);
            continue;
        }
        match again(facts, at, wait) {
            Again::Paid => judge.compliant(failed),
            Again::Waiting => judge.undetermined(failed, Reason::TooEarly),
            Again::Unknown if failed.item.person.is_none() => judge.undetermined(failed, Reason::NumberUnclear),
            Again::Unknown => {
                judge.undetermined(failed, Reason::of_cells(facts, failed.record, &["paid_on", "amount"]))
            }
            Again::Never => {
                let mut draft = Draft::of_row(facts, failed.record, "name", "id_number")
                    .reference(key(&failed.item))
                    .message(format!("{}没有发放成功，{wait}天内没有补发", said(&failed.item)))
                    .evidence(facts.evidence(failed.record, "amount"))
                    .evidence(facts.evidence(failed.record, "result"))
                    .context(facts.evidence(failed.record, "paid_on"));
                draft.amount = failed.item.fen;
                // The aid record it would have carried out is not told as unpaid besides.
                if let Some(i) = failed.aid {
                    draft = draft.about(Subject::Row(facts.payments.aids[i].record));
                }
                judge.finding(failed, draft);
            }
        }
    }
}
