//! `manifest.json`: what was read, what was judged, what was counted, for machines and auditors.
//!
//! The structs spell the format `hecha.manifest/1`; fields are written in the order declared. Maps are ordered, so the
//! same run gives the same bytes. No ID number stands in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

/// Value of `schema`.
pub const SCHEMA: &str = "hecha.manifest/1";

/// Counts under a name (a reason, a rule, a unit).
pub type Counts = BTreeMap<String, usize>;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    pub run_id: String,
    /// ISO date.
    pub as_of: String,
    pub federation: String,
    pub profile: String,
    pub version: String,
    pub config_digest: String,
    pub inputs: Vec<Input>,
    pub rules: Vec<RuleAccount>,
    pub findings: FindingTotals,
    pub rates: Vec<Rate>,
    pub conservation: Vec<Conservation>,
    /// What could not be checked this time, in words (a source, a unit, a rule).
    pub unchecked: Vec<String>,
    /// Sources that came last time and not now, in words.
    #[serde(default)]
    pub not_come: Vec<String>,
    /// How the findings of the last run ended that are not listed any more.
    #[serde(default)]
    pub ended: Ended,
    /// What earlier runs read and this one misses.
    #[serde(default)]
    pub ledger: Ledger,
    /// What is said on the screen besides the findings, in Chinese.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// Findings of the last run that are not found today, by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// 已核实整改
    pub verified: usize,
    /// 已消除
    pub cleared: usize,
    /// 不再适用
    pub left_population: usize,
    /// 未核对: not ended.
    pub unchecked: usize,
}

/// Payments and aid records that earlier runs read, gone or changed today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub vanished_count: usize,
    /// Of the payments.
    pub vanished_amount: Yuan,
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Relative to the config's directory, with `/`; a zip member is `a.zip/b.xlsx`.
    pub path: String,
    /// Lower-case hex; None where the file could not be opened.
    pub sha256: Option<String>,
    pub bytes: u64,
    pub status: InputStatus,
    /// Why it is not `read`, in Chinese.
    pub error: Option<String>,
    /// Only the second reader could read it: why the own one could not, in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_reader: Option<String>,
    pub sheets: Vec<SheetAccount>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputStatus {
    Read,
    Unreadable,
    Duplicate,
    Ignored,
}

/// One sheet and the account of its rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetAccount {
    /// Empty for a text file.
    pub name: String,
    /// Schema id; None where the sheet was not recognised.
    pub kind: Option<String>,
    /// Shape of the sheet (a table, a form, …).
    pub layout: Option<String>,
    /// Row number as a person sees it.
    pub header_row: Option<u32>,
    /// Nearest kind of an unrecognised sheet.
    pub nearest: Option<String>,
    /// Columns that rules need and the sheet lacks.
    pub missing: Vec<String>,
    pub rows: RowAccount,
    pub hidden_rows: usize,
    /// Cells not understood, by column title.
    pub cells_quarantined: Counts,
    /// Titles of columns that were not read because no field was found for them.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// Titles that the last run knew in this source and this one does not have.
    #[serde(default)]
    pub lost: Vec<String>,
    /// `旧列名 → 新列名`, where a lost title has a likely successor.
    #[serde(default)]
    pub renamed: Vec<String>,
    /// Titles that are new in this source and were not read because no field was found for them.
    #[serde(default)]
    pub added: Vec<String>,
    /// What is hidden: 工作表, `C列“备注”`.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// Places of what passes for an ID number, or an amount beside one, and was not read: `E12`.
    #[serde(default)]
    pub guard: Vec<String>,
}

/// `read = used + Σ skipped + Σ quarantined`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAccount {
    /// Every row from the first to the last with any character.
    pub read: usize,
    pub used: usize,
    /// By reason: 标题 表头 空白 合计 落款 重复文件 重复行 旧版本.
    pub skipped: Counts,
    /// By reason.
    pub quarantined: Counts,
}

impl RowAccount {
    /// No row is lost.
    pub fn balances(&self) -> bool {
        self.read == self.used + self.skipped.values().sum::<usize>() + self.quarantined.values().sum::<usize>()
    }
}

/// What became of one rule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleAccount {
    pub code: String,
    pub run: bool,
    /// Why it did not run, in Chinese.
    pub why_not: Option<String>,
    pub missing_sources: Vec<String>,
    pub counts: VerdictCounts,
    /// The same counts by unit.
    pub by_unit: BTreeMap<String, VerdictCounts>,
    /// Why subjects could not be judged: reason with its detail, and how many.
    #[serde(default)]
    pub undetermined: Counts,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCounts {
    pub not_applicable: usize,
    pub compliant: usize,
    pub finding: usize,
    pub undetermined: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingTotals {
    pub total: usize,
    /// Open and high: new, persisting, reopened, disputed.
    pub open_high: usize,
    pub by_rule: Counts,
    pub by_unit: Counts,
}

/// One 评价指标 of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub unit: String,
    pub name: String,
    pub numerator: u64,
    pub denominator: u64,
    /// How many of the denominator the rules behind it could judge.
    #[serde(default)]
    pub judged: u64,
}

