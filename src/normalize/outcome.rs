//! What one sheet gave, before the sheets are put together. Ids in it count from 0 in this sheet.

use super::notice::{Doubt, Notice};
use super::record::{ControlTotal, NotUsed, Record, RecordId, SheetAccount, Table, TableId, Tables};
use super::totals::MaybeTotal;
use super::value::Value;
use super::wording::Skip;
use crate::schema::Field;

/// How many notices of one sheet are kept.
pub const MOST_NOTICES: usize = 1000;

#[derive(Debug, Default)]
pub struct SheetOutcome {
    pub account: SheetAccount,
    pub tables: Vec<Table>,
    pub records: Vec<Record>,
    pub not_used: Vec<NotUsed>,
    pub totals: Vec<ControlTotal>,
    pub maybe_totals: Vec<MaybeTotal>,
    pub notices: Vec<Notice>,
    pub doubts: Vec<Doubt>,
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

    /// Says something of the sheet. What an output has no room for it folds; here everything is kept, up to
    /// [`MOST_NOTICES`].
    pub fn notice(&mut self, notice: Notice) {
        match self.notices.len() {
            0..MOST_NOTICES => self.notices.push(notice),
            MOST_NOTICES => {
                let Notice { kind, sheet, .. } = notice;
                self.notices.push(Notice::new(kind, sheet, "此后同样的情况太多，不再逐个列出"));
            }
            _ => {}
        }
    }

    /// Takes the sheet's source out of what conclusions from absence rest on.
    pub fn doubt(&mut self, doubt: Doubt) {
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
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
        all.notices.extend(self.notices);
        all.doubts.extend(self.doubts);
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
