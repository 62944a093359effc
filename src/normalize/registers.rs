//! Several deliveries of one civil register: the newer list says what holds now.
//!
//! Deliveries are told apart by the date in the name or title of their sheets, per register, region and scheme. What the next
//! newer list of a row's region and scheme says of its household replaces the row (旧版本). A household that the newer list no
//! longer has is 停保 from that list's date; the row stays, so that it can be told when and by which lists.

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::delivery;
use super::record::{RecordId, Tables};
use super::value::{Context, Value};
use crate::domain::date::PartialDate;
use crate::domain::text;
use crate::ingest::inputs::Inputs;
use crate::place::SheetId;
use crate::schema::FieldType;

/// Words in the name of a list that is no full list: who is not in it has not left.
const PARTIAL: [&str; 8] = ["新增", "变更", "变动", "停保", "退保", "补报", "补充", "取消"];
/// A newer list with less than half of so many households is a part of a list.
const FULL_FROM: usize = 20;

/// A household that stood in an older list and no longer in a newer one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    pub in_list: SheetId,
    pub in_date: PartialDate,
    pub not_in: SheetId,
    /// Date of the list that lacks it: 停保 from then.
    pub from: PartialDate,
}

/// Rows of one delivery, for one region and scheme.
#[derive(Debug, Default)]
struct Delivery {
    rows: Vec<RecordId>,
    sheets: Vec<SheetId>,
    /// Certificate and persons' numbers, with a row that bears them.
    keys: FxHashMap<String, RecordId>,
    households: FxHashSet<String>,
    partial: bool,
}

/// What newer lists say of older ones.
#[derive(Debug, Default)]
pub struct Superseded {
    /// Row of an older list → a row of its household in the newer one.
    pub replaced: FxHashMap<RecordId, RecordId>,
    pub stopped: Vec<(RecordId, Stopped)>,
}

/// Looks at the registers that carry a state and are folded into households (`civil` and what folds into it).
pub fn superseded(tables: &Tables<'_>, inputs: &Inputs, as_of: NaiveDate) -> Superseded {
    let mut out = Superseded::default();
    let mut dates: FxHashMap<SheetId, Option<PartialDate>> = FxHashMap::default();
    let mut lists: FxHashMap<(String, String), FxHashMap<PartialDate, Delivery>> = FxHashMap::default();
    for schema in tables.schemas.all().iter().filter(|s| s.kind == "civil" || s.folds_into.as_deref() == Some("civil"))
    {
        for &id in tables.of_kind(&schema.kind) {
            let sheet = tables.table(id).sheet;
            let date = *dates.entry(sheet).or_insert_with(|| delivery::date_of(tables, inputs, sheet, as_of));
            let Some(date) = date.filter(|d| d.first_day() <= as_of) else { continue };
            let path = &inputs.file_of(sheet).path;
            let list = lists.entry((region(tables, id, path), canon(tables, id, "scheme"))).or_default();
            let delivery = list.entry(date).or_default();
            delivery.rows.push(id);
            if !delivery.sheets.contains(&sheet) {
                delivery.sheets.push(sheet);
                delivery.partial |= PARTIAL.iter().any(|w| path.contains(w));
            }
            let keys = keys(tables, id);
            delivery.households.extend(keys.first().cloned());
            for key in keys {
                delivery.keys.entry(key).or_insert(id);
            }
        }
    }
    for list in lists.values() {
        let mut dates: Vec<PartialDate> = list.keys().copied().collect();
        dates.sort_by_key(|d| (d.first_day(), d.precision()));
        for pair in dates.windows(2) {
            compare(tables, &list[&pair[0]], pair[0], &list[&pair[1]], pair[1], &mut out);
        }
    }
    out.stopped.sort_by_key(|(id, _)| *id);
    departments(tables, inputs, as_of, &mut out);
    out
}

