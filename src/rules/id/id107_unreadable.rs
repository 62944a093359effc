use std::collections::BTreeMap;

use super::super::prelude::*;
use super::folding::{Cell, Told, fold, of_column};
use crate::derive::payments::is_impossible;
use crate::schema::{Field, FieldType, Schema};

rule! {
    /// 数值或日期无法识别
    ///
    /// ## 查什么
    /// 金额、日期、人数、面积、电话、账号等格，写了但读不成相应的值：如“约三百”“九十年代”、2019.1（一月还是十月）；账号以62开头、16–19位而校验位不符，或在账号列写了9位社会保障卡号（提示）。
    ///
    /// ## 为什么
    /// 读不出的值不参加比对，后面的核查就缺了依据。
    ///
    /// ## 怎么核实
    /// 按原始凭证改写为规范的数字或日期。
    pub static RULE = {
        code: "ID107",
        title: "数值或日期无法识别",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "各来源写有数值、日期、账号的每一格",
        clause: "records.complete",
        general_basis: "数据规范：金额写数字，日期写年月日",
        sources: &[],
        params: &[],
        advice: "按原始凭证改写：金额只写数字，日期写成2019-08-25这样的形式，账号按文本填写。",
        cases: [
            Finding "efile.work_start=九十年代",
            Finding "efile.floor_area=挺大的",
            Finding "aid.aided_on=2029-05-01",
            Finding "payment.paid_on=1910-05-10",
            Compliant "efile.work_start=一九九九年三月",
            Compliant "efile.account=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let tables = &facts.book.tables;
    for schema in tables.schemas.all() {
        for &record in tables.of_kind(&schema.kind) {
            if bad_cells(facts, record).is_empty() {
                judge.compliant(record);
            } else if is_stranger(facts, record) {
                judge.not_applicable(record);
            }
        }
        for (i, cells) in unreadable(facts, schema) {
            let filled = filled(facts, schema, i);
            for told in fold(cells, filled) {
                match told {
                    Told::Cell(cell) => of_cell(judge, schema, i, &cell),
                    Told::Column { cells, word } => of_cells(judge, schema, i, &cells, word.as_deref(), filled),
                }
            }
        }
    }
}

/// Cells that cannot be read, by field. Rows of other departments' lists count where they are of a household.
pub fn unreadable(facts: &Facts<'_>, schema: &Schema) -> BTreeMap<usize, Vec<Cell>> {
    let mut failing: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
    for &record in facts.book.tables.of_kind(&schema.kind) {
        if is_stranger(facts, record) {
            continue;
        }
        for i in bad_cells(facts, record) {
            let word = facts.written(record, &schema.fields[i].id);
            failing.entry(i).or_default().push(Cell { record, word });
        }
    }
    failing
}

/// Cells of a column in which anything is written.
pub fn filled(facts: &Facts<'_>, schema: &Schema, field: usize) -> usize {
    let tables = &facts.book.tables;
    tables.of_kind(&schema.kind).iter().filter(|&&r| tables.get(r).values[field].is_said()).count()
}

/// A row of another department's list, of nobody on file.
fn is_stranger(facts: &Facts<'_>, record: RecordId) -> bool {
    is_foreign(&facts.book.tables.schema(record).kind) && facts.book.file_of_row(record).is_none()
}

/// Fields of a row that cannot be read, or hold a date that cannot be right.
fn bad_cells(facts: &Facts<'_>, record: RecordId) -> Vec<usize> {
    let tables = &facts.book.tables;
    let values = &tables.get(record).values;
    let mistyped = impossible_date(facts, record, &tables.schema(record).kind);
    let is_bad =
        |i: &usize| (matches!(values[*i], Value::Bad(_)) && !values[*i].is_uncalculated()) || Some(*i) == mistyped;
    (0..values.len()).filter(is_bad).collect()
}

/// The date of an aid record or payment that cannot be right, by its field: after as-of, or from before such programs.
fn impossible_date(facts: &Facts<'_>, record: RecordId, kind: &str) -> Option<usize> {
    let field = match kind {
        "aid" => "aided_on",
        "payment" => "paid_on",
        _ => return None,
    };
    match facts.book.tables.value(record, field) {
        Value::Date(date) if is_impossible(*date, facts.setting.as_of) => facts.book.tables.schema(record).index(field),
        _ => None,
    }
}

/// What is wrong with a cell, and in which words it is told.
fn why_of(facts: &Facts<'_>, record: RecordId, i: usize) -> (String, &'static str) {
    match &facts.book.tables.get(record).values[i] {
        Value::Bad(why) => (why.to_string(), "无法识别"),
        Value::Date(date) if date.first_day() > facts.setting.as_of => {
            (format!("晚于基准日{}", facts.setting.as_of), "疑似写错")
        }
        _ => ("早于1990年".to_string(), "疑似写错"),
    }
}

/// Accounts only keep money from arriving; nobody is judged by them.
fn weighed(draft: Draft, field: &Field) -> Draft {
    if field.ty == FieldType::Account { draft.severity(Severity::Low) } else { draft }
}

fn of_cell(judge: &mut Judge<'_>, schema: &Schema, i: usize, cell: &Cell) {
    let (facts, field, record) = (judge.facts, &schema.fields[i], cell.record);
    let (why, what) = why_of(facts, record, i);
    let draft = Draft::of_row(facts, record, "name", "id_number")
        .field(facts, record, &field.id)
        .reference(row_reference(facts, record, &schema.kind))
        .message(format!(
            "{}的“{}”写的是{}，{what}：{why}；本格未参加比对",
            schema.title,
            field.title,
            quoted(&cell.word)
        ))
        .evidence(facts.evidence(record, &field.id));
    judge.finding(About::from(record).field(&field.id), weighed(draft, field));
}

fn of_cells(judge: &mut Judge<'_>, schema: &Schema, i: usize, cells: &[Cell], word: Option<&str>, filled: usize) {
    let (facts, field) = (judge.facts, &schema.fields[i]);
    let written = word.map(|w| format!("写的是{}，", quoted(w))).unwrap_or_default();
    let (why, what) = why_of(facts, cells[0].record, i);
    let draft = of_column(facts, &schema.kind, &field.id, cells, word).message(format!(
        "{}的“{}”有{}格（共填{filled}格）{written}{what}：{why}等；这些格未参加比对，请整列核对导出格式或原始凭证",
        schema.title,
        field.title,
        cells.len()
    ));
    let (unit, reference) = (draft.unit, draft.row_key.clone());
    judge.finding(About::key(unit, &reference), weighed(draft, field));
}

/// The kind, and the row's own number in it where it has one: several rows of one person may have a bad cell each.
fn row_reference(facts: &Facts<'_>, record: RecordId, kind: &str) -> String {
    let own = ["record_no", "serial"].iter().map(|f| text_of(&facts.book.tables, record, f)).find(|t| !t.is_empty());
    own.map_or_else(|| kind.to_string(), |own| format!("{kind}+{own}"))
}
