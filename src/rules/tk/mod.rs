//! TK 解困脱困与退档: exits neither wrongful nor missed (避免错退、漏退).

use super::catalogue::Rule;
use super::prelude::*;
use crate::derive::months::Compared;
use crate::domain::money::Fen;

pub mod tk501_overdue_exit;
mod tk502_wrongful_exit;
mod tk503_public_notice;
mod tk504_exit_steps;
mod tk505_exit_materials;
mod tk506_follow_up;
mod tk507_relapse;
mod tk508_past_deadline;
mod tk509_safety_net;
mod tk510_ledger;
mod tk511_stay_reason;

pub static RULES: &[&Rule] = &[
    &tk501_overdue_exit::RULE,
    &tk502_wrongful_exit::RULE,
    &tk503_public_notice::RULE,
    &tk504_exit_steps::RULE,
    &tk505_exit_materials::RULE,
    &tk506_follow_up::RULE,
    &tk507_relapse::RULE,
    &tk508_past_deadline::RULE,
    &tk509_safety_net::RULE,
    &tk510_ledger::RULE,
    &tk511_stay_reason::RULE,
];

/// `2019-03至2019-05每月651元、2019-06 701.50元、07月700元（低保标准700元）`: each limit once, behind the months it holds
/// for; equal months together, a year once.
pub fn month_by_month(months: &[Compared<'_>]) -> String {
    let figures = |c: &Compared<'_>| {
        let figures: Vec<String> = c.rows.iter().map(|r| format!("{}元", Fen(r.fen).brief())).collect();
        if figures.is_empty() { "缺".to_string() } else { figures.join("或") }
    };
    let said = |equal: &[Compared<'_>]| match equal {
        [first, .., last] if first.rows.is_empty() => format!("{}至{}缺", first.month, last.month),
        [first, .., last] => format!("{}至{}每月{}", first.month, last.month, figures(first)),
        [only] if only.rows.is_empty() => format!("{}缺", only.month),
        months => months.iter().map(|c| format!("{} {}", c.month, figures(c))).collect(),
    };
    let runs = months.chunk_by(|a, b| a.limit == b.limit).map(|run| {
        let mut figures: Vec<String> = run.chunk_by(|a, b| figures(a) == figures(b)).map(said).collect();
        for at in (1..figures.len()).rev() {
            let (year, day) = figures[at].split_at("2019-".len());
            let (month, figure) = day.split_at("06".len());
            if figure.starts_with(' ') && figures[at - 1].starts_with(year) {
                figures[at] = format!("{month}月{}", &figure[1..]);
            }
        }
        let limit = run[0].limit.map(|l| format!("（{}）", l.brief())).unwrap_or_default();
        format!("{}{limit}", figures.join("、"))
    });
    runs.collect::<Vec<_>>().join("；")
}

/// Behind a message that rests on an assumed dibao standard.
pub fn assumed_note(months: &[Compared<'_>]) -> &'static str {
    if months.iter().filter_map(|c| c.limit).any(|l| l.is_assumed()) { ASSUMED_STANDARD } else { "" }
}

/// The income cells of these months, and the level whose limit they are held against.
pub fn income_evidence(facts: &Facts<'_>, mut draft: Draft, file: FileId, months: &[Compared<'_>]) -> Draft {
    draft = draft.evidence(facts.evidence(facts.book.file(file).record, "level"));
    for row in months.iter().flat_map(|c| c.rows) {
        draft = draft.context(facts.evidence(row.record, "month"));
        for field in row.fields {
            draft = draft.evidence(facts.evidence(row.record, field));
        }
    }
    draft
}
