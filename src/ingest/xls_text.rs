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
    /// A text whose length is one byte (sheet names, BIFF5 formats).
    pub fn short(&self, data: &[u8]) -> Result<String, ReadError> {
        let mut data = Bytes(data);
        let length = usize::from(data.u8()?);
        self.body(Joined::new(&[data.0]), length)
    }

    /// A text whose length is two bytes, its record continued by the further parts.
    pub fn long(&self, parts: &[&[u8]]) -> Result<String, ReadError> {
        let mut joined = Joined::new(parts);
        let length = usize::from(joined.u16()?);
        self.body(joined, length)
    }

    fn body(&self, mut joined: Joined, length: usize) -> Result<String, ReadError> {
        let mut out = String::new();
        if self.wide {
            let flags = joined.u8()?;
            joined.chars(length, flags & 1 != 0, &mut out)?;
        } else {
            let bytes = joined.bytes(length)?;
            out.push_str(&self.encoding.decode_without_bom_handling(&bytes).0);
        }
        Ok(out)
    }
}

/// The shared strings from the parts of an `SST` record. The declared counts are not trusted: reading ends
/// with the data.
///
/// # Errors
/// The data ends inside a text.
pub(super) fn strings_of(parts: &[&[u8]]) -> Result<Vec<String>, ReadError> {
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
        joined.skip(runs * 4)?;
        joined.skip(extension)?;
        strings.push(text);
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
        assert_eq!(strings_of(&[first, second, third]).unwrap(), ["张a", "b"]);
        assert!(strings_of(&[first, second]).is_err());
        assert!(strings_of(&[first, &[0]]).is_err());
        assert!(strings_of(&[]).is_err());
    }

    #[test]
    fn code_pages() {
        let text = Text::default();
        assert_eq!(text.short(&[4, 0xD5, 0xC5, 0xC8, 0xFD]).unwrap(), "张三");
        let wide = Text { wide: true, ..Text::default() };
        assert_eq!(wide.long(&[&[2, 0, 1, 0x20, 0x5F, 0x09, 0x4E]]).unwrap(), "张三");
        assert_eq!(wide.short(&[1, 0, 0xE9]).unwrap(), "é");
    }
}
