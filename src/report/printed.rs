//! What a unit's workbook prints of the cells a finding rests on: each value under its name, a line a row of a source, and
//! where these rows stand.
//!
//! findings.csv has the same values as written, for machines; here they are for a person: whatever the row says already
//! (name, number, file) is not said again, the field in question needs no name, a bare sum has its 元.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::findings_csv::yuan;
use super::model::{EvidenceRow, FindingRow};
use crate::finding::Side;

/// Lines of one cell; what is more stands in findings.csv.
const MOST_LINES: usize = 8;
/// A sum of twelve months, compared with sums of one.
const OF_A_YEAR: &str = "income_per_capita_annual";

/// The texts of one finding, as its own unit reads them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// By [`Side::ALL`].
    pub sides: [String; 5],
    /// A line a row of a source.
    pub places: String,
}

/// Fills in what all findings print. `many_sheets`: paths of files of which more than one sheet is read.
pub fn fill(findings: &mut [FindingRow], many_sheets: &BTreeSet<String>) {
    let mut paths: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in findings.iter() {
        let of_unit = paths.entry(finding.unit.clone()).or_default();
        of_unit.extend(evidence(finding).iter().map(|cell| cell.path.clone()));
    }
    let names: BTreeMap<String, HashMap<String, String>> =
        paths.into_iter().map(|(unit, paths)| (unit, short_names(&paths))).collect();
    for finding in findings {
        let sides = sides(finding);
        let places = places(evidence(finding), &names[&finding.unit], many_sheets);
        finding.printed = Printed { sides, places };
    }
}

fn evidence(finding: &FindingRow) -> &[EvidenceRow] {
    finding.own_view.as_ref().map_or(&finding.evidence, |view| &view.evidence)
}

fn sides(finding: &FindingRow) -> [String; 5] {
    let own = finding.own_view.as_deref();
    let cells = evidence(finding);
    if cells.is_empty() {
        // Carried over: only what was written is known.
        return own.map_or(&finding.values, |view| &view.values).clone();
    }
    let said = match own {
        Some(view) => [&view.file_no, &view.name, &view.id_number],
        None => [&finding.file_no, &finding.name, &finding.id_number],
    };
    let repeats = |cell: &&EvidenceRow| {
        matches!(cell.field.as_str(), "file_no" | "name" | "head_name" | "id_number" | "head_id_number")
            && cell.field != finding.field
            && said.contains(&&cell.shown)
    };
    Side::ALL.map(|side| {
        let of_side = |cell: &&EvidenceRow| cell.side == side && !cell.context && !cell.shown.is_empty();
        let all: Vec<&EvidenceRow> = cells.iter().filter(of_side).collect();
        let mut news: Vec<&EvidenceRow> = all.iter().copied().filter(|cell| !repeats(cell)).collect();
        if news.is_empty() {
            // That there is such a row is what it says.
            news.extend(all.first());
        }
        side_text(&news, &finding.field)
    })
}

