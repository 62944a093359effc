//! 到期提醒: what has to be done by when, from the facts of a run, by day, unit and helper.
//!
//! | what | the day | from |
//! | --- | --- | --- |
//! | 入户走访 | the last visit, survey or filing day and the months of BF602 | active files |
//! | 入户核查 | the end of the campaign | active files not surveyed in it (BF605) |
//! | 脱困回访 | the exit and the months of TK506 | exited files without a follow-up after the early months |
//! | 公示期满 | 公示止, else the earliest lawful end by the calendar (TK503) | active files of the ledger |
//! | 按级别脱困 | the paper's deadline of the level | active files of a level, counted by unit |
//! | 整改完成 | 完成日期 as answered | findings answered 待更正, 需入户核实 |
//! | 档案集中清理 | 30 June and 31 December | where the paper wants it every half-year |

pub mod workbook;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use crate::derive::{Facts, Span};
use crate::domain::date::{PartialDate, add_months, after};
use crate::link::{FileId, FileStatus, name_of};
use crate::profile::Profile;
use crate::rules::{Judge, Rule};

/// What is due; the printed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Visit,
    Survey,
    FollowUp,
    Notice,
    Level,
    Promise,
    Cleaning,
}

impl What {
    pub const ALL: [Self; 7] =
        [Self::Visit, Self::Survey, Self::FollowUp, Self::Notice, Self::Level, Self::Promise, Self::Cleaning];

    pub fn text(self) -> &'static str {
        match self {
            Self::Visit => "入户走访",
            Self::Survey => "入户核查",
            Self::FollowUp => "脱困回访",
            Self::Notice => "公示期满",
            Self::Level => "按级别脱困",
            Self::Promise => "整改完成",
            Self::Cleaning => "档案集中清理",
        }
    }

    pub fn id(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Survey => "survey",
            Self::FollowUp => "follow_up",
            Self::Notice => "notice",
            Self::Level => "level",
            Self::Promise => "promise",
            Self::Cleaning => "cleaning",
        }
    }
}

/// One thing that is due. Ordered by day, unit, helper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub on: NaiveDate,
    pub unit: String,
    /// 帮扶联系人; "" where none is written or it is nobody's in particular.
    pub helper: String,
    pub what: What,
    pub file_no: String,
    /// Of the head of the household.
    pub name: String,
    /// Why then, in Chinese.
    pub why: String,
}

/// A promise of an answer: day, finding id.
#[derive(Debug, Clone)]
pub struct Promise {
    pub on: NaiveDate,
    pub unit: String,
    pub file_no: String,
    pub name: String,
    pub finding: String,
}

/// The calendar.
#[derive(Debug, Default)]
pub struct Calendar {
    /// By day; what is past and not done among them.
    pub rows: Vec<Due>,
    /// Households whose next visit cannot be told, because no day is legible.
    pub untold: usize,
}

/// All that is due up to `to`; what was due before the as-of and is not done stands with it, as far back as a year.
pub fn calendar(
    facts: &Facts<'_>,
    profile: &Profile,
    rules: &[&'static Rule],
    promises: &[Promise],
    to: NaiveDate,
) -> Calendar {
    let collector = Collector { facts, profile, rules };
    let mut calendar = Calendar::default();
    collector.files(&mut calendar);
    collector.levels(&mut calendar.rows);
    collector.cleaning(&mut calendar.rows);
    calendar.rows.extend(promises.iter().map(|p| Due {
        on: p.on,
        unit: p.unit.clone(),
        helper: String::new(),
        what: What::Promise,
        file_no: p.file_no.clone(),
        name: p.name.clone(),
        why: format!("答复{}时填的完成日期", p.finding),
    }));
    let from = add_months(facts.setting.as_of, -12);
    calendar.rows.retain(|due| (from..=to).contains(&due.on));
    calendar.rows.sort();
    calendar
}

struct Collector<'a> {
    facts: &'a Facts<'a>,
    profile: &'a Profile,
    rules: &'a [&'static Rule],
}

