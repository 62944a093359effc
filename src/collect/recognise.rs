//! What a returned file is: by the very hidden sheet `_hecha`, whatever became of its name, place and visibility.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::domain::text;
use crate::ingest::RawSheet;
use crate::report::unit_workbook::hidden::{self, FIRST_ROW, SCHEMA};

/// What the hidden sheet says.
#[derive(Debug, Clone)]
pub struct Marked {
    pub run_id: String,
    pub as_of: NaiveDate,
    pub federation: String,
    pub unit: String,
    /// A1:B8 as they stand, for the annotated copy.
    pub facts: Vec<(String, String)>,
    /// Finding ids in their order, and the checksum of each row as it was handed out.
    pub rows: Vec<(String, String)>,
}

impl Marked {
    pub fn checksums(&self) -> HashMap<&str, &str> {
        self.rows.iter().map(|(id, checksum)| (id.as_str(), checksum.as_str())).collect()
    }

    /// The list of ids is as it was written.
    pub fn is_whole(&self) -> bool {
        let said = self.facts.iter().find(|(name, _)| name == "checksum").map(|(_, value)| value.as_str());
        said == Some(&hidden::ids_checksum(self.rows.iter().map(|(id, _)| id.as_str())))
    }
}

/// Why a file is not taken, in Chinese: what it is, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotOurs {
    pub what: String,
    pub remedy: String,
}

impl NotOurs {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// The hidden sheet of a file; None where it has none.
///
/// # Errors
/// The sheet is there and cannot be used.
pub fn marked(sheets: &[RawSheet]) -> Option<Result<Marked, NotOurs>> {
    sheets.iter().find(|sheet| is_hidden_sheet(sheet)).map(read)
}

/// By what it says: the sheet may have been renamed as well.
fn is_hidden_sheet(sheet: &RawSheet) -> bool {
    let first = sheet.rows().first().map_or(0, |row| row.number);
    first > 0 && sheet.text_at(first, 0).trim() == "schema" && sheet.text_at(first, 1).trim().starts_with("hecha.unit/")
}

fn read(sheet: &RawSheet) -> Result<Marked, NotOurs> {
    let first = sheet.rows().first().map_or(1, |row| row.number);
    let list = first + FIRST_ROW;
    let mut facts = Vec::new();
    let mut rows = Vec::new();
    for row in sheet.rows() {
        let [name, value] = [0, 1].map(|col| sheet.cell_in(row, col).map_or("", |c| sheet.text(c)).trim().to_string());
        if row.number >= list {
            if !name.is_empty() {
                rows.push((name.to_ascii_uppercase(), value));
            }
        } else {
            facts.push((name, value));
        }
    }
    let fact = |wanted: &str| facts.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let damaged = || NotOurs::new("工作簿里的隐藏表_hecha被改动，认不出是哪次核查的", "请用下发的原文件重新填写");
    let schema = fact("schema").unwrap_or_default();
    if schema != SCHEMA {
        let version = |text: &str| text.rsplit('/').next().and_then(|n| n.parse::<u32>().ok());
        return Err(match (version(&schema), version(SCHEMA)) {
            (Some(theirs), Some(ours)) if theirs > ours => NotOurs::new(
                format!("工作簿由更新版本的hecha生成（{schema}，本程序只认到{SCHEMA}）"),
                "请用生成它的那个版本（或更新的版本）收回",
            ),
            (Some(_), Some(_)) => NotOurs::new(
                format!("工作簿由旧版本的hecha生成（{schema}，本程序用{SCHEMA}）"),
                "请重新运行核查，下发新的工作簿",
            ),
            _ => damaged(),
        });
    }
    let text = |wanted: &str| fact(wanted).filter(|value| !value.is_empty()).ok_or_else(damaged);
    Ok(Marked {
        run_id: text("run_id")?,
        as_of: text("as_of")?.parse().map_err(|_| damaged())?,
        federation: text("federation")?,
        unit: text("unit")?,
        facts,
        rows,
    })
}

/// The workbook belongs to this federation.
///
/// # Errors
/// It does not.
pub fn of_federation(marked: &Marked, federation: &str) -> Result<(), NotOurs> {
    if text::fold(&marked.federation) == text::fold(federation) {
        return Ok(());
    }
    Err(NotOurs::new(
        format!("这是“{}”下发的工作簿，不是“{federation}”的", marked.federation),
        "请交给下发它的工会收回；或用 --config 指明那边的配置",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sheet::{CellKind, SheetBuilder};

    fn hidden_sheet(schema: &str, as_of: &str) -> RawSheet {
        let mut builder = SheetBuilder::new("挪到别处");
        let facts = [
            ("schema", schema),
            ("run_id", "0123456789abcdef"),
            ("as_of", as_of),
            ("federation", "成都市总工会"),
            ("unit", "青羊区总工会"),
            ("profile", "chengdu-2019"),
            ("created", as_of),
            ("checksum", &hidden::ids_checksum(["YZ301-AAAAAAAAAA", "JD205-BBBBBBBBBB"].into_iter())),
        ];
        for (row, (name, value)) in (1..).zip(facts) {
            builder.row(row, false);
            builder.cell(0, CellKind::Text, name).expect("a cell");
            builder.cell(1, CellKind::Text, value).expect("a cell");
        }
        for (row, id) in (10..).zip(["YZ301-AAAAAAAAAA", "JD205-BBBBBBBBBB"]) {
            builder.row(row, false);
            builder.cell(0, CellKind::Text, id).expect("a cell");
            builder.cell(1, CellKind::Text, "SUM").expect("a cell");
        }
        builder.finish()
    }

    #[test]
    fn a_workbook_is_known_by_its_hidden_sheet() {
        let sheets = [SheetBuilder::new("Sheet1").finish(), hidden_sheet(SCHEMA, "2019-08-20")];
        let marked = marked(&sheets).expect("it is found").expect("it is read");
        assert_eq!((marked.unit.as_str(), marked.rows.len()), ("青羊区总工会", 2));
        assert!(marked.is_whole());
        assert_eq!(marked.checksums()["YZ301-AAAAAAAAAA"], "SUM");
        assert!(of_federation(&marked, "成都市总工会").is_ok());
        assert!(of_federation(&marked, "绵阳市总工会").is_err_and(|e| e.what.contains("绵阳市总工会")));
    }

    #[test]
    fn other_versions_and_damage_are_told_apart() {
        for (schema, as_of, word) in [
            ("hecha.unit/0", "2019-08-20", "旧版本"),
            ("hecha.unit/9", "2019-08-20", "更新版本"),
            ("hecha.unit/x", "2019-08-20", "被改动"),
            (SCHEMA, "昨天", "被改动"),
        ] {
            let error = marked(&[hidden_sheet(schema, as_of)]).expect("it is found").expect_err("it is refused");
            assert!(error.what.contains(word), "{}", error.what);
        }
        assert!(marked(&[SheetBuilder::new("Sheet1").finish()]).is_none());
    }
}
