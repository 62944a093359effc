//! The rules for our own sources.
//!
//! What they rest on: MOD 11-2 catches every wrong digit and every swap of neighbours, so a number that passes its check
//! is not a slip of the pen of another one ([`Test::OneOwner`]). Twins and brothers have neighbouring numbers and names that
//! differ by one character, namesakes are born on one day: where only sequence and check character differ, or a
//! character of the name does, something else must speak for the pair.

use super::block::Key;
use super::cascade::{Cascade, Rule, Test};

use Test::{
    AddressSame, Any, BirthNear, BirthSame, BirthUnknown, EmployerSame, FileNoSame, MaskShows, NameFits, NameMasked,
    NameNear, NameSame, NameUnknown, NoOtherBirth, NoOtherSex, NumberAdjacentSwap, NumberBodyNear, NumberEqual,
    NumberFirst15, NumberMaskFits, NumberMissingOrExtra, NumberNear, NumberOneDigit, NumberOneEdit, NumberSwap,
    NumberUnknown, OneOwner, PhoneSame, TailKept, UnitSame,
};

/// Equal numbers. Two persons who share a number are told apart by their names.
const EXACT: &[Rule] = &[
    Rule {
        name: "号码一致+姓名一致",
        confidence: 0.99999,
        tier: 1,
        doc: "Same number and same name.",
        tests: &[NumberEqual, NameFits],
    },
    Rule {
        name: "号码一致+姓名相近",
        confidence: 0.99989,
        tier: 2,
        doc: "Same number; the name is missing on one side, masked or a character off.",
        tests: &[NumberEqual, Any(&[NameNear, NameUnknown])],
    },
    Rule {
        name: "号码一致+电话或档案编号",
        confidence: 0.9998,
        tier: 3,
        doc: "Same number, another name: only where telephone or file say the same.",
        tests: &[NumberEqual, Any(&[PhoneSame, FileNoSame])],
    },
];

