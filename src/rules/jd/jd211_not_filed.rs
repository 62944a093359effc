use std::collections::BTreeMap;

use super::super::prelude::*;
use crate::domain::id_number::ResidentId;
use crate::link::{CivilHousehold, CivilId, Drawing};

rule! {
    /// 疑似漏建
    ///
    /// ## 查什么
    /// 会员名册上的人，家庭正在享受低保、低保边缘或特困救助，而全家没有一个人在在档的电子档案中。每个民政家庭一条，归名册所写的工会；该工会没有报来电子档案、归属不明，或有文件读不出时，无法判定。
    ///
    /// ## 为什么
    /// 符合条件的困难职工应建尽建。
    ///
    /// ## 怎么核实
    /// 入户了解家庭情况，符合建档标准的按程序建档。
    pub static RULE = {
        code: "JD211",
        title: "疑似漏建",
        severity: Medium,
        class: MissedEntry,
        norm: Filing,
        subject: "每个有工会会员的在保家庭",
        clause: "filing.none_missed",
        general_basis: "业务规则：符合条件的困难职工应建尽建、应帮尽帮",
        sources: &[&["roster"], &["civil", "civil_household", "civil_person"], &["efile"]],
        absence: ["efile", "emember"],
        params: &[],
        advice: "先入户核实家庭困难情况，符合建档标准的按程序建档，不符合的在“核实说明”写明。",
        cases: [
            Finding "+roster name=例乙,id_number=510106197502029993；+civil cert_no=DB-2,head_name=例乙,head_id_number=510106197502029993,name=例乙,id_number=510106197502029993",
            Finding "efile.status=已注销；efile.cancelled_on=2019-01-01",
            Compliant "",
            Compliant "roster.name=测配偶；roster.id_number=510104198203059983",
            NotApplicable "+roster name=例乙,id_number=510106197502029993",
            NotApplicable "+roster name=例乙,id_number=510106197502029993；+civil cert_no=DB-2,head_name=例乙,head_id_number=510106197502029993,name=例乙,id_number=510106197502029993,state=停保",
            NotApplicable "+roster name=例乙,id_number=510106197502029993；+civil cert_no=DB-2,head_name=例乙,head_id_number=510106197502029993,name=例乙,id_number=510106197502029993,scheme=临时救助",
            Undetermined "+roster name=例乙,id_number=510106197502029993,unit=不知名工会；+civil cert_no=DB-2,head_name=例乙,head_id_number=510106197502029993,name=例乙,id_number=510106197502029993",
            Undetermined "roster.id_number=44010019800101",
            Undetermined "efile.status=待定",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// 在保 in one of these is 困难; 临时救助 and 刚性支出 are no standing aid.
const SCHEMES: [&str; 3] = ["低保", "低保边缘", "特困"];

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    // Of several members in one household the first by number speaks for it.
    let mut found: BTreeMap<CivilId, (ResidentId, RecordId)> = BTreeMap::new();
    for &record in book.tables.of_kind("roster") {
        let Some(person) = book.person_of(record, "id_number") else {
            judge.undetermined(record, Reason::NumberUnclear);
            continue;
        };
        let households = book.civil.by_person.get(&person.key()).map_or(&[][..], Vec::as_slice);
        if households.is_empty() {
            judge.not_applicable(record);
        }
        for &id in households {
            let first = found.entry(id).or_insert((person, record));
            if person.key() < first.0.key() {
                *first = (person, record);
            }
        }
    }
    for (id, (_, record)) in found {
        household(judge, book.civil.get(id), record);
    }
}

fn household(judge: &mut Judge<'_>, household: &CivilHousehold, roster: RecordId) {
    let facts = judge.facts;
    let book = facts.book;
    let unit = book.unit_of_row(roster);
    let is = |drawing: Drawing| household.persons.iter().any(|p| p.drawing == drawing);
    let is_aided = household.on_now && SCHEMES.contains(&household.scheme.as_str());
    if !is_aided {
        // A state or scheme nobody knows says nothing.
        if is(Drawing::Unknown) || (household.on_now && !household.scheme_known) {
            judge.undetermined(roster, Reason::CivilUnclear);
        } else {
            judge.not_applicable(roster);
        }
        return;
    }
    let files = household.persons.iter().filter_map(|p| p.id).flat_map(|id| book.files_of(id));
    let statuses: Vec<FileStatus> = files.map(|&f| book.file(f).status).collect();
    if statuses.contains(&FileStatus::Active) {
        judge.compliant(roster);
    } else if statuses.contains(&FileStatus::Unknown) {
        judge.undetermined(roster, Reason::StatusUnclear);
    } else if !facts.coverage.complete("efile", unit) {
        judge.undetermined(roster, Reason::of_source(facts, "efile", unit));
    } else {
        judge.finding(roster, finding(facts, household, roster));
    }
}

fn finding(facts: &Facts<'_>, household: &CivilHousehold, roster: RecordId) -> Draft {
    let book = facts.book;
    let mut draft = Draft::of_row(facts, roster, "name", "id_number")
        .reference(&household.cert_no)
        .message(format!(
            "会员名册上有此人，其家庭正在享受{}（救助证号{}），全家没有在档的困难职工档案",
            household.scheme, household.cert_no
        ))
        .evidence(facts.evidence(roster, "name"))
        .evidence(facts.evidence(roster, "id_number"));
    // A file that has left is not the one that is missing.
    (draft.file, draft.file_no, draft.unit) = (None, String::new(), book.unit_of_row(roster));
    let person = book.person_of(roster, "id_number");
    let row = household.persons.iter().find(|p| p.id == person).or(household.persons.first());
    if let Some(row) = row {
        let cells = [row.field, "cert_no", "scheme", "state"];
        draft.evidence.extend(cells.iter().filter_map(|field| facts.evidence(row.record, field)));
    }
    draft
}
