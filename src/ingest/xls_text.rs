//! Texts of binary workbooks: UTF-16 or Latin-1 in BIFF8, a code page in BIFF5, split over `CONTINUE` records.
//!
//! Source: [MS-XLS] §2.5.293 (XLUnicodeRichExtendedString), §2.5.294, §2.4.58 (Continue).

use super::ReadError;
use super::biff::{Bytes, push_utf16};
use encoding_rs::Encoding;

/// How the texts of a workbook are written.
pub(super) struct Text {
    /// BIFF8.
    pub wide: bool,
    /// Of BIFF5 texts. Without a code page record they come from a Chinese system.
    pub encoding: &'static Encoding,
}

impl Default for Text {
    fn default() -> Self {
        Self { wide: false, encoding: encoding_rs::GB18030 }
    }
}

/// The encoding of a Windows or Macintosh code page; Chinese where it is unknown.
pub(super) fn codepage(number: u16) -> &'static Encoding {
    match number {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        950 | 10002 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 => encoding_rs::WINDOWS_1252,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        65001 => encoding_rs::UTF_8,
        // 936, 54936, 10008 (Macintosh GB 2312) and what nobody else can read either.
        _ => encoding_rs::GB18030,
    }
}

impl Text {
    /// Export tools write GBK under a Western code page: high bytes that all come in pairs of GB 2312 are Chinese, as no
    /// Western text has them.
    fn encoding_of(&self, bytes: &[u8]) -> &'static Encoding {
        let western = [encoding_rs::WINDOWS_1250, encoding_rs::WINDOWS_1252, encoding_rs::WINDOWS_1254];
        let mut high = bytes.iter().filter(|b| **b >= 0x80).peekable();
        if !western.contains(&self.encoding) || high.peek().is_none() {
            return self.encoding;
        }
        let mut rest = bytes;
        while let Some((first, behind)) = rest.split_first() {
            rest = match (first, behind.first()) {
                (0..0x80, _) => behind,
                (0xB0..=0xF7, Some(0xA1..=0xFE)) | (0xA1..=0xA9, Some(0xA1..=0xFE)) => &behind[1..],
                _ => return self.encoding,
            };
        }
        encoding_rs::GB18030
    }

    /// A text whose length is one byte (sheet names, BIFF5 formats).
    pub fn short(&self, data: &[u8]) -> Result<String, ReadError> {
        let mut data = Bytes(data);
        let length = usize::from(data.u8()?);
        self.body(&mut Joined::new(&[data.0]), length)
    }

    /// A text whose length is two bytes, its record continued by the further parts.
    pub fn long(&self, parts: &[&[u8]]) -> Result<String, ReadError> {
        let mut joined = Joined::new(parts);
        let length = usize::from(joined.u16()?);
        self.body(&mut joined, length)
    }

    /// As [`Text::long`], with the fonts behind the text (`RSTRING`).
    pub fn rich(&self, parts: &[&[u8]]) -> Result<Rich, ReadError> {
        let mut joined = Joined::new(parts);
        let length = usize::from(joined.u16()?);
        let text = self.body(&mut joined, length)?;
        // The fonts are an adornment: where they cannot be read, the text stands.
        let count = if self.wide { joined.u16() } else { joined.u8().map(u16::from) };
        let mut runs = Vec::new();
        for _ in 0..count.unwrap_or(0) {
            let run = if self.wide { joined.u16().and_then(|at| Ok((at, joined.u16()?))) } else { joined.small_run() };
            let Ok((at, font)) = run else { break };
            // Bytes of a code page: how many units of UTF-16 stand before this one.
            let at = if self.wide { at } else { self.units_before(&text, at) };
            runs.push((at, font));
        }
        Ok(Rich { text, runs })
    }

    fn units_before(&self, text: &str, bytes: u16) -> u16 {
        let (mut units, mut passed) = (0u16, 0usize);
        for c in text.chars() {
            if passed >= usize::from(bytes) {
                break;
            }
            passed += self.encoding.encode(c.encode_utf8(&mut [0; 4])).0.len();
            units = units.saturating_add(c.len_utf16() as u16);
        }
        units
    }

    fn body(&self, joined: &mut Joined, length: usize) -> Result<String, ReadError> {
        let mut out = String::new();
        if self.wide {
            let flags = joined.u8()?;
            joined.chars(length, flags & 1 != 0, &mut out)?;
        } else {
            let bytes = joined.bytes(length)?;
            out.push_str(&self.encoding_of(&bytes).decode_without_bom_handling(&bytes).0);
        }
        Ok(out)
    }
}

