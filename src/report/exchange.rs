//! 核对名单: the persons whose means another department is asked to check, in clear or as tokens.
//!
//! Head and members of every file 在档, each person once, in the file that counts for him. Where consents (授权书) are a source,
//! only who has one in force; a child is covered by the consent of an adult of the household.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::style::{self, Styles, cell_text};
use crate::derive::Facts;
use crate::domain::date::{PartialDate, after, before};
use crate::domain::id_number::ResidentId;
use crate::domain::token::Salt;
use crate::error::{Error, ErrorKind, Result};
use crate::link::{FileId, FileStatus, UnitId};
use crate::normalize::{RecordId, Value};

/// Headings of the list in clear. What a list with these and no others is, the readers know: one that nobody has answered.
pub const HEADS: [&str; 6] = ["核对序号", "姓名", "身份证号", "档案号", "所属工会", "授权日期"];
/// Headings of the list of tokens.
pub const HEADS_OF_TOKENS: [&str; 3] = ["核对序号", "令牌", "授权日期"];

/// Of this age a person signs for himself.
const OF_AGE: u32 = 18;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub unit: String,
    pub file_no: String,
    pub name: String,
    pub id: ResidentId,
    /// The consent's day; None where no consents came.
    pub consent: Option<PartialDate>,
}

/// Who is left out, by file number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// No consent on record.
    NoConsent,
    /// Its time is over, or it is signed after as-of.
    NotInForce,
    /// Its date cannot be read.
    Undated,
    /// No valid number.
    NoNumber,
}

impl Lack {
    pub const ALL: [Self; 4] = [Self::NoConsent, Self::NotInForce, Self::Undated, Self::NoNumber];

    pub fn text(self) -> &'static str {
        match self {
            Self::NoConsent => "没有授权书",
            Self::NotInForce => "授权书不在有效期内",
            Self::Undated => "授权书的日期读不出",
            Self::NoNumber => "没有有效的身份证号",
        }
    }
}

/// The list, and who is not in it.
#[derive(Debug, Default)]
pub struct List {
    pub rows: Vec<Listed>,
    /// One for each person left out.
    pub left_out: Vec<(Lack, String)>,
    /// Consents are a source of this run.
    pub has_consents: bool,
}

/// What the consents say of a person.
#[derive(Clone, Copy)]
enum Consent {
    Since(PartialDate),
    Lacks(Lack),
}

/// The persons of all units that `keep` takes.
pub fn list(facts: &Facts<'_>, keep: impl Fn(UnitId) -> bool) -> List {
    let book = facts.book;
    let mut out = List { has_consents: !book.tables.of_kind("consent").is_empty(), ..List::default() };
    for id in book.file_ids() {
        let file = book.file(id);
        if file.status != FileStatus::Active || !keep(file.unit) {
            continue;
        }
        let persons = std::iter::once((file.record, file.head)).chain(file.members.iter().map(|m| (m.record, m.id)));
        for (record, person) in persons {
            let Some(person) = person else {
                out.left_out.push((Lack::NoNumber, file.file_no.clone()));
                continue;
            };
            // In the file that counts for him; where that has been left, in the first that is active.
            let own = book.main_file_of(person).filter(|&f| book.file(f).status == FileStatus::Active);
            let first = book.files_of(person).iter().copied().find(|&f| book.file(f).status == FileStatus::Active);
            if own.or(first) != Some(id) {
                continue;
            }
            let consent = if out.has_consents {
                match consent(facts, id, person) {
                    Consent::Since(on) => Some(on),
                    Consent::Lacks(lack) => {
                        out.left_out.push((lack, file.file_no.clone()));
                        continue;
                    }
                }
            } else {
                None
            };
            let name = match book.tables.value(record, "name") {
                Value::Name(name) => name.shown().to_string(),
                _ => String::new(),
            };
            let unit = book.units.name(file.unit).to_string();
            out.rows.push(Listed { unit, file_no: file.file_no.clone(), name, id: person, consent });
        }
    }
    let key = |row: &Listed| (row.unit.clone(), row.file_no.clone(), row.id.full());
    out.rows.sort_by_cached_key(key);
    out.rows.dedup_by_key(|row| row.id);
    out.left_out.sort();
    out
}

