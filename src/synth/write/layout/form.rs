//! The form of 附件3 to 成工办〔2019〕43号: label cell and value cell, two to four pairs in a row, the household's members as a
//! small table, one form a sheet.

use super::merge_row;
use crate::synth::export::{Column, Export, Row, Val};
use crate::synth::write::grid::{Cell, Grid, Span};
use crate::synth::write::spell::{ColumnStyle, Speller, heading, signature};

/// The pairs above the members, row by row as on the form.
const ABOVE: [&[&str]; 6] = [
    &["name", "file_no", "sex", "phone"],
    &["address", "id_number"],
    &["employer", "employer_state", "work_status"],
    &["housing", "floor_area", "hukou", "work_start"],
    &["category", "health", "insurance"],
    &["income_monthly", "income_annual", "school"],
];
/// The pairs below the members.
const BELOW: [&[&str]; 3] = [&["cause_main"], &["surveyed_on", "surveyor"], &["worker_signed", "surveyor_signed"]];
/// Columns of the form: four pairs.
const WIDTH: usize = 8;

/// Writes the form of one household.
pub(in crate::synth::write) fn form(name: &str, export: &Export, record: &Row, speller: &mut Speller<'_>) -> Grid {
    let one = std::slice::from_ref(record);
    let width = WIDTH.max(export.member_columns.len() + 1);
    let labels = heading::choose(&export.columns, speller.level, speller.dice);
    let styles = speller.columns(&export.columns, one, &[]);
    let mut form = Form { grid: Grid::new(name), export, record, labels, styles, width };

    form.grid.push(vec![Cell::text(export.title.as_str())]);
    merge_row(&mut form.grid, 0, width - 1);
    if let Some(unit) = &export.unit {
        form.grid.push(vec![Cell::text(format!("填报单位：{unit}"))]);
        merge_row(&mut form.grid, 0, width - 1);
    }
    for fields in ABOVE {
        form.pairs(fields, speller);
    }
    // What the export has beyond the form.
    let placed = |c: &&Column| ABOVE.iter().chain(&BELOW).any(|row| row.contains(&c.field));
    let others: Vec<&str> = export.columns.iter().filter(|c| !placed(c)).map(|c| c.field).collect();
    for fields in others.chunks(3) {
        form.pairs(fields, speller);
    }
    form.members(speller);
    for fields in BELOW {
        form.pairs(fields, speller);
    }
    if speller.level >= 2 && speller.dice.chance(30) {
        form.grid.push(vec![Cell::text("注：本表一式两份。")]);
        merge_row(&mut form.grid, 0, width - 1);
    }
    form.grid
}

struct Form<'a> {
    grid: Grid,
    export: &'a Export,
    record: &'a Row,
    labels: Vec<&'static str>,
    styles: Vec<ColumnStyle>,
    width: usize,
}

impl Form<'_> {
    /// A row of pairs of label and value, for those of the fields that the export has. Values take the room that is left.
    fn pairs(&mut self, fields: &[&str], speller: &mut Speller<'_>) {
        let present: Vec<usize> =
            fields.iter().filter_map(|f| self.export.columns.iter().position(|c| c.field == *f)).collect();
        if present.is_empty() {
            return;
        }
        let mut cells = vec![Cell::Blank; self.width];
        let mut values = Vec::new();
        let room = self.width / present.len();
        for (k, &i) in present.iter().enumerate() {
            let left = k * room;
            let right = if k + 1 == present.len() { self.width - 1 } else { left + room - 1 };
            let style = &self.styles[i];
            let label = heading::dress(self.labels[i], style, speller.level, speller.dice);
            cells[left] = Cell::text(label);
            cells[left + 1] = match (&self.record.values.get(i), self.export.columns[i].field) {
                (Some(Val::Flag(yes)), "worker_signed" | "surveyor_signed") => {
                    signature(*yes, speller.dice, speller.level)
                }
                (Some(value), _) => speller.cell(value, style),
                (None, _) => Cell::Blank,
            };
            values.push((left + 1, right));
        }
        self.grid.push(cells);
        for (left, right) in values {
            merge_row(&mut self.grid, left, right);
        }
    }

    /// 家庭主要成员情况: a label as high as the block, a row of headings, a row a member and some left empty.
    fn members(&mut self, speller: &mut Speller<'_>) {
        let columns = &self.export.member_columns;
        if columns.is_empty() {
            return;
        }
        let titles = heading::choose(columns, speller.level, speller.dice);
        let styles = speller.member_columns(columns, std::slice::from_ref(self.record));
        let top = self.grid.lines.len();
        let label = match speller.level {
            0 => "家庭主要成员情况",
            _ => speller.dice.pick(&["家庭主要成员情况", "家庭主要\n成员情况", "家庭主要 成员情况"]),
        };
        let mut header = vec![Cell::text(label)];
        for (title, style) in titles.iter().zip(&styles) {
            header.push(Cell::text(heading::dress(title, style, speller.level, speller.dice)));
        }
        self.member_row(header);
        for member in &self.record.members {
            let mut cells = vec![Cell::Blank];
            cells.extend(member.iter().zip(&styles).map(|(v, style)| speller.cell(v, style)));
            self.member_row(cells);
        }
        let spare = if speller.level == 0 { 0 } else { speller.dice.below(3) };
        let needed = usize::from(self.record.members.is_empty());
        for _ in 0..spare.max(needed) {
            self.member_row(vec![Cell::Blank; columns.len() + 1]);
        }
        let bottom = self.grid.lines.len() - 1;
        self.grid.merge(Span { top, left: 0, bottom, right: 0 });
    }

    /// The last column of the block reaches to the edge of the form.
    fn member_row(&mut self, cells: Vec<Cell>) {
        let last = cells.len() - 1;
        self.grid.push(cells);
        merge_row(&mut self.grid, last, self.width - 1);
    }
}