const RULES: &[Rule] = &[
    Rule {
        name: "号码差1位+同名",
        confidence: 0.99997,
        tier: 4,
        doc: "One wrong digit: the check character shows which side is wrong.",
        tests: &[NumberOneDigit, OneOwner, NameFits],
    },
    Rule {
        name: "号码相邻两位颠倒+同名",
        confidence: 0.99995,
        tier: 4,
        doc: "Two neighbours swapped.",
        tests: &[NumberAdjacentSwap, OneOwner, NameFits],
    },
    Rule {
        name: "号码少一位或多一位+同名",
        confidence: 0.99997,
        tier: 4,
        doc: "A digit dropped or typed twice.",
        tests: &[NumberMissingOrExtra, OneOwner, NameFits],
    },
    Rule {
        name: "号码两位互换+同名",
        confidence: 0.99995,
        tier: 4,
        doc: "Two digits that do not stand side by side are swapped.",
        tests: &[NumberSwap, OneOwner, NameSame],
    },
    Rule {
        name: "号码差2处末四位相同+同名",
        confidence: 0.99995,
        tier: 5,
        doc: "Two slips that leave sequence and check character alone: a namesake would differ there.",
        tests: &[NumberNear, TailKept, OneOwner, NameSame],
    },
    Rule {
        name: "号码差2处+同名+电话或档案编号",
        confidence: 0.99978,
        tier: 6,
        doc: "Two slips anywhere; a namesake of the same day is ruled out by telephone or file.",
        tests: &[NumberNear, OneOwner, NameSame, Any(&[PhoneSame, FileNoSame])],
    },
    Rule {
        name: "前15位相同+同名",
        confidence: 0.99995,
        tier: 7,
        doc: "The last digits are lost: place, birth date and the name are left, and only one person may fit.",
        tests: &[NumberFirst15, NameFits, NoOtherSex],
    },
    Rule {
        name: "遮盖号码吻合+同名+佐证",
        confidence: 0.99992,
        tier: 8,
        doc: "What the mask shows agrees, and something that is one person's own does.",
        tests: &[
            NumberMaskFits,
            NameSame,
            NoOtherSex,
            NoOtherBirth,
            Any(&[BirthSame, PhoneSame, FileNoSame, AddressSame]),
        ],
    },
    Rule {
        name: "遮盖号码吻合+同名",
        confidence: 0.99991,
        tier: 9,
        doc: "What the mask shows agrees, and nothing else is known: a bank's list.",
        tests: &[NumberMaskFits, NameSame, NoOtherSex, NoOtherBirth],
    },
    Rule {
        name: "遮盖号码吻合+遮盖姓名吻合",
        confidence: 0.999,
        tier: 10,
        doc: "Number and name are both hidden in part: only where one person of all fits both, and enough is shown.",
        tests: &[NumberMaskFits, MaskShows(8), NameMasked, NoOtherSex, NoOtherBirth],
    },
    Rule {
        name: "号码差1处末四位相同+姓名差一字+佐证",
        confidence: 0.99996,
        tier: 11,
        doc: "A slip in the number and one in the name. Sequence and check character must agree: twins differ there.",
        tests: &[
            NumberOneEdit,
            TailKept,
            OneOwner,
            NameNear,
            Any(&[PhoneSame, FileNoSame, UnitSame, AddressSame, EmployerSame]),
        ],
    },
    Rule {
        name: "姓名+出生日期+电话",
        confidence: 0.99996,
        tier: 12,
        doc: "Whatever the numbers say: a family may share a telephone, but not a name.",
        tests: &[NameSame, BirthNear, PhoneSame, NoOtherSex],
    },
    Rule {
        name: "姓名+档案编号",
        confidence: 0.99992,
        tier: 13,
        doc: "One file holds one household, and its members have different names.",
        tests: &[NameSame, FileNoSame, NoOtherSex],
    },
    Rule {
        name: "有效号码前14位差1处+同名+佐证",
        confidence: 0.99992,
        tier: 14,
        doc: "A wrong digit whose check character was worked out anew: sequence and name are the same.",
        tests: &[NumberBodyNear, NameSame, Any(&[UnitSame, AddressSame, EmployerSame])],
    },
    Rule {
        name: "姓名+出生日期+住址",
        confidence: 0.99983,
        tier: 15,
        doc: "No number to go by on one side.",
        tests: &[NumberUnknown, NameSame, BirthSame, AddressSame, NoOtherSex],
    },
    Rule {
        name: "姓名+出生日期+同单位",
        confidence: 0.99982,
        tier: 16,
        doc: "No number to go by on one side, and only one person of the unit fits.",
        tests: &[NumberUnknown, NameSame, BirthSame, Any(&[UnitSame, EmployerSame]), NoOtherSex],
    },
    Rule {
        name: "姓名+电话",
        confidence: 0.99983,
        tier: 17,
        doc: "Neither number nor birth date to go by on one side.",
        tests: &[NumberUnknown, BirthUnknown, NameSame, PhoneSame, NoOtherSex],
    },
    Rule {
        name: "姓名+住址+单位",
        confidence: 0.9998,
        tier: 18,
        doc: "As before, where the telephone is missing or another one: home and work are the same.",
        tests: &[NumberUnknown, BirthUnknown, NameSame, AddressSame, Any(&[EmployerSame, UnitSame]), NoOtherSex],
    },
];

/// Rules for residents' ID numbers and Chinese names.
pub static CHINESE: Cascade = Cascade {
    exact: EXACT,
    rules: RULES,
    keys: &[
        Key::NearNumber,
        Key::First15,
        Key::NameSequence,
        Key::NameDigits,
        Key::NameMask,
        Key::Mask,
        Key::NameBirth,
        Key::NamePhone,
        Key::NameFile,
        Key::NameWork,
    ],
};
