//! The shared-string table (ECMA-376 part 1, §18.4) and the texts of cells.

use crate::ingest::ReadError;
use crate::ingest::xml::{self, Xml, push_text};
use quick_xml::events::Event;
use std::borrow::Cow;
use std::collections::HashMap;

/// Texts by index. The table's own counts (`uniqueCount`) are not looked at: they may say anything.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where each entry ends in `text`.
    ends: Vec<u32>,
    /// The runs of entries in which a font is spelt.
    runs: HashMap<usize, Vec<Run>>,
}

/// A run of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// Bytes from the beginning of the text to its end.
    end: usize,
    /// Whether it is struck through; `None` where it looks like its cell.
    struck: Option<bool>,
}

/// What a text says in a cell, and what of it is struck through. `cell_struck`: by the font of the cell.
pub(super) fn parted(text: &str, runs: &[Run], cell_struck: bool) -> (String, String) {
    let (mut said, mut struck, mut start) = (String::new(), String::new(), 0);
    for run in runs {
        let piece = text.get(start..run.end).unwrap_or_default();
        if run.struck.unwrap_or(cell_struck) {
            struck.push_str(piece)
        } else {
            said.push_str(piece)
        }
        start = run.end;
    }
    let rest = text.get(start..).unwrap_or_default();
    if cell_struck {
        struck.push_str(rest)
    } else {
        said.push_str(rest)
    }
    (said, struck)
}

impl Strings {
    /// # Errors
    /// Damaged XML, or 4 GiB of text.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let source = xml::decode(bytes)?;
        let mut reader = Xml::new(&source);
        let mut strings = Self { text: String::with_capacity(source.len() / 2), ..Self::default() };
        loop {
            match reader.next()? {
                Event::Eof => return Ok(strings),
                Event::Start(e) if xml::name(&e) == "si" => {
                    let runs = rich_text(&mut reader, &mut strings.text)?;
                    if !runs.is_empty() {
                        strings.runs.insert(strings.ends.len(), runs);
                    }
                }
                Event::Empty(e) if xml::name(&e) == "si" => {}
                _ => continue,
            }
            let end = u32::try_from(strings.text.len());
            strings.ends.push(end.map_err(|_| ReadError::new("文件的文字超过 4 GB", "请把它拆成几个文件"))?);
        }
    }

    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |i| self.ends[i] as usize);
        Some(&self.text[start..end])
    }

    /// The runs of an entry; none where it is one text without a font of its own.
    pub fn runs(&self, index: usize) -> &[Run] {
        self.runs.get(&index).map_or(&[], Vec::as_slice)
    }
}

/// Appends the text of the `<si>` or `<is>` just opened, phonetic hints left out. Gives its runs where one of them
/// spells whether it is struck through.
pub(super) fn rich_text(reader: &mut Xml, out: &mut String) -> Result<Vec<Run>, ReadError> {
    let outside = reader.depth() - 1;
    let start = out.len();
    let mut runs: Vec<Run> = Vec::new();
    let mut struck = None;
    while reader.depth() > outside {
        let event = reader.next()?;
        let (Event::Start(e) | Event::Empty(e)) = &event else { continue };
        let opened = matches!(event, Event::Start(_));
        match xml::name(e) {
            "rPh" if opened => reader.skip()?,
            "r" => struck = None,
            "rPr" => struck = Some(false),
            "strike" => struck = Some(xml::attr(e, "val").is_none_or(|v| xml::flag(&v))),
            "t" if opened => {
                let preserve = xml::attr(e, "space").is_some_and(|v| v == "preserve");
                plain_text(reader, preserve, out)?;
                runs.push(Run { end: out.len() - start, struck });
            }
            _ => {}
        }
    }
    if runs.iter().all(|r| r.struck.is_none()) {
        runs.clear();
    }
    Ok(runs)
}

