//! Worlds in temporary directories, and their findings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use chrono::NaiveDate;
use hecha::audit::Audit;
use hecha::config::{self, Loaded};
use hecha::derive::{Facts, Past};
use hecha::ingest::inputs::Inputs;
use hecha::ingest::second_reader::SecondReading;
use hecha::ingest::sheet::RawSheet;
use hecha::ingest::{FileRead, Format as ReadFormat, Reading};
use hecha::normalize::SourceHints;
use hecha::pipeline::{self, Outcome, Silent};
use hecha::plan::{Asked, Plan, with_rule_specs};
use hecha::profile;
use hecha::schema::Schemas;
use hecha::synth::export::Export;
use hecha::synth::write::{Format, write_all};
use hecha::synth::{Plant, Request, World, world_under};

/// (rule, file_no, id_number, field, ref), the columns of `expected_findings.csv`.
pub type Key = (String, String, String, String, String);

pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2019, 8, 20).expect("a date")
}

pub fn request(households: usize, seed: u64, mess: u8, plant: Plant) -> Request {
    Request { households, units: 12, seed, mess, plant, as_of: as_of() }
}

/// A world written to a directory of its own.
pub struct Written {
    pub dir: tempfile::TempDir,
    pub world: World,
}

pub fn written(request: &Request, formats: &[Format]) -> Written {
    written_under(request, profile::DEFAULT, formats)
}

/// A world to be judged by a given profile.
pub fn written_under(request: &Request, profile: &str, formats: &[Format]) -> Written {
    let world = world_under(request, profile);
    let exports = world.exports();
    write_exports(world, &exports, request.mess, request.seed, formats)
}

/// Writes given exports (a changed copy of a world's).
pub fn write_exports(world: World, exports: &[Export], mess: u8, seed: u64, formats: &[Format]) -> Written {
    let dir = tempfile::tempdir().expect("a temporary directory");
    write_all(exports, dir.path(), mess, seed, formats).expect("exports are written");
    std::fs::write(dir.path().join("hecha.toml"), world.config_text()).expect("config is written");
    Written { dir, world }
}

pub fn plan(dir: &Path) -> Plan {
    let asked = Asked { config: Some(dir.join("hecha.toml")), ..Asked::default() };
    Plan::new(asked, dir, as_of()).unwrap_or_else(|e| panic!("{e}"))
}

pub fn judge(dir: &Path) -> Outcome {
    pipeline::judge(&plan(dir), &Silent).unwrap_or_else(|e| panic!("{e}"))
}

/// What was found.
pub fn found(outcome: &Outcome) -> BTreeSet<Key> {
    let rows = &outcome.report.findings;
    let keys: BTreeSet<Key> = rows
        .iter()
        .map(|f| {
            // A number that lost digits is printed as written, which the file's format decides.
            let id = if f.rule == "ID102" { String::new() } else { f.id_number.clone() };
            (f.rule.clone(), f.file_no.clone(), id, f.field.clone(), f.reference.clone())
        })
        .collect();
    assert_eq!(keys.len(), rows.len(), "no two findings share (rule, file_no, id_number, field, ref)");
    keys
}

/// What was planted.
pub fn expected(world: &World) -> BTreeSet<Key> {
    world.expected().into_iter().map(|e| (e.rule, e.file_no, e.id_number, e.field, e.reference)).collect()
}

/// Fails with both differences, and the messages of what was found too much.
pub fn assert_same(outcome: &Outcome, world: &World, what: &str) {
    let differences = differences(outcome, world);
    assert!(differences.is_empty(), "{what}: {differences}");
}

