//! `hecha forms`: every paper is printed from the data of a run, and a filled 入户调查表 comes back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use hecha::report::documents::KINDS;
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::sources::{hecha, world};

fn forms(dir: &Path, args: &[&str]) -> BTreeMap<String, Vec<(PathBuf, u64)>> {
    let (code, said) = hecha(dir, &[&["forms", "--format", "json"], args].concat());
    assert_eq!(code, 0, "{said}");
    let json: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"));
    let mut out: BTreeMap<String, Vec<(PathBuf, u64)>> = BTreeMap::new();
    for d in json["documents"].as_array().expect("documents") {
        let path = PathBuf::from(d["path"].as_str().expect("a path"));
        out.entry(d["title"].as_str().expect("a title").to_string())
            .or_default()
            .push((path, d["pages"].as_u64().expect("pages")));
    }
    out
}

fn body(path: &Path) -> String {
    let mut archive = ZipArchive::new(fs::File::open(path).expect("a file")).expect("a document");
    let mut text = String::new();
    archive.by_name("word/document.xml").expect("a body").read_to_string(&mut text).expect("text");
    text
}

/// The document with its body changed, as a person's program would write it.
fn edited(path: &Path, edit: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(fs::File::open(path).expect("a file")).expect("a document");
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("bytes");
        if name == "word/document.xml" {
            bytes = edit(String::from_utf8(bytes).expect("text")).into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).expect("a part");
        out.write_all(&bytes).expect("bytes");
    }
    out.finish().expect("a document").into_inner()
}

#[test]
fn every_kind_is_printed_whole_and_a_notice_tells_no_number() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let kinds: Vec<&str> = KINDS.iter().map(|k| k.title).collect();
    let printed = forms(dir, &[&kinds[..], &["--all"]].concat());
    assert_eq!(printed.len(), KINDS.len(), "{:?}", printed.keys());
    let numbers: Vec<String> = {
        let text = fs::read_to_string(dir.join("out/latest/findings.csv")).expect("findings");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        reader.records().map(|r| r.expect("a row")[8].to_string()).filter(|n| n.len() == 18).collect()
    };
    assert!(numbers.len() > 20);
    for (kind, documents) in &printed {
        for (path, pages) in documents {
            let text = body(path);
            assert!(!text.contains("{{") && !text.contains("}}"), "{}", path.display());
            assert!(text.matches("<w:pageBreakBefore/>").count() as u64 >= pages - 1, "{}", path.display());
            if kind == "脱困公示" {
                assert!(numbers.iter().all(|n| !text.contains(n.as_str())), "{}", path.display());
            }
        }
    }
    let survey: String = printed["入户调查表"].iter().map(|(path, _)| body(path)).collect();
    assert!(numbers.iter().filter(|n| survey.contains(n.as_str())).count() > 10, "forms are filled in");
    // A notice that begins on Tuesday 20 August 2019 may end on the 27th.
    let notice: String = printed["脱困公示"].iter().map(|(path, _)| body(path)).collect();
    assert!(notice.contains("2019-08-20至2019-08-27"), "lawful days");

    // Printed papers lying among the sources are none, unfilled forms neither.
    let before = fs::read(dir.join("out/latest/findings.csv")).expect("findings");
    for (at, (path, _)) in printed.values().flatten().enumerate() {
        fs::copy(path, dir.join(format!("inbox/{at}.docx"))).expect("a copy");
    }
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    assert!(fs::read(dir.join("out/latest/findings.csv")).expect("findings") == before);
}

#[test]
fn households_and_kinds_are_chosen() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    assert_eq!(hecha(dir, &["forms", "附件3"]).0, 2, "whose?");
    assert_eq!(hecha(dir, &["forms", "附件3", "--household", "KN0"]).0, 2);
    assert_eq!(hecha(dir, &["forms", "督查整改通知书", "--household", "KN0"]).0, 2);
    let (code, said) = hecha(dir, &["forms", "附件33"]);
    assert!(code == 2 && said.contains("附件3"), "{said}");
    let (code, said) = hecha(dir, &["forms", "--fields", "附件5"]);
    assert!(code == 0 && said.contains("{{公示结束}}") && !said.contains("身份证"), "{said}");
    let text = fs::read_to_string(dir.join("out/latest/findings.csv")).expect("findings");
    let file_no = text.lines().filter_map(|l| l.split(',').nth(6)).find(|n| n.starts_with("KN")).expect("a file");
    let printed = forms(dir, &["附件3", "--household", file_no]);
    assert_eq!(printed["入户调查表"].len(), 1);
    assert_eq!(printed["入户调查表"][0].1, 1);
    assert!(body(&printed["入户调查表"][0].0).contains(file_no));
}

#[test]
fn a_template_of_ones_own_goes_before() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let printed = forms(dir, &["督查整改通知书"]);
    let own = dir.join("模板");
    fs::create_dir(&own).expect("a folder");
    let change = |from: &'static str, to: &'static str| {
        move |text: String| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        }
    };
    let embedded = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/forms/督查整改通知书.docx");
    fs::write(own.join("督查整改通知书.docx"), edited(&embedded, change("{{单位}}：", "致{{单位}}工会：")))
        .expect("a template");
    let config = dir.join("hecha.toml");
    let text = fs::read_to_string(&config).expect("the config");
    fs::write(&config, format!("{text}\n[forms]\ndir = \"模板\"\n")).expect("the config");
    let mine = forms(dir, &["督查整改通知书"]);
    assert_eq!(mine["督查整改通知书"].len(), printed["督查整改通知书"].len());
    assert!(body(&mine["督查整改通知书"][0].0).contains("致"));
    fs::write(own.join("督查整改通知书.docx"), edited(&embedded, change("{{单位}}：", "{{单为}}：")))
        .expect("a template");
    let (code, said) = hecha(dir, &["forms", "督查整改通知书"]);
    assert!(code == 2 && said.contains("单为") && said.contains("单位"), "{said}");
}

#[test]
fn a_filled_form_comes_back() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let printed = forms(dir, &["附件3", "--all"]);
    let (path, pages) = &printed["入户调查表"][0];
    assert!(*pages > 1);
    let given = path.display().to_string();
    let (code, said) = hecha(dir, &["collect", "--dry-run", &given]);
    assert!(code == 3 && said.contains("没有填写"), "{said}");
    // The first form's day and signatures.
    let filled = edited(path, |text| {
        let mut text = text;
        // The cell after the label's is where a hand writes.
        for (label, value) in [("入户调查时间", "2019-08-18"), ("职工本人签字", "是"), ("入户调查人员签字", "是")]
        {
            let at = text.find(label).unwrap_or_else(|| panic!("{label}"));
            let cell = at + text[at..].find("</w:tc>").expect("the end of its cell");
            let end = cell + text[cell..].find("</w:p>").expect("a paragraph in the next");
            text.insert_str(end, &format!("<w:r><w:t>{value}</w:t></w:r>"));
        }
        text
    });
    let back = dir.join("交回.docx");
    fs::write(&back, filled).expect("a form");
    let (code, said) = hecha(dir, &["collect", &back.display().to_string()]);
    assert!(code == 0 && said.contains("入户调查表1户"), "{code} {said}");
}
