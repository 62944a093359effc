//! Workbooks read back with another library.

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, DataType, Reader, SheetVisible, Xlsx, open_workbook};

use super::columns::Column;
use super::*;
use crate::report::model::ReconciledTotal;
use crate::report::{Options, sample, write};

const UNIT: &str = "2019-08-20/单位/青羊区总工会/草市街街道总工会/核查比对_草市街街道总工会_20190820.xlsx";
const PARENT: &str = "2019-08-20/单位/青羊区总工会/核查比对_青羊区总工会_20190820.xlsx";
const EMPTY: &str = "2019-08-20/单位/青羊区总工会/___.._坏_名_/核查比对____.._坏_名__20190820.xlsx";

fn rows(path: &Path, sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    book.worksheet_range(sheet).unwrap().rows().map(<[_]>::to_vec).collect()
}

fn text(cell: &Data) -> String {
    cell.as_string().unwrap_or_default()
}

fn written(findings: usize) -> (tempfile::TempDir, PathBuf) {
    let out = tempfile::tempdir().unwrap();
    write(&sample::report(findings), out.path(), Options::default()).unwrap();
    let path = out.path().to_owned();
    (out, path)
}

#[test]
fn sheets_in_order_and_the_hidden_one() {
    let (_keep, out) = written(8);
    let sheets = |path: &str| {
        let book: Xlsx<_> = open_workbook(out.join(path)).unwrap();
        book.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible)).collect::<Vec<_>>()
    };
    let visible = |names: &[&str]| {
        let mut sheets: Vec<_> = names.iter().map(|name| ((*name).to_owned(), SheetVisible::Visible)).collect();
        sheets.push(("_hecha".to_owned(), SheetVisible::VeryHidden));
        sheets
    };
    assert_eq!(
        sheets(UNIT),
        visible(&["说明", "疑点清单", "三方对照", "发放对账", "入户调查表", "资料清单", "数据质量"])
    );
    assert_eq!(sheets(EMPTY), sheets(UNIT));
    assert_eq!(sheets(PARENT), visible(&["说明", "疑点清单"]));
}

#[test]
fn findings_read_back_as_text() {
    let (_keep, out) = written(8);
    let report = sample::report(8);
    let rows = rows(&out.join(UNIT), "疑点清单");
    assert_eq!(rows[0].iter().map(text).collect::<Vec<_>>(), Column::ALL.map(Column::title));
    assert_eq!(rows.len(), 9);
    for (row, finding) in rows[1..].iter().zip(&report.findings) {
        for (column, expected) in Column::SYSTEM.into_iter().zip(&findings::system_cells(finding)) {
            match &row[usize::from(column.at())] {
                Data::Float(number) => {
                    assert_eq!((column, format!("{number:.2}")), (Column::Amount, expected.to_string()));
                }
                cell => assert_eq!(&text(cell), expected),
            }
        }
    }
    assert_eq!(
        text(&rows[1][usize::from(Column::Places.at())]),
        "电子档案.xlsx › 第12行（F列）\n纸质档案.xls › 第7行（H列）"
    );
}

#[test]
fn the_hidden_sheet_knows_every_row() {
    let (_keep, out) = written(8);
    let hidden = rows(&out.join(UNIT), "_hecha");
    let facts: Vec<_> = hidden[..7].iter().map(|row| (text(&row[0]), text(&row[1]))).collect();
    let expected = [
        ("schema", "hecha.unit/1"),
        ("run_id", "0123456789abcdef"),
        ("as_of", "2019-08-20"),
        ("federation", "成都市总工会"),
        ("unit", "草市街街道总工会"),
        ("profile", "chengdu-2019"),
        ("created", "2019-08-20"),
    ];
    assert_eq!(facts, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let shown = rows(&out.join(UNIT), "疑点清单");
    assert_eq!(hidden.len(), 9 + 8);
    for (listed, row) in hidden[9..].iter().zip(&shown[1..]) {
        let cells = Column::SYSTEM.map(|column| match &row[usize::from(column.at())] {
            Data::Float(number) => format!("{number:.2}"),
            cell => text(cell),
        });
        assert_eq!(text(&listed[0]), cells[0]);
        assert_eq!(text(&listed[1]), hidden::row_checksum(&cells));
    }
}

#[test]
fn empty_sheets_say_so() {
    let (_keep, out) = written(8);
    for sheet in ["疑点清单", "三方对照", "发放对账", "入户调查表", "资料清单", "数据质量"] {
        let rows = rows(&out.join(EMPTY), sheet);
        assert_eq!(rows.last().map(|row| text(&row[0])).as_deref(), Some("本期无"), "{sheet}");
    }
}

#[test]
fn civil_columns_only_where_civil_data_is() {
    let (_keep, out) = written(30);
    let rows = rows(&out.join(UNIT), "三方对照");
    let sides: Vec<_> = rows[1][7..].iter().map(text).collect();
    assert_eq!(sides, ["电子", "纸质", "民政", "电子", "纸质", "电子", "纸质", "电子", "纸质", "民政"]);
    assert_eq!(rows.len(), 2 + 10);
}

#[test]
fn both_sides_of_the_payments_add_up() {
    let (_keep, out) = written(8);
    let rows = rows(&out.join(UNIT), payments::NAME);
    let amount = |row: &[Data], column: usize| row[column].as_f64().unwrap_or(0.0);
    let lines: Vec<_> = rows[1..].iter().take_while(|row| row[0].as_f64().is_some()).collect();
    assert_eq!(
        lines.iter().map(|row| text(&row[1])).collect::<Vec<_>>(),
        ["一致", "金额不同", "金额不同", "有发放无记录"]
    );
    let last = rows.last().unwrap();
    assert_eq!(text(&last[1]), "合计（全部记录）");
    for (count, column) in [(7, 8), (13, 14)] {
        let sum: f64 = lines.iter().map(|row| amount(row, column)).sum();
        assert_eq!(amount(last, column), sum, "column {column}");
        let filled = lines.iter().filter(|row| row[column].as_f64().is_some()).count();
        assert_eq!(text(&last[count]), format!("{filled}笔"));
    }
    assert_eq!(amount(&rows[rows.len() - 2], 16), 0.5);
}

#[test]
fn nothing_is_a_formula_or_a_link_outside() {
    let (_keep, out) = written(8);
    let mut zip = zip::ZipArchive::new(fs::File::open(out.join(UNIT)).unwrap()).unwrap();
    for part in 0..zip.len() {
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut zip.by_index(part).unwrap(), &mut xml).unwrap();
        assert!(!xml.contains("<f>") && !xml.contains("<f "), "{xml}");
        assert!(!xml.contains("TargetMode=\"External\""), "{xml}");
    }
}

