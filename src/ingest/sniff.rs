//! What a file is, by its content alone: names lie (`.xls` that is a web page is the commonest of all).

use super::text;

/// What a file turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    /// A zip file: a package of Office, or an archive.
    Zip,
    /// A compound file.
    Ole,
    /// Records of Excel 2 to 4 without a compound file around them.
    RawBiff,
    Html,
    /// A web page with its parts in one file.
    Mhtml,
    /// XML Spreadsheet 2003.
    SpreadsheetMl,
    /// OpenDocument in one XML file.
    FlatOds,
    /// Another XML document.
    Xml,
    Rtf,
    /// A table in an old exchange format that is not read; its name.
    Exchange(&'static str),
    /// An archive other than zip; its name.
    Archive(&'static str),
    Text,
    /// Certainly no table; what it is.
    Other(&'static str),
    /// Bytes nothing is known of.
    Binary,
}

/// How much of a file is looked at.
const HEAD: usize = 8192;

const MAGIC: [(&[u8], Kind); 20] = [
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Ole),
    (b"\x09\x08\x10\x00\x00\x06", Kind::RawBiff),
    (b"\x09\x08\x08\x00\x00\x05", Kind::RawBiff),
    (b"\x09\x04\x06\x00", Kind::RawBiff),
    (b"\x09\x02\x06\x00", Kind::RawBiff),
    (b"\x09\x00\x04\x00", Kind::RawBiff),
    (b"{\\rtf", Kind::Rtf),
    (b"Rar!\x1A\x07", Kind::Archive("RAR")),
    (b"7z\xBC\xAF\x27\x1C", Kind::Archive("7z")),
    (b"\x1F\x8B", Kind::Archive("gzip")),
    (b"%PDF", Kind::Other("PDF 文档")),
    (b"\x89PNG\r\n\x1A\n", Kind::Other("图片")),
    (b"\xFF\xD8\xFF", Kind::Other("图片")),
    (b"GIF8", Kind::Other("图片")),
    (b"II*\x00", Kind::Other("图片")),
    (b"MM\x00*", Kind::Other("图片")),
    (b"SQLite format 3\x00", Kind::Other("数据库")),
    (b"PAR1", Kind::Other("Parquet 数据文件")),
];

/// Tells the kind of a file from its bytes.
pub(super) fn sniff(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Empty;
    }
    // Some transfers put a byte-order mark or blank lines before what is no text at all.
    if junk_before_zip(bytes) > 0 {
        return Kind::Zip;
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return *kind;
    }
    if (bytes.starts_with(b"BM") || bytes.starts_with(b"RIFF")) && bytes.iter().take(16).any(|b| *b == 0) {
        return Kind::Other("图片或影音");
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let Some(text) = text::head(head) else { return Kind::Binary };
    markup(&text.to_ascii_lowercase())
}

/// How many bytes of a byte-order mark and line breaks stand before the signature of a zip file; 0 where it is none.
fn junk_before_zip(bytes: &[u8]) -> usize {
    /// More than any transfer adds.
    const MOST: usize = 16;
    let head = &bytes[..bytes.len().min(MOST + 4)];
    let body = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if body.starts_with(b"PK\x03\x04") { head.len() - body.len() } else { 0 }
}

/// The exchange formats of old spreadsheets, whose lines would pass for a text of odd columns. `text` is in lower case.
fn exchange(text: &str) -> Option<&'static str> {
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.next()?;
    if first.starts_with("id;p") && lines.clone().any(|l| l.starts_with("c;") && l.contains(";k")) {
        return Some("SYLK（.slk）");
    }
    let is_dif = first == "table" && lines.next() == Some("0,1") && lines.any(|l| l == "vectors" || l == "tuples");
    is_dif.then_some("DIF（.dif）")
}

fn markup(text: &str) -> Kind {
    let text = text.trim_start();
    if let Some(name) = exchange(text) {
        return Kind::Exchange(name);
    }
    let has = |word: &str| text.contains(word);
    if (text.starts_with("mime-version:") || text.starts_with("from:")) && has("multipart/related") {
        return Kind::Mhtml;
    }
    if !text.starts_with('<') {
        return Kind::Text;
    }
    const PAGE: [&str; 2] = ["<html", "<!doctype html"];
    const FRAGMENT: [&str; 8] = ["<table", "<meta", "<head", "<body", "<style", "<tr", "<div", "<script"];
    if PAGE.iter().any(|tag| has(tag)) {
        Kind::Html
    } else if has("urn:schemas-microsoft-com:office:spreadsheet") {
        Kind::SpreadsheetMl
    } else if has("urn:oasis:names:tc:opendocument:xmlns:office") {
        Kind::FlatOds
    } else if FRAGMENT.iter().any(|tag| has(tag)) {
        // `<Styles>` of the formats above looks like one, so they come first.
        Kind::Html
    } else if text.starts_with("<?xml") {
        Kind::Xml
    } else {
        Kind::Text
    }
}

