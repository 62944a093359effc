use super::super::prelude::*;
use crate::derive::income;
use crate::domain::date::Month;

rule! {
    /// 收入超过建档标准
    ///
    /// ## 查什么
    /// 在档户的家庭月人均收入（没有的用家庭年度总收入÷12÷家庭人口）是否高于该级别的建档标准。等于标准不算超过。标准由配置的 [level] 给出（低保标准的倍数或固定金额），没有给出的级别无法判定。意外致困户按收入扣除支出建档，不适用。
    ///
    /// ## 为什么
    /// 不符合建档标准而在档，是错评。
    ///
    /// ## 怎么核实
    /// 先入户核实收入和人口，确不符合的按程序退出或调整级别。
    pub static RULE = {
        code: "JD209",
        title: "收入超过建档标准",
        severity: High,
        class: WrongfulEntry,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.standard",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：按建档标准建档",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实家庭收入和人口，确不符合建档标准的按程序处理。",
        cases: [
            Finding "@[level.\"全国级\"] filing_multiple=1.0；efile.income_per_capita=650.01",
            Finding "@[level.\"区县级\"] filing_amount=900；efile.level=区县级；efile.income_per_capita=；efile.income_annual=32403；paper.income_annual=32403；efile.region=",
            Finding "@[level.\"全国级\"] filing_multiple=1.5；efile.region=310101；efile.income_per_capita=976",
            Compliant "@[level.\"全国级\"] filing_multiple=1.0",
            Compliant "@[level.\"地市级\"] filing_multiple=1.5；efile.level=地市级；efile.income_per_capita=975",
            NotApplicable "@[level.\"全国级\"] filing_multiple=1.0；efile.income_per_capita=2000；efile.category=意外致困；paper.category=意外致困",
            NotApplicable "@[level.\"全国级\"] filing_multiple=1.0；efile.status=已脱困；efile.exited_on=2019-08-01",
            Undetermined "",
            Undetermined "@[level.\"全国级\"] filing_multiple=1.0；efile.income_per_capita=；efile.income_annual=；paper.income_annual=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let month = Month::of(facts.setting.as_of);
    for file in judge.files(FileStatus::Active) {
        let f = book.file(file);
        let category = match book.tables.value(f.record, "category") {
            Value::Code(code) => code.word(),
            _ => None,
        };
        if category == Some("意外致困户") {
            judge.not_applicable(file);
            continue;
        }
        let limit = facts.filing_limit(judge.profile, f.record, month);
        let (Some((fen, fields)), Some(limit), Some(_)) = (income::of_file(book, f.record), limit, category) else {
            judge.undetermined(file, why::income_or_line(judge, file, Edge::Filing));
            continue;
        };
        if !limit.is_exceeded_by(fen) {
            judge.compliant(file);
            continue;
        }
        let note = if limit.is_assumed() { ASSUMED_STANDARD } else { "" };
        let mut draft = Draft::of_file(facts, file).message(format!(
            "家庭月人均收入{}，高于{}建档标准（{limit}）{note}",
            yuan(fen),
            facts.written(f.record, "level")
        ));
        for field in ["level", "category"].iter().chain(fields) {
            draft = draft.evidence(facts.evidence(f.record, field));
        }
        judge.finding(file, draft);
    }
}
