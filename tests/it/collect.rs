//! Workbooks that units return: whatever was done to them, good answers are kept and nothing is taken by mistake.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, SheetVisible, Xlsx, open_workbook};
use chrono::NaiveDate;
use hecha::collect::outcome::{FileOutcome, Outcome, State};
use hecha::collect::{Asked as Collect, collect};
use hecha::finding::Status;
use hecha::history::answers::Standing;
use hecha::history::{History, Lock, Word};
use hecha::pipeline::{self, Silent};
use hecha::plan::{Asked, Plan};
use hecha::report::model::FindingRow;
use hecha::report::passwords;
use hecha::synth::Plant;
use hecha::synth::write::Format;
use rust_xlsxwriter::{DocProperties, Workbook};

use crate::support::{Written, as_of, request, written};

const LIST: &str = "疑点清单";
const ANSWERS: [&str; 5] = ["核实结果", "更正后的值", "核实说明", "完成日期", "核查人"];

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A workbook as rows of text, to be changed and written anew.
#[derive(Clone)]
struct Book {
    sheets: Vec<(String, bool, Vec<Vec<String>>)>,
    run_id: Option<String>,
}

impl Book {
    fn read(path: &Path) -> Self {
        let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
        let meta = book.sheets_metadata().to_vec();
        let sheets = meta.into_iter().map(|sheet| {
            let range = book.worksheet_range(&sheet.name).expect("a sheet");
            let (top, left) = range.start().unwrap_or_default();
            let mut rows = vec![Vec::new(); top as usize];
            rows.extend(range.rows().map(|row| {
                let mut cells = vec![String::new(); left as usize];
                cells.extend(row.iter().map(|cell| match cell {
                    Data::Float(n) => format!("{n}"),
                    Data::DateTime(d) => d.as_datetime().expect("a date").date().to_string(),
                    cell => cell.to_string(),
                }));
                cells
            }));
            (sheet.name, sheet.visible != SheetVisible::Visible, rows)
        });
        Self { sheets: sheets.collect(), run_id: None }
    }

    fn rows(&mut self, sheet: &str) -> &mut Vec<Vec<String>> {
        &mut self.sheets.iter_mut().find(|(name, _, _)| name == sheet).expect("the sheet").2
    }

    fn column(&self, title: &str) -> usize {
        let (_, _, rows) = self.sheets.iter().find(|(name, _, _)| name == LIST).expect("the list");
        rows[0].iter().position(|t| t == title).unwrap_or_else(|| panic!("no column {title}"))
    }

    /// Answers the row of a finding.
    fn answer(&mut self, id: &str, answers: [&str; 5]) {
        for (title, text) in ANSWERS.into_iter().zip(answers) {
            self.set(id, title, text);
        }
    }

    fn set(&mut self, id: &str, title: &str, text: &str) {
        let (column, number) = (self.column(title), self.column("编号"));
        let row = self.rows(LIST).iter_mut().find(|row| row[number] == id).expect("the finding");
        row.resize(row.len().max(column + 1), String::new());
        row[column] = text.to_string();
    }

    fn write(&self, path: &Path) {
        let mut book = Workbook::new();
        if let Some(run_id) = &self.run_id {
            book.set_properties(&DocProperties::new().set_custom_property("run_id", run_id.as_str()));
        }
        for (name, hidden, rows) in &self.sheets {
            let sheet = book.add_worksheet();
            sheet.set_name(name).expect("a name");
            if *hidden {
                sheet.set_very_hidden(true);
            }
            for (row, cells) in (0..).zip(rows) {
                for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                    sheet.write_string(row, column, text).expect("a cell");
                }
            }
        }
        book.save(path).expect("it is saved");
    }
}

/// A world that was judged and published.
struct Published {
    world: Written,
    findings: Vec<FindingRow>,
}

impl Published {
    fn new(plant: Plant) -> Self {
        let world = written(&request(160, 7, 0, plant), &[Format::Xlsx]);
        let findings = run(world.dir.path(), as_of());
        Self { world, findings }
    }

    fn dir(&self) -> &Path {
        self.world.dir.path()
    }

