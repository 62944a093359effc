//! What is a source and what is not, and what is said of one that could not be reached or did not come.

use std::fs;
use std::path::{Path, PathBuf};

use hecha::cli;
use hecha::commands::execute;
use hecha::synth::Plant;
use hecha::synth::write::Format;
use serde_json::Value;

use crate::support::{Written, request, written};

pub fn world() -> Written {
    let mut asked = request(60, 5, 0, Plant::All);
    asked.units = 8;
    written(&asked, &[Format::Csv])
}

/// Runs a command as it is typed; exit code and what it prints. An error is its message.
pub fn hecha(dir: &Path, args: &[&str]) -> (u8, String) {
    let line = std::iter::once("hecha").chain(args.iter().copied());
    let cli = cli::parse(line).expect("arguments").expect("a command");
    let mut out = Vec::new();
    match execute(cli, dir, None, &mut out) {
        Ok(code) => (code, String::from_utf8(out).expect("text")),
        Err(error) => (error.exit_code(), error.to_string()),
    }
}

fn night(dir: &Path, day: &str) -> (u8, String) {
    hecha(dir, &["run", "--exit-zero", "--as-of", day])
}

fn manifest(dir: &Path) -> Value {
    let text = fs::read_to_string(dir.join("out/latest/manifest.json")).expect("a manifest");
    serde_json::from_str(&text).expect("JSON")
}

fn ids(dir: &Path) -> Vec<String> {
    let text = fs::read_to_string(dir.join("out/latest/findings.csv")).expect("findings");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|r| r.expect("a row")[0].to_string()).collect()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory").map(|e| e.expect("an entry").path()) {
        if entry.is_dir() {
            out.extend(files(&entry));
        } else {
            out.push(entry);
        }
    }
    out.sort();
    out
}

/// Everything a night writes, its configuration and its state, saved flat into the inbox: the next night finds the same.
#[test]
fn nothing_the_program_wrote_is_read() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let before = ids(dir);
    let saved = dir.join("inbox/邮件附件");
    fs::create_dir(&saved).expect("a directory");
    let mine: Vec<PathBuf> = ["out/2019-08-20", "state"].iter().flat_map(|d| files(&dir.join(d))).collect();
    for path in mine.iter().chain([&dir.join("hecha.toml"), &dir.join("expected_findings.csv")]) {
        if path.exists() {
            fs::copy(path, saved.join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    let template = saved.join("空白.xlsx").display().to_string();
    assert_eq!(hecha(dir, &["schema", "payment", "--template", &template]).0, 0);
    let (code, said) = night(dir, "2019-08-21");
    assert_eq!(code, 0, "{said}");
    assert_eq!(ids(dir), before);
    let manifest = manifest(dir);
    let inputs = manifest["inputs"].as_array().expect("inputs");
    let saved: Vec<&Value> =
        inputs.iter().filter(|i| i["path"].as_str().is_some_and(|p| p.contains("邮件附件"))).collect();
    assert!(saved.len() > 12, "{}", saved.len());
    for input in saved {
        assert_eq!(input["status"], "ignored", "{input}");
        assert!(input["error"].as_str().is_some_and(|e| !e.is_empty()), "{input}");
    }
    let workbook = inputs.iter().find(|i| i["path"].as_str().is_some_and(|p| p.contains("核查比对_")));
    assert!(workbook.expect("it is listed")["error"].as_str().expect("why").contains("hecha collect"));
}

/// An output directory below the inbox feeds nothing into the next night, wherever that one writes.
#[test]
fn results_below_the_inbox_are_not_read() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let before = ids(dir);
    let args = ["run", "--exit-zero", "--no-history", "--out", "inbox/结果"];
    assert_eq!(hecha(dir, &args).0, 0);
    let (code, said) = night(dir, "2019-08-21");
    assert_eq!(code, 0, "{said}");
    assert_eq!(ids(dir), before);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_reached_is_told_with_its_path() {
    use std::os::unix::fs::symlink;
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let before = ids(dir);
    let outside = tempfile::tempdir().expect("a directory");
    symlink(outside.path(), dir.join("inbox/共享盘")).expect("a link");
    symlink("没有了.csv", dir.join("inbox/断了.csv")).expect("a link");
    // A link that stays inside is read at its own place.
    symlink(".", dir.join("inbox/自己")).expect("a link");
    let (code, said) = night(dir, "2019-08-21");
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("inbox/共享盘") && said.contains("inbox/断了.csv"), "{said}");
    assert!(!said.contains("读不出 inbox/自己"), "{said}");
    assert_eq!(hecha(dir, &["check"]).0, 3);
    assert_eq!(ids(dir).len(), before.len(), "the rest is done");
}

#[test]
fn a_source_that_is_no_directory_is_nothing_read() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let before = fs::read(dir.join("out/latest/findings.csv")).expect("findings");
    fs::rename(dir.join("inbox"), dir.join("挪走")).expect("it is moved");
    fs::write(dir.join("inbox"), "a share that is not mounted").expect("a file");
    let (code, said) = night(dir, "2019-08-21");
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("inbox"), "{said}");
    fs::remove_file(dir.join("inbox")).expect("it is removed");
    let (code, said) = night(dir, "2019-08-21");
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("inbox"), "{said}");
    assert_eq!(fs::read(dir.join("out/latest/findings.csv")).expect("findings"), before, "the former result stands");
    assert!(!dir.join("out/2019-08-21").exists());
    assert_eq!(hecha(dir, &["run", "--exit-zero", "--as-of", "2019-08-21", "--allow-empty"]).0, 3);
}

