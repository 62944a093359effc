//! Whose person a finding shows to its unit: a finding that reaches into another unit shows each unit its own row, the other
//! side masked. What sees all (findings.csv, 汇总) is the federation's; a unit sees its own persons and those of the units
//! below it.
//!
//! A row of a file (electronic, paper, members) is its unit's; a row of money or of a register is also its person's. The same
//! person may have files in two units: each sees his own data in its own file, and not the other file's.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{EvidenceRow, FindingRow, OwnView};
use crate::audit::Finding;
use crate::derive::Facts;
use crate::domain::id_number::ResidentId;
use crate::domain::text::mask;
use crate::finding::{Evidence, Side};
use crate::link::{FileId, UnitId, Units};
use crate::normalize::{RecordId, Value};
use crate::schema::FieldType;

/// In place of another unit's file number, and of whatever else of its rows has no masked form of its own.
const OTHER_FILE: &str = "另一单位档案";
const OTHER_UNIT: &str = "（另一单位）";
/// Kinds whose rows belong to a file and to nobody else's.
const OF_FILES: [&str; 4] = ["efile", "emember", "paper", "paper_member"];
/// Fields of text that name a card, a certificate or a voucher.
const KEYS: [&str; 4] = ["ss_card", "cert_no", "serial", "record_no"];
/// Fields in which a row's persons stand.
const PERSONS: [&str; 2] = ["id_number", "head_id_number"];

/// A row is the unit's or of a unit below it, or nobody's.
pub fn is_seen_by(facts: &Facts<'_>, record: RecordId, viewer: UnitId) -> bool {
    let book = facts.book;
    let file = book.file_of_row(record);
    let mut units: Vec<UnitId> = book.said_unit_of_row(record).into_iter().collect();
    units.extend(file.map(|f| book.file(f).unit));
    if !OF_FILES.contains(&book.tables.schema(record).kind.as_str()) {
        let persons = PERSONS.into_iter().filter_map(|field| book.person_of(record, field));
        units.extend(persons.flat_map(|p| book.files_of(p)).map(|&f| book.file(f).unit));
    }
    units.retain(|&u| u != Units::NONE);
    units.is_empty() || units.iter().any(|&u| book.units.is_within(u, viewer))
}

/// `王**`
pub fn masked_name(name: &str) -> String {
    name.chars().take(1).chain("**".chars()).collect()
}

/// The texts of a finding as its own unit may read them; None where they are the same.
pub fn own_view(facts: &Facts<'_>, finding: &Finding, row: &FindingRow) -> Option<Box<OwnView>> {
    let viewer = finding.draft.unit;
    if viewer == facts.book.units.root {
        return None;
    }
    let mut words = Words { facts, viewer, masks: BTreeMap::new(), own: BTreeSet::new() };
    words.learn(finding, row);
    let masker = words.masker()?;
    let evidence = finding.draft.evidence.iter().zip(&row.evidence).map(|(e, r)| EvidenceRow {
        path: masker.masked(&r.path),
        sheet: masker.masked(&r.sheet),
        shown: masker.cell(facts, viewer, e),
        ..r.clone()
    });
    let evidence: Vec<EvidenceRow> = evidence.collect();
    let used = |side: Side| {
        let cells = finding.draft.evidence.iter().zip(&evidence);
        cells.filter(move |(e, _)| e.side == side && !e.context).map(|(_, r)| r.shown.as_str())
    };
    let view = OwnView {
        file_no: masker.masked(&row.file_no),
        name: masker.masked(&row.name),
        id_number: masker.masked(&row.id_number),
        values: Side::ALL.map(|side| distinct(used(side))),
        message: masker.masked(&row.message),
        evidence,
    };
    let full = OwnView {
        file_no: row.file_no.clone(),
        name: row.name.clone(),
        id_number: row.id_number.clone(),
        values: row.values.clone(),
        message: row.message.clone(),
        evidence: row.evidence.clone(),
    };
    (view != full).then(|| Box::new(view))
}

/// The texts of a finding that could not be checked today, as the unit in which its file stands today may read them: of a
/// person whose file has moved away since nothing is shown either. `read`: what the unit read when it was checked.
pub fn carried_view(facts: &Facts<'_>, row: &FindingRow, read: Option<OwnView>) -> Option<Box<OwnView>> {
    let book = facts.book;
    let viewer = book.units.find(&row.unit).unwrap_or(Units::NONE);
    if viewer == book.units.root {
        return None;
    }
    let is_masked = read.is_some();
    let view = read.unwrap_or_else(|| OwnView {
        file_no: row.file_no.clone(),
        name: row.name.clone(),
        id_number: row.id_number.clone(),
        values: row.values.clone(),
        message: row.message.clone(),
        evidence: Vec::new(),
    });
    let mut words = Words { facts, viewer, masks: BTreeMap::new(), own: BTreeSet::new() };
    words.learn_texts(row);
    let Some(masker) = words.masker() else { return is_masked.then(|| Box::new(view)) };
    let masked = OwnView {
        file_no: masker.masked(&view.file_no),
        name: masker.masked(&view.name),
        id_number: masker.masked(&view.id_number),
        values: view.values.each_ref().map(|text| masker.masked(text)),
        message: masker.masked(&view.message),
        evidence: Vec::new(),
    };
    (is_masked || masked != view).then(|| Box::new(masked))
}

