//! Consistent worlds give nothing; planted ones give exactly what was planted.

use hecha::synth::Plant;
use hecha::synth::write::Format;

use chrono::NaiveDate;
use hecha::synth::Request;

use crate::support::{assert_same, differences, judge, request, written, written_under};

fn check(households: usize, seed: u64, mess: u8, plant: Plant) {
    let what = format!("{households} households, seed {seed}, mess {mess}, {plant:?}");
    let w = written(&request(households, seed, mess, plant), Format::ALL);
    assert_same(&judge(w.dir.path()), &w.world, &what);
}

#[test]
fn a_clean_consistent_world_has_no_finding() {
    check(300, 1, 0, Plant::None);
}

#[test]
fn a_messy_consistent_world_has_no_finding_but_the_mess() {
    check(1000, 2, 3, Plant::None);
    check(200, 3, 2, Plant::None);
    check(200, 4, 1, Plant::None);
}

#[test]
fn a_planted_world_gives_exactly_the_planted_list() {
    check(600, 5, 0, Plant::All);
    check(600, 6, 3, Plant::All);
    check(400, 7, 2, Plant::All);
}

#[test]
fn each_class_is_found_alone() {
    for code in hecha::synth::plantable() {
        check(120, 8, 1, Plant::Codes(vec![code.to_string()]));
    }
}

#[test]
fn many_seeds() {
    for seed in 20..32 {
        check(150, seed, 3, Plant::All);
    }
}

#[test]
fn each_format_alone() {
    for format in Format::ALL {
        let w = written(&request(80, 9, 2, Plant::All), &[*format]);
        assert_same(&judge(w.dir.path()), &w.world, format.as_str());
    }
}

/// What a paper alone demands, planted under it; and the rest under another paper and on another day.
#[test]
fn under_other_papers() {
    for (profile, day, seed) in [
        ("ordos-2020", (2020, 11, 20), 40),
        ("guangming-2020", (2020, 10, 20), 41),
        ("shantou-2017", (2019, 3, 31), 42),
        ("national-2022", (2024, 8, 20), 43),
    ] {
        for plant in [Plant::None, Plant::All] {
            let what = format!("{profile} {plant:?}");
            let as_of = NaiveDate::from_ymd_opt(day.0, day.1, day.2).expect("a date");
            let request = Request { as_of, ..request(300, seed, 2, plant) };
            let w = written_under(&request, profile, Format::ALL);
            assert_same(&judge(w.dir.path()), &w.world, &what);
        }
    }
}

/// The procedure of a filing, which only the rules after 2020 ask for, planted alone.
#[test]
fn procedure_of_a_filing() {
    for (n, code) in ["JD216", "JD217", "JD218"].into_iter().enumerate() {
        let as_of = NaiveDate::from_ymd_opt(2025, 3, 20).expect("a date");
        let plant = Plant::Codes(vec![code.to_string()]);
        let request = Request { as_of, ..request(160, 50 + n as u64, 1, plant) };
        let w = written_under(&request, "national-2022", Format::ALL);
        assert!(w.world.expected().iter().any(|e| e.rule == code), "{code} is planted");
        assert_same(&judge(w.dir.path()), &w.world, code);
    }
}

/// Many worlds, and what differs in each, to be read by a person:
/// `HECHA_WORLDS=50 cargo test --test it many_worlds -- --ignored --nocapture`.
#[test]
#[ignore = "minutes; for the day a rule or the generator changes"]
fn many_worlds() {
    let count: u64 = std::env::var("HECHA_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let codes = hecha::synth::plantable().into_iter().map(|code| Plant::Codes(vec![code.to_string()]));
    let mut asked: Vec<(Request, Plant)> = codes.map(|plant| (request(240, 100, 1, Plant::None), plant)).collect();
    for seed in 200..200 + count {
        let (households, mess) = (120 + seed as usize % 5 * 130, (seed % 4) as u8);
        for plant in [Plant::None, Plant::All] {
            let days = seed % 3 * 61;
            let asked_for = request(households, seed, mess, Plant::None);
            let as_of = asked_for.as_of + chrono::Days::new(days);
            asked.push((Request { as_of, ..asked_for }, plant));
        }
    }
    let mut different = 0;
    for (request, plant) in asked {
        let request = Request { plant, ..request };
        let w = written(&request, Format::ALL);
        let text = differences(&judge(w.dir.path()), &w.world);
        if !text.is_empty() {
            different += 1;
            let Request { households, seed, mess, plant, as_of, .. } = &request;
            println!("{households} households, seed {seed}, mess {mess}, {plant:?}, {as_of}: {text}");
        }
    }
    assert_eq!(different, 0);
}
