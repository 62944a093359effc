use super::super::ability::{beside_gross, costs_evidence};
use super::super::prelude::*;
use crate::derive::costs::Costs;
use crate::derive::income;
use crate::domain::date::Month;

rule! {
    /// 疑似应保未保
    ///
    /// ## 查什么
    /// 在档户的家庭月人均收入（没有的用家庭年度总收入÷12÷家庭人口）低于当地低保标准，而民政名单中全家无人享受低保或特困。等于标准不算低于。
    ///
    /// ## 为什么
    /// 符合低保条件的应当纳入低保，工会要帮助申请。
    ///
    /// ## 怎么核实
    /// 先入户核实收入和财产状况，符合条件的帮助向民政部门申请。
    pub static RULE = {
        code: "JD214",
        title: "疑似应保未保",
        severity: Low,
        class: MissedEntry,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "civil.dibao",
        general_basis: "《城市居民最低生活保障条例》（国务院令第271号）：人均收入低于当地低保标准的，有权获得基本生活物质帮助",
        sources: &[&["efile"], &["civil", "civil_household", "civil_person"]],
        absence: ["civil", "civil_household", "civil_person"],
        params: &[],
        only_where_bound: true,
        advice: "先入户核实收入和财产状况，符合条件的帮助申请低保或特困。",
        cases: [
            Finding "@profile=ordos-2020；@as_of=2020-05-20；efile.category=深度困难；paper.category=深度困难；efile.income_per_capita=649.99；civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            Finding "@profile=shantou-2017；efile.category=深度困难；paper.category=深度困难；efile.income_per_capita=600；civil.scheme=低保边缘；civil#2.scheme=低保边缘；civil#3.scheme=低保边缘",
            Finding "@profile=shantou-2017；efile.category=深度困难；paper.category=深度困难；efile.region=；efile.income_per_capita=600；civil.scheme=临时救助；civil#2.scheme=临时救助；civil#3.scheme=临时救助",
            Compliant "@profile=ordos-2020；@as_of=2020-05-20；efile.income_per_capita=600",
            Finding "@profile=ordos-2020；@as_of=2020-05-20；efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.expense_annual=3600；efile.income_per_capita=749.99",
            Compliant "@profile=ordos-2020；@as_of=2020-05-20；efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.expense_annual=3600；efile.income_per_capita=750",
            Compliant "@profile=ordos-2020；@as_of=2020-05-20；efile.category=意外致困户；paper.category=意外致困户；civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            Undetermined "@profile=ordos-2020；@as_of=2020-05-20；efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-medical",
            Compliant "@[rule.JD214] enabled=true；efile.income_per_capita=600；civil.scheme=特困；civil#2.scheme=特困；civil#3.scheme=特困",
            // 登记为低保户的由YZ303说明
            NotApplicable "@profile=shantou-2017；efile.income_per_capita=600；civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            NotApplicable "efile.income_per_capita=600；efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            Undetermined "@profile=shantou-2017；efile.income_per_capita=600；-civil",
            Undetermined "@profile=shantou-2017；@as_of=2018-06-20；efile.category=深度困难；paper.category=深度困难；efile.income_per_capita=600；civil.state=停保；civil#2.state=停保；civil#3.state=停保",
        ],
        since: "0.1.0",
        check: check,
    }
}

const SCHEMES: [&str; 2] = ["低保", "特困"];

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let month = Month::of(facts.setting.as_of);
    for file in judge.files(FileStatus::Active) {
        let f = book.file(file);
        let civil = facts.civil_of(file);
        let told = income::of_file(book, f.record).zip(facts.dibao_limit(judge.profile, f.record, month));
        let is_provided = civil.drawing.iter().any(|(_, _, scheme)| SCHEMES.contains(&scheme.as_str()));
        if is_provided {
            judge.compliant(file);
            continue;
        }
        let mut told = told;
        let mut costs = None;
        if let Some(((fen, _), limit)) = told.as_mut().filter(|((fen, _), limit)| !limit.is_above(*fen)) {
            match beside_gross(judge, file, month) {
                Ok(told) => costs = told,
                Err(why) => {
                    judge.undetermined(file, why);
                    continue;
                }
            }
            *limit = limit.beside_costs(costs.as_ref().map_or(0, Costs::per_head));
            if !limit.is_above(*fen) {
                judge.compliant(file);
                continue;
            }
        }
        let can_tell = facts.coverage.any_complete(&super::super::yz::CIVIL_KINDS, f.unit)
            && f.persons().next().is_some()
            && !civil.unknown_state;
        let Some(((fen, fields), limit)) = told.filter(|_| can_tell) else {
            judge.undetermined(
                file,
                match can_tell {
                    true => why::no_standard(judge, f.record).unwrap_or_else(|| why::no_income(facts, f.record)),
                    false => why::civil(facts, file),
                },
            );
            continue;
        };
        let note = if limit.is_assumed() { ASSUMED_STANDARD } else { "" };
        let mut draft = Draft::of_file(facts, file)
            .message(format!("家庭月人均收入{}，低于{limit}，民政名单中全家无人享受低保或特困{note}", yuan(fen)));
        for field in fields {
            draft = draft.evidence(facts.evidence(f.record, field));
        }
        for &(id, _) in &civil.links {
            for &row in book.civil.get(id).records.iter().take(1) {
                draft = draft.context(facts.evidence(row, "scheme")).context(facts.evidence(row, "state"));
            }
        }
        judge.finding(file, costs_evidence(facts, draft, &costs));
    }
}
