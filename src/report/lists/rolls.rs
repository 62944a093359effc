//! Rolls (名册): a row a household, by unit and file number.

use crate::derive::Facts;
use crate::derive::lines::InForce;
use crate::domain::date::{PartialDate, after};
use crate::link::FileStatus;
use crate::profile::Profile;
use crate::report::table_book::{Cell, Table};

use super::household::Household;

/// Rule of a household that has left, draws dibao again and was not filed anew.
const RELAPSED: &str = "TK507";
/// Rule of a sick household that nobody provides for.
const NOT_PROVIDED: &str = "TK509";

/// Columns that every roll begins with.
const WHO: [(&str, u32); 6] =
    [("单位", 170), ("档案号", 130), ("姓名", 76), ("身份证号", 150), ("建档标准", 72), ("困难类别", 84)];

fn who(h: &Household) -> Vec<Cell> {
    [&h.unit_name, &h.file_no, &h.name, &h.number, &h.level, &h.category].map(|text| Cell::text(text.as_str())).to_vec()
}

fn day(date: Option<PartialDate>) -> Cell {
    date.map_or(Cell::Nothing, |d| Cell::text(d.to_string()))
}

fn roll(name: &'static str, note: String, own: &[(&str, u32)]) -> Table {
    let columns: Vec<(&str, u32)> = WHO.iter().chain(own).copied().collect();
    Table { frozen: 3, ..Table::new(name, note, &columns) }
}

/// Everybody on file, why, and who helps.
pub fn on_file(households: &[Household]) -> Table {
    let mut table = roll(
        "仍在档名册",
        "在档的每一户。未写明原因的，“仍在档原因”空白。".to_string(),
        &[
            ("致困原因", 120),
            ("人口", 44),
            ("建档日期", 84),
            ("仍在档原因", 150),
            ("民政在保", 84),
            ("帮扶联系人", 84),
            ("最近走访", 84),
            ("疑点", 44),
        ],
    );
    for h in households.iter().filter(|h| h.is_active()) {
        let mut row = who(h);
        row.extend([
            Cell::text(h.cause.as_str()),
            Cell::Count(h.persons),
            day(h.filed_on),
            Cell::text(h.stay_reason.as_str()),
            Cell::text(provided(h)),
            Cell::text(h.helper.as_str()),
            day(h.last_visit),
            Cell::Count(h.open_findings),
        ]);
        table.rows.push(row);
    }
    table
}

fn provided(h: &Household) -> String {
    match h.in_force {
        InForce::Yes => h.schemes.clone(),
        InForce::No => "不在保".to_string(),
        InForce::NotCompared => "未比对".to_string(),
        InForce::Unreadable => "状态读不出".to_string(),
    }
}

/// Households that left and came back, or seem to need to.
pub fn relapsed(households: &[Household]) -> Table {
    let mut table = roll(
        "返困名册",
        "脱困后重新建档的在档户，和脱困后疑似返困、还没有重新建档的户（规则TK507，先入户核实）。".to_string(),
        &[("原脱困日期", 84), ("情况", 150), ("重新建档日期", 90), ("民政在保", 84), ("帮扶联系人", 84)],
    );
    for h in households {
        let (left, what, filed) = match h.left_before {
            Some(left) if h.is_active() => (Some(left), "已重新建档", h.filed_on),
            _ if h.findings.contains(RELAPSED) => (h.left_on(), "疑似返困，未重新建档", None),
            _ => continue,
        };
        let mut row = who(h);
        row.extend([day(left), Cell::text(what), day(filed), Cell::text(provided(h)), Cell::text(h.helper.as_str())]);
        table.rows.push(row);
    }
    table
}

