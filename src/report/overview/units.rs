//! A line for each unit: what is on file, what was found, what was delivered, what came back.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::figures::{Figures, places};
use super::rates::{self, RateCell};
use super::returns::{self, ReturnLine};
use super::tree::{self, Node};
use crate::link::UNASSIGNED;
use crate::report::corrections::{Delivery, ReturnState};
use crate::report::model::{FindingRow, Report, RunInfo, UnitProgress};

/// One unit. `own` is its own, everything else with all that lies below it.
#[derive(Debug)]
pub struct UnitLine<'a> {
    pub name: &'a str,
    pub parent: Option<&'a str>,
    /// 0 for the federation, whose line is the total.
    pub depth: usize,
    /// Units below it, at any depth.
    pub below: usize,
    pub own: Figures,
    pub all: Figures,
    pub own_files: usize,
    pub files: Files,
    /// By [`super::Overview::rates`]; None where a rate says nothing of this unit.
    pub rates: Vec<Option<RateCell>>,
    /// By [`super::Overview::sources`]; None where no row of it speaks of this unit.
    pub sources: Vec<Option<SourceCell>>,
    /// None where nothing was ever asked.
    pub returns: Option<ReturnLine>,
    /// Findings of the last run that ended: 已核实整改, 已消除, 不再适用.
    pub ends: [usize; 3],
    pub vanished: Vanished,
    /// A line to paste into a message to the unit; "" for the federation itself and for 未归属单位.
    pub message: String,
}

impl UnitLine<'_> {
    /// Rows of no unit.
    pub fn is_unassigned(&self) -> bool {
        self.name == UNASSIGNED
    }
}

/// Payments and aid records that an earlier run read and this one misses, by open findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vanished {
    pub payments: usize,
    /// Fen of these payments.
    pub paid: i64,
    pub aids: usize,
    /// Fen of these aid records.
    pub aided: i64,
}

impl Vanished {
    fn of(rows: &[&FindingRow]) -> Self {
        let mut out = Self::default();
        for row in rows.iter().filter(|f| f.status.is_open()) {
            let fen = row.amount.unwrap_or(0);
            match row.rule.as_str() {
                "FF418" => (out.payments, out.paid) = (out.payments + 1, out.paid + fen),
                "BF608" => (out.aids, out.aided) = (out.aids + 1, out.aided + fen),
                _ => {}
            }
        }
        out
    }
}

/// Electronic files by status, and the active ones with a paper file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Files {
    pub active: usize,
    pub exited: usize,
    pub cancelled: usize,
    /// Status missing or unknown.
    pub unclear: usize,
    pub on_paper: usize,
}

impl Files {
    pub fn all(self) -> usize {
        self.active + self.exited + self.cancelled + self.unclear
    }

    fn add(&mut self, unit: &UnitProgress) {
        self.active += unit.active;
        self.exited += unit.exited;
        self.cancelled += unit.cancelled;
        self.unclear += unit.unclear;
        self.on_paper += unit.on_paper;
    }
}

/// What came of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceCell {
    /// Rows that speak of the unit.
    pub rows: usize,
    /// The as-of at which the content of today first stood there (of several units the latest); None without a memory.
    pub since: Option<NaiveDate>,
    /// More than a tenth fewer rows than in the run before, or an input that could not be read.
    pub partial: bool,
}

/// What units send themselves; the lists of other departments stand behind.
const SENT_BY_UNITS: [&str; 8] = ["efile", "emember", "paper", "paper_member", "aid", "payment", "visit", "exit"];

/// Sources of which any row came, as places in [`Report::sources`]: of this run, or of an earlier one still remembered.
pub fn sources(report: &Report) -> Vec<usize> {
    let remembered = |kind: &str| report.corrections.deliveries.iter().any(|d| d.kind == kind);
    let came = |&kind: &usize| {
        report.progress.iter().any(|unit| unit.rows.get(kind).is_some_and(|&rows| rows > 0))
            || remembered(&report.sources[kind].kind)
    };
    let mut kinds: Vec<usize> = (0..report.sources.len()).filter(came).collect();
    kinds.sort_by_key(|&kind| SENT_BY_UNITS.iter().position(|k| *k == report.sources[kind].kind).unwrap_or(usize::MAX));
    kinds
}

