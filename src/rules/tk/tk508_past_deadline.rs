use chrono::NaiveDate;

use super::super::ability::{Ability, UNCOMPARED, ability, above_costs, is_uncompared};
use super::super::prelude::*;
use crate::derive::costs::Costs;
use crate::derive::income;
use crate::derive::lines::Basis;
use crate::domain::date::{self, Month};
use crate::profile::Parameter;

rule! {
    /// 超期仍在档
    ///
    /// ## 查什么
    /// 过了本级别的脱困期限仍在档、期限规定之前建档、不是返困，而且能够脱困的户：连续6个月人均收入都高于脱困标准；没有完整的近期收入记录的，看电子档案12个月以内更新的家庭月人均收入；也没有的，看户主健康状况和致困原因是否都看不出疾病或残疾。意外致困户、家中有人在保的不适用，深度困难、相对困难按收入减刚性支出算。没有规定期限的级别不适用。返困指家里有人另有已脱困档案，或仍在档原因、备注写明返困。
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
        sources: &[&["efile"]],
        params: &[
            // 未写明的按2020-06-01
            Param { name: "filed_before", unit: "日期（此前建档的，未写明按2020-06-01）", default: Preset::NoDate },
        ],
        only_where_bound: true,
        advice: "先入户核实收入和健康状况，能脱困的办理脱困，不能的写明仍在档原因并落实兜底。",
        cases: [
            Finding "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.filed_on=2020-05-31；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Finding "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；@[rule.TK501] enabled=false；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Finding "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-income；efile.updated_on=2019-07-01；efile.income_per_capita=650.01",
            Finding "@profile=guangming-2020；@as_of=2020-07-01；-civil；-income；efile.updated_on=2020-06-01；efile.income_per_capita=651",
            Finding "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗；-income；efile.updated_on=2019-06-30",
            Finding "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗；-income；+income file_no=CS-9,month=2020-06,per_capita=100；efile.income_per_capita=；efile.income_annual=",
            Finding "@profile=guangming-2020；@as_of=2020-10-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.health=良好；paper.health=良好；efile.cause_main=下岗失业；paper.cause_main=下岗；efile.level=地市级；-income；efile.updated_on=2019-06-30",
            Finding "@profile=ordos-2020；@as_of=2020-10-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-income；efile.category=相对困难；paper.category=相对困难；efile.updated_on=2020-06-01；efile.expense_annual=3600；efile.income_annual=；efile.income_per_capita=1400.01",
            Compliant "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06",
            Compliant "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-income；efile.updated_on=2019-07-01；efile.income_per_capita=650",
            Compliant "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-income；efile.updated_on=2019-06-30",
            Compliant "@profile=ordos-2020；@as_of=2020-10-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-income；efile.category=相对困难；paper.category=相对困难；efile.updated_on=2020-06-01；efile.expense_annual=3600；efile.income_annual=；efile.income_per_capita=1400",
            NotApplicable "@profile=guangming-2020；@as_of=2020-06-30",
            NotApplicable "@profile=guangming-2020；@as_of=2020-09-30；efile.level=区县级",
            NotApplicable "@profile=ordos-2020；@as_of=2020-12-01；efile.level=地市级",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；efile.filed_on=2020-06-01",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；efile.stay_reason=2020年返困",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            NotApplicable "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.category=意外致困户；paper.category=意外致困户；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            NotApplicable "@as_of=2020-07-01",
            Undetermined "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-medical；efile.category=深度困难；paper.category=深度困难；income.month=2020-01；income#2.month=2020-02；income#3.month=2020-03；income#4.month=2020-04；income#5.month=2020-05；income#6.month=2020-06；income.income=1953；income#2.income=1953；income#3.income=1953；income#4.income=1953；income#5.income=1953；income#6.income=1953",
            Undetermined "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-medical；efile.category=深度困难；paper.category=深度困难；-income；efile.updated_on=2020-06-01；efile.income_per_capita=651",
            Undetermined "@profile=guangming-2020；@as_of=2020-07-01；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.health=；efile.updated_on=2019-06-30；efile.cause_main=下岗失业；paper.cause_main=下岗",
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
    for file in judge.files(FileStatus::Active) {
        let f = book.file(file);
        let past = match due(judge, file) {
            Due::Past(deadline) => deadline,
            Due::NotYet => {
                judge.not_applicable(file);
                continue;
            }
            Due::Untold(why) => {
                judge.undetermined(file, why);
                continue;
            }
        };
        let draft = Draft::of_file(facts, file).context(facts.evidence(f.record, "filed_on"));
        let proof = match ability(judge, file) {
            Ability::Able(proof) => Ok(proof),
            Ability::NoMonths => Err(without_months(judge, file)),
            Ability::Exempt => Err(ByFile::Exempt),
            Ability::NotAble => Err(ByFile::NotAble),
            Ability::Untold(why) => Err(ByFile::Untold(why)),
        };
        match proof {
            Ok(proof) => {
                let figures = proof.figures();
                let message = format!(
                    "脱困期限{past}已过仍在档，连续{}个月人均收入都高于脱困标准：{figures}",
                    proof.months.len()
                );
                judge.finding(file, proof.evidence(facts, draft, file).message(message));
            }
            Err(ByFile::Able { what, cells }) => {
                let cells = ["level", "category"].into_iter().map(|field| (f.record, field)).chain(cells);
                let draft = cells.fold(draft, |draft, (row, field)| draft.evidence(facts.evidence(row, field)));
                judge.finding(file, draft.message(format!("脱困期限{past}已过仍在档，{what}")));
            }
            Err(ByFile::Exempt) => judge.not_applicable(file),
            Err(ByFile::NotAble) => judge.compliant(file),
            Err(ByFile::Untold(why)) => judge.undetermined(file, why),
        }
    }
}

/// What the file itself says where the months of income do not.
enum ByFile {
    Exempt,
    Able { what: String, cells: Vec<(RecordId, &'static str)> },
    NotAble,
    Untold(Reason),
}

/// By the electronic file's own income where it is of the last twelve months, else by health and cause.
fn without_months(judge: &Judge<'_>, file: FileId) -> ByFile {
    let facts = judge.facts;
    let record = facts.book.file(file).record;
    let as_of = facts.setting.as_of;
    let month = Month::of(as_of);
    let uncompared = if is_uncompared(facts, file) { UNCOMPARED } else { "" };
    let updated = facts.date_of(record, "updated_on").or(facts.date_of(record, "filed_on"));
    let is_recent = updated.is_some_and(|on| date::on_or_after(on, date::add_months(as_of, -12)));
    if let Some((fen, fields)) = income::of_file(facts.book, record).filter(|_| is_recent) {
        let Some(limit) = facts.stay_limit(judge.profile, record, month) else {
            return ByFile::Untold(why::income_or_line(judge, file, Edge::Exit));
        };
        if !limit.is_exceeded_by(fen) {
            return ByFile::NotAble;
        }
        let costs = match above_costs(judge, file, month) {
            Ok(costs) => costs,
            Err(why) => return ByFile::Untold(why),
        };
        let limit = limit.beside_costs(costs.as_ref().map_or(0, Costs::per_head));
        if !limit.is_exceeded_by(fen) {
            return ByFile::NotAble;
        }
        let note = if limit.is_assumed() { ASSUMED_STANDARD } else { "" };
        let what = format!(
            "没有完整的近期收入记录，电子档案（{}更新）的家庭月人均收入{}高于脱困标准（{limit}）{note}{uncompared}",
            updated.map(|on| on.to_string()).unwrap_or_default(),
            yuan(fen)
        );
        let own = fields.iter().chain(["updated_on"].iter()).map(|field| (record, *field));
        return ByFile::Able { what, cells: own.chain(costs.into_iter().flat_map(|c| c.cells)).collect() };
    }
    match shows_illness(facts, record) {
        Some(true) => ByFile::NotAble,
        None => ByFile::Untold(Reason::of_cells(facts, record, &["health", "cause_main"])),
        Some(false) => match facts.basis(judge.profile, record) {
            // Without any income nobody can say what is left of it after expenses.
            Basis::Net => ByFile::Untold(Reason::NoExpenses),
            Basis::Unknown => ByFile::Untold(Reason::of_cells(facts, record, &["category"])),
            _ => ByFile::Able {
                what: format!("没有近期收入记录，健康状况和致困原因未见疾病或残疾{uncompared}"),
                cells: vec![(record, "health"), (record, "cause_main")],
            },
        },
    }
}

/// How a file on record stands to the deadline of its level.
pub enum Due {
    /// The day that passed.
    Past(NaiveDate),
    /// No deadline, a day still to come, or a household that fell into hardship later.
    NotYet,
    Untold(Reason),
}

pub fn due(judge: &Judge<'_>, file: FileId) -> Due {
    let facts = judge.facts;
    let record = facts.book.file(file).record;
    let Some(level) = facts.level(record) else { return Due::Untold(Reason::of_cells(facts, record, &["level"])) };
    let Some(deadline) = judge.profile.deadline(level).filter(|d| d.date < facts.setting.as_of) else {
        return Due::NotYet;
    };
    let Some(filed_on) = facts.date_of(record, "filed_on") else {
        return Due::Untold(Reason::of_cells(facts, record, &["filed_on"]));
    };
    let filed_before = match judge.profile.parameter(RULE.code, "filed_before") {
        Some(Parameter::Date(date)) => Some(*date),
        _ => FILED_BEFORE,
    };
    let is_later = filed_before.is_some_and(|limit| !date::before(filed_on, limit));
    if is_later || has_relapsed(facts, file) { Due::NotYet } else { Due::Past(deadline.date) }
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
