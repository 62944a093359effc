//! What the sample run read, judged and remembers.

use std::collections::BTreeMap;

use super::{NASTY, day, finding, report};
use crate::finding::Status;
use crate::profile::Thousandths;
use crate::report::corrections::{Burden, Corrections, Delivery, ReturnState, RulePrecision, RunPoint, UnitReturns};
use crate::report::manifest::{
    Counts, FindingTotals, Input, InputStatus, Manifest, Rate, RowAccount, RuleAccount, SCHEMA, SheetAccount,
    VerdictCounts,
};
use crate::report::model::{FindingRow, RateNote, Report, SourceNote, SourceProblem, UnitProgress};

const FULL: &str = "草市街街道总工会";
const HOSTILE: &str = "../../坏:名*";

/// The federation, its district, the district's two streets, one unit that delivered nothing.
pub fn progress() -> Vec<UnitProgress> {
    let unit = |unit: &str, parent: Option<&str>, active, exited, rows: [usize; 3]| UnitProgress {
        unit: unit.into(),
        parent: parent.map(String::from),
        active,
        exited,
        on_paper: active / 2,
        rows: rows.to_vec(),
        ..UnitProgress::default()
    };
    vec![
        unit("未归属单位", None, 0, 0, [0; 3]),
        unit("成都市总工会", None, 0, 0, [0; 3]),
        unit("青羊区总工会", Some("成都市总工会"), 0, 0, [0; 3]),
        unit(HOSTILE, Some("青羊区总工会"), 10, 2, [12, 0, 0]),
        unit(FULL, Some("青羊区总工会"), 10, 2, [12, 11, 0]),
        unit("没有报送的街道总工会", Some("青羊区总工会"), 0, 0, [0; 3]),
    ]
}

pub fn sources() -> Vec<SourceNote> {
    [("efile", "帮扶系统电子档案"), ("paper", "纸质档案核查登记"), ("visit", "走访回访记录")]
        .map(|(kind, title)| SourceNote { kind: kind.into(), title: title.into() })
        .to_vec()
}

pub fn rates() -> Vec<RateNote> {
    let note = |name: &str, of_mistakes, target: Option<i64>| RateNote {
        name: name.into(),
        counts: "分子 ÷ 分母",
        of_mistakes,
        target: target.map(Thousandths),
        due: target.map(|_| day(2019, 12, 31)),
        basis: if target.is_some() { "成工办〔2019〕43号" } else { "" }.into(),
    };
    vec![
        note("错评率", true, None),
        note("入户核查覆盖率", false, Some(1000)),
        note("解困脱困率·2019全国级", false, Some(600)),
    ]
}

pub fn manifest(findings: usize) -> Manifest {
    let rule = |code: &str, run, counted: usize| {
        let counts = VerdictCounts { not_applicable: 4, compliant: 15, finding: counted, undetermined: 1 };
        RuleAccount {
            code: code.into(),
            run,
            why_not: (!run).then(|| "缺来源：走访回访记录".into()),
            missing_sources: if run { Vec::new() } else { vec!["visit|paper".into()] },
            counts: if run { counts } else { VerdictCounts::default() },
            by_unit: if run { BTreeMap::from([(FULL.to_string(), counts)]) } else { BTreeMap::new() },
            undetermined: if run {
                BTreeMap::from([("缺列：走访记录“走访日期”".to_string(), 1)])
            } else {
                BTreeMap::new()
            },
        }
    };
    let rate = |unit: &str, name: &str, numerator, denominator| Rate {
        unit: unit.into(),
        name: name.into(),
        numerator,
        denominator,
        judged: denominator,
    };
    let each = |unit: &str, times: u64| {
        [
            rate(unit, "错评率", times, 10 * times),
            rate(unit, "入户核查覆盖率", 7 * times, 10 * times),
            rate(unit, "解困脱困率·2019全国级", 2 * times, 12 * times),
        ]
    };
    Manifest {
        schema: SCHEMA.into(),
        run_id: "0123456789abcdef".into(),
        inputs: inputs(),
        rules: vec![
            rule("YZ301", true, findings.div_ceil(4)),
            rule("ZJ401", true, (findings + 2) / 4),
            rule("ID107", true, (findings + 1) / 4),
            rule("TK503", true, findings / 4),
            rule("JD203", true, 0),
            rule("TK506", false, 0),
        ],
        findings: FindingTotals { total: findings, ..FindingTotals::default() },
        rates: [("成都市总工会", 2), ("青羊区总工会", 2), (HOSTILE, 1), (FULL, 1)]
            .into_iter()
            .flat_map(|(unit, times)| each(unit, times))
            .collect(),
        ..Manifest::default()
    }
}

