//! XML for the readers: quick-xml with a bounded depth, and damage told from a normal end.
//!
//! Names are compared without their prefix, since writers choose prefixes freely (`<x:c>` is `<c>`).

use super::ReadError;
use encoding_rs::{Encoding, GB18030, UTF_8};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Deeper nesting than any document of the formats read here has.
const MAX_DEPTH: usize = 256;

/// A pull parser over one document.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    rooted: bool,
}

impl<'a> Xml<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, depth: 0, rooted: false }
    }

    /// The next event. Ends with `Eof` only when every element is closed and there was one.
    ///
    /// # Errors
    /// Malformed, cut-off or absurdly nested XML.
    pub fn next(&mut self) -> Result<Event<'a>, ReadError> {
        let event = self.reader.read_event().map_err(|_| ReadError::damaged("文件内部的 XML 有错误"))?;
        match &event {
            Event::Start(_) => {
                self.depth += 1;
                self.rooted = true;
                if self.depth > MAX_DEPTH {
                    return Err(ReadError::damaged("文件内部的 XML 嵌套过深"));
                }
            }
            Event::Empty(_) => self.rooted = true,
            Event::End(_) => self.depth -= 1,
            Event::Eof if self.depth > 0 || !self.rooted => {
                return Err(ReadError::damaged("文件不完整，中途被截断"));
            }
            _ => {}
        }
        Ok(event)
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Passes over the element that was just opened, its end included.
    pub fn skip(&mut self) -> Result<(), ReadError> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// Appends all text inside the element just opened, children's text included, up to its end.
    pub fn text_into(&mut self, out: &mut String) -> Result<(), ReadError> {
        let outside = self.depth - 1;
        while self.depth > outside {
            push_text(&self.next()?, out);
        }
        Ok(())
    }
}

/// Appends the text of a text, CDATA or reference event; other events have none.
pub(super) fn push_text(event: &Event, out: &mut String) {
    match event {
        Event::Text(t) => out.push_str(&t.xml10_content()),
        Event::CData(t) => out.push_str(&t.xml10_content()),
        Event::GeneralRef(r) => match r.resolve_char_ref() {
            Ok(Some(c)) => out.push(c),
            _ => match &**r {
                "lt" => out.push('<'),
                "gt" => out.push('>'),
                "amp" => out.push('&'),
                "quot" => out.push('"'),
                "apos" => out.push('\''),
                "nbsp" => out.push('\u{a0}'),
                // Kept as written: nothing may be dropped in silence.
                other => {
                    out.push('&');
                    out.push_str(other);
                    out.push(';');
                }
            },
        },
        _ => {}
    }
}

/// The name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The element's name without its prefix.
pub(super) fn name<'e>(element: &'e BytesStart) -> &'e str {
    local(element.name().0)
}

/// The value of an attribute, its prefix not looked at.
pub(super) fn attr<'e>(element: &'e BytesStart, wanted: &str) -> Option<Cow<'e, str>> {
    element.attributes().with_checks(false).flatten().find(|a| local(a.key.0) == wanted).map(|a| attr_text(a.value))
}

/// The value of an attribute as a number; `None` where it is absent or no number.
pub(super) fn attr_number<T: std::str::FromStr>(element: &BytesStart, wanted: &str) -> Option<T> {
    attr(element, wanted)?.trim().parse().ok()
}

/// Whether an `xsd:boolean` attribute is set.
pub(super) fn attr_flag(element: &BytesStart, wanted: &str) -> bool {
    attr(element, wanted).is_some_and(|v| flag(&v))
}

/// `1` and `true` are true.
pub(super) fn flag(value: &str) -> bool {
    matches!(value.trim(), "1" | "true" | "True" | "TRUE" | "on")
}

fn attr_text(raw: Cow<str>) -> Cow<str> {
    match raw {
        Cow::Borrowed(raw) => unescape(raw).unwrap_or(Cow::Borrowed(raw)),
        Cow::Owned(raw) => Cow::Owned(match unescape(&raw) {
            Ok(text) => text.into_owned(),
            Err(_) => raw,
        }),
    }
}

/// Decodes an XML document by byte-order mark, declaration, else UTF-8; GB18030 where a document that
/// claims nothing is no UTF-8.
///
/// # Errors
/// Bytes that are not text in the encoding.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => declared(bytes).unwrap_or(UTF_8),
    };
    let bad = || ReadError::damaged("文件内部的文字编码有错误");
    if encoding == UTF_8 {
        let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if let Ok(text) = std::str::from_utf8(body) {
            return Ok(Cow::Borrowed(text));
        }
        return GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(bad);
    }
    let (text, _, faulty) = encoding.decode(bytes);
    if faulty { Err(bad()) } else { Ok(text) }
}

/// The encoding that the XML declaration names. GB2312 and GBK are read as GB18030, which contains both.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(200)];
    let end = memchr::memmem::find(head, b"?>")?;
    let at = memchr::memmem::find(&head[..end], b"encoding")? + b"encoding".len();
    let mut quoted = head[at..end].split(|b| matches!(b, b'"' | b'\''));
    quoted.next()?;
    let encoding = Encoding::for_label(quoted.next()?)?;
    // A declaration of UTF-16 that can be read byte by byte is wrong.
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        return None;
    }
    Some(if encoding == encoding_rs::GBK { GB18030 } else { encoding })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_off_or_deep_documents_are_damaged() {
        for text in ["", "  ", "<a><b></b>", "<a><b", "<a></b></a>", &"<a>".repeat(300), "<!-- x -->"] {
            let mut xml = Xml::new(text);
            let end = loop {
                match xml.next() {
                    Ok(Event::Eof) => break Ok(()),
                    Ok(_) => {}
                    Err(e) => break Err(e),
                }
            };
            assert!(end.is_err(), "{text:.20}");
        }
    }

    #[test]
    fn text_with_references() {
        let mut xml = Xml::new("<t>a&lt;&#x4e2d;&nbsp;<b>&amp;</b><![CDATA[<x>]]>&odd; & c</t>");
        xml.next().unwrap();
        let mut text = String::new();
        xml.text_into(&mut text).unwrap();
        assert_eq!(text, "a<中\u{a0}&<x>&odd; & c");
    }

    #[test]
    fn encodings() {
        let (gbk, _, _) = GB18030.encode("<?xml version='1.0' encoding='gb2312'?><a>张三</a>");
        assert!(decode(&gbk).unwrap().contains("张三"));
        let utf16: Vec<u8> = "\u{feff}<a>张三</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).unwrap(), "<a>张三</a>");
        assert_eq!(decode("<a>张三</a>".as_bytes()).unwrap(), "<a>张三</a>");
        assert!(decode(b"<a>\xff\xff\xff</a>").is_err());
    }
}
