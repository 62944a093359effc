//! Which number formats show a date.
//!
//! Source: ECMA-376 part 1, §18.8.30 (ids, the zh-CN ids 27-36 and 50-58 among them) and §18.8.31 (codes).

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
}
