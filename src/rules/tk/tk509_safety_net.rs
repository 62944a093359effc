use super::super::ability::beside_gross;
use super::super::prelude::*;
use crate::derive::costs::Costs;
use crate::derive::income;
use crate::derive::standard::Limit;
use crate::domain::date::Month;

rule! {
    /// 兜底未落实
    ///
    /// ## 查什么
    /// 户主健康状况为残疾或所列重特大疾病，或主要致困原因为无劳动能力、患重特大疾病、残疾的在档户，人均收入不高于该级别脱困标准，而民政名单中全家无人在保（低保、低保边缘、特困）。收入取收入核查最后一个月，没有的取电子档案的家庭月人均收入。
    ///
    /// ## 为什么
    /// 因重病、残疾难以脱困的，要推动纳入政府救助兜底。
    ///
    /// ## 怎么核实
    /// 先入户核实病残和收入情况，符合条件的帮助申请低保或特困。
    pub static RULE = {
        code: "TK509",
        title: "兜底未落实",
        severity: High,
        class: Procedure,
        norm: Exit,
        subject: "每份在档电子档案",
        clause: "safety_net.secured",
        general_basis: "业务规则：因重病、残疾难以脱困的，推动纳入政府救助制度兜底（《社会救助暂行办法》国务院令第649号）",
        sources: &[&["efile"], &["civil", "civil_household", "civil_person"]],
        absence: ["civil", "civil_household", "civil_person", "emember", "income"],
        params: &[
            Param {
                name: "severe",
                unit: "健康状况",
                default: Preset::List(&[
                    "恶性肿瘤",
                    "癌症",
                    "终末期肾病",
                    "尿毒症",
                    "精神病",
                    "血液病",
                    "深度昏迷",
                    "永久瘫痪",
                    "严重阿尔茨海默病",
                    "严重帕金森病",
                    "严重运动神经元病",
                    "残疾",
                ]),
            },
            Param {
                name: "causes",
                unit: "主要致困原因",
                default: Preset::List(&["无劳动能力", "患重特大疾病", "残疾"]),
            },
        ],
        advice: "先入户核实病残和收入情况，符合条件的帮助申请低保或特困，落实兜底。",
        cases: [
            Finding "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            Finding "efile.category=深度困难；paper.category=深度困难；civil.scheme=临时救助；civil#2.scheme=临时救助；civil#3.scheme=临时救助；efile.health=良好；paper.health=良好；-income",
            Finding "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.cause_main=子女上学；paper.cause_main=子女上学；efile.health=尿毒症；paper.health=尿毒症",
            Compliant "",
            Compliant "efile.category=深度困难；paper.category=深度困难；civil.scheme=低保边缘；civil#2.scheme=低保边缘；civil#3.scheme=低保边缘",
            Finding "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.expense_annual=3600；income#6.income=2250",
            Compliant "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.expense_annual=3600；income#6.income=2253",
            Compliant "efile.category=意外致困户；paper.category=意外致困户；civil.state=停保；civil#2.state=停保；civil#3.state=停保；income#6.income=1953",
            Undetermined "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-medical；income#6.income=1953",
            // 登记为低保户的由YZ303说明
            NotApplicable "civil.state=停保；civil#2.state=停保；civil#3.state=停保",
            NotApplicable "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.health=糖尿病；paper.health=糖尿病；efile.cause_main=子女上学；paper.cause_main=子女上学",
            Undetermined "-civil",
            Undetermined "efile.category=深度困难；paper.category=深度困难；civil.state=待定；civil#2.state=待定；civil#3.state=待定",
            Undetermined "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；efile.level=基层级",
            Undetermined "efile.category=深度困难；paper.category=深度困难；civil.state=停保；civil#2.state=停保；civil#3.state=停保；-income；efile.income_per_capita=；efile.income_annual=；paper.income_annual=",
        ],
        since: "0.1.0",
        check: check,
    }
}

/// Schemes by which a household is provided for.
const SCHEMES: [&str; 3] = ["低保", "低保边缘", "特困"];

