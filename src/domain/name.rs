//! Names of persons.
//!
//! Implements the row `name`: NFKC; no blanks inside a Chinese name; every middle dot to `·`; traditional and simplified
//! forms equal by OpenCC's single-character table less what 通用规范汉字表 keeps as characters of their own; variant
//! pairs of rare characters and their private-use code points equal; Latin case and blanks folded; shown as written.

use std::fmt;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::text::{clean, compatible, is_none_mark};

/// Traditional and variant characters to the one they are compared as.
static FOLDED: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    [include_str!("data/name_variants.tsv"), include_str!("data/ts_characters.tsv")]
        .iter()
        .flat_map(|table| table.lines())
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(from, to)| Some((from.chars().next()?, to.chars().next()?)))
        .collect()
});

/// The character that a traditional or variant one is compared as.
pub(super) fn simplified(c: char) -> char {
    FOLDED.get(&c).copied().unwrap_or(c)
}

/// Stands in a compare key for one character that could not be written (生僻字).
const UNKNOWN: char = '\u{FFFD}';
/// Stands in a compare key for one character that was hidden on purpose (`张*三`).
const HIDDEN: char = '*';

/// Words in brackets that describe a character which cannot be typed.
const PARTS_OF_CHARACTERS: [&str; 4] = ["旁", "字头", "字底", "头字"];

/// A person's name. Compared with [`same`]; `Debug` shows no name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    shown: Box<str>,
    key: Box<str>,
    note: Option<Box<str>>,
}

/// How two names compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameMatch {
    Same,
    /// Equal but for characters that one side could not write: 生僻字, shown and not told as a difference.
    RareChar,
    /// Equal as far as one side shows it (`张*三`): says neither yes nor no.
    Masked,
    Different,
}

impl Name {
    /// Reads a name; `None` where nothing is written. An annotation behind it (`张三(已故)`, `张三★`) is kept apart.
    pub fn parse(text: &str) -> Option<Self> {
        let text = clean(text);
        if is_none_mark(&text) {
            return None;
        }
        let (shown, note) = split_note(&text);
        let shown = tidy(shown);
        let key = key_of(&shown);
        (!key.is_empty()).then(|| Self { shown: shown.into(), key: key.into(), note: note.map(Into::into) })
    }

    /// Reads a cell that lists several names.
    pub fn parse_list(text: &str) -> Vec<Self> {
        let end = |c: char| matches!(c, '、' | ',' | '，' | ';' | '；' | '/' | '／' | '|' | '\n' | '\r');
        let parts: Vec<&str> = text.split(end).filter(|p| !p.trim().is_empty()).collect();
        // Blanks part names only where they do not stand inside one: 张三 李四 are names of two characters at least.
        let by_blank = |p: &str| -> Vec<Self> {
            let words: Vec<&str> = p.split_whitespace().collect();
            let apart = words.len() > 1 && words.iter().all(|w| w.chars().count() >= 2 && w.chars().all(is_hanzi));
            if apart {
                words.into_iter().filter_map(Self::parse).collect()
            } else {
                Self::parse(p).into_iter().collect()
            }
        };
        parts.into_iter().flat_map(by_blank).collect()
    }

    /// As written, without annotation, blanks of a Chinese name out and dots as `·`.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Equal keys are equal names: simplified, lower case, without dots and blanks. Keys with `U+FFFD` or `*` are
    /// no full names.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What stood in brackets behind the name.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Every character is known: the key can be used in an index.
    pub fn is_complete(&self) -> bool {
        !self.key.contains([UNKNOWN, HIDDEN])
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({} chars)", self.key.chars().count())
    }
}

/// Compares two names. Characters that cannot be written agree with any one character, if another one agrees for sure.
pub fn same(a: &Name, b: &Name) -> NameMatch {
    if a.key == b.key {
        return if a.is_complete() {
            NameMatch::Same
        } else if a.key.contains(UNKNOWN) {
            NameMatch::RareChar
        } else {
            NameMatch::Masked
        };
    }
    if is_cut_key(&a.key, &b.key) || is_cut_key(&b.key, &a.key) || is_surname_only(a, b) || is_surname_only(b, a) {
        return NameMatch::Masked;
    }
    let found =
        readings(&a.key).iter().flat_map(|x| readings(&b.key).into_iter().map(|y| aligned(x, &y))).max_by_key(|m| {
            match m {
                NameMatch::Same => 3,
                NameMatch::RareChar => 2,
                NameMatch::Masked => 1,
                NameMatch::Different => 0,
            }
        });
    found.unwrap_or(NameMatch::Different)
}

