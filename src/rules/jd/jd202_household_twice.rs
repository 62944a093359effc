use std::collections::{BTreeMap, BTreeSet};

use super::super::prelude::*;
use super::{named_files, one_per_unit};
use crate::domain::id_number::ResidentId;
use crate::finding::Evidence;
use crate::link::{CivilId, Drawing};

rule! {
    /// 一户多档
    ///
    /// ## 查什么
    /// 两份在档档案的户主属于同一家庭：一人是另一份档案的家庭成员，或民政把两人列为同一户的在保对象。
    ///
    /// ## 为什么
    /// 一户一档；夫妻、父子各建一档会重复享受帮扶。
    ///
    /// ## 怎么核实
    /// 核实是否共同生活；是一户的保留一份，其余注销。
    pub static RULE = {
        code: "JD202",
        title: "一户多档",
        severity: High,
        class: Filing,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.no_duplicates",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：一户一档，不得重复建档",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实两户是否共同生活；是一户的保留一份档案，其余按程序注销。",
        cases: [
            Finding "+efile file_no=CS-2,name=测配偶,sex=女,id_number=510104198203059983,birth_date=1982-03-05",
            Compliant "",
            NotApplicable "efile.status=已注销",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// What shows that two heads are of one household.
enum Shown {
    Member { of: FileId, record: RecordId },
    Civil(CivilId),
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let is_active = |f: FileId| book.file(f).status == FileStatus::Active;
    let mut pairs: BTreeMap<(FileId, FileId), Vec<Shown>> = BTreeMap::new();
    let mut headed: BTreeMap<u64, Vec<FileId>> = BTreeMap::new();
    for file in book.file_ids().filter(|&f| is_active(f)) {
        if let Some(head) = book.file(file).head {
            headed.entry(head.key()).or_default().push(file);
        }
    }
    let heads_of = |id: ResidentId| headed.get(&id.key()).map_or(&[][..], Vec::as_slice);
    for file in book.file_ids().filter(|&f| is_active(f)) {
        for member in &book.file(file).members {
            for &other in member.id.map_or(&[][..], heads_of) {
                if other != file && book.file(other).head != book.file(file).head {
                    let pair = (file.min(other), file.max(other));
                    pairs.entry(pair).or_default().push(Shown::Member { of: file, record: member.record });
                }
            }
        }
    }
    for (i, household) in book.civil.households.iter().enumerate() {
        let heads: BTreeSet<FileId> = household
            .persons
            .iter()
            .filter(|p| p.drawing == Drawing::On)
            .filter_map(|p| p.id)
            .flat_map(|id| heads_of(id).iter().copied())
            .collect();
        let heads: Vec<FileId> = heads.into_iter().collect();
        for (n, &a) in heads.iter().enumerate() {
            for &b in heads[n + 1..].iter().filter(|&&b| book.file(b).head != book.file(a).head) {
                pairs.entry((a, b)).or_default().push(Shown::Civil(CivilId(i as u32)));
            }
        }
    }
    let concerned: BTreeSet<FileId> = pairs.keys().flat_map(|&(a, b)| [a, b]).collect();
    for file in book.file_ids() {
        let f = book.file(file);
        match f.status {
            FileStatus::Active if f.head.is_none() => judge.undetermined(file, Reason::NumberUnclear),
            FileStatus::Active if !concerned.contains(&file) => judge.compliant(file),
            FileStatus::Active => {}
            FileStatus::Unknown => judge.undetermined(file, Reason::StatusUnclear),
            _ => judge.not_applicable(file),
        }
    }
    for ((a, b), shown) in pairs {
        let files = [a, b];
        let names = named_files(facts, &files);
        one_per_unit(judge, &files, "", |facts, _, mut draft| {
            let how = match shown.first() {
                Some(Shown::Member { of, .. }) => {
                    format!("一方户主是另一份档案（{}）的家庭成员", facts.book.file(*of).file_no)
                }
                _ => "两名户主在民政同一救助家庭中在保".to_string(),
            };
            draft.message = format!("{names}的户主属于同一家庭：{how}");
            draft.evidence = evidence(facts, &files, &shown);
            draft
        });
    }
}

fn evidence(facts: &Facts<'_>, files: &[FileId; 2], shown: &[Shown]) -> Vec<Evidence> {
    let book = facts.book;
    let mut out = Vec::new();
    for &f in files {
        out.extend(facts.evidence(book.file(f).record, "id_number"));
    }
    let heads: Vec<_> = files.iter().map(|&f| book.file(f).head).collect();
    for s in shown {
        match s {
            Shown::Member { record, .. } => out.extend(facts.evidence(*record, "id_number")),
            Shown::Civil(id) => {
                for p in book.civil.get(*id).persons.iter().filter(|p| heads.contains(&p.id)) {
                    out.extend(facts.evidence(p.record, p.field));
                }
            }
        }
    }
    out.dedup();
    out
}
