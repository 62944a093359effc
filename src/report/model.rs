//! What is reported, as typed data. Every output is one file that turns this into bytes; nothing is computed there.
//!
//! Order is fixed here: findings by unit, file_no, rule, field, ref, id_number, id (code points), units by name.

use chrono::NaiveDate;

use super::printed::Printed;
use crate::finding::{Severity, Side, Status};
use crate::profile::Thousandths;

/// The run as printed in every output.
#[derive(Debug, Clone)]
pub struct RunInfo {
    pub federation: String,
    /// Profile id (`chengdu-2019`) and the title and number of its paper.
    pub profile: String,
    pub profile_title: String,
    pub as_of: NaiveDate,
    pub due: Option<NaiveDate>,
    pub campaign: Option<(NaiveDate, NaiveDate)>,
    /// Only some units or rules were asked for.
    pub partial: bool,
    pub contact: Option<String>,
    /// Version of the program.
    pub version: String,
    /// First 16 hex digits of SHA-256 over version, effective config, as-of and inputs.
    pub run_id: String,
    pub config_digest: String,
}

/// One finding, ready to print. Texts are as the contract of `findings.csv` wants them.
#[derive(Debug, Clone)]
pub struct FindingRow {
    pub id: String,
    pub rule: String,
    /// Title of the rule (疑点 column of the workbook).
    pub title: String,
    pub severity: Severity,
    pub status: Status,
    pub unit: String,
    pub parent_unit: String,
    pub file_no: String,
    pub name: String,
    pub id_number: String,
    pub field: String,
    /// Chinese titles of the fields, joined by 、 (字段 column of the workbook).
    pub field_title: String,
    pub reference: String,
    pub case: String,
    /// Values as written, by [`Side::ALL`]: electronic, paper, civil, payment, other.
    pub values: [String; 5],
    /// Money at stake, fen.
    pub amount: Option<i64>,
    pub message: String,
    pub evidence: Vec<EvidenceRow>,
    pub basis: String,
    pub advice: String,
    /// Thousandths; None for exact.
    pub confidence: Option<u16>,
    pub first_seen: NaiveDate,
    pub last_seen: NaiveDate,
    /// What somebody answered and what became of it (已报整改但仍存在 …); "" without an answer.
    pub mark: String,
    /// Digest of the values the finding rests on, by their meaning: the same while rows move, files are renamed and formats
    /// change. A settled finding is asked again when it differs.
    pub meaning: String,
    /// The two persons of a suspected match, as verdicts call them (digests come later); None for others.
    pub persons: Option<[String; 2]>,
    /// 比对结论: 一致 电子异 纸质异 民政异 三不同 缺电子 缺纸质 缺民政, or "" where nothing is compared.
    pub conclusion: &'static str,
    /// Household the finding belongs to: rows with the same key stand together in the workbook. Files that share a person
    /// have one key; without a file, each person (else each row) has one of his own.
    pub household: u32,
    /// What the finding's own unit reads instead, where the finding speaks of a person of another unit too.
    pub own_view: Option<Box<OwnView>>,
    /// It is settled at the household's door, not at a desk.
    pub needs_visit: bool,
    /// Values and places as the workbook of its own unit prints them.
    pub printed: Printed,
}

impl FindingRow {
    /// Belongs to those that wait for an answer or for the next look: neither explained nor unchecked today.
    pub fn is_settled(&self) -> bool {
        matches!(self.status, Status::Answered | Status::Unchecked)
    }
}

/// The texts of a finding with the other unit's person masked, for the workbook of the finding's own unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnView {
    pub file_no: String,
    pub name: String,
    pub id_number: String,
    pub values: [String; 5],
    pub message: String,
    pub evidence: Vec<EvidenceRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    pub side: Side,
    /// Path as in the manifest.
    pub path: String,
    /// Empty for text files.
    pub sheet: String,
    pub row: u32,
    /// Column letters as in Excel.
    pub column: String,
    pub title: String,
    pub shown: String,
    /// Field id and its Chinese title; "" for a cell that is no field of a record.
    pub field: String,
    pub label: String,
    /// The sum that is written, fen; None for what is no money.
    pub fen: Option<i64>,
    /// Says whose row it is; no value of the fields concerned.
    pub context: bool,
}

/// One household of 三方对照.
#[derive(Debug, Clone)]
pub struct Comparison {
    pub file_no: String,
    pub name: String,
    pub id_number: String,
    /// 档案状态 as written.
    pub status: String,
    /// How the paper row was found: 身份证号一致, 档案号和姓名一致, 无纸质档案 …
    pub paper_match: String,
    /// How the civil household is linked: 户主相同, 户主不同, 仅成员相同, 多个民政户, 未见 …
    pub civil_match: String,
    pub fields: Vec<ComparedField>,
}

