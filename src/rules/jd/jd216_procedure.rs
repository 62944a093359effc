use super::super::prelude::*;
use crate::derive::exits::Step;
use crate::derive::filings::{FilingRow, NAMES, STEPS};
use crate::domain::date::{after, before};

rule! {
    /// 建档程序缺失或倒序
    ///
    /// ## 查什么
    /// 在档户在建档程序台账上最近一次办完的申请：该有的步骤（参数 steps）是否都有日期，先后是否为：申请不晚于入户，授权书不晚于核对，公示结束早于审批，审批不晚于建档。公示与核对谁先谁后各地不同，本地有规定的写 order。台账没写授权、核对日期的，看授权书名单和核对报告。建档之前先发放的由 FF406 提示，没有核对的由 JD217 提示。台账上没有这户、没有某一列、只写到月份而分不出先后的，无法判定；applies_from 以前建的档不适用。
    ///
    /// ## 为什么
    /// 先申请授权、再入户核对、公示、审批，档案才经得起查。
    ///
    /// ## 怎么核实
    /// 翻看申请书、授权书、入户调查表、公示和审批材料上的日期，台账漏填、错填的更正，缺的程序补办。
    pub static RULE = {
        code: "JD216",
        title: "建档程序缺失或倒序",
        severity: Medium,
        class: Procedure,
        norm: Filing,
        subject: "每份在档电子档案",
        clause: "filing.procedure",
        general_basis: "业务规则：建档先申请并签署授权书，再入户、核对、公示，公示期满后审批建档，先建档后帮扶",
        sources: &[&["efile"], &["filing"]],
        params: &[
            Param { name: "applies_from", unit: "日期", default: Preset::NoDate },
            Param { name: "steps", unit: "必有步骤", default: Preset::Choice(&["申请", "授权", "入户", "公示", "审批"], &WORDS) },
            Param { name: "order", unit: "规定的先后", default: Preset::Choice(&[], &WORDS) },
        ],
        only_where_bound: true,
        advice: "先入户核实并翻看建档材料，漏填、错填的更正，缺的程序补办。",
        cases: [
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-02-27,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-09,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-20,filed_on=2023-04-01",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-04-02,filed_on=2023-04-01",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=,filed_on=",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01；@[rule.JD216] order=[\"公示\", \"核对\"]",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01；+consent name=测甲,id_number=510105198001019971,signed_on=2023-03-09；+check_report name=测甲,id_number=510105198001019971,checked_on=2023-03-08",
            Finding "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01；@[rule.JD216] steps=[\"核对\"]",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-21,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01；@[rule.JD216] order=[\"核对\", \"公示\"]",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01；+consent name=测甲,id_number=510105198001019971,signed_on=2023-03-01",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Compliant "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-08-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=,notice_to=,approved_on=,filed_on=",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-9,name=例乙,id_number=510106197502029993,applied_on=2023-03-01,visited_on=2023-03-02,approved_on=2023-03-20",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=若干,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03,filed_on=2023-04",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01；+consent name=测甲,id_number=,signed_on=2023-03-01",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-08-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=,filed_on=",
            Undetermined "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；efile.status=待定；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=2023-03-03,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            NotApplicable "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2020-12-31；+filing file_no=CS-9,name=例乙,id_number=510106197502029993,applied_on=2023-03-01,visited_on=2023-03-02,approved_on=2023-03-20",
            NotApplicable "@profile=national-2022；@as_of=2023-08-20；efile.filed_on=2023-04-01；efile.status=已脱困；+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
            NotApplicable "+filing file_no=CS-1,id_number=510105198001019971,applied_on=2023-03-01,consent_on=2023-03-01,visited_on=,checked_on=2023-03-08,notice_from=2023-03-13,notice_to=2023-03-20,approved_on=2023-03-21,filed_on=2023-04-01",
        ],
        since: "0.1.0",
        check: check,
    }
}

const WORDS: [&str; 8] = ["申请", "授权", "入户", "评议", "核对", "公示", "审批", "建档"];

/// Places of a step's columns, first and last.
fn places(words: &[&str]) -> Vec<(usize, usize)> {
    words.iter().filter_map(|word| NAMES.iter().find(|n| n.0 == *word)).map(|&(_, first, last)| (first, last)).collect()
}

/// The application with what consents and reports say where the ledger does not.
struct Application<'a> {
    row: &'a FilingRow,
    steps: [Step; 9],
    /// Records of consent and report that stand in for cells of the ledger.
    consent: Option<RecordId>,
    report: Option<RecordId>,
}

const CONSENT: usize = 1;
const CHECK: usize = 4;

impl<'a> Application<'a> {
    fn of(facts: &Facts<'_>, file: FileId, row: &'a FilingRow) -> Self {
        let mut out = Self { row, steps: row.steps, consent: None, report: None };
        let filings = &facts.filings;
        for (at, rows, place) in
            [(CONSENT, filings.consents(file), &mut out.consent), (CHECK, filings.reports(file), &mut out.report)]
        {
            if !matches!(row.steps[at], Step::NotWritten | Step::NoColumn) {
                continue;
            }
            let earliest = rows.iter().filter_map(|r| Some((r.date()?, r.record))).min_by_key(|(on, _)| on.first_day());
            match earliest {
                Some((on, record)) => (out.steps[at], *place) = (Step::On(on), Some(record)),
                None if !rows.is_empty() => out.steps[at] = Step::Unreadable,
                None => {}
            }
        }
        out
    }

