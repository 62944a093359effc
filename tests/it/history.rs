//! What a run makes of earlier runs: statuses, what could not be checked, files that are gone, the look-back.

use std::collections::BTreeSet;

use hecha::finding::Status;
use hecha::history::History;
use hecha::history::diff::Change;
use hecha::pipeline::{self, Outcome, Silent};
use hecha::plan::Asked;
use hecha::report::model::FindingRow;

use crate::nights::{City, Night, is_phone};

fn phone_of<'a>(outcome: &'a Outcome, file_no: &str) -> Option<&'a FindingRow> {
    outcome.report.findings.iter().find(|f| is_phone(f) && f.file_no == file_no)
}

fn status(outcome: &Outcome, file_no: &str) -> Option<Status> {
    phone_of(outcome, file_no).map(|f| f.status)
}

fn with_phones(files: &[&String]) -> Night {
    let mut night = Night::default();
    for (n, file) in files.iter().enumerate() {
        night.phones.insert((*file).clone(), format!("1991111000{n}"));
    }
    night
}

#[test]
fn findings_are_new_persist_go_and_come_back() {
    let city = City::new(60, 6, 11);
    let comparable = city.comparable();
    let files: Vec<&String> = comparable.keys().take(3).collect();
    let [a, b, c] = files[..] else { panic!("three files") };

    city.write(&with_phones(&[a, b]));
    let first = city.run(city.day(0));
    assert_eq!((status(&first, a), status(&first, b), status(&first, c)), (Some(Status::New), Some(Status::New), None));
    assert_eq!(first.report.findings.len(), 2, "nothing else is found");

    // The rows of the export move, and the day is run twice: the same bytes.
    city.write(&with_phones(&[a, c]));
    let second = city.run(city.day(1));
    let bytes = |day: u64| {
        std::fs::read(city.dir.join("out").join(city.day(day).to_string()).join("findings.csv")).expect("csv")
    };
    let before = bytes(1);
    city.run(city.day(1));
    assert!(before == bytes(1), "a second run of the day gives the same bytes");
    assert_eq!(
        (status(&second, a), status(&second, b), status(&second, c)),
        (Some(Status::Persisting), None, Some(Status::New))
    );
    assert_eq!(phone_of(&second, a).map(|f| f.first_seen), Some(city.day(0)));
    assert!(second.warnings.is_empty() && second.report.manifest.unchecked.is_empty(), "{:?}", second.warnings);
    assert_eq!(second.report.corrections.ends().iter().sum::<usize>(), 1);

    city.write(&with_phones(&[a, b]));
    let third = city.run(city.day(2));
    assert_eq!((status(&third, a), status(&third, b)), (Some(Status::Persisting), Some(Status::Reopened)));
    assert_eq!(phone_of(&third, b).map(|f| f.first_seen), Some(city.day(0)));
    assert_eq!(
        third.report.corrections.trend.iter().map(|p| p.as_of).collect::<Vec<_>>(),
        [city.day(0), city.day(1), city.day(2)]
    );

    // Nothing is read or written without a history.
    let state = std::fs::read(city.state()).expect("the state");
    let asked = Asked { no_history: true, ..Asked::default() };
    let plain = pipeline::judge(&city.plan_with(city.day(3), asked), &Silent).expect("it runs");
    assert_eq!(status(&plain, a), Some(Status::New));
    assert!(state == std::fs::read(city.state()).expect("the state"));

    // The look-back from the first night to the third, by date and by run.
    let history = History::open(&city.state()).expect("it opens");
    let runs = history.runs().expect("runs");
    assert_eq!(runs.len(), 3, "a second run of a day replaces the first");
    let by_date = history
        .diff(&history.run_named("2019-08-20").expect("a run"), &history.run_named("最近").expect("a run"))
        .expect("a diff");
    let by_run = history.diff(&history.run_named(&runs[0].run_id).expect("a run"), &runs[2]).expect("a diff");
    assert_eq!(by_date.totals(), by_run.totals());
    assert_eq!(by_date.totals(), [0, 0, 0, 0, 0, 2], "both stand as they stood");
    let last = history.diff(&runs[1], &runs[2]).expect("a diff");
    let changes: BTreeSet<(Change, String)> =
        last.lines.iter().map(|l| (l.change, l.finding.shown.file_no.clone())).collect();
    assert_eq!(changes, BTreeSet::from([(Change::CameBack, b.clone()), (Change::Gone, c.clone())]));
    assert!(history.run_named("2018-01-01").is_err_and(|e| e.to_string().contains("2019-08-22")));
}

