//! The documented config, the template, and the gallery of mistakes.

use std::fs;

use super::*;
use crate::finding::Severity;
use crate::profile::{Bound, Edge, Line, Parameter, ParameterType, Region, Thousandths, Who, Yuan};

const RULES: &[RuleSpec<'_>] = &[
    RuleSpec {
        code: "TK503",
        parameters: &[("working_days", ParameterType::Integer), ("report_borderline", ParameterType::Flag)],
    },
    RuleSpec { code: "TK508", parameters: &[] },
    RuleSpec { code: "FF409", parameters: &[("applies_from", ParameterType::Date)] },
    RuleSpec { code: "BF605", parameters: &[("levels", ParameterType::List)] },
    RuleSpec { code: "BF606", parameters: &[("programs", ParameterType::Table)] },
];

/// The example of the manual, whole.
const EXAMPLE: &str = r#"
[run]
federation = "成都市总工会"
profile = "chengdu-2019"
# as_of = "2019-08-20"
due = "2019-08-25"
out = "out"
state = "state/hecha.sqlite"
contact = "权益保障部 028-00000000"
calendar = "日历.tsv"

[campaign]
from = "2019-07-01"
to = "2019-08-25"

[[source]]
path = "inbox/**/*"

[[source]]
kind = "payment"
path = "finance/2019*.xls"
unit = "青羊区总工会"
columns = { id_number = "收款人证件" }
sheet = "Sheet1"
header_row = 3
encoding = "gb18030"
password_env = "PAY_PW"
required = true

[units]
aliases = { "锦江区总工会" = ["锦江工会"] }

[[standard]]
region = "510100"
from = "2018-07-01"
dibao = 650

[level."地市级"]
exit_multiple = 1.5
filing_multiple = 1.5
[level."区县级"]
exit_amount = 1100
filing_amount = 1100

[matching]
payment_window_days = 30
payment_far_days = 180

[[cap]]
program = "生活救助"
year = 2019
amount = 12000
[[deadline]]
level = "全国级"
date = "2020-06-30"
[[target]]
year = 2019
level = "全国级"
filed_before = "2016-10-31"
rate = 0.6
[fund_source."中央财政"]
levels = ["全国级"]

[rule.TK503]
enabled = true
severity = "high"
report_borderline = false
[rule.BD802]
severity = "low"

[codes.health]
"胃癌" = "恶性肿瘤"

[limits]
unpacked_mib = 2048

[privacy]
mask_exports = false
passwords = "passwords.csv"
"#;

fn read(text: &str) -> Result<Loaded> {
    parse(text, "hecha.toml", Path::new("."), RULES)
}

