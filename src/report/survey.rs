//! 入户调查表 of each household with findings: what the electronic file says of the items of 附件3 (成工办〔2019〕43号), and
//! which of them to look at.

use std::collections::{BTreeMap, BTreeSet};

use super::findings_csv::yuan;
use super::model::{FindingRow, Survey, SurveyItem, SurveyMember};
use crate::audit::{Audit, Finding};
use crate::derive::{Facts, Outcome};
use crate::finding::Side;
use crate::link::{FileId, UnitId};
use crate::normalize::{RecordId, Value};

/// Items of the form in its order: label and field of the electronic file. 附件3 has no 家庭人口 and no 所属工会; both are asked
/// for wherever files are compared.
pub const ITEMS: [(&str, &str); 22] = [
    ("姓名", "name"),
    ("档案号", "file_no"),
    ("性别", "sex"),
    ("联系电话", "phone"),
    ("家庭地址", "address"),
    ("身份证号", "id_number"),
    ("工作单位", "employer"),
    ("企业状况", "employer_state"),
    ("工作状态", "work_status"),
    ("住房类型", "housing"),
    ("住房面积", "floor_area"),
    ("户口类型", "hukou"),
    ("参加工作时间", "work_start"),
    ("困难类别", "category"),
    ("健康状况", "health"),
    ("医保状况", "insurance"),
    ("本人月收入", "income_monthly"),
    ("家庭年总收入", "income_annual"),
    ("子女就读学校", "school"),
    ("家庭人口", "household_size"),
    ("所属工会", "unit"),
    ("详细致困原因", "cause_main"),
];

/// Columns of 家庭主要成员情况: heading and field of the electronic member list.
pub const MEMBER_COLUMNS: [(&str, &str); 7] = [
    ("姓名", "name"),
    ("身份证号", "id_number"),
    ("关系", "relation"),
    ("健康状况", "health"),
    ("医保状况", "insurance"),
    ("月收入", "income_monthly"),
    ("单位或学校", "school_or_employer"),
];

/// Forms by unit, in order of file number. `rows`: the findings as printed, by which their places are looked up.
pub fn by_unit(facts: &Facts<'_>, audit: &Audit, rows: &[FindingRow]) -> BTreeMap<UnitId, Vec<Survey>> {
    let places: BTreeMap<&str, usize> = rows.iter().enumerate().map(|(i, f)| (f.id.as_str(), i)).collect();
    // Whose person is another unit's as well, that unit visits.
    let is_own = |f: &Finding| places.get(f.id.as_str()).is_some_and(|&i| rows[i].own_view.is_none());
    let mut of_files: BTreeMap<FileId, Vec<&Finding>> = BTreeMap::new();
    // Households without an electronic file: paper files and households of civil affairs.
    let mut unfiled: BTreeMap<(UnitId, &str, &str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in &audit.findings {
        let draft = &finding.draft;
        let household = draft.evidence.first().is_some_and(|e| matches!(e.side, Side::Paper | Side::Civil));
        match draft.file {
            Some(file) if facts.book.file(file).unit == draft.unit => of_files.entry(file).or_default().push(finding),
            None if household && !draft.name.is_empty() && is_own(finding) => {
                let key = (draft.unit, draft.file_no.as_str(), draft.name.as_str(), draft.id_number.as_str());
                unfiled.entry(key).or_default().push(finding);
            }
            _ => {}
        }
    }
    let listed = |findings: &[&Finding]| -> Vec<usize> {
        findings.iter().filter_map(|f| places.get(f.id.as_str()).copied()).collect()
    };
    let mut out: BTreeMap<UnitId, Vec<Survey>> = BTreeMap::new();
    for (&file, findings) in &of_files {
        let survey = Survey { findings: listed(findings), ..of_file(facts, file, findings) };
        out.entry(facts.book.file(file).unit).or_default().push(survey);
    }
    for (&(unit, file_no, name, id_number), findings) in &unfiled {
        let value = |field| match field {
            "name" => name,
            "file_no" => file_no,
            "id_number" => id_number,
            "unit" => facts.book.units.name(unit),
            _ => "",
        };
        let items = ITEMS.map(|(_, field)| SurveyItem { electronic: value(field).to_string(), differs: false });
        let survey = Survey { items: items.to_vec(), members: Vec::new(), findings: listed(findings) };
        out.entry(unit).or_default().push(survey);
    }
    for surveys in out.values_mut() {
        surveys.retain(|s| !s.findings.is_empty());
        surveys.sort_by(|a, b| {
            (a.value("file_no"), a.value("id_number")).cmp(&(b.value("file_no"), b.value("id_number")))
        });
    }
    out
}

impl Survey {
    /// The electronic value of a field, "" for a field that is no item.
    pub fn value(&self, field: &str) -> &str {
        let item = ITEMS.iter().position(|(_, f)| *f == field).and_then(|i| self.items.get(i));
        item.map_or("", |item| item.electronic.as_str())
    }
}

/// What the electronic file says of the items, for a form of any household.
pub fn of_household(facts: &Facts<'_>, file: FileId) -> Survey {
    of_file(facts, file, &[])
}

fn of_file(facts: &Facts<'_>, file: FileId, findings: &[&Finding]) -> Survey {
    let book = facts.book;
    let f = book.file(file);
    let paper = facts.paper_of(file);
    let numbers: BTreeSet<String> = f.members.iter().map(|m| value_of(facts, m.record, "id_number")).collect();
    // What a member's own row is told of is marked beside the member, not in the head's items.
    let of_head = findings.iter().filter(|f| f.draft.id_number.is_empty() || !numbers.contains(&f.draft.id_number));
    let told: BTreeSet<&str> = of_head.flat_map(|f| f.draft.field.split('+')).collect();
    let item = |(_, field): (&str, &'static str)| {
        let outcome = paper.map_or(Outcome::NotCompared, |p| p.outcome(field));
        SurveyItem {
            electronic: match field {
                "unit" => book.units.name(f.unit).to_string(),
                _ => value_of(facts, f.record, field),
            },
            differs: told.contains(field)
                || matches!(outcome, Outcome::Differs | Outcome::MissingOnPaper | Outcome::MissingElectronic),
        }
    };
    let members = f.members.iter().map(|m| {
        let values = MEMBER_COLUMNS.map(|(_, field)| value_of(facts, m.record, field));
        let concerned = |f: &&Finding| !f.draft.id_number.is_empty() && f.draft.id_number == values[1];
        SurveyMember { differs: findings.iter().any(concerned), values }
    });
    Survey { items: ITEMS.map(item).to_vec(), members: members.collect(), findings: Vec::new() }
}

/// A value as the form prints it: what is read with a unit, a code or a day in mind says it in full; the rest as written.
fn value_of(facts: &Facts<'_>, record: RecordId, field: &'static str) -> String {
    match facts.book.tables.value(record, field) {
        Value::Absent | Value::Blank => String::new(),
        Value::Money(fen) => yuan(*fen),
        Value::Date(date) => date.to_string(),
        Value::Code(code) => code.shown().to_string(),
        Value::Id(number) => number.shown(),
        Value::Name(name) => name.shown().to_string(),
        _ => facts.written(record, field),
    }
}
