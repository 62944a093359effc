//! The rules for the public FEBRL sets: English names in two columns, a number of seven digits without a check
//! character, six fields of an address. The measure of the engine on data we did not make.

use hecha::link::suspected::block::Key;
use hecha::link::suspected::{Cascade, Rule, Test};

use Test::{AName, Any, BirthSame, BothNames, NumberEqual, NumberNear, Places};

const EXACT: &[Rule] = &[Rule {
    name: "same_number+1",
    confidence: 1.0,
    tier: 1,
    doc: "Equal numbers and one thing more: seven digits repeat by chance.",
    tests: &[NumberEqual, Any(&[AName, BirthSame, Places(1)])],
}];

const RULES: &[Rule] = &[
    Rule {
        name: "near_number+birth+name_or_place",
        confidence: 1.0,
        tier: 2,
        doc: "A slip or two in the number, and two things that do not change.",
        tests: &[NumberNear, BirthSame, Any(&[AName, Places(1)])],
    },
    Rule {
        name: "near_number+name+2_places",
        confidence: 1.0,
        tier: 3,
        doc: "A slip or two in the number; the birth date is missing or wrong.",
        tests: &[NumberNear, AName, Places(2)],
    },
    Rule {
        name: "birth+name+place",
        confidence: 1.0,
        tier: 4,
        doc: "The number is missing or another one.",
        tests: &[BirthSame, AName, Places(1)],
    },
    Rule {
        name: "both_names+3_places",
        confidence: 1.0,
        tier: 5,
        doc: "Neither number nor birth date agree.",
        tests: &[BothNames, Places(3)],
    },
    Rule {
        name: "birth+3_places",
        confidence: 1.0,
        tier: 6,
        doc: "The name is missing or another one.",
        tests: &[BirthSame, Places(3)],
    },
];

/// Rules for FEBRL 1 to 4, tuned on 1 and 2.
pub static FEBRL: Cascade = Cascade {
    exact: EXACT,
    rules: RULES,
    keys: &[Key::NearNumber, Key::BirthPart, Key::BothParts, Key::PartPlace, Key::BirthPlace],
};