    fn state(&self) -> PathBuf {
        self.dir().join("state/hecha.sqlite")
    }

    /// The workbook of a unit, of the run of a day.
    fn workbook(&self, unit: &str, day: NaiveDate) -> PathBuf {
        let name = format!("核查比对_{unit}_{}.xlsx", day.format("%Y%m%d"));
        find(&self.dir().join("out").join(day.to_string()), &name).expect("the unit's workbook")
    }

    /// The unit with most findings, and these.
    fn busiest(&self) -> (String, Vec<FindingRow>) {
        let mut by_unit: HashMap<&str, Vec<FindingRow>> = HashMap::new();
        for finding in &self.findings {
            by_unit.entry(&finding.unit).or_default().push(finding.clone());
        }
        by_unit.remove("未归属单位");
        let (unit, findings) = by_unit.into_iter().max_by_key(|(u, f)| (f.len(), *u)).expect("a unit");
        (unit.to_string(), findings)
    }

    fn of_rule(&self, rule: &str) -> FindingRow {
        self.findings.iter().find(|f| f.rule == rule).unwrap_or_else(|| panic!("no {rule}")).clone()
    }

    /// Takes files back as of a day.
    fn collect_on(&self, paths: &[&Path], today: NaiveDate) -> Outcome {
        let asked = Collect { paths: paths.iter().map(|p| p.to_path_buf()).collect(), ..Collect::default() };
        collect(&asked, self.dir(), today, &Silent).unwrap_or_else(|e| panic!("{e}"))
    }

    fn collect(&self, path: &Path) -> FileOutcome {
        let mut outcome = self.collect_on(&[path], day("2019-08-22"));
        assert_eq!(outcome.files.len(), 1);
        outcome.files.remove(0)
    }

    fn standing(&self, id: &str) -> Option<Standing> {
        let history = History::open(&self.state()).expect("the state");
        history.standings().expect("standings").get(&history.digest(id)).cloned()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.state()).expect("the state")
    }
}

fn run(dir: &Path, day: NaiveDate) -> Vec<FindingRow> {
    let asked = Asked { config: Some(dir.join("hecha.toml")), as_of: Some(day), ..Asked::default() };
    let plan = Plan::new(asked, dir, day).unwrap_or_else(|e| panic!("{e}"));
    let (outcome, _) = pipeline::run(&plan, &Silent).unwrap_or_else(|e| panic!("{e}"));
    outcome.report.findings
}

fn find(dir: &Path, name: &str) -> Option<PathBuf> {
    std::fs::read_dir(dir).expect("a directory").filter_map(Result::ok).find_map(|entry| {
        let path = entry.path();
        if path.is_dir() { find(&path, name) } else { (path.file_name()?.to_str()? == name).then_some(path) }
    })
}

/// Of a finding about one field that paper and electronic files hold: its right value.
fn correction(finding: &FindingRow) -> Option<&str> {
    (finding.rule == "YZ301" && !finding.field.contains('+') && !finding.values[0].is_empty())
        .then_some(finding.values[0].as_str())
}

