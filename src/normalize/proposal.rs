//! A `[[source]]` proposed for a sheet that was not recognised: which kind it probably is, which row heads it, and which of
//! its columns are probably which fields, by near title and by what the cells look like. A person reads it over before it
//! is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::text;
use crate::ingest::sheet::{RawRow, RawSheet};
use crate::schema::{Field, FieldType, Schema, Schemas, fold_header};

/// A header stands within this many written rows from the top.
const SEARCH_ROWS: usize = 40;
/// Cells of a column that are looked at.
const SAMPLE: usize = 60;
/// A title is near another from this likeness on.
const NEAR: f64 = 0.5;
/// What a title that is known weighs against columns that only look right.
const KNOWN: f64 = 2.0;

/// What a sheet probably is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Source kind.
    pub kind: String,
    /// Excel row of the header.
    pub header_row: u32,
    /// Field id → heading as written, of headings that are not known already.
    pub columns: BTreeMap<String, String>,
}

impl Proposal {
    /// The lines for the configuration. `path`: as it is to be found; `alone`: the file has no other sheet with rows, so that
    /// kind and header row speak of no other.
    pub fn setting(&self, path: &str, alone: bool) -> String {
        let text = |text: &str| toml::Value::String(text.to_string()).to_string();
        let mut out = format!("[[source]]\npath = {}\n", text(&as_pattern(path)));
        if alone {
            out.push_str(&format!("kind = \"{}\"\nheader_row = {}\n", self.kind, self.header_row));
        }
        if !self.columns.is_empty() {
            let columns: Vec<String> =
                self.columns.iter().map(|(id, title)| format!("{id} = {}", text(title))).collect();
            out.push_str(&format!("columns = {{ {} }}\n", columns.join(", ")));
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// A path as a pattern that finds it alone; of a file in an archive the archive.
fn as_pattern(path: &str) -> String {
    let archive = path.to_lowercase().find(".zip/").map_or(path, |at| &path[..at + 4]);
    let mut out = String::with_capacity(archive.len());
    for c in archive.chars() {
        match c {
            '*' | '?' | '[' => out.extend(['[', c, ']']),
            c => out.push(c),
        }
    }
    out
}

/// The likeliest kind among the nearest and those that its cells fit; None where nothing speaks for any.
pub fn propose(raw: &RawSheet, schemas: &Schemas, nearest: Option<&Schema>) -> Option<Proposal> {
    let head = header(raw, schemas)?;
    let columns = columns(raw, head);
    let fits = |schema: &Schema| fit(&columns, schema).filter(|(_, lacks)| *lacks == 0);
    if let Some(schema) = nearest
        && let Some((bound, _)) = fit(&columns, schema).filter(|(bound, _)| !bound.is_empty())
    {
        return Some(proposal(schema, head.number, &columns, bound));
    }
    let mut best: Option<(f64, Proposal)> = None;
    for schema in schemas.all().iter().filter(|s| !s.recognise.fallback && !s.recognise.need.is_empty()) {
        let Some((bound, _)) = fits(schema) else { continue };
        let score: f64 = bound.iter().map(|&(column, field)| likeness(&columns[column], &schema.fields[field])).sum();
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, proposal(schema, head.number, &columns, bound)));
        }
    }
    best.map(|(_, proposal)| proposal)
}

fn proposal(schema: &Schema, header_row: u32, columns: &[Column], bound: Vec<(usize, usize)>) -> Proposal {
    let known = |field: &Field, column: &Column| names(field).any(|name| name == column.key);
    let new = bound.into_iter().map(|(column, field)| (&columns[column], &schema.fields[field]));
    let new = new.filter(|(column, field)| !known(field, column));
    let columns = new.map(|(column, field)| (field.id.clone(), column.title.clone())).collect();
    Proposal { kind: schema.kind.clone(), header_row, columns }
}

/// A headed column.
#[derive(Debug)]
struct Column {
    title: String,
    /// Folded.
    key: String,
    look: Look,
}

/// What most cells look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Blank,
    IdNumber,
    Account,
    Phone,
    Date,
    Money,
    Number,
    Name,
    Text,
}

