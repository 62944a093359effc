//! Delimited text: CSV, TSV and what calls itself so, in the encodings of Chinese offices.

use super::grid::Grid;
use super::{CellKind, Format, RawSheet, ReadError, ReadOptions};
use csv::ByteRecord;
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// What stands for bytes that are no character.
const BROKEN: char = '\u{FFFD}';

/// How much of a text is looked at to find its delimiter.
const SAMPLE: usize = 64 * 1024;

/// Reads delimited text. All cells are text; the number of a row is the number of its record as Excel shows
/// it: blank lines count, and a record with line breaks inside quotes is one row.
///
/// # Errors
/// Bytes that are no text in the encoding.
pub(super) fn read(bytes: Vec<u8>, options: &ReadOptions) -> Result<(Format, RawSheet), ReadError> {
    let (mut text, encoding) = decode(bytes, options.encoding.as_deref(), None)?;
    // Padding of fields, and the end mark of DOS.
    if text.contains('\0') {
        text.retain(|c| c != '\0');
    }
    text.truncate(text.trim_end_matches('\u{1a}').len());
    let (body, hint) = separator_hint(&text);
    let delimiter = hint.unwrap_or_else(|| delimiter(body));
    let mut sheet = records(body, delimiter, true)?;
    if sheet.1 {
        // A stray quote would swallow the rows behind it: here quotes are just characters.
        sheet = records(body, delimiter, false)?;
    }
    Ok((Format::Text { encoding, delimiter }, sheet.0))
}

/// Decodes a whole file: by the wanted encoding if there is one, else byte-order mark, strict UTF-8, UTF-16 by
/// its pattern of zeros, `declared`, GB18030 without errors. Also gives the name of the encoding.
///
/// # Errors
/// None of them fits, or the wanted encoding is unknown or does not.
pub(super) fn decode(
    bytes: Vec<u8>,
    wanted: Option<&str>,
    declared: Option<&'static Encoding>,
) -> Result<(String, &'static str), ReadError> {
    let strict = |encoding: &'static Encoding, bytes: &[u8]| {
        let (text, faulty) = encoding.decode_with_bom_removal(bytes);
        (!faulty).then(|| (text.into_owned(), encoding.name()))
    };
    if let Some(label) = wanted {
        let encoding = encoding(label).ok_or_else(|| {
            ReadError::new(format!("不认识的文字编码 {label}"), "请把 encoding 改为 utf-8、gb18030 或 utf-16")
        })?;
        return strict(encoding, &bytes).or_else(|| lenient(&[encoding], &bytes)).ok_or_else(|| {
            ReadError::new(format!("文件不是 {label} 编码"), "请改正配置里的 encoding，或去掉它让程序自己判断")
        });
    }
    if let Some((encoding, _)) = Encoding::for_bom(&bytes)
        && encoding != UTF_8
    {
        return strict(encoding, &bytes).or_else(|| lenient(&[encoding], &bytes)).ok_or_else(undecodable);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(mut text) => {
            if let Some(encoding) = utf16_by_zeros(text.as_bytes()) {
                return strict(encoding, text.as_bytes()).ok_or_else(undecodable);
            }
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            return Ok((text, UTF_8.name()));
        }
        Err(error) => error.into_bytes(),
    };
    let candidates = [utf16_by_zeros(&bytes), declared.map(widened), Some(GB18030)];
    let candidates: Vec<&'static Encoding> = candidates.into_iter().flatten().collect();
    let whole = candidates.iter().find_map(|encoding| strict(encoding, &bytes));
    whole.or_else(|| lenient(&[UTF_8, candidates.last().copied().unwrap_or(GB18030)], &bytes)).ok_or_else(undecodable)
}

/// Characters of which one at most may be broken in a file that is read all the same.
const TEXT_PER_FAULT: usize = 100;

