//! What happened to a household: aid and its payments, settlements of medical costs, visits, the exit.

use chrono::{Datelike, NaiveDate};

use super::calendar::{day_between, days_after, days_before, months_after, months_before};
use super::household::{Exit, Household, Status, income_months};
use super::people::name;
use super::rng::Rng;

/// A row of the payment register.
#[derive(Debug, Clone, Copy)]
pub struct Payment {
    pub paid_on: NaiveDate,
    /// Fen; negative where it takes another back.
    pub amount: i64,
    /// 成功, 失败 or 退回.
    pub result: &'static str,
}

impl Payment {
    pub fn new(paid_on: NaiveDate, amount: i64) -> Self {
        Self { paid_on, amount, result: "成功" }
    }

    /// It arrived and takes nothing back.
    pub fn is_plain(&self) -> bool {
        self.amount > 0 && self.result == "成功"
    }
}

/// One aid record with the payments that carried it out, all to the head.
#[derive(Debug, Clone)]
pub struct Aid {
    pub program: &'static str,
    pub fund_source: &'static str,
    /// Fen; the sum of the payments that arrived, unless they were collected with those of the aid before it.
    pub amount: i64,
    pub aided_on: NaiveDate,
    pub payments: Vec<Payment>,
}

/// A settlement of medical costs of the head (0) or of a member (its number from 1). Fen.
#[derive(Debug, Clone)]
pub struct Medical {
    pub person: usize,
    pub settled_on: NaiveDate,
    pub total: i64,
    pub insured: i64,
    pub out_of_pocket: i64,
    pub revoked: bool,
}

/// A visit at home, or a 回访 after the exit.
#[derive(Debug, Clone)]
pub struct Visit {
    pub visited_on: NaiveDate,
    pub kind: &'static str,
    pub visitor: String,
}

/// Lets everything happen.
pub fn happen(h: &mut Household, rng: &mut Rng, as_of: NaiveDate) {
    h.exit = (h.status == Status::Exited).then_some(h.left_on).flatten().map(|left| exit(rng, left, as_of));
    h.incomes = income_months(h, as_of);
    h.visits = visits(h, rng, as_of);
    h.aids = aids(h, rng, as_of);
    h.medical = settlements(h, rng, as_of);
}

/// Backwards from the approval: notice over 15 days, among which five working days even in the week of a long holiday.
fn exit(rng: &mut Rng, left: NaiveDate, as_of: NaiveDate) -> Exit {
    let notice_to = days_before(left, rng.between(1, 3));
    let notice_from = days_before(notice_to, 15);
    let reviewed_on = days_before(notice_from, rng.between(1, 4));
    Exit {
        applied_on: days_before(reviewed_on, rng.between(2, 9)),
        reviewed_on,
        notice_from,
        notice_to,
        approved_on: left,
        notified_on: days_after(left, rng.between(0, 5)).min(as_of),
    }
}

/// A visit every five months while on file, the last within the last four; two 回访 after an exit.
fn visits(h: &Household, rng: &mut Rng, as_of: NaiveDate) -> Vec<Visit> {
    let visitor = name(rng, true);
    let visit = |visited_on, kind| Visit { visited_on, kind, visitor: visitor.clone() };
    let end = h.left_on.unwrap_or(as_of);
    let mut list: Vec<Visit> = (0..3)
        .map(|i| days_before(end, 20 + 150 * i + rng.between(0, 90)))
        .filter(|day| *day > h.filed_on)
        .map(|day| visit(day, "入户走访"))
        .collect();
    if let (Status::Exited, Some(left)) = (h.status, h.left_on) {
        let due = [months_after(left, 2), days_after(months_after(left, 6), rng.between(1, 20))];
        list.extend(due.into_iter().filter(|day| *day <= as_of).map(|day| visit(day, "回访")));
    }
    list.sort_by_key(|v| v.visited_on);
    list
}

/// The fund a level's aid comes from.
pub fn own_source(level: &str) -> &'static str {
    match level {
        "全国级" => "中央财政",
        "省级" => "省总",
        "地市级" => "市总",
        _ => "区县",
    }
}

