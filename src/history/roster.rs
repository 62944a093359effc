//! Which files and how many rows of each source a run saw, held against the run before: what is gone, what is partly missing.
//!
//! A source is partly missing when all its rows together, or those of a unit that its own rows name, are more than a tenth
//! fewer than they were when it was last whole (at least two rows, so that one deletion in a small list is none), or
//! when a unit that delivered has no row left. It stays so until it is whole again or a person says that it is
//! (`hecha run --complete`): a truncated export does not become right by coming twice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::compare::Known;
use super::layouts::SheetLayout;
use super::runs::{KnownFile, Past, SourceCount};
use super::{Key, sealed};
use crate::derive::past::GoneFile;
use crate::ingest::inputs::Inputs;
use crate::link::{Casebook, File, FileId, FileStatus, UnitId, name_of};
use crate::normalize::{RecordId, Value};

/// By source kind and unit name.
type ByUnit<T> = BTreeMap<(String, String), T>;

/// Rows, and the input files they came from.
type Count = (usize, BTreeSet<usize>);

/// From how many lost rows on a source counts as partly missing: that one row of a small list is gone is what rules tell.
const SMALL_LOSS: usize = 2;

#[derive(Debug, Default)]
pub struct Roster {
    pub sources: Vec<SourceCount>,
    /// Files of today, and files that are gone.
    pub files: Vec<KnownFile>,
    pub gone: Vec<GoneFile>,
    /// Key of each file of today; None for one with neither number.
    keys: Vec<Option<String>>,
    present: HashMap<String, FileId>,
    /// Heads and members of today, by short digest, with their file.
    persons: HashMap<String, FileId>,
    /// Keys of files and persons whose exit the ledger approves.
    exited: HashSet<String>,
    /// (kind, unit) that is partly missing; unit "" for the whole source.
    partial: BTreeSet<(String, String)>,
    /// What a person should know of it, in Chinese.
    pub warnings: Vec<String>,
    /// Sources that came last time and of which nothing is there today, in Chinese.
    pub not_come: Vec<String>,
    /// Directories from which something came last time and nothing today, digits folded.
    pub silent: Vec<String>,
    /// Kinds of which nothing came though the last run had some.
    pub kinds_gone: BTreeSet<String>,
    /// Of today, and those that are waited for.
    pub layouts: Vec<SheetLayout>,
}

/// Takes stock of today. `complete`: a person says that the exports are whole.
pub fn roster(book: &Casebook<'_>, inputs: &Inputs, known: &Known, as_of: NaiveDate, complete: bool) -> Roster {
    let (past, key) = (known.past.as_ref(), &known.key);
    let mut roster = Roster::default();
    for (i, file) in book.files.iter().enumerate() {
        let file_known = known_file(book, inputs, file, FileId(i as u32), key);
        roster.keys.push(file_known.as_ref().map(|k| k.key.clone()));
        for person in file.persons() {
            roster.persons.entry(sealed::short(key, &person.full())).or_insert(FileId(i as u32));
        }
        if let Some(known) = file_known
            && !roster.present.contains_key(&known.key)
        {
            roster.present.insert(known.key.clone(), FileId(i as u32));
            roster.files.push(known);
        }
    }
    // A second run of the day is held against the first: what that one had is not to vanish unsaid.
    roster.count(book, inputs, known.former.as_ref().or(past), as_of, complete);
    if let Some(past) = past {
        roster.miss(book, past, key);
    }
    roster
}

impl Roster {
    /// Rows of this kind are missing, for this unit or altogether.
    pub fn is_partial(&self, kind: &str, unit: &str) -> bool {
        [unit, ""].iter().any(|u| self.partial.contains(&(kind.to_string(), (*u).to_string())))
    }

    /// (kind, unit) of which rows are missing; unit "" for the whole source.
    pub fn partial(&self) -> Vec<(String, String)> {
        self.partial.iter().cloned().collect()
    }

    /// The file of today that an earlier run knew by this key.
    pub fn file(&self, key: &str) -> Option<FileId> {
        self.present.get(key).copied()
    }

    pub fn key_of(&self, file: FileId) -> Option<&str> {
        self.keys[file.0 as usize].as_deref()
    }

    /// Files of today that an earlier run knew as 在档.
    pub fn known_files(&self, past: &Past) -> HashSet<FileId> {
        let active = past.files.values().filter(|file| file.active);
        active.filter_map(|file| self.file(&file.key)).collect()
    }