/// A long name of another language that a program cut after so many characters: 阿卜杜热合曼·吐.
fn is_cut_key(short: &str, long: &str) -> bool {
    let least = if short.is_ascii() { 7 } else { 5 };
    long.len() > short.len() && short.chars().count() >= least && long.starts_with(short) && !short.contains(HIDDEN)
}

/// 荀某, 荀*, 荀**: only the surname is shown, and how long the rest is does not count.
fn is_surname_only(masked: &Name, full: &Name) -> bool {
    let mut chars = masked.key.chars();
    let surname = chars.next().filter(|c| is_hanzi(*c));
    let rest = chars.as_str();
    surname.is_some_and(|s| full.key.starts_with(s))
        && !rest.is_empty()
        && rest.chars().all(|c| c == HIDDEN)
        && full.is_complete()
        && (2..=4).contains(&full.key.chars().count())
}

/// One of two long names is the beginning of the other: a column was too narrow for it. Short names are never cut: 张三 is
/// not 张三丰.
pub fn is_cut(a: &Name, b: &Name) -> bool {
    const LONG: usize = 5;
    const SHOWN: usize = 3;
    let (x, y) = (a.key().chars().count(), b.key().chars().count());
    let (short, long) = if x < y { (a, b) } else { (b, a) };
    x != y
        && x.max(y) >= LONG
        && x.min(y) >= SHOWN
        && a.is_complete()
        && b.is_complete()
        && long.key().starts_with(short.key())
}

/// The characters of a key, and the other ways to count its unknown ones: one outside the BMP becomes `??` in GBK, and
/// a star behind two characters may be a mark (张三*).
fn readings(key: &str) -> Vec<Vec<char>> {
    let all: Vec<char> = key.chars().collect();
    let mut readings = Vec::new();
    let mut once = all.clone();
    once.dedup_by(|a, b| *a == UNKNOWN && *b == UNKNOWN);
    if once.len() < all.len() {
        readings.push(once);
    }
    if let [body @ .., HIDDEN] = all.as_slice()
        && body.len() >= 2
        && !body.contains(&HIDDEN)
    {
        readings.push(body.to_vec());
    }
    readings.push(all);
    readings
}

fn aligned(a: &[char], b: &[char]) -> NameMatch {
    if a.len() != b.len() {
        return NameMatch::Different;
    }
    let (mut sure, mut rare, mut hidden) = (0, 0, 0);
    for (x, y) in a.iter().zip(b) {
        if *x == HIDDEN || *y == HIDDEN {
            hidden += 1;
        } else if *x == UNKNOWN || *y == UNKNOWN || (x != y && (is_rare(*x) || is_rare(*y))) {
            rare += 1;
        } else if x == y {
            sure += 1;
        } else {
            return NameMatch::Different;
        }
    }
    match (sure, rare, hidden) {
        (_, 0, 0) => NameMatch::Same,
        (0, ..) => NameMatch::Different,
        (_, _, 1..) => NameMatch::Masked,
        _ if rare <= sure => NameMatch::RareChar,
        _ => NameMatch::Different,
    }
}

/// Outside the Basic Multilingual Plane: many programs and fonts cannot write it and put another form in its place.
fn is_rare(c: char) -> bool {
    c >= '\u{20000}'
}

fn is_hanzi(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{E000}'..='\u{F8FF}')
        || c >= '\u{20000}'
}

fn is_dot(c: char) -> bool {
    matches!(
        c,
        '\u{B7}'
            | '\u{2022}'
            | '\u{30FB}'
            | '\u{FF65}'
            | '\u{FF0E}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22C5}'
            | '\u{25CF}'
            | '\u{FE52}'
            | '\u{2024}'
            | '\u{0387}'
            | '丶'
            | '.'
            | '。'
    )
}

/// Takes a bracketed remark or a mark off the end (or a mark off the front).
fn split_note(text: &str) -> (&str, Option<&str>) {
    let marks = ['★', '☆', '※', '#', '△', '▲', '◆', '◎', '√', '：', ':'];
    let body = text.trim_matches(|c: char| marks.contains(&c) || c.is_whitespace());
    let (body, mark) = if body.len() == text.len() { (text, None) } else { (body, Some(text)) };
    if let Some(inner) = body.strip_suffix([')', '）', ']', '】', '〕', '﹚'])
        && let Some((name, note)) = inner.rsplit_once(['(', '（', '[', '【', '〔', '﹙'])
        && !name.trim().is_empty()
        && !is_character_description(note)
    {
        return (name, Some(note));
    }
    (body, mark)
}

