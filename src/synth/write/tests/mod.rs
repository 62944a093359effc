//! Every format read back cell by cell, and whole worlds at every level of mess.

mod sample;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;

use calamine::{Data, Reader};

use super::file::bytes;
use super::grid::{Book, Cell, Grid, Span, Style};
use super::layout;
use super::spell::Speller;
use super::*;
use sample::{day, exports};

/// A book with everything a grid can hold.
fn book(date1904: bool) -> Book {
    let mut grid = Grid::new("困难职工");
    grid.push(vec![Cell::text("困难职工档案汇总表 <试> & \"样\"")]);
    grid.push(["姓名", "身份证号", "金额", "日期", "备 注"].map(Cell::text).to_vec());
    grid.push(vec![
        Cell::text("试一"),
        Cell::text("510105198001019971"),
        Cell::Number("1200.05".into(), Style::Money),
        Cell::Date(day(2019, 8, 25), Style::DateDash),
        Cell::text(" 前后\n有 空  白 "),
    ]);
    grid.push(vec![
        Cell::text("阿样•例"),
        Cell::text("51010519800101997x"),
        Cell::number(-3),
        Cell::Date(day(1966, 2, 28), Style::DateSlash),
    ]);
    grid.push(Vec::new());
    grid.push(vec![
        Cell::Blank,
        Cell::text("㐂\u{20bb7}"),
        Cell::number("0.12"),
        Cell::Date(day(2000, 12, 31), Style::DateHan),
        Cell::text("="),
    ]);
    grid.push(vec![
        Cell::text("同值"),
        Cell::text("同值"),
        Cell::Blank,
        Cell::Date(day(1999, 1, 1), Style::DateHanBuiltin),
    ]);
    grid.lines[3].hidden = true;
    grid.merge(Span { top: 0, left: 0, bottom: 0, right: 4 });
    grid.merge(Span { top: 4, left: 0, bottom: 5, right: 0 });
    let mut second = Grid::new("第二张");
    second.push(vec![Cell::Blank, Cell::text("甲")]);
    // Long enough for shared strings to be cut into several records, at odd places.
    for i in 0..900 {
        second.push(vec![Cell::number(i), Cell::text(format!("{}{i}", "长文字".repeat(i % 11)))]);
        second.push(vec![Cell::Blank, Cell::text(format!("{}{i}", "ascii".repeat(i % 7)))]);
    }
    Book { sheets: vec![grid, second, Grid::new("空")], date1904 }
}

/// A cell as both sides print it.
fn written(cell: &Cell) -> Option<String> {
    Some(match cell {
        Cell::Blank => return None,
        Cell::Text(text) => format!("t {text}"),
        Cell::Number(literal, _) => format!("n {}", literal.parse::<f64>().unwrap()),
        Cell::Date(date, _) => format!("d {date}"),
    })
}

fn read(data: &Data) -> Option<String> {
    Some(match data {
        Data::Empty => return None,
        Data::String(text) => format!("t {text}"),
        Data::Float(number) => format!("n {number}"),
        Data::Int(number) => format!("n {number}"),
        Data::DateTime(date) => format!("d {}", date.as_datetime().unwrap().date()),
        Data::DateTimeIso(date) => format!("d {date}"),
        other => format!("? {other:?}"),
    })
}

type Cells = BTreeMap<(usize, usize), String>;

fn cells_written(grid: &Grid) -> Cells {
    let lines = grid.lines.iter().enumerate();
    lines
        .flat_map(|(r, line)| line.cells.iter().enumerate().map(move |(c, cell)| ((r, c), cell)))
        .filter_map(|(at, cell)| Some((at, written(cell)?)))
        .collect()
}

fn cells_read(range: &calamine::Range<Data>) -> Cells {
    let (top, left) = range.start().unwrap_or_default();
    range.used_cells().filter_map(|(r, c, data)| Some(((r + top as usize, c + left as usize), read(data)?))).collect()
}

fn dice() -> Dice {
    Dice::new(1, "test")
}

#[test]
fn binary_and_zipped_formats_come_back() {
    for date1904 in [false, true] {
        let book = book(date1904);
        for format in [Format::Xlsx, Format::Xlsm, Format::Xls, Format::Et, Format::Xlsb, Format::Ods] {
            if date1904 && !format.knows_1904() {
                continue;
            }
            let bytes = bytes(&book, format, &mut dice()).unwrap();
            let mut read = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).unwrap();
            let names: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
            assert_eq!(read.sheet_names(), names, "{format}");
            for grid in &book.sheets {
                let range = read.worksheet_range(&grid.name).unwrap();
                assert_eq!(cells_read(&range), cells_written(grid), "{format} {}", grid.name);
            }
        }
    }
}

