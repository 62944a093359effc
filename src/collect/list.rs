//! 疑点清单 as it came back: found by its header row wherever it stands, its columns by their titles.
//!
//! Units rename the sheet, move, insert and delete columns, sort, filter, hide, delete and repeat rows, and save with other
//! programs; what a cell says is what counts.

use crate::domain::text;
use crate::domain::written::Written;
use crate::ingest::RawSheet;
use crate::ingest::sheet::{CellKind, Merge, RawRow};
use crate::report::unit_workbook::columns::{ByColumn, Column};

/// Columns of an annotated copy; a copy that is corrected and returned once more has them.
pub const RESULT: &str = "收回结果";
pub const REASON: &str = "原因";

/// Rows looked at for the header.
const HEADER_WITHIN: usize = 40;
/// Titles that make a row the header.
const FEWEST_TITLES: usize = 8;

/// A cell as it came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub kind: CellKind,
}

impl Default for Cell {
    fn default() -> Self {
        Self { text: String::new(), kind: CellKind::Text }
    }
}

impl Cell {
    pub fn is_blank(&self) -> bool {
        text::is_blank(&self.text)
    }

    pub fn written(&self) -> Written<'_> {
        Written { text: &self.text, kind: self.kind }
    }
}

/// A row below the header.
#[derive(Debug, Clone)]
pub struct Row {
    /// Place in [`List::sheets`].
    pub sheet: usize,
    /// As Excel counts.
    pub number: u32,
    /// Blank where the sheet has no such column.
    pub cells: ByColumn<Cell>,
    /// By [`Sheet::extras`].
    pub extras: Vec<Cell>,
    /// An answer that stands in another row counts for this one too: a merged cell, or 同上.
    pub shared: bool,
}

impl Row {
    pub fn id(&self) -> String {
        text::fold(&self.cells[Column::Id].text).to_ascii_uppercase()
    }

    /// The system cells as the checksum is taken of them.
    pub fn system(&self) -> [&str; Column::SYSTEM.len()] {
        Column::SYSTEM.map(|column| self.cells[column].text.as_str())
    }

    /// Something is answered. Who checks and when is often filled in for all rows in advance: that alone is no answer.
    pub fn is_answered(&self) -> bool {
        [Column::Answer, Column::Corrected, Column::Note].into_iter().any(|column| !self.cells[column].is_blank())
    }
}

/// A sheet that is a 疑点清单.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub name: String,
    /// Where each column stands.
    columns: ByColumn<Option<u16>>,
    /// Columns the unit has put in: place and title.
    pub extras: Vec<(u16, String)>,
}

impl Sheet {
    /// Titles of system columns that are gone.
    pub fn missing(&self) -> Vec<&'static str> {
        Column::SYSTEM.into_iter().filter(|&c| !self.has(c)).map(Column::title).collect()
    }

    pub fn has(&self, column: Column) -> bool {
        self.columns[column].is_some()
    }
}

/// All that came back in one file.
#[derive(Debug, Default)]
pub struct List {
    pub sheets: Vec<Sheet>,
    pub rows: Vec<Row>,
}

