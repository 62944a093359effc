//! Word documents (`.docx`): every table a sheet, with the paragraphs around it as rows of one cell.
//!
//! Source: ECMA-376 part 1, §17.4 (tables), §17.3 (paragraphs). A form that was filled in in Word names its unit
//! and date in the lines above the table; they become rows above it.

use super::grid::Grid;
use super::xml::{self, Xml, push_text};
use super::zip_parts::{Budget, Parts, relations};
use super::{CellKind, RawSheet, ReadError, Unseen};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// Reads the tables of the main document part.
///
/// # Errors
/// Damaged, or a document without a table.
pub(super) fn read(mut parts: Parts, part: &str, budget: &Budget) -> Result<Vec<RawSheet>, ReadError> {
    let bytes = parts.require(part, budget)?;
    let related = relations(&mut parts, part, budget)?;
    let styles = match related.iter().find(|r| r.kind == "styles") {
        Some(r) => parts.read(&r.target, budget)?,
        None => None,
    };
    let styles = styles.map_or_else(|| Ok(HashMap::new()), |bytes| styles_of(&xml::decode(&bytes)?))?;
    tables(&xml::decode(&bytes)?, styles)
}

/// What a document of this program is that is no source: the keyword of its template says so, which programs keep when they
/// save it anew. A 入户调查表 is one, when it is filled in.
///
/// # Errors
/// Damaged.
pub(super) fn own_paper(parts: &mut Parts, budget: &Budget) -> Result<Option<&'static str>, ReadError> {
    const MARK: &str = "hecha.form/";
    let Some(bytes) = parts.read("docProps/core.xml", budget)? else { return Ok(None) };
    let text = xml::decode(&bytes)?;
    let kind = text.find(MARK).map(|at| &text[at + MARK.len()..]);
    Ok(kind.filter(|kind| !kind.starts_with("survey")).map(|_| "这是hecha打印的文书，不作来源"))
}

/// What a run, or the style it has, says of its looks.
#[derive(Debug, Clone, Copy, Default)]
struct Looks {
    struck: Option<bool>,
    hidden: Option<bool>,
}

impl Looks {
    /// Takes in an element of run properties (§17.3.2).
    fn take(&mut self, e: &BytesStart) {
        let set = || xml::attr(e, "val").is_none_or(|v| !matches!(&*v, "0" | "false" | "off" | "none"));
        match xml::name(e) {
            "strike" | "dstrike" => {
                self.struck = Some(set() || (xml::name(e) == "dstrike" && self.struck == Some(true)))
            }
            "vanish" => self.hidden = Some(set()),
            _ => {}
        }
    }

    fn over(self, below: Self) -> Self {
        Self { struck: self.struck.or(below.struck), hidden: self.hidden.or(below.hidden) }
    }

    fn unseen(self) -> Option<Unseen> {
        match (self.hidden, self.struck) {
            (Some(true), _) => Some(Unseen::Hidden),
            (_, Some(true)) => Some(Unseen::Struck),
            _ => None,
        }
    }
}

/// What the styles say, by id; each on top of the one it is based on.
fn styles_of(text: &str) -> Result<HashMap<String, Looks>, ReadError> {
    let mut reader = Xml::new(text);
    let mut styles: HashMap<String, Looks> = HashMap::new();
    let mut open = String::new();
    loop {
        match reader.next()? {
            Event::Eof => return Ok(styles),
            Event::Start(e) | Event::Empty(e) => match xml::name(&e) {
                "style" => open = xml::attr(&e, "styleId").unwrap_or_default().into_owned(),
                "basedOn" => {
                    // A style stands behind the one it is based on, as a rule.
                    let base = xml::attr(&e, "val").and_then(|id| styles.get(&*id).copied()).unwrap_or_default();
                    styles.entry(open.clone()).or_default().struck = base.struck;
                    styles.entry(open.clone()).or_default().hidden = base.hidden;
                }
                "strike" | "dstrike" | "vanish" if !open.is_empty() => styles.entry(open.clone()).or_default().take(&e),
                _ => {}
            },
            _ => {}
        }
    }
}

/// The text of a paragraph or cell, and what of it is not said.
#[derive(Debug, Default)]
struct Said {
    text: String,
    struck: String,
    hidden: String,
}

impl Said {
    fn side(&mut self, unseen: Option<Unseen>) -> &mut String {
        match unseen {
            None => &mut self.text,
            Some(Unseen::Struck) => &mut self.struck,
            Some(Unseen::Hidden) => &mut self.hidden,
        }
    }