#[test]
fn what_could_not_be_checked_is_never_resolved() {
    let city = City::new(80, 8, 12);
    let comparable = city.comparable();
    let (file, (_, unit, path)) = comparable.iter().next().expect("a file");
    let night = with_phones(&[file]);
    city.write(&night);
    city.run(city.day(0));

    // The unit's export is not delivered.
    let missing = Night { missing: BTreeSet::from([path.clone()]), ..Night::default() };
    city.write(&missing);
    let outcome = city.run(city.day(1));
    assert_eq!(status(&outcome, file), Some(Status::Unchecked), "{:?}", outcome.report.findings.len());
    assert!(outcome.report.findings.iter().all(|f| f.rule != "JD215"), "a missing export makes nobody's file vanish");
    assert!(!outcome.report.manifest.unchecked.is_empty());
    assert_eq!(outcome.report.manifest.findings.open_high, 0, "not counted as open");
    let row = phone_of(&outcome, file).expect("it is carried over");
    assert_eq!((&row.unit, row.last_seen, row.first_seen), (unit, city.day(0), city.day(0)));

    // Twice missing is not complete.
    let outcome = city.run(city.day(2));
    assert_eq!(status(&outcome, file), Some(Status::Unchecked));
    // Delivered again, and corrected.
    city.write(&Night::default());
    let outcome = city.run(city.day(3));
    assert_eq!(status(&outcome, file), None);
    assert_eq!(outcome.report.corrections.ended.get("YZ301").map(|ends| ends.iter().sum()), Some(1usize));

    // The rule is switched off: unchecked, too.
    city.write(&night);
    assert_eq!(status(&city.run(city.day(4)), file), Some(Status::Reopened));
    let config = city.dir.join("hecha.toml");
    let text = std::fs::read_to_string(&config).expect("the config");
    std::fs::write(&config, format!("{text}[rule.YZ301]\nenabled = false\n")).expect("the config");
    city.write(&Night::default());
    assert_eq!(status(&city.run(city.day(5)), file), Some(Status::Unchecked));
    std::fs::write(&config, text).expect("the config");
    assert_eq!(status(&city.run(city.day(6)), file), None);
}

#[test]
fn an_export_that_shrank_is_not_complete_until_somebody_says_so() {
    let city = City::new(80, 6, 13);
    let comparable = city.comparable();
    let files: Vec<&String> = comparable.keys().collect();
    city.write(&with_phones(&[files[0]]));
    city.run(city.day(0));
    // Every fourth file is left out, the one with the finding among them.
    let gone: BTreeSet<String> = city
        .files()
        .into_iter()
        .map(|f| f.0)
        .enumerate()
        .filter(|(n, no)| n % 4 == 1 || no == files[0])
        .map(|(_, no)| no)
        .collect();
    let night = Night { gone: gone.clone(), ..Night::default() };
    for day in [1, 2] {
        city.write(&night);
        let outcome = city.run(city.day(day));
        assert_eq!(status(&outcome, files[0]), Some(Status::Unchecked), "night {day}");
        assert!(outcome.report.findings.iter().all(|f| f.rule != "JD215"), "night {day}: nobody is accused");
        assert!(outcome.warnings.iter().any(|w| w.contains("--complete")), "{:?}", outcome.warnings);
    }
    let asked = Asked { complete: true, ..Asked::default() };
    let (outcome, _) = pipeline::run(&city.plan_with(city.day(3), asked), &Silent).expect("it runs");
    let accused: BTreeSet<String> =
        outcome.report.findings.iter().filter(|f| f.rule == "JD215").map(|f| f.file_no.clone()).collect();
    assert!(accused.is_subset(&gone) && !accused.is_empty(), "now they are gone: {accused:?}");
    assert!(
        outcome
            .report
            .findings
            .iter()
            .filter(|f| f.rule == "JD215")
            .all(|f| !f.message.is_empty() && f.status == Status::New)
    );
    // They stay gone.
    let outcome = city.run(city.day(4));
    let again: BTreeSet<String> =
        outcome.report.findings.iter().filter(|f| f.rule == "JD215").map(|f| f.file_no.clone()).collect();
    assert_eq!(again, accused);
    assert!(outcome.report.findings.iter().filter(|f| f.rule == "JD215").all(|f| f.status == Status::Persisting));
}

#[test]
fn one_vanished_file_is_told_and_its_finding_is_not_closed() {
    let city = City::new(80, 6, 14);
    let comparable = city.comparable();
    let files: Vec<&String> = comparable.keys().collect();
    city.write(&with_phones(&[files[0]]));
    city.run(city.day(0));
    city.write(&Night { gone: BTreeSet::from([files[0].clone()]), ..Night::default() });
    let outcome = city.run(city.day(1));
    let gone: Vec<&FindingRow> = outcome.report.findings.iter().filter(|f| f.rule == "JD215").collect();
    assert_eq!(gone.len(), 1);
    assert_eq!((&gone[0].file_no, gone[0].id_number.len()), (files[0], 18), "the paper file still bears the number");
    assert_eq!(status(&outcome, files[0]), Some(Status::Unchecked));
    // Back again: both are settled by the export itself.
    city.write(&Night::default());
    let outcome = city.run(city.day(2));
    assert!(
        outcome.report.findings.is_empty(),
        "{:?}",
        outcome.report.findings.iter().map(|f| (&f.rule, f.status)).collect::<Vec<_>>()
    );
}

