//! 数据质量: what was not read, not used or not understood, by unit, with reason and place: what the unit can mend.
//!
//! What only another office can mend (a department's list, a list of many units) stands on 汇总 and in the manifest, for the
//! data officer; rows that belong to no unit stand in the workbook of 未归属单位.

use std::collections::{BTreeMap, BTreeSet};

use super::model::QualityLine;
use crate::derive::Facts;
use crate::ingest::inputs::FileStatus;
use crate::link::{UnitId, Units};
use crate::normalize::{Unused, Value};
use crate::place::{SheetId, column_letters};

/// Lines by unit, sorted.
pub fn lines(facts: &Facts<'_>) -> BTreeMap<UnitId, Vec<QualityLine>> {
    let mut out = Lines { facts, by_unit: BTreeMap::new(), sheet_units: units_of_sheets(facts) };
    out.rows();
    out.cells();
    out.sheets();
    out.notices();
    out.files();
    for (unit, line) in super::quality_money::lines(facts) {
        out.put(unit, line);
    }
    for list in out.by_unit.values_mut() {
        list.sort();
        list.dedup();
    }
    out.by_unit
}

/// Units whose rows stand in each sheet.
fn units_of_sheets(facts: &Facts<'_>) -> Vec<BTreeSet<UnitId>> {
    let book = facts.book;
    let mut out = vec![BTreeSet::new(); facts.inputs.sheets.len()];
    for schema in book.tables.schemas.all() {
        for &record in book.tables.of_kind(&schema.kind) {
            let unit = book.unit_of_row(record);
            // Strangers in a civil list are nobody's rows.
            if unit != Units::NONE {
                out[book.tables.table(record).sheet.0 as usize].insert(unit);
            }
        }
    }
    out
}

struct Lines<'a> {
    facts: &'a Facts<'a>,
    by_unit: BTreeMap<UnitId, Vec<QualityLine>>,
    sheet_units: Vec<BTreeSet<UnitId>>,
}

