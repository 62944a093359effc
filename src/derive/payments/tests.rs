//! The matching on made-up households: hand-written ones, and random ones that must keep what holds for all.

use proptest::prelude::*;

use super::*;
use crate::domain::date::PartialDate;

const WINDOWS: Windows = Windows { near: 30, far: 180 };

/// Day counted from 2019-01-01.
fn day(n: i64) -> Option<PartialDate> {
    let first = NaiveDate::from_ymd_opt(2019, 1, 1)?;
    Some((first + chrono::Duration::days(n)).into())
}

fn item(number: &'static str, on: i64, fen: i64) -> Item<'static> {
    Item {
        person: Some(1), program: Some("生活救助"), source: Some("市总"), fen: Some(fen), date: day(on), number
    }
}

fn of<'a>(item: Item<'a>, person: u64) -> Item<'a> {
    Item { person: Some(person), ..item }
}

fn aid_row<'a>(item: &Item<'a>) -> AidRow<'a> {
    let standing = standing(item, item.fen == Some(0));
    AidRow { record: RecordId(0), unit: UnitId(0), item: *item, standing, failed: None, doubt: None }
}

fn payment_row<'a>(item: &Item<'a>, arrival: Arrival) -> PaymentRow<'a> {
    let out = arrival == Arrival::Failed || item.fen == Some(0);
    let standing = standing(item, out);
    let (record, unit) = (RecordId(0), UnitId(0));
    PaymentRow { record, unit, item: *item, arrival, nobody: false, standing, aid: None, doubt: None }
}

fn settled(aids: &[Item<'_>], payments: &[Item<'_>], failed: &[usize]) -> Settled {
    let aids: Vec<_> = aids.iter().map(aid_row).collect();
    let arrival = |j: usize| if failed.contains(&j) { Arrival::Failed } else { Arrival::Arrived };
    let payments: Vec<_> = payments.iter().enumerate().map(|(j, p)| payment_row(p, arrival(j))).collect();
    let household = Household { aids: (0..aids.len()).collect(), payments: (0..payments.len()).collect() };
    settle(&household, &aids, &payments, WINDOWS)
}

/// Groups by numbers, in a fixed order.
fn found(aids: &[Item<'_>], payments: &[Item<'_>]) -> Vec<String> {
    let mut out: Vec<String> = (settled(aids, payments, &[]).groups.iter())
        .map(|g| {
            let mut a: Vec<&str> = g.aids.iter().map(|&i| aids[i].number).collect();
            let mut p: Vec<&str> = g.payments.iter().map(|&j| payments[j].number).collect();
            a.sort_unstable();
            p.sort_unstable();
            format!("{:?} {}={}", g.step, a.join("+"), p.join("+"))
        })
        .collect();
    out.sort();
    out
}

#[test]
fn two_equal_months_in_a_row() {
    let aids = [item("A1", 0, 600), item("A2", 30, 600)];
    assert_eq!(found(&aids, &[item("P1", 10, 600), item("P2", 40, 600)]), ["Exact A1=P1", "Exact A2=P2"]);
    // The second payment is near both; the first fits only the first aid record.
    assert_eq!(found(&aids, &[item("P1", 29, 600), item("P2", 30, 600)]), ["Exact A1=P1", "Exact A2=P2"]);
    assert_eq!(found(&aids, &[item("P2", 31, 600)]), ["Exact A2=P2"]);
}

#[test]
fn the_window_has_its_edges() {
    let one = |on| found(&[item("A", 100, 600)], &[item("P", on, 600)]);
    assert_eq!(one(130), ["Exact A=P"]);
    assert_eq!(one(70), ["Exact A=P"], "paid before it was written down");
    assert_eq!(one(131), ["Far A=P"]);
    assert_eq!(one(280), ["Far A=P"]);
    assert!(one(281).is_empty());
}

#[test]
fn each_step_finds_its_own() {
    let aid = item("A", 0, 600);
    let paid = |p: Item<'static>| found(std::slice::from_ref(&aid), &[p]);
    assert_eq!(paid(Item { source: Some("省总"), ..item("P", 5, 600) }), ["OtherPurpose A=P"]);
    assert_eq!(paid(Item { program: Some("送温暖"), ..item("P", 5, 600) }), ["OtherPurpose A=P"]);
    assert_eq!(paid(Item { source: None, ..item("P", 5, 600) }), ["Exact A=P"], "not said is no difference");
    assert!(paid(Item { program: Some("送温暖"), ..item("P", 40, 600) }).is_empty());
    assert_eq!(paid(item("P", 5, 500)), ["OtherAmount A=P"]);
    assert_eq!(paid(Item { source: Some("省总"), ..item("P", 5, 500) }), ["OtherAmount A=P"]);
    assert!(paid(item("P", 31, 500)).is_empty());
    assert!(paid(Item { program: Some("送温暖"), ..item("P", 5, 500) }).is_empty());
    assert!(paid(Item { date: None, ..item("P", 5, 600) }).is_empty(), "a date that is not there is no agreement");
    assert!(paid(Item { fen: None, ..item("P", 5, 600) }).is_empty(), "nor is an amount");
    assert_eq!(paid(Item { date: PartialDate::new(2019, 1, None), ..item("P", 5, 600) }), ["Exact A=P"]);
}

