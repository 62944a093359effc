//! A column is judged as a whole before its cells are read: what one cell leaves open the others may settle.
//!
//! One cheap pass over the columns in which it matters (dates, months, ID numbers, accounts, and texts that may be
//! numbers a program printed). It stops as soon as a column is known to be plain.

use rustc_hash::FxHashSet;

use super::header::Bound;
use super::notice::{Notice, NoticeKind};
use super::outcome::SheetOutcome;
use super::value::Context;
use crate::domain::account;
use crate::domain::date::{DateOrder, DateReading, OrderProof, is_unset};
use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::sheet::{CellKind, RawRow, RawSheet};
use crate::place::SheetId;
use crate::schema::{Field, FieldType, Schema};

/// How the cells of one column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColumnReading {
    pub dates: DateReading,
    /// Long numbers of the column went through a program that keeps 15 digits: those that end in zeros are damaged.
    pub lost_digits: bool,
    /// A program printed whole numbers as `12.0` in every cell.
    pub decimals: bool,
}

/// What is needed to look at the columns of one table.
#[derive(Debug)]
pub struct Survey<'a> {
    pub raw: &'a RawSheet,
    pub rows: &'a [RawRow],
    pub schema: &'a Schema,
    pub sheet: SheetId,
    pub context: &'a Context<'a>,
}

impl Survey<'_> {
    /// How each column is to be read, in their order. What a person must know of a column is said once.
    pub fn columns(&self, columns: &[Bound], out: &mut SheetOutcome) -> Vec<ColumnReading> {
        let mut readings = Vec::with_capacity(columns.len());
        let mut proofs: Vec<Option<OrderProof>> = Vec::with_capacity(columns.len());
        for bound in columns {
            let field = &self.schema.fields[bound.field];
            let mut reading = ColumnReading::default();
            let mut proof = None;
            match field.ty {
                FieldType::Date | FieldType::Month => {
                    proof = Some(self.dates(bound, field, out));
                }
                FieldType::IdNumber | FieldType::Account => reading.lost_digits = self.lost_digits(bound, field, out),
                FieldType::Text => reading.decimals = self.decimals(bound),
                _ => {}
            }
            readings.push(reading);
            proofs.push(proof);
        }
        // A column that settles nothing by itself is read like the sheet's other columns, where these agree.
        let mut settled: Vec<DateOrder> = proofs.iter().flatten().filter_map(OrderProof::settled).collect();
        settled.sort_unstable();
        settled.dedup();
        for ((proof, reading), bound) in proofs.iter().zip(&mut readings).zip(columns) {
            let Some(proof) = proof else { continue };
            let of_sheet = match settled[..] {
                [one] => Some(one),
                _ => None,
            };
            reading.dates = proof.reading(of_sheet);
            if let Some(example) = proof.open().filter(|example| !reading.dates.settles(example)) {
                let why = if proof.is_contradictory() {
                    "各格的年月日次序互相矛盾"
                } else {
                    "各格都看不出年月日的次序"
                };
                out.notice(
                    Notice::new(NoticeKind::DateOrder, self.sheet, format!("日期次序不明：{why}，读不准的格没有读"))
                        .column(bound.col, bound.title.as_str())
                        .written(example)
                        .remedy("请从原系统按“2019-08-25”的样子重新导出这一列"),
                );
            }
        }
        readings
    }

    fn cells(&self, col: u16) -> impl Iterator<Item = Written<'_>> {
        self.rows.iter().filter_map(move |row| {
            let cell = self.raw.cell_in(row, col)?;
            Some(Written { text: self.raw.text(cell), kind: cell.kind })
        })
    }

    /// What the cells prove about the order of day, month and year. Dates that mean "not set" are counted and said.
    fn dates(&self, bound: &Bound, field: &Field, out: &mut SheetOutcome) -> OrderProof {
        let mut proof = OrderProof::new(self.context.years(field));
        let (mut unset, mut example) = (0usize, "");
        for cell in self.cells(bound.col) {
            if cell.kind == CellKind::Text {
                proof.see(cell.text);
            }
            if !field.required && is_unset(cell.text) {
                unset += 1;
                example = cell.text;
            }
        }
        if unset > 0 {
            out.notice(
                Notice::new(NoticeKind::MachineNull, self.sheet, format!("有{unset}格写的是系统的空日期，当作没有填"))
                    .column(bound.col, bound.title.as_str())
                    .written(example),
            );
        }
        proof
    }

    /// At least three different numbers of 16 digits and more, and more than half of them end in zeros from the 16th
    /// digit: a spreadsheet kept 15 digits of them before they became text.
    fn lost_digits(&self, bound: &Bound, field: &Field, out: &mut SheetOutcome) -> bool {
        // Enough different numbers with their digits: the column is sound.
        const SOUND: usize = 64;
        let mut seen: FxHashSet<Box<str>> = FxHashSet::default();
        let mut lost = 0;
        for cell in self.cells(bound.col).filter(|c| c.kind == CellKind::Text && c.text.len() >= 16) {
            let Some(digits) = account::long_digits(cell.text) else { continue };
            let ends_in_zeros = account::ends_in_zeros(&digits);
            if seen.insert(digits.into()) {
                lost += usize::from(ends_in_zeros);
            }
            if seen.len() >= SOUND && lost * 4 <= seen.len() {
                return false;
            }
        }
        let found = seen.len() >= 3 && lost * 2 > seen.len();
        if found {
            let what = match field.ty {
                FieldType::IdNumber => "按精度丢失处理，只用前15位找人",
                _ => "这些账号当作读不出，不参加比对",
            };
            out.notice(
                Notice::new(
                    NoticeKind::LostDigits,
                    self.sheet,
                    format!("{}个不同的号码中有{lost}个从第16位起全是0，15位以后的数字已丢失：{what}", seen.len()),
                )
                .column(bound.col, bound.title.as_str())
                .remedy("请从原系统把这一列导出为文本，不要用表格软件另存"),
            );
        }
        found
    }

    /// Every written cell is a whole number with `.0` behind it.
    fn decimals(&self, bound: &Bound) -> bool {
        let mut any = false;
        for cell in self.cells(bound.col) {
            if text::is_none_mark(cell.text) {
                continue;
            }
            if cell.kind != CellKind::Text || whole_part(cell.text).is_none() {
                return false;
            }
            any = true;
        }
        any
    }
}

/// `5101040000000` of `5101040000000.0`.
pub fn whole_part(text: &str) -> Option<&str> {
    let whole = text.trim().trim_end_matches('0').strip_suffix('.')?;
    (text.trim().len() > whole.len() + 1 && !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()))
        .then_some(whole)
}
