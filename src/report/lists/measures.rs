//! 帮扶清单: the six classes of measures by department, for every household on file, after 鄂工发〔2020〕20号 四（二）. Which
//! class a household belongs to is told from its data, and a household may belong to several.

use std::collections::BTreeMap;

use crate::derive::Facts;
use crate::derive::lines::InForce;
use crate::domain::date::Month;
use crate::normalize::{RecordId, Value};
use crate::profile::Profile;
use crate::report::table_book::{Cell, Table};

use super::household::{Household, word};

/// A class of measures: its name, the department that leads, what it may do.
struct Class {
    name: &'static str,
    department: &'static str,
    measures: &'static str,
    /// What in the data speaks for it; None where nothing does.
    why: fn(&Household, &Facts<'_>, &Profile) -> Option<String>,
}

/// The six classes in the paper's order.
const CLASSES: [Class; 6] = [
    Class {
        name: "就业创业",
        department: "人社部门",
        measures: "职业指导、职业介绍、职业培训，公益性岗位，创业支持",
        why: work,
    },
    Class { name: "子女助学", department: "教育部门", measures: "助学帮扶", why: school },
    Class {
        name: "医疗救助",
        department: "民政、医保部门",
        measures: "医疗救助、临时救助、慈善救助，参加职工基本医疗保险和大病保险",
        why: medical,
    },
    Class { name: "社会保险", department: "人社部门", measures: "落实社会保障政策", why: insurance },
    Class {
        name: "住房保障", department: "房管部门", measures: "公共租赁住房，减免租金", why: housing
    },
    Class { name: "低保兜底", department: "民政部门", measures: "完善社会救助兜底", why: dibao },
];

fn said(facts: &Facts<'_>, record: RecordId, field: &str, words: &[&str]) -> Option<String> {
    let own = word(facts, record, field);
    words.contains(&own.as_str()).then_some(own)
}

fn record(facts: &Facts<'_>, h: &Household) -> RecordId {
    facts.book.file(h.file).record
}

/// Causes with which nobody is sent to look for work.
const UNABLE: [&str; 4] = ["无劳动能力", "患重特大疾病", "残疾", "本人大病"];

fn work(h: &Household, facts: &Facts<'_>, _: &Profile) -> Option<String> {
    let own = record(facts, h);
    if let Some(cause) = said(facts, own, "cause_main", &["有劳动能力而未就业", "下岗失业"]) {
        return Some(format!("致困原因{cause}"));
    }
    let state = said(facts, own, "work_status", &["下（待）岗", "失（无）业"])?;
    (!UNABLE.contains(&h.cause.as_str())).then(|| format!("工作状态{state}"))
}

fn school(h: &Household, facts: &Facts<'_>, _: &Profile) -> Option<String> {
    if h.cause == "子女上学" {
        return Some("致困原因子女上学".to_string());
    }
    let pupils =
        (facts.book.file(h.file).members.iter()).filter(|m| word(facts, m.record, "status").contains("学生")).count();
    (pupils > 0).then(|| format!("家庭成员中学生{pupils}人"))
}

fn medical(h: &Household, facts: &Facts<'_>, _: &Profile) -> Option<String> {
    if ["患重特大疾病", "本人大病", "供养直系亲属大病"].contains(&h.cause.as_str()) {
        return Some(format!("致困原因{}", h.cause));
    }
    let own = record(facts, h);
    let health = word(facts, own, "health");
    if !matches!(health.as_str(), "" | "良好" | "一般疾病" | "残疾") {
        return Some(format!("健康状况{health}"));
    }
    said(facts, own, "insurance", &["未参保"]).map(|_| "医保状况未参保".to_string())
}

fn insurance(h: &Household, _: &Facts<'_>, _: &Profile) -> Option<String> {
    ["未参加社会保险", "社会保险待遇落实不到位"].contains(&h.cause.as_str()).then(|| format!("致困原因{}", h.cause))
}

fn housing(h: &Household, facts: &Facts<'_>, _: &Profile) -> Option<String> {
    said(facts, record(facts, h), "housing", &["无房", "租房"]).map(|own| format!("住房类型{own}"))
}

/// Income at most the dibao standard and nobody provided for: what can be applied for, no judgement.
fn dibao(h: &Household, facts: &Facts<'_>, profile: &Profile) -> Option<String> {
    if h.in_force != InForce::No {
        return None;
    }
    let own = record(facts, h);
    let income = match facts.book.tables.value(own, "income_per_capita") {
        Value::Money(fen) => *fen,
        _ => crate::derive::income::of_file(facts.book, own)?.0,
    };
    let limit = facts.dibao_limit(profile, own, Month::of(facts.setting.as_of))?;
    let above = limit.is_exceeded_by(income);
    (!above).then(|| format!("人均月收入{}元，不高于{limit}", crate::domain::money::Fen(income)))
}

/// The list by household, and how many there are by unit and class.
pub fn measures(facts: &Facts<'_>, profile: &Profile, households: &[Household]) -> [Table; 2] {
    let mut list = Table {
        frozen: 3,
        ..Table::new(
            "帮扶清单",
            "在档户按电子档案的情况归入六类措施，一户可有几类；牵头部门和措施依据鄂工发〔2020〕20号四（二）。",
            &[
                ("单位", 170),
                ("档案号", 130),
                ("姓名", 76),
                ("类别", 76),
                ("牵头部门", 100),
                ("可用措施", 260),
                ("凭什么归入", 200),
                ("帮扶联系人", 84),
                ("落实情况", 120),
            ],
        )
    };
    let mut counts: BTreeMap<&str, [i64; 8]> = BTreeMap::new();
    for h in households.iter().filter(|h| h.is_active()) {
        let counts = counts.entry(&h.unit_name).or_default();
        counts[0] += 1;
        let mut any = false;
        for (at, class) in CLASSES.iter().enumerate() {
            let Some(why) = (class.why)(h, facts, profile) else { continue };
            any = true;
            counts[1 + at] += 1;
            list.rows.push(vec![
                Cell::text(h.unit_name.as_str()),
                Cell::text(h.file_no.as_str()),
                Cell::text(h.name.as_str()),
                Cell::text(class.name),
                Cell::text(class.department),
                Cell::text(class.measures),
                Cell::text(why),
                Cell::text(h.helper.as_str()),
                Cell::Nothing,
            ]);
        }
        counts[7] += i64::from(!any);
    }
    let columns: Vec<(String, u32)> =
        (CLASSES.iter()).map(|c| (format!("{}（{}）", c.name, c.department), 100)).collect();
    let columns: Vec<(&str, u32)> = [("单位", 190), ("在档户数", 70)]
        .into_iter()
        .chain(columns.iter().map(|(title, px)| (title.as_str(), *px)))
        .chain([("未归入", 64)])
        .collect();
    let mut table = Table::new(
        "六类措施统计",
        "在档户中归入各类措施的户数；一户可有几类，各类之和可大于在档户数。“未归入”是电子档案里看不出属于哪一类的。",
        &columns,
    );
    table.rows = (counts.into_iter())
        .map(|(unit, counts)| std::iter::once(Cell::text(unit)).chain(counts.map(Cell::Count)).collect())
        .collect();
    [list, table.with_total()]
}
