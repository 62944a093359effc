//! Consistent worlds give nothing; planted ones give exactly what was planted.

use hecha::synth::Plant;
use hecha::synth::write::Format;

use crate::support::{assert_same, judge, request, written};

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
