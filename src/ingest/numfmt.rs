//! Number formats: which show a date, and what a number looks like in the others.
//!
//! Source: ECMA-376 part 1, §18.8.30 (ids, the zh-CN ids 27-36 and 50-58 among them) and §18.8.31 (codes). The
//! renderer is our own because it works on the decimal literal of the file: a file number or an account has more digits
//! than the doubles on which the renderers of libraries work.

use crate::domain::literal::Literal;

/// Whether a built-in format id shows a date or a time of day. (A time of day alone lies below 1 and is kept
/// as a number anyway; elapsed times, 45-47, may be any number and are none.)
pub(super) fn builtin_is_date(id: u16) -> bool {
    matches!(id, 14..=22 | 27..=36 | 50..=58)
}

/// Whether a custom format code shows a date: it has a year, a day, an era or a weekday, or a month that is
/// no minute, outside quotes, escapes and brackets, and no digit placeholder.
pub(super) fn code_is_date(code: &str) -> bool {
    let mut has = Letters::default();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // Only the section for positive numbers counts.
            ';' => break,
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let mut inner = String::new();
                while let Some(c) = chars.next()
                    && c != ']'
                {
                    inner.extend(c.to_lowercase());
                }
                let elapsed = |c| matches!(c, 'h' | 'm' | 's');
                if !inner.is_empty() && inner.chars().all(elapsed) {
                    return false;
                }
            }
            _ => has.note(c, chars.peek().copied()),
        }
    }
    has.date(code)
}

#[derive(Default)]
struct Letters {
    day: bool,
    month: bool,
    clock: bool,
    digits: bool,
}

impl Letters {
    fn note(&mut self, c: char, next: Option<char>) {
        match c.to_ascii_lowercase() {
            'y' | 'd' | '年' | '日' => self.day = true,
            // `e` is the year in East Asian formats, but `E+` an exponent.
            'e' if !matches!(next, Some('+' | '-')) => self.day = true,
            // `aaa` is the weekday; a lone `a` belongs to AM/PM.
            'a' if matches!(next, Some('a' | 'A')) => self.day = true,
            'm' | '月' => self.month = true,
            'h' | 's' => self.clock = true,
            '0' | '#' | '?' => self.digits = true,
            _ => {}
        }
    }

    fn date(&self, code: &str) -> bool {
        let general = code.to_ascii_lowercase().contains("general") || code.contains("通用格式");
        // `ss.000` has digits too.
        !general && (!self.digits || self.clock) && (self.day || self.month && !self.clock)
    }
}

/// A number format taken apart. Dates and fractions are none: [`NumberFormat::parse`] refuses them.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberFormat {
    sections: Vec<Section>,
}

/// What holds for numbers of one sign, or under one condition.
#[derive(Debug, Clone, Default, PartialEq)]
struct Section {
    when: Option<(Comparison, f64)>,
    parts: Vec<Part>,
    /// Powers of ten by which the shown number is larger than the stored one: percent, commas behind the digits.
    shift: i32,
    grouped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    More,
    MoreOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    /// The whole number as it is stored.
    General,
}

impl NumberFormat {
    /// Takes a format code apart; `None` for dates, fractions and exponents, whose shown text says less than the number.
    pub fn parse(code: &str) -> Option<Self> {
        if code_is_date(code) {
            return None;
        }
        let mut sections = Vec::new();
        for section in split_sections(code) {
            // The fourth section is for text.
            if sections.len() < 3 {
                sections.push(Section::parse(section)?);
            }
        }
        Some(Self { sections })
    }

    /// It shows more than the number itself: words, a prefix, leading zeros, separators of its own.
    pub fn decorates(&self) -> bool {
        self.sections.iter().any(Section::decorates)
    }

    /// The number as a person sees it, blanks at its ends left out. `None` where the literal is no number, or nothing
    /// would be shown.
    pub fn show(&self, literal: &str) -> Option<String> {
        let number = Literal::parse(literal)?;
        let (section, sign) = self.section(&number, literal)?;
        let shown = section.show(&number, sign)?;
        let shown = shown.trim();
        (!shown.is_empty()).then(|| shown.to_string())
    }

    /// The words around and inside the number: `万元` of `0.00"万元"`.
    pub fn words(&self, literal: &str) -> Option<String> {
        let number = Literal::parse(literal)?;
        let (section, _) = self.section(&number, literal)?;
        let words = section.parts.iter().filter_map(|p| if let Part::Literal(t) = p { Some(t.as_str()) } else { None });
        Some(words.collect::<String>().trim().to_string())
    }

