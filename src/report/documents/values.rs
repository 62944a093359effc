//! What the placeholders say, from the facts and findings of a run.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};

use super::fill::{Page, Values};
use super::kinds::{Kind, Of};
use crate::audit::{Audit, Finding};
use crate::derive::Facts;
use crate::domain::date::{PartialDate, add_months, after};
use crate::domain::money::Fen;
use crate::finding::Severity;
use crate::link::{FileId, FileStatus, UnitId, name_of, text_of};
use crate::normalize::Value;
use crate::profile::Profile;
use crate::report::due::earliest_end;
use crate::report::{printed, survey};
use crate::rules::Judge;

/// What documents are made from.
pub struct Desk<'a> {
    pub facts: &'a Facts<'a>,
    pub audit: &'a Audit,
    pub profile: &'a Profile,
    pub federation: &'a str,
    pub contact: &'a str,
    /// 整改期限.
    pub due: NaiveDate,
    /// What was answered to a finding, by its id; "" where nothing was. Findings that are settled are not open.
    pub answers: &'a BTreeMap<String, Answer>,
}

impl std::fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("federation", &self.federation).finish_non_exhaustive()
    }
}

/// An answer as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub text: String,
    /// It closes the finding.
    pub settles: bool,
}

/// Rules whose households seem able to leave.
const ABLE: [&str; 2] = ["TK501", "TK508"];

