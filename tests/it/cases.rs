//! Every rule's example cases, run through the real line.

use hecha::rules::{Case, Rule, Verdict, all, catalogue, example};

use crate::support::{audited, audited_after, inputs_of, schemas};

fn verdicts(rule: &'static Rule, case: &Case) -> ([usize; 4], Vec<String>) {
    let wrong = |part: String| -> ! { panic!("{} 示例看不懂：{part}", rule.code) };
    let config = example::config(case.given).unwrap_or_else(|part| wrong(part));
    let sheets = example::sheets(schemas(), case.given).unwrap_or_else(|part| wrong(part));
    let kinds: Vec<String> = sheets.iter().map(|(kind, _)| kind.clone()).collect();
    let inputs = inputs_of(sheets.into_iter().map(|(kind, sheet)| (format!("{kind}.xlsx"), sheet)).collect());
    let past = example::past(case.given).unwrap_or_else(|part| wrong(part));
    audited_after(&config, &inputs, &kinds, past, |_, audit| {
        let tally = audit.tallies.iter().find(|t| t.rule.code == rule.code).expect("every rule has a tally");
        let mut counts = tally.total();
        if !tally.missing_sources.is_empty() {
            // A rule without its source cannot tell.
            counts[3] += 1;
        } else if tally.why_not.is_some() {
            counts[0] += 1;
        }
        let said = audit.findings.iter().map(|f| format!("{} {}", f.rule.code, f.draft.message)).collect();
        (counts, said)
    })
}

#[test]
fn every_case_gives_its_verdict() {
    let mut wrong = Vec::new();
    for rule in all(schemas()) {
        for case in rule.cases {
            let (counts, said) = verdicts(rule, case);
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
    let rule = catalogue().next().expect("a rule");
    let case = Case { verdict: Verdict::Compliant, given: "" };
    let (_, said) = verdicts(rule, &case);
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn every_rule_shows_a_finding_and_a_compliant_case() {
    for rule in all(schemas()) {
        let has = |v| rule.cases.iter().any(|c| c.verdict == v);
        assert!(has(Verdict::Finding), "{} has no case of a finding", rule.code);
        assert!(has(Verdict::Compliant), "{} has no compliant case", rule.code);
    }
}

#[test]
fn codes_are_in_order_and_unique() {
    for family in ["ID", "JD", "YZ", "FF", "TK", "BF", "JZ"] {
        let codes: Vec<_> = catalogue().map(|r| r.code).filter(|c| c.starts_with(family)).collect();
        assert!(codes.is_sorted(), "{codes:?}");
    }
    let mut all: Vec<_> = catalogue().map(|r| r.code).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), catalogue().count());
}

/// A rule file that no family lists would never run.
#[test]
fn no_rule_file_is_forgotten() {
    for family in ["id", "jd", "yz", "ff", "tk", "bf", "jz"] {
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

/// "0 findings" never hides "not run": each source that is taken away is named by every rule that lacks it.
#[test]
fn a_missing_source_is_named_by_every_rule_that_lacks_it() {
    let rule = catalogue().next().expect("a rule");
    let kinds = ["efile", "emember", "paper", "paper_member", "civil", "payment", "aid", "medical", "visit", "income"];
    for kind in kinds.into_iter().chain(["death", "roster"]) {
        let without = format!("-{kind}");
        let sheets = example::sheets(schemas(), &without);
        let sheets = sheets.unwrap_or_else(|part| panic!("{part}"));
        let kinds: Vec<String> = sheets.iter().map(|(kind, _)| kind.clone()).collect();
        let inputs = inputs_of(sheets.into_iter().map(|(kind, sheet)| (format!("{kind}.xlsx"), sheet)).collect());
        let config = example::config("").unwrap_or_else(|part| panic!("{part}"));
        audited(&config, &inputs, &kinds, |facts, audit| {
            let mut lacking = 0;
            for tally in &audit.tallies {
                let lacks =
                    |group: &&[&str]| group.contains(&kind) && !group.iter().any(|k| kinds.iter().any(|o| o == k));
                if tally.rule.sources.iter().any(lacks) {
                    lacking += 1;
                    assert!(
                        tally.missing_sources.iter().any(|m| m.split('|').any(|k| k == kind)),
                        "{} lacks {kind}",
                        tally.rule.code
                    );
                    let title = facts.book.tables.schemas.get(kind).map(|s| s.title.clone()).expect("a kind");
                    let told = tally.why_not.as_deref().is_some_and(|w| w.contains(&title) || !w.contains("缺来源"));
                    assert!(told, "{}: {:?}", tally.rule.code, tally.why_not);
                    assert_eq!(tally.total(), [0; 4], "{} did not run", tally.rule.code);
                }
            }
            assert!(lacking > 0, "some rule of {} needs {kind}", rule.code);
        });
    }
}