    /// The exact number that the shown digits round: `1.2345` for 12345 in `0!.0,`, where a comma takes three digits
    /// off and a point is drawn between the digits that are left.
    pub fn exact(&self, literal: &str) -> Option<String> {
        let number = Literal::parse(literal)?;
        let (section, _) = self.section(&number, literal)?;
        let (whole, fraction) = number.parts(section.shift - section.drawn_point())?;
        let sign = if number.negative { "-" } else { "" };
        Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
    }

    /// The section for a number, and whether a minus is to be written.
    fn section(&self, number: &Literal, literal: &str) -> Option<(&Section, bool)> {
        if self.sections.iter().any(|s| s.when.is_some()) {
            // Conditions compare with round numbers; a double is exact enough.
            let value: f64 = literal.parse().ok()?;
            let fits = |s: &&Section| s.when.is_none_or(|(op, limit)| op.holds(value, limit));
            return self.sections.iter().find(fits).map(|s| (s, number.negative));
        }
        let index = match self.sections.len() {
            0 => return None,
            1 => 0,
            n if number.is_zero() => {
                if n > 2 {
                    2
                } else {
                    0
                }
            }
            _ => usize::from(number.negative),
        };
        Some((&self.sections[index], number.negative && index == 0))
    }
}

impl Comparison {
    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::LessOrEqual => value <= limit,
            Self::Equal => value == limit,
            Self::NotEqual => value != limit,
            Self::More => value > limit,
            Self::MoreOrEqual => value >= limit,
        }
    }
}

