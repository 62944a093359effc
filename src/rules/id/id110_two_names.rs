use std::collections::BTreeMap;

use super::super::prelude::*;
use super::counts_here;
use crate::domain::name::{self, Name, NameMatch};
use crate::finding::Evidence;
use crate::link::PaperMatch;

rule! {
    /// 同号异名
    ///
    /// ## 查什么
    /// 同一身份证号在各来源（发放除外，见实名不符）登记的姓名，归一后是否相同：中间点、繁简、空格不算不同，生僻字用“？”代替的不算不同。
    ///
    /// ## 为什么
    /// 一个号码只能属于一个人：不是姓名录错，就是号码张冠李戴。
    ///
    /// ## 怎么核实
    /// 对照身份证原件，确认号码与姓名；曾用名在“核实说明”写明。
    pub static RULE = {
        code: "ID110",
        title: "同号异名",
        severity: High,
        class: Quality,
        norm: Filing,
        subject: "每个有效身份证号",
        clause: "funds.real_name",
        general_basis: "GB 11643-1999《公民身份号码》（一人一号）",
        sources: &[],
        params: &[],
        advice: "对照身份证原件，更正写错的姓名或号码；曾用名请在“核实说明”写明。",
        cases: [
            Finding "civil.name=测改名",
            Compliant "",
            Compliant "efile.name=测 甲",
            NotApplicable "paper.name=测改名",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// One mention of a number with a name beside it.
struct Mention<'a> {
    record: RecordId,
    field: &'static str,
    name: &'a Name,
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let tables = &book.tables;
    let mut mentions: BTreeMap<u64, Vec<Mention<'_>>> = BTreeMap::new();
    for schema in tables.schemas.all().iter().filter(|s| s.kind != "payment") {
        let pairs = [("id_number", "name"), ("head_id_number", "head_name")];
        for (id_field, name_field) in
            pairs.into_iter().filter(|(i, n)| schema.index(i).is_some() && schema.index(n).is_some())
        {
            for &record in tables.of_kind(&schema.kind) {
                if let (Some(id), Value::Name(name)) =
                    (id_of(tables, record, id_field), tables.value(record, name_field))
                {
                    mentions.entry(id.key()).or_default().push(Mention { record, field: name_field, name });
                }
            }
        }
    }
    for list in mentions.values() {
        let first = &list[0];
        let number = number_at(facts, first);
        let differs = |a: &Mention<'_>, b: &Mention<'_>| name::same(a.name, b.name) == NameMatch::Different;
        if !list.iter().any(|m| differs(first, m)) {
            judge.compliant(About::key(book.unit_of_row(first.record), &number));
            continue;
        }
        // A paper name that differs from the electronic one is YZ301[name] of that file; rows of other departments and the
        // roster are ours to judge only where they link to a household.
        let told: Vec<&Mention<'_>> =
            list.iter().filter(|m| !is_told_by_paper(facts, m) && !is_taken_for_another(facts, m)).collect();
        let ours = list.iter().any(|m| counts_here(facts, m.record, &[]));
        let still = told.iter().any(|m| told.iter().any(|o| differs(m, o)));
        let owner = owner(facts, list);
        if !ours || !still {
            judge.not_applicable(About::key(book.unit_of_row(owner), &number));
            continue;
        }
        let Some(id) = id_of(tables, first.record, if first.field == "name" { "id_number" } else { "head_id_number" })
        else {
            continue;
        };
        let mut spellings: BTreeMap<&str, &Mention<'_>> = BTreeMap::new();
        for &m in &told {
            if !spellings.values().any(|s| !differs(s, m)) {
                spellings.insert(m.name.shown(), m);
            }
        }
        let evidence: Vec<Evidence> = evidence_of(facts, &told, &spellings);
        let names = joined_sorted(spellings.keys().map(|n| (*n).to_string()));
        let mut draft = Draft::of_row(facts, owner, "name", "id_number")
            .number(id)
            .field(facts, owner, "name")
            .reference(names.clone())
            .message(format!("同一身份证号登记了不同姓名：{}", names.replace('+', "、")));
        draft.evidence = evidence;
        // What else those rows say against the number is this one finding.
        if book.is_of_two(id) || told.iter().any(|m| m.field == "name" && is_heads_number(facts, m)) {
            draft.subjects.extend(told.iter().map(|m| Subject::Row(m.record)));
        }
        judge.finding(About::key(book.unit_of_row(owner), &number), draft);
    }
}

/// The number of which a name is told.
fn number_at(facts: &Facts<'_>, mention: &Mention<'_>) -> String {
    let field = if mention.field == "name" { "id_number" } else { "head_id_number" };
    id_of(&facts.book.tables, mention.record, field).map(|id| id.full()).unwrap_or_default()
}

/// One cell for each different name.
fn evidence_of(facts: &Facts<'_>, told: &[&Mention<'_>], spellings: &BTreeMap<&str, &Mention<'_>>) -> Vec<Evidence> {
    let mut out: Vec<Evidence> = Vec::new();
    for m in told.iter().filter(|m| spellings.values().any(|s| s.record == m.record && s.field == m.field)) {
        out.extend(facts.evidence(m.record, m.field));
    }
    out.sort_by_key(|e| (e.side, e.place));
    out
}

fn is_told_by_paper(facts: &Facts<'_>, mention: &Mention<'_>) -> bool {
    let book = facts.book;
    if book.tables.schema(mention.record).kind != "paper" {
        return false;
    }
    let Some(file) = book.file_of_row(mention.record) else { return false };
    facts.paper_of(file).is_some_and(|p| {
        let differs = |field| p.outcome(field) == Outcome::Differs;
        p.paper == mention.record && (differs("name") || differs("id_number") || p.how == PaperMatch::HeadChanged)
    })
}

/// The row's number is told as wrong (ID109, ID102): it does not name the person who bears it.
fn is_taken_for_another(facts: &Facts<'_>, mention: &Mention<'_>) -> bool {
    mention.field == "name" && facts.book.who.suspect(mention.record).is_some()
}

/// A member's row that bears the number of his own household's head.
fn is_heads_number(facts: &Facts<'_>, mention: &Mention<'_>) -> bool {
    let book = facts.book;
    let own = id_of(&book.tables, mention.record, "id_number");
    book.file_of_row(mention.record).is_some_and(|f| {
        let file = book.file(f);
        own.is_some() && file.head == own && file.members.iter().any(|m| m.record == mention.record && m.id.is_none())
    })
}

/// The row that says whose number it is: an electronic file's head, else a member, else the first row.
fn owner(facts: &Facts<'_>, list: &[Mention<'_>]) -> RecordId {
    let rank = |m: &&Mention<'_>| match facts.book.tables.schema(m.record).kind.as_str() {
        "efile" => 0,
        "emember" => 1,
        "paper" => 2,
        _ => 3,
    };
    list.iter().min_by_key(|m| (rank(m), m.record)).map_or(list[0].record, |m| m.record)
}
