//! `hecha due`: what it reminds of is what the rules will ask for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::sources::{hecha, world};

fn due(dir: &Path, more: &[&str]) -> (u8, Value) {
    let (code, said) = hecha(dir, &[&["due", "--format", "json"], more].concat());
    (code, serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}")))
}

fn files(rows: &Value, what: &str, overdue: bool) -> BTreeSet<String> {
    let rows = rows["due"].as_array().expect("rows").iter();
    let rows = rows.filter(|r| r["what"] == what && r["overdue"] == overdue);
    rows.map(|r| r["file_no"].as_str().expect("a number").to_string()).collect()
}

#[test]
fn the_calendar_and_the_rules_agree() {
    let written = world();
    let dir = written.dir.path();
    let config = dir.join("hecha.toml");
    let text = fs::read_to_string(&config).expect("the config");
    fs::write(&config, format!("{text}\n[[deadline]]\nlevel = \"全国级\"\ndate = \"2020-06-30\"\n"))
        .expect("the config");
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let text = fs::read_to_string(dir.join("out/latest/findings.csv")).expect("findings");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let of_rule = |row: &csv::StringRecord, code: &str| &row[1] == code;
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    let found = |code: &str| -> BTreeSet<String> {
        rows.iter().filter(|r| of_rule(r, code)).map(|r| r[6].to_string()).collect()
    };
    let (code, json) = due(dir, &["--within", "400d"]);
    assert_eq!(code, 0);
    assert!(!found("BF602").is_empty());
    assert_eq!(files(&json, "visit", true), found("BF602"), "who was not visited for half a year is overdue");
    assert!(files(&json, "visit", false).len() > 20, "everybody else has a day");
    // The campaign goes on until 25 August: whoever is not surveyed is told by both.
    assert_eq!(files(&json, "survey", false), found("BF605"));
    assert!(json["due"].as_array().expect("rows").iter().any(|r| r["what"] == "cleaning" && r["on"] == "2019-12-31"));
    assert!(json["due"].as_array().expect("rows").iter().any(|r| r["what"] == "level" && r["on"] == "2020-06-30"));

    // Nearer, and of one helper only.
    let (_, near) = due(dir, &["--within", "5d"]);
    assert!(near["due"].as_array().expect("rows").iter().all(|r| r["on"].as_str() <= Some("2019-08-25")));
    let helper = json["due"][0]["helper"].as_str().expect("a helper").to_string();
    let (_, his) = due(dir, &["--within", "400d", "--helper", &helper]);
    assert!(his["due"].as_array().expect("rows").iter().all(|r| r["helper"] == helper.as_str()));
    assert_eq!(hecha(dir, &["due", "--within", "bald"]).0, 2);

    let book = dir.join("到期.xlsx");
    let (code, said) = hecha(dir, &["due", "--workbook", &book.display().to_string()]);
    assert_eq!(code, 0, "{said}");
    let mut read: calamine::Xlsx<_> = calamine::open_workbook(&book).unwrap_or_else(|e| panic!("{e}"));
    let range = calamine::Reader::worksheet_range(&mut read, "到期提醒").expect("the sheet");
    let (_, json) = due(dir, &[]);
    assert_eq!(range.height() - 3, json["due"].as_array().expect("rows").len());
}

#[test]
fn sources_that_are_not_what_they_were_are_said() {
    let written = world();
    let dir = written.dir.path();
    hecha(dir, &["run", "--as-of", "2019-08-20"]);
    let list = dir.join("inbox/民政/死亡人员名单.csv");
    let bytes = fs::read(&list).expect("a list");
    fs::write(&list, [&bytes[..], b"\n"].concat()).expect("it is written");
    assert_eq!(due(dir, &[]).0, 1);
    fs::remove_file(&list).expect("it is there");
    assert_eq!(due(dir, &[]).0, 3);
}
