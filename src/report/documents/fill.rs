//! Fills a Word template: `{{姓名}}` becomes a value, a table row with `{{#疑点}}` repeats, one document holds many pages.
//!
//! Works on the parts of the package themselves: only the document, its headers and footers are written anew, all else is
//! copied byte for byte, for the crates that model a document lose what they do not model. A placeholder may be split over
//! runs, as Word does after a spelling check; its value takes the looks of the run in which it begins.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::Event;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::error::{Error, ErrorKind, Result, nearest};

/// Placeholder → value.
pub type Values = BTreeMap<&'static str, String>;

/// What one page (a household, a unit) says.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub values: Values,
    /// Name of a list → its items; an item's values go before the page's.
    pub lists: BTreeMap<&'static str, Vec<Values>>,
}

/// A template with what may stand in it.
#[derive(Debug, Clone, Copy)]
pub struct Template<'a> {
    /// Its file name, for messages.
    pub name: &'a str,
    pub bytes: &'a [u8],
    /// Names of single values, and of the values of list items.
    pub fields: &'a [&'static str],
    /// Names of lists.
    pub lists: &'a [&'static str],
}

/// One document of all pages, in their order, each beginning on a new page. Without pages the document is empty but whole.
/// Headers and footers take the first page's values.
///
/// # Errors
/// The template is no Word document, or names a placeholder that does not exist; the near one is said.
pub fn fill(template: &Template<'_>, pages: &[Page]) -> Result<Vec<u8>> {
    let broken = |found: String| {
        Error::new(ErrorKind::Config, "文书模板打不开")
            .excerpt(template.name.to_string())
            .found(found)
            .remedy("用 Word 或 WPS 另存为 .docx（不是 .doc），不要设密码")
    };
    let mut archive = ZipArchive::new(Cursor::new(template.bytes)).map_err(|e| broken(e.to_string()))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let mut has_document = false;
    for at in 0..archive.len() {
        let mut part = archive.by_index_raw(at).map_err(|e| broken(e.to_string()))?;
        let name = part.name().map_err(|e| broken(e.to_string()))?.into_owned();
        if !is_filled(&name) {
            out.raw_copy_file(part).map_err(|e| broken(e.to_string()))?;
            continue;
        }
        drop(part);
        part = archive.by_index(at).map_err(|e| broken(e.to_string()))?;
        let mut text = String::new();
        part.read_to_string(&mut text).map_err(|e| broken(e.to_string()))?;
        let mut tree = parse(&text).map_err(|e| broken(format!("{name}：{e}")))?;
        if name == DOCUMENT {
            has_document = true;
            repeat(&mut tree, template, pages)?;
        } else if let Some(first) = pages.first() {
            Filler { template, page: first }.fill(&mut tree, None)?;
        }
        let mut bytes = String::with_capacity(text.len() * pages.len().max(1));
        write(&tree, &mut bytes);
        // The date of the entry is the format's first day: the same pages give the same bytes.
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        let written = out.start_file(name, options).and_then(|()| Ok(out.write_all(bytes.as_bytes())?));
        written.map_err(|e| broken(e.to_string()))?;
    }
    if !has_document {
        return Err(broken(format!("里面没有{DOCUMENT}")));
    }
    Ok(out.finish().map_err(|e| broken(e.to_string()))?.into_inner())
}

/// The main part. Word and WPS name it so.
const DOCUMENT: &str = "word/document.xml";

fn is_filled(part: &str) -> bool {
    let Some(name) = part.strip_prefix("word/").filter(|name| name.ends_with(".xml")) else { return false };
    name == "document.xml" || name.starts_with("header") || name.starts_with("footer")
}

/// A part as a tree of which everything that is not changed is kept as it was written.
#[derive(Debug, Clone)]
enum Node {
    Element(Element),
    Raw(String),
}

#[derive(Debug, Clone)]
struct Element {
    /// With its prefix, `w:p`.
    name: String,
    /// The start tag as written; of an empty element the whole of it.
    start: String,
    children: Vec<Node>,
    /// "" of an empty element.
    end: String,
}

