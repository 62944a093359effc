//! The open elements of a page, and its tables as they are read.

use super::attribute;
use super::css::{Element, Sheet};
use super::table::Table;
use crate::ingest::{RawSheet, ReadError, Unseen};
use html5ever::tokenizer::Tag;

/// Tables inside tables inside tables: layouts have a few levels.
const MAX_TABLES: usize = 64;
/// Elements open at once that are followed: more are a broken page.
const MAX_OPEN: usize = 2048;

/// Elements without content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// An open element, with what holds inside it.
struct Open {
    element: Element,
    unseen: Option<Unseen>,
    /// `display: none`, here or around.
    gone: bool,
}

/// The list of a drop-down: what is chosen is what is seen.
#[derive(Default)]
struct Choice {
    /// Texts of the options so far, and whether each is chosen.
    options: Vec<(String, bool)>,
}

/// The tables of a page as they are read.
pub(super) struct Page {
    styles: Sheet,
    /// Excel or WPS wrote it.
    office: bool,
    elements: Vec<Open>,
    /// Open tables, the innermost last.
    open: Vec<Table>,
    done: Vec<(usize, RawSheet)>,
    begun: usize,
    /// Tables nested too deep, which are read as text of the cell around them.
    too_deep: usize,
    /// The element whose content is no text of the page, if one is open.
    raw: Option<String>,
    choice: Option<Choice>,
    error: Option<ReadError>,
}

impl Page {
    pub fn new(styles: Sheet, office: bool) -> Self {
        Self {
            styles,
            office,
            elements: Vec::new(),
            open: Vec::new(),
            done: Vec::new(),
            begun: 0,
            too_deep: 0,
            raw: None,
            choice: None,
            error: None,
        }
    }

