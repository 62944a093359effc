//! One worksheet part (ECMA-376 part 1, §18.3).

use super::Book;
use super::scan::{self, Content, Item, Scan};
use super::strings::{Run, parted, push_unescaped, rich_text};
use crate::ingest::grid::Grid;
use crate::ingest::serial::{self, iso_of_literal};
use crate::ingest::style::{CellStyle, style_of};
use crate::ingest::xml::{self, Xml, push_text};
use crate::ingest::{CellKind, RawSheet, ReadError, Unseen};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Reads a sheet. The declared dimension is not looked at.
///
/// # Errors
/// Damaged XML or rows out of order; a bad cell is a fault of the sheet.
pub(super) fn read(text: &str, name: &str, hidden: bool, book: &Book) -> Result<RawSheet, ReadError> {
    if let Some((frame, rows)) = scan::split(text)
        && let Some(sheet) = scanned(rows, Worksheet::new(&frame, name, hidden, book))?
    {
        return Ok(sheet);
    }
    let mut sheet = Worksheet::new(text, name, hidden, book);
    sheet.parts()?;
    Ok(sheet.grid.finish())
}

/// The sheet by the fast scan; `None` where it is not in the usual shape.
fn scanned(rows: &str, mut sheet: Worksheet) -> Result<Option<RawSheet>, ReadError> {
    let mut scan = Scan::new(rows);
    let mut row = Row::default();
    loop {
        match scan.next() {
            None => return Ok(None),
            Some(Item::End) => break,
            Some(Item::Row { tag, empty }) => {
                row = Row::begin(tag, &mut sheet.grid)?;
                if empty {
                    row.end(&mut sheet.grid)?;
                }
            }
            Some(Item::RowEnd) => row.end(&mut sheet.grid)?,
            Some(Item::Cell { tag, content, formula }) => {
                let col = row.place(&tag, &mut sheet.grid)?;
                let formula = formula.as_deref();
                match content {
                    Content::Empty => sheet.store(col, &tag, None, formula)?,
                    Content::Blank => sheet.store(col, &tag, Some(""), formula)?,
                    Content::Value(value) => sheet.store(col, &tag, Some(&value), formula)?,
                    Content::Inline(text) => {
                        let mut plain = String::new();
                        push_unescaped(&text, &mut plain);
                        sheet.text(col, &tag, &plain, &[])?;
                    }
                }
            }
        }
    }
    sheet.parts()?;
    Ok(Some(sheet.grid.finish()))
}

struct Worksheet<'a> {
    reader: Xml<'a>,
    grid: Grid,
    book: &'a Book,
}

/// What the start tag of a row says.
#[derive(Default)]
pub(super) struct RowTag {
    number: Option<u32>,
    hidden: bool,
}

impl RowTag {
    pub fn attribute(&mut self, name: &str, value: &str) {
        match name {
            "r" => self.number = value.trim().parse().ok(),
            "hidden" => self.hidden = xml::flag(value),
            _ => {}
        }
    }
}

/// What the start tag of a cell says.
#[derive(Default)]
pub(super) struct CellTag {
    /// Column from 0 and row from 1.
    at: Option<(u32, u32)>,
    style: usize,
    kind: Kind,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Kind {
    #[default]
    Number,
    Shared,
    /// Text that stands in the cell, and what is of an unknown type.
    Text,
    Bool,
    Error,
    Date,
}

impl CellTag {
    pub fn attribute(&mut self, name: &str, value: &str) {
        match name {
            "r" => self.at = reference(value),
            // A style that is no number is that of no cell.
            "s" => self.style = value.trim().parse().unwrap_or(usize::MAX),
            "t" => {
                self.kind = match value {
                    "n" => Kind::Number,
                    "s" => Kind::Shared,
                    "b" => Kind::Bool,
                    "e" => Kind::Error,
                    "d" => Kind::Date,
                    _ => Kind::Text,
                }
            }
            _ => {}
        }
    }
}

/// The row being read. One without a number takes it from its first cell, else follows the row above.
#[derive(Default)]
struct Row {
    hidden: bool,
    started: bool,
    next_col: u32,
}

impl Row {
    fn begin(tag: RowTag, grid: &mut Grid) -> Result<Self, ReadError> {
        if let Some(number) = tag.number {
            grid.row(number, tag.hidden)?;
        }
        Ok(Self { hidden: tag.hidden, started: tag.number.is_some(), next_col: 0 })
    }

