use super::super::ability::{Ability, ability};
use super::super::prelude::*;

rule! {
    /// 疑似应退未退
    ///
    /// ## 查什么
    /// 在档户有收入数据的最后一个月往前连续6个月，每月人均收入是否都高于该级别的脱困标准（低保标准的倍数或固定金额，按当月执行的标准）。等于标准不算高于。困难类别另有标准的按类别；深度困难、相对困难按收入减刚性支出算，支出不明的无法判定；意外致困户、家中有人在保（低保、低保边缘、特困）的不适用。脱困标准低于建档标准的，收入在两线之间不判。最后一个月不早于基准日所在月前3个月；6个月不全，又没有一个月不高于标准的，无法判定。
    ///
    /// ## 为什么
    /// 达到脱困标准的应当及时脱困退档，继续在档即漏退。
    ///
    /// ## 怎么核实
    /// 先入户核实收入来源是否稳定、有没有大额刚性支出，确能脱困的启动退档程序。
    pub static RULE = {
        code: "TK501",
        title: "疑似应退未退",
        severity: Medium,
        class: MissedExit,
        norm: Exit,
        subject: "每份在档电子档案",
        clause: "exit.timely",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：家庭情况变化的，及时调整、撤档",
        sources: &[&["efile"], &["income"]],
        params: &[
            Param { name: "months", unit: "月", default: Preset::Number(6.0) },
            Param { name: "max_age", unit: "月", default: Preset::Number(3.0) },
        ],
        advice: "先入户核实近半年收入是否稳定，确已达到脱困标准的，启动退档程序。",
        cases: [
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；income.per_capita=700；income#2.per_capita=700；income#3.per_capita=700；income#4.per_capita=700；income#5.per_capita=700；income#6.per_capita=700",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.region=；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=2100",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.level=地市级；@[level.\"地市级\"] exit_multiple=1.5；income.income=2928；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2928",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；@[[standard]] region=\"510100\" & from=\"2019-07-01\" & dibao=700；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=2103",
            Finding "-civil；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=低保边缘户；paper.category=低保边缘户；income.income=2928；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2928",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=相对困难；paper.category=相对困难；efile.expense_annual=3600；income.income=4203；income#2.income=4203；income#3.income=4203；income#4.income=4203；income#5.income=4203；income#6.income=4203",
            Finding "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=深度困难；paper.category=深度困难；-medical；efile.expense_medical=3600；efile.expense_school=3600；income.income=2553；income#2.income=2553；income#3.income=2553；income#4.income=2553；income#5.income=2553；income#6.income=2553",
            Finding "efile.category=未享受低保；paper.category=未享受低保；@[level.\"全国级\"] filing_multiple=1.5；civil.state=停保；civil#2.state=停保；civil#3.state=停保；income.income=2928；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2928",
            Finding "@profile=guangming-2020；@[level.\"全国级\"] filing_multiple=1.5；civil.state=停保；civil#2.state=停保；civil#3.state=停保；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=1950；income#5.income=2100；income#6.income=2100",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；@[[standard]] region=\"510100\" & from=\"2019-07-01\" & dibao=700；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=2100",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.level=地市级；@[level.\"地市级\"] exit_multiple=1.5；income.income=2925；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2928",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=低保边缘户；paper.category=低保边缘户；income.income=2925；income#2.income=2925；income#3.income=2925；income#4.income=2925；income#5.income=2925；income#6.income=2925",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=相对困难；paper.category=相对困难；efile.expense_annual=3600；income.income=4200；income#2.income=4200；income#3.income=4200；income#4.income=4200；income#5.income=4200；income#6.income=4200",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=深度困难；paper.category=深度困难；income.income=1950；income#2.income=1950；income#3.income=1950；income#4.income=1950；income#5.income=1950；income#6.income=1950",
            Compliant "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=深度困难；paper.category=深度困难；-medical；efile.expense_medical=3600；efile.expense_school=3600；income.income=2550；income#2.income=2550；income#3.income=2550；income#4.income=2550；income#5.income=2550；income#6.income=2550",
            Compliant "efile.category=未享受低保；paper.category=未享受低保；@[level.\"全国级\"] filing_multiple=1.5；civil.state=停保；civil#2.state=停保；civil#3.state=停保；income.income=2925；income#2.income=2925；income#3.income=2925；income#4.income=2925；income#5.income=2925；income#6.income=2925",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；-income#3；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；@as_of=2019-11-20；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=2100",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.level=区县级；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=2100",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=深度困难；paper.category=深度困难；-medical；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=相对困难；paper.category=相对困难；-medical；income.income=3903；income#2.income=3903；income#3.income=3903；income#4.income=3903；income#5.income=3903；income#6.income=3903",
            Undetermined "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            NotApplicable "efile.status=已注销；efile.cancelled_on=2019-08-01",
            NotApplicable "income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            NotApplicable "civil.scheme=特困；civil#2.scheme=特困；civil#3.scheme=特困；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            NotApplicable "civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=意外致困户；paper.category=意外致困户；income.income=9000；income#2.income=9000；income#3.income=9000；income#4.income=9000；income#5.income=9000；income#6.income=9000",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for file in judge.files(FileStatus::Active) {
        let proof = match ability(judge, file) {
            Ability::Able(proof) => proof,
            Ability::Exempt => {
                judge.not_applicable(file);
                continue;
            }
            Ability::NotAble => {
                judge.compliant(file);
                continue;
            }
            Ability::NoMonths => {
                judge.undetermined(file, why::income_months(judge, file));
                continue;
            }
            Ability::Untold(why) => {
                judge.undetermined(file, why);
                continue;
            }
        };
        let level = facts.written(facts.book.file(file).record, "level");
        let draft = proof.evidence(facts, Draft::of_file(facts, file), file);
        judge.finding(
            file,
            draft.message(format!(
                "连续{}个月人均收入都高于{level}脱困标准，仍在档：{}",
                proof.months.len(),
                proof.figures()
            )),
        );
    }
}
