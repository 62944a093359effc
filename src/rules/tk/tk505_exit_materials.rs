use super::super::prelude::*;
use crate::derive::materials::{Materials, materials};
use crate::domain::date;

rule! {
    /// 脱困材料缺项
    ///
    /// ## 查什么
    /// 已脱困户的纸质档案中，脱困资料目录（本地政策文件所列）的材料有没有标“无”的。没有填写的不算缺。第10项只在致困原因为子女上学、患病、残疾、无劳动能力，或户主健康状况不是良好时要求；第15项（回访记录单）脱困满6个月才要求。
    ///
    /// ## 为什么
    /// 脱困材料不全，退档依据就不充分。
    ///
    /// ## 怎么核实
    /// 翻看原始档案，缺的补齐。
    pub static RULE = {
        code: "TK505",
        title: "脱困材料缺项",
        severity: Medium,
        class: Procedure,
        norm: Exit,
        subject: "每份有纸质档案的已脱困户",
        clause: "exit.materials",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：档案材料齐全",
        sources: &[&["efile"], &["paper"]],
        params: &[Param { name: "follow_up_months", unit: "月", default: Preset::Number(6.0) }],
        advice: "翻看原始档案，先入户核实并补齐所缺材料。",
        cases: [
            Finding "efile.status=已脱困；efile.exited_on=2019-08-01；paper.m11=有；paper.m12=无；paper.m13=有；paper.m14=有；paper.m15=有",
            // 8月31日满6个月是2月的最后一天
            Finding "@as_of=2019-02-28；efile.status=已脱困；efile.exited_on=2018-08-31；paper.m15=无",
            Finding "efile.status=已脱困；efile.exited_on=2019-08-01；paper.m10=无",
            Compliant "@as_of=2019-02-27；efile.status=已脱困；efile.exited_on=2018-08-31；paper.m15=无",
            Compliant "efile.status=已脱困；efile.exited_on=2019-08-01；paper.m11=有；paper.m12=；paper.m15=无",
            Compliant "efile.status=已脱困；efile.exited_on=；paper.m15=无",
            Compliant "efile.status=已脱困；efile.exited_on=2019-08-01；paper.m10=无；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗",
            NotApplicable "",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// 回访记录单: belongs to the file only once the time of follow-up is over.
const FOLLOW_UP: &str = "m15";

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let all: Vec<&str> = judge.profile.materials.exit.iter().map(String::as_str).collect();
    let months = judge.whole("follow_up_months") as i32;
    for file in judge.files(FileStatus::Exited) {
        let f = facts.book.file(file);
        let Some(paper) = facts.paper_of(file) else {
            judge.not_applicable(file);
            continue;
        };
        let left = facts.left(file);
        let is_over = left.is_some_and(|l| date::on_or_after(facts.setting.as_of, l.on.add_months(months)));
        let list: Vec<&str> = all.iter().copied().filter(|m| *m != FOLLOW_UP || is_over).collect();
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
        if let Some(left) = left.filter(|_| lacking.contains(&FOLLOW_UP)) {
            draft = draft.context(facts.evidence(left.record, left.field));
        }
        let titles = draft.field_title.clone();
        judge.finding(file, draft.message(format!("纸质档案缺脱困材料：{titles}")));
    }
}