fn good(text: &str) -> Loaded {
    read(text).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_documented_example_is_read_whole() {
    let Loaded { config, schemas, terms } = good(EXAMPLE);
    assert_eq!(config.run.federation, "成都市总工会");
    assert_eq!(config.run.due, "2019-08-25".parse().ok());
    assert_eq!(config.run.as_of, None);
    assert_eq!(config.sources.len(), 2);
    let payment = &config.sources[1];
    assert_eq!((payment.kind.as_deref(), payment.header_row, payment.required), (Some("payment"), Some(3), true));
    assert_eq!(payment.columns["id_number"], "收款人证件");
    assert_eq!(config.unit_aliases["锦江区总工会"], ["锦江工会"]);
    assert_eq!(config.standards[0].dibao, Yuan { fen: 65_000 });
    assert_eq!(config.thresholds["地市级"].exit_multiple, Some(Thousandths(1500)));
    assert_eq!(config.severity("TK503"), Some(Severity::High));
    assert_eq!(config.rules["TK503"].parameters["report_borderline"], Parameter::Flag(false));
    assert!(schemas.codes("health").is_some_and(|t| t.words["恶性肿瘤"].iter().any(|s| s == "胃癌")));

    let exit = |level| terms.level_line(Edge::Exit, level);
    assert_eq!(exit("全国级"), Some(Line::Multiple(Thousandths(1000))), "from the profile");
    assert_eq!(exit("区县级"), Some(Line::Amount(Yuan { fen: 110_000 })));
    assert_eq!(terms.targets[0].clause.as_deref(), Some("target.rate"), "the paper's clause stays");
    assert_eq!(terms.targets[0].filed_before, "2016-10-31".parse().ok());
    assert_eq!(terms.cap("生活救助", 2019).map(|c| c.amount.fen), Some(1_200_000));
    assert_eq!(terms.parameter("TK503", "working_days"), Some(&Parameter::Integer(5)), "not overridden");
}

#[test]
fn config_switches_rules() {
    let base = "[run]\nfederation = \"甲\"\n";
    assert!(!good(base).terms.runs("TK508", true));
    assert!(good(&format!("{base}[rule.TK508]\nenabled = true\n")).terms.runs("TK508", true));
    assert!(!good(&format!("{base}[rule.BF606]\nenabled = false\n")).terms.runs("BF606", true));
    assert!(!good(&format!("{base}[rule.TK503]\nenabled = false\n")).terms.runs("TK503", false));
}

#[test]
fn an_amount_replaces_a_multiple() {
    let text = "[run]\nfederation = \"甲\"\n[level.\"国家级\"]\nexit_amount = 800.50\n";
    let terms = good(text).terms;
    assert_eq!(terms.level_line(Edge::Exit, "全国级"), Some(Line::Amount(Yuan { fen: 80_050 })), "by synonym");
}

#[test]
fn lines_of_a_category_stand_in_their_level() {
    let text = "[run]\nfederation = \"甲\"\n[level.\"全国级\"]\nfiling_multiple = 1.5\n[level.\"全国级\".category.\"低保边缘\"]\nexit_amount = 1200\nfiling_amount = 1100\n";
    let terms = good(text).terms;
    let line = |edge, category| terms.line(edge, "全国级", Some(category));
    assert_eq!(line(Edge::Exit, "低保边缘户"), Some(Line::Amount(Yuan { fen: 120_000 })), "of the config's category");
    assert_eq!(line(Edge::Filing, "低保户"), Some(Line::Multiple(Thousandths(1000))), "of the profile's category");
    assert_eq!(line(Edge::Filing, "低保线以上"), Some(Line::Multiple(Thousandths(1500))), "of the config's level");
    assert_eq!(line(Edge::Exit, "低保线以上"), Some(Line::Multiple(Thousandths(1000))), "of the profile's level");
    let error = read(&text.replace("低保边缘\"", "低宝户\"")).expect_err("no category").to_string();
    assert!(error.contains("没有困难类别“低宝户”") && error.contains("是否想写“低保户”？"), "{error}");
}

#[test]
fn income_and_audiences_are_the_configs_too() {
    let text = "[run]\nfederation = \"甲\"\n[income]\nbound = \"lt\"\nregion = \"work\"\nexpenses = [\"expense_school\"]\nmedical = false\n[[audience]]\nwho = \"filed\"\nprograms = [\"慰问\"]\n";
    let terms = good(text).terms;
    assert_eq!((terms.income.bound, terms.income.region, terms.income.medical), (Bound::Lt, Region::Work, false));
    assert_eq!(terms.income.expenses, ["expense_school"]);
    assert_eq!(terms.audience("送温暖", "省总", None), Who::Filed, "慰问 is 送温暖");
    let error = read(&text.replace("[\"expense_school\"]", "[\"expense_scool\"]")).expect_err("no field").to_string();
    assert!(error.contains("是否想写“expense_school”？"), "{error}");
    let error = read(&text.replace("who = \"filed\"\n", "")).expect_err("no audience").to_string();
    assert!(error.contains("who"), "{error}");
}

#[test]
fn toml_dates_are_dates() {
    assert_eq!(good("[run]\nfederation = \"甲\"\ndue = 2019-08-25\n").config.run.due, "2019-08-25".parse().ok());
}

#[test]
fn the_digest_knows_no_paths_and_no_day() {
    let digest = |text: &str| {
        let loaded = good(text);
        effective_digest(&loaded.config, &loaded.terms)
    };
    let plain = digest(EXAMPLE);
    assert_eq!(plain.len(), 64);
    for (from, to) in [
        ("out = \"out\"", "out = \"D:/结果\""),
        ("# as_of", "as_of"),
        ("inbox/**/*", "收件/**/*"),
        ("\"passwords.csv\"", "\"x.csv\""),
        ("[limits]", "\n# 说明\n[limits]"),
    ] {
        assert_eq!(digest(&EXAMPLE.replace(from, to)), plain, "{from}");
    }
    for (from, to) in [
        ("dibao = 650", "dibao = 651"),
        ("chengdu-2019", "ordos-2020"),
        ("severity = \"high\"", "severity = \"low\""),
        ("rate = 0.6", "rate = 0.7"),
    ] {
        assert_ne!(digest(&EXAMPLE.replace(from, to)), plain, "{from}");
    }
}

#[test]
fn the_template_is_valid_with_everything_off_and_everything_on() {
    let sources = "[[source]]\npath = \"inbox/**/*\"\n";
    let text = template(sources);
    assert!(text.contains(sources) && !text.contains("{sources}"));
    let plain = good(&text).config;
    assert_eq!(plain.sources.len(), 1);
    // A commented line that is a table head or a key becomes one.
    let on: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.starts_with('[')
                    || rest.starts_with('"')
                    || rest
                        .split_once(" = ")
                        .is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) =>
            {
                rest
            }
            _ => line,
        })
        // Needs a directory that is there.
        .filter(|line| !line.starts_with("schemas = "))
        .collect();
    let full = good(&on.join("\n")).config;
    assert_eq!((full.sources.len(), full.caps.len(), full.targets.len(), full.thresholds.len()), (2, 1, 1, 3));
    assert_eq!(full.run.calendar.as_deref(), Some(Path::new("日历.tsv")));
    assert_eq!(full.privacy.workbook_password_env.as_deref(), Some("HECHA_WORKBOOK_PW"));
}