#[test]
fn same_report_same_bytes_whatever_the_threads() {
    let bytes = |threads: usize| {
        let out = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let published = pool.install(|| write(&sample::report(60), out.path(), Options::default()).unwrap());
        published.files.iter().map(|f| (f.clone(), fs::read(published.dir.join(f)).unwrap())).collect::<Vec<_>>()
    };
    let first = bytes(1);
    assert_eq!(first.iter().filter(|(file, _)| file.contains("核查比对_")).count(), 4);
    assert!(first == bytes(4));
}

#[test]
fn long_lists_go_on_in_further_parts() {
    let report = sample::report(7);
    let pages = pages(&report, &report.units[3], 3);
    let sizes: Vec<_> = pages.iter().map(|p| (p.part, p.parts, p.findings.len(), p.comparisons.len())).collect();
    assert_eq!(sizes, [(1, 3, 3, 2), (2, 3, 3, 0), (3, 3, 1, 0)]);
    assert_eq!(nothing(&pages[1]), "本期内容见第1份工作簿");
}

#[test]
fn big_lists_go_through_the_disk_and_read_the_same() {
    let (_keep, out) = written(6_000);
    let shown = rows(&out.join(UNIT), "疑点清单");
    assert_eq!(shown.len(), 6_001);
    assert_eq!(text(&shown[6_000][usize::from(Column::Id.at())]), sample::finding(5_999).id);
    assert_eq!(rows(&out.join(UNIT), "_hecha").len(), 6_009);
}

#[test]
fn weekdays_stand_beside_dates() {
    assert_eq!(long_date(NaiveDate::from_ymd_opt(2019, 8, 25).unwrap()), "2019年8月25日（星期日）");
}

/// A report of the sample with something changed, written; the rows of a sheet.
fn changed(sheet: &str, change: impl FnOnce(&mut Report)) -> Vec<Vec<Data>> {
    let out = tempfile::tempdir().unwrap();
    let mut report = sample::report(8);
    change(&mut report);
    write(&report, out.path(), Options::default()).unwrap();
    rows(&out.path().join(UNIT), sheet)
}

#[test]
fn no_form_where_no_visit_is_needed() {
    let forms = |rows: &[Vec<Data>]| rows.iter().filter(|row| text(&row[0]).ends_with("入户调查表")).count();
    assert_eq!(forms(&changed(survey::NAME, |_| {})), 3);
    // Of the last household nothing but a desk's work is left; its second finding was explained.
    let rows = changed(survey::NAME, |report| {
        report.findings[6].needs_visit = false;
        report.findings[7].status = crate::finding::Status::Answered;
    });
    assert_eq!(forms(&rows), 2);
}

#[test]
fn what_was_not_delivered_has_its_name() {
    let rows = changed(payments::NAME, |report| {
        let payments = &mut report.units[3].payments;
        payments.rows[0].result = "未对账";
        payments.rows[3].result = "未对账";
        payments.totals[2] = ReconciledTotal { aids: 1, aid_fen: 60_000, ..payments.totals[2].clone() };
        payments.totals[2].result = "未对账";
    });
    let words: Vec<String> = rows.iter().map(|row| text(&row[1])).filter(|word| word.starts_with("未对账")).collect();
    let (no_payments, no_aids) = ("未对账：没有收到资金发放明细", "未对账：没有收到帮扶记录");
    assert_eq!(words, [no_payments, no_aids, no_payments, no_aids]);
}

#[test]
fn only_what_was_compared_stands_side_by_side() {
    let rows = changed(comparison::NAME, |report| {
        for field in report.units[3].comparisons.iter_mut().flat_map(|household| &mut household.fields) {
            match field.column {
                1 => field.paper = None,
                3 => field.paper = None,
                _ => {}
            }
        }
        report.units[3].comparisons.iter_mut().for_each(|household| household.fields[3].civil = Some("4".into()));
    });
    let headings = |row: &[Data]| row[7..].iter().map(text).collect::<Vec<_>>();
    assert_eq!(headings(&rows[0]), ["姓名", "姓名", "姓名", "家庭住址", "家庭住址", "家庭人口", "家庭人口"]);
    assert_eq!(headings(&rows[1]), ["电子", "纸质", "民政", "电子", "纸质", "电子", "民政"]);
}

#[test]
fn after_the_due_date_nothing_is_asked_before_it() {
    let rows = changed(cover::NAME, |report| report.run.due = NaiveDate::from_ymd_opt(2019, 8, 15));
    let all: String = rows.iter().flatten().map(text).collect();
    assert!(all.contains("已过期 5 天") && all.contains("尽快（完成期限2019年8月15日（星期四）已过）"), "{all}");
    assert!(!all.contains("15日（星期四）前") && all.contains("如 2019-8-20"), "{all}");
}