#[test]
fn a_month_without_an_answer_is_overdue() {
    let city = City::new(60, 6, 15);
    let comparable = city.comparable();
    let (file, (_, unit, _)) = comparable.iter().next().expect("a file");
    city.write(&with_phones(&[file]));
    city.run(city.day(0));
    let overdue = |outcome: &Outcome| -> BTreeSet<String> {
        outcome.report.findings.iter().filter(|f| f.rule == "JZ703").map(|f| f.unit.clone()).collect()
    };
    // Handed out on 20 August: a month is over after 20 September.
    assert!(overdue(&city.run(city.day(31))).is_empty());
    let late = city.run(city.day(32));
    assert!(overdue(&late).contains(unit), "{:?}", overdue(&late));
    assert!(overdue(&late).len() >= 2, "and the unit above it");
    city.write(&Night::default());
    assert!(overdue(&city.run(city.day(33))).is_empty(), "what is gone is not overdue");
}

#[test]
fn a_household_takes_its_finding_to_another_unit() {
    let city = City::new(60, 6, 18);
    let comparable = city.comparable();
    let (file, (_, unit, path)) = comparable.iter().next().expect("a file");
    let other = comparable.values().find(|(_, u, p)| u != unit && p == path).map(|f| f.1.clone());
    let other = other.expect("another unit of that export");
    let mut night = with_phones(&[file]);
    city.write(&night);
    let first = city.run(city.day(0));
    night.moved.insert(file.clone(), other.clone());
    city.write(&night);
    let second = city.run(city.day(1));
    let (then, now) = (phone_of(&first, file).expect("it is found"), phone_of(&second, file).expect("it is found"));
    assert_eq!((&then.unit, &now.unit), (unit, &other));
    assert_eq!((&then.id, now.status, now.first_seen), (&now.id, Status::Persisting, city.day(0)));
    assert!(second.warnings.is_empty(), "no unit lacks anything: {:?}", second.warnings);
}

/// The unit that a household left has nothing to do with what is open of it, though that could not be checked since.
#[test]
fn what_could_not_be_checked_goes_where_its_file_went() {
    let city = City::new(60, 6, 18);
    let comparable = city.comparable();
    let (file, (_, unit, path)) = comparable.iter().next().expect("a file");
    let other = comparable.values().find(|(_, u, p)| u != unit && p == path).map(|f| f.1.clone());
    let other = other.expect("another unit of that export");
    let mut night = with_phones(&[file]);
    city.write(&night);
    city.run(city.day(0));
    night.moved.insert(file.clone(), other.clone());
    city.write(&night);
    // Its paper did not come: nobody can tell.
    for paper in city.inbox().iter().filter(|p| is_paper(p)) {
        std::fs::remove_file(paper).expect("it is removed");
    }
    let (second, published) = pipeline::run(&city.plan(city.day(1)), &Silent).expect("it runs");
    let carried = phone_of(&second, file).expect("it is kept");
    assert_eq!((&carried.unit, carried.status), (&other, Status::Unchecked));
    let former = published.files.iter().filter(|f| f.contains(&format!("核查比对_{unit}_")));
    for book in former {
        let texts = crate::privacy::texts(&published.dir.join(book));
        assert!(!texts.iter().any(|t| t.contains(file.as_str())), "{book}");
    }
    // And with its electronic file gone too, it stays where it was last.
    night.missing.insert(path.clone());
    city.write(&night);
    let asked = Asked { allow_empty: true, ..Asked::default() };
    let (third, _) = pipeline::run(&city.plan_with(city.day(2), asked), &Silent).expect("it runs");
    assert_eq!(phone_of(&third, file).map(|f| f.unit.clone()), Some(other));
}

fn is_paper(path: &std::path::Path) -> bool {
    let path = path.to_string_lossy();
    path.contains("纸质") || path.contains("入户调查表")
}

#[test]
fn two_runs_never_work_at_once() {
    let city = City::new(40, 4, 16);
    city.write(&Night::default());
    let held = hecha::history::Lock::take(&city.state(), "核查").expect("it is free");
    let error = pipeline::run(&city.plan(city.day(0)), &Silent).expect_err("it is held");
    assert_eq!(error.kind().exit_code(), 4);
    assert!(!city.dir.join("out").exists(), "nothing was touched");
    drop(held);
    city.run(city.day(0));
}

#[test]
fn what_is_older_than_asked_is_forgotten() {
    let city = City::new(60, 6, 17);
    let comparable = city.comparable();
    let files: Vec<&String> = comparable.keys().take(2).collect();
    city.write(&with_phones(&[files[0]]));
    city.run(city.day(0));
    city.write(&with_phones(&[files[1]]));
    city.run(city.day(400));
    city.run(city.day(401));
    let mut history = History::open(&city.state()).expect("it opens");
    assert_eq!(history.prune(city.day(100)).expect("it is pruned"), 1);
    assert_eq!(history.runs().expect("runs").len(), 2);
    drop(history);
    let outcome = city.run(city.day(402));
    assert_eq!(status(&outcome, files[1]), Some(Status::Persisting));
    assert_eq!(phone_of(&outcome, files[1]).map(|f| f.first_seen), Some(city.day(400)));
}