/// The row that most titles known from any kind stand in; else the one with most short texts above rows with figures.
fn header<'a>(raw: &'a RawSheet, schemas: &Schemas) -> Option<&'a RawRow> {
    let known: BTreeSet<String> = schemas.all().iter().flat_map(|s| s.fields.iter().flat_map(names)).collect();
    let mut best: Option<((usize, usize), &RawRow)> = None;
    for row in raw.rows().iter().take(SEARCH_ROWS) {
        let texts: Vec<&str> = raw.cells(row).iter().map(|c| raw.text(c).trim()).filter(|t| !t.is_empty()).collect();
        if texts.len() < 2 || texts.iter().any(|t| t.chars().filter(char::is_ascii_digit).count() > 4) {
            continue;
        }
        let score = (texts.iter().filter(|t| known.contains(&fold_header(t))).count(), texts.len());
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, row));
        }
    }
    best.map(|(_, row)| row)
}

fn columns(raw: &RawSheet, head: &RawRow) -> Vec<Column> {
    let below: Vec<&RawRow> = raw.rows().iter().filter(|r| r.number > head.number).collect();
    let one = |title: &str, col: u16| {
        let texts = below.iter().filter_map(|row| raw.cell_in(row, col)).map(|cell| raw.text(cell).trim());
        let mut counts: Vec<(Look, usize)> = Vec::new();
        for look in texts.filter(|t| !t.is_empty()).take(SAMPLE).map(look_of) {
            match counts.iter_mut().find(|(l, _)| *l == look) {
                Some((_, n)) => *n += 1,
                None => counts.push((look, 1)),
            }
        }
        let look = counts.into_iter().max_by_key(|(_, n)| *n).map_or(Look::Blank, |(look, _)| look);
        Column { title: title.to_string(), key: fold_header(title), look }
    };
    let cells = raw.cells(head).iter().map(|cell| (raw.text(cell).trim(), cell.col));
    cells.filter(|(title, _)| !title.is_empty()).map(|(title, col)| one(title, col)).collect()
}

fn look_of(written: &str) -> Look {
    let text = text::fold(written);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let hidden = text.chars().filter(|c| *c == '*').count();
    let others = text.chars().count() - digits - hidden;
    let is_date = text.contains(['-', '/', '.', '年']) && (4..=8).contains(&digits) && (1..=4).contains(&others);
    match () {
        () if [15, 18].contains(&(digits + hidden)) && others <= 1 || digits == 17 && text.ends_with(['x', 'X']) => {
            Look::IdNumber
        }
        () if digits >= 15 && others == 0 => Look::Account,
        () if digits == 11 && text.starts_with('1') && others == 0 => Look::Phone,
        () if is_date && (text.contains('年') || text.matches(['-', '/', '.']).count() == 2) => Look::Date,
        () if digits == 8 && others == 0 && (text.starts_with("19") || text.starts_with("20")) => Look::Date,
        () if digits > 0
            && (text.contains('.') || text.contains(['元', '￥', '¥', ',']) || digits >= 3)
            && others <= 3 =>
        {
            Look::Money
        }
        () if digits > 0 && others <= 1 => Look::Number,
        () if digits == 0 && (2..=4).contains(&text.chars().count()) => Look::Name,
        () => Look::Text,
    }
}

