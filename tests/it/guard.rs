//! The guard over everything: a person and a sum hidden in every odd place of a list are read as a record, or told with their
//! place while `check` is not 0. Never neither.

use std::fmt::Write;
use std::path::Path;

use hecha::cli;
use hecha::normalize::{NoticeKind, Tables, Unused, Value};
use hecha::pipeline::{self, Silent};

use crate::support::plan;

const FIRST: &str = "510105198001019971";
const SECOND: &str = "510105200806069968";
/// The person who is hidden, and the same in 15 digits.
const HIDDEN: &str = "510104198203059983";
const HIDDEN_OLD: &str = "510104820305998";

const HEADER: [&str; 7] = ["流水号", "姓名", "身份证号", "项目", "金额", "发放日期", "发放单位"];

type Rows = Vec<Vec<String>>;

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

fn list() -> Rows {
    vec![
        texts(&HEADER),
        texts(&["LS1", "测甲", FIRST, "生活救助", "1000", "2019-05-01", "锦江区总工会"]),
        texts(&["LS2", "测丙", SECOND, "生活救助", "1200", "2019-05-02", "锦江区总工会"]),
        texts(&["LS3", "测甲", FIRST, "医疗救助", "800", "2019-05-03", "锦江区总工会"]),
    ]
}

/// How the person is written: the cells side by side.
fn shapes() -> Vec<(&'static str, Vec<String>)> {
    let wide: String = HIDDEN.chars().map(|c| char::from_u32(c as u32 - 0x30 + 0xFF10).unwrap_or(c)).collect();
    vec![
        ("one cell", texts(&[&format!("补发：测乙 {HIDDEN} 5000元")])),
        ("one cell without blanks", texts(&[&format!("测乙{HIDDEN}5000元")])),
        ("three cells", texts(&["测乙", HIDDEN, "5000"])),
        ("number and sum", texts(&[HIDDEN, "5000"])),
        ("number and sum, a blank between", texts(&[HIDDEN, "", "5000"])),
        ("number alone", texts(&[HIDDEN])),
        ("blanks within", texts(&["测乙", "510104 19820305 9983", "5000"])),
        ("full width", texts(&["测乙", &wide, "5000"])),
        ("fifteen digits", texts(&["测乙", HIDDEN_OLD, "5000"])),
    ]
}

/// Writes cells into a row from a column on.
fn put(rows: &mut Rows, row: usize, col: usize, cells: &[String]) {
    while rows.len() <= row {
        rows.push(Vec::new());
    }
    let line = &mut rows[row];
    if line.len() < col + cells.len() {
        line.resize(col + cells.len(), String::new());
    }
    for (i, cell) in cells.iter().enumerate() {
        line[col + i].clone_from(cell);
    }
}

/// A list with the person hidden in one place; more sheets where the place is there.
fn places(cells: &[String]) -> Vec<(&'static str, Vec<Rows>)> {
    let titled = || {
        let mut rows = vec![texts(&["2019年资金发放明细"])];
        rows.extend(list());
        rows
    };
    let with = |row: usize, col: usize, base: Rows| {
        let mut rows = base;
        put(&mut rows, row, col, cells);
        vec![rows]
    };
    let inserted = |at: usize, mut base: Rows| {
        base.insert(at, cells.to_vec());
        vec![base]
    };
    let after = |lines: &[&[&str]], col: usize| {
        let mut rows = titled();
        rows.extend(lines.iter().map(|l| texts(l)));
        let row = rows.len() - 1;
        put(&mut rows, row, col, cells);
        vec![rows]
    };
    let mut unbound = list();
    unbound[0].push("备查".into());
    let mut far = list();
    far[0].extend(texts(&["", "备查"]));
    vec![
        ("a title", inserted(0, list())),
        ("a second title", inserted(1, titled())),
        ("above the header, indented", with(0, 3, titled())),
        ("the row right below", with(4, 0, list())),
        ("the row right below, indented", with(4, 2, list())),
        ("far below", with(9, 0, list())),
        ("far below and to the right", with(9, 10, list())),
        ("a remark", after(&[&["备注："]], 1)),
        ("beside a signature", after(&[&["审核人：某某"]], 3)),
        ("beside a total", after(&[&["合计", "", "", "", "3000"]], 5)),
        ("below a total", after(&[&["合计", "", "", "", "3000"], &[]], 0)),
        ("beside a page mark", after(&[&["第1页共2页"]], 2)),
        ("between the rows", inserted(2, list())),
        ("right of a row", with(2, 7, list())),
        ("right of a row, behind a gap", with(2, 9, list())),
        ("right of the header", with(0, 8, list())),
        ("an unknown column", with(2, 7, unbound)),
        ("an unknown column behind a gap", with(2, 8, far)),
        ("below a header printed again", after(&[&HEADER, &[]], 0)),
        ("below the header of an unknown list", after(&[&[], &["编号", "称谓", "号码", "钱款"], &[]], 0)),
        ("below a second title", after(&[&["补发名单"], &[]], 1)),
        ("below a unit's name", after(&[&["二、锦江区总工会"], &[]], 0)),
        ("on a second sheet", vec![list(), vec![texts(&["情况说明"]), cells.to_vec()]]),
        ("alone on a sheet before", vec![vec![cells.to_vec()], list()]),
    ]
}