    /// The file of today in which a person (short digest) is head or member.
    pub fn file_of_person(&self, person: &str) -> Option<FileId> {
        self.persons.get(person).copied()
    }

    /// The ledger approves the exit of the file or person with this key, who is in no file of today.
    pub fn has_exited(&self, key: &str) -> bool {
        self.exited.contains(key)
    }

    fn count(&mut self, book: &Casebook<'_>, inputs: &Inputs, past: Option<&Past>, as_of: NaiveDate, complete: bool) {
        let (today, attributed) = self.counts(book, inputs, past);
        let last: BTreeMap<(String, String), &SourceCount> = past
            .map_or_else(BTreeMap::new, |p| p.sources.iter().map(|s| ((s.kind.clone(), s.unit.clone()), s)).collect());
        let all: BTreeSet<&(String, String)> = today.keys().chain(last.keys()).collect();
        for at in all {
            let (kind, unit) = at;
            let (rows, files) = today.get(at).map_or((0, None), |(n, files)| (*n, Some(files)));
            let before = last.get(at).map_or(0, |s| s.rows);
            let now = attributed.get(at).copied().unwrap_or(0);
            let fewer = now * 10 < before * 9;
            let partial = !complete && before > 0 && (now == 0 || fewer && before - now >= SMALL_LOSS);
            if partial {
                self.partial.insert(at.clone());
                let title = book.tables.schemas.get(kind).map_or(kind.as_str(), |s| s.title.as_str());
                // A unit's share of a source that lacks as a whole is told with the whole; "" sorts first.
                if unit.is_empty() && now == 0 {
                    self.kinds_gone.insert(kind.clone());
                    self.not_come.push(format!("{title}上次有{before}行，这次没有收到"));
                } else if unit.is_empty() {
                    self.warnings.push(shrunk(title, before, now));
                } else if !self.partial.contains(&(kind.clone(), String::new())) {
                    self.warnings.push(shrunk(&format!("{unit}的{title}"), before, now));
                }
            }
            if rows == 0 && !partial {
                continue;
            }
            let content = files.map_or_else(String::new, |files| content(inputs, files));
            let since = last.get(at).filter(|s| s.content == content).map_or(as_of, |s| s.since);
            let expected = if partial { before } else { rows };
            self.sources.push(SourceCount {
                kind: kind.clone(),
                unit: unit.clone(),
                rows: expected,
                today: rows,
                content,
                since,
                partial,
            });
        }
    }

    /// Rows by kind and unit ("" for all), with the input files they came from; and as the run before would have counted
    /// them: a household that moved to another unit took its rows with it.
    fn counts(&self, book: &Casebook<'_>, inputs: &Inputs, past: Option<&Past>) -> (ByUnit<Count>, ByUnit<usize>) {
        // Kind and unit by number while all rows are gone through; None for all units together.
        type Cell = (usize, Option<UnitId>);
        let mut today: FxHashMap<Cell, Count> = FxHashMap::default();
        let mut attributed: FxHashMap<Cell, usize> = FxHashMap::default();
        let moved_from: Vec<Option<UnitId>> =
            (self.keys.iter()).map(|key| book.units.find(&past?.files.get(key.as_deref()?)?.unit)).collect();
        for (at, record) in book.tables.records.iter().enumerate() {
            let id = RecordId(at as u32);
            let table = book.tables.table(id);
            let from = inputs.sheets[table.sheet.0 as usize].file;
            let mut add = |unit: Option<UnitId>, then: Option<UnitId>| {
                let count = today.entry((table.kind, unit)).or_default();
                count.0 += 1;
                count.1.insert(from);
                *attributed.entry((table.kind, then)).or_default() += 1;
            };
            add(None, None);
            // A source whose rows name no unit is one list of all.
            if record.parent.is_none()
                && let Some(unit) = book.said_unit_of_row(id)
            {
                // Where a district delivers for its units, its rows say the district, whoever they belong to.
                let own = book.file_of_row(id).filter(|f| book.file(*f).unit == unit);
                let then = own.and_then(|f| moved_from[f.0 as usize]);
                add(Some(unit), Some(then.unwrap_or(unit)));
            }
        }
        let name = |(kind, unit): Cell| {
            let unit = unit.map_or("", |u| book.units.name(u));
            (book.tables.schemas.all()[kind].kind.clone(), unit.to_string())
        };
        let today = today.into_iter().map(|(cell, count)| (name(cell), count)).collect();
        (today, attributed.into_iter().map(|(cell, n)| (name(cell), n)).collect())
    }

