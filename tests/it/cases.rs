//! Every rule's example cases, run through the real line.

use hecha::derive::Setting;
use hecha::domain::calendar::WorkCalendar;
use hecha::ingest::inputs::Inputs;
use hecha::ingest::{FileRead, Format, Reading};
use hecha::normalize::{Context, SourceHints};
use hecha::rules::{Case, Rule, Verdict, catalogue, example};
use hecha::schema::Schemas;
use hecha::{audit, derive, link, normalize, profile};

use crate::support::as_of;

fn verdicts(schemas: &Schemas, rule: &'static Rule, case: &Case) -> ([usize; 4], Vec<String>) {
    let sheets = example::sheets(schemas, case.given).unwrap_or_else(|part| panic!("{} 示例看不懂：{part}", rule.code));
    let reads = sheets.into_iter().enumerate().map(|(i, (kind, sheet))| {
        let reading = Reading::Sheets { format: Format::Xlsx, sheets: vec![sheet] };
        (i, FileRead { path: format!("{kind}.xlsx"), bytes: 1, sha256: [i as u8 + 1; 32], reading })
    });
    let reads: Vec<_> = reads.collect();
    let hints: Vec<SourceHints> = reads
        .iter()
        .map(|(_, f)| SourceHints { kind: f.path.strip_suffix(".xlsx").map(str::to_string), ..SourceHints::default() })
        .collect();
    let inputs = Inputs::from_reads(reads);
    let context = Context::new(schemas, as_of());
    let tables = normalize::tables(&inputs, &hints, &context);
    let book = link::casebook(tables, "测试市总工会", &Default::default(), as_of());
    let setting = Setting {
        as_of: as_of(),
        campaign: None,
        calendar: WorkCalendar::embedded().clone(),
        money_tolerance: 100,
        area_tolerance: 100,
        source_units: Vec::new(),
    };
    let facts = derive::facts(&book, &inputs, &setting);
    let profile = profile::load(profile::DEFAULT, None).expect("the default profile loads");
    let policy =
        audit::Policy { profile: &profile, disabled: Vec::new(), only: Vec::new(), severities: Default::default() };
    let audit = audit::findings(&facts, &policy);
    let tally = audit.tallies.iter().find(|t| t.rule.code == rule.code).expect("every rule has a tally");
    let mut counts = tally.total();
    if tally.why_not.is_some() {
        // A rule without its source cannot tell.
        counts[3] += 1;
        counts[0] += 1;
    }
    let said = audit.findings.iter().map(|f| format!("{} {}", f.rule.code, f.draft.message)).collect();
    (counts, said)
}

#[test]
fn every_case_gives_its_verdict() {
    let schemas = Schemas::load(None).expect("the schemas load");
    let mut wrong = Vec::new();
    for rule in catalogue() {
        for case in rule.cases {
            let (counts, said) = verdicts(&schemas, rule, case);
            let [not_applicable, compliant, finding, undetermined] = counts;
            let right = match case.verdict {
                Verdict::Finding => finding > 0,
                Verdict::Compliant => finding == 0 && compliant > 0,
                Verdict::Undetermined => finding == 0 && undetermined > 0,
                Verdict::NotApplicable => finding == 0 && not_applicable > 0,
            };
            if !right {
                wrong.push(format!(
                    "{} {} ← {} gave {counts:?}; all: {said:?}",
                    rule.code,
                    case.verdict.chinese(),
                    case.given
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_example_household_has_no_finding() {
    let schemas = Schemas::load(None).expect("the schemas load");
    let rule = catalogue().next().expect("a rule");
    let case = Case { verdict: Verdict::Compliant, given: "" };
    let (_, said) = verdicts(&schemas, rule, &case);
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn every_rule_shows_a_finding_and_a_compliant_case() {
    for rule in catalogue() {
        let has = |v| rule.cases.iter().any(|c| c.verdict == v);
        assert!(has(Verdict::Finding), "{} has no case of a finding", rule.code);
        assert!(has(Verdict::Compliant), "{} has no compliant case", rule.code);
    }
}

#[test]
fn codes_are_in_order_and_unique() {
    for family in ["ID", "JD", "YZ"] {
        let codes: Vec<_> = catalogue().map(|r| r.code).filter(|c| c.starts_with(family)).collect();
        assert!(codes.is_sorted() && !codes.is_empty(), "{codes:?}");
    }
    let mut all: Vec<_> = catalogue().map(|r| r.code).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), catalogue().count());
}

/// A rule file that no family lists would never run.
#[test]
fn no_rule_file_is_forgotten() {
    for family in ["id", "jd", "yz"] {
        let dir = crate::support::repository().join("src/rules").join(family);
        for entry in std::fs::read_dir(&dir).expect("the family's folder") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            let Some(code) =
                name.get(..5).map(str::to_uppercase).filter(|c| c[2..].bytes().all(|b| b.is_ascii_digit()))
            else {
                continue;
            };
            assert!(hecha::rules::find(&code).is_some(), "{name} is not listed in rules/{family}/mod.rs");
        }
    }
}