/// A half character (a program cut a remark by bytes) costs its cell, not the file: what cannot be decoded becomes `U+FFFD`,
/// in the encoding that breaks least. None where so much is broken that the encoding is another one.
fn lenient(encodings: &[&'static Encoding], bytes: &[u8]) -> Option<(String, &'static str)> {
    let decoded = encodings.iter().map(|encoding| {
        let text = encoding.decode_with_bom_removal(bytes).0.into_owned();
        let broken = text.chars().filter(|c| *c == BROKEN).count();
        (broken, text, encoding.name())
    });
    let (broken, text, name) = decoded.min_by_key(|(broken, ..)| *broken)?;
    (broken * TEXT_PER_FAULT <= text.chars().count()).then_some((text, name))
}

/// The encoding that a label of the configuration means.
pub(super) fn encoding(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).map(widened)
}

/// GB2312 and GBK are read as GB18030, which contains both and the rare characters of names.
fn widened(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

fn undecodable() -> ReadError {
    ReadError::new(
        "文字编码认不出（不是 UTF-8、UTF-16 或 GB18030）",
        "请用 WPS 或 Excel 打开后另存为 .xlsx，或在配置 [[source]] 写 encoding",
    )
}

/// UTF-16 without a mark: ASCII in it has its zeros always on the same side.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(8192)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match (even, odd) {
        (0, n) if n * 50 >= head.len().max(1) => Some(UTF_16LE),
        (n, 0) if n * 50 >= head.len().max(1) => Some(UTF_16BE),
        _ => None,
    }
}

/// The beginning of a file as text for sniffing, `None` where it is binary.
pub(super) fn head(bytes: &[u8]) -> Option<String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => utf16_by_zeros(bytes).unwrap_or(UTF_8),
    };
    // Markup is ASCII: it stands out in any of the encodings.
    let text = encoding.decode(bytes).0;
    let text = text.trim_end_matches('\u{1a}');
    let control = |c: &char| matches!(*c, '\u{1}'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}');
    let count = |wanted: &dyn Fn(&char) -> bool| text.chars().filter(|c| wanted(c)).count();
    // Exports of fixed width fill their fields up with NUL; what else has many has other control characters too, or
    // little that is text.
    let nuls = count(&|c| *c == '\0');
    let binary = count(&control) * 100 > bytes.len()
        || nuls * 2 > bytes.len()
        || (nuls * 100 > bytes.len() && !text.contains([',', '\t', ';', '|']));
    (!binary).then(|| text.to_owned())
}

/// The `sep=;` line with which some programs tell Excel the delimiter; Excel does not show it.
fn separator_hint(text: &str) -> (&str, Option<u8>) {
    let found = || {
        let rest = text.strip_prefix("sep=").or_else(|| text.strip_prefix("SEP="))?;
        let (delimiter, rest) = rest.split_at_checked(1)?;
        let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
        Some((rest, delimiter.as_bytes()[0]))
    };
    found().map_or((text, None), |(rest, delimiter)| (rest, Some(delimiter)))
}

/// The delimiter by which the most lines have the same number of fields; the comma where there is none.
fn delimiter(text: &str) -> u8 {
    let sample = match text.char_indices().map(|(i, _)| i).find(|i| *i >= SAMPLE) {
        // Without the line that is cut.
        Some(end) => text[..end].rsplit_once('\n').map_or(&text[..end], |(whole, _)| whole),
        None => text,
    };
    let score = |delimiter: u8| {
        let counts = delimiters_per_line(sample.as_bytes(), delimiter);
        let most = counts.iter().filter(|n| **n > 0).map(|n| (counts.iter().filter(|m| *m == n).count(), *n)).max();
        most.unwrap_or((0, 0))
    };
    let mut best = (b',', score(b','));
    for candidate in [b'\t', b';', b'|'] {
        let found = score(candidate);
        if found > best.1 {
            best = (candidate, found);
        }
    }
    best.0
}

/// How many delimiters each line has, outside quotes.
fn delimiters_per_line(text: &[u8], delimiter: u8) -> Vec<usize> {
    let (mut counts, mut count, mut quoted, mut field_start) = (Vec::new(), 0, false, true);
    for &b in text {
        match b {
            b'"' if quoted => quoted = false,
            // A doubled quote closes and opens again; one inside a field is just a character.
            b'"' if field_start => quoted = true,
            b'\n' if !quoted => {
                counts.push(count);
                count = 0;
            }
            _ if b == delimiter && !quoted => count += 1,
            _ => {}
        }
        field_start = !quoted && (b == delimiter || b == b'\n' || b == b'"');
    }
    counts.push(count);
    counts
}

