use super::super::prelude::*;
use super::each_active;

rule! {
    /// 未指定帮扶联系人
    ///
    /// ## 查什么
    /// 在档电子档案的“帮扶联系人”有没有填写；要求两级联系人的地方，市级（旗区级）联系人也要填。导出表没有这一列时，无法判定。
    ///
    /// ## 为什么
    /// 每名困难职工都应有一名工会干部负责联系、走访、帮扶。
    ///
    /// ## 怎么核实
    /// 先入户核实有没有人联系帮扶；没有的，指派工会干部并发放联系卡，再补录档案。
    pub static RULE = {
        code: "BF601",
        title: "未指定帮扶联系人",
        severity: Medium,
        class: Procedure,
        norm: Aid,
        subject: "每份在档电子档案",
        clause: "helper.assigned",
        general_basis: "业务规则：每户困难职工有一名工会干部作为帮扶联系人",
        sources: &[&["efile"]],
        params: &[Param { name: "fields", unit: "须填写的联系人字段", default: Preset::List(&["helper"]) }],
        advice: "先入户核实有无干部联系，指派帮扶联系人并补录档案。",
        cases: [
            Finding "efile.helper=",
            Finding "efile.helper=无",
            Finding "@profile=ordos-2020；@as_of=2020-05-20；efile.helper2=",
            Compliant "",
            Compliant "@profile=ordos-2020；@as_of=2020-05-20；efile.helper2=测市级",
            Undetermined "@profile=ordos-2020；@as_of=2020-05-20",
            NotApplicable "efile.status=已注销",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let schema = book.tables.schemas.get("efile");
    let wanted = judge.list("fields");
    let mut fields: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    fields.sort_by_key(|field| schema.and_then(|s| s.index(field)));
    each_active(judge, |judge, file| {
        let f = book.file(file);
        let value = |field: &String| book.tables.value(f.record, field);
        let missing: Vec<&String> = fields.iter().filter(|field| matches!(value(field), Value::Blank)).collect();
        if missing.is_empty() {
            // A column that is not there, or a name that cannot be read, says nothing of who helps.
            let known = fields.iter().all(|field| !matches!(value(field), Value::Absent | Value::Bad(_)));
            if known {
                judge.compliant(file)
            } else {
                let fields: Vec<&'static str> =
                    ["helper", "helper2"].into_iter().filter(|f| fields.iter().any(|wanted| wanted == f)).collect();
                judge.undetermined(file, Reason::of_cells(facts, f.record, &fields))
            }
            return;
        }
        let mut draft = Draft::of_file(facts, file);
        for field in missing {
            draft.add_field(facts, f.record, field);
            draft = draft.evidence(facts.evidence(f.record, field));
        }
        let titles = draft.field_title.clone();
        judge.finding(file, draft.message(format!("在档户没有填写{titles}")).context(facts.evidence(f.record, "name")));
    });
}