#[test]
fn merges_come_back() {
    let book = book(false);
    let expected: BTreeSet<((u32, u32), (u32, u32))> = [((0, 0), (0, 4)), ((4, 0), (5, 0))].into();
    let cursor = |format| Cursor::new(bytes(&book, format, &mut dice()).unwrap());
    let mut xlsx = calamine::Xlsx::new(cursor(Format::Xlsx)).unwrap();
    let xls = calamine::Xls::new(cursor(Format::Xls)).unwrap();
    for found in
        [xlsx.merge_cells_by_sheet_name("困难职工").unwrap(), xls.merge_cells_by_sheet_name("困难职工").unwrap()]
    {
        assert_eq!(found.into_iter().map(|d| (d.start, d.end)).collect::<BTreeSet<_>>(), expected);
    }
}

#[test]
fn text_formats_come_back() {
    let book = book(false);
    for format in [Format::Csv, Format::CsvGbk, Format::CsvUtf16, Format::Tsv, Format::TextXls] {
        for seed in 0..4 {
            let bytes = bytes(&book, format, &mut Dice::new(seed, "text")).unwrap();
            let encoding = match format {
                Format::CsvGbk => encoding_rs::GB18030,
                _ if std::str::from_utf8(&bytes).is_err() && format == Format::TextXls => encoding_rs::GB18030,
                _ => encoding_rs::UTF_8,
            };
            // A byte order mark decides, whatever is asked for.
            let (text, _, errors) = encoding.decode(&bytes);
            assert!(!errors);
            let delimiter = if matches!(format, Format::Csv | Format::CsvGbk) { b',' } else { b'\t' };
            let rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(delimiter)
                .from_reader(text.as_bytes())
                .records()
                .map(|r| r.unwrap().iter().map(str::to_owned).collect())
                .collect();
            assert_eq!(rows.len(), book.sheets[0].lines.len());
            assert_eq!(rows[2], ["试一", "510105198001019971", "1200.05", "2019-08-25", " 前后\n有 空  白 "]);
            assert_eq!(rows[3], ["阿样•例", "51010519800101997x", "-3", "1966/2/28", ""]);
            assert_eq!(rows[5], ["", "㐂\u{20bb7}", "0.12", "2000年12月31日", "="]);
        }
    }
}