/// Appends the text of the `<t>` just opened. Without `xml:space="preserve"` blanks at its ends are layout.
fn plain_text(reader: &mut Xml, preserve: bool, out: &mut String) -> Result<(), ReadError> {
    let mut text = Cow::Borrowed("");
    let inside = reader.depth();
    while reader.depth() >= inside {
        match reader.next()? {
            Event::Text(t) if text.is_empty() => text = t.xml10_content(),
            event => match event {
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => push_text(&event, text.to_mut()),
                _ => {}
            },
        }
    }
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    push_unescaped(if preserve { &text } else { text.trim_matches(blank) }, out);
    Ok(())
}

/// Appends text with its `_xHHHH_` escapes (ECMA-376 part 1, §22.9.2.19) resolved; `_x005F_` is the
/// underscore that protects such a text itself.
pub(super) fn push_unescaped(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"_x") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        match escape(tail) {
            Some((c, used)) => {
                out.push(c);
                rest = &tail[used..];
            }
            None => {
                out.push_str("_x");
                rest = &tail[2..];
            }
        }
    }
    out.push_str(rest);
}

/// The character of the escape at the start of `text` and how many bytes it takes.
fn escape(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| -> Option<u16> {
        let body = text.strip_prefix("_x")?;
        let hex = body.get(..4)?;
        let plain = hex.bytes().all(|b| b.is_ascii_hexdigit()) && body[4..].starts_with('_');
        plain.then(|| u16::from_str_radix(hex, 16).ok()).flatten()
    };
    const LENGTH: usize = "_xHHHH_".len();
    let first = unit(text)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return (c != '\0').then_some((c, LENGTH));
    }
    let second = unit(&text[LENGTH..])?;
    let c = char::decode_utf16([first, second]).next()?.ok()?;
    Some((c, 2 * LENGTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let cases = [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD842__xDFB7_", "𠮷"),
            ("_xD842_", "_xD842_"),
            ("_x00_", "_x00_"),
            ("_x张三_", "_x张三_"),
            ("_x", "_x"),
            ("_x+00D_", "_x+00D_"),
            ("", ""),
        ];
        for (text, want) in cases {
            let mut out = String::new();
            push_unescaped(text, &mut out);
            assert_eq!(out, want);
        }
    }

    #[test]
    fn table() {
        let xml = r#"<x:sst xmlns:x="…" count="9" uniqueCount="4000000000">
            <x:si><x:t>张三</x:t></x:si>
            <x:si/>
            <x:si><x:r><x:rPr><x:b/></x:rPr><x:t>李</x:t></x:r><x:r><x:t xml:space="preserve"> 四 </x:t></x:r><x:rPh sb="0" eb="1"><x:t>li</x:t></x:rPh></x:si>
            <x:si><x:t>
                a&amp;b </x:t></x:si></x:sst>"#;
        let strings = Strings::read(xml.as_bytes()).unwrap();
        let all: Vec<_> = (0..5).map(|i| strings.get(i)).collect();
        assert_eq!(all, [Some("张三"), Some(""), Some("李 四 "), Some("a&b"), None]);
        assert!(Strings::read(b"<sst><si><t>a").is_err());
    }

    #[test]
    fn struck_runs() {
        let run = |font: &str, text: &str| format!("<r>{font}<t>{text}</t></r>");
        let struck = "<rPr><strike/><sz val=\"11\"/></rPr>";
        let plain = "<rPr><strike val=\"0\"/></rPr>";
        let cases = [
            (run(struck, "1500") + &run(plain, "1800"), false, ("1800", "1500")),
            (run("", "旧") + &run(plain, "新"), true, ("新", "旧")),
            (run("", "a") + &run(struck, "b") + &run("", "c"), false, ("ac", "b")),
            (run(struck, "全"), false, ("", "全")),
        ];
        for (runs, cell, (said, cut)) in cases {
            let strings = Strings::read(format!("<sst><si>{runs}</si></sst>").as_bytes()).unwrap();
            let text = strings.get(0).unwrap();
            assert_eq!(parted(text, strings.runs(0), cell), (said.to_string(), cut.to_string()), "{runs}");
        }
        let none = Strings::read(b"<sst><si><r><t>a</t></r></si></sst>").unwrap();
        assert!(none.runs(0).is_empty());
    }
}
