//! Workbooks as units send them back: read with another library, filled in, shuffled, written anew.

use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::Workbook;

/// A unit's workbook while it is filled in.
#[derive(Clone)]
pub struct Returned {
    pub header: Vec<String>,
    pub rows: Vec<Vec<Data>>,
    hidden: Vec<Vec<Data>>,
}

/// What a cadre fills in.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Filled {
    pub word: String,
    pub corrected: String,
    pub note: String,
    pub done_on: String,
    pub checked_by: String,
}

impl Returned {
    pub fn open(path: &Path) -> Self {
        let mut book: Xlsx<_> = open_workbook(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let rows = |book: &mut Xlsx<_>, name: &str| -> Vec<Vec<Data>> {
            book.worksheet_range(name).expect("the sheet").rows().map(<[_]>::to_vec).collect()
        };
        let mut list = rows(&mut book, "疑点清单");
        let header: Vec<String> = list.remove(0).iter().map(ToString::to_string).collect();
        let id = header.iter().position(|title| title == "编号").expect("the numbers");
        list.retain(|row| row[id].to_string().contains('-'));
        Self { header, rows: list, hidden: rows(&mut book, "_hecha") }
    }

    pub fn column(&self, title: &str) -> usize {
        self.header.iter().position(|h| h == title).unwrap_or_else(|| panic!("no column {title}"))
    }

    pub fn text(&self, row: usize, title: &str) -> String {
        self.rows[row][self.column(title)].to_string()
    }

    pub fn set(&mut self, row: usize, title: &str, text: &str) {
        let column = self.column(title);
        self.rows[row][column] = if text.is_empty() { Data::Empty } else { Data::String(text.to_string()) };
    }

    pub fn fill(&mut self, row: usize, filled: &Filled) {
        for (title, text) in [
            ("核实结果", &filled.word),
            ("更正后的值", &filled.corrected),
            ("核实说明", &filled.note),
            ("完成日期", &filled.done_on),
            ("核查人", &filled.checked_by),
        ] {
            self.set(row, title, text);
        }
    }

    /// Moves a column to another place.
    pub fn move_column(&mut self, from: usize, to: usize) {
        let title = self.header.remove(from);
        self.header.insert(to, title);
        for row in &mut self.rows {
            let cell = row.remove(from);
            row.insert(to, cell);
        }
    }

    /// Written anew; `sheet`: what the list is called by now.
    pub fn save(&self, path: &Path, sheet: &str) -> PathBuf {
        let mut book = Workbook::new();
        let list = book.add_worksheet();
        list.set_name(sheet).expect("a name");
        for (column, title) in (0..).zip(&self.header) {
            list.write_string(0, column, title).expect("a cell");
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                write(list, row, column, cell);
            }
        }
        let hidden = book.add_worksheet();
        hidden.set_name("_hecha").expect("a name").set_very_hidden(true);
        for (row, cells) in (0..).zip(&self.hidden) {
            for (column, cell) in (0..).zip(cells) {
                write(hidden, row, column, cell);
            }
        }
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).expect("a directory");
        }
        book.save(path).expect("it is saved");
        path.to_path_buf()
    }
}

fn write(sheet: &mut rust_xlsxwriter::Worksheet, row: u32, column: u16, cell: &Data) {
    match cell {
        Data::Empty => Ok(sheet),
        Data::Float(number) => sheet.write_number(row, column, *number),
        other => sheet.write_string(row, column, other.to_string()),
    }
    .expect("a cell");
}

/// The workbook of a unit in a published result.
pub fn workbook_of(out: &Path, as_of: &str, unit: &str) -> Option<PathBuf> {
    fn find(dir: &Path, name: &str) -> Option<PathBuf> {
        let mut entries: Vec<_> = std::fs::read_dir(dir).ok()?.flatten().map(|e| e.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                if let Some(found) = find(&path, name) {
                    return Some(found);
                }
            } else if path.file_name().is_some_and(|n| n.to_string_lossy() == name) {
                return Some(path);
            }
        }
        None
    }
    let name = format!("核查比对_{unit}_{}.xlsx", as_of.replace('-', ""));
    find(&out.join(as_of).join("单位"), &name)
}
