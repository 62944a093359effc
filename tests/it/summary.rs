//! 汇总 of a whole run: nothing is lost between what was judged and what the federation sees.

use std::collections::BTreeSet;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use hecha::pipeline::{Silent, run};
use hecha::report::overview::Overview;
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{plan, request, written};

type Sheet = Vec<Vec<String>>;

fn sheet(book: &mut Xlsx<std::io::BufReader<std::fs::File>>, name: &str) -> Sheet {
    let range = book.worksheet_range(name).unwrap_or_else(|e| panic!("{name}: {e}"));
    let text = |cell: &Data| cell.as_string().unwrap_or_default();
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

/// The rows below the header, which begins with `first`, and where a column stands.
fn body<'a>(sheet: &'a Sheet, first: &str) -> (&'a [String], Vec<&'a Vec<String>>) {
    let header = sheet.iter().position(|row| row[0] == first).expect("a header");
    (&sheet[header], sheet[header + 1..].iter().take_while(|row| !row[0].is_empty()).collect())
}

fn number(row: &[String], header: &[String], title: &str) -> usize {
    let column = header.iter().position(|t| t == title).unwrap_or_else(|| panic!("{title} in {header:?}"));
    row[column].parse().unwrap_or_else(|e| panic!("{title} {:?}: {e}", row[column]))
}

#[test]
fn the_summary_holds_every_finding_rule_and_row() {
    let w = written(&request(240, 47, 2, Plant::All), Format::ALL);
    let (outcome, published) = run(&plan(w.dir.path()), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let manifest = &outcome.report.manifest;
    let mut book: Xlsx<_> = open_workbook(published.dir.join("汇总_20190820.xlsx")).expect("汇总");

    let units = sheet(&mut book, "汇总表");
    let (header, lines) = body(&units, "单位");
    let own: usize = lines.iter().map(|line| number(line, header, "本级")).sum();
    assert_eq!((own, number(lines[0], header, "含下级")), (manifest.findings.total, manifest.findings.total));
    for line in &lines[1..] {
        let direct: usize = lines.iter().filter(|l| l[1] == line[0]).map(|l| number(l, header, "含下级")).sum();
        assert_eq!(number(line, header, "含下级"), number(line, header, "本级") + direct, "{}", line[0]);
    }

    let (ranking, idle) = (sheet(&mut book, "规则排行"), sheet(&mut book, "未运行规则"));
    let (header, ran) = body(&ranking, "编码");
    for line in &ran {
        let rule = manifest.rules.iter().find(|r| r.code == line[0]).expect("a rule of the manifest");
        assert!(rule.run, "{}", rule.code);
        assert_eq!(number(line, header, "合规"), rule.counts.compliant, "{}", rule.code);
        assert_eq!(number(line, header, "无法判定"), rule.counts.undetermined, "{}", rule.code);
        assert_eq!(number(line, header, "合计"), rule.counts.finding, "{}", rule.code);
    }
    let (_, not_run) = body(&idle, "编码");
    let shown: Vec<&str> = ran.iter().chain(&not_run).map(|line| line[0].as_str()).collect();
    let expected: BTreeSet<&str> = manifest.rules.iter().map(|r| r.code.as_str()).collect();
    assert_eq!((shown.len(), shown.into_iter().collect::<BTreeSet<_>>()), (expected.len(), expected));

    let inputs = sheet(&mut book, "输入台账");
    let (header, lines) = body(&inputs, "文件");
    let read = lines.iter().filter(|line| line[header.iter().position(|t| t == "读到").expect("读到")] != "—");
    for line in read {
        let of = |title: &str| number(line, header, title);
        assert_eq!(of("读到"), of("采用") + of("跳过") + of("隔离"), "{}", line[0]);
    }
    let all: usize = manifest.inputs.iter().flat_map(|i| &i.sheets).map(|s| s.rows.read).sum();
    assert_eq!(number(lines[0], header, "读到"), all);

    let cases = sheet(&mut book, "跨单位");
    let (header, lines) = body(&cases, "案号");
    let unit = header.iter().position(|t| t == "单位").expect("单位");
    assert!(!lines.is_empty(), "cases of several units are planted");
    for line in &lines {
        let units: BTreeSet<&String> = lines.iter().filter(|l| l[0] == line[0]).map(|l| &l[unit]).collect();
        assert!(units.len() > 1, "{}", line[0]);
    }
}

/// Every rate the run counts has a place and a meaning, and what is on file adds up.
#[test]
fn every_rate_is_explained_and_files_add_up() {
    let w = written(&request(120, 48, 0, Plant::All), &[Format::Xlsx]);
    let report = crate::support::judge(w.dir.path()).report;
    for rate in &report.manifest.rates {
        assert!(report.rates.iter().any(|note| note.name == rate.name), "{}", rate.name);
    }
    let overview = Overview::of(&report);
    let files: usize = overview.units.iter().map(|unit| unit.own_files).sum();
    assert_eq!(overview.total().files.all(), files);
    let rows = |kind: &str| {
        let sheets = report.manifest.inputs.iter().flat_map(|i| &i.sheets).filter(|s| s.kind.as_deref() == Some(kind));
        sheets.map(|s| s.rows.used).sum::<usize>()
    };
    let efile = overview.sources.iter().position(|s| s.kind == "efile").expect("electronic files");
    assert_eq!(overview.total().sources[efile].map(|cell| cell.rows), Some(files));
    // Members that stand in the electronic files' own sheet are rows of it, too.
    assert!(files > 0 && files <= rows("efile"));
}
