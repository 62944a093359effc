//! The evaluation rates, counted again from the inputs and the list of findings.

use std::collections::{BTreeMap, BTreeSet};

use hecha::report::manifest::Rate;
use hecha::synth::Plant;
use hecha::synth::export::{Export, Val};
use hecha::synth::write::Format;

use crate::support::{judge, request, written};

/// A row of a world's exports by field.
type Cells = BTreeMap<&'static str, String>;

fn rows(exports: &[Export], kind: &str) -> Vec<Cells> {
    let of_kind = exports.iter().filter(|e| e.kind == kind);
    of_kind
        .flat_map(|e| {
            e.rows.iter().map(|row| e.columns.iter().zip(&row.values).map(|(c, v)| (c.field, shown(v))).collect())
        })
        .collect()
}

fn shown(value: &Val) -> String {
    match value {
        Val::Text(t) | Val::Verbatim(t) | Val::Name(t) | Val::Id(t) => t.clone(),
        Val::Date(d) => d.to_string(),
        _ => String::new(),
    }
}

/// Of each unit the rate's two numbers, own and rolled up.
fn rolled(parents: &BTreeMap<String, String>, own: &BTreeMap<String, (u64, u64)>) -> BTreeMap<String, (u64, u64)> {
    let mut out: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (unit, (n, d)) in own {
        let mut at = Some(unit);
        while let Some(u) = at {
            let sum = out.entry(u.clone()).or_default();
            *sum = (sum.0 + n, sum.1 + d);
            at = parents.get(u).filter(|p| !p.is_empty());
        }
    }
    out
}

