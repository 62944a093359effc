use super::super::prelude::*;
use super::household_year::household_years;
use crate::derive::departments::Settlement;

rule! {
    /// 医疗救助超过个人负担
    ///
    /// ## 查什么
    /// 一个家庭一个自然年度收到的医疗救助，超过家中各人当年和上一年结算的医疗费用个人负担之和。已撤销的结算不计；这两年没有本户医疗结算数据的不适用。
    ///
    /// ## 为什么
    /// 医疗救助的标准不得超过个人负担部分。
    ///
    /// ## 怎么核实
    /// 查医药票据和结算单，确认个人负担金额有无遗漏（异地、自费等）。
    pub static RULE = {
        code: "FF411",
        title: "医疗救助超过个人负担",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每个有医疗救助的家庭每年",
        clause: "funds.medical_cap",
        general_basis: "业务规则：医疗救助不超过医疗费用的个人负担部分",
        sources: &[&["payment"], &["medical"], &["efile"]],
        absence: ["medical", "emember", "payment"],
        params: &[],
        advice: "先入户核实医药费用票据，查有无未列入的个人负担（异地、自费）；确实超过的按规定处理。",
        cases: [
            Finding "payment.amount=3000.01",
            Finding "payment.amount=2000；+payment serial=FF-2,name=测配偶,id_number=510104198203059983,amount=1001",
            Compliant "",
            Compliant "payment.amount=3000",
            Compliant "payment.amount=3000；medical.settled_on=2018-12-31",
            Compliant "payment.amount=4000；+medical name=测女,id_number=510105200806069968,out_of_pocket=1000",
            NotApplicable "payment.amount=9000；medical.settled_on=2017-12-31",
            NotApplicable "payment.amount=9000；medical.state=已撤销",
            NotApplicable "payment.program=生活救助；payment.amount=9000",
            Undetermined "payment.amount=3001；+medical out_of_pocket=",
            Undetermined "payment.amount=3001；+medical settled_on=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for year in household_years(judge, |program| program == "医疗救助") {
        let settled_in =
            |s: &&&Settlement| s.settled_on.is_some_and(|d| [year.year - 1, year.year].contains(&d.year()));
        let all = facts.settlements.of(year.cluster);
        let key = year.key();
        let about = About::from(year.file).field(&key);
        let unclear = match all.iter().find(|s| s.settled_on.is_none() || s.out_of_pocket.is_none()) {
            Some(s) => Reason::of_cells(facts, s.record, &["settled_on", "out_of_pocket"]),
            None => Reason::of_cells(facts, year.unclear().unwrap_or(facts.book.file(year.file).record), &["amount"]),
        };
        let of_years: Vec<&Settlement> = all.iter().filter(|s| settled_in(&s)).collect();
        let undated = all.iter().any(|s| s.settled_on.is_none());
        if of_years.is_empty() {
            if undated {
                judge.undetermined(about, unclear);
            } else {
                judge.not_applicable(about);
            }
            continue;
        }
        let borne: i64 = of_years.iter().filter_map(|s| s.out_of_pocket).sum();
        let may_be_more = undated || of_years.iter().any(|s| s.out_of_pocket.is_none());
        match (year.sum > borne, may_be_more, year.is_more) {
            (false, _, false) => judge.compliant(about),
            (true, false, _) => {
                let (before, excess) = (year.year - 1, year.sum - borne);
                let mut draft = year.draft(facts).reference(year.year.to_string()).message(format!(
                    "{}，超过本户{before}年和{}年结算的个人负担合计{}，多{}",
                    year.told(facts),
                    year.year,
                    yuan(borne),
                    yuan(excess)
                ));
                draft.amount = Some(excess);
                for s in &of_years {
                    draft = draft.evidence(facts.evidence(s.record, "out_of_pocket"));
                }
                judge.finding(about, draft);
            }
            _ => judge.undetermined(about, unclear),
        }
    }
}
