//! What is written: the contract of `findings.csv`, the manifest, and the unit workbooks as another program reads them.

use calamine::{Data, Reader, Xlsx, open_workbook};
use hecha::pipeline::{Silent, run};
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{plan, request, written};

const HEADER: &str = "finding_id,rule,severity,status,unit,parent_unit,file_no,name,id_number,field,ref,case,electronic,paper,civil,payment,other,amount,message,evidence,basis,advice,confidence,first_seen,last_seen";
const WORKBOOK_HEADER: &str = "严重程度 疑点 姓名 身份证号 档案号 说明 处理建议 核实结果 更正后的值 核实说明 完成日期 核查人 字段 电子档案 纸质档案 民政数据 发放数据 其他数据 比对结论 涉及金额 状态 政策依据 数据出处 编号";

#[test]
fn every_finding_is_in_the_table_and_in_its_units_workbook() {
    let w = written(&request(300, 41, 2, Plant::All), Format::ALL);
    let (outcome, published) = run(&plan(w.dir.path()), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let text = std::fs::read_to_string(published.dir.join("findings.csv")).expect("findings.csv");
    let text = text.strip_prefix('\u{feff}').expect("a BOM");
    assert_eq!(text.lines().next(), Some(HEADER));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("RFC 4180");
    assert_eq!(rows.len(), outcome.report.findings.len());
    let keys: Vec<[String; 7]> =
        rows.iter().map(|r| [4, 6, 1, 9, 10, 8, 0].map(|i| r[i].trim_start_matches('\'').to_string())).collect();
    assert!(keys.is_sorted(), "sorted by unit, file_no, rule, field, ref, id_number, finding_id");

    let mut in_workbooks: Vec<String> = Vec::new();
    for file in published.files.iter().filter(|f| f.starts_with("单位/") && f.ends_with(".xlsx")) {
        let mut book: Xlsx<_> = open_workbook(published.dir.join(file)).expect("a workbook");
        let names = book.sheet_names();
        assert_eq!(&names[..2], ["说明", "疑点清单"], "{file}");
        assert_eq!(names.last().map(String::as_str), Some("_hecha"), "{file}");
        let sheet = book.worksheet_range("疑点清单").expect("the list");
        let header: Vec<String> = sheet.rows().next().expect("a header").iter().map(ToString::to_string).collect();
        assert_eq!(header.join(" "), WORKBOOK_HEADER, "{file}");
        let ids = sheet.rows().skip(1).filter_map(|r| r.last()).map(ToString::to_string).filter(|id| id.contains('-'));
        let ids: Vec<String> = ids.collect();
        let hidden = book.worksheet_range("_hecha").expect("the hidden sheet");
        assert_eq!(hidden.get_value((0, 1)), Some(&Data::String("hecha.unit/1".into())), "{file}");
        let kept: Vec<String> = hidden.rows().skip(9).map(|r| r[0].to_string()).filter(|id| !id.is_empty()).collect();
        assert_eq!(ids, kept, "{file}: the hidden sheet lists the same findings");
        in_workbooks.extend(ids);
    }
    in_workbooks.sort();
    let mut in_table: Vec<String> = rows.iter().map(|r| r[0].to_string()).collect();
    in_table.sort();
    assert_eq!(in_workbooks, in_table);
}

#[test]
fn finding_ids_do_not_move_with_rows_or_files() {
    let ids = |mess: u8, formats: &[Format]| {
        let w =
            written(&request(90, 43, 0, Plant::Codes(vec!["YZ301".into(), "JD205".into(), "YZ302".into()])), formats);
        let _ = mess;
        let outcome = crate::support::judge(w.dir.path());
        outcome.report.findings.iter().map(|f| f.id.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(ids(0, &[Format::Xlsx]), ids(0, &[Format::CsvGbk]));
    assert_eq!(ids(0, &[Format::Xlsx]), ids(0, &[Format::Xls]));
}

#[test]
fn the_manifest_counts_all_rules_and_holds_no_number() {
    let w = written(&request(120, 44, 1, Plant::All), &[Format::Xlsx]);
    let (outcome, published) = run(&plan(w.dir.path()), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let text = std::fs::read_to_string(published.dir.join("manifest.json")).expect("manifest.json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["schema"], "hecha.manifest/1");
    let rules = json["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), hecha::rules::all(&hecha::schema::Schemas::load(None).expect("the schemas load")).len());
    for rule in rules {
        assert!(rule["run"].as_bool() == Some(true) || rule["why_not"].is_string());
        let counted = rule["counts"]["finding"].as_u64().expect("a count");
        let code = rule["code"].as_str().expect("a code");
        let found = outcome.report.findings.iter().filter(|f| f.rule == code).count() as u64;
        assert_eq!(counted, found, "{code}");
    }
    for finding in &outcome.report.findings {
        assert!(
            finding.id_number.len() < 18 || !text.contains(&finding.id_number),
            "a full number stands in the manifest"
        );
    }
}

/// Line by line, and all together what the units' workbooks show; each workbook has rows of its own files only.
#[test]
fn every_fen_is_accounted_for() {
    let w = written(&request(200, 45, 2, Plant::All), &[Format::Xlsx]);
    let report = crate::support::judge(w.dir.path()).report;
    let lines = &report.manifest.conservation;
    assert!(lines.iter().any(|l| l.payment.reversed.0 > 0) && lines.iter().any(|l| l.aid.unmatched.0 > 0));
    for l in lines {
        assert_eq!(l.aid.total.0, l.aid.matched.0 + l.aid.unmatched.0 + l.aid.unreadable.0, "{l:?}");
        let parts = l.payment.matched.0 + l.payment.unmatched.0 + l.payment.unreadable.0 + l.payment.reversed.0;
        assert_eq!(l.payment.total.0, parts, "{l:?}");
    }
    let (mut paid, mut paid_shown) = (0, 0);
    for unit in &report.units {
        let own = || lines.iter().filter(|l| l.unit == unit.name);
        let shown = |fen: fn(&hecha::report::model::ReconciledTotal) -> i64, failed: bool| -> i64 {
            unit.payments.totals.iter().filter(|t| failed || t.result != "失败或退回").map(fen).sum()
        };
        assert_eq!(own().map(|l| l.aid.total.0).sum::<i64>(), shown(|t| t.aid_fen, true), "{}", unit.name);
        // The account shows a reversed payment as reversed, the sources list the row that took it back as well.
        // A payment of one unit for another's aid record is booked under the record, and shown by the unit that paid it:
        // only all units together agree.
        paid += own().map(|l| l.payment.total.0 - l.payment.reversed.0).sum::<i64>();
        paid_shown += shown(|t| t.payment_fen, false);
        let files: Vec<&str> = unit.comparisons.iter().map(|c| c.file_no.as_str()).collect();
        assert!(unit.payments.rows.iter().all(|r| r.file_no.is_empty() || files.contains(&r.file_no.as_str())));
    }
    assert_eq!(paid, paid_shown);
}

/// Taking a source away never turns "cannot tell" into "nothing found".
#[test]
fn a_missing_source_is_said_not_hidden() {
    let w = written(&request(90, 45, 0, Plant::Codes(vec!["JD204".into(), "YZ303".into()])), &[Format::Xlsx]);
    let inbox = w.dir.path().join("inbox");
    let full = crate::support::judge(w.dir.path());
    assert!(full.report.findings.iter().any(|f| f.rule == "JD204"));
    remove_named(&inbox, "纸质");
    remove_named(&inbox, "入户调查");
    let without = crate::support::judge(w.dir.path());
    assert!(!without.report.findings.iter().any(|f| f.rule == "JD204"), "absence of a whole source accuses nobody");
    let rule = without.report.manifest.rules.iter().find(|r| r.code == "JD204").expect("JD204");
    assert!(!rule.run && rule.why_not.as_deref().is_some_and(|w| w.contains("缺来源")), "{rule:?}");
}

fn remove_named(dir: &std::path::Path, word: &str) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let named = path.file_name().is_some_and(|n| n.to_string_lossy().contains(word));
        match (path.is_dir(), named) {
            (true, true) => std::fs::remove_dir_all(&path).expect("removed"),
            (true, false) => remove_named(&path, word),
            (false, true) => std::fs::remove_file(&path).expect("removed"),
            _ => {}
        }
    }
}
