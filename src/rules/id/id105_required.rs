use super::super::prelude::*;
use crate::derive::paper_side::is_required;
use crate::link::{PaperMatch, Told};

rule! {
    /// 必填项缺失
    ///
    /// ## 查什么
    /// 电子档案中带*号的必填项是否空白。工作单位只对在岗、病休、内退的职工必填。整张表没有某一列的，在“数据质量”中说一次，不逐户报。
    ///
    /// ## 为什么
    /// 缺少必填项的档案不完整，后续各项比对无法进行。
    ///
    /// ## 怎么核实
    /// 查纸质原始档案，没有的入户了解后补录。
    pub static RULE = {
        code: "ID105",
        title: "必填项缺失",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "每份电子档案",
        clause: "records.complete",
        general_basis: "《困难职工档案管理办法》（总工办〔2016〕36号）及困难职工档案表填表说明",
        sources: &[&["efile"]],
        params: &[],
        advice: "先入户核实或查纸质档案，补录所列各项。",
        cases: [
            Finding "efile.phone=",
            Finding "paper.id_number=",
            Finding "paper.id_number=510105；paper.file_no=",
            Finding "emember.id_number=",
            Finding "aid.id_number=；aid.file_no=CS-1",
            Finding "efile.health=；efile.housing=无",
            Compliant "",
            Compliant "efile.work_status=失业；efile.employer=；paper.work_status=失业；paper.employer=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in book.file_ids() {
        let record = book.file(file).record;
        let schema = book.tables.schema(record);
        let missing: Vec<&'static str> = REQUIRED
            .iter()
            .copied()
            .filter(|f| {
                schema
                    .index(f)
                    .is_some_and(|i| is_required(book, record, f, schema.fields[i].required) || *f == "file_no")
            })
            .filter(|f| matches!(book.tables.value(record, f), Value::Blank))
            .collect();
        if missing.is_empty() {
            judge.compliant(file);
            continue;
        }
        let mut draft = Draft::of_file(facts, file);
        for field in &missing {
            draft.add_field(facts, record, field);
            draft = draft.about(Subject::Field(file, field)).evidence(facts.evidence(record, field));
        }
        let titles = draft.field_title.clone();
        judge.finding(file, draft.message(format!("电子档案必填项空白：{titles}")));
    }
    members(judge);
    papers(judge);
    aids(judge);
}

/// Members without a number, where another source has a valid one for them.
fn members(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for file in book.file_ids() {
        for member in &book.file(file).members {
            let told = book.who.suspect(member.record).filter(|s| s.told == Told::NoNumber);
            let Some((suspect, id)) = told.and_then(|s| Some((s, s.person?))) else { continue };
            let mut draft = Draft::of_file(facts, file);
            draft.subjects = vec![Subject::Row(member.record)];
            draft.person(facts, member.record, "name", "id_number");
            let name = draft.name.clone();
            let draft = draft
                .number(id)
                .field(facts, member.record, "id_number")
                .reference("emember")
                .message(format!(
                    "电子档案中的家庭成员{name}没有身份证号，其他来源写的是{}（按“{}”认定为同一人）",
                    id.full(),
                    suspect.rule
                ))
                .evidence(facts.evidence(member.record, "id_number"))
                .context(facts.evidence(member.record, "name"));
            judge.finding(About::person(file, member.record), draft);
        }
    }
}

/// Paper rows without a usable number whose file is known; where the file lacks it too, that is told above.
fn papers(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    for paper in &book.papers {
        let Some((file, how)) = paper.file else { continue };
        let efile = book.file(file).record;
        let lacks = |record| matches!(book.tables.value(record, "id_number"), Value::Blank);
        if !lacks(paper.record) || lacks(efile) || how == PaperMatch::HeadChanged {
            continue;
        }
        let mut draft = Draft::of_file(facts, file)
            .field(facts, paper.record, "id_number")
            .reference("paper")
            .about(Subject::Field(file, "id_number"))
            .evidence(facts.evidence(paper.record, "id_number"))
            .evidence(facts.evidence(efile, "id_number"))
            .context(facts.evidence(paper.record, "name"));
        let written = facts.written(paper.record, "id_number");
        let written = if written.is_empty() { String::new() } else { format!("（写的是{}）", quoted(&written)) };
        let by = match book.who.suspect(paper.record) {
            Some(suspect) => format!("按“{}”认定是此户", suspect.rule),
            None => "档案号和姓名与此户一致".to_string(),
        };
        draft = draft.message(format!("纸质档案没有身份证号{written}，{by}"));
        judge.finding(file, draft);
    }
}

/// Aid records without a usable number.
fn aids(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for aid in &facts.payments.aids {
        if !matches!(facts.book.tables.value(aid.record, "id_number"), Value::Blank) {
            continue;
        }
        let whose = match (facts.book.who.suspect(aid.record), facts.book.file_of_row(aid.record)) {
            (Some(suspect), _) => format!("，按“{}”认定是此户的人", suspect.rule),
            (None, Some(_)) => "，档案号与此户一致".to_string(),
            (None, None) => "，认不出是谁".to_string(),
        };
        let mut draft = Draft::of_row(facts, aid.record, "name", "id_number");
        draft = draft
            .field(facts, aid.record, "id_number")
            .reference(super::super::ff::groups::key(&aid.item))
            .message(format!("帮扶记录{}没有身份证号{whose}", super::super::ff::groups::said(&aid.item)))
            .evidence(facts.evidence(aid.record, "id_number"))
            .context(facts.evidence(aid.record, "name"))
            .context(facts.evidence(aid.record, "record_no"));
        judge.finding(aid, draft);
    }
}

/// Fields that may be required, in schema order.
const REQUIRED: [&str; 22] = [
    "file_no",
    "unit",
    "level",
    "status",
    "category",
    "name",
    "sex",
    "id_number",
    "health",
    "work_status",
    "employer",
    "phone",
    "address",
    "housing",
    "hukou",
    "marital",
    "insurance",
    "income_monthly",
    "income_annual",
    "household_size",
    "cause_main",
    "filed_on",
];