#[test]
fn good_rows_are_kept_though_others_fail_and_the_copy_says_why() {
    let published = Published::new(Plant::All);
    let (unit, findings) = published.busiest();
    let original = published.workbook(&unit, as_of());
    let corrected = findings.iter().find(|f| correction(f).is_some() && !f.values[1].is_empty()).expect("a YZ301");
    let others: Vec<&FindingRow> = findings.iter().filter(|f| f.rule != "ID109" && f.id != corrected.id).collect();
    let [special, promised, unknown_word, bad_date, no_word, later, ..] = others[..] else { panic!("too few") };

    let mut book = Book::read(&original);
    book.answer(&corrected.id, ["疑点属实,已更正", correction(corrected).expect("a value"), "", "2019.8.21", "张三"]);
    book.answer(&special.id, ["情况特殊，不需更正", "", "", "", "张三"]);
    book.answer(&promised.id, ["疑点属实，待更正", "", "号码510105198001019971待核", "43738", "张三"]);
    book.answer(&unknown_word.id, ["属实", "", "", "", "张三"]);
    book.answer(&bad_date.id, ["需入户核实", "", "", "下周", "张三"]);
    book.answer(&no_word.id, ["", "", "已经问过", "", "张三"]);
    book.answer(&later.id, ["", "", "", "", "张三"]);
    let returned = published.dir().join("交回.xlsx");
    book.write(&returned);
    let outcome = published.collect(&returned);

    assert_eq!(outcome.state, State::Taken);
    let counts = outcome.counts;
    assert_eq!((counts.accepted, counts.refused, counts.conflicts, counts.changed), (3, 3, 0, 0), "{outcome:?}");
    assert_eq!(counts.untouched, findings.len() - 6, "who checks alone is no answer");
    assert!(matches!(published.standing(&corrected.id), Some(Standing::Claimed { .. })));
    let Some(Standing::Settled { word, meaning, .. }) = published.standing(&special.id) else { panic!("not settled") };
    assert_eq!((word, meaning.as_str()), (Word::Special, special.meaning.as_str()));
    let due = Some(day("2019-09-30"));
    assert!(matches!(published.standing(&promised.id), Some(Standing::Pending { due: d, .. }) if d == due));
    for refused in [unknown_word, bad_date, no_word] {
        assert_eq!(published.standing(&refused.id), None);
    }
    let state = published.bytes();
    assert!(!state.windows(18).any(|w| w == b"510105198001019971"), "no number in full in the state");
    for line in &outcome.lines {
        assert_eq!(line.text, hecha::domain::text::mask_numbers(&line.text));
    }

    // The annotated copy and the patch list.
    let [patches, copy] = &outcome.written[..] else { panic!("{:?}", outcome.written) };
    assert!(copy.ends_with(format!("out/回收/2019-08-22/{unit}/交回_批注.xlsx")), "{}", copy.display());
    assert!(patches.ends_with(format!("更正清单_{unit}.xlsx")));
    let mut annotated = Book::read(copy);
    let (result, reason) = (annotated.column("收回结果"), annotated.column("原因"));
    let number = annotated.column("编号");
    let fates: HashMap<String, (String, String)> =
        annotated.rows(LIST)[1..].iter().map(|r| (r[number].clone(), (r[result].clone(), r[reason].clone()))).collect();
    for (finding, fate, why) in [
        (corrected, "已接受", ""),
        (special, "提醒", "请写明原因"),
        (unknown_word, "未接受", "不在选项之内"),
        (bad_date, "未接受", "完成日期读不出"),
        (no_word, "未接受", "没有选核实结果"),
        (later, "未填写", ""),
    ] {
        let (is, because) = &fates[&finding.id];
        assert!(is == fate && because.contains(why), "{} is {is}: {because}", finding.rule);
    }
    let list = Book::read(patches);
    let lines = &list.sheets[0].2;
    let of = |id: &str| lines.iter().filter(|l| l.last().is_some_and(|last| last == id)).collect::<Vec<_>>();
    let [line] = of(&corrected.id)[..] else { panic!("{lines:?}") };
    let expected = [&corrected.file_no, "纸质档案", &corrected.field_title, &corrected.values[1], &corrected.values[0]];
    assert_eq!([&line[0], &line[3], &line[4], &line[5], &line[6]], expected);
    assert_eq!(line[7], "已更正，待核验");
    assert!(!of(&promised.id).is_empty() && of(&special.id).is_empty());

    // The same file changes nothing; the copy, corrected, is accepted.
    let again = published.collect(&returned);
    assert_eq!((again.state, again.written.len()), (State::Repeated, 0));
    assert!(published.bytes() == state, "the same one twice changes nothing");
    annotated.set(&unknown_word.id, "核实结果", "需入户核实");
    annotated.set(&bad_date.id, "完成日期", "2019-09-01");
    annotated.set(&no_word.id, "核实结果", "疑点不属实，数据源有误");
    let second = published.dir().join("交回_批注.xlsx");
    annotated.write(&second);
    let outcome = published.collect(&second);
    assert_eq!((outcome.counts.accepted, outcome.counts.refused), (6, 0), "{outcome:?}");
    assert!(published.standing(&no_word.id).is_some());
    assert!(outcome.written.iter().any(|p| p.ends_with("交回_批注_2.xlsx")), "{:?}", outcome.written);

    // The next run.
    let next = run(published.dir(), day("2019-08-23"));
    let status = |f: &FindingRow| next.iter().find(|n| n.id == f.id).map(|n| (n.status, n.mark.clone()));
    assert_eq!(status(special).map(|s| s.0), Some(Status::Answered));
    let (status, mark) = status(corrected).expect("nobody corrected it");
    assert!(status == Status::Persisting && mark.contains("已报整改但仍存在"), "{status:?} {mark}");
}