/// Splits the text into a sheet, and tells whether its quotes are unsound (the sheet is then not whole).
fn records(text: &str, delimiter: u8, quoting: bool) -> Result<(RawSheet, bool), ReadError> {
    let bytes = text.as_bytes();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quoting)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut grid = Grid::new("");
    let mut record = ByteRecord::new();
    let (mut number, mut last_start, mut line) = (0u32, 0, 1);
    let mut widths = Widths::default();
    // A delimiter that can be the second half of a character may have been swallowed by a broken one.
    let width = if delimiter == b'|' { usual_width(text) } else { None };
    while reader.read_byte_record(&mut record).map_err(|_| ReadError::damaged("文本表格读不下去"))? {
        let at = record.position().map_or(0, |p| p.byte() as usize);
        // The crate passes over blank lines; a person counts them.
        let start = at + bytes[at..].iter().take_while(|b| is_break(**b)).count();
        let gap = bytes[last_start..start].iter().rev().take_while(|b| is_break(**b)).count();
        number = number.saturating_add(breaks(&bytes[start - gap..start]) + u32::from(last_start == 0 && number == 0));
        last_start = start;
        let end = reader.position();
        let (end, lines) = (end.byte() as usize, end.line() - std::mem::replace(&mut line, end.line()));
        if quoting && (lines > 1 || end >= bytes.len()) && unsound(&bytes[start..end], delimiter) {
            return Ok((grid.finish(), true));
        }
        grid.row(number, false)?;
        let repaired = width.filter(|w| record.len() < *w).and_then(|w| unswallowed(&bytes[start..end], w));
        let fields: Vec<&str> = match &repaired {
            Some(line) => line.split('|').collect(),
            None => record.iter().map(std::str::from_utf8).collect::<Result<_, _>>().map_err(|_| undecodable())?,
        };
        widths.see(number, fields.len());
        for (col, field) in (0u32..).zip(fields) {
            grid.put(col, CellKind::Text, field)?;
            if field.contains(BROKEN) {
                grid.broken(col);
            }
        }
    }
    grid.overlong(widths.longer());
    Ok((grid.finish(), false))
}

/// How many fields the rows of a file have.
#[derive(Default)]
struct Widths {
    counts: std::collections::BTreeMap<usize, usize>,
    /// Rows that have another width than the first, with it.
    odd: Vec<(u32, usize)>,
    first: Option<usize>,
}

impl Widths {
    fn see(&mut self, row: u32, width: usize) {
        *self.counts.entry(width).or_default() += 1;
        if *self.first.get_or_insert(width) != width {
            self.odd.push((row, width));
        }
    }

    /// Rows with more fields than most.
    fn longer(self) -> Vec<u32> {
        let usual = self.counts.iter().max_by_key(|(_, n)| **n).map_or(0, |(w, _)| *w);
        // A title line above makes every row differ from the first.
        self.odd.into_iter().filter(|(_, width)| *width > usual).map(|(row, _)| row).collect()
    }
}

/// The number of fields that most lines have.
fn usual_width(text: &str) -> Option<usize> {
    let mut widths = Widths::default();
    for line in text.lines() {
        widths.see(0, line.split('|').count());
    }
    widths.counts.iter().max_by_key(|(_, n)| **n).map(|(w, _)| *w)
}

/// A line in which half a character swallowed the `|` behind it (in GBK `|` can be the second byte of one), with the halves
/// apart again; None where that does not give the width, or more than one way does.
fn unswallowed(line: &[u8], width: usize) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?.trim_end_matches(['\r', '\n']);
    let wanting = width.checked_sub(line.split('|').count())?;
    let swallowed = |c: char| {
        let mut text = [0u8; 4];
        let (bytes, _, faulty) = GB18030.encode(c.encode_utf8(&mut text));
        !faulty && bytes.len() == 2 && bytes[1] == b'|'
    };
    if line.chars().filter(|c| swallowed(*c)).count() != wanting {
        return None;
    }
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if swallowed(c) {
            out.push(BROKEN);
            out.push('|');
        } else {
            out.push(c);
        }
    }
    Some(out)
}

