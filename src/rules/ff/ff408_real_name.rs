use super::super::prelude::*;
use super::audience::is_to_union;
use super::payment::{draft, told};
use crate::derive::Paid;
use crate::derive::households::number_of;
use crate::domain::date::PartialDate;
use crate::domain::id_number::IdNumber;
use crate::domain::name::{self, Name, NameMatch};
use chrono::Datelike;

rule! {
    /// 实名不符
    ///
    /// ## 查什么
    /// 三种情形：发放表上没有身份证号；收款人姓名与电子档案中该号码的姓名不同；收款账户户名与收款人姓名不同。收款人发放时未满18周岁的，户名可以是本户户主或成年家庭成员。繁简体、间隔号、系统打不出的生僻字不算不同；名字被遮盖的无法判定。
    ///
    /// ## 为什么
    /// 帮扶资金实名制发放，发到本人。
    ///
    /// ## 怎么核实
    /// 查发放审批表、银行回单和身份证复印件，核实钱到了谁手里。
    pub static RULE = {
        code: "FF408",
        title: "实名不符",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每笔成功发放",
        clause: "funds.real_name",
        general_basis: "《中央财政专项帮扶资金使用管理办法》（总工发〔2015〕20号）：先建档、后帮扶，实名制",
        sources: &[&["payment"], &["efile"]],
        params: &[],
        advice: "先入户核实本人是否收到，核对发放审批表、银行回单和身份证复印件，更正写错的一处。",
        cases: [
            Finding "payment.name=例乙",
            Finding "payment.id_number=",
            Finding "payment.account_name=测配偶",
            Finding "payment.name=测女；payment.id_number=510105200806069968；payment.account_name=例乙",
            Undetermined "efile.name=阿卜杜热合曼·吐尔逊；payment.name=阿卜杜热合曼",
            Compliant "",
            Compliant "payment.account_name=测甲",
            Compliant "payment.name=测女；payment.id_number=510105200806069968；payment.account_name=测配偶",
            Compliant "efile.name=陳甲；payment.name=陈甲",
            Undetermined "payment.name=测*",
            Undetermined "payment.account_name=*甲",
            Undetermined "payment.id_number=44010019800101",
            NotApplicable "payment.id_number=510106197502029993；payment.name=例乙",
        ],
        since: "0.1.0",
        check: check,
    }
}

const OF_AGE: u32 = 18;

/// What one comparison of names comes to, from what settles nothing to what settles most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    NotCompared,
    Same,
    Unclear,
    Other,
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for paid in &facts.paid {
        if is_to_union(paid) {
            judge.not_applicable(paid);
            continue;
        }
        if paid.lacks_number {
            let whose = match facts.book.who.suspect(paid.record) {
                Some(suspect) => format!("；按“{}”认作{}", suspect.rule, whose_file(facts, suspect.file)),
                None => String::new(),
            };
            let draft = draft(facts, paid).message(format!("{}，没有收款人的身份证号{whose}", told(paid)));
            judge.finding(paid, draft);
            continue;
        }
        let on_file = names_on_file(facts, paid);
        let (file, account) = (compared_to_file(paid, &on_file), compared_to_account(facts, paid));
        match file.max(account) {
            Named::NotCompared => judge.not_applicable(paid),
            Named::Same => judge.compliant(paid),
            Named::Unclear => judge.undetermined(paid, why::payee_name(facts, paid)),
            Named::Other => judge.finding(paid, finding(facts, paid, &on_file, file, account)),
        }
    }
}

/// `档案DA1（荀望秋户）的人`
fn whose_file(facts: &Facts<'_>, file: FileId) -> String {
    let f = facts.book.file(file);
    let head = name_of(&facts.book.tables, f.record, "name").map_or("", Name::shown);
    if f.file_no.is_empty() { format!("{head}户的人") } else { format!("档案{}（{head}户）的人", f.file_no) }
}

fn finding(facts: &Facts<'_>, paid: &Paid<'_>, on_file: &[(RecordId, &Name)], file: Named, account: Named) -> Draft {
    let mut draft = draft(facts, paid);
    // Long names in narrow columns lose their ends: a hint, no accusation.
    let cut = |name: &Name| paid.name.is_some_and(|payee| name::is_cut(payee, name));
    let file_cut = file != Named::Other || on_file.iter().any(|(_, n)| cut(n));
    let account_cut = account != Named::Other
        || paid.account_name.is_some_and(|holder| cut(holder) || on_file.iter().any(|(_, n)| name::is_cut(holder, n)));
    let is_cut = file_cut && account_cut;
    if is_cut {
        draft = draft.severity(Severity::Low);
    }
    let payee = paid.name.map_or("", Name::shown);
    let mut said: Vec<String> = Vec::new();
    if file == Named::Other {
        let names = joined_sorted(on_file.iter().map(|(_, n)| n.shown().to_string())).replace('+', "、");
        said.push(format!("收款人“{payee}”与档案中该号码的姓名“{names}”不同"));
        for (record, _) in on_file {
            draft = draft.evidence(facts.evidence(*record, "name"));
        }
    }
    if account == Named::Other {
        said.push(format!("户名“{}”与收款人“{payee}”不同", paid.account_name.map_or("", Name::shown)));
        draft = draft.evidence(facts.evidence(paid.record, "account_name"));
    }
    let hint = if is_cut { "；一个是另一个的开头，疑似姓名被截断" } else { "" };
    draft.message(format!("{}，{}{hint}", told(paid), said.join("；")))
}