fn side_text(cells: &[&EvidenceRow], field: &str) -> String {
    let mut rows: Vec<Vec<&EvidenceRow>> = Vec::new();
    for cell in cells {
        let same_row = |row: &&mut Vec<&EvidenceRow>| {
            row.first().is_some_and(|c| (&c.path, &c.sheet, c.row) == (&cell.path, &cell.sheet, cell.row))
        };
        match rows.iter_mut().find(same_row) {
            Some(row) if row.iter().any(|c| (&c.label, &c.shown) == (&cell.label, &cell.shown)) => {}
            Some(row) => row.push(cell),
            None => rows.push(vec![cell]),
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for row in rows {
        let line = match row[..] {
            [only] if only.field == field => reading(only, false),
            _ => row.iter().map(|cell| labelled(cell)).collect::<Vec<_>>().join("，"),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    shortened(lines, "条")
}

fn labelled(cell: &EvidenceRow) -> String {
    let label = if cell.label.is_empty() { &cell.title } else { &cell.label };
    format!("{label} {}", reading(cell, true))
}

/// As written; a bare sum with its unit where asked, a year's sum with its way to one month.
fn reading(cell: &EvidenceRow, with_unit: bool) -> String {
    let is_bare = || cell.shown.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match cell.fen {
        Some(fen) if cell.field == OF_A_YEAR => format!("{}÷12={}元", cell.shown, yuan((fen + 6) / 12)),
        // A column in 万元 has another number than the sum.
        Some(fen) if with_unit && is_bare() && in_yuan(&cell.shown) == Some(fen) => format!("{}元", cell.shown),
        _ => cell.shown.clone(),
    }
}

fn in_yuan(number: &str) -> Option<i64> {
    number.parse::<f64>().ok().map(|yuan| (yuan * 100.0).round() as i64)
}

/// `资金发放明细.xls › 第202行（E、H列）`, a line a row.
fn places(cells: &[EvidenceRow], names: &HashMap<String, String>, many_sheets: &BTreeSet<String>) -> String {
    let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
    for cell in cells {
        let mut row = names.get(&cell.path).unwrap_or(&cell.path).clone();
        if many_sheets.contains(&cell.path) && !cell.sheet.is_empty() {
            row += &format!(" › {}", cell.sheet);
        }
        row += &format!(" › 第{}行", cell.row);
        let column = if cell.column.is_empty() { &cell.title } else { &cell.column };
        let at = rows.iter().position(|(known, _)| *known == row).unwrap_or_else(|| {
            rows.push((row, Vec::new()));
            rows.len() - 1
        });
        if !column.is_empty() && !rows[at].1.contains(&column.as_str()) {
            rows[at].1.push(column);
        }
    }
    let line = |(row, columns): (String, Vec<&str>)| {
        let are_letters = columns.iter().all(|c| c.bytes().all(|b| b.is_ascii_uppercase()));
        match columns.join("、") {
            none if none.is_empty() => row,
            columns if are_letters => format!("{row}（{columns}列）"),
            labels => format!("{row}（{labels}）"),
        }
    };
    shortened(rows.into_iter().map(line).collect(), "行")
}

fn shortened(mut lines: Vec<String>, what: &str) -> String {
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("……另有{more}{what}，见 findings.csv"));
    }
    lines.join("\n")
}

/// The file's name, with as many of its folders before it as tell it from the others.
pub fn short_names(paths: &BTreeSet<String>) -> HashMap<String, String> {
    fn end(path: &str, parts: usize) -> &str {
        path.rmatch_indices('/').nth(parts - 1).map_or(path, |(at, _)| &path[at + 1..])
    }
    let mut names = HashMap::new();
    let mut parts = 1;
    while names.len() < paths.len() {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for path in paths {
            *counts.entry(end(path, parts)).or_default() += 1;
        }
        for path in paths {
            let name = end(path, parts);
            if counts[name] == 1 || name == path {
                names.entry(path.clone()).or_insert_with(|| name.to_string());
            }
        }
        parts += 1;
    }
    names
}

/// The short name of a clause: its document and number, without the quotation that 说明 prints in full.
pub fn clause(basis: &str) -> String {
    let Some((named, _)) = basis.split_once("：“") else { return without_number(basis) };
    // 四、相关要求（二）强化资金管理 is found by its number and the heading nearest to it.
    let parts = named.split_once('（').and_then(|(before, inner)| Some((before.split_once('、')?.0, inner)));
    parts.map_or_else(|| named.to_string(), |(chapter, inner)| format!("{chapter}（{inner}"))
}

/// `《办法》（总工办〔2016〕36号）：一户一档` → `《办法》一户一档`.
fn without_number(named: &str) -> String {
    match (named.find("》（"), named.find("）：")) {
        (Some(title), Some(number)) if title < number => {
            format!("{}{}", &named[..title + "》".len()], &named[number + "）：".len()..])
        }
        _ => named.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn cell(side: Side, row: u32, (field, label): (&str, &str), column: &str, shown: &str) -> EvidenceRow {
        EvidenceRow {
            side,
            path: "inbox/甲/资金发放明细.xls".into(),
            sheet: "明细".into(),
            row,
            column: column.into(),
            title: format!("*{label}"),
            shown: shown.into(),
            field: field.into(),
            label: label.into(),
            fen: in_yuan(shown).filter(|_| field != "paid_on"),
            context: false,
        }
    }

    fn printed(field: &str, cells: Vec<EvidenceRow>) -> Printed {
        let mut finding = FindingRow { field: field.into(), evidence: cells, ..sample::finding(0) };
        finding.name = "王小明".into();
        fill(std::slice::from_mut(&mut finding), &BTreeSet::new());
        finding.printed
    }

    #[test]
    fn values_are_labelled_by_row_and_say_nothing_twice() {
        let (day, sum) = (("paid_on", "发放日期"), ("amount", "金额"));
        let name = ("name", "姓名");
        let paid = |row, on, yuan| {
            vec![
                cell(Side::Payment, row, name, "A", "王小明"),
                cell(Side::Payment, row, day, "H", on),
                cell(Side::Payment, row, sum, "E", yuan),
            ]
        };
        let cells = [paid(18, "43588（2019-05-03）", "900元"), paid(20, "2019.8.18", "6143")].concat();
        let printed = printed("", cells);
        assert_eq!(printed.sides[3], "发放日期 43588（2019-05-03），金额 900元\n发放日期 2019.8.18，金额 6143元");
        assert_eq!(printed.places, "资金发放明细.xls › 第18行（A、H、E列）\n资金发放明细.xls › 第20行（A、H、E列）");
    }

    #[test]
    fn the_field_in_question_needs_no_name_and_what_is_computed_shows_its_way() {
        let month = ("income_per_capita", "家庭月人均收入");
        let year = ("income_per_capita_annual", "年人均收入");
        let of = printed(
            "income_per_capita",
            vec![cell(Side::Electronic, 3, month, "C", "746.5"), cell(Side::Civil, 9, year, "F", "12558")],
        );
        assert_eq!(of.sides[0], "746.5");
        assert_eq!(of.sides[2], "年人均收入 12558÷12=1046.50元");
        // That he is on the list is all it says.
        let of = printed("", vec![cell(Side::Other, 3, ("name", "姓名"), "C", "王小明")]);
        assert_eq!(of.sides[4], "姓名 王小明");
    }

    #[test]
    fn folders_stand_only_where_names_are_shared() {
        let paths = ["inbox/甲/档案.xls", "inbox/乙/档案.xls", "inbox/乙/名册.xls", "档案.xls", "丙/乙/档案.xls"];
        let names = short_names(&paths.map(String::from).into());
        let of = paths.map(|path| names[path].as_str());
        assert_eq!(of, ["甲/档案.xls", "inbox/乙/档案.xls", "名册.xls", "档案.xls", "丙/乙/档案.xls"]);
    }

    #[test]
    fn clauses_have_short_names() {
        for (basis, short) in [
            (
                "成工办〔2019〕43号 四、相关要求（二）强化资金管理：“严格资金发放标准”",
                "成工办〔2019〕43号 四（二）强化资金管理",
            ),
            ("某办〔2018〕1号 附件2第八条（二）：“甲”", "某办〔2018〕1号 附件2第八条（二）"),
            (
                "《困难职工档案管理办法》（总工办〔2016〕36号）：一户一档，不得重复",
                "《困难职工档案管理办法》一户一档，不得重复",
            ),
            ("业务规则：因病、残的兜底（《办法》第1号）", "业务规则：因病、残的兜底（《办法》第1号）"),
            ("GB 11643-1999《公民身份号码》", "GB 11643-1999《公民身份号码》"),
        ] {
            assert_eq!(clause(basis), short);
        }
    }
}
