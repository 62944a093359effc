//! Cell styles: number formats and struck fonts (ECMA-376 part 1, §18.8: `numFmts`, `fonts`, `cellXfs`).

use crate::ingest::ReadError;
use crate::ingest::style::{CellStyle, Formats};
use crate::ingest::xml::{self, Xml};
use quick_xml::events::Event;

/// The style of each entry of `cellXfs`.
///
/// # Errors
/// Damaged XML.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<CellStyle>, ReadError> {
    let text = xml::decode(bytes)?;
    let mut reader = Xml::new(&text);
    let mut formats = Formats::default();
    // Format and font of each entry, and whether a font is struck through.
    let mut entries: Vec<(u16, usize)> = Vec::new();
    let mut fonts: Vec<bool> = Vec::new();
    // `xf` also stands in `cellStyleXfs`, which cells do not refer to; `numFmt` and `font` also in `dxfs`.
    let (mut in_cells, mut in_differential, mut in_fonts) = (false, false, false);
    loop {
        match reader.next()? {
            Event::Eof => break,
            Event::End(e) => match xml::local(e.name().0) {
                "cellXfs" => in_cells = false,
                "dxfs" => in_differential = false,
                "fonts" => in_fonts = false,
                _ => {}
            },
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let opened = matches!(event, Event::Start(_));
                let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
                match xml::name(e) {
                    "cellXfs" => in_cells = opened,
                    "dxfs" => in_differential = opened,
                    "fonts" => in_fonts = opened,
                    "font" if in_fonts => fonts.push(false),
                    "strike" if in_fonts => {
                        if let Some(font) = fonts.last_mut() {
                            *font = xml::attr(e, "val").is_none_or(|v| xml::flag(&v));
                        }
                    }
                    "numFmt" if !in_differential => {
                        if let (Some(id), Some(code)) = (xml::attr_number(e, "numFmtId"), xml::attr(e, "formatCode")) {
                            formats.declare(id, &code);
                        }
                    }
                    "xf" if in_cells => entries.push((
                        xml::attr_number(e, "numFmtId").unwrap_or(0),
                        xml::attr_number(e, "fontId").unwrap_or(0),
                    )),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    let struck = |font: usize| fonts.get(font).copied().unwrap_or(false);
    Ok(entries.iter().map(|(id, font)| formats.style(*id, struck(*font))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cell_styles_count() {
        let xml = r#"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>
            <numFmt numFmtId="177" formatCode="0.00"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
            <fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="176" fontId="1"><alignment/></xf><xf numFmtId="177" fontId="2"/><xf numFmtId="31"/></cellXfs>
            <dxfs><dxf><font><strike/></font><numFmt numFmtId="177" formatCode="yyyy"/></dxf></dxfs></styleSheet>"#;
        let styles = read(xml.as_bytes()).unwrap();
        let said: Vec<_> = styles.iter().map(|s| (s.date, s.struck)).collect();
        assert_eq!(said, [(false, false), (true, true), (false, false), (true, false)]);
    }
}
