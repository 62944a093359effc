//! Rows that are no records, and records that stand twice: totals, remarks, merged amounts, lists that repeat each other.

use hecha::ingest::sheet::{CellKind, Merge, RawSheet, SheetBuilder};
use hecha::normalize::{SheetAccount, Tables, Value};

use crate::support::{audited, inputs_of};

const HEADER: [&str; 7] = ["流水号", "姓名", "身份证号", "项目", "金额", "发放日期", "发放单位"];
const FIRST: [&str; 7] = ["LS1001", "测甲", "510105198001019971", "生活救助", "100", "2019-03-01", "锦江区总工会"];
const SECOND: [&str; 7] = ["LS1002", "测乙", "510104198203059983", "生活救助", "250", "2019-03-02", "锦江区总工会"];
const THIRD: [&str; 7] = ["LS1003", "测丙", "510105200806069968", "生活救助", "50", "2019-03-03", "锦江区总工会"];

fn sheet(rows: &[Vec<&str>], merges: &[(u32, u16, u32, u16)]) -> RawSheet {
    let mut b = SheetBuilder::new("Sheet1");
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

/// Reads the files; every sheet must balance.
fn read<R>(files: Vec<(&str, RawSheet)>, look: impl FnOnce(&Tables<'_>) -> R) -> (R, Vec<String>) {
    let inputs = inputs_of(files.into_iter().map(|(path, sheet)| (path.to_string(), sheet)).collect());
    let config = "[run]\nfederation = \"成都市总工会\"\nprofile = \"chengdu-2019\"\nas_of = \"2019-08-20\"\n";
    audited(config, &inputs, &[], |facts, audit| {
        for a in &facts.book.tables.accounts {
            let counted = a.used + a.skipped.values().sum::<usize>() + a.quarantined.values().sum::<usize>();
            assert_eq!(a.read, counted, "{a:?}");
        }
        let codes = audit.findings.iter().map(|f| f.rule.code.to_string()).collect();
        (look(&facts.book.tables), codes)
    })
}

/// Sum of the payments in fen, and the account of the first sheet.
fn paid(tables: &Tables<'_>) -> (i64, SheetAccount) {
    let amounts = tables.of_kind("payment").iter().map(|&id| match tables.value(id, "amount") {
        Value::Money(fen) => *fen,
        _ => 0,
    });
    (amounts.sum(), tables.accounts[0].clone())
}

fn total(name: &'static str, amount: &'static str) -> Vec<&'static str> {
    vec!["", name, "", "", amount]
}

fn list(below: Vec<Vec<&'static str>>) -> RawSheet {
    let mut rows = vec![HEADER.to_vec(), FIRST.to_vec(), SECOND.to_vec(), THIRD.to_vec()];
    rows.extend(below);
    sheet(&rows, &[])
}

#[test]
fn a_row_that_adds_up_is_a_total_whatever_it_says() {
    for name in ["合计", "合 计 金 额", "共计3笔", "实发合计", "TOTAL", "Σ", "3人", "第一批", "", "测无此人"]
    {
        let ((fen, account), codes) = read(vec![("发放明细.xlsx", list(vec![total(name, "400")]))], paid);
        assert_eq!((fen, account.skipped.get("合计")), (40_000, Some(&1)), "{name}: {account:?}");
        assert!(!codes.contains(&"ID113".to_string()), "{name}");
    }
}

#[test]
fn parts_pages_and_totals_of_totals_add_up() {
    let rows = vec![
        HEADER.to_vec(),
        FIRST.to_vec(),
        SECOND.to_vec(),
        total("小计", "350"),
        total("过次页", "350"),
        total("承前页", "350"),
        THIRD.to_vec(),
        total("小计", "50"),
        total("总计", "400"),
    ];
    let ((fen, account), codes) = read(vec![("发放明细.xlsx", sheet(&rows, &[]))], paid);
    assert_eq!((fen, account.skipped.get("合计")), (40_000, Some(&5)));
    assert!(!codes.contains(&"ID113".to_string()));
    let mut above = vec![HEADER.to_vec(), total("总计", "400")];
    above.extend([FIRST.to_vec(), SECOND.to_vec(), THIRD.to_vec()]);
    let ((fen, account), codes) = read(vec![("发放明细.xlsx", sheet(&above, &[]))], paid);
    assert_eq!((fen, account.skipped.get("合计")), (40_000, Some(&1)));
    assert!(!codes.contains(&"ID113".to_string()));
}

#[test]
fn a_word_for_a_sum_that_does_not_add_up_is_said() {
    for name in ["合计", "共", "累计", "本页小计"] {
        let ((fen, _), codes) = read(vec![("发放明细.xlsx", list(vec![total(name, "999")]))], paid);
        assert_eq!((fen, codes.contains(&"ID113".to_string())), (40_000, true), "{name}");
    }
    for name in ["平均", "大写金额：肆佰元整", "共3人"] {
        let ((fen, account), codes) =
            read(vec![("发放明细.xlsx", list(vec![total("合计", "400"), total(name, "")]))], paid);
        assert_eq!((fen, account.skipped.get("合计")), (40_000, Some(&2)), "{name}");
        assert!(!codes.contains(&"ID113".to_string()), "{name}");
    }
}

#[test]
fn a_person_whose_amount_happens_to_add_up_stays_a_record() {
    let same = vec!["", "测甲", "", "生活救助", "400", "", "锦江区总工会"];
    let ((fen, account), _) = read(vec![("发放明细.xlsx", list(vec![same]))], paid);
    assert_eq!((fen, account.used), (80_000, 4), "{account:?}");
}

#[test]
fn remarks_stand_below_the_data() {
    let remarks = vec![
        vec!["2. 本表一式两份"],
        vec!["", "（本页以下空白）"],
        vec!["", "2019年3月5日"],
        vec!["锦江区总工会帮扶中心", "", "", "", "", "2019-03-05"],
        vec!["审核人：", "敬亭山", "制表人：", "安庆绪"],
    ];
    let ((fen, account), _) = read(vec![("发放明细.xlsx", list(remarks))], paid);
    assert_eq!((fen, account.used, account.skipped.get("落款")), (40_000, 3, Some(&5)), "{account:?}");
}

#[test]
fn an_amount_merged_downward_is_paid_once() {
    let shared = vec!["", "测丁", "510105198001019971", "生活救助", "", "", "锦江区总工会"];
    let rows = vec![HEADER.to_vec(), FIRST.to_vec(), SECOND.to_vec(), shared];
    for merges in [vec![(3, 4, 4, 4)], vec![(3, 0, 4, 0), (3, 4, 4, 4), (3, 5, 4, 5)], vec![(3, 0, 4, 0)]] {
        let ((fen, account), _) = read(vec![("发放明细.xlsx", sheet(&rows, &merges))], paid);
        assert_eq!((fen, account.used, account.skipped.get("合并续行")), (35_000, 2, Some(&1)), "{merges:?}");
    }
}

#[test]
fn one_person_or_one_voucher_over_two_amounts_is_two_payments() {
    let mut second = SECOND.to_vec();
    (second[1], second[2]) = ("", "");
    let rows = vec![HEADER.to_vec(), FIRST.to_vec(), second];
    let ((fen, account), _) = read(vec![("发放明细.xlsx", sheet(&rows, &[(2, 1, 3, 1), (2, 2, 3, 2)]))], paid);
    assert_eq!((fen, account.used), (35_000, 2));
    let mut second = SECOND.to_vec();
    (second[0], second[5]) = ("", "");
    let rows = vec![HEADER.to_vec(), FIRST.to_vec(), second];
    let ((fen, account), _) = read(vec![("发放明细.xlsx", sheet(&rows, &[(2, 0, 3, 0), (2, 5, 3, 5)]))], paid);
    assert_eq!((fen, account.used), (35_000, 2));
}

fn with(row: [&'static str; 7], changes: &[(usize, &'static str)]) -> Vec<&'static str> {
    let mut row = row.to_vec();
    for &(i, text) in changes {
        row[i] = text;
    }
    row
}

