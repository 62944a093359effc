//! The guard over everything: no cell that passes for an ID number, and no amount beside one, is left unread in silence.
//!
//! After a sheet has been read, every cell that went into no record is looked at: rows that were booked as title, remark,
//! total or header, columns without a field, what stands beside or below the tables, sheets that nothing recognised. What
//! looks like a person is told with its place, and the source no longer speaks for who is absent from it.

use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::notice::{Doubt, Notice, NoticeKind};
use super::outcome::{Fate, SheetOutcome};
use super::record::Cells;
use super::value::{Context, Value};
use super::wording::Skip;
use crate::domain::id_number::{IdFault, ResidentId};
use crate::domain::text;
use crate::ingest::sheet::{CellKind, RawCell, RawRow, RawSheet};
use crate::place::SheetId;
use crate::schema::fold_header;

/// Places of one sheet told one by one; further ones are counted.
const LISTED: usize = 20;
/// First two digits of the numbers of residents, by GB/T 2260 (provinces; 81 to 83: permits of Hong Kong, Macau, Taiwan).
const PROVINCES: [&str; 37] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91", "92",
];
/// Words of a title under which sums of money stand that somebody got.
const SUMS: [&str; 9] = ["金额", "实发", "应发", "补发", "发放额", "发生额", "慰问金", "救助金", "补助"];
/// Words of a title whose sums nobody got.
const NO_SUMS: [&str; 4] = ["余额", "限额", "标准", "累计"];

/// A headed column without a field: the last row of its header, its place, its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadColumn {
    pub header: u32,
    pub col: u16,
    pub title: String,
}

/// A column in which numbers or sums stand that were not read.
#[derive(Default)]
struct Column {
    title: String,
    numbers: Vec<u32>,
    sums: Vec<u32>,
    example: String,
}

/// Looks over a sheet that has been read. `ignored`: titles that the configuration takes out of the watch.
pub fn watch(raw: &RawSheet, sheet: SheetId, context: &Context<'_>, ignored: &[String], out: &mut SheetOutcome) {
    let read = ReadCells::of(out);
    let fates: FxHashMap<u32, Fate> = out.fates.iter().copied().collect();
    let ignored: FxHashSet<String> = ignored.iter().map(|t| fold_header(t)).collect();
    let mut columns: FxHashMap<(u16, u32), Column> = FxHashMap::default();
    let mut rows: Vec<Notice> = Vec::new();
    let mut told = 0usize;
    for row in raw.rows() {
        let records = read.records(row.number);
        for cell in raw.cells(row) {
            let written = raw.text(cell);
            if written.len() < 3 || read.has(row.number, cell.col) {
                continue;
            }
            let number = person_in(raw, row, cell, context.as_of);
            if records.is_empty() {
                let Some(number) = number else { continue };
                let Some(booked) = booked(fates.get(&row.number)) else { continue };
                told += 1;
                if told <= LISTED {
                    rows.push(
                        Notice::new(NoticeKind::Guard, sheet, format!("{booked}，里面有身份证号，没有读入"))
                            .row(row.number)
                            .column(cell.col, "")
                            .written(text::mask(&number))
                            .remedy("确是名单内容的，把它填进表格的一行里重新报送；不是的，删去号码"),
                    );
                }
                continue;
            }
            let header = column_at(&out.unread_columns, row.number, cell.col);
            let title = header.map_or("", |h| h.title.as_str());
            if ignored.contains(&fold_header(title)) && !title.is_empty() {
                continue;
            }
            let is_own = |number: &str| records.iter().any(|&r| has_number(out, r, number));
            let number = number.filter(|n| !is_own(n));
            let sum = number.is_none() && is_sum(title, written) && speaks_of_money(out, context, &records);
            if number.is_none() && !sum {
                continue;
            }
            let column = columns.entry((cell.col, header.map_or(0, |h| h.header))).or_default();
            column.title = title.to_string();
            match number {
                Some(number) => {
                    column.example = text::mask(&number);
                    column.numbers.push(row.number);
                }
                None => column.sums.push(row.number),
            }
        }
    }
    if told > LISTED {
        let more = told - LISTED;
        rows.push(Notice::new(NoticeKind::Guard, sheet, format!("此外还有{more}格里有身份证号，没有读入")));
    }
    let some_unread = told > 0;
    rows.into_iter().for_each(|n| out.notice(n));
    let mut columns: Vec<_> = columns.into_iter().collect();
    columns.sort_by_key(|(at, _)| *at);
    let records = read.count();
    let mut hidden_rows = false;
    for ((col, _), column) in columns {
        // A number in every row is somebody else's whom the list names beside each person; one here and there is a row that
        // found no place.
        hidden_rows |= !column.numbers.is_empty() && column.numbers.len() * 2 < records;
        out.notice(column_notice(sheet, col, &column));
    }
    if some_unread || hidden_rows {
        let mut kinds: Vec<Option<usize>> = out.tables.iter().map(|t| Some(t.kind)).collect();
        kinds.dedup();
        if kinds.is_empty() {
            kinds.push(out.account.nearest);
        }
        let unit = out.tables.first().and_then(|t| t.unit.clone());
        for kind in kinds {
            let why = "有的格里有身份证号而没有读入".to_string();
            out.doubt(Doubt { sheet, kind, unit: unit.clone(), why });
        }
    }
}

