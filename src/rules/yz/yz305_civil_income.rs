use super::super::prelude::*;
use crate::derive::income;

rule! {
    /// 家庭人均收入与民政差异过大
    ///
    /// ## 查什么
    /// 通过户主或配偶与民政救助家庭对上的在档户，双方家庭月人均收入相差超过100元且超过民政数的10%。民政按年登记的除以12。
    ///
    /// ## 为什么
    /// 收入核定口径不同或一方未更新，影响建档与脱困认定。
    ///
    /// ## 怎么核实
    /// 先入户核实收入，对照民政核定表。
    pub static RULE = {
        code: "YZ305",
        title: "家庭人均收入与民政差异过大",
        severity: Low,
        class: Quality,
        norm: Filing,
        subject: "每份与民政救助家庭对上、双方有人均收入的在档档案",
        clause: "civil.compare",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：与民政部门信息比对",
        sources: &[&["efile"], &["civil", "civil_household"]],
        params: &[
            Param { name: "difference_yuan", unit: "元", default: Preset::Number(100.0) },
            Param { name: "share", unit: "比例", default: Preset::Number(0.1) },
        ],
        advice: "先入户核实家庭收入，对照民政核定表，更正有误的一方。",
        cases: [
            Finding "civil.income_per_capita=400；civil#2.income_per_capita=400；civil#3.income_per_capita=400",
            Compliant "",
            Compliant "civil.income_per_capita=750；civil#2.income_per_capita=750；civil#3.income_per_capita=750",
            Undetermined "-civil",
            Undetermined "civil.income_per_capita=；civil#2.income_per_capita=；civil#3.income_per_capita=",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// Where the civil figure is of a whole year, what it was divided by.
fn of_year(facts: &Facts<'_>, row: RecordId, field: &str) -> String {
    match facts.book.tables.value(row, field) {
        Value::Money(fen) if field == "income_per_capita_annual" => format!("（年人均{}÷12）", yuan(*fen)),
        _ => String::new(),
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let most = (judge.param("difference_yuan") * 100.0).round() as i64;
    let share = judge.param("share");
    for file in book.file_ids() {
        let f = book.file(file);
        let civil = facts.civil_of(file);
        let close: Vec<_> = civil.close.iter().map(|&id| book.civil.get(id)).filter(|h| h.on_now).collect();
        if f.status != FileStatus::Active || close.is_empty() {
            judge.not_applicable(file);
            continue;
        }
        let rows = close.iter().flat_map(|h| h.records.iter().copied());
        let theirs =
            rows.filter_map(|r| income::of_civil(book, r).map(|(fen, field)| (r, fen, field))).min_by_key(|(r, ..)| *r);
        let (Some((own, fields)), Some((row, civil_fen, field))) = (income::of_file(book, f.record), theirs) else {
            judge.undetermined(file, why::no_income(facts, f.record));
            continue;
        };
        let difference = (own - civil_fen).abs();
        if difference <= most || difference as f64 <= share * civil_fen as f64 {
            judge.compliant(file);
            continue;
        }
        let mut draft = Draft::of_file(facts, file).field(facts, f.record, "income_per_capita").message(format!(
            "家庭月人均收入：电子档案{}，民政{}{}，相差{}",
            yuan(own),
            yuan(civil_fen),
            of_year(facts, row, field),
            yuan(difference)
        ));
        for f_own in fields {
            draft = draft.evidence(facts.evidence(f.record, f_own));
        }
        judge.finding(file, draft.evidence(facts.evidence(row, field)));
    }
}