#[test]
fn the_person_comes_before_the_household() {
    let aids = [item("A1", 0, 600), of(item("A2", 9, 600), 2)];
    // The wife's payment is nearer to the husband's aid.
    assert_eq!(found(&aids, &[of(item("P2", 1, 600), 2), item("P1", 20, 600)]), ["Exact A1=P1", "Exact A2=P2"]);
    assert_eq!(found(&aids[..1], &[of(item("P2", 1, 600), 2)]), ["Exact A1=P2"]);
}

#[test]
fn split_and_collected() {
    assert_eq!(found(&[item("A", 0, 900)], &[item("P1", 3, 500), item("P2", 8, 400)]), ["Split A=P1+P2"]);
    assert_eq!(found(&[item("A1", 0, 500), item("A2", 2, 400)], &[item("P", 8, 900)]), ["Split A1+A2=P"]);
    // An instalment of another amount: one group that shows the difference.
    assert_eq!(found(&[item("A", 0, 900)], &[item("P1", 3, 500), item("P2", 8, 300)]), ["OtherAmount A=P1+P2"]);
    // A payment that makes the difference greater is none of it.
    assert_eq!(found(&[item("A", 0, 900)], &[item("P1", 3, 800), item("P2", 8, 800)]), ["OtherAmount A=P1"]);
}

#[test]
fn reversed_and_failed_rows() {
    let aids = [item("A", 0, 600)];
    let payments = [item("P1", 3, 700), item("P2", 4, -700), item("P3", 5, 600)];
    assert_eq!(found(&aids, &payments), ["Exact A=P3"]);
    let out = settled(&aids, &payments, &[]);
    assert_eq!(out.payments, [(1, Standing::TakesBack), (0, Standing::TakenBack)]);
    // A cancelled aid record asks for no payment.
    assert!(settled(&[item("A", 0, 600), item("B", 1, -600)], &[], &[]).groups.is_empty());

    let out = settled(&aids, &[item("P1", 3, 600)], &[0]);
    assert!(out.groups.is_empty());
    assert_eq!(out.failed, [(0, 0)]);
    let out = settled(&aids, &[item("P1", 3, 600), item("P2", 20, 600)], &[0]);
    assert_eq!((out.groups.len(), out.failed.len()), (1, 0), "paid again");
}

#[test]
fn five_hundred_a_side_take_no_time() {
    let numbers: Vec<String> = (0..500).map(|n| format!("{n:04}")).collect();
    let rows = |shift: i64| -> Vec<Item<'_>> {
        let one = |(n, number): (usize, &'static str)| item(number, (n as i64 * 7 + shift) % 365, 600);
        numbers.iter().enumerate().map(|(n, number)| Item { number, ..one((n, "")) }).collect()
    };
    let since = std::time::Instant::now();
    let out = settled(&rows(0), &rows(11), &[]);
    assert_eq!(out.groups.len(), 500);
    // An unoptimised build on a busy machine; a release build takes a tenth.
    assert!(since.elapsed().as_secs() < 20, "{:?}", since.elapsed());
}

fn rows(prefix: &'static [&'static str]) -> impl Strategy<Value = Vec<Item<'static>>> {
    let row = (
        0_i64..90,
        prop::sample::select(vec![100_i64, 200, 300, 500, -200, 0]),
        1_u64..3,
        prop::option::weighted(0.9, prop::sample::select(vec!["生活救助", "送温暖"])),
        prop::option::weighted(0.9, prop::sample::select(vec!["市总", "省总"])),
    );
    prop::collection::vec(row, 0..prefix.len()).prop_map(move |rows| {
        (rows.into_iter().enumerate())
            .map(|(n, (on, fen, person, program, source))| Item {
                person: Some(person),
                program,
                source,
                fen: Some(fen),
                date: if on == 89 { None } else { day(on) },
                number: prefix[n],
            })
            .collect()
    })
}

