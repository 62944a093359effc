//! Every heading any schema knows, folded, and the fields it may head.

use rustc_hash::FxHashSet;

pub use crate::schema::FieldRef;
use crate::schema::{Headings, Schema, Schemas};

/// Folded heading → fields, over all schemas.
#[derive(Debug)]
pub struct Labels<'s> {
    pub schemas: &'s Schemas,
    headings: &'s Headings,
}

impl<'s> Labels<'s> {
    pub fn new(schemas: &'s Schemas) -> Self {
        Self { schemas, headings: schemas.headings() }
    }

    /// Fields that a folded heading may head.
    pub fn get(&self, key: &str) -> &[FieldRef] {
        self.headings.get(key)
    }

    /// The field of one kind that a folded heading heads.
    pub fn field(&self, kind: usize, key: &str) -> Option<usize> {
        self.get(key).iter().find(|r| r.kind == kind).map(|r| r.field)
    }

    /// Folded title, id and aliases of a field.
    pub fn names(&self, at: FieldRef) -> &[String] {
        self.headings.names(at)
    }

    /// Headings that a kind never has.
    pub fn never(&self, kind: usize) -> &FxHashSet<String> {
        self.headings.never(kind)
    }

    pub fn weight(&self, at: FieldRef) -> f64 {
        self.headings.weight(at)
    }

    pub fn schema(&self, kind: usize) -> &'s Schema {
        &self.schemas.all()[kind]
    }
}
