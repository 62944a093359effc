//! Control totals: a 合计 row is not data, it is a promise that the rows above add up to it.
//!
//! What makes a row a total is arithmetic, not its word: it lacks all by which a payment is known (number, serial, date,
//! account, file number), its name cell is no person's name, and its amount is the sum of rows around it. A row that says
//! 合计 and equals no such sum is a finding (ID113), not a payment. Whether a name is a person's only all sources together
//! can tell, so a row whose name cell might be one is read as a record first and settled at the end ([`settle`]).

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::grid::Grid;
use super::header::Bound;
use super::outcome::SheetOutcome;
use super::record::{ControlTotal, RecordId, TableId, Tables};
use super::total_words::{TotalWord, total_word};
use super::value::{Context, Value};
use super::wording::Skip;
use crate::domain::text;
use crate::ingest::sheet::{RawCell, RawRow};
use crate::place::{Place, SheetId};
use crate::schema::{FieldType, Schema};

/// Text fields by which one payment, aid record or household is known.
const KNOWN_BY: [&str; 4] = ["serial", "record_no", "file_no", "cert_no"];
/// A record's digits: as many as this in a number's column are a number, whatever else stands there.
const FEWEST_DIGITS: usize = 6;

/// The rows of one table and what is needed to read them.
pub struct TableRows<'a> {
    pub grid: &'a Grid<'a>,
    pub context: &'a Context<'a>,
    pub schema: &'a Schema,
    pub table: TableId,
    pub sheet: SheetId,
    pub columns: &'a [Bound],
    /// Rows below the header.
    pub rows: &'a [RawRow],
    pub role: &'a dyn Fn(&RawRow) -> Role,
}

impl std::fmt::Debug for TableRows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableRows").field("table", &self.table).field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// What a row is, before totals are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The header printed again.
    Header,
    /// Of another kind, such as a member below his head: no sum counts it.
    Other,
    /// Anything else.
    Row,
}

/// A row that is no record but a sum.
#[derive(Debug, Clone)]
pub struct TotalRow {
    /// What it promises, one a money column; empty for 平均, sums in capitals and the like.
    pub promises: Vec<ControlTotal>,
    /// Its name cell might be a person's name: a record, unless no source knows that person.
    pub may_be_person: bool,
}

/// A record that is a total unless its name is a person's in some source. Ids count in its sheet until the sheets are put
/// together.
#[derive(Debug, Clone)]
pub struct MaybeTotal {
    pub record: RecordId,
    pub promises: Vec<ControlTotal>,
}

/// The total rows of one table, by row number.
#[derive(Debug, Default)]
pub struct TotalRows(FxHashMap<u32, TotalRow>);

impl TotalRows {
    pub fn get(&self, row: u32) -> Option<&TotalRow> {
        self.0.get(&row)
    }

    pub fn find(table: &TableRows<'_>) -> Self {
        let mut watch = Watch::new(table);
        let mut found = FxHashMap::default();
        for (at, row) in table.rows.iter().enumerate() {
            match (table.role)(row) {
                Role::Header => {
                    watch.close(Span::Page);
                    continue;
                }
                Role::Other => continue,
                Role::Row => {}
            }
            match watch.total(at, row) {
                Some(total) => {
                    found.insert(row.number, total);
                }
                None => watch.add(row),
            }
        }
        Self(found)
    }
}

/// Rows of which a total may be the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// Since the last total.
    Part,
    /// Since the header was printed last.
    Page,
    /// All so far.
    Whole,
    /// All totals so far.
    Totals,
}

const SPANS: [Span; 4] = [Span::Part, Span::Page, Span::Whole, Span::Totals];

/// Sum of one column over one span.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    fen: i64,
    /// Without rows whose payment failed or came back.
    arrived: i64,
    rows: usize,
    unreadable: bool,
}

/// Records over one span.
#[derive(Debug, Clone, Default)]
struct Heads {
    rows: i64,
    persons: FxHashSet<String>,
}

/// Follows the rows of a table.
struct Watch<'a> {
    table: &'a TableRows<'a>,
    money: Vec<&'a Bound>,
    result: Option<&'a Bound>,
    person: Vec<&'a Bound>,
    /// By span, by money column.
    sums: [Vec<Sum>; 4],
    heads: [Heads; 4],
    /// 承前页 above the first record, by money column.
    carried: Vec<i64>,
}

