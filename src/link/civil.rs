//! Civil-affairs registers folded into households with persons, and their links to electronic files.
//!
//! A household is a certificate number, or a head's number in one scheme, with its persons. Exports come as one list
//! (`civil`), or as a pair of households and persons (`civil_household`, `civil_person`), joined on the head's number;
//! the household's row may list its members as several names and numbers in one cell.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{File, FileId, text_of};
use super::identity::Identities;
use super::union_find::UnionFind;
use crate::domain::id_number::{IdNumber, ResidentId};
use crate::domain::name::Name;
use crate::normalize::{RecordId, Tables, Value};

/// Index into [`Civil::households`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilId(pub u32);

/// Whether a scheme is being drawn at the as-of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Drawing {
    /// 在保
    On,
    Off,
    /// The state is a word nobody knows.
    Unknown,
}

/// A person of a civil household.
#[derive(Debug, Clone)]
pub struct CivilPerson {
    /// The row that names the person, and the field his number stands in.
    pub record: RecordId,
    pub field: &'static str,
    pub id: Option<ResidentId>,
    pub name: Option<Name>,
    pub drawing: Drawing,
    pub is_head: bool,
}

#[derive(Debug, Clone)]
pub struct CivilHousehold {
    /// Certificate number, else the head's full number, else "".
    pub cert_no: String,
    pub head: Option<ResidentId>,
    /// Canonical word of the scheme table, else as written; "" where nothing says it.
    pub scheme: String,
    /// The scheme is a word of the table.
    pub scheme_known: bool,
    pub persons: Vec<CivilPerson>,
    /// Rows the household is made of.
    pub records: Vec<RecordId>,
    /// Somebody is 在保 at the as-of date (临时救助 never counts).
    pub on_now: bool,
}

/// How a file and a civil household are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CivilMatch {
    SameHead,
    /// The file's head is a person of the civil household, but not its head.
    HeadDiffers,
    /// Only members are shared.
    MembersOnly,
}

impl CivilMatch {
    pub fn chinese(self) -> &'static str {
        match self {
            Self::SameHead => "户主相同",
            Self::HeadDiffers => "户主不同",
            Self::MembersOnly => "仅成员相同",
        }
    }
}

#[derive(Debug, Default)]
pub struct Civil {
    pub households: Vec<CivilHousehold>,
    /// Person → households.
    pub by_person: FxHashMap<u64, Vec<CivilId>>,
    /// Valid numbers as the registers themselves give them.
    pub numbers: FxHashSet<u64>,
    by_record: FxHashMap<RecordId, CivilId>,
}

/// One row of a civil register before it is put into its household.
struct Row {
    record: RecordId,
    cert_no: String,
    head: Option<ResidentId>,
    /// The head's number as written, where it is not valid: still a key.
    head_key: String,
    scheme: Option<(String, bool)>,
    household_row: bool,
}