/// Column → field, one to one, for fields that say what the kind is or must be there; and how many groups of those by which
/// the kind is known it still lacks. None where no column goes with any.
fn fit(columns: &[Column], schema: &Schema) -> Option<(Vec<(usize, usize)>, usize)> {
    let need: BTreeSet<&String> = schema.recognise.need.iter().flatten().collect();
    let matters = |f: &Field| f.required || need.contains(&f.id) || schema.recognise.distinct.contains(&f.id);
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (column, c) in columns.iter().enumerate() {
        for (field, f) in schema.fields.iter().enumerate() {
            let like = likeness(c, f);
            if like >= KNOWN || matters(f) && like >= NEAR {
                pairs.push((like, column, field));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut columns_taken, mut fields_taken) = (BTreeSet::new(), BTreeSet::new());
    let mut bound = Vec::new();
    for (_, column, field) in pairs {
        if !columns_taken.contains(&column) && !fields_taken.contains(&field) {
            columns_taken.insert(column);
            fields_taken.insert(field);
            bound.push((column, field));
        }
    }
    bound.sort_unstable();
    let has = |id: &String| schema.index(id).is_some_and(|field| fields_taken.contains(&field));
    let groups = schema.recognise.need.iter().filter(|group| !group.iter().any(has)).count();
    let told = schema.recognise.distinct.is_empty() || schema.recognise.distinct.iter().any(has);
    (!bound.is_empty()).then_some((bound, groups + usize::from(!told)))
}

/// How well a column goes with a field: a known title, else a near one and what its cells look like.
fn likeness(column: &Column, field: &Field) -> f64 {
    if names(field).any(|name| name == column.key) {
        return KNOWN + 1.0;
    }
    let title = names(field).map(|name| near(&name, &column.key)).fold(0.0, f64::max);
    match (fits_look(field.ty, column.look), title >= NEAR) {
        (Some(false), _) => 0.0,
        // Only what no other field looks like is told by its look alone.
        (Some(true), false) if field.id == "id_number" || field.id == "name" && title > 0.0 => NEAR,
        (_, false) => 0.0,
        (Some(true), true) => title + 0.3,
        (None, true) => title,
    }
}

/// Shared beginnings and ends count too: 收款人证件 is near 证件号码 by what stands in both.
fn near(a: &str, b: &str) -> f64 {
    let contains = (a.contains(b) || b.contains(a)) && a.chars().count().min(b.chars().count()) >= 2;
    let edit = strsim::normalized_damerau_levenshtein(a, b);
    if contains { edit.max(0.6) } else { edit }
}

/// Whether cells of this look can be values of this type; None where that says nothing.
fn fits_look(ty: FieldType, look: Look) -> Option<bool> {
    if look == Look::Blank {
        return None;
    }
    Some(match ty {
        FieldType::IdNumber | FieldType::IdNumbers => look == Look::IdNumber,
        FieldType::Name | FieldType::Names => look == Look::Name,
        FieldType::Money => matches!(look, Look::Money | Look::Number),
        FieldType::Date | FieldType::Month => look == Look::Date,
        FieldType::Phone => look == Look::Phone,
        FieldType::Account => matches!(look, Look::Account | Look::IdNumber),
        FieldType::Int | FieldType::Area => matches!(look, Look::Number | Look::Money),
        _ => return if matches!(look, Look::IdNumber | Look::Account) { Some(false) } else { None },
    })
}

/// Folded titles of a field.
fn names(field: &Field) -> impl Iterator<Item = String> + '_ {
    std::iter::once(&field.title).chain(&field.aliases).map(|title| fold_header(title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sheet::{CellKind, SheetBuilder};

    fn sheet(rows: &[&[&str]]) -> RawSheet {
        let mut builder = SheetBuilder::new("明细");
        for (at, row) in rows.iter().enumerate() {
            builder.row(at as u32 + 1, false);
            for (col, text) in row.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
                builder.cell(col as u16, CellKind::Text, text).expect("a cell");
            }
        }
        builder.finish()
    }

    fn proposed(rows: &[&[&str]], nearest: Option<&str>) -> Option<Proposal> {
        let schemas = Schemas::load(None).expect("schemas");
        propose(&sheet(rows), &schemas, nearest.and_then(|kind| schemas.get(kind)))
    }

    #[test]
    fn columns_are_told_by_title_and_by_look() {
        let rows: &[&[&str]] = &[
            &["某区2019年慰问金打款"],
            &["序", "领款人", "领款人证件", "实付金额（元）", "打款日期", "项目"],
            &["1", "荀望秋", "51010719660103997X", "1000.00", "2019-05-01", "生活救助"],
            &["2", "滕见深", "510107196702049982", "800.00", "2019-05-02", "生活救助"],
        ];
        let found = proposed(rows, Some("payment")).expect("a proposal");
        assert_eq!((found.kind.as_str(), found.header_row), ("payment", 2));
        assert_eq!(found.columns.get("id_number").map(String::as_str), Some("领款人证件"));
        assert_eq!(found.columns.get("amount").map(String::as_str), Some("实付金额（元）"));
        assert!(!found.columns.contains_key("paid_on"), "打款日期 is known anyhow");
        let text = found.setting("inbox/a[1].zip/钱.xlsx", true);
        assert!(
            text.starts_with("[[source]]\npath = \"inbox/a[[]1].zip\"\nkind = \"payment\"\nheader_row = 2\n"),
            "{text}"
        );
        assert!(toml::from_str::<toml::Value>(&text).is_ok(), "{text}");
        assert!(!found.setting("inbox/钱.xlsx", false).contains("kind"), "other sheets are other kinds");
    }

    #[test]
    fn a_page_of_notes_is_nothing() {
        assert_eq!(proposed(&[&["说明"], &["本表由各单位填写", "请勿改动"], &["联系人", "张三"]], None), None);
    }
}
