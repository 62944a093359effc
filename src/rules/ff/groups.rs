//! What the rules on aid and payments share: how a row is named in `ref`, and the verdicts on a matched group.

use super::super::prelude::*;
use crate::derive::payments::{Group, Item, PaymentRow, Standing, Step};
use crate::domain::money::Fen;

/// record_no or serial; where a source has none, `program@date@amount`.
pub fn key(item: &Item<'_>) -> String {
    if !item.number.is_empty() {
        return item.number.to_string();
    }
    let date = item.date.map(|d| d.to_string()).unwrap_or_default();
    let amount = item.fen.map(|fen| Fen(fen).to_string()).unwrap_or_default();
    format!("{}@{date}@{amount}", item.program.unwrap_or_default())
}

/// Amount, date and program, as people say them: `2019-05-10 生活救助600.00元`.
pub fn said(item: &Item<'_>) -> String {
    let date = item.date.map_or_else(|| "日期不明".to_string(), |d| d.to_string());
    let amount = item.fen.map_or_else(|| "金额不明".to_string(), yuan);
    format!("{date} {}{amount}", item.program.unwrap_or_default())
}

/// The amounts or dates of several rows, joined by `、`.
pub fn listed<'i, 'a: 'i>(items: impl Iterator<Item = &'i Item<'a>>) -> String {
    items.map(said).collect::<Vec<_>>().join("、")
}

/// One verdict for each group that `step` found, on the unit of its first payment: `finding` drafts it. The other groups are
/// right in this respect; of a row whose amount or date cannot be read nobody can tell.
pub fn judge_groups(judge: &mut Judge<'_>, step: Step, finding: impl Fn(&Facts<'_>, &Group, Draft) -> Draft) {
    let facts = judge.facts;
    let payments = &facts.payments;
    for group in &payments.groups {
        let Some(first) = group.payments.iter().min_by_key(|&&j| &payments.payments[j].item.number) else { continue };
        let payment = &payments.payments[*first];
        if group.step != step {
            judge.compliant(payment);
        } else {
            let mut draft = Draft::of_row(facts, payment.record, "name", "id_number");
            for &j in &group.payments {
                draft = draft.about(Subject::Row(payments.payments[j].record));
            }
            for &i in &group.aids {
                draft = draft.about(Subject::Row(payments.aids[i].record));
            }
            draft.amount = payments.payment_sum(group);
            let draft = finding(facts, group, draft);
            judge.finding(payment, draft);
        }
    }
    // What cannot be read is in no group, and agrees with nothing.
    for payment in payments.payments.iter().filter(|p| p.standing == Standing::Unreadable) {
        judge.undetermined(payment, why::unreadable(facts, payment.record, "paid_on"));
    }
    for aid in payments.aids.iter().filter(|a| a.standing == Standing::Unreadable) {
        judge.undetermined(aid, why::unreadable(facts, aid.record, "aided_on"));
    }
}

/// Records of a group: aid, then payments.
pub fn records(facts: &Facts<'_>, group: &Group) -> Vec<RecordId> {
    let aids = group.aids.iter().map(|&i| facts.payments.aids[i].record);
    aids.chain(group.payments.iter().map(|&j| facts.payments.payments[j].record)).collect()
}

/// The serials of a group's payments.
pub fn serials(facts: &Facts<'_>, group: &Group) -> String {
    joined_sorted(group.payments.iter().map(|&j| key(&facts.payments.payments[j].item)))
}

/// The cells that show a payment: amount and day; its serial for context.
pub fn payment_cells(facts: &Facts<'_>, draft: Draft, payment: &PaymentRow<'_>) -> Draft {
    draft
        .evidence(facts.evidence(payment.record, "amount"))
        .evidence(facts.evidence(payment.record, "paid_on"))
        .context(facts.evidence(payment.record, "serial"))
}
