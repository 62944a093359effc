use super::super::prelude::*;
use crate::derive::materials::{Materials, materials};

rule! {
    /// 建档材料缺项
    ///
    /// ## 查什么
    /// 在档困难职工的纸质档案中，建档资料目录（本地政策文件所列）的材料有没有标“无”的。没有填写的不算缺。第10项（病情证明、医药票据、就学证明等）只在致困原因为子女上学、患病、残疾、无劳动能力，或户主健康状况不是良好时要求。
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

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let list: Vec<&str> = judge.profile.materials.filing.iter().map(String::as_str).collect();
    for file in judge.files(FileStatus::Active) {
        let f = facts.book.file(file);
        let Some(paper) = facts.paper_of(file) else {
            judge.not_applicable(file);
            continue;
        };
        let lacking = match materials(facts.book, f.record, paper.paper, &list) {
            Materials::Lacking(lacking) => lacking,
            Materials::InPlace => {
                judge.compliant(file);
                continue;
            }
            Materials::NotFilledIn => {
                judge.undetermined(file, why::not_filled_in(facts, paper.paper, &list));
                continue;
            }
            Materials::NotAsked => {
                judge.not_applicable(file);
                continue;
            }
        };
        let mut draft = Draft::of_file(facts, file);
        for m in &lacking {
            draft.add_field(facts, paper.paper, m);
            draft = draft.evidence(facts.evidence(paper.paper, m));
        }
        let titles = draft.field_title.clone();
        judge.finding(file, draft.message(format!("纸质档案缺建档材料：{titles}")));
    }
}