/// A text with what is known of its looks: where a new font begins (in UTF-16 units) and which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rich {
    pub text: String,
    pub runs: Vec<(u16, u16)>,
}

impl Rich {
    pub fn plain(text: String) -> Self {
        Self { text, runs: Vec::new() }
    }

    /// What is said, and what is struck through. `own` is the font of the cell, `struck` tells of a font.
    pub fn parted(&self, own: bool, struck: impl Fn(u16) -> bool) -> (String, String) {
        let (mut said, mut cut) = (String::new(), String::new());
        let (mut at, mut now) = (0usize, own);
        let mut runs = self.runs.iter().peekable();
        for c in self.text.chars() {
            while let Some((_, font)) = runs.next_if(|(from, _)| usize::from(*from) <= at) {
                now = struck(*font);
            }
            if now {
                cut.push(c)
            } else {
                said.push(c)
            }
            at += c.len_utf16();
        }
        (said, cut)
    }
}

/// The shared strings from the parts of an `SST` record. The declared counts are not trusted: reading ends
/// with the data.
///
/// # Errors
/// The data ends inside a text.
pub(super) fn strings_of(parts: &[&[u8]]) -> Result<Vec<Rich>, ReadError> {
    let mut joined = Joined::new(parts);
    joined.u32()?;
    let unique = joined.u32()?;
    let mut strings = Vec::new();
    for _ in 0..unique {
        if joined.at_end() {
            break;
        }
        let length = usize::from(joined.u16()?);
        let flags = joined.u8()?;
        let runs = if flags & 8 != 0 { usize::from(joined.u16()?) } else { 0 };
        let extension = if flags & 4 != 0 { joined.u32()? as usize } else { 0 };
        let mut text = String::new();
        joined.chars(length, flags & 1 != 0, &mut text)?;
        let runs = (0..runs).map(|_| Ok((joined.u16()?, joined.u16()?))).collect::<Result<_, ReadError>>()?;
        joined.skip(extension)?;
        strings.push(Rich { text, runs });
    }
    Ok(strings)
}

/// A record and its continuations read as one.
struct Joined<'a> {
    part: &'a [u8],
    later: &'a [&'a [u8]],
}

