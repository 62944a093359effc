//! Twenty units, thirty nights: a world that changes by itself, exports that fail, and returns that are sorted, partial,
//! stale, doubled, contradictory, tampered with. A model of what must be known is kept beside the program and compared
//! with it every night: no answer lost, nothing falsely closed, nothing settled asked again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;
use hecha::collect::{self, outcome::State};
use hecha::finding::Status;
use hecha::history::History;
use hecha::pipeline::Silent;

use crate::nights::{City, Night, is_phone};
use crate::returned::{Filled, Returned, workbook_of};

/// Small and always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// An answer the program must hold.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    word: String,
    note: String,
    /// The phone the answer was about.
    about: String,
    /// As-of of the workbook, and of the newest run when it was taken.
    as_of: NaiveDate,
    known: NaiveDate,
}

/// What must be known of the phone of one file.
#[derive(Debug, Clone, Default)]
struct Model {
    /// Phone as it stood in each published run that listed the finding.
    listed: BTreeMap<NaiveDate, String>,
    held: Vec<Held>,
    /// As-of of the last run in which it was found to be gone.
    resolved: Option<NaiveDate>,
    /// Listed (open, settled or unchecked) in the last run, and as what.
    last: Option<Status>,
}

#[derive(Debug, Default)]
struct Counts {
    nights: usize,
    mistakes: usize,
    returns: usize,
    answers: usize,
    refused: usize,
    conflicts: usize,
    tampered: usize,
    repeated: usize,
    unfilled: usize,
    resolved: usize,
    verified: usize,
    unchecked: usize,
    settled_silent: usize,
    settled_reopened: usize,
    disputed: usize,
    still_there: usize,
}

const SETTLING: [&str; 2] = ["情况特殊，不需更正", "疑点不属实，数据源有误"];
const WORDS: [&str; 5] =
    ["疑点属实，已更正", "疑点属实，待更正", "情况特殊，不需更正", "疑点不属实，数据源有误", "需入户核实"];

struct Simulation {
    city: City,
    dice: Dice,
    /// File number → its own phone, unit, export.
    files: BTreeMap<String, (String, String, PathBuf)>,
    night: Night,
    model: BTreeMap<String, Model>,
    runs: Vec<NaiveDate>,
    counts: Counts,
}

impl Simulation {
    fn phone(&self, file: &str) -> String {
        self.night.phones.get(file).cloned().unwrap_or_else(|| self.files[file].0.clone())
    }

    /// The world changes by itself.
    fn change(&mut self, night: u64) {
        let all: Vec<String> = self.files.keys().cloned().collect();
        for _ in 0..4 {
            let file = all[self.dice.below(all.len())].clone();
            if !self.night.phones.contains_key(&file) {
                let phone = format!("1990{:07}", 1_000_000 + night * 1_000 + self.dice.below(900) as u64);
                self.night.phones.insert(file, phone);
                self.counts.mistakes += 1;
            }
        }
        let wrong: Vec<String> = self.night.phones.keys().cloned().collect();
        if !wrong.is_empty() && self.dice.chance(60) {
            // Corrected without a word.
            self.night.phones.remove(&wrong[self.dice.below(wrong.len())]);
        }
        if !wrong.is_empty() && self.dice.chance(40) {
            // Another value, as wrong as the one before.
            let file = wrong[self.dice.below(wrong.len())].clone();
            if let Some(phone) = self.night.phones.get_mut(&file) {
                *phone = format!("1990{:07}", 5_000_000 + night * 1_000 + self.dice.below(900) as u64);
            }
        }
        self.night.missing.clear();
        if night % 5 == 3 {
            let sources = self.city.sources();
            self.night.missing.insert(sources[self.dice.below(sources.len())].clone());
        }
    }

    fn effective(model: &Model) -> Option<&Held> {
        let [held] = &model.held[..] else { return None };
        let former = model.resolved.is_some_and(|gone| gone > held.as_of);
        (SETTLING.contains(&held.word.as_str()) || !former).then_some(held)
    }

