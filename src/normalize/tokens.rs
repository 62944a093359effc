//! Numbers that came back as tokens (`hecha exchange --tokens`): looked up among the numbers that the sources themselves hold.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::notice::{Doubt, Notice, NoticeKind};
use super::record::Tables;
use super::value::Value;
use crate::domain::id_number::{IdNumber, ResidentId};
use crate::domain::token::{self, Salt};
use crate::place::SheetId;

/// The token in a cell.
fn token_in(value: &Value) -> Option<String> {
    match value {
        Value::Id(id) => match &**id {
            IdNumber::Invalid { text, .. } => token::of_text(text),
            _ => None,
        },
        _ => None,
    }
}

/// Tokens of known numbers become these numbers. Of the others it is said how many there are.
pub fn resolve(tables: &mut Tables<'_>, salt: Option<&Salt>) {
    let is_there = tables.records.iter().any(|r| r.values.iter().any(|v| token_in(v).is_some()));
    if !is_there {
        return;
    }
    let numbers: FxHashSet<ResidentId> = tables
        .records
        .iter()
        .flat_map(|r| r.values.iter())
        .filter_map(|v| if let Value::Id(id) = v { id.valid() } else { None })
        .collect();
    let known: FxHashMap<String, ResidentId> =
        salt.map(|salt| numbers.into_iter().map(|id| (salt.token(id), id)).collect()).unwrap_or_default();
    let mut counts: BTreeMap<(SheetId, usize), Count> = BTreeMap::new();
    for record in &mut tables.records {
        let table = &tables.tables[record.table.0 as usize];
        for value in &mut record.values {
            let Some(token) = token_in(value) else { continue };
            let count = counts.entry((table.sheet, table.kind)).or_default();
            match known.get(&token) {
                Some(id) => {
                    *value = Value::Id(Box::new(IdNumber::Valid(*id)));
                    count.known += 1;
                }
                None => count.unknown += 1,
            }
        }
    }
    for ((sheet, kind), Count { known, unknown }) in counts.into_iter().filter(|(_, count)| count.unknown > 0) {
        let (what, remedy) = match (salt, known) {
            (None, _) => (
                format!("有{unknown}个令牌，没有盐，换算不成号码"),
                "在配置写 [exchange] salt_env = \"环境变量名\"，并在这个环境变量里放双方约定的盐（至少16个字符）",
            ),
            (Some(_), 0) => (
                format!("{unknown}个令牌没有一个对得上来源里的号码，多半是双方用的盐不同"),
                "与对方核对盐，改正后重新运行；盐没有错的，请对方看是不是交错了名单",
            ),
            (Some(_), _) => (
                format!("有{unknown}个令牌对不上来源里的任何号码，这些行不知是谁的"),
                "属于本会名单的，核对来源里有没有这个人的有效号码；不属于的不用处理",
            ),
        };
        // Where not one is known, nobody can tell whose rows these are: what is not found may stand in them. Where some are, the
        // salt is right, and the others are strangers'.
        if known == 0 {
            let why = "令牌没有换算成号码".to_string();
            tables.doubts.push(Doubt { sheet, kind: Some(kind), unit: None, why });
        }
        tables.notices.push(Notice::new(NoticeKind::Tokens, sheet, what).remedy(remedy));
    }
}

/// Tokens of a sheet.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    known: usize,
    unknown: usize,
}
