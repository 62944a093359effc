//! The sample data in the repository gives exactly its expected findings.

use std::collections::BTreeSet;

use crate::support::{found, plan, repository};

#[test]
fn the_sample_gives_exactly_its_expected_findings() {
    let dir = repository().join("sample_data");
    let outcome = hecha::pipeline::judge(&plan(&dir), &hecha::pipeline::Silent).unwrap_or_else(|e| panic!("{e}"));
    let text = std::fs::read_to_string(dir.join("expected_findings.csv")).expect("the expected findings");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let expected: BTreeSet<_> = reader
        .records()
        .map(|r| r.expect("a row"))
        .map(|r| (r[0].to_string(), r[1].to_string(), r[2].to_string(), r[3].to_string(), r[4].to_string()))
        .collect();
    assert!(expected.len() > 50);
    assert_eq!(found(&outcome), expected);
    for input in &outcome.report.manifest.inputs {
        assert!(input.sheets.iter().all(|s| s.rows.balances()), "{}", input.path);
    }
}
