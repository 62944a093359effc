use super::super::prelude::*;
use super::household_year::household_years;

rule! {
    /// 超过项目标准
    ///
    /// ## 查什么
    /// 一个家庭一个自然年度一个项目收到的合计，超过标准（政策或配置 [[cap]]；不写年份的各年相同）。刚好等于标准的不算；没有定标准的项目不适用。
    ///
    /// ## 为什么
    /// 严格资金发放标准，不得超标准发放。
    ///
    /// ## 怎么核实
    /// 查各笔发放的审批表；重复发放的追回，跨年发放的说明归属年度。
    pub static RULE = {
        code: "FF415",
        title: "超过项目标准",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每个家庭每年每个有标准的项目",
        clause: "funds.standard",
        general_basis: "业务规则：帮扶资金按项目标准发放，标准由本级工会确定",
        sources: &[&["payment"], &["efile"]],
        absence: ["payment"],
        params: &[],
        advice: "先入户核实各笔是否收到，查审批表与发放标准；重复或多发的按资金管理规定处理。",
        cases: [
            Finding "@[[cap]] program=\"医疗救助\" & amount=599.99",
            Finding "+payment serial=FF-2,name=测女,id_number=510105200806069968,amount=401；@[[cap]] program=\"医疗救助\" & year=2019 & amount=1000",
            Compliant "@[[cap]] program=\"医疗救助\" & amount=600",
            Compliant "+payment serial=FF-2,paid_on=2018-12-31；@[[cap]] program=\"医疗救助\" & amount=1000",
            Compliant "+payment serial=FF-2,result=失败；@[[cap]] program=\"医疗救助\" & amount=1000",
            Compliant "+payment serial=FF-2；+payment serial=FF-3,amount=-600；@[[cap]] program=\"医疗救助\" & amount=1000",
            NotApplicable "",
            NotApplicable "@[[cap]] program=\"医疗救助\" & year=2018 & amount=100",
            Undetermined "+payment serial=FF-2,amount=若干；@[[cap]] program=\"医疗救助\" & amount=1000",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let (facts, profile) = (judge.facts, judge.profile);
    let has_cap = |program: &str| profile.caps.iter().any(|c| c.program == program);
    for year in household_years(judge, has_cap) {
        let key = year.key();
        let about = About::from(year.file).field(&key);
        let Some(cap) = profile.cap(year.program, year.year).map(|c| c.amount.fen) else {
            judge.not_applicable(about);
            continue;
        };
        if year.sum > cap {
            let mut draft = year
                .draft(facts)
                .reference(joined_sorted([year.year.to_string(), year.program.to_string()]))
                .message(format!("{}，超过标准{}，多{}", year.told(facts), yuan(cap), yuan(year.sum - cap)));
            draft.amount = Some(year.sum - cap);
            judge.finding(about, draft);
        } else if year.is_more {
            judge.undetermined(
                about,
                Reason::of_cells(facts, year.unclear().unwrap_or(facts.book.file(year.file).record), &["amount"]),
            );
        } else {
            judge.compliant(about);
        }
    }
}