/// Aid recorded against money paid, for one unit, program, fund source and year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conservation {
    pub unit: String,
    pub program: String,
    pub fund_source: String,
    pub year: i32,
    pub aid: AidTotals,
    pub payment: PaymentTotals,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct AidTotals {
    pub total: Yuan,
    pub matched: Yuan,
    pub unmatched: Yuan,
    /// Of rows without a readable date.
    #[serde(default)]
    pub unreadable: Yuan,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PaymentTotals {
    pub total: Yuan,
    pub matched: Yuan,
    pub unmatched: Yuan,
    /// Of rows without a readable date.
    #[serde(default)]
    pub unreadable: Yuan,
    pub reversed: Yuan,
}

/// Money held in fen, written as a JSON number of yuan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Yuan(pub i64);

impl Serialize for Yuan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The shortest decimal of a quotient by 100 has at most two places while the sum is below 2^53 fen.
        serializer.serialize_f64(self.0 as f64 / 100.0)
    }
}

impl<'de> Deserialize<'de> for Yuan {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(|yuan| Self((yuan * 100.0).round() as i64))
    }
}

impl Manifest {
    /// Pretty JSON with a final line feed; the same manifest gives the same bytes.
    pub fn to_json(&self) -> String {
        // Strings, numbers and string-keyed maps only: nothing here that JSON cannot hold.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_else(|error| unreachable!("{error}"));
        json.push('\n');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_their_order_are_the_contract() {
        let manifest = Manifest {
            schema: SCHEMA.into(),
            inputs: vec![Input {
                path: "inbox/a.zip/b.xlsx".into(),
                sha256: Some("00".into()),
                bytes: 3,
                status: InputStatus::Read,
                error: None,
                second_reader: None,
                sheets: vec![SheetAccount { name: "Sheet1".into(), ..SheetAccount::default() }],
            }],
            rules: vec![RuleAccount { code: "YZ301".into(), run: true, ..RuleAccount::default() }],
            rates: vec![Rate { unit: "甲".into(), name: "建档率".into(), numerator: 1, denominator: 2, judged: 2 }],
            conservation: vec![Conservation {
                unit: "甲".into(),
                program: "生活救助".into(),
                fund_source: "中央财政".into(),
                year: 2019,
                aid: AidTotals { total: Yuan(120_050), ..AidTotals::default() },
                payment: PaymentTotals::default(),
            }],
            ..Manifest::default()
        };
        let compact: String = manifest.to_json().split_whitespace().collect();
        assert_eq!(
            compact,
            concat!(
                r#"{"schema":"hecha.manifest/1","run_id":"","as_of":"","federation":"","profile":"","version":"","#,
                r#""config_digest":"","inputs":[{"path":"inbox/a.zip/b.xlsx","sha256":"00","bytes":3,"status":"read","#,
                r#""error":null,"sheets":[{"name":"Sheet1","kind":null,"layout":null,"header_row":null,"#,
                r#""nearest":null,"missing":[],"rows":{"read":0,"used":0,"skipped":{},"quarantined":{}},"#,
                r#""hidden_rows":0,"cells_quarantined":{},"unknown":[],"lost":[],"renamed":[],"added":[],"hidden":[],"#,
                r#""guard":[]}]}],"rules":[{"code":"YZ301","run":true,"why_not":null,"#,
                r#""missing_sources":[],"counts":{"not_applicable":0,"compliant":0,"finding":0,"undetermined":0},"#,
                r#""by_unit":{},"undetermined":{}}],"findings":{"total":0,"open_high":0,"by_rule":{},"by_unit":{}},"#,
                r#""rates":[{"unit":"甲","name":"建档率","numerator":1,"denominator":2,"judged":2}],"#,
                r#""conservation":[{"unit":"甲","program":"生活救助","fund_source":"中央财政","year":2019,"#,
                r#""aid":{"total":1200.5,"matched":0.0,"unmatched":0.0,"unreadable":0.0},"#,
                r#""payment":{"total":0.0,"matched":0.0,"unmatched":0.0,"unreadable":0.0,"reversed":0.0}}],"unchecked":[],"not_come":[],"#,
                r#""ended":{"verified":0,"cleared":0,"left_population":0,"unchecked":0},"#,
                r#""ledger":{"vanished_count":0,"vanished_amount":0.0},"warnings":[]}"#,
            )
        );
        assert_eq!(serde_json::from_str::<Manifest>(&manifest.to_json()).unwrap(), manifest);
    }

    #[test]
    fn rows_balance() {
        let mut rows = RowAccount { read: 10, used: 7, ..RowAccount::default() };
        rows.skipped.insert("表头".into(), 1);
        rows.quarantined.insert("缺姓名和证号".into(), 2);
        assert!(rows.balances());
        rows.used = 8;
        assert!(!rows.balances());
    }
}
