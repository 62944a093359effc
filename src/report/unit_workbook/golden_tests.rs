//! A unit workbook part by part, against what was agreed on: a change of the program shows as a difference of text.
//! `UPDATE_REFERENCE=1 cargo test --lib golden` writes the parts anew; the difference is then read in the commit.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::report::{Options, sample, write};

/// Three findings of one household: small enough to read.
const FINDINGS: usize = 3;
/// The library's own, the same for every workbook.
const LEFT_OUT: [&str; 1] = ["xl/theme/theme1.xml"];

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/unit")
}

/// One element a line.
fn parts() -> BTreeMap<String, String> {
    let out = tempfile::tempdir().unwrap();
    let published = write(&sample::report(FINDINGS), out.path(), Options::default()).unwrap();
    let file = published.files.iter().find(|f| f.contains("草市街")).unwrap();
    let mut zip = zip::ZipArchive::new(fs::File::open(published.dir.join(file)).unwrap()).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut xml = String::new();
        part.read_to_string(&mut xml).unwrap();
        let name = part.name().unwrap().into_owned();
        if !LEFT_OUT.contains(&name.as_str()) {
            parts.insert(name, xml.replace("\r\n", "\n").replace("><", ">\n<") + "\n");
        }
    }
    parts
}

#[test]
fn golden_parts_of_a_unit_workbook() {
    let parts = parts();
    let file = |name: &str| golden().join(format!("{}.txt", name.replace('/', "_")));
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        let _ = fs::remove_dir_all(golden());
        fs::create_dir_all(golden()).unwrap();
        for (name, xml) in &parts {
            fs::write(file(name), xml).unwrap();
        }
    }
    assert_eq!(fs::read_dir(golden()).unwrap().count(), parts.len(), "as many parts as agreed");
    for (name, xml) in &parts {
        let agreed = fs::read_to_string(file(name)).unwrap_or_default().replace("\r\n", "\n");
        let line = xml.lines().zip(agreed.lines()).position(|(a, b)| a != b);
        let at = line.unwrap_or_else(|| xml.lines().count().min(agreed.lines().count()));
        let (is, was) = (xml.lines().nth(at).unwrap_or(""), agreed.lines().nth(at).unwrap_or(""));
        assert!(*xml == agreed, "{name}, line {}:\n  is  {is}\n  was {was}\nUPDATE_REFERENCE=1 agrees", at + 1);
    }
}
