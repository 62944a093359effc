//! Words of the config that must be among those the schemas and code tables know.

use super::read::Known;
use super::section::{Mistakes, Section, Value};
use crate::error::nearest;
use crate::schema::header::fold_word;

/// One of a few words.
pub(super) fn choice<T: Copy>(
    section: &mut Section<'_>,
    m: &mut Mistakes<'_>,
    key: &'static str,
    choices: &[(&str, T)],
) -> Option<T> {
    let word = section.text(m, key)?;
    let found = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    if found.is_none()
        && let Some(value) = section.value(key)
    {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        m.add(format!("“{key}”的值应为 {}", names.join(" 或 ")), &value.span(), &section.name, []);
    }
    found
}

/// The canonical word of a code table for a word or synonym.
fn look_up<'k>(known: &Known<'k>, table: &str, word: &str) -> Option<&'k str> {
    let key = fold_word(word);
    let words = &known.schemas.codes(table)?.words;
    words
        .iter()
        .find(|(canonical, synonyms)| std::iter::once(*canonical).chain(*synonyms).any(|w| fold_word(w) == key))
        .map(|(w, _)| w.as_str())
}

/// The canonical word of an open table; other words stay as they are.
pub(super) fn canonical(known: &Known<'_>, table: &str, word: &str) -> String {
    look_up(known, table, word).unwrap_or(word).to_owned()
}

/// The canonical word of a closed table; other words are mistakes.
pub(super) fn coded(
    m: &mut Mistakes<'_>,
    known: &Known<'_>,
    table: &str,
    what: &str,
    word: &str,
    span: &std::ops::Range<usize>,
    section: &str,
) -> Option<String> {
    let found = look_up(known, table, word);
    if found.is_none() {
        let words = || known.schemas.codes(table).into_iter().flat_map(|t| t.words.keys()).map(String::as_str);
        let near = nearest(word, words()).map(|near| format!("是否想写“{near}”？"));
        let all = format!("可用：{}", words().collect::<Vec<_>>().join("、"));
        m.add(format!("没有{what}“{word}”"), span, section, near.into_iter().chain([all]));
    }
    found.map(str::to_owned)
}

/// Reports a word that is not among those known, with the nearest.
pub(super) fn unknown<'n>(
    m: &mut Mistakes<'_>,
    what: &str,
    word: &str,
    value: &Value<'_>,
    section: &str,
    names: impl Iterator<Item = &'n str> + Clone,
) {
    let near = nearest(word, names.clone()).map(|near| format!("是否想写“{near}”？"));
    let all = format!("可用：{}", names.collect::<Vec<_>>().join("、"));
    m.add(format!("没有{what}“{word}”"), &value.span(), section, near.into_iter().chain([all]));
}
