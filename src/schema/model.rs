//! What a source kind is: its columns, how they are headed and typed, and how a sheet of it is recognised.

use std::collections::BTreeMap;

/// Type of a field; decides how a cell is read and when two cells are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    IdNumber,
    /// Several ID numbers in one cell (家庭成员身份证号 of the civil household export).
    IdNumbers,
    Name,
    /// Several names in one cell.
    Names,
    Money,
    Date,
    Month,
    Code,
    Phone,
    Org,
    /// A union organisation: folded by the unit dictionary.
    Unit,
    Address,
    Account,
    Bool,
    Int,
    Area,
    /// Free text in which a code's synonym may stand (致困原因 on 附件3).
    Narrative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One record per row below a header.
    Table,
    /// One record per sheet: label cells and value cells (附件3).
    Form,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// English identifier, the contract of every output.
    pub id: String,
    /// Chinese title as the product prints it.
    pub title: String,
    /// Further headings that mean this column. Compared after folding (NFKC, blanks, `*`, bracketed units).
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(rename = "type")]
    pub ty: FieldType,
    /// A value is required (ID105, 缺失).
    #[serde(default)]
    pub required: bool,
    /// Id of the code table, for `type = "code"` and `"narrative"`.
    #[serde(default)]
    pub codes: Option<String>,
    /// The code table is closed: a word outside it is ID106. Open tables take any word.
    #[serde(default)]
    pub closed: bool,
    /// Merged cells and blanks below a merged cell mean "as above" in this column.
    #[serde(default)]
    pub fill_down: bool,
}

/// How a sheet is recognised as this kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognise {
    /// Every group needs at least one of its fields headed: `[["name", "file_no"], ["id_number"]]`.
    pub need: Vec<Vec<String>>,
    /// At least one of these fields must be headed: columns by which this kind is told from the others.
    pub distinct: Vec<String>,
    /// None of these fields' columns of other kinds matter, but a sheet headed by one of these words is not this kind.
    pub not: Vec<String>,
    /// Words in file name, sheet name or title rows that speak for this kind (会员名册, 死亡 …).
    pub hints: Vec<String>,
    /// One of the hints must be there for a table (kinds whose columns are those of another kind).
    pub hint_required: bool,
    /// A hint stands in for a `distinct` field (低保 in the file's name of a list without a scheme column).
    pub hint_suffices: bool,
    /// Words in file name, sheet name or title rows that rule this kind out (纸质 for the electronic files).
    pub against: Vec<String>,
    /// Taken only where no other kind fits: a kind without a column of its own (roster).
    pub fallback: bool,
}

/// A declared finding of a register (see the registers in the source schemas). Kept as data; no Rust names a register.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFinding {
    pub code: String,
    pub title: String,
    /// high | medium | low
    pub severity: String,
    pub basis: String,
    pub message: String,
    pub advice: String,
    /// Simple conditions on fields, all of which must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// At least this many things in one household (real_estate: 2). Above 1 the finding is the household's, else the person's.
    #[serde(default = "one")]
    pub at_least: u32,
    /// Fields that tell one thing of the register from another (plate; uscc, else company): the first that a row fills
    /// stands in the finding's `ref`, and rows that agree in it are one thing. None: all that the row says.
    #[serde(default)]
    pub key: Vec<String>,
    /// Version of the program that brought the rule; empty for a user's own.
    #[serde(default)]
    pub since: String,
    /// Example cases, as those of the rules: manual and test at once.
    #[serde(default, rename = "case")]
    pub cases: Vec<RegisterCase>,
}

impl RegisterFinding {
    pub fn per_household(&self) -> bool {
        self.at_least > 1
    }
}

/// An example case of a register: changes to the example household, and the verdict they must give.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterCase {
    /// 疑点, 合规, 不适用 or 无法判定.
    pub verdict: String,
    pub given: String,
}

fn one() -> u32 {
    1
}

/// A condition on one field of text: it contains one of the words `any_of`, and none of `none_of`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub field: String,
    #[serde(default)]
    pub any_of: Vec<String>,
    #[serde(default)]
    pub none_of: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// Id: the schema's file name.
    pub kind: String,
    pub title: String,
    /// `source` or `register`.
    #[serde(default = "source_role")]
    pub role: String,
    #[serde(default = "table_only")]
    pub layouts: Vec<Layout>,
    /// Field that names the union unit of a row, if any.
    #[serde(default)]
    pub unit_field: Option<String>,
    /// Which of the output's value columns its values stand in: electronic paper civil payment other.
    pub side: String,
    /// Another department's list: no union office can mend its rows.
    #[serde(default)]
    pub department: bool,
    #[serde(default)]
    pub recognise: Recognise,
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// Code words that the file name or sheet name supplies when the column is missing: field → [(word in name, value)].
    /// The first word that is found counts.
    #[serde(default)]
    pub from_name: BTreeMap<String, Vec<(String, String)>>,
    /// Value of a field whose column is missing from the whole sheet and that no name supplies: field → word
    /// (efile: a sheet without a status column counts as 在档).
    #[serde(default)]
    pub absent: BTreeMap<String, String>,
    /// A kind whose rows may stand in a second block of columns of this kind's sheet, or below merged
    /// head cells (efile → emember).
    #[serde(default)]
    pub members: Option<String>,
    /// Kind into which rows of this kind are folded after reading (civil_household/civil_person → civil).
    #[serde(default)]
    pub folds_into: Option<String>,
    #[serde(default)]
    pub finding: Option<RegisterFinding>,
}

fn source_role() -> String {
    "source".into()
}

fn table_only() -> Vec<Layout> {
    vec![Layout::Table]
}

impl Schema {
    /// Union offices write its rows, and can mend them.
    pub fn is_of_unions(&self) -> bool {
        !self.department && self.role != "register"
    }

    /// Index of a field by id.
    pub fn index(&self, id: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.id == id)
    }
}

/// A code table: canonical words and their synonyms. `schemas/codes/<id>.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    pub id: String,
    pub title: String,
    /// Canonical word → synonyms (the word itself need not be listed).
    pub words: BTreeMap<String, Vec<String>>,
    /// Where the words come from.
    #[serde(default)]
    pub source: String,
    /// A cell may hold more than the word: the longest phrase of the table in it counts (春节送温暖 is 送温暖), unless
    /// 非, 不, 未, 原 … stands before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub phrases: bool,
}