#[test]
fn rates_are_what_findings_and_inputs_give() {
    let w = written(&request(500, 81, 0, Plant::All), &[Format::Xlsx]);
    let outcome = judge(w.dir.path());
    let (findings, rates) = (&outcome.report.findings, &outcome.report.manifest.rates);
    let exports = w.world.exports();
    let parents: BTreeMap<String, String> =
        rows(&exports, "unit").into_iter().map(|r| (r["name"].clone(), r["parent"].clone())).collect();
    let files = rows(&exports, "efile");
    assert!(files.len() >= 500);
    let key = |r: &Cells| (r["unit"].clone(), r["file_no"].clone());
    let of = |status: &str| -> Vec<&Cells> { files.iter().filter(|r| r["status"] == status).collect() };
    let (active, exited) = (of("在档"), of("已脱困"));
    assert!(active.len() > 300 && exited.len() > 30);
    let accused = |codes: &dyn Fn(&str) -> bool| -> BTreeSet<(String, String)> {
        findings.iter().filter(|f| codes(&f.rule)).map(|f| (f.unit.clone(), f.file_no.clone())).collect()
    };
    let schemas = hecha::schema::Schemas::load(None).expect("the schemas load");
    let rules = hecha::rules::all(&schemas);
    let class = |code: &str| rules.iter().find(|r| r.code == code).map(|r| r.class.chinese());
    let wrongful = accused(&|code| class(code) == Some("错评"));
    let late = accused(&|code| ["TK501", "TK508", "JD207"].contains(&code));
    let early: BTreeSet<(String, String)> = findings
        .iter()
        .filter(|f| f.rule == "TK502" && f.severity == hecha::finding::Severity::High)
        .map(|f| (f.unit.clone(), f.file_no.clone()))
        .collect();
    // One household, though paper and roster both tell of it.
    let mut missed: BTreeMap<String, u64> = BTreeMap::new();
    let told: BTreeSet<(String, String)> = findings
        .iter()
        .filter(|f| f.rule == "JD205" || f.rule == "JD211")
        .map(|f| (f.unit.clone(), f.id_number.clone()))
        .collect();
    for (unit, _) in told {
        *missed.entry(unit).or_default() += 1;
    }
    assert!(!wrongful.is_empty() && !missed.is_empty());

    // (numerator, denominator) of each unit's own households.
    type Own = BTreeMap<String, (u64, u64)>;
    let counted = |rows: &[&Cells], is: &dyn Fn(&Cells) -> bool| -> Own {
        let mut out = Own::new();
        for row in rows {
            let sum = out.entry(row["unit"].clone()).or_default();
            *sum = (sum.0 + u64::from(is(row)), sum.1 + 1);
        }
        out
    };
    let with_missed = |mut own: Own, numerator: u64| -> Own {
        for (unit, n) in &missed {
            let sum = own.entry(unit.clone()).or_default();
            *sum = (sum.0 + numerator * n, sum.1 + n);
        }
        own
    };
    let both: Vec<&Cells> = active.iter().chain(&exited).copied().collect();
    let faultless = |r: &Cells| {
        let (key, active) = (key(r), r["status"] == "在档");
        !(active && (wrongful.contains(&key) || late.contains(&key)) || !active && early.contains(&key))
    };
    let national: Vec<&Cells> = both.iter().copied().filter(|r| level(r) == "全国级").collect();
    let wanted: Vec<(&str, Own)> = vec![
        ("错评率", counted(&active, &|r| wrongful.contains(&key(r)))),
        ("漏评率", with_missed(counted(&active, &|_| false), 1)),
        ("综合精准率", with_missed(counted(&both, &faultless), 0)),
        ("结对帮扶覆盖率", counted(&active, &|r| !r["helper"].is_empty())),
        ("解困脱困率", counted(&both, &|r| r["status"] == "已脱困")),
        ("解困脱困率·2019全国级", counted(&national, &|r| r["status"] == "已脱困")),
    ];
    let ran = |codes: &[&str]| outcome.report.manifest.rules.iter().any(|r| r.run && codes.contains(&r.code.as_str()));
    let conditional: Vec<(&str, &[&str], Own)> = vec![
        ("漏退率", &["TK501", "TK508", "JD207"], counted(&active, &|r| late.contains(&key(r)))),
        ("错退率", &["TK502"], counted(&exited, &|r| early.contains(&key(r)))),
    ];
    let conditional = conditional.into_iter().map(|(name, codes, own)| {
        let own = if ran(codes) { own } else { own.into_keys().map(|unit| (unit, (0, 0))).collect() };
        (name, own)
    });
    let mut compared = 0;
    for (name, own) in wanted.into_iter().chain(conditional) {
        let want = rolled(&parents, &own);
        let got: BTreeMap<String, (u64, u64)> = rates
            .iter()
            .filter(|r| r.name == name)
            .map(|r| (r.unit.clone(), (r.numerator, r.denominator)))
            .filter(|(unit, numbers)| *numbers != (0, 0) || want.contains_key(unit))
            .collect();
        assert_eq!(got, want, "{name}");
        compared += want.len();
    }
    assert!(compared > 80, "{compared} rates");

    // Every survey of this world lies in the campaign, every unit has households that draw dibao, and a head's number is valid
    // unless planted otherwise.
    let sum = |name: &str| -> (u64, u64) {
        let rate = rates.iter().find(|r| r.name == name && parents.get(&r.unit).is_none_or(String::is_empty));
        rate.map(|r| (r.numerator, r.denominator)).expect("the federation's rate")
    };
    let (surveyed, demanded) = sum("入户核查覆盖率");
    assert_eq!(demanded, active.iter().filter(|r| level(r) == "全国级").count() as u64);
    assert!(surveyed <= demanded && surveyed * 10 > demanded * 9, "{surveyed}/{demanded}");
    let (compared, all) = sum("信息比对率");
    let valid = active.iter().filter(|r| check_character_fits(&r["id_number"])).count();
    assert_eq!((compared, all), (valid as u64, active.len() as u64));
}

/// The check character of GB 11643, reckoned by itself.
fn check_character_fits(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| if c == 'X' { Some(10) } else { c.to_digit(10) }).collect();
    let weighted = digits.iter().enumerate().map(|(i, d)| d * (1u32 << (17 - i.min(17)))).sum::<u32>();
    digits.len() == 18 && weighted % 11 == 1
}

/// The level as a word: a world without mess writes no other.
fn level(row: &Cells) -> &str {
    &row["level"]
}

#[test]
fn rates_are_sorted_and_of_every_unit_the_same() {
    let w = written(&request(150, 82, 2, Plant::All), Format::ALL);
    let rates: Vec<Rate> = judge(w.dir.path()).report.manifest.rates;
    let keys: Vec<(&str, &str)> = rates.iter().map(|r| (r.unit.as_str(), r.name.as_str())).collect();
    assert!(keys.is_sorted() && keys.windows(2).all(|two| two[0] != two[1]));
    assert!(rates.iter().all(|r| r.numerator <= r.denominator));
    let units: BTreeSet<&str> = rates.iter().map(|r| r.unit.as_str()).collect();
    let names: BTreeSet<&str> = rates.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(rates.iter().filter(|r| r.name == "错评率").count(), units.len());
    assert!(names.contains("解困脱困率·2019全国级") && names.contains("解困脱困率·2020全国级"), "{names:?}");
}
