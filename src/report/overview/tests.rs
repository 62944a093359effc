//! The picture adds up, with a memory and without.

use super::*;
use crate::report::corrections::ReturnState;
use crate::report::model::UnitProgress;
use crate::report::sample;

const FULL: &str = "草市街街道总工会";

fn line<'o, 'a>(overview: &'o Overview<'a>, unit: &str) -> &'o UnitLine<'a> {
    overview.units.iter().find(|line| line.name == unit).unwrap()
}

#[test]
fn units_stand_in_the_order_of_their_tree() {
    let report = sample::report(8);
    let overview = Overview::of(&report);
    let shown: Vec<_> = overview.units.iter().map(|u| (u.depth, u.name, u.below)).collect();
    assert_eq!(
        shown,
        [
            (0, "成都市总工会", 5),
            (1, "青羊区总工会", 3),
            (2, "../../坏:名*", 0),
            (2, "没有报送的街道总工会", 0),
            (2, FULL, 0),
            (1, "未归属单位", 0),
        ]
    );
}

#[test]
fn a_ring_of_parents_and_a_unit_that_is_gone_lose_nothing() {
    let mut report = sample::report(8);
    for (unit, parent) in [("甲", "乙"), ("乙", "甲"), ("丙", "没有的")] {
        let (unit, parent) = (unit.to_string(), Some(parent.to_string()));
        report.progress.push(UnitProgress { unit, parent, active: 1, ..UnitProgress::default() });
    }
    report.findings[0].unit = "撤销了的工会".into();
    let overview = Overview::of(&report);
    assert_eq!(overview.units.iter().map(|u| u.own.total).sum::<usize>(), 8);
    assert_eq!(overview.total().all.total, 8);
    assert_eq!(line(&overview, "撤销了的工会").own.total, 1);
    assert_eq!(overview.total().files.active, 23);
    assert_eq!(overview.total().below + 1, overview.units.len());
}

#[test]
fn lines_roll_up_without_counting_twice() {
    for report in [sample::report(8), sample::remembered(20)] {
        let overview = Overview::of(&report);
        assert_eq!(overview.units.iter().map(|u| u.own.total).sum::<usize>(), report.manifest.findings.total);
        assert_eq!(overview.total().all.total, report.manifest.findings.total);
        for unit in &overview.units {
            let all = &unit.all;
            assert_eq!(all.total, all.all_open() + all.answered + all.unchecked, "{}", unit.name);
            assert_eq!(all.by_rule.iter().sum::<usize>(), all.all_open(), "{}", unit.name);
        }
        let by_rule: usize = overview.rules.iter().map(|r| r.figures.total).sum();
        let carried: usize = overview.not_run.iter().map(|r| r.unchecked).sum();
        assert_eq!(by_rule + carried, report.findings.len());
        assert_eq!(overview.rules.len() + overview.not_run.len(), report.manifest.rules.len());
    }
}

#[test]
fn open_answered_and_unchecked_stand_apart() {
    let report = sample::remembered(20);
    let overview = Overview::of(&report);
    let full = line(&overview, FULL);
    assert_eq!((full.own.total, full.own.answered, full.own.unchecked, full.own.disputed), (21, 1, 1, 1));
    assert_eq!(full.own.all_open(), 19);
    assert_eq!(
        full.message,
        format!("贵单位 19 条疑点，其中严重 {} 条，请于8月25日前核实更正，填好工作簿发回。", full.own.open[0])
    );
    let parent = line(&overview, "青羊区总工会");
    assert!(parent.message.starts_with("贵单位及下级单位 20 条疑点，其中严重 "), "{}", parent.message);
    assert!(parent.message.contains("交办已超过一个月"), "{}", parent.message);
    assert_eq!(line(&overview, "没有报送的街道总工会").message, "贵单位本期没有待核实的疑点。");
    assert_eq!(overview.total().message, "");
}

#[test]
fn a_due_date_that_is_past_is_not_promised() {
    let mut report = sample::report(8);
    report.run.as_of = report.run.due.unwrap() + chrono::Days::new(1);
    assert!(line(&Overview::of(&report), FULL).message.contains("8月25日的期限已过，请尽快核实"));
    report.run.due = None;
    assert!(line(&Overview::of(&report), FULL).message.contains("严重 2 条，请尽快核实"));
}

#[test]
fn returns_and_deliveries_of_the_units_below_count_for_the_parent() {
    let report = sample::remembered(8);
    let overview = Overview::of(&report);
    let parent = line(&overview, "青羊区总工会").returns.as_ref().unwrap();
    assert_eq!((parent.state, parent.asked, parent.answered), (ReturnState::Overdue, 20, 4));
    assert_eq!(parent.units, [0, 1, 0, 1]);
    assert!(line(&overview, "没有报送的街道总工会").returns.is_none());
    let titles: Vec<_> = overview.sources.iter().map(|s| s.title.as_str()).collect();
    assert_eq!(titles, ["帮扶系统电子档案", "纸质档案核查登记"]);
    let cells = &line(&overview, "青羊区总工会").sources;
    assert_eq!(cells[0].map(|c| (c.rows, c.partial)), Some((24, false)));
    assert_eq!(cells[1].map(|c| (c.rows, c.partial)), Some((11, true)));
    assert_eq!(line(&overview, "没有报送的街道总工会").sources, [None, None]);
}

#[test]
fn without_a_memory_nothing_is_claimed() {
    let report = sample::report(8);
    let overview = Overview::of(&report);
    assert!(overview.trend.is_empty() && overview.units.iter().all(|u| u.returns.is_none()));
    assert!(overview.units.iter().flat_map(|u| &u.sources).flatten().all(|c| c.since.is_none()));
    assert!(overview.rules.iter().all(|r| r.precision.is_none()));
    assert!(overview.cases.is_empty());
}

#[test]
fn rates_say_what_is_lacking() {
    let report = sample::report(8);
    let overview = Overview::of(&report);
    let cells = &line(&overview, FULL).rates;
    assert_eq!(cells.iter().map(|c| c.unwrap().lacking).collect::<Vec<_>>(), [None, Some(3), Some(6)]);
    assert_eq!(line(&overview, "没有报送的街道总工会").rates, [None; 3]);
}

#[test]
fn cases_stand_side_by_side() {
    let report = sample::remembered(8);
    let overview = Overview::of(&report);
    let [case] = overview.cases.as_slice() else { panic!("one case") };
    assert_eq!(case.rows.iter().map(|f| f.unit.as_str()).collect::<Vec<_>>(), ["../../坏:名*", FULL]);
}

#[test]
fn no_row_of_an_input_is_lost() {
    let report = sample::report(8);
    let overview = Overview::of(&report);
    assert!(overview.inputs.iter().all(|i| i.totals.balance()) && overview.input_totals.balance());
    let states: Vec<_> = overview.inputs.iter().map(InputLine::state).collect();
    assert_eq!(states, ["已读", "未识别", "读不了"]);
    assert_eq!(overview.inputs[0].skipped_why(), "标题2；空白2；表头1");
    assert_eq!(overview.input_totals.read, 35);
}

#[test]
fn rules_without_findings_show_how_many_were_examined() {
    let report = sample::report(8);
    let overview = Overview::of(&report);
    let last = overview.rules.last().unwrap();
    assert_eq!((last.note.code.as_str(), last.examined(), last.verdicts.undetermined), ("JD203", 15, 1));
    assert_eq!(overview.not_run[0].missing, ["走访回访记录或纸质档案核查登记"]);
}
