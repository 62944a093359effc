//! No person of another unit stands unmasked in a unit's workbook: proven over every cell of every workbook of a run in which
//! every mistake that reaches across units is planted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use calamine::{Reader, Xlsx, open_workbook};
use hecha::derive::Facts;
use hecha::ingest::inputs::Inputs;
use hecha::link::{UnitId, Units};
use hecha::normalize::{RecordId, Value};
use hecha::pipeline::{Silent, audited, run};
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{plan, request, written};

/// Kinds whose rows say whose person somebody is.
const KINDS: [&str; 6] = ["efile", "emember", "paper", "paper_member", "aid", "payment"];
/// Two files of one person in two units: each sees what stands in its own rows.
const FEWEST_FOREIGN_FINDINGS: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Number,
    FileNo,
    Phone,
    Account,
    Address,
}

/// What rows say of persons → the units whose rows say it.
type Said = BTreeMap<String, (Kind, BTreeSet<UnitId>)>;

#[test]
fn no_person_of_another_unit_stands_in_a_workbook() {
    let mut foreign_findings = 0;
    let mut looked_at = (0, 0);
    for (seed, mess) in [(61, 2), (62, 0), (63, 3)] {
        let codes = ["JD201", "JD202", "JD203", "FF414", "FF410", "YZ302", "YZ303", "ID109", "FF407", "JD211"];
        let plant = if mess == 2 { Plant::All } else { Plant::Codes(codes.map(String::from).to_vec()) };
        let w = written(&request(400, seed, mess, plant), Format::ALL);
        let plan = plan(w.dir.path());
        let (outcome, published) = run(&plan, &Silent).unwrap_or_else(|e| panic!("{e}"));
        foreign_findings += outcome.report.findings.iter().filter(|f| f.own_view.is_some()).count();
        let inputs = Inputs::read(&plan.wanted, &|_| {});
        let books: Vec<(String, Vec<String>)> = published
            .files
            .iter()
            .filter(|f| f.ends_with(".xlsx") && f.starts_with("单位/"))
            .map(|f| (f.clone(), texts(&published.dir.join(f))))
            .collect();
        audited(&plan, &inputs, |facts, _| {
            let said = said(facts);
            for (file, texts) in &books {
                let unit = unit_of(facts, file);
                let is_own = |units: &BTreeSet<UnitId>| units.iter().any(|&u| facts.book.units.is_within(u, unit));
                let foreign: BTreeMap<&str, Kind> =
                    said.iter().filter(|(_, (_, units))| !is_own(units)).map(|(t, (k, _))| (t.as_str(), *k)).collect();
                // A house number may be the beginning of another: what an own row says is no stranger's.
                let own: Vec<&str> = said
                    .iter()
                    .filter(|(_, (k, u))| *k == Kind::Address && is_own(u))
                    .map(|(t, _)| t.as_str())
                    .collect();
                let addresses: Vec<&str> = (foreign.iter())
                    .filter(|(text, kind)| **kind == Kind::Address && !own.iter().any(|o| o.contains(**text)))
                    .map(|(text, _)| *text)
                    .collect();
                looked_at.0 += 1;
                for text in texts {
                    looked_at.1 += 1;
                    for token in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
                        let kind = foreign.get(token);
                        assert!(kind.is_none(), "{file}: {kind:?} of another unit: {text}");
                    }
                    let address = addresses.iter().find(|a| text.contains(**a));
                    assert!(address.is_none(), "{file}: an address of another unit: {text}");
                }
            }
        })
        .unwrap_or_else(|e| panic!("{e}"));
    }
    println!(
        "{} workbooks, {} texts, {foreign_findings} findings that reach into another unit",
        looked_at.0, looked_at.1
    );
    assert!(foreign_findings >= FEWEST_FOREIGN_FINDINGS, "the worlds reach across units: {foreign_findings}");
}