#[test]
fn whatever_was_done_to_the_workbook_it_is_recognised() {
    let published = Published::new(Plant::All);
    let (unit, findings) = published.busiest();
    let mut book = Book::read(&published.workbook(&unit, as_of()));
    for finding in &findings[..4] {
        book.answer(&finding.id, ["需入户核实", "", "", "2019-09-30", "张三"]);
    }
    // One answered row is there twice, the others are sorted, one is gone, a blank one lies between.
    let (number, name) = (book.column("编号"), book.column("姓名"));
    let twice = book.rows(LIST).iter().find(|r| r[number] == findings[0].id).expect("a row").clone();
    let rows = book.rows(LIST);
    rows[1..].sort_by(|a, b| b[name].cmp(&a[name]));
    let gone = rows.iter().position(|r| r[number] == findings[5].id).expect("a row");
    rows.remove(gone);
    rows.insert(4, Vec::new());
    rows.push(twice);
    // Answers first, 政策依据 deleted, a column of the unit's own, a title above.
    let basis = rows[0].iter().position(|t| t == "政策依据").expect("a column");
    for (n, row) in rows.iter_mut().enumerate().filter(|(_, r)| !r.is_empty()) {
        row.resize(24, String::new());
        row.remove(basis);
        row.rotate_right(5);
        row.insert(2, if n == 0 { "内部备注".into() } else { "备".into() });
    }
    rows.insert(0, vec!["本单位核实情况".into()]);
    for (name, hidden, _) in &mut book.sheets {
        match name.as_str() {
            LIST => *name = "核实后".into(),
            "_hecha" => (*name, *hidden) = ("Sheet9".into(), false),
            _ => {}
        }
    }
    book.sheets.rotate_right(2);
    let returned = published.dir().join("改过名.xlsx");
    book.write(&returned);
    let outcome = published.collect(&returned);
    let counts = outcome.counts;
    assert_eq!((counts.accepted, counts.refused, counts.conflicts, counts.changed), (4, 0, 0, 0), "{outcome:?}");
    assert!(findings[..4].iter().all(|f| published.standing(&f.id).is_some()));
    assert!(outcome.notes.iter().any(|n| n.contains("政策依据")), "{:?}", outcome.notes);
    assert!(outcome.notes.iter().any(|n| n.contains("有1行不在表中")), "{:?}", outcome.notes);
}

#[test]
fn an_unfilled_workbook_changes_no_byte_and_a_trial_none_either() {
    let published = Published::new(Plant::Codes(vec!["YZ301".into()]));
    let (unit, findings) = published.busiest();
    let original = published.workbook(&unit, as_of());
    let before = published.bytes();
    let outcome = published.collect(&original);
    assert_eq!((outcome.state, outcome.counts.untouched), (State::Unfilled, findings.len()), "{outcome:?}");
    assert!(published.bytes() == before);

    let mut book = Book::read(&original);
    book.answer(&findings[0].id, ["需入户核实", "", "", "", "张三"]);
    let returned = published.dir().join("交回.xlsx");
    book.write(&returned);
    let asked = Collect { paths: vec![returned.clone()], dry_run: true, ..Collect::default() };
    let outcome = collect(&asked, published.dir(), day("2019-08-22"), &Silent).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((outcome.totals().accepted, outcome.exit_code()), (1, 0));
    assert!(published.bytes() == before && !published.dir().join("out/回收").exists(), "a trial writes nothing");

    let lock = Lock::take(&published.state(), "核查").expect("it is free");
    let asked = Collect { paths: vec![returned], ..Collect::default() };
    let error = collect(&asked, published.dir(), day("2019-08-22"), &Silent).expect_err("it is held");
    assert_eq!(error.exit_code(), 4);
    drop(lock);
}

