//! A little world of exports with every kind of value and every shape.

use chrono::NaiveDate;

use crate::synth::export::{Column, Export, Row, Shape, Val};

pub fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn text(text: impl Into<String>) -> Val {
    Val::Text(text.into())
}

const fn column(field: &'static str, titles: &'static [&'static str]) -> Column {
    Column { field, titles }
}

/// A number with the right check character (ISO 7064 MOD 11-2).
fn number(region: &str, birth: &str, sequence: usize) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let head = format!("{region}{birth}{sequence:03}");
    let sum: u32 = head.chars().zip(WEIGHTS).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11];
    format!("{head}{check}")
}

pub fn exports() -> Vec<Export> {
    let unit = || Some("锦江区总工会".to_owned());
    let members = vec![
        column("name", &["姓名", "家庭成员姓名"]),
        column("relation", &["关系", "与户主关系"]),
        column("id_number", &["身份证号", "家庭成员身份证号"]),
    ];
    let household = |i: usize| -> Vec<Vec<Val>> {
        (0..i % 4)
            .map(|k| {
                vec![
                    Val::Name(format!("试乙{k}")),
                    text("子女"),
                    Val::Id(number("510105", "20100101", 997 + k % 2 * (i % 2))),
                ]
            })
            .collect()
    };
    let efile = Export {
        kind: "efile",
        stem: "锦江区总工会/电子档案".into(),
        title: "锦江区困难职工档案汇总表".into(),
        unit: unit(),
        columns: vec![
            column("file_no", &["档案号", "档案编号"]),
            column("name", &["姓名", "职工姓名"]),
            column("sex", &["性别"]),
            column("id_number", &["身份证号", "身份证号码", "公民身份号码"]),
            column("phone", &["手机号码", "联系电话"]),
            column("address", &["家庭住址", "家庭地址"]),
            column("floor_area", &["建筑面积", "住房面积"]),
            column("income_annual", &["家庭年度总收入", "家庭年总收入"]),
            column("household_size", &["家庭人口"]),
            column("single_parent", &["是否单亲"]),
            column("filed_on", &["建档日期", "建档时间"]),
            column("note", &["备注"]),
        ],
        member_columns: Vec::new(),
        rows: (0..90)
            .map(|i| Row {
                values: vec![
                    text(format!("JJ{i:04}")),
                    Val::Name(if i % 9 == 0 {
                        "阿试·样".into()
                    } else {
                        format!("试{}", ["一", "二", "三例"][i % 3])
                    }),
                    text(if i % 2 == 0 { "男" } else { "女" }),
                    match i {
                        11 => Val::DamagedId(number("510105", "19800101", 996)),
                        12 => Val::Verbatim("510105********9971".into()),
                        _ => Val::Id(number("510105", "19800101", 996 + i % 4)),
                    },
                    Val::Phone(format!("199000{i:05}")),
                    text(format!("试验路{i}号3栋")),
                    Val::Area(7550 + i as i64),
                    if i % 7 == 0 { Val::Empty } else { Val::Money(1_200_000 + 5 * i as i64) },
                    Val::Int(1 + i as i64 % 4),
                    Val::Flag(i % 5 == 0),
                    Val::Date(day(2018, 1 + i as u32 % 12, 1 + i as u32 % 28)),
                    Val::Empty,
                ],
                members: Vec::new(),
            })
            .collect(),
        shape: Shape::Table,
        totals: Vec::new(),
        may_split: true,
    };
    let aid = Export {
        kind: "aid",
        stem: "市总/帮扶记录".into(),
        title: "帮扶记录".into(),
        unit: None,
        columns: vec![
            column("record_no", &["记录号", "帮扶编号"]),
            column("name", &["姓名"]),
            column("id_number", &["身份证号"]),
            column("amount", &["金额", "帮扶金额"]),
            column("month", &["月份", "年月"]),
            column("unit", &["所属工会", "建档单位"]),
        ],
        rows: (1..=120)
            .map(|n| Row {
                values: vec![
                    text(format!("JL{n:04}")),
                    Val::Name("试一".into()),
                    Val::Id(number("510105", "19800101", 997)),
                    Val::Money(if n == 5 { -50_000 } else { 120_000 }),
                    Val::Month(2019, 1 + n % 12),
                    text(if n < 40 { "锦江区总工会" } else { "青羊区总工会" }),
                ],
                members: Vec::new(),
            })
            .collect(),
        totals: vec![("amount", Val::Money(119 * 120_000 - 50_000))],
        ..efile.clone()
    };
    let aid = Export { may_split: false, ..aid };
    let paper = Export {
        kind: "paper",
        stem: "锦江区总工会/入户调查表".into(),
        title: "成都市总工会建档困难职工入户调查表".into(),
        unit: unit(),
        columns: vec![
            column("name", &["姓名"]),
            column("file_no", &["档案号"]),
            column("sex", &["性别"]),
            column("id_number", &["身份证号"]),
            column("cause_main", &["详细致困原因", "致困原因"]),
            column("surveyed_on", &["入户调查时间"]),
            column("worker_signed", &["职工本人签字"]),
            column("surveyor_signed", &["入户调查人员签字"]),
            column("m01", &["身份证复印件"]),
        ],
        member_columns: members.clone(),
        rows: (1..=40)
            .map(|i| Row {
                values: vec![
                    Val::Name(format!("试甲{}", i - 1)),
                    text(format!("JJ{i:04}")),
                    text("男"),
                    Val::Id(number("510105", "19800101", 997)),
                    text("本人患病，医疗支出大。"),
                    Val::Date(day(2019, 7, 15)),
                    Val::Flag(true),
                    Val::Flag(i % 3 > 0),
                    Val::Flag(true),
                ],
                members: household(i),
            })
            .collect(),
        shape: Shape::Form,
        totals: Vec::new(),
        may_split: true,
    };
    let block = Export {
        stem: "青羊区总工会/电子档案".into(),
        unit: Some("青羊区总工会".into()),
        member_columns: members,
        rows: efile.rows.iter().enumerate().map(|(i, r)| Row { members: household(i), ..r.clone() }).collect(),
        shape: Shape::MemberBlock,
        ..efile.clone()
    };
    let mut all = vec![efile, aid, paper, block];
    for i in 0..16 {
        let base = &all[i % 4];
        all.push(Export { stem: format!("{}{i}", base.stem), ..base.clone() });
    }
    all
}
