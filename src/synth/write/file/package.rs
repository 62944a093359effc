//! Zip containers with equal bytes for equal contents: parts in a given order, all dated 1980-01-01.

use std::io::{self, BufWriter, Cursor, Write};

use encoding_rs::GBK;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Finished;

/// A package (xlsx, xlsb, ods) under construction.
pub(super) struct Package(ZipWriter<Cursor<Vec<u8>>>);

impl Package {
    pub fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    /// Adds a compressed part.
    pub fn part(&mut self, name: &str, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.add(name, CompressionMethod::Deflated, content)
    }

    /// Adds a part that is not compressed, as ODF asks for its `mimetype`.
    pub fn stored_part(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.add(name, CompressionMethod::Stored, |out| out.write_all(bytes))
    }

    fn add(
        &mut self,
        name: &str,
        method: CompressionMethod,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644);
        self.0.start_file(name, options)?;
        // Cells are written in scraps of a few bytes, each of which would be a call of the compressor.
        let mut out = BufWriter::with_capacity(1 << 16, &mut self.0);
        content(&mut out)?;
        out.flush()
    }

    pub fn finish(self) -> io::Result<Vec<u8>> {
        Ok(self.0.finish()?.into_inner())
    }
}

/// A zip of whole files. With `gbk` the names are written as Chinese Windows always did: in GBK, without the flag
/// that says UTF-8.
pub(in crate::synth::write) fn archive(members: &[Finished], gbk: bool) -> io::Result<Vec<u8>> {
    let mut package = Package::new();
    let mut renamed = Vec::new();
    for (i, member) in members.iter().enumerate() {
        let (name, _, lossy) = GBK.encode(&member.path);
        // The zip crate writes names in UTF-8 only. A name of the same length in ASCII keeps the place.
        let held = format!("~{i:06}~");
        if gbk && !lossy && !member.path.is_ascii() && name.len() >= held.len() {
            let placeholder = format!("{held:~<width$}", width = name.len());
            package.part(&placeholder, |out| out.write_all(&member.bytes))?;
            renamed.push((placeholder.into_bytes(), name.into_owned()));
        } else {
            package.part(&member.path, |out| out.write_all(&member.bytes))?;
        }
    }
    let mut bytes = package.finish()?;
    rename(&mut bytes, &renamed);
    Ok(bytes)
}

/// Puts names in place of others of the same length, in the local headers and then in the central directory, both of which
/// keep the members' order. Names are told from member bytes by the signature that stands 30 and 46 bytes before them
/// (APPNOTE.TXT 4.3.7, 4.3.12).
fn rename(zip: &mut [u8], names: &[(Vec<u8>, Vec<u8>)]) {
    let mut from = 0;
    for (signature, before) in [(b"PK\x03\x04", 30), (b"PK\x01\x02", 46)] {
        for (placeholder, name) in names {
            let found = zip[from..]
                .windows(before + placeholder.len())
                .position(|w| w.starts_with(signature) && w.ends_with(placeholder));
            if let Some(at) = found {
                from += at + before;
                zip[from..from + name.len()].copy_from_slice(name);
            }
        }
    }
}

/// Text for an XML file: markup escaped, control characters that XML 1.0 forbids left out. A line break becomes a
/// character reference, so that it survives in attributes as well.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
pub(super) mod tests_support {
    use std::io::{Cursor, Read};

    /// A part of a package as text.
    pub fn unzip(bytes: &[u8], part: &str) -> String {
        let mut text = String::new();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        zip.by_name(part).unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_escapes() {
        for (text, expected) in [
            ("a<b&\"c\">", "a&lt;b&amp;&quot;c&quot;&gt;"),
            ("身份\n证号\t", "身份&#10;证号&#9;"),
            ("\u{1}\u{fffe}x", "\u{fffe}x"),
        ] {
            assert_eq!(xml(text), expected);
        }
    }

    #[test]
    fn names_in_gbk_are_really_gbk() {
        let member = |path: &str| Finished { path: path.into(), bytes: b"1,2\n".repeat(30) };
        let members = [member("低保家庭.csv"), member("plain.csv"), member("二.csv")];
        let bytes = archive(&members, true).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let names: Vec<String> =
            (0..3).map(|i| GBK.decode(zip.by_index(i).unwrap().name_raw()).0.into_owned()).collect();
        assert_eq!(names[..2], ["低保家庭.csv", "plain.csv"]);
        for (i, member) in members.iter().enumerate() {
            let mut out = Vec::new();
            io::copy(&mut zip.by_index(i).unwrap(), &mut out).unwrap();
            assert_eq!(out, member.bytes);
        }
        assert_eq!(archive(&members, true).unwrap(), bytes);
        assert_ne!(archive(&members, false).unwrap(), bytes);
    }
}
