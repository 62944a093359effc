//! FF 发放: aid against payments, the files and the people they reach.

use super::catalogue::Rule;

mod ff406_before_filing;
mod ff407_no_file;
mod ff408_real_name;
mod ff409_social_card;
mod ff411_medical_share;
mod ff412_after_exit;
mod ff413_after_death;
mod ff414_shared_account;
mod ff415_over_cap;
mod ff416_fund_level;
mod household_year;
mod payment;

pub static RULES: [&Rule; 10] = [
    &ff406_before_filing::RULE,
    &ff407_no_file::RULE,
    &ff408_real_name::RULE,
    &ff409_social_card::RULE,
    &ff411_medical_share::RULE,
    &ff412_after_exit::RULE,
    &ff413_after_death::RULE,
    &ff414_shared_account::RULE,
    &ff415_over_cap::RULE,
    &ff416_fund_level::RULE,
];
