//! `hecha sample`: a draw that anybody can repeat, and its pack.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Reader, Xlsx, open_workbook};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::sources::{hecha, world};

fn sample(dir: &Path, args: &[&str]) -> Value {
    let (code, said) = hecha(dir, &[&["sample", "--format", "json"], args].concat());
    assert_eq!(code, 0, "{said}");
    serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"))
}

fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(dir).expect("a directory").map(|e| e.expect("an entry").path());
    entries.map(|p| (PathBuf::from(p.file_name().expect("a name")), fs::read(&p).expect("bytes"))).collect()
}

/// Rows of the list: unit, stratum, name, file number, …
fn list(dir: &Path) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(dir.join("抽样名单.xlsx")).expect("the list");
    let range = book.worksheet_range("抽样名单").expect("the sheet");
    range.rows().skip(3).map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_other_households() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let json = sample(dir, &["--seed", "7", "--households", "6", "--out", "甲"]);
    let units = json["units"].as_array().expect("units").len();
    assert!(units >= 2);
    sample(dir, &["--seed", "7", "--households", "6", "--out", "乙"]);
    sample(dir, &["--seed", "8", "--households", "6", "--out", "丙"]);
    assert!(files(&dir.join("甲")) == files(&dir.join("乙")), "the same seed, the same bytes");
    let names = files(&dir.join("甲")).into_keys().map(|p| p.display().to_string()).collect::<Vec<_>>();
    assert_eq!(names.len(), 2 + 2 * units, "{names:?}");
    let (first, other) = (list(&dir.join("甲")), list(&dir.join("丙")));
    assert_ne!(first, other);
    assert_eq!(hecha(dir, &["sample", "--seed", "7", "--out", "甲"]).0, 5, "nothing is written over");

    // Tickets are what anybody computes.
    for row in first.iter().filter(|row| row[3].starts_with("KN") && row[1] != "未建档") {
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(format!("7|{}", row[3]).as_bytes()));
        assert_eq!(row[6], digest[..16], "{row:?}");
    }
    // Every stratum that there is takes part.
    let strata = json["strata"].as_array().expect("strata").iter();
    let counts: BTreeMap<&str, u64> =
        strata.map(|s| (s["name"].as_str().expect("a name"), s["households"].as_u64().expect("a number"))).collect();
    assert_eq!(counts.values().sum::<u64>() as usize, first.len());
    assert!(counts["在档"] > 0 && counts["在档"] >= counts["已脱困"], "{counts:?}");
}

#[test]
fn a_page_holds_what_every_source_says() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    sample(dir, &["--out", "抽"]);
    let rows = list(&dir.join("抽"));
    let unit = &rows[0][0];
    let file = fs::File::open(dir.join(format!("抽/抽样核查表_{unit}.docx"))).expect("the forms");
    let mut archive = zip::ZipArchive::new(file).expect("a document");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").expect("a body"), &mut text).expect("text");
    assert!(!text.contains("{{"));
    for row in rows.iter().filter(|row| &row[0] == unit) {
        assert!(text.contains(&row[3]) && text.contains(&row[6]), "{row:?}");
    }
    for word in ["困难职工电子档案", "纸质档案", "帮扶记录", "第", "行"] {
        assert!(text.contains(word), "{word}");
    }
}
