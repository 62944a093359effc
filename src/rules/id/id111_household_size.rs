use super::super::prelude::*;

rule! {
    /// 家庭人口与成员名单不符
    ///
    /// ## 查什么
    /// 电子档案的家庭人口是否等于1（本人）加家庭成员名单人数。差数正好由纸质或民政比出的电子缺员解释的，不重复报。
    ///
    /// ## 为什么
    /// 家庭人口决定人均收入，进而决定能否建档、能否脱困。
    ///
    /// ## 怎么核实
    /// 先入户核实共同生活的家庭成员。
    pub static RULE = {
        code: "ID111",
        title: "家庭人口与成员名单不符",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "每份有家庭人口和成员名单的电子档案",
        clause: "records.agree",
        general_basis: "困难职工档案表填表说明（家庭人口含本人）",
        sources: &[&["efile"], &["emember"]],
        absence: ["emember"],
        params: &[],
        advice: "先入户核实家庭成员，更正家庭人口或补录成员。",
        cases: [
            Finding "efile.household_size=5；paper.household_size=5；efile.income_per_capita=390",
            Compliant "",
            Undetermined "-emember",
            Undetermined "efile.household_size=；",
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
        let has_list = !f.members.is_empty() || facts.coverage.covers("emember", f.unit);
        let size = match book.tables.value(f.record, "household_size") {
            Value::Int(size) => *size,
            _ if !has_list => {
                judge.not_applicable(file);
                continue;
            }
            _ => {
                judge.undetermined(file, Reason::of_cells(facts, f.record, &["household_size"]));
                continue;
            }
        };
        if !has_list {
            judge.not_applicable(file);
            continue;
        }
        let listed = 1 + f.members.len() as i64;
        if size == listed {
            judge.compliant(file);
            continue;
        }
        if size - listed == missing_electronic(facts, file) {
            judge.not_applicable(file);
            continue;
        }
        let mut draft = Draft::of_file(facts, file)
            .field(facts, f.record, "household_size")
            .about(Subject::Field(file, "household_size"))
            .message(format!("家庭人口写{size}人，本人加成员名单共{listed}人"))
            .evidence(facts.evidence(f.record, "household_size"));
        for member in &f.members {
            draft = draft.evidence(facts.evidence(member.record, "name"));
        }
        judge.finding(file, draft);
    }
}

/// Persons that paper or civil affairs know and the electronic file does not (YZ302, YZ304 电子缺), each once.
fn missing_electronic(facts: &Facts<'_>, file: FileId) -> i64 {
    let book = facts.book;
    let mut persons: Vec<String> = Vec::new();
    if let Some(gap) = facts.paper_of(file).and_then(|p| p.members.as_ref()) {
        for &row in &gap.not_electronic {
            persons.push(person_key(facts, row, "id_number"));
        }
    }
    if book.file(file).status == FileStatus::Active
        && let Some(gap) = &facts.civil_of(file).persons
    {
        for &(row, field, id) in &gap.not_electronic {
            persons.push(id.map_or_else(|| person_key(facts, row, field), |id| id.full()));
        }
    }
    persons.sort_unstable();
    persons.dedup();
    persons.len() as i64
}

fn person_key(facts: &Facts<'_>, row: RecordId, field: &'static str) -> String {
    match facts.book.person_of(row, field) {
        Some(id) => id.full(),
        None => name_of(&facts.book.tables, row, "name").map(|n| n.key().to_string()).unwrap_or_default(),
    }
}
