//! `hecha status`: one screen on the last run, for people and for monitors. Nothing is written.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Days, Local, NaiveDate};
use serde_json::json;

use super::Printer;
use crate::cli::StatusArgs;
use crate::config;
use crate::domain::date::add_months;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::history::History;
use crate::history::answers::Standing;
use crate::history::compare::Known;
use crate::pipeline;
use crate::report::corrections::RunPoint;
use crate::report::manifest::{InputStatus, Manifest};

/// What is known of the last published run.
#[derive(Debug)]
struct Status {
    federation: String,
    /// None before the first.
    run: Option<RunPoint>,
    /// When its result was written; None where the result is not there any more.
    finished: Option<SystemTime>,
    not_come: Vec<String>,
    unreadable: usize,
    /// Handed out more than a month ago and not answered.
    unanswered: usize,
    units_waiting: usize,
    /// Answered with a day that has passed.
    promises: usize,
}

/// 0 fresh and complete, 1 with open severe findings or overdue ones, 3 a source did not come, 5 none or too old.
pub fn run(args: &StatusArgs, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let loaded = crate::plan::load(&config::locate(args.config.as_deref(), cwd)?)?;
    let config = &loaded.config;
    let longest = match &args.max_age {
        Some(text) => hours(text)?,
        None => u64::from(config.run.max_age),
    };
    let history = History::open_existing(&config.resolve(&config.run.state))?;
    let out = config.resolve(&config.run.out);
    let status = Status::of(&config.run.federation, history.as_ref(), &out, today)?;
    let now = SystemTime::now();
    let code = status.exit_code(longest, now);
    if printer.json {
        printer.print_json(&status.json(now, code))?;
    } else if !printer.quiet {
        printer.print(&status.text(longest, now, code))?;
    }
    Ok(code)
}

/// `36h`, `3d`, also 小时 and 天, in hours.
fn hours(text: &str) -> Result<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let each = match text[digits..].trim() {
        "h" | "小时" => Some(1),
        "d" | "天" | "日" => Some(24),
        _ => None,
    };
    let hours = each.and_then(|each: u64| text[..digits].parse::<u64>().ok()?.checked_mul(each)).filter(|h| *h > 0);
    hours.ok_or_else(|| {
        Error::new(ErrorKind::Usage, "--max-age 看不懂").excerpt(text.to_string()).remedy("写成 36h（小时）或 3d（天）")
    })
}

impl Status {
    fn of(federation: &str, history: Option<&History>, out: &Path, today: NaiveDate) -> Result<Self> {
        let mut status = Self {
            federation: federation.to_string(),
            run: None,
            finished: None,
            not_come: Vec::new(),
            unreadable: 0,
            unanswered: 0,
            units_waiting: 0,
            promises: 0,
        };
        let Some(history) = history else { return Ok(status) };
        status.run = pipeline::trend(history)?.pop();
        let Some(run) = &status.run else { return Ok(status) };
        let manifest = out.join(run.as_of.to_string()).join("manifest.json");
        if let Some(read) = read(&manifest).filter(|m| m.run_id == run.run_id) {
            status.finished = std::fs::metadata(&manifest).and_then(|found| found.modified()).ok();
            status.not_come = read.not_come;
            status.unreadable = read.inputs.iter().filter(|i| i.status == InputStatus::Unreadable).count();
        }
        let month_ago = add_months(today, -1);
        let known = Known::load(history, run.as_of + Days::new(1))?;
        let mut waiting: Vec<_> = known.unanswered().into_iter().filter(|u| u.handed_out < month_ago).collect();
        status.unanswered = waiting.len();
        waiting.sort_by(|a, b| a.unit.cmp(&b.unit));
        waiting.dedup_by(|a, b| a.unit == b.unit);
        status.units_waiting = waiting.len();
        let listed = known.past.iter().flat_map(|past| past.listed.values()).filter(|l| l.status.is_open());
        let overdue =
            |id: &str| matches!(known.answer_of(id), Some(Standing::Pending { due: Some(due), .. }) if *due < today);
        status.promises = listed.filter_map(|l| l.id.as_deref()).filter(|id| overdue(id)).count();
        Ok(status)
    }

    fn age(&self, now: SystemTime) -> Option<Duration> {
        // A result from the future is a clock that was set back: it is fresh.
        self.finished.map(|then| now.duration_since(then).unwrap_or_default())
    }

    fn is_too_old(&self, longest: u64, now: SystemTime) -> bool {
        self.age(now).is_none_or(|age| age > Duration::from_secs(longest.saturating_mul(3600)))
    }

    fn exit_code(&self, longest: u64, now: SystemTime) -> u8 {
        let Some(run) = &self.run else { return 5 };
        let high = Severity::ALL.iter().position(|s| *s == Severity::High).map_or(0, |at| run.open[at]);
        if self.is_too_old(longest, now) {
            5
        } else if self.unreadable > 0 || !self.not_come.is_empty() {
            3
        } else {
            u8::from(high + self.unanswered + self.promises > 0)
        }
    }

