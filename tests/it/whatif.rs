//! `hecha whatif`: two judgements of the same inputs, and nothing written.

use std::path::Path;

use hecha::cli;
use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{judge, request, written};

fn hecha(dir: &Path, args: &[&str]) -> (u8, String) {
    let parsed = cli::parse(std::iter::once("hecha").chain(args.iter().copied())).expect("a command").expect("no help");
    let mut out = Vec::new();
    match hecha::commands::execute(parsed, dir, None, &mut out) {
        Ok(code) => (code, String::from_utf8(out).expect("UTF-8")),
        Err(error) => (error.exit_code(), error.to_string()),
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn the_difference_is_that_of_two_runs() {
    let w = written(&request(150, 51, 0, Plant::Codes(vec!["YZ301".into(), "YZ305".into()])), &[Format::Xlsx]);
    let config = w.dir.path().join("hecha.toml");
    let listed = || {
        let mut names: Vec<_> =
            std::fs::read_dir(w.dir.path()).expect("it").map(|e| e.expect("an entry").path()).collect();
        names.sort();
        names
    };
    let (before, original) = (listed(), std::fs::read_to_string(&config).expect("the config"));
    let settings = ["rule.YZ305.difference_yuan=0", "rule.YZ301.enabled=false"];
    let (code, text) = hecha(w.dir.path(), &["whatif", "--set", settings[0], "--set", settings[1], "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(
        (listed(), std::fs::read_to_string(&config).expect("the config")),
        (before, original),
        "nothing is written"
    );
    let told = json(&text);

    let count = |outcome: &hecha::pipeline::Outcome, unit: &str, rule: &str| {
        let own = outcome
            .report
            .findings
            .iter()
            .filter(|f| (unit.is_empty() || f.unit == unit) && (rule.is_empty() || f.rule == rule));
        own.count() as u64
    };
    let base = judge(w.dir.path());
    let mut changed = std::fs::read_to_string(&config).expect("the config");
    changed.push_str("[rule.YZ305]\ndifference_yuan = 0\n[rule.YZ301]\nenabled = false\n");
    std::fs::write(&config, changed).expect("the config");
    let after = judge(w.dir.path());
    assert!(count(&base, "", "YZ301") > 0 && count(&after, "", "YZ301") == 0);
    let mut lines = 0;
    for line in told["units"]
        .as_array()
        .expect("units")
        .iter()
        .chain(told["rules"].as_array().expect("rules"))
        .chain([&told["total"]])
    {
        let (unit, rule) = (line["unit"].as_str().expect("a unit"), line["rule"].as_str().expect("a rule"));
        assert_eq!(line["findings"]["before"].as_u64(), Some(count(&base, unit, rule)), "{line}");
        assert_eq!(line["findings"]["after"].as_u64(), Some(count(&after, unit, rule)), "{line}");
        lines += 1;
    }
    assert!(lines > 2, "{told}");
    let rules: Vec<_> = told["rules"].as_array().expect("rules").iter().filter_map(|l| l["rule"].as_str()).collect();
    assert!(rules.contains(&"YZ301"), "{rules:?}");
}

#[test]
fn the_table_names_rules_and_households() {
    let w = written(&request(120, 52, 0, Plant::Codes(vec!["YZ301".into()])), &[Format::Xlsx]);
    let (code, text) = hecha(w.dir.path(), &["whatif", "--set", "rule.YZ301.enabled=false", "--rule", "YZ301"]);
    assert_eq!(code, 0, "{text}");
    for part in ["假如 rule.YZ301.enabled = false", "YZ301 纸质与电子不一致", "→ 0", "全部规则", "没有写任何文件"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (_, same) = hecha(w.dir.path(), &["whatif", "--set", "matching.payment_far_days=181", "--rule", "YZ301"]);
    assert!(same.contains("结果没有差别"), "{same}");
}

#[test]
fn a_wrong_key_is_said_in_the_form_of_the_configuration() {
    let w = written(&request(20, 53, 0, Plant::None), &[Format::Xlsx]);
    let cases = [
        ("rule.YZ3O1.enabled=false", "没有规则“YZ3O1”", "YZ301"),
        ("rule.YZ305.difference=50", "不认识的键“difference”", "difference_yuan"),
        ("rule.YZ305.difference_yuan=多", "“difference_yuan”的值应为", "--set"),
        ("lvel.全国级.exit_multiple=1.2", "不认识的节“lvel”", "level"),
        ("level.全国级.exit_multple=1.2", "不认识的键“exit_multple”", "exit_multiple"),
        ("standard.5101.2019-07-01.dibao=700", "六位行政区划代码", "510100"),
        ("matching.payment_window_days=-1", "“payment_window_days”的值应为", "整数"),
        ("rule.YZ305", "没有“=”", "--set 键=值"),
        ("source.path=x", "来源不能这样改", "[[source]]"),
        ("run.federation.x=1", "走不通", "rule.YZ305.difference_yuan"),
    ];
    for (set, what, remedy) in cases {
        let (code, text) = hecha(w.dir.path(), &["whatif", "--set", set]);
        assert_eq!(code, 2, "{set}: {text}");
        assert!(text.contains(what) && text.contains(remedy), "{set}: {text}");
    }
}