fn parse(text: &str) -> std::result::Result<Vec<Node>, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut top: Vec<Node> = Vec::new();
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|e| e.to_string())?;
        let raw = &text[from..reader.buffer_position() as usize];
        let done = match event {
            Event::Eof => break,
            Event::Start(e) => {
                let name = e.name().as_ref().to_string();
                open.push(Element { name, start: raw.to_string(), children: Vec::new(), end: String::new() });
                continue;
            }
            Event::End(_) => {
                let mut element = open.pop().ok_or("多了一个结束标记")?;
                element.end = raw.to_string();
                Node::Element(element)
            }
            Event::Empty(e) => {
                let name = e.name().as_ref().to_string();
                Node::Element(Element { name, start: raw.to_string(), children: Vec::new(), end: String::new() })
            }
            _ => Node::Raw(raw.to_string()),
        };
        open.last_mut().map_or(&mut top, |element| &mut element.children).push(done);
    }
    if open.is_empty() { Ok(top) } else { Err("没有写完".to_string()) }
}

fn write(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Raw(raw) => out.push_str(raw),
            Node::Element(element) => {
                out.push_str(&element.start);
                write(&element.children, out);
                out.push_str(&element.end);
            }
        }
    }
}

impl Node {
    fn element(&self, name: &str) -> Option<&Element> {
        match self {
            Self::Element(e) if e.name == name => Some(e),
            _ => None,
        }
    }
}

/// The text of `w:t` elements, in their order.
fn text_of(nodes: &[Node], out: &mut String) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        if element.name == "w:t" { out.push_str(&own_text(element)) } else { text_of(&element.children, out) }
    }
}

fn own_text(element: &Element) -> String {
    let raw: String = element
        .children
        .iter()
        .map(|node| match node {
            Node::Raw(raw) => raw.as_str(),
            Node::Element(_) => "",
        })
        .collect();
    unescape(&raw).map_or(raw.clone(), std::borrow::Cow::into_owned)
}

/// The body once a page: what stands before its last section properties.
fn repeat(tree: &mut [Node], template: &Template<'_>, pages: &[Page]) -> Result<()> {
    let body = tree
        .iter_mut()
        .find_map(|node| match node {
            Node::Element(e) if e.name == "w:document" => Some(e),
            _ => None,
        })
        .and_then(|document| {
            document.children.iter_mut().find_map(|node| match node {
                Node::Element(e) if e.name == "w:body" => Some(e),
                _ => None,
            })
        });
    let Some(body) = body else {
        return Err(Error::new(ErrorKind::Config, "文书模板没有正文")
            .excerpt(template.name.to_string())
            .remedy("用 Word 或 WPS 另存为 .docx"));
    };
    let section = body.children.iter().rposition(|node| node.element("w:sectPr").is_some());
    let tail = body.children.split_off(section.unwrap_or(body.children.len()));
    let once = std::mem::take(&mut body.children);
    let mut ids = Ids::new(&once);
    for (at, page) in pages.iter().enumerate() {
        let mut copy = once.clone();
        Filler { template, page }.fill(&mut copy, None)?;
        if at > 0 {
            ids.renew(&mut copy, at + 1);
            begin_page(&mut copy);
        }
        body.children.append(&mut copy);
    }
    if pages.is_empty() {
        body.children.push(Node::Raw("<w:p/>".to_string()));
    }
    body.children.extend(tail);
    Ok(())
}

