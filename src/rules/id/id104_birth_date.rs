use super::super::prelude::*;
use super::agree::{OWN_KINDS, check_rows};
use crate::domain::date;

rule! {
    /// 出生日期与身份证不符
    ///
    /// ## 查什么
    /// 登记的出生日期与身份证号中的出生日期是否一致；只登记到年月的按年月比较。
    ///
    /// ## 为什么
    /// 不一致说明出生日期或号码至少有一处录错。
    ///
    /// ## 怎么核实
    /// 对照身份证原件。
    pub static RULE = {
        code: "ID104",
        title: "出生日期与身份证不符",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "电子档案、家庭成员、纸质档案的每一行",
        clause: "records.agree",
        general_basis: "GB 11643-1999《公民身份号码》",
        sources: &[&["efile", "emember", "paper"]],
        params: &[],
        advice: "对照身份证原件，更正出生日期或身份证号。",
        cases: [
            Finding "efile.birth_date=1980-10-01",
            Compliant "efile.birth_date=1980年1月",
            Undetermined "efile.birth_date=；emember.birth_date=；emember#2.birth_date=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    check_rows(judge, &OWN_KINDS, "birth_date", |value, id| match value {
        Value::Date(written) => Some((date::same(*written, id.birth()), id.birth().to_string())),
        _ => None,
    });
}