/// Households on file that the state provides for, or ought to.
pub fn provided_for(households: &[Household]) -> Table {
    let mut table = roll(
        "兜底名册",
        "在档户中民政在保（低保、低保边缘、特困）的，和病残难以脱困而全家不在保的（规则TK509，先入户核实）。"
            .to_string(),
        &[("致困原因", 120), ("情况", 110), ("民政在保", 110), ("帮扶联系人", 84)],
    );
    for h in households.iter().filter(|h| h.is_active()) {
        let what = match h.in_force {
            InForce::Yes => "已兜底",
            _ if h.findings.contains(NOT_PROVIDED) => "疑似未兜底",
            _ => continue,
        };
        let mut row = who(h);
        row.extend([
            Cell::text(h.cause.as_str()),
            Cell::text(what),
            Cell::text(provided(h)),
            Cell::text(h.helper.as_str()),
        ]);
        table.rows.push(row);
    }
    table
}

/// Households that go on being helped as a routine: those that came back, those filed after their level's deadline, and those
/// whom illness or disability keeps from leaving.
pub fn routine(facts: &Facts<'_>, profile: &Profile, households: &[Household]) -> Table {
    let mut table = roll(
        "常态化名册",
        "在档户中返困的、所在级别脱困期限之后新增的，和因重病、残疾难以脱困的，列入常态化帮扶。".to_string(),
        &[("致困原因", 120), ("为什么", 170), ("建档日期", 84), ("帮扶联系人", 84), ("最近走访", 84)],
    );
    for h in households.iter().filter(|h| h.is_active()) {
        let deadline = facts.level_of(h.file).and_then(|level| profile.deadline(level)).map(|d| d.date);
        let late = h.filed_on.zip(deadline).is_some_and(|(filed, end)| after(filed, end));
        let whys = [
            h.left_before.map(|left| format!("返困（{left}脱困）")),
            late.then(|| deadline.map_or(String::new(), |end| format!("新增（期限{end}之后建档）"))),
            h.sick.then(|| "重病、残疾".to_string()),
        ];
        let whys: Vec<String> = whys.into_iter().flatten().collect();
        if whys.is_empty() {
            continue;
        }
        let mut row = who(h);
        row.extend([
            Cell::text(h.cause.as_str()),
            Cell::text(whys.join("；")),
            day(h.filed_on),
            Cell::text(h.helper.as_str()),
            day(h.last_visit),
        ]);
        table.rows.push(row);
    }
    table
}

/// Caseload of every helper: whom he looks after and how far he is.
pub fn caseload(households: &[Household], visited_since: PartialDate) -> Table {
    let mut table = Table::new(
        "联系人台账",
        format!("每位帮扶联系人联系的在档户；“近期走访”是{visited_since}以来有走访或入户调查记录的户。"),
        &[
            ("单位", 190),
            ("帮扶联系人", 100),
            ("在档户数", 70),
            ("近期走访", 70),
            ("走访率", 70),
            ("有疑点的户", 80),
            ("疑点", 60),
        ],
    );
    let mut all: std::collections::BTreeMap<(&str, &str), [i64; 4]> = std::collections::BTreeMap::new();
    for h in households.iter().filter(|h| h.is_active()) {
        let visited = h.last_visit.is_some_and(|on| !crate::domain::date::before(on, visited_since));
        let [count, seen, doubtful, findings] = all.entry((&h.unit_name, &h.helper)).or_default();
        *count += 1;
        *seen += i64::from(visited);
        *doubtful += i64::from(h.open_findings > 0);
        *findings += h.open_findings;
    }
    for ((unit, helper), [count, seen, doubtful, findings]) in all {
        let helper = if helper.is_empty() { "（未写联系人）" } else { helper };
        table.rows.push(vec![
            Cell::text(unit),
            Cell::text(helper),
            Cell::Count(count),
            Cell::Count(seen),
            Cell::Rate(seen, count),
            Cell::Count(doubtful),
            Cell::Count(findings),
        ]);
    }
    table.with_total()
}

/// Files that are neither on file nor out: the level above asks for their number.
pub fn unclear(households: &[Household]) -> i64 {
    households.iter().filter(|h| h.status == FileStatus::Unknown).count() as i64
}
