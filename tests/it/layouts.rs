//! Layouts that real sheets have and the generator does not make: each read through the whole line, small enough to see.

use hecha::ingest::inputs::Inputs;
use hecha::ingest::sheet::{CellKind, Merge, RawSheet, SheetBuilder};
use hecha::link::Casebook;

use crate::support::{audited, inputs_of};

const HEAD: &str = "510105198001019971";
const WIFE: &str = "510104198203059983";
const GIRL: &str = "510105200806069968";

/// Rows of text cells; an empty cell is none.
fn sheet(name: &str, rows: &[&[&str]]) -> RawSheet {
    build(name, rows, &[])
}

fn build(name: &str, rows: &[&[&str]], merges: &[(u32, u16, u32, u16)]) -> RawSheet {
    let mut b = SheetBuilder::new(name);
    for (n, row) in rows.iter().enumerate() {
        b.row(n as u32 + 1, false);
        for (col, text) in row.iter().enumerate() {
            b.cell(col as u16, CellKind::Text, text).expect("it fits");
        }
    }
    for &(first_row, first_col, last_row, last_col) in merges {
        b.merge(Merge { first_row, last_row, first_col, last_col });
    }
    b.finish()
}

/// Reads the files and hands the linked casebook over; every sheet must balance. Then the messages of all findings.
fn looked(files: Vec<(&str, RawSheet)>, look: impl FnOnce(&Casebook<'_>, &Inputs)) -> Vec<String> {
    let inputs = inputs_of(files.into_iter().map(|(path, sheet)| (path.to_string(), sheet)).collect());
    audited("[run]\nfederation = \"成都市总工会\"\nprofile = \"chengdu-2019\"\n", &inputs, &[], |facts, audit| {
        for (i, a) in facts.book.tables.accounts.iter().enumerate() {
            let counted = a.used + a.skipped.values().sum::<usize>() + a.quarantined.values().sum::<usize>();
            assert_eq!(a.read, counted, "sheet {i}: {a:?}");
        }
        look(facts.book, &inputs);
        audit.findings.iter().map(|f| format!("{} {}", f.rule.code, f.draft.message)).collect()
    })
}

fn linked(files: Vec<(&str, RawSheet)>, look: impl FnOnce(&Casebook<'_>, &Inputs)) {
    looked(files, look);
}

/// Messages of all findings.
fn findings(files: Vec<(&str, RawSheet)>) -> Vec<String> {
    looked(files, |_, _| {})
}

const EFILE: [&str; 8] = ["档案号", "所属工会", "档案状态", "困难类别", "姓名", "性别", "身份证号", "家庭人口"];

fn efile_row() -> [&'static str; 8] {
    ["CS-1", "锦江区总工会", "在档", "低保户", "测甲", "男", HEAD, "3"]
}

#[test]
fn members_in_a_second_block_below_merged_head_cells() {
    let head = efile_row();
    let mut first: Vec<&str> = head.to_vec();
    first.extend(["测配偶", "妻子", WIFE]);
    let mut second = vec![""; 8];
    second.extend(["测女", "女儿", GIRL]);
    let mut groups = vec!["基本信息", "", "", "", "", "", "", ""];
    groups.extend(["家庭成员", "", ""]);
    let mut header: Vec<&str> = EFILE.to_vec();
    header.extend(["姓名", "关系", "身份证号"]);
    let merges: Vec<_> = (0..8).map(|c| (4, c, 5, c)).chain([(2, 0, 2, 7), (2, 8, 2, 10)]).collect();
    let rows: [&[&str]; 5] = [&["锦江区困难职工档案表"], &groups, &header, &first, &second];
    linked(vec![("锦江区总工会/档案.xlsx", build("档案", &rows, &merges))], |book, _| {
        assert_eq!(book.files.len(), 1);
        assert_eq!(book.files[0].members.len(), 2);
        assert_eq!(book.tables.accounts[0].header_row, Some(2));
    });
}

#[test]
fn members_in_numbered_blocks_of_one_row() {
    let mut header: Vec<&str> = EFILE.to_vec();
    header.extend(["成员1姓名", "成员1关系", "成员1身份证号", "成员2姓名", "成员2关系", "成员2身份证号"]);
    let mut row: Vec<&str> = efile_row().to_vec();
    row.extend(["测配偶", "妻子", WIFE, "测女", "女儿", GIRL]);
    linked(vec![("档案.xlsx", sheet("档案", &[&header, &row]))], |book, _| {
        assert_eq!(book.files[0].members.len(), 2);
    });
}

#[test]
fn heads_and_members_listed_in_the_same_columns() {
    let mut header: Vec<&str> = EFILE.to_vec();
    header.push("与户主关系");
    let mut head: Vec<&str> = efile_row().to_vec();
    head.push("本人");
    let wife = ["", "", "", "", "测配偶", "女", WIFE, "", "妻子"];
    let girl = ["CS-1", "", "", "", "测女", "女", GIRL, "", "女儿"];
    linked(vec![("档案.xlsx", sheet("档案", &[&header, &head, &wife, &girl]))], |book, _| {
        assert_eq!(book.files.len(), 1);
        assert_eq!(book.files[0].members.len(), 2);
    });
}

#[test]
fn a_form_of_labels_and_colons_with_its_members() {
    let rows: [&[&str]; 12] = [
        &["建档困难职工入户调查表"],
        &["填报单位：锦江区总工会"],
        &["姓　名", "测甲", "档案号", "CS-1", "性 别", "男"],
        &["联系电话", "19900000001", "家庭地址：锦江区测试路1号"],
        &["身份证号", HEAD],
        &["工作单位", "无", "企业状况", "", "工作状态", "失业"],
        &["住房类型", "租房", "户口类型", "非农业", "困难类别", "低保户"],
        &["家庭主要成员情况", "姓名", "关系", "身份证号"],
        &["", "测配偶", "妻子", WIFE],
        &["", "测女", "女儿", GIRL],
        &["详细致困原因", "下岗失业"],
        &["入户调查时间", "2019.8.1", "职工本人签字", "测甲", "入户调查人员签字", "测干部"],
    ];
    let form = build("Sheet1", &rows, &[(8, 0, 10, 0)]);
    linked(vec![("锦江区总工会/1.xlsx", form)], |book, _| {
        assert_eq!(book.papers.len(), 1);
        assert_eq!(book.papers[0].members.len(), 2);
        assert_eq!(book.papers[0].file_no, "CS-1");
        let signed = book.tables.value(book.papers[0].record, "surveyor_signed");
        assert_eq!(signed, &hecha::normalize::Value::Bool(true));
    });
}

#[test]
fn a_civil_household_with_its_members_in_one_cell() {
    let rows: [&[&str]; 2] = [
        &["户主姓名", "户主身份证号", "低保证号", "家庭成员姓名", "家庭成员身份证号", "户月保障金额（元）"],
        &["测甲", HEAD, "DB-1", "测配偶、测女", &format!("{WIFE}、{GIRL}"), "1,200.00"],
    ];
    linked(vec![("城市低保家庭查询_201908.xlsx", sheet("Sheet1", &rows))], |book, _| {
        assert_eq!(book.civil.households.len(), 1);
        let household = &book.civil.households[0];
        assert_eq!(household.persons.len(), 3);
        assert_eq!(household.scheme, "低保");
        assert!(household.on_now);
    });
}

#[test]
fn subtotals_pages_and_signatures_are_no_records() {
    let header = ["流水号", "收款人", "身份证号", "项目", "发放金额（万元）", "发放日期"];
    let rows: [&[&str]; 10] = [
        &["资金发放明细表", "", "", "", "", ""],
        &["填报单位：锦江区总工会（盖章）", "", "", "", "单位：万元", ""],
        &header,
        &["1", "测甲", HEAD, "生活救助", "0.12", "2019.5.1"],
        &["", "小计", "", "", "0.12", ""],
        &header,
        &["2", "测甲", HEAD, "生活救助", "0.1", "2019.6.1"],
        &["", "小计", "", "", "0.1", ""],
        &["合计", "", "", "", "0.23", ""],
        &["审核人：某某　　制表人：某某", "", "", "", "", ""],
    ];
    let said = findings(vec![("发放.xlsx", sheet("5月", &rows))]);
    let totals: Vec<&String> = said.iter().filter(|s| s.starts_with("ID113")).collect();
    assert_eq!(totals.len(), 1, "{said:?}");
    assert!(totals[0].contains("2300.00元") && totals[0].contains("2200.00元"), "{totals:?}");
    linked(vec![("发放.xlsx", sheet("5月", &rows))], |book, _| {
        assert_eq!(book.tables.of_kind("payment").len(), 2);
        let skipped = &book.tables.accounts[0].skipped;
        assert_eq!((skipped["标题"], skipped["表头"], skipped["合计"], skipped["落款"]), (2, 2, 3, 1));
    });
}

#[test]
fn the_later_version_of_a_file_is_used_and_the_older_one_listed() {
    let mut header: Vec<&str> = EFILE.to_vec();
    header.push("更新日期");
    let old = ["CS-1", "锦江区总工会", "在档", "低保户", "测甲", "男", HEAD, "2", "2019-01-01"];
    let new = ["CS-1", "锦江区总工会", "在档", "低保户", "测甲", "男", HEAD, "3", "2019-06-01"];
    let files = || vec![("a.xlsx", sheet("S", &[&header, &new])), ("b.xlsx", sheet("S", &[&header, &old]))];
    linked(files(), |book, _| {
        assert_eq!(book.files.len(), 1);
        assert_eq!(book.tables.value(book.files[0].record, "household_size"), &hecha::normalize::Value::Int(3));
        assert_eq!(book.tables.accounts[1].skipped.get("旧版本"), Some(&1));
    });
}

#[test]
fn a_unit_that_nobody_knows_keeps_its_rows() {
    let roster: [&[&str]; 2] =
        [&["单位代码", "工会名称", "上级工会", "层级"], &["1", "锦江区总工会", "成都市总工会", "区县"]];
    let mut stranger = efile_row();
    stranger[1] = "某某厂工会";
    linked(
        vec![
            ("工会组织名册.xlsx", sheet("名册", &roster)),
            (
                "档案.xlsx",
                sheet(
                    "S",
                    &[&EFILE, &efile_row(), &{
                        let mut other = stranger;
                        other[0] = "CS-2";
                        other[6] = WIFE;
                        other
                    }],
                ),
            ),
        ],
        |book, _| {
            assert_eq!(book.files.len(), 2);
            let names: Vec<&str> = book.files.iter().map(|f| book.units.name(f.unit)).collect();
            assert_eq!(names, ["锦江区总工会", "未归属单位"]);
        },
    );
}
