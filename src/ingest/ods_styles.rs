//! Styles of OpenDocument, as far as they change what cells say (OpenDocument 1.3 part 3, §16).
//!
//! A number style is a list of elements; it is spelt here as a format code, so that one renderer shows all formats.

use super::ReadError;
use super::style::{self, CellStyle};
use super::xml::{self, Xml};
use quick_xml::events::{BytesStart, Event};
use std::collections::{HashMap, HashSet};

/// Styles by name, of the styles part and the content part together.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// Tables that are not displayed.
    hidden: HashSet<String>,
    cells: HashMap<String, Cell>,
    /// Styles of paragraphs and spans that strike their text through, or say that they do not.
    struck: HashMap<String, bool>,
    /// Format codes of number styles.
    codes: HashMap<String, String>,
    open: Open,
}

/// A style of cells before its parents are looked at.
#[derive(Debug, Default, Clone)]
struct Cell {
    parent: Option<String>,
    data: Option<String>,
    struck: Option<bool>,
}

/// The style that is being read.
#[derive(Debug, Default)]
struct Open {
    name: String,
    family: String,
}

impl Styles {
    /// Takes in an element of a style; `reader` stands behind its start tag.
    ///
    /// # Errors
    /// Damaged XML.
    pub fn take(&mut self, e: &BytesStart, opened: bool, reader: &mut Xml) -> Result<(), ReadError> {
        match xml::name(e) {
            "style" => {
                let text = |name| xml::attr(e, name).unwrap_or_default().into_owned();
                self.open = Open { name: text("name"), family: text("family") };
                if self.open.family == "table-cell" {
                    let named = |name| xml::attr(e, name).map(|v| v.into_owned());
                    let cell =
                        Cell { parent: named("parent-style-name"), data: named("data-style-name"), struck: None };
                    self.cells.insert(self.open.name.clone(), cell);
                }
            }
            "table-properties" if xml::attr(e, "display").is_some_and(|v| v == "false") => {
                self.hidden.insert(self.open.name.clone());
            }
            "text-properties" => {
                let line = xml::attr(e, "text-line-through-style").or_else(|| xml::attr(e, "text-line-through-type"));
                let Some(struck) = line.map(|l| l != "none") else { return Ok(()) };
                if self.open.family == "table-cell" {
                    self.cells.entry(self.open.name.clone()).or_default().struck = Some(struck);
                } else {
                    self.struck.insert(self.open.name.clone(), struck);
                }
            }
            "number-style" | "currency-style" | "percentage-style" | "text-style" if opened => {
                let name = xml::attr(e, "name").unwrap_or_default().into_owned();
                let code = self.number_style(reader)?;
                self.codes.insert(name, code);
            }
            _ => {}
        }
        Ok(())
    }

    /// The number style just opened, as a format code.
    fn number_style(&self, reader: &mut Xml) -> Result<String, ReadError> {
        let inside = reader.depth();
        let (mut code, mut conditions) = (String::new(), String::new());
        while reader.depth() >= inside {
            let event = reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            let opened = matches!(event, Event::Start(_));
            match xml::name(e) {
                "text" | "currency-symbol" => {
                    let mut text = String::new();
                    if opened {
                        reader.text_into(&mut text)?;
                    }
                    code.push_str(&quoted(&text));
                }
                "number" => {
                    let embedded = if opened { embedded(reader)? } else { Vec::new() };
                    code.push_str(&digits(e, &embedded));
                }
                "text-content" => code.push('@'),
                "map" => {
                    let condition = xml::attr(e, "condition").unwrap_or_default().replace("value()", "");
                    let applied = xml::attr(e, "apply-style-name").and_then(|name| self.codes.get(&*name));
                    if let Some(applied) = applied {
                        conditions.push_str(&format!("[{}]{applied};", condition.replace("!=", "<>")));
                    }
                }
                _ => {}
            }
        }
        Ok(conditions + &code)
    }

    pub fn hides(&self, table_style: Option<&str>) -> bool {
        table_style.is_some_and(|name| self.hidden.contains(name))
    }

    /// What a style of cells comes to, with its parents.
    pub fn cell(&self, name: &str) -> CellStyle {
        let (mut data, mut struck) = (None, None);
        let mut next = Some(name.to_owned());
        // Parents of parents; a ring of them ends.
        for _ in 0..8 {
            let Some(cell) = next.and_then(|name| self.cells.get(&name)) else { break };
            data = data.or(cell.data.as_ref());
            struck = struck.or(cell.struck);
            next = cell.parent.clone();
        }
        let code = data.and_then(|name| self.codes.get(name));
        // Whether a cell is a date its value type says.
        let shown = code.map(|code| style::of_code(code)).unwrap_or_default();
        CellStyle { struck: struck.unwrap_or(false), date: false, ..shown }
    }

    /// Whether a style of a paragraph or span strikes through; `None` where it looks like what is around it.
    pub fn strikes(&self, name: Option<&str>) -> Option<bool> {
        self.struck.get(name?).copied()
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\"{}\"", text.replace('"', "")) }
}

/// Texts inside a number and how many digits stand behind each, from the largest on.
fn embedded(reader: &mut Xml) -> Result<Vec<(usize, String)>, ReadError> {
    let inside = reader.depth();
    let mut out = Vec::new();
    while reader.depth() >= inside {
        let event = reader.next()?;
        if let Event::Start(e) = &event
            && xml::name(e) == "embedded-text"
        {
            let position = xml::attr_number(e, "position").unwrap_or(0);
            let mut text = String::new();
            reader.text_into(&mut text)?;
            out.push((position, text));
        }
    }
    out.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
    Ok(out)
}

/// Most digits that a style asks for: more are nobody's.
const MOST_DIGITS: usize = 40;

fn digits(e: &BytesStart, embedded: &[(usize, String)]) -> String {
    let count = |name| xml::attr_number::<usize>(e, name).unwrap_or(0).min(MOST_DIGITS);
    let (zeros, places) = (count("min-integer-digits"), count("decimal-places"));
    let longest = embedded.first().map_or(0, |(position, _)| position + 1).min(MOST_DIGITS);
    let mut code = String::new();
    for left in (0..zeros.max(longest).max(1)).rev() {
        code.push(if left < zeros { '0' } else { '#' });
        for (_, text) in embedded.iter().filter(|(position, _)| *position == left && left > 0) {
            code.push_str(&quoted(text));
        }
    }
    if xml::attr_flag(e, "grouping") {
        code.insert_str(0, "#,##");
    }
    if places > 0 {
        code.push('.');
        code.push_str(&"0".repeat(places));
    }
    code
}