    /// Appends a line.
    fn line(&mut self, line: &Self) {
        let pairs = [(&mut self.text, &line.text), (&mut self.struck, &line.struck), (&mut self.hidden, &line.hidden)];
        for (out, more) in pairs {
            if !out.is_empty() && !more.is_empty() {
                out.push('\n');
            }
            out.push_str(more);
        }
    }

    fn write(&self, col: u32, grid: &mut Grid) -> Result<(), ReadError> {
        let text = self.text.trim();
        grid.leave_out(col, Unseen::Hidden, text.is_empty(), self.hidden.trim())?;
        grid.put_cut(col, text, self.struck.trim())
    }
}

fn tables(text: &str, styles: HashMap<String, Looks>) -> Result<Vec<RawSheet>, ReadError> {
    let mut document = Document { reader: Xml::new(text), sheets: Vec::new(), styles };
    let mut before: Vec<String> = Vec::new();
    loop {
        match document.reader.next()? {
            Event::Start(e) => match xml::name(&e) {
                "tbl" => {
                    let lines = std::mem::take(&mut before);
                    document.table(lines)?;
                }
                "p" => {
                    let line = document.paragraph()?.text;
                    before.extend((!line.trim().is_empty()).then_some(line));
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if document.sheets.is_empty() {
        return Err(ReadError::new("Word 文档里没有表格", "请把内容填进表格后另存为 .xlsx"));
    }
    // Lines behind the last table (signature, date) stand below it.
    document.sheets.sort_by_key(|s| s.order);
    let last = document.sheets.len() - 1;
    let mut sheets = Vec::new();
    for (i, mut sheet) in document.sheets.into_iter().enumerate() {
        if i == last {
            for line in std::mem::take(&mut before) {
                sheet.line(&line)?;
            }
        }
        sheets.push(sheet.grid.finish());
    }
    if sheets.len() > 1 {
        for (i, sheet) in sheets.iter_mut().enumerate() {
            sheet.name = format!("表{}", i + 1);
        }
    }
    Ok(sheets)
}

struct Document<'a> {
    reader: Xml<'a>,
    sheets: Vec<Sheet>,
    styles: HashMap<String, Looks>,
}

struct Sheet {
    order: usize,
    grid: Grid,
    row: u32,
    /// By column, the row in which a downward merge began and the last it covers.
    down: Vec<Option<(u32, u32, u32)>>,
}

impl Sheet {
    fn line(&mut self, text: &str) -> Result<(), ReadError> {
        self.row += 1;
        self.grid.row(self.row, false)?;
        self.grid.put(0, CellKind::Text, text.trim())
    }

    /// Ends the downward merge at a column.
    fn end_down(&mut self, col: u32) {
        if let Some((first, last, width)) = self.down.get_mut(col as usize).and_then(Option::take)
            && last > first
        {
            self.grid.merge((first, last), (col, col + width - 1));
        }
    }
}

/// What stands in the properties of a cell.
struct Shape {
    width: u32,
    /// `Some(true)` begins a downward merge, `Some(false)` goes on with one.
    down: Option<bool>,
}

impl Document<'_> {
    /// The table just opened. Tables inside its cells become sheets of their own.
    fn table(&mut self, before: Vec<String>) -> Result<(), ReadError> {
        let order = self.sheets.len();
        // Its place is taken now, so that inner tables come after it.
        let mut sheet = Sheet { order, grid: Grid::new(""), row: 0, down: Vec::new() };
        self.sheets.push(Sheet { order: usize::MAX, grid: Grid::new(""), row: 0, down: Vec::new() });
        for line in before {
            sheet.line(&line)?;
        }
        let inside = self.reader.depth();
        let mut col = 0u32;
        // A row that a tracked change takes out (§17.13.5.12); its mark stands in the row's properties.
        let (mut in_row_properties, mut row_deleted) = (false, false);
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            if let Event::End(e) = &event
                && xml::local(e.name().0) == "trPr"
            {
                in_row_properties = false;
            }
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            match xml::name(e) {
                "trPr" => in_row_properties = matches!(event, Event::Start(_)),
                "del" if in_row_properties => row_deleted = true,
                "tr" => {
                    row_deleted = false;
                    sheet.row += 1;
                    sheet.grid.row(sheet.row, false)?;
                    col = 0;
                }
                "gridBefore" => col = number(e).min(1024),
                "tc" if matches!(event, Event::Start(_)) => {
                    let (shape, said) = self.cell(row_deleted)?;
                    sheet.grid.row(sheet.row.max(1), false)?;
                    match shape.down {
                        Some(false) => {
                            if let Some(Some((_, last, _))) = sheet.down.get_mut(col as usize) {
                                *last = sheet.row;
                            }
                        }
                        begins => {
                            sheet.end_down(col);
                            if begins == Some(true) && col < 1024 {
                                sheet.down.resize(sheet.down.len().max(col as usize + 1), None);
                                sheet.down[col as usize] = Some((sheet.row, sheet.row, shape.width));
                            } else {
                                sheet.grid.merge((sheet.row, sheet.row), (col, col + shape.width - 1));
                            }
                        }
                    }
                    said.write(col, &mut sheet.grid)?;
                    col = col.saturating_add(shape.width).min(1 << 20);
                }
                _ => {}
            }
        }
        for col in 0..sheet.down.len() {
            // A merge that covers one row only may still be wide.
            if let Some((first, last, width)) = sheet.down[col]
                && first == last
            {
                sheet.grid.merge((first, last), (col as u32, col as u32 + width - 1));
            }
            sheet.end_down(col as u32);
        }
        self.sheets[order] = sheet;
        Ok(())
    }

    /// The cell just opened: its shape and its paragraphs.
    fn cell(&mut self, deleted: bool) -> Result<(Shape, Said), ReadError> {
        let inside = self.reader.depth();
        let mut shape = Shape { width: 1, down: None };
        let mut said = Said::default();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            let opened = matches!(event, Event::Start(_));
            match xml::name(e) {
                "gridSpan" => shape.width = number(e).clamp(1, 1024),
                "vMerge" => shape.down = Some(xml::attr(e, "val").is_some_and(|v| v == "restart")),
                "p" if opened => {
                    let line = self.paragraph()?;
                    said.line(&line);
                }
                "tbl" if opened => self.table(Vec::new())?,
                _ => {}
            }
        }
        if deleted {
            said.struck = std::mem::take(&mut said.text) + &said.struck;
        }
        Ok((shape, said))
    }

    /// The paragraph just opened. What a tracked change deleted or moved away counts as struck through; field codes
    /// are not read.
    fn paragraph(&mut self) -> Result<Said, ReadError> {
        let inside = self.reader.depth();
        let mut said = Said::default();
        let (mut paragraph, mut run, mut text) = (Looks::default(), Looks::default(), false);
        // The depth of the tracked change that takes its content out.
        let mut taken_out: Option<usize> = None;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let depth = self.reader.depth();
            if taken_out.is_some_and(|at| depth < at) {
                taken_out = None;
            }
            let deleted = taken_out.map(|_| Unseen::Struck);
            let side = deleted.or(run.over(paragraph).unseen());
            match &event {
                Event::Start(e) | Event::Empty(e) => {
                    let opened = matches!(event, Event::Start(_));
                    match xml::name(e) {
                        "del" | "moveFrom" if opened => {
                            taken_out.get_or_insert(depth);
                        }
                        "r" => run = Looks::default(),
                        "rStyle" => {
                            let style = xml::attr(e, "val").and_then(|id| self.styles.get(&*id).copied());
                            run = run.over(style.unwrap_or_default());
                        }
                        "strike" | "dstrike" | "vanish" => run.take(e),
                        "t" | "delText" => text = opened,
                        "tab" if depth > inside + 1 || !opened => said.side(side).push(' '),
                        "br" | "cr" => said.side(side).push('\n'),
                        "sym" => said.side(side).extend(symbol(e)),
                        "pPr" if opened => paragraph = self.paragraph_looks()?,
                        // The same text once more for old programs; text boxes have paragraphs of their own.
                        "Fallback" | "rt" if opened => self.reader.skip()?,
                        _ => {}
                    }
                }
                Event::End(e) if matches!(xml::local(e.name().0), "t" | "delText") => text = false,
                _ if text => push_text(&event, said.side(side)),
                _ => {}
            }
        }
        Ok(said)
    }

    /// The properties of the paragraph just opened, up to their end: what its style says of its runs. (`rPr` in them
    /// speaks of the paragraph mark alone.)
    fn paragraph_looks(&mut self) -> Result<Looks, ReadError> {
        let outside = self.reader.depth() - 1;
        let mut looks = Looks::default();
        while self.reader.depth() > outside {
            if let Event::Start(e) | Event::Empty(e) = self.reader.next()?
                && xml::name(&e) == "pStyle"
            {
                looks = xml::attr(&e, "val").and_then(|id| self.styles.get(&*id).copied()).unwrap_or_default();
            }
        }
        Ok(looks)
    }
}

