//! Absence is no proof while something may not have been read: every rule that concludes from a row that is not there, tried
//! with everything that can hide a row.
//!
//! The example household stands beside one in the same unit and one in another, so that each source has come. Taking one of
//! its rows away shows which rules conclude from that (and each must declare it, [`hecha::rules::Rule::absence`]); putting the row back so
//! that it cannot be read must take the conclusion back: 无法判定, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use hecha::audit::Audit;
use hecha::derive::past::Watch;
use hecha::derive::{Facts, Past};
use hecha::ingest::inputs::Inputs;
use hecha::ingest::second_reader::SecondReading;
use hecha::ingest::sheet::{CellKind, RawSheet, SheetBuilder, Unseen};
use hecha::ingest::{FileRead, Format, ReadError, Reading};
use hecha::normalize::{SourceHints, Value};
use hecha::rules::{Verdict, What, all, example};
use hecha::schema::Schemas;
use rayon::prelude::*;

use crate::support::{audited_hinted, schemas};

/// One household in the same unit and one in another: every source has come from both.
const NEIGHBOURS: &str = "\
+efile file_no=CS-8,unit=测试区总工会,status=在档,category=低保户,name=邻甲,sex=男,id_number=510105196504059917,birth_date=1965-04-05,phone=19900000008,address=成都市锦江区邻舍路8号,household_size=2,income_per_capita=500,income_annual=12000,filed_on=2017-03-01,updated_on=2019-06-01,exited_on=,cancelled_on=,stay_reason=重病；\
+efile file_no=CS-9,unit=远方区总工会,status=在档,category=低保户,name=远甲,sex=男,id_number=510105197003039955,birth_date=1970-03-03,phone=19900000009,address=成都市青羊区远方路9号,household_size=2,income_per_capita=500,income_annual=12000,filed_on=2017-03-01,updated_on=2019-06-01,exited_on=,cancelled_on=,stay_reason=重病；\
+emember file_no=CS-8,head_id_number=510105196504059917,name=邻妻,relation=妻子,sex=女,id_number=510105199006079927,birth_date=1990-06-07；\
+emember file_no=CS-9,head_id_number=510105197003039955,name=远妻,relation=妻子,sex=女,id_number=510105196202029966,birth_date=1962-02-02；\
+paper file_no=CS-8,unit=测试区总工会,name=邻甲,sex=男,id_number=510105196504059917,phone=19900000008,address=锦江区邻舍路8号,household_size=2,income_annual=12000,category=低保户,surveyed_on=2019-07-10；\
+paper file_no=CS-9,unit=远方区总工会,name=远甲,sex=男,id_number=510105197003039955,phone=19900000009,address=青羊区远方路9号,household_size=2,income_annual=12000,category=低保户,surveyed_on=2019-07-10；\
+paper_member file_no=CS-8,head_id_number=510105196504059917,name=邻妻,relation=妻子,sex=女,id_number=510105199006079927；\
+paper_member file_no=CS-9,head_id_number=510105197003039955,name=远妻,relation=妻子,sex=女,id_number=510105196202029966；\
+civil cert_no=DB-8,head_name=邻甲,head_id_number=510105196504059917,name=邻甲,id_number=510105196504059917,relation=户主,scheme=低保,state=在保,from=2017-01,income_per_capita=500；\
+civil cert_no=DB-9,head_name=远甲,head_id_number=510105197003039955,name=远甲,id_number=510105197003039955,relation=户主,scheme=低保,state=在保,from=2017-01,income_per_capita=500；\
+payment serial=FF-81,name=邻甲,id_number=510105196504059917,program=生活救助,fund_source=市总,amount=70,paid_on=2019-08-19,channel=社会保障卡,account=,result=成功,unit=测试区总工会；\
+payment serial=FF-91,name=远甲,id_number=510105197003039955,program=生活救助,fund_source=市总,amount=70,paid_on=2019-08-19,channel=社会保障卡,account=,result=成功,unit=远方区总工会；\
+aid record_no=BF-81,file_no=CS-8,name=邻甲,id_number=510105196504059917,program=生活救助,fund_source=市总,amount=70,aided_on=2019-08-19,unit=测试区总工会；\
+aid record_no=BF-91,file_no=CS-9,name=远甲,id_number=510105197003039955,program=生活救助,fund_source=市总,amount=70,aided_on=2019-08-19,unit=远方区总工会；\
+medical name=邻甲,id_number=510105196504059917,settled_on=2019-04-11,total=400,insured=200,out_of_pocket=200,state=有效；\
+medical name=远甲,id_number=510105197003039955,settled_on=2019-04-11,total=400,insured=200,out_of_pocket=200,state=有效；\
+visit file_no=CS-8,id_number=510105196504059917,visited_on=2019-04-16,kind=入户走访,visitor=测干部,signed=是；\
+visit file_no=CS-9,id_number=510105197003039955,visited_on=2019-04-16,kind=入户走访,visitor=测干部,signed=是；\
+income file_no=CS-8,id_number=510105196504059917,month=2019-07,income=1000,persons=2；\
+income file_no=CS-9,id_number=510105197003039955,month=2019-07,income=1000,persons=2；\
+exit file_no=CS-8,id_number=510105196504059917,name=邻甲,applied_on=2017-01-03,reviewed_on=2017-01-04,approved_on=；\
+exit file_no=CS-9,id_number=510105197003039955,name=远甲,applied_on=2017-01-03,reviewed_on=2017-01-04,approved_on=；\
+roster name=邻甲,id_number=510105196504059917,unit=测试区总工会；\
+roster name=远甲,id_number=510105197003039955,unit=远方区总工会";