/// Whether a name says that its file is bookkeeping of a program or system, not a delivery.
pub(super) fn is_clutter(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let folder = name.split('/').any(|step| step == "__MACOSX");
    let lower = file.to_ascii_lowercase();
    folder
        || ["~$", ".~", "._"].iter().any(|p| file.starts_with(p))
        || matches!(lower.as_str(), ".ds_store" | "thumbs.db" | "desktop.ini")
}

/// Whether a name claims that its file is a workbook, which an archive is not.
pub(super) fn claims_workbook(name: &str) -> bool {
    claims_table(name) && !name.to_ascii_lowercase().ends_with(".zip")
}

/// Whether a name claims that its file is a table.
pub(super) fn claims_table(name: &str) -> bool {
    const TABLES: [&str; 11] = ["xls", "xlsx", "xlsm", "xlsb", "et", "ett", "ods", "csv", "tsv", "txt", "zip"];
    name.rsplit_once('.').is_some_and(|(_, ext)| TABLES.iter().any(|t| ext.eq_ignore_ascii_case(t)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let cases: [(&[u8], Kind); 16] = [
            (b"", Kind::Empty),
            (b"PK\x03\x04rest", Kind::Zip),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..", Kind::Ole),
            (b"\x09\x08\x10\x00\x00\x06\x05\x00", Kind::RawBiff),
            (b"\xEF\xBB\xBF \r\n<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\">", Kind::Html),
            (b"<table><tr><td>1", Kind::Html),
            (b"<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\">", Kind::Html),
            (
                b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Styles>",
                Kind::SpreadsheetMl,
            ),
            (b"<?xml version=\"1.0\"?><rss/>", Kind::Xml),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Kind::Mhtml),
            (b"%PDF-1.7", Kind::Other("PDF 文档")),
            (b"\xD0\xD5\xC3\xFB,\xD0\xD4\xB1\xF0\r\n", Kind::Text),
            (b"\xFF\xFE\x3C\x00t\x00a\x00b\x00l\x00e\x00>\x00", Kind::Html),
            (b"BM,1,2\n", Kind::Text),
            (b"\x00\x01\x02\x03\x04\x05\x06", Kind::Binary),
            (b"<5\xE4\xB8\x87", Kind::Text),
        ];
        for (bytes, want) in cases {
            assert_eq!(sniff(bytes), want, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_stands_before_a_zip_file_and_old_exchange_formats() {
        for junk in [&b"\xEF\xBB\xBF"[..], b"\r\n", b"\n\n\n", b"\xEF\xBB\xBF\r\n"] {
            assert_eq!(sniff(&[junk, b"PK\x03\x04rest"].concat()), Kind::Zip, "{}", junk.escape_ascii());
        }
        assert_eq!(sniff(b"\r\nPK,1\n"), Kind::Text);
        let sylk = b"ID;PWXL;N;E\r\nB;Y2;X2\r\nC;Y1;X1;K\"\xD0\xD5\xC3\xFB\"\r\nE\r\n";
        assert_eq!(sniff(sylk), Kind::Exchange("SYLK（.slk）"));
        assert_eq!(sniff(b"ID;Person;Betrag\n1;2;3\n"), Kind::Text, "a list whose first column is ID");
        let dif = b"TABLE\r\n0,1\r\n\"EXCEL\"\r\nVECTORS\r\n0,2\r\n\"\"\r\n";
        assert_eq!(sniff(dif), Kind::Exchange("DIF（.dif）"));
        assert_eq!(sniff(b"table\n1,2\n"), Kind::Text);
    }

    #[test]
    fn names() {
        for name in ["~$a.xlsx", "x/.~a.xlsx", "a.zip/__MACOSX/b.xlsx", ".DS_Store", "d/Thumbs.db", "._a.xlsx"] {
            assert!(is_clutter(name), "{name}");
        }
        assert!(!is_clutter("a/困难职工.xlsx") && claims_table("a.XLS") && !claims_table("a.docx"));
    }
}
