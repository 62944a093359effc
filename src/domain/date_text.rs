//! How a date cell is read.

use chrono::{Days, NaiveDate};

use super::date::{DateFault, DateReading, DateValue, PartialDate};
use super::date_foreign;
use super::date_order::Groups;
use super::hanzi_number;
use super::literal::Literal;
use super::text::{clean, compatible, is_none_mark};
use super::written::Written;
use crate::ingest::sheet::CellKind;

type Read = Result<PartialDate, DateFault>;

/// Reads a date cell that stands alone. `Ok(None)` where nothing is written. A time of day is dropped.
pub fn parse(written: Written<'_>) -> Result<Option<DateValue>, DateFault> {
    parse_in(written, DateReading::default())
}

/// Reads a date cell as its column is read.
pub fn parse_in(written: Written<'_>, how: DateReading) -> Result<Option<DateValue>, DateFault> {
    let text = clean(written.text);
    if is_none_mark(&text) {
        return Ok(None);
    }
    match written.kind {
        CellKind::Number => {
            let literal = Literal::parse(&text).ok_or(DateFault::NotDate)?;
            if literal.is_zero() {
                return Ok(None);
            }
            stored(&literal, &text).map(|d| Some(DateValue::One(d)))
        }
        CellKind::Date | CellKind::Text => parse_text(&text, how).map(Some),
        CellKind::Bool | CellKind::Error | CellKind::Uncomputed => Err(DateFault::NotDate),
    }
}

/// A number: a serial number of the 1900 system (1954 to 2100), `20190825`, `201908` or `2019.8`.
fn stored(literal: &Literal, text: &str) -> Read {
    if literal.negative {
        return Err(DateFault::NotDate);
    }
    if let Some(digits) = literal.whole() {
        return packed(&digits);
    }
    let (whole, fraction) = text.split_once('.').ok_or(DateFault::NotDate)?;
    if literal.scientific {
        return Err(DateFault::NotDate);
    }
    match whole.len() {
        // With a time of day.
        5 => packed(whole),
        4 => year_and_fraction(whole, fraction),
        _ => Err(DateFault::NotDate),
    }
}

/// `2019.8`, `2019.08`, `2019.0825` as a number. `.1` may have been typed `.10`.
fn year_and_fraction(whole: &str, fraction: &str) -> Read {
    let year = number(whole)?;
    // Noise of a double: 2019.0800000000001.
    let fraction = match fraction.len() {
        6.. if fraction.as_bytes()[4..].starts_with(b"000") => fraction[..4].trim_end_matches('0'),
        _ => fraction,
    };
    match fraction {
        "1" => Err(DateFault::Ambiguous { first: make(year, 1, None)?, second: make(year, 10, None)? }),
        _ if fraction.len() <= 2 => make(year, number(fraction)? as u32, None),
        _ if fraction.len() == 4 => make(year, number(&fraction[..2])? as u32, Some(number(&fraction[2..])? as u32)),
        _ => Err(DateFault::NotDate),
    }
}

/// Digits without separators.
fn packed(digits: &str) -> Read {
    let part = |range: std::ops::Range<usize>| number(&digits[range]);
    match digits.len() {
        8 => make(part(0..4)?, part(4..6)? as u32, Some(part(6..8)? as u32)),
        6 => make(part(0..4)?, part(4..6)? as u32, None),
        5 => serial(number(digits)?),
        4 if super::date::YEARS.contains(&number(digits)?) => Err(DateFault::YearOnly(number(digits)?)),
        ..4 | 4 => Err(DateFault::OutOfRange),
        _ => Err(DateFault::NotDate),
    }
}

fn serial(days: i32) -> Read {
    // 1954-01-01 to 2100-12-31 in the 1900 system; workbooks of the 1904 system are told by the reader.
    let days = u64::try_from(days).ok().filter(|d| (19_725..=73_415).contains(d)).ok_or(DateFault::OutOfRange)?;
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).ok_or(DateFault::OutOfRange)?;
    epoch.checked_add_days(Days::new(days)).map(Into::into).ok_or(DateFault::OutOfRange)
}

fn number(digits: &str) -> Result<i32, DateFault> {
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DateFault::NotDate);
    }
    digits.parse().map_err(|_| DateFault::NotDate)
}

fn make(year: i32, month: u32, day: Option<u32>) -> Read {
    if !super::date::YEARS.contains(&year) {
        return Err(DateFault::OutOfRange);
    }
    PartialDate::new(year, month, day).ok_or(DateFault::NotInCalendar)
}

