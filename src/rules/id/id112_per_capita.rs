use super::super::prelude::*;
use crate::derive::income::rounded;

rule! {
    /// 人均收入勾稽不符
    ///
    /// ## 查什么
    /// 家庭年度总收入÷12÷家庭人口，与登记的家庭月人均收入相差是否超过1元。
    ///
    /// ## 为什么
    /// 三项中至少一项有误，建档标准与脱困认定都以人均收入为准。
    ///
    /// ## 怎么核实
    /// 先入户核实收入与人口，三项一并更正。
    pub static RULE = {
        code: "ID112",
        title: "人均收入勾稽不符",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "每份有三项数据的电子档案",
        clause: "income.true",
        general_basis: "困难职工档案表填表说明（家庭月人均收入=家庭年度总收入÷12÷家庭人口）",
        sources: &[&["efile"]],
        params: &[Param { name: "tolerance_yuan", unit: "元", default: Preset::Number(1.0) }],
        advice: "先入户核实收入和人口，更正计算有误的一项。",
        cases: [
            Finding "efile.income_per_capita=1650",
            Compliant "efile.income_per_capita=651",
            Undetermined "efile.income_per_capita=；",
            Undetermined "efile.income_annual=较低",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let tolerance = (judge.param("tolerance_yuan") * 100.0).round() as i64;
    for file in book.file_ids() {
        let f = book.file(file);
        let value = |field: &str| book.tables.value(f.record, field);
        let (Value::Money(annual), Value::Int(size), Value::Money(stated)) =
            (value("income_annual"), value("household_size"), value("income_per_capita"))
        else {
            if matches!(value("income_per_capita"), Value::Absent) {
                judge.not_applicable(file);
            } else {
                judge.undetermined(
                    file,
                    Reason::of_cells(facts, f.record, &["income_per_capita", "income_annual", "household_size"]),
                );
            }
            continue;
        };
        if *size <= 0 {
            judge.undetermined(
                file,
                Reason::of_cells(facts, f.record, &["income_per_capita", "income_annual", "household_size"]),
            );
            continue;
        }
        // Compared without rounding: |annual - stated × 12 × size| > tolerance × 12 × size.
        let months = 12 * size;
        if (annual - stated * months).abs() <= tolerance * months {
            judge.compliant(file);
            continue;
        }
        let computed = rounded(*annual, months);
        let mut draft = Draft::of_file(facts, file).field(facts, f.record, "income_per_capita").message(format!(
            "家庭月人均收入写{}，按年总收入÷12÷人口应为{}",
            yuan(*stated),
            yuan(computed)
        ));
        for field in ["income_per_capita", "income_annual", "household_size"] {
            draft = draft.evidence(facts.evidence(f.record, field));
        }
        judge.finding(file, draft);
    }
}
