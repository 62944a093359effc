//! When a list was delivered, by the date in its name or title: `民政救助对象8月.csv`, `低保201908.xlsx`, `2019年第一季度`.

use chrono::{Datelike, NaiveDate};

use super::record::Tables;
use crate::domain::date::PartialDate;
use crate::domain::text;
use crate::ingest::inputs::Inputs;
use crate::place::SheetId;

/// Rows of titles above a header that are looked at.
const TITLE_ROWS: u32 = 20;

/// The latest date that a text names, to the month or the day. A month without a year is the last such month up to `as_of`.
pub fn date_in(written: &str, as_of: NaiveDate) -> Option<PartialDate> {
    let folded = text::fold(written);
    let chars: Vec<char> = folded.chars().collect();
    let mut found: Vec<PartialDate> = Vec::new();
    let mut at = 0;
    let mut year: Option<i32> = None;
    while at < chars.len() {
        let digits = run(&chars, at);
        if digits == 0 {
            if let Some(months) = period_word(&chars[at..]) {
                let year = year.unwrap_or(as_of.year());
                found.extend(PartialDate::new(year, months, None));
            }
            at += 1;
            continue;
        }
        let number: i32 = chars[at..at + digits].iter().collect::<String>().parse().unwrap_or(0);
        let next = chars.get(at + digits).copied();
        match digits {
            8 if is_year(number / 10_000) => {
                let (y, m, d) = (number / 10_000, number / 100 % 100, number % 100);
                found.extend(PartialDate::new(y, m as u32, Some(d as u32)));
            }
            6 if is_year(number / 100) => found.extend(PartialDate::new(number / 100, (number % 100) as u32, None)),
            4 if is_year(number) => {
                year = Some(number);
                if let Some((date, length)) = after_year(&chars[at + digits..], number) {
                    found.push(date);
                    at += digits + length;
                    continue;
                }
            }
            1 | 2 if next == Some('月') && (1..=12).contains(&number) => {
                let this = year.unwrap_or_else(|| as_of.year() - i32::from(number as u32 > as_of.month()));
                let day = run(&chars, at + digits + 1);
                let day: Option<u32> = (1..=2)
                    .contains(&day)
                    .then(|| chars[at + digits + 1..at + digits + 1 + day].iter().collect::<String>().parse().ok())
                    .flatten()
                    .filter(|_| chars.get(at + digits + 1 + day).is_some_and(|c| matches!(c, '日' | '号')));
                found.extend(PartialDate::new(this, number as u32, day).or(PartialDate::new(
                    this,
                    number as u32,
                    None,
                )));
            }
            _ => {}
        }
        at += digits;
    }
    found.into_iter().max_by_key(|d| d.first_day())
}

/// Number of digits from here.
fn run(chars: &[char], at: usize) -> usize {
    chars[at..].iter().take_while(|c| c.is_ascii_digit()).count()
}

fn is_year(number: i32) -> bool {
    (1990..2100).contains(&number)
}

/// `年8月20日`, `-08`, `.8.20` behind a year; a quarter or half of it.
fn after_year(chars: &[char], year: i32) -> Option<(PartialDate, usize)> {
    let separator = *chars.first().filter(|c| matches!(c, '年' | '-' | '.' | '_' | '/'))?;
    if separator == '年'
        && let Some(month) = period_word(&chars[1..])
    {
        return Some((PartialDate::new(year, month, None)?, 1));
    }
    let digits = run(chars, 1);
    if !(1..=2).contains(&digits) {
        return None;
    }
    let part = |from: usize, length: usize| chars[from..from + length].iter().collect::<String>().parse::<u32>().ok();
    let month = part(1, digits)?;
    let mut end = 1 + digits;
    let mut day = None;
    if chars.get(end).is_some_and(|c| matches!(c, '月' | '-' | '.' | '_' | '/')) {
        let length = run(chars, end + 1);
        if (1..=2).contains(&length) {
            day = part(end + 1, length);
            end += 1 + length;
        }
        // 1-8月: from January to August, not the eighth of January.
        if chars.get(end) == Some(&'月') && chars.get(1 + digits) != Some(&'月') {
            return Some((PartialDate::new(year, day?, None)?, end));
        }
    }
    let date = PartialDate::new(year, month, day).or_else(|| PartialDate::new(year, month, None))?;
    Some((date, end))
}

/// Last month of `一季度`, `第2季度`, `上半年`, `下半年`.
fn period_word(chars: &[char]) -> Option<u32> {
    let at = usize::from(chars.first() == Some(&'第'));
    let starts = |word: &str| {
        chars[at.min(chars.len())..].iter().copied().zip(word.chars()).filter(|(a, b)| a == b).count()
            == word.chars().count()
    };
    let quarters = [("一季度", 3), ("二季度", 6), ("三季度", 9), ("四季度", 12), ("上半年", 6), ("下半年", 12)];
    quarters.into_iter().find(|(word, _)| starts(word)).map(|(_, month)| month)
}

/// The date of a sheet's delivery: in the file's name, else the sheet's name, its titles, its folders.
pub fn date_of(tables: &Tables<'_>, inputs: &Inputs, sheet: SheetId, as_of: NaiveDate) -> Option<PartialDate> {
    let path = &inputs.file_of(sheet).path;
    let raw = inputs.sheet(sheet);
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let titles = || {
        let header = tables.accounts[sheet.0 as usize].header_row.unwrap_or(1).min(TITLE_ROWS);
        let rows = raw.rows().iter().take_while(|r| r.number < header);
        rows.flat_map(|r| raw.cells(r)).find_map(|c| date_in(raw.text(c), as_of))
    };
    date_in(stem, as_of)
        .or_else(|| date_in(&raw.name, as_of))
        .or_else(titles)
        .or_else(|| folders.rsplit('/').find_map(|folder| date_in(folder, as_of)))
}

/// A path without its dates: equal for deliveries of one list.
pub fn name_without_date(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    text::fold(stem)
        .chars()
        .filter(|c| !c.is_ascii_digit() && !"年月日号份-_./()（）第一二三四季度上下半".contains(*c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_names() {
        let as_of = NaiveDate::from_ymd_opt(2019, 8, 22).unwrap();
        for (name, date) in [
            ("民政救助对象5月", "2019-05"),
            ("民政救助对象12月", "2018-12"),
            ("城市低保家庭查询_201908", "2019-08"),
            ("城市低保家庭查询_20190815", "2019-08-15"),
            ("2019年8月低保名单", "2019-08"),
            ("2019年1-8月发放", "2019-08"),
            ("低保2019-06", "2019-06"),
            ("低保2019.6.30", "2019-06-30"),
            ("2019年第一季度发放", "2019-03"),
            ("资金发放二季度", "2019-06"),
            ("2019年8月20日导出", "2019-08-20"),
        ] {
            assert_eq!(date_in(name, as_of).map(|d| d.to_string()).as_deref(), Some(date), "{name}");
        }
        for name in ["民政救助对象", "2019年名单", "附件3", "名单2", "电话13810000000", "第2批"] {
            assert_eq!(date_in(name, as_of), None, "{name}");
        }
    }

    #[test]
    fn deliveries_of_one_list_have_one_name() {
        assert_eq!(name_without_date("a/低保201905.csv"), name_without_date("a/低保2019年8月.xlsx"));
        assert_ne!(name_without_date("a/低保5月.csv"), name_without_date("a/特困8月.csv"));
    }
}