pub fn lines<'a>(report: &'a Report, sources: &[usize]) -> Vec<UnitLine<'a>> {
    let nodes = tree::nodes(report);
    let places = places(&report.rules);
    let mut by_unit: BTreeMap<&str, Vec<&FindingRow>> = BTreeMap::new();
    for finding in &report.findings {
        by_unit.entry(&finding.unit).or_default().push(finding);
    }
    // The findings in the order of the tree: those at and below a unit stand together.
    let mut findings: Vec<&FindingRow> = Vec::with_capacity(report.findings.len());
    let mut starts = Vec::with_capacity(nodes.len() + 1);
    for node in &nodes {
        starts.push(findings.len());
        findings.extend(by_unit.remove(node.name).into_iter().flatten());
    }
    starts.push(findings.len());

    let mut rates = rates::by_unit(report);
    let returns = returns::by_unit(report);
    let deliveries: BTreeMap<(&str, &str), &Delivery> =
        report.corrections.deliveries.iter().map(|d| ((d.unit.as_str(), d.kind.as_str()), d)).collect();
    let line = |(i, node): (usize, &Node<'a>)| {
        let within = &nodes[i..node.end];
        let mut files = Files::default();
        within.iter().filter_map(|unit| unit.progress).for_each(|progress| files.add(progress));
        let own = Figures::of(&findings[starts[i]..starts[i + 1]], &places);
        let all =
            if within.len() == 1 { own.clone() } else { Figures::of(&findings[starts[i]..starts[node.end]], &places) };
        let vanished = Vanished::of(&findings[starts[i]..starts[node.end]]);
        let ends = within.iter().filter_map(|unit| report.corrections.ended_by_unit.get(unit.name));
        let ends = ends.fold([0; 3], |sum, own| std::array::from_fn(|at| sum[at] + own[at]));
        let returns = returns::rolled(within.iter().filter_map(|unit| returns.get(unit.name).copied()));
        let message = if node.depth == 0 || node.name == UNASSIGNED {
            String::new()
        } else {
            message(&report.run, &all, within.len() > 1, returns.as_ref())
        };
        let source = |&kind: &usize| source_cell(report, within, kind, &deliveries);
        UnitLine {
            name: node.name,
            parent: node.parent,
            depth: node.depth,
            below: within.len() - 1,
            own,
            all,
            own_files: node.progress.map_or(0, |own| own.active + own.exited + own.cancelled + own.unclear),
            files,
            rates: rates.remove(node.name).unwrap_or_else(|| vec![None; report.rates.len()]),
            sources: sources.iter().map(source).collect(),
            returns,
            ends,
            vanished,
            message,
        }
    };
    nodes.iter().enumerate().map(line).collect()
}

fn source_cell(
    report: &Report,
    within: &[Node<'_>],
    kind: usize,
    deliveries: &BTreeMap<(&str, &str), &Delivery>,
) -> Option<SourceCell> {
    let id = report.sources[kind].kind.as_str();
    let mut cell: Option<SourceCell> = None;
    for unit in within {
        let rows = unit.progress.and_then(|own| own.rows.get(kind)).copied().unwrap_or(0);
        let delivery = deliveries.get(&(unit.name, id));
        if rows > 0 || delivery.is_some() {
            let cell = cell.get_or_insert(SourceCell { rows: 0, since: None, partial: false });
            cell.rows += rows;
            cell.since = cell.since.max(delivery.map(|d| d.since));
            cell.partial |= delivery.is_some_and(|d| d.partial);
        }
    }
    cell
}

/// `贵单位 37 条疑点，其中严重 5 条，请于8月25日前核实更正，填好工作簿发回。`
fn message(run: &RunInfo, figures: &Figures, has_below: bool, returns: Option<&ReturnLine>) -> String {
    let who = if has_below { "贵单位及下级单位" } else { "贵单位" };
    let open = figures.all_open();
    if open == 0 {
        return format!("{who}本期没有待核实的疑点。");
    }
    let high = match figures.open[0] {
        0 => String::new(),
        high => format!("，其中严重 {high} 条"),
    };
    let until = match run.due {
        Some(due) if due >= run.as_of => format!("请于{}前", day(due, run.as_of)),
        Some(due) => format!("{}的期限已过，请尽快", day(due, run.as_of)),
        None => "请尽快".to_string(),
    };
    let overdue = returns.is_some_and(|r| r.state == ReturnState::Overdue);
    let overdue = if overdue { "（有疑点交办已超过一个月，仍未答复）" } else { "" };
    format!("{who} {open} 条疑点{high}{overdue}，{until}核实更正，填好工作簿发回。")
}

/// 8月25日, with the year where it is another one.
fn day(day: NaiveDate, as_of: NaiveDate) -> String {
    let short = format!("{}月{}日", day.month(), day.day());
    if day.year() == as_of.year() { short } else { format!("{}年{short}", day.year()) }
}
