//! BF 帮扶责任: helpers, visits, surveys, aid that fits the cause.

use super::catalogue::Rule;

pub static RULES: [&Rule; 0] = [];