/// Each unit of a case sees its own row and the case number, and of the other side a mask.
#[test]
fn a_case_of_two_units_shows_each_its_own_side() {
    let w = written(&request(200, 64, 0, Plant::Codes(vec!["JD201".into()])), &[Format::Xlsx]);
    let (outcome, published) = run(&plan(w.dir.path()), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let across: Vec<_> = outcome.report.findings.iter().filter(|f| f.own_view.is_some()).collect();
    assert!(!across.is_empty(), "a person with files in two units");
    let table = std::fs::read_to_string(published.dir.join("findings.csv")).expect("findings.csv");
    for finding in across {
        let book = published.files.iter().find(|f| f.contains(&format!("核查比对_{}_", finding.unit)));
        let texts = texts(&published.dir.join(book.expect("the unit's workbook")));
        let stands = |text: &str| texts.iter().any(|t| t.contains(text));
        let others: Vec<&str> = finding.reference.split('、').filter(|no| *no != finding.file_no).collect();
        assert!(stands(&finding.case) && stands(&finding.file_no) && stands(&finding.id_number), "{}", finding.id);
        assert!(stands("另一单位档案"), "{}", finding.id);
        for other in others.into_iter().filter(|no| !no.is_empty()) {
            assert!(table.contains(other), "the federation's table says all");
        }
    }
}

fn unit_of(facts: &Facts<'_>, file: &str) -> UnitId {
    let name = file.rsplit('/').next().and_then(|f| f.strip_prefix("核查比对_")).and_then(|f| f.split("_2019").next());
    let name = name.expect("a unit in the name");
    if name == hecha::link::UNASSIGNED { Units::NONE } else { facts.book.units.find(name).expect("a known unit") }
}

fn said(facts: &Facts<'_>) -> Said {
    let book = facts.book;
    let mut said: Said = BTreeMap::new();
    for &record in KINDS.iter().flat_map(|kind| book.tables.of_kind(kind)) {
        let mut units: BTreeSet<UnitId> = book.said_unit_of_row(record).into_iter().collect();
        units.extend(book.file_of_row(record).map(|f| book.file(f).unit));
        for (text, kind) in words(facts, record) {
            said.entry(text).or_insert_with(|| (kind, BTreeSet::new())).1.extend(units.iter().copied());
        }
    }
    // A number too short to be anybody's own says nothing.
    said.retain(|text, (kind, _)| text.chars().count() >= if *kind == Kind::Phone { 7 } else { 6 });
    said
}

fn words(facts: &Facts<'_>, record: RecordId) -> Vec<(String, Kind)> {
    let tables = &facts.book.tables;
    let mut words = Vec::new();
    for field in ["id_number", "head_id_number"] {
        if let Value::Id(number) = tables.value(record, field)
            && let Some(valid) = number.valid()
        {
            words.push((valid.full(), Kind::Number));
        }
    }
    if let Value::Text(no) = tables.value(record, "file_no") {
        words.push((no.to_string(), Kind::FileNo));
    }
    if let Value::Phone(phones) = tables.value(record, "phone") {
        words.extend(phones.numbers().map(|n| (n.to_owned(), Kind::Phone)));
    }
    if let Value::Account(account) = tables.value(record, "account") {
        words.push((account.digits().to_owned(), Kind::Account));
    }
    if let Value::Text(address) = tables.value(record, "address") {
        words.push((address.to_string(), Kind::Address));
    }
    words
}

/// All texts of a workbook: cells of every sheet, the very hidden one too, and the document's properties.
pub fn texts(path: &std::path::Path) -> Vec<String> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let mut texts = Vec::new();
    for name in book.sheet_names() {
        let sheet = book.worksheet_range(&name).expect("a sheet");
        texts.extend(sheet.used_cells().map(|(_, _, cell)| cell.to_string()));
    }
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("a file")).expect("a zip");
    let properties: Vec<String> =
        zip.file_names().map(|n| n.unwrap().into_owned()).filter(|n| n.starts_with("docProps/")).collect();
    for name in properties {
        let mut xml = String::new();
        zip.by_name(&name).expect("a part").read_to_string(&mut xml).expect("text");
        texts.push(xml);
    }
    texts
}