/// `上龙下天`, `王+飞`: how a clerk writes a character that cannot be typed.
fn is_character_description(note: &str) -> bool {
    // 上龙下天 is one, 下岗 and 上海人 are not.
    let stacked =
        |first: char, second: char| note.starts_with(first) && note.chars().skip(2).take(3).any(|c| c == second);
    note.chars().count() <= 8
        && (note.contains(|c: char| matches!(c, '\u{2FF0}'..='\u{2FFF}' | '+' | '＋'))
            || PARTS_OF_CHARACTERS.iter().any(|w| note.contains(w))
            || [('上', '下'), ('左', '右'), ('外', '内'), ('外', '里')].into_iter().any(|(a, b)| stacked(a, b))
            || note.chars().count() == 3 && note.chars().nth(1) == Some('加'))
}

/// Blanks of a Chinese name out, dots as `·`; a Latin name keeps single blanks.
fn tidy(text: &str) -> String {
    let text = compatible(text.trim());
    let latin = !text.chars().any(is_hanzi);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if latin && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(if is_dot(c) { '·' } else { c });
        }
    }
    out
}

fn key_of(shown: &str) -> String {
    let has_hanzi = shown.chars().any(is_hanzi);
    let mut key = String::with_capacity(shown.len());
    let mut chars = shown.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '·' | ' ' | '-' | '\'' | '’' => {}
            '*' | '✱' => key.push(HIDDEN),
            '×' if has_hanzi => key.push(HIDDEN),
            // 荀○○, 荀○秋: circles hide; a single one at the end is the character 〇.
            '○' | '◯' | '●' | '〇'
                if has_hanzi && !key.is_empty() && (chars.peek().is_some() || key.ends_with(HIDDEN)) =>
            {
                key.push(HIDDEN)
            }
            // 荀XX.
            'X' | 'x' if has_hanzi && chars.peek().is_none_or(|n| matches!(n, 'X' | 'x')) => {
                key.push(HIDDEN);
                while chars.next_if(|n| matches!(n, 'X' | 'x')).is_some() {
                    key.push(HIDDEN);
                }
            }
            // 张某, 张某某; but 某 before another character is a character.
            '某' if chars.peek().is_none_or(|next| *next == '某') => key.push(HIDDEN),
            '?' | '■' | '□' | '▇' | '█' | '_' | UNKNOWN => key.push(UNKNOWN),
            '(' | '[' | '【' | '〔' | '{' => {
                // What is left in brackets describes one character.
                chars.by_ref().find(|c| matches!(c, ')' | ']' | '】' | '〕' | '}'));
                key.push(UNKNOWN);
            }
            '\u{2FF0}'..='\u{2FFF}' => {
                // ⿱龙天: the sign and its two (⿲ ⿳: three) parts are one character.
                let parts = if matches!(c, '\u{2FF2}' | '\u{2FF3}') { 3 } else { 2 };
                (0..parts).for_each(|_| {
                    chars.next();
                });
                key.push(UNKNOWN);
            }
            _ if has_hanzi && c.is_ascii_alphabetic() => {
                // LI子WEI: pinyin for a character that cannot be typed.
                while chars.next_if(char::is_ascii_alphabetic).is_some() {}
                key.push(UNKNOWN);
            }
            _ => match FOLDED.get(&c) {
                Some(folded) => key.push(*folded),
                None if is_private(c) => key.push(UNKNOWN),
                None => key.extend(c.to_lowercase()),
            },
        }
    }
    key
}