fn parse_text(text: &str, how: DateReading) -> Result<DateValue, DateFault> {
    if is_plain_day(text) {
        return single(text, how).map(DateValue::One);
    }
    let text = compatible(text);
    // 20060819.0 of a program that took it for a number.
    let text = match text.split_once('.') {
        Some((whole, "0" | "00")) if matches!(whole.len(), 5 | 6 | 8) && number(whole).is_ok() => whole.into(),
        _ => text,
    };
    if let Some(date) = date_foreign::read(&arabic(&text)) {
        return Ok(DateValue::One(date));
    }
    let text = without_time(&text);
    let text = without_remarks(&arabic(&text));
    if is_open(&text) {
        return Ok(DateValue::Open);
    }
    if let Some((start, end)) = range_ends(&text) {
        let start = single(&start, how)?;
        if is_open(&end) || end.is_empty() {
            return Ok(DateValue::Range(start, None));
        }
        return range_end(&end, start, how).map(|end| DateValue::Range(start, Some(end)));
    }
    single(&text, how).map(DateValue::One)
}

/// `2019-08-25`, `2019.8.25`, `2019/8/25`: most cells, and nothing to strip from them.
fn is_plain_day(text: &str) -> bool {
    let mark = text.as_bytes().get(4).copied().filter(|b| matches!(b, b'-' | b'.' | b'/'));
    mark.is_some_and(|mark| {
        text.bytes().all(|b| b.is_ascii_digit() || b == mark) && text.bytes().filter(|b| *b == mark).count() == 2
    })
}

fn is_open(text: &str) -> bool {
    matches!(
        text,
        "至今"
            | "今"
            | "现在"
            | "目前"
            | "长期"
            | "永久"
            | "终身"
            | "长期有效"
            | "-至今"
            | "无期限"
            | "未止"
            | "迄今"
    )
}

/// Drops `T12:30`, `12:30:00`, `上午8:00` and weekdays; blanks around separators close up.
fn without_time(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(at) = text.find(':') {
        let head = text[..at].trim_end_matches(|c: char| c.is_ascii_digit());
        // What follows the clock (an end of a range) would be lost: only a clock at the end is dropped.
        let clock =
            text[at..].trim_end_matches("AM").trim_end_matches("PM").trim_end_matches("am").trim_end_matches("pm");
        let tail = clock.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z' | '+' | ' '));
        if tail.is_empty() && !head.is_empty() {
            text = head.trim_end_matches(['T', 't', ' ']).to_owned();
        }
    }
    // 8月25日12时30分.
    if let Some(at) = text.rfind('日').filter(|at| text[*at..].contains(['时', '点'])) {
        text.truncate(at);
    }
    for mark in ["上午", "下午", "中午", "早上", "晚上"] {
        text = text.trim_end_matches(mark).to_owned();
    }
    if let Some(at) = text.find("星期").or_else(|| text.find("周")) {
        text.truncate(at);
    }
    text.trim().to_owned()
}