    /// The cell of a step.
    fn cell(&self, at: usize) -> (RecordId, &'static str) {
        match (at, self.consent, self.report) {
            (CONSENT, Some(consent), _) => (consent, "signed_on"),
            (CHECK, _, Some(report)) => (report, "checked_on"),
            _ => (self.row.record, STEPS[at]),
        }
    }
}

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let from = judge.date("applies_from");
    let required: Vec<usize> = places(&judge.list("steps")).into_iter().flat_map(|(a, b)| a..=b).collect();
    let order = places(&judge.list("order"));
    for file in judge.files(FileStatus::Active) {
        let efile = facts.book.file(file).record;
        let filed_on = match facts.book.tables.value(efile, "filed_on") {
            Value::Date(on) => Some(*on),
            _ => None,
        };
        if from.zip(filed_on).is_some_and(|(from, on)| before(on, from)) {
            judge.not_applicable(file);
            continue;
        }
        let Some(row) = facts.filings.application(file) else {
            let is_loose = facts.loose.may_have("filing", file);
            judge.undetermined(file, if is_loose { Reason::Unassigned } else { Reason::NoSource("filing") });
            continue;
        };
        if !row.is_finished() {
            // An application after the filing is one of a later year, still under way.
            let why = match (row.steps[7], row.steps[0], filed_on) {
                (Step::NotWritten, Step::On(applied), Some(filed)) if !after(applied, filed) => None,
                (Step::NotWritten, Step::On(_), Some(_)) => Some(Reason::TooEarly),
                (Step::NotWritten, Step::On(_), None) => Some(Reason::of_cells(facts, efile, &["filed_on"])),
                _ => Some(Reason::of_cells(facts, row.record, &["approved_on", "applied_on"])),
            };
            if let Some(why) = why {
                judge.undetermined(file, why);
                continue;
            }
        }
        application(judge, file, &Application::of(facts, file, row), &required, &order);
    }
}

fn application(
    judge: &mut Judge<'_>,
    file: FileId,
    seen: &Application<'_>,
    required: &[usize],
    order: &[(usize, usize)],
) {
    let facts = judge.facts;
    // Dates of two sources are held against each other only where both stand outside the ledger: a consent of an earlier
    // year says nothing of this year's test.
    let apart = seen.consent.is_some() != seen.report.is_some();
    let mut dates = FilingRow { record: seen.row.record, steps: seen.steps };
    if apart {
        dates.steps[CONSENT] = seen.row.steps[CONSENT];
        dates.steps[CHECK] = seen.row.steps[CHECK];
    }
    let found = dates.order(order);
    let missing: Vec<usize> = required.iter().copied().filter(|&i| seen.steps[i] == Step::NotWritten).collect();
    let mut concerned: Vec<usize> = missing.clone();
    concerned.extend(found.wrong.iter().flat_map(|&(first, then, _)| [first, then]));
    concerned.sort_unstable();
    concerned.dedup();
    if concerned.is_empty() {
        let open = |&&i: &&usize| matches!(seen.steps[i], Step::NoColumn | Step::Unreadable);
        let unread = (0..STEPS.len()).find(|&i| seen.steps[i] == Step::Unreadable);
        match required.iter().find(open).copied().or(unread) {
            Some(at) => {
                let (record, field) = seen.cell(at);
                judge.undetermined(file, Reason::of_cells(facts, record, &[field]));
            }
            None if found.unsure => {
                judge.undetermined(file, Reason::of_cells(facts, seen.row.record, &["approved_on"]))
            }
            None => judge.compliant(file),
        }
        return;
    }
    let mut draft = Draft::of_file(facts, file);
    for &at in &concerned {
        let (record, field) = seen.cell(at);
        draft.add_field(facts, seen.row.record, STEPS[at]);
        draft = draft.evidence(facts.evidence_or_row(record, field));
    }
    let mut parts = Vec::new();
    if !missing.is_empty() {
        let titles: Vec<&str> = missing.iter().map(|&i| field_title(facts, seen.row.record, STEPS[i])).collect();
        parts.push(format!("缺{}", titles.join("、")));
    }
    parts.extend(found.wrong.iter().map(|&pair| reversed(facts, seen, &dates, pair)));
    let draft = draft.message(format!("建档程序：{}", parts.join("；")));
    // What stands in no list of consents or reports may stand in one that was not read.
    let mut kinds = Vec::new();
    if concerned.contains(&CONSENT) && (missing.contains(&CONSENT) || seen.consent.is_some()) {
        kinds.push("consent");
    }
    if missing.contains(&CHECK) {
        kinds.push("check_report");
    }
    judge.finding_without(file, draft, &kinds);
}

/// `公示结束（2023-03-20）应早于审批日期（2023-03-20）`
fn reversed(facts: &Facts<'_>, seen: &Application<'_>, dates: &FilingRow, pair: (usize, usize, bool)) -> String {
    let (first, then, strict) = pair;
    let step = |at: usize| {
        let date = dates.date(at).map(|d| d.to_string()).unwrap_or_default();
        format!("{}（{date}）", field_title(facts, seen.row.record, STEPS[at]))
    };
    format!("{}{}{}", step(first), if strict { "应早于" } else { "不应晚于" }, step(then))
}
