use super::super::prelude::*;
use super::died::death_on_record;
use crate::derive::households::number_of;

rule! {
    /// 成员疑似已死亡未更新
    ///
    /// ## 查什么
    /// 在档档案的家庭成员的身份证号在死亡人员名单上，死亡日期在基准日或以前。每名成员一条。
    ///
    /// ## 为什么
    /// 成员去世后家庭人口、人均收入随之变化，档案应及时更新。名单可能有误，须先核实。
    ///
    /// ## 怎么核实
    /// 入户核实此人是否在世，更新家庭成员、家庭人口和收入。
    pub static RULE = {
        code: "JD208",
        title: "成员疑似已死亡未更新",
        severity: Medium,
        class: Filing,
        norm: Filing,
        subject: "每名在档家庭成员",
        clause: "filing.updated",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：情况变化的随时调整",
        sources: &[&["efile"], &["emember"], &["death"]],
        params: &[],
        advice: "先入户核实此人是否在世；确已去世的更新家庭成员、家庭人口和人均收入。",
        cases: [
            Finding "+death name=测配偶,id_number=510104198203059983,died_on=2019-08-20",
            Compliant "",
            NotApplicable "+death name=测配偶,id_number=510104198203059983,died_on=2019-07-01；efile.status=已脱困；efile.exited_on=2019-08-01",
            Undetermined "+death name=测配偶,id_number=510104198203059983,died_on=",
            Undetermined "emember.id_number=；emember#2.id_number=；paper_member.id_number=；paper_member#2.id_number=；-civil",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for id in facts.book.file_ids() {
        let file = facts.book.file(id);
        for member in &file.members {
            match file.status {
                FileStatus::Active => {}
                FileStatus::Unknown => {
                    judge.undetermined(About::person(id, member.record), Reason::StatusUnclear);
                    continue;
                }
                _ => {
                    judge.not_applicable(About::person(id, member.record));
                    continue;
                }
            }
            let number = number_of(facts.book, member.record);
            let Some((death, died_on)) = death_on_record(judge, About::person(id, member.record), number) else {
                continue;
            };
            let note = death.name_note(facts.book, name_of(&facts.book.tables, member.record, "name"));
            let mut draft = Draft::of_file(facts, id)
                .message(format!("死亡人员名单载明此家庭成员已于{died_on}死亡，电子档案仍列其为家庭成员{note}"))
                .evidence(facts.evidence(member.record, "name"))
                .evidence(facts.evidence(member.record, "id_number"))
                .evidence(facts.evidence(death.record, "id_number"))
                .evidence(facts.evidence(death.record, "died_on"));
            draft.person(facts, member.record, "name", "id_number");
            judge.finding(About::person(id, member.record), draft);
        }
    }
}
