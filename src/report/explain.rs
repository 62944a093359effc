//! One finding from end to end: every row it rests on as written and as read, how the rows were matched, what was compared,
//! by which clause.

use std::fmt::Write;

use serde::Serialize;

use super::reading::reading;
use crate::audit::{Audit, Finding};
use crate::derive::Facts;
use crate::link::FileId;
use crate::normalize::{Cells, RecordId};
use crate::place::{Place, column_letters};
use crate::profile::{Parameter, Profile};
use crate::rules::{Param, Preset, Rule};

/// Everything that is known of one finding. Serialised as it stands for machines; [`Explanation::text`] for people.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    pub finding_id: String,
    pub rule: String,
    pub title: String,
    pub severity: &'static str,
    pub class: &'static str,
    pub unit: String,
    pub file_no: String,
    pub name: String,
    pub id_number: String,
    pub field: String,
    #[serde(rename = "ref")]
    pub reference: String,
    pub message: String,
    pub conclusion: String,
    /// The rows it rests on, in the order of the evidence.
    pub rows: Vec<Row>,
    /// How the household's rows found each other.
    pub matching: Vec<String>,
    /// What was compared, and with which result.
    pub comparison: Vec<String>,
    /// What the rule examines, and its parameters in force.
    pub manual: Vec<String>,
    pub parameters: Vec<String>,
    pub basis: String,
    pub advice: String,
}

/// A row of a source.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub kind: String,
    pub kind_title: String,
    pub path: String,
    pub sheet: String,
    pub row: u32,
    /// Why the row belongs to the file (or to none).
    pub belongs: String,
    /// Where the number does not say who is meant: by which rule and on what grounds the row was taken for somebody, or the
    /// nearest persons and why they failed.
    pub identified: Vec<String>,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    pub field: String,
    pub title: String,
    /// `C12`
    pub at: String,
    pub written: String,
    pub read: String,
    pub steps: Vec<String>,
    /// The finding rests on this cell.
    pub evidence: bool,
}

/// Explains a finding of this run; None where it has no such finding.
pub fn explanation(facts: &Facts<'_>, audit: &Audit, profile: &Profile, id: &str) -> Option<Explanation> {
    let finding = audit.findings.iter().find(|f| f.id.eq_ignore_ascii_case(id))?;
    let draft = &finding.draft;
    let rule = &finding.rule;
    let mut rows: Vec<Row> = Vec::new();
    for record in records_behind(facts, finding) {
        rows.push(row(facts, finding, record));
    }
    let manual = rule.manual.lines().skip(1).map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    Some(Explanation {
        finding_id: finding.id.clone(),
        rule: rule.code.to_string(),
        title: rule.title.to_string(),
        severity: finding.severity.chinese(),
        class: rule.class.chinese(),
        unit: facts.book.units.name(draft.unit).to_string(),
        file_no: draft.file_no.clone(),
        name: draft.name.clone(),
        id_number: draft.id_number.clone(),
        field: draft.field.clone(),
        reference: draft.reference.clone(),
        message: draft.message.clone(),
        conclusion: draft.conclusion.to_string(),
        rows,
        matching: draft.file.map(|f| matching(facts, f)).unwrap_or_default(),
        comparison: draft.file.map(|f| comparison(facts, f, &draft.field)).unwrap_or_default(),
        manual: manual.map(str::to_string).collect(),
        parameters: parameters(rule, profile),
        basis: finding.basis.clone(),
        advice: rule.advice.to_string(),
    })
}

