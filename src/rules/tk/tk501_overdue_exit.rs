use super::super::prelude::*;
use super::{assumed_note, exit_test_of, income_evidence, month_by_month};
use crate::derive::months::ExitTest;

rule! {
    /// 疑似应退未退
    ///
    /// ## 查什么
    /// 在档户有收入数据的最后一个月往前连续6个月，每月人均收入是否都高于该级别的脱困标准（低保标准的倍数或固定金额，按当月执行的标准）。等于标准不算高于。最后一个月不早于基准日所在月前3个月；6个月不全，又没有一个月不高于标准的，无法判定。
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
            Finding "income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Finding "income.per_capita=700；income#2.per_capita=700；income#3.per_capita=700；income#4.per_capita=700；income#5.per_capita=700；income#6.per_capita=700",
            Finding "efile.region=；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=2100",
            Finding "efile.level=地市级；@[level.\"地市级\"] exit_multiple=1.5；income.income=2928；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2928",
            Finding "@[[standard]] region=\"510100\" & from=\"2019-07-01\" & dibao=700；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=2103",
            Compliant "",
            Compliant "income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=1950；income#5.income=2100；income#6.income=2100",
            Compliant "@[[standard]] region=\"510100\" & from=\"2019-07-01\" & dibao=700；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=2100",
            Compliant "efile.level=地市级；@[level.\"地市级\"] exit_multiple=1.5；income.income=2925；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2928",
            Undetermined "-income#3；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100",
            Undetermined "@as_of=2019-11-20；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=2100",
            Undetermined "efile.level=区县级；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=2100",
            NotApplicable "efile.status=已注销；efile.cancelled_on=2019-08-01",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for file in judge.files(FileStatus::Active) {
        let f = facts.book.file(file);
        let months = match exit_test_of(judge, file) {
            ExitTest::Able(months) => months,
            ExitTest::NotAble => {
                judge.compliant(file);
                continue;
            }
            ExitTest::Missing | ExitTest::Untold => {
                judge.undetermined(file, why::income_months(judge, file));
                continue;
            }
        };
        let draft = income_evidence(facts, Draft::of_file(facts, file), file, &months);
        let level = facts.written(f.record, "level");
        judge.finding(
            file,
            draft.message(format!(
                "连续{}个月人均收入都高于{level}脱困标准，仍在档：{}{}",
                months.len(),
                month_by_month(&months),
                assumed_note(&months)
            )),
        );
    }
}