fn is_break(b: u8) -> bool {
    matches!(b, b'\r' | b'\n')
}

/// Line breaks in a run of `\r` and `\n`, `\r\n` being one.
fn breaks(run: &[u8]) -> u32 {
    let pairs = run.windows(2).filter(|w| w == b"\r\n").count();
    (run.len() - pairs) as u32
}

/// Whether a record ends inside quotes, or a quoted field goes on behind its closing quote: signs of a quote
/// that was meant as a character.
fn unsound(record: &[u8], delimiter: u8) -> bool {
    let (mut quoted, mut field_start, mut closed) = (false, true, false);
    for &b in record {
        match b {
            b'"' if quoted => (quoted, closed) = (false, true),
            b'"' if field_start || closed => (quoted, closed) = (true, false),
            _ if quoted => {}
            _ if b == delimiter || is_break(b) => closed = false,
            _ if closed => return true,
            _ => {}
        }
        field_start = !quoted && b == delimiter;
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(bytes: &[u8]) -> (Format, RawSheet) {
        read(bytes.to_vec(), &ReadOptions::default()).unwrap()
    }

    fn rows(sheet: &RawSheet) -> Vec<(u32, Vec<&str>)> {
        sheet.rows().iter().map(|r| (r.number, sheet.cells(r).iter().map(|c| sheet.text(c)).collect())).collect()
    }

    #[test]
    fn encodings() {
        let text = "姓名,身份证号\n张㛃𠮷,1\n";
        let utf16 = |mark: &str| format!("{mark}{text}").encode_utf16().collect::<Vec<_>>();
        let le = |units: Vec<u16>| units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let be = |units: Vec<u16>| units.into_iter().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let cases = [
            (text.as_bytes().to_vec(), "UTF-8"),
            (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
            (GB18030.encode(text).0.into_owned(), "gb18030"),
            (le(utf16("\u{feff}")), "UTF-16LE"),
            (be(utf16("\u{feff}")), "UTF-16BE"),
            (le(utf16("")), "UTF-16LE"),
            (be(utf16("")), "UTF-16BE"),
        ];
        for (bytes, name) in cases {
            let (format, sheet) = read_text(&bytes);
            assert_eq!(format, Format::Text { encoding: name, delimiter: b',' });
            assert_eq!(sheet.text_at(2, 0), "张㛃𠮷", "{name}");
        }
        assert!(read(b"\xFF\xFF\xFF\xFFabc".to_vec(), &ReadOptions::default()).is_err());
        let wanted = |e: &str| ReadOptions { encoding: Some(e.into()), ..ReadOptions::default() };
        assert!(read(b"\xD5\xC5".to_vec(), &wanted("gbk")).is_ok());
        assert!(read(b"\xD5\xC5".to_vec(), &wanted("utf-8")).is_err());
        assert!(read(b"a".to_vec(), &wanted("klingon")).is_err());
    }

    #[test]
    fn half_a_character_costs_its_cell() {
        let text = "流水号,姓名,备注,金额\n".to_string() + &"LS1,张三,春节慰问金发放,500\n".repeat(30);
        let mut utf8 = text.clone().into_bytes();
        let at = text.find("金发放").expect("it is there") + 1;
        utf8.remove(at);
        let (_, sheet) = read_text(&utf8);
        assert_eq!(sheet.rows().len(), 31);
        assert_eq!(sheet.broken(), [(2, 2)]);
        assert_eq!(sheet.text_at(2, 3), "500");
        // In GBK the half character would swallow a `|`, which is the second byte of many characters.
        let text = text.replace(',', "|");
        let mut gbk = GB18030.encode(&text).0.into_owned();
        let end = gbk.iter().enumerate().filter(|(_, b)| **b == b'|').nth(5).expect("a delimiter").0;
        gbk.remove(end - 1);
        let (_, sheet) = read_text(&gbk);
        assert_eq!((sheet.text_at(2, 3), sheet.text_at(3, 3)), ("500", "500"));
        assert_eq!(sheet.broken(), [(2, 2)]);
        // A file of another encoding is no file with a few faults.
        let other: Vec<u8> = (0..400u32).map(|i| if i % 7 == 0 { b',' } else { 0x80 | (i % 64) as u8 }).collect();
        assert!(read(other, &ReadOptions::default()).is_err());
    }

    #[test]
    fn rows_with_more_fields_than_most_are_known() {
        let (_, sheet) = read_text("标题\na,b,c\n1,2,3\n4,5,6,\n7,8,9\n".as_bytes());
        assert!(sheet.is_overlong(4) && !sheet.is_overlong(3));
        let (_, sheet) = read_text("a,b,c\n1,2,3,\n4,5,6,\n7,8,9,\n".as_bytes());
        assert!(!sheet.is_overlong(2), "a comma behind every row is no shift");
    }

    #[test]
    fn padding_and_end_marks() {
        let padded = "姓名,证号\n张三\0\0\0\0,1\0\0\n李四\0\0\0\0,2\n\u{1a}";
        for bytes in [padded.as_bytes().to_vec(), GB18030.encode(padded).0.into_owned()] {
            assert!(head(&bytes).is_some());
            let (_, sheet) = read_text(&bytes);
            assert_eq!(rows(&sheet), [(1, vec!["姓名", "证号"]), (2, vec!["张三", "1"]), (3, vec!["李四", "2"])]);
        }
        assert!(head(b"\x01\0\0\0\x02\0\0\0\xFF\0\0\0,").is_none());
        assert!(head(&[0; 64]).is_none());
    }

    #[test]
    fn rows_are_counted_as_a_person_does() {
        let cases: [(&str, &[u32]); 8] = [
            ("a,b\nc,d\n", &[1, 2]),
            ("a,b\r\n\r\n\r\nc,d", &[1, 4]),
            ("\n\na,b\nc,d\n", &[3, 4]),
            ("a,\"x\ny\nz\"\nc,d\n", &[1, 2]),
            ("a,\"x\n\"\n\n\"\n\",d\n", &[1, 3]),
            ("a\rb\r\rc", &[1, 2, 4]),
            ("a,b\n,,,\nc,d\n", &[1, 3]),
            ("sep=;\r\na;b\r\nc;d", &[1, 2]),
        ];
        for (text, want) in cases {
            let (_, sheet) = read_text(text.as_bytes());
            let numbers: Vec<u32> = sheet.rows().iter().map(|r| r.number).collect();
            assert_eq!(numbers, want, "{text:?}");
        }
    }

    #[test]
    fn delimiters() {
        let cases = [
            ("标题\na,b;c\nd,e;f\n", b','),
            ("a\tb\tc,d\n1\t2\t3\n", b'\t'),
            ("a;b;c\n\"1,2\";3;4\n", b';'),
            ("a|b\n1|2\n", b'|'),
            ("a\nb\n", b','),
            ("", b','),
        ];
        for (text, want) in cases {
            assert_eq!(delimiter(text), want, "{text:?}");
        }
    }

    #[test]
    fn quotes_and_wrappers() {
        let (_, sheet) = read_text("a,=\"0012\",'5101\t\n\"x\"\"y\",5\"管,z\n".as_bytes());
        assert_eq!(rows(&sheet), [(1, vec!["a", "=\"0012\"", "'5101\t"]), (2, vec!["x\"y", "5\"管", "z"])]);
        // A stray quote must not swallow the households behind it.
        let (_, sheet) = read_text("a,\"b\nc,d\ne,\"f\n".as_bytes());
        assert_eq!(sheet.rows().len(), 3);
        let (_, sheet) = read_text("a,\"b\nc,d\ne,f\n".as_bytes());
        assert_eq!(rows(&sheet), [(1, vec!["a", "\"b"]), (2, vec!["c", "d"]), (3, vec!["e", "f"])]);
    }
}