impl Lines<'_> {
    fn line(&self, sheet: SheetId) -> QualityLine {
        QualityLine {
            path: self.facts.inputs.file_of(sheet).path.clone(),
            sheet: self.facts.inputs.sheet(sheet).name.clone(),
            row: 0,
            column: String::new(),
            what: String::new(),
            reason: String::new(),
            written: String::new(),
            remedy: String::new(),
        }
    }

    fn put(&mut self, unit: UnitId, line: QualityLine) {
        // The federation has no workbook of its own.
        if unit != self.facts.book.units.root {
            self.by_unit.entry(unit).or_default().push(line);
        }
    }

    /// The unit a sheet speaks for: what its titles say, else a name in its path; else the only unit in it.
    fn unit_of_sheet(&self, sheet: SheetId, said: Option<&str>) -> Option<UnitId> {
        let units = &self.facts.book.units;
        let path = &self.facts.inputs.file_of(sheet).path;
        let stem = path.rsplit_once('.').map_or(path.as_str(), |(s, _)| s);
        said.and_then(|n| units.find(n))
            .or_else(|| units.find(&self.facts.inputs.sheet(sheet).name))
            .or_else(|| stem.rsplit('/').find_map(|part| units.find(part)))
            .or_else(|| {
                let only = &self.sheet_units[sheet.0 as usize];
                (only.len() == 1).then(|| only.first().copied()).flatten()
            })
    }

    /// A department's list, or none that is known.
    fn is_of_unions(&self, sheet: SheetId) -> bool {
        let tables = &self.facts.book.tables;
        let kind = tables.accounts.get(sheet.0 as usize).and_then(|account| account.kind);
        kind.is_some_and(|kind| tables.schemas.all()[kind].is_of_unions())
    }

    fn rows(&mut self) {
        for row in &self.facts.book.tables.not_used {
            let unit = self.unit_of_sheet(row.sheet, row.unit.as_deref()).unwrap_or(Units::NONE);
            let mut line = QualityLine { row: row.row, ..self.line(row.sheet) };
            match row.why {
                Unused::Skipped(skip) => {
                    line.what = "跳过".into();
                    line.reason = skip.word().into();
                    line.remedy = format!("已采用：{}；本行未参加比对", row.note);
                }
                Unused::Quarantined("错位") => {
                    line.what = "隔离".into();
                    line.reason = "错位：各列的值与列名不合".into();
                    line.written.clone_from(&row.note);
                    line.remedy = "对照原件改正这一行后重新报送；本行未参加比对".into();
                }
                Unused::Quarantined(_) => {
                    line.what = "隔离".into();
                    line.reason = "没有证号、档案号和姓名".into();
                    line.written.clone_from(&row.note);
                    line.remedy = "补上身份证号、档案号或姓名后重新报送；本行未参加比对".into();
                }
            }
            self.put(unit, line);
        }
    }

    fn cells(&mut self) {
        let tables = &self.facts.book.tables;
        for schema in tables.schemas.all() {
            for &record in tables.of_kind(&schema.kind) {
                for (i, value) in tables.get(record).values.iter().enumerate() {
                    let (Value::Bad(why), Some(place)) = (value, tables.place_at(record, i)) else { continue };
                    // Said once a column.
                    if value.is_uncalculated() {
                        continue;
                    }
                    let line = QualityLine {
                        row: place.row,
                        column: format!("{} {}", column_letters(place.col), tables.title(record, i)),
                        what: "单元格".into(),
                        reason: why.to_string(),
                        written: self.facts.inputs.sheet(place.sheet).text_at(place.row, place.col).trim().to_string(),
                        remedy: "改写后重新报送；本格未参加比对，本行其余各格照常比对".into(),
                        ..self.line(place.sheet)
                    };
                    let unit = self.facts.book.unit_of_row(record);
                    if schema.is_of_unions() || unit == Units::NONE {
                        self.put(unit, line);
                    }
                }
            }
        }
        for (i, sheet) in self.facts.inputs.sheets.iter().enumerate() {
            let id = SheetId(i as u32);
            for fault in &sheet.raw.faults {
                let line = QualityLine {
                    row: fault.row,
                    column: fault.col.map(column_letters).unwrap_or_default(),
                    what: "单元格".into(),
                    reason: fault.what.clone(),
                    remedy: "打开原表改正该格后另存；本格按空白处理".into(),
                    ..self.line(id)
                };
                if let Some(unit) = self.unit_of_sheet(id, None) {
                    self.put(unit, line);
                }
            }
        }
    }

    fn sheets(&mut self) {
        let tables = &self.facts.book.tables;
        for (i, account) in tables.accounts.iter().enumerate() {
            let id = SheetId(i as u32);
            let mut lines = Vec::new();
            let whole = |reason: String, remedy: &str| QualityLine {
                what: "整表".into(),
                reason,
                remedy: remedy.into(),
                ..self.line(id)
            };
            match account.kind {
                Some(_) => {
                    if !account.missing.is_empty() {
                        lines.push(whole(
                            format!("没有必填列：{}", account.missing.join("、")),
                            "如原系统有这些列，请导出时勾选；有关核查按“无此列”处理，未逐户报缺失",
                        ));
                    }
                    for (title, word) in &account.defaulted {
                        lines.push(whole(format!("没有“{title}”列"), &format!("全部按“{word}”处理")));
                    }
                }
                None if account.read > 0 && !account.quarantined.is_empty() => {
                    let nearest = account.nearest.map(|k| tables.schemas.all()[k].title.as_str());
                    let reason = match nearest {
                        Some(title) => format!("没有认出是什么表；最接近“{title}”，缺{}", account.missing.join("、")),
                        None => "没有认出是什么表".to_string(),
                    };
                    lines.push(whole(
                        reason,
                        "是说明页的不必理会；是数据表的，请补上列名，或在配置中写明类别；本表未参加比对",
                    ));
                }
                None => {}
            }
            if let Some(unit) = self.unit_of_sheet(id, None) {
                lines.into_iter().for_each(|line| self.put(unit, line));
            }
        }
    }

    /// What is said of sheets, for the unit of the sheet or those whose rows stand in it.
    fn notices(&mut self) {
        for notice in &self.facts.book.tables.notices {
            let column = notice.col.map_or_else(String::new, |c| format!("{} {}", column_letters(c), notice.title));
            let line = QualityLine {
                row: notice.row.unwrap_or_default(),
                column: column.trim_end().to_string(),
                what: notice.kind.word().to_string(),
                reason: notice.what.clone(),
                written: notice.written.trim().to_string(),
                remedy: notice.remedy.clone(),
                ..self.line(notice.sheet)
            };
            match self.unit_of_sheet(notice.sheet, None) {
                Some(unit) => self.put(unit, line),
                None if !self.is_of_unions(notice.sheet) => {}
                // Cells of another unit's person are not for everybody: without a unit only what names nobody is said.
                None => {
                    let line = QualityLine { written: String::new(), ..line };
                    for unit in self.sheet_units[notice.sheet.0 as usize].clone() {
                        self.put(unit, line.clone());
                    }
                }
            }
        }
    }

    fn files(&mut self) {
        let units = &self.facts.book.units;
        let mut found = Vec::new();
        for file in &self.facts.inputs.files {
            let (reason, remedy) = match &file.status {
                FileStatus::Duplicate(first) => ("重复文件".to_string(), format!("内容与{first}完全相同，未重复读取")),
                FileStatus::Unreadable(e) => (e.what.clone(), format!("{}；其余文件照常处理", e.remedy)),
                FileStatus::Ignored(_) | FileStatus::Read(_) => continue,
            };
            let stem = file.path.rsplit_once('.').map_or(file.path.as_str(), |(s, _)| s);
            if let Some(unit) = stem.rsplit('/').find_map(|part| units.find(part)) {
                let line = QualityLine {
                    path: file.path.clone(),
                    sheet: String::new(),
                    row: 0,
                    column: String::new(),
                    what: "文件".into(),
                    reason,
                    written: String::new(),
                    remedy,
                };
                found.push((unit, line));
            }
        }
        for (unit, line) in found {
            self.put(unit, line);
        }
    }
}
