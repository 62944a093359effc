//! 发放对账: the aid records of a unit's households against the payments, group by group, and the totals of both.

use std::collections::BTreeMap;

use super::model::{Reconciled, ReconciledSide, ReconciledTotal, Reconciliation};
use crate::derive::Facts;
use crate::derive::payments::{AidRow, Arrival, Item, PaymentRow, Standing, Step, by_date};
use crate::link::{UnitId, name_of};
use crate::normalize::RecordId;

/// Words of the result column, in the order of the totals.
const RESULTS: [&str; 12] = [
    "一致",
    "拆分合计一致",
    "项目或来源不同",
    "日期相差过大",
    "金额不同",
    "有记录无发放",
    "有发放无记录",
    "已冲回",
    "冲销无原笔",
    "失败或退回",
    "未对账",
    "无法判定",
];

/// One group, or one row that is in none, before it is laid out. Indexes into the run's aid records and payments.
#[derive(Default)]
struct Block {
    result: &'static str,
    aids: Vec<usize>,
    payments: Vec<usize>,
}

/// By unit: what its workbook shows. A row stands in the workbook of its own unit only; of a group that reaches into another
/// unit the other side is named, not shown.
pub fn by_unit(facts: &Facts<'_>) -> BTreeMap<UnitId, Reconciliation> {
    let run = &facts.payments;
    let mut blocks: Vec<Block> = (run.groups.iter())
        .map(|g| Block { result: word_of(g.step), aids: g.aids.clone(), payments: g.payments.clone() })
        .collect();
    blocks.extend(run.aids.iter().enumerate().filter(|(_, a)| !grouped(a.standing)).map(|(i, a)| Block {
        result: word_of_aid(facts, a),
        aids: vec![i],
        ..Block::default()
    }));
    blocks.extend(run.payments.iter().enumerate().filter(|(_, p)| !grouped(p.standing)).map(|(j, p)| Block {
        result: word_of_payment(facts, p),
        payments: vec![j],
        ..Block::default()
    }));
    let mut by_unit: BTreeMap<UnitId, Vec<&Block>> = BTreeMap::new();
    for block in &blocks {
        let mut units: Vec<UnitId> = block.aids.iter().map(|&i| run.aids[i].unit).collect();
        units.extend(block.payments.iter().map(|&j| run.payments[j].unit));
        units.sort_unstable();
        units.dedup();
        for unit in units {
            by_unit.entry(unit).or_default().push(block);
        }
    }
    by_unit.into_iter().map(|(unit, blocks)| (unit, reconciliation(facts, unit, blocks))).collect()
}

fn grouped(standing: Standing) -> bool {
    matches!(standing, Standing::Grouped(_))
}

fn word_of(step: Step) -> &'static str {
    match step {
        Step::Exact => "一致",
        Step::Split => "拆分合计一致",
        Step::OtherPurpose => "项目或来源不同",
        Step::Far => "日期相差过大",
        Step::OtherAmount => "金额不同",
    }
}

fn word_of_aid(facts: &Facts<'_>, aid: &AidRow<'_>) -> &'static str {
    match (aid.standing, aid.item.fen) {
        (Standing::TakenBack | Standing::TakesBack, _) => "已冲回",
        (Standing::Unreadable, _) | (_, None | Some(0)) => "无法判定",
        (_, Some(fen)) if fen < 0 => "冲销无原笔",
        _ if !facts.coverage.covers("payment", aid.unit) => "未对账",
        _ if aid.doubt.is_some() => "无法判定",
        _ => "有记录无发放",
    }
}

fn word_of_payment(facts: &Facts<'_>, payment: &PaymentRow<'_>) -> &'static str {
    match (payment.arrival, payment.standing, payment.item.fen) {
        (Arrival::Failed, ..) => "失败或退回",
        (_, Standing::TakenBack | Standing::TakesBack, _) => "已冲回",
        (_, Standing::Unreadable, _) | (_, _, None | Some(0)) => "无法判定",
        (_, _, Some(fen)) if fen < 0 => "冲销无原笔",
        _ if !facts.coverage.covers("aid", payment.unit) => "未对账",
        _ if payment.doubt.is_some() || payment.nobody => "无法判定",
        _ => "有发放无记录",
    }
}

