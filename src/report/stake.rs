//! What findings concern, counted once however many of them speak of it: households, and money.

use std::collections::{BTreeMap, BTreeSet};

use super::model::FindingRow;
use crate::finding::Side;

/// Households that findings speak of. A finding about a unit or a sheet speaks of none.
pub fn households<'a>(findings: impl IntoIterator<Item = &'a FindingRow>) -> usize {
    let of_household = |f: &&FindingRow| !(f.file_no.is_empty() && f.id_number.is_empty() && f.name.is_empty());
    let keys: BTreeSet<u32> = findings.into_iter().filter(of_household).map(|f| f.household).collect();
    keys.len()
}

/// A payment by where it stands: path, sheet, row.
type Payment<'a> = (&'a str, &'a str, u32);

/// Money at stake, fen. A payment that several findings accuse counts once, by the greatest of their amounts; a finding
/// about several payments adds what goes beyond those accused singly. Amounts that rest on no payment simply add up.
pub fn fen<'a>(findings: impl IntoIterator<Item = &'a FindingRow>) -> i64 {
    let mut unpaid = 0;
    let mut accused: BTreeMap<Vec<Payment<'a>>, i64> = BTreeMap::new();
    for finding in findings {
        let Some(amount) = finding.amount else { continue };
        let payments = payments(finding);
        if payments.is_empty() {
            unpaid += amount;
        } else {
            let greatest = accused.entry(payments).or_insert(amount);
            *greatest = amount.max(*greatest);
        }
    }
    let beyond = |payments: &[Payment<'a>], amount: i64| {
        if payments.len() == 1 {
            return amount;
        }
        let singly: i64 = payments.iter().filter_map(|&p| accused.get([p].as_slice())).sum();
        (amount - singly).max(0)
    };
    unpaid + accused.iter().map(|(payments, &amount)| beyond(payments, amount)).sum::<i64>()
}

fn payments(finding: &FindingRow) -> Vec<Payment<'_>> {
    let of_payment = finding.evidence.iter().filter(|e| e.side == Side::Payment);
    let rows: BTreeSet<Payment<'_>> = of_payment.map(|e| (e.path.as_str(), e.sheet.as_str(), e.row)).collect();
    rows.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::EvidenceRow;
    use crate::report::sample;

    fn accusing(rows: &[u32], amount: i64) -> FindingRow {
        let place = |&row: &u32| EvidenceRow {
            side: Side::Payment,
            path: "inbox/发放.xlsx".into(),
            sheet: "1".into(),
            row,
            column: "A".into(),
            title: "金额".into(),
            shown: String::new(),
            field: "amount".into(),
            label: "金额".into(),
            fen: None,
            context: false,
        };
        FindingRow { evidence: rows.iter().map(place).collect(), amount: Some(amount), ..sample::finding(0) }
    }

    #[test]
    fn a_payment_counts_once() {
        let rows = [accusing(&[3], 500), accusing(&[3], 500), accusing(&[4], 200), accusing(&[], 70)];
        assert_eq!(fen(&rows), 770);
        assert_eq!(fen(&[accusing(&[3, 4, 5], 1_000), accusing(&[3], 500)]), 1_000);
        assert_eq!(fen(&[accusing(&[3, 4], 20), accusing(&[3], 500)]), 500, "a difference within the accused payment");
        assert_eq!(fen(&[]), 0);
    }

    #[test]
    fn households_are_counted_once_and_units_are_none() {
        let mut rows: Vec<FindingRow> = (0..6).map(sample::finding).collect();
        assert_eq!(households(&rows), 2);
        let of_unit = &mut rows[5];
        of_unit.household = 77;
        of_unit.file_no.clear();
        of_unit.id_number.clear();
        of_unit.name.clear();
        assert_eq!(households(&rows), 2);
    }
}