fn column_notice(sheet: SheetId, col: u16, column: &Column) -> Notice {
    let place = if column.title.is_empty() { "表格右侧没有列名的列" } else { "这一列没有用上" };
    let (rows, what) = match column.numbers.as_slice() {
        [] => (&column.sums, "金额"),
        _ => (&column.numbers, "身份证号"),
    };
    let first: Vec<String> = rows.iter().take(5).map(ToString::to_string).collect();
    let etc = if rows.len() > 5 { "等" } else { "" };
    let said = format!("{place}，里面有{}格{what}（第{}{etc}行），没有读入", rows.len(), first.join("、"));
    let mut notice = Notice::new(NoticeKind::Guard, sheet, said).column(col, column.title.clone());
    if let [only] = rows.as_slice() {
        notice = notice.row(*only);
    }
    if !column.example.is_empty() {
        notice = notice.written(column.example.clone());
    }
    let remedy = if column.title.is_empty() {
        "给这一列加上列名，或把内容填进表格的一行里".to_string()
    } else {
        format!("该列无关的，在 [[source]] 里写 ignore_columns = [\"{}\"]", column.title)
    };
    notice.remedy(remedy)
}

/// How a row that is no record was booked; None where that is told elsewhere with the row.
fn booked(fate: Option<&Fate>) -> Option<&'static str> {
    match fate {
        Some(Fate::Skipped(skip)) => match skip {
            Skip::Title => Some("这一行记作标题"),
            Skip::Header => Some("这一行记作表头"),
            Skip::Total => Some("这一行记作合计"),
            Skip::Signature => Some("这一行记作落款"),
            Skip::Blank => Some("这一行记作空白"),
            Skip::Group => Some("这一行记作分组标题"),
            _ => None,
        },
        Some(Fate::Quarantined("未识别工作表")) => Some("工作表未识别"),
        Some(Fate::Quarantined(_) | Fate::Used) => None,
        None => Some("这一行不在表内"),
    }
}

fn column_at(columns: &[UnreadColumn], row: u32, col: u16) -> Option<&UnreadColumn> {
    columns.iter().filter(|c| c.col == col && c.header < row).max_by_key(|c| c.header)
}

fn has_number(out: &SheetOutcome, record: usize, number: &str) -> bool {
    let holds = |i: usize| {
        out.records[i].values.iter().any(|v| match v {
            Value::Id(id) => id.valid().is_some_and(|id| id.full() == number) || id.shown() == number,
            _ => false,
        })
    };
    holds(record) || out.records[record].parent.is_some_and(|p| holds(p.0 as usize))
}

/// A bare sum of money under a title that speaks of one.
fn is_sum(title: &str, written: &str) -> bool {
    let says = |words: &[&str]| words.iter().any(|w| title.contains(w));
    says(&SUMS) && !says(&NO_SUMS) && {
        let bare = text::fold(written);
        let bare = bare.trim_end_matches('元').trim_start_matches(['¥', '￥']);
        !bare.is_empty()
            && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
            && bare.chars().any(|c| ('1'..='9').contains(&c))
    }
}

/// The records of the row are payments of some kind.
fn speaks_of_money(out: &SheetOutcome, context: &Context<'_>, records: &[usize]) -> bool {
    records.iter().any(|&r| {
        let kind = out.tables[out.records[r].table.0 as usize].kind;
        context.schemas.all()[kind].index("amount").is_some()
    })
}