fn inputs() -> Vec<Input> {
    let input = |path: &str, status, error: Option<&str>, sheets| Input {
        path: path.into(),
        sha256: Some("00".into()),
        bytes: 12_345,
        status,
        error: error.map(String::from),
        second_reader: None,
        sheets,
    };
    let counts = |list: &[(&str, usize)]| list.iter().map(|&(why, n)| (why.to_string(), n)).collect::<Counts>();
    let full = SheetAccount {
        name: "在档".into(),
        kind: Some("efile".into()),
        layout: Some("table".into()),
        header_row: Some(3),
        rows: RowAccount {
            read: 30,
            used: 24,
            skipped: counts(&[("标题", 2), ("表头", 1), ("空白", 2)]),
            quarantined: counts(&[("没有证号、档案号和姓名", 1)]),
        },
        hidden_rows: 3,
        cells_quarantined: counts(&[("出生日期", 2)]),
        missing: vec!["联系电话".into()],
        ..SheetAccount::default()
    };
    let strange = SheetAccount {
        name: NASTY[0].into(),
        nearest: Some("paper".into()),
        rows: RowAccount { read: 5, used: 0, skipped: counts(&[("未识别", 5)]), ..RowAccount::default() },
        ..SheetAccount::default()
    };
    vec![
        input("inbox/电子档案.xlsx", InputStatus::Read, None, vec![full, strange]),
        input("inbox/坏.xls", InputStatus::Unreadable, Some("文件已损坏；请重新导出"), Vec::new()),
    ]
}

/// A second run: some findings answered, one not checked, one case of two units, answers of one unit.
pub fn remembered(findings: usize) -> Report {
    let mut report = report(findings);
    for (n, status) in [(0, Status::Answered), (1, Status::Unchecked), (2, Status::Disputed)] {
        if let Some(row) = report.findings.get_mut(n) {
            row.status = status;
        }
    }
    for (n, unit) in [HOSTILE, FULL].into_iter().enumerate() {
        report.findings.push(FindingRow {
            id: format!("JD203-AAAAAAAAA{n}"),
            rule: "JD203".into(),
            title: "成员跨户".into(),
            unit: unit.into(),
            case: "JD203-CASECASECA".into(),
            household: 1_000 + n as u32,
            ..finding(4 * n)
        });
    }
    report.manifest.findings.total += 2;
    report.corrections = corrections();
    report
}

/// A column of words nobody knows, and a sheet that is no table anyone knows.
pub fn source_problems() -> Vec<SourceProblem> {
    vec![
        SourceProblem {
            what: "没有认出".into(),
            count: 12,
            places: "inbox/资金.xlsx › 明细".into(),
            remedy: "补上列名，或把右边几行写进配置；本表没有参加比对".into(),
            setting: "[[source]]\npath = \"inbox/资金.xlsx\"\nkind = \"payment\"".into(),
            ..SourceProblem::default()
        },
        SourceProblem {
            what: "代码值不规范".into(),
            source: "帮扶系统电子档案".into(),
            column: "健康状况".into(),
            unit: "青羊区总工会".into(),
            count: 26,
            filled: 120,
            places: "inbox/电子档案.xlsx › 在档 › 第5、9、12…行（M列）".into(),
            written: "较弱20；=1+1 6".into(),
            nearest: "较弱：一般疾病".into(),
            households: 25,
            remedy: "右边写上本地词对应的规范词；这些格先按不明处理".into(),
            setting: "[codes.health]\n\"较弱\" = \"一般疾病\"".into(),
        },
    ]
}

fn corrections() -> Corrections {
    let point = |n: usize| RunPoint {
        as_of: day(2019, 8, 18 + n as u32),
        run_id: format!("{n:016}"),
        active: 20,
        open: [3 - n, 5, 2],
        new: 1,
        reopened: 0,
        answered: n,
        unchecked: 0,
        resolved: 1,
        ends: if n == 0 { [0; 3] } else { [0, 1, 0] },
        by_unit: BTreeMap::from([(FULL.to_string(), 10 - n)]),
        by_rule: BTreeMap::new(),
    };
    let returned = |unit: &str, state, answered| UnitReturns {
        unit: unit.into(),
        waiting_since: (state != ReturnState::Complete).then(|| day(2019, 7, 1)),
        asked: 10,
        answered,
        disputed: 1,
        promises_overdue: 2,
        still_there: 1,
        last_return: (answered > 0).then(|| day(2019, 8, 15)),
        state,
        burden: Burden { asked: 12, asked_again: 1, answered },
    };
    let delivered = |kind: &str, title: &str, rows, partial| Delivery {
        unit: FULL.into(),
        kind: kind.into(),
        title: title.into(),
        rows,
        since: day(2019, 8, 10),
        partial,
    };
    Corrections {
        trend: (0..3).map(point).collect(),
        returns: vec![returned(HOSTILE, ReturnState::Overdue, 0), returned(FULL, ReturnState::Partial, 4)],
        precision: vec![RulePrecision { rule: "YZ301".into(), answered: 5, confirmed: 3, refuted: 1, special: 1 }],
        deliveries: vec![
            delivered("efile", "帮扶系统电子档案", 12, false),
            delivered("paper", "纸质档案核查登记", 11, true),
        ],
        ended: BTreeMap::from([("YZ301".to_string(), [2, 1, 1])]),
        ended_by_unit: BTreeMap::from([(FULL.to_string(), [2, 0, 1]), (HOSTILE.to_string(), [0, 1, 0])]),
        events: BTreeMap::from([("已注销".to_string(), 1)]),
        closings: Vec::new(),
    }
}
