use super::super::prelude::*;
use super::super::vanished;

rule! {
    /// 发放记录消失
    ///
    /// ## 查什么
    /// 以往核查读到过的每一笔发放，这次还在不在：收款人、日期、金额都没有变。该单位当月的发放明细这次来了，这一笔却没有了，或者金额、收款人、日期变了，是疑点。身份证号由无效改成有效（姓名、日期、金额不变）、已答复“疑点属实，已更正”并写明新值的不算；该单位的明细少了一成以上且多于三行时，可能没有报全，无法判定。
    ///
    /// ## 为什么
    /// 钱发出去了就不会没有发过：记录消失或被改写，可能是掩盖问题，也可能是台账保管不善。
    ///
    /// ## 怎么核实
    /// 对照银行回单和财务凭证：确已发放的恢复记录；当初登记有误的，写明原因和凭证。
    pub static RULE = {
        code: "FF418",
        title: "发放记录消失",
        severity: High,
        class: Funds,
        norm: Funds,
        subject: "以往核查读到过的每笔发放",
        clause: "payment.kept",
        general_basis: "业务规则：发放记录应当完整保存，已发放的款项不得从明细中删除或改写",
        sources: &[&["payment"]],
        absence: ["payment"],
        params: &[],
        advice: "对照银行回单和财务凭证查明这一笔：确已发放的恢复记录，当初登记有误的写明原因和凭证号。",
        cases: [
            Finding "@vanished kind=payment,unit=测试区总工会,id_number=510105198001019971,amount=1000,date=2019-05-20,ref=FF-9",
            Finding "@vanished kind=payment,unit=没有的单位,id_number=510105********9971,amount=1000,date=2019-05-20,ref=FF-9",
            Undetermined "@vanished kind=payment,unit=测试区总工会,id_number=510105198001019971,amount=1000,date=2019-05-20,ref=FF-9,told=否",
            Compliant "@last=2019-08-19",
            NotApplicable "",
        ],
        since: "0.4.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    vanished::check(judge, "payment");
}