/// The latest consent of the person that is in force; of a child that of any adult of the household.
fn consent(facts: &Facts<'_>, file: FileId, person: ResidentId) -> Consent {
    let book = facts.book;
    let as_of = facts.setting.as_of;
    let is_child = person.age_on(as_of) < OF_AGE;
    let signed_for = |signer: ResidentId| {
        signer == person || is_child && signer.age_on(as_of) >= OF_AGE && book.file(file).persons().any(|p| p == signer)
    };
    // The file's rows, and those that stand in another file of the person.
    let others = book.files_of(person).iter().copied().filter(|&f| f != file);
    let rows = std::iter::once(file).chain(others).flat_map(|f| facts.filings.consents(f));
    let own = rows.filter(|row| book.person_of(row.record, "id_number").is_some_and(signed_for));
    let mut best = Consent::Lacks(Lack::NoConsent);
    for row in own {
        let found = match row.date() {
            None => Consent::Lacks(Lack::Undated),
            Some(on) if after(on, as_of) || is_over(facts, row.record) => Consent::Lacks(Lack::NotInForce),
            Some(on) => Consent::Since(on),
        };
        best = match (best, found) {
            (Consent::Since(a), Consent::Since(b)) if a.last_day() >= b.last_day() => best,
            (Consent::Since(_), Consent::Lacks(_)) => best,
            _ => found,
        };
    }
    best
}

fn is_over(facts: &Facts<'_>, record: RecordId) -> bool {
    match facts.book.tables.value(record, "valid_until") {
        Value::Date(until) => before(*until, facts.setting.as_of),
        // A term nobody can read is not known to last.
        Value::Bad(_) => true,
        _ => false,
    }
}

/// Headings and rows as they are written: with a salt tokens in place of names, numbers and files. 核对序号 marks the list as one that is still to be answered.
pub fn table(list: &List, salt: Option<&Salt>) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let Some(salt) = salt else {
        let row = |(n, row): (usize, &Listed)| {
            let on = row.consent.map(|on| on.to_string()).unwrap_or_default();
            vec![(n + 1).to_string(), row.name.clone(), row.id.full(), row.file_no.clone(), row.unit.clone(), on]
        };
        return (HEADS.to_vec(), list.rows.iter().enumerate().map(row).collect());
    };
    // In the order of the tokens, which says nothing of the files.
    let day = |row: &Listed| row.consent.map(|on| on.to_string()).unwrap_or_default();
    let mut tokens: Vec<[String; 2]> = list.rows.iter().map(|row| [salt.token(row.id), day(row)]).collect();
    tokens.sort_unstable();
    let row = |(n, [token, on]): (usize, [String; 2])| vec![(n + 1).to_string(), token, on];
    (HEADS_OF_TOKENS.to_vec(), tokens.into_iter().enumerate().map(row).collect())
}

/// As a csv that Excel opens: UTF-8 with BOM. A text that begins like a formula gets a leading `'`.
pub fn csv(heads: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let defect = |e: &dyn std::fmt::Display| Error::new(ErrorKind::Defect, "核对名单写不成").found(e.to_string());
    let mut writer = ::csv::WriterBuilder::new().from_writer("\u{feff}".as_bytes().to_vec());
    let plain = |text: &String| match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.clone(),
    };
    writer.write_record(heads).map_err(|e| defect(&e))?;
    for row in rows {
        writer.write_record(row.iter().map(plain)).map_err(|e| defect(&e))?;
    }
    writer.into_inner().map_err(|e| defect(&e))
}

/// As a workbook of one sheet, all cells text.
pub fn xlsx(heads: &[&str], rows: &[Vec<String>], as_of: chrono::NaiveDate) -> Result<Vec<u8>> {
    workbook(heads, rows, as_of).map_err(|e| {
        Error::new(ErrorKind::Defect, "核对名单写不成")
            .found(e.to_string())
            .remedy("这是程序的问题，请把本条信息告诉开发者。")
    })
}

fn workbook(heads: &[&str], rows: &[Vec<String>], as_of: chrono::NaiveDate) -> std::result::Result<Vec<u8>, XlsxError> {
    let styles = Styles::new();
    let mut book = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&as_of.to_string())?;
    book.set_properties(&DocProperties::new().set_title("核对名单").set_creation_datetime(&created));
    let sheet = book.add_worksheet();
    sheet.set_name("核对名单")?;
    for (col, head) in heads.iter().enumerate() {
        let col = col as u16;
        let width = match *head {
            "核对序号" => 70,
            "姓名" => 80,
            "令牌" => 480,
            "所属工会" => 220,
            _ => 150,
        };
        sheet.set_column_width_pixels(col, width)?;
        sheet.write_string_with_format(0, col, *head, &styles.header)?;
    }
    for (n, row) in rows.iter().enumerate() {
        for (col, text) in row.iter().enumerate() {
            sheet.write_string_with_format(n as u32 + 1, col as u16, cell_text(text), &styles.cell_text)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    // One page wide, the heading on each.
    style::page(sheet, "核对名单", &as_of.to_string(), 1)?;
    sheet.set_print_fit_to_pages(1, 0);
    book.save_to_buffer()
}
