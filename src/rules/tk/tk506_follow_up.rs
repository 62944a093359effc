use super::super::prelude::*;
use crate::domain::date;

rule! {
    /// 脱困后无回访
    ///
    /// ## 查什么
    /// 脱困满7个月（6个月的关注期，另留1个月）的户，脱困之后到满7个月之日有没有回访记录。只在头3个月里回访过的为提示。走访类型没有填写的算回访，写明是入户走访的不算。
    ///
    /// ## 为什么
    /// 脱困后要继续关注6个月以上，防止返困。
    ///
    /// ## 怎么核实
    /// 先入户核实脱困户近况，补做回访并登记。
    pub static RULE = {
        code: "TK506",
        title: "脱困后无回访",
        severity: Medium,
        class: Procedure,
        norm: Exit,
        subject: "每份脱困满7个月的电子档案",
        clause: "exit.follow_up",
        general_basis: "业务规则：脱困后继续关注家庭生活6个月以上，做好回访记录",
        sources: &[&["efile"], &["visit"]],
        absence: ["visit"],
        params: &[
            Param { name: "months", unit: "月", default: Preset::Number(6.0) },
            Param { name: "grace_months", unit: "月", default: Preset::Number(1.0) },
            Param { name: "early_months", unit: "月", default: Preset::Number(3.0) },
        ],
        advice: "先入户核实脱困户近况，补做回访并登记。",
        cases: [
            Finding "efile.status=已脱困；efile.exited_on=2018-10-10",
            // 7月31日加7个月是2月的最后一天
            Finding "@as_of=2019-02-28；efile.status=已脱困；efile.exited_on=2018-07-31；visit.visited_on=2018-07-31；visit.kind=回访",
            Finding "efile.status=已脱困；efile.exited_on=2018-12-31；visit.visited_on=2019-03-31；visit.kind=回访",
            Finding "efile.status=已脱困；efile.exited_on=2018-12-31；visit.visited_on=2019-08-01；visit.kind=回访",
            Compliant "efile.status=已脱困；efile.exited_on=2018-12-31；visit.visited_on=2019-04-01；visit.kind=回访",
            Compliant "efile.status=已脱困；efile.exited_on=2018-12-31；visit.visited_on=2019-07-31；visit.kind=回访",
            Compliant "efile.status=已脱困；efile.exited_on=2018-12-31；visit.visited_on=2019-06-10；visit.kind=",
            Undetermined "efile.status=已脱困；efile.exited_on=",
            Undetermined "efile.status=已脱困；efile.exited_on=2018-10-10；visit.visited_on=去年",
            NotApplicable "@as_of=2019-02-27；efile.status=已脱困；efile.exited_on=2018-07-31",
            NotApplicable "",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let [months, grace, early] = ["months", "grace_months", "early_months"].map(|p| judge.whole(p) as i32);
    for file in judge.files(FileStatus::Exited) {
        let unit = facts.book.file(file).unit;
        let Some(left) = facts.left(file) else {
            judge.undetermined(file, why::not_left(facts, file));
            continue;
        };
        let end = left.on.add_months(months + grace);
        if date::after(end, facts.setting.as_of) {
            judge.not_applicable(file);
            continue;
        }
        let visits = facts.visits.of(file);
        let is_follow_up = |kind: &Option<String>| kind.as_deref().is_none_or(|k| k == "回访");
        let follow_ups: Vec<_> = visits
            .iter()
            .filter(|v| is_follow_up(&v.kind))
            .filter_map(|v| v.visited_on.map(|on| (v.record, on)))
            .filter(|(_, on)| date::after(*on, left.on) && date::on_or_before(*on, end))
            .collect();
        let late = follow_ups.iter().any(|(_, on)| date::after(*on, left.on.add_months(early)));
        if late {
            judge.compliant(file);
            continue;
        }
        // A row without a legible day may be the one that is missed here.
        let undated = visits.iter().any(|v| v.visited_on.is_none());
        if undated || !facts.coverage.complete("visit", unit) {
            let why = match visits.iter().find(|v| v.visited_on.is_none()) {
                Some(visit) => Reason::of_cells(facts, visit.record, &["visited_on"]),
                None => Reason::of_source(facts, "visit", unit),
            };
            judge.undetermined(file, why);
            continue;
        }
        let mut draft = Draft::of_file(facts, file).evidence(facts.evidence(left.record, left.field));
        for (record, _) in &follow_ups {
            draft = draft.evidence(facts.evidence(*record, "visited_on")).evidence(facts.evidence(*record, "kind"));
        }
        let last = follow_ups.last().map(|(_, on)| *on);
        judge.finding(
            file,
            match last {
                None => draft.message(format!("{}脱困，到{end}没有回访记录", left.on)),
                Some(on) => draft.severity(Severity::Low).message(format!(
                    "{}脱困，只在头{early}个月内回访过（最后一次{on}），此后到{end}没有回访记录",
                    left.on
                )),
            },
        );
    }
}