#[test]
fn a_payment_in_two_lists_is_one() {
    let both = |second: RawSheet| vec![("发放明细.xlsx", list(Vec::new())), ("发放3月.xlsx", second)];
    let without = |col: usize| {
        let cut = |row: &[&'static str]| {
            row.iter().enumerate().filter(|(i, _)| *i != col).map(|(_, t)| *t).collect::<Vec<_>>()
        };
        sheet(&[cut(&HEADER), cut(&FIRST), cut(&SECOND)], &[])
    };
    let again = |changes: &[(usize, &'static str)]| sheet(&[HEADER.to_vec(), with(FIRST, changes)], &[]);
    for (second, fen) in [
        (without(3), 40_000),
        (without(0), 40_000),
        (again(&[(5, "")]), 40_000),
        (again(&[(4, "90")]), 40_000),
        (again(&[(5, "2019-03-09")]), 40_000),
        // Next month's payment under a serial that began anew; another person under it; money taken back.
        (again(&[(5, "2019-04-01")]), 50_000),
        (again(&[(1, "测乙"), (2, "510104198203059983")]), 50_000),
        (again(&[(4, "-100")]), 30_000),
    ] {
        let ((sum, _), _) = read(both(second), paid);
        assert_eq!(sum, fen);
    }
    let twice = sheet(&[HEADER.to_vec(), with(FIRST, &[(0, "")]), with(FIRST, &[(0, "")])], &[]);
    let ((sum, _), _) = read(vec![("发放明细.xlsx", twice)], paid);
    assert_eq!(sum, 20_000, "two instalments of one file stay two");
}

#[test]
fn a_household_that_left_the_newer_civil_list_has_stopped() {
    let header = vec!["低保证号", "姓名", "身份证号", "救助类型", "享受状态", "所属区划"];
    let first = vec!["C1", "测甲", "510105198001019971", "低保", "在保", "510104"];
    let second = vec!["C2", "测乙", "510104198203059983", "低保", "在保", "510104"];
    let elsewhere = vec!["C2", "测乙", "510104198203059983", "低保", "在保", "510107"];
    let states = |tables: &Tables<'_>| {
        let ids = tables.of_kind("civil").iter();
        let mut out: Vec<String> = ids
            .map(|&id| match (tables.value(id, "name"), tables.value(id, "state")) {
                (Value::Name(name), Value::Code(state)) => format!("{}{}", name.shown(), state.shown()),
                other => panic!("{other:?}"),
            })
            .collect();
        out.sort_unstable();
        out
    };
    let older = || sheet(&[header.clone(), first.clone(), second.clone()], &[]);
    let newer = sheet(&[header.clone(), first.clone()], &[]);
    let (seen, _) = read(vec![("民政5月.xlsx", older()), ("民政8月.xlsx", newer)], states);
    assert_eq!(seen, ["测乙停保", "测甲在保"]);
    // A list of another region, or of additions only, ends nothing.
    let other = sheet(&[header.clone(), elsewhere], &[]);
    let (seen, _) = read(vec![("民政5月.xlsx", older()), ("民政8月.xlsx", other)], states);
    assert_eq!(seen, ["测乙在保", "测乙在保", "测甲在保"]);
    let added = sheet(&[header.clone(), first.clone()], &[]);
    let (seen, _) = read(vec![("民政5月.xlsx", older()), ("民政8月新增.xlsx", added)], states);
    assert_eq!(seen, ["测乙在保", "测甲在保"]);
}
