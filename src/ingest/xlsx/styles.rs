//! Which cell styles show a date (ECMA-376 part 1, §18.8: `numFmts`, `cellXfs`).

use crate::ingest::ReadError;
use crate::ingest::numfmt::{builtin_is_date, code_is_date};
use crate::ingest::xml::{self, Xml};
use quick_xml::events::Event;
use std::collections::HashMap;

/// For each entry of `cellXfs`, whether its number format shows a date.
///
/// # Errors
/// Damaged XML.
pub(super) fn dates(bytes: &[u8]) -> Result<Vec<bool>, ReadError> {
    let text = xml::decode(bytes)?;
    let mut reader = Xml::new(&text);
    let mut codes: HashMap<u16, bool> = HashMap::new();
    let mut formats: Vec<u16> = Vec::new();
    // `xf` also stands in `cellStyleXfs`, which cells do not refer to; `numFmt` also in `dxfs`.
    let (mut in_cells, mut in_differential) = (false, false);
    loop {
        match reader.next()? {
            Event::Eof => break,
            Event::End(e) => match xml::local(e.name().0) {
                "cellXfs" => in_cells = false,
                "dxfs" => in_differential = false,
                _ => {}
            },
            event @ (Event::Start(_) | Event::Empty(_)) => {
                let opened = matches!(event, Event::Start(_));
                let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
                match xml::name(e) {
                    "cellXfs" => in_cells = opened,
                    "dxfs" => in_differential = opened,
                    "numFmt" if !in_differential => {
                        if let (Some(id), Some(code)) = (xml::attr_number(e, "numFmtId"), xml::attr(e, "formatCode")) {
                            codes.insert(id, code_is_date(&code));
                        }
                    }
                    "xf" if in_cells => formats.push(xml::attr_number(e, "numFmtId").unwrap_or(0)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(formats.iter().map(|id| codes.get(id).copied().unwrap_or_else(|| builtin_is_date(*id))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cell_styles_count() {
        let xml = r#"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>
            <numFmt numFmtId="177" formatCode="0.00"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="176"><alignment/></xf><xf numFmtId="177"/><xf numFmtId="31"/></cellXfs>
            <dxfs><dxf><numFmt numFmtId="177" formatCode="yyyy"/></dxf></dxfs></styleSheet>"#;
        assert_eq!(dates(xml.as_bytes()).unwrap(), [false, true, false, true]);
    }
}
