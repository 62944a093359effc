//! Serial day numbers of spreadsheets and the ISO text of a date.
//!
//! Source: ECMA-376 part 1, §18.17.4.1. In the 1900 system day 1 is 1900-01-01 and day 60 is 1900-02-29, a
//! day that never was (kept for Lotus 1-2-3), so days up to 59 count from 1899-12-31 and days from 61 on
//! count from 1899-12-30. In the 1904 system day 0 is 1904-01-01.

use std::fmt::Write;

/// From when a workbook counts its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epoch {
    #[default]
    Y1900,
    Y1904,
}

/// The first serial after 9999-12-31 in the 1900 system; `20190825` typed into a date cell lies beyond it.
const SERIAL_END: f64 = 2_958_466.0;
/// The days between the two systems.
const DAYS_1904: f64 = 1462.0;
/// Day number of 1899-12-30, counted from 1970-01-01.
const ORIGIN: i64 = -25_569;
const DAY_SECONDS: i64 = 86_400;

/// `2019-08-25`, or `2019-08-25 12:30:00` where there is a time of day (rounded to the second). `None` for
/// times without a day (below 1), for day 60, and for what is beyond the year 9999.
pub fn iso(serial: f64, epoch: Epoch) -> Option<String> {
    if !(1.0..SERIAL_END).contains(&serial) {
        return None;
    }
    let serial = match epoch {
        Epoch::Y1900 => serial,
        Epoch::Y1904 => serial + DAYS_1904,
    };
    let mut day = serial.floor() as i64;
    let mut seconds = (serial.fract() * DAY_SECONDS as f64).round() as i64;
    if seconds == DAY_SECONDS {
        day += 1;
        seconds = 0;
    }
    if day == 60 || day as f64 >= SERIAL_END {
        return None;
    }
    let (y, m, d) = civil(ORIGIN + day + i64::from(day < 60));
    let mut text = format!("{y:04}-{m:02}-{d:02}");
    if seconds > 0 {
        push_time(&mut text, seconds);
    }
    Some(text)
}

fn push_time(text: &mut String, seconds: i64) {
    // Writing to a string cannot fail.
    let _ = write!(text, " {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// The same text from an ISO 8601 literal (`2019-08-25`, `2019-08-25T12:30:00.000`, with or without zone);
/// midnight and fractions of a second are dropped. `None` where it is no such literal.
pub fn iso_of_literal(literal: &str) -> Option<String> {
    let literal = literal.trim();
    let (date, time) = match literal.split_once(['T', ' ']) {
        Some((date, time)) => (date, time),
        None => (literal, ""),
    };
    let mut parts = date.split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    let lengths = (y.len(), m.len(), d.len()) == (4, 2, 2);
    let digits = date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if parts.next().is_some() || !lengths || !digits || !valid(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?) {
        return None;
    }
    let clock = time.split(['.', 'Z', '+']).next()?;
    let mut seconds = 0;
    if !clock.is_empty() {
        let mut hms = clock.split(':').map(str::parse::<i64>);
        let (h, m) = (hms.next()?.ok()?, hms.next().unwrap_or(Ok(0)).ok()?);
        let s = hms.next().unwrap_or(Ok(0)).ok()?;
        if !(0..24).contains(&h) || !(0..60).contains(&m) || !(0..61).contains(&s) {
            return None;
        }
        seconds = (h * 3600 + m * 60 + s).min(DAY_SECONDS - 1);
    }
    let mut text = date.to_owned();
    if seconds > 0 {
        push_time(&mut text, seconds);
    }
    Some(text)
}

fn valid(y: u32, m: u32, d: u32) -> bool {
    let leap = y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let days = match m {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&d)
}

/// The Gregorian date of a day counted from 1970-01-01 (H. Hinnant, *chrono-compatible low-level date
/// algorithms*, `civil_from_days`).
fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials() {
        let cases = [
            (1.0, Epoch::Y1900, Some("1900-01-01")),
            (59.0, Epoch::Y1900, Some("1900-02-28")),
            (60.0, Epoch::Y1900, None),
            (61.0, Epoch::Y1900, Some("1900-03-01")),
            (43702.0, Epoch::Y1900, Some("2019-08-25")),
            (43702.520833333336, Epoch::Y1900, Some("2019-08-25 12:30:00")),
            (43702.9999999, Epoch::Y1900, Some("2019-08-26")),
            (42240.0, Epoch::Y1904, Some("2019-08-25")),
            (36526.0, Epoch::Y1900, Some("2000-01-01")),
            (2958465.0, Epoch::Y1900, Some("9999-12-31")),
            (2958465.99999999, Epoch::Y1900, None),
            (2958465.0, Epoch::Y1904, None),
            (20190825.0, Epoch::Y1900, None),
            (0.5, Epoch::Y1900, None),
            (-3.0, Epoch::Y1900, None),
            (f64::NAN, Epoch::Y1900, None),
            (f64::INFINITY, Epoch::Y1900, None),
        ];
        for (serial, epoch, want) in cases {
            assert_eq!(iso(serial, epoch).as_deref(), want, "{serial} {epoch:?}");
        }
    }

    #[test]
    fn literals() {
        let cases = [
            ("2019-08-25", Some("2019-08-25")),
            ("2019-08-25T00:00:00.000", Some("2019-08-25")),
            ("2019-08-25T12:30:00Z", Some("2019-08-25 12:30:00")),
            ("2019-08-25T12:30", Some("2019-08-25 12:30:00")),
            ("2019-02-29", None),
            ("2019-8-25", None),
            ("+019-08-25", None),
            ("2019-08-25T25:00", None),
            ("12:30:00", None),
            ("", None),
        ];
        for (literal, want) in cases {
            assert_eq!(iso_of_literal(literal).as_deref(), want, "{literal}");
        }
    }
}
