//! Two lists of one thing: rows that two lists share, told apart from rows that only look alike.
//!
//! * Rows equal in every column that both sheets have are one (重复行).
//! * Payments of two files are one if serial and person agree, and amount and day (or one of them is blank), or the program
//!   within 31 days; aid records if record_no and person agree. Serials restart every month, so a serial alone is nothing.
//! * Without a serial: person, amount and full date in both.
//!
//! Where two such rows differ in amount or date the later list counts (旧版本), and the pair is said. Never inside one file.

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::delivery;
use super::notice::{Notice, NoticeKind};
use super::record::{RecordId, Tables};
use super::value::Value;
use crate::domain::date::PartialDate;
use crate::domain::{date, text};
use crate::ingest::inputs::Inputs;
use crate::place::SheetId;
use crate::schema::FieldType;

/// Days within which a payment of one serial, person and program is the same payment.
const DAYS: i64 = 31;
/// A payment of the same amount so many days apart, in another month, is next month's under a serial that began anew.
const NEXT_MONTH: i64 = 25;
/// More layouts of one kind than this are not compared with each other.
const MOST_LAYOUTS: usize = 16;
/// Columns that two sheets share at least, if their rows can be equal.
const FEWEST_SHARED: u32 = 3;

/// Repeats found: dropped row → the row that counts.
#[derive(Debug, Default)]
pub struct Repeats {
    pub equal: FxHashMap<RecordId, RecordId>,
    /// They differ in amount or date; the later list counts.
    pub older: FxHashMap<RecordId, RecordId>,
    pub notices: Vec<Notice>,
}

/// Money rows as they are compared.
struct Item<'a> {
    id: RecordId,
    file: usize,
    /// Later lists have a higher rank.
    rank: usize,
    serial: String,
    number: Option<&'a Value>,
    name: Option<String>,
    amount: Option<i64>,
    date: Option<PartialDate>,
    program: Option<String>,
    said: usize,
}

impl Item<'_> {
    fn same_person(&self, other: &Self) -> bool {
        match (self.number, other.number) {
            (Some(Value::Id(a)), Some(Value::Id(b))) if a.valid().is_some() && b.valid().is_some() => {
                a.valid() == b.valid()
            }
            (Some(Value::Id(a)), Some(Value::Id(b))) if a.shown() == b.shown() => true,
            _ => self.name.is_some() && self.name == other.name,
        }
    }

    fn days_apart(&self, other: &Self) -> Option<i64> {
        Some((self.date?.first_day() - other.date?.first_day()).num_days().abs())
    }

    fn same_program(&self, other: &Self) -> bool {
        self.program.is_some() && self.program == other.program
    }

    fn other_program(&self, other: &Self) -> bool {
        self.program.is_some() && other.program.is_some() && self.program != other.program
    }

    fn differs(&self, other: &Self) -> bool {
        let amount = self.amount.zip(other.amount).is_some_and(|(a, b)| a != b);
        let date = self.date.zip(other.date).is_some_and(|(a, b)| !date::same(a, b));
        amount || date
    }

    /// One payment under one serial.
    fn same_payment(&self, other: &Self, restarts: bool) -> bool {
        let opposite = self.amount.zip(other.amount).is_some_and(|(a, b)| (a < 0) != (b < 0));
        if opposite || !self.same_person(other) {
            return false;
        }
        if !self.differs(other) {
            return true;
        }
        let same_amount = self.amount == other.amount;
        let month = |d: Option<PartialDate>| d.map(PartialDate::month);
        self.days_apart(other).is_some_and(|days| {
            let next_month = same_amount && days >= NEXT_MONTH && month(self.date) != month(other.date);
            self.same_program(other) && days <= DAYS && !restarts && !next_month
        })
    }
}

