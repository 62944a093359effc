use rustc_hash::FxHashMap;

use super::super::ability::{beside_gross, costs_evidence};
use super::super::prelude::*;
use super::{assumed_note, income_evidence, month_by_month};
use crate::derive::civil_side;
use crate::derive::months::{Compared, Standing, compare};
use crate::domain::date;
use crate::domain::id_number::ResidentId;
use crate::profile::Profile;

rule! {
    /// 疑似返困未重新建档
    ///
    /// ## 查什么
    /// 已脱困户家里没有人有在档档案，而脱困之后又享受低保、低保边缘或特困（起始日期晚于脱困日期，基准日仍在保），或脱困月份之后有收入数据的最后3个月人均收入都不高于低保标准。
    ///
    /// ## 为什么
    /// 返困且符合建档条件的家庭要及时重新建档立卡，否则就是漏评。
    ///
    /// ## 怎么核实
    /// 先入户核实家庭现状，符合条件的重新建档。
    pub static RULE = {
        code: "TK507",
        title: "疑似返困未重新建档",
        severity: High,
        class: MissedEntry,
        norm: Exit,
        subject: "每份已脱困电子档案",
        clause: "exit.relapse",
        general_basis: "业务规则：对返困且符合建档条件的家庭，及时重新建档立卡",
        sources: &[&["efile"], &["civil", "civil_household", "civil_person", "income"]],
        absence: ["efile", "income"],
        params: &[Param { name: "months", unit: "月", default: Preset::Number(3.0) }],
        advice: "先入户核实家庭现状，返困且符合条件的重新建档。",
        cases: [
            Finding "efile.status=已脱困；efile.exited_on=2018-12-10；civil.from=2019-01；civil#2.from=2019-01；civil#3.from=2019-01；income#6.income=1953",
            Finding "efile.status=已脱困；efile.exited_on=2018-12-10；civil#3.from=2019-05-01；-income",
            Finding "efile.status=已脱困；efile.exited_on=2019-04-30",
            Finding "efile.status=已脱困；efile.exited_on=2018-12-10；-civil；-income#5",
            Compliant "efile.status=已脱困；efile.exited_on=2019-05-01",
            Compliant "efile.status=已脱困；efile.exited_on=2018-12-10；income#6.income=1953",
            // 起始年月只到月份，与脱困同月的不算其后
            Compliant "efile.status=已脱困；efile.exited_on=2019-05-01；civil.from=2019-05；civil#2.from=2019-05；civil#3.from=2019-05",
            Compliant "efile.status=已脱困；efile.exited_on=2019-05-01；civil.scheme=临时救助；civil#2.scheme=临时救助；civil#3.scheme=临时救助；civil.from=2019-07；civil#2.from=2019-07；civil#3.from=2019-07",
            Undetermined "efile.status=已脱困；efile.exited_on=",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-05-01；civil.from=；civil#2.from=；civil#3.from=",
            Undetermined "efile.status=已脱困；efile.exited_on=2019-05-01；-civil",
            NotApplicable "efile.status=已脱困；efile.exited_on=2018-12-10；+efile file_no=CS-2,status=在档,filed_on=2019-06-01",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// Schemes that a household falls back on. 刚性支出 helps with expenses and is no guarantee of a living.
const SCHEMES: [&str; 3] = ["低保", "低保边缘", "特困"];

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let count = judge.whole("months").max(1) as usize;
    let roster = roster_rows(facts);
    for file in judge.files(FileStatus::Exited) {
        let f = book.file(file);
        let others = || f.persons().flat_map(|p| book.files_of(p)).map(|&o| book.file(o).status);
        if others().any(|s| s == FileStatus::Active) {
            judge.not_applicable(file);
            continue;
        }
        let left = facts.left(file).filter(|_| !others().any(|s| s == FileStatus::Unknown));
        let Some(left) = left else {
            let unclear = others().any(|s| s == FileStatus::Unknown);
            judge.undetermined(file, if unclear { Reason::StatusUnclear } else { why::not_left(facts, file) });
            continue;
        };
        // Drawing again: begun after the exit.
        let civil = facts.civil_of(file);
        let drawing: Vec<RecordId> =
            civil.drawing.iter().filter(|d| SCHEMES.contains(&d.2.as_str())).map(|d| d.0).collect();
        let begun = |row: RecordId| civil_side::since(book, row);
        let again: Vec<RecordId> =
            drawing.iter().copied().filter(|&row| begun(row).is_some_and(|on| date::after(on, left.on))).collect();
        // Poor again: the last months with income after the one of the exit.
        let all_poor =
            |months: &[Compared<'_>]| months.len() == count && months.iter().all(|c| c.standing == Standing::NotAbove);
        let mut poor = last_months(judge.profile, facts, file, left.on.month(), 0);
        poor.drain(..poor.len().saturating_sub(count));
        let mut costs = None;
        if again.is_empty() && poor.len() == count && !all_poor(&poor) {
            match beside_gross(judge, file, poor[count - 1].month) {
                Ok(told) => costs = told,
                Err(why) => {
                    judge.undetermined(file, why);
                    continue;
                }
            }
            if let Some(costs) = &costs {
                poor = last_months(judge.profile, facts, file, left.on.month(), costs.per_head());
                poor.drain(..poor.len().saturating_sub(count));
            }
        }
        let is_poor = all_poor(&poor);
        if again.is_empty() && !is_poor {
            let by_civil = facts.coverage.any_complete(&super::super::yz::CIVIL_KINDS, f.unit)
                && !civil.unknown_state
                && drawing.iter().all(|&row| begun(row).is_some());
            if by_civil {
                judge.compliant(file);
            } else {
                judge.undetermined(file, why::civil(facts, file));
            }
            continue;
        }
        let mut draft = Draft::of_file(facts, file).evidence(facts.evidence(left.record, left.field));
        let mut parts = Vec::new();
        if let Some(&first) = again.first() {
            let scheme = facts.written(first, "scheme");
            let from = begun(first).map(|on| on.to_string()).unwrap_or_default();
            parts.push(format!("{from}起又享受{scheme}"));
            for &row in &again {
                draft = draft.evidence(facts.evidence(row, "from")).evidence(facts.evidence(row, "state"));
                draft = draft.context(facts.evidence_or_row(row, "id_number"));
            }
        }
        if is_poor {
            parts.push(format!(
                "最近{count}个月人均收入都不高于低保标准：{}{}",
                month_by_month(&poor),
                assumed_note(&poor)
            ));
            draft = costs_evidence(facts, income_evidence(facts, draft, file, &poor), &costs);
        }
        let households: Vec<_> = again.iter().filter_map(|&row| book.civil.household_of(row)).collect();
        draft = draft.reference(joined_sorted(households.iter().map(|&id| book.civil.get(id).cert_no.clone())));
        // JD211 says the same of a household member on the roster.
        let in_civil = households.iter().flat_map(|&id| book.civil.get(id).persons.iter().filter_map(|p| p.id));
        for row in f.persons().chain(in_civil).flat_map(|p: ResidentId| roster.get(&p.key()).into_iter().flatten()) {
            draft = draft.about(Subject::Row(*row));
        }
        let absent: &[&str] = if again.is_empty() { RULE.absence } else { &["efile"] };
        let draft = draft.message(format!("{}脱困，没有在档档案，{}", left.on, parts.join("；")));
        judge.finding_without(file, draft, absent);
    }
}

/// The last `count` months with income after the month of the exit, oldest first, against the dibao standard.
fn last_months<'a>(
    profile: &Profile,
    facts: &'a Facts<'_>,
    file: FileId,
    left: crate::domain::date::Month,
    costs: i64,
) -> Vec<Compared<'a>> {
    let rows = facts.months.of(file);
    let mut months: Vec<_> = rows.iter().map(|r| r.month).filter(|m| *m > left).collect();
    months.dedup();
    let efile = facts.book.file(file).record;
    let limit = |m| Some(facts.dibao_limit(profile, efile, m)?.beside_costs(costs));
    months.iter().map(|&m| compare(rows, m, limit(m))).collect()
}

/// Person → rows of the union roster.
fn roster_rows(facts: &Facts<'_>) -> FxHashMap<u64, Vec<RecordId>> {
    let tables = &facts.book.tables;
    let mut rows: FxHashMap<u64, Vec<RecordId>> = FxHashMap::default();
    for &row in tables.of_kind("roster") {
        if let Some(person) = facts.book.person_of(row, "id_number") {
            rows.entry(person.key()).or_default().push(row);
        }
    }
    rows
}