/// The sections of a code, parted by semicolons outside quotes, escapes and brackets.
fn split_sections(code: &str) -> Vec<&str> {
    let (mut out, mut start, mut quoted, mut bracketed, mut escaped) = (Vec::new(), 0, false, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '!' | '_' | '*' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            ';' if !bracketed => {
                out.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&code[start..]);
    out
}

impl Section {
    fn parse(code: &str) -> Option<Self> {
        let mut section = Self::default();
        let mut commas = 0;
        let mut chars = code.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => {
                    let text: String = chars.by_ref().take_while(|c| *c != '"').collect();
                    section.literal(&text);
                }
                '\\' | '!' => section.literal(&chars.next().map(String::from).unwrap_or_default()),
                // As wide as the next character; filled with it.
                '_' => {
                    chars.next();
                    section.literal(" ");
                }
                '*' => drop(chars.next()),
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    section.bracket(&inner);
                }
                '0' | '#' | '?' => {
                    section.grouped |= commas > 0;
                    commas = 0;
                    section.parts.push(Part::Digit(c));
                }
                '.' => section.parts.push(Part::Point),
                ',' if matches!(section.parts.last(), Some(Part::Digit(_))) || commas > 0 => commas += 1,
                '%' => {
                    section.shift += 2;
                    section.literal("%");
                }
                '/' if matches!(section.parts.last(), Some(Part::Digit(_))) => return None,
                'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => return None,
                'G' | 'g' if code.to_ascii_lowercase().contains("general") || code.contains("通用格式") => {
                    // `General`, and `G/通用格式` as Chinese programs spell it.
                    let rest: String = chars.clone().collect();
                    let length = if rest.to_ascii_lowercase().starts_with("eneral") {
                        6
                    } else {
                        rest.strip_prefix("/通用格式").map_or(0, |_| 5)
                    };
                    for _ in 0..length {
                        chars.next();
                    }
                    section.parts.push(Part::General);
                }
                '@' => section.parts.push(Part::General),
                other => section.literal(other.encode_utf8(&mut [0; 4])),
            }
        }
        section.shift -= 3 * commas;
        Some(section)
    }

    fn literal(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Literal(text.to_string())),
        }
    }

    /// `[>=100]`, `[$￥-804]`; colours, locales and `[DBNum1]` change the looks only.
    fn bracket(&mut self, inner: &str) {
        if let Some(currency) = inner.strip_prefix('$') {
            self.literal(currency.split('-').next().unwrap_or_default());
            return;
        }
        let operators = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::MoreOrEqual),
            ("<>", Comparison::NotEqual),
            ("<", Comparison::Less),
            (">", Comparison::More),
            ("=", Comparison::Equal),
        ];
        let found = operators.iter().find_map(|(sign, op)| Some((*op, inner.strip_prefix(sign)?.trim().parse().ok()?)));
        if found.is_some() {
            self.when = found;
        }
    }

    fn decorates(&self) -> bool {
        // Currency signs, brackets and signs around an amount are its own dress.
        let dress =
            |c: char| c.is_whitespace() || matches!(c, '￥' | '¥' | '$' | '€' | '(' | ')' | '+' | '-' | '%' | '元');
        let inner = self.parts.iter().enumerate().any(|(i, part)| match part {
            Part::Literal(text) => {
                let between = |p: Option<&Part>| matches!(p, Some(Part::Digit(_)));
                let inside = i > 0 && between(self.parts.get(i - 1)) && between(self.parts.get(i + 1));
                !text.chars().all(&dress) || (inside && !text.trim().is_empty())
            }
            _ => false,
        });
        inner || self.whole_digits().filter(|c| *c == '0').count() > 1
    }

    /// The placeholders before the point.
    fn whole_digits(&self) -> impl Iterator<Item = char> {
        let whole = self.parts.iter().take_while(|p| **p != Part::Point);
        whole.filter_map(|p| if let Part::Digit(c) = p { Some(*c) } else { None })
    }

    /// How many digits stand behind a point that is drawn as text (`0!.0`).
    fn drawn_point(&self) -> i32 {
        let at = self.parts.iter().position(|p| matches!(p, Part::Literal(t) if t == "."));
        let behind = |at: usize| self.parts[at..].iter().filter(|p| matches!(p, Part::Digit(_))).count();
        at.map_or(0, |at| i32::try_from(behind(at)).unwrap_or(0))
    }

    fn show(&self, number: &Literal, sign: bool) -> Option<String> {
        let places = self.parts.iter().skip_while(|p| **p != Part::Point);
        let places = places.filter(|p| matches!(p, Part::Digit(_))).count();
        let (whole, fraction) = number.parts(self.shift)?;
        let (whole, fraction) = rounded(&whole, &fraction, places);
        let slots = self.whole_digits().count();
        let mut digits = whole.trim_start_matches('0').chars().rev().collect::<Vec<_>>();
        let mut out = String::new();
        if sign {
            out.push('-');
        }
        let (mut slot, mut behind) = (0, fraction.chars());
        let mut seen_point = false;
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::General => {
                    let (whole, fraction) = number.parts(0)?;
                    out.push_str(&whole);
                    if !fraction.is_empty() {
                        out.push('.');
                        out.push_str(&fraction);
                    }
                }
                Part::Point => {
                    seen_point = true;
                    out.push('.');
                }
                Part::Digit(kind) if seen_point => match (behind.next(), kind) {
                    (Some(d), '0') => out.push(d),
                    (Some(d), _) if d != '0' || behind.clone().any(|d| d != '0') => out.push(d),
                    _ => {}
                },
                Part::Digit(kind) => {
                    // The first placeholder takes all digits for which there is no other.
                    let left = slots - slot - 1;
                    let take = digits.len().saturating_sub(left);
                    if take == 0 && *kind == '0' {
                        self.push_digit('0', left, &mut out);
                    }
                    for i in 0..take {
                        if let Some(d) = digits.pop() {
                            self.push_digit(d, left + take - i - 1, &mut out);
                        }
                    }
                    slot += 1;
                }
            }
        }
        Some(out)
    }

    /// A digit with `left` digits behind it before the point.
    fn push_digit(&self, digit: char, left: usize, out: &mut String) {
        out.push(digit);
        if self.grouped && left > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
    }
}

