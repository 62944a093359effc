//! Killed at random points of a run and of taking workbooks back: the result that stands is whole, the state is consistent, no
//! answer is lost, and the next run is clean.
//!
//! `HECHA_KILLS=300 cargo test --test it kills` kills as often as that.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hecha::history::History;
use hecha::report::manifest::Manifest;
use rusqlite::Connection;

use crate::nights::{City, Night};
use crate::returned::{Filled, Returned, workbook_of};

fn start(dir: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_hecha"))
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Runs to the end; the exit code and how long it took.
fn finish(dir: &Path, args: &[&str]) -> (i32, Duration) {
    let began = Instant::now();
    let status = start(dir, args).wait().expect("it ends");
    (status.code().unwrap_or(-1), began.elapsed())
}

/// Every published result is whole, and the state agrees with itself.
fn check(city: &City, what: &str) {
    let out = city.dir.join("out");
    for entry in std::fs::read_dir(&out).expect("out").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.parse::<chrono::NaiveDate>().is_err() {
            continue;
        }
        let dir = entry.path();
        let text = std::fs::read_to_string(dir.join("manifest.json")).unwrap_or_else(|e| panic!("{what} {name}: {e}"));
        let manifest: Manifest = serde_json::from_str(&text).expect("a manifest");
        let csv = std::fs::read_to_string(dir.join("findings.csv")).expect("findings");
        assert_eq!(csv.lines().count() - 1, manifest.findings.total, "{what} {name}");
        assert!(dir.join("timings.json").exists() && dir.join("总览.html").exists(), "{what} {name}");
    }
    if !city.state().exists() {
        return;
    }
    let db = Connection::open(city.state()).expect("the state opens");
    let sound: String = db.query_row("PRAGMA integrity_check", [], |r| r.get(0)).expect("it is checked");
    assert_eq!(sound, "ok", "{what}");
    let strays: i64 = db
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| r.get(0))
        .expect("references are checked");
    assert_eq!(strays, 0, "{what}");
    let days: i64 = db
        .query_row("SELECT count(*) - count(DISTINCT as_of) FROM run WHERE published = 1 AND superseded = 0", [], |r| {
            r.get(0)
        })
        .expect("runs are counted");
    assert_eq!(days, 0, "{what}: one published run a day");
}

fn answered(city: &City) -> usize {
    let history = History::open_existing(&city.state()).expect("it opens").expect("it is there");
    history.answers_by_rule().expect("answers").values().map(|t| t.answered).sum()
}

#[test]
fn killed_anywhere_nothing_is_lost() {
    let kills: usize = std::env::var("HECHA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let city = City::new(50, 5, 21);
    let files: Vec<String> = city.comparable().into_keys().collect();
    let night = |n: usize| Night {
        phones: files.iter().skip(n % 3).map(|f| (f.clone(), "19911110000".to_string())).collect(),
        ..Night::default()
    };
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % below.max(1)
    };
    city.write(&night(0));
    let (code, run_takes) = finish(&city.dir, &["run", "-q", "--as-of", &city.day(0).to_string()]);
    assert_eq!(code, 0, "the first run");
    let units: BTreeSet<String> = city.comparable().into_values().map(|f| f.1).collect();
    city.write(&night(0));
    let (mut day, mut collects, mut collect_takes) = (0u64, 0usize, Duration::from_millis(300));
    let (mut killed_runs, mut killed_collects, mut survived) = (0, 0, 0);
    for kill in 0..kills {
        if kill % 8 == 7 {
            // Every now and then it is left alone: the next day's run is clean, whatever was killed before.
            day += 1;
            city.write(&night(kill));
            let as_of = city.day(day).to_string();
            let (code, _) = finish(&city.dir, &["run", "-q", "--as-of", &as_of]);
            assert!(code == 0 || code == 1, "a clean run after {kill} kills ends with {code}");
            check(&city, &format!("after the clean run {as_of}"));
            let open: i64 = Connection::open(city.state())
                .expect("the state")
                .query_row("SELECT count(*) FROM run WHERE published = 0", [], |r| r.get(0))
                .expect("it is counted");
            assert_eq!(open, 0, "nothing half-remembered is left");
            let listed = std::fs::read_to_string(city.dir.join("out").join(&as_of).join("findings.csv")).expect("csv");
            let phones = listed.lines().filter(|l| l.contains(",phone,")).count();
            assert_eq!(phones, night(kill).phones.len(), "{as_of}");
        }
        let before = if city.state().exists() { answered(&city) } else { 0 };
        let of = city.day(day).to_string();
        let unit = units.iter().nth(random(units.len() as u64) as usize).expect("a unit");
        let workbook = workbook_of(&city.dir.join("out"), &of, unit).filter(|_| kill % 2 == 1);
        let mut added = 0;
        let mut child = if let Some(path) = workbook {
            let mut returned = Returned::open(&path);
            for row in 0..returned.rows.len() {
                if returned.text(row, "字段") == "手机号码" {
                    let filled =
                        Filled {
                            word: "情况特殊，不需更正".into(), note: format!("说明{kill}"), ..Filled::default()
                        };
                    returned.fill(row, &filled);
                    added += 1;
                }
            }
            let path = returned.save(&city.dir.join(format!("back/{kill}.xlsx")), "疑点清单");
            collects += 1;
            let mut child = start(&city.dir, &["collect", "-q", &path.display().to_string()]);
            std::thread::sleep(collect_takes.mul_f64(random(1_100) as f64 / 1_000.0));
            if child.try_wait().expect("it can be asked").is_none() {
                killed_collects += 1;
            } else {
                survived += 1;
                collect_takes = collect_takes.mul_f64(0.9);
            }
            let _ = child.kill();
            child
        } else {
            // Mostly the next day's run, sometimes the same day's again.
            let as_of = city.day(day + random(2)).to_string();
            let mut child = start(&city.dir, &["run", "-q", "--as-of", &as_of]);
            std::thread::sleep(run_takes.mul_f64(random(1_050) as f64 / 1_000.0));
            if child.try_wait().expect("it can be asked").is_none() {
                killed_runs += 1
            } else {
                survived += 1
            }
            let _ = child.kill();
            child
        };
        let _ = child.wait();
        check(&city, &format!("kill {kill}"));
        if city.state().exists() {
            let now = answered(&city);
            assert!(now >= before, "kill {kill}: answers are lost ({before} → {now})");
            // All answers of a file or none: a unit answers a finding once, other units' answers stand.
            assert!(now == before || now <= before + added, "kill {kill}: {before} → {now}, {added} given");
        }
    }
    eprintln!("{killed_runs} runs and {killed_collects} collects killed, {survived} ended before; {collects} returns");
    assert!(killed_runs > kills / 5 && killed_collects + survived > 0);
    let (code, _) = finish(&city.dir, &["run", "-q", "--as-of", &city.day(day + 1).to_string()]);
    assert!(code == 0 || code == 1, "the last run ends with {code}");
    check(&city, "at the end");
}