impl<'a> Joined<'a> {
    fn new(parts: &'a [&'a [u8]]) -> Self {
        match parts.split_first() {
            Some((part, later)) => Self { part, later },
            None => Self { part: &[], later: &[] },
        }
    }

    fn at_end(&mut self) -> bool {
        self.part.is_empty() && self.next_part().is_err()
    }

    /// Moves on to the next part that has data.
    fn next_part(&mut self) -> Result<(), ReadError> {
        while self.part.is_empty() {
            let (part, later) = self.later.split_first().ok_or_else(|| ReadError::damaged("文件内部的文字表不完整"))?;
            self.part = part;
            self.later = later;
        }
        Ok(())
    }

    fn u8(&mut self) -> Result<u8, ReadError> {
        self.next_part()?;
        let (first, rest) = (self.part[0], &self.part[1..]);
        self.part = rest;
        Ok(first)
    }

    fn small_run(&mut self) -> Result<(u16, u16), ReadError> {
        Ok((u16::from(self.u8()?), u16::from(self.u8()?)))
    }

    fn u16(&mut self) -> Result<u16, ReadError> {
        Ok(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn u32(&mut self) -> Result<u32, ReadError> {
        Ok(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut n: usize) -> Result<(), ReadError> {
        while n > 0 {
            self.next_part()?;
            let step = n.min(self.part.len());
            self.part = &self.part[step..];
            n -= step;
        }
        Ok(())
    }

    fn bytes(&mut self, n: usize) -> Result<Vec<u8>, ReadError> {
        let mut out = Vec::new();
        while out.len() < n {
            self.next_part()?;
            let (head, tail) = self.part.split_at(self.part.len().min(n - out.len()));
            out.extend_from_slice(head);
            self.part = tail;
        }
        Ok(out)
    }

    /// `length` characters; each continuation begins with a byte that says anew whether they are wide.
    fn chars(&mut self, length: usize, mut wide: bool, out: &mut String) -> Result<(), ReadError> {
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            if self.part.is_empty() {
                wide = self.u8()? & 1 != 0;
                self.next_part()?;
            }
            let size = if wide { 2 } else { 1 };
            let step = (length - units.len()).min(self.part.len() / size);
            if step == 0 {
                return Err(ReadError::damaged("文件内部的文字表不完整"));
            }
            let (head, tail) = self.part.split_at(step * size);
            match wide {
                true => units.extend(head.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]))),
                false => units.extend(head.iter().map(|b| u16::from(*b))),
            }
            self.part = tail;
        }
        push_utf16(units.into_iter(), out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_split_over_continuations() {
        // "张a" wide, split after the first character, the rest narrow; then a rich text; then the data ends
        // though more is declared.
        let first: &[u8] = &[9, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 1, 0x20, 0x5F];
        let second: &[u8] = &[0, b'a', 1, 0, 8, 1, 0, b'b', 1, 2];
        let third: &[u8] = &[3, 4];
        let want = [Rich::plain("张a".into()), Rich { text: "b".into(), runs: vec![(0x0201, 0x0403)] }];
        assert_eq!(strings_of(&[first, second, third]).unwrap(), want);
        assert!(strings_of(&[first, second]).is_err());
        assert!(strings_of(&[first, &[0]]).is_err());
        assert!(strings_of(&[]).is_err());
    }

    #[test]
    fn fonts_part_a_text() {
        let rich = Rich { text: "𠮷15001800".into(), runs: vec![(2, 7), (6, 1)] };
        assert_eq!(rich.parted(false, |font| font == 7), ("𠮷1800".into(), "1500".into()));
        assert_eq!(Rich::plain("甲".into()).parted(true, |_| false), (String::new(), "甲".into()));
        // BIFF5 counts bytes of the code page.
        let text = Text::default();
        let record: &[u8] = &[4, 0, 0xD5, 0xC5, 0xC0, 0xEE, 2, 0, 7, 2, 1];
        let rich = text.rich(&[record]).unwrap();
        assert_eq!(rich.parted(false, |font| font == 7), ("李".into(), "张".into()));
    }

    #[test]
    fn code_pages() {
        let text = Text::default();
        assert_eq!(text.short(&[4, 0xD5, 0xC5, 0xC8, 0xFD]).unwrap(), "张三");
        let western = Text { wide: false, encoding: codepage(1252) };
        assert_eq!(western.short(&[4, 0xD5, 0xC5, 0xC8, 0xFD]).unwrap(), "张三");
        assert_eq!(western.short(&[4, b'c', b'a', b'f', 0xE9]).unwrap(), "café");
        let wide = Text { wide: true, ..Text::default() };
        assert_eq!(wide.long(&[&[2, 0, 1, 0x20, 0x5F, 0x09, 0x4E]]).unwrap(), "张三");
        assert_eq!(wide.short(&[1, 0, 0xE9]).unwrap(), "é");
    }
}
