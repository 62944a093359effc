use super::super::prelude::*;
use super::{counts_here, draft_of_row, numbered_rows};
use crate::domain::id_number::{IdNumber, damaged_candidates};

rule! {
    /// 身份证号精度丢失
    ///
    /// ## 查什么
    /// 以数值存放的18位号码：表格软件只保留前15位，后三位变成000；或写成 5.10105E+17。
    ///
    /// ## 为什么
    /// 丢掉的三位无法从本表恢复，不能当作准确号码比对。
    ///
    /// ## 怎么核实
    /// 把该列设为“文本”后重新导出。能由同一档案号、同一姓名的另一来源确定号码的，写在“应为”。
    pub static RULE = {
        code: "ID102",
        title: "身份证号精度丢失",
        severity: Medium,
        class: Quality,
        norm: Filing,
        subject: "写有证件号码的每一行",
        clause: "records.agree",
        general_basis: "GB 11643-1999《公民身份号码》",
        sources: &[],
        params: &[],
        advice: "把证件号码列设为文本格式后重新导出本表，不要手工补后三位。",
        cases: [
            Finding "paper.id_number=5.10105E+17",
            Compliant "",
        ],
        since: "0.1.0",
        check: check,
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    for (record, field, number) in numbered_rows(facts) {
        let IdNumber::Damaged { prefix, .. } = number else {
            judge.compliant(record);
            continue;
        };
        if !counts_here(facts, record, &[]) {
            judge.not_applicable(record);
            continue;
        }
        let resolved = resolve(facts, record, prefix);
        let should = resolved.as_ref().map_or(String::new(), |id| format!("，应为{id}"));
        let title = facts.evidence(record, field).map(|e| e.title).unwrap_or_default();
        let mut draft = draft_of_row(facts, record, field)
            .field(facts, record, field)
            .message(format!(
                "{}中的身份证号以数值存放，后几位已丢失{should}；请把“{title}”列按文本重新导出",
                kind_title(facts, record)
            ))
            .evidence(facts.evidence(record, field))
            .context(facts.evidence(record, super::name_beside(field)))
            .reference(resolved.unwrap_or_default());
        if let Some(file) = draft.file {
            draft = draft.about(Subject::Field(file, "id_number"));
        }
        judge.finding(record, draft);
    }
}

/// The number a damaged one is taken for: the only valid number that other rows of the same file give this name and that
/// begins with the digits that are left.
fn resolve(facts: &Facts<'_>, record: RecordId, prefix: &str) -> Option<String> {
    let book = facts.book;
    if let Some(suspect) = book.who.suspect(record) {
        return Some(suspect.taken_for.clone());
    }
    let file_id = book.file_of_row(record)?;
    let file = book.file(file_id);
    let name = name_of(&book.tables, record, "name");
    let paper = book.paper_of(file_id);
    let own = std::iter::once(file.record).chain(file.members.iter().map(|m| m.record));
    let on_paper = paper.into_iter().flat_map(|p| std::iter::once(p.record).chain(p.members.iter().copied()));
    let mut fits: Vec<String> = own
        .chain(on_paper)
        .filter(|&r| r != record && crate::link::same_name(name, name_of(&book.tables, r, "name")))
        .filter_map(|r| id_of(&book.tables, r, "id_number"))
        .map(|id| id.full())
        .filter(|id| begins(id, prefix))
        .collect();
    let civil = facts.civil_of(file_id).links.iter().flat_map(|&(id, _)| book.civil.get(id).persons.iter());
    let named = civil.filter(|p| crate::link::same_name(name, p.name.as_ref())).filter_map(|p| p.id);
    fits.extend(named.map(|id| id.full()).filter(|id| begins(id, prefix)));
    fits.sort_unstable();
    fits.dedup();
    if let [only] = fits.as_slice() {
        return Some(only.clone());
    }
    // Without another row: only where check character, birth date and sex leave a single number.
    match damaged_candidates(prefix, None).as_slice() {
        [only] => Some(only.full()),
        _ => None,
    }
}

/// The number begins with these digits; of fewer than 15 (scientific text) the last one is rounded.
fn begins(id: &str, prefix: &str) -> bool {
    let shown = prefix.len();
    if shown >= 15 || shown == 0 || shown >= id.len() {
        return id.starts_with(prefix);
    }
    let (Ok(head), Ok(said)) = (id[..shown].parse::<u64>(), prefix.parse::<u64>()) else { return false };
    let up = id.as_bytes()[shown] >= b'5';
    head + u64::from(up) == said
}