/// Chinese numerals to digits: 二〇一九年八月二十五日.
fn arabic(text: &str) -> String {
    let is_part = |c: char| hanzi_number::digit(c).is_some() || matches!(c, '十' | '拾');
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if is_part(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            match hanzi_number::parse(&run) {
                Some(n) => out.push_str(&n.to_string()),
                None => out.push_str(&run),
            }
            run.clear();
        }
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

/// Bracketed remarks, rough words (上旬, 份, 底) and closing marks.
fn without_remarks(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(open) = text.find('(') {
        match text[open..].find(')') {
            Some(close) => text.replace_range(open..=open + close, ""),
            None => text.truncate(open),
        }
    }
    for mark in ["上旬", "中旬", "下旬", "月初", "月底", "月末", "月份", "月间"] {
        text = text.replace(mark, if mark.starts_with('月') { "月" } else { "" });
    }
    text.trim().trim_end_matches(['.', '。', ',', '，', '、', ';', '；', '/']).replace("号", "日")
}

/// Splits a range; `None` for a single date.
fn range_ends(text: &str) -> Option<(String, String)> {
    let pair = |a: &str, b: &str| Some((a.trim().to_owned(), b.trim().to_owned()));
    for mark in ["--", "~", "～", "—", "–", "到", "至", "起"] {
        if let Some((a, b)) = text.split_once(mark) {
            let b = b.trim_start_matches(['-', '—', '–', '~', '至', '到']);
            let b = if b.is_empty() && text.ends_with("至今") { "今" } else { b };
            return pair(a.trim_end_matches(['-', ' ']), b.trim_end_matches('止'));
        }
    }
    let dashes: Vec<usize> = text.match_indices('-').map(|(i, _)| i).collect();
    let split = |at: usize| pair(&text[..at], &text[at + 1..]);
    if let Some((a, b)) = text.split_once(" - ") {
        return pair(a, b);
    }
    match dashes.as_slice() {
        [] => None,
        // The dash is no separator of dates where others are.
        [at] if text.contains(['.', '/', '年', '月']) => split(*at),
        [at] if text[..*at].len() >= 6 && text.len() - at > 6 => split(*at),
        // y-m-d-m-d and y-m-d-y-m-d.
        [_, _, at, _] | [_, _, at, _, _] => split(*at),
        _ => None,
    }
}

/// The end of a range, which leaves out what it shares with the start: `2019.9.2-9.6`, `2019年9月2日至6日`.
fn range_end(text: &str, start: PartialDate, how: DateReading) -> Read {
    let parts = parts(text)?;
    let end = match (parts.as_slice(), start.day()) {
        ([d], Some(_)) if d.len() <= 2 => make(start.year(), start.month().month(), Some(number(d)? as u32))?,
        ([m], None) if m.len() <= 2 => make(start.year(), number(m)? as u32, None)?,
        ([m, d], Some(_)) if m.len() <= 2 => {
            let end = make(start.year(), number(m)? as u32, Some(number(d)? as u32))?;
            // 2019.12.28-1.3 runs into the next year.
            if end.last_day() < start.first_day() {
                make(start.year() + 1, number(m)? as u32, Some(number(d)? as u32))?
            } else {
                end
            }
        }
        _ => single(text, how)?,
    };
    if end.last_day() < start.first_day() { Err(DateFault::NotInCalendar) } else { Ok(end) }
}

/// The numbers of a date. Anything but digits and separators makes it none.
fn parts(text: &str) -> Result<Vec<&str>, DateFault> {
    let is_mark =
        |c: char| matches!(c, '.' | '/' | '-' | '年' | '月' | '日' | ' ' | '、' | ',' | '，' | '\\' | '。' | '·' | '_');
    if text.chars().any(|c| !c.is_ascii_digit() && !is_mark(c)) {
        return Err(DateFault::NotDate);
    }
    Ok(text.split(is_mark).filter(|p| !p.is_empty()).collect())
}

fn single(text: &str, how: DateReading) -> Read {
    let parts = parts(text)?;
    let of = |p: &str| number(p).map(|n| n as u32);
    match parts.as_slice() {
        [one] if text.contains('年') && one.len() == 4 => Err(DateFault::YearOnly(number(one)?)),
        [one] if text.contains(['月', '日']) && one.len() <= 2 => Err(DateFault::NoYear),
        [one] => packed(one),
        // 8月25日, 8.25.
        [m, d] if m.len() <= 2 && d.len() <= 2 && !text.contains('年') => Err(DateFault::NoYear),
        [y, md] if y.len() == 4 && md.len() == 4 => make(number(y)?, of(&md[..2])?, Some(of(&md[2..])?)),
        [y, m] => make(year(y)?, of(m)?, None),
        [y, m, d] if y.len() == 4 => make(number(y)?, of(m)?, Some(of(d)?)),
        // 19年8月25日 says itself that the year stands first.
        [y, m, d] if y.len() <= 2 && text.contains('年') => make(year(y)?, of(m)?, Some(of(d)?)),
        // 25/8/2019, 8/25/2019, 19.8.25: by what the column proves.
        [a, b, c] => Groups::new([a, b, c]).ok_or(DateFault::NotDate)?.read(how),
        _ => Err(DateFault::NotDate),
    }
}

/// A year of two digits is of this century up to 49.
fn year(text: &str) -> Result<i32, DateFault> {
    let n = number(text)?;
    Ok(match text.len() {
        2 if n < 50 => 2000 + n,
        2 => 1900 + n,
        _ => n,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(t: &str) -> Result<Option<DateValue>, DateFault> {
        parse(Written::text(t))
    }

    fn shown(value: Result<Option<DateValue>, DateFault>) -> String {
        match value {
            Ok(None) => "none".into(),
            Ok(Some(DateValue::One(d))) => d.to_string(),
            Ok(Some(DateValue::Range(a, Some(b)))) => format!("{a}..{b}"),
            Ok(Some(DateValue::Range(a, None))) => format!("{a}.."),
            Ok(Some(DateValue::Open)) => "open".into(),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn texts() {
        for (written, read) in [
            ("2019.8.25", "2019-08-25"),
            ("2019/8/25", "2019-08-25"),
            ("2019-08-25", "2019-08-25"),
            ("2019-8-25 12:30:00", "2019-08-25"),
            ("2019-08-25T12:30:00", "2019-08-25"),
            ("2019/8/25 0:00", "2019-08-25"),
            ("2019年8月25日", "2019-08-25"),
            ("2019年8月25日 星期日", "2019-08-25"),
            ("2019 年 8 月 25 日", "2019-08-25"),
            ("2019年8月25日12时30分", "2019-08-25"),
            ("２０１９．８．２５", "2019-08-25"),
            ("20190825", "2019-08-25"),
            ("2019.8.25.", "2019-08-25"),
            ("2019.8.25（补录）", "2019-08-25"),
            ("二〇一九年八月二十五日", "2019-08-25"),
            ("二○一九年八月", "2019-08"),
            ("二零一九年十二月", "2019-12"),
            ("2019.08", "2019-08"),
            ("2019.8", "2019-08"),
            ("2019.1", "2019-01"),
            ("2019.10", "2019-10"),
            ("2019-8", "2019-08"),
            ("2019年8月", "2019-08"),
            ("2019年8月份", "2019-08"),
            ("2019年8月上旬", "2019-08"),
            ("201908", "2019-08"),
            ("43702", "2019-08-25"),
            ("19.8.25", "2019-08-25"),
            ("58.3.12", "1958-03-12"),
            ("25/8/2019", "2019-08-25"),
            ("8/25/2019", "2019-08-25"),
            ("2019.0825", "2019-08-25"),
            ("2019.9.2-9.6", "2019-09-02..2019-09-06"),
            ("2019.9.2-2019.9.6", "2019-09-02..2019-09-06"),
            ("2019.9.2—6", "2019-09-02..2019-09-06"),
            ("2019年9月2日至9月6日", "2019-09-02..2019-09-06"),
            ("2019年9月2日-6日", "2019-09-02..2019-09-06"),
            ("2019-09-02至2019-09-06", "2019-09-02..2019-09-06"),
            ("2019-09-02 - 2019-09-06", "2019-09-02..2019-09-06"),
            ("2019-9-2-2019-9-6", "2019-09-02..2019-09-06"),
            ("2019-9-2-9-6", "2019-09-02..2019-09-06"),
            ("2019.12.28-1.3", "2019-12-28..2020-01-03"),
            ("20190902-20190906", "2019-09-02..2019-09-06"),
            ("2019.9-2020.3", "2019-09..2020-03"),
            ("2019年9月至12月", "2019-09..2019-12"),
            ("2019.9至今", "2019-09.."),
            ("2019.9.2-至今", "2019-09-02.."),
            ("2019年9月起", "2019-09.."),
            ("至今", "open"),
            ("长期", "open"),
            ("", "none"),
            ("-", "none"),
            ("无", "none"),
        ] {
            assert_eq!(shown(text(written)), read, "{written}");
        }
    }

    #[test]
    fn numbers() {
        for (literal, read) in [
            ("43702", "2019-08-25"),
            ("43702.0", "2019-08-25"),
            ("43702.52", "2019-08-25"),
            ("20190825", "2019-08-25"),
            ("2.0190825E+7", "2019-08-25"),
            ("201908", "2019-08"),
            ("2019.8", "2019-08"),
            ("2019.08", "2019-08"),
            ("2019.12", "2019-12"),
            ("2019.0800000000001", "2019-08"),
            ("2019.0825", "2019-08-25"),
            ("0", "none"),
            ("2019.1", "日期有两种读法：2019-01或2019-10"),
            ("2019", "只有年份（2019年），缺月份"),
            ("25", "日期超出合理范围"),
            ("99999", "日期超出合理范围"),
            ("-43702", "不是日期"),
            ("2019.13", "日期不存在"),
            ("20190231", "日期不存在"),
        ] {
            assert_eq!(shown(parse(Written::number(literal))), read, "{literal}");
        }
        let iso = |text| shown(parse(Written { text, kind: CellKind::Date }));
        assert_eq!(iso("2019-08-25"), "2019-08-25");
        assert_eq!(iso("2019-08-25 12:30:00"), "2019-08-25");
    }

    #[test]
    fn unreadable() {
        for (written, fault) in [
            ("2019年", "只有年份（2019年），缺月份"),
            ("2019", "只有年份（2019年），缺月份"),
            ("8月25日", "缺年份"),
            ("8.25", "缺年份"),
            ("2019.2.29", "日期不存在"),
            ("2019-13-01", "日期不存在"),
            ("1019.8.25", "日期超出合理范围"),
            ("3/4/2019", "日期有两种读法：2019-03-04或2019-04-03"),
            ("35.1.2", "日期有两种读法：1935-01-02或2035-01-02"),
            ("去年八月", "不是日期"),
            ("张三", "不是日期"),
        ] {
            assert_eq!(shown(text(written)), fault, "{written}");
        }
        for odd in super::super::text::tests::ODD {
            for kind in [CellKind::Text, CellKind::Number, CellKind::Date, CellKind::Bool] {
                let _ = parse(Written { text: odd, kind });
            }
        }
    }
}