/// The names that electronic files give to the payee's number, with their rows.
fn names_on_file<'a>(facts: &'a Facts<'_>, paid: &Paid<'_>) -> Vec<(RecordId, &'a Name)> {
    let (book, t) = (facts.book, &facts.book.tables);
    let Some(number) = paid.number.filter(|_| paid.person.is_some()) else { return Vec::new() };
    let files = facts.households.files_of(book, number).iter();
    let rows = files.flat_map(|&f| rows_of(facts, f)).filter(|&r| number_of(book, r) == Some(number));
    rows.filter_map(|r| Some((r, name_of(t, r, "name")?))).collect()
}

/// Head's row and members' rows of a file.
fn rows_of(facts: &Facts<'_>, file: FileId) -> impl Iterator<Item = RecordId> {
    let f = facts.book.file(file);
    std::iter::once(f.record).chain(f.members.iter().map(|m| m.record))
}

fn compared(a: &Name, b: &Name) -> Named {
    match name::same(a, b) {
        NameMatch::Same | NameMatch::RareChar => Named::Same,
        NameMatch::Masked => Named::Unclear,
        NameMatch::Different => Named::Other,
    }
}

/// One of the names on file is enough: that a number has several is ID110.
fn compared_to_file(paid: &Paid<'_>, on_file: &[(RecordId, &Name)]) -> Named {
    match (paid.number, paid.name, &paid.person) {
        (_, None, _) => Named::Unclear,
        (_, _, None) => Named::Unclear,
        (_, Some(payee), Some(_)) => {
            on_file.iter().map(|(_, name)| compared(payee, name)).min().unwrap_or(Named::NotCompared)
        }
    }
}

fn compared_to_account(facts: &Facts<'_>, paid: &Paid<'_>) -> Named {
    let (Some(payee), Some(holder)) = (paid.name, paid.account_name) else { return Named::NotCompared };
    let own = compared(payee, holder);
    if own != Named::Other {
        return own;
    }
    match (is_minor(facts, paid), paid.file) {
        (Some(false), _) => Named::Other,
        // Whose household it is, is not known.
        (_, None) => Named::Unclear,
        (minor, Some(file)) => {
            let household = facts.households.household(facts.book, file).iter();
            let adults = household.flat_map(|&f| rows_of(facts, f)).filter(|&r| is_grown(facts, r, paid.paid_on));
            let names = adults.filter_map(|r| name_of(&facts.book.tables, r, "name"));
            let best = names.map(|name| compared(name, holder)).min().unwrap_or(Named::Other);
            // Of unknown age, the payee may be a child.
            if minor.is_none() && best == Named::Same { Named::Unclear } else { best }
        }
    }
}

/// Whether the payee was under 18 on the day; of a month, on its first. None where birth or day is not known.
fn is_minor(facts: &Facts<'_>, paid: &Paid<'_>) -> Option<bool> {
    let of_file = || {
        let (book, number) = (facts.book, paid.number?);
        let rows = facts.households.files_of(book, number).iter().flat_map(|&f| rows_of(facts, f));
        rows.filter(|&r| number_of(book, r) == Some(number)).find_map(|r| born(facts, r))
    };
    let birth = match paid.number {
        Some(IdNumber::Valid(id)) => Some(id.birth().into()),
        _ => of_file(),
    };
    Some(age_on(birth?, paid.paid_on?.first_day()) < OF_AGE)
}

/// The head, or a member who was 18 on the day.
fn is_grown(facts: &Facts<'_>, record: RecordId, day: Option<PartialDate>) -> bool {
    let is_head = facts.book.tables.schema(record).kind == "efile";
    is_head || born(facts, record).zip(day).is_some_and(|(birth, day)| age_on(birth, day.last_day()) >= OF_AGE)
}

fn born(facts: &Facts<'_>, record: RecordId) -> Option<PartialDate> {
    match (number_of(facts.book, record), facts.book.tables.value(record, "birth_date")) {
        (Some(IdNumber::Valid(id)), _) => Some(id.birth().into()),
        (_, Value::Date(birth)) => Some(*birth),
        _ => None,
    }
}

/// Completed years; of a birth month counted from its last day.
fn age_on(birth: PartialDate, day: chrono::NaiveDate) -> u32 {
    let birth = birth.last_day();
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    u32::try_from(day.year() - birth.year() - i32::from(before_birthday)).unwrap_or(0)
}
