//! Rows of registers, made from what their schemas declare: any register, also a user's own.

use super::Planted;
use super::cage::Cage;
use crate::derive::Facts;
use crate::rules::Rule;
use crate::schema::{RegisterFinding, Schema};

/// The register that declares a rule, if it is a register's.
pub(super) fn of<'a>(facts: &Facts<'a>, rule: &Rule) -> Option<&'a Schema> {
    facts.book.tables.schemas.iter().find(|s| s.finding.as_ref().is_some_and(|f| f.code == rule.code))
}

/// Enters the head of a household with as many things as make a finding.
pub(super) fn plant(cage: &mut Cage<'_>, schema: &Schema) -> Planted {
    let finding = schema.finding.as_ref().ok_or("不是部门名单")?;
    let home = cage.take(|cage, home| cage.rows(&schema.kind, home.file).is_empty()).ok_or("没有无疑点的在档户")?;
    let name = cage.name(home);
    for nth in 1..=finding.at_least {
        let mut row = vec![("id_number", home.head.full()), ("name", name.clone())];
        row.extend(finding.key.iter().map(|field| (field.as_str(), format!("自检{nth}号"))));
        row.extend(finding.when.iter().map(|c| (c.field.as_str(), meeting(finding, &c.field))));
        cage.row(&schema.kind, &row)?;
    }
    Ok(())
}

/// A word that meets the conditions on a field.
fn meeting(finding: &RegisterFinding, field: &str) -> String {
    let own = finding.when.iter().filter(|c| c.field == field);
    own.flat_map(|c| c.any_of.first()).next().cloned().unwrap_or_else(|| "自检".to_string())
}
