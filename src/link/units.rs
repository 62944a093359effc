//! The tree of union organisations, and the unit each row belongs to.
//!
//! With a roster of unions (`unit`) the tree is that roster; without one it is built from 所属工会 (else 填报单位) and 上级工会
//! of the electronic files. Names are folded (`锦江区总工会` = `成都市锦江区总工会（盖章）`), plus the configuration's aliases.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::domain::org::{unit_key, without_district};
use crate::domain::text;
use crate::normalize::{RecordId, Tables, Value};

/// A unit; 0 is 未归属单位.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

/// Name of the unit of rows whose unit is unknown.
pub const UNASSIGNED: &str = "未归属单位";

#[derive(Debug, Clone)]
pub struct Unit {
    pub name: String,
    pub parent: Option<UnitId>,
}

#[derive(Debug)]
pub struct Units {
    units: Vec<Unit>,
    by_key: FxHashMap<String, UnitId>,
    /// The federation itself.
    pub root: UnitId,
}

impl Units {
    pub const NONE: UnitId = UnitId(0);

    /// Builds the tree. `aliases`: name → other names.
    pub fn new(tables: &Tables<'_>, federation: &str, aliases: &BTreeMap<String, Vec<String>>) -> Self {
        let root = UnitId(1);
        let mut units = Self {
            units: vec![
                Unit { name: UNASSIGNED.to_string(), parent: None },
                Unit { name: federation.to_string(), parent: None },
            ],
            by_key: FxHashMap::default(),
            root,
        };
        units.by_key.insert(unit_key(federation), root);
        for (name, others) in aliases {
            let id = units.add(name);
            for other in others {
                units.by_key.insert(unit_key(other), id);
            }
        }
        let roster = tables.of_kind("unit");
        let (source, name_field, parent_field) = if roster.is_empty() {
            (tables.of_kind("efile"), "unit", "parent_unit")
        } else {
            (roster, "name", "parent")
        };
        units.add_all(tables, source, name_field, parent_field);
        if !roster.is_empty() {
            units.add_below_known(tables);
        }
        units
    }

    fn add_all(&mut self, tables: &Tables<'_>, records: &[RecordId], name: &str, parent: &str) {
        // Of several spellings the most frequent is shown, then the shortest, then the first by code point.
        let mut spellings: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let mut parents: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for &id in records {
            // A sheet of one unit names it above the table (填报单位) or in the configuration.
            let unit = match (tables.value(id, name), &tables.table(id).unit) {
                (Value::Unit(unit), _) => &**unit,
                (_, Some(unit)) if name == "unit" => unit.as_str(),
                _ => continue,
            };
            let above = match tables.value(id, parent) {
                Value::Unit(above) => &**above,
                _ => "",
            };
            *pairs.entry((unit, above)).or_default() += 1;
        }
        for ((unit, above), rows) in pairs {
            let (key, above_key) = (unit_key(unit), unit_key(above));
            *spellings.entry(key.clone()).or_default().entry(tidy(unit)).or_default() += rows;
            if !above.is_empty() {
                *spellings.entry(above_key.clone()).or_default().entry(tidy(above)).or_default() += rows;
                if above_key != key {
                    *parents.entry(key).or_default().entry(above_key).or_default() += rows;
                }
            }
        }
        self.fold_districts(&mut spellings, &mut parents);
        for (key, names) in &spellings {
            let best =
                names.iter().max_by_key(|(n, count)| (**count, std::cmp::Reverse((n.chars().count(), (*n).clone()))));
            if let (Some((name, _)), false) = (best, self.by_key.contains_key(key)) {
                self.add(name);
            }
        }
        for key in spellings.keys() {
            let Some(&id) = self.by_key.get(key) else { continue };
            if id == self.root {
                continue;
            }
            let above =
                parents.get(key).and_then(|p| p.iter().max_by_key(|(k, n)| (**n, std::cmp::Reverse((*k).clone()))));
            let above = above.and_then(|(k, _)| self.by_key.get(k).copied()).unwrap_or(self.root);
            if above != id && !self.is_within(above, id) {
                self.units[id.0 as usize].parent = Some(above);
            }
        }
        for id in 2..self.units.len() {
            if self.units[id].parent.is_none() {
                self.units[id].parent = Some(self.root);
            }
        }
    }

    /// One union written with its district and without it (武侯区簇桥街道总工会, 簇桥街道总工会) is one, where only one
    /// district has it. The full name stays; the short one becomes another key of it when the unit is added.
    fn fold_districts(
        &mut self,
        spellings: &mut BTreeMap<String, BTreeMap<String, usize>>,
        parents: &mut BTreeMap<String, BTreeMap<String, usize>>,
    ) {
        let mut full: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for key in spellings.keys() {
            if let Some(short) = without_district(key) {
                full.entry(short.to_string()).or_default().push(key.clone());
            }
        }
        for (short, keys) in full {
            let ([long], true) = (&keys[..], spellings.contains_key(&short)) else { continue };
            if self.by_key.contains_key(&short) {
                continue;
            }
            spellings.remove(&short);
            for (above, rows) in parents.remove(&short).unwrap_or_default() {
                *parents.entry(long.clone()).or_default().entry(above).or_default() += rows;
            }
        }
    }

