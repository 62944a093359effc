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

/// One workbook, as it comes out of a transfer that put something before it.
#[test]
fn what_stands_before_a_workbook_is_passed_over() {
    for junk in [&b"\xEF\xBB\xBF"[..], b"\r\n", b"\n\n"] {
        let bytes = [junk, &workbook()].concat();
        let reading = read_bytes(bytes, "a.xlsx", &ReadOptions::default());
        let Reading::Sheets { format: Format::Xlsx, sheets } = reading else { panic!("{reading:?}") };
        assert_eq!((sheets.len(), sheets[0].text_at(3, 0)), (2, "张2"));
    }
}

/// The central directory of a zip file, every entry of which is made to stand where the first does.
fn overlapping(mut bytes: Vec<u8>) -> Vec<u8> {
    let entries: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
    assert!(entries.len() > 3);
    for at in entries {
        bytes[at + 42..at + 46].copy_from_slice(&[0; 4]);
    }
    bytes
}

#[test]
fn entries_of_a_zip_file_that_share_their_bytes_are_refused() {
    for name in ["a.xlsx", "a.zip"] {
        let mut read = read_in_memory(overlapping(workbook()), name, &ReadOptions::default());
        let file = read.pop().expect("one file");
        let Reading::Unreadable(error) = file.reading else { panic!("{:?}", file.reading) };
        assert!(error.what.contains("占用同一段数据") && !error.is_damage, "{error}");
    }
}

/// 300 MB of zeros deflate to 300 KB.
#[test]
fn a_bomb_is_told_before_it_lies_in_memory() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for name in ["a.csv", "b.csv"] {
        zip.start_file(name, options).unwrap();
        for _ in 0..300 {
            zip.write_all(&[b' '; 1 << 20]).unwrap();
        }
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    let limit = ReadOptions { unpacked_limit: 300 << 20, ..ReadOptions::default() };
    let said: Vec<String> = read_in_memory(bytes, "a.zip", &limit)
        .into_iter()
        .map(|file| match file.reading {
            Reading::Unreadable(error) => error.what,
            other => panic!("{other:?}"),
        })
        .collect();
    // The first is one by its ratio; what it cost is charged, so the second finds the budget used up.
    assert!(said[0].contains("压缩炸弹") && said[1].contains("超过上限"), "{said:?}");
}

#[test]
fn a_workbook_by_name_that_holds_pictures_only_is_told() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["1.png", "2.png"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"\x89PNG\r\n\x1A\n....").unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let readings = |name| read_in_memory(bytes.clone(), name, &ReadOptions::default());
    let named = readings("困难职工.xlsx");
    assert!(matches!(&named[..], [FileRead { reading: Reading::Unreadable(_), .. }]), "{named:?}");
    let archive = readings("照片.zip");
    assert!(archive.len() == 2 && archive.iter().all(|f| matches!(f.reading, Reading::Ignored { .. })));
}

#[test]
fn old_exchange_formats_are_named() {
    let sylk = b"ID;PWXL;N;E\r\nC;Y1;X1;K\"a\"\r\nE\r\n".to_vec();
    for name in ["a.slk", "a.xls"] {
        let Reading::Unreadable(error) = read_bytes(sylk.clone(), name, &ReadOptions::default()) else { panic!() };
        assert!(error.what.contains("SYLK") && error.remedy.contains("另存为"), "{error}");
    }
}

/// The last lines of a text that is longer than any sheet are counted, with their numbers.
#[test]
fn lines_beyond_the_last_row_are_counted() {
    let text = "1\n".repeat(1_048_576) + "张三,1\n李四,2\n";
    let Reading::Sheets { sheets, .. } = read_bytes(text.into_bytes(), "a.csv", &ReadOptions::default()) else {
        panic!()
    };
    assert_eq!(sheets[0].beyond(), Some((2, 1_048_577, 1_048_578)));
    assert_eq!((sheets[0].rows().len(), sheets[0].faults.len()), (1_048_576, 0));
}
