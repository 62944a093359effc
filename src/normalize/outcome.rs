//! What one sheet gave, before the sheets are put together. Ids in it count from 0 in this sheet.

use super::record::{ControlTotal, NotUsed, Record, RecordId, SheetAccount, Table, TableId, Tables};
use super::totals::MaybeTotal;
use super::value::Value;
use super::wording::Skip;
use crate::schema::Field;

#[derive(Debug, Default)]
pub struct SheetOutcome {
    pub account: SheetAccount,
    pub tables: Vec<Table>,
    pub records: Vec<Record>,
    pub not_used: Vec<NotUsed>,
    pub totals: Vec<ControlTotal>,
    pub maybe_totals: Vec<MaybeTotal>,
}

impl SheetOutcome {
    pub fn push_table(&mut self, table: Table) -> TableId {
        self.tables.push(table);
        TableId(self.tables.len() as u32 - 1)
    }

    pub fn push(&mut self, record: Record) -> RecordId {
        self.account.used += record.lines as usize;
        self.records.push(record);
        RecordId(self.records.len() as u32 - 1)
    }

    pub fn skip(&mut self, why: Skip) {
        self.skip_many(why, 1);
    }

    pub fn skip_many(&mut self, why: Skip, rows: usize) {
        if rows > 0 {
            *self.account.skipped.entry(why.word()).or_default() += rows;
        }
    }

    pub fn count_bad(&mut self, field: &Field, value: &Value) {
        if matches!(value, Value::Bad(_)) {
            *self.account.cells_quarantined.entry(field.id.clone()).or_default() += 1;
        }
    }

    /// Appends this sheet's tables and records to the run's, shifting the ids.
    /// Returns the records that may be totals.
    pub fn append_to(self, sheet: usize, all: &mut Tables<'_>) -> Vec<MaybeTotal> {
        let table_base = all.tables.len() as u32;
        let record_base = all.records.len() as u32;
        all.tables.extend(self.tables);
        for mut record in self.records {
            record.table.0 += table_base;
            if let Some(parent) = &mut record.parent {
                parent.0 += record_base;
            }
            all.push(record);
        }
        for mut total in self.totals {
            total.table.0 += table_base;
            all.totals.push(total);
        }
        all.not_used.extend(self.not_used);
        all.accounts[sheet] = self.account;
        let mut maybe = self.maybe_totals;
        for m in &mut maybe {
            m.record.0 += record_base;
            for promise in &mut m.promises {
                promise.table.0 += table_base;
            }
        }
        maybe
    }
}