/// The number of a person in a cell: 18 characters whose province and birth date are real (the check character may be wrong:
/// a slip of the pen is a person too), or 15 digits of that kind beside a name or an amount.
fn person_in(raw: &RawSheet, row: &RawRow, cell: &RawCell, as_of: NaiveDate) -> Option<String> {
    let written = raw.text(cell);
    if written.len() < 15 {
        return None;
    }
    if cell.kind == CellKind::Number && written.contains(['e', 'E']) {
        let value: f64 = written.parse().ok()?;
        return (1e17..1e18).contains(&value).then(|| format!("{value:.0}")).filter(|n| is_new_form(n, as_of));
    }
    let digits = written.chars().filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c)).count();
    if digits < 15 {
        return None;
    }
    let folded = text::compatible(written).to_uppercase();
    let joined: String = folded.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '—')).collect();
    let beside = || {
        let han = |t: &str| t.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
        let short = |t: &str| t.parse::<f64>().is_ok_and(|n| n > 0.0 && n < 1e7);
        let others = raw.cells(row).iter().filter(|c| c.col != cell.col).map(|c| raw.text(c).trim());
        han(written) >= 2 || others.into_iter().any(|t| (2..=4).contains(&han(t)) || short(t))
    };
    runs(&folded).chain(runs(&joined)).find_map(|run| {
        let is_person = match run.len() {
            18 => is_new_form(run, as_of),
            15 => PROVINCES.contains(&&run[..2]) && ResidentId::parse_old(run, as_of).is_ok() && beside(),
            // 5101051980010199715000元: a sum written right behind the number, which must then be whole.
            19..=26 => is_new_form(&run[..18], as_of) && ResidentId::parse(&run[..18], as_of).is_ok(),
            _ => false,
        };
        is_person.then(|| run[..run.len().min(18)].to_string())
    })
}

fn is_new_form(run: &str, as_of: NaiveDate) -> bool {
    PROVINCES.contains(&&run[..2])
        && matches!(ResidentId::parse(run, as_of), Ok(_) | Err(IdFault::Check { .. } | IdFault::LostDigits { .. }))
}

/// Runs of digits; an X ends a run of 17 of them.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c: char| c.is_ascii_digit())?;
        let from = &rest[start..];
        let mut end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        if end == 17 && from[end..].starts_with('X') {
            end += 1;
        }
        rest = &from[end..];
        Some(&from[..end])
    })
}

/// The cells that went into records.
struct ReadCells {
    /// Row, columns by bits, record; by row.
    rows: Vec<(u32, usize, usize)>,
    sets: Vec<[u64; 16]>,
    single: FxHashSet<(u32, u16)>,
}

impl ReadCells {
    fn of(out: &SheetOutcome) -> Self {
        let mut read =
            Self { rows: Vec::with_capacity(out.records.len()), sets: vec![[0; 16]], single: FxHashSet::default() };
        let mut known: FxHashMap<*const Option<u16>, usize> = FxHashMap::default();
        for (i, record) in out.records.iter().enumerate() {
            match &record.cells {
                Cells::Columns(columns) => {
                    let set = *known.entry(Arc::as_ptr(columns).cast()).or_insert_with(|| {
                        let mut bits = [0u64; 16];
                        for col in columns.iter().flatten() {
                            bits[usize::from(*col) / 64 % 16] |= 1 << (col % 64);
                        }
                        read.sets.push(bits);
                        read.sets.len() - 1
                    });
                    read.rows.push((record.row, set, i));
                }
                Cells::Each(places) => {
                    read.single.extend(places.iter().flatten());
                    read.rows.push((record.row, 0, i));
                    // A value that came from above left its own cell blank; the lines of a form are all its own.
                }
            }
        }
        read.rows.sort_unstable();
        read
    }

    fn at(&self, row: u32) -> &[(u32, usize, usize)] {
        let from = self.rows.partition_point(|(r, ..)| *r < row);
        let to = from + self.rows[from..].partition_point(|(r, ..)| *r == row);
        &self.rows[from..to]
    }

    fn records(&self, row: u32) -> Vec<usize> {
        self.at(row).iter().map(|(_, _, record)| *record).collect()
    }

    fn has(&self, row: u32, col: u16) -> bool {
        let bit = |set: usize| self.sets[set][usize::from(col) / 64 % 16] >> (col % 64) & 1 == 1;
        self.at(row).iter().any(|&(_, set, _)| bit(set)) || self.single.contains(&(row, col))
    }

    fn count(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_running_text() {
        let day = NaiveDate::from_ymd_opt(2019, 8, 20).unwrap();
        let found = |text: &str| {
            let mut b = crate::ingest::sheet::SheetBuilder::new("s");
            b.row(1, false);
            b.cell(0, CellKind::Text, text).unwrap();
            let sheet = b.finish();
            let row = sheet.rows()[0];
            person_in(&sheet, &row, &sheet.cells(&row)[0], day)
        };
        for text in [
            "补发：测甲 510105198001019971 5000元",
            "510105 19800101 9971",
            "５１０１０５１９８００１０１９９７１",
            "测甲510105198001019972",
            "测甲 510105800101997",
            "测甲5101051980010199715000元",
        ] {
            assert!(found(text).is_some(), "{text}");
        }
        for text in [
            "联系电话：02886123456　编号：20190820001",
            "6217999000001047296",
            "510105800101997",
            "川工发〔2019〕12号",
            "999105198001019971",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