/// Reads the list; None where no sheet has its header.
pub fn read(sheets: &[RawSheet]) -> Option<List> {
    let mut list = List::default();
    for raw in sheets {
        let Some((header, columns)) = header(raw) else { continue };
        let known = |col: u16| columns.iter().any(|(_, at)| *at == Some(col));
        let extras: Vec<(u16, String)> = raw
            .row(header)
            .map(|row| raw.cells(row))
            .unwrap_or_default()
            .iter()
            .filter(|c| !known(c.col))
            .map(|c| (c.col, text::clean(raw.text(c)).into_owned()))
            .filter(|(_, title)| !title.is_empty() && title != RESULT && title != REASON)
            .collect();
        let sheet = list.sheets.len();
        let mut above: Vec<Cell> = Vec::new();
        for row in raw.rows().iter().filter(|r| r.number > header) {
            let at = |col: u16| {
                raw.cell_in(row, col)
                    .map_or_else(Cell::default, |c| Cell { text: raw.text(c).to_string(), kind: c.kind })
            };
            let mut cells = ByColumn(columns.0.map(|col| col.map(&at).unwrap_or_default()));
            amount(&mut cells[Column::Amount]);
            let shared = spread(raw, header, row, &columns, &mut cells, &above);
            let extras = extras.iter().map(|(c, _)| at(*c)).collect();
            let own = Row { sheet, number: row.number, cells, extras, shared };
            if says_something(&own) {
                // 同上 means the row that is seen above: rows that a filter hides lie between.
                if !row.hidden {
                    above = Column::ANSWERS.map(|column| own.cells[column].clone()).to_vec();
                }
                list.rows.push(own);
            }
        }
        list.sheets.push(Sheet { name: raw.name.clone(), columns, extras });
    }
    (!list.sheets.is_empty()).then_some(list)
}

/// Answers merged over several rows, and 同上, count for each row. True where one was taken over.
fn spread(
    raw: &RawSheet,
    header: u32,
    row: &RawRow,
    columns: &ByColumn<Option<u16>>,
    cells: &mut ByColumn<Cell>,
    above: &[Cell],
) -> bool {
    let mut taken = false;
    for (answer, column) in Column::ANSWERS.into_iter().enumerate() {
        let Some(col) = columns[column] else { continue };
        let cell = &mut cells[column];
        let merged = |m: &&Merge| {
            (m.first_row.max(header + 1)..=m.last_row).contains(&row.number)
                && (m.first_col..=m.last_col).contains(&col)
                && (m.first_row, m.first_col) != (row.number, col)
        };
        if let Some(from) = raw.merges.iter().find(merged).filter(|_| cell.is_blank()) {
            if let Some(origin) = raw.cell(from.first_row, from.first_col).filter(|_| from.first_col == col) {
                *cell = Cell { text: raw.text(origin).to_string(), kind: origin.kind };
                taken |= !cell.is_blank();
            }
        } else if text::is_ditto(&cell.text)
            && let Some(same) = above.get(answer).filter(|c| !c.is_blank())
        {
            *cell = same.clone();
            taken = true;
        }
    }
    taken
}

/// Rows of a finding have more than one cell; `本期无`, remarks below the list and a header pasted once more are none.
fn says_something(row: &Row) -> bool {
    if row.id() == Column::Id.title() {
        return false;
    }
    let says = |column: Column| !row.cells[column].is_blank();
    row.is_answered() || (says(Column::Id) && Column::SYSTEM.into_iter().filter(|c| *c != Column::Id).any(says))
}

/// Money is printed as a number: programs write it as they like.
fn amount(cell: &mut Cell) {
    if let Ok(yuan) = cell.text.replace(',', "").trim().parse::<f64>() {
        cell.text = format!("{yuan:.2}");
    }
}

