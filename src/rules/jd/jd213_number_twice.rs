use super::super::prelude::*;

rule! {
    /// 档案号重复
    ///
    /// ## 查什么
    /// 同一档案号下有两个不同的户主。
    ///
    /// ## 为什么
    /// 档案号是一户的唯一编号；重号时帮扶记录、纸质档案都会对错人。
    ///
    /// ## 怎么核实
    /// 查系统和纸质档案，为其中一户换号。
    pub static RULE = {
        code: "JD213",
        title: "档案号重复",
        severity: High,
        class: Filing,
        norm: Filing,
        subject: "每个档案号",
        clause: "filing.no_duplicates",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：一户一档一号",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实两户情况，更正写错的档案号。",
        cases: [
            Finding "+efile name=例乙,id_number=510106197502029993,birth_date=1975-02-02",
            Compliant "",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let mut numbers: Vec<(&String, &Vec<FileId>)> = book.by_file_no.iter().collect();
    numbers.sort_unstable();
    for (file_no, files) in numbers {
        let shown = |f: FileId| match book.tables.value(book.file(f).record, "id_number") {
            Value::Id(id) => id.shown(),
            _ => name_of(&book.tables, book.file(f).record, "name").map(|n| n.shown().to_string()).unwrap_or_default(),
        };
        let mut distinct: Vec<String> = files.iter().map(|&f| shown(f)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let heads = joined_sorted(distinct.iter().cloned());
        if distinct.len() < 2 {
            judge.compliant(About::key(book.file(files[0]).unit, file_no));
            continue;
        }
        let mut ordered = files.clone();
        ordered.sort_by_key(|&f| shown(f));
        let mut draft = Draft::of_file(facts, ordered[0])
            .reference(heads)
            .message(format!("档案号{file_no}下有{}个不同的户主", distinct.len()));
        // Both heads are concerned: their numbers stand in `ref`.
        draft.id_number.clear();
        draft.name = joined_names(facts, &ordered);
        for &f in &ordered {
            draft.subjects.push(Subject::File(f));
            draft.evidence.extend(facts.evidence(book.file(f).record, "file_no"));
            draft.evidence.extend(facts.evidence(book.file(f).record, "id_number"));
        }
        for paper in book.papers.iter().filter(|p| p.file_no == *file_no) {
            draft.subjects.push(Subject::Row(paper.record));
        }
        judge.finding(About::key(draft.unit, file_no), draft);
    }
}

fn joined_names(facts: &Facts<'_>, files: &[FileId]) -> String {
    let book = facts.book;
    let names = files.iter().filter_map(|&f| name_of(&book.tables, book.file(f).record, "name"));
    names.map(|n| n.shown().to_string()).collect::<Vec<_>>().join("、")
}
