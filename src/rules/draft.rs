//! A finding as a rule drafts it, before precedence, basis and id are settled.

use super::about::What;
use crate::derive::Facts;
use crate::domain::id_number::ResidentId;
use crate::finding::{Evidence, Severity};
use crate::link::{FileId, UnitId};
use crate::normalize::{RecordId, Value};

/// What a finding is about, for "one cause, one finding".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A row of a source.
    Row(RecordId),
    File(FileId),
    /// A field of a file.
    Field(FileId, &'static str),
    /// Two files, the smaller first.
    Pair(FileId, FileId),
}

impl Subject {
    pub fn pair(a: FileId, b: FileId) -> Self {
        Self::Pair(a.min(b), a.max(b))
    }
}

#[derive(Debug, Clone)]
pub struct Draft {
    pub unit: UnitId,
    pub file: Option<FileId>,
    pub file_no: String,
    /// Of the person concerned.
    pub name: String,
    /// Normalised if valid, else as written.
    pub id_number: String,
    /// Field ids joined by `+` in schema order, or 纸质缺 电子缺 民政缺 民政无 民政有.
    pub field: String,
    /// Chinese titles of the fields.
    pub field_title: String,
    /// `ref` of the outputs.
    pub reference: String,
    /// Findings of several units about one cause share this text.
    pub case: String,
    /// Where it differs from the rule's.
    pub title: Option<&'static str>,
    /// Where it differs from the rule's.
    pub severity: Option<Severity>,
    pub message: String,
    pub evidence: Vec<Evidence>,
    /// 比对结论
    pub conclusion: &'static str,
    /// Money at stake, fen.
    pub amount: Option<i64>,
    pub subjects: Vec<Subject>,
    /// The two persons of a suspected match, as [`crate::link::identity::person_key`] calls them.
    pub persons: Option<[String; 2]>,
    /// Subject of the finding id where there is no file number: the row's own key.
    pub row_key: String,
    /// Thousandths; None for what rests on exact matches alone.
    pub confidence: Option<u16>,
    /// What its verdict is about; set when the verdict is given.
    pub told_of: Option<(What, String)>,
}

impl Draft {
    fn blank(unit: UnitId) -> Self {
        Self {
            unit,
            file: None,
            file_no: String::new(),
            name: String::new(),
            id_number: String::new(),
            field: String::new(),
            field_title: String::new(),
            reference: String::new(),
            case: String::new(),
            title: None,
            severity: None,
            message: String::new(),
            evidence: Vec::new(),
            conclusion: "",
            amount: None,
            subjects: Vec::new(),
            persons: None,
            row_key: String::new(),
            confidence: None,
            told_of: None,
        }
    }

    /// About a sheet, not a person.
    pub fn of_unit(unit: UnitId) -> Self {
        Self::blank(unit)
    }

    /// About a file: its unit, number, head.
    pub fn of_file(facts: &Facts<'_>, file: FileId) -> Self {
        let f = facts.book.file(file);
        let mut draft = Self { file: Some(file), file_no: f.file_no.clone(), ..Self::blank(f.unit) };
        draft.person(facts, f.record, "name", "id_number");
        draft.subjects.push(Subject::File(file));
        draft
    }

    /// About a row: its unit, the file it belongs to (else its own file number), its person.
    pub fn of_row(facts: &Facts<'_>, record: RecordId, name_field: &str, id_field: &str) -> Self {
        let book = facts.book;
        let file = book.file_of_row(record);
        let file_no = match (file, book.tables.value(record, "file_no")) {
            (Some(f), _) => book.file(f).file_no.clone(),
            (None, Value::Text(t)) => t.to_string(),
            _ => String::new(),
        };
        let unit = file.map_or_else(|| book.unit_of_row(record), |f| book.file(f).unit);
        let mut draft = Self { file, file_no, ..Self::blank(unit) };
        draft.person(facts, record, name_field, id_field);
        draft.subjects.push(Subject::Row(record));
        draft
    }

    /// The person concerned: name as written, number normalised if valid.
    pub fn person(&mut self, facts: &Facts<'_>, record: RecordId, name_field: &str, id_field: &str) {
        let t = &facts.book.tables;
        self.name = match t.value(record, name_field) {
            Value::Name(n) => n.shown().to_string(),
            _ => String::new(),
        };
        self.id_number = match t.value(record, id_field) {
            Value::Id(id) => id.shown(),
            _ => String::new(),
        };
    }

    /// The person by a number alone.
    pub fn number(mut self, id: ResidentId) -> Self {
        self.id_number = id.full();
        self
    }

    /// The field concerned, with its Chinese title from the schema of `record`.
    pub fn field(mut self, facts: &Facts<'_>, record: RecordId, field: &str) -> Self {
        self.add_field(facts, record, field);
        self
    }

    pub fn add_field(&mut self, facts: &Facts<'_>, record: RecordId, field: &str) {
        let schema = facts.book.tables.schema(record);
        let title = schema.index(field).map_or(field, |i| schema.fields[i].title.as_str());
        for (text, part, between) in [(&mut self.field, field, "+"), (&mut self.field_title, title, "、")] {
            if !text.is_empty() {
                text.push_str(between);
            }
            text.push_str(part);
        }
    }

    /// One of the fixed words 纸质缺 电子缺 民政缺 民政无 民政有.
    pub fn word(mut self, word: &'static str) -> Self {
        self.field = word.to_string();
        self.field_title = word.to_string();
        self
    }

    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = reference.into();
        self
    }

    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub fn conclusion(mut self, conclusion: &'static str) -> Self {
        self.conclusion = conclusion;
        self
    }

    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    pub fn title(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    pub fn about(mut self, subject: Subject) -> Self {
        self.subjects.push(subject);
        self
    }

    /// Adds a cell that says whose row it is, but is no value of the fields concerned.
    pub fn context(mut self, evidence: Option<Evidence>) -> Self {
        self.evidence.extend(evidence.map(|e| Evidence { context: true, ..e }));
        self
    }

    /// Adds a cell (nothing where the sheet has no such column).
    pub fn evidence(mut self, evidence: Option<Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}
