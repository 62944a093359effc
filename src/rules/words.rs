//! Wording shared by the messages of rules.

use crate::derive::Facts;
use crate::normalize::RecordId;

/// Kinds whose rows are the union's own: a bad number in them is a finding wherever it stands. Rows of other departments
/// count only where they link to a household.
pub const UNION_KINDS: [&str; 10] =
    ["efile", "emember", "paper", "paper_member", "aid", "payment", "income", "exit", "visit", "filing"];

/// Kinds of other departments, which give ID findings only for rows that link to a household.
pub fn is_foreign(kind: &str) -> bool {
    !UNION_KINDS.contains(&kind)
}

/// Title of a source kind: `帮扶系统电子档案`.
pub fn kind_title<'a>(facts: &'a Facts<'_>, record: RecordId) -> &'a str {
    &facts.book.tables.schema(record).title
}

/// `“甲”`, or `（空）` where nothing is written.
pub fn quoted(written: &str) -> String {
    if written.is_empty() { "（空）".into() } else { format!("“{written}”") }
}

/// Yuan with two decimals and the unit.
pub fn yuan(fen: i64) -> String {
    format!("{}元", crate::domain::money::Fen(fen))
}

/// Said behind figures that rest on a dibao standard no region decided.
pub const ASSUMED_STANDARD: &str = "；未填户口所在地行政区划，或没有配置当地低保标准，暂按配置的第一项低保标准计算";

/// Chinese title of a field of a record's kind.
pub fn field_title<'a>(facts: &'a Facts<'_>, record: RecordId, field: &'a str) -> &'a str {
    let schema = facts.book.tables.schema(record);
    schema.index(field).map_or(field, |i| schema.fields[i].title.as_str())
}

/// Joined by `+`, sorted by code point, each once.
pub fn joined_sorted<I: IntoIterator<Item = String>>(parts: I) -> String {
    let mut parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.sort_unstable();
    parts.dedup();
    parts.join("+")
}
