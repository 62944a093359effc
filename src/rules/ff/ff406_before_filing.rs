use super::super::prelude::*;
use super::audience::{Roster, audience, judge_member};
use super::payment::{draft, file_of, told};
use crate::domain::date::{PartialDate, before};
use crate::profile::Who;

rule! {
    /// 先发放后建档
    ///
    /// ## 查什么
    /// 发放日期早于收款人家庭最早的建档日期。一个家庭有几份档案的，取最早的一份；建档当日发放的不算。只写到月份的日期按月比较。
    ///
    /// ## 为什么
    /// 帮扶资金必须先建档、后帮扶。
    ///
    /// ## 怎么核实
    /// 查原始档案的审批日期和发放凭证，确认是建档日期录错，还是先发了钱。
    pub static RULE = {
        code: "FF406",
        title: "先发放后建档",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每笔成功发放",
        clause: "funds.file_first",
        general_basis: "《中央财政专项帮扶资金使用管理办法》（总工发〔2015〕20号）：先建档、后帮扶，实名制",
        sources: &[&["payment"], &["efile"]],
        absence: ["efile"],
        params: &[],
        advice: "先入户核实建档时间，核对原始档案审批表与发放凭证；建档日期录错的更正，确属先发后建的按资金管理规定处理。",
        cases: [
            Finding "efile.filed_on=2019-05-11",
            Finding "efile.filed_on=2019-06",
            Compliant "",
            Compliant "efile.filed_on=2019-05-10",
            Compliant "efile.filed_on=2019-05",
            Compliant "efile.filed_on=2019-06-01；+efile file_no=CS-0,status=已脱困,filed_on=2016-01-01,exited_on=2018-01-01",
            Undetermined "efile.filed_on=",
            Undetermined "payment.paid_on=；efile.filed_on=2019-06-01",
            NotApplicable "payment.id_number=510106197502029993",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let filed = |file: &FileId| facts.households.life(*file).filed_on;
    let roster = Roster::new(facts);
    for paid in &facts.paid {
        let who = audience(judge.profile, paid);
        if who == Who::Anyone {
            judge.not_applicable(paid);
            continue;
        }
        let Some(file) = file_of(judge, paid) else { continue };
        let household = facts.households.household(facts.book, file);
        let Some(earliest) =
            household.iter().filter(|f| filed(f).is_some()).min_by_key(|f| filed(f).map(PartialDate::first_day))
        else {
            judge.undetermined(paid, Reason::of_cells(facts, facts.book.file(file).record, &["filed_on"]));
            continue;
        };
        let (Some(filed_on), Some(paid_on), Some(_)) = (filed(earliest), paid.paid_on, paid.fen) else {
            judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["paid_on", "amount"]));
            continue;
        };
        if !before(paid_on, filed_on) {
            judge.compliant(paid);
        } else if household.iter().any(|f| filed(f).is_none()) {
            // That file may be the earlier one.
            judge.undetermined(paid, Reason::of_cells(facts, facts.book.file(file).record, &["filed_on"]));
        } else {
            let record = facts.book.file(*earliest).record;
            let draft = draft(facts, paid)
                .message(format!("{}，早于家庭最早的建档日期{filed_on}", told(paid)))
                .evidence(facts.evidence(record, "filed_on"));
            if who == Who::Member {
                judge_member(judge, &roster, paid, draft);
            } else {
                judge.finding(paid, draft);
            }
        }
    }
}
