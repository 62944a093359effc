//! Finds households that fit, and keeps account of what is changed in them and what must be found.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Planted;
use super::edits::Edit;
use crate::audit::Audit;
use crate::derive::Facts;
use crate::domain::id_number::ResidentId;
use crate::link::{FileId, FileStatus, UnitId, Units};
use crate::normalize::{RecordId, Value};
use crate::profile::Profile;
use crate::rules::{Verdict, precedence};

/// What must be found, and what may stand beside it.
#[derive(Debug, Clone)]
pub struct Want {
    pub code: &'static str,
    /// File numbers and ID numbers of the household.
    keys: BTreeSet<String>,
    /// Rules whose findings on the same household follow from the same mistake.
    pub beside: Vec<&'static str>,
}

impl Want {
    pub fn concerns(&self, keys: &[String]) -> bool {
        let nobody = keys.is_empty() && self.keys.is_empty();
        nobody || keys.iter().any(|k| self.keys.contains(k))
    }
}

/// A household taken for a mistake.
#[derive(Debug, Clone, Copy)]
pub struct Home {
    pub file: FileId,
    /// Row of the electronic file.
    pub efile: RecordId,
    pub head: ResidentId,
}

#[derive(Debug)]
pub struct Cage<'a> {
    pub facts: &'a Facts<'a>,
    /// The policy in force.
    pub profile: &'a Profile,
    /// What each rule judged before anything was planted.
    audit: &'a Audit,
    edits: Vec<Edit>,
    wants: Vec<Want>,
    /// Rules with findings in each cluster of files before anything was planted.
    open: FxHashMap<u32, BTreeSet<&'static str>>,
    /// Clusters a mistake was planted in.
    taken: FxHashSet<u32>,
    /// A household was looked for.
    searched: bool,
    /// Rows of a file by kind.
    rows: FxHashMap<(usize, FileId), Vec<RecordId>>,
}

impl<'a> Cage<'a> {
    pub fn new(facts: &'a Facts<'a>, audit: &'a Audit, profile: &'a Profile) -> Self {
        let book = facts.book;
        let mut open: FxHashMap<u32, BTreeSet<&'static str>> = FxHashMap::default();
        for finding in &audit.findings {
            if let Some(file) = finding.draft.file {
                open.entry(book.cluster[file.0 as usize]).or_default().insert(finding.rule.code);
            }
        }
        let taken = FxHashSet::default();
        let mut rows: FxHashMap<(usize, FileId), Vec<RecordId>> = FxHashMap::default();
        for (kind, schema) in book.tables.schemas.all().iter().enumerate() {
            for &record in book.tables.of_kind(&schema.kind) {
                if let Some(file) = book.file_of_row(record) {
                    rows.entry((kind, file)).or_default().push(record);
                }
            }
        }
        Self { facts, profile, audit, edits: Vec::new(), wants: Vec::new(), open, taken, searched: false, rows }
    }

    pub fn open(self) -> (Vec<Edit>, Vec<Want>) {
        (self.edits, self.wants)
    }

    /// Plants one mistake; nothing is left of it where it does not succeed.
    pub fn plant(&mut self, code: &'static str, plant: &dyn Fn(&mut Self) -> Planted) -> Planted {
        let edits = self.edits.len();
        self.wants.push(Want { code, keys: BTreeSet::new(), beside: Vec::new() });
        self.searched = false;
        let planted = plant(self);
        if planted.is_ok() {
            return Ok(());
        }
        let nobody_judged = self.searched && !self.facts.book.units.ids().any(|unit| self.judges(unit));
        self.edits.truncate(edits);
        self.wants.pop();
        if nobody_judged { Err("今天的数据里没有一个单位能判定这条规则") } else { planted }
    }

