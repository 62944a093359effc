//! 督查抽样: the inspection sample and its pack.
//!
//! [`draw`] says who is drawn, [`evidence`] what the sources say of a household; here they become pages of the documents
//! 抽样核查表, 单位画像 and 督查报告, and the tables of 抽样名单.

pub mod draw;
pub mod evidence;

use std::collections::BTreeMap;

use crate::audit::Finding;
use crate::link::{FileStatus, UnitId};
use crate::report::documents::kinds::{Kind, List, Of};
use crate::report::documents::values::Desk;
use crate::report::documents::{Page, Values};
use crate::report::table_book::{Cell, Table};
use draw::{Drawn, Lot, Stratum, Subject, ticket};

const EVIDENCE: List = List {
    name: "证据",
    meaning: "各来源里这一户的行",
    fields: &[("来源", ""), ("位置", "文件、工作表、行"), ("内容", "列名：所写")],
};

const DOUBTS: List = List {
    name: "核查",
    meaning: "这一户的疑点，没有疑点的一行空白",
    fields: &[("核查序号", ""), ("核查疑点", ""), ("核查情况", ""), ("核查编号", "")],
};

const TOP: List =
    List { name: "问题", meaning: "疑点最多的规则", fields: &[("问题名称", ""), ("问题个数", "")] };

/// Page of a household.
pub const CHECK: Kind = Kind {
    id: "sample_check",
    title: "抽样核查表",
    aliases: &[],
    of: Of::Active,
    asks: false,
    fields: &[("姓名", ""), ("档案号", ""), ("身份证号", ""), ("层", ""), ("抽签值", ""), ("序号", "")],
    lists: &[EVIDENCE, DOUBTS],
    source: "青总办〔2018〕42号 督查办法",
};

/// Page of a union.
pub const PORTRAIT: Kind = Kind {
    id: "unit_portrait",
    title: "单位画像",
    aliases: &[],
    of: Of::Unit,
    asks: false,
    fields: &[
        ("在档户数", ""),
        ("脱困户数", ""),
        ("注销户数", ""),
        ("有联系人户数", ""),
        ("有入户记录户数", ""),
        ("疑点数", ""),
        ("严重数", ""),
        ("新增数", "上次没有的"),
        ("持续数", ""),
        ("已答复数", ""),
        ("抽样户数", ""),
    ],
    lists: &[TOP],
    source: "青总办〔2018〕42号 督查办法",
};

/// Draft of the inspection's report.
pub const REPORT: Kind = Kind {
    id: "inspection_report",
    title: "督查报告",
    aliases: &[],
    of: Of::Unit,
    asks: false,
    fields: &[
        ("抽查单位", ""),
        ("抽查单位数", ""),
        ("抽样户数", ""),
        ("种子", ""),
        ("在档户数", ""),
        ("疑点数", ""),
        ("严重数", ""),
        ("建档立卡", "这一类疑点"),
        ("帮扶流程", ""),
        ("资金使用", ""),
        ("退出程序", ""),
    ],
    lists: &[TOP],
    source: "深光工〔2020〕25号 三（五）四规范",
};

/// How a unit's findings stand in the last run: new, persisting.
pub type Standing = BTreeMap<String, (usize, usize)>;

/// What a pack is made from.
#[derive(Debug)]
pub struct Pack<'a> {
    pub desk: &'a Desk<'a>,
    pub drawn: &'a [Drawn],
    pub seed: u64,
    pub standing: &'a Standing,
}