/// Values of one side, each once, joined.
pub fn distinct<'a>(shown: impl Iterator<Item = &'a str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for text in shown.filter(|text| !text.is_empty()) {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once.join("；")
}

/// What a finding's texts may say of persons, and how it is masked where they are another unit's.
struct Words<'a> {
    facts: &'a Facts<'a>,
    viewer: UnitId,
    masks: BTreeMap<String, String>,
    /// Texts of the unit's own rows: they stay, whatever they are part of.
    own: BTreeSet<String>,
}

impl Words<'_> {
    fn learn(&mut self, finding: &Finding, row: &FindingRow) {
        let records = finding.draft.evidence.iter().filter_map(|e| e.record);
        for record in records.map(RecordId) {
            self.learn_record(record, is_seen_by(self.facts, record, self.viewer));
            if let Some(file) = self.facts.book.file_of_row(record) {
                self.learn_file(file);
            }
        }
        if let Some(file) = finding.draft.file {
            self.learn_file(file);
        }
        self.learn_texts(row);
    }

    /// Whom a rule names without showing his row.
    fn learn_texts(&mut self, row: &FindingRow) {
        let own = |&f: &FileId| self.facts.book.units.is_within(self.facts.book.file(f).unit, self.viewer);
        let files = self.facts.book.by_file_no.get(&row.file_no).map_or(&[][..], Vec::as_slice);
        files.iter().copied().filter(own).collect::<Vec<_>>().into_iter().for_each(|f| self.learn_file(f));
        let texts = [&row.message, &row.id_number, &row.file_no].into_iter().chain(&row.values);
        for text in texts {
            for token in tokens(text) {
                self.learn_token(token);
            }
        }
    }

    fn learn_file(&mut self, file: FileId) {
        let facts = self.facts;
        let f = facts.book.file(file);
        let own = facts.book.units.is_within(f.unit, self.viewer);
        self.learn_record(f.record, own);
        if own {
            f.members.iter().for_each(|member| self.learn_record(member.record, true));
        }
    }

    /// An ID number or a file number of another unit's file, with the persons of that file by it.
    fn learn_token(&mut self, token: &str) {
        let facts = self.facts;
        let book = facts.book;
        let files = match ResidentId::parse(token, book.as_of) {
            Ok(person) => book.files_of(person),
            Err(_) => book.by_file_no.get(token).map_or(&[][..], Vec::as_slice),
        };
        let is_foreign = |&f: &FileId| !book.units.is_within(book.file(f).unit, self.viewer);
        if self.own.contains(token) || files.is_empty() || !files.iter().all(is_foreign) {
            return;
        }
        for &file in files {
            let f = book.file(file);
            self.learn_record(f.record, false);
            for member in &f.members {
                self.learn_record(member.record, false);
            }
        }
    }

    fn learn_record(&mut self, record: RecordId, own: bool) {
        let facts = self.facts;
        let tables = &facts.book.tables;
        for (i, field) in tables.schema(record).fields.iter().enumerate() {
            let written = facts.written(record, &field.id);
            match &tables.get(record).values[i] {
                Value::Id(number) => {
                    self.put(&number.shown(), mask(&number.shown()), own);
                    self.put(&written, masked_digits(&written), own);
                }
                Value::Ids(numbers) => {
                    for number in numbers.iter().flatten() {
                        self.put(&number.shown(), mask(&number.shown()), own);
                    }
                }
                Value::Name(name) => {
                    self.put(name.shown(), masked_name(name.shown()), own);
                    self.put(&written, masked_name(&written), own);
                }
                Value::Names(names) => {
                    for name in names {
                        self.put(name.shown(), masked_name(name.shown()), own);
                    }
                }
                Value::Phone(phones) => {
                    for number in phones.numbers() {
                        self.put(number, masked_digits(number), own);
                    }
                    self.put(&written, masked_digits(&written), own);
                }
                Value::Account(account) => {
                    self.put(account.digits(), masked_digits(account.digits()), own);
                    self.put(&written, masked_digits(&written), own);
                }
                Value::Text(text) if field.ty == FieldType::Address => {
                    self.put(text, OTHER_UNIT.to_owned(), own);
                    self.put(&written, OTHER_UNIT.to_owned(), own);
                }
                Value::Text(text) if field.id == "file_no" => {
                    self.put(text, OTHER_FILE.to_owned(), own);
                    self.put(&written, OTHER_FILE.to_owned(), own);
                    self.put(&format!("档案号{text}"), OTHER_FILE.to_owned(), own);
                }
                Value::Text(text) if KEYS.contains(&field.id.as_str()) => self.put(text, masked_digits(text), own),
                _ => {}
            }
        }
    }

    fn put(&mut self, text: &str, masked: String, own: bool) {
        let text = text.trim();
        // One character stands in many words.
        if text.chars().count() < 2 {
            return;
        }
        if own {
            self.own.insert(text.to_owned());
        } else {
            self.masks.insert(text.to_owned(), masked);
        }
    }

    /// None where nothing is to be masked.
    fn masker(self) -> Option<Masker> {
        let Self { mut masks, own, .. } = self;
        masks.retain(|text, _| !own.contains(text));
        if masks.is_empty() {
            return None;
        }
        let own = own.into_iter().map(|text| (text.clone(), text));
        let mut words: Vec<(String, String)> = masks.into_iter().chain(own).collect();
        // The longest first: a name may be part of another.
        words.sort_by(|a, b| (b.0.len(), &a.0).cmp(&(a.0.len(), &b.0)));
        Some(Masker { words })
    }
}

