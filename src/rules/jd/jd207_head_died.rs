use super::super::prelude::*;
use super::died::death_on_record;
use crate::derive::households::number_of;

rule! {
    /// 户主疑似已死亡仍在档
    ///
    /// ## 查什么
    /// 在档困难职工（户主）的身份证号在死亡人员名单上，死亡日期在基准日或以前。名单没有写死亡日期的，无法判定。
    ///
    /// ## 为什么
    /// 户主去世的档案应及时注销，家庭仍有困难的由符合条件的家庭成员另行建档。名单可能有误，须先核实。
    ///
    /// ## 怎么核实
    /// 入户或向社区核实户主是否在世。
    pub static RULE = {
        code: "JD207",
        title: "户主疑似已死亡仍在档",
        severity: High,
        class: MissedExit,
        norm: Exit,
        subject: "每份在档电子档案",
        clause: "filing.deceased",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：情况变化的随时调整、撤档",
        sources: &[&["efile"], &["death"]],
        params: &[],
        advice: "先入户核实户主是否在世；确已去世的按程序注销，家庭仍符合条件的由其他家庭成员建档。",
        cases: [
            Finding "+death name=测甲,id_number=510105198001019971,died_on=2019-08-20",
            Finding "+death name=测甲,id_number=510105198001019971,died_on=2019-08",
            Compliant "",
            Compliant "+death name=测甲,id_number=510105198001019971,died_on=2019-09-01；@as_of=2019-08-31",
            NotApplicable "+death name=测甲,id_number=510105198001019971,died_on=2019-07-01；efile.status=已注销；efile.cancelled_on=2019-08-01",
            Undetermined "+death name=测甲,id_number=510105198001019971,died_on=",
            Undetermined "efile.id_number=办理中；-paper；-paper_member；-civil；-payment；-aid；-visit；-roster",
            Undetermined "efile.status=待定",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for id in judge.files(FileStatus::Active) {
        let file = facts.book.file(id);
        let number = number_of(facts.book, file.record);
        let Some((death, died_on)) = death_on_record(judge, id.into(), number) else { continue };
        let name = name_of(&facts.book.tables, file.record, "name");
        let note = death.name_note(facts.book, name);
        let draft = Draft::of_file(facts, id)
            .message(format!("死亡人员名单载明户主已于{died_on}死亡，档案仍为在档{note}"))
            .evidence(facts.evidence_or_row(file.record, "status"))
            .evidence(facts.evidence(file.record, "id_number"))
            .evidence(facts.evidence(death.record, "id_number"))
            .evidence(facts.evidence(death.record, "died_on"));
        judge.finding(id, draft);
    }
}
