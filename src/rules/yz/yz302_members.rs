use super::super::prelude::*;

rule! {
    /// 纸质与电子家庭成员不一致
    ///
    /// ## 查什么
    /// 户口簿（纸质）上的家庭成员与电子档案的成员名单是否一致；按身份证号对，号码缺失或读不出的按姓名对。
    ///
    /// ## 为什么
    /// 家庭成员决定家庭人口和人均收入。
    ///
    /// ## 怎么核实
    /// 先入户核实共同生活的家庭成员，补录或删除。
    pub static RULE = {
        code: "YZ302",
        title: "纸质与电子家庭成员不一致",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "每份双方都有成员名单的档案",
        clause: "records.agree",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：纸质档案与电子档案一致",
        sources: &[&["efile"], &["emember"], &["paper_member"]],
        absence: ["emember", "paper_member"],
        params: &[],
        advice: "先入户核实家庭成员，更正写错的一方。",
        cases: [
            Finding "-paper_member#2",
            Finding "+paper_member name=测父,id_number=510105195508089983,relation=父亲",
            Compliant "",
            Compliant "paper_member.id_number=",
            NotApplicable "-paper",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in book.file_ids() {
        let f = book.file(file);
        let Some(paper) = facts.paper_of(file) else {
            judge.not_applicable(file);
            continue;
        };
        let Some(gap) = &paper.members else {
            judge.undetermined(file, why::member_lists(facts, file));
            continue;
        };
        if gap.not_on_paper.is_empty() && gap.not_electronic.is_empty() {
            judge.compliant(file);
            continue;
        }
        let sides = [("纸质缺", &gap.not_on_paper, "缺纸质"), ("电子缺", &gap.not_electronic, "缺电子")];
        for (word, rows, conclusion) in sides {
            for &row in rows {
                let mut draft = Draft::of_file(facts, file).word(word).conclusion(conclusion);
                draft.person(facts, row, "name", "id_number");
                let relation = facts.written(row, "relation");
                let who = if relation.is_empty() {
                    "家庭成员".to_string()
                } else {
                    format!("家庭成员（{relation}）")
                };
                let message = match word {
                    "纸质缺" => format!("{who}{}在电子档案中，纸质档案没有此人", draft.name),
                    _ => format!("{who}{}在纸质档案中，电子档案没有此人", draft.name),
                };
                draft = draft
                    .message(message)
                    .evidence(facts.evidence_or_row(row, "name"))
                    .evidence(facts.evidence(row, "id_number"));
                let other = if word == "纸质缺" { paper.paper } else { f.record };
                draft = draft.context(facts.evidence_or_row(other, "file_no"));
                if paper.in_sync_period {
                    draft.message.push_str("（同步期内）");
                    draft = draft.severity(Severity::Low);
                }
                let source = if word == "纸质缺" { "paper_member" } else { "emember" };
                judge.finding_without(About::person(file, row), draft, &[source]);
            }
        }
    }
}