const AIDS: &[&str] = &["A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"];
const PAYMENTS: &[&str] = &["P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"];

proptest! {
    /// No row is in two places, and each group is what its step says.
    #[test]
    fn every_row_is_in_one_place(aids in rows(AIDS), payments in rows(PAYMENTS)) {
        let out = settled(&aids, &payments, &[]);
        let mut at_aids: Vec<usize> = out.groups.iter().flat_map(|g| g.aids.clone()).collect();
        at_aids.extend(out.aids.iter().map(|(i, _)| *i));
        let mut at_payments: Vec<usize> = out.groups.iter().flat_map(|g| g.payments.clone()).collect();
        at_payments.extend(out.payments.iter().map(|(j, _)| *j));
        for list in [&mut at_aids, &mut at_payments] {
            let all = list.len();
            list.sort_unstable();
            list.dedup();
            prop_assert_eq!(all, list.len());
        }
        for g in &out.groups {
            let sum = |items: &[Item<'_>], at: &[usize]| at.iter().map(|&i| items[i].fen.unwrap_or(0)).sum::<i64>();
            let (a, p) = (sum(&aids, &g.aids), sum(&payments, &g.payments));
            prop_assert!(a > 0 && p > 0);
            prop_assert_eq!(a == p, g.step != Step::OtherAmount, "{:?}", g);
            prop_assert!(g.aids.len() == 1 || g.payments.len() == 1);
            prop_assert!(g.aids.len().max(g.payments.len()) <= 6);
            if matches!(g.step, Step::Exact | Step::Far) {
                prop_assert_eq!(g.aids.len() + g.payments.len(), 2);
            }
            let differs = g.aids.iter().any(|&i| g.payments.iter().any(|&j| !aids[i].same_purpose(&payments[j])));
            prop_assert!(g.step != Step::OtherPurpose || differs);
            let days = |(&i, &j): (&usize, &usize)| aids[i].days_to(&payments[j]);
            let pairs = g.aids.iter().flat_map(|i| g.payments.iter().map(move |j| (i, j)));
            for pair in pairs {
                let (aid, payment) = (&aids[*pair.0], &payments[*pair.1]);
                match g.step {
                    Step::Exact | Step::Split => prop_assert!(days(pair) <= Some(30) && days(pair).is_some() && aid.same_purpose(payment)),
                    Step::OtherPurpose => prop_assert!(days(pair) <= Some(30) && days(pair).is_some()),
                    Step::Far => prop_assert!(days(pair) > Some(30) && days(pair) <= Some(180) && aid.same_purpose(payment)),
                    Step::OtherAmount => prop_assert!(days(pair) <= Some(30) && agree(aid.program, payment.program)),
                }
            }
        }
        for &(back, standing) in &out.payments {
            prop_assert_eq!(payments[back].fen < Some(0), standing == Standing::TakesBack);
        }
    }

    /// The order of the rows changes nothing.
    #[test]
    fn shuffled_rows_give_the_same_groups(aids in rows(AIDS), payments in rows(PAYMENTS), seed in any::<u64>()) {
        let shuffled = |items: &[Item<'static>]| {
            let mut items = items.to_vec();
            let by = |i: &Item<'_>| blake3::hash(format!("{seed}{}", i.number).as_bytes()).as_bytes()[..8].to_vec();
            items.sort_by_key(by);
            items
        };
        prop_assert_eq!(found(&aids, &payments), found(&shuffled(&aids), &shuffled(&payments)));
    }

    /// What is left over has nothing that the surest step could have matched.
    #[test]
    fn nothing_sure_is_left_over(aids in rows(AIDS), payments in rows(PAYMENTS)) {
        let out = settled(&aids, &payments, &[]);
        let open_aid = |i: &usize| !out.groups.iter().any(|g| g.aids.contains(i)) && !out.aids.iter().any(|(a, _)| a == i);
        let open_payment =
            |j: &usize| !out.groups.iter().any(|g| g.payments.contains(j)) && !out.payments.iter().any(|(p, _)| p == j);
        for aid in (0..aids.len()).filter(open_aid).map(|i| &aids[i]).filter(|a| a.fen > Some(0)) {
            for payment in (0..payments.len()).filter(open_payment).map(|j| &payments[j]) {
                let near = aid.days_to(payment).is_some_and(|d| d <= 30);
                prop_assert!(!(near && aid.fen == payment.fen), "{aid:?} {payment:?}");
                prop_assert!(!(near && agree(aid.program, payment.program) && payment.fen > Some(0)), "{aid:?} {payment:?}");
            }
        }
    }
}