/// One aid that fits the cause within a year before as-of (or before leaving), often 送温暖 or a second one.
fn aids(h: &Household, rng: &mut Rng, as_of: NaiveDate) -> Vec<Aid> {
    let end = days_before(h.left_on.unwrap_or(as_of), 35);
    let begin = days_before(end, 300).max(days_after(h.filed_on, 1));
    if begin > end {
        return Vec::new();
    }
    let source = own_source(h.level);
    let mut programs = vec![match h.cause {
        "子女上学" => "助学救助",
        "本人大病" | "供养直系亲属大病" | "患重特大疾病" => "医疗救助",
        _ => "生活救助",
    }];
    if programs[0] != "生活救助" && rng.chance(30) {
        programs.push("生活救助");
    }
    if rng.chance(40) {
        programs.push("送温暖");
    }
    let mut list = Vec::new();
    for program in programs {
        let (fund_source, yuan) = match program {
            "助学救助" => (source, rng.between(10, 50) * 100),
            "医疗救助" => (source, rng.between(20, 80) * 100),
            "送温暖" => (if h.level == "全国级" { "中央财政" } else { "市总" }, 1000),
            _ => (source, rng.between(8, 30) * 100),
        };
        let aided_on = day_between(rng, begin, end);
        let paid_on = days_after(aided_on, rng.between(1, 20));
        let amount = yuan * 100;
        let payments = if program == "生活救助" && rng.chance(5) {
            let first = amount * 6 / 10;
            vec![Payment::new(paid_on, first), Payment::new(days_after(paid_on, 5), amount - first)]
        } else {
            vec![Payment::new(paid_on, amount)]
        };
        list.push(Aid { program, fund_source, amount, aided_on, payments });
    }
    unusual(&mut list, rng, begin);
    list
}

/// What happens now and then and is right nevertheless: a payment on the last day of the window, one that came back and was
/// paid again, a wrong one taken back at once, two aids paid together, the same aid in two months running.
fn unusual(list: &mut Vec<Aid>, rng: &mut Rng, begin: NaiveDate) {
    let Some(first) = list.first_mut().filter(|a| a.payments.len() == 1) else { return };
    let (amount, paid_on) = (first.amount, first.payments[0].paid_on);
    match rng.below(40) {
        0 | 1 => first.payments[0].paid_on = days_after(first.aided_on, 30),
        2 | 3 => {
            first.payments[0].result = rng.pick(&["失败", "退回"]);
            let again = days_after(paid_on, rng.between(1, 10));
            first.payments.push(Payment::new(again, amount));
        }
        4 | 5 => {
            let wrong = amount + 100 * rng.between(1, 90);
            let back = days_after(paid_on, rng.between(0, 2));
            first.payments = vec![Payment::new(paid_on, wrong), Payment::new(back, -wrong), Payment::new(back, amount)];
        }
        6 | 7 if first.program != "医疗救助" => {
            let before = days_before(first.aided_on, 3);
            if before >= begin {
                let part = Aid { amount: 30_000, aided_on: before, payments: Vec::new(), ..first.clone() };
                first.payments[0].amount += part.amount;
                list.push(part);
            }
        }
        8 | 9 if first.program != "医疗救助" => {
            let (before, paid_before) = (days_before(first.aided_on, 30), days_before(paid_on, 30));
            if before >= begin {
                let payments = vec![Payment::new(paid_before, amount)];
                let month = Aid { aided_on: before, payments, ..first.clone() };
                list.push(month);
            }
        }
        _ => {}
    }
}

/// Medical aid stays within what the household paid itself that year; others who are ill have settlements as well.
fn settlements(h: &Household, rng: &mut Rng, as_of: NaiveDate) -> Vec<Medical> {
    let ill = h.persons().position(|p| !matches!(p.health, "良好" | "一般疾病"));
    let mut list = Vec::new();
    let mut settle = |rng: &mut Rng, person: usize, settled_on: NaiveDate, own: i64, revoked: bool| {
        let insured = own * rng.between(10, 25) / 10;
        list.push(Medical { person, settled_on, total: own + insured, insured, out_of_pocket: own, revoked });
    };
    for aid in h.aids.iter().filter(|a| a.program == "医疗救助") {
        for paid_on in aid.payments.iter().map(|p| p.paid_on) {
            // In the year of the payment, so that both years of the rule count it.
            let first = NaiveDate::from_ymd_opt(paid_on.year(), 1, 1).unwrap_or(paid_on);
            let day = day_between(rng, first, paid_on);
            let own = aid.amount * rng.between(12, 30) / 10;
            settle(rng, ill.unwrap_or(0), day, own, false);
        }
    }
    if let Some(person) = ill
        && rng.chance(50)
    {
        let day = day_between(rng, months_before(as_of, 10), as_of);
        let own = rng.between(300, 9000) * 100;
        settle(rng, person, day, own, false);
        if rng.chance(5) {
            settle(rng, person, day, own + 100, true);
        }
    }
    list
}
