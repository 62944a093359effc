//! Statistics over columns: the files and their aid as frames, grouped and counted by polars. Sums are integers and every
//! grouping is sorted, so that the same files give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use polars::prelude::*;

use super::household::Household;
use crate::derive::payments::conservation;
use crate::derive::{Facts, Progress};
use crate::domain::date::{Month, PartialDate};
use crate::error::{Error, ErrorKind, Result};
use crate::link::{FileStatus, UnitId};
use crate::profile::Profile;
use crate::report::table_book::{Cell, Table};

/// What is printed where nothing is written.
const NOT_SAID: &str = "（未填）";

/// Frames of a run: a row a file; a row an aid record.
#[derive(Debug)]
pub struct Frames {
    /// unit, level, category, cause, status, persons
    files: DataFrame,
    /// unit, level, category, cause, program, fund_source, year, file (number within the run, null where it is nobody's), fen
    aid: DataFrame,
    /// Level → place in the code table, so that 全国级 comes first.
    ranks: BTreeMap<String, usize>,
}

fn defect(error: PolarsError) -> Error {
    Error::new(ErrorKind::Defect, "统计表算不成")
        .found(error.to_string())
        .remedy("这是程序的问题，请把本条信息告诉开发者。")
}

fn said(text: &str) -> String {
    if text.is_empty() { NOT_SAID.to_string() } else { text.to_string() }
}

impl Frames {
    /// # Errors
    /// A defect of the program.
    pub fn new(facts: &Facts<'_>, households: &[Household], keep: &dyn Fn(UnitId) -> bool) -> Result<Self> {
        let column = |of: fn(&Household) -> &str| households.iter().map(|h| said(of(h))).collect::<Vec<_>>();
        let files = df!(
            "unit" => column(|h| &h.unit_name),
            "level" => column(|h| &h.level),
            "category" => column(|h| &h.category),
            "cause" => column(|h| &h.cause),
            "status" => column(|h| h.status_text()),
            "persons" => households.iter().map(|h| h.persons).collect::<Vec<_>>(),
        )
        .map_err(defect)?;
        let by_file: BTreeMap<u32, &Household> = households.iter().map(|h| (h.file.0, h)).collect();
        let mut rows: Vec<AidColumns> = Vec::new();
        for aid in facts.payments.aids.iter().filter(|aid| keep(aid.unit)) {
            let item = &aid.item;
            let file = facts.book.file_of_row(aid.record).filter(|f| by_file.contains_key(&f.0));
            let h = file.and_then(|f| by_file.get(&f.0));
            let of = |field: fn(&Household) -> &str| h.map_or("（无档案）".to_string(), |h| said(field(h)));
            rows.push(AidColumns {
                unit: facts.book.units.name(aid.unit).to_string(),
                level: of(|h| &h.level),
                category: of(|h| &h.category),
                cause: of(|h| &h.cause),
                program: said(item.program.unwrap_or_default()),
                fund_source: said(item.source.unwrap_or_default()),
                year: item.date.map_or(0, PartialDate::year),
                file: file.map(|f| f.0),
                fen: item.fen.unwrap_or(0),
            });
        }
        let text = |of: fn(&AidColumns) -> &str| rows.iter().map(|r| of(r).to_string()).collect::<Vec<_>>();
        let aid = df!(
            "unit" => text(|r| &r.unit),
            "level" => text(|r| &r.level),
            "category" => text(|r| &r.category),
            "cause" => text(|r| &r.cause),
            "program" => text(|r| &r.program),
            "fund_source" => text(|r| &r.fund_source),
            "year" => rows.iter().map(|r| r.year).collect::<Vec<_>>(),
            "file" => rows.iter().map(|r| r.file).collect::<Vec<_>>(),
            "fen" => rows.iter().map(|r| r.fen).collect::<Vec<_>>(),
        )
        .map_err(defect)?;
        let levels = facts.book.tables.schemas.codes("level").into_iter().flat_map(|table| table.words.keys());
        let ranks = levels.cloned().zip(0..).collect();
        Ok(Self { files, aid, ranks })
    }

    fn rank(&self, level: &str) -> usize {
        self.ranks.get(level).copied().unwrap_or(usize::MAX)
    }

