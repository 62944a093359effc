use super::super::prelude::*;
use super::agree::{OWN_KINDS, check_rows};

rule! {
    /// 性别与身份证不符
    ///
    /// ## 查什么
    /// 电子档案、家庭成员、纸质档案登记的性别，与身份证号第17位（奇数为男、偶数为女）是否一致。
    ///
    /// ## 为什么
    /// 不一致说明性别或号码至少有一处录错。
    ///
    /// ## 怎么核实
    /// 对照身份证原件。
    pub static RULE = {
        code: "ID103",
        title: "性别与身份证不符",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "电子档案、家庭成员、纸质档案的每一行",
        clause: "records.agree",
        general_basis: "GB 11643-1999《公民身份号码》",
        sources: &[&["efile", "emember", "paper"]],
        params: &[],
        advice: "对照身份证原件，更正性别或身份证号。",
        cases: [
            Finding "efile.sex=女；paper.sex=女",
            Compliant "efile.sex=1",
            Undetermined "efile.sex=不详；emember.sex=；emember#2.sex=；paper.sex=不详",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    check_rows(judge, &OWN_KINDS, "sex", |value, id| match value {
        Value::Code(code) => code.word().map(|sex| (sex == id.sex().as_str(), id.sex().as_str().to_string())),
        _ => None,
    });
}
