//! Each paper by itself: a consistent world gives no finding under any of the five, whatever the mess; an as-of date outside
//! a paper's validity is said and switches nothing off.

use chrono::NaiveDate;
use hecha::synth::write::{Format, write_all};
use hecha::synth::{Plant, Request, world};

use crate::support::{Written, assert_same, judge, plan, written};

/// A day in the validity of each paper.
const DAYS: [(&str, &str); 5] = [
    ("chengdu-2019", "2019-08-20"),
    ("guangming-2020", "2020-08-18"),
    ("ordos-2020", "2020-08-18"),
    ("qinghai-2018", "2019-06-12"),
    ("shantou-2017", "2018-05-16"),
];

/// A world of that day, judged by that paper.
fn under(profile: &str, as_of: &str, seed: u64, mess: u8) -> Written {
    let as_of: NaiveDate = as_of.parse().expect("a date");
    let request = Request { households: 400, units: 12, seed, mess, plant: Plant::None, as_of };
    let world = world(&request);
    let dir = tempfile::tempdir().expect("a temporary directory");
    write_all(&world.exports(), dir.path(), mess, seed, Format::ALL).expect("exports are written");
    let config = world.config_text().replace("\"chengdu-2019\"", &format!("\"{profile}\""));
    std::fs::write(dir.path().join("hecha.toml"), config).expect("config is written");
    Written { dir, world }
}

#[test]
fn every_profile_has_its_world() {
    let ids = hecha::profile::names(None).expect("names");
    let papers = ids.into_iter().filter(|id| !hecha::profile::load(id, None).expect("a profile").national);
    assert_eq!(DAYS.map(|(id, _)| id).to_vec(), papers.collect::<Vec<_>>());
}

#[test]
fn a_consistent_world_has_no_finding_under_any_paper() {
    for (i, (profile, as_of)) in DAYS.into_iter().enumerate() {
        for mess in [0, 3] {
            let w = under(profile, as_of, 60 + i as u64, mess);
            let outcome = judge(w.dir.path());
            assert_eq!(outcome.report.run.profile, profile);
            assert_same(&outcome, &w.world, &format!("{profile}, mess {mess}"));
            assert!(plan(w.dir.path()).warnings.is_empty(), "{profile}");
        }
    }
}

/// What a paper does not ask for is listed as not run; what it asks for runs.
#[test]
fn rules_that_a_paper_must_ask_for_run_only_there() {
    let all = hecha::rules::all(&hecha::schema::Schemas::load(None).expect("the schemas load"));
    for (profile, as_of) in DAYS {
        let w = under(profile, as_of, 70, 0);
        let terms = hecha::profile::load(profile, None).expect("a profile");
        for account in &judge(w.dir.path()).report.manifest.rules {
            let rule = all.iter().find(|r| r.code == account.code).expect("a rule of the catalogue");
            let asked = terms.enable.contains(&account.code);
            assert_eq!(
                account.run,
                asked || !rule.only_where_bound,
                "{profile} {}: {:?}",
                account.code,
                account.why_not
            );
            if !account.run {
                assert!(account.why_not.as_deref().is_some_and(|why| why.starts_with("未启用")), "{account:?}");
            }
        }
    }
}

/// Findings cite the paper in force or a general basis, never another locality's.
#[test]
fn findings_cite_the_paper_in_force() {
    let request = crate::support::request(400, 61, 1, Plant::All);
    let numbers = [
        ("chengdu-2019", "成工办"),
        ("guangming-2020", "深光工"),
        ("ordos-2020", "鄂工发"),
        ("qinghai-2018", "青总办"),
        ("shantou-2017", "汕头市工会"),
    ];
    for (profile, own) in numbers {
        let w = written(&request, &[Format::Xlsx]);
        let config = w.world.config_text().replace("\"chengdu-2019\"", &format!("\"{profile}\""));
        std::fs::write(w.dir.path().join("hecha.toml"), config).expect("config is written");
        let findings = judge(w.dir.path()).report.findings;
        assert!(findings.iter().any(|f| f.basis.contains(own)), "{profile}: nothing cites the paper");
        for finding in findings {
            assert!(!finding.basis.is_empty(), "{}", finding.rule);
            let other = numbers.iter().find(|(_, other)| *other != own && finding.basis.contains(other));
            assert!(other.is_none(), "{profile}: {} cites {}", finding.rule, finding.basis);
        }
    }
}

#[test]
fn a_day_outside_the_papers_validity_is_said_and_switches_nothing_off() {
    let w = under("guangming-2020", "2021-03-10", 71, 0);
    let plan = plan(w.dir.path());
    assert_eq!(plan.warnings.len(), 1, "{:?}", plan.warnings);
    assert!(
        plan.warnings[0].contains("2021-03-10") && plan.warnings[0].contains("guangming-2020"),
        "{:?}",
        plan.warnings
    );
    let rules = judge(w.dir.path()).report.manifest.rules;
    assert!(rules.iter().filter(|r| r.run).count() > 20);
}