/// Lets a copy begin on a new page: its first paragraph says so; before a table a paragraph of its own does.
fn begin_page(copy: &mut Vec<Node>) {
    const BREAK: &str = "<w:pageBreakBefore/>";
    let first = copy.iter().position(|node| matches!(node, Node::Element(_)));
    if let Some(Node::Element(paragraph)) = first.map(|at| &mut copy[at])
        && paragraph.name == "w:p"
        && !paragraph.end.is_empty()
    {
        match paragraph.children.iter_mut().find_map(|n| match n {
            Node::Element(e) if e.name == "w:pPr" && !e.end.is_empty() => Some(e),
            _ => None,
        }) {
            Some(properties) => {
                // The schema wants it after the style and the two keeps.
                let before = |n: &&Node| match n {
                    Node::Element(e) => matches!(e.name.as_str(), "w:pStyle" | "w:keepNext" | "w:keepLines"),
                    Node::Raw(_) => true,
                };
                let at = properties.children.iter().take_while(before).count();
                if !properties.children.iter().any(|n| n.element("w:pageBreakBefore").is_some()) {
                    properties.children.insert(at, Node::Raw(BREAK.to_string()));
                }
            }
            None => paragraph.children.insert(0, Node::Raw(format!("<w:pPr>{BREAK}</w:pPr>"))),
        }
        return;
    }
    copy.insert(0, Node::Raw(r#"<w:p><w:r><w:br w:type="page"/></w:r></w:p>"#.to_string()));
}

/// Ids that no two elements may share: bookmarks, drawings, content controls.
struct Ids {
    next: u32,
}

impl Ids {
    fn new(nodes: &[Node]) -> Self {
        let mut highest = 0;
        each(nodes, &mut |element| {
            if let Some(id) = attribute(&element.start, "w:id").or_else(|| attribute(&element.start, "id")) {
                highest = highest.max(id.parse().unwrap_or(0));
            }
        });
        Self { next: highest.min(1_000_000_000) + 1 }
    }

    fn take(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// Makes them anew in a copy.
    fn renew(&mut self, copy: &mut [Node], number: usize) {
        let mut bookmarks: BTreeMap<String, u32> = BTreeMap::new();
        each_mut(copy, &mut |element| {
            // Paragraph ids are Word's own and may be left out.
            for name in ["w14:paraId", "w14:textId"] {
                remove_attribute(&mut element.start, name);
            }
            match element.name.as_str() {
                "w:bookmarkStart" | "w:bookmarkEnd" => {
                    let Some(old) = attribute(&element.start, "w:id") else { return };
                    let new = *bookmarks.entry(old).or_insert_with(|| {
                        self.next += 1;
                        self.next - 1
                    });
                    set_attribute(&mut element.start, "w:id", &new.to_string());
                    if let Some(name) = attribute(&element.start, "w:name") {
                        set_attribute(&mut element.start, "w:name", &format!("{name}_{number}"));
                    }
                }
                "wp:docPr" | "pic:cNvPr" => {
                    let new = self.take();
                    set_attribute(&mut element.start, "id", &new.to_string());
                }
                // Of a content control; a bare w:id elsewhere is not one.
                "w:id" => {
                    let new = self.take();
                    set_attribute(&mut element.start, "w:val", &new.to_string());
                }
                _ => {}
            }
        });
    }
}

fn each(nodes: &[Node], then: &mut dyn FnMut(&Element)) {
    for node in nodes {
        if let Node::Element(element) = node {
            then(element);
            each(&element.children, then);
        }
    }
}

fn each_mut(nodes: &mut [Node], then: &mut dyn FnMut(&mut Element)) {
    for node in nodes {
        if let Node::Element(element) = node {
            then(element);
            each_mut(&mut element.children, then);
        }
    }
}

/// Where the value of an attribute stands in a start tag.
fn place(start: &str, name: &str) -> Option<std::ops::Range<usize>> {
    for quote in ['"', '\''] {
        let key = format!(" {name}={quote}");
        if let Some(at) = start.find(&key) {
            let from = at + key.len();
            let to = from + start[from..].find(quote)?;
            return Some(from..to);
        }
    }
    None
}

fn attribute(start: &str, name: &str) -> Option<String> {
    place(start, name).map(|range| start[range].to_string())
}

fn set_attribute(start: &mut String, name: &str, value: &str) {
    if let Some(range) = place(start, name) {
        start.replace_range(range, value);
    }
}

fn remove_attribute(start: &mut String, name: &str) {
    if let Some(range) = place(start, name) {
        // Blank, name, equals sign, quotes.
        start.replace_range(range.start - name.len() - 3..range.end + 1, "");
    }
}

struct Filler<'a> {
    template: &'a Template<'a>,
    page: &'a Page,
}

impl Filler<'_> {
    /// Fills what stands in `nodes`; `item`: values of the list item that a row is of.
    fn fill(&self, nodes: &mut Vec<Node>, item: Option<&Values>) -> Result<()> {
        let mut at = 0;
        while at < nodes.len() {
            let Node::Element(element) = &mut nodes[at] else {
                at += 1;
                continue;
            };
            match element.name.as_str() {
                "w:p" => self.paragraph(element, item)?,
                "w:tr" if item.is_none() => {
                    if let Some(list) = self.list_of(element)? {
                        let rows = self.rows(element, list)?;
                        let count = rows.len();
                        nodes.splice(at..=at, rows);
                        at += count;
                        continue;
                    }
                    self.fill(&mut element.children, item)?;
                }
                _ => self.fill(&mut element.children, item)?,
            }
            at += 1;
        }
        Ok(())
    }

    /// The list that a row repeats over: `{{#疑点}}` in one of its paragraphs.
    fn list_of(&self, row: &Element) -> Result<Option<&'static str>> {
        let mut text = String::new();
        text_of(&row.children, &mut text);
        let Some(from) = text.find("{{#") else { return Ok(None) };
        let rest = &text[from + 3..];
        let name = rest.find("}}").map_or(rest, |to| &rest[..to]).trim();
        match self.template.lists.iter().find(|list| **list == name) {
            Some(list) => Ok(Some(list)),
            None => Err(self.unknown(&format!("#{name}"), self.template.lists)),
        }
    }

    fn rows(&self, row: &Element, list: &'static str) -> Result<Vec<Node>> {
        let items = self.page.lists.get(list).map_or(&[][..], Vec::as_slice);
        let blank = Values::new();
        // A table without rows is no table: one empty row stays to be written in.
        let items: Vec<&Values> = if items.is_empty() { vec![&blank] } else { items.iter().collect() };
        let one = |item: &Values| {
            let mut copy = row.clone();
            self.fill(&mut copy.children, Some(item))?;
            Ok(Node::Element(copy))
        };
        items.into_iter().map(one).collect()
    }

    /// Puts the values in place of the placeholders of one paragraph, and of text boxes in it.
    fn paragraph(&self, paragraph: &mut Element, item: Option<&Values>) -> Result<()> {
        let mut inner = Ok(());
        // A paragraph inside a paragraph stands in a text box.
        each_mut(&mut paragraph.children, &mut |element| {
            if element.name == "w:txbxContent" && inner.is_ok() {
                inner = self.fill(&mut element.children, item);
            }
        });
        inner?;
        let mut pieces: Vec<String> = Vec::new();
        collect_texts(&paragraph.children, &mut pieces);
        let whole: String = pieces.concat();
        if !whole.contains("{{") {
            return Ok(());
        }
        // Which piece a byte of the whole stands in.
        let mut starts = Vec::with_capacity(pieces.len());
        let mut sum = 0;
        for piece in &pieces {
            starts.push(sum);
            sum += piece.len();
        }
        let piece_at = |byte: usize| starts.partition_point(|&s| s <= byte) - 1;
        let mut new = vec![String::new(); pieces.len()];
        let mut done = 0;
        let keep = |from: usize, to: usize, new: &mut Vec<String>| {
            for (k, piece) in pieces.iter().enumerate() {
                let (a, b) = (from.max(starts[k]), to.min(starts[k] + piece.len()));
                if a < b {
                    new[k].push_str(&whole[a..b]);
                }
            }
        };
        while let Some(from) = whole[done..].find("{{").map(|at| done + at) {
            keep(done, from, &mut new);
            let Some(to) = whole[from..].find("}}").map(|at| from + at) else {
                return Err(Error::new(ErrorKind::Config, "文书模板的占位符没有写完")
                    .excerpt(format!("{}：{}", self.template.name, whole[from..].chars().take(20).collect::<String>()))
                    .remedy("写成 {{姓名}}，左右各两个花括号，不分段"));
            };
            let name = whole[from + 2..to].trim();
            if !name.starts_with('#') {
                new[piece_at(from)].push_str(&self.value(name, item)?);
            }
            done = to + 2;
        }
        keep(done, whole.len(), &mut new);
        let mut at = 0;
        replace_texts(&mut paragraph.children, &pieces, &new, &mut at);
        Ok(())
    }

    fn value(&self, name: &str, item: Option<&Values>) -> Result<String> {
        if !self.template.fields.contains(&name) {
            return Err(self.unknown(name, self.template.fields));
        }
        let value = item.and_then(|item| item.get(name)).or_else(|| self.page.values.get(name));
        Ok(value.cloned().unwrap_or_default())
    }

    fn unknown(&self, name: &str, known: &[&'static str]) -> Error {
        let error = Error::new(ErrorKind::Config, format!("文书模板里的占位符“{{{{{name}}}}}”不认识"))
            .excerpt(self.template.name.to_string());
        let bare = name.trim_start_matches('#');
        let error = match nearest(bare, known.iter().copied()) {
            Some(near) => error.remedy(format!("是不是“{near}”？")),
            None => error,
        };
        error.remedy("hecha forms --fields 种类 列出能用的占位符")
    }
}

/// Texts of the paragraph's own `w:t` elements; text boxes have been filled by themselves.
fn collect_texts(nodes: &[Node], out: &mut Vec<String>) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        match element.name.as_str() {
            "w:t" => out.push(own_text(element)),
            "w:txbxContent" => {}
            _ => collect_texts(&element.children, out),
        }
    }
}

