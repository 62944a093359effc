//! `findings.csv`: the contract for machines.
//!
//! UTF-8 with BOM, comma, RFC 4180 quotes, LF, no line break inside a cell, a header even without findings. Rows come in
//! the model's order. A text that begins with `= + - @`, tab or CR gets a leading `'`, so that no spreadsheet program
//! takes a cell of an input for a formula; what this program computes (ids, codes, numbers, dates) never does.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use crate::report::model::{EvidenceRow, FindingRow};

/// Header of the table.
pub const COLUMNS: [&str; 25] = [
    "finding_id",
    "rule",
    "severity",
    "status",
    "unit",
    "parent_unit",
    "file_no",
    "name",
    "id_number",
    "field",
    "ref",
    "case",
    "electronic",
    "paper",
    "civil",
    "payment",
    "other",
    "amount",
    "message",
    "evidence",
    "basis",
    "advice",
    "confidence",
    "first_seen",
    "last_seen",
];

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Writes the whole file. With `mask`, long numbers are masked and finding_id is empty, because it stands only where the
/// full number may (it is a hash of few possible inputs).
///
/// # Errors
/// As the system says.
pub fn write(out: impl Write, findings: &[FindingRow], mask: bool) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut text = BOM.to_vec();
    line(&mut text, COLUMNS.iter().map(|&title| Cow::Borrowed(title)));
    out.write_all(&text)?;
    for finding in findings {
        text.clear();
        line(&mut text, cells(finding, mask));
        out.write_all(&text)?;
    }
    out.flush()
}

fn cells(finding: &FindingRow, mask: bool) -> [Cow<'_, str>; 25] {
    let text = |written| cell(written, mask);
    let [electronic, paper, civil, payment, other] = &finding.values;
    [
        Cow::Borrowed(if mask { "" } else { &finding.id }),
        Cow::Borrowed(&finding.rule),
        Cow::Borrowed(finding.severity.id()),
        Cow::Borrowed(finding.status.id()),
        text(&finding.unit),
        text(&finding.parent_unit),
        text(&finding.file_no),
        text(&finding.name),
        text(&finding.id_number),
        text(&finding.field),
        text(&finding.reference),
        text(&finding.case),
        text(electronic),
        text(paper),
        text(civil),
        text(payment),
        text(other),
        Cow::Owned(finding.amount.map(yuan).unwrap_or_default()),
        text(&finding.message),
        Cow::Owned(cell(&evidence(&finding.evidence), mask).into_owned()),
        text(&finding.basis),
        text(&finding.advice),
        Cow::Owned(finding.confidence.map(|c| format!("{}.{:03}", c / 1000, c % 1000)).unwrap_or_default()),
        Cow::Owned(finding.first_seen.to_string()),
        Cow::Owned(finding.last_seen.to_string()),
    ]
}

/// `path!sheet!row[title]` joined by `; `, in the order given.
pub(super) fn evidence(places: &[EvidenceRow]) -> String {
    let shown: Vec<_> = places.iter().map(|p| format!("{}!{}!{}[{}]", p.path, p.sheet, p.row, p.title)).collect();
    shown.join("; ")
}

/// Fen as yuan with two decimals.
pub fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// A text cell: one line, harmless to a spreadsheet program, masked if asked.
fn cell(written: &str, mask: bool) -> Cow<'_, str> {
    let mut text = single_line(written);
    if mask {
        text = Cow::Owned(masked(&text));
    }
    if written.starts_with(['=', '+', '-', '@', '\t', '\r']) || text.starts_with(['=', '+', '-', '@', '\t']) {
        text = Cow::Owned(format!("'{text}"));
    }
    text
}

/// Each run of line breaks becomes one blank.
pub(super) fn single_line(text: &str) -> Cow<'_, str> {
    let is_break = |c| matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if !text.contains(is_break) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    let mut in_break = false;
    for c in text.chars() {
        if !is_break(c) {
            line.push(c);
        } else if !in_break {
            line.push(' ');
        }
        in_break = is_break(c);
    }
    Cow::Owned(line)
}

