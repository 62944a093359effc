use std::collections::HashMap;

use super::super::prelude::*;
use super::{counts_here, draft_of_row, numbered_rows};
use crate::domain::id_number::IdNumber;
use crate::domain::name::{self, Name, NameMatch};

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
    let tables = &facts.book.tables;
    let mut wrong: Vec<Wrong<'_>> = Vec::new();
    for (record, field, number) in numbered_rows(facts) {
        let fault = match number {
            IdNumber::Invalid { fault, .. } => fault.to_string(),
            IdNumber::Several(_) => "一格写了多个号码".to_string(),
            _ => {
                judge.compliant(record);
                continue;
            }
        };
        if !counts_here(facts, record, &["death", "roster"]) {
            judge.not_applicable(record);
            continue;
        }
        let name = name_of(tables, record, super::name_beside(field));
        wrong.push(Wrong { record, field, number: number.shown(), fault, name, again: Vec::new() });
    }
    // One wrong number of one person is one finding, wherever it was copied to: on the electronic file before all others.
    wrong.sort_by_key(|w| (rank(&tables.schema(w.record).kind), w.record));
    let mut first: Vec<Wrong<'_>> = Vec::new();
    let mut by_number: HashMap<String, Vec<usize>> = HashMap::new();
    for one in wrong {
        let alike = by_number.entry(one.number.clone()).or_default();
        match alike.iter().find(|&&at| first[at].is_of_the_person_of(&one)) {
            Some(&at) => {
                judge.not_applicable(one.record);
                first[at].again.push((one.record, one.field));
            }
            None => {
                alike.push(first.len());
                first.push(one);
            }
        }
    }
    for one in first {
        let kind = tables.schema(one.record).kind.clone();
        let mut draft = draft_of_row(facts, one.record, one.field)
            .field(facts, one.record, one.field)
            .reference(kind)
            .message(format!("{}中的身份证号无效：{}", kind_title(facts, one.record), one.fault))
            .evidence(facts.evidence(one.record, one.field))
            .context(facts.evidence(one.record, super::name_beside(one.field)));
        for &(record, field) in one.again.iter().take(MOST_SHOWN) {
            draft = draft.context(facts.evidence(record, field));
        }
        judge.finding(one.record, draft);
    }
}

/// Further rows with the same wrong number that a finding shows.
const MOST_SHOWN: usize = 5;

/// A wrong number, and the rows that repeat it.
struct Wrong<'a> {
    record: RecordId,
    field: &'static str,
    number: String,
    fault: String,
    name: Option<&'a Name>,
    again: Vec<(RecordId, &'static str)>,
}

impl Wrong<'_> {
    /// The names do not say that these are two persons: two may have the same wrong number.
    fn is_of_the_person_of(&self, other: &Self) -> bool {
        self.name.zip(other.name).is_none_or(|(a, b)| name::same(a, b) != NameMatch::Different)
    }
}

/// Where the number is to be put right first.
fn rank(kind: &str) -> u8 {
    match kind {
        "efile" => 0,
        "emember" => 1,
        "paper" => 2,
        "paper_member" => 3,
        _ => 4,
    }
}