/// What was missed and what was found too much; empty where found and planted are the same.
pub fn differences(outcome: &Outcome, world: &World) -> String {
    let (found, expected) = (found(outcome), expected(world));
    let missed: Vec<_> = expected.difference(&found).collect();
    let extra: Vec<_> = found.difference(&expected).collect();
    if missed.is_empty() && extra.is_empty() {
        return String::new();
    }
    let mut text = format!("{} missed, {} extra\n", missed.len(), extra.len());
    for key in missed.iter().take(40) {
        text.push_str(&format!("missed {key:?}\n"));
    }
    for key in extra.iter().take(40) {
        let row =
            outcome.report.findings.iter().find(|f| f.rule == key.0 && f.file_no == key.1 && f.id_number == key.2);
        let said = row.map(|f| {
            let places: Vec<_> = f
                .evidence
                .iter()
                .map(|e| format!("{}!{}!{}[{}]={}", e.path, e.sheet, e.row, e.title, e.shown))
                .collect();
            format!("{} | {}", f.message, places.join("; "))
        });
        let planted: BTreeSet<&str> = expected.iter().filter(|e| e.1 == key.1).map(|e| e.0.as_str()).collect();
        text.push_str(&format!("extra {key:?} beside {planted:?}: {}\n", said.unwrap_or_default()));
    }
    text
}

/// Inputs in memory: one sheet a file, each of a source of its own.
pub fn inputs_of(sheets: Vec<(String, RawSheet)>) -> Inputs {
    let reads = sheets.into_iter().enumerate().map(|(i, (path, sheet))| {
        let reading = Reading::Sheets { format: ReadFormat::Xlsx, sheets: vec![sheet] };
        (i, FileRead { path, bytes: 1, sha256: [i as u8 + 1; 32], reading, second: SecondReading::None })
    });
    Inputs::from_reads(reads.collect())
}

/// The line on inputs in memory, judged by a configuration in text. `kinds`: what each file is; empty where the sheets are to
/// be recognised.
pub fn audited<R>(config: &str, inputs: &Inputs, kinds: &[String], then: impl FnOnce(&Facts<'_>, &Audit) -> R) -> R {
    audited_after(config, inputs, kinds, Past::default(), then)
}

/// As [`audited`], after earlier runs that left this.
pub fn audited_after<R>(
    config: &str,
    inputs: &Inputs,
    kinds: &[String],
    past: Past,
    then: impl FnOnce(&Facts<'_>, &Audit) -> R,
) -> R {
    let hint = |kind: &String| SourceHints { kind: Some(kind.clone()), ..SourceHints::default() };
    audited_hinted(config, inputs, kinds.iter().map(hint).collect(), past, then)
}

/// As [`audited_after`], with all that is known of each source beforehand.
pub fn audited_hinted<R>(
    config: &str,
    inputs: &Inputs,
    hints: Vec<SourceHints>,
    past: Past,
    then: impl FnOnce(&Facts<'_>, &Audit) -> R,
) -> R {
    let loaded = loaded(config);
    let day = loaded.config.run.as_of.unwrap_or_else(as_of);
    let mut plan = Plan::without_files(loaded, Asked::default(), day).unwrap_or_else(|e| panic!("{e}"));
    plan.hints = hints;
    pipeline::audited_after(&plan, inputs, past, then).unwrap_or_else(|e| panic!("{e}"))
}

/// What a configuration says, each text read once: most tests share a few.
fn loaded(config: &str) -> Loaded {
    static READ: Mutex<BTreeMap<String, Loaded>> = Mutex::new(BTreeMap::new());
    if let Some(known) = READ.lock().expect("nobody panicked").get(config) {
        return known.clone();
    }
    let loaded = with_rule_specs(|specs| config::parse(config, "hecha.toml", Path::new("."), specs));
    let loaded = loaded.unwrap_or_else(|e| panic!("{e}"));
    loaded.schemas.headings();
    loaded.schemas.lookups();
    READ.lock().expect("nobody panicked").insert(config.to_string(), loaded.clone());
    loaded
}

/// The schemas of the program, read once.
pub fn schemas() -> &'static Schemas {
    static READ: OnceLock<Schemas> = OnceLock::new();
    READ.get_or_init(|| Schemas::load(None).expect("the schemas load"))
}

pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