/// Folds all civil rows into households. `as_of` decides who is 在保; `who`: rows taken for somebody.
pub fn civil(tables: &Tables<'_>, who: &Identities, as_of: NaiveDate) -> Civil {
    let mut rows: Vec<Row> = Vec::new();
    for kind in ["civil", "civil_household", "civil_person"] {
        for &record in tables.of_kind(kind) {
            rows.push(read_row(tables, record, kind == "civil_household"));
        }
    }
    let mut sets = UnionFind::new(rows.len());
    let mut first: FxHashMap<String, usize> = FxHashMap::default();
    for (i, row) in rows.iter().enumerate() {
        let mut keys = Vec::with_capacity(2);
        if !row.cert_no.is_empty() {
            keys.push(format!("c{}", row.cert_no));
        }
        if !row.head_key.is_empty() {
            keys.push(format!("h{}\u{1f}{}", row.head_key, row.scheme.as_ref().map_or("", |(word, _)| word)));
        }
        for key in keys {
            match first.get(&key) {
                Some(&j) => sets.join(i, j),
                None => {
                    first.insert(key, i);
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in 0..rows.len() {
        groups.entry(sets.find(i)).or_default().push(i);
    }
    let mut civil = Civil::default();
    for members in groups.values() {
        let household = fold(tables, who, &rows, members, as_of);
        let id = CivilId(civil.households.len() as u32);
        civil.by_record.extend(household.records.iter().map(|&r| (r, id)));
        for person in &household.persons {
            if let Some(p) = person.id {
                let list = civil.by_person.entry(p.key()).or_default();
                if list.last() != Some(&id) {
                    list.push(id);
                }
            }
        }
        let own = household.persons.iter().filter_map(|p| match tables.value(p.record, p.field) {
            Value::Id(number) => number.valid(),
            _ => p.id,
        });
        civil.numbers.extend(own.map(ResidentId::key));
        civil.households.push(household);
    }
    civil
}

fn read_row(tables: &Tables<'_>, record: RecordId, household_row: bool) -> Row {
    let is_self = matches!(tables.value(record, "relation"), Value::Code(c) if c.word() == Some("本人"));
    let number = |field: &str| match tables.value(record, field) {
        Value::Id(n) => Some(n),
        _ => None,
    };
    // A head's own row often leaves 户主身份证号 blank: he is the head himself.
    let head = if is_self { number("id_number") } else { number("head_id_number").or_else(|| number("id_number")) };
    Row {
        record,
        cert_no: text_of(tables, record, "cert_no").to_string(),
        head: head.and_then(|n| n.valid()),
        head_key: head.map(|n| n.shown()).unwrap_or_default(),
        scheme: match tables.value(record, "scheme") {
            Value::Code(c) => Some((c.shown().to_string(), c.word().is_some())),
            _ => None,
        },
        household_row,
    }
}

fn fold(tables: &Tables<'_>, who: &Identities, rows: &[Row], members: &[usize], as_of: NaiveDate) -> CivilHousehold {
    let rows: Vec<&Row> = members.iter().map(|&i| &rows[i]).collect();
    let (scheme, scheme_known) = rows.iter().find_map(|r| r.scheme.clone()).unwrap_or_default();
    let given_head = rows.iter().filter(|r| r.household_row).find_map(|r| r.head);
    let head = given_head
        .or_else(|| rows.iter().filter(|r| tables.value(r.record, "head_id_number").is_said()).find_map(|r| r.head));
    let head = head.or_else(|| rows.iter().find_map(|r| r.head));
    let household = rows.iter().find(|r| r.household_row).map(|r| r.record);
    let mut persons: Vec<CivilPerson> = Vec::new();
    for row in rows.iter().filter(|r| !r.household_row) {
        let id = who.of(tables, row.record, "id_number");
        persons.push(CivilPerson {
            record: row.record,
            field: "id_number",
            id,
            name: super::files::name_of(tables, row.record, "name").cloned(),
            drawing: drawing(tables, row.record, household, &scheme, as_of),
            is_head: id.is_some() && id == head,
        });
    }
    for row in rows.iter().filter(|r| r.household_row) {
        for (field, id, name) in listed(tables, row.record) {
            if id.is_some() && persons.iter().any(|p| p.id == id) {
                continue;
            }
            let drawing = drawing(tables, row.record, None, &scheme, as_of);
            persons.push(CivilPerson {
                record: row.record,
                field,
                id,
                name,
                drawing,
                is_head: id.is_some() && id == head,
            });
        }
    }
    let cert_no = rows.iter().find(|r| !r.cert_no.is_empty()).map(|r| r.cert_no.clone());
    let on_now = persons.iter().any(|p| p.drawing == Drawing::On);
    CivilHousehold {
        cert_no: cert_no.or_else(|| head.map(ResidentId::full)).unwrap_or_default(),
        head,
        scheme,
        scheme_known,
        persons,
        records: rows.iter().map(|r| r.record).collect(),
        on_now,
    }
}

/// Persons a household's own row names: its head, and the members listed in one cell.
fn listed(tables: &Tables<'_>, record: RecordId) -> Vec<(&'static str, Option<ResidentId>, Option<Name>)> {
    let mut out = Vec::new();
    if let Value::Id(number) = tables.value(record, "head_id_number") {
        let name = super::files::name_of(tables, record, "head_name").cloned();
        out.push(("head_id_number", number.valid(), name));
    }
    if let Value::Ids(numbers) = tables.value(record, "member_id_numbers") {
        let names: &[Name] = match tables.value(record, "member_names") {
            Value::Names(names) if names.len() == numbers.len() => names,
            _ => &[],
        };
        for (i, number) in numbers.iter().enumerate() {
            let (name, valid) = (names.get(i).cloned(), number.as_ref().and_then(IdNumber::valid));
            if valid.is_none() || !out.iter().any(|(_, id, _)| *id == valid) {
                out.push(("member_id_numbers", valid, name));
            }
        }
    }
    out
}

/// 在保: state 在保, from ≤ as-of, to empty or ≥ as-of, by the coarser precision; 临时救助 never counts. What a person's row
/// does not say, his household's row does.
fn drawing(
    tables: &Tables<'_>,
    record: RecordId,
    household: Option<RecordId>,
    scheme: &str,
    as_of: NaiveDate,
) -> Drawing {
    if scheme == "临时救助" {
        return Drawing::Off;
    }
    // A value with a cell of its own counts before the household's, and that before what the file's name supplies.
    let value = |field: &str| {
        let own = tables.value(record, field);
        match household {
            Some(h) if !(own.is_said() && tables.place(record, field).is_some()) => {
                let shared = tables.value(h, field);
                if shared.is_said() { shared } else { own }
            }
            _ => own,
        }
    };
    let begun = match value("from") {
        Value::Date(d) => d.first_day() <= as_of,
        _ => true,
    };
    let ended = match value("to") {
        Value::Date(d) => d.last_day() < as_of,
        _ => false,
    };
    match value("state") {
        _ if !begun || ended => Drawing::Off,
        Value::Code(c) => match c.word() {
            Some("在保") => Drawing::On,
            Some("停保") => Drawing::Off,
            _ => Drawing::Unknown,
        },
        Value::Absent => Drawing::On,
        _ => Drawing::Unknown,
    }
}

impl Civil {
    pub fn get(&self, id: CivilId) -> &CivilHousehold {
        &self.households[id.0 as usize]
    }

    /// The household a civil row is part of.
    pub fn household_of(&self, record: RecordId) -> Option<CivilId> {
        self.by_record.get(&record).copied()
    }

    /// The civil households that share a person with a file, nearest first.
    pub fn links(&self, file: &File) -> Vec<(CivilId, CivilMatch)> {
        let mut out: BTreeMap<CivilId, CivilMatch> = BTreeMap::new();
        for person in file.persons() {
            for &id in self.by_person.get(&person.key()).map_or(&[][..], Vec::as_slice) {
                let how = if file.head == Some(person) {
                    if self.get(id).head == file.head { CivilMatch::SameHead } else { CivilMatch::HeadDiffers }
                } else {
                    CivilMatch::MembersOnly
                };
                out.entry(id).and_modify(|h| *h = how.min(*h)).or_insert(how);
            }
        }
        let mut links: Vec<_> = out.into_iter().collect();
        links.sort_by_key(|&(id, how)| (how, id));
        links
    }

    /// Files that share a person with a household.
    pub fn files_of<'a>(
        &'a self,
        id: CivilId,
        by_person: &'a FxHashMap<u64, Vec<FileId>>,
    ) -> impl Iterator<Item = FileId> + 'a {
        self.get(id)
            .persons
            .iter()
            .filter_map(|p| p.id)
            .flat_map(move |p| by_person.get(&p.key()).map_or(&[][..], Vec::as_slice).iter().copied())
    }
}
