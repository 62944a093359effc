use super::super::prelude::*;
use super::folding::{Cell, Told, fold, of_column};
use crate::error::nearest;
use crate::schema::{Field, Schema};

rule! {
    /// 代码值不规范
    ///
    /// ## 查什么
    /// 性别、建档标准、档案状态、困难类别、健康状况、工作状态、住房类型、户口类型、婚姻状况、主要致困原因（电子、纸质），以及家庭成员的性别、健康状况，是否为历年代码表中的词或其同义词。
    ///
    /// ## 为什么
    /// 代码表以外的词无法统计，也无法与其他来源比对。
    ///
    /// ## 怎么核实
    /// 改为系统代码表中的词；确属本地通用说法的，请数据管理员加入配置 [codes]。
    pub static RULE = {
        code: "ID106",
        title: "代码值不规范",
        severity: Low,
        class: Quality,
        norm: Filing,
        subject: "电子档案、家庭成员、纸质档案的每个代码项",
        clause: "records.complete",
        general_basis: "困难职工档案表填表说明（历年代码表）",
        sources: &[&["efile", "emember", "paper"]],
        params: &[],
        advice: "改为系统代码表中的规范用词。",
        cases: [
            Finding "efile.level=超级",
            Finding "emember.health=好得很",
            Compliant "efile.health=癌症；paper.health=恶性肿瘤",
            NotApplicable "efile.marital=",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let tables = &facts.book.tables;
    for kind in KINDS {
        let Some(&first) = tables.of_kind(kind).first() else { continue };
        let schema = tables.schema(first);
        for (i, field) in schema.fields.iter().enumerate().filter(|(_, f)| f.closed) {
            for &record in tables.of_kind(kind) {
                match &tables.get(record).values[i] {
                    Value::Code(code) if code.word().is_none() => {}
                    Value::Code(_) => judge.compliant(About::from(record).field(&field.id)),
                    _ => judge.not_applicable(About::from(record).field(&field.id)),
                }
            }
            let (cells, filled) = foreign_words(facts, kind, i);
            for told in fold(cells, filled) {
                match told {
                    Told::Cell(cell) => {
                        let draft = Draft::of_row(facts, cell.record, "name", "id_number")
                            .field(facts, cell.record, &field.id)
                            .reference(kind)
                            .message(format!(
                                "{}的“{}”写的是{}，不在代码表中",
                                schema.title,
                                field.title,
                                quoted(&cell.word)
                            ))
                            .evidence(facts.evidence(cell.record, &field.id));
                        judge.finding(About::from(cell.record).field(&field.id), draft);
                    }
                    Told::Column { cells, word } => {
                        let draft = of_column(facts, kind, &field.id, &cells, word.as_deref());
                        let message = column_message(facts, schema, field, &cells, filled);
                        let draft = if DECIDING.contains(&field.id.as_str()) {
                            let message = format!("{message}；{}户因此无法核查", cells.len());
                            draft.severity(Severity::Medium).message(message)
                        } else {
                            draft.message(message)
                        };
                        let reference = draft.row_key.clone();
                        judge.finding(About::key(draft.unit, &reference), draft);
                    }
                }
            }
        }
    }
}

/// Kinds whose words are held against the tables of codes.
pub const KINDS: [&str; 3] = ["efile", "emember", "paper"];

/// Cells of a column whose word is in no table of codes, and how many cells are filled.
pub fn foreign_words(facts: &Facts<'_>, kind: &str, field: usize) -> (Vec<Cell>, usize) {
    let tables = &facts.book.tables;
    let (mut cells, mut filled) = (Vec::new(), 0);
    for &record in tables.of_kind(kind) {
        let Value::Code(code) = &tables.get(record).values[field] else { continue };
        filled += 1;
        if code.word().is_none() {
            let id = &tables.schema(record).fields[field].id;
            cells.push(Cell { record, word: facts.written(record, id) });
        }
    }
    (cells, filled)
}

/// Whether a household is judged at all rests on these.
const DECIDING: [&str; 3] = ["level", "status", "category"];

/// The words, how often they stand there, and what to write in the configuration for each.
fn column_message(facts: &Facts<'_>, schema: &Schema, field: &Field, cells: &[Cell], filled: usize) -> String {
    let mut words: Vec<&str> = cells.iter().map(|c| c.word.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    let id = field.codes.as_deref().unwrap_or(&field.id);
    let known = facts.book.tables.schemas.codes(id).map(|t| t.words.keys().map(String::as_str).collect::<Vec<_>>());
    let known = known.unwrap_or_default();
    let all = known.iter().take(20).copied().collect::<Vec<_>>().join("、");
    let near = |word: &str| nearest(word, known.iter().copied()).unwrap_or("…");
    let lines: Vec<String> = words.iter().take(5).map(|word| format!("\"{word}\" = \"{}\"", near(word))).collect();
    format!(
        "{}的“{}”有{}格（共填{filled}格）写的是{}，不在代码表中；本列同一写法只列一条。在配置中写 [codes.{id}] {}，规范词有：{all}",
        schema.title,
        field.title,
        cells.len(),
        words.iter().take(5).map(|w| quoted(w)).collect::<Vec<_>>().join("、"),
        lines.join(" ")
    )
}
