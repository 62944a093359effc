use super::super::prelude::*;
use super::each_active;
use crate::derive::Span;

rule! {
    /// 半年未走访
    ///
    /// ## 查什么
    /// 建档满六个月的在档户，从基准日往前六个月内（含当日）有没有走访记录；不论哪一种走访，纸质档案上的入户调查也算。某单位没有报来走访记录或纸质档案、日期读不出、建档日期不明时，无法判定。
    ///
    /// ## 为什么
    /// 帮扶联系人每半年至少入户走访一次，才知道这户人家近况如何。
    ///
    /// ## 怎么核实
    /// 先入户核实；实际走访过的，补登走访记录；没有走访的，尽快上门。
    pub static RULE = {
        code: "BF602",
        title: "半年未走访",
        severity: Medium,
        class: Procedure,
        norm: Aid,
        subject: "每份建档满六个月的在档档案",
        clause: "helper.visits",
        general_basis: "业务规则：帮扶联系人每半年至少入户走访一次",
        sources: &[&["efile"], &["visit"], &["paper"]],
        absence: ["visit", "paper"],
        params: &[Param { name: "months", unit: "月", default: Preset::Number(6.0) }],
        advice: "先入户核实近况；走访过的补登走访记录，没有走访的尽快上门。",
        cases: [
            Finding "visit.visited_on=2019-02-19；paper.surveyed_on=2019-02-19",
            Finding "visit.visited_on=2018-12-01；paper.surveyed_on=；efile.filed_on=2019-02-20",
            Finding "visit.visited_on=2019-01；paper.surveyed_on=",
            Finding "visit.visited_on=2019-02-20；paper.surveyed_on=；@[rule.BF602] months=5",
            Compliant "",
            Compliant "visit.visited_on=2019-02-20；paper.surveyed_on=",
            Compliant "visit.visited_on=2019-02；paper.surveyed_on=",
            Compliant "visit.visited_on=2018-01-01",
            Compliant "visit.visited_on=2019-07-01；visit.kind=回访；paper.surveyed_on=",
            NotApplicable "visit.visited_on=2018-12-01；paper.surveyed_on=；efile.filed_on=2019-02-21",
            NotApplicable "efile.status=已脱困",
            Undetermined "-visit",
            Undetermined "visit.visited_on=2018-01-01；-paper；-paper_member",
            Undetermined "visit.visited_on=不详；paper.surveyed_on=",
            Undetermined "visit.visited_on=2018-01-01；paper.surveyed_on=；efile.filed_on=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let months = judge.whole("months");
    let span = Span::months_before(facts.setting.as_of, months);
    each_active(judge, |judge, file| {
        let f = book.file(file);
        let filed = facts.filed_before(file, span);
        if filed == Some(false) {
            judge.not_applicable(file);
            return;
        }
        let visits = facts.visits.of(file);
        let surveyed = facts.surveyed_within(file, span);
        if surveyed == Some(true) || visits.iter().any(|v| v.visited_on.is_some_and(|day| span.contains(day))) {
            judge.compliant(file);
            return;
        }
        let known = filed.is_some()
            && surveyed.is_some()
            && facts.coverage.complete("visit", f.unit)
            && visits.iter().all(|v| v.visited_on.is_some());
        if !known {
            let why = match filed {
                None => Reason::of_cells(facts, f.record, &["filed_on"]),
                Some(_) => why::visits(facts, file),
            };
            judge.undetermined(file, why);
            return;
        }
        let last = visits.iter().rfind(|v| v.visited_on.is_some_and(|day| day.first_day() <= span.to));
        let when =
            last.and_then(|v| v.visited_on).map_or("没有走访记录".into(), |day| format!("最近一次走访在{day}"));
        let mut draft = Draft::of_file(facts, file)
            .message(format!("在档满{months}个月，{}至{}没有走访，也没有入户调查；{when}", span.from, span.to))
            .evidence(last.and_then(|v| facts.evidence(v.record, "visited_on")))
            .context(facts.evidence(f.record, "name"))
            .context(facts.evidence(f.record, "filed_on"));
        if let Some(paper) = book.paper_of(file) {
            draft = draft.evidence(facts.evidence(paper.record, "surveyed_on"));
        }
        judge.finding(file, draft);
    });
}
