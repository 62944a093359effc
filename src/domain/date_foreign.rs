//! Dates as programs of other countries print them: names of months, and points in time of another zone.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::date::PartialDate;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const MONTHS_IN_FULL: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// Seconds by which Beijing is ahead of Greenwich.
const BEIJING: i32 = 8 * 3600;

/// `Mon Oct 08 00:00:00 CST 2018`, `08-OCT-18`, `Oct 8, 2018`, `10-10月-18` (the month with 月 in the middle: day first),
/// `2018-10-07T16:00:00Z`. A point in time of another zone is read as Beijing's day. `None` for anything else.
pub fn read(text: &str) -> Option<PartialDate> {
    if let Some(instant) = instant(text) {
        return Some(instant.into());
    }
    if text.contains('月') {
        return month_in_the_middle(text);
    }
    text.contains(|c: char| c.is_ascii_alphabetic()).then(|| named_month(text)).flatten()
}

/// A day and a time with their distance from Greenwich, as the day in Beijing.
fn instant(text: &str) -> Option<NaiveDate> {
    if text.len() < 17 || !text.is_char_boundary(10) {
        return None;
    }
    let (date, rest) = text.split_at(10);
    let date = NaiveDate::parse_from_str(&date.replace('/', "-"), "%Y-%m-%d").ok()?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.')))?;
    let (time, zone) = (time(&rest[..end])?, offset(rest[end..].trim())?);
    in_beijing(date.and_time(time), zone)
}

fn in_beijing(local: NaiveDateTime, zone: FixedOffset) -> Option<NaiveDate> {
    let moment: DateTime<FixedOffset> = zone.from_local_datetime(&local).single()?;
    Some(moment.with_timezone(&FixedOffset::east_opt(BEIJING)?).date_naive())
}

fn time(text: &str) -> Option<NaiveTime> {
    let whole = text.split('.').next().unwrap_or(text);
    ["%H:%M:%S", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(whole, form).ok())
}

/// `Z`, `UTC`, `+08:00`, `+0800`, `+08`, `GMT+0800`.
fn offset(text: &str) -> Option<FixedOffset> {
    let text = text.trim_start_matches("UTC").trim_start_matches("GMT");
    if matches!(text, "" | "Z" | "z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix('-')?),
    };
    let digits = digits.replace(':', "");
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<i32>().ok());
    let seconds = match digits.len() {
        1 | 2 => digits.parse::<i32>().ok()? * 3600,
        4 => number(0..2)? * 3600 + number(2..4)? * 60,
        _ => return None,
    };
    FixedOffset::east_opt(sign * seconds)
}

/// `10-10月-18`, `10-10月 -18`, `2018-10月-08`.
fn month_in_the_middle(text: &str) -> Option<PartialDate> {
    if text.contains('年') {
        return None;
    }
    let (head, last) = text.split_once('月')?;
    let mark = |c: char| matches!(c, '-' | '/' | '.' | ' ');
    let mut front = head.split(mark).filter(|p| !p.is_empty());
    let (first, month) = (front.next()?, front.next()?);
    let last = last.trim_matches(mark);
    if front.next().is_some() {
        return None;
    }
    match (first.len(), last.len()) {
        (1 | 2, 2 | 4) => make(last, month.parse().ok()?, first),
        (4, 1 | 2) => make(first, month.parse().ok()?, last),
        _ => None,
    }
}

