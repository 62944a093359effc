use super::super::prelude::*;
use super::{each_active, word_of};
use crate::derive::{AidFact, Span};

rule! {
    /// 措施与致困原因不符
    ///
    /// ## 查什么
    /// 在档户一年内有帮扶记录的，其中有没有一条与主要致困原因对得上：子女上学应有助学救助，患病应有医疗救助，失业应有就业创业或生活救助；其他致困原因不作要求。一年内没有帮扶的不适用（见 BF604）。
    ///
    /// ## 为什么
    /// 因困施策：帮扶措施要对着致困原因。
    ///
    /// ## 怎么核实
    /// 先入户核实致困原因和需要：原因变了的更正档案，措施不对的补上相应帮扶。
    pub static RULE = {
        code: "BF606",
        title: "措施与致困原因不符",
        severity: Low,
        class: Procedure,
        norm: Aid,
        subject: "每份一年内有帮扶的在档档案",
        clause: "aid.by_cause",
        general_basis: "业务规则：帮扶措施与主要致困原因对应",
        sources: &[&["efile"], &["aid"]],
        absence: ["aid"],
        params: &[
            Param { name: "months", unit: "月", default: Preset::Number(12.0) },
            Param { name: "programs", unit: "致困原因 → 对得上的帮扶项目", default: Preset::Table(&[
                ("子女上学", &["助学救助"]),
                ("本人大病", &["医疗救助"]),
                ("供养直系亲属大病", &["医疗救助"]),
                ("患重特大疾病", &["医疗救助"]),
                ("下岗失业", &["就业创业", "生活救助"]),
                ("有劳动能力而未就业", &["就业创业", "生活救助"]),
            ]) },
        ],
        only_where_bound: true,
        advice: "先入户核实致困原因和需要，原因有变的更正档案，措施不符的补上相应帮扶。",
        cases: [
            Finding "aid.program=助学救助",
            Finding "aid.program=医疗救助；efile.cause_main=子女上学",
            Finding "aid.program=送温暖；efile.cause_main=失业",
            Finding "aid.program=爱心礼包",
            Finding "+aid record_no=BF-2,program=送温暖；aid.aided_on=2018-08-19",
            Finding "@profile=qinghai-2018；@as_of=2019-08-20；@[rule.BF606] enabled=true；aid.program=职业培训；efile.cause_main=下岗失业",
            Compliant "",
            Compliant "+aid record_no=BF-2,program=送温暖；aid.aided_on=2018-08-20",
            Compliant "efile.cause_main=其他；aid.program=送温暖",
            Compliant "efile.cause_main=下岗失业；aid.program=生活救助",
            Compliant "@[rule.BF606] programs={ \"患重特大疾病\" = [\"助学救助\"] }；aid.program=助学救助",
            NotApplicable "aid.aided_on=2018-08-19",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；aid.aided_on=2020-05-01；aid.program=助学救助",
            Undetermined "efile.cause_main=；aid.program=助学救助",
            Undetermined "efile.cause_main=说不清；aid.program=助学救助",
            Undetermined "aid.program=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let span = Span::months_before(facts.setting.as_of, judge.whole("months"));
    let table: Vec<(String, Vec<String>)> = judge
        .table("programs")
        .into_iter()
        .map(|(cause, programs)| (cause.to_string(), programs.into_iter().map(str::to_string).collect()))
        .collect();
    each_active(judge, |judge, file| {
        let f = book.file(file);
        let given: Vec<&AidFact> =
            facts.aids.of(file).iter().filter(|a| a.aided_on.is_some_and(|day| span.contains(day))).collect();
        if given.is_empty() {
            judge.not_applicable(file);
            return;
        }
        let cause = word_of(facts, f.record, "cause_main");
        let Some((cause, fitting)) = cause.and_then(|own| table.iter().find(|(cause, _)| cause == own)) else {
            // A cause that nothing is asked of; or one that nobody understands.
            let known = matches!(book.tables.value(f.record, "cause_main"), Value::Code(code) if code.word().is_some());
            if known {
                judge.compliant(file)
            } else {
                judge.undetermined(file, Reason::of_cells(facts, f.record, &["cause_main"]))
            }
            return;
        };
        let programs: Vec<&str> = given.iter().filter_map(|a| a.program.as_deref()).collect();
        if programs.iter().any(|p| fitting.iter().any(|fit| fit == p)) {
            judge.compliant(file);
        } else if programs.len() < given.len() {
            let unclear = given.iter().find(|a| a.program.is_none()).map_or(f.record, |a| a.record);
            judge.undetermined(file, Reason::of_cells(facts, unclear, &["program"]));
        } else {
            let mut distinct = programs;
            distinct.sort_unstable();
            distinct.dedup();
            let mut draft = Draft::of_file(facts, file)
                .message(format!(
                    "主要致困原因是{cause}，{}至{}的帮扶是{}，没有{}",
                    span.from,
                    span.to,
                    distinct.join("、"),
                    fitting.join("或")
                ))
                .evidence(facts.evidence(f.record, "cause_main"));
            for aid in given {
                draft = draft.evidence(facts.evidence(aid.record, "program"));
            }
            if facts.loose.may_have_aid(file) {
                judge.undetermined(file, Reason::Unassigned);
                return;
            }
            judge.finding(file, draft);
        }
    });
}
