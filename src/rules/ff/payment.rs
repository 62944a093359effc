//! What the rules about single payments share.

use super::super::prelude::*;
use crate::derive::Paid;
use crate::domain::money::Fen;

/// A finding about one payment, in the payee's file of that day. What is at stake is the payment.
pub fn draft(facts: &Facts<'_>, paid: &Paid<'_>) -> Draft {
    let mut draft = Draft::of_row(facts, paid.record, "name", "id_number").reference(reference(paid));
    draft.file = paid.file;
    draft.file_no = paid.file.map(|f| facts.book.file(f).file_no.clone()).unwrap_or_default();
    draft.unit = paid.unit;
    draft.amount = paid.fen;
    ["name", "id_number", "paid_on", "amount"]
        .iter()
        .fold(draft, |d, field| d.evidence(facts.evidence(paid.record, field)))
}

/// Serial, else `program@date@amount`.
pub fn reference(paid: &Paid<'_>) -> String {
    if !paid.serial.is_empty() {
        return paid.serial.to_string();
    }
    let date = paid.paid_on.map(|d| d.to_string()).unwrap_or_default();
    let amount = paid.fen.map(|fen| Fen(fen).to_string()).unwrap_or_default();
    format!("{}@{date}@{amount}", paid.program.unwrap_or_default())
}

/// `2019-05-10发放的“医疗救助”600.00元`
pub fn told(paid: &Paid<'_>) -> String {
    let date = paid.paid_on.map_or_else(|| "（日期不明）".to_string(), |d| d.to_string());
    let program = paid.program.map(|p| format!("“{p}”")).unwrap_or_default();
    let amount = paid.fen.map_or_else(|| "（金额不明）".to_string(), yuan);
    format!("{date}发放的{program}{amount}")
}

/// The payee's file of that day. Without one the verdict is given here: 无法判定 where the number names nobody for sure,
/// 不适用 where there is none (FF408 tells that) or its holder is in no file (FF407).
pub fn file_of(judge: &mut Judge<'_>, paid: &Paid<'_>) -> Option<FileId> {
    if paid.file.is_none() {
        let named_nobody = paid.number.is_none() && paid.asks_number;
        if paid.person.is_some() || named_nobody {
            judge.not_applicable(paid);
        } else {
            judge.undetermined(paid, Reason::NumberUnclear);
        }
    }
    paid.file
}