    /// Runs the night and compares every finding with the model.
    fn run(&mut self, as_of: NaiveDate) {
        self.city.write(&self.night);
        let outcome = self.city.run(as_of);
        let found: BTreeMap<&str, _> =
            outcome.report.findings.iter().filter(|f| is_phone(f)).map(|f| (f.file_no.as_str(), f)).collect();
        let strange: Vec<_> = outcome
            .report
            .findings
            .iter()
            .filter(|f| !is_phone(f) && f.rule != "JZ703")
            .map(|f| (&f.rule, &f.message))
            .collect();
        assert!(strange.is_empty(), "{as_of}: {strange:?}");
        for (file, (own, _, source)) in &self.files {
            let delivered = !self.night.missing.contains(source);
            let wrong = self.night.phones.get(file).filter(|p| *p != own).filter(|_| delivered);
            let model = self.model.entry(file.clone()).or_default();
            let row = found.get(file.as_str());
            let expected = match wrong {
                Some(phone) => {
                    let held = Self::effective(model);
                    Some(match (held, model.held.len()) {
                        (_, 2..) if model.resolved.is_none_or(|gone| model.held.iter().any(|h| h.as_of >= gone)) => {
                            Status::Disputed
                        }
                        (Some(h), _) if SETTLING.contains(&h.word.as_str()) && h.about == *phone => Status::Answered,
                        (Some(h), _) if SETTLING.contains(&h.word.as_str()) => match model.last {
                            Some(Status::Reopened | Status::Persisting) => Status::Persisting,
                            _ => Status::Reopened,
                        },
                        _ if model.last.is_some() => Status::Persisting,
                        _ if model.listed.is_empty() => Status::New,
                        _ => Status::Reopened,
                    })
                }
                None if model.last.is_some() && !delivered => Some(Status::Unchecked),
                None => None,
            };
            assert_eq!(row.map(|r| r.status), expected, "{as_of} {file}: {model:?}, mark {:?}", row.map(|r| &r.mark));
            match expected {
                Some(Status::Unchecked) => self.counts.unchecked += 1,
                Some(Status::Answered) => self.counts.settled_silent += 1,
                Some(Status::Disputed) => self.counts.disputed += 1,
                Some(Status::Reopened) if !model.held.is_empty() => self.counts.settled_reopened += 1,
                _ => {}
            }
            let claimed = Self::effective(model).is_some_and(|h| h.word == WORDS[0]);
            if let (Some(row), Some(_)) = (row, wrong) {
                assert_eq!(row.mark.contains("已报整改但仍存在"), claimed, "{as_of} {file}: {}", row.mark);
                self.counts.still_there += usize::from(claimed);
                model.listed.insert(as_of, wrong.cloned().unwrap_or_default());
            }
            if model.last.is_some() && expected.is_none() {
                self.counts.resolved += 1;
                self.counts.verified += usize::from(claimed);
                model.resolved = Some(as_of);
            }
            model.last = expected;
        }
        self.runs.push(as_of);
        self.counts.nights += 1;
    }

    /// A cadre's way with a workbook.
    fn answer(&mut self, file: &str) -> Filled {
        let word = WORDS[self.dice.below(WORDS.len())];
        Filled {
            word: word.into(),
            note: format!("说明{}", self.dice.below(3)),
            done_on: if word == WORDS[1] { "2019-12-01".into() } else { String::new() },
            checked_by: if self.dice.chance(80) { "测干部".into() } else { String::new() },
            corrected: if word.starts_with("疑点属实") { self.files[file].0.clone() } else { String::new() },
        }
    }