/// `months = 6 月（默认6）` of every parameter.
fn parameters(rule: &Rule, profile: &Profile) -> Vec<String> {
    let of = |p: &Param| {
        let value = match profile.parameter(rule.code, p.name) {
            Some(Parameter::Flag(b)) => b.to_string(),
            Some(Parameter::Date(d)) => d.to_string(),
            Some(Parameter::Text(t)) => t.clone(),
            Some(Parameter::List(words)) => words.join("、"),
            Some(Parameter::Table(rows)) => {
                let row = |(k, v): (&String, &Vec<String>)| format!("{k}→{}", v.join("或"));
                rows.iter().map(row).collect::<Vec<_>>().join("；")
            }
            Some(Parameter::Integer(_) | Parameter::Decimal(_)) | None => match p.default {
                Preset::Number(_) => rule.number(profile, p.name).to_string(),
                Preset::Flag(b) => b.to_string(),
                Preset::NoDate => "（未定）".to_string(),
                Preset::List(words) | Preset::Choice(words, _) => words.join("、"),
                Preset::Table(rows) => {
                    rows.iter().map(|(k, v)| format!("{k}→{}", v.join("或"))).collect::<Vec<_>>().join("；")
                }
            },
        };
        format!("{} = {value}（{}）", p.name, p.unit)
    };
    rule.params.iter().map(of).collect()
}

/// The records whose cells are the evidence, each once, in the evidence's order.
pub fn records_behind(facts: &Facts<'_>, finding: &Finding) -> Vec<RecordId> {
    let tables = &facts.book.tables;
    let mut out: Vec<RecordId> = Vec::new();
    for evidence in &finding.draft.evidence {
        let at = evidence.place;
        let owner = (0..tables.records.len() as u32).map(RecordId).find(|&r| {
            let record = tables.get(r);
            tables.table(r).sheet == at.sheet && holds(tables, r, at, &record.cells)
        });
        if let Some(owner) = owner.filter(|o| !out.contains(o)) {
            out.push(owner);
        }
    }
    out
}

fn holds(tables: &crate::normalize::Tables<'_>, record: RecordId, at: Place, cells: &Cells) -> bool {
    match cells {
        Cells::Columns(columns) => tables.get(record).row == at.row && columns.contains(&Some(at.col)),
        Cells::Each(places) => places.contains(&Some((at.row, at.col))),
    }
}

fn row(facts: &Facts<'_>, finding: &Finding, record: RecordId) -> Row {
    let tables = &facts.book.tables;
    let schema = tables.schema(record);
    let sheet = tables.table(record).sheet;
    let mut cells = Vec::new();
    for (i, field) in schema.fields.iter().enumerate() {
        let Some(place) = tables.place_at(record, i) else { continue };
        let written = facts.written(record, &field.id);
        let value = &tables.get(record).values[i];
        let evidence = finding.draft.evidence.iter().any(|e| e.place == place);
        if written.is_empty() && !evidence {
            continue;
        }
        let (read, steps) = reading(field.ty, facts.inputs.sheet(sheet).text_at(place.row, place.col), value);
        cells.push(Cell {
            field: field.id.clone(),
            title: tables.title(record, i).to_string(),
            at: format!("{}{}", column_letters(place.col), place.row),
            written,
            read,
            steps,
            evidence,
        });
    }
    Row {
        kind: schema.kind.clone(),
        kind_title: schema.title.clone(),
        path: facts.inputs.file_of(sheet).path.clone(),
        sheet: facts.inputs.sheet(sheet).name.clone(),
        row: tables.get(record).row,
        belongs: facts.book.how_linked(record),
        identified: facts.book.how_identified(record),
        cells,
    }
}

/// How paper and civil affairs were found for a file.
fn matching(facts: &Facts<'_>, file: FileId) -> Vec<String> {
    let book = facts.book;
    let mut out = Vec::new();
    match facts.paper_of(file) {
        Some(paper) => {
            let count = book.papers_of.get(&file).map_or(0, Vec::len);
            let several =
                if count > 1 { format!("（共{count}份，取最相符的一份）") } else { String::new() };
            out.push(format!("纸质档案：{}{several}", paper.how.chinese()));
        }
        None if facts.coverage.complete("paper", book.file(file).unit) => {
            out.push("纸质档案：按身份证号、按档案号和姓名、按疑似错号都没有找到".to_string());
        }
        None => out.push("纸质档案：本单位没有报来，或有文件读不出".to_string()),
    }
    let civil = facts.civil_of(file);
    for &(id, how) in &civil.links {
        let household = book.civil.get(id);
        let state = if household.on_now { "有人在保" } else { "无人在保" };
        let close = if civil.close.contains(&id) { "" } else { "，只通过其他成员对上，不比家庭成员" };
        out.push(format!("民政：{} {}（{}，{state}{close}）", household.scheme, household.cert_no, how.chinese()));
    }
    if civil.links.is_empty() {
        out.push("民政：本户没有人在民政名单中".to_string());
    }
    let others = book.files_of.values().filter(|files| files.contains(&file)).flatten().filter(|&&f| f != file);
    let mut others: Vec<&str> = others.map(|&f| book.file(f).file_no.as_str()).collect();
    others.sort_unstable();
    others.dedup();
    if !others.is_empty() {
        out.push(format!("与本户有共同成员的其他档案：{}", others.join("、")));
    }
    out
}

