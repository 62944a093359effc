//! Seconds per stage and peak memory on a city-sized world: 20,000 files with their members, paper rows, civil rows,
//! payments and monthly incomes, all xlsx. `cargo bench`; `HECHA_BENCH=2000` for another number of households.

use std::time::Instant;

use hecha::pipeline::{Silent, run};
use hecha::plan::{Asked, Plan};
use hecha::synth::write::{Format, write_all};
use hecha::synth::{Plant, Request, world};

fn main() {
    // `cargo test --benches` only wants to know that it starts.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let households = std::env::var("HECHA_BENCH").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let as_of = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).expect("a date");
    let request = Request { households, units: 24, seed: 7, mess: 1, plant: Plant::All, as_of };
    let dir = tempfile::tempdir().expect("a directory");
    let since = Instant::now();
    let world = world(&request);
    write_all(&world.exports(), dir.path(), 1, 7, &[Format::Xlsx]).expect("exports are written");
    std::fs::write(dir.path().join("hecha.toml"), world.config_text()).expect("config is written");
    println!("generated {households} households in {:.1} s", since.elapsed().as_secs_f64());

    let asked = Asked { config: Some(dir.path().join("hecha.toml")), ..Asked::default() };
    let since = Instant::now();
    let plan = Plan::new(asked, dir.path(), as_of).expect("a plan");
    let (outcome, published) = run(&plan, &Silent).expect("a run");
    let whole = since.elapsed().as_secs_f64();
    let inputs = &outcome.report.manifest.inputs;
    let bytes: u64 = inputs.iter().map(|i| i.bytes).sum();
    let rows: usize = inputs.iter().flat_map(|i| &i.sheets).map(|s| s.rows.read).sum();
    println!(
        "{} files, {:.1} MiB, {rows} rows, {} findings",
        inputs.len(),
        bytes as f64 / 1_048_576.0,
        outcome.report.findings.len()
    );
    for (stage, seconds) in &outcome.timings {
        println!("{stage:<10} {seconds:>7.3} s");
    }
    println!("{:<10} {whole:>7.3} s", "whole");
    println!("{} outputs; peak memory {}", published.files.len(), peak_memory());
}

/// Peak resident memory of this process, generation included, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_string(), |l| l.trim().to_string())
}