    /// The column of the next cell.
    fn place(&mut self, tag: &CellTag, grid: &mut Grid) -> Result<u32, ReadError> {
        if !self.started {
            let below = grid.row_number().saturating_add(1);
            grid.row(tag.at.map_or(below, |(_, row)| row.max(below)), self.hidden)?;
            self.started = true;
        }
        let col = tag.at.map_or(self.next_col, |(col, _)| col);
        self.next_col = col.saturating_add(1);
        if tag.at.is_some_and(|(_, row)| row != grid.row_number()) {
            grid.fault(Some(col), "单元格的编号与所在行不符，按所在行读入");
        }
        Ok(col)
    }

    fn end(&mut self, grid: &mut Grid) -> Result<(), ReadError> {
        if !self.started {
            grid.row(grid.row_number().saturating_add(1), self.hidden)?;
        }
        Ok(())
    }
}

impl<'a> Worksheet<'a> {
    fn new(text: &'a str, name: &str, hidden: bool, book: &'a Book) -> Self {
        let mut grid = Grid::new(name);
        if hidden {
            grid.hide();
        }
        Self { reader: Xml::new(text), grid, book }
    }

    /// All parts of the sheet: its rows, and what stands around them.
    fn parts(&mut self) -> Result<(), ReadError> {
        loop {
            match self.reader.next()? {
                Event::Eof => return Ok(()),
                Event::Start(e) if xml::name(&e) == "sheetData" => self.rows()?,
                Event::Start(e) | Event::Empty(e) if xml::name(&e) == "mergeCell" => self.merge(&e),
                Event::Start(e) | Event::Empty(e) if xml::name(&e) == "col" => self.column(&e),
                _ => {}
            }
        }
    }