/// The words of the text that are no weekday, clock or zone: a month's name, the day and the year.
fn named_month(text: &str) -> Option<PartialDate> {
    let upper = text.to_ascii_uppercase();
    let upper = upper.split('(').next().unwrap_or("");
    let (mut month, mut numbers) = (None, Vec::new());
    let (mut clock, mut zone) = (None, None);
    for word in upper.split([' ', ',']).filter(|w| !w.is_empty()) {
        if word.contains(':') {
            clock = time(word.trim_start_matches('T'));
            continue;
        }
        if let Some(far) = offset(word).filter(|_| word.starts_with(['U', 'G', '+']) || word == "Z") {
            zone = Some(far);
            continue;
        }
        for part in word.split(['-', '/', '.']).filter(|p| !p.is_empty()) {
            if let Some(at) = month_of(part) {
                if month.replace((at, numbers.len())).is_some() {
                    return None;
                }
            } else if part.bytes().all(|b| b.is_ascii_digit()) {
                numbers.push(part);
            } else if !part.bytes().all(|b| b.is_ascii_alphabetic()) {
                // 8th
                let ordinal = ["ST", "ND", "RD", "TH"].iter().find_map(|end| part.strip_suffix(end));
                numbers.push(ordinal.filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?);
            }
        }
        // What an Oracle clock writes behind the date is no part of it.
        if month.is_some() && numbers.len() >= 2 && word.contains(['-', '/']) {
            break;
        }
    }
    let (month, _) = month?;
    let date = match numbers[..] {
        [year, day] if year.len() == 4 && day.len() <= 2 => make(year, month, day),
        [day, year] if day.len() <= 2 && matches!(year.len(), 2 | 4) => make(year, month, day),
        _ => None,
    }?;
    match (clock, zone) {
        (Some(clock), Some(zone)) => in_beijing(date.exact()?.and_time(clock), zone).map(Into::into),
        _ => Some(date),
    }
}

fn month_of(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|m| *m == word).or_else(|| MONTHS_IN_FULL.iter().position(|m| *m == word));
    let at = at.or((word == "SEPT").then_some(8))?;
    u32::try_from(at + 1).ok()
}

fn make(year: &str, month: u32, day: &str) -> Option<PartialDate> {
    let (number, day) = (year.parse::<i32>().ok()?, day.parse().ok()?);
    let year = match year.len() {
        2 if number < 50 => 2000 + number,
        2 => 1900 + number,
        _ => number,
    };
    PartialDate::new(year, month, Some(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_dates() {
        for (text, day) in [
            ("Mon Oct 08 00:00:00 CST 2018", "2018-10-08"),
            ("Mon Oct 08 2018 00:00:00 GMT+0800 (中国标准时间)", "2018-10-08"),
            ("Sun Oct 07 2018 16:00:00 GMT+0000", "2018-10-08"),
            ("Sun Oct 07 16:00:00 UTC 2018", "2018-10-08"),
            ("08-OCT-18", "2018-10-08"),
            ("8-Oct-2018", "2018-10-08"),
            ("Oct 8, 2018", "2018-10-08"),
            ("October 8th, 2018", "2018-10-08"),
            ("08-OCT-18 12.00.00.000000 AM", "2018-10-08"),
            ("2018-Oct-08", "2018-10-08"),
            ("10-10月-18", "2018-10-10"),
            ("10-10月 -18", "2018-10-10"),
            ("20-12月-26", "2026-12-20"),
            ("8-10月-2018", "2018-10-08"),
            ("2018-10-07T16:00:00Z", "2018-10-08"),
            ("2018-10-07T16:00:00.000Z", "2018-10-08"),
            ("2018-10-09T16:00:00+00:00", "2018-10-10"),
            ("2018-10-08T00:00:00+08:00", "2018-10-08"),
            ("2018-10-08T00:00:00+0800", "2018-10-08"),
            ("2018-10-07 16:00:00 UTC", "2018-10-08"),
            ("2018-10-07 15:59:59+00", "2018-10-07"),
        ] {
            assert_eq!(read(text).map(|d| d.to_string()).as_deref(), Some(day), "{text}");
        }
        for none in [
            "2018-10-08",
            "2018-10-08 00:00:00",
            "2018年10月8日",
            "10月8日",
            "Oct",
            "Oct 2018 8 9",
            "8月",
            "abc",
            "1-13月-18",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
        for odd in super::super::text::tests::ODD {
            read(odd);
        }
    }
}
