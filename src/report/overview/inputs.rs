//! What was read, and what became of every row.

use crate::report::manifest::{Counts, Input, InputStatus, RowAccount, SheetAccount};
use crate::report::model::Report;

/// A sheet, or a file without sheets (not read, ignored, a duplicate, empty).
#[derive(Debug)]
pub struct InputLine<'a> {
    pub input: &'a Input,
    pub sheet: Option<&'a SheetAccount>,
    /// What the sheet was taken for; None where it was not recognised.
    pub kind: Option<&'a str>,
    /// What it comes nearest to.
    pub nearest: Option<&'a str>,
    pub totals: RowTotals,
}

impl InputLine<'_> {
    /// 已读 未识别 空表 读不了 重复 未采用
    pub fn state(&self) -> &'static str {
        match (self.input.status, self.sheet) {
            (InputStatus::Read, Some(_)) if self.kind.is_none() && self.totals.read == 0 => "空表",
            (InputStatus::Read, Some(_)) if self.kind.is_none() => "未识别",
            (InputStatus::Read, _) => "已读",
            (InputStatus::Unreadable, _) => "读不了",
            (InputStatus::Duplicate, _) => "重复",
            (InputStatus::Ignored, _) => "未采用",
        }
    }

    /// `标题2；表头1；空白3`
    pub fn skipped_why(&self) -> String {
        self.sheet.map_or_else(String::new, |s| reasons(&s.rows.skipped))
    }

    pub fn quarantined_why(&self) -> String {
        self.sheet.map_or_else(String::new, |s| reasons(&s.rows.quarantined))
    }

    /// What else is to be said of the sheet: why the file was not read, or only second hand; what the sheet comes nearest to
    /// where it was not recognised; what became of its columns since the last run.
    pub fn remarks(&self) -> Vec<String> {
        let second = self.input.second_reader.as_ref().map(|why| format!("备用读法：{why}，读到的可能不全"));
        let nearest = self.nearest.filter(|_| self.kind.is_none()).map(|near| format!("最接近“{near}”，请核对表头"));
        let mut remarks: Vec<String> = self.input.error.clone().into_iter().chain(second).chain(nearest).collect();
        if let Some(sheet) = self.sheet {
            let columns = [("没有了", &sheet.lost), ("可能改名", &sheet.renamed), ("新出现、没有读", &sheet.added)];
            let said = columns.iter().filter(|(_, titles)| !titles.is_empty());
            let said: Vec<String> = said.map(|(what, titles)| format!("{what}：{}", titles.join("、"))).collect();
            if !said.is_empty() {
                remarks.push(format!("列名变化：{}", said.join("；")));
            }
        }
        remarks
    }

    /// Cells not understood, by column.
    pub fn cells_why(&self) -> String {
        self.sheet.map_or_else(String::new, |s| reasons(&s.cells_quarantined))
    }
}

/// Rows by what became of them: `read = used + skipped + quarantined`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowTotals {
    pub read: usize,
    pub used: usize,
    pub skipped: usize,
    pub quarantined: usize,
    pub hidden: usize,
    /// Cells not understood, in rows that are used.
    pub cells: usize,
}

impl RowTotals {
    fn of(sheet: &SheetAccount) -> Self {
        let RowAccount { read, used, skipped, quarantined } = &sheet.rows;
        Self {
            read: *read,
            used: *used,
            skipped: skipped.values().sum(),
            quarantined: quarantined.values().sum(),
            hidden: sheet.hidden_rows,
            cells: sheet.cells_quarantined.values().sum(),
        }
    }

    fn add(&mut self, other: Self) {
        self.read += other.read;
        self.used += other.used;
        self.skipped += other.skipped;
        self.quarantined += other.quarantined;
        self.hidden += other.hidden;
        self.cells += other.cells;
    }

    /// No row is lost.
    pub fn balance(&self) -> bool {
        self.read == self.used + self.skipped + self.quarantined
    }
}

/// Inputs in the manifest's order, and their sum.
pub fn lines(report: &Report) -> (Vec<InputLine<'_>>, RowTotals) {
    let title = |kind: &'_ Option<String>| {
        let kind = kind.as_deref()?;
        report.sources.iter().find(|s| s.kind == kind).map(|s| s.title.as_str())
    };
    let mut lines = Vec::new();
    let mut totals = RowTotals::default();
    for input in &report.manifest.inputs {
        if input.sheets.is_empty() {
            lines.push(InputLine { input, sheet: None, kind: None, nearest: None, totals: RowTotals::default() });
        }
        for sheet in &input.sheets {
            let own = RowTotals::of(sheet);
            totals.add(own);
            let (kind, nearest) = (title(&sheet.kind), title(&sheet.nearest));
            lines.push(InputLine { input, sheet: Some(sheet), kind, nearest, totals: own });
        }
    }
    (lines, totals)
}

fn reasons(counts: &Counts) -> String {
    counts.iter().map(|(why, n)| format!("{why}{n}")).collect::<Vec<_>>().join("；")
}
