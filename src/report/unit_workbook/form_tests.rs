//! The forms handed out, taken back: what our own reader makes of them.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::ingest::ReadOptions;
use crate::ingest::inputs::{Inputs, Wanted};
use crate::ingest::second_reader::SecondReading;
use crate::ingest::sheet::{CellKind, RawSheet, SheetBuilder};
use crate::ingest::{FileRead, Format, Reading};
use crate::normalize::{self, Context, RecordId, SourceHints, Tables, Value};
use crate::report::{Options, sample, write};
use crate::schema::{Layout, Schemas};

/// The form sheet of a written workbook.
fn forms(findings: usize) -> RawSheet {
    let out = tempfile::tempdir().unwrap();
    let published = write(&sample::report(findings), out.path(), Options::default()).unwrap();
    let file = published.files.iter().find(|f| f.contains("草市街")).unwrap();
    let inputs = read(&published.dir.join(file), None);
    let at = inputs.sheets.iter().position(|s| s.raw.name == survey::NAME).unwrap();
    copy(&inputs.sheets[at].raw, &[])
}

fn read(path: &Path, password: Option<&str>) -> Inputs {
    let options = ReadOptions { password: password.map(String::from), ..ReadOptions::default() };
    let wanted = Wanted {
        path: path.to_owned(),
        shown: "回收.xlsx".into(),
        source: 0,
        options,
        returned: true,
        set_aside: None,
        kept: None,
    };
    Inputs::read(&[wanted], &|_| {})
}

/// The sheet with some cells (row, column from 0, text) filled in.
fn copy(sheet: &RawSheet, filled: &[(u32, u16, &str)]) -> RawSheet {
    let mut builder = SheetBuilder::new("Sheet1");
    // A row in which nothing is printed is none of the sheet's, and yet may be filled in.
    let numbers: BTreeSet<u32> =
        sheet.rows().iter().map(|row| row.number).chain(filled.iter().map(|&(number, ..)| number)).collect();
    for number in numbers {
        builder.row(number, false);
        let printed = sheet.rows().iter().find(|row| row.number == number);
        let mut cells: Vec<(u16, CellKind, &str)> =
            (printed.into_iter()).flat_map(|row| sheet.cells(row)).map(|c| (c.col, c.kind, sheet.text(c))).collect();
        for &(_, col, text) in filled.iter().filter(|f| f.0 == number) {
            cells.retain(|c| c.0 != col);
            cells.push((col, CellKind::Text, text));
        }
        cells.sort_by_key(|c| c.0);
        for (col, kind, text) in cells {
            builder.cell(col, kind, text).unwrap();
        }
    }
    for merge in &sheet.merges {
        builder.merge(*merge);
    }
    builder.finish()
}

