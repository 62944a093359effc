//! From which units rows of a source came: a rule that concludes from absence may not speak of the others.
//!
//! A source covers a unit when one of its rows carries the unit or one above or below it, or links to a file of it; a
//! source without a unit column covers all units it links to. An input that could not be read takes the units its folder,
//! name or configuration assigns it to out again; all units if that cannot be told. So does a source of which fewer rows came
//! than the last time.

use rustc_hash::FxHashSet;

use crate::ingest::inputs::{FileStatus, Inputs};
use crate::link::{Casebook, UnitId, Units};

#[derive(Debug)]
pub struct Coverage {
    /// By schema index: units.
    by_kind: Vec<FxHashSet<UnitId>>,
    kinds: Vec<String>,
    /// Units some unreadable input may have spoken of.
    in_doubt: FxHashSet<UnitId>,
    /// By schema index: units of which rows of that kind may not have been read.
    kind_in_doubt: Vec<FxHashSet<UnitId>>,
}

impl Coverage {
    /// `short`: (kind, unit name; "" for all) of which fewer rows came than in the run before.
    pub fn new(
        book: &Casebook<'_>,
        inputs: &Inputs,
        source_units: &[Option<String>],
        short: &[(String, String)],
    ) -> Self {
        let tables = &book.tables;
        let kinds: Vec<String> = tables.schemas.all().iter().map(|s| s.kind.clone()).collect();
        let mut by_kind = Vec::with_capacity(kinds.len());
        for kind in &kinds {
            let mut carried: FxHashSet<UnitId> = FxHashSet::default();
            let mut linked: FxHashSet<UnitId> = FxHashSet::default();
            for &record in tables.of_kind(kind) {
                if let Some(unit) = book.said_unit_of_row(record) {
                    carried.insert(unit);
                }
                if let Some(file) = book.file_of_row(record) {
                    linked.insert(book.file(file).unit);
                }
            }
            // Civil rows of people who are no heads link through their household.
            carried.remove(&Units::NONE);
            let mut covered = linked;
            for unit in book.units.ids() {
                let related = |&c: &UnitId| book.units.is_within(unit, c) || book.units.is_within(c, unit);
                if carried.iter().any(related) {
                    covered.insert(unit);
                }
            }
            by_kind.push(covered);
        }
        let mut in_doubt = in_doubt(book, inputs, source_units);
        let mut kind_in_doubt = vec![FxHashSet::default(); kinds.len()];
        for doubt in &tables.doubts {
            let path = &inputs.file_of(doubt.sheet).path;
            let said = doubt.unit.as_deref().and_then(|u| book.units.find(u));
            let named = said.or_else(|| book.units.find(&inputs.sheet(doubt.sheet).name)).or_else(|| {
                let configured = source_units.get(inputs.file_of(doubt.sheet).source).and_then(Option::as_deref);
                named_unit(book, path, configured)
            });
            let concerned = concerned(book, named);
            match doubt.kind {
                Some(kind) => kind_in_doubt[kind].extend(concerned),
                None => in_doubt.extend(concerned),
            }
        }
        for (kind, unit) in short {
            let Some(at) = kinds.iter().position(|k| k == kind) else { continue };
            // Rows of a unit that today's lists do not even name are nobody else's.
            let named = book.units.find(unit);
            if unit.is_empty() || named.is_some() {
                kind_in_doubt[at].extend(concerned(book, named));
            }
        }
        Self { by_kind, kinds, in_doubt, kind_in_doubt }
    }

    /// Rows of a kind came from (or speak of) this unit.
    pub fn covers(&self, kind: &str, unit: UnitId) -> bool {
        self.kinds.iter().position(|k| k == kind).is_some_and(|i| self.by_kind[i].contains(&unit))
    }

    /// Absence of a row of this kind says something about this unit.
    pub fn complete(&self, kind: &str, unit: UnitId) -> bool {
        self.covers(kind, unit) && !self.in_doubt.contains(&unit) && !self.kind_is_in_doubt(kind, unit)
    }

    /// An input that could not be read may have spoken of this unit.
    pub fn is_in_doubt(&self, unit: UnitId) -> bool {
        self.in_doubt.contains(&unit)
    }

    /// Rows of this kind may be there that were not read (struck, hidden, beyond the table).
    pub fn kind_is_in_doubt(&self, kind: &str, unit: UnitId) -> bool {
        self.kinds.iter().position(|k| k == kind).is_some_and(|i| self.kind_in_doubt[i].contains(&unit))
    }

    /// Rows of this kind may be there that were not read: of the unit, or in an input of which nobody can tell.
    /// What belongs to no unit may stand in any unit's.
    pub fn may_lack(&self, kind: &str, unit: UnitId) -> bool {
        let of_kind = self.kinds.iter().position(|k| k == kind).map(|i| &self.kind_in_doubt[i]);
        [Some(&self.in_doubt), of_kind]
            .into_iter()
            .flatten()
            .any(|units| units.contains(&unit) || unit == Units::NONE && !units.is_empty())
    }

    /// As [`Coverage::complete`], for a source that comes in several kinds (civil lists and pairs).
    pub fn any_complete(&self, kinds: &[&str], unit: UnitId) -> bool {
        kinds.iter().any(|k| self.covers(k, unit))
            && !self.in_doubt.contains(&unit)
            && !kinds.iter().any(|k| self.kind_is_in_doubt(k, unit))
    }
}

/// Units an unreadable input is assigned to by the configuration, its folders and name; all units if none can be told.
fn in_doubt(book: &Casebook<'_>, inputs: &Inputs, source_units: &[Option<String>]) -> FxHashSet<UnitId> {
    let mut out = FxHashSet::default();
    for file in inputs.files.iter().filter(|f| matches!(f.status, FileStatus::Unreadable(_))) {
        let configured = source_units.get(file.source).and_then(Option::as_deref);
        out.extend(concerned(book, named_unit(book, &file.path, configured)));
    }
    out
}

/// The unit that the configuration, else the nearest name in a path, assigns a file to.
fn named_unit(book: &Casebook<'_>, path: &str, configured: Option<&str>) -> Option<UnitId> {
    let stem = path.rsplit_once('.').map_or(path, |(s, _)| s);
    configured.and_then(|u| book.units.find(u)).or_else(|| stem.rsplit('/').find_map(|part| book.units.find(part)))
}

/// The units above and below one, itself among them; all where none is known.
fn concerned<'a>(book: &'a Casebook<'_>, named: Option<UnitId>) -> impl Iterator<Item = UnitId> + 'a {
    let units = &book.units;
    units.ids().filter(move |&unit| named.is_none_or(|n| units.is_within(unit, n) || units.is_within(n, unit)))
}