#[test]
fn html_and_spreadsheetml_have_every_cell() {
    let mut book = book(false);
    book.sheets.truncate(1);
    let xml = String::from_utf8(bytes(&book, Format::SpreadsheetMl, &mut dice()).unwrap()).unwrap();
    for part in [
        "ss:MergeAcross=\"4\"",
        "ss:MergeDown=\"1\"",
        "<Row ss:Hidden=\"1\">",
        "ss:Index=\"2\"",
        "<Data ss:Type=\"DateTime\">2019-08-25T00:00:00.000</Data>",
        "<Data ss:Type=\"Number\">1200.05</Data>",
        "<Data ss:Type=\"String\"> 前后&#10;有 空  白 </Data>",
        "&lt;试&gt; &amp; &quot;样&quot;",
    ] {
        assert!(xml.contains(part), "{part}\n{xml}");
    }
    let mut charsets = BTreeSet::new();
    for seed in 0..8 {
        let bytes = bytes(&book, Format::Html, &mut Dice::new(seed, "html")).unwrap();
        let gb2312 = encoding_rs::GB18030.decode(&bytes).0.contains("charset=gb2312");
        charsets.insert(gb2312);
        let encoding = if gb2312 { encoding_rs::GBK } else { encoding_rs::UTF_8 };
        let (page, _, errors) = encoding.decode(&bytes);
        assert!(!errors);
        for part in [
            "<td colspan=\"5\">困难职工档案汇总表 &lt;试&gt; &amp; &quot;样&quot;</td>",
            "<td rowspan=\"2\">&nbsp;</td>",
            "<td style=\"mso-number-format:'\\@'\">510105198001019971</td>",
            "<td x:num>1200.05</td>",
            "<tr style=\"display:none\">",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
    assert_eq!(charsets.len(), 2);
}

/// The product's own reader sees what was written: kinds, literals, merges and hidden rows as well.
#[test]
fn the_reader_sees_what_was_written() {
    use crate::ingest::{CellKind, ReadOptions, Reading, read_bytes};
    let mut book = book(false);
    book.sheets.truncate(2);
    book.sheets[0].push(vec![Cell::Blank, Cell::number("510105198001019971")]);
    for &format in Format::ALL.iter().filter(|f| **f != Format::Zip) {
        let sheets = if format.one_sheet() { 1 } else { 2 };
        for seed in 0..4 {
            let bytes = bytes(&book, format, &mut Dice::new(seed, "reader")).unwrap();
            let read = match read_bytes(bytes, "试.xls", &ReadOptions::default()) {
                Reading::Sheets { sheets, .. } => sheets,
                other => panic!("{format}: {other:?}"),
            };
            assert!(read.len() >= sheets, "{format}");
            for (raw, grid) in read.iter().zip(&book.sheets[..sheets]) {
                let mut seen = Cells::new();
                for row in raw.rows() {
                    let hidden = grid.lines[row.number as usize - 1].hidden && !format.is_text();
                    assert_eq!(row.hidden, hidden, "{format} row {}", row.number);
                    for cell in raw.cells(row) {
                        let text = raw.text(cell);
                        let shown = match cell.kind {
                            CellKind::Number => format!("n {}", text.parse::<f64>().unwrap()),
                            CellKind::Date => format!("d {text}"),
                            _ => format!("t {text}"),
                        };
                        seen.insert((row.number as usize - 1, usize::from(cell.col)), shown);
                    }
                    if grid.name == "困难职工" && row.number == 8 && format.keeps_literals() {
                        assert_eq!(raw.text_at(8, 1), "510105198001019971");
                    }
                }
                let mut expected = cells_written(grid);
                if format.is_text() || format == Format::Html {
                    // Text has no types: compare what is shown.
                    for (&(r, c), shown) in &mut expected {
                        match &grid.lines[r].cells[c] {
                            Cell::Date(date, style) => *shown = format!("t {}", style.print(*date)),
                            Cell::Number(literal, _) if format.is_text() => *shown = format!("t {literal}"),
                            _ => {}
                        }
                    }
                }
                if format == Format::Html {
                    // Pages keep no blanks at the edges of a cell.
                    let trim = |cells: &mut Cells| {
                        cells.values_mut().for_each(|t| *t = t.replace('\u{a0}', " ").trim_end().to_owned());
                        cells.values_mut().for_each(|t| *t = t.replace("t  ", "t "));
                        cells.retain(|_, t| t.len() > 1);
                    };
                    trim(&mut seen);
                    trim(&mut expected);
                }
                assert_eq!(seen, expected, "{format} {}", grid.name);
                if !format.is_text() {
                    let merges: Vec<Span> = raw
                        .merges
                        .iter()
                        .map(|m| Span {
                            top: m.first_row as usize - 1,
                            left: usize::from(m.first_col),
                            bottom: m.last_row as usize - 1,
                            right: usize::from(m.last_col),
                        })
                        .collect();
                    assert!(grid.merges.iter().all(|m| merges.contains(m)), "{format}: {merges:?}");
                }
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_an_error() {
    let mut grid = Grid::new("长");
    grid.lines.resize(65_537, Default::default());
    let book = Book { sheets: vec![grid], date1904: false };
    assert!(bytes(&book, Format::Xls, &mut dice()).is_err());
}

#[test]
fn level_0_is_one_clean_workbook_each() {
    let dir = tempfile::tempdir().unwrap();
    let exports = exports();
    let paths = write_all(&exports[..2], dir.path(), 0, 1, &[]).unwrap();
    assert_eq!(paths, ["市总/帮扶记录.xlsx", "锦江区总工会/电子档案.xlsx"]);
    let mut book = calamine::open_workbook_auto(dir.path().join(&paths[1])).unwrap();
    assert_eq!(book.sheet_names(), ["锦江区总工会"]);
    let range = book.worksheet_range("锦江区总工会").unwrap();
    let first: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let titles: Vec<&str> = exports[0].columns.iter().map(|c| c.titles[0]).collect();
    assert_eq!(first, titles);
    assert_eq!(range.height(), exports[0].rows.len() + 1);
}

#[test]
fn equal_arguments_give_equal_bytes() {
    let exports = exports();
    for mess in 0..=3 {
        let all: Vec<Vec<(String, Vec<u8>)>> = (0..2)
            .map(|_| {
                let dir = tempfile::tempdir().unwrap();
                let paths = write_all(&exports, dir.path(), mess, 42, Format::ALL).unwrap();
                paths.into_iter().map(|p| (p.clone(), fs::read(dir.path().join(p)).unwrap())).collect()
            })
            .collect();
        assert!(all[0] == all[1], "level {mess}");
    }
}

#[test]
fn each_format_is_used_where_it_can_be() {
    let exports = exports();
    for seed in 0..20 {
        let formats = assign(&exports, Format::ALL, seed);
        for (format, export) in formats.iter().zip(&exports) {
            assert!(export.shape == Shape::Table || !format.is_text());
        }
        let tables: Vec<Export> = (0..20).map(|_| exports[1].clone()).collect();
        let used: BTreeSet<Format> = assign(&tables, Format::ALL, seed).into_iter().collect();
        assert_eq!(used.len(), Format::ALL.len());
    }
    // A form cannot be text, but must be written if nothing else is allowed.
    assert_eq!(assign(&exports[2..3], &[Format::Csv], 1), [Format::Csv]);
}

/// All values of a record stand on the sheet, whatever the mess: looked up by headings that folding leaves.
#[test]
fn nothing_is_lost_at_any_level() {
    let export = &exports()[1];
    for seed in 0..25 {
        for level in 0..=3 {
            let mut dice = Dice::new(seed, "lost");
            let mut speller = Speller { level, format: Format::Xlsx, date1904: false, dice: &mut dice };
            let grid = layout::table("t", export, &export.rows, &mut speller);
            let texts: Vec<String> = grid.lines.iter().flat_map(|l| &l.cells).filter_map(written).collect();
            let count = |part: &str| texts.iter().filter(|t| t.contains(part)).count();
            assert_eq!(count("合计"), 1, "level {level}");
            for n in 1..=export.rows.len() {
                assert_eq!(count(&format!("JL{n:04}")), 1, "level {level}: every record once");
            }
            for m in &grid.merges {
                for r in m.top..=m.bottom {
                    for c in (m.left..=m.right).filter(|c| (r, *c) != (m.top, m.left)) {
                        assert!(
                            matches!(grid.lines[r].cells.get(c), None | Some(Cell::Blank)),
                            "level {level}: {m:?} covers a value"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn forms_look_like_the_paper() {
    let export = &exports()[2];
    let mut dice = dice();
    let mut speller = Speller { level: 0, format: Format::Xlsx, date1904: false, dice: &mut dice };
    let grid = layout::form("1", export, &export.rows[0], &mut speller);
    let line = |i: usize| -> Vec<String> { grid.lines[i].cells.iter().filter_map(written).collect() };
    assert_eq!(line(0), ["t 成都市总工会建档困难职工入户调查表"]);
    assert_eq!(line(1), ["t 填报单位：锦江区总工会"]);
    assert_eq!(line(2), ["t 姓名", "t 试甲0", "t 档案号", "t JJ0001", "t 性别", "t 男"]);
    assert_eq!(line(3)[..2], ["t 身份证号", "t 510105198001019971"]);
    let block = grid.lines.iter().position(|l| l.cells.first() == Some(&Cell::text("家庭主要成员情况"))).unwrap();
    assert_eq!(line(block)[1..], ["t 姓名", "t 关系", "t 身份证号"]);
    assert_eq!(line(block + 1), ["t 试乙0", "t 子女", "t 510105201001019976"]);
    assert!(line(grid.lines.len() - 1).contains(&"t 职工本人签字".to_owned()));
    assert!(grid.merges.contains(&Span { top: block, left: 0, bottom: block + 1, right: 0 }));
}

#[test]
fn a_messy_world_is_written_whole() {
    let dir = tempfile::tempdir().unwrap();
    let exports = exports();
    let paths = write_all(&exports, dir.path(), 3, 9, &[]).unwrap();
    assert!(paths.is_sorted());
    assert!(paths.iter().any(|p| p.contains("~$")) && paths.iter().any(|p| p.ends_with(".pdf")));
    for export in &exports {
        assert!(paths.iter().any(|p| p.starts_with(&export.stem)), "{}", export.stem);
    }
    for path in &paths {
        assert!(dir.path().join(path).metadata().unwrap().len() > 0, "{path}");
    }
}