impl<'a> Watch<'a> {
    fn new(table: &'a TableRows<'a>) -> Self {
        let field = |b: &Bound| &table.schema.fields[b.field];
        let money: Vec<_> = table.columns.iter().filter(|b| field(b).ty == FieldType::Money).collect();
        let zero = || vec![Sum::default(); money.len()];
        Self {
            table,
            result: table.columns.iter().find(|b| field(b).id == "result"),
            person: table.columns.iter().filter(|b| ["id_number", "name"].contains(&field(b).id.as_str())).collect(),
            sums: [zero(), zero(), zero(), zero()],
            heads: Default::default(),
            carried: vec![0; money.len()],
            money,
        }
    }

    fn cell(&self, row: &RawRow, col: u16) -> Option<&'a RawCell> {
        self.table.grid.raw.cell_in(row, col).filter(|c| !text::is_blank(self.table.grid.raw.text(c)))
    }

    fn written(&self, row: &RawRow, col: u16) -> &'a str {
        self.cell(row, col).map_or("", |c| self.table.grid.raw.text(c))
    }

    fn amount(&self, row: &RawRow, column: &Bound) -> Value {
        let Some(cell) = self.cell(row, column.col) else { return Value::Blank };
        let field = &self.table.schema.fields[column.field];
        self.table.context.read_cell(field, self.table.grid.raw, cell, column.unit)
    }

    fn add(&mut self, row: &RawRow) {
        let failed = self.result.is_some_and(|b| {
            let said = self.written(row, b.col);
            ["失败", "退回", "退票", "退汇"].iter().any(|w| said.contains(w))
        });
        // Words in the column of a header, title or remark are no amount that cannot be read.
        let is_record = self.has_number(row);
        for i in 0..self.money.len() {
            let value = self.amount(row, self.money[i]);
            for span in &mut self.sums[..3] {
                match value {
                    Value::Money(fen) => {
                        span[i].fen = span[i].fen.saturating_add(fen);
                        span[i].arrived = span[i].arrived.saturating_add(if failed { 0 } else { fen });
                        span[i].rows += usize::from(fen != 0);
                    }
                    Value::Bad(_) => span[i].unreadable |= is_record,
                    _ => {}
                }
            }
        }
        let person: Vec<String> = self.person.iter().map(|b| text::fold(self.written(row, b.col))).collect();
        if person.iter().any(|p| !p.is_empty()) {
            let person = person.join("\u{1f}");
            for span in &mut self.heads[..3] {
                span.rows += 1;
                span.persons.insert(person.clone());
            }
        }
    }

    fn close(&mut self, span: Span) {
        self.sums[span as usize].fill(Sum::default());
        self.heads[span as usize] = Heads::default();
    }

    /// The row as a total, if it is one; the spans it ends are closed.
    fn total(&mut self, at: usize, row: &RawRow) -> Option<TotalRow> {
        let label = self.label(row);
        let bare = self.is_bare(row);
        let name = self.name_cell(row);
        let amounts: Vec<Value> = self.money.iter().map(|b| self.amount(row, b)).collect();
        let says_amount = amounts.iter().any(|a| matches!(a, Value::Money(fen) if *fen != 0));
        let below = bare && self.sums[Span::Whole as usize].iter().all(|s| s.rows == 0 && !s.unreadable);
        let below = below.then(|| self.below(at + 1));
        let adds_up = bare && says_amount && self.basis(&amounts, below.as_deref(), 2).is_some();
        let total = match label {
            Some((_, TotalWord::Loose)) if bare => TotalRow { promises: Vec::new(), may_be_person: false },
            Some((col, TotalWord::Sum(word))) => TotalRow {
                promises: self.promises(row, word, Some(col), &amounts, below.as_deref()),
                may_be_person: false,
            },
            _ if adds_up => TotalRow {
                promises: self.promises(row, "合计", None, &amounts, below.as_deref()),
                may_be_person: name.is_some(),
            },
            _ => return None,
        };
        if let Some((_, TotalWord::Sum("承前页"))) = label
            && self.heads[Span::Whole as usize].rows == 0
        {
            for (carried, amount) in self.carried.iter_mut().zip(&amounts) {
                if let Value::Money(fen) = amount {
                    *carried += fen;
                }
            }
        }
        if says_amount || matches!(label, Some((_, TotalWord::Sum(_)))) {
            self.close(Span::Part);
            for (sum, amount) in self.sums[Span::Totals as usize].iter_mut().zip(&amounts) {
                if let Value::Money(fen) = amount {
                    sum.fen = sum.fen.saturating_add(*fen);
                    sum.arrived = sum.fen;
                    sum.rows += 1;
                }
            }
        }
        Some(total)
    }

    /// The cell that names the row a sum: among its first cells, or where a name, number, serial or unit would stand. Where
    /// a person's name stands in the row, a word elsewhere says nothing.
    fn label(&self, row: &RawRow) -> Option<(u16, TotalWord)> {
        let raw = self.table.grid.raw;
        if self.has_number(row) {
            return None;
        }
        let field =
            |col: u16| self.table.columns.iter().find(|b| b.col == col).map(|b| &self.table.schema.fields[b.field]);
        let names = |ty: FieldType| matches!(ty, FieldType::Name | FieldType::IdNumber | FieldType::Unit);
        let (col, word) = raw.cells(row).iter().enumerate().find_map(|(at, c)| {
            let field = field(c.col);
            let place = at < 4 || field.is_some_and(|f| names(f.ty) || KNOWN_BY.contains(&f.id.as_str()));
            if !place {
                return None;
            }
            total_word(raw.text(c)).map(|word| (c.col, word))
        })?;
        let field = field(col);
        let in_name = field.is_some_and(|f| f.ty == FieldType::Name);
        let usual = field.is_none_or(|f| names(f.ty) && f.ty != FieldType::Unit || KNOWN_BY.contains(&f.id.as_str()));
        let named = !in_name && self.name_cell(row).is_some();
        (!named && (usual || self.is_bare(row))).then_some((col, word))
    }

    fn has_number(&self, row: &RawRow) -> bool {
        self.table.columns.iter().filter(|b| self.table.schema.fields[b.field].ty == FieldType::IdNumber).any(|b| {
            self.written(row, b.col).chars().filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c)).count()
                >= FEWEST_DIGITS
        })
    }

    /// Nothing by which a payment or a household is known: no number, serial, date, account or file number.
    fn is_bare(&self, row: &RawRow) -> bool {
        self.table.columns.iter().all(|b| {
            let field = &self.table.schema.fields[b.field];
            let tells = matches!(
                field.ty,
                FieldType::IdNumber | FieldType::IdNumbers | FieldType::Date | FieldType::Month | FieldType::Account
            ) || KNOWN_BY.contains(&field.id.as_str());
            let written = self.written(row, b.col);
            !tells || text::is_none_mark(written) || total_word(written).is_some()
        })
    }

    /// What stands in the name cell, where it might be a person's name.
    fn name_cell(&self, row: &RawRow) -> Option<&'a str> {
        let b = self.table.columns.iter().find(|b| self.table.schema.fields[b.field].id == "name")?;
        let written = self.written(row, b.col);
        let letters = written.chars().any(char::is_alphabetic);
        (letters && written.chars().count() <= 24 && total_word(written).is_none()).then_some(written)
    }

    /// Sum of the rows below that are surely records.
    fn below(&self, from: usize) -> Vec<Sum> {
        let mut sums = vec![Sum::default(); self.money.len()];
        for row in &self.table.rows[from.min(self.table.rows.len())..] {
            if (self.table.role)(row) != Role::Row || (self.is_bare(row) && self.name_cell(row).is_none()) {
                continue;
            }
            for (sum, column) in sums.iter_mut().zip(&self.money) {
                match self.amount(row, column) {
                    Value::Money(fen) => {
                        sum.fen = sum.fen.saturating_add(fen);
                        sum.arrived = sum.fen;
                        sum.rows += usize::from(fen != 0);
                    }
                    Value::Bad(_) => sum.unreadable = true,
                    _ => {}
                }
            }
        }
        sums
    }

    /// A span over which every amount of the row is the sum of at least so many rows.
    fn basis(&self, amounts: &[Value], below: Option<&[Sum]>, fewest: usize) -> Option<()> {
        let spans = self.sums.iter().map(Vec::as_slice).chain(below);
        spans.into_iter().any(|sums| self.equals(sums, amounts, fewest)).then_some(())
    }

    fn equals(&self, sums: &[Sum], amounts: &[Value], fewest: usize) -> bool {
        amounts.iter().enumerate().all(|(i, amount)| match amount {
            Value::Money(fen) => sums[i].rows >= fewest && !sums[i].unreadable && self.is_sum(i, *fen, &sums[i]),
            Value::Bad(_) => false,
            _ => true,
        })
    }

    fn is_sum(&self, i: usize, said: i64, sum: &Sum) -> bool {
        [sum.fen, sum.arrived].iter().any(|&s| said == s || said == s.saturating_add(self.carried[i]))
    }

    /// One [`ControlTotal`] for every money column the row fills, and one for a count of heads if it has one.
    fn promises(
        &self,
        row: &RawRow,
        label: &'static str,
        label_col: Option<u16>,
        amounts: &[Value],
        below: Option<&[Sum]>,
    ) -> Vec<ControlTotal> {
        let own = match label {
            "小计" | "本页小计" | "本页合计" => Span::Part,
            _ => Span::Whole,
        };
        let no_records = self.heads[Span::Whole as usize].rows == 0;
        // 承前页 on a first page: what it carries stands in another file.
        if label == "承前页" && no_records && !amounts.iter().any(|a| matches!(a, Value::Bad(_))) {
            return Vec::new();
        }
        let place = |col| Place { sheet: self.table.sheet, row: row.number, col };
        let mut out = Vec::new();
        for (i, amount) in amounts.iter().enumerate() {
            let Value::Money(said) = *amount else { continue };
            let column = self.money[i];
            if label_col == Some(column.col) {
                continue;
            }
            let spans: Vec<&Sum> =
                SPANS.iter().map(|s| &self.sums[*s as usize][i]).chain(below.map(|b| &b[i])).collect();
            let fits = spans.iter().any(|s| !s.unreadable && (s.rows > 0 || said == 0) && self.is_sum(i, said, s));
            let main = match below {
                Some(below) => &below[i],
                None => &self.sums[own as usize][i],
            };
            out.push(ControlTotal {
                table: self.table.table,
                place: place(column.col),
                label,
                column: self.table.schema.fields[column.field].id.clone(),
                title: Arc::from(column.title.as_str()),
                said,
                sum: if fits { said } else { main.fen },
                money: true,
                unreadable: !fits && main.unreadable,
            });
        }
        if let Some((col, said)) = self.count_in(row).filter(|_| !amounts.is_empty() && !no_records) {
            let own_heads = &self.heads[own as usize];
            let fits = self.heads[..3].iter().any(|h| h.rows == said || h.persons.len() as i64 == said);
            out.push(ControlTotal {
                table: self.table.table,
                place: place(col),
                label,
                column: "count".into(),
                title: Arc::from("户（人）数"),
                said,
                sum: if fits { said } else { own_heads.rows },
                money: false,
                unreadable: false,
            });
        }
        out
    }

    /// A count in the row: `12户`, `共12人`, `合计（12笔）`. A bare number in a column of something else is none.
    fn count_in(&self, row: &RawRow) -> Option<(u16, i64)> {
        let raw = self.table.grid.raw;
        raw.cells(row).iter().find_map(|cell| {
            if self.money.iter().any(|b| b.col == cell.col) {
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

/// Records that add up like totals and whose name no other record bears are totals after all.
pub fn settle(tables: &mut Tables<'_>, maybe: Vec<MaybeTotal>) {
    if maybe.is_empty() {
        return;
    }
    let doubtful: FxHashSet<RecordId> = maybe.iter().map(|m| m.record).collect();
    let mut names: FxHashSet<String> = FxHashSet::default();
    for (at, record) in tables.records.iter().enumerate() {
        if doubtful.contains(&RecordId(at as u32)) {
            continue;
        }
        for value in &record.values {
            match value {
                Value::Name(name) => {
                    names.insert(name.key().to_string());
                }
                Value::Names(list) => names.extend(list.iter().map(|n| n.key().to_string())),
                _ => {}
            }
        }
    }
    let mut gone = FxHashMap::default();
    for m in maybe {
        let known = matches!(tables.value(m.record, "name"), Value::Name(name) if names.contains(name.key()));
        if known {
            continue;
        }
        let sheet = tables.table(m.record).sheet;
        // A row that a table beside it uses too is counted there.
        let lines = tables.get(m.record).lines as usize;
        let account = &mut tables.accounts[sheet.0 as usize];
        account.used -= lines;
        if lines > 0 {
            *account.skipped.entry(Skip::Total.word()).or_default() += lines;
        }
        tables.totals.extend(m.promises);
        gone.insert(m.record, m.record);
    }
    tables.drop_records(&gone);
}

impl SheetOutcome {
    /// A total row that is surely one: counted, and held against the rows it sums.
    pub fn total(&mut self, row: u32, total: &TotalRow) {
        self.totals.extend(total.promises.iter().cloned());
        self.skip(row, Skip::Total);
    }
}
