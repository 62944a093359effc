use super::super::prelude::*;
use super::payment::{draft, file_of, told};
use crate::profile::audience::is_central_for_members;

rule! {
    /// 资金来源与档案级别不符
    ///
    /// ## 查什么
    /// 发放的资金来源不能用于收款人档案的级别（政策或配置 [fund_source]；默认中央财政资金只用于全国级档案）。没有限定级别的资金来源不受限制。
    ///
    /// ## 为什么
    /// 帮扶资金分级使用。
    ///
    /// ## 怎么核实
    /// 查资金文件和档案级别，确认是级别录错还是用错了资金。
    pub static RULE = {
        code: "FF416",
        title: "资金来源与档案级别不符",
        severity: Medium,
        class: Funds,
        norm: Funds,
        subject: "每笔成功发放",
        clause: "funds.by_level",
        general_basis: "《中央财政专项帮扶资金使用管理办法》（总工发〔2015〕20号）：专款专用，依档帮扶",
        sources: &[&["payment"], &["efile"]],
        params: &[],
        advice: "先入户核实档案级别，查资金文件和发放审批表；级别录错的更正，用错资金的调整列支。",
        cases: [
            Finding "payment.fund_source=中央财政；efile.level=省级",
            Finding "payment.fund_source=市总；@[fund_source.\"市总\"] levels=[\"地市级\"]",
            Compliant "",
            Compliant "payment.fund_source=中央财政",
            Undetermined "payment.fund_source=中央财政；efile.level=",
            Undetermined "payment.fund_source=",
            NotApplicable "payment.fund_source=中央财政；payment.id_number=510106197502029993",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let (facts, profile) = (judge.facts, judge.profile);
    for paid in &facts.paid {
        let Some(file) = file_of(judge, paid) else { continue };
        let (Some(source), Some(_)) = (paid.fund_source, paid.fen) else {
            judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["fund_source", "amount"]));
            continue;
        };
        if is_central_for_members(source, paid.paid_on) {
            judge.compliant(paid);
            continue;
        }
        let Some(allowed) = profile.fund_sources.get(source).map(|s| &s.levels) else {
            judge.compliant(paid);
            continue;
        };
        let record = facts.book.file(file).record;
        let level = match facts.book.tables.value(record, "level") {
            Value::Code(level) => level.word(),
            _ => None,
        };
        match level {
            None => judge.undetermined(paid, Reason::of_cells(facts, record, &["level"])),
            Some(level) if allowed.iter().any(|a| a == level) => judge.compliant(paid),
            Some(level) => {
                let draft = draft(facts, paid)
                    .message(format!(
                        "{}，资金来源“{source}”只用于{}档案，此档案为{level}",
                        told(paid),
                        allowed.join("、")
                    ))
                    .evidence(facts.evidence(paid.record, "fund_source"))
                    .evidence(facts.evidence(record, "level"));
                judge.finding(paid, draft);
            }
        }
    }
}