    fn miss(&mut self, book: &Casebook<'_>, past: &Past, key: &Key) {
        let gone: Vec<&KnownFile> = {
            let mut gone: Vec<_> = past
                .files
                .values()
                .filter(|f| f.active && !self.present.contains_key(&f.key))
                .filter(|f| f.person.is_empty() || !self.persons.contains_key(&f.person))
                .collect();
            gone.sort_by(|a, b| (&a.unit, &a.shown[0], &a.key).cmp(&(&b.unit, &b.shown[0], &b.key)));
            gone
        };
        if gone.is_empty() {
            return;
        }
        let (exited, numbers) = (exited(book, key), numbers(book, key));
        for file in gone {
            if exited.contains(&file.key) || exited.contains(&file.person) {
                self.exited.insert(file.key.clone());
                continue;
            }
            let [file_no, name, id_number, place] = &file.shown;
            self.gone.push(GoneFile {
                unit: file.unit.clone(),
                file_no: sealed::opened(file_no, &numbers),
                name: name.clone(),
                id_number: sealed::opened(id_number, &numbers),
                place: sealed::opened(place, &numbers),
                told: !self.is_partial("efile", &file.unit),
            });
            self.files.push(file.clone());
        }
    }
}

fn shrunk(what: &str, before: usize, now: usize) -> String {
    format!(
        "{what}从{before}行减到{now}行，少了一成以上，按没有到齐处理：涉及的疑点列为未核对，不算整改。确实减少的，运行一次 hecha run --complete"
    )
}

/// Every valid number of today by its short digest, for texts that were kept sealed.
pub fn numbers(book: &Casebook<'_>, key: &Key) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for record in &book.tables.records {
        for value in &record.values {
            if let Value::Id(id) = value {
                let number = id.shown();
                out.entry(sealed::short(key, &number)).or_insert(number);
            }
        }
    }
    out
}

/// The name under which the state keeps a file: its number, else its head's.
pub fn file_key(key: &Key, file_no: &str, head: Option<&str>) -> Option<String> {
    match (file_no, head) {
        ("", None) => None,
        ("", Some(head)) => Some(sealed::short(key, &format!("户主\u{1f}{head}"))),
        (file_no, _) => Some(sealed::short(key, &format!("档案\u{1f}{file_no}"))),
    }
}

fn known_file(book: &Casebook<'_>, inputs: &Inputs, file: &File, id: FileId, key: &Key) -> Option<KnownFile> {
    let head = file.head.map(|h| h.full());
    let tables = &book.tables;
    let name = name_of(tables, file.record, "name").map_or("", |n| n.shown());
    let sheet = tables.table(file.record).sheet;
    let path = &inputs.file_of(sheet).path;
    let sheet = &inputs.sheet(sheet).name;
    let place = format!("{path} › {sheet} › 第{}行", tables.get(file.record).row);
    Some(KnownFile {
        key: file_key(key, &file.file_no, head.as_deref())?,
        person: head.as_deref().map(|h| sealed::short(key, h)).unwrap_or_default(),
        active: matches!(file.status, FileStatus::Active | FileStatus::Unknown),
        unit: book.units.name(file.unit).to_string(),
        paper: book.paper_of(id).is_some(),
        shown: [
            sealed::reference(key, &file.file_no),
            sealed::text(key, name),
            head.as_deref().map(|h| sealed::number(key, h)).unwrap_or_default(),
            sealed::reference(key, &place),
        ],
    })
}

/// Keys of files and persons whose exit the ledger approves.
fn exited(book: &Casebook<'_>, key: &Key) -> HashSet<String> {
    let mut out = HashSet::new();
    for &row in book.tables.of_kind("exit") {
        if !matches!(book.tables.value(row, "approved_on"), Value::Date(_)) {
            continue;
        }
        if let Value::Text(file_no) = book.tables.value(row, "file_no") {
            out.extend(file_key(key, file_no, None));
        }
        if let Some(person) = book.person_of(row, "id_number") {
            out.insert(sealed::short(key, &person.full()));
        }
    }
    out
}

fn content(inputs: &Inputs, files: &BTreeSet<usize>) -> String {
    let mut digests: Vec<[u8; 32]> = files.iter().map(|&f| inputs.files[f].sha256).collect();
    digests.sort_unstable();
    let mut hash = Sha256::new();
    for digest in digests {
        hash.update(digest);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..8])
}
