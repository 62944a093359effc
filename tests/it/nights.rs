//! A city over many nights: exports that change, and what the runs make of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use hecha::pipeline::{self, Outcome, Silent};
use hecha::plan::{Asked, Plan};
use hecha::report::model::FindingRow;
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{Written, request, written};

/// A table of the exports, in memory.
type Table = Vec<Vec<String>>;

/// A consistent world whose electronic files are changed from night to night.
pub struct City {
    _world: Written,
    pub dir: PathBuf,
    /// Electronic files as they were generated, by path.
    base: BTreeMap<PathBuf, Table>,
    pub first: NaiveDate,
}

/// What stands in the exports of one night besides what was generated.
#[derive(Clone, Default)]
pub struct Night {
    /// File number → phone as written in the electronic file.
    pub phones: BTreeMap<String, String>,
    /// File numbers left out of the export.
    pub gone: BTreeSet<String>,
    /// File number → the unit it has moved to.
    pub moved: BTreeMap<String, String>,
    /// Electronic files that are not delivered.
    pub missing: BTreeSet<PathBuf>,
}

/// Only these rules run: the others would find the days go by.
const RULES: [&str; 4] = ["YZ301", "JD204", "JD215", "JZ703"];

impl City {
    pub fn new(households: usize, units: usize, seed: u64) -> Self {
        let mut asked = request(households, seed, 0, Plant::None);
        asked.units = units;
        let world = written(&asked, &[Format::Csv]);
        let dir = world.dir.path().to_path_buf();
        let config = dir.join("hecha.toml");
        let mut text = std::fs::read_to_string(&config).expect("the config");
        for rule in hecha::rules::all(&hecha::schema::Schemas::load(None).expect("schemas")) {
            if !RULES.contains(&rule.code) {
                text.push_str(&format!("[rule.{}]\nenabled = false\n", rule.code));
            }
        }
        std::fs::write(&config, text).expect("the config");
        let mut base = BTreeMap::new();
        walk(&dir.join("inbox"), &mut |path| {
            if path.file_name().is_some_and(|n| n.to_string_lossy().contains("困难职工电子档案")) {
                base.insert(path.to_path_buf(), read(path));
            }
        });
        assert!(!base.is_empty(), "there are electronic files");
        Self { _world: world, dir, base, first: NaiveDate::from_ymd_opt(2019, 8, 20).expect("a day") }
    }

    pub fn day(&self, night: u64) -> NaiveDate {
        self.first + Days::new(night)
    }

    pub fn state(&self) -> PathBuf {
        self.dir.join("state/hecha.sqlite")
    }

    /// The electronic files, which a night may leave out.
    pub fn sources(&self) -> Vec<PathBuf> {
        self.base.keys().cloned().collect()
    }

    /// Every file of the inbox.
    pub fn inbox(&self) -> Vec<PathBuf> {
        let mut out = Vec::new();
        walk(&self.dir.join("inbox"), &mut |path| out.push(path.to_path_buf()));
        out
    }

    /// File number, phone and export of every electronic file.
    pub fn files(&self) -> Vec<(String, String, PathBuf)> {
        let mut out = Vec::new();
        for (path, table) in &self.base {
            let (no, phone) = (column(table, "档案号"), column(table, "手机号码"));
            for row in &table[1..] {
                if !row[no].is_empty() && !row[phone].is_empty() {
                    out.push((row[no].clone(), row[phone].clone(), path.clone()));
                }
            }
        }
        out
    }

    pub fn write(&self, night: &Night) {
        for (path, table) in &self.base {
            let _ = std::fs::remove_file(path);
            if night.missing.contains(path) {
                continue;
            }
            let (no, phone) = (column(table, "档案号"), column(table, "手机号码"));
            let mut out = csv::Writer::from_path(path).expect("a file");
            for row in table.iter().filter(|row| !night.gone.contains(&row[no])) {
                let mut row = row.clone();
                if let Some(unit) = night.moved.get(&row[no]) {
                    row[column(table, "所属工会")].clone_from(unit);
                }
                if let Some(written) = night.phones.get(&row[no]) {
                    row[phone].clone_from(written);
                }
                out.write_record(&row).expect("a row");
            }
            out.flush().expect("it is written");
        }
    }

    pub fn plan(&self, as_of: NaiveDate) -> Plan {
        self.plan_with(as_of, Asked::default())
    }

    pub fn plan_with(&self, as_of: NaiveDate, asked: Asked) -> Plan {
        let asked = Asked { config: Some(self.dir.join("hecha.toml")), as_of: Some(as_of), ..asked };
        Plan::new(asked, &self.dir, as_of).unwrap_or_else(|e| panic!("{e}"))
    }

    pub fn run(&self, as_of: NaiveDate) -> Outcome {
        pipeline::run(&self.plan(as_of), &Silent).unwrap_or_else(|e| panic!("{e}")).0
    }

    /// The files whose phone is compared: a change in each gives its YZ301.
    pub fn comparable(&self) -> BTreeMap<String, (String, String, PathBuf)> {
        let files = self.files();
        let night = Night {
            phones: files.iter().map(|(no, ..)| (no.clone(), "19911110000".into())).collect(),
            ..Night::default()
        };
        self.write(&night);
        let asked = Asked { no_history: true, ..Asked::default() };
        let outcome = pipeline::judge(&self.plan_with(self.first, asked), &Silent).unwrap_or_else(|e| panic!("{e}"));
        let found: BTreeMap<String, String> = outcome
            .report
            .findings
            .iter()
            .filter(|f| is_phone(f))
            .map(|f| (f.file_no.clone(), f.unit.clone()))
            .collect();
        self.write(&Night::default());
        (files.into_iter())
            .filter_map(|(no, phone, path)| Some((no.clone(), (phone, found.get(&no)?.clone(), path))))
            .collect()
    }
}

pub fn is_phone(f: &FindingRow) -> bool {
    f.rule == "YZ301" && f.field == "phone"
}

fn column(table: &Table, title: &str) -> usize {
    table[0].iter().position(|t| t == title).unwrap_or_else(|| panic!("no {title} in {:?}", table[0]))
}

fn read(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).expect("UTF-8");
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows: Table = reader.records().map(|r| r.expect("a row").iter().map(String::from).collect()).collect();
    let header = rows.iter().position(|r| r.iter().any(|c| c == "档案号")).expect("a header");
    rows.drain(..header);
    let width = rows[0].len();
    rows.retain(|r| r.len() == width);
    rows
}

fn walk(dir: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(dir).expect("a directory").flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, each) } else { each(&path) }
    }
}
