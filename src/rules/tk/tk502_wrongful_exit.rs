use super::super::ability::{beside_gross, costs_evidence};
use super::super::prelude::*;
use super::{assumed_note, income_evidence, month_by_month};
use crate::derive::costs::Costs;
use crate::derive::months::{Compared, Standing, compare_span};
use crate::domain::date::Month;

rule! {
    /// 疑似错退
    ///
    /// ## 查什么
    /// 已脱困户脱困月份之前的6个月，每月人均收入是否都高于该级别的脱困标准（按当月执行的标准）。有一个月等于或低于标准的为疑似错退；没有这样的月份，但月份不全或没有收入记录的，为依据不足（提示）。脱困月份以电子档案为准，没有的以台账审核通过日期为准。
    ///
    /// ## 为什么
    /// 不到标准而退档，困难家庭就失去帮扶，是错退。
    ///
    /// ## 怎么核实
    /// 先入户核实目前和退档时的收入，确属错退的恢复档案；依据不足的补齐收入核查记录。
    pub static RULE = {
        code: "TK502",
        title: "疑似错退",
        severity: High,
        class: WrongfulExit,
        norm: Exit,
        subject: "每份已脱困电子档案",
        clause: "exit.standard",
        general_basis: "业务规则：家庭人均收入连续6个月超过脱困标准，方可脱困退档",
        sources: &[&["efile"], &["income"]],
        absence: ["income"],
        params: &[Param { name: "months", unit: "月", default: Preset::Number(6.0) }],
        advice: "先入户核实收入，确属错退的恢复档案；依据不足的补齐收入核查记录。",
        cases: [
            Finding "efile.status=已脱困；efile.exited_on=2019-08-01",
            Finding "efile.status=已脱困；efile.exited_on=2019-08-31；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=1950",
            Finding "efile.status=已脱困；efile.exited_on=2019-07；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=2100",
            Finding "efile.status=已脱困；efile.exited_on=；+exit file_no=CS-1,approved_on=2019-08-10；income#2.income=1900",
            Finding "efile.status=已脱困；efile.exited_on=2019-01-31",
            Finding "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=低保边缘户；paper.category=低保边缘户；income.income=2928；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2925",
            Finding "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=意外致困户；paper.category=意外致困户；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=1950",
            Finding "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=深度困难；paper.category=深度困难；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=1950",
            Finding "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=深度困难；paper.category=深度困难；efile.expense_annual=3600；income.income=2253；income#2.income=2253；income#3.income=2253；income#4.income=2253；income#5.income=2253；income#6.income=2250",
            Finding "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=相对困难；paper.category=相对困难；income.income=3903；income#2.income=3903；income#3.income=3903；income#4.income=3903；income#5.income=3903；income#6.income=3900",
            Compliant "efile.status=已脱困；efile.exited_on=2019-08-31；income.income=2100；income#2.income=2100；income#3.income=2100；income#4.income=2100；income#5.income=2100；income#6.income=1953",
            Compliant "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=低保边缘户；paper.category=低保边缘户；income.income=2928；income#2.income=2928；income#3.income=2928；income#4.income=2928；income#5.income=2928；income#6.income=2928",
            Compliant "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=意外致困户；paper.category=意外致困户；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Compliant "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=深度困难；paper.category=深度困难；efile.expense_annual=3600；income.income=2253；income#2.income=2253；income#3.income=2253；income#4.income=2253；income#5.income=2253；income#6.income=2253",
            Compliant "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=相对困难；paper.category=相对困难；efile.expense_annual=3600；income.income=4203；income#2.income=4203；income#3.income=4203；income#4.income=4203；income#5.income=4203；income#6.income=4203",
            Undetermined "efile.status=已脱困；efile.exited_on=",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-08-01；efile.level=区县级",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=深度困难；paper.category=深度困难；-medical；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-08-31；efile.category=相对困难；paper.category=相对困难；-medical；income.income=3903；income#2.income=3903；income#3.income=3903；income#4.income=3903；income#5.income=3903；income#6.income=3903",
            NotApplicable "",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let count = judge.whole("months") as i32;
    for file in judge.files(FileStatus::Exited) {
        let f = facts.book.file(file);
        let Some(left) = facts.left(file) else {
            judge.undetermined(file, why::not_left(facts, file));
            continue;
        };
        let rows = facts.months.of(file);
        let first = left.on.month().plus(-count);
        // Gross first: at or below the line it proves that net income is, too.
        // A category without a line of its own (意外致困) is held to the level's.
        let own = |month: Month| {
            facts
                .exit_limit(judge.profile, f.record, month)
                .or_else(|| facts.exit_limit_of_level(judge.profile, f.record, month))
        };
        let months = compare_span(rows, first, count, own);
        let count_of =
            |months: &[Compared<'_>], standing: Standing| months.iter().filter(|c| c.standing == standing).count();
        let (mut low, missing) = (count_of(&months, Standing::NotAbove), count_of(&months, Standing::Missing));
        // Where months are missing the exit had no grounds, whatever the line.
        if low == 0 && missing == 0 && months.iter().any(|c| c.limit.is_none()) {
            judge.undetermined(file, why::lacking_line(judge, file, Edge::Exit).unwrap_or(Reason::NoStandard));
            continue;
        }
        let open = missing + count_of(&months, Standing::Untold);
        let mut costs = None;
        let mut months = months;
        if low == 0 && open == 0 {
            match beside_gross(judge, file, left.on.month()) {
                Err(why) => {
                    judge.undetermined(file, why);
                    continue;
                }
                Ok(told) => costs = told,
            }
            if let Some(costs) = &costs {
                let net = |month: Month| Some(own(month)?.beside_costs(costs.per_head()));
                months = compare_span(rows, first, count, net);
                low = count_of(&months, Standing::NotAbove);
            }
        }
        let (severity, what) = match (low, open) {
            (0, 0) => {
                judge.compliant(file);
                continue;
            }
            (0, _) if missing == months.len() => (Severity::Low, "依据不足：没有收入核查记录".to_string()),
            (0, _) => (Severity::Low, format!("依据不足：有{open}个月缺收入或前后不一")),
            _ => {
                let per_head = costs.as_ref().map_or(0, Costs::per_head);
                let of_level = |month: Month| {
                    Some(facts.exit_limit_of_level(judge.profile, f.record, month)?.beside_costs(per_head))
                };
                let at_level = compare_span(rows, first, count, of_level);
                // Between the level's line and a higher one of the category the exit was lawful by the level.
                let is_clear =
                    count_of(&at_level, Standing::NotAbove) > 0 || at_level.iter().all(|c| c.limit.is_none());
                let severity = if is_clear { Severity::High } else { Severity::Low };
                (severity, format!("有{low}个月人均收入不高于脱困标准"))
            }
        };
        let figures = match (missing == months.len(), low) {
            (true, _) => String::new(),
            // What kind of figures these are is not said before.
            (false, 0) => format!("：人均收入{}", month_by_month(&months)),
            (false, _) => format!("：{}", month_by_month(&months)),
        };
        let draft = Draft::of_file(facts, file).evidence(facts.evidence(left.record, left.field)).severity(severity);
        let draft = income_evidence(facts, draft, file, &months).context(facts.evidence(f.record, "category"));
        let draft = costs_evidence(facts, draft, &costs);
        // A month at or below the line is proven by its own row; a month that is missing may have been reported.
        let absent: &[&str] = if low == 0 { RULE.absence } else { &[] };
        judge.finding_without(
            file,
            draft.message(format!("{}脱困，之前{count}个月{what}{figures}{}", left.on, assumed_note(&months))),
            absent,
        );
    }
}
