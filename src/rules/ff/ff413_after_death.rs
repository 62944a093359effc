use super::super::prelude::*;
use super::payment::{draft, told};
use crate::domain::date::after;

rule! {
    /// 疑似死亡后发放
    ///
    /// ## 查什么
    /// 发放日期晚于死亡人员名单上收款人的死亡日期。死亡当日发放的不算；名单上只有月份的，死亡当月发放的不算。
    ///
    /// ## 为什么
    /// 向已故人员发放，资金可能被他人冒领。名单可能有误，须先核实。
    ///
    /// ## 怎么核实
    /// 入户或向社区核实此人是否在世、去世日期，查领款签字和银行流水。
    pub static RULE = {
        code: "FF413",
        title: "疑似死亡后发放",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每笔成功发放",
        clause: "funds.supervised",
        general_basis: "业务规则：帮扶资金发放到本人，人员死亡后停止发放",
        sources: &[&["payment"], &["death"]],
        params: &[],
        advice: "先入户核实此人是否在世；确已去世的停止发放，查明领款人，并更新档案。",
        cases: [
            Finding "+death name=测甲,id_number=510105198001019971,died_on=2019-05-09",
            Finding "+death name=测甲,id_number=510105198001019971,died_on=2019-04",
            Compliant "",
            Compliant "+death name=测甲,id_number=510105198001019971,died_on=2019-05-10",
            Compliant "+death name=测甲,id_number=510105198001019971,died_on=2019-05",
            Undetermined "+death name=测甲,id_number=510105198001019971,died_on=",
            Undetermined "payment.id_number=44010019800101",
            NotApplicable "payment.id_number=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for paid in &facts.paid {
        let Some(number) = paid.number.filter(|_| paid.person.is_some()) else {
            if paid.number.is_none() && paid.asks_number {
                judge.not_applicable(paid);
            } else {
                judge.undetermined(paid, Reason::NumberUnclear);
            }
            continue;
        };
        let Some(death) = facts.deaths.of(number) else {
            judge.compliant(paid);
            continue;
        };
        let (Some(died_on), Some(paid_on), Some(_)) = (death.died_on, paid.paid_on, paid.fen) else {
            let why = match death.died_on {
                None => Reason::of_cells(facts, death.record, &["died_on"]),
                Some(_) => Reason::of_cells(facts, paid.record, &["paid_on", "amount"]),
            };
            judge.undetermined(paid, why);
            continue;
        };
        if after(paid_on, died_on) {
            let note = death.name_note(facts.book, paid.name);
            let draft = draft(facts, paid)
                .message(format!("{}，死亡人员名单载明收款人已于{died_on}死亡{note}", told(paid)))
                .evidence(facts.evidence(death.record, "died_on"))
                .evidence(facts.evidence(death.record, "name"));
            judge.finding(paid, draft);
        } else {
            judge.compliant(paid);
        }
    }
}
