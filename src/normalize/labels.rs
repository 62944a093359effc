//! Every heading any schema knows, folded, and the fields it may head.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::schema::{Layout, Schema, Schemas, fold_header};

/// A field of a source kind: index of the schema, index of the field in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldRef {
    pub kind: usize,
    pub field: usize,
}

/// Folded heading → fields, over all schemas.
#[derive(Debug)]
pub struct Labels<'s> {
    pub schemas: &'s Schemas,
    map: FxHashMap<String, Vec<FieldRef>>,
    /// How many kinds know a heading of this field: a rare heading says more about the kind.
    weights: Vec<Vec<f64>>,
    /// By kind: headings that it never has.
    never: Vec<FxHashSet<String>>,
}

impl<'s> Labels<'s> {
    pub fn new(schemas: &'s Schemas) -> Self {
        let mut map: FxHashMap<String, Vec<FieldRef>> = FxHashMap::default();
        for (kind, schema) in schemas.all().iter().enumerate() {
            for (field, f) in schema.fields.iter().enumerate() {
                let ids = [f.title.as_str(), f.id.as_str()];
                for label in ids.into_iter().chain(f.aliases.iter().map(String::as_str)) {
                    let refs = map.entry(fold_header(label)).or_default();
                    let this = FieldRef { kind, field };
                    if !refs.contains(&this) {
                        refs.push(this);
                    }
                }
            }
        }
        let mut weights: Vec<Vec<f64>> = schemas.all().iter().map(|s| vec![1.0; s.fields.len()]).collect();
        let sources: Vec<bool> = schemas.all().iter().map(|s| s.layouts.contains(&Layout::Table)).collect();
        for (kind, schema) in schemas.all().iter().enumerate() {
            for (field, f) in schema.fields.iter().enumerate() {
                let key = fold_header(&f.title);
                let kinds = map.get(&key).map_or(1, |refs| refs.iter().filter(|r| sources[r.kind]).count().max(1));
                weights[kind][field] = 0.5 + 2.5 / kinds as f64;
            }
        }
        let never = schemas.all().iter().map(|s| s.recognise.not.iter().map(|w| fold_header(w)).collect()).collect();
        Self { schemas, map, weights, never }
    }

    /// Fields that a folded heading may head.
    pub fn get(&self, key: &str) -> &[FieldRef] {
        self.map.get(key).map_or(&[], Vec::as_slice)
    }

    /// The field of one kind that a folded heading heads.
    pub fn field(&self, kind: usize, key: &str) -> Option<usize> {
        self.get(key).iter().find(|r| r.kind == kind).map(|r| r.field)
    }

    /// Headings that a kind never has.
    pub fn never(&self, kind: usize) -> &FxHashSet<String> {
        &self.never[kind]
    }

    pub fn weight(&self, at: FieldRef) -> f64 {
        self.weights[at.kind][at.field]
    }

    pub fn schema(&self, kind: usize) -> &'s Schema {
        &self.schemas.all()[kind]
    }
}
