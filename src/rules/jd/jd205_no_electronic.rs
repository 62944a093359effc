use super::super::prelude::*;
use crate::link::PaperId;

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
        absence: ["efile"],
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
    for (id, paper) in (0..).map(PaperId).zip(&facts.book.papers) {
        if paper.file.is_some() {
            judge.compliant(paper.record);
        } else if !facts.coverage.complete("efile", paper.unit) {
            judge.undetermined(paper.record, Reason::of_source(facts, "efile", paper.unit));
        } else {
            let draft = Draft::of_row(facts, paper.record, "name", "id_number")
                .message(format!("纸质档案中有此户，帮扶系统中没有他的电子档案{}", nearest(facts, id, paper.record)))
                .conclusion("缺电子")
                .evidence(facts.evidence_or_row(paper.record, "id_number"))
                .evidence(facts.evidence(paper.record, "name"));
            judge.finding(paper.record, draft);
        }
    }
}

/// The files that the row may be of, else the nearest one, with what speaks for it; "" where nothing does.
fn nearest(facts: &Facts<'_>, id: PaperId, row: RecordId) -> String {
    let book = facts.book;
    let named = |file: FileId| {
        let f = book.file(file);
        let head = name_of(&book.tables, f.record, "name").map_or("", |n| n.shown());
        let no = if f.file_no.is_empty() { "（无档案号）" } else { &f.file_no };
        format!("档案{no}（{}{head}）", book.units.name(f.unit))
    };
    let candidates = book.loose.candidates(id);
    let by = book.who.undecided.get(&row).map_or("姓名", |tie| tie.rule);
    match candidates {
        [] => book
            .loose
            .near(id)
            .map_or_else(String::new, |near| format!("；最接近的是{}：{}", named(near.file), near.speaks_for)),
        [only] => format!("；可能就是{}（{by}相符，号码不全，不能确定），请先核对", named(*only)),
        several => {
            let shown: Vec<String> = several.iter().take(MOST_NAMED).map(|&f| named(f)).collect();
            let more = if several.len() > MOST_NAMED { format!("等{}户", several.len()) } else { String::new() };
            format!("；可能是{}{more}中的一户（{by}），几户都可能，不能确定是哪一户，请先核对", shown.join("、"))
        }
    }
}

/// More candidates are counted, not named.
const MOST_NAMED: usize = 6;
