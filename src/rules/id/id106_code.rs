use super::super::prelude::*;

rule! {
    /// 代码值不规范
    ///
    /// ## 查什么
    /// 性别、建档标准、档案状态、困难类别、健康状况、工作状态、住房类型、户口类型、婚姻状况、主要致困原因（电子、纸质），以及家庭成员的性别、健康状况，是否为历年代码表中的词或其同义词。
    ///
    /// ## 为什么
    /// 代码表以外的词无法统计，也无法与其他来源比对。
    ///
    /// ## 怎么核实
    /// 改为系统代码表中的词；确属本地通用说法的，请数据管理员加入配置 [codes]。
    pub static RULE = {
        code: "ID106",
        title: "代码值不规范",
        severity: Low,
        class: Quality,
        norm: Filing,
        subject: "电子档案、家庭成员、纸质档案的每个代码项",
        clause: "records.complete",
        general_basis: "困难职工档案表填表说明（历年代码表）",
        sources: &[&["efile", "emember", "paper"]],
        params: &[],
        advice: "改为系统代码表中的规范用词。",
        cases: [
            Finding "efile.level=超级",
            Finding "emember.health=好得很",
            Compliant "efile.health=癌症；paper.health=恶性肿瘤",
            NotApplicable "efile.marital=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let tables = &facts.book.tables;
    for kind in ["efile", "emember", "paper"] {
        for &record in tables.of_kind(kind) {
            let schema = tables.schema(record);
            for (i, field) in schema.fields.iter().enumerate().filter(|(_, f)| f.closed) {
                match &tables.get(record).values[i] {
                    Value::Code(code) if code.word().is_none() => {
                        let written = facts.written(record, &field.id);
                        let draft = Draft::of_row(facts, record, "name", "id_number")
                            .field(facts, record, &field.id)
                            .reference(kind)
                            .message(format!(
                                "{}的“{}”写的是{}，不在代码表中",
                                schema.title,
                                field.title,
                                quoted(&written)
                            ))
                            .evidence(facts.evidence(record, &field.id));
                        judge.finding(About::from(record).field(&field.id), draft);
                    }
                    Value::Code(_) => judge.compliant(About::from(record).field(&field.id)),
                    _ => judge.not_applicable(About::from(record).field(&field.id)),
                }
            }
        }
    }
}
