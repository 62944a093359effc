use rustc_hash::FxHashSet;

use super::super::prelude::*;
use super::groups::{key, payment_cells, said};
use crate::derive::payments::{Arrival, Standing};
use crate::domain::date;

rule! {
    /// 有发放无帮扶记录
    ///
    /// ## 查什么
    /// 资金发放明细中成功的一笔（冲销以后），在帮扶系统中找不到与它对应的帮扶记录。对应的办法与“有帮扶记录无发放”相同。疑似重复发放、未建档发放的，在那两项疑点中说明。帮扶记录还没有报到发放日期之前30天以后的、该单位没有报来帮扶记录的、证号或日期读不出的，无法判定。
    ///
    /// ## 为什么
    /// 钱发出去了，系统里没有记，帮扶情况就不真实，钱发给谁、为什么发也查不清。
    ///
    /// ## 怎么核实
    /// 查这笔发放的审批表，向职工本人核实；确属帮扶的补录帮扶记录。
    pub static RULE = {
        code: "FF402",
        title: "有发放无帮扶记录",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每笔成功的发放",
        clause: "aid.recorded",
        general_basis: "业务规则：每笔发放都应有相应的帮扶记录",
        sources: &[&["payment"], &["aid"]],
        absence: ["aid", "payment", "efile", "emember"],
        params: &[],
        advice: "先入户核实，再查审批表：确属帮扶的补录帮扶记录，发错的追回。",
        cases: [
            Finding "+payment serial=FF-2,amount=800,paid_on=2019-03-10",
            Finding "+payment serial=,program=助学救助,amount=900,paid_on=2019-03-10",
            Compliant "",
            Compliant "+payment serial=FF-2,amount=800,paid_on=2019-03-10；+payment serial=FF-3,amount=-800,paid_on=2019-03-10",
            Compliant "+aid record_no=BF-2,amount=300,aided_on=2019-03-01；+aid record_no=BF-3,amount=500,aided_on=2019-03-01；+payment serial=FF-2,amount=800,paid_on=2019-03-10",
            Undetermined "+payment serial=FF-2,amount=800,paid_on=2019-08-10",
            Undetermined "-aid",
            NotApplicable "+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=送温暖,amount=500,paid_on=2019-03-10",
            NotApplicable "+payment serial=FF-2,amount=800,paid_on=2019-03-10,result=退回",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let payments = &facts.payments;
    let window = facts.setting.payment_window_days;
    let unfiled: FxHashSet<RecordId> =
        facts.paid.iter().filter(|p| p.file.is_none() && p.person.is_some()).map(|p| p.record).collect();
    for payment in &payments.payments {
        match payment.standing {
            Standing::NoPart | Standing::TakenBack | Standing::TakesBack => {
                judge.not_applicable(payment);
                continue;
            }
            Standing::Grouped(_) => {
                judge.compliant(payment);
                continue;
            }
            Standing::Unreadable => {
                judge.undetermined(payment, why::unreadable(facts, payment.record, "paid_on"));
                continue;
            }
            Standing::LeftOver => {}
        }
        // No number at all: FF408 says so, whoever was recognised.
        if matches!(facts.book.tables.value(payment.record, "id_number"), Value::Blank) || payment.nobody {
            judge.not_applicable(payment);
            continue;
        }
        // Whether someone without a file may have the money is FF407's question.
        if payment.item.fen.is_some_and(|fen| fen < 0) || unfiled.contains(&payment.record) {
            judge.not_applicable(payment);
            continue;
        }
        let readable =
            payment.item.person.is_some() && payment.item.fen.is_some() && payment.arrival == Arrival::Arrived;
        // The aid may stand in a list that did not come yet.
        let told_until = payments.last_aided(payment.unit);
        let too_late = payment
            .item
            .date
            .zip(told_until)
            .is_none_or(|(paid_on, last)| date::add_days(paid_on.first_day(), -(window as i32)) > last);
        let why = if payment.item.person.is_none() {
            Some(Reason::NumberUnclear)
        } else if !readable {
            Some(Reason::of_cells(facts, payment.record, &["amount", "result"]))
        } else if !facts.coverage.complete("aid", payment.unit) {
            Some(Reason::of_source(facts, "aid", payment.unit))
        } else if let Some(doubt) = payment.doubt {
            Some(why::doubt(facts, doubt))
        } else {
            too_late.then_some(Reason::TooEarly)
        };
        if let Some(why) = why {
            judge.undetermined(payment, why);
            continue;
        }
        let draft = Draft::of_row(facts, payment.record, "name", "id_number")
            .reference(key(&payment.item))
            .message(format!("{}已发放，帮扶系统中没有与它对应的帮扶记录", said(&payment.item)));
        let mut draft = payment_cells(facts, draft, payment);
        draft.amount = payment.item.fen;
        judge.finding(payment, draft);
    }
}