    /// Some units send something back.
    fn take_back(&mut self, night: u64, as_of: NaiveDate) {
        let units: BTreeSet<String> = self.files.values().map(|f| f.1.clone()).collect();
        let units: Vec<String> = units.into_iter().collect();
        for turn in 0..4 {
            let unit = units[self.dice.below(units.len())].clone();
            // Mostly today's workbook, sometimes an old one.
            let of = if self.dice.chance(75) { as_of } else { self.runs[self.dice.below(self.runs.len())] };
            let Some(path) = workbook_of(&self.city.dir.join("out"), &of.to_string(), &unit) else { continue };
            let blank = Returned::open(&path);
            let mut returned = blank.clone();
            let mut given: Vec<(String, Filled)> = Vec::new();
            let mut refused = 0;
            for row in 0..returned.rows.len() {
                let file = returned.text(row, "档案号");
                let unchecked = returned.text(row, "状态") == "未核对";
                if !self.files.contains_key(&file) || unchecked || !self.dice.chance(60) {
                    continue;
                }
                if self.dice.chance(8) {
                    let wrong =
                        Filled { word: "已处理".into(), checked_by: "测干部".into(), ..Filled::default() };
                    returned.fill(row, &wrong);
                    refused += 1;
                    continue;
                }
                let filled = self.answer(&file);
                returned.fill(row, &filled);
                given.push((file, filled));
            }
            let mut tampered = 0;
            if self.dice.chance(20) && !returned.rows.is_empty() {
                let row = self.dice.below(returned.rows.len());
                returned.set(row, "说明", "改过的说明");
                tampered = 1;
            }
            if self.dice.chance(50) {
                returned.rows.reverse();
            }
            if self.dice.chance(30) {
                let (from, to) = (returned.column("核实结果"), self.dice.below(20));
                returned.move_column(from, to);
            }
            let sheet = if self.dice.chance(30) { "我的清单" } else { "疑点清单" };
            let folder = self.city.dir.join(format!("back/{night}-{turn}"));
            let name = format!("交回{night}-{turn}.xlsx");
            let saved = returned.save(&folder.join(&name), sheet);
            self.keep(&saved, of, as_of, &given, refused, tampered);

            if !given.is_empty() && self.dice.chance(25) {
                // The very same file once more, under another name.
                let copy = folder.join("又一份.xlsx");
                std::fs::copy(&saved, &copy).expect("a copy");
                let before = std::fs::read(self.city.state()).expect("the state");
                let outcome = self.collect(&copy);
                assert!(outcome.files.iter().all(|f| f.state == State::Repeated), "{:?}", outcome.files);
                assert!(
                    before == std::fs::read(self.city.state()).expect("the state"),
                    "the same file twice changes nothing"
                );
                self.counts.repeated += 1;
            }
            if !given.is_empty() && self.dice.chance(25) {
                // A colleague filled in the same workbook otherwise.
                let mut other = blank.clone();
                let mut differently = Vec::new();
                for (file, first) in given.iter().take(2) {
                    let row = (0..other.rows.len()).find(|&r| other.text(r, "档案号") == *file).expect("the row");
                    let word = WORDS.into_iter().find(|w| *w != first.word).expect("another word");
                    let filled = Filled {
                        word: word.into(),
                        note: "另一种说法".into(),
                        checked_by: "测同事".into(),
                        ..Filled::default()
                    };
                    other.fill(row, &filled);
                    differently.push((file.clone(), filled));
                }
                let saved = other.save(&folder.join("同事.xlsx"), "疑点清单");
                self.keep(&saved, of, as_of, &differently, 0, 0);
            }
            if self.dice.chance(30) {
                let before = std::fs::read(self.city.state()).expect("the state");
                let outcome = self.collect(&path);
                assert_eq!(outcome.files[0].state, State::Unfilled, "{:?}", outcome.files[0]);
                assert!(
                    before == std::fs::read(self.city.state()).expect("the state"),
                    "an unedited workbook changes no byte"
                );
                self.counts.unfilled += 1;
            }
        }
    }

