use super::super::prelude::*;
use super::each_active;
use crate::derive::Span;
use crate::domain::date;
use crate::profile::{Parameter, Profile};

rule! {
    /// 未入户核查
    ///
    /// ## 查什么
    /// 集中核查期（配置或政策文件的 [campaign]）内，在档户的纸质档案（入户调查表）有没有写入户调查时间。政策要求全覆盖的级别是一般疑点，其余级别是提示；核查期还没结束时一律是提示，标明“待完成”。核查期结束后才建的档不适用。
    ///
    /// ## 为什么
    /// 集中核查要求逐户入户，做到入户调查和信息核对录入全覆盖。
    ///
    /// ## 怎么核实
    /// 先入户核实并填写入户调查表；已经入户的，在纸质档案登记上补写入户调查时间。
    pub static RULE = {
        code: "BF605",
        title: "未入户核查",
        severity: Medium,
        class: Procedure,
        norm: Filing,
        subject: "每份在档档案",
        clause: "survey.covered",
        general_basis: "业务规则：集中核查期内逐户入户核查",
        sources: &[&["efile"], &["paper"]],
        absence: ["paper", "visit"],
        params: &[Param { name: "levels", unit: "要求全覆盖的级别，空为各级", default: Preset::List(&[]) }],
        advice: "先入户核实并填写入户调查表；已入户的补写入户调查时间。",
        cases: [
            Finding "paper.surveyed_on=2019-06-30",
            Finding "paper.surveyed_on=；@as_of=2019-08-26",
            Finding "paper.surveyed_on=2019-08-26；@as_of=2019-08-26",
            Finding "paper.surveyed_on=；@as_of=2019-08-26；efile.level=地市级",
            Finding "paper.surveyed_on=2019-01-01；@profile=qinghai-2018；@as_of=2019-05-01；@[campaign] from=\"2019-03-01\" & to=\"2019-04-30\"",
            Compliant "",
            Compliant "paper.surveyed_on=2019-07-01",
            Compliant "paper.surveyed_on=2019-08-25；@as_of=2019-08-26",
            Compliant "paper.surveyed_on=2019-07",
            Undetermined "-paper；-paper_member",
            Undetermined "paper.surveyed_on=2019-13-40",
            NotApplicable "efile.status=已脱困",
            NotApplicable "paper.surveyed_on=；@as_of=2019-06-30",
            NotApplicable "paper.surveyed_on=；@as_of=2019-09-20；efile.filed_on=2019-08-26",
            NotApplicable "paper.surveyed_on=；@profile=qinghai-2018；@as_of=2019-03-01",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// Levels of which the paper wants every file surveyed; none named means all.
pub fn levels(profile: &Profile) -> &[String] {
    match profile.parameter(RULE.code, "levels") {
        Some(Parameter::List(levels)) => levels,
        _ => &[],
    }
}

/// Is a file of this level one of which the paper wants a survey?
pub fn demanded(profile: &Profile, level: Option<&str>) -> bool {
    let levels = levels(profile);
    levels.is_empty() || level.is_some_and(|own| levels.iter().any(|l| l == own))
}

/// Was an active file surveyed in the campaign, so far? The outer None: not a matter of this campaign (there is none, or it
/// has not begun, or the file came after it); the inner: cannot be told.
pub fn surveyed(facts: &Facts<'_>, file: FileId) -> Option<Option<bool>> {
    let (from, to) = facts.setting.campaign?;
    let as_of = facts.setting.as_of;
    let filed = facts.date_of(facts.book.file(file).record, "filed_on");
    if as_of < from || filed.is_some_and(|filed| date::after(filed, to)) {
        return None;
    }
    Some(facts.surveyed_within(file, Span { from, to: to.min(as_of) }))
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let profile = judge.profile;
    each_active(judge, |judge, file| {
        let f = book.file(file);
        let (Some(surveyed), Some((from, to))) = (surveyed(facts, file), facts.setting.campaign) else {
            judge.not_applicable(file);
            return;
        };
        match surveyed {
            Some(true) => return judge.compliant(file),
            None => return judge.undetermined(file, why::survey(facts, file)),
            // A paper row that may be this household's may bear the survey.
            Some(false) if book.loose.maybe_on_paper.contains(&file) => {
                return judge.undetermined(file, Reason::Unassigned);
            }
            Some(false) => {}
        }
        let paper = book.paper_of(file).map(|p| p.record);
        let written = paper.and_then(|p| facts.date_of(p, "surveyed_on"));
        let when = written.map_or("没有入户调查时间".into(), |day| format!("入户调查时间是{day}"));
        let mut draft = Draft::of_file(facts, file)
            .message(format!("集中核查期{from}至{to}内没有入户核查（{when}）"))
            .evidence(paper.and_then(|p| facts.evidence(p, "surveyed_on")))
            .context(facts.evidence_or_row(f.record, "name"));
        if facts.setting.as_of < to {
            draft = draft.title("未入户核查（待完成）").severity(Severity::Low);
        } else if !demanded(profile, facts.level_of(file)) {
            draft = draft.severity(Severity::Low);
        }
        judge.finding(file, draft);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_come_from_the_paper() {
        let chengdu = crate::profile::load("chengdu-2019", None).expect("the profile");
        assert!(demanded(&chengdu, Some("全国级")) && !demanded(&chengdu, Some("地市级")) && !demanded(&chengdu, None));
        let qinghai = crate::profile::load("qinghai-2018", None).expect("the profile");
        assert!(demanded(&qinghai, Some("地市级")) && demanded(&qinghai, None));
    }
}
