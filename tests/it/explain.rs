//! `hecha explain`: from a finding back to the cells, the steps, the match, the clause.

use hecha::ingest::inputs::Inputs;
use hecha::pipeline;
use hecha::report::explain::{Explanation, explanation};
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{judge, plan, request, written};

fn explained(dir: &std::path::Path, id: &str) -> Option<Explanation> {
    let plan = plan(dir);
    let inputs = Inputs::read(&plan.wanted, &|_| {});
    let told = pipeline::audited(&plan, &inputs, |facts, audit| explanation(facts, audit, &plan.loaded.terms, id));
    told.unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn every_finding_of_a_planted_world_leads_back_to_its_cells() {
    let world = written(&request(120, 6, 2, Plant::All), &[Format::Xlsx, Format::Csv]);
    let dir = world.dir.path();
    let outcome = judge(dir);
    let mut rules = std::collections::BTreeMap::new();
    for finding in &outcome.report.findings {
        rules.entry(finding.rule.clone()).or_insert_with(|| finding.clone());
    }
    assert!(rules.len() > 40, "{} rules are planted", rules.len());
    let plan = plan(dir);
    let inputs = Inputs::read(&plan.wanted, &|_| {});
    let all = pipeline::audited(&plan, &inputs, |facts, audit| {
        let of = |f: &hecha::report::model::FindingRow| {
            let told = explanation(facts, audit, &plan.loaded.terms, &f.id);
            (f.clone(), told.unwrap_or_else(|| panic!("{} is explained", f.id)))
        };
        rules.values().map(of).collect::<Vec<_>>()
    });
    for (finding, told) in all.unwrap_or_else(|e| panic!("{e}")) {
        let text = told.text();
        assert!(text.contains(&finding.message) && text.contains(&finding.basis), "{text}");
        let of_rows = finding.rule != "ID113";
        for evidence in finding.evidence.iter().filter(|_| of_rows) {
            let at = format!("{}{}", evidence.column, evidence.row);
            let marked = told.rows.iter().filter(|r| r.path == evidence.path && r.sheet == evidence.sheet);
            let mut cells = marked.flat_map(|r| &r.cells).filter(|c| c.at == at && c.evidence);
            assert!(cells.any(|c| c.written == evidence.shown), "{}: {at} of {}\n{text}", finding.id, evidence.path);
        }
    }
}

#[test]
fn a_suspected_number_tells_its_rule_and_a_stranger_the_nearest() {
    let world = written(&request(150, 3, 0, Plant::All), &[Format::Xlsx]);
    let dir = world.dir.path();
    let findings = judge(dir).report.findings;
    let of = |rule: &str| findings.iter().find(|f| f.rule == rule).unwrap_or_else(|| panic!("{rule} is planted"));
    let suspected = explained(dir, &of("ID109").id).expect("it is explained").text();
    assert!(suspected.contains("疑似错号：按“") && suspected.contains("支持：姓名"), "{suspected}");
    let stranger = explained(dir, &of("FF407").id).expect("it is explained").text();
    assert!(stranger.contains("不在任何电子档案中"), "{stranger}");
    assert!(explained(dir, "JD204-AAAAAAAAAA").is_none());
}
