use super::super::prelude::*;
use crate::derive::paper_side::is_required;

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
