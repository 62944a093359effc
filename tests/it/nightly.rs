//! What stands around a nightly run: its state for monitors, who is told, what is cleared, what starts it.

use std::fs;
use std::path::Path;

use crate::sources::{hecha, world};

fn config(dir: &Path, change: impl FnOnce(String) -> String) {
    let path = dir.join("hecha.toml");
    let text = fs::read_to_string(&path).expect("the config");
    fs::write(&path, change(text)).expect("the config");
}

fn results(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir.join("out")).expect("results").map(|e| e.expect("an entry").file_name());
    let mut names: Vec<String> =
        names.map(|n| n.to_string_lossy().into_owned()).filter(|n| n.starts_with("20")).collect();
    names.sort();
    names
}

#[test]
fn status_tells_monitors_how_the_last_run_went() {
    let written = world();
    let dir = written.dir.path();
    let (code, said) = hecha(dir, &["status"]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("还没有发布过的运行"), "{said}");
    assert!(!dir.join("state").exists(), "nothing is made");

    assert_eq!(hecha(dir, &["run", "--exit-zero", "--as-of", "2019-08-20"]).0, 0);
    let (code, said) = hecha(dir, &["status"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("基准日2019-08-20") && said.lines().count() <= 24, "{said}");
    let (code, json) = hecha(dir, &["status", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, json["exit_code"].as_u64()), (1, Some(1)));
    assert!(json["open"]["high"].as_u64() > Some(0), "{json}");
    // The workbooks were handed out years before today.
    assert!(json["overdue"]["unanswered"].as_u64() > Some(0), "{json}");

    // The result is from before yesterday.
    let manifest = fs::File::options().append(true).open(dir.join("out/2019-08-20/manifest.json")).expect("it opens");
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(40 * 3600);
    manifest.set_modified(then).expect("a time");
    assert_eq!(hecha(dir, &["status"]).0, 5);
    assert_eq!(hecha(dir, &["status", "--max-age", "3d"]).0, 1);
    config(dir, |text| text.replace("[run]\n", "[run]\nmax_age = \"48h\"\n"));
    assert_eq!(hecha(dir, &["status"]).0, 1);
    assert_eq!(hecha(dir, &["status", "--max-age", "bald"]).0, 2);

    let lists: Vec<_> = fs::read_dir(dir.join("inbox/民政")).expect("lists").map(|e| e.expect("one").path()).collect();
    let deaths = lists.iter().find(|p| p.to_string_lossy().contains("死亡")).expect("a list of deaths");
    fs::remove_file(deaths).expect("it is removed");
    hecha(dir, &["run", "--as-of", "2019-08-21"]);
    let (code, said) = hecha(dir, &["status"]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("没有到：死亡人员名单"), "{said}");
}

#[test]
fn findings_need_be_no_failure() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    config(dir, |text| text.replace("[run]\n", "[run]\nfindings_exit = 0\n"));
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-21"]).0, 0);
    config(dir, |text| text.replace("findings_exit = 0", "findings_exit = 2"));
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-22"]).0, 2);
}

#[test]
#[cfg(unix)]
fn whoever_is_named_is_told_of_success_and_failure() {
    let written = world();
    let dir = written.dir.path();
    config(dir, |text| format!("{text}\n[notify]\ncommand = [\"sh\", \"-c\", \"cat > told.json\"]\n"));
    let told = || -> serde_json::Value {
        let text = fs::read_to_string(dir.join("told.json")).expect("it was told");
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            assert!(word.len() < 15 || !word.chars().all(|c| c.is_ascii_digit()), "a number in {text}");
        }
        serde_json::from_str(&text).expect("JSON")
    };
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let first = told();
    assert_eq!((first["published"].as_bool(), first["exit_code"].as_u64()), (Some(true), Some(1)));
    assert!(first["result"]["findings"]["total"].as_u64() > Some(0), "{first}");
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-19"]).0, 2);
    let second = told();
    assert_eq!((second["published"].as_bool(), second["exit_code"].as_u64()), (Some(false), Some(2)));
    assert!(second["error"].as_str().is_some_and(|e| e.contains("2019-08-19")), "{second}");
    // A trial run tells nobody, and one who cannot be told changes nothing.
    fs::remove_file(dir.join("told.json")).expect("it is there");
    hecha(dir, &["run", "--dry-run", "--as-of", "2019-08-21"]);
    assert!(!dir.join("told.json").exists());
    config(dir, |text| text.replace("cat > told.json", "exit 7"));
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-21"]).0, 1);
}

#[test]
fn old_results_are_cleared_and_the_newest_never() {
    let written = world();
    let dir = written.dir.path();
    let night = |day: &str| {
        let (code, said) = hecha(dir, &["run", "--exit-zero", "--only", "tables", "--as-of", day]);
        assert!(code == 0 || code == 3, "{said}");
    };
    for day in ["2019-01-10", "2019-01-20", "2019-02-10", "2019-05-01"] {
        night(day);
    }
    assert_eq!(results(dir).len(), 4, "nothing goes unless it is asked for");
    config(dir, |text| format!("{text}\n[retention]\nresults = \"100d\"\n"));
    night("2019-05-20");
    assert_eq!(results(dir), ["2019-01-20", "2019-02-10", "2019-05-01", "2019-05-20"], "the last of a month stays");
    config(dir, |text| text.replace("results = \"100d\"", "results = \"1d\"\nkeep_monthly = false"));
    night("2019-05-21");
    assert_eq!(results(dir), ["2019-05-01", "2019-05-20", "2019-05-21"], "what was handed out of late stays");
    // A clock that jumps ahead takes two months along at most.
    night("2025-12-31");
    assert_eq!(results(dir), ["2019-05-01", "2019-05-20", "2019-05-21", "2025-12-31"]);
    config(dir, |text| text.replace("\"1d\"", "\"bald\""));
    assert_eq!(hecha(dir, &["run"]).0, 2);
}

#[test]
fn the_files_that_start_it_are_written_once() {
    let written = world();
    let dir = written.dir.path();
    let all = ["schedule", "--at", "3:15", "--for", "systemd", "--for", "cron", "--for", "windows"];
    let (code, said) = hecha(dir, &all);
    assert_eq!(code, 0, "{said}");
    let read = |name: &str| fs::read(dir.join("计划任务").join(name)).expect("a file");
    let service = String::from_utf8(read("hecha.service")).expect("UTF-8");
    assert!(service.contains("run --config \"") && service.contains("SuccessExitStatus=1"), "{service}");
    assert!(String::from_utf8(read("hecha.timer")).expect("UTF-8").contains("*-*-* 03:15:00"));
    assert!(String::from_utf8(read("hecha.cron")).expect("UTF-8").starts_with("15 3 * * * cd '"));
    assert!(read("hecha任务.xml").starts_with(&[0xFF, 0xFE]));
    assert_eq!(hecha(dir, &all).0, 0, "the same again is no mistake");
    let changed = ["schedule", "--at", "4:00", "--for", "cron"];
    let (code, said) = hecha(dir, &changed);
    assert_eq!(code, 2, "{said}");
    assert!(String::from_utf8(read("hecha.cron")).expect("UTF-8").starts_with("15 3 "), "it was not touched");
    assert_eq!(hecha(dir, &[&changed[..], &["--force"]].concat()).0, 0);
    assert!(String::from_utf8(read("hecha.cron")).expect("UTF-8").starts_with("0 4 "));
    assert!(cfg!(not(unix)) || mode(&dir.join("计划任务/hecha.cron")) == 0o600);
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).expect("a file").permissions()) & 0o777
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0
}