/// Keeps the first six and the last four characters of every run of 15 and more digits (the last may be X).
pub(super) fn masked(text: &str) -> String {
    const SHORTEST: usize = 15;
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        shown.push_str(&rest[..start]);
        rest = &rest[start..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = digits + usize::from(matches!(rest.as_bytes().get(digits), Some(b'X' | b'x')));
        let (number, after) = rest.split_at(length);
        if length >= SHORTEST {
            shown.push_str(&number[..6]);
            shown.extend(std::iter::repeat_n('*', length - 10));
            shown.push_str(&number[length - 4..]);
        } else {
            shown.push_str(number);
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

fn line<'a>(table: &mut Vec<u8>, cells: impl IntoIterator<Item = Cow<'a, str>>) {
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            table.push(b',');
        }
        if cell.contains([',', '"']) || cell.starts_with(' ') || cell.ends_with(' ') {
            table.push(b'"');
            table.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            table.push(b'"');
        } else {
            table.extend_from_slice(cell.as_bytes());
        }
    }
    table.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn bytes(findings: &[FindingRow], mask: bool) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, findings, mask).unwrap();
        out
    }

    fn read(table: &[u8]) -> Vec<Vec<String>> {
        let text = table.strip_prefix(BOM).expect("BOM");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
        reader.records().map(|r| r.unwrap().iter().map(String::from).collect()).collect()
    }

    #[test]
    fn header_even_without_findings() {
        let table = bytes(&[], false);
        assert_eq!(read(&table), [COLUMNS.map(String::from).to_vec()]);
        assert!(table.ends_with(b"last_seen\n") && !table.contains(&b'\r'));
    }

    #[test]
    fn cells_are_safe_and_single_lines() {
        for (written, expected) in [
            ("王小明", "王小明"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-5", "'-5"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "' x"),
            ("a\r\nb\n\nc", "a b c"),
            ("1-2", "1-2"),
            ("", ""),
        ] {
            assert_eq!(cell(written, false), expected, "{written:?}");
        }
    }

    #[test]
    fn numbers_and_ids_stay_bare() {
        let mut finding = sample::finding(1);
        finding.amount = Some(-5);
        finding.confidence = Some(87);
        finding.name = "=1+1,\"引号\"\n换行".into();
        let rows = read(&bytes(&[finding.clone()], false));
        assert_eq!(rows[1][0], finding.id);
        assert_eq!(rows[1][7], "'=1+1,\"引号\" 换行");
        assert_eq!(rows[1][8], finding.id_number);
        assert_eq!(rows[1][17], "-0.05");
        assert_eq!(rows[1][19], "inbox/电子档案.xlsx!在档!13[联系电话]; inbox/纸质档案.xls!Sheet1!8[电话]");
        assert_eq!(rows[1][22], "0.087");
        assert_eq!(rows[1][23], "2019-08-20");
    }

    #[test]
    fn masking_hides_long_numbers_everywhere() {
        for (written, expected) in [
            ("51010419800101123X", "510104********123X"),
            ("号码510104198001011234有误；13800000000", "号码510104********1234有误；13800000000"),
            ("510104800101123", "510104*****1123"),
        ] {
            assert_eq!(masked(written), expected);
        }
        let rows = read(&bytes(&[sample::finding(1)], true));
        assert_eq!(rows[1][0], "");
        assert!(rows[1][8].contains("********"));
    }

    #[test]
    fn money_has_two_decimals() {
        for (fen, expected) in
            [(0, "0.00"), (5, "0.05"), (120_050, "1200.50"), (-1, "-0.01"), (i64::MIN, "-92233720368547758.08")]
        {
            assert_eq!(yuan(fen), expected);
        }
    }
}
