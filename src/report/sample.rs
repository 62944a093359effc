//! A small made-up report with nasty values, for the tests of the outputs.

mod run;

use std::collections::BTreeSet;

use chrono::NaiveDate;

pub use run::remembered;

use super::corrections::Corrections;
use super::model::{
    ChildCount, ComparedField, Comparison, EvidenceRow, FindingRow, MaterialList, MaterialMark, QualityLine,
    Reconciled, ReconciledSide, ReconciledTotal, Reconciliation, Report, RuleNote, RunInfo, Survey, SurveyItem,
    SurveyMember, UnitReport,
};
use super::printed::{self, Printed};
use super::survey::ITEMS;
use crate::finding::{Severity, Side, Status};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Texts that programs trip over.
pub const NASTY: [&str; 8] = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+86 138",
    "-1-1",
    "<b>&amp;\"引号\"'</b>",
    "控制\u{0}\u{1}\u{8}符\r\n换行",
    "😀 𠮷野家 阿依古丽·买买提",
    "_x0041_ http://x.cn/ {=1}",
];

/// Finding number `n`; three to a household.
pub fn finding(n: usize) -> FindingRow {
    let household = n / 3;
    let rules = rules();
    let rule = &rules[n % 4];
    let (field, values, conclusion): (&str, [&str; 5], _) = match n % 4 {
        0 => ("身份证号", ["510104198001011234", "510104198001011243", "510104198001011234", "", ""], "纸质异"),
        1 => ("联系电话", ["13800001111", "13900001111", "", "", ""], "三不同"),
        2 => ("家庭地址", ["青羊区草市街12号2栋1单元301", "青羊区草市街12号3栋1单元301", "", "", ""], "纸质异"),
        _ => ("", ["", "", "", "2019-03-05 1200.00；2019-03-06 1200.00", "2018-11-02 死亡登记"], ""),
    };
    let place = |side, path: &str, sheet: &str, row, column: &str, title: &str| EvidenceRow {
        side,
        path: path.into(),
        sheet: sheet.into(),
        row,
        column: column.into(),
        title: title.into(),
        shown: String::new(),
        field: String::new(),
        label: String::new(),
        fen: None,
        context: true,
    };
    let mut finding = FindingRow {
        id: format!("{}-{}", rule.code, &data_encoding::BASE32_NOPAD.encode(&(n as u64 * 7919).to_le_bytes())[..10]),
        rule: rule.code.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        status: [Status::New, Status::Persisting, Status::Reopened][n % 3],
        unit: "草市街街道总工会".into(),
        parent_unit: "青羊区总工会".into(),
        file_no: format!("510105{:08}", household + 1),
        name: ["王小明", "欧阳建国", "李芳", "阿依古丽·买买提"][household % 4].into(),
        id_number: format!("5101041980010{:05}", 11_234 + household),
        field: "phone".into(),
        field_title: field.into(),
        reference: String::new(),
        case: String::new(),
        values: values.map(String::from),
        amount: (n % 4 == 3).then_some(120_000 + n as i64),
        message: format!("电子档案与纸质档案{field}不一致，电子档案为“{}”，纸质档案为“{}”。", values[0], values[1]),
        evidence: vec![
            place(Side::Electronic, "inbox/电子档案.xlsx", "在档", 12 + n as u32, "F", "联系电话"),
            place(Side::Paper, "inbox/纸质档案.xls", "Sheet1", 7 + n as u32, "H", "电话"),
        ],
        basis: rule.basis.clone(),
        advice: rule.advice.clone(),
        confidence: None,
        first_seen: day(2019, 8, 20),
        last_seen: day(2019, 8, 20),
        mark: String::new(),
        meaning: String::new(),
        persons: None,
        conclusion,
        household: household as u32,
        own_view: None,
        needs_visit: true,
        printed: Printed::default(),
    };
    printed::fill(std::slice::from_mut(&mut finding), &BTreeSet::new());
    finding.printed.sides = finding.values.clone();
    finding
}

