//! What one sheet gave, before the sheets are put together. Ids in it count from 0 in this sheet.

use super::guard::UnreadColumn;
use super::header::Headed;
use super::notice::{Doubt, Notice};
use super::record::{ControlTotal, NotUsed, Record, RecordId, SheetAccount, Table, TableId, Tables, Unused};
use super::totals::MaybeTotal;
use super::value::Value;
use super::wording::Skip;
use crate::place::SheetId;
use crate::schema::Field;
use rustc_hash::FxHashMap;

/// How many notices of one sheet are kept.
pub const MOST_NOTICES: usize = 1000;

/// What became of a row; of several tables that share it the first of these holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Used,
    Quarantined(&'static str),
    Skipped(Skip),
}

#[derive(Debug, Default)]
pub struct SheetOutcome {
    pub account: SheetAccount,
    pub tables: Vec<Table>,
    pub records: Vec<Record>,
    pub not_used: Vec<NotUsed>,
    pub totals: Vec<ControlTotal>,
    pub maybe_totals: Vec<MaybeTotal>,
    /// Rows that were not used, for tables that share them.
    pub fates: Vec<(u32, Fate)>,
    /// Headed columns that are not read.
    pub unread_columns: Vec<UnreadColumn>,
    /// The last header that was read: a sheet behind this one may go on without one.
    pub header: Option<Headed>,
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

    /// A row that was read and not used, though nothing is wrong with it.
    pub fn skip(&mut self, row: u32, why: Skip) {
        self.fates.push((row, Fate::Skipped(why)));
        self.skip_many(why, 1);
    }

    /// A row that cannot be used: why, in a word; what is written.
    pub fn quarantine(&mut self, sheet: SheetId, row: u32, why: &'static str, note: String, unit: Option<String>) {
        self.set_aside(row, why);
        self.not_used.push(NotUsed { sheet, row, why: Unused::Quarantined(why), note, unit });
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

    /// Counts a row as quarantined without listing it: rows of a sheet that is said as a whole.
    pub fn set_aside(&mut self, row: u32, why: &'static str) {
        self.fates.push((row, Fate::Quarantined(why)));
        *self.account.quarantined.entry(why).or_default() += 1;
    }

    /// Takes in the tables of one sheet. A row that several of them share is counted once: as used where one of them uses it,
    /// else as quarantined where one of them cannot use it.
    pub fn absorb(&mut self, parts: Vec<Self>) {
        let mut fates: FxHashMap<u32, Fate> = FxHashMap::default();
        for part in parts {
            let (table_base, record_base) = (self.tables.len() as u32, self.records.len() as u32);
            self.tables.extend(part.tables);
            for mut record in part.records {
                record.table.0 += table_base;
                if let Some(parent) = &mut record.parent {
                    parent.0 += record_base;
                }
                if record.lines == 1 && fates.insert(record.row, Fate::Used) == Some(Fate::Used) {
                    record.lines = 0;
                }
                self.records.push(record);
            }
            for (row, fate) in part.fates {
                let known = fates.entry(row).or_insert(fate);
                *known = (*known).min(fate);
            }
            for mut total in part.totals {
                total.table.0 += table_base;
                self.totals.push(total);
            }
            for mut maybe in part.maybe_totals {
                maybe.record.0 += record_base;
                for promise in &mut maybe.promises {
                    promise.table.0 += table_base;
                }
                self.maybe_totals.push(maybe);
            }
            self.not_used.extend(part.not_used);
            self.unread_columns.extend(part.unread_columns);
            self.header = part.header.or(self.header.take());
            self.notices.extend(part.notices);
            self.doubts.extend(part.doubts);
            self.account.join(part.account);
        }
        self.fates.extend(fates.iter().filter(|(_, fate)| **fate != Fate::Used).map(|(row, fate)| (*row, *fate)));
        for fate in fates.into_values() {
            match fate {
                Fate::Used => self.account.used += 1,
                Fate::Quarantined(why) => *self.account.quarantined.entry(why).or_default() += 1,
                Fate::Skipped(why) => *self.account.skipped.entry(why.word()).or_default() += 1,
            }
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