/// Rounds to a number of places, half away from zero; the fraction has exactly so many digits.
fn rounded(whole: &str, fraction: &str, places: usize) -> (String, String) {
    let up = fraction.as_bytes().get(places).is_some_and(|d| *d >= b'5');
    let mut digits: Vec<u8> =
        whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(places)).collect();
    if up {
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                break;
            }
            at -= 1;
            if digits[at] == b'9' {
                digits[at] = b'0';
            } else {
                digits[at] += 1;
                break;
            }
        }
    }
    let text: String = digits.into_iter().map(char::from).collect();
    let (whole, fraction) = text.split_at(text.len() - places);
    (whole.to_string(), fraction.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let dates = [
            "yyyy-mm-dd",
            "yyyy/m/d;@",
            "[$-804]yyyy\"年\"m\"月\"d\"日\"",
            "[DBNum1][$-804]yyyy\"年\"m\"月\"",
            "yyyy年m月d日",
            "m/d",
            "mmm-yy",
            "m\"月\"",
            "aaaa",
            "[$-404]e/m/d",
            "yyyy-mm-dd hh:mm:ss.000",
            "dd\\-mm\\-yyyy",
        ];
        let others = [
            "General",
            "G/通用格式",
            "0.00",
            "#,##0.00\"元\"",
            "0\"日\"",
            "0\"年\"",
            "0.00E+00",
            "h:mm",
            "hh:mm:ss AM/PM",
            "mm:ss",
            "[h]:mm:ss",
            "[Red]0;[Red]-0",
            "@",
            "000000000000000000",
            "0;\"d\"",
            "\"yyyy\"",
            "",
            "[",
            "\"",
            "\\",
        ];
        for code in dates {
            assert!(code_is_date(code), "{code}");
        }
        for code in others {
            assert!(!code_is_date(code), "{code}");
        }
        assert!(builtin_is_date(14) && builtin_is_date(31) && builtin_is_date(57));
        assert!(!builtin_is_date(0) && !builtin_is_date(49) && !builtin_is_date(46));
    }

    #[test]
    fn shown() {
        let cases = [
            (r#""KN"0000000000000"#, "5101040000000", "KN5101040000000"),
            (r#""KN"0000000000000"#, "42", "KN0000000000042"),
            ("0000000", "3", "0000003"),
            ("000-0000", "81234", "008-1234"),
            ("000\\-0000\\-0000", "13800138000", "138-0013-8000"),
            ("[$-804]0000", "7", "0007"),
            ("0000-00-00", "20190825", "2019-08-25"),
            (r#"0000"年"00"月""#, "201908", "2019年08月"),
            (r#"[=1]"男";[=2]"女";General"#, "2", "女"),
            (r#"[=1]"男";"女""#, "1", "男"),
            (r#"0.00"万元""#, "1.2", "1.20万元"),
            (r#"0!.0,"万元""#, "12345", "1.2万元"),
            (r#"#,##0.00"元""#, "1234567.5", "1,234,567.50元"),
            (r#"#,##0"#, "999", "999"),
            (r#"G/通用格式"户""#, "12", "12户"),
            (r#"General"号""#, "12", "12号"),
            (r#"0"号";"负"0"号""#, "-5", "负5号"),
            ("000", "-5", "-005"),
            ("00.0%", "0.125", "12.5%"),
            (r#"第@号"#, "8", "第8号"),
            (r#""A"0000000000000000000"#, "123456789012345678", "A0123456789012345678"),
            ("0.00", "1.005", "1.01"),
            ("0.0#", "1.5", "1.5"),
        ];
        for (code, literal, want) in cases {
            let format = NumberFormat::parse(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!(format.show(literal).as_deref(), Some(want), "{code} {literal}");
        }
        for code in ["yyyy-mm-dd", "# ?/?", "0.00E+00"] {
            assert_eq!(NumberFormat::parse(code), None, "{code}");
        }
        assert_eq!(NumberFormat::parse(";;;").and_then(|f| f.show("5")), None);
    }

    #[test]
    fn what_decorates() {
        let yes = [r#""KN"0000"#, "0000000", "000-0000", r#"0.00"万元""#, "0!.0,", r#"[=1]"男";"女""#];
        let no = [
            "General",
            "0",
            "0.00",
            "#,##0.00",
            "@",
            "￥#,##0.00",
            r#"#,##0.00"元""#,
            "_ * #,##0.00_ ;_ * -#,##0.00_ ",
            "0%",
            "",
        ];
        for code in yes {
            assert!(NumberFormat::parse(code).is_some_and(|f| f.decorates()), "{code}");
        }
        for code in no {
            assert!(!NumberFormat::parse(code).is_some_and(|f| f.decorates()), "{code}");
        }
    }

    #[test]
    fn the_exact_number_behind_the_shown_one() {
        for (code, literal, want, words) in [
            (r#"0.00"万元""#, "1.2345", "1.2345", "万元"),
            (r#"0!.0,"万元""#, "12345", "1.2345", ".万元"),
            ("0!.0000", "12345", "1.2345", "."),
        ] {
            let format = NumberFormat::parse(code).expect("a format");
            assert_eq!(format.exact(literal).as_deref(), Some(want), "{code}");
            assert_eq!(format.words(literal).as_deref(), Some(words), "{code}");
        }
    }
}
