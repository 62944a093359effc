//! 汇总 read back with another library, and kept word for word.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use calamine::{Data, DataType, Reader, Xlsx};

use super::*;
use crate::report::model::Report;
use crate::report::sample::{self, NASTY};

fn bytes(report: &Report) -> Vec<u8> {
    assemble(&Overview::of(report)).unwrap().save_to_buffer().unwrap()
}

/// Sheets by name, as text.
fn read(report: &Report) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(report))).unwrap();
    let sheets = book.worksheets();
    let text = |cell: &Data| match cell {
        Data::DateTime(day) => day.as_datetime().map_or_else(String::new, |d| d.date().to_string()),
        other => other.as_string().unwrap_or_default(),
    };
    let rows = |range: &calamine::Range<Data>| range.rows().map(|r| r.iter().map(text).collect()).collect();
    sheets.iter().map(|(name, range)| (name.clone(), rows(range))).collect()
}

/// Rows below the header, up to the first empty one; by the header's words.
fn table(sheet: &[Vec<String>], first: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let header = sheet.iter().position(|row| row[0] == first).unwrap();
    let body = sheet[header + 1..].iter().take_while(|row| !row[0].is_empty());
    (sheet[header].clone(), body.cloned().collect())
}

fn count(row: &[String], header: &[String], title: &str) -> usize {
    row[header.iter().position(|t| t == title).unwrap()].parse().unwrap()
}

#[test]
fn sheets_in_order() {
    let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(&sample::report(8)))).unwrap();
    assert_eq!(book.sheet_names(), SHEETS.map(|(name, _)| name));
    let expected = "汇总表 进度 评价指标 规则排行 跨单位 趋势 回收情况 答复复核 源数据问题 输入台账 未运行规则";
    assert_eq!(book.sheet_names().join(" "), expected);
}

#[test]
fn own_findings_of_the_units_add_up_to_all() {
    for report in [sample::report(8), sample::remembered(20)] {
        let sheets = read(&report);
        let (header, rows) = table(&sheets["汇总表"], "单位");
        let own: usize = rows.iter().map(|row| count(row, &header, "本级")).sum();
        assert_eq!(own, report.manifest.findings.total);
        assert_eq!(count(&rows[0], &header, "含下级"), report.manifest.findings.total);
        assert_eq!(rows[0][0], "成都市总工会");
    }
}

#[test]
fn every_rule_stands_in_one_of_two_sheets() {
    let report = sample::remembered(8);
    let sheets = read(&report);
    let codes = |name: &str| table(&sheets[name], "编码").1.into_iter().map(|row| row[0].clone());
    let mut shown: Vec<String> = codes("规则排行").chain(codes("未运行规则")).collect();
    shown.sort();
    let mut expected: Vec<String> = report.manifest.rules.iter().map(|rule| rule.code.clone()).collect();
    expected.sort();
    assert_eq!(shown, expected);
}

#[test]
fn every_row_of_the_inputs_is_accounted_for() {
    let sheets = read(&sample::report(8));
    let (header, rows) = table(&sheets["输入台账"], "文件");
    assert_eq!(rows.len(), 4, "the sum, two sheets and a file that could not be read");
    for row in rows.iter().filter(|row| row[2] != "读不了") {
        let of = |title: &str| count(row, &header, title);
        assert_eq!(of("读到"), of("采用") + of("跳过") + of("隔离"), "{row:?}");
    }
    let all = count(&rows[0], &header, "读到");
    assert_eq!(rows[1..3].iter().map(|row| count(row, &header, "读到")).sum::<usize>(), all);
}

#[test]
fn empty_sheets_say_so_and_have_no_chart() {
    let report = sample::report(0);
    let sheets = read(&report);
    for (name, words) in
        [("跨单位", "本期无"), ("趋势", "本期无（没有历次记录）"), ("回收情况", "本期无（还没有交办或收回）")]
    {
        assert_eq!(sheets[name].last().unwrap()[0], words, "{name}");
    }
    let parts = parts(&bytes(&report));
    assert!(!parts.keys().any(|name| name.contains("chart")), "{:?}", parts.keys());
    let parts = self::parts(&bytes(&sample::remembered(8)));
    assert_eq!(parts.keys().filter(|name| name.starts_with("xl/charts/chart")).count(), 3);
}