/// A private-use code point that no standard gives a character.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &str, b: &str) -> NameMatch {
        match (Name::parse(a), Name::parse(b)) {
            (Some(a), Some(b)) => {
                assert_eq!(same(&a, &b), same(&b, &a));
                same(&a, &b)
            }
            other => panic!("{a} {b}: {other:?}"),
        }
    }

    #[test]
    fn equal() {
        for (a, b) in [
            ("张三", "张 三"),
            ("张三", "张\u{3000}三"),
            ("张三", "張三"),
            ("张三", "张三（已故）"),
            ("张三", "张三（下岗）"),
            ("张三", "张三(上海人)"),
            ("张三", "张三★"),
            ("张三", "张三*"),
            ("买买提·艾力", "买买提•艾力"),
            ("买买提·艾力", "买买提・艾力"),
            ("买买提·艾力", "买买提．艾力"),
            ("买买提·艾力", "买买提.艾力"),
            ("买买提·艾力", "买买提‧艾力"),
            ("买买提·艾力", "买买提∙艾力"),
            ("买买提·艾力", "买买提⋅艾力"),
            ("买买提·艾力", "买买提艾力"),
            ("买买提·艾力", "买买提 艾力"),
            ("John Smith", "JOHN  SMITH"),
            ("John Smith", "Ｊｏｈｎ Ｓｍｉｔｈ"),
            ("王龑", "王䶮"),
            ("王䶮", "王\u{E863}"),
            ("劉國強", "刘国强"),
            ("呂彥", "吕彦"),
            ("李〇", "李○"),
            ("高山", "髙山"),
            ("⻢明", "马明"),
            ("葛\u{E0100}明", "葛明"),
        ] {
            assert_eq!(compare(a, b), NameMatch::Same, "{a} {b}");
        }
    }

    #[test]
    fn different() {
        for (a, b) in [
            ("张三", "张四"),
            ("张三", "张三丰"),
            ("李昇", "李升"),
            ("李喆", "李哲"),
            ("李堃", "李坤"),
            ("李淼", "李渺"),
            ("甯静", "宁静"),
            ("張乾", "张干"),
            ("张三", "三张"),
            ("*三", "张四"),
            ("??", "张四"),
            ("荀**", "苟望秋"),
            ("荀某某", "苟望秋"),
            ("荀○秋", "荀望春"),
            ("张小", "张小三"),
            ("欧阳小", "欧阳小三"),
            ("阿卜杜", "阿卜杜热合曼"),
            ("阿卜杜热合曼·买", "阿卜杜热合曼·吐尔逊"),
        ] {
            assert_eq!(compare(a, b), NameMatch::Different, "{a} {b}");
        }
    }

    #[test]
    fn rare_and_masked() {
        for (a, b) in [
            ("王䶮", "王?"),
            ("王䶮", "王？"),
            ("王䶮", "王■"),
            ("王䶮", "王\u{FFFD}"),
            ("王䶮", "王(上龙下天)"),
            ("王䶮明", "王（上龙下天）明"),
            ("王䶮", "王(龙+天)"),
            ("王䶮", "王⿱龙天"),
            ("李䶮子", "李YAN子"),
            ("王\u{E1FF}", "王小"),
            ("王𠮷", "王??"),
            ("王𠮷", "王吉"),
        ] {
            assert_eq!(compare(a, b), NameMatch::RareChar, "{a} {b}");
        }
        for (a, b) in [
            ("张*三", "张小三"),
            ("张**", "张小三"),
            ("*小三", "张小三"),
            ("张某某", "张小三"),
            ("荀**", "荀望秋"),
            ("荀某", "荀望秋"),
            ("荀*", "荀望秋"),
            ("荀○○", "荀望秋"),
            ("荀○秋", "荀望秋"),
            ("荀XX", "荀望秋"),
            ("荀＊＊", "荀望"),
            ("阿卜杜热合曼·吐", "阿卜杜热合曼·吐尔逊买买提江"),
            ("阿卜杜热合曼", "阿卜杜热合曼•吐尔逊"),
            ("Mohammed Al", "MOHAMMED ALI"),
        ] {
            assert_eq!(compare(a, b), NameMatch::Masked, "{a} {b}");
        }
    }

    #[test]
    fn cut() {
        let is_cut = |a: &str, b: &str| {
            Name::parse(a).zip(Name::parse(b)).is_some_and(|(a, b)| is_cut(&a, &b) && super::is_cut(&b, &a))
        };
        for (a, b) in [
            ("阿卜杜热合曼·吐", "阿卜杜热合曼·吐尔逊买买提江"),
            ("阿卜杜热合曼", "阿卜杜热合曼·吐尔逊"),
            ("买买提", "买买提·艾力"),
            ("John Smi", "John Smith"),
        ] {
            assert!(is_cut(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("张三", "张三丰"),
            ("欧阳", "欧阳小小"),
            ("阿卜杜", "阿卜杜"),
            ("吐尔逊", "阿卜杜·吐尔逊"),
            ("买买*", "买买提·艾力"),
        ] {
            assert!(!is_cut(a, b), "{a} {b}");
        }
    }

    #[test]
    fn reads() {
        for none in ["", " ", "无", "/", "·"] {
            assert_eq!(Name::parse(none), None, "{none:?}");
        }
        let name = Name::parse(" 张 三（已故） ").expect("a name");
        assert_eq!((name.shown(), name.note()), ("张三", Some("已故")));
        assert!(!format!("{name:?}").contains('张'));
        let names = |t: &str| Name::parse_list(t).iter().map(|n| n.shown().to_owned()).collect::<Vec<_>>();
        assert_eq!(names("张三、李四;王五"), ["张三", "李四", "王五"]);
        assert_eq!(names("张三 李小四\n王五"), ["张三", "李小四", "王五"]);
        assert_eq!(names("张 三"), ["张三"]);
        for odd in super::super::text::tests::ODD {
            Name::parse_list(odd);
            if let Some(name) = Name::parse(odd) {
                same(&name, &name);
            }
        }
    }

    #[test]
    fn tables_are_read() {
        assert!(FOLDED.len() > 4200, "{}", FOLDED.len());
        assert!(FOLDED.values().all(|c| !is_private(*c)));
    }
}
