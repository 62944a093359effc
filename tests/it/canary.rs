//! The canary finds what it plants, says nothing else, and falls silent for a rule that is switched off.

use hecha::canary::{Fate, Song, sing};
use hecha::config::{self, Change};
use hecha::ingest::inputs::Inputs;
use hecha::plan::{Asked, Plan, with_rule_specs};
use hecha::synth::write::Format;
use hecha::synth::{Plant, Request};

use crate::support::{as_of, plan, request, written, written_under};

fn told(song: &Song) -> String {
    hecha::commands::canary::text(song, false)
}

#[test]
fn every_mistake_is_found_and_nothing_else() {
    let w = written(&request(300, 61, 0, Plant::None), &[Format::Xlsx]);
    let plan = plan(w.dir.path());
    let inputs = Inputs::read(&plan.wanted, &|_| {});
    let song = sing(&plan, &inputs).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((song.missed(), song.false_alarms()), (0, 0), "{}", told(&song));
    assert!(song.found() >= 64, "{}", told(&song));
    let again = sing(&plan, &inputs).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(song, again, "the same inputs sing the same song");
}

#[test]
fn a_rule_that_is_switched_off_turns_the_canary_red() {
    let w = written(&request(160, 62, 0, Plant::None), &[Format::Xlsx]);
    let base = plan(w.dir.path());
    let inputs = Inputs::read(&base.wanted, &|_| {});
    let song = sing(&base, &inputs).unwrap_or_else(|e| panic!("{e}"));
    for trial in song.trials.iter().filter(|t| t.fate == Fate::Found) {
        let change = Change::parse(&format!("rule.{}.enabled=false", trial.code)).expect("a change");
        let path = w.dir.path().join("hecha.toml");
        let loaded = with_rule_specs(|specs| config::load_changed(&path, &[change], specs));
        let loaded = loaded.unwrap_or_else(|e| panic!("{e}"));
        let mut off = Plan::without_files(loaded, Asked::default(), as_of()).unwrap_or_else(|e| panic!("{e}"));
        off.hints.clone_from(&base.hints);
        let song = sing(&off, &inputs).unwrap_or_else(|e| panic!("{e}"));
        let own = song.trials.iter().find(|t| t.code == trial.code).expect("a trial");
        assert_eq!(own.fate, Fate::Missed, "{}:\n{}", trial.code, told(&song));
    }
}

/// After a run that is remembered, what the mistakes take away has vanished: that is found, and is no false alarm.
#[test]
fn what_an_earlier_run_read_is_missed() {
    let w = written(&Request { units: 4, ..request(240, 64, 0, Plant::None) }, &[Format::Xlsx]);
    let first = plan(w.dir.path());
    hecha::pipeline::run(&first, &hecha::pipeline::Silent).unwrap_or_else(|e| panic!("{e}"));
    let day = first.as_of.succ_opt().expect("a day");
    let asked = Asked { config: Some(w.dir.path().join("hecha.toml")), as_of: Some(day), ..Asked::default() };
    let plan = Plan::new(asked, w.dir.path(), day).unwrap_or_else(|e| panic!("{e}"));
    let inputs = Inputs::read(&plan.wanted, &|_| {});
    let song = sing(&plan, &inputs).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((song.missed(), song.false_alarms()), (0, 0), "{}", told(&song));
    for code in ["JD215", "FF418", "BF608"] {
        let own = song.trials.iter().find(|t| t.code == code).expect("a trial");
        assert_eq!(own.fate, Fate::Found, "{}", told(&song));
    }
    // Every rule says why it could not be tried.
    let silent: Vec<&str> = (song.trials.iter())
        .filter(|t| matches!(&t.fate, Fate::Untried(why) if why.contains("还没有为这条规则准备错误")))
        .map(|t| t.code.as_str())
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn it_sings_under_papers_that_ask_for_more() {
    let papers: [(&str, &str, &[&str]); 4] = [
        ("ordos-2020", "2020-08-18", &["BF606", "BF607", "JD214"]),
        ("guangming-2020", "2020-08-18", &["TK508", "TK511"]),
        ("shantou-2017", "2018-05-16", &["BF606", "JD210", "JD214"]),
        ("national-2022", "2024-08-20", &["JD216", "JD217", "JD218"]),
    ];
    for (profile, day, asked) in papers {
        let request = Request { as_of: day.parse().expect("a date"), ..request(300, 63, 0, Plant::None) };
        let w = written_under(&request, profile, &[Format::Xlsx]);
        let asked_for = Asked { config: Some(w.dir.path().join("hecha.toml")), ..Asked::default() };
        let plan = Plan::new(asked_for, w.dir.path(), request.as_of).unwrap_or_else(|e| panic!("{e}"));
        let inputs = Inputs::read(&plan.wanted, &|_| {});
        let song = sing(&plan, &inputs).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((song.missed(), song.false_alarms()), (0, 0), "{profile}\n{}", told(&song));
        for code in asked {
            let own = song.trials.iter().find(|t| t.code == *code).expect("a trial");
            assert_eq!(own.fate, Fate::Found, "{profile}\n{}", told(&song));
        }
    }
}
