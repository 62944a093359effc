//! Headings and code words of all schemas, folded for look-ups: once for a set of schemas, however many runs use it.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::header::fold_header;
use super::model::{CodeTable, Field, Layout, Schema};
use crate::domain::code::Codes;

/// A field of a source kind: index of the schema, index of the field in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldRef {
    pub kind: usize,
    pub field: usize,
}

/// Folded heading → fields, over all schemas.
#[derive(Debug)]
pub struct Headings {
    map: FxHashMap<String, Vec<FieldRef>>,
    /// By kind and field: title, id, aliases, in this order.
    names: Vec<Vec<Vec<String>>>,
    /// How many kinds know a heading of this field: a rare heading says more about the kind.
    weights: Vec<Vec<f64>>,
    /// By kind: headings that it never has.
    never: Vec<FxHashSet<String>>,
}

impl Headings {
    pub(super) fn new(schemas: &[Schema]) -> Self {
        let mut map: FxHashMap<String, Vec<FieldRef>> = FxHashMap::default();
        let names: Vec<Vec<Vec<String>>> = schemas.iter().map(|s| s.fields.iter().map(names).collect()).collect();
        for (kind, fields) in names.iter().enumerate() {
            for (field, own) in fields.iter().enumerate() {
                for label in own {
                    let refs = map.entry(label.clone()).or_default();
                    let this = FieldRef { kind, field };
                    if !refs.contains(&this) {
                        refs.push(this);
                    }
                }
            }
        }
        let mut weights: Vec<Vec<f64>> = schemas.iter().map(|s| vec![1.0; s.fields.len()]).collect();
        let sources: Vec<bool> = schemas.iter().map(|s| s.layouts.contains(&Layout::Table)).collect();
        for (kind, schema) in schemas.iter().enumerate() {
            for field in 0..schema.fields.len() {
                let kinds = map
                    .get(&names[kind][field][0])
                    .map_or(1, |refs| refs.iter().filter(|r| sources[r.kind]).count().max(1));
                weights[kind][field] = 0.5 + 2.5 / kinds as f64;
            }
        }
        let never = schemas.iter().map(|s| s.recognise.not.iter().map(|w| fold_header(w)).collect()).collect();
        Self { map, names, weights, never }
    }

    /// Fields that a folded heading may head.
    pub fn get(&self, key: &str) -> &[FieldRef] {
        self.map.get(key).map_or(&[], Vec::as_slice)
    }

    /// Folded title, id and aliases of a field.
    pub fn names(&self, at: FieldRef) -> &[String] {
        &self.names[at.kind][at.field]
    }

    /// Headings that a kind never has.
    pub fn never(&self, kind: usize) -> &FxHashSet<String> {
        &self.never[kind]
    }

    pub fn weight(&self, at: FieldRef) -> f64 {
        self.weights[at.kind][at.field]
    }
}

fn names(f: &Field) -> Vec<String> {
    let ids = [f.title.as_str(), f.id.as_str()];
    ids.into_iter().chain(f.aliases.iter().map(String::as_str)).map(fold_header).collect()
}

/// The look-ups of all code tables, by id.
pub(super) fn lookups(tables: &BTreeMap<String, CodeTable>) -> BTreeMap<String, Codes> {
    tables.iter().map(|(id, table)| (id.clone(), Codes::new(table))).collect()
}