fn replace_texts(nodes: &mut [Node], old: &[String], new: &[String], at: &mut usize) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        match element.name.as_str() {
            "w:t" => {
                if old[*at] != new[*at] {
                    set_text(element, &new[*at]);
                }
                *at += 1;
            }
            "w:txbxContent" => {}
            _ => replace_texts(&mut element.children, old, new, at),
        }
    }
}

/// A line feed becomes a break; what XML cannot hold becomes a blank.
fn set_text(element: &mut Element, text: &str) {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() && c != '\n' || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c })
        .collect();
    let lines: Vec<String> = clean.split('\n').map(|line| escape(line).into_owned()).collect();
    let mut inner = lines[0].clone();
    for line in &lines[1..] {
        inner.push_str(r#"</w:t><w:br/><w:t xml:space="preserve">"#);
        inner.push_str(line);
    }
    element.start = r#"<w:t xml:space="preserve">"#.to_string();
    element.children = vec![Node::Raw(inner)];
    element.end = "</w:t>".to_string();
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 4] = ["姓名", "档案号", "说明", "序号"];

    fn docx(body: &str, extra: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let document = format!(
            "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}<w:sectPr><w:pgSz w:w=\"1\"/></w:sectPr></w:body></w:document>"
        );
        for (name, text) in [(DOCUMENT, document.as_str())].iter().chain(extra) {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn page(name: &str) -> Page {
        Page { values: Values::from([("姓名", name.to_string())]), ..Page::default() }
    }

    fn filled(body: &str, pages: &[Page]) -> Result<String> {
        let bytes = docx(body, &[]);
        let template = Template { name: "试.docx", bytes: &bytes, fields: &FIELDS, lists: &["疑点"] };
        fill(&template, pages).map(|bytes| part(&bytes, DOCUMENT))
    }

    #[test]
    fn a_placeholder_split_over_runs_takes_the_looks_of_its_first() {
        let body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>同志{</w:t></w:r><w:r><w:t>{姓</w:t></w:r><w:r><w:t>名}</w:t></w:r><w:r><w:t>}：您好</w:t></w:r></w:p>";
        let text = filled(body, &[page("张<三>")]).unwrap();
        assert!(text.contains("<w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">同志张&lt;三&gt;</w:t>"), "{text}");
        assert!(text.contains("：您好</w:t>") && !text.contains('{') && !text.contains('}'), "{text}");
    }

    #[test]
    fn rows_repeat_over_a_list_and_one_stays_without_any() {
        let body = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{#疑点}}{{序号}}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{{姓名}}{{说明}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
        let item = |n: &str| Values::from([("序号", n.to_string()), ("说明", "甲\n乙".to_string())]);
        let mut own = page("张三");
        own.lists.insert("疑点", vec![item("1"), item("2")]);
        let text = filled(body, &[own]).unwrap();
        assert_eq!(text.matches("<w:tr>").count(), 2);
        assert!(text.contains(">1</w:t>") && text.contains(">2</w:t>"));
        assert_eq!(text.matches("张三甲</w:t><w:br/><w:t xml:space=\"preserve\">乙</w:t>").count(), 2, "{text}");
        let text = filled(body, &[page("张三")]).unwrap();
        assert_eq!(text.matches("<w:tr>").count(), 1);
        assert!(!text.contains("{{"));
    }

    #[test]
    fn every_page_begins_anew_with_ids_of_its_own() {
        let body = "<w:p w14:paraId=\"0A\"><w:pPr><w:pStyle w:val=\"1\"/><w:jc w:val=\"center\"/></w:pPr><w:bookmarkStart w:id=\"3\" w:name=\"甲\"/><w:r><w:t>{{姓名}}</w:t></w:r><w:bookmarkEnd w:id=\"3\"/></w:p>";
        let text = filled(body, &[page("张三"), page("李四"), page("王五")]).unwrap();
        for name in ["张三", "李四", "王五"] {
            assert_eq!(text.matches(name).count(), 1);
        }
        assert_eq!(text.matches("<w:pStyle w:val=\"1\"/><w:pageBreakBefore/><w:jc").count(), 2, "{text}");
        assert_eq!(text.matches("<w:sectPr>").count(), 1);
        assert!(text.trim_end().ends_with("</w:sectPr></w:body></w:document>"));
        for mark in [
            "w:id=\"3\" w:name=\"甲\"",
            "w:id=\"4\" w:name=\"甲_2\"",
            "w:id=\"5\" w:name=\"甲_3\"",
            "<w:bookmarkEnd w:id=\"5\"/>",
        ] {
            assert!(text.contains(mark), "{mark} in {text}");
        }
        assert_eq!(text.matches("paraId").count(), 1, "Word makes those of the copies itself");
    }

    #[test]
    fn an_unknown_placeholder_names_the_near_one() {
        let error = filled("<w:p><w:r><w:t>{{性名}}</w:t></w:r></w:p>", &[page("张三")]).unwrap_err().to_string();
        assert!(error.contains("性名") && error.contains("姓名"), "{error}");
        let error = filled("<w:tbl><w:tr><w:p><w:r><w:t>{{#疑问}}</w:t></w:r></w:p></w:tr></w:tbl>", &[page("张三")]);
        assert!(error.unwrap_err().to_string().contains("疑点"));
        assert!(filled("<w:p><w:r><w:t>{{姓名</w:t></w:r></w:p>", &[page("张三")]).is_err());
        let template = Template { name: "试.docx", bytes: b"no zip", fields: &FIELDS, lists: &[] };
        assert!(fill(&template, &[]).is_err());
    }

    #[test]
    fn other_parts_are_copied_and_headers_filled() {
        let header = "<w:hdr><w:p><w:r><w:t>{{档案号}}</w:t></w:r></w:p></w:hdr>";
        let styles = "<w:styles>{{性名}} stays</w:styles>";
        let bytes = docx(
            "<w:p><w:r><w:t>{{姓名}}</w:t></w:r></w:p>",
            &[("word/header1.xml", header), ("word/styles.xml", styles)],
        );
        let template = Template { name: "试.docx", bytes: &bytes, fields: &FIELDS, lists: &[] };
        let mut own = page("张三");
        own.values.insert("档案号", "KN1".to_string());
        let out = fill(&template, &[own.clone()]).unwrap();
        assert!(part(&out, "word/header1.xml").contains("KN1"));
        assert_eq!(part(&out, "word/styles.xml"), styles);
        assert_eq!(out, fill(&template, &[own]).unwrap(), "the same pages give the same bytes");
    }
}