#[test]
fn what_is_not_ours_is_told_apart() {
    let published = Published::new(Plant::Codes(vec!["YZ301".into()]));
    let (unit, findings) = published.busiest();
    let original = published.workbook(&unit, as_of());
    let before = published.bytes();
    let fact = |book: &mut Book, name: &str, value: &str| {
        let row = book.rows("_hecha").iter_mut().find(|r| r[0] == name).expect("a fact");
        row[1] = value.into();
    };
    let case = |name: &str, word: &str, change: &dyn Fn(&mut Book)| {
        let mut book = Book::read(&original);
        book.answer(&findings[0].id, ["需入户核实", "", "", "", "张三"]);
        change(&mut book);
        let path = published.dir().join(format!("{name}.xlsx"));
        book.write(&path);
        let outcome = published.collect_on(&[&path], day("2019-08-22"));
        let notes = outcome.files[0].notes.join("\n");
        assert_eq!((outcome.files[0].state, outcome.exit_code()), (State::NotOurs, 3), "{name}: {notes}");
        assert!(notes.contains(word), "{name}: {notes}");
    };
    case("别的工会", "绵阳市总工会", &|b| fact(b, "federation", "绵阳市总工会"));
    case("旧版本", "旧版本", &|b| fact(b, "schema", "hecha.unit/0"));
    case("新版本", "更新版本", &|b| fact(b, "schema", "hecha.unit/9"));
    case("别的日子", "没有发布过", &|b| fact(b, "as_of", "2019-01-01"));
    case("别的单位", "没有给“某单位”下发过", &|b| fact(b, "unit", "某单位"));
    case("拼起来的", "不是同一次核查", &|b| b.run_id = Some("ffffffffffffffff".into()));
    case("没有隐藏表", "隐藏表", &|b| b.sheets.retain(|s| s.0 != "_hecha"));
    case("没有清单", "疑点清单", &|b| b.sheets.retain(|s| s.0 != LIST));
    case("没有答复列", "核实结果", &|b| {
        let column = b.column("核实结果");
        b.rows(LIST)[0][column] = "结果".into();
    });
    case("一张别的表", "不是下发的工作簿", &|b| {
        b.sheets = vec![("Sheet1".into(), false, vec![vec!["甲".into(), "乙".into()], vec!["1".into(), "2".into()]])];
    });
    let text = published.dir().join("说明.txt");
    std::fs::write(&text, "请查收").expect("a file");
    assert_eq!(published.collect_on(&[&text], day("2019-08-22")).exit_code(), 3);
    assert!(published.bytes() == before, "nothing of it is kept");
    let missing = Collect { paths: vec!["没有.xlsx".into()], ..Collect::default() };
    assert_eq!(
        collect(&missing, published.dir(), day("2019-08-22"), &Silent).expect_err("it is missing").exit_code(),
        2
    );
}

#[test]
fn changed_system_cells_are_reported_and_rows_without_a_number_found_again() {
    let published = Published::new(Plant::All);
    let (unit, findings) = published.busiest();
    let [tampered, lost, spoiled, foreign, untouched, ..] = &findings[..] else { panic!("too few") };
    let other_unit = published.findings.iter().find(|f| f.unit != unit && f.rule != "ID109").expect("another unit");
    let mut book = Book::read(&published.workbook(&unit, as_of()));
    for finding in [tampered, lost, spoiled, foreign] {
        book.answer(&finding.id, ["需入户核实", "", "", "", "张三"]);
    }
    book.set(&tampered.id, "姓名", "改了名");
    book.set(&untouched.id, "严重程度", "提示");
    book.set(&spoiled.id, "姓名", "改了名");
    book.set(&spoiled.id, "编号", "");
    book.set(&lost.id, "编号", "");
    book.set(&foreign.id, "编号", &other_unit.id);
    let returned = published.dir().join("交回.xlsx");
    book.write(&returned);
    let outcome = published.collect(&returned);
    // A row with another unit's number is told by its own content.
    assert_eq!((outcome.counts.accepted, outcome.counts.refused), (3, 1), "{outcome:?}");
    for kept in [tampered, lost, foreign] {
        assert!(published.standing(&kept.id).is_some());
    }
    for refused in [spoiled, other_unit] {
        assert!(published.standing(&refused.id).is_none());
    }
    let said = |column: &str, text: &str| outcome.lines.iter().any(|l| l.column == column && l.text.contains(text));
    assert!(said("姓名", "“姓名”被改动"), "{:?}", outcome.lines);
    assert!(said("编号", "认出了原来的编号") && said("编号", "认不出") && said("编号", "另一条疑点的"));
    assert!(said("严重程度", "被改动") || untouched.severity.chinese() == "提示");
}