/// Texts of a workbook's files.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|part| {
            let mut file = zip.by_index(part).unwrap();
            let mut xml = String::new();
            file.read_to_string(&mut xml).unwrap();
            (file.name().unwrap().into_owned(), xml)
        })
        .collect()
}

#[test]
fn nothing_is_a_formula_or_a_link_outside() {
    let mut report = sample::remembered(8);
    for (n, row) in report.findings.iter_mut().enumerate() {
        row.name = NASTY[n % NASTY.len()].into();
        row.case = format!("=1+{}", n / 2);
        row.unit = format!("{}{}", NASTY[n % NASTY.len()], n % 2);
    }
    report.manifest.unchecked = NASTY.map(String::from).to_vec();
    report.run.federation = "&C=市总&\"x\"".into();
    for (name, xml) in parts(&bytes(&report)) {
        assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name}");
        assert!(!xml.contains("TargetMode=\"External\""), "{name}");
    }
    let sheets = read(&report);
    assert!(sheets["跨单位"].iter().any(|row| row[0] == "=1+1"));
}

#[test]
fn same_bytes_whatever_the_threads() {
    let report = sample::remembered(60);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| bytes(&report))
    };
    assert!(on(1) == on(4));
}

#[test]
fn many_units_and_rules_stay_quick() {
    let mut report = sample::report(4_000);
    let note = report.rules[0].clone();
    report.rules.extend((0..76).map(|n| crate::report::model::RuleNote { code: format!("ZZ{n:03}"), ..note.clone() }));
    for n in 0..800 {
        let parent = Some(if n < 20 { "成都市总工会".to_string() } else { format!("第{}总工会", n % 20) });
        let unit = format!("第{n}总工会");
        report.progress.push(crate::report::model::UnitProgress { unit, parent, active: 3, ..Default::default() });
    }
    for (n, row) in report.findings.iter_mut().enumerate() {
        row.unit = format!("第{}总工会", n % 800);
        row.rule = format!("ZZ{:03}", n % 76);
        row.message = String::new();
    }
    let sheets = read(&report);
    let (header, rows) = table(&sheets["汇总表"], "单位");
    assert_eq!(rows.len(), 806);
    assert_eq!(header.iter().filter(|title| title.starts_with("ZZ")).count(), 76);
    let own: usize = rows.iter().map(|row| count(row, &header, "本级")).sum();
    assert_eq!(own, 4_000);
}

/// The small 汇总 kept beside the tests: what is shown, and the XML of every part. `UPDATE_REFERENCE=1` writes it anew.
#[test]
fn a_small_summary_is_word_for_word() {
    let report = sample::remembered(8);
    let mut kept = vec![("shown.txt".to_string(), shown(&report))];
    // The theme is the library's.
    for (name, xml) in parts(&bytes(&report)).into_iter().filter(|(name, _)| !name.contains("theme")) {
        kept.push((format!("{}.txt", name.replace('/', "_")), xml.replace("><", ">\n<")));
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/summary");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &kept {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    assert_eq!(std::fs::read_dir(&folder).map(Iterator::count).unwrap_or(0), kept.len());
    for (name, text) in kept {
        let golden = std::fs::read_to_string(folder.join(&name)).unwrap_or_default();
        let differing = text.lines().zip(golden.lines()).find(|(new, old)| new != old);
        assert!(text == golden, "{name} is stale, UPDATE_REFERENCE=1 writes it anew; first difference {differing:?}");
    }
}

/// Every sheet as lines of cells.
fn shown(report: &Report) -> String {
    let sheets = read(report);
    let mut out = String::new();
    for (name, _) in SHEETS {
        writeln!(out, "## {name}").unwrap();
        for row in &sheets[name] {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('\n', "⏎")).collect();
            writeln!(out, "{}", cells.join(" | ").trim_end_matches([' ', '|'])).unwrap();
        }
    }
    out
}
