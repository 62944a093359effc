use super::super::prelude::*;
use super::{counts_here, draft_of_row, numbered_rows};
use crate::domain::id_number::IdNumber;

rule! {
    /// 15位旧证号
    ///
    /// ## 查什么
    /// 仍写15位旧身份证号的行。比对时按18位换算，不影响匹配。
    ///
    /// ## 为什么
    /// 第一代身份证已于2013年1月1日停止使用，发放与医保结算只认18位号码。
    ///
    /// ## 怎么核实
    /// 按二代身份证换成18位号码。
    pub static RULE = {
        code: "ID108",
        title: "15位旧证号",
        severity: Low,
        class: Quality,
        norm: Filing,
        subject: "写有有效身份证号的每一行",
        clause: "records.agree",
        general_basis: "GB 11643-1999《公民身份号码》",
        sources: &[],
        params: &[],
        advice: "按二代身份证换成18位号码。",
        cases: [
            Finding "paper.id_number=510105800101997",
            Compliant "",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for (record, field, number) in numbered_rows(facts) {
        match number {
            IdNumber::Valid(id) if id.is_old_form() => {
                if !counts_here(facts, record, &[]) {
                    judge.not_applicable(record);
                    continue;
                }
                let kind = facts.book.tables.schema(record).kind.clone();
                let draft = draft_of_row(facts, record, field)
                    .field(facts, record, field)
                    .reference(kind)
                    .message(format!("{}写的是15位旧身份证号，应换成18位：{}", kind_title(facts, record), id.full()))
                    .evidence(facts.evidence(record, field));
                judge.finding(record, draft);
            }
            IdNumber::Valid(_) => judge.compliant(record),
            _ => judge.not_applicable(record),
        }
    }
}
