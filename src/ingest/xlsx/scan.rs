//! The rows of a worksheet in the shape in which Excel, WPS and the usual libraries write them, scanned
//! directly: several times faster than a general XML reader. Anything unusual makes the scan give up, and the
//! sheet is read by the general reader instead, so nothing depends on what is understood here.

use super::worksheet::{CellTag, RowTag};
use memchr::memmem;
use quick_xml::escape::unescape;
use std::borrow::Cow;

/// The part around the rows of a sheet, and the rows: what stands between `<sheetData>` and its end.
pub(super) fn split(text: &str) -> Option<(String, &str)> {
    const OPEN: &str = "<sheetData>";
    const CLOSE: &str = "</sheetData>";
    let start = memmem::find(text.as_bytes(), OPEN.as_bytes())?;
    let end = memmem::rfind(text.as_bytes(), CLOSE.as_bytes())?;
    let rows = text.get(start + OPEN.len()..end)?;
    let (head, tail) = (&text[..start], &text[end + CLOSE.len()..]);
    // Inside a comment the words may stand for nothing.
    let plain = !head.contains("<!") && !tail.contains("<!");
    plain.then(|| ([head, "<sheetData/>", tail].concat(), rows))
}

/// What the scan comes upon.
pub(super) enum Item<'a> {
    /// A row begins; an empty one has no end.
    Row {
        tag: RowTag,
        empty: bool,
    },
    RowEnd,
    Cell {
        tag: CellTag,
        content: Content<'a>,
        /// The cell has a formula; its text is empty where another cell spells it.
        formula: Option<Cow<'a, str>>,
    },
    /// All rows are read.
    End,
}

pub(super) enum Content<'a> {
    /// No value is spelt.
    Empty,
    /// A value is spelt and is empty.
    Blank,
    Value(Cow<'a, str>),
    Inline(Cow<'a, str>),
}

pub(super) struct Scan<'a> {
    rest: &'a str,
    in_row: bool,
}

impl<'a> Scan<'a> {
    pub fn new(rows: &'a str) -> Self {
        Self { rest: rows, in_row: false }
    }

    /// The next item, `None` where the rows are not in the usual shape.
    pub fn next(&mut self) -> Option<Item<'a>> {
        self.rest = self.rest.trim_ascii_start();
        if self.in_row {
            if self.accept("</row>") {
                self.in_row = false;
                return Some(Item::RowEnd);
            }
            let mut tag = CellTag::default();
            let empty = self.tag("<c", |name, value| tag.attribute(name, value))?;
            let (content, formula) = if empty { (Content::Empty, None) } else { self.content()? };
            return Some(Item::Cell { tag, content, formula });
        }
        if self.rest.is_empty() {
            return Some(Item::End);
        }
        let mut tag = RowTag::default();
        let empty = self.tag("<row", |name, value| tag.attribute(name, value))?;
        self.in_row = !empty;
        Some(Item::Row { tag, empty })
    }

    fn content(&mut self) -> Option<(Content<'a>, Option<Cow<'a, str>>)> {
        let (mut content, mut formula) = (Content::Empty, None);
        loop {
            if self.accept("<v/>") || self.accept("<v></v>") {
                content = Content::Blank;
            } else if self.accept("<v>") {
                content = Content::Value(self.text()?);
                self.accept("</v>").then_some(())?;
            } else if self.accept("</c>") {
                return Some((content, formula));
            } else if self.accept("<is><t>") {
                content = Content::Inline(match self.text()? {
                    Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
                    Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
                });
                self.accept("</t></is>").then_some(())?;
            } else if self.accept("<is><t xml:space=\"preserve\">") {
                content = Content::Inline(self.text()?);
                self.accept("</t></is>").then_some(())?;
            } else {
                let empty = self.tag("<f", |_, _| ())?;
                formula = Some(Cow::Borrowed(""));
                if !empty {
                    formula = Some(self.text()?);
                    self.accept("</f>").then_some(())?;
                }
            }
        }
    }

    fn accept(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The text up to the next tag. (`\r` would have to be normalised.)
    fn text(&mut self) -> Option<Cow<'a, str>> {
        let end = memchr::memchr(b'<', self.rest.as_bytes())?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        match memchr::memchr2(b'&', b'\r', text.as_bytes()) {
            None => Some(Cow::Borrowed(text)),
            Some(_) if text.contains('\r') => None,
            Some(_) => unescape(text).ok(),
        }
    }

    /// A tag that begins with `open`; gives its attributes and tells whether it is empty.
    fn tag(&mut self, open: &str, mut attribute: impl FnMut(&str, &str)) -> Option<bool> {
        let mut rest = self.rest.strip_prefix(open)?;
        loop {
            if let Some(after) = rest.strip_prefix('>') {
                self.rest = after;
                return Some(false);
            }
            if let Some(after) = rest.strip_prefix("/>") {
                self.rest = after;
                return Some(true);
            }
            // A blank before each attribute also ends the name of the tag.
            let blank = rest.len();
            rest = rest.trim_ascii_start();
            if rest.len() == blank {
                return None;
            }
            if rest.starts_with(['>', '/']) {
                continue;
            }
            let equals = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-')))?;
            let (name, after) = rest.split_at(equals);
            let value = after.strip_prefix("=\"")?;
            let quote = memchr::memchr(b'"', value.as_bytes())?;
            attribute(name, &value[..quote]);
            rest = &value[quote + 1..];
        }
    }
}