#[test]
fn the_files_are_there_but_no_electronic_one() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    for path in files(&dir.join("inbox")) {
        if path.to_string_lossy().contains("困难职工电子档案") {
            fs::remove_file(path).expect("it is removed");
        }
    }
    let (code, said) = night(dir, "2019-08-21");
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("电子档案"), "{said}");
}

#[test]
fn a_source_that_did_not_come_is_told_before_all_numbers() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let missing: Vec<PathBuf> =
        files(&dir.join("inbox")).into_iter().filter(|p| p.to_string_lossy().contains("死亡")).collect();
    assert!(!missing.is_empty());
    let kept: Vec<(PathBuf, Vec<u8>)> = missing.iter().map(|p| (p.clone(), fs::read(p).expect("bytes"))).collect();
    for path in &missing {
        fs::remove_file(path).expect("it is removed");
    }
    for day in ["2019-08-21", "2019-08-21", "2019-08-22"] {
        let (code, said) = hecha(dir, &["run", "--as-of", day]);
        assert_eq!(code, 3, "{said}");
        assert_eq!(night(dir, day).0, 0, "a scheduler that asks to hear of failures only");
        let (told, numbers) = (said.find("没有到"), said.find("来源："));
        assert!(told.is_some() && told < numbers, "{said}");
        assert_eq!(manifest(dir)["not_come"].as_array().expect("a list").len(), 1);
    }
    for (path, bytes) in kept {
        fs::write(path, bytes).expect("it is back");
    }
    assert_eq!(night(dir, "2019-08-23").0, 0);
}

/// A directory that delivered and is empty now is a share that is not mounted, not a list that nobody made.
#[test]
fn an_empty_directory_is_no_quiet_night() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let share = dir.join("inbox/民政");
    let away = dir.join("away");
    fs::rename(&share, &away).expect("it goes");
    fs::create_dir(&share).expect("a mount point");
    for day in ["2019-08-21", "2019-08-21", "2019-08-22"] {
        let (code, said) = night(dir, day);
        assert_eq!(code, 3, "{said}");
    }
    fs::remove_dir(&share).expect("it is empty");
    fs::rename(&away, &share).expect("it is back");
    let (code, said) = night(dir, "2019-08-23");
    assert_eq!(code, 0, "{said}");
}

/// What the first run of a day handed out does not vanish with a file that is missing in the second.
#[test]
fn a_second_run_of_the_day_keeps_what_it_could_not_check() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let whole = ids(dir);
    let payments: Vec<PathBuf> =
        files(&dir.join("inbox")).into_iter().filter(|p| p.to_string_lossy().contains("资金发放")).collect();
    let kept: Vec<(PathBuf, Vec<u8>)> = payments.iter().map(|p| (p.clone(), fs::read(p).expect("bytes"))).collect();
    for path in &payments {
        fs::remove_file(path).expect("it is removed");
    }
    let mut former: Option<String> = None;
    for _ in 0..3 {
        night(dir, "2019-08-20");
        let now = ids(dir);
        let lost: Vec<&String> = whole.iter().filter(|id| !now.contains(id)).collect();
        assert!(lost.is_empty(), "{lost:?}");
        let text = fs::read_to_string(dir.join("out/latest/findings.csv")).expect("findings");
        assert!(text.contains(",unchecked,"));
        assert_eq!(former.get_or_insert_with(|| text.clone()), &text, "the same again gives the same");
    }
    for (path, bytes) in kept {
        fs::write(path, bytes).expect("it is back");
    }
    night(dir, "2019-08-20");
    assert_eq!(ids(dir), whole, "whole again");
}

/// Signatures that reach further right than the last heading are no row with shifted values.
#[test]
fn a_wide_signature_line_is_no_shifted_row() {
    let dir = tempfile::tempdir().expect("a directory");
    let list = "填报单位：锦江区总工会,,,,,\n年月,公民身份号码,家庭月总收入,家庭人口数,人均月收入,\n\
        2019-06,510105198001019971,2400,2,1200,\n2019-07,510105198001019971,2400,2,1200,\n制表人：,,,审核人：,,负责人：\n";
    fs::create_dir(dir.path().join("inbox")).expect("a directory");
    fs::write(dir.path().join("inbox/月度收入核查.csv"), list).expect("a list");
    fs::write(
        dir.path().join("hecha.toml"),
        "[run]\nfederation = \"成都市总工会\"\nprofile = \"chengdu-2019\"\n[[source]]\npath = \"inbox/**/*\"\n",
    )
    .expect("a config");
    let (code, said) = hecha(dir.path(), &["check", "--as-of", "2019-08-20"]);
    assert!(!said.contains("错位"), "{code} {said}");
    // One that could be a record is.
    let shifted = list.replace("2019-07,510105198001019971,2400,2,1200,", "2019-07,510105198001019971,甲,2400,2,1200");
    fs::write(dir.path().join("inbox/月度收入核查.csv"), shifted).expect("a list");
    let (_, said) = hecha(dir.path(), &["check", "--as-of", "2019-08-20"]);
    assert!(said.contains("错位"), "{said}");
}