/// Rows of one kind: titles, and the cells under them.
#[derive(Debug, Clone, Default)]
struct Table {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
}

type World = BTreeMap<String, Table>;

fn world(schemas: &Schemas, given: &str) -> World {
    let given = format!("{given}；{NEIGHBOURS}");
    let sheets = example::sheets(schemas, &given).unwrap_or_else(|part| panic!("{given}: {part}"));
    let table = |sheet: RawSheet| {
        let width = sheet.cells(&sheet.rows()[0]).len() as u16;
        let row = |n: u32| (0..width).map(|col| sheet.text_at(n, col).to_string()).collect();
        Table { titles: row(1), rows: sheet.rows()[1..].iter().map(|r| row(r.number)).collect() }
    };
    sheets.into_iter().map(|(kind, sheet)| (kind, table(sheet))).collect()
}

/// The last two rows of each kind are the neighbours'; deaths and registers have none.
fn own_rows(kind: &str, table: &Table) -> usize {
    if NEIGHBOURS.contains(&format!("+{kind} ")) { table.rows.len() - 2 } else { 0 }
}

/// How a row stands in a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Plain,
    Struck,
    /// The row is hidden by a filter.
    Filtered,
}

fn sheet(name: &str, titles: &[String], rows: &[(Written, Vec<(CellKind, String)>)]) -> SheetBuilder {
    let mut out = SheetBuilder::new(name);
    out.row(1, false);
    for (col, title) in titles.iter().enumerate() {
        out.cell(col as u16, CellKind::Text, title).expect("it fits");
    }
    for (n, (written, cells)) in rows.iter().enumerate() {
        out.row(n as u32 + 2, *written == Written::Filtered);
        for (col, (kind, text)) in cells.iter().enumerate() {
            match written {
                Written::Struck => out.leave_out(col as u16, Unseen::Struck, true, text).expect("it fits"),
                _ => out.cell(col as u16, *kind, text).expect("it fits"),
            }
        }
    }
    out
}

fn plain(row: &[String]) -> Vec<(CellKind, String)> {
    row.iter().map(|text| (CellKind::Text, text.clone())).collect()
}

/// What stands beside the sheets that were taken from a world.
#[derive(Debug, Default)]
struct Spoilt {
    /// Of the kind: in place of its sheet.
    instead: Option<Vec<RawSheet>>,
    /// Another file.
    beside: Vec<(String, Reading)>,
    /// What earlier runs say.
    short: Vec<(String, String)>,
}