/// The compared fields of a file, those of the finding first.
fn comparison(facts: &Facts<'_>, file: FileId, field: &str) -> Vec<String> {
    use crate::derive::Outcome;
    let Some(paper) = facts.paper_of(file) else { return Vec::new() };
    let efile = facts.book.file(file).record;
    let schema = facts.book.tables.schema(efile);
    let mut lines = Vec::new();
    for compared in paper.fields.iter().filter(|c| field.split('+').any(|f| f == c.field)) {
        let title = schema.index(compared.field).map_or(compared.field, |i| schema.fields[i].title.as_str());
        let result = match compared.outcome {
            Outcome::Equal => "一致",
            Outcome::Differs => "不一致",
            Outcome::MissingOnPaper => "纸质缺失",
            Outcome::MissingElectronic => "电子缺失",
            Outcome::NotCompared => "未比对（一方没有这一列、没有填写或无法识别）",
        };
        let (e, p) = (facts.written(efile, compared.field), facts.written(paper.paper, compared.field));
        lines.push(format!("{title}：电子“{e}”，纸质“{p}” → {result}"));
    }
    let count = |o: Outcome| paper.fields.iter().filter(|c| c.outcome == o).count();
    lines.push(format!(
        "本户纸质与电子共比对{}项：一致{}项，不一致{}项，缺失{}项",
        paper.fields.len() - count(Outcome::NotCompared),
        count(Outcome::Equal),
        count(Outcome::Differs),
        count(Outcome::MissingOnPaper) + count(Outcome::MissingElectronic)
    ));
    lines
}

impl Explanation {
    /// For a person at a terminal.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{} {} {}（{}，{}）", self.finding_id, self.rule, self.title, self.severity, self.class);
        let _ = writeln!(out, "{}", self.message);
        let who = [&self.unit, &self.file_no, &self.name, &self.id_number];
        let who: Vec<&str> = who.iter().map(|s| s.as_str()).filter(|s| !s.is_empty()).collect();
        let _ = writeln!(out, "单位、档案号、姓名、身份证号：{}", who.join("  "));
        for (i, row) in self.rows.iter().enumerate() {
            let sheet = if row.sheet.is_empty() { String::new() } else { format!(" › {}", row.sheet) };
            let _ = writeln!(out, "\n【出处{}】{}：{}{sheet} › 第{}行", i + 1, row.kind_title, row.path, row.row);
            let _ = writeln!(out, "  归属：{}", row.belongs);
            for line in &row.identified {
                let _ = writeln!(out, "        {line}");
            }
            for cell in &row.cells {
                let mark = if cell.evidence { "▶" } else { " " };
                let same = cell.read == cell.written;
                let read = if same { String::new() } else { format!(" → {}", cell.read) };
                let steps =
                    if cell.steps.is_empty() { String::new() } else { format!("（{}）", cell.steps.join("；")) };
                let _ = writeln!(out, "  {mark} {} {}：{}{read}{steps}", cell.at, cell.title, cell.written);
            }
        }
        let mut part = |title: &str, lines: &[String]| {
            if !lines.is_empty() {
                let _ = writeln!(out, "\n【{title}】");
                lines.iter().for_each(|l| {
                    let _ = writeln!(out, "  {l}");
                });
            }
        };
        part("匹配", &self.matching);
        part("比对", &self.comparison);
        part("规则", &self.manual);
        part("参数", &self.parameters);
        part("依据", std::slice::from_ref(&self.basis));
        part("处理", std::slice::from_ref(&self.advice));
        out
    }
}
