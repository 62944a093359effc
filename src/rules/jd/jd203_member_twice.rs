use std::collections::BTreeMap;

use super::super::prelude::*;
use super::{active, named_files, one_per_unit};

rule! {
    /// 成员跨户
    ///
    /// ## 查什么
    /// 同一个人（不是户主）同时列在两份以上在档档案的家庭成员中。
    ///
    /// ## 为什么
    /// 一个人只能算在一个共同生活的家庭里，否则家庭人口、人均收入都会算错。
    ///
    /// ## 怎么核实
    /// 核实此人与谁共同生活，从另一份档案中删除。
    pub static RULE = {
        code: "JD203",
        title: "成员跨户",
        severity: Medium,
        class: Filing,
        norm: Filing,
        subject: "每名在档家庭成员",
        clause: "filing.no_duplicates",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：一户一档",
        sources: &[&["efile"], &["emember"]],
        params: &[],
        advice: "先入户核实此人与谁共同生活，更正另一份档案的家庭成员和家庭人口。",
        cases: [
            Finding "+efile file_no=CS-2,name=例乙,id_number=510106197502029993,birth_date=1975-02-02,household_size=2,income_per_capita=975；+emember file_no=CS-2,name=测女,sex=女,id_number=510105200806069968,relation=女儿,birth_date=2008-06-06；-paper；-paper_member；-civil",
            Compliant "",
            Undetermined "emember.id_number=；emember#2.id_number=；paper_member.id_number=；paper_member#2.id_number=；-civil",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let mut rows: BTreeMap<u64, Vec<(FileId, RecordId)>> = BTreeMap::new();
    for file in book.file_ids() {
        let f = book.file(file);
        for member in &f.members {
            match (f.status, member.id) {
                (FileStatus::Active, Some(id)) => rows.entry(id.key()).or_default().push((file, member.record)),
                (FileStatus::Active, _) => {
                    judge.undetermined(About::person(file, member.record), Reason::NumberUnclear)
                }
                (FileStatus::Unknown, _) => {
                    judge.undetermined(About::person(file, member.record), Reason::StatusUnclear)
                }
                _ => judge.not_applicable(About::person(file, member.record)),
            }
        }
    }
    for list in rows.into_values().flat_map(|list| one_name_each(facts, list)) {
        let Some(id) = book.person_of(list[0].1, "id_number") else { continue };
        let heads_somewhere =
            active(facts, book.files_of(id)).iter().any(|&f| book.file(f).head == Some(id)) && !book.is_of_two(id);
        if list.len() < 2 || heads_somewhere {
            judge.compliant(About::person(list[0].0, list[0].1));
            continue;
        }
        let files: Vec<FileId> = list.iter().map(|(f, _)| *f).collect();
        let names = named_files(facts, &files);
        one_per_unit(judge, &files, &id.full(), |facts, own, mut draft| {
            let row = list.iter().find(|(f, _)| *f == own).map_or(list[0].1, |(_, r)| *r);
            draft.person(facts, row, "name", "id_number");
            draft.message = format!("此人同时是{}份在档档案的家庭成员：{names}", files.len());
            for (_, record) in &list {
                draft.evidence.extend(facts.evidence(*record, "id_number"));
            }
            draft
        });
    }
}

/// A number of two persons (ID110) is one member twice only where the name is one too.
fn one_name_each(facts: &Facts<'_>, rows: Vec<(FileId, RecordId)>) -> Vec<Vec<(FileId, RecordId)>> {
    let book = facts.book;
    if !book.person_of(rows[0].1, "id_number").is_some_and(|id| book.is_of_two(id)) {
        return vec![rows];
    }
    let name = |r: RecordId| name_of(&book.tables, r, "name");
    let mut out: Vec<Vec<(FileId, RecordId)>> = Vec::new();
    for (file, row) in rows {
        match out.iter_mut().find(|list| crate::link::same_name(name(list[0].1), name(row))) {
            Some(list) => list.push((file, row)),
            None => out.push(vec![(file, row)]),
        }
    }
    out
}
