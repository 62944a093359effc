//! The second reader as the program uses it: in a process of its own, which may do whatever it likes.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hecha::ingest::inputs::FileStatus;
use hecha::pipeline::{self, Silent};
use hecha::plan::{Asked, Plan};
use hecha::report::manifest::{InputStatus, Manifest};
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{Written, as_of, found, judge, request, written};

/// The program, which is the second reader as well.
const PROGRAM: &str = env!("CARGO_BIN_EXE_hecha");

/// Runs the program in a directory; `misbehave`: what the second reader is to do instead of its work.
fn hecha(dir: &Path, args: &[&str], misbehave: &str) -> (i32, String, String) {
    let mut command = Command::new(PROGRAM);
    command.args(args).current_dir(dir).env("HECHA_SECOND_READER_TEST", misbehave);
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

fn world(formats: &[Format]) -> Written {
    written(&request(40, 77, 0, Plant::None), formats)
}

/// The workbook of the payments, and its part with the rows, which gets an end that no reader of whole documents accepts.
fn damage(world: &Written) -> PathBuf {
    let mut paths = Vec::new();
    walk(&world.dir.path().join("inbox"), &mut paths);
    let path = paths.into_iter().find(|p| p.to_string_lossy().contains("发放")).expect("payments");
    let mut package = zip::ZipArchive::new(Cursor::new(std::fs::read(&path).expect("a file"))).expect("a package");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..package.len() {
        let mut part = package.by_index(index).expect("a part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("a part");
        let name = part.name().expect("a name").into_owned();
        if name.starts_with("xl/worksheets/sheet") {
            bytes.extend(b"<rest of another file");
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("memory");
        out.write_all(&bytes).expect("memory");
    }
    std::fs::write(&path, out.finish().expect("memory").into_inner()).expect("it is written");
    path
}

fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a directory").flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, out) } else { out.push(path) }
    }
    out.sort();
}

#[test]
fn what_the_own_reader_refuses_is_read_and_told() {
    let world = world(&[Format::Xlsx]);
    let healthy = found(&judge(world.dir.path()));
    let path = damage(&world);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let dir = world.dir.path();
    let (code, said, _) = hecha(dir, &["check"], "");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains(&format!("{name} 已读（备用读法）")), "{said}");
    assert!(said.contains("注意：备用读法：") && said.contains("显示格式"), "{said}");
    let (code, _, warned) = hecha(dir, &["run"], "");
    assert_eq!(code, 0, "{warned}");
    assert!(warned.contains("注意：备用读法：") && warned.contains(&name), "{warned}");
    let out = dir.join("out").join(as_of().to_string());
    let text = std::fs::read_to_string(out.join("manifest.json")).expect("a manifest");
    let manifest: Manifest = serde_json::from_str(&text).expect("a manifest");
    let input = manifest.inputs.iter().find(|i| i.path.ends_with(&name)).expect("the file");
    assert_eq!(input.status, InputStatus::Read);
    assert!(input.second_reader.is_some() && input.sheets[0].rows.used > 0, "{input:?}");
    assert!(manifest.warnings.iter().any(|w| w.starts_with("备用读法")), "{:?}", manifest.warnings);
    let overview = std::fs::read_to_string(out.join("总览.html")).expect("a page");
    assert!(overview.contains("备用读法："), "the page tells it");
    // What it read is worth what the own reader would have read.
    let asked = Asked { config: Some(dir.join("hecha.toml")), second_reader: Some(PROGRAM.into()), ..Asked::default() };
    let plan = Plan::new(asked, dir, as_of()).unwrap_or_else(|e| panic!("{e}"));
    let outcome = pipeline::judge(&plan, &Silent).unwrap_or_else(|e| panic!("{e}"));
    assert!(!outcome.unreadable);
    assert_eq!(found(&outcome), healthy);
}

#[test]
fn a_second_reader_that_breaks_costs_its_file_only() {
    let world = world(&[Format::Xlsx]);
    let path = damage(&world);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    for misbehave in ["abort", "garbage", if cfg!(target_os = "linux") { "greedy" } else { "abort" }] {
        let (code, said, errors) = hecha(world.dir.path(), &["check"], misbehave);
        assert_eq!(code, 3, "{misbehave}: {said}");
        assert!(said.contains(&format!("{name} 读不出：文件内部的 XML 有错误")), "{misbehave}: {said}");
        assert!(!said.contains("备用读法") && errors.is_empty(), "{misbehave}: {said}{errors}");
    }
}

#[test]
fn a_second_reader_that_cannot_be_started_is_told() {
    let world = world(&[Format::Xlsx]);
    damage(&world);
    let dir = world.dir.path();
    let program = dir.join("nowhere/hecha");
    let asked = Asked { config: Some(dir.join("hecha.toml")), second_reader: Some(program), ..Asked::default() };
    let plan = Plan::new(asked, dir, as_of()).unwrap_or_else(|e| panic!("{e}"));
    let outcome = pipeline::judge(&plan, &Silent).unwrap_or_else(|e| panic!("{e}"));
    assert!(outcome.unreadable);
    let warnings = &outcome.report.manifest.warnings;
    let told = warnings.iter().filter(|w| w.starts_with("备用读法不可用：")).count();
    assert_eq!(told, 1, "{warnings:?}");
}

#[test]
fn files_that_need_no_second_reader_get_none() {
    let world = world(&[Format::Xlsx]);
    let dir = world.dir.path();
    let text = dir.join("inbox/不是表格.xlsx");
    std::fs::write(&text, "<html><form>登录</form></html>").expect("a file");
    let asked =
        Asked { config: Some(dir.join("hecha.toml")), second_reader: Some("/nowhere".into()), ..Asked::default() };
    let plan = Plan::new(asked, dir, as_of()).unwrap_or_else(|e| panic!("{e}"));
    let inputs = pipeline::inputs(&plan, &Silent);
    assert!(inputs.files.iter().any(|f| matches!(f.status, FileStatus::Unreadable(_))));
    assert_eq!(hecha::report::verified::unavailable(&inputs).count(), 0);
}

#[test]
fn both_readers_agree_on_a_healthy_inbox_of_every_format() {
    let formats =
        [Format::Xlsx, Format::Xlsm, Format::Xls, Format::Et, Format::Xlsb, Format::Ods, Format::Html, Format::Csv];
    let world = written(&request(60, 78, 3, Plant::All), &formats);
    let (_, said, _) = hecha(world.dir.path(), &["check", "--verify", "--format", "json"], "");
    let value: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let verified = &value["verified"];
    assert!(verified["cells"].as_u64() > Some(5000), "{verified}");
    assert_eq!(verified["differences"], serde_json::json!([]));
    assert_eq!((&verified["failed"], &verified["without"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert!(verified["not_compared"]["html"].as_u64() > Some(0), "{verified}");
}

#[test]
fn a_cell_that_they_read_differently_is_told_with_its_place() {
    let world = world(&[Format::Xlsx]);
    let (code, said, _) = hecha(world.dir.path(), &["check", "--verify"], "");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("读法不一0格"), "{said}");
    let (code, said, _) = hecha(world.dir.path(), &["check", "--verify"], "twist");
    assert_eq!(code, 1, "{said}");
    let line = said.lines().find(|l| l.starts_with("注意：读法不一：")).expect("a warning");
    assert!(line.contains(".xlsx › ") && line.contains("备用读法读作“") && line.contains("×”"), "{line}");
    // Without being asked for, nothing is compared.
    assert_eq!(hecha(world.dir.path(), &["check"], "twist").0, 0);
}
