//! Options with a tick: `☑在岗 □退休`, `在岗（√） 退休（ ）`, `[x]是 [ ]否`, `●城镇 ○农村`. The ticked one is what was meant.

use crate::domain::text;

/// What a ticked cell means; None if the text is no list of options with marks. Several ticks are joined by `、`; options
/// of which none is ticked mean "" (nothing chosen).
pub fn chosen(written: &str) -> Option<String> {
    if !written.contains(is_mark_or_bracket) {
        return None;
    }
    let parts = parts(written);
    let marks: Vec<bool> = parts.iter().filter_map(|p| if let Part::Mark(t) = p { Some(*t) } else { None }).collect();
    let ticks = marks.iter().filter(|t| **t).count();
    if marks.is_empty() {
        return None;
    }
    let all_marked = ticks < marks.len() || ticks > 1;
    let words: Vec<(bool, &str)> = match (parts.first()?, parts.last()?) {
        (Part::Mark(_), _) => pairs(parts.iter(), |word| if all_marked { word } else { first_token(word) }),
        (_, Part::Mark(_)) => pairs(parts.iter().rev(), |word| if all_marked { word } else { last_token(word) }),
        // 在岗 √退休 下岗: the tick belongs to the word it touches.
        _ if !all_marked => vec![(true, touched(&parts)?)],
        _ => pairs(parts.iter().skip(1), |word| word),
    };
    let words: Vec<(bool, &str)> =
        words.into_iter().map(|(t, w)| (t, tidy(w))).filter(|(_, w)| !w.is_empty()).collect();
    let ticked: Vec<&str> = words.iter().filter(|(t, _)| *t).map(|(_, w)| *w).collect();
    match (ticks, words.len()) {
        (0, 0 | 1) => None,
        (0, _) => Some(String::new()),
        _ if ticked.is_empty() => None,
        _ => Some(ticked.join("、")),
    }
}

/// The text holds a mark: it may be one of several options, each in a cell of its own.
pub fn has_mark(written: &str) -> bool {
    written.contains(is_mark_or_bracket) && parts(written).iter().any(|p| matches!(p, Part::Mark(_)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    Mark(bool),
    Word(&'a str),
}

fn is_tick(c: char) -> bool {
    // The last three are the ticks of the symbol fonts that Word uses.
    matches!(
        c,
        '☑' | '☒'
            | '√'
            | '✓'
            | '✔'
            | '■'
            | '●'
            | '◉'
            | '⊙'
            | '▣'
            | '🗹'
            | '✅'
            | '◆'
            | '\u{F0FE}'
            | '\u{F052}'
            | '\u{F0FC}'
    )
}

fn is_box(c: char) -> bool {
    matches!(c, '□' | '☐' | '○' | '◯' | '◻' | '◇' | '×' | '✗' | '✘' | '╳' | '\u{F0A8}' | '\u{F06F}' | '\u{F0A3}')
}

fn is_mark_or_bracket(c: char) -> bool {
    is_tick(c) || is_box(c) || matches!(c, '(' | '（' | '[' | '【' | '［')
}

fn parts(written: &str) -> Vec<Part<'_>> {
    let has_tick = written.contains(is_tick);
    let mut out = Vec::new();
    let mut from = 0;
    let mut at = 0;
    let mut before = ' ';
    while let Some(c) = written[at..].chars().next() {
        let mark = if is_tick(c) {
            Some((true, c.len_utf8()))
        } else if is_box(c) || (c == '口' && has_tick && before.is_whitespace()) {
            Some((false, c.len_utf8()))
        } else {
            bracketed(&written[at..])
        };
        before = c;
        match mark {
            Some((ticked, length)) => {
                push_word(&mut out, &written[from..at]);
                out.push(Part::Mark(ticked));
                at += length;
                from = at;
            }
            None => at += c.len_utf8(),
        }
    }
    push_word(&mut out, &written[from..]);
    out
}

fn push_word<'a>(out: &mut Vec<Part<'a>>, word: &'a str) {
    if !text::is_blank(word) {
        out.push(Part::Word(word));
    }
}

/// `（√）`, `[x]`, `( )`: ticked or not, and its length in bytes.
fn bracketed(text: &str) -> Option<(bool, usize)> {
    let open = text.chars().next().filter(|c| matches!(c, '(' | '（' | '[' | '【' | '［'))?;
    let inner = &text[open.len_utf8()..];
    let end = inner.find([')', '）', ']', '】', '］'])?;
    let close = inner[end..].chars().next()?;
    let said = inner[..end].trim_matches(|c: char| c.is_whitespace() || c == '_' || c == '\u{3000}');
    let mut chars = said.chars();
    let ticked = match (chars.next(), chars.next()) {
        (None, _) => false,
        (Some(c), None) if is_tick(c) || matches!(c, 'x' | 'X' | 'v' | 'V' | '*' | '✕') => true,
        (Some(c), None) if is_box(c) => false,
        _ => return None,
    };
    Some((ticked, open.len_utf8() + end + close.len_utf8()))
}

/// Each mark with the word that follows it in this direction.
fn pairs<'a, 'p>(parts: impl Iterator<Item = &'p Part<'a>>, own: impl Fn(&'a str) -> &'a str) -> Vec<(bool, &'a str)>
where
    'a: 'p,
{
    let mut out = Vec::new();
    let mut mark = None;
    for part in parts {
        match part {
            Part::Mark(ticked) => {
                // □□在岗, （√）☑: the nearest mark counts.
                mark = Some(*ticked);
            }
            Part::Word(word) => {
                if let Some(ticked) = mark.take() {
                    out.push((ticked, own(word)));
                }
            }
        }
    }
    out
}

/// The word that the only tick touches.
fn touched<'a>(parts: &[Part<'a>]) -> Option<&'a str> {
    let at = parts.iter().position(|p| *p == Part::Mark(true))?;
    let (Part::Word(left), Part::Word(right)) = (parts.get(at.checked_sub(1)?)?, parts.get(at + 1)?) else {
        return None;
    };
    let apart = left.ends_with(char::is_whitespace) && !right.starts_with(char::is_whitespace);
    Some(if apart { first_token(right) } else { last_token(left) })
}

