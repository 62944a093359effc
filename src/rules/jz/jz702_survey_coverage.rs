use std::collections::BTreeMap;

use super::super::bf::bf605_survey;
use super::super::prelude::*;
use super::{of_unit, share};
use crate::link::{UnitId, Units};

rule! {
    /// 核查覆盖率不足
    ///
    /// ## 查什么
    /// 集中核查期结束以后，各单位和各上级工会（含下级合计）要求全覆盖的在档户（级别见 BF605 的 levels）是不是全部在核查期内入户核查过。核查期结束后才建的档不计。没有一户确知未核查、但有的户无法判定时，无法判定。
    ///
    /// ## 为什么
    /// 集中核查要求入户调查全覆盖，按期完成。
    ///
    /// ## 怎么核实
    /// 按 BF605 的名单逐户补查。
    pub static RULE = {
        code: "JZ702",
        title: "核查覆盖率不足",
        severity: Medium,
        class: Procedure,
        norm: Filing,
        subject: "每个有在档户的单位及其上级工会",
        clause: "survey.covered",
        general_basis: "业务规则：集中核查期内入户核查全覆盖",
        sources: &[&["efile"], &["paper"]],
        absence: ["paper"],
        params: &[],
        advice: "按“未入户核查”名单逐户补查，补齐入户调查表。",
        cases: [
            Finding "@as_of=2019-08-26；paper.surveyed_on=2019-06-30",
            Finding "@as_of=2019-08-26；+efile file_no=CS-2,name=例乙,id_number=510106197502029993,birth_date=1975-02-02",
            Compliant "@as_of=2019-08-26",
            Compliant "@as_of=2019-08-26；+efile file_no=CS-2,name=例乙,id_number=510106197502029993,birth_date=1975-02-02,level=地市级",
            NotApplicable "",
            NotApplicable "@as_of=2019-08-25；paper.surveyed_on=",
            NotApplicable "@as_of=2019-08-26；paper.surveyed_on=；efile.level=地市级",
            NotApplicable "@profile=qinghai-2018；@as_of=2019-03-01",
            Undetermined "@as_of=2019-08-26；paper.surveyed_on=2019-13-40",
            Undetermined "@as_of=2019-08-26；-paper；-paper_member",
            Undetermined "@as_of=2019-08-26；paper.surveyed_on=；efile.level=",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// Active files of a unit whose survey is demanded.
#[derive(Debug, Clone, Copy, Default)]
struct Coverage {
    surveyed: u64,
    missing: u64,
    unknown: u64,
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let Some((from, to)) = facts.setting.campaign.filter(|(_, to)| *to < facts.setting.as_of) else {
        for file in book.file_ids() {
            judge.not_applicable(book.file(file).unit);
        }
        return;
    };
    let levels = bf605_survey::levels(judge.profile);
    let mut by_unit: BTreeMap<UnitId, Coverage> = BTreeMap::new();
    for file in book.file_ids() {
        let f = book.file(file);
        let level = facts.level_of(file);
        let may_count = level.is_none() || bf605_survey::demanded(judge.profile, level);
        let surveyed = match f.status {
            FileStatus::Active | FileStatus::Unknown if may_count => bf605_survey::surveyed(facts, file),
            _ => None,
        };
        let counts = f.status == FileStatus::Active && bf605_survey::demanded(judge.profile, level);
        for unit in book.units.lineage(f.unit) {
            let coverage = by_unit.entry(unit).or_default();
            match surveyed {
                None => {}
                Some(Some(true)) => coverage.surveyed += u64::from(counts),
                Some(Some(false)) if counts => coverage.missing += 1,
                Some(_) => coverage.unknown += 1,
            }
        }
    }
    for (unit, Coverage { surveyed, missing, unknown }) in by_unit {
        if unit == Units::NONE || surveyed + missing + unknown == 0 {
            judge.not_applicable(unit);
        } else if missing == 0 && unknown == 0 {
            judge.compliant(unit);
        } else if missing == 0 {
            judge.undetermined(unit, Reason::RestsOnOthers);
        } else {
            let all = surveyed + missing + unknown;
            let mut message = format!(
                "集中核查期{from}至{to}已结束，{}在档户入户核查{}，{missing}户没有入户核查",
                levels.join("、"),
                share(surveyed, all)
            );
            if unknown > 0 {
                message.push_str(&format!("，{unknown}户无法判定"));
            }
            judge.finding(unit, of_unit(facts, unit).message(message));
        }
    }
}
