use super::super::prelude::*;
use super::super::vanished;

rule! {
    /// 帮扶记录消失
    ///
    /// ## 查什么
    /// 以往核查读到过的每条帮扶记录，这次还在不在：受助人、日期、金额都没有变。该单位当月的帮扶记录这次来了，这一条却没有了，或者金额、受助人、日期变了，是疑点。身份证号由无效改成有效（姓名、日期、金额不变）、已答复“疑点属实，已更正”并写明新值的不算；该单位的记录少了一成以上且多于三行时，可能没有报全，无法判定。
    ///
    /// ## 为什么
    /// 帮扶做过就不会没有做过：记录消失，发放就失去依据，这一户的帮扶情况也不完整了。
    ///
    /// ## 怎么核实
    /// 在帮扶系统里查这一条：误删的恢复；当初录错的，写明原因。
    pub static RULE = {
        code: "BF608",
        title: "帮扶记录消失",
        severity: Medium,
        class: Procedure,
        norm: Aid,
        subject: "以往核查读到过的每条帮扶记录",
        clause: "aid.kept",
        general_basis: "业务规则：帮扶记录应当完整保存，已实施的帮扶不得删除或改写",
        sources: &[&["aid"]],
        absence: ["aid"],
        params: &[],
        advice: "在帮扶系统中查明这一条：误删的恢复，当初录错的写明原因，并与发放凭证核对。",
        cases: [
            Finding "@vanished kind=aid,unit=测试区总工会,id_number=510105198001019971,amount=1000,date=2019-05-20,ref=BF-9",
            Undetermined "@vanished kind=aid,unit=测试区总工会,id_number=510105198001019971,amount=1000,date=2019-05-20,ref=BF-9,told=否",
            Compliant "@last=2019-08-19",
            NotApplicable "",
        ],
        since: "0.4.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    vanished::check(judge, "aid");
}