    fn rows(&mut self) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            if xml::name(e) != "row" {
                continue;
            }
            let mut tag = RowTag::default();
            for a in e.attributes().with_checks(false).flatten() {
                tag.attribute(a.key.0, &a.value);
            }
            let mut row = Row::begin(tag, &mut self.grid)?;
            if matches!(event, Event::Start(_)) {
                self.cells(&mut row)?;
            }
            row.end(&mut self.grid)?;
        }
        Ok(())
    }

    /// The cells of the row just opened.
    fn cells(&mut self, row: &mut Row) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            if xml::name(e) != "c" {
                continue;
            }
            let mut tag = CellTag::default();
            for a in e.attributes().with_checks(false).flatten() {
                tag.attribute(a.key.0, &a.value);
            }
            let col = row.place(&tag, &mut self.grid)?;
            if matches!(event, Event::Start(_)) {
                self.cell(col, &tag)?;
            }
        }
        Ok(())
    }

    /// The content of the cell just opened.
    fn cell(&mut self, col: u32, tag: &CellTag) -> Result<(), ReadError> {
        let inside = self.reader.depth();
        let (mut value, mut formula) = (None, None);
        let mut inline = None;
        while self.reader.depth() >= inside {
            let event = self.reader.next()?;
            let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
            let opened = matches!(event, Event::Start(_));
            match xml::name(e) {
                "v" if !opened => value = Some(Cow::Borrowed("")),
                "v" => value = Some(self.value()?),
                "f" if !opened => formula = Some(Cow::Borrowed("")),
                "f" => formula = Some(self.value()?),
                "is" if opened => {
                    let mut text = String::new();
                    let runs = rich_text(&mut self.reader, &mut text)?;
                    inline = Some((text, runs));
                }
                // Extensions.
                _ if opened => self.reader.skip()?,
                _ => {}
            }
        }
        if let Some((text, runs)) = inline {
            return self.text(col, tag, &text, &runs);
        }
        self.store(col, tag, value.as_deref(), formula.as_deref())
    }

    fn style(&self, tag: &CellTag) -> &'a CellStyle {
        style_of(&self.book.styles, tag.style)
    }

    /// Writes a text with its runs; what is struck through is left out.
    fn text(&mut self, col: u32, tag: &CellTag, text: &str, runs: &[Run]) -> Result<(), ReadError> {
        let struck = self.style(tag).struck;
        if !struck && runs.is_empty() {
            return self.grid.put(col, CellKind::Text, text);
        }
        let (said, cut) = parted(text, runs, struck);
        self.grid.put_cut(col, &said, &cut)
    }

    /// Writes a cell by the text of its `<v>`, `None` where it has none.
    fn store(&mut self, col: u32, tag: &CellTag, value: Option<&str>, formula: Option<&str>) -> Result<(), ReadError> {
        // An empty text is a value of a formula of texts, and of no other.
        let no_value = |v: &str| v.is_empty() && tag.kind != Kind::Text;
        // Writers that compute nothing put a zero where the value belongs.
        let stand_in = |v: &str| self.book.uncomputed && tag.kind == Kind::Number && v == "0";
        if let Some(formula) = formula
            && value.is_none_or(|v| no_value(v) || stand_in(v))
        {
            let written = format!("={}", formula.trim());
            if self.style(tag).struck {
                return self.grid.leave_out(col, Unseen::Struck, true, &written);
            }
            return self.grid.put(col, CellKind::Uncomputed, &written);
        }
        let Some(value) = value.filter(|v| !v.is_empty()) else { return Ok(()) };
        let style = self.style(tag);
        if style.struck && tag.kind != Kind::Shared && tag.kind != Kind::Text {
            let serial = value.trim().parse().ok().filter(|_| style.date);
            let date = serial.and_then(|serial| serial::iso(serial, self.book.epoch));
            return self.grid.leave_out(col, Unseen::Struck, true, date.as_deref().unwrap_or(value));
        }
        match tag.kind {
            Kind::Number => self.grid.put_number(col, value, style, self.book.epoch),
            Kind::Shared => self.shared(col, tag, value),
            Kind::Text => {
                let mut plain = String::new();
                push_unescaped(value, &mut plain);
                self.text(col, tag, &plain, &[])
            }
            Kind::Bool => match value.trim() {
                "1" | "true" | "TRUE" => self.grid.put(col, CellKind::Bool, "TRUE"),
                "0" | "false" | "FALSE" => self.grid.put(col, CellKind::Bool, "FALSE"),
                other => self.grid.put(col, CellKind::Text, other),
            },
            Kind::Error => self.grid.put(col, CellKind::Error, value.trim()),
            Kind::Date => match iso_of_literal(value) {
                Some(date) => self.grid.put(col, CellKind::Date, &date),
                None => self.grid.put(col, CellKind::Text, value),
            },
        }
    }

    /// The text of the `<v>` just opened.
    fn value(&mut self) -> Result<Cow<'a, str>, ReadError> {
        let inside = self.reader.depth();
        let mut value = Cow::Borrowed("");
        while self.reader.depth() >= inside {
            match self.reader.next()? {
                Event::Text(t) if value.is_empty() => value = t.xml10_content(),
                event @ (Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)) => {
                    push_text(&event, value.to_mut());
                }
                _ => {}
            }
        }
        Ok(value)
    }

    fn shared(&mut self, col: u32, tag: &CellTag, value: &str) -> Result<(), ReadError> {
        let entry = value.trim().parse().ok().and_then(|i: usize| Some((i, self.book.strings.get(i)?)));
        match entry {
            Some((index, text)) => {
                let runs = self.book.strings.runs(index);
                if self.style(tag).struck || !runs.is_empty() {
                    return self.text(col, tag, text, runs);
                }
                self.grid.put_shared(col, index, text)
            }
            None => {
                self.grid.fault(Some(col), "单元格引用的文字在文件里不存在，读不出内容");
                Ok(())
            }
        }
    }

    /// `<col min="3" max="5" hidden="1"/>`, columns from 1.
    fn column(&mut self, e: &BytesStart) {
        let narrow = xml::attr(e, "width").is_some_and(|w| w.trim().parse() == Ok(0.0));
        if let (true, Some(min), Some(max)) = (
            xml::attr_flag(e, "hidden") || narrow,
            xml::attr_number::<u32>(e, "min"),
            xml::attr_number::<u32>(e, "max"),
        ) && min > 0
        {
            self.grid.hide_columns(min - 1, max.saturating_sub(1));
        }
    }

    fn merge(&mut self, e: &BytesStart) {
        let range = xml::attr(e, "ref").unwrap_or_default();
        let corners = range.split_once(':').and_then(|(a, b)| Some((reference(a)?, reference(b)?)));
        if let Some(((c1, r1), (c2, r2))) = corners {
            self.grid.merge((r1, r2), (c1, c2));
        }
    }
}

