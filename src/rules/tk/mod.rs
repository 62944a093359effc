//! TK 解困脱困与退档: exits neither wrongful nor missed (避免错退、漏退).

use super::catalogue::Rule;
use super::prelude::*;
use crate::derive::months::Compared;

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

/// `2019-06人均651.00元、2019-07人均701.00元（低保标准700.00元）`: each limit once, behind the months it holds for.
pub fn month_by_month(months: &[Compared<'_>]) -> String {
    let said = |c: &Compared<'_>| {
        let figures: Vec<String> = c.rows.iter().map(|r| yuan(r.fen)).collect();
        if figures.is_empty() { format!("{}缺", c.month) } else { format!("{}人均{}", c.month, figures.join("或")) }
    };
    let runs = months.chunk_by(|a, b| a.limit == b.limit).map(|run| {
        let figures: Vec<String> = run.iter().map(said).collect();
        let limit = run[0].limit.map(|l| format!("（{l}）")).unwrap_or_default();
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
