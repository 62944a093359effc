use super::super::prelude::*;
use super::audience::{Roster, audience, judge_member};
use super::payment::{draft, file_of, told};
use crate::derive::households::Standing;
use crate::domain::date::{Month, PartialDate, add_days, after};
use crate::profile::Who;
use crate::profile::audience::is_central_for_members;

rule! {
    /// 退档后发放
    ///
    /// ## 查什么
    /// 发放日期在收款人最后一份档案脱困或注销之后超过宽限天数（默认30天，第30天不算），当时没有在档的档案。送温暖、慰问不受限制。
    ///
    /// ## 为什么
    /// 退档后不再享受帮扶资金；少数送温暖慰问除外。
    ///
    /// ## 怎么核实
    /// 查退档通知书和发放审批日期：审批在退档前的说明情况，退档日期录错的更正，返困的重新建档。
    pub static RULE = {
        code: "FF412",
        title: "退档后发放",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每笔成功发放",
        clause: "funds.by_file",
        general_basis: "《中央财政专项帮扶资金使用管理办法》（总工发〔2015〕20号）：依档帮扶",
        sources: &[&["payment"], &["efile"]],
        absence: ["efile"],
        params: &[
            Param { name: "grace_days", unit: "天", default: Preset::Number(30.0) },
            Param { name: "exempt_programs", unit: "项目", default: Preset::List(&["送温暖", "慰问"]) },
        ],
        advice: "先入户核实是否返困，查退档日期与发放审批日期；返困的重新建档，多发的按资金管理规定处理。",
        cases: [
            Finding "efile.status=已脱困；efile.exited_on=2019-04-09",
            Finding "efile.status=已注销；efile.cancelled_on=2019-03",
            Compliant "",
            Compliant "efile.status=已脱困；efile.exited_on=2019-04-10",
            Compliant "efile.status=已脱困；efile.exited_on=2019-04",
            Compliant "efile.status=已脱困；efile.exited_on=2018-01-01；+efile file_no=CS-2,status=在档,filed_on=2019-05-01",
            Compliant "efile.exited_on=2018-01-01",
            NotApplicable "efile.status=已脱困；efile.exited_on=2018-01-01；payment.program=春节慰问",
            NotApplicable "efile.filed_on=2019-06-01",
            Undetermined "efile.status=已脱困；efile.exited_on=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let grace = judge.whole("grace_days") as i32;
    let exempt: Vec<String> = judge.list("exempt_programs").into_iter().map(str::to_string).collect();
    let roster = Roster::new(facts);
    for paid in &facts.paid {
        let Some(number) = file_of(judge, paid).and(paid.number) else { continue };
        let who = audience(judge.profile, paid);
        let is_central = is_central_for_members(paid.fund_source.unwrap_or_default(), paid.paid_on);
        if who == Who::Anyone || who == Who::Member && is_central {
            judge.not_applicable(paid);
            continue;
        }
        if paid.program.is_some_and(|p| exempt.iter().any(|e| p.contains(e.as_str()))) {
            judge.not_applicable(paid);
            continue;
        }
        let (Some(day), Some(_)) = (paid.paid_on, paid.fen) else {
            judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["paid_on", "amount"]));
            continue;
        };
        let files = facts.households.files_of(facts.book, number);
        let standing = |f: &FileId| facts.households.life(*f).on(day);
        let left = |f: &FileId| facts.households.life(*f).left_on.map(|d| d.last_day());
        if files.iter().any(|f| standing(f) == Standing::Active) {
            judge.compliant(paid);
        } else if files.iter().any(|f| standing(f) == Standing::Unknown) {
            judge.undetermined(paid, Reason::StatusUnclear);
        } else if let Some(last) = files.iter().filter(|f| standing(f) == Standing::Left).max_by_key(|f| left(f))
            && let Some(left_on) = facts.households.life(*last).left_on
        {
            if after(day, limit(left_on, grace)) {
                let draft = finding(facts, paid, *last, left_on, grace);
                if who == Who::Member {
                    judge_member(judge, &roster, paid, draft);
                } else {
                    judge.finding(paid, draft);
                }
            } else {
                judge.compliant(paid);
            }
        } else {
            // Not filed yet: FF406.
            judge.not_applicable(paid);
        }
    }
}

/// The last day of grace; of a month left, the month in which the grace of its last day ends.
fn limit(left_on: PartialDate, grace: i32) -> PartialDate {
    let last = add_days(left_on.last_day(), grace);
    if left_on.exact().is_some() { last.into() } else { Month::of(last).into() }
}

fn finding(facts: &Facts<'_>, paid: &crate::derive::Paid<'_>, file: FileId, left_on: PartialDate, grace: i32) -> Draft {
    let f = facts.book.file(file);
    let field = |name: &str| match facts.book.tables.value(f.record, name) {
        Value::Date(date) => *date == left_on,
        _ => false,
    };
    let (what, field) = if field("exited_on") { ("脱困", "exited_on") } else { ("注销", "cancelled_on") };
    draft(facts, paid)
        .message(format!("{}，档案{}已于{left_on}{what}，超过{grace}天，当时没有在档的档案", told(paid), f.file_no))
        .evidence(facts.evidence(f.record, "status"))
        .evidence(facts.evidence(f.record, field))
}