fn rules() -> Vec<RuleNote> {
    let note = |code: &str, title: &str, severity, basis: &str, advice: &str| RuleNote {
        code: code.into(),
        title: title.into(),
        severity,
        class: "质量",
        basis: basis.into(),
        advice: advice.into(),
        manual: "题目\n\n ## 查什么\n 两边是否一致。\n\n ## 为什么\n 有用。\n",
    };
    vec![
        note(
            "YZ301",
            "电子档案与纸质档案不一致",
            Severity::Medium,
            "成工办〔2019〕43号 二（二）：“做到纸质原始档案与困难职工家庭实际情况相符……帮扶系统电子档案与原始纸质档案和帮扶信息相一致。”",
            "核对身份证原件或入户核实，改正有误的一方。",
        ),
        note(
            "ZJ401",
            "同一批次重复发放",
            Severity::High,
            "成工办〔2019〕43号 四（二）：“严格遵照依档帮扶原则和‘先建档、后帮扶、实名制’规定使用帮扶资金。”",
            "查对发放凭证；确属重复的，追回资金并在系统中更正帮扶记录。",
        ),
        note(
            "ID107",
            "证件号码为15位",
            Severity::Low,
            "GB 11643—1999：公民身份号码由18位组成。",
            "按身份证原件填写18位号码。",
        ),
        note(
            "TK503",
            "脱困公示不足5个工作日",
            Severity::Medium,
            "成工办〔2019〕43号 一（三）：“公示时间不少于5个工作日。”",
            "补充公示材料，或重新公示。",
        ),
        note("JD203", "成员跨户", Severity::Medium, "业务规则：一人只在一户。", "先入户核实，保留实际共同生活的一户。"),
        note("TK506", "脱困后无回访", Severity::Medium, "业务规则：脱困半年内回访。", "先入户核实，补做回访。"),
    ]
}

fn comparison(n: usize) -> Comparison {
    let finding = finding(3 * n);
    let field = |column, electronic: &str, paper: Option<&str>, civil: Option<&str>| ComparedField {
        column,
        electronic: Some(electronic.into()),
        paper: paper.map(String::from),
        civil: civil.map(String::from),
        paper_differs: paper.is_some_and(|paper| paper != electronic),
        civil_differs: civil.is_some_and(|civil| civil != electronic),
    };
    let (on_paper, in_civil) = (!n.is_multiple_of(5), !n.is_multiple_of(3));
    Comparison {
        file_no: finding.file_no,
        name: finding.name.clone(),
        id_number: finding.id_number.clone(),
        status: "在档".into(),
        paper_match: if on_paper { "身份证号一致" } else { "无纸质档案" }.into(),
        civil_match: if in_civil { "户主相同" } else { "未见" }.into(),
        fields: vec![
            field(0, &finding.name, on_paper.then_some(&finding.name), in_civil.then_some(&finding.name)),
            field(1, "13800001111", on_paper.then_some("13900001111"), None),
            field(2, "青羊区草市街12号2栋1单元301", on_paper.then_some("青羊区草市街12号"), None),
            field(3, "3", on_paper.then_some("3"), in_civil.then_some("4")),
        ],
    }
}

fn survey(n: usize, findings: usize) -> Survey {
    let finding = finding(3 * n);
    let item = |(_, field): (&str, &str)| {
        let (electronic, differs) = match field {
            "name" => (finding.name.as_str(), false),
            "file_no" => (finding.file_no.as_str(), false),
            "id_number" => (finding.id_number.as_str(), true),
            "phone" => ("13800001111", true),
            "address" => ("青羊区草市街12号2栋1单元301", false),
            "income_monthly" => ("1200.00", false),
            "unit" => ("草市街街道总工会", false),
            "cause_main" => ("患重特大疾病", false),
            _ => ("", false),
        };
        SurveyItem { electronic: electronic.into(), differs }
    };
    let member = |name: &str, id: &str, relation: &str, differs| SurveyMember {
        values: [name, id, relation, "良好", "城镇居民医保", "0.00", ""].map(String::from),
        differs,
    };
    Survey {
        items: ITEMS.map(item).to_vec(),
        members: vec![
            member("李芳", "510104198203055678", "妻子", false),
            member("王乐", "510104200806061234", "儿子", n.is_multiple_of(2)),
        ],
        findings: (3 * n..findings.min(3 * n + 3)).collect(),
    }
}

fn materials(n: usize) -> MaterialList {
    let finding = finding(3 * n);
    MaterialList {
        file_no: finding.file_no,
        name: finding.name,
        status: "在档".into(),
        paper_match: "身份证号一致",
        marks: vec![
            MaterialMark::Present,
            if n.is_multiple_of(2) { MaterialMark::Missing } else { MaterialMark::Unknown },
            MaterialMark::NotNeeded,
        ],
    }
}

