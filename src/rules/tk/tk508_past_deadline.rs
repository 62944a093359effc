use chrono::NaiveDate;

use super::super::prelude::*;
use super::{assumed_note, exit_test_of, income_evidence, month_by_month};
use crate::derive::months::ExitTest;
use crate::domain::date;

rule! {
    /// 超期仍在档
    ///
    /// ## 查什么
    /// 过了本级别的脱困期限仍在档、期限规定之前建档、不是返困，而且能够脱困的户：连续6个月人均收入都高于脱困标准；或没有完整的近期收入记录，户主健康状况和致困原因又都看不出疾病或残疾。没有规定期限的级别不适用。返困指家里有人另有已脱困档案，或仍在档原因、备注写明返困。
    ///
    /// ## 为什么
    /// 政策文件要求能脱困的在期限前全部脱困。
    ///
    /// ## 怎么核实
    /// 先入户核实收入和健康状况，能脱困的办理脱困，不能的写明仍在档原因并落实兜底。
    pub static RULE = {
        code: "TK508",
        title: "超期仍在档",
        severity: High,
        class: MissedExit,
        norm: Exit,
        subject: "每份有脱困期限的在档电子档案",
        clause: "exit.deadline",
        general_basis: "业务规则：能够脱困的困难职工在规定期限前全部脱困",
        sources: &[&["efile"], &["income"]],
        params: &[
            // 未写明的按2020-06-01
            Param { name: "filed_before", unit: "日期（此前建档的，未写明按2020-06-01）", default: Preset::NoDate },
        ],
        only_where_bound: true,
        advice: "先入户核实收入和健康状况，能脱困的办理脱困，不能的写明仍在档原因并落实兜底。",
        cases: [
            Finding "@profile=guangming-2020；@as_of=2020-07-01；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗；-income；+income file_no=CS-9,month=2020-06,per_capita=100",
            Finding "@profile=guangming-2020；@as_of=2020-10-01；efile.level=地市级；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗；-income；+income file_no=CS-9,month=2020-06,per_capita=100",
            Finding "@profile=guangming-2020；@as_of=2020-07-01；@[rule.TK501] enabled=false；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953；efile.filed_on=2020-05-31",
            Compliant "@profile=guangming-2020；@as_of=2020-07-01；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06",
            Compliant "@profile=guangming-2020；@as_of=2020-07-01；-income；+income file_no=CS-9,month=2020-06,per_capita=100",
            NotApplicable "@profile=guangming-2020；@as_of=2020-06-30",
            NotApplicable "@profile=guangming-2020；@as_of=2020-09-30；efile.level=区县级",
            NotApplicable "@profile=ordos-2020；@as_of=2020-12-01；efile.level=地市级",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；efile.filed_on=2020-06-01",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；efile.stay_reason=2020年返困",
            NotApplicable "@as_of=2020-07-01",
            Undetermined "@profile=guangming-2020；@as_of=2020-07-01；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗",
            Undetermined "@profile=guangming-2020；@as_of=2020-07-01；efile.filed_on=",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// Later files are of people who fell into hardship while the papers of 2020 were carried out.
const FILED_BEFORE: Option<NaiveDate> = NaiveDate::from_ymd_opt(2020, 6, 1);

const ILLNESS_CAUSES: [&str; 5] = ["患重特大疾病", "本人大病", "供养直系亲属大病", "无劳动能力", "残疾"];

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let as_of = facts.setting.as_of;
    let filed_before = judge.date("filed_before").or(FILED_BEFORE);
    for file in judge.files(FileStatus::Active) {
        let f = book.file(file);
        let value = |field: &str| book.tables.value(f.record, field);
        let deadline = match value("level") {
            Value::Code(level) => level.word().map(|level| judge.profile.deadline(level)),
            _ => None,
        };
        let (deadline, filed_on) = match (deadline, value("filed_on")) {
            (Some(None), _) => {
                judge.not_applicable(file);
                continue;
            }
            (Some(Some(deadline)), _) if as_of <= deadline.date => {
                judge.not_applicable(file);
                continue;
            }
            (Some(Some(deadline)), Value::Date(filed_on)) => (deadline, *filed_on),
            _ => {
                judge.undetermined(file, Reason::of_cells(facts, f.record, &["level", "filed_on"]));
                continue;
            }
        };
        if filed_before.is_some_and(|limit| !date::before(filed_on, limit)) || has_relapsed(facts, file) {
            judge.not_applicable(file);
            continue;
        }
        let draft = Draft::of_file(facts, file);
        let draft = match exit_test_of(judge, file) {
            ExitTest::Able(months) => {
                let figures = format!("{}{}", month_by_month(&months), assumed_note(&months));
                income_evidence(facts, draft, file, &months).message(format!(
                    "脱困期限{}已过仍在档，连续{}个月人均收入都高于脱困标准：{figures}",
                    deadline.date,
                    months.len()
                ))
            }
            ExitTest::Missing => match shows_illness(facts, f.record) {
                Some(false) => ["level", "health", "cause_main"]
                    .iter()
                    .fold(draft, |draft, field| draft.evidence(facts.evidence(f.record, field)))
                    .message(format!(
                        "脱困期限{}已过仍在档，没有完整的近期收入记录，健康状况和致困原因未见疾病或残疾",
                        deadline.date
                    )),
                Some(true) => {
                    judge.compliant(file);
                    continue;
                }
                None => {
                    judge.undetermined(file, Reason::of_cells(facts, f.record, &["health", "cause_main"]));
                    continue;
                }
            },
            ExitTest::NotAble => {
                judge.compliant(file);
                continue;
            }
            ExitTest::Untold => {
                judge.undetermined(file, why::income_months(judge, file));
                continue;
            }
        };
        judge.finding(file, draft.context(facts.evidence(f.record, "filed_on")));
    }
}

/// Someone of the household left hardship under another file, or the file says so itself.
fn has_relapsed(facts: &Facts<'_>, file: FileId) -> bool {
    let book = facts.book;
    let f = book.file(file);
    let left_before = f.persons().flat_map(|p| book.files_of(p)).any(|&o| book.file(o).status == FileStatus::Exited);
    left_before || ["stay_reason", "note"].iter().any(|field| text_of(&book.tables, f.record, field).contains("返困"))
}

/// Whether health or cause show illness or disability; None where one of them is not known and the other does not.
fn shows_illness(facts: &Facts<'_>, efile: RecordId) -> Option<bool> {
    let word = |field: &str| match facts.book.tables.value(efile, field) {
        Value::Code(code) => Some(code.shown()),
        _ => None,
    };
    let (health, cause) =
        (word("health").map(|h| h != "良好"), word("cause_main").map(|c| ILLNESS_CAUSES.contains(&c)));
    let disabled = word("disability").is_some_and(|d| d != "无");
    match (health, cause) {
        _ if disabled => Some(true),
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}