#[test]
fn two_different_answers_are_a_dispute_until_a_later_workbook_settles_it() {
    let published = Published::new(Plant::Codes(vec!["YZ301".into()]));
    let (unit, findings) = published.busiest();
    let answered = |name: &str, of: NaiveDate, word: &str| {
        let mut book = Book::read(&published.workbook(&unit, of));
        book.answer(&findings[0].id, [word, "", "说明", "", "张三"]);
        let path = published.dir().join(name);
        book.write(&path);
        path
    };
    let (first, second) =
        (answered("甲.xlsx", as_of(), "情况特殊，不需更正"), answered("乙.xlsx", as_of(), "疑点属实，待更正"));
    assert_eq!(published.collect(&first).counts.accepted, 1);
    let state = published.bytes();
    let copy = published.dir().join("甲_另存.xlsx");
    // Another hand and other bytes, but no other answer.
    let mut again = Book::read(&first);
    again.answer(&findings[0].id, ["情况特殊，不需更正", "", "说明", "", "李四"]);
    again.write(&copy);
    let same = published.collect(&copy);
    assert_eq!((same.state, same.counts.accepted), (State::Unchanged, 1), "{same:?}");
    assert!(published.bytes() == state, "the same answers in another file change nothing");

    let outcome = published.collect_on(&[&second], day("2019-08-22"));
    assert_eq!((outcome.totals().conflicts, outcome.exit_code()), (1, 1));
    let both = &outcome.files[0].lines.iter().find(|l| l.column == "核实结果").expect("a remark").text;
    assert!(both.contains("情况特殊，不需更正") && both.contains("疑点属实，待更正"), "{both}");
    assert_eq!(published.standing(&findings[0].id), Some(Standing::Disputed));
    assert!(!outcome.files[0].written.iter().any(|p| p.to_string_lossy().contains("更正清单")), "not decided");

    let next_day = day("2019-08-23");
    let next = run(published.dir(), next_day);
    assert_eq!(next.iter().find(|f| f.id == findings[0].id).map(|f| f.status), Some(Status::Disputed));
    let third = answered("丙.xlsx", next_day, "情况特殊，不需更正");
    assert_eq!(published.collect(&third).counts.conflicts, 0);
    assert!(matches!(published.standing(&findings[0].id), Some(Standing::Settled { .. })));
}

#[test]
fn a_verdict_settles_a_suspected_match() {
    let published = Published::new(Plant::Codes(vec!["ID109".into()]));
    let finding = published.of_rule("ID109");
    let mut book = Book::read(&published.workbook(&finding.unit, as_of()));
    book.answer(&finding.id, ["是同一人", "", "", "", "张三"]);
    let returned = published.dir().join("交回.xlsx");
    book.write(&returned);
    let outcome = published.collect(&returned);
    assert_eq!(outcome.counts.accepted, 1, "{outcome:?}");
    let patches = Book::read(&outcome.written[0]);
    let line = &patches.sheets[0].2[1];
    assert_eq!((line[5].as_str(), line[7].as_str()), (finding.id_number.as_str(), "是同一人，改错的一方"));
    let next = run(published.dir(), day("2019-08-23"));
    assert!(!next.iter().any(|f| f.id == finding.id), "it is not asked again");
}