    /// 在档 by unit and level, a column a category.
    ///
    /// # Errors
    /// A defect of the program.
    pub fn on_file(&self) -> Result<Table> {
        let grouped = self.active(&["unit", "level", "category"])?;
        let categories: BTreeSet<String> = grouped.iter().map(|(keys, _)| keys[2].clone()).collect();
        let columns: Vec<(&str, u32)> = [("单位", 190), ("建档标准", 84)]
            .into_iter()
            .chain(categories.iter().map(|c| (c.as_str(), 92)))
            .chain([("合计（户）", 76), ("人口（人）", 76)])
            .collect();
        let mut table = Table::new("在档统计", "在档户数，按单位、建档标准和困难类别；人口按家庭人口。", &columns);
        let mut rows: BTreeMap<(String, usize, String), ByCategory> = BTreeMap::new();
        for (keys, [count, persons]) in grouped {
            let [unit, level, category] = three(keys);
            let (by_category, people) = rows.entry((unit, self.rank(&level), level)).or_default();
            *by_category.entry(category).or_default() += count;
            *people += persons;
        }
        table.rows = rows
            .into_iter()
            .map(|((unit, _, level), (by_category, people))| {
                let counts = categories.iter().map(|c| Cell::Count(by_category.get(c).copied().unwrap_or(0)));
                [Cell::text(unit), Cell::text(level)]
                    .into_iter()
                    .chain(counts)
                    .chain([Cell::Count(by_category.values().sum()), Cell::Count(people)])
                    .collect()
            })
            .collect();
        Ok(table.with_total())
    }

    /// 在档 by level, category and cause.
    ///
    /// # Errors
    /// A defect of the program.
    pub fn causes(&self) -> Result<Table> {
        let mut table = Table::new(
            "致困原因统计",
            "在档户数，按建档标准、困难类别和主要致困原因。",
            &[("建档标准", 100), ("困难类别", 120), ("主要致困原因", 200), ("户数（户）", 84), ("人口（人）", 84)],
        );
        let mut grouped = self.active(&["level", "category", "cause"])?;
        grouped.sort_by_key(|(keys, _)| self.rank(&keys[0]));
        table.rows = grouped
            .into_iter()
            .map(|(keys, numbers)| keys.into_iter().map(Cell::text).chain(numbers.map(Cell::Count)).collect())
            .collect();
        Ok(table.with_total())
    }

    /// Active files and their persons by these columns, sorted.
    fn active(&self, by: &[&str]) -> Result<Vec<(Vec<String>, [i64; 2])>> {
        let keys: Vec<Expr> = by.iter().map(|name| col(*name)).collect();
        let grouped = self
            .files
            .clone()
            .lazy()
            .filter(col("status").eq(lit("在档")))
            .group_by_stable(keys)
            .agg([len().cast(DataType::Int64).alias("files"), col("persons").sum()])
            .sort(by.to_vec(), SortMultipleOptions::default())
            .collect()
            .map_err(defect)?;
        let [files, persons] = [integers(&grouped, "files")?, integers(&grouped, "persons")?];
        let keys = texts(&grouped, by)?;
        Ok(keys.into_iter().zip(files.into_iter().zip(persons)).map(|(keys, (n, p))| (keys, [n, p])).collect())
    }

