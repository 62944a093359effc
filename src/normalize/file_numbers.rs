//! File numbers of other sources in the spelling of the electronic files: a clerk writes `kn-5101…` for `KN5101…`, a program
//! drops leading zeros, a scanner reads O for 0. Who owns the number is known by the one file it can mean.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::record::Tables;
use super::value::Value;

/// Gives every file number that can mean only one file that file's spelling. Numbers of the files themselves differ at most
/// in case.
pub fn unify(tables: &mut Tables<'_>) {
    let mut spellings: BTreeMap<String, BTreeMap<Box<str>, usize>> = BTreeMap::new();
    for &id in tables.of_kind("efile") {
        if let Value::Text(number) = tables.value(id, "file_no") {
            *spellings.entry(number.to_uppercase()).or_default().entry(number.clone()).or_default() += 1;
        }
    }
    // Two files whose numbers differ in more than case share no spelling: None.
    let mut of_key: FxHashMap<String, Option<Box<str>>> = FxHashMap::default();
    let mut own: FxHashSet<Box<str>> = FxHashSet::default();
    for (upper, written) in spellings {
        let best = written.into_iter().max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.cmp(a)));
        let Some((spelling, _)) = best else { continue };
        of_key.entry(key(&upper)).and_modify(|one| *one = None).or_insert_with(|| Some(spelling.clone()));
        own.insert(spelling);
    }
    if own.is_empty() {
        return;
    }
    let fields: Vec<Option<usize>> =
        tables.tables.iter().map(|t| tables.schemas.all()[t.kind].index("file_no")).collect();
    for record in &mut tables.records {
        let Some(field) = fields[record.table.0 as usize] else { continue };
        let Value::Text(number) = &mut record.values[field] else { continue };
        if own.contains(number) {
            continue;
        }
        if let Some(Some(spelling)) = of_key.get(&key(&number.to_uppercase())) {
            *number = spelling.clone();
        }
    }
}

/// Upper case, without marks between the characters, look-alikes of digits as digits, leading zeros of a number off.
fn key(upper: &str) -> String {
    let marks = |c: &char| !matches!(c, '-' | '_' | '/' | '.' | '—' | '–' | '－' | '\'' | '#' | ' ');
    let key: String = upper
        .chars()
        .filter(marks)
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    if key.bytes().all(|b| b.is_ascii_digit()) { key.trim_start_matches('0').to_string() } else { key }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number() {
        for (a, b) in [
            ("KN5101040000000", "KN-5101040000000"),
            ("KN5101040000000", "KN51O1040000000"),
            ("0001234", "1234"),
            ("2019-001", "2019/001"),
            ("A.12", "A12"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
        for (a, b) in [("KN5101040000000", "KN5101040000001"), ("A012", "A12"), ("12", "120")] {
            assert_ne!(key(a), key(b), "{a} {b}");
        }
    }
}
