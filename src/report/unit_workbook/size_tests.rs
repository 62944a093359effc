//! How much a big delivery takes. Measured, not asserted: speed depends on the machine.
//! `/usr/bin/time -v cargo test --release --lib size_ -- --ignored --nocapture --test-threads=1 NAME`

use std::time::Instant;

use crate::report::model::{Report, UnitReport};
use crate::report::{Options, sample, write};

/// A line of `/proc/self/status`, MiB; 0 where the system has none.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn measured(what: &str, report: &Report) {
    let out = tempfile::tempdir().unwrap();
    // Forget the peak of making the report.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let (before, start) = (memory("VmRSS"), Instant::now());
    let published = write(report, out.path(), Options::default()).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let size = |file: &String| std::fs::metadata(published.dir.join(file)).map_or(0, |m| m.len());
    let bytes: u64 = published.files.iter().filter(|f| f.ends_with(".xlsx")).map(size).sum();
    let more = memory("VmHWM").saturating_sub(before);
    println!(
        "{what}: {seconds:.1} s, {} MiB of workbooks, {more} MiB above the {before} MiB of the report",
        bytes >> 20
    );
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
    let units = (0..800).map(|n| UnitReport { name: format!("第{n}街道总工会"), ..full.clone() });
    report.units.extend(units);
    measured("800 units with 300 findings", &report);
}
