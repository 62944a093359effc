use super::super::prelude::*;
use super::audience::{Roster, audience, is_to_union, judge_member};
use super::payment::{draft, told};
use crate::link::Units;
use crate::profile::Who;

rule! {
    /// 未建档发放
    ///
    /// ## 查什么
    /// 收款人的身份证号（或其他证件号）在所有电子档案中（不论在档、已脱困、已注销）既不是户主，也不是家庭成员。没有身份证号的由 FF408 提示；号码无效、不全的无法判定；没有任何家庭成员名单，或有文件读不出时，无法判定。
    ///
    /// ## 为什么
    /// 帮扶资金必须依档帮扶。
    ///
    /// ## 怎么核实
    /// 查收款人是谁：号码写错的更正发放表；是档案中漏登的家庭成员的补登；确未建档的查明发放依据。
    pub static RULE = {
        code: "FF407",
        title: "未建档发放",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "每笔成功发放",
        clause: "funds.by_file",
        general_basis: "《中央财政专项帮扶资金使用管理办法》（总工发〔2015〕20号）：依档帮扶，先建档、后帮扶",
        sources: &[&["payment"], &["efile"]],
        absence: ["efile", "emember"],
        params: &[Param { name: "anyone_most", unit: "元，不限对象的项目单笔超过此数的核实", default: Preset::Number(3000.0) }],
        advice: "先入户核实收款人与困难职工家庭的关系，核对发放审批表；号码写错的更正，漏登的成员补登，确未建档的查明依据。",
        cases: [
            Finding "+payment serial=FF-2,name=例乙,id_number=510106197502029993",
            Finding "+payment serial=FF-2,name=例乙,id_number=H12345678",
            Finding "+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=送温暖,amount=3000.01",
            Finding "+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=临时救助,unit=测试区总工会",
            Finding "@as_of=2023-08-20；+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=生活救助,fund_source=中央财政,paid_on=2022-12-31",
            Finding "@as_of=2023-08-20；+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=生活救助,fund_source=中央财政,paid_on=2023-01-01,unit=测试区总工会",
            Compliant "@as_of=2023-08-20；+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=生活救助,fund_source=中央财政,paid_on=2023-01-01；+roster name=例乙,id_number=510106197502029993",
            Compliant "+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=送温暖,amount=3000",
            Compliant "+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=春节慰问",
            Compliant "+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=临时救助；+roster name=例乙,id_number=510106197502029993",
            Undetermined "-roster；+payment serial=FF-2,name=例乙,id_number=510106197502029993,program=临时救助,unit=测试区总工会",
            NotApplicable "+payment serial=FF-2,name=测试街道总工会,id_number=",
            Compliant "",
            Compliant "payment.name=测女；payment.id_number=510105200806069968",
            Compliant "efile.status=已注销；efile.cancelled_on=2019-01-01",
            Compliant "efile.id_number=H12345678；payment.id_number=H12345678",
            Undetermined "payment.id_number=44010019800101",
            Undetermined "-emember；payment.id_number=510106197502029993",
            NotApplicable "payment.id_number=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let lists_members = !facts.book.tables.of_kind("emember").is_empty();
    let roster = Roster::new(facts);
    let most = (judge.param("anyone_most") * 100.0).round() as i64;
    for paid in &facts.paid {
        let who = audience(judge.profile, paid);
        if is_to_union(paid) {
            judge.not_applicable(paid);
        } else if paid.file.is_some() || who == Who::Anyone && paid.fen.is_some_and(|fen| fen <= most) {
            judge.compliant(paid);
        } else if paid.number.is_none() && paid.asks_number {
            judge.not_applicable(paid);
        } else if paid.person.is_none() {
            judge.undetermined(paid, Reason::NumberUnclear);
        } else if paid.fen.is_none() {
            judge.undetermined(paid, Reason::of_cells(facts, paid.record, &["amount"]));
        } else if who == Who::Anyone {
            let message = format!("{}，收款人没有档案，单笔超过{}", told(paid), yuan(most));
            judge.finding(paid, draft(facts, paid).severity(Severity::Medium).message(message));
        } else if who == Who::Member {
            let message = format!("{}，收款人不在会员名册中，也不是任何一份档案的户主或家庭成员", told(paid));
            judge_member(judge, &roster, paid, draft(facts, paid).message(message));
        } else if !lists_members {
            judge.undetermined(paid, Reason::NoSource("emember"));
        } else if paid.unit != Units::NONE && !facts.coverage.covers("efile", paid.unit) {
            judge.undetermined(paid, Reason::NoSource("efile"));
        } else {
            let draft = draft(facts, paid).message(format!("{}，收款人不是任何一份档案的户主或家庭成员", told(paid)));
            judge.finding(paid, draft);
        }
    }
}
