use super::super::prelude::*;
use super::{counts_here, draft_of_row, numbered_rows};
use crate::domain::id_number::IdNumber;

rule! {
    /// 身份证号无效
    ///
    /// ## 查什么
    /// 各来源每一行的身份证号：位数、字符、出生日期、校验码（GB 11643-1999）。港澳台居民居住证、外国人永久居留身份证按18位校验；护照、军官证等其他证件不校验。
    ///
    /// ## 为什么
    /// 号码错一位，民政、医保、发放都比对不上，困难职工会被漏掉或重复建档。
    ///
    /// ## 怎么核实
    /// 看身份证原件或复印件，逐位核对。纸质与电子写着同一个错号的，只报电子档案一条。
    pub static RULE = {
        code: "ID101",
        title: "身份证号无效",
        severity: High,
        class: Quality,
        norm: Filing,
        subject: "写有证件号码的每一行",
        clause: "records.agree",
        general_basis: "GB 11643-1999《公民身份号码》",
        sources: &[],
        params: &[],
        advice: "对照身份证原件更正号码；原件也是此号的，向公安机关核实后在“核实说明”写明。",
        cases: [
            Finding "emember.id_number=510104198203059985；paper_member.id_number=510104198203059985；-civil",
            Finding "emember.id_number=51010419820305998；paper_member.id_number=51010419820305998；-civil",
            Finding "emember.id_number=510104198213059983；paper_member.id_number=510104198213059983；-civil",
            Compliant "",
            Compliant "emember.id_number=H12345678；paper_member.id_number=H12345678",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for (record, field, number) in numbered_rows(facts) {
        let fault = match number {
            IdNumber::Invalid { fault, .. } => fault.to_string(),
            IdNumber::Several(_) => "一格写了多个号码".to_string(),
            _ => {
                judge.compliant(record);
                continue;
            }
        };
        if !counts_here(facts, record, &["death", "roster"]) || same_on_electronic_side(facts, record, number) {
            judge.not_applicable(record);
            continue;
        }
        let kind = facts.book.tables.schema(record).kind.clone();
        let draft = draft_of_row(facts, record, field)
            .field(facts, record, field)
            .reference(kind)
            .message(format!("{}中的身份证号无效：{fault}", kind_title(facts, record)))
            .evidence(facts.evidence(record, field))
            .context(facts.evidence(record, super::name_beside(field)));
        judge.finding(record, draft);
    }
}

/// Paper that repeats the electronic file's bad number: one finding, on the electronic file.
fn same_on_electronic_side(facts: &Facts<'_>, record: RecordId, number: &IdNumber) -> bool {
    let book = facts.book;
    let kind = book.tables.schema(record).kind.as_str();
    if !matches!(kind, "paper" | "paper_member") {
        return false;
    }
    let Some(file) = book.file_of_row(record) else { return false };
    let file = book.file(file);
    let electronic: Vec<RecordId> = match kind {
        "paper" => vec![file.record],
        _ => file.members.iter().map(|m| m.record).collect(),
    };
    let shown = number.shown();
    electronic.iter().any(|&e| matches!(book.tables.value(e, "id_number"), Value::Id(id) if id.shown() == shown))
}