fn with_tables<R>(sheet: RawSheet, then: impl FnOnce(&Tables<'_>) -> R) -> R {
    let reading = Reading::Sheets { format: Format::Xlsx, sheets: vec![sheet] };
    let file = FileRead { path: "回收.xlsx".into(), bytes: 1, sha256: [1; 32], reading, second: SecondReading::None };
    let inputs = Inputs::from_reads(vec![(0, file)]);
    let schemas = Schemas::load(None).unwrap();
    let as_of = chrono::NaiveDate::from_ymd_opt(2019, 8, 20).unwrap();
    then(&normalize::tables(&inputs, &[SourceHints::default()], &Context::new(&schemas, as_of)))
}

/// Place of a label in form number `n`, with or without its mark.
fn label(sheet: &RawSheet, n: usize, label: &str) -> (u32, u16) {
    let cells = sheet.rows().iter().flat_map(|row| sheet.cells(row).iter().map(move |c| (row.number, c)));
    let mut found = cells.filter(|(_, c)| sheet.text(c).trim_start_matches('▲') == label);
    found.nth(n).map(|(row, c)| (row, c.col)).unwrap()
}

fn shown(tables: &Tables<'_>, record: RecordId, field: &str) -> String {
    match tables.value(record, field) {
        Value::Name(name) => name.shown().to_owned(),
        Value::Id(number) => number.shown(),
        Value::Phone(phones) => phones.numbers().collect(),
        Value::Money(fen) => fen.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Unit(unit) => unit.to_string(),
        Value::Code(code) => code.shown().to_owned(),
        Value::Date(date) => date.to_string(),
        Value::Bool(yes) => yes.to_string(),
        other => format!("{other:?}"),
    }
}

fn balanced(tables: &Tables<'_>) {
    let account = &tables.accounts[0];
    let skipped: usize = account.skipped.values().sum();
    assert_eq!(account.read, account.used + skipped + account.quarantined.values().sum::<usize>(), "{account:?}");
    assert_eq!(account.kind, tables.schemas.position("paper"));
    assert_eq!(account.layout, Some(Layout::Form));
}

#[test]
fn forms_that_nobody_filled_in_are_no_records() {
    with_tables(forms(8), |tables| {
        balanced(tables);
        assert_eq!(tables.accounts[0].used, 0);
        assert!(tables.of_kind("paper").is_empty() && tables.of_kind("paper_member").is_empty());
    });
}

#[test]
fn a_form_sent_back_is_a_paper_record() {
    let sheet = forms(12);
    let (phone, name) = (label(&sheet, 0, "联系电话"), label(&sheet, 0, "姓名"));
    let (cause, day) = (label(&sheet, 0, "详细致困原因"), label(&sheet, 0, "入户调查时间"));
    let (worker, surveyor) = (label(&sheet, 0, "职工本人签字"), label(&sheet, 0, "入户调查人员签字"));
    let members = label(&sheet, 0, "家庭主要成员情况");
    // Of the findings' lines; the members' lines have that heading too.
    let found = label(&sheet, 1, "核实情况");
    let behind = |at: (u32, u16), by: u16, text: &'static str| (at.0, at.1 + by, text);
    // The third form is the last whose texts are readable: the second holds hostile ones.
    let third = label(&sheet, 2, "家庭地址");
    let filled = [
        behind(phone, 2, "13912345678"),
        behind(name, 2, "√"),
        behind(cause, 2, "丈夫患尿毒症"),
        behind(day, 1, "2019-8-18"),
        behind(worker, 1, "是"),
        behind(surveyor, 1, "是"),
        (members.0 + 3, members.1 + 1, "王新"),
        (members.0 + 3, members.1 + 2, "510104201901011236"),
        (members.0 + 3, members.1 + 3, "女儿"),
        behind(third, 2, "青羊区西御街3号"),
        (found.0 + 1, found.1, "号码已换"),
        (found.0 + 1, found.1 + 3, "本人"),
    ];
    let expected = sample::finding(0);
    with_tables(copy(&sheet, &filled), |tables| {
        balanced(tables);
        let papers = tables.of_kind("paper");
        assert_eq!(papers.len(), 2, "the filled ones");
        for (field, value) in [
            ("name", expected.name.as_str()),
            ("file_no", &expected.file_no),
            ("phone", "13912345678"),
            ("address", "青羊区草市街12号2栋1单元301"),
            ("income_monthly", "120000"),
            ("unit", "草市街街道总工会"),
            ("cause_main", "丈夫患尿毒症"),
            ("surveyed_on", "2019-08-18"),
            ("worker_signed", "true"),
            ("surveyor_signed", "true"),
        ] {
            assert_eq!(shown(tables, papers[0], field), value, "{field}");
        }
        assert_eq!(tables.place(papers[0], "phone").map(|p| (p.row, p.col)), Some((phone.0, phone.1 + 2)));
        assert_eq!(shown(tables, papers[1], "address"), "青羊区西御街3号");
        let names: Vec<String> = (tables.of_kind("paper_member").iter())
            .filter(|&&m| tables.get(m).parent == Some(papers[0]))
            .map(|&m| shown(tables, m, "name"))
            .collect();
        assert_eq!(names, ["李芳", "王乐", "王新"]);
    });
}

#[test]
fn what_was_found_of_a_finding_is_no_value_of_the_file() {
    let sheet = forms(12);
    let found = label(&sheet, 1, "核实情况");
    let filled = [(found.0 + 1, found.1, "入户时本人说已换号码"), (found.0 + 1, found.1 + 3, "本人")];
    with_tables(copy(&sheet, &filled), |tables| {
        balanced(tables);
        assert!(tables.of_kind("paper").is_empty() && tables.of_kind("paper_member").is_empty());
    });
}

#[test]
fn a_sealed_workbook_opens_with_its_password_only() {
    let out = tempfile::tempdir().unwrap();
    let text = "[run]\nfederation = \"成都市总工会\"\nprofile = \"chengdu-2019\"\n[privacy]\npasswords = \"p.csv\"\n";
    let config = crate::config::parse(text, "hecha.toml", out.path(), &[]).unwrap().config;
    let list = "单位,密码\n草市街街道总工会,密码①\n青羊区总工会,b\n../../坏:名*,c\n未归属单位,d\n";
    std::fs::write(out.path().join("p.csv"), list).unwrap();
    let passwords = Passwords::load(&config, &out.path().join("out")).unwrap();
    // 6,000 findings go through the disk.
    for findings in [8, 6_000] {
        let options = Options { passwords: passwords.clone(), ..Options::default() };
        let published = write(&sample::report(findings), &out.path().join("out"), options).unwrap();
        let path = published.dir.join(published.files.iter().find(|f| f.contains("草市街")).unwrap());
        let opened = read(&path, Some("密码①"));
        let names: Vec<&str> = opened.sheets.iter().map(|s| s.raw.name.as_str()).collect();
        assert!(names.contains(&findings::NAME) && names.contains(&hidden::NAME), "{names:?}");
        let list = opened.sheets.iter().find(|s| s.raw.name == findings::NAME).unwrap();
        assert_eq!(list.raw.rows().len(), findings + 1);
        for wrong in [None, Some("密码"), Some("b")] {
            assert!(read(&path, wrong).sheets.is_empty(), "{wrong:?}");
        }
    }
    assert!(Passwords::load(&config, out.path()).is_err(), "the list lies among the results");
}
