//! One page of a household: what every source says of it, row by row.

use crate::audit::Finding;
use crate::derive::Facts;
use crate::domain::id_number::ResidentId;
use crate::link::FileId;
use crate::normalize::{RecordId, Value};
use crate::report::documents::Values;

/// Fields of a row that are printed at most; the file itself has the rest.
const FIELDS: usize = 14;

/// Rows of a file's household in the order of the sources: electronic, paper, civil, aid, payments, the rest.
pub fn of_file(facts: &Facts<'_>, file: FileId) -> Vec<RecordId> {
    let book = facts.book;
    let t = &book.tables;
    let f = book.file(file);
    let mut rows: Vec<RecordId> = vec![f.record];
    rows.extend(f.members.iter().map(|m| m.record));
    for &paper in book.papers_of.get(&file).into_iter().flatten() {
        rows.push(book.papers[paper.0 as usize].record);
    }
    for &(civil, _) in &facts.civil_of(file).links {
        rows.extend(book.civil.get(civil).records.iter().copied());
    }
    let persons: Vec<ResidentId> = f.persons().collect();
    let is_ours = |record: RecordId| {
        book.file_of_row(record) == Some(file)
            || book.person_of(record, "id_number").is_some_and(|person| persons.contains(&person))
    };
    for kind in [
        "aid",
        "payment",
        "income",
        "medical",
        "visit",
        "exit",
        "death",
        "vehicle",
        "business",
        "real_estate",
        "fiscal_payroll",
    ] {
        rows.extend(t.of_kind(kind).iter().copied().filter(|&record| is_ours(record)));
    }
    rows.dedup();
    rows
}

/// Rows that a finding about a household without a file rests on.
pub fn of_finding(facts: &Facts<'_>, finding: &Finding) -> Vec<RecordId> {
    super::super::explain::records_behind(facts, finding)
}

/// 来源, 位置, 内容 of a row.
pub fn row(facts: &Facts<'_>, record: RecordId) -> Values {
    let t = &facts.book.tables;
    let schema = t.schema(record);
    let sheet = t.table(record).sheet;
    let file = facts.inputs.file_of(sheet);
    let name = &facts.inputs.sheet(sheet).name;
    let place = match name.is_empty() {
        true => format!("{} › 第{}行", file.path, t.get(record).row),
        false => format!("{} › {name} › 第{}行", file.path, t.get(record).row),
    };
    let said = |(at, field): (usize, &crate::schema::Field)| {
        if matches!(t.value(record, &field.id), Value::Absent | Value::Blank) {
            return None;
        }
        let written = facts.written(record, &field.id);
        (!written.is_empty()).then(|| format!("{}：{written}", t.title(record, at)))
    };
    let said: Vec<String> = schema.fields.iter().enumerate().filter_map(said).take(FIELDS).collect();
    Values::from([("来源", schema.title.clone()), ("位置", place), ("内容", said.join("；"))])
}
