//! What a person has answered about a suspected match holds for every later run.

use std::path::Path;

use hecha::domain::name::Name;
use hecha::history::{Answer, History};
use hecha::link::identity::person_key;
use hecha::report::model::FindingRow;
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{as_of, found, judge, request, written};

/// What somebody answers about a finding ID109.
fn answer(dir: &Path, finding: &FindingRow, same: bool) {
    let mut history = History::open(&dir.join("state/hecha.sqlite")).expect("the state opens");
    let name = Name::parse(&finding.name);
    let wrong = person_key(&finding.id_number, false, name.as_ref());
    let right = person_key(&finding.reference, true, None);
    let answer = Answer { a: wrong, b: right, same, given_on: as_of(), source: finding.unit.clone() };
    history.keep_verdict(&answer).expect("it is kept");
}

fn suspected(outcome: &hecha::pipeline::Outcome) -> Vec<FindingRow> {
    outcome.report.findings.iter().filter(|f| f.rule == "ID109").cloned().collect()
}

#[test]
fn answers_are_never_asked_again() {
    let world = written(&request(150, 3, 0, Plant::Codes(vec!["ID109".into()])), &[Format::Xlsx]);
    let dir = world.dir.path();
    let first = judge(dir);
    let asked = suspected(&first);
    let of_kind = |kind: &str| {
        let is = |f: &&FindingRow| f.evidence.iter().any(|e| e.shown == f.id_number) && f.message.starts_with(kind);
        asked.iter().find(is).unwrap_or_else(|| panic!("no {kind} among {}", asked.len())).clone()
    };
    let (paper, payment) = (of_kind("纸质档案核查登记"), of_kind("资金发放明细"));
    assert!(first.warnings.is_empty());

    answer(dir, &paper, true);
    answer(dir, &payment, false);
    let second = judge(dir);
    let left = suspected(&second);
    assert_eq!(left.len(), asked.len() - 2, "neither is asked again");
    assert!(!left.iter().any(|f| f.id == paper.id || f.id == payment.id));
    let keys = found(&second);
    let number_differs = |k: &crate::support::Key| k.0 == "YZ301" && k.1 == paper.file_no && k.3 == "id_number";
    assert!(keys.iter().any(number_differs), "the wrong side is now a difference of that field");
    assert!(!keys.iter().any(|k| matches!(k.0.as_str(), "JD204" | "JD205") && k.1 == paper.file_no));
    let unpaid = |k: &crate::support::Key| k.0 == "ID101" && k.2 == payment.id_number;
    assert!(keys.iter().any(unpaid), "a number that is nobody's is a bad number");

    // The contrary of an answer voids both until one is withdrawn.
    answer(dir, &paper, false);
    let third = judge(dir);
    assert_eq!(third.warnings.len(), 1, "{:?}", third.warnings);
    assert!(third.warnings[0].contains("互相矛盾"));
    assert!(suspected(&third).iter().any(|f| f.id == paper.id), "it is open again");
}
