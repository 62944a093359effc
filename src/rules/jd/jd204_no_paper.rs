use super::super::prelude::*;

rule! {
    /// 有电子档案无纸质档案
    ///
    /// ## 查什么
    /// 在档电子档案，在纸质档案核查登记（或入户调查表）中按身份证号、按档案号和姓名都找不到。某单位没有报来纸质登记，或有文件读不出时，无法判定。
    ///
    /// ## 为什么
    /// 电子档案必须有纸质原始档案支持。
    ///
    /// ## 怎么核实
    /// 先入户核实，补齐纸质档案；查无此户的，按程序注销。
    pub static RULE = {
        code: "JD204",
        title: "有电子档案无纸质档案",
        severity: High,
        class: Filing,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.paper_and_electronic",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：纸质档案与电子档案同步",
        sources: &[&["efile"], &["paper"]],
        absence: ["paper"],
        params: &[],
        advice: "先入户核实，补齐纸质原始档案；查无此户的按程序注销。",
        cases: [
            Finding "+efile file_no=CS-2,name=例乙,id_number=510106197502029993,birth_date=1975-02-02",
            Compliant "",
            Undetermined "-paper；-paper_member",
            NotApplicable "efile.status=已注销",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in judge.files(FileStatus::Active) {
        let f = book.file(file);
        if book.paper_of(file).is_some() {
            judge.compliant(file);
        } else if !facts.coverage.complete("paper", f.unit) {
            judge.undetermined(file, Reason::of_source(facts, "paper", f.unit));
        } else if book.loose.maybe_on_paper.contains(&file) {
            // JD205 of that row names the files it may be of.
            judge.undetermined(file, Reason::Unassigned);
        } else {
            let near = book.loose.near_of_file(file).map_or_else(String::new, |near| {
                let row = book.paper(near.paper).record;
                let name = name_of(&book.tables, row, "name").map_or("", |n| n.shown());
                let at = book.tables.get(row).row;
                format!("；最接近的是纸质登记第{at}行{name}（{}），该行没有对应的电子档案", near.speaks_for)
            });
            let draft = Draft::of_file(facts, file)
                .message(format!("在档电子档案，纸质档案核查登记中没有此户{near}"))
                .conclusion("缺纸质")
                .evidence(facts.evidence_or_row(f.record, "file_no"))
                .evidence(facts.evidence(f.record, "id_number"));
            judge.finding(file, draft);
        }
    }
}