/// What became of a payment, in the words of 发放对账.
pub fn result_of_payment(facts: &Facts<'_>, payment: &PaymentRow<'_>) -> &'static str {
    let group = facts.payments.group(payment.standing);
    group.map_or_else(|| word_of_payment(facts, payment), |group| word_of(group.step))
}

fn reconciliation(facts: &Facts<'_>, unit: UnitId, mut blocks: Vec<&Block>) -> Reconciliation {
    let run = &facts.payments;
    let first = |b: &Block| {
        let aid = b.aids.iter().map(|&i| (run.aids[i].record, &run.aids[i].item));
        let payment = b.payments.iter().map(|&j| (run.payments[j].record, &run.payments[j].item));
        aid.chain(payment).next()
    };
    // By file, then by date: what belongs to one household stands together.
    let file_no = |record: RecordId| {
        let file = facts.book.file_of_row(record);
        file.map_or_else(String::new, |f| facts.book.file(f).file_no.clone())
    };
    blocks.sort_by(|a, b| match (first(a), first(b)) {
        (Some((a, x)), Some((b, y))) => {
            let (left, right) = (file_no(a), file_no(b));
            // Without a file last.
            (left.is_empty(), left).cmp(&(right.is_empty(), right)).then_with(|| by_date(x, y)).then(a.cmp(&b))
        }
        _ => std::cmp::Ordering::Equal,
    });
    let mut rows = Vec::new();
    let mut totals: BTreeMap<usize, ReconciledTotal> = BTreeMap::new();
    for (number, block) in (1..).zip(blocks) {
        let aids: Vec<_> = block.aids.iter().map(|&i| &run.aids[i]).collect();
        let payments: Vec<_> = block.payments.iter().map(|&j| &run.payments[j]).collect();
        let foreign = aids.iter().any(|a| a.unit != unit) || payments.iter().any(|p| p.unit != unit);
        let rank = RESULTS.iter().position(|w| *w == block.result).unwrap_or(RESULTS.len() - 1);
        let total = totals.entry(rank).or_insert_with(|| ReconciledTotal::of(block.result));
        for aid in aids.iter().filter(|a| a.unit == unit) {
            total.aids += 1;
            total.aid_fen += aid.item.fen.unwrap_or(0);
        }
        for payment in payments.iter().filter(|p| p.unit == unit) {
            total.payments += 1;
            total.payment_fen += payment.item.fen.unwrap_or(0);
        }
        let sum = |items: &mut dyn Iterator<Item = &Item<'_>>| items.map(|i| i.fen).sum::<Option<i64>>();
        let paid = sum(&mut payments.iter().map(|p| &p.item));
        let recorded = sum(&mut aids.iter().map(|a| &a.item));
        let counts = !matches!(block.result, "失败或退回" | "已冲回");
        let difference = paid.zip(recorded).filter(|_| counts && !foreign).map(|(p, a)| p - a);
        for line in 0..aids.len().max(payments.len()) {
            let aid = aids.get(line).map(|a| side(facts, a.record, &a.item, a.unit == unit, ""));
            let payment = payments.get(line).map(|p| {
                let said = facts.written(p.record, "result");
                side(facts, p.record, &p.item, p.unit == unit, &said)
            });
            let own = |record: RecordId, of: UnitId| if of == unit { file_no(record) } else { String::new() };
            let file = aids.first().map(|a| own(a.record, a.unit)).filter(|f| !f.is_empty());
            let file = file.or_else(|| payments.first().map(|p| own(p.record, p.unit))).unwrap_or_default();
            rows.push(Reconciled {
                group: number,
                result: block.result,
                file_no: file,
                aid,
                payment,
                difference: difference.filter(|_| line == 0),
            });
        }
    }
    Reconciliation { rows, totals: totals.into_values().collect() }
}

fn side(facts: &Facts<'_>, record: RecordId, item: &Item<'_>, own: bool, result: &str) -> ReconciledSide {
    if !own {
        return ReconciledSide { name: "（见其他单位）".into(), ..ReconciledSide::default() };
    }
    let name = name_of(&facts.book.tables, record, "name").map(|n| n.shown().to_string()).unwrap_or_default();
    ReconciledSide {
        number: item.number.to_string(),
        name,
        program: item.program.unwrap_or_default().to_string(),
        source: item.source.unwrap_or_default().to_string(),
        date: item.date.map(|d| d.to_string()).unwrap_or_default(),
        fen: item.fen,
        result: result.to_string(),
    }
}
