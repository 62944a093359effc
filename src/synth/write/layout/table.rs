//! A table: titles, header, records, totals, and what is written below.

use std::ops::Range;

use super::head::{Head, Slot};
use super::merge_row;
use crate::synth::export::{Export, Row, Shape, Val};
use crate::synth::write::grid::{Cell, Grid, Line, Span};
use crate::synth::write::spell::{Kind, Speller};

/// Fields whose equal values in successive rows may be merged downward.
const ABOVE: [&str; 2] = ["unit", "parent_unit"];
/// The same in tables that have several rows a household.
const ABOVE_OF_MEMBERS: [&str; 3] = ["file_no", "head_id_number", "cert_no"];
const MEMBER_KINDS: [&str; 3] = ["emember", "paper_member", "civil_person"];

/// Writes records of an export on a sheet.
pub(in crate::synth::write) fn table(name: &str, export: &Export, records: &[Row], speller: &mut Speller<'_>) -> Grid {
    let head = Head::plan(export, records, speller);
    let mut sheet = Sheet { grid: Grid::new(name), head, export, blocks: Vec::new() };
    if speller.level >= 1 {
        sheet.titles(speller);
    }
    sheet.header();
    sheet.records(records, speller);
    sheet.totals(speller);
    if speller.level >= 2 && !speller.format.is_text() && speller.dice.chance(50) {
        sheet.merge_equal(records);
    }
    if speller.level >= 1 && speller.dice.chance(if speller.level == 1 { 20 } else { 50 }) {
        sheet.signatures(speller);
    }
    sheet.grid
}

struct Sheet<'a> {
    grid: Grid,
    head: Head,
    export: &'a Export,
    /// Successive lines that hold successive records: (first line, records).
    blocks: Vec<(usize, Range<usize>)>,
}

