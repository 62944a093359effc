//! Yes and no.
//!
//! Implements the row `bool`: 是/否, √/×, 有/无, Y/N, 1/0, ☑/☐; empty is unknown, not false.

use std::fmt;

use super::literal::Literal;
use super::text::{clean, fold, is_machine_null};
use super::written::Written;
use crate::ingest::sheet::CellKind;

const YES: [&str; 29] = [
    "是", "有", "√", "✓", "✔", "☑", "■", "▣", "v", "y", "yes", "t", "true", "1", "对", "齐", "齐全", "完整", "合格",
    "具备", "已", "具有", "属于", "真", "ok", "签", "全", "在", "🗹",
];

const NO: [&str; 26] = [
    "否", "无", "×", "✗", "✘", "╳", "❌", "☒", "x", "n", "no", "f", "false", "0", "错", "不", "没有", "没", "缺",
    "缺失", "缺少", "假", "非", "空白", "☐", "□",
];

/// Nothing is said: a bar, or "does not apply".
const UNKNOWN: [&str; 12] = ["", "-", "--", "—", "——", "/", "\\", "不适用", "不详", "未知", "n/a", "未填"];

/// A cell says neither yes nor no. Displays in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFlag;

impl fmt::Display for NotFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("不是“是”或“否”")
    }
}

/// Reads a yes/no cell. `Ok(None)` is unknown: empty, a bar, 不适用. 无 is no here.
pub fn parse(written: Written<'_>) -> Result<Option<bool>, NotFlag> {
    if let CellKind::Number = written.kind {
        // 1 or 0, or a number of copies.
        let count = Literal::parse(&clean(written.text)).filter(|l| !l.negative).ok_or(NotFlag)?;
        return Ok(Some(!count.is_zero()));
    }
    let text = fold(written.text);
    let text = text.trim_matches(|c: char| matches!(c, '(' | ')' | '。' | '.' | '[' | ']' | '【' | '】' | ';' | '；'));
    if UNKNOWN.contains(&text) || is_machine_null(written.text) {
        return Ok(None);
    }
    if let Some(ticked) = ticked(text) {
        return ticked;
    }
    word(text).map(Some).ok_or(NotFlag)
}

fn word(text: &str) -> Option<bool> {
    if YES.contains(&text) {
        return Some(true);
    }
    if NO.contains(&text) {
        return Some(false);
    }
    // 未签, 缺原件, 已签字, 有(复印件), 2份, √(复印件). A denial is looked for first: 不齐全, 没有.
    let starts = |marks: &[&str]| marks.iter().any(|m| text.starts_with(m));
    if starts(&["未", "不", "没", "缺", "无", "否", "非", "×", "待补", "尚未", "漏"]) {
        Some(false)
    } else if starts(&["已", "有", "是", "齐", "√", "✓", "✔", "均有", "全部", "原件", "复印件", "提供"])
    {
        Some(true)
    } else {
        copies(text)
    }
}

/// `2份`, `1张`, `0份`.
fn copies(text: &str) -> Option<bool> {
    text.strip_suffix(['份', '张', '页', '本'])
        .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        .map(|n| n.bytes().any(|b| b != b'0'))
}

/// `☑是☐否`, `是√否□`, `■有 □无`: the word beside the tick.
fn ticked(text: &str) -> Option<Result<Option<bool>, NotFlag>> {
    let is_tick = |c: char| matches!(c, '☑' | '■' | '√' | '✓' | '✔' | '▣' | '🗹' | '☒');
    let is_box = |c: char| matches!(c, '□' | '☐' | '○' | '口');
    let has_words = text.contains(['是', '有', '已', '齐']) && text.contains(['否', '无', '未', '缺', '没', '不']);
    if !has_words || !text.contains(|c| is_tick(c) || is_box(c)) {
        return None;
    }
    let mut ticks = text.match_indices(is_tick);
    let Some((at, tick)) = ticks.next() else { return Some(Ok(None)) };
    if ticks.next().is_some() {
        return Some(Err(NotFlag));
    }
    let is_mark = |c: char| is_tick(c) || is_box(c);
    let before = text[..at].rsplit(is_mark).next().unwrap_or("");
    let after = text[at + tick.len()..].split(is_mark).next().unwrap_or("");
    // The marks stand before their words if the text begins with one.
    let chosen = if text.starts_with(is_mark) { after } else { before };
    Some(word(chosen).map(Some).ok_or(NotFlag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads() {
        for yes in [
            "是",
            "有",
            "√",
            "✓",
            "☑",
            "Y",
            "yes",
            "１",
            "TRUE",
            "已签",
            "已签字",
            "齐",
            "齐全",
            "有（复印件）",
            "2份",
            "☑是☐否",
            "是√否□",
            "■有 □无",
            "√（复印件）",
        ] {
            assert_eq!(parse(Written::text(yes)), Ok(Some(true)), "{yes}");
        }
        for no in [
            "否",
            "无",
            "×",
            "✗",
            "N",
            "no",
            "0",
            "FALSE",
            "未签",
            "未签字",
            "缺",
            "缺原件",
            "没有",
            "不齐全",
            "☐",
            "□是☑否",
            "是□否√",
            "0份",
        ] {
            assert_eq!(parse(Written::text(no)), Ok(Some(false)), "{no}");
        }
        for unknown in ["", " ", "-", "/", "不适用", "□是□否"] {
            assert_eq!(parse(Written::text(unknown)), Ok(None), "{unknown}");
        }
        for null in ["\\N", "NaN", "<NA>", "(blank)", "?", "undefined"] {
            assert_eq!(parse(Written::text(null)), Ok(None), "{null}");
        }
        for bad in ["张三", "☑是☑否", "3月"] {
            assert_eq!(parse(Written::text(bad)), Err(NotFlag), "{bad}");
        }
        assert_eq!(parse(Written::number("1.0")), Ok(Some(true)));
        assert_eq!(parse(Written::number("0")), Ok(Some(false)));
        assert_eq!(parse(Written { text: "TRUE", kind: CellKind::Bool }), Ok(Some(true)));
        for odd in super::super::text::tests::ODD {
            let _ = parse(Written::text(odd));
            let _ = parse(Written::number(odd));
        }
    }
}
