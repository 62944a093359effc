use std::collections::{BTreeMap, BTreeSet};

use super::super::prelude::*;
use crate::derive::Paid;
use crate::derive::households::PersonKey;
use crate::link::UnitId;

rule! {
    /// 一卡多户
    ///
    /// ## 查什么
    /// 同一个收款账号收了两个以上家庭的帮扶资金。有共同成员的档案算一个家庭；不在档案中的收款人各算一个家庭。账号被遮盖、丢失位数，或填的是9位社会保障卡号的，无法判定。
    ///
    /// ## 为什么
    /// 帮扶资金实名发放到本人账户；几户共用一个账号，资金可能被他人代领、截留。
    ///
    /// ## 怎么核实
    /// 查开户人是谁，各户是否收到。每个相关单位各收到一条，案件号相同。
    pub static RULE = {
        code: "FF414",
        title: "一卡多户",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每个收款账号",
        clause: "funds.real_name",
        general_basis: "《中央财政专项帮扶资金使用管理办法》（总工发〔2015〕20号）：实名制",
        sources: &[&["payment"], &["efile"]],
        absence: ["efile", "emember"],
        params: &[],
        advice: "先入户核实各户是否本人收到，查开户人与各户的关系；账号填错的更正，代领的查明去向。",
        cases: [
            Finding "payment.account=6222600260001072444；+payment serial=FF-2,name=例乙,id_number=510106197502029993",
            Finding "payment.account=6222600260001072444；+payment serial=FF-2,name=例乙,id_number=510106197502029993,account=6222 6002 6000 1072 444；+efile file_no=CS-2,name=例乙,id_number=510106197502029993,birth_date=1975-02-02",
            Compliant "payment.account=6222600260001072444；+payment serial=FF-2,name=测女,id_number=510105200806069968",
            Compliant "payment.account=6222600260001072444；+payment serial=FF-2,name=例乙,id_number=510106197502029993,account=601234567890123456",
            Compliant "payment.account=6222600260001072444；+payment serial=FF-2,name=例乙,id_number=510106197502029993,result=失败",
            Undetermined "payment.account=6222****2444",
            Undetermined "payment.account=6222600260001072444；+payment serial=FF-2,name=例乙,id_number=51010619750202999",
            NotApplicable "",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// A household as far as accounts are concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Household {
    Cluster(u32),
    /// In no file: of his own.
    Alone(PersonKey),
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let mut accounts: BTreeMap<&str, Vec<&Paid<'_>>> = BTreeMap::new();
    for paid in &facts.paid {
        match paid.account {
            Some(account) if account.is_complete() => accounts.entry(account.digits()).or_default().push(paid),
            Some(_) => judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["account"])),
            None if matches!(facts.book.tables.value(paid.record, "account"), Value::Bad(_)) => {
                judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["account"]));
            }
            None => judge.not_applicable(paid),
        }
    }
    for (account, payments) in accounts {
        let household = |p: &Paid<'_>| match (p.file, &p.person) {
            (Some(file), _) => Some(Household::Cluster(facts.book.cluster[file.0 as usize])),
            (None, Some(person)) => Some(Household::Alone(person.clone())),
            _ => None,
        };
        let households: BTreeSet<Household> = payments.iter().filter_map(|p| household(p)).collect();
        if households.len() >= 2 {
            let known: Vec<&Paid<'_>> = payments.into_iter().filter(|p| household(p).is_some()).collect();
            one_per_unit(judge, account, &known, households.len());
        } else if payments.iter().any(|p| p.person.is_none() && p.number.is_some()) {
            // Who that payee is, cannot be told.
            judge.undetermined(About::key(payments[0].unit, account), Reason::NumberUnclear);
        } else {
            judge.compliant(About::key(payments[0].unit, account));
        }
    }
}

/// One draft for each unit concerned, about the first of its payees: by file number, then by his own.
fn one_per_unit(judge: &mut Judge<'_>, account: &str, payments: &[&Paid<'_>], households: usize) {
    let facts = judge.facts;
    let case = crate::finding::fingerprint(judge.rule.code, account, "case", "");
    // Payees with files first; of one without, the unit that paid him first.
    let order = |p: &Paid<'_>| {
        let file_no = p.file.map_or("", |f| facts.book.file(f).file_no.as_str()).to_string();
        (p.file.is_none(), file_no, p.person.clone(), p.paid_on.map(|d| d.first_day()), p.record)
    };
    let mut ordered = payments.to_vec();
    ordered.sort_by_cached_key(|p| order(p));
    let mut alone: BTreeMap<&PersonKey, UnitId> = BTreeMap::new();
    let mut units: BTreeMap<UnitId, Vec<&Paid<'_>>> = BTreeMap::new();
    for paid in ordered {
        let unit = match (&paid.person, paid.file) {
            (Some(person), None) => *alone.entry(person).or_insert(paid.unit),
            _ => paid.unit,
        };
        units.entry(unit).or_default().push(paid);
    }
    let names: BTreeSet<&str> = payments.iter().filter_map(|p| p.name).map(|n| n.shown()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let total: i64 = payments.iter().filter_map(|p| p.fen).sum();
    for (unit, own) in units {
        let mut draft = super::payment::draft(facts, own[0]).reference(account);
        draft.unit = unit;
        draft.case.clone_from(&case);
        draft.amount = Some(own.iter().filter_map(|p| p.fen).sum());
        draft.message = format!(
            "账号{account}收了{households}个家庭的{}笔帮扶资金，共{}，收款人：{}",
            payments.len(),
            yuan(total),
            names.join("、")
        );
        draft.evidence = payments
            .iter()
            .flat_map(|p| ["name", "account", "amount"].map(|field| facts.evidence(p.record, field)))
            .flatten()
            .collect();
        judge.finding(About::key(unit, account), draft);
    }
}
