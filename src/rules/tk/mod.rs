//! TK 解困脱困与退档: exits neither wrongful nor missed (避免错退、漏退).

use super::catalogue::Rule;

pub static RULES: [&Rule; 0] = [];
