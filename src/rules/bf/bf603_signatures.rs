use super::super::prelude::*;
use super::each_active;

rule! {
    /// 入户核查未签名
    ///
    /// ## 查什么
    /// 在档户的纸质档案（入户调查表）上入户调查人员、职工本人有没有签字，走访记录有没有签字；标“否”的是疑点。没有填写的不算未签。
    ///
    /// ## 为什么
    /// 核查人员要亲笔签名，谁核查谁负责。
    ///
    /// ## 怎么核实
    /// 翻看入户调查表和走访登记；没有签字的，先入户核实，由核查人员和职工本人补签。
    pub static RULE = {
        code: "BF603",
        title: "入户核查未签名",
        severity: Medium,
        class: Procedure,
        norm: Aid,
        subject: "每份有入户调查或走访记录的在档档案",
        clause: "survey.signed",
        general_basis: "业务规则：入户核查人员亲笔签名，职工本人确认",
        sources: &[&["efile"], &["paper", "visit"]],
        params: &[],
        advice: "先入户核实，由核查人员和职工本人在调查表、走访记录上补签。",
        cases: [
            Finding "paper.worker_signed=否",
            Finding "paper.surveyor_signed=未签；paper.worker_signed=；visit.signed=",
            Finding "visit.signed=否",
            Finding "+visit visited_on=2019-05-15,signed=否",
            Compliant "",
            Compliant "paper.surveyor_signed=；visit.signed=",
            Undetermined "paper.surveyor_signed=；paper.worker_signed=；visit.signed=",
            NotApplicable "efile.status=已脱困",
            NotApplicable "+efile file_no=CS-2,name=例乙,id_number=510106197502029993,birth_date=1975-02-02；-efile#1；-emember",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    each_active(judge, |judge, file| {
        let paper = facts.paper_of(file).map(|p| p.paper);
        let on_paper =
            paper.into_iter().flat_map(|record| ["surveyor_signed", "worker_signed"].map(|field| (record, field)));
        let on_visits = facts.visits.of(file).iter().map(|v| (v.record, "signed"));
        let places: Vec<(RecordId, &str)> = on_paper.chain(on_visits).collect();
        let signed = |&(record, field): &(RecordId, &str)| match book.tables.value(record, field) {
            Value::Bool(signed) => Some(*signed),
            _ => None,
        };
        let unsigned: Vec<_> = places.iter().filter(|place| signed(place) == Some(false)).collect();
        if unsigned.is_empty() {
            if places.is_empty() {
                judge.not_applicable(file)
            } else if places.iter().any(|place| signed(place).is_some()) {
                judge.compliant(file)
            } else {
                let (record, field) = places[0];
                judge.undetermined(file, Reason::of_cells(facts, record, &[field]))
            }
            return;
        }
        let mut draft = Draft::of_file(facts, file);
        let mut named = Vec::new();
        for &&(record, field) in &unsigned {
            if !named.contains(&field) {
                draft.add_field(facts, record, field);
                named.push(field);
            }
            let day = if field == "signed" { "visited_on" } else { "surveyed_on" };
            draft = draft.evidence(facts.evidence(record, field)).context(facts.evidence(record, day));
        }
        let titles = draft.field_title.clone();
        judge.finding(file, draft.message(format!("{titles}标明没有签字（共{}处）", unsigned.len())));
    });
}
