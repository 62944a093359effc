//! Changes of records after normalising.

use rustc_hash::FxHashMap;

use crate::normalize::{Context, RecordId, Tables, Value};

/// One change. Records are those of the inputs; each added one stands alone.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Reads a text as the value of a field, as if it stood in the cell.
    Set(RecordId, &'static str, String),
    Remove(RecordId),
    /// A row like another of its kind with some fields changed; `blank`: with nothing else in it.
    Add {
        like: RecordId,
        blank: bool,
        set: Vec<(String, String)>,
    },
    /// What a total row says, more by this.
    Total {
        index: usize,
        more: i64,
    },
}

/// Applies changes to the tables of the inputs.
pub fn apply(edits: &[Edit], tables: &mut Tables<'_>, context: &Context<'_>) {
    let mut gone = FxHashMap::default();
    for edit in edits {
        match edit {
            Edit::Set(record, field, text) => set(tables, context, *record, field, text),
            Edit::Remove(record) => {
                gone.insert(*record, *record);
            }
            Edit::Add { like, blank, set: changes } => {
                let mut copy = tables.get(*like).clone();
                copy.parent = None;
                if *blank {
                    // What the sheet has no column for stays absent.
                    copy.values.iter_mut().filter(|v| **v != Value::Absent).for_each(|v| *v = Value::Blank);
                }
                let record = tables.push(copy);
                for (field, text) in changes {
                    set(tables, context, record, field, text);
                }
            }
            Edit::Total { index, more } => {
                if let Some(total) = tables.totals.get_mut(*index) {
                    total.said += more;
                }
            }
        }
    }
    if !gone.is_empty() {
        tables.drop_records(&gone);
    }
}

fn set(tables: &mut Tables<'_>, context: &Context<'_>, record: RecordId, field: &str, text: &str) {
    let schema = tables.schema(record);
    if let Some(index) = schema.index(field) {
        let value = context.supplied(&schema.fields[index], text);
        tables.records[record.0 as usize].values[index] = value;
    }
}