#[derive(Debug, Clone)]
pub struct ComparedField {
    /// Index into [`Report::compared_titles`].
    pub column: usize,
    /// As written; empty where nothing is written, None where the source has no such column or no such row.
    pub electronic: Option<String>,
    pub paper: Option<String>,
    pub civil: Option<String>,
    /// Electronic and paper differ / electronic and civil differ, by the values' meaning.
    pub paper_differs: bool,
    pub civil_differs: bool,
}

/// 发放对账 of one unit.
#[derive(Debug, Clone, Default)]
pub struct Reconciliation {
    /// By household, then by date.
    pub rows: Vec<Reconciled>,
    /// By result; together all aid records and all payments of the unit, as the sources list them.
    pub totals: Vec<ReconciledTotal>,
}

/// A line of 发放对账: the n-th aid record of a group beside its n-th payment.
#[derive(Debug, Clone)]
pub struct Reconciled {
    /// Number of the group, from 1.
    pub group: u32,
    /// 一致, 拆分合计一致, 金额不同, 有记录无发放 …
    pub result: &'static str,
    pub file_no: String,
    pub aid: Option<ReconciledSide>,
    pub payment: Option<ReconciledSide>,
    /// Paid less recorded, fen; on the first line of a group, where both sides can be read.
    pub difference: Option<i64>,
}

#[derive(Debug, Clone, Default)]
pub struct ReconciledSide {
    /// record_no or serial.
    pub number: String,
    pub name: String,
    pub program: String,
    pub source: String,
    pub date: String,
    pub fen: Option<i64>,
    /// 交易结果 as written.
    pub result: String,
}

#[derive(Debug, Clone)]
pub struct ReconciledTotal {
    pub result: &'static str,
    pub aids: usize,
    pub aid_fen: i64,
    pub payments: usize,
    pub payment_fen: i64,
}

impl ReconciledTotal {
    pub fn of(result: &'static str) -> Self {
        Self { result, aids: 0, aid_fen: 0, payments: 0, payment_fen: 0 }
    }
}

/// A line of 数据质量.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct QualityLine {
    pub path: String,
    pub sheet: String,
    /// 0 where the line is about the whole sheet or file.
    pub row: u32,
    /// Column letters and title, or "".
    pub column: String,
    /// 跳过 隔离 单元格 整表 文件
    pub what: String,
    /// 重复行, 旧版本, 缺姓名和证号 …
    pub reason: String,
    pub written: String,
    /// What the program did meanwhile and what to do.
    pub remedy: String,
}

/// One household's 入户调查表 (附件3 of 成工办〔2019〕43号), filled in with what the electronic file says.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// By [`super::survey::ITEMS`].
    pub items: Vec<SurveyItem>,
    pub members: Vec<SurveyMember>,
    /// Indexes into [`Report::findings`].
    pub findings: Vec<usize>,
}

#[derive(Debug, Clone, Default)]
pub struct SurveyItem {
    pub electronic: String,
    /// A finding speaks of it, or another source says something else.
    pub differs: bool,
}

/// A line of 家庭主要成员情况.
#[derive(Debug, Clone, Default)]
pub struct SurveyMember {
    /// By [`super::survey::MEMBER_COLUMNS`].
    pub values: [String; 7],
    /// A finding speaks of this member.
    pub differs: bool,
}

/// A line of 资料清单.
#[derive(Debug, Clone)]
pub struct MaterialList {
    pub file_no: String,
    pub name: String,
    /// 档案状态 as written.
    pub status: String,
    /// How the paper row was found; 无纸质档案.
    pub paper_match: &'static str,
    /// By [`Report::material_titles`].
    pub marks: Vec<MaterialMark>,
}

/// What is known of one material of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MaterialMark {
    Present,
    Missing,
    /// The household's list does not have it, or its cause does not call for it.
    NotNeeded,
    /// Wanted, and nobody has written down whether it is there.
    Unknown,
}

impl MaterialMark {
    pub const ALL: [Self; 4] = [Self::Present, Self::Missing, Self::NotNeeded, Self::Unknown];

    pub fn chinese(self) -> &'static str {
        match self {
            Self::Present => "有",
            Self::Missing => "缺",
            Self::NotNeeded => "不适用",
            Self::Unknown => "未登记",
        }
    }
}

