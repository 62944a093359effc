use std::collections::BTreeMap;

use super::super::prelude::*;
use super::{of_unit, share};
use crate::derive::Progress;
use crate::link::{UnitId, Units};
use crate::profile::{Counting, Target};

rule! {
    /// 脱困率未达目标
    ///
    /// ## 查什么
    /// 政策文件（或配置）每一条脱困目标到期后，各单位和各上级工会（含下级合计）的解困脱困率有没有达到：已脱困 ÷（在档＋已脱困），按目标的级别和建档时间取户；到期日以后脱困的不算，到期日以后建档的不计入，已注销的另计。按当年计的目标，同时说明累计的读法；已经没有在档户的，不再要求。户的级别、建档日期、脱困日期不明，足以影响结论的，无法判定。到期以前不适用；政策文件有效期过后，文件里的目标不再考核，配置里自己写的照常。
    ///
    /// ## 为什么
    /// 目标责任逐级压实，一级抓一级。
    ///
    /// ## 怎么核实
    /// 对照在档名册逐户说明未脱困的原因；已达到脱困条件的，按程序办理退档。
    pub static RULE = {
        code: "JZ701",
        title: "脱困率未达目标",
        severity: Medium,
        class: Procedure,
        norm: Exit,
        subject: "每个有档案的单位及其上级工会的每条目标",
        clause: "target.rate",
        general_basis: "业务规则：年度解困脱困目标",
        sources: &[&["efile"]],
        params: &[],
        advice: "逐户说明仍在档的原因；达到脱困条件的按程序退档，不得为达标而退档。",
        cases: [
            Finding "@as_of=2019-12-31",
            Finding "@as_of=2020-01-20；efile.status=已脱困；efile.exited_on=2020-01-05；+efile file_no=CS-2,name=例乙,id_number=510106197502029993,status=在档,exited_on=",
            Finding "@as_of=2019-12-31；efile.status=已注销；+efile file_no=CS-2,name=例乙,id_number=510106197502029993,status=在档",
            Finding "@profile=shantou-2017；@as_of=2018-12-31；efile.filed_on=2016-10-31",
            Compliant "@as_of=2019-12-31；efile.status=已脱困；efile.exited_on=2019-12-31",
            Compliant "@as_of=2019-12-31；efile.status=已脱困；efile.exited_on=2019-11；+efile file_no=CS-2,name=例乙,id_number=510106197502029993,exited_on=2018-01-01；+efile file_no=CS-3,name=例丙,id_number=510107195001019997,status=在档,exited_on=",
            NotApplicable "",
            NotApplicable "@as_of=2019-12-30",
            NotApplicable "@as_of=2019-12-31；efile.level=地市级",
            NotApplicable "@as_of=2019-12-31；efile.status=已注销",
            NotApplicable "@profile=shantou-2017；@as_of=2018-12-31；efile.filed_on=2016-11-01",
            NotApplicable "@as_of=2021-01-01",
            Finding "@as_of=2021-01-05；@[[target]] year=2020 & level=\"全国级\" & rate=1.0",
            Undetermined "@as_of=2019-12-31；efile.level=",
            Undetermined "@as_of=2019-12-31；efile.status=不详",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for target in &judge.profile.targets {
        let mut by_unit: BTreeMap<UnitId, Progress> = BTreeMap::new();
        for file in facts.book.file_ids() {
            let progress = facts.progress(target, file);
            for unit in facts.book.units.lineage(facts.book.file(file).unit) {
                *by_unit.entry(unit).or_default() += progress;
            }
        }
        let as_of = facts.setting.as_of;
        let due = target.binds_on(as_of) && target.due().is_some_and(|due| due <= as_of);
        let id = target.id();
        for (unit, progress) in by_unit {
            let about = About::from(unit).field(&id);
            // Nobody answers for files of no unit.
            if !due || unit == Units::NONE || progress.cohort() + progress.unplaced == 0 {
                judge.not_applicable(about);
                continue;
            }
            match progress.reaches(target.rate, target.counting) {
                Some(true) => judge.compliant(about),
                None => judge.undetermined(about, Reason::RestsOnOthers),
                Some(false) => {
                    let draft = of_unit(facts, unit).reference(target.id()).message(message(target, &progress));
                    judge.finding(about, draft);
                }
            }
        }
    }
}

fn message(target: &Target, progress: &Progress) -> String {
    let level = target.level.as_deref().unwrap_or("");
    let cohort = target.filed_before.map(|day| format!("{day}及以前建档的")).unwrap_or_default();
    let rate = target.rate.0;
    let wanted = if rate % 10 == 0 { format!("{}%", rate / 10) } else { format!("{}.{}%", rate / 10, rate % 10) };
    let by = target.due().map(|day| format!("到{day}")).unwrap_or_default();
    let reached = |counting| share(progress.numerator(counting), progress.cohort());
    let figures = match target.counting {
        Counting::Cumulative => format!("解困脱困率为{}", reached(Counting::Cumulative)),
        Counting::Yearly => format!(
            "解困脱困率按{}年当年计为{}，按累计计为{}",
            target.year,
            reached(Counting::Yearly),
            reached(Counting::Cumulative)
        ),
    };
    let lacking = progress.lacking(target.rate, target.counting);
    let mut text = format!("{by}，{cohort}{level}困难职工{figures}，目标{wanted}，差{lacking}户");
    for (n, what) in [
        (progress.cancelled, "户已注销，另计"),
        (progress.unplaced, "户级别、建档日期或状态不明，未计入"),
        (progress.undated, "户脱困日期不明"),
    ] {
        if n > 0 {
            text.push_str(&format!("；{n}{what}"));
        }
    }
    text
}