    fn json(&self, now: SystemTime, code: u8) -> serde_json::Value {
        json!({
            "federation": self.federation,
            "as_of": self.run.as_ref().map(|r| r.as_of),
            "run_id": self.run.as_ref().map(|r| &r.run_id),
            "finished_at": self.finished.map(|t| DateTime::<Local>::from(t).to_rfc3339()),
            "age_hours": self.age(now).map(|age| age.as_secs() / 3600),
            "open": self.run.as_ref().map(|r| {
                Severity::ALL.iter().zip(r.open).map(|(s, n)| (s.id(), n)).collect::<std::collections::BTreeMap<_, _>>()
            }),
            "new": self.run.as_ref().map(|r| r.new),
            "reopened": self.run.as_ref().map(|r| r.reopened),
            "unchecked": self.run.as_ref().map(|r| r.unchecked),
            "overdue": { "unanswered": self.unanswered, "units": self.units_waiting, "promises": self.promises },
            "not_come": self.not_come,
            "unreadable": self.unreadable,
            "exit_code": code,
        })
    }

    fn text(&self, longest: u64, now: SystemTime, code: u8) -> String {
        let mut out = String::new();
        let Some(run) = &self.run else {
            let _ = writeln!(out, "{}　还没有发布过的运行\n处理：hecha run", self.federation);
            return out;
        };
        let when = match (self.finished, self.age(now)) {
            (Some(then), Some(age)) => {
                let then = DateTime::<Local>::from(then).format("%Y-%m-%d %H:%M");
                let ago = match age.as_secs() / 3600 {
                    0 => "不到1小时前".to_string(),
                    hours if hours < 72 => format!("{hours}小时前"),
                    hours => format!("{}天前", hours / 24),
                };
                format!("{then}完成，{ago}")
            }
            _ => "它的结果目录不在，不知何时完成".to_string(),
        };
        let _ = writeln!(out, "{}　最近一次运行：基准日{}（{when}）", self.federation, run.as_of);
        let [high, medium, low] = run.open;
        let _ = writeln!(
            out,
            "未办结：严重{high}条、一般{medium}条、提示{low}条；其中新增{}条、重现{}条；未核对{}条",
            run.new, run.reopened, run.unchecked
        );
        let _ = writeln!(
            out,
            "逾期：下发满一个月没有答复{}条（{}个单位）；答应的完成日期已过{}条",
            self.unanswered, self.units_waiting, self.promises
        );
        const NAMED: usize = 8;
        for source in self.not_come.iter().take(NAMED) {
            let _ = writeln!(out, "没有到：{source}");
        }
        if self.not_come.len() > NAMED {
            let _ = writeln!(out, "  另有{}个来源没有到", self.not_come.len() - NAMED);
        }
        if self.unreadable > 0 {
            let _ = writeln!(out, "读不出：{}个文件，见 总览.html 的输入台账", self.unreadable);
        }
        let _ = match code {
            5 => writeln!(out, "结论：超过{longest}小时没有新的结果；看计划任务是否还在运行，或手工运行 hecha run"),
            3 => writeln!(out, "结论：有来源没有到齐；涉及的疑点列为未核对，补齐后重新运行"),
            1 => writeln!(out, "结论：运行正常，有要办的事"),
            _ => writeln!(out, "结论：正常"),
        };
        out
    }
}

/// None where it is not there or is another program's.
fn read(path: &Path) -> Option<Manifest> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> Status {
        let run = RunPoint {
            as_of: NaiveDate::from_ymd_opt(2019, 8, 20).unwrap(),
            run_id: "r".into(),
            active: 0,
            open: [0; 3],
            new: 0,
            reopened: 0,
            answered: 0,
            unchecked: 0,
            resolved: 0,
            ends: [0; 3],
            by_unit: Default::default(),
            by_rule: Default::default(),
        };
        Status {
            federation: "成都市总工会".into(),
            run: Some(run),
            finished: Some(SystemTime::UNIX_EPOCH),
            not_come: Vec::new(),
            unreadable: 0,
            unanswered: 0,
            units_waiting: 0,
            promises: 0,
        }
    }

    fn after(hours: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(hours * 3600)
    }

    #[test]
    fn exit_codes_in_their_order() {
        let mut s = status();
        assert_eq!(s.exit_code(36, after(36)), 0);
        assert_eq!(s.exit_code(36, after(37)), 5);
        s.promises = 1;
        assert_eq!(s.exit_code(36, after(1)), 1);
        s.not_come.push("死亡人员名单".into());
        assert_eq!(s.exit_code(36, after(1)), 3);
        assert_eq!(s.exit_code(36, after(40)), 5);
        s.run = None;
        assert_eq!(s.exit_code(36, after(1)), 5);
    }

    #[test]
    fn spans_as_people_write_them() {
        assert_eq!(hours("36h").unwrap(), 36);
        assert_eq!(hours("3天").unwrap(), 72);
        for wrong in ["", "h", "36", "-1h", "0h", "一天", "99999999999999999999h"] {
            assert_eq!(hours(wrong).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}
