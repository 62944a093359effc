use super::super::prelude::*;

rule! {
    /// 建档材料缺项
    ///
    /// ## 查什么
    /// 在档困难职工的纸质档案中，建档资料目录（附件1）的十项材料有没有标“无”的。没有填写的不算缺。第10项（病情证明、医药票据、就学证明等）只在致困原因为子女上学、患病、残疾、无劳动能力，或户主健康状况不是良好时要求。
    ///
    /// ## 为什么
    /// 材料不全的档案经不起检查。
    ///
    /// ## 怎么核实
    /// 翻看原始档案，缺的补齐。
    pub static RULE = {
        code: "JD206",
        title: "建档材料缺项",
        severity: Medium,
        class: Filing,
        norm: Filing,
        subject: "每份有纸质档案的在档户",
        clause: "filing.materials",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：档案材料齐全",
        sources: &[&["efile"], &["paper"]],
        params: &[],
        advice: "翻看原始档案，先入户核实并补齐所缺材料。",
        cases: [
            Finding "paper.m03=无",
            Finding "paper.m10=否；efile.cause_main=子女上学",
            Compliant "",
            Compliant "paper.m10=无；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗",
            Compliant "paper.m03=",
        ],
        since: "0.1.0",
        check: check,
    }
}

const MATERIALS: [&str; 10] = ["m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10"];

/// Causes for which proof of illness or schooling belongs to the file.
const PROOF_CAUSES: [&str; 6] = ["子女上学", "患重特大疾病", "本人大病", "供养直系亲属大病", "无劳动能力", "残疾"];

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in book.file_ids() {
        let f = book.file(file);
        let Some(paper) = facts.paper_of(file).filter(|_| f.status == FileStatus::Active) else {
            match f.status {
                FileStatus::Unknown => judge.undetermined(f.unit),
                _ => judge.not_applicable(f.unit),
            }
            continue;
        };
        let value = |field: &str| book.tables.value(paper.paper, field);
        if MATERIALS.iter().all(|m| matches!(value(m), Value::Absent)) {
            judge.not_applicable(f.unit);
            continue;
        }
        let required = |m: &&&str| **m != "m10" || needs_proof(facts, f.record);
        let missing: Vec<&str> =
            MATERIALS.iter().filter(required).copied().filter(|m| matches!(value(m), Value::Bool(false))).collect();
        if missing.is_empty() {
            let known = MATERIALS.iter().any(|m| matches!(value(m), Value::Bool(_)));
            if known {
                judge.compliant(f.unit)
            } else {
                judge.undetermined(f.unit)
            }
            continue;
        }
        let mut draft = Draft::of_file(facts, file);
        for m in &missing {
            draft.add_field(facts, paper.paper, m);
            draft = draft.evidence(facts.evidence(paper.paper, m));
        }
        let titles = draft.field_title.clone();
        judge.finding(draft.message(format!("纸质档案缺建档材料：{titles}")));
    }
}

fn needs_proof(facts: &Facts<'_>, efile: RecordId) -> bool {
    let word = |field: &str| match facts.book.tables.value(efile, field) {
        Value::Code(code) => Some(code.shown()),
        _ => None,
    };
    word("cause_main").is_some_and(|c| PROOF_CAUSES.contains(&c)) || word("health").is_some_and(|h| h != "良好")
}
