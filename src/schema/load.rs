//! Loads the schemas and code tables, checks them, and answers what a heading means.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::embedded::data_files;
use super::folded::{self, Headings};
use super::header::{fold_header, fold_word};
use super::lint;
use super::model::{CodeTable, Field, FieldType, Schema};
use super::toml_error;
use crate::domain::code::Codes;
use crate::error::{Error, ErrorKind, Result};

/// Every known kind and code table, by id.
#[derive(Debug, Clone)]
pub struct Schemas {
    /// Sorted by kind.
    kinds: Vec<Schema>,
    codes: BTreeMap<String, CodeTable>,
    /// As `kinds`.
    headers: Vec<HashMap<String, usize>>,
    /// Made when first asked for; copies share them.
    headings: OnceLock<Arc<Headings>>,
    lookups: OnceLock<Arc<BTreeMap<String, Codes>>>,
}

impl Schemas {
    /// The embedded schemas, and over them those of the user's directory: a file with a new name adds a kind or
    /// code table, one with a known name replaces it.
    ///
    /// # Errors
    /// All that is wrong with any of the files, at once.
    pub fn load(user: Option<&Path>) -> Result<Self> {
        let schema_files = data_files("", user, ErrorKind::Schema)?;
        let code_files = data_files("codes", user, ErrorKind::Schema)?;
        let mut errors = Vec::new();

        let mut codes = BTreeMap::new();
        for (id, file) in &code_files {
            match toml_error::read::<CodeTable>(ErrorKind::Schema, &file.shown, &file.text) {
                Ok(table) => {
                    errors.extend(lint::code_table(id, &table, file));
                    codes.insert(id.clone(), table);
                }
                Err(error) => errors.push(error),
            }
        }
        let mut kinds = BTreeMap::new();
        for (id, file) in &schema_files {
            match toml_error::read::<Schema>(ErrorKind::Schema, &file.shown, &file.text) {
                Ok(schema) => {
                    kinds.insert(id.clone(), schema);
                }
                Err(error) => errors.push(error),
            }
        }
        let names: BTreeSet<&str> = schema_files.keys().map(String::as_str).collect();
        for (id, schema) in &kinds {
            errors.extend(lint::schema(id, schema, &schema_files[id], &names, &codes));
        }
        errors.extend(shared_codes(&kinds));
        if let Some(error) = Error::several(errors) {
            return Err(error);
        }
        let mut kinds: Vec<Schema> = kinds.into_values().collect();
        kinds.iter_mut().for_each(add_tokens);
        let headers = kinds.iter().map(headings).collect();
        Ok(Self { kinds, codes, headers, headings: OnceLock::new(), lookups: OnceLock::new() })
    }

    /// All schemas, sorted by kind; [`Schemas::position`] is an index into this.
    pub fn all(&self) -> &[Schema] {
        &self.kinds
    }

    pub fn iter(&self) -> impl Iterator<Item = &Schema> {
        self.kinds.iter()
    }

    pub fn kinds(&self) -> impl Iterator<Item = &str> + Clone {
        self.kinds.iter().map(|s| s.kind.as_str())
    }

    pub fn position(&self, kind: &str) -> Option<usize> {
        self.kinds.binary_search_by(|s| s.kind.as_str().cmp(kind)).ok()
    }

    pub fn get(&self, kind: &str) -> Option<&Schema> {
        self.position(kind).map(|i| &self.kinds[i])
    }

    /// All code tables, by id.
    pub fn code_tables(&self) -> &BTreeMap<String, CodeTable> {
        &self.codes
    }

    pub fn codes(&self, id: &str) -> Option<&CodeTable> {
        self.codes.get(id)
    }

    /// The code table of a field, if it has one.
    pub fn codes_of(&self, field: &Field) -> Option<&CodeTable> {
        field.codes.as_ref().and_then(|id| self.codes.get(id))
    }

    /// Folded heading ([`fold_header`]) → index of the field, for one kind: titles, aliases and field ids.
    pub fn headers(&self, kind: &str) -> Option<&HashMap<String, usize>> {
        self.position(kind).map(|i| &self.headers[i])
    }

    /// All headings of all kinds, folded.
    pub fn headings(&self) -> &Headings {
        self.headings.get_or_init(|| Arc::new(Headings::new(&self.kinds)))
    }

    /// The look-ups of all code tables, by id.
    pub fn lookups(&self) -> &BTreeMap<String, Codes> {
        self.lookups.get_or_init(|| Arc::new(folded::lookups(&self.codes)))
    }

    /// Index of the field that a heading as written means in a kind.
    pub fn field_of(&self, kind: &str, heading: &str) -> Option<usize> {
        self.headers(kind)?.get(&fold_header(heading)).copied()
    }

    /// Adds the synonyms of the config's `[codes.TABLE]`: table → synonym → word. A synonym that the table gives to
    /// another word is moved. Tables and words are checked when the config is read.
    pub fn add_synonyms(&mut self, additions: &BTreeMap<String, BTreeMap<String, String>>) {
        self.lookups = OnceLock::new();
        for (id, synonyms) in additions {
            let Some(table) = self.codes.get_mut(id) else { continue };
            for (synonym, word) in synonyms {
                let key = fold_word(synonym);
                for others in table.words.values_mut() {
                    others.retain(|s| fold_word(s) != key);
                }
                table.words.entry(word.clone()).or_default().push(synonym.clone());
            }
        }
    }
}

/// Headings of tokens that stand for ID numbers.
const TOKEN: [&str; 6] = ["令牌", "核对码", "身份证号令牌", "号码令牌", "人员令牌", "加密身份证号"];
const HEAD_TOKEN: [&str; 6] =
    ["户主令牌", "户主核对码", "户主身份证号令牌", "申请人令牌", "申请人核对码", "户主加密身份证号"];

/// In any list a number may have come back as a token (`hecha exchange --tokens`).
fn add_tokens(schema: &mut Schema) {
    for (id, titles) in [("id_number", TOKEN), ("head_id_number", HEAD_TOKEN)] {
        let Some(i) = schema.index(id).filter(|&i| schema.fields[i].ty == FieldType::IdNumber) else { continue };
        let known: BTreeSet<String> =
            schema.fields.iter().flat_map(|f| f.aliases.iter().chain([&f.title])).map(|t| fold_header(t)).collect();
        let new = titles.iter().filter(|title| !known.contains(&fold_header(title)));
        schema.fields[i].aliases.extend(new.map(ToString::to_string));
    }
}

/// Titles and aliases win over ids: an id is a heading only in tables that this program wrote itself.
fn headings(schema: &Schema) -> HashMap<String, usize> {
    let mut map = HashMap::new();
    for (i, field) in schema.fields.iter().enumerate() {
        for heading in std::iter::once(&field.title).chain(&field.aliases) {
            map.insert(fold_header(heading), i);
        }
    }
    for (i, field) in schema.fields.iter().enumerate() {
        map.entry(field.id.clone()).or_insert(i);
    }
    map
}

/// Two registers must not give the same finding.
fn shared_codes(kinds: &BTreeMap<String, Schema>) -> Vec<Error> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for (kind, finding) in kinds.iter().filter_map(|(kind, s)| s.finding.as_ref().map(|f| (kind, f))) {
        if let Some(other) = owners.insert(&finding.code, kind) {
            let what = format!("类别“{other}”与“{kind}”的疑点编号同为 {}", finding.code);
            errors.push(
                Error::new(ErrorKind::Schema, what)
                    .at(format!("{other}.toml、{kind}.toml"))
                    .remedy("改用未用过的编号。"),
            );
        }
    }
    errors
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