/// Letters and digits that stand together.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_token(c)).filter(|t| t.len() >= 4)
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// The ends only: `138****1111`, `622260********2444`.
pub fn masked_digits(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let (head, tail) = match all.len() {
        0..8 => (1, 1),
        8..15 => (3, 4),
        _ => (6, 4),
    };
    let hidden = all.len().saturating_sub(head + tail);
    all.iter()
        .take(head)
        .copied()
        .chain("*".repeat(hidden).chars())
        .chain(all.iter().skip(head + hidden).copied())
        .collect()
}

/// Texts and what stands in their place, the longest first; the unit's own stand for themselves.
struct Masker {
    words: Vec<(String, String)>,
}

impl Masker {
    fn masked(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(next) = text[at..].chars().next() {
            let rest = &text[at..];
            let found = self.words.iter().find(|(word, _)| rest.starts_with(word) && stands_alone(text, at, word));
            match found {
                Some((word, masked)) => {
                    out.push_str(masked);
                    at += word.len();
                }
                None => {
                    out.push(next);
                    at += next.len_utf8();
                }
            }
        }
        out
    }

    /// A cell of the finding: of another unit's row nothing is shown but the masked form.
    fn cell(&self, facts: &Facts<'_>, viewer: UnitId, cell: &Evidence) -> String {
        let masked = self.masked(&cell.shown);
        let foreign = cell.record.is_some_and(|r| !is_seen_by(facts, RecordId(r), viewer));
        let own_person = self.words.iter().any(|(word, kept)| word == kept && *word == cell.shown);
        if foreign && masked == cell.shown && !masked.is_empty() && !own_person {
            OTHER_UNIT.to_owned()
        } else {
            masked
        }
    }
}

/// Not part of a longer number.
fn stands_alone(text: &str, at: usize, word: &str) -> bool {
    let is_part = |c: Option<char>, edge: Option<char>| {
        c.is_some_and(|c| c.is_ascii_alphanumeric()) && edge.is_some_and(|c| c.is_ascii_alphanumeric())
    };
    !is_part(text[..at].chars().next_back(), word.chars().next())
        && !is_part(text[at + word.len()..].chars().next(), word.chars().next_back())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masker(words: &[(&str, &str)]) -> Masker {
        Masker { words: words.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect() }
    }

    #[test]
    fn whole_words_only_and_own_ones_stay() {
        let masker =
            masker(&[("档案号A-12", "另一单位档案"), ("王芳芳", "王芳芳"), ("A-12", "另一单位档案"), ("王芳", "王**")]);
        for (text, expected) in [
            ("甲工会（档案号A-12）", "甲工会（另一单位档案）"),
            ("A-123、A-12、BA-12", "A-123、另一单位档案、BA-12"),
            ("王芳芳与王芳", "王芳芳与王**"),
            ("", ""),
        ] {
            assert_eq!(masker.masked(text), expected);
        }
    }

    #[test]
    fn digits_keep_their_ends() {
        for (text, expected) in [
            ("13800001111", "138****1111"),
            ("6222600260001072444", "622260*********2444"),
            ("1234567", "1*****7"),
            ("12", "12"),
        ] {
            assert_eq!(masked_digits(text), expected);
        }
    }
}
