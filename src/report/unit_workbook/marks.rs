//! What differs between two short values, character by character.
//!
//! Signs that mean nothing (blanks, `·` and `.`, 全角 and 半角, 年月日 between digits) are neither compared nor marked, so
//! that `2019.8.25` and `2019年8月26日` show one red digit.

use std::ops::Range;

/// Longer values are shown unmarked: a paragraph speckled with red helps nobody.
const MAX_CHARS: usize = 64;

/// Byte ranges of `value` that `other` does not have in that place; empty where the two mean the same, where one is
/// empty, or where one is long.
pub fn differing(value: &str, other: &str) -> Vec<Range<usize>> {
    if value.is_empty()
        || other.is_empty()
        || value.chars().nth(MAX_CHARS).is_some()
        || other.chars().nth(MAX_CHARS).is_some()
    {
        return Vec::new();
    }
    let numeric = is_numeric(value) && is_numeric(other);
    let (places, ours) = significant(value, numeric);
    let (_, theirs) = significant(other, numeric);
    let kept = if in_step(&ours, &theirs) {
        ours.iter().zip(&theirs).map(|(a, b)| a == b).collect()
    } else {
        common(&ours, &theirs)
    };
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (place, _) in places.into_iter().zip(kept).filter(|(_, kept)| !kept) {
        match ranges.last_mut() {
            Some(last) if last.end == place.start => last.end = place.end,
            _ => ranges.push(place),
        }
    }
    ranges
}

/// Numbers and dates: digits with signs and units only.
fn is_numeric(value: &str) -> bool {
    value.chars().any(|c| fold(c).is_ascii_digit())
        && value.chars().all(|c| !fold(c).is_alphanumeric() || fold(c).is_ascii_digit() || is_measure(c))
}

fn is_measure(c: char) -> bool {
    matches!(c, '年' | '月' | '日' | '号' | '元' | '整' | '平' | '方' | '米')
}

/// Characters that carry meaning, folded, and where they stand.
fn significant(value: &str, numeric: bool) -> (Vec<Range<usize>>, Vec<char>) {
    let chars = value.char_indices().filter(|&(_, c)| fold(c).is_alphanumeric() && !(numeric && is_measure(c)));
    chars.map(|(at, c)| (at..at + c.len_utf8(), fold(c))).unzip()
}

/// 全角 to 半角, small letters to capitals.
fn fold(c: char) -> char {
    let half = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    half.to_ascii_uppercase()
}

/// Equal length and mostly equal place by place: a mistyped or swapped character, compared in step.
fn in_step(ours: &[char], theirs: &[char]) -> bool {
    ours.len() == theirs.len() && 2 * ours.iter().zip(theirs).filter(|(a, b)| a != b).count() <= ours.len()
}

/// Which of `ours` belong to a longest common subsequence with `theirs`.
fn common(ours: &[char], theirs: &[char]) -> Vec<bool> {
    let width = theirs.len() + 1;
    // length[i][j]: longest common subsequence of ours[i..] and theirs[j..].
    let mut length = vec![0_u8; (ours.len() + 1) * width];
    for i in (0..ours.len()).rev() {
        for j in (0..theirs.len()).rev() {
            length[i * width + j] = if ours[i] == theirs[j] {
                length[(i + 1) * width + j + 1] + 1
            } else {
                length[(i + 1) * width + j].max(length[i * width + j + 1])
            };
        }
    }
    let mut kept = vec![false; ours.len()];
    let (mut i, mut j) = (0, 0);
    while i < ours.len() && j < theirs.len() {
        if ours[i] == theirs[j] {
            kept[i] = true;
            i += 1;
            j += 1;
        } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str, other: &str) -> String {
        let mut text = String::new();
        let mut at = 0;
        for range in differing(value, other) {
            text += &value[at..range.start];
            text += &format!("[{}]", &value[range.clone()]);
            at = range.end;
        }
        text + &value[at..]
    }

    #[test]
    fn differences_are_marked_where_they_stand() {
        for (value, other, expected) in [
            ("510104198001011234", "510104198001011243", "5101041980010112[34]"),
            ("13800001111", "13800001112", "1380000111[1]"),
            ("13800001111", "1380000111", "1380000111[1]"),
            ("王小明", "王晓明", "王[小]明"),
            ("欧阳明", "欧阳", "欧阳[明]"),
            ("男", "女", "[男]"),
            ("2019.8.25", "2019年8月26日", "2019.8.2[5]"),
            ("１３８", "138", "１３８"),
            ("阿依古丽•买买提", "阿依古丽·买买提", "阿依古丽•买买提"),
            ("李月", "李明", "李[月]"),
            ("x12", "X13", "x1[2]"),
            ("", "13", ""),
            ("有", "", "有"),
            ("青羊区草市街1号", "青羊区草市街12号2栋", "青羊区草市街1号"),
            ("青羊区草市街12号2栋", "青羊区草市街1号", "青羊区草市街1[2]号[2栋]"),
            ("𠮷野", "吉野", "[𠮷]野"),
        ] {
            assert_eq!(shown(value, other), expected, "{value} / {other}");
        }
        assert!(differing(&"长".repeat(100), "短").is_empty());
    }
}