impl Pack<'_> {
    /// Unions in their order.
    pub fn unions(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.drawn.iter().map(|d| d.unit).collect();
        units.dedup();
        units
    }

    fn lots(&self, unit: UnitId) -> impl Iterator<Item = &Lot> {
        self.drawn.iter().filter(move |d| d.unit == unit).flat_map(|d| &d.lots)
    }

    /// Findings that are told of a lot.
    fn findings(&self, lot: &Lot) -> Vec<&Finding> {
        let all = &self.desk.audit.findings;
        match lot.subject {
            Subject::File(file) => all.iter().filter(|f| f.draft.file == Some(file)).collect(),
            Subject::Finding(at) => vec![&all[at]],
        }
    }

    /// Name, file number and ID number of a lot.
    fn who(&self, lot: &Lot) -> [String; 3] {
        match lot.subject {
            Subject::File(file) => {
                let form = crate::report::survey::of_household(self.desk.facts, file);
                ["name", "file_no", "id_number"].map(|field| form.value(field).to_string())
            }
            Subject::Finding(at) => {
                let draft = &self.desk.audit.findings[at].draft;
                [draft.name.clone(), draft.file_no.clone(), draft.id_number.clone()]
            }
        }
    }

    /// Check forms of a union, a page a household.
    pub fn checks(&self, unit: UnitId) -> Vec<Page> {
        let facts = self.desk.facts;
        (1..)
            .zip(self.lots(unit))
            .map(|(number, lot): (usize, &Lot)| {
                let [name, file_no, id_number] = self.who(lot);
                let mut values = self.desk.common(unit);
                values.extend([
                    ("姓名", name),
                    ("档案号", file_no),
                    ("身份证号", id_number),
                    ("层", lot.stratum.text().to_string()),
                    ("抽签值", ticket(self.seed, &lot.key)),
                    ("序号", number.to_string()),
                ]);
                let rows = match lot.subject {
                    Subject::File(file) => evidence::of_file(facts, file),
                    Subject::Finding(at) => evidence::of_finding(facts, &self.desk.audit.findings[at]),
                };
                let doubts = (1..).zip(self.findings(lot)).map(|(n, f): (usize, &Finding)| {
                    let message = match f.draft.case.is_empty() {
                        true => f.draft.message.clone(),
                        false => format!("涉及外单位人员，见疑点清单（案件{}）", f.draft.case),
                    };
                    Values::from([
                        ("核查序号", n.to_string()),
                        ("核查疑点", f.draft.title.unwrap_or(f.rule.title).to_string()),
                        ("核查情况", message),
                        ("核查编号", f.id.clone()),
                    ])
                });
                let lists = BTreeMap::from([
                    ("证据", rows.into_iter().map(|record| evidence::row(facts, record)).collect()),
                    ("核查", doubts.collect()),
                ]);
                Page { values, lists }
            })
            .collect()
    }

    /// The portrait of a union.
    pub fn portrait(&self, unit: UnitId) -> Page {
        let facts = self.desk.facts;
        let book = facts.book;
        let own: Vec<_> = book.file_ids().filter(|&f| book.file(f).unit == unit).collect();
        let count = |status: FileStatus| own.iter().filter(|&&f| book.file(f).status == status).count();
        let active = || own.iter().filter(|&&f| book.file(f).status == FileStatus::Active);
        let with_helper =
            active().filter(|&&f| crate::link::name_of(&book.tables, book.file(f).record, "helper").is_some()).count();
        let visited = active().filter(|&&f| facts.visits.of(f).iter().any(|v| v.visited_on.is_some())).count();
        let findings: Vec<&Finding> = self.desk.audit.findings.iter().filter(|f| f.draft.unit == unit).collect();
        let (new, persisting) = self.standing.get(book.units.name(unit)).copied().unwrap_or_default();
        let answered = findings.iter().filter(|f| self.desk.answers.contains_key(&f.id)).count();
        let mut values = self.desk.common(unit);
        values.extend([
            ("在档户数", count(FileStatus::Active).to_string()),
            ("脱困户数", count(FileStatus::Exited).to_string()),
            ("注销户数", count(FileStatus::Cancelled).to_string()),
            ("有联系人户数", with_helper.to_string()),
            ("有入户记录户数", visited.to_string()),
            ("疑点数", findings.len().to_string()),
            ("严重数", severe(&findings).to_string()),
            ("新增数", new.to_string()),
            ("持续数", persisting.to_string()),
            ("已答复数", answered.to_string()),
            ("抽样户数", self.lots(unit).count().to_string()),
        ]);
        Page { values, lists: BTreeMap::from([("问题", top(&findings))]) }
    }

    /// The draft of the report on all unions drawn.
    pub fn report(&self) -> Page {
        use crate::rules::Norm;
        let book = self.desk.facts.book;
        let units = self.unions();
        let names: Vec<&str> = units.iter().map(|&u| book.units.name(u)).collect();
        let findings: Vec<&Finding> =
            self.desk.audit.findings.iter().filter(|f| units.contains(&f.draft.unit)).collect();
        let on_file = book.file_ids().filter(|&f| units.contains(&book.file(f).unit));
        let on_file = on_file.filter(|&f| book.file(f).status == FileStatus::Active).count();
        let of = |norm: Norm| findings.iter().filter(|f| f.rule.norm == norm).count().to_string();
        let mut values = self.desk.common(crate::link::Units::NONE);
        values.extend([
            ("抽查单位", names.join("、")),
            ("抽查单位数", names.len().to_string()),
            ("抽样户数", self.drawn.iter().map(|d| d.lots.len()).sum::<usize>().to_string()),
            ("种子", self.seed.to_string()),
            ("在档户数", on_file.to_string()),
            ("疑点数", findings.len().to_string()),
            ("严重数", severe(&findings).to_string()),
            ("建档立卡", of(Norm::Filing)),
            ("帮扶流程", of(Norm::Aid)),
            ("资金使用", of(Norm::Funds)),
            ("退出程序", of(Norm::Exit)),
        ]);
        Page { values, lists: BTreeMap::from([("问题", top(&findings))]) }
    }

    /// The list, and how it was drawn.
    pub fn tables(&self) -> Vec<Table> {
        let units = &self.desk.facts.book.units;
        let mut list = Table {
            frozen: 3,
            ..Table::new(
                "抽样名单",
                "按层和抽签值排列；核查结论由检查人填写。",
                &[
                    ("单位", 190),
                    ("层", 64),
                    ("姓名", 80),
                    ("档案号", 140),
                    ("身份证号", 150),
                    ("疑点", 50),
                    ("抽签值", 140),
                    ("核查结论", 160),
                ],
            )
        };
        for lot in self.drawn.iter().flat_map(|d| &d.lots) {
            let [name, file_no, id_number] = self.who(lot);
            list.rows.push(vec![
                Cell::text(units.name(lot.unit)),
                Cell::text(lot.stratum.text()),
                Cell::text(name),
                Cell::text(file_no),
                Cell::text(id_number),
                Cell::Count(self.findings(lot).len() as i64),
                Cell::text(ticket(self.seed, &lot.key)),
                Cell::Nothing,
            ]);
        }
        let mut strata = Table::new(
            "各层总体",
            format!(
                "种子{}。抽签值是 SHA-256（种子|键）的前16位，键是单位名称、档案号，未建档的是疑点编号；按抽签值从小到大取。每个单位在档占五成、已脱困二成、已注销一成、未建档二成，不足的依次补给前面的层；在档的一半先取深度困难和有严重疑点的。",
                self.seed
            ),
            &[("单位", 220), ("抽签值", 140), ("层", 80), ("总体（户）", 90), ("抽取（户）", 90)],
        );
        strata.rows = (self.drawn.iter())
            .map(|d| {
                vec![
                    Cell::text(units.name(d.unit)),
                    Cell::text(ticket(self.seed, units.name(d.unit))),
                    Cell::text(d.stratum.text()),
                    Cell::Count(d.population as i64),
                    Cell::Count(d.lots.len() as i64),
                ]
            })
            .collect();
        vec![list, strata.with_total()]
    }

    /// Households drawn of a stratum.
    pub fn count(&self, stratum: Stratum) -> usize {
        self.drawn.iter().filter(|d| d.stratum == stratum).map(|d| d.lots.len()).sum()
    }
}

fn severe(findings: &[&Finding]) -> usize {
    findings.iter().filter(|f| f.severity == crate::finding::Severity::High).count()
}

/// The five rules with most findings.
fn top(findings: &[&Finding]) -> Vec<Values> {
    let mut counts: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for f in findings {
        counts.entry(f.rule.code).or_insert((0, f.rule.title)).0 += 1;
    }
    let mut counts: Vec<(usize, &str)> = counts.into_values().collect();
    counts.sort_by_key(|(n, title)| (std::cmp::Reverse(*n), *title));
    let row = |(n, title): (usize, &str)| Values::from([("问题名称", title.to_string()), ("问题个数", n.to_string())]);
    counts.into_iter().take(5).map(row).collect()
}