impl Sheet<'_> {
    fn width(&self) -> usize {
        self.head.slots.len()
    }

    fn blank_line(&mut self) {
        self.grid.push(Vec::new());
    }

    fn titles(&mut self, speller: &mut Speller<'_>) {
        let last = self.width() - 1;
        if speller.dice.chance(85) {
            self.grid.push(vec![Cell::text(self.export.title.as_str())]);
            merge_row(&mut self.grid, 0, last);
        }
        let money = || self.head.styles.iter().filter(|s| s.kind == Kind::Money);
        // 单位：元 would contradict a heading in 万元.
        let yuan = money().next().is_some() && money().all(|s| !s.wan) && speller.dice.chance(40);
        let mut line = vec![Cell::Blank; self.width()];
        if let Some(unit) = &self.export.unit {
            let seal = if speller.level >= 2 && speller.dice.chance(30) { "（盖章）" } else { "" };
            line[0] = Cell::text(format!("填报单位：{unit}{seal}"));
        }
        if yuan && last > 0 {
            line[last] = Cell::text("单位：元");
        }
        if line.iter().any(|c| *c != Cell::Blank) {
            let named = line[0] != Cell::Blank;
            self.grid.push(line);
            if named && last > 2 {
                merge_row(&mut self.grid, 0, last / 2);
            }
        }
        if speller.dice.chance(15) {
            self.blank_line();
        }
    }

    fn header(&mut self) {
        let top = self.grid.lines.len();
        for cells in &self.head.rows {
            self.grid.lines.push(Line { cells: cells.clone(), hidden: false });
        }
        for m in &self.head.merges {
            self.grid.merges.push(Span { top: top + m.top, bottom: top + m.bottom, ..*m });
        }
    }

    fn records(&mut self, records: &[Row], speller: &mut Speller<'_>) {
        let messy = speller.level >= 2;
        // Printed pages: the header stands again after so many lines.
        let page = if messy && speller.dice.chance(50) { speller.dice.between(30, 50) } else { usize::MAX };
        let mut since_header = 0;
        let mut block = (self.grid.lines.len(), 0..0);
        for (i, record) in records.iter().enumerate() {
            let repeat = since_header >= page;
            let blank = messy && i > 0 && speller.dice.chance(2);
            if repeat || blank {
                self.blocks.push((block.0, block.1.start..i));
                if blank {
                    self.blank_line();
                }
                if repeat {
                    self.header();
                    since_header = 0;
                }
                block = (self.grid.lines.len(), i..i);
            }
            since_header += self.record(i, record, speller);
        }
        self.blocks.push((block.0, block.1.start..records.len()));
    }

    /// Writes a record and says how many lines it took.
    fn record(&mut self, i: usize, record: &Row, speller: &mut Speller<'_>) -> usize {
        let block = self.export.shape == Shape::MemberBlock;
        let height = if block { record.members.len().max(1) } else { 1 };
        let top = self.grid.lines.len();
        for k in 0..height {
            let member = record.members.get(k).filter(|_| block);
            let slots = self.head.slots.iter().map(|&slot| match (slot, self.head.style(slot)) {
                (Slot::Field(f), Some(style)) if k == 0 => {
                    record.values.get(f).map_or(Cell::Blank, |v| speller.cell(v, style))
                }
                (Slot::Member(f), Some(style)) => {
                    member.and_then(|m| m.get(f)).map_or(Cell::Blank, |v| speller.cell(v, style))
                }
                (Slot::Count, _) if k == 0 => Cell::number(i + 1),
                (Slot::Own("打印批次"), _) if k == 0 => Cell::text("第1批"),
                (Slot::Own("排序码"), _) if k == 0 => Cell::number(1000 + i),
                _ => Cell::Blank,
            });
            let cells = slots.collect();
            let hidden = speller.level >= 2 && speller.dice.chance(2);
            self.grid.lines.push(Line { cells, hidden });
        }
        if height > 1 && !speller.format.is_text() {
            for (col, slot) in self.head.slots.iter().enumerate() {
                if matches!(slot, Slot::Field(_) | Slot::Count | Slot::Own(_)) {
                    self.grid.merge(Span { top, left: col, bottom: top + height - 1, right: col });
                }
            }
        }
        height
    }

    fn totals(&mut self, speller: &mut Speller<'_>) {
        let totals = &self.export.totals;
        if totals.is_empty() {
            return;
        }
        let total_of = |slot: &Slot| match *slot {
            Slot::Field(i) => {
                let field = self.export.columns[i].field;
                totals.iter().find(|(f, _)| *f == field).map(|(_, v)| v)
            }
            _ => None,
        };
        let mut cells: Vec<Cell> = self
            .head
            .slots
            .iter()
            .map(|slot| match (total_of(slot), self.head.style(*slot)) {
                (Some(value), Some(style)) => speller.cell(value, style),
                _ => Cell::Blank,
            })
            .collect();
        let label = self.head.slots.iter().position(|s| *s != Slot::Empty && total_of(s).is_none());
        if let Some(col) = label {
            cells[col] = Cell::text("合计");
        }
        self.grid.push(cells);
    }

    /// Merges equal values of the key columns downward, and leaves them written once.
    fn merge_equal(&mut self, records: &[Row]) {
        if self.export.shape == Shape::MemberBlock {
            return;
        }
        let members = MEMBER_KINDS.contains(&self.export.kind);
        for (col, slot) in self.head.slots.iter().enumerate() {
            let Slot::Field(f) = *slot else { continue };
            let field = self.export.columns[f].field;
            let is_key = ABOVE.contains(&field) || (members && ABOVE_OF_MEMBERS.contains(&field));
            if !is_key {
                continue;
            }
            for (top, range) in &self.blocks {
                let value = |i: usize| records[i].values.get(f).filter(|v| **v != Val::Empty);
                let mut start = range.start;
                while start < range.end {
                    let same =
                        (start + 1..range.end).take_while(|&i| value(i).is_some() && value(i) == value(start)).count();
                    let first = top + (start - range.start);
                    for line in &mut self.grid.lines[first + 1..=first + same] {
                        line.cells[col] = Cell::Blank;
                    }
                    self.grid.merge(Span { top: first, left: col, bottom: first + same, right: col });
                    start += same + 1;
                }
            }
        }
    }

    fn signatures(&mut self, speller: &mut Speller<'_>) {
        let width = self.width();
        if speller.dice.chance(40) {
            self.blank_line();
        }
        if speller.dice.chance(70) {
            let mut line = vec![Cell::Blank; width];
            for (i, who) in ["制表人：", "审核人：", "负责人："].into_iter().enumerate() {
                if let Some(cell) = line.get_mut(i * width.div_ceil(3)) {
                    *cell = Cell::text(who);
                }
            }
            self.grid.push(line);
        }
        if speller.dice.chance(50) {
            self.grid.push(vec![Cell::text("备注：本表一式两份，一份上报，一份留存。")]);
            merge_row(&mut self.grid, 0, width - 1);
        }
    }
}