#[test]
fn found_upward() {
    let dir = tempfile::tempdir().expect("dir");
    let deep = dir.path().join("甲/乙");
    fs::create_dir_all(&deep).expect("dirs");
    fs::write(dir.path().join(FILE_NAME), "[run]\nfederation = \"甲\"\n").expect("write");
    let path = find(&deep).expect("found");
    assert_eq!(path, dir.path().join(FILE_NAME));
    let loaded = load(&path, RULES).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(loaded.config.resolve(Path::new("out")), dir.path().join("out"));
}

/// Text after a good `[run]` (lines 1 and 2), and what is said of it.
#[test]
fn gallery_of_mistakes() {
    let cases = [
        (
            "federaton = \"甲\"\n",
            "错误 不认识的键“federaton”\n  位置  hecha.toml › 第 3 行 › [run]\n  原文  federaton = \"甲\"\n  处理  是否想写“federation”？\n        可用的键：federation、profile、as_of、due、out、state、contact、schemas、calendar",
        ),
        (
            "[campain]\nfrom = \"2019-07-01\"\n",
            "错误 不认识的节“campain”\n  位置  hecha.toml › 第 3 行\n  原文  [campain]\n  处理  是否想写“campaign”？\n        各节：run、campaign、source、units、standard、level、income、audience、matching、cap、deadline、target、fund_source、rule、codes、limits、privacy、history、notify、retention、forms、exchange",
        ),
        (
            "due = \"2019-02-30\"\n",
            "错误 “due”的值应为日期\n  位置  hecha.toml › 第 3 行 › [run]\n  原文  due = \"2019-02-30\"\n  处理  写成 due = \"2019-08-25\"",
        ),
        (
            "due = 20190825\n",
            "错误 “due”的值应为日期\n  位置  hecha.toml › 第 3 行 › [run]\n  原文  due = 20190825\n  处理  写成 due = \"2019-08-25\"",
        ),
        (
            "profile = \"chengdu2019\"\n",
            "错误 没有政策“chengdu2019”\n  位置  hecha.toml › 第 3 行 › [run]\n  原文  profile = \"chengdu2019\"\n  处理  是否想写“chengdu-2019”？\n        可用：chengdu-2019、guangming-2020、national-2022、ordos-2020、qinghai-2018、shantou-2017",
        ),
        (
            "[[source]]\nkind = \"paymnt\"\npath = \"a.xls\"\n",
            "错误 没有类别“paymnt”\n  位置  hecha.toml › 第 4 行 › [[source]]\n  原文  kind = \"paymnt\"\n  处理  是否想写“payment”？\n        可用：aid、business、check_report、civil、civil_household、civil_person、consent、death、efile、emember、exit、filing、fiscal_payroll、income、medical、paper、paper_member、payment、real_estate、roster、unit、vehicle、visit",
        ),
        (
            "[[source]]\npath = \"inbox/**x/*\"\n",
            "错误 “inbox/**x/*”不是正确的文件通配式\n  位置  hecha.toml › 第 4 行 › [[source]]\n  原文  path = \"inbox/**x/*\"\n  处理  ** 只能单独占一级目录：inbox/**/*",
        ),
        (
            "[[source]]\npath = \"a\"\nkind = \"payment\"\ncolumns = { id_numbr = \"证件\" }\n",
            "错误 没有字段“id_numbr”\n  位置  hecha.toml › 第 6 行 › [[source]] columns\n  原文  columns = { id_numbr = \"证件\" }\n  处理  是否想写“id_number”？\n        字段见 hecha schema payment",
        ),
        (
            "[source]\npath = \"a\"\n",
            "错误 “source”可以有多个，应写成 [[source]]\n  位置  hecha.toml › 第 3 行\n  原文  [source]\n  处理  把 [source] 改成 [[source]]",
        ),
        (
            "[[source]]\nunit = \"甲\"\n",
            "错误 [[source]] 缺少“path”\n  位置  hecha.toml › 第 3 行 › [[source]]\n  原文  [[source]]\n  处理  补上 path = \"inbox/**/*\"",
        ),
        ("[level.\"地市\"]\nexit_multiple = 1.5\nexit_amount = 900\n", "错误 exit_multiple 与 exit_amount 只能写一个"),
        (
            "[level.\"乡镇级\"]\nexit_amount = 900\n",
            "错误 没有级别“乡镇级”\n  位置  hecha.toml › 第 3 行 › [level.\"乡镇级\"]\n  原文  [level.\"乡镇级\"]\n  处理  可用：全国级、区县级、地市级、基层级、省级",
        ),
        (
            "[[target]]\nyear = 2019\nrate = 60\n",
            "错误 “rate”的值应为 0 到 1 的比率\n  位置  hecha.toml › 第 5 行 › [[target]]\n  原文  rate = 60\n  处理  百分之六十写成 rate = 0.6",
        ),
        (
            "[rule.TK53]\nenabled = false\n",
            "错误 没有规则“TK53”\n  位置  hecha.toml › 第 3 行\n  原文  [rule.TK53]\n  处理  是否想写“TK503”？\n        规则见 hecha rules",
        ),
        (
            "[rule.TK503]\nworkingdays = 5\n",
            "错误 不认识的键“workingdays”\n  位置  hecha.toml › 第 4 行 › [rule.TK503]\n  原文  workingdays = 5\n  处理  是否想写“working_days”？\n        可用的键：enabled、severity、working_days、report_borderline",
        ),
        (
            "[rule.FF409]\napplies_from = \"去年\"\n",
            "错误 “applies_from”的值应为日期，如 \"2019-08-25\"\n  位置  hecha.toml › 第 4 行 › [rule.FF409]\n  原文  applies_from = \"去年\"",
        ),
        (
            "[rule.TK503]\nseverity = \"higher\"\n",
            "错误 “severity”的值应为 \"high\" 或 \"严重\" 或 \"medium\" 或 \"一般\" 或 \"low\" 或 \"提示\"\n  位置  hecha.toml › 第 4 行 › [rule.TK503]\n  原文  severity = \"higher\"",
        ),
        (
            "[codes.health]\n\"胃癌\" = \"恶性肿流\"\n",
            "错误 没有规范词“恶性肿流”\n  位置  hecha.toml › 第 4 行 › [codes.health]\n  原文  \"胃癌\" = \"恶性肿流\"\n  处理  是否想写“恶性肿瘤”？",
        ),
        (
            "[codes.helth]\n\"胃癌\" = \"恶性肿瘤\"\n",
            "错误 没有代码表“helth”\n  位置  hecha.toml › 第 3 行\n  原文  [codes.helth]\n  处理  是否想写“health”？",
        ),
        (
            "[limits]\nunpacked_mib = \"2G\"\n",
            "错误 “unpacked_mib”的值应为 1 到 1048576 的整数\n  位置  hecha.toml › 第 4 行 › [limits]\n  原文  unpacked_mib = \"2G\"\n  处理  写成 unpacked_mib = 1",
        ),
        (
            "contact = “张”\n",
            "错误 不是合法的 TOML 文本\n  位置  hecha.toml › 第 3 行\n  原文  contact = “张”\n  处理  检查这一行的英文引号、方括号和等号是否成对，文字是否加了英文引号。",
        ),
        (
            "out = \"a\"\nout = \"b\"\n",
            "错误 同一个键写了两次\n  位置  hecha.toml › 第 4 行\n  原文  out = \"b\"\n  处理  只留一个。",
        ),
    ];
    for (text, expected) in cases {
        let text = format!("[run]\nfederation = \"甲\"\n{text}");
        let error = read(&text).expect_err(&text);
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().starts_with(expected), "{error}\n\nexpected\n{expected}");
    }
}

#[test]
fn all_mistakes_are_reported_in_the_order_of_the_file() {
    let text =
        "[run]\nfederation = 1\nduee = \"2019-08-25\"\n[limits]\nunpacked = 1\n[[deadline]]\nlevel = \"全国级\"\n";
    let error = read(text).expect_err("mistakes");
    let whats: Vec<&str> = error.all().map(Error::what).collect();
    assert_eq!(
        whats,
        ["“federation”的值应为文字", "不认识的键“duee”", "不认识的键“unpacked”", "[[deadline]] 缺少“date”"]
    );
    assert_eq!(read("").expect_err("empty").what(), "缺少“run”");
}