/// Repeats of payments and aid records across files.
pub fn across_files(tables: &Tables<'_>, inputs: &Inputs, kind: &str, as_of: NaiveDate) -> Repeats {
    let mut out = Repeats::default();
    let (serial, date) = match kind {
        "payment" => ("serial", "paid_on"),
        "aid" => ("record_no", "aided_on"),
        _ => return out,
    };
    let ids = tables.of_kind(kind);
    let ranks = ranks(tables, inputs, ids, as_of);
    let files: FxHashSet<usize> = ids.iter().map(|&id| file_of(tables, inputs, id)).collect();
    if files.len() < 2 {
        return out;
    }
    let items: Vec<Item<'_>> = ids.iter().map(|&id| item(tables, inputs, id, serial, date, &ranks)).collect();
    let mut by_serial: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (i, item) in items.iter().enumerate().filter(|(_, item)| !item.serial.is_empty()) {
        by_serial.entry(&item.serial).or_default().push(i);
    }
    let restarts = restarting(&items, &by_serial);
    let mut groups: Vec<Vec<usize>> = by_serial.into_values().filter(|g| g.len() > 1).collect();
    groups.sort_unstable();
    for group in groups {
        pair(&items, group, &mut out, tables, inputs, |a, b| match kind {
            "aid" => a.same_person(b),
            _ => a.same_payment(b, restarts.contains(&(a.file.min(b.file), a.file.max(b.file)))),
        });
    }
    // Without a serial in one of them: person, amount and full date in both.
    let mut by_day: FxHashMap<(i64, NaiveDate), Vec<usize>> = FxHashMap::default();
    for (i, item) in items.iter().enumerate() {
        if let (Some(amount), Some(day)) = (item.amount, item.date.and_then(PartialDate::exact))
            && !out.equal.contains_key(&item.id)
            && !out.older.contains_key(&item.id)
        {
            by_day.entry((amount, day)).or_default().push(i);
        }
    }
    let mut groups: Vec<Vec<usize>> = by_day.into_values().filter(|g| g.len() > 1).collect();
    groups.sort_unstable();
    for group in groups {
        pair(&items, group, &mut out, tables, inputs, |a, b| {
            (a.serial.is_empty() || b.serial.is_empty()) && a.same_person(b) && !a.other_program(b)
        });
    }
    out
}

fn file_of(tables: &Tables<'_>, inputs: &Inputs, id: RecordId) -> usize {
    inputs.sheets[tables.table(id).sheet.0 as usize].file
}

/// Rank of each sheet: by the date of its delivery, an undated one last, then by path.
fn ranks(tables: &Tables<'_>, inputs: &Inputs, ids: &[RecordId], as_of: NaiveDate) -> FxHashMap<SheetId, usize> {
    let mut sheets: Vec<SheetId> = ids.iter().map(|&id| tables.table(id).sheet).collect();
    sheets.sort_unstable();
    sheets.dedup();
    sheets.sort_by_cached_key(|&sheet| {
        let date = delivery::date_of(tables, inputs, sheet, as_of).map(PartialDate::first_day);
        (date.is_none(), date, inputs.file_of(sheet).path.clone(), sheet)
    });
    sheets.into_iter().enumerate().map(|(rank, sheet)| (sheet, rank)).collect()
}

fn item<'a>(
    tables: &'a Tables<'_>,
    inputs: &Inputs,
    id: RecordId,
    serial: &str,
    date: &str,
    ranks: &FxHashMap<SheetId, usize>,
) -> Item<'a> {
    let value = |field: &str| tables.value(id, field);
    Item {
        id,
        file: file_of(tables, inputs, id),
        rank: ranks[&tables.table(id).sheet],
        serial: match value(serial) {
            Value::Text(t) => text::fold(t),
            _ => String::new(),
        },
        number: Some(value("id_number")).filter(|v| v.is_said()),
        name: match value("name") {
            Value::Name(name) => Some(name.key().to_string()),
            _ => None,
        },
        amount: match value("amount") {
            Value::Money(fen) => Some(*fen),
            _ => None,
        },
        date: match value(date) {
            Value::Date(d) => Some(*d),
            _ => None,
        },
        program: match value("program") {
            Value::Code(c) => Some(c.shown().to_string()),
            _ => None,
        },
        said: tables.get(id).values.iter().filter(|v| v.is_said()).count(),
    }
}

