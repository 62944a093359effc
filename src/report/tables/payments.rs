//! `payments.parquet`: a row per payment, with the fields of `payment` and what it was matched with.

use std::cmp::Ordering;

use super::order::Households;
use super::record;
use super::table::{Cell, Column, Kind, Table};
use crate::derive::Facts;
use crate::derive::payments::{Standing, by_date};
use crate::link::UnitId;
use crate::report::reconciliation::result_of_payment;

/// Payments by unit, household, date and serial; groups are numbered as they first appear.
#[derive(Debug)]
pub struct Order {
    /// Indexes into the run's payments.
    payments: Vec<u32>,
    /// By group.
    groups: Vec<u32>,
}

impl Order {
    pub fn new(facts: &Facts<'_>, households: &Households) -> Self {
        let run = &facts.payments;
        let place = |index: u32| {
            let payment = &run.payments[index as usize];
            let household = facts.book.file_of_row(payment.record).map(|file| households.number(facts.book, file));
            // Rows without a household come last in their unit.
            (households.rank(payment.unit), household.is_none(), household)
        };
        let mut payments: Vec<u32> = (0..run.payments.len() as u32).collect();
        payments.sort_by(|&a, &b| {
            let (left, right) = (&run.payments[a as usize], &run.payments[b as usize]);
            place(a)
                .cmp(&place(b))
                .then_with(|| by_date(&left.item, &right.item))
                .then_with(|| left.record.cmp(&right.record))
        });
        let mut groups = vec![0; run.groups.len()];
        let mut last = 0;
        for &payment in &payments {
            if let Standing::Grouped(group) = run.payments[payment as usize].standing
                && groups[group] == 0
            {
                last += 1;
                groups[group] = last;
            }
        }
        Self { payments, groups }
    }

    /// The payments of the units that take part, in order.
    pub fn payments(&self, facts: &Facts<'_>, keep: &dyn Fn(UnitId) -> bool) -> impl Iterator<Item = u32> {
        self.payments.iter().copied().filter(move |&payment| keep(facts.payments.payments[payment as usize].unit))
    }
}

pub fn table<'f>(facts: &'f Facts<'_>, households: &'f Households, order: &'f Order) -> Table<'f, u32> {
    let (book, run) = (facts.book, &facts.payments);
    let payment = move |index: u32| &run.payments[index as usize];
    let record = move |index: u32| payment(index).record;
    let mut columns = vec![
        Column::new(
            "household",
            Kind::Whole,
            "户，与households的household相同；没有对应档案的为空",
            move |row| Cell::whole(book.file_of_row(record(row)).map(|file| households.number(book, file))),
        ),
        Column::new("unit", Kind::Text, "单位：其档案的单位，没有档案的为发放单位", move |row| {
            Cell::text(book.units.name(payment(row).unit))
        }),
    ];
    columns.extend(record::columns(facts, "payment", record));
    columns.push(Column::new(
        "match_result",
        Kind::Text,
        "与帮扶记录对账的结果，同工作簿“发放对账”",
        move |row| Cell::text(result_of_payment(facts, payment(row))),
    ));
    let doc = "对账组号：同组的发放和帮扶记录相互对应，只在本次结果内有效";
    columns.push(Column::new("match_group", Kind::Whole, doc, move |row| match payment(row).standing {
        Standing::Grouped(group) => Cell::whole(order.groups.get(group).copied()),
        _ => Cell::Null,
    }));
    let doc = "同组帮扶记录的出处：路径!工作表!行，以; 相连；本应由这笔失败的发放落实的帮扶记录也在此";
    let aid = record::origin(facts, move |aid: usize| run.aids[aid].record);
    columns.push(Column::new("aid_records", Kind::Text, doc, move |row| {
        let mut aids = match run.group(payment(row).standing) {
            Some(group) => group.aids.clone(),
            None => payment(row).aid.into_iter().collect(),
        };
        aids.sort_by(|&a, &b| match by_date(&run.aids[a].item, &run.aids[b].item) {
            Ordering::Equal => run.aids[a].record.cmp(&run.aids[b].record),
            other => other,
        });
        let places = aids.into_iter().filter_map(|at| match aid.cell(at) {
            Cell::Text(place) => Some(place.into_owned()),
            _ => None,
        });
        Cell::text(places.collect::<Vec<_>>().join("; "))
    }));
    columns.push(record::origin(facts, record));
    Table { name: "payments", columns }
}
