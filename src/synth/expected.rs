//! `expected_findings.csv`: the findings that the product must give on a written world.
//!
//! The conventions of `field` and `ref` that the rule catalogue leaves to the rule stand here, in one place: a finding on a
//! value names the value's field; ID101, ID103, ID104, ID106, ID107 and ID108, of which one is given per row, carry the
//! source kind as `ref`; findings on several files carry all of their file numbers.

use super::export::Expected;

/// A finding with all its columns.
pub fn finding(rule: &str, file_no: &str, id_number: &str, field: &str, reference: &str) -> Expected {
    Expected {
        rule: rule.to_owned(),
        file_no: file_no.to_owned(),
        id_number: id_number.to_owned(),
        field: field.to_owned(),
        reference: reference.to_owned(),
    }
}

/// Several keys as one `ref`: sorted by code point, joined by `+`.
pub fn joined(keys: &[&str]) -> String {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    keys.join("+")
}

/// The file: UTF-8 with BOM, LF, header rule,file_no,id_number,field,ref; quoted by RFC 4180 where needed.
pub fn to_csv(expected: &[Expected]) -> String {
    let mut out = String::from("\u{feff}rule,file_no,id_number,field,ref\n");
    for e in expected {
        let cells = [&e.rule, &e.file_no, &e.id_number, &e.field, &e.reference].map(|c| quoted(c));
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv() {
        let rows = [finding("ID101", "KN1", "51,0", "id_number", "efile"), finding("JD201", "KN2", "", "", "a\"b")];
        assert_eq!(
            to_csv(&rows),
            "\u{feff}rule,file_no,id_number,field,ref\nID101,KN1,\"51,0\",id_number,efile\nJD201,KN2,,,\"a\"\"b\"\n"
        );
        assert_eq!(joined(&["KN2", "KN1", "KN2"]), "KN1+KN2");
    }
}