/// Pairs of files in which one serial stands for two persons: serials begin anew there and prove nothing.
fn restarting(items: &[Item<'_>], by_serial: &FxHashMap<&str, Vec<usize>>) -> FxHashSet<(usize, usize)> {
    let mut out = FxHashSet::default();
    for group in by_serial.values().filter(|g| g.len() > 1) {
        for (n, &i) in group.iter().enumerate() {
            for &j in group[n + 1..].iter().take(64) {
                let (a, b) = (&items[i], &items[j]);
                if a.file != b.file && !a.same_person(b) {
                    out.insert((a.file.min(b.file), a.file.max(b.file)));
                }
            }
        }
    }
    out
}

/// Pairs rows of a group one to one across files, from the latest list backwards.
fn pair(
    items: &[Item<'_>],
    mut group: Vec<usize>,
    out: &mut Repeats,
    tables: &Tables<'_>,
    inputs: &Inputs,
    same: impl Fn(&Item<'_>, &Item<'_>) -> bool,
) {
    group.sort_by_key(|&i| (std::cmp::Reverse(items[i].rank), i));
    // Rows that count, with the files whose row each has taken in.
    let mut kept: Vec<(usize, FxHashSet<usize>)> = Vec::new();
    for i in group {
        let item = &items[i];
        let taken = kept
            .iter_mut()
            .find(|(k, files)| items[*k].file != item.file && !files.contains(&item.file) && same(item, &items[*k]));
        let Some((k, files)) = taken else {
            kept.push((i, FxHashSet::default()));
            continue;
        };
        let later = &items[*k];
        files.insert(item.file);
        if item.differs(later) {
            out.older.insert(item.id, later.id);
            out.notices.push(differ(tables, inputs, item, later));
        } else if item.said > later.said {
            // The same row with more columns says more.
            out.equal.insert(later.id, item.id);
            files.insert(later.file);
            *k = i;
        } else {
            out.equal.insert(item.id, later.id);
        }
    }
}

fn differ(tables: &Tables<'_>, inputs: &Inputs, older: &Item<'_>, later: &Item<'_>) -> Notice {
    let sheet = tables.table(later.id).sheet;
    let old_sheet = tables.table(older.id).sheet;
    let fields: Vec<&str> = [
        ("金额", older.amount.zip(later.amount).is_some_and(|(a, b)| a != b)),
        ("日期", older.date.zip(later.date).is_some_and(|(a, b)| !date::same(a, b))),
    ]
    .into_iter()
    .filter_map(|(word, differs)| differs.then_some(word))
    .collect();
    Notice::new(
        NoticeKind::Repeats,
        sheet,
        format!(
            "与“{}”第{}行是同一笔，{}不同；按较晚的名单（本表）计，另一行按旧版本跳过",
            text::mask_numbers(&inputs.file_of(old_sheet).path),
            tables.get(older.id).row,
            fields.join("和")
        ),
    )
    .row(tables.get(later.id).row)
    .remedy("请核对哪一份名单是对的，只留一份")
}

/// Rows of sheets with different columns that are equal in every column both have.
pub fn equal_in_shared(tables: &Tables<'_>, kind: &str) -> FxHashMap<RecordId, RecordId> {
    let mut gone = FxHashMap::default();
    let Some(position) = tables.schemas.position(kind) else { return gone };
    let schema = &tables.schemas.all()[position];
    if schema.fields.len() > 128 {
        return gone;
    }
    let mut layouts: FxHashMap<u128, Vec<RecordId>> = FxHashMap::default();
    for &id in tables.of_kind(kind).iter().filter(|&&id| tables.get(id).parent.is_none()) {
        let values = tables.get(id).values.iter().enumerate();
        let mask = values.filter(|(_, v)| !matches!(v, Value::Absent)).fold(0u128, |mask, (i, _)| mask | 1 << i);
        layouts.entry(mask).or_default().push(id);
    }
    if layouts.len() < 2 || layouts.len() > MOST_LAYOUTS {
        return gone;
    }
    let bit = |id: &str| schema.index(id).map_or(0u128, |i| 1 << i);
    let events = schema
        .fields
        .iter()
        .enumerate()
        .filter(|(_, f)| f.required && matches!(f.ty, FieldType::Date | FieldType::Month | FieldType::Money));
    let events = events.fold(0u128, |mask, (i, _)| mask | 1 << i);
    let (number, file_no) = (bit("id_number"), bit("file_no"));
    let mut masks: Vec<u128> = layouts.keys().copied().collect();
    masks.sort_by_key(|m| (std::cmp::Reverse(m.count_ones()), *m));
    for (n, &rich) in masks.iter().enumerate() {
        for &poor in &masks[n + 1..] {
            let shared = rich & poor;
            let keyed = shared & number != 0 || (file_no != 0 && shared & file_no != 0);
            if !keyed || shared.count_ones() < FEWEST_SHARED || (rich | poor) & events & !shared != 0 {
                continue;
            }
            let key = |id: RecordId| {
                let values = &tables.get(id).values;
                let says = |bits: u128| (0..values.len()).any(|i| bits & (1 << i) != 0 && values[i].is_said());
                if !says(shared & (number | file_no)) {
                    return None;
                }
                let mut key = String::new();
                for (i, value) in values.iter().enumerate().filter(|(i, _)| shared & (1 << i) != 0) {
                    if events & (1 << i) != 0 && !value.is_said() {
                        return None;
                    }
                    value.write_canon(&mut key);
                    key.push('\u{1f}');
                }
                Some(key)
            };
            let mut known: FxHashMap<String, Vec<RecordId>> = FxHashMap::default();
            for &id in layouts[&rich].iter().rev().filter(|id| !gone.contains_key(*id)) {
                if let Some(key) = key(id) {
                    known.entry(key).or_default().push(id);
                }
            }
            for &id in &layouts[&poor] {
                if gone.contains_key(&id) {
                    continue;
                }
                if let Some(kept) = key(id).and_then(|key| known.get_mut(&key)?.pop()) {
                    gone.insert(id, kept);
                }
            }
        }
    }
    gone
}
