use super::super::prelude::*;
use super::ff417_not_paid_again::{self as ff417, Again};
use super::groups::{key, said};
use crate::derive::payments::{Standing, doubt};
use crate::domain::date;

rule! {
    /// 有帮扶记录无发放
    ///
    /// ## 查什么
    /// 帮扶系统中的一条帮扶记录，在资金发放明细中找不到与它对应的一笔。对应的次序是：同一人（再看同一户），金额、项目、资金来源都相同，日期相差不超过30天；一条记录分几笔发放或几条记录合并一笔发放，合计相等也算。金额、项目、来源、日期有一样不符而能对上的，在“金额不一致”等疑点中说明，不算无发放。失败或退回的那一笔还在补发期限内、发放明细还没有报到帮扶日期之后30天、该单位没有报来发放明细的，无法判定。
    ///
    /// ## 为什么
    /// 系统里记了帮扶，钱没有发到职工手上，或者被别人领走。
    ///
    /// ## 怎么核实
    /// 查这笔帮扶的审批表和发放凭证，向职工本人核实有没有收到。
    pub static RULE = {
        code: "FF401",
        title: "有帮扶记录无发放",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每条帮扶记录",
        clause: "aid.recorded",
        general_basis: "业务规则：每条帮扶记录都应有相应的资金发放",
        sources: &[&["aid"], &["payment"]],
        absence: ["payment", "aid", "efile", "emember"],
        params: &[],
        advice: "先入户核实是否收到，再查发放凭证：没有发放的补发，已发放的补报发放明细，记错的更正帮扶记录。",
        cases: [
            Finding "payment.paid_on=2018-05-10；+payment serial=FF-9,amount=10,program=送清凉,paid_on=2019-08-01",
            Finding "payment.id_number=510106197502029993；+payment serial=FF-9,id_number=510105198001019971,amount=10,program=送清凉,paid_on=2019-08-01",
            Compliant "",
            Compliant "payment.amount=400；+payment serial=FF-2,amount=200,paid_on=2019-05-20",
            Compliant "payment.id_number=510104198203059983；payment.name=测配偶",
            Compliant "payment.amount=500",
            Undetermined "payment.paid_on=2018-05-10",
            Undetermined "payment.result=退回；payment.paid_on=2019-07-20；aid.aided_on=2019-07-01；+payment serial=FF-9,result=成功,amount=10,program=送清凉,paid_on=2019-08-19",
            NotApplicable "+aid record_no=BF-2,amount=0",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let payments = &facts.payments;
    let window = facts.setting.payment_window_days;
    let wait = ff417::RULE.number(judge.profile, "wait_days") as i64;
    for aid in &payments.aids {
        match aid.standing {
            Standing::NoPart | Standing::TakenBack | Standing::TakesBack => {
                judge.not_applicable(aid);
                continue;
            }
            Standing::Grouped(_) => {
                judge.compliant(aid);
                continue;
            }
            Standing::Unreadable => {
                judge.undetermined(aid, why::unreadable(facts, aid.record, "aided_on"));
                continue;
            }
            Standing::LeftOver => {}
        }
        let Some(aided_on) = aid.item.date else { continue };
        if aid.item.fen.is_some_and(|fen| fen < 0) {
            judge.not_applicable(aid);
            continue;
        }
        // The payment may still be on its way, or in a list that did not come yet.
        let told_until = payments.last_paid(aid.unit);
        let too_early = told_until.is_none_or(|last| date::add_days(aided_on.last_day(), window as i32) > last);
        let waits = aid.failed.is_some_and(|j| !matches!(ff417::again(facts, j, wait), Again::Never | Again::Paid));
        if !facts.coverage.complete("payment", aid.unit) {
            judge.undetermined(aid, Reason::of_source(facts, "payment", aid.unit));
            continue;
        }
        if let Some(doubt) = aid.doubt {
            judge.undetermined(aid, why::doubt(facts, doubt));
            continue;
        }
        // Whose record it is, is not known: nor whose payment to look for.
        if doubt::names_nobody(facts.book, aid.record, &aid.item) && facts.book.file_of_row(aid.record).is_none() {
            judge.undetermined(aid, Reason::Unassigned);
            continue;
        }
        if too_early || waits {
            judge.undetermined(aid, Reason::TooEarly);
            continue;
        }
        let mut draft = Draft::of_row(facts, aid.record, "name", "id_number")
            .reference(key(&aid.item))
            .message(format!("帮扶记录有{}，发放明细中没有与它对应的发放", said(&aid.item)))
            .evidence(facts.evidence(aid.record, "amount"))
            .evidence(facts.evidence(aid.record, "aided_on"))
            .context(facts.evidence(aid.record, "record_no"));
        draft.amount = aid.item.fen;
        judge.finding(aid, draft);
    }
}