/// `B7`, `$B$7` → (1, 7): column from 0, row from 1. Absurd ones are kept out by the caller's bounds.
fn reference(text: &str) -> Option<(u32, u32)> {
    let (mut col, mut row, mut letters) = (0u32, 0u32, true);
    for b in text.bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' if letters => {
                col = col.checked_mul(26)?.checked_add(u32::from(b.to_ascii_uppercase() - b'A') + 1)?;
            }
            b'0'..=b'9' if col > 0 => {
                letters = false;
                row = row.checked_mul(10)?.checked_add(u32::from(b - b'0'))?;
            }
            b'$' => {}
            _ => return None,
        }
    }
    (row > 0).then(|| (col - 1, row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::serial::Epoch;
    use crate::ingest::xlsx::strings::Strings;

    fn sheet(xml: &str) -> Result<RawSheet, ReadError> {
        let strings = Strings::read("<sst><si><t>张三</t></si></sst>".as_bytes()).unwrap();
        let styles = [(false, false), (true, false), (false, true)];
        let styles = styles.map(|(date, struck)| CellStyle { date, struck, format: None }).to_vec();
        let book = Book { strings, styles, epoch: Epoch::Y1900, uncomputed: false };
        let sheet = read(xml, "s", false, &book);
        // A blank in the tag around the rows turns the scan off; both readers must agree.
        let careful = read(&xml.replace("<sheetData>", "<sheetData >"), "s", false, &book);
        assert_eq!(format!("{sheet:?}"), format!("{careful:?}"));
        sheet
    }

    #[test]
    fn references() {
        let cases = [
            ("A1", Some((0, 1))),
            ("XFD1048576", Some((16383, 1_048_576))),
            ("$B$7", Some((1, 7))),
            ("ab12", Some((27, 12))),
            ("ZZZZZZZZZ1", None),
            ("1A", None),
            ("A", None),
            ("A0", None),
            ("A99999999999", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(reference(text), want, "{text}");
        }
    }

    #[test]
    fn cells_of_every_kind() {
        let sheet = sheet(
            r#"<worksheet><dimension ref="A:E"/><sheetData>
            <row r="2" hidden="1"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>510105198001019971</v></c>
              <c r="C2" s="1"><v>43702</v></c><c r="D2" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>
              <c r="E2" t="str"><f>A1&amp;B1</f><v>a_x000D_b&lt;</v></c><c r="F2" t="b"><v>1</v></c>
              <c r="G2" t="e"><v>#SPILL!</v></c><c r="H2" t="d"><v>2019-08-25T00:00:00</v></c>
              <c r="I2" s="1"><v>20190825</v></c><c r="J2" t="s"><v>99</v></c><c r="K2"/><c r="L2" t="zz"><v>q</v></c></row>
            <row><c><v>1</v></c><c><f>B1</f></c><c><v>3</v></c></row>
            <row r="9"/>
            <row><c r="XFD10" t="str"><v>x</v></c></row>
            </sheetData><mergeCells><mergeCell ref="B3:A1"/></mergeCells></worksheet>"#,
        )
        .unwrap();
        let row = sheet.row(2).unwrap();
        assert!(row.hidden);
        let cells: Vec<_> = sheet.cells(row).iter().map(|c| (c.col, c.kind, sheet.text(c))).collect();
        let want = [
            (0, CellKind::Text, "张三"),
            (1, CellKind::Number, "510105198001019971"),
            (2, CellKind::Date, "2019-08-25"),
            (3, CellKind::Text, "甲乙"),
            (4, CellKind::Text, "a\rb<"),
            (5, CellKind::Bool, "TRUE"),
            (6, CellKind::Error, "#SPILL!"),
            (7, CellKind::Date, "2019-08-25"),
            (8, CellKind::Number, "20190825"),
            (11, CellKind::Text, "q"),
        ];
        assert_eq!(cells, want);
        assert_eq!((sheet.text_at(3, 0), sheet.text_at(3, 1), sheet.text_at(3, 2)), ("1", "=B1", "3"));
        let faults: Vec<_> = sheet.faults.iter().map(|f| (f.row, f.col)).collect();
        assert_eq!(faults, [(2, Some(9)), (10, Some(16383))]);
        assert_eq!(sheet.merges.len(), 1);
    }

    #[test]
    fn the_usual_shape() {
        let cells = r#"<c r="A1" s="1"><v>43702</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t> a&amp;b </t></is></c><c r="D1" t="inlineStr"><is><t xml:space="preserve"> x_x000D_</t></is></c><c r="E1" t="str"><f t="shared" si="0"/><v>&lt;</v></c><c r="F1"><f>A1&gt;1</f><v></v></c><c r="G1"><v/></c><c r="H1"/><c><v>5</v></c>"#;
        let xml = format!(
            "<worksheet><sheetData><row r=\"1\" spans=\"1:9\" x14ac:dyDescent=\"0.2\">{cells}</row><row r=\"2\"/>\n<row><c><v>6</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells></worksheet>"
        );
        assert!(scan::split(&xml).is_some());
        let sheet = sheet(&xml).unwrap();
        let texts: Vec<_> = sheet.cells(&sheet.rows()[0]).iter().map(|c| (c.col, sheet.text(c))).collect();
        let want = [(0, "2019-08-25"), (1, "张三"), (2, "a&b"), (3, " x\r"), (4, "<"), (5, "=A1>1"), (8, "5")];
        assert_eq!(texts, want);
        assert_eq!((sheet.text_at(3, 0), sheet.merges.len()), ("6", 1));
    }

    #[test]
    fn formulas_without_a_value() {
        let sheet = sheet(
            r#"<worksheet><cols><col min="2" max="3" hidden="1"/><col min="5" max="5" width="0" customWidth="1"/></cols><sheetData>
            <row r="1"><c r="A1"><f>1100*1</f><v></v></c><c r="B1"><f>A1*2</f></c><c r="C1"><f t="shared" si="0"/></c>
            <c r="D1" t="str"><f>IF(1,"","")</f><v></v></c><c r="E1" t="str"><f>A1&amp;"x"</f></c>
            <c r="F1"><f>1</f><v>1</v></c><c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>"#,
        )
        .unwrap();
        let cells: Vec<_> = sheet.cells(&sheet.rows()[0]).iter().map(|c| (c.col, c.kind, sheet.text(c))).collect();
        let want = [
            (0, CellKind::Uncomputed, "=1100*1"),
            (1, CellKind::Uncomputed, "=A1*2"),
            (2, CellKind::Uncomputed, "="),
            (4, CellKind::Uncomputed, "=A1&\"x\""),
            (5, CellKind::Number, "1"),
            (6, CellKind::Error, "#DIV/0!"),
        ];
        assert_eq!(cells, want);
        assert_eq!(sheet.hidden_columns, [1, 2, 4]);
    }

    #[test]
    fn struck_cells_and_rows() {
        let sheet = sheet(
            r#"<worksheet><sheetData>
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="2"><v>5</v></c></row>
            <row r="2"><c r="A2" s="2" t="s"><v>0</v></c><c r="B2" s="2" t="inlineStr"><is><t>乙</t></is></c></row>
            <row r="3"><c r="A3" t="inlineStr"><is><r><rPr><strike/></rPr><t>旧</t></r><r><t>新</t></r></is></c></row>
            </sheetData></worksheet>"#,
        )
        .unwrap();
        assert_eq!(sheet.rows().iter().map(|r| r.number).collect::<Vec<_>>(), [1, 3]);
        assert_eq!((sheet.text_at(1, 1), sheet.text_at(3, 0)), ("", "新"));
        assert_eq!(sheet.unseen_rows(), [crate::ingest::UnseenRow { number: 2, why: Unseen::Struck }]);
        assert_eq!(sheet.extent(), Some((1, 3)));
        let left: Vec<_> = sheet.left_out().iter().map(|l| (l.row, l.col, l.whole, sheet.left_out_text(l))).collect();
        assert_eq!(left, [(1, 1, true, "5"), (2, 0, true, "张三"), (2, 1, true, "乙"), (3, 0, false, "旧")]);
    }

    #[test]
    fn prefixes_and_truncation() {
        let prefixed = r#"<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>甲</x:v></x:c></x:row></x:sheetData></x:worksheet>"#;
        assert_eq!(sheet(prefixed).unwrap().text_at(1, 0), "甲");
        assert!(sheet(&prefixed[..prefixed.len() - 30]).is_err());
        assert!(
            sheet("<worksheet><sheetData><row r='5'><c><v>1</v></c></row><row r='3'/></sheetData></worksheet>")
                .is_err()
        );
    }
}