    /// The rule a mistake is being planted for.
    pub fn code(&self) -> &'static str {
        self.wants.last().map_or("", |w| w.code)
    }

    pub fn as_of(&self) -> NaiveDate {
        self.facts.setting.as_of
    }

    /// An active file without any finding that shares nobody with another, and that fits. Its household is taken.
    pub fn take(&mut self, fits: impl Fn(&Self, Home) -> bool) -> Option<Home> {
        self.take_of(FileStatus::Active, fits)
    }

    /// As [`Cage::take`], of a file that was left (已脱困).
    pub fn take_left(&mut self, fits: impl Fn(&Self, Home) -> bool) -> Option<Home> {
        self.take_of(FileStatus::Exited, fits)
    }

    /// The rule could tell in this unit that something is right, so it can tell what is wrong: thresholds are given, the
    /// sources came.
    pub fn judges(&self, unit: UnitId) -> bool {
        let code = self.code();
        let Some(tally) = self.audit.tallies.iter().find(|t| t.rule.code == code) else { return false };
        let at = Verdict::ALL.iter().position(|v| *v == Verdict::Compliant).unwrap_or(0);
        // Of those whom an event or civil affairs excuse the line is there all the same.
        let excused = Verdict::ALL.iter().position(|v| *v == Verdict::NotApplicable).unwrap_or(0);
        let could = |counts: &[usize; 4]| counts[at] > 0 || ["TK501", "TK508"].contains(&code) && counts[excused] > 0;
        // What vanished is told of the unit whose list it stood in, often the district's.
        let told_above = ["FF418", "BF608"].contains(&code);
        let mut units = self.facts.book.units.lineage(unit).take(if told_above { usize::MAX } else { 1 });
        tally.why_not.is_some() || units.any(|unit| tally.by_unit.get(&unit).is_some_and(could))
    }

    /// A household without any finding if one fits, else one whose findings have nothing to do with the mistake: a hint about
    /// another cell must not keep a household out.
    fn take_of(&mut self, status: FileStatus, fits: impl Fn(&Self, Home) -> bool) -> Option<Home> {
        self.searched = true;
        let book = self.facts.book;
        let code = self.code();
        let nothing = BTreeSet::new();
        let found = |cluster: u32| self.open.get(&cluster).unwrap_or(&nothing);
        let home_if = |file: FileId, clean: &dyn Fn(&BTreeSet<&'static str>) -> bool| {
            let f = book.file(file);
            let cluster = book.cluster[file.0 as usize];
            let whole = !self.taken.contains(&cluster)
                && clean(found(cluster))
                && f.status == status
                && f.unit != Units::NONE
                && self.judges(f.unit)
                && !f.file_no.is_empty()
                && f.persons().all(|p| book.files_of(p).len() == 1)
                && book.by_file_no.get(&f.file_no).is_some_and(|files| files.len() == 1);
            let home = Home { file, efile: f.record, head: f.head? };
            (whole && fits(self, home)).then_some(home)
        };
        let unrelated = |codes: &BTreeSet<&'static str>| codes.iter().all(|other| !precedence::related(code, other));
        let none = |codes: &BTreeSet<&'static str>| codes.is_empty();
        let home = (book.file_ids().find_map(|file| home_if(file, &none)))
            .or_else(|| book.file_ids().find_map(|file| home_if(file, &unrelated)))?;
        let cluster = book.cluster[home.file.0 as usize];
        let known: Vec<&'static str> = found(cluster).iter().copied().collect();
        self.taken.insert(cluster);
        let numbers = book.file(home.file).persons().map(ResidentId::full);
        let keys: Vec<String> = numbers.chain([book.file(home.file).file_no.clone()]).collect();
        self.concerns(keys);
        // What was found there before is found there again, under the copy's number or beside the changed value.
        self.beside(&known);
        Some(home)
    }

    /// The mistake concerns these file numbers or persons too.
    pub fn concerns(&mut self, keys: impl IntoIterator<Item = String>) {
        if let Some(want) = self.wants.last_mut() {
            want.keys.extend(keys);
        }
    }

    /// Findings of these rules follow from the mistake.
    pub fn beside(&mut self, codes: &[&'static str]) {
        if let Some(want) = self.wants.last_mut() {
            want.beside.extend(codes);
        }
    }

    /// Rows of a kind that belong to a file.
    pub fn rows(&self, kind: &str, file: FileId) -> Vec<RecordId> {
        let kind = self.facts.book.tables.schemas.position(kind);
        kind.and_then(|k| self.rows.get(&(k, file))).cloned().unwrap_or_default()
    }

    /// The one paper row of a file: read by its own number and file number.
    pub fn paper(&self, home: Home) -> Option<RecordId> {
        match self.rows("paper", home.file).as_slice() {
            [paper] => Some(*paper),
            _ => None,
        }
    }

    pub fn value(&self, record: RecordId, field: &str) -> &'a Value {
        self.facts.book.tables.value(record, field)
    }

    pub fn said(&self, record: RecordId, field: &str) -> bool {
        self.value(record, field).is_said()
    }

    /// The sheet has a column for it.
    pub fn has(&self, record: RecordId, field: &str) -> bool {
        *self.value(record, field) != Value::Absent
    }

    /// The word of a code field, "" where it says none.
    pub fn word(&self, record: RecordId, field: &str) -> &'a str {
        match self.value(record, field) {
            Value::Code(code) => code.word().unwrap_or_default(),
            _ => "",
        }
    }

    /// The first day a date of the file can mean.
    pub fn day(&self, record: RecordId, field: &str) -> Option<NaiveDate> {
        match self.value(record, field) {
            Value::Date(date) => Some(date.first_day()),
            _ => None,
        }
    }

    /// The head's name as the file has it.
    pub fn name(&self, home: Home) -> String {
        match self.value(home.efile, "name") {
            Value::Name(name) => name.shown().to_string(),
            _ => String::new(),
        }
    }

    /// Sets a field of the electronic file, and of its paper where that says something too.
    pub fn set_both(&mut self, home: Home, field: &'static str, text: &str) {
        self.set(home.efile, field, text);
        for paper in self.rows("paper", home.file) {
            if self.said(paper, field) {
                self.set(paper, field, text);
            }
        }
    }

    pub fn set(&mut self, record: RecordId, field: &'static str, text: impl Into<String>) {
        self.edits.push(Edit::Set(record, field, text.into()));
    }

    pub fn remove(&mut self, record: RecordId) {
        self.edits.push(Edit::Remove(record));
    }

    /// What has been changed so far.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    pub fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// A copy of a row with some fields changed.
    pub fn copy(&mut self, like: RecordId, set: &[(&str, &str)]) {
        let set = set.iter().map(|(f, v)| ((*f).to_string(), (*v).to_string())).collect();
        self.edits.push(Edit::Add { like, blank: false, set });
    }

    /// A row of a kind of which the inputs have any, with these fields alone.
    pub fn row(&mut self, kind: &str, set: &[(&str, String)]) -> Planted {
        let like = *self.facts.book.tables.of_kind(kind).first().ok_or("来源里没有这类表")?;
        let set = set.iter().map(|(f, v)| ((*f).to_string(), v.clone())).collect();
        self.edits.push(Edit::Add { like, blank: true, set });
        Ok(())
    }
}