    /// The one unit whose name has a district before this one's, or lacks this one's district.
    fn by_district(&self, key: &str) -> Option<UnitId> {
        if let Some(short) = without_district(key)
            && let Some(&id) = self.by_key.get(short)
        {
            return Some(id);
        }
        let mut longer = self.by_key.iter().filter(|(k, _)| without_district(k) == Some(key)).map(|(_, &id)| id);
        let first = longer.next()?;
        longer.all(|id| id == first).then_some(first)
    }

    /// Units that the roster lacks but the electronic files place below one it has: rosters are often of the upper levels
    /// only. A unit nobody knows stays unknown.
    fn add_below_known(&mut self, tables: &Tables<'_>) {
        let mut pairs: BTreeMap<&str, &str> = BTreeMap::new();
        for &id in tables.of_kind("efile") {
            if let (Value::Unit(unit), Value::Unit(above)) = (tables.value(id, "unit"), tables.value(id, "parent_unit"))
            {
                pairs.entry(unit).or_insert(above);
            }
        }
        for (unit, above) in pairs {
            if self.find(unit).is_none()
                && let Some(parent) = self.find(above)
            {
                let id = self.add(&tidy(unit));
                self.units[id.0 as usize].parent = Some(parent);
            }
        }
    }

    fn add(&mut self, name: &str) -> UnitId {
        let key = unit_key(name);
        if let Some(&id) = self.by_key.get(&key) {
            return id;
        }
        let id = UnitId(self.units.len() as u32);
        self.units.push(Unit { name: name.to_string(), parent: None });
        self.by_key.insert(key, id);
        id
    }

    /// The unit a name means.
    pub fn find(&self, name: &str) -> Option<UnitId> {
        let key = unit_key(name);
        (!key.is_empty()).then(|| self.by_key.get(&key).copied().or_else(|| self.by_district(&key))).flatten()
    }

    pub fn get(&self, id: UnitId) -> &Unit {
        &self.units[id.0 as usize]
    }

    pub fn name(&self, id: UnitId) -> &str {
        &self.get(id).name
    }

    pub fn parent_name(&self, id: UnitId) -> &str {
        self.get(id).parent.map_or("", |p| self.name(p))
    }

    pub fn len(&self) -> usize {
        self.units.len()
    }

    pub fn is_empty(&self) -> bool {
        self.units.len() <= 2
    }

    pub fn ids(&self) -> impl Iterator<Item = UnitId> {
        (0..self.units.len() as u32).map(UnitId)
    }

    pub fn children(&self, id: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        self.ids().filter(move |&u| self.get(u).parent == Some(id))
    }

    /// The unit and all above it, nearest first.
    pub fn lineage(&self, id: UnitId) -> impl Iterator<Item = UnitId> + '_ {
        // The tree has no loops; the bound keeps that from being a matter of trust.
        std::iter::successors(Some(id), |&u| self.get(u).parent).take(32)
    }

    /// `inner` is `outer` or lies below it.
    pub fn is_within(&self, inner: UnitId, outer: UnitId) -> bool {
        let mut at = Some(inner);
        let mut hops = 0;
        while let Some(u) = at {
            if u == outer {
                return true;
            }
            at = self.get(u).parent;
            hops += 1;
            if hops > 32 {
                return false;
            }
        }
        false
    }

    /// As [`Units::find`], with each written name folded once.
    fn find_cached(&self, name: &str, seen: &mut FxHashMap<String, Option<UnitId>>) -> Option<UnitId> {
        if let Some(&known) = seen.get(name) {
            return known;
        }
        let found = self.find(name);
        seen.insert(name.to_string(), found);
        found
    }

    /// The unit of every record, by record index; see [`Units::of_record`].
    pub fn of_all_records(&self, tables: &Tables<'_>) -> Vec<Option<UnitId>> {
        let mut seen = FxHashMap::default();
        (0..tables.records.len() as u32).map(|i| self.of_record_cached(tables, RecordId(i), &mut seen)).collect()
    }

    /// The unit of a row by what its own sheet says: its unit column; else the sheet's unit (configuration, 填报单位);
    /// else a sheet, file or folder name equal to a known unit. A named unit that is unknown is 未归属单位.
    pub fn of_record(&self, tables: &Tables<'_>, id: RecordId) -> Option<UnitId> {
        self.of_record_cached(tables, id, &mut FxHashMap::default())
    }

    fn of_record_cached(
        &self,
        tables: &Tables<'_>,
        id: RecordId,
        seen: &mut FxHashMap<String, Option<UnitId>>,
    ) -> Option<UnitId> {
        let at = tables.get(id).parent.unwrap_or(id);
        let schema = tables.schema(at);
        if let Some(field) = &schema.unit_field {
            match tables.value(at, field) {
                Value::Unit(name) => return Some(self.find_cached(name, seen).unwrap_or(Self::NONE)),
                Value::Bad(_) => return Some(Self::NONE),
                _ => {}
            }
        }
        let table = tables.table(at);
        if let Some(name) = &table.unit {
            return Some(self.find_cached(name, seen).unwrap_or(Self::NONE));
        }
        table.places.iter().find_map(|p| self.find_cached(p, seen))
    }
}

/// A unit's name without stamp marks and blanks.
fn tidy(name: &str) -> String {
    let mut out: String = text::clean(name).split_whitespace().collect();
    for mark in ["（盖章）", "(盖章)", "（章）", "(章)"] {
        out = out.replace(mark, "");
    }
    out
}