    /// Aid by level, category, cause, program, fund source and year.
    ///
    /// # Errors
    /// A defect of the program.
    pub fn aid(&self) -> Result<Table> {
        const BY: [&str; 6] = ["level", "category", "cause", "program", "fund_source", "year"];
        let mut table = Table::new(
            "帮扶资金统计",
            "帮扶记录的金额，按档案的建档标准、困难类别、致困原因和记录的项目、资金来源、年度；户数是有记录的档案数，同一户在几行里可以都有。日期读不出的年度为0。",
            &[
                ("建档标准", 76),
                ("困难类别", 92),
                ("致困原因", 130),
                ("帮扶项目", 110),
                ("资金来源", 110),
                ("年度", 52),
                ("户数（户）", 70),
                ("笔数（笔）", 70),
                ("金额（元）", 110),
            ],
        );
        let grouped = self
            .aid
            .clone()
            .lazy()
            .group_by_stable(BY.map(col))
            .agg([
                col("file").drop_nulls().n_unique().cast(DataType::Int64).alias("files"),
                len().cast(DataType::Int64).alias("records"),
                col("fen").sum(),
            ])
            .sort(BY.to_vec(), SortMultipleOptions::default())
            .collect()
            .map_err(defect)?;
        let numbers = ["year", "files", "records", "fen"].map(|name| integers(&grouped, name));
        let [years, files, records, fen] = numbers;
        let (years, files, records, fen) = (years?, files?, records?, fen?);
        let mut keyed: Vec<(usize, Vec<String>)> = texts(&grouped, &BY[..5])?.into_iter().enumerate().collect();
        keyed.sort_by_key(|(_, keys)| self.rank(&keys[0]));
        for (at, keys) in keyed {
            let mut row: Vec<Cell> = keys.into_iter().map(Cell::text).collect();
            row.extend([
                Cell::text(years[at].to_string()),
                Cell::Count(files[at]),
                Cell::Count(records[at]),
                Cell::Money(fen[at]),
            ]);
            table.rows.push(row);
        }
        let mut table = table.with_total();
        // A household may stand in several rows: their sum is no number of households.
        if let Some(total) = &mut table.total {
            total[6] = Cell::Nothing;
        }
        Ok(table)
    }
}

/// Files by category, and their persons.
type ByCategory = (BTreeMap<String, i64>, i64);

/// Columns of the aid frame, a row a record.
struct AidColumns {
    unit: String,
    level: String,
    category: String,
    cause: String,
    program: String,
    fund_source: String,
    /// 0 where the date cannot be read.
    year: i32,
    file: Option<u32>,
    fen: i64,
}

fn three(keys: Vec<String>) -> [String; 3] {
    let mut keys = keys.into_iter();
    [(); 3].map(|()| keys.next().unwrap_or_default())
}

fn integers(frame: &DataFrame, name: &str) -> Result<Vec<i64>> {
    let column = frame.column(name).and_then(|c| c.cast(&DataType::Int64)).map_err(defect)?;
    Ok(column.i64().map_err(defect)?.iter().map(Option::unwrap_or_default).collect())
}

fn texts(frame: &DataFrame, names: &[&str]) -> Result<Vec<Vec<String>>> {
    let mut rows = vec![Vec::with_capacity(names.len()); frame.height()];
    for name in names {
        let column = frame.column(name).map_err(defect)?;
        for (row, text) in rows.iter_mut().zip(column.str().map_err(defect)?.iter()) {
            row.push(text.unwrap_or_default().to_string());
        }
    }
    Ok(rows)
}

/// Aid and payments by unit, program, fund source and year: the lines of the run's account as they stand in the manifest.
///
/// # Errors
/// The account does not balance, which is a defect.
pub fn money(facts: &Facts<'_>, keep: &dyn Fn(UnitId) -> bool) -> Result<Table> {
    let mut table = Table::new(
        "帮扶发放统计",
        "帮扶记录与发放明细的合计，与发放对账、manifest.json 的 conservation 一致；日期读不出的年度为0。",
        &[
            ("单位", 180),
            ("帮扶项目", 100),
            ("资金来源", 100),
            ("年度", 52),
            ("帮扶合计（元）", 104),
            ("其中对上（元）", 104),
            ("发放合计（元）", 104),
            ("其中对上（元）", 104),
            ("冲回（元）", 84),
        ],
    );
    for ((unit, program, source, year), line) in conservation::account(facts.book, &facts.payments)? {
        if !keep(unit) {
            continue;
        }
        table.rows.push(vec![
            Cell::text(facts.book.units.name(unit)),
            Cell::text(said(&program)),
            Cell::text(said(&source)),
            Cell::text(year.to_string()),
            Cell::Money(line.aid_total),
            Cell::Money(line.aid_matched),
            Cell::Money(line.payment_total),
            Cell::Money(line.payment_matched),
            Cell::Money(line.reversed),
        ]);
    }
    Ok(table.with_total())
}