const BREAKS: [char; 7] = ['、', ',', '，', ';', '；', '/', '|'];

fn first_token(word: &str) -> &str {
    word.trim().split(|c: char| c.is_whitespace() || BREAKS.contains(&c)).find(|t| !t.is_empty()).unwrap_or("")
}

fn last_token(word: &str) -> &str {
    word.trim().rsplit(|c: char| c.is_whitespace() || BREAKS.contains(&c)).find(|t| !t.is_empty()).unwrap_or("")
}

fn tidy(word: &str) -> &str {
    word.trim_matches(|c: char| {
        c.is_whitespace() || c == '_' || c == '。' || c == '：' || c == ':' || BREAKS.contains(&c)
    })
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn the_ticked_option_counts() {
        for (written, meant) in [
            ("☑在岗 □下岗 □失业 □退休 □病休", "在岗"),
            ("□在岗 □下岗 ■退休", "退休"),
            ("在岗☑ 退休□", "在岗"),
            ("在岗□退休√", "退休"),
            ("在岗（√） 退休（ ）", "在岗"),
            ("（ ）在岗（√）退休", "退休"),
            ("[x]农业 [ ]非农业", "农业"),
            ("○城镇 ●农村", "农村"),
            ("√在岗 退休 下岗", "在岗"),
            ("在岗 退休 下岗√", "下岗"),
            ("在岗 √退休 下岗", "退休"),
            ("在岗√ 退休 下岗", "在岗"),
            ("√在岗 ×退休", "在岗"),
            ("☑ 良好　□ 一般疾病", "良好"),
            ("口在岗 ☑退休 口下岗", "退休"),
            ("☒在岗 ☐退休", "在岗"),
            ("☑患病 ☑残疾 □上学", "患病、残疾"),
            ("☑其他____", "其他"),
            ("□在岗 □退休", ""),
            ("\u{F0FE}在岗 \u{F0A8}退休", "在岗"),
        ] {
            assert_eq!(chosen(written).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_is_no_list_of_options() {
        for written in ["在岗", "√", "□", "意外致困(火灾)", "张○○", "肢体残疾（二级）", "", "在岗（ 甲 ）"]
        {
            assert_eq!(chosen(written), None, "{written}");
        }
    }
}
