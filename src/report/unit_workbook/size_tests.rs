//! How much a big delivery takes. Measured, not asserted: speed depends on the machine.
//! `/usr/bin/time -v cargo test --release --lib size_ -- --ignored --nocapture --test-threads=1 NAME`

use std::time::Instant;

use crate::report::{Options, sample, write};

fn measured(what: &str, report: &crate::report::model::Report) {
    let out = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let published = write(report, out.path(), Options::default()).unwrap();
    let size = |file: &String| std::fs::metadata(published.dir.join(file)).map_or(0, |m| m.len());
    let bytes: u64 = published.files.iter().filter(|f| f.ends_with(".xlsx")).map(size).sum();
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: ?").to_owned();
    println!("{what}: {:.1} s, {} MiB of workbooks, peak {}", start.elapsed().as_secs_f64(), bytes >> 20, &peak[6..]);
}

#[test]
#[ignore = "a measurement: one unit with 100,000 findings, under 200 MiB to write"]
fn size_of_one_unit_with_100_000_findings() {
    measured("100,000 findings", &sample::report(100_000));
}

#[test]
#[ignore = "a measurement: the units of a province"]
fn size_of_800_units_with_300_findings() {
    let mut report = sample::report(300);
    let full = report.units.remove(3);
    let units =
        (0..800).map(|n| crate::report::model::UnitReport { name: format!("第{n}街道总工会"), ..full.clone() });
    report.units.extend(units);
    measured("800 units with 300 findings", &report);
}
