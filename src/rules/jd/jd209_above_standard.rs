use super::super::ability::{UNCOMPARED, beside_gross, costs_evidence, is_uncompared};
use super::super::prelude::*;
use crate::derive::costs::Costs;
use crate::derive::income;
use crate::derive::lines::{Basis, InForce};
use crate::domain::date::Month;

rule! {
    /// 收入超过建档标准
    ///
    /// ## 查什么
    /// 在档户的家庭月人均收入（没有的用家庭年度总收入÷12÷家庭人口）是否高于该级别的建档标准。等于标准不算超过。标准由配置的 [level] 给出（低保标准的倍数或固定金额），没有给出的级别无法判定。困难类别另有标准的按类别；家中有人在保、或没有与民政比对的，只按级别的标准。深度困难、相对困难按收入减刚性支出算，支出不明的无法判定；意外致困户不按收入建档，不适用。
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
            Finding "@[level.\"全国级\"] filing_multiple=1.5；efile.income_per_capita=975.01",
            Finding "@[level.\"全国级\"] filing_multiple=1.5；-civil；efile.income_per_capita=975.01",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.income_per_capita=650.01",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=低保边缘户；paper.category=低保边缘户；efile.income_per_capita=975.01",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=相对困难；paper.category=相对困难；efile.expense_annual=3600；efile.income_per_capita=1400.01",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=深度困难；paper.category=深度困难；efile.income_per_capita=733.34",
            Compliant "@[level.\"全国级\"] filing_multiple=1.0",
            Compliant "@[level.\"全国级\"] filing_multiple=1.5；efile.income_per_capita=975",
            Compliant "@[level.\"全国级\"] filing_multiple=1.5；-civil；efile.income_per_capita=975",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.income_per_capita=650",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=低保边缘户；paper.category=低保边缘户；efile.income_per_capita=975",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=相对困难；paper.category=相对困难；efile.expense_annual=3600；efile.income_per_capita=1400",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=深度困难；paper.category=深度困难；efile.income_per_capita=733.33",
            Compliant "@[level.\"地市级\"] filing_multiple=1.5；efile.level=地市级；efile.income_per_capita=975",
            NotApplicable "@[level.\"全国级\"] filing_multiple=1.0；efile.income_per_capita=2000；efile.category=意外致困；paper.category=意外致困",
            NotApplicable "@[level.\"全国级\"] filing_multiple=1.0；efile.status=已脱困；efile.exited_on=2019-08-01",
            Undetermined "",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=深度困难；paper.category=深度困难；-medical；efile.income_per_capita=650.01",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=相对困难；paper.category=相对困难；-medical；efile.income_per_capita=1300.01",
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
        if facts.basis(judge.profile, f.record) == Basis::NoLine {
            judge.not_applicable(file);
            continue;
        }
        // The category's own line is for those of whom civil affairs know that they do not keep them.
        let by_category = facts.in_force(file) == InForce::No;
        let limit = if by_category {
            facts.filing_limit(judge.profile, f.record, month)
        } else {
            facts.filing_limit_of_level(judge.profile, f.record, month)
        };
        let (Some((fen, fields)), Some(limit)) = (income::of_file(book, f.record), limit) else {
            judge.undetermined(file, why::income_or_filing(judge, file, by_category));
            continue;
        };
        // Net income is never above gross.
        if !limit.is_exceeded_by(fen) {
            judge.compliant(file);
            continue;
        }
        let costs = match beside_gross(judge, file, month) {
            Ok(costs) => costs,
            Err(why) => {
                judge.undetermined(file, why);
                continue;
            }
        };
        let limit = limit.beside_costs(costs.as_ref().map_or(0, Costs::per_head));
        if !limit.is_exceeded_by(fen) {
            judge.compliant(file);
            continue;
        }
        let note = if limit.is_assumed() { ASSUMED_STANDARD } else { "" };
        let uncompared = if is_uncompared(facts, file) { UNCOMPARED } else { "" };
        let mut draft = Draft::of_file(facts, file).message(format!(
            "家庭月人均收入{}，高于{}建档标准（{limit}）{note}{uncompared}",
            yuan(fen),
            facts.written(f.record, "level")
        ));
        for field in ["level", "category"].iter().chain(fields) {
            draft = draft.evidence(facts.evidence(f.record, field));
        }
        judge.finding(file, costs_evidence(facts, draft, &costs));
    }
}
