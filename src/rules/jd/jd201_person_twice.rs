use std::collections::BTreeMap;

use super::super::prelude::*;
use super::{named_files, one_per_unit};

rule! {
    /// 一人多档
    ///
    /// ## 查什么
    /// 同一个人（身份证号相同）作为户主，同时有两份以上在档电子档案。
    ///
    /// ## 为什么
    /// 一户一档，不得重复建档；重复建档会重复享受帮扶。
    ///
    /// ## 怎么核实
    /// 与相关单位核对，保留一份，其余注销。每个相关单位各收到一条，案件号相同。
    pub static RULE = {
        code: "JD201",
        title: "一人多档",
        severity: High,
        class: Filing,
        norm: Filing,
        subject: "每名在档困难职工",
        clause: "filing.no_duplicates",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：一户一档，不得重复建档",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实由哪个单位帮扶，保留一份档案，其余按程序注销。",
        cases: [
            Finding "+efile file_no=CS-2",
            Compliant "",
            Compliant "+efile file_no=CS-2,status=已注销,cancelled_on=2019-01-01",
            Undetermined "efile.id_number=办理中；-paper；-paper_member；-civil；-payment；-aid；-visit；-roster",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let mut by_head: BTreeMap<u64, Vec<FileId>> = BTreeMap::new();
    for file in book.file_ids() {
        let f = book.file(file);
        match (f.status, f.head) {
            (FileStatus::Active, Some(head)) => by_head.entry(head.key()).or_default().push(file),
            (FileStatus::Active, _) => judge.undetermined(file, Reason::NumberUnclear),
            (FileStatus::Unknown, _) => judge.undetermined(file, Reason::StatusUnclear),
            _ => judge.not_applicable(file),
        }
    }
    for files in by_head.into_values().flat_map(|files| one_name_each(facts, files)) {
        let Some(head) = book.file(files[0]).head else { continue };
        // One file number in two rows is one file delivered twice, or JD213's matter.
        let numbers: std::collections::BTreeSet<&str> = files.iter().map(|&f| book.file(f).file_no.as_str()).collect();
        if numbers.len() < 2 {
            judge.compliant(files[0]);
            continue;
        }
        let all = named_files(facts, &files);
        let who = said_of(facts, &files);
        one_per_unit(judge, &files, &head.full(), |facts, _, mut draft| {
            draft.message = format!("{who}同时是{}份在档档案的户主：{all}", files.len());
            for &f in &files {
                draft.evidence.extend(facts.evidence(facts.book.file(f).record, "file_no"));
                draft.evidence.extend(facts.evidence(facts.book.file(f).record, "id_number"));
            }
            draft
        });
    }
}

/// A number of two persons (ID110) heads nothing twice; each of them may.
fn one_name_each(facts: &Facts<'_>, files: Vec<FileId>) -> Vec<Vec<FileId>> {
    let book = facts.book;
    if !book.file(files[0]).head.is_some_and(|head| book.is_of_two(head)) {
        return vec![files];
    }
    let name = |f: FileId| name_of(&book.tables, book.file(f).record, "name");
    let mut out: Vec<Vec<FileId>> = Vec::new();
    for file in files {
        match out.iter_mut().find(|list| crate::link::same_name(name(list[0]), name(file))) {
            Some(list) => list.push(file),
            None => out.push(vec![file]),
        }
    }
    out
}

/// Of one name: 此人. Of several, nobody knows whether they are one.
fn said_of(facts: &Facts<'_>, files: &[FileId]) -> String {
    let book = facts.book;
    let mut names: Vec<&str> = Vec::new();
    for &f in files {
        let Some(name) = name_of(&book.tables, book.file(f).record, "name") else { continue };
        let first = name_of(&book.tables, book.file(files[0]).record, "name");
        if names.is_empty() || !crate::link::same_name(first, Some(name)) {
            names.push(name.shown());
        }
    }
    names.dedup();
    match names[..] {
        [_, _, ..] => format!("同一身份证号（姓名{}）", names.join("、")),
        _ => "此人".to_string(),
    }
}
