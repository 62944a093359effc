//! FF 发放: aid against payments, the files and the people they reach.

use super::catalogue::Rule;

mod ff401_not_paid;
mod ff402_not_recorded;
mod ff403_amount;
mod ff404_purpose;
mod ff405_far;
mod ff410_repeated;
mod ff417_not_paid_again;
mod groups;

pub static RULES: [&Rule; 7] = [
    &ff401_not_paid::RULE,
    &ff402_not_recorded::RULE,
    &ff403_amount::RULE,
    &ff404_purpose::RULE,
    &ff405_far::RULE,
    &ff410_repeated::RULE,
    &ff417_not_paid_again::RULE,
];