impl Collector<'_> {
    /// A parameter of a rule, as the paper and the configuration set it.
    fn whole(&self, code: &str, name: &str) -> Option<i64> {
        let rule = self.rules.iter().find(|r| r.code == code)?;
        // A rule that the paper does not have sets nobody a date.
        self.profile
            .runs(rule.code, rule.only_where_bound)
            .then(|| Judge::new(rule, self.facts, self.profile).whole(name))
    }

    fn due(&self, file: FileId, what: What, on: NaiveDate, why: String) -> Due {
        let book = self.facts.book;
        let f = book.file(file);
        let written =
            |field: &str| name_of(&book.tables, f.record, field).map_or(String::new(), |n| n.shown().to_string());
        Due {
            on,
            unit: book.units.name(f.unit).to_string(),
            helper: written("helper"),
            what,
            file_no: f.file_no.clone(),
            name: written("name"),
            why,
        }
    }

    fn files(&self, calendar: &mut Calendar) {
        let (facts, as_of) = (self.facts, self.facts.setting.as_of);
        for at in 0..facts.book.files.len() {
            let file = FileId(at as u32);
            match facts.book.file(file).status {
                FileStatus::Active => {
                    if let Some(months) = self.whole("BF602", "months") {
                        match self.last_contact(file) {
                            Some((on, what)) => {
                                let next = add_months(on, months as i32);
                                let why = format!("{what}在{on}，每{months}个月至少走访一次");
                                calendar.rows.push(self.due(file, What::Visit, next, why));
                            }
                            None => calendar.untold += 1,
                        }
                    }
                    calendar.rows.extend(self.survey(file));
                    calendar.rows.extend(self.notice(file, as_of));
                }
                FileStatus::Exited => calendar.rows.extend(self.follow_up(file)),
                FileStatus::Cancelled | FileStatus::Unknown => {}
            }
        }
    }

    /// The last day on which somebody was there, or the household was filed; a month stands for its last day.
    fn last_contact(&self, file: FileId) -> Option<(NaiveDate, &'static str)> {
        let (facts, as_of) = (self.facts, self.facts.setting.as_of);
        let f = facts.book.file(file);
        let visits = facts.visits.of(file).iter().filter_map(|v| v.visited_on).map(|d| (d, "最近一次走访"));
        let survey = facts.book.paper_of(file).and_then(|p| facts.date_of(p.record, "surveyed_on"));
        let filed = facts.date_of(f.record, "filed_on");
        let others = survey.map(|d| (d, "入户调查")).into_iter().chain(filed.map(|d| (d, "建档")));
        let days = visits.chain(others).filter(|(d, _): &(PartialDate, _)| d.first_day() <= as_of);
        days.map(|(d, what)| (d.last_day().min(as_of), what)).max_by_key(|(day, _)| *day)
    }

    fn survey(&self, file: FileId) -> Option<Due> {
        let rule = self.rules.iter().find(|r| r.code == "BF605")?;
        let (from, to) = self.facts.setting.campaign.filter(|_| self.profile.runs(rule.code, rule.only_where_bound))?;
        let filed = self.facts.date_of(self.facts.book.file(file).record, "filed_on");
        let later = filed.is_some_and(|day| after(day, to));
        let surveyed = self.facts.surveyed_within(file, Span { from, to });
        (!later && surveyed == Some(false))
            .then(|| self.due(file, What::Survey, to, format!("集中核查{from}至{to}，还没有入户核查")))
    }

    fn follow_up(&self, file: FileId) -> Option<Due> {
        let [months, grace, early] = ["months", "grace_months", "early_months"].map(|p| self.whole("TK506", p));
        let left = self.facts.left(file)?.on;
        let end = left.add_months((months? + grace?) as i32).last_day();
        let late = left.add_months(early? as i32);
        let is_follow_up = |kind: &Option<String>| kind.as_deref().is_none_or(|k| k == "回访");
        let done = (self.facts.visits.of(file).iter())
            .filter(|v| is_follow_up(&v.kind))
            .filter_map(|v| v.visited_on)
            .any(|on| after(on, late));
        (!done).then(|| self.due(file, What::FollowUp, end, format!("{left}脱困，继续关注{}个月", months.unwrap_or(0))))
    }

    /// A notice that goes on, of a file that has not left yet.
    fn notice(&self, file: FileId, as_of: NaiveDate) -> Option<Due> {
        let least = u32::try_from(self.whole("TK503", "working_days")?).ok()?;
        let row = self.facts.exits.of(file)?;
        if row.date("approved_on").is_some() {
            return None;
        }
        let from = row.date("notice_from")?.exact()?;
        let lawful = earliest_end(&self.facts.setting.calendar, from, least)?;
        let told = row.date("notice_to").and_then(PartialDate::exact);
        let (on, why) = match told {
            Some(to) if to >= lawful => (to, format!("公示{from}至{to}")),
            Some(to) => (lawful, format!("公示{from}起，写到{to}不足{least}个工作日，最早{lawful}期满")),
            None => (lawful, format!("公示{from}起，{least}个工作日最早{lawful}期满")),
        };
        (on >= as_of).then(|| self.due(file, What::Notice, on, why))
    }

    /// One row a unit and level.
    fn levels(&self, rows: &mut Vec<Due>) {
        let book = self.facts.book;
        let mut counts: BTreeMap<(NaiveDate, String, String), usize> = BTreeMap::new();
        for (at, file) in book.files.iter().enumerate().filter(|(_, f)| f.status == FileStatus::Active) {
            let Some(level) = self.facts.level_of(FileId(at as u32)) else { continue };
            let Some(deadline) = self.profile.deadline(level) else { continue };
            let unit = book.units.name(file.unit).to_string();
            *counts.entry((deadline.date, unit, level.to_string())).or_default() += 1;
        }
        rows.extend(counts.into_iter().map(|((on, unit, level), count)| Due {
            on,
            unit,
            helper: String::new(),
            what: What::Level,
            file_no: String::new(),
            name: String::new(),
            why: format!("{level}还有{count}户在档"),
        }));
    }

    /// The next ends of a half-year, where the paper has a clause on it.
    fn cleaning(&self, rows: &mut Vec<Due>) {
        let Some(clause) = self.profile.clause("filing.updated").filter(|c| c.quote.contains("半年")) else { return };
        let as_of = self.facts.setting.as_of;
        let ends = (as_of.year()..=as_of.year() + 1)
            .flat_map(|year| [(6, 30), (12, 31)].map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day)));
        rows.extend(ends.flatten().filter(|end| *end >= as_of).map(|on| Due {
            on,
            unit: "各级工会".to_string(),
            helper: String::new(),
            what: What::Cleaning,
            file_no: String::new(),
            name: String::new(),
            why: clause.quote.clone(),
        }));
    }
}

/// The first day on which a notice that begins on `from` has lasted so many working days, the first not counted; None where
/// the calendar does not know a year.
pub fn earliest_end(
    calendar: &crate::domain::calendar::WorkCalendar,
    from: NaiveDate,
    least: u32,
) -> Option<NaiveDate> {
    let first = from + Days::new(1);
    let mut end = first;
    while calendar.working_days_between(first, end)? < least {
        end = end + Days::new(1);
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::WorkCalendar;

    #[test]
    fn a_notice_ends_by_the_calendar() {
        let day = |m, d| NaiveDate::from_ymd_opt(2019, m, d).unwrap();
        let calendar = WorkCalendar::embedded();
        // A week-end between.
        assert_eq!(earliest_end(calendar, day(8, 15), 5), Some(day(8, 22)));
        // 28 April 2019 was worked, 1 to 4 May were not, 5 May was.
        assert_eq!(earliest_end(calendar, day(4, 26), 5), Some(day(5, 6)));
        assert_eq!(earliest_end(calendar, NaiveDate::from_ymd_opt(2150, 1, 1).unwrap(), 5), None);
    }
}
