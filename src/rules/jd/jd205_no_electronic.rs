use super::super::prelude::*;

rule! {
    /// 有纸质档案无电子档案
    ///
    /// ## 查什么
    /// 纸质档案核查登记（或入户调查表）中的一户，在电子档案中（不论在档、已脱困、已注销）按身份证号、按档案号和姓名都找不到。某单位没有报来电子档案，或有文件读不出时，无法判定。
    ///
    /// ## 为什么
    /// 建了纸质档案而没有录入系统，困难职工得不到帮扶，属于漏评。
    ///
    /// ## 怎么核实
    /// 先入户核实，符合条件的及时录入系统。
    pub static RULE = {
        code: "JD205",
        title: "有纸质档案无电子档案",
        severity: High,
        class: MissedEntry,
        norm: Filing,
        subject: "每份纸质档案",
        clause: "filing.paper_and_electronic",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：纸质档案与电子档案同步",
        sources: &[&["paper"], &["efile"]],
        params: &[],
        advice: "先入户核实，符合条件的录入帮扶系统；不符合的在“核实说明”写明。",
        cases: [
            Finding "+paper file_no=CS-9,name=例乙,id_number=510106197502029993",
            Compliant "",
            Compliant "efile.status=已注销",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for paper in &facts.book.papers {
        if paper.file.is_some() {
            judge.compliant(paper.record);
        } else if !facts.coverage.complete("efile", paper.unit) {
            judge.undetermined(paper.record, Reason::of_source(facts, "efile", paper.unit));
        } else {
            let draft = Draft::of_row(facts, paper.record, "name", "id_number")
                .message("纸质档案中有此户，帮扶系统中没有他的电子档案")
                .conclusion("缺电子")
                .evidence(facts.evidence_or_row(paper.record, "id_number"))
                .evidence(facts.evidence(paper.record, "name"));
            judge.finding(paper.record, draft);
        }
    }
}
