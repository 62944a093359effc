//! No row is lost: read = used + skipped + quarantined, on every sheet of every input; and every place points at its cell.

use hecha::ingest::inputs::Inputs;
use hecha::place::column_letters;
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{judge, plan, request, written};

#[test]
fn rows_balance_on_every_sheet() {
    for (seed, mess) in [(11, 0), (12, 1), (13, 2), (14, 3)] {
        let w = written(&request(150, seed, mess, Plant::All), Format::ALL);
        let outcome = judge(w.dir.path());
        let mut rows = 0;
        for input in &outcome.report.manifest.inputs {
            for sheet in &input.sheets {
                assert!(sheet.rows.balances(), "{} › {}: {:?}", input.path, sheet.name, sheet.rows);
                rows += sheet.rows.read;
            }
        }
        assert!(rows > 1000, "only {rows} rows read");
    }
}

/// Every evidence names a cell in which stands what the finding says stands there.
#[test]
fn every_place_points_at_the_cell_that_shows_it() {
    let w = written(&request(300, 15, 3, Plant::All), Format::ALL);
    let plan = plan(w.dir.path());
    let inputs = Inputs::read(&plan.wanted, &|_| {});
    let outcome = judge(w.dir.path());
    let mut seen = 0;
    for finding in &outcome.report.findings {
        assert!(!finding.evidence.is_empty(), "{} {} has no evidence", finding.rule, finding.message);
        for e in &finding.evidence {
            let file = inputs.files.iter().find(|f| f.path == e.path).unwrap_or_else(|| panic!("no file {}", e.path));
            let sheet = inputs.sheets[file.sheets.clone()]
                .iter()
                .find(|s| s.raw.name == e.sheet)
                .unwrap_or_else(|| panic!("no sheet {} in {}", e.sheet, e.path));
            let col = (0..1024).find(|&c| column_letters(c) == e.column).expect("a column");
            let written: Vec<&str> = sheet.raw.text_at(e.row, col).split_whitespace().collect();
            // A serial number of a day is explained behind it: 43447（2018-12-13）.
            let shown =
                e.shown.split_once('（').filter(|(n, _)| n.parse::<f64>().is_ok()).map_or(&*e.shown, |(n, _)| n);
            let shown: Vec<&str> = shown.split_whitespace().collect();
            assert_eq!(written, shown, "{} {}!{}!{}{}", finding.rule, e.path, e.sheet, e.column, e.row);
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} places looked at");
}