/// A group that agrees, one paid in two parts of which one is wrong, and a payment without a record.
fn reconciliation() -> Reconciliation {
    let side = |number: &str, date: &str, fen| ReconciledSide {
        number: number.into(),
        name: "王小明".into(),
        program: "生活救助".into(),
        source: "=市总".into(),
        date: date.into(),
        fen: Some(fen),
        result: "成功".into(),
    };
    let line = |group, result, aid, payment, difference| Reconciled {
        group,
        result,
        file_no: "51010500000001".into(),
        aid,
        payment,
        difference,
    };
    let total =
        |result, aids, aid_fen, payments, payment_fen| ReconciledTotal { result, aids, aid_fen, payments, payment_fen };
    let wrong = Some(side("BF2", "2019-06-01", 90_000));
    let (first, second) = (side("LS2", "2019-06-05", 50_000), side("LS3", "2019-06-09", 30_050));
    let right = (Some(side("BF1", "2019-05-01", 60_000)), Some(side("LS1", "2019-05-10", 60_000)));
    Reconciliation {
        rows: vec![
            line(1, "一致", right.0, right.1, Some(0)),
            line(2, "金额不同", wrong, Some(first), Some(-9_950)),
            line(2, "金额不同", None, Some(second), None),
            line(3, "有发放无记录", None, Some(side("", "2019-07", 10_000)), None),
        ],
        totals: vec![
            total("一致", 1, 60_000, 1, 60_000),
            total("金额不同", 1, 90_000, 2, 80_050),
            total("有发放无记录", 0, 0, 1, 10_000),
        ],
    }
}

fn unit(name: &str, parent: Option<&str>) -> UnitReport {
    UnitReport {
        name: name.into(),
        parent: parent.map(String::from),
        children: Vec::new(),
        findings: Vec::new(),
        comparisons: Vec::new(),
        payments: Reconciliation::default(),
        quality: Vec::new(),
        surveys: Vec::new(),
        materials: Vec::new(),
        files: 12,
        active: 10,
    }
}

/// A root, a parent with two children (one with a hostile name and nothing to report), and 未归属单位. The `findings`
/// all belong to 草市街街道总工会; the second household's texts are [`NASTY`].
pub fn report(findings: usize) -> Report {
    let mut rows: Vec<_> = (0..findings).map(finding).collect();
    for (n, row) in rows.iter_mut().enumerate().skip(3).take(3) {
        row.values = std::array::from_fn(|side| NASTY[(n + side) % NASTY.len()].into());
        row.name = NASTY[n % NASTY.len()].into();
        row.message = "很长".repeat(20_000);
    }
    let child = |unit: &str, counts| ChildCount { unit: unit.into(), files: 12, counts };
    let root =
        UnitReport { children: vec![child("青羊区总工会", [2, 4, 2])], ..unit("成都市总工会", None) };
    let parent = UnitReport {
        children: vec![child("../../坏:名*", [0; 3]), child("草市街街道总工会", [2, 4, 2])],
        ..unit("青羊区总工会", Some("成都市总工会"))
    };
    let quality = |row, what: &str, reason: &str, written: &str| QualityLine {
        path: "inbox/纸质档案.xls".into(),
        sheet: "Sheet1".into(),
        row,
        column: "H 电话".into(),
        what: what.into(),
        reason: reason.into(),
        written: written.into(),
        remedy: "本格未参加比对；请在原表改正后重新上报。".into(),
    };
    let full = UnitReport {
        findings: (0..findings).collect(),
        comparisons: (0..findings / 3).map(comparison).collect(),
        surveys: (0..findings.div_ceil(3)).map(|n| survey(n, findings)).collect(),
        materials: (0..findings / 3).map(materials).collect(),
        payments: reconciliation(),
        quality: vec![quality(9, "单元格", "电话位数不对", "1380000"), quality(0, "整表", "没有表头", "=1+1")],
        ..unit("草市街街道总工会", Some("青羊区总工会"))
    };
    Report {
        run: RunInfo {
            federation: "成都市总工会".into(),
            profile: "chengdu-2019".into(),
            profile_title: "成工办〔2019〕43号《关于进一步做好城镇困难职工解困脱困工作的通知》".into(),
            as_of: day(2019, 8, 20),
            due: Some(day(2019, 8, 25)),
            campaign: Some((day(2019, 7, 1), day(2019, 8, 25))),
            partial: false,
            contact: Some("权益保障部 张三 028-00000000".into()),
            version: "0.1.0".into(),
            run_id: "0123456789abcdef".into(),
            config_digest: "feedfacefeedface".into(),
        },
        findings: rows,
        units: vec![root, parent, unit("../../坏:名*", Some("青羊区总工会")), full, unit("未归属单位", None)],
        rules: rules(),
        material_titles: ["1.身份证复印件", "2.家庭户口本复印件", "10.病情证明"].map(String::from).to_vec(),
        compared_titles: ["姓名", "联系电话", "家庭住址", "家庭人口"].map(String::from).to_vec(),
        progress: run::progress(),
        sources: run::sources(),
        rates: run::rates(),
        source_problems: run::source_problems(),
        manifest: run::manifest(findings),
        corrections: Corrections::default(),
    }
}
