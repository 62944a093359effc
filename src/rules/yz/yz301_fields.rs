use super::super::prelude::*;
use crate::derive::PaperFacts;
use crate::link::PaperMatch;

rule! {
    /// 纸质与电子不一致
    ///
    /// ## 查什么
    /// 纸质原始档案（核查登记或入户调查表）与电子档案逐项比较：姓名、档案号、性别、电话、住址、身份证号、工作单位、企业状况、工作状态、住房类型、面积、户口类型、参加工作时间、困难类别、健康、医保、本人月收入、家庭年总收入、家庭人口。写法不同而意思相同的不算；金额差1元、面积差1平方米以内不算；一方没有该列的不比。必填项只有一方填写的，说“缺失”。
    ///
    /// ## 为什么
    /// 帮扶系统电子档案应与原始纸质档案相一致。
    ///
    /// ## 怎么核实
    /// 先入户核实，以实际情况为准，更正错的一方。
    pub static RULE = {
        code: "YZ301",
        title: "纸质与电子不一致",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "每份有纸质档案的电子档案的每个比较项",
        clause: "records.agree",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：纸质档案与电子档案一致，变化后30个工作日内同步",
        sources: &[&["efile"], &["paper"]],
        params: &[
            Param { name: "tolerance_yuan", unit: "元", default: Preset::Number(1.0) },
            Param { name: "tolerance_area", unit: "平方米", default: Preset::Number(1.0) },
        ],
        advice: "先入户核实，以实际情况为准，更正写错的一方。",
        cases: [
            Finding "paper.phone=19900009999",
            Finding "paper.address=",
            Finding "paper.id_number=510105198001019972",
            Finding "paper.name=测配偶；paper.sex=女；paper.id_number=510104198203059983",
            Compliant "paper.phone=199-0000-0001；paper.income_monthly=￥1,500.00元；paper.sex=男性",
            Compliant "paper.employer_state=",
            Undetermined "-paper；-paper_member",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in book.file_ids() {
        let Some(paper) = facts.paper_of(file) else {
            judge.not_applicable(file);
            continue;
        };
        if paper.how == PaperMatch::HeadChanged {
            judge.finding(About::from(file).field("name"), other_head(facts, file, paper));
        }
        for comparison in &paper.fields {
            match comparison.outcome {
                Outcome::NotCompared => judge.not_applicable(About::from(file).field(comparison.field)),
                Outcome::Equal => judge.compliant(About::from(file).field(comparison.field)),
                Outcome::Differs | Outcome::MissingOnPaper | Outcome::MissingElectronic => {
                    let draft = difference(facts, file, paper, comparison.field, comparison.outcome);
                    judge.finding(About::from(file).field(comparison.field), draft);
                }
            }
        }
    }
}

/// The file is the same, its head is not: one finding, whatever else of the heads differs.
fn other_head(facts: &Facts<'_>, file: FileId, paper: &PaperFacts) -> Draft {
    let f = facts.book.file(file);
    let (electronic, on_paper) = (facts.written(f.record, "name"), facts.written(paper.paper, "name"));
    let mut draft = Draft::of_file(facts, file)
        .title("纸质与电子户主不一致")
        .field(facts, f.record, "name")
        .about(Subject::Field(file, "name"))
        .about(Subject::Field(file, "id_number"))
        .about(Subject::Row(paper.paper));
    draft.add_field(facts, f.record, "id_number");
    let is_member = f.members.iter().any(|m| {
        let same = |r| {
            crate::link::same_name(
                name_of(&facts.book.tables, r, "name"),
                name_of(&facts.book.tables, paper.paper, "name"),
            )
        };
        same(m.record)
    });
    let who = if is_member { "（电子档案中的家庭成员）" } else { "" };
    draft = draft
        .message(format!(
            "户主不一致：电子档案的户主是{}，纸质档案的户主是{}{who}，档案号相同",
            quoted(&electronic),
            quoted(&on_paper)
        ))
        .severity(Severity::High);
    for field in ["name", "id_number"] {
        draft = draft.evidence(facts.evidence(f.record, field)).evidence(facts.evidence(paper.paper, field));
    }
    if paper.in_sync_period {
        draft.message.push_str("（同步期内）");
        draft = draft.severity(Severity::Low);
    }
    draft
}

fn difference(facts: &Facts<'_>, file: FileId, paper: &PaperFacts, field: &'static str, outcome: Outcome) -> Draft {
    let f = facts.book.file(file);
    let (electronic, on_paper) = (facts.written(f.record, field), facts.written(paper.paper, field));
    let mut draft = Draft::of_file(facts, file).field(facts, f.record, field).about(Subject::Field(file, field));
    let title = draft.field_title.clone();
    draft = match outcome {
        Outcome::MissingOnPaper => draft
            .message(format!("纸质档案缺失“{title}”{}，电子档案写{}", said(&on_paper), quoted(&electronic)))
            .conclusion("缺纸质"),
        Outcome::MissingElectronic => draft
            .message(format!("电子档案缺失“{title}”{}，纸质档案写{}", said(&electronic), quoted(&on_paper)))
            .conclusion("缺电子"),
        _ => draft
            .message(format!("“{title}”不一致：电子档案写{}，纸质档案写{}", quoted(&electronic), quoted(&on_paper)))
            .conclusion(odd_one_out(facts, file, paper, field)),
    };
    draft = draft.evidence(facts.evidence(f.record, field)).evidence(facts.evidence(paper.paper, field));
    if matches!(field, "id_number" | "name" | "category") {
        draft = draft.severity(Severity::High);
    }
    if field == "id_number" {
        // The rows' own bad numbers are this one finding.
        draft = draft.about(Subject::Row(f.record)).about(Subject::Row(paper.paper));
    }
    if paper.in_sync_period {
        draft.message.push_str("（同步期内）");
        draft = draft.severity(Severity::Low);
    }
    draft
}

/// What stands there in place of a value: `（写的是“无”）`.
fn said(written: &str) -> String {
    if written.is_empty() { String::new() } else { format!("（写的是“{written}”）") }
}

/// Who is odd, where something else tells: for numbers the check character, for names the civil register.
fn odd_one_out(facts: &Facts<'_>, file: FileId, paper: &PaperFacts, field: &str) -> &'static str {
    let t = &facts.book.tables;
    let f = facts.book.file(file);
    match field {
        "id_number" => {
            let valid = |r: RecordId| id_of(t, r, "id_number");
            match (valid(f.record), valid(paper.paper)) {
                (Some(_), None) => "纸质异",
                (None, Some(_)) => "电子异",
                (Some(e), Some(p)) => {
                    let known = |id: crate::domain::id_number::ResidentId| facts.book.civil.numbers.contains(&id.key());
                    match (known(e), known(p)) {
                        (true, false) => "纸质异",
                        (false, true) => "电子异",
                        _ => "",
                    }
                }
                _ => "",
            }
        }
        "name" => {
            let civil = f.head.and_then(|head| {
                let ids = facts.book.civil.by_person.get(&head.key())?;
                let persons = ids.iter().flat_map(|&id| facts.book.civil.get(id).persons.iter());
                persons.filter(|p| p.id == Some(head)).find_map(|p| p.name.as_ref())
            });
            let same = |r: RecordId| crate::link::same_name(name_of(t, r, "name"), civil);
            match (civil.is_some(), same(f.record), same(paper.paper)) {
                (true, true, _) => "纸质异",
                (true, false, true) => "电子异",
                (true, false, false) => "三不同",
                _ => "",
            }
        }
        _ => "",
    }
}
