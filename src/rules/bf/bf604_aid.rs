use super::super::prelude::*;
use super::each_active;
use crate::derive::Span;

rule! {
    /// 一年未帮扶
    ///
    /// ## 查什么
    /// 建档满一年的在档户，从基准日往前一年内（含当日），户主和家庭成员有没有任何一条帮扶记录。某单位没有报来帮扶记录、日期读不出、建档日期不明时，无法判定。
    ///
    /// ## 为什么
    /// 在档而长期没有帮扶，档案等于白建。
    ///
    /// ## 怎么核实
    /// 先入户核实是否还需要帮扶：需要的安排帮扶；帮扶过的补录记录；已好转的按程序退出。
    pub static RULE = {
        code: "BF604",
        title: "一年未帮扶",
        severity: Low,
        class: Procedure,
        norm: Aid,
        subject: "每份建档满一年的在档档案",
        clause: "aid.given",
        general_basis: "业务规则：在档困难职工应助尽助",
        sources: &[&["efile"], &["aid"]],
        absence: ["aid", "emember"],
        params: &[Param { name: "months", unit: "月", default: Preset::Number(12.0) }],
        advice: "先入户核实是否仍需帮扶；帮扶过的补录帮扶记录，已好转的按程序退出。",
        cases: [
            Finding "aid.aided_on=2018-08-19",
            Finding "aid.aided_on=2018-01-01；efile.filed_on=2018-08-20",
            Finding "+aid record_no=BF-2,aided_on=2019-06-01,amount=-600；aid.aided_on=2018-01-01",
            Compliant "",
            Compliant "aid.aided_on=2018-08-20",
            Compliant "aid.file_no=；aid.name=测配偶；aid.id_number=510104198203059983",
            NotApplicable "aid.aided_on=2018-01-01；efile.filed_on=2018-08-21",
            NotApplicable "efile.status=已脱困",
            Undetermined "-aid",
            Undetermined "aid.aided_on=不详",
            Undetermined "aid.aided_on=2018-01-01；efile.filed_on=",
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
        let aids = facts.aids.of(file);
        if filed == Some(false) {
            judge.not_applicable(file);
        } else if aids.iter().any(|a| a.aided_on.is_some_and(|day| span.contains(day))) {
            judge.compliant(file);
        } else if filed.is_none()
            || !facts.coverage.complete("aid", f.unit)
            || aids.iter().any(|a| a.aided_on.is_none())
        {
            let why = match (filed, aids.iter().find(|a| a.aided_on.is_none())) {
                (None, _) => Reason::of_cells(facts, f.record, &["filed_on"]),
                (_, Some(aid)) => Reason::of_cells(facts, aid.record, &["aided_on"]),
                _ => Reason::of_source(facts, "aid", f.unit),
            };
            judge.undetermined(file, why);
        } else {
            let last = aids.iter().rfind(|a| a.aided_on.is_some_and(|day| day.first_day() <= span.to));
            let when =
                last.and_then(|a| a.aided_on).map_or("没有帮扶记录".into(), |day| format!("最近一次帮扶在{day}"));
            let draft = Draft::of_file(facts, file)
                .message(format!("在档满{months}个月，{}至{}全家没有帮扶记录；{when}", span.from, span.to))
                .evidence(last.and_then(|a| facts.evidence(a.record, "aided_on")))
                .context(facts.evidence(f.record, "name"))
                .context(facts.evidence(f.record, "filed_on"));
            if facts.loose.may_have_aid(file) {
                judge.undetermined(file, Reason::Unassigned);
                return;
            }
            judge.finding(file, draft);
        }
    });
}
