//! Registers of other departments: one TOML file each, and no Rust knows any of them by name.

use std::path::Path;

use calamine::{Reader, Xlsx, open_workbook};
use hecha::cli;
use hecha::rules::example;
use hecha::schema::Schemas;

use crate::support::{audited, inputs_of};

const HOUSING_FUND: &str = r#"
kind = "housing_fund"
title = "住房公积金缴存"
role = "register"
side = "other"
field = [
  { id = "name", title = "姓名", type = "name" },
  { id = "id_number", title = "身份证号", type = "id_number", required = true },
  { id = "account_no", title = "公积金账号", type = "text", aliases = ["个人公积金账号"] },
  { id = "monthly", title = "月缴存额", type = "money" },
  { id = "state", title = "缴存状态", type = "text" },
]
[recognise]
need = [["id_number"]]
distinct = ["account_no", "monthly"]
hints = ["公积金"]
[finding]
code = "BD805"
title = "疑似缴存住房公积金"
severity = "medium"
basis = "业务规则：有公积金缴存的须核实收入"
message = "{name}缴存住房公积金，账号{account_no}（{state}，月缴存额{monthly}）"
advice = "先入户核实收入。"
key = ["account_no"]
when = [{ field = "state", none_of = ["销户", "封存"] }]
[[finding.case]]
verdict = "疑点"
given = "+housing_fund name=测甲,id_number=510105198001019971,account_no=GJJ-1,state=正常"
"#;

const HEAD: &str = "510105198001019971";
const WIFE: &str = "510104198203059983";

/// A union of one household and the housing fund's list, with the register's schema in a directory of the user.
fn world(schema: &str, config: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let files = [
        (
            "hecha.toml",
            format!(
                "[run]\nfederation = \"成都市总工会\"\nas_of = \"2019-08-20\"\nschemas = \"说明\"\n[[source]]\npath = \"inbox/*\"\n{config}"
            ),
        ),
        ("说明/housing_fund.toml", schema.to_string()),
        (
            "inbox/困难职工.csv",
            format!(
                "档案号,所属工会,档案状态,困难类别,姓名,性别,身份证号,家庭人口\nCS-1,锦江区总工会,在档,低保户,测甲,男,{HEAD},1\n"
            ),
        ),
        (
            "inbox/名单.csv",
            format!(
                "姓名,身份证号,公积金账号,月缴存额,缴存状态\n测甲,{HEAD},GJJ-1,1200,正常\n测乙,{WIFE},GJJ-2,900,正常\n"
            ),
        ),
    ];
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    dir
}

/// Runs a command line in a directory: exit code and what it printed.
fn hecha(dir: &Path, args: &[&str]) -> (u8, String) {
    let parsed = cli::parse(std::iter::once("hecha").chain(args.iter().copied())).expect("a command").expect("no help");
    let mut out = Vec::new();
    match hecha::commands::execute(parsed, dir, None, &mut out) {
        Ok(code) => (code, String::from_utf8(out).expect("UTF-8")),
        Err(error) => (error.exit_code(), error.to_string()),
    }
}

#[test]
fn a_fifth_register_is_one_file() {
    let dir = world(HOUSING_FUND, "");
    let (code, text) = hecha(dir.path(), &["run", "-q", "--exit-zero"]);
    assert_eq!(code, 0, "{text}");
    let out = dir.path().join("out/2019-08-20");

    let table = std::fs::read_to_string(out.join("findings.csv")).expect("findings.csv");
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let rows: Vec<csv::StringRecord> =
        reader.records().map(|r| r.expect("a row")).filter(|r| &r[1] == "BD805").collect();
    assert_eq!(rows.len(), 1, "{table}");
    let row = &rows[0];
    let said = |name: &str| row[column(name)].trim_start_matches('\'').to_string();
    assert_eq!((said("file_no").as_str(), said("id_number").as_str(), said("field").as_str()), ("CS-1", HEAD, ""));
    assert_eq!((said("ref").as_str(), said("severity").as_str()), ("GJJ-1", "medium"));
    assert_eq!(said("other"), "GJJ-1；1200；正常");
    assert_eq!(said("message"), "测甲缴存住房公积金，账号GJJ-1（正常，月缴存额1200）");
    assert_eq!(said("basis"), "业务规则：有公积金缴存的须核实收入");

    let manifest = std::fs::read_to_string(out.join("manifest.json")).expect("manifest.json");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let rules = manifest["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|r| r["code"] == "BD805").expect("the register's rule");
    assert_eq!((rule["run"].as_bool(), rule["counts"]["finding"].as_u64()), (Some(true), Some(1)));
    let sheets =
        manifest["inputs"].as_array().expect("inputs").iter().flat_map(|i| i["sheets"].as_array().expect("sheets"));
    assert!(sheets.into_iter().any(|s| s["kind"] == "housing_fund"), "{manifest}");

    let workbook =
        walk(&out).into_iter().find(|p| p.to_string_lossy().contains("锦江区")).expect("the unit's workbook");
    let mut book: Xlsx<_> = open_workbook(workbook).expect("a workbook");
    let list = book.worksheet_range("疑点清单").expect("the list");
    let titles: Vec<String> = list.rows().next().expect("a header").iter().map(ToString::to_string).collect();
    let at = |title: &str| titles.iter().position(|t| t == title).expect("a title");
    let row = list.rows().find(|r| r[at("疑点")] == "疑似缴存住房公积金").expect("the finding");
    assert!(row[at("其他数据")].to_string().contains("GJJ-1"), "{row:?}");
    let notes = book.worksheet_range("说明").expect("the cover");
    assert!(
        notes.rows().flatten().any(|c| c.to_string().contains("有公积金缴存的须核实收入")),
        "the legend cites the basis"
    );
}

fn walk(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            out.extend(walk(&path))
        } else if path.extension().is_some_and(|e| e == "xlsx") {
            out.push(path)
        }
    }
    out
}

