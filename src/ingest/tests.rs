//! The readers together: against calamine as an oracle, and against damage.

use super::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Style::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    for name in ["困难职工", "家庭成员"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        sheet.merge_range(0, 0, 0, 3, "汇总表 <&>", &Style::new()).unwrap();
        for row in 1..40u32 {
            sheet.write(row, 0, format!("张{}", row % 7)).unwrap();
            sheet.write(row, 1, f64::from(row) * 12.5).unwrap();
            let day = ExcelDateTime::from_ymd(2019, 8, 25).unwrap();
            sheet.write_with_format(row, 2, &day, &date).unwrap();
            sheet.write(row, 3, row % 2 == 0).unwrap();
        }
        sheet.set_row_hidden(5).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn sheets(bytes: &[u8], shown: &str) -> Vec<RawSheet> {
    match read_bytes(bytes.to_vec(), shown, &ReadOptions::default()) {
        Reading::Sheets { sheets, .. } => sheets,
        other => panic!("{other:?}"),
    }
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn agrees_with_calamine() {
    use calamine::{Data, Reader as _};
    let bytes = workbook();
    let mut oracle: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.as_slice())).unwrap();
    for sheet in sheets(&bytes, "a.xls") {
        let range = oracle.worksheet_range(&sheet.name).unwrap();
        for (row, col, value) in range.used_cells() {
            let text = sheet.text_at(row as u32 + 1, col as u16);
            let want = match value {
                Data::DateTime(_) => "2019-08-25".to_owned(),
                Data::Bool(b) => b.to_string().to_uppercase(),
                other => other.to_string(),
            };
            assert_eq!(text, want, "{row} {col}");
        }
        assert_eq!(sheet.cell_count(), range.used_cells().count());
        assert_eq!((sheet.hidden_rows(), sheet.merges.len()), (1, 1));
    }
}

#[test]
fn archives_are_read_by_members() {
    let inner = zipped(&[("c.csv", b"a,b\n1,2\n")]);
    let deep = zipped(&[("x.zip", &zipped(&[("y.zip", &inner)]))]);
    let book = workbook();
    let members: [(&str, &[u8]); 6] = [
        ("街道/名册.xlsx", &book),
        ("inner.zip", &inner),
        ("deep.zip", &deep),
        ("~$名册.xlsx", b"x"),
        ("照片.png", b"\x89PNG\r\n\x1A\n"),
        ("空.xls", b""),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dat");
    std::fs::write(&path, zipped(&members)).unwrap();
    let files = read_path(&path, "a.zip", &ReadOptions::default());
    let outcome = |f: &FileRead| match &f.reading {
        Reading::Sheets { sheets, .. } => sheets.len() as i32,
        Reading::Ignored { .. } => 0,
        Reading::Unreadable(_) => -1,
    };
    let all: Vec<_> = files.iter().map(|f| (f.path.as_str(), outcome(f))).collect();
    let want = [
        ("a.zip/deep.zip/x.zip", -1),
        ("a.zip/inner.zip/c.csv", 1),
        ("a.zip/~$名册.xlsx", 0),
        ("a.zip/照片.png", 0),
        ("a.zip/空.xls", -1),
        ("a.zip/街道/名册.xlsx", 2),
    ];
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(sorted, want);
}

#[test]
fn limits_hold() {
    let bomb = zipped(&[("a.csv", &vec![b'a'; 4 << 20])]);
    let options = ReadOptions { unpacked_limit: 1 << 20, ..ReadOptions::default() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.zip");
    std::fs::write(&path, bomb).unwrap();
    let files = read_path(&path, "bomb.zip", &options);
    assert!(matches!(&files[0].reading, Reading::Unreadable(e) if e.what.contains("上限")));
    std::fs::write(&path, vec![b'a'; 2 << 20]).unwrap();
    assert!(matches!(read_path(&path, "a.csv", &options)[0].reading, Reading::Unreadable(_)));
    assert!(matches!(read_path(folder.path(), "dir", &options)[0].reading, Reading::Unreadable(_)));
}

/// Any bytes end in sheets, in being ignored or in an error that says what to do; never in a panic.
#[test]
fn damage_is_survived() {
    let html = "<html><table><tr><td rowspan=2 x:num='1'>张</td><td>b</td></tr></table>".repeat(20);
    let csv = "姓名,身份证号\n\"张,三\",1\n".repeat(50);
    let (gbk, _, _) = encoding_rs::GB18030.encode(&csv);
    let samples: [(&str, Vec<u8>); 4] = [
        ("a.xlsx", workbook()),
        ("a.xls", html.into_bytes()),
        ("a.csv", csv.clone().into_bytes()),
        ("b.csv", gbk.to_vec()),
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for (name, whole) in samples {
        for round in 0..150 {
            let mut bytes = whole.clone();
            if round % 5 == 0 {
                bytes.truncate(random(whole.len()));
            } else {
                for _ in 0..=round % 4 {
                    let at = random(bytes.len());
                    bytes[at] = random(256) as u8;
                }
            }
            if let Reading::Unreadable(error) = read_bytes(bytes, name, &ReadOptions::default()) {
                assert!(!error.what.is_empty() && !error.remedy.is_empty());
                // A panic caught inside counts as one.
                assert!(!error.what.contains("读取中止"), "{name} {round}");
            }
        }
    }
}