/// One unit and what goes into its workbook.
#[derive(Debug, Clone)]
pub struct UnitReport {
    pub name: String,
    /// Direct parent; None for the root and for 未归属单位.
    pub parent: Option<String>,
    /// Has children: carries 说明, 疑点清单 (its own) and counts of its children.
    pub children: Vec<ChildCount>,
    /// Indexes into [`Report::findings`], most severe, certain and costly first, grouped by household.
    pub findings: Vec<usize>,
    pub comparisons: Vec<Comparison>,
    pub payments: Reconciliation,
    pub quality: Vec<QualityLine>,
    /// Households with findings, in order of file number.
    pub surveys: Vec<Survey>,
    /// One per electronic file, in order of file number.
    pub materials: Vec<MaterialList>,
    /// Electronic files, of them active.
    pub files: usize,
    pub active: usize,
}

#[derive(Debug, Clone)]
pub struct ChildCount {
    pub unit: String,
    pub files: usize,
    /// By [`Severity::ALL`].
    pub counts: [usize; 3],
}

/// A rule as the workbook's legend prints it.
#[derive(Debug, Clone)]
pub struct RuleNote {
    pub code: String,
    pub title: String,
    pub severity: Severity,
    /// 漏评 错评 错退 漏退 建档 资金 程序 质量
    pub class: &'static str,
    /// Document, article and quotation, or the general basis.
    pub basis: String,
    pub advice: String,
    /// The rule's manual: what it examines, why, how to verify. Markdown.
    pub manual: &'static str,
}

/// A source as tables of sources head it.
#[derive(Debug, Clone)]
pub struct SourceNote {
    /// Schema id.
    pub kind: String,
    pub title: String,
}

/// What is on file in one unit, and which rows speak of it: its own, not those of the units below.
#[derive(Debug, Clone, Default)]
pub struct UnitProgress {
    pub unit: String,
    pub parent: Option<String>,
    /// Electronic files by status; `unclear` where it cannot be told.
    pub active: usize,
    pub exited: usize,
    pub cancelled: usize,
    pub unclear: usize,
    /// Active files with a paper file.
    pub on_paper: usize,
    /// Rows that speak of this unit, by [`Report::sources`].
    pub rows: Vec<usize>,
}

/// Something in the sources that the data officer must put right: one a column, a sheet, a file or a setting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceProblem {
    /// 代码值不规范, 末位丢失, 没有认出, 列名变化, 没有标准 …
    pub what: String,
    /// Title of the source kind; "" where it is not known or none is meant.
    pub source: String,
    /// Title of the column; "" for a whole sheet, a file or a setting.
    pub column: String,
    /// Who delivers it; "" where nobody in particular does.
    pub unit: String,
    /// Cells, rows or subjects concerned.
    pub count: usize,
    /// Of how many filled cells; 0 where that says nothing.
    pub filled: usize,
    /// Where it stands, as a person looks for it.
    pub places: String,
    /// What stands there, each word with how often.
    pub written: String,
    /// The words of the table that come nearest.
    pub nearest: String,
    /// Households that cannot be judged in full until it is put right.
    pub households: usize,
    /// What to do, and what the program did meanwhile.
    pub remedy: String,
    /// Lines for the configuration, ready to paste; "" where none helps.
    pub setting: String,
}

/// What a 评价指标 counts and what it should come to.
#[derive(Debug, Clone)]
pub struct RateNote {
    /// As the manifest names it.
    pub name: String,
    /// Numerator and denominator in words.
    pub counts: &'static str,
    /// A rate of mistakes: the lower the better.
    pub of_mistakes: bool,
    /// Whole by 1000; None where no paper sets one.
    pub target: Option<Thousandths>,
    /// Day by which the target must be reached.
    pub due: Option<NaiveDate>,
    /// Where the target stands; "" without one.
    pub basis: String,
}

/// All that a run reports.
#[derive(Debug, Clone)]
pub struct Report {
    pub run: RunInfo,
    pub findings: Vec<FindingRow>,
    /// Units that get a workbook, by name; 未归属单位 among them when rows or findings have no unit.
    pub units: Vec<UnitReport>,
    /// Rules in catalogue order.
    pub rules: Vec<RuleNote>,
    /// Titles of the columns of 三方对照, in order.
    pub compared_titles: Vec<String>,
    /// Every unit that takes part, with or without a workbook: the federation, 未归属单位, units that delivered nothing.
    pub progress: Vec<UnitProgress>,
    /// Every kind of source there is, as the schemas order them.
    pub sources: Vec<SourceNote>,
    /// The 评价指标 in the order in which they are read.
    pub rates: Vec<RateNote>,
    /// Titles of the materials of 资料清单, numbered as in the paper's list.
    pub material_titles: Vec<String>,
    /// What the data officer must put right, the most pressing first.
    pub source_problems: Vec<SourceProblem>,
    pub manifest: super::manifest::Manifest,
    pub corrections: super::corrections::Corrections,
}