#[test]
fn its_rule_is_in_the_catalogue_and_can_be_set() {
    let dir = world(HOUSING_FUND, "[rule.BD805]\nseverity = \"high\"\n");
    let (_, page) = hecha(dir.path(), &["rules", "bd805"]);
    for part in [
        "BD805 疑似缴存住房公积金",
        "缴存状态不含“销户”或“封存”",
        "业务规则：有公积金缴存的须核实收入",
        "+housing_fund",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, list) = hecha(dir.path(), &["rules"]);
    assert!(list.contains("BD805") && list.contains("BD802") && list.contains("YZ301"), "{list}");
    let (code, text) = hecha(dir.path(), &["run", "-q", "--rule", "BD805"]);
    assert_eq!(code, 1, "high by the configuration: {text}");

    let off = world(HOUSING_FUND, "[rule.BD805]\nenabled = false\n");
    let (code, text) = hecha(off.path(), &["run", "--dry-run", "--exit-zero", "-v"]);
    assert!(code == 0 && text.contains("BD805 配置中停用"), "{text}");
}

#[test]
fn a_broken_register_is_said_with_its_file() {
    let cases = [
        (HOUSING_FUND.replace("field = \"state\"", "field = \"stat\""), "字段“stat”不存在", "state"),
        (HOUSING_FUND.replace("BD805", "YZ301"), "疑点编号 YZ301 已是本程序的一条规则", "housing_fund.toml"),
        (HOUSING_FUND.replace("BD805", "BD802"), "疑点编号同为 BD802", "改用未用过的编号"),
        (HOUSING_FUND.replace("field = \"state\"", "field = \"monthly\""), "字段“monthly”不是文字，不能写条件", "type"),
        (HOUSING_FUND.replace("none_of = [\"销户\", \"封存\"]", "none_of = []"), "没有写字样", "none_of"),
        (
            HOUSING_FUND.replace("key = [\"account_no\"]", "key = [\"acount_no\"]"),
            "字段“acount_no”不存在",
            "account_no",
        ),
        (HOUSING_FUND.replace("{account_no}", "{accountno}"), "message 中的字段“accountno”不存在", "account_no"),
        (HOUSING_FUND.replace("verdict = \"疑点\"", "verdict = \"可疑\""), "示例结论“可疑”不存在", "疑点"),
        (HOUSING_FUND.replace("key = [", "keys = ["), "不认识的键“keys”", "key"),
    ];
    for (schema, what, remedy) in cases {
        let dir = world(&schema, "");
        let (code, text) = hecha(dir.path(), &["run"]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(what) && text.contains(remedy) && text.contains("housing_fund.toml"), "{what}: {text}");
    }
    let dir = world(HOUSING_FUND, "[rule.BD850]\nenabled = false\n");
    let (code, text) = hecha(dir.path(), &["run"]);
    assert!(code == 2 && text.contains("没有规则“BD850”") && text.contains("BD805"), "{text}");
}

/// (rule, id_number, ref, message) of what the registers say about the example household.
fn told(given: &str) -> Vec<(String, String, String, String)> {
    let schemas = Schemas::load(None).expect("the schemas load");
    let sheets = example::sheets(&schemas, given).expect("a case");
    let kinds: Vec<String> = sheets.iter().map(|(kind, _)| kind.clone()).collect();
    let inputs = inputs_of(sheets.into_iter().map(|(kind, sheet)| (format!("{kind}.xlsx"), sheet)).collect());
    audited(&example::config(given).expect("a case"), &inputs, &kinds, |_, audit| {
        let own = audit.findings.iter().filter(|f| f.rule.code.starts_with("BD"));
        own.map(|f| (f.rule.code.into(), f.draft.id_number.clone(), f.draft.reference.clone(), f.draft.message.clone()))
            .collect()
    })
}

#[test]
fn several_cars_are_one_finding_in_any_order() {
    let car =
        |plate: &str, kind: &str| format!("+vehicle name=测甲,id_number={HEAD},plate={plate},kind={kind},state=正常");
    let expected = vec![(
        "BD802".to_string(),
        HEAD.to_string(),
        "川A00001+川A00002".to_string(),
        "测甲名下登记有机动车川A00001、川A00002（轿车、货车，正常）".to_string(),
    )];
    for [first, second] in [[("川A00001", "轿车"), ("川A00002", "货车")], [("川A00002", "货车"), ("川A00001", "轿车")]]
    {
        assert_eq!(told(&format!("{}；{}", car(first.0, first.1), car(second.0, second.1))), expected);
    }
}

#[test]
fn dwellings_are_counted_by_household_and_told_on_the_head() {
    let flat = |id: &str, at: &str| format!("+real_estate name=测某,id_number={id},address={at},usage=住宅");
    let two = format!("{}；{}", flat(HEAD, "成都市锦江区测试路1号"), flat(WIFE, "成都市锦江区样例街2号"));
    let message = "本户登记有住宅2套：成都市锦江区样例街2号、成都市锦江区测试路1号".to_string();
    let expected = ("BD803".to_string(), HEAD.to_string(), format!("{WIFE}+{HEAD}"), message);
    assert_eq!(told(&two), vec![expected.clone()]);
    // A third row of a flat already counted changes neither count nor owners.
    assert_eq!(told(&format!("{two}；{}", flat(WIFE, "锦江区测试路1号")))[0].2, expected.2);
    assert!(told(&format!("{two}；{}", flat(WIFE, "锦江区测试路1号")))[0].3.starts_with("本户登记有住宅2套"));
}