    pub fn finish(mut self) -> Result<Vec<RawSheet>, ReadError> {
        while !self.open.is_empty() {
            self.close("table");
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        self.done.retain(|(_, sheet)| sheet.extent().is_some() || !sheet.faults.is_empty());
        self.done.sort_by_key(|(order, _)| *order);
        let mut sheets = super::table::join_headers(self.done.into_iter().map(|(_, sheet)| sheet).collect())?;
        if sheets.len() > 1 {
            for (i, sheet) in sheets.iter_mut().enumerate() {
                sheet.name = format!("表{}", i + 1);
            }
        }
        Ok(sheets)
    }

    /// An element begins whose content is no text of the page.
    pub fn raw(&mut self, name: &str) {
        self.raw = Some(name.to_string());
    }

    pub fn text(&mut self, text: &str) {
        if self.raw.is_some() {
            return;
        }
        if let Some((option, _)) = self.choice.as_mut().and_then(|c| c.options.last_mut()) {
            option.push_str(text);
            return;
        }
        if self.choice.is_none() {
            self.write(text);
        }
    }

    fn write(&mut self, text: &str) {
        let unseen = self.elements.last().and_then(|e| e.unseen);
        if let Some(cell) = self.open.last_mut().and_then(|t| t.cell.as_mut()) {
            cell.push(text, unseen);
        }
    }

    pub fn open(&mut self, name: &str, tag: &Tag) {
        self.close_implied(name);
        let element = Element::of(tag);
        let looks = self.styles.looks(tag, &element, || self.elements.iter().map(|e| &e.element).collect());
        let around = self.elements.last();
        let mut gone = around.is_some_and(|e| e.gone) || looks.gone == Some(true);
        let outer = around.and_then(|e| e.unseen);
        let struck = matches!(name, "s" | "strike" | "del") || looks.struck == Some(true);
        // What is visible again inside something invisible is seen; what is gone stays gone.
        let visible_again = looks.invisible == Some(false) && !gone && outer == Some(Unseen::Hidden);
        let mut unseen = match outer {
            Some(Unseen::Hidden) if !visible_again => Some(Unseen::Hidden),
            _ if gone || looks.invisible == Some(true) => Some(Unseen::Hidden),
            _ if struck || outer == Some(Unseen::Struck) => Some(Unseen::Struck),
            _ => None,
        };
        if name == "table" {
            // A hidden table is a hidden sheet: read as if it were seen, and known for what it is.
            self.open_table(gone);
            (gone, unseen) = (false, unseen.filter(|u| *u == Unseen::Struck));
        }
        // Rows and cells that Excel hides are rows and columns of its sheet.
        let hidden_here = looks.gone == Some(true);
        if self.office && matches!(name, "tr" | "td" | "th") && hidden_here {
            (gone, unseen) = (false, outer);
        }
        match name {
            "tr" | "td" | "th" if self.too_deep == 0 => {
                let office = self.office;
                if let Some(table) = self.open.last_mut() {
                    let done = match name {
                        "tr" => table.open_row(office && hidden_here),
                        _ => table.open_cell(tag, hidden_here && !office),
                    };
                    self.keep(done);
                }
            }
            "col" => {
                if let Some(table) = self.open.last_mut() {
                    let narrow = attribute(tag, "width").is_some_and(|w| w.trim() == "0");
                    table.column(tag, looks.gone == Some(true) || looks.invisible == Some(true) || narrow);
                }
            }
            "br" | "p" | "div" | "li" => self.line_break(),
            "input" if unseen.is_none() => self.input(tag),
            "select" => self.choice = Some(Choice::default()),
            "option" => {
                if let Some(choice) = &mut self.choice {
                    choice.options.push((String::new(), attribute(tag, "selected").is_some()));
                }
            }
            _ => {}
        }
        if !VOID.contains(&name) && !tag.self_closing && self.elements.len() < MAX_OPEN {
            self.elements.push(Open { element, unseen, gone });
        }
    }

    fn open_table(&mut self, hidden: bool) {
        if self.open.len() >= MAX_TABLES {
            self.too_deep += 1;
            return;
        }
        self.open.push(Table::new(self.begun, hidden));
        self.begun += 1;
    }

    /// What a field of a form shows.
    fn input(&mut self, tag: &Tag) {
        let kind = attribute(tag, "type").unwrap_or("text").to_ascii_lowercase();
        match kind.as_str() {
            "hidden" | "submit" | "button" | "reset" | "image" | "file" | "password" => {}
            "checkbox" | "radio" => {
                let ticked = attribute(tag, "checked").is_some();
                self.write(if ticked { "☑" } else { "☐" });
            }
            _ => {
                let value = attribute(tag, "value").unwrap_or_default().to_string();
                self.write(&value);
            }
        }
    }

    /// Elements that this one closes without saying so.
    fn close_implied(&mut self, name: &str) {
        match name {
            "tr" => self.pop_to(&["tr", "td", "th"], &["table"]),
            "td" | "th" => self.pop_to(&["td", "th"], &["tr", "table"]),
            "tbody" | "thead" | "tfoot" => self.pop_to(&["tbody", "thead", "tfoot", "tr"], &["table"]),
            "p" => self.pop_to(&["p"], &["td", "th", "div", "table"]),
            "option" => self.pop_to(&["option"], &["select", "table"]),
            "li" => self.pop_to(&["li"], &["ul", "ol", "table"]),
            _ => {}
        }
    }

    /// Closes the outermost open element of these names, as far as none of the borders lies above it.
    fn pop_to(&mut self, names: &[&str], borders: &[&str]) {
        let mut cut = None;
        for (i, open) in self.elements.iter().enumerate().rev() {
            let name = open.element.name.as_str();
            if names.contains(&name) {
                cut = Some(i);
            } else if borders.contains(&name) {
                break;
            }
        }
        if let Some(i) = cut {
            self.elements.truncate(i);
        }
    }

    pub fn close(&mut self, name: &str) {
        if self.raw.as_deref() == Some(name) {
            self.raw = None;
            return;
        }
        match name {
            "table" if self.too_deep > 0 => self.too_deep -= 1,
            "table" => {
                if let Some(mut table) = self.open.pop() {
                    let done = table.close_cell();
                    self.keep(done);
                    self.done.push((table.order, table.grid.finish()));
                }
            }
            "td" | "th" | "tr" if self.too_deep == 0 => {
                if let Some(table) = self.open.last_mut() {
                    let done = table.close_cell();
                    self.keep(done);
                }
            }
            "p" | "div" | "li" => self.line_break(),
            "select" => {
                if let Some(choice) = self.choice.take() {
                    let chosen = choice.options.iter().find(|(_, chosen)| *chosen).or(choice.options.first());
                    let text = chosen.map(|(text, _)| text.trim().to_string()).unwrap_or_default();
                    self.write(&text);
                }
            }
            _ => {}
        }
        let borders: &[&str] = if name == "table" { &[] } else { &["table"] };
        let mut found = None;
        for (i, open) in self.elements.iter().enumerate().rev() {
            if open.element.name == name {
                found = Some(i);
                break;
            }
            if borders.contains(&open.element.name.as_str()) {
                break;
            }
        }
        if let Some(i) = found {
            self.elements.truncate(i);
        }
    }

    fn line_break(&mut self) {
        if let Some(cell) = self.open.last_mut().and_then(|t| t.cell.as_mut()) {
            cell.line_break();
        }
    }

    fn keep(&mut self, done: Result<(), ReadError>) {
        if let Err(error) = done {
            self.error.get_or_insert(error);
        }
    }
}
