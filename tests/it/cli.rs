//! The command line: exit codes, Chinese errors, nothing half-written.

use std::path::Path;

use hecha::cli;
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{request, written};

/// Runs a command line in a directory: exit code and what it printed.
fn hecha(dir: &Path, args: &[&str]) -> (u8, String) {
    let line = std::iter::once("hecha").chain(args.iter().copied());
    match cli::parse(line) {
        Ok(Ok(parsed)) => {
            let mut out = Vec::new();
            match hecha::commands::execute(parsed, dir, None, &mut out) {
                Ok(code) => (code, String::from_utf8(out).expect("UTF-8")),
                Err(error) => (error.exit_code(), error.to_string()),
            }
        }
        Ok(Err(text)) => (0, text),
        Err(error) => (error.exit_code(), error.to_string()),
    }
}

#[test]
fn wrong_use_is_said_in_chinese_with_the_near_word() {
    let dir = tempfile::tempdir().expect("a directory");
    let cases = [
        (vec!["rnu"], "没有命令“rnu”", "run"),
        (vec!["run", "--as-off", "2019-08-20"], "没有选项“--as-off”", "--as-of"),
        (vec!["run", "--as-of", "2019年8月"], "--as-of", "日期写成2019-08-20这样"),
        (vec!["rules", "YZ3O1"], "没有规则“YZ3O1”", "YZ301"),
        (vec!["generate", "--out", "w", "--plant", "YZ999"], "不能埋入“YZ999”", "可埋入"),
        (vec!["generate", "--out", "w", "--formats", "xslx"], "没有格式“xslx”", "xlsx"),
        (vec!["schema", "paymnet"], "没有类别“paymnet”", "payment"),
        (vec!["run"], "没有找到配置文件hecha.toml", "hecha init"),
    ];
    for (args, what, remedy) in cases {
        let (code, text) = hecha(dir.path(), &args);
        assert_eq!(code, 2, "{args:?}: {text}");
        assert!(text.contains(what) && text.contains(remedy), "{args:?}: {text}");
    }
    assert!(dir.path().read_dir().expect("the directory").next().is_none(), "nothing was written");
}

#[test]
fn help_is_chinese() {
    let dir = tempfile::tempdir().expect("a directory");
    for args in [vec!["--help"], vec!["run", "--help"], vec!["generate", "--help"]] {
        let (code, text) = hecha(dir.path(), &args);
        assert_eq!(code, 0);
        assert!(
            text.contains("用法") && !text.contains("Usage") && !text.contains("Options") && !text.contains("Print"),
            "{text}"
        );
    }
}

#[test]
fn exit_codes_follow_the_result() {
    let clean = written(&request(60, 31, 0, Plant::None), &[Format::Xlsx]);
    assert_eq!(hecha(clean.dir.path(), &["run", "-q"]).0, 0);
    assert_eq!(hecha(clean.dir.path(), &["check", "-q"]).0, 0);
    let planted = written(&request(60, 31, 0, Plant::Codes(vec!["JD205".into()])), &[Format::Xlsx]);
    assert_eq!(hecha(planted.dir.path(), &["run", "-q"]).0, 1);
    assert_eq!(hecha(planted.dir.path(), &["run", "-q", "--exit-zero"]).0, 0);
    std::fs::write(planted.dir.path().join("inbox/坏.xlsx"), b"PK\x03\x04 broken").expect("a broken file");
    assert_eq!(hecha(planted.dir.path(), &["run", "-q", "--exit-zero"]).0, 3);
    assert_eq!(hecha(planted.dir.path(), &["check", "-q"]).0, 3);
}

#[test]
fn a_dry_run_writes_nothing() {
    let w = written(&request(40, 32, 0, Plant::None), &[Format::Xlsx]);
    let (code, text) = hecha(w.dir.path(), &["run", "--dry-run"]);
    assert_eq!(code, 0, "{text}");
    assert!(!w.dir.path().join("out").exists());
}

#[test]
fn one_unit_alone_goes_to_its_own_directory() {
    let w = written(&request(120, 33, 0, Plant::All), &[Format::Xlsx]);
    let (_, text) = hecha(w.dir.path(), &["run", "-q", "--unit", "锦江区总工会"]);
    let out = w.dir.path().join("out/2019-08-20_局部");
    assert!(out.is_dir(), "{text}");
    assert!(!w.dir.path().join("out/latest").exists(), "a partial run does not touch latest");
    let csv = std::fs::read_to_string(out.join("findings.csv")).expect("findings");
    assert!(csv.lines().skip(1).all(|l| l.contains("锦江区")), "{csv}");
    let (code, text) = hecha(w.dir.path(), &["run", "-q", "--unit", "锦江区总工回"]);
    assert_eq!(code, 2);
    assert!(text.contains("锦江区总工会"), "{text}");
}

#[test]
fn init_names_each_kind_and_its_config_runs() {
    let w = written(&request(80, 34, 3, Plant::None), Format::ALL);
    let before = w.dir.path().join("hecha.toml");
    let (code, text) = hecha(w.dir.path(), &["init", "inbox"]);
    assert_eq!(code, 2, "an existing config stays: {text}");
    std::fs::remove_file(&before).expect("the config goes");
    let (code, text) = hecha(w.dir.path(), &["init", "inbox", "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut kinds = std::collections::BTreeSet::new();
    for file in json["files"].as_array().expect("files") {
        for sheet in file["sheets"].as_array().expect("sheets") {
            kinds.extend(sheet["kind"].as_str().map(str::to_string));
        }
    }
    for kind in [
        "efile",
        "emember",
        "paper",
        "paper_member",
        "aid",
        "payment",
        "death",
        "medical",
        "income",
        "exit",
        "visit",
        "roster",
        "unit",
    ] {
        assert!(kinds.contains(kind), "{kind} was not recognised: {kinds:?}");
    }
    let (code, text) = hecha(w.dir.path(), &["check"]);
    assert!(code <= 1, "{text}");
}

#[test]
fn rules_and_schemas_are_told_in_full() {
    let dir = tempfile::tempdir().expect("a directory");
    let (code, text) = hecha(dir.path(), &["rules", "--format", "json"]);
    assert_eq!(code, 0);
    let rules: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let codes: Vec<&str> = rules.as_array().expect("an array").iter().filter_map(|r| r["code"].as_str()).collect();
    assert!(codes.is_sorted() && codes.len() > hecha::rules::catalogue().count());
    let (_, page) = hecha(dir.path(), &["rules", "yz301"]);
    assert!(page.contains("成工办〔2019〕43号") && page.contains("示例"), "{page}");
    let (code, text) = hecha(dir.path(), &["schema", "payment", "--template", "t.xlsx"]);
    assert_eq!(code, 0, "{text}");
}