fn csv(rows: &Rows) -> String {
    rows.iter().fold(String::new(), |mut out, row| {
        let _ = writeln!(out, "{}", row.join(","));
        out
    })
}

fn html(sheets: &[Rows]) -> String {
    let mut out = String::from("<html><meta charset=\"utf-8\"><body>");
    for rows in sheets {
        out.push_str("<table>");
        for row in rows {
            let cells: String = row.iter().map(|c| format!("<td>{c}</td>")).collect();
            let _ = write!(out, "<tr>{cells}</tr>");
        }
        out.push_str("</table>");
    }
    out
}

fn xlsx(sheets: &[Rows], path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    for rows in sheets {
        let sheet = book.add_worksheet();
        for (r, row) in rows.iter().enumerate() {
            for (c, text) in row.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
                sheet.write_string(r as u32, c as u16, text).expect("it fits");
            }
        }
    }
    book.save(path).expect("a workbook");
}

fn write(format: &str, sheets: &[Rows], inbox: &Path) {
    match format {
        "csv" => {
            for (i, rows) in sheets.iter().enumerate() {
                std::fs::write(inbox.join(format!("资金发放明细{i}.csv")), csv(rows)).expect("written");
            }
        }
        "html" => std::fs::write(inbox.join("资金发放明细.xls"), html(sheets)).expect("written"),
        _ => xlsx(sheets, &inbox.join("资金发放明细.xlsx")),
    }
}

/// A record has the number; or holds it with what is written around it, as an invalid number of which a finding tells.
fn is_read(tables: &Tables<'_>) -> bool {
    tables.records.iter().flat_map(|r| r.values.iter()).any(|v| match v {
        Value::Id(id) => id.valid().is_some_and(|id| id.full() == HIDDEN) || id.shown().contains(HIDDEN),
        _ => false,
    })
}

fn is_told(tables: &Tables<'_>) -> bool {
    let told = [NoticeKind::Guard, NoticeKind::Shifted, NoticeKind::UnreadTable];
    tables.notices.iter().any(|n| told.contains(&n.kind) && (n.row.is_some() || n.col.is_some()))
        || tables.not_used.iter().any(|n| matches!(n.why, Unused::Quarantined(_)))
}

fn check(dir: &Path) -> u8 {
    let Ok(Ok(parsed)) = cli::parse(["hecha", "check", "--quiet"]) else { panic!("a command") };
    hecha::commands::execute(parsed, dir, None, &mut Vec::new()).unwrap_or_else(|e| e.exit_code())
}

#[test]
fn nobody_is_left_unread_in_silence() {
    let (mut tried, mut read) = (0, 0);
    let mut silent = Vec::new();
    for (shape, cells) in shapes() {
        for (place, sheets) in places(&cells) {
            // Web pages give the same rows as text files do: one shape shows it.
            let formats: &[&str] = if shape == "three cells" { &["csv", "xlsx", "html"] } else { &["csv", "xlsx"] };
            for &format in formats {
                let dir = tempfile::tempdir().expect("a directory");
                let inbox = dir.path().join("inbox");
                std::fs::create_dir(&inbox).expect("a directory");
                let config = "[run]\nfederation = \"成都市总工会\"\nprofile = \"chengdu-2019\"\nas_of = \"2019-08-20\"\n\n[[source]]\npath = \"inbox/*\"\n";
                std::fs::write(dir.path().join("hecha.toml"), config).expect("written");
                write(format, &sheets, &inbox);
                let plan = plan(dir.path());
                let (_, tables) = pipeline::read(&plan, &Silent);
                for a in &tables.accounts {
                    let counted = a.used + a.skipped.values().sum::<usize>() + a.quarantined.values().sum::<usize>();
                    assert_eq!(a.read, counted, "{shape}, {place}, {format}: {a:?}");
                }
                tried += 1;
                if is_read(&tables) {
                    read += 1;
                } else if !is_told(&tables) || check(dir.path()) == 0 {
                    silent.push(format!("{shape}, {place}, {format}"));
                }
            }
        }
    }
    println!("{tried} layouts: {read} read, {} told", tried - read - silent.len());
    assert!(silent.is_empty(), "{} of {tried} silent:\n{}", silent.len(), silent.join("\n"));
    assert!(read > 0 && read < tried);
}