fn check(judge: &mut Judge<'_>) {
    let facts = judge.facts;
    let book = facts.book;
    let (severe, causes): (Vec<String>, Vec<String>) = (
        judge.list("severe").into_iter().map(str::to_string).collect(),
        judge.list("causes").into_iter().map(str::to_string).collect(),
    );
    for file in judge.files(FileStatus::Active) {
        let f = book.file(file);
        let word = |field: &str| match book.tables.value(f.record, field) {
            Value::Code(code) => Some(code.shown()),
            _ => None,
        };
        let ill = word("health").map(|h| severe.iter().any(|s| s == h));
        let caused = word("cause_main").map(|c| causes.iter().any(|s| s == c));
        match (ill, caused) {
            (Some(true), _) | (_, Some(true)) => {}
            (Some(false), Some(false)) => {
                judge.not_applicable(file);
                continue;
            }
            _ => {
                judge.undetermined(file, Reason::of_cells(facts, f.record, &["health", "cause_main"]));
                continue;
            }
        }
        let civil = facts.civil_of(file);
        if civil.drawing.iter().any(|(_, _, scheme)| SCHEMES.contains(&scheme.as_str())) {
            judge.compliant(file);
            continue;
        }
        let told = income_and_limit(judge, file);
        let mut told = told;
        if let Some(t) = told.as_mut().filter(|t| t.limit.is_exceeded_by(t.fen)) {
            let costs = match beside_gross(judge, file, t.month) {
                Ok(costs) => costs,
                Err(why) => {
                    judge.undetermined(file, why);
                    continue;
                }
            };
            t.limit = t.limit.beside_costs(costs.as_ref().map_or(0, Costs::per_head));
            if t.limit.is_exceeded_by(t.fen) {
                judge.compliant(file);
                continue;
            }
            t.cells.extend(costs.into_iter().flat_map(|c| c.cells));
        }
        let can_tell = facts.coverage.any_complete(&super::super::yz::CIVIL_KINDS, f.unit)
            && f.persons().next().is_some()
            && !civil.unknown_state;
        let Some(told) = told.filter(|_| can_tell) else {
            judge.undetermined(
                file,
                if can_tell { why::income_or_line(judge, file, Edge::Exit) } else { why::civil(facts, file) },
            );
            continue;
        };
        let shown: Vec<String> = [(ill, "health"), (caused, "cause_main")]
            .iter()
            .filter(|(shows, _)| *shows == Some(true))
            .map(|(_, field)| {
                format!("{}{}", field_title(facts, f.record, field), quoted(&facts.written(f.record, field)))
            })
            .collect();
        let note = if told.limit.is_assumed() { ASSUMED_STANDARD } else { "" };
        let mut draft = Draft::of_file(facts, file).message(format!(
            "{}，人均收入{}不高于脱困标准（{}），民政名单中全家无人在保{note}",
            shown.join("，"),
            yuan(told.fen),
            told.limit
        ));
        for field in ["level", "health", "cause_main"] {
            draft = draft.evidence(facts.evidence(f.record, field));
        }
        for (record, field) in told.cells {
            draft = draft.evidence(facts.evidence(record, field));
        }
        for &(id, _) in &civil.links {
            for &row in book.civil.get(id).records.iter().take(1) {
                draft = draft.context(facts.evidence(row, "scheme")).context(facts.evidence(row, "state"));
            }
        }
        judge.finding(file, draft);
    }
}

struct Told {
    fen: i64,
    month: Month,
    limit: Limit,
    cells: Vec<(RecordId, &'static str)>,
}

/// The last month of the income source (of rows that contradict each other the highest), else the electronic file's figure,
/// with the exit limit of that month.
fn income_and_limit(judge: &Judge<'_>, file: FileId) -> Option<Told> {
    let facts = judge.facts;
    let efile = facts.book.file(file).record;
    let rows = facts.months.of(file);
    let last = rows.last().and_then(|last| rows.iter().filter(|r| r.month == last.month).max_by_key(|r| r.fen));
    let (fen, month, record, fields) = match last {
        Some(row) => (row.fen, row.month, row.record, row.fields),
        None => {
            let (fen, fields) = income::of_file(facts.book, efile)?;
            (fen, Month::of(facts.setting.as_of), efile, fields)
        }
    };
    let limit = facts.exit_limit(judge.profile, efile, month)?;
    Some(Told { fen, month, limit, cells: fields.iter().map(|f| (record, *f)).collect() })
}