fn header(raw: &RawSheet) -> Option<(u32, ByColumn<Option<u16>>)> {
    let found = raw.rows().iter().take(HEADER_WITHIN).map(|row| {
        let mut columns: ByColumn<Option<u16>> = ByColumn::default();
        for cell in raw.cells(row) {
            let title = text::fold(raw.text(cell));
            if let Some(column) = Column::titled(&title) {
                columns[column].get_or_insert(cell.col);
            }
        }
        (row.number, columns)
    });
    let titles = |columns: &ByColumn<Option<u16>>| columns.0.iter().flatten().count();
    found.filter(|(_, columns)| titles(columns) >= FEWEST_TITLES).max_by_key(|(row, columns)| {
        // The first of equals.
        (titles(columns), std::cmp::Reverse(*row))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sheet::SheetBuilder;

    fn sheet(rows: &[(u32, Vec<(u16, &str)>)]) -> RawSheet {
        let mut builder = SheetBuilder::new("改过名");
        for (number, cells) in rows {
            builder.row(*number, false);
            for (col, text) in cells {
                builder.cell(*col, CellKind::Text, text).expect("a cell");
            }
        }
        builder.finish()
    }

    #[test]
    fn columns_are_found_by_title() {
        // A title row above, 编号 last, a column put in between, 政策依据 and others deleted.
        let titles =
            ["核实结果", "核实说明", "我的备注", "严重程度", "状态", "疑点", "档案号", " 姓 名 ", "字段", "收回结果"];
        let header: Vec<(u16, &str)> = (0..).zip(titles).chain([(12, "编号")]).collect();
        let raw = sheet(&[
            (2, vec![(0, "疑点清单（请填）")]),
            (4, header),
            (5, vec![(0, "需入户核实"), (2, "备"), (3, "严重"), (6, "A1"), (12, "yz301-ABCDEFGHIJ")]),
            (6, vec![(12, "本期无")]),
            (7, vec![(3, "一般"), (12, "YZ301-BBBBBBBBBB")]),
            (8, vec![(1, "有说明，没有编号")]),
            (9, vec![(0, "核实结果"), (3, "严重程度"), (12, "编号")]),
        ]);
        let list = read(&[sheet(&[(1, vec![(0, "说明")])]), raw]).expect("the list");
        assert_eq!(list.sheets[0].name, "改过名");
        assert_eq!(list.sheets[0].extras, [(2, "我的备注".to_string())]);
        assert!(list.sheets[0].missing().contains(&"政策依据") && !list.sheets[0].missing().contains(&"姓名"));
        let rows: Vec<_> = list.rows.iter().map(|r| (r.number, r.id(), r.is_answered())).collect();
        assert_eq!(
            rows,
            [
                (5, "YZ301-ABCDEFGHIJ".to_string(), true),
                (7, "YZ301-BBBBBBBBBB".to_string(), false),
                (8, String::new(), true)
            ]
        );
        assert_eq!(list.rows[0].extras[0].text, "备");
        assert_eq!(list.rows[0].cells[Column::FileNo].text, "A1");
    }

    #[test]
    fn merged_answers_and_ditto_count_for_each_row() {
        let titles = ["编号", "严重程度", "状态", "疑点", "档案号", "姓名", "身份证号", "核实结果", "核查人"];
        let answer = |number: u32, id: &'static str, word: &'static str| {
            (number, vec![(0, id), (1, "严重"), (2, "新增"), (7, word)])
        };
        let mut builder = SheetBuilder::new("疑点清单");
        let rows = [
            (1, (0..).zip(titles).collect::<Vec<_>>()),
            answer(2, "A-1", "需入户核实"),
            answer(3, "A-2", ""),
            answer(4, "A-3", ""),
            answer(5, "A-4", "同上"),
            answer(6, "A-5", "〃"),
            answer(7, "A-6", ""),
            answer(8, "A-7", "同上"),
        ];
        for (number, cells) in rows {
            builder.row(number, number == 4);
            for (col, text) in cells {
                builder.cell(col, CellKind::Text, text).expect("a cell");
            }
        }
        builder.merge(Merge { first_row: 2, last_row: 3, first_col: 7, last_col: 7 });
        let list = read(&[builder.finish()]).expect("the list");
        let said: Vec<_> = list.rows.iter().map(|r| (r.cells[Column::Answer].text.as_str(), r.shared)).collect();
        let visit = "需入户核实";
        let (taken, nothing) = ((visit, true), ("", false));
        assert_eq!(said, [(visit, false), taken, nothing, taken, taken, nothing, ("同上", false)]);
    }

    #[test]
    fn other_sheets_are_no_list() {
        assert!(read(&[sheet(&[(1, vec![(0, "编号"), (1, "姓名"), (2, "身份证号")])])]).is_none());
    }
}