    fn collect(&self, path: &std::path::Path) -> collect::outcome::Outcome {
        let asked = collect::Asked {
            config: Some(self.city.dir.join("hecha.toml")),
            out: None,
            paths: vec![path.into()],
            dry_run: false,
        };
        collect::collect(&asked, &self.city.dir, self.city.day(300), &Silent).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Takes one file back, in the program and in the model.
    fn keep(
        &mut self,
        path: &std::path::Path,
        of: NaiveDate,
        newest: NaiveDate,
        given: &[(String, Filled)],
        refused: usize,
        tampered: usize,
    ) {
        let outcome = self.collect(path);
        assert_eq!(outcome.files.len(), 1);
        let file = &outcome.files[0];
        let mut conflicts = 0;
        for (no, filled) in given {
            let model = self.model.get_mut(no).expect("it was listed");
            let held = Held {
                word: filled.word.clone(),
                note: filled.note.clone(),
                about: model.listed.get(&of).cloned().unwrap_or_default(),
                as_of: of,
                known: newest,
            };
            let corrected_differs = |h: &Held| h.word != held.word || h.note != held.note;
            if !model.held.is_empty() && model.held.iter().all(|h| of > h.known) {
                model.held = vec![held];
            } else if model.held.iter().all(corrected_differs) {
                conflicts += usize::from(!model.held.is_empty());
                model.held.push(held);
            }
        }
        let c = file.counts;
        if !given.is_empty() || refused > 0 {
            assert_eq!(c.refused, refused, "{}: {:?}", path.display(), file.lines);
            // An answer that repeats one side of a dispute is shown as a conflict, too, though it adds none.
            assert!(c.conflicts >= conflicts && c.conflicts <= given.len(), "{}: {:?}", path.display(), file.lines);
            // An answer may be in conflict and lack something at once.
            assert!(c.accepted + c.reminded + c.conflicts >= given.len(), "{c:?}: {:?}", file.lines);
        }
        assert!(c.changed >= tampered.min(usize::from(!given.is_empty())) || tampered == 0, "{c:?}");
        self.counts.returns += 1;
        self.counts.answers += given.len();
        self.counts.refused += refused;
        self.counts.conflicts += conflicts;
        self.counts.tampered += tampered;
    }
}

#[test]
fn thirty_nights_of_twenty_units() {
    let city = City::new(160, 20, 77);
    let files = city.comparable();
    let units: BTreeSet<&String> = files.values().map(|f| &f.1).collect();
    assert!(units.len() >= 18 && files.len() >= 60, "{} units, {} files", units.len(), files.len());
    let mut simulation = Simulation {
        files,
        dice: Dice(0x9e37_79b9_7f4a_7c15),
        night: Night::default(),
        model: BTreeMap::new(),
        runs: Vec::new(),
        counts: Counts::default(),
        city,
    };
    for night in 0..30 {
        simulation.change(night);
        let as_of = simulation.city.day(night);
        simulation.run(as_of);
        simulation.take_back(night, as_of);
        // What was promised is done, or not.
        let claimed: Vec<String> = (simulation.model.iter())
            .filter(|(_, m)| Simulation::effective(m).is_some_and(|h| h.word == WORDS[0]))
            .map(|(file, _)| file.clone())
            .collect();
        for file in claimed {
            if simulation.dice.chance(60) {
                simulation.night.phones.remove(&file);
            }
        }
        let phones: Vec<String> = simulation.night.phones.keys().cloned().collect();
        for file in phones {
            assert_ne!(simulation.phone(&file), "", "{file}");
        }
    }
    let counts = &simulation.counts;
    eprintln!("{counts:#?}");
    let history = History::open(&simulation.city.state()).expect("it opens");
    let kept = history.answers_by_rule().expect("answers").get("YZ301").map_or(0, |t| t.answered);
    let answered = simulation.model.values().filter(|m| !m.held.is_empty()).count();
    assert_eq!(kept, answered, "no answer is lost");
    for (what, n) in [
        ("answers", counts.answers),
        ("refused", counts.refused),
        ("conflicts", counts.conflicts),
        ("tampered", counts.tampered),
        ("repeated", counts.repeated),
        ("unfilled", counts.unfilled),
        ("verified", counts.verified),
        ("unchecked", counts.unchecked),
        ("settled and silent", counts.settled_silent),
        ("settled and reopened", counts.settled_reopened),
        ("disputed", counts.disputed),
        ("still there", counts.still_there),
    ] {
        assert!(n > 0, "the simulation never met: {what}");
    }
}
