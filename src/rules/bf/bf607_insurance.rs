use super::super::prelude::*;
use super::{each_active, word_of};

rule! {
    /// 未参加医保
    ///
    /// ## 查什么
    /// 在档电子档案的“医保状况”是不是写明未参保。没有填写、没有这一列的，无法判定。
    ///
    /// ## 为什么
    /// 困难职工应当全部参加职工基本医疗保险和大病保险。
    ///
    /// ## 怎么核实
    /// 先入户核实参保情况；确实没有参保的，帮助办理；已参保的更正档案。
    pub static RULE = {
        code: "BF607",
        title: "未参加医保",
        severity: Low,
        class: Procedure,
        norm: Aid,
        subject: "每份在档电子档案",
        clause: "insurance.covered",
        general_basis: "业务规则：困难职工医疗保险全覆盖",
        sources: &[&["efile"]],
        params: &[],
        only_where_bound: true,
        advice: "先入户核实参保情况，未参保的帮助办理，已参保的更正档案。",
        cases: [
            Finding "@profile=ordos-2020；@as_of=2020-05-20；efile.insurance=未参保",
            Finding "@profile=ordos-2020；@as_of=2020-05-20；efile.insurance=否",
            Compliant "@profile=ordos-2020；@as_of=2020-05-20",
            Compliant "@profile=ordos-2020；@as_of=2020-05-20；efile.insurance=城乡居民医保",
            Undetermined "@profile=ordos-2020；@as_of=2020-05-20；efile.insurance=",
            NotApplicable "@profile=ordos-2020；@as_of=2020-05-20；efile.insurance=未参保；efile.status=已脱困",
            NotApplicable "efile.insurance=未参保",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    each_active(judge, |judge, file| {
        let f = book.file(file);
        match word_of(facts, f.record, "insurance") {
            None => judge.undetermined(file, Reason::of_cells(facts, f.record, &["insurance"])),
            Some("未参保") => {
                let draft = Draft::of_file(facts, file)
                    .message(format!("电子档案医保状况写的是{}", quoted(&facts.written(f.record, "insurance"))))
                    .evidence(facts.evidence(f.record, "insurance"));
                judge.finding(file, draft);
            }
            Some(_) => judge.compliant(file),
        }
    });
}
