//! Control totals: a 合计 row is not data, it is a promise that the rows above add up to it.

use std::sync::Arc;

use super::header::Bound;
use super::outcome::SheetOutcome;
use super::record::{ControlTotal, Record, TableId};
use super::rows::TableReader;
use super::value::Value;
use super::wording::total_label;
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::sheet::RawRow;
use crate::place::Place;
use crate::schema::{FieldType, Schema};

/// Sum of one money column, since the last 小计 and over the sheet.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    part: i64,
    whole: i64,
    part_unreadable: bool,
    whole_unreadable: bool,
}

/// Follows the rows of a sheet and compares each total row with what stood above it.
#[derive(Debug)]
pub struct TotalsWatch {
    table: TableId,
    /// (field index, field id, column, title)
    money: Vec<(usize, String, u16, Arc<str>)>,
    sums: Vec<Sum>,
    rows_part: i64,
    rows_whole: i64,
}

impl TotalsWatch {
    pub fn new(schema: &Schema, table: TableId, columns: &[Bound]) -> Self {
        let money: Vec<_> = columns
            .iter()
            .filter(|b| schema.fields[b.field].ty == FieldType::Money)
            .map(|b| (b.field, schema.fields[b.field].id.clone(), b.col, Arc::from(b.title.as_str())))
            .collect();
        let sums = vec![Sum::default(); money.len()];
        Self { table, money, sums, rows_part: 0, rows_whole: 0 }
    }

    pub fn record(&mut self, record: &Record) {
        self.rows_part += 1;
        self.rows_whole += 1;
        for ((field, ..), sum) in self.money.iter().zip(&mut self.sums) {
            match record.values[*field] {
                Value::Money(fen) => {
                    sum.part = sum.part.saturating_add(fen);
                    sum.whole = sum.whole.saturating_add(fen);
                }
                Value::Bad(_) => {
                    sum.part_unreadable = true;
                    sum.whole_unreadable = true;
                }
                _ => {}
            }
        }
    }

    /// A header printed again starts a new page, and with it a new 小计.
    pub fn header_again(&mut self) {
        self.close_part();
    }

    fn close_part(&mut self) {
        self.rows_part = 0;
        for sum in &mut self.sums {
            sum.part = 0;
            sum.part_unreadable = false;
        }
    }

    /// A total row: one [`ControlTotal`] per money column it fills, and one for a count if it has one.
    pub fn total_row(&mut self, reader: &TableReader<'_>, row: &RawRow, out: &mut SheetOutcome) {
        let raw = reader.grid.raw;
        let cells = raw.cells(row);
        let Some((label_cell, label)) = cells.iter().find_map(|c| total_label(raw.text(c)).map(|l| (c, l))) else {
            return;
        };
        let is_part = matches!(label, "小计" | "本页小计" | "本页合计");
        for (i, (field, id, col, title)) in self.money.iter().enumerate() {
            let Some(cell) = raw.cell_in(row, *col) else { continue };
            if cell.col == label_cell.col {
                continue;
            }
            let unit =
                reader.headed.columns.iter().find(|b| b.field == *field).and_then(|b| b.unit.or(reader.sheet_unit));
            let schema = &reader.context.schemas.all()[reader.headed.kind];
            let written = Written { text: raw.text(cell), kind: cell.kind };
            if let Value::Money(said) = reader.context.read(&schema.fields[*field], written, unit) {
                let sum = self.sums[i];
                out.totals.push(ControlTotal {
                    table: self.table,
                    place: Place { sheet: reader.sheet, row: row.number, col: *col },
                    label,
                    column: id.clone(),
                    title: title.clone(),
                    said,
                    sum: if is_part { sum.part } else { sum.whole },
                    money: true,
                    unreadable: if is_part { sum.part_unreadable } else { sum.whole_unreadable },
                });
            }
        }
        if let Some((col, said)) = self.count_in(reader, row) {
            out.totals.push(ControlTotal {
                table: self.table,
                place: Place { sheet: reader.sheet, row: row.number, col },
                label,
                column: "count".into(),
                title: Arc::from("户（人）数"),
                said,
                sum: if is_part { self.rows_part } else { self.rows_whole },
                money: false,
                unreadable: false,
            });
        }
        if is_part {
            self.close_part();
        }
    }

    /// A count in the row: `12户`, `共12人`, `合计（12笔）`. A bare number in a column of something else is none.
    fn count_in(&self, reader: &TableReader<'_>, row: &RawRow) -> Option<(u16, i64)> {
        let raw = reader.grid.raw;
        raw.cells(row).iter().find_map(|cell| {
            if self.money.iter().any(|(_, _, col, _)| *col == cell.col) {
                return None;
            }
            let folded = text::fold(raw.text(cell));
            let at = folded.find(['户', '人', '笔', '条'])?;
            let digits: String = folded[..at].chars().rev().take_while(char::is_ascii_digit).collect();
            let digits: String = digits.chars().rev().collect();
            digits.parse().ok().map(|n| (cell.col, n))
        })
    }
}