/// Judges a world; `spoilt`: what became of one kind.
fn judged<R>(world: &World, given: &str, kind: &str, spoilt: Spoilt, then: impl FnOnce(&Facts<'_>, &Audit) -> R) -> R {
    let config = example::config(given).unwrap_or_else(|part| panic!("{given}: {part}"));
    let mut past = example::past(given).unwrap_or_else(|part| panic!("{given}: {part}"));
    watch_all(&mut past);
    past.short.extend(spoilt.short);
    let mut reads = Vec::new();
    let mut hints = Vec::new();
    let mut instead = spoilt.instead;
    for (own, table) in world {
        let sheets = match instead.take_if(|_| own == kind) {
            Some(sheets) => sheets,
            None if table.rows.is_empty() => continue,
            None => {
                let rows: Vec<_> = table.rows.iter().map(|row| (Written::Plain, plain(row))).collect();
                vec![sheet("明细", &table.titles, &rows).finish()]
            }
        };
        reads.push((format!("inbox/{own}.xlsx"), Reading::Sheets { format: Format::Xlsx, sheets }));
        hints.push(SourceHints { kind: Some(own.clone()), ..SourceHints::default() });
    }
    for (path, reading) in spoilt.beside {
        reads.push((path, reading));
        hints.push(SourceHints::default());
    }
    let reads = reads.into_iter().enumerate().map(|(i, (path, reading))| {
        (i, FileRead { path, bytes: 1, sha256: [i as u8 + 1; 32], reading, second: SecondReading::None })
    });
    let inputs = Inputs::from_reads(reads.collect());
    audited_hinted(&config, &inputs, hints, past, then)
}

fn watch_all(past: &mut Past) {
    for rule in all(schemas()) {
        past.watched.insert(rule.code.to_string(), Watch { all: true, ..Watch::default() });
    }
}

/// What names a subject in every world.
fn called(facts: &Facts<'_>, what: What, detail: &str) -> String {
    let tables = &facts.book.tables;
    let row = |record| {
        let fields = ["file_no", "serial", "record_no", "cert_no", "month", "visited_on", "name", "id_number"];
        let mut out = tables.schema(record).kind.clone();
        for field in fields {
            out.push(' ');
            match tables.value(record, field) {
                Value::Absent | Value::Blank => {}
                value => value.write_canon(&mut out),
            }
        }
        out
    };
    match what {
        What::File(file) => format!("户 {} {detail}", facts.book.file(file).file_no),
        What::Person(file, record) => format!("人 {} {}", facts.book.file(file).file_no, row(record)),
        What::Row(record) => format!("行 {} {detail}", row(record)),
        What::Unit(unit) => format!("单位 {} {detail}", facts.book.units.name(unit)),
        What::Key => format!("键 {detail}"),
    }
}

/// A rule's verdict on a subject: the gravest of several.
type Verdicts = BTreeMap<(&'static str, String), (Verdict, String)>;

fn verdicts(facts: &Facts<'_>, audit: &Audit) -> Verdicts {
    let rank = |v: Verdict| match v {
        Verdict::NotApplicable => 0,
        Verdict::Compliant => 1,
        Verdict::Undetermined => 2,
        Verdict::Finding => 3,
    };
    let mut out = Verdicts::new();
    for tally in &audit.tallies {
        for told in &tally.told {
            let reason = told.reason.as_ref().map_or_else(String::new, |r| r.text(facts.book.tables.schemas));
            // Told by another finding: drawn all the same.
            let verdict = if told.silenced { Verdict::Finding } else { told.verdict };
            let entry = out.entry((tally.rule.code, called(facts, told.what, &told.detail)));
            let kept = entry.or_insert((verdict, reason.clone()));
            if rank(verdict) > rank(kept.0) {
                *kept = (verdict, reason);
            }
        }
    }
    for finding in &audit.findings {
        let Some((what, detail)) = &finding.draft.told_of else { continue };
        if let Some(told) = out.get_mut(&(finding.rule.code, called(facts, *what, detail))) {
            told.1.clone_from(&finding.draft.message);
        }
    }
    out
}

fn accused(verdicts: &Verdicts) -> BTreeSet<(&'static str, String)> {
    verdicts.iter().filter(|(_, (v, _))| *v == Verdict::Finding).map(|(k, _)| k.clone()).collect()
}

/// A conclusion that a rule draws once rows are gone.
#[derive(Debug, Clone)]
struct Drawn {
    rule: &'static str,
    subject: String,
    kind: String,
    given: &'static str,
    /// The world without the rows, and the rows.
    left: World,
    lost: Vec<Vec<String>>,
}

/// The worlds looked at: the example household, and of each rule the first case in which it finds nothing wrong.
/// `HECHA_ABSENCE=all`: every case of every rule.
fn worlds() -> BTreeSet<&'static str> {
    let wide = std::env::var("HECHA_ABSENCE").is_ok_and(|v| v == "all");
    let mut out = BTreeSet::from([""]);
    for rule in all(schemas()) {
        let own = rule.cases.iter().filter(|c| wide || c.verdict == Verdict::Compliant && !c.given.is_empty());
        out.extend(own.take(if wide { usize::MAX } else { 1 }).map(|c| c.given));
    }
    out
}

/// Every conclusion that appears when rows of one kind of the example household are taken away: of each rule and kind the
/// first few.
fn drawn() -> Vec<Drawn> {
    let found: Vec<Vec<Drawn>> = worlds().into_par_iter().map(of_world).collect();
    let mut out: Vec<Drawn> = Vec::new();
    let mut kept: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for one in found.into_iter().flatten() {
        let count = kept.entry((one.rule, one.kind.clone())).or_default();
        *count += 1;
        if *count <= WORLDS_EACH {
            out.push(one);
        }
    }
    out
}

/// Worlds in which each conclusion is tried.
const WORLDS_EACH: usize = 1;

fn of_world(given: &'static str) -> Vec<Drawn> {
    let whole = world(schemas(), given);
    let before = judged(&whole, given, "", Spoilt::default(), verdicts);
    let mut out = Vec::new();
    for (kind, table) in &whole {
        let own = own_rows(kind, table);
        let single = if own > 1 && given.contains(kind.as_str()) { own } else { 0 };
        let cuts = std::iter::once(0..own).chain((0..single).map(|n| n..n + 1));
        for cut in cuts.filter(|cut| !cut.is_empty()) {
            let mut left = whole.clone();
            let lost: Vec<Vec<String>> = left.get_mut(kind).expect("the kind").rows.drain(cut).collect();
            let after = judged(&left, given, "", Spoilt::default(), verdicts);
            for (rule, subject) in accused(&after) {
                let was = before.get(&(rule, subject.clone())).map(|v| v.0);
                if was != Some(Verdict::Finding) {
                    let (kind, lost) = (kind.clone(), lost.clone());
                    out.push(Drawn { rule, subject, kind, given, left: left.clone(), lost });
                }
            }
        }
    }
    out
}

/// What hides a row.
struct Cause {
    name: &'static str,
    /// Nothing of the row can be read: nobody can tell. Else the row may still be known for what it is.
    blind: bool,
    /// None where the kind has no such thing to be spoilt.
    spoil: fn(&Drawn) -> Option<Spoilt>,
}

/// Fields that say whose a row is.
const WHOSE: [&str; 6] = ["file_no", "id_number", "name", "head_id_number", "head_name", "cert_no"];

impl Drawn {
    fn table(&self) -> &Table {
        &self.left[&self.kind]
    }

    fn column(&self, field: &str) -> Option<usize> {
        let schema = schemas().get(&self.kind)?;
        let title = &schema.fields[schema.index(field)?].title;
        self.table().titles.iter().position(|t| t == title)
    }

    /// The sheet with the lost rows again, each changed.
    fn with(&self, change: impl Fn(&mut Vec<String>)) -> Option<Spoilt> {
        let mut lost = self.lost.clone();
        lost.iter_mut().for_each(change);
        (lost != self.lost).then(|| self.rows(lost.iter().map(|row| (Written::Plain, plain(row)))))
    }

    fn rows(&self, lost: impl Iterator<Item = (Written, Vec<(CellKind, String)>)>) -> Spoilt {
        let left = self.table().rows.iter().map(|row| (Written::Plain, plain(row)));
        let rows: Vec<_> = lost.chain(left).collect();
        Spoilt { instead: Some(vec![sheet("明细", &self.table().titles, &rows).finish()]), ..Spoilt::default() }
    }

    /// All rows, those that were lost again among them, each cell changed by its column.
    fn all_cells(&self, change: impl Fn(usize, usize, &str) -> (CellKind, String)) -> Spoilt {
        let all = self.lost.iter().chain(&self.table().rows).enumerate();
        let rows: Vec<_> = all
            .map(|(n, row)| {
                let cells = row.iter().enumerate().map(|(col, text)| change(n, col, text)).collect();
                (Written::Plain, cells)
            })
            .collect();
        Spoilt { instead: Some(vec![sheet("明细", &self.table().titles, &rows).finish()]), ..Spoilt::default() }
    }

    /// The lost rows bear numbers of persons: of what bears none nobody sees that it is a list of people.
    fn numbered(&self) -> bool {
        self.column("id_number").is_some_and(|col| self.lost.iter().any(|row| row[col].len() == 18))
    }

    fn blank(&self, row: &mut [String], fields: &[&str]) {
        for col in fields.iter().filter_map(|f| self.column(f)) {
            row[col].clear();
        }
    }

    /// The numbers of a row changed, and no file number to know it by.
    fn numbers(&self, row: &mut [String], change: impl Fn(&str) -> String) {
        // A member is known by the head he stands under.
        if !self.kind.ends_with("member") {
            self.blank(row, &["file_no", "cert_no"]);
        }
        let heads: &[&str] = if self.kind.ends_with("member") { &[] } else { &["head_id_number"] };
        for col in ["id_number"].iter().chain(heads).filter_map(|f| self.column(f)) {
            if row[col].len() == 18 {
                row[col] = change(&row[col]);
            }
        }
    }
}

fn masked(number: &str) -> String {
    format!("{}********{}", &number[..6], &number[14..])
}

/// Two digits wrong, so that the check character tells.
fn wrong(number: &str) -> String {
    let mut digits = number.as_bytes().to_vec();
    for at in [2, 15] {
        digits[at] = b'0' + (digits[at] - b'0' + 3) % 10;
    }
    String::from_utf8(digits).expect("ascii")
}

const CAUSES: &[Cause] = &[
    Cause {
        name: "画了删除线的行",
        blind: true,
        spoil: |d| Some(d.rows(d.lost.iter().map(|row| (Written::Struck, plain(row))))),
    },
    Cause {
        name: "隐藏的工作表",
        blind: true,
        spoil: |d| {
            let mut spoilt = d.rows(std::iter::empty());
            let rows: Vec<_> = d.lost.iter().map(|row| (Written::Plain, plain(row))).collect();
            let mut hidden = sheet("补充", &d.table().titles, &rows);
            hidden.hide();
            spoilt.instead.as_mut()?.push(hidden.finish());
            Some(spoilt)
        },
    },
    Cause {
        name: "读不出的文件",
        blind: true,
        spoil: |d| {
            let title = &schemas().get(&d.kind)?.title;
            let error = Reading::Unreadable(ReadError::new("文件损坏", "重新报送"));
            Some(Spoilt { beside: vec![(format!("inbox/{title}2.xlsx"), error)], ..Spoilt::default() })
        },
    },
    Cause {
        name: "没有算出的行",
        blind: true,
        spoil: |d| {
            let whose: Vec<usize> = WHOSE.iter().filter_map(|f| d.column(f)).collect();
            let row = |row: &Vec<String>| {
                let mut cells = plain(row);
                for &col in &whose {
                    cells[col] = (CellKind::Uncomputed, format!("=Sheet2!A{col}"));
                }
                (Written::Plain, cells)
            };
            Some(d.rows(d.lost.iter().map(row)))
        },
    },
    Cause {
        name: "证号列是错误值",
        blind: false,
        spoil: |d| {
            let whose: Vec<usize> = ["id_number", "file_no"].iter().filter_map(|f| d.column(f)).collect();
            Some(d.all_cells(|_, col, text| match whose.contains(&col) {
                true => (CellKind::Error, "#REF!".to_string()),
                false => (CellKind::Text, text.to_string()),
            }))
        },
    },
    Cause { name: "不知是谁的行", blind: true, spoil: |d| d.with(|row| d.blank(row, &WHOSE)) },
    Cause { name: "遮盖的号码", blind: false, spoil: |d| d.with(|row| d.numbers(row, masked)) },
    Cause {
        name: "遮盖的号码和姓名",
        blind: false,
        spoil: |d| {
            d.column("name")?;
            d.with(|row| {
                d.numbers(row, masked);
                for col in ["name", "head_name"].iter().filter_map(|f| d.column(f)) {
                    let shown: String = row[col].chars().take(1).collect();
                    row[col] = format!("{shown}*");
                }
            })
        },
    },
    Cause {
        name: "没有号码",
        blind: false,
        spoil: |d| {
            // Money is nobody's by name alone: FF408 and ID105 tell of it.
            (!d.rule.starts_with("FF") || d.kind.ends_with("member")).then_some(())?;
            d.with(|row| d.numbers(row, |_| String::new()))
        },
    },
    Cause { name: "号码错了两位", blind: false, spoil: |d| d.with(|row| d.numbers(row, wrong)) },
    Cause {
        name: "本单位没有报送",
        blind: false,
        spoil: |d| {
            OF_EVERY_UNIT.contains(&(d.rule, d.kind.as_str())).then_some(())?;
            let far: Vec<_> = d.table().rows.last().map(|row| (Written::Plain, plain(row))).into_iter().collect();
            let sheets = vec![sheet("明细", &d.table().titles, &far).finish()];
            Some(Spoilt { instead: Some(sheets), ..Spoilt::default() })
        },
    },
    Cause {
        name: "比上次少",
        blind: true,
        spoil: |d| Some(Spoilt { short: vec![(d.kind.clone(), String::new())], ..Spoilt::default() }),
    },
    Cause {
        name: "认不出的表",
        blind: true,
        spoil: |d| {
            d.numbered().then_some(())?;
            let titles: Vec<String> = (0..d.table().titles.len()).map(|n| format!("子项{n}")).collect();
            let rows: Vec<_> = d.lost.iter().map(|row| (Written::Plain, plain(row))).collect();
            let sheets = vec![sheet("补报", &titles, &rows).finish()];
            let title = &schemas().get(&d.kind)?.title;
            let beside = vec![(format!("inbox/{title}补报.xlsx"), Reading::Sheets { format: Format::Xlsx, sheets })];
            Some(Spoilt { beside, ..Spoilt::default() })
        },
    },
    Cause {
        name: "证号有两列",
        blind: false,
        spoil: |d| {
            let id = d.column("id_number")?;
            let mut titles = d.table().titles.clone();
            titles.push(titles[id].clone());
            let all = d.lost.iter().chain(&d.table().rows).enumerate();
            let rows: Vec<_> = all
                .map(|(n, row)| {
                    let mut cells = plain(row);
                    cells.push((CellKind::Text, format!("5101061975020{n:02}00")));
                    for col in ["file_no", "name"].iter().filter_map(|f| d.column(f)) {
                        cells[col].1.clear();
                    }
                    (Written::Plain, cells)
                })
                .collect();
            Some(Spoilt { instead: Some(vec![sheet("明细", &titles, &rows).finish()]), ..Spoilt::default() })
        },
    },
    Cause {
        name: "错位的行",
        blind: false,
        spoil: |d| {
            d.numbered().then_some(())?;
            d.with(|row| {
                row.insert(0, "补".to_string());
                row.truncate(row.len() - 1);
            })
        },
    },
    Cause {
        name: "筛选隐藏的行",
        blind: false,
        spoil: |d| Some(d.rows(d.lost.iter().map(|row| (Written::Filtered, plain(row))))),
    },
];

/// Rules that are silent of a unit from which no row of the source came. What the others compare stands in rows that are
/// there.
const OF_EVERY_UNIT: [(&str, &str); 21] = [
    ("JD204", "paper"),
    ("JD205", "efile"),
    ("JD211", "efile"),
    ("JD214", "civil"),
    ("YZ302", "emember"),
    ("YZ302", "paper_member"),
    ("YZ303", "civil"),
    ("YZ304", "civil"),
    ("YZ304", "emember"),
    ("FF401", "payment"),
    ("FF402", "aid"),
    ("TK501", "civil"),
    ("TK506", "visit"),
    ("TK508", "civil"),
    ("TK509", "civil"),
    ("TK510", "exit"),
    ("BF602", "visit"),
    ("BF602", "paper"),
    ("BF604", "aid"),
    ("BF605", "paper"),
    ("JZ702", "paper"),
];

/// What a finding says is proven by rows that are there: without the other it is only told in another way, or by another rule.
/// ID101–ID110: a row's own cell, told once over all rows that bear it; YZ301, TK504: two files of one head, the other of
/// which was the row's; YZ302, YZ304 likewise; ID111: YZ304 told it before.
const PROVEN: [(&str, &str); 13] = [
    ("ID101", "emember"),
    ("ID106", "efile"),
    ("ID106", "emember"),
    ("ID107", "efile"),
    ("ID107", "aid"),
    ("ID107", "payment"),
    ("ID109", "efile"),
    ("ID109", "paper_member"),
    ("ID110", "efile"),
    ("ID111", "civil"),
    ("YZ301", "efile"),
    ("YZ304", "efile"),
    ("YZ302", "efile"),
];

fn stands(d: &Drawn) -> bool {
    PROVEN.contains(&(d.rule, d.kind.as_str())) || (d.rule, d.kind.as_str()) == ("TK504", "efile")
}

/// Rules that go on where nobody compared with civil affairs, and say so (4-rules: 在保 unknown counts as not in force).
const SAYS_SO: [&str; 3] = ["TK501", "TK508", "JD209"];
const UNCOMPARED: &str = "未与民政比对";

#[test]
fn absence_is_no_proof_while_something_may_be_unread() {
    let drawn = drawn();
    let mut wrong: Vec<String> = Vec::new();
    let declared: BTreeSet<(&str, String)> =
        all(schemas()).iter().flat_map(|r| r.absence.iter().map(|k| (r.code, k.to_string()))).collect();
    let drawn: Vec<Drawn> = drawn.into_iter().filter(|d| !stands(d)).collect();
    let shown: BTreeSet<(&str, String)> = drawn.iter().map(|d| (d.rule, d.kind.clone())).collect();
    for (rule, kind) in shown.difference(&declared).filter(|(rule, _)| !SAYS_SO.contains(rule)) {
        let d = drawn.iter().find(|d| d.rule == *rule && d.kind == *kind).expect("it was drawn");
        wrong.push(format!("{rule} concludes from the absence of {kind} and does not declare it: {}", d.given));
    }
    let jobs: Vec<(&Drawn, &Cause)> = drawn.iter().flat_map(|d| CAUSES.iter().map(move |c| (d, c))).collect();
    let tried: Vec<Option<(Verdict, Result<(), String>)>> = jobs.par_iter().map(|(d, c)| tried(d, c)).collect();
    let (mut pairs, mut untold, mut read) = (0, 0, 0);
    for one in tried.into_iter().flatten() {
        pairs += 1;
        match one.0 {
            Verdict::Undetermined => untold += 1,
            _ => read += 1,
        }
        wrong.extend(one.1.err());
    }
    println!(
        "{} rules and kinds, {} causes: {pairs} pairs tried, {untold} undetermined, {read} known all the same",
        shown.len(),
        CAUSES.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// One conclusion with one cause: what the rule says, and what is wrong with that.
fn tried(d: &Drawn, cause: &Cause) -> Option<(Verdict, Result<(), String>)> {
    let spoilt = (cause.spoil)(d)?;
    let (verdicts, not_run) = judged(&d.left, d.given, &d.kind, spoilt, |facts, audit| {
        let tally = audit.tallies.iter().find(|t| t.rule.code == d.rule).expect("every rule has a tally");
        (verdicts(facts, audit), tally.why_not.clone())
    });
    if let Some(why) = not_run {
        return Some((Verdict::Undetermined, if why.is_empty() { Err(String::new()) } else { Ok(()) }));
    }
    // Of someone of a file the rule may speak by the file.
    let of = |subject: &str| verdicts.get(&(d.rule, subject.to_string())).cloned();
    let file = d.subject.strip_prefix("人 ").and_then(|s| s.split(' ').next()).map(|no| format!("户 {no} "));
    let told = of(&d.subject).or_else(|| of(&file?));
    let (verdict, text) = told.unwrap_or((Verdict::NotApplicable, String::new()));
    let right = match verdict {
        // Where another finding tells it, that one says so.
        Verdict::Finding => SAYS_SO.contains(&d.rule) && (text.is_empty() || text.contains(UNCOMPARED)),
        _ if SAYS_SO.contains(&d.rule) => true,
        Verdict::Undetermined => !text.is_empty(),
        // The amount of a row that is nobody's counts in the sum all the same.
        _ => !cause.blind || d.rule == "ID113",
    };
    let told = format!(
        "{} without {}, {}: {} {text} | {} | {}",
        d.rule,
        d.kind,
        cause.name,
        verdict.chinese(),
        d.subject,
        d.given
    );
    Some((verdict, if right { Ok(()) } else { Err(told) }))
}