#[test]
fn what_came_sealed_goes_back_sealed() {
    let published = Published::new(Plant::Codes(vec!["YZ301".into()]));
    let (unit, findings) = published.busiest();
    let mut book = Book::read(&published.workbook(&unit, as_of()));
    book.answer(&findings[0].id, ["需入户核实", "", "", "", "张三"]);
    let returned = published.dir().join("交回.xlsx");
    book.write(&returned);
    let plain = std::fs::read(&returned).expect("the workbook");
    let mut sealed = passwords::sealed(&mut &plain[..], "密1", published.dir()).expect("it is sealed");
    let mut bytes = Vec::new();
    sealed.read_to_end(&mut bytes).expect("the sealed workbook");
    std::fs::write(&returned, &bytes).expect("it is written");
    assert_eq!(published.collect(&returned).state, State::Unreadable, "no password is known");

    let config = published.dir().join("hecha.toml");
    let text = std::fs::read_to_string(&config).expect("the config");
    std::fs::write(&config, text + "\n[privacy]\npasswords = \"passwords.csv\"\n").expect("the config");
    let list = published.dir().join("passwords.csv");
    std::fs::write(&list, format!("别的单位,密2\n{unit},密3\n")).expect("a list");
    assert_eq!(published.collect(&returned).state, State::Unreadable, "none of the passwords opens it");
    std::fs::write(&list, format!("别的单位,密2\n{unit},密1\n")).expect("a list");
    let outcome = published.collect(&returned);
    assert_eq!((outcome.state, outcome.counts.accepted), (State::Taken, 1), "{outcome:?}");
    let copy = std::fs::read(&outcome.written[0]).expect("the annotated copy");
    assert!(copy.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]), "the annotated copy is sealed");
    let again = published.collect(&outcome.written[0]);
    assert_eq!((again.state, again.counts.accepted), (State::Unchanged, 1), "it opens with the same password");
}

#[test]
fn a_returned_form_stands_in_for_what_was_delivered() {
    let published = Published::new(Plant::Codes(vec!["YZ301".into()]));
    let finding = published.findings.iter().find(|f| f.rule == "YZ301" && f.field == "phone").expect("a phone").clone();
    let form = |surveyed: &str, surveyor: &str| {
        let pairs = [
            [("姓名", finding.name.as_str()), ("性别", "男")],
            [("身份证号", &finding.id_number), ("档案号", &finding.file_no)],
            [("联系电话", &finding.values[0]), ("家庭住址", "青羊区草市街1号")],
            [("工作单位", "某厂"), ("户口类型", "城镇")],
            [("入户调查时间", surveyed), ("入户调查人员", surveyor)],
        ];
        // As in the workbook: each value printed beforehand, behind it what was found.
        let mut rows = vec![vec!["困难职工入户调查表".to_string()]];
        rows.push(["项目", "电子档案登记", "实际情况"].repeat(2).into_iter().map(str::to_string).collect());
        rows.extend(pairs.map(|pair| pair.iter().flat_map(|(l, v)| [*l, *v, ""].map(str::to_string)).collect()));
        Book { sheets: vec![("附件3".into(), false, rows)], run_id: None }
    };
    let returned = published.dir().join("调查表.xlsx");
    form("", "").write(&returned);
    let blank = published.collect(&returned);
    assert_eq!(blank.state, State::NotOurs);
    assert!(blank.notes[0].contains("没有填写"), "{:?}", blank.notes);

    // Surveyed after the register that was delivered.
    form("2019-08-21", "李四").write(&returned);
    assert_eq!(published.collect(&returned).state, State::Form);
    let state = published.bytes();
    assert_eq!(published.collect(&returned).state, State::FormRepeated);
    assert!(published.bytes() == state, "the same form twice changes nothing");

    let asked = Asked { config: Some(published.dir().join("hecha.toml")), ..Asked::default() };
    let plan = Plan::new(asked, published.dir(), as_of()).unwrap_or_else(|e| panic!("{e}"));
    let outcome = pipeline::judge(&plan, &Silent).unwrap_or_else(|e| panic!("{e}"));
    let report = outcome.report;
    assert!(report.manifest.inputs.iter().any(|i| i.path == "回收表/调查表.xlsx"));
    assert!(!report.findings.iter().any(|f| f.id == finding.id), "the paper now says what the file says");
    let replaced = report.units.iter().flat_map(|u| &u.quality).find(|q| q.reason.contains("旧版本"));
    assert!(replaced.is_some(), "what was replaced is said");
}