/// A table's name over other bytes is a delivery that failed, not something to pass over.
#[test]
fn a_tables_name_over_other_bytes_is_unreadable() {
    let written = world();
    let dir = written.dir.path();
    let put = |name: &str, bytes: &[u8]| fs::write(dir.join("inbox").join(name), bytes).expect("a file");
    let empty_zip = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    put(
        "登录.xls",
        "<html><body><form><table><tr><td>用户名</td></tr></table><INPUT type='Password'></form></body>".as_bytes(),
    );
    put("错误.xls", "<html><body>会话已过期</body></html>".as_bytes());
    put("空包.xlsx", empty_zip);
    put("乱.txt", b"\x00\x01\x02\x03\x04\x05\x06\x00\x00\x01");
    put("图.csv", b"\x89PNG\r\n\x1a\n....");
    // Not meant as tables: passed over.
    put("照片.jpg", b"\xFF\xD8\xFF\xE0....");
    put("说明.html", "<html><body>请查收</body></html>".as_bytes());
    let (code, said) = hecha(dir, &["check"]);
    assert_eq!(code, 3, "{said}");
    for name in ["登录.xls", "错误.xls", "空包.xlsx", "乱.txt", "图.csv"] {
        assert!(said.contains(&format!("inbox/{name} 读不出")), "{name}: {said}");
    }
    for name in ["照片.jpg", "说明.html"] {
        assert!(said.contains(&format!("inbox/{name} 忽略")), "{name}: {said}");
    }
}

#[test]
fn a_pattern_without_files_is_said_and_one_that_is_needed_stops() {
    let written = world();
    let dir = written.dir.path();
    let config = dir.join("hecha.toml");
    let text = fs::read_to_string(&config).expect("the config");
    fs::write(&config, format!("{text}\n[[source]]\npath = \"财务/*.xls\"\n")).expect("the config");
    let (code, said) = hecha(dir, &["check"]);
    assert!(code < 2 && said.contains("财务"), "{code} {said}");
    fs::write(&config, format!("{text}\n[[source]]\npath = \"财务/*.xls\"\nrequired = true\n")).expect("the config");
    assert_eq!(hecha(dir, &["check"]).0, 2);
}

/// A column renamed and one dropped overnight, and a file that did not come: told by `check` before the run and by every
/// overview after it.
#[test]
fn columns_that_changed_are_told_everywhere() {
    let world = world();
    let dir = world.dir.path();
    assert_eq!(night(dir, "2019-08-20").0, 0);
    let changed = files(&dir.join("inbox")).into_iter().find(|p| p.to_string_lossy().contains("困难职工电子档案"));
    let changed = changed.expect("electronic files");
    let text = fs::read_to_string(&changed).expect("UTF-8");
    assert!(text.contains("手机号码"), "{text:.300}");
    fs::write(&changed, text.replace("手机号码", "手机号码备用甲")).expect("it is written");
    let absent = files(&dir.join("inbox")).into_iter().rfind(|p| p.to_string_lossy().contains("死亡"));
    let absent = absent.expect("a list of deaths");
    fs::rename(&absent, dir.join("put-aside")).expect("it is moved");

    let (code, said) = hecha(dir, &["check", "--as-of", "2019-08-21"]);
    assert_eq!(code, 3, "{said}");
    let line = said.lines().find(|l| l.starts_with("注意：列名变化：")).unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("“手机号码”") && line.contains("手机号码备用甲"), "{line}");
    assert!(said.lines().any(|l| l.starts_with("没有到：")), "{said}");
    assert!(said.contains("，列名有变化"), "{said}");

    fs::rename(dir.join("put-aside"), &absent).expect("it is moved back");
    let (code, said) = hecha(dir, &["check", "--as-of", "2019-08-21"]);
    assert_eq!(code, 1, "{said}");
    fs::rename(&absent, dir.join("put-aside")).expect("it is moved");
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-21"]).0, 3);
    let page = fs::read_to_string(dir.join("out/latest/总览.html")).expect("a page");
    assert!(page.contains("列名变化：没有了：手机号码"), "the page tells of the column");
    assert!(page.contains("没有到："), "the page tells of the source");
    let summary = dir.join("out/latest/汇总_20190821.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&summary).unwrap_or_else(|e| panic!("{e}"));
    let range = calamine::Reader::worksheet_range(&mut book, "输入台账").expect("the sheet");
    let cells: Vec<String> = range.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    assert!(cells.iter().any(|c| c.contains("列名变化：没有了：手机号码")), "{cells:?}");
    assert!(cells.iter().any(|c| c == "没有到"), "{cells:?}");
}