fn number(e: &BytesStart) -> u32 {
    xml::attr_number(e, "val").unwrap_or(0)
}

/// The ticks and boxes that forms take from Wingdings; other symbols stay a replacement character.
fn symbol(e: &BytesStart) -> Option<char> {
    let font = xml::attr(e, "font").unwrap_or_default();
    let code = u32::from_str_radix(&xml::attr(e, "char")?, 16).ok()? & 0xFF;
    Some(match (font.as_ref(), code) {
        ("Wingdings", 0xFE) | ("Wingdings 2", 0x52) => '☑',
        ("Wingdings", 0xFD) | ("Wingdings 2", 0x53 | 0x54) => '☒',
        ("Wingdings", 0xFC) | ("Wingdings 2", 0x50) => '√',
        ("Wingdings", 0xFB) | ("Wingdings 2", 0x4F) => '×',
        ("Wingdings", 0xA8 | 0x6F) | ("Wingdings 2", 0xA3) => '□',
        _ => char::REPLACEMENT_CHARACTER,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Merge;

    #[test]
    fn a_form() {
        let cell = |shape: &str, text: &str| {
            format!("<w:tc><w:tcPr>{shape}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
        };
        let restart = r#"<w:vMerge w:val="restart"/>"#;
        let rows = [
            cell("", "姓名") + &cell("", "张三") + &cell(restart, "照片"),
            cell(r#"<w:gridSpan w:val="2"/>"#, "住址") + &cell("<w:vMerge/>", ""),
            cell("", "子女")
                + "<w:tc><w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>内</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:tc>",
        ]
        .map(|cells| format!("<w:tr>{cells}</w:tr>"))
        .concat();
        let xml = format!(
            r#"<w:document><w:body><w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>入户</w:t></w:r><w:r><w:t xml:space="preserve">调查表</w:t></w:r></w:p>
            <w:p/><w:tbl>{rows}</w:tbl>
            <w:p><w:r><w:t>签字：</w:t></w:r><w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p></w:body></w:document>"#
        );
        let sheets = tables(&xml, HashMap::new()).unwrap();
        let all: Vec<_> = sheets[0]
            .rows()
            .iter()
            .flat_map(|r| sheets[0].cells(r).iter().map(|c| (r.number, c.col, sheets[0].text(c))))
            .collect();
        let want =
            [(1, 0, "入户调查表"), (2, 0, "姓名"), (2, 1, "张三"), (2, 2, "照片"), (3, 0, "住址"), (4, 0, "子女")];
        assert_eq!(all, want);
        let merges = [
            Merge { first_row: 3, last_row: 3, first_col: 0, last_col: 1 },
            Merge { first_row: 2, last_row: 3, first_col: 2, last_col: 2 },
        ];
        assert_eq!(sheets[0].merges, merges);
        assert_eq!((sheets[1].text_at(1, 0), sheets[1].text_at(2, 0)), ("内", "签字：☑"));
        assert!(tables("<w:document><w:body/></w:document>", HashMap::new()).is_err());
    }

    #[test]
    fn struck_deleted_and_hidden_text() {
        let run = |font: &str, text: &str| format!("<w:r><w:rPr>{font}</w:rPr><w:t>{text}</w:t></w:r>");
        let cells = [
            run("<w:strike/>", "1500") + &run("", "1800"),
            run("<w:dstrike/><w:b/>", "甲") + &run("<w:strike w:val=\"0\"/>", "乙"),
            "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>".to_string(),
            "<w:moveFrom><w:r><w:t>走</w:t></w:r></w:moveFrom><w:r><w:t>留</w:t></w:r>".to_string(),
            run("<w:vanish/>", "隐") + &run("", "显"),
            run("<w:rStyle w:val=\"cut\"/>", "废") + &run("", "好"),
        ];
        let cells: String = cells.iter().map(|c| format!("<w:tc><w:p>{c}</w:p></w:tc>")).collect();
        let deleted = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>整行</w:t></w:r></w:p></w:tc></w:tr>";
        let xml = format!("<w:document><w:body><w:tbl><w:tr>{cells}</w:tr>{deleted}</w:tbl></w:body></w:document>");
        let styles = styles_of(
            r#"<w:styles><w:style w:styleId="base"><w:rPr><w:strike/></w:rPr></w:style>
            <w:style w:styleId="cut"><w:basedOn w:val="base"/></w:style></w:styles>"#,
        );
        let sheet = &tables(&xml, styles.unwrap()).unwrap()[0];
        let row = &sheet.rows()[0];
        let said: Vec<_> = sheet.cells(row).iter().map(|c| sheet.text(c)).collect();
        assert_eq!(said, ["1800", "乙", "新", "留", "显", "好"]);
        let left: Vec<_> = sheet.left_out().iter().map(|l| (l.why, sheet.left_out_text(l))).collect();
        let struck = ["1500", "甲", "旧", "走"].map(|t| (Unseen::Struck, t));
        assert_eq!(left[..4], struck);
        assert_eq!(left[4..], [(Unseen::Hidden, "隐"), (Unseen::Struck, "废"), (Unseen::Struck, "整行")]);
        assert_eq!(sheet.unseen_rows().len(), 1);
    }
}
