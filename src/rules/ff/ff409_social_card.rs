use super::super::prelude::*;
use super::payment::{draft, told};
use crate::domain::date::on_or_after;

rule! {
    /// 未通过社会保障卡发放
    ///
    /// ## 查什么
    /// 政策规定的日期（参数 applies_from）及以后发放，发放方式不是社会保障卡。实物不在此列。本地政策没有写明日期、配置也没有写的，不适用；没有填发放方式的无法判定。
    ///
    /// ## 为什么
    /// 通过社会保障卡发放到个人，防止截留、冒领。
    ///
    /// ## 怎么核实
    /// 查银行回单、领款签字，核实钱是否到了本人手里，并改用社会保障卡发放。
    pub static RULE = {
        code: "FF409",
        title: "未通过社会保障卡发放",
        severity: Medium,
        class: Funds,
        norm: Funds,
        subject: "每笔成功发放",
        clause: "funds.social_card",
        general_basis: "业务规则：帮扶资金通过社会保障卡发放到个人（本地规定的日期起）",
        sources: &[&["payment"]],
        params: &[Param { name: "applies_from", unit: "日期", default: Preset::NoDate }],
        advice: "先入户核实本人是否足额收到，补齐领款凭证；今后一律通过社会保障卡发放。",
        cases: [
            Finding "payment.paid_on=2019-07-30；payment.channel=现金",
            Finding "payment.paid_on=2019-08-01；payment.channel=银行卡",
            Compliant "payment.paid_on=2019-07-30",
            NotApplicable "payment.paid_on=2019-07-29；payment.channel=现金",
            NotApplicable "payment.paid_on=2019-08-01；payment.channel=实物",
            NotApplicable "payment.paid_on=2019-08-01；payment.channel=现金；@profile=ordos-2020",
            Undetermined "payment.paid_on=2019-08-01；payment.channel=",
            Undetermined "payment.paid_on=；payment.channel=现金",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let applies_from = judge.date("applies_from");
    for paid in &facts.paid {
        let Some(from) = applies_from else {
            judge.not_applicable(paid);
            continue;
        };
        match (paid.paid_on, paid.channel) {
            (Some(day), _) if !on_or_after(day, from) => judge.not_applicable(paid),
            (_, Some("实物")) => judge.not_applicable(paid),
            (_, Some("社会保障卡")) => judge.compliant(paid),
            (Some(_), Some(channel)) if paid.fen.is_some() => {
                let draft = draft(facts, paid)
                    .message(format!("{}，发放方式为“{channel}”，{from}起应通过社会保障卡发放", told(paid)))
                    .evidence(facts.evidence(paid.record, "channel"));
                judge.finding(paid, draft);
            }
            _ => judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["channel", "paid_on", "amount"])),
        }
    }
}
