//! FF 发放: aid against payments, the files and the people they reach.

use super::catalogue::Rule;

pub static RULES: [&Rule; 0] = [];
