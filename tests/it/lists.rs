//! `hecha lists`: its tables add up to what the run's other outputs say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::sources::{hecha, world};

fn lists(dir: &Path, more: &[&str]) -> BTreeMap<String, Value> {
    let (code, said) = hecha(dir, &[&["lists", "--format", "json"], more].concat());
    assert_eq!(code, 0, "{said}");
    let json: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"));
    let tables = json["tables"].as_array().expect("tables").iter();
    tables.map(|t| (t["name"].as_str().expect("a name").to_string(), t.clone())).collect()
}

fn column(table: &Value, title: &str) -> usize {
    let titles = table["columns"].as_array().expect("columns");
    titles.iter().position(|t| t == title).unwrap_or_else(|| panic!("{title} in {titles:?}"))
}

/// Fen of a cell in yuan.
fn fen(cell: &Value) -> i64 {
    cell.as_str().expect("money").replace('.', "").parse().expect("digits")
}

fn rows(table: &Value) -> &Vec<Value> {
    table["rows"].as_array().expect("rows")
}

#[test]
fn tables_add_up_to_the_other_outputs() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let tables = lists(dir, &[]);

    // Money: by cause, by unit, and the manifest's account.
    let manifest: Value =
        serde_json::from_slice(&fs::read(dir.join("out/latest/manifest.json")).expect("a manifest")).expect("JSON");
    let account = |side: &str| -> i64 {
        let lines = manifest["conservation"].as_array().expect("lines").iter();
        lines.map(|l| (l[side]["total"].as_f64().expect("yuan") * 100.0).round() as i64).sum()
    };
    let of = |table: &str, title: &str| {
        let table = &tables[table];
        let at = column(table, title);
        let sum: i64 = rows(table).iter().map(|r| fen(&r[at])).sum();
        assert_eq!(sum, fen(&table["total"][at]), "the line of totals");
        sum
    };
    assert!(account("aid") > 0);
    assert_eq!(of("帮扶资金统计", "金额（元）"), account("aid"));
    assert_eq!(of("帮扶发放统计", "帮扶合计（元）"), account("aid"));
    assert_eq!(of("帮扶发放统计", "发放合计（元）"), account("payment"));

    // Households: the files' own table says how many are on file, which every table repeats.
    let households = tables["仍在档名册"]["rows"].as_array().expect("rows").len() as i64;
    assert!(households > 20);
    let count = |table: &str, title: &str| tables[table]["total"][column(&tables[table], title)].as_i64();
    assert_eq!(count("在档统计", "合计（户）"), Some(households));
    assert_eq!(count("致困原因统计", "户数（户）"), Some(households));
    assert_eq!(count("联系人台账", "在档户数"), Some(households));
    assert_eq!(count("六类措施统计", "在档户数"), Some(households));
    assert_eq!(count("月度变动", "月末在档（户）"), Some(households), "what came less what went");
    let read = manifest["inputs"].as_array().expect("inputs");
    assert!(!read.is_empty());

    // A household of a class stands in the list by the same count.
    let list = rows(&tables["帮扶清单"]);
    let in_class = list.iter().filter(|r| r[3] == "子女助学").count() as i64;
    assert_eq!(count("六类措施统计", "子女助学（教育部门）"), Some(in_class));

    // Who is to be provided for and is not: the rule's households.
    let text = fs::read_to_string(dir.join("out/latest/findings.csv")).expect("findings");
    let found = |code: &str| text.lines().filter(|l| l.split(',').nth(1) == Some(code)).count();
    let said = |table: &str, word: &str| {
        let table = &tables[table];
        let at = column(table, "情况");
        rows(table).iter().filter(|r| r[at].as_str().is_some_and(|t| t.contains(word))).count()
    };
    assert_eq!(said("兜底名册", "疑似未兜底"), found("TK509"));
    assert_eq!(said("返困名册", "疑似返困"), found("TK507"));
    assert!(found("TK509") + found("TK507") > 0);
}

#[test]
fn a_unit_has_its_own_lists_and_the_workbook_is_no_source() {
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    let all = lists(dir, &[]);
    let unit = rows(&all["仍在档名册"])[0][0].as_str().expect("a unit").to_string();
    let own = lists(dir, &["--unit", &unit]);
    assert!(rows(&own["仍在档名册"]).iter().all(|r| r[0] == unit.as_str()));
    assert!(rows(&own["仍在档名册"]).len() < rows(&all["仍在档名册"]).len());
    assert_eq!(hecha(dir, &["lists", "--unit", "没有这个单位"]).0, 2);

    let name = "名册统计_20190820.xlsx";
    let workbook = || fs::read(dir.join(name)).expect("a workbook");
    let of_the_unit = workbook();
    lists(dir, &[]);
    assert!(workbook() != of_the_unit, "made anew under its own name");
    lists(dir, &["--unit", &unit]);
    assert!(workbook() == of_the_unit, "the same lists, the same bytes");
    assert_eq!(hecha(dir, &["lists", "--workbook", name]).0, 5, "a file that is named is not written over");

    let before = fs::read(dir.join("out/latest/findings.csv")).expect("findings");
    fs::copy(dir.join(name), dir.join("inbox").join(name)).expect("a copy");
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    assert_eq!(fs::read(dir.join("out/latest/findings.csv")).expect("findings"), before);
}

#[test]
fn members_with_high_own_shares_and_no_file_are_listed_from_the_line_on() {
    const NAME: &str = "疑似应建未建（支出型）";
    let written = world();
    let dir = written.dir.path();
    assert_eq!(hecha(dir, &["run", "--as-of", "2019-08-20"]).0, 1);
    // A valid number that is in no file.
    fs::write(dir.join("inbox/会员名册_补.csv"), "姓名,身份证号,所属工会\n苗试医,110101199003071938,金牛区总工会\n")
        .expect("a roster");
    fs::write(
        dir.join("inbox/医疗费用结算_补.csv"),
        "姓名,身份证号,结算日期,总费用,统筹支付,个人负担,结算状态\n\
         苗试医,110101199003071938,2019-03-01,9000,1000,8000,正常\n\
         苗试医,110101199003071938,2019-05-01,900,100,800,正常\n\
         苗试医,110101199003071938,2018-08-31,9000,1000,8000,正常\n\
         苗试医,110101199003071938,2019-06-01,9000,1000,8000,已撤销\n",
    )
    .expect("settlements");
    let listed = |line: &str| -> Vec<Value> {
        let (_, said) = hecha(dir, &["lists", "--format", "json", "--own-share", line]);
        let json: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"));
        let tables = json["tables"].as_array().expect("tables");
        let table = tables.iter().find(|t| t["name"] == NAME).expect("the list");
        rows(table).iter().filter(|r| r[1] == "苗试医").cloned().collect()
    };
    let on_the_line = listed("8800");
    assert_eq!(on_the_line.len(), 1, "at the line, once");
    assert_eq!(on_the_line[0][3], "8800.00", "neither what is older than twelve months nor what was revoked counts");
    assert!(listed("8801").is_empty());
    assert_eq!(hecha(dir, &["lists", "--own-share", "很多"]).0, 2);
}
