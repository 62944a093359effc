use super::super::prelude::*;
use crate::link::Units;

rule! {
    /// 档案去向不明
    ///
    /// ## 查什么
    /// 上一次核查（基准日更早的最近一次）时在档的电子档案，这次的导出里没有了：档案号没有，户主也不是任何一份档案的户主或家庭成员，退档台账里也没有审核通过的记录。已脱困、已注销的不算。导出比上次少了一成以上时，可能是没有导全，无法判定。
    ///
    /// ## 为什么
    /// 档案不会自己消失：退出要经过程序，没有程序就没有了的，可能是一户被遗忘的困难职工。
    ///
    /// ## 怎么核实
    /// 在帮扶系统里按档案号和姓名查找：误删的恢复；已转到别处的写明去向；确已脱困、注销的补办手续。
    pub static RULE = {
        code: "JD215",
        title: "档案去向不明",
        severity: High,
        class: Filing,
        norm: Filing,
        subject: "上一次核查时在档的每份电子档案",
        clause: "filing.kept",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）：档案实行动态管理，退出须经规定程序",
        sources: &[&["efile"]],
        absence: ["efile"],
        params: &[],
        advice: "先入户核实这一户的现状，再在帮扶系统中查明档案去向：误删的恢复，已退出的补办手续，已转走的写明去处。",
        cases: [
            Finding "@gone file_no=CS-9,name=例丙,unit=测试区总工会",
            Finding "@gone file_no=CS-9,name=例丙,unit=没有的单位",
            Compliant "@last=2019-08-19",
            Undetermined "@gone file_no=CS-9,name=例丙,unit=测试区总工会,told=否",
            NotApplicable "",
        ],
        since: "0.3.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let Some(last) = facts.past.as_of else {
        // No earlier run to hold today against.
        for file in book.file_ids() {
            judge.not_applicable(file);
        }
        return;
    };
    for file in book.file_ids() {
        judge.compliant(file);
    }
    for gone in &facts.past.gone {
        let unit = book.units.find(&gone.unit).unwrap_or(Units::NONE);
        let key = if gone.file_no.is_empty() { gone.name.clone() } else { gone.file_no.clone() };
        if !gone.told {
            judge.undetermined(About::key(unit, &key), Reason::Incomplete("efile"));
            continue;
        }
        let mut draft = Draft::of_unit(unit);
        draft.file_no.clone_from(&gone.file_no);
        draft.name.clone_from(&gone.name);
        draft.id_number.clone_from(&gone.id_number);
        let place = if gone.place.is_empty() { String::new() } else { format!("（上次在 {}）", gone.place) };
        draft = draft.message(format!("{last}核查时还在档，本次电子档案中没有了，也没有脱困、注销或退档的记录{place}"));
        // What is left of the household: its paper file.
        let paper = book.papers.iter().find(|p| !gone.file_no.is_empty() && p.file_no == gone.file_no);
        if let Some(paper) = paper {
            draft = draft.context(facts.evidence_or_row(paper.record, "file_no"));
        }
        judge.finding(About::key(unit, &key), draft);
    }
}
