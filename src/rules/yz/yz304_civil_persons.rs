use super::super::prelude::*;
use super::CIVIL_KINDS;

rule! {
    /// 家庭成员与民政不一致
    ///
    /// ## 查什么
    /// 通过户主或配偶与民政救助家庭对上的在档户，双方家庭成员是否一致：只比民政在保的人；单人保（民政只保一人而档案有多人）不比；只通过成年子女对上的不比。
    ///
    /// ## 为什么
    /// 双方家庭成员不同，人均收入和保障人口就不同，一方必有错。
    ///
    /// ## 怎么核实
    /// 先入户核实共同生活的家庭成员，更正档案或提请民政更正。
    pub static RULE = {
        code: "YZ304",
        title: "家庭成员与民政不一致",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "每份与民政救助家庭对上的在档档案",
        clause: "civil.compare",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：与民政部门信息比对",
        sources: &[&["efile"], &["emember"], &["civil", "civil_household", "civil_person"]],
        absence: ["emember", "civil", "civil_household", "civil_person"],
        params: &[],
        advice: "先入户核实家庭成员，更正档案，或提请民政部门更正。",
        cases: [
            Finding "-civil#3",
            Finding "+civil name=测父,id_number=510105195508089983,relation=父亲",
            Compliant "",
            NotApplicable "-civil#3；-civil#2",
            Undetermined "-emember；-paper_member",
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
        if f.status == FileStatus::Unknown {
            judge.undetermined(file, Reason::StatusUnclear);
            continue;
        }
        let Some(gap) = facts.civil_of(file).persons.as_ref().filter(|_| f.status == FileStatus::Active) else {
            judge.not_applicable(file);
            continue;
        };
        let complete = facts.coverage.complete("emember", f.unit) && facts.coverage.any_complete(&CIVIL_KINDS, f.unit);
        if !complete {
            judge.undetermined(
                file,
                match facts.coverage.complete("emember", f.unit) {
                    true => Reason::of_sources(facts, &CIVIL_KINDS, f.unit),
                    false => Reason::of_source(facts, "emember", f.unit),
                },
            );
            continue;
        }
        if gap.not_civil.is_empty() && gap.not_electronic.is_empty() {
            judge.compliant(file);
            continue;
        }
        for &row in &gap.not_civil {
            let mut draft =
                Draft::of_file(facts, file).word("民政缺").conclusion("缺民政").reference(gap.cert_no.clone());
            draft.person(facts, row, "name", "id_number");
            draft = draft
                .message(format!("{}在电子档案家庭中，民政在保名单没有此人", draft_name(facts, row)))
                .evidence(facts.evidence_or_row(row, "name"))
                .evidence(facts.evidence(row, "id_number"));
            if let Some((civil, field)) = gap.civil_row {
                draft = draft.context(facts.evidence(civil, field));
            }
            draft.subjects.extend(pairs(facts, file, book.person_of(row, "id_number")));
            judge.finding_without(About::person(file, row), draft, &CIVIL_KINDS);
        }
        for &(row, field, id) in &gap.not_electronic {
            let mut draft =
                Draft::of_file(facts, file).word("电子缺").conclusion("缺电子").reference(gap.cert_no.clone());
            draft.person(facts, row, if field == "head_id_number" { "head_name" } else { "name" }, field);
            if let Some(id) = id {
                draft = draft.number(id);
            }
            let who = if draft.name.is_empty() { "有人".to_string() } else { draft.name.clone() };
            draft = draft
                .message(format!("{who}在民政在保名单中，电子档案家庭没有此人"))
                .evidence(facts.evidence(row, field))
                .context(facts.evidence_or_row(f.record, "id_number"));
            draft.subjects.extend(pairs(facts, file, id));
            judge.finding_without(About::person(file, row), draft, &["emember"]);
        }
    }
}

fn draft_name(facts: &Facts<'_>, row: RecordId) -> String {
    name_of(&facts.book.tables, row, "name").map(|n| n.shown().to_string()).unwrap_or_default()
}

/// The other files in which the person stands: between two files of one household JD202 says it.
fn pairs(facts: &Facts<'_>, file: FileId, id: Option<crate::domain::id_number::ResidentId>) -> Vec<Subject> {
    let Some(id) = id else { return Vec::new() };
    facts.book.files_of(id).iter().filter(|&&other| other != file).map(|&other| Subject::pair(file, other)).collect()
}
