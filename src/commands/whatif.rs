//! `hecha whatif --set KEY=VALUE…`: the same inputs judged twice, by the configuration and by the changed one. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::Printer;
use super::progress::Shown;
use crate::cli::WhatIf;
use crate::config::{self, Change};
use crate::domain::money::Fen;
use crate::error::Result;
use crate::ingest::inputs::Inputs;
use crate::pipeline::{self, Progress};
use crate::plan::{Asked, Plan, with_rule_specs};
use crate::rules::Verdict;

pub fn run(args: &WhatIf, cwd: &Path, today: NaiveDate, printer: &mut Printer<'_>) -> Result<u8> {
    let changes: Vec<Change> = args.set.iter().map(|s| Change::parse(s)).collect::<Result<_>>()?;
    let asked = Asked {
        config: Some(config::locate(args.config.as_deref(), cwd)?),
        as_of: args.as_of,
        units: args.unit.clone(),
        rules: args.rule.clone(),
        second_reader: printer.program.clone(),
        ..Asked::default()
    };
    let base = Plan::new(asked, cwd, today)?;
    let changed = changed_plan(&base, &changes, today)?;
    for code in &args.rule {
        super::rules::named(&base.loaded.schemas, code)?;
    }
    let progress = Shown::new(printer);
    progress.stage("读取文件", Some(base.wanted.len()));
    let inputs = Inputs::read(&base.wanted, &|path| progress.step(path));
    progress.stage("按原配置核查", None);
    let before = look(&base, &inputs)?;
    progress.stage("按改动后的配置核查", None);
    let after = look(&changed, &inputs)?;
    progress.finish();
    let lines = differences(before, after);
    if printer.json {
        printer.print_json(&as_json(&base, &changed, &changes, &lines))?;
    } else {
        let warnings: String = base.warnings.iter().map(|w| format!("注意：{w}\n")).collect();
        printer.print(&(warnings + &text(&base, &changed, &changes, &lines)))?;
    }
    Ok(0)
}

/// The plan of the changed configuration, for the files of the other.
fn changed_plan(base: &Plan, changes: &[Change], today: NaiveDate) -> Result<Plan> {
    let path = base.asked.config.as_deref().unwrap_or(Path::new(config::FILE_NAME));
    let loaded = with_rule_specs(|specs| config::load_changed(path, changes, specs))?;
    let as_of = base.asked.as_of.or(loaded.config.run.as_of).unwrap_or(today);
    let mut plan = Plan::without_files(loaded, base.asked.clone(), as_of)?;
    plan.hints.clone_from(&base.hints);
    Ok(plan)
}

/// A unit and a rule.
type Key = (String, String);

/// What a finding counts for.
struct Told {
    key: Key,
    /// None for what concerns a unit or a sheet.
    household: Option<String>,
    /// Fen.
    amount: i64,
}

/// What one judgement gave.
struct Seen {
    /// By finding id.
    told: BTreeMap<String, Told>,
    undetermined: BTreeMap<Key, usize>,
    titles: BTreeMap<String, String>,
}

fn look(plan: &Plan, inputs: &Inputs) -> Result<Seen> {
    pipeline::audited(plan, inputs, |facts, audit| {
        let book = facts.book;
        let keep = pipeline::units_asked(plan, &book.units)?;
        let unit = |id| book.units.name(id).to_string();
        let told = audit.findings.iter().filter(|f| keep(f.draft.unit)).map(|f| {
            let draft = &f.draft;
            // Files that share a person are one household, named by the first of them.
            let household = match draft.file {
                Some(file) => Some(format!("file {}", book.cluster[file.0 as usize])),
                None if draft.id_number.is_empty() && draft.name.is_empty() => None,
                None => Some(format!("{} {}", draft.name, draft.id_number)),
            };
            let key = (unit(draft.unit), f.rule.code.to_string());
            (f.id.clone(), Told { key, household, amount: draft.amount.unwrap_or(0) })
        });
        let at = Verdict::ALL.iter().position(|v| *v == Verdict::Undetermined).unwrap_or(0);
        let mut undetermined = BTreeMap::new();
        for tally in &audit.tallies {
            for (&id, counts) in tally.by_unit.iter().filter(|(id, counts)| keep(**id) && counts[at] > 0) {
                undetermined.insert((unit(id), tally.rule.code.to_string()), counts[at]);
            }
        }
        let titles = audit.tallies.iter().map(|t| (t.rule.code.to_string(), t.rule.title.to_string())).collect();
        Ok(Seen { told: told.collect(), undetermined, titles })
    })?
}

/// What two judgements, before and after, say for one rule in one unit, or for all units or all of everything ("").
#[derive(Default)]
struct Line {
    unit: String,
    rule: String,
    title: String,
    findings: [BTreeSet<String>; 2],
    households: [BTreeSet<String>; 2],
    /// Fen.
    amount: [i64; 2],
    undetermined: [usize; 2],
}

impl Line {
    fn new_findings(&self) -> usize {
        self.findings[1].difference(&self.findings[0]).count()
    }