/// What came and went, by month: the twelve months up to the as-of's, and what lies before them in one line.
pub fn months(households: &[Household], as_of: NaiveDate) -> Table {
    let mut table = Table::new(
        "月度变动",
        "每月新增（其中返困）、脱困、注销和月末在档户数；日期读不出的不在任何月里，单列一行。",
        &[
            ("月份", 110),
            ("新增（户）", 90),
            ("其中返困（户）", 110),
            ("脱困（户）", 90),
            ("注销（户）", 90),
            ("月末在档（户）", 110),
        ],
    );
    let last = Month::of(as_of);
    let first = last.plus(-11);
    /// Filed, of these relapsed, exited, cancelled.
    type Moves = [i64; 4];
    let mut by_month: BTreeMap<Month, Moves> = BTreeMap::new();
    let (mut before, mut undated): (Moves, Moves) = ([0; 4], [0; 4]);
    let mut add = |date: Option<PartialDate>, what: usize| match date.map(PartialDate::month) {
        Some(month) if month < first => before[what] += 1,
        Some(month) => by_month.entry(month).or_default()[what] += 1,
        None => undated[what] += 1,
    };
    for h in households.iter().filter(|h| h.status != FileStatus::Unknown) {
        add(h.filed_on, 0);
        if h.left_before.is_some() {
            add(h.filed_on, 1);
        }
        match h.status {
            FileStatus::Exited => add(h.exited_on, 2),
            FileStatus::Cancelled => add(h.cancelled_on, 3),
            _ => {}
        }
    }
    let mut standing = 0;
    let mut row = |name: String, moves: Moves, standing: Cell| {
        let cells = std::iter::once(Cell::text(name)).chain(moves.map(Cell::Count)).chain([standing]);
        table.rows.push(cells.collect());
    };
    standing += before[0] - before[2] - before[3];
    row(format!("{first}以前"), before, Cell::Count(standing));
    let mut month = first;
    while month <= last {
        let moves = by_month.remove(&month).unwrap_or_default();
        standing += moves[0] - moves[2] - moves[3];
        row(month.to_string(), moves, Cell::Count(standing));
        month = month.plus(1);
    }
    for (month, moves) in by_month {
        standing += moves[0] - moves[2] - moves[3];
        row(format!("{month}（基准日之后）"), moves, Cell::Count(standing));
    }
    if undated != [0; 4] {
        standing += undated[0] - undated[2] - undated[3];
        row("日期读不出".to_string(), undated, Cell::Count(standing));
    }
    let mut table = table.with_total();
    if let Some(total) = &mut table.total {
        // What stands at the end is no sum of what stood before.
        total[5] = Cell::Count(standing);
    }
    table
}

/// Every target of the paper, month by month of its year: how much of its cohort has left.
pub fn progress(facts: &Facts<'_>, profile: &Profile, households: &[Household]) -> Table {
    let mut table = Table::new(
        "脱困进度",
        "各年目标的户数范围（在档加已脱困，已注销不计）到每月末已脱困多少；未来的月份不列。",
        &[
            ("目标", 190),
            ("截至", 84),
            ("范围（户）", 84),
            ("已脱困（户）", 90),
            ("脱困率", 72),
            ("目标比例", 72),
            ("还差（户）", 84),
        ],
    );
    let as_of = facts.setting.as_of;
    for target in profile.targets.iter().filter(|t| t.year <= chrono::Datelike::year(&as_of)) {
        let end = target.due().map_or(as_of, |due| due.min(as_of));
        let mut month = Month::new(target.year, 1).unwrap_or(Month::of(as_of));
        while month <= Month::of(end) {
            let until = month.last_day().min(end);
            let mut sum = Progress::default();
            for h in households {
                sum += facts.progress_until(target, h.file, until);
            }
            let rate = target.rate;
            table.rows.push(vec![
                Cell::text(target.id()),
                Cell::text(until.to_string()),
                Cell::Count(sum.cohort() as i64),
                Cell::Count(sum.numerator(target.counting) as i64),
                Cell::Rate(sum.numerator(target.counting) as i64, sum.cohort() as i64),
                Cell::text(format!("{}%", crate::domain::money::Fen(rate.0 * 10).brief())),
                Cell::Count(sum.lacking(rate, target.counting) as i64),
            ]);
            month = month.plus(1);
        }
    }
    table
}