/// Registers of other departments: of two dated deliveries of one list only the newest holds, whether a person's car was
/// scrapped or sold since. Lists by the month (payrolls) add up and are left alone.
fn departments(tables: &Tables<'_>, inputs: &Inputs, as_of: NaiveDate, out: &mut Superseded) {
    for schema in tables.schemas.all().iter().filter(|s| s.role == "register") {
        if schema.fields.iter().any(|f| f.ty == FieldType::Month) {
            continue;
        }
        let mut lists: FxHashMap<String, FxHashMap<PartialDate, Vec<RecordId>>> = FxHashMap::default();
        for &id in tables.of_kind(&schema.kind) {
            let sheet = tables.table(id).sheet;
            let path = &inputs.file_of(sheet).path;
            let date = delivery::date_of(tables, inputs, sheet, as_of).filter(|d| d.first_day() <= as_of);
            if let Some(date) = date.filter(|_| !PARTIAL.iter().any(|w| path.contains(w))) {
                lists.entry(region(tables, id, path)).or_default().entry(date).or_default().push(id);
            }
        }
        for list in lists.into_values() {
            let Some((newest, rows)) = list.iter().max_by_key(|(date, _)| date.first_day()) else { continue };
            let kept = rows[0];
            let whole = |older: &Vec<RecordId>| older.len() < FULL_FROM || rows.len() * 2 >= older.len();
            let older = list.iter().filter(|(date, rows)| date.first_day() < newest.first_day() && whole(rows));
            out.replaced.extend(older.flat_map(|(_, rows)| rows).map(|&id| (id, kept)));
        }
    }
}

fn compare(
    tables: &Tables<'_>,
    older: &Delivery,
    in_date: PartialDate,
    newer: &Delivery,
    from: PartialDate,
    out: &mut Superseded,
) {
    let whole =
        !newer.partial && (older.households.len() < FULL_FROM || newer.households.len() * 2 >= older.households.len());
    for &row in &older.rows {
        if let Some(&kept) = keys(tables, row).iter().find_map(|key| newer.keys.get(key)) {
            out.replaced.insert(row, kept);
        } else if whole {
            let stopped = Stopped { in_list: tables.table(row).sheet, in_date, not_in: newer.sheets[0], from };
            out.stopped.push((row, stopped));
        }
    }
}

/// Rows of households that a newer list lacks are 停保 from its date.
pub fn stop(tables: &mut Tables<'_>, context: &Context<'_>, stopped: Vec<(RecordId, Stopped)>) {
    for (id, stop) in stopped {
        let schema = tables.schema(id);
        let earlier = matches!(tables.value(id, "to"), Value::Date(d) if d.first_day() <= stop.from.first_day());
        let on = !matches!(tables.value(id, "state"), Value::Code(c) if c.word() != Some("在保"));
        if earlier || !on {
            continue;
        }
        let record = &mut tables.records[id.0 as usize];
        if let Some(state) = schema.index("state") {
            record.values[state] = context.supplied(&schema.fields[state], "停保");
        }
        if let Some(to) = schema.index("to") {
            record.values[to] = Value::Date(stop.from);
        }
        tables.stopped.insert(id, stop);
    }
}

/// `2019年5月的名单（民政5月.csv）里有，2019年8月的名单（民政8月.csv）里没有`.
pub fn sentence(inputs: &Inputs, stopped: &Stopped) -> String {
    let name = |sheet: SheetId| {
        let path = &inputs.file_of(sheet).path;
        text::mask_numbers(path.rsplit('/').next().unwrap_or(path))
    };
    let day = |d: PartialDate| match d.day() {
        Some(day) => format!("{}年{}月{day}日", d.year(), d.month().month()),
        None => format!("{}年{}月", d.year(), d.month().month()),
    };
    format!(
        "{}的名单（{}）里有，{}的名单（{}）里没有，按{}起停保",
        day(stopped.in_date),
        name(stopped.in_list),
        day(stopped.from),
        name(stopped.not_in),
        day(stopped.from)
    )
}

fn canon(tables: &Tables<'_>, id: RecordId, field: &str) -> String {
    let mut out = String::new();
    tables.value(id, field).write_canon(&mut out);
    out
}

/// The region a row is of: its code to the county, or its words; without one, the name of the list without its date.
fn region(tables: &Tables<'_>, id: RecordId, path: &str) -> String {
    let said = text::fold(&canon(tables, id, "region"));
    match said.get(..6) {
        _ if said.is_empty() => format!("{}:{}", tables.schema(id).kind, delivery::name_without_date(path)),
        Some(code) if code.bytes().all(|b| b.is_ascii_digit()) => code.to_string(),
        _ => said,
    }
}

/// By what a household is known: certificate, head, then the person of the row.
fn keys(tables: &Tables<'_>, id: RecordId) -> Vec<String> {
    let fields = ["cert_no", "head_id_number", "id_number"];
    fields.into_iter().map(|f| canon(tables, id, f)).filter(|k| !k.is_empty()).collect()
}