    fn gone_findings(&self) -> usize {
        self.findings[0].difference(&self.findings[1]).count()
    }

    fn differs(&self) -> bool {
        self.findings[0] != self.findings[1]
            || self.amount[0] != self.amount[1]
            || self.undetermined[0] != self.undetermined[1]
    }
}

/// Lines by unit and rule where anything differs, then by rule over all units, then one of everything.
fn differences(before: Seen, after: Seen) -> Vec<Line> {
    let titles = after.titles.clone();
    // Everything, and what stands for all units, sorts behind the units.
    let mut lines: BTreeMap<(bool, bool, Key), Line> = BTreeMap::new();
    let everything = (true, true, Key::default());
    lines.entry(everything).or_default();
    for (side, seen) in [before, after].into_iter().enumerate() {
        for (id, told) in seen.told {
            for key in sums(&told.key) {
                let line = lines.entry(key).or_default();
                line.findings[side].insert(id.clone());
                line.households[side].extend(told.household.clone());
                line.amount[side] += told.amount;
            }
        }
        for (key, n) in seen.undetermined {
            for key in sums(&key) {
                lines.entry(key).or_default().undetermined[side] += n;
            }
        }
    }
    let named = lines.into_iter().map(|((_, _, (unit, rule)), line)| {
        let title = titles.get(&rule).cloned().unwrap_or_default();
        Line { unit, rule, title, ..line }
    });
    named.filter(|line| line.rule.is_empty() || line.differs()).collect()
}

/// The lines something of a unit and rule is counted in.
fn sums((unit, rule): &Key) -> [(bool, bool, Key); 3] {
    let (unit, rule, all) = (unit.clone(), rule.clone(), String::new());
    [(false, false, (unit, rule.clone())), (true, false, (all.clone(), rule)), (true, true, (all.clone(), all))]
}

fn as_json(base: &Plan, changed: &Plan, changes: &[Change], lines: &[Line]) -> Value {
    let pair = |[before, after]: [usize; 2]| json!({ "before": before, "after": after });
    let line = |l: &Line| {
        let [before, after] = l.findings.each_ref().map(BTreeSet::len);
        json!({
            "unit": l.unit,
            "rule": l.rule,
            "title": l.title,
            "findings": { "before": before, "after": after, "new": l.new_findings(), "gone": l.gone_findings() },
            "households": pair(l.households.each_ref().map(BTreeSet::len)),
            "yuan": { "before": Fen(l.amount[0]).to_string(), "after": Fen(l.amount[1]).to_string() },
            "undetermined": pair(l.undetermined),
        })
    };
    let of = |meant: fn(&Line) -> bool| lines.iter().filter(|l| meant(l)).map(line).collect::<Vec<_>>();
    json!({
        "as_of": base.as_of,
        "as_of_changed": changed.as_of,
        "changes": changes.iter().map(|c| json!({ "key": c.key, "value": c.value })).collect::<Vec<_>>(),
        "units": of(|l| !l.unit.is_empty()),
        "rules": of(|l| l.unit.is_empty() && !l.rule.is_empty()),
        "total": of(|l| l.unit.is_empty() && l.rule.is_empty()).pop(),
    })
}

fn text(base: &Plan, changed: &Plan, changes: &[Change], lines: &[Line]) -> String {
    let mut out = String::new();
    let _ = write!(out, "{}　基准日{}", base.config().run.federation, base.as_of);
    if changed.as_of != base.as_of {
        let _ = write!(out, "，改动后{}", changed.as_of);
    }
    out.push('\n');
    for change in changes {
        let _ = writeln!(out, "假如 {} = {}", change.key, change.value);
    }
    if lines.iter().all(|l| l.rule.is_empty()) {
        out.push_str("结果没有差别。\n");
    }
    let moved = |[before, after]: [usize; 2]| {
        if before == after { before.to_string() } else { format!("{before} → {after}") }
    };
    let row = |l: &Line| {
        let yuan = match l.amount {
            [0, 0] => "—".to_string(),
            [before, after] if before == after => Fen(before).to_string(),
            [before, after] => format!("{} → {}", Fen(before), Fen(after)),
        };
        let name = if l.rule.is_empty() { "全部规则".to_string() } else { format!("{} {}", l.rule, l.title) };
        let unit = if l.unit.is_empty() { "合计".to_string() } else { l.unit.clone() };
        let turns = format!("+{} −{}", l.new_findings(), l.gone_findings());
        let [findings, households] = [&l.findings, &l.households].map(|sets| moved(sets.each_ref().map(BTreeSet::len)));
        [unit, name, findings, turns, households, yuan, moved(l.undetermined)]
    };
    let header = ["单位", "规则", "疑点", "新增与消失", "户", "涉及金额（元）", "无法判定"].map(str::to_string);
    let rows: Vec<[String; 7]> = std::iter::once(header).chain(lines.iter().map(row)).collect();
    let width = |i: usize| rows.iter().map(|r| r[i].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..7).map(width).collect();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, w)| format!("{cell}{}", " ".repeat(w - cell.width()))).collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    out.push_str("没有写任何文件。\n");
    out
}
