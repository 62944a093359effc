use super::super::prelude::*;
use super::{counts_here, name_beside, numbered_rows};
use crate::derive::Facts;
use crate::domain::id_number::IdNumber;
use crate::link::identity::person_key;
use crate::link::suspected::Stance;
use crate::link::{Suspect, Told};

rule! {
    /// 疑似错号
    ///
    /// ## 查什么
    /// 号码无效、残缺、被遮盖，或电子档案中没有的每一行，按写明的规则（如“号码差1位+同名”）在档案中找同一个人。每个人只对一行，几个人都像的不定。找到的只是疑似：列出支持和反对的各项，本行其余内容按此人比对，但不合并。
    ///
    /// ## 为什么
    /// 一个写错的号码会让同一户看上去既缺纸质又缺电子、有发放无记录。先把人认出来，错一处只报一处。
    ///
    /// ## 怎么核实
    /// 对照身份证原件。是同一人的，更正写错的一方；不是同一人的，在“核实结果”选“不是同一人”，以后不再提示。
    pub static RULE = {
        code: "ID109",
        title: "疑似错号",
        severity: High,
        class: Quality,
        norm: Filing,
        subject: "写有证件号码的每一行",
        clause: "records.agree",
        general_basis: "GB 11643-1999《公民身份号码》；《困难职工档案管理办法》（总工办〔2016〕36号）：纸质档案与电子档案一致",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实，对照身份证原件：是同一人的更正写错的号码；不是的选“不是同一人”。",
        cases: [
            Finding "paper.id_number=510105198001019972；paper.file_no=",
            Finding "aid.id_number=510105198010019971；aid.file_no=",
            Finding "payment.id_number=51010519800101971",
            Finding "civil#2.id_number=510104198203059938",
            Compliant "",
            Compliant "paper.id_number=510105800101997；paper.file_no=",
            NotApplicable "paper.id_number=510105198001019972；paper.name=例乙；paper.file_no=",
        ],
        since: "0.2.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for (record, field, number) in numbered_rows(facts) {
        let Some(suspect) = book.who.suspect(record) else {
            if book.who.undecided.contains_key(&record) {
                judge.undetermined(record, Reason::Unassigned);
            } else if number.valid().is_some_and(|id| !book.files_of(id).is_empty()) {
                judge.compliant(record);
            } else {
                // Nobody to take it for: other rules say what a stranger or a bad number means.
                judge.not_applicable(record);
            }
            continue;
        };
        match suspect.told {
            Told::Damaged | Told::NoNumber => judge.not_applicable(record),
            // Settled by a person's answer, or hidden in part: nothing is wrong with it.
            Told::Verified | Told::Masked => judge.compliant(record),
            Told::Suspected if !counts_here(facts, record, &[]) => judge.not_applicable(record),
            Told::Suspected => {
                let file = book.file(suspect.file);
                let mut draft = Draft::of_row(facts, record, name_beside(field), field)
                    .field(facts, record, field)
                    .reference(suspect.taken_for.clone())
                    .evidence(facts.evidence(record, field))
                    .context(facts.evidence(record, name_beside(field)));
                draft.confidence = Some(suspect.confidence);
                draft.persons = Some(persons(facts, suspect, number, name_beside(field)));
                draft.message = format!(
                    "{}中的号码疑似写错{}：按“{}”认定为{}；{}",
                    super::kind_title(facts, record),
                    suspect.person.map_or_else(String::new, |id| format!("，应为{}", id.full())),
                    suspect.rule,
                    who(facts, suspect.file, &file.file_no),
                    say(suspect)
                );
                // The household's own row, to compare with.
                if file.record != record {
                    draft = draft.context(facts.evidence(file.record, "id_number"));
                }
                draft.subjects.push(Subject::File(suspect.file));
                judge.finding(record, draft);
            }
        }
    }
}

/// The two persons a verdict on this match is about: whom the row names, whom it is taken for.
fn persons(facts: &Facts<'_>, suspect: &Suspect, number: &IdNumber, name: &str) -> [String; 2] {
    let tables = &facts.book.tables;
    let own = person_key(&number.shown(), number.valid().is_some(), name_of(tables, suspect.record, name));
    let other = match suspect.person {
        Some(id) => person_key(&id.full(), true, None),
        None => person_key(&suspect.taken_for, false, name_of(tables, facts.book.file(suspect.file).record, "name")),
    };
    [own, other]
}

fn who(facts: &Facts<'_>, file: FileId, file_no: &str) -> String {
    let head = name_of(&facts.book.tables, facts.book.file(file).record, "name").map_or("", |n| n.shown());
    if file_no.is_empty() { format!("{head}户的人") } else { format!("档案{file_no}（{head}户）的人") }
}

/// `支持：号码第7位不同、姓名一致；反对：所属工会不同`
fn say(suspect: &Suspect) -> String {
    let of = |stance: Stance| {
        let said = suspect.evidence.iter().filter(|e| e.stance == stance).map(|e| e.text.as_str());
        said.collect::<Vec<_>>().join("、")
    };
    let (pro, contra) = (of(Stance::For), of(Stance::Against));
    if contra.is_empty() { format!("支持：{pro}") } else { format!("支持：{pro}；反对：{contra}") }
}
