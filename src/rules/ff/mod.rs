//! FF 发放: aid against payments, the files and the people they reach.

use super::catalogue::Rule;

mod audience;
mod ff401_not_paid;
mod ff402_not_recorded;
mod ff403_amount;
mod ff404_purpose;
mod ff405_far;
mod ff406_before_filing;
mod ff407_no_file;
mod ff408_real_name;
mod ff409_social_card;
mod ff410_repeated;
mod ff411_medical_share;
mod ff412_after_exit;
mod ff413_after_death;
mod ff414_shared_account;
mod ff415_over_cap;
mod ff416_fund_level;
mod ff417_not_paid_again;
mod ff418_vanished;
pub(super) mod groups;
mod household_year;
mod payment;

pub static RULES: &[&Rule] = &[
    &ff401_not_paid::RULE,
    &ff402_not_recorded::RULE,
    &ff403_amount::RULE,
    &ff404_purpose::RULE,
    &ff405_far::RULE,
    &ff406_before_filing::RULE,
    &ff407_no_file::RULE,
    &ff408_real_name::RULE,
    &ff409_social_card::RULE,
    &ff410_repeated::RULE,
    &ff411_medical_share::RULE,
    &ff412_after_exit::RULE,
    &ff413_after_death::RULE,
    &ff414_shared_account::RULE,
    &ff415_over_cap::RULE,
    &ff416_fund_level::RULE,
    &ff417_not_paid_again::RULE,
    &ff418_vanished::RULE,
];