/// A state and a filled workbook as they were written before question and answer stood together: `former.zip` holds both,
/// with the six answers below, one of them in a row of which a grey cell was overtyped.
#[test]
fn a_workbook_of_the_former_order_is_taken_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut zip = zip::ZipArchive::new(Cursor::new(&include_bytes!("former.zip")[..])).expect("an archive");
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).expect("a part");
        let path = dir.path().join(&*part.name().expect("a name"));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::io::copy(&mut part, &mut std::fs::File::create(&path).expect("a file")).expect("it is written");
    }
    let returned = dir.path().join("交回.xlsx");
    let header = Book::read(&returned).rows(LIST)[0].clone();
    assert_eq!((header[0].as_str(), header[19].as_str()), ("编号", "核实结果"), "the former order");
    let asked = Collect { paths: vec![returned], ..Collect::default() };
    let mut outcome = collect(&asked, dir.path(), day("2019-08-22"), &Silent).unwrap_or_else(|e| panic!("{e}"));
    let file = outcome.files.remove(0);
    let counts = file.counts;
    assert_eq!((counts.accepted, counts.refused, counts.changed, counts.displaced), (6, 0, 1, 0), "{file:?}");
    let changed: Vec<&str> = file.lines.iter().map(|line| line.column).collect();
    assert_eq!(changed, ["发放数据"], "{:?}", file.lines);

    let list = Book::read(&file.written[0]);
    let mut lines: Vec<[&str; 4]> = list.sheets[0].2[1..].iter().map(|l| [3, 4, 5, 6].map(|c| l[c].as_str())).collect();
    lines.sort_unstable();
    let paid = "已发放的记录不改；按核实说明补发、追回或更正帮扶记录，并留凭证";
    assert_eq!(
        lines,
        [
            ["民政数据", "家庭月人均收入", "6948", "579"],
            ["电子档案", "家庭月人均收入", "279", "579"],
            ["纸质档案", "工作单位", "成都市误记商贸有限公司", "成都市练丙纺织有限责任公司"],
            ["纸质档案", "身份证号", "510181196606069951", "510181196606069952"],
            ["见疑点说明", "金额", "2900；1740；1110", paid],
        ]
    );
    // What goes back has the order of today.
    let copy = Book::read(&file.written[1]);
    let header = &copy.sheets[0].2[0];
    assert_eq!(header[..2], ["严重程度", "疑点"]);
    assert_eq!(header[11..14], ["核查人", "收回结果", "原因"]);
}

/// 更正清单 has the value as it stands in the source, where the workbook prints it under its name.
#[test]
fn what_is_to_be_changed_is_named_as_written() {
    let published = Published::new(Plant::Codes(vec!["FF415".into(), "FF409".into(), "ID109".into()]));
    let finding = published.of_rule("FF409");
    let mut book = Book::read(&published.workbook(&finding.unit, as_of()));
    let (number, payment) = (book.column("编号"), book.column("发放数据"));
    let printed = book.rows(LIST).iter().find(|row| row[number] == finding.id).expect("the row")[payment].clone();
    assert!(printed.contains("发放方式 ") && !printed.contains(&finding.id_number), "{printed}");
    book.answer(&finding.id, ["疑点属实，待更正", "社会保障卡", "补办", "2019-09-10", "张三"]);
    let returned = published.dir().join("交回.xlsx");
    book.write(&returned);
    let outcome = published.collect(&returned);
    assert_eq!((outcome.counts.accepted, outcome.counts.changed), (1, 0), "{outcome:?}");
    let list = Book::read(&outcome.written[0]);
    assert_eq!(list.sheets[0].2[1][5], finding.values[3], "with every number in full");
}