impl Desk<'_> {
    /// Households of a kind's own population; `all`: every household of the status.
    pub fn population(&self, kind: &Kind, all: bool) -> Vec<FileId> {
        let book = self.facts.book;
        let of = |status: FileStatus| book.file_ids().filter(move |&f| book.file(f).status == status);
        match kind.of {
            Of::Leaving if !all => {
                let able: BTreeSet<FileId> =
                    (self.open()).filter(|f| ABLE.contains(&f.rule.code)).filter_map(|f| f.draft.file).collect();
                of(FileStatus::Active).filter(|f| able.contains(f) || self.is_leaving(*f)).collect()
            }
            Of::Exited if !all => {
                let as_of = self.facts.setting.as_of;
                of(FileStatus::Exited).filter(|&f| self.follow_up_until(f).is_some_and(|end| end >= as_of)).collect()
            }
            Of::Exited => of(FileStatus::Exited).collect(),
            _ => of(FileStatus::Active).collect(),
        }
    }

    /// Its exit has begun by the ledger and is not approved.
    fn is_leaving(&self, file: FileId) -> bool {
        self.facts
            .exits
            .of(file)
            .is_some_and(|row| row.date("approved_on").is_none() && row.date("applied_on").is_some())
    }

    fn open(&self) -> impl Iterator<Item = &Finding> {
        self.audit.findings.iter().filter(|f| !self.answers.get(&f.id).is_some_and(|a| a.settles))
    }

    /// A parameter of a rule, as the paper and the configuration set it.
    fn whole(&self, code: &str, name: &str) -> Option<i64> {
        let rules = crate::rules::all(self.facts.book.tables.schemas);
        let rule = rules.iter().find(|r| r.code == code)?;
        Some(Judge::new(rule, self.facts, self.profile).whole(name))
    }

    fn follow_up_until(&self, file: FileId) -> Option<NaiveDate> {
        let months = self.whole("TK506", "months")? + self.whole("TK506", "grace_months")?;
        Some(self.facts.left(file)?.on.add_months(i32::try_from(months).ok()?).last_day())
    }

    /// What every document may say.
    pub fn common(&self, unit: UnitId) -> Values {
        let (units, day) = (&self.facts.book.units, self.facts.setting.as_of);
        Values::from([
            ("总工会", self.federation.to_string()),
            ("单位", units.name(unit).to_string()),
            ("上级单位", units.get(unit).parent.map_or(String::new(), |p| units.name(p).to_string())),
            ("基准日", day.to_string()),
            ("基准年", day.year().to_string()),
            ("基准月", day.month().to_string()),
            ("基准日号", day.day().to_string()),
            // Room to write one in.
            ("联系方式", if self.contact.is_empty() { "　".repeat(10) } else { self.contact.to_string() }),
        ])
    }

    /// The page of a household.
    pub fn household(&self, kind: &Kind, file: FileId) -> Page {
        let facts = self.facts;
        let (book, as_of) = (facts.book, facts.setting.as_of);
        let f = book.file(file);
        let form = survey::of_household(facts, file);
        let mut values = self.common(f.unit);
        let printed = [
            ("姓名", "name"),
            ("档案号", "file_no"),
            ("性别", "sex"),
            ("联系电话", "phone"),
            ("家庭地址", "address"),
            ("身份证号", "id_number"),
            ("工作单位", "employer"),
            ("企业状况", "employer_state"),
            ("工作状态", "work_status"),
            ("住房类型", "housing"),
            ("住房面积", "floor_area"),
            ("户口类型", "hukou"),
            ("参加工作时间", "work_start"),
            ("困难类别", "category"),
            ("健康状况", "health"),
            ("医保状况", "insurance"),
            ("本人月收入", "income_monthly"),
            ("家庭年总收入", "income_annual"),
            ("子女就读学校", "school"),
            ("家庭人口", "household_size"),
            ("致困原因", "cause_main"),
        ];
        values.extend(printed.map(|(name, field)| (name, form.value(field).to_string())));
        let name =
            |field: &str| name_of(&book.tables, f.record, field).map_or(String::new(), |n| n.shown().to_string());
        let day = |field: &str| facts.date_of(f.record, field).map_or(String::new(), |d| d.to_string());
        values.insert("建档标准", facts.level_of(file).unwrap_or_default().to_string());
        values.insert("帮扶联系人", name("helper"));
        values.insert("市级联系人", name("helper2"));
        values.insert("联系人电话", facts.written(f.record, "helper_phone"));
        values.insert("建档日期", day("filed_on"));
        values.insert("脱困日期", facts.left(file).map_or(String::new(), |left| left.on.to_string()));
        values.insert("回访到期", self.follow_up_until(file).map_or(String::new(), |d| d.to_string()));
        if let Some(id) = f.head {
            values.insert("年龄", id.age_on(as_of).to_string());
            if values["性别"].is_empty() {
                values.insert("性别", id.sex().as_str().to_string());
            }
        }
        let aids = self.aids(file);
        let told = |aid: &Values| ["帮扶日期", "帮扶项目", "帮扶金额"].map(|name| aid[name].as_str()).join(" ");
        values.insert("帮扶措施", aids.iter().map(told).collect::<Vec<_>>().join("；"));
        self.notice(file, &mut values);
        let mut lists = BTreeMap::new();
        lists.insert("帮扶", aids);
        lists.insert("成员", form.members.iter().map(|m| member(&m.values)).collect());
        let own = self.open().filter(|finding| finding.draft.file == Some(file));
        lists.insert("疑点", self.findings(own));
        // Only what the kind declares leaves: a notice in public has no number to print.
        values.retain(|name, _| kind.fields().any(|(own, _)| own == *name));
        Page { values, lists }
    }

    /// First and last day of a notice, lawful by the calendar; blank where a year has none.
    fn notice(&self, file: FileId, values: &mut Values) {
        let Some(least) = self.whole("TK503", "working_days").and_then(|n| u32::try_from(n).ok()) else { return };
        values.insert("公示工作日", least.to_string());
        let calendar = &self.facts.setting.calendar;
        let row = self.facts.exits.of(file);
        let written = |field: &str| row.and_then(|r| r.date(field)).and_then(PartialDate::exact);
        let working = |from: NaiveDate| {
            let mut day = from;
            while !calendar.is_working_day(day)? {
                day = day + Days::new(1);
            }
            Some(day)
        };
        let Some(from) = written("notice_from").or_else(|| working(self.facts.setting.as_of)) else { return };
        values.insert("公示开始", from.to_string());
        if let Some(earliest) = earliest_end(calendar, from, least) {
            let to = written("notice_to").filter(|to| *to >= earliest).unwrap_or(earliest);
            values.insert("公示结束", to.to_string());
        }
    }

    fn aids(&self, file: FileId) -> Vec<Values> {
        let t = &self.facts.book.tables;
        (self.facts.aids.of(file).iter())
            .map(|aid| {
                let amount = match t.value(aid.record, "amount") {
                    Value::Money(fen) => format!("{}元", Fen(*fen).brief()),
                    _ => String::new(),
                };
                Values::from([
                    ("帮扶日期", aid.aided_on.map_or(String::new(), |d| d.to_string())),
                    ("帮扶项目", aid.program.clone().unwrap_or_default()),
                    ("帮扶金额", amount),
                ])
            })
            .collect()
    }

    /// Findings as a unit may see them, severe ones first.
    fn findings<'f>(&self, all: impl Iterator<Item = &'f Finding>) -> Vec<Values> {
        let mut all: Vec<&Finding> = all.collect();
        all.sort_by(|a, b| {
            let rank = |f: &Finding| std::cmp::Reverse(f.severity);
            (rank(a), &a.draft.file_no, a.rule.code, &a.id).cmp(&(rank(b), &b.draft.file_no, b.rule.code, &b.id))
        });
        (1..)
            .zip(all)
            .map(|(number, f): (usize, _)| {
                // What reaches into another unit is told by its workbook alone, which masks the other side.
                let message = match f.draft.case.is_empty() {
                    true => f.draft.message.clone(),
                    false => format!("涉及外单位人员，见疑点清单（案件{}）", f.draft.case),
                };
                Values::from([
                    ("疑点序号", number.to_string()),
                    ("疑点名称", f.draft.title.unwrap_or(f.rule.title).to_string()),
                    ("疑点程度", f.severity.chinese().to_string()),
                    ("疑点姓名", f.draft.name.clone()),
                    ("疑点档案号", f.draft.file_no.clone()),
                    ("疑点说明", message),
                    ("处理建议", f.rule.advice.to_string()),
                    ("政策依据", printed::clause(&f.basis)),
                    ("答复情况", self.answers.get(&f.id).map_or(String::new(), |a| a.text.clone())),
                ])
            })
            .collect()
    }

    /// Units that a kind is of, with their pages.
    pub fn unit_pages(&self, kind: &Kind, keep: &dyn Fn(UnitId) -> bool) -> Vec<(UnitId, Page)> {
        let units = &self.facts.book.units;
        units.ids().filter(|&u| keep(u)).filter_map(|unit| Some((unit, self.unit(kind, unit)?))).collect()
    }

    fn unit(&self, kind: &Kind, unit: UnitId) -> Option<Page> {
        let book = self.facts.book;
        let mut on_file: Vec<FileId> = book
            .file_ids()
            .filter(|&f| book.file(f).unit == unit && book.file(f).status == FileStatus::Active)
            .collect();
        on_file.sort_by(|a, b| book.file(*a).file_no.cmp(&book.file(*b).file_no));
        let open: Vec<&Finding> = self.open().filter(|f| f.draft.unit == unit).collect();
        match kind.of {
            Of::UnitOnFile if on_file.is_empty() => return None,
            Of::Unit if open.is_empty() => return None,
            _ => {}
        }
        let answered = open.iter().filter(|f| self.answers.contains_key(&f.id)).count();
        let of = |severity: Severity| open.iter().filter(|f| f.severity == severity).count().to_string();
        let households: BTreeSet<&str> =
            open.iter().map(|f| f.draft.file_no.as_str()).filter(|n| !n.is_empty()).collect();
        let mut values = self.common(unit);
        values.extend([
            ("疑点数", open.len().to_string()),
            ("严重数", of(Severity::High)),
            ("一般数", of(Severity::Medium)),
            ("提示数", of(Severity::Low)),
            ("涉及户数", households.len().to_string()),
            ("在档户数", on_file.len().to_string()),
            ("已答复数", answered.to_string()),
            ("未答复数", (open.len() - answered).to_string()),
            ("整改期限", self.due.to_string()),
        ]);
        let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for f in &open {
            by_rule.entry(f.rule.code).or_default().push(f);
        }
        let mut by_rule: Vec<Vec<&Finding>> = by_rule.into_values().collect();
        by_rule.sort_by_key(|all| std::cmp::Reverse(all.len()));
        let problems = (1..).zip(&by_rule).map(|(number, all): (usize, _)| {
            Values::from([
                ("问题序号", number.to_string()),
                ("问题名称", all[0].rule.title.to_string()),
                ("问题个数", all.len().to_string()),
                ("问题答复数", all.iter().filter(|f| self.answers.contains_key(&f.id)).count().to_string()),
                ("问题依据", printed::clause(&all[0].basis)),
            ])
        });
        let lists = BTreeMap::from([
            ("疑点", self.findings(open.iter().copied())),
            ("问题", problems.collect()),
            ("户", (1..).zip(&on_file).map(|(number, &f)| self.row(number, f)).collect()),
        ]);
        Some(Page { values, lists })
    }

    fn row(&self, number: usize, file: FileId) -> Values {
        let book = self.facts.book;
        let form = survey::of_household(self.facts, file);
        let value = |field: &str| form.value(field).to_string();
        Values::from([
            ("户序号", number.to_string()),
            ("户姓名", value("name")),
            ("户身份证号", value("id_number")),
            ("户档案号", text_of(&book.tables, book.file(file).record, "file_no").to_string()),
            ("户电话", value("phone")),
            ("户困难类别", value("category")),
        ])
    }
}

fn member(values: &[String]) -> Values {
    let names = ["成员姓名", "成员身份证号", "成员关系", "成员健康", "成员医保", "成员月收入", "成员单位"];
    names.into_iter().zip(values.iter().cloned()).collect()
}

/// A month after the as-of, where no day is set; never before it.
pub fn due_of(due: Option<NaiveDate>, as_of: NaiveDate) -> NaiveDate {
    due.filter(|due| after(*due, as_of)).unwrap_or_else(|| add_months(as_of, 1))
}
