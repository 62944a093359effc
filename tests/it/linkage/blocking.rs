//! Blocking loses no pair that a rule would accept, and the cascade is what the engine takes it for.

use hecha::domain::id_number::ResidentId;
use hecha::domain::name::Name;
use hecha::link::suspected::assign::is_well_formed;
use hecha::link::suspected::block::Blocking;
use hecha::link::suspected::chinese::CHINESE;
use hecha::link::suspected::{Comparison, Number, Person, Shared};
use hecha::synth::rng::Rng;
use proptest::prelude::*;

use super::febrl_rules::FEBRL;
use super::population::{self, Slip};

/// A small crowded world: few names, places, days and telephones, so that nearly everybody resembles somebody.
fn crowd(seed: u64, size: usize) -> Vec<Person> {
    let mut rng = Rng::new(seed);
    let rng = &mut rng;
    let names = ["王伟", "王玮", "王小伟", "李丽", "李莉", "王?", "李*", "阿依古丽·买买提"];
    let days: Vec<_> = (0..3).map(|_| population::birth(rng)).collect();
    let person = |rng: &mut Rng| {
        let id = population::id(510_104 + rng.below(2) as u32, rng.pick(&days), 1 + rng.below(30) as u32);
        let old = || {
            let full = id.full();
            let text = format!("{}{}", &full[..6], &full[8..17]);
            let kept = ResidentId::parse_old(&text, population::as_of()).ok()?;
            Some((text, kept))
        };
        let number = match rng.below(10) {
            0..3 => Number::Valid(id),
            3 => old().map_or(Number::None, |(_, id)| Number::Valid(id)),
            4 => old().map_or(Number::None, |(text, _)| Number::text(&text[1..])),
            5 => Number::None,
            _ => {
                let slip = rng.pick(&Slip::ALL);
                match (slip.make(id, rng), rng.chance(20)) {
                    (Some(Number::Text(text)), true) => Number::text(&text.replacen('1', "7", 1)),
                    (made, _) => made.unwrap_or(Number::Valid(id)),
                }
            }
        };
        Person {
            number,
            name: Name::parse(rng.pick(&names)).into(),
            birth: rng.chance(50).then(|| rng.pick(&days)),
            sex: rng.chance(30).then(|| id.sex()),
            phones: if rng.chance(40) { vec![rng.pick(&[13_800_138_000, 84_441_234, 2_884_441_234])] } else { vec![] },
            file_no: if rng.chance(30) { rng.pick(&["A1", "A2"]).into() } else { "".into() },
            unit: rng.chance(70).then(|| rng.below(2) as u32),
            ..Person::default()
        }
    };
    (0..size).map(|_| person(rng)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_pair_is_lost(seed in any::<u64>()) {
        let (left, right) = (crowd(seed, 50), crowd(seed ^ 1, 60));
        let shared = Shared::of(&[&left, &right]);
        let ids = |n: usize| (0..n as u32).collect::<Vec<_>>();
        let blocking = Blocking::new(CHINESE.keys, &shared, left.iter().chain(&right));
        let found = blocking.between(&left, &ids(left.len()), &right, &ids(right.len())).pairs;
        let turned = blocking.between(&right, &ids(right.len()), &left, &ids(left.len())).pairs;
        for (l, a) in left.iter().enumerate() {
            for (r, b) in right.iter().enumerate() {
                let comparison = Comparison::of(a, b, &shared);
                // Equal numbers are joined without blocking.
                if let Some(rule) = CHINESE.judge(&comparison).filter(|rule| *rule >= CHINESE.exact.len()) {
                    let rule = CHINESE.all().nth(rule).map(|r| r.name);
                    prop_assert!(found.binary_search(&(l as u32, r as u32)).is_ok(), "lost: {:?} {:?}", rule, comparison);
                    prop_assert!(turned.binary_search(&(r as u32, l as u32)).is_ok(), "lost the other way: {:?}", rule);
                }
            }
        }
    }

    #[test]
    fn comparing_is_the_same_both_ways(seed in any::<u64>()) {
        let all = crowd(seed, 30);
        let shared = Shared::of(&[&all]);
        for a in &all {
            for b in &all {
                let there = CHINESE.judge(&Comparison::of(a, b, &shared));
                let back = CHINESE.judge(&Comparison::of(b, a, &shared));
                prop_assert_eq!(there, back);
            }
        }
    }
}

#[test]
fn cascades_are_well_formed() {
    for cascade in [&CHINESE, &FEBRL] {
        assert!(is_well_formed(cascade));
        let mut names: Vec<_> = cascade.all().map(|r| r.name).collect();
        assert!(names.iter().all(|n| !n.contains(char::is_whitespace)), "{names:?}");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), cascade.all().count());
        for rule in cascade.all() {
            assert!(rule.confidence > 0.9 && rule.confidence <= 1.0 && !rule.doc.is_empty(), "{}", rule.name);
            assert!(rule.tests.iter().all(|t| !t.text().is_empty()));
        }
    }
}
